//! What the screens of the registers teach.

use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// Banks and channels.
pub const BANKS: Lesson = Lesson {
    steps: &[
        ("banks.channel", W::ReferenceLearnBanksChannel),
        ("banks.extend", W::ReferenceLearnBanksExtend),
        ("banks.add", W::ReferenceLearnBanksAdd),
    ],
    rule: W::ReferenceLearnBanksRule,
    numbers: &[],
};

/// Direct-pay accounts.
pub const DIRECT: Lesson = Lesson {
    steps: &[
        ("direct.add", W::ReferenceLearnDirectAdd),
        ("direct.verify", W::ReferenceLearnDirectVerify),
        ("direct.disable", W::ReferenceLearnDirectDisable),
    ],
    rule: W::ReferenceLearnDirectRule,
    numbers: &[],
};

/// Repair shops.
pub const SHOPS: Lesson = Lesson {
    steps: &[
        ("shops.add", W::ReferenceLearnShopsAdd),
        ("shops.renew", W::ReferenceLearnShopsRenew),
        ("shops.end", W::ReferenceLearnShopsEnd),
    ],
    rule: W::ReferenceLearnShopsRule,
    numbers: &[],
};

/// The clause library.
pub const CLAUSES: Lesson = Lesson {
    steps: &[
        ("clauses.change", W::ReferenceLearnClausesChange),
        ("clauses.add", W::ReferenceLearnClausesAdd),
        ("clauses.file", W::ReferenceLearnClausesFile),
    ],
    rule: W::ReferenceLearnClausesRule,
    numbers: &[],
};

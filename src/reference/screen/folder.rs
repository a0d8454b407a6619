//! What the registers know of a case: the direct-pay accounts on record for its insured.

use crate::case::screen::folder::{Section, SectionOf};
use crate::case::store::CaseFile;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::reference::{accounts, banks};
use crate::ui::screen::{Cx, Tone};

/// The registers' section of the case folder.
pub const SECTION: SectionOf = (W::ReferenceSectionDirect, direct);

fn direct(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let (conn, mut section) = (cx.store.conn(), Section::default());
    for account in accounts::for_payee(conn, &case.facts.id_no, &case.facts.insured)? {
        let number = super::book::masked(&account.account, text::mask_card, cx);
        let words = [
            Arg::Word(account.account_kind.word()),
            Arg::Text(text::neutralise(&account.bank).into_owned()),
            Arg::Text(number),
        ];
        section.lines.push((Phrase::new(W::ReferenceSectionAccount, words), Tone::Plain));
        if !banks::channel(conn, &account.bank_code, cx.now)?.open {
            section.lines.push((phrase!(W::ReferenceSectionClosed, account.bank), Tone::Bad));
        }
    }
    Ok(section)
}

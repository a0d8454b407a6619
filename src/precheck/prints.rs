//! The one-time notice 一次性告知书: everything that is missing now, for claim and payment, in one list.

use crate::kernel::clock;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::papers::rules::Item;
use crate::phrase;
use crate::precheck::store::NOTICE;
use crate::ui::print::Sheet;

/// What stands on a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// Name of the office.
    pub office: String,
    /// The case by number, or what the customer named.
    pub number: String,
    /// The customer.
    pub customer: String,
    /// Line of insurance, in words.
    pub line: String,
    /// How the customer is to be paid, in words.
    pub way: String,
    /// What is missing: names, in order.
    pub missing: Vec<String>,
    /// Papers that were rejected, with the reason.
    pub rejected: Vec<(String, String)>,
    /// What other ways to be paid would need: the ways, the papers.
    pub other: Vec<(String, Vec<String>)>,
    /// When, UTC seconds.
    pub at: i64,
    /// Who is at the counter.
    pub clerk: String,
}

/// Cells of the labels.
const LABEL: usize = 14;

/// Lays the notice out; `copy` is 1 for the first, later ones say so.
pub fn notice(facts: &Notice, copy: i64, lang: Lang) -> Sheet {
    let word = |word: W| word.text(lang);
    let mut sheet = Sheet::new(NOTICE, word(W::PrecheckSheetTitle));
    sheet.centred(&facts.office);
    sheet.centred(word(W::PrecheckSheetTitle));
    if copy > 1 {
        sheet.centred(&phrase!(W::PrecheckSheetCopy, copy - 1).say(lang));
    }
    sheet.blank();
    let pairs = [
        (W::PrecheckSheetNumber, &facts.number),
        (W::PrecheckSheetCustomer, &facts.customer),
        (W::PrecheckSheetLine, &facts.line),
        (W::PrecheckSheetWay, &facts.way),
    ];
    for (label, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        sheet.pair(LABEL, word(label), value);
    }
    sheet.rule();
    let count = i64::try_from(facts.missing.len()).unwrap_or(i64::MAX);
    sheet.paragraph(0, &phrase!(W::PrecheckSheetMissing, count).say(lang));
    for (number, name) in (1_i64..).zip(&facts.missing) {
        let said = match facts.rejected.iter().find(|(rejected, _)| rejected == name) {
            Some((_, reason)) => phrase!(W::PrecheckSheetRejected, number, name.as_str(), reason.as_str()),
            None => phrase!(W::PrecheckSheetItem, number, name.as_str()),
        };
        sheet.paragraph(2, &said.say(lang));
    }
    if !facts.other.is_empty() {
        sheet.blank();
        sheet.paragraph(0, word(W::PrecheckSheetOther));
        for (ways, names) in &facts.other {
            let names = Arg::list(names.iter().map(String::as_str));
            sheet.paragraph(2, &phrase!(W::PrecheckSheetOtherWay, ways.as_str(), names).say(lang));
        }
    }
    sheet.rule();
    sheet.paragraph(0, word(W::PrecheckSheetLaw));
    sheet.blank();
    sheet.pair(LABEL, word(W::PrecheckSheetClerk), &facts.clerk);
    sheet.pair(LABEL, word(W::PrecheckSheetDate), &clock::day_of(facts.at).to_string());
    sheet.pair(LABEL, word(W::PrecheckSheetSigned), word(W::PrecheckSheetLineToSign));
    sheet
}

/// The names of papers in a language.
pub fn names(items: &[&'static Item], lang: Lang) -> Vec<String> {
    items.iter().map(|item| item.name(lang).to_owned()).collect()
}

/// A list of words in a language.
pub fn joined(words: impl IntoIterator<Item = W>, lang: Lang) -> String {
    Phrase::new(W::PrecheckPlain, [Arg::List(words.into_iter().map(Arg::Word).collect())]).say(lang)
}

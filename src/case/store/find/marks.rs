//! Where in a list row a match can be seen, so that it can be marked.

use super::term::Term;
use crate::case::store::ListRow;
use crate::db::search::{self, NameMatch};
use crate::kernel::text;
use std::ops::Range;

/// Characters of a row that were looked for, counted in `char`s of the value as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Of the insured, ascending.
    pub insured: Vec<usize>,
    /// Of the number that is shown: the 赔案号, else the 一案一码.
    pub number: Range<usize>,
}

impl Marks {
    pub(super) fn of(row: &ListRow, terms: &[Term]) -> Marks {
        let mut marks = Marks::default();
        for term in terms {
            marks.insured.extend(in_name(&row.insured, term));
            let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
            let found = in_number(&text::fold_upper(number), term);
            if found.len() > marks.number.len() {
                marks.number = found;
            }
        }
        marks.insured.sort_unstable();
        marks.insured.dedup();
        marks
    }
}

fn in_name(insured: &str, term: &Term) -> Vec<usize> {
    // A character may be several letters in lower case, and dots and blanks are none.
    let places: Vec<usize> = insured
        .chars()
        .enumerate()
        .flat_map(|(at, c)| search::letters(c.encode_utf8(&mut [0; 4])).into_iter().map(move |_| at))
        .collect();
    let from = match term.name(insured) {
        None => return Vec::new(),
        Some(NameMatch::Whole | NameMatch::Initials) => 0,
        Some(NameMatch::Part(at)) => at,
    };
    places.into_iter().skip(from).take(term.letters.len()).collect()
}

fn in_number(number: &str, term: &Term) -> Range<usize> {
    let (length, wanted) = (number.chars().count(), term.number.chars().count());
    if number == term.number || term.is_number_part() && number.starts_with(&term.number) {
        return 0..wanted;
    }
    if term.is_number_part() && number.ends_with(&term.number) {
        return length - wanted..length;
    }
    0..0
}

//! What was typed into the search box, and how a case answers it.

use super::Matched;
use crate::db::search::{self, NameMatch};
use crate::kernel::text;

/// Shortest tail or beginning of a number that is looked for.
pub(super) const SHORTEST_PART: usize = 4;
/// Shortest beginning of a plate: place and office.
const SHORTEST_PLATE: usize = 2;
/// More words than this are one text.
const MOST_TERMS: usize = 3;

/// One thing that is looked for.
#[derive(Clone, Debug)]
pub(super) struct Term {
    /// As numbers, codes and plates are compared: folded, in capitals.
    pub(super) number: String,
    /// The same backwards, as tails are kept.
    pub(super) reversed: String,
    /// As names are compared.
    pub(super) letters: Vec<char>,
}

/// What of a case is compared with a term.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    pub(super) case_code: String,
    pub(super) case_no: String,
    pub(super) accident_no: String,
    pub(super) policy_no: String,
    pub(super) plate: String,
    pub(super) case_no_rev: String,
    pub(super) phone_rev: String,
    pub(super) id_rev: String,
    pub(super) insured: String,
}

impl Term {
    fn new(text: &str) -> Term {
        let number = text::fold_upper(text).into_owned();
        Term { reversed: text::reversed(&number), letters: search::letters(text), number }
    }

    /// Long enough and of the signs that tails and beginnings of numbers are looked for with.
    pub(super) fn is_number_part(&self) -> bool {
        self.number.chars().count() >= SHORTEST_PART
            && self.number.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    }

    /// May be the beginning of a plate.
    pub(super) fn is_plate_part(&self) -> bool {
        self.number.chars().count() >= SHORTEST_PLATE
            && self.number.chars().any(|c| c.is_ascii_alphanumeric())
            && self.number.chars().all(|c| c.is_alphanumeric())
    }

    /// Has a digit: rather a number than a name.
    pub(super) fn is_number(&self) -> bool {
        self.number.bytes().any(|b| b.is_ascii_digit()) && (self.is_number_part() || self.is_plate_part())
    }

    /// How a name answers.
    pub(super) fn name(&self, insured: &str) -> Option<NameMatch> {
        search::name_match(&search::letters(insured), &self.letters)
    }

    /// What of a case answers, a number or its name, and whether as a whole.
    pub(super) fn answered_by(&self, case: &Compared) -> Option<(Matched, bool)> {
        if self.number.is_empty() {
            return None;
        }
        let equal = [
            (Matched::CaseCode, &case.case_code),
            (Matched::CaseNo, &case.case_no),
            (Matched::AccidentNo, &case.accident_no),
            (Matched::PolicyNo, &case.policy_no),
            (Matched::Plate, &case.plate),
        ];
        if let Some((matched, _)) = equal.into_iter().find(|(_, value)| **value == self.number) {
            return Some((matched, true));
        }
        if self.is_number_part() {
            let tails = [
                (Matched::CaseNoTail, &case.case_no_rev),
                (Matched::PhoneTail, &case.phone_rev),
                (Matched::IdTail, &case.id_rev),
            ];
            if let Some((matched, _)) = tails.into_iter().find(|(_, value)| value.starts_with(&self.reversed)) {
                return Some((matched, false));
            }
            let begins = equal.into_iter().skip(1).find(|(_, value)| value.starts_with(&self.number));
            if let Some((matched, _)) = begins {
                return Some((matched, false));
            }
        }
        if self.is_plate_part() && case.plate.starts_with(&self.number) {
            return Some((Matched::Plate, false));
        }
        self.name(&case.insured).map(|how| match how {
            NameMatch::Initials => (Matched::Initials, false),
            other => (Matched::Insured, other == NameMatch::Whole),
        })
    }
}

/// The ways a query is read: as one text, and where blanks divide it into a few words, as terms that all must match.
pub(super) fn readings(query: &str) -> Vec<Vec<Term>> {
    let whole = Term::new(query);
    if whole.number.is_empty() {
        return Vec::new();
    }
    let words: Vec<&str> = query.split_whitespace().collect();
    let mut readings = vec![vec![whole]];
    if (2..=MOST_TERMS).contains(&words.len()) {
        readings.push(words.into_iter().map(Term::new).collect());
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_one_text_and_a_few_words() {
        let count = |query: &str| readings(query).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(count("王建国"), [1]);
        assert_eq!(count(" 王　2391 "), [1, 2]);
        assert_eq!(count("a b c"), [1, 3]);
        assert_eq!(count("a b c d"), [1]);
        assert_eq!(count("  "), [0; 0]);
    }

    #[test]
    fn what_is_typed_says_what_it_may_be() {
        let term = |text: &str| Term::new(text);
        assert!(term("2391").is_number() && term("１２３x").is_number() && term("皖A").is_plate_part());
        assert!(!term("皖A").is_number() && !term("wang").is_number() && term("wang").is_number_part());
        assert!(!term("239").is_number_part() && term("皖A1").is_number());
    }
}

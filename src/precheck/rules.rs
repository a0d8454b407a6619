//! What is said about a number while it is typed at the counter: document, expiry, card, holder, mandate.

use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{IdProblem, classify_id, luhn_ok};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::papers::store::visits::Keys;
use crate::phrase;
use chrono::NaiveDate;

/// The fields of the check.
pub mod field {
    /// Number of the document shown.
    pub const ID: &str = "id_no";
    /// Its last day.
    pub const EXPIRY: &str = "expiry";
    /// Number of the card or account shown.
    pub const CARD: &str = "card";
    /// Name on the card.
    pub const HOLDER: &str = "holder";
    /// Number of the written mandate.
    pub const MANDATE: &str = "mandate";
}

/// What was typed from the papers on the counter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// Number of the document.
    pub id_no: String,
    /// Its last day; none = valid for ever, or not looked at.
    pub expiry: Option<NaiveDate>,
    /// Number of card or account.
    pub card: String,
    /// Name on it.
    pub holder: String,
    /// Number of the mandate.
    pub mandate: String,
}

/// What the store knows of whom the papers are about; it is compared and never shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Name of the payee.
    pub name: String,
    /// Kind of the document.
    pub id_kind: String,
    /// Its number.
    pub id_no: String,
    /// Number of the account.
    pub account: String,
    /// The account is not a card, so that its number has no check digit.
    pub no_card: bool,
    /// Number of the mandate.
    pub mandate: String,
}

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 一致, or as it should be.
    Right,
    /// Worth a look.
    Look,
    /// 不一致, or not to be taken.
    Wrong,
}

/// One thing found while typing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// How it came out.
    pub outcome: Outcome,
    /// In words; never with a stored number in them.
    pub what: Phrase,
}

fn check(outcome: Outcome, what: impl Into<Phrase>) -> Check {
    Check { outcome, what: what.into() }
}

/// A document that ends within so many days is worth a word.
const SOON_DAYS: i64 = 30;

/// Everything to be said about what is typed so far, in the order of the fields.
pub fn checks(typed: &Typed, stored: &Stored, today: NaiveDate) -> Vec<Check> {
    let mut found = Vec::new();
    found.extend(document(typed, stored, today));
    if let Some(day) = typed.expiry {
        found.push(match (day - today).num_days() {
            ..0 => check(Outcome::Wrong, phrase!(W::PrecheckExpired, Arg::Day(day))),
            left @ 0..=SOON_DAYS => check(Outcome::Look, phrase!(W::PrecheckExpires, left)),
            _ => check(Outcome::Right, W::PrecheckValid),
        });
    }
    found.extend(card(typed, stored));
    if !text::fold_name(&typed.holder).is_empty() {
        let same = text::fold_name(&typed.holder) == text::fold_name(&stored.name);
        found.push(match same {
            true => check(Outcome::Right, W::PrecheckHolderSame),
            false => check(Outcome::Wrong, W::PrecheckHolderOther),
        });
    }
    found.extend(compared(&typed.mandate, &stored.mandate, (W::PrecheckMandateSame, W::PrecheckMandateOther)));
    found
}

fn document(typed: &Typed, stored: &Stored, today: NaiveDate) -> Vec<Check> {
    let number = text::fold_upper(&typed.id_no);
    if number.is_empty() {
        return Vec::new();
    }
    let count = number.chars().count();
    let reading = classify_id(&stored.id_kind, &number, today);
    let digits = number.chars().all(|c| c.is_ascii_digit());
    // A number half typed is not wrong yet.
    if digits && count < 18 && !(count == 15 && reading.problems.contains(&IdProblem::WrongLength15)) {
        let typed = i64::try_from(count).unwrap_or(i64::MAX);
        return vec![check(Outcome::Look, phrase!(W::PrecheckTyped, typed))];
    }
    let mut found: Vec<Check> = reading
        .problems
        .iter()
        .map(|problem| check(if problem.is_error() { Outcome::Wrong } else { Outcome::Look }, problem_word(*problem)))
        .collect();
    if reading.is_acceptable() {
        if stored.id_no.is_empty() {
            found.push(check(Outcome::Look, W::PrecheckIdUnknown));
        }
        found.extend(compared(&number, &stored.id_no, (W::PrecheckIdSame, W::PrecheckIdOther)));
    }
    found
}

fn card(typed: &Typed, stored: &Stored) -> Vec<Check> {
    let plain = |number: &str| text::fold_upper(number).replace([' ', '-'], "");
    let (number, known) = (plain(&typed.card), plain(&stored.account));
    if number.chars().count() < 12 {
        return Vec::new();
    }
    let mut found = Vec::new();
    // Only cards have a check digit, and it only warns (domain §4).
    if !stored.no_card && !luhn_ok(&number) {
        found.push(check(Outcome::Look, W::PrecheckCardDigit));
    }
    found.extend(compared(&number, &known, (W::PrecheckCardSame, W::PrecheckCardOther)));
    found
}

fn compared(typed: &str, stored: &str, (same, other): (W, W)) -> Option<Check> {
    let (typed, stored) = (text::fold_upper(typed), text::fold_upper(stored));
    if typed.is_empty() || stored.is_empty() {
        return None;
    }
    Some(if typed == stored { check(Outcome::Right, same) } else { check(Outcome::Wrong, other) })
}

fn problem_word(problem: IdProblem) -> W {
    match problem {
        IdProblem::WrongLength15 => W::PrecheckIdOld,
        IdProblem::WrongLength | IdProblem::BadUsccLength => W::PrecheckIdLength,
        IdProblem::BadCharacter | IdProblem::BadUsccCharacter => W::PrecheckIdCharacter,
        IdProblem::BadCheckDigit | IdProblem::BadUsccCheck => W::PrecheckIdCheckDigit,
        IdProblem::BadBirthDate | IdProblem::BirthInFuture | IdProblem::BirthBefore1900 => W::PrecheckIdBirth,
        IdProblem::UnknownProvince | IdProblem::UnknownCounty => W::PrecheckIdRegion,
        IdProblem::Masked => W::PrecheckIdMasked,
        IdProblem::OtherShape | IdProblem::UnknownKind => W::PrecheckIdKind,
    }
}

/// What is wrong with the keys and words of a visit.
pub fn judge_visit(keys: Option<&Keys>, who: &str) -> Findings {
    let mut findings = Findings::new();
    if let Some(keys) = keys {
        if keys.folded().is_empty() {
            findings.push(Finding::block("visit_keys", "accident_no", W::PrecheckNoKeys));
        }
        let fields = [("accident_no", &keys.accident_no), ("policy_no", &keys.policy_no), ("plate", &keys.plate)];
        for (field, _) in fields.into_iter().filter(|(_, value)| text::outside_text_problem(value).is_some()) {
            findings.push(Finding::block("visit_text", field, W::PapersText));
        }
    }
    if text::outside_text_problem(who).is_some() {
        findings.push(Finding::block("visit_text", "who", W::PapersText));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "11010519491231002X";

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn stored() -> Stored {
        let text = str::to_owned;
        Stored {
            name: text("王建国"), id_no: text(ID), account: text("6217 0000 1000 1234 567"), ..Stored::default()
        }
    }

    fn outcomes(typed: &Typed) -> Vec<(Outcome, W)> {
        checks(typed, &stored(), today()).into_iter().map(|check| (check.outcome, check.what.word)).collect()
    }

    fn id(number: &str) -> Typed {
        Typed { id_no: number.to_owned(), ..Typed::default() }
    }

    #[test]
    fn a_number_half_typed_is_not_wrong_yet_and_a_whole_one_is_compared() {
        assert_eq!(outcomes(&id("1101051949")), [(Outcome::Look, W::PrecheckTyped)]);
        assert_eq!(outcomes(&id("１１０１０５１９４９１２３１００２x")), [(Outcome::Right, W::PrecheckIdSame)]);
        assert_eq!(outcomes(&id("110105194912310021")), [(Outcome::Wrong, W::PrecheckIdCheckDigit)]);
        assert_eq!(outcomes(&id("440524188001010014")), [(Outcome::Wrong, W::PrecheckIdBirth)]);
        assert_eq!(outcomes(&id("110105491231002")), [(Outcome::Wrong, W::PrecheckIdOld)]);
    }

    #[test]
    fn a_right_number_of_somebody_else_is_not_the_payees() {
        let other = crate::kernel::identity::citizen(340_104, NaiveDate::from_ymd_opt(1980, 1, 1).unwrap(), 11);
        assert_eq!(outcomes(&id(&other)), [(Outcome::Wrong, W::PrecheckIdOther)]);
    }

    #[test]
    fn no_check_says_a_stored_number() {
        for typed in
            [id(ID), id("110105194912310021"), Typed { card: "6217000010001234568".into(), ..Typed::default() }]
        {
            for check in checks(&typed, &stored(), today()) {
                assert!(!check.what.say(crate::kernel::words::Lang::Zh).contains("6217"), "{check:?}");
                assert!(!check.what.say(crate::kernel::words::Lang::En).contains("1949"), "{check:?}");
            }
        }
    }

    #[test]
    fn an_expired_document_a_wrong_holder_and_a_misread_card_are_told() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d);
        let typed = |expiry| Typed { expiry, ..Typed::default() };
        assert_eq!(outcomes(&typed(day(2026, 11, 22))), [(Outcome::Wrong, W::PrecheckExpired)]);
        assert_eq!(outcomes(&typed(day(2026, 11, 23))), [(Outcome::Look, W::PrecheckExpires)]);
        assert_eq!(outcomes(&typed(day(2030, 1, 1))), [(Outcome::Right, W::PrecheckValid)]);
        let holder = Typed { holder: " 李红".into(), ..Typed::default() };
        assert_eq!(outcomes(&holder), [(Outcome::Wrong, W::PrecheckHolderOther)]);
        let card = Typed { card: "6217000010001234560".into(), ..Typed::default() };
        assert_eq!(outcomes(&card), [(Outcome::Look, W::PrecheckCardDigit), (Outcome::Wrong, W::PrecheckCardOther)]);
    }
}

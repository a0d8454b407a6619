//! The form of the steps that are still open: its fields from the case, and what was typed back out of it.

use crate::case::milestones::Outcome;
use crate::case::store::load;
use crate::case::words;
use crate::closing::rules::Entry;
use crate::closing::rules::entry::field;
use crate::closing::store::{Desk, persons};
use crate::db::Connection;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::{Fen, MoneyError};
use crate::kernel::words::{Phrase, W};
use crate::papers::store::typed_moment;
use crate::phrase;
use crate::ui::choice::ChoiceOption;
use crate::ui::form::{Form, FormField};
use chrono::NaiveDate;

/// The form of the open steps; empty once only the sign-off is left. `skipping` adds the fields that say why a step
/// does not apply.
///
/// # Errors
/// What SQLite says.
pub fn build(conn: &Connection, desk: &Desk, skipping: bool) -> rusqlite::Result<Form> {
    let Some(first) = desk.case.milestones.next_step().filter(|step| *step <= 4) else { return Ok(Form::default()) };
    let f = &desk.case.facts;
    let [surveyor, assessor, verifier, adjuster] = persons::prefill(conn, f, desk.case.people)?;
    let money = |fen: Option<Fen>| fen.map_or_else(String::new, Fen::plain);
    let mut fields = Vec::new();
    if first <= 1 {
        let day = f.surveyed_at.map(clock::day_of).or(f.report_date);
        fields.push(
            FormField::text(field::SURVEYOR, W::ClosingLabelSurveyor).hint(W::ClosingHintPerson).prefilled(&surveyor),
        );
        let day = day.map_or_else(String::new, |day| day.to_string());
        fields
            .push(FormField::day(field::SURVEY_DAY, W::ClosingLabelSurveyDay).hint(W::ClosingHintDay).prefilled(&day));
        fields.push(FormField::text(field::SURVEY_PLACE, W::ClosingLabelSurveyPlace).prefilled(&f.survey_place));
        fields.extend(skip_field(skipping, 1, W::ClosingLabelSkip1));
    }
    if first <= 2 {
        // A later round has its own papers time; the earlier one is no prefill for it.
        let at = if desk.case.milestones.round > 1 { None } else { f.papers_at };
        let kind = crate::ui::field::Kind::Moment;
        let at_field = FormField::of_kind(field::PAPERS_AT, W::ClosingLabelPapersAt, kind).hint(W::ClosingHintPapersAt);
        fields.push(at_field.prefilled(&typed_moment(at)));
        fields
            .push(FormField::text(field::PAPERS_REASON, W::ClosingLabelPapersReason).hint(W::ClosingHintPapersReason));
    }
    if first <= 3 {
        fields.push(FormField::money(field::ASSESSED, W::ClosingLabelAssessed).prefilled(&money(f.assessed)));
        fields.push(
            FormField::text(field::ASSESSOR, W::ClosingLabelAssessor).hint(W::ClosingHintPerson).prefilled(&assessor),
        );
        fields.extend(skip_field(skipping, 3, W::ClosingLabelSkip3));
    }
    fields.push(FormField::money(field::VERIFIED, W::ClosingLabelVerified).prefilled(&money(f.verified)));
    fields.push(
        FormField::text(field::VERIFIER, W::ClosingLabelVerifier).hint(W::ClosingHintPerson).prefilled(&verifier),
    );
    fields.push(
        FormField::money(field::PAYABLE, W::ClosingLabelPayable)
            .hint(W::ClosingHintPayable)
            .prefilled(&money(f.payable)),
    );
    fields.push(
        FormField::text(field::ADJUSTER, W::ClosingLabelAdjuster).hint(W::ClosingHintPerson).prefilled(&adjuster),
    );
    let (reason, items) = priced_before(conn, desk)?;
    let reason_field = FormField::text(field::PRICE_REASON, W::ClosingLabelPriceReason).hint(W::ClosingHintPriceReason);
    fields.push(reason_field.prefilled(&reason));
    let items_field = FormField::text(field::ITEMS, W::ClosingLabelItems).limit(400).hint(W::ClosingHintItems);
    fields.push(items_field.prefilled(&items));
    let proposed = desk.case.milestones.proposed.or_else(|| likely(f.payable)).map_or("", Outcome::code);
    fields.push(
        FormField::choice(field::OUTCOME, W::ClosingLabelOutcome, outcomes())
            .hint(W::ClosingHintOutcome)
            .prefilled(proposed),
    );
    fields.extend(skip_field(skipping, 4, W::ClosingLabelSkip4));
    Ok(Form::new(fields))
}

/// Reason and items of the latest step 4, so that they are not asked twice after a return or a reopening.
fn priced_before(conn: &Connection, desk: &Desk) -> rusqlite::Result<(String, String)> {
    let Some(record) = desk.records.iter().rev().find(|record| record.step == 4 && !record.not_applicable) else {
        return Ok(Default::default());
    };
    let items = load::items(conn, record.id)?;
    let items: Vec<String> = items.iter().map(|(name, fen)| format!("{name} {}", fen.plain())).collect();
    Ok((record.reason.clone(), items.join("; ")))
}

fn skip_field(skipping: bool, step: usize, label: W) -> Option<FormField> {
    let id = field::NOT_APPLICABLE.get(step - 1).copied().filter(|_| skipping)?;
    Some(FormField::text(id, label).hint(W::ClosingHintSkip))
}

fn outcomes() -> Vec<ChoiceOption> {
    Outcome::ALL.into_iter().map(|outcome| ChoiceOption::words(outcome.code(), words::outcome(outcome))).collect()
}

/// The outcome a payable suggests: an amount is paid; nothing at all is asked for.
fn likely(payable: Option<Fen>) -> Option<Outcome> {
    payable.filter(|fen| *fen > Fen::ZERO).map(|_| Outcome::Pay)
}

/// What a field of the form is called, also where the form has it no more; a reason of one of the small forms else.
pub fn label(id: &str) -> W {
    const LABELS: [(&str, W); 14] = [
        (field::SURVEYOR, W::ClosingLabelSurveyor),
        (field::SURVEY_DAY, W::ClosingLabelSurveyDay),
        (field::SURVEY_PLACE, W::ClosingLabelSurveyPlace),
        (field::PAPERS_AT, W::ClosingLabelPapersAt),
        (field::PAPERS_REASON, W::ClosingLabelPapersReason),
        (field::ASSESSED, W::ClosingLabelAssessed),
        (field::ASSESSOR, W::ClosingLabelAssessor),
        (field::VERIFIED, W::ClosingLabelVerified),
        (field::VERIFIER, W::ClosingLabelVerifier),
        (field::PAYABLE, W::ClosingLabelPayable),
        (field::ADJUSTER, W::ClosingLabelAdjuster),
        (field::PRICE_REASON, W::ClosingLabelPriceReason),
        (field::ITEMS, W::ClosingLabelItems),
        (field::OUTCOME, W::ClosingLabelOutcome),
    ];
    LABELS.into_iter().find(|(name, _)| *name == id).map_or(W::ClosingPopupReason, |(_, word)| word)
}

/// Whether the chosen outcome lets steps be left out.
pub fn lets_skip(form: &Form) -> bool {
    matches!(Outcome::from_code(form.value(field::OUTCOME)), Some(Outcome::Refuse | Outcome::Withdraw))
}

/// What was typed, and what of it cannot be read.
pub fn read(form: &Form, desk: &Desk, today: NaiveDate) -> (Entry, Findings) {
    let values = form.values(today);
    let text = |id: &str| values.get(id).map_or("", String::as_str).trim().to_owned();
    let mut unread = Findings::new();
    let (survey_day, papers_at) = read_times(&text, &mut unread);
    let mut money = |id: &'static str, otherwise: Option<Fen>| match values.get(id) {
        // A field that is not in the form belongs to a confirmed step.
        None => otherwise,
        Some(typed) => read_money(typed, id, &mut unread),
    };
    let assessed = money(field::ASSESSED, desk.case.facts.assessed);
    let (verified, payable) = (money(field::VERIFIED, None), money(field::PAYABLE, None));
    let items = read_items(&text(field::ITEMS), &mut unread);
    let entry = Entry {
        not_applicable: field::NOT_APPLICABLE.map(|id| if id == field::PAPERS { String::new() } else { text(id) }),
        surveyor: text(field::SURVEYOR),
        survey_day,
        survey_place: text(field::SURVEY_PLACE),
        papers_at,
        papers_reason: text(field::PAPERS_REASON),
        assessed,
        assessor: text(field::ASSESSOR),
        verified,
        verifier: text(field::VERIFIER),
        payable,
        adjuster: text(field::ADJUSTER),
        items,
        price_reason: text(field::PRICE_REASON),
        outcome: Outcome::from_code(&text(field::OUTCOME)),
    };
    (entry, unread)
}

fn read_times(text: &impl Fn(&str) -> String, unread: &mut Findings) -> (Option<NaiveDate>, Option<i64>) {
    let (day, at) = (text(field::SURVEY_DAY), text(field::PAPERS_AT));
    let survey_day = clock::parse_day(&day);
    if survey_day.is_none() && !day.is_empty() {
        unread.push(Finding::block("day_text", field::SURVEY_DAY, phrase!(W::ClosingNotADay, day)));
    }
    let papers_at = clock::parse_time(&at);
    if papers_at.is_none() && !at.is_empty() {
        unread.push(Finding::block("moment_text", field::PAPERS_AT, phrase!(W::ClosingNotAMoment, at)));
    }
    (survey_day, papers_at)
}

fn read_money(typed: &str, id: &'static str, unread: &mut Findings) -> Option<Fen> {
    match Fen::parse(typed) {
        Ok(fen) => Some(fen),
        Err(MoneyError::Empty) => None,
        Err(_) => {
            unread.push(Finding::block("amount_text", id, phrase!(W::ClosingNotAnAmount, typed)));
            None
        }
    }
}

/// Items as one line: each a name, a blank and its amount, divided by semicolons.
fn read_items(typed: &str, unread: &mut Findings) -> Vec<(String, Fen)> {
    let mut items = Vec::new();
    for part in typed.split([';', '\u{FF1B}']).map(str::trim).filter(|part| !part.is_empty()) {
        let split = part.rsplit_once(char::is_whitespace);
        match split.map(|(name, amount)| (name.trim(), Fen::parse(amount))) {
            Some((name, Ok(fen))) if !name.is_empty() => items.push((name.to_owned(), fen)),
            _ => unread.push(Finding::block("items_text", field::ITEMS, phrase!(W::ClosingNotAnItem, part))),
        }
    }
    items
}

/// What a step confirmation tells.
pub fn confirmed(code: &str, first: u8, last: u8) -> Phrase {
    if last == 4 {
        return phrase!(W::ClosingConfirmedAll, code);
    }
    let next = words::step(last + 1);
    phrase!(W::ClosingConfirmed, code, i64::from(first), i64::from(last), next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_read_from_one_line() {
        let mut unread = Findings::new();
        let items = read_items("配件 500；工时费 300.50 ; 施救 费 １０", &mut unread);
        let expected = [("配件", 50_000), ("工时费", 30_050), ("施救 费", 1_000)];
        assert_eq!(items, expected.map(|(name, fen)| (name.to_owned(), Fen::from_fen(fen))));
        assert!(unread.is_empty());
        assert!(read_items("500；配件 x", &mut unread).is_empty());
        assert_eq!(unread.codes(), "items_text, items_text");
    }

    #[test]
    fn an_amount_that_cannot_be_read_is_named() {
        let mut unread = Findings::new();
        assert_eq!(read_money("", field::PAYABLE, &mut unread), None);
        assert!(unread.is_empty());
        assert_eq!(read_money("8,20", field::PAYABLE, &mut unread), None);
        assert_eq!(unread.codes(), "amount_text");
    }
}

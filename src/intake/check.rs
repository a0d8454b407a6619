//! A raw row becomes facts, or every reason why not. Pure: the rulebook and the day come as arguments.

mod order;

use super::columns::{self, COUNT, Kind};
use super::row::Row;
use crate::case::facts::Column;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{self, IdProblem};
use crate::kernel::money::{Fen, MoneyError};
use crate::kernel::text::{self, TextProblem};
use crate::kernel::words::{Arg, Phrase, W};
use crate::reference::rulebook::Rulebook;
use chrono::{Datelike, NaiveDate};

/// Years that a fact may lie in; everything else is a slip of the keyboard.
const YEARS: std::ops::RangeInclusive<i32> = 1980..=2199;

/// What a row is checked against.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// Lines of insurance.
    pub rules: &'a Rulebook,
    /// The present moment, UTC seconds.
    pub now: i64,
    /// Closed cases are taken over.
    pub past: bool,
    /// Entered by hand: any of case number, accident number or plate will do.
    pub by_hand: bool,
}

/// Checks the columns of a row; the row is whole when no finding blocks.
pub fn check(raw: &[&str; COUNT], against: &Against<'_>) -> (Row, Findings) {
    let mut reading = Reading { row: Row::default(), found: Findings::new(), against };
    for column in Column::ALL {
        let written = raw[column as usize].trim();
        if !written.is_empty() {
            reading.column(column, text::unescape_formula(written));
        }
    }
    reading.required();
    reading.identity(raw[Column::IdKind as usize]);
    reading.past();
    order::check(&reading.row, against, &mut reading.found);
    (reading.row, reading.found)
}

/// Blocks with a reason about one column.
fn block(found: &mut Findings, code: &'static str, column: Column, word: W) {
    let what = Phrase::new(word, [Arg::Word(columns::word(column))]);
    found.push(Finding::block(code, columns::english(column), what));
}

struct Reading<'a> {
    row: Row,
    found: Findings,
    against: &'a Against<'a>,
}

impl Reading<'_> {
    fn column(&mut self, column: Column, written: &str) {
        if let Some(problem) = text::outside_text_problem(written) {
            let (code, word) = match problem {
                TextProblem::Control => ("control", W::IntakeRejectControl),
                TextProblem::TooLong => ("too_long", W::IntakeRejectTooLong),
            };
            return block(&mut self.found, code, column, word);
        }
        // A replacement character is what a wrong decoding elsewhere has left of a character.
        if written.contains('\u{FFFD}') {
            return block(&mut self.found, "bytes", column, W::IntakeRejectReplaced);
        }
        if text::is_masked(written) {
            return block(&mut self.found, "masked", column, W::IntakeRejectMasked);
        }
        match columns::kind(column) {
            Kind::Text => self.row.set(column, written),
            Kind::Number => self.row.set(column, &text::fold_upper(written)),
            Kind::Account => self.row.set(column, &without_blanks(&text::fold_upper(written))),
            Kind::Phone => self.phone(column, written),
            Kind::Plate => self.plate(column, written),
            // Read with its kind, once all columns are known.
            Kind::Identity => self.row.set(column, written),
            Kind::Line => self.line(column, written),
            Kind::Day => self.day(column, written),
            Kind::Moment => self.moment(column, written),
            Kind::Money => self.money(column, written),
            Kind::Outcome => match columns::outcome(written) {
                Some(outcome) => self.row.past.outcome = Some(outcome),
                None => block(&mut self.found, "outcome", column, W::IntakeRejectOutcome),
            },
        }
    }

    fn warn(&mut self, code: &'static str, column: Column, word: W) {
        self.found.push(Finding::warn(code, columns::english(column), word));
    }

    fn phone(&mut self, column: Column, written: &str) {
        let folded = without_blanks(&text::fold(written));
        if !identity::mobile_ok(&folded) {
            self.warn("phone", column, W::IntakeWarnPhone);
        }
        self.row.set(column, &folded);
    }

    fn plate(&mut self, column: Column, written: &str) {
        if !identity::plate_ok(written) {
            self.warn("plate", column, W::IntakeWarnPlate);
        }
        self.row.set(column, &identity::plate_key(written));
    }

    fn line(&mut self, column: Column, written: &str) {
        match self.against.rules.line_named(written) {
            Some(line) => self.row.facts.line.clone_from(&line.code),
            None => {
                let known = self.against.rules.lines.iter().map(|line| Arg::Text(line.name.clone())).collect();
                let said = Arg::Text(text::neutralise(written).into_owned());
                let what = Phrase::new(W::IntakeRejectUnknownLine, [said, Arg::List(known)]);
                self.found.push(Finding::block("unknown_line", columns::english(column), what));
            }
        }
    }

    fn day(&mut self, column: Column, written: &str) {
        // A moment where a day is asked for gives its day.
        let written = text::fold(written);
        let day = clock::parse_day(&written).or_else(|| clock::parse_time(&written).map(clock::day_of));
        match day.filter(|day| YEARS.contains(&day.year())) {
            Some(day) => put(self.row.day_slot(column), day),
            None => block(&mut self.found, "date", column, W::IntakeRejectDate),
        }
    }

    fn moment(&mut self, column: Column, written: &str) {
        let at = clock::parse_time(&text::fold(written));
        match at.filter(|at| YEARS.contains(&clock::day_of(*at).year())) {
            Some(at) => put(self.row.moment_slot(column), at),
            None => block(&mut self.found, "time", column, W::IntakeRejectTime),
        }
    }

    fn money(&mut self, column: Column, written: &str) {
        match Fen::parse(written) {
            Ok(amount) => put(self.row.money_slot(column), amount),
            Err(error) => {
                let word = match error {
                    MoneyError::Negative => W::IntakeRejectAmountNegative,
                    MoneyError::TooManyDecimals => W::IntakeRejectAmountDecimals,
                    MoneyError::TooLarge => W::IntakeRejectAmountLarge,
                    MoneyError::Malformed | MoneyError::Empty => W::IntakeRejectAmount,
                };
                block(&mut self.found, "amount", column, word);
            }
        }
    }

    fn required(&mut self) {
        let facts = &self.row.facts;
        let refused = |found: &Findings, column| found.iter().any(|f| f.field == Some(columns::english(column)));
        let mut missing = Vec::new();
        let named = [&facts.case_no, &facts.accident_no, &facts.plate].into_iter().any(|t| !t.is_empty());
        if !self.against.by_hand && facts.case_no.is_empty() {
            missing.push(("missing_case_no", Column::CaseNo));
        }
        if facts.line.is_empty() {
            missing.push(("missing_line", Column::Line));
        }
        if facts.insured.is_empty() {
            missing.push(("missing_insured", Column::Insured));
        }
        for (code, column) in missing {
            // What stands there but cannot be read has its own reason.
            if !refused(&self.found, column) {
                block(&mut self.found, code, column, W::IntakeRejectMissing);
            }
        }
        if self.against.by_hand && !named && !refused(&self.found, Column::CaseNo) {
            self.found.push(Finding::block("missing_number", "case_no", W::IntakeHandNumberMissing));
        }
    }

    fn identity(&mut self, kind: &str) {
        let written = std::mem::take(&mut self.row.facts.id_no);
        if written.is_empty() {
            return;
        }
        let reading = identity::classify_id(text::unescape_formula(kind.trim()), &written, today(self.against.now));
        for problem in &reading.problems {
            let (column, word) = (columns::english(Column::IdNo), id_word(*problem));
            self.found.push(if problem.is_error() {
                Finding::block(problem.code(), column, word)
            } else {
                Finding::warn(problem.code(), column, word)
            });
        }
        self.row.facts.id_no = reading.number.into_owned();
    }

    /// What belongs to a closed case, and what has no place on an open one.
    fn past(&mut self) {
        let closed = self.row.past.closed_at.is_some();
        if closed && !self.against.past {
            return self.found.push(Finding::block("past", "closed_at", W::IntakeRejectPast));
        }
        if closed && self.row.facts.payable.is_none() {
            let unreadable = self.found.iter().any(|f| f.field == Some("payable"));
            if !unreadable {
                self.found.push(Finding::block("past_payable", "payable", W::IntakeRejectPastPayable));
            }
        }
        if !closed && self.row.past != super::row::Past::default() {
            if self.row.past.archived_at.is_some() {
                return self.found.push(Finding::block("past_archived", "archived_at", W::IntakeRejectPastArchived));
            }
            self.row.past = super::row::Past::default();
            self.found.push(Finding::warn("past_open", None, W::IntakeWarnPastOpen));
        }
    }
}

fn put<T>(slot: Option<&mut Option<T>>, value: T) {
    if let Some(slot) = slot {
        *slot = Some(value);
    }
}

/// The office day of a moment.
pub fn today(now: i64) -> NaiveDate {
    clock::day_of(now)
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|c| *c != ' ').collect()
}

fn id_word(problem: IdProblem) -> W {
    match problem {
        IdProblem::WrongLength15 => W::IntakeIdLength15,
        IdProblem::WrongLength => W::IntakeIdLength,
        IdProblem::BadCharacter => W::IntakeIdCharacter,
        IdProblem::BadCheckDigit => W::IntakeIdCheckDigit,
        IdProblem::BadBirthDate => W::IntakeIdBirthDate,
        IdProblem::BirthInFuture => W::IntakeIdBirthFuture,
        IdProblem::BirthBefore1900 => W::IntakeIdBirthEarly,
        IdProblem::UnknownProvince => W::IntakeIdProvince,
        IdProblem::UnknownCounty => W::IntakeIdCounty,
        IdProblem::BadUsccLength => W::IntakeIdUsccLength,
        IdProblem::BadUsccCharacter => W::IntakeIdUsccCharacter,
        IdProblem::BadUsccCheck => W::IntakeIdUsccCheck,
        IdProblem::Masked => W::IntakeIdMasked,
        IdProblem::OtherShape => W::IntakeIdOtherShape,
        IdProblem::UnknownKind => W::IntakeIdKind,
    }
}

#[cfg(test)]
mod tests;

//! Writes the schedule of a case: when the core tells of it, and when the office does what.

use super::chance::Chance;
use super::claims::{HOUR, Source};
use super::living::{Deed, Schedule, moments};
use super::plan::Days30;
use crate::case::facts::Facts;
use crate::case::milestones::Outcome;
use crate::closing::rules::Entry;
use crate::intake::row::{Past, Row};
use crate::kernel::clock;
use crate::kernel::money::Fen;
use chrono::NaiveTime;

/// How much of a case the core system knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Far {
    /// Who, what, when.
    Reported,
    /// Also that the papers are complete.
    Papers,
    /// Also the assessment.
    Assessed,
    /// Everything.
    Priced,
}

/// What a case comes to.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// Below the company's limit of a large case.
    Small,
    /// Above it, within what every leader signs.
    Large,
    /// Assessed, verified and payable alike, somewhere between these yuan.
    Between(i64, i64),
}

/// Writes schedules.
#[derive(Debug)]
pub struct Teller<'a> {
    /// Claims are drawn from here.
    pub source: &'a mut Source,
    /// What is written.
    pub schedule: Schedule,
    /// The moment the practice begins, UTC seconds.
    pub now: i64,
    /// The core's files of the lived days, oldest first.
    files: Vec<i64>,
    /// The core's files of closed cases.
    evenings: Vec<i64>,
}

/// A case being written.
#[derive(Clone, Debug)]
pub struct Tale {
    /// Its number in the schedule.
    pub case: usize,
    /// Its facts when all is known.
    pub facts: Facts,
    /// The clerk who works on it.
    pub clerk: String,
}

impl<'a> Teller<'a> {
    /// Begins an empty schedule for the days.
    pub fn new(source: &'a mut Source, days: &Days30) -> Teller<'a> {
        let at = |hour, minute| {
            let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
            days.lived.iter().map(move |day| clock::moment_on(*day, time))
        };
        let mut files: Vec<i64> = at(8, 40).chain(at(13, 10)).filter(|at| *at <= days.now).collect();
        files.sort_unstable();
        if files.last().is_none_or(|last| days.now - last > 10 * HOUR) {
            // Practice at night: the file has just come.
            files.push(days.now - 1_200);
        }
        let evenings = at(17, 50).filter(|at| *at <= days.now).collect();
        Teller { source, schedule: Schedule::default(), now: days.now, files, evenings }
    }

    /// The newest file.
    pub fn last_file(&self) -> i64 {
        self.files.last().copied().unwrap_or(self.now)
    }

    /// So many files before the newest.
    pub fn earlier_file(&self, back: usize) -> i64 {
        let index = self.files.len().saturating_sub(back + 1);
        self.files.get(index).copied().unwrap_or(self.now)
    }

    /// The first file that can tell of a moment; the newest when none can.
    pub fn file_after(&self, at: i64) -> i64 {
        let index = self.files.partition_point(|file| *file < at);
        self.files.get(index).copied().unwrap_or_else(|| self.last_file())
    }

    /// The first file of closed cases that can tell of a moment.
    pub fn evening_after(&self, at: i64) -> Option<i64> {
        self.evenings.get(self.evenings.partition_point(|file| *file < at)).copied()
    }

    /// The newest file of closed cases.
    pub fn last_evening(&self) -> i64 {
        self.evenings.last().copied().unwrap_or(self.now)
    }

    /// A case whose claim was made before a moment.
    ///
    /// # Errors
    /// When a data file does not know the line.
    pub fn tale(&mut self, chance: &mut Chance, line: &str, size: Size, by: i64) -> anyhow::Result<Tale> {
        let line = self.source.line(line)?;
        let accident = self.source.accident(&line, chance, by, 20 * HOUR);
        let facts = self.priced(chance, &line, &accident, size);
        Ok(self.of(chance, facts))
    }

    /// The facts of a case of an accident.
    pub fn priced(
        &mut self,
        chance: &mut Chance,
        line: &super::data::LineAmounts,
        accident: &super::claims::Accident,
        size: Size,
    ) -> Facts {
        let lines = &self.source.lines;
        let priced = match size {
            Size::Small => lines.price_between(200, 4_900, chance),
            // However much is struck off, it stays large.
            Size::Large => lines.price_between(14_000, 48_000, chance),
            Size::Between(low, high) => {
                let assessed = lines.price_between(low, high, chance).assessed;
                super::amounts::Priced { assessed, verified: assessed, payable: assessed }
            }
        };
        self.source.facts(accident, line, priced, chance)
    }

    /// A case with these facts.
    pub fn of(&mut self, chance: &mut Chance, facts: Facts) -> Tale {
        let people = &self.source.data.people;
        let clerk = if chance.percent(70) { &people.clerk } else { &people.second_clerk };
        Tale { clerk: clerk.clone(), case: self.schedule.case(), facts }
    }

    /// The core tells of a case.
    pub fn row(&mut self, at: i64, tale: &Tale, far: Far) {
        let row = Row { facts: known(&tale.facts, far), past: Past::default() };
        let by = self.source.data.people.clerk.clone();
        self.schedule.add(at, tale.case, &by, Deed::Row(Box::new(row)));
    }

    /// The core tells that a case was closed elsewhere, and what happened up to then.
    pub fn closed(&mut self, at: i64, tale: &Tale, past: &Past) {
        let row = Row { facts: tale.facts.clone(), past: up_to(past, at) };
        let by = self.source.data.people.leader.clone();
        self.schedule.add(at, tale.case, &by, Deed::Closed(Box::new(row)));
    }

    /// The clerk does something.
    pub fn clerk(&mut self, at: i64, tale: &Tale, deed: Deed) {
        self.schedule.add(at, tale.case, &tale.clerk, deed);
    }

    /// Steps are confirmed as the facts say.
    pub fn confirm(&mut self, at: i64, tale: &Tale, through: u8, outcome: Outcome) {
        let entry = self.entry(tale, outcome);
        self.clerk(at, tale, Deed::Confirm(through, Box::new(entry)));
    }

    /// Somebody with authority signs.
    pub fn sign(&mut self, at: i64, tale: &Tale) {
        let people = &self.source.data.people;
        let high = tale.facts.payable.is_some_and(|payable| payable > Fen::from_yuan(50_000));
        let by = if high { &people.head } else { &people.leader }.clone();
        self.schedule.add(at, tale.case, &by, Deed::Sign);
    }

    /// A new case whose papers were complete at a moment, and its first file with all of it; answers the file's moment.
    ///
    /// # Errors
    /// When a data file does not know the line.
    pub fn ready(
        &mut self,
        chance: &mut Chance,
        (line, size): (&str, Size),
        papers_at: i64,
        far: Far,
    ) -> anyhow::Result<(Tale, i64)> {
        let papers_at = papers_at.min(self.last_file() - 300);
        let mut tale = self.tale(chance, line, size, papers_at - HOUR)?;
        tale.facts.papers_at = Some(papers_at);
        let file = self.file_after(papers_at);
        self.row(file, &tale, far);
        Ok((tale, file))
    }

    /// Moments between a file and the beginning of the practice.
    pub fn since<const N: usize>(&self, chance: &mut Chance, file: i64) -> [i64; N] {
        moments(chance, file + 240, self.now - 120)
    }

    /// What the closing form holds for a case.
    pub fn entry(&self, tale: &Tale, outcome: Outcome) -> Entry {
        let f = &tale.facts;
        if matches!(outcome, Outcome::Refuse | Outcome::Withdraw) {
            let reason = &self.source.data.texts.not_applicable;
            let not_applicable = [reason.clone(), String::new(), reason.clone(), reason.clone()];
            return Entry { not_applicable, outcome: Some(outcome), ..Entry::default() };
        }
        let payable = if outcome == Outcome::Pay { f.payable } else { Some(Fen::ZERO) };
        Entry {
            surveyor: f.surveyor.clone(),
            survey_day: f.surveyed_at.map(clock::day_of),
            survey_place: f.survey_place.clone(),
            assessed: f.assessed,
            assessor: f.assessor.clone(),
            verified: f.verified,
            verifier: f.verifier.clone(),
            payable,
            adjuster: f.adjuster.clone(),
            items: self.items(payable.unwrap_or_default()),
            outcome: Some(outcome),
            ..Entry::default()
        }
    }

    /// Of every third sum, what it is made of.
    fn items(&self, payable: Fen) -> Vec<(String, Fen)> {
        let texts = &self.source.data.texts.items;
        if payable.fen() % 3 != 0 || payable < Fen::from_yuan(500) {
            return Vec::new();
        }
        let labour = payable.fen() / 400 * 100;
        let parts = [payable.fen() - labour, labour];
        texts.iter().zip(parts).map(|(name, fen)| (name.clone(), Fen::from_fen(fen))).collect()
    }
}

/// The facts as far as the core has come.
pub fn known(facts: &Facts, far: Far) -> Facts {
    let mut known = facts.clone();
    if far < Far::Papers {
        known.papers_at = None;
        for later in [&mut known.payee, &mut known.holder, &mut known.bank, &mut known.account, &mut known.account_kind]
        {
            later.clear();
        }
    }
    if far < Far::Assessed {
        known.assessed = None;
        known.assessor.clear();
    }
    if far < Far::Priced {
        (known.verified, known.payable) = (None, None);
        known.verifier.clear();
        known.adjuster.clear();
    }
    known
}

/// What had happened by a moment.
fn up_to(past: &Past, at: i64) -> Past {
    let by = |moment: Option<i64>| moment.filter(|moment| *moment <= at);
    let (paid_at, archived_at) = (by(past.paid_at), by(past.archived_at));
    Past {
        closed_at: past.closed_at,
        outcome: past.outcome,
        approver: past.approver.clone(),
        agreed_at: by(past.agreed_at),
        told_at: by(past.told_at),
        payment_mode: if paid_at.is_some() { past.payment_mode.clone() } else { String::new() },
        paid_at,
        archived_at,
        box_text: if archived_at.is_some() { past.box_text.clone() } else { String::new() },
    }
}

//! The columns of `cases` that hold facts: named once, bound in that order by insert and update alike.

use crate::case::facts::{CasePeople, Facts};
use crate::kernel::money::Fen;
use chrono::NaiveDate;
use rusqlite::Statement;

/// The fact columns in the order [`bind`] binds them: first those a case is known by, which have indexes, then those
/// that the work on it fills in.
pub(super) const COLUMNS: [&str; 35] = [
    "case_no",
    "case_no_rev",
    "accident_no",
    "policy_no",
    "line",
    "insured",
    "id_kind",
    "id_no",
    "id_rev",
    "phone",
    "phone_rev",
    "plate",
    "policy_end",
    "loss_date",
    "report_date",
    "claimed_at",
    "papers_at",
    "assessed",
    "verified",
    "payable",
    "surveyor",
    "surveyor_id",
    "surveyed_at",
    "survey_place",
    "assessor",
    "assessor_id",
    "verifier",
    "verifier_id",
    "adjuster",
    "adjuster_id",
    "payee",
    "holder",
    "bank",
    "account",
    "account_kind",
];

/// How many of [`COLUMNS`] a case is known by.
pub(super) const KNOWN_BY: usize = 15;

/// Whether two cases are known by the same facts.
pub(super) fn same_known(a: &Facts, b: &Facts) -> bool {
    let days = |f: &Facts| (f.policy_end, f.loss_date, f.report_date);
    let texts = |f: &Facts, g: &Facts| {
        f.case_no == g.case_no
            && f.accident_no == g.accident_no
            && f.policy_no == g.policy_no
            && f.line == g.line
            && f.insured == g.insured
            && f.id_kind == g.id_kind
            && f.id_no == g.id_no
            && f.phone == g.phone
            && f.plate == g.plate
    };
    days(a) == days(b) && texts(a, b)
}

/// Binds facts from the first parameter on; returns the number of the next parameter.
pub(super) fn bind(statement: &mut Statement<'_>, facts: &Facts, people: &CasePeople) -> rusqlite::Result<usize> {
    let next = bind_known(statement, facts)?;
    bind_worked(statement, next, facts, people)
}

/// Binds what a case is known by.
fn bind_known(statement: &mut Statement<'_>, f: &Facts) -> rusqlite::Result<usize> {
    let mut to = Binder { statement, next: 1 };
    to.text(&f.case_no)?;
    to.tail(&f.case_no)?;
    to.text(&f.accident_no)?;
    to.text(&f.policy_no)?;
    to.text(&f.line)?;
    to.text(&f.insured)?;
    to.text(&f.id_kind)?;
    to.text(&f.id_no)?;
    to.tail(&f.id_no)?;
    to.text(&f.phone)?;
    to.tail(&f.phone)?;
    to.text(&f.plate)?;
    to.day(f.policy_end)?;
    to.day(f.loss_date)?;
    to.day(f.report_date)?;
    Ok(to.next)
}

/// Binds what the work on a case fills in.
pub(super) fn bind_worked(
    statement: &mut Statement<'_>,
    next: usize,
    f: &Facts,
    people: &CasePeople,
) -> rusqlite::Result<usize> {
    let mut to = Binder { statement, next };
    to.number(f.claimed_at)?;
    to.number(f.papers_at)?;
    to.money(f.assessed)?;
    to.money(f.verified)?;
    to.money(f.payable)?;
    to.text(&f.surveyor)?;
    to.number(people.surveyor)?;
    to.number(f.surveyed_at)?;
    to.text(&f.survey_place)?;
    to.text(&f.assessor)?;
    to.number(people.assessor)?;
    to.text(&f.verifier)?;
    to.number(people.verifier)?;
    to.text(&f.adjuster)?;
    to.number(people.adjuster)?;
    to.text(&f.payee)?;
    to.text(&f.holder)?;
    to.text(&f.bank)?;
    to.text(&f.account)?;
    to.text(&f.account_kind)?;
    Ok(to.next)
}

/// Binds one parameter after the other.
pub(super) struct Binder<'s, 'c> {
    pub statement: &'s mut Statement<'c>,
    /// Number of the next parameter, from 1.
    pub next: usize,
}

impl Binder<'_, '_> {
    pub fn put(&mut self, value: impl rusqlite::ToSql) -> rusqlite::Result<()> {
        self.statement.raw_bind_parameter(self.next, value)?;
        self.next += 1;
        Ok(())
    }

    pub fn text(&mut self, value: &str) -> rusqlite::Result<()> {
        self.put(value)
    }

    pub fn number(&mut self, value: Option<i64>) -> rusqlite::Result<()> {
        self.put(value)
    }

    pub fn money(&mut self, value: Option<Fen>) -> rusqlite::Result<()> {
        self.put(value.map(Fen::fen))
    }

    /// What a number is found by its tail with.
    fn tail(&mut self, number: &str) -> rusqlite::Result<()> {
        self.put(super::tail_key(number))
    }

    fn day(&mut self, day: Option<NaiveDate>) -> rusqlite::Result<()> {
        match day {
            Some(day) => self.put(crate::kernel::clock::day_text(day)),
            None => self.put(""),
        }
    }
}

/// `$from, …` for so many parameters.
pub(super) fn parameters(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// `column = $n, …` for columns whose first parameter is `$1`.
pub(super) fn assignments(columns: &[&str]) -> String {
    columns.iter().zip(1..).map(|(column, n)| format!("{column} = ${n}")).collect::<Vec<_>>().join(", ")
}

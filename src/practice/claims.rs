//! One accident and its cases by chance: numbers in the office's form, facts in the order things happen.

use super::amounts::{Lines, Priced};
use super::chance::Chance;
use super::customers::{self, Customer};
use super::data::{Data, LineAmounts};
use crate::case::facts::Facts;
use crate::kernel::clock::{self, DAY};
use chrono::{Datelike, Days, NaiveDate};
use std::collections::BTreeMap;

/// Seconds of an hour.
pub const HOUR: i64 = 3_600;
/// The office's region in its numbers.
const REGION: &str = "340104";
/// Up to so many cases of other offices come between two of this one.
const OTHERS: u64 = 18;

/// What one accident's cases share.
#[derive(Clone, Debug)]
pub struct Accident {
    /// 报案号
    pub number: String,
    /// 被保险人
    pub customer: Customer,
    /// 车牌号, empty where no vehicle belongs to the line.
    pub plate: String,
    /// 出险日期
    pub loss: NaiveDate,
    /// When it was reported, UTC seconds.
    pub reported_at: i64,
    /// 索赔时间
    pub claimed_at: i64,
    /// When and where it was surveyed, and by whom.
    pub survey: (i64, String, String),
    account: (String, String, String),
}

/// Hands out claims one after the other; the numbers run per year.
#[derive(Debug)]
pub struct Source {
    /// The files everything is drawn from.
    pub data: Data,
    /// Lines and amounts.
    pub lines: Lines,
    cases: BTreeMap<i32, u64>,
    accidents: BTreeMap<i32, u64>,
}

/// The next number of a year; the core gives those between to other offices.
fn next(numbers: &mut BTreeMap<i32, u64>, year: i32, chance: &mut Chance) -> u64 {
    let number = numbers.entry(year).or_default();
    *number += 1 + chance.below(OTHERS);
    *number
}

/// The lines of a vehicle's two policies: what one has, an accident may bring under the other too.
const MOTOR: [&str; 2] = ["motor-compulsory", "motor"];

impl Source {
    /// Reads the data files.
    ///
    /// # Errors
    /// When one is malformed.
    pub fn new() -> anyhow::Result<Source> {
        let data = Data::read()?;
        let lines = Lines::new(&data.amounts);
        Ok(Source { data, lines, cases: BTreeMap::new(), accidents: BTreeMap::new() })
    }

    /// The line with this code.
    ///
    /// # Errors
    /// When the data file does not know it.
    pub fn line(&self, code: &str) -> anyhow::Result<LineAmounts> {
        let found = self.data.amounts.line.iter().find(|line| line.code == code);
        found.cloned().ok_or_else(|| anyhow::anyhow!("amounts.toml has no line {code}"))
    }

    /// A line by its share of the cases.
    ///
    /// # Errors
    /// When the data file has none.
    pub fn any_line(&self, chance: &mut Chance) -> anyhow::Result<LineAmounts> {
        self.lines.draw(chance).cloned().ok_or_else(|| anyhow::anyhow!("amounts.toml has no lines"))
    }

    /// The other policy of the same vehicle.
    ///
    /// # Errors
    /// When the data file does not know it.
    pub fn other_motor(&self, line: &LineAmounts) -> anyhow::Result<Option<LineAmounts>> {
        match MOTOR.iter().position(|code| *code == line.code) {
            Some(at) => self.line(MOTOR[1 - at]).map(Some),
            None => Ok(None),
        }
    }

    /// An accident under a line whose claim was made in the `within` seconds before a moment.
    pub fn accident(&mut self, line: &LineAmounts, chance: &mut Chance, by: i64, within: i64) -> Accident {
        let claimed_at = by - chance.between(600, within.max(601));
        let reported_at = claimed_at - chance.between(300, 20 * HOUR);
        let loss = clock::day_of(reported_at - chance.between(0, 36 * HOUR));
        let customer = customers::customer(&self.data, chance, line.companies, line.child, clock::day_of(reported_at));
        let plate = if line.plate { customers::plate(&self.data, chance, customer.company) } else { String::new() };
        let places = &self.data.places;
        let place = format!("{}{}", customers::word(&places.streets, chance), customers::word(&places.spots, chance));
        let surveyor = chance.of(&self.data.people.named.surveyors).cloned().unwrap_or_default();
        let surveyed_at = chance.between(reported_at + 300, claimed_at.max(reported_at + 301));
        let year = clock::day_of(reported_at).year();
        Accident {
            number: format!("RDAA{year}{REGION}{:07}", next(&mut self.accidents, year, chance)),
            account: customers::account(&self.data, chance, customer.company),
            customer,
            plate,
            loss,
            reported_at,
            claimed_at,
            survey: (surveyed_at, place, surveyor),
        }
    }

    /// The facts of a case as the core system has them when all is done; only `papers_at` is left to the caller.
    pub fn facts(&mut self, accident: &Accident, line: &LineAmounts, priced: Priced, chance: &mut Chance) -> Facts {
        let year = clock::day_of(accident.reported_at).year();
        let named = &self.data.people.named;
        let mut one = |list: &[String]| chance.of(list).cloned().unwrap_or_default();
        let (assessor, verifier) = (one(&named.assessors), one(&named.verifiers));
        let adjuster = one(&named.adjusters);
        let insured_from = accident.loss.checked_add_days(Days::new(1 + chance.below(363)));
        let (bank, account, account_kind) = accident.account.clone();
        let (surveyed_at, survey_place, surveyor) = accident.survey.clone();
        let who = &accident.customer;
        Facts {
            case_no: format!("PDAA{year}{REGION}{:07}", next(&mut self.cases, year, chance)),
            accident_no: accident.number.clone(),
            policy_no: format!("PA{}{:09}", accident.loss.year(), chance.below(1_000_000_000)),
            line: line.code.clone(),
            insured: who.name.clone(),
            id_kind: who.id_kind.clone(),
            id_no: who.id_no.clone(),
            phone: who.phone.clone(),
            plate: if line.plate { accident.plate.clone() } else { String::new() },
            policy_end: insured_from,
            loss_date: Some(accident.loss),
            report_date: Some(clock::day_of(accident.reported_at)),
            claimed_at: Some(accident.claimed_at),
            papers_at: None,
            assessed: Some(priced.assessed),
            verified: Some(priced.verified),
            payable: Some(priced.payable),
            surveyor,
            surveyed_at: Some(surveyed_at),
            survey_place,
            assessor,
            verifier,
            adjuster,
            payee: who.name.clone(),
            holder: who.name.clone(),
            bank,
            account,
            account_kind,
        }
    }
}

/// A moment of a day at which somebody is at the desk: one in eight after the 16:00 cutoff.
pub fn at_the_desk(day: NaiveDate, chance: &mut Chance) -> i64 {
    let start = clock::moment_on(day, chrono::NaiveTime::MIN);
    let (from, to) = if chance.percent(12) { (57_601, 62_700) } else { (31_200, 57_600) };
    start + chance.between(from, to).min(DAY - 1)
}

//! One row of a file after reading: the facts of a case and, for a closed one, its past.

use super::columns;
use crate::case::facts::{Column, Facts};
use crate::case::milestones::Outcome;
use crate::case::store::CaseFile;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The non-empty columns of a row in canonical text; the line is its code.
pub type Values = BTreeMap<Column, String>;

/// What happened to a case before it came to this store. Moments are UTC seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct Past {
    pub closed_at: Option<i64>,
    pub outcome: Option<Outcome>,
    pub approver: String,
    pub agreed_at: Option<i64>,
    pub told_at: Option<i64>,
    pub payment_mode: String,
    pub paid_at: Option<i64>,
    pub archived_at: Option<i64>,
    pub box_text: String,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The daily columns.
    pub facts: Facts,
    /// The columns that come only with the past.
    pub past: Past,
}

impl Row {
    /// A case as the row that would bring it: what an export writes and a repeated import is compared with.
    pub fn of(case: &CaseFile) -> Row {
        let m = &case.milestones;
        let mut facts = case.facts.clone();
        let mut past = Past::default();
        if let Some(closed_at) = m.closed_at {
            // What was signed off is the payable; the facts only prefilled it.
            facts.payable = m.payable.or(facts.payable);
            past = Past {
                closed_at: Some(closed_at),
                outcome: m.outcome,
                approver: case.round.approver.clone(),
                agreed_at: m.agreed_at,
                // A refusal is told by delivering its notice.
                told_at: m.told_at.or(m.delivered_at),
                payment_mode: case.round.payment_mode.clone(),
                paid_at: m.paid_at,
                archived_at: m.filed_at,
                box_text: case.round.box_text.clone(),
            };
        }
        Row { facts, past }
    }

    /// The canonical text of a column; `line_name` is how the line is written.
    pub fn text(&self, column: Column, line_name: &str) -> String {
        let time = |at: Option<i64>| at.map_or_else(String::new, clock::file_time);
        match column {
            Column::ClosedAt => time(self.past.closed_at),
            Column::Outcome => self.past.outcome.map_or("", Outcome::code).to_owned(),
            Column::Approver => self.past.approver.clone(),
            Column::AgreedAt => time(self.past.agreed_at),
            Column::ToldAt => time(self.past.told_at),
            Column::PaymentMode => self.past.payment_mode.clone(),
            Column::PaidAt => time(self.past.paid_at),
            Column::ArchivedAt => time(self.past.archived_at),
            Column::Box => self.past.box_text.clone(),
            daily => self.facts.file_text(daily, line_name),
        }
    }

    /// Every non-empty column.
    pub fn values(&self) -> Values {
        let columns = if self.past == Past::default() { &Column::ALL[..Column::DAILY] } else { &Column::ALL[..] };
        columns.iter().map(|c| (*c, self.text(*c, &self.facts.line))).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Takes one column over from another row.
    pub fn copy(&mut self, from: &Row, column: Column) {
        let (to, of) = (&mut self.facts, &from.facts);
        match column {
            Column::CaseNo => to.case_no.clone_from(&of.case_no),
            Column::AccidentNo => to.accident_no.clone_from(&of.accident_no),
            Column::PolicyNo => to.policy_no.clone_from(&of.policy_no),
            Column::Line => to.line.clone_from(&of.line),
            Column::Insured => to.insured.clone_from(&of.insured),
            Column::IdKind => to.id_kind.clone_from(&of.id_kind),
            Column::IdNo => to.id_no.clone_from(&of.id_no),
            Column::Phone => to.phone.clone_from(&of.phone),
            Column::Plate => to.plate.clone_from(&of.plate),
            Column::PolicyEnd => to.policy_end = of.policy_end,
            Column::LossDate => to.loss_date = of.loss_date,
            Column::ReportDate => to.report_date = of.report_date,
            Column::ClaimedAt => to.claimed_at = of.claimed_at,
            Column::PapersAt => to.papers_at = of.papers_at,
            Column::Assessed => to.assessed = of.assessed,
            Column::Verified => to.verified = of.verified,
            Column::Payable => to.payable = of.payable,
            Column::Surveyor => to.surveyor.clone_from(&of.surveyor),
            Column::SurveyedAt => to.surveyed_at = of.surveyed_at,
            Column::SurveyPlace => to.survey_place.clone_from(&of.survey_place),
            Column::Assessor => to.assessor.clone_from(&of.assessor),
            Column::Verifier => to.verifier.clone_from(&of.verifier),
            Column::Adjuster => to.adjuster.clone_from(&of.adjuster),
            Column::Payee => to.payee.clone_from(&of.payee),
            Column::Holder => to.holder.clone_from(&of.holder),
            Column::Bank => to.bank.clone_from(&of.bank),
            Column::Account => to.account.clone_from(&of.account),
            Column::AccountKind => to.account_kind.clone_from(&of.account_kind),
            _ => self.copy_past(from, column),
        }
    }

    fn copy_past(&mut self, from: &Row, column: Column) {
        let (to, of) = (&mut self.past, &from.past);
        match column {
            Column::ClosedAt => to.closed_at = of.closed_at,
            Column::Outcome => to.outcome = of.outcome,
            Column::Approver => to.approver.clone_from(&of.approver),
            Column::AgreedAt => to.agreed_at = of.agreed_at,
            Column::ToldAt => to.told_at = of.told_at,
            Column::PaymentMode => to.payment_mode.clone_from(&of.payment_mode),
            Column::PaidAt => to.paid_at = of.paid_at,
            Column::ArchivedAt => to.archived_at = of.archived_at,
            Column::Box => to.box_text.clone_from(&of.box_text),
            _ => {}
        }
    }

    /// Puts back a column from its canonical text, as [`Row::values`] wrote it.
    pub fn set(&mut self, column: Column, written: &str) {
        let text = || written.to_owned();
        let (f, p) = (&mut self.facts, &mut self.past);
        match column {
            Column::CaseNo => f.case_no = text(),
            Column::AccidentNo => f.accident_no = text(),
            Column::PolicyNo => f.policy_no = text(),
            Column::Line => f.line = text(),
            Column::Insured => f.insured = text(),
            Column::IdKind => f.id_kind = text(),
            Column::IdNo => f.id_no = text(),
            Column::Phone => f.phone = text(),
            Column::Plate => f.plate = text(),
            Column::PolicyEnd => f.policy_end = clock::parse_day(written),
            Column::LossDate => f.loss_date = clock::parse_day(written),
            Column::ReportDate => f.report_date = clock::parse_day(written),
            Column::ClaimedAt => f.claimed_at = clock::parse_time(written),
            Column::PapersAt => f.papers_at = clock::parse_time(written),
            Column::Assessed => f.assessed = Fen::parse(written).ok(),
            Column::Verified => f.verified = Fen::parse(written).ok(),
            Column::Payable => f.payable = Fen::parse(written).ok(),
            Column::Surveyor => f.surveyor = text(),
            Column::SurveyedAt => f.surveyed_at = clock::parse_time(written),
            Column::SurveyPlace => f.survey_place = text(),
            Column::Assessor => f.assessor = text(),
            Column::Verifier => f.verifier = text(),
            Column::Adjuster => f.adjuster = text(),
            Column::Payee => f.payee = text(),
            Column::Holder => f.holder = text(),
            Column::Bank => f.bank = text(),
            Column::Account => f.account = text(),
            Column::AccountKind => f.account_kind = text(),
            Column::ClosedAt => p.closed_at = clock::parse_time(written),
            Column::Outcome => p.outcome = Outcome::from_code(written),
            Column::Approver => p.approver = text(),
            Column::AgreedAt => p.agreed_at = clock::parse_time(written),
            Column::ToldAt => p.told_at = clock::parse_time(written),
            Column::PaymentMode => p.payment_mode = text(),
            Column::PaidAt => p.paid_at = clock::parse_time(written),
            Column::ArchivedAt => p.archived_at = clock::parse_time(written),
            Column::Box => p.box_text = text(),
        }
    }

    /// The row with these values.
    pub fn from_values(values: &Values) -> Row {
        let mut row = Row::default();
        for (column, text) in values {
            row.set(*column, text);
        }
        row
    }
}

/// Values as a journal payload keeps them.
pub fn to_json(values: &Values) -> Value {
    let map: Map<String, Value> =
        values.iter().map(|(c, text)| (columns::english(*c).to_owned(), Value::from(text.as_str()))).collect();
    Value::Object(map)
}

/// Values from a journal payload; columns this program does not know are left out.
pub fn from_json(json: &Value) -> Values {
    json.as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, text)| Some((columns::named(name)?, text.as_str()?.to_owned())))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> Values {
        Column::ALL
            .into_iter()
            .map(|c| {
                let text = match columns::kind(c) {
                    columns::Kind::Day => "2026-11-03".to_owned(),
                    columns::Kind::Moment => "2026-11-23 15:59:59".to_owned(),
                    columns::Kind::Money => "8200.50".to_owned(),
                    columns::Kind::Outcome => "refuse".to_owned(),
                    _ => format!("V-{}", columns::english(c)),
                };
                (c, text)
            })
            .collect()
    }

    #[test]
    fn every_column_survives_the_way_into_a_row_and_back() {
        let values = full();
        let row = Row::from_values(&values);
        assert_eq!(row.values(), values);
        assert_eq!(from_json(&to_json(&values)), values);
        let mut copy = Row::default();
        for column in Column::ALL {
            copy.copy(&row, column);
        }
        assert_eq!(copy, row);
    }
}

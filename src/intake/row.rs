//! One row of a file after reading: the facts of a case and, for a closed one, its past.

use super::columns;
use crate::case::facts::{Cell, Column, Facts};
use crate::case::milestones::Outcome;
use crate::case::store::CaseFile;
use crate::db::canonical;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use chrono::NaiveDate;
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
            // What was signed off is the payable, nothing where nothing is paid; the facts only prefilled it.
            facts.payable = m.payable.or(facts.payable).or(Some(Fen::ZERO));
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

    /// The value of a column; `line_name` is how the line is written.
    pub fn cell<'a>(&'a self, column: Column, line_name: &'a str) -> Cell<'a> {
        let past = &self.past;
        match column {
            Column::ClosedAt => Cell::Moment(past.closed_at),
            Column::Outcome => Cell::Text(past.outcome.map_or("", Outcome::code)),
            Column::Approver => Cell::Text(&past.approver),
            Column::AgreedAt => Cell::Moment(past.agreed_at),
            Column::ToldAt => Cell::Moment(past.told_at),
            Column::PaymentMode => Cell::Text(&past.payment_mode),
            Column::PaidAt => Cell::Moment(past.paid_at),
            Column::ArchivedAt => Cell::Moment(past.archived_at),
            Column::Box => Cell::Text(&past.box_text),
            daily => self.facts.cell(daily, line_name),
        }
    }

    /// The canonical text of a column; `line_name` is how the line is written.
    pub fn text(&self, column: Column, line_name: &str) -> String {
        self.cell(column, line_name).text()
    }

    /// Every non-empty column.
    pub fn values(&self) -> Values {
        let columns = if self.past == Past::default() { &Column::ALL[..Column::DAILY] } else { &Column::ALL[..] };
        columns.iter().map(|c| (*c, self.text(*c, &self.facts.line))).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// Writes every non-empty column as [`to_json`] would write [`Row::values`], as canonical JSON.
    pub fn write_json(&self, out: &mut String) {
        let daily_only = self.past == Past::default();
        let mut object = canonical::Object::open(out);
        for column in columns::by_english() {
            if daily_only && *column as usize >= Column::DAILY {
                continue;
            }
            match self.cell(*column, &self.facts.line) {
                cell if cell.is_empty() => {}
                Cell::Text(text) => object.string(columns::english(*column), text),
                // Days, moments and amounts hold nothing that needs an escape.
                cell => {
                    let out = object.key(columns::english(*column));
                    out.push('"');
                    cell.push(out);
                    out.push('"');
                }
            }
        }
        object.close();
    }

    /// Takes one column over from another row, which stays as it is.
    pub fn copy(&mut self, from: &mut Row, column: Column) {
        if column == Column::Outcome {
            self.past.outcome = from.past.outcome;
            return;
        }
        if let (Some(to), Some(of)) = (self.text_slot(column), from.text_slot(column)) {
            to.clone_from(of);
        } else if let (Some(to), Some(of)) = (self.day_slot(column), from.day_slot(column)) {
            *to = *of;
        } else if let (Some(to), Some(of)) = (self.moment_slot(column), from.moment_slot(column)) {
            *to = *of;
        } else if let (Some(to), Some(of)) = (self.money_slot(column), from.money_slot(column)) {
            *to = *of;
        }
    }

    /// Puts back a column from its canonical text, as [`Row::values`] wrote it.
    pub fn set(&mut self, column: Column, written: &str) {
        if column == Column::Outcome {
            self.past.outcome = Outcome::from_code(written);
        } else if let Some(slot) = self.text_slot(column) {
            written.clone_into(slot);
        } else if let Some(slot) = self.day_slot(column) {
            *slot = clock::parse_day(written);
        } else if let Some(slot) = self.moment_slot(column) {
            *slot = clock::parse_time(written);
        } else if let Some(slot) = self.money_slot(column) {
            *slot = Fen::parse(written).ok();
        }
    }

    /// Where a column of text is kept; nothing for the others.
    pub fn text_slot(&mut self, column: Column) -> Option<&mut String> {
        let (f, p) = (&mut self.facts, &mut self.past);
        Some(match column {
            Column::CaseNo => &mut f.case_no,
            Column::AccidentNo => &mut f.accident_no,
            Column::PolicyNo => &mut f.policy_no,
            Column::Line => &mut f.line,
            Column::Insured => &mut f.insured,
            Column::IdKind => &mut f.id_kind,
            Column::IdNo => &mut f.id_no,
            Column::Phone => &mut f.phone,
            Column::Plate => &mut f.plate,
            Column::Surveyor => &mut f.surveyor,
            Column::SurveyPlace => &mut f.survey_place,
            Column::Assessor => &mut f.assessor,
            Column::Verifier => &mut f.verifier,
            Column::Adjuster => &mut f.adjuster,
            Column::Payee => &mut f.payee,
            Column::Holder => &mut f.holder,
            Column::Bank => &mut f.bank,
            Column::Account => &mut f.account,
            Column::AccountKind => &mut f.account_kind,
            Column::Approver => &mut p.approver,
            Column::PaymentMode => &mut p.payment_mode,
            Column::Box => &mut p.box_text,
            _ => return None,
        })
    }

    /// Where a column of days is kept.
    pub fn day_slot(&mut self, column: Column) -> Option<&mut Option<NaiveDate>> {
        let f = &mut self.facts;
        Some(match column {
            Column::PolicyEnd => &mut f.policy_end,
            Column::LossDate => &mut f.loss_date,
            Column::ReportDate => &mut f.report_date,
            _ => return None,
        })
    }

    /// Where a column of moments is kept.
    pub fn moment_slot(&mut self, column: Column) -> Option<&mut Option<i64>> {
        let (f, p) = (&mut self.facts, &mut self.past);
        Some(match column {
            Column::ClaimedAt => &mut f.claimed_at,
            Column::PapersAt => &mut f.papers_at,
            Column::SurveyedAt => &mut f.surveyed_at,
            Column::ClosedAt => &mut p.closed_at,
            Column::AgreedAt => &mut p.agreed_at,
            Column::ToldAt => &mut p.told_at,
            Column::PaidAt => &mut p.paid_at,
            Column::ArchivedAt => &mut p.archived_at,
            _ => return None,
        })
    }

    /// Where a column of amounts is kept.
    pub fn money_slot(&mut self, column: Column) -> Option<&mut Option<Fen>> {
        let f = &mut self.facts;
        Some(match column {
            Column::Assessed => &mut f.assessed,
            Column::Verified => &mut f.verified,
            Column::Payable => &mut f.payable,
            _ => return None,
        })
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
        let mut row = Row::from_values(&values);
        assert_eq!(row.values(), values);
        assert_eq!(from_json(&to_json(&values)), values);
        let mut copy = Row::default();
        for column in Column::ALL {
            copy.copy(&mut row, column);
        }
        assert_eq!(copy, row);
    }

    #[test]
    fn a_row_written_column_by_column_is_its_values_as_canonical_json() {
        let mut odd = Row::from_values(&full());
        odd.facts.insured = "甲\"乙\\丙\u{1}".to_owned();
        odd.facts.payee = String::new();
        let mut daily = odd.clone();
        daily.past = Past::default();
        for row in [odd, daily, Row::default()] {
            let mut out = String::new();
            row.write_json(&mut out);
            assert_eq!(out, canonical::text(&to_json(&row.values())));
        }
    }
}

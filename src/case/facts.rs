//! The facts of a case, as the core system or a clerk gives them, and the columns they travel in.

use super::deadline::ClockFacts;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use chrono::NaiveDate;

/// A column of the files that come in and go out (design, import columns).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the file format, listed in assets/columns.tsv")]
pub enum Column {
    CaseNo,
    AccidentNo,
    PolicyNo,
    Line,
    Insured,
    IdKind,
    IdNo,
    Phone,
    Plate,
    PolicyEnd,
    LossDate,
    ReportDate,
    ClaimedAt,
    PapersAt,
    Assessed,
    Verified,
    Payable,
    Surveyor,
    SurveyedAt,
    SurveyPlace,
    Assessor,
    Verifier,
    Adjuster,
    Payee,
    Holder,
    Bank,
    Account,
    AccountKind,
    ClosedAt,
    Outcome,
    Approver,
    AgreedAt,
    ToldAt,
    PaymentMode,
    PaidAt,
    ArchivedAt,
    Box,
}

const NAMES: &str = include_str!("../../assets/columns.tsv");

impl Column {
    /// Every column in file order; the first [`Column::DAILY`] come every day, the others only with the past.
    pub const ALL: [Column; 37] = [
        Column::CaseNo,
        Column::AccidentNo,
        Column::PolicyNo,
        Column::Line,
        Column::Insured,
        Column::IdKind,
        Column::IdNo,
        Column::Phone,
        Column::Plate,
        Column::PolicyEnd,
        Column::LossDate,
        Column::ReportDate,
        Column::ClaimedAt,
        Column::PapersAt,
        Column::Assessed,
        Column::Verified,
        Column::Payable,
        Column::Surveyor,
        Column::SurveyedAt,
        Column::SurveyPlace,
        Column::Assessor,
        Column::Verifier,
        Column::Adjuster,
        Column::Payee,
        Column::Holder,
        Column::Bank,
        Column::Account,
        Column::AccountKind,
        Column::ClosedAt,
        Column::Outcome,
        Column::Approver,
        Column::AgreedAt,
        Column::ToldAt,
        Column::PaymentMode,
        Column::PaidAt,
        Column::ArchivedAt,
        Column::Box,
    ];
    /// How many columns come every day.
    pub const DAILY: usize = 28;

    fn names(self) -> (&'static str, &'static str) {
        NAMES.lines().nth(self as usize).and_then(|line| line.split_once('\t')).unwrap_or(("", ""))
    }

    /// The English header.
    pub fn english(self) -> &'static str {
        self.names().0
    }

    /// The Chinese header.
    pub fn chinese(self) -> &'static str {
        self.names().1
    }

    /// The column a header names, in either language; blanks and letter case do not matter.
    pub fn from_header(header: &str) -> Option<Column> {
        let folded = crate::kernel::text::fold(header).to_lowercase();
        Column::ALL.into_iter().find(|c| c.english() == folded || c.chinese() == folded)
    }

    /// The closing step whose confirmation fixes the column; 0 = belongs to no step.
    pub const fn step(self) -> u8 {
        match self {
            Column::Surveyor | Column::SurveyedAt | Column::SurveyPlace => 1,
            Column::PapersAt => 2,
            Column::Assessed | Column::Assessor => 3,
            Column::Verified | Column::Payable | Column::Verifier | Column::Adjuster => 4,
            _ => 0,
        }
    }

    /// Whether the value is personal data that files and screens mask.
    pub const fn personal(self) -> bool {
        matches!(self, Column::IdNo | Column::Phone | Column::Account)
    }
}

/// The facts of a case. Empty text and `None` = not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct Facts {
    pub case_no: String,
    pub accident_no: String,
    pub policy_no: String,
    /// Code of the line, see `reference`.
    pub line: String,
    pub insured: String,
    pub id_kind: String,
    pub id_no: String,
    pub phone: String,
    pub plate: String,
    pub policy_end: Option<NaiveDate>,
    pub loss_date: Option<NaiveDate>,
    pub report_date: Option<NaiveDate>,
    /// UTC seconds, as every moment here.
    pub claimed_at: Option<i64>,
    pub papers_at: Option<i64>,
    pub assessed: Option<Fen>,
    pub verified: Option<Fen>,
    pub payable: Option<Fen>,
    pub surveyor: String,
    pub surveyed_at: Option<i64>,
    pub survey_place: String,
    pub assessor: String,
    pub verifier: String,
    pub adjuster: String,
    pub payee: String,
    pub holder: String,
    pub bank: String,
    pub account: String,
    pub account_kind: String,
}

impl Facts {
    /// The value of a daily column as canonical file text; `line_name` is how the line is written out.
    pub fn file_text(&self, column: Column, line_name: &str) -> String {
        let day = |d: Option<NaiveDate>| d.map_or_else(String::new, |d| d.to_string());
        let time = |at: Option<i64>| at.map_or_else(String::new, clock::file_time);
        let money = |fen: Option<Fen>| fen.map_or_else(String::new, |f| f.plain());
        match column {
            Column::CaseNo => self.case_no.clone(),
            Column::AccidentNo => self.accident_no.clone(),
            Column::PolicyNo => self.policy_no.clone(),
            Column::Line => line_name.to_owned(),
            Column::Insured => self.insured.clone(),
            Column::IdKind => self.id_kind.clone(),
            Column::IdNo => self.id_no.clone(),
            Column::Phone => self.phone.clone(),
            Column::Plate => self.plate.clone(),
            Column::PolicyEnd => day(self.policy_end),
            Column::LossDate => day(self.loss_date),
            Column::ReportDate => day(self.report_date),
            Column::ClaimedAt => time(self.claimed_at),
            Column::PapersAt => time(self.papers_at),
            Column::Assessed => money(self.assessed),
            Column::Verified => money(self.verified),
            Column::Payable => money(self.payable),
            Column::Surveyor => self.surveyor.clone(),
            Column::SurveyedAt => time(self.surveyed_at),
            Column::SurveyPlace => self.survey_place.clone(),
            Column::Assessor => self.assessor.clone(),
            Column::Verifier => self.verifier.clone(),
            Column::Adjuster => self.adjuster.clone(),
            Column::Payee => self.payee.clone(),
            Column::Holder => self.holder.clone(),
            Column::Bank => self.bank.clone(),
            Column::Account => self.account.clone(),
            Column::AccountKind => self.account_kind.clone(),
            _ => String::new(),
        }
    }

    /// What the clocks need of these facts.
    pub fn clock_facts(&self, compulsory: bool, received_at: i64) -> ClockFacts {
        ClockFacts {
            compulsory,
            claimed_at: self.claimed_at,
            report_date: self.report_date,
            received_at,
            assessed: self.assessed,
            verified: self.verified,
            payable: self.payable,
        }
    }
}

/// The persons behind the names of the facts; `None` while a name is empty or ambiguous.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CasePeople {
    /// 查勘人
    pub surveyor: Option<i64>,
    /// 定损人
    pub assessor: Option<i64>,
    /// 核价人
    pub verifier: Option<i64>,
    /// 理算人
    pub adjuster: Option<i64>,
}

/// How a case came into the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// From the core system's daily file.
    Import,
    /// Entered by hand.
    Hand,
    /// Taken over closed.
    Past,
}

impl Origin {
    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Origin::Import => "import",
            Origin::Hand => "hand",
            Origin::Past => "past",
        }
    }

    /// The origin with this name.
    pub fn from_code(code: &str) -> Origin {
        match code {
            "hand" => Origin::Hand,
            "past" => Origin::Past,
            _ => Origin::Import,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_file_has_one_line_per_column() {
        assert_eq!(NAMES.lines().count(), Column::ALL.len());
        for (index, column) in Column::ALL.into_iter().enumerate() {
            assert_eq!(column as usize, index);
            assert_eq!(Column::from_header(column.english()), Some(column));
            assert_eq!(Column::from_header(column.chinese()), Some(column));
        }
        assert_eq!(Column::ALL[Column::DAILY], Column::ClosedAt);
        assert_eq!(Column::from_header(" ＣＡＳＥ_NO "), Some(Column::CaseNo));
        assert_eq!(Column::from_header("备注"), None);
    }
}

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

/// The value of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Words or a number written in letters.
    Text(&'a str),
    /// A business day.
    Day(Option<NaiveDate>),
    /// A moment, UTC seconds.
    Moment(Option<i64>),
    /// An amount.
    Money(Option<Fen>),
}

impl Cell<'_> {
    /// Whether nothing is known.
    pub const fn is_empty(self) -> bool {
        match self {
            Cell::Text(text) => text.is_empty(),
            Cell::Day(day) => day.is_none(),
            Cell::Moment(at) => at.is_none(),
            Cell::Money(amount) => amount.is_none(),
        }
    }

    /// Writes the canonical file text behind a text.
    pub fn push(self, out: &mut String) {
        match self {
            Cell::Text(text) => out.push_str(text),
            Cell::Day(day) => day.into_iter().for_each(|day| clock::push_day(day, out)),
            Cell::Moment(at) => at.into_iter().for_each(|at| clock::push_time(at, out)),
            Cell::Money(amount) => amount.into_iter().for_each(|amount| amount.push_plain(out)),
        }
    }

    /// The canonical file text.
    pub fn text(self) -> String {
        let mut out = String::new();
        self.push(&mut out);
        out
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
    /// The value of a daily column; `line_name` is how the line is written out. Other columns are empty.
    pub fn cell<'a>(&'a self, column: Column, line_name: &'a str) -> Cell<'a> {
        match column {
            Column::CaseNo => Cell::Text(&self.case_no),
            Column::AccidentNo => Cell::Text(&self.accident_no),
            Column::PolicyNo => Cell::Text(&self.policy_no),
            Column::Line => Cell::Text(line_name),
            Column::Insured => Cell::Text(&self.insured),
            Column::IdKind => Cell::Text(&self.id_kind),
            Column::IdNo => Cell::Text(&self.id_no),
            Column::Phone => Cell::Text(&self.phone),
            Column::Plate => Cell::Text(&self.plate),
            Column::PolicyEnd => Cell::Day(self.policy_end),
            Column::LossDate => Cell::Day(self.loss_date),
            Column::ReportDate => Cell::Day(self.report_date),
            Column::ClaimedAt => Cell::Moment(self.claimed_at),
            Column::PapersAt => Cell::Moment(self.papers_at),
            Column::Assessed => Cell::Money(self.assessed),
            Column::Verified => Cell::Money(self.verified),
            Column::Payable => Cell::Money(self.payable),
            Column::Surveyor => Cell::Text(&self.surveyor),
            Column::SurveyedAt => Cell::Moment(self.surveyed_at),
            Column::SurveyPlace => Cell::Text(&self.survey_place),
            Column::Assessor => Cell::Text(&self.assessor),
            Column::Verifier => Cell::Text(&self.verifier),
            Column::Adjuster => Cell::Text(&self.adjuster),
            Column::Payee => Cell::Text(&self.payee),
            Column::Holder => Cell::Text(&self.holder),
            Column::Bank => Cell::Text(&self.bank),
            Column::Account => Cell::Text(&self.account),
            Column::AccountKind => Cell::Text(&self.account_kind),
            _ => Cell::Text(""),
        }
    }

    /// The value of a daily column as canonical file text.
    pub fn file_text(&self, column: Column, line_name: &str) -> String {
        self.cell(column, line_name).text()
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

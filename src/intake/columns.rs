//! What the columns of the files hold: their kind, their word, and the spellings other programs use.

use crate::case::facts::Column;
use crate::case::milestones::Outcome;
use crate::kernel::text;
use crate::kernel::words::W;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How the text of a column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Names, places, words: kept as written, trimmed.
    Text,
    /// Numbers of cases, accidents and policies: half-width, upper case.
    Number,
    /// A line of insurance by name, code or alias.
    Line,
    /// An identity number.
    Identity,
    /// A phone number.
    Phone,
    /// A plate.
    Plate,
    /// An account number.
    Account,
    /// A business day.
    Day,
    /// A moment in office time.
    Moment,
    /// An amount in yuan.
    Money,
    /// 结论
    Outcome,
}

/// The kind of a column.
pub const fn kind(column: Column) -> Kind {
    match column {
        Column::CaseNo | Column::AccidentNo | Column::PolicyNo => Kind::Number,
        Column::Line => Kind::Line,
        Column::IdNo => Kind::Identity,
        Column::Phone => Kind::Phone,
        Column::Plate => Kind::Plate,
        Column::Account => Kind::Account,
        Column::PolicyEnd | Column::LossDate | Column::ReportDate => Kind::Day,
        Column::ClaimedAt
        | Column::PapersAt
        | Column::SurveyedAt
        | Column::ClosedAt
        | Column::AgreedAt
        | Column::ToldAt
        | Column::PaidAt
        | Column::ArchivedAt => Kind::Moment,
        Column::Assessed | Column::Verified | Column::Payable => Kind::Money,
        Column::Outcome => Kind::Outcome,
        _ => Kind::Text,
    }
}

/// The columns a file must have.
pub const REQUIRED: [Column; 3] = [Column::CaseNo, Column::Line, Column::Insured];

/// How many columns there are.
pub const COUNT: usize = Column::ALL.len();

/// The English header, from a table read once.
pub fn english(column: Column) -> &'static str {
    static NAMES: OnceLock<[&'static str; COUNT]> = OnceLock::new();
    NAMES.get_or_init(|| Column::ALL.map(Column::english))[column as usize]
}

/// Every column in the order of the English headers, which is that of the keys of canonical JSON.
pub fn by_english() -> &'static [Column; COUNT] {
    static SORTED: OnceLock<[Column; COUNT]> = OnceLock::new();
    SORTED.get_or_init(|| {
        let mut sorted = Column::ALL;
        sorted.sort_unstable_by_key(|column| column.english());
        sorted
    })
}

/// The column with an English header, from a table read once.
pub fn named(english_name: &str) -> Option<Column> {
    static BY_NAME: OnceLock<HashMap<&'static str, Column>> = OnceLock::new();
    BY_NAME.get_or_init(|| Column::ALL.into_iter().map(|c| (c.english(), c)).collect()).get(english_name).copied()
}

/// An outcome as files write it: our code or the office's word.
pub fn outcome(written: &str) -> Option<Outcome> {
    match text::fold(written).to_lowercase().as_str() {
        "pay" | "赔付" | "正常赔付" => Some(Outcome::Pay),
        "refuse" | "拒赔" => Some(Outcome::Refuse),
        "withdraw" | "注销" | "销案" => Some(Outcome::Withdraw),
        "zero" | "零结" | "零赔付" => Some(Outcome::Zero),
        _ => None,
    }
}

/// The word for a column on screen and in reasons.
pub const fn word(column: Column) -> W {
    match column {
        Column::CaseNo => W::IntakeColumnCaseNo,
        Column::AccidentNo => W::IntakeColumnAccidentNo,
        Column::PolicyNo => W::IntakeColumnPolicyNo,
        Column::Line => W::IntakeColumnLine,
        Column::Insured => W::IntakeColumnInsured,
        Column::IdKind => W::IntakeColumnIdKind,
        Column::IdNo => W::IntakeColumnIdNo,
        Column::Phone => W::IntakeColumnPhone,
        Column::Plate => W::IntakeColumnPlate,
        Column::PolicyEnd => W::IntakeColumnPolicyEnd,
        Column::LossDate => W::IntakeColumnLossDate,
        Column::ReportDate => W::IntakeColumnReportDate,
        Column::ClaimedAt => W::IntakeColumnClaimedAt,
        Column::PapersAt => W::IntakeColumnPapersAt,
        Column::Assessed => W::IntakeColumnAssessed,
        Column::Verified => W::IntakeColumnVerified,
        Column::Payable => W::IntakeColumnPayable,
        Column::Surveyor => W::IntakeColumnSurveyor,
        Column::SurveyedAt => W::IntakeColumnSurveyedAt,
        Column::SurveyPlace => W::IntakeColumnSurveyPlace,
        Column::Assessor => W::IntakeColumnAssessor,
        Column::Verifier => W::IntakeColumnVerifier,
        Column::Adjuster => W::IntakeColumnAdjuster,
        Column::Payee => W::IntakeColumnPayee,
        Column::Holder => W::IntakeColumnHolder,
        Column::Bank => W::IntakeColumnBank,
        Column::Account => W::IntakeColumnAccount,
        Column::AccountKind => W::IntakeColumnAccountKind,
        Column::ClosedAt => W::IntakeColumnClosedAt,
        Column::Outcome => W::IntakeColumnOutcome,
        Column::Approver => W::IntakeColumnApprover,
        Column::AgreedAt => W::IntakeColumnAgreedAt,
        Column::ToldAt => W::IntakeColumnToldAt,
        Column::PaymentMode => W::IntakeColumnPaymentMode,
        Column::PaidAt => W::IntakeColumnPaidAt,
        Column::ArchivedAt => W::IntakeColumnArchivedAt,
        Column::Box => W::IntakeColumnBox,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_words_agree_with_the_names_file() {
        use crate::kernel::words::Lang;
        for column in Column::ALL {
            assert_eq!(named(english(column)), Some(column));
            assert_eq!(word(column).text(Lang::Zh), column.chinese());
        }
        assert_eq!(named("赔案号"), None);
    }

    #[test]
    fn outcomes_are_read_by_code_and_by_the_words_of_the_office() {
        for outcome_of in Outcome::ALL {
            assert_eq!(outcome(outcome_of.code()), Some(outcome_of));
        }
        assert_eq!(outcome(" 拒赔 "), Some(Outcome::Refuse));
        assert_eq!(outcome("赔"), None);
    }
}

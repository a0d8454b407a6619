//! What an import did, or would do: counts, reasons, the first rows.

use crate::case::facts::Column;
use crate::intake::columns::COUNT;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::Phrase;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// First rows kept for a look.
const SHOWN_ROWS: usize = 12;
/// Rejected rows kept for a look; all of them are in the reject file.
const SHOWN_REJECTS: usize = 200;

/// One of the first rows, made harmless for a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownRow {
    /// Line in the file.
    pub line: u64,
    /// The columns that are not empty.
    pub values: Vec<(Column, String)>,
}

/// A row that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Line in the file.
    pub line: u64,
    /// 赔案号 as far as it can be read.
    pub case_no: String,
    /// Reason code.
    pub code: &'static str,
    /// Reason.
    pub what: Phrase,
}

/// What an import did, or would do.
#[derive(Clone, Debug, Default)]
pub struct ImportReport {
    /// The file.
    pub path: PathBuf,
    /// Nothing was written.
    pub dry_run: bool,
    /// Rows read, without header and blank lines.
    pub rows: u64,
    /// New cases.
    pub added: u64,
    /// Cases of which empty columns were filled.
    pub completed: u64,
    /// Cases of which columns were changed.
    pub updated: u64,
    /// Rows that said nothing new.
    pub skipped: u64,
    /// Rows that may be cases entered by hand.
    pub pending: u64,
    /// Rows not taken.
    pub rejected: u64,
    /// How often each reason code came first.
    pub codes: BTreeMap<&'static str, u64>,
    /// How often each warning came.
    pub warnings: BTreeMap<&'static str, u64>,
    /// Columns that were read.
    pub known: Vec<Column>,
    /// Names of columns nobody knows.
    pub ignored: Vec<String>,
    /// The first rows.
    pub shown: Vec<ShownRow>,
    /// The first rejected rows.
    pub first_rejects: Vec<RejectedRow>,
    /// Where the rejected rows are.
    pub rejects: Option<PathBuf>,
    /// Somebody asked it to stop; whole slices were kept.
    pub cancelled: bool,
    /// What stopped it half way; whole slices were kept.
    pub stopped: Option<Findings>,
}

impl ImportReport {
    /// Rows whose facts are in the store, or wait for a decision.
    pub fn kept(&self) -> u64 {
        self.added + self.completed + self.updated + self.skipped + self.pending
    }

    /// Whether every row of the file was looked at.
    pub fn finished(&self) -> bool {
        !self.cancelled && self.stopped.is_none()
    }

    pub(super) fn show(&mut self, line: u64, values: &[&str; COUNT], readable: bool) {
        if !readable || self.shown.len() >= SHOWN_ROWS {
            return;
        }
        let values = Column::ALL
            .into_iter()
            .zip(values)
            .filter(|(_, value)| !value.trim().is_empty())
            .map(|(column, value)| (column, harmless(column, value)))
            .collect();
        self.shown.push(ShownRow { line, values });
    }

    pub(super) fn reject(&mut self, line: u64, case_no: &str, finding: Finding) {
        self.rejected += 1;
        *self.codes.entry(finding.code).or_default() += 1;
        if self.first_rejects.len() < SHOWN_REJECTS {
            let case_no = text::clip(&text::neutralise(case_no.trim()), 40).to_string();
            self.first_rejects.push(RejectedRow { line, case_no, code: finding.code, what: finding.what });
        }
    }
}

/// A value as a screen may show it: masked where it is personal.
fn harmless(column: Column, value: &str) -> String {
    let value = text::neutralise(value.trim());
    match column {
        Column::IdNo => text::mask_id(&value),
        Column::Phone => text::mask_phone(&value),
        Column::Account => text::mask_card(&value),
        _ => value.into_owned(),
    }
}

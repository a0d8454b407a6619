//! What an import did, in words: the same lines for the command and for the result page.

use super::{ImportReport, RejectedRow};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;

fn count(n: u64) -> Arg {
    Arg::Number(i64::try_from(n).unwrap_or(i64::MAX))
}

/// The one line that says how it went.
pub fn headline(report: &ImportReport) -> Phrase {
    let name = report.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let name = Arg::Text(text::neutralise(&name).into_owned());
    let word = match (report.dry_run, report.finished()) {
        (true, _) => W::IntakeReportDry,
        (false, true) => W::IntakeReportDone,
        (false, false) => W::IntakeReportPart,
    };
    let counts = [report.added, report.completed, report.updated, report.skipped, report.pending, report.rejected];
    Phrase::new(word, [name, count(report.rows)].into_iter().chain(counts.map(count)))
}

/// Every further line: why it stopped, what was rejected and why, warnings, ignored columns.
pub fn details(report: &ImportReport) -> Vec<Phrase> {
    let mut lines = Vec::new();
    if report.cancelled {
        lines.push(phrase!(W::IntakeReportCancelled, count(report.kept())));
    }
    if let Some(stopped) = &report.stopped {
        for finding in stopped.iter() {
            lines.push(phrase!(W::IntakeReportStopped, count(report.kept()), finding.what.clone()));
        }
    }
    for (code, rows) in &report.codes {
        let first = report.first_rejects.iter().find(|r| r.code == *code);
        lines.push(match first {
            Some(row) => phrase!(W::IntakeReportCode, *code, count(*rows), count(row.line), row.what.clone()),
            None => phrase!(W::IntakeReportCodeAlone, *code, count(*rows)),
        });
    }
    if let Some(path) = &report.rejects {
        lines.push(phrase!(W::IntakeReportRejects, path.display().to_string()));
    }
    if report.pending > 0 {
        lines.push(W::IntakeReportPending.into());
    }
    if !report.warnings.is_empty() {
        let each = report.warnings.iter().map(|(code, n)| Arg::from(phrase!(W::IntakeReportWarning, *code, count(*n))));
        lines.push(Phrase::new(W::IntakeReportWarnings, [Arg::List(each.collect())]));
    }
    if !report.ignored.is_empty() {
        lines.push(Phrase::new(W::IntakeReportIgnored, [Arg::list(report.ignored.iter().map(String::as_str))]));
    }
    lines
}

/// A rejected row in one line.
pub fn rejected(row: &RejectedRow) -> Phrase {
    phrase!(W::IntakeReportRow, count(row.line), row.case_no.as_str(), row.code, row.what.clone())
}

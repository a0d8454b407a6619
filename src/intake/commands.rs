//! The commands `import` and `export`: lines to print and an exit code. Arguments and the question who acts are the
//! caller's.

use super::export::{self, Format, Order};
use super::import::{self, Options, import_file, words};
use crate::db::{ActError, Actor, Store, Wait};
use crate::kernel::words::{Lang, W};
use crate::office::commands::Answer;
use crate::phrase;
use crate::ui::screen::Progress;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Done.
const DONE: u8 = 0;
/// Failed, or stopped half way.
const FAILED: u8 = 1;
/// Wrong usage.
const USAGE: u8 = 2;
/// Done, but some rows were rejected.
const REJECTED: u8 = 3;

/// Takes files in, one after the other. A file that is refused does not keep the others out; a store that cannot be
/// written does.
pub fn import(
    store: &Store,
    actor: &Actor,
    now: i64,
    files: &[PathBuf],
    options: Options,
    progress: &dyn Progress,
    lang: Lang,
) -> Answer {
    let mut answer = Answer { lines: Vec::new(), code: DONE };
    for file in files {
        match import_file(store, actor, now, file, options, progress, lang) {
            Ok(report) => {
                answer.lines.push(words::headline(&report).say(lang));
                answer.lines.extend(words::details(&report).iter().map(|line| format!("  {}", line.say(lang))));
                let code = match (report.finished(), report.rejected) {
                    (false, _) => FAILED,
                    (true, 0) => DONE,
                    (true, _) => REJECTED,
                };
                answer.code = worse(answer.code, code);
                if !report.finished() {
                    break;
                }
            }
            Err(error) => {
                let name = file.display().to_string();
                for finding in error.findings().iter() {
                    answer.lines.push(phrase!(W::IntakeReportRefused, name.as_str(), finding.what.clone()).say(lang));
                }
                answer.code = FAILED;
            }
        }
    }
    answer
}

/// A failure outweighs rejected rows, and these outweigh nothing to say.
fn worse(a: u8, b: u8) -> u8 {
    if a == FAILED || b == FAILED { FAILED } else { a.max(b) }
}

/// Writes cases or journal to a file, or to `out` when no file is named. Asking for personal data in full is an act of
/// its own, written down before the first row leaves.
///
/// # Errors
/// A refusal for want of the right, or what the disk says.
pub fn export(
    store: &Store,
    actor: &Actor,
    now: i64,
    order: Order,
    output: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Answer, ActError> {
    if output.is_none() && order.format == Format::Xlsx {
        let said = W::IntakeExportSheetNeedsFile.text(order.lang).to_owned();
        return Ok(Answer { lines: vec![said], code: USAGE });
    }
    if order.unmasked {
        store.act(actor, now, "export", Wait::Patient, |tx| export::journal_unmasked(tx, order.what))?;
    }
    let failed = |error: anyhow::Error| {
        let place = output.map_or_else(String::new, |path| path.display().to_string());
        ActError::refuse("unwritable", phrase!(W::IntakeExportFailed, place, format!("{error:#}")))
    };
    match output {
        Some(path) => {
            let rows = export::write_file(store, order, path, &import::Unwatched).map_err(failed)?;
            let rows = i64::try_from(rows).unwrap_or(i64::MAX);
            let said = phrase!(W::IntakeExportDone, rows, path.display().to_string());
            Ok(Answer { lines: vec![said.say(order.lang)], code: DONE })
        }
        None => {
            let mut out = BufWriter::new(out);
            export::write(store, order, &mut out, &import::Unwatched).map_err(failed)?;
            Ok(Answer { lines: Vec::new(), code: DONE })
        }
    }
}

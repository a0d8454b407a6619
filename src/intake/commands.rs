//! The commands `import` and `export`: lines to print and an exit code. Arguments and the question who acts are the
//! caller's.

use super::export::{self, Order};
use super::import::{self, Options, import_file, words};
use crate::db::{ActError, Actor, Store};
use crate::kernel::words::{Lang, W};
use crate::office::commands::Answer;
use crate::office::export as office;
use crate::phrase;
use crate::ui::screen::Progress;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Done.
const DONE: u8 = 0;
/// Failed, or stopped half way.
const FAILED: u8 = 1;
/// Done, but some rows were rejected.
const REJECTED: u8 = 3;
/// What is said of an export.
const SAID: office::Said = office::Said {
    needs_file: W::IntakeExportSheetNeedsFile,
    failed: W::IntakeExportFailed,
    done: W::IntakeExportDone,
};

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

/// Writes cases or journal to a file, or to `out` when no file is named.
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
    let common = office::Order { format: order.format, unmasked: order.unmasked, lang: order.lang };
    let write = |out: &mut dyn Write| export::write(store, order, out, &import::Unwatched);
    office::run(store, (actor, now), (order.what.name(), common, SAID), (output, out), write)
}

//! What every export has in common: where it goes, that asking for personal data in full is a right and is written down
//! before the first row leaves, and what is said of it.

use super::commands::Answer;
use super::rules::Right;
use super::store::require;
use crate::db::{ActError, ActTx, Actor, Store, Wait};
use crate::files::Format;
use crate::files::write::whole;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use serde_json::json;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Exit code of a wrong usage.
const USAGE: u8 = 2;

/// How something is written out.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// The form of the file.
    pub format: Format,
    /// Personal data in full; otherwise masked.
    pub unmasked: bool,
    /// Language of the answer.
    pub lang: Lang,
}

/// What is said of an export: that a workbook needs a file, that it failed (place, reason), that it is done (rows, place).
#[derive(Clone, Copy, Debug)]
pub struct Said {
    /// A workbook cannot be written to standard output.
    pub needs_file: W,
    /// Why nothing was written.
    pub failed: W,
    /// How many rows went where.
    pub done: W,
}

/// What desks say that have no words of their own.
pub const SAID: Said =
    Said { needs_file: W::OfficeExportNeedsFile, failed: W::OfficeExportFailed, done: W::OfficeExportDone };

/// Writes to a file that is replaced only when it is whole, or to `out` when no file is named. `what` is the export's name in
/// the journal; `write` writes the rows to the stream it is given and answers how many.
///
/// # Errors
/// A refusal for want of the right, or what the disk says.
pub fn run(
    store: &Store,
    (actor, now): (&Actor, i64),
    (what, order, said): (&str, Order, Said),
    (output, out): (Option<&Path>, &mut dyn Write),
    write: impl FnOnce(&mut dyn Write) -> anyhow::Result<u64>,
) -> Result<Answer, ActError> {
    if output.is_none() && order.format == Format::Xlsx {
        return Ok(Answer { lines: vec![said.needs_file.text(order.lang).to_owned()], code: USAGE });
    }
    if order.unmasked {
        store.act(actor, now, "export", Wait::Patient, |tx| journal_unmasked(tx, what))?;
    }
    let failed = |error: anyhow::Error| {
        let place = output.map_or_else(String::new, |path| path.display().to_string());
        ActError::refuse("unwritable", Phrase::new(said.failed, [Arg::Text(place), Arg::Text(format!("{error:#}"))]))
    };
    let Some(path) = output else {
        write(&mut BufWriter::new(out)).map_err(failed)?;
        return Ok(Answer::default());
    };
    let rows = whole(path, write).map_err(failed)?;
    let rows = i64::try_from(rows).unwrap_or(i64::MAX);
    let done = Phrase::new(said.done, [Arg::Number(rows), Arg::Text(path.display().to_string())]);
    Ok(Answer { lines: vec![done.say(order.lang)], code: 0 })
}

/// Writing out in full is a right of its own, and is journalled.
fn journal_unmasked(tx: &mut ActTx<'_>, what: &str) -> Result<(), ActError> {
    require(tx, Right::UnmaskedExport)?;
    tx.journal("export", 0, &json!({ "what": what, "unmasked": 1 })).map(drop)
}

//! Cases and journal out to files: CSV (UTF-8 with a byte order mark, lines ended by CR LF), XLSX or JSON.

mod cases;
mod journal;

use crate::db::Store;
use crate::files::write::Writer;
use crate::kernel::words::Lang;
use crate::ui::screen::Progress;
use std::io::Write;

pub use crate::files::Format;

pub use cases::EXTRA_COLUMNS;
pub use journal::JOURNAL_COLUMNS;

/// What is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Every case, by case number; those without one last, by code.
    Cases,
    /// Every journal row, oldest first.
    Journal,
}

impl What {
    /// By its name on the command line.
    pub fn named(name: &str) -> Option<What> {
        match name {
            "cases" => Some(What::Cases),
            "journal" => Some(What::Journal),
            _ => None,
        }
    }

    /// Its name on the command line and in the journal.
    pub const fn name(self) -> &'static str {
        match self {
            What::Cases => "cases",
            What::Journal => "journal",
        }
    }
}

/// How something is written out.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// What.
    pub what: What,
    /// The form of the file.
    pub format: Format,
    /// Personal data in full; otherwise masked.
    pub unmasked: bool,
    /// Language of the words.
    pub lang: Lang,
}

/// Writes to a stream; returns how many rows. Reads one state of the store from beginning to end.
///
/// # Errors
/// What the stream or the store says; a cancelled export is an error too, since half a file is none.
pub fn write(store: &Store, order: Order, out: &mut dyn Write, progress: &dyn Progress) -> anyhow::Result<u64> {
    // One read transaction, so that pages fit together while others write.
    let reading = store.conn().unchecked_transaction()?;
    let mut writer = Writer::new(order.format, out);
    let rows = match order.what {
        What::Cases => cases::write(store, order, &mut writer, progress)?,
        What::Journal => journal::write(store, order, &mut writer, progress)?,
    };
    writer.finish()?;
    drop(reading);
    Ok(rows)
}

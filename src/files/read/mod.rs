//! From bytes to rows: CSV in three encodings and XLSX, a row at a time.

pub mod encoding;
pub mod records;
pub mod sheet;

use super::NumberAs;
use crate::db::ActError;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

/// Why a row cannot even be looked at column by column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// Bytes that the file's encoding does not have.
    Bytes,
    /// A quote that is opened and not closed.
    Quote,
    /// Another number of columns than the header.
    Columns {
        /// How many there are.
        found: usize,
    },
    /// The line is longer than any row can be.
    Long,
    /// A long number stored as a number in this column (from 0): its last digits are lost.
    Digits(usize),
    /// The spreadsheet shows an error in this column (from 0).
    Cell(usize),
}

/// A row as it stands in the file.
#[derive(Clone, Debug, Default)]
pub struct RawRow {
    /// Line in the file, from 1; the first line of a row of several.
    pub line: u64,
    /// Why it cannot be looked at.
    pub defect: Option<Defect>,
    text: String,
    ends: Vec<usize>,
}

impl RawRow {
    /// Starts a new row in the same memory.
    pub fn restart(&mut self, line: u64) {
        self.line = line;
        self.defect = None;
        self.text.clear();
        self.ends.clear();
    }

    /// Adds text to the field in hand.
    pub fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Ends the field in hand.
    pub fn end_field(&mut self) {
        self.ends.push(self.text.len());
    }

    /// A field, empty where there is none.
    pub fn field(&self, index: usize) -> &str {
        let Some(end) = self.ends.get(index) else {
            return "";
        };
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.text.get(start..*end).unwrap_or("")
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.field(index))
    }

    /// Whether nothing but blanks is in it.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Whoever takes the rows of a file.
pub trait Sink {
    /// Whether a name in a header means something here; the separator that shows the most of those is the file's.
    fn knows(&self, name: &str) -> bool;

    /// The header, and about how many rows follow. Answers how the numbers of each column are to be read, so that a
    /// spreadsheet's become the right text; nothing for a column nobody reads.
    ///
    /// # Errors
    /// A refusal of the whole file.
    fn header(&mut self, names: &[String], total: u64) -> Result<Vec<Option<NumberAs>>, ActError>;

    /// The next row; `Break` ends the reading.
    ///
    /// # Errors
    /// Whatever stops the work.
    fn row(&mut self, row: &RawRow) -> Result<ControlFlow<()>, ActError>;
}

/// What the first bytes say a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Xlsx,
}

fn format(start: &[u8]) -> Result<Format, ActError> {
    match start {
        [] => Err(ActError::refuse("empty_file", W::IntakeFileEmpty)),
        [b'P', b'K', 3, 4, ..] => Ok(Format::Xlsx),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(ActError::refuse("old_spreadsheet", W::IntakeFileOldSpreadsheet)),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => Err(ActError::refuse("encoding", W::IntakeFileUtf16)),
        _ => Ok(Format::Csv),
    }
}

/// A file that cannot be opened or read, in words.
pub fn unreadable(path: &Path, error: &io::Error) -> ActError {
    let name = path.display().to_string();
    ActError::refuse("unreadable", phrase!(W::IntakeFileUnreadable, name, error.to_string()))
}

/// Reads a file from beginning to end, or until the sink has enough.
///
/// # Errors
/// A refusal of the whole file in words, or what the sink says.
pub fn read(path: &Path, sink: &mut dyn Sink) -> Result<(), ActError> {
    let failed = |error: io::Error| unreadable(path, &error);
    let file = File::open(path).map_err(failed)?;
    if file.metadata().map_err(failed)?.is_dir() {
        return Err(unreadable(path, &io::Error::from(io::ErrorKind::IsADirectory)));
    }
    read_from(file, path, sink)
}

/// Reads what is a file's content already, in memory or elsewhere; `path` names it where it cannot be read.
///
/// # Errors
/// As [`read`].
pub fn read_from(mut input: impl Read + Seek, path: &Path, sink: &mut dyn Sink) -> Result<(), ActError> {
    let failed = |error: io::Error| unreadable(path, &error);
    let mut start = Vec::with_capacity(4);
    Read::by_ref(&mut input).take(4).read_to_end(&mut start).map_err(failed)?;
    let format = format(&start)?;
    input.seek(SeekFrom::Start(0)).map_err(failed)?;
    match format {
        Format::Xlsx => sheet::read(BufReader::new(input), sink),
        Format::Csv => {
            let found = encoding::sniff(&mut input).map_err(failed)?;
            input.seek(SeekFrom::Start(found.skip)).map_err(failed)?;
            records::read(BufReader::with_capacity(1 << 17, input), found, sink).map_err(|e| e.at(path))
        }
    }
}

/// Words for a defect; `name` tells the header of a column.
pub fn defect_words(defect: Defect, expected: usize, name: impl Fn(usize) -> String) -> (&'static str, Phrase) {
    let count = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
    match defect {
        Defect::Bytes => ("bytes", W::IntakeRejectBytes.into()),
        Defect::Quote => ("quote", W::IntakeRejectQuote.into()),
        Defect::Long => ("too_long", W::IntakeRejectLine.into()),
        Defect::Columns { found } => ("columns", Phrase::new(W::IntakeRejectColumns, [count(found), count(expected)])),
        Defect::Digits(column) => ("digits", phrase!(W::IntakeRejectDigits, name(column))),
        Defect::Cell(column) => ("cell", phrase!(W::IntakeRejectCell, name(column))),
    }
}

//! Files of rows in and out: CSV, XLSX, JSON. What the columns mean is the business of whoever reads or writes.

pub mod read;
pub mod write;

/// The form of a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma separated.
    Csv,
    /// A workbook with one sheet.
    Xlsx,
    /// A list of objects, each value a text.
    Json,
}

impl Format {
    /// By its name on the command line.
    pub fn named(name: &str) -> Option<Format> {
        match name {
            "csv" => Some(Format::Csv),
            "xlsx" => Some(Format::Xlsx),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// How a number in a spreadsheet becomes text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberAs {
    /// Its digits.
    Text,
    /// A business day, `2026-11-23`.
    Day,
    /// A moment, `2026-11-23 15:59:59`.
    Moment,
    /// An amount in yuan with two decimals.
    Money,
}

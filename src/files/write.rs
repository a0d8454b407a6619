//! One way to write rows, three forms of file.

use super::Format;
use crate::kernel::money::Fen;
use crate::kernel::text;
use anyhow::{Context, bail};
use rust_xlsxwriter::{Format as CellFormat, Workbook, Worksheet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Rows a worksheet holds, its header included.
const SHEET_ROWS: u32 = 1_048_576;

/// A value on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text.
    Text(String),
    /// An amount.
    Money(Option<Fen>),
    /// A whole number.
    Count(i64),
}

impl Cell {
    /// The canonical text.
    pub fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Money(amount) => amount.map_or_else(String::new, Fen::plain),
            Cell::Count(count) => count.to_string(),
        }
    }
}

/// The three forms.
enum Form<'a> {
    Csv(Box<csv::Writer<&'a mut dyn Write>>),
    Xlsx { book: Box<Workbook>, sheet: Box<Worksheet>, amount: Box<CellFormat>, row: u32, out: &'a mut dyn Write },
    Json { out: &'a mut dyn Write, rows: u64 },
}

/// Writes rows under a header.
pub struct Writer<'a> {
    names: Vec<String>,
    form: Form<'a>,
}

impl<'a> Writer<'a> {
    /// A writer of a form of file onto a stream.
    pub fn new(format: Format, out: &'a mut dyn Write) -> Writer<'a> {
        let form = match format {
            Format::Csv => {
                let csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).flexible(true).from_writer(out);
                Form::Csv(Box::new(csv))
            }
            Format::Xlsx => Form::Xlsx {
                book: Box::new(Workbook::new()),
                sheet: Box::new(Worksheet::new()),
                amount: Box::new(CellFormat::new().set_num_format("0.00")),
                row: 0,
                out,
            },
            Format::Json => Form::Json { out, rows: 0 },
        };
        Writer { names: Vec::new(), form }
    }

    /// Writes the names of the columns.
    ///
    /// # Errors
    /// What the stream says.
    pub fn header(&mut self, names: Vec<String>) -> anyhow::Result<()> {
        match &mut self.form {
            Form::Csv(out) => {
                // The mark goes into the first name, where it is the first thing in the file.
                let mut marked = names.clone();
                if let Some(first) = marked.first_mut() {
                    first.insert(0, '\u{FEFF}');
                }
                out.write_record(&marked)?;
            }
            Form::Xlsx { sheet, row, .. } => {
                for (column, name) in names.iter().enumerate() {
                    sheet.write_string(0, u16::try_from(column)?, name)?;
                }
                *row = 1;
            }
            Form::Json { out, .. } => out.write_all(b"[")?,
        }
        self.names = names;
        Ok(())
    }

    /// Writes a row; text that a spreadsheet would take for a formula gets a leading apostrophe.
    ///
    /// # Errors
    /// What the stream says, or that the sheet is full.
    pub fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()> {
        match &mut self.form {
            Form::Csv(out) => {
                for cell in cells {
                    out.write_field(text::escape_formula(&cell.text()).as_bytes())?;
                }
                out.write_record(None::<&[u8]>)?;
            }
            Form::Xlsx { sheet, row, amount, .. } => {
                if *row >= SHEET_ROWS {
                    bail!("a worksheet holds {} rows; export CSV instead", SHEET_ROWS - 1);
                }
                for (column, cell) in cells.iter().enumerate() {
                    let column = u16::try_from(column)?;
                    match cell {
                        Cell::Text(text) if text.is_empty() => {}
                        Cell::Text(text) => {
                            sheet.write_string(*row, column, text::escape_formula(text))?;
                        }
                        Cell::Money(Some(fen)) => {
                            // Spreadsheets know no other numbers; up to 15 digits come out exactly.
                            sheet.write_number_with_format(*row, column, fen.fen() as f64 / 100.0, amount)?;
                        }
                        Cell::Money(None) => {}
                        Cell::Count(count) => {
                            // The same holds for counts: up to 15 digits come out exactly.
                            sheet.write_number(*row, column, *count as f64)?;
                        }
                    }
                }
                *row += 1;
            }
            Form::Json { out, rows } => {
                out.write_all(if *rows == 0 { b"\n{" } else { b",\n{" })?;
                for (index, (name, cell)) in self.names.iter().zip(cells).enumerate() {
                    if index > 0 {
                        out.write_all(b",")?;
                    }
                    write!(out, "{}:{}", serde_json::to_string(name)?, serde_json::to_string(&cell.text())?)?;
                }
                out.write_all(b"}")?;
                *rows += 1;
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// What the stream says.
    pub fn finish(self) -> anyhow::Result<()> {
        match self.form {
            Form::Csv(mut out) => out.flush().context("writing the file"),
            Form::Xlsx { mut book, sheet, out, .. } => {
                book.push_worksheet(*sheet);
                let bytes = book.save_to_buffer()?;
                out.write_all(&bytes)?;
                out.flush().context("writing the file")
            }
            Form::Json { out, .. } => {
                out.write_all(b"\n]\n")?;
                out.flush().context("writing the file")
            }
        }
    }
}

/// Text in GB18030.
///
/// # Errors
/// The first character that GB18030 does not have.
pub fn gb18030(text: &str) -> Result<Vec<u8>, char> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let mut small = [0; 4];
        let (encoded, _, unmappable) = encoding_rs::GB18030.encode(letter.encode_utf8(&mut small));
        if unmappable {
            return Err(letter);
        }
        bytes.extend_from_slice(&encoded);
    }
    Ok(bytes)
}

/// Writes a file of mode 0600 under a name for the time being, and puts it in its place only when it is whole and on the disk; an older
/// one is replaced.
///
/// # Errors
/// What `write` or the operating system says; then nothing is left behind.
pub fn whole<T>(path: &Path, write: impl FnOnce(&mut dyn Write) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = Path::new(&name);
    let done = create(part).map_err(anyhow::Error::from).and_then(|file| {
        let mut out = BufWriter::new(file);
        let done = write(&mut out)?;
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(part, path)?;
        Ok(done)
    });
    if done.is_err() {
        // What is left of it is of no use; that it cannot be taken away changes nothing about the reason.
        let _ = fs::remove_file(part);
    }
    done
}

fn create(path: &Path) -> io::Result<File> {
    // A left-over of an earlier try may have other rights, so it is made anew.
    if path.exists() {
        fs::remove_file(path)?;
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gb18030_holds_rare_characters_and_names_the_one_it_lacks() {
        assert_eq!(gb18030("王a"), Ok(vec![0xCD, 0xF5, b'a']));
        let rare = gb18030("𠮷·").unwrap();
        assert_eq!(encoding_rs::GB18030.decode(&rare).0, "𠮷·");
        assert_eq!(gb18030("a\u{E5E5}"), Err('\u{E5E5}'));
    }
}

//! One way to write rows, three forms of file.

use super::Format;
use crate::kernel::money::Fen;
use crate::kernel::text;
use anyhow::{Context, bail};
use rust_xlsxwriter::{Format as CellFormat, Workbook, Worksheet};
use std::io::Write;

/// Rows a worksheet holds, its header included.
const SHEET_ROWS: u32 = 1_048_576;

/// A value on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// Text.
    Text(String),
    /// An amount.
    Money(Option<Fen>),
}

impl Cell {
    /// The canonical text.
    pub(super) fn text(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Money(amount) => amount.map_or_else(String::new, Fen::plain),
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
pub(super) struct Writer<'a> {
    names: Vec<&'static str>,
    form: Form<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(format: Format, out: &'a mut dyn Write) -> Writer<'a> {
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

    pub(super) fn header(&mut self, names: Vec<&'static str>) -> anyhow::Result<()> {
        match &mut self.form {
            Form::Csv(out) => {
                // The mark goes into the first name, where it is the first thing in the file.
                let mut marked = names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
                if let Some(first) = marked.first_mut() {
                    first.insert(0, '\u{FEFF}');
                }
                out.write_record(&marked)?;
            }
            Form::Xlsx { sheet, row, .. } => {
                for (column, name) in names.iter().enumerate() {
                    sheet.write_string(0, u16::try_from(column)?, *name)?;
                }
                *row = 1;
            }
            Form::Json { out, .. } => out.write_all(b"[")?,
        }
        self.names = names;
        Ok(())
    }

    pub(super) fn row(&mut self, cells: &[Cell]) -> anyhow::Result<()> {
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

    pub(super) fn finish(self) -> anyhow::Result<()> {
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

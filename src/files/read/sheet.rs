//! XLSX rows: the first sheet, read cell by cell so that an empty corner far away costs nothing.

use super::{Defect, NumberAs, RawRow, Sink};
use crate::db::ActError;
use crate::kernel::words::W;
use crate::phrase;
use calamine::{DataRef, Reader, Xlsx};
use chrono::{Days, NaiveDate, NaiveTime};
use std::io::{Read, Seek};
use std::ops::ControlFlow;

/// Columns beyond this are not looked at.
const MAX_COLUMNS: usize = 500;
/// Excel keeps 15 digits of a number; a longer one has lost its tail.
const MAX_EXACT: f64 = 999_999_999_999_999.0;
/// The serial of 9999-12-31.
const MAX_SERIAL: f64 = 2_958_465.999_999;
/// Serials that a plain number in a day column is read as (1982 to 2119).
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 30_000.0..=80_000.0;

fn broken(error: impl std::fmt::Display) -> ActError {
    ActError::refuse("spreadsheet", phrase!(W::IntakeFileSpreadsheet, error.to_string()))
}

/// Reads the first sheet of a workbook.
///
/// # Errors
/// A refusal of the whole file, or what the sink says.
pub fn read(input: impl Read + Seek, sink: &mut dyn Sink) -> Result<(), ActError> {
    let mut book = Xlsx::new(input).map_err(broken)?;
    let Some(name) = book.sheet_names().first().cloned() else {
        return Err(ActError::refuse("empty_file", W::IntakeFileEmpty));
    };
    let epoch = if book.has_1904_epoch() { EPOCH_1904 } else { EPOCH_1900 };
    let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
    let total = u64::from(cells.dimensions().end.0);
    let mut table = Table { names: 0, kinds: Vec::new(), epoch, total, row: Vec::new(), raw: RawRow::default() };
    let mut line = None;
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        if line != Some(row) {
            if let Some(done) = line
                && table.finish(done, sink)? == ControlFlow::Break(())
            {
                return Ok(());
            }
            line = Some(row);
        }
        table.put(usize::try_from(column).unwrap_or(MAX_COLUMNS), cell.get_value());
    }
    if let Some(done) = line {
        let _ = table.finish(done, sink)?;
    }
    if table.names == 0 { Err(ActError::refuse("empty_file", W::IntakeFileEmpty)) } else { Ok(()) }
}

/// The row in hand.
struct Table {
    /// How many columns the header has; 0 before it was met.
    names: usize,
    kinds: Vec<Option<NumberAs>>,
    epoch: Epoch,
    total: u64,
    row: Vec<Result<String, Defect>>,
    raw: RawRow,
}

impl Table {
    fn put(&mut self, column: usize, value: &DataRef<'_>) {
        if column >= MAX_COLUMNS {
            return;
        }
        let kind = self.kinds.get(column).copied().flatten();
        let text = cell_text(value, kind, self.epoch, column);
        // Errors and lost digits do not matter in a column nobody reads.
        let text = if kind.is_none() { Ok(text.unwrap_or_default()) } else { text };
        if matches!(&text, Ok(text) if text.is_empty()) {
            return;
        }
        if self.row.len() <= column {
            self.row.resize_with(column + 1, || Ok(String::new()));
        }
        if let Some(slot) = self.row.get_mut(column) {
            *slot = text;
        }
    }

    fn finish(&mut self, row: u32, sink: &mut dyn Sink) -> Result<ControlFlow<()>, ActError> {
        let mut cells = std::mem::take(&mut self.row);
        if cells.iter().all(|c| matches!(c, Ok(text) if text.trim().is_empty())) {
            return Ok(ControlFlow::Continue(()));
        }
        if self.names == 0 {
            let names: Vec<String> = cells.drain(..).map(Result::unwrap_or_default).collect();
            self.names = names.len();
            self.kinds = sink.header(&names, self.total)?;
            return Ok(ControlFlow::Continue(()));
        }
        let found = cells.len();
        self.raw.restart(u64::from(row) + 1);
        cells.resize_with(found.max(self.names), || Ok(String::new()));
        for cell in &cells {
            match cell {
                Ok(text) => self.raw.push_str(text),
                Err(defect) => self.raw.defect = self.raw.defect.or(Some(*defect)),
            }
            self.raw.end_field();
        }
        if found > self.names {
            self.raw.defect = Some(Defect::Columns { found });
        }
        sink.row(&self.raw)
    }
}

fn cell_text(value: &DataRef<'_>, kind: Option<NumberAs>, epoch: Epoch, column: usize) -> Result<String, Defect> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Error(_) => return Err(Defect::Cell(column)),
        DataRef::Int(number) => number_text(*number as f64, kind, epoch).ok_or(Defect::Digits(column))?,
        DataRef::Float(number) => number_text(*number, kind, epoch).ok_or(Defect::Digits(column))?,
        DataRef::DateTime(date) => {
            let serial = date.as_f64();
            serial_text(serial, epoch, kind == Some(NumberAs::Day)).unwrap_or_else(|| serial.to_string())
        }
    })
}

/// A number as text; `None` when its last digits are lost.
fn number_text(number: f64, kind: Option<NumberAs>, epoch: Epoch) -> Option<String> {
    if !number.is_finite() {
        return None;
    }
    match kind {
        Some(NumberAs::Day | NumberAs::Moment) if PLAUSIBLE.contains(&number) => {
            serial_text(number, epoch, kind == Some(NumberAs::Day))
        }
        Some(NumberAs::Money) => Some(money_text(number)),
        _ if number.fract() == 0.0 => (number.abs() <= MAX_EXACT).then(|| format!("{number:.0}")),
        _ => Some(number.to_string()),
    }
}

/// An amount without the noise of binary fractions; one with real further decimals keeps them and is refused later.
fn money_text(number: f64) -> String {
    let cents = (number * 100.0).round();
    if (number * 100.0 - cents).abs() < 1e-4 { format!("{:.2}", cents / 100.0) } else { number.to_string() }
}

/// Day 0 of a spreadsheet's calendar: year, month, day.
type Epoch = (i32, u32, u32);
const EPOCH_1900: Epoch = (1899, 12, 30);
const EPOCH_1904: Epoch = (1904, 1, 1);

/// A serial day as a day or a moment; noise below a millisecond is rounded, true fractions of a second are cut off.
fn serial_text(serial: f64, (year, month, day): Epoch, day_only: bool) -> Option<String> {
    if !(0.0..=MAX_SERIAL).contains(&serial) {
        return None;
    }
    let millis = (serial * 86_400_000.0).round();
    // In range by the check above: at most 2.6e14.
    let seconds = (millis / 1_000.0).floor() as u64;
    let date = NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(Days::new(seconds / 86_400))?;
    let within = u32::try_from(seconds % 86_400).ok()?;
    if within == 0 || day_only {
        return Some(date.to_string());
    }
    let time = NaiveTime::from_num_seconds_from_midnight_opt(within, 0)?;
    Some(format!("{date} {}", time.format("%H:%M:%S")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_the_text_a_clerk_sees() {
        for (number, kind, text) in [
            (8200.5, NumberAs::Money, Some("8200.50")),
            (8200.1 + 0.2, NumberAs::Money, Some("8200.30")),
            (8200.123, NumberAs::Money, Some("8200.123")),
            (13_800_138_000.0, NumberAs::Text, Some("13800138000")),
            (6_222_020_200_001_234_567.0, NumberAs::Text, None),
            (46_349.0, NumberAs::Day, Some("2026-11-23")),
            (46_349.666_655_092_59, NumberAs::Moment, Some("2026-11-23 15:59:59")),
            (20_261_123.0, NumberAs::Day, Some("20261123")),
            (f64::NAN, NumberAs::Text, None),
        ] {
            assert_eq!(number_text(number, Some(kind), EPOCH_1900).as_deref(), text, "{number}");
        }
    }

    #[test]
    fn serials_of_both_calendars_are_read() {
        assert_eq!(serial_text(46_349.0, EPOCH_1900, true).as_deref(), Some("2026-11-23"));
        assert_eq!(serial_text(44_887.0, EPOCH_1904, true).as_deref(), Some("2026-11-23"));
        assert_eq!(serial_text(-1.0, EPOCH_1900, true), None);
        assert_eq!(serial_text(1e18, EPOCH_1900, true), None);
    }
}

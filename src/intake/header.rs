//! The header of a file: which columns are known, which are ignored, and what stops the whole file.

use super::columns::{self, COUNT, Kind, REQUIRED};
use crate::case::facts::Column;
use crate::files::NumberAs;
use crate::files::read::RawRow;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};

/// What our own reject files put before the original columns.
pub const REJECT_COLUMNS: [&str; 3] = ["line", "code", "reason"];

/// A header that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The names as they stand in the file.
    pub names: Vec<String>,
    /// The column behind each name.
    pub columns: Vec<Option<Column>>,
    /// Where each column stands.
    places: [Option<usize>; COUNT],
    /// How many leading columns are those of a reject file.
    pub skip: usize,
}

impl Header {
    /// Reads a header.
    ///
    /// # Errors
    /// Every reason against the whole file: a column that is missing or stands there twice.
    pub fn parse(names: &[String]) -> Result<Header, Findings> {
        let folded: Vec<String> = names.iter().map(|name| text::fold(name).to_lowercase()).collect();
        let own = REJECT_COLUMNS.iter().zip(&folded).all(|(own, name)| own == name);
        let skip = if own && names.len() > REJECT_COLUMNS.len() { REJECT_COLUMNS.len() } else { 0 };
        let mut found = Findings::new();
        let mut places = [None; COUNT];
        let mut columns = vec![None; names.len()];
        for (index, name) in names.iter().enumerate().skip(skip) {
            let Some(column) = Column::from_header(name) else {
                continue;
            };
            if places[column as usize].is_some() {
                let what = Phrase::new(W::IntakeFileColumnTwice, [Arg::Word(columns::word(column))]);
                found.push(Finding::block("header_twice", columns::english(column), what));
            }
            places[column as usize] = Some(index);
            columns[index] = Some(column);
        }
        let missing: Vec<Arg> = REQUIRED
            .into_iter()
            .filter(|column| places[*column as usize].is_none())
            .map(|column| Arg::Word(columns::word(column)))
            .collect();
        if !missing.is_empty() {
            let what = Phrase::new(W::IntakeFileColumnsMissing, [Arg::List(missing)]);
            found.push(Finding::block("header_missing", None, what));
        }
        if found.blocking() { Err(found) } else { Ok(Header { names: names.to_vec(), columns, places, skip }) }
    }

    /// The names nobody knows, in file order; nameless columns are passed over.
    pub fn ignored(&self) -> Vec<String> {
        self.names
            .iter()
            .zip(&self.columns)
            .skip(self.skip)
            .filter(|(name, column)| column.is_none() && !name.trim().is_empty())
            .map(|(name, _)| text::neutralise(name.trim()).into_owned())
            .collect()
    }

    /// The known columns in file order.
    pub fn known(&self) -> Vec<Column> {
        self.columns.iter().copied().flatten().collect()
    }

    /// How the numbers of each column are read, for a reader of spreadsheets.
    pub fn numbers(&self) -> Vec<Option<NumberAs>> {
        self.columns.iter().map(|column| column.map(|column| numbers(columns::kind(column)))).collect()
    }

    /// The values of a row by column; empty where the file has no such column.
    pub fn values<'a>(&self, row: &'a RawRow) -> [&'a str; COUNT] {
        self.places.map(|place| place.map_or("", |index| row.field(index)))
    }

    /// The fields of a row without what a reject file put before them.
    pub fn originals<'a>(&self, row: &'a RawRow) -> impl Iterator<Item = &'a str> {
        row.fields().skip(self.skip)
    }
}

/// How a spreadsheet's numbers are read in a column of this kind.
const fn numbers(kind: Kind) -> NumberAs {
    match kind {
        Kind::Day => NumberAs::Day,
        Kind::Moment => NumberAs::Moment,
        Kind::Money => NumberAs::Money,
        _ => NumberAs::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(names: &[&str]) -> Result<Header, Findings> {
        Header::parse(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn either_name_in_any_order_and_unknown_ones_are_named() {
        let header = parse(&["备注", "insured", " 赔案号 ", "LINE", "", "手机号"]).unwrap();
        assert_eq!(header.known(), [Column::Insured, Column::CaseNo, Column::Line, Column::Phone]);
        assert_eq!(header.ignored(), ["备注"]);
        assert_eq!(header.skip, 0);
    }

    #[test]
    fn missing_and_doubled_columns_refuse_the_file() {
        assert_eq!(parse(&["赔案号", "姓名"]).unwrap_err().codes(), "header_missing");
        assert_eq!(parse(&["赔案号", "case_no", "险种", "被保险人"]).unwrap_err().codes(), "header_twice");
    }

    #[test]
    fn a_reject_file_is_read_behind_its_own_columns() {
        let header = parse(&["line", "code", "reason", "case_no", "line", "insured"]).unwrap();
        assert_eq!((header.skip, header.known().len(), header.ignored().len()), (3, 3, 0));
        assert_eq!(parse(&["line", "case_no", "insured"]).unwrap().skip, 0);
    }
}

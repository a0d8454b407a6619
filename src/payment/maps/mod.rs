//! 银行文件栏目表: how each bank wants its files, and how it writes its answers.

pub mod outgoing;
pub mod pain001;
pub mod pain002;
pub mod table;

use crate::instructions::rules::Instruction;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::words::{Lang, W};
use crate::payment::rules::result::ResultFile;
use crate::phrase;
use serde::Deserialize;
use std::path::Path;

const BUILT_IN: &str = include_str!("../../../assets/bank_maps.toml");
/// A larger file is no result file of a batch.
pub const LARGEST: u64 = 16 << 20;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Comma separated.
    Csv,
    /// A workbook with one sheet.
    Xlsx,
    /// ISO 20022 pain.001.001.09; its answer is pain.002.
    Pain001,
}

/// The encoding of a CSV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Encoding {
    /// UTF-8 without a mark.
    Utf8,
    /// GB 18030.
    Gb18030,
}

/// How amounts are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AmountAs {
    /// Yuan with two decimals.
    Yuan,
    /// Whole fen.
    Fen,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the thing it is named after")]
pub enum Field {
    Seq,
    Reference,
    BatchNo,
    Payee,
    Holder,
    Account,
    AccountKind,
    Bank,
    Branch,
    Cnaps,
    Amount,
    Currency,
    Note,
}

/// A column of the outgoing file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in the header.
    pub header: String,
    /// What it holds.
    pub field: Option<Field>,
    /// The same text on every row, where it holds no field.
    pub constant: Option<String>,
}

/// How the bank's answer is read. Names of columns; an empty one is not looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(missing_docs, reason = "the asset explains each")]
pub struct ResultMap {
    pub batch: String,
    pub reference: String,
    pub amount: String,
    pub status: String,
    pub reason: String,
    pub count: String,
    pub total: String,
    pub paid: Vec<String>,
    pub failed: Vec<String>,
    pub returned: Vec<String>,
    pub stopped: Vec<String>,
    pub waiting: Vec<String>,
}

/// One bank's map.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BankMap {
    /// Its name in the store.
    pub name: String,
    /// What the clerk reads.
    pub label: String,
    /// The same in English.
    pub label_en: String,
    /// Form of the file.
    pub form: Form,
    /// Encoding of a CSV file.
    pub encoding: Encoding,
    /// How amounts are written.
    pub amount: AmountAs,
    /// Columns in order.
    #[serde(default)]
    pub column: Vec<Column>,
    /// How the answer is read.
    #[serde(default)]
    pub result: ResultMap,
    /// The office's own account, for ISO 20022; empty = as the bank has it on file.
    #[serde(default)]
    pub debtor_account: String,
    /// CNAPS of the office's bank, for ISO 20022.
    #[serde(default)]
    pub debtor_cnaps: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapsFile {
    map: Vec<BankMap>,
}

impl BankMap {
    /// What the clerk reads.
    pub fn label(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.label,
            Lang::En => &self.label_en,
        }
    }

    /// Ending of its files.
    pub const fn ending(&self) -> &'static str {
        match self.form {
            Form::Csv => "csv",
            Form::Xlsx => "xlsx",
            Form::Pain001 => "xml",
        }
    }

    /// Every reason against a map: without them its batches could not be told apart when they come back.
    fn judge(&self) -> Findings {
        let mut found = Findings::new();
        let refuse = |what: &str| Finding::block("map", None, phrase!(W::BatchesMapLacks, self.name.as_str(), what));
        if self.name.is_empty() || !self.name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            found.push(refuse("name"));
        }
        if self.form == Form::Pain001 {
            return found;
        }
        for (field, name) in [
            (Field::Reference, "reference"),
            (Field::Account, "account"),
            (Field::Holder, "holder"),
            (Field::Amount, "amount"),
        ] {
            if !self.column.iter().any(|column| column.field == Some(field)) {
                found.push(refuse(name));
            }
        }
        if self.column.iter().any(|column| column.field.is_some() == column.constant.is_some()) {
            found.push(refuse("field / constant"));
        }
        for (column, name) in [
            (&self.result.reference, "result.reference"),
            (&self.result.status, "result.status"),
            (&self.result.amount, "result.amount"),
        ] {
            if column.is_empty() {
                found.push(refuse(name));
            }
        }
        if self.result.paid.is_empty() || self.result.failed.is_empty() {
            found.push(refuse("result.paid / result.failed"));
        }
        found
    }
}

/// Reads a file of maps.
///
/// # Errors
/// Every reason against the file.
pub fn parse(text: &str) -> Result<Vec<BankMap>, Findings> {
    let file: MapsFile = toml::from_str(text).map_err(|error| {
        Findings::from(Finding::block("map_file", None, phrase!(W::BatchesMapFile, error.message().to_owned())))
    })?;
    let found: Findings = file.map.iter().flat_map(|map| map.judge().into_iter().collect::<Vec<_>>()).collect();
    if found.blocking() { Err(found) } else { Ok(file.map) }
}

/// The maps that come with the program.
pub fn built_in() -> Vec<BankMap> {
    parse(BUILT_IN).unwrap_or_default()
}

/// One payment on its way into a file.
#[derive(Clone, Debug)]
pub struct Line {
    /// The instruction.
    pub instruction: Instruction,
    /// What the customer reads on the statement: the number of the case.
    pub note: String,
}

/// A batch on its way into a file.
#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// Its number.
    pub batch_no: &'a str,
    /// Name of the office, which is the payer.
    pub office: &'a str,
    /// When it leaves, UTC seconds.
    pub at: i64,
    /// Its payments.
    pub lines: &'a [Line],
    /// Their sum.
    pub total: Fen,
}

/// The file of a batch.
///
/// # Errors
/// A refusal that names what cannot be written, or what the library says.
pub fn render(map: &BankMap, batch: &Outgoing<'_>) -> Result<Vec<u8>, crate::db::ActError> {
    match map.form {
        Form::Csv | Form::Xlsx => outgoing::render(map, batch),
        Form::Pain001 => pain001::render(map, batch),
    }
}

/// Reads a bank's answer out of a file's content.
///
/// # Errors
/// A refusal of the whole file in words.
pub fn read_result(map: &BankMap, name: &Path, bytes: &[u8]) -> Result<ResultFile, crate::db::ActError> {
    match map.form {
        Form::Pain001 => pain002::read(bytes),
        Form::Csv | Form::Xlsx => table::read(map, name, bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_maps_that_come_with_the_program_are_right() {
        let maps = parse(BUILT_IN).unwrap();
        assert_eq!(
            maps.iter().map(|map| map.name.as_str()).collect::<Vec<_>>(),
            ["standard-csv", "standard-xlsx", "iso20022"]
        );
    }

    #[test]
    fn a_map_without_a_way_back_is_refused() {
        let text = "[[map]]\nname = \"x\"\nlabel = \"x\"\nlabel_en = \"x\"\nform = \"csv\"\nencoding = \"utf8\"\namount = \"fen\"\n\
                    column = [{ header = \"a\", field = \"account\" }]\n";
        assert_eq!(parse(text).unwrap_err().len(), 7);
        assert_eq!(parse("[[map]]\nname = 1").unwrap_err().codes(), "map_file");
    }
}

//! The outgoing file by a column map: CSV in the bank's encoding, or XLSX.

use super::{AmountAs, BankMap, Encoding, Field, Form, Outgoing};
use crate::db::ActError;
use crate::files::Format;
use crate::files::write::{Cell, Writer, gb18030};
use crate::instructions::rules::AccountKind;
use crate::kernel::money::Fen;
use crate::kernel::words::{Lang, W};
use crate::payment::rules::batch::reference;
use crate::phrase;

/// Renders a batch.
///
/// # Errors
/// A refusal for a character the encoding lacks; else what the library says.
pub(super) fn render(map: &BankMap, batch: &Outgoing<'_>) -> Result<Vec<u8>, ActError> {
    if map.form == Form::Csv {
        return csv(map, batch);
    }
    let mut bytes = Vec::new();
    let mut writer = Writer::new(Format::Xlsx, &mut bytes);
    writer.header(map.column.iter().map(|column| column.header.clone()).collect())?;
    for index in 0..batch.lines.len() {
        writer.row(&cells(map, batch, index))?;
    }
    writer.finish()?;
    Ok(bytes)
}

/// CSV for a bank's program: no byte order mark, and no text changed on its way.
fn csv(map: &BankMap, batch: &Outgoing<'_>) -> Result<Vec<u8>, ActError> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    out.write_record(map.column.iter().map(|column| &column.header)).map_err(anyhow::Error::from)?;
    for index in 0..batch.lines.len() {
        let texts: Vec<String> = cells(map, batch, index).iter().map(Cell::text).collect();
        out.write_record(&texts).map_err(anyhow::Error::from)?;
    }
    let bytes = out.into_inner().map_err(|error| anyhow::anyhow!("{error}"))?;
    match map.encoding {
        Encoding::Utf8 => Ok(bytes),
        Encoding::Gb18030 => {
            let text = String::from_utf8(bytes).map_err(anyhow::Error::from)?;
            gb18030(&text).map_err(|letter| {
                let code = format!("{letter} (U+{:04X})", u32::from(letter));
                ActError::refuse(
                    "encoding",
                    phrase!(W::BatchesCharacter, crate::kernel::text::neutralise(&code).into_owned()),
                )
            })
        }
    }
}

fn cells(map: &BankMap, batch: &Outgoing<'_>, index: usize) -> Vec<Cell> {
    let Some(line) = batch.lines.get(index) else { return Vec::new() };
    let one = &line.instruction;
    map.column
        .iter()
        .map(|column| {
            let Some(field) = column.field else { return Cell::Text(column.constant.clone().unwrap_or_default()) };
            Cell::Text(match field {
                Field::Seq => (index + 1).to_string(),
                Field::Reference => reference(one.id),
                Field::BatchNo => batch.batch_no.to_owned(),
                Field::Payee => one.payee.clone(),
                Field::Holder => one.holder.clone(),
                Field::Account => one.account.clone(),
                Field::AccountKind => {
                    one.account_kind.map_or_else(String::new, |kind| AccountKind::word(kind).text(Lang::Zh).to_owned())
                }
                Field::Bank => one.bank.clone(),
                Field::Branch => one.branch.clone(),
                Field::Cnaps => one.cnaps.clone(),
                Field::Amount => return amount(map, one.amount),
                Field::Currency => "CNY".to_owned(),
                Field::Note => line.note.clone(),
            })
        })
        .collect()
}

fn amount(map: &BankMap, amount: Fen) -> Cell {
    match map.amount {
        AmountAs::Yuan => Cell::Money(Some(amount)),
        AmountAs::Fen => Cell::Text(amount.fen().to_string()),
    }
}

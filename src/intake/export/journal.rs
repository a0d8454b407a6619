//! The journal as rows; the personal data in payloads is masked unless asked for in full.

use super::Order;
use super::cases::masked;
use crate::case::facts::Column;
use crate::db::{Store, canonical, journal};
use crate::files::write::{Cell, Writer};
use crate::intake::columns;
use crate::kernel::clock;
use crate::kernel::words::W;
use crate::phrase;
use crate::ui::screen::Progress;
use anyhow::bail;
use serde_json::Value;

/// Columns of a journal row. `at` is UTC seconds, `time` the same in office time; the hash is over the unmasked row.
pub const JOURNAL_COLUMNS: [&str; 10] =
    ["seq", "at", "time", "person", "os_user", "act", "subject", "version", "payload", "hash"];

const PAGE: i64 = 1_000;

pub(super) fn write(store: &Store, order: Order, out: &mut Writer<'_>, progress: &dyn Progress) -> anyhow::Result<u64> {
    let total = u64::try_from(journal::head(store.conn())?.seq).unwrap_or(0);
    out.header(JOURNAL_COLUMNS.map(str::to_owned).to_vec())?;
    let (mut after, mut done) = (0, 0);
    loop {
        let page = journal::page(store.conn(), after, PAGE)?;
        let Some(last) = page.last() else { return Ok(done) };
        after = last.seq;
        for row in page {
            let payload = if order.unmasked { row.payload } else { masked_payload(&row.payload) };
            let time = clock::file_time(row.at);
            let texts = [
                row.seq.to_string(),
                row.at.to_string(),
                time,
                row.person,
                row.os_user,
                row.act,
                row.subject,
                row.version.to_string(),
                payload,
                row.hash,
            ];
            out.row(&texts.map(Cell::Text))?;
            done += 1;
        }
        progress.report(done, total, phrase!(W::IntakeProgressRows, i64::try_from(done).unwrap_or(i64::MAX)));
        if progress.cancelled() {
            bail!("cancelled");
        }
    }
}

fn masked_payload(payload: &str) -> String {
    match serde_json::from_str(payload) {
        Ok(value) => canonical::text(&mask(value, None)),
        // What cannot be looked through is not let out.
        Err(_) => String::new(),
    }
}

/// Masks every text under a personal column's name, however deep it lies.
fn mask(value: Value, under: Option<Column>) -> Value {
    match value {
        Value::String(text) => Value::String(match under {
            Some(column) => masked(column, text, false),
            None => text,
        }),
        Value::Array(list) => list.into_iter().map(|item| mask(item, under)).collect(),
        Value::Object(map) => Value::Object(
            map.into_iter()
                .map(|(key, item)| {
                    let personal = columns::named(&key).filter(|column| column.personal());
                    (key, mask(item, personal.or(under)))
                })
                .collect(),
        ),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_data_is_masked_wherever_it_lies_in_a_payload() {
        let payload = r#"{"changed":{"id_no":["","11010519491231002X"]},"row":{"insured":"王","phone":"13800138000"}}"#;
        assert_eq!(
            masked_payload(payload),
            r#"{"changed":{"id_no":["","110105********002X"]},"row":{"insured":"王","phone":"138****8000"}}"#
        );
        assert_eq!(masked_payload("not json"), "");
    }
}

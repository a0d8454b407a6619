//! The archive out to files: every filing with its box, its deadline and until when the file is kept.

use super::section::strict_due;
use super::store::list::{self, FiledKey};
use crate::boxes::rules::{last_payment, not_before};
use crate::boxes::store::where_is;
use crate::case::store::load;
use crate::db::{ActError, Actor, Store};
use crate::files::Format;
use crate::files::write::{Cell, Writer};
use crate::kernel::clock;
use crate::kernel::text;
use crate::office::commands::Answer;
use crate::office::export;
use crate::reference::store::rulebook;
use std::io::Write;
use std::path::Path;

pub use crate::office::export::Order;

/// Filings read at a time.
const PAGE: i64 = 500;
/// So many digits in a row are a number of a person: a phone, a card, an identity number.
const A_NUMBER: usize = 7;

/// Heads of the columns; stable, scripts rely on them.
pub const COLUMNS: [&str; 16] = [
    "case_no",
    "case_code",
    "insured",
    "line",
    "class",
    "round",
    "batch_day",
    "archive_due",
    "strict_due",
    "filed_at",
    "on_time",
    "box",
    "position",
    "shelf",
    "lent_to",
    "retention_not_before",
];

/// A row and the key to go on after it.
pub type Row = (FiledKey, Vec<String>);

/// Before every filing.
pub const START: FiledKey = (i64::MIN, 0, 0);

/// Up to `limit` filings after a key, in order of filing. Nothing is masked yet.
///
/// # Errors
/// What the store says.
pub fn rows(store: &Store, after: FiledKey, limit: i64) -> anyhow::Result<Vec<Row>> {
    let conn = store.conn();
    let rules = rulebook(store)?;
    let mut rows = Vec::new();
    for key in list::filed_after(conn, after, limit)? {
        let (_, case_id, round) = key;
        let Some(case) = load::by_id(conn, case_id)? else { continue };
        let rounds = load::rounds(conn, case_id)?;
        let Some((m, notes)) = rounds.iter().find(|(m, _)| m.round == round) else { continue };
        let place = where_is(conn, case_id)?;
        let time = |at: Option<i64>| at.map(clock::file_time).unwrap_or_default();
        let on_time = m.filed_at.zip(notes.archive_due).map_or("", |(at, due)| if at <= due { "1" } else { "0" });
        let years = rules.settings.retention_years(&case.facts.line, m.filed_at.unwrap_or(0));
        let kept = not_before(case.facts.policy_end, years, last_payment(&rounds)).day;
        let line = rules.line(&case.facts.line);
        let (found, ordinal, shelf, lent) = match place {
            Some(place) => {
                let lent = place.lent.map(|loan| loan.borrower).unwrap_or_default();
                (place.found.code, place.ordinal.to_string(), place.shelf, lent)
            }
            None => (notes.box_text.clone(), String::new(), String::new(), String::new()),
        };
        rows.push((
            key,
            vec![
                case.facts.case_no,
                case.case_code,
                case.facts.insured,
                line.map_or_else(|| case.facts.line.clone(), |line| line.name.clone()),
                line.map(|line| line.class_name.clone()).unwrap_or_default(),
                round.to_string(),
                notes.batch_day.clone(),
                time(notes.archive_due),
                time(m.closed_at.map(|at| strict_due(&rules, at))),
                time(m.filed_at),
                on_time.to_owned(),
                found,
                ordinal,
                shelf,
                lent,
                kept.map(clock::day_text).unwrap_or_default(),
            ],
        ));
    }
    Ok(rows)
}

/// Position of the borrower, which is free text and may hold a number of a person.
const LENT_TO: usize = 14;

/// A text with every run of digits that is long enough to be somebody's number cut to its last four.
fn without_numbers(words: &str) -> String {
    let folded = text::fold(words);
    let mut kept = String::new();
    let mut run = String::new();
    for letter in folded.chars().chain(['\n']) {
        if letter.is_ascii_digit() {
            run.push(letter);
            continue;
        }
        if run.len() >= A_NUMBER {
            let tail = run.get(run.len() - 4..).unwrap_or_default();
            kept.push_str("****");
            kept.push_str(tail);
        } else {
            kept.push_str(&run);
        }
        run.clear();
        kept.push(letter);
    }
    kept.truncate(kept.trim_end_matches('\n').len());
    kept
}

/// Writes every filing, in their order; returns how many. Reads one state of the store.
///
/// # Errors
/// What the stream or the store says.
pub fn write(store: &Store, format: Format, unmasked: bool, out: &mut dyn Write) -> anyhow::Result<u64> {
    let reading = store.conn().unchecked_transaction()?;
    let mut writer = Writer::new(format, out);
    writer.header(COLUMNS.map(str::to_owned).to_vec())?;
    let (mut last, mut done) = (START, 0);
    loop {
        // A page may hold fewer rows than filings, so the key of the last filing read says where the next begins.
        let Some(end) = list::filed_after(store.conn(), last, PAGE)?.last().copied() else { break };
        for (_, mut cells) in rows(store, last, PAGE)? {
            if let Some(borrower) = cells.get_mut(LENT_TO).filter(|_| !unmasked) {
                *borrower = without_numbers(borrower);
            }
            let cells: Vec<Cell> = cells.into_iter().map(Cell::Text).collect();
            writer.row(&cells)?;
            done += 1;
        }
        last = end;
    }
    writer.finish()?;
    drop(reading);
    Ok(done)
}

/// Writes the archive to a file, or to `out` when no file is named.
///
/// # Errors
/// A refusal for want of the right, or what the disk says.
pub fn export(
    store: &Store,
    actor: &Actor,
    now: i64,
    order: Order,
    output: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Answer, ActError> {
    let write = |out: &mut dyn Write| write(store, order.format, order.unmasked, out);
    export::run(store, (actor, now), ("archive", order, export::SAID), (output, out), write)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_in_a_borrower_are_cut_to_their_tail() {
        for (typed, masked) in [
            ("审计处 李四 13800138000", "审计处 李四 ****8000"),
            ("甲结案 1003", "甲结案 1003"),
            ("１３８００１３８０００", "****8000"),
            ("", ""),
        ] {
            assert_eq!(without_numbers(typed), masked);
        }
        assert_eq!(COLUMNS[LENT_TO], "lent_to");
    }
}

//! The rows of `export archive`: every filing with its box, its deadline and until when the file is kept.

use super::section::strict_due;
use super::store::list;
use crate::boxes::rules::{last_payment, not_before};
use crate::boxes::store::where_is;
use crate::case::store::load;
use crate::db::Store;
use crate::kernel::clock;
use crate::reference::store::rulebook;

/// Heads of the columns; stable, scripts rely on them.
pub const COLUMNS: [&str; 15] = [
    "case_no",
    "case_code",
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
pub type Row = (i64, Vec<String>);

/// Up to `limit` filings after a key, in order of filing. No personal data is in them.
///
/// # Errors
/// What the store says.
pub fn rows(store: &Store, after: i64, limit: i64) -> anyhow::Result<Vec<Row>> {
    let conn = store.conn();
    let rules = rulebook(store)?;
    let mut rows = Vec::new();
    for (key, case_id, round) in list::filed_after(conn, after, limit)? {
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

//! What always holds of seals and draws.

use super::replay::replay;
use super::store::{day_subject, draw, seal};
use crate::case::store::seals;
use crate::db::reconcile::{Check, Invariant};
use crate::db::{Store, canonical, journal};
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use serde_json::Value;

/// The invariants of the day's end and the spot check.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "archive.seals", word: W::SealInvariantSeals, check: Check::Alone(seals_fit) },
    Invariant { name: "archive.draws", word: W::SealInvariantDraws, check: Check::Alone(draws_replay) },
    Invariant { name: "archive.sealed_days", word: W::SealInvariantDays, check: Check::Alone(days_in_order) },
];

/// Rows read at a time.
const PAGE: i64 = 200;

/// A seal is what its journal row says: list, counts, head and sheet.
fn seals_fit(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let (conn, mut last) = (store.conn(), String::new());
    loop {
        let page = seal::after(conn, &last, PAGE)?;
        let Some(end) = page.last() else { return Ok(None) };
        last = end.day.to_string();
        for kept in &page {
            if !seal_fits(store, kept)? {
                return Ok(Some(phrase!(W::SealBrokenSeal, Arg::Day(kept.day))));
            }
        }
    }
}

fn seal_fits(store: &Store, kept: &seal::Seal) -> anyhow::Result<bool> {
    let rows = journal::of_act(store.conn(), &day_subject(kept.day), "seal", 2)?;
    let [row] = rows.as_slice() else { return Ok(false) };
    let body: Value = serde_json::from_str(&kept.body)?;
    let head = journal::row(store.conn(), kept.head_seq)?.map(|row| row.hash);
    let named = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let head_fits = head.as_deref().unwrap_or(journal::GENESIS) == kept.head_hash
        && row.seq == kept.head_seq + 1
        && named("head_hash") == kept.head_hash;
    let sheet_fits = named("sheet_hash") == journal::sha256(kept.sheet.as_bytes());
    Ok(head_fits
        && sheet_fits
        && row.payload == kept.body
        && canonical::text(&body) == kept.body
        && row.at == kept.sealed_at)
}

fn draws_replay(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let mut last = 0;
    loop {
        let page = draw::after(store.conn(), last, PAGE)?;
        let Some(end) = page.last() else { return Ok(None) };
        last = end.id;
        for kept in page {
            let week = kept.week.clone();
            if let Some(what) = replay(store.conn(), kept)?.differs.into_iter().next() {
                return Ok(Some(phrase!(W::SealBrokenDraw, week, Arg::from(what))));
            }
        }
    }
}

/// No sealed day is taken over by who handed it over, and each begins where the one before it ends.
fn days_in_order(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let (conn, mut last, mut before) = (store.conn(), String::new(), 0);
    loop {
        let page = seal::after(conn, &last, PAGE)?;
        let Some(end) = page.last() else { return Ok(None) };
        last = end.day.to_string();
        for kept in &page {
            let body: Value = serde_json::from_str(&kept.body)?;
            let begins = body.get("from").and_then(Value::as_i64).unwrap_or(-1);
            let two = kept.taken_by.is_none_or(|by| by != kept.sealed_by);
            let named = seals::read_day(body.get("day").and_then(Value::as_str).unwrap_or_default()) == kept.day;
            if begins != before || !two || !named || kept.sealed_at < kept.as_of {
                return Ok(Some(phrase!(W::SealBrokenSeal, Arg::Day(kept.day))));
            }
            before = kept.as_of;
        }
    }
}

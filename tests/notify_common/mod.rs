//! Cases that are closed and wait to be told, for the tests of notifying.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use crate::closing_common::{at, entry, insert_case, yuan};
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::Outcome;
use closing_desk::case::store::load;
use closing_desk::closing::rules::Entry;
use closing_desk::closing::store as closing;
use closing_desk::db::{Actor, Store, Wait};
use closing_desk::kernel::money::Fen;
use closing_desk::reference::clauses;
use rusqlite::params;

/// The sign-off of the cases here.
pub const CLOSED: &str = "2026-11-23 15:30:00";

/// A case closed with an outcome; `leader` signs it off. The changes are made to its facts first.
pub fn closed(
    store: &Store,
    (clerk, leader): (&Actor, &Actor),
    case_no: &str,
    (outcome, payable): (Outcome, i64),
    change: impl FnOnce(&mut Facts),
) -> i64 {
    let id = insert_case(store, clerk, "2026-11-23 15:29:00", case_no, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
        facts.phone = "13800138000".into();
        change(facts);
    });
    let version = || load::by_id(store.conn(), id).unwrap().unwrap().version;
    let mut form: Entry = entry(payable);
    form.outcome = Some(outcome);
    let facts = load::by_id(store.conn(), id).unwrap().unwrap().facts;
    (form.verifier, form.adjuster) = (facts.verifier, facts.adjuster);
    if outcome == Outcome::Refuse {
        form.price_reason = "免责条款第七条".into();
    }
    if payable > 1 && outcome == Outcome::Pay {
        let half = payable / 2;
        form.items = vec![("配件".into(), Fen::from_yuan(half)), ("工时费".into(), Fen::from_yuan(payable - half))];
    }
    let seen = version();
    store
        .act(clerk, at(CLOSED), "test", Wait::Patient, |tx| closing::confirm_steps(tx, id, seen, 4, &form).map(drop))
        .unwrap();
    let seen = version();
    store.act(leader, at(CLOSED), "test", Wait::Patient, |tx| closing::sign_off(tx, id, seen).map(drop)).unwrap();
    id
}

/// A clause of the library.
pub fn put_clause(store: &Store, clerk: &Actor, code: &str, title: &str, text: &str) {
    let initials = closing_desk::kernel::text::pinyin::label_initials(title).join(" ");
    store
        .act(clerk, at("2026-11-23 08:00:00"), "fixture", Wait::Patient, |tx| {
            // The register keeps more of a clause than answers need.
            let conn = tx.conn();
            let full = conn.prepare("SELECT retire_reason FROM clause").is_ok();
            let (more, values) =
                if full { (", retire_reason, reason, added_by, added_at", ", '', '', '1003', 0") } else { ("", "") };
            conn.execute(
                &format!(
                    "INSERT INTO clause (code, version, title, text, source, article, kind, initials, from_day{more}) \
                     VALUES ($1, 1, $2, $3, '本处口径', '', 'procedure', $4, '2026-01-01'{values})"
                ),
                params![code, title, text, initials],
            )?;
            tx.journal("clause", 0, &serde_json::json!({"code": code}))
        })
        .unwrap();
    let day = closing_desk::kernel::clock::day_of(at(CLOSED));
    assert!(clauses::search(store.conn(), title, day, 5).unwrap().iter().any(|clause| clause.code == code));
}

/// Key of the clause with this code.
pub fn clause_id(store: &Store, code: &str) -> i64 {
    store.conn().query_row("SELECT id FROM clause WHERE code = $1", [code], |row| row.get(0)).unwrap()
}

//! The acts door: all or nothing, one chain, turns taken fairly, and a clock that may be wrong.

use super::support::{Office, anyone, facts, fresh, insert, now};
use closing_desk::case::store::list;
use closing_desk::db::{ActError, Store, Wait, acts, canonical, journal, meta};
use closing_desk::kernel::clock::tick;
use closing_desk::reference;
use closing_desk::registry::SCHEMA;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::Command;
use std::sync::Barrier;
use std::time::Duration;

#[test]
fn nothing_is_written_when_the_body_refuses() {
    let office = Office::new();
    let head = journal::head(office.store.conn()).unwrap();
    let refused: Result<(), ActError> = office.act(|tx| {
        insert(tx, &facts("王建国"), &fresh())?;
        tx.journal("store", 0, &json!({}))?;
        Err(ActError::refuse("no", closing_desk::kernel::words::W::CaseNotFound))
    });
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    assert_eq!(journal::head(office.store.conn()).unwrap(), head);
    assert_eq!(list::recount(office.store.conn()).unwrap().total(), 0);
    assert_eq!(meta::counter(office.store.conn(), "cases.total").unwrap(), 0);
}

#[test]
fn nothing_is_written_when_the_body_panics_and_the_door_still_opens() {
    let office = Office::new();
    let broken = catch_unwind(AssertUnwindSafe(|| {
        office.act(|tx| -> Result<(), ActError> {
            insert(tx, &facts("王建国"), &fresh())?;
            panic!("in the middle of an act")
        })
    }));
    assert!(broken.is_err());
    assert_eq!(list::recount(office.store.conn()).unwrap().total(), 0);
    assert_eq!(office.note("after"), 1);
}

#[test]
fn an_act_that_changes_something_without_a_row_fails_and_one_that_does_nothing_leaves_nothing() {
    let office = Office::new();
    let forgotten = office.act(|tx| Ok(meta::set(tx.conn(), "a", "b")?));
    assert!(matches!(forgotten, Err(ActError::Other(_))), "{forgotten:?}");
    assert_eq!(meta::get(office.store.conn(), "a").unwrap(), None);
    assert_eq!(office.act(|tx| Ok(tx.now)).unwrap(), now());
    assert_eq!(journal::head(office.store.conn()).unwrap().seq, 0);
}

#[test]
fn an_act_inside_an_act_is_refused() {
    let office = Office::new();
    let nested =
        office.act(|tx| tx.store().act(&anyone(), now(), "inner", Wait::Patient, |tx| tx.journal("x", 0, &json!({}))));
    assert!(matches!(nested, Err(ActError::Other(_))), "{nested:?}");
    assert_eq!(journal::head(office.store.conn()).unwrap().seq, 0);
}

#[test]
fn rules_read_in_an_act_that_is_taken_back_are_not_kept() {
    let office = Office::new();
    let set = |value: &'static str| {
        move |tx: &mut closing_desk::db::ActTx<'_>| -> Result<i64, ActError> {
            tx.conn().execute(
                "INSERT INTO setting (key, value, from_at, reason, set_by, set_at) VALUES ('archive.cutoff', $1, 0, '', '', 0)",
                [value],
            )?;
            meta::rules_changed(tx.conn())?;
            let book = reference::store::rulebook(tx.store())?;
            assert_eq!(book.settings.text("archive.cutoff", 0), value);
            tx.journal("setting archive.cutoff", 0, &json!({"value": value}))
        }
    };
    let taken_back: Result<(), ActError> = office.act(|tx| {
        set("11:00")(tx)?;
        Err(ActError::Busy)
    });
    assert!(taken_back.is_err());
    // Another desk's change gets the edition that was taken back here.
    let other = office.store.again().unwrap();
    other.act(&anyone(), now(), "setting", Wait::Patient, set("12:00")).unwrap();
    let book = reference::store::rulebook(&office.store).unwrap();
    assert_eq!(book.settings.text("archive.cutoff", 0), "12:00");
}

#[test]
fn a_full_disk_is_told_as_such_however_it_comes() {
    let full = || rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_FULL), None);
    assert!(matches!(ActError::from(full()), ActError::Disk(_)));
    assert!(matches!(ActError::from(anyhow::Error::from(full()).context("writing a case")), ActError::Disk(_)));
    let refusal = ActError::refuse("no", closing_desk::kernel::words::W::CaseNotFound);
    assert!(matches!(ActError::from(anyhow::Error::from(refusal)), ActError::Refused(_)));
    assert!(matches!(ActError::from(anyhow::anyhow!("else")), ActError::Other(_)));
}

fn journalled(office: &Office, rows: i64) {
    office
        .act(|tx| {
            for n in 0..rows {
                tx.journal(&format!("case {n}"), n, &json!({"n": n, "text": "你好 \"引号\"\n"}))?;
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_chain_holds_over_many_acts_and_pages_of_them() {
    let office = Office::new();
    for _ in 0..10 {
        journalled(&office, 250);
    }
    let head = journal::verify(office.store.conn()).unwrap().unwrap();
    assert_eq!((head.seq, &head), (2_500, &journal::head(office.store.conn()).unwrap()));
    let row = journal::row(office.store.conn(), 1).unwrap().unwrap();
    assert_eq!(row.hash, row.expected_hash(journal::GENESIS));
}

#[test]
fn tampering_with_any_column_of_any_row_is_found() {
    let office = Office::new();
    journalled(&office, 4);
    let texts = ["person", "os_user", "act", "subject", "payload", "hash"].map(|c| format!("{c} = {c} || ' '"));
    let numbers = ["at", "version"].map(|c| format!("{c} = {c} + 1"));
    for change in texts.iter().chain(&numbers) {
        for seq in [1, 2, 4] {
            let tx = office.store.conn().unchecked_transaction().unwrap();
            tx.execute_batch(&format!("UPDATE journal SET {change} WHERE seq = {seq}")).unwrap();
            let said = journal::verify(&tx).unwrap().unwrap_err();
            assert!(said.contains(&format!("row {seq} ")), "{change} of {seq}: {said}");
        }
    }
    for (sql, place) in [
        ("DELETE FROM journal WHERE seq = 2", "row 2 "),
        ("UPDATE journal SET seq = 9 WHERE seq = 4", "row 4 "),
        ("UPDATE journal SET seq = -1 WHERE seq = 4", "row -1 "),
        (
            "INSERT INTO journal SELECT 0, at, person, os_user, act, subject, version, payload, hash FROM journal WHERE seq = 1",
            "row 0 ",
        ),
        (
            "UPDATE journal SET seq = seq + 10; UPDATE journal SET seq = 2 WHERE seq = 11; UPDATE journal SET seq = 1 WHERE seq = 12",
            "row 1 ",
        ),
    ] {
        let tx = office.store.conn().unchecked_transaction().unwrap();
        tx.execute_batch(sql).unwrap();
        let said = journal::verify(&tx).unwrap().unwrap_err();
        assert!(said.contains(place), "{sql}: {said}");
    }
    assert!(journal::verify(office.store.conn()).unwrap().is_ok(), "each change was taken back");
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(super::case_store::cases(64)))]

    #[test]
    fn canonical_json_reads_back_to_the_same_value_and_the_same_text(value in json_value()) {
        let text = canonical::text(&value);
        let read: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(&read, &value);
        prop_assert_eq!(canonical::text(&read), text);
    }
}

#[test]
fn an_act_in_place_gives_up_after_about_twenty_milliseconds_and_a_patient_one_waits() {
    let office = Office::new();
    let other = office.store.again().unwrap();
    other.conn().execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = tick();
    let busy = office.store.act(&anyone(), now(), "test", Wait::InPlace, |tx| tx.journal("x", 0, &json!({})));
    let waited = started.elapsed();
    assert!(matches!(busy, Err(ActError::Busy)), "{busy:?}");
    assert!((Duration::from_millis(15)..Duration::from_millis(500)).contains(&waited), "{waited:?}");
    // Reading goes on meanwhile.
    assert_eq!(journal::head(office.store.conn()).unwrap().seq, 0);

    let path = office.store.path().to_owned();
    let patient = std::thread::spawn(move || {
        let store = Store::open(&path, &SCHEMA).unwrap();
        store.act(&anyone(), now(), "test", Wait::Patient, |tx| tx.journal("x", 0, &json!({}))).unwrap()
    });
    // The other one lets go as soon as the patient one must be waiting; how long that takes decides nothing.
    while started.elapsed() < waited + Duration::from_millis(60) {
        std::thread::yield_now();
    }
    other.conn().execute_batch("COMMIT").unwrap();
    assert_eq!(patient.join().unwrap(), 1);
    assert!(office.store.act(&anyone(), now(), "test", Wait::InPlace, |tx| tx.journal("x", 0, &json!({}))).is_ok());
}

/// How many acts each of the four does.
const ACTS: i64 = 40;

/// One of the four processes; does nothing when the tests are run as usual.
#[test]
fn a_process_that_counts() {
    let Some(path) = std::env::var_os("FOUNDATION_COUNTS").map(PathBuf::from) else { return };
    let me = std::env::var("FOUNDATION_NAME").unwrap();
    let store = Store::open_or_create(&path, &SCHEMA).unwrap();
    for _ in 0..ACTS {
        store
            .act(&anyone(), now(), "count", Wait::Patient, |tx| {
                let counted: i64 = meta::get(tx.conn(), "counted")?.map_or(0, |text| text.parse().unwrap());
                meta::set(tx.conn(), "counted", &(counted + 1).to_string())?;
                tx.journal(&me, 0, &json!({"counted": counted + 1}))
            })
            .unwrap();
    }
}

#[test]
fn four_processes_on_one_file_lose_nothing_and_take_turns() {
    // The file is not even there when they start: they make it together.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("desk.db");
    let me = std::env::current_exe().unwrap();
    let children: Vec<_> = (0..4)
        .map(|n| {
            Command::new(&me)
                .args(["--exact", "store_acts::a_process_that_counts", "--nocapture"])
                .env("FOUNDATION_COUNTS", &path)
                .env("FOUNDATION_NAME", format!("desk {n}"))
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let store = Store::open(&path, &SCHEMA).unwrap();
    assert_eq!(meta::get(store.conn(), "counted").unwrap(), Some((4 * ACTS).to_string()));
    let head = journal::verify(store.conn()).unwrap().unwrap();
    assert_eq!(head.seq, 4 * ACTS);
    let rows = journal::page(store.conn(), 0, 1_000).unwrap();
    let mut by: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for row in &rows {
        by.entry(&row.subject).or_default().push(row.seq);
    }
    assert!(by.len() == 4 && by.values().all(|rows| rows.len() == 40), "{by:?}");
}

#[test]
fn a_busy_writer_lets_the_others_in() {
    let office = Office::new();
    let path = office.store.path();
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        for n in 0..4 {
            let start = &start;
            scope.spawn(move || {
                let store = Store::open(path, &SCHEMA).unwrap();
                start.wait();
                for _ in 0..100 {
                    let name = format!("desk {n}");
                    store.act(&anyone(), now(), "t", Wait::Patient, |tx| tx.journal(&name, 0, &json!({}))).unwrap();
                }
            });
        }
    });
    let rows = journal::page(office.store.conn(), 0, 1_000).unwrap();
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        let count = done.entry(&row.subject).or_default();
        *count += 1;
        if *count == 100 {
            break;
        }
    }
    assert!(done.len() == 4 && done.values().all(|count| *count >= 10), "when the first was through: {done:?}");
}

fn doubt(office: &Office, at: i64) -> bool {
    let result = office.store.act(&anyone(), at, "sign", Wait::Patient, |tx| {
        tx.require_certain_time()?;
        tx.journal("x", 0, &json!({}))
    });
    match result {
        Ok(_) => false,
        Err(ActError::Refused(findings)) => {
            assert!(findings.codes().contains("clock"));
            true
        }
        other => panic!("{other:?}"),
    }
}

fn plain(office: &Office, at: i64) -> journal::Row {
    let seq =
        office.store.act(&anyone(), at, "note", Wait::Patient, |tx| tx.journal("x", 0, &json!({"a": 1}))).unwrap();
    journal::row(office.store.conn(), seq).unwrap().unwrap()
}

#[test]
fn a_clock_that_jumped_stays_in_doubt_until_a_leader_confirms_it() {
    for jump in [-121, 7 * 86_400 + 1] {
        let office = Office::new();
        assert!(!doubt(&office, now()), "the first row has nothing to be compared with");
        assert!(!doubt(&office, now() - 120) && !doubt(&office, now()), "two minutes back are no doubt");
        assert!(doubt(&office, now() + jump));
        assert!(!doubt(&office, now()), "a refused act has not happened");

        let flagged = plain(&office, now() + jump);
        assert_eq!(flagged.payload, "{\"a\":1,\"clock_in_doubt\":1}");
        assert_eq!(acts::clock_doubt(office.store.conn(), now() + jump).unwrap(), Some(now()));
        // Beside its own last row the wrong clock looks right, and so would the mended one.
        assert!(doubt(&office, now() + jump + 1));
        assert!(doubt(&office, now()));
        assert!(plain(&office, now()).payload.contains("clock_in_doubt"));
        let confirmed = office.store.act(&anyone(), now(), "confirm_time", Wait::Patient, |tx| {
            tx.confirm_time()?;
            tx.require_certain_time()?;
            tx.journal("store", 0, &json!({}))
        });
        assert!(confirmed.is_ok());
        assert!(!doubt(&office, now() + 1));
        assert_eq!(plain(&office, now() + 2).payload, "{\"a\":1}");
        assert!(journal::verify(office.store.conn()).unwrap().is_ok());
    }
}

#[test]
fn a_practice_store_may_be_set_to_any_time() {
    let office = Office::new();
    office
        .act(|tx| {
            meta::set(tx.conn(), meta::PRACTICE_CLOCK, "0")?;
            tx.journal("store", 0, &json!({}))
        })
        .unwrap();
    assert!(!doubt(&office, now() - 86_400) && !doubt(&office, now() + 100 * 86_400));
    assert_eq!(acts::clock_doubt(office.store.conn(), 0).unwrap(), None);
}

//! One durable act against a bare transaction that writes the same rows: medians and 99th percentiles, in one run.
//!
//! `cargo bench --bench act` (`--cases N` already in the store, default 20,000; `--times N` of each act, default 300).
//!
//! Two equal stores lie on the same disk with the same settings (write-ahead log, `synchronous=FULL`). Each act is done
//! on the first through [`Store::act`], with everything a desk's act does: read the case, the persons and the rules,
//! decide, write, chain the journal. Then what has changed in its tables is read back, and just that is written to the
//! second store between `BEGIN IMMEDIATE` and `COMMIT`, with prepared statements: inserts of the new rows with all their
//! columns, updates of only the columns that changed, and the name into the search index. So the two take turns, and the
//! second stays equal to the first.

use anyhow::Context;
use closing_desk::case::facts::{CasePeople, Column, Facts, Origin};
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::write::{Batch, NewCase};
use closing_desk::case::store::{RoundNotes, load, subject};
use closing_desk::closing::rules::Entry;
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Actor, Store, Wait, search};
use closing_desk::intake::hand;
use closing_desk::kernel::clock;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::office::store as office;
use closing_desk::reference::store::rulebook;
use closing_desk::registry;
use rusqlite::types::Value;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// The goal: so many times the bare transaction at most.
const GOAL: f64 = 2.0;
/// The amount of every case, in yuan: small enough for any leader.
const AMOUNT: i64 = 4_000;
/// Tables whose rows are only ever added by these acts, or changed for the case of the act.
const TABLES: [(&str, &str); 9] = [
    ("cases", "id"),
    ("case_round", "case_id"),
    ("step_record", "case_id"),
    ("payable_item", "step_record_id"),
    ("endorsement", "case_id"),
    ("paper_mark", "case_id"),
    ("note", "case_id"),
    ("counter", ""),
    ("meta", ""),
];

fn main() -> anyhow::Result<()> {
    let cases = argument("--cases")?.unwrap_or(20_000);
    let times = argument("--times")?.unwrap_or(300).max(1);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let first = folder.path().join("first.db");
    let now = clock::parse_time("2026-11-23 15:30:00").context("the moment")?;
    let (clerk, leader) = fill(&Store::open_or_create(&first, &registry::SCHEMA)?, cases.max(times), now)?;
    let second = folder.path().join("second.db");
    std::fs::copy(&first, &second)?;
    let pair =
        Pair { first: Store::open(&first, &registry::SCHEMA)?, second: Store::open(&second, &registry::SCHEMA)? };
    println!("{cases} cases in the store, {times} of each act, in microseconds");
    let newest = i64::try_from(cases.max(times))?;
    let oldest = newest - i64::try_from(times)? + 1;
    let hand = (0..times).map(|n| (newest + 1 + i64::try_from(n).unwrap_or(0), n));
    let entered = hand.map(|(id, n)| pair.turn(id, true, || enter(&pair.first, &clerk, now, n)));
    show("hand entry", &entered.collect::<anyhow::Result<Vec<_>>>()?);
    for (name, through) in [("confirm one step", 1), ("confirm three steps", 4)] {
        let done = (oldest..=newest).map(|id| pair.turn(id, false, || confirm(&pair.first, &clerk, now, id, through)));
        show(name, &done.collect::<anyhow::Result<Vec<_>>>()?);
    }
    let signed = (oldest..=newest).map(|id| pair.turn(id, false, || sign(&pair.first, &leader, now, id)));
    show("sign-off", &signed.collect::<anyhow::Result<Vec<_>>>()?);
    Ok(())
}

fn argument(name: &str) -> anyhow::Result<Option<u64>> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).map(|value| value.parse().with_context(|| format!("{name} {value}"))).transpose()
}

/// An office and its cases, each with everything prefilled; a clerk and a leader.
fn fill(store: &Store, cases: u64, now: i64) -> anyhow::Result<(Actor, Actor)> {
    let setup = Actor { os_user: "bench".into(), unpeopled: true, ..Actor::default() };
    let people = store.act(&setup, now, "setup", Wait::Patient, |tx| {
        let plan: [(&str, &[Role]); 6] = [
            ("甲结案", &[Role::Clerk]),
            ("乙领导", &[Role::Leader]),
            ("甲查勘", &[]),
            ("甲定损", &[]),
            ("甲核价", &[]),
            ("甲理算", &[]),
        ];
        let mut people = Vec::new();
        for (name, roles) in plan {
            people.push(office::insert(tx.conn(), name, None, roles.iter().copied().collect::<Roles>(), None, now)?);
        }
        tx.journal("setup", 0, &serde_json::json!({}))?;
        Ok(people)
    })?;
    let id = |at: usize| people.get(at).map(|person| person.id);
    let named = CasePeople { surveyor: id(2), assessor: id(3), verifier: id(4), adjuster: id(5) };
    let numbers: Vec<u64> = (0..cases).collect();
    for slice in numbers.chunks(500) {
        store.act(&setup, now, "setup", Wait::Patient, |tx| insert(tx, slice, named))?;
    }
    let actor = |at: usize| people.get(at).map(|person| office::actor(person, "bench")).context("nobody");
    Ok((actor(0)?, actor(1)?))
}

fn insert(tx: &mut ActTx<'_>, numbers: &[u64], people: CasePeople) -> Result<(), ActError> {
    let rules = rulebook(tx.store())?;
    let mut batch = Batch::open(tx.conn(), &rules)?;
    for n in numbers {
        let amount = Some(Fen::from_yuan(AMOUNT));
        let facts = Facts {
            case_no: format!("B{n:08}"),
            accident_no: format!("R{n:08}"),
            line: "motor".into(),
            insured: "王建国".into(),
            phone: format!("138{:08}", n * 7_919 % 100_000_000),
            plate: format!("皖A{:05}", n * 37 % 90_000),
            report_date: Some(clock::day_of(tx.now - 4 * clock::DAY)),
            papers_at: Some(tx.now - 6 * 3_600),
            assessed: amount,
            verified: amount,
            payable: amount,
            surveyor: "甲查勘".into(),
            survey_place: "示例路口".into(),
            assessor: "甲定损".into(),
            verifier: "甲核价".into(),
            adjuster: "甲理算".into(),
            ..Facts::default()
        };
        let milestones = Milestones { round: 1, opened_at: tx.now, start_step: 1, ..Milestones::default() };
        let new = NewCase {
            facts: &facts,
            people,
            origin: Origin::Import,
            awaiting_core: false,
            import_seq: tx.next_seq(),
            received_at: tx.now,
            milestones: &milestones,
            round: &RoundNotes::default(),
        };
        let (_, code) = batch.insert(tx, &new)?;
        tx.journal(&subject(code.as_str()), 1, &serde_json::json!({}))?;
    }
    batch.finish()?;
    Ok(())
}

fn enter(store: &Store, clerk: &Actor, now: i64, n: u64) -> Result<(), ActError> {
    let typed = vec![
        (Column::Line, "机动车商业保险".to_owned()),
        (Column::Insured, "李晓红".to_owned()),
        (Column::Plate, format!("皖B{n:05}")),
        (Column::Phone, format!("139{n:08}")),
    ];
    store.act(clerk, now, "enter_case", Wait::InPlace, |tx| hand::enter(tx, &typed)).map(drop)
}

fn confirm(store: &Store, clerk: &Actor, now: i64, id: i64, through: u8) -> Result<(), ActError> {
    let amount = Some(Fen::from_yuan(AMOUNT));
    let entry = Entry {
        surveyor: "甲查勘".into(),
        survey_day: Some(clock::day_of(now - 4 * clock::DAY)),
        survey_place: "示例路口".into(),
        assessed: amount,
        assessor: "甲定损".into(),
        verified: amount,
        verifier: "甲核价".into(),
        payable: amount,
        adjuster: "甲理算".into(),
        outcome: Some(Outcome::Pay),
        ..Entry::default()
    };
    let seen = version(store, id)?;
    store
        .act(clerk, now, "confirm", Wait::InPlace, |tx| closing::confirm_steps(tx, id, seen, through, &entry))
        .map(drop)
}

fn sign(store: &Store, leader: &Actor, now: i64, id: i64) -> Result<(), ActError> {
    let seen = version(store, id)?;
    store.act(leader, now, "sign_off", Wait::InPlace, |tx| closing::sign_off(tx, id, seen)).map(drop)
}

/// The version a screen has seen.
fn version(store: &Store, id: i64) -> Result<i64, ActError> {
    Ok(load::by_id(store.conn(), id)?.map_or(0, |case| case.version))
}

/// Two equal stores.
struct Pair {
    first: Store,
    second: Store,
}

/// A row by its rowid: names and values of its columns.
type Rows = BTreeMap<(usize, i64), Vec<(String, Value)>>;

impl Pair {
    /// One act on the first store and its rows on the second; both times.
    fn turn(
        &self,
        case_id: i64,
        names: bool,
        act: impl FnOnce() -> Result<(), ActError>,
    ) -> anyhow::Result<(Duration, Duration)> {
        let (before, head) = (rows(&self.first, case_id)?, last_row(&self.first)?);
        let began = Instant::now();
        act().map_err(|error| anyhow::anyhow!("{}", error.findings().codes()))?;
        let acted = began.elapsed();
        let mut after = rows(&self.first, case_id)?;
        after.extend(read(&self.first, JOURNAL, "SELECT rowid, * FROM journal WHERE seq > ?1", head)?);
        let name = if names { load::by_id(self.first.conn(), case_id)?.map(|case| case.facts.insured) } else { None };
        let statements = differences(&before, &after);
        let conn = self.second.conn();
        let began = Instant::now();
        conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for (sql, values) in &statements {
            conn.prepare_cached(sql)?.execute(rusqlite::params_from_iter(values))?;
        }
        if let Some(name) = &name {
            let batch = search::Batch::default();
            batch.put(search::Kind::Case, case_id, name, search::Standing::Open);
            batch.write(conn)?;
        }
        conn.prepare_cached("COMMIT")?.execute([])?;
        Ok((acted, began.elapsed()))
    }
}

/// The journal's place among the tables.
const JOURNAL: usize = TABLES.len();

fn last_row(store: &Store) -> anyhow::Result<i64> {
    Ok(closing_desk::db::journal::head(store.conn())?.seq)
}

/// What an act on a case may change.
fn rows(store: &Store, case_id: i64) -> anyhow::Result<Rows> {
    let mut found = Rows::new();
    for (at, (table, key)) in TABLES.into_iter().enumerate() {
        let condition = match (table, key) {
            ("payable_item", _) => "step_record_id IN (SELECT id FROM step_record WHERE case_id = ?1)".to_owned(),
            (_, "") => "?1 = ?1".to_owned(),
            _ => format!("{key} = ?1"),
        };
        found.extend(read(store, at, &format!("SELECT rowid, * FROM {table} WHERE {condition}"), case_id)?);
    }
    Ok(found)
}

fn read(store: &Store, table: usize, sql: &str, argument: i64) -> anyhow::Result<Rows> {
    let mut statement = store.conn().prepare_cached(sql)?;
    let names: Vec<String> = statement.column_names().skip(1).map(str::to_owned).collect();
    let found = statement.query_map([argument], |row| {
        let mut values = Vec::with_capacity(names.len());
        for (at, name) in names.iter().enumerate() {
            values.push((name.clone(), row.get::<_, Value>(at + 1)?));
        }
        Ok(((table, row.get(0)?), values))
    })?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The statements that make of the rows before the rows after.
fn differences(before: &Rows, after: &Rows) -> Vec<(String, Vec<Value>)> {
    let name = |table: usize| TABLES.get(table).map_or("journal", |(name, _)| name);
    let mut statements = Vec::new();
    for ((table, rowid), is) in after {
        let table_name = name(*table);
        match before.get(&(*table, *rowid)) {
            None => {
                let columns: Vec<&str> = is.iter().map(|(column, _)| column.as_str()).collect();
                let marks = vec!["?"; columns.len()].join(", ");
                let values = is.iter().map(|(_, value)| value.clone()).collect();
                statements
                    .push((format!("INSERT INTO {table_name} ({}) VALUES ({marks})", columns.join(", ")), values));
            }
            Some(was) if was == is => {}
            Some(was) => {
                let changed: Vec<_> = is.iter().zip(was).filter(|(is, was)| is != was).map(|(is, _)| is).collect();
                let set: Vec<String> = changed.iter().map(|(column, _)| format!("{column} = ?")).collect();
                let values = changed.iter().map(|(_, value)| value.clone()).chain([Value::Integer(*rowid)]).collect();
                statements.push((format!("UPDATE {table_name} SET {} WHERE rowid = ?", set.join(", ")), values));
            }
        }
    }
    statements
}

fn show(what: &str, turns: &[(Duration, Duration)]) {
    let (acts, bare) = (figures(turns.iter().map(|turn| turn.0)), figures(turns.iter().map(|turn| turn.1)));
    println!(
        "{what:<20} act {:>6.0} p99 {:>6.0}   bare {:>6.0} p99 {:>6.0}   ratio of medians {:.2} (goal: {GOAL:.0} at most)",
        acts.0,
        acts.1,
        bare.0,
        bare.1,
        acts.0 / bare.0
    );
}

/// Median and 99th percentile in microseconds.
fn figures(times: impl Iterator<Item = Duration>) -> (f64, f64) {
    let mut times: Vec<f64> = times.map(|time| time.as_secs_f64() * 1e6).collect();
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get(part.min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN);
    (at(times.len() / 2), at(times.len() * 99 / 100))
}

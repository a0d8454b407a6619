//! How fast the desk answers: the real program on a pseudo-terminal, on practice stores of several sizes.
//!
//! `cargo bench --bench desk -- --store small.db --store large.db [--quick] [--program PATH] [--rows 10000]`
//! prints a table in Markdown. The stores must be practice stores, which open signed in; without `--store` one of
//! `--rows` synthetic open cases is made. A time ends with the last byte of the frame; medians, p99 in brackets.
//! Processor times do not depend on who else is at work on the machine.

mod support;
#[path = "../examples/common/mod.rs"]
mod synthetic;

use anyhow::Context;
use closing_desk::case::store::{ListRow, list};
use closing_desk::db::{Actor, Store, Wait, meta};
use closing_desk::kernel::clock;
use closing_desk::kernel::roles::Role;
use closing_desk::{office, registry};
use nix::fcntl::{PosixFadviseAdvice, posix_fadvise};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use support::figures::{Line, Sample, short, table};
use support::terminal::Terminal;

const SMALL: (u16, u16) = (80, 24);
const WIDE: (u16, u16) = (120, 40);
const DOWN: &str = "\x1b[B";
/// So many times a page is turned before the list is begun again.
const IN_A_ROW: usize = 6;
/// The preview has come by then.
const REST: Duration = Duration::from_millis(250);
/// The moment of a store made here.
const NOW: &str = "2026-11-23T15:30";

/// How often things are measured.
#[derive(Clone, Copy)]
struct Times {
    starts: usize,
    cold: usize,
    keys: usize,
    searches: usize,
    idle: Duration,
}

const FULL: Times = Times { starts: 15, cold: 7, keys: 200, searches: 9, idle: Duration::from_secs(20) };
const QUICK: Times = Times { starts: 3, cold: 1, keys: 40, searches: 3, idle: Duration::from_secs(3) };

fn main() -> anyhow::Result<()> {
    let mut stores = Vec::new();
    let (mut times, mut rows) = (FULL, 10_000);
    let mut program = PathBuf::from(env!("CARGO_BIN_EXE_closing-desk"));
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--store" => stores.push(PathBuf::from(arguments.next().context("--store FILE")?)),
            "--program" => program = PathBuf::from(arguments.next().context("--program PATH")?),
            "--rows" => rows = arguments.next().context("--rows N")?.parse()?,
            "--quick" => times = QUICK,
            _ => {}
        }
    }
    let folder = tempfile::tempdir()?;
    if stores.is_empty() {
        stores.push(make(&program, folder.path(), rows)?);
    }
    let mut columns = Vec::new();
    let mut names = Vec::new();
    for store in &stores {
        names.push(name(store)?);
        eprintln!("{}", store.display());
        columns.push(Bench { program: &program, store, home: folder.path(), times }.all()?);
    }
    println!("{}", table(&names, &columns));
    Ok(())
}

/// How many cases a store has.
fn name(path: &Path) -> anyhow::Result<String> {
    let store = Store::open(path, &registry::SCHEMA)?;
    let counts = list::stage_counts(store.conn())?;
    Ok(format!("{} cases, {} open", counts.total(), counts.open()))
}

/// A store of synthetic open cases that opens signed in.
fn make(program: &Path, folder: &Path, rows: u64) -> anyhow::Result<PathBuf> {
    let (path, csv) = (folder.join("made.db"), folder.join("made.csv"));
    let moment = chrono::NaiveDateTime::parse_from_str(NOW, "%Y-%m-%dT%H:%M")?;
    let text: Vec<String> =
        std::iter::once(synthetic::HEADER.to_owned()).chain(synthetic::rows(rows, 1, moment)).collect();
    std::fs::write(&csv, text.join("\n"))?;
    let at = clock::moment(moment);
    let store = Store::open_or_create(&path, &registry::SCHEMA)?;
    let actor = Actor { os_user: "bench".to_owned(), unpeopled: true, ..Actor::default() };
    store.act(&actor, at, "fixture", Wait::Patient, |tx| {
        meta::set(tx.conn(), meta::PRACTICE_CLOCK, &at.to_string())?;
        tx.journal("store", 0, &serde_json::json!({ "rows": rows }))
    })?;
    let done = Command::new(program).arg("--store").arg(&path).arg("import").arg(&csv).env("HOME", folder).output()?;
    eprintln!("{}", String::from_utf8_lossy(&done.stdout));
    // Only now, since a store with people asks who imports.
    store.act(&actor, at, "fixture", Wait::Patient, |tx| {
        let roles = [Role::Clerk].into_iter().collect();
        let person = office::store::insert(tx.conn(), "甲结案", None, roles, None, at)?;
        tx.conn().execute("UPDATE person SET pin_hash = 'none' WHERE id = $1", [person.id])?;
        tx.journal("store", 0, &serde_json::json!({ "people": 1 }))
    })?;
    Ok(path)
}

/// Drops a store's pages from the page cache; only what is on the disk can be dropped.
fn forget(store: &Path) -> anyhow::Result<()> {
    for ending in ["", "-wal"] {
        let mut path = store.as_os_str().to_owned();
        path.push(ending);
        if let Ok(file) = std::fs::File::open(&path) {
            file.sync_all()?;
            posix_fadvise(&file, 0, 0, PosixFadviseAdvice::POSIX_FADV_DONTNEED)?;
        }
    }
    Ok(())
}

struct Bench<'a> {
    program: &'a Path,
    store: &'a Path,
    home: &'a Path,
    times: Times,
}

impl Bench<'_> {
    fn all(&self) -> anyhow::Result<Vec<Line>> {
        let mut lines = Vec::new();
        self.starts(&mut lines)?;
        self.moves(&mut lines)?;
        self.words(&mut lines)?;
        self.filters(&mut lines)?;
        self.bytes(&mut lines)?;
        self.rest(&mut lines)?;
        Ok(lines)
    }

    fn open(&self, size: (u16, u16)) -> anyhow::Result<Terminal> {
        let mut desk = Terminal::start(self.program, self.store, self.home, size)?;
        desk.settled()?;
        Ok(desk)
    }

    fn starts(&self, lines: &mut Vec<Line>) -> anyhow::Result<()> {
        let (mut warm, mut cold, mut processor) = (Sample::default(), Sample::default(), Sample::default());
        drop(self.open(WIDE)?);
        for _ in 0..self.times.starts {
            let mut desk = Terminal::start(self.program, self.store, self.home, WIDE)?;
            warm.time(desk.settled()?.time);
            processor.time(desk.processor()?);
        }
        for _ in 0..self.times.cold {
            forget(self.store)?;
            cold.time(Terminal::start(self.program, self.store, self.home, WIDE)?.settled()?.time);
        }
        lines.push(timed("start, warm, ms", "30", &warm));
        lines.push(timed("start, processor ms", "-", &processor));
        lines.push(timed("start, store dropped from the page cache, ms", "60", &cold));
        Ok(())
    }

    /// The keys that move the highlight, each once the frame before it has ended.
    fn moves(&self, lines: &mut Vec<Line>) -> anyhow::Result<()> {
        let mut desk = self.open(WIDE)?;
        for (what, spent, key, back, times) in [
            ("Down, ms", "Down, processor ms", DOWN, "", self.times.keys),
            ("PageDown, ms", "PageDown, processor ms", "\x1b[6~", "", self.times.keys / 4),
            ("End, ms", "End, processor ms", "\x1b[F", "\x1b[H", self.times.keys / 8),
            ("Home, ms", "Home, processor ms", "\x1b[H", "\x1b[F", self.times.keys / 8),
        ] {
            desk.send_for("\x1b[F", REST)?;
            desk.send_for("\x1b[H", REST)?;
            let (mut sample, mut processor) = (Sample::default(), Sample::default());
            for number in 0..times {
                if !back.is_empty() {
                    desk.send_for(back, REST)?;
                } else if number > 0 && number % IN_A_ROW == 0 {
                    // The smallest store has a few pages only, and a key at the end of the list changes nothing.
                    desk.send_for("\x1b[H", REST)?;
                }
                let before = desk.processor()?;
                sample.time(desk.send(key)?.time);
                processor.time(desk.processor()?.saturating_sub(before));
            }
            lines.push(timed(spent, "-", &processor));
            lines.push(timed(what, if what.starts_with("Down") { "1, p99 5" } else { "1" }, &sample));
        }
        desk.send_for("\x1b[H", REST)?;
        let mut burst = Sample::default();
        let mut bytes = Sample::default();
        for _ in 0..5 {
            let reply = desk.send_quiet(&DOWN.repeat(200), Duration::from_millis(60))?;
            burst.time(reply.time);
            bytes.count(reply.bytes);
            desk.send_for("\x1b[H", REST)?;
        }
        lines.push(timed("200 queued Downs, ms", "20", &burst));
        lines.push(counted("200 queued Downs, bytes", "20,000", &bytes));
        Ok(())
    }

    /// Typing into the search box and a form, and searching.
    fn words(&self, lines: &mut Vec<Line>) -> anyhow::Result<()> {
        let wanted = self.wanted()?;
        let mut desk = self.open(SMALL)?;
        let mut typed = Sample::default();
        for _ in 0..self.times.keys / 8 {
            desk.send_for("/", REST)?;
            for letter in ["z", "x", "q", "w"] {
                typed.time(desk.send(letter)?.time);
            }
            desk.send_for("\x15", REST)?;
            desk.send_for("\x1b", REST)?;
        }
        lines.push(timed("a letter in the search box, ms", "1, p99 5", &typed));
        for (what, budget, of) in [
            ("case code, ms", "3", (|row| row.case_code.clone()) as fn(&ListRow) -> String),
            ("case number, ms", "3", |row| row.case_no.clone()),
            ("part of a name (two characters), ms", "100", |row| row.insured.chars().take(2).collect()),
            ("part of a name (one character), ms", "100", |row| row.insured.chars().take(1).collect()),
            ("initials (two letters), ms", "100", |_| "wj".to_owned()),
        ] {
            let mut sample = Sample::default();
            for row in wanted.iter().cycle().take(self.times.searches) {
                desk.send_for("/", REST)?;
                desk.send_for("\x15", REST)?;
                sample.time(desk.send_quiet(&format!("\x1b[200~{}\x1b[201~", of(row)), REST)?.time);
                desk.send_for("\x15", REST)?;
                desk.send_for("\x1b", REST)?;
            }
            lines.push(timed(what, budget, &sample));
        }
        // The second field of the form is one to type into.
        desk.send_for("\x0e", REST)?;
        desk.send_for("\t", REST)?;
        let (mut times, mut bytes) = (Sample::default(), Sample::default());
        for _ in 0..self.times.keys / 10 {
            for letter in ["a", "3", "b", "4", "c", "5", "d", "6", "e", "7"] {
                let reply = desk.send_for(letter, Duration::from_millis(50))?;
                times.time(reply.time);
                bytes.count(reply.bytes);
            }
            desk.send_for("\x15", REST)?;
        }
        lines.push(timed("a letter in a form, ms", "1, p99 5", &times));
        lines.push(counted("a letter in a form, bytes", "60", &bytes));
        Ok(())
    }

    /// Some cases to look for.
    fn wanted(&self) -> anyhow::Result<Vec<ListRow>> {
        let store = Store::open(self.store, &registry::SCHEMA)?;
        Ok(list::page(store.conn(), &list::Filter::default(), list::START, list::Toward::Later, 40)?)
    }

    /// The filters: from the key that applies one to the last byte of its first page.
    fn filters(&self, lines: &mut Vec<Line>) -> anyhow::Result<()> {
        let mut desk = self.open(WIDE)?;
        for (what, budget, keys) in [
            ("filter by stage, ms", "as the list", " "),
            ("filter by line, ms", "as the list", "\t "),
            ("filter by due, ms", "200", "\t\t "),
            ("filter by whose, ms", "200", "\t\t\t "),
            ("filter by amount, ms", "200", "\t\t\t\t200000"),
        ] {
            let mut sample = Sample::default();
            for _ in 0..self.times.searches {
                desk.send_for("\x19", REST)?;
                desk.send_for(keys, REST)?;
                // A longer quiet, so that what goes on in the background is seen to end.
                sample.time(desk.send_quiet("\x13", Duration::from_millis(60))?.time);
                desk.send_for("\x19", REST)?;
                desk.send_for("\x12", REST)?;
            }
            lines.push(timed(what, budget, &sample));
        }
        Ok(())
    }

    /// What a moving highlight costs on the line.
    fn bytes(&self, lines: &mut Vec<Line>) -> anyhow::Result<()> {
        for (what, budget, size) in
            [("a highlight's step at 80×24, bytes", "250", SMALL), ("the same at 120×40, bytes", "2,000", WIDE)]
        {
            let mut desk = self.open(size)?;
            let mut sample = Sample::default();
            for _ in 0..100 {
                sample.count(desk.send_for(DOWN, Duration::from_millis(50))?.bytes);
            }
            // What comes with the pause after the last one belongs to them too.
            let after = desk.idle(REST)?.bytes;
            let mean = sample.mean() + after as f64 / 100.0;
            lines.push(Line { what, budget, value: mean, more: format!("most {}", short(sample.most())) });
        }
        Ok(())
    }

    /// Memory after 200 keys, and what a desk does that nobody touches.
    fn rest(&self, lines: &mut Vec<Line>) -> anyhow::Result<()> {
        let mut desk = self.open(WIDE)?;
        for _ in 0..50 {
            for key in [DOWN, "\x1b[6~", "\x1b[F", "\x1b[H"] {
                desk.send(key)?;
            }
        }
        desk.idle(REST)?;
        let mebibytes = desk.anonymous_kib()? / 1024.0;
        lines.push(Line { what: "memory (RssAnon), MiB", budget: "16 … 24", value: mebibytes, more: String::new() });
        drop(desk);
        // A fresh desk: the practice clock begins at a whole minute.
        let mut desk = self.open(WIDE)?;
        let before = desk.processor()?;
        let bytes = desk.idle(self.times.idle)?.bytes;
        let spent = desk.processor()?.saturating_sub(before).as_secs_f64() / self.times.idle.as_secs_f64();
        lines.push(Line { what: "idle, bytes", budget: "0", value: bytes as f64, more: String::new() });
        lines.push(Line { what: "idle, processor %", budget: "0.2", value: spent * 100.0, more: String::new() });
        Ok(())
    }
}

fn timed(what: &'static str, budget: &'static str, sample: &Sample) -> Line {
    Line { what, budget, value: sample.median(), more: format!("p99 {}", short(sample.share(0.99))) }
}

fn counted(what: &'static str, budget: &'static str, sample: &Sample) -> Line {
    Line { what, budget, value: sample.mean(), more: format!("most {}", short(sample.most())) }
}

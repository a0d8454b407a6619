//! Importing against the `sqlite3` shell: CPU time, both in one run, on the same file.
//!
//! `cargo bench --bench import -- --rows 1000000` (default 100,000 rows; `--rounds N` takes the median of N).
//!
//! Our side is the real program: `closing-desk import` into an empty store, with every check, the initials of the names,
//! the search index, the hash-chained journal, and slices that are durable one by one. Their side is the shell's
//! `.import` of the same file into a table with the columns of the file, all of them text, in one transaction. It has an
//! index for every index of ours whose content is a column of the file: case number (unique, and once more, where ours
//! is written backwards for searches by the tail), accident, policy, identity number, phone and plate. The indexes of ours
//! over derived columns, the round, the journal and the search index have no counterpart there.
//!
//! The shell runs twice: with our settings (write-ahead log, `synchronous=FULL`), to which the ratio of the goal refers,
//! and with its own defaults. CPU time is user and system time of the children, as the kernel counts it.

use anyhow::{Context, ensure};
use chrono::NaiveDateTime;
use closing_desk::case::facts::Column;
use closing_desk::db::{Store, meta};
use closing_desk::kernel::clock;
use closing_desk::registry;
use nix::sys::resource::{Usage, UsageWho, getrusage};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../examples/common/mod.rs"]
mod common;

/// The moment of the file; the store's clock stands still there.
const MOMENT: &str = "2026-11-23T15:12:00";
/// The goal: so many times the CPU time of the shell at most.
const GOAL: f64 = 3.0;

/// What one import cost.
#[derive(Clone, Copy, Debug)]
struct Cost {
    cpu: Duration,
    wall: Duration,
}

fn main() -> anyhow::Result<()> {
    let rows = argument("--rows")?.unwrap_or(100_000);
    let rounds = argument("--rounds")?.unwrap_or(1).max(1);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let csv = folder.path().join("cases.csv");
    write_csv(&csv, rows)?;
    let mut ours = Vec::new();
    let mut same = Vec::new();
    let mut plain = Vec::new();
    let mut resident = 0;
    for _ in 0..rounds {
        ours.push(import(folder.path(), &csv, rows)?);
        if resident == 0 {
            // The largest of all children so far, and so far there was one.
            resident = children()?.max_rss();
        }
        same.extend(shell(folder.path(), &csv, rows, &["PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"])?);
        plain.extend(shell(folder.path(), &csv, rows, &[])?);
    }
    println!("{rows} rows, {rounds} round(s), medians; times of one row in microseconds");
    let ours = median(&mut ours).context("no round")?;
    show("closing-desk import", ours, rows);
    println!("{:<32} {:>8.1} MiB resident at most", "", f64::from(u32::try_from(resident)?) / 1_024.0);
    let (Some(same), Some(plain)) = (median(&mut same), median(&mut plain)) else {
        println!("sqlite3 is not installed: nothing to compare with");
        return Ok(());
    };
    show("sqlite3, our settings", same, rows);
    show("sqlite3, its defaults", plain, rows);
    let ratio = |theirs: Cost| ours.cpu.as_secs_f64() / theirs.cpu.as_secs_f64();
    println!(
        "CPU ratio {:.2} with our settings (goal: {GOAL:.0} at most), {:.2} with its defaults",
        ratio(same),
        ratio(plain)
    );
    Ok(())
}

fn argument(name: &str) -> anyhow::Result<Option<u64>> {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).map(|value| value.parse().with_context(|| format!("{name} {value}"))).transpose()
}

fn write_csv(path: &Path, rows: u64) -> anyhow::Result<()> {
    let now = NaiveDateTime::parse_from_str(MOMENT, "%Y-%m-%dT%H:%M:%S")?;
    let mut out = std::io::BufWriter::new(fs::File::create(path)?);
    writeln!(out, "\u{feff}{}", common::HEADER)?;
    for row in common::rows(rows, 1, now) {
        writeln!(out, "{row}")?;
    }
    out.into_inner()?.sync_all()?;
    Ok(())
}

/// Takes the file into an empty store.
fn import(folder: &Path, csv: &Path, rows: u64) -> anyhow::Result<Cost> {
    let path = folder.join("desk.db");
    remove(&path)?;
    let store = Store::open_or_create(&path, &registry::SCHEMA)?;
    let moment = clock::parse_time(MOMENT).context("the moment")?;
    meta::set(store.conn(), meta::PRACTICE_CLOCK, &moment.to_string())?;
    drop(store);
    let mut command = Command::new(env!("CARGO_BIN_EXE_closing-desk"));
    command.arg("--store").arg(&path).arg("import").arg(csv).env("HOME", folder);
    let cost = run(&mut command)?.context("the program is not there")?;
    let store = Store::open(&path, &registry::SCHEMA)?;
    let total = closing_desk::case::store::list::stage_counts(store.conn())?.total();
    ensure!(u64::try_from(total)? == rows, "{total} cases of {rows} rows came in");
    Ok(cost)
}

/// The same by the shell; nothing where it is not installed.
fn shell(folder: &Path, csv: &Path, rows: u64, settings: &[&str]) -> anyhow::Result<Option<Cost>> {
    let path = folder.join("plain.db");
    remove(&path)?;
    let columns: Vec<String> =
        Column::ALL.iter().take(Column::DAILY).map(|column| format!("{} TEXT NOT NULL", column.english())).collect();
    let mut command = Command::new("sqlite3");
    command.arg(&path).args(settings).arg(format!("CREATE TABLE cases ({})", columns.join(", ")));
    command.arg("CREATE UNIQUE INDEX cases_case_no ON cases (case_no) WHERE case_no <> ''");
    for column in ["case_no", "accident_no", "policy_no", "id_no", "phone", "plate"] {
        command.arg(format!("CREATE INDEX cases_{column}_2 ON cases ({column}) WHERE {column} <> ''"));
    }
    command.arg(".mode csv").arg(format!(".import --skip 1 '{}' cases", csv.display()));
    let Some(cost) = run(&mut command)? else { return Ok(None) };
    let counted = Command::new("sqlite3").arg(&path).arg("SELECT COUNT(*) FROM cases").output()?;
    let counted = String::from_utf8_lossy(&counted.stdout).trim().to_owned();
    ensure!(counted == rows.to_string(), "sqlite3 took {counted} of {rows} rows");
    Ok(Some(cost))
}

fn remove(store: &Path) -> anyhow::Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let path = PathBuf::from(format!("{}{ending}", store.display()));
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// Runs a child to its end and takes its time; nothing when there is no such program.
fn run(command: &mut Command) -> anyhow::Result<Option<Cost>> {
    let before = cpu(&children()?);
    let began = Instant::now();
    let status = match command.stdout(Stdio::null()).stderr(Stdio::inherit()).status() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        status => status?,
    };
    let wall = began.elapsed();
    ensure!(status.success(), "{command:?}: {status}");
    Ok(Some(Cost { cpu: cpu(&children()?).saturating_sub(before), wall }))
}

fn children() -> anyhow::Result<Usage> {
    Ok(getrusage(UsageWho::RUSAGE_CHILDREN)?)
}

fn cpu(usage: &Usage) -> Duration {
    let micros = [usage.user_time(), usage.system_time()].map(|t| t.tv_sec() * 1_000_000 + t.tv_usec());
    Duration::from_micros(micros.into_iter().sum::<i64>().unsigned_abs())
}

/// The run with the middle CPU time.
fn median(costs: &mut [Cost]) -> Option<Cost> {
    costs.sort_by_key(|cost| cost.cpu);
    costs.get(costs.len() / 2).copied()
}

fn show(what: &str, cost: Cost, rows: u64) {
    #[expect(clippy::cast_precision_loss, reason = "a figure to read")]
    let each = |time: Duration| time.as_secs_f64() * 1e6 / rows.max(1) as f64;
    println!(
        "{what:<32} CPU {:>8.2} s = {:>6.1} a row; wall {:>8.2} s = {:>6.1} a row",
        cost.cpu.as_secs_f64(),
        each(cost.cpu),
        cost.wall.as_secs_f64(),
        each(cost.wall)
    );
}

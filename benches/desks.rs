//! How long desks wait for each other: eight working desks, each a process of its own, with and without an import
//! of a large file beside them.
//!
//! ```text
//! cargo bench --bench desks                              eight desks, 15 seconds each scene
//! DESKS=16 SECONDS=60 cargo bench --bench desks          more and longer
//! ```
//! Every desk enters cases by hand through the acts door as the shell does: tries of 20 ms, 10 ms between them for the
//! keys. `wait` is the time from asking to standing inside the transaction, `act` until it is durable. Exits with 1
//! when the p99 of the waits of a scene is above half a second.

use closing_desk::case::facts::Column;
use closing_desk::db::{ActError, Actor, Store, Wait};
use closing_desk::intake::hand;
use closing_desk::kernel::clock::Clock;
use closing_desk::registry::SCHEMA;
use closing_desk::shell::drafts::Drafts;
use closing_desk::ui::screen::{Draft, Place};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

/// Set in the environment of a desk.
const CHILD: &str = "CLOSING_DESK_BENCH_DESK";
/// The budget for the p99 of the waits.
const BUDGET: Duration = Duration::from_millis(500);

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// What one act took, in microseconds.
#[derive(Clone, Copy)]
struct Took {
    wait: u64,
    act: u64,
}

/// One desk: enters cases until its time is over, then says how long each took.
fn desk(work: &str) -> anyhow::Result<()> {
    let parts: Vec<&str> = work.split('|').collect();
    let [path, name, pause, seconds] = parts[..] else { anyhow::bail!("path|name|pause|seconds") };
    let (pause, seconds) = (Duration::from_millis(pause.parse()?), Duration::from_secs(seconds.parse()?));
    let store = Store::open(Path::new(path), &SCHEMA)?;
    let actor = Actor { os_user: name.to_owned(), unpeopled: true, ..Actor::default() };
    let line = closing_desk::reference::store::rulebook(&store)?;
    let line = line.lines.first().map(|line| line.code.clone()).unwrap_or_default();
    let end = Instant::now() + seconds;
    let mut took = Vec::new();
    while Instant::now() < end {
        let typed = vec![
            (Column::Line, line.clone()),
            (Column::Insured, "王建国".to_owned()),
            (Column::CaseNo, format!("{name}N{}", took.len())),
            (Column::Phone, "13800138000".to_owned()),
        ];
        took.push(act(&store, &actor, &typed)?);
        std::thread::sleep(pause);
    }
    let mut out = std::io::stdout().lock();
    for Took { wait, act } in took {
        writeln!(out, "{wait} {act}")?;
    }
    Ok(())
}

fn act(store: &Store, actor: &Actor, typed: &hand::Typed) -> anyhow::Result<Took> {
    let asked = Instant::now();
    let inside = Cell::new(asked);
    let micros = |until: Instant| u64::try_from((until - asked).as_micros()).unwrap_or(u64::MAX);
    loop {
        let done = store.act(actor, Clock::Machine.now(), "enter_case", Wait::InTurn, |tx| {
            inside.set(Instant::now());
            hand::enter(tx, typed).map(drop)
        });
        match done {
            Ok(()) => return Ok(Took { wait: micros(inside.get()), act: micros(Instant::now()) }),
            Err(ActError::Busy) => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(error.into()),
        }
    }
}

/// A day's file large enough to outlast a scene.
fn large_file(folder: &Path, line: &str, rows: u64) -> anyhow::Result<PathBuf> {
    let path = folder.join("large.csv");
    let mut text = String::from("case_no,line,insured,plate,phone,loss_date,assessed\n");
    for row in 0..rows {
        text.push_str(&format!(
            "LARGE{row},{line},合成{row},皖A{:05},139{row:08},2026-01-05,{row}.50\n",
            row % 100_000
        ));
    }
    std::fs::write(&path, text)?;
    Ok(path)
}

struct Scene {
    name: &'static str,
    pause: u64,
    import: bool,
}

struct Found {
    waits: Vec<u64>,
    acts: Vec<u64>,
    per_desk: Vec<usize>,
    imported: i64,
}

fn play(scene: &Scene, desks: u64, seconds: u64) -> anyhow::Result<Found> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("store.db");
    let store = Store::open_or_create(&path, &SCHEMA)?;
    let line = closing_desk::reference::store::rulebook(&store)?.lines.first().map(|line| line.code.clone());
    let file = large_file(folder.path(), &line.unwrap_or_default(), if scene.import { 400_000 } else { 0 })?;
    let mut import = if scene.import { Some(start_import(&path, &file, folder.path())?) } else { None };
    let mut running: Vec<Child> = Vec::new();
    for desk in 0..desks {
        let work = format!("{}|D{desk}|{}|{seconds}", path.display(), scene.pause);
        let child = Command::new(std::env::current_exe()?).env(CHILD, work).stdout(Stdio::piped()).spawn()?;
        running.push(child);
    }
    let mut found = Found { waits: Vec::new(), acts: Vec::new(), per_desk: Vec::new(), imported: 0 };
    for mut child in running {
        let mut count = 0;
        for line in child.stdout.take().map(BufReader::new).into_iter().flat_map(BufReader::lines) {
            let line = line?;
            let Some((wait, act)) = line.split_once(' ') else { continue };
            found.waits.push(wait.parse()?);
            found.acts.push(act.parse()?);
            count += 1;
        }
        anyhow::ensure!(child.wait()?.success(), "a desk failed");
        found.per_desk.push(count);
    }
    if let Some(import) = &mut import {
        anyhow::ensure!(import.try_wait()?.is_none(), "the import ended before the desks; make its file larger");
        import.kill()?;
        import.wait()?;
        let all = closing_desk::case::store::list::stage_counts(store.conn())?.total();
        found.imported = all - i64::try_from(found.acts.len())?;
    }
    found.waits.sort_unstable();
    found.acts.sort_unstable();
    Ok(found)
}

fn start_import(store: &Path, file: &Path, home: &Path) -> anyhow::Result<Child> {
    let child = Command::new(env!("CARGO_BIN_EXE_closing-desk"))
        .arg("--store")
        .arg(store)
        .arg("import")
        .arg(file)
        .env("HOME", home)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(child)
}

/// What keeping a draft costs a key, in microseconds: a form of fifteen fields, one letter more each time.
fn drafts() -> anyhow::Result<Vec<u64>> {
    let folder = tempfile::tempdir()?;
    let mut drafts = Drafts::open(folder.path(), Path::new("store.db"), 1)?;
    let mut fields: BTreeMap<String, String> =
        (0..15).map(|field| (format!("field{field}"), "理算金额与核价金额不符的原因".to_owned())).collect();
    let mut took = Vec::new();
    for key in 0..20_000 {
        fields.insert("field0".to_owned(), format!("{key:0>100}"));
        let draft = Draft { fields: fields.clone() };
        let start = Instant::now();
        drafts.keep("1003", Place::of("closing", 1), Some(&draft), key);
        took.push(u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX));
    }
    anyhow::ensure!(drafts.problem().is_none(), "a draft was not kept");
    took.sort_unstable();
    Ok(took)
}

/// The value below which so many of a thousand lie, in the next larger unit: milliseconds of microseconds.
fn at(sorted: &[u64], thousandth: usize) -> f64 {
    let index = (sorted.len() * thousandth / 1_000).min(sorted.len().saturating_sub(1));
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let value = sorted.get(index).copied().unwrap_or(0) as f64;
    value / 1_000.0
}

fn main() -> ExitCode {
    if let Ok(work) = std::env::var(CHILD) {
        return match desk(&work) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error:#}");
                ExitCode::FAILURE
            }
        };
    }
    let (desks, seconds) = (number("DESKS", 8), number("SECONDS", 15));
    println!("{desks} desks, {seconds} s each scene; times in ms\n");
    println!(
        "| scene | acts | wait p50 | wait p99 | longest wait | act p50 | act p99 | acts per desk | rows imported |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|---|---:|");
    let scenes = [
        Scene { name: "50 ms between acts", pause: 50, import: false },
        Scene { name: "50 ms between acts, an import beside", pause: 50, import: true },
        Scene { name: "no pause", pause: 0, import: false },
        Scene { name: "no pause, an import beside", pause: 0, import: true },
    ];
    let mut kept = true;
    for scene in scenes {
        let found = match play(&scene, desks, seconds) {
            Ok(found) => found,
            Err(error) => {
                eprintln!("{}: {error:#}", scene.name);
                return ExitCode::FAILURE;
            }
        };
        let (least, most) = (found.per_desk.iter().min(), found.per_desk.iter().max());
        println!(
            "| {} | {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {}-{} | {} |",
            scene.name,
            found.acts.len(),
            at(&found.waits, 500),
            at(&found.waits, 990),
            at(&found.waits, 1_000),
            at(&found.acts, 500),
            at(&found.acts, 990),
            least.copied().unwrap_or(0),
            most.copied().unwrap_or(0),
            found.imported
        );
        kept &= Duration::from_micros(found.waits.get(found.waits.len() * 99 / 100).copied().unwrap_or(0)) <= BUDGET;
    }
    if kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

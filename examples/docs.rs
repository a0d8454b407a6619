//! Generates what the documents show of the program: pictures of its real screens in both languages, a sample file.
//!
//! `cargo run --example docs` writes `docs/pictures/*.svg`, `docs/sample.csv` and the key cards `docs/keys.*`;
//! with `-- --check` it only compares and fails when a file is stale.

use anyhow::{Context, bail};
use chrono::NaiveDate;
use closing_desk::intake::import::{self, Options, Unwatched};
use closing_desk::kernel::words::Lang;
use harness::{CLERK, Desk, LEADER, Office, PIN, Setup, moment};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

#[path = "../tests/batches_common/mod.rs"]
mod batches_common;
#[path = "../tests/closing_common/mod.rs"]
#[expect(dead_code, reason = "only the cases of the tour come from here")]
mod closing_common;
#[path = "common/mod.rs"]
mod common;
#[path = "../tests/harness/mod.rs"]
mod harness;
#[path = "common/keycard.rs"]
mod keycard;
#[path = "../tests/notify_common/mod.rs"]
mod notify_common;
#[path = "common/picture.rs"]
mod picture;
#[path = "../tests/harness/stage.rs"]
#[expect(dead_code, reason = "the pictures of the tests use the rest")]
mod stage;
#[path = "../tests/harness/tour.rs"]
mod tour;

const NOW: &str = "2026-11-23 15:12";
const CASES: u64 = 40;

fn main() -> anyhow::Result<()> {
    let check = std::env::args().any(|argument| argument == "--check");
    let mut stale = Vec::new();
    for (path, content) in documents()? {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        if fs::read_to_string(&path).is_ok_and(|old| old == content) {
            continue;
        }
        if check {
            stale.push(path.display().to_string());
        } else {
            fs::create_dir_all(path.parent().context("a folder")?)?;
            fs::write(&path, content)?;
            println!("written: {}", path.display());
        }
    }
    if !stale.is_empty() {
        bail!("stale, run `cargo run --example docs`:\n{}", stale.join("\n"));
    }
    Ok(())
}

fn documents() -> anyhow::Result<Vec<(PathBuf, String)>> {
    // The sample to try lies in the past of every reader; the pictures show one afternoon.
    let mut out = vec![(PathBuf::from("docs/sample.csv"), sample(20)?)];
    let office = office(&sample(23)?)?;
    for lang in [Lang::Zh, Lang::En] {
        for (name, desk) in screens(&office, lang) {
            let svg = picture::svg(desk.buffer());
            out.push((PathBuf::from(format!("docs/pictures/{name}.{}.svg", lang.code())), svg));
            if std::env::var_os("SHOW").is_some() {
                println!("{}\n", desk.screen());
            }
        }
    }
    out.extend(keycard::cards()?);
    Ok(out)
}

/// A daily file of an afternoon in November 2026.
fn sample(day: u32) -> anyhow::Result<String> {
    let now = NaiveDate::from_ymd_opt(2026, 11, day).and_then(|d| d.and_hms_opt(15, 12, 0)).context("a moment")?;
    let mut out = format!("\u{feff}{}\n", common::HEADER);
    for row in common::rows(CASES, 1, now) {
        writeln!(out, "{row}")?;
    }
    Ok(out)
}

/// An office in the middle of its day: the file is in, the clerk has worked through part of it, the leader has signed some.
fn office(sample: &str) -> anyhow::Result<Rc<Office>> {
    let office = Office::with_people(moment("2026-11-23 08:30"));
    let file = office.folder().join("sample.csv");
    fs::write(&file, sample)?;
    let store = office.store();
    let at = moment("2026-11-23 14:15");
    let report =
        import::import_file(&store, &office.actor(CLERK), at, &file, Options::default(), &Unwatched, Lang::Zh)?;
    if let Some(rejects) = report.rejects {
        bail!("the sample has rejected rows:\n{}", fs::read_to_string(rejects)?);
    }
    let mut desk = Desk::on(&office, Setup { size: (120, 40), now: "2026-11-23 14:20".to_owned(), ..Setup::default() });
    desk.sign_in(CLERK);
    for down in 0..24 {
        desk.keys("home");
        for _ in 0..down {
            desk.keys("down");
        }
        desk.keys("enter ctrl-s esc esc");
        if desk.screen().contains("待办") {
            continue;
        }
        desk.keys("f2");
    }
    let mut desk = Desk::on(&office, Setup { size: (120, 40), now: "2026-11-23 14:40".to_owned(), ..Setup::default() });
    desk.sign_in(LEADER);
    desk.keys("f2 ctrl-g space down space down space ctrl-s");
    desk.types(PIN);
    desk.keys("enter");
    if std::env::var_os("SHOW").is_some() {
        println!("{}", desk.screen());
    }
    Ok(office)
}

fn screens(office: &Rc<Office>, lang: Lang) -> Vec<(&'static str, Desk)> {
    let open = |person: &str, size: (u16, u16), keys: &str| {
        let mut desk = Desk::on(office, Setup { size, lang, now: NOW.to_owned(), ..Setup::default() });
        desk.sign_in(person);
        desk.keys(keys);
        desk
    };
    vec![
        ("todo", open(CLERK, (120, 34), "down down")),
        ("todo-80", open(CLERK, (80, 24), "")),
        ("closing", open(CLERK, (120, 34), "enter")),
        ("approvals", open(LEADER, (120, 34), "ctrl-g")),
        ("folder", open(CLERK, (120, 34), "down ctrl-e")),
    ]
}

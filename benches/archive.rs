//! How fast the archive answers with few and with many files in it.
//!
//! ```text
//! closing-desk practice --cases 10000 --write-store small.db
//! closing-desk practice --cases 1000000 --write-store large.db
//! cargo bench --bench archive -- --store small.db --store large.db [--quick]
//! ```
//! prints a table in Markdown; its last column compares the last store with the first, which should stay near 1. A time
//! is that of the screen itself, from the key to the drawn frame, without the terminal behind it. The stores must be
//! scratch ones: their filed cases that stand in no box yet are first put into boxes.

mod support;

use anyhow::{Context, ensure};
use closing_desk::archive::store::list as archive_list;
use closing_desk::boxes::rules::BoxKey;
use closing_desk::boxes::store::{self as boxes, positions, tray, where_is};
use closing_desk::case::store::list::stage_counts;
use closing_desk::case::store::load;
use closing_desk::db::{Actor, Store, Wait, meta};
use closing_desk::kernel::clock;
use closing_desk::kernel::code::{Code, CodeKind};
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::kernel::words::Lang;
use closing_desk::office::store as office;
use closing_desk::registry;
use closing_desk::ui::kept::Kept;
use closing_desk::ui::keys::Keymap;
use closing_desk::ui::screen::{Cx, Input, Note, Place, Screen};
use closing_desk::ui::theme::Theme;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use std::path::{Path, PathBuf};
use std::time::Instant;
use support::figures::{Line, Sample, table};

/// Filings read at a time while boxes are filled, one act each.
const SLICE: i64 = 2_000;

fn main() -> anyhow::Result<()> {
    let (mut stores, mut times) = (Vec::new(), 200);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--store" => stores.push(PathBuf::from(arguments.next().context("--store FILE")?)),
            "--quick" => times = 20,
            _ => {}
        }
    }
    if stores.is_empty() {
        eprintln!("name one or more practice stores: --store FILE");
        return Ok(());
    }
    let (mut names, mut columns) = (Vec::new(), Vec::new());
    for path in &stores {
        eprintln!("{}", path.display());
        let bench = Bench::open(path, times)?;
        bench.fill()?;
        names.push(bench.name()?);
        columns.push(bench.all()?);
    }
    println!("{}", table(&names, &columns));
    Ok(())
}

struct Bench {
    store: Store,
    actor: Actor,
    now: i64,
    times: usize,
}

impl Bench {
    fn open(path: &Path, times: usize) -> anyhow::Result<Bench> {
        let store = Store::open(path, &registry::SCHEMA)?;
        let at = meta::get(store.conn(), meta::PRACTICE_CLOCK)?.context("no practice store")?;
        let now = at.parse()?;
        let roles: Roles = [Role::Archivist].into_iter().collect();
        let person = office::all(store.conn())?.into_iter().find(|person| person.enabled && person.roles.any_of(roles));
        let actor = office::actor(&person.context("the office has no archivist")?, "bench");
        Ok(Bench { store, actor, now, times })
    }

    fn name(&self) -> anyhow::Result<String> {
        let counts = stage_counts(self.store.conn())?;
        Ok(format!("{} cases, {} open", counts.total(), counts.open()))
    }

    /// Puts every filed case that stands in no box into one; the kinds of boxes do not matter for the time.
    fn fill(&self) -> anyhow::Result<()> {
        let (mut last, mut put) = (closing_desk::archive::export::START, 0_usize);
        let started = Instant::now();
        loop {
            let page = archive_list::filed_after(self.store.conn(), last, SLICE)?;
            let Some(end) = page.last() else { break };
            last = *end;
            put += self.store.act(&self.actor, self.now, "fixture", Wait::Patient, |tx| {
                let key = BoxKey { class: "motor".to_owned(), year: 2026, retention: 10 };
                let mut count = 0;
                let mut into = boxes::right_box(tx.conn(), &key)?;
                for (_, case_id, _) in page {
                    if where_is(tx.conn(), case_id)?.is_some() {
                        continue;
                    }
                    let found = match into.take().filter(|found| found.last_ordinal < found.full_at) {
                        Some(found) => found,
                        None => boxes::open_box(tx, &key)?,
                    };
                    let ordinal = positions::put(tx, found.id, case_id, "bench")?;
                    into = Some(closing_desk::boxes::rules::ArchiveBox { last_ordinal: ordinal, ..found });
                    count += 1;
                }
                tx.journal("store", 0, &serde_json::json!({ "filled": i64::try_from(count).unwrap_or(0) }))?;
                Ok(count)
            })?;
        }
        eprintln!("{put} files put into boxes in {:.1} s", started.elapsed().as_secs_f64());
        Ok(())
    }

    /// Measures something as often as asked for; the first time is not counted.
    fn measure(
        &self,
        lines: &mut Vec<Line>,
        what: &'static str,
        mut once: impl FnMut(usize) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        once(0)?;
        let mut sample = Sample::default();
        for turn in 1..=self.times {
            let started = Instant::now();
            once(turn)?;
            sample.time(started.elapsed());
        }
        let more = format!("p99 {}", support::figures::short(sample.share(0.99)));
        lines.push(Line { what, budget: "as the smallest", value: sample.median(), more });
        Ok(())
    }

    fn all(&self) -> anyhow::Result<Vec<Line>> {
        let filed = self.spread()?;
        ensure!(!filed.is_empty(), "the store has no filed case");
        let codes: Vec<String> = filed.iter().map(|(code, _)| code.clone()).collect();
        let boxed: Vec<String> = filed.iter().map(|(_, found)| found.clone()).collect();
        let waiting: Vec<String> = archive_list::due(self.store.conn(), clock::day_of(self.now))?
            .into_iter()
            .map(|row| row.case_code)
            .collect();
        let one = |list: &[String], turn: usize| list.get(turn % list.len().max(1)).cloned().unwrap_or_default();
        let mut lines = Vec::new();
        self.measure(&mut lines, "F6 opens, ms", |_| self.shown("archive").map(drop))?;
        let mut shown = self.shown("archive")?;
        self.measure(&mut lines, "F6 reads again each minute, ms", |_| shown.minute())?;
        self.measure(&mut lines, "scan of a file in its box, ms", |turn| shown.scan(&one(&codes, turn)))?;
        self.measure(&mut lines, "scan of a box, ms", |turn| shown.scan(&one(&boxed, turn)))?;
        if !waiting.is_empty() {
            let mut shown = self.shown("archive")?;
            self.measure(&mut lines, "scan of a file on its way, ms", |turn| shown.scan(&one(&waiting, turn)))?;
        }
        self.measure(&mut lines, "boxes open, ms", |_| self.shown("boxes").map(drop))?;
        let mut shown = self.shown("boxes")?;
        self.measure(&mut lines, "boxes: scan of any box, ms", |turn| shown.scan(&one(&boxed, turn)))?;
        self.measure(&mut lines, "boxes: scan of any file, ms", |turn| shown.scan(&one(&codes, turn)))?;
        self.measure(&mut lines, "lend opens, ms", |_| self.shown("lend").map(drop))?;
        // A scan that writes: a code nothing is known of goes into the tray.
        let first = u32::try_from(self.now.rem_euclid(40_000_000)).unwrap_or(0);
        self.measure(&mut lines, "scan that is kept (unknown code), ms", |turn| {
            let serial = first + u32::try_from(turn).unwrap_or(0);
            let code = Code::new(CodeKind::Command, 2099, serial).context("no code")?;
            self.store.act(&self.actor, self.now, "scan_unknown", Wait::Patient, |tx| tray::keep(tx, code.as_str()))?;
            Ok(())
        })?;
        Ok(lines)
    }

    /// Codes of filed cases spread over the whole store, each with its box's code.
    fn spread(&self) -> anyhow::Result<Vec<(String, String)>> {
        let total = stage_counts(self.store.conn())?.total();
        let step = usize::try_from(total / 500)?.max(1);
        let mut found = Vec::new();
        for id in (1..=total).step_by(step) {
            let Some(place) = where_is(self.store.conn(), id)? else { continue };
            let Some(case) = load::by_id(self.store.conn(), id)? else { continue };
            found.push((case.case_code, place.found.code));
        }
        Ok(found)
    }

    fn shown(&self, name: &'static str) -> anyhow::Result<Shown<'_>> {
        let entry = registry::screens().into_iter().find(|entry| entry.name == name).context("no such place")?;
        let open = entry.open.context("not built")?;
        let looks = Looks { theme: Theme::new(true), keymap: Keymap::default(), kept: Kept::default() };
        let screen = open(Place::new(name), &looks.cx(self))?;
        let terminal = Terminal::new(TestBackend::new(120, 40))?;
        let mut shown = Shown { bench: self, screen, looks, terminal };
        shown.draw()?;
        Ok(shown)
    }
}

struct Looks {
    theme: Theme,
    keymap: Keymap,
    kept: Kept,
}

impl Looks {
    fn cx<'a>(&'a self, bench: &'a Bench) -> Cx<'a> {
        Cx {
            store: &bench.store,
            now: bench.now,
            lang: Lang::Zh,
            actor: &bench.actor,
            theme: &self.theme,
            keymap: &self.keymap,
            hidden: false,
            kept: &self.kept,
        }
    }
}

/// A screen as it stands before somebody. What it asks of the shell is left undone.
struct Shown<'a> {
    bench: &'a Bench,
    screen: Box<dyn Screen>,
    looks: Looks,
    terminal: Terminal<TestBackend>,
}

impl Shown<'_> {
    fn draw(&mut self) -> anyhow::Result<()> {
        let (screen, cx) = (&self.screen, self.looks.cx(self.bench));
        self.terminal.draw(|frame| screen.draw(frame, frame.area(), &cx))?;
        Ok(())
    }

    fn minute(&mut self) -> anyhow::Result<()> {
        self.screen.note(Note::Minute, &self.looks.cx(self.bench));
        self.draw()
    }

    /// Types a code and Enter as a scanner does.
    fn scan(&mut self, code: &str) -> anyhow::Result<()> {
        let keys = code.chars().map(KeyCode::Char).chain([KeyCode::Enter]);
        for key in keys {
            let key = KeyEvent::new(key, KeyModifiers::NONE);
            self.screen.input(Input::Key(key), &self.looks.cx(self.bench));
        }
        self.draw()
    }
}

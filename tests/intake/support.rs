//! A temporary store, files written as other programs write them, and the shortest ways to take them in.

use closing_desk::case::store::{CaseFile, list, load};
use closing_desk::db::{Actor, Store, journal, reconcile};
use closing_desk::intake::import::{ImportReport, Options, Unwatched, import_file};
use closing_desk::kernel::clock::parse_time;
use closing_desk::kernel::words::Lang;
use closing_desk::registry;
use std::path::{Path, PathBuf};

/// The moment tests act at: a Monday afternoon.
pub const NOW: &str = "2026-11-23 15:30:00";

pub fn now() -> i64 {
    parse_time(NOW).unwrap()
}

pub struct Desk {
    pub store: Store,
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub fn new() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_or_create(&folder.path().join("desk.db"), &registry::SCHEMA).unwrap();
        Desk { store, folder }
    }

    /// Writes a file beside the store.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    pub fn take(&self, path: &Path, options: Options) -> ImportReport {
        import_file(&self.store, &nobody(), now(), path, options, &Unwatched, Lang::Zh).unwrap()
    }

    pub fn import(&self, path: &Path) -> ImportReport {
        self.take(path, Options::default())
    }

    /// Takes in what stands in a file.
    pub fn import_text(&self, text: &str) -> ImportReport {
        let path = self.file("day.csv", text);
        self.import(&path)
    }

    pub fn past(&self, path: &Path) -> ImportReport {
        self.take(path, Options { past: true, dry_run: false })
    }

    pub fn case(&self, case_no: &str) -> CaseFile {
        load::by_case_no(self.store.conn(), case_no).unwrap().unwrap()
    }

    pub fn total(&self) -> i64 {
        list::stage_counts(self.store.conn()).unwrap().total()
    }

    /// The number of the last journal row: moves exactly when something was written.
    pub fn head(&self) -> i64 {
        journal::head(self.store.conn()).unwrap().seq
    }

    /// Every invariant of the store holds.
    pub fn reconcile(&self) {
        for verdict in reconcile::run(&self.store, &registry::invariants()) {
            let said = verdict.broken.map(|phrase| phrase.say(Lang::En));
            assert_eq!(said, None, "{}", verdict.invariant.name);
        }
    }
}

/// Whoever opens a store without people.
pub fn nobody() -> Actor {
    Actor { os_user: "tester".into(), unpeopled: true, ..Actor::default() }
}

/// Rows under a header of English names.
pub fn csv(header: &str, rows: &[&str]) -> String {
    let mut text = format!("{header}\n");
    for row in rows {
        text.push_str(row);
        text.push('\n');
    }
    text
}

/// The rejected rows of a file: line, code, and the whole row.
pub fn rejects(path: &Path) -> Vec<(String, String, Vec<String>)> {
    let bytes = std::fs::read(path).unwrap();
    let text = std::str::from_utf8(&bytes).unwrap().strip_prefix('\u{FEFF}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(true).flexible(true).from_reader(text.as_bytes());
    reader
        .records()
        .map(|r| {
            let r = r.unwrap();
            (r[0].to_owned(), r[1].to_owned(), r.iter().map(str::to_owned).collect())
        })
        .collect()
}

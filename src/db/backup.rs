//! Online backup and restore. A copy is whole or not there: it is written beside its place and renamed.

use super::{OpenError, Schema, Store, journal};
use crate::kernel::clock;
use anyhow::{Context, bail};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Pages copied at a time; other desks may write between two such pieces.
const PAGES: i32 = 2_048;

/// Copies the store to a file while others go on working.
///
/// # Errors
/// What the disk or SQLite says; no half-written file stays under the final name.
pub fn copy_to(store: &Store, target: &Path) -> anyhow::Result<()> {
    copy(store.conn(), target)
}

fn copy(source: &Connection, target: &Path) -> anyhow::Result<()> {
    let beside = sibling(target, "part");
    let _ = fs::remove_file(&beside);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&beside)
        .with_context(|| format!("cannot write {}", beside.display()))?;
    let outcome = copy_pages(source, &beside);
    if outcome.is_err() {
        let _ = fs::remove_file(&beside);
        return outcome;
    }
    fs::rename(&beside, target).with_context(|| format!("cannot put {} in place", target.display()))?;
    sync_folder(target);
    Ok(())
}

fn copy_pages(source: &Connection, beside: &Path) -> anyhow::Result<()> {
    let mut copy = Connection::open_with_flags(beside, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    {
        let backup = Backup::new(source, &mut copy)?;
        loop {
            match backup.step(PAGES)? {
                StepResult::Done => break,
                StepResult::More => {}
                _ => std::thread::sleep(Duration::from_millis(5)),
            }
        }
    }
    // One plain file: the copy needs no write-ahead log of its own.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    drop(copy);
    OpenOptions::new().read(true).open(beside)?.sync_all()?;
    Ok(())
}

fn sibling(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

fn sync_folder(path: &Path) {
    if let Some(folder) = path.parent()
        && let Ok(handle) = fs::File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
    {
        let _ = handle.sync_all();
    }
}

/// What a check of a store file found.
#[derive(Debug)]
pub struct Checked {
    /// The head of its journal.
    pub head: journal::Head,
}

/// Checks a store file from header to chain without changing it.
///
/// # Errors
/// Says what is wrong with the file.
pub fn check(path: &Path, schema: &Schema) -> anyhow::Result<Checked> {
    if !path.exists() {
        bail!(OpenError::Missing(path.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(OpenError::from)?;
    let one = |name: &str| conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let version = one("user_version").map_err(OpenError::from)?;
    let known = i64::try_from(schema.migrations.len()).unwrap_or(i64::MAX);
    if version == 0 {
        bail!(OpenError::Foreign);
    }
    if version > known {
        bail!(OpenError::Newer { found: version, known });
    }
    let verdict: String = conn.query_row("PRAGMA quick_check", [], |row| row.get(0)).map_err(OpenError::from)?;
    if verdict != "ok" {
        bail!(OpenError::Corrupt(verdict));
    }
    match journal::verify(&conn).map_err(OpenError::from)? {
        Ok(head) => Ok(Checked { head }),
        Err(broken) => bail!(OpenError::Corrupt(broken)),
    }
}

/// The journal head of a store file, read without changing it.
///
/// # Errors
/// What SQLite says.
pub fn check_head(path: &Path) -> anyhow::Result<journal::Head> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Ok(journal::head(&Connection::open_with_flags(path, flags)?)?)
}

/// What a restore did.
#[derive(Debug)]
pub struct Restored {
    /// Where the replaced store was put; none when there was none.
    pub kept: Option<PathBuf>,
    /// Journal head of the replaced store, if it could be read.
    pub replaced_head: Option<journal::Head>,
    /// Journal head of the restored file.
    pub restored_head: journal::Head,
}

/// Puts a checked backup in the store's place. The caller holds the store alone and journals both heads.
///
/// # Errors
/// Says what is wrong; the store in place stays as it was.
pub fn restore(from: &Path, store: &Path, schema: &Schema, now: i64) -> anyhow::Result<Restored> {
    let restored_head = check(from, schema)?.head;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(from, flags)?;
    let fresh = sibling(store, "restoring");
    let _ = fs::remove_file(&fresh);
    copy(&source, &fresh)?;
    let mut kept = None;
    let mut replaced_head = None;
    if store.exists() {
        if let Ok(old) = Store::connect(store) {
            replaced_head = journal::head(old.conn()).ok();
            // Fold the write-ahead log in, so that the kept file is whole by itself.
            let _ = old.conn().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
        let stamp = clock::local(now).format("%Y%m%d-%H%M%S").to_string();
        let place = sibling(store, &format!("replaced-{stamp}"));
        fs::rename(store, &place).with_context(|| format!("cannot keep the replaced store as {}", place.display()))?;
        for ending in ["-wal", "-shm"] {
            let log = sibling_plain(store, ending);
            if log.exists() {
                let _ = fs::rename(&log, sibling_plain(&place, ending));
            }
        }
        kept = Some(place);
    }
    fs::rename(&fresh, store)?;
    sync_folder(store);
    Ok(Restored { kept, replaced_head, restored_head })
}

fn sibling_plain(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}

/// The newest file in a backups folder, to be named when the store is damaged.
pub fn newest_in(folder: &Path) -> Option<PathBuf> {
    let mut found: Vec<(std::time::SystemTime, PathBuf)> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "db"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    found.sort();
    found.pop().map(|(_, path)| path)
}

//! Online backup and restore. A copy is whole or not there: it is written beside its place and renamed.

use super::{OpenError, Schema, Store, journal, open};
use crate::kernel::clock;
use anyhow::{Context, bail};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often a copy that cannot begin is tried again, 5 ms apart.
const TRIES: u32 = 2_000;

/// Copies the store to a new file while others go on working.
///
/// # Errors
/// What the disk or SQLite says, or that the file exists by now; no half-written file stays under the final name.
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
    if let Err(error) = put_new(&beside, target) {
        let _ = fs::remove_file(&beside);
        return Err(error).with_context(|| format!("cannot put {} in place", target.display()));
    }
    sync_folder(target);
    Ok(())
}

/// Gives a file its final name unless somebody has taken it meanwhile.
fn put_new(beside: &Path, target: &Path) -> std::io::Result<()> {
    match fs::hard_link(beside, target) {
        Ok(()) => fs::remove_file(beside),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // Sticks and shares often know no second name of a file.
        Err(_) => fs::rename(beside, target),
    }
}

fn copy_pages(source: &Connection, beside: &Path) -> anyhow::Result<()> {
    let mut copy = Connection::open_with_flags(beside, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    {
        let backup = Backup::new(source, &mut copy)?;
        // All pages in one step are one moment of the store, and readers hold up no writer. In smaller steps each
        // write of another desk would start the copy over, on a busy desk for ever.
        let mut tries = 0;
        while backup.step(-1)? != StepResult::Done {
            tries += 1;
            if tries > TRIES {
                bail!("the store could not be read");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    // One plain file: the copy needs no write-ahead log of its own.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    drop(copy);
    OpenOptions::new().read(true).open(beside)?.sync_all()?;
    Ok(())
}

/// The path itself, or the first of `path.2`, `path.3` … that is free: a kept file never takes the place of another.
pub(super) fn free_name(path: &Path) -> PathBuf {
    let numbered = (2_u32..).map(|n| sibling(path, &n.to_string()));
    std::iter::once(path.to_owned()).chain(numbered).find(|p| !p.exists()).unwrap_or_else(|| path.to_owned())
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
    let conn = read_only(path)?;
    let one = |name: &str| conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
    let version = one("user_version").map_err(OpenError::from)?;
    let known = i64::try_from(schema.migrations.len()).unwrap_or(i64::MAX);
    let application = one("application_id").map_err(OpenError::from)?;
    if version <= 0 || application != open::APPLICATION_ID {
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
    Ok(journal::head(&read_only(path)?)?)
}

fn read_only(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(path, flags).map_err(|error| open::cannot_open(path, error))
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
pub fn restore(from: &Path, checked: Checked, store: &Path, now: i64) -> anyhow::Result<Restored> {
    let fresh = sibling(store, "restoring");
    let _ = fs::remove_file(&fresh);
    copy(&read_only(from)?, &fresh)?;
    let outcome = swap(&fresh, checked, store, now);
    if outcome.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    outcome
}

fn swap(fresh: &Path, checked: Checked, store: &Path, now: i64) -> anyhow::Result<Restored> {
    if check_head(fresh)? != checked.head {
        bail!("the backup has changed while it was read");
    }
    let mut kept = None;
    let mut replaced_head = None;
    if store.exists() {
        if let Ok(old) = Store::connect(store) {
            replaced_head = journal::head(old.conn()).ok();
            // Fold the write-ahead log in, so that the kept file is whole by itself.
            let _ = old.conn().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
        kept = Some(keep(store, now)?);
    }
    fs::rename(fresh, store).with_context(|| format!("cannot put {} in place", store.display()))?;
    sync_folder(store);
    Ok(Restored { kept, replaced_head, restored_head: checked.head })
}

/// Gives the store in place a second name and takes its log away from the first: until the new file is renamed over
/// it there is a store under the old name, whenever the machine stops.
fn keep(store: &Path, now: i64) -> anyhow::Result<PathBuf> {
    let stamp = clock::local(now).format("%Y%m%d-%H%M%S").to_string();
    let place = free_name(&sibling(store, &format!("replaced-{stamp}")));
    let context = || format!("cannot keep the replaced store as {}", place.display());
    if fs::hard_link(store, &place).is_err() {
        fs::rename(store, &place).with_context(context)?;
    }
    for ending in ["-wal", "-shm"] {
        let log = sibling_plain(store, ending);
        if log.exists() {
            // A log left behind would be read into the new store.
            fs::rename(&log, sibling_plain(&place, ending)).with_context(context)?;
        }
    }
    Ok(place)
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

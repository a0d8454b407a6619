//! Where practice stores lie, and how one comes to be: written aside, put in place whole.

use super::{Wish, fill};
use crate::db::{Schema, Store, lock, meta};
use crate::ui::screen::Progress;
use anyhow::Context;
use std::fs::{self, DirBuilder};
use std::io::ErrorKind;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Name of the practice store beside the real one.
const NAME: &str = "practice.db";
/// What SQLite and the desk put beside a store.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

/// Where the practice store of an office lies: in the folder of its real store.
pub fn beside(store: &Path) -> PathBuf {
    store.with_file_name(NAME)
}

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// A practice store.
    Practice,
    /// Something else, which is left alone.
    Other,
}

/// Looks what lies at a path, without changing it.
pub fn look(path: &Path, schema: &Schema) -> Found {
    if !path.exists() {
        return Found::Nothing;
    }
    let marked = |store: &Store| meta::get(store.conn(), meta::PRACTICE_CLOCK).ok().flatten().is_some();
    match Store::open(path, schema) {
        Ok(store) if marked(&store) => Found::Practice,
        _ => Found::Other,
    }
}

/// Why a practice store was not made.
#[derive(Debug, thiserror::Error)]
pub enum NotMade {
    /// Something lies there already.
    #[error("something lies there already")]
    Taken,
    /// A desk has the last practice store open.
    #[error("a desk has the last practice store open")]
    InUse,
    /// Anything else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

/// Makes a practice store at a path where nothing lies.
///
/// # Errors
/// See [`NotMade`]; nothing is left behind.
pub fn write_new(path: &Path, schema: &Schema, wish: Wish, progress: &dyn Progress) -> Result<(), NotMade> {
    if path.symlink_metadata().is_ok() {
        return Err(NotMade::Taken);
    }
    let aside = Aside::make(path, schema, wish, progress)?;
    // A link is refused where a rename would put away what has come there meanwhile.
    match fs::hard_link(aside.store(), path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(NotMade::Taken),
        Err(_) if path.symlink_metadata().is_ok() => Err(NotMade::Taken),
        Err(_) => Ok(fs::rename(aside.store(), path).with_context(|| path.display().to_string())?),
    }
}

/// Makes a practice store in the place of the last one.
///
/// # Errors
/// See [`NotMade`]; the last one is then as it was.
pub fn write_anew(path: &Path, schema: &Schema, wish: Wish, progress: &dyn Progress) -> Result<(), NotMade> {
    if look(path, schema) == Found::Nothing {
        return write_new(path, schema, wish, progress);
    }
    let said = || path.display().to_string();
    let Some(alone) = lock::alone(path).with_context(said)? else { return Err(NotMade::InUse) };
    let aside = Aside::make(path, schema, wish, progress)?;
    for ending in BESIDE {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error).with_context(said)?,
            _ => {}
        }
    }
    fs::rename(aside.store(), path).with_context(said)?;
    drop(alone);
    Ok(())
}

/// A folder beside the store-to-be that holds everything of its making, and goes away with it.
struct Aside(PathBuf);

impl Aside {
    fn make(path: &Path, schema: &Schema, wish: Wish, progress: &dyn Progress) -> anyhow::Result<Aside> {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.exists() {
            DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(folder)
                .with_context(|| folder.display().to_string())?;
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let aside = Aside(folder.join(format!(".{name}.{}", std::process::id())));
        // Whoever had this number before and was killed has left it.
        let _ = fs::remove_dir_all(&aside.0);
        DirBuilder::new().mode(0o700).create(&aside.0).with_context(|| aside.0.display().to_string())?;
        let store = Store::open_or_create(&aside.store(), schema)?;
        store.fill_fast()?;
        fill(&store, wish, progress)?;
        store.filled()?;
        Ok(aside)
    }

    fn store(&self) -> PathBuf {
        self.0.join("store.db")
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // What cannot be removed is in nobody's way.
        let _ = fs::remove_dir_all(&self.0);
    }
}

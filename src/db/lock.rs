//! Who has the store open, and whose turn it is to write.
//!
//! Every desk and command holds a shared lock, a restore needs the only one. Writers pass a turnstile.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// A held lock; let go when dropped.
#[derive(Debug)]
pub struct InUse {
    _file: File,
}

fn file(store: &Path, ending: &str) -> std::io::Result<File> {
    // The first file of a store that is being created, or restored onto a new machine.
    if let Some(folder) = store.parent().filter(|p| !p.as_os_str().is_empty() && !p.exists()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(store.with_extension(ending))
}

/// Says that the store is in use; `None` while a restore is putting another one in its place.
///
/// # Errors
/// What the operating system says.
pub fn share(store: &Path) -> std::io::Result<Option<InUse>> {
    let file = file(store, "lock")?;
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(InUse { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// Takes the store alone; `None` while anyone else has it open.
///
/// # Errors
/// What the operating system says.
pub fn alone(store: &Path) -> std::io::Result<Option<InUse>> {
    let file = file(store, "lock")?;
    match file.try_lock() {
        Ok(()) => Ok(Some(InUse { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The turnstile before the write lock. Whoever waits to write stands in it, and a writer that comes back must pass it
/// again: so it cannot take the lock anew before the one who waits, as it would with waiting by chance alone.
#[derive(Debug)]
pub(super) struct Turnstile(Option<File>);

impl Turnstile {
    /// The turnstile of a store. Where there can be none, writers meet at the write lock only.
    pub(super) fn of(store: &Path) -> Turnstile {
        Turnstile(file(store, "turn").ok())
    }

    /// Enters, trying as long as `wait` says so; whether it did. Entered, it is left when the answer is dropped.
    pub(super) fn enter(&self, mut wait: impl FnMut() -> bool) -> Option<Entered<'_>> {
        let Some(file) = &self.0 else { return Some(Entered(None)) };
        loop {
            match file.try_lock() {
                Ok(()) => return Some(Entered(Some(file))),
                Err(TryLockError::Error(_)) => return Some(Entered(None)),
                Err(TryLockError::WouldBlock) if wait() => {}
                Err(TryLockError::WouldBlock) => return None,
            }
        }
    }
}

/// Inside the turnstile.
#[derive(Debug)]
pub(super) struct Entered<'a>(Option<&'a File>);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        if let Some(file) = self.0 {
            let _ = file.unlock();
        }
    }
}

//! Who has the store open: every desk and command holds a shared lock, a restore needs the only one.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// A held lock; let go when dropped.
#[derive(Debug)]
pub struct InUse {
    _file: File,
}

fn file(store: &Path) -> std::io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(store.with_extension("lock"))
}

/// Says that the store is in use; `None` while a restore is putting another one in its place.
///
/// # Errors
/// What the operating system says.
pub fn share(store: &Path) -> std::io::Result<Option<InUse>> {
    let file = file(store)?;
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
    let file = file(store)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(InUse { _file: file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

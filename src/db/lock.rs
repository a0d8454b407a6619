//! Who has the store open: every desk and command holds a shared lock, a restore needs the only one.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// A held lock; let go when dropped.
#[derive(Debug)]
pub struct InUse {
    _file: File,
}

fn file(store: &Path) -> std::io::Result<File> {
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

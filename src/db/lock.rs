//! Who has the store open, and whose turn it is to write.
//!
//! Every desk and command holds a shared lock, a restore needs the only one. Writers pass a turnstile.

use crate::kernel::clock;
use std::cell::RefCell;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

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

/// Whoever has stood in the queue for so long goes on without having passed: one who was stopped inside would hold up
/// everybody else for ever. The write lock itself still keeps them apart.
const STUCK: Duration = Duration::from_secs(1);

/// How long a job gives way to desks that wait, before each of its slices; then it takes its turn among them.
const GIVE_WAY: Duration = Duration::from_millis(250);
/// How often it looks whether they still wait.
const LOOK_AGAIN: Duration = Duration::from_millis(2);

/// The turnstile before the write lock. Whoever waits to write stands in its queue, and a writer that comes back must
/// queue again: so it cannot take the lock anew before the one who waits, as it would with waiting by chance alone.
///
/// The operating system calls those who wait for a file lock in the order in which they came, but on a busy machine it
/// may be a while until the one who was called runs, and whoever runs already slips in before. A job comes back at
/// once, slice after slice; so it first gives way to the desks, which say by a shared lock on a second file that they
/// wait.
#[derive(Debug)]
pub(super) struct Turnstile {
    /// Where there can be none, writers meet at the write lock only.
    file: Option<PathBuf>,
    /// Locked together by the desks that wait.
    desks: Option<PathBuf>,
    stand: RefCell<Stand>,
    /// This desk's share of that lock, while it waits.
    waits: RefCell<Option<File>>,
}

/// Where this connection stands.
#[derive(Debug, Default)]
enum Stand {
    #[default]
    Outside,
    /// A thread waits in the queue and hands the locked file over; given up, it lets go as soon as it is called.
    Queued(Receiver<Option<File>>, Instant),
    /// The lock, where there is one; let go with it.
    Inside { _lock: Option<File> },
}

impl Turnstile {
    /// The turnstile of a store.
    pub(super) fn of(store: &Path) -> Turnstile {
        let path = |ending: &str| file(store, ending).ok().map(|_| store.with_extension(ending));
        Turnstile {
            file: path("turn"),
            desks: path("wait"),
            stand: RefCell::new(Stand::Outside),
            waits: RefCell::new(None),
        }
    }

    /// Gives way to desks that wait, for a while.
    pub(super) fn give_way(&self) {
        let Some(file) = self.desks.as_ref().and_then(|path| OpenOptions::new().write(true).open(path).ok()) else {
            return;
        };
        let end = clock::tick() + GIVE_WAY;
        while matches!(file.try_lock(), Err(TryLockError::WouldBlock)) && clock::tick() < end {
            std::thread::sleep(LOOK_AGAIN);
        }
    }

    /// A desk says that it waits.
    fn say_waiting(&self) {
        let file = self.desks.as_ref().and_then(|path| OpenOptions::new().read(true).open(path).ok());
        *self.waits.borrow_mut() = file.filter(|file| file.try_lock_shared().is_ok());
    }

    /// Enters, waiting at most until `end`; whether it did. If not, the place in the queue is kept until the next try
    /// or [`Turnstile::leave`]. A desk that has to wait lets jobs know.
    pub(super) fn enter(&self, end: Instant, desk: bool) -> Option<Entered<'_>> {
        let now = clock::tick();
        let stand = match std::mem::take(&mut *self.stand.borrow_mut()) {
            Stand::Outside => self.queue(now),
            stand => stand,
        };
        if desk && matches!(stand, Stand::Queued(..)) && self.waits.borrow().is_none() {
            self.say_waiting();
        }
        let stand = match stand {
            Stand::Queued(called, since) => {
                let end = end.min(since + STUCK);
                match called.recv_timeout(end.saturating_duration_since(now)) {
                    Ok(file) => Stand::Inside { _lock: file },
                    Err(RecvTimeoutError::Disconnected) => Stand::Inside { _lock: None },
                    Err(RecvTimeoutError::Timeout) if clock::tick() >= since + STUCK => Stand::Inside { _lock: None },
                    Err(RecvTimeoutError::Timeout) => Stand::Queued(called, since),
                }
            }
            stand => stand,
        };
        let inside = matches!(stand, Stand::Inside { .. });
        *self.stand.borrow_mut() = stand;
        // One made and not given out would leave for us when dropped.
        if inside { Some(Entered(self)) } else { None }
    }

    fn queue(&self, now: Instant) -> Stand {
        let Some(path) = &self.file else { return Stand::Inside { _lock: None } };
        let Ok(file) = OpenOptions::new().read(true).write(true).open(path) else {
            return Stand::Inside { _lock: None };
        };
        match file.try_lock() {
            Ok(()) => return Stand::Inside { _lock: Some(file) },
            Err(TryLockError::Error(_)) => return Stand::Inside { _lock: None },
            Err(TryLockError::WouldBlock) => {}
        }
        let (call, called) = channel();
        let waiting = std::thread::Builder::new().name("turn".to_owned()).spawn(move || {
            // Nobody listening any more means that the wait was given up; the lock goes with the file.
            let _ = call.send(file.lock().is_ok().then_some(file));
        });
        if waiting.is_ok() { Stand::Queued(called, now) } else { Stand::Inside { _lock: None } }
    }

    /// Leaves the queue, or the turnstile.
    pub(super) fn leave(&self) {
        *self.stand.borrow_mut() = Stand::Outside;
        *self.waits.borrow_mut() = None;
    }
}

/// Inside the turnstile; left when dropped.
#[derive(Debug)]
pub(super) struct Entered<'a>(&'a Turnstile);

impl Entered<'_> {
    /// Stays inside although this try has ended: the next one goes on from here.
    pub(super) fn stay(self) {
        if self.0.waits.borrow().is_none() {
            self.0.say_waiting();
        }
        std::mem::forget(self);
    }
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        clock::tick() + Duration::from_millis(5)
    }

    fn late() -> Instant {
        clock::tick() + Duration::from_secs(60)
    }

    #[test]
    fn those_who_wait_all_pass_and_who_gave_up_holds_up_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let [holder, first, second, third] = [(); 4].map(|()| Turnstile::of(&store));
        let held = holder.enter(soon(), true).unwrap();
        for waiting in [&first, &second, &third] {
            assert!(waiting.enter(soon(), true).is_none());
        }
        second.leave();
        drop(held);
        drop(first.enter(late(), true).unwrap());
        drop(third.enter(late(), true).unwrap());
        drop(holder.enter(late(), true).unwrap());
    }

    #[test]
    fn a_job_gives_way_while_a_desk_waits_and_not_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let [job, desk, holder] = [(); 3].map(|()| Turnstile::of(&store));
        let waited = |job: &Turnstile| {
            let start = clock::tick();
            job.give_way();
            start.elapsed() >= GIVE_WAY
        };
        let held = holder.enter(soon(), false).unwrap();
        assert!(desk.enter(soon(), true).is_none());
        assert!(waited(&job), "a desk waits");
        drop(held);
        drop(desk.enter(late(), true).unwrap());
        assert!(desk.waits.borrow().is_none(), "it waits no more");
        let file = OpenOptions::new().write(true).open(store.with_extension("wait")).unwrap();
        assert!(file.try_lock().is_ok(), "nobody waits");
    }

    #[test]
    fn one_who_never_comes_out_does_not_hold_up_the_others_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store.db");
        let (stopped, other) = (Turnstile::of(&store), Turnstile::of(&store));
        stopped.enter(soon(), true).unwrap().stay();
        assert!(other.enter(soon(), true).is_none());
        assert!(other.enter(late(), true).is_some());
        assert!(stopped.enter(soon(), true).is_some(), "it is still inside");
    }
}

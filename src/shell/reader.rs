//! One reader for background reads: a thread with a connection of its own, both begun by the first question.
//!
//! Of one screen's questions in a slot only the newest is answered; an earlier one that is running is interrupted.

use super::app::App;
use super::msg::Msg;
use crate::db::Store;
use crate::kernel::clock;
use crate::ui::read::{Answer, Query, Read, Slot, Stale};
use crate::ui::screen::{Note, Place};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Whose question, and what about.
type Key = (Place, Slot);

/// A question that has not been put to the store yet.
struct Waiting {
    key: Key,
    number: u64,
    due: Instant,
    query: Query,
}

/// What the shell and the thread share.
#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    running: Option<Key>,
    ended: bool,
}

#[derive(Default)]
struct Desk {
    state: Mutex<State>,
    changed: Condvar,
    /// The running question was given up; changed with the lock held, so that it never meets the next one.
    stale: Stale,
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, State> {
        // A query that panics is caught outside the lock, so the state is whole even then.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes questions away; a query that is running stops by itself.
    fn give_up(&self, wanted: impl Fn(Key) -> bool) {
        let mut state = self.lock();
        state.waiting.retain(|waiting| !wanted(waiting.key));
        if state.running.is_some_and(&wanted) {
            self.stale.set(true);
        }
    }

    /// Waits for the next question that is due; nothing at the end.
    fn next(&self) -> Option<Waiting> {
        let mut state = self.lock();
        loop {
            if state.ended {
                return None;
            }
            let now = clock::tick();
            state = match state.next() {
                Some((at, due)) if due <= now => {
                    let waiting = state.waiting.swap_remove(at);
                    state.running = Some(waiting.key);
                    self.stale.set(false);
                    return Some(waiting);
                }
                Some((_, due)) => {
                    let wait = due.saturating_duration_since(now);
                    self.changed.wait_timeout(state, wait).unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// The running question has ended; whether its answer is still wanted.
    fn done(&self) -> bool {
        self.lock().running = None;
        !self.stale.is_stale()
    }
}

impl State {
    /// The question to put next, by the moment it is due, then in the order they were asked.
    fn next(&self) -> Option<(usize, Instant)> {
        let first = self.waiting.iter().enumerate().min_by_key(|(_, waiting)| (waiting.due, waiting.number))?;
        Some((first.0, first.1.due))
    }
}

/// The reader; its thread ends when this is dropped.
pub(super) struct Reader {
    path: PathBuf,
    post: Sender<Msg>,
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
    last: u64,
    /// The newest question of each key that has not been answered.
    open: Vec<(Key, u64)>,
    patient: bool,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("path", &self.path).field("open", &self.open).finish_non_exhaustive()
    }
}

impl Reader {
    /// A reader that has not begun.
    pub fn new(path: PathBuf, post: Sender<Msg>) -> Reader {
        Reader { path, post, desk: Arc::default(), thread: None, last: 0, open: Vec::new(), patient: true }
    }

    /// Takes a question in the place of an earlier one in the same slot. False when no thread could be begun.
    pub fn ask(&mut self, from: Place, read: Read) -> bool {
        let key = (from, read.slot);
        self.forget(|open| open == key);
        if !self.begin() {
            return false;
        }
        self.last += 1;
        self.open.push((key, self.last));
        let pause = if self.patient { read.pause } else { Duration::ZERO };
        let due = clock::tick() + pause;
        let waiting = Waiting { key, number: self.last, due, query: read.query };
        self.desk.lock().waiting.push(waiting);
        self.desk.changed.notify_all();
        true
    }

    /// Gives questions up.
    pub fn forget(&mut self, wanted: impl Fn(Key) -> bool) {
        if self.open.iter().any(|(key, _)| wanted(*key)) {
            self.open.retain(|(key, _)| !wanted(*key));
            self.desk.give_up(wanted);
        }
    }

    /// Whose answer this is, unless the question was given up meanwhile.
    fn answered(&mut self, number: u64) -> Option<Key> {
        let at = self.open.iter().position(|(_, open)| *open == number)?;
        Some(self.open.swap_remove(at).0)
    }

    fn begin(&mut self) -> bool {
        if self.thread.is_none() {
            let (path, post, desk) = (self.path.clone(), self.post.clone(), Arc::clone(&self.desk));
            let named = std::thread::Builder::new().name("reader".to_owned());
            self.thread = named.spawn(move || run(&path, &desk, &post)).ok();
        }
        self.thread.is_some()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.desk.lock().ended = true;
        self.desk.give_up(|_| true);
        self.desk.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(path: &Path, desk: &Arc<Desk>, post: &Sender<Msg>) {
    let mut store: Option<Store> = None;
    while let Some(Waiting { number, query, .. }) = desk.next() {
        let answer = match open(&mut store, path, &desk.stale) {
            // A query that panics ends itself, not the desk.
            Ok(store) => catch_unwind(AssertUnwindSafe(|| query(store, &desk.stale)))
                .unwrap_or_else(|_| Err(anyhow::anyhow!("the reading broke off")))
                .map_err(|error| format!("{error:#}")),
            Err(problem) => Err(problem),
        };
        if desk.done() && post.send(Msg::Read(number, answer)).is_err() {
            return;
        }
    }
}

fn open<'a>(store: &'a mut Option<Store>, path: &Path, stale: &Stale) -> Result<&'a Store, String> {
    match store {
        Some(open) => Ok(open),
        empty => {
            let stale = stale.clone();
            let open = Store::for_reading(path, move || stale.is_stale()).map_err(|error| error.to_string())?;
            Ok(empty.insert(open))
        }
    }
}

impl App {
    /// Puts a screen's question to the reader.
    pub(super) fn ask_store(&mut self, from: Place, read: Read) {
        let slot = read.slot;
        if !self.reader.ask(from, read) {
            self.tell(from, Note::Read(slot, Err("no thread".to_owned())));
        }
    }

    /// Hands an answer to the screen that asked; false when nobody waits for it any more.
    pub(super) fn read_done(&mut self, number: u64, answer: Answer) -> bool {
        let Some((place, slot)) = self.reader.answered(number) else { return false };
        self.tell(place, Note::Read(slot, answer))
    }

    /// Whether a question of a screen is still to be answered.
    pub fn reading(&self) -> bool {
        !self.reader.open.is_empty()
    }

    /// Questions wait for no pause from now on (tests, which hand in one key after the other).
    pub fn read_at_once(&mut self) {
        self.reader.patient = false;
    }
}

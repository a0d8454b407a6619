//! One worker for long jobs, with a connection of its own, progress and cancel.

use super::msg::{JobResult, Msg};
use crate::db::{Actor, Schema, Store};
use crate::kernel::words::Phrase;
use crate::ui::screen::{Job, Progress};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

/// A job with everything it needs to run away from the screen.
struct Work {
    number: u64,
    job: Job,
    actor: Actor,
    now: i64,
    cancel: Arc<AtomicBool>,
}

/// The worker thread; it ends when this is dropped, after the slice in hand.
#[derive(Debug)]
pub struct Worker {
    queue: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    cancel: Arc<AtomicBool>,
    last: u64,
}

impl Worker {
    /// Starts the thread; the store is opened by its first job.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(store: PathBuf, schema: Schema, post: Sender<Msg>) -> std::io::Result<Worker> {
        let (queue, work) = channel::<Work>();
        let thread =
            std::thread::Builder::new().name("worker".to_owned()).spawn(move || run(&store, &schema, &work, &post))?;
        Ok(Worker { queue: Some(queue), thread: Some(thread), cancel: Arc::default(), last: 0 })
    }

    /// Takes a job and answers its number.
    pub fn take(&mut self, job: Job, actor: Actor, now: i64) -> u64 {
        self.last += 1;
        self.cancel = Arc::default();
        let work = Work { number: self.last, job, actor, now, cancel: Arc::clone(&self.cancel) };
        if let Some(queue) = &self.queue {
            // A worker that has gone away is told by its silence only at the end of the program.
            let _ = queue.send(work);
        }
        self.last
    }

    /// Asks the running job to stop after its slice.
    pub fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.cancel();
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Reporter<'a> {
    number: u64,
    post: &'a Sender<Msg>,
    cancel: &'a AtomicBool,
}

impl Progress for Reporter<'_> {
    fn report(&self, done: u64, of: u64, what: Phrase) {
        let _ = self.post.send(Msg::JobProgress(self.number, done, of, what));
    }

    fn cancelled(&self) -> bool {
        self.cancel.load(Ordering::Relaxed)
    }
}

fn run(path: &Path, schema: &Schema, queue: &Receiver<Work>, post: &Sender<Msg>) {
    let mut store: Option<Store> = None;
    while let Ok(work) = queue.recv() {
        let number = work.number;
        let result = match open(&mut store, path, schema) {
            Ok(store) => work_on(store, work, post),
            Err(problem) => Err(problem),
        };
        if post.send(Msg::JobDone(number, result)).is_err() {
            return;
        }
    }
}

fn open<'a>(store: &'a mut Option<Store>, path: &Path, schema: &Schema) -> Result<&'a Store, String> {
    match store {
        Some(open) => Ok(open),
        empty => Ok(empty.insert(Store::open(path, schema).map_err(|error| error.to_string())?)),
    }
}

fn work_on(store: &Store, work: Work, post: &Sender<Msg>) -> JobResult {
    let reporter = Reporter { number: work.number, post, cancel: &work.cancel };
    // A job that panics ends itself, not the desk: what is written was written in whole slices.
    catch_unwind(AssertUnwindSafe(|| (work.job.work)(store, &work.actor, work.now, &reporter)))
        .unwrap_or_else(|_| Err(anyhow::anyhow!("the job broke off")))
        .map_err(|error| format!("{error:#}"))
}

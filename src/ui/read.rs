//! Background reads: a screen asks as data, a reader with a connection of its own answers, and the newest question wins.
//!
//! A screen that asks again in a slot has given the earlier question up: its answer never comes, and a query that is
//! running is interrupted. An answer also never comes to a screen that was closed, so a screen asks again on `Shown`.

use crate::db::Store;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What a question is about, such as `todo.preview`; of one screen's questions in a slot only the newest counts.
pub type Slot = &'static str;

/// What a reader brings back: what the query made, or what it says about its failure.
pub type Answer = Result<Box<dyn Any + Send>, String>;

/// Whether a question has been given up.
#[derive(Clone, Debug, Default)]
pub struct Stale(Arc<AtomicBool>);

/// The question has been given up; whatever is returned now is thrown away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no longer asked")]
pub struct GivenUp;

impl Stale {
    /// Ends a query between its statements; one that is running is broken off by itself.
    ///
    /// # Errors
    /// When the question was given up.
    pub fn check(&self) -> Result<(), GivenUp> {
        if self.is_stale() { Err(GivenUp) } else { Ok(()) }
    }

    /// Whether the question was given up.
    pub fn is_stale(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Gives the question up, or begins the next one.
    pub fn set(&self, stale: bool) {
        self.0.store(stale, Ordering::Relaxed);
    }
}

/// The query of a question, run once on the reader's own connection, which cannot write.
pub type Query = Box<dyn FnOnce(&Store, &Stale) -> anyhow::Result<Box<dyn Any + Send>> + Send>;

/// A question to the store that the screen does not wait for.
pub struct Read {
    /// What it is about.
    pub slot: Slot,
    /// How long to wait for a newer question before asking the store.
    pub pause: Duration,
    /// What is asked.
    pub query: Query,
}

impl Read {
    /// A question asked at once; what the query makes comes back as `Note::Read`.
    pub fn new<T: Any + Send>(
        slot: Slot,
        query: impl FnOnce(&Store, &Stale) -> anyhow::Result<T> + Send + 'static,
    ) -> Read {
        let query: Query = Box::new(move |store, stale| Ok(Box::new(query(store, stale)?)));
        Read { slot, pause: Duration::ZERO, query }
    }

    /// The same, asked only after a pause in which no newer question came: for what follows a moving highlight.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Read {
        self.pause = pause;
        self
    }
}

impl std::fmt::Debug for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Read").field("slot", &self.slot).field("pause", &self.pause).finish_non_exhaustive()
    }
}

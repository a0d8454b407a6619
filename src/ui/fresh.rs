//! Whether a key was pressed for what is on the screen now: not typed ahead of it, and not held down since before.
//!
//! Every key the terminal sends has a number that only grows. A key that arrived before something was on the screen was
//! not meant for it.

use crate::ui::keys::Chord;
use ratatui::crossterm::event::{KeyEvent, KeyEventKind};
use std::time::{Duration, Instant};

/// No keyboard waits longer before it repeats a key that is held down.
const LET_GO: Duration = Duration::from_secs(1);

/// What a key is to something that lies over the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Press {
    /// It had arrived before that was drawn.
    Early,
    /// It is still held down since then.
    Held,
    /// It was pressed for it.
    Fresh,
}

/// What is known of the keys since something was put over the screen.
#[derive(Clone, Debug, Default)]
pub struct Freshness {
    shown_at: Option<u64>,
    held: Option<Chord>,
    last_key: Option<Instant>,
}

impl Freshness {
    /// The key that led here: as long as it goes on arriving it is held down.
    pub fn opened_by(&mut self, key: KeyEvent) {
        self.held = Chord::of(key);
    }

    /// Told after the first drawing: the number of the last key that had arrived by then. Later calls change nothing.
    pub fn shown(&mut self, last_key: u64) {
        self.shown_at.get_or_insert(last_key);
    }

    /// Told when a key comes, before it is judged: a key that paused this long is not held down any more.
    pub fn key_at(&mut self, now: Instant) {
        if self.last_key.replace(now).is_some_and(|last| now.saturating_duration_since(last) >= LET_GO) {
            self.held = None;
        }
    }

    /// Judges the key with this number.
    pub fn judge(&mut self, key: KeyEvent, chord: Chord, arrived: u64) -> Press {
        if self.shown_at.is_none_or(|shown| arrived <= shown) {
            self.held = Some(chord);
            return Press::Early;
        }
        if key.kind == KeyEventKind::Repeat || self.held == Some(chord) {
            return Press::Held;
        }
        self.held = None;
        Press::Fresh
    }
}

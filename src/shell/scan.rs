//! A scanner is a keyboard: digits typed on a screen without a field are gathered, and Enter opens the case.

use super::app::{App, HOME};
use crate::case::screen::place_of;
use crate::case::screen::search::{Scanned, scan_digit, scanned};
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::screen::{Input, Place, Tone};
use crossterm::event::{KeyCode, KeyEvent};

/// No code is longer; what is, is kept to its end.
const LONGEST: usize = 40;

/// What was gathered.
#[derive(Debug, Default)]
pub(super) struct Scan {
    digits: String,
    /// It led nowhere, which was said; the next digit begins another.
    judged: bool,
}

impl App {
    /// Takes a key no row took, or Enter, while a code is gathered. False when the key is for the screen.
    pub(super) fn scan_key(&mut self, key: KeyEvent, typing: bool) -> bool {
        let idle = typing || self.stacks.top().is_none_or(|screen| screen.searches()) || !self.world.actor_is_there();
        if idle {
            self.scan = Scan::default();
            return false;
        }
        if let Some(digit) = scan_digit(key) {
            if std::mem::take(&mut self.scan.judged) {
                self.scan.digits.clear();
            }
            if self.scan.digits.len() < LONGEST {
                self.scan.digits.push(digit);
            }
            return true;
        }
        if self.scan.digits.is_empty() {
            return false;
        }
        match key.code {
            KeyCode::Enter => self.resolve_scan(),
            KeyCode::Backspace => drop(self.scan.digits.pop()),
            KeyCode::Esc => self.scan = Scan::default(),
            _ => {
                self.scan = Scan::default();
                return false;
            }
        }
        true
    }

    /// Whether a key belongs to a code under way, before any key row sees it.
    pub(super) fn scan_holds(&self, key: KeyEvent) -> bool {
        !self.scan.digits.is_empty()
            && (scan_digit(key).is_some() || matches!(key.code, KeyCode::Enter | KeyCode::Backspace | KeyCode::Esc))
    }

    /// What stands on the message line while a code is gathered.
    pub(super) fn scan_words(&self) -> Option<Phrase> {
        (!self.scan.digits.is_empty()).then(|| Phrase::new(W::ShellScanLine, [Arg::Text(self.scan.digits.clone())]))
    }

    fn resolve_scan(&mut self) {
        let typed = std::mem::take(&mut self.scan).digits;
        match scanned(self.world.store.conn(), &typed) {
            Ok(Scanned::Case(row)) => {
                let hands = crate::case::screen::hands(&self.world.cx()).unwrap_or_default();
                self.keep_draft();
                self.go(place_of(&row, hands.roles));
            }
            // What was scanned stays, so that it can be looked at, mended or searched for.
            Ok(Scanned::No(why)) => {
                self.scan = Scan { digits: typed, judged: true };
                self.say(Tone::Bad, why);
            }
            Ok(Scanned::Text) => {
                self.go(Place::new(HOME));
                self.screen_input(Input::Paste(typed));
            }
            Err(error) => self.say(Tone::Bad, Phrase::new(W::DbFailed, [Arg::Text(error.to_string())])),
        }
    }
}

//! The shell's own keys, as rows like every other.

use super::app::App;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::ui::keys::KeyRow;
use crate::ui::screen::Entry;

/// Why somebody may not go to a place.
pub(super) fn not_for_you(entry: &Entry) -> Phrase {
    let roles = entry.roles.unwrap_or_default();
    let words = roles.iter().map(|role| Arg::Word(office::store::role_word(role))).collect();
    Phrase::new(W::ShellPlaceNotYours, [Arg::Word(entry.word), Arg::List(words)])
}

impl App {
    /// Why a place does not open for whoever is signed in.
    pub(super) fn closed(&self, entry: &Entry) -> Option<Phrase> {
        if !self.world.actor_is_there() {
            return Some(W::ShellSignInFirst.into());
        }
        if entry.open.is_none() {
            return Some(Phrase::new(W::ShellPlaceUnbuilt, [Arg::Word(entry.word)]));
        }
        (!entry.may(&self.world.actor)).then(|| not_for_you(entry))
    }

    /// The name of a place's key, empty where it has none.
    pub(super) fn place_key(&self, entry: &Entry) -> String {
        entry.key.map(|_| self.world.keymap.key(entry.name, self.world.lang)).unwrap_or_default()
    }

    /// The keys of the frame, live everywhere.
    pub(super) fn shell_rows(&self) -> Vec<KeyRow> {
        let away = (!self.world.actor_is_there()).then(|| Phrase::from(W::ShellSignInFirst));
        let alone = (self.world.actor.id == 0).then(|| Phrase::from(W::ShellSwitchNobody));
        let mut rows = vec![
            KeyRow::new("shell.help", "?", W::ShellKeyHelp).or("f1").quiet(),
            KeyRow::new("shell.palette", "ctrl-p", W::ShellKeyPalette).quiet(),
            KeyRow::new("shell.places", "f10", W::ShellKeyPlaces).off(away).quiet(),
            KeyRow::new("shell.switch", "f12", W::ShellKeySwitch).off(alone).quiet(),
            KeyRow::new("shell.language", "ctrl-l", W::ShellKeyLanguage).quiet(),
            KeyRow::new("shell.terminal", "alt-t", W::ShellKeyTerminal).quiet(),
            KeyRow::new("shell.suspend", "ctrl-z", W::ShellKeySuspend).quiet(),
            KeyRow::new("shell.quit", "ctrl-q", W::ShellKeyQuit).quiet(),
        ];
        // A form or a list over the first screen has its own use for the key.
        if self.at_home() && self.stacks.top().is_some_and(|screen| !screen.typing()) {
            let none = (self.offered() == 0).then(|| Phrase::from(W::ShellDraftNone));
            rows.push(KeyRow::new("shell.drafts", "ctrl-d", W::ShellKeyDrafts).off(none).quiet());
        }
        let quit = || Arg::Text(self.world.keymap.key("shell.quit", self.world.lang));
        let idle = self.running.is_none().then(|| Phrase::new(W::ShellStopNothing, [quit()]));
        rows.push(KeyRow::new("shell.stop", "ctrl-c", W::ShellKeyStop).off(idle).quiet());
        for entry in &self.entries {
            if let Some(key) = entry.key {
                rows.push(KeyRow::new(entry.name, key, entry.word).off(self.closed(entry)).quiet());
            }
        }
        rows
    }

    /// The keys of the screen on top.
    pub(super) fn screen_rows(&self) -> Vec<KeyRow> {
        self.stacks.top().map(|screen| screen.keys(&self.world.cx())).unwrap_or_default()
    }
}

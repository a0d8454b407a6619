//! Keys and pasted text: who gets them.

use super::app::{App, HOME};
use super::popup::Popup;
use crate::kernel::words::{Lang, W};
use crate::phrase;
use crate::ui::keys::{ActionId, Chord, KeyRow, Resolved};
use crate::ui::screen::{Effect, Input, Place, Tone};
use crossterm::event::{KeyEvent, KeyEventKind};

impl App {
    /// One key: it wakes the hidden desk, else goes to the popup, the waiting act, the key rows, or the screen.
    pub(super) fn key(&mut self, key: KeyEvent, arrived: u64) {
        if key.kind == KeyEventKind::Release || self.wake() {
            return;
        }
        if self.waiting.is_some() {
            return self.waiting_key(key, arrived);
        }
        self.line = None;
        if self.page_key(key) {
            return;
        }
        if self.popup.is_some() {
            return self.popup_key(key, arrived);
        }
        let typing = self.stacks.top().is_some_and(|screen| screen.typing());
        if typing && Chord::of(key).is_some_and(|chord| chord.is_bare_character()) {
            return self.screen_input(Input::Key(key));
        }
        if self.scan_holds(key) && self.scan_key(key, typing) {
            return;
        }
        let own = self.screen_rows();
        let own_count = own.len();
        let rows: Vec<KeyRow> = own.into_iter().chain(self.shell_rows()).collect();
        match self.world.keymap.resolve(&rows, key) {
            Resolved::Action(action) => {
                let of_screen = rows.iter().take(own_count).any(|row| row.action == action);
                self.action(action, of_screen, key);
            }
            Resolved::Disabled(why) => self.say(Tone::Bad, why),
            Resolved::None if self.scan_key(key, typing) => {}
            Resolved::None => self.screen_input(Input::Key(key)),
        }
    }

    /// Does an action of the screen or of the frame. `key` is what led here.
    pub(super) fn action(&mut self, action: ActionId, of_screen: bool, key: KeyEvent) {
        if of_screen {
            self.screen_input(Input::Action(action));
        } else {
            self.shell_action(action);
        }
        match &mut self.popup {
            // The key that asked the question does not answer it, however long it is held.
            Some(Popup::Confirm { confirm, .. }) => *confirm = confirm.clone().opened_by(key),
            Some(Popup::Preview { view, .. }) => view.opened_by(key),
            _ => {}
        }
    }

    fn shell_action(&mut self, action: ActionId) {
        match action {
            "shell.help" => self.open_help(),
            "shell.palette" => self.open_palette(),
            "shell.places" => self.open_places(),
            "shell.switch" => self.effect(Effect::SwitchPerson),
            "shell.language" => {
                let other = if self.world.lang == Lang::Zh { Lang::En } else { Lang::Zh };
                self.effect(Effect::SetLang(other));
            }
            "shell.drafts" => self.offer_drafts(),
            "shell.terminal" => self.open_check(),
            "shell.suspend" => self.suspended = true,
            "shell.stop" => {
                self.stop_job();
                self.say(Tone::Plain, W::ShellJobStopping);
            }
            "shell.quit" => self.quit(),
            place => self.go_home_or(place),
        }
    }

    /// A place key pressed at its own place leads back to the bottom of its stack; what was typed above is in the
    /// drafts and comes back with its screen.
    pub(super) fn go_home_or(&mut self, name: &'static str) {
        if self.stacks.root() == Some(name) && self.stacks.depth() > 1 {
            self.keep_draft();
            while self.stacks.depth() > 1 {
                self.stacks.pop();
            }
            return self.tell_top(crate::ui::screen::Note::Shown);
        }
        self.go(Place::new(name));
    }

    pub(super) fn screen_input(&mut self, input: Input) {
        let Some(place) = self.stacks.place() else { return };
        let Some(screen) = self.stacks.top_mut() else { return };
        let effects = screen.input(input, &self.world.cx());
        self.run(place, effects);
    }

    /// Pasted text is text: it goes into a field, never to a key row, and never confirms anything.
    pub(super) fn paste(&mut self, text: String) {
        if self.wake() || self.waiting.is_some() || self.page.is_some() {
            return;
        }
        self.line = None;
        match &mut self.popup {
            Some(Popup::Pin { prompt, .. }) => prompt.paste(&text),
            Some(popup) => {
                if let Some(list) = popup.list() {
                    list.paste(&text);
                }
            }
            None => self.screen_input(Input::Paste(text.clone())),
        }
        let lines = text.trim().lines().count();
        if lines > 1 && self.line.is_none() && self.typing() {
            let lines = i64::try_from(lines).unwrap_or(i64::MAX);
            self.say(Tone::Plain, phrase!(W::ShellFieldPastedLines, lines));
        }
    }

    /// A key for the page that lies over everything; false when there is none.
    pub(super) fn page_key(&mut self, key: KeyEvent) -> bool {
        let Some(page) = &mut self.page else { return false };
        if page.handle(key) {
            self.page = None;
        }
        true
    }

    /// Whether the key opens the help although something lies over the screen: the help's own key, unless it is text
    /// there.
    fn asks_for_help(&self, key: KeyEvent) -> bool {
        let types = self.popup.as_ref().is_some_and(Popup::types);
        let wanted = self.world.keymap.rows(self.shell_rows()).into_iter().find(|row| row.action == "shell.help");
        let chord = Chord::of(key).filter(|chord| !(types && chord.is_bare_character()));
        chord.zip(wanted).is_some_and(|(chord, row)| row.chords.contains(&chord))
    }

    pub(super) fn popup_key(&mut self, key: KeyEvent, arrived: u64) {
        if self.asks_for_help(key) {
            return self.open_help();
        }
        if let Some(popup) = self.popup.take() {
            self.question_key(popup, key, arrived);
        }
    }
}

impl super::app::World {
    /// Whether somebody may work: a person is signed in, or the store has no people yet and the guide is done.
    pub fn actor_is_there(&self) -> bool {
        self.actor.id != 0 || self.actor.unpeopled
    }
}

impl App {
    /// Whether the first place is on the screen.
    pub(super) fn at_home(&self) -> bool {
        self.stacks.place() == Some(Place::new(HOME))
    }
}

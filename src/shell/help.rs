//! The help: what the work here is, the usual order, the rule behind it, and every key that is live, read from the
//! same rows that the keys are dispatched by. It is put together when it is opened and only drawn afterwards.

use super::app::App;
use super::paint::popup_keys;
use super::popup::Popup;
use crate::kernel::words::{Lang, Phrase, W};
use crate::reference;
use crate::ui::keys::KeyRow;
use crate::ui::page::{Look, Page, Piece};

/// The action of keys that are only shown: a field, a list or a popup reads them by itself.
const SHOWN: &str = "shown";

/// The keys of every field.
pub fn field_keys() -> Vec<KeyRow> {
    let row = |chord: &str, word: W| KeyRow::new(SHOWN, chord, word);
    vec![
        row("left", W::ShellFieldByLetter).or("right"),
        row("ctrl-left", W::ShellFieldByWord).or("ctrl-right"),
        row("home", W::ShellFieldEnds).or("end"),
        row("backspace", W::ShellFieldDelete).or("delete"),
        row("ctrl-w", W::ShellFieldDeleteWord),
        row("ctrl-u", W::ShellFieldDeleteLine),
        row("enter", W::ShellFieldNext).or("tab"),
        row("shift-tab", W::ShellFieldBefore),
        row("space", W::ShellFieldChoose).or("left").or("right"),
    ]
}

/// The keys of every list.
pub fn list_keys() -> Vec<KeyRow> {
    let row = |chord: &str, word: W| KeyRow::new(SHOWN, chord, word);
    vec![
        row("up", W::ShellFieldListRow).or("down"),
        row("pageup", W::ShellFieldListPage).or("pagedown"),
        row("home", W::ShellFieldListEnd).or("end"),
    ]
}

impl App {
    /// Opens the help for what is on top: a popup, else the screen.
    pub(super) fn open_help(&mut self) {
        let page = match &self.popup {
            Some(popup) => self.popup_help(popup),
            None => self.screen_help(),
        };
        self.page = Some(page);
    }

    fn popup_help(&self, popup: &Popup) -> Page {
        let lang = self.world.lang;
        let about = match popup {
            Popup::Confirm { .. } => W::ShellHelpConfirm,
            Popup::Pin { .. } => W::ShellHelpPin,
            Popup::Commands { places: false, .. } => W::ShellHelpPalette,
            Popup::Commands { .. } => W::ShellHelpPlaces,
            Popup::Drafts { .. } => W::ShellHelpDrafts,
            Popup::Preview { .. } => W::ShellHelpPreview,
        };
        let mut pieces = vec![Piece::Text(about.text(lang).to_owned(), Look::Plain)];
        self.section(&mut pieces, W::ShellHelpHere, popup_keys(popup));
        if !matches!(popup, Popup::Confirm { .. }) {
            // Enter and Tab mean something else here than in a form.
            let rows = field_keys().into_iter().take(6).collect();
            self.section(&mut pieces, W::ShellHelpField, rows);
        }
        Page::new(W::ShellKeyHelp.text(lang), pieces)
    }

    fn screen_help(&self) -> Page {
        let lang = self.world.lang;
        let mut pieces = Vec::new();
        let Some(screen) = self.stacks.top() else { return Page::default() };
        pieces.push(Piece::Text(screen.help().text(lang).to_owned(), Look::Plain));
        self.lesson(&mut pieces, screen.place().name);
        self.section(&mut pieces, W::ShellHelpHere, self.screen_rows());
        if screen.typing() {
            self.section(&mut pieces, W::ShellHelpField, field_keys());
        } else {
            self.section(&mut pieces, W::ShellHelpList, list_keys());
        }
        self.section(&mut pieces, W::ShellHelpEverywhere, self.shell_rows());
        Page::new(screen.title(&self.world.cx()), pieces)
    }

    /// The usual order and the rule of a place.
    fn lesson(&self, pieces: &mut Vec<Piece>, place: &str) {
        let lang = self.world.lang;
        let Some(lesson) = self.entry(place).and_then(|entry| entry.lesson) else { return };
        pieces.push(Piece::Heading(W::ShellHelpSteps.text(lang).to_owned()));
        for (action, word) in lesson.steps {
            let keys: Vec<String> = self.world.keymap.chords(action).iter().map(|chord| chord.name(lang)).collect();
            let right = word.text(lang).to_owned();
            pieces.push(Piece::Row { left: keys.join("  "), right, under: None, look: Look::Plain });
        }
        if let Ok(rules) = reference::store::rulebook(&self.world.store) {
            pieces.push(Piece::Heading(W::ShellHelpRule.text(lang).to_owned()));
            let said = lesson.rule(&rules.settings, self.world.now).say(lang);
            pieces.push(Piece::Text(said, Look::Plain));
        }
    }

    fn section(&self, pieces: &mut Vec<Piece>, heading: W, rows: Vec<KeyRow>) {
        let lang = self.world.lang;
        pieces.push(Piece::Heading(heading.text(lang).to_owned()));
        pieces.extend(self.world.keymap.rows(rows).iter().map(|row| piece(row, lang)));
    }
}

fn piece(row: &KeyRow, lang: Lang) -> Piece {
    let keys: Vec<String> = row.chords.iter().map(|chord| chord.name(lang)).collect();
    let why = row.disabled.as_ref().map(|why: &Phrase| format!("- {}", why.say(lang)));
    let look = if why.is_some() { Look::Off } else { Look::Plain };
    Piece::Row { left: keys.join("  "), right: row.word.text(lang).to_owned(), under: why, look }
}

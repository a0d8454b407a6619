//! The key table: rows of actions, the clerk's own bindings on top, and which row a pressed key means.

use std::collections::BTreeMap;

use ratatui::crossterm::event::KeyEvent;

use super::{Action, Chord};
use crate::kernel::words::{Lang, Phrase, W};

/// The name of an action, folder first: "closing.save".
pub type ActionId = &'static str;

/// One action a screen offers, with everything that is said about it anywhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeyRow {
    /// The action.
    pub action: ActionId,
    /// The keys that lead to it, the one to show first.
    pub chords: Vec<Chord>,
    /// What it does.
    pub word: W,
    /// Why it can't be done now.
    pub disabled: Option<Phrase>,
    /// Whether the footer shows it.
    pub footer: bool,
    /// Whether it changes facts; then a bare letter alone must not be its only key.
    pub consequential: bool,
}

impl KeyRow {
    /// A row with its first key, shown in the footer. The key is written as in the configuration; a test draws every
    /// screen, so that a misspelt one is found there.
    pub fn new(action: ActionId, chord: &str, word: W) -> KeyRow {
        KeyRow { action, chords: Vec::new(), word, disabled: None, footer: true, consequential: false }.or(chord)
    }

    /// Another key for the same action.
    pub fn or(mut self, chord: &str) -> KeyRow {
        let read = Chord::parse(chord);
        debug_assert!(read.is_ok(), "{}: {chord}", self.action);
        self.chords.extend(read.ok());
        self
    }

    /// Says why the action can't be done now; nothing means that it can.
    pub fn off(mut self, why: Option<Phrase>) -> KeyRow {
        self.disabled = why;
        self
    }

    /// Leaves the row out of the footer; help and palette still show it.
    pub fn quiet(mut self) -> KeyRow {
        self.footer = false;
        self
    }

    /// Marks an action that changes facts.
    pub fn consequential(mut self) -> KeyRow {
        self.consequential = true;
        self
    }
}

/// What a pressed key means on a screen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Resolved {
    /// Do this.
    Action(ActionId),
    /// The key has a row, but not now: say why.
    Disabled(Phrase),
    /// No row has the key.
    None,
}

/// The clerk's own bindings, laid over the rows of every screen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Keymap {
    overrides: BTreeMap<String, Vec<Chord>>,
    actions: &'static [Action],
}

impl Keymap {
    /// Bindings that have been judged, see [`bind`](super::bind), over the keys of the program.
    pub(super) fn of(overrides: BTreeMap<String, Vec<Chord>>, actions: &'static [Action]) -> Keymap {
        Keymap { overrides, actions }
    }

    /// The keys of an action, whether it is live at the moment or not.
    pub fn chords(&self, action: &str) -> Vec<Chord> {
        let own = || self.actions.iter().find(|known| known.name == action).map(Action::chords).unwrap_or_default();
        self.overrides.get(action).cloned().unwrap_or_else(own)
    }

    /// The key of an action as a sentence on the screen names it: one that arrives under an input method, if there is
    /// such a key.
    pub fn key(&self, action: &str, lang: Lang) -> String {
        let chords = self.chords(action);
        let chord = chords.iter().find(|chord| !chord.is_bare_character()).or_else(|| chords.first());
        chord.map(|chord| chord.name(lang)).unwrap_or_default()
    }

    /// The rows with the clerk's own keys. A key taken by a binding is taken off the other rows.
    pub fn rows(&self, rows: Vec<KeyRow>) -> Vec<KeyRow> {
        if self.overrides.is_empty() {
            return rows;
        }
        let mut rows = rows;
        let mut taken: Vec<Chord> = Vec::new();
        for row in &mut rows {
            if let Some(chords) = self.overrides.get(row.action) {
                row.chords.clone_from(chords);
                taken.extend(chords);
            }
        }
        for row in rows.iter_mut().filter(|row| !self.overrides.contains_key(row.action)) {
            row.chords.retain(|chord| !taken.contains(chord));
        }
        rows
    }

    /// The row a key means; the first row that has it. The rows are those the screen declares, without bindings.
    pub fn resolve(&self, rows: &[KeyRow], key: KeyEvent) -> Resolved {
        let Some(chord) = Chord::of(key) else { return Resolved::None };
        let bound =
            rows.iter().find(|row| self.overrides.get(row.action).is_some_and(|chords| chords.contains(&chord)));
        let own = || rows.iter().find(|row| !self.overrides.contains_key(row.action) && row.chords.contains(&chord));
        match bound.or_else(own) {
            Some(KeyRow { disabled: Some(why), .. }) => Resolved::Disabled(why.clone()),
            Some(row) => Resolved::Action(row.action),
            None => Resolved::None,
        }
    }
}

/// The actions that change facts and can only be reached by a bare character: under an input method it may not arrive.
pub fn bare_letter_only(rows: &[KeyRow]) -> Vec<ActionId> {
    rows.iter()
        .filter(|row| row.consequential && row.chords.iter().all(Chord::is_bare_character))
        .map(|row| row.action)
        .collect()
}

/// Keys that two rows of one screen claim: the key, and both actions.
pub fn clashes(rows: &[KeyRow]) -> Vec<(Chord, ActionId, ActionId)> {
    let mut found = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        for other in rows.iter().skip(index + 1) {
            found.extend(
                row.chords
                    .iter()
                    .filter(|chord| other.chords.contains(chord))
                    .map(|chord| (*chord, row.action, other.action)),
            );
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    fn rows() -> Vec<KeyRow> {
        vec![
            KeyRow::new("a.save", "ctrl-s", W::UiKeySpace).or("f5").consequential(),
            KeyRow::new("a.void", "x", W::UiKeySpace).off(Some(Phrase::from(W::UiKeyUp))).consequential(),
            KeyRow::new("a.find", "/", W::UiKeySpace).quiet(),
        ]
    }

    #[test]
    fn a_key_leads_to_its_row_or_says_why_not() {
        let keymap = Keymap::default();
        let press = |code, modifiers| keymap.resolve(&rows(), KeyEvent::new(code, modifiers));
        assert_eq!(press(KeyCode::Char('S'), KeyModifiers::CONTROL), Resolved::Action("a.save"));
        assert_eq!(press(KeyCode::F(5), KeyModifiers::NONE), Resolved::Action("a.save"));
        assert_eq!(press(KeyCode::Char('ｘ'), KeyModifiers::NONE), Resolved::Disabled(W::UiKeyUp.into()));
        assert_eq!(press(KeyCode::Char('、'), KeyModifiers::NONE), Resolved::Action("a.find"));
        assert_eq!(press(KeyCode::Char('q'), KeyModifiers::NONE), Resolved::None);
    }

    #[test]
    fn a_binding_wins_over_the_keys_of_other_rows() {
        let keys = BTreeMap::from([("a.save".to_owned(), Chord::parse("/").into_iter().collect())]);
        let keymap = Keymap::of(keys, &[]);
        let press = |code| keymap.resolve(&rows(), KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(press(KeyCode::Char('/')), Resolved::Action("a.save"));
        assert_eq!(press(KeyCode::F(5)), Resolved::None);
        assert!(clashes(&keymap.rows(rows())).is_empty());
    }

    #[test]
    fn a_consequential_row_with_only_a_letter_is_reported() {
        assert_eq!(bare_letter_only(&rows()), ["a.void"]);
    }
}

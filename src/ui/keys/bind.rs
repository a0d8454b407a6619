//! Rebinding: what a configuration may bind, and every reason for which a binding is refused.
//!
//! A binding is laid over the keys of all screens at once, so it is judged against the whole list of actions, without
//! a screen being open. The live rows decide again which key means what, so a refused file never half applies.

use std::collections::BTreeMap;

use super::rows::Keymap;
use super::{ActionId, Chord};
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;

/// One action a configuration can bind, with the keys the program gives it on all its screens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Action {
    /// Its name, folder first.
    pub name: ActionId,
    /// Its keys as they are written in the configuration, divided by blanks, the one to show first.
    pub keys: &'static str,
    /// Whether it changes facts.
    pub acts: bool,
}

impl Action {
    /// An action and its keys.
    pub const fn new(name: ActionId, keys: &'static str) -> Action {
        Action { name, keys, acts: false }
    }

    /// Marks an action that changes facts.
    #[must_use]
    pub const fn acts(mut self) -> Action {
        self.acts = true;
        self
    }

    /// Its keys.
    pub fn chords(&self) -> Vec<Chord> {
        self.keys.split_whitespace().filter_map(|key| Chord::parse(key).ok()).collect()
    }

    /// The screen it belongs to; nothing for an action of the frame and for a place, which are live everywhere.
    fn screen(&self) -> Option<&'static str> {
        self.name.split_once('.').map(|(screen, _)| screen).filter(|screen| *screen != "shell")
    }

    /// Whether it must be reachable by more than a bare character: it changes facts, or it is the way to all others.
    fn needs_chord(&self) -> bool {
        self.acts || self.name.starts_with("shell.")
    }

    /// Whether both can be live at the same time. Two actions of one screen that share a key of the program are those
    /// of different states of it, since no state has one key twice.
    fn meets(&self, other: &Action) -> bool {
        let together = match (self.screen(), other.screen()) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        };
        let (own, others) = (self.chords(), other.chords());
        together && !own.iter().any(|chord| others.contains(chord))
    }
}

/// Keys a field or a list needs for itself. An action may have one only where the program gave it.
const RESERVED: &[&str] = &[
    "enter",
    "tab",
    "shift-tab",
    "backspace",
    "delete",
    "left",
    "right",
    "up",
    "down",
    "home",
    "end",
    "pageup",
    "pagedown",
];

/// What is wrong with a binding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BindProblem {
    /// The action as it is written.
    pub action: String,
    /// What is wrong, and what is allowed.
    pub what: Phrase,
}

/// Reads the bindings of the configuration: action → keys, which replace all keys of that action.
///
/// # Errors
/// Every problem: an unknown action, a key that is none or is given twice, an action of consequence left with bare
/// characters, a key another action has, an action without its way out.
pub fn bind(overrides: &BTreeMap<String, Vec<String>>, actions: &'static [Action]) -> Result<Keymap, Vec<BindProblem>> {
    let mut problems = Vec::new();
    let mut bound: Vec<(&Action, Vec<Chord>)> = Vec::new();
    for (name, keys) in overrides {
        let mut say = |what: Phrase| problems.push(BindProblem { action: name.clone(), what });
        let Some(action) = actions.iter().find(|action| action.name == name) else {
            let known = near(name, actions);
            say(phrase!(W::UiBindUnknown, Arg::from(name.as_str()), Arg::list(known)));
            continue;
        };
        let mut chords: Vec<Chord> = Vec::new();
        for key in keys {
            match Chord::parse(key) {
                Ok(chord) if chords.contains(&chord) => say(phrase!(W::UiBindTwice, Arg::from(key.as_str()))),
                Ok(chord) => chords.push(chord),
                Err(problem) => say(problem.what(key)),
            }
        }
        for what in unfit(action, &chords) {
            say(what);
        }
        bound.push((action, chords));
    }
    let shared = clashes(&bound, actions);
    problems.extend(shared);
    if problems.is_empty() {
        let overrides = bound.into_iter().map(|(action, chords)| (action.name.to_owned(), chords));
        Ok(Keymap::of(overrides.collect(), actions))
    } else {
        Err(problems)
    }
}

/// The actions of the same screen, or the screens there are when that is unknown too.
fn near(name: &str, actions: &[Action]) -> Vec<Arg> {
    let screen = name.split('.').next().unwrap_or_default();
    let of = |action: &Action| action.name.split('.').next().unwrap_or_default();
    let same: Vec<Arg> =
        actions.iter().filter(|action| of(action) == screen).map(|action| Arg::from(action.name)).collect();
    if !same.is_empty() {
        return same;
    }
    actions.iter().map(|action| Arg::from(action.name)).collect()
}

/// What is wrong with the keys of one action, whatever the others have.
fn unfit(action: &Action, chords: &[Chord]) -> Vec<Phrase> {
    let mut found = Vec::new();
    let own = action.chords();
    for chord in chords.iter().filter(|chord| !own.contains(chord)) {
        let written = chord.to_string();
        if RESERVED.contains(&written.as_str()) {
            found.push(phrase!(W::UiBindReserved, Arg::from(written)));
        }
    }
    if chords.is_empty() {
        found.push(W::UiBindNone.into());
    } else if action.needs_chord() && chords.iter().all(Chord::is_bare_character) {
        found.push(W::UiBindBare.into());
    }
    let esc = Chord::parse("esc");
    if own.iter().any(|chord| Ok(*chord) == esc) && !chords.iter().any(|chord| Ok(*chord) == esc) {
        found.push(W::UiBindEsc.into());
    }
    found
}

/// Keys that a binding gives to an action although another one that can be live beside it has them.
fn clashes(bound: &[(&Action, Vec<Chord>)], actions: &[Action]) -> Vec<BindProblem> {
    let mut found = Vec::new();
    let keys_of = |other: &Action| {
        let own = bound.iter().find(|(action, _)| action.name == other.name);
        own.map_or_else(|| other.chords(), |(_, chords)| chords.clone())
    };
    for (action, chords) in bound {
        for other in actions.iter().filter(|other| other.name != action.name && action.meets(other)) {
            let theirs = keys_of(other);
            for chord in chords.iter().filter(|chord| theirs.contains(chord)) {
                let what = phrase!(W::UiBindTaken, Arg::from(chord.to_string()), Arg::from(other.name));
                found.push(BindProblem { action: action.name.to_owned(), what });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

    use super::*;
    use crate::kernel::words::Lang;
    use crate::ui::keys::{KeyRow, Resolved};

    const ACTIONS: &[Action] = &[
        Action::new("a.save", "ctrl-s").acts(),
        Action::new("a.sign", "ctrl-s").acts(),
        Action::new("a.find", "/ ctrl-f"),
        Action::new("a.leave", "esc"),
        Action::new("b.find", "ctrl-g"),
        Action::new("shell.palette", "ctrl-p"),
        Action::new("todo", "f2"),
    ];

    fn bound(pairs: &[(&str, &[&str])]) -> Result<Keymap, Vec<String>> {
        let overrides = pairs
            .iter()
            .map(|(action, keys)| ((*action).to_owned(), keys.iter().map(|key| (*key).to_owned()).collect()));
        let said = |problems: Vec<BindProblem>| {
            problems.iter().map(|problem| format!("{}: {}", problem.action, problem.what.say(Lang::En))).collect()
        };
        bind(&overrides.collect(), ACTIONS).map_err(said)
    }

    #[test]
    fn a_binding_replaces_all_keys_of_its_row() {
        let keymap = bound(&[("a.find", &["f7", "ctrl-y"]), ("a.save", &["f5"]), ("a.sign", &["f5"])]).unwrap();
        let rows = [KeyRow::new("a.find", "/", W::UiKeySpace).or("ctrl-f")];
        let press = |code| keymap.resolve(&rows, KeyEvent::new(code, KeyModifiers::NONE));
        assert_eq!(keymap.key("a.find", Lang::En), "F7");
        assert_eq!(Keymap::of(BTreeMap::new(), ACTIONS).key("a.find", Lang::En), "Ctrl+F", "arrives under an IME");
        assert_eq!(press(KeyCode::F(7)), Resolved::Action("a.find"));
        assert_eq!(press(KeyCode::Char('/')), Resolved::None);
    }

    #[test]
    fn every_wrong_binding_is_named_with_what_is_allowed() {
        for (action, keys, wanted) in [
            ("a.fnid", &["f7"][..], "a.save, a.sign, a.find, a.leave"),
            ("c.find", &["f7"], "b.find"),
            ("a.find", &["f99"], "ctrl-s"),
            ("a.find", &["ctrl-i"], "Tab"),
            ("a.find", &["f7", "F7"], "twice"),
            ("a.find", &[], "at least one"),
            ("a.find", &["backspace"], "fields and lists"),
            ("a.save", &["x"], "input method"),
            ("shell.palette", &["x", "："], "input method"),
            ("a.leave", &["f7"], "Esc"),
            ("a.find", &["ctrl-s"], "a.save"),
            ("a.find", &["f2"], "todo"),
            ("todo", &["ctrl-g"], "b.find"),
            ("shell.palette", &["ctrl-f"], "a.find"),
        ] {
            let problems = bound(&[(action, keys)]).unwrap_err();
            assert!(problems.iter().any(|said| said.contains(wanted)), "{action} {keys:?}: {problems:?}");
            assert!(problems.iter().all(|said| said.starts_with(action)), "{problems:?}");
        }
        assert_eq!(bound(&[("a.save", &["f5"]), ("a.find", &["f5"])]).unwrap_err().len(), 2, "both are named");
    }

    #[test]
    fn actions_that_are_never_live_together_may_share_a_key() {
        assert!(bound(&[("a.find", &["ctrl-g"])]).is_ok(), "another screen");
        assert!(bound(&[("a.save", &["ctrl-s", "f5"])]).is_ok(), "another state of the screen");
        assert!(bound(&[("a.leave", &["esc", "f9"])]).is_ok());
        assert!(bound(&[("a.find", &["/", "ctrl-s"]), ("a.save", &["f5"]), ("a.sign", &["f6"])]).is_ok(), "swapped");
    }
}

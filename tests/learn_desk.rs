//! What teaches and leads a newcomer: help on every screen, the palette, rebound keys; and that nothing needs a letter
//! that an input method keeps to itself.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "the cases of the tour come from here, the rest is for other tests")]
mod closing_common;
mod harness;
#[path = "harness/stage.rs"]
#[expect(dead_code, reason = "the pictures use the rest")]
mod stage;
#[path = "harness/tour.rs"]
mod tour;

use closing_desk::kernel::words::Lang;
use closing_desk::registry;
use closing_desk::ui::keys::{Chord, KeyRow, bare_letter_only, clashes};
use harness::{CLERK, Desk, LEADER, Office, Setup, moment};
use stage::Stage;
use std::collections::{BTreeMap, BTreeSet};

/// Everything live in every state of the tour.
fn every_state(mut look: impl FnMut(&str, &mut Desk)) {
    for (name, go) in tour::STOPS {
        let stage = Stage::new(Lang::Zh);
        let mut desk = go(&stage);
        look(name, &mut desk);
    }
}

/// Keys of popups and fields are shown, not dispatched by the table.
fn is_bindable(row: &KeyRow) -> bool {
    !matches!(row.action, "popup" | "shown")
}

#[test]
fn the_list_of_actions_is_what_the_screens_have() {
    let mut seen: BTreeMap<&str, (BTreeSet<String>, bool)> = BTreeMap::new();
    every_state(|state, desk| {
        let (own, frame) = desk.app.live_keys();
        let rows: Vec<KeyRow> = own.into_iter().chain(frame).filter(is_bindable).collect();
        assert_eq!(clashes(&rows), [], "{state}: one key, two meanings");
        assert!(bare_letter_only(&rows).is_empty(), "{state}: {:?}", bare_letter_only(&rows));
        for row in rows {
            let arrives = row.chords.iter().any(|chord| !chord.is_bare_character());
            assert!(arrives, "{state}: {} needs a letter that an input method keeps", row.action);
            let action =
                registry::action(row.action).unwrap_or_else(|| panic!("{state}: {} is not listed", row.action));
            let known: Vec<String> = action.chords().iter().map(Chord::to_string).collect();
            let entry = seen.entry(row.action).or_default();
            for chord in &row.chords {
                assert!(known.contains(&chord.to_string()), "{state}: {} has {chord}, listed {known:?}", row.action);
                entry.0.insert(chord.to_string());
            }
            entry.1 |= row.consequential;
        }
    });
    for action in registry::ACTIONS {
        let keys: BTreeSet<String> = action.chords().iter().map(Chord::to_string).collect();
        // A place that does not open shows its page with one key, which no place of the program needs at the moment.
        if action.name == "nowhere.back" {
            continue;
        }
        let (live, acts) = seen.get(action.name).unwrap_or_else(|| panic!("no state of the tour has {}", action.name));
        assert_eq!((live, *acts), (&keys, action.acts), "{}", action.name);
    }
}

#[test]
fn every_screen_explains_its_work_its_order_and_its_rule() {
    for entry in registry::screens().iter().filter(|entry| entry.open.is_some()) {
        let lesson = entry.lesson.unwrap_or_else(|| panic!("{} teaches nothing", entry.name));
        assert!(!lesson.steps.is_empty(), "{}", entry.name);
        assert_eq!(lesson.rule.arity(), lesson.numbers.len(), "{}", entry.name);
        for (action, _) in lesson.steps {
            assert!(registry::action(action).is_some(), "{}: {action}", entry.name);
        }
        for key in lesson.numbers {
            assert!(closing_desk::kernel::settings::definition(key).is_some(), "{}: {key}", entry.name);
        }
    }
    let mut explained = BTreeSet::new();
    every_state(|state, desk| {
        let place = desk.app.place().unwrap().name;
        if state.starts_with("help") {
            return;
        }
        desk.resize(120, 200);
        let popup = desk.app.live_keys().0.iter().any(|row| row.action == "popup");
        let before = desk.screen();
        desk.keys("f1");
        desk.sees("本页");
        if !popup {
            for words in ["通常的顺序", "规定", "各处"] {
                assert!(desk.screen().contains(words), "{state}: no {words}\n{}", desk.screen());
            }
            explained.insert(place);
        }
        desk.keys("f1");
        assert_eq!(desk.screen(), before, "{state}: the help leaves as it came");
    });
    for entry in registry::screens().iter().filter(|entry| entry.open.is_some()) {
        assert!(explained.contains(entry.name), "{} was not visited", entry.name);
    }
}

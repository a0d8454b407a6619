//! What teaches and leads a newcomer: help on every screen, the palette, rebound keys; and that nothing needs a letter
//! that an input method keeps to itself.

mod batches_common;
#[expect(dead_code, reason = "the cases of the tour come from here, the rest is for other tests")]
mod closing_common;
mod harness;
mod notify_common;
#[path = "harness/stage.rs"]
#[expect(dead_code, reason = "the pictures use the rest")]
mod stage;
#[path = "harness/tour.rs"]
mod tour;

use closing_desk::kernel::words::Lang;
use closing_desk::registry;
use closing_desk::ui::keys::{Chord, KeyRow, bare_letter_only, clashes};
use harness::{CLERK, Desk, Office, Setup, moment};
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
        desk.keys("f1 f1");
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

fn clerk_with(keys: &[(&str, &[&str])]) -> Desk {
    let office = Office::with_people(moment("2026-11-23 15:12"));
    let keys = keys.iter().map(|(action, keys)| {
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        ((*action).to_owned(), keys)
    });
    let mut desk = Desk::on(&office, Setup { keys: keys.collect(), ..Setup::default() });
    desk.sign_in(CLERK);
    desk
}

#[test]
fn a_rebound_key_is_the_same_everywhere() {
    let mut desk = clerk_with(&[
        ("todo.hand_entry", &["f20", "ctrl-n"]),
        ("shell.palette", &["f21"]),
        ("shell.help", &["f22"]),
        ("todo", &["f23"]),
    ]);
    desk.sees("F23 待办");
    desk.sees("F20 手工登记");
    desk.sees("F22 键位");
    desk.sees("按 F20 手工登记");
    desk.keys("ctrl-p ? f2 n");
    assert_eq!(desk.app.place().unwrap().name, "todo", "the program's own keys are gone");
    desk.keys("f21");
    desk.types("sgdj");
    desk.sees("F20");
    desk.keys("esc f22");
    desk.resize(120, 100);
    desk.sees("F20  Ctrl+N");
    desk.sees("F21");
    desk.keys("esc f20");
    assert_eq!(desk.app.place().unwrap().name, "hand-entry");
    desk.keys("f23");
    assert_eq!(desk.app.place().unwrap().name, "todo");
}

#[test]
fn the_palette_finds_by_chinese_english_and_pinyin_and_runs_what_it_finds() {
    for query in ["手工登记", "enter by", "sgdj", "shougong", "ＳＧＤＪ", "shou gong"] {
        let mut desk = clerk_with(&[]);
        desk.keys("ctrl-p");
        desk.types(query);
        desk.keys("enter");
        assert_eq!(desk.app.place().unwrap().name, "hand-entry", "{query}");
    }
    // A place, from a form, with what is typed there kept.
    let mut desk = clerk_with(&[]);
    desk.keys("ctrl-n tab");
    desk.types("王");
    desk.keys("ctrl-p");
    desk.types("xgkl");
    desk.keys("enter");
    assert_eq!(desk.app.place().unwrap().name, "own-pin");
    desk.keys("esc");
    desk.sees("王");
}

#[test]
fn the_palette_shows_why_something_cannot_be_done() {
    let mut desk = clerk_with(&[]);
    desk.keys("ctrl-p");
    desk.types("shebei");
    desk.sees("- 设备功能尚未启用");
    desk.keys("enter");
    assert_eq!(desk.app.place().unwrap().name, "todo");
    desk.sees("x 设备功能尚未启用");
    desk.resize(40, 10);
    desk.sees("- 设备功能");
}

#[test]
fn a_paste_of_several_lines_stays_on_one_and_says_so() {
    let mut desk = clerk_with(&[]);
    desk.keys("ctrl-n tab");
    desk.pastes("王\n建国\r\n\u{1b}[31m\u{13}\n");
    desk.sees("王 建国 [31m");
    desk.sees("粘贴的 3 行已并为一行");
    desk.pastes("x");
    desk.sees_not("并为一行");
    assert_eq!(desk.app.place().unwrap().name, "hand-entry", "nothing in a paste is a key");
    desk.keys("ctrl-p");
    desk.pastes("手工\n登记");
    desk.sees("粘贴的 2 行");
    desk.keys("esc f2");
    desk.pastes("n\ni\n");
    assert_eq!(desk.app.place().unwrap().name, "todo");
}

#[test]
fn full_width_keys_and_marks_are_the_keys_they_stand_on() {
    for (typed, seen) in [("／", "李晓"), ("、", "李晓"), ("ｆ", "筛选"), ("？", "通常的顺序"), ("ｎ", "被保险人")]
    {
        let stage = Stage::new(Lang::Zh);
        let mut desk = stage.stocked(CLERK);
        desk.types(typed);
        if !typed.contains('？') {
            desk.types("李晓");
        }
        assert!(desk.screen().contains(seen), "{typed}: {}", desk.screen());
    }
}

/// A sentence may name Enter, Esc and the keys of fields, which cannot be bound otherwise; every other key is put in
/// from the key table when the sentence is said.
#[test]
fn no_sentence_names_a_key_that_can_be_bound_otherwise() {
    // The guide of an empty store has one key, before anybody could have bound another.
    let fixed = ["office.intro.first-run", "office.field.again-hint"];
    for word in closing_desk::kernel::words::W::ALL {
        for lang in [Lang::Zh, Lang::En] {
            let named = ["Ctrl+", "Alt+", "F10", "F11", "F12"].iter().any(|key| word.text(lang).contains(key));
            assert!(!named || fixed.contains(&word.key()), "{}: {}", word.key(), word.text(lang));
        }
    }
}

/// The sizes of the house.
const SIZES: [(u16, u16); 7] = [(200, 60), (120, 40), (80, 24), (40, 10), (7, 3), (1, 1), (0, 0)];

#[test]
fn every_state_fits_every_size_and_shows_its_caret() {
    every_state(|state, desk| {
        for (columns, rows) in SIZES {
            for _ in 0..2 {
                desk.resize(columns, rows);
                desk.keys("ctrl-l");
            }
        }
        for (columns, rows) in [(120, 40), (80, 24), (40, 10)] {
            desk.resize(columns, rows);
            let screen = desk.screen();
            if desk.app.typing() {
                let at = desk.caret().unwrap_or_else(|| panic!("{state} {columns}x{rows}: no cursor\n{screen}"));
                assert!(at.x < columns && at.y < rows, "{state}: {at}");
            }
            let lines = screen.lines().filter(|line| !line.trim().is_empty()).count();
            assert!(lines >= 5, "{state} {columns}x{rows} shows next to nothing:\n{screen}");
        }
    });
}

#[test]
fn on_the_smallest_screen_the_work_is_in_sight() {
    // The list, the focused field, the question: what the screen is for.
    for (state, seen) in [
        ("todo", "~0004391"),
        ("todo search", "李晓"),
        ("todo filter", "> "),
        ("folder note", "> "),
        ("closing", "> "),
        ("closing reject", "> "),
        ("approvals", "> "),
        ("hand-entry", "> "),
        ("hand-entry left", "y 确认"),
        ("joins", "PDAA01"),
        ("joins asked", "y 确认"),
        ("people", "林领导"),
        ("people form", "> "),
        ("people pin", "> "),
        ("settings", "> "),
        ("settings form", "> "),
        ("calendars", "2026"),
        ("handover", "0004391"),
        ("handover reason", "> "),
        ("roster", "11-30"),
        ("spot-check", "2026-W48"),
        ("spot-week", "0004391"),
        ("findings", "2026-12-03"),
        ("import", "> "),
        ("import preview", "新增"),
        ("sign-in", "> "),
        ("first-run", "> "),
        ("closing pin", "口令"),
        ("approvals pin", "口令"),
        ("palette", "> "),
        ("drafts", "结案"),
        ("help", "全部未归档"),
    ] {
        let stage = Stage::new(Lang::Zh);
        let mut desk = tour::at(&stage, state);
        desk.resize(40, 10);
        assert!(desk.screen().contains(seen), "{state}: no {seen:?}\n{}", desk.screen());
    }
}

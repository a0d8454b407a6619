//! The keys of all screens: named in the registry, without clashes, none of consequence behind a bare letter.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use closing_desk::registry;
use closing_desk::ui::keys::Chord;
use std::collections::BTreeSet;
use std::path::Path;

/// The running part of every source file.
fn sources() -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                texts.push(text.split("#[cfg(test)]\nmod tests").next().unwrap().to_owned());
            }
        }
    }
    texts
}

fn actions_in_source() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in sources() {
        for piece in text.split("KeyRow::new(").skip(1) {
            if let Some(name) = piece.trim_start().strip_prefix('"').and_then(|tail| tail.split('"').next()) {
                found.insert(name.to_owned());
            }
        }
    }
    found
}

#[test]
fn the_registry_names_every_action_a_configuration_can_bind() {
    let listed: Vec<&str> = registry::ACTIONS.iter().map(|action| action.name).collect();
    assert!(listed.is_sorted(), "found by halving");
    let missing: Vec<String> =
        actions_in_source().into_iter().filter(|name| registry::action(name).is_none()).collect();
    assert!(missing.is_empty(), "not in src/registry/actions.rs: {missing:?}");
    for entry in registry::screens() {
        let listed = registry::action(entry.name).map(|action| action.keys);
        assert_eq!(listed, entry.key, "{}", entry.name);
    }
    for action in registry::ACTIONS {
        assert!(action.keys.split_whitespace().all(|key| Chord::parse(key).is_ok()), "{}", action.name);
        assert!(action.keys.split_whitespace().count() == action.chords().len(), "{}", action.name);
    }
}

#[test]
fn every_place_has_its_own_name_and_a_key_that_is_one() {
    let entries = registry::screens();
    let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name).collect();
    assert_eq!(names.len(), entries.len());
    let keys: Vec<Chord> = entries.iter().filter_map(|entry| entry.key).map(|key| Chord::parse(key).unwrap()).collect();
    assert!(keys.iter().enumerate().all(|(index, key)| !keys[index + 1..].contains(key)));
    for name in ["todo", "folder", "sign-in", "first-run"] {
        assert!(names.contains(name), "{name}");
    }
}

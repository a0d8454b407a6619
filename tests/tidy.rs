//! The rules of the house that a machine can hold: floors, where SQL and the clock live, sizes, heads of files.

use std::fs;
use std::path::{Path, PathBuf};

/// Folders and files of `src` by floor; a file may use its own floor and those below, desks not each other.
const FLOORS: &[(&str, u8)] = &[
    ("kernel", 1),
    ("config", 1),
    ("db", 2),
    ("ui", 2),
    ("case", 3),
    ("office", 3),
    ("papers", 3),
    ("reference", 3),
    ("instructions", 3),
    ("forms", 3),
    ("boxes", 3),
    ("archive", 4),
    ("notify", 4),
    ("precheck", 4),
    ("payment", 4),
    ("figures", 4),
    ("archive", 4),
    ("files", 2),
    ("intake", 4),
    ("closing", 4),
    ("upkeep", 4),
    ("registry", 5),
    ("shell", 5),
    ("cli", 5),
    ("practice", 5),
];

/// A file with more lines has two subjects.
const LONGEST: usize = 800;

fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).expect("a folder of the house").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

fn relative(path: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

/// The code of a file without its test module and comments.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    before_tests.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn floor_of(name: &str) -> Option<u8> {
    FLOORS.iter().find(|(folder, _)| *folder == name).map(|(_, floor)| *floor)
}

/// `src/db/open.rs` → `db`, `src/cli.rs` → `cli`.
fn room(path: &Path) -> String {
    let relative = relative(path);
    let inside = relative.trim_start_matches("src/");
    inside.split('/').next().unwrap_or_default().trim_end_matches(".rs").to_owned()
}

#[test]
fn imports_only_go_down() {
    let mut broken = Vec::new();
    for (path, text) in sources("src") {
        let from = room(&path);
        if from == "lib" || from == "main" {
            continue;
        }
        let floor = floor_of(&from).unwrap_or_else(|| panic!("{} is on no floor; add it to FLOORS", relative(&path)));
        for piece in code(&text).split("crate::").skip(1) {
            let to: String = piece.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            let Some(target) = floor_of(&to) else { continue };
            if target > floor || floor == 4 && target == 4 && to != from {
                broken.push(format!("{}: {from} (floor {floor}) uses {to} (floor {target})", relative(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "imports must go down:\n{}", broken.join("\n"));
}

fn may_hold_sql(path: &Path) -> bool {
    let relative = relative(path);
    relative.starts_with("src/db/") || relative.ends_with("/store.rs") || relative.contains("/store/")
}

#[test]
fn sql_lives_in_stores_only_and_stays_portable() {
    let mut broken = Vec::new();
    for (path, text) in sources("src") {
        let code = code(&text);
        let words = ["SELECT ", "INSERT INTO", "UPDATE cases", "DELETE FROM", ".execute(", ".prepare", ".query_row("];
        if !may_hold_sql(&path) {
            for word in words.iter().filter(|word| code.contains(**word)) {
                broken.push(format!("{}: `{word}` outside a store", relative(&path)));
            }
        } else if !relative(&path).starts_with("src/db/") {
            for word in [" OFFSET ", " LIKE ", "strftime", "json_", "TRIGGER", "rowid", "?1", "GLOB", "PRAGMA"] {
                if code.contains(word) {
                    broken.push(format!("{}: `{word}` is not portable SQL", relative(&path)));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn only_the_clock_asks_for_the_time() {
    let mut broken = Vec::new();
    for (path, text) in sources("src") {
        if relative(&path) == "src/kernel/clock.rs" {
            continue;
        }
        for word in ["SystemTime::now", "Instant::now", "Utc::now", "Local::now"] {
            if code(&text).contains(word) {
                broken.push(format!("{}: {word}", relative(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_has_one_subject() {
    let mut broken = Vec::new();
    for (path, text) in sources("src").into_iter().chain(sources("tests")) {
        if !text.starts_with("//!") {
            broken.push(format!("{}: does not start with a `//!` sentence", relative(&path)));
        }
        if text.lines().count() > LONGEST {
            broken.push(format!("{}: {} lines", relative(&path), text.lines().count()));
        }
        let allow = ["[al", "low("].concat();
        if text.split(&allow).skip(1).any(|rest| !rest.split(")]").next().unwrap_or_default().contains("reason =")) {
            broken.push(format!("{}: an allow without a reason", relative(&path)));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn nothing_in_the_house_names_a_machine_or_a_registry() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open = vec![root.to_path_buf()];
    let mut broken = Vec::new();
    // Written in two pieces so that this list does not find itself.
    let words = [["/wo", "rk/"], ["/ro", "ot/"], ["arti", "factory"], ["index.cra", "tes.io"], ["/home", "/"]];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).expect("a folder of the house").flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            // In a second checkout of the same repository `.git` is a file that names where the first one is.
            if matches!(name.as_str(), ".git" | "target") {
                continue;
            }
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for word in words.iter().map(|pieces| pieces.concat()).filter(|word| text.contains(word)) {
                broken.push(format!("{}: `{word}`", relative(&path)));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_test_never_sleeps_blindly() {
    let mut broken = Vec::new();
    for (path, text) in sources("tests") {
        // Waiting for content polls with a deadline inside one helper, which says so.
        for (number, line) in text.lines().enumerate() {
            if line.contains("thread::sleep") && !line.contains("// poll") && !relative(&path).contains("tidy") {
                broken.push(format!("{}:{}", relative(&path), number + 1));
            }
        }
    }
    assert!(broken.is_empty(), "mark a polling sleep with `// poll`:\n{}", broken.join("\n"));
}

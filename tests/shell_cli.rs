//! The command line of the real program: exit codes, who may, what is said when a store or a configuration is wrong.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

const PIN: &str = "246813";

struct Home(tempfile::TempDir);

/// Exit code, standard output, standard error.
type Said = (i32, String, String);

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::write(self.file(name), text).unwrap();
        self.file(name).display().to_string()
    }

    fn run(&self, arguments: &[&str], typed: &str) -> Said {
        let mut child = Command::new(env!("CARGO_BIN_EXE_closing-desk"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.0.path())
            .env("CLOSING_DESK_STORE", self.file("store.db"))
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that asks nothing may have closed its input already.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    /// A store with one leader.
    fn with_leader() -> Home {
        let home = Home::new();
        assert_eq!(home.run(&["person", "add", "林领导", "--role", "leader,admin", "--id", "1001"], "").0, 0);
        assert_eq!(home.run(&["person", "pin", "1001", "--pin-stdin"], &format!("{PIN}\n")).0, 0);
        home
    }
}

#[test]
fn a_store_with_people_asks_who_acts() {
    let home = Home::with_leader();
    let (code, _, said) = home.run(&["person", "list"], "");
    assert!(code == 1 && said.contains("--as"), "{said}");
    let (code, _, said) = home.run(&["person", "list", "--as", "1001", "--pin-stdin"], "111222\n");
    assert!(code == 1 && !said.is_empty(), "{said}");
    let (code, said, _) = home.run(&["person", "list", "--as", "林领导", "--pin-stdin"], &format!("{PIN}\n"));
    assert!(code == 0 && said.contains("1001"), "{said}");
    let (code, _, said) = home.run(&["import", "x.csv"], "");
    assert!(code == 1 && said.contains("--as"), "{said}");
    // What needs no right asks nobody.
    assert_eq!(home.run(&["reconcile"], "").0, 0);
    assert_eq!(home.run(&["find", "x", "--json"], "").1.trim(), "[]");
}

#[test]
fn somebody_without_the_right_is_told_who_has_it() {
    let home = Home::with_leader();
    let pins = format!("{PIN}\n");
    let add = ["person", "add", "甲结案", "--role", "clerk", "--id", "1003", "--as", "1001", "--pin-stdin"];
    assert_eq!(home.run(&add, &pins).0, 0);
    let two = format!("{PIN}\n{PIN}\n");
    assert_eq!(home.run(&["person", "pin", "1003", "--as", "1001", "--pin-stdin"], &two).0, 0);
    let backup = home.file("copy.db").display().to_string();
    let (code, _, said) = home.run(&["backup", &backup, "--as", "1003", "--pin-stdin"], &pins);
    assert!(code == 1 && !home.file("copy.db").exists(), "{said}");
}

#[test]
fn a_backup_comes_back_and_a_damaged_store_names_it() {
    let home = Home::with_leader();
    let pins = format!("{PIN}\n");
    std::fs::create_dir(home.file("backups")).unwrap();
    let backup = home.file("backups/a.db").display().to_string();
    assert_eq!(home.run(&["backup", &backup, "--as", "1001", "--pin-stdin"], &pins).0, 0);
    home.write("store.db", vec![7_u8; 9_000]);
    let (code, _, said) = home.run(&["reconcile"], "");
    assert_eq!(code, 1);
    assert!(said.contains("已损坏") && said.contains(&format!("closing-desk restore {backup}")), "{said}");
    let (code, _, said) = home.run(&["restore", &backup], "");
    assert_eq!(code, 0, "{said}");
    assert_eq!(home.run(&["reconcile"], "").0, 0);
}

#[test]
fn a_newer_or_foreign_file_is_refused_with_words_and_left_alone() {
    let home = Home::with_leader();
    let conn = rusqlite::Connection::open(home.file("store.db")).unwrap();
    conn.pragma_update(None, "user_version", 999).unwrap();
    drop(conn);
    let (code, _, said) = home.run(&["reconcile", "--lang", "en"], "");
    assert!(code == 1 && said.contains("newer version (999)"), "{said}");
    let other = home.file("other.db");
    rusqlite::Connection::open(&other).unwrap().execute_batch("CREATE TABLE a (b)").unwrap();
    let (code, _, said) = home.run(&["reconcile", "--store", &other.display().to_string()], "");
    assert!(code == 1 && said.contains("不是结案台的数据文件"), "{said}");
}

#[test]
fn a_wrong_configuration_names_file_line_and_what_is_allowed() {
    let home = Home::new();
    let file = home.write(
        "desk.toml",
        "language = \"en\"\n[keys]\n\"shell.quti\" = [\"ctrl-q\"]\n\"shell.quit\" = [\"ctrl-i\"]\n",
    );
    let (code, _, said) = home.run(&["reconcile", "--config", &file], "");
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("desk.toml 第 3 行") && said.contains("shell.quit、"), "{said}");
    assert!(said.contains("第 4 行") && said.contains("ctrl-i"), "{said}");
    let file = home.write(
        "desk.toml",
        "[keys]\n\"closing.confirm\" = [\"x\"]\n\n\"todo.search\" = [\"n\"]\n\"closing.leave\" = [\"f5\"]\n",
    );
    let (code, _, said) = home.run(&["reconcile", "--config", &file], "");
    assert_eq!(code, 2, "{said}");
    for (line, words) in [(2, "输入法"), (4, "todo.hand_entry"), (5, "Esc"), (5, "payment")] {
        let named = said.lines().any(|said| said.contains(&format!("第 {line} 行")) && said.contains(words));
        assert!(named, "line {line} {words}: {said}");
    }
    let file = home.write("desk.toml", "[settings]\n\"archive.cutoff\" = \"15:30\"\n");
    assert_eq!(home.run(&["calendar", "show", "2026", "--config", &file], "").0, 0);
    let store = rusqlite::Connection::open(home.file("store.db")).unwrap();
    let value: String =
        store.query_row("SELECT value FROM setting WHERE key = 'archive.cutoff'", [], |row| row.get(0)).unwrap();
    assert_eq!(value, "15:30", "first values of a new store");
}

#[test]
fn usage_help_and_completions() {
    let home = Home::new();
    assert_eq!(home.run(&["--nonsense"], "").0, 2);
    assert_eq!(home.run(&["import"], "").0, 2);
    let (code, said, _) = home.run(&["--help"], "");
    assert!(code == 0 && said.contains("CLOSING_DESK_STORE"));
    let (code, said, _) = home.run(&["completions", "bash"], "");
    assert!(code == 0 && said.contains("complete -F"));
    let (code, _, said) = home.run(&[], "");
    assert!(code == 1 && said.contains("不是终端"), "{said}");
    assert!(!home.file("other.db").exists());
}

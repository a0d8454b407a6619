//! The real program asks its terminal once how wide it draws, and the test plays the terminal: one that draws
//! ambiguous characters narrow, one that draws them wide, and one that never answers.

#[path = "harness/pty.rs"]
mod pty;

use pty::Pty;
use std::path::Path;

const QUERY: &[u8] = b"\x1b[6n";
/// A test machine may be slow; only a terminal that never answers costs this long, and no test of one waits for it.
const PATIENT: (&str, &str) = ("CLOSING_DESK_TEST_PATIENCE", "20000");
const HASTY: (&str, &str) = ("CLOSING_DESK_TEST_PATIENCE", "1");

fn answer(desk: &mut Pty, widths: [u16; 6]) {
    for width in widths {
        desk.send(&format!("\x1b[1;{}R", width + 1));
    }
}

fn asks(desk: &mut Pty, times: usize) {
    desk.until("the question", |desk| desk.count(QUERY) == 6 * times);
}

/// Asks for the check by name.
fn check(desk: &mut Pty) {
    desk.send("\x10");
    desk.sees("命令");
    desk.send("zdjc");
    desk.sees("终端检查");
    desk.send("\r");
}

fn memory(home: &Path) -> String {
    std::fs::read_to_string(home.join(".local/state/closing-desk/terminals")).unwrap_or_default()
}

#[test]
fn a_narrow_terminal_is_asked_once_and_never_again() {
    let home = tempfile::tempdir().unwrap();
    let mut desk = Pty::start(home.path(), (80, 24), &[PATIENT]);
    asks(&mut desk, 1);
    desk.sees("结案台");
    // What is typed between the answers is not lost.
    desk.send("\x1b[1;2R\x1b[1;2R城东\x1b[1;2R");
    desk.send("\x1b[1;2R\x1b[1;2R\x1b[1;3R");
    desk.sees("城东");
    desk.sees("┌");
    assert!(!desk.screen().contains("终端检查"));
    desk.send("\x11");
    assert_eq!(desk.ends().exit_code(), 0);
    assert_eq!(memory(home.path()), "xterm-256color\t1,1,1,1,1,2\n");
    let mut again = Pty::start(home.path(), (80, 24), &[PATIENT]);
    again.sees("结案台");
    again.send("好");
    again.sees("好");
    assert_eq!(again.count(QUERY), 0, "a known terminal costs nothing");
    again.send("\x11");
    again.ends();
}

#[test]
fn a_wide_terminal_is_told_what_to_set_and_drawn_plainly() {
    let home = tempfile::tempdir().unwrap();
    let mut desk = Pty::start(home.path(), (80, 24), &[PATIENT]);
    asks(&mut desk, 1);
    answer(&mut desk, [2, 2, 2, 2, 2, 2]);
    desk.sees("画成两格");
    desk.sees("ambiguous");
    assert!(!desk.screen().contains('│') && desk.screen().contains("+-"), "{}", desk.screen());
    desk.send("\x1b");
    desk.until("the page is closed", |desk| !desk.screen().contains("画成两格"));
    desk.send("\x11");
    desk.ends();
    let mut again = Pty::start(home.path(), (80, 24), &[]);
    again.sees("结案台");
    assert!(!again.screen().contains('│') && again.count(QUERY) == 0, "remembered:\n{}", again.screen());
    // Set right meanwhile: the check is asked for, and lines are lines again.
    check(&mut again);
    asks(&mut again, 1);
    answer(&mut again, [1, 1, 1, 1, 1, 2]);
    again.sees("│");
    again.send("x\x11");
    again.ends();
    assert_eq!(memory(home.path()), "xterm-256color\t1,1,1,1,1,2\n");
}

#[test]
fn a_silent_terminal_is_not_waited_for() {
    let home = tempfile::tempdir().unwrap();
    let mut desk = Pty::start(home.path(), (80, 24), &[HASTY]);
    desk.sees("结案台");
    desk.send("城东");
    desk.sees("城东");
    check(&mut desk);
    desk.sees("终端没有回答");
    desk.sees("┌");
    desk.send("x\x11");
    assert_eq!(desk.ends().exit_code(), 0);
    assert_eq!(memory(home.path()), "xterm-256color\t\n", "asked, and not asked again at a start");
}

#[test]
fn a_configured_terminal_is_not_asked() {
    for (word, lines) in [("narrow", true), ("wide", false)] {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".config/closing-desk");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("config.toml"), format!("[terminal]\nambiguous = \"{word}\"\n")).unwrap();
        let mut desk = Pty::start(home.path(), (80, 24), &[]);
        desk.sees("结案台");
        desk.send("城东");
        desk.sees("城东");
        assert_eq!((desk.screen().contains('│'), desk.count(QUERY)), (lines, 0), "{word}:\n{}", desk.screen());
        desk.send("\x11");
        desk.ends();
    }
}

//! The real program on a pseudo-terminal: it gives the terminal back byte for byte, however it ends.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where something is missing")]

#[path = "harness/pty.rs"]
mod pty;

use nix::sys::signal::Signal;
use pty::Pty;

/// Written exactly once when the terminal is taken, and exactly once when it is given back.
const TAKEN: &[u8] = b"\x1b[?1049h";
const GIVEN_BACK: &[u8] = b"\x1b[?1049l";

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn opened(home: &tempfile::TempDir, variables: &[(&str, &str)]) -> Pty {
    let mut desk = Pty::start(home.path(), (80, 24), variables);
    desk.sees("结案台");
    desk
}

#[track_caller]
fn restored_once(desk: &Pty) {
    assert_eq!(desk.count(TAKEN), 1);
    assert_eq!(desk.count(GIVEN_BACK), 1);
    assert_eq!(desk.count(b"\x1b[?2004h"), 1);
    assert_eq!(desk.count(b"\x1b[?2004l"), 1);
    // The bytes that give the terminal back, and after them none of the screen's.
    let tail: &[u8] = b"\x1b[0m\x1b[?2004l\x1b[?1049l\x1b[?25h";
    let end = desk.written.windows(tail.len()).position(|window| window == tail).expect("the restoring bytes");
    let rest = &desk.written[end + tail.len()..];
    assert!(!rest.contains(&0x1b), "{:?}", String::from_utf8_lossy(rest));
}

#[test]
fn leaving_gives_the_terminal_back() {
    let home = home();
    let mut desk = Pty::start(home.path(), (80, 24), &[]);
    let before = desk.before.clone();
    desk.sees("结案台");
    assert_ne!(desk.settings(), before, "raw while the desk is open");
    desk.send("\x11");
    assert_eq!(desk.ends().exit_code(), 0);
    restored_once(&desk);
    assert_eq!(desk.settings(), before);
}

#[test]
fn a_panic_gives_the_terminal_back_before_it_speaks() {
    let home = home();
    let mut desk = opened(&home, &[("CLOSING_DESK_TEST_PANIC", "1")]);
    desk.send("x");
    assert_eq!(desk.ends().exit_code(), 101);
    restored_once(&desk);
    let said = String::from_utf8_lossy(&desk.written).into_owned();
    let (_, after) = said.split_once("\x1b[?1049l").unwrap();
    assert!(after.contains("asked to panic"), "{after}");
}

#[test]
fn signals_give_the_terminal_back() {
    for (signal, code) in [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129), (Signal::SIGINT, 130)] {
        let home = home();
        let mut desk = opened(&home, &[]);
        desk.signal(signal);
        assert_eq!(desk.ends().exit_code(), code, "{signal}");
        restored_once(&desk);
    }
}

#[test]
fn every_size_opens_and_leaves() {
    for size in [(200, 60), (80, 24), (40, 10), (1, 1)] {
        let home = home();
        let mut desk = Pty::start(home.path(), size, &[]);
        desk.until("the desk", |desk| desk.count(TAKEN) == 1);
        desk.resize(60, 20);
        desk.sees("结案台");
        desk.resize(2, 2);
        desk.send("\x11");
        assert_eq!(desk.ends().exit_code(), 0, "{size:?}");
        restored_once(&desk);
    }
}

#[test]
fn without_colour_no_colour_is_written() {
    let coloured = |bytes: &[u8]| {
        // Colours are 30–37, 90–97 and 38; the resets 39 and 49 are none.
        let text = String::from_utf8_lossy(bytes).into_owned();
        text.split("\x1b[").skip(1).any(|piece| {
            let Some((codes, _)) = piece.split_once('m') else { return false };
            codes.split(';').any(|code| matches!(code.parse::<u8>(), Ok(30..=38 | 90..=97)))
        })
    };
    for (variables, expected) in [(&[][..], true), (&[("NO_COLOR", "1")][..], false)] {
        let home = home();
        let mut desk = opened(&home, variables);
        desk.send("\x11");
        desk.ends();
        assert_eq!(coloured(&desk.written), expected, "{variables:?}");
    }
}

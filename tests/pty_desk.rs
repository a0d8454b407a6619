//! The real program on a pseudo-terminal: the first run by keys, drafts that survive a kill, suspending, idling.

#[path = "harness/pty.rs"]
mod pty;

use nix::sys::signal::Signal;
use portable_pty::CommandBuilder;
use pty::Pty;
use std::time::Duration;

const CTRL_Q: &str = "\x11";
const CTRL_S: &str = "\x13";
const PIN: &str = "246813";

/// Goes through the first run: office, leader, PIN twice.
fn first_run(desk: &mut Pty) {
    desk.sees("网点名称");
    for line in ["城东网点\r", "欧阳建国\r", PIN, "\r", PIN] {
        desk.send(line);
    }
    desk.sees("欧阳建国");
    desk.send(CTRL_S);
    desk.sees("已开张");
    desk.send("\x1b");
    desk.sees("欧阳建国 领导");
}

#[test]
fn the_first_run_is_done_by_keys_and_the_next_start_asks_who_is_there() {
    let home = tempfile::tempdir().unwrap();
    let mut desk = Pty::start(home.path(), (100, 30), &[]);
    first_run(&mut desk);
    desk.send(CTRL_Q);
    assert_eq!(desk.ends().exit_code(), 0);
    let mut desk = Pty::start(home.path(), (100, 30), &[]);
    desk.sees("登录");
    desk.sees("城东网点");
    desk.send("欧阳建国\r");
    desk.send(PIN);
    desk.send("\r");
    desk.send(CTRL_S);
    desk.sees("欧阳建国 领导");
    desk.send(CTRL_Q);
    assert_eq!(desk.ends().exit_code(), 0);
    // Nothing of a PIN is ever shown or kept beside the store.
    assert_eq!(desk.count(PIN.as_bytes()), 0);
}

#[test]
fn what_was_typed_survives_a_kill_and_a_hang_up() {
    for signal in [Signal::SIGKILL, Signal::SIGHUP] {
        let home = tempfile::tempdir().unwrap();
        let mut desk = Pty::start(home.path(), (100, 30), &[]);
        desk.sees("网点名称");
        desk.send("城西");
        desk.paste("网点");
        desk.sees("城西网点");
        desk.signal(signal);
        assert_ne!(desk.ends().exit_code(), 0);
        let mut desk = Pty::start(home.path(), (100, 30), &[]);
        desk.sees("城西网点");
        desk.sees("已恢复");
        desk.send(CTRL_Q);
        desk.ends();
    }
}

#[test]
fn it_can_be_suspended_and_called_back() {
    let home = tempfile::tempdir().unwrap();
    let mut command = CommandBuilder::new("/bin/sh");
    // A shell with job control, which says when its job is stopped, and calls it back.
    let store = home.path().join("store.db");
    let line = format!(
        "set -m; '{}' --store '{}'; echo stopped-$?; fg; echo ended-$?",
        env!("CARGO_BIN_EXE_closing-desk"),
        store.display()
    );
    command.args(["-c", &line]);
    let mut desk = Pty::run(command, home.path(), (100, 30), &[]);
    desk.sees("网点名称");
    desk.send("城北");
    desk.sees("城北");
    desk.send("\x1a");
    desk.until("the shell's word", |desk| String::from_utf8_lossy(&desk.written).contains("stopped-"));
    desk.sees("城北");
    desk.send(CTRL_Q);
    desk.until("the end", |desk| String::from_utf8_lossy(&desk.written).contains("ended-0"));
    assert_eq!(desk.count(b"\x1b[?1049h"), 2);
    assert_eq!(desk.count(b"\x1b[?1049l"), 2);
}

#[test]
fn nothing_is_written_while_nothing_happens() {
    let home = tempfile::tempdir().unwrap();
    let mut desk = Pty::start(home.path(), (100, 30), &[]);
    desk.sees("网点名称");
    desk.sees("键位");
    // The rest of the first picture may still be on its way.
    while desk.quiet_for(Duration::from_millis(400)) > 0 {}
    // Two ticks that find nothing to draw; a whole minute may pass between them, which changes the header only.
    let quiet = desk.quiet_for(Duration::from_millis(2_200));
    assert!(quiet < 100, "{quiet} bytes");
    desk.send(CTRL_Q);
    desk.ends();
}

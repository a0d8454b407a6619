//! What goes wrong around the program — disk, files, clock, terminal — ends in words and a whole terminal, and loses
//! nothing that was typed.

#[expect(dead_code, reason = "the case comes from here, the rest is for other tests")]
mod closing_common;
mod harness;
#[path = "harness/pty.rs"]
mod pty;

use closing_common::{insert_case, yuan};
use closing_desk::case::store::{list, load};
use closing_desk::kernel::clock::{self, Clock};
use harness::{CLERK, Desk, LEADER, Office, PIN, Setup, moment};
use portable_pty::CommandBuilder;
use pty::Pty;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::rc::Rc;

const CTRL_N: &str = "\x0e";
const CTRL_Q: &str = "\x11";
const CTRL_S: &str = "\x13";
const CTRL_Z: &str = "\x1a";
const RIGHT: &str = "\x1b[C";
const OFFER: &str = "上次未保存的内容";
const PROGRAM: &str = env!("CARGO_BIN_EXE_closing-desk");

fn office() -> Rc<Office> {
    Office::with_people(Clock::Machine.now() - 3_600)
}

/// The program started by a shell line, in which `$P` is the program and `$S` its store.
fn shell(office: &Office, line: &str) -> Pty {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", line]);
    let store = office.path().display().to_string();
    Pty::run(command, office.folder(), (100, 30), &[("P", PROGRAM), ("S", &store)])
}

#[track_caller]
fn signed_in(mut desk: Pty, who: &str) -> Pty {
    desk.sees("登录");
    for part in [who, "\r", PIN, "\r"] {
        desk.send(part);
    }
    desk.sees("F2 待办");
    desk.until("the list", |desk| !desk.screen().contains("口令"));
    desk
}

#[track_caller]
fn sit(office: &Office) -> Pty {
    signed_in(Pty::start(office.folder(), (100, 30), &[]), CLERK)
}

#[track_caller]
fn type_case(desk: &mut Pty, number: &str) {
    desk.send(CTRL_N);
    desk.sees("出险日期");
    for part in [RIGHT, "\t", "王建国", "\t", number] {
        desk.send(part);
    }
    desk.sees(number);
}

/// Leaves, and has given the terminal back exactly as often as it took it.
#[track_caller]
fn whole(mut desk: Pty) {
    desk.send(CTRL_Q);
    assert_eq!(desk.ends().exit_code(), 0, "{}", desk.screen());
    assert_eq!(desk.count(b"\x1b[?1049h"), desk.count(b"\x1b[?1049l"));
    assert_eq!(desk.settings(), desk.before);
}

fn total(office: &Office) -> i64 {
    list::stage_counts(office.store().conn()).unwrap().total()
}

#[test]
fn a_full_disk_is_told_and_what_was_typed_is_saved_once_there_is_room() {
    let office = office();
    // No file may grow beyond 128 blocks of 512 bytes: the write-ahead log has no room for an act.
    let mut desk = signed_in(shell(&office, "ulimit -f 128; exec \"$P\" --store \"$S\""), CLERK);
    type_case(&mut desk, "FULL0001");
    desk.send(CTRL_S);
    desk.sees("无法写入磁盘");
    desk.sees("FULL0001");
    whole(desk);
    assert_eq!(total(&office), 0);
    let mut desk = sit(&office);
    desk.sees(OFFER);
    desk.send("\r");
    desk.sees("FULL0001");
    desk.send(CTRL_S);
    desk.sees("已登记");
    whole(desk);
    assert!(load::by_case_no(office.store().conn(), "FULL0001").unwrap().is_some());
}

#[test]
fn a_store_that_is_not_ours_to_write_is_refused_in_words() {
    let office = office();
    let folder = office.folder();
    std::fs::set_permissions(office.path(), std::fs::Permissions::from_mode(0o444)).unwrap();
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    // The owner of the machine may write everything, so the program is somebody else then.
    let other = if nix::unistd::geteuid().is_root() {
        "exec setpriv --reuid=65534 --regid=65534 --clear-groups"
    } else {
        "exec"
    };
    let mut desk = shell(&office, &format!("{other} \"$P\" --store \"$S\""));
    assert_eq!(desk.ends().exit_code(), 1, "{}", desk.screen());
    assert!(desk.screen().contains("权限"), "{}", desk.screen());
    assert_eq!(desk.count(b"\x1b[?1049h"), 0);
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_store_taken_away_under_the_desk_is_noticed_and_nothing_is_said_to_be_saved() {
    let office = office();
    let mut desk = sit(&office);
    type_case(&mut desk, "GONE0001");
    std::fs::rename(office.path(), office.folder().join("elsewhere.db")).unwrap();
    desk.sees("已被移走");
    desk.send(CTRL_S);
    // A letter behind it, so that the key is known to have been taken.
    desk.send("7");
    desk.sees("GONE00017");
    assert!(!desk.screen().contains("已登记"));
    desk.sees("已被移走");
    std::fs::rename(office.folder().join("elsewhere.db"), office.path()).unwrap();
    desk.send(CTRL_S);
    desk.sees("已登记");
    whole(desk);
    assert_eq!(total(&office), 1);
}

#[test]
fn a_damaged_store_is_named_and_never_a_panic() {
    let office = office();
    for number in 0..3 {
        let now = clock::file_time(Clock::Machine.now() - 1_800);
        insert_case(&office.store(), &office.actor(CLERK), &now, &format!("HURT{number}"), |_| {});
    }
    let length = std::fs::metadata(office.path()).unwrap().len();
    // Everything behind the schema is garbage.
    let mut file = std::fs::OpenOptions::new().write(true).open(office.path()).unwrap();
    file.seek(SeekFrom::Start(length / 2)).unwrap();
    file.write_all(&vec![0xa5; usize::try_from(length / 2).unwrap()]).unwrap();
    let mut desk = Pty::start(office.folder(), (100, 30), &[]);
    desk.until("words", |desk| ["登录", "损坏", "未完成", "未能打开"].iter().any(|word| desk.screen().contains(word)));
    for part in [CLERK, "\r", PIN, "\r", "\x1b[B", "\r", "\x1b", CTRL_Q] {
        desk.send(part);
    }
    assert!(matches!(desk.ends().exit_code(), 0 | 1), "{}", desk.screen());
    assert!(!String::from_utf8_lossy(&desk.written).contains("panicked"));
    assert_eq!(desk.settings(), desk.before);
    // Not even a database.
    std::fs::write(office.path(), "no database at all, whatever its name says".repeat(200)).unwrap();
    for ending in ["db-wal", "db-shm"] {
        let _ = std::fs::remove_file(office.path().with_extension(ending));
    }
    let mut desk = Pty::start(office.folder(), (100, 30), &[]);
    assert_eq!(desk.ends().exit_code(), 1);
    assert!(desk.screen().contains("已损坏"), "{}", desk.screen());
    assert_eq!(desk.count(b"\x1b[?1049h"), 0);
}

#[test]
fn a_dropped_connection_ends_the_desk_and_its_text_is_offered() {
    let office = office();
    let mut desk = sit(&office);
    type_case(&mut desk, "DROP0001");
    desk.hang_up("X").ends();
    let mut desk = sit(&office);
    desk.sees(OFFER);
    desk.send("\r");
    desk.sees("DROP0001");
    whole(desk);
}

#[test]
fn suspended_twice_and_resized_meanwhile_it_comes_back_whole() {
    let office = office();
    let line = "set -m; \"$P\" --store \"$S\"; echo first-$?; read x; fg; echo second-$?; read x; fg; echo ended-$?";
    let mut desk = signed_in(shell(&office, line), CLERK);
    type_case(&mut desk, "STOP0001");
    for (turn, size) in [("first-", (80, 24)), ("second-", (120, 40))] {
        desk.send(CTRL_Z);
        desk.until("the shell's word", |desk| String::from_utf8_lossy(&desk.written).contains(turn));
        desk.resize(size.0, size.1);
        desk.send("\r");
        desk.sees("STOP0001");
        desk.until("the new size", |desk| desk.screen().lines().count() <= usize::from(size.1));
        desk.send("7");
        desk.sees("STOP00017");
        desk.send("\x7f");
        desk.until("the old text", |desk| !desk.screen().contains("STOP00017"));
    }
    desk.send(CTRL_Q);
    desk.until("the end", |desk| String::from_utf8_lossy(&desk.written).contains("ended-0"));
    assert_eq!((desk.count(b"\x1b[?1049h"), desk.count(b"\x1b[?1049l")), (3, 3));
    let mut desk = sit(&office);
    desk.sees(OFFER);
    desk.send("\r");
    desk.sees("STOP0001");
    whole(desk);
}

#[test]
fn a_clock_that_jumps_holds_up_sign_offs_in_words_and_loses_nothing() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:29:00", "JUMP0001", |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(800), yuan(800), yuan(800));
    });
    let mut desk = Desk::on(&office, Setup { now: "2026-11-23 15:30".to_owned(), ..Setup::default() });
    desk.sign_in(CLERK);
    desk.keys("enter tab tab");
    desk.types("。城东");
    for time in ["2026-11-23 13:00", "2026-12-24 09:00", "1970-01-02 00:00", "2026-11-23 15:31"] {
        desk.at(time);
        desk.sign_in(CLERK);
        desk.sees("结案");
    }
    desk.keys("enter");
    desk.sees("长江路口。城东");
    desk.at("2026-11-23 15:00");
    desk.keys("ctrl-s");
    assert_eq!(load::by_id(office.store().conn(), id).unwrap().unwrap().milestones.next_step(), Some(5));
    let mut leader = Desk::on(&office, Setup { now: "2026-11-23 15:00".to_owned(), ..Setup::default() });
    leader.sign_in(LEADER);
    leader.keys("enter ctrl-s");
    leader.types(PIN);
    leader.keys("enter");
    assert!(load::by_id(office.store().conn(), id).unwrap().unwrap().milestones.closed_at.is_none());
    leader.sees("x ");
}

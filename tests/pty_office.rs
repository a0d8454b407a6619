//! The real program on a real office's store: used by two at once, fed with dirty files
//! and garbage, and made too small while somebody types.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "the case comes from here, the rest is for other tests")]
mod closing_common;
mod harness;
#[path = "harness/pty.rs"]
mod pty;

use closing_common::insert_case;
use closing_desk::case::store::{list, load};
use closing_desk::kernel::clock::{self, Clock};
use closing_desk::kernel::identity;
use harness::{CLERK, CLERK_2, LEADER, Office, PIN};
use pty::Pty;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

const CTRL_N: &str = "\x0e";
const CTRL_O: &str = "\x0f";
const CTRL_Q: &str = "\x11";
const CTRL_S: &str = "\x13";

/// An office opened an hour ago by the clock of the machine, which is the one the program goes by.
fn office() -> Rc<Office> {
    Office::with_people(Clock::Machine.now() - 3_600)
}

/// The desk with somebody signed in by keys.
#[track_caller]
fn sit(office: &Office, who: &str, size: (u16, u16)) -> Pty {
    let mut desk = Pty::start(office.folder(), size, &[]);
    desk.sees("登录");
    for part in [who, "\r", PIN, "\r"] {
        desk.send(part);
    }
    desk.sees("F2 待办");
    desk.until("the list", |desk| !desk.screen().contains("口令"));
    desk
}

#[track_caller]
fn sound(office: &Office) {
    let output = Command::new(env!("CARGO_BIN_EXE_closing-desk"))
        .args(["reconcile", "--store"])
        .arg(office.path())
        .env_clear()
        .env("HOME", office.folder())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn total(office: &Office) -> i64 {
    list::stage_counts(office.store().conn()).unwrap().total()
}

#[test]
fn two_desks_see_each_other_and_a_stale_act_keeps_what_is_typed() {
    let office = office();
    let now = clock::file_time(Clock::Machine.now() - 1_800);
    insert_case(&office.store(), &office.actor(CLERK), &now, "PAIR0001", |facts| {
        facts.report_date = None;
        facts.papers_at = clock::parse_time(&now);
        for name in [&mut facts.assessor, &mut facts.verifier, &mut facts.adjuster] {
            name.clear();
        }
    });
    let mut first = sit(&office, CLERK, (120, 40));
    let mut looker = sit(&office, LEADER, (120, 40));
    let mut second = sit(&office, CLERK_2, (120, 40));
    looker.sees("1 查勘确认");
    first.send("\r");
    first.sees("1 查勘人");
    // Down to the amount of the third step.
    first.send("\t\t\t\t\t777\t定损员");
    first.sees("定损员");
    second.send("\r");
    second.sees("1 查勘人");
    second.send(CTRL_S);
    second.sees("v 2 索赔材料核验");
    // Nobody presses a key at the third desk.
    looker.sees("3 定损录入");
    // What changed is told under the typed text before anybody presses a key.
    first.sees("本案此后已有变动");
    first.sees("777");
    first.send(CTRL_S);
    first.sees("请核对后再提交");
    first.sees("乙结案");
    first.sees("777");
    let case = load::by_case_no(office.store().conn(), "PAIR0001").unwrap().unwrap();
    assert_eq!((case.milestones.next_step(), case.facts.assessed), (Some(3), None));
    // Told what changed, the clerk submits again.
    first.send(CTRL_S);
    first.sees("v 3 定损系统录入");
    for desk in [&mut first, &mut looker, &mut second] {
        desk.send(CTRL_Q);
        assert_eq!(desk.ends().exit_code(), 0);
    }
    sound(&office);
}

/// Six hundred rows; the dirty ones among them, three of a hundred.
fn dirty_file(path: &Path) -> usize {
    let body = "11010519491231002";
    let right = format!("{body}{}", identity::mod11_2_check(body).unwrap());
    let mut text = "赔案号,险种,被保险人,证件号码,出险日期,定损金额\n".to_owned();
    let mut dirty = 0;
    for number in 0..600 {
        let row = match number {
            _ if number % 33 != 32 => format!("车险,王建国,{right},2026-01-05,100.5"),
            _ => {
                dirty += 1;
                ["车险,王,110105194912310020,,", "飞碟险,李,,,", "车险,,,,", "车险,陈,,2026-02-30,", "车险,陈,,,-5"]
                    [number / 33 % 5]
                    .to_owned()
            }
        };
        text.push_str(&format!("DIRT{number},{row}\n"));
    }
    std::fs::write(path, text).unwrap();
    dirty
}

#[test]
fn a_dirty_file_is_taken_in_at_the_desk_and_its_rejects_lie_beside_it() {
    let office = office();
    let path = office.folder().join("日报 1123.csv");
    let dirty = dirty_file(&path);
    let mut desk = sit(&office, CLERK, (120, 40));
    desk.send(CTRL_O);
    desk.sees("路径");
    desk.paste(&path.display().to_string());
    desk.send("\r");
    desk.sees("试算，未写入");
    desk.sees(&format!("拒收 {dirty}"));
    assert_eq!(total(&office), 0);
    desk.send(CTRL_S);
    desk.sees(&format!("，新增 {}", 600 - dirty));
    desk.send(CTRL_Q);
    assert_eq!(desk.ends().exit_code(), 0);
    assert_eq!(total(&office), 600 - i64::try_from(dirty).unwrap());
    let rejects = office.folder().join("日报 1123.csv.rejects.csv");
    assert_eq!(std::fs::metadata(&rejects).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(&rejects).unwrap().lines().count(), dirty + 1);
    sound(&office);
}

/// A hundred thousand bytes of what a clipboard may hold: escape sequences, control characters, wide and odd text.
fn garbage() -> String {
    let piece = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}[31m你好“引号”阿凡提·买买提１２３é𠮷\u{200b}\u{202e}\u{0}\t\r\n\u{1b}P+q\u{1b}\\\u{9b}5n";
    piece.repeat(100_000 / piece.len() + 1)
}

#[test]
fn pasted_garbage_neither_runs_nor_shows_nor_stops_the_desk() {
    let office = office();
    let mut desk = sit(&office, CLERK, (120, 40));
    let garbage = garbage();
    desk.send("/");
    desk.sees("查找");
    desk.paste(&garbage);
    desk.sees("没有找到");
    desk.send("\x1b");
    desk.sees("待办 - ");
    desk.send(CTRL_N);
    desk.sees("出险日期");
    desk.send("\t");
    for _ in 0..6 {
        desk.paste(&garbage);
        desk.send("\t");
    }
    desk.send(CTRL_S);
    desk.sees("x ");
    desk.sees("手工登记");
    assert_eq!(total(&office), 0, "a paste submits nothing");
    desk.send(CTRL_O);
    desk.send(CTRL_Q);
    assert_eq!(desk.ends().exit_code(), 0);
    for sequence in [&b"\x1b]0;"[..], b"\x1bP", b"\x9b5n", b"\x07", b"\0", "\u{202e}".as_bytes()] {
        assert_eq!(desk.count(sequence), 0, "{sequence:?} came through");
    }
    assert_eq!(desk.count(b"\x1b[?1049l"), 1);
}

#[test]
fn a_window_made_too_small_loses_nothing_of_what_is_typed() {
    let office = office();
    let mut desk = sit(&office, CLERK, (120, 40));
    desk.send(CTRL_N);
    desk.sees("出险日期");
    desk.send("\t王");
    desk.sees("王");
    desk.resize(40, 10);
    desk.sees("王");
    desk.send("建");
    desk.sees("王建");
    desk.resize(1, 1);
    desk.send("国");
    desk.resize(120, 40);
    desk.sees("王建国");
    desk.sees("F2 待办");
    // The cursor stands behind what was typed, so that the input method's window does, too.
    desk.until("the cursor", |desk| {
        let (row, column) = desk.cursor();
        let line = desk.screen().lines().nth(usize::from(row)).unwrap_or_default().to_owned();
        line.contains("王建国") && column > 10
    });
    desk.send(CTRL_Q);
    assert_eq!(desk.ends().exit_code(), 0);
    assert_eq!((desk.count(b"\x1b[?1049h"), desk.count(b"\x1b[?1049l")), (1, 1));
}

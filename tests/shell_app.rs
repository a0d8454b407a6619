//! What the shell promises every screen: acts, questions, PINs, jobs, drafts, idle hiding, places.

mod harness;
#[path = "harness/probe.rs"]
mod probe;

use closing_desk::db::meta;
use closing_desk::kernel::words::Lang;
use closing_desk::shell::Msg;
use harness::{CLERK, CLERK_2, Desk, LEADER, Office, PIN, Setup, moment};
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:12";

fn office() -> Rc<Office> {
    Office::with_people(moment(NOW))
}

fn desk_in(office: &Rc<Office>) -> Desk {
    let setup = Setup { size: (100, 20), entries: probe::entries(), ..Setup::default() };
    let mut desk = Desk::on(office, setup);
    desk.sign_in(CLERK);
    desk
}

#[test]
fn a_refused_act_keeps_what_was_typed_and_a_done_one_is_said() {
    let mut desk = desk_in(&office());
    desk.keys("ctrl-s");
    desk.sees("refused empty");
    desk.types("王建国");
    desk.keys("ctrl-s");
    desk.sees("saved 王建国");
    desk.sees("done");
    assert_eq!(meta::get(desk.store().conn(), "probe").unwrap().as_deref(), Some("王建国"));
}

#[test]
fn a_busy_store_is_waited_for_and_esc_gives_up_with_nothing_written() {
    let office = office();
    let mut desk = desk_in(&office);
    let other = office.store();
    other.conn().execute_batch("BEGIN IMMEDIATE").unwrap();
    desk.types("等");
    desk.keys("ctrl-s");
    desk.sees("正在等待其他席位（Esc 放弃）");
    assert!(desk.app.timer().is_some());
    desk.message(Msg::Timer);
    desk.sees("正在等待其他席位");
    desk.types("x");
    desk.keys("esc");
    desk.sees("已放弃，没有写入任何内容");
    desk.sees("refused busy");
    desk.sees("等");
    assert!(desk.app.timer().is_none());
    desk.keys("ctrl-s");
    other.conn().execute_batch("ROLLBACK").unwrap();
    desk.message(Msg::Timer);
    desk.sees("saved 等");
    assert_eq!(meta::get(other.conn(), "probe").unwrap().as_deref(), Some("等"));
}

#[test]
fn only_a_fresh_key_says_yes() {
    let mut desk = desk_in(&office());
    desk.keys("ctrl-a");
    desk.sees("sure?");
    desk.press_typed_ahead("y");
    desk.pastes("y\ny");
    desk.sees("sure?");
    // A key that is held down goes on arriving; only another one ends it.
    desk.keys("y");
    desk.sees("sure?");
    desk.keys("left right y");
    desk.sees("probe.sure true");
    // The Enter that asked is held down: it leads to the safe answer only.
    desk.keys("enter enter");
    desk.sees("probe.sure false");
    desk.keys("ctrl-a esc");
    desk.sees_not("sure?");
}

#[test]
fn a_leader_signs_at_the_clerks_desk_by_pin() {
    let mut desk = desk_in(&office());
    desk.keys("ctrl-n");
    desk.sees("sign 3");
    desk.keys("tab");
    desk.types("111222");
    desk.keys("enter");
    desk.sees("sign 3");
    desk.sees_not("probe.signed");
    desk.types(PIN);
    desk.keys("enter");
    desk.sees(&format!("probe.signed {LEADER}"));
    assert_eq!(desk.app.actor().staff_no, CLERK, "the clerk stays signed in");
}

#[test]
fn a_job_tells_its_screen_wherever_the_clerk_is() {
    let mut desk = desk_in(&office());
    desk.keys("ctrl-j f6");
    desk.sees("archive 0");
    desk.wait_idle();
    desk.keys("f2");
    desk.sees("probe.job true");
}

#[test]
fn of_a_screens_questions_to_the_store_the_newest_is_answered() {
    let mut desk = desk_in(&office());
    for text in ["endless", "first", "second"] {
        desk.keys_alone("ctrl-u");
        desk.types_alone(text);
        desk.keys_alone("ctrl-r");
    }
    desk.wait_read();
    desk.sees("probe.slot second");
    desk.sees_not("first");
    desk.sees_not("failed");
    assert!(!desk.app.reading());
}

#[test]
fn a_question_given_up_or_asked_by_a_closed_screen_is_never_answered() {
    let mut desk = desk_in(&office());
    desk.types_alone("endless");
    desk.keys_alone("ctrl-r ctrl-k");
    assert!(!desk.app.reading());
    desk.keys_alone("ctrl-u");
    desk.types_alone("asked");
    desk.keys_alone("ctrl-r f12");
    desk.wait_read();
    desk.sign_in(CLERK_2);
    desk.sees_not("probe.slot");
    assert!(!desk.app.reading());
}

#[test]
fn the_reader_cannot_write_and_outlives_a_question_that_panics() {
    let mut desk = desk_in(&office());
    desk.types("write");
    desk.keys("ctrl-r");
    desk.sees("probe.slot failed");
    assert_eq!(meta::get(desk.store().conn(), "probe").unwrap(), None);
    let mut desk = desk_in(&office());
    desk.types("panic");
    desk.keys("ctrl-r");
    desk.sees("broke off");
    desk.keys("ctrl-u");
    desk.types("still there");
    desk.keys("ctrl-r");
    desk.sees("probe.slot still there");
}

#[test]
fn places_keep_what_was_typed_and_say_why_they_do_not_open() {
    let mut desk = desk_in(&office());
    desk.types("半句");
    desk.keys("f6 f2");
    desk.sees("半句");
    desk.keys("f9");
    desk.sees("报表须由 领导 进入");
    desk.keys("f7");
    desk.sees("单证功能尚未启用");
    desk.keys("f6 ctrl-d");
    desk.types("深");
    desk.sees("archive 1");
    desk.keys("f6");
    desk.sees("archive 0");
    desk.keys("ctrl-d");
    desk.sees("已恢复 11-23 15:12 未保存的内容");
    desk.sees("深");
}

#[test]
fn leaving_typed_text_asks_and_no_keeps_it() {
    let mut desk = desk_in(&office());
    desk.keys("f6 ctrl-d");
    desk.types("别丢");
    desk.keys("esc");
    desk.sees("有未保存的内容");
    desk.keys("enter");
    desk.sees("别丢");
    desk.keys("esc tab enter");
    desk.sees("archive 0");
    desk.keys("ctrl-d");
    desk.sees_not("别丢");
}

#[test]
fn drafts_are_offered_to_their_person_only_and_dropped_by_the_act() {
    let office = office();
    let mut desk = desk_in(&office);
    desk.types("没存的话");
    // The process dies: its lock goes, nothing else is done.
    drop(desk);
    let mut again = Desk::on(&office, Setup { size: (100, 20), entries: probe::entries(), ..Setup::default() });
    again.sign_in(CLERK_2);
    again.sees_not("没存的话");
    again.keys("f12");
    again.sign_in(CLERK);
    again.sees("上次未保存的内容");
    again.keys("enter");
    again.sees("没存的话");
    again.keys("ctrl-s");
    again.sees("saved 没存的话");
    drop(again);
    let mut last = desk_in(&office);
    last.sees_not("上次未保存的内容");
    last.keys("f12");
}

#[test]
fn switching_person_parks_the_screens_and_brings_them_back_to_the_same_person() {
    let mut desk = desk_in(&office());
    desk.keys("f6 ctrl-d");
    desk.types("停在这里");
    desk.keys("f12");
    desk.sees_not("停在这里");
    desk.sign_in(CLERK);
    desk.sees("停在这里");
    desk.sees("archive 1");
    desk.keys("f12");
    desk.sign_in(CLERK_2);
    desk.sees_not("停在这里");
}

#[test]
fn nobody_at_the_desk_hides_it_and_then_locks_it() {
    let mut desk = desk_in(&office());
    desk.types("340104");
    desk.at("2026-11-23 15:16");
    desk.sees("340104");
    desk.at("2026-11-23 15:17");
    desk.sees_not("340104");
    desk.sees("个人信息已隐藏");
    desk.keys("x");
    desk.sees("340104");
    desk.sees_not("340104x");
    desk.at("2026-11-23 15:32");
    desk.sees("已锁定");
    assert_eq!(desk.app.actor().id, 0);
    desk.sign_in(CLERK);
    desk.sees("340104");
}

#[test]
fn another_desk_is_noticed_within_a_second() {
    let office = office();
    let mut here = desk_in(&office);
    let mut there = desk_in(&office);
    there.types("x");
    there.keys("ctrl-s");
    here.sees_not("changed");
    here.second_passes();
    here.sees("changed");
    let drawn = here.app.take_dirty();
    here.app.message(Msg::Tick);
    assert!(drawn && !here.app.take_dirty(), "a second without a change draws nothing");
}

#[test]
fn pasted_text_and_bare_letters_go_into_the_field() {
    let mut desk = desk_in(&office());
    desk.pastes("第一行\n第二行\u{1b}[31m？x");
    desk.sees("第一行 第二行");
    desk.types("x？");
    desk.sees_not("probe.letter");
    desk.keys("ctrl-x");
    desk.sees("probe.letter");
    // The cursor stands behind what was typed, in cells.
    let before = desk.cursor();
    desk.types("好");
    assert_eq!(desk.cursor().x, before.x + 2);
}

#[test]
fn the_palette_finds_in_both_languages_and_names_the_reason() {
    let mut desk = desk_in(&office());
    desk.keys("ctrl-p");
    desk.types("english");
    desk.keys("enter");
    desk.sees("Closing desk");
    desk.keys("ctrl-p");
    desk.types("归档");
    desk.keys("enter");
    desk.sees("archive 0");
    desk.keys("f10");
    desk.types("Figures");
    desk.keys("enter");
    desk.sees("Figures is for");
    desk.keys("esc f1");
    desk.sees("Ctrl+S");
    desk.sees("more lines");
    desk.keys("pagedown");
    desk.sees("Everywhere");
}

#[test]
fn the_harness_shows_both_languages() {
    let mut desk = Desk::new((120, 40), Lang::En, NOW);
    desk.sees("Closing desk");
    desk.keys("ctrl-l");
    desk.sees("结案台");
}

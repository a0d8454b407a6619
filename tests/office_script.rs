//! The office in the whole desk: the first run, 换人, and a change of rights with another leader's PIN at the same desk.

#[path = "harness/mod.rs"]
mod harness;

use closing_desk::kernel::roles::Role;
use closing_desk::kernel::words::Lang;
use closing_desk::office::store;
use harness::{Desk, Office, PIN, Setup};

#[test]
fn a_fresh_desk_is_opened_by_four_answers_and_its_leader_is_signed_in() {
    for lang in [Lang::Zh, Lang::En] {
        let office = Office::empty();
        let mut desk = Desk::on(&office, Setup { lang, ..Setup::default() });
        for text in ["城东网点", "赵敏", PIN, PIN] {
            desk.types(text);
            desk.keys("enter");
        }
        desk.keys("ctrl-s");
        desk.keys("esc");
        desk.sees("赵敏");
        desk.sees("城东网点");
        let people = store::all(desk.store().conn()).unwrap();
        assert!(people[0].has_pin && people[0].roles.has(Role::Admin));
        // 换人 leads to the sign-in, and the PIN leads back.
        desk.keys("f12");
        desk.types("1001");
        desk.keys("enter");
        desk.types(PIN);
        desk.keys("enter");
        desk.sees("赵敏");
    }
}

#[test]
fn wrong_pins_at_the_desk_wait_and_time_lets_the_next_one_in() {
    let office = Office::with_people(harness::moment("2026-11-23 15:30"));
    let mut desk = Desk::on(&office, Setup { now: "2026-11-23 15:30".to_owned(), ..Setup::default() });
    desk.types("1003");
    desk.keys("enter");
    for pin in ["975310", "975310", "975310", "975310", PIN] {
        desk.types(pin);
        desk.keys("enter");
    }
    desk.sees("连续输错，2026-11-23 15:30:05 之后才能再试");
    desk.at("2026-11-23 15:30:05");
    desk.types(PIN);
    desk.keys("enter");
    desk.sees("有 4 次输错口令");
    desk.keys("enter");
    desk.sees("甲结案");
}

#[test]
fn another_leader_gives_the_pin_at_the_same_desk_and_the_journal_names_both() {
    let office = Office::with_people(harness::moment("2026-11-23 15:30"));
    let mut desk = Desk::on(&office, Setup::default());
    desk.sign_in(harness::LEADER);
    desk.keys("ctrl-p");
    desk.types("人员");
    desk.keys("enter");
    desk.sees("乙结案");
    // The fourth person, a clerk, becomes reviewer as well.
    desk.keys("down down down enter");
    desk.keys("down down down down space ctrl-s");
    desk.sees("乙结案 的权限变动须另一位领导同意");
    // The other leader is offered already; the PIN is typed at once.
    desk.sees("周领导 1002");
    desk.types(PIN);
    desk.keys("enter");
    desk.sees("已保存 乙结案 的资料");
    let person = store::by_staff_no(desk.store().conn(), "1004").unwrap().unwrap();
    assert!(person.roles.has(Role::Reviewer) && person.roles.has(Role::Clerk));
    let rows = closing_desk::db::journal::of_subject(desk.store().conn(), "person 1004", i64::MAX, 1).unwrap();
    assert_eq!((rows[0].person.as_str(), rows[0].act.as_str()), ("1001", "person_change"));
    assert!(rows[0].payload.contains("\"second\":\"1002\""), "{}", rows[0].payload);
}

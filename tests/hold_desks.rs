//! Nothing typed is lost and several desks see each other: drafts offered on the first screen, changes made elsewhere
//! under a form, a busy store waited for.

#[expect(dead_code, reason = "the case comes from here, the rest is for other tests")]
mod closing_common;
mod harness;

use closing_common::{entry, insert_case, yuan};
use closing_desk::case::facts::Facts;
use closing_desk::case::store::load;
use closing_desk::closing::store as closing;
use closing_desk::db::{ActTx, Wait};
use closing_desk::office::deputies::{self, NewDeputy};
use closing_desk::shell::Msg;
use harness::{CLERK, CLERK_2, Desk, LEADER, Office, Setup, moment};
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:30";
const CASE: &str = "A20261123000004391";

fn office_with_case() -> (Rc<Office>, i64) {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = put(&office, CASE, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(800), yuan(800), yuan(800));
    });
    (office, id)
}

fn put(office: &Rc<Office>, case_no: &str, change: impl FnOnce(&mut Facts)) -> i64 {
    insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:29:00", case_no, change)
}

fn sit(office: &Rc<Office>, who: &str) -> Desk {
    let mut desk = Desk::on(office, Setup { now: NOW.to_owned(), ..Setup::default() });
    desk.sign_in(who);
    desk
}

/// A desk at which the second clerk confirms the case through a step.
fn confirm_elsewhere(office: &Rc<Office>, id: i64, through: u8) {
    let (store, clerk) = (office.store(), office.actor(CLERK_2));
    let seen = load::by_id(store.conn(), id).unwrap().unwrap().version;
    let confirm = |tx: &mut ActTx<'_>| closing::confirm_steps(tx, id, seen, through, &entry(800)).map(drop);
    store.act(&clerk, moment(NOW), "confirm_step", Wait::Patient, confirm).unwrap();
}

#[test]
fn the_first_screen_offers_what_was_typed_and_puts_the_caret_back() {
    let (office, _) = office_with_case();
    let mut desk = sit(&office, CLERK);
    desk.keys("ctrl-n right tab");
    desk.types("王国");
    desk.keys("left");
    drop(desk);
    let mut desk = sit(&office, CLERK);
    desk.sees("上次未保存的内容");
    desk.keys("esc");
    desk.sees("未保存的内容仍保留");
    desk.sees("有 1 项未保存的内容，按 Ctrl+D 取回");
    desk.keys("ctrl-d");
    desk.sees("上次未保存的内容");
    desk.keys("enter");
    desk.types("建");
    desk.sees("王建国");
    desk.keys("f2");
    desk.sees("有 1 项未保存的内容");
}

#[test]
fn giving_up_what_was_typed_asks_first() {
    let (office, _) = office_with_case();
    let mut desk = sit(&office, CLERK);
    desk.keys("ctrl-n right tab");
    desk.types("王国");
    drop(desk);
    let mut desk = sit(&office, CLERK);
    desk.keys("delete");
    desk.sees("放弃“手工登记”未保存的内容？");
    desk.keys("enter");
    desk.sees("上次未保存的内容");
    desk.keys("ctrl-d tab enter");
    desk.sees_not("上次未保存的内容");
    desk.sees_not("项未保存的内容");
    drop(desk);
    sit(&office, CLERK).sees_not("上次未保存的内容");
}

#[test]
fn a_living_desk_keeps_its_text_and_a_dead_one_gives_it_to_a_desk_already_open() {
    let (office, _) = office_with_case();
    let mut first = sit(&office, CLERK);
    first.keys("ctrl-n right tab");
    first.types("王国");
    let mut second = sit(&office, CLERK);
    second.sees_not("未保存的内容");
    second.message(Msg::Minute);
    second.sees_not("未保存的内容");
    drop(first);
    second.message(Msg::Minute);
    second.sees("有 1 项未保存的内容");
    let mut other = sit(&office, CLERK_2);
    other.sees_not("未保存的内容");
    second.keys("ctrl-d enter");
    second.sees("王国");
    other.message(Msg::Minute);
    other.sees_not("未保存的内容");
}

#[test]
fn whoever_left_a_desk_finds_the_text_wherever_they_sit_next_once_their_screens_are_gone() {
    let (office, _) = office_with_case();
    let mut first = sit(&office, CLERK);
    first.keys("ctrl-n right tab");
    first.types("王国");
    first.keys("f12");
    let mut second = sit(&office, CLERK);
    second.sees_not("未保存的内容");
    first.sign_in(CLERK_2);
    first.sees_not("未保存的内容");
    second.message(Msg::Minute);
    second.sees("有 1 项未保存的内容");
}

#[test]
fn an_offer_says_what_changed_on_its_case_and_text_without_a_field_stays_in_sight() {
    let (office, id) = office_with_case();
    let mut desk = sit(&office, CLERK);
    desk.keys("enter tab tab");
    desk.types("。城东");
    drop(desk);
    confirm_elsewhere(&office, id, 4);
    let mut desk = sit(&office, CLERK);
    desk.sees("其后 11-23 15:30 乙结案");
    desk.keys("enter");
    desk.sees("本案此后已有变动");
    desk.sees("以下内容已无处可填");
    desk.sees("长江路口。城东");
    desk.keys("f2");
    desk.sees("有 1 项未保存的内容");
    desk.keys("enter esc y");
    desk.sees_not("项未保存的内容");
}

#[test]
fn a_change_elsewhere_is_told_under_typed_text_at_once_and_refreshes_a_clean_form() {
    let (office, id) = office_with_case();
    let mut typing = sit(&office, CLERK);
    typing.keys("enter tab tab");
    typing.types("。城东");
    let mut looking = sit(&office, LEADER);
    looking.keys("enter");
    confirm_elsewhere(&office, id, 1);
    for desk in [&mut typing, &mut looking] {
        desk.sees("> 1 现场查勘确认");
        desk.second_passes();
        desk.sees("v 1 现场查勘确认");
    }
    looking.sees_not("此后已有变动");
    typing.sees("本案此后已有变动");
    typing.sees("乙结案");
    typing.sees("长江路口。城东");
    typing.keys("ctrl-s");
    typing.sees("请核对后再提交");
    assert_eq!(load::by_id(office.store().conn(), id).unwrap().unwrap().milestones.next_step(), Some(2));
    typing.keys("ctrl-s");
    assert_eq!(load::by_id(office.store().conn(), id).unwrap().unwrap().milestones.next_step(), Some(5));
    typing.sees_not("本案此后已有变动");
}

#[test]
fn the_list_keeps_its_case_when_another_desk_changes_it() {
    let (office, id) = office_with_case();
    let other = put(&office, "A20261123000004392", |facts| facts.insured = "李红".to_owned());
    let mut desk = sit(&office, CLERK);
    let first = desk.screen().find("王建国") < desk.screen().find("李红");
    desk.keys(if first { "down" } else { "up" });
    put(&office, "A20261123000004390", |facts| facts.insured = "陈志远".to_owned());
    confirm_elsewhere(&office, id, 4);
    desk.second_passes();
    desk.sees("陈志远");
    desk.keys("enter");
    assert_eq!(desk.app.place().map(|place| place.id), Some(other));
}

#[test]
fn a_deputy_sees_a_sign_off_as_his_own_work() {
    let (office, id) = office_with_case();
    confirm_elsewhere(&office, id, 4);
    let (leader, deputy) = (office.actor(LEADER), office.actor("1006"));
    sit(&office, "1006").sees("待领导办理");
    let new = NewDeputy {
        leader_id: leader.id,
        deputy_id: deputy.id,
        limit: None,
        from_at: moment(NOW),
        to_at: moment("2026-11-25 18:00"),
        reason: "出差".into(),
    };
    office.store().act(&leader, moment(NOW), "deputy", Wait::Patient, |tx| deputies::name(tx, &new).map(drop)).unwrap();
    let desk = sit(&office, "1006");
    desk.sees_not("待领导办理");
    drop(desk);
    let later = Setup { now: "2026-11-25 18:01".to_owned(), ..Setup::default() };
    let mut desk = Desk::on(&office, later);
    desk.sign_in("1006");
    desk.sees("待领导办理");
}

#[test]
fn while_an_act_waits_the_screen_lives_and_esc_leaves_nothing_behind() {
    let (office, _) = office_with_case();
    put(&office, "A20261123000004392", |facts| facts.insured = "李红".to_owned());
    let other = office.store();
    let mut desk = sit(&office, CLERK);
    desk.keys("enter");
    other.conn().execute_batch("BEGIN IMMEDIATE").unwrap();
    desk.keys("ctrl-s");
    desk.sees("正在等待其他席位（Esc 放弃）");
    // Keys that would change what is to be written are not taken; looking around, help and language are.
    desk.types("改");
    desk.sees_not("改");
    assert!(desk.app.take_bell());
    desk.keys("down f1");
    desk.sees("本页");
    desk.keys("esc");
    desk.sees_not("本页");
    desk.sees("正在等待其他席位");
    desk.resize(80, 24);
    desk.sees("正在等待其他席位");
    desk.at("2026-11-23 15:31");
    desk.sees("15:31");
    desk.message(Msg::Timer);
    desk.sees("正在等待其他席位");
    desk.keys("esc");
    desk.sees("已放弃，没有写入任何内容");
    other.conn().execute_batch("ROLLBACK").unwrap();
    // Nobody stands in the way of the others.
    let act = |tx: &mut ActTx<'_>| tx.journal("probe", 0, &serde_json::json!({})).map(drop);
    other.act(&office.actor(CLERK_2), moment(NOW), "probe", Wait::InPlace, act).unwrap();
    assert_eq!(desk.store().conn().total_changes(), 0);
}

#[test]
fn one_who_waits_is_served_before_whoever_comes_back_at_once() {
    let (office, id) = office_with_case();
    let busy = office.store();
    let mut desk = sit(&office, CLERK);
    desk.keys("enter");
    let act = |tx: &mut ActTx<'_>| tx.journal("probe", 0, &serde_json::json!({})).map(drop);
    let clerk = office.actor(CLERK_2);
    busy.conn().execute_batch("BEGIN IMMEDIATE").unwrap();
    desk.keys("ctrl-s");
    desk.sees("正在等待");
    busy.conn().execute_batch("ROLLBACK").unwrap();
    // The desk stands inside the turnstile; the other one comes back and must let it pass.
    assert!(busy.act(&clerk, moment(NOW), "probe", Wait::InPlace, act).is_err());
    desk.message(Msg::Timer);
    assert_eq!(load::by_id(office.store().conn(), id).unwrap().unwrap().milestones.next_step(), Some(5));
    busy.act(&clerk, moment(NOW), "probe", Wait::InPlace, act).unwrap();
}

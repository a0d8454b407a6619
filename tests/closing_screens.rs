//! Closing as a clerk and a leader do it: keys pressed on the whole desk, what is seen, what is stored.

#[expect(dead_code, reason = "the acts are driven by keys here")]
mod closing_common;
mod harness;

use closing_common::{insert_case, yuan};
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::{Outcome, Stage};
use closing_desk::case::store::{CaseFile, load};
use closing_desk::closing::screen;
use closing_desk::closing::store as closing;
use closing_desk::db::Wait;
use closing_desk::kernel::words::Lang;
use closing_desk::office::deputies::{self, NewDeputy};
use closing_desk::ui::keys::{Keymap, bare_letter_only, clashes};
use closing_desk::ui::screen::{Cx, Input, Open, Place};
use closing_desk::ui::theme::Theme;
use harness::{CLERK, CLERK_2, Desk, LEADER, LEADER_2, Office, PIN, Setup, moment};
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:30";

fn amounts(payable: i64) -> impl FnOnce(&mut Facts) {
    move |facts| (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable))
}

fn put(office: &Rc<Office>, case_no: &str, change: impl FnOnce(&mut Facts)) -> i64 {
    insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:29:00", case_no, change)
}

/// A desk at the to-do list with one prefilled case.
fn desk_with(payable: i64) -> (Desk, i64) {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = put(&office, "A20261123000004391", amounts(payable));
    (sit(&office, CLERK), id)
}

fn sit(office: &Rc<Office>, who: &str) -> Desk {
    let mut desk = Desk::on(office, Setup { now: NOW.to_owned(), ..Setup::default() });
    desk.sign_in(who);
    desk
}

#[expect(clippy::unwrap_used, reason = "a test stops where the case is missing")]
fn case(desk: &Desk, id: i64) -> CaseFile {
    load::by_id(desk.store().conn(), id).unwrap().unwrap()
}

#[test]
fn a_prefilled_small_case_awaits_its_sign_off_after_two_keys() {
    let (mut desk, id) = desk_with(800);
    let keys = ["enter", "ctrl-s"];
    assert!(keys.len() <= 10);
    desk.keys(&keys.join(" "));
    assert_eq!(case(&desk, id).milestones.next_step(), Some(5), "{}", desk.screen());
    desk.sees("待审批");
    desk.sees("v 4 核价理算");
    desk.sees("> 5 领导审批签字");
}

#[test]
fn a_case_with_only_its_facts_is_closed_by_typing() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = put(&office, "A1", |facts| {
        facts.papers_at = None;
        for name in [&mut facts.surveyor, &mut facts.assessor, &mut facts.verifier, &mut facts.adjuster] {
            name.clear();
        }
    });
    let mut desk = sit(&office, CLERK);
    desk.keys("enter ctrl-s");
    desk.sees("请填写查勘人");
    desk.types("查勘员");
    desk.keys("ctrl-s");
    desk.sees("索赔材料缺 7 项");
    desk.keys("space down ctrl-a");
    desk.sees("索赔材料 7 项必备已齐");
    desk.keys("ctrl-s ctrl-s");
    assert_eq!(case(&desk, id).milestones.next_step(), Some(3), "{}", desk.screen());
    desk.types("900");
    desk.keys("enter");
    desk.types("定损员");
    desk.keys("enter");
    desk.types("950.5");
    desk.keys("enter");
    desk.types("核价员");
    desk.keys("enter");
    desk.types("950.50");
    desk.keys("enter");
    desk.types("理算员");
    desk.keys("ctrl-s");
    assert_eq!(case(&desk, id).milestones.next_step(), Some(4), "the third step stands by itself");
    desk.sees("核价 950.50 高于定损 900.00");
    desk.types("配件涨价");
    desk.keys("ctrl-s");
    desk.sees("请选定结论");
    desk.keys("space ctrl-s");
    let case = case(&desk, id);
    assert_eq!(
        (case.milestones.next_step(), case.milestones.proposed),
        (Some(5), Some(Outcome::Pay)),
        "{}",
        desk.screen()
    );
}

#[test]
fn a_leader_signs_at_the_clerks_desk_and_the_clerk_stays() {
    let (mut desk, id) = desk_with(800);
    desk.keys("enter ctrl-s ctrl-s");
    desk.sees("800.00");
    desk.types(LEADER);
    desk.keys("enter");
    desk.types(PIN);
    desk.keys("enter");
    let case = case(&desk, id);
    assert_eq!(case.milestones.stage(), Stage::Notify, "{}", desk.screen());
    assert_eq!((case.round.approver.as_str(), case.round.batch_day.as_str()), (LEADER, "2026-11-23"));
    desk.sees("批次 11-23");
    desk.sees("11-26 16:00");
    desk.sees("甲结案");
}

#[test]
fn a_deputy_in_force_signs_at_the_clerks_desk_and_is_named_with_the_leader() {
    let (mut desk, id) = desk_with(800);
    let office = desk.office().clone();
    let (leader, deputy) = (office.actor(LEADER), office.actor("1006"));
    let new = NewDeputy {
        leader_id: leader.id,
        deputy_id: deputy.id,
        limit: None,
        from_at: moment(NOW),
        to_at: moment("2026-11-25 18:00"),
        reason: "出差".into(),
    };
    desk.store().act(&leader, moment(NOW), "deputy", Wait::Patient, |tx| deputies::name(tx, &new).map(drop)).unwrap();
    desk.keys("enter ctrl-s ctrl-s");
    // The two leaders are offered first, then the deputy.
    desk.keys("right right");
    desk.types(PIN);
    desk.keys("enter");
    assert_eq!(case(&desk, id).round.approver, "1006", "{}", desk.screen());
    desk.sees("代林领导");
}

/// Another desk returns the case and confirms it anew with another amount.
#[expect(clippy::unwrap_used, reason = "a test stops where the act is refused")]
fn moved_on(office: &Rc<Office>, id: i64, payable: i64) {
    let (store, clerk) = (office.store(), office.actor(CLERK_2));
    let act = |tx: &mut closing_desk::db::ActTx<'_>| {
        let seen = load::by_id(tx.conn(), id)?.unwrap().version;
        let seen = closing::return_to(tx, id, seen, 4, "金额有误")?;
        closing::confirm_steps(tx, id, seen, 4, &closing_common::entry(payable)).map(drop)
    };
    store.act(&clerk, moment(NOW), "return", Wait::Patient, act).unwrap();
}

#[test]
fn a_pin_signs_only_what_its_question_named() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let (one, two) = (put(&office, "A1", amounts(800)), put(&office, "A2", amounts(700)));
    let mut clerk = sit(&office, CLERK);
    for id in [one, two] {
        let seen = case(&clerk, id).version;
        let entry = closing_common::entry(case(&clerk, id).facts.payable.unwrap().fen() / 100);
        let confirm = |tx: &mut closing_desk::db::ActTx<'_>| closing::confirm_steps(tx, id, seen, 4, &entry);
        office.store().act(&office.actor(CLERK), moment(NOW), "confirm_step", Wait::Patient, confirm).unwrap();
    }
    // On the case itself: the amount changes while the question stands.
    clerk.second_passes();
    clerk.keys("f2 home enter ctrl-s");
    let open = if clerk.screen().contains("800.00") { one } else { two };
    moved_on(&office, open, 750);
    clerk.second_passes();
    clerk.types(PIN);
    clerk.keys("enter");
    clerk.sees("已有变动");
    assert!(case(&clerk, open).milestones.closed_at.is_none(), "{}", clerk.screen());
    // In the list: another leader signs what was marked while the question stands.
    let mut leader = sit(&office, LEADER);
    leader.keys("ctrl-g home space ctrl-s");
    leader.sees("签批 1 件");
    let marked = if leader.screen().contains("已标记 1 件，合计 750") { open } else { one + two - open };
    let seen = case(&leader, marked).version;
    office
        .store()
        .act(&office.actor(LEADER_2), moment(NOW), "sign_off", Wait::Patient, |tx| closing::sign_off(tx, marked, seen))
        .unwrap();
    leader.second_passes();
    leader.types(PIN);
    leader.keys("enter");
    let other = one + two - marked;
    assert!(case(&leader, other).milestones.closed_at.is_none(), "never asked for: {}", leader.screen());
}

#[test]
fn one_pin_signs_the_marked_cases() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let ids = [("A1", 800), ("A2", 1_200), ("A3", 9_000)].map(|(no, payable)| put(&office, no, amounts(payable)));
    let mut clerk = sit(&office, CLERK);
    for _ in ids {
        clerk.keys("enter ctrl-s esc home");
        clerk.keys("down");
        clerk.keys("home");
    }
    // The list moves under the clerk; whatever is left is confirmed by act.
    for id in ids {
        if case(&clerk, id).milestones.next_step() != Some(5) {
            let seen = case(&clerk, id).version;
            let payable = case(&clerk, id).facts.payable.unwrap().fen() / 100;
            let entry = closing_common::entry(payable);
            let confirm = |tx: &mut closing_desk::db::ActTx<'_>| closing::confirm_steps(tx, id, seen, 4, &entry);
            clerk.store().act(&office.actor(CLERK), moment(NOW), "confirm_step", Wait::Patient, confirm).unwrap();
        }
    }
    let mut leader = sit(&office, LEADER);
    leader.keys("ctrl-g");
    leader.sees("待我审批 3 件");
    leader.keys("space space space");
    leader.sees("大额案件须逐件签批");
    leader.sees("已标记 2 件，合计 2,000.00");
    leader.keys("ctrl-s");
    leader.sees("签批 2 件，合计 2,000.00");
    leader.types(PIN);
    leader.keys("enter");
    leader.sees("已结案 2 件，合计 2,000.00");
    leader.sees("待我审批 1 件");
    leader.keys("ctrl-s");
    leader.types(PIN);
    leader.keys("enter");
    leader.sees("待我审批 0 件");
    assert!(ids.into_iter().all(|id| case(&leader, id).milestones.closed_at.is_some()));
}

#[test]
fn a_change_at_another_desk_keeps_what_is_typed_and_is_told() {
    let (mut desk, id) = desk_with(800);
    desk.keys("enter");
    desk.types("甲");
    let mut other = sit(&desk.office().clone(), CLERK_2);
    other.keys("enter ctrl-s");
    assert_eq!(case(&other, id).milestones.next_step(), Some(5));
    desk.keys("ctrl-s");
    desk.sees("已有变动");
    desk.sees("乙结案");
    assert_eq!(case(&desk, id).facts.surveyor, "查勘员", "nothing of the stale form was written");
}

#[test]
fn what_is_typed_survives_leaving() {
    let (mut desk, _) = desk_with(800);
    desk.keys("enter tab tab");
    desk.types("。城东");
    desk.keys("esc");
    desk.sees("待办");
    desk.keys("enter");
    desk.sees("长江路口。城东");
}

#[test]
fn a_return_and_a_reopening_ask_why_and_stay_visible() {
    let (mut desk, id) = desk_with(800);
    desk.keys("enter ctrl-s ctrl-r");
    desk.keys("ctrl-s");
    desk.sees("请写明原因");
    desk.types("金额有误");
    desk.keys("ctrl-s");
    desk.sees("已退回到第 4 环节");
    desk.sees("金额有误");
    assert_eq!(case(&desk, id).milestones.next_step(), Some(4));
    desk.keys("ctrl-s ctrl-s");
    desk.types(LEADER_2);
    desk.keys("enter");
    desk.types(PIN);
    desk.keys("enter");
    assert!(case(&desk, id).milestones.closed_at.is_some(), "{}", desk.screen());
    desk.keys("ctrl-n");
    assert_eq!(case(&desk, id).milestones.round, 1);
    let mut leader = sit(&desk.office().clone(), LEADER);
    // What is next with a closed case is telling the customer; closing is looked back on from the folder.
    leader.keys("ctrl-e ctrl-k");
    leader.sees("已结案");
    leader.keys("ctrl-n space tab");
    leader.types("漏赔配件");
    leader.keys("ctrl-s");
    assert_eq!(case(&leader, id).milestones.round, 2, "{}", leader.screen());
    leader.sees("第 2 轮");
    leader.sees("沿用第 1 轮");
}

#[test]
fn a_refusal_leaves_steps_out_with_a_reason() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = put(&office, "A1", |facts| (facts.surveyor, facts.assessor) = (String::new(), String::new()));
    let mut desk = sit(&office, CLERK);
    desk.keys("enter ctrl-d");
    desk.sees("1 不适用理由");
    desk.types("无证驾驶");
    desk.keys("ctrl-s");
    assert_eq!(case(&desk, id).milestones.next_step(), Some(3), "{}", desk.screen());
    desk.sees("不适用");
    let before = case(&desk, id).milestones.proposed;
    assert_eq!(before, Some(Outcome::Refuse));
}

#[test]
fn every_size_and_language_is_drawn() {
    for lang in [Lang::Zh, Lang::En] {
        let office = Office::with_people(moment("2026-11-23 08:00"));
        put(&office, "A1", amounts(800));
        for keys in ["enter", "enter ctrl-k", "enter ctrl-d", "enter ctrl-y", "enter ctrl-s", "enter ctrl-t", "ctrl-g"]
        {
            for colour in [true, false] {
                let setup = Setup { now: NOW.to_owned(), lang, colour, ..Setup::default() };
                let mut desk = Desk::on(&office, setup);
                desk.sign_in(CLERK);
                desk.keys(keys);
                for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (20, 5), (1, 1), (0, 0)] {
                    desk.resize(columns, rows);
                }
                desk.resize(120, 40);
                let shown = desk.screen();
                assert!(!shown.contains('{'), "a placeholder was left: {shown}");
            }
        }
    }
}

#[test]
fn every_consequential_key_can_be_reached_under_an_input_method() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = put(&office, "A1", amounts(800));
    let (store, clerk, leader) = (office.store(), office.actor(CLERK), office.actor(LEADER));
    let (theme, keymap, kept) = (Theme::new(true), Keymap::default(), Default::default());
    let now = moment(NOW);
    let check = |place: Place, open: Open| {
        for actor in [&clerk, &leader] {
            let cx = Cx {
                store: &store,
                now,
                lang: Lang::Zh,
                actor,
                theme: &theme,
                keymap: &keymap,
                hidden: false,
                kept: &kept,
            };
            let mut screen = open(place, &cx).unwrap();
            for action in ["", "closing.papers", "closing.return"] {
                screen.input(Input::Action(action), &cx);
                let rows = screen.keys(&cx);
                assert_eq!(bare_letter_only(&rows), Vec::<&str>::new(), "{action}");
                assert_eq!(clashes(&rows), Vec::new(), "{action}");
            }
        }
    };
    let closing_screen = Place::of("closing", id);
    check(closing_screen, screen::desk::open);
    let entry = closing_common::entry(800);
    let seen = load::by_id(store.conn(), id).unwrap().unwrap().version;
    store.act(&clerk, now, "t", Wait::Patient, |tx| closing::confirm_steps(tx, id, seen, 4, &entry)).unwrap();
    check(closing_screen, screen::desk::open);
    check(Place::new("approvals"), screen::approvals::open);
    store.act(&leader, now, "t", Wait::Patient, |tx| closing::sign_off(tx, id, seen + 1)).unwrap();
    check(closing_screen, screen::desk::open);
}

#[test]
fn what_was_typed_once_is_not_asked_again_after_a_return() {
    let (mut desk, id) = desk_with(800);
    desk.keys("enter");
    // Eleven fields down stand the items.
    desk.keys("tab tab tab tab tab tab tab tab tab tab tab tab");
    desk.types("配件 500；工时 300");
    desk.keys("ctrl-s");
    assert_eq!(case(&desk, id).milestones.next_step(), Some(5), "{}", desk.screen());
    desk.sees("配件 500.00");
    desk.keys("ctrl-r");
    desk.types("金额有误");
    desk.keys("ctrl-s");
    desk.sees("配件 500.00; 工时 300.00");
    desk.keys("ctrl-s");
    assert_eq!(case(&desk, id).milestones.next_step(), Some(5), "{}", desk.screen());
}

#[test]
fn a_draft_keeps_reasons_and_knows_what_it_was_typed_against() {
    let (mut desk, id) = desk_with(800);
    desk.keys("enter ctrl-d");
    desk.types("无证驾驶");
    desk.keys("esc");
    let mut other = sit(&desk.office().clone(), CLERK_2);
    other.keys("enter ctrl-r esc");
    let seen = case(&other, id).version;
    let entry = closing_common::entry(800);
    let confirm = |tx: &mut closing_desk::db::ActTx<'_>| closing::confirm_steps(tx, id, seen, 1, &entry);
    let by = desk.office().actor(CLERK_2);
    other.store().act(&by, moment(NOW), "confirm_step", Wait::Patient, confirm).unwrap();
    let version = case(&other, id).version;
    desk.keys("enter ctrl-s");
    desk.sees("已有变动");
    assert_eq!(case(&desk, id).version, version, "nothing was written over the other desk's step");
    desk.keys("ctrl-s");
    assert_eq!(case(&desk, id).milestones.proposed, Some(Outcome::Refuse), "{}", desk.screen());
}

#[test]
fn a_draft_of_a_refusal_comes_back_with_its_reason() {
    let (mut desk, _) = desk_with(800);
    desk.keys("enter ctrl-d");
    desk.types("无证驾驶");
    desk.keys("esc enter");
    desk.keys("down");
    desk.sees("无证驾驶");
    desk.sees("< 拒赔 >");
}

#[test]
fn what_is_typed_into_a_small_form_survives_a_change_of_persons() {
    let (mut desk, id) = desk_with(800);
    desk.keys("enter ctrl-t tab");
    desk.types("赵总、王主任");
    desk.keys("f12");
    desk.sign_in(CLERK_2);
    desk.sees_not("王主任");
    desk.keys("f12");
    desk.sign_in(CLERK);
    desk.keys("enter");
    assert!(desk.screen().contains("赵总、王主任"), "{}", desk.screen());
    desk.keys("tab tab");
    desk.types("同意");
    desk.keys("ctrl-s");
    desk.sees("会商纪要已登记");
    assert_eq!(case(&desk, id).milestones.next_step(), Some(1));
}

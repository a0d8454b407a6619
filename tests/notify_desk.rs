//! Notifying as a clerk does it: keys pressed on the whole desk, what is seen, what is stored.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "the acts are driven by keys here")]
mod closing_common;
mod harness;
mod notify_common;

use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::{Outcome, Stage};
use closing_desk::case::store::{CaseFile, load};
use closing_desk::kernel::words::Lang;
use closing_desk::notify::rules::{Channel, Resolution};
use closing_desk::notify::screen;
use closing_desk::notify::store::{Desk as Told, attempts_of};
use closing_desk::ui::keys::{Keymap, bare_letter_only, clashes};
use closing_desk::ui::screen::{Cx, Input, Place};
use closing_desk::ui::theme::Theme;
use harness::{CLERK, Desk, LEADER, Office, PIN, Setup, moment};
use notify_common::{closed, put_clause};
use std::rc::Rc;

const NOW: &str = "2026-11-23 16:00";

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-23 08:00"))
}

fn put(office: &Rc<Office>, no: &str, outcome: (Outcome, i64), change: impl FnOnce(&mut Facts)) -> i64 {
    closed(&office.store(), (&office.actor(CLERK), &office.actor(LEADER)), no, outcome, change)
}

fn sit(office: &Rc<Office>, lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { now: NOW.to_owned(), lang, ..Setup::default() });
    desk.sign_in(CLERK);
    desk
}

/// Time passes, which locks the desk; the clerk signs in again.
fn later(desk: &mut Desk, time: &str) {
    desk.at(time);
    desk.sign_in(CLERK);
}

fn case(desk: &Desk, id: i64) -> CaseFile {
    load::by_id(desk.store().conn(), id).unwrap().unwrap()
}

fn told(desk: &Desk, id: i64) -> Told {
    Told::read(desk.store(), id).unwrap().unwrap()
}

/// Prints the screen when somebody wants to look at it.
fn look(desk: &mut Desk, name: &str) {
    if std::env::var_os("NOTIFY_LOOK").is_some() {
        for size in [(120, 40), (80, 24)] {
            desk.resize(size.0, size.1);
            println!("== {name} {size:?}\n{}", desk.screen());
        }
        desk.resize(120, 40);
    }
}

#[test]
fn telling_takes_two_keystrokes_and_shows_what_to_say() {
    let office = office();
    let id = put(&office, "A20261123000004391", (Outcome::Pay, 800), |_| {});
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4");
    look(&mut desk, "list");
    desk.sees("00004391");
    desk.keys("enter");
    look(&mut desk, "case");
    desk.sees("13800138000");
    desk.sees("赔付 800.00 捌佰元整");
    desk.sees("工时费  400.00");
    desk.sees("银行转账、即时转账：领款人身份证件、银行卡或存折");
    desk.keys("ctrl-s");
    desk.sees("已告知，客户同意（1 件）");
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Payment, "{}", desk.screen());
    desk.keys("esc");
    desk.sees("待通知 0");
    let revealed = desk.store().conn().query_row("SELECT COUNT(*) FROM journal WHERE act = 'reveal'", [], |r| r.get(0));
    assert_eq!(revealed, Ok(1_i64), "one line for one opening");
}

#[test]
fn the_same_in_english() {
    let office = office();
    let id = put(&office, "A20261123000004391", (Outcome::Pay, 800), |_| {});
    let mut desk = sit(&office, Lang::En);
    desk.keys("f4");
    look(&mut desk, "list en");
    desk.keys("enter");
    look(&mut desk, "case en");
    desk.sees("Pays 800.00");
    desk.sees("bank transfer, immediate transfer: Identity document of the");
    desk.keys("ctrl-s");
    desk.sees("Told and agreed (1 case)");
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Payment);
}

#[test]
fn a_call_back_stands_at_its_time() {
    let office = office();
    let first = put(&office, "A1", (Outcome::Pay, 800), |_| {});
    put(&office, "A2", (Outcome::Pay, 500), |_| {});
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4 down enter ctrl-b");
    desk.types("14:00");
    desk.keys("ctrl-s");
    desk.sees("已过");
    desk.keys("ctrl-u");
    desk.types("16:30");
    look(&mut desk, "call back");
    desk.keys("ctrl-s");
    desk.sees("已登记，约 11-23 16:30 回电");
    desk.keys("esc");
    look(&mut desk, "list with call back");
    let screen = desk.screen();
    assert!(screen.find("A2").unwrap() < screen.find("A1").unwrap(), "{screen}");
    later(&mut desk, "2026-11-23 16:31");
    desk.sees("! 11-23 16:30");
    assert_eq!(case(&desk, first).milestones.told_at, None);
}

#[test]
fn three_vain_attempts_suggest_a_letter_which_is_printed() {
    let office = office();
    let id = put(&office, "A1", (Outcome::Pay, 800), |_| {});
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4 enter ctrl-n n");
    desk.sees_not("建议打印信函");
    later(&mut desk, "2026-11-24 10:00");
    desk.keys("ctrl-w");
    desk.sees("2 天内 3 次未联系上，建议打印信函寄出");
    look(&mut desk, "letter suggested");
    desk.keys("ctrl-t enter");
    desk.sees_not("建议打印信函");
    let all = attempts_of(desk.store().conn(), id).unwrap();
    assert_eq!(all.last().map(|one| one.channel), Some(Channel::Letter), "{}", desk.screen());
}

#[test]
fn a_refusal_is_written_printed_and_its_delivery_asked_for() {
    let office = office();
    let id = put(&office, "A20261123000004391", (Outcome::Refuse, 0), |_| {});
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4 enter ctrl-s");
    look(&mut desk, "refusal notice");
    desk.sees("免责条款第七条");
    desk.keys("ctrl-s");
    desk.sees("拒赔通知书 2026-0001");
    desk.keys("ctrl-t enter ctrl-s");
    desk.keys("ctrl-s");
    desk.sees("请填写送达凭证编号");
    look(&mut desk, "delivery");
    desk.types("EMS123");
    desk.keys("ctrl-s");
    desk.sees("登记后不能撤回");
    look(&mut desk, "delivery asked");
    desk.keys("enter");
    assert_eq!(case(&desk, id).milestones.delivered_at, None, "No is the default");
    desk.keys("ctrl-s");
    desk.keys("y");
    assert_eq!(case(&desk, id).milestones.delivered_at, Some(moment(NOW)), "{}", desk.screen());
    look(&mut desk, "delivered");
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Archive);
}

#[test]
fn a_routine_question_is_answered_with_a_clause_found_by_pinyin() {
    let office = office();
    let id = put(&office, "A1", (Outcome::Pay, 800), |_| {});
    put_clause(&office.store(), &office.actor(CLERK), "TEST-01", "试测到账口径", "您同意后，我处在 10 天内支付。");
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4 enter ctrl-a");
    desk.types("流");
    desk.keys("tab");
    desk.types("几天能到账");
    look(&mut desk, "asks");
    desk.keys("ctrl-s");
    desk.sees("疑问已登记，待答复");
    assert_eq!(case(&desk, id).milestones.inquiry_holds, 1);
    desk.keys("ctrl-g ctrl-g");
    desk.types("scdzkj");
    look(&mut desk, "clauses");
    desk.keys("enter");
    desk.sees("您同意后，我处在 10 天内支付。");
    desk.sees("TEST-01 第 1 版");
    look(&mut desk, "answer");
    desk.keys("tab tab space ctrl-s");
    let told = told(&desk, id);
    assert_eq!(told.inquiries[0].answers[0].clause_code, "TEST-01", "{}", desk.screen());
    assert_eq!(told.case.milestones.stage(), Stage::Payment, "agreed with the answer: {}", desk.screen());
    look(&mut desk, "answered");
    desk.keys("ctrl-o");
    desk.types("流");
    desk.keys("tab");
    desk.types("还要等吗");
    desk.keys("ctrl-s ctrl-g");
    desk.sees("此前答复 11-23 16:00 流程：您同意后");
}

#[test]
fn a_dispute_is_explained_by_two_told_and_upheld() {
    let office = office();
    let id = put(&office, "A20261123000004391", (Outcome::Pay, 800), |facts| {
        (facts.verifier, facts.adjuster) = ("戊复核".into(), "理算员".into());
    });
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4 enter ctrl-x tab");
    desk.types("报价是一千");
    desk.keys("ctrl-s");
    desk.sees("核价、理算 在办，自 11-23 16:00");
    desk.keys("ctrl-y");
    desk.types("按市场价核定");
    desk.keys("ctrl-s ctrl-k");
    look(&mut desk, "pin");
    desk.types(PIN);
    desk.keys("enter");
    desk.sees("已确认，还待理算人");
    desk.keys("ctrl-k");
    desk.types("理算员");
    desk.keys("tab");
    desk.types("SM-7");
    look(&mut desk, "paper");
    desk.keys("ctrl-s");
    desk.sees("核价人、理算人均已确认，请逐字告知客户");
    desk.keys("ctrl-t enter ctrl-v");
    desk.sees("书面说明 2026-0001（请逐字告知）：按市场价核定");
    desk.types("异议成立");
    look(&mut desk, "resolve");
    desk.keys("ctrl-s");
    desk.sees("从核价理算重开新一轮");
    desk.keys("y");
    let told = told(&desk, id);
    assert_eq!((told.case.milestones.round, told.case.milestones.next_step()), (2, Some(4)), "{}", desk.screen());
    assert_eq!(told.inquiries[0].outcome, Some(Resolution::Upheld));
    look(&mut desk, "upheld");
    desk.keys("ctrl-f");
    desk.resize(120, 160);
    desk.sees("已办结 11-23 16:00：异议成立");
    look(&mut desk, "folder");
}

#[test]
fn an_accident_stands_as_one_row_and_is_told_once() {
    let office = office();
    let with = |accident: &'static str| move |facts: &mut Facts| facts.accident_no = accident.into();
    let one = put(&office, "A1", (Outcome::Pay, 800), with("R1"));
    let two = put(&office, "A2", (Outcome::Pay, 500), with("R1"));
    let three = put(&office, "A3", (Outcome::Pay, 300), with("R1"));
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4");
    desk.sees("待通知 1");
    desk.sees("x3 通知客户");
    desk.sees("1,600.00");
    look(&mut desk, "accident list");
    desk.keys("enter down space");
    desk.sees("[ ] A3");
    look(&mut desk, "accident");
    desk.keys("ctrl-s");
    desk.sees("已告知，客户同意（2 件）");
    let stage = |id| case(&desk, id).milestones.stage();
    assert_eq!((stage(one), stage(two), stage(three)), (Stage::Payment, Stage::Payment, Stage::Notify));
}

#[test]
fn referrals_say_who_has_what_since_when_and_due_when() {
    for lang in [Lang::Zh, Lang::En] {
        let office = office();
        put(&office, "A20261123000004391", (Outcome::Pay, 800), |_| {});
        let mut desk = sit(&office, lang);
        desk.keys("f4 enter ctrl-x tab");
        desk.types("报价是一千");
        desk.keys("ctrl-s esc ctrl-r");
        desk.sees(if lang == Lang::Zh { "核价、理算" } else { "Pricing" });
        look(&mut desk, "referrals");
        later(&mut desk, "2026-11-24 17:00");
        desk.sees("!! ");
        desk.keys("enter");
        assert_eq!(desk.app.place().map(|place| place.name), Some("notify"));
        look(&mut desk, "overdue inquiry");
    }
}

#[test]
fn what_was_typed_is_asked_about_and_comes_back() {
    let office = office();
    let id = put(&office, "A1", (Outcome::Pay, 800), |_| {});
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("f4 enter ctrl-o tab");
    desk.types("半句");
    desk.keys("esc");
    desk.sees("放弃已输入的内容？");
    desk.keys("enter");
    desk.sees("半句");
    drop(desk);
    let mut desk = sit(&office, Lang::Zh);
    desk.keys("enter");
    desk.sees("半句");
    assert_eq!(desk.app.place(), Some(Place::of("notify", id)));
}

#[test]
fn every_key_of_consequence_can_be_reached_under_an_input_method_and_none_clash() {
    let office = office();
    let ids = [
        put(&office, "A1", (Outcome::Pay, 800), |_| {}),
        put(&office, "A2", (Outcome::Refuse, 0), |_| {}),
        put(&office, "A3", (Outcome::Zero, 0), |_| {}),
    ];
    let (store, theme, keymap, kept) = (office.store(), Theme::new(true), Keymap::default(), Default::default());
    for place in ids.iter().map(|id| Place::of("notify", *id)).chain([Place::new("notify")]) {
        for actor in [office.actor(CLERK), office.actor(LEADER)] {
            let cx = Cx {
                store: &store,
                now: moment(NOW),
                lang: Lang::Zh,
                actor: &actor,
                theme: &theme,
                keymap: &keymap,
                hidden: false,
                kept: &kept,
            };
            for action in ["", "notify.attempt", "notify.inquiry", "notify.notice", "notify.clause"] {
                let mut screen = screen::open(place, &cx).unwrap();
                screen.input(Input::Action(action), &cx);
                let rows = screen.keys(&cx);
                assert_eq!(bare_letter_only(&rows), Vec::<&str>::new(), "{action}");
                assert_eq!(clashes(&rows), Vec::new(), "{place:?} {action}");
            }
        }
    }
}

#[test]
fn every_state_draws_at_every_size_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        let office = office();
        put(&office, "A1", (Outcome::Pay, 800), |facts| facts.accident_no = "R1".into());
        put(&office, "A2", (Outcome::Pay, 500), |facts| facts.accident_no = "R1".into());
        put_clause(&office.store(), &office.actor(CLERK), "TEST-01", "试测到账口径", &"很长的口径。".repeat(60));
        let forms = ["ctrl-b", "ctrl-e", "ctrl-a", "ctrl-x", "ctrl-g", "ctrl-r", "ctrl-y", "ctrl-v"];
        let mut desk = sit(&office, lang);
        desk.keys("f4 enter ctrl-x tab");
        desk.types(&"为什么".repeat(40));
        desk.keys("ctrl-s");
        for form in [""].into_iter().chain(forms) {
            desk.keys(form);
            for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
                desk.resize(columns, rows);
            }
            if form == "ctrl-g" {
                desk.keys("ctrl-g");
                desk.resize(40, 10);
                desk.resize(1, 1);
                desk.keys("esc");
            }
            desk.resize(120, 40);
            if !form.is_empty() {
                desk.keys("esc");
            }
        }
    }
}

//! The ledger of forms as keepers and clerks use it: keys pressed, what is seen, what is stored.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "only a case to pay is wanted")]
mod closing_common;
mod forms_common;
mod harness;

use closing_common::insert_case;
use closing_desk::forms::rules::{RECEIPT, State};
use closing_desk::forms::store::{self, acts};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::words::Lang;
use forms_common::{CASHIER, KEEPER, KEEPER_2, NOW, act, broken, instruction, office, receipted, span, stocked};
use harness::{CLERK, CLERK_2, Desk, Office, Setup};
use std::rc::Rc;

fn sit_in(office: &Rc<Office>, who: &str, lang: Lang, now: &str) -> Desk {
    let mut desk = Desk::on(office, Setup { now: now.to_owned(), lang, ..Setup::default() });
    desk.sign_in(who);
    desk.keys("f7");
    desk
}

fn sit(office: &Rc<Office>, who: &str) -> Desk {
    sit_in(office, who, Lang::Zh, NOW)
}

fn state(desk: &Desk, serial: &str) -> Option<(State, i64)> {
    store::state(desk.store().conn(), serial).unwrap().map(|standing| (standing.state, standing.holder))
}

fn receive(desk: &mut Desk, first: &str, last: &str) {
    desk.keys("ctrl-n");
    desk.types(first);
    desk.keys("enter");
    desk.types(last);
    desk.keys("ctrl-s");
}

#[test]
fn a_book_comes_in_goes_out_and_is_confirmed_by_the_other_person() {
    let office = office();
    let mut keeper = sit(&office, KEEPER);
    keeper.sees("在库 0");
    keeper.sees("没有已发出的单证");
    receive(&mut keeper, "ah00001201", "1300");
    keeper.sees("已入库 AH00001201 - AH00001300，共 100 张");
    keeper.sees("在库 100");
    keeper.keys("ctrl-g");
    keeper.sees("AH00001300");
    keeper.keys("ctrl-s");
    keeper.sees("请选择领用人");
    keeper.types("甲");
    keeper.keys("ctrl-s");
    keeper.sees("已发 AH00001201 - AH00001300 共 100 张给 甲结案，待其签收");
    keeper.sees("11-25 23:59");
    let clerk = office.actor(CLERK).id;
    assert_eq!(state(&keeper, "AH00001250"), Some((State::Issued, clerk)));

    let mut other = sit(&office, CLERK_2);
    other.keys("ctrl-s");
    other.sees("没有待您签收的单证");
    let mut desk = sit(&office, CLERK);
    desk.sees("有 100 张待您签收");
    desk.keys("ctrl-s");
    desk.sees("已签收 AH00001201 - AH00001300，共 100 张");
    desk.sees("在手 100");
    assert_eq!(state(&desk, "AH00001250"), Some((State::Held, clerk)));
    assert_eq!(store::next(desk.store().conn(), clerk).unwrap().as_deref(), Some("AH00001201"));
    assert_eq!(broken(desk.store()), [""; 0]);
}

#[test]
fn a_number_twice_is_refused_and_what_was_typed_stays() {
    let office = office();
    stocked(&office, CLERK);
    let mut desk = sit(&office, KEEPER);
    receive(&mut desk, "AH00001301", "01250");
    desk.sees("止号小于起号");
    desk.keys("esc y");
    receive(&mut desk, "AH00001101", "1210");
    desk.sees("AH00001201 - AH00001210 早已入库（在手）");
    desk.sees("AH00001101");
    desk.keys("ctrl-u");
    desk.types("收据");
    desk.keys("ctrl-s");
    desk.sees("请扫描或输入流水号");
    assert_eq!(broken(desk.store()), [""; 0]);
}

#[test]
fn a_jammed_sheet_is_void_with_its_copies_after_a_question() {
    let office = office();
    stocked(&office, CLERK);
    let mut desk = sit(&office, CLERK);
    desk.keys("ctrl-x");
    desk.sees("AH00001201");
    desk.keys("enter ctrl-s");
    desk.sees("请写明原因");
    desk.sees("请选定各联是否齐全");
    desk.types("卡纸");
    desk.keys("enter right ctrl-s");
    desk.sees("作废 AH00001201？作废后不能恢复");
    desk.keys("enter");
    assert_eq!(state(&desk, "AH00001201").unwrap().0, State::Held, "No is the default");
    desk.keys("ctrl-s");
    desk.keys("y");
    desk.sees("AH00001201 已作废，各联留存");
    assert_eq!(state(&desk, "AH00001201").unwrap().0, State::Void);
    desk.sees("作废  甲结案 1003  各联齐全");
    desk.keys("tab");
    desk.sees("[x]");
    assert_eq!(store::next(desk.store().conn(), office.actor(CLERK).id).unwrap().as_deref(), Some("AH00001202"));
    assert_eq!(broken(desk.store()), [""; 0]);
}

#[test]
fn a_used_receipt_is_void_naming_case_and_amount_and_its_instruction_takes_another() {
    let office = office();
    stocked(&office, CLERK);
    let case = insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:00:00", "A20261123000004391", |_| ());
    let id = instruction(&office.store(), &office.actor(CLERK), case, 0);
    act(&office, CLERK, NOW, |tx| receipted(tx, "AH00001201", id)).unwrap();
    let mut desk = sit(&office, CLERK);
    desk.types("AH00001201");
    desk.keys("enter");
    desk.sees("v 已用");
    desk.sees("0004391 王建国 1,409.50");
    desk.keys("ctrl-x enter");
    desk.types("打印错位");
    desk.keys("enter right right ctrl-s");
    desk.sees("1,409.50");
    desk.keys("y");
    desk.sees("AH00001201 已作废，缺失的联已登记遗失；请在领款处用下一号重打");
    assert_eq!(instructions::by_id(desk.store().conn(), id).unwrap().unwrap().receipt, "");
    desk.sees("登记遗失");
    assert_eq!(broken(desk.store()), [""; 0]);
    // The folder of the case tells it too.
    desk.keys("f2");
    desk.keys("ctrl-e");
    for _ in 0..8 {
        if desk.screen().contains("AH00001201") {
            break;
        }
        desk.keys("tab");
    }
    desk.sees("AH00001201  作废  付款指令");
}

#[test]
fn any_serial_tells_where_it_is_and_its_whole_life() {
    for (lang, seen) in [
        (Lang::Zh, ["o 在手", "在 甲结案 1003 手上", "入库  辛单证 1010", "第 23 批", "签收"]),
        (Lang::En, ["o held", "held by 甲结案 1003", "received  辛单证 1010", "第 23 批", "confirmed"]),
    ] {
        let office = office();
        stocked(&office, CLERK);
        let mut desk = sit_in(&office, "1009", lang, NOW);
        desk.types("ａｈ００００１２５０");
        desk.keys("enter");
        for words in seen {
            desk.sees(words);
        }
        desk.keys("tab");
        desk.sees("[o]");
        desk.types("AH00009999");
        desk.keys("enter");
        desk.sees(if lang == Lang::Zh { "AH00009999 不在台账里" } else { "AH00009999 is not in the ledger" });
        desk.types("12");
        desk.keys("enter");
        desk.sees(if lang == Lang::Zh { "“12”不是流水号" } else { "“12” is no serial" });
        // A paste ends nothing; the line keeps what was typed.
        desk.pastes("AH00001251\n");
        desk.keys("enter");
        desk.sees("AH00001251");
        // An auditor looks and moves nothing.
        desk.keys("ctrl-n");
        desk.sees_not(if lang == Lang::Zh { "起号" } else { "First serial" });
    }
}

#[test]
fn a_number_passed_over_is_seen_in_its_book() {
    let office = office();
    stocked(&office, CLERK);
    let case = insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:00:00", "A1", |_| ());
    let id = instruction(&office.store(), &office.actor(CLERK), case, 0);
    act(&office, CLERK, NOW, |tx| receipted(tx, "AH00001203", id)).unwrap();
    for (size, lang, words) in [
        ((120, 40), Lang::Zh, ["? 跳号未用 2", "o 在手 97"]),
        ((80, 24), Lang::Zh, ["? 跳号未用 2", "v 已用 1"]),
        ((80, 24), Lang::En, ["? passed over 2", "o held 97"]),
    ] {
        let mut desk = sit_in(&office, CLERK, lang, NOW);
        desk.resize(size.0, size.1);
        desk.types("AH00001203");
        desk.keys("enter tab");
        desk.sees("AH00001201  ?  ? [v] o ");
        desk.sees("AH00001291  o  o ");
        for seen in words {
            desk.sees(seen);
        }
    }
}

#[test]
fn an_issue_nobody_confirmed_is_back_in_stock_in_both_languages() {
    let office = office();
    let book = span("AH00001201", "1300");
    act(&office, KEEPER, NOW, |tx| acts::receive(tx, RECEIPT, &book, "")).unwrap();
    let cashier = office.actor(CASHIER).id;
    act(&office, KEEPER, NOW, |tx| acts::issue(tx, &book, cashier)).unwrap();
    for (lang, waits, stock, lapsed, again) in [
        (Lang::Zh, "有 100 张待您签收", "在库 100", "前未签收，已退库", "没有待您签收的单证"),
        (Lang::En, "100 forms wait for you", "in stock 100", "lapsed back", "No forms wait for you"),
    ] {
        let mut desk = sit_in(&office, CASHIER, lang, "2026-11-25 23:59");
        desk.sees(waits);
        desk.at("2026-11-26 00:00");
        desk.sees_not(waits);
        desk.sees(stock);
        desk.types("AH00001250");
        desk.keys("enter");
        desk.sees(lapsed);
        desk.keys("ctrl-s");
        desk.sees(again);
    }
    let mut keeper = sit_in(&office, KEEPER, Lang::En, "2026-11-26 09:00");
    keeper.keys("ctrl-g");
    keeper.sees("AH00001201");
    keeper.keys("right ctrl-s");
    keeper.sees("who has to confirm by 11-30 23:59");
    assert_eq!(broken(keeper.store()), [""; 0]);
}

#[test]
fn what_is_lost_is_asked_about_and_says_until_when_to_announce_it() {
    let office = office();
    stocked(&office, CLERK);
    let mut desk = sit(&office, CLERK);
    desk.keys("ctrl-o");
    desk.keys("ctrl-u");
    desk.types("AH00001299");
    desk.keys("enter ctrl-u");
    desk.types("300");
    desk.keys("enter");
    desk.types("搬家后找不到");
    desk.keys("ctrl-s");
    desk.sees("登记遗失 AH00001299 - AH00001300，共 2 张？");
    desk.keys("esc");
    desk.sees("搬家后找不到");
    desk.keys("ctrl-s");
    desk.keys("y");
    desk.sees("已登记遗失 AH00001299 - AH00001300，共 2 张；请于 11-30 前公告作废");
    desk.sees("遗失 2");
    let mut keeper = sit_in(&office, KEEPER_2, Lang::En, NOW);
    keeper.keys("ctrl-r enter enter");
    keeper.types("moved on");
    keeper.keys("ctrl-s");
    keeper.sees("Taken back to stock AH00001201 - AH00001298, 98 forms");
    assert_eq!(broken(keeper.store()), [""; 0]);
}

#[test]
fn typed_text_is_a_draft_and_esc_asks_before_it_is_gone() {
    let office = office();
    let mut desk = sit(&office, KEEPER);
    desk.keys("ctrl-n");
    desk.types("AH00001201");
    desk.keys("esc esc");
    desk.sees("AH00001201");
    desk.keys("f2 f7");
    desk.sees("AH00001201");
    drop(desk);
    let mut again = Desk::on(&office, Setup::default());
    again.sign_in(KEEPER);
    again.keys("enter");
    again.sees("AH00001201");
    again.keys("esc y");
    again.sees_not("起号");
}

#[test]
fn the_ledger_fits_every_size_in_every_state() {
    let office = office();
    stocked(&office, CLERK);
    act(&office, KEEPER, NOW, |tx| acts::receive(tx, RECEIPT, &span("AH00001301", "1400"), "")).unwrap();
    let cashier = office.actor(CASHIER).id;
    act(&office, KEEPER, NOW, |tx| acts::issue(tx, &span("AH00001301", "1350"), cashier)).unwrap();
    for lang in [Lang::Zh, Lang::En] {
        for (who, colour) in [(KEEPER_2, true), (CASHIER, false)] {
            let mut desk = Desk::on(&office, Setup { lang, colour, ..Setup::default() });
            desk.sign_in(who);
            desk.keys("f7");
            for keys in ["", "down enter", "tab", "tab", "ctrl-x", "esc", "ctrl-o", "esc", "ctrl-n", "esc", "ctrl-g"] {
                desk.keys(keys);
                // Esc leaves the ledger where no sheet had opened.
                desk.keys(if desk.app.place().is_some_and(|place| place.name == "forms") { "" } else { "f7" });
                for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
                    desk.resize(columns, rows);
                    assert!(columns < 40 || desk.caret().is_some(), "{keys} at {columns}x{rows}");
                }
            }
        }
    }
}

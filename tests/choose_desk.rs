//! Choosing a payment as a clerk does it: keys on the whole desk, what is seen, what is stored; in both languages.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod choose_common;
#[expect(dead_code, reason = "the fixtures of closing are shared")]
mod closing_common;
mod harness;

use choose_common::*;
use closing_desk::case::milestones::Stage;
use closing_desk::instructions::rules::{AccountKind, Mode, PayeeKind};
use closing_desk::kernel::clock::parse_day;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::payment::rules::Wish;
use closing_desk::reference::shops::{self, NewShop};
use harness::{CLERK, Desk, LEADER, Office, PIN, Setup, moment};
use rusqlite::params;
use std::rc::Rc;

const OTHER: &str = "6222021001122334466";

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-23 08:00"))
}

fn sit(office: &Rc<Office>, who: &str, lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { now: "2026-11-23 15:32".into(), lang, ..Setup::default() });
    desk.sign_in(who);
    desk
}

/// A clerk at the desk with one waiting case open.
fn at(office: &Rc<Office>, lang: Lang) -> Desk {
    let mut desk = sit(office, CLERK, lang);
    desk.keys("f5 enter");
    desk
}

/// The field with the focus is emptied and typed into.
fn refill(desk: &mut Desk, text: &str) {
    desk.keys("ctrl-u");
    desk.types(text);
}

#[test]
fn the_usual_transfer_takes_three_keys() {
    for lang in [Lang::Zh, Lang::En] {
        let office = office();
        let id = waiting(&office, "PDAA20263401040000001", 800, |_| {});
        let mut desk = sit(&office, CLERK, lang);
        let keys = ["f5", "enter", "ctrl-s"];
        desk.keys(&keys.join(" "));
        assert_eq!(case(desk.store(), id).milestones.stage(), Stage::Precheck, "{}", desk.screen());
        desk.sees(if lang == Lang::Zh { "已选定 1 笔，合计 800.00" } else { "1 payment chosen, 800.00 in all" });
        desk.sees(if lang == Lang::Zh { "待预检" } else { "papers to check" });
        desk.sees("****4458");
        desk.sees_not(CARD);
        sound(&office);
    }
}

#[test]
fn known_numbers_stand_masked_and_are_kept_whole() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    let mut desk = at(&office, Lang::Zh);
    desk.sees("110105********002X");
    desk.sees("138****8000");
    desk.sees("工商银行 转账通道已开通");
    for number in [ID, CARD, "13800138000"] {
        desk.sees_not(number);
    }
    desk.keys("ctrl-s");
    let one = &instructions(desk.store(), id)[0];
    assert_eq!((one.payee_id_no.as_str(), one.account.as_str(), one.payee_phone.as_str()), (ID, CARD, "13800138000"));
    assert_eq!(one.payee_id_kind, "身份证");
}

#[test]
fn an_account_on_record_is_one_key() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    direct(&office);
    let mut desk = at(&office, Lang::Zh);
    desk.sees("赔款直付");
    desk.sees("工商银行 ****4466");
    desk.keys("ctrl-s");
    let one = &instructions(desk.store(), id)[0];
    assert_eq!((one.mode, one.account.as_str()), (Mode::Direct, OTHER), "{}", desk.screen());
}

#[test]
fn a_closed_channel_shows_three_ways_and_each_is_one_key() {
    for (key, expected) in [("ctrl-a", Mode::Transfer), ("ctrl-b", Mode::Transfer), ("ctrl-o", Mode::Cash)] {
        let office = office();
        let id = waiting(&office, "A1", 800, |facts| facts.bank = "城关农村信用社".into());
        let mut desk = at(&office, Lang::Zh);
        desk.sees("农村信用社 转账通道未开通");
        desk.sees("Ctrl+A 另换账户");
        desk.keys("ctrl-s");
        assert!(instructions(desk.store(), id).is_empty());
        desk.keys(key);
        if expected == Mode::Transfer {
            if key == "ctrl-b" {
                // The designated banks in turn.
                desk.sees("中国工商银行 转账通道已开通");
                desk.keys("ctrl-b");
                desk.sees("建设银行 转账通道已开通");
            }
            // A card of the bank that stands there; without one, the card tells the bank.
            let (account, bank) =
                if key == "ctrl-b" { ("6217001001122334452", "建设银行") } else { (OTHER, "工商银行") };
            desk.types(account);
            desk.sees(&format!("{bank} 转账通道已开通"));
            desk.sees_not("卡号像是");
        }
        desk.keys("ctrl-s");
        let one = &instructions(desk.store(), id)[0];
        assert_eq!(one.mode, expected, "{}", desk.screen());
        assert_eq!(one.account_changed, expected == Mode::Transfer);
        let open: Vec<bool> = desk
            .store()
            .conn()
            .prepare("SELECT open FROM offered_account")
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(open, [false], "what was offered first counts");
        sound(&office);
    }
}

#[test]
fn a_split_is_one_list_with_its_sum() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    let mut desk = at(&office, Lang::Zh);
    // To the last field: the amount.
    desk.keys(&"enter ".repeat(10));
    refill(&mut desk, "500");
    desk.sees("保存后还余 300.00 待选");
    desk.keys("ctrl-n");
    desk.sees("拆分清单 1 笔，合计 500.00，余 300.00");
    // The second payee: the court, by a transfer cheque.
    desk.types("法院");
    desk.keys("enter");
    desk.types("城东法院");
    desk.keys("enter enter enter");
    desk.types("转账支票");
    desk.keys("ctrl-s");
    let all = instructions(desk.store(), id);
    let seen: Vec<_> = all.iter().map(|one| (one.payee_kind, one.mode, one.amount.plain())).collect();
    let expected = [
        (PayeeKind::Insured, Mode::Transfer, "500.00".to_owned()),
        (PayeeKind::Court, Mode::TransferCheque, "300.00".to_owned()),
    ];
    assert_eq!(seen, expected, "{}", desk.screen());
    desk.sees("已提交 2 笔，合计 800.00，待复核");
    sound(&office);
}

#[test]
fn an_entry_of_the_list_can_be_taken_back_and_a_draft_keeps_the_list() {
    let office = office();
    waiting(&office, "A1", 800, |_| {});
    let mut desk = at(&office, Lang::Zh);
    desk.keys(&"enter ".repeat(10));
    refill(&mut desk, "500");
    desk.keys("ctrl-n esc");
    desk.sees("所填已暂存");
    desk.keys("enter");
    desk.sees("拆分清单 1 笔，合计 500.00，余 300.00");
    desk.keys("ctrl-e");
    desk.sees_not("拆分清单");
    desk.sees("保存后还余 300.00 待选");
}

#[test]
fn a_guardian_takes_the_money_of_a_minor() {
    let office = office();
    let child = "340104201605221915";
    let id = waiting(&office, "A1", 800, |facts| {
        (facts.insured, facts.id_no, facts.payee) = ("王小宝".into(), child.into(), "王小宝".into());
        (facts.holder, facts.account) = (String::new(), String::new());
    });
    let mut desk = at(&office, Lang::Zh);
    desk.types("监护人");
    desk.sees("未成年人");
    desk.keys("enter");
    refill(&mut desk, "王小宝");
    desk.keys("enter");
    refill(&mut desk, child);
    desk.keys("enter enter");
    desk.types("王建国");
    desk.keys("enter");
    desk.types(ID);
    desk.keys("enter enter enter");
    desk.types(CARD);
    desk.keys("enter enter enter");
    refill(&mut desk, "王建国");
    desk.keys("ctrl-s");
    let one = instructions(desk.store(), id);
    assert_eq!(one.len(), 1, "{}", desk.screen());
    assert_eq!((one[0].payee.as_str(), one[0].agent.as_str(), one[0].holder.as_str()), ("王小宝", "王建国", "王建国"));
    assert_eq!(one[0].bank, "中国工商银行", "the card told the bank");
    desk.sees("待复核");
}

/// A shop of the register; one that has expired since was in force when it was verified.
fn shop(office: &Office, expires_on: &str) -> i64 {
    let new = NewShop {
        name: "城东汽修厂".into(),
        licence: String::new(),
        uscc: "91350100M000100Y43".into(),
        account_kind: AccountKind::Company,
        bank: "工商银行".into(),
        account: "1302001009000123456".into(),
        agent: "李修理".into(),
        agent_id_no: ID.into(),
        phone: "13900139000".into(),
        expires_on: parse_day("2027-01-01"),
    };
    act(office, LEADER, NOW, |tx| {
        let id = shops::verify(tx, None, &new)?;
        tx.conn().execute("UPDATE shop_record SET expires_on = $1 WHERE shop_id = $2", params![expires_on, id])?;
        Ok(id)
    })
    .unwrap()
}

#[test]
fn a_repair_shop_comes_from_its_register_and_an_expired_one_is_refused() {
    for (expires_on, paid) in [("2027-01-01", true), ("2026-11-22", false)] {
        let office = office();
        let shop = shop(&office, expires_on);
        let id = waiting(&office, "A1", 800, |_| {});
        let mut desk = at(&office, Lang::Zh);
        desk.types("修理厂");
        desk.keys("enter");
        desk.types("城东");
        desk.sees(&format!("城东汽修厂 有效至 {expires_on}"));
        desk.keys("ctrl-s");
        desk.sees("请填写委托书号");
        if !paid {
            desk.sees("未在有效期内");
            continue;
        }
        desk.types("WT-2026-1");
        desk.keys("ctrl-s");
        let all = instructions(desk.store(), id);
        assert_eq!(all.len() == 1, paid, "{}", desk.screen());
        if let Some(one) = all.first() {
            assert_eq!((one.shop_id, one.account_kind), (Some(shop), Some(AccountKind::Company)));
            assert_eq!(
                (one.payee.as_str(), one.agent.as_str(), one.mandate.as_str()),
                ("城东汽修厂", "李修理", "WT-2026-1")
            );
            assert_eq!(one.account, "1302001009000123456");
        } else {
            desk.sees("未在有效期内");
        }
    }
}

#[test]
fn a_leader_overrides_cash_above_the_ceiling_at_the_clerks_desk() {
    for lang in [Lang::Zh, Lang::En] {
        let office = office();
        let id = waiting(&office, "A1", 1_200, |_| {});
        let mut desk = at(&office, lang);
        desk.keys("enter enter enter enter");
        desk.types(Mode::Cash.word().text(lang));
        desk.keys("ctrl-s");
        desk.sees("1,200.00");
        assert!(instructions(desk.store(), id).is_empty());
        desk.keys("ctrl-r");
        desk.types("老人无卡");
        desk.keys("ctrl-s");
        desk.types(PIN);
        desk.keys("enter");
        let all = instructions(desk.store(), id);
        assert_eq!(all.len(), 1, "{}", desk.screen());
        assert_eq!((all[0].mode, all[0].override_by), (Mode::Cash, Some(office.actor(LEADER).id)));
        assert_eq!(all[0].chosen_by, office.actor(CLERK).id, "the clerk stays who chose");
        desk.sees(if lang == Lang::Zh { "特批" } else { "override" });
        sound(&office);
    }
}

#[test]
fn a_likely_double_payment_is_shown_with_the_other_case() {
    let office = office();
    let plate = |facts: &mut closing_desk::case::facts::Facts| facts.plate = "皖A00001".into();
    let first = waiting(&office, "A1", 800, plate);
    choose_by(&office, CLERK, first, vec![wish(800)]).unwrap();
    let second = waiting(&office, "A2", 800, plate);
    let mut desk = at(&office, Lang::Zh);
    let code = case(desk.store(), first).case_code;
    desk.sees("疑似重复");
    desk.keys("ctrl-s");
    desk.sees(&code);
    assert!(instructions(desk.store(), second).is_empty());
    desk.keys("ctrl-r");
    desk.types("两次出险");
    desk.keys("ctrl-s");
    desk.types(PIN);
    desk.keys("enter");
    assert_eq!(instructions(desk.store(), second)[0].overrides, "duplicate", "{}", desk.screen());
}

#[test]
fn the_marked_ones_are_reviewed_with_one_pin_and_one_at_the_clerks_desk() {
    for lang in [Lang::Zh, Lang::En] {
        let office = office();
        let heir =
            || Wish {
                payee_kind: Some(PayeeKind::Heir), payee: "王小明".into(), holder: "王小明".into(), ..wish(800)
            };
        let ids: Vec<i64> = ["A1", "A2", "A3"].into_iter().map(|no| waiting(&office, no, 800, |_| {})).collect();
        for id in &ids {
            choose_by(&office, CLERK, *id, vec![heir()]).unwrap();
        }
        let mut desk = sit(&office, "1007", lang);
        desk.keys("f5");
        desk.sees(if lang == Lang::Zh { "[待复核 3]" } else { "[To review 3]" });
        desk.sees(if lang == Lang::Zh { "领款人不是被保险人" } else { "payee is not the insured" });
        desk.keys("space space ctrl-s");
        desk.sees("1,600.00");
        desk.types(PIN);
        desk.keys("enter");
        let waits = |id: &i64| instructions(desk.store(), *id)[0].awaits_review();
        assert_eq!(ids.iter().filter(|id| waits(id)).count(), 1, "{}", desk.screen());
        let last = *ids.iter().find(|id| waits(id)).unwrap();
        // The last one on the spot, at the clerk's desk.
        desk.sign_in(CLERK);
        desk.keys("esc f5 tab tab tab tab enter ctrl-y");
        // Offered by number: both leaders, the cashier.
        desk.keys("right right");
        desk.types(PIN);
        desk.keys("enter");
        let one = &instructions(desk.store(), last)[0];
        assert_eq!(one.reviewed_by, Some(office.actor("1006").id), "{}", desk.screen());
        sound(&office);
    }
}

#[test]
fn one_entry_serves_the_cases_of_an_accident() {
    let office = office();
    let accident = |facts: &mut closing_desk::case::facts::Facts| facts.accident_no = "R1".into();
    let first = waiting(&office, "A1", 800, accident);
    let second = waiting(&office, "A2", 300, accident);
    let mut desk = at(&office, Lang::Zh);
    desk.keys(&"enter ".repeat(11));
    desk.types(" ");
    desk.keys("ctrl-s");
    let amounts: Vec<Fen> = [first, second].into_iter().map(|id| instructions(desk.store(), id)[0].amount).collect();
    assert_eq!(amounts.iter().map(|fen| fen.fen()).sum::<i64>(), 110_000, "{}", desk.screen());
    sound(&office);
}

#[test]
fn a_wrong_choice_is_taken_back_with_a_reason_and_chosen_again() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    choose_by(&office, CLERK, id, vec![wish(800)]).unwrap();
    let mut desk = sit(&office, CLERK, Lang::Zh);
    desk.keys("f5 ctrl-k ctrl-x");
    desk.types("换账户");
    desk.keys("ctrl-s");
    desk.sees("已撤销");
    desk.keys("esc ctrl-s");
    let all = instructions(desk.store(), id);
    assert_eq!(all.len(), 2, "{}", desk.screen());
    assert_eq!(all[0].end_reason, "换账户");
    sound(&office);
}

#[test]
fn what_a_reopening_left_over_is_said_with_the_way_out() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    choose_by(&office, CLERK, id, vec![wish(500)]).unwrap();
    choose_by(&office, CLERK, id, vec![Wish { account: OTHER.into(), ..wish(300) }]).unwrap();
    let seen = case(&office.store(), id).version;
    let why = Some(closing_desk::closing::rules::reopen::Reason::Error);
    act(&office, LEADER, NOW, |tx| closing_desk::closing::store::reopen(tx, id, seen, why, "漏赔", 4)).unwrap();
    sign_again(&office, id, 500);
    told(&office, id);
    let mut desk = at(&office, Lang::Zh);
    desk.sees("超出应付 300.00");
    desk.sees("重开暂停");
    desk.keys("down ctrl-x");
    desk.types("多余");
    desk.keys("ctrl-s");
    desk.sees("应付款已全部选定");
    assert_eq!(case(desk.store(), id).milestones.stage(), Stage::Precheck);
    desk.keys("ctrl-f");
    desk.keys("end");
    sound(&office);
}

#[test]
fn the_screens_fit_every_size() {
    let office = office();
    waiting(&office, "A1", 800, |facts| {
        facts.bank = "城关农村信用社".into();
        facts.accident_no = "R1".into();
    });
    waiting(&office, "A2", 300, |facts| facts.accident_no = "R1".into());
    for lang in [Lang::Zh, Lang::En] {
        for colour in [true, false] {
            for keys in ["f5", "f5 tab", "f5 enter", "f5 enter ctrl-n", "f5 enter ctrl-r", "f5 enter ctrl-k"] {
                let setup = Setup { now: "2026-11-23 15:32".into(), lang, colour, ..Setup::default() };
                let mut desk = Desk::on(&office, setup);
                desk.sign_in(CLERK);
                desk.keys(keys);
                for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
                    desk.resize(columns, rows);
                    if std::env::var_os("LOOK").is_some() && colour && (columns == 120 || columns == 80) {
                        println!("== {keys} {columns}\n{}", desk.screen());
                    }
                }
            }
        }
    }
}

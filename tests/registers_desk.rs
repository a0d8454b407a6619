//! The registers at the desk: banks and channels, direct-pay accounts by two persons, repair shops, clauses.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "the case of a folder comes from here, the rest is for other tests")]
mod closing_common;
mod harness;

use closing_desk::db::{ActTx, Wait, journal, reconcile};
use closing_desk::kernel::clock::parse_day;
use closing_desk::kernel::words::Lang;
use closing_desk::reference::{accounts, banks, clauses, invariants, shops};
use harness::{CLERK, CLERK_2, Desk, LEADER, Office, PIN, Setup, moment};
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:12";
const ID: &str = "11010519491231002X";
const CARD: &str = "6222020000000000000";
const USCC: &str = "91350100M000100Y43";

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-23 08:00"))
}

/// Somebody at a place, found by its name through the palette.
fn at(office: &Rc<Office>, who: &str, lang: Lang, place: &str) -> Desk {
    let mut desk = Desk::on(office, Setup { now: NOW.to_owned(), lang, ..Setup::default() });
    desk.sign_in(who);
    desk.keys("ctrl-p");
    desk.types(place);
    desk.keys("enter");
    desk
}

/// Types the fields of a form one after the other, Enter between them.
fn fill(desk: &mut Desk, fields: &[&str]) {
    for field in fields {
        desk.types(field);
        desk.keys("enter");
    }
}

fn sound(office: &Office) {
    for verdict in reconcile::run(&office.store(), invariants::INVARIANTS) {
        assert!(verdict.broken.is_none(), "{}: {:?}", verdict.invariant.name, verdict.broken);
    }
    assert!(journal::verify(office.store().conn()).unwrap().is_ok());
}

/// Acts of the journal in their order, without the fixture.
fn acts(office: &Office) -> Vec<String> {
    let rows = journal::page(office.store().conn(), 0, 100).unwrap();
    rows.into_iter().map(|row| row.act).filter(|act| act != "fixture" && act != "sign_in" && act != "store").collect()
}

#[test]
fn a_channel_is_opened_with_a_reason_and_closed_again_and_both_stay() {
    let office = office();
    let mut desk = at(&office, LEADER, Lang::Zh, "银行与通道");
    desk.types("农信");
    desk.sees("农村信用社");
    desk.sees("x 未开通");
    desk.sees_not("招商银行");
    desk.keys("enter");
    desk.keys("ctrl-s");
    desk.sees("与现在登记的相同");
    desk.sees("请填写原因");
    desk.keys("right tab tab tab");
    desk.types("已签代付协议");
    desk.keys("ctrl-s");
    desk.sees("农村信用社 通道自 11-23 15:12 起开通");
    desk.sees("v 已开通");
    let store = office.store();
    let now = moment(NOW);
    assert!(!banks::channel(store.conn(), "rcc", now - 1).unwrap().open);
    let open = banks::channel(store.conn(), "rcc", now).unwrap();
    assert_eq!((open.open, open.since), (true, Some(now)));
    desk.at("2026-11-24 09:00");
    desk.sign_in(LEADER);
    desk.keys("enter right tab tab tab");
    desk.types("系统停用");
    desk.keys("ctrl-s");
    desk.sees("x 未开通");
    desk.sees("已签代付协议");
    desk.sees("系统停用");
    assert_eq!(banks::history(store.conn(), "rcc").unwrap().len(), 3);
    assert!(banks::channel(store.conn(), "rcc", now + 60).unwrap().open, "what was is still known");
    sound(&office);
}

#[test]
fn a_bank_is_added_with_its_short_name_and_card_prefix_and_then_recognised() {
    let office = office();
    let mut desk = at(&office, LEADER, Lang::En, "Banks");
    desk.keys("ctrl-n");
    fill(&mut desk, &["徽商银行", "徽行", "12345"]);
    desk.keys("down down down");
    desk.types("new partner");
    desk.keys("ctrl-s");
    desk.sees("Added 徽商银行");
    let store = office.store();
    let bank = banks::named(store.conn(), "徽行合肥分行").unwrap().unwrap();
    assert_eq!(
        (bank.code.as_str(), banks::channel(store.conn(), &bank.code, moment(NOW)).unwrap().open),
        ("hsyh", true)
    );
    assert_eq!(banks::recognise(store.conn(), "1234 5600 0000 0000").unwrap().unwrap().code, "hsyh");
    desk.keys("ctrl-n");
    fill(&mut desk, &["徽商银行"]);
    desk.keys("ctrl-s");
    desk.sees("is a name of 徽商银行 already");
    desk.sees("Give a reason");
    desk.keys("esc y");
    sound(&office);
}

fn enter_account(desk: &mut Desk) {
    desk.keys("ctrl-n");
    fill(desk, &["王建国", ID, "", CARD, "工商银行合肥分行"]);
    desk.keys("ctrl-s");
}

#[test]
fn an_account_is_entered_by_one_and_verified_by_another_from_the_papers() {
    let office = office();
    let mut desk = at(&office, CLERK, Lang::Zh, "直付账户");
    desk.keys("ctrl-n");
    fill(&mut desk, &["王建国", "110105194912310021", ""]);
    desk.sees("校验位不符");
    desk.keys("esc y");
    enter_account(&mut desk);
    desk.sees("已登记 王建国 的账户，待他人核验");
    desk.sees("? 待核验");
    desk.sees_not(CARD);
    desk.sees_not(ID);
    let store = office.store();
    assert!(accounts::for_payee(store.conn(), ID, "王建国").unwrap().is_empty(), "not before it is verified");
    assert_eq!(accounts::waiting(store.conn()).unwrap(), 1);

    // The one who entered it can only have another give a PIN.
    desk.keys("enter");
    desk.types("6222020000000000008");
    desk.keys("ctrl-s");
    desk.sees("与登记的账号不一致");
    desk.keys("ctrl-u");
    desk.types(CARD);
    desk.keys("ctrl-s");
    desk.sees("核验 王建国 的账户");
    desk.keys("right right tab");
    desk.types(PIN);
    desk.keys("enter");
    desk.sees("v 已核验");
    desk.sees("由 乙结案 核验");
    let known = accounts::for_payee(store.conn(), "11010519491231002x", "王 建国").unwrap();
    assert_eq!((known.len(), known[0].bank_code.as_str(), known[0].account.as_str()), (1, "icbc", CARD));
    assert!(accounts::for_payee(store.conn(), ID, "李晓红").unwrap().is_empty());
    assert!(accounts::for_payee(store.conn(), "", "王建国").unwrap().is_empty());

    desk.keys("ctrl-x");
    desk.types("客户更换账户");
    desk.keys("ctrl-s");
    desk.sees("x 已停用");
    assert!(accounts::for_payee(store.conn(), ID, "王建国").unwrap().is_empty());
    assert_eq!(acts(&office), ["direct_enter", "direct_verify", "direct_disable"]);
    sound(&office);
}

#[test]
fn the_second_person_verifies_under_the_own_sign_in() {
    let office = office();
    let mut desk = at(&office, CLERK, Lang::En, "Direct-pay");
    enter_account(&mut desk);
    let mut other = at(&office, CLERK_2, Lang::En, "Direct-pay");
    other.types("0000");
    other.sees("王建国");
    other.keys("enter");
    other.types(CARD);
    other.keys("ctrl-s");
    other.sees("Verified; the account of 王建国 can be paid to");
    let store = office.store();
    let account = accounts::for_payee(store.conn(), ID, "王建国").unwrap().remove(0);
    assert_ne!(account.verified_by, Some(account.entered_by));
    sound(&office);
}

#[test]
fn the_folder_of_a_case_shows_the_account_on_record_once_it_is_verified() {
    let office = office();
    closing_common::insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 09:00:00", "A1", |facts| {
        facts.insured = "王建国".to_owned();
        facts.id_no = ID.to_owned();
    });
    let mut desk = at(&office, CLERK, Lang::Zh, "直付账户");
    enter_account(&mut desk);
    let account = accounts::search(office.store().conn(), "", 1).unwrap().remove(0);
    desk.keys("f2 ctrl-e");
    for _ in 0..6 {
        desk.sees_not("****0000");
        desk.keys("tab");
    }
    let verify = |tx: &mut ActTx<'_>| accounts::verify(tx, account.id);
    office.store().act(&office.actor(CLERK_2), moment(NOW), "direct_verify", Wait::Patient, verify).unwrap();
    let mut desk = Desk::on(&office, Setup { now: NOW.to_owned(), size: (120, 80), ..Setup::default() });
    desk.sign_in(CLERK);
    desk.keys("ctrl-e");
    desk.sees("银行卡  工商银行合肥分行  ****0000，已核验");
    desk.sees_not(CARD);
}

#[test]
fn a_shop_is_verified_found_and_after_its_last_day_verified_again() {
    let office = office();
    let mut desk = at(&office, LEADER, Lang::Zh, "修理厂名录");
    desk.keys("ctrl-n");
    desk.keys("ctrl-s");
    desk.sees("请填写名称或姓名");
    desk.keys("up up up up up up up up up up");
    fill(
        &mut desk,
        &["合成宏达汽修", USCC, "", "", "1302010109000000001", "工商银行庐阳支行", "周合成", ID, "13800138000"],
    );
    desk.keys("ctrl-u");
    desk.types("20261201");
    desk.keys("ctrl-s");
    desk.sees("已核验 合成宏达汽修，有效期至 2026-12-01");
    let store = office.store();
    let shop = shops::search(store.conn(), "hdqx", 10).unwrap().remove(0);
    assert!(shops::in_force(&shop, parse_day("2026-12-01").unwrap()));
    desk.at("2026-12-02 09:00");
    desk.sign_in(LEADER);
    desk.sees("! 已过期");
    desk.sees("付款前须重新核验");
    let shop = shops::by_id(store.conn(), shop.id).unwrap().unwrap();
    assert!(!shops::in_force(&shop, parse_day("2026-12-02").unwrap()));
    desk.keys("enter");
    desk.sees_not(ID);
    desk.sees_not("13800138000");
    desk.keys("ctrl-s");
    desk.sees("v 有效");
    let again = shops::by_id(store.conn(), shop.id).unwrap().unwrap();
    assert_eq!((again.agent_id_no.as_str(), again.phone.as_str()), (ID, "13800138000"), "what is not typed stays");
    desk.sees("以前的核验");
    desk.keys("ctrl-x");
    desk.types("停业");
    desk.keys("ctrl-s");
    desk.sees("x 已停用");
    assert_eq!(shops::records(store.conn(), shop.id).unwrap().len(), 3);
    sound(&office);
}

#[test]
fn a_clause_is_changed_from_a_day_on_and_the_old_words_stay() {
    let office = office();
    let mut desk = at(&office, LEADER, Lang::Zh, "条款库");
    desk.types("djdz");
    desk.sees("多久到账");
    desk.keys("enter down down");
    desk.keys("ctrl-u");
    desk.types("一般三个工作日内到账。");
    desk.keys("down down down");
    desk.keys("ctrl-u");
    desk.types("1201");
    desk.keys("enter");
    desk.types("公司新口径");
    desk.keys("ctrl-s");
    desk.sees("> 待生效");
    desk.sees("以前的版本");
    let store = office.store();
    let said = |day: &str| clauses::search(store.conn(), "djdz", parse_day(day).unwrap(), 5).unwrap().remove(0);
    let (before, after) = (said("2026-11-30"), said("2026-12-01"));
    assert_eq!((before.version, after.version), (1, 2));
    assert!(after.text.contains("三个工作日") && !before.text.contains("三个工作日"));
    assert_eq!(clauses::by_id(store.conn(), before.id).unwrap(), Some(before), "an answer keeps what it cited");
    desk.keys("ctrl-x");
    desk.types("改由客服答复");
    desk.keys("ctrl-s");
    desk.sees("x 已停用");
    assert!(clauses::search(store.conn(), "djdz", parse_day("2026-12-01").unwrap(), 5).unwrap().is_empty());
    sound(&office);
}

#[test]
fn a_file_of_clauses_is_taken_in_whole_or_not_at_all() {
    let office = office();
    let write = |text: &str| {
        let path = office.folder().join("clauses.toml");
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let clause = |code: &str, kind: &str, from: &str| {
        format!(
            "[[clause]]\ncode = \"{code}\"\ntitle = \"合成口径\"\nkind = \"{kind}\"\ntext = \"合成内容。\"\nsource = \"网点标准口径\"\nfrom = \"{from}\"\n"
        )
    };
    let mut desk = at(&office, LEADER, Lang::En, "Clause library");
    desk.keys("ctrl-o");
    desk.pastes(&write(&(clause("new-1", "items", "2026-11-23") + &clause("new-2", "money", "soon"))));
    desk.keys("enter");
    desk.types("from above");
    desk.keys("ctrl-s");
    desk.sees("new-2: The kind is one of");
    desk.sees("new-2: Give the day");
    let store = office.store();
    assert!(clauses::versions(store.conn(), "new-1").unwrap().is_empty(), "nothing of a wrong file");
    write(&(clause("new-1", "items", "2026-11-23") + &clause("new-2", "price", "2026-12-01")));
    desk.keys("ctrl-s");
    desk.sees("Added 2, changed 0, 0 as before");
    desk.keys("ctrl-o");
    desk.pastes(&office.folder().join("clauses.toml").display().to_string());
    desk.keys("enter");
    desk.types("again");
    desk.keys("ctrl-s");
    desk.sees("there is nothing to save");
    assert_eq!(acts(&office), ["clause_put", "clause_put"]);
    sound(&office);
}

#[test]
fn whoever_may_not_is_told_who_may_and_unsaved_text_is_asked_about() {
    let office = office();
    let mut desk = at(&office, CLERK, Lang::Zh, "银行与通道");
    desk.keys("enter");
    desk.sees("须由");
    let mut desk = at(&office, LEADER, Lang::Zh, "银行与通道");
    desk.keys("ctrl-n");
    desk.types("半个名字");
    desk.keys("esc");
    desk.sees("放弃已输入的内容？");
    desk.keys("esc");
    desk.sees("半个名字");
    drop(desk);
    let mut desk = Desk::on(&office, Setup { now: NOW.to_owned(), ..Setup::default() });
    desk.sign_in(LEADER);
    desk.keys("enter");
    desk.sees("半个名字");
}

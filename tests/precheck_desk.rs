//! The counter as a clerk works at it: keys pressed on the whole desk, what is seen, what is stored.

#[expect(dead_code, reason = "the acts are driven by keys here")]
mod closing_common;
mod harness;

use closing_common::{entry, insert_case, yuan};
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::Stage;
use closing_desk::case::store::{CaseFile, load};
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Wait, reconcile};
use closing_desk::instructions::rules::{AccountKind, Instruction, PayeeKind};
use closing_desk::kernel::words::Lang;
use closing_desk::papers::rules::State;
use closing_desk::papers::store::marks;
use closing_desk::precheck::{figures, prints};
use closing_desk::registry;
use harness::payments::{self, instruction};
use harness::{CLERK, Desk, LEADER, Office, PIN, Setup, moment};
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:30";
const PRECHECK: &str = "1005";
const ID: &str = "11010519491231002X";

fn put(office: &Rc<Office>, case_no: &str, change: impl FnOnce(&mut Facts)) -> i64 {
    insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:29:00", case_no, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(800), yuan(800), yuan(800));
        facts.papers_at = None;
        (facts.accident_no, facts.plate) = ("BA2026112300001".into(), "皖A00001".into());
        (facts.id_no, facts.account) = (ID.into(), "6217000010001234567".into());
        change(facts);
    })
}

fn sit(office: &Rc<Office>, who: &str, lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = Desk::on(office, Setup { now: NOW.to_owned(), lang, size, ..Setup::default() });
    desk.sign_in(who);
    desk
}

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-23 08:00"))
}

#[expect(clippy::unwrap_used, reason = "a test stops where the case is missing")]
fn case(desk: &Desk, id: i64) -> CaseFile {
    load::by_id(desk.store().conn(), id).unwrap().unwrap()
}

fn state(desk: &Desk, id: i64, item: &str) -> Option<State> {
    marks(desk.store().conn(), id).unwrap_or_default().get(item).map(|mark| mark.state)
}

#[track_caller]
fn sound(desk: &Desk) {
    for verdict in reconcile::run(desk.store(), &registry::invariants()) {
        assert_eq!(verdict.broken.map(|what| what.say(Lang::Zh)), None, "{}", verdict.invariant.name);
    }
}

/// Puts a case through sign-off, telling and choice.
#[expect(clippy::unwrap_used, reason = "a test stops where something is missing")]
fn chosen(office: &Rc<Office>, id: i64, new: &[Instruction]) {
    let store = office.store();
    let seen = || load::by_id(store.conn(), id).unwrap().unwrap().version;
    let act = |who: &str, body: &mut dyn FnMut(&mut ActTx<'_>) -> Result<(), ActError>| {
        store.act(&office.actor(who), moment("2026-11-23 15:31"), "test", Wait::Patient, |tx| body(tx)).unwrap();
    };
    let version = seen();
    act(CLERK, &mut |tx| closing::confirm_steps(tx, id, version, 4, &entry(800)).map(drop));
    let version = seen();
    act(LEADER, &mut |tx| closing::sign_off(tx, id, version).map(drop));
    act(CLERK, &mut |tx| payments::tell(tx, id));
    act(CLERK, &mut |tx| payments::chosen(tx, id, new).map(drop));
}

fn payable(office: &Rc<Office>, new: &[Instruction]) -> i64 {
    let id = put(office, "A20261123000004391", |facts| facts.papers_at = Some(moment("2026-11-23 09:00")));
    chosen(office, id, new);
    id
}

#[test]
fn a_customer_before_the_import_is_served_and_the_case_takes_the_visit_over() {
    let office = office();
    let mut desk = sit(&office, PRECHECK, Lang::Zh, (120, 40));
    desk.keys("f3");
    desk.types("皖A00001");
    desk.sees("没有找到");
    desk.keys("enter");
    desk.sees("登记来访");
    desk.keys("enter");
    desk.types("王建国");
    desk.keys("ctrl-s");
    desk.sees("案件尚未导入");
    desk.sees("现在还缺：索赔申请书");
    // The claim form and the policy are shown; of the card a copy is kept.
    desk.keys("space down space end ctrl-g");
    desk.sees("[c] 银行卡或存折");
    desk.keys("esc");
    desk.sees("待案件导入");
    let id = put(&office, "A20261123000004391", |_| {});
    desk.second_passes();
    desk.types("4391");
    desk.keys("enter");
    desk.sees("皖A00001 曾于 11-23 15:30 来访登记");
    desk.keys("ctrl-t");
    desk.sees("来访已并入，带入材料 3 项");
    desk.sees("[v] 索赔申请书 已出示");
    assert_eq!(state(&desk, id, "claim-form"), Some(State::Present));
    assert_eq!(state(&desk, id, "payee-account@insured"), Some(State::Copy));
    desk.keys("ctrl-f");
    desk.keys("end");
    desk.sees("被保险人 王建国 来访");
    sound(&desk);
    let day = figures::day(desk.store().conn(), moment("2026-11-23 00:00"), moment("2026-11-24 00:00"));
    assert_eq!(day.map(|day| (day.visits, day.first, day.lacking)).ok(), Some((1, 1, 1)), "no document was shown");
}

#[test]
fn a_transfer_waits_at_the_counter_until_document_and_card_were_shown() {
    let office = office();
    let id = payable(&office, &[instruction(800)]);
    let mut desk = sit(&office, PRECHECK, Lang::Zh, (120, 40));
    desk.keys("f3");
    desk.sees("等待预检 1 件");
    desk.keys("enter");
    desk.sees("领款材料 缺 2 项 银行转账，被保险人 王建国");
    desk.sees("索赔材料 已于 11-23 15:31 确认");
    desk.sees("现在还缺：领款人身份证件、银行卡或存折");
    desk.keys("space down");
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Precheck);
    desk.keys("space");
    desk.sees("领款材料 已齐");
    desk.sees("没有缺的材料");
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Disburse);
    sound(&desk);
    desk.keys("esc");
    desk.sees("等待预检 0 件，今日来访 1 次");
}

#[test]
fn a_guardian_is_told_of_register_or_certificate_before_anything_is_chosen() {
    let office = office();
    let id = put(&office, "A20261123000004391", |_| {});
    let mut desk = sit(&office, PRECHECK, Lang::En, (120, 40));
    desk.keys("f3");
    desk.types("4391");
    desk.keys("enter ctrl-o");
    desk.types("gua");
    desk.keys("ctrl-s");
    desk.sees("Payment papers (expected): 3 missing, bank transfer, guardian");
    desk.sees("Household register or birth certificate (either)");
    desk.keys("end up space");
    assert_eq!(state(&desk, id, "guardian-relation@guardian"), Some(State::Present));
    // What was shown then is the guardian's once one is chosen.
    desk.keys("ctrl-a");
    let guardian = Instruction { payee_kind: PayeeKind::Guardian, payee: "王大明".into(), ..instruction(800) };
    chosen(&office, id, &[guardian]);
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Disburse);
    sound(&desk);
}

#[test]
fn a_repair_shop_needs_mandate_agent_and_a_call_back() {
    let office = office();
    let shop = Instruction {
        payee_kind: PayeeKind::RepairShop,
        payee: "城东汽修厂".into(),
        holder: "城东汽修厂".into(),
        agent: "李四".into(),
        agent_id_no: ID.into(),
        mandate: "W-001".into(),
        account_kind: Some(AccountKind::Company),
        ..instruction(800)
    };
    let id = payable(&office, &[shop]);
    let mut desk = sit(&office, PRECHECK, Lang::Zh, (120, 40));
    desk.keys("f3 enter");
    for paper in ["授权委托书", "代理关系及代领人身份均已核实", "已回拨被保险人", "修理厂名录已核实"]
    {
        desk.sees(paper);
    }
    // The third paper is the mandate: another number is not the one on record.
    desk.keys("down down ctrl-k");
    desk.types("W-002");
    desk.sees("委托书编号与登记不一致");
    desk.keys("ctrl-s");
    desk.sees("退回原因");
    desk.keys("ctrl-s");
    desk.sees("[x] 授权委托书 退回：委托书编号与登记不一致");
    desk.keys("ctrl-k");
    desk.types("W-001");
    desk.keys("ctrl-s");
    desk.keys("ctrl-a");
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Disburse, "{}", desk.screen());
    sound(&desk);
}

#[test]
fn a_number_is_compared_without_being_shown() {
    let office = office();
    let one = Instruction { payee_id_no: ID.into(), ..instruction(800) };
    let id = payable(&office, &[one]);
    let mut desk = sit(&office, PRECHECK, Lang::Zh, (120, 40));
    desk.keys("f3 enter ctrl-k");
    desk.types("110105194912310021");
    desk.sees("证件号码校验位不对");
    desk.keys("home delete");
    desk.sees("已输入 17 位");
    desk.keys("ctrl-u");
    desk.sees_not(ID);
    desk.keys("end");
    for _ in 0..18 {
        desk.keys("backspace");
    }
    desk.types("１１０１０５１９４９１２３１００２x");
    desk.sees("证件号码一致");
    desk.keys("enter");
    desk.types("2020-01-01");
    desk.sees("证件已于 2020-01-01 过期");
    for _ in 0..10 {
        desk.keys("backspace");
    }
    desk.types("2031-05-01");
    desk.sees("证件在有效期内");
    desk.keys("ctrl-s");
    let marks = marks(desk.store().conn(), id).unwrap_or_default();
    assert!(marks.iter().any(|(key, mark)| key.starts_with("payee-id@") && mark.state == State::Present));
    desk.keys("ctrl-k");
    desk.types("6217000010001234567");
    desk.sees("账号与登记一致");
    desk.keys("enter");
    desk.types("李红");
    desk.sees("户名与领款人不一致");
}

#[test]
fn a_leader_waives_at_the_clerks_desk_with_a_reason_and_a_pin() {
    let office = office();
    let id = payable(&office, &[instruction(800)]);
    let mut desk = sit(&office, PRECHECK, Lang::Zh, (120, 40));
    desk.keys("f3 enter space down ctrl-x ctrl-s");
    desk.sees("须写明原因");
    desk.types("异地客户已视频核实");
    desk.keys("ctrl-s");
    // The question fills its line; its last word stands on the next.
    desk.sees("免附 ~000004391：银行卡或存折（户名与领款人一致），须领导口");
    desk.types(PIN);
    desk.keys("enter");
    desk.sees("[-] 银行卡或存折（户名与领款人一致） 免附");
    assert_eq!(case(&desk, id).milestones.stage(), Stage::Disburse);
    sound(&desk);
}

#[test]
fn the_printed_notice_lists_everything_once_and_pauses_the_case_when_handed_over() {
    let office = office();
    let id = put(&office, "A20261123000004391", |_| {});
    let mut desk = sit(&office, PRECHECK, Lang::Zh, (120, 40));
    desk.keys("f3");
    desk.types("4391");
    desk.keys("enter space ctrl-r");
    while case(&desk, id).milestones.notice_at.is_none() && !desk.screen().contains("是否已当面交给客户") {
        // A preview, where the shell shows one, is printed from.
        desk.keys("ctrl-s");
    }
    desk.sees("是否已当面交给客户");
    desk.keys("y");
    assert_eq!(case(&desk, id).milestones.notice_at, Some(moment(NOW)), "{}", desk.screen());
    assert!(case(&desk, id).milestones.paused());
    desk.keys("ctrl-e ctrl-s");
    assert!(!case(&desk, id).milestones.paused(), "{}", desk.screen());
    sound(&desk);
}

#[test]
fn the_notice_as_text() {
    let facts = prints::Notice {
        office: "城东网点".into(),
        number: "A20261123000004391".into(),
        customer: "王建国".into(),
        line: "机动车商业保险".into(),
        way: "银行转账，被保险人".into(),
        missing: vec!["驾驶证".into(), "银行卡或存折（户名与领款人一致）".into()],
        rejected: vec![("驾驶证".into(), "照片不清".into())],
        other: vec![("监护人".into(), vec!["户口簿或出生证明（任一）".into()])],
        at: moment(NOW),
        clerk: "丙预检".into(),
    };
    let text = prints::notice(&facts, 2, Lang::Zh).lines().to_vec();
    let expected = [
        "                                    城东网点",
        "                                  一次性告知书",
        "                                     补打 1",
        "",
        "赔案            A20261123000004391",
        "客户            王建国",
        "险种            机动车商业保险",
        "领款方式        银行转账，被保险人",
        "--------------------------------------------------------------------------------",
        "请补交以下材料，共 2 项：",
        "  1. 驾驶证（已出示，未收：照片不清）",
        "  2. 银行卡或存折（户名与领款人一致）",
        "",
        "如改用其他方式或由他人领款，另需：",
        "  监护人：户口簿或出生证明（任一）",
        "--------------------------------------------------------------------------------",
        "依据《中华人民共和国保险法》第二十二条，上列为本案目前所需全部材料，一次告知。请",
        "携带原件。",
        "",
        "经办人          丙预检",
        "日期            2026-11-23",
        "客户签收        ____________________",
    ];
    assert_eq!(text, expected);
    let english = prints::notice(&facts, 1, Lang::En).lines().join("\n");
    assert!(english.contains("Under article 22 of the Insurance Law") && !english.contains("Copy"), "{english}");
}

#[test]
fn the_screens_fit_every_size_and_hold_what_was_typed() {
    for lang in [Lang::Zh, Lang::En] {
        let office = office();
        payable(&office, &[instruction(800)]);
        let mut desk = sit(&office, PRECHECK, lang, (120, 40));
        for keys in ["f3", "ctrl-n", "esc enter", "ctrl-k", "esc ctrl-b", "esc ctrl-n", "esc"] {
            desk.keys(keys);
            for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
                desk.resize(columns, rows);
            }
            desk.resize(120, 40);
        }
        desk.keys("ctrl-b");
        desk.types("照片不清");
        // The reason is a draft: whoever comes back to the paper finds it again.
        desk.keys("f2 f3 enter");
        desk.sees("照片不清");
    }
}

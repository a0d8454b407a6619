//! A walk through every state of every screen, for what must hold on all of them: keys, help, sizes, the cursor.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "the tests and the documents' program use another part each, and both stop where something is missing"
)]

use crate::batches_common as money;
use crate::harness::{CLERK, CLERK_2, Desk, LEADER};
use crate::stage::{self, ARCHIVIST, Stage};
use closing_desk::instructions::rules::Mode;
use closing_desk::payment::store::batch_send;
use closing_desk::payment::store::onsite::pay;
use closing_desk::payment::store::release::release;
use closing_desk::payment::store::result::read_file;

/// One state of the desk: a name, and how to get there.
pub type Stop = (&'static str, fn(&Stage) -> Desk);

/// Every state a clerk meets, each with keys of its own.
pub const STOPS: &[Stop] = &[
    ("first-run", |s| s.fresh()),
    ("first-run done", first_run_done),
    ("sign-in", |s| s.nobody()),
    ("sign-in first pin", first_pin),
    ("sign-in what was signed", |s| s.and(s.nobody(), "tab")),
    ("todo", |s| s.stocked(CLERK)),
    ("todo narrow", narrow),
    ("todo preview", |s| s.and(narrow(s), "ctrl-v")),
    ("todo empty", |s| s.sit(CLERK)),
    ("todo search", |s| s.typed(CLERK, "/", "李晓")),
    ("todo filter", |s| s.keys(CLERK, "f")),
    ("todo filters", named_filters),
    ("todo clock doubt", clock_doubt),
    ("folder", |s| s.keys(CLERK, "ctrl-e")),
    ("folder facts", |s| s.keys(CLERK, "ctrl-e tab")),
    ("folder note", |s| s.keys(CLERK, "ctrl-e ctrl-b")),
    ("closing", |s| s.prefilled(800)),
    ("closing papers", |s| s.and(s.unfilled(), "ctrl-k")),
    ("closing reject", |s| s.and(s.unfilled(), "ctrl-k ctrl-b")),
    ("closing refusal", |s| s.and(s.prefilled(800), "ctrl-d")),
    ("closing waits", |s| s.and(s.prefilled(800), "ctrl-s")),
    ("closing return", |s| s.and(s.prefilled(800), "ctrl-s ctrl-r")),
    ("closing minutes", |s| s.and(s.prefilled(150_000), "ctrl-s ctrl-t")),
    ("closing pin", |s| s.and(s.prefilled(800), "ctrl-s ctrl-s")),
    ("closing closed", |s| s.leader_looks_back()),
    ("closing reopening", |s| s.and(s.leader_looks_back(), "ctrl-n")),
    ("approvals empty", |s| s.and(s.sit(LEADER), "f11")),
    ("approvals", |s| s.and(s.approvals(LEADER), "f11")),
    ("approvals pin", |s| s.and(s.approvals(LEADER), "f11 space ctrl-s")),
    ("counter", |s| s.and(s.stocked(CLERK), "f3")),
    ("counter visit", |s| s.and(s.sit(CLERK), "f3 ctrl-n")),
    ("precheck", |s| s.and(counter(s), "enter")),
    ("precheck done", |s| s.and(counter(s), "enter ctrl-a")),
    ("precheck check", |s| s.and(counter(s), "enter ctrl-k")),
    ("precheck early visit", early_visit),
    ("notify empty", |s| s.and(s.sit(CLERK), "f4")),
    ("notify", |s| s.notify(CLERK)),
    ("notify case", |s| s.and(s.notify(CLERK), "enter")),
    ("notify told", |s| s.and(s.notify(CLERK), "enter ctrl-s")),
    ("notify asks", |s| s.and(s.notify(CLERK), "enter ctrl-a")),
    ("notify disputed", |s| s.disputed()),
    ("notify answer", |s| s.and(s.disputed(), "ctrl-g")),
    ("notify clause", |s| s.and(s.disputed(), "ctrl-g ctrl-g")),
    ("notify explained", |s| s.explained()),
    ("notify confirm", |s| s.and(s.explained(), "ctrl-k")),
    ("notify refusal", |s| s.refused()),
    ("notify refusal written", |s| s.and(s.refused(), "ctrl-s ctrl-s")),
    ("notify delivery", |s| s.and(s.refused(), "ctrl-s ctrl-s ctrl-s")),
    ("referrals", |s| s.and(s.disputed(), "esc ctrl-r")),
    ("payment", |s| s.payment(CLERK)),
    ("payment empty", |s| s.and(s.sit(CLERK), "f5")),
    ("payment form", |s| s.and(s.payment(CLERK), "enter")),
    ("payment done", |s| s.and(s.payment(CLERK), "enter ctrl-s")),
    ("payment split", |s| s.and(s.payment(CLERK), "down enter ctrl-n")),
    ("payment override", |s| s.and(s.payment(CLERK), "enter ctrl-r")),
    ("payment chosen", |s| s.chosen(CLERK)),
    ("payment cancel", |s| s.and(s.chosen(CLERK), "ctrl-x")),
    ("payment review", |s| s.chosen("1007")),
    ("import", |s| s.and(s.sit(CLERK), "ctrl-o")),
    ("import preview", |s| s.looked_at(stage::DIRTY)),
    ("import done", import_done),
    ("hand-entry", |s| s.and(s.sit(CLERK), "ctrl-n")),
    ("hand-entry left", hand_left),
    ("joins", Stage::joins),
    ("joins asked", |s| s.and(s.joins(), "ctrl-s")),
    ("people", |s| s.place(LEADER, "人员")),
    ("people form", |s| s.and(s.place(LEADER, "人员"), "ctrl-n")),
    ("people pin", |s| s.and(s.place(LEADER, "人员"), "down down ctrl-r")),
    ("people switch", |s| s.and(s.place(LEADER, "人员"), "down down ctrl-d")),
    ("deputies", |s| s.place(LEADER, "代行审批")),
    ("deputies form", |s| s.and(s.place(LEADER, "代行审批"), "ctrl-n")),
    ("settings", |s| s.place(LEADER, "控制参数")),
    ("settings form", |s| s.and(s.place(LEADER, "控制参数"), "enter")),
    ("calendars", |s| s.place(LEADER, "工作日历")),
    ("calendars path", |s| s.and(s.place(LEADER, "工作日历"), "ctrl-n")),
    ("calendars looked at", calendar),
    ("banks", |s| s.place(LEADER, "银行与通道")),
    ("banks form", |s| s.and(s.place(LEADER, "银行与通道"), "ctrl-n")),
    ("direct-accounts", Stage::direct),
    ("direct-accounts verify", |s| s.and(s.direct(), "enter")),
    ("shops", Stage::shop),
    ("shops form", |s| s.and(s.shop(), "enter")),
    ("clauses", |s| s.place(LEADER, "条款库")),
    ("clauses file", |s| s.and(s.place(LEADER, "条款库"), "ctrl-o")),
    ("release", |s| s.place(LEADER, "放行付款")),
    ("release to batch", |s| s.and(s.place(LEADER, "放行付款"), "tab")),
    ("release mending", |s| s.and(s.place(LEADER, "放行付款"), "tab tab")),
    ("release rows", |s| money_waits(s, "")),
    ("release to batch rows", |s| money_waits(s, "tab")),
    ("release mend rows", |s| s.and(failed(s), "tab tab")),
    ("release mend", |s| s.and(failed(s), "tab tab enter")),
    ("release receipt", release_receipt),
    ("batches rows", batch_rows),
    ("batches", |s| s.place(LEADER, "转账批次")),
    ("batches map", |s| s.and(s.place(LEADER, "转账批次"), "ctrl-n")),
    ("batches inside", batch_inside),
    ("cash", |s| s.place(LEADER, "现金日清")),
    ("cash count", cash_count),
    ("own-pin", |s| s.place(CLERK, "修改口令")),
    ("todo unsealed", |s| s.and(s.week_later(ARCHIVIST), "f2")),
    ("handover", |s| s.archive_place(ARCHIVIST, "日终交接")),
    ("handover reason", |s| s.and(s.archive_place(ARCHIVIST, "日终交接"), "ctrl-a ctrl-r")),
    ("handover correction", |s| s.and(s.archive_place(ARCHIVIST, "日终交接"), "ctrl-n")),
    ("handover sealed", |s| s.week_later(CLERK_2)),
    ("handover pin", |s| s.and(s.week_later(CLERK_2), "ctrl-t")),
    ("roster", |s| s.archive_place(LEADER, "值班表")),
    ("roster form", |s| s.and(s.archive_place(LEADER, "值班表"), "enter")),
    ("spot-check", |s| s.archive_place(ARCHIVIST, "周抽查")),
    ("spot-week", |s| s.and(s.archive_place(CLERK_2, "周抽查"), "enter")),
    ("spot-week defects", |s| s.and(s.archive_place(CLERK_2, "周抽查"), "enter ctrl-b")),
    ("findings", |s| s.archive_place(CLERK_2, "整改事项")),
    ("findings settled", |s| s.and(s.archive_place(CLERK_2, "整改事项"), "enter")),
    ("forms", |s| s.and(s.sit(CLERK), "f7")),
    ("forms sheet", |s| s.and(s.sit(CLERK), "f7 ctrl-x")),
    ("figures", |s| s.and(s.stocked(CLERK), "f9")),
    ("figures detail", |s| s.and(s.and(s.stocked(CLERK), "f9"), "enter")),
    ("archive", |s| s.archive()),
    ("archive waiver", |s| s.and(s.archive(), "ctrl-e")),
    ("archive pile", archive_pile),
    ("boxes", |s| s.and(s.archive(), "ctrl-b")),
    ("boxes form", |s| s.and(s.archive(), "ctrl-b ctrl-n")),
    ("boxes qr", |s| s.and(s.archive(), "ctrl-b ctrl-n ctrl-s ctrl-r")),
    ("lend", lend),
    ("lend form", |s| s.and(lend(s), "ctrl-r")),
    ("palette", |s| s.keys(CLERK, "ctrl-p")),
    ("places", |s| s.keys(CLERK, "f10")),
    ("drafts", drafts),
    ("help", |s| s.keys(CLERK, "f1")),
    ("help of a form", |s| s.and(s.prefilled(800), "f1")),
    ("help of a question", |s| s.and(hand_left(s), "f1")),
    ("help of the palette", |s| s.keys(CLERK, "ctrl-p f1")),
    ("help of a pin", |s| s.and(s.prefilled(800), "ctrl-s ctrl-s f1")),
];

/// The desk in the state of this name.
pub fn at(stage: &Stage, name: &str) -> Desk {
    let (_, go) = STOPS.iter().find(|(stop, _)| *stop == name).unwrap_or_else(|| panic!("no stop {name}"));
    go(stage)
}

fn first_run_done(stage: &Stage) -> Desk {
    let mut desk = stage.fresh();
    for text in ["城东网点", "赵敏·阿依", crate::harness::PIN, crate::harness::PIN] {
        desk.types(text);
        desk.keys("enter");
    }
    desk.keys("ctrl-s");
    desk
}

/// Somebody whose PIN was set by another chooses an own one.
fn first_pin(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.place(LEADER, "人员"), "down down ctrl-r");
    for _ in 0..2 {
        desk.types("135791");
        desk.keys("enter");
    }
    desk.keys("ctrl-s");
    desk.types(crate::harness::PIN);
    desk.keys("enter");
    let mut desk = stage.nobody();
    desk.types(CLERK);
    desk.keys("enter");
    desk.types("135791");
    desk.keys("enter");
    desk
}

/// The counter with a case found.
fn counter(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.stocked(CLERK), "f3");
    desk.types("李晓");
    desk
}

/// A visit whose case is not imported yet.
fn early_visit(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.sit(CLERK), "f3");
    desk.types("皖A00099");
    stage.and(desk, "enter ctrl-s")
}

/// The archive with a file in hand.
fn archive_pile(stage: &Stage) -> Desk {
    let mut desk = stage.archive();
    desk.types("PDAA20263401040000002");
    stage.and(desk, "enter")
}

/// A search for a file.
fn lend(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.archive(), "ctrl-g");
    desk.types("00002");
    stage.and(desk, "enter")
}

fn narrow(stage: &Stage) -> Desk {
    let mut desk = stage.stocked(CLERK);
    desk.resize(80, 24);
    desk
}

/// One payment in cash and two by transfer, of which one has its receipt.
fn money_rows(stage: &Stage) -> i64 {
    let office = &stage.office;
    money::hold_serials(office, CLERK, 1, 9);
    money::chosen(office, money::payable(office, "A1", 800), Mode::Cash, 800, "王建国");
    money::chosen(office, money::payable(office, "A3", 500), Mode::Transfer, 500, "陈志远·阿依古丽");
    money::transfer(office, "A2", 1_200, "李晓红")
}

fn money_waits(stage: &Stage, keys: &str) -> Desk {
    money_rows(stage);
    stage.and(stage.place(CLERK, "放行付款"), keys)
}

/// The list of batches with one that waits to be released.
fn batch_rows(stage: &Stage) -> Desk {
    let id = money_rows(stage);
    money::make(&stage.office, &[id]);
    stage.place(money::CASHIER, "转账批次")
}

/// The clerk's desk when the bank has refused an account.
fn failed(stage: &Stage) -> Desk {
    let office = &stage.office;
    let id = money_rows(stage);
    let made = money::make(office, &[id]);
    let store = office.store();
    let folder = batch_send::folder(&store);
    let cashier = office.actor(money::CASHIER);
    let way = batch_send::send(&store, &cashier, crate::harness::moment(money::NOW), made.id, &folder);
    assert!(matches!(way, batch_send::Way::Sent(..)), "{way:?}");
    let text = money::answer(&made.batch_no, &[(id, "1200.00", "失败", "账号不存在")]);
    money::act(office, money::CASHIER, |tx| read_file(tx, made.id, "result.csv", text.as_bytes())).unwrap();
    stage.place(CLERK, "放行付款")
}

/// The form under which the tail of the receipt is typed.
fn release_receipt(stage: &Stage) -> Desk {
    let office = &stage.office;
    money::hold_serials(office, CLERK, 1, 5);
    money::chosen(office, money::payable(office, "A1", 800), Mode::Cash, 800, "王建国");
    stage.and(stage.place(CLERK, "放行付款"), "enter")
}

/// A batch opened.
fn batch_inside(stage: &Stage) -> Desk {
    let office = &stage.office;
    money::hold_serials(office, CLERK, 1, 5);
    money::make(office, &[money::transfer(office, "A1", 800, "王建国")]);
    stage.and(stage.place(LEADER, "转账批次"), "enter")
}

/// The form under which the cash is counted.
fn cash_count(stage: &Stage) -> Desk {
    let office = &stage.office;
    money::hold_serials(office, CLERK, 1, 5);
    let id = money::chosen(office, money::payable(office, "A1", 800), Mode::Cash, 800, "王建国");
    money::receipt(office, id);
    money::act(office, money::CASHIER, |tx| release(tx, &[id])).unwrap();
    money::act(office, money::CASHIER, |tx| pay(tx, &[id])).unwrap();
    stage.and(stage.place(LEADER, "现金日清"), "enter")
}

/// The machine's time lies a month after the last journal row.
fn clock_doubt(stage: &Stage) -> Desk {
    let mut desk = stage.stocked(LEADER);
    desk.at("2026-12-30 10:00");
    desk.sign_in(LEADER);
    desk
}

fn import_done(stage: &Stage) -> Desk {
    let mut desk = stage.looked_at(stage::DIRTY);
    desk.keys("ctrl-s");
    desk.wait_idle();
    desk
}

fn hand_left(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.sit(CLERK), "ctrl-n tab");
    desk.types("王建国");
    desk.keys("esc");
    desk
}

fn calendar(stage: &Stage) -> Desk {
    let text = "year = 2027\nedition = \"2026-11-20\"\nsource = \"合成通知\"\nholidays = [\"2027-01-01..2027-01-03\"]\nworked = []\n";
    let path = stage.file("2027.toml", text);
    let mut desk = stage.and(stage.place(LEADER, "工作日历"), "ctrl-n");
    desk.pastes(&path.display().to_string());
    desk.keys("ctrl-s");
    desk
}

fn drafts(stage: &Stage) -> Desk {
    let mut desk = stage.and(stage.stocked(CLERK), "enter tab tab");
    desk.types("半句");
    drop(desk);
    stage.sit(CLERK)
}

fn named_filters(s: &Stage) -> Desk {
    let mut desk = s.keys(CLERK, "f tab tab tab tab tab tab");
    desk.types("常用");
    s.and(desk, "ctrl-s ctrl-y ctrl-r ctrl-k")
}

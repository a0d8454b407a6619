//! A day of the office from closed to paid, by keys at five desks: cash on-site with its count, a transfer that fails and
//! is mended, direct pay, a refusal with its delivery, a dispute that is upheld, a repair shop. At its end everything adds up.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod batches_common;
mod choose_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;
mod notify_common;

use batches_common::{CASHIER, REVIEWER, answer, hold_serials, one};
use choose_common::{CARD, ID, NOW, act, case, closed, instructions, sign_again, sound, usual};
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::{Outcome, Stage};
use closing_desk::instructions::rules::{AccountKind, Mode, State};
use closing_desk::kernel::words::Lang;
use closing_desk::notify::rules::Resolution;
use closing_desk::notify::store::Desk as Told;
use closing_desk::payment::store::batch_send::folder;
use closing_desk::reference::accounts::{self, NewDirectAccount};
use closing_desk::reference::shops::{self, NewShop};
use harness::{CLERK, CLERK_2, Desk, LEADER, Office, PIN, Setup, moment};
use std::rc::Rc;

const PRECHECK: &str = "1005";
/// Another card of the same bank; its check digit fits.
const OTHER: &str = "6222021001122334466";
const USCC: &str = "91350100M000100Y43";

/// The office, the desks of the day, and what the desks are in turn asked to do.
struct Day {
    office: Rc<Office>,
    clerk: Desk,
    counter: Desk,
    cashier: Desk,
    reviewer: Desk,
}

fn sit(office: &Rc<Office>, who: &str, lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { lang, now: "2026-11-23 15:31".to_owned(), ..Setup::default() });
    desk.sign_in(who);
    desk
}

/// Keys at a desk that first sees what the others have done.
fn keys(desk: &mut Desk, names: &str) {
    desk.second_passes();
    desk.keys(names);
    desk.wait_idle();
    if std::env::var_os("SHOW").is_some() {
        println!("== {names}\n{}", desk.screen());
    }
}

fn pin(desk: &mut Desk) {
    desk.types(PIN);
    desk.keys("enter");
    desk.wait_idle();
}

/// The list of a place in the first row, whatever stands on it.
fn list(desk: &mut Desk, key: &str, title: &str) {
    keys(desk, key);
    for _ in 0..4 {
        if desk.screen().contains(title) {
            break;
        }
        desk.keys("esc");
    }
    desk.sees(title);
}

/// A place found by its name.
fn go(desk: &mut Desk, place: &str) {
    desk.second_passes();
    desk.keys("ctrl-p");
    desk.pastes(place);
    desk.keys("enter");
}

impl Day {
    fn begin() -> Day {
        let office = Office::with_people(moment("2026-11-23 08:00"));
        hold_serials(&office, CLERK, 1, 20);
        hold_serials(&office, CASHIER, 901, 20);
        Day {
            clerk: sit(&office, CLERK, Lang::Zh),
            counter: sit(&office, PRECHECK, Lang::En),
            cashier: sit(&office, CASHIER, Lang::Zh),
            reviewer: sit(&office, REVIEWER, Lang::En),
            office,
        }
    }

    fn put(&self, no: &str, payable: i64, change: impl FnOnce(&mut Facts)) -> i64 {
        closed(&self.office, no, payable, change)
    }

    #[track_caller]
    fn stage(&self, id: i64, stage: Stage) {
        let now = case(&self.office.store(), id).milestones.stage();
        assert_eq!(now, stage, "clerk:\n{}\ncashier:\n{}", self.clerk.screen(), self.cashier.screen());
    }

    /// The first call on the list: told and agreed; the payment is chosen as it stands, or as `form` changes it.
    fn tell_and_choose(&mut self, id: i64, form: impl FnOnce(&mut Desk)) {
        list(&mut self.clerk, "f4", "待通知");
        keys(&mut self.clerk, "home enter ctrl-s");
        self.stage(id, Stage::Payment);
        keys(&mut self.clerk, "enter");
        form(&mut self.clerk);
        // Chosen; back to the list of calls.
        keys(&mut self.clerk, "ctrl-s esc");
    }

    /// The papers of the case that waits first are shown.
    fn papers(&mut self, id: i64) {
        keys(&mut self.counter, "f3 home enter ctrl-a");
        self.counter.keys("esc");
        self.stage(id, Stage::Disburse);
    }

    /// Prints the receipt of the first transfer that has none and has it signed.
    fn receipt(&mut self, id: i64, tail: &str) {
        let number = case(&self.office.store(), id).case_code;
        self.clerk.second_passes();
        self.clerk.keys("f2 esc /");
        self.clerk.types(&number);
        keys(&mut self.clerk, "enter");
        keys(&mut self.clerk, "enter");
        self.clerk.types(tail);
        keys(&mut self.clerk, "enter enter ctrl-g");
        assert!(
            instructions(&self.office.store(), id).iter().any(|one| one.receipt_signed_at.is_some()),
            "{}",
            self.clerk.screen()
        );
    }

    /// Everything ready goes into a batch, out to the bank, and comes back with these answers.
    fn bank(&mut self, batch_no: &str, rows: &[(i64, &str, &str, &str)]) {
        go(&mut self.clerk, "放行付款");
        if !self.clerk.screen().contains("[待入批") {
            keys(&mut self.clerk, "tab");
        }
        self.clerk.sees("[待入批");
        keys(&mut self.clerk, "ctrl-a ctrl-s ctrl-s");
        self.clerk.sees(batch_no);
        go(&mut self.cashier, "转账批次");
        keys(&mut self.cashier, "home ctrl-s");
        pin(&mut self.cashier);
        self.cashier.sees("已发送待回盘");
        let answers = folder(&self.office.store()).with_file_name("bank-in");
        std::fs::create_dir_all(&answers).unwrap();
        let file = answers.join(format!("{batch_no}.csv"));
        std::fs::write(&file, answer(batch_no, rows)).unwrap();
        keys(&mut self.cashier, "ctrl-o ctrl-u");
        self.cashier.pastes(&file.display().to_string());
        keys(&mut self.cashier, "ctrl-s");
    }
}

/// Cash on-site: another person releases, the receipt is checked and signed, the cashier hands over and counts.
fn cash(day: &mut Day) {
    let id = day.put("A1", 800, |_| {});
    day.tell_and_choose(id, |desk| {
        desk.keys("enter enter enter enter");
        desk.types("现金");
    });
    day.papers(id);
    keys(&mut day.cashier, "f5 enter ctrl-s");
    pin(&mut day.cashier);
    keys(&mut day.cashier, "enter");
    day.cashier.types("0901");
    keys(&mut day.cashier, "enter enter ctrl-g ctrl-o");
    pin(&mut day.cashier);
    day.stage(id, Stage::Archive);
    go(&mut day.cashier, "现金日清");
    day.cashier.sees("800.00");
    keys(&mut day.cashier, "enter");
    day.cashier.types("800");
    keys(&mut day.cashier, "ctrl-s");
    for _ in 0..9 {
        if day.cashier.screen().contains("< 戊复核") {
            break;
        }
        day.cashier.keys("right");
    }
    day.cashier.keys("enter");
    pin(&mut day.cashier);
    day.cashier.sees("相符 11-23");
}

/// Two transfers and an account on record in one batch; one fails, its number is mended and it goes out again.
fn transfers(day: &mut Day) -> i64 {
    let right = day.put("A2", 1_200, |_| {});
    day.tell_and_choose(right, |_| {});
    day.papers(right);
    day.receipt(right, "0001");
    let wrong = day.put("A3", 300, |facts| facts.account = OTHER.into());
    day.tell_and_choose(wrong, |_| {});
    day.papers(wrong);
    day.receipt(wrong, "0002");

    let new = NewDirectAccount {
        payee: "李晓红".into(),
        id_kind: String::new(),
        id_no: "340104198801010029".into(),
        account_kind: AccountKind::Card,
        bank: "工商银行合肥分行".into(),
        account: "6222021001122334474".into(),
        holder: "李晓红".into(),
    };
    let record = act(&day.office, CLERK, NOW, |tx| accounts::enter(tx, &new)).unwrap();
    act(&day.office, CLERK_2, NOW, |tx| accounts::verify(tx, record)).unwrap();
    let direct = day.put("A4", 650, |facts| {
        (facts.insured, facts.id_no, facts.payee) = ("李晓红".into(), new.id_no.clone(), "李晓红".into());
        (facts.holder, facts.account, facts.bank) = (String::new(), String::new(), String::new());
    });
    day.tell_and_choose(direct, |desk| desk.sees("赔款直付"));
    day.stage(direct, Stage::Disburse);

    let of = |id| instructions(&day.office.store(), id)[0].id;
    let ids = [of(right), of(wrong), of(direct)];
    assert_eq!(one(&day.office, ids[2]).mode, Mode::Direct);
    let rows =
        [(ids[0], "1200.00", "成功", ""), (ids[1], "300.00", "失败", "账号不存在"), (ids[2], "650.00", "成功", "")];
    day.bank("B20261123-01", &rows);
    day.stage(right, Stage::Archive);
    day.stage(direct, Stage::Archive);

    // F5 shows what has to be mended; the smallest change, and a wrong digit is pointed out.
    list(&mut day.clerk, "f5", "[待修正 1]");
    keys(&mut day.clerk, "enter enter ctrl-u");
    day.clerk.types(CARD);
    keys(&mut day.clerk, "ctrl-s");
    let mended = instructions(&day.office.store(), wrong)[1].clone();
    assert_eq!((mended.account.as_str(), mended.receipt.as_str()), (CARD, "00000002"), "{}", day.clerk.screen());
    // Another account may ask for its own papers.
    if case(&day.office.store(), wrong).milestones.stage() == Stage::Precheck {
        day.papers(wrong);
    }
    day.bank("B20261123-02", &[(mended.id, "300.00", "成功", "")]);
    day.stage(wrong, Stage::Archive);
    wrong
}

fn refusal(day: &mut Day) {
    let people = (&day.office.actor(CLERK), &day.office.actor(LEADER));
    let id = notify_common::closed(&day.office.store(), people, "A5", (Outcome::Refuse, 0), |_| {});
    let mut desk = sit(&day.office, CLERK_2, Lang::En);
    keys(&mut desk, "f4 home enter ctrl-s ctrl-s");
    desk.keys("ctrl-t enter");
    keys(&mut desk, "ctrl-s ctrl-s");
    desk.types("EMS123");
    keys(&mut desk, "ctrl-s y");
    day.stage(id, Stage::Archive);
}

/// A dispute is referred, explained by two, told, upheld: a second round from step 4, which is paid.
fn dispute(day: &mut Day) {
    let people = (&day.office.actor(CLERK), &day.office.actor(LEADER));
    let id = notify_common::closed(&day.office.store(), people, "A6", (Outcome::Pay, 900), |facts| {
        usual(facts, 900);
        (facts.verifier, facts.adjuster) = ("戊复核".into(), "理算员".into());
    });
    let desk = &mut day.clerk;
    list(desk, "f4", "待通知");
    keys(desk, "home enter ctrl-x tab");
    desk.types("报价是一千");
    keys(desk, "ctrl-s");
    desk.sees("核价、理算 在办");
    keys(desk, "ctrl-y");
    desk.types("按市场价核定");
    keys(desk, "ctrl-s ctrl-k");
    pin(desk);
    keys(desk, "ctrl-k");
    desk.types("理算员");
    desk.keys("tab");
    desk.types("SM-7");
    keys(desk, "ctrl-s ctrl-v");
    desk.types("异议成立");
    keys(desk, "ctrl-s y");
    let told = Told::read(&day.office.store(), id).unwrap().unwrap();
    assert_eq!(told.inquiries[0].outcome, Some(Resolution::Upheld), "{}", day.clerk.screen());
    assert_eq!((told.case.milestones.round, told.case.milestones.next_step()), (2, Some(4)));
    sign_again(&day.office, id, 1_000);
    day.tell_and_choose(id, |desk| desk.sees("1,000.00"));
    day.papers(id);
    day.receipt(id, "0003");
    let one = instructions(&day.office.store(), id)[0].clone();
    assert_eq!((one.round, one.amount.plain().as_str()), (2, "1000.00"));
    day.bank("B20261123-03", &[(one.id, "1000.00", "成功", "")]);
    day.stage(id, Stage::Archive);
}

/// A repair shop with the insured's mandate: verified in its register, reviewed by another person, the owner called back.
fn repair_shop(day: &mut Day) {
    let new = NewShop {
        name: "城东汽修厂".into(),
        licence: String::new(),
        uscc: USCC.into(),
        account_kind: AccountKind::Company,
        bank: "工商银行合肥分行".into(),
        account: "1302001009000123456".into(),
        agent: "李修理".into(),
        agent_id_no: ID.into(),
        phone: "13900139000".into(),
        expires_on: "2027-06-30".parse().ok(),
    };
    act(&day.office, LEADER, NOW, |tx| shops::verify(tx, None, &new)).unwrap();
    let id = day.put("A7", 700, |_| {});
    day.tell_and_choose(id, |desk| {
        desk.types("修理厂");
        desk.keys("enter");
        desk.types("城东");
        desk.sees("城东汽修厂 有效至 2027-06-30");
        desk.keys("ctrl-s");
        desk.types("WT-2026-1");
    });
    keys(&mut day.reviewer, "f5");
    day.reviewer.sees("[To review 1]");
    keys(&mut day.reviewer, "ctrl-s");
    pin(&mut day.reviewer);
    keys(&mut day.counter, "f3 home enter");
    day.counter.sees("[v] Repair shop verified in the register");
    day.counter.keys("esc");
    day.papers(id);
    day.receipt(id, "0004");
    let one = instructions(&day.office.store(), id)[0].clone();
    assert!(one.reviewed_at.is_some());
    day.bank("B20261123-04", &[(one.id, "700.00", "成功", "")]);
    day.stage(id, Stage::Archive);
}

#[test]
fn a_day_from_closed_to_paid_adds_up() {
    let mut day = Day::begin();
    cash(&mut day);
    sound(&day.office);
    let mended = transfers(&mut day);
    sound(&day.office);
    refusal(&mut day);
    dispute(&mut day);
    sound(&day.office);
    repair_shop(&mut day);
    sound(&day.office);
    let store = day.office.store();
    let states: Vec<State> = instructions(&store, mended).iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Replaced, State::Paid]);
    let sum: i64 = store
        .conn()
        .query_row("SELECT SUM(amount) FROM instruction WHERE state = 'paid'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sum, 465_000, "800 + 1,200 + 300 + 650 + 1,000 + 700");
}

#[test]
fn a_payment_whose_receipt_is_printed_is_taken_back_with_all_copies() {
    let mut day = Day::begin();
    let id = day.put("A1", 800, |_| {});
    day.tell_and_choose(id, |_| {});
    day.papers(id);
    day.receipt(id, "0001");
    keys(&mut day.clerk, "f5 ctrl-k ctrl-x");
    day.clerk.types("客户改领现金");
    keys(&mut day.clerk, "ctrl-s");
    day.clerk.sees("收据 00000001 随之作废");
    day.clerk.keys("enter");
    assert_eq!(instructions(&day.office.store(), id)[0].state, State::Chosen, "No is the default");
    keys(&mut day.clerk, "ctrl-s y");
    let gone = &instructions(&day.office.store(), id)[0];
    assert_eq!((gone.state, gone.receipt.as_str()), (State::Cancelled, ""), "{}", day.clerk.screen());
    day.stage(id, Stage::Payment);
    sound(&day.office);
    // The next one takes the next number.
    keys(&mut day.clerk, "esc ctrl-s");
    day.stage(id, Stage::Disburse);
    day.receipt(id, "0002");
    sound(&day.office);
}

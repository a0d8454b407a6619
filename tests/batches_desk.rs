//! The way of the money at the desk, by keys: on-site with a receipt, a batch to its result with one failed and mended, the bank's
//! word by two persons, a wrong control sum, the same file twice, cash at the day's close.

mod batches_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;

use batches_common::{CASHIER, NOW, act, answer, case, chosen, hold_serials, make, one, payable, sound, transfer};
use closing_desk::instructions::rules::{Mode, State};
use closing_desk::kernel::words::Lang;
use closing_desk::payment::store::batch_read::{self, BatchState};
use closing_desk::payment::store::batch_send::{self, folder};
use harness::{CLERK, Desk, LEADER, Office, PIN, Setup, moment};
use std::rc::Rc;

fn office() -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    hold_serials(&office, CLERK, 1, 60);
    hold_serials(&office, CASHIER, 901, 20);
    office
}

fn sit(office: &Rc<Office>, who: &str, lang: Lang, size: (u16, u16)) -> Desk {
    let mut desk = Desk::on(office, Setup { lang, size, now: NOW.to_owned(), ..Setup::default() });
    desk.sign_in(who);
    desk
}

/// Goes to a place by the palette.
fn go(desk: &mut Desk, place: &str) {
    desk.keys("ctrl-p");
    desk.pastes(place);
    desk.keys("enter");
}

fn pin(desk: &mut Desk) {
    desk.types(PIN);
    desk.keys("enter");
    desk.wait_idle();
}

/// The second person is chosen by name, then gives the PIN.
fn second(desk: &mut Desk, name: &str) {
    for _ in 0..9 {
        if desk.screen().contains(&format!("< {name}")) {
            break;
        }
        desk.keys("right");
    }
    desk.sees(&format!("< {name}"));
    desk.keys("enter");
    pin(desk);
}

fn show(desk: &Desk, what: &str) {
    if std::env::var_os("SHOW").is_some() {
        println!("== {what}\n{}", desk.screen());
    }
}

#[test]
fn cash_is_released_receipted_signed_and_handed_over() {
    let office = office();
    let case_id = payable(&office, "A1", 800);
    let id = chosen(&office, case_id, Mode::Cash, 800, "王建国");
    let mut desk = sit(&office, CASHIER, Lang::Zh, (120, 40));
    go(&mut desk, "放行付款");
    show(&desk, "release");
    desk.sees("[现场付款 1]");
    desk.sees("待放行");
    desk.keys("ctrl-s");
    desk.sees("放行 1 笔，合计 800.00");
    pin(&mut desk);
    desk.sees("待打收据");
    desk.keys("enter");
    desk.sees("00000901");
    desk.types("0902");
    desk.keys("enter");
    desk.sees("末四位应为 0901");
    show(&desk, "receipt wrong");
    assert_eq!(one(&office, id).receipt, "");
    desk.keys("backspace");
    desk.types("1");
    // The receipt as it will look, then the print.
    desk.keys("enter enter");
    desk.sees("收据 00000901 已打印");
    desk.sees("待签收");
    desk.keys("ctrl-g");
    desk.sees("待付讫");
    desk.keys("ctrl-o");
    desk.sees("确认付讫 1 笔，合计 800.00");
    pin(&mut desk);
    desk.sees("已付讫 1 笔");
    assert_eq!(one(&office, id).state, State::Paid);
    assert!(case(&office, case_id).milestones.paid_at.is_some());
    // The day's close.
    go(&mut desk, "现金日清");
    desk.sees("未清点");
    show(&desk, "cash");
    desk.keys("enter");
    desk.types("799");
    desk.keys("ctrl-s");
    desk.sees("差额 -1.00");
    desk.keys("enter");
    desk.types("找零少 1 元");
    desk.keys("ctrl-s");
    second(&mut desk, "戊复核");
    desk.sees("差额 -1.00：找零少 1 元");
    show(&desk, "cash counted");
    sound(&office);
}

#[test]
fn at_the_clerks_desk_another_person_gives_the_pin() {
    let office = office();
    let id = chosen(&office, payable(&office, "A1", 800), Mode::Cash, 800, "王建国");
    let mut desk = sit(&office, CLERK, Lang::En, (120, 40));
    go(&mut desk, "Release and pay");
    desk.sees("[On-site 1]");
    desk.keys("ctrl-s");
    desk.sees("Release 1 payment(s), 800.00 in all");
    second(&mut desk, "丁出纳");
    desk.sees("Waits for receipt");
    desk.keys("enter");
    desk.types("0001");
    desk.keys("enter enter");
    desk.sees("Receipt 00000001 printed");
    // The sheet jams.
    desk.keys("ctrl-x");
    desk.sees("Void receipt 00000001");
    desk.types("paper jam");
    desk.keys("ctrl-s");
    desk.sees("The receipt is void");
    desk.keys("enter");
    desk.types("0002");
    desk.keys("enter enter ctrl-g ctrl-o");
    second(&mut desk, "戊复核");
    desk.sees("Paid 1, 800.00 in all");
    assert_eq!((one(&office, id).state, one(&office, id).receipt.as_str()), (State::Paid, "00000002"));
    sound(&office);
}

#[test]
fn a_batch_goes_out_comes_back_and_its_failed_payment_is_mended() {
    let office = office();
    let ids = [transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红")];
    let mut desk = sit(&office, CLERK, Lang::Zh, (120, 40));
    go(&mut desk, "放行付款");
    desk.sees("[待入批 2]");
    desk.sees("可入批");
    desk.keys("ctrl-a ctrl-s");
    desk.sees("组批 2 笔，合计 2,000.00");
    show(&desk, "make");
    desk.keys("ctrl-s");
    desk.sees("已组批 B20261123-01");
    let mut cashier = sit(&office, CASHIER, Lang::Zh, (120, 40));
    go(&mut cashier, "转账批次");
    cashier.sees("待另一人放行并发送");
    show(&cashier, "batches");
    cashier.keys("ctrl-s");
    cashier.sees("放行并发送批次 B20261123-01：2 笔，合计 2,000.00");
    pin(&mut cashier);
    cashier.sees("已发送待回盘");
    // The bank answers.
    let file = office.folder().join("result.csv");
    let right = answer("B20261123-01", &[(ids[0], "800.00", "成功", ""), (ids[1], "1200.00", "失败", "账号不存在")]);
    std::fs::write(&file, right.replace("合计,2000.00", "合计,2000.50")).unwrap();
    cashier.keys("ctrl-o");
    cashier.pastes(&file.display().to_string());
    cashier.keys("ctrl-s");
    cashier.sees("差 0.50；整个文件未采用");
    show(&cashier, "off");
    assert_eq!(one(&office, ids[0]).state, State::Sent);
    std::fs::write(&file, encoding_rs::GB18030.encode(&right).0).unwrap();
    cashier.keys("ctrl-s");
    cashier.sees("已付 1 笔 800.00，失败退票 1");
    cashier.sees("已了结");
    show(&cashier, "result");
    cashier.keys("ctrl-o");
    cashier.pastes(&file.display().to_string());
    cashier.keys("ctrl-s");
    cashier.sees("这个文件已读过，没有变化");
    cashier.keys("enter");
    cashier.sees("账号不存在");
    show(&cashier, "inside");
    // The clerk mends the number; the receipt goes on.
    desk.second_passes();
    desk.keys("f2");
    go(&mut desk, "放行付款");
    desk.sees("[待修正 1]");
    desk.sees("付款失败 账号不存在");
    desk.keys("enter ctrl-u");
    desk.types("6222020200009999998");
    show(&desk, "mend");
    desk.keys("ctrl-s");
    desk.sees("已换新指令，可再付");
    let new = one(&office, 3);
    assert_eq!((new.replaces, new.account.as_str(), new.account_changed), (ids[1], "6222020200009999998", true));
    assert_eq!(new.receipt, one(&office, ids[1]).receipt);
    assert!(case(&office, one(&office, ids[0]).case_id).milestones.paid_at.is_some());
    sound(&office);
}

#[test]
fn two_persons_record_that_the_bank_has_nothing() {
    let office = office();
    let id = transfer(&office, "A1", 800, "王建国");
    let made = make(&office, &[id]);
    let out = folder(&office.store());
    act(&office, CASHIER, |tx| batch_send::begin(tx, made.id, &out)).unwrap();
    let mut desk = sit(&office, CASHIER, Lang::En, (80, 24));
    go(&mut desk, "Batches");
    desk.sees("! sending");
    desk.sees("Never send again");
    show(&desk, "sending 80");
    desk.keys("ctrl-s");
    desk.sees("The batch is past that: sending");
    desk.keys("ctrl-t");
    desk.sees("The bank's word on batch B20261123-01");
    desk.keys("ctrl-s");
    desk.sees("Choose the bank's word");
    desk.keys("space space enter");
    desk.types("Ms Wang, by phone, 15:20");
    show(&desk, "word 80");
    desk.keys("ctrl-s");
    second(&mut desk, "戊复核");
    desk.sees("the bank has not received it");
    assert_eq!(one(&office, id).state, State::Failed);
    assert_eq!(batch_read::by_id(office.store().conn(), made.id).unwrap().unwrap().state, BatchState::Ended);
    // As they are, they go into another batch.
    let mut clerk = sit(&office, CLERK, Lang::En, (80, 24));
    go(&mut clerk, "Release and pay");
    clerk.sees("[To mend 1]");
    clerk.keys("ctrl-n");
    clerk.sees("1 replaced unchanged");
    show(&clerk, "mended 80");
    sound(&office);
}

#[test]
fn one_payment_is_settled_by_two_persons_and_a_batch_taken_apart() {
    let office = office();
    let ids = [transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红")];
    let first = make(&office, &ids[..1]);
    let second_batch = make(&office, &ids[1..]);
    let out = folder(&office.store());
    act(&office, CASHIER, |tx| batch_send::begin(tx, first.id, &out)).unwrap();
    let mut desk = sit(&office, CASHIER, Lang::Zh, (80, 24));
    go(&mut desk, "转账批次");
    desk.keys("enter ctrl-t");
    desk.sees("P0000000001 800.00 的银行答复");
    desk.keys("space enter");
    desk.types("工行王某 15:20");
    desk.keys("ctrl-s");
    second(&mut desk, "戊复核");
    desk.sees("已登记银行答复");
    assert_eq!(one(&office, ids[0]).state, State::Paid);
    desk.keys("esc");
    // The one that waits stands first now.
    desk.keys("home ctrl-x");
    desk.sees("拆散批次 B20261123-02（1 笔，1,200.00）");
    desk.keys("left enter");
    if batch_read::by_id(office.store().conn(), second_batch.id).unwrap().unwrap().state == BatchState::Made {
        desk.keys("ctrl-x y");
    }
    desk.sees("批次 B20261123-02 已拆散");
    assert_eq!(one(&office, ids[1]).batch_id, None);
    sound(&office);
}

#[test]
fn what_was_typed_survives_a_leaving_and_a_refusal() {
    let office = office();
    let id = transfer(&office, "A1", 800, "王建国");
    let made = make(&office, &[id]);
    act(&office, CASHIER, |tx| batch_send::begin(tx, made.id, &folder(&office.store()))).unwrap();
    let mut desk = sit(&office, CASHIER, Lang::Zh, (120, 40));
    go(&mut desk, "转账批次");
    desk.keys("ctrl-t enter");
    desk.types("工行王某");
    desk.keys("f2");
    go(&mut desk, "转账批次");
    desk.sees("工行王某");
    sound(&office);
}

#[test]
fn every_state_fits_every_size() {
    let office = office();
    let ids = [transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红")];
    chosen(&office, payable(&office, "A3", 500), Mode::Cash, 500, "陈志远·阿依古丽");
    let made = make(&office, &ids[..1]);
    act(&office, CASHIER, |tx| batch_send::begin(tx, made.id, &folder(&office.store()))).unwrap();
    for lang in [Lang::Zh, Lang::En] {
        for colour in [true, false] {
            for (place, states) in [
                (["放行付款", "Release and pay"], &["", "enter", "esc tab", "tab"][..]),
                (["转账批次", "Batches"], &["", "ctrl-o", "esc ctrl-t", "esc enter", "ctrl-t"][..]),
                (["现金日清", "Cash count"], &[""][..]),
            ] {
                let mut desk = Desk::on(&office, Setup { lang, colour, now: NOW.to_owned(), ..Setup::default() });
                desk.sign_in(CASHIER);
                go(&mut desk, place[usize::from(lang == Lang::En)]);
                for keys in states {
                    desk.keys(keys);
                    for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0), (120, 40)] {
                        desk.resize(columns, rows);
                    }
                }
            }
        }
    }
    let mut leader = sit(&office, LEADER, Lang::Zh, (80, 24));
    go(&mut leader, "放行付款");
    leader.keys("f1");
    show(&leader, "help");
}

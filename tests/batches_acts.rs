//! Release, batches, results and mending on a real store: who may, what is written, what is refused and what a bank's answer changes.

mod batches_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;

use batches_common::{
    CASHIER, NOW, PRECHECK, REVIEWER, act, answer, case, chosen, hold_serials, make, one, payable, receipt, sound,
    transfer,
};
use closing_common::codes;
use closing_desk::case::milestones::Stage;
use closing_desk::case::store::subject;
use closing_desk::db::journal;
use closing_desk::instructions::rules::{Mode, State};
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::notify::rules::Kind;
use closing_desk::notify::rules::inquiries::NewInquiry;
use closing_desk::notify::store::inquiries::{self, Reply};
use closing_desk::payment::maps::{self, Outgoing, built_in};
use closing_desk::payment::rules::batch::reference;
use closing_desk::payment::rules::mend::Mending;
use closing_desk::payment::rules::result::Status;
use closing_desk::payment::store::batch_read::{self, BatchState};
use closing_desk::payment::store::batch_send::{self, Way, folder, send};
use closing_desk::payment::store::mend::{mend, mend_unchanged};
use closing_desk::payment::store::onsite::{pay, print_receipt, receipt_signed, receipt_void};
use closing_desk::payment::store::release::{release, take_back};
use closing_desk::payment::store::result::read_file;
use closing_desk::payment::store::result_word::{batch_word, instruction_word};
use closing_desk::payment::store::{batch, cash};
use harness::{CLERK, CLERK_2, LEADER, Office, moment, payments};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

fn office() -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    hold_serials(&office, CLERK, 1, 60);
    hold_serials(&office, CASHIER, 901, 20);
    office
}

fn sent(office: &Office, id: i64, who: &str) -> Way {
    let store = office.store();
    send(&store, &office.actor(who), moment(NOW), id, &folder(&store))
}

fn read(
    office: &Office,
    id: i64,
    text: &str,
) -> Result<closing_desk::payment::store::result::Taken, closing_desk::db::ActError> {
    act(office, CASHIER, |tx| read_file(tx, id, "result.csv", text.as_bytes()))
}

#[test]
fn on_site_money_passes_through_two_persons_and_a_receipt() {
    let office = office();
    let case_id = payable(&office, "A1", 800);
    let id = chosen(&office, case_id, Mode::Cash, 800, "王建国");
    assert_eq!(case(&office, case_id).milestones.stage(), Stage::Disburse);
    assert_eq!(codes(act(&office, CLERK, |tx| release(tx, &[id]))), "right");
    assert_eq!(codes(act(&office, CASHIER, |tx| pay(tx, &[id]))), "not_released, receipt");
    let done = act(&office, CASHIER, |tx| release(tx, &[id])).unwrap();
    assert_eq!((done.done, done.sum), (vec![id], Fen::from_yuan(800)));
    assert_eq!(codes(act(&office, CASHIER, |tx| print_receipt(tx, id, "0902"))), "serial");
    assert_eq!(one(&office, id).receipt, "", "nothing is used when another sheet is in the printer");
    let printed = act(&office, CASHIER, |tx| print_receipt(tx, id, "０９０１")).unwrap();
    assert_eq!(printed.serial, "00000901");
    assert!(printed.sheet.lines().join("\n").contains("捌佰元整"));
    assert_eq!(codes(act(&office, CASHIER, |tx| print_receipt(tx, id, "0902"))), "has_receipt");
    assert_eq!(codes(act(&office, CASHIER, |tx| pay(tx, &[id]))), "receipt");
    // The sheet jams: all copies are kept, and the next number is taken.
    assert_eq!(codes(act(&office, CASHIER, |tx| receipt_void(tx, id, " ", true))), "reason");
    act(&office, CASHIER, |tx| receipt_void(tx, id, "卡纸", true)).unwrap();
    act(&office, CASHIER, |tx| print_receipt(tx, id, "0902")).unwrap();
    act(&office, CASHIER, |tx| receipt_signed(tx, id)).unwrap();
    act(&office, REVIEWER, |tx| pay(tx, &[id])).unwrap();
    let (paid, file) = (one(&office, id), case(&office, case_id));
    assert_eq!(
        (paid.state, paid.paid_at, paid.paid_by),
        (State::Paid, Some(moment(NOW)), Some(office.actor(REVIEWER).id))
    );
    assert_eq!((file.milestones.paid_at, file.milestones.stage()), (Some(moment(NOW)), Stage::Archive));
    let rows = journal::since_version(office.store().conn(), &subject(&file.case_code), 0).unwrap();
    let acts: Vec<&str> = rows.iter().rev().map(|row| row.act.as_str()).collect();
    assert!(
        acts.ends_with(&["release", "receipt_print", "receipt_void", "receipt_print", "receipt_signed", "pay"]),
        "{acts:?}"
    );
    sound(&office);
}

/// The customer asks; it holds the money.
fn asked(office: &Office, case_id: i64) -> i64 {
    let new = NewInquiry {
        kind: Some(Kind::Items),
        text: "工时费是否已含".into(),
        complex: false,
        long: false,
        meanwhile: false,
        asked_at: None,
        reason: String::new(),
    };
    let seen = case(office, case_id).version;
    act(office, CLERK, |tx| inquiries::ask(tx, case_id, seen, &new, None)).unwrap()
}

fn answered(office: &Office, case_id: i64, inquiry: i64) {
    let reply = Reply { text: "已含".into(), clause: None, settles: true, agrees: None };
    let seen = case(office, case_id).version;
    act(office, CLERK, |tx| inquiries::answer(tx, case_id, seen, inquiry, &reply)).unwrap();
}

#[test]
fn nobody_releases_or_pays_what_he_chose_and_an_inquiry_holds_everything() {
    let office = office();
    let case_id = payable(&office, "A1", 800);
    let id = chosen(&office, case_id, Mode::Cash, 800, "王建国");
    act(&office, LEADER, |tx| {
        let cashier = office.actor(CASHIER).id;
        tx.conn().execute("UPDATE instruction SET chosen_by = $1 WHERE id = $2", [cashier, id])?;
        tx.journal("test", 0, &serde_json::json!({}))
    })
    .unwrap();
    assert_eq!(codes(act(&office, CASHIER, |tx| release(tx, &[id]))), "maker");
    let inquiry = asked(&office, case_id);
    assert_eq!(codes(act(&office, REVIEWER, |tx| release(tx, &[id]))), "inquiry");
    answered(&office, case_id, inquiry);
    act(&office, REVIEWER, |tx| release(tx, &[id])).unwrap();
    act(&office, CASHIER, |tx| print_receipt(tx, id, "0901")).unwrap();
    act(&office, CASHIER, |tx| receipt_signed(tx, id)).unwrap();
    // Asked after the release, it holds the money all the same.
    asked(&office, case_id);
    assert_eq!(codes(act(&office, REVIEWER, |tx| pay(tx, &[id]))), "inquiry");
    assert_eq!(codes(act(&office, CASHIER, |tx| take_back(tx, id, ""))), "reason");
    act(&office, CASHIER, |tx| take_back(tx, id, "客户有疑问")).unwrap();
    assert_eq!(one(&office, id).state, State::Chosen);
    sound(&office);
}

#[test]
fn a_doubtful_clock_lets_no_money_go() {
    let office = office();
    let case_id = payable(&office, "A1", 800);
    let id = chosen(&office, case_id, Mode::Cash, 800, "王建国");
    let early = office.store().act(
        &office.actor(CASHIER),
        moment(NOW) - 600,
        "release",
        closing_desk::db::Wait::Patient,
        |tx| release(tx, &[id]),
    );
    assert_eq!(codes(early), "clock");
}

#[test]
fn a_batch_is_written_before_its_file_leaves_and_leaves_once() {
    let office = office();
    let (a, b) = (transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红"));
    let unready = chosen(&office, payable(&office, "A3", 500), Mode::Transfer, 500, "陈志远");
    assert_eq!(codes(act(&office, CLERK, |tx| batch::make(tx, "standard-csv", &[a, unready]))), "receipt");
    assert_eq!(codes(act(&office, CLERK, |tx| batch::make(tx, "nobody", &[a]))), "map");
    let made = make(&office, &[b, a]);
    assert_eq!((made.batch_no.as_str(), made.lines, made.total), ("B20261123-01", 2, Fen::from_yuan(2_000)));
    assert_eq!(codes(act(&office, CLERK, |tx| batch::make(tx, "standard-csv", &[a]))), "batched");
    assert_eq!(codes(act(&office, CLERK, |tx| receipt_void(tx, a, "x", true))), "state");
    let Way::Refused(found) = sent(&office, made.id, CLERK_2) else { panic!("a clerk may not") };
    assert_eq!(found.codes(), "right");
    let Way::Sent(batch, path) = sent(&office, made.id, CASHIER) else { panic!("sent") };
    let bytes = std::fs::read(&path).unwrap();
    let (text, _, bad) = encoding_rs::GB18030.decode(&bytes);
    assert!(!bad && text.contains("B20261123-01") && text.contains("李晓红") && text.contains(",800.00,"), "{text}");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(batch_read::by_id(office.store().conn(), batch.id).unwrap().unwrap().state, BatchState::Sent);
    assert_eq!((one(&office, a).state, one(&office, a).released_by), (State::Sent, Some(office.actor(CASHIER).id)));
    let Way::Refused(found) = sent(&office, made.id, REVIEWER) else { panic!("not twice") };
    assert_eq!(found.codes(), "state");
    assert_eq!(codes(act(&office, CLERK, |tx| batch::dissolve(tx, made.id))), "state");
    sound(&office);
}

#[test]
fn a_file_that_is_there_already_stops_a_batch() {
    let office = office();
    let made = make(&office, &[transfer(&office, "A1", 800, "王建国")]);
    let out = folder(&office.store());
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(out.join("B20261123-01.csv"), "").unwrap();
    let Way::Refused(found) = sent(&office, made.id, CASHIER) else { panic!("refused") };
    assert_eq!(found.codes(), "file_there");
    act(&office, CLERK, |tx| batch::dissolve(tx, made.id)).unwrap();
    let again = make(&office, &[one(&office, 1).id]);
    assert_eq!(again.batch_no, "B20261123-02", "a number is never given twice");
    sound(&office);
}

#[test]
fn results_pay_fail_return_and_change_nothing_the_second_time() {
    let office = office();
    let ids = [
        transfer(&office, "A1", 800, "王建国"),
        transfer(&office, "A2", 1_200, "李晓红"),
        transfer(&office, "A3", 500, "陈志远"),
    ];
    let made = make(&office, &ids);
    assert_eq!(codes(read(&office, made.id, "")), "state");
    assert!(matches!(sent(&office, made.id, CASHIER), Way::Sent(..)));
    let no = made.batch_no.as_str();
    let text = answer(
        no,
        &[(ids[0], "800.00", "成功", ""), (ids[1], "1200.00", "失败", "账号不存在"), (ids[2], "500.00", "处理中", "")],
    );
    let taken = read(&office, made.id, &text).unwrap();
    assert_eq!((taken.rows, taken.paid, taken.bad, taken.waiting, taken.odd.len()), (3, 1, 1, 1, 0));
    let states = || ids.map(|id| one(&office, id).state);
    assert_eq!(states(), [State::Paid, State::Failed, State::Sent]);
    assert_eq!(one(&office, ids[1]).end_reason, "账号不存在");
    let head = journal::head(office.store().conn()).unwrap();
    assert!(read(&office, made.id, &text).unwrap().again);
    assert_eq!(journal::head(office.store().conn()).unwrap(), head, "the same file leaves no trace");
    // The same rows in another file change nothing either, and a payment that failed is not paid by a late word.
    let late =
        answer(no, &[(ids[0], "800.00", "成功", ""), (ids[1], "1200.00", "成功", ""), (ids[2], "500.00", "成功", "")]);
    let taken = read(&office, made.id, &late).unwrap();
    assert_eq!((taken.paid, taken.odd.codes().as_str()), (1, "otherwise"));
    assert_eq!(states(), [State::Paid, State::Failed, State::Paid]);
    assert_eq!(batch_read::by_id(office.store().conn(), made.id).unwrap().unwrap().state, BatchState::Ended);
    assert_eq!(batch_read::oddities(office.store().conn(), made.id, 9).unwrap().len(), 1);
    // What was paid comes back: the milestone is taken back in the same round.
    let case_id = one(&office, ids[0]).case_id;
    assert!(case(&office, case_id).milestones.paid_at.is_some());
    let back = answer(no, &[(ids[0], "800.00", "退票", "户名不符")]);
    assert_eq!(read(&office, made.id, &back).unwrap().bad, 1);
    let m = case(&office, case_id).milestones;
    assert_eq!((m.paid_at, m.chosen_at, m.stage()), (None, None, Stage::Payment));
    assert_eq!((one(&office, ids[0]).state, one(&office, ids[0]).paid_at.is_some()), (State::Returned, true));
    sound(&office);
}

#[test]
fn a_file_that_is_off_is_refused_whole() {
    let office = office();
    let (a, b) = (transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红"));
    let made = make(&office, &[a, b]);
    assert!(matches!(sent(&office, made.id, CASHIER), Way::Sent(..)));
    let right = answer(&made.batch_no, &[(a, "800.00", "成功", ""), (b, "1200.00", "成功", "")]);
    for (wrong, code) in [
        (right.replace("2,,合计,2000.00", "2,,合计,2000.01"), "sum"),
        (right.replace("2,,合计", "3,,合计"), "count"),
        (right.lines().filter(|line| !line.contains("合计")).collect::<Vec<_>>().join("\r\n"), "no_control"),
        (right.replace(&made.batch_no, "B20261123-09"), "other_batch"),
        (right.replace("800.00,成功", "8OO,成功"), "row"),
        (right.replace("状态", "状况"), "header"),
        (right.replace("成功,\r\n2", "成功,,,\r\n2"), "row"),
        (String::new(), "empty_file"),
    ] {
        assert_eq!(codes(read(&office, made.id, &wrong)), code, "{wrong}");
    }
    assert_eq!(one(&office, a).state, State::Sent);
    // Rows of other batches, other amounts and unknown words are kept, said, and change nothing.
    let odd =
        answer(&made.batch_no, &[(a, "800.01", "成功", ""), (b, "1200.00", "好像成功", ""), (999, "5.00", "成功", "")]);
    let taken = read(&office, made.id, &odd).unwrap();
    assert_eq!((taken.paid, taken.odd.codes().as_str()), (0, "amount, word, stranger"));
    let twice = answer(&made.batch_no, &[(a, "800.00", "成功", ""), (a, "800.00", "失败", "")]);
    assert_eq!(read(&office, made.id, &twice).unwrap().odd.codes(), "twice, twice");
    assert_eq!([one(&office, a).state, one(&office, b).state], [State::Sent; 2]);
    sound(&office);
}

#[test]
fn a_failed_payment_is_mended_by_the_smallest_change() {
    let office = office();
    let (a, b) = (transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红"));
    let made = make(&office, &[a, b]);
    assert!(matches!(sent(&office, made.id, CASHIER), Way::Sent(..)));
    assert_eq!(codes(act(&office, CLERK, |tx| mend(tx, a, &Mending::of(&one(&office, a))))), "state, amount");
    let text = answer(&made.batch_no, &[(a, "800.00", "失败", "账号不存在"), (b, "1200.00", "退票", "户名不符")]);
    read(&office, made.id, &text).unwrap();
    let serial = one(&office, a).receipt;
    // A number: by the clerk, the receipt goes on with the new instruction.
    let number = Mending { account: "6222 0202 0000 9999 998".into(), ..Mending::of(&one(&office, a)) };
    let mended = act(&office, CLERK, |tx| mend(tx, a, &number)).unwrap();
    let new = one(&office, mended.new.id);
    assert!(!mended.waits && new.account_changed && new.receipt == serial && new.receipt_signed_at.is_some());
    assert_eq!((new.account.as_str(), new.replaces, new.chain_id), ("6222020200009999998", a, a));
    let stands = || (one(&office, a).state, case(&office, new.case_id).milestones.stage());
    assert_eq!(stands(), (State::Replaced, Stage::Precheck), "another account has a paper of its own to show");
    assert_eq!(codes(act(&office, CLERK, |tx| batch::make(tx, "standard-csv", &[new.id]))), "papers");
    act(&office, PRECHECK, |tx| payments::shown(tx, new.case_id)).unwrap();
    assert_eq!(stands(), (State::Replaced, Stage::Disburse));
    // A holder: through review, the receipt is void.
    let other = Mending { holder: "李小红".into(), ..Mending::of(&one(&office, b)) };
    assert_eq!(codes(act(&office, CLERK, |tx| mend(tx, b, &other))), "holder");
    let other = Mending { payee: "李小红".into(), ..other };
    let mended = act(&office, CLERK, |tx| mend(tx, b, &other)).unwrap();
    assert!(mended.waits && mended.new.receipt.is_empty());
    assert_eq!(codes(act(&office, CLERK, |tx| batch::make(tx, "standard-csv", &[mended.new.id]))), "review, receipt");
    let again = make(&office, &[new.id]);
    assert!(matches!(sent(&office, again.id, CASHIER), Way::Sent(..)));
    let text = answer(&again.batch_no, &[(new.id, "800.00", "成功", "")]);
    assert_eq!(read(&office, again.id, &text).unwrap().paid, 1);
    assert!(case(&office, new.case_id).milestones.paid_at.is_some());
    sound(&office);
}

#[test]
fn the_banks_word_takes_two_persons() {
    let office = office();
    let (a, b) = (transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红"));
    let made = make(&office, &[a, b]);
    let (cashier, reviewer) = (office.actor(CASHIER).id, office.actor(REVIEWER).id);
    // The machine dies between the writing and the file.
    let out = folder(&office.store());
    act(&office, CASHIER, |tx| batch_send::begin(tx, made.id, &out)).unwrap();
    assert_eq!(one(&office, a).state, State::Sending);
    assert_eq!(codes(act(&office, CASHIER, |tx| batch_word(tx, made.id, false, "x", cashier))), "second");
    assert_eq!(
        codes(act(&office, CASHIER, |tx| batch_word(tx, made.id, false, "x", office.actor(CLERK).id))),
        "second"
    );
    assert_eq!(codes(act(&office, CASHIER, |tx| batch_word(tx, made.id, false, "", reviewer))), "reason");
    let batch =
        act(&office, CASHIER, |tx| batch_word(tx, made.id, false, "工行王某 15:20 电话：未收到", reviewer)).unwrap();
    assert_eq!((batch.state, one(&office, a).state), (BatchState::Ended, State::Failed));
    assert_eq!(codes(act(&office, CASHIER, |tx| batch_word(tx, made.id, true, "x", reviewer))), "state");
    let mended = act(&office, CLERK, |tx| mend_unchanged(tx, &[a, b])).unwrap();
    let new: Vec<i64> = mended.iter().map(|mended| mended.new.id).collect();
    let again = make(&office, &new);
    act(&office, CASHIER, |tx| batch_send::begin(tx, again.id, &out)).unwrap();
    let batch = act(&office, REVIEWER, |tx| batch_word(tx, again.id, true, "工行王某：已收到", cashier)).unwrap();
    assert_eq!((batch.state, one(&office, new[0]).state), (BatchState::Sent, State::Sent));
    act(&office, CASHIER, |tx| instruction_word(tx, new[0], Status::Paid, "工行王某：已付", reviewer)).unwrap();
    act(&office, CASHIER, |tx| instruction_word(tx, new[1], Status::Stopped, "工行王某：止付", reviewer)).unwrap();
    assert_eq!((one(&office, new[0]).state, one(&office, new[1]).state), (State::Paid, State::Stopped));
    assert_eq!(codes(act(&office, CASHIER, |tx| instruction_word(tx, new[1], Status::Paid, "x", reviewer))), "settled");
    assert_eq!(batch_read::by_id(office.store().conn(), again.id).unwrap().unwrap().state, BatchState::Ended);
    sound(&office);
}

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

#[test]
fn pain_001_is_valid_by_the_schema_and_pain_002_is_read_back() {
    let office = office();
    let (a, b) = (transfer(&office, "A1", 800, "王<建>&国"), transfer(&office, "A2", 1_200, "李晓红"));
    let made = act(&office, CLERK, |tx| batch::make(tx, "iso20022", &[a, b])).unwrap();
    let Way::Sent(_, path) = sent(&office, made.id, CASHIER) else { panic!("sent") };
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("<CtrlSum>2000.00</CtrlSum>") && text.contains("王&lt;建&gt;&amp;国"), "{text}");
    let checked =
        Command::new("xmllint").arg("--noout").arg("--schema").arg(fixture("pain.001.001.09.xsd")).arg(&path).output();
    match checked {
        Ok(checked) => assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr)),
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "xmllint is needed to check pain.001 against its schema: {error}"
            );
            println!("xmllint is not installed ({error}): pain.001 was not checked against its schema");
        }
    }
    let report = |version: &str, a_status: &str, count: i64| {
        format!(
            "<?xml version=\"1.0\"?><p:Document xmlns:p=\"urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version}\"><p:CstmrPmtStsRpt>\
             <p:GrpHdr><p:MsgId>X</p:MsgId></p:GrpHdr><p:OrgnlGrpInfAndSts><p:OrgnlMsgId>{}</p:OrgnlMsgId>\
             <p:OrgnlNbOfTxs>{count}</p:OrgnlNbOfTxs><p:OrgnlCtrlSum>2000.00000</p:OrgnlCtrlSum><p:GrpSts>PART</p:GrpSts></p:OrgnlGrpInfAndSts>\
             <p:OrgnlPmtInfAndSts><p:OrgnlPmtInfId>P</p:OrgnlPmtInfId>\
             <p:TxInfAndSts><p:OrgnlEndToEndId>{}</p:OrgnlEndToEndId><p:TxSts>{a_status}</p:TxSts></p:TxInfAndSts>\
             <p:TxInfAndSts><p:OrgnlEndToEndId>{}</p:OrgnlEndToEndId><p:TxSts>RJCT</p:TxSts><p:StsRsnInf><p:Rsn><p:Cd>AC01</p:Cd></p:Rsn>\
             <p:AddtlInf>账号 &amp; 户名</p:AddtlInf></p:StsRsnInf></p:TxInfAndSts>\
             </p:OrgnlPmtInfAndSts></p:CstmrPmtStsRpt></p:Document>",
            made.batch_no,
            reference(a),
            reference(b)
        )
    };
    assert_eq!(codes(read(&office, made.id, &report("03", "ACSC", 3))), "batch_count");
    assert_eq!(codes(read(&office, made.id, "<a><b></a>")), "xml");
    let taken = read(&office, made.id, &report("03", "ACSP", 2)).unwrap();
    assert_eq!((taken.waiting, taken.bad), (1, 1));
    assert_eq!(one(&office, b).end_reason, "AC01 账号 & 户名");
    assert_eq!(read(&office, made.id, &report("14", "ACSC", 2)).unwrap().paid, 1);
    assert_eq!(one(&office, a).state, State::Paid);
    sound(&office);
}

#[test]
fn a_whole_batch_rejected_by_one_word_fails_whole() {
    let office = office();
    let id = transfer(&office, "A1", 800, "王建国");
    let made = act(&office, CLERK, |tx| batch::make(tx, "iso20022", &[id])).unwrap();
    assert!(matches!(sent(&office, made.id, CASHIER), Way::Sent(..)));
    let report = format!(
        "<Document><CstmrPmtStsRpt><OrgnlGrpInfAndSts><OrgnlMsgId>{}</OrgnlMsgId><GrpSts>RJCT</GrpSts>\
         <StsRsnInf><Rsn><Prtry>DUPL</Prtry></Rsn></StsRsnInf></OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>",
        made.batch_no
    );
    assert_eq!(read(&office, made.id, &report).unwrap().bad, 1);
    assert_eq!((one(&office, id).state, one(&office, id).end_reason.as_str()), (State::Failed, "DUPL"));
    sound(&office);
}

#[test]
fn a_workbook_goes_out_and_comes_back() {
    let office = office();
    let id = transfer(&office, "A1", 800, "王建国");
    let made = act(&office, CLERK, |tx| batch::make(tx, "standard-xlsx", &[id])).unwrap();
    let Way::Sent(_, path) = sent(&office, made.id, CASHIER) else { panic!("sent") };
    assert!(std::fs::read(&path).unwrap().starts_with(b"PK"));
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0..).zip(["批次号", "流水号", "金额", "状态", "原因"]) {
        sheet.write_string(0, column, name).unwrap();
    }
    sheet.write_string(1, 0, &made.batch_no).unwrap();
    sheet.write_string(1, 1, reference(id)).unwrap();
    sheet.write_number(1, 2, 800.0).unwrap();
    sheet.write_string(1, 3, "成功").unwrap();
    sheet.write_number(2, 0, 1.0).unwrap();
    sheet.write_string(2, 1, "合计").unwrap();
    sheet.write_number(2, 2, 800.0).unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let taken = act(&office, CASHIER, |tx| read_file(tx, made.id, "r.xlsx", &bytes)).unwrap();
    assert_eq!(taken.paid, 1);
    sound(&office);
}

#[test]
fn a_character_the_bank_cannot_read_stops_the_batch_before_it_is_released() {
    let office = office();
    let id = transfer(&office, "A1", 800, "王\u{E5E5}国");
    let made = make(&office, &[id]);
    let Way::Refused(found) = sent(&office, made.id, CASHIER) else { panic!("refused") };
    assert_eq!(found.codes(), "encoding");
    assert_eq!(one(&office, id).state, State::Chosen);
    let formula = transfer(&office, "A2", 800, "=王建国");
    assert_eq!(codes(act(&office, CLERK, |tx| batch::make(tx, "standard-csv", &[formula]))), "field_text");
}

#[test]
fn banks_maps_are_added_by_file_and_the_latest_of_a_name_counts() {
    let office = office();
    let mut text =
        String::from_utf8(std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/bank_maps.toml")).unwrap())
            .unwrap();
    text =
        text.replace("encoding = \"gb18030\"", "encoding = \"utf8\"").replace("amount = \"yuan\"", "amount = \"fen\"");
    assert_eq!(codes(act(&office, CLERK, |tx| batch::add_maps(tx, &text))), "right");
    assert_eq!(codes(act(&office, LEADER, |tx| batch::add_maps(tx, "x"))), "map_file");
    act(&office, LEADER, |tx| batch::add_maps(tx, &text)).unwrap();
    let id = transfer(&office, "A1", 800, "王建国");
    let made = make(&office, &[id]);
    let Way::Sent(_, path) = sent(&office, made.id, CASHIER) else { panic!("sent") };
    assert!(std::fs::read_to_string(path).unwrap().contains(",80000,"));
    let wrong = answer(&made.batch_no, &[(id, "800.00", "成功", "")]);
    assert_eq!(codes(read(&office, made.id, &wrong)), "row");
    let right = wrong.replace("800.00", "80000");
    assert_eq!(read(&office, made.id, &right).unwrap().paid, 1);
    sound(&office);
}

#[test]
fn the_files_of_the_maps_compare_as_text() {
    let office = office();
    let id = transfer(&office, "A1", 800, "王建国");
    let lines = [maps::Line { instruction: one(&office, id), note: "A1".into() }];
    let outgoing = Outgoing {
        batch_no: "B20261123-01",
        office: "城东网点",
        at: moment(NOW),
        lines: &lines,
        total: Fen::from_yuan(800),
    };
    let map = built_in().into_iter().find(|map| map.name == "standard-csv").unwrap();
    let bytes = maps::render(&map, &outgoing).unwrap();
    let text = encoding_rs::GB18030.decode(&bytes).0.into_owned();
    assert_eq!(
        text,
        "序号,批次号,流水号,收款人户名,收款账号,收款银行,开户网点,联行号,币种,金额,用途,附言\r\n\
         1,B20261123-01,P0000000001,王建国,6222020200001234567,中国工商银行,合肥城东支行,,CNY,800.00,保险赔款,A1\r\n"
    );
}

#[test]
fn cash_is_counted_by_two_persons() {
    let office = office();
    let case_id = payable(&office, "A1", 800);
    let id = chosen(&office, case_id, Mode::Cash, 800, "王建国");
    receipt(&office, id);
    act(&office, CASHIER, |tx| release(tx, &[id])).unwrap();
    act(&office, CASHIER, |tx| pay(tx, &[id])).unwrap();
    let (cashier, reviewer) = (office.actor(CASHIER).id, office.actor(REVIEWER).id);
    let yuan = Fen::from_yuan;
    let count = |seen, counted, reason: &str, second| {
        act(&office, CASHIER, |tx| cash::count(tx, cashier, seen, counted, reason, second))
    };
    assert_eq!(codes(count(yuan(800), yuan(800), "", cashier)), "second");
    assert_eq!(codes(count(yuan(700), yuan(799), "", reviewer)), "stale, reason");
    assert_eq!(count(yuan(800), yuan(799), "找零少 1 元", reviewer).unwrap(), yuan(0).checked_sub(yuan(1)).unwrap());
    assert_eq!(count(yuan(800), yuan(800), "", reviewer).unwrap(), Fen::ZERO);
    let day = closing_desk::kernel::clock::day_of(moment(NOW));
    let rows = cash::of_day(office.store().conn(), day).unwrap();
    assert_eq!(rows[0].counted.as_ref().unwrap().counted, yuan(800), "a recount is a later row");
    sound(&office);
}

#[test]
fn the_export_is_masked_unless_a_leader_asks() {
    let office = office();
    let id = transfer(&office, "A1", 800, "王建国");
    let store = office.store();
    let order = |unmasked| closing_desk::payment::export::Order {
        format: closing_desk::files::Format::Csv,
        unmasked,
        lang: Lang::Zh,
    };
    let mut out = Vec::new();
    let clerk = office.actor(CLERK);
    closing_desk::payment::export::export(&store, &clerk, moment(NOW), order(false), None, &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.contains(&format!("\r\n{id},A1,")) && text.contains("****4567") && !text.contains("6222020200001234567"),
        "{text}"
    );
    let refused =
        closing_desk::payment::export::export(&store, &clerk, moment(NOW), order(true), None, &mut Vec::new());
    assert_eq!(codes(refused), "right");
    let mut out = Vec::new();
    closing_desk::payment::export::export(&store, &office.actor(LEADER), moment(NOW), order(true), None, &mut out)
        .unwrap();
    assert!(String::from_utf8(out).unwrap().contains("6222020200001234567"));
}

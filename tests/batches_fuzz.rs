//! Result files as no bank should write them: cut, doubled, mangled, in the wrong encoding. Never a panic, and never a change beyond
//! what a row of an accepted file says.

mod batches_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;

use batches_common::{CASHIER, CLERK_IDS, NOW, act, answer, hold_serials, one, sound, transfer};
use closing_desk::db::{ActError, journal};
use closing_desk::instructions::rules::State;
use closing_desk::kernel::money::Fen;
use closing_desk::payment::maps::{built_in, read_result};
use closing_desk::payment::rules::batch::{reference, referred};
use closing_desk::payment::rules::result::{Status, judge_file};
use closing_desk::payment::store::batch;
use closing_desk::payment::store::batch_send::{Way, folder, send};
use closing_desk::payment::store::result::read_file;
use harness::{CLERK, Office, moment};
use proptest::prelude::*;
use std::path::Path;
use std::rc::Rc;

const AMOUNTS: [i64; 3] = [800, 1_200, 500];

fn out(map: &str) -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    hold_serials(&office, CLERK, 1, 20);
    let ids: Vec<i64> =
        AMOUNTS.iter().enumerate().map(|(n, amount)| transfer(&office, &format!("A{n}"), *amount, "王建国")).collect();
    assert_eq!(ids, CLERK_IDS);
    let made = act(&office, CLERK, |tx| batch::make(tx, map, &ids)).unwrap();
    let store = office.store();
    assert!(matches!(send(&store, &office.actor(CASHIER), moment(NOW), made.id, &folder(&store)), Way::Sent(..)));
    office
}

/// A way to spoil a file.
#[derive(Clone, Debug)]
enum Spoil {
    Byte(prop::sample::Index, u8),
    Cut(prop::sample::Index),
    Insert(prop::sample::Index, Vec<u8>),
    DoubleLine(prop::sample::Index),
    DropLine(prop::sample::Index),
    SwapLines(prop::sample::Index, prop::sample::Index),
    Word(&'static str, &'static str),
    Gb18030,
    Utf16,
}

fn spoils() -> impl Strategy<Value = Spoil> {
    use prop::sample::Index;
    let index = any::<Index>;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, byte)| Spoil::Byte(at, byte)),
        index().prop_map(Spoil::Cut),
        (index(), prop::collection::vec(any::<u8>(), 0..8)).prop_map(|(at, bytes)| Spoil::Insert(at, bytes)),
        index().prop_map(Spoil::DoubleLine),
        index().prop_map(Spoil::DropLine),
        (index(), index()).prop_map(|(a, b)| Spoil::SwapLines(a, b)),
        prop::sample::select(vec![
            ("成功", "失败"),
            ("800.00", "800.01"),
            ("P0000000001", "P0000000002"),
            ("P0000000002", "P0000009999"),
            ("合计", "总计"),
            ("2500.00", "2500.10"),
            (",成功", ",\"成功"),
            ("ACSC", "RJCT"),
            ("<TxSts>", "<Txsts>"),
            ("</TxInfAndSts>", ""),
        ])
        .prop_map(|(from, to)| Spoil::Word(from, to)),
        Just(Spoil::Gb18030),
        Just(Spoil::Utf16),
    ]
}

fn spoil(mut bytes: Vec<u8>, how: &Spoil) -> Vec<u8> {
    let lines = |bytes: &[u8]| bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    if bytes.is_empty() {
        return bytes;
    }
    match how {
        Spoil::Byte(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Spoil::Cut(at) => bytes.truncate(at.index(bytes.len())),
        Spoil::Insert(at, more) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, more.iter().copied());
        }
        Spoil::DoubleLine(at) => {
            let mut all = lines(&bytes);
            let at = at.index(all.len());
            all.insert(at, all[at].clone());
            bytes = all.concat();
        }
        Spoil::DropLine(at) => {
            let mut all = lines(&bytes);
            all.remove(at.index(all.len()));
            bytes = all.concat();
        }
        Spoil::SwapLines(a, b) => {
            let mut all = lines(&bytes);
            let (a, b) = (a.index(all.len()), b.index(all.len()));
            all.swap(a, b);
            bytes = all.concat();
        }
        Spoil::Word(from, to) => bytes = String::from_utf8_lossy(&bytes).replacen(from, to, 1).into_bytes(),
        Spoil::Gb18030 => bytes = encoding_rs::GB18030.encode(&String::from_utf8_lossy(&bytes)).0.into_owned(),
        Spoil::Utf16 => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            bytes = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        }
    }
    bytes
}

fn report() -> String {
    let rows: String = CLERK_IDS
        .iter()
        .zip(AMOUNTS)
        .map(|(id, amount)| {
            format!(
                "<TxInfAndSts>\n<OrgnlEndToEndId>{}</OrgnlEndToEndId>\n<TxSts>ACSC</TxSts>\n<OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">{amount}.00</InstdAmt></Amt></OrgnlTxRef>\n</TxInfAndSts>\n",
                reference(*id)
            )
        })
        .collect();
    format!(
        "<Document>\n<CstmrPmtStsRpt>\n<OrgnlGrpInfAndSts><OrgnlMsgId>B20261123-01</OrgnlMsgId><OrgnlNbOfTxs>3</OrgnlNbOfTxs><OrgnlCtrlSum>2500.00</OrgnlCtrlSum></OrgnlGrpInfAndSts>\n<OrgnlPmtInfAndSts>\n{rows}</OrgnlPmtInfAndSts>\n</CstmrPmtStsRpt>\n</Document>\n"
    )
}

/// What the file itself says of an instruction, read anew and judged by itself.
fn says(map: &str, bytes: &[u8], id: i64, state: State) -> bool {
    let map = built_in().into_iter().find(|known| known.name == map).unwrap();
    let Ok(file) = read_result(&map, Path::new("x"), bytes) else { return false };
    let status = match state {
        State::Paid => Status::Paid,
        State::Failed => Status::Failed,
        State::Returned => Status::Returned,
        State::Stopped => Status::Stopped,
        _ => return false,
    };
    let whole = file.whole.as_ref().is_some_and(|(whole, _)| *whole == status);
    !judge_file(&file, "B20261123-01", 3, Fen::from_yuan(2_500)).blocking()
        && (whole || file.rows.iter().any(|row| referred(&row.reference) == Some(id) && row.status == status))
}

fn check(map: &str, right: &str, how: &[Spoil]) -> Result<(), TestCaseError> {
    let office = out(map);
    let bytes = how.iter().fold(right.as_bytes().to_vec(), spoil);
    let before = journal::head(office.store().conn()).unwrap();
    match act(&office, CASHIER, |tx| read_file(tx, 1, "result", &bytes)) {
        Ok(_) => {}
        Err(ActError::Refused(found)) => {
            prop_assert!(found.blocking());
            prop_assert_eq!(journal::head(office.store().conn()).unwrap(), before, "a refused file leaves no trace");
        }
        Err(other) => prop_assert!(false, "neither taken nor refused: {other}"),
    }
    for id in CLERK_IDS {
        let state = one(&office, id).state;
        prop_assert!(state == State::Sent || says(map, &bytes, id, state), "{id} became {state:?}");
    }
    // Once more changes nothing.
    let after = journal::head(office.store().conn()).unwrap();
    let _ = act(&office, CASHIER, |tx| read_file(tx, 1, "result", &bytes));
    prop_assert_eq!(journal::head(office.store().conn()).unwrap(), after);
    sound(&office);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_table_changes_nothing_it_does_not_say(how in prop::collection::vec(spoils(), 1..4)) {
        let rows = [(1, "800.00", "成功", ""), (2, "1200.00", "成功", ""), (3, "500.00", "失败", "账号不存在")];
        check("standard-csv", &answer("B20261123-01", &rows), &how)?;
    }

    #[test]
    fn a_spoilt_report_changes_nothing_it_does_not_say(how in prop::collection::vec(spoils(), 1..4)) {
        check("iso20022", &report(), &how)?;
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        for map in built_in() {
            let _ = read_result(&map, Path::new("x"), &bytes);
        }
    }
}

//! Written out in full and taken in again with the past: the import columns come back byte for byte.

use crate::support::Desk;
use closing_desk::files::write::whole;
use closing_desk::intake::export::{self, Format, Order, What};
use closing_desk::intake::import::Unwatched;
use closing_desk::kernel::identity;
use closing_desk::kernel::words::Lang;
use proptest::prelude::*;
use std::path::Path;

fn order(format: Format, unmasked: bool) -> Order {
    Order { what: What::Cases, format, unmasked, lang: Lang::Zh }
}

fn written(desk: &Desk, order: Order) -> Vec<u8> {
    let mut out = Vec::new();
    export::write(&desk.store, order, &mut out, &Unwatched).unwrap();
    out
}

/// The import columns of an exported CSV.
fn import_columns(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = std::str::from_utf8(bytes).unwrap().strip_prefix('\u{FEFF}').unwrap();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|r| r.unwrap().iter().take(37).map(str::to_owned).collect()).collect()
}

/// Takes a file of cases in, writes it out, takes that in elsewhere, writes it out again.
fn trip(path: &Path, desk: &Desk, format: Format, name: &str) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let first = desk.past(path);
    assert_eq!(first.rejected, 0, "{:?}", first.first_rejects);
    let out = desk.folder.path().join(name);
    whole(&out, |out| export::write(&desk.store, order(format, true), out, &Unwatched)).unwrap();
    let other = Desk::new();
    let second = other.past(&out);
    assert_eq!((second.rejected, second.kept()), (0, first.rows), "{:?}", second.first_rejects);
    let columns = |desk: &Desk| import_columns(&written(desk, order(Format::Csv, true)));
    (columns(desk), columns(&other))
}

/// Text that a careless program would break.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[一-龥]{1,4}",
        1 => "['=+\\-@]{1,3}[a-z一-龥]{0,3}",
        1 => "[a-z\",;' 你＝１·]{1,6}",
        1 => "[𠮷é“”]{1,3}",
    ]
    .prop_filter("has something in it", |text| !text.trim().is_empty() && text.trim() != "'")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A row of some of the columns; `number` keeps case numbers apart.
fn row() -> impl Strategy<Value = Vec<String>> {
    let id = prop_oneof![
        Just(String::new()),
        (1_000_u32..9_999).prop_map(|n| {
            let body = format!("1101051990010{n}");
            format!("{body}{}", identity::mod11_2_check(&body).unwrap())
        })
    ];
    let amount = prop_oneof![
        Just(String::new()),
        (0_i64..100_000_000).prop_map(|fen| format!("{}.{:02}", fen / 100, fen % 100))
    ];
    let closed = prop_oneof![
        Just(["", "", "", ""]),
        Just(["2026-11-20 16:00:00", "", "", ""]),
        Just(["2026-11-20 16:00:01", "2026-11-20 16:30:00", "", ""]),
        Just(["2026-11-20 10:00:00", "2026-11-20 16:30:00", "2026-11-21 09:00:00", ""]),
        Just(["2026-11-20 10:00:00", "", "", "2026-11-22 09:00:00"]),
    ];
    let outcome = prop_oneof![Just(""), Just("拒赔"), Just("pay"), Just("注销"), Just("零结")];
    let free = (text(), text(), text(), proptest::option::of(text()), proptest::option::of(text()));
    (id, amount, closed, outcome, free).prop_map(
        |(id, amount, closed, outcome, (insured, place, payee, assessor, boxed))| {
            let is_closed = !closed[0].is_empty();
            let payable = if is_closed && amount.is_empty() { "0".to_owned() } else { amount };
            let past = |text: &str| if is_closed { text.to_owned() } else { String::new() };
            vec![
                quoted(&insured),
                id,
                quoted(&place),
                quoted(&payee),
                quoted(&assessor.unwrap_or_default()),
                payable,
                past(closed[0]),
                past(closed[1]),
                past(closed[2]),
                past(closed[3]),
                past(outcome),
                past(&quoted(&boxed.unwrap_or_default())),
            ]
        },
    )
}

const HEADER: &str =
    "case_no,line,insured,id_no,survey_place,payee,assessor,payable,closed_at,told_at,paid_at,archived_at,outcome,box";

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn cases_written_out_and_taken_in_again_are_the_same_bytes(rows in proptest::collection::vec(row(), 1..12), sheet in any::<bool>()) {
        let desk = Desk::new();
        let mut file = format!("{HEADER}\n");
        for (number, row) in rows.iter().enumerate() {
            file.push_str(&format!("N{number},车险,{}\n", row.join(",")));
        }
        let path = desk.file("all.csv", file);
        let (format, name) = if sheet { (Format::Xlsx, "out.xlsx") } else { (Format::Csv, "out.csv") };
        let (first, second) = trip(&path, &desk, format, name);
        prop_assert_eq!(first, second);
    }
}

#[test]
fn masked_exports_hide_personal_data_and_are_not_taken_in_again() {
    let desk = Desk::new();
    desk.import_text(
        "case_no,line,insured,phone,account,assessed\nA1,车险,王建国,13800138000,6222020200001234567,8200.5\n",
    );
    let masked = String::from_utf8(written(&desk, order(Format::Csv, false))).unwrap();
    assert!(masked.contains("138****8000") && masked.contains("****4567"));
    assert!(!masked.contains("13800138000") && !masked.contains("6222020200001234567"));
    let again = desk.import(&desk.file("masked.csv", &masked));
    assert_eq!(again.codes.get("masked"), Some(&1));
}

#[test]
fn further_columns_say_where_a_case_stands_and_those_without_a_number_come_last() {
    use closing_desk::case::facts::Column;
    use closing_desk::db::Wait;
    let desk = Desk::new();
    let typed = vec![
        (Column::Line, "motor".to_owned()),
        (Column::Insured, "手工".to_owned()),
        (Column::Plate, "皖A12345".to_owned()),
    ];
    desk.store
        .act(&crate::support::nobody(), crate::support::now(), "enter_case", Wait::Patient, |tx| {
            closing_desk::intake::hand::enter(tx, &typed)
        })
        .unwrap();
    desk.import_text("case_no,line,insured,assessed\nB1,车险,王,5000\nA1,车险,李,4999.99\n");
    let json: serde_json::Value = serde_json::from_slice(&written(&desk, order(Format::Json, true))).unwrap();
    let list = json.as_array().unwrap();
    let of = |index: usize, name: &str| list[index][name].as_str().unwrap().to_owned();
    assert_eq!([of(0, "case_no"), of(1, "case_no"), of(2, "case_no")], ["A1", "B1", ""]);
    assert_eq!([of(0, "size"), of(1, "size")], ["small", "large"]);
    assert_eq!(of(1, "amount_in_capitals"), "伍仟元整");
    assert_eq!((of(0, "stage"), of(0, "next_action")), ("closing".to_owned(), "survey".to_owned()));
    assert_eq!((of(2, "insured"), of(2, "initials")), ("手工".to_owned(), "sg".to_owned()));
    assert!(!of(0, "due_reason").is_empty());
    assert_eq!(of(0, "line"), "机动车商业保险");
}

#[test]
fn the_journal_goes_out_row_by_row() {
    let desk = Desk::new();
    desk.import_text("case_no,line,insured,phone\nA1,车险,王,13800138000\n");
    let order = Order { what: What::Journal, format: Format::Csv, unmasked: false, lang: Lang::Zh };
    let text = String::from_utf8(written(&desk, order)).unwrap();
    assert!(text.contains("import_case") && text.contains("138****8000") && !text.contains("13800138000"));
    assert_eq!(text.lines().count(), 1 + usize::try_from(desk.head()).unwrap());
}

/// A case closed at the desk, as far as it has come.
fn live(desk: &Desk, case_no: &str, change: impl FnOnce(&mut closing_desk::case::milestones::Milestones)) {
    use closing_desk::case::store::{subject, write};
    use closing_desk::db::Wait;
    let rules = closing_desk::reference::store::rulebook(&desk.store).unwrap();
    let case = desk.case(case_no);
    desk.store
        .act(&crate::support::nobody(), crate::support::now(), "live", Wait::Patient, |tx| {
            let mut after = case.clone();
            after.milestones.steps = [Some(crate::support::now() - 9_000); 4];
            after.milestones.closed_at = Some(crate::support::now() - 8_000);
            after.round.approver = "1001".to_owned();
            change(&mut after.milestones);
            let version = write::save(tx, &case, &mut after, &rules, true)?;
            tx.journal(&subject(&case.case_code), version, &serde_json::json!({"live": 1}))
        })
        .unwrap();
}

#[test]
fn cases_lived_at_the_desk_come_back_too_at_whatever_stage() {
    use closing_desk::case::milestones::Outcome;
    use closing_desk::kernel::money::Fen;
    let desk = Desk::new();
    let rows: Vec<String> = (0..8).map(|n| format!("N{n},车险,王{n},甲查勘\n")).collect();
    desk.import_text(&format!("case_no,line,insured,surveyor\n{}", rows.concat()));
    let at = |minutes: i64| Some(crate::support::now() - 8_000 + minutes * 60);
    let hundred = Some(Fen::from_yuan(100));
    live(&desk, "N1", |m| (m.outcome, m.payable) = (Some(Outcome::Pay), hundred));
    // Agreed in writing before anybody called.
    live(&desk, "N2", |m| (m.outcome, m.payable, m.agreed_at) = (Some(Outcome::Pay), hundred, at(1)));
    live(&desk, "N3", |m| {
        (m.outcome, m.payable, m.told_at, m.agreed_at) = (Some(Outcome::Pay), hundred, at(1), at(2));
        (m.chosen_at, m.prechecked_at, m.paid_at) = (at(3), at(4), at(5));
    });
    live(&desk, "N4", |m| {
        (m.outcome, m.payable, m.told_at, m.agreed_at, m.paid_at) = (Some(Outcome::Pay), hundred, at(1), at(2), at(9));
        // Filed, then paid again after the bank had sent the money back.
        (m.receipt_at, m.sorted_at, m.bound_at, m.filed_at) = (at(6), at(7), at(7), at(8));
    });
    live(&desk, "N5", |m| (m.outcome, m.delivered_at) = (Some(Outcome::Refuse), at(3)));
    live(&desk, "N6", |m| (m.outcome, m.payable, m.told_at) = (Some(Outcome::Withdraw), Some(Fen::ZERO), at(3)));
    live(&desk, "N7", |m| {
        (m.outcome, m.payable, m.told_at, m.filed_at) = (Some(Outcome::Zero), Some(Fen::ZERO), at(3), at(4));
    });
    let out = desk.folder.path().join("out.csv");
    whole(&out, |out| export::write(&desk.store, order(Format::Csv, true), out, &Unwatched)).unwrap();
    let other = Desk::new();
    let report = other.past(&out);
    assert_eq!((report.added, report.rejected), (8, 0), "{:?}", report.first_rejects);
    let columns = |desk: &Desk| import_columns(&written(desk, order(Format::Csv, true)));
    assert_eq!(columns(&desk), columns(&other));
    other.reconcile();
}

//! A file in which three rows of a hundred are dirty: each ends in the reject file with its code, all others are in.

use crate::support::{Desk, rejects};
use closing_desk::intake::import::Options;
use closing_desk::kernel::identity;
use std::os::unix::fs::PermissionsExt;

fn id(body: &str) -> String {
    format!("{body}{}", identity::mod11_2_check(body).unwrap())
}

const HEADER: &str = "case_no,line,insured,id_no,phone,loss_date,report_date,claimed_at,assessed,assessor,note";

/// Dirty rows, each with its code. The first field is filled in with a number.
fn dirty() -> Vec<(Vec<u8>, &'static str)> {
    let long = "长".repeat(201);
    let bad_birth = id("11010519490231002");
    let row = |text: String| text.into_bytes();
    vec![
        (row("#,车险,王一,110105194912310020,,,,,,,".into()), "id_check_digit"),
        (row(format!("#,车险,王二,{bad_birth},,,,,,,")), "id_birth_date"),
        (row("#,车险,王三,,,2026-02-30,,,,,".into()), "date"),
        (row("#,车险,王四,,,2026-11-20,2026-11-19,,,,".into()), "dates_reversed"),
        (row("#,车险,王五,,,,,,-100,,".into()), "amount"),
        (row("#,车险,王六,,,,,,12.345,,".into()), "amount"),
        (row("#,车险,,,,,,,,,".into()), "missing_insured"),
        (row("#,飞碟险,王八,,,,,,,,".into()), "unknown_line"),
        (row("#,车险,王九,,,,,,".into()), "columns"),
        (row("#,车险,王十,,,,,,,,,,".into()), "columns"),
        (b"#,\xB3\xB5\xCF\xD5\xFF,x,,,,,,,,".to_vec(), "bytes"),
        (row("#,车险,王\u{1b}[2J,,,,,,,,".into()), "control"),
        (row("#,车险,\"王\n一\",,,,,,,,".into()), "control"),
        (row(format!("#,车险,王一,,,,,,,{long},")), "too_long"),
        (row("#,车险,王一,,138****8000,,,,,,".into()), "masked"),
        (row("#,车险,王一,,,,,2026-11-24 09:00,,,".into()), "future"),
        (row("#,车险,\"王一,,,,,,,,".into()), "quote"),
        (row("CLEAN7,车险,别人,,,,,,,,".into()), "duplicate"),
    ]
}

/// Six hundred rows with the dirty ones spread among them; the lines of the dirty ones with their codes.
fn file() -> (Vec<u8>, Vec<(String, &'static str)>) {
    let mut bytes = format!("{HEADER}\n").into_bytes();
    let mut dirty = dirty();
    dirty.reverse();
    let mut expected = Vec::new();
    let mut line = 2;
    for number in 0..600 {
        if number % 33 == 32
            && let Some((row, code)) = dirty.pop()
        {
            let text = format!("DIRTY{number}").into_bytes();
            let filled: Vec<u8> =
                row.iter().flat_map(|b| if *b == b'#' { text.clone() } else { vec![*b] }).chain([b'\n']).collect();
            expected.push((line.to_string(), code));
            line += filled.iter().filter(|b| **b == b'\n').count();
            bytes.extend(filled);
        }
        bytes.extend(format!("CLEAN{number},车险,王建国,,13800138000,2026-11-19,2026-11-20,,100,,备注\n").into_bytes());
        line += 1;
    }
    assert!(dirty.is_empty());
    (bytes, expected)
}

#[test]
fn each_kind_of_dirt_ends_in_its_code_and_nothing_else_is_lost() {
    let desk = Desk::new();
    let (bytes, expected) = file();
    let path = desk.file("daily.csv", bytes);
    let report = desk.import(&path);
    assert_eq!((report.added, report.rejected), (600, expected.len() as u64));
    assert_eq!((report.rows, report.kept() + report.rejected), (600 + expected.len() as u64, report.rows));
    let out = report.rejects.unwrap();
    assert_eq!(out, desk.folder.path().join("daily.csv.rejects.csv"));
    assert_eq!(std::fs::metadata(&out).unwrap().permissions().mode() & 0o777, 0o600);
    let found: Vec<(String, &str)> =
        rejects(&out).iter().map(|(line, code, _)| (line.clone(), expected.iter().find(|e| e.0 == *line).map_or("?", |e| if e.1 == code { e.1 } else { "?" }))).collect();
    let mut sorted = found;
    sorted.sort_by_key(|(line, _)| line.parse::<u64>().unwrap());
    assert_eq!(sorted, expected);
    desk.reconcile();
}

#[test]
fn rejected_rows_keep_their_text_and_their_reasons_and_can_be_mended_and_taken_in() {
    let desk = Desk::new();
    let text = "case_no,line,insured,assessed,备注\nA1,车险,王建国,-5,=1+1\nA2,车险,\"李,红\",x,\"a\"\"b\"\n";
    let path = desk.file("daily.csv", text);
    let out = desk.import(&path).rejects.unwrap();
    let rows = rejects(&out);
    assert_eq!(rows[0].2[3..], ["A1", "车险", "王建国", "'-5", "'=1+1"]);
    assert!(rows[0].2[2].contains("定损金额"), "{}", rows[0].2[2]);
    assert_eq!(rows[1].2[3..], ["A2", "车险", "李,红", "x", "a\"b"]);
    let mended = std::fs::read_to_string(&out).unwrap().replace("'-5", "5").replace(",x,", ",7.5,");
    let again = desk.import(&desk.file("mended.csv", mended));
    assert_eq!((again.added, again.rejected), (2, 0), "{:?}", again.first_rejects);
    assert_eq!(desk.case("A2").facts.insured, "李,红");
    // The earlier reject file is kept when the file is rejected again.
    desk.import(&path);
    assert!(desk.folder.path().join("daily.csv.rejects.csv.1").exists());
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let desk = Desk::new();
    let (bytes, _) = file();
    let path = desk.file("daily.csv", bytes);
    let before = desk.head();
    let dry = desk.take(&path, Options { dry_run: true, past: false });
    assert_eq!((desk.head(), desk.total(), dry.rejects.clone()), (before, 0, None));
    assert!(!desk.folder.path().join("daily.csv.rejects.csv").exists());
    let wet = desk.import(&path);
    assert_eq!((dry.added, dry.rejected, dry.codes), (wet.added, wet.rejected, wet.codes));
    assert_eq!(dry.shown.len(), 12);
    assert_eq!(dry.first_rejects, wet.first_rejects);
}

#[test]
fn warnings_are_counted_and_the_rows_are_in() {
    let desk = Desk::new();
    let report = desk.import_text(
        "case_no,line,insured,phone,plate,assessor,verifier\nA1,车险,王建国,0551-6543210,暂未上牌,甲定损,甲定损\n",
    );
    let warned: Vec<_> = report.warnings.iter().map(|(code, count)| (*code, *count)).collect();
    assert_eq!(warned, [("person_twice", 1), ("phone", 1), ("plate", 1)]);
    assert_eq!(report.added, 1);
}

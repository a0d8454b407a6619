//! What the commands print and how they end: 0 done, 1 failed, 2 wrong usage, 3 some rows rejected.

use crate::support::{Desk, csv, nobody, now};
use closing_desk::intake::commands;
use closing_desk::intake::export::{Format, Order, What};
use closing_desk::intake::import::{Options, Unwatched};
use closing_desk::kernel::words::Lang;
use closing_desk::office::commands::Answer;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

fn import(desk: &Desk, files: &[PathBuf], lang: Lang) -> Answer {
    commands::import(&desk.store, &nobody(), now(), files, Options::default(), &Unwatched, lang)
}

#[test]
fn the_exit_code_tells_rejected_rows_from_failures() {
    let desk = Desk::new();
    let clean = desk.file("clean.csv", csv("case_no,line,insured", &["A1,车险,王"]));
    let dirty = desk.file("dirty.csv", csv("case_no,line,insured", &["A2,车险,", "A3,车险,李"]));
    let wrong = desk.file("wrong.csv", "x,y\n1,2\n");
    assert_eq!(import(&desk, std::slice::from_ref(&clean), Lang::Zh).code, 0);
    let rejected = import(&desk, &[dirty.clone(), clean.clone()], Lang::Zh);
    assert_eq!(rejected.code, 3);
    assert!(rejected.lines[0].contains("新增 1") && rejected.lines[0].contains("拒收 1"), "{:?}", rejected.lines);
    assert!(rejected.lines[1].contains("missing_insured"), "{:?}", rejected.lines);
    let failed = import(&desk, &[wrong, dirty], Lang::En);
    assert_eq!(failed.code, 1);
    assert!(failed.lines[0].contains("wrong.csv") && failed.lines[1].contains("1 unchanged"), "{:?}", failed.lines);
}

#[test]
fn an_export_goes_to_a_private_file_or_to_the_stream() {
    let desk = Desk::new();
    desk.import_text(&csv("case_no,line,insured,phone", &["A1,车险,王,13800138000"]));
    let order = |format, unmasked| Order { what: What::Cases, format, unmasked, lang: Lang::Zh };
    let run = |order, path: Option<&std::path::Path>, out: &mut Vec<u8>| {
        commands::export(&desk.store, &nobody(), now(), order, path, out).unwrap()
    };
    let mut out = Vec::new();
    assert_eq!(run(order(Format::Csv, false), None, &mut out).code, 0);
    let text = String::from_utf8(out).unwrap();
    assert!(text.starts_with('\u{FEFF}') && text.contains("\r\nA1,"), "{text}");
    assert_eq!(run(order(Format::Xlsx, false), None, &mut Vec::new()).code, 2);
    let path = desk.folder.path().join("out.xlsx");
    let head = desk.head();
    let answer = run(order(Format::Xlsx, true), Some(&path), &mut Vec::new());
    assert!(answer.lines[0].contains("1"), "{:?}", answer.lines);
    assert_eq!(desk.head(), head + 1, "an export in full is written down");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!desk.folder.path().join("out.xlsx.part").exists());
}

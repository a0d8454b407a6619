//! The archive beyond the day's scans: work taken back, returned payments, barcodes as pictures, old boxes, the export.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod archive_common;
#[expect(dead_code, reason = "only its cases are used here")]
mod closing_common;
mod harness;

use archive_common::{ARCHIVIST, act, at_archive, bound, case, paid, receipts, scan, zero};
use closing_desk::archive::rules::back::Back;
use closing_desk::archive::store::back::take_back;
use closing_desk::archive::store::receipt;
use closing_desk::boxes::rules::BoxKey;
use closing_desk::boxes::store as boxes;
use closing_desk::case::milestones::Outcome;
use closing_desk::instructions::rules::{Instruction, Mode, State};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::words::Lang;
use harness::{CLERK, Desk, LEADER, Office, Setup, moment};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;

const WHEN: &str = "2026-11-23 10:00:00";

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-20 08:00"))
}

fn code(office: &Office, id: i64) -> String {
    case(&office.store(), id).case_code
}

/// What must hold of cases, boxes and the archive holds. What was told is put here without its desk.
fn sound(office: &Office) {
    let own = ["archive.", "boxes.", "case.", "journal."];
    let asked: Vec<_> = closing_desk::registry::invariants()
        .into_iter()
        .filter(|invariant| own.iter().any(|prefix| invariant.name.starts_with(prefix)))
        .collect();
    assert!(asked.iter().any(|invariant| invariant.name == "archive.states"));
    for verdict in closing_desk::db::reconcile::run(&office.store(), &asked) {
        let broken = verdict.broken.map(|phrase| phrase.say(Lang::Zh));
        assert_eq!(broken, None, "{}", verdict.invariant.name);
    }
}

/// The pictures kept beside the prints.
fn pictures(office: &Office) -> Vec<PathBuf> {
    let files = std::fs::read_dir(office.folder().join("prints")).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = files.filter(|path| path.extension().is_some_and(|end| end == "svg")).collect();
    found.sort();
    found
}

#[test]
fn a_file_bound_wrongly_is_taken_back_with_a_reason_and_both_stay_visible() {
    let office = office();
    let id = bound(&office, "PDAA20263401040004391", WHEN);
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    scan(&mut desk, &code(&office, id));
    desk.keys("ctrl-x ctrl-s");
    desk.sees("请写明原因");
    desk.types("缺页");
    desk.resize(80, 24);
    desk.sees("缺页");
    desk.sees("重新装订");
    desk.resize(120, 40);
    desk.keys("ctrl-s");
    desk.sees("已退回重新装订");
    let m = case(desk.store(), id).milestones;
    assert!(m.sorted_at.is_some() && m.bound_at.is_none() && m.filed_at.is_none());
    // Bound again, then back to the sorting; what is not done cannot be taken back.
    scan(&mut desk, &code(&office, id));
    desk.keys("ctrl-s");
    assert!(case(desk.store(), id).milestones.bound_at.is_some(), "{}", desk.screen());
    let back = |to, reason: &str| {
        let seen = case(&office.store(), id).version;
        act(&office, ARCHIVIST, "2026-11-23 15:40:00", |tx| take_back(tx, id, seen, to, reason))
    };
    back(Back::Sort, "页码错").unwrap();
    assert_eq!(closing_common::codes(back(Back::Bind, "")), "not_done, reason");
    let m = case(&office.store(), id).milestones;
    assert!(m.receipt_at.is_some() && m.sorted_at.is_none() && m.bound_at.is_none());
    desk.second_passes();
    desk.keys("ctrl-x");
    desk.sees("没有可退回的");
    desk.keys("ctrl-f");
    desk.resize(120, 200);
    for part in ["退回重新装订：缺页", "退回重新整理：页码错", "共 20 页", "装订"] {
        desk.sees(part);
    }
    let mut english = at_archive(&office, ARCHIVIST, Lang::En);
    scan(&mut english, &code(&office, id));
    english.keys("ctrl-f");
    english.resize(120, 200);
    english.sees("took it back, sort again: 页码错");
    sound(&office);
}

#[test]
fn a_red_copy_whose_payment_came_back_is_flagged_at_the_archive() {
    let office = office();
    receipts(&office);
    let id = paid(&office, "PDAA20263401040004391", (Mode::Transfer, "HL00010002"), WHEN);
    act(&office, ARCHIVIST, "2026-11-23 11:00:00", |tx| receipt::red_copy(tx, "HL00010002")).unwrap();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    desk.sees_not("退票须标注");
    act(&office, CLERK, "2026-11-24 11:00:00", |tx| {
        let before = instructions::of_case(tx.conn(), id)?.remove(0);
        let after = Instruction { state: State::Returned, ..before.clone() };
        instructions::update(tx.conn(), &before, &after)?;
        tx.journal("store", 0, &serde_json::json!({"returned": 1}))
    })
    .unwrap();
    desk.second_passes();
    desk.sees("!! 退票须标注 1");
    desk.sees("!! 标注退票");
    scan(&mut desk, &code(&office, id));
    desk.sees("收据 HL00010002 对应的付款已退票");
    for lang in [Lang::Zh, Lang::En] {
        let mut desk = at_archive(&office, ARCHIVIST, lang);
        desk.resize(80, 24);
        desk.sees(if lang == Lang::En { "!! 1 returned" } else { "!! 退票须标注 1" });
    }
}

#[test]
fn labels_and_badges_keep_their_barcode_as_a_private_picture_beside_the_text() {
    let office = office();
    let id = zero(&office, "PDAA20263401040004391", WHEN);
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    desk.keys("ctrl-a enter");
    let label = desk.printed().pop().unwrap();
    let spaced = closing_desk::kernel::code::Code::parse(&code(&office, id)).unwrap();
    assert!(label.contains(&closing_desk::boxes::labels::spaced(&spaced)) && !label.contains("svg"), "{label}");
    desk.sees("条码图");
    let kept = pictures(&office);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let svg = std::fs::read_to_string(&kept[0]).unwrap();
    assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
    assert!(kept[0].file_name().unwrap().to_string_lossy().contains(&code(&office, id)));
    let mut leader = Desk::on(&office, Setup { lang: Lang::Zh, now: archive_common::NOW.into(), ..Setup::default() });
    leader.sign_in(LEADER);
    leader.keys("ctrl-p");
    leader.types("人员");
    leader.keys("enter");
    leader.sees("打印工牌");
    leader.keys("ctrl-b enter");
    assert!(leader.printed().pop().unwrap().contains(LEADER));
    assert_eq!(pictures(&office).len(), 2);
}

#[test]
fn an_old_box_is_reached_by_its_code_without_reading_on() {
    let office = office();
    let ids: Vec<(i64, String)> = act(&office, ARCHIVIST, WHEN, |tx| {
        let key = BoxKey { class: "motor".into(), year: 2026, retention: 10 };
        (0..700).map(|_| boxes::open_box(tx, &key).map(|found| (found.id, found.code))).collect()
    })
    .unwrap();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    desk.keys("ctrl-b");
    desk.sees("第700盒");
    scan(&mut desk, &ids[2].1);
    desk.sees("第3盒");
    desk.sees_not("第700盒");
    desk.keys("down down down");
    desk.sees("第1盒");
    // Upwards it reads the newer ones in, back to the newest.
    for _ in 0..90 {
        desk.keys("pageup");
    }
    desk.sees("第700盒");
    scan(&mut desk, &ids[350].1);
    desk.second_passes();
    desk.sees("第351盒");
}

/// What the folder of a case closed at a moment says of its batch and deadline.
fn on_the_folder(when: &str, lang: Lang) -> String {
    let office = Office::with_people(moment(when) - 3_600);
    let id = archive_common::closed(&office, "PDAA20263401040004391", Outcome::Zero, 0, when);
    let now = closing_desk::kernel::clock::file_time(moment(when) + 60);
    let setup = Setup { now: now[..16].to_owned(), lang, ..Setup::default() };
    let mut desk = Desk::on(&office, setup);
    desk.sign_in(ARCHIVIST);
    // The only open case is the one the list stands on.
    desk.keys("f2 ctrl-e");
    assert_eq!(desk.app.place().map(|place| place.id), Some(id), "{}", desk.screen());
    desk.resize(120, 200);
    desk.screen()
}

#[test]
fn the_case_says_in_words_which_batch_a_sign_off_around_the_cutoff_and_the_holidays_is_in() {
    for (when, batch, due) in [
        ("2026-11-23 15:59:59", "11-23", "11-26 16:00"),
        ("2026-11-23 16:00:00", "11-23", "11-26 16:00"),
        ("2026-11-23 16:00:01", "11-24", "11-27 16:00"),
        // A Saturday on duty that is no working day.
        ("2026-11-21 10:00:00", "11-23", "11-26 16:00"),
        // A Sunday that is worked in exchange.
        ("2026-01-04 15:59:59", "01-04", "01-07 16:00"),
        // The last working day before Spring Festival.
        ("2026-02-14 15:59:59", "02-14", "02-26 16:00"),
        ("2026-02-14 16:00:01", "02-24", "02-27 16:00"),
    ] {
        let seen = on_the_folder(when, Lang::Zh);
        let line = format!("归档批次 {batch}；从结案起算的时限 {due}");
        assert!(seen.contains(&line) && seen.contains(&when[5..]), "{when}: {line}\n{seen}");
    }
    let seen = on_the_folder("2026-11-23 16:00:01", Lang::En);
    assert!(seen.contains("11-24") && seen.contains("11-27 16:00"), "{seen}");
}

#[test]
fn the_archive_is_exported_by_the_program_masked_unless_a_leader_asks() {
    let office = office();
    let id = bound(&office, "PDAA20263401040004391", WHEN);
    act(&office, ARCHIVIST, "2026-11-23 15:30:00", |tx| {
        let seen = case(tx.store(), id).version;
        closing_desk::archive::store::filing::open_and_file(tx, id, seen)
    })
    .unwrap();
    act(&office, ARCHIVIST, "2026-11-23 15:31:00", |tx| {
        let new = closing_desk::boxes::store::loans::NewLoan {
            borrower: "审计处 13800138000".into(),
            purpose: "复核".into(),
            due: closing_desk::kernel::clock::parse_day("2026-11-25"),
        };
        closing_desk::boxes::store::loans::lend(tx, id, &new)
    })
    .unwrap();
    let run = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_closing-desk"))
            .args(arguments)
            .env_clear()
            .env("HOME", office.folder())
            .arg("--store")
            .arg(office.path())
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (exit, out, said) = run(&["export", "archive", "--format", "csv"]);
    assert_eq!(exit, Some(0), "{said}");
    let row = out.lines().find(|line| line.contains("PDAA20263401040004391")).unwrap();
    assert!(out.contains("retention_not_before") && row.contains("审计处 ****8000") && row.contains(",1,"), "{out}");
    assert!(!out.contains("13800138000"));
    let (exit, _, said) = run(&["export", "archive", "--format", "csv", "--unmasked"]);
    assert!(exit == Some(1) && said.contains("--as"), "{said}");
    let (exit, _, said) = run(&["export", "archive", "--format", "xlsx", "--lang", "en"]);
    assert!(exit == Some(2) || said.contains("--output"), "{exit:?} {said}");
    let file = office.folder().join("archive.xlsx").display().to_string();
    let (exit, out, _) = run(&["export", "archive", "--format", "xlsx", "--output", &file]);
    assert!(exit == Some(0) && out.contains("已写出 1 行"), "{out}");
    let mut full = Vec::new();
    let order = closing_desk::archive::export::Order {
        format: closing_desk::files::Format::Json,
        unmasked: true,
        lang: Lang::Zh,
    };
    let (store, now) = (office.store(), moment("2026-11-23 16:00"));
    let export = |who: &str, out: &mut Vec<u8>| {
        closing_desk::archive::export::export(&store, &office.actor(who), now, order, None, out)
    };
    assert!(export(CLERK, &mut full).is_err() && full.is_empty());
    export(LEADER, &mut full).unwrap();
    assert!(String::from_utf8(full).unwrap().contains("13800138000"));
}

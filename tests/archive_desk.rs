//! The archive as an archivist does it: scans and keys on the whole desk, what is seen, what is stored.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod archive_common;
#[expect(dead_code, reason = "only its cases are used here")]
mod closing_common;
mod harness;

use archive_common::{ARCHIVIST, act, at_archive, bound, case, paid, receipts, scan, sound, zero};
use closing_desk::boxes::store::{self as boxes, holders, shelves, where_is};
use closing_desk::case::milestones::Stage;
use closing_desk::instructions::rules::Mode;
use closing_desk::kernel::words::Lang;
use closing_desk::office::store as office_store;
use harness::{CLERK, Desk, LEADER, Office, PIN, moment};
use std::rc::Rc;

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-20 08:00"))
}

fn code(office: &Office, id: i64) -> String {
    case(&office.store(), id).case_code
}

fn box_of(desk: &Desk, id: i64) -> Option<(i64, i64)> {
    where_is(desk.store().conn(), id).unwrap().map(|place| (place.found.id, place.ordinal))
}

#[test]
fn a_bound_file_is_filed_without_a_scanner_in_a_few_keys() {
    let office = office();
    let id = bound(&office, "PDAA20263401040004391", "2026-11-23 10:00:00");
    let other = bound(&office, "PDAA20263401040004392", "2026-11-23 10:00:00");
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    // Tail, chosen; opens the first box and files.
    desk.types("4391");
    desk.keys("enter enter");
    desk.sees("新开");
    desk.keys("y");
    assert_eq!(box_of(&desk, id).map(|(_, at)| at), Some(1), "{}", desk.screen());
    assert_eq!(case(desk.store(), id).milestones.stage(), Stage::Archived);
    desk.sees("第 1 位");
    // With a box open it is fewer still: four digits and two keys.
    desk.keys("esc");
    desk.types("4392");
    desk.keys("enter enter");
    assert_eq!(box_of(&desk, other).map(|(_, at)| at), Some(2), "{}", desk.screen());
    sound(&office);
}

#[test]
fn a_pile_is_sorted_and_bound_with_one_key_each() {
    let office = office();
    let ids: Vec<i64> =
        (1..=3).map(|n| zero(&office, &format!("PDAA2026340104000010{n}"), "2026-11-23 10:00:00")).collect();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    for id in &ids {
        scan(&mut desk, &code(&office, *id));
    }
    desk.sees("手上 3 件");
    desk.keys("ctrl-s");
    desk.sees("收凭证 3");
    for (id, pages) in ids.iter().zip(["46", "", "12"]) {
        scan(&mut desk, &code(&office, *id));
        if !pages.is_empty() {
            scan(&mut desk, pages);
        }
    }
    desk.keys("ctrl-s");
    desk.sees("整理 2");
    desk.sees("请填总页数");
    let left = case(desk.store(), ids[1]);
    assert_eq!(left.milestones.sorted_at, None, "the one without pages is left, and says why");
    // The sorted ones stay in hand for binding.
    desk.keys("ctrl-s");
    desk.sees("装订 2");
    assert!(case(desk.store(), ids[0]).milestones.bound_at.is_some());
    sound(&office);
}

#[test]
fn a_red_copy_is_matched_to_its_instruction_and_passes_the_slot() {
    let office = office();
    receipts(&office);
    let cash = paid(&office, "A1", (Mode::Cash, "HL00010001"), "2026-11-23 10:00:00");
    let direct = paid(&office, "A2", (Mode::Direct, ""), "2026-11-23 11:00:00");
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    assert_eq!(case(desk.store(), direct).milestones.receipt_at, Some(moment("2026-11-23 11:00")), "fills itself");
    scan(&mut desk, &code(&office, cash));
    desk.sees("待红联 1 张");
    scan(&mut desk, "hl00010001");
    desk.sees("红联收齐");
    let standing = closing_desk::forms::store::state(desk.store().conn(), "HL00010001").unwrap().unwrap();
    assert_eq!(standing.state, closing_desk::forms::rules::State::WrittenOff);
    assert_eq!(case(desk.store(), cash).milestones.receipt_at, Some(moment(archive_common::NOW)));
    scan(&mut desk, "HL00010001");
    desk.sees("=  重");
    scan(&mut desk, "HL00019999");
    desk.sees("?  疑");
    desk.sees("? 待查盘 1");
    sound(&office);
}

#[test]
fn a_leader_waives_a_receipt_at_the_archivists_desk() {
    let office = office();
    let id = paid(&office, "A1", (Mode::Cash, "HL00010001"), "2026-11-23 10:00:00");
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    scan(&mut desk, &code(&office, id));
    desk.keys("ctrl-e ctrl-s");
    desk.sees("请写明原因");
    desk.types("客户出境未归");
    desk.keys("ctrl-s");
    desk.types(LEADER);
    desk.keys("enter");
    desk.types(PIN);
    desk.keys("enter");
    assert!(case(desk.store(), id).milestones.receipt_at.is_some(), "{}", desk.screen());
    desk.sees("已免附");
}

#[test]
fn a_wrong_box_is_refused_and_the_right_one_named() {
    let office = office();
    let id = bound(&office, "A1", "2026-11-23 10:00:00");
    let key = |class: &str, year| closing_desk::boxes::rules::BoxKey { class: class.into(), year, retention: 5 };
    let (wrong, right) = act(&office, ARCHIVIST, "2026-11-23 12:00:00", |tx| {
        Ok((boxes::open_box(tx, &key("cargo", 2025))?, boxes::open_box(tx, &key("motor", 2026))?))
    })
    .unwrap();
    let shelf = act(&office, ARCHIVIST, "2026-11-23 12:00:00", |tx| shelves::add(tx, "A-3-2")).unwrap();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    scan(&mut desk, &wrong.code);
    scan(&mut desk, &code(&office, id));
    desk.sees("x  错");
    assert_eq!(box_of(&desk, id), None);
    scan(&mut desk, &right.code);
    scan(&mut desk, &code(&office, id));
    desk.sees("第 1 位");
    scan(&mut desk, &shelf.code);
    desk.sees("已放到 A-3-2");
    let place = where_is(desk.store().conn(), id).unwrap().unwrap();
    assert_eq!((place.found.id, place.ordinal, place.shelf.as_str()), (right.id, 1, "A-3-2"));
    scan(&mut desk, &code(&office, id));
    desk.sees("=  重");
    sound(&office);
}

#[test]
fn files_are_handed_on_by_badge_and_taken_over_with_one_pin() {
    let office = office();
    let id = zero(&office, "A1", "2026-11-23 10:00:00");
    let clerk = office.actor(CLERK);
    let badge = office_store::badge(office.store().conn(), clerk.id).unwrap().unwrap();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    scan(&mut desk, badge.as_str());
    desk.sees("移交给 甲结案");
    scan(&mut desk, &code(&office, id));
    desk.keys("ctrl-s");
    let held = |desk: &Desk| holders::holder(desk.store().conn(), &case(desk.store(), id)).unwrap();
    assert_eq!(held(&desk).to, Some(clerk.id), "{}", desk.screen());
    desk.types(PIN);
    desk.keys("enter");
    assert_eq!((held(&desk).person, held(&desk).to), (Some(clerk.id), None), "{}", desk.screen());
    desk.sees("已接收 1 件");
    sound(&office);
}

#[test]
fn split_foreign_and_cut_off_codes_are_told_apart() {
    let office = office();
    let ids: Vec<i64> = (1..=2).map(|n| zero(&office, &format!("B{n}"), "2026-11-23 10:00:00")).collect();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    // An input method ends the first half with an Enter of its own.
    let first = code(&office, ids[0]);
    scan(&mut desk, &first[..5]);
    desk.sees("不完整的编号");
    scan(&mut desk, &first[5..]);
    desk.sees("拼成一个编号");
    desk.sees("手上 1 件");
    // A scanner unplugged in the middle leaves its half on the line.
    let second = code(&office, ids[1]);
    desk.types(&second[..7]);
    let wide: String = second.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
    scan(&mut desk, &wide);
    desk.sees("前面多出半段编号");
    desk.sees("手上 2 件");
    scan(&mut desk, "6901234567892");
    desk.sees("?  疑");
    scan(&mut desk, &second);
    desk.sees("已在手上");
    // Esc asks before a pile is laid down.
    desk.keys("esc");
    desk.sees("放下手上 2 件");
    desk.keys("esc");
    desk.sees("手上 2 件");
}

#[test]
fn the_screen_reads_in_english_too_and_fits() {
    let office = office();
    let id = bound(&office, "PDAA20263401040004391", "2026-11-23 10:00:00");
    zero(&office, "PDAA20263401040004392", "2026-11-23 10:00:00");
    paid(&office, "PDAA20263401040004393", (Mode::Cash, "HL1"), "2026-11-23 10:00:00");
    for lang in [Lang::En, Lang::Zh] {
        let mut desk = at_archive(&office, ARCHIVIST, lang);
        scan(&mut desk, &code(&office, id));
        for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
            desk.resize(columns, rows);
            if std::env::var_os("SHOW").is_some() {
                println!("{}", desk.screen());
            }
        }
        desk.resize(120, 40);
        if lang == Lang::En {
            desk.sees("to the cutoff");
            desk.sees("to be filed");
        }
    }
}

#[test]
fn a_hundred_and_ten_files_go_by_the_scanner_with_all_its_troubles() {
    let office = office();
    let ids: Vec<i64> = (0..110).map(|n| bound(&office, &format!("PD{n:06}"), "2026-11-23 10:00:00")).collect();
    let key = closing_desk::boxes::rules::BoxKey { class: "motor".into(), year: 2026, retention: 5 };
    let full: Vec<_> = (0..3)
        .map(|_| act(&office, ARCHIVIST, "2026-11-23 12:00:00", |tx| boxes::open_box(tx, &key)).unwrap())
        .collect();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    desk.resize(80, 24);
    let mut filed = 0;
    scan(&mut desk, &full[0].code);
    for (at, id) in ids.iter().enumerate() {
        let code = code(&office, *id);
        if at == 51 || at == 102 {
            // The box is full: the file is refused, the next box is scanned, then the file again.
            scan(&mut desk, &code);
            assert_eq!(box_of(&desk, *id), None, "{}", desk.screen());
            desk.sees("盒已满 51 件");
            scan(&mut desk, &full[if at == 51 { 1 } else { 2 }].code);
        }
        match at % 11 {
            3 => {
                let wide: String = code.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
                scan(&mut desk, &wide);
            }
            5 => {
                scan(&mut desk, &code[..6]);
                scan(&mut desk, &code[6..]);
            }
            7 => {
                scan(&mut desk, &code);
                scan(&mut desk, &code);
                desk.sees("=  重");
            }
            9 => {
                scan(&mut desk, "6901234567892");
                scan(&mut desk, &format!("{}{code}", &code[..4]));
            }
            _ => scan(&mut desk, &code),
        }
        filed += 1;
        assert!(box_of(&desk, *id).is_some(), "file {at}: {}", desk.screen());
        assert_eq!(filed, at + 1);
    }
    let places: Vec<(i64, i64)> = ids.iter().filter_map(|id| box_of(&desk, *id)).collect();
    let expected: Vec<(i64, i64)> = (0..110).map(|n| (full[n / 51].id, i64::try_from(n % 51 + 1).unwrap())).collect();
    assert_eq!(places, expected, "every file once, in the order of the scans");
    sound(&office);
}

#[test]
fn what_is_scanned_while_another_desk_writes_waits_its_turn() {
    let office = office();
    let ids = [bound(&office, "A1", "2026-11-23 10:00:00"), bound(&office, "A2", "2026-11-23 10:00:00")];
    let key = closing_desk::boxes::rules::BoxKey { class: "motor".into(), year: 2026, retention: 5 };
    let found = act(&office, ARCHIVIST, "2026-11-23 12:00:00", |tx| boxes::open_box(tx, &key)).unwrap();
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    scan(&mut desk, &found.code);
    let codes = ids.map(|id| code(&office, id));
    let other = office.store();
    other.conn().execute_batch("BEGIN IMMEDIATE").unwrap();
    scan(&mut desk, &codes[0]);
    scan(&mut desk, &codes[1]);
    assert_eq!(ids.map(|id| box_of(&desk, id).is_some()), [false, false], "{}", desk.screen());
    other.conn().execute_batch("COMMIT").unwrap();
    for _ in 0..4 {
        desk.message(closing_desk::shell::Msg::Timer);
    }
    assert_eq!(ids.map(|id| box_of(&desk, id).map(|(_, at)| at)), [Some(1), Some(2)], "{}", desk.screen());
}

#[test]
fn the_file_is_printed_with_cover_contents_remarks_and_bank_page() {
    let office = office();
    let id = paid(&office, "PDAA20263401040004391", (Mode::Direct, ""), "2026-11-23 10:00:00");
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    scan(&mut desk, &code(&office, id));
    scan(&mut desk, "46");
    desk.keys("ctrl-k");
    desk.sees("卷内目录");
    desk.keys("tab");
    desk.types("-1;照片=6");
    desk.keys("ctrl-s ctrl-s");
    desk.sees("整理 1");
    desk.keys("ctrl-o enter");
    let printed = desk.printed().pop().unwrap();
    for part in [
        "案卷封面",
        "PDAA20263401040004391",
        "卷内目录",
        "照片",
        "共 46 页",
        "备考表",
        "付款凭证页",
        "合同止期缺",
        "5678",
    ] {
        assert!(printed.contains(part), "{part}:\n{printed}");
    }
    assert!(!printed.contains("6217000012345678"), "the account is masked");
    desk.keys("ctrl-o enter");
    assert!(desk.printed().pop().unwrap().contains("补打 1"));
}

#[test]
fn the_folder_says_where_the_file_is_and_until_when_it_is_kept() {
    let office = office();
    let id = bound(&office, "PDAA20263401040004391", "2026-11-23 10:00:00");
    let mut desk = at_archive(&office, ARCHIVIST, Lang::Zh);
    scan(&mut desk, &code(&office, id));
    desk.keys("ctrl-f");
    desk.resize(120, 200);
    for part in ["== 归档 ==", "案卷现持有人：甲结案", "共 20 页", "装订", "严格口径", "合同止期缺", "销毁尚不在"]
    {
        desk.sees(part);
    }
}

//! Desk scripts of the to-do list and the case folder, through the real screens.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

mod harness;

use closing_desk::case::facts::{CasePeople, Facts, Origin};
use closing_desk::case::milestones::Milestones;
use closing_desk::case::store::write::{self, NewCase};
use closing_desk::case::store::{RoundNotes, subject};
use closing_desk::db::{ActError, Wait};
use closing_desk::kernel::clock::{parse_day, parse_time};
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::reference;
use harness::{CLERK, Desk, LEADER, Office, Setup, moment};
use serde_json::json;
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:12";

/// One case as a row of the core system would bring it.
fn case(office: &Office, facts: &Facts) -> i64 {
    let store = office.store();
    let rules = reference::store::rulebook(&store).unwrap();
    let now = moment("2026-11-23 09:00");
    store
        .act(&office.actor(CLERK), now, "import", Wait::Patient, |tx| {
            let m = Milestones { round: 1, start_step: 1, opened_at: now, ..Milestones::default() };
            let new = NewCase {
                facts,
                people: CasePeople::default(),
                origin: Origin::Import,
                awaiting_core: false,
                import_seq: tx.next_seq(),
                received_at: now,
                milestones: &m,
                round: &RoundNotes::default(),
            };
            let (id, code) = write::insert(tx, &new, &rules)?;
            tx.journal(&subject(&code), 1, &json!({"row": {}}))?;
            Ok::<_, ActError>(id)
        })
        .unwrap()
}

fn facts(number: u32, insured: &str, line: &str, claimed: &str, amount: i64) -> Facts {
    Facts {
        case_no: format!("PDAA2026340104{number:07}"),
        accident_no: format!("RDAA2026{:09}", number / 10),
        policy_no: format!("PA2026{number:09}"),
        line: line.to_owned(),
        insured: insured.to_owned(),
        id_kind: "身份证".to_owned(),
        id_no: "34010419880522190X".to_owned(),
        phone: format!("138{number:08}"),
        plate: format!("皖A{:05}", number % 100_000),
        claimed_at: parse_time(claimed),
        report_date: parse_day("2026-11-20"),
        assessed: (amount > 0).then(|| Fen::from_yuan(amount)),
        ..Facts::default()
    }
}

/// Five cases; the second and third are one accident.
fn office() -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    case(&office, &facts(4_391, "王建国", "motor-compulsory", "2026-11-18 10:00:00", 8_200));
    case(&office, &facts(4_401, "李晓红", "motor-compulsory", "2026-11-20 10:00:00", 3_150));
    case(&office, &facts(4_402, "李晓红", "motor", "2026-11-20 10:00:00", 26_900));
    case(&office, &facts(4_420, "阿凡提·买买提", "student", "2026-11-01 10:00:00", 0));
    case(&office, &facts(4_430, "欧阳𠮷", "property", "2026-11-22 10:00:00", 150_000));
    office
}

fn desk(office: &Rc<Office>, size: (u16, u16), lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { size, lang, now: NOW.to_owned(), ..Setup::default() });
    desk.sign_in(CLERK);
    desk
}

/// Lines of the screen that hold a text, by their number.
fn line_of(desk: &Desk, text: &str) -> usize {
    desk.screen().lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}\n{}", desk.screen()))
}

#[test]
fn the_list_is_ordered_by_remaining_time_with_marks() {
    let office = office();
    let desk = desk(&office, (120, 40), Lang::Zh);
    if std::env::var_os("SHOW").is_some() {
        println!("{}", desk.screen());
    }
    assert!(line_of(&desk, "王建国") < line_of(&desk, "李晓红"));
    desk.sees("!! 超");
    desk.sees("1 查勘确认");
    desk.sees("结案 5");
}

#[test]
fn cases_of_one_accident_are_seen_together() {
    let office = office();
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.keys("down");
    desk.sees("同一事故 RDAA2026000000440，共 2 案");
}

#[test]
fn typing_a_name_a_number_or_a_tail_finds_the_case() {
    let office = office();
    for (typed, found) in [
        ("阿凡提", "阿凡提·买买提"),
        ("𠮷", "欧阳𠮷"),
        ("4420", "阿凡提"),
        ("皖A04430", "欧阳"),
        ("１９０ｘ", "王建国"),
    ] {
        let mut desk = desk(&office, (120, 40), Lang::Zh);
        desk.keys("/");
        desk.types(typed);
        desk.sees("查找结果");
        desk.sees(found);
        desk.keys("esc");
        desk.sees("待办 - 按剩余时间");
    }
    let mut desk = desk(&office, (80, 24), Lang::En);
    desk.keys("ctrl-f");
    desk.types("没有这个人");
    desk.sees("Nothing found");
}

#[test]
fn a_digit_or_a_character_typed_into_the_list_starts_the_search() {
    let office = office();
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.types("欧阳");
    desk.sees("查找结果");
    desk.sees("欧阳𠮷");
    desk.sees_not("王建国");
}

#[test]
fn filters_stay_set_until_they_are_cleared() {
    let office = office();
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.keys("f");
    desk.sees("金额自");
    desk.keys("tab tab tab tab");
    desk.types("20000");
    desk.keys("ctrl-s");
    desk.sees("! 筛选：>= 20,000.00");
    desk.sees("欧阳𠮷");
    desk.sees_not("王建国");
    desk.keys("ctrl-e esc");
    desk.sees("! 筛选：");
    desk.keys("ctrl-y tab tab tab tab");
    desk.types("x1");
    desk.keys("ctrl-r");
    desk.sees_not("! 筛选");
    desk.sees("王建国");
}

#[test]
fn the_folder_shows_everything_masked_and_logs_each_look() {
    let office = office();
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.keys("ctrl-e");
    if std::env::var_os("SHOW").is_some() {
        println!("{}", desk.screen());
    }
    desk.sees("340104********190X");
    desk.sees_not("34010419880522190X");
    desk.keys("ctrl-v");
    desk.sees("34010419880522190X");
    let rows: i64 =
        desk.store().conn().query_row("SELECT COUNT(*) FROM journal WHERE act = 'reveal'", [], |r| r.get(0)).unwrap();
    assert_eq!(rows, 1);
    desk.keys("esc ctrl-e");
    desk.sees_not("34010419880522190X");
}

#[test]
fn a_note_is_written_once_and_an_empty_one_refused() {
    let office = office();
    let mut desk = desk(&office, (80, 24), Lang::Zh);
    desk.keys("ctrl-e ctrl-b ctrl-s");
    desk.sees("备注是空的");
    desk.types("客户要求“周五”再来电");
    desk.keys("ctrl-s");
    desk.sees("已记备注");
    desk.keys("end");
    let text: String = desk.store().conn().query_row("SELECT text FROM note", [], |r| r.get(0)).unwrap();
    assert_eq!(text, "客户要求“周五”再来电");
}

#[test]
fn another_desks_case_appears_without_moving_the_selection() {
    let office = office();
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.keys("down down");
    let before = desk.screen().lines().find(|l| l.starts_with("│ >")).map(str::to_owned);
    case(&office, &facts(4_500, "新来的", "motor-compulsory", "2026-11-10 10:00:00", 1_000));
    desk.second_passes();
    desk.sees("新来的");
    let after = desk.screen().lines().find(|l| l.starts_with("│ >")).map(str::to_owned);
    assert!(before.is_some());
    assert_eq!(before.map(|l| l.chars().take(40).collect::<String>()), after.map(|l| l.chars().take(40).collect()));
}

#[test]
fn every_size_is_drawn_in_both_languages() {
    let office = office();
    for lang in [Lang::Zh, Lang::En] {
        let mut desk = desk(&office, (120, 40), lang);
        for size in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
            desk.resize(size.0, size.1);
            for keys in ["f1 esc", "/ esc", "f esc", "ctrl-e end home tab ctrl-b esc esc"] {
                desk.keys(keys);
            }
        }
    }
}

#[test]
fn an_auditor_reads_and_is_told_why_the_rest_is_off() {
    let office = office();
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.sign_in(LEADER);
    desk.keys("ctrl-n");
    desk.sees("结案岗");
}

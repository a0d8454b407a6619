//! Finding at the desk: the search box, its marks and its memory, scanned codes on every screen, filters by name.

mod harness;

use closing_desk::case::facts::{CasePeople, Facts, Origin};
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::write::{self, NewCase};
use closing_desk::case::store::{RoundNotes, load, subject};
use closing_desk::db::Wait;
use closing_desk::kernel::words::Lang;
use closing_desk::reference;
use closing_desk::ui::screen::Place;
use harness::{CLERK, CLERK_2, Desk, LEADER, Office, Setup, moment};
use ratatui::style::Modifier;
use std::os::unix::fs::PermissionsExt;
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:12";

/// Synthetic cases: name, case number, phone, days since closing (nothing = open).
const CASES: [(&str, &str, &str, Option<i64>); 6] = [
    ("单雄信", "PDAA20263401040004391", "13800002391", None),
    ("王建国", "PDAA20263401040004392", "13800002392", None),
    ("曾国藩", "PDAA20263401040004393", "13800002391", Some(3)),
    ("王建军", "PDAA20263401040004394", "13900002394", Some(2)),
    ("𠮷野家", "PDAA20263401040004395", "13900002395", Some(1)),
    ("尉迟恭", "", "13900002396", None),
];

fn office() -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    let store = office.store();
    store
        .act(&office.actor(LEADER), moment(NOW), "fixture", Wait::Patient, |tx| {
            let rules = reference::store::rulebook(tx.store())?;
            for (name, number, phone, closed) in CASES {
                let facts = Facts {
                    line: "home".to_owned(),
                    insured: name.to_owned(),
                    case_no: number.to_owned(),
                    phone: phone.to_owned(),
                    ..Facts::default()
                };
                let new = Milestones { round: 1, start_step: 1, opened_at: tx.now, ..Milestones::default() };
                let closed = closed.map(|days| tx.now - days * 86_400);
                let milestones = Milestones {
                    steps: [closed; 4],
                    closed_at: closed,
                    outcome: closed.map(|_| Outcome::Withdraw),
                    told_at: closed,
                    filed_at: closed,
                    taken_over: closed.is_some(),
                    ..new
                };
                let new = NewCase {
                    facts: &facts,
                    people: CasePeople::default(),
                    origin: Origin::Import,
                    awaiting_core: false,
                    import_seq: 0,
                    received_at: tx.now,
                    milestones: &milestones,
                    round: &RoundNotes::default(),
                };
                let (_, code) = write::insert(tx, &new, &rules)?;
                tx.journal(&subject(&code), 1, &serde_json::json!({"insured": name}))?;
            }
            Ok(())
        })
        .expect("the cases");
    office
}

fn desk(office: &Rc<Office>, size: (u16, u16), lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { size, lang, now: NOW.to_owned(), ..Setup::default() });
    desk.sign_in(CLERK);
    desk
}

fn code(office: &Office, id: i64) -> String {
    load::by_id(office.store().conn(), id).expect("a read").expect("a case").case_code
}

/// The text of all cells with this look.
fn marked(desk: &Desk, modifier: Modifier) -> String {
    let cells = desk.buffer().content().iter();
    cells.filter(|cell| cell.modifier.contains(modifier)).map(|cell| cell.symbol()).collect::<String>().replace(' ', "")
}

#[test]
fn initials_find_while_they_are_typed_and_what_was_found_is_marked() {
    let office = office();
    for (lang, colour) in [(Lang::Zh, true), (Lang::En, false)] {
        let mut desk = Desk::on(&office, Setup { lang, colour, now: NOW.to_owned(), ..Setup::default() });
        desk.sign_in(CLERK);
        desk.keys("/");
        desk.types("s");
        desk.sees("单雄信");
        desk.sees_not("王建国");
        desk.types("x");
        desk.sees("单雄信");
        let bold = marked(&desk, Modifier::BOLD.union(Modifier::UNDERLINED));
        assert!(bold.contains("单雄") && !bold.contains("单雄信"), "{bold}");
        desk.types("a");
        desk.sees(if lang == Lang::Zh { "没有找到" } else { "Nothing found" });
    }
}

#[test]
fn open_cases_stand_before_closed_ones_and_the_newest_of_those_first() {
    let office = office();
    let mut desk = desk(&office, (80, 24), Lang::Zh);
    desk.keys("/");
    desk.types("2391");
    let screen = desk.screen();
    let at = |name: &str| screen.find(name).unwrap_or(usize::MAX);
    assert!(at("单雄信") < at("曾国藩") && at("曾国藩") < usize::MAX, "{screen}");
    desk.sees("手机尾号");
    desk.keys("ctrl-u");
    desk.types("wj");
    let screen = desk.screen();
    assert!(screen.find("王建国") < screen.find("王建军"), "{screen}");
    desk.types(" 4394");
    desk.sees("王建军");
    desk.sees_not("王建国");
    let bold = marked(&desk, Modifier::BOLD.union(Modifier::UNDERLINED));
    assert!(bold.contains("4394") && bold.contains("王建"), "{bold}");
}

#[test]
fn a_typed_letter_does_not_wait_for_the_answer_and_enter_never_opens_the_wrong_case() {
    let office = office();
    let code = code(&office, 2);
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.keys("/");
    desk.types_alone("单");
    desk.types_alone("\u{8}");
    desk.keys_alone("ctrl-u");
    // A scanner's digits and its Enter arrive before anything was read.
    desk.types_alone(&code);
    desk.keys_alone("enter");
    desk.wait_read();
    assert_eq!(desk.app.place(), Some(Place::of("closing", 2)));
}

#[test]
fn the_last_searches_are_offered_again_to_the_same_person_alone() {
    let office = office();
    let mut first = desk(&office, (120, 40), Lang::Zh);
    for query in ["单", "wj"] {
        first.keys("/");
        first.types(query);
        first.keys("enter esc");
    }
    first.keys("/");
    first.types("没有");
    first.keys("esc /");
    first.sees("最近查找过");
    first.sees_not("没有");
    first.keys("down enter");
    first.sees("单雄信");
    first.sees_not("王建国");
    first.keys("esc");
    drop(first);

    let mut again = desk(&office, (120, 40), Lang::En);
    again.keys("/ enter");
    again.sees("单雄信");
    again.keys("esc");
    again.sign_in(CLERK_2);
    again.keys("/");
    again.sees_not("Searched for lately");
    let kept = std::fs::read_dir(office.folder().join("drafts")).expect("the folder").flatten();
    let files: Vec<_> = kept.filter(|entry| entry.file_name().to_string_lossy().contains("kept")).collect();
    assert!(!files.is_empty());
    for file in files {
        assert_eq!(file.metadata().expect("a file").permissions().mode() & 0o777, 0o600, "{:?}", file.path());
    }
}

#[test]
fn a_scanned_code_opens_its_case_from_every_list() {
    let office = office();
    let code = code(&office, 1);
    let wide: String = code.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
    for (place, lang) in [("f2", Lang::Zh), ("f11", Lang::Zh), ("f11", Lang::En)] {
        for typed in [&code, &wide] {
            let mut desk = desk(&office, (120, 40), lang);
            desk.keys(place);
            desk.types(typed);
            desk.sees(&code);
            desk.keys("enter");
            assert_eq!(desk.app.place(), Some(Place::of("closing", 1)), "{place} {typed}");
        }
    }
    // From a folder, above a list, and back again.
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.keys("ctrl-e");
    let folder = desk.app.place();
    desk.types(&code);
    desk.keys("enter");
    assert_eq!(desk.app.place(), Some(Place::of("closing", 1)));
    desk.keys("esc");
    assert_eq!(desk.app.place(), folder);
}

#[test]
fn a_code_misread_or_unknown_is_said_and_kept() {
    let office = office();
    let code = code(&office, 1);
    let last = code.chars().last().and_then(|c| c.to_digit(10)).expect("a digit");
    let wrong = format!("{}{}", &code.chars().take(11).collect::<String>(), (last + 1) % 10);
    let nobody = closing_desk::kernel::code::Code::new(closing_desk::kernel::code::CodeKind::Case, 2026, 77_777)
        .expect("a code")
        .as_str()
        .to_owned();
    for (lang, checks, unknown) in
        [(Lang::Zh, "校验位不对", "没有编码为"), (Lang::En, "check digit", "No case has the code")]
    {
        let mut desk = desk(&office, (120, 40), lang);
        desk.keys("f11");
        let list = desk.app.place();
        for (typed, says) in [(&wrong, checks), (&nobody, unknown)] {
            desk.types(typed);
            desk.keys("enter");
            desk.sees(says);
            desk.sees(typed);
            assert_eq!(desk.app.place(), list);
        }
        // Mended by hand: the last digit is typed again.
        desk.types(&wrong);
        desk.keys("enter backspace");
        assert_eq!(desk.app.place(), list);
        // The next scan begins anew.
        desk.keys("esc");
        desk.types(&code);
        desk.keys("enter");
        assert_eq!(desk.app.place(), Some(Place::of("closing", 1)));
    }
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.types(&wrong);
    desk.keys("enter");
    desk.sees("校验位不对");
    desk.sees(&wrong);
}

#[test]
fn digits_that_are_no_code_are_searched_for_and_esc_gives_up() {
    let office = office();
    let mut desk = desk(&office, (120, 40), Lang::Zh);
    desk.keys("f11");
    desk.types("12");
    desk.sees("扫码：12");
    desk.keys("backspace esc");
    desk.sees_not("扫码");
    desk.types("2391");
    desk.keys("enter");
    assert_eq!(desk.app.place(), Some(Place::new("todo")));
    desk.sees("查找结果");
    desk.sees("单雄信");
}

#[test]
fn a_filter_is_saved_by_name_picked_renamed_and_deleted() {
    let office = office();
    for (lang, saved, none) in
        [(Lang::Zh, "常用筛选", "还没有常用筛选"), (Lang::En, "Saved filters", "no filter is saved yet")]
    {
        let mut desk = desk(&office, (120, 40), lang);
        desk.keys("ctrl-k");
        desk.sees(none);
        desk.keys("f tab tab tab tab");
        desk.types("20000");
        desk.keys("tab tab");
        desk.types("大额");
        desk.keys("ctrl-s");
        desk.sees("大额  >= 20,000.00");
        desk.keys("f ctrl-r");
        desk.sees_not("大额");
        desk.keys("g");
        desk.sees(saved);
        desk.sees("大额");
        desk.keys("enter");
        desk.sees("大额  >= 20,000.00");
        // Renamed: the old name is gone.
        desk.keys("f tab tab tab tab tab tab ctrl-u");
        desk.types("两万以上");
        desk.keys("ctrl-s ctrl-k");
        desk.sees("两万以上");
        assert_eq!(desk.screen().matches("大额").count(), 0, "{}", desk.screen());
        desk.keys("ctrl-r");
        desk.keys("esc f ctrl-r ctrl-k");
        desk.sees(none);
    }
}

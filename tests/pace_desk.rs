//! What the desk costs: bytes on the line, and that nobody waits for what no index answers. Counted, never timed.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod harness;

use closing_desk::case::facts::{CasePeople, Facts, Origin};
use closing_desk::case::milestones::Milestones;
use closing_desk::case::store::write::{self, NewCase};
use closing_desk::case::store::{RoundNotes, subject};
use closing_desk::db::{ActError, Wait};
use closing_desk::kernel::clock::parse_day;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::reference;
use closing_desk::shell::Msg;
use closing_desk::shell::frugal::Frugal;
use harness::{CLERK, Desk, Office, Setup, key, moment};
use ratatui::Terminal;
use serde_json::json;
use std::io;
use std::rc::Rc;

const NOW: &str = "2026-11-23 15:12";
const NAMES: [&str; 5] = ["王建国", "李晓红", "阿凡提·买买提", "欧阳志远", "示例物流有限公司"];

/// An office with so many open cases; the amount of case `n` is `n` yuan.
fn office(count: u32) -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    let store = office.store();
    let rules = reference::store::rulebook(&store).unwrap();
    let now = moment("2026-11-23 09:00");
    store
        .act(&office.actor(CLERK), now, "import", Wait::Patient, |tx| {
            for number in 1..=count {
                let at = usize::try_from(number).unwrap();
                let facts = Facts {
                    case_no: format!("PDAA2026340104{number:07}"),
                    // One line, so that the list has the order of the numbers.
                    line: "motor".to_owned(),
                    insured: NAMES[at % NAMES.len()].to_owned(),
                    phone: format!("138{number:08}"),
                    claimed_at: Some(moment("2026-11-10 10:00") + i64::from(number) * 600),
                    report_date: parse_day("2026-11-10"),
                    assessed: Some(Fen::from_yuan(i64::from(number))),
                    ..Facts::default()
                };
                let m = Milestones { round: 1, start_step: 1, opened_at: now, ..Milestones::default() };
                let new = NewCase {
                    facts: &facts,
                    people: CasePeople::default(),
                    origin: Origin::Import,
                    awaiting_core: false,
                    import_seq: tx.next_seq(),
                    received_at: now,
                    milestones: &m,
                    round: &RoundNotes::default(),
                };
                let (_, code) = write::insert(tx, &new, &rules)?;
                tx.journal(&subject(&code), 1, &json!({"row": {}}))?;
            }
            Ok::<_, ActError>(())
        })
        .unwrap();
    office
}

fn desk(office: &Rc<Office>, size: (u16, u16)) -> Desk {
    let mut desk = Desk::on(office, Setup { size, lang: Lang::Zh, now: NOW.to_owned(), ..Setup::default() });
    desk.sign_in(CLERK);
    desk
}

/// The line to a real terminal, which counts what is written on it.
struct Line(Terminal<Frugal<Vec<u8>>>);

impl Line {
    fn to(size: fn() -> io::Result<(u16, u16)>) -> Line {
        Line(Terminal::new(Frugal::new(Vec::new(), size)).unwrap())
    }

    /// Bytes of the next frame.
    fn frame(&mut self, desk: &Desk) -> usize {
        self.0.draw(|frame| desk.app.draw(frame)).unwrap();
        std::mem::take(self.0.backend_mut().out()).len()
    }

    /// Mean bytes of a key pressed so many times.
    fn mean(&mut self, desk: &mut Desk, name: &str, times: usize) -> usize {
        self.frame(desk);
        let sum: usize = (0..times)
            .map(|_| {
                desk.keys_alone(name);
                self.frame(desk)
            })
            .sum();
        sum / times
    }
}

#[test]
fn a_moving_highlight_writes_little_on_either_size() {
    let office = office(150);
    let small = Line::to(|| Ok((80, 24))).mean(&mut desk(&office, (80, 24)), "down", 100);
    assert!((20..=250).contains(&small), "{small}");
    let wide = Line::to(|| Ok((120, 40))).mean(&mut desk(&office, (120, 40)), "down", 100);
    assert!((20..=2_000).contains(&wide), "{wide}");
}

#[test]
fn a_letter_in_a_form_and_a_second_without_a_change_write_next_to_nothing() {
    let office = office(3);
    let mut desk = desk(&office, (80, 24));
    desk.keys("ctrl-n tab");
    let mut line = Line::to(|| Ok((80, 24)));
    let mean = line.mean(&mut desk, "a", 20);
    assert!((1..=60).contains(&mean), "{mean}");
    desk.app.take_dirty();
    desk.app.message(Msg::Tick);
    assert!(!desk.app.take_dirty());
    assert_eq!(line.frame(&desk), 0, "a frame that is the same writes nothing");
}

#[test]
fn the_card_follows_a_highlight_that_rests() {
    let office = office(40);
    let mut desk = desk(&office, (120, 40));
    let card = |desk: &Desk| {
        let screen = desk.screen();
        let title = screen.lines().find(|line| line.starts_with('┌')).unwrap().to_owned();
        title.rsplit('┌').next().unwrap().trim_matches(['─', '┐', ' ']).to_owned()
    };
    let first = card(&desk);
    desk.keys_alone("down down");
    assert_eq!(card(&desk), first, "nothing is read while it moves");
    desk.wait_read();
    let third = card(&desk);
    assert!(third != first && third.ends_with("0000003"), "{third}");
}

#[test]
fn a_list_turns_its_page_and_going_back_leaves_it_where_it_is() {
    let office = office(200);
    let mut desk = desk(&office, (80, 24));
    let seen = |desk: &Desk| {
        let screen = desk.screen();
        let row = screen.lines().position(|line| line.starts_with("│ >")).unwrap();
        (screen.lines().nth(row).unwrap().to_owned(), row)
    };
    for _ in 0..30 {
        desk.keys("down");
    }
    let (case, row) = seen(&desk);
    assert!(case.contains("0000031"), "{case}");
    desk.keys("up");
    assert_eq!(seen(&desk).1, row - 1, "the highlight moves, not the list");
    desk.keys("end");
    desk.sees("0000200");
    desk.keys("pageup home");
    assert!(seen(&desk).0.contains("0000001"));
    // To the very end and back, row by row.
    for _ in 0..200 {
        desk.keys("down");
    }
    assert!(seen(&desk).0.contains("0000200"));
    for _ in 0..199 {
        desk.keys("up");
    }
    assert!(seen(&desk).0.contains("0000001"), "{}", seen(&desk).0);
}

#[test]
fn what_no_index_answers_is_looked_for_in_the_background_and_said() {
    let office = office(800);
    let mut desk = desk(&office, (120, 40));
    desk.keys("f tab tab tab tab");
    desk.types("790");
    desk.keys_alone("ctrl-s");
    desk.sees("正在后台继续查找");
    // The screen is alive meanwhile: another key does what it does.
    desk.message_alone(Msg::Key(key("f1"), u64::MAX));
    desk.wait_read();
    desk.keys("esc");
    desk.sees_not("正在后台继续查找");
    desk.sees("0000790");
    desk.sees("0000800");
    desk.keys("end");
    let row = desk.screen().lines().find(|line| line.starts_with("│ >")).unwrap().to_owned();
    assert!(row.contains("0000800"), "{row}");
    // Another desk's change is read in the background too, and keeps the selection.
    office
        .store()
        .act(&office.actor(CLERK), moment(NOW), "note", Wait::Patient, |tx| tx.journal("probe", 0, &json!({})))
        .unwrap();
    desk.second_passes();
    let again = desk.screen().lines().find(|line| line.starts_with("│ >")).unwrap().to_owned();
    assert_eq!(row, again);
    desk.keys("f ctrl-r home");
    desk.sees("0000001");
}

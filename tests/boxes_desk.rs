//! Boxes, shelves, finding and lending as the archivist does them: keys on the whole desk, what is stored.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod archive_common;
#[expect(dead_code, reason = "only its cases are used here")]
mod closing_common;
mod harness;

use archive_common::{ARCHIVIST, NOW, act, bound, case, scan, sound};
use closing_desk::archive::store::filing;
use closing_desk::boxes::store::{self as boxes, finds, loans, shelves};
use closing_desk::kernel::words::Lang;
use harness::{CLERK, Desk, Office, Setup, moment};
use std::rc::Rc;

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-20 08:00"))
}

fn at(office: &Rc<Office>, who: &str, lang: Lang, place: &str) -> Desk {
    let mut desk = Desk::on(office, Setup { now: NOW.to_owned(), lang, ..Setup::default() });
    desk.sign_in(who);
    desk.keys("f6");
    desk.keys(place);
    desk
}

fn filed(office: &Office, case_no: &str) -> i64 {
    let id = bound(office, case_no, "2026-11-23 10:00:00");
    act(office, ARCHIVIST, "2026-11-23 12:00:00", |tx| {
        let seen = case(tx.store(), id).version;
        filing::open_and_file(tx, id, seen).map(drop)
    })
    .unwrap();
    id
}

#[test]
fn a_box_is_opened_shelved_printed_and_closed() {
    let office = office();
    let mut desk = at(&office, ARCHIVIST, Lang::Zh, "ctrl-b");
    desk.keys("ctrl-n ctrl-s");
    desk.sees("已开盒");
    desk.keys("ctrl-a");
    desk.types("A-3-2");
    desk.keys("ctrl-s");
    desk.sees("已添加架位 A-3-2");
    let shelf = shelves::named(desk.store().conn(), "A-3-2").unwrap().unwrap();
    scan(&mut desk, &shelf.code);
    desk.sees("现在 A-3-2");
    desk.keys("ctrl-s");
    desk.types("B-1");
    desk.keys("ctrl-s");
    desk.sees("没有这个架位");
    desk.keys("esc");
    desk.keys("y");
    desk.keys("ctrl-o enter");
    let spine = desk.printed().pop().unwrap();
    assert!(spine.contains("机动车辆险 2026 10年 第1盒") && !spine.contains("svg"), "{spine}");
    desk.keys("ctrl-k enter");
    assert!(desk.printed().pop().unwrap().contains("盒内目录"));
    desk.keys("ctrl-r");
    desk.resize(80, 24);
    desk.sees("窗口太小");
    desk.resize(120, 40);
    desk.sees_not("窗口太小");
    desk.keys("ctrl-r ctrl-x");
    desk.sees("封后不再收件");
    desk.keys("y");
    desk.sees("已封");
    let first = boxes::page(desk.store().conn(), i64::MAX, 1).unwrap().remove(0);
    assert!(first.closed_at.is_some(), "{}", desk.screen());
    sound(&office);
}

#[test]
fn a_search_answers_with_box_position_and_shelf_and_the_file_is_lent_and_returned() {
    let office = office();
    let id = filed(&office, "PDAA20263401040004391");
    let shelf = act(&office, ARCHIVIST, "2026-11-23 12:10:00", |tx| shelves::add(tx, "A-3-2")).unwrap();
    act(&office, ARCHIVIST, "2026-11-23 12:10:00", |tx| {
        let place = boxes::where_is(tx.conn(), id)?.unwrap();
        shelves::put_away(tx, place.found.id, shelf.id).map(drop)
    })
    .unwrap();
    let mut desk = at(&office, ARCHIVIST, Lang::Zh, "ctrl-g");
    desk.types("4391");
    desk.keys("enter");
    let line = desk.screen().lines().find(|line| line.contains("A-3-2")).unwrap().to_owned();
    assert!(line.contains("第1盒") && line.contains(" 1 "), "box, position, shelf in one line: {line}");
    desk.keys("ctrl-r ctrl-s");
    desk.sees("已登记查档");
    desk.at("2026-11-23 15:33");
    scan(&mut desk, &case(&office.store(), id).case_code);
    desk.sees("用时 3 分 0 秒");
    desk.keys("ctrl-n ctrl-s");
    desk.sees("请填借阅人");
    desk.types("甲结案");
    desk.keys("enter");
    desk.types("复核");
    desk.keys("ctrl-s");
    desk.sees("已借给 甲结案，应还 2026-11-30");
    let late = Setup { now: "2026-12-01 09:00".to_owned(), ..Setup::default() };
    let mut desk = Desk::on(&office, late);
    desk.sign_in(ARCHIVIST);
    desk.keys("f6 ctrl-g");
    desk.sees("超期");
    desk.keys("ctrl-e");
    desk.sees("第 1 次");
    scan(&mut desk, &case(&office.store(), id).case_code);
    desk.sees("已归还到");
    assert_eq!(loans::open_of(desk.store().conn(), id).unwrap(), None);
    sound(&office);
}

#[test]
fn a_clerk_asks_for_a_file_but_lends_none() {
    let office = office();
    let id = filed(&office, "PDAA20263401040004391");
    for (lang, words) in [(Lang::En, ["1 file", "! asked"]), (Lang::Zh, ["找到 1 件", "待找"])] {
        let mut desk = at(&office, CLERK, lang, "ctrl-g");
        desk.types("4391");
        desk.keys("enter");
        desk.sees(words[0]);
        desk.keys("ctrl-r ctrl-s");
        assert!(finds::open_of(desk.store().conn(), id).unwrap().is_some(), "{}", desk.screen());
        desk.sees(words[1]);
        desk.keys("ctrl-n");
        desk.sees_not("借阅人");
        for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
            desk.resize(columns, rows);
            if std::env::var_os("SHOW").is_some() {
                println!("{}", desk.screen());
            }
        }
    }
}

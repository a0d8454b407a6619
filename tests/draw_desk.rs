//! The weekly spot check at the desk: drawn, worked through with the keyboard, findings settled; in both languages.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "only some of the cases' helpers are needed here")]
mod closing_common;
mod harness;
mod seal_common;

use closing_desk::archive::rules::check::Seen;
use closing_desk::archive::rules::draw::Week;
use closing_desk::archive::store::{check, draw, findings};
use closing_desk::kernel::words::Lang;
use harness::{CLERK, CLERK_2, Desk, LEADER_2, Office, PIN, Setup, moment};
use seal_common::{ARCHIVIST, act, broken, closed, file, receipt, seal_through};
use std::rc::Rc;

fn sit(office: &Rc<Office>, who: &str, lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { now: "2026-11-30 08:30".to_owned(), lang, ..Setup::default() });
    desk.sign_in(who);
    desk
}

fn go(desk: &mut Desk, name: &str) {
    desk.keys("ctrl-p");
    desk.types(name);
    desk.keys("enter");
}

/// Ten files due on Wednesday of week 48; one is not filed.
fn week_48() -> Rc<Office> {
    let office = Office::with_people(moment("2026-11-20 08:00"));
    let ids: Vec<i64> =
        (0..10).map(|n| closed(&office, &format!("PDAA00{n}"), &format!("2026-11-20 10:0{n}"))).collect();
    for (n, id) in ids.iter().enumerate() {
        receipt(&office, *id, &format!("2026-11-20 14:0{n}"));
    }
    seal_through(&office, "2026-11-20", "2026-11-20 16:05");
    for (n, id) in ids.iter().enumerate().skip(1) {
        file(&office, *id, &format!("2026-11-24 10:0{n}"));
    }
    office
}

fn drawn(office: &Office) -> draw::Draw {
    draw::of_week(office.store().conn(), Week::parse("2026-W48").unwrap()).unwrap().unwrap()
}

#[test]
fn a_week_is_drawn_checked_and_its_findings_settled_with_the_keyboard() {
    let office = week_48();
    let mut desk = sit(&office, ARCHIVIST, Lang::Zh);
    go(&mut desk, "周抽查");
    desk.sees("2026-W48");
    desk.sees("待抽取");
    desk.sees("本周尚未抽取");
    desk.keys("ctrl-n");
    desk.sees("抽取 2026-W48 的案卷？每周只抽一次，不能重抽");
    desk.keys("enter");
    assert!(
        draw::of_week(desk.store().conn(), Week::parse("2026-W48").unwrap()).unwrap().is_none(),
        "the default is No"
    );
    desk.keys("ctrl-n y");
    desk.sees("2026-W48 已抽取：到期 10 件，抽 3 件");
    desk.keys("enter");
    desk.sees("抽查 2026-W48：已查 0 件，共 3 件");
    desk.sees("抽 3 件，共 10 件，覆盖 30%；");
    desk.sees("至少查到 1 件的可能为 53%");
    // The archivist filed them, so somebody else checks.
    desk.keys("down ctrl-n");
    desk.sees("须由他人检查");
    desk.keys("esc");
    desk.keys("ctrl-n");
    desk.sees("每周只抽一次");
    desk.keys("ctrl-r");
    desk.sees("重算结果与留存一致");
    drop(desk);
    let mut desk = sit(&office, CLERK_2, Lang::Zh);
    go(&mut desk, "周抽查");
    desk.keys("enter enter");
    desk.sees("v 在册完好");
    desk.keys("ctrl-b");
    desk.sees("2026-12-03");
    desk.keys("ctrl-s");
    desk.sees("请写明内容");
    desk.types("目录缺第 3 页");
    desk.keys("ctrl-s");
    desk.sees("有缺陷");
    desk.keys("ctrl-n ctrl-s");
    desk.sees("已查 3 件，共 3 件");
    let lines = check::lines(desk.store().conn(), drawn(&office).id).unwrap();
    let seen: Vec<Seen> = lines.iter().map(|line| line.verdict.as_ref().unwrap().0).collect();
    assert_eq!(seen, [Seen::InOrder, Seen::Defect, Seen::Missing]);
    desk.keys("ctrl-o enter");
    desk.sees("抽查表已打印，第 1 份");
    desk.keys("esc ctrl-t");
    desk.sees("整改事项");
    desk.sees("到期未归档");
    desk.sees("目录缺第");
    desk.keys("down enter");
    desk.types("已补页");
    desk.keys("ctrl-s");
    desk.sees("的整改已登记");
    assert_eq!(findings::open(desk.store().conn()).unwrap(), 2);
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn a_leader_reads_and_checks_in_english() {
    let office = week_48();
    act(&office, ARCHIVIST, "2026-11-30 08:10", |tx| draw::draw(tx, Week::parse("2026-W48").unwrap())).unwrap();
    let mut desk = sit(&office, LEADER_2, Lang::En);
    go(&mut desk, "spot check");
    desk.sees("3 of 10 drawn, 30%; were two bad");
    desk.sees("seed from the seal of 2026-11-20");
    desk.keys("ctrl-n");
    desk.sees("It is for archivist");
    desk.keys("enter ctrl-n");
    desk.types("shelf empty");
    desk.keys("esc");
    desk.sees("y");
    desk.keys("n");
    desk.sees("shelf empty");
    desk.keys("ctrl-s");
    desk.sees("x not found");
    desk.sees("Spot check 2026-W48: 1 of 3 checked");
    let found = findings::of_draw(desk.store().conn(), drawn(&office).id).unwrap();
    assert_eq!(found.last().map(|f| (f.kind.as_str(), f.note.as_str())), Some(("missing", "shelf empty")));
    // The clerk who closed them is told why it is somebody else's.
    let mut desk = sit(&office, CLERK, Lang::En);
    go(&mut desk, "spot check");
    desk.keys("enter enter");
    desk.sees("somebody else checks it");
    assert_eq!(PIN.len(), 6);
}

#[test]
fn what_was_typed_about_a_file_is_found_again_for_that_file() {
    let office = week_48();
    act(&office, ARCHIVIST, "2026-11-30 08:10", |tx| draw::draw(tx, Week::parse("2026-W48").unwrap())).unwrap();
    let mut desk = sit(&office, CLERK_2, Lang::Zh);
    go(&mut desk, "周抽查");
    desk.keys("enter down ctrl-b");
    desk.types("半句");
    let second = check::lines(desk.store().conn(), drawn(&office).id).unwrap()[1].case_code.clone();
    drop(desk);
    let mut desk = sit(&office, CLERK_2, Lang::Zh);
    desk.keys("enter");
    desk.sees("半句");
    desk.types("话");
    desk.keys("ctrl-s");
    desk.sees(&format!("{second} 有缺陷"));
}

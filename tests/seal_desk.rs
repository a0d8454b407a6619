//! The day's end at the desk: keys pressed, lines seen, rows stored; by two, by one alone, in both languages.

#[expect(dead_code, reason = "only some of the cases' helpers are needed here")]
mod closing_common;
mod harness;
mod seal_common;

use closing_desk::archive::store::seal;
use closing_desk::case::store::seals;
use closing_desk::kernel::words::Lang;
use harness::{CLERK, CLERK_2, Desk, LEADER, Office, PIN, Setup, moment};
use seal_common::{ARCHIVIST, broken, case, closed, file, kept, put, receipt, seal_day, seal_through};
use std::rc::Rc;

fn sit(office: &Rc<Office>, who: &str, now: &str, lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { now: now.to_owned(), lang, ..Setup::default() });
    desk.sign_in(who);
    desk
}

/// Goes to a place by the palette.
fn go(desk: &mut Desk, name: &str) {
    desk.keys("ctrl-p");
    desk.types(name);
    desk.keys("enter");
}

fn give_pin(desk: &mut Desk) {
    desk.types(PIN);
    desk.keys("enter");
}

/// Time passes at a desk somebody sits at: a key that changes nothing every few minutes.
fn until(desk: &mut Desk, from: &str, to: &str) {
    let (mut at, to) = (moment(from), moment(to));
    while at < to {
        at = (at + 240).min(to);
        desk.at(&closing_desk::kernel::clock::file_time(at));
        if at < to {
            desk.keys("end");
        }
    }
}

/// A Thursday on which two files become late, one is in time and one was closed; the days before are sealed.
fn thursday() -> (Rc<Office>, Vec<i64>) {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let ids: Vec<i64> =
        (1..4).map(|n| closed(&office, &format!("PDAA00{n}"), &format!("2026-11-23 10:0{n}"))).collect();
    for (n, id) in ids.iter().enumerate() {
        receipt(&office, *id, &format!("2026-11-23 15:0{n}"));
    }
    seal_through(&office, "2026-11-23", "2026-11-23 16:10");
    file(&office, ids[0], "2026-11-26 09:00");
    closed(&office, "PDAA009", "2026-11-26 10:00");
    (office, ids)
}

#[test]
fn the_day_is_handed_over_by_two_and_sealed() {
    let (office, ids) = thursday();
    let mut desk = sit(&office, ARCHIVIST, "2026-11-26 15:30", Lang::Zh);
    go(&mut desk, "日终交接");
    desk.sees("日终交接 11-26 周四：未日结");
    desk.sees("数字截至 11-26 15:30（11-26 16:00 截止后可日结）");
    desk.keys("ctrl-s");
    desk.sees("11-26 要到 11-26 16:00 截止后才能日结");
    until(&mut desk, "2026-11-26 15:30", "2026-11-26 16:05");
    desk.sees("数字截至 2026-11-26 16:00:00");
    desk.sees("当日批次 1 件，已归档 0；当日到期 3 件，按时归档 1");
    desk.sees("超时限未归档 2 件");
    desk.sees("!! 11-26 16:00");
    desk.keys("ctrl-s");
    desk.sees("2 件超时限未归档，尚无结转原因");
    desk.keys("ctrl-a ctrl-r");
    desk.keys("ctrl-s");
    desk.sees("请写明内容");
    desk.types("装订机维修，次日补办");
    desk.keys("ctrl-s");
    desk.sees("2 件已写明结转原因");
    desk.keys("ctrl-s");
    desk.sees("移交 2026-11-26：清单 4 件，当日批次 1 件，结转 2 件。");
    give_pin(&mut desk);
    desk.sees("接收 2026-11-26：清单 4 件。接收人签字");
    desk.sees("林领导 1001");
    give_pin(&mut desk);
    desk.sees("11-26 已日结：当日批次 1 件，当日到期按时归档 1 件，结转 2 件");
    let kept = kept(&office, "2026-11-26");
    assert_eq!((kept.sealed_by, kept.taken_by), (office.actor(ARCHIVIST).id, Some(office.actor(LEADER).id)));
    assert!(kept.sheet.contains("装订机维修,次日补办") && kept.sheet.contains(&case(&office, ids[1]).case_code));
    desk.sees("已日结（第 2 天，共 2 天）");
    desk.sees("移交清单 2026-11-26");
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn a_wrong_pin_and_a_second_thought_seal_nothing() {
    let (office, _) = thursday();
    let mut desk = sit(&office, ARCHIVIST, "2026-11-26 16:05", Lang::Zh);
    go(&mut desk, "日终交接");
    desk.keys("ctrl-a ctrl-r");
    desk.types("等补页");
    desk.keys("ctrl-s ctrl-s");
    desk.types("000000");
    desk.keys("enter");
    desk.sees("口令");
    desk.keys("esc");
    desk.keys("ctrl-s");
    give_pin(&mut desk);
    desk.sees("接收人签字");
    desk.keys("esc");
    assert_eq!(seal::of_day(desk.store().conn(), "2026-11-26".parse().unwrap()).unwrap(), None);
    desk.sees("未日结");
}

#[test]
fn alone_it_waits_and_the_next_to_sign_in_takes_over_first() {
    let (office, _) = thursday();
    let mut desk = sit(&office, ARCHIVIST, "2026-11-26 16:05", Lang::En);
    go(&mut desk, "hand-over");
    desk.keys("ctrl-a ctrl-r");
    desk.types("binder broken");
    desk.keys("ctrl-s ctrl-y");
    desk.sees("sign 2026-11-26 alone: 4 on the list");
    give_pin(&mut desk);
    desk.sees("11-26 is sealed by one alone, to be taken over");
    let kept_before = kept(&office, "2026-11-26");
    assert_eq!(kept_before.taken_at, None);
    desk.keys("ctrl-t");
    desk.sees("must be two persons");
    drop(desk);
    let mut desk = sit(&office, CLERK_2, "2026-11-27 08:00", Lang::En);
    assert_eq!(desk.app.place().unwrap().name, "handover", "the place opens by itself");
    desk.sees("take it over first");
    desk.sees("11-26 was signed by 己归档 1008 alone");
    desk.keys("ctrl-t");
    desk.sees("take the hand-over of 2026-11-26 over");
    give_pin(&mut desk);
    desk.sees("the hand-over of 2026-11-26 is taken over");
    let taken = kept(&office, "2026-11-26");
    assert_eq!((taken.taken_by, &taken.sheet), (Some(office.actor(CLERK_2).id), &kept_before.sheet));
    drop(desk);
    let desk = sit(&office, CLERK, "2026-11-27 08:05", Lang::En);
    assert_eq!(desk.app.place().unwrap().name, "todo");
}

#[test]
fn a_correction_after_the_seal_is_written_here_and_prints_on_the_next_sheet() {
    let (office, _) = thursday();
    let mut desk = sit(&office, ARCHIVIST, "2026-11-26 15:00", Lang::Zh);
    go(&mut desk, "日终交接");
    desk.keys("left");
    desk.sees("日终交接 11-23 周一：已日结");
    desk.sees("移交清单 2026-11-23");
    let before = kept(&office, "2026-11-23");
    desk.keys("ctrl-n");
    desk.sees("已日结的清单不改");
    desk.types("PDAA002 应为 3 页");
    desk.keys("esc");
    desk.keys("n");
    desk.sees("PDAA002 应为 3 页");
    desk.keys("ctrl-s");
    desk.sees("2026-11-23 的更正已记下");
    desk.keys("ctrl-o enter");
    desk.sees("2026-11-23 移交清单补打 1");
    desk.keys("right");
    desk.sees("1 条更正待随本清单打印");
    assert_eq!(kept(&office, "2026-11-23"), before);
}

#[test]
fn past_days_without_a_seal_stand_on_the_first_screen_until_they_are_sealed() {
    let office = Office::with_people(moment("2026-11-19 08:00"));
    put(&office, "PDAA001", 800, "2026-11-20 09:00");
    put(&office, "PDAA002", 800, "2026-11-21 09:00");
    let mut desk = sit(&office, ARCHIVIST, "2026-11-23 08:30", Lang::Zh);
    desk.sees("3 天未日结，最早 11-19，Ctrl+B 办理");
    desk.keys("ctrl-b");
    for (day, left) in [("11-19", 2), ("11-20", 1), ("11-21", 0)] {
        desk.sees(&format!("日终交接 {day}"));
        desk.keys("ctrl-s");
        give_pin(&mut desk);
        give_pin(&mut desk);
        desk.sees(&format!("{day} 已日结"));
        assert_eq!(seals::overdue(desk.store().conn(), moment("2026-11-23 08:30"), 9).unwrap().len(), left);
        desk.keys("right");
    }
    desk.keys("f2");
    desk.sees_not("未日结");
}

#[test]
fn due_files_are_called_to_mind_on_every_screen_without_touching_what_is_typed() {
    let (office, ids) = thursday();
    let mut desk = sit(&office, ARCHIVIST, "2026-11-26 14:59", Lang::Zh);
    desk.sees("! 归档：今日到期 2 件，已超时限 0 件");
    desk.keys("ctrl-e ctrl-b");
    desk.types("半句");
    desk.sees_not("归档：");
    desk.at("2026-11-26 15:00");
    desk.sees("! 归档：距截止 60 分，2 件到期未归档");
    desk.types("话");
    desk.sees("半句话");
    assert!(desk.caret().is_some());
    desk.sees_not("距截止");
    // A minute that was slept through is made up for.
    until(&mut desk, "2026-11-26 15:00", "2026-11-26 15:44");
    desk.sees_not("归档：");
    desk.at("2026-11-26 15:47");
    desk.sees("! 归档：距截止 15 分");
    file(&office, ids[1], "2026-11-26 15:50");
    desk.keys("end");
    until(&mut desk, "2026-11-26 15:47", "2026-11-26 16:00");
    desk.sees_not("截止已过");
    desk.at("2026-11-26 16:01");
    desk.sees("!! 归档：截止已过，1 件刚超时限");
    desk.sees("半句话");
    // Whoever has nothing to answer for hears nothing; the clerk who closed the file does.
    let desk = sit(&office, CLERK_2, "2026-11-26 16:05", Lang::Zh);
    desk.sees_not("归档：今日");
    let desk = sit(&office, CLERK, "2026-11-26 16:05", Lang::En);
    desk.sees("! archive: 0 due today, 1 past the deadline");
}

#[test]
fn the_roster_says_who_is_on_weekends_too() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let mut desk = sit(&office, LEADER, "2026-11-23 15:00", Lang::Zh);
    go(&mut desk, "值班表");
    desk.sees("11-28 周六    周末");
    desk.keys("down down down down down enter");
    desk.types("1003、谁也不是");
    desk.keys("ctrl-s");
    desk.sees("没有“谁也不是”这个人");
    desk.keys("backspace backspace backspace backspace backspace");
    desk.types(" 己归档");
    desk.keys("ctrl-s");
    desk.sees("2026-11-28 值班 2 人");
    desk.sees("甲结案 1003、己归档 1008");
    desk.keys("down down down down down down down ctrl-g ctrl-s");
    desk.sees("2026-12-05 值班 2 人");
    drop(desk);
    let mut desk = sit(&office, CLERK, "2026-11-23 15:10", Lang::En);
    go(&mut desk, "roster");
    desk.sees("11-28 Sat");
    desk.keys("enter");
    desk.sees("archivist");
}

#[test]
fn the_folder_of_a_case_tells_its_batch_and_why_it_was_carried_over() {
    let (office, ids) = thursday();
    let mut desk = sit(&office, ARCHIVIST, "2026-11-26 16:05", Lang::Zh);
    go(&mut desk, "日终交接");
    desk.keys("ctrl-a ctrl-r");
    desk.types("等补页");
    desk.keys("ctrl-s");
    assert!(!seals::sealed(desk.store().conn(), "2026-11-26".parse().unwrap()).unwrap());
    desk.keys("enter");
    assert_eq!(desk.app.place().unwrap().name, "folder");
    desk.resize(120, 120);
    desk.sees("归档批次 11-23；从结案起算的时限 11-26 16:00");
    desk.sees("11-26 结转：等补页（己归档 1008");
    assert!(ids.contains(&desk.app.place().unwrap().id));
    seal_day(&office, "2026-11-26", Some(CLERK), "2026-11-26 16:10").unwrap();
}

#[test]
fn every_state_fits_every_size_with_and_without_colour() {
    let (office, _) = thursday();
    let steps: [&[&str]; 5] = [&[], &["ctrl-a", "ctrl-r"], &["ctrl-s"], &["left"], &["ctrl-n"]];
    for lang in [Lang::Zh, Lang::En] {
        for colour in [true, false] {
            let setup = Setup { now: "2026-11-26 16:05".to_owned(), lang, colour, ..Setup::default() };
            for place in ["handover", "roster", "spot-check", "findings"] {
                for keys in steps {
                    let mut desk = Desk::on(&office, setup.clone());
                    desk.sign_in(ARCHIVIST);
                    let name = closing_desk::registry::screens().into_iter().find(|e| e.name == place).unwrap().word;
                    go(&mut desk, name.text(lang));
                    assert_eq!(desk.app.place().unwrap().name, place);
                    keys.iter().for_each(|key| desk.keys(key));
                    for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)] {
                        desk.resize(columns, rows);
                        if std::env::var_os("LOOK").is_some() && colour && (columns == 120 || columns == 80) {
                            eprintln!("{place} {keys:?} {lang:?} {columns}x{rows}\n{}", desk.screen());
                        }
                    }
                }
            }
        }
    }
}

//! The frame of the desk: header, places, palette, help, language, questions, waiting, drafts.

mod harness;

use closing_desk::kernel::words::Lang;
use harness::{CLERK, Desk, Office, Setup, moment};

#[test]
fn the_header_says_who_is_there_and_how_long_until_the_cutoff() {
    let mut desk = Desk::new((120, 30), Lang::Zh, "2026-11-23 15:12");
    for text in ["结案台", "城东网点", "甲结案 结案岗", "11-23 周一 15:12", "距 16:00 截止 48 分", "[#########-]"]
    {
        desk.sees(text);
    }
    desk.at("2026-11-23 15:59:59");
    desk.sees("截止 1 分");
    desk.at("2026-11-23 16:00:00");
    desk.sees("截止 0 分");
    desk.at("2026-11-23 16:00:01");
    desk.sees("已过 16:00 截止，结案归 11-24 批次");
    desk.at("2026-11-21 10:00");
    desk.sees("非工作日，结案归 11-23 批次");
    desk.at("2027-01-04 10:00");
    desk.sees("无 2027 年日历");
    desk.keys("ctrl-l");
    desk.sees("no calendar for 2027");
}

#[test]
fn every_size_is_drawn_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        for colour in [true, false] {
            let office = Office::with_people(moment("2026-11-23 15:12"));
            let mut desk = Desk::on(&office, Setup { lang, colour, ..Setup::default() });
            desk.sign_in(CLERK);
            for (columns, rows) in [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0), (7, 3)] {
                desk.resize(columns, rows);
                for keys in ["f1", "esc", "ctrl-p", "esc", "f10", "esc"] {
                    desk.keys(keys);
                }
            }
        }
    }
}

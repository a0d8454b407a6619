//! The sheets of notifying, compared as text.

#![allow(clippy::unwrap_used, clippy::allow_attributes, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "the rest is for the tests of closing")]
mod closing_common;
mod notify_common;

use closing_common::{Office, at};
use closing_desk::case::milestones::Outcome;
use closing_desk::kernel::text;
use closing_desk::kernel::words::Lang;
use closing_desk::notify::prints::{self, Frame};
use closing_desk::notify::store::{Desk, refusals};
use closing_desk::ui::print::{Sheet, WIDTH};
use notify_common::closed;

const NOW: &str = "2026-11-23 16:00:00";

fn frame(lang: Lang, copy: i64) -> Frame {
    Frame { lang, now: at(NOW), copy, office: "城东网点".into() }
}

fn said(sheet: &Sheet) -> String {
    assert!(sheet.lines().iter().all(|line| text::width(line) <= WIDTH), "{:#?}", sheet.lines());
    sheet.lines().join("\n")
}

#[test]
fn a_refusal_names_its_reasons_its_number_and_its_copy() {
    let office = Office::new();
    let both = (&office.clerk, &office.leader);
    let id = closed(&office.store, both, "A20261123000004391", (Outcome::Refuse, 0), |_| {});
    office.act(&office.clerk, NOW, |tx| refusals::write(tx, id, "免责条款第七条")).unwrap();
    let desk = Desk::read(&office.store, id).unwrap().unwrap();
    let notice = desk.notice.clone().unwrap();
    let text = said(&prints::refusal(&frame(Lang::Zh, 1), &desk, &notice));
    for line in [
        "拒赔通知书",
        "编号            2026-0001",
        "赔案号          A20261123000004391",
        "    免责条款第七条",
        "签收人：",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains("补打"), "{text}");
    assert!(said(&prints::refusal(&frame(Lang::Zh, 3), &desk, &notice)).contains("补打 2"));
    assert!(said(&prints::refusal(&frame(Lang::En, 1), &desk, &notice)).contains("Refusal notice"));
}

#[test]
fn a_letter_says_the_amount_in_capitals_and_everything_to_bring() {
    let office = Office::new();
    let both = (&office.clerk, &office.leader);
    let id = closed(&office.store, both, "A1", (Outcome::Pay, 1_409), |_| {});
    let desk = Desk::read(&office.store, id).unwrap().unwrap();
    let text = said(&prints::letter(&frame(Lang::Zh, 1), &desk));
    for line in ["1,409.00  壹仟肆佰零玖元整", "配件", "704.00", "银行转账、即时转账：领款人身份证件、银行卡或存折"]
    {
        assert!(text.contains(line), "{line}\n{text}");
    }
    said(&prints::letter(&frame(Lang::En, 2), &desk));
}

//! Closed cases taken over from the past.

use crate::support::{Desk, csv};
use closing_desk::case::milestones::{Outcome, Stage};

const HEADER: &str = "case_no,line,insured,payable,closed_at,outcome,approver,told_at,paid_at,archived_at,box";

#[test]
fn closed_cases_come_only_with_the_past_and_open_ones_as_usual() {
    let desk = Desk::new();
    let text = csv(
        HEADER,
        &[
            "A1,车险,王,100,2026-11-20 10:00:00,,赵主任,,,2026-11-22,甲-7",
            "A2,车险,李,100,2026-11-20 16:00:01,赔付,,2026-11-20 16:30:00,,,",
            "A3,车险,陈,,,,,,,,",
            "A4,车险,刘,,2026-11-20 10:00:00,,,,,,",
            "A5,车险,杨,0,2026-11-20 10:00:00,拒赔,,2026-11-21,,,",
            "A6,车险,杨,5,,,,,,2026-11-21,",
        ],
    );
    let path = desk.file("past.csv", &text);
    let without = desk.import(&path);
    assert_eq!((without.added, without.codes.get("past")), (1, Some(&4)));
    let with = desk.past(&path);
    assert_eq!((with.added, with.skipped, with.rejected), (3, 1, 2));
    assert_eq!((with.codes.get("past_payable"), with.codes.get("past_archived")), (Some(&1), Some(&1)));
    let filed = desk.case("A1");
    assert_eq!((filed.milestones.stage(), filed.milestones.outcome), (Stage::Archived, Some(Outcome::Pay)));
    assert!(filed.milestones.taken_over);
    assert_eq!((filed.round.approver.as_str(), filed.round.box_text.as_str()), ("赵主任", "甲-7"));
    assert_eq!(filed.round.batch_day, "2026-11-20");
    let open = desk.case("A2");
    assert_eq!((open.milestones.stage(), open.round.batch_day.as_str()), (Stage::Notify, "2026-11-23"));
    assert_eq!(desk.case("A5").milestones.stage(), Stage::Archive);
    assert_eq!(desk.case("A3").milestones.stage(), Stage::Closing);
    let head = desk.head();
    let again = desk.past(&path);
    assert_eq!((again.skipped, desk.head()), (4, head));
    desk.reconcile();
}

#[test]
fn a_later_record_of_the_past_fills_the_first_and_takes_over_what_nobody_worked_on() {
    let desk = Desk::new();
    let header = "case_no,line,insured,payable,closed_at,paid_at";
    desk.import_text(&csv(header, &["A1,车险,王,,,"]));
    let closed = desk.file("1.csv", csv(header, &["A1,车险,王,100,2026-11-20 10:00:00,"]));
    assert_eq!(desk.past(&closed).completed, 1);
    let taken = desk.case("A1");
    assert!(taken.milestones.taken_over);
    assert_eq!(taken.milestones.stage(), Stage::Notify);
    let paid = desk.file("2.csv", csv(header, &["A1,车险,王,100,2026-11-20 10:00:00,2026-11-21 09:00:00"]));
    assert_eq!(desk.past(&paid).completed, 1);
    assert_eq!(desk.case("A1").milestones.stage(), Stage::Archive);
    let moved = desk.file("3.csv", csv(header, &["A1,车险,王,120,2026-11-20 10:00:00,2026-11-21 09:00:00"]));
    assert_eq!(desk.past(&moved).codes.get("conflict"), Some(&1));
    desk.reconcile();
}

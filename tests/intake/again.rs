//! The daily file again, with more filled in, with changes, and with what the desk has confirmed otherwise.

use crate::support::{Desk, csv, nobody, now};
use closing_desk::case::milestones::Stage;
use closing_desk::case::store::{CaseFile, subject, write};
use closing_desk::db::{Wait, journal};
use closing_desk::office::store::{self as office, Named};
use closing_desk::reference::store::rulebook;
use serde_json::{Value, json};

const HEADER: &str = "case_no,line,insured,phone,assessed,assessor";

/// Confirms the first steps of a case as the closing desk leaves it.
fn confirm(desk: &Desk, case_no: &str, steps: usize) -> CaseFile {
    let case = desk.case(case_no);
    let rules = rulebook(&desk.store).unwrap();
    desk.store
        .act(&nobody(), now(), "confirm", Wait::Patient, |tx| {
            let mut after = case.clone();
            for slot in after.milestones.steps.iter_mut().take(steps) {
                *slot = Some(now());
            }
            for step in 1..=steps {
                // What the closing desk writes beside the milestone.
                tx.conn().execute(
                    "INSERT INTO step_record (case_id, round, step, carried_from, not_applicable, reason, day, place, \
                     outcome, recorded_at, recorded_by, void_by, void_reason) \
                     VALUES ($1, 1, $2, 0, 0, '', '', '', '', $3, 0, '', '')",
                    (case.id, i64::try_from(step).unwrap(), now()),
                )?;
            }
            let version = write::save(tx, &case, &mut after, &rules, true)?;
            tx.journal(&subject(&case.case_code), version, &json!({"steps": steps}))
        })
        .unwrap();
    desk.case(case_no)
}

fn payload(desk: &Desk, seq: i64) -> Value {
    serde_json::from_str(&journal::row(desk.store.conn(), seq).unwrap().unwrap().payload).unwrap()
}

#[test]
fn the_same_file_twice_changes_nothing_the_second_time() {
    let desk = Desk::new();
    let text = csv(HEADER, &["A1,车险,王建国,13800138000,100,甲定损", "A2,车险,李晓红,,,"]);
    assert_eq!(desk.import_text(&text).added, 2);
    let head = desk.head();
    let again = desk.import_text(&text);
    assert_eq!((again.skipped, again.kept(), desk.head()), (2, 2, head));
    let spelt_otherwise = csv(HEADER, &["Ａ1, 交强险 ,王建国,138 0013 8000,¥100.00,甲定损"]);
    let line = desk.import_text(&spelt_otherwise);
    assert_eq!((line.updated, line.rejected), (1, 0), "only the line is another one");
    assert_eq!(desk.case("A1").facts.line, "motor-compulsory");
}

#[test]
fn filled_columns_complete_changed_ones_update_and_emptied_ones_stay() {
    let desk = Desk::new();
    desk.import_text(&csv(HEADER, &["A1,车险,王建国,13800138000,,", "A2,车险,李晓红,,,", "A3,车险,陈志远,,,"]));
    let report = desk.import_text(&csv(
        HEADER,
        &["A1,车险,王建国,13900139000,100,甲定损", "A2,车险,李晓红,,5000,", "A3,车险,陈志远,,,"],
    ));
    assert_eq!((report.updated, report.completed, report.skipped), (1, 1, 1));
    let first = desk.case("A1");
    assert_eq!((first.facts.phone.as_str(), first.facts.assessor.as_str()), ("13900139000", "甲定损"));
    let Named::One(assessor) = office::named(desk.store.conn(), "甲定损").unwrap() else { panic!("nobody") };
    assert_eq!(first.people.assessor, Some(assessor));
    assert_eq!(first.version, 2, "an amount has changed");
    assert_eq!(payload(&desk, first.import_seq)["changed"]["phone"], json!(["13800138000", "13900139000"]));
    let emptied = desk.import_text(&csv(HEADER, &["A1,车险,王建国,,,"]));
    assert_eq!((emptied.skipped, desk.case("A1").facts.phone.as_str()), (1, "13900139000"));
    assert_eq!(first.milestones.stage(), Stage::Closing);
    assert_eq!(first.milestones.steps, [None; 4], "an import confirms no step");
    desk.reconcile();
}

#[test]
fn what_a_confirmed_step_holds_is_kept_and_the_difference_marked() {
    let desk = Desk::new();
    let text = |phone: &str, assessed: &str| csv(HEADER, &[&format!("A1,车险,王建国,{phone},{assessed},甲定损")]);
    desk.import_text(&text("13800138000", "100"));
    confirm(&desk, "A1", 3);
    let phone = desk.import_text(&text("13900139000", "100"));
    assert_eq!((phone.updated, desk.case("A1").facts.phone.as_str()), (1, "13900139000"));
    let other = desk.import_text(&text("13900139000", "120"));
    assert_eq!((other.rejected, other.codes.get("conflict")), (1, Some(&1)));
    let marked = desk.case("A1");
    assert!(marked.core_differs);
    assert_eq!(marked.facts.assessed.unwrap().plain(), "100.00");
    let head = desk.head();
    assert_eq!(desk.import_text(&text("13900139000", "120")).rejected, 1);
    assert_eq!(desk.head(), head, "the same difference again is told again and written once");
    desk.import_text(&text("13900139000", "100"));
    assert!(!desk.case("A1").core_differs, "the core system agrees again");
    desk.reconcile();
}

#[test]
fn an_empty_column_of_a_confirmed_step_is_filled_only_with_the_same_value() {
    let desk = Desk::new();
    desk.import_text(&csv(HEADER, &["A1,车险,王建国,,100,", "A2,车险,李晓红,,,"]));
    for no in ["A1", "A2"] {
        confirm(&desk, no, 3);
    }
    let report = desk.import_text(&csv(HEADER, &["A1,车险,王建国,,100,甲定损", "A2,车险,李晓红,,90,"]));
    assert_eq!((report.completed, report.rejected), (2, 0), "nothing stood there");
    let report = desk.import_text(&csv(HEADER, &["A1,车险,王建国,,100,乙定损"]));
    assert_eq!(report.codes.get("conflict"), Some(&1));
}

#[test]
fn the_same_number_twice_in_one_file_is_skipped_or_a_duplicate() {
    let desk = Desk::new();
    let report = desk.import_text(&csv(
        HEADER,
        &["A1,车险,王建国,,,", "A1,车险,王建国,,0,x", "A1,车险,王建国,,,", "A2,飞碟,李,,,", "A2,车险,李,,,"],
    ));
    assert_eq!((report.added, report.skipped, report.rejected), (2, 1, 2));
    assert_eq!(report.codes.get("duplicate"), Some(&1));
    assert_eq!(desk.case("A1").facts.assessor, "");
}

#[test]
fn persons_are_found_by_number_or_name_created_once_and_left_open_when_ambiguous() {
    use closing_desk::kernel::roles::Roles;
    let desk = Desk::new();
    desk.store
        .act(&nobody(), now(), "add", Wait::Patient, |tx| {
            for name in ["张三", "张三", "李四"] {
                office::insert(tx.conn(), name, None, Roles::NONE, None, now())?;
            }
            tx.journal("person", 0, &json!({}))
        })
        .unwrap();
    desk.import_text(&csv(
        "case_no,line,insured,surveyor,assessor,verifier,adjuster",
        &["A1,车险,王,张三, 李 四 ,1003,新人", "A2,车险,王,A007,新人,,"],
    ));
    let first = desk.case("A1").people;
    let fourth = office::by_staff_no(desk.store.conn(), "1003").unwrap().unwrap();
    assert_eq!(first.surveyor, None, "two persons have that name");
    assert_eq!((first.assessor, first.verifier), (Some(fourth.id), Some(fourth.id)));
    let created = office::by_id(desk.store.conn(), first.adjuster.unwrap()).unwrap().unwrap();
    assert_eq!((created.name.as_str(), created.has_pin), ("新人", false));
    let second = desk.case("A2").people;
    assert_eq!(second.assessor, first.adjuster);
    let numbered = office::by_id(desk.store.conn(), second.surveyor.unwrap()).unwrap().unwrap();
    assert_eq!(numbered.staff_no, "A007");
    desk.reconcile();
}

//! Each kind of dirt has its code, and clean rows come through as they are.

use super::*;
use crate::kernel::calendar::Calendar;
use crate::kernel::settings::Settings;
use crate::reference::rulebook::Line;

const NOW: &str = "2026-11-23 15:30:00";

fn rules() -> Rulebook {
    let line = Line {
        code: "motor".to_owned(),
        name: "机动车商业保险".to_owned(),
        name_en: "Motor".to_owned(),
        class: "motor".to_owned(),
        class_name: "机动车辆险".to_owned(),
        class_name_en: "Motor".to_owned(),
        checklist: "motor".to_owned(),
        three_level: true,
        compulsory: false,
        aliases: vec!["车险".to_owned()],
    };
    Rulebook { calendar: Calendar::built_in(), settings: Settings::default(), lines: vec![line] }
}

fn checked(past: bool, more: &[(Column, &str)]) -> (Row, Findings) {
    let mut raw = [""; COUNT];
    for (column, text) in [(Column::CaseNo, "PDZA1"), (Column::Line, "车险"), (Column::Insured, "王建国")] {
        raw[column as usize] = text;
    }
    for (column, text) in more {
        raw[*column as usize] = text;
    }
    let rules = rules();
    let now = clock::parse_time(NOW).unwrap();
    check(&raw, &Against { rules: &rules, now, past, by_hand: false })
}

fn codes(more: &[(Column, &str)]) -> String {
    checked(false, more).1.codes()
}

#[test]
fn each_kind_of_dirt_has_its_code() {
    use Column::*;
    let long = "长".repeat(201);
    for (column, text, code) in [
        (CaseNo, " ", "missing_case_no"),
        (Insured, "", "missing_insured"),
        (Line, "", "missing_line"),
        (Line, "宠物险", "unknown_line"),
        (Insured, "王\u{1b}[31m", "control"),
        (SurveyPlace, &long, "too_long"),
        (Insured, "王\u{FFFD}国", "bytes"),
        (IdNo, "340104********1234", "masked"),
        (Phone, "138****8000", "masked"),
        (IdNo, "110105194912310021", "id_check_digit"),
        (IdNo, "110105491231002", "id_length_15"),
        (IdNo, "11010519490231002X", "id_birth_date"),
        (LossDate, "2026-02-30", "date"),
        (LossDate, "1026-02-03", "date"),
        (ClaimedAt, "2026-11-23 25:00", "time"),
        (LossDate, "2026-11-24", "future"),
        (ClaimedAt, "2026-11-23 15:41:00", "future"),
        (Assessed, "-5", "amount"),
        (Assessed, "1.234", "amount"),
        (Assessed, "八千", "amount"),
        (ClosedAt, "2026-11-20 10:00", "past"),
        (ArchivedAt, "2026-11-20 10:00", "past_archived"),
        (Outcome, "赔", "outcome"),
    ] {
        let found = checked(false, &[(column, text)]).1;
        assert!(found.blocking() && found.has(code), "{text}: {}", found.codes());
    }
}

#[test]
fn reversed_dates_are_found_across_gaps_and_all_at_once() {
    use Column::*;
    assert_eq!(codes(&[(LossDate, "2026-11-10"), (ReportDate, "2026-11-09")]), "dates_reversed");
    assert_eq!(codes(&[(LossDate, "2026-11-10"), (PapersAt, "2026-11-09 08:00")]), "dates_reversed");
    assert_eq!(codes(&[(LossDate, "2026-11-10"), (ClaimedAt, "2026-11-10")]), "");
    assert_eq!(codes(&[(LossDate, "2026-13-10"), (Assessed, "x")]), "date, amount");
}

#[test]
fn numbers_are_folded_and_text_is_kept_as_written() {
    use Column::*;
    let (row, found) = checked(
        false,
        &[
            (CaseNo, " ｐｄza１ "),
            (Plate, "皖a·12345"),
            (Phone, "138 0013 8000"),
            (IdNo, "11010519491231002x"),
            (Account, "6222 0202 0000"),
            (Assessed, "¥8,200.5"),
            (Insured, "'=王建国"),
            (SurveyPlace, " 城东 路口 "),
            (LossDate, "2026/11/3"),
        ],
    );
    assert_eq!(found.codes(), "");
    let f = row.facts;
    assert_eq!((f.case_no.as_str(), f.plate.as_str(), f.phone.as_str()), ("PDZA1", "皖A12345", "13800138000"));
    assert_eq!((f.id_no.as_str(), f.account.as_str()), ("11010519491231002X", "622202020000"));
    assert_eq!((f.insured.as_str(), f.survey_place.as_str()), ("=王建国", "城东 路口"));
    assert_eq!(f.assessed, Some(Fen::from_fen(820_050)));
    assert_eq!(f.loss_date.map(|d| d.to_string()).as_deref(), Some("2026-11-03"));
}

#[test]
fn what_only_warns_lets_the_row_in() {
    use Column::*;
    let (_, found) = checked(
        false,
        &[(Phone, "0551-6543210"), (Plate, "暂未上牌"), (Assessor, "张三"), (Adjuster, " 张 三 "), (Approver, "李四")],
    );
    assert!(!found.blocking());
    assert_eq!(found.codes(), "phone, plate, past_open, person_twice");
}

#[test]
fn a_closed_case_needs_its_payable_and_comes_only_with_the_past() {
    use Column::*;
    let closed = [(ClosedAt, "2026-11-20 10:00:00")];
    assert!(checked(true, &closed).1.has("past_payable"));
    let whole = [(ClosedAt, "2026-11-20 10:00:00"), (Payable, "100"), (ToldAt, "2026-11-20")];
    assert_eq!(checked(true, &whole).1.codes(), "");
    let reversed = [(ClosedAt, "2026-11-20 10:00:00"), (Payable, "100"), (ArchivedAt, "2026-11-20 09:00:00")];
    assert_eq!(checked(true, &reversed).1.codes(), "dates_reversed");
}

#[test]
fn a_case_by_hand_needs_one_number_or_a_plate() {
    let rules = rules();
    let against = Against { rules: &rules, now: clock::parse_time(NOW).unwrap(), past: false, by_hand: true };
    let mut raw = [""; COUNT];
    raw[Column::Line as usize] = "motor";
    raw[Column::Insured as usize] = "王建国";
    assert_eq!(check(&raw, &against).1.codes(), "missing_number");
    raw[Column::Plate as usize] = "皖A12345";
    assert_eq!(check(&raw, &against).1.codes(), "");
}

//! What a repeated row may change and what it may not.

use super::*;
use crate::case::facts::{CasePeople, Facts, Origin};
use crate::case::store::RoundNotes;

fn values(pairs: &[(Column, &str)]) -> Values {
    pairs.iter().map(|(c, t)| (*c, (*t).to_owned())).collect()
}

fn case(facts: &Values, steps: usize) -> CaseFile {
    let mut m = Milestones { round: 1, start_step: 1, ..Milestones::default() };
    for slot in m.steps.iter_mut().take(steps) {
        *slot = Some(1);
    }
    CaseFile {
        id: 1,
        case_code: String::new(),
        facts: Row::from_values(facts).facts,
        people: CasePeople::default(),
        origin: Origin::Import,
        awaiting_core: false,
        core_differs: false,
        import_seq: 1,
        received_at: 0,
        version: 0,
        milestones: m,
        round: RoundNotes::default(),
    }
}

fn verdict(case: &CaseFile, previous: &Values, row: &Values) -> Verdict {
    decide(case, previous, &Row::from_values(row), |_, _| false)
}

#[test]
fn identical_emptied_filled_and_changed_rows_differ_in_verdict() {
    use Column::*;
    let before = values(&[(CaseNo, "A1"), (Phone, "13800138000"), (Assessed, "100.00")]);
    let open = case(&before, 0);
    assert_eq!(verdict(&open, &before, &before), Verdict::Same);
    assert_eq!(verdict(&open, &before, &values(&[(CaseNo, "A1")])), Verdict::Same, "emptied columns are ignored");
    let filled = values(&[(CaseNo, "A1"), (Verified, "90.00")]);
    assert!(matches!(verdict(&open, &before, &filled), Verdict::Take { completed: true, .. }));
    let changed = values(&[(CaseNo, "A1"), (Phone, "13900139000"), (Verified, "90.00")]);
    assert!(
        matches!(verdict(&open, &before, &changed), Verdict::Take { completed: false, changes, .. } if changes.len() == 2)
    );
}

#[test]
fn a_confirmed_step_keeps_its_value() {
    use Column::*;
    let before = values(&[(CaseNo, "A1"), (Assessed, "100.00"), (Phone, "1")]);
    let mut assessed = case(&before, 3);
    let other = values(&[(CaseNo, "A1"), (Assessed, "120.00"), (Phone, "2")]);
    assert_eq!(verdict(&assessed, &before, &other), Verdict::Conflict(vec![Assessed]));
    let phone = values(&[(CaseNo, "A1"), (Assessed, "100.00"), (Phone, "2")]);
    assert!(matches!(verdict(&assessed, &before, &phone), Verdict::Take { .. }), "a phone belongs to no step");
    // The desk confirmed 120.00; the core system now says so too.
    assessed.facts.assessed = crate::kernel::money::Fen::parse("120").ok();
    assert!(matches!(verdict(&assessed, &before, &other), Verdict::Take { .. }));
    // The core system never gave an assessor; the desk confirmed one.
    let named = values(&[(CaseNo, "A1"), (Assessed, "100.00"), (Assessor, "张三")]);
    assert!(matches!(verdict(&assessed, &before, &named), Verdict::Take { completed: true, .. }));
    assessed.facts.assessor = "李四".to_owned();
    assert_eq!(verdict(&assessed, &before, &named), Verdict::Conflict(vec![Assessor]));
    let same = decide(&assessed, &before, &Row::from_values(&named), |column, _| column == Assessor);
    assert!(matches!(same, Verdict::Take { .. }), "another spelling of the same person is no conflict");
}

#[test]
fn a_difference_ends_when_the_core_system_agrees_again() {
    use Column::*;
    let before = values(&[(CaseNo, "A1"), (Assessed, "100.00")]);
    let mut marked = case(&before, 3);
    marked.core_differs = true;
    assert_eq!(verdict(&marked, &before, &before), Verdict::Agrees);
}

#[test]
fn the_past_takes_over_only_cases_nobody_has_worked_on() {
    use Column::*;
    let before = values(&[(CaseNo, "A1")]);
    let closed = values(&[(CaseNo, "A1"), (Payable, "5.00"), (ClosedAt, "2026-11-20 10:00:00")]);
    assert!(matches!(verdict(&case(&before, 0), &before, &closed), Verdict::Take { takes_over: true, .. }));
    assert_eq!(verdict(&case(&before, 1), &before, &closed), Verdict::Conflict(vec![ClosedAt]));
}

#[test]
fn a_later_record_fills_what_the_first_one_left_open() {
    use Column::*;
    let before = values(&[(CaseNo, "A1"), (Payable, "5.00"), (ClosedAt, "2026-11-20 10:00:00")]);
    let mut taken = case(&before, 4);
    taken.milestones.closed_at = Row::from_values(&before).past.closed_at;
    taken.milestones.taken_over = true;
    let mut paid = before.clone();
    paid.insert(PaidAt, "2026-11-21 10:00:00".to_owned());
    assert!(matches!(verdict(&taken, &before, &paid), Verdict::Take { takes_over: false, completed: true, .. }));
    let mut moved = before.clone();
    moved.insert(ClosedAt, "2026-11-20 11:00:00".to_owned());
    assert_eq!(verdict(&taken, &before, &moved), Verdict::Conflict(vec![ClosedAt]));
    let mut m = Milestones { told_at: Some(5), ..Milestones::default() };
    fill(&mut m, &Milestones { told_at: Some(9), paid_at: Some(9), ..Milestones::default() });
    assert_eq!((m.told_at, m.paid_at), (Some(5), Some(9)));
    assert_eq!(Facts::default(), case(&Values::new(), 0).facts);
}

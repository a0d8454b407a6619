//! Later rounds and signatures in another's name, on a real store: what is paid, what is claimed back, who is barred.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "milestones are written by hand here")]
mod closing_common;

use closing_common::{NOW, Office, at, codes, entry, insert_case, yuan};
use closing_desk::case::milestones::{Milestones, Outcome, Stage};
use closing_desk::case::store::{load, write};
use closing_desk::case::words;
use closing_desk::closing::rules::Entry;
use closing_desk::closing::rules::reopen::Reason;
use closing_desk::closing::store as closing;
use closing_desk::closing::store::Desk;
use closing_desk::db::{ActError, Actor};
use closing_desk::kernel::clock::file_time;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::office::deputies::{self, NewDeputy};
use closing_desk::office::store as people;
use closing_desk::papers::rules::State;
use closing_desk::papers::store::{self as papers, NewMark};
use closing_desk::reference::store::rulebook;
use serde_json::json;

const TUESDAY: &str = "2026-11-24 09:00:00";

/// Puts milestones of desks that are not built yet into a case, as an act of theirs will.
fn write_milestones(office: &Office, id: i64, when: &str, change: impl Fn(&mut Milestones)) {
    let act = |tx: &mut closing_desk::db::ActTx<'_>| {
        let before = load::by_id(tx.conn(), id)?.unwrap();
        let mut after = before.clone();
        change(&mut after.milestones);
        let rules = rulebook(tx.store())?;
        if let (Some(closed), "") = (after.milestones.closed_at, after.round.batch_day.as_str()) {
            after.round.batch_day = closing_desk::case::reason::rules_of(&rules).batch_day(closed).to_string();
        }
        let version = write::save(tx, &before, &mut after, &rules, true)?;
        tx.journal(&closing_desk::case::store::subject(&before.case_code), version, &json!({}))
    };
    office.act(&office.clerk, when, act).unwrap();
}

fn reopen(office: &Office, when: &str, id: i64, start: u8) -> Result<i64, ActError> {
    let seen = office.case(id).version;
    office.act(&office.head, when, |tx| closing::reopen(tx, id, seen, Some(Reason::Court), "调解书", start))
}

/// A case that was paid 800 and is opened again at step 4, then closed with another total.
fn closed_again(office: &Office, case_no: &str, total: i64, outcome: Outcome) -> i64 {
    let id = office.at_five(case_no, 800);
    office.sign(&office.leader, NOW, id).unwrap();
    write_milestones(office, id, NOW, |m| {
        (m.told_at, m.agreed_at, m.chosen_at, m.prechecked_at, m.paid_at) =
            (Some(at(NOW)), Some(at(NOW)), Some(at(NOW)), Some(at(NOW)), Some(at(NOW)));
    });
    reopen(office, TUESDAY, id, 4).unwrap();
    let again = Entry {
        verified: yuan(total),
        payable: yuan(total),
        outcome: Some(outcome),
        price_reason: "调解".into(),
        ..entry(800)
    };
    office.confirm_by(&office.clerk, TUESDAY, id, 4, &again).unwrap();
    id
}

#[test]
fn a_second_round_pays_the_difference_nothing_or_claims_it_back() {
    for (total, outcome, left, said, stage) in [
        (1_000, Outcome::Pay, 200, "本轮应付 200.00", Stage::Payment),
        (800, Outcome::Pay, 0, "本轮无需付款", Stage::Archive),
        (500, Outcome::Pay, -300, "须追回 300.00", Stage::Archive),
        (0, Outcome::Zero, -800, "须追回 800.00", Stage::Archive),
    ] {
        let office = Office::new();
        let id = closed_again(&office, "A1", total, outcome);
        let shown = words::balance(&office.case(id).milestones).unwrap().say(Lang::Zh);
        assert!(shown.contains(said), "before the signature: {shown}");
        office.sign(&office.leader, "2026-11-24 16:00:01", id).unwrap();
        let case = office.case(id);
        assert_eq!(case.milestones.to_pay(), Fen::from_yuan(left));
        assert_eq!(case.round.batch_day, "2026-11-25", "each round has its own batch day");
        assert_eq!(case.round.archive_due.map(file_time).as_deref(), Some("2026-11-30 16:00:00"));
        assert!(words::balance(&case.milestones).unwrap().say(Lang::Zh).contains(said));
        write_milestones(&office, id, "2026-11-24 16:10:00", |m| {
            (m.told_at, m.agreed_at) = (Some(at("2026-11-24 16:10:00")), Some(at("2026-11-24 16:10:00")));
        });
        assert_eq!(office.case(id).milestones.stage(), stage);
        let rounds = load::rounds(office.store.conn(), id).unwrap();
        assert_eq!((rounds[0].1.batch_day.as_str(), rounds[0].0.closed_at), ("2026-11-23", Some(at(NOW))));
        office.sound_by_hand();
    }
}

#[test]
fn while_a_round_is_open_the_earlier_archive_clock_stands() {
    let office = Office::new();
    let id = office.at_five("A1", 800);
    office.sign(&office.leader, NOW, id).unwrap();
    let before = load::rounds(office.store.conn(), id).unwrap();
    reopen(&office, TUESDAY, id, 4).unwrap();
    let case = office.case(id);
    let rules = rulebook(&office.store).unwrap();
    let kinds: Vec<i64> =
        closing_desk::case::reason::reasons(&rules, &case).iter().map(|(deadline, _)| deadline.kind.number()).collect();
    assert_eq!(kinds, [1], "only the limit of the new round runs");
    assert_eq!(load::rounds(office.store.conn(), id).unwrap()[0], before[0]);
    office.sound_by_hand();
}

fn hand_over(office: &Office, by: &Actor, leader: &Actor, limit: Option<i64>) -> Result<(), ActError> {
    let new = NewDeputy {
        leader_id: leader.id,
        deputy_id: office.precheck.id,
        limit: limit.map(Fen::from_yuan),
        from_at: at(NOW),
        to_at: at("2026-11-25 18:00:00"),
        reason: "出差".into(),
    };
    office.act(by, NOW, |tx| deputies::name(tx, &new).map(drop))
}

#[test]
fn deputies_in_force_are_offered_and_whoever_worked_on_the_case_is_not() {
    let office = Office::new();
    let offered = |id: i64, when: &str| -> Vec<String> {
        let desk = Desk::read(&office.store, id).unwrap().unwrap();
        closing::signers(office.store.conn(), &desk, at(when)).unwrap().into_iter().map(|p| p.staff_no).collect()
    };
    let id = office.at_five("A1", 60_000);
    assert_eq!(offered(id, NOW), ["1004", "1003"], "whose signature closes the case comes first");
    hand_over(&office, &office.head, &office.head, Some(70_000)).unwrap();
    assert_eq!(offered(id, NOW), ["1004", "1002", "1003"]);
    assert_eq!(offered(id, "2026-11-25 18:00:01"), ["1004", "1003"]);
    office.sign(&office.leader, NOW, id).unwrap();
    assert_eq!(offered(id, NOW), ["1004", "1002"], "who has endorsed it is not asked twice");
    let own = office.prefilled("A2", 800);
    office.confirm(own, 4, &Entry { verifier: "1004".into(), ..entry(800) }).unwrap();
    assert_eq!(offered(own, NOW), ["1003", "1002"], "the verifier of a motor case does not approve it");
}

#[test]
fn a_waiver_is_not_signed_off_in_the_name_of_who_gave_it() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    let mark = [NewMark { item: "repair-invoice".into(), state: State::Waived, reason: "小额免附".into() }];
    office.act(&office.head, NOW, |tx| papers::papers_mark(tx, id, &mark)).unwrap();
    office.confirm(id, 4, &entry(800)).unwrap();
    hand_over(&office, &office.head, &office.head, None).unwrap();
    assert_eq!(codes(office.sign(&office.precheck, NOW, id)), "waived");
    assert!(office.sign(&office.leader, NOW, id).unwrap().closed);
}

#[test]
fn nobody_hands_on_more_than_the_own_limit() {
    let office = Office::new();
    assert_eq!(codes(hand_over(&office, &office.leader, &office.head, None)), "own_limit");
    assert_eq!(codes(hand_over(&office, &office.leader, &office.head, Some(50_001))), "own_limit");
    hand_over(&office, &office.leader, &office.head, Some(50_000)).unwrap();
    hand_over(&office, &office.head, &office.leader, None).unwrap();
}

#[test]
fn a_disabled_person_on_a_step_is_said_and_does_not_stop_it() {
    let office = Office::new();
    let disable = |tx: &mut closing_desk::db::ActTx<'_>| {
        tx.conn().execute("UPDATE person SET enabled = 0 WHERE staff_no = '2002'", [])?;
        tx.journal("person 2002", 0, &json!({}))
    };
    office.act(&office.head, NOW, disable).unwrap();
    let id = office.prefilled("A1", 800);
    let done = office.confirm(id, 4, &entry(800)).unwrap();
    assert_eq!(done.warnings.codes(), "person_disabled");
    office.sound_by_hand();
}

#[test]
fn a_case_taken_over_is_opened_again_and_its_unknown_assessor_is_asked_for() {
    let office = Office::new();
    let id = insert_case(&office.store, &office.clerk, NOW, "A1", |facts| {
        facts.assessor = String::new();
        (facts.assessed, facts.verified, facts.payable) = (yuan(800), yuan(800), yuan(800));
    });
    let closed = at("2026-11-20 10:00:00");
    write_milestones(&office, id, NOW, |m| {
        let done = Some(closed);
        (m.taken_over, m.steps, m.closed_at, m.proposed) = (true, [done; 4], done, Some(Outcome::Pay));
        (m.outcome, m.payable, m.told_at, m.agreed_at) = (Some(Outcome::Pay), yuan(800), done, done);
        (m.chosen_at, m.prechecked_at, m.paid_at) = (done, done, done);
        (m.receipt_at, m.sorted_at, m.bound_at, m.filed_at) = (done, done, done, done);
    });
    assert_eq!(office.case(id).milestones.stage(), Stage::Archived);
    reopen(&office, TUESDAY, id, 4).unwrap();
    let case = office.case(id);
    assert_eq!((case.milestones.round, case.milestones.paid_before), (2, Fen::from_yuan(800)));
    let again = Entry { assessor: String::new(), ..entry(800) };
    assert_eq!(codes(office.confirm_by(&office.clerk, TUESDAY, id, 4, &again)), "assessor_unknown");
    let seen = office.case(id).version;
    office.act(&office.clerk, TUESDAY, |tx| closing::return_to(tx, id, seen, 3, "补填定损人")).unwrap();
    assert_eq!(
        codes(office.confirm_by(&office.clerk, TUESDAY, id, 4, &Entry { assessor: "理算员".into(), ..entry(800) })),
        "same_person"
    );
    office.confirm_by(&office.clerk, TUESDAY, id, 4, &entry(800)).unwrap();
    assert!(office.sign(&office.leader, TUESDAY, id).unwrap().closed);
    assert!(people::by_staff_no(office.store.conn(), "2002").unwrap().is_some());
    office.sound_by_hand();
}

#[test]
fn a_clock_in_doubt_holds_the_sign_off_and_nothing_else() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    let late = "2026-12-02 15:30:00";
    office.confirm_by(&office.clerk, late, id, 4, &entry(800)).unwrap();
    let seen = office.case(id).version;
    assert_eq!(codes(office.sign(&office.leader, late, id)), "clock");
    assert_eq!(codes(office.act(&office.leader, late, |tx| closing::sign_many(tx, &[(id, seen)]))), "clock");
    office.act(&office.clerk, late, |tx| closing::return_to(tx, id, seen, 4, "核对")).unwrap();
    let rows = closing_desk::db::journal::since_version(
        office.store.conn(),
        &closing_desk::case::store::subject(&office.case(id).case_code),
        seen,
    )
    .unwrap();
    assert!(rows.iter().all(|row| row.payload.contains("clock_in_doubt")), "acts in doubt are flagged");
}

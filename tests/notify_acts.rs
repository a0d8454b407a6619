//! The acts of notifying: what is stored, what is refused, and milestones that always follow from the records.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "the rest is for the tests of closing")]
mod closing_common;
mod notify_common;
#[path = "harness/payments.rs"]
mod payments;

use closing_common::{Office, at, codes};
use closing_desk::case::milestones::{Outcome as Conclusion, Stage};
use closing_desk::case::store::rounds;
use closing_desk::db::{ActError, ActTx};
use closing_desk::instructions::rules::State;
use closing_desk::kernel::clock::file_time;
use closing_desk::notify::figures;
use closing_desk::notify::rules::attempts::{NewAttempt, agreed_at, told_at};
use closing_desk::notify::rules::inquiries::{NewInquiry, recount};
use closing_desk::notify::rules::{Channel, Delivery, Department, Kind, Outcome, Resolution, Side, Stance};
use closing_desk::notify::store::explain::{Paper, confirm, explain};
use closing_desk::notify::store::inquiries::{self, Ended, Ending, Reply, answer, ask, meanwhile, refer, resolve};
use closing_desk::notify::store::list::calls;
use closing_desk::notify::store::refusals::{NewDelivery, deliver, write};
use closing_desk::notify::store::{Desk, attempts, attempts_of, inquiries_of};
use notify_common::{clause_id, closed, put_clause};
use proptest::prelude::*;

const NOW: &str = "2026-11-23 16:00:00";

fn told(stance: Option<Stance>) -> NewAttempt {
    NewAttempt::now(Channel::Phone, Outcome::Told, stance)
}

fn asking(kind: Kind, complex: bool) -> NewInquiry {
    NewInquiry {
        kind: Some(kind),
        text: "价格为何低于报价".into(),
        complex,
        long: false,
        meanwhile: false,
        asked_at: None,
        reason: String::new(),
    }
}

fn ending(outcome: Resolution) -> Ending {
    Ending { outcome: Some(outcome), channel: Channel::Phone, note: "已逐字告知".into(), agrees: false }
}

/// An office with one case to be told.
struct Told {
    office: Office,
    id: i64,
}

impl Told {
    fn new(outcome: Conclusion, payable: i64) -> Told {
        let office = Office::new();
        let id = closed(&office.store, (&office.clerk, &office.leader), "A1", (outcome, payable), |_| {});
        Told { office, id }
    }

    fn at<T>(
        &self,
        when: &str,
        body: impl FnOnce(&mut ActTx<'_>, i64, i64) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        let seen = self.office.case(self.id).version;
        self.office.act(&self.office.clerk, when, |tx| body(tx, self.id, seen))
    }

    fn act<T>(&self, body: impl FnOnce(&mut ActTx<'_>, i64, i64) -> Result<T, ActError>) -> Result<T, ActError> {
        self.at(NOW, body)
    }

    fn stage(&self) -> Stage {
        self.office.case(self.id).milestones.stage()
    }

    fn sound(&self) {
        self.office.sound();
    }

    /// A complex inquiry with an explanation that both have signed on paper.
    fn explained(&self) -> i64 {
        let inquiry = self.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Price, true), None)).unwrap();
        self.act(|tx, id, _| explain(tx, id, inquiry, "按市场价核定")).unwrap();
        let explanation = self.explanation(inquiry);
        for (side, who) in [(Side::Verifier, "核价员"), (Side::Adjuster, "理算员")] {
            let paper = Paper { who: who.into(), at: at(NOW), number: "说-7".into(), reason: String::new() };
            self.act(|tx, id, _| confirm(tx, (id, inquiry), explanation, side, Some(&paper))).unwrap();
        }
        inquiry
    }

    fn explanation(&self, inquiry: i64) -> i64 {
        let desk = Desk::read(&self.office.store, self.id).unwrap().unwrap();
        desk.inquiry(inquiry).unwrap().explanation.as_ref().unwrap().id
    }
}

#[test]
fn the_earliest_consent_starts_the_ten_days() {
    let t = Told::new(Conclusion::Pay, 800);
    assert_eq!(t.stage(), Stage::Notify);
    t.act(|tx, id, seen| attempts::told(tx, &[(id, seen)], &told(Some(Stance::Agreed)))).unwrap();
    assert_eq!(t.stage(), Stage::Payment);
    let mut paper = NewAttempt { channel: Channel::Person, ..told(Some(Stance::Agreed)) };
    paper.at = Some(at("2026-11-23 15:45:00"));
    t.act(|tx, id, seen| attempts::told(tx, &[(id, seen)], &paper)).unwrap();
    let m = t.office.case(t.id).milestones;
    assert_eq!(m.agreed_at.map(file_time).as_deref(), Some("2026-11-23 15:45:00"), "signed before it was said");
    paper.at = Some(at("2026-11-23 15:29:59"));
    let early = t.act(|tx, id, seen| attempts::told(tx, &[(id, seen)], &paper).map(drop));
    assert_eq!(codes(early), "before_sign_off");
    t.sound();
}

#[test]
fn what_another_desk_did_meanwhile_refuses_and_says_so() {
    let t = Told::new(Conclusion::Pay, 800);
    let seen = t.office.case(t.id).version;
    t.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Items, false), None)).unwrap();
    let late = t
        .office
        .act(&t.office.clerk, NOW, |tx| attempts::told(tx, &[(t.id, seen)], &told(Some(Stance::Agreed))).map(drop));
    assert_eq!(codes(late), "stale");
    let by_leader = t.office.act(&t.office.leader, NOW, |tx| attempts::attempt(tx, &[t.id], &told(None)).map(drop));
    assert_eq!(codes(by_leader), "right");
    t.sound();
}

#[test]
fn an_open_inquiry_holds_the_payment_until_it_is_answered_or_waived() {
    let t = Told::new(Conclusion::Pay, 800);
    put_clause(&t.office.store, &t.office.clerk, "TEST-01", "试测到账口径", "同意后 10 天内支付");
    t.act(|tx, id, seen| attempts::told(tx, &[(id, seen)], &told(Some(Stance::Agreed)))).unwrap();
    let first = t.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Procedure, false), None)).unwrap();
    let second = t.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Items, false), None)).unwrap();
    let m = t.office.case(t.id).milestones;
    assert_eq!((m.stage(), m.inquiry_holds), (Stage::Notify, 2));
    assert_eq!(m.inquiry_due.map(file_time).as_deref(), Some("2026-11-24 16:00:00"));
    let reply =
        Reply { text: String::new(), clause: Some(clause_id(&t.office.store, "TEST-01")), settles: true, agrees: None };
    t.at("2026-11-23 16:02:00", |tx, id, seen| answer(tx, id, seen, first, &reply)).unwrap();
    assert_eq!(t.office.case(t.id).milestones.inquiry_holds, 1);
    t.act(|tx, id, seen| meanwhile(tx, id, seen, second)).unwrap();
    let m = t.office.case(t.id).milestones;
    assert_eq!((m.stage(), m.inquiry_holds, m.inquiry_due.is_some()), (Stage::Payment, 0, true), "its clock runs on");
    let all = inquiries_of(t.office.store.conn(), t.id).unwrap();
    assert_eq!(all[0].answers[0].text, "同意后 10 天内支付");
    assert_eq!((all[0].answers[0].clause_code.as_str(), all[0].answers[0].clause_version), ("TEST-01", 1));
    assert_eq!(codes(t.act(|tx, id, seen| meanwhile(tx, id, seen, second))), "holds_not");
    assert_eq!(codes(t.act(|tx, id, seen| answer(tx, id, seen, first, &reply))), "resolved");
    t.sound();
}

#[test]
fn a_complaint_has_its_own_clock_and_does_not_end_with_an_answer() {
    let t = Told::new(Conclusion::Zero, 0);
    let one = t.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Complaint, false), None)).unwrap();
    let m = t.office.case(t.id).milestones;
    assert_eq!(m.inquiry_due.map(file_time).as_deref(), Some("2026-12-08 17:30:00"));
    let reply = Reply { text: "致歉".into(), clause: None, settles: true, agrees: None };
    assert_eq!(codes(t.act(|tx, id, seen| answer(tx, id, seen, one, &reply))), "not_settled_so");
    let all = inquiries_of(t.office.store.conn(), t.id).unwrap();
    assert_eq!(all[0].referral.as_ref().map(|r| r.department), Some(Department::Complaints));
    let done = t.act(|tx, id, seen| resolve(tx, id, seen, one, &ending(Resolution::Rejected))).unwrap();
    assert_eq!(done, Ended::Resolved);
    t.sound();
}

#[test]
fn an_explanation_needs_two_who_cannot_be_one() {
    let t = Told::new(Conclusion::Pay, 800);
    let inquiry = t.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Price, false), None)).unwrap();
    t.act(|tx, id, seen| refer(tx, id, seen, inquiry, (Some(Department::Pricing), "核价员"))).unwrap();
    let early = t.act(|tx, id, seen| resolve(tx, id, seen, inquiry, &ending(Resolution::Accepted)).map(drop));
    assert_eq!(codes(early), "unexplained");
    t.act(|tx, id, _| explain(tx, id, inquiry, "第一稿")).unwrap();
    let first = t.explanation(inquiry);
    let paper = |who: &str| Paper { who: who.into(), at: at(NOW), number: "7".into(), reason: String::new() };
    t.act(|tx, id, _| confirm(tx, (id, inquiry), first, Side::Verifier, Some(&paper("核价员")))).unwrap();
    t.act(|tx, id, _| explain(tx, id, inquiry, "第二稿")).unwrap();
    let changed = t.act(|tx, id, _| confirm(tx, (id, inquiry), first, Side::Adjuster, Some(&paper("理算员"))));
    assert_eq!(codes(changed), "explanation_changed");
    let second = t.explanation(inquiry);
    t.act(|tx, id, _| confirm(tx, (id, inquiry), second, Side::Verifier, Some(&paper("核价员")))).unwrap();
    let again = t.act(|tx, id, _| confirm(tx, (id, inquiry), second, Side::Adjuster, Some(&paper("核价员"))));
    assert_eq!(codes(again), "same_person");
    let signs_in = t.act(|tx, id, _| confirm(tx, (id, inquiry), second, Side::Adjuster, Some(&paper("张敏"))));
    assert_eq!(codes(signs_in), "signs_in");
    let by_pin = t.act(|tx, id, _| confirm(tx, (id, inquiry), second, Side::Adjuster, None));
    assert_eq!(codes(by_pin), "not_named", "the clerk is not the case's adjuster");
    t.act(|tx, id, _| confirm(tx, (id, inquiry), second, Side::Adjuster, Some(&paper("理算员")))).unwrap();
    let desk = Desk::read(&t.office.store, t.id).unwrap().unwrap();
    let one = desk.inquiry(inquiry).unwrap();
    assert!(one.referral.is_none(), "the desk has it again, to tell the customer");
    assert_eq!(one.explanation.as_ref().unwrap().number, "2026-0002");
    t.sound();
}

#[test]
fn an_upheld_dispute_opens_a_round_at_step_four_with_everything_kept() {
    let t = Told::new(Conclusion::Pay, 800);
    t.act(|tx, id, seen| attempts::told(tx, &[(id, seen)], &told(Some(Stance::Disputes)))).unwrap();
    let inquiry = t.explained();
    let ended = t.act(|tx, id, seen| resolve(tx, id, seen, inquiry, &ending(Resolution::Upheld))).unwrap();
    assert_eq!(ended, Ended::Reopened(2));
    let case = t.office.case(t.id);
    assert_eq!((case.milestones.round, case.milestones.next_step()), (2, Some(4)));
    assert_eq!((case.round.reason_code.as_str(), case.round.reason.as_str()), ("dispute", "已逐字告知"));
    assert_eq!(case.milestones.inquiry_holds, 0);
    assert_eq!(attempts_of(t.office.store.conn(), t.id).unwrap().len(), 1);
    t.sound();
}

/// An instruction of the whole amount that is with the bank.
fn with_bank(t: &Told) -> i64 {
    let by = t.office.head.id;
    t.act(|tx, id, _| {
        let one = payments::chosen(tx, id, &[payments::instruction(800)])?.remove(0);
        payments::sent(tx, id, one, by)?;
        Ok(one)
    })
    .unwrap()
}

#[test]
fn with_the_bank_an_upheld_dispute_waits_for_the_result() {
    let t = Told::new(Conclusion::Pay, 800);
    let inquiry = t.explained();
    let instruction = with_bank(&t);
    let ended = t.act(|tx, id, seen| resolve(tx, id, seen, inquiry, &ending(Resolution::Upheld))).unwrap();
    assert_eq!(ended, Ended::Waits);
    assert_eq!(t.office.case(t.id).milestones.round, 1);
    assert!(rounds::waiting(t.office.store.conn(), t.id).unwrap().is_some());
    t.sound();
    assert!(t.act(|tx, id, _| rounds::open_waiting(tx, id)).unwrap().is_none(), "still with the bank");
    let opened = t
        .act(|tx, id, _| {
            payments::put(tx, id, &[instruction], State::Failed)?;
            rounds::open_waiting(tx, id)
        })
        .unwrap()
        .unwrap();
    assert_eq!(opened.round, 2);
    assert_eq!(t.office.case(t.id).milestones.next_step(), Some(4));
    assert!(rounds::waiting(t.office.store.conn(), t.id).unwrap().is_none());
    t.sound();
}

#[test]
fn a_refusal_is_written_and_delivered_once() {
    let t = Told::new(Conclusion::Refuse, 0);
    let new = NewDelivery { how: Some(Delivery::Registered), at: None, proof: "EMS1".into(), reason: String::new() };
    assert_eq!(codes(t.act(|tx, id, seen| deliver(tx, id, seen, &new))), "no_notice");
    let number = t.act(|tx, id, _| write(tx, id, "免责条款第七条")).unwrap();
    assert_eq!(number, "2026-0001");
    let agreed = t.act(|tx, id, seen| attempts::told(tx, &[(id, seen)], &told(Some(Stance::Agreed))).map(drop));
    assert_eq!(codes(agreed), "nothing_to_agree");
    t.act(|tx, id, seen| deliver(tx, id, seen, &new)).unwrap();
    assert_eq!(t.stage(), Stage::Archive);
    assert_eq!(codes(t.act(|tx, id, _| write(tx, id, "另一理由"))), "delivered");
    t.sound();
}

#[test]
fn the_list_has_overdue_first_and_calls_at_their_time() {
    let office = Office::new();
    let both = (&office.clerk, &office.leader);
    let pay = |no: &str| closed(&office.store, both, no, (Conclusion::Pay, 800), |_| {});
    let (one, two, three) = (pay("A1"), pay("A2"), pay("A3"));
    let refused = closed(&office.store, both, "A4", (Conclusion::Refuse, 0), |_| {});
    let back = |id: i64, when: &str| {
        let mut new = NewAttempt::now(Channel::Phone, Outcome::CallBack, None);
        new.call_back_at = Some(at(when));
        office.act(&office.clerk, NOW, |tx| attempts::attempt(tx, &[id], &new)).unwrap();
    };
    back(one, "2026-11-24 09:30:00");
    back(two, "2026-11-26 15:59:00");
    let order = |when: &str| -> Vec<i64> {
        calls(office.store.conn(), at(when), 50).unwrap().0.iter().map(|call| call.row.id).collect()
    };
    assert_eq!(order("2026-11-23 17:00:00"), [one, two, three, refused], "the deadlines are 11-26 16:00 and 17:30");
    assert_eq!(order("2026-11-27 08:00:00")[0], refused, "an archive deadline that is tentative is not overdue");
    let vain = NewAttempt::now(Channel::Phone, Outcome::NoAnswer, None);
    office.act(&office.clerk, NOW, |tx| attempts::attempt(tx, &[one], &vain)).unwrap();
    assert_eq!(order("2026-11-23 17:00:00")[0], two, "a call that was made waits no longer");
    office.sound();
}

#[test]
fn an_accident_is_told_once() {
    let office = Office::new();
    let both = (&office.clerk, &office.leader);
    let of = |no: &str, accident: &str, outcome| {
        closed(&office.store, both, no, (outcome, if outcome == Conclusion::Pay { 500 } else { 0 }), |facts| {
            facts.accident_no = accident.into();
        })
    };
    let (first, second) = (of("A1", "R1", Conclusion::Pay), of("A2", "R1", Conclusion::Zero));
    let (refused, other) = (of("A3", "R1", Conclusion::Refuse), of("A4", "R2", Conclusion::Pay));
    let rows = calls(office.store.conn(), at(NOW), 50).unwrap().0;
    assert_eq!(rows.iter().find(|call| call.row.id == first).map(|call| call.cases), Some(2));
    assert_eq!(rows.len(), 3, "a refusal is delivered by itself");
    let version = |id| office.case(id).version;
    let strange = office.act(&office.clerk, NOW, |tx| {
        attempts::told(tx, &[(first, version(first)), (other, version(other))], &told(Some(Stance::Agreed)))
    });
    assert_eq!(codes(strange), "not_of_accident");
    office
        .act(&office.clerk, NOW, |tx| {
            attempts::told(tx, &[(first, version(first)), (second, version(second))], &told(Some(Stance::Agreed)))
        })
        .unwrap();
    assert_eq!(office.case(first).milestones.stage(), Stage::Payment);
    assert_eq!(office.case(second).milestones.stage(), Stage::Archive);
    assert_eq!(office.case(refused).milestones.stage(), Stage::Notify);
    office.sound();
}

#[test]
fn the_figures_of_a_day_count_what_happened_in_it() {
    let t = Told::new(Conclusion::Pay, 800);
    t.act(|tx, id, seen| attempts::told(tx, &[(id, seen)], &told(Some(Stance::Asks)))).unwrap();
    let one = t.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Items, false), None)).unwrap();
    let reply = Reply { text: "已含工时费".into(), clause: None, settles: true, agrees: Some(Channel::Phone) };
    t.at("2026-11-23 16:03:00", |tx, id, seen| answer(tx, id, seen, one, &reply)).unwrap();
    assert_eq!(t.stage(), Stage::Payment, "the consent came with the answer");
    let day = |from: &str, to: &str| figures::day(t.office.store.conn(), at(from), at(to)).unwrap();
    let today = day("2026-11-23 00:00:00", "2026-11-24 00:00:00");
    assert_eq!((today.told, today.told_and_asked, today.share()), (1, 1, Some(1_000)));
    assert_eq!(today.asked.iter().find(|(kind, _)| *kind == Kind::Items).map(|(_, n)| *n), Some(1));
    assert_eq!((today.first_answers, today.first_answers_in_goal, today.resolved), ((1, 180), 1, (1, 180)));
    assert_eq!(day("2026-11-23 00:00:00", "2026-11-23 16:01:00").open, (1, 0), "as it stood then");
    let tomorrow = day("2026-11-24 00:00:00", "2026-11-25 00:00:00");
    assert_eq!((tomorrow.told, tomorrow.asked_in_all(), tomorrow.open), (0, 0, (0, 0)));
}

/// One step of a random sequence.
fn step(t: &Told, kind: u8, pick: u8, when: &str) {
    let open: Vec<i64> = inquiries_of(t.office.store.conn(), t.id).unwrap().iter().map(|one| one.id).collect();
    let inquiry = open.get(usize::from(pick) % open.len().max(1)).copied().unwrap_or(0);
    let stance = [None, Some(Stance::Agreed), Some(Stance::Asks)][usize::from(pick) % 3];
    let outcome = [Resolution::Accepted, Resolution::Rejected, Resolution::Upheld][usize::from(pick) % 3];
    let reply = Reply { text: "已答复".into(), clause: None, settles: pick.is_multiple_of(2), agrees: None };
    // Whether it is refused or done, what is stored must fit together.
    let _ = t.at(when, |tx, id, seen| match kind % 8 {
        0 => attempts::told(tx, &[(id, seen)], &told(stance)).map(drop),
        1 => ask(tx, id, seen, &asking(Kind::ALL[usize::from(pick) % 6], pick.is_multiple_of(2)), Some(&told(stance)))
            .map(drop),
        2 => ask(tx, id, seen, &NewInquiry { meanwhile: pick.is_multiple_of(2), ..asking(Kind::Other, false) }, None)
            .map(drop),
        3 => answer(tx, id, seen, inquiry, &reply).map(drop),
        4 => meanwhile(tx, id, seen, inquiry).map(drop),
        5 => refer(tx, id, seen, inquiry, (Some(Department::ALL[usize::from(pick) % 7]), "")).map(drop),
        6 => resolve(tx, id, seen, inquiry, &ending(outcome)).map(drop),
        _ => attempts::attempt(tx, &[id], &NewAttempt::now(Channel::Sms, Outcome::NoAnswer, None)),
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn milestones_follow_the_records_whatever_is_done(steps in proptest::collection::vec((any::<u8>(), any::<u8>()), 1..20)) {
        let t = Told::new(Conclusion::Pay, 800);
        for (minute, (kind, pick)) in steps.into_iter().enumerate() {
            step(&t, kind, pick, &format!("2026-11-23 16:{:02}:00", minute));
            let m = t.office.case(t.id).milestones;
            let conn = t.office.store.conn();
            let inquiries = inquiries_of(conn, t.id).unwrap();
            prop_assert_eq!(recount(&inquiries), (m.inquiry_holds, m.inquiry_due));
            let all = attempts_of(conn, t.id).unwrap();
            prop_assert_eq!((told_at(&all, m.round), agreed_at(&all, m.round)), (m.told_at, m.agreed_at));
        }
        t.sound();
    }
}

#[test]
fn an_explanation_is_printed_only_when_both_have_confirmed() {
    let t = Told::new(Conclusion::Pay, 800);
    let inquiry = t.explained();
    let copy = || t.act(|tx, id, _| inquiries::explanation_printed(tx, id, inquiry)).unwrap();
    assert_eq!((copy(), copy()), (1, 2));
    let other = t.act(|tx, id, seen| ask(tx, id, seen, &asking(Kind::Price, true), None)).unwrap();
    assert_eq!(codes(t.act(|tx, id, _| inquiries::explanation_printed(tx, id, other))), "unexplained");
    t.sound();
}

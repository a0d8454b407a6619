//! The rules of stage, next action and deadline, as properties and beside hand-worked examples of 2026.

use super::case_store::{cases, forward};
use super::support::at;
use closing_desk::case::deadline::{ClockFacts, Deadline, DeadlineKind, Rules};
use closing_desk::case::milestones::{Milestones, Outcome, Stage};
use closing_desk::case::next::{actions, next_action};
use closing_desk::kernel::calendar::Calendar;
use closing_desk::kernel::clock::file_time;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::kernel::settings::{ARCHIVE_CLOCK, ARCHIVE_DAYS, CUTOFF, Dated, LARGE_FROM, SMALL_HOURS, Settings};
use proptest::prelude::*;

fn moment() -> impl Strategy<Value = Option<i64>> {
    // 2025-12 to 2027-02, so that a year without a calendar is met.
    prop_oneof![Just(None), (1_764_500_000..1_802_000_000_i64).prop_map(Some)]
}

fn milestones() -> impl Strategy<Value = Milestones> {
    let outcome = prop::sample::select(Outcome::ALL.to_vec());
    (
        (1..3_i64, prop::array::uniform4(moment()), moment(), moment(), moment(), moment()),
        (outcome, 0..3_i64, 0..3_i64, 0..2_i64),
        prop::array::uniform10(moment()),
    )
        .prop_map(
            |((round, steps, papers_at, notice_at, supplement_at, closed_at), (outcome, payable, before, holds), m)| {
                let [
                    told_at,
                    agreed_at,
                    delivered_at,
                    chosen_at,
                    prechecked_at,
                    paid_at,
                    receipt_at,
                    sorted_at,
                    bound_at,
                    filed_at,
                ] = m;
                Milestones {
                    round,
                    start_step: 1,
                    steps,
                    papers_at,
                    notice_at,
                    supplement_at,
                    closed_at,
                    // The sign-off fixes outcome and payable together with its time.
                    outcome: closed_at.map(|_| outcome),
                    payable: closed_at.map(|_| Fen::from_yuan(payable)),
                    paid_before: Fen::from_yuan(before),
                    inquiry_holds: holds,
                    told_at,
                    agreed_at,
                    delivered_at,
                    chosen_at,
                    prechecked_at,
                    paid_at,
                    receipt_at,
                    sorted_at,
                    bound_at,
                    filed_at,
                    ..Milestones::default()
                }
            },
        )
}

/// Each moment of a round as a slot that can be filled.
fn slots(m: &mut Milestones) -> [&mut Option<i64>; 14] {
    let [one, two, three, four] = &mut m.steps;
    [
        one,
        two,
        three,
        four,
        &mut m.told_at,
        &mut m.agreed_at,
        &mut m.delivered_at,
        &mut m.chosen_at,
        &mut m.prechecked_at,
        &mut m.paid_at,
        &mut m.receipt_at,
        &mut m.sorted_at,
        &mut m.bound_at,
        &mut m.filed_at,
    ]
}

fn with_rules<T>(settings: &Settings, f: impl FnOnce(Rules<'_>) -> T) -> T {
    let calendar = Calendar::built_in();
    f(Rules { calendar: &calendar, settings })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases(256)))]

    #[test]
    fn a_milestone_reached_never_moves_the_case_back(m in milestones(), slot in 0..14_usize, when in 1_764_500_000..1_802_000_000_i64) {
        let mut after = m.clone();
        let slots = slots(&mut after);
        if slots[slot].is_none() {
            *slots[slot] = Some(when);
        }
        prop_assert!((after.stage(), after.part()) >= (m.stage(), m.part()), "{:?}", m);
    }

    #[test]
    fn an_inquiry_that_holds_puts_only_closed_cases_back_and_only_to_notify(m in milestones()) {
        let held = Milestones { inquiry_holds: 1, ..m.clone() };
        let free = Milestones { inquiry_holds: 0, ..m.clone() };
        let expected = if m.closed_at.is_some() { Stage::Notify } else { Stage::Closing };
        prop_assert_eq!(held.stage(), expected);
        prop_assert!(free.stage() >= held.stage());
    }

    #[test]
    fn the_stage_is_the_first_one_unmet(m in milestones()) {
        let told = match m.outcome {
            Some(Outcome::Pay) => m.told_at.is_some() && m.agreed_at.is_some(),
            Some(Outcome::Refuse) => m.delivered_at.is_some(),
            _ => m.told_at.is_some(),
        };
        let nothing_to_pay = m.outcome != Some(Outcome::Pay) || m.payable.unwrap() <= m.paid_before;
        let met = [
            m.closed_at.is_some(),
            told && m.inquiry_holds == 0,
            nothing_to_pay || m.chosen_at.is_some(),
            nothing_to_pay || m.prechecked_at.is_some(),
            nothing_to_pay || m.paid_at.is_some(),
            m.filed_at.is_some(),
        ];
        let first = met.iter().position(|met| !met).unwrap_or(6);
        // Nothing to pay is asked of a closed case only.
        prop_assert_eq!(m.stage(), if m.closed_at.is_none() { Stage::Closing } else { Stage::ALL[first] });
    }

    #[test]
    fn every_case_not_archived_has_one_next_action_and_somebody_who_may(m in milestones()) {
        let open = actions(&m);
        prop_assert_eq!(open.is_empty(), m.stage() == Stage::Archived);
        prop_assert_eq!(next_action(&m, Roles::NONE).is_none(), m.stage() == Stage::Archived);
        for action in &open {
            prop_assert!(!action.roles().is_empty() && !action.code().is_empty());
        }
        for role in Role::ALL {
            if let Some(next) = next_action(&m, Roles::NONE.with(role)) {
                prop_assert_eq!(next.mine, next.action.roles().has(role));
                prop_assert!(next.mine || next.action == open[0]);
                prop_assert!(!open.iter().any(|a| a.roles().has(role)) || next.mine);
            }
        }
    }

    #[test]
    fn archived_and_paused_cases_have_no_deadline_and_closed_ones_have(m in milestones(), compulsory: bool, claimed in moment()) {
        let facts = ClockFacts { compulsory, claimed_at: claimed, received_at: at("2026-01-05 09:00:00"), ..ClockFacts::default() };
        with_rules(&Settings::default(), |rules| {
            let all = rules.deadlines(&facts, &m);
            let none = m.stage() == Stage::Archived || m.paused();
            if none {
                prop_assert_eq!(&all, &[]);
            } else if m.closed_at.is_some() {
                let archive = all.iter().filter(|d| d.clock_day.is_some()).collect::<Vec<_>>();
                prop_assert_eq!(archive.len(), 1);
                prop_assert!(archive[0].due_at > m.closed_at.unwrap());
            }
            prop_assert!(all.is_sorted_by_key(|d| (d.kind == DeadlineKind::ArchiveTentative, d.due_at)));
            prop_assert_eq!(rules.nearest(&facts, &m), all.into_iter().next());
            Ok(())
        })?;
    }

    #[test]
    fn going_forward_reaches_the_archive_through_every_stage(payable in 0..3_i64) {
        let mut m = Milestones { round: 1, payable: Some(Fen::from_yuan(payable)), ..Milestones::default() };
        let mut seen = vec![m.stage()];
        for step in 0..20 {
            forward(&mut m, step);
            if seen.last() != Some(&m.stage()) {
                seen.push(m.stage());
            }
        }
        let paying = [Stage::Payment, Stage::Precheck, Stage::Disburse];
        let wanted: Vec<Stage> = Stage::ALL.into_iter().filter(|s| payable > 0 || !paying.contains(s)).collect();
        prop_assert_eq!(seen, wanted);
    }
}

fn closed(when: &str, outcome: Outcome, receipt: Option<&str>) -> Milestones {
    let when = at(when);
    Milestones {
        round: 1,
        steps: [Some(when); 4],
        closed_at: Some(when),
        outcome: Some(outcome),
        payable: Some(Fen::from_yuan(100)),
        receipt_at: receipt.map(at),
        ..Milestones::default()
    }
}

fn archive(settings: &Settings, m: &Milestones) -> Deadline {
    with_rules(settings, |rules| rules.archive(m).unwrap())
}

fn batch(settings: &Settings, when: &str) -> String {
    with_rules(settings, |rules| rules.batch_day(at(when)).to_string())
}

fn setting(key: &str, rows: &[(&str, &str)]) -> Settings {
    let dated = |(from, value): &(&str, &str)| {
        (key.to_owned(), Dated { from_at: if from.is_empty() { 0 } else { at(from) }, value: (*value).to_owned() })
    };
    Settings::new(rows.iter().map(dated))
}

/// Worked by hand on the State Council's calendar of 2026: closed, batch day, due.
const BY_HAND: [(&str, &str, &str); 16] = [
    // An ordinary Monday, around the cutoff.
    ("2026-11-23 15:59:59", "2026-11-23", "2026-11-26"),
    ("2026-11-23 16:00:00", "2026-11-23", "2026-11-26"),
    ("2026-11-23 16:00:01", "2026-11-24", "2026-11-27"),
    // A Friday afternoon leads over the weekend.
    ("2026-11-20 16:00:01", "2026-11-23", "2026-11-26"),
    ("2026-11-20 16:00:00", "2026-11-20", "2026-11-25"),
    // New Year: 1 to 3 January free, Sunday the 4th worked.
    ("2026-01-04 10:00:00", "2026-01-04", "2026-01-07"),
    ("2026-01-03 10:00:00", "2026-01-04", "2026-01-07"),
    ("2026-01-04 16:00:01", "2026-01-05", "2026-01-08"),
    // Saturday 14 February is worked and the last day before Spring Festival, 15 to 23 February.
    ("2026-02-13 16:00:01", "2026-02-14", "2026-02-26"),
    ("2026-02-14 15:59:59", "2026-02-14", "2026-02-26"),
    ("2026-02-14 16:00:00", "2026-02-14", "2026-02-26"),
    ("2026-02-14 16:00:01", "2026-02-24", "2026-02-27"),
    ("2026-02-17 12:00:00", "2026-02-24", "2026-02-27"),
    // Thursday after the festival: Friday, the worked Saturday 28 February, Monday 2 March.
    ("2026-02-26 09:00:00", "2026-02-26", "2026-03-02"),
    ("2026-02-12 09:00:00", "2026-02-12", "2026-02-24"),
    ("2026-09-30 16:00:01", "2026-10-08", "2026-10-12"),
];

#[test]
fn batch_day_and_archive_deadline_are_those_worked_by_hand() {
    let settings = Settings::default();
    for (when, day, due) in BY_HAND {
        assert_eq!(batch(&settings, when), day, "{when}");
        let found = archive(&settings, &closed(when, Outcome::Refuse, None));
        assert_eq!((found.kind, file_time(found.due_at)), (DeadlineKind::Archive, format!("{due} 16:00:00")), "{when}");
        assert_eq!(found.clock_day.unwrap().to_string(), day, "{when}");
        assert_eq!(found.assumed_years, [0; 0], "{when}");
        // For a payment the same deadline is tentative until the receipt is in.
        let tentative = archive(&settings, &closed(when, Outcome::Pay, None));
        assert_eq!((tentative.kind, tentative.due_at), (DeadlineKind::ArchiveTentative, found.due_at), "{when}");
    }
}

#[test]
fn the_receipt_starts_the_clock_by_the_same_cutoff_and_never_before_the_closing() {
    let settings = Settings::default();
    for (receipt, due) in [
        ("2026-02-13 15:00:00", "2026-02-25 16:00:00"),
        ("2026-02-14 16:00:01", "2026-02-27 16:00:00"),
        ("2026-02-20 09:00:00", "2026-02-27 16:00:00"),
        // The evidence of an on-site payment may be recorded with an earlier time.
        ("2026-02-01 09:00:00", "2026-02-25 16:00:00"),
    ] {
        let m = closed("2026-02-13 10:00:00", Outcome::Pay, Some(receipt));
        let found = archive(&settings, &m);
        assert_eq!((found.kind, file_time(found.due_at).as_str()), (DeadlineKind::Archive, due), "{receipt}");
        assert_eq!(
            batch(&settings, "2026-02-13 10:00:00"),
            "2026-02-13",
            "the batch day is always that of the closing"
        );
    }
}

#[test]
fn the_clock_can_be_set_to_the_closing_from_a_day_on() {
    let settings = setting(ARCHIVE_CLOCK, &[("", "receipt"), ("2026-06-01 00:00:00", "closed")]);
    let before = closed("2026-05-29 10:00:00", Outcome::Pay, Some("2026-06-10 10:00:00"));
    assert_eq!(file_time(archive(&settings, &before).due_at), "2026-06-15 16:00:00");
    let after = closed("2026-06-01 10:00:00", Outcome::Pay, Some("2026-06-10 10:00:00"));
    assert_eq!(file_time(archive(&settings, &after).due_at), "2026-06-04 16:00:00");
    let open = closed("2026-06-01 10:00:00", Outcome::Pay, None);
    assert_eq!(archive(&settings, &open).kind, DeadlineKind::Archive, "nothing is tentative then");
}

#[test]
fn a_setting_decides_from_its_moment_on_and_never_backwards() {
    let cutoff = setting(CUTOFF, &[("", "16:00"), ("2026-06-01 00:00:00", "15:00")]);
    assert_eq!(batch(&cutoff, "2026-05-29 15:30:00"), "2026-05-29");
    assert_eq!(batch(&cutoff, "2026-06-01 15:30:00"), "2026-06-02");
    assert_eq!(
        file_time(archive(&cutoff, &closed("2026-05-29 15:30:00", Outcome::Zero, None)).due_at),
        "2026-06-03 16:00:00"
    );
    let days = setting(ARCHIVE_DAYS, &[("", "3"), ("2026-06-01 00:00:00", "5")]);
    assert_eq!(
        file_time(archive(&days, &closed("2026-06-01 10:00:00", Outcome::Zero, None)).due_at),
        "2026-06-08 16:00:00"
    );

    let hours = setting(SMALL_HOURS, &[("", "24"), ("2026-06-01 00:00:00", "12")]);
    let facts_first = ClockFacts { received_at: at("2026-05-31 08:00:00"), ..ClockFacts::default() };
    let m = Milestones {
        round: 1,
        steps: [Some(1), Some(1), None, None],
        papers_at: Some(at("2026-05-31 23:59:59")),
        ..Milestones::default()
    };
    assert_eq!(with_rules(&hours, |r| file_time(r.nearest(&facts_first, &m).unwrap().due_at)), "2026-06-01 23:59:59");
    let m = Milestones { papers_at: Some(at("2026-06-01 00:00:00")), ..m };
    assert_eq!(with_rules(&hours, |r| file_time(r.nearest(&facts_first, &m).unwrap().due_at)), "2026-06-01 12:00:00");

    let large = setting(LARGE_FROM, &[("", "5000.00"), ("2026-06-01 00:00:00", "8000.00")]);
    let facts = ClockFacts { assessed: Some(Fen::from_yuan(6_000)), ..ClockFacts::default() };
    assert!(facts.is_large(&large, at("2026-05-31 23:59:59")) && !facts.is_large(&large, at("2026-06-01 00:00:00")));
}

#[test]
fn a_year_without_a_calendar_is_named_wherever_a_deadline_leans_on_it() {
    let settings = Settings::default();
    for (when, due, years) in [
        ("2026-12-28 10:00:00", "2026-12-31 16:00:00", &[][..]),
        ("2026-12-29 10:00:00", "2027-01-01 16:00:00", &[2027]),
        ("2027-02-01 10:00:00", "2027-02-04 16:00:00", &[2027]),
        ("2027-12-30 16:00:01", "2028-01-05 16:00:00", &[2027, 2028]),
        ("2022-12-30 10:00:00", "2023-01-05 16:00:00", &[2022]),
    ] {
        let found = archive(&settings, &closed(when, Outcome::Withdraw, None));
        assert_eq!((file_time(found.due_at).as_str(), found.assumed_years.as_slice()), (due, years), "{when}");
    }
}

fn statutory(compulsory: bool, claimed: &str, m: &Milestones) -> Vec<(DeadlineKind, String, Option<String>)> {
    let facts = ClockFacts { compulsory, claimed_at: Some(at(claimed)), ..ClockFacts::default() };
    with_rules(&Settings::default(), |rules| {
        let all = rules.deadlines(&facts, m).into_iter();
        all.map(|d| (d.kind, file_time(d.due_at), d.latest_at.map(file_time))).collect()
    })
}

#[test]
fn statutory_clocks_count_calendar_days_over_the_festival() {
    let m = Milestones { round: 1, ..Milestones::default() };
    let row = |kind, due: &str, latest: Option<&str>| {
        (kind, format!("{due} 17:30:00"), latest.map(|d| format!("{d} 17:30:00")))
    };
    use DeadlineKind::{Advance, Assessment, DocumentList};
    // Claimed on the last working day: one day, five days, and the law's next working day.
    assert_eq!(
        statutory(true, "2026-02-14 15:00:00", &m),
        [
            row(DocumentList, "2026-02-15", Some("2026-02-24")),
            row(Assessment, "2026-02-19", Some("2026-02-24")),
            row(Advance, "2026-04-15", None)
        ]
    );
    assert_eq!(
        statutory(false, "2026-01-20 23:59:59", &m),
        [row(Assessment, "2026-02-19", Some("2026-02-24")), row(Advance, "2026-03-21", Some("2026-03-23"))]
    );
    // The worked Sunday of 4 January is a working day for the law's end too.
    assert_eq!(statutory(true, "2026-01-03 00:00:00", &m)[0], row(DocumentList, "2026-01-04", None));
    // The sixtieth day lies in a year without a calendar: weekends are assumed.
    assert_eq!(
        statutory(false, "2026-11-23 10:00:00", &m),
        [row(Assessment, "2026-12-23", None), row(Advance, "2027-01-22", None)]
    );
    // The list is given: only the assessment runs, and stands still until the supplement is in.
    let paused = Milestones { notice_at: Some(at("2026-02-10 09:00:00")), ..m.clone() };
    assert_eq!(statutory(true, "2026-02-09 09:00:00", &paused), []);
    let answered = Milestones { supplement_at: Some(at("2026-02-13 23:00:00")), ..paused };
    assert_eq!(
        statutory(true, "2026-02-09 09:00:00", &answered),
        [row(Assessment, "2026-02-17", Some("2026-02-24")), row(Advance, "2026-04-10", None)]
    );
    // A new round has only the company's clock.
    assert_eq!(statutory(true, "2026-02-09 09:00:00", &Milestones { round: 2, ..m }), []);
}

#[test]
fn claim_received_falls_back_to_the_report_and_then_to_the_import() {
    let m = Milestones { round: 1, ..Milestones::default() };
    let due =
        |facts: &ClockFacts| with_rules(&Settings::default(), |r| file_time(r.nearest(facts, &m).unwrap().due_at));
    let mut facts = ClockFacts { received_at: at("2026-11-05 20:00:00"), ..ClockFacts::default() };
    assert_eq!(due(&facts), "2026-12-05 17:30:00");
    facts.report_date = Some("2026-11-03".parse().unwrap());
    assert_eq!(due(&facts), "2026-12-03 17:30:00");
    facts.claimed_at = Some(at("2026-11-04 10:00:00"));
    assert_eq!(due(&facts), "2026-12-04 17:30:00");
}

//! The day's end as acts: what a seal holds, who signs, what it shuts, and that it follows from timestamps alone.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "only some of the cases' helpers are needed here")]
mod closing_common;
mod harness;
mod seal_common;

use chrono::NaiveDate;
use closing_common::entry;
use closing_desk::archive::figures::strict_due;
use closing_desk::archive::rules::seal::{DaySheet, sheet};
use closing_desk::archive::store::{handover, roster, seal};
use closing_desk::case::deadline::Rules;
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::reason::due_reason;
use closing_desk::case::store::files::FileRound;
use closing_desk::case::store::{RoundNotes, sealed, seals};
use closing_desk::closing::store as closing;
use closing_desk::db::journal;
use closing_desk::kernel::settings::{ARCHIVE_CLOCK, Settings};
use closing_desk::kernel::words::Lang;
use closing_desk::office::settings::Change;
use closing_desk::papers::store as papers;
use closing_desk::reference::store::rulebook;
use harness::{CLERK, CLERK_2, LEADER, Office, moment};
use seal_common::{
    ARCHIVIST, act, broken, case, closed, codes, file, kept, put, receipt, seal_day, seal_through, sign,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A Monday with three closed cases, one of them filed; the clerk goes home at four.
fn monday() -> (Rc<Office>, [i64; 3]) {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let first = closed(&office, "A1", "2026-11-23 10:00");
    let second = closed(&office, "A2", "2026-11-23 11:00");
    receipt(&office, first, "2026-11-23 14:00");
    file(&office, first, "2026-11-23 15:00");
    let third = closed(&office, "A3", "2026-11-23 15:59:59");
    (office, [first, second, third])
}

fn counts(body: &str) -> BTreeMap<String, i64> {
    let body: Value = serde_json::from_str(body).unwrap();
    serde_json::from_value(body["counts"].clone()).unwrap()
}

#[test]
fn a_day_sealed_by_two_is_kept_journalled_and_printed() {
    let (office, ids) = monday();
    let sealed_day = seal_day(&office, "2026-11-23", Some(CLERK), "2026-11-23 16:05").unwrap();
    assert!(!sealed_day.alone);
    let kept = kept(&office, "2026-11-23");
    assert_eq!((kept.sealed_by, kept.taken_by), (office.actor(ARCHIVIST).id, Some(office.actor(CLERK).id)));
    assert_eq!(kept.as_of, moment("2026-11-23 16:00:00"));
    let counts = counts(&kept.body);
    assert_eq!((counts["batch"], counts["batch_filed"], counts["filed"], counts["overdue"]), (3, 1, 1, 0));
    let store = office.store();
    let row = journal::of_act(store.conn(), "day 2026-11-23", "seal", 9).unwrap().remove(0);
    assert_eq!((row.payload, row.seq), (kept.body.clone(), kept.head_seq + 1));
    assert_eq!(journal::row(store.conn(), kept.head_seq).unwrap().unwrap().hash, kept.head_hash);
    assert_eq!(sealed_day.sheet.text(), kept.sheet);
    for words in ["移交清单 2026-11-23", &case(&office, ids[1]).case_code, "通知客户", "己归档 1008", "甲结案 1003"]
    {
        assert!(kept.sheet.contains(words), "{words}\n{}", kept.sheet);
    }
    assert!(kept.sheet.contains(&kept.head_hash));
    assert!(!kept.body.contains("王建国") && !kept.body.contains("己归档"), "nobody's name: {}", kept.body);
    assert_eq!(codes(seal_day(&office, "2026-11-23", Some(CLERK), "2026-11-23 16:06")), "sealed");
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn who_may_seal_and_when() {
    let (office, _) = monday();
    assert_eq!(codes(seal_day(&office, "2026-11-23", Some(CLERK), "2026-11-23 15:59:59")), "early");
    assert_eq!(codes(seal_day(&office, "2026-11-23", Some(ARCHIVIST), "2026-11-23 16:00")), "same_person");
    assert_eq!(codes(seal_day(&office, "2026-11-23", Some("1009"), "2026-11-23 16:00")), "right", "an auditor");
    let by_clerk = act(&office, CLERK, "2026-11-23 16:00", |tx| handover::seal(tx, day("2026-11-23"), None, Lang::Zh));
    assert_eq!(codes(by_clerk), "right");
    closed(&office, "A4", "2026-11-24 09:00");
    assert_eq!(codes(seal_day(&office, "2026-11-24", Some(CLERK), "2026-11-24 16:00")), "order");
    // Somebody set the clock a month ahead.
    assert_eq!(codes(seal_day(&office, "2026-11-23", Some(CLERK), "2026-12-24 16:00")), "clock");
}

#[test]
fn signed_alone_the_next_takes_over_first() {
    let (office, _) = monday();
    assert!(seal_day(&office, "2026-11-23", None, "2026-11-23 16:05").unwrap().alone);
    assert!(kept(&office, "2026-11-23").sheet.contains("单签待接收"));
    let take = |who: &str, when: &str| act(&office, who, when, |tx| handover::take_over(tx, day("2026-11-23")));
    assert_eq!(codes(take(ARCHIVIST, "2026-11-24 08:00")), "same_person");
    assert_eq!(codes(take("1009", "2026-11-24 08:00")), "right");
    let before = kept(&office, "2026-11-23");
    take(CLERK_2, "2026-11-24 08:10").unwrap();
    let after = kept(&office, "2026-11-23");
    assert_eq!((&after.sheet, &after.body), (&before.sheet, &before.body), "the sealed sheet does not change");
    assert_eq!(codes(take(CLERK, "2026-11-24 08:11")), "taken");
    seal_day(&office, "2026-11-24", Some(CLERK), "2026-11-24 16:00").unwrap();
    let next = kept(&office, "2026-11-24");
    assert!(next.sheet.contains("2026-11-23 的交接由 乙结案 1004 于 2026-11-24 08:10:00 接收"), "{}", next.sheet);
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn files_past_their_deadline_are_carried_over_with_one_reason() {
    let (office, [_, second, third]) = monday();
    receipt(&office, second, "2026-11-23 15:59:59");
    receipt(&office, third, "2026-11-23 16:00:00");
    seal_through(&office, "2026-11-23", "2026-11-23 16:30");
    // The third working day after the 23rd is the 26th.
    closed(&office, "A5", "2026-11-26 10:00");
    assert_eq!(codes(seal_day(&office, "2026-11-26", Some(CLERK), "2026-11-26 16:00")), "reason");
    let files = [(second, 1), (third, 1)];
    let carry = |reason: &str| {
        act(&office, ARCHIVIST, "2026-11-26 16:10", |tx| handover::carry_over(tx, day("2026-11-26"), &files, reason))
    };
    assert_eq!(codes(carry("  ")), "text_missing");
    assert_eq!(codes(carry("a\u{1b}[31m")), "text");
    assert_eq!(carry("装订机坏了").unwrap(), 2);
    seal_day(&office, "2026-11-26", Some(CLERK), "2026-11-26 16:20").unwrap();
    let kept = kept(&office, "2026-11-26");
    let counts = counts(&kept.body);
    assert_eq!((counts["batch"], counts["due"], counts["due_on_time"], counts["overdue"]), (1, 3, 1, 2));
    assert_eq!(kept.sheet.matches("结转原因：装订机坏了").count(), 2, "{}", kept.sheet);
    assert!(kept.sheet.contains("!! 11-26 16:00"), "{}", kept.sheet);
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn a_desk_switched_off_at_four_shows_the_same_numbers_the_next_morning() {
    let numbers = |sealed_at: &str| {
        let (office, _) = monday();
        seal_day(&office, "2026-11-23", Some(CLERK), sealed_at).unwrap();
        let mut body: Value = serde_json::from_str(&kept(&office, "2026-11-23").body).unwrap();
        for key in ["sealed_at", "sheet_hash"] {
            body.as_object_mut().unwrap().remove(key);
        }
        body
    };
    assert_eq!(numbers("2026-11-23 16:00"), numbers("2026-11-24 08:01"));
    // Nor does it matter what is done in the morning before the day is sealed.
    let (office, [_, second, third]) = monday();
    let before = seal::day_sheet(&office.store(), day("2026-11-23"), moment("2026-11-23 16:00")).unwrap();
    receipt(&office, second, "2026-11-24 08:00");
    file(&office, second, "2026-11-24 08:10");
    let seen = case(&office, third).version;
    let why = Some(closing_desk::closing::rules::reopen::Reason::ALL[0]);
    let reopened = act(&office, LEADER, "2026-11-24 08:20", |tx| closing::reopen(tx, third, seen, why, "核对", 4));
    assert!(reopened.is_ok(), "{reopened:?}");
    let after = seal::day_sheet(&office.store(), day("2026-11-23"), moment("2026-11-24 09:00")).unwrap();
    assert_eq!(after, before);
}

/// Rounds as the journal alone tells of them: every row's facts laid over the ones before.
fn rounds_from_journal(office: &Office, until: i64) -> Vec<FileRound> {
    let store = office.store();
    let mut found: BTreeMap<(String, i64), FileRound> = BTreeMap::new();
    for row in journal::page(store.conn(), 0, 100_000).unwrap() {
        let (Some(code), true) = (row.subject.strip_prefix("case "), row.seq <= until) else { continue };
        let facts: Value = serde_json::from_str(&row.payload).unwrap();
        let round = facts["round"].as_i64().unwrap_or(1);
        let number = i64::try_from(found.len()).unwrap() + 1;
        let at = found.entry((code.to_owned(), round)).or_insert_with(|| FileRound {
            case_id: number,
            case_code: code.to_owned(),
            case_no: String::new(),
            line: "motor".into(),
            insured: String::new(),
            milestones: Milestones { round, ..Milestones::default() },
            notes: RoundNotes::default(),
            reopened_at: None,
        });
        let m = &mut at.milestones;
        for (name, milestone) in [
            ("closed_at", &mut m.closed_at),
            ("told_at", &mut m.told_at),
            ("agreed_at", &mut m.agreed_at),
            ("chosen_at", &mut m.chosen_at),
            ("prechecked_at", &mut m.prechecked_at),
            ("paid_at", &mut m.paid_at),
            ("receipt_at", &mut m.receipt_at),
            ("sorted_at", &mut m.sorted_at),
            ("bound_at", &mut m.bound_at),
            ("filed_at", &mut m.filed_at),
            ("archive_due", &mut at.notes.archive_due),
        ] {
            if let Some(moment) = facts.get(name) {
                *milestone = moment.as_i64();
            }
        }
        if let Some(outcome) = facts["outcome"].as_str() {
            m.outcome = Outcome::from_code(outcome);
        }
        if let Some(payable) = facts.get("payable").and_then(Value::as_i64) {
            m.payable = Some(closing_desk::kernel::money::Fen::from_fen(payable));
        }
        if let Some(batch) = facts["batch_day"].as_str() {
            at.notes.batch_day = batch.to_owned();
        }
    }
    found.into_values().collect()
}

#[test]
fn counts_and_list_of_a_seal_are_rebuilt_from_the_journal_alone() {
    let (office, [_, second, third]) = monday();
    receipt(&office, second, "2026-11-23 15:59:59");
    receipt(&office, third, "2026-11-23 16:00:00");
    seal_day(&office, "2026-11-23", Some(CLERK), "2026-11-23 16:30").unwrap();
    closed(&office, "A5", "2026-11-26 10:00");
    file(&office, third, "2026-11-26 15:00");
    act(&office, ARCHIVIST, "2026-11-26 16:10", |tx| {
        handover::carry_over(tx, day("2026-11-26"), &[(second, 1)], "等补页")
    })
    .unwrap();
    seal_day(&office, "2026-11-26", Some(CLERK), "2026-11-26 16:20").unwrap();
    let rules = rulebook(&office.store()).unwrap();
    let mut from = 0;
    for text in ["2026-11-23", "2026-11-26"] {
        let kept = kept(&office, text);
        let rounds = rounds_from_journal(&office, kept.head_seq);
        let again: DaySheet = sheet(day(text), (from, kept.as_of), &rounds, &rules);
        from = kept.as_of;
        let body: Value = serde_json::from_str(&kept.body).unwrap();
        let reasons: BTreeMap<&str, &str> = body["list"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["case"].as_str().unwrap(), item["carried"].as_str().unwrap()))
            .collect();
        let code = |id: i64| rounds.iter().find(|round| round.case_id == id).map(|round| round.case_code.as_str());
        let again = again.body(&|id, _| reasons[code(id).unwrap()].to_owned());
        assert_eq!((&again["counts"], &again["list"]), (&body["counts"], &body["list"]), "{text}");
    }
}

#[test]
fn nothing_is_recorded_as_having_happened_in_a_sealed_day() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = put(&office, "A1", 800, "2026-11-23 09:00");
    seal_through(&office, "2026-11-23", "2026-11-23 16:10");
    assert!(sealed(office.store().conn(), day("2026-11-23")).unwrap());
    assert!(!sealed(office.store().conn(), day("2026-11-24")).unwrap());
    let inside = |at: &str| seals::inside(office.store().conn(), moment(at)).unwrap();
    assert_eq!(inside("2026-11-23 16:10"), Some(day("2026-11-23")));
    assert_eq!(inside("2026-11-23 16:10:01"), None, "the evening behind the seal is still open");
    assert_eq!(inside("2026-11-20 09:00"), Some(day("2026-11-20")), "nor before it");
    let seen = case(&office, id).version;
    let notice = |at: &str| {
        act(&office, CLERK, "2026-11-24 09:00", |tx| papers::papers_notice(tx, id, seen, moment(at), "昨日送达"))
    };
    assert_eq!(codes(notice("2026-11-23 15:00")), "sealed");
    notice("2026-11-23 16:30").unwrap();
    let seen = case(&office, id).version;
    let mut typed = entry(800);
    typed.papers_at = Some(moment("2026-11-23 15:00"));
    typed.papers_reason = "昨日收齐".into();
    let confirm = act(&office, CLERK, "2026-11-24 09:10", |tx| closing::confirm_steps(tx, id, seen, 2, &typed));
    assert_eq!(codes(confirm), "sealed");
    typed.papers_at = None;
    let imported = act(&office, CLERK, "2026-11-24 09:10", |tx| closing::confirm_steps(tx, id, seen, 2, &typed));
    assert!(imported.is_ok(), "a time that came with an import is exempt: {imported:?}");
}

#[test]
fn a_mistake_is_a_correction_on_the_next_sheet_and_the_sealed_one_is_reprinted_as_it_was() {
    let (office, _) = monday();
    let correct = |day: NaiveDate, when: &str, words: &str| {
        let words = words.to_owned();
        act(&office, ARCHIVIST, when, move |tx| handover::correct(tx, day, &words))
    };
    assert_eq!(codes(correct(day("2026-11-23"), "2026-11-23 15:59:59", "错")), "unsealed");
    seal_through(&office, "2026-11-23", "2026-11-23 16:05");
    correct(day("2026-11-23"), "2026-11-24 09:00", "A1 的批次实为 11-20").unwrap();
    let first = kept(&office, "2026-11-23");
    let (n, sheet) =
        act(&office, CLERK, "2026-11-24 09:01", |tx| handover::reprint(tx, day("2026-11-23"), Lang::Zh)).unwrap();
    assert_eq!(n, 2);
    assert!(
        sheet.text().ends_with(&first.sheet) && sheet.text().trim_start().starts_with("补打 1\n"),
        "{}",
        sheet.text()
    );
    seal_day(&office, "2026-11-24", Some(CLERK), "2026-11-24 16:00").unwrap();
    let next = kept(&office, "2026-11-24");
    assert!(next.sheet.contains("更正 2026-11-23：A1 的批次实为 11-20"), "{}", next.sheet);
    assert_eq!(kept(&office, "2026-11-23"), first);
    closed(&office, "A9", "2026-11-25 09:00");
    seal_day(&office, "2026-11-25", Some(CLERK), "2026-11-25 16:00").unwrap();
    assert!(!kept(&office, "2026-11-25").sheet.contains("更正"), "printed once");
}

#[test]
fn settings_changed_that_day_and_who_was_on_duty_are_on_the_sheet() {
    let (office, _) = monday();
    let change = |value: &str| Change {
        key: "spot.rate_percent".into(),
        value: value.into(),
        from_at: None,
        reason: "加强抽查".into(),
    };
    act(&office, LEADER, "2026-11-23 15:59:59", |tx| closing_desk::office::settings::change(tx, &change("40")))
        .unwrap();
    act(&office, LEADER, "2026-11-23 16:01:00", |tx| closing_desk::office::settings::change(tx, &change("50")))
        .unwrap();
    let duty = |when: &str, day: NaiveDate, people: &str, reason: &str| {
        act(&office, LEADER, when, |tx| roster::set(tx, day, people, reason))
    };
    assert_eq!(codes(duty("2026-11-23 16:02", day("2026-11-28"), "1003、谁也不是", "")), "nobody");
    assert_eq!(codes(duty("2026-11-23 16:02", day("2026-11-23"), "1003", "")), "text_missing");
    duty("2026-11-23 16:02", day("2026-11-23"), "1003 己归档", "补排").unwrap();
    duty("2026-11-23 16:02", day("2026-11-28"), "1004", "").unwrap();
    seal_day(&office, "2026-11-23", Some(CLERK), "2026-11-23 16:05").unwrap();
    let sheet = kept(&office, "2026-11-23").sheet;
    assert!(sheet.contains("参数变更：每周抽查比例 改为 40%"), "{sheet}");
    assert!(!sheet.contains("50"), "told on the next sheet:\n{sheet}");
    assert!(sheet.contains("值班：甲结案 1003、己归档 1008"), "{sheet}");
    assert_eq!(codes(duty("2026-11-23 16:06", day("2026-11-23"), "1004", "改")), "sealed");
    assert_eq!(roster::names(office.store().conn(), day("2026-11-28")).unwrap(), ["乙结案 1004"]);
}

/// What a case signed off at a moment is told: batch day, deadline by the setting, strict deadline.
fn told(when: &str) -> (String, String, String, String) {
    let start = moment(when) - 3_600;
    let office = Office::with_people(start);
    let text = closing_desk::kernel::clock::file_time(start + 60);
    let id = put(&office, "A1", 800, &text);
    sign(&office, id, 800, when);
    let case = case(&office, id);
    let rules = rulebook(&office.store()).unwrap();
    let strict = strict_due(&Rules { calendar: &rules.calendar, settings: &rules.settings }, &case.milestones);
    let time = closing_desk::kernel::clock::file_time;
    (
        case.round.batch_day.clone(),
        time(case.round.archive_due.unwrap()),
        time(strict.unwrap()),
        due_reason(&rules, &case).say(Lang::Zh),
    )
}

#[test]
fn what_a_second_a_duty_saturday_a_make_up_day_and_spring_festival_do_to_a_sign_off() {
    for (when, batch, due) in [
        ("2026-11-23 15:59:59", "2026-11-23", "2026-11-26 16:00:00"),
        ("2026-11-23 16:00:00", "2026-11-23", "2026-11-26 16:00:00"),
        ("2026-11-23 16:00:01", "2026-11-24", "2026-11-27 16:00:00"),
        // A Saturday on duty that is no working day.
        ("2026-11-21 10:00:00", "2026-11-23", "2026-11-26 16:00:00"),
        // A Sunday that is worked in exchange.
        ("2026-01-04 15:59:59", "2026-01-04", "2026-01-07 16:00:00"),
        ("2026-01-04 16:00:01", "2026-01-05", "2026-01-08 16:00:00"),
        // The last working day before Spring Festival.
        ("2026-02-14 15:59:59", "2026-02-14", "2026-02-26 16:00:00"),
        ("2026-02-14 16:00:01", "2026-02-24", "2026-02-27 16:00:00"),
    ] {
        let (batch_day, archive_due, strict, words) = told(when);
        assert_eq!((batch_day.as_str(), archive_due.as_str(), strict.as_str()), (batch, due, due), "{when}");
        assert!(words.contains(&batch[5..]) && words.contains("暂定"), "{when}: {words}");
    }
}

#[test]
fn both_settings_of_the_archive_clock_and_the_strict_figure_beside_them() {
    for (clock, due) in [("receipt", "2026-11-30 16:00:00"), ("closed", "2026-11-26 16:00:00")] {
        let office = Office::with_people(moment("2026-11-23 08:00"));
        if clock != Settings::default().text(ARCHIVE_CLOCK, 0) {
            let change =
                Change { key: ARCHIVE_CLOCK.into(), value: clock.into(), from_at: None, reason: "从严".into() };
            act(&office, LEADER, "2026-11-23 08:30", |tx| closing_desk::office::settings::change(tx, &change)).unwrap();
        }
        let id = closed(&office, "A1", "2026-11-23 10:00");
        receipt(&office, id, "2026-11-25 10:00");
        file(&office, id, "2026-11-27 10:00");
        let time = closing_desk::kernel::clock::file_time;
        assert_eq!(time(case(&office, id).round.archive_due.unwrap()), due, "{clock}");
        let rules = rulebook(&office.store()).unwrap();
        let week = |text: &str| {
            let week = closing_desk::archive::rules::draw::Week::parse(text).unwrap();
            let found =
                closing_desk::archive::figures::week(office.store().conn(), &rules, week, moment("2026-12-07 09:00"))
                    .unwrap();
            (found.own.on_time, found.own.all, found.strict.on_time, found.strict.all)
        };
        if clock == "receipt" {
            assert_eq!((week("2026-W48"), week("2026-W49")), ((0, 0, 0, 1), (1, 1, 0, 0)));
        } else {
            assert_eq!((week("2026-W48"), week("2026-W49")), ((0, 1, 0, 1), (0, 0, 0, 0)));
        }
    }
}

#[test]
fn days_of_work_without_a_seal_are_known_back_to_the_first() {
    let office = Office::with_people(moment("2026-11-19 08:00"));
    closed(&office, "A1", "2026-11-21 10:00");
    let open = |now: &str| -> Vec<String> {
        let found = seals::unsealed(office.store().conn(), moment(now), 99).unwrap();
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(
        open("2026-11-23 09:00"),
        ["2026-11-19", "2026-11-21"],
        "the duty Saturday, not the Friday nobody was in"
    );
    seal_through(&office, "2026-11-19", "2026-11-23 09:00");
    assert_eq!(open("2026-11-23 09:00"), ["2026-11-21", "2026-11-23"]);
    assert_eq!(seals::overdue(office.store().conn(), moment("2026-11-23 09:00"), 9).unwrap(), [day("2026-11-21")]);
}

#[test]
fn a_seal_that_was_tampered_with_is_found() {
    for (name, change) in [
        ("archive.seals", "UPDATE day_seal SET sheet = 'x'"),
        ("archive.seals", "UPDATE day_seal SET body = '{}'"),
        ("archive.seals", "UPDATE day_seal SET head_hash = 'a'"),
        ("archive.sealed_days", "UPDATE day_seal SET taken_by = sealed_by"),
    ] {
        let (office, _) = monday();
        seal_day(&office, "2026-11-23", Some(CLERK), "2026-11-23 16:05").unwrap();
        office.store().conn().execute(change, []).unwrap();
        let found = broken(&office);
        assert!(found.iter().all(|name| name.starts_with("archive.")) && found.contains(&name), "{change}: {found:?}");
    }
}

#[test]
fn no_desk_takes_a_typed_moment_inside_a_sealed_day() {
    use closing_desk::notify::rules::attempts::NewAttempt;
    use closing_desk::notify::rules::inquiries::NewInquiry;
    use closing_desk::notify::rules::{Channel, Kind, Outcome as Result, Stance};
    use closing_desk::notify::store::{attempts, inquiries};
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = closed(&office, "A1", "2026-11-23 10:00");
    seal_through(&office, "2026-11-23", "2026-11-23 16:10");
    let when = "2026-11-24 09:00";
    let told = |at: &str, reason: &str| {
        let seen = case(&office, id).version;
        let new = NewAttempt {
            at: Some(moment(at)),
            reason: reason.into(),
            ..NewAttempt::now(Channel::Phone, Result::Told, Some(Stance::Agreed))
        };
        act(&office, CLERK, when, |tx| attempts::told(tx, &[(id, seen)], &new).map(drop))
    };
    assert_eq!(codes(told("2026-11-23 15:00", "昨日已通知")), "sealed");
    assert_eq!(codes(told("2026-11-23 16:05", "")), "early_reason, sealed");
    let asked = |at: &str, reason: &str| {
        let seen = case(&office, id).version;
        let new = NewInquiry {
            kind: Some(Kind::Items),
            text: "包括哪些项目".into(),
            complex: false,
            long: false,
            meanwhile: false,
            asked_at: Some(moment(at)),
            reason: reason.into(),
        };
        act(&office, CLERK, when, |tx| inquiries::ask(tx, id, seen, &new, None).map(drop))
    };
    assert_eq!(codes(asked("2026-11-23 15:00", "昨日来电")), "sealed");
    assert_eq!(codes(asked("2026-11-23 17:00", "")), "early_reason");
    asked("2026-11-23 17:00", "昨晚来电").unwrap();
    told("2026-11-23 16:30", "昨日已通知").unwrap();
}

#[test]
fn work_of_a_sealed_day_taken_back_is_a_correction_on_the_next_sheet() {
    use closing_desk::archive::rules::back::Back;
    use closing_desk::archive::store::back::take_back;
    use seal_common::reach;
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let id = closed(&office, "A1", "2026-11-23 10:00");
    receipt(&office, id, "2026-11-23 11:00");
    reach(&office, ARCHIVIST, id, "2026-11-23 11:30", |m, now| m.sorted_at = Some(now));
    seal_through(&office, "2026-11-23", "2026-11-23 16:10");
    let seen = case(&office, id).version;
    act(&office, ARCHIVIST, "2026-11-24 09:00", |tx| take_back(tx, id, seen, Back::Sort, "缺页")).unwrap();
    seal_through(&office, "2026-11-24", "2026-11-24 16:10");
    let next = kept(&office, "2026-11-24");
    assert!(next.sheet.contains("退回重新整理:缺页"), "{}", next.sheet);
}

//! The weekly spot check as acts and by the real program: drawn once, replayed, checked by somebody independent.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "only some of the cases' helpers are needed here")]
mod closing_common;
mod harness;
mod seal_common;

use closing_desk::archive::rules::check::{Seen, Verdict};
use closing_desk::archive::rules::draw::{self, Week};
use closing_desk::archive::store::draw::{self as draws, Draw};
use closing_desk::archive::store::{check, findings};
use closing_desk::archive::{figures, replay};
use closing_desk::db::{ActError, journal};
use closing_desk::reference::store::rulebook;
use harness::{CLERK, CLERK_2, LEADER, LEADER_2, Office, moment};
use seal_common::{ARCHIVIST, act, broken, case, closed, codes, file, kept, put_line, reach, receipt, seal_day, sign};
use std::process::{Command, Output};
use std::rc::Rc;

fn week() -> Week {
    Week::parse("2026-W48").unwrap()
}

fn draw(office: &Office, when: &str) -> Result<Draw, ActError> {
    act(office, ARCHIVIST, when, |tx| draws::draw(tx, week()))
}

/// Seven motor files and one of another class, closed on the Friday before and due on the Wednesday; one is not filed,
/// one waits for its receipt. The Friday is sealed.
fn week_48() -> (Rc<Office>, Vec<i64>) {
    let office = Office::with_people(moment("2026-11-20 08:00"));
    let mut ids: Vec<i64> = (0..7).map(|n| closed(&office, &format!("A{n}"), &format!("2026-11-20 10:0{n}"))).collect();
    let other = put_line(&office, "B1", "home", 800, "2026-11-20 11:00");
    sign(&office, other, 800, "2026-11-20 11:01");
    ids.push(other);
    let waiting = closed(&office, "A9", "2026-11-20 11:30");
    for (n, id) in ids.iter().enumerate() {
        receipt(&office, *id, &format!("2026-11-20 14:0{n}"));
    }
    seal_day(&office, "2026-11-20", Some(CLERK), "2026-11-20 16:05").unwrap();
    for (n, id) in ids.iter().enumerate().skip(1) {
        file(&office, *id, &format!("2026-11-24 10:0{n}"));
    }
    ids.push(waiting);
    (office, ids)
}

#[test]
fn a_week_is_drawn_once_after_it_has_ended_from_the_head_of_the_seal_before_it() {
    let (office, ids) = week_48();
    assert_eq!(codes(draw(&office, "2026-11-29 23:59:59")), "early");
    let by_clerk = act(&office, CLERK, "2026-11-30 08:00", |tx| draws::draw(tx, week()));
    assert_eq!(codes(by_clerk), "right");
    let drawn = draw(&office, "2026-11-30 08:30").unwrap();
    assert_eq!((drawn.population, drawn.chosen), (8, 4), "three of seven and the one; the tentative one is not in");
    let seal = kept(&office, "2026-11-20");
    assert_eq!((drawn.seal_day.as_str(), drawn.head.as_str()), ("2026-11-20", seal.head_hash.as_str()));
    assert_eq!(drawn.seed, journal::sha256(format!("2026-W48|{}", seal.head_hash).as_bytes()));
    assert_eq!(codes(draw(&office, "2026-11-30 08:31")), "drawn");
    let members = draws::members(office.store().conn(), drawn.id).unwrap();
    assert!(!members.iter().any(|placed| placed.member.case_id == ids[8]), "a tentative deadline has not passed");
    // The ranks are those of the rule, worked out here by hand.
    let mut ranks: Vec<(String, &str)> = members
        .iter()
        .filter(|placed| placed.member.case_id != ids[7])
        .map(|placed| placed.member.case_code.as_str())
        .map(|code| (journal::sha256(format!("{}|{code}", drawn.seed).as_bytes()), code))
        .collect();
    ranks.sort();
    let first: Vec<&str> = ranks.iter().take(3).map(|(_, code)| *code).collect();
    let chosen: Vec<&str> = members
        .iter()
        .filter(|placed| placed.chosen && placed.member.case_id != ids[7])
        .map(|placed| placed.member.case_code.as_str())
        .collect();
    assert_eq!(chosen, first);
    // The file that was not filed is a finding at once, whether drawn or not.
    let found = findings::of_draw(office.store().conn(), drawn.id).unwrap();
    assert_eq!(found.iter().map(|f| (f.case_id, f.kind.as_str())).collect::<Vec<_>>(), [(ids[0], "unfiled")]);
    assert_eq!(found[0].due_day.to_string(), "2026-12-03");
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn what_happens_after_the_draw_does_not_change_it() {
    let (office, ids) = week_48();
    let drawn = draw(&office, "2026-11-30 08:30").unwrap();
    file(&office, ids[0], "2026-11-30 09:00");
    receipt(&office, ids[8], "2026-11-30 09:10");
    act(&office, ARCHIVIST, "2026-11-30 09:20", |tx| {
        closing_desk::archive::store::handover::carry_over(tx, "2026-11-24".parse().unwrap(), &[(ids[8], 1)], "x")
    })
    .unwrap();
    for (day, when) in [("2026-11-24", "2026-11-30 10:00"), ("2026-11-30", "2026-11-30 16:00")] {
        seal_day(&office, day, Some(CLERK), when).unwrap();
    }
    let again = replay::replay(office.store().conn(), drawn.clone()).unwrap();
    assert_eq!(again.differs, []);
    assert_eq!(i64::try_from(again.chosen.len()).unwrap(), drawn.chosen);
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn without_a_seal_before_the_week_the_head_is_zeros_and_an_empty_week_is_drawn_too() {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    let drawn = draw(&office, "2026-11-30 08:00").unwrap();
    assert_eq!((drawn.population, drawn.chosen, drawn.head.as_str()), (0, 0, "0".repeat(64).as_str()));
    assert_eq!(replay::replay(office.store().conn(), drawn).unwrap().differs, []);
    assert_eq!(broken(&office), [""; 0]);
}

fn verdict(result: Seen, note: &str) -> Verdict {
    Verdict { result, note: note.into(), due_day: result.fails().then(|| "2026-12-04".parse().unwrap()) }
}

#[test]
fn a_checker_is_independent_and_what_fails_becomes_a_finding() {
    let (office, _) = week_48();
    let drawn = draw(&office, "2026-11-30 08:30").unwrap();
    let lines = check::lines(office.store().conn(), drawn.id).unwrap();
    let by = |who: &str, at: usize, verdict: Verdict| {
        let file = (lines[at].case_id, lines[at].round);
        act(&office, who, "2026-11-30 09:00", |tx| check::check(tx, drawn.id, file, &verdict))
    };
    // The clerk closed them, the archivist filed them, the leader signed them off.
    for hand in [CLERK, LEADER] {
        assert_eq!(codes(by(hand, 0, verdict(Seen::InOrder, ""))), "independent", "{hand}");
    }
    let filed = lines.iter().position(|line| line.filed_at.is_some()).unwrap();
    assert_eq!(codes(by(ARCHIVIST, filed, verdict(Seen::InOrder, ""))), "independent");
    assert_eq!(codes(by("1009", 0, verdict(Seen::InOrder, ""))), "right", "an auditor reads");
    by(CLERK_2, 0, verdict(Seen::InOrder, "")).unwrap();
    by(LEADER_2, 1, verdict(Seen::Missing, "")).unwrap();
    assert_eq!(codes(by(CLERK_2, 2, verdict(Seen::Defect, " "))), "text_missing");
    assert_eq!(codes(by(CLERK_2, 2, Verdict { due_day: None, ..verdict(Seen::Defect, "缺页") })), "due");
    by(CLERK_2, 2, verdict(Seen::Defect, "卷内目录缺第 3 页")).unwrap();
    let checked = check::lines(office.store().conn(), drawn.id).unwrap();
    let seen: Vec<Option<Seen>> = checked.iter().map(|line| line.verdict.as_ref().map(|verdict| verdict.0)).collect();
    assert_eq!(seen, [Some(Seen::InOrder), Some(Seen::Missing), Some(Seen::Defect), None]);
    assert_eq!(check::checked(office.store().conn(), drawn.id).unwrap(), 3);
    let found = findings::list(office.store().conn(), 99).unwrap();
    let kinds: Vec<&str> = found.iter().map(|finding| finding.kind.as_str()).collect();
    assert_eq!(kinds, ["unfiled", "missing", "defect"], "by their days");
    // A file that was not drawn is not checked here.
    let members = draws::members(office.store().conn(), drawn.id).unwrap();
    let other = members.iter().find(|placed| !placed.chosen).unwrap().member.clone();
    let stray = act(&office, CLERK_2, "2026-11-30 09:10", |tx| {
        check::check(tx, drawn.id, (other.case_id, other.round), &verdict(Seen::InOrder, ""))
    });
    assert_eq!(codes(stray), "not_drawn");
    let settle = |id: i64, words: &str| act(&office, CLERK_2, "2026-12-01 09:00", |tx| findings::settle(tx, id, words));
    assert_eq!(codes(settle(found[1].id, "")), "text_missing");
    settle(found[1].id, "已找到, 归位").unwrap();
    assert_eq!(codes(settle(found[1].id, "再说一次")), "settled");
    assert_eq!(findings::open(office.store().conn()).unwrap(), 2);
    assert_eq!(broken(&office), [""; 0]);
}

#[test]
fn a_draw_that_was_tampered_with_is_found() {
    for change in [
        "UPDATE spot_member SET chosen = 1 - chosen",
        "UPDATE spot_member SET due_at = due_at + 1 WHERE place = 1",
        "DELETE FROM spot_member WHERE chosen = 0 AND place = 7",
        "UPDATE spot_draw SET seed = 'abc'",
        "UPDATE spot_draw SET head = '11', seal_day = ''",
        "UPDATE spot_draw SET rate = 10",
        "UPDATE day_seal SET head_hash = 'aa'",
    ] {
        let (office, _) = week_48();
        draw(&office, "2026-11-30 08:30").unwrap();
        office.store().conn().execute(change, []).unwrap();
        assert!(broken(&office).contains(&"archive.draws"), "{change}");
    }
}

#[test]
fn timeliness_counts_open_files_and_no_tentative_ones() {
    let (office, ids) = week_48();
    let rules = rulebook(&office.store()).unwrap();
    let week = |now: &str| figures::week(office.store().conn(), &rules, week(), moment(now)).unwrap();
    let found = week("2026-11-30 08:00");
    assert_eq!((found.own.on_time, found.own.all), (7, 8), "the open one is late, the tentative one in neither number");
    assert_eq!(found.own.per_mille(), Some(875));
    assert_eq!((found.strict.on_time, found.strict.all), (7, 9), "counted from closing, the ninth is late as well");
    assert_eq!(found.late.iter().map(|late| late.0).collect::<Vec<_>>(), [ids[0]]);
    assert_eq!(week("2026-11-25 16:00:00").own.all, 0, "a deadline has not passed in its own second");
    assert_eq!(week("2026-11-25 16:00:01").own.all, 8);
    let day = figures::day(office.store().conn(), &rules, "2026-11-25".parse().unwrap(), moment("2026-11-30 08:00"));
    assert_eq!(day.unwrap().own, found.own);
}

fn run(office: &Office, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_closing-desk"))
        .arg("--store")
        .arg(office.path())
        .args(["--lang", "en"])
        .args(args)
        .env_clear()
        .env("HOME", office.folder())
        .output()
        .unwrap()
}

#[test]
fn the_program_replays_a_past_draw_and_exits_1_when_it_differs() {
    let (office, _) = week_48();
    let none = run(&office, &["replay", "2026-W48"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(String::from_utf8(none.stderr).unwrap().contains("2026-W48 was not drawn"));
    let wrong = run(&office, &["replay", "2026-48"]);
    assert_eq!(wrong.status.code(), Some(1));
    let drawn = draw(&office, "2026-11-30 08:30").unwrap();
    let same = run(&office, &["replay", "2026-W48"]);
    let said = String::from_utf8(same.stdout).unwrap();
    assert_eq!(same.status.code(), Some(0), "{said}");
    for words in
        [drawn.seed.as_str(), drawn.population_hash.as_str(), "4 of 8 drawn, 50%", "worked out again: the same"]
    {
        assert!(said.contains(words), "{words}\n{said}");
    }
    assert_eq!(said.lines().filter(|line| line.len() == 12 && line.starts_with("126")).count(), 4);
    assert_eq!(draw::power(8, 4, 2), 79);
    office.store().conn().execute("UPDATE spot_member SET chosen = 1 - chosen", []).unwrap();
    let differs = run(&office, &["replay", "2026-W48"]);
    assert_eq!(differs.status.code(), Some(1));
    assert!(String::from_utf8(differs.stdout).unwrap().contains("it differs: order or choice"));
}

#[test]
fn a_round_reopened_before_its_deadline_has_none_any_more() {
    let (office, ids) = week_48();
    let seen = case(&office, ids[0]).version;
    let why = Some(closing_desk::closing::rules::reopen::Reason::ALL[0]);
    act(&office, LEADER, "2026-11-25 15:59:00", |tx| {
        closing_desk::closing::store::reopen(tx, ids[0], seen, why, "核对", 4)
    })
    .unwrap();
    reach(&office, CLERK, ids[8], "2026-11-25 16:00", |m, now| m.told_at = Some(now));
    assert_eq!(draw(&office, "2026-11-30 08:30").unwrap().population, 7);
}

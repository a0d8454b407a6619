//! Control settings in force by moment, and calendars with the deadlines that follow them.

use crate::support::{Office, at, codes};
use closing_desk::case::facts::{CasePeople, Facts, Origin};
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::write::{self, NewCase};
use closing_desk::case::store::{RoundNotes, due, load, subject};
use closing_desk::db::{Actor, Wait, journal};
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::settings::{ARCHIVE_DAYS, CUTOFF, IDLE_HIDE, LARGE_FROM, SMALL_HOURS, THREE_LEVEL};
use closing_desk::kernel::words::Lang;
use closing_desk::office::calendars::{plan, recompute};
use closing_desk::office::commands::{self, At};
use closing_desk::office::settings::{self, Change};
use closing_desk::reference::store as reference;
use std::collections::BTreeMap;

fn to(key: &str, value: &str, from_at: Option<i64>) -> Change {
    Change { key: key.to_owned(), value: value.to_owned(), from_at, reason: "省公司通知".to_owned() }
}

#[test]
fn a_changed_setting_counts_from_its_moment_and_never_before() {
    let mut office = Office::opened();
    let leader = office.actor("1001");
    let later = office.now + 86_400;
    office.act(&leader, |tx| settings::change(tx, &to(SMALL_HOURS, "１２", Some(later)))).expect("changed");
    let number =
        |office: &Office, at| reference::rulebook(&office.store).expect("rules").settings.number(SMALL_HOURS, at);
    assert_eq!((number(&office, 0), number(&office, later - 1), number(&office, later)), (24, 24, 12));
    let (act, row) = office.last_row("setting limit.small_hours");
    assert_eq!((act.as_str(), row["value"].as_str(), row["value_was"].as_str()), ("test", Some("12"), Some("24")));
    // At once means from the next second: a fact of this second was decided by the old value.
    office.act(&leader, |tx| settings::change(tx, &to(SMALL_HOURS, "20", None))).expect("changed");
    assert_eq!((number(&office, office.now), number(&office, office.now + 1), number(&office, later)), (24, 20, 12));
    assert_eq!(codes(office.act(&leader, |tx| settings::change(tx, &to(SMALL_HOURS, "18", Some(office.now))))), "past");
    assert_eq!(codes(office.act(&leader, |tx| settings::change(tx, &to(SMALL_HOURS, "20", None)))), "same");
    office.now = later;
    assert_eq!(codes(office.act(&leader, |tx| settings::change(tx, &to(SMALL_HOURS, "12", None)))), "same");
}

#[test]
fn values_are_brought_into_one_form_and_wrong_ones_named() {
    let office = Office::opened();
    let leader = office.actor("1001");
    let stored = |key: &str, value: &str| {
        office.act(&leader, |tx| settings::change(tx, &to(key, value, None))).map(|row| row.value)
    };
    assert_eq!(stored(CUTOFF, "９：３０").expect("a time"), "09:30");
    assert_eq!(stored(CUTOFF, "00:00").expect("midnight"), "00:00");
    assert_eq!(stored(CUTOFF, "15:45:30").expect("with seconds"), "15:45:30");
    assert_eq!(stored(LARGE_FROM, "8,000").expect("an amount"), "8000.00");
    for (key, value) in
        [(CUTOFF, "25:00"), (ARCHIVE_DAYS, "0"), (LARGE_FROM, "-1"), (THREE_LEVEL, "no-such-line"), (SMALL_HOURS, "")]
    {
        assert_eq!(codes(stored(key, value)), "shape", "{key} {value}");
    }
    assert_eq!(codes(stored(IDLE_HIDE, "16")), "idle", "the desk locks after 15 minutes");
    let nameless = Change { reason: "　".to_owned(), ..to(CUTOFF, "x", Some(0)) };
    assert_eq!(codes(office.act(&leader, |tx| settings::change(tx, &nameless))), "past, shape, reason");
    assert_eq!(codes(office.act(&leader, |tx| settings::change(tx, &to("no.such", "1", None)))), "key");
    let lines = reference::rulebook(&office.store).expect("rules").lines.clone();
    let names = format!("{}、{}", lines[1].name, lines[0].code);
    let mut wanted = [lines[0].code.clone(), lines[1].code.clone()];
    wanted.sort();
    assert_eq!(stored(THREE_LEVEL, &names).expect("lines"), wanted.join(","));
}

#[test]
fn only_a_leader_changes_settings() {
    let office = Office::peopled();
    let clerk = office.actor("1003");
    assert_eq!(codes(office.act(&clerk, |tx| settings::change(tx, &to(SMALL_HOURS, "12", None)))), "right");
}

#[test]
fn first_values_count_for_all_time_and_are_given_once() {
    let office = Office::fresh();
    let values = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<BTreeMap<_, _>>()
    };
    assert!(settings::seed(&office.store, office.now, "tester", &values(&[("no.such", "1")])).is_err());
    assert_eq!(settings::wrong_first_values(&values(&[("no.such", "1"), (CUTOFF, "x"), (SMALL_HOURS, "12")])).len(), 2);
    let own = values(&[(CUTOFF, "16:30"), (SMALL_HOURS, "24")]);
    settings::seed(&office.store, office.now, "tester", &own).expect("seeded");
    let text = |at| reference::rulebook(&office.store).expect("rules").settings.text(CUTOFF, at).to_owned();
    assert_eq!(text(0), "16:30");
    let rows = office.rows();
    settings::seed(&office.store, office.now, "tester", &values(&[(CUTOFF, "17:00")])).expect("nothing to do");
    assert_eq!((text(office.now), office.rows()), ("16:30".to_owned(), rows));
    assert_eq!(office.last_row("setting archive.cutoff").1["value"], "16:30");
}

/// Puts a case closed at a moment into the store; `filed` long after.
fn closed_case(office: &Office, case_no: &str, closed_at: i64, filed: bool) -> i64 {
    let rules = reference::rulebook(&office.store).expect("rules");
    let facts = Facts {
        case_no: case_no.to_owned(),
        line: rules.lines[0].code.clone(),
        insured: "王建国".to_owned(),
        ..Facts::default()
    };
    let milestones = Milestones {
        round: 1,
        opened_at: closed_at - 4,
        start_step: 1,
        steps: [Some(closed_at - 4), Some(closed_at - 3), Some(closed_at - 2), Some(closed_at - 1)],
        papers_at: Some(closed_at - 3),
        proposed: Some(Outcome::Zero),
        outcome: Some(Outcome::Zero),
        payable: Some(Fen::ZERO),
        closed_at: Some(closed_at),
        told_at: Some(closed_at),
        receipt_at: filed.then_some(closed_at),
        sorted_at: filed.then_some(closed_at),
        bound_at: filed.then_some(closed_at),
        filed_at: filed.then_some(closed_at),
        ..Milestones::default()
    };
    let deadline = write::archive_deadline(&milestones, &rules).expect("a deadline");
    let round = RoundNotes {
        archive_due: Some(deadline.due_at),
        archive_edition: rules.calendar.edition(),
        ..RoundNotes::default()
    };
    let new = NewCase {
        facts: &facts,
        people: CasePeople::default(),
        origin: Origin::Import,
        awaiting_core: false,
        import_seq: 0,
        received_at: closed_at - 4,
        milestones: &milestones,
        round: &round,
    };
    let actor = Actor { os_user: "desk".to_owned(), unpeopled: true, ..Actor::default() };
    let entered = office.store.act(&actor, closed_at, "test", Wait::Patient, |tx| {
        let (id, code) = write::insert(tx, &new, &rules)?;
        tx.journal(&subject(&code), 1, &serde_json::json!({}))?;
        Ok(id)
    });
    entered.expect("a case")
}

const YEAR_2027: &str = "year = 2027\nedition = \"2026-11-20\"\nsource = \"synthetic notice\"\n\
    holidays = [\"2027-01-01..2027-01-03\", \"2027-01-04\"]\nworked = [\"2027-01-09\"]\n";

#[test]
fn a_new_calendar_moves_the_deadlines_of_unfiled_cases_only() {
    let office = Office::opened();
    let closed_at = at("2026-12-30 10:00:00");
    let (open, filed) = (closed_case(&office, "C1", closed_at, false), closed_case(&office, "C2", closed_at, true));
    let early = closed_case(&office, "C3", at("2026-11-02 10:00:00"), false);
    let case = |id| load::by_id(office.store.conn(), id).expect("a read").expect("a case");
    let before = case(filed);
    assert_eq!(case(open).round.archive_due, Some(at("2027-01-04 16:00:00")), "weekends assumed");
    let boss = office.actor("1001");
    let desk = At { store: &office.store, now: office.now, lang: Lang::Zh, actor: &boss };
    let answer = commands::calendar_add(desk, YEAR_2027.as_bytes());
    assert_eq!(answer.code, 0, "{:?}", answer.lines);
    assert!(answer.lines[0].starts_with("2027-01-01 周五：工作日 改为 放假"), "{:?}", answer.lines);
    assert!(answer.lines.last().expect("a line").contains("2 件未归档赔案，时限变动 1 件"), "{:?}", answer.lines);
    assert_eq!(case(open).round.archive_due, Some(at("2027-01-06 16:00:00")));
    assert_eq!(due::stored_due(office.store.conn(), open).expect("a due").0, at("2027-01-06 16:00:00"));
    assert!(case(open).round.archive_edition.contains("2027:2026-11-20"));
    assert_eq!(case(early).round.archive_due, Some(at("2026-11-05 16:00:00")));
    let after = case(filed);
    assert_eq!((after.round, after.version), (before.round, before.version));
    assert_eq!(case(open).version, 1, "the case itself did not change");
    let (_, row) = office.last_row("calendar 2027");
    assert_eq!((row["edition"].as_str(), row["open_cases"].as_i64()), (Some("2026-11-20"), Some(2)));
    // Again: nothing is left to move, and nothing is written about the cases.
    let rows = office.rows();
    let again = commands::calendar_add(desk, YEAR_2027.as_bytes());
    assert!(again.code == 0 && again.lines.last().expect("a line").contains("时限变动 0 件"), "{:?}", again.lines);
    assert_eq!(office.rows(), rows);
}

#[test]
fn the_same_edition_with_other_days_is_refused() {
    let office = Office::opened();
    let boss = office.actor("1001");
    let desk = At { store: &office.store, now: office.now, lang: Lang::Zh, actor: &boss };
    assert_eq!(commands::calendar_add(desk, YEAR_2027.as_bytes()).code, 0);
    let other = YEAR_2027.replace("\"2027-01-04\"", "\"2027-01-05\"");
    let refused = commands::calendar_add(desk, other.as_bytes());
    assert!(refused.code == 1 && refused.lines[0].contains("日期不同"), "{:?}", refused.lines);
    let newer = other.replace("2026-11-20", "2026-12-01");
    assert_eq!(commands::calendar_add(desk, format!("\u{feff}{newer}").as_bytes()).code, 0);
    let shown = commands::calendar_show(desk, Some(2027));
    assert!(
        shown.lines[0].contains("2026-12-01") && shown.lines[2].contains("01-01 至 01-03、01-05"),
        "{:?}",
        shown.lines
    );
    assert!(commands::calendar_show(desk, Some(2030)).lines[0].contains("暂按"));
    assert_eq!(commands::calendar_add(desk, b"year = 2027\n").code, 1);
    assert_eq!(commands::calendar_add(desk, &[0xff, 0xfe]).code, 1);
}

#[test]
fn only_an_admin_adds_a_calendar_and_a_cancelled_recomputation_goes_on_later() {
    let office = Office::peopled();
    for number in 0..450 {
        closed_case(&office, &format!("C{number}"), at("2026-12-30 10:00:00"), false);
    }
    let calendar = reference::calendar(office.store.conn()).expect("a calendar");
    let plan = plan(&calendar, YEAR_2027).expect("a plan");
    let (second, boss) = (office.actor("1002"), office.actor("1001"));
    let add = |tx: &mut closing_desk::db::ActTx<'_>| closing_desk::office::calendars::add(tx, &plan);
    assert_eq!(codes(office.act(&second, add)), "right");
    office.act(&boss, add).expect("added");
    let first = recompute(&office.store, &boss, office.now, |_, _| false).expect("one slice");
    assert_eq!((first.looked_at, first.moved), (200, 200));
    let rest = recompute(&office.store, &boss, office.now, |_, of| of == 450).expect("the rest");
    assert_eq!((rest.looked_at, rest.moved), (450, 250));
    assert!(journal::verify(office.store.conn()).expect("a read").is_ok());
}

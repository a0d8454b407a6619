//! The practice office: as many cases as asked for, in every state, sound, repeatable, and never mistaken for a real one.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[path = "harness/pty.rs"]
mod pty;

use closing_desk::case::milestones::{Outcome, Stage};
use closing_desk::case::store::{CaseFile, list, load, pending};
use closing_desk::db::{Store, journal, meta, reconcile};
use closing_desk::forms::store as forms;
use closing_desk::instructions::rules::{Instruction, State as Paying};
use closing_desk::instructions::store::of_case;
use closing_desk::intake::check::{Against, check};
use closing_desk::intake::columns::COUNT;
use closing_desk::intake::import::Unwatched;
use closing_desk::intake::row::Row;
use closing_desk::kernel::clock::{self, parse_time};
use closing_desk::kernel::identity;
use closing_desk::kernel::words::Lang;
use closing_desk::notify::figures as notify_figures;
use closing_desk::notify::rules::attempts::Attempt;
use closing_desk::notify::rules::inquiries::Inquiry;
use closing_desk::notify::rules::{Kind as About, Resolution};
use closing_desk::notify::store as notify;
use closing_desk::office::store as people;
use closing_desk::papers::store::visits::{under, waiting_for};
use closing_desk::practice::plan::Counts;
use closing_desk::practice::{NOW, SEED, Wish, fill_counted, place};
use closing_desk::precheck::figures as precheck;
use closing_desk::reference::store::rulebook;
use closing_desk::reference::{banks, shops};
use closing_desk::registry;
use portable_pty::CommandBuilder;
use pty::Pty;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn wish(cases: u64, seed: u64) -> Wish {
    Wish { cases, seed, now: parse_time(NOW).unwrap() }
}

/// A practice store in a folder of its own.
fn made(wish: Wish) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("practice.db");
    place::write_new(&path, &registry::SCHEMA, wish, &Unwatched).unwrap();
    let store = Store::open(&path, &registry::SCHEMA).unwrap();
    (folder, store)
}

#[track_caller]
fn sound(store: &Store) {
    for verdict in reconcile::run(store, &registry::invariants()) {
        let broken = verdict.broken.map(|phrase| phrase.say(Lang::Zh));
        assert_eq!(broken, None, "{}", verdict.invariant.name);
    }
}

#[track_caller]
fn counted(store: &Store, cases: u64) {
    let counts = list::stage_counts(store.conn()).unwrap();
    let asked = Counts::of(cases);
    assert_eq!(u64::try_from(counts.total()).unwrap(), cases);
    assert_eq!(u64::try_from(counts.open()).unwrap(), asked.open(), "of {cases}");
}

fn every(store: &Store) -> Vec<CaseFile> {
    load::after(store.conn(), 0, 100_000).unwrap()
}

#[test]
fn small_stores_have_as_many_cases_as_asked_for_and_are_sound() {
    for (cases, seed) in [(1, 1), (2, 2), (7, 3), (66, 4), (119, 5), (150, 6)] {
        let (_folder, store) = made(wish(cases, seed));
        counted(&store, cases);
        sound(&store);
    }
}

/// The moments people begin at: before the office opens, on a Sunday, in a year without a calendar, at New Year.
#[test]
fn practice_begins_at_any_moment() {
    for (seed, now) in
        [(1, "2026-11-24T07:10"), (2, "2026-11-22T23:59"), (3, "2031-01-01T00:00"), (4, "2026-02-24T10:00")]
    {
        let (_folder, store) = made(Wish { now: parse_time(now).unwrap(), ..wish(130, seed) });
        counted(&store, 130);
        sound(&store);
        let lived = journal::head(store.conn()).unwrap().at;
        assert!(lived <= parse_time(now).unwrap(), "{now}: nothing has happened after now");
    }
}

/// What only a store of more than twenty thousand cases has, in a small one.
#[test]
fn open_cases_nobody_touched_stand_beside_the_lived_ones() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(&folder.path().join("practice.db"), &registry::SCHEMA).unwrap();
    let counts = Counts { all: 240, lived: 40, lived_open: 20, imported_open: 90, taken_open: 40 };
    fill_counted(&store, wish(240, 1), counts, &Unwatched).unwrap();
    let found = list::stage_counts(store.conn()).unwrap();
    assert_eq!((found.total(), found.open()), (240, 150));
    assert!(found.of(Stage::Closing) > 90 && found.of(Stage::Payment) > 0 && found.of(Stage::Archive) > 0);
    sound(&store);
}

#[test]
#[ignore = "some minutes in a debug build"]
fn ten_thousand_and_more_cases_are_sound() {
    for cases in [10_000, 24_000] {
        let (_folder, store) = made(wish(cases, 1));
        counted(&store, cases);
        sound(&store);
        has_the_shares_of_the_report(&store, 3);
    }
}

#[test]
fn the_default_office_has_a_case_in_every_state() {
    let (_folder, store) = made(wish(400, SEED));
    counted(&store, 400);
    sound(&store);
    let now = parse_time(NOW).unwrap();
    let cases = every(&store);
    let any = |what: &str, holds: &dyn Fn(&CaseFile) -> bool| assert!(cases.iter().any(holds), "no case {what}");
    for step in 1..=5 {
        any("at each step", &|case| case.milestones.next_step() == Some(step));
    }
    for stage in [Stage::Notify, Stage::Payment, Stage::Archive, Stage::Archived] {
        any(stage.code(), &|case| case.milestones.stage() == stage);
    }
    for outcome in Outcome::ALL {
        any(outcome.code(), &|case| case.milestones.outcome == Some(outcome));
    }
    any("paused", &|case| case.milestones.paused());
    any("supplemented", &|case| case.milestones.supplement_at.is_some());
    any("endorsed", &|case| case.milestones.endorsed);
    any("reopened", &|case| case.milestones.round == 2);
    any("awaiting the core", &|case| case.awaiting_core);
    any("differing from the core", &|case| case.core_differs);
    let records = |case: &CaseFile| load::steps(store.conn(), case.id).unwrap();
    any("returned", &|case| records(case).iter().any(|record| record.void_at.is_some()));
    any("refused without steps", &|case| records(case).iter().any(|record| record.not_applicable));
    any("signed by a deputy", &|case| records(case).iter().any(|record| record.on_behalf_of.is_some()));
    any("of a company", &|case| case.facts.id_no.starts_with("91"));
    let twins = |case: &CaseFile| {
        !case.facts.accident_no.is_empty()
            && load::of_accident(store.conn(), &case.facts.accident_no).unwrap().len() > 1
    };
    any("beside another of its accident", &twins);
    assert!(pending::open_count(store.conn()).unwrap() >= 1);
    behind_the_closing(&store, &cases, now);
    let due: Vec<i64> = list::page(store.conn(), &list::Filter::default(), list::START, list::Toward::Later, 100)
        .unwrap()
        .iter()
        .map(|row| row.due_at - now)
        .collect();
    let within = |from: i64, to: i64| due.iter().filter(|left| (from..to).contains(*left)).count();
    let overdue = within(i64::MIN, 0);
    assert!((2..=8).contains(&overdue), "{overdue} overdue");
    assert!(within(0, 3_600) >= 2, "some are due within the hour: {due:?}");
    assert!(within(3_600, i64::MAX) * 2 > due.len(), "most are due later");
    // Nobody did anything in the future, and the newest act lies close behind now.
    let head = journal::head(store.conn()).unwrap();
    assert!(head.at <= now && head.at > now - 86_400);
}

/// Every state behind the closing, as the desks there read it.
fn behind_the_closing(store: &Store, cases: &[CaseFile], now: i64) {
    let conn = store.conn();
    let any = |what: &str, holds: &dyn Fn(&CaseFile) -> bool| assert!(cases.iter().any(holds), "no case {what}");
    any("withdrawn or zero and told", &|case| {
        let m = &case.milestones;
        !m.taken_over && m.outcome != Some(Outcome::Pay) && m.told_at.is_some() && m.stage() == Stage::Archive
    });
    any("held by an inquiry after the choice", &|case| {
        let m = &case.milestones;
        m.inquiry_holds > 0 && m.chosen_at.is_some() && m.stage() == Stage::Notify
    });
    any("whose refusal was delivered", &|case| !case.milestones.taken_over && case.milestones.delivered_at.is_some());
    any("waiting for papers of the payment", &|case| case.milestones.stage() == Stage::Precheck);
    any("waiting for a choice", &|case| case.milestones.stage() == Stage::Payment && !case.milestones.taken_over);
    any("whose papers were shown before it came", &|case| !waiting_for(conn, case, now).unwrap().is_empty());
    assert_eq!(under(conn, "皖A88X21").unwrap().len(), 1, "a visit whose case has not come");
    let clerk = people::by_staff_no(conn, "1001").unwrap().unwrap();
    assert!(forms::next(conn, clerk.id).unwrap().is_some(), "the clerk has receipts");
    assert!(!shops::search(conn, "", 10).unwrap().is_empty(), "the office knows repair shops");
    let open: Vec<&CaseFile> = cases.iter().filter(|case| case.milestones.stage() != Stage::Archived).collect();
    notified(store, &open, now);
    paid(store, cases);
}

/// Inquiries and attempts in every state.
fn notified(store: &Store, open: &[&CaseFile], now: i64) {
    let conn = store.conn();
    let inquiries: Vec<Inquiry> = open.iter().flat_map(|case| notify::inquiries_of(conn, case.id).unwrap()).collect();
    let asked =
        |what: &str, holds: &dyn Fn(&Inquiry) -> bool| assert!(inquiries.iter().any(holds), "no inquiry {what}");
    asked("routine and open", &|one| one.open() && !one.complex && one.answers.is_empty());
    asked("referred", &|one| one.open() && one.complex && one.explanation.is_none() && one.referral.is_some());
    asked("with an explanation that waits", &|one| one.open() && one.explanation.is_some());
    asked("of a complaint", &|one| one.open() && one.kind == About::Complaint);
    asked("upheld", &|one| one.outcome == Some(Resolution::Upheld));
    let attempts: Vec<_> = open.iter().map(|case| notify::attempts_of(conn, case.id).unwrap()).collect();
    let soon = |at: i64| (at - now).abs() <= 3_600;
    assert!(attempts.iter().flatten().any(|one| one.call_back_at.is_some_and(soon)), "a call back is due");
    let vain = |all: &Vec<_>| all.iter().filter(|one: &&Attempt| one.vain()).count() >= 3;
    assert!(attempts.iter().any(vain), "three calls in vain");
}

/// Payments in every state but those that are over.
fn paid(store: &Store, cases: &[CaseFile]) {
    let conn = store.conn();
    let mut paying: Vec<(&CaseFile, Instruction)> = Vec::new();
    for case in cases {
        paying.extend(of_case(conn, case.id).unwrap().into_iter().map(|one| (case, one)));
    }
    for state in Paying::ALL {
        if !matches!(state, Paying::Stopped | Paying::Cancelled) {
            assert!(paying.iter().any(|(_, one)| one.state == state), "no payment {state:?}");
        }
    }
    let ready = |on_site: bool| {
        paying.iter().any(|(case, one)| {
            one.state == Paying::Chosen
                && one.mode.on_site() == on_site
                && case.milestones.stage() == Stage::Disburse
                && (on_site || one.receipt_signed_at.is_some())
                && !one.awaits_review()
        })
    };
    assert!(ready(true) && ready(false), "payments ready on-site and for the bank");
    assert!(paying.iter().any(|(_, one)| one.awaits_review()), "a payment to review");
    let mended = |(_, one): &(&CaseFile, Instruction)| one.replaces != 0 && one.state == Paying::Chosen;
    assert!(paying.iter().any(mended), "a mended payment");
}

/// How many of how many, in hundredths.
fn share((some, all): (i64, i64)) -> i64 {
    some * 100 / all.max(1)
}

/// First submissions that lacked card or document and accounts first offered at a bank without transfers, before the new
/// ways and after them; told customers who asked.
fn has_the_shares_of_the_report(store: &Store, tolerance: i64) {
    let conn = store.conn();
    let bank = banks::named(conn, "中国邮政储蓄银行").unwrap().unwrap();
    let opened = banks::history(conn, &bank.code).unwrap().into_iter().find(|row| row.open).unwrap().from_at;
    let (first, now) = (opened - 60 * 86_400, parse_time(NOW).unwrap());
    let offered = |from: i64, to: i64| -> (i64, i64) {
        let sql =
            "SELECT COUNT(CASE WHEN open = 0 THEN 1 END), COUNT(*) FROM offered_account WHERE at >= $1 AND at < $2";
        conn.prepare(sql).unwrap().query_row([from, to], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    for (from, to, lacking, closed) in [(first, opened, 28, 12), (opened, now, 4, 4)] {
        let visits = precheck::day(conn, from, to).unwrap();
        let found = (share((visits.lacking, visits.first)), share(offered(from, to)));
        assert!((found.0 - lacking).abs() <= tolerance, "{found:?} of 100 lacked something, not {lacking}");
        assert!((found.1 - closed).abs() <= tolerance, "{found:?} of 100 cannot be transferred to, not {closed}");
    }
    let told = notify_figures::day(conn, first, now).unwrap();
    assert!((share((told.told_and_asked, told.told)) - 15).abs() <= tolerance, "{told:?}");
    let of = |kinds: &[About]| told.asked.iter().filter(|(kind, _)| kinds.contains(kind)).map(|(_, n)| n).sum::<i64>();
    assert!(of(&[About::Items, About::Documents]) * 2 > told.asked_in_all(), "most ask about items and documents");
    assert!(told.upheld >= 1 && told.resolved_in_time * 100 >= told.resolved.0 * 80, "{told:?}");
}

#[test]
fn the_lived_past_has_the_shares_of_the_report() {
    let (_folder, store) = made(wish(400, SEED));
    has_the_shares_of_the_report(&store, 14);
}

#[test]
fn what_the_core_tells_passes_every_check_of_an_import() {
    let (_folder, store) = made(wish(400, 9));
    let rules = rulebook(&store).unwrap();
    let now = parse_time(NOW).unwrap();
    for case in every(&store) {
        let values = Row::of(&case).values();
        let mut raw = [""; COUNT];
        for (column, text) in &values {
            raw[*column as usize] = text;
        }
        let against = Against { rules: &rules, now, past: true, by_hand: case.facts.case_no.is_empty() };
        let (row, found) = check(&raw, &against);
        assert!(found.is_empty(), "{}: {}", case.facts.case_no, found.codes());
        assert_eq!(row.values(), values);
        let id = identity::classify_id(&case.facts.id_kind, &case.facts.id_no, clock::day_of(now));
        assert!(id.problems.is_empty(), "{}", case.facts.id_no);
        assert!(case.facts.plate.is_empty() || identity::plate_ok(&case.facts.plate), "{}", case.facts.plate);
    }
}

#[test]
fn everybody_shares_a_pin_and_every_role_is_there() {
    let (_folder, store) = made(wish(3, 1));
    let everybody = people::all(store.conn()).unwrap();
    for role in closing_desk::kernel::roles::Role::ALL {
        assert!(everybody.iter().any(|p| p.enabled && p.has_pin && p.roles.has(role)), "{role:?}");
    }
    assert!(everybody.iter().all(|p| !p.pin_must_change && p.has_pin != p.roles.is_empty()));
    let pin = meta::get(store.conn(), meta::PRACTICE_PIN).unwrap().unwrap();
    let now = parse_time(NOW).unwrap();
    let leader = everybody.iter().find(|p| p.staff_no == "1008").unwrap();
    assert!(registry::check_pin(&store, now, leader.id, &pin, "tests").is_ok());
}

/// A folder with the program in it.
struct Home(TempDir);

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> (i32, Vec<u8>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_closing-desk"))
            .args(arguments)
            .env_clear()
            .env("HOME", self.0.path())
            .env("CLOSING_DESK_STORE", self.file("store.db"))
            .current_dir(self.0.path())
            .output()
            .unwrap();
        (output.status.code().unwrap(), output.stdout, String::from_utf8(output.stderr).unwrap())
    }

    /// `closing-desk practice` on a terminal.
    fn desk(&self, flags: &[&str]) -> Pty {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_closing-desk"));
        command.args(["practice", "--store"]);
        command.arg(self.file("store.db"));
        command.args(flags);
        Pty::run(command, self.0.path(), (120, 40), &[])
    }

    fn clock(&self) -> i64 {
        let store = Store::open(&self.file("practice.db"), &registry::SCHEMA).unwrap();
        meta::get(store.conn(), meta::PRACTICE_CLOCK).unwrap().unwrap().parse().unwrap()
    }
}

fn exported(home: &Home, store: &str, what: &str) -> Vec<u8> {
    let (code, out, said) = home.run(&["export", what, "--format", "csv", "--unmasked", "--store", store]);
    assert_eq!(code, 0, "{said}");
    out
}

#[test]
fn the_same_seed_gives_the_same_store_to_the_byte_and_another_gives_another() {
    let home = Home::new();
    for (name, seed) in [("a.db", "5"), ("b.db", "5"), ("c.db", "6")] {
        let (code, _, said) = home.run(&["practice", "--cases", "200", "--seed", seed, "--write-store", name]);
        assert_eq!(code, 0, "{said}");
    }
    let all = |store| [exported(&home, store, "cases"), exported(&home, store, "journal")];
    // Each export is journalled, so each store is asked the same questions in the same order.
    let (first, second, other) = (all("a.db"), all("b.db"), all("c.db"));
    assert!(first[0].len() > 60_000 && first[0] == second[0]);
    let rows = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'\n').count();
    assert!(rows(&first[1]) > 400 && first[1] == second[1]);
    assert!(first[0] != other[0] && first[1] != other[1]);
}

#[test]
fn a_written_store_is_marked_private_and_never_put_over_another_file() {
    let home = Home::new();
    std::fs::write(home.file("mine.db"), "mine").unwrap();
    let (code, _, said) = home.run(&["practice", "--cases", "20", "--write-store", "mine.db"]);
    assert!(code == 1 && said.contains("mine.db"), "{said}");
    assert_eq!(std::fs::read(home.file("mine.db")).unwrap(), b"mine");
    let (code, out, said) = home.run(&["practice", "--cases", "20", "--write-store", "new/p.db"]);
    let out = String::from_utf8(out).unwrap();
    assert!(code == 0 && out.contains("20 件赔案"), "{out}{said}");
    let store = Store::open(&home.file("new/p.db"), &registry::SCHEMA).unwrap();
    assert!(store.is_private());
    assert_eq!(
        clock::file_time(meta::get(store.conn(), meta::PRACTICE_CLOCK).unwrap().unwrap().parse().unwrap()),
        "2026-11-23 15:30:00"
    );
    drop(store);
    // Nothing of the making is left: only the store, and what opening it put beside it.
    let left: Vec<_> = std::fs::read_dir(home.file("new")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("p.")), "{left:?}");
    assert!(!home.file("store.db").exists(), "the real store is not touched");
    for wrong in [["--cases", "0"], ["--cases", "99999999999"], ["--now", "tomorrow"]] {
        assert_eq!(home.run(&["practice", wrong[0], wrong[1], "--write-store", "x.db"]).0, 2, "{wrong:?}");
    }
    assert!(!home.file("x.db").exists());
}

#[test]
fn commands_on_a_practice_store_ask_nobody_and_a_real_one_has_no_mark() {
    let home = Home::new();
    assert_eq!(home.run(&["practice", "--cases", "20", "--write-store", "p.db"]).0, 0);
    let (code, out, said) = home.run(&["person", "list", "--store", "p.db"]);
    assert!(code == 0 && String::from_utf8(out).unwrap().contains("张结案"), "{said}");
    assert_eq!(home.run(&["reconcile", "--store", "p.db"]).0, 0);
    let (code, _, said) = home.run(&["person", "list", "--store", "p.db", "--as", "9999"]);
    assert!(code == 1 && !said.is_empty(), "nobody has that number");
    assert_eq!(home.run(&["person", "list"]).0, 0);
    let real = Store::open(&home.file("store.db"), &registry::SCHEMA).unwrap();
    assert_eq!(meta::get(real.conn(), meta::PRACTICE_CLOCK).unwrap(), None);
    assert_eq!(meta::get(real.conn(), meta::PRACTICE_PIN).unwrap(), None);
    drop(real);
    // A real store that happens to bear the practice store's name is left alone.
    std::fs::rename(home.file("store.db"), home.file("practice.db")).unwrap();
    let (code, _, said) = home.run(&["practice"]);
    assert!(code == 1 && said.contains("不是练习数据"), "{said}");
}

const CTRL_Q: &str = "\x11";
const CTRL_N: &str = "\x0e";
const CTRL_S: &str = "\x13";
const RIGHT: &str = "\x1b[C";

#[track_caller]
fn left(mut desk: Pty) {
    desk.send(CTRL_Q);
    assert!(desk.ends().success());
}

#[test]
fn practice_opens_signed_in_shows_the_pin_and_goes_on_with_the_last_one() {
    let home = Home::new();
    let mut desk = home.desk(&["--cases", "60"]);
    desk.sees("张结案");
    desk.sees("271828");
    desk.sees("11-23 周一 15:30");
    desk.send(CTRL_N);
    desk.sees("出险日期");
    for part in [RIGHT, "\t", "练习者", "\t", "PDAA20263401049999999", CTRL_S] {
        desk.send(part);
    }
    desk.until("the case", |desk| desk.screen().contains("9999999"));
    // The clock runs: half a second of it is kept when the desk is left.
    let end = Instant::now() + Duration::from_millis(1_200);
    desk.until("a second", |_| Instant::now() > end);
    left(desk);
    assert!(home.clock() > parse_time(NOW).unwrap());

    let before = home.clock();
    let mut desk = home.desk(&[]);
    desk.sees("张结案");
    left(desk);
    assert!(home.clock() >= before, "the last one goes on");
    let total = |home: &Home| {
        let store = Store::open(&home.file("practice.db"), &registry::SCHEMA).unwrap();
        list::stage_counts(store.conn()).unwrap().total()
    };
    assert_eq!(total(&home), 61);

    let (code, _, said) = home.run(&["practice", "--now", "2026-11-23T09:00"]);
    assert!(code == 1 && said.contains("不能往回调"), "{said}");
    let mut desk = home.desk(&["--now", "2026-11-24T09:15"]);
    desk.sees("11-24 周二 09:15");
    left(desk);
    assert_eq!(total(&home), 61, "the same office, the next morning");

    let mut desk = home.desk(&["--cases", "20"]);
    desk.sees("11-23 周一 15:30");
    let (code, _, said) = home.run(&["practice", "--seed", "2"]);
    assert!(code == 1 && said.contains("另一席位"), "a desk has it open: {said}");
    left(desk);
    assert_eq!(total(&home), 20, "another office");
    assert!(!home.file("store.db").exists(), "the real store is not touched");
    assert!(Path::new(&home.file("practice.db")).exists());
}

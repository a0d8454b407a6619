//! Every invariant notices its own kind of damage, and a sound store breaks none.

use super::case_store::forward;
use super::support::{Office, anyone, facts, fresh, insert, now};
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::db::{Store, Wait, meta};
use closing_desk::kernel::calendar::YearFile;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::Roles;
use closing_desk::office;
use closing_desk::registry;
use serde_json::json;
use std::collections::BTreeSet;

/// What is broken, leaving out the records of steps, conversations and papers, which the random lives of the model do not
/// write.
pub fn without_steps(office: &Office) -> Vec<&'static str> {
    let written = |name: &&str| {
        !matches!(*name, "case.steps" | "precheck.complete" | "boxes.place") && !name.starts_with("notify.")
    };
    office.broken().into_iter().filter(written).collect()
}

/// A store with a case in closing, one closed with all its records, and four people.
fn sound() -> Office {
    let office = Office::new();
    office
        .act(|tx| {
            for name in ["甲", "乙", "丙", "丁"] {
                office::store::insert(tx.conn(), name, None, Roles::NONE, None, now())?;
            }
            tx.journal("person", 0, &json!({}))?;
            Ok(())
        })
        .unwrap();
    office.insert(&facts("王建国"), &fresh());
    let m = Milestones { payable: Some(Fen::from_yuan(100)), ..fresh() };
    let mut numbered = facts("李晓红");
    numbered.line = "motor".to_owned();
    numbered.phone = "13800138000".to_owned();
    let closed = office.insert(&numbered, &m);
    for step in 1..=5_i64 {
        office.save(closed, |case| forward(&mut case.milestones, now() + step));
        let (person, second) = [("NULL", "NULL"), ("1", "NULL"), ("1", "NULL"), ("2", "3"), ("4", "NULL")]
            [usize::try_from(step - 1).unwrap()];
        office.corrupt(&format!(
            "INSERT INTO step_record (case_id, round, step, carried_from, not_applicable, reason, person_id, second_id, day, \
             place, outcome, recorded_at, recorded_by, void_by, void_reason) \
             VALUES ({closed}, 1, {step}, 0, 0, '', {person}, {second}, '', '', '', {}, 1, '', '')",
            now() + step
        ));
    }
    office
}

#[test]
fn a_sound_store_breaks_nothing() {
    assert_eq!(sound().broken(), [""; 0]);
    assert_eq!(Office::new().broken(), [""; 0]);
    let said = closing_desk::upkeep::commands::reconcile(
        &sound().store,
        &registry::invariants(),
        closing_desk::kernel::words::Lang::Zh,
    );
    assert!(said.done && said.lines.len() == registry::invariants().len() + 1);
}

/// An upheld dispute without a round.
const UPHELD: &str = "INSERT INTO inquiry (id, case_id, round, kind, complex, long, text, asked_at, asked_reason, holds, \
    due_at, resolved_at, outcome, outcome_note, recorded_at, by_id) VALUES (1, 1, 1, 'price', 1, 0, 'x', 1, '', 0, 9, 2, \
    'upheld', '', 1, 1)";
/// A payment that was let go while an inquiry held it.
const RELEASED_HELD: &str = "INSERT INTO inquiry (id, case_id, round, kind, complex, long, text, asked_at, asked_reason, \
    holds, due_at, resolved_at, outcome, outcome_note, recorded_at, by_id) VALUES (1, 2, 1, 'price', 0, 0, 'x', 1, '', 1, \
    9, 9, 'accepted', '', 1, 1); INSERT INTO instruction (case_id, round, chain_id, replaces, state, mode, amount, \
    payee_kind, payee, payee_id_kind, payee_id_no, payee_phone, agent, agent_id_kind, agent_id_no, mandate, account_kind, \
    bank_code, bank, branch, cnaps, account, holder, account_changed, review_reasons, overrides, override_reason, \
    chosen_at, chosen_by, held, released_at, released_by, end_reason, receipt) VALUES (2, 1, 1, 0, 'cancelled', 'cash', \
    1, 'insured', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 0, '', '', '', 0, 1, 0, 5, 2, '', '')";
/// An explanation that one person has confirmed twice.
const ONE_SIGNER: &str = "INSERT INTO inquiry (id, case_id, round, kind, complex, long, text, asked_at, asked_reason, \
    holds, due_at, resolved_at, outcome, outcome_note, recorded_at, by_id) VALUES (1, 1, 1, 'price', 1, 0, 'x', 1, '', 0, \
    9, 2, 'accepted', '', 1, 1); INSERT INTO explanation (inquiry_id, number, text, written_at, by_id, verifier_id, \
    verifier_at, verifier_paper, adjuster_id, adjuster_at, adjuster_paper) VALUES (1, 'n', 'x', 1, 1, 2, 2, '', 2, 2, '')";

#[test]
fn a_desk_that_was_open_while_another_wrote_checks_the_names_as_they_are() {
    let office = Office::new();
    for number in 0..15 {
        office.insert(&facts(&format!("王建国{number}")), &fresh());
    }
    assert_eq!(office.broken(), [""; 0]);
    let other = Store::open(&office.path("desk.db"), &registry::SCHEMA).unwrap();
    // So many acts that the index merges its pages and throws away those the first desk has in mind.
    for number in 0..200 {
        other
            .act(&anyone(), now(), "test", Wait::Patient, |tx| insert(tx, &facts(&format!("李晓红{number}")), &fresh()))
            .unwrap();
    }
    assert_eq!(office.broken(), [""; 0]);
}

/// An instruction the second case does not know of.
fn instruction(round: i64, amount: i64, reviewed_by: &str) -> String {
    format!(
        "INSERT INTO instruction (case_id, round, chain_id, replaces, state, mode, amount, payee_kind, payee, \
         payee_id_kind, payee_id_no, payee_phone, agent, agent_id_kind, agent_id_no, mandate, account_kind, bank_code, \
         bank, branch, cnaps, account, holder, account_changed, review_reasons, reviewed_by, overrides, \
         override_reason, chosen_at, chosen_by, held, end_reason, receipt) VALUES (2, {round}, 1, 0, 'chosen', 'cash', \
         {amount}, 'insured', '', '', '', '', '', '', '', '', '', '', '', '', '', '', '', 0, '', {reviewed_by}, '', '', \
         0, 1, 0, '', '')"
    )
}

/// An instruction of a cent with something wrong about it.
fn with(wrong: &str) -> String {
    format!("{}; {wrong}", instruction(1, 1, "NULL"))
}

/// A batch without rows that says it has some.
fn batch(state: &str, lines: i64) -> String {
    format!(
        "INSERT INTO batch (id, batch_no, map, state, lines, total, made_at, made_by) VALUES (1, 'B', 'm', '{state}', \
         {lines}, 0, 1, 1)"
    )
}

/// A paper somebody marked, in a visit or not.
fn mark(state: &str, by: &str, visit: &str) -> String {
    format!(
        "INSERT INTO paper_mark (case_id, item, state, reason, at, by_no, visit_id) VALUES (1, 'policy', '{state}', 'x', \
         1, {by}, {visit})"
    )
}

/// An account on record that one person has both entered and verified.
const DIRECT: &str = "INSERT INTO direct_account (payee, payee_key, id_kind, id_no, account_kind, bank_code, bank, account, \
    account_tail, holder, entered_at, entered_by, verified_at, verified_by, disable_reason) VALUES ('x', 'x', '', 'x', \
    'card', 'icbc', 'x', '1', '1', 'x', 1, 1, 1, 1, '')";

/// Invariants that want a store with more behind it, and the test that damages each of them there.
const ELSEWHERE: [(&str, &str); 18] = [
    ("archive.draws", "tests/draw_acts.rs"),
    ("archive.receipts", ARCHIVE),
    ("archive.sealed_days", SEALS),
    ("archive.seals", SEALS),
    ("archive.states", "tests/archive_rest_desk.rs"),
    ("archive.work", ARCHIVE),
    ("boxes.counts", ARCHIVE),
    ("boxes.holder", ARCHIVE),
    ("boxes.homogeneous", ARCHIVE),
    ("boxes.loans", ARCHIVE),
    ("boxes.place", ARCHIVE),
    ("forms.copies", FORMS),
    ("forms.disjoint", FORMS),
    ("forms.issuer", FORMS),
    ("forms.log", FORMS),
    ("forms.place", FORMS),
    ("forms.sums", FORMS),
    ("forms.used", FORMS),
];
const ARCHIVE: &str = "tests/archive_acts.rs";
const SEALS: &str = "tests/seal_acts.rs";
const FORMS: &str = "tests/forms_acts.rs";

#[test]
fn each_invariant_notices_its_own_damage() {
    let damage = [
        ("journal.chain", "UPDATE journal SET payload = '{}' WHERE seq = 2"),
        ("journal.chain", "DELETE FROM journal WHERE seq = 1"),
        ("store.foreign_keys", "INSERT INTO note (case_id, at, by_no, text) VALUES (99, 0, '', '')"),
        ("case.derived", "UPDATE cases SET due_at = due_at + 1 WHERE id = 1"),
        ("case.derived", "UPDATE cases SET amount = 5 WHERE id = 1"),
        ("case.derived", "UPDATE cases SET open = 0 WHERE id = 2"),
        ("case.derived", "UPDATE cases SET claimed_at = 1000 WHERE id = 1"),
        ("case.derived", "DELETE FROM case_round WHERE case_id = 1"),
        ("case.counters", "UPDATE counter SET value = value + 1 WHERE name = 'cases.stage.1'"),
        ("case.counters", "UPDATE counter SET value = 7 WHERE name = 'cases.total'"),
        ("case.counters", "DELETE FROM counter WHERE name = 'cases.stage.2'"),
        ("case.archive_due", "UPDATE case_round SET batch_day = '2026-11-24' WHERE case_id = 2"),
        ("case.archive_due", "UPDATE case_round SET archive_due = archive_due + 86400 WHERE case_id = 2"),
        ("case.archive_due", "UPDATE case_round SET archive_due = NULL WHERE case_id = 2"),
        ("case.archive_due", "UPDATE case_round SET archive_edition = 'old' WHERE case_id = 2"),
        ("case.archive_due", "UPDATE case_round SET batch_day = '2026-11-24' WHERE case_id = 1"),
        ("case.codes", "UPDATE cases SET case_code = '226000000018' WHERE id = 1"),
        ("case.version", "UPDATE cases SET version = version + 1 WHERE id = 1"),
        ("case.steps", "DELETE FROM step_record WHERE step = 3"),
        ("case.steps", "UPDATE step_record SET void_at = 5 WHERE step = 5"),
        ("case.steps", "UPDATE step_record SET case_id = 1 WHERE step = 1"),
        ("case.four_eyes", "UPDATE step_record SET person_id = 3 WHERE step = 5"),
        ("case.four_eyes", "UPDATE step_record SET person_id = 1 WHERE step = 4"),
        ("case.four_eyes", "UPDATE step_record SET recorded_by = 4 WHERE step = 4"),
        ("case.search", "UPDATE cases SET insured = '李小红' WHERE id = 2"),
        ("case.search", "DELETE FROM search_open WHERE rowid = 8"),
        ("case.search", "UPDATE cases SET phone_rev = '' WHERE id = 2"),
        ("case.search", "UPDATE cases SET case_no_rev = 'x' WHERE id = 1"),
        ("notify.inquiries", "UPDATE case_round SET inquiry_holds = 1 WHERE case_id = 1"),
        ("notify.told", "UPDATE case_round SET told_at = 5 WHERE case_id = 1"),
        ("notify.told", "UPDATE case_round SET agreed_at = 5 WHERE case_id = 1"),
        ("notify.delivered", "UPDATE case_round SET delivered_at = 5 WHERE case_id = 1"),
        ("notify.upheld", UPHELD),
        ("notify.two_persons", ONE_SIGNER),
        ("payment.sum", &instruction(1, 10_001, "NULL")),
        ("payment.milestones", &instruction(1, 10_000, "NULL")),
        ("payment.rounds", &instruction(0, 1, "NULL")),
        ("payment.two_persons", &instruction(1, 1, "1")),
        ("payment.paid", &with("UPDATE instruction SET paid_at = 1")),
        ("payment.paid", &with("UPDATE instruction SET state = 'released'")),
        ("batch.persons", &with("UPDATE instruction SET released_at = 1, released_by = chosen_by")),
        ("batch.members", &with("UPDATE instruction SET state = 'sent', released_at = 1, released_by = 2")),
        ("batch.sums", &batch("made", 1)),
        ("batch.once", &batch("sent", 0)),
        ("batch.files", &format!("{}; INSERT INTO result_file VALUES (1, 1, 'h', 'f.csv', 1, 2, 1)", batch("made", 0))),
        ("precheck.complete", "UPDATE case_round SET prechecked_at = 5 WHERE case_id = 1"),
        ("precheck.waivers", &mark("waived", "'9'", "NULL")),
        ("precheck.visits", &mark("present", "'9'", "7")),
        ("register.channels", "DELETE FROM bank_channel WHERE bank_code = 'icbc'"),
        ("register.channels", "UPDATE bank_channel SET from_at = set_at - 1 WHERE bank_code = 'icbc'"),
        ("register.direct", DIRECT),
        ("payment.released_while_held", RELEASED_HELD),
        ("register.clauses", "UPDATE clause SET version = 2 WHERE id = 1"),
    ];
    let office = sound();
    for (name, sql) in damage {
        office.store.conn().execute_batch("PRAGMA foreign_keys = 0; SAVEPOINT whole").unwrap();
        office.store.conn().execute_batch(sql).unwrap();
        let broken = office.broken();
        office.store.conn().execute_batch("ROLLBACK TO whole; RELEASE whole; PRAGMA foreign_keys = 1").unwrap();
        // The case's subject in the journal is its code, so that a wrong code is at the same time an unknown version.
        let also = |other: &&str| {
            *other == name
                || (name == "case.codes" && *other == "case.version")
                || (sql.contains("cases SET open") && *other == "case.counters")
                // Too much is at the same time enough to have been chosen.
                || (name == "payment.sum" && *other == "payment.milestones")
        };
        assert!(broken.contains(&name), "{sql}: {broken:?}");
        assert!(broken.iter().all(also), "{sql}: {broken:?}");
    }
    assert_eq!(office.broken(), [""; 0]);
    for (name, test) in ELSEWHERE {
        let text = std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(test)).unwrap();
        assert!(text.contains(&format!("\"{name}\"")), "{test} no longer damages {name}");
    }
    let here = damage.iter().map(|(name, _)| *name);
    let tried: BTreeSet<&str> = here.chain(ELSEWHERE.map(|(name, _)| name)).chain(["store.integrity"]).collect();
    assert_eq!(all_names().len(), registry::invariants().len(), "two invariants share a name");
    assert_eq!(tried, all_names(), "a new invariant wants its own damage here");
}

fn all_names() -> BTreeSet<&'static str> {
    registry::invariants().iter().map(|invariant| invariant.name).collect()
}

#[test]
fn a_damaged_file_is_noticed_and_the_other_checks_still_answer() {
    let office = sound();
    let page: i64 = office
        .store
        .conn()
        .query_row("SELECT rootpage FROM sqlite_master WHERE name = 'cases_plate'", [], |row| row.get(0))
        .unwrap();
    office.store.conn().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    let path = office.store.path().to_owned();
    let folder = office.folder;
    drop(office.store);
    let mut bytes = std::fs::read(&path).unwrap();
    let start = usize::try_from(page - 1).unwrap() * 4_096;
    bytes[start..start + 200].fill(0xA5);
    std::fs::write(&path, bytes).unwrap();
    let store = Store::open(&path, &registry::SCHEMA).unwrap();
    let office = Office { store, folder };
    assert_eq!(office.broken(), ["store.integrity"]);
    let said = closing_desk::upkeep::commands::reconcile(
        &office.store,
        &registry::invariants(),
        closing_desk::kernel::words::Lang::En,
    );
    assert!(!said.done);
    assert_eq!(said.lines.iter().filter(|line| line.starts_with("x ")).count(), 1, "{said:?}");
}

#[test]
fn deadlines_of_filed_rounds_and_of_rounds_a_reopening_ended_outlive_their_calendar() {
    let office = sound();
    let reopened = office.insert(&facts("赵一"), &Milestones { payable: Some(Fen::from_yuan(1)), ..fresh() });
    for step in 0..5 {
        office.save(reopened, |case| forward(&mut case.milestones, now() + step));
    }
    office.save(reopened, |case| {
        case.round = closing_desk::case::store::RoundNotes::default();
        case.milestones = Milestones { round: 2, start_step: 4, ..fresh() };
    });
    let filed = office.insert(&facts("钱二"), &fresh());
    office.save(filed, |case| {
        let at = Some(now());
        case.milestones = Milestones {
            steps: [at; 4],
            closed_at: at,
            outcome: Some(Outcome::Zero),
            told_at: at,
            filed_at: at,
            ..fresh()
        };
    });
    assert_eq!(without_steps(&office), [""; 0]);
    let year =
        "year = 2027\nedition = \"2026-11-24\"\nsource = \"synthetic\"\nholidays = [\"2027-01-01\"]\nworked = []\n";
    assert!(YearFile::parse(year).is_ok());
    office
        .store
        .act(&anyone(), now(), "calendar_added", Wait::Patient, |tx| {
            tx.conn().execute(
                "INSERT INTO calendar_file (year, edition, content, added_by, added_at) VALUES (2027, '2026-11-24', $1, '', 0)",
                [year],
            )?;
            meta::rules_changed(tx.conn())?;
            tx.journal("calendar 2027", 0, &json!({}))
        })
        .unwrap();
    // Only the closed and unfiled one waits for its deadline to be computed again.
    assert_eq!(without_steps(&office), ["case.archive_due"]);
    office.save(2, |_| {});
    assert_eq!(without_steps(&office), [""; 0]);
}

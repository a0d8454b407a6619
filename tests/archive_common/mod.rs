//! Cases on their way into a box, for the tests of the archive: closed by the real acts, told and paid by a fixture.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "every test file uses another part"
)]

use crate::closing_common::{entry, insert_case, yuan};
use crate::harness::{CLERK, Desk, LEADER, Office, Setup, moment, payments};
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::{CaseFile, load, subject, write};
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Store, Wait, reconcile};
use closing_desk::instructions::rules::{Instruction, Mode};
use closing_desk::kernel::clock::parse_time;
use closing_desk::kernel::words::Lang;
use closing_desk::reference::store::rulebook;
use closing_desk::registry;
use std::rc::Rc;

/// 工号 of the archivist.
pub const ARCHIVIST: &str = "1008";
/// The moment of the desks.
pub const NOW: &str = "2026-11-23 15:30";

/// An act by somebody at a moment.
pub fn act<T>(
    office: &Office,
    who: &str,
    when: &str,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> Result<T, ActError> {
    let when = parse_time(when).unwrap_or_else(|| moment(when));
    office.store().act(&office.actor(who), when, "test", Wait::Patient, body)
}

pub fn case(store: &Store, id: i64) -> CaseFile {
    load::by_id(store.conn(), id).unwrap().unwrap()
}

/// A case closed with an outcome, by the real acts.
pub fn closed(office: &Office, case_no: &str, outcome: Outcome, payable: i64, when: &str) -> i64 {
    let store = office.store();
    let day = parse_time(when).map(closing_desk::kernel::clock::day_of);
    let id = insert_case(&store, &office.actor(CLERK), when, case_no, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
        facts.papers_at = parse_time(when).map(|at| at - 3_600);
        facts.report_date = day;
    });
    let entry = closing_desk::closing::rules::Entry { outcome: Some(outcome), survey_day: day, ..entry(payable) };
    let seen = case(&store, id).version;
    act(office, CLERK, when, |tx| closing::confirm_steps(tx, id, seen, 4, &entry)).unwrap();
    let seen = case(&store, id).version;
    act(office, LEADER, when, |tx| closing::sign_off(tx, id, seen)).unwrap();
    id
}

/// Changes milestones, as the desks between closing and archive do.
pub fn moved(office: &Office, id: i64, when: &str, change: impl FnOnce(&mut Milestones)) {
    act(office, CLERK, when, |tx| {
        let before = load::by_id(tx.conn(), id)?.unwrap();
        let rules = rulebook(tx.store())?;
        let mut after = before.clone();
        change(&mut after.milestones);
        let version = write::save(tx, &before, &mut after, &rules, true)?;
        tx.journal(&subject(&before.case_code), version, &serde_json::json!({"fixture": 1}))
    })
    .unwrap();
}

/// A zero closing that waits for its slot.
pub fn zero(office: &Office, case_no: &str, when: &str) -> i64 {
    let id = closed(office, case_no, Outcome::Zero, 0, when);
    act(office, CLERK, when, |tx| payments::tell(tx, id)).unwrap();
    id
}

/// A book of receipts HL00010001 to HL00010100 that the first clerk holds.
pub fn receipts(office: &Office) {
    use closing_desk::forms::rules::{RECEIPT, Span};
    use closing_desk::forms::store::acts;
    use closing_desk::kernel::roles::Role;
    let when = "2026-11-20 08:30:00";
    act(office, LEADER, when, |tx| {
        let roles = [Role::Keeper].into_iter().collect();
        closing_desk::office::store::insert(tx.conn(), "辛单证", Some("1010"), roles, None, tx.now)?;
        tx.journal("store", 0, &serde_json::json!({"keepers": 1}))
    })
    .unwrap();
    let book = Span::read("HL00010001", "0100").unwrap();
    let clerk = office.actor(CLERK).id;
    act(office, "1010", when, |tx| acts::receive(tx, RECEIPT, &book, "第 23 批")).unwrap();
    act(office, "1010", when, |tx| acts::issue(tx, &book, clerk)).unwrap();
    act(office, CLERK, when, |tx| acts::confirm(tx, &book)).unwrap();
}

/// A paid case: told, agreed, chosen, paid by one instruction with this serial.
pub fn paid(office: &Office, case_no: &str, (mode, serial): (Mode, &str), when: &str) -> i64 {
    let id = closed(office, case_no, Outcome::Pay, 800, when);
    act(office, CLERK, when, |tx| payments::tell(tx, id)).unwrap();
    act(office, CLERK, when, |tx| {
        let one = payments::instruction(800);
        let account = "6217000012345678".into();
        payments::paid(tx, id, Instruction { mode, receipt: serial.into(), account, ..one })
    })
    .unwrap();
    id
}

/// A file that is sorted and bound already.
pub fn bound(office: &Office, case_no: &str, when: &str) -> i64 {
    use closing_desk::archive::store::work::{Piled, advance};
    let id = zero(office, case_no, when);
    for pages in [0, 20, 0] {
        let seen = case(&office.store(), id).version;
        let piled = Piled { case_id: id, seen, pages, ..Piled::default() };
        act(office, ARCHIVIST, when, |tx| advance(tx, std::slice::from_ref(&piled)).map(drop)).unwrap();
    }
    id
}

/// A desk of somebody at the archive.
pub fn at_archive(office: &Rc<Office>, who: &str, lang: Lang) -> Desk {
    let mut desk = Desk::on(office, Setup { now: NOW.to_owned(), lang, ..Setup::default() });
    desk.sign_in(who);
    desk.keys("f6");
    desk
}

/// Types a code as a scanner does.
pub fn scan(desk: &mut Desk, code: &str) {
    desk.types(code);
    desk.keys("enter");
}

/// Every invariant of the store holds.
pub fn sound(office: &Office) {
    for verdict in reconcile::run(&office.store(), &registry::invariants()) {
        let broken = verdict.broken.map(|phrase| phrase.say(Lang::Zh));
        assert_eq!(broken, None, "{}", verdict.invariant.name);
    }
}

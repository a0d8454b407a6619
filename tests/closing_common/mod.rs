//! A store with an office and cases, for the tests of closing.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

use closing_desk::case::facts::{CasePeople, Facts, Origin};
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::{CaseFile, RoundNotes, load, subject, write};
use closing_desk::closing::rules::Entry;
use closing_desk::closing::store as closing;
use closing_desk::closing::store::{Confirmed, Signed};
use closing_desk::db::reconcile;
use closing_desk::db::{ActError, ActTx, Actor, Store, Wait};
use closing_desk::kernel::clock::{parse_day, parse_time};
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::office::store as office;
use closing_desk::reference::store::rulebook;
use closing_desk::registry;
use serde_json::json;
use tempfile::TempDir;

/// The moment tests act at unless they say otherwise: a Monday afternoon.
pub const NOW: &str = "2026-11-23 15:30:00";

pub fn at(text: &str) -> i64 {
    parse_time(text).unwrap()
}

pub fn yuan(n: i64) -> Option<Fen> {
    Some(Fen::from_yuan(n))
}

/// An office: two leaders, a clerk, and the persons named on cases.
pub struct Office {
    pub store: Store,
    pub clerk: Actor,
    pub precheck: Actor,
    /// Signs up to 50,000 yuan.
    pub leader: Actor,
    /// Signs without limit.
    pub head: Actor,
    _folder: TempDir,
}

impl Office {
    pub fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_or_create(&folder.path().join("desk.db"), &registry::SCHEMA).unwrap();
        let setup = Actor {
            id: 0,
            staff_no: String::new(),
            name: String::new(),
            roles: Roles::NONE,
            sign_limit: None,
            os_user: "tester".into(),
            unpeopled: true,
        };
        let limit = Some(Fen::from_yuan(50_000));
        let plan: [(&str, &str, &[Role], Option<Fen>); 8] = [
            ("张敏", "1001", &[Role::Clerk], None),
            ("李预检", "1002", &[Role::Precheck], None),
            ("王主任", "1003", &[Role::Leader], limit),
            ("赵总", "1004", &[Role::Leader], None),
            ("查勘员", "2001", &[], None),
            ("定损员", "2002", &[], None),
            ("核价员", "2003", &[], None),
            ("理算员", "2004", &[], None),
        ];
        let people = store
            .act(&setup, at("2026-11-20 08:00:00"), "setup", Wait::Patient, |tx| {
                let mut people = Vec::new();
                for (name, number, roles, limit) in plan {
                    people.push(office::insert(
                        tx.conn(),
                        name,
                        Some(number),
                        roles.iter().copied().collect(),
                        limit,
                        tx.now,
                    )?);
                }
                tx.conn().execute("UPDATE person SET pin_hash = 'x' WHERE staff_no < '2000'", [])?;
                tx.journal("setup", 0, &json!({}))?;
                Ok(people)
            })
            .unwrap();
        let actor = |index: usize| office::actor(&people[index], "tester");
        Office { clerk: actor(0), precheck: actor(1), leader: actor(2), head: actor(3), store, _folder: folder }
    }

    pub fn act<T>(
        &self,
        who: &Actor,
        when: &str,
        body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        self.store.act(who, at(when), "test", Wait::Patient, body)
    }

    /// A case whose four steps are prefilled, as the daily file brings it.
    pub fn prefilled(&self, case_no: &str, payable: i64) -> i64 {
        self.case_with(case_no, |facts| {
            facts.assessed = yuan(payable);
            facts.verified = yuan(payable);
            facts.payable = yuan(payable);
        })
    }

    pub fn case_with(&self, case_no: &str, change: impl FnOnce(&mut Facts)) -> i64 {
        insert_case(&self.store, &self.clerk, "2026-11-23 15:29:00", case_no, change)
    }

    pub fn case(&self, id: i64) -> CaseFile {
        load::by_id(self.store.conn(), id).unwrap().unwrap()
    }

    pub fn confirm(&self, id: i64, through: u8, entry: &Entry) -> Result<Confirmed, ActError> {
        self.confirm_by(&self.clerk, NOW, id, through, entry)
    }

    pub fn confirm_by(
        &self,
        who: &Actor,
        when: &str,
        id: i64,
        through: u8,
        entry: &Entry,
    ) -> Result<Confirmed, ActError> {
        let seen = self.case(id).version;
        self.act(who, when, |tx| closing::confirm_steps(tx, id, seen, through, entry))
    }

    pub fn sign(&self, who: &Actor, when: &str, id: i64) -> Result<Signed, ActError> {
        let seen = self.case(id).version;
        self.act(who, when, |tx| closing::sign_off(tx, id, seen))
    }

    /// A case at step 5.
    pub fn at_five(&self, case_no: &str, payable: i64) -> i64 {
        let id = self.prefilled(case_no, payable);
        self.confirm(id, 4, &entry(payable)).unwrap();
        id
    }

    /// Every invariant of the store holds.
    pub fn sound(&self) {
        self.sound_but(&[]);
    }

    /// The same where milestones of the desks behind the sign-off were written by hand, without their records.
    pub fn sound_by_hand(&self) {
        self.sound_but(&["notify.", "precheck.complete"]);
    }

    fn sound_but(&self, left_out: &[&str]) {
        let kept = |name: &str| left_out.iter().all(|start| !name.starts_with(start));
        let wanted: Vec<_> = registry::invariants().into_iter().filter(|one| kept(one.name)).collect();
        for verdict in reconcile::run(&self.store, &wanted) {
            let broken = verdict.broken.map(|phrase| phrase.say(closing_desk::kernel::words::Lang::Zh));
            assert_eq!(broken, None, "{}", verdict.invariant.name);
        }
    }
}

/// Writes an imported case with everything prefilled but the amounts.
pub fn insert_case(store: &Store, by: &Actor, when: &str, case_no: &str, change: impl FnOnce(&mut Facts)) -> i64 {
    let mut facts = Facts {
        case_no: case_no.into(),
        line: "motor".into(),
        insured: "王建国".into(),
        report_date: parse_day("2026-11-19"),
        papers_at: Some(at("2026-11-23 09:00:00")),
        surveyor: "查勘员".into(),
        survey_place: "长江路口".into(),
        assessor: "定损员".into(),
        verifier: "核价员".into(),
        adjuster: "理算员".into(),
        ..Facts::default()
    };
    change(&mut facts);
    let insert = |tx: &mut ActTx<'_>| {
        let one = |name: &str| match office::named(tx.conn(), name) {
            Ok(office::Named::One(id)) => Some(id),
            _ => None,
        };
        let people = CasePeople {
            surveyor: one(&facts.surveyor),
            assessor: one(&facts.assessor),
            verifier: one(&facts.verifier),
            adjuster: one(&facts.adjuster),
        };
        let rules = rulebook(tx.store())?;
        let milestones = Milestones { round: 1, opened_at: tx.now, start_step: 1, ..Milestones::default() };
        let new = write::NewCase {
            facts: &facts,
            people,
            origin: Origin::Import,
            awaiting_core: false,
            import_seq: tx.next_seq(),
            received_at: tx.now,
            milestones: &milestones,
            round: &RoundNotes::default(),
        };
        let (id, code) = write::insert(tx, &new, &rules)?;
        // The version a case starts with is the one its first row carries.
        let version = load::by_id(tx.conn(), id)?.unwrap().version;
        tx.journal(&subject(&code), version, &json!({"case_no": facts.case_no}))?;
        Ok(id)
    };
    store.act(by, at(when), "test", Wait::Patient, insert).unwrap()
}

/// What the form holds for a prefilled case.
pub fn entry(payable: i64) -> Entry {
    Entry {
        surveyor: "查勘员".into(),
        survey_day: parse_day("2026-11-19"),
        survey_place: "长江路口".into(),
        assessed: yuan(payable),
        assessor: "定损员".into(),
        verified: yuan(payable),
        verifier: "核价员".into(),
        payable: yuan(payable),
        adjuster: "理算员".into(),
        outcome: Some(Outcome::Pay),
        ..Entry::default()
    }
}

/// The codes a refusal gives.
pub fn codes<T: std::fmt::Debug>(result: Result<T, ActError>) -> String {
    match result.unwrap_err() {
        ActError::Refused(findings) => findings.codes(),
        other => panic!("not refused but: {other}"),
    }
}

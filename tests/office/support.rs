//! A temporary store with an office in it, and the shortest ways to act on it.

use closing_desk::db::{ActError, ActTx, Actor, Store, Wait};
use closing_desk::kernel::clock;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::office::people::{self, NewPerson};
use closing_desk::office::store::{self, Person};
use closing_desk::office::{pin, reset, sign_in};
use closing_desk::registry;

/// The PIN of everyone in the tests' office.
pub const PIN: &str = "246802";

/// A moment in office time.
pub fn at(text: &str) -> i64 {
    clock::parse_time(text).expect("a moment")
}

/// A store in a folder of its own.
pub struct Office {
    pub store: Store,
    pub now: i64,
    _folder: tempfile::TempDir,
}

impl Office {
    /// A store nobody has opened yet.
    pub fn fresh() -> Office {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open_or_create(&folder.path().join("office.db"), &registry::SCHEMA).expect("a store");
        Office { store, now: at("2026-11-23 15:30"), _folder: folder }
    }

    /// An office after its first run; the leader is 1001.
    pub fn opened() -> Office {
        let office = Office::fresh();
        let new = prepared(PIN);
        office.act(&nobody(), |tx| people::first_run(tx, "城东网点", "赵敏", &new)).expect("the first run");
        office
    }

    /// An office with two leaders (1001, also admin, and 1002) and a clerk (1003), all with PINs.
    pub fn peopled() -> Office {
        let office = Office::opened();
        office.add("钱江", &[Role::Leader]);
        office.add("张敏", &[Role::Clerk]);
        office
    }

    /// Adds somebody with a PIN of the own choice, by the first leader.
    pub fn add(&self, name: &str, roles: &[Role]) -> Person {
        let new = NewPerson { name: name.to_owned(), staff_no: String::new(), roles: list(roles), limit: None };
        let leader = self.actor("1001");
        let person = self.act(&leader, |tx| people::add(tx, &new, None)).expect("added");
        let first = prepared("975310");
        self.act(&leader, |tx| reset::set_for(tx, person.id, &first)).expect("a PIN");
        let (attempt, own) =
            (sign_in::look_id(self.store.conn(), self.now, person.id, "975310").expect("a look"), prepared(PIN));
        let actor = attempt.actor("tester");
        self.act(&actor, |tx| reset::change_own(tx, &attempt, &own))
            .expect("the act")
            .into_result()
            .expect("the own PIN");
        self.person(&person.staff_no)
    }

    pub fn person(&self, staff_no: &str) -> Person {
        store::by_staff_no(self.store.conn(), staff_no).expect("a read").expect("a person")
    }

    pub fn actor(&self, staff_no: &str) -> Actor {
        store::actor(&self.person(staff_no), "tester")
    }

    /// Acts at the office's moment.
    pub fn act<T>(
        &self,
        actor: &Actor,
        body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        self.store.act(actor, self.now, "test", Wait::Patient, body)
    }

    /// The payload of the newest journal row of a subject.
    pub fn last_row(&self, subject: &str) -> (String, serde_json::Value) {
        let rows = closing_desk::db::journal::of_subject(self.store.conn(), subject, i64::MAX, 1).expect("rows");
        let row = rows.first().expect("a row");
        (row.act.clone(), serde_json::from_str(&row.payload).expect("JSON"))
    }

    /// How many rows the journal has.
    pub fn rows(&self) -> i64 {
        closing_desk::db::journal::head(self.store.conn()).expect("a head").seq
    }
}

/// Somebody in a store without people.
pub fn nobody() -> Actor {
    Actor { unpeopled: true, os_user: "tester".to_owned(), ..Actor::default() }
}

/// A PIN ready to be stored.
pub fn prepared(text: &str) -> pin::NewPin {
    pin::prepare(text, text, 6).expect("a good PIN")
}

/// A set of roles.
pub fn list(roles: &[Role]) -> Roles {
    roles.iter().copied().collect()
}

/// The codes of a refusal.
pub fn codes<T: std::fmt::Debug>(result: Result<T, ActError>) -> String {
    result.expect_err("a refusal").findings().codes()
}

//! The one list in which every folder hands in its migrations, seeds, invariants and screens.

mod actions;

pub use actions::{ACTIONS, action};

use crate::archive;
use crate::boxes;
use crate::case;
use crate::case::milestones::Stage;
use crate::case::screen::folder::SectionOf;
use crate::closing;
use crate::db::figures::FigureSet;
use crate::db::reconcile::{self, Invariant};
use crate::db::{ActError, Actor, Store, Wait};
use crate::db::{Connection, Migration, Schema};
use crate::figures;
use crate::forms;
use crate::intake;
use crate::kernel::words::W;
use crate::notify;
use crate::office;
use crate::payment;
use crate::precheck;
use crate::reference;
use crate::ui::screen::{Count, Entry};

/// The shape of the store. Append only: a migration's version is its place in the list.
pub const SCHEMA: Schema = Schema { migrations: MIGRATIONS, seed };

const MIGRATIONS: &[Migration] = &[
    Migration::sql("0001_store", include_str!("db/migrations/sqlite/0001_store.sql")),
    Migration::sql("0002_office", include_str!("db/migrations/sqlite/0002_office.sql")),
    Migration::sql("0003_reference", include_str!("db/migrations/sqlite/0003_reference.sql")),
    Migration::sql("0004_case", include_str!("db/migrations/sqlite/0004_case.sql")),
    Migration::sql("0005_search", include_str!("db/migrations/sqlite/0005_search.sql"))
        .filled_by(case::store::find::fill_index),
    Migration::sql("0006_list", include_str!("db/migrations/sqlite/0006_list.sql")),
    Migration::sql("0007_instructions", include_str!("db/migrations/sqlite/0007_instructions.sql")),
    Migration::sql("0008_forms", include_str!("db/migrations/sqlite/0008_forms.sql")),
    Migration::sql("0009_registers", include_str!("db/migrations/sqlite/0009_registers.sql"))
        .filled_by(reference::store::seed_registers),
    Migration::sql("0010_visits", include_str!("db/migrations/sqlite/0010_visits.sql")),
    Migration::sql("0011_notify", include_str!("db/migrations/sqlite/0011_notify.sql")),
    Migration::sql("0012_payment", include_str!("db/migrations/sqlite/0012_payment.sql")),
    Migration::sql("0013_batches", include_str!("db/migrations/sqlite/0013_batches.sql")),
    Migration::sql("0014_boxes", include_str!("db/migrations/sqlite/0014_boxes.sql")),
    Migration::sql("0015_seals", include_str!("db/migrations/sqlite/0015_seals.sql")),
];

fn seed(conn: &Connection) -> anyhow::Result<()> {
    reference::store::seed_lines(conn)
}

/// What the desks add to the folder of a case, in the order of its stages.
const SECTIONS: &[SectionOf] = &[
    (W::NotifyListName, notify::section::section),
    precheck::screen::section::SECTION,
    reference::screen::folder::SECTION,
    (W::PaymentSection, payment::screen::section::section),
    (W::FormsSectionTitle, forms::screen::section),
    archive::section::SECTION,
    (W::SealSection, archive::seal_section::section),
];

/// What every folder counts, in the order of a case's stages.
pub const FIGURES: &[FigureSet] =
    &[case::figures::FIGURES, notify::figures::FIGURES, precheck::figures::FIGURES, payment::figures::FIGURES];

/// Every place of the desk, those with a key in the order of their keys.
pub fn screens() -> Vec<Entry> {
    let mut screens = vec![
        // The desks of the first row; one that is not built leads to the case folder with the reason.
        Entry::place("todo", W::ShellPlaceTodo, case::screen::todo::open)
            .teaches(&case::screen::lessons::TODO)
            .key("f2")
            .counted(open_cases),
        Entry::place("precheck", W::ShellPlacePrecheck, precheck::screen::open)
            .teaches(&precheck::screen::lessons::PLACE)
            .key("f3")
            .counted(waiting::<{ Stage::Precheck as i64 }>()),
        Entry::place("notify", W::ShellPlaceNotify, notify::screen::open)
            .teaches(&notify::screen::lessons::NOTIFY)
            .key("f4")
            .counted(waiting::<{ Stage::Notify as i64 }>()),
        Entry::place("payment", W::ShellPlacePayment, payment::screen::open)
            .teaches(&payment::screen::lessons::PAYMENT)
            .key("f5")
            .counted(waiting::<{ Stage::Payment as i64 }>()),
        Entry::place("archive", W::ShellPlaceArchive, archive::screen::desk::open)
            .teaches(&archive::screen::lessons::ARCHIVE)
            .key("f6")
            .counted(waiting::<{ Stage::Archive as i64 }>()),
        forms::screen::entry(),
        Entry::unbuilt("equipment", W::ShellPlaceEquipment).key("f8"),
        Entry::place("figures", W::ShellPlaceFigures, |place, cx| figures::screen::open(place, cx, FIGURES))
            .teaches(&figures::screen::lessons::FIGURES)
            .key("f9"),
        // Places that other screens lead to.
        Entry::new("closing", W::CaseKeyClosing, closing::screen::desk::open)
            .teaches(&closing::screen::lessons::CLOSING),
        Entry::place("approvals", W::ClosingApprovals, closing::screen::approvals::open)
            .teaches(&closing::screen::lessons::APPROVALS)
            .key("f11")
            .counted(closing::screen::approvals::waiting),
        Entry::new("folder", W::CaseKeyFolder, |place, cx| case::screen::folder::open(place, cx, SECTIONS))
            .teaches(&case::screen::lessons::FOLDER),
    ];
    screens.extend(precheck::screen::entries());
    screens.extend(notify::screen::entries());
    screens.extend(boxes::screen::entries());
    screens.extend(intake::screen::entries());
    screens.extend(archive::screen::seal::entries());
    screens.extend(payment::screen::money_entries());
    screens.extend(office::screen::entries());
    screens.extend(reference::screen::entries());
    screens
}

/// Checks a PIN given at the desk for an act, and answers who gave it.
///
/// # Errors
/// A refusal in words.
pub fn check_pin(store: &Store, now: i64, person: i64, pin: &str, os_user: &str) -> Result<Actor, ActError> {
    office::sign_in::verify_pin(store, now, os_user, person, pin, ("desk", Wait::InPlace))
}

fn open_cases(store: &Store) -> anyhow::Result<i64> {
    Ok(case::store::list::stage_counts(store.conn())?.open())
}

const fn waiting<const STAGE: i64>() -> Count {
    |store| {
        let counts = case::store::list::stage_counts(store.conn())?;
        Ok(Stage::from_number(STAGE).map_or(0, |stage| counts.of(stage)))
    }
}

/// Every invariant of the store.
pub fn invariants() -> Vec<Invariant> {
    [
        reconcile::INVARIANTS,
        case::invariants::INVARIANTS,
        notify::invariants::INVARIANTS,
        precheck::invariants::INVARIANTS,
        reference::invariants::INVARIANTS,
        payment::invariants::INVARIANTS,
        payment::store::batch_checks::INVARIANTS,
        forms::invariants::INVARIANTS,
        boxes::invariants::INVARIANTS,
        archive::invariants::INVARIANTS,
        archive::seal_invariants::INVARIANTS,
    ]
    .concat()
}

//! What a customer brings for each way to be paid, as the checklists have it.

use crate::case::store::CaseFile;
use crate::db::Connection;
use crate::instructions::rules::{Mode, PayeeKind};
use crate::instructions::store::of_round;
use crate::kernel::words::{Arg, Phrase, W};
use crate::papers::rules::Item;
use crate::papers::rules::payment::{PaymentNeed, Way, payment_items};
use crate::papers::store::marks;
use crate::papers::store::payment::{expected_way, need};
use crate::reference::rulebook::Rulebook;

/// One way to be paid with the papers it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bring {
    /// How the money is paid.
    pub mode: Mode,
    /// Whose papers they are.
    pub payee_kind: PayeeKind,
    /// Everything to bring; nothing for an account on record.
    pub items: Vec<&'static Item>,
}

impl Bring {
    fn of(need: &PaymentNeed) -> Bring {
        Bring { mode: need.mode, payee_kind: need.payee_kind, items: payment_items(need) }
    }

    /// The papers in words.
    pub fn said(&self) -> Phrase {
        if self.items.is_empty() {
            return W::NotifyBringNothing.into();
        }
        Phrase::new(W::NotifyBringList, [Arg::List(self.items.iter().map(|item| item.arg()).collect())])
    }
}

/// The ways to be paid, each with everything to bring for it: the case's own way first, then the others for the same
/// payee, so that the customer hears everything at once (保险法 22).
///
/// # Errors
/// What SQLite says.
pub fn what_to_bring(conn: &Connection, rules: &Rulebook, case: &CaseFile) -> rusqlite::Result<Vec<Bring>> {
    let chosen = of_round(conn, case.id, case.milestones.round)?;
    let own = chosen
        .iter()
        .find(|one| one.state.live())
        .map_or_else(|| expected_way(case), |one| Way { payee_kind: one.payee_kind, mode: one.mode });
    let marks = marks(conn, case.id)?;
    let modes = std::iter::once(own.mode).chain(Mode::ALL.into_iter().filter(|mode| *mode != own.mode));
    Ok(modes.map(|mode| Bring::of(&need(rules, case, Way { mode, ..own }, &marks))).collect())
}

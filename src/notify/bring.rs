//! What a customer brings for each way to be paid, as the checklists have it.

use crate::case::store::CaseFile;
use crate::db::Connection;
use crate::instructions::rules::Mode;
use crate::instructions::store::of_round;
use crate::kernel::words::{Arg, Phrase, W};
use crate::papers::rules::Item;
use crate::papers::rules::payment::{Way, payment_items};
use crate::papers::store::marks;
use crate::papers::store::payment::{expected_way, need};
use crate::reference::rulebook::Rulebook;

/// Ways to be paid that need the same papers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bring {
    /// How the money is paid.
    pub modes: Vec<Mode>,
    /// Everything to bring; nothing for an account on record.
    pub items: Vec<&'static Item>,
}

impl Bring {
    /// The ways in words.
    pub fn ways(&self) -> Phrase {
        Phrase::new(W::NotifyBringList, [Arg::list(self.modes.iter().map(|mode| mode.word()))])
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
/// payee, so that the customer hears everything at once (保险法 22). What needs the same papers is said together.
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
    let mut all: Vec<Bring> = Vec::new();
    for mode in modes {
        let items = payment_items(&need(rules, case, Way { mode, ..own }, &marks));
        match all.iter_mut().find(|bring| bring.items == items) {
            Some(same) => same.modes.push(mode),
            None => all.push(Bring { modes: vec![mode], items }),
        }
    }
    Ok(all)
}

//! What must hold for the ledger of forms (domain §7), checked by `reconcile`.

use super::store::{self, Broken};
use crate::db::Store;
use crate::db::reconcile::{Check, Invariant, Walk};
use crate::kernel::words::W;

/// The invariants of controlled forms.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "forms.place", word: W::FormsInvariantPlace, check: Check::On(LEDGER) },
    Invariant { name: "forms.sums", word: W::FormsInvariantSums, check: Check::On(LEDGER) },
    Invariant { name: "forms.used", word: W::FormsInvariantUsed, check: Check::On(LEDGER) },
    Invariant { name: "forms.disjoint", word: W::FormsInvariantDisjoint, check: Check::On(LEDGER) },
    Invariant { name: "forms.copies", word: W::FormsInvariantCopies, check: Check::On(LEDGER) },
    Invariant { name: "forms.log", word: W::FormsInvariantLog, check: Check::On(LEDGER) },
    Invariant { name: "forms.issuer", word: W::FormsInvariantIssuer, check: Check::On(LEDGER) },
];

const LEDGER: Walk = Walk { name: "forms", run: walk };

fn walk(store: &Store) -> anyhow::Result<crate::db::reconcile::Broken> {
    let Broken { place, sums, used, disjoint, copies, log, issuer } = store::broken(store.conn())?;
    let found = [
        ("forms.place", place, W::FormsBrokenPlace),
        ("forms.sums", sums, W::FormsBrokenSums),
        ("forms.used", used, W::FormsBrokenUsed),
        ("forms.disjoint", disjoint, W::FormsBrokenDisjoint),
        ("forms.copies", copies, W::FormsBrokenCopies),
        ("forms.log", log, W::FormsBrokenLog),
        ("forms.issuer", issuer, W::FormsBrokenIssuer),
    ];
    let said = |(name, what, word): (&'static str, Option<String>, W)| {
        what.map(|what| (name, crate::kernel::words::Phrase::new(word, [what.into()])))
    };
    Ok(found.into_iter().filter_map(said).collect())
}

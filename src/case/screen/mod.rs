//! The screens of cases: the to-do list with its search line and filters, the preview card, the case folder.

pub mod card;
mod columns;
mod filter;
pub mod folder;
pub mod lessons;
mod pages;
pub mod search;
pub mod todo;
mod window;

use super::milestones::Milestones;
use super::next::{Hands, NextAction};
use super::store::ListRow;
use crate::kernel::roles::Roles;
use crate::office::deputies::deputies_for;
use crate::ui::screen::{Cx, Place};

/// What the person signed in may do: by roles, and as a leader's deputy.
///
/// # Errors
/// What the store says.
pub fn hands(cx: &Cx<'_>) -> anyhow::Result<Hands> {
    let deputy = !deputies_for(cx.store.conn(), cx.actor.id, cx.now)?.is_empty();
    Ok(Hands { roles: cx.actor.roles, deputy })
}

/// The place where the next action of a case is done.
///
/// Places whose desk is not built lead to the case folder; the shell says so.
pub fn place_of(row: &ListRow, roles: Roles) -> Place {
    place_for(row.id, &row.milestones, roles)
}

/// The place where somebody goes on with a case after an act of their own; nothing where the rest is for others. Who
/// chooses a payment also prints its receipt and puts it into a batch.
pub fn next_place(case_id: i64, m: &Milestones, roles: Roles) -> Option<Place> {
    let next = super::next::next_action(m, roles)?;
    let hands_on = next.action == NextAction::Pay && roles.any_of(NextAction::Choose.roles());
    (next.mine || hands_on).then(|| place_for(case_id, m, roles))
}

fn place_for(case_id: i64, m: &Milestones, roles: Roles) -> Place {
    let pays = roles.any_of(NextAction::Pay.roles()) || roles.any_of(NextAction::Choose.roles());
    let name = match super::next::next_action(m, roles).map(|next| next.action) {
        Some(NextAction::Step(_) | NextAction::SignOff) => "closing",
        Some(NextAction::Tell | NextAction::Deliver | NextAction::Answer) => "notify",
        Some(NextAction::Pay) if pays => "release",
        Some(NextAction::Choose | NextAction::Pay) => "payment",
        Some(NextAction::CheckPapers) => "precheck",
        Some(NextAction::Receipt | NextAction::Sort | NextAction::Bind | NextAction::File) => "archive",
        None => "folder",
    };
    Place::of(name, case_id)
}

//! The next action of a case: the first open one that the signed-in person may do.

use super::milestones::{Milestones, Outcome, Stage};
use crate::kernel::roles::{Role, Roles};

/// Something that can be done next on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NextAction {
    /// Closing steps 1 to 4.
    Step(u8),
    /// The fifth step: sign-off.
    SignOff,
    /// Tell the customer.
    Tell,
    /// Deliver the refusal notice.
    Deliver,
    /// Answer an inquiry that holds the payment.
    Answer,
    /// Choose how the money is paid.
    Choose,
    /// Check the papers the payment needs.
    CheckPapers,
    /// Release and pay.
    Pay,
    /// Get the receipt evidence in.
    Receipt,
    /// Sort the papers.
    Sort,
    /// Bind the file.
    Bind,
    /// Put the file in its box.
    File,
}

impl NextAction {
    /// Name in files.
    pub const fn code(self) -> &'static str {
        match self {
            NextAction::Step(1) => "survey",
            NextAction::Step(2) => "papers",
            NextAction::Step(3) => "assess",
            NextAction::Step(_) => "price",
            NextAction::SignOff => "sign_off",
            NextAction::Tell => "tell",
            NextAction::Deliver => "deliver",
            NextAction::Answer => "answer",
            NextAction::Choose => "choose",
            NextAction::CheckPapers => "check_papers",
            NextAction::Pay => "pay",
            NextAction::Receipt => "receipt",
            NextAction::Sort => "sort",
            NextAction::Bind => "bind",
            NextAction::File => "file",
        }
    }

    /// The roles that may do it (domain §12).
    pub fn roles(self) -> Roles {
        let list: &[Role] = match self {
            NextAction::Step(2) => &[Role::Clerk, Role::Precheck],
            NextAction::Step(_) | NextAction::Tell | NextAction::Deliver | NextAction::Answer | NextAction::Choose => {
                &[Role::Clerk]
            }
            NextAction::SignOff => &[Role::Leader],
            NextAction::CheckPapers => &[Role::Clerk, Role::Precheck],
            NextAction::Pay => &[Role::Cashier, Role::Reviewer, Role::Leader],
            NextAction::Receipt | NextAction::Sort | NextAction::Bind | NextAction::File => &[Role::Archivist],
        };
        list.iter().copied().collect()
    }
}

/// What comes next on a case, and whether the person asking may do it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// The action.
    pub action: NextAction,
    /// The person may do it; else it reads 待 … 办理 with the roles that may.
    pub mine: bool,
}

/// The open actions of a case in order; empty once it is archived.
pub fn actions(m: &Milestones) -> Vec<NextAction> {
    match m.stage() {
        Stage::Closing => match m.next_step() {
            Some(5) | None => vec![NextAction::SignOff],
            Some(step) => vec![NextAction::Step(step)],
        },
        Stage::Notify if m.inquiry_holds > 0 => vec![NextAction::Answer],
        Stage::Notify if m.outcome == Some(Outcome::Refuse) => vec![NextAction::Deliver],
        Stage::Notify => vec![NextAction::Tell],
        Stage::Payment => vec![NextAction::Choose],
        // Review of instructions may run beside the check of papers.
        Stage::Precheck => vec![NextAction::CheckPapers, NextAction::Pay],
        Stage::Disburse => vec![NextAction::Pay],
        Stage::Archive => match m.part() {
            1 => vec![NextAction::Receipt],
            2 => vec![NextAction::Sort],
            3 => vec![NextAction::Bind],
            _ => vec![NextAction::File],
        },
        Stage::Archived => Vec::new(),
    }
}

/// What somebody may do: by roles, and sign-offs in a leader's name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hands {
    /// The person's roles.
    pub roles: Roles,
    /// Deputy of a leader at the moment 代行审批.
    pub deputy: bool,
}

impl From<Roles> for Hands {
    fn from(roles: Roles) -> Hands {
        Hands { roles, deputy: false }
    }
}

impl Hands {
    fn may(self, action: NextAction) -> bool {
        self.roles.any_of(action.roles()) || self.deputy && action == NextAction::SignOff
    }
}

/// The next action for somebody with these hands.
pub fn next_action(m: &Milestones, hands: impl Into<Hands>) -> Option<Next> {
    let open = actions(m);
    let hands = hands.into();
    let mine = open.iter().find(|action| hands.may(**action));
    mine.map(|action| Next { action: *action, mine: true })
        .or_else(|| open.first().map(|action| Next { action: *action, mine: false }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clerk_waits_for_the_leader_at_the_fifth_step() {
        let m = Milestones { steps: [Some(1); 4], ..Milestones::default() };
        let clerk = Roles::NONE.with(Role::Clerk);
        assert_eq!(next_action(&m, clerk), Some(Next { action: NextAction::SignOff, mine: false }));
        assert_eq!(next_action(&m, clerk.with(Role::Leader)), Some(Next { action: NextAction::SignOff, mine: true }));
    }

    #[test]
    fn a_deputy_signs_off_and_does_nothing_else_of_a_leader() {
        let deputy = Hands { roles: Roles::NONE.with(Role::Clerk), deputy: true };
        let mut m = Milestones { steps: [Some(1); 4], ..Milestones::default() };
        assert_eq!(next_action(&m, deputy), Some(Next { action: NextAction::SignOff, mine: true }));
        m.closed_at = Some(1);
        m.outcome = Some(Outcome::Pay);
        m.payable = Some(crate::kernel::money::Fen::from_fen(1));
        m.told_at = Some(1);
        m.agreed_at = Some(1);
        m.chosen_at = Some(1);
        m.prechecked_at = Some(1);
        assert_eq!(next_action(&m, deputy).map(|next| next.mine), Some(false), "paying stays the leader's");
    }

    #[test]
    fn a_case_not_archived_always_has_a_next_action() {
        let mut m = Milestones::default();
        for step in 0..4 {
            assert!(next_action(&m, Roles::NONE).is_some());
            m.steps[step] = Some(1);
        }
        m.closed_at = Some(1);
        m.outcome = Some(Outcome::Zero);
        m.told_at = Some(1);
        for slot in 1..=4 {
            assert_eq!(m.part(), slot);
            assert!(next_action(&m, Roles::NONE).is_some());
            match slot {
                1 => m.receipt_at = Some(1),
                2 => m.sorted_at = Some(1),
                3 => m.bound_at = Some(1),
                _ => m.filed_at = Some(1),
            }
        }
        assert_eq!(next_action(&m, Roles::NONE), None);
    }
}

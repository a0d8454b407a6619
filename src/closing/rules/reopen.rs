//! Return before the sign-off, and the reopening as a new round after it (domain §1).

use crate::case::milestones::Milestones;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;

/// Why a closed case is opened again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// 争议成立
    Dispute,
    /// 补充索赔
    Supplement,
    /// 损失扩大
    Larger,
    /// 原结案有误
    Error,
    /// 判决、调解
    Court,
    /// 其他
    Other,
}

impl Reason {
    /// The list.
    pub const ALL: [Reason; 6] =
        [Reason::Dispute, Reason::Supplement, Reason::Larger, Reason::Error, Reason::Court, Reason::Other];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Dispute => "dispute",
            Reason::Supplement => "supplement",
            Reason::Larger => "larger",
            Reason::Error => "error",
            Reason::Court => "court",
            Reason::Other => "other",
        }
    }

    /// The reason with this name.
    pub fn from_code(code: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            Reason::Dispute => W::ClosingReopenDispute,
            Reason::Supplement => W::ClosingReopenSupplement,
            Reason::Larger => W::ClosingReopenLarger,
            Reason::Error => W::ClosingReopenError,
            Reason::Court => W::ClosingReopenCourt,
            Reason::Other => W::ClosingReopenOther,
        }
    }
}

/// What is wrong with a return to a step.
pub fn judge_return(m: &Milestones, step: u8, reason: &str) -> Findings {
    let mut found = Findings::new();
    let next = m.next_step();
    if next.is_none() {
        found.push(Finding::block("return_closed", None, W::ClosingReturnClosed));
    } else if step == 0 || next.is_some_and(|next| step >= next) {
        found.push(Finding::block("return_step", "step", phrase!(W::ClosingReturnStep, i64::from(step))));
    }
    written(reason, &mut found);
    found
}

/// What is wrong with a reopening at a step.
pub fn judge_reopen(m: &Milestones, reason: Option<Reason>, note: &str, start: u8) -> Findings {
    let mut found = Findings::new();
    if m.closed_at.is_none() {
        found.push(Finding::block("reopen_open", None, W::ClosingReopenOpen));
    }
    if reason.is_none() {
        found.push(Finding::block("reopen_reason", "reason_code", W::ClosingReopenReason));
    }
    if !(1..=4).contains(&start) {
        found.push(Finding::block("reopen_step", "step", W::ClosingReopenStep));
    }
    written(note, &mut found);
    found
}

fn written(reason: &str, found: &mut Findings) {
    if text::fold(reason).is_empty() {
        found.push(Finding::block("reason", "reason", W::ClosingReasonMissing));
    } else if text::outside_text_problem(reason).is_some() {
        found.push(Finding::block("reason", "reason", W::ClosingText));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::milestones::Outcome;
    use crate::case::rounds::new_round;
    use crate::kernel::money::Fen;
    use proptest::prelude::*;

    fn closed() -> Milestones {
        Milestones {
            round: 1,
            start_step: 1,
            steps: [Some(10), Some(20), Some(30), Some(40)],
            papers_at: Some(15),
            outcome: Some(Outcome::Pay),
            payable: Some(Fen::from_yuan(800)),
            closed_at: Some(50),
            ..Milestones::default()
        }
    }

    #[test]
    fn a_return_goes_only_back_and_only_before_the_sign_off() {
        let mut m = closed();
        assert_eq!(judge_return(&m, 2, "x").codes(), "return_closed");
        m.closed_at = None;
        assert!(judge_return(&m, 4, "x").is_empty());
        assert_eq!(judge_return(&m, 5, " ").codes(), "return_step, reason");
        m.steps[2] = None;
        assert_eq!(judge_return(&m, 3, "x").codes(), "return_step");
    }

    #[test]
    fn the_new_round_knows_what_was_paid() {
        let mut m = closed();
        assert_eq!(new_round(&m, 4, 99).paid_before, Fen::ZERO);
        m.paid_at = Some(60);
        let second = new_round(&m, 4, 99);
        assert_eq!(second.paid_before, Fen::from_yuan(800));
        let third = new_round(&Milestones { closed_at: Some(101), ..second }, 4, 102);
        assert_eq!(
            (third.round, third.paid_before),
            (3, Fen::from_yuan(800)),
            "an unpaid round keeps what was paid before"
        );
    }

    proptest! {
        #[test]
        fn exactly_the_steps_before_the_start_carry_over(start in 1_u8..=4) {
            let next = new_round(&closed(), start, 99);
            prop_assert_eq!(next.next_step(), Some(start));
            prop_assert_eq!(next.papers_at.is_some(), start > 2);
            prop_assert_eq!((next.closed_at, next.outcome, next.payable), (None, None, None));
            prop_assert!(judge_reopen(&closed(), Some(Reason::Court), "x", start).is_empty());
        }
    }

    #[test]
    fn a_reopening_needs_a_closed_case_a_reason_and_a_step() {
        let open = Milestones { closed_at: None, ..closed() };
        assert_eq!(judge_reopen(&open, None, "", 5).codes(), "reopen_open, reopen_reason, reopen_step, reason");
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
        }
    }
}

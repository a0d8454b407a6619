//! The milestones record of one round, and the stage that follows from it.
//!
//! A desk writes milestones inside its own act; stage, next action and deadlines are pure functions of them.

use crate::kernel::money::Fen;

/// Where a case is (domain §1): the first of these that its milestones do not meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// 结案
    Closing = 1,
    /// 通知
    Notify = 2,
    /// 领款
    Payment = 3,
    /// 预检
    Precheck = 4,
    /// 付款
    Disburse = 5,
    /// 归档
    Archive = 6,
    /// 已归档
    Archived = 7,
}

impl Stage {
    /// Every stage in order.
    pub const ALL: [Stage; 7] = [
        Stage::Closing,
        Stage::Notify,
        Stage::Payment,
        Stage::Precheck,
        Stage::Disburse,
        Stage::Archive,
        Stage::Archived,
    ];

    /// Number in the store.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The stage with this number.
    pub fn from_number(number: i64) -> Option<Stage> {
        Stage::ALL.into_iter().find(|s| s.number() == number)
    }

    /// Name in files and on the command line.
    pub const fn code(self) -> &'static str {
        match self {
            Stage::Closing => "closing",
            Stage::Notify => "notify",
            Stage::Payment => "payment",
            Stage::Precheck => "precheck",
            Stage::Disburse => "disburse",
            Stage::Archive => "archive",
            Stage::Archived => "archived",
        }
    }
}

/// What a case came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// 赔付
    Pay,
    /// 拒赔
    Refuse,
    /// 注销
    Withdraw,
    /// 零结
    Zero,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 4] = [Outcome::Pay, Outcome::Refuse, Outcome::Withdraw, Outcome::Zero];

    /// Name in store and files.
    pub const fn code(self) -> &'static str {
        match self {
            Outcome::Pay => "pay",
            Outcome::Refuse => "refuse",
            Outcome::Withdraw => "withdraw",
            Outcome::Zero => "zero",
        }
    }

    /// The outcome with this name.
    pub fn from_code(code: &str) -> Option<Outcome> {
        Outcome::ALL.into_iter().find(|o| o.code() == code)
    }
}

/// The first four steps of closing that are confirmed by a record; the fifth is the sign-off itself.
pub const STEPS: u8 = 5;

/// The milestones of one round. `None` = not reached. Moments are UTC seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Milestones {
    /// Number of the round, from 1.
    pub round: i64,
    /// When the round was opened.
    pub opened_at: i64,
    /// The step the round starts at (1 in the first round).
    pub start_step: u8,
    /// The case was closed before it came to this store.
    pub taken_over: bool,
    /// Steps 1 to 4: when each was confirmed.
    pub steps: [Option<i64>; 4],
    /// Step 2's fact time: when the claim papers became complete.
    pub papers_at: Option<i64>,
    /// When the one-time notice reached the customer.
    pub notice_at: Option<i64>,
    /// When the supplement asked for arrived.
    pub supplement_at: Option<i64>,
    /// Outcome proposed at step 4.
    pub proposed: Option<Outcome>,
    /// Outcome fixed by the sign-off.
    pub outcome: Option<Outcome>,
    /// The total payable of this round.
    pub payable: Option<Fen>,
    /// What earlier rounds have paid.
    pub paid_before: Fen,
    /// Sign-off.
    pub closed_at: Option<i64>,
    /// The customer was told.
    pub told_at: Option<i64>,
    /// The customer agreed.
    pub agreed_at: Option<i64>,
    /// A refusal was delivered.
    pub delivered_at: Option<i64>,
    /// Open inquiries that hold the payment.
    pub inquiry_holds: i64,
    /// When the first open inquiry is due to be resolved.
    pub inquiry_due: Option<i64>,
    /// Instructions were chosen for the whole payable.
    pub chosen_at: Option<i64>,
    /// The papers those instructions need are complete.
    pub prechecked_at: Option<i64>,
    /// Σ paid = payable.
    pub paid_at: Option<i64>,
    /// The last receipt evidence was in.
    pub receipt_at: Option<i64>,
    /// Papers sorted.
    pub sorted_at: Option<i64>,
    /// File bound.
    pub bound_at: Option<i64>,
    /// File in its box.
    pub filed_at: Option<i64>,
    /// Somebody without the authority has endorsed the sign-off; a higher one is awaited.
    pub endorsed: bool,
}

impl Milestones {
    /// The first closing step that is not confirmed: 1 to 5, or `None` once signed off.
    pub fn next_step(&self) -> Option<u8> {
        if self.closed_at.is_some() {
            return None;
        }
        let open = self.steps.iter().position(Option::is_none).unwrap_or(4);
        u8::try_from(open + 1).ok()
    }

    /// What is left to pay: total payable less what earlier rounds paid; negative is to be claimed back (追回).
    pub fn to_pay(&self) -> Fen {
        self.outcome.map_or(Fen::ZERO, |outcome| self.less_paid(outcome))
    }

    /// The same as it will be if what is proposed is signed; `None` before anything is.
    pub fn balance(&self) -> Option<Fen> {
        self.outcome.or(self.proposed).map(|outcome| self.less_paid(outcome))
    }

    fn less_paid(&self, outcome: Outcome) -> Fen {
        let total = if outcome == Outcome::Pay { self.payable.unwrap_or_default().fen() } else { 0 };
        Fen::from_fen(total - self.paid_before.fen())
    }

    /// Whether money has to go out in this round.
    pub fn must_pay(&self) -> bool {
        self.to_pay() > Fen::ZERO
    }

    fn notified(&self) -> bool {
        if self.inquiry_holds > 0 {
            return false;
        }
        match self.outcome {
            Some(Outcome::Pay) => self.told_at.is_some() && self.agreed_at.is_some(),
            Some(Outcome::Refuse) => self.delivered_at.is_some(),
            Some(Outcome::Withdraw | Outcome::Zero) => self.told_at.is_some(),
            None => false,
        }
    }

    /// The stage: the first whose condition is not met.
    pub fn stage(&self) -> Stage {
        if self.closed_at.is_none() {
            return Stage::Closing;
        }
        if !self.notified() {
            return Stage::Notify;
        }
        if self.must_pay() {
            if self.chosen_at.is_none() {
                return Stage::Payment;
            }
            if self.prechecked_at.is_none() {
                return Stage::Precheck;
            }
            if self.paid_at.is_none() {
                return Stage::Disburse;
            }
        }
        if self.filed_at.is_none() {
            return Stage::Archive;
        }
        Stage::Archived
    }

    /// The part of the stage that is open: closing step 1–5, archive part 1–4 (receipt, sorted, bound, filed), else 0.
    pub fn part(&self) -> i64 {
        match self.stage() {
            Stage::Closing => self.next_step().map_or(0, i64::from),
            Stage::Archive => {
                let parts = [self.receipt_at, self.sorted_at, self.bound_at, self.filed_at];
                parts.iter().position(Option::is_none).and_then(|at| i64::try_from(at + 1).ok()).unwrap_or(0)
            }
            _ => 0,
        }
    }

    /// The case stands still (domain §1): before step 2 the notice has reached the customer and the supplement is out.
    pub fn paused(&self) -> bool {
        self.closed_at.is_none()
            && self.steps[1].is_none()
            && self.notice_at.is_some()
            && self.supplement_at.is_none_or(|arrived| self.notice_at.is_some_and(|reached| arrived < reached))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(outcome: Outcome, payable: i64) -> Milestones {
        Milestones {
            round: 1,
            start_step: 1,
            steps: [Some(1), Some(2), Some(3), Some(4)],
            closed_at: Some(5),
            outcome: Some(outcome),
            payable: Some(Fen::from_fen(payable)),
            ..Milestones::default()
        }
    }

    #[test]
    fn a_new_round_waits_for_its_first_step() {
        let fresh = Milestones::default();
        assert_eq!((fresh.stage(), fresh.part(), fresh.next_step()), (Stage::Closing, 1, Some(1)));
        let ready = Milestones { steps: [Some(1); 4], ..Milestones::default() };
        assert_eq!((ready.stage(), ready.part()), (Stage::Closing, 5));
    }

    #[test]
    fn paying_goes_through_every_stage() {
        let mut m = closed(Outcome::Pay, 100);
        let mut seen = vec![m.stage()];
        m.told_at = Some(6);
        m.agreed_at = Some(6);
        seen.push(m.stage());
        m.chosen_at = Some(7);
        seen.push(m.stage());
        m.prechecked_at = Some(8);
        seen.push(m.stage());
        m.paid_at = Some(9);
        seen.push(m.stage());
        m.filed_at = Some(10);
        seen.push(m.stage());
        assert_eq!(
            seen,
            [Stage::Notify, Stage::Payment, Stage::Precheck, Stage::Disburse, Stage::Archive, Stage::Archived]
        );
    }

    #[test]
    fn nothing_left_to_pay_skips_payment_to_disburse() {
        for (payable, before) in [(100, 100), (50, 100)] {
            let mut m = closed(Outcome::Pay, payable);
            m.paid_before = Fen::from_fen(before);
            m.told_at = Some(6);
            m.agreed_at = Some(6);
            assert_eq!(m.stage(), Stage::Archive);
            assert_eq!(m.to_pay().fen(), payable - before);
        }
    }

    #[test]
    fn a_paid_case_that_ends_at_nothing_has_all_of_it_to_claim_back() {
        for outcome in [Outcome::Zero, Outcome::Refuse, Outcome::Withdraw] {
            let m = Milestones { paid_before: Fen::from_fen(70), ..closed(outcome, 0) };
            assert_eq!((m.to_pay().fen(), m.must_pay()), (-70, false));
        }
    }

    #[test]
    fn a_holding_inquiry_puts_the_case_back_to_notify_and_keeps_the_rest() {
        let mut m = closed(Outcome::Pay, 100);
        m.told_at = Some(6);
        m.agreed_at = Some(6);
        m.chosen_at = Some(7);
        m.inquiry_holds = 1;
        assert_eq!(m.stage(), Stage::Notify);
        m.inquiry_holds = 0;
        assert_eq!(m.stage(), Stage::Precheck);
    }

    #[test]
    fn refusals_need_delivery_and_withdrawals_only_telling() {
        let mut refuse = closed(Outcome::Refuse, 0);
        refuse.told_at = Some(6);
        assert_eq!(refuse.stage(), Stage::Notify);
        refuse.delivered_at = Some(7);
        assert_eq!((refuse.stage(), refuse.part()), (Stage::Archive, 1));
        let mut withdraw = closed(Outcome::Withdraw, 0);
        withdraw.told_at = Some(6);
        assert_eq!(withdraw.stage(), Stage::Archive);
    }

    #[test]
    fn a_case_is_paused_between_notice_and_supplement_before_step_two() {
        let mut m = Milestones { notice_at: Some(10), ..Milestones::default() };
        assert!(m.paused());
        m.supplement_at = Some(9);
        assert!(m.paused(), "an older supplement does not answer a newer notice");
        m.supplement_at = Some(11);
        assert!(!m.paused());
        m.supplement_at = None;
        m.steps[1] = Some(12);
        assert!(!m.paused());
    }
}

//! Words for stages, steps, outcomes, next actions and remaining time.

use super::deadline::{Deadline, DeadlineKind, Received};
use super::milestones::{Milestones, Outcome, Stage};
use super::next::{Next, NextAction};
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store::role_word;

/// The word for a stage.
pub fn stage(stage: Stage) -> W {
    match stage {
        Stage::Closing => W::CaseStageClosing,
        Stage::Notify => W::CaseStageNotify,
        Stage::Payment => W::CaseStagePayment,
        Stage::Precheck => W::CaseStagePrecheck,
        Stage::Disburse => W::CaseStageDisburse,
        Stage::Archive => W::CaseStageArchive,
        Stage::Archived => W::CaseStageArchived,
    }
}

/// The word for a closing step, 1 to 5.
pub fn step(step: u8) -> W {
    match step {
        1 => W::CaseStepSurvey,
        2 => W::CaseStepPapers,
        3 => W::CaseStepAssess,
        4 => W::CaseStepPrice,
        _ => W::CaseStepSignOff,
    }
}

/// The word for an outcome.
pub fn outcome(outcome: Outcome) -> W {
    match outcome {
        Outcome::Pay => W::CaseOutcomePay,
        Outcome::Refuse => W::CaseOutcomeRefuse,
        Outcome::Withdraw => W::CaseOutcomeWithdraw,
        Outcome::Zero => W::CaseOutcomeZero,
    }
}

/// The word for a deadline's clock.
pub fn kind(kind: DeadlineKind) -> W {
    match kind {
        DeadlineKind::SmallLimit => W::CaseKindSmallLimit,
        DeadlineKind::LargeLimit => W::CaseKindLargeLimit,
        DeadlineKind::DocumentList => W::CaseKindDocumentList,
        DeadlineKind::Assessment => W::CaseKindAssessment,
        DeadlineKind::Archive => W::CaseKindArchive,
        DeadlineKind::ArchiveTentative => W::CaseKindArchiveTentative,
        DeadlineKind::Refusal => W::CaseKindRefusal,
        DeadlineKind::Payment => W::CaseKindPayment,
        DeadlineKind::Advance => W::CaseKindAdvance,
        DeadlineKind::Inquiry => W::CaseKindInquiry,
    }
}

/// The word for how the claim-received day is known.
pub fn received(received: Received) -> W {
    match received {
        Received::Claimed => W::CaseReceivedClaimed,
        Received::Reported => W::CaseReceivedReported,
        Received::Imported => W::CaseReceivedImported,
    }
}

/// The word for a next action.
pub fn action(action: NextAction) -> W {
    match action {
        NextAction::Step(1) => W::CaseNextSurvey,
        NextAction::Step(2) => W::CaseNextPapers,
        NextAction::Step(3) => W::CaseNextAssess,
        NextAction::Step(_) => W::CaseNextPrice,
        NextAction::SignOff => W::CaseNextSignOff,
        NextAction::Tell => W::CaseNextTell,
        NextAction::Deliver => W::CaseNextDeliver,
        NextAction::Answer => W::CaseNextAnswer,
        NextAction::Choose => W::CaseNextChoose,
        NextAction::CheckPapers => W::CaseNextCheckPapers,
        NextAction::Pay => W::CaseNextPay,
        NextAction::Receipt => W::CaseNextReceipt,
        NextAction::Sort => W::CaseNextSort,
        NextAction::Bind => W::CaseNextBind,
        NextAction::File => W::CaseNextFile,
    }
}

/// The next action in short, for a list column.
pub fn next_short(m: &Milestones, next: Option<Next>) -> W {
    match next {
        None => W::CaseNextDone,
        Some(Next { action: NextAction::SignOff, .. }) if m.endorsed => W::CaseNextEndorsed,
        Some(next) => action(next.action),
    }
}

/// The next action in full: 待 … 办理 when it is somebody else's.
pub fn next_full(m: &Milestones, next: Option<Next>) -> Phrase {
    match next {
        Some(found) if !found.mine => {
            let roles = found.action.roles().iter().map(|role| Arg::Word(role_word(role))).collect();
            Phrase::new(W::CaseNextWaits, [Arg::List(roles), Arg::Word(next_short(m, next))])
        }
        _ => next_short(m, next).into(),
    }
}

/// What is left to pay after what earlier rounds paid, or to be claimed back; nothing in a case that has paid nothing.
pub fn balance(m: &Milestones) -> Option<Phrase> {
    let before = m.paid_before.fen();
    if before == 0 {
        return None;
    }
    let paid = Arg::Money(before);
    Some(match m.balance().map(Fen::fen) {
        None => Phrase::new(W::CaseBalanceBefore, [paid]),
        Some(0) => Phrase::new(W::CaseBalanceNone, [paid]),
        Some(left) if left > 0 => Phrase::new(W::CaseBalancePay, [paid, Arg::Money(left)]),
        Some(back) => Phrase::new(W::CaseBalanceBack, [paid, Arg::Money(back.saturating_neg())]),
    })
}

/// A length of time in its largest fitting unit: minutes under two hours, hours under two days, else days.
pub fn length(seconds: i64) -> Phrase {
    let seconds = seconds.max(0);
    let (word, number) = if seconds < 2 * 3_600 {
        (W::CaseMinutes, seconds / 60)
    } else if seconds < 2 * clock::DAY {
        (W::CaseHours, seconds / 3_600)
    } else {
        (W::CaseDays, seconds / clock::DAY)
    };
    Phrase::new(word, [Arg::Number(number)])
}

/// How much a deadline presses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressure {
    /// Passed.
    Overdue,
    /// Within the "soon" setting.
    Soon,
    /// Later, or none.
    Calm,
}

/// Remaining time of a list row in words, and how much it presses.
///
/// A tentative deadline that has passed is no lateness: it reads 已结未领 with its age.
pub fn remaining(now: i64, due_at: i64, tentative: bool, paused: bool, soon_hours: i64) -> (Pressure, Phrase) {
    if paused {
        return (Pressure::Calm, W::CasePaused.into());
    }
    if due_at >= clock::NEVER {
        return (Pressure::Calm, W::CaseNoDeadline.into());
    }
    let left = due_at - now;
    let phrase = |word, seconds| Phrase::new(word, [Arg::from(length(seconds))]);
    match (left < 0, tentative) {
        (true, true) => (Pressure::Calm, phrase(W::CaseUnclaimed, -left)),
        (true, false) => (Pressure::Overdue, phrase(W::CaseOver, -left)),
        (false, _) if left <= soon_hours * 3_600 => (Pressure::Soon, phrase(W::CaseLeft, left)),
        (false, _) => (Pressure::Calm, phrase(W::CaseLeft, left)),
    }
}

/// Whether a deadline is the tentative one.
pub fn is_tentative(deadline: &Deadline) -> bool {
    deadline.kind == DeadlineKind::ArchiveTentative
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::words::Lang;

    #[test]
    fn remaining_time_reads_in_its_unit() {
        let say = |left: i64, tentative| remaining(1_000_000, 1_000_000 + left, tentative, false, 2).1.say(Lang::Zh);
        assert_eq!(say(48 * 60, false), "剩 48 分");
        assert_eq!(say(6 * 3_600, false), "剩 6 时");
        assert_eq!(say(3 * 86_400, false), "剩 3 天");
        assert_eq!(say(-2 * 3_600, false), "超 2 时");
        assert_eq!(say(-5 * 86_400, true), "已结未领 5 天");
        assert_eq!(remaining(0, 0, false, false, 2).0, Pressure::Soon, "the deadline itself is still in time");
        assert_eq!(remaining(1, 0, false, false, 2).0, Pressure::Overdue);
        assert_eq!(remaining(0, clock::NEVER, false, true, 2).1.say(Lang::Zh), "暂停");
    }
}

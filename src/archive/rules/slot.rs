//! The receipt slot: what has to be in before a file is sorted (domain §6).

use crate::case::milestones::{Milestones, Outcome};
use crate::instructions::rules::{Evidence, EvidenceKind, Instruction, State};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Phrase, W};
use crate::phrase;

/// What a round's slot asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The kind of evidence.
    pub kind: EvidenceKind,
    /// Keys of the paid instructions whose red copy is out.
    pub missing: Vec<i64>,
}

/// What the slot of a round asks for.
pub fn slot(m: &Milestones, all: &[Instruction], evidence: &[Evidence]) -> Slot {
    let note = |kind| Slot { kind, missing: Vec::new() };
    match m.outcome {
        Some(Outcome::Refuse) => note(EvidenceKind::Refusal),
        Some(Outcome::Withdraw) => note(EvidenceKind::Withdrawal),
        Some(Outcome::Zero) | None => note(EvidenceKind::Nothing),
        Some(Outcome::Pay) if !m.must_pay() => note(EvidenceKind::Nothing),
        Some(Outcome::Pay) if m.taken_over => note(EvidenceKind::Typed),
        Some(Outcome::Pay) => {
            let out = |one: &&Instruction| {
                one.state == State::Paid
                    && one.round == m.round
                    && one.mode.needs_receipt()
                    && !evidence.iter().any(|e| e.is_of(one))
            };
            Slot { kind: EvidenceKind::Red, missing: all.iter().filter(out).map(|one| one.id).collect() }
        }
    }
}

impl Slot {
    /// What is to be done, in words.
    pub fn say(&self) -> Phrase {
        match self.kind {
            EvidenceKind::Red => phrase!(W::ArchiveNeedRed, i64::try_from(self.missing.len()).unwrap_or(0)),
            EvidenceKind::Refusal => W::ArchiveNeedRefusal.into(),
            EvidenceKind::Withdrawal => W::ArchiveNeedWithdrawal.into(),
            EvidenceKind::Typed => W::ArchiveNeedTyped.into(),
            EvidenceKind::Nothing | EvidenceKind::Waiver => W::ArchiveNeedNothing.into(),
        }
    }

    /// The archivist says that the paper is in the file; no serial is asked.
    pub const fn by_word(&self) -> bool {
        matches!(self.kind, EvidenceKind::Refusal | EvidenceKind::Withdrawal | EvidenceKind::Nothing)
    }
}

/// Word of a kind of evidence.
pub const fn word(kind: EvidenceKind) -> W {
    match kind {
        EvidenceKind::Red => W::ArchiveKindRed,
        EvidenceKind::Refusal => W::ArchiveKindRefusal,
        EvidenceKind::Withdrawal => W::ArchiveKindWithdrawal,
        EvidenceKind::Nothing => W::ArchiveKindNothing,
        EvidenceKind::Waiver => W::ArchiveKindWaiver,
        EvidenceKind::Typed => W::ArchiveKindTyped,
    }
}

/// What is wrong with the red copy of an instruction. A transfer is not receipted before its bank result.
pub fn judge_red(m: &Milestones, one: &Instruction, already: bool) -> Findings {
    let mut found = Findings::new();
    if already {
        found.push(Finding::block("red_already", None, W::ArchiveRedAlready));
    }
    if one.round != m.round {
        found.push(Finding::block("red_round", None, phrase!(W::ArchiveRedRound, one.round)));
    } else if one.state != State::Paid {
        let state = crate::kernel::words::Arg::Word(one.state.word());
        found.push(Finding::block("red_unpaid", None, Phrase::new(W::ArchiveRedUnpaid, [state])));
    }
    found
}

/// What is wrong with a waiver of the slot.
pub fn judge_waiver(m: &Milestones, reason: &str) -> Findings {
    let mut found = Findings::new();
    if super::Step::of(m) != super::Step::Receipt {
        found.push(Finding::block("waiver_late", None, W::ArchiveNotAtReceipt));
    }
    if text::fold(reason).is_empty() {
        found.push(Finding::block("reason", "reason", W::ArchiveReasonMissing));
    } else if text::outside_text_problem(reason).is_some() {
        found.push(Finding::block("reason", "reason", W::ArchiveText));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::money::Fen;

    fn closed(outcome: Outcome) -> Milestones {
        let payable = Some(Fen::from_yuan(if outcome == Outcome::Pay { 10 } else { 0 }));
        Milestones { round: 1, outcome: Some(outcome), closed_at: Some(1), payable, ..Milestones::default() }
    }

    #[test]
    fn every_outcome_has_its_own_slot() {
        for (outcome, kind) in [
            (Outcome::Pay, EvidenceKind::Red),
            (Outcome::Refuse, EvidenceKind::Refusal),
            (Outcome::Withdraw, EvidenceKind::Withdrawal),
            (Outcome::Zero, EvidenceKind::Nothing),
        ] {
            assert_eq!(slot(&closed(outcome), &[], &[]).kind, kind);
        }
        let over = Milestones { taken_over: true, ..closed(Outcome::Pay) };
        assert_eq!(slot(&over, &[], &[]).kind, EvidenceKind::Typed);
        let paid = Milestones { paid_before: Fen::from_yuan(10), ..closed(Outcome::Pay) };
        assert_eq!(slot(&paid, &[], &[]).kind, EvidenceKind::Nothing);
    }

    #[test]
    fn a_waiver_says_why() {
        let m = Milestones { told_at: Some(2), ..closed(Outcome::Withdraw) };
        assert_eq!(judge_waiver(&m, " ").codes(), "reason");
        assert_eq!(judge_waiver(&Milestones::default(), "x").codes(), "waiver_late");
    }
}

//! The fifth step: whether somebody may sign a case off.

use super::entry::Who;
use super::in_force;
use super::persons::{self, Part};
use crate::case::milestones::Milestones;
use crate::case::store::load::StepRecord;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::words::{Arg, W};
use crate::office::authority::SignAuthority;
use crate::phrase;

/// The case as the rules of its sign-off need it.
#[derive(Clone, Copy, Debug)]
pub struct SignCase<'a> {
    /// Milestones of the current round.
    pub milestones: &'a Milestones,
    /// Step records of the case.
    pub records: &'a [StepRecord],
    /// Who wants to sign.
    pub signer: i64,
    /// By what authority.
    pub authority: SignAuthority,
    /// Assessor, verifier, adjuster and approver are four persons.
    pub three_level: bool,
    /// Minutes of a consultation were taken in this round.
    pub has_minutes: bool,
    /// From this payable on they are needed.
    pub minutes_from: Fen,
    /// The signer, or the leader signed for, waived or overrode something on this case.
    pub waived: bool,
    /// The office has no other leader.
    pub sole_leader: bool,
    /// The signer has endorsed the case already.
    pub endorsed: bool,
}

/// What a signature does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignVerdict {
    /// It closes the case; for a leader, when a deputy signs.
    Close {
        /// The leader a deputy signs for.
        on_behalf_of: Option<i64>,
    },
    /// The amount is above the signer's authority: the case waits for a higher one.
    Endorse,
}

/// Decides about a signature; the findings may hold warnings even when it stands.
///
/// # Errors
/// Every reason against it.
pub fn judge(case: &SignCase<'_>) -> Result<(SignVerdict, Findings), Findings> {
    let m = case.milestones;
    let mut found = Findings::new();
    if m.next_step() != Some(5) {
        let word = if m.closed_at.is_some() { W::ClosingSignClosed } else { W::ClosingSignEarly };
        return Err(Finding::block("sign_stage", None, word).into());
    }
    let payable = m.payable.unwrap_or_default();
    if payable >= case.minutes_from && !case.has_minutes {
        let said = phrase!(W::ClosingMinutesMissing, Arg::Money(payable.fen()), Arg::Money(case.minutes_from.fen()));
        found.push(Finding::block("minutes", None, said));
    }
    for (_, finding) in persons::clashes(&parts(case), case.three_level) {
        found.push(finding);
    }
    if case.waived {
        // With one leader there is nobody else; the signature then goes on 特批清单 (domain §12).
        let word = if case.sole_leader { W::ClosingSignWaivedSole } else { W::ClosingSignWaived };
        let finding =
            if case.sole_leader { Finding::warn("waived", None, word) } else { Finding::block("waived", None, word) };
        found.push(finding);
    }
    let verdict = match case.authority {
        SignAuthority::Own => Some(SignVerdict::Close { on_behalf_of: None }),
        SignAuthority::Deputy { leader, .. } => Some(SignVerdict::Close { on_behalf_of: Some(leader) }),
        SignAuthority::AboveLimit if case.endorsed => {
            let said = phrase!(W::ClosingEndorsedAlready, Arg::Money(payable.fen()));
            found.push(Finding::block("endorsed", None, said));
            None
        }
        SignAuthority::AboveLimit => Some(SignVerdict::Endorse),
        SignAuthority::No => {
            found.push(Finding::block("authority", None, W::ClosingSignNoAuthority));
            None
        }
    };
    match verdict {
        Some(verdict) if !found.blocking() => Ok((verdict, found)),
        _ => Err(found),
    }
}

/// Whether a refusal is about who wanted to sign, so that another person may do better.
pub fn bars_person(found: &Findings) -> bool {
    ["same_person", "waived", "endorsed", "authority"].into_iter().any(|code| found.has(code))
}

fn parts(case: &SignCase<'_>) -> Vec<(Part, Who)> {
    let record = |step| in_force(case.records, case.milestones.round, step);
    let mut parts = vec![
        (Part::Assessor, Who::known(record(3).and_then(|r| r.person_id))),
        (Part::Verifier, Who::known(record(4).and_then(|r| r.person_id))),
        (Part::Adjuster, Who::known(record(4).and_then(|r| r.second_id))),
    ];
    // One clash is enough when the same person recorded both steps. Nobody recorded the carried steps of a case taken
    // over, which is kept as person 0.
    let mut recorders: Vec<i64> = [3, 4].into_iter().filter_map(|step| record(step).map(|r| r.recorded_by)).collect();
    recorders.dedup();
    parts.extend(recorders.into_iter().map(|id| (Part::Recorder, Who::One(id))));
    parts.push((Part::Approver, Who::One(case.signer)));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::milestones::Outcome;
    use crate::closing::rules::sample_record as record;

    fn case(
        m: &Milestones,
        records: &[StepRecord],
        change: impl FnOnce(&mut SignCase<'_>),
    ) -> Result<SignVerdict, String> {
        let mut case = SignCase {
            milestones: m,
            records,
            signer: 9,
            authority: SignAuthority::Own,
            three_level: true,
            has_minutes: false,
            minutes_from: Fen::from_yuan(100_000),
            waived: false,
            sole_leader: false,
            endorsed: false,
        };
        change(&mut case);
        judge(&case).map(|(verdict, _)| verdict).map_err(|findings| findings.codes())
    }

    fn at_five(payable: i64) -> Milestones {
        Milestones {
            round: 1,
            start_step: 1,
            steps: [Some(1); 4],
            proposed: Some(Outcome::Pay),
            payable: Some(Fen::from_yuan(payable)),
            ..Milestones::default()
        }
    }

    fn records() -> Vec<StepRecord> {
        let price = StepRecord { second_id: Some(4), ..record(4, 3) };
        vec![record(3, 2), price]
    }

    #[test]
    fn a_case_is_signed_once_all_steps_stand() {
        let m = at_five(100);
        assert_eq!(case(&m, &records(), |_| ()), Ok(SignVerdict::Close { on_behalf_of: None }));
        let early = Milestones { steps: [Some(1), Some(1), Some(1), None], ..m.clone() };
        assert_eq!(case(&early, &records(), |_| ()), Err("sign_stage".into()));
        let closed = Milestones { closed_at: Some(5), ..m };
        assert_eq!(case(&closed, &records(), |_| ()), Err("sign_stage".into()));
    }

    #[test]
    fn every_reason_is_named_at_once() {
        let m = at_five(100_000);
        let all = case(&m, &records(), |c| {
            c.signer = 4;
            c.waived = true;
            c.authority = SignAuthority::No;
        });
        assert_eq!(all, Err("minutes, same_person, waived, authority".into()));
        assert_eq!(case(&m, &records(), |c| c.has_minutes = true), Ok(SignVerdict::Close { on_behalf_of: None }));
        assert_eq!(case(&at_five(99_999), &records(), |_| ()), Ok(SignVerdict::Close { on_behalf_of: None }));
    }

    #[test]
    fn the_recorder_never_signs_and_assessor_only_without_three_levels() {
        let m = at_five(100);
        assert_eq!(case(&m, &records(), |c| c.signer = 7), Err("same_person".into()), "7 recorded steps 3 and 4");
        assert_eq!(case(&m, &records(), |c| c.signer = 2), Err("same_person".into()));
        let plain = |c: &mut SignCase<'_>| (c.signer, c.three_level) = (2, false);
        assert_eq!(case(&m, &records(), plain), Ok(SignVerdict::Close { on_behalf_of: None }));
    }

    #[test]
    fn above_the_limit_it_only_waits_for_a_higher_one() {
        let m = at_five(100);
        let above = SignAuthority::AboveLimit;
        assert_eq!(case(&m, &records(), |c| c.authority = above), Ok(SignVerdict::Endorse));
        assert_eq!(case(&m, &records(), |c| (c.authority, c.endorsed) = (above, true)), Err("endorsed".into()));
        let deputy = SignAuthority::Deputy { leader: 5, limit: None };
        assert_eq!(case(&m, &records(), |c| c.authority = deputy), Ok(SignVerdict::Close { on_behalf_of: Some(5) }));
    }

    #[test]
    fn the_only_leader_may_sign_what_he_waived_and_is_told() {
        let m = at_five(100);
        let records = records();
        assert_eq!(case(&m, &records, |c| c.waived = true), Err("waived".into()));
        let alone = |c: &mut SignCase<'_>| (c.waived, c.sole_leader) = (true, true);
        assert!(case(&m, &records, alone).is_ok());
    }
}

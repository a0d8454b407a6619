//! Who must be different persons (domain §2): compared by id, never by typed name.

use super::entry::{Who, field};
use crate::kernel::findings::Finding;
use crate::kernel::words::{Arg, W};
use crate::phrase;

/// What a person did on a case, as far as it must be kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// 定损
    Assessor,
    /// 核价
    Verifier,
    /// 理算
    Adjuster,
    /// 审批
    Approver,
    /// Recorded step 3 or 4.
    Recorder,
}

impl Part {
    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            Part::Assessor => W::ClosingPartAssessor,
            Part::Verifier => W::ClosingPartVerifier,
            Part::Adjuster => W::ClosingPartAdjuster,
            Part::Approver => W::ClosingPartApprover,
            Part::Recorder => W::ClosingPartRecorder,
        }
    }

    const fn field(self) -> Option<&'static str> {
        match self {
            Part::Assessor => Some(field::ASSESSOR),
            Part::Verifier => Some(field::VERIFIER),
            Part::Adjuster => Some(field::ADJUSTER),
            Part::Approver | Part::Recorder => None,
        }
    }

    /// The closing step in which the part is played.
    pub const fn step(self) -> u8 {
        match self {
            Part::Assessor => 3,
            Part::Verifier | Part::Adjuster => 4,
            Part::Approver | Part::Recorder => 5,
        }
    }
}

/// Whether two parts must be played by different persons. Three-level review keeps all four apart; elsewhere only
/// adjuster and approver. Who recorded steps 3 and 4 never approves.
pub const fn must_differ(a: Part, b: Part, three_level: bool) -> bool {
    match (a, b) {
        (Part::Recorder, Part::Approver) | (Part::Approver, Part::Recorder) => true,
        (Part::Recorder, _) | (_, Part::Recorder) => false,
        (Part::Adjuster, Part::Approver) | (Part::Approver, Part::Adjuster) => true,
        _ => three_level,
    }
}

/// Every pair of parts that one person plays and must not. Each finding comes with the step it holds up: the earlier
/// of the two, so that a form does not confirm a step it will have to take back.
pub fn clashes(parts: &[(Part, Who)], three_level: bool) -> Vec<(u8, Finding)> {
    let mut found = Vec::new();
    for (index, (part, who)) in parts.iter().enumerate() {
        for (other, whose) in parts.iter().skip(index + 1) {
            if who.same(whose) && must_differ(*part, *other, three_level) {
                let said = phrase!(W::ClosingSamePerson, Arg::Word(part.word()), Arg::Word(other.word()));
                found.push((part.step().min(other.step()), Finding::block("same_person", other.field(), said)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FOUR: [Part; 4] = [Part::Assessor, Part::Verifier, Part::Adjuster, Part::Approver];

    proptest! {
        #[test]
        fn three_level_review_needs_exactly_four_persons(ids in prop::array::uniform4(0_i64..5)) {
            let parts: Vec<(Part, Who)> = FOUR.into_iter().zip(ids.map(Who::One)).collect();
            let distinct: std::collections::BTreeSet<i64> = ids.into_iter().collect();
            prop_assert_eq!(clashes(&parts, true).is_empty(), distinct.len() == 4);
            prop_assert_eq!(clashes(&parts, false).is_empty(), ids[2] != ids[3]);
        }

        #[test]
        fn whoever_recorded_never_approves(recorder in 0_i64..4, approver in 0_i64..4, three_level: bool) {
            let parts = [(Part::Recorder, Who::One(recorder)), (Part::Approver, Who::One(approver))];
            prop_assert_eq!(clashes(&parts, three_level).is_empty(), recorder != approver);
        }
    }

    #[test]
    fn the_recorder_may_be_a_surveyor_or_assessor() {
        let parts = [(Part::Assessor, Who::One(1)), (Part::Recorder, Who::One(1))];
        assert!(clashes(&parts, true).is_empty());
    }
}

//! Attempts to tell the customer: what they make of the case, when a letter is due, which may be recorded.

use super::{Channel, Outcome, Stance};
use crate::case::milestones::{Milestones, Outcome as Conclusion};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::settings::{self, Settings};
use crate::kernel::words::{Arg, W};
use crate::phrase;

/// One attempt. Moments are UTC seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Key in the store.
    pub id: i64,
    /// Round it was made in.
    pub round: i64,
    /// How.
    pub channel: Channel,
    /// What came of it.
    pub outcome: Outcome,
    /// What the customer said, where something was.
    pub stance: Option<Stance>,
    /// When the customer wants to be called.
    pub call_back_at: Option<i64>,
    /// What else was said.
    pub note: String,
    /// When it happened.
    pub at: i64,
    /// Why that is well before it was recorded.
    pub reason: String,
    /// The attempt on a sibling in which this one was told, or 0.
    pub told_with: i64,
    /// Who made it.
    pub by_id: i64,
}

impl Attempt {
    /// Nobody was reached.
    pub fn vain(&self) -> bool {
        matches!(self.outcome, Outcome::NoAnswer | Outcome::WrongNumber)
    }
}

fn earliest(attempts: &[Attempt], round: i64, fits: impl Fn(&Attempt) -> bool) -> Option<i64> {
    attempts.iter().filter(|one| one.round == round && fits(one)).map(|one| one.at).min()
}

/// When the customer was first told in a round.
pub fn told_at(attempts: &[Attempt], round: i64) -> Option<i64> {
    earliest(attempts, round, |one| one.outcome == Outcome::Told)
}

/// The earliest of oral consent and signed agreement in a round (domain §3).
pub fn agreed_at(attempts: &[Attempt], round: i64) -> Option<i64> {
    earliest(attempts, round, |one| one.stance == Some(Stance::Agreed))
}

/// Whether a letter is suggested: so many vain attempts within so many days since anybody was told or written to.
pub fn letter_suggested(attempts: &[Attempt], round: i64, settings: &Settings) -> bool {
    let of_round: Vec<&Attempt> = attempts.iter().filter(|one| one.round == round).collect();
    let reached = |one: &&Attempt| one.outcome == Outcome::Told || one.channel == Channel::Letter;
    let since = of_round.iter().rposition(reached).map_or(0, |at| at + 1);
    let vain: Vec<i64> = of_round.iter().skip(since).filter(|one| one.vain()).map(|one| one.at).collect();
    let Some(last) = vain.last().copied() else { return false };
    let wanted = usize::try_from(settings.number(settings::VAIN_ATTEMPTS, last)).unwrap_or(usize::MAX).max(1);
    let within = settings.number(settings::VAIN_DAYS, last) * clock::DAY;
    vain.windows(wanted).any(|some| some.last().zip(some.first()).is_some_and(|(last, first)| last - first <= within))
}

/// What somebody wants to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttempt {
    /// How.
    pub channel: Channel,
    /// What came of it.
    pub outcome: Outcome,
    /// What the customer said.
    pub stance: Option<Stance>,
    /// When the customer wants to be called.
    pub call_back_at: Option<i64>,
    /// What else was said.
    pub note: String,
    /// When it happened; nothing = now.
    pub at: Option<i64>,
    /// Why that is more than two hours ago.
    pub reason: String,
}

impl NewAttempt {
    /// An attempt made just now.
    pub fn now(channel: Channel, outcome: Outcome, stance: Option<Stance>) -> NewAttempt {
        NewAttempt {
            channel,
            outcome,
            stance,
            call_back_at: None,
            note: String::new(),
            at: None,
            reason: String::new(),
        }
    }
}

/// What is wrong with an attempt on a case that stands like this, at `now`.
pub fn judge(m: &Milestones, new: &NewAttempt, now: i64) -> Findings {
    let mut found = Findings::new();
    match m.closed_at {
        None => found.push(Finding::block("not_closed", None, W::NotifyNotClosed)),
        Some(closed_at) if new.at.is_some_and(|at| at < closed_at) => {
            found.push(Finding::block(
                "before_sign_off",
                "at",
                phrase!(W::NotifyBeforeSignOff, Arg::Moment(closed_at)),
            ));
        }
        Some(_) => {}
    }
    if new.outcome == Outcome::CallBack {
        match new.call_back_at {
            None => found.push(Finding::block("call_back_missing", "call_back", W::NotifyCallBackMissing)),
            Some(at) if at <= now => {
                found.push(Finding::block(
                    "call_back_past",
                    "call_back",
                    phrase!(W::NotifyCallBackPast, Arg::Moment(at)),
                ));
            }
            Some(_) => {}
        }
    }
    if new.stance.is_some() && new.outcome != Outcome::Told {
        found.push(Finding::block("stance", "stance", W::NotifyStanceUntold));
    }
    if new.stance == Some(Stance::Agreed) && m.closed_at.is_some() && m.outcome != Some(Conclusion::Pay) {
        found.push(Finding::block("nothing_to_agree", "stance", W::NotifyNothingToAgree));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(at: i64, channel: Channel, outcome: Outcome) -> Attempt {
        Attempt {
            id: at,
            round: 1,
            channel,
            outcome,
            stance: None,
            call_back_at: None,
            note: String::new(),
            at,
            reason: String::new(),
            told_with: 0,
            by_id: 1,
        }
    }

    #[test]
    fn three_vain_attempts_in_two_days_suggest_a_letter() {
        let settings = Settings::default();
        let vain = |at| attempt(at, Channel::Phone, Outcome::NoAnswer);
        let day = clock::DAY;
        let suggested = |all: &[Attempt]| letter_suggested(all, 1, &settings);
        assert!(!suggested(&[vain(0), vain(day)]));
        assert!(suggested(&[vain(0), vain(day), vain(2 * day)]), "two days to the second");
        assert!(!suggested(&[vain(0), vain(day), vain(2 * day + 1)]));
        assert!(suggested(&[vain(0), vain(2 * day), vain(3 * day), vain(4 * day)]));
        let letter = attempt(3 * day, Channel::Letter, Outcome::Sent);
        assert!(!suggested(&[vain(0), vain(1), vain(2), letter]), "one was sent");
        assert!(!letter_suggested(&[vain(0), vain(1), vain(2)], 2, &settings), "another round");
    }

    #[test]
    fn the_earliest_consent_counts() {
        let told = |at, stance| Attempt { stance, ..attempt(at, Channel::Phone, Outcome::Told) };
        let all = [told(50, Some(Stance::Asks)), told(90, Some(Stance::Agreed)), told(70, Some(Stance::Agreed))];
        assert_eq!((told_at(&all, 1), agreed_at(&all, 1)), (Some(50), Some(70)));
        assert_eq!((told_at(&all, 2), agreed_at(&all, 2)), (None, None));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let m = Milestones { closed_at: Some(100), outcome: Some(Conclusion::Zero), ..Milestones::default() };
        let mut new = NewAttempt::now(Channel::Phone, Outcome::CallBack, Some(Stance::Agreed));
        new.at = Some(99);
        assert_eq!(judge(&m, &new, 200).codes(), "before_sign_off, call_back_missing, stance, nothing_to_agree");
        new.call_back_at = Some(200);
        assert!(judge(&m, &new, 200).has("call_back_past"));
        assert_eq!(
            judge(&Milestones::default(), &NewAttempt::now(Channel::Phone, Outcome::Told, None), 1).codes(),
            "not_closed"
        );
    }
}

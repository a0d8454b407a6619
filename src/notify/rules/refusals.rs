//! A refusal's written notice and its delivery (保险法 24: with reasons, within three days).

use super::{Delivery, written};
use crate::case::milestones::{Milestones, Outcome};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::{Arg, W};
use crate::phrase;

/// The notice in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Key in the store.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// Why nothing is paid.
    pub reasons: String,
    /// When it was written.
    pub at: i64,
}

/// How a notice reached the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    /// How.
    pub how: Delivery,
    /// Number of the proof.
    pub proof: String,
    /// When.
    pub at: i64,
}

/// What is wrong with writing a notice.
pub fn judge_notice(m: &Milestones, reasons: &str) -> Findings {
    let mut found = refused(m);
    found.extend(written(reasons, "reasons", W::NotifyReasonsMissing));
    found
}

/// What is wrong with recording a delivery.
pub fn judge_delivery(
    m: &Milestones,
    notice: Option<&Notice>,
    how: Option<Delivery>,
    proof: &str,
    at: i64,
) -> Findings {
    let mut found = refused(m);
    match notice {
        None => found.push(Finding::block("no_notice", None, W::NotifyNoNotice)),
        Some(notice) if at < notice.at => {
            found.push(Finding::block("before_notice", "at", phrase!(W::NotifyBeforeNotice, Arg::Moment(notice.at))));
        }
        Some(_) => {}
    }
    if how.is_none() {
        found.push(Finding::block("how", "how", W::NotifyHowMissing));
    }
    found.extend(written(proof, "proof", W::NotifyProofMissing));
    found
}

fn refused(m: &Milestones) -> Findings {
    let mut found = Findings::new();
    if m.closed_at.is_none() || m.outcome != Some(Outcome::Refuse) {
        found.push(Finding::block("not_refused", None, W::NotifyNotRefused));
    }
    if let Some(at) = m.delivered_at {
        found.push(Finding::block("delivered", None, phrase!(W::NotifyAlreadyDelivered, Arg::Moment(at))));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_needs_a_notice_a_way_and_a_proof() {
        let mut m = Milestones { closed_at: Some(1), outcome: Some(Outcome::Refuse), ..Milestones::default() };
        assert_eq!(judge_delivery(&m, None, None, "", 5).codes(), "no_notice, how, text_missing");
        let notice = Notice { id: 1, number: "2026-0001".to_owned(), reasons: "x".to_owned(), at: 6 };
        assert_eq!(judge_delivery(&m, Some(&notice), Some(Delivery::Signed), "EMS1", 5).codes(), "before_notice");
        assert!(judge_delivery(&m, Some(&notice), Some(Delivery::Signed), "EMS1", 6).is_empty());
        m.delivered_at = Some(7);
        assert_eq!(judge_notice(&m, "x").codes(), "delivered");
        m.outcome = Some(Outcome::Pay);
        assert!(judge_notice(&m, "x").has("not_refused"));
    }
}

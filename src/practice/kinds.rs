//! The states an open case of the practice office can be in, and how many of each there are.

/// How an open case came to where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Two or three steps confirmed: due within the hour, or the next.
    Soon,
    /// Three steps confirmed, the price is overdue.
    Overdue,
    /// Waits for its sign-off.
    Awaiting,
    /// Everything known; every other one has its papers confirmed and is due later today or tomorrow.
    Today,
    /// Signed off; the customer has to be told.
    Signed,
    /// Just in, nothing known yet.
    Fresh,
    /// Waits for papers.
    Papers,
    /// Two steps confirmed.
    Assess,
    /// Three steps confirmed.
    Price,
    /// Compulsory and commercial case of one accident.
    Twin,
    /// Compulsory line: the list of documents is due.
    Documents,
    /// The notice has reached the customer, nothing has come.
    Paused,
    /// What was asked for has come.
    Supplemented,
    /// Entered by hand, a row of the core may be it.
    Pending,
    /// Confirmed here with another value than the core has now.
    Differs,
    /// Back from the leader.
    Returned,
    /// Above the first leader's limit: waits for a higher one.
    Endorsed,
    /// Needs minutes, has none.
    NoMinutes,
    /// Has the minutes it needs.
    Minutes,
    /// Entered by hand, nothing has come.
    Hand,
    /// Entered by hand and joined.
    Joined,
    /// Opened again as a second round.
    Reopened,
    /// A refusal that waits for its sign-off.
    Refusal,
    /// A leader has waived a paper.
    Waived,
    /// A large one past its 72 hours.
    LateLarge,
    /// Signed by a deputy.
    Deputy,
    /// Refused; the notice has to be delivered.
    Refused,
    /// Withdrawn, or closed without payment; the customer has to be told.
    Withdrawn,
    /// Closed elsewhere: to be told, to be paid, to be filed.
    Elsewhere,
    /// The customer wants to be called back about now.
    CallBack,
    /// Three calls in vain: a letter is due.
    Vain,
    /// The customer has just asked something, and nothing was answered.
    Asking,
    /// A price is disputed; verification and adjustment have the question.
    Referred,
    /// The joint explanation waits for a signature, or to be told.
    Explained,
    /// A complaint.
    Complaint,
    /// A dispute was upheld: a second round at step 4.
    Upheld,
    /// The refusal notice is written and not delivered.
    NoticeWritten,
    /// The refusal notice was delivered; the file is to be archived.
    Delivered,
    /// Withdrawn or closed without payment, and told.
    ToldWithdrawn,
    /// Told and agreed; the payment is to be chosen.
    ToChoose,
    /// A repair shop is to be paid: waits for its review.
    ToReview,
    /// Chosen; papers of the payment are missing.
    PayPapers,
    /// The customer asks after the choice, which is held.
    Held,
    /// Ready to be released and paid on-site.
    ReadyOnSite,
    /// Released; waits for receipt and hand-over.
    HandOver,
    /// Paid on-site; the file is to be archived.
    PaidOnSite,
    /// A transfer with its receipt signed, ready for a batch.
    ReadyTransfer,
    /// In a batch that was let go; nobody knows whether the file is out.
    Sending,
    /// In a batch without its result.
    Sent,
    /// The bank could not pay; to be mended.
    Failed,
    /// Failed and mended; to be sent again.
    Mended,
    /// Paid, and sent back by the bank.
    CameBack,
    /// Paid by transfer.
    PaidTransfer,
    /// Paid to an account on record.
    PaidDirect,
    /// Somebody showed papers before the core told of the case.
    VisitEarly,
}

/// How many of each among sixty, and the share of each of those beyond; the ones a small store needs most first.
pub const KINDS: [(Kind, u64, u64); 55] = [
    (Kind::Soon, 2, 4),
    (Kind::Overdue, 1, 2),
    (Kind::Awaiting, 2, 5),
    (Kind::Today, 2, 5),
    (Kind::Signed, 1, 4),
    (Kind::Fresh, 2, 6),
    (Kind::ToChoose, 2, 4),
    (Kind::PayPapers, 1, 3),
    (Kind::ReadyOnSite, 1, 3),
    (Kind::ReadyTransfer, 1, 3),
    (Kind::Papers, 1, 3),
    (Kind::Assess, 1, 3),
    (Kind::Price, 1, 2),
    (Kind::Asking, 1, 2),
    (Kind::Refused, 1, 1),
    (Kind::Failed, 1, 1),
    (Kind::Sent, 1, 3),
    (Kind::CallBack, 1, 2),
    (Kind::HandOver, 1, 2),
    (Kind::ToReview, 1, 2),
    (Kind::PaidOnSite, 1, 3),
    (Kind::PaidTransfer, 1, 2),
    (Kind::PaidDirect, 1, 4),
    (Kind::NoticeWritten, 1, 1),
    (Kind::Referred, 1, 1),
    (Kind::Explained, 1, 1),
    (Kind::Vain, 1, 1),
    (Kind::Withdrawn, 1, 1),
    (Kind::Twin, 1, 2),
    (Kind::Documents, 1, 2),
    (Kind::Paused, 1, 2),
    (Kind::Supplemented, 1, 1),
    (Kind::Pending, 1, 1),
    (Kind::Differs, 1, 1),
    (Kind::Returned, 1, 1),
    (Kind::Endorsed, 1, 1),
    (Kind::NoMinutes, 1, 1),
    (Kind::Minutes, 1, 1),
    (Kind::Hand, 1, 1),
    (Kind::Joined, 1, 1),
    (Kind::Reopened, 1, 1),
    (Kind::Refusal, 1, 1),
    (Kind::Waived, 1, 1),
    (Kind::LateLarge, 1, 1),
    (Kind::Deputy, 1, 1),
    (Kind::VisitEarly, 1, 1),
    (Kind::Held, 1, 1),
    (Kind::Sending, 1, 1),
    (Kind::Mended, 1, 1),
    (Kind::CameBack, 1, 1),
    (Kind::Upheld, 1, 1),
    (Kind::Complaint, 1, 1),
    (Kind::Delivered, 1, 1),
    (Kind::ToldWithdrawn, 1, 1),
    (Kind::Elsewhere, 1, 2),
];

/// What a small store has of all kinds together.
const FEW: u64 = 60;

/// How many of each kind make so many cases: one of each first, then the mixture of sixty, the rest by their shares.
pub fn quotas(cases: u64) -> Vec<(Kind, u64)> {
    let each = u64::try_from(KINDS.len()).unwrap_or(0);
    let few = shares(cases.min(FEW).saturating_sub(each), &KINDS.map(|(_, few, _)| few - 1));
    let many = shares(cases.saturating_sub(FEW), &KINDS.map(|(_, _, many)| many));
    (0_u64..)
        .zip(KINDS)
        .zip(few.into_iter().zip(many))
        .map(|((place, (kind, ..)), (few, many))| (kind, u64::from(place < cases) + few + many))
        .collect()
}

/// Divides a count by shares, all of it.
fn shares(count: u64, shares: &[u64]) -> Vec<u64> {
    let whole: u64 = shares.iter().sum();
    let (mut gone, mut upto) = (0, 0);
    shares
        .iter()
        .map(|share| {
            upto += share;
            let more = count * upto / whole - gone;
            gone += more;
            more
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_make_exactly_so_many_and_one_of_each_where_there_is_room() {
        assert_eq!(KINDS.iter().map(|(_, few, _)| few).sum::<u64>(), FEW);
        let kinds = u64::try_from(KINDS.len()).unwrap();
        for cases in [0, 1, 5, 32, kinds - 1, kinds, kinds + 1, 59, 60, 300, 600] {
            let quotas = quotas(cases);
            assert_eq!(quotas.iter().map(|(_, count)| count).sum::<u64>(), cases);
            if cases >= kinds {
                assert!(quotas.iter().all(|(_, count)| *count > 0), "{cases}");
            }
        }
        assert!(quotas(60).iter().zip(KINDS).all(|((_, count), (_, few, _))| *count == few));
    }
}

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
    /// Large, waits for its sign-off.
    Large,
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
    /// Withdrawn.
    Withdrawn,
    /// Closed without payment.
    Zero,
    /// Closed elsewhere, told, to be paid.
    ToPay,
    /// Closed and paid elsewhere, to be filed.
    ToFile,
    /// Closed elsewhere, to be told.
    ToTell,
}

/// How many of each among sixty, the ones a small store needs most first.
pub const KINDS: [(Kind, u64); 33] = [
    (Kind::Soon, 4),
    (Kind::Overdue, 2),
    (Kind::Awaiting, 4),
    (Kind::Today, 5),
    (Kind::Signed, 3),
    (Kind::Fresh, 5),
    (Kind::Papers, 3),
    (Kind::Assess, 3),
    (Kind::Price, 2),
    (Kind::Twin, 2),
    (Kind::Documents, 2),
    (Kind::Paused, 2),
    (Kind::Supplemented, 1),
    (Kind::Pending, 2),
    (Kind::Differs, 2),
    (Kind::Returned, 2),
    (Kind::Endorsed, 1),
    (Kind::Large, 1),
    (Kind::NoMinutes, 1),
    (Kind::Minutes, 1),
    (Kind::Hand, 1),
    (Kind::Joined, 1),
    (Kind::Reopened, 1),
    (Kind::Refusal, 1),
    (Kind::Waived, 1),
    (Kind::LateLarge, 1),
    (Kind::Deputy, 1),
    (Kind::Refused, 1),
    (Kind::Withdrawn, 1),
    (Kind::Zero, 1),
    (Kind::ToPay, 2),
    (Kind::ToFile, 2),
    (Kind::ToTell, 1),
];

/// How many of each kind make so many cases: one of each first, the rest by their shares.
pub fn quotas(cases: u64) -> Vec<(Kind, u64)> {
    let each = u64::try_from(KINDS.len()).unwrap_or(0);
    let share: u64 = KINDS.iter().map(|(_, share)| share - 1).sum();
    let rest = cases.saturating_sub(each);
    let (mut gone, mut upto) = (0, 0);
    (0_u64..)
        .zip(KINDS)
        .map(|(place, (kind, weight))| {
            upto += weight - 1;
            let more = rest * upto / share - gone;
            gone += more;
            (kind, u64::from(place < cases) + more)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotas_make_exactly_so_many_and_one_of_each_where_there_is_room() {
        for cases in [0, 1, 5, 32, 33, 34, 59, 60, 300, 600] {
            let quotas = quotas(cases);
            assert_eq!(quotas.iter().map(|(_, count)| count).sum::<u64>(), cases);
            if cases >= 33 {
                assert!(quotas.iter().all(|(_, count)| *count > 0), "{cases}");
            }
        }
    }
}

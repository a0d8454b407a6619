//! The deadlines of a case: pure functions of its milestones, the calendar and the settings of the moment.

use super::milestones::{Milestones, Outcome, Stage};
use crate::kernel::calendar::{Calendar, desk_and_latest};
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::kernel::settings::{self, Settings};
use chrono::NaiveDate;

/// Days of the compulsory motor line from claim received to the list of documents (交强险条例 28).
const DOCUMENT_LIST_DAYS: u32 = 1;
/// Days of the compulsory motor line to the assessment (交强险条例 28).
const COMPULSORY_ASSESSMENT_DAYS: u32 = 5;
/// Days of every other line to the assessment (保险法 23).
const ASSESSMENT_DAYS: u32 = 30;
/// Days from the sign-off of a refusal to the delivery of its notice (保险法 24).
const REFUSAL_DAYS: u32 = 3;
/// Days from the agreement to the payment (保险法 23; 交强险条例 29).
const PAYMENT_DAYS: u32 = 10;
/// Days from claim received until the undisputed part is to be paid in advance (保险法 25).
const ADVANCE_DAYS: u32 = 60;

/// Which clock a deadline belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeadlineKind {
    /// Company limit of a small case.
    SmallLimit = 1,
    /// Company limit of a large case.
    LargeLimit = 2,
    /// Statutory: list of documents, compulsory motor line.
    DocumentList = 3,
    /// Statutory: assessment.
    Assessment = 4,
    /// Archive deadline, computed from the receipt or fixed at closing.
    Archive = 5,
    /// Archive deadline from closing while the receipt is out (暂定).
    ArchiveTentative = 6,
    /// Statutory: a refusal is delivered.
    Refusal = 7,
    /// Statutory: the money is paid after the agreement.
    Payment = 8,
    /// Statutory reminder: the undisputed part is paid in advance (先予支付).
    Advance = 9,
    /// An open inquiry is to be resolved.
    Inquiry = 10,
}

impl DeadlineKind {
    /// Every kind.
    pub const ALL: [DeadlineKind; 10] = [
        DeadlineKind::SmallLimit,
        DeadlineKind::LargeLimit,
        DeadlineKind::DocumentList,
        DeadlineKind::Assessment,
        DeadlineKind::Archive,
        DeadlineKind::ArchiveTentative,
        DeadlineKind::Refusal,
        DeadlineKind::Payment,
        DeadlineKind::Advance,
        DeadlineKind::Inquiry,
    ];

    /// Number in the store.
    pub const fn number(self) -> i64 {
        self as i64
    }

    /// The kind with this number.
    pub fn from_number(number: i64) -> Option<DeadlineKind> {
        DeadlineKind::ALL.into_iter().find(|k| k.number() == number)
    }
}

/// One running deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// Its clock.
    pub kind: DeadlineKind,
    /// Where the clock started, UTC seconds.
    pub from_at: i64,
    /// The moment it ends, UTC seconds.
    pub due_at: i64,
    /// The next working day's end, when a statutory last day is none (最迟).
    pub latest_at: Option<i64>,
    /// The day the archive clock counts from.
    pub clock_day: Option<NaiveDate>,
    /// Whole days the clock stood still.
    pub stood_still: i64,
    /// Years it depends on that have no calendar file.
    pub assumed_years: Vec<i32>,
}

/// How the claim-received moment was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// 索赔时间
    Claimed,
    /// 报案日期
    Reported,
    /// The day the case came into the store, for want of both.
    Imported,
}

/// The facts of a case that its clocks need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClockFacts {
    /// The line is the compulsory motor line.
    pub compulsory: bool,
    /// 索赔时间
    pub claimed_at: Option<i64>,
    /// 报案日期
    pub report_date: Option<NaiveDate>,
    /// When the case came into the store.
    pub received_at: i64,
    /// 定损金额
    pub assessed: Option<Fen>,
    /// 核价金额
    pub verified: Option<Fen>,
    /// 理算金额
    pub payable: Option<Fen>,
}

impl ClockFacts {
    /// The day the claim was received, and how that is known (domain §10).
    pub fn received(&self) -> (NaiveDate, Received) {
        match (self.claimed_at, self.report_date) {
            (Some(at), _) => (clock::day_of(at), Received::Claimed),
            (None, Some(day)) => (day, Received::Reported),
            (None, None) => (clock::day_of(self.received_at), Received::Imported),
        }
    }

    /// The amount that decides small or large: the latest known of payable, verified, assessed.
    pub fn size_amount(&self) -> Option<Fen> {
        self.payable.or(self.verified).or(self.assessed)
    }

    /// Whether the case is large at a moment; no amount yet = small.
    pub fn is_large(&self, settings: &Settings, at: i64) -> bool {
        self.size_amount().is_some_and(|amount| amount >= settings.money(settings::LARGE_FROM, at))
    }
}

/// What deadlines are computed with.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Working days.
    pub calendar: &'a Calendar,
    /// Dated control settings.
    pub settings: &'a Settings,
}

impl Rules<'_> {
    /// Every deadline that runs now, earliest first; a tentative one stands behind those that bind, because it passes
    /// without anybody being late.
    pub fn deadlines(&self, facts: &ClockFacts, m: &Milestones) -> Vec<Deadline> {
        let mut found = Vec::new();
        match m.stage() {
            Stage::Archived => {}
            Stage::Closing => {
                if !m.paused() {
                    found.extend(self.company_limit(facts, m));
                    if m.round <= 1 {
                        found.extend(self.document_list(facts, m));
                        found.extend(self.assessment(facts, m));
                        found.push(self.advance(facts));
                    }
                }
            }
            _ => {
                found.extend(self.archive(m));
                found.extend(self.refusal(m));
                found.extend(self.payment(m));
            }
        }
        if m.stage() != Stage::Archived && !m.paused() {
            found.extend(inquiry(m));
        }
        found.sort_by_key(|d| (d.kind == DeadlineKind::ArchiveTentative, d.due_at, d.kind));
        found
    }

    /// The one deadline that is shown.
    pub fn nearest(&self, facts: &ClockFacts, m: &Milestones) -> Option<Deadline> {
        self.deadlines(facts, m).into_iter().next()
    }

    /// 24 or 72 hours straight through from complete claim papers to sign-off (report, 理赔管理强化).
    pub fn company_limit(&self, facts: &ClockFacts, m: &Milestones) -> Option<Deadline> {
        // A new round that starts behind step 2 has had its papers all along; its clock runs from the reopening.
        let start = if m.round > 1 { m.papers_at.map(|at| at.max(m.opened_at)) } else { m.papers_at }?;
        let large = facts.is_large(self.settings, start);
        let (kind, key) = if large {
            (DeadlineKind::LargeLimit, settings::LARGE_HOURS)
        } else {
            (DeadlineKind::SmallLimit, settings::SMALL_HOURS)
        };
        Some(Deadline {
            kind,
            from_at: start,
            due_at: start + self.settings.number(key, start) * 3_600,
            latest_at: None,
            clock_day: None,
            stood_still: 0,
            assumed_years: Vec::new(),
        })
    }

    fn document_list(&self, facts: &ClockFacts, m: &Milestones) -> Option<Deadline> {
        if !facts.compulsory || m.notice_at.is_some() || m.steps[1].is_some() || m.papers_at.is_some() {
            return None;
        }
        let (day, _) = facts.received();
        Some(self.statutory(DeadlineKind::DocumentList, day, DOCUMENT_LIST_DAYS, 0))
    }

    fn assessment(&self, facts: &ClockFacts, m: &Milestones) -> Option<Deadline> {
        let (day, _) = facts.received();
        let days = if facts.compulsory { COMPULSORY_ASSESSMENT_DAYS } else { ASSESSMENT_DAYS };
        Some(self.statutory(DeadlineKind::Assessment, day, days, stood_still(m)))
    }

    /// The undisputed part is paid in advance when the assessment is not done after sixty days; a reminder.
    fn advance(&self, facts: &ClockFacts) -> Deadline {
        let (day, _) = facts.received();
        self.statutory(DeadlineKind::Advance, day, ADVANCE_DAYS, 0)
    }

    /// A refusal is delivered within three days of its sign-off.
    fn refusal(&self, m: &Milestones) -> Option<Deadline> {
        let closed_at = m.closed_at.filter(|_| m.outcome == Some(Outcome::Refuse) && m.delivered_at.is_none())?;
        Some(self.statutory(DeadlineKind::Refusal, clock::day_of(closed_at), REFUSAL_DAYS, 0))
    }

    /// The money is paid within ten days of the agreement; nothing stops that clock.
    fn payment(&self, m: &Milestones) -> Option<Deadline> {
        m.agreed_at.filter(|_| m.must_pay() && m.paid_at.is_none()).map(|agreed_at| self.paid_by(agreed_at))
    }

    /// When money agreed on at a moment has to be paid.
    pub fn paid_by(&self, agreed_at: i64) -> Deadline {
        self.statutory(DeadlineKind::Payment, clock::day_of(agreed_at), PAYMENT_DAYS, 0)
    }

    fn statutory(&self, kind: DeadlineKind, start: NaiveDate, days: u32, still: i64) -> Deadline {
        let from_at = clock::moment_on(start, chrono::NaiveTime::MIN);
        let end = self.settings.time(settings::DAY_END, from_at);
        let days = days.saturating_add(u32::try_from(still).unwrap_or(0));
        let (due_at, latest_at) = desk_and_latest(self.calendar, start, days, end, clock::zone());
        Deadline {
            kind,
            from_at,
            due_at,
            latest_at: (latest_at != due_at).then_some(latest_at),
            clock_day: None,
            stood_still: still,
            assumed_years: self.calendar.assumed_years(clock::day_of(due_at), clock::day_of(latest_at)),
        }
    }

    /// 16:00:00 of the third working day after the clock day (domain §6).
    pub fn archive(&self, m: &Milestones) -> Option<Deadline> {
        let closed_at = m.closed_at?;
        let by_receipt = self.settings.clock_starts_with_receipt(closed_at) && m.outcome == Some(Outcome::Pay);
        let (from_at, tentative) = match (by_receipt, m.receipt_at) {
            (true, Some(receipt)) => (closed_at.max(receipt), false),
            (true, None) => (closed_at, true),
            (false, _) => (closed_at, false),
        };
        let cutoff = self.settings.cutoff(from_at);
        let days = u32::try_from(self.settings.number(settings::ARCHIVE_DAYS, from_at)).unwrap_or(3);
        let due = cutoff.archive_deadline(self.calendar, from_at, days);
        Some(Deadline {
            kind: if tentative { DeadlineKind::ArchiveTentative } else { DeadlineKind::Archive },
            from_at,
            due_at: due.due_at,
            latest_at: None,
            clock_day: Some(due.clock_day),
            stood_still: 0,
            assumed_years: due.assumed_years,
        })
    }

    /// The day whose batch a closing belongs to.
    pub fn batch_day(&self, closed_at: i64) -> NaiveDate {
        self.settings.cutoff(closed_at).batch_day(self.calendar, closed_at)
    }
}

/// The first open inquiry's own clock, kept with the milestones by the acts on inquiries.
fn inquiry(m: &Milestones) -> Option<Deadline> {
    let due_at = m.inquiry_due?;
    Some(Deadline {
        kind: DeadlineKind::Inquiry,
        from_at: due_at,
        due_at,
        latest_at: None,
        clock_day: None,
        stood_still: 0,
        assumed_years: Vec::new(),
    })
}

/// Whole calendar days the assessment clock stood still between notice and supplement (保险法解释二 15).
fn stood_still(m: &Milestones) -> i64 {
    match (m.notice_at, m.supplement_at) {
        (Some(reached), Some(arrived)) if arrived > reached => {
            (clock::day_of(arrived) - clock::day_of(reached)).num_days().max(0)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::{file_time, parse_time};

    fn at(text: &str) -> i64 {
        parse_time(text).unwrap()
    }

    fn with_rules<T>(f: impl FnOnce(Rules<'_>) -> T) -> T {
        let calendar = Calendar::built_in();
        let settings = Settings::default();
        f(Rules { calendar: &calendar, settings: &settings })
    }

    fn in_closing(papers: Option<&str>) -> Milestones {
        let papers_at = papers.map(at);
        Milestones {
            round: 1,
            start_step: 1,
            steps: [Some(1), papers_at, None, None],
            papers_at,
            ..Milestones::default()
        }
    }

    #[test]
    fn small_cases_have_24_hours_from_papers_and_large_ones_72() {
        with_rules(|rules| {
            let m = in_closing(Some("2026-11-21 10:00:00"));
            let mut facts = ClockFacts { received_at: at("2026-11-21 09:00:00"), ..ClockFacts::default() };
            let small = rules.nearest(&facts, &m).unwrap();
            assert_eq!(
                (small.kind, file_time(small.due_at).as_str()),
                (DeadlineKind::SmallLimit, "2026-11-22 10:00:00")
            );
            facts.assessed = Some(Fen::from_fen(499_999));
            assert_eq!(rules.nearest(&facts, &m).unwrap().kind, DeadlineKind::SmallLimit);
            facts.assessed = Some(Fen::from_yuan(5_000));
            let large = rules.nearest(&facts, &m).unwrap();
            assert_eq!(
                (large.kind, file_time(large.due_at).as_str()),
                (DeadlineKind::LargeLimit, "2026-11-24 10:00:00")
            );
            facts.payable = Some(Fen::from_yuan(4_000));
            assert_eq!(rules.nearest(&facts, &m).unwrap().kind, DeadlineKind::SmallLimit, "the latest amount decides");
        });
    }

    #[test]
    fn the_statutory_clock_counts_calendar_days_to_half_past_five() {
        with_rules(|rules| {
            let facts = ClockFacts {
                compulsory: true,
                claimed_at: Some(at("2026-02-10 11:00:00")),
                received_at: at("2026-02-12 09:00:00"),
                ..ClockFacts::default()
            };
            let m = in_closing(None);
            let all = rules.deadlines(&facts, &m);
            let kinds: Vec<_> = all.iter().map(|d| (d.kind, file_time(d.due_at))).collect();
            assert_eq!(
                kinds,
                [
                    (DeadlineKind::DocumentList, "2026-02-11 17:30:00".to_owned()),
                    (DeadlineKind::Assessment, "2026-02-15 17:30:00".to_owned()),
                    (DeadlineKind::Advance, "2026-04-11 17:30:00".to_owned()),
                ]
            );
            // 15 February opens the Spring Festival; the next working day is the 24th.
            assert_eq!(all[1].latest_at.map(file_time).as_deref(), Some("2026-02-24 17:30:00"));
        });
    }

    #[test]
    fn the_assessment_clock_stands_still_between_notice_and_supplement() {
        with_rules(|rules| {
            let facts = ClockFacts { claimed_at: Some(at("2026-11-02 09:00:00")), ..ClockFacts::default() };
            let mut m = in_closing(None);
            let due = |m: &Milestones| rules.nearest(&facts, m).map(|d| file_time(d.due_at));
            assert_eq!(due(&m).as_deref(), Some("2026-12-02 17:30:00"));
            m.notice_at = Some(at("2026-11-03 16:00:00"));
            assert_eq!(due(&m), None, "a paused case has no deadline");
            m.supplement_at = Some(at("2026-11-06 09:00:00"));
            assert_eq!(due(&m).as_deref(), Some("2026-12-05 17:30:00"));
        });
    }

    #[test]
    fn the_archive_deadline_is_tentative_until_the_receipt_is_in() {
        with_rules(|rules| {
            let mut m = in_closing(Some("2026-11-20 10:00:00"));
            m.steps = [Some(1); 4];
            m.closed_at = Some(at("2026-11-23 15:59:59"));
            m.outcome = Some(Outcome::Pay);
            m.payable = Some(Fen::from_yuan(100));
            let facts = ClockFacts::default();
            let first = rules.nearest(&facts, &m).unwrap();
            assert_eq!(first.kind, DeadlineKind::ArchiveTentative);
            assert_eq!(file_time(first.due_at), "2026-11-26 16:00:00");
            m.receipt_at = Some(at("2026-11-24 15:10:00"));
            let then = rules.nearest(&facts, &m).unwrap();
            assert_eq!((then.kind, file_time(then.due_at).as_str()), (DeadlineKind::Archive, "2026-11-27 16:00:00"));
            m.outcome = Some(Outcome::Refuse);
            assert_eq!(rules.nearest(&facts, &m).unwrap().kind, DeadlineKind::Archive);
            assert_eq!(rules.batch_day(at("2026-11-23 16:00:00")).to_string(), "2026-11-23");
            assert_eq!(rules.batch_day(at("2026-11-23 16:00:01")).to_string(), "2026-11-24");
        });
    }

    #[test]
    fn refusals_payments_and_inquiries_have_their_own_clocks() {
        with_rules(|rules| {
            let mut m = in_closing(Some("2026-02-13 10:00:00"));
            m.steps = [Some(1); 4];
            m.closed_at = Some(at("2026-02-14 15:00:00"));
            m.outcome = Some(Outcome::Refuse);
            let facts = ClockFacts::default();
            let first = rules.nearest(&facts, &m).unwrap();
            // Three days from the last working day before the Spring Festival; the law lets the next working day do.
            assert_eq!((first.kind, file_time(first.due_at).as_str()), (DeadlineKind::Refusal, "2026-02-17 17:30:00"));
            assert_eq!(first.latest_at.map(file_time).as_deref(), Some("2026-02-24 17:30:00"));
            m.delivered_at = Some(at("2026-02-16 10:00:00"));
            assert_eq!(rules.nearest(&facts, &m).unwrap().kind, DeadlineKind::Archive);
            m.outcome = Some(Outcome::Pay);
            m.payable = Some(Fen::from_yuan(100));
            m.told_at = m.delivered_at;
            m.agreed_at = m.delivered_at;
            let pay = rules.nearest(&facts, &m).unwrap();
            assert_eq!((pay.kind, file_time(pay.due_at).as_str()), (DeadlineKind::Payment, "2026-02-26 17:30:00"));
            m.inquiry_due = Some(at("2026-02-17 10:00:00"));
            assert_eq!(rules.nearest(&facts, &m).unwrap().kind, DeadlineKind::Inquiry);
            m.inquiry_due = None;
            m.paid_at = Some(at("2026-02-25 10:00:00"));
            assert_eq!(rules.nearest(&facts, &m).unwrap().kind, DeadlineKind::ArchiveTentative);
        });
    }

    #[test]
    fn a_filed_case_has_no_deadline() {
        with_rules(|rules| {
            let mut m = in_closing(Some("2026-11-20 10:00:00"));
            m.closed_at = Some(at("2026-11-23 15:59:59"));
            m.outcome = Some(Outcome::Withdraw);
            m.told_at = m.closed_at;
            m.filed_at = m.closed_at;
            assert_eq!(rules.deadlines(&ClockFacts::default(), &m), []);
        });
    }
}

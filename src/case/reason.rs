//! Why a case is due when it is due, in words.

use super::deadline::{ClockFacts, Deadline, DeadlineKind, Rules};
use super::store::CaseFile;
use super::words;
use crate::kernel::clock;
use crate::kernel::settings;
use crate::kernel::words::{Arg, Phrase, W};
use crate::reference::rulebook::Rulebook;

/// Every running deadline of a case with its reason, nearest first.
pub fn reasons(rules: &Rulebook, case: &CaseFile) -> Vec<(Deadline, Phrase)> {
    let facts = case.facts.clock_facts(rules.compulsory(&case.facts.line), case.received_at);
    rules_of(rules)
        .deadlines(&facts, &case.milestones)
        .into_iter()
        .map(|deadline| {
            let said = reason(rules, &facts, case, &deadline);
            (deadline, said)
        })
        .collect()
}

/// The reason of the one deadline that is shown, or why there is none.
pub fn due_reason(rules: &Rulebook, case: &CaseFile) -> Phrase {
    if let Some((_, said)) = reasons(rules, case).into_iter().next() {
        return said;
    }
    match case.milestones.notice_at {
        Some(at) if case.milestones.paused() => Phrase::new(W::CaseDuePaused, [Arg::Moment(at)]),
        _ if case.milestones.closed_at.is_none() => W::CaseDueWaiting.into(),
        _ => W::CaseDueNone.into(),
    }
}

/// Borrowed rules of a rulebook.
pub fn rules_of(rules: &Rulebook) -> Rules<'_> {
    Rules { calendar: &rules.calendar, settings: &rules.settings }
}

fn reason(rules: &Rulebook, facts: &ClockFacts, case: &CaseFile, deadline: &Deadline) -> Phrase {
    let mut said = match deadline.kind {
        DeadlineKind::SmallLimit | DeadlineKind::LargeLimit => limit(deadline),
        DeadlineKind::DocumentList | DeadlineKind::Assessment | DeadlineKind::Advance => statutory(facts, deadline),
        DeadlineKind::Refusal => after(W::CaseDueRefusal, deadline),
        DeadlineKind::Payment => after(W::CaseDuePayment, deadline),
        DeadlineKind::Inquiry => Phrase::new(W::CaseDueInquiry, [Arg::Moment(deadline.due_at)]),
        DeadlineKind::Archive | DeadlineKind::ArchiveTentative => archive(rules, case, deadline),
    };
    let mut also = |word: W, arg: Arg| {
        said = Phrase::new(W::CasePair, [Arg::from(said.clone()), Arg::from(Phrase::new(word, [arg]))]);
    };
    if deadline.stood_still > 0 {
        also(W::CaseDueStill, Arg::Number(deadline.stood_still));
    }
    if let Some(latest) = deadline.latest_at {
        also(W::CaseDueLatest, Arg::Moment(latest));
    }
    if !deadline.assumed_years.is_empty() {
        let years = deadline.assumed_years.iter().map(|year| Arg::Number(i64::from(*year))).collect();
        also(W::CaseDueAssumed, Arg::List(years));
    }
    said
}

fn limit(deadline: &Deadline) -> Phrase {
    let size = if deadline.kind == DeadlineKind::LargeLimit { W::CaseLarge } else { W::CaseSmall };
    let hours = (deadline.due_at - deadline.from_at) / 3_600;
    Phrase::new(
        W::CaseDueLimit,
        [Arg::Word(size), Arg::Number(hours), Arg::Moment(deadline.from_at), Arg::Moment(deadline.due_at)],
    )
}

fn statutory(facts: &ClockFacts, deadline: &Deadline) -> Phrase {
    let (day, known) = facts.received();
    let due = Arg::Moment(deadline.due_at);
    let known = Arg::Word(words::received(known));
    if deadline.kind == DeadlineKind::DocumentList {
        return Phrase::new(W::CaseDueDocumentList, [Arg::ShortDay(day), known, due]);
    }
    let days = (clock::day_of(deadline.due_at) - day).num_days() - deadline.stood_still;
    let word = if deadline.kind == DeadlineKind::Advance { W::CaseDueAdvance } else { W::CaseDueAssessment };
    Phrase::new(word, [Arg::Number(days), Arg::ShortDay(day), known, due])
}

/// A statutory clock that starts with a fact of the case itself.
fn after(word: W, deadline: &Deadline) -> Phrase {
    let start = clock::day_of(deadline.from_at);
    let days = (clock::day_of(deadline.due_at) - start).num_days();
    Phrase::new(word, [Arg::Number(days), Arg::ShortDay(start), Arg::Moment(deadline.due_at)])
}

fn archive(rules: &Rulebook, case: &CaseFile, deadline: &Deadline) -> Phrase {
    let closed_at = case.milestones.closed_at.unwrap_or(deadline.from_at);
    let batch = rules_of(rules).batch_day(closed_at);
    let word = match deadline.kind {
        DeadlineKind::ArchiveTentative => W::CaseDueArchiveTentative,
        _ if deadline.from_at != closed_at => W::CaseDueArchiveReceipt,
        _ => W::CaseDueArchiveClosed,
    };
    Phrase::new(
        word,
        [
            Arg::ShortDay(batch),
            Arg::Moment(deadline.from_at),
            Arg::ShortDay(deadline.clock_day.unwrap_or(batch)),
            Arg::Number(rules.settings.number(settings::ARCHIVE_DAYS, deadline.from_at)),
            Arg::Moment(deadline.due_at),
        ],
    )
}

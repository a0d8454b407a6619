//! Reminders of due files (domain §6): at sign-in, before the cutoff, and when a deadline has passed. One line, word and
//! mark first; the shell says it on whatever screen is open and touches nothing that is typed.

use crate::archive::store::seal;
use crate::case::deadline::DeadlineKind;
use crate::case::reason::rules_of;
use crate::case::store::files::{self, FileRound};
use crate::db::{Actor, Store};
use crate::kernel::clock;
use crate::kernel::roles::Role;
use crate::kernel::settings::{REMIND_FIRST, REMIND_SECOND};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::{Right, may};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use crate::ui::screen::Cx;
use chrono::NaiveDate;

/// The files due at or before a moment that somebody answers for: an archivist for all, a clerk for those whose fourth
/// step is by their hand.
///
/// # Errors
/// What the store says.
pub fn due_for(store: &Store, rules: &Rulebook, actor: &Actor, upto: i64) -> anyhow::Result<Vec<FileRound>> {
    let conn = store.conn();
    let found = if actor.roles.has(Role::Archivist) {
        files::unfiled_due(conn, upto)?
    } else if actor.roles.has(Role::Clerk) {
        files::unfiled_due_of(conn, upto, actor.id)?
    } else {
        Vec::new()
    };
    let counts = |round: &FileRound| {
        let kind = rules_of(rules).archive(&round.milestones).map(|due| due.kind);
        round.reopened_at.is_none() && kind == Some(DeadlineKind::Archive)
    };
    Ok(found.into_iter().filter(counts).collect())
}

/// What to say at sign-in (`since` nothing) or because of the time that has passed since the last look.
///
/// # Errors
/// What the store says.
pub fn remind(cx: &Cx<'_>, since: Option<i64>) -> anyhow::Result<Option<Phrase>> {
    if cx.actor.id == 0 {
        return Ok(None);
    }
    let rules = rulebook(cx.store)?;
    let today = clock::day_of(cx.now);
    let cutoff = crate::archive::rules::handover::as_of(&rules.settings, today);
    match since {
        None => at_sign_in(cx, &rules, today, cutoff),
        Some(since) => as_time_passes(cx, &rules, (since, cutoff)),
    }
}

fn at_sign_in(cx: &Cx<'_>, rules: &Rulebook, today: NaiveDate, cutoff: i64) -> anyhow::Result<Option<Phrase>> {
    if let Some(day) = to_take_over(cx.store, cx.actor)? {
        return Ok(Some(phrase!(W::SealRemindTake, Arg::ShortDay(day))));
    }
    let upto = if rules.calendar.is_working(today) { cutoff.max(cx.now) } else { cx.now };
    let due = due_for(cx.store, rules, cx.actor, upto)?;
    let over = due.iter().filter(|round| round.notes.archive_due.is_some_and(|at| at < cx.now)).count();
    let left = due.len() - over;
    Ok((!due.is_empty()).then(|| phrase!(W::SealRemindSignIn, count(left), count(over))))
}

fn as_time_passes(cx: &Cx<'_>, rules: &Rulebook, (since, cutoff): (i64, i64)) -> anyhow::Result<Option<Phrase>> {
    let passed = |moment: i64| since < moment && moment <= cx.now;
    // A deadline is kept in its own second and missed in the next.
    if passed(cutoff + 1) {
        let due = due_for(cx.store, rules, cx.actor, cutoff)?;
        let missed: Vec<_> = due.iter().filter(|round| round.notes.archive_due == Some(cutoff)).collect();
        return Ok(missed
            .first()
            .map(|first| phrase!(W::SealRemindPassed, count(missed.len()), first.case_code.as_str())));
    }
    let minutes = [REMIND_SECOND, REMIND_FIRST].map(|key| rules.settings.number(key, cx.now));
    let Some(left) = minutes.into_iter().find(|minutes| passed(cutoff - minutes * 60)) else { return Ok(None) };
    let due = due_for(cx.store, rules, cx.actor, cutoff)?;
    let first = due.first().map(|round| round.case_code.clone());
    Ok(first.map(|first| phrase!(W::SealRemindSoon, left, count(due.len()), first)))
}

/// The oldest day somebody else has sealed alone, for whoever may take it over.
///
/// # Errors
/// What the store says.
pub fn to_take_over(store: &Store, actor: &Actor) -> anyhow::Result<Option<NaiveDate>> {
    if actor.id == 0 || !may(actor, Right::TakeOver) {
        return Ok(None);
    }
    let open = seal::untaken(store.conn())?;
    Ok(open.into_iter().find(|seal| seal.sealed_by != actor.id).map(|seal| seal.day))
}

/// Whether taking over is the first thing to do, so that the place of it opens at sign-in.
///
/// # Errors
/// What the store says.
pub fn takes_over_first(cx: &Cx<'_>) -> anyhow::Result<bool> {
    Ok(to_take_over(cx.store, cx.actor)?.is_some())
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

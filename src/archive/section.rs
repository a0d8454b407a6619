//! What the archive knows of a case, for its folder: where the file is, what is in the slot, until when it is kept.

use super::rules::back::Back;
use super::rules::slot;
use super::rules::{Step, slot::Slot};
use super::store::{Desk, back, receipt, work};
use crate::boxes::rules::{last_payment, not_before};
use crate::boxes::store::{Where, finds, holders, where_is};
use crate::case::screen::folder::Section;
use crate::case::store::CaseFile;
use crate::instructions::rules::{EvidenceKind, State};
use crate::kernel::clock;
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store as office;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::screen::{Cx, Tone};

/// Heading and lines of the archive in a case's folder.
pub const SECTION: crate::case::screen::folder::SectionOf = (W::ArchiveSection, of);

/// What the archive has to say of a case.
///
/// # Errors
/// What the store says.
pub fn of(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let mut lines = Vec::new();
    let m = &case.milestones;
    if m.steps[1].is_none() && m.closed_at.is_none() {
        return Ok(Section { lines });
    }
    let Some(desk) = Desk::read(cx.store, case.id)? else { return Ok(Section { lines }) };
    whereabouts(cx, &desk, &mut lines)?;
    if m.closed_at.is_some() {
        evidence(&desk, &desk.slot(), &mut lines);
        let reasons = back::reasons(cx.store.conn(), &case.case_code)?;
        for done in work::of_round(cx.store.conn(), case.id, m.round)? {
            let who = office::label(cx.store.conn(), Some(done.by_id))?;
            if let Some(to) = Back::from_code(&done.kind) {
                let why = reasons.iter().find(|(at, _)| *at == done.at).map_or("", |(_, why)| why.as_str());
                let args = [Arg::Moment(done.at), Arg::Text(who), Arg::Word(to.word()), Arg::from(why)];
                lines.push((Phrase::new(W::ArchiveDoneBack, args), Tone::Bad));
                continue;
            }
            let word = match done.kind.as_str() {
                "sorted" => phrase!(W::ArchiveDoneSorted, Arg::Moment(done.at), who, done.pages),
                "bound" => phrase!(W::ArchiveDoneBound, Arg::Moment(done.at), who),
                _ => phrase!(W::ArchiveDoneFiled, Arg::Moment(done.at), who),
            };
            lines.push((word, Tone::Good));
        }
        lines.extend(deadline(&desk));
        let years = desk.rules.settings.retention_years(&case.facts.line, cx.now);
        lines.push((not_before(case.facts.policy_end, years, last_payment(&desk.rounds)).say(), Tone::Plain));
        lines.push((W::BoxesNoDestruction.into(), Tone::Plain));
    }
    Ok(Section { lines })
}

/// Box, position and shelf of a place, in one line.
pub fn place_line(place: &Where, rules: &Rulebook) -> Phrase {
    let shelf: Phrase =
        if place.shelf.is_empty() { W::BoxesNoShelfYet.into() } else { phrase!(W::BoxesPlain, place.shelf.as_str()) };
    Phrase::new(
        W::BoxesPlaceLine,
        [
            Arg::from(place.found.label(rules)),
            Arg::Number(place.ordinal),
            Arg::from(shelf),
            Arg::Text(place.found.code.clone()),
        ],
    )
}

fn whereabouts(cx: &Cx<'_>, desk: &Desk, lines: &mut Vec<(Phrase, Tone)>) -> anyhow::Result<()> {
    let conn = cx.store.conn();
    if let Some(place) = where_is(conn, desk.case.id)? {
        lines.push((place_line(&place, &desk.rules), Tone::Good));
        if let Some(loan) = &place.lent {
            let overdue = loan.overdue(clock::day_of(cx.now));
            let due = loan.due_day.map_or_else(|| Arg::from(""), Arg::ShortDay);
            let who = if cx.hidden { "***".to_owned() } else { text::neutralise(&loan.borrower).into_owned() };
            let said = Phrase::new(W::BoxesLentLine, [Arg::Text(who), Arg::Moment(loan.out_at), due]);
            lines.push((said, if overdue { Tone::Bad } else { Tone::Plain }));
        }
    } else if desk.case.milestones.filed_at.is_none() {
        let held = holders::holder(conn, &desk.case)?;
        if let Some(since) = held.since {
            let who = office::label(conn, held.person)?;
            lines.push((phrase!(W::BoxesHolderLine, who, Arg::Moment(since)), Tone::Plain));
        }
        if held.to.is_some() {
            lines.push((phrase!(W::BoxesHandedLine, office::label(conn, held.to)?), Tone::Bad));
        }
    } else if !desk.case.round.box_text.is_empty() {
        lines.push((phrase!(W::BoxesTakenOver, text::neutralise(&desk.case.round.box_text).into_owned()), Tone::Plain));
    }
    if let Some(asked) = finds::open_of(conn, desk.case.id)? {
        lines.push((phrase!(W::BoxesAskedLine, Arg::Moment(asked.asked_at)), Tone::Bad));
    }
    Ok(())
}

fn evidence(desk: &Desk, slot: &Slot, lines: &mut Vec<(Phrase, Tone)>) {
    if Step::of(&desk.case.milestones) == Step::Receipt {
        lines.push((slot.say(), Tone::Bad));
    }
    for e in &desk.evidence {
        let what = if e.kind == EvidenceKind::Waiver { &e.reason } else { &e.serial };
        let args = [Arg::Moment(e.at), Arg::Word(slot::word(e.kind)), Arg::Text(text::neutralise(what).into_owned())];
        lines.push((Phrase::new(W::ArchiveEvidence, args), Tone::Good));
        // A return after the payment leaves a paper in the file that no longer says the truth.
        if desk.instructions.iter().any(|one| e.instruction_id == one.id && receipt::untrue(e.kind, one)) {
            lines.push((phrase!(W::ArchiveReturned, e.serial.as_str()), Tone::Bad));
        }
    }
    for one in desk.instructions.iter().filter(|one| one.state == State::Paid && !one.mode.needs_receipt()) {
        if let Some(at) = one.paid_at.or(one.ended_at) {
            lines.push((phrase!(W::ArchiveBankEvidence, Arg::Moment(at)), Tone::Good));
        }
    }
}

/// Whether the file was in time, and the strict deadline that counts from closing whatever the setting says.
fn deadline(desk: &Desk) -> Option<(Phrase, Tone)> {
    let m = &desk.case.milestones;
    let closed_at = m.closed_at?;
    let strict = strict_due(&desk.rules, closed_at);
    let said = phrase!(W::ArchiveStrict, Arg::Moment(strict));
    match (m.filed_at, desk.case.round.archive_due) {
        (Some(at), Some(due)) => {
            let word = if at <= due { W::ArchiveOnTime } else { W::ArchiveLate };
            let tone = if at <= due { Tone::Good } else { Tone::Bad };
            Some((Phrase::new(word, [Arg::Moment(due), Arg::from(said)]), tone))
        }
        _ => Some((said, Tone::Plain)),
    }
}

/// The deadline counted from closing (domain §6, the strict figure), UTC seconds.
pub fn strict_due(rules: &Rulebook, closed_at: i64) -> i64 {
    let days = u32::try_from(rules.settings.number(settings::ARCHIVE_DAYS, closed_at)).unwrap_or(3);
    rules.settings.cutoff(closed_at).archive_deadline(&rules.calendar, closed_at, days).due_at
}

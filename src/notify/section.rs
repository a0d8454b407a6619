//! What the folder of a case says of notifying: attempts, inquiries with answers, explanations, refusal notice.

use super::prints::signature;
use super::rules::Side;
use super::rules::attempts::Attempt;
use super::rules::inquiries::Inquiry;
use super::store::Desk;
use crate::case::screen::folder::Section;
use crate::case::store::CaseFile;
use crate::case::store::rounds;
use crate::db::Connection;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store as office;
use crate::phrase;
use crate::ui::screen::{Cx, Tone};

/// The section; empty while nobody was told or asked.
///
/// # Errors
/// What the store says.
pub fn section(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let Some(desk) = Desk::read(cx.store, case.id)? else { return Ok(Section::default()) };
    let conn = cx.store.conn();
    let mut lines = Vec::new();
    for one in &desk.inquiries {
        lines.extend(inquiry_lines(conn, one, cx.now)?);
    }
    if let Some(waiting) = rounds::waiting(conn, case.id)? {
        lines.push((phrase!(W::NotifyRoundWaits, Arg::Moment(waiting.at)), Tone::Bad));
    }
    if let Some(notice) = &desk.notice {
        let reasons = text::neutralise(&notice.reasons).into_owned();
        lines.push((phrase!(W::NotifyNoticeLine, notice.number.as_str(), reasons), Tone::Plain));
    }
    if let Some(delivered) = &desk.delivered {
        let proof = text::neutralise(&delivered.proof).into_owned();
        lines.push((
            phrase!(W::NotifyDeliveredLine, delivered.how.word(), Arg::Moment(delivered.at), proof),
            Tone::Good,
        ));
    }
    for one in desk.attempts.iter().rev() {
        lines.push(attempt_line(conn, one)?);
    }
    Ok(Section { lines })
}

/// One attempt in a line.
///
/// # Errors
/// What SQLite says.
pub fn attempt_line(conn: &Connection, one: &Attempt) -> rusqlite::Result<(Phrase, Tone)> {
    let who = office::label(conn, Some(one.by_id))?;
    let mut what: Phrase = match (one.stance, one.call_back_at) {
        (Some(stance), _) => phrase!(W::NotifyToldStance, one.outcome.word(), stance.word()),
        (None, Some(at)) => phrase!(W::NotifyCallBackAt, Arg::Moment(at)),
        (None, None) => one.outcome.word().into(),
    };
    if one.told_with > 0 {
        what = phrase!(W::NotifyToldWith, what);
    }
    if !one.note.is_empty() {
        what = phrase!(W::NotifyWithNote, what, text::neutralise(&one.note).into_owned());
    }
    let tone = if one.vain() { Tone::Bad } else { Tone::Plain };
    Ok((phrase!(W::NotifyAttemptLine, Arg::Moment(one.at), one.channel.word(), what, who), tone))
}

/// An inquiry with who has it, since when, due when; its answers; its explanation.
///
/// # Errors
/// What SQLite says.
pub fn inquiry_lines(conn: &Connection, one: &Inquiry, now: i64) -> rusqlite::Result<Vec<(Phrase, Tone)>> {
    let asked = text::neutralise(&one.text).into_owned();
    let tone = if one.open() { Tone::Bad } else { Tone::Plain };
    let mut lines = vec![(phrase!(W::NotifyInquiryLine, Arg::Moment(one.asked_at), one.kind.word(), asked), tone)];
    lines.push(match (one.resolved_at, one.outcome) {
        (Some(at), Some(outcome)) => (phrase!(W::NotifyResolvedLine, Arg::Moment(at), outcome.word()), Tone::Plain),
        _ => (whose(one, now), if one.due_at < now { Tone::Bad } else { Tone::Plain }),
    });
    for answer in &one.answers {
        let said = text::neutralise(&answer.text).into_owned();
        let line = if answer.clause_code.is_empty() {
            phrase!(W::NotifyAnswerLine, Arg::Moment(answer.at), said)
        } else {
            let code = answer.clause_code.as_str();
            phrase!(W::NotifyAnswerClauseLine, Arg::Moment(answer.at), said, code, answer.clause_version)
        };
        lines.push((line, Tone::Plain));
    }
    if let Some(explained) = &one.explanation {
        let said = text::neutralise(&explained.text).into_owned();
        lines.push((phrase!(W::NotifyExplanationLine, explained.number.as_str(), said), Tone::Plain));
        for side in Side::ALL {
            let by = signature(conn, explained, *side)?;
            let tone = if explained.of(*side).is_some() { Tone::Good } else { Tone::Bad };
            lines.push((phrase!(W::NotifySideLine, side.word(), by), tone));
        }
    }
    if !one.outcome_note.is_empty() {
        let said = text::neutralise(&one.outcome_note).into_owned();
        lines.push((phrase!(W::NotifyEndLine, said), Tone::Plain));
    }
    Ok(lines)
}

/// Who has an open inquiry, since when, due when, and whether it holds the payment.
pub fn whose(one: &Inquiry, now: i64) -> Phrase {
    let (who, since) = held_by(one);
    let due = Arg::Moment(one.due_at);
    let word = match (one.due_at < now, one.holds) {
        (true, true) => W::NotifyWhoseOverHolds,
        (true, false) => W::NotifyWhoseOver,
        (false, true) => W::NotifyWhoseHolds,
        (false, false) => W::NotifyWhose,
    };
    Phrase::new(word, [Arg::from(who), Arg::Moment(since), due])
}

/// The department and person that have an inquiry, and since when; the desk itself while it is not referred.
pub fn held_by(one: &Inquiry) -> (Phrase, i64) {
    match &one.referral {
        None => (W::NotifyDepartmentDesk.into(), one.asked_at),
        Some(referral) if referral.who.is_empty() => (referral.department.word().into(), referral.at),
        Some(referral) => {
            let who = text::neutralise(&referral.who).into_owned();
            (phrase!(W::NotifyDepartmentPerson, referral.department.word(), who), referral.at)
        }
    }
}

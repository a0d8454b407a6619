//! Minutes of a consultation on a large case: an act that only adds.

use super::read;
use crate::case::store::subject;
use crate::db::{ActError, ActTx};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use chrono::NaiveDate;
use rusqlite::params;
use serde_json::json;

pub use crate::case::store::minutes::{Minutes, of_round};

/// Adds the minutes of a consultation to the open round.
///
/// # Errors
/// A refusal: no right, already signed off, no day or one in the future, nobody present, no conclusion.
pub fn add_minutes(
    tx: &mut ActTx<'_>,
    case_id: i64,
    held_on: Option<NaiveDate>,
    attendees: &str,
    conclusion: &str,
) -> Result<(), ActError> {
    let actor = require(tx, Right::CloseSteps).or_else(|refusal| require(tx, Right::SignOff).map_err(|_| refusal))?;
    let desk = read(tx.store(), case_id)?;
    let (attendees, conclusion) = (text::fold(attendees).into_owned(), text::fold(conclusion).into_owned());
    let mut found = Findings::new();
    if desk.case.milestones.closed_at.is_some() {
        found.push(Finding::block("minutes_closed", None, W::ClosingSignClosed));
    }
    match held_on {
        None => found.push(Finding::block("minutes_day", "held_on", phrase!(W::ClosingMissing, W::ClosingMinutesDay))),
        Some(day) if day > clock::day_of(tx.now) => {
            found.push(Finding::block("minutes_day", "held_on", phrase!(W::ClosingSurveyFuture, day)));
        }
        Some(_) => {}
    }
    for (field, label, typed) in [
        ("attendees", W::ClosingMinutesAttendees, &attendees),
        ("conclusion", W::ClosingMinutesConclusion, &conclusion),
    ] {
        if typed.is_empty() {
            found.push(Finding::block("minutes_text", field, phrase!(W::ClosingMissing, label)));
        } else if text::outside_text_problem(typed).is_some() {
            found.push(Finding::block("text", field, W::ClosingText));
        }
    }
    if found.blocking() {
        return Err(found.into());
    }
    let (case, round) = (&desk.case, desk.case.milestones.round);
    let day = held_on.map_or_else(String::new, |day| day.to_string());
    tx.conn()
        .prepare_cached(
            "INSERT INTO minutes (case_id, round, held_on, attendees, conclusion, at, by_no) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )?
        .execute(params![case.id, round, day, attendees, conclusion, tx.now, actor.staff_no])?;
    let payload = json!({"round": round, "held_on": day, "attendees": attendees, "conclusion": conclusion});
    tx.journal_as("minutes", &subject(&case.case_code), case.version, &payload)?;
    Ok(())
}

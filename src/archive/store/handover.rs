//! The acts of the day's end: carrying files over, sealing, taking over, correcting, printing again.

use super::{case, day_subject, name_of, name_of_no, roster, seal, signer};
use crate::archive::rules::handover::{self, HandOver, text_findings};
use crate::archive::rules::seal::DaySheet;
use crate::archive::seal_prints::{self, Facts};
use crate::case::store::{seals, subject};
use crate::db::{ActError, ActTx, canonical, journal};
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::prints;
use crate::office::rules::Right;
use crate::office::store as office;
use crate::phrase;
use crate::reference::store::rulebook;
use crate::ui::print::Sheet;
use chrono::NaiveDate;
use rusqlite::params;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The kind under which sheets of sealed days are counted.
pub const PRINT: &str = "handover";

/// A day that has just been sealed.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// What was done, in words.
    pub said: Phrase,
    /// Somebody has yet to take over.
    pub alone: bool,
    /// The sheet 移交清单.
    pub sheet: Sheet,
}

/// Says why files past their deadline are carried over from a day; one reason serves all. A journal row per case, whose
/// version stays.
///
/// # Errors
/// A refusal: no right, nothing marked, no reason, the day is sealed.
pub fn carry_over(tx: &mut ActTx<'_>, day: NaiveDate, files: &[(i64, i64)], reason: &str) -> Result<usize, ActError> {
    let actor = signer(tx, Right::Seal)?;
    let mut found = text_findings(reason, "reason");
    if files.is_empty() {
        return Err(ActError::refuse("nothing_marked", W::SealNothingMarked));
    }
    if seals::sealed(tx.conn(), day)? {
        found.extend([crate::kernel::findings::Finding::block(
            "sealed",
            None,
            phrase!(W::SealAlready, Arg::ShortDay(day)),
        )]);
    }
    if found.blocking() {
        return Err(found.into());
    }
    let reason = text::fold(reason).into_owned();
    for (case_id, round) in files {
        let file = case(tx.conn(), *case_id)?;
        tx.conn()
            .prepare_cached(
                "INSERT INTO carry_over (day, case_id, round, reason, at, by_no) VALUES ($1, $2, $3, $4, $5, $6)",
            )?
            .execute(params![day.to_string(), case_id, round, reason, tx.now, actor.staff_no])?;
        let payload = json!({ "day": day.to_string(), "round": round, "reason": reason });
        tx.journal_as("carry_over", &subject(&file.case_code), file.version, &payload)?;
    }
    Ok(files.len())
}

/// Seals a day: by who hands over (the actor) and who takes over (whose PIN was just given), or by one alone. The sheet
/// is kept as it is printed.
///
/// # Errors
/// A refusal with every reason; the time in doubt; no right.
pub fn seal(tx: &mut ActTx<'_>, day: NaiveDate, taker: Option<i64>, lang: Lang) -> Result<Sealed, ActError> {
    tx.require_certain_time()?;
    let giver = signer(tx, Right::Seal)?;
    let taker = taker.map(|id| able_to_take(tx, id)).transpose()?;
    let rules = rulebook(tx.store())?;
    let as_of = handover::as_of(&rules.settings, day);
    let sheet = seal::day_sheet(tx.store(), day, tx.now)?;
    let carried = seal::carried(tx.conn(), day)?;
    let reason = |case_id, round| carried.get(&(case_id, round)).cloned().unwrap_or_default();
    let unexplained: Vec<String> = sheet
        .list
        .iter()
        .filter(|item| item.overdue(as_of) && reason(item.case_id, item.round).is_empty())
        .map(|item| item.case_code.clone())
        .collect();
    let untaken = seal::untaken(tx.conn())?;
    let found = handover::judge(&HandOver {
        day,
        now: tx.now,
        as_of,
        giver: giver.id,
        taker: taker.as_ref().map(|taker| taker.id),
        oldest: seals::unsealed(tx.conn(), tx.now, 1)?.first().copied(),
        untaken: &untaken,
        unexplained: &unexplained,
    });
    if found.blocking() {
        return Err(found.into());
    }
    let (head_seq, head_hash) = tx.last_row();
    let facts = Facts {
        sheet,
        carried,
        settings: Vec::new(),
        corrections: seal::corrections(tx.conn())?,
        taken: Vec::new(),
        duty: roster::names(tx.conn(), day)?,
        giver: name_of(tx.conn(), giver.id)?,
        taker: taker.as_ref().map(|taker| name_of(tx.conn(), taker.id)).transpose()?,
        sealed_at: tx.now,
        head: (head_seq, head_hash),
        office: crate::db::meta::get(tx.conn(), crate::db::meta::OFFICE_NAME)?.unwrap_or_default(),
    };
    let facts = with_what_changed(tx, facts)?;
    let printed = seal_prints::handover(&facts, &rules, lang);
    let no = |id: Option<&office::Person>| id.map(|person| person.staff_no.clone());
    let mut body = body(&facts);
    body["sealed_by"] = json!(giver.staff_no);
    body["taken_by"] = json!(no(taker.as_ref()));
    body["sheet_hash"] = json!(journal::sha256(printed.text().as_bytes()));
    write(tx, &facts, &body, (giver.id, taker.as_ref().map(|taker| taker.id)), &printed)?;
    prints::record(tx, PRINT, &day_subject(day))?;
    tx.journal_as("seal", &day_subject(day), 0, &body)?;
    Ok(Sealed { said: said(&facts), alone: taker.is_none(), sheet: printed })
}

/// Whoever takes over, as the store knows the person now.
fn able_to_take(tx: &ActTx<'_>, id: i64) -> Result<office::Person, ActError> {
    let person = office::by_id(tx.conn(), id)?.filter(|person| person.enabled && person.has_pin);
    let person = person.ok_or_else(|| ActError::refuse("sign_in", W::OfficeSignInFirst))?;
    if !person.roles.any_of(Right::TakeOver.roles()) {
        let roles = Right::TakeOver.roles().iter().map(|role| Arg::Word(office::role_word(role))).collect();
        return Err(ActError::refuse(
            "right",
            Phrase::new(W::OfficeRightMissing, [Arg::Text(person.name), Arg::List(roles)]),
        ));
    }
    Ok(person)
}

/// Settings and take-overs since the sheet before.
fn with_what_changed(tx: &ActTx<'_>, mut facts: Facts) -> Result<Facts, ActError> {
    let conn = tx.conn();
    let named = |staff_no: &str| name_of_no(conn, staff_no);
    for changed in seal::settings_changed(conn, facts.sheet.from, facts.sheet.as_of)? {
        let by = named(&changed.set_by)?;
        facts.settings.push((changed, by));
    }
    let since = seals::newest(conn)?.map_or(0, |newest| newest.sealed_at);
    for (day, at, by) in seal::taken_since(conn, since)? {
        facts.taken.push((day, at, name_of(conn, by)?));
    }
    Ok(facts)
}

/// What the journal keeps of a seal: nobody's name, only 工号.
fn body(facts: &Facts) -> Value {
    let reason = |case_id, round| facts.carried.get(&(case_id, round)).cloned().unwrap_or_default();
    let mut body = facts.sheet.body(&reason);
    let settings = facts.settings.iter().map(|(changed, _)| {
        json!({
            "key": changed.key, "value": changed.value, "from_at": changed.from_at,
            "reason": changed.reason, "set_by": changed.set_by,
        })
    });
    body["settings"] = settings.collect();
    let corrections = facts.corrections.iter().map(|correction| {
        json!({ "day": correction.day.to_string(), "text": correction.text, "by": correction.by_no, "at": correction.at })
    });
    body["corrections"] = corrections.collect();
    body["taken_over"] = facts.taken.iter().map(|(day, at, _)| json!({ "day": day.to_string(), "at": at })).collect();
    body["sealed_at"] = json!(facts.sealed_at);
    body["head_seq"] = json!(facts.head.0);
    body["head_hash"] = json!(facts.head.1);
    body
}

fn write(
    tx: &ActTx<'_>,
    facts: &Facts,
    body: &Value,
    (giver, taker): (i64, Option<i64>),
    printed: &Sheet,
) -> Result<(), ActError> {
    let day = facts.sheet.day.to_string();
    tx.conn()
        .prepare_cached(
            "INSERT INTO day_seal (day, as_of, sealed_at, sealed_by, taken_at, taken_by, head_seq, head_hash, body, sheet) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )?
        .execute(params![
            day,
            facts.sheet.as_of,
            facts.sealed_at,
            giver,
            taker.map(|_| facts.sealed_at),
            taker,
            facts.head.0,
            facts.head.1,
            canonical::text(body),
            printed.text(),
        ])?;
    for correction in &facts.corrections {
        tx.conn()
            .prepare_cached("UPDATE day_correction SET printed_on = $1 WHERE id = $2")?
            .execute(params![day, correction.id])?;
    }
    Ok(())
}

fn said(facts: &Facts) -> Phrase {
    let DaySheet { day, counts, .. } = &facts.sheet;
    let word = if facts.taker.is_some() { W::SealSaid } else { W::SealSaidAlone };
    Phrase::new(
        word,
        [Arg::ShortDay(*day), Arg::Number(counts.batch), Arg::Number(counts.due_on_time), Arg::Number(counts.overdue)],
    )
}

/// Takes a day over that somebody has sealed alone.
///
/// # Errors
/// A refusal: no right, nothing to take over, the same person; the time in doubt.
pub fn take_over(tx: &mut ActTx<'_>, day: NaiveDate) -> Result<(), ActError> {
    tx.require_certain_time()?;
    let taker = signer(tx, Right::TakeOver)?;
    let open = seal::untaken(tx.conn())?.into_iter().find(|seal| seal.day == day);
    let Some(open) = open else {
        return Err(ActError::refuse("taken", phrase!(W::SealNothingToTake, Arg::ShortDay(day))));
    };
    if open.sealed_by == taker.id {
        return Err(ActError::refuse("same_person", W::SealSamePerson));
    }
    tx.conn()
        .prepare_cached("UPDATE day_seal SET taken_at = $1, taken_by = $2 WHERE day = $3 AND taken_at IS NULL")?
        .execute(params![tx.now, taker.id, day.to_string()])?;
    let payload = json!({ "taken_at": tx.now, "taken_by": taker.staff_no });
    tx.journal_as("take_over", &day_subject(day), 0, &payload)?;
    Ok(())
}

/// Writes a 更正 about a sealed day; the next sheet prints it.
///
/// # Errors
/// A refusal: no right, no text, the day is not sealed.
pub fn correct(tx: &mut ActTx<'_>, day: NaiveDate, words: &str) -> Result<(), ActError> {
    let actor = signer(tx, Right::Seal)?;
    let mut found = text_findings(words, "text");
    if !seals::sealed(tx.conn(), day)? {
        found.extend([crate::kernel::findings::Finding::block(
            "unsealed",
            "day",
            phrase!(W::SealNotSealed, Arg::Day(day)),
        )]);
    }
    if found.blocking() {
        return Err(found.into());
    }
    let words = text::fold(words).into_owned();
    tx.conn()
        .prepare_cached("INSERT INTO day_correction (day, text, at, by_no, printed_on) VALUES ($1, $2, $3, $4, '')")?
        .execute(params![day.to_string(), words, tx.now, actor.staff_no])?;
    tx.journal_as("correct_day", &day_subject(day), 0, &json!({ "text": words }))?;
    Ok(())
}

/// The sheet of a sealed day as it was kept, for looking at and printing again.
///
/// # Errors
/// A refusal when the day is not sealed.
pub fn kept_sheet(conn: &crate::db::Connection, day: NaiveDate, lang: Lang) -> Result<Sheet, ActError> {
    let kept = seal::of_day(conn, day)?;
    let kept = kept.ok_or_else(|| ActError::refuse("unsealed", phrase!(W::SealNotSealed, Arg::Day(day))))?;
    let title = phrase!(W::SealSheetTitle, Arg::Day(day)).say(lang);
    Ok(Sheet::stored(PRINT, title, &kept.sheet).about(day.to_string()))
}

/// Prints a sealed sheet again, unchanged; above it stands which copy it is.
///
/// # Errors
/// A refusal: no right, the day is not sealed.
pub fn reprint(tx: &mut ActTx<'_>, day: NaiveDate, lang: Lang) -> Result<(i64, Sheet), ActError> {
    signer(tx, Right::TakeOver)?;
    let sheet = kept_sheet(tx.conn(), day, lang)?;
    let n = prints::record(tx, PRINT, &day_subject(day))?;
    tx.journal_as("print_seal", &day_subject(day), 0, &json!({ "n": n }))?;
    Ok((n, sheet.numbered(n, lang)))
}

/// Reasons by case and round, see [`seal::carried`].
pub type Carried = BTreeMap<(i64, i64), String>;

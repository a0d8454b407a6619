//! `closing-desk replay WEEK`: works a past draw out again and says whether it is the one that was kept.

use crate::archive::rules::draw::{self as rules, Member, Week};
use crate::archive::seal_prints;
use crate::archive::store::draw::{self as store, Draw};
use crate::archive::store::seal;
use crate::db::{Connection, Store, canonical, journal};
use crate::kernel::clock::parse_day;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::commands::Answer;
use crate::phrase;
use serde_json::Value;

/// A draw worked out again.
#[derive(Clone, Debug)]
pub struct Replay {
    /// The draw as it was kept.
    pub draw: Draw,
    /// The codes drawn, as worked out again.
    pub chosen: Vec<String>,
    /// What differs, in words; nothing = it is the same.
    pub differs: Vec<Phrase>,
}

/// Works a draw out again from its frozen population and the seal it names.
///
/// # Errors
/// What SQLite says.
pub fn replay(conn: &Connection, draw: Draw) -> anyhow::Result<Replay> {
    let mut differs = Vec::new();
    let Some(week) = Week::parse(&draw.week) else {
        let differs = vec![phrase!(W::SealReplayWeek, draw.week.as_str())];
        return Ok(Replay { draw, chosen: Vec::new(), differs });
    };
    let mut check = |same: bool, word: W| {
        if !same {
            differs.push(Phrase::from(word));
        }
    };
    let kept = store::members(conn, draw.id)?;
    let members: Vec<Member> = kept.iter().map(|placed| placed.member.clone()).collect();
    check(rules::population_hash(&members) == draw.population_hash, W::SealReplayPopulation);
    let head = store::head_before(conn, week, draw.seq)?;
    check(head == (draw.seal_day.clone(), draw.head.clone()), W::SealReplayHead);
    check(head_is_journalled(conn, &draw)?, W::SealReplayJournalHead);
    check(rules::seed(week, &draw.head) == draw.seed, W::SealReplaySeed);
    let again = rules::order(&members, &draw.seed, draw.rate);
    check(again == kept, W::SealReplayOrder);
    let counted = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let chosen: Vec<String> =
        again.iter().filter(|placed| placed.chosen).map(|placed| placed.member.case_code.clone()).collect();
    check((counted(again.len()), counted(chosen.len())) == (draw.population, draw.chosen), W::SealReplayOrder);
    check(is_journalled(conn, &draw, &again)?, W::SealReplayJournal);
    Ok(Replay { draw, chosen, differs })
}

/// Whether the head the seed is taken from is the hash of the journal row it claims to be.
fn head_is_journalled(conn: &Connection, draw: &Draw) -> anyhow::Result<bool> {
    let Some(day) = parse_day(&draw.seal_day) else { return Ok(draw.head == journal::GENESIS) };
    let Some(seal) = seal::of_day(conn, day)? else { return Ok(false) };
    Ok(journal::row(conn, seal.head_seq)?.is_some_and(|row| row.hash == draw.head))
}

/// Whether the journal has one row of the draw, with the same content.
fn is_journalled(conn: &Connection, draw: &Draw, placed: &[rules::Placed]) -> anyhow::Result<bool> {
    let rows = journal::of_act(conn, &store::week_subject(&draw.week), "draw", 2)?;
    let [row] = rows.as_slice() else { return Ok(false) };
    let mut kept: Value = serde_json::from_str(&row.payload)?;
    if let Some(object) = kept.as_object_mut() {
        // A draw does not wait for a clock in doubt; it is only marked.
        object.remove("clock_in_doubt");
    }
    let due = kept.get("findings_due").and_then(Value::as_str).unwrap_or_default().to_owned();
    Ok(canonical::text(&kept) == canonical::text(&store::payload(draw, placed, &due))
        && (row.at, row.seq) == (draw.drawn_at, draw.seq))
}

/// Answers `closing-desk replay WEEK`: exit code 0 when the draw is the same, 1 when it differs or there is none.
///
/// # Errors
/// Why not, in words.
pub fn command(opened: &Store, typed: &str, lang: Lang) -> Result<Answer, Phrase> {
    let failed = |error: anyhow::Error| phrase!(W::DbFailed, format!("{error:#}"));
    let week = Week::parse(typed).ok_or_else(|| phrase!(W::SealReplayWeek, typed))?;
    let drawn = store::of_week(opened.conn(), week).map_err(|error| failed(error.into()))?;
    let drawn = drawn.ok_or_else(|| phrase!(W::SealReplayNone, week.to_string()))?;
    let Replay { draw, chosen, differs } = replay(opened.conn(), drawn).map_err(failed)?;
    let mut lines = vec![
        phrase!(W::SealSpotTitle, draw.week.as_str()).say(lang),
        format!("{} {}", W::SealSpotHead.text(lang), draw.head),
        format!("{} {}", W::SealSpotSeed.text(lang), draw.seed),
        format!("{} {}", W::SealSpotPopulation.text(lang), draw.population_hash),
        seal_prints::coverage(&draw).say(lang),
    ];
    lines.extend(chosen);
    if differs.is_empty() {
        lines.push(W::SealReplaySame.text(lang).to_owned());
        return Ok(Answer { lines, code: 0 });
    }
    lines.extend(differs.iter().map(|what| phrase!(W::SealReplayDiffers, Arg::from(what.clone())).say(lang)));
    Ok(Answer { lines, code: 1 })
}

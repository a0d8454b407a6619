//! What the day's end and the spot check know of a case, for its folder.

use super::figures::strict_due;
use super::store::{check, name_of_no, seal};
use crate::case::reason::rules_of;
use crate::case::screen::folder::Section;
use crate::case::store::CaseFile;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::reference::store::rulebook;
use crate::ui::screen::{Cx, Tone};

/// The batch a closed case belongs to with its strict deadline, why it was carried over, what a spot check found.
///
/// # Errors
/// What the store says.
pub fn section(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let conn = cx.store.conn();
    let mut lines: Vec<(Phrase, Tone)> = Vec::new();
    let rules = rulebook(cx.store)?;
    if let (Some(closed), Some(strict)) = (case.milestones.closed_at, strict_due(&rules_of(&rules), &case.milestones)) {
        let batch = rules_of(&rules).batch_day(closed);
        let said = phrase!(W::SealSectionBatch, Arg::MomentFull(closed), Arg::ShortDay(batch), Arg::Moment(strict));
        lines.push((said, Tone::Plain));
    }
    for (day, reason, at, by) in seal::carried_of(conn, case.id)? {
        let who = if cx.hidden { "***".to_owned() } else { name_of_no(conn, &by)? };
        lines.push((phrase!(W::SealSectionCarried, Arg::ShortDay(day), reason, who, Arg::Moment(at)), Tone::Plain));
    }
    for (week, verdict) in check::of_case(conn, case.id)? {
        lines.push(match verdict {
            None => (phrase!(W::SealSectionDrawn, week), Tone::Plain),
            Some((seen, note, at)) => {
                let tone = if seen.fails() { Tone::Bad } else { Tone::Good };
                (phrase!(W::SealSectionChecked, week, seen.word(), note, Arg::Moment(at)), tone)
            }
        });
    }
    Ok(Section { lines })
}

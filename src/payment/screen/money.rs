//! What the way of the money knows of a case, for its folder: release, batch, receipt, end of each instruction.

use crate::case::screen::folder::Section;
use crate::case::store::CaseFile;
use crate::instructions::store::of_case;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store::label;
use crate::payment::rules::batch::reference;
use crate::payment::store::batch_read;
use crate::phrase;
use crate::ui::screen::{Cx, Tone};

/// The section of a case.
///
/// # Errors
/// What the store says.
pub fn money(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let conn = cx.store.conn();
    let mut lines = Vec::new();
    for one in of_case(conn, case.id)? {
        if one.released_at.is_none() && one.receipt.is_empty() && one.batch_id.is_none() && !one.state.mendable() {
            continue;
        }
        let bad = one.state.mendable();
        let tone = if bad { Tone::Bad } else { Tone::Plain };
        let reason = text::neutralise(&one.end_reason).into_owned();
        let state = if reason.is_empty() {
            one.state.word().into()
        } else {
            phrase!(W::BatchesBadEnd, one.state.word(), reason)
        };
        lines.push((phrase!(W::BatchesSectionHead, reference(one.id), one.mode.word(), one.amount, state), tone));
        if let Some(at) = one.released_at {
            lines
                .push((phrase!(W::BatchesDetailReleased, label(conn, one.released_by)?, Arg::Moment(at)), Tone::Plain));
        }
        if let Some(batch) = one.batch_id.map(|id| batch_read::by_id(conn, id)).transpose()?.flatten() {
            lines.push((phrase!(W::BatchesSectionBatch, batch.batch_no, batch.state.word()), Tone::Plain));
        }
        if let Some(at) = one.paid_at {
            lines.push((phrase!(W::BatchesSectionPaid, label(conn, one.paid_by)?, Arg::Moment(at)), Tone::Plain));
        }
        if !one.receipt.is_empty() {
            let word = if one.receipt_signed_at.is_some() { W::BatchesDetailSigned } else { W::BatchesDetailUnsigned };
            lines.push((Phrase::new(word, [Arg::Text(one.receipt)]), Tone::Plain));
        }
    }
    Ok(Section { lines })
}

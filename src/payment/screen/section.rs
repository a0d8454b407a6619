//! What the case folder shows of payments: every instruction with state, payee, account and reasons, and how far its
//! money has come.

use super::words;
use crate::case::screen::folder::Section;
use crate::case::store::CaseFile;
use crate::instructions::rules::Instruction;
use crate::instructions::store::of_case;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store::label;
use crate::payment::rules::batch::reference;
use crate::payment::store::batch_read;
use crate::phrase;
use crate::ui::screen::{Cx, Tone};

/// The section of a case.
///
/// # Errors
/// What SQLite says.
pub fn section(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let mut lines = Vec::new();
    for one in of_case(cx.store.conn(), case.id)? {
        let (state, tone) = words::state(&one, &case.milestones);
        let payee = words::name(&one.payee, cx.hidden);
        let said = phrase!(
            W::PaymentSectionLine,
            one.round,
            Arg::Moment(one.chosen_at),
            one.amount,
            Arg::Phrase(Box::new(state)),
            Arg::Phrase(Box::new(words::way(&one))),
            one.payee_kind.word(),
            payee
        );
        lines.push((said, tone));
        let mut marks = words::marks(&one);
        let reasons = [one.override_reason.as_str(), one.end_reason.as_str()];
        marks.extend(reasons.into_iter().filter(|reason| !reason.is_empty()).map(Arg::from));
        if !marks.is_empty() {
            lines.push((phrase!(W::PaymentDetailMarks, Arg::List(marks)), Tone::Plain));
        }
        way_of_money(cx, &one, &mut lines)?;
    }
    Ok(Section { lines })
}

/// Release, batch, receipt and end of an instruction, as far as it has come.
fn way_of_money(cx: &Cx<'_>, one: &Instruction, lines: &mut Vec<(Phrase, Tone)>) -> anyhow::Result<()> {
    let conn = cx.store.conn();
    if !one.receipt.is_empty() {
        let word = if one.receipt_signed_at.is_some() { W::BatchesDetailSigned } else { W::BatchesDetailUnsigned };
        lines.push((Phrase::new(word, [Arg::from(one.receipt.as_str())]), Tone::Plain));
    }
    if let Some(at) = one.released_at {
        lines.push((phrase!(W::BatchesDetailReleased, label(conn, one.released_by)?, Arg::Moment(at)), Tone::Plain));
    }
    if let Some(batch) = one.batch_id.map(|id| batch_read::by_id(conn, id)).transpose()?.flatten() {
        lines.push((
            phrase!(W::BatchesSectionBatch, batch.batch_no, batch.state.word(), reference(one.id)),
            Tone::Plain,
        ));
    }
    if let Some(at) = one.paid_at {
        lines.push((phrase!(W::BatchesSectionPaid, label(conn, one.paid_by)?, Arg::Moment(at)), Tone::Good));
    }
    Ok(())
}

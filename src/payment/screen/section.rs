//! What the case folder shows of payments: every instruction with state, payee, account and reasons.

use super::words;
use crate::case::screen::folder::Section;
use crate::case::store::CaseFile;
use crate::instructions::store::of_case;
use crate::kernel::words::{Arg, W};
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
    }
    Ok(Section { lines })
}

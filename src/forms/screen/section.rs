//! What the folder of a case shows of its receipts: every number an instruction has or had, and where it is.

use crate::case::screen::folder::Section;
use crate::case::store::CaseFile;
use crate::forms::rules::State;
use crate::forms::store;
use crate::instructions;
use crate::kernel::words::Arg;
use crate::kernel::words::W;
use crate::phrase;
use crate::ui::screen::{Cx, Tone};

/// The receipts of a case.
///
/// # Errors
/// What the store says.
pub fn section(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let conn = cx.store.conn();
    let mut section = Section::default();
    for instruction in instructions::store::of_case(conn, case.id)? {
        for standing in store::of_instruction(conn, instruction.id)? {
            let line = phrase!(
                W::FormsSectionLine,
                standing.span.to_string(),
                Arg::Word(standing.state.word()),
                instruction.id,
                instruction.amount,
                Arg::Moment(standing.since)
            );
            let tone = if standing.state == State::Void { Tone::Bad } else { Tone::Plain };
            section.lines.push((line, tone));
        }
    }
    Ok(section)
}

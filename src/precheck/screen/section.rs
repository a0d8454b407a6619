//! What the counter adds to the folder of a case: who came, what was shown, what is missing now.

use crate::case::screen::folder::{Section, SectionOf};
use crate::case::store::CaseFile;
use crate::kernel::words::{Arg, Phrase, W};
use crate::papers::rules::State;
use crate::papers::rules::payment::item_of;
use crate::papers::store::{self as papers, payment, visits};
use crate::phrase;
use crate::reference::store::rulebook;
use crate::ui::screen::{Cx, Tone};

/// The section.
pub const SECTION: SectionOf = (W::PrecheckSection, lines);

fn lines(cx: &Cx<'_>, case: &CaseFile) -> anyhow::Result<Section> {
    let (conn, rules) = (cx.store.conn(), rulebook(cx.store)?);
    let mut lines: Vec<(Phrase, Tone)> = Vec::new();
    let list = papers::checklist_of(&rules, &case.facts.line);
    for visit in visits::of_case(conn, case.id)? {
        lines.push((super::paint::visit_words(&visit, cx), Tone::Plain));
        let shown = visits::shown(conn, case.id, visit.id)?;
        let named = shown.iter().filter(|(_, mark)| mark.state != State::Open).map(|(key, mark)| {
            let of_claim = || list.and_then(|list| list.items.iter().find(|item| item.key == *key));
            let name = item_of(key).or_else(of_claim).map_or_else(|| Arg::Text(key.clone()), |item| item.arg());
            Arg::from(phrase!(W::PrecheckItem, name, mark.state.word()))
        });
        let named: Vec<Arg> = named.collect();
        if !named.is_empty() {
            lines.push((Phrase::new(W::PrecheckShown, [Arg::List(named)]), Tone::Plain));
        }
    }
    let whole = papers::whole(conn, &rules, case, None)?;
    if whole.chosen && !whole.payment.is_empty() {
        let missing = payment::missing_now(&whole, case.milestones.steps[1].is_none());
        lines.push(if missing.is_empty() {
            (W::PrecheckNothingMissing.into(), Tone::Good)
        } else {
            let names = missing.into_iter().map(crate::papers::rules::Item::arg).collect();
            (Phrase::new(W::PrecheckMissingNow, [Arg::List(names)]), Tone::Bad)
        });
    }
    Ok(Section { lines })
}

//! Taking back a wrong sorting or binding, and the files whose red copy no longer says the truth.

use super::desk::{Archive, Outcome};
use super::hand::Hand;
use super::popup::{Popup, What};
use crate::archive::rules::back::Back;
use crate::archive::store::back::take_back;
use crate::instructions::store::evidence;
use crate::kernel::words::W;
use crate::phrase;
use crate::ui::screen::{Cx, DeskAct, Done, Effects};
use std::collections::BTreeMap;

impl Archive {
    /// Does what the form over the scan line says.
    pub(super) fn back_save(&mut self, (id, seen): (i64, i64)) -> Effects {
        let Some(popup) = self.popup.as_ref().filter(|popup| popup.what == What::Back) else { return Vec::new() };
        let Some(to) = Back::from_code(popup.form.value("to")) else { return Vec::new() };
        let reason = popup.form.value("reason").to_owned();
        let code = self.rows.iter().find(|row| row.id == id).map_or(String::new(), |row| row.case_code.clone());
        let said = phrase!(W::ArchiveTakenBack, code.as_str(), to.word());
        self.act(
            &code,
            DeskAct::new("archive_back", move |tx| {
                take_back(tx, id, seen, to, &reason)?;
                Ok(Done::waits(said.clone()).with(Outcome::Back(id)))
            }),
        )
    }

    /// A file taken back is no longer in hand: it is scanned again for its step.
    pub(super) fn lay_down(&mut self, id: i64) {
        self.pile.retain(|file| file.piled.case_id != id);
        if matches!(&self.hand, Hand::File(in_hand, ..) if *in_hand == id) {
            self.hand = Hand::Empty;
        }
    }

    /// Reads which of the listed files hold a red copy whose payment came back.
    pub(super) fn read_untrue(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let mut untrue = BTreeMap::new();
        for row in &self.rows {
            if let Some(serial) = evidence::untrue_of(cx.store.conn(), row.id)? {
                untrue.insert(row.id, serial);
            }
        }
        self.untrue = untrue;
        Ok(())
    }

    /// The form for what can be taken back of a file; nothing when there is nothing.
    pub(super) fn back_form(case: (i64, i64), ways: &[Back]) -> Option<Popup> {
        (!ways.is_empty()).then(|| Popup::back(case, ways))
    }
}

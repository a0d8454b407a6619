//! Drafts and their owners: kept with every key, offered at the next sign-in, put back where they were typed.

use super::app::App;
use super::popup::Popup;
use crate::db::journal;
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::pick::{PickItem, PickList};
use crate::ui::screen::{DeskAct, Place, Screen, Tone};

impl App {
    /// Keeps what is typed on the top screen, if it is another text than before.
    pub(super) fn keep_draft(&mut self) {
        let Some(screen) = self.stacks.top() else { return };
        let draft = screen.draft();
        self.drafts.keep(&self.world.actor.staff_no, screen.place(), draft.as_ref(), self.world.now);
    }

    /// Keeps what is typed on every open screen.
    pub(super) fn keep_all_drafts(&mut self) {
        for screen in self.stacks.all() {
            let draft = screen.draft();
            if draft.is_some() {
                self.drafts.keep(&self.world.actor.staff_no, screen.place(), draft.as_ref(), self.world.now);
            }
        }
    }

    /// Forgets what was typed at a place: it has become fact, or was given up.
    pub(super) fn drop_draft(&mut self, place: Place) {
        self.drafts.keep(&self.world.actor.staff_no, place, None, self.world.now);
    }

    /// Notes in the drafts that an act with what was typed at the place is on its way, and after which journal row.
    pub(super) fn hand_draft_in(&mut self, place: Place, act: &DeskAct) {
        let person = &self.world.actor.staff_no;
        if self.drafts.of(person, place).is_none() {
            return;
        }
        if let Ok(head) = journal::head(self.world.store.conn()) {
            let by = act.actor.as_ref().map_or(person, |actor| &actor.staff_no).clone();
            self.drafts.hand_in(person, place, Some((head.seq, by)));
        }
    }

    /// The act was not done: what was typed is a draft like any other.
    pub(super) fn take_draft_back(&mut self, place: Place) {
        self.drafts.hand_in(&self.world.actor.staff_no, place, None);
    }

    /// Puts what this person had typed at the place back into a fresh screen, and says so.
    pub(super) fn put_draft_back(&mut self, screen: &mut Box<dyn Screen>) {
        if let Some(kept) = self.drafts.of(&self.world.actor.staff_no, screen.place()) {
            let at = kept.at;
            screen.restore(&crate::ui::screen::Draft { fields: kept.fields.clone() });
            self.say(Tone::Plain, Phrase::new(W::ShellDraftBack, [Arg::Moment(at)]));
        }
    }

    /// Shows the person what was typed and not saved before; nothing is lost by looking elsewhere first.
    pub(super) fn offer_drafts(&mut self) {
        let conn = self.world.store.conn();
        // What cannot be looked up is offered rather than lost.
        self.drafts.forget_done(|head, by| journal::acted_since(conn, head, by).unwrap_or(false));
        let mut places = Vec::new();
        let mut items = Vec::new();
        for (name, id, kept) in self.drafts.all_of(&self.world.actor.staff_no) {
            let Some(entry) = self.entries.iter().find(|entry| entry.name == name && entry.may(&self.world.actor))
            else {
                continue;
            };
            let word = entry.word.text(self.world.lang);
            let label = self.draft_label(id).unwrap_or_default();
            let text = format!("{word} {label}").trim_end().to_owned();
            items.push(PickItem::new(places.len().to_string(), text).detail(Arg::Moment(kept.at).say(self.world.lang)));
            places.push(Place { name: entry.name, id });
        }
        if !places.is_empty() {
            self.popup = Some(Popup::Drafts { list: PickList::new(W::ShellDraftTitle, items), places });
        }
    }

    /// What a draft is about, where it is about a case.
    fn draft_label(&self, id: i64) -> Option<String> {
        let row = crate::case::store::list::row(self.world.store.conn(), id).ok()??;
        let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
        Some(format!("{number} {}", row.insured))
    }
}

//! Drafts and their owners: kept with every key, offered at the next sign-in, put back where they were typed.

use super::app::App;
use super::drafts::{Kept, Unsaved};
use super::popup::{Asked, Popup};
use crate::case::store::stale;
use crate::db::journal;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::confirm::Confirm;
use crate::ui::pick::{PickItem, PickList};
use crate::ui::screen::{Note, Place, SEEN, Screen, Tone};

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

    /// Whoever sits here is given what dead desks left; what had become fact just before their death is forgotten.
    pub(super) fn adopt_drafts(&mut self) {
        let person = self.world.actor.staff_no.clone();
        self.drafts.look(&person);
        let conn = self.world.store.conn();
        // What cannot be looked up is offered rather than lost.
        let done =
            |seq: i64, hash: &str| journal::row(conn, seq).is_ok_and(|row| row.is_some_and(|row| row.hash == hash));
        self.drafts.forget_done(&person, done);
    }

    /// A desk that died since may have left something for whoever sits here; only looked for while no form is open.
    pub(super) fn adopt_drafts_at_home(&mut self) {
        if self.at_home() && self.world.actor_is_there() && self.stacks.all().count() == 1 {
            self.adopt_drafts();
        }
    }

    /// What the person has not saved and may go on with.
    fn offers(&self) -> Vec<(Place, Unsaved<'_>)> {
        let entry_of = |unsaved: &Unsaved<'_>| {
            self.entries.iter().find(|entry| entry.name == unsaved.place && entry.may(&self.world.actor))
        };
        let all = self.drafts.all_of(&self.world.actor.staff_no).into_iter();
        all.filter_map(|unsaved| Some((Place { name: entry_of(&unsaved)?.name, id: unsaved.id }, unsaved))).collect()
    }

    /// How many unsaved texts the first screen offers.
    pub(super) fn offered(&self) -> usize {
        if self.world.actor_is_there() { self.offers().len() } else { 0 }
    }

    /// Shows the person what was typed and not saved before; nothing is lost by looking elsewhere first.
    pub(super) fn offer_drafts(&mut self) {
        let mut offered = Vec::new();
        let mut items = Vec::new();
        for (place, unsaved) in self.offers() {
            let text = self.offer_text(place, unsaved.kept);
            let at = Arg::Moment(unsaved.kept.at).say(self.world.lang);
            items.push(PickItem::new(offered.len().to_string(), text).detail(at));
            offered.push((place, unsaved.copy));
        }
        if !offered.is_empty() {
            self.popup = Some(Popup::Drafts { list: PickList::new(W::ShellDraftTitle, items), offered });
        }
    }

    /// Where something was typed, about what, and what has changed there since.
    fn offer_text(&self, place: Place, kept: &Kept) -> String {
        let lang = self.world.lang;
        let word = self.entry(place.name).map_or("", |entry| entry.word.text(lang));
        let label = self.draft_label(place.id).unwrap_or_default();
        let seen = kept.fields.get(SEEN).and_then(|seen| seen.parse::<i64>().ok());
        let since = seen.and_then(|seen| stale::since(self.world.store.conn(), place.id, seen).ok().flatten());
        let since = since.map(|changes| Phrase::new(W::ShellDraftSince, [changes]).say(lang)).unwrap_or_default();
        [word, &label, &since].into_iter().filter(|part| !part.is_empty()).collect::<Vec<&str>>().join("  ")
    }

    /// Goes on with what was typed: where its screen is still open, there; else in a fresh one.
    pub(super) fn resume(&mut self, place: Place, copy: u32) {
        self.drafts.choose(&self.world.actor.staff_no, place, copy);
        if copy == 0 && self.stacks.show(place) {
            return self.tell_top(Note::Shown);
        }
        self.go(place);
    }

    /// Asks whether an unsaved text is to be given up.
    pub(super) fn ask_discard(&mut self, place: Place, copy: u32) {
        let found = self.offers().into_iter().find(|(at, unsaved)| *at == place && unsaved.copy == copy);
        let Some(text) = found.map(|(_, unsaved)| self.offer_text(place, unsaved.kept)) else { return };
        let confirm = Confirm::new(Phrase::new(W::ShellDraftDiscard, [Arg::Text(text)]));
        self.popup = Some(Popup::Confirm { confirm, asked: Asked::Discard(place, copy) });
    }

    /// Gives an unsaved text up if so answered, and shows what else there is.
    pub(super) fn discarded(&mut self, place: Place, copy: u32, yes: bool) {
        if yes {
            self.drafts.discard(&self.world.actor.staff_no, place, copy);
            self.say(Tone::Plain, W::ShellDraftDiscarded);
        }
        self.offer_drafts();
    }

    /// What a draft is about, where it is about a case.
    fn draft_label(&self, id: i64) -> Option<String> {
        if id == 0 {
            return None;
        }
        let row = crate::case::store::list::row(self.world.store.conn(), id).ok()??;
        let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
        let (number, insured) = (text::neutralise(number), text::neutralise(&row.insured));
        Some(format!("{} {insured}", text::clip_left(&number, 10)))
    }
}

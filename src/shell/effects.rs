//! Running what screens want done.

use super::app::{App, FOLDER, HOME, Running};
use super::msg::JobResult;
use super::popup::{Asked, Popup};
use crate::db::Actor;
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::confirm::Confirm;
use crate::ui::print::SheetView;
use crate::ui::screen::{Effect, Effects, Job, Note, Place, Tone};

/// More effects than this from one message mean that two screens answer each other for ever.
const LIMIT: u32 = 10_000;

impl App {
    /// Runs effects in order on behalf of the screen at `from`.
    pub(super) fn run(&mut self, from: Place, effects: Effects) {
        for effect in effects {
            self.depth = self.depth.saturating_add(1);
            if self.depth > LIMIT {
                return;
            }
            self.run_one(from, effect);
        }
    }

    fn run_one(&mut self, from: Place, effect: Effect) {
        match effect {
            Effect::Act(act) => self.act(from, act),
            Effect::Go(place) => self.go(place),
            Effect::Replace(place) => self.replace(from, place),
            Effect::Back => self.back(from),
            Effect::Ask(question) => {
                let confirm = Confirm::new(question.text);
                self.popup = Some(Popup::Confirm { confirm, asked: Asked::Screen(from, question.id) });
            }
            Effect::AskPin(question) => self.ask_pin(from, question),
            Effect::Preview(preview) => {
                self.popup = Some(Popup::Preview { preview: Box::new(preview), view: SheetView::default(), from });
            }
            Effect::Job(job) => self.start_job(from, job),
            Effect::CancelJob => self.stop_job(),
            Effect::Read(read) => self.ask_store(from, read),
            Effect::DropRead(slot) => self.reader.forget(|key| key == (from, slot)),
            Effect::Keep(keep) => self.keep(&keep),
            Effect::Say(tone, phrase) => self.say(tone, phrase),
            Effect::Bell => self.bell = true,
            Effect::SetLang(lang) => {
                self.world.lang = lang;
                self.refresh_head();
            }
            Effect::SignIn(actor) => self.sign_in(actor),
            Effect::SwitchPerson => self.step_away(),
            Effect::Quit => self.quit(),
        }
    }

    /// Leads to a place: a desk of the first row in its own stack, everything else on top of this one.
    pub(super) fn go(&mut self, place: Place) {
        if self.stacks.place() == Some(place) {
            return self.tell_top(Note::Shown);
        }
        let Some(place) = self.allowed(place) else { return };
        let entry = self.entry(place.name);
        if place.id != 0 || entry.is_none_or(|entry| entry.key.is_none()) || self.stacks.depth() == 0 {
            return self.push_place(place);
        }
        self.keep_draft();
        if !self.stacks.switch(place.name) {
            let screen = self.make(place);
            self.stacks.begin(screen);
        }
        self.tell_top(Note::Shown);
    }

    /// The place to open instead of the one asked for: the case folder where a desk is not built; nothing where the
    /// person may not go. Says why.
    fn allowed(&mut self, place: Place) -> Option<Place> {
        let entry = self.entry(place.name)?;
        if !entry.may(&self.world.actor) {
            self.say(Tone::Bad, super::keys::not_for_you(&entry));
            return None;
        }
        if entry.open.is_some() {
            return Some(place);
        }
        self.say(Tone::Plain, Phrase::new(W::ShellPlaceUnbuilt, [Arg::Word(entry.word)]));
        let folder = self.entry(FOLDER).filter(|folder| folder.open.is_some())?;
        (place.id != 0).then_some(Place::of(folder.name, place.id))
    }

    fn replace(&mut self, from: Place, place: Place) {
        if self.stacks.place() == Some(from) {
            self.keep_draft();
            self.stacks.pop();
        }
        self.push_place(place);
    }

    /// After an act: the place takes the stead of the screen that asked, unless that is the bottom one.
    pub(super) fn go_on(&mut self, from: Place, place: Place) {
        if self.stacks.place() == Some(from) && self.stacks.depth() > 1 {
            self.stacks.pop();
        }
        self.go(place);
    }

    /// Closes the screen at `from`; what is typed there is never discarded without a question.
    fn back(&mut self, from: Place) {
        if self.stacks.place() != Some(from) {
            return;
        }
        let dirty = self.stacks.top().and_then(|screen| screen.draft()).is_some();
        if dirty && !self.agreed {
            let confirm = Confirm::new(W::ShellBackUnsaved);
            self.popup = Some(Popup::Confirm { confirm, asked: Asked::Back(from) });
            return;
        }
        self.close(from);
    }

    /// Closes the screen and forgets what was typed there.
    pub(super) fn close(&mut self, from: Place) {
        if self.stacks.place() != Some(from) {
            return;
        }
        self.drop_draft(from);
        if self.stacks.depth() > 1 {
            self.stacks.pop();
            return self.tell_top(Note::Shown);
        }
        if from.name != HOME && self.world.actor_is_there() {
            self.stacks.leave();
            if !self.stacks.switch(HOME) {
                let screen = self.make(Place::new(HOME));
                self.stacks.begin(screen);
            }
            self.tell_top(Note::Shown);
        }
    }

    /// Somebody is signed in from now on: back to the parked screens, else to the first place.
    pub fn sign_in(&mut self, actor: Actor) {
        let same = self.parked.take().filter(|parked| parked.person == actor.id && actor.id != 0);
        self.world.actor = actor;
        self.recall();
        // Whoever's screens go from here may find what they had typed at another desk.
        self.drafts.leave_all_but(&self.world.actor.staff_no);
        self.idle = super::idle::Idle::new(self.world.now);
        self.refresh_head();
        match same {
            Some(parked) => {
                self.stacks = parked.stacks;
                self.popup = None;
                self.tell_top(Note::Shown);
                self.remind(true);
            }
            None => {
                self.adopt_drafts();
                self.open_alone(Place::new(HOME));
                self.remind(true);
                self.open_what_comes_first();
                self.offer_drafts();
            }
        }
    }

    fn start_job(&mut self, from: Place, job: Job) {
        if let Some(running) = &self.running {
            let title = Arg::Phrase(Box::new(running.title.clone()));
            return self.say(Tone::Bad, Phrase::new(W::ShellJobBusy, [title]));
        }
        let (id, title) = (job.id, job.title.clone());
        let number = self.worker.take(job, self.world.actor.clone(), self.world.now);
        self.running = Some(Running { number, from, id, title, progress: None, stopping: false });
    }

    pub(super) fn stop_job(&mut self) {
        if let Some(running) = &mut self.running {
            running.stopping = true;
            self.worker.cancel();
        }
    }

    pub(super) fn job_progress(&mut self, number: u64, done: u64, of: u64, what: Phrase) {
        let Some(running) = self.running.as_mut().filter(|running| running.number == number) else { return };
        running.progress = Some((done, of, what.clone()));
        let from = running.from;
        self.tell(from, Note::Progress(done, of, &what));
    }

    pub(super) fn job_done(&mut self, number: u64, result: JobResult) {
        let Some(running) = self.running.take_if(|running| running.number == number) else { return };
        self.seen = self.world.store.data_version();
        self.refresh_head();
        let title = || Arg::Phrase(Box::new(running.title.clone()));
        let told = match &result {
            Ok(value) => self.tell(running.from, Note::JobDone(running.id, value.as_ref())),
            Err(error) => self.tell(running.from, Note::JobFailed(running.id, error)),
        };
        match result {
            Ok(_) if !told => self.say(Tone::Good, Phrase::new(W::ShellJobDone, [title()])),
            Err(error) if !told => self.say(Tone::Bad, Phrase::new(W::ShellJobFailed, [title(), Arg::Text(error)])),
            _ => {}
        }
        if self.stacks.place() != Some(running.from) {
            self.tell_top(Note::StoreChanged);
        }
    }

    /// Leaves the desk; a running job is asked about first. What is typed stays in the drafts.
    pub(super) fn quit(&mut self) {
        match &self.running {
            Some(running) => {
                let title = Arg::Phrase(Box::new(running.title.clone()));
                let confirm = Confirm::new(Phrase::new(W::ShellQuitWorking, [title]));
                self.popup = Some(Popup::Confirm { confirm, asked: Asked::Quit });
            }
            None => self.finished = true,
        }
    }
}

//! Running acts: in place within 20 ms, or again by timer while another desk writes.

use super::app::App;
use crate::db::{ActError, Wait};
use crate::kernel::findings::Findings;
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::screen::{DeskAct, Done, Note, Place, Tone};
use std::time::Duration;

/// How long until a busy store is asked again.
pub(super) const RETRY: Duration = Duration::from_millis(150);

/// An act that waits for another desk.
#[derive(Debug)]
pub(super) struct Waiting {
    from: Place,
    act: DeskAct,
}

impl App {
    /// Runs an act; a busy store makes it wait, with the form kept as it is.
    pub(super) fn act(&mut self, from: Place, act: DeskAct) {
        let actor = act.actor.as_ref().unwrap_or(&self.world.actor);
        let (person, drafts) = (&self.world.actor.staff_no, &mut self.drafts);
        let done = self.world.store.act(actor, self.world.now, act.name, Wait::InPlace, |tx| {
            let done = (act.body)(tx)?;
            // Should the process die right behind the commit, the next one finds that this text has become fact.
            drafts.hand_in(person, from, Some(tx.last_row()));
            Ok(done)
        });
        match done {
            Ok(done) => self.act_done(from, &done),
            Err(ActError::Busy) => {
                self.take_draft_back(from);
                self.say(Tone::Plain, W::ShellActWaiting);
                self.waiting = Some(Waiting { from, act });
            }
            Err(error) => self.act_refused(from, &error.findings()),
        }
    }

    /// Asks the busy store again.
    pub(super) fn retry(&mut self) {
        if let Some(Waiting { from, act }) = self.waiting.take() {
            self.line = None;
            self.act(from, act);
        }
    }

    /// Gives the waiting act up; nothing was written.
    pub(super) fn give_up(&mut self) {
        if let Some(Waiting { from, .. }) = self.waiting.take() {
            self.take_draft_back(from);
            let findings = ActError::Busy.findings();
            self.tell(from, Note::Refused(&findings));
            self.say(Tone::Plain, W::ShellActGivenUp);
        }
    }

    fn act_done(&mut self, from: Place, done: &Done) {
        self.drop_draft(from);
        self.say(done.tone, done.said.clone());
        self.seen = self.world.store.data_version();
        self.refresh_head();
        self.tell(from, Note::Done(done));
        if self.stacks.place().is_some_and(|top| top != from) {
            self.tell_top(Note::StoreChanged);
        }
        if let Some(place) = done.go {
            self.go_on(from, place);
        }
    }

    fn act_refused(&mut self, from: Place, findings: &Findings) {
        self.take_draft_back(from);
        self.say(Tone::Bad, summary(findings));
        self.tell(from, Note::Refused(findings));
    }
}

/// The first reason, and how many more there are.
pub(super) fn summary(findings: &Findings) -> Phrase {
    use crate::kernel::findings::Severity;
    let mut blocks = findings.iter().filter(|finding| finding.severity == Severity::Block);
    let first = blocks.next().or_else(|| findings.iter().next());
    let Some(first) = first else { return W::ShellActRefused.into() };
    match blocks.count() {
        0 => first.what.clone(),
        more => Phrase::new(
            W::ShellActRefusedMore,
            [Arg::Phrase(Box::new(first.what.clone())), Arg::Number(i64::try_from(more).unwrap_or(i64::MAX))],
        ),
    }
}

//! Running acts: in place within 20 ms, or again by timer while another desk writes.

use super::app::App;
use crate::db::{ActError, Wait};
use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::keys::{KeyRow, Resolved};
use crate::ui::print::Sheet;
use crate::ui::screen::{DeskAct, Done, Input, Note, Place, Tone};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::time::{Duration, Instant};

/// How long until a busy store is asked again: each try takes 20 ms at most, keys and drawing have the time between.
pub(super) const RETRY: Duration = Duration::from_millis(10);

/// An act that waits for another desk.
#[derive(Debug)]
pub(super) struct Waiting {
    from: Place,
    act: DeskAct,
    since: Instant,
}

impl Waiting {
    /// What the message line says meanwhile.
    fn words(&self) -> Phrase {
        match self.since.elapsed().as_secs() {
            0 => W::ShellActWaiting.into(),
            seconds => Phrase::new(W::ShellActWaitingLong, [Arg::Number(i64::try_from(seconds).unwrap_or(0))]),
        }
    }
}

impl App {
    /// Runs an act; a busy store makes it wait, with the form kept as it is.
    pub(super) fn act(&mut self, from: Place, act: DeskAct) {
        if self.waiting.is_some() {
            // Only what comes from elsewhere (a job that ended) can ask now; one act waits at a time.
            return self.act_refused(from, &ActError::Busy.findings());
        }
        self.act_since(from, act, clock::tick());
    }

    fn act_since(&mut self, from: Place, act: DeskAct, since: Instant) {
        let actor = act.actor.as_ref().unwrap_or(&self.world.actor);
        let (person, drafts) = (&self.world.actor.staff_no, &mut self.drafts);
        let done = self.world.store.act(actor, self.world.now, act.name, Wait::InTurn, |tx| {
            let done = (act.body)(tx)?;
            // Should the process die right behind the commit, the next one finds that this text has become fact.
            drafts.hand_in(person, from, Some(tx.last_row()));
            Ok(done)
        });
        match done {
            Ok(done) => self.act_done(from, &done),
            Err(ActError::Busy) => {
                self.take_draft_back(from);
                let waiting = Waiting { from, act, since };
                self.say(Tone::Plain, waiting.words());
                self.waiting = Some(waiting);
            }
            Err(error) => self.act_refused(from, &error.findings()),
        }
    }

    /// Asks the busy store again; true when there is something new to see.
    pub(super) fn retry(&mut self) -> bool {
        let Some(Waiting { from, act, since }) = self.waiting.take() else { return false };
        let before = self.line.take();
        self.act_since(from, act, since);
        self.waiting.is_none() || self.line != before
    }

    /// A key while an act waits: one may look around, read the help, change the language, and give up. What is typed
    /// is not taken, for the text that waits to be written must stay what it is.
    pub(super) fn waiting_key(&mut self, key: KeyEvent, arrived: u64) {
        if self.page_key(key) {
            return;
        }
        if self.popup.is_some() {
            return self.popup_key(key, arrived);
        }
        if key.code == KeyCode::Esc {
            return self.give_up();
        }
        let rows: Vec<KeyRow> = self.screen_rows().into_iter().chain(self.shell_rows()).collect();
        let looks = matches!(
            key.code,
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown | KeyCode::Home | KeyCode::End
        );
        match self.world.keymap.resolve(&rows, key) {
            Resolved::Action(action @ ("shell.help" | "shell.language")) => self.action(action, false, key),
            Resolved::None if looks => self.screen_input(Input::Key(key)),
            _ if self.gathered(key) => self.screen_input(Input::Key(key)),
            _ => self.bell = true,
        }
    }

    /// Whether a key belongs to a scan line, which gathers codes while its act waits.
    fn gathered(&self, key: KeyEvent) -> bool {
        let line = matches!(key.code, KeyCode::Char(_) | KeyCode::Enter | KeyCode::Backspace)
            && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        line && self.stacks.top().is_some_and(|screen| screen.gathers())
    }

    /// Gives the waiting act up; nothing was written.
    pub(super) fn give_up(&mut self) {
        if let Some(Waiting { from, .. }) = self.waiting.take() {
            self.world.store.give_up_turn();
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
        if let Some(sheet) = &done.print {
            self.print(sheet.clone(), done.said.clone());
        }
    }

    /// Sends a sheet to the printer; the fact it tells of stands already.
    fn print(&mut self, sheet: Sheet, said: Phrase) {
        let title = sheet.title.clone();
        if let Err(error) = self.printer.take(sheet, said.clone(), self.world.now) {
            self.say(Tone::Bad, crate::phrase!(W::ShellPrintNot, said, title, error.to_string()));
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

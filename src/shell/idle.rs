//! Nobody at the desk: personal data is hidden after some minutes, the desk locks after some more.

use super::app::{App, Parked, SIGN_IN};
use crate::kernel::settings;
use crate::kernel::words::W;
use crate::reference;
use crate::ui::screen::{Place, Tone};

/// When the last key came.
#[derive(Debug)]
pub(super) struct Idle {
    last: i64,
}

impl Idle {
    /// Begins with a key just pressed.
    pub fn new(now: i64) -> Idle {
        Idle { last: now }
    }
}

impl App {
    /// A key has come. True when it only brings the hidden screen back.
    pub(super) fn wake(&mut self) -> bool {
        self.idle.last = self.world.now;
        std::mem::take(&mut self.world.hidden)
    }

    /// Looks at the clock once a minute.
    pub(super) fn idle_minute(&mut self) {
        // A clock that was set back must not keep the desk open.
        self.idle.last = self.idle.last.min(self.world.now);
        if self.world.actor.id == 0 || self.practice {
            return;
        }
        let Ok(rules) = reference::store::rulebook(&self.world.store) else { return };
        let minutes = (self.world.now - self.idle.last) / 60;
        if minutes >= rules.settings.number(settings::IDLE_LOCK, self.world.now) {
            self.step_away();
            self.say(Tone::Plain, W::ShellIdleLocked);
        } else if minutes >= rules.settings.number(settings::IDLE_HIDE, self.world.now) {
            self.world.hidden = true;
        }
    }

    /// The person leaves; the screens are kept for the same person, the drafts for whenever they come back.
    pub(super) fn step_away(&mut self) {
        self.give_up();
        self.keep_all_drafts();
        let person = self.world.actor.id;
        let stacks = std::mem::take(&mut self.stacks);
        self.parked = (person != 0).then_some(Parked { person, stacks });
        self.world.hidden = false;
        self.world.actor = crate::db::Actor { os_user: self.os_user.clone(), ..Default::default() };
        self.open_alone(Place::new(SIGN_IN));
        self.refresh_head();
    }
}

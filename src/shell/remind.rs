//! What places call to mind: said on the message line of whatever screen is open, nothing else is touched.

use super::app::App;
use crate::ui::screen::{Place, Tone};

impl App {
    /// Asks every place what it calls to mind, at sign-in or because time has passed; the last one to say something is
    /// heard. Who is asked nothing at a locked desk.
    pub(super) fn remind(&mut self, signing_in: bool) {
        let since = (!signing_in).then_some(self.reminded);
        self.reminded = self.world.now;
        if !self.world.actor_is_there() {
            return;
        }
        for entry in self.entries.iter().filter(|entry| entry.may(&self.world.actor)) {
            let said = entry.remind.map(|remind| remind(&self.world.cx(), since));
            // What cannot be read now is asked again in a minute; the places themselves say what is wrong.
            if let Some(Ok(Some(phrase))) = said {
                self.line = Some((Tone::Bad, phrase));
            }
        }
    }

    /// Opens the places on top of the first screen that have something which comes before everything else.
    pub(super) fn open_what_comes_first(&mut self) {
        let first = self
            .entries
            .iter()
            .filter(|entry| entry.may(&self.world.actor))
            .filter(|entry| entry.first.is_some_and(|first| first(&self.world.cx()).unwrap_or(false)));
        let places: Vec<Place> = first.map(|entry| Place::new(entry.name)).collect();
        for place in places {
            self.push_place(place);
        }
    }
}

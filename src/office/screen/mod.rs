//! The screens of the office: first run, sign-in, own PIN, people, deputies, control settings, calendars.

mod calendars;
mod deputies;
mod first_run;
mod own_pin;
mod pane;
mod people;
mod person_form;
mod settings;
mod sign_in;

use super::rules::Right;
use crate::kernel::words::W;
use crate::ui::screen::Entry;

/// The places of the office.
pub fn entries() -> Vec<Entry> {
    let readers = Right::ReadAll.roles();
    vec![
        Entry::new("sign-in", W::OfficePlaceSignIn, sign_in::open),
        Entry::new("first-run", W::OfficePlaceFirstRun, first_run::open),
        Entry::place("own-pin", W::OfficePlaceOwnPin, own_pin::open),
        Entry::place("people", W::OfficePlacePeople, people::open).only(readers),
        Entry::place("deputies", W::OfficePlaceDeputies, deputies::open).only(readers),
        Entry::place("settings", W::OfficePlaceSettings, settings::open).only(readers),
        Entry::place("calendars", W::OfficePlaceCalendars, calendars::open).only(readers),
    ]
}

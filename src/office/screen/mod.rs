//! The screens of the office: first run, sign-in, own PIN, people, deputies, control settings, calendars.

mod calendars;
mod deputies;
mod first_run;
mod lessons;
mod own_pin;
pub mod pane;
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
        Entry::new("sign-in", W::OfficePlaceSignIn, sign_in::open).teaches(&lessons::SIGN_IN),
        Entry::new("first-run", W::OfficePlaceFirstRun, first_run::open).teaches(&lessons::FIRST_RUN),
        Entry::place("own-pin", W::OfficePlaceOwnPin, own_pin::open).teaches(&lessons::OWN_PIN),
        Entry::place("people", W::OfficePlacePeople, people::open).teaches(&lessons::PEOPLE).only(readers),
        Entry::place("deputies", W::OfficePlaceDeputies, deputies::open).teaches(&lessons::DEPUTIES).only(readers),
        Entry::place("settings", W::OfficePlaceSettings, settings::open).teaches(&lessons::SETTINGS).only(readers),
        Entry::place("calendars", W::OfficePlaceCalendars, calendars::open).teaches(&lessons::CALENDARS).only(readers),
    ]
}

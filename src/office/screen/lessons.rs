//! What the screens of the office teach.

use crate::kernel::settings::{IDLE_HIDE, IDLE_LOCK, PIN_DIGITS};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// Signing in.
pub const SIGN_IN: Lesson = Lesson {
    steps: &[("sign_in.enter", W::OfficeLearnSignInEnter)],
    rule: W::OfficeLearnSignInRule,
    numbers: &[IDLE_HIDE, IDLE_LOCK],
};

/// The guide of an empty store.
pub const FIRST_RUN: Lesson = Lesson {
    steps: &[("first_run.save", W::OfficeLearnFirstSave)],
    rule: W::OfficeLearnFirstRule,
    numbers: &[PIN_DIGITS],
};

/// One's own PIN.
pub const OWN_PIN: Lesson =
    Lesson { steps: &[("own_pin.save", W::OfficeLearnPinSave)], rule: W::OfficeLearnPinRule, numbers: &[PIN_DIGITS] };

/// Who works here.
pub const PEOPLE: Lesson = Lesson {
    steps: &[
        ("people.add", W::OfficeLearnPeopleAdd),
        ("people.pin", W::OfficeLearnPeoplePin),
        ("people.edit", W::OfficeLearnPeopleEdit),
        ("people.switch", W::OfficeLearnPeopleSwitch),
    ],
    rule: W::OfficeLearnPeopleRule,
    numbers: &[],
};

/// Who signs for a leader.
pub const DEPUTIES: Lesson = Lesson {
    steps: &[("deputies.new", W::OfficeLearnDeputiesNew), ("deputies.end", W::OfficeLearnDeputiesEnd)],
    rule: W::OfficeLearnDeputiesRule,
    numbers: &[],
};

/// Control settings.
pub const SETTINGS: Lesson = Lesson {
    steps: &[("settings.change", W::OfficeLearnSettingsChange)],
    rule: W::OfficeLearnSettingsRule,
    numbers: &[],
};

/// Working days.
pub const CALENDARS: Lesson = Lesson {
    steps: &[
        ("calendars.add", W::OfficeLearnCalendarsAdd),
        ("calendars.save", W::OfficeLearnCalendarsSave),
        ("calendars.recompute", W::OfficeLearnCalendarsRecompute),
    ],
    rule: W::OfficeLearnCalendarsRule,
    numbers: &[],
};

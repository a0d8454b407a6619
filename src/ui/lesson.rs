//! What a place teaches a new clerk beside what it says of itself: the usual order of its keys, and the rule behind it.

use crate::kernel::settings::{self, Settings, Shape};
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::keys::ActionId;

/// The lesson of a place.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// Actions in the order they are usually done, each with what it is for at that point.
    pub steps: &'static [(ActionId, W)],
    /// The rule behind the work.
    pub rule: W,
    /// The control settings the rule names, `{0}` first.
    pub numbers: &'static [&'static str],
}

impl Lesson {
    /// The rule with the values in force at `now`.
    pub fn rule(&self, settings: &Settings, now: i64) -> Phrase {
        Phrase::new(self.rule, self.numbers.iter().map(|key| number(settings, key, now)))
    }
}

fn number(settings: &Settings, key: &str, now: i64) -> Arg {
    match settings::definition(key).map(|definition| definition.shape) {
        Some(Shape::Number(..)) => Arg::Number(settings.number(key, now)),
        Some(Shape::Money) => Arg::from(settings.money(key, now)),
        _ => Arg::from(settings.text(key, now)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::words::Lang;

    #[test]
    fn the_rule_says_the_values_in_force() {
        let lesson =
            Lesson { steps: &[], rule: W::CaseLearnTodoRule, numbers: &[settings::SOON_HOURS, "archive.cutoff", "x"] };
        let dated =
            |key: &str, value: &str| (key.to_owned(), settings::Dated { from_at: 100, value: value.to_owned() });
        let changed = Settings::new([dated(settings::CUTOFF, "15:30"), dated(settings::SOON_HOURS, "1")]);
        let said = |now| lesson.rule(&changed, now).say(Lang::En);
        assert!(said(99).contains("2 hours") && said(99).contains("16:00"), "{}", said(99));
        assert!(said(100).contains("1 hour left") && said(100).contains("15:30"), "{}", said(100));
    }
}

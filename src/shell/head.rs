//! What the header says: office, person, day and time, the way to the cutoff, and what waits at each place.
//! Read when something happens, never while drawing.

use super::app::World;
use crate::db::meta;
use crate::kernel::clock;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::reference;
use crate::ui::gauge;
use crate::ui::screen::Entry;
use chrono::{Datelike, Timelike, Weekday};

/// The gauge covers the last so many minutes before the cutoff: a working day of eight hours.
const GAUGE_MINUTES: i64 = 480;
const GAUGE_CELLS: u16 = 12;

/// The texts of the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// Product, office, person.
    pub left: String,
    /// "11-23 周一 15:12".
    pub moment: String,
    /// The way to the cutoff in words.
    pub cutoff: String,
    /// "[######----]" on the way to the cutoff, else empty.
    pub gauge: String,
    /// Less than an hour is left.
    pub soon: bool,
    /// What waits, in the order of the entries.
    pub counts: Vec<Option<i64>>,
}

impl Head {
    /// Reads everything anew.
    pub fn read(world: &World, entries: &[Entry], practice: bool) -> Head {
        let mut head = Head { left: left(world, practice), ..Head::default() };
        let local = clock::local(world.now);
        let weekday = weekday(local.weekday()).text(world.lang);
        head.moment =
            format!("{:02}-{:02} {weekday} {:02}:{:02}", local.month(), local.day(), local.hour(), local.minute());
        head.read_cutoff(world);
        let there = world.actor_is_there();
        // Only places with a key stand in the row that shows the numbers.
        let shown = |entry: &Entry| entry.count.filter(|_| there && entry.key.is_some());
        head.counts = entries.iter().map(|entry| shown(entry).and_then(|count| count(&world.store).ok())).collect();
        head
    }

    fn read_cutoff(&mut self, world: &World) {
        let Ok(rules) = reference::store::rulebook(&world.store) else { return };
        let cutoff = rules.settings.cutoff(world.now);
        let today = clock::day_of(world.now);
        let batch = cutoff.batch_day(&rules.calendar, world.now);
        let time = Arg::Text(cutoff.time.format("%H:%M").to_string());
        let phrase = if batch == today {
            // A minute that has begun still counts: at 15:59:59 one minute is left.
            let minutes = (cutoff.at(today) - world.now + 59) / 60;
            self.soon = minutes <= 60;
            let gone = u64::try_from((GAUGE_MINUTES - minutes).clamp(0, GAUGE_MINUTES)).unwrap_or(0);
            self.gauge = gauge::gauge(gone, GAUGE_MINUTES.unsigned_abs(), GAUGE_CELLS);
            Phrase::new(W::ShellHeadLeft, [time, Arg::Phrase(Box::new(duration(minutes)))])
        } else if rules.calendar.is_working(today) {
            Phrase::new(W::ShellHeadPassed, [time, Arg::ShortDay(batch)])
        } else {
            Phrase::new(W::ShellHeadNoWork, [Arg::ShortDay(batch)])
        };
        self.cutoff = phrase.say(world.lang);
        let years = rules.calendar.assumed_years(today, batch);
        if let Some(year) = years.first() {
            let missing = Phrase::new(W::ShellHeadNoCalendar, [Arg::Text(year.to_string())]).say(world.lang);
            self.cutoff = format!("{} {missing}", self.cutoff);
        }
    }
}

fn left(world: &World, practice: bool) -> String {
    let mut parts = vec![W::ShellHeadProduct.text(world.lang).to_owned()];
    if practice {
        let pin = meta::get(world.store.conn(), meta::PRACTICE_PIN).ok().flatten();
        let mark = pin
            .map_or_else(|| W::ShellHeadPractice.into(), |pin| Phrase::new(W::ShellHeadPractisePin, [Arg::Text(pin)]));
        parts.push(mark.say(world.lang));
    }
    let office = meta::get(world.store.conn(), meta::OFFICE_NAME).ok().flatten().filter(|name| !name.is_empty());
    parts.extend(office.map(|name| crate::kernel::text::neutralise(&name).into_owned()));
    if world.actor.id != 0 {
        let roles = Arg::List(world.actor.roles.iter().map(|role| Arg::Word(office::store::role_word(role))).collect());
        parts.push(format!("{} {}", world.actor.name, roles.say(world.lang)));
    }
    parts.join("  ")
}

fn duration(minutes: i64) -> Phrase {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => Phrase::new(W::ShellHeadMinutes, [Arg::Number(minutes)]),
        (hours, 0) => Phrase::new(W::ShellHeadHours, [Arg::Number(hours)]),
        (hours, minutes) => Phrase::new(W::ShellHeadHoursMinutes, [Arg::Number(hours), Arg::Number(minutes)]),
    }
}

fn weekday(day: Weekday) -> W {
    match day {
        Weekday::Mon => W::ShellWeekdayMon,
        Weekday::Tue => W::ShellWeekdayTue,
        Weekday::Wed => W::ShellWeekdayWed,
        Weekday::Thu => W::ShellWeekdayThu,
        Weekday::Fri => W::ShellWeekdayFri,
        Weekday::Sat => W::ShellWeekdaySat,
        Weekday::Sun => W::ShellWeekdaySun,
    }
}

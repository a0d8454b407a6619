//! How a figure reads, and whether it is where it should be.

use crate::db::figures::{Bound, Figure, FigureValue, Unit};
use crate::kernel::money::Fen;
use crate::kernel::settings::Settings;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;

/// Seconds of a minute and of an hour.
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;

/// A fraction with one decimal, the half rounded upwards: `35.0`.
fn decimal(part: i128, of: i128) -> String {
    let tenths = (part.saturating_mul(20).saturating_add(of)).div_euclid(of.saturating_mul(2).max(1));
    let sign = if tenths < 0 { "-" } else { "" };
    let size = tenths.unsigned_abs();
    format!("{sign}{}.{}", size / 10, size % 10)
}

/// The same for a limit, which reads without a decimal where it is whole: `35`, `1.5`.
fn limit_decimal(part: i128, of: i128) -> String {
    let said = decimal(part, of);
    said.strip_suffix(".0").map_or_else(|| said.clone(), str::to_owned)
}

/// A fraction in the unit of its figure.
fn fraction(part: i64, of: i64, unit: Unit, decimal: fn(i128, i128) -> String) -> Phrase {
    let (part, of) = (i128::from(part), i128::from(of));
    match unit {
        Unit::Percent => phrase!(W::FiguresUnitPercent, decimal(part * 100, of)),
        Unit::Minutes => phrase!(W::FiguresUnitMinutes, decimal(part, of * i128::from(MINUTE))),
        Unit::Hours => phrase!(W::FiguresUnitHours, decimal(part, of * i128::from(HOUR))),
        Unit::WorkingDays => phrase!(W::FiguresUnitDays, decimal(part, of)),
        Unit::Yuan => phrase!(W::FiguresUnitYuan, Fen::from_fen(i64::try_from(part / of.max(1)).unwrap_or(i64::MAX))),
        Unit::Count | Unit::Parts => phrase!(W::FiguresUnitCount, i64::try_from(part / of.max(1)).unwrap_or(i64::MAX)),
    }
}

/// A value as it reads: `35.0 %`, `8,200.00`, `12`; of nothing there is no value.
pub fn say(value: &FigureValue, unit: Unit) -> Phrase {
    match value {
        FigureValue::Number(number) => fraction(*number, 1, unit, decimal),
        FigureValue::Ratio { of: 0, .. } => W::FiguresNone.into(),
        FigureValue::Ratio { part, of } => fraction(*part, *of, unit, decimal),
        FigureValue::Parts(parts) if parts.is_empty() => W::FiguresNone.into(),
        FigureValue::Parts(parts) => {
            let each = parts.iter().map(|(name, count)| Arg::from(phrase!(W::FiguresPart, name.clone(), *count)));
            phrase!(W::FiguresParts, Arg::List(each.collect()))
        }
    }
}

/// What a share or a mean was made of: `7/20` for a share, `over 20` for a mean; nothing for the others.
pub fn base(value: &FigureValue, unit: Unit) -> Option<Phrase> {
    match (value, unit) {
        (FigureValue::Ratio { of: 0, .. } | FigureValue::Number(_) | FigureValue::Parts(_), _) => None,
        (FigureValue::Ratio { part, of }, Unit::Percent) => Some(phrase!(W::FiguresBaseShare, *part, *of)),
        (FigureValue::Ratio { of, .. }, _) => Some(phrase!(W::FiguresBaseMean, *of)),
    }
}

/// A value with what it was made of.
pub fn say_whole(value: &FigureValue, unit: Unit) -> Phrase {
    match base(value, unit) {
        Some(base) => phrase!(W::FiguresWithBase, say(value, unit), base),
        None => say(value, unit),
    }
}

/// The goal of a figure by the settings in force, as it reads.
pub fn say_goal(figure: &Figure, settings: &Settings, now: i64) -> Option<Phrase> {
    let goal = figure.goal?;
    let (part, of) = (goal.limit)(settings, now);
    let limit = fraction(part, of, figure.unit, limit_decimal);
    Some(match goal.bound {
        Bound::AtMost => phrase!(W::FiguresAtMost, limit),
        Bound::Below => phrase!(W::FiguresBelow, limit),
        Bound::AtLeast => phrase!(W::FiguresAtLeast, limit),
    })
}

/// Whether the goal is met by the exact fraction, whatever the rounded one shows; nothing without a goal or a value.
pub fn met(figure: &Figure, value: &FigureValue, settings: &Settings, now: i64) -> Option<bool> {
    let goal = figure.goal?;
    let (limit, limit_of) = (goal.limit)(settings, now);
    let (part, of) = match value {
        FigureValue::Number(number) => (*number, 1),
        FigureValue::Ratio { part, of } if *of > 0 => (*part, *of),
        FigureValue::Ratio { .. } | FigureValue::Parts(_) => return None,
    };
    let (value, limit) = (i128::from(part) * i128::from(limit_of), i128::from(limit) * i128::from(of));
    Some(match goal.bound {
        Bound::AtMost => value <= limit,
        Bound::Below => value < limit,
        Bound::AtLeast => value >= limit,
    })
}

/// The mark of a verdict, before the word.
pub const fn mark(met: Option<bool>) -> &'static str {
    match met {
        Some(true) => "v",
        Some(false) => "x",
        None => " ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::words::Lang;

    fn said(value: FigureValue, unit: Unit) -> String {
        say_whole(&value, unit).say(Lang::En)
    }

    const fn ratio(part: i64, of: i64) -> FigureValue {
        FigureValue::Ratio { part, of }
    }

    #[test]
    fn values_read_in_their_unit_with_what_they_were_made_of() {
        assert_eq!(said(ratio(7, 20), Unit::Percent), "35.0 % (7/20)");
        assert_eq!(said(ratio(1, 3), Unit::Percent), "33.3 % (1/3)");
        assert_eq!(said(ratio(2, 3), Unit::Percent), "66.7 % (2/3)");
        assert_eq!(said(ratio(3, 2), Unit::WorkingDays), "1.5 days (over 2)");
        assert_eq!(said(ratio(450, 3), Unit::Minutes), "2.5 min (over 3)");
        assert_eq!(said(ratio(90 * 60, 1), Unit::Hours), "1.5 h (over 1)");
        assert_eq!(said(FigureValue::Number(820_000), Unit::Yuan), "8,200.00");
        assert_eq!(said(FigureValue::Number(12), Unit::Count), "12");
        assert_eq!(said(ratio(0, 0), Unit::Percent), "none");
        assert_eq!(said(FigureValue::Parts(Vec::new()), Unit::Parts), "none");
    }

    #[test]
    fn a_goal_is_judged_by_the_fraction_and_not_by_what_is_shown() {
        let goal = |bound, limit| Figure::new("x", W::FiguresNone, W::FiguresNone, Unit::Percent).goal(bound, limit);
        let judged = |figure: &Figure, value| met(figure, &value, &Settings::default(), 0);
        let at_most = goal(Bound::AtMost, |_, _| (35, 100));
        assert_eq!(judged(&at_most, ratio(7, 20)), Some(true));
        assert_eq!(judged(&at_most, ratio(35_004, 100_000)), Some(false), "reads 35.0 %");
        let below = goal(Bound::Below, |_, _| (5, 100));
        assert_eq!(judged(&below, ratio(1, 20)), Some(false));
        assert_eq!(judged(&below, ratio(0, 20)), Some(true));
        let at_least = goal(Bound::AtLeast, |_, _| (95, 100));
        assert_eq!(judged(&at_least, ratio(19, 20)), Some(true));
        assert_eq!(judged(&at_least, ratio(0, 0)), None, "nothing was offered");
        assert_eq!(
            say_goal(&at_least, &Settings::default(), 0).map(|goal| goal.say(Lang::En)).as_deref(),
            Some("at least 95 %")
        );
    }
}

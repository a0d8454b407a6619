//! `closing-desk report`: reads only, holds no personal data, asks no PIN.

use super::{print, report};
use crate::db::Store;
use crate::db::figures::FigureSet;
use crate::files::write::whole;
use crate::kernel::clock;
use crate::kernel::period::{Kind, Period};
use crate::kernel::words::{Lang, Phrase, W};
use crate::office::commands::Answer;
use crate::phrase;
use std::io::Write;
use std::path::Path;

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text laid out by cells.
    Text,
    /// Markdown.
    Markdown,
    /// A workbook.
    Xlsx,
}

/// Which report, and how.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// How long the period is.
    pub kind: Kind,
    /// The period as typed; without one, the present one.
    pub period: Option<&'a str>,
    /// Its form.
    pub form: Form,
    /// The file; without one, standard output.
    pub output: Option<&'a Path>,
    /// Language of the report.
    pub lang: Lang,
}

/// The period an order names.
///
/// # Errors
/// Wrong usage, in words: it cannot be read, or has not begun.
pub fn period(order: Order<'_>, now: i64) -> Result<Period, Phrase> {
    let Some(text) = order.period else { return Ok(Period::of(order.kind, clock::day_of(now))) };
    let form = match order.kind {
        Kind::Day => W::FiguresFormDay,
        Kind::Week => W::FiguresFormWeek,
        Kind::Month => W::FiguresFormMonth,
        Kind::Year => W::FiguresFormYear,
    };
    let found = Period::read(order.kind, text).ok_or_else(|| phrase!(W::FiguresUnread, text, form))?;
    if found.from() > now { Err(phrase!(W::FiguresNotBegun, found.name())) } else { Ok(found) }
}

/// Writes the report of a period.
///
/// # Errors
/// What the store or the disk says, in words.
pub fn write(
    store: &Store,
    sets: &[FigureSet],
    period: Period,
    now: i64,
    order: Order<'_>,
    out: &mut dyn Write,
) -> Result<Answer, Phrase> {
    let failed = |error: anyhow::Error| {
        let place = order.output.map_or_else(|| period.name(), |path| path.display().to_string());
        phrase!(W::FiguresFailed, place, format!("{error:#}"))
    };
    let report = report::read(store, sets, period, now).map_err(failed)?;
    let lines = |lines: Vec<String>, out: &mut dyn Write| -> anyhow::Result<()> {
        for line in lines {
            writeln!(out, "{line}")?;
        }
        Ok(out.flush()?)
    };
    let put = |out: &mut dyn Write| match order.form {
        Form::Text => lines(print::text(&report, order.lang), out),
        Form::Markdown => lines(print::markdown(&report, order.lang), out),
        Form::Xlsx => print::workbook(&report, order.lang, out),
    };
    let Some(path) = order.output else {
        return put(out).map(|()| Answer::default()).map_err(failed);
    };
    whole(path, |out| put(out)).map_err(failed)?;
    let said = phrase!(W::FiguresWritten, print::title(period), path.display().to_string());
    Ok(Answer { lines: vec![said.say(order.lang)], code: 0 })
}

//! A report as text laid out by cells, as Markdown, or as a sheet of a workbook.

use super::report::{Line, Report};
use super::rules;
use crate::db::figures::FigureValue;
use crate::files::Format;
use crate::files::write::{Cell, Writer};
use crate::kernel::clock;
use crate::kernel::period::{Kind, Period};
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::phrase;
use std::io::Write;

/// The text is broken at this many cells, so that it also prints.
const WIDTH: usize = 84;
/// Cells of a figure's name and of its value.
const NAME: usize = 26;
const VALUE: usize = 34;
/// What stands before a definition.
const INDENT: &str = "    ";

/// What a period is called: `日报 2026-11-23`.
pub fn title(period: Period) -> Phrase {
    let word = match period.kind() {
        Kind::Day => W::FiguresReportDay,
        Kind::Week => W::FiguresReportWeek,
        Kind::Month => W::FiguresReportMonth,
        Kind::Year => W::FiguresReportYear,
    };
    Phrase::new(word, [Arg::Text(period.name())])
}

/// The parts of a whole, a line each; nothing for other values.
fn parts(value: &FigureValue) -> &[(Phrase, i64)] {
    match value {
        FigureValue::Parts(parts) => parts,
        FigureValue::Number(_) | FigureValue::Ratio { .. } => &[],
    }
}

/// What stands in the column of the value: the sum of parts that follow on lines of their own, else the value.
fn value(line: &Line) -> Phrase {
    match parts(&line.value) {
        [] => rules::say_whole(&line.value, line.figure.unit),
        parts => phrase!(W::FiguresUnitCount, parts.iter().map(|(_, count)| *count).sum::<i64>()),
    }
}

fn verdict(met: Option<bool>, lang: Lang) -> &'static str {
    match met {
        Some(true) => W::FiguresMet.text(lang),
        Some(false) => W::FiguresMissed.text(lang),
        None => "",
    }
}

/// The report as text.
pub fn text(report: &Report, lang: Lang) -> Vec<String> {
    let mut out = vec![
        [text::neutralise(&report.office).into_owned(), title(report.period).say(lang)].join(" ").trim().to_owned(),
        phrase!(W::FiguresAsOf, Arg::MomentFull(report.as_of)).say(lang),
    ];
    let mut group = None;
    for line in &report.lines {
        if group.replace(line.group) != Some(line.group) {
            out.extend([String::new(), format!("[{}]", line.group.text(lang))]);
        }
        let name = text::pad_right(line.figure.word.text(lang), NAME);
        let said = value(line).say(lang);
        let goal = line.goal.as_ref().map(|goal| phrase!(W::FiguresGoalIs, goal.clone()).say(lang));
        let goal = [goal.unwrap_or_default(), verdict(line.met, lang).to_owned()].join(" ");
        let row = format!("{} {name}  {}  {}", rules::mark(line.met), text::pad_right(&said, VALUE), goal.trim());
        out.push(row.trim_end().to_owned());
        for (name, count) in parts(&line.value) {
            let name = text::pad_right(&name.say(lang), NAME.saturating_sub(INDENT.len()));
            out.push(format!("  {INDENT}{name}  {count}"));
        }
        let room = WIDTH.saturating_sub(INDENT.len());
        out.extend(text::wrap(line.figure.definition.text(lang), room).into_iter().map(|row| format!("{INDENT}{row}")));
    }
    out
}

/// The report as Markdown: a table for each folder.
pub fn markdown(report: &Report, lang: Lang) -> Vec<String> {
    let cell = |text: &str| text.replace('|', "\\|");
    let mut out = vec![
        format!("# {}", [report.office.as_str(), &title(report.period).say(lang)].join(" ").trim()),
        String::new(),
        phrase!(W::FiguresAsOf, Arg::MomentFull(report.as_of)).say(lang),
    ];
    let head = [W::FiguresColumnFigure, W::FiguresColumnValue, W::FiguresColumnGoal, W::FiguresColumnVerdict];
    let mut group = None;
    for line in &report.lines {
        if group.replace(line.group) != Some(line.group) {
            let names: Vec<&str> =
                head.iter().chain([&W::FiguresColumnDefinition]).map(|word| word.text(lang)).collect();
            out.extend([String::new(), format!("## {}", line.group.text(lang)), String::new()]);
            out.extend([format!("| {} |", names.join(" | ")), "|---|---:|---|---|---|".to_owned()]);
        }
        let goal = line.goal.as_ref().map(|goal| goal.say(lang)).unwrap_or_default();
        let value = rules::say_whole(&line.value, line.figure.unit).say(lang);
        let cells = [
            line.figure.word.text(lang),
            value.as_str(),
            goal.as_str(),
            verdict(line.met, lang),
            line.figure.definition.text(lang),
        ];
        out.push(format!("| {} |", cells.map(cell).join(" | ")));
    }
    out
}

/// The report as a workbook: a row for each figure and for each part of a whole, every row with its moment.
///
/// # Errors
/// What the stream says.
pub fn workbook(report: &Report, lang: Lang, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut writer = Writer::new(Format::Xlsx, out);
    let head = [
        W::FiguresColumnPeriod,
        W::FiguresColumnAsOf,
        W::FiguresColumnGroup,
        W::FiguresColumnFigure,
        W::FiguresColumnValue,
        W::FiguresColumnPart,
        W::FiguresColumnOf,
        W::FiguresColumnGoal,
        W::FiguresColumnVerdict,
        W::FiguresColumnDefinition,
    ];
    writer.header(head.iter().map(|word| word.text(lang).to_owned()).collect())?;
    for line in &report.lines {
        let numbers = match &line.value {
            FigureValue::Number(number) => (Some(*number), None),
            FigureValue::Ratio { part, of } => (Some(*part), Some(*of)),
            FigureValue::Parts(_) => (None, None),
        };
        let name = line.figure.word.text(lang).to_owned();
        writer.row(&row(report, line, (name, rules::say(&line.value, line.figure.unit).say(lang)), numbers, lang))?;
        let all: i64 = parts(&line.value).iter().map(|(_, count)| *count).sum();
        for (part, count) in parts(&line.value) {
            let name = phrase!(W::FiguresPartOf, line.figure.word, part.clone()).say(lang);
            writer.row(&row(report, line, (name, count.to_string()), (Some(*count), Some(all)), lang))?;
        }
    }
    writer.finish()
}

fn row(
    report: &Report,
    line: &Line,
    (name, value): (String, String),
    (part, of): (Option<i64>, Option<i64>),
    lang: Lang,
) -> [Cell; 10] {
    let number = |number: Option<i64>| number.map_or_else(|| Cell::Text(String::new()), Cell::Count);
    let goal = line.goal.as_ref().map(|goal| goal.say(lang)).unwrap_or_default();
    [
        Cell::Text(report.period.name()),
        Cell::Text(clock::file_time(report.as_of)),
        Cell::Text(line.group.text(lang).to_owned()),
        Cell::Text(name),
        Cell::Text(value),
        number(part),
        number(of),
        Cell::Text(goal),
        Cell::Text(verdict(line.met, lang).to_owned()),
        Cell::Text(line.figure.definition.text(lang).to_owned()),
    ]
}

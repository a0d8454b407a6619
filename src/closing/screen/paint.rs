//! Draws the closing screen: the case, its five steps with who and when, then the form, the papers or the summary.

use super::desk::Closing;
use super::fields;
use super::papers_pane;
use super::popup::KEPT;
use crate::case::reason::due_reason;
use crate::case::store::load::{self, StepRecord};
use crate::case::words;
use crate::closing::rules::in_force;
use crate::closing::rules::reopen::Reason;
use crate::closing::store::{Desk, minutes, signers};
use crate::db::Connection;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::store as office;
use crate::phrase;
use crate::ui::draw;
use crate::ui::form::CARET;
use crate::ui::layout;
use crate::ui::screen::Cx;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// What drawing needs from the store, read once when the case is.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    /// What stands behind each of the five steps.
    steps: [Option<Phrase>; 5],
    /// What a step's latest void record says.
    voids: [Option<Phrase>; 5],
    /// Items of the payable, in force.
    items: Vec<(String, Fen)>,
    minutes: Vec<minutes::Minutes>,
    /// Who signed off, with the leader a deputy signed for.
    approver: String,
    /// Who can sign the case, while it waits for that.
    pub(super) signers: Vec<i64>,
}

impl View {
    /// Reads what drawing needs.
    pub(super) fn read(cx: &Cx<'_>, desk: &Desk) -> anyhow::Result<View> {
        let conn = cx.store.conn();
        let (case, round) = (&desk.case, desk.case.milestones.round);
        let mut view = View { minutes: minutes::of_round(conn, case.id, round)?, ..View::default() };
        for step in 1..=5_u8 {
            let index = usize::from(step) - 1;
            if let Some(record) = in_force(&desk.records, round, step) {
                view.steps[index] = Some(said(conn, record)?);
            }
            let void = desk.records.iter().rev().find(|r| r.round == round && r.step == step && r.void_at.is_some());
            view.voids[index] = void
                .map(|r| phrase!(W::ClosingVoid, Arg::Moment(r.void_at.unwrap_or_default()), r.void_reason.as_str()));
        }
        if let Some(record) = in_force(&desk.records, round, 4) {
            view.items = load::items(conn, record.id)?;
        }
        if let Some(record) = in_force(&desk.records, round, 5) {
            view.approver = office::label(conn, record.person_id)?;
            if let Some(leader) = behalf(conn, record)? {
                view.approver = format!("{} {}", view.approver, leader.say(cx.lang));
            }
        }
        if case.milestones.next_step() == Some(5) {
            view.signers = signers(conn, desk, cx.now)?.into_iter().map(|person| person.id).collect();
        }
        Ok(view)
    }
}

/// The leader a deputy signed for.
fn behalf(conn: &Connection, record: &StepRecord) -> rusqlite::Result<Option<Phrase>> {
    let leader = office::label(conn, record.on_behalf_of)?;
    Ok((!leader.is_empty()).then(|| phrase!(W::ClosingOnBehalf, leader)))
}

/// Who did a step, with what amounts, recorded by whom and when.
fn said(conn: &Connection, record: &StepRecord) -> rusqlite::Result<Phrase> {
    let who = [record.person_id, record.second_id];
    let mut parts = Vec::new();
    for id in who.into_iter().flatten() {
        parts.push(Arg::Text(office::label(conn, Some(id))?));
    }
    parts.extend(behalf(conn, record)?.map(Arg::from));
    if record.step != 5 {
        parts.extend([record.amount, record.second_amount].into_iter().flatten().map(|fen| Arg::Money(fen.fen())));
    }
    // Step 2 has nobody of its own; what counts is when its papers were complete.
    parts.extend(record.happened_at.map(Arg::Moment));
    if record.not_applicable {
        parts.insert(0, Arg::Word(W::ClosingSkipped));
    }
    if record.carried_from > 0 {
        parts.push(Arg::from(phrase!(W::ClosingCarried, record.carried_from)));
    }
    if !record.reason.is_empty() {
        parts.push(Arg::Text(text::neutralise(&record.reason).into_owned()));
    }
    let recorder = office::by_id(conn, record.recorded_by)?.map_or_else(String::new, |person| person.name);
    Ok(phrase!(W::ClosingStepSaid, Arg::List(parts), Arg::Moment(record.recorded_at), recorder))
}

/// Rows of the head: who, what, until when.
const HEAD: u16 = 3;
/// From this height on, what stands behind a step may take more than one line.
const ROOMY: u16 = 26;

pub(super) fn draw(screen: &Closing, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let area = area.intersection(frame.area());
    let buf = frame.buffer_mut();
    let inner = layout::boxed(buf, area, &screen_title(screen, cx), *cx.theme);
    let inner = warnings(screen, buf, inner, cx);
    let cursor =
        if inner.width >= layout::SIDE_BY_SIDE { wide(screen, buf, inner, cx) } else { narrow(screen, buf, inner, cx) };
    let cursor = popup(screen, buf, area, cx).or(cursor);
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// Rows the warnings leave to the form at least.
const FORM_ROWS: u16 = 6;

/// What another desk has changed under the typed text, and what of the text has no field any more; answers the rest.
fn warnings(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Rect {
    let mut said: Vec<Phrase> = Vec::new();
    said.extend(screen.meanwhile.iter().map(|since| phrase!(W::ClosingMeanwhile, since.clone())));
    let lost = screen.homeless.iter().filter(|(id, _)| *id != KEPT && !id.ends_with(CARET));
    let lost: Vec<Arg> = lost
        .map(|(id, typed)| {
            let label = Arg::Word(fields::label(id));
            Arg::from(phrase!(W::ClosingHomelessField, label, text::neutralise(typed).into_owned()))
        })
        .collect();
    if !lost.is_empty() {
        said.push(phrase!(W::ClosingHomeless, Arg::List(lost)));
    }
    let mut rest = area;
    for phrase in said {
        for line in text::wrap(&format!("! {}", phrase.say(cx.lang)), usize::from(area.width).max(1)) {
            if rest.height <= FORM_ROWS {
                return rest;
            }
            draw::put(buf, rest, 0, 0, &line, cx.theme.warn());
            rest = draw::below(rest, 1);
        }
    }
    rest
}

fn screen_title(screen: &Closing, cx: &Cx<'_>) -> String {
    let m = &screen.desk.case.milestones;
    let title = phrase!(W::ClosingTitle, screen.tail()).say(cx.lang);
    if m.round > 1 { format!("{title}  {}", phrase!(W::ClosingRound, m.round).say(cx.lang)) } else { title }
}

fn wide(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    let left = Rect { width: area.width / 2 - 1, ..area };
    let right = Rect { x: area.x + area.width / 2 + 1, width: area.width - area.width / 2 - 1, ..area };
    let used = top(screen, buf, left, cx);
    if screen.next().is_some_and(|next| next <= 2) {
        let rest = draw::below(left, used.saturating_add(1));
        let cursor = papers(screen, buf, rest, cx);
        return form(screen, buf, right, cx).filter(|_| !screen.ticking).or(cursor);
    }
    if screen.next().is_some_and(|next| next <= 4) {
        return form(screen, buf, right, cx);
    }
    summary(screen, buf, right, cx);
    None
}

fn narrow(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    // On a low screen the fields matter more than the steps already done.
    let top_rows = HEAD + 5;
    let used = if area.height >= top_rows + 6 { top(screen, buf, area, cx) } else { low_head(screen, buf, area, cx) };
    let body = draw::below(area, used);
    match screen.next() {
        Some(next) if next <= 4 && screen.ticking => papers(screen, buf, body, cx),
        Some(next) if next <= 4 => {
            let shows_papers = next <= 2;
            if shows_papers {
                let line = papers_pane::head(&screen.desk.papers, cx.lang);
                draw::put(buf, body, 0, 0, &text::clip(&line, usize::from(body.width)), cx.theme.dim());
            }
            form(screen, buf, draw::below(body, u16::from(shows_papers)), cx)
        }
        _ => {
            summary(screen, buf, body, cx);
            None
        }
    }
}

/// One line instead of head and steps, when there is room for little else.
fn low_head(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> u16 {
    let rows = u16::from(area.height > 3);
    if rows > 0 {
        let name = screen.next().map_or(W::CaseStageArchive, words::step);
        let line = format!("{}  {}", screen.insured(cx), name.text(cx.lang));
        draw::put(buf, area, 0, 0, &text::clip(&line, usize::from(area.width)), cx.theme.title());
    }
    rows
}

/// The case and its steps; answers how many rows that took.
fn top(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> u16 {
    let (case, theme) = (&screen.desk.case, cx.theme);
    let width = usize::from(area.width);
    let line = screen.desk.rules.line_label(&case.facts.line, cx.lang);
    let size = if screen.desk.is_large(cx.now) { W::CaseLarge } else { W::CaseSmall };
    let plate = text::neutralise(&case.facts.plate);
    let insured = screen.insured(cx);
    let parts = [&insured, line, &plate, size.text(cx.lang)];
    let who = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<&str>>().join("  ");
    draw::put(buf, area, 0, 0, &text::clip(&who, width), theme.title());
    let due: Vec<String> = text::wrap(&due_reason(&screen.desk.rules, case).say(cx.lang), width.max(1));
    let mut y = 1;
    // Where there is room, the reason is said to its end: what is at the latest stands there.
    for line in due.iter().take(if area.height >= ROOMY { 4 } else { 2 }) {
        draw::put(buf, area, 0, y, line, theme.dim());
        y += 1;
    }
    if let Some(said) = words::balance(&case.milestones) {
        draw::put(buf, area, 0, y, &text::clip(&said.say(cx.lang), width), theme.warn());
        y += 1;
    }
    for step in 1..=5_u8 {
        y = step_line(screen, buf, area, y, step, cx);
    }
    y
}

fn step_line(screen: &Closing, buf: &mut Buffer, area: Rect, mut y: u16, step: u8, cx: &Cx<'_>) -> u16 {
    let index = usize::from(step) - 1;
    let next = screen.next();
    let endorsed = step == 5 && screen.desk.case.milestones.endorsed && next == Some(5);
    let (mark, style) = match screen.view.steps.get(index).is_some_and(Option::is_some) {
        true => ("v", cx.theme.ok()),
        false if next == Some(step) => (">", cx.theme.title()),
        false => (" ", cx.theme.dim()),
    };
    let label = format!("{mark} {step} {}", words::step(step).text(cx.lang));
    let end = draw::put(buf, area, 0, y, &label, style);
    let said = match screen.view.steps.get(index).and_then(Option::as_ref) {
        Some(said) => Some(said.say(cx.lang)),
        None if endorsed => {
            Some(phrase!(W::ClosingEndorsedBy, screen.desk.case.round.endorsed_by.as_str()).say(cx.lang))
        }
        None => None,
    };
    if let Some(said) = said {
        let from = end.saturating_add(2);
        let room = usize::from(area.width.saturating_sub(from));
        let lines = if area.height >= ROOMY { text::wrap(&said, room) } else { vec![text::clip(&said, room)] };
        for line in lines {
            draw::put(buf, area, from, y, &line, cx.theme.text());
            y += 1;
        }
    } else {
        y += 1;
    }
    if let Some(void) = screen.view.voids.get(index).and_then(Option::as_ref) {
        draw::put(
            buf,
            area,
            4,
            y,
            &text::clip(&void.say(cx.lang), usize::from(area.width.saturating_sub(4))),
            cx.theme.warn(),
        );
        y += 1;
    }
    y
}

fn papers(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    let focused = screen.ticking && screen.popup.is_none();
    papers_pane::draw(buf, area, &screen.desk.papers, screen.pane, focused, (cx.lang, *cx.theme))
}

fn form(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    screen.form.draw(buf, area, cx.lang, *cx.theme)
}

/// What awaits the signature, or what it fixed.
fn summary(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
    let mut lines: Vec<(String, Style)> = Vec::new();
    let theme = cx.theme;
    for finding in screen.form.findings().iter() {
        lines.push((format!("x {}", finding.what.say(cx.lang)), theme.error()));
    }
    if let Some(fixed) = &screen.fixed {
        lines.push((fixed.say(cx.lang), theme.ok()));
    }
    let mut said = summary_lines(&screen.desk, &screen.view, cx.lang);
    if screen.fixed.is_some() {
        // What the sign-off fixed ends with the deadline already.
        said.pop();
    }
    lines.extend(said.into_iter().map(|line| (line, theme.text())));
    let mut y = 0;
    for (line, style) in lines {
        for part in text::wrap(&line, usize::from(area.width).max(1)) {
            if y >= area.height {
                return;
            }
            draw::put(buf, area, 0, y, &part, style);
            y += 1;
        }
    }
}

/// The lines a leader looks through before signing; after the sign-off, what it fixed.
pub(super) fn summary_lines(desk: &Desk, view: &View, lang: Lang) -> Vec<String> {
    let (case, m) = (&desk.case, &desk.case.milestones);
    let mut lines = Vec::new();
    let state = match (m.closed_at, m.endorsed) {
        (Some(at), _) => phrase!(W::ClosingStateClosed, Arg::MomentFull(at), view.approver.as_str()),
        (None, true) => phrase!(W::ClosingStateEndorsed, case.round.endorsed_by.as_str()),
        (None, false) => W::ClosingStateWaiting.into(),
    };
    lines.push(state.say(lang));
    if let Some(outcome) = m.outcome.or(m.proposed) {
        let money = |fen: Option<Fen>| fen.map_or_else(|| Arg::Word(W::ClosingNone), |fen| Arg::Money(fen.fen()));
        let f = &case.facts;
        let amounts =
            phrase!(W::ClosingAmounts, words::outcome(outcome), money(f.assessed), money(f.verified), money(m.payable));
        lines.push(amounts.say(lang));
    }
    let names = [&case.facts.surveyor, &case.facts.assessor, &case.facts.verifier, &case.facts.adjuster];
    let [surveyor, assessor, verifier, adjuster] =
        names.map(|name| Arg::Text(if name.is_empty() { "-".to_owned() } else { text::neutralise(name).into_owned() }));
    lines.push(phrase!(W::ClosingPersons, surveyor, assessor, verifier, adjuster).say(lang));
    lines.extend(view.items.iter().map(|(name, fen)| {
        phrase!(W::ClosingItem, text::neutralise(name).into_owned(), Arg::Money(fen.fen())).say(lang)
    }));
    for minutes in &view.minutes {
        let said = phrase!(
            W::ClosingMinutesLine,
            minutes.held_on.as_str(),
            minutes.attendees.as_str(),
            minutes.conclusion.as_str()
        );
        lines.push(text::neutralise(&said.say(lang)).into_owned());
    }
    lines.extend(words::balance(m).map(|said| said.say(lang)));
    if let Some(reason) = Reason::from_code(&case.round.reason_code) {
        let said = phrase!(W::ClosingReopenedFor, reason.word(), text::neutralise(&case.round.reason).into_owned());
        lines.push(said.say(lang));
    }
    if m.closed_at.is_some() {
        lines.push(due_reason(&desk.rules, case).say(lang));
    }
    lines
}

fn popup(screen: &Closing, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    let popup = screen.popup.as_ref()?;
    let width = area.width.saturating_sub(8).min(76);
    let height = popup.form.height(cx.lang, width).saturating_add(1);
    let inside = layout::popup(buf, area, (width, height), popup.title().text(cx.lang), *cx.theme);
    popup.form.draw(buf, inside, cx.lang, *cx.theme)
}

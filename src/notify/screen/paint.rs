//! Draws a case being told: what to say beside what was said, one under the other on a narrow screen.

use super::desk::{Target, Telling};
use crate::case::milestones::Outcome;
use crate::case::reason::due_reason;
use crate::case::screen::card::masked;
use crate::case::words;
use crate::kernel::text::{self, mask_phone};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::notify::section::{attempt_line, inquiry_lines};
use crate::notify::store::Desk;
use crate::phrase;
use crate::ui::draw;
use crate::ui::layout;
use crate::ui::screen::{Cx, Tone};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A line of the screen before it is broken at its width.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) style: Style,
    /// What the highlight can stand on.
    pub(super) target: Option<Target>,
}

impl Line {
    fn new(text: impl Into<String>, style: Style) -> Line {
        Line { text: text.into(), style, target: None }
    }
}

/// What was said: read with the case, since names come from the store.
pub(super) type Log = Vec<(Phrase, Tone, Option<Target>)>;

/// Reads what was asked, answered and tried; open inquiries first.
pub(super) fn log(cx: &Cx<'_>, desk: &Desk) -> anyhow::Result<Log> {
    let conn = cx.store.conn();
    let mut log: Log = Vec::new();
    let open = desk.inquiries.iter().filter(|one| one.open());
    for one in open.chain(desk.inquiries.iter().filter(|one| !one.open())) {
        let lines = inquiry_lines(conn, one, cx.now)?;
        log.extend(
            lines
                .into_iter()
                .enumerate()
                .map(|(index, (said, tone))| (said, tone, (index == 0).then_some(Target::Inquiry(one.id)))),
        );
    }
    for one in desk.attempts.iter().rev() {
        let (said, tone) = attempt_line(conn, one)?;
        log.push((said, tone, None));
    }
    Ok(log)
}

/// What to say: who, until when, outcome, amount with its items, the ways to be paid with everything to bring, and the
/// other cases of the accident. `phone` is the number revealed; siblings in `off` are not told with it.
pub(super) fn say_lines(cx: &Cx<'_>, desk: &Desk, phone: Option<&str>, off: &[i64]) -> Vec<Line> {
    let (lang, theme) = (cx.lang, cx.theme);
    let (f, m) = (&desk.case.facts, &desk.case.milestones);
    let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&f.insured).into_owned() };
    let number = masked(phone.unwrap_or(&f.phone), mask_phone, phone.is_some(), cx.hidden);
    let number = if number.is_empty() { W::NotifyNoPhone.text(lang).to_owned() } else { number };
    let mut lines = vec![Line::new(format!("{insured}  {number}"), theme.title())];
    let case_no = if f.case_no.is_empty() { &desk.case.case_code } else { &f.case_no };
    let line = desk.rules.line_label(&f.line, lang);
    lines
        .push(Line::new(format!("{}  {line}  {}", text::neutralise(case_no), text::neutralise(&f.plate)), theme.dim()));
    lines.push(Line::new(due_reason(&desk.rules, &desk.case).say(lang), theme.dim()));
    let Some(outcome) = m.outcome.filter(|_| m.closed_at.is_some()) else {
        lines.push(Line::new(W::NotifyNotClosed.text(lang), theme.warn()));
        return lines;
    };
    lines.push(Line::new("", theme.text()));
    lines.push(Line::new(W::NotifyHeadSay.text(lang), theme.title()));
    match outcome {
        Outcome::Pay => pay_lines(&mut lines, cx, desk),
        Outcome::Refuse => refusal_lines(&mut lines, cx, desk),
        Outcome::Withdraw | Outcome::Zero => {
            lines.push(Line::new(phrase!(W::NotifySayOther, words::outcome(outcome)).say(lang), theme.text()));
        }
    }
    sibling_lines(&mut lines, cx, desk, off);
    lines
}

fn pay_lines(lines: &mut Vec<Line>, cx: &Cx<'_>, desk: &Desk) {
    let (lang, theme, m) = (cx.lang, cx.theme, &desk.case.milestones);
    let amount = m.to_pay();
    let capitals = if lang == Lang::Zh { amount.in_capitals() } else { String::new() };
    let said = phrase!(W::NotifySayPay, Arg::Money(amount.fen()), capitals);
    lines.push(Line::new(said.say(lang).trim_end().to_owned(), theme.text()));
    if let Some(balance) = words::balance(m) {
        lines.push(Line::new(balance.say(lang), theme.warn()));
    }
    for (name, fen) in &desk.items {
        lines.push(Line::new(format!("  {}  {}", text::neutralise(name), fen.grouped()), theme.text()));
    }
    lines.push(Line::new(W::NotifyHeadWays.text(lang), theme.title()));
    for bring in &desk.bring {
        let said = phrase!(W::NotifyWay, bring.ways(), bring.said());
        lines.push(Line::new(said.say(lang), theme.text()));
    }
}

fn refusal_lines(lines: &mut Vec<Line>, cx: &Cx<'_>, desk: &Desk) {
    let (lang, theme) = (cx.lang, cx.theme);
    lines.push(Line::new(W::NotifySayRefuse.text(lang), theme.text()));
    match &desk.notice {
        None => lines.push(Line::new(W::NotifyNoNotice.text(lang), theme.warn())),
        Some(notice) => {
            let reasons = text::neutralise(&notice.reasons).into_owned();
            let said = phrase!(W::NotifyNoticeLine, notice.number.as_str(), reasons);
            lines.push(Line::new(said.say(lang), theme.text()));
        }
    }
    if let Some(done) = &desk.delivered {
        let proof = text::neutralise(&done.proof).into_owned();
        let said = phrase!(W::NotifyDeliveredLine, done.how.word(), Arg::Moment(done.at), proof);
        lines.push(Line::new(said.say(lang), theme.ok()));
    }
}

fn sibling_lines(lines: &mut Vec<Line>, cx: &Cx<'_>, desk: &Desk, off: &[i64]) {
    let (lang, theme) = (cx.lang, cx.theme);
    if desk.siblings.is_empty() {
        return;
    }
    lines.push(Line::new(W::NotifyHeadTogether.text(lang), theme.title()));
    for case in &desk.siblings {
        let mark = if off.contains(&case.id) { "[ ]" } else { "[x]" };
        let number = if case.facts.case_no.is_empty() { &case.case_code } else { &case.facts.case_no };
        let tail = text::clip_left(&text::neutralise(number), 10);
        let outcome = case.milestones.outcome.map_or(W::NotifyNone, words::outcome).text(lang);
        let line = desk.rules.line_label(&case.facts.line, lang);
        let amount = case.milestones.to_pay().grouped();
        let mut said = Line::new(format!("{mark} {tail} {line} {outcome} {amount}"), theme.text());
        said.target = Some(Target::Sibling(case.id));
        lines.push(said);
    }
}

/// Draws the case, and what stands over it.
pub(super) fn draw(screen: &Telling, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let area = area.intersection(frame.area());
    let title = phrase!(W::NotifyTitle, screen.tail()).say(cx.lang);
    let inner = layout::boxed(frame.buffer_mut(), area, &title, *cx.theme);
    let (left, right) = layout::list_and_preview(inner);
    let mut said = screen.say(cx);
    let mut log = log_lines(screen, cx);
    match right {
        Some(right) => {
            draw_lines(screen, frame.buffer_mut(), left, cx, &said);
            let right = Rect { x: right.x.saturating_add(2), width: right.width.saturating_sub(2), ..right };
            draw_lines(screen, frame.buffer_mut(), right, cx, &log);
        }
        None => {
            said.push(Line::new("", cx.theme.text()));
            said.append(&mut log);
            draw_lines(screen, frame.buffer_mut(), left, cx, &said);
        }
    }
    draw_popup(screen, frame, area, cx);
}

fn log_lines(screen: &Telling, cx: &Cx<'_>) -> Vec<Line> {
    let theme = cx.theme;
    let mut lines = vec![Line::new(W::NotifyHeadLog.text(cx.lang), theme.title())];
    if screen.letter {
        lines.push(Line::new(screen.letter_words().say(cx.lang), theme.warn()));
    }
    if let Some(waiting) = &screen.waiting {
        lines.push(Line::new(phrase!(W::NotifyRoundWaits, Arg::Moment(waiting.at)).say(cx.lang), theme.warn()));
    }
    if screen.log.is_empty() {
        lines.push(Line::new(W::NotifyLogEmpty.text(cx.lang), theme.dim()));
    }
    for (said, tone, target) in &screen.log {
        let style = match tone {
            Tone::Good => theme.ok(),
            Tone::Plain => theme.text(),
            Tone::Bad => theme.warn(),
        };
        let indent = if target.is_some() { "" } else { "  " };
        lines.push(Line { text: format!("{indent}{}", said.say(cx.lang)), style, target: *target });
    }
    lines
}

/// A line broken at a width; what goes over stands under the line's own beginning.
pub(super) fn hanging(words: &str, width: usize) -> Vec<String> {
    let indent = words.chars().take_while(|c| *c == ' ').count().min(width / 2);
    let broken = text::wrap(words.trim_start(), width.saturating_sub(indent).max(1));
    broken.into_iter().map(|piece| format!("{}{piece}", " ".repeat(indent))).collect()
}

/// Draws lines broken at the width, scrolled so that what the highlight stands on is seen.
fn draw_lines(screen: &Telling, buf: &mut Buffer, area: Rect, cx: &Cx<'_>, lines: &[Line]) {
    let width = usize::from(area.width.saturating_sub(2)).max(1);
    let chosen = screen.chosen();
    let mut rows: Vec<(String, Style, bool)> = Vec::new();
    let (mut first, mut last) = (None, 0);
    for line in lines {
        let here = line.target.is_some() && line.target == chosen;
        if here {
            first = Some(rows.len());
        }
        rows.extend(hanging(&line.text, width).into_iter().map(|piece| (piece, line.style, here)));
        if here {
            last = rows.len();
        }
    }
    let height = usize::from(area.height);
    let most = rows.len().saturating_sub(height);
    let mut top = screen.top.get().min(most);
    if let Some(first) = first.filter(|_| screen.follow.get()) {
        if last > top + height {
            top = last.saturating_sub(height);
        }
        top = top.min(first);
    }
    let mut marked = false;
    for (y, (piece, style, here)) in (0..area.height).zip(rows.iter().skip(top)) {
        draw::put(buf, area, 2, y, piece, *style);
        if *here {
            if !marked {
                draw::put(buf, area, 0, y, ">", cx.theme.title());
            }
            marked = true;
            draw::restyle_row(buf, area, y, cx.theme.selected());
        }
    }
    screen.seen(most, top);
}

fn draw_popup(screen: &Telling, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    if let Some(picker) = &screen.picker {
        if let Some(at) = picker.draw(frame.buffer_mut(), area, cx) {
            frame.set_cursor_position(at);
        }
        return;
    }
    let Some(popup) = &screen.popup else { return };
    let width = area.width.saturating_sub(4).min(90);
    let cells = usize::from(width.saturating_sub(4)).max(1);
    let mut above: Vec<(String, Style)> = Vec::new();
    if let Some(meanwhile) = &screen.meanwhile {
        let said = phrase!(W::NotifyMeanwhileChanged, meanwhile.clone()).say(cx.lang);
        above.extend(text::wrap(&said, cells).into_iter().map(|line| (line, cx.theme.warn())));
    }
    for said in popup.lead.iter().flat_map(|said| text::wrap(&said.say(cx.lang), cells)) {
        above.push((said, cx.theme.text()));
    }
    for said in popup.cited().iter().flat_map(|said| text::wrap(&said.say(cx.lang), cells)) {
        above.push((said, cx.theme.dim()));
    }
    let form = popup.form.height(cx.lang, width.saturating_sub(4));
    // The fields are kept longest; what stands above them is cut at its end.
    let room = area.height.saturating_sub(form).saturating_sub(2);
    let above_rows = draw::to_u16(above.len()).min(room);
    let inside = layout::popup(
        frame.buffer_mut(),
        area,
        (width.saturating_sub(4), form.saturating_add(above_rows)),
        popup.title().text(cx.lang),
        *cx.theme,
    );
    for (y, (line, style)) in (0..above_rows).zip(&above) {
        draw::put(frame.buffer_mut(), inside, 0, y, line, *style);
    }
    let body = draw::below(inside, above_rows);
    if let Some(at) = popup.form.draw(frame.buffer_mut(), body, cx.lang, *cx.theme) {
        frame.set_cursor_position(at);
    }
}

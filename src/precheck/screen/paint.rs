//! Draws the checklist: what is asked for with what is known, beside it what is missing and what other ways would need.

use super::data::{Data, Entry};
use super::desk::Desk;
use super::popup::What;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::kernel::settings::IDENTITY_FROM;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::papers::rules::{ItemState, State};
use crate::papers::store::visits::Visit;
use crate::phrase;
use crate::precheck::rules::{Outcome, checks};
use crate::ui::draw;
use crate::ui::layout;
use crate::ui::screen::Cx;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Rows the side lines keep under the list on a narrow screen.
const SIDE_ROWS: u16 = 6;

pub(super) fn draw(desk: &Desk, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let area = area.intersection(frame.area());
    let buf = frame.buffer_mut();
    let title = phrase!(W::PrecheckTitle, desk.data.tail()).say(cx.lang);
    let inner = layout::boxed(buf, area, &title, *cx.theme);
    let head = draw_head(desk, buf, inner, cx);
    let body = draw::below(inner, head);
    let (list_area, side_area) = if inner.width >= layout::SIDE_BY_SIDE - 4 {
        let left = body.width * 11 / 20;
        let side = Rect { x: body.x + left + 2, width: body.width - left - 2, ..body };
        (Rect { width: left, ..body }, side)
    } else {
        let side = if body.height >= SIDE_ROWS * 2 { SIDE_ROWS } else { 0 };
        let list = Rect { height: body.height - side, ..body };
        (list, draw::below(body, list.height))
    };
    let mut cursor = draw_list(desk, buf, list_area, cx);
    draw_side(desk, buf, side_area, cx);
    if desk.popup.is_some() {
        cursor = draw_popup(desk, buf, area, cx);
    }
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

/// Who the case is about and what was refused; answers the rows used.
fn draw_head(desk: &Desk, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> u16 {
    if area.height < 4 {
        return 0;
    }
    let data = &desk.data;
    let customer = if cx.hidden { "***".to_owned() } else { text::neutralise(data.customer()).into_owned() };
    let mut parts = vec![customer, data.rules.line_label(data.line(), cx.lang).to_owned()];
    parts.extend(data.case.as_ref().map(|case| text::neutralise(&case.facts.plate).into_owned()));
    parts.retain(|part| !part.is_empty());
    draw::put(buf, area, 0, 0, &text::clip(&parts.join("  "), usize::from(area.width)), cx.theme.title());
    let mut y = 1;
    let mut said: Vec<(Phrase, Style)> = Vec::new();
    said.extend(desk.meanwhile.iter().map(|since| (phrase!(W::PrecheckMeanwhile, since.clone()), cx.theme.warn())));
    said.extend(desk.findings.iter().map(|finding| (finding.what.clone(), cx.theme.error())));
    if let Some(visit) = data.waiting.first() {
        let name = text::neutralise(visit.keys.name()).into_owned();
        let key = cx.keymap.key("precheck.attach", cx.lang);
        said.push((phrase!(W::PrecheckWaitingVisit, name, Arg::Moment(visit.at), key), cx.theme.warn()));
    }
    if data.case.is_none() {
        said.push((W::PrecheckNoCaseYet.into(), cx.theme.warn()));
    }
    for (phrase, style) in said {
        for line in text::wrap(&format!("! {}", phrase.say(cx.lang)), usize::from(area.width).max(1)) {
            if y + 4 < area.height {
                draw::put(buf, area, 0, y, &line, style);
                y += 1;
            }
        }
    }
    y
}

/// The way to be paid that the list stands for, in words.
pub(super) fn way_words(data: &Data, cx: &Cx<'_>) -> String {
    let mut ways: Vec<String> = Vec::new();
    for asked in &data.whole.payment {
        let name = if cx.hidden { "***".to_owned() } else { text::neutralise(&asked.payee).into_owned() };
        let said = if asked.payee.is_empty() {
            phrase!(W::PrecheckWay, asked.way.mode.word(), asked.way.payee_kind.word())
        } else {
            phrase!(W::PrecheckWayNamed, asked.way.mode.word(), asked.way.payee_kind.word(), name)
        };
        let said = said.say(cx.lang);
        if !ways.contains(&said) {
            ways.push(said);
        }
    }
    if ways.is_empty() && !data.whole.chosen {
        ways.push(phrase!(W::PrecheckWay, data.way.mode.word(), data.way.payee_kind.word()).say(cx.lang));
    }
    Arg::list(ways.iter().map(String::as_str)).say(cx.lang)
}

/// A line of the list: a heading, or something that can be marked.
enum Line {
    Head(String, Style),
    Item(usize, Entry),
}

fn lines(data: &Data, cx: &Cx<'_>) -> Vec<Line> {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let entries = data.entries();
    let lacks = |claim: bool| {
        let of = |entry: &&Entry| matches!(entry, Entry::Claim(_)) == claim && data.lacks(**entry);
        entries.iter().filter(of).count()
    };
    let style = |lacks: usize| if lacks == 0 { cx.theme.ok() } else { cx.theme.warn() };
    let mut lines = Vec::new();
    let claim = lacks(true);
    let said = match data.case.as_ref().and_then(|case| case.milestones.steps[1]) {
        Some(at) => phrase!(W::PrecheckClaimConfirmed, Arg::Moment(at)),
        None if claim == 0 => W::PrecheckClaimComplete.into(),
        None => phrase!(W::PrecheckClaimLacks, count(claim)),
    };
    lines.push(Line::Head(said.say(cx.lang), style(claim)));
    let of_claim = |entry: &Entry| matches!(entry, Entry::Claim(_));
    let numbered: Vec<(usize, Entry)> = entries.iter().copied().enumerate().collect();
    lines.extend(numbered.iter().filter(|(_, entry)| of_claim(entry)).map(|(index, entry)| Line::Item(*index, *entry)));
    let payment = lacks(false);
    let way = way_words(data, cx);
    let said = match (data.whole.payment.is_empty(), data.whole.chosen, payment) {
        (true, ..) => W::PrecheckPaymentNone.into(),
        (_, true, 0) => phrase!(W::PrecheckPaymentComplete, way),
        (_, true, _) => phrase!(W::PrecheckPaymentLacks, way, count(payment)),
        (_, false, _) => phrase!(W::PrecheckPaymentExpected, way, count(payment)),
    };
    lines.push(Line::Head(said.say(cx.lang), style(payment)));
    lines
        .extend(numbered.iter().filter(|(_, entry)| !of_claim(entry)).map(|(index, entry)| Line::Item(*index, *entry)));
    lines
}

fn draw_list(desk: &Desk, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    let lines = lines(&desk.data, cx);
    let at = lines.iter().position(|line| matches!(line, Line::Item(index, _) if *index == desk.selected));
    let page = usize::from(area.height).max(1);
    let top = (at.unwrap_or(0) + 2).saturating_sub(page);
    let mut cursor = None;
    for (y, line) in (0..area.height).zip(lines.iter().skip(top)) {
        let width = usize::from(area.width);
        match line {
            Line::Head(said, style) => {
                draw::put(buf, area, 0, y, &text::clip(said, width), *style);
            }
            Line::Item(index, entry) => {
                let Some(known) = desk.data.known(*entry) else { continue };
                let lacks = desk.data.lacks(*entry);
                let style = match known.state {
                    State::Rejected => cx.theme.error(),
                    _ if lacks => cx.theme.warn(),
                    State::Open => cx.theme.dim(),
                    _ => cx.theme.text(),
                };
                let said = item_words(&desk.data, *entry, known, cx);
                draw::put(buf, area, 2, y, &text::clip(&said, width.saturating_sub(2)), style);
                if *index == desk.selected && desk.popup.is_none() {
                    draw::put(buf, area, 0, y, ">", cx.theme.title());
                    draw::restyle_row(buf, area, y, cx.theme.selected());
                    cursor = draw::position(buf, area, 2, y).or_else(|| draw::position(buf, area, 0, y));
                }
            }
        }
    }
    cursor
}

/// The mark of a state, told apart without colour.
const fn sign(state: State) -> &'static str {
    match state {
        State::Open => "[ ]",
        State::Prefilled => "[~]",
        State::Present => "[v]",
        State::Copy => "[c]",
        State::Rejected => "[x]",
        State::Waived => "[-]",
    }
}

fn item_words(data: &Data, entry: Entry, known: &ItemState, cx: &Cx<'_>) -> String {
    let covered =
        matches!(entry, Entry::Payment(index) if data.whole.payment.get(index).is_some_and(|one| one.covered));
    let reason = known.mark.as_ref().map(|mark| mark.reason.as_str()).filter(|reason| !reason.is_empty());
    let name = known.item.arg();
    let said = match reason {
        _ if covered => phrase!(W::PrecheckItem, name, W::PrecheckCovered),
        Some(reason) => phrase!(W::PrecheckItemReason, name, known.state.word(), reason),
        None if !known.item.required && known.state == State::Open => {
            phrase!(W::PrecheckItem, name, W::PrecheckOptional)
        }
        None => phrase!(W::PrecheckItem, name, known.state.word()),
    };
    // Of several payees, each paper says whose it is.
    let payees: std::collections::BTreeSet<&str> = data.whole.payment.iter().map(|one| one.payee.as_str()).collect();
    let payee = match entry {
        Entry::Payment(index) if payees.len() > 1 && !cx.hidden => {
            data.whole.payment.get(index).map(|one| one.payee.as_str())
        }
        _ => None,
    };
    let payee = payee.map_or_else(String::new, |payee| format!("{} ", text::neutralise(payee)));
    format!("{} {payee}{}", sign(known.state), text::neutralise(&said.say(cx.lang)))
}

/// Who came, and when.
pub(super) fn visit_words(visit: &Visit, cx: &Cx<'_>) -> Phrase {
    if visit.who.is_empty() {
        return phrase!(W::PrecheckVisitNameless, Arg::Moment(visit.at), visit.came.word());
    }
    let who = if cx.hidden { "***".to_owned() } else { text::neutralise(&visit.who).into_owned() };
    phrase!(W::PrecheckVisitLine, Arg::Moment(visit.at), visit.came.word(), who)
}

/// What is missing now, what other ways would need, who came.
fn draw_side(desk: &Desk, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
    let (data, lang) = (&desk.data, cx.lang);
    let mut lines: Vec<(Phrase, Style)> = Vec::new();
    let missing = data.missing();
    if missing.is_empty() {
        lines.push((W::PrecheckNothingMissing.into(), cx.theme.ok()));
    } else {
        let names = Arg::List(missing.into_iter().map(crate::papers::rules::Item::arg).collect());
        lines.push((Phrase::new(W::PrecheckMissingNow, [names]), cx.theme.warn()));
    }
    if data.whole.payment.iter().any(|asked| asked.known.item.copy) {
        let limit: Fen = data.rules.settings.money(IDENTITY_FROM, cx.now);
        lines.push((phrase!(W::PrecheckIdentityRule, Arg::Money(limit.fen())), cx.theme.warn()));
    }
    if let Some(visit) = data.visits.first().filter(|_| data.case.is_some()) {
        lines.push((visit_words(visit, cx), cx.theme.dim()));
    }
    lines.push((W::PrecheckWouldNeed.into(), cx.theme.title()));
    for (ways, items) in data.other_ways(lang) {
        let said = if items.is_empty() {
            phrase!(W::PrecheckNoMore, ways)
        } else {
            let names = Arg::List(items.into_iter().map(crate::papers::rules::Item::arg).collect());
            phrase!(W::PrecheckMore, ways, names)
        };
        lines.push((said, cx.theme.dim()));
    }
    let mut y = 0;
    for (phrase, style) in lines {
        for line in text::wrap(&phrase.say(lang), usize::from(area.width).max(1)) {
            if y >= area.height {
                return;
            }
            draw::put(buf, area, 0, y, &line, style);
            y += 1;
        }
    }
}

fn draw_popup(desk: &Desk, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    let popup = desk.popup.as_ref()?;
    let today = clock::day_of(cx.now);
    let found = match &popup.what {
        What::Check(key) => {
            let stored = desk.entry_of(key).map(|entry| desk.data.stored(entry)).unwrap_or_default();
            checks(&popup.typed(today), &stored, today)
        }
        _ => Vec::new(),
    };
    let width = area.width.saturating_sub(8).min(76);
    let form_height = popup.form.height(cx.lang, width);
    // Room for the lines of the check is kept, so that the form does not jump while one types.
    let extra = if matches!(popup.what, What::Check(_)) { 6 } else { 1 };
    let title = popup.title().text(cx.lang);
    let inside = layout::popup(buf, area, (width, form_height.saturating_add(extra)), title, *cx.theme);
    let foot = extra.min(inside.height.saturating_sub(3));
    let form_area = Rect { height: inside.height - foot, ..inside };
    let cursor = popup.form.draw(buf, form_area, cx.lang, *cx.theme);
    let below = draw::below(inside, form_area.height);
    for (y, check) in (0..below.height).zip(&found) {
        let (mark, style) = match check.outcome {
            Outcome::Right => ("v", cx.theme.ok()),
            Outcome::Look => ("!", cx.theme.warn()),
            Outcome::Wrong => ("x", cx.theme.error()),
        };
        let line = format!("{mark} {}", check.what.say(cx.lang));
        draw::put(buf, below, 0, y, &text::clip(&line, usize::from(below.width)), style);
    }
    cursor
}

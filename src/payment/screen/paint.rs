//! Draws the choosing screen: the case and its sums, what was chosen, the planned list, the form, and what the rules say.

use super::choose::Choose;
use super::words;
use crate::instructions::rules::Sums;
use crate::kernel::findings::Severity;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::payment::rules::OVERRIDABLE;
use crate::payment::store::choose::why_not;
use crate::phrase;
use crate::ui::draw;
use crate::ui::layout;
use crate::ui::screen::{Cx, Tone};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Lines of what was chosen that a narrow screen spares for it.
const FEW: usize = 3;
/// Lines of notes under the form of a narrow screen.
const NOTES: u16 = 4;
/// Lines the form keeps however little room there is: the field with the caret is what the screen is for.
const FORM: u16 = 3;

type Line = (String, Style);

pub(super) fn draw(screen: &Choose, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let area = area.intersection(frame.area());
    let buf = frame.buffer_mut();
    let title = phrase!(W::PaymentTitle, screen.tail()).say(cx.lang);
    let inner = layout::boxed(buf, area, &title, *cx.theme);
    let inner = put_head(buf, inner, &head(screen, cx));
    let cursor = if inner.width >= layout::SIDE_BY_SIDE - 4 {
        let left = Rect { width: inner.width * 11 / 20, ..inner };
        let right = Rect {
            x: inner.x.saturating_add(left.width + 2),
            width: inner.width.saturating_sub(left.width + 2),
            ..inner
        };
        let right = put_lines(buf, right, &chosen(screen, cx, usize::MAX), right.height);
        put_lines(buf, right, &notes(screen, cx), right.height);
        form(screen, buf, left, cx)
    } else {
        let room = if screen.listing { inner.height } else { inner.height.saturating_sub(FORM) };
        let inner = put_lines(buf, inner, &chosen(screen, cx, FEW), room);
        let notes = notes(screen, cx);
        let room = wrapped(&notes, inner.width).min(usize::from(NOTES));
        let foot = draw::to_u16(room).min(inner.height.saturating_sub(FORM));
        let parts = layout::parts(inner, 0, foot);
        put_lines(buf, parts.footer, &notes, foot);
        form(screen, buf, parts.body, cx)
    };
    let cursor = popup(screen, buf, area, cx).or(cursor);
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

fn wrapped(lines: &[Line], width: u16) -> usize {
    lines.iter().map(|(line, _)| text::wrap(line, usize::from(width.max(1))).len()).sum()
}

/// Writes the head. Where it would push the form off the screen, what comes last stays: the sums, and what stops the case.
fn put_head(buf: &mut Buffer, area: Rect, lines: &[Line]) -> Rect {
    let room = area.height.saturating_sub(FORM);
    let mut kept = lines;
    while let (Some((_, rest)), true) = (kept.split_first(), wrapped(kept, area.width) > usize::from(room)) {
        if rest.is_empty() {
            break;
        }
        kept = rest;
    }
    put_lines(buf, area, kept, room)
}

/// Writes lines, broken at the width, and answers the place below them.
fn put_lines(buf: &mut Buffer, area: Rect, lines: &[Line], most: u16) -> Rect {
    let mut y = 0;
    for (line, style) in lines {
        for piece in text::wrap(line, usize::from(area.width.max(1))) {
            if y >= most {
                return draw::below(area, y);
            }
            draw::put(buf, area, 0, y, &piece, *style);
            y += 1;
        }
    }
    draw::below(area, y)
}

fn head(screen: &Choose, cx: &Cx<'_>) -> Vec<Line> {
    let case = &screen.look.case;
    let theme = cx.theme;
    let Sums { live, paid } = screen.look.sums();
    let m = &case.milestones;
    let insured = words::name(&case.facts.insured, cx.hidden);
    let line = screen.look.rules.line_label(&case.facts.line, cx.lang);
    let mut lines = vec![
        (format!("{insured}  {line}  {}", text::neutralise(&case.facts.case_no)), theme.title()),
        (phrase!(W::PaymentHead, m.to_pay(), paid, live, screen.left()).say(cx.lang), theme.text()),
    ];
    if let Some(changes) = &screen.meanwhile {
        lines.push((phrase!(W::PaymentMeanwhile, changes.clone()).say(cx.lang), theme.warn()));
    }
    let open = screen.look.sums().open(m);
    let key = |action| Arg::Text(cx.keymap.key(action, cx.lang));
    if screen.look.round().any(|one| one.held) {
        let word = if open < Fen::ZERO {
            phrase!(
                W::PaymentSurplus,
                Fen::from_fen(open.fen().saturating_neg()),
                key("payment.list"),
                key("payment.cancel")
            )
        } else {
            W::PaymentHeldOpen.into()
        };
        lines.push((format!("! {}", word.say(cx.lang)), theme.warn()));
    } else if !screen.look.may_choose() {
        lines.push((format!("! {}", why_not(case).say(cx.lang)), theme.warn()));
    } else if open <= Fen::ZERO && screen.plan.is_empty() {
        lines.push((W::PaymentAllChosen.text(cx.lang).to_owned(), theme.ok()));
    }
    lines
}

fn chosen(screen: &Choose, cx: &Cx<'_>, most: usize) -> Vec<Line> {
    let theme = cx.theme;
    let all = &screen.look.all;
    let first =
        if screen.listing { (screen.selected + 1).saturating_sub(most) } else { all.len().saturating_sub(most) };
    let mut lines = Vec::new();
    if !all.is_empty() {
        lines.push((W::PaymentChosenHead.text(cx.lang).to_owned(), theme.title()));
    }
    for (index, one) in all.iter().enumerate().skip(first).take(most) {
        let (state, tone) = words::state(one, &screen.look.case.milestones);
        let lead = if screen.listing && index == screen.selected { ">" } else { " " };
        let payee = words::name(&one.payee, cx.hidden);
        let mut said = format!(
            "{lead} {}  {}  {payee}  {}",
            state.say(cx.lang),
            one.amount.grouped(),
            words::way(one).say(cx.lang)
        );
        let marks = words::marks(one);
        if !marks.is_empty() {
            said = format!("{said}  ({})", Arg::List(marks).say(cx.lang));
        }
        let style = match (screen.listing && index == screen.selected, tone) {
            (true, _) => theme.selected(),
            (false, Tone::Bad) => theme.warn(),
            (false, Tone::Good) => theme.ok(),
            (false, Tone::Plain) => theme.text(),
        };
        lines.push((said, style));
    }
    if !screen.plan.is_empty() {
        let count = i64::try_from(screen.plan.len()).unwrap_or(i64::MAX);
        let head = phrase!(W::PaymentPlanHead, count, screen.planned().live, screen.left());
        lines.push((head.say(cx.lang), theme.title()));
    }
    for (number, one) in (1..).zip(&screen.plan) {
        let kind = one.wish.payee_kind.map_or("", |kind| kind.word().text(cx.lang));
        let mode = one.wish.mode.map_or("", |mode| mode.word().text(cx.lang));
        let payee = words::name(&one.wish.payee, cx.hidden);
        let amount = one.wish.amount.unwrap_or_default().grouped();
        let account = text::mask_card(&one.wish.account);
        lines.push((format!("  {number}  {amount}  {kind} {payee}  {mode} {account}"), theme.text()));
    }
    lines
}

/// The channel, and what the rules say of the entry as it stands; what is simply not typed yet is not said before the
/// clerk saves.
fn notes(screen: &Choose, cx: &Cx<'_>) -> Vec<Line> {
    let theme = cx.theme;
    let key = |action| Arg::Text(cx.keymap.key(action, cx.lang));
    let mut lines = Vec::new();
    if let Some((shop, in_force)) = screen
        .shop
        .as_ref()
        .map(|shop| (shop, crate::reference::shops::in_force(shop, crate::kernel::clock::day_of(cx.now))))
    {
        let until = Arg::Day(shop.expires_on);
        let said = phrase!(W::PaymentShopSaid, text::neutralise(&shop.name).into_owned(), until).say(cx.lang);
        let (mark, style) = if in_force { ("v", theme.ok()) } else { ("x", theme.error()) };
        lines.push((format!("{mark} {said}"), style));
    }
    match &screen.bank {
        Some((bank, true)) => {
            lines.push((format!("v {}", phrase!(W::PaymentChannelOpen, bank.name.as_str()).say(cx.lang)), theme.ok()));
        }
        Some((bank, false)) => {
            let said = phrase!(W::PaymentChannelClosed, bank.name.as_str()).say(cx.lang);
            lines.push((format!("x {said}"), theme.error()));
        }
        None => {}
    }
    if screen.live.findings.has("channel") || screen.live.findings.has("bank_unknown") {
        let ways = ["payment.other_account", "payment.new_account", "payment.on_site"].map(key);
        lines.push((format!("> {}", Phrase::new(W::PaymentThreeWays, ways).say(cx.lang)), theme.warn()));
    }
    if OVERRIDABLE.iter().any(|code| screen.live.findings.has(code)) {
        let way = Phrase::new(W::PaymentOverrideWay, [key("payment.override")]);
        lines.push((format!("> {}", way.say(cx.lang)), theme.warn()));
    }
    for finding in screen.live.findings.iter() {
        // Missing fields and the closed channel stand elsewhere.
        let typed =
            finding.field.is_none_or(|id| screen.form.field(id).is_none_or(|field| !field.current().is_empty()));
        let elsewhere = finding.code == "channel" || screen.form.findings().has(finding.code);
        if !typed || elsewhere {
            continue;
        }
        let (mark, style) =
            if finding.severity == Severity::Block { ("x", theme.error()) } else { ("!", theme.warn()) };
        lines.push((format!("{mark} {}", finding.what.say(cx.lang)), style));
    }
    if !screen.live.reviews.is_empty() {
        let reasons = screen.live.reviews.iter().map(|reason| Arg::Word(reason.word())).collect();
        lines.push((format!("! {}", phrase!(W::PaymentWillReview, Arg::List(reasons)).say(cx.lang)), theme.warn()));
    }
    lines
}

fn form(screen: &Choose, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    if screen.form.fields().is_empty() {
        return None;
    }
    let at = screen.form.draw(buf, area, cx.lang, *cx.theme);
    at.filter(|_| !screen.listing)
}

fn popup(screen: &Choose, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
    let popup = screen.popup.as_ref()?;
    let width = area.width.saturating_sub(4).min(76);
    let height = popup.form.height(cx.lang, width.saturating_sub(4)) + 2;
    let place = layout::popup(buf, area, (width, height), popup.title().text(cx.lang), *cx.theme);
    popup.form.draw(buf, place, cx.lang, *cx.theme)
}

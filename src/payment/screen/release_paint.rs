//! Drawing the lists of what waits, and beside them the instruction the list stands on.

use super::batch_popup::{found, lines, list_and_detail, name, number};
use super::release::{Release, heading, tone};
use crate::instructions::rules::State;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store::label;
use crate::payment::rules::release::{hindrances, judge_member};
use crate::payment::store::release::{Item, Waiting};
use crate::phrase;
use crate::ui::layout;
use crate::ui::screen::{Cx, Tone};
use crate::ui::table::{Column, TableRow, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the screen.
pub(super) fn draw(screen: &Release, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let area = area.intersection(frame.area());
    let buf = frame.buffer_mut();
    let title = if screen.marks.is_empty() {
        heading(screen).say(cx.lang)
    } else {
        phrase!(W::BatchesMarked, number(screen.marks.len()), screen.marked_sum()).say(cx.lang)
    };
    let inner = layout::boxed(buf, area, &title, *cx.theme);
    let (table, preview) = list_and_detail(inner);
    let table = found(buf, table, &screen.left, cx);
    screen.height.set(table.height);
    draw_table(buf, table, &columns(), &screen.table, &screen.marks, (cx.lang, *cx.theme), |index| {
        screen.items.get(index).map(|item| row(screen.view, item, cx)).unwrap_or_default()
    });
    if let (Some(place), Some(item)) = (preview, screen.selected()) {
        lines(buf, place, &detail(item, cx));
    }
    let cursor = screen.popup.as_ref().and_then(|popup| popup.draw(buf, area, cx));
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::BatchesColumnCase, 10, 10),
        Column::new(W::BatchesColumnPayee, 8, 10),
        Column::new(W::BatchesColumnAmount, 12, 12).right(),
        Column::new(W::BatchesColumnState, 12, 26),
        Column::new(W::BatchesColumnMode, 8, 12).priority(1),
        Column::new(W::BatchesColumnAccount, 9, 14).priority(2),
    ]
}

/// What the instruction waits for, in a word.
pub(super) fn awaits(view: Waiting, item: &Item) -> (Phrase, Tone) {
    let (one, m) = (&item.one, &item.case.milestones);
    if view == Waiting::Mending {
        let reason = text::neutralise(&one.end_reason).into_owned();
        return (phrase!(W::BatchesBadEnd, one.state.word(), reason), Tone::Bad);
    }
    if let Some(first) = hindrances(one, m).iter().next() {
        return (first.what.clone(), Tone::Bad);
    }
    let receipt = match (one.mode.needs_receipt(), one.receipt.is_empty(), one.receipt_signed_at) {
        (true, true, _) => Some(W::BatchesWaitsReceipt),
        (true, false, None) => Some(W::BatchesWaitsSignature),
        _ => None,
    };
    let word = match (view, one.state, receipt) {
        (Waiting::OnSite, State::Chosen, _) => W::BatchesWaitsRelease,
        (_, _, Some(receipt)) => receipt,
        (Waiting::OnSite, _, None) => W::BatchesWaitsPaid,
        (_, _, None) => W::BatchesWaitsBatch,
    };
    (word.into(), tone(!judge_member(one, m).blocking() || view == Waiting::OnSite))
}

fn row(view: Waiting, item: &Item, cx: &Cx<'_>) -> TableRow {
    let (one, theme) = (&item.one, cx.theme);
    let number = if item.case.facts.case_no.is_empty() { &item.case.case_code } else { &item.case.facts.case_no };
    let (state, tone) = awaits(view, item);
    let (mark, style) = match tone {
        Tone::Good => ("", theme.text()),
        Tone::Plain => ("", theme.dim()),
        Tone::Bad => ("! ", theme.warn()),
    };
    let changed = if one.account_changed { "!" } else { "" };
    TableRow::new(one.id)
        .cell(text::clip_left(&text::neutralise(number), 10), theme.text())
        .cell(name(cx, &one.payee), theme.text())
        .cell(one.amount.grouped(), theme.text())
        .cell(format!("{mark}{}", state.say(cx.lang)), style)
        .cell(one.mode.word().text(cx.lang), theme.text())
        .cell(format!("{changed}{}", text::mask_card(&one.account)), theme.dim())
}

/// What whoever lets the money go has to see.
fn detail(item: &Item, cx: &Cx<'_>) -> Vec<(String, Style)> {
    let (one, case, theme) = (&item.one, &item.case, cx.theme);
    let conn = cx.store.conn();
    let who = |id: Option<i64>| label(conn, id).unwrap_or_default();
    let mut said: Vec<(Phrase, Style)> = vec![
        (phrase!(W::BatchesDetailCase, case.case_code.as_str(), name(cx, &case.facts.insured)), theme.title()),
        (phrase!(W::BatchesDetailPay, one.mode.word(), one.amount, one.amount.in_capitals()), theme.text()),
        (phrase!(W::BatchesDetailPayee, one.payee_kind.word(), name(cx, &one.payee)), theme.text()),
    ];
    let masked = |value: &str, mask: fn(&str) -> String| if cx.hidden { "***".to_owned() } else { mask(value) };
    if !one.payee_id_no.is_empty() {
        said.push((phrase!(W::BatchesDetailId, masked(&one.payee_id_no, text::mask_id)), theme.text()));
    }
    if !one.agent.is_empty() {
        said.push((phrase!(W::BatchesDetailAgent, name(cx, &one.agent)), theme.text()));
    }
    if !one.account.is_empty() {
        let bank = text::neutralise(&format!("{} {}", one.bank, one.branch)).trim().to_owned();
        said.push((phrase!(W::BatchesDetailBank, bank), theme.text()));
        let account = masked(&one.account, text::mask_card);
        said.push((phrase!(W::BatchesDetailAccount, account, name(cx, &one.holder)), theme.text()));
    }
    if one.state.mendable() {
        let reason = text::neutralise(&one.end_reason).into_owned();
        said.insert(1, (phrase!(W::BatchesBadEnd, one.state.word(), reason), theme.warn()));
    }
    if one.account_changed {
        said.push((W::BatchesAccountChanged.into(), theme.warn()));
    }
    said.push((phrase!(W::BatchesDetailChosen, who(Some(one.chosen_by)), Arg::Moment(one.chosen_at)), theme.dim()));
    if let Some(at) = one.reviewed_at {
        said.push((phrase!(W::BatchesDetailReviewed, who(one.reviewed_by), Arg::Moment(at)), theme.dim()));
    }
    if let Some(at) = one.released_at {
        said.push((phrase!(W::BatchesDetailReleased, who(one.released_by), Arg::Moment(at)), theme.dim()));
    }
    if !one.receipt.is_empty() {
        let word = if one.receipt_signed_at.is_some() { W::BatchesDetailSigned } else { W::BatchesDetailUnsigned };
        said.push((Phrase::new(word, [Arg::from(one.receipt.as_str())]), theme.text()));
    }
    if one.replaces != 0 {
        said.push((phrase!(W::BatchesDetailReplaces, one.replaces), theme.dim()));
    }
    let mut all: Vec<(String, Style)> = said.into_iter().map(|(phrase, style)| (phrase.say(cx.lang), style)).collect();
    if one.state.live() {
        for finding in hindrances(one, &case.milestones).iter() {
            all.push((format!("x {}", finding.what.say(cx.lang)), theme.error()));
        }
    }
    all
}

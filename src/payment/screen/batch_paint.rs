//! Drawing the batches, and one batch with its instructions.

use super::batch::{Batches, Shown};
use super::batch_popup::{found, lines, list_and_detail, name, number};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store::label;
use crate::payment::rules::batch::reference;
use crate::payment::store::batch_read::{Batch, BatchState, Member};
use crate::phrase;
use crate::ui::draw;
use crate::ui::layout;
use crate::ui::screen::Cx;
use crate::ui::table::{Column, Marks, TableRow, draw_table};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Draws the screen.
pub(super) fn draw(screen: &Batches, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let area = area.intersection(frame.area());
    let buf = frame.buffer_mut();
    match screen.shown.as_ref().filter(|_| screen.inside) {
        Some(shown) => inside(screen, shown, buf, area, cx),
        None => list(screen, buf, area, cx),
    }
    let cursor = screen.popup.as_ref().and_then(|popup| popup.draw(buf, area, cx));
    if let Some(at) = cursor {
        frame.set_cursor_position(at);
    }
}

fn list(screen: &Batches, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
    let title = phrase!(W::BatchesListTitle, number(screen.list.len())).say(cx.lang);
    let inner = layout::boxed(buf, area, &title, *cx.theme);
    let (table, preview) = list_and_detail(inner);
    let table = found(buf, table, &screen.left, cx);
    screen.height.set(table.height);
    let columns = [
        Column::new(W::BatchesColumnBatch, 13, 14),
        Column::new(W::BatchesColumnState, 12, 16),
        Column::new(W::BatchesColumnLines, 5, 6).right(),
        Column::new(W::BatchesColumnAmount, 12, 16).right(),
        Column::new(W::BatchesColumnMap, 13, 16).priority(1),
        Column::new(W::BatchesColumnMade, 11, 11).priority(2),
    ];
    let marks = Marks::default();
    draw_table(buf, table, &columns, &screen.table, &marks, (cx.lang, *cx.theme), |index| {
        screen.list.get(index).map(|batch| row(screen, batch, cx)).unwrap_or_default()
    });
    if let (Some(place), Some(shown)) = (preview, &screen.shown) {
        let mut said = head(shown, cx);
        said.push((String::new(), cx.theme.text()));
        said.extend(shown.members.iter().map(|member| {
            let line = phrase!(
                W::BatchesMemberLine,
                reference(member.one.id),
                name(cx, &member.one.holder),
                member.one.amount,
                member.one.state.word()
            );
            (line.say(cx.lang), cx.theme.text())
        }));
        lines(buf, place, &said);
    }
}

fn row(screen: &Batches, batch: &Batch, cx: &Cx<'_>) -> TableRow {
    let theme = cx.theme;
    let (mark, style) = match batch.state {
        BatchState::Sending => ("! ", theme.warn()),
        BatchState::Made | BatchState::Sent => ("", theme.text()),
        BatchState::Ended | BatchState::Dissolved => ("", theme.dim()),
    };
    TableRow::new(batch.id)
        .cell(batch.batch_no.clone(), theme.text())
        .cell(format!("{mark}{}", batch.state.word().text(cx.lang)), style)
        .cell(batch.lines.to_string(), theme.text())
        .cell(batch.total.grouped(), theme.text())
        .cell(screen.map_label(&batch.map, cx.lang).to_owned(), theme.dim())
        .cell(Arg::Moment(batch.made_at).say(cx.lang), theme.dim())
}

/// What is known of a batch as a whole.
fn head(shown: &Shown, cx: &Cx<'_>) -> Vec<(String, Style)> {
    let (batch, theme, conn) = (&shown.batch, cx.theme, cx.store.conn());
    let who = |id: Option<i64>| label(conn, id).unwrap_or_default();
    let mut said: Vec<(Phrase, Style)> = vec![
        (phrase!(W::BatchesHead, batch.batch_no.as_str(), batch.lines, batch.total), theme.title()),
        (phrase!(W::BatchesHeadMade, who(Some(batch.made_by)), Arg::Moment(batch.made_at)), theme.dim()),
    ];
    if let Some(sending) = &shown.sending {
        said.push((phrase!(W::BatchesHeadReleased, who(Some(sending.by)), Arg::Moment(sending.at)), theme.dim()));
        said.push((phrase!(W::BatchesHeadFile, sending.file.as_str()), theme.dim()));
    }
    match batch.state {
        BatchState::Made => said.push((W::BatchesHeadWaits.into(), theme.text())),
        BatchState::Sending => said.push((W::BatchesHeadSending.into(), theme.warn())),
        BatchState::Sent => said.push((W::BatchesHeadSent.into(), theme.text())),
        BatchState::Ended | BatchState::Dissolved => {}
    }
    for odd in &shown.odd {
        let word = verdict_word(&odd.verdict);
        let what =
            phrase!(W::BatchesOddLine, odd.file.as_str(), odd.line, odd.reference.as_str(), odd.status.as_str(), word);
        said.push((what, theme.warn()));
    }
    said.into_iter().map(|(phrase, style)| (phrase.say(cx.lang), style)).collect()
}

fn verdict_word(code: &str) -> W {
    use crate::payment::rules::result::Verdict;
    [Verdict::Stranger, Verdict::Amount, Verdict::Otherwise, Verdict::Twice, Verdict::Word]
        .into_iter()
        .find(|verdict| verdict.code() == code)
        .map_or(W::BatchesVerdictSame, Verdict::word)
}

fn inside(screen: &Batches, shown: &Shown, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
    let title = phrase!(W::BatchesInsideTitle, shown.batch.batch_no.as_str(), shown.batch.state.word()).say(cx.lang);
    let inner = layout::boxed(buf, area, &title, *cx.theme);
    let place = found(buf, inner, &screen.left, cx);
    let top = Rect { height: place.height / 3, ..place };
    let place = draw::below(place, lines(buf, top, &head(shown, cx)));
    screen.height.set(place.height);
    let columns = [
        Column::new(W::BatchesColumnReference, 11, 11),
        Column::new(W::BatchesColumnPayee, 8, 20),
        Column::new(W::BatchesColumnAmount, 12, 16).right(),
        Column::new(W::BatchesColumnState, 12, 30),
        Column::new(W::BatchesColumnCase, 10, 10).priority(1),
        Column::new(W::BatchesFieldBank, 8, 20).priority(2),
        Column::new(W::BatchesColumnAccount, 9, 14).priority(2),
    ];
    let marks = Marks::default();
    draw_table(buf, place, &columns, &screen.members, &marks, (cx.lang, *cx.theme), |index| {
        shown.members.get(index).map(|member| member_row(member, cx)).unwrap_or_default()
    });
}

fn member_row(member: &Member, cx: &Cx<'_>) -> TableRow {
    let (one, theme) = (&member.one, cx.theme);
    let number = if member.case_no.is_empty() { &member.case_code } else { &member.case_no };
    let bad = one.state.mendable();
    let state = if one.end_reason.is_empty() {
        one.state.word().text(cx.lang).to_owned()
    } else {
        phrase!(W::BatchesBadEnd, one.state.word(), text::neutralise(&one.end_reason).into_owned()).say(cx.lang)
    };
    let changed = if one.account_changed { "!" } else { "" };
    TableRow::new(one.id)
        .cell(reference(one.id), theme.text())
        .cell(name(cx, &one.holder), theme.text())
        .cell(one.amount.grouped(), theme.text())
        .cell(format!("{}{state}", if bad { "! " } else { "" }), if bad { theme.warn() } else { theme.text() })
        .cell(text::clip_left(&text::neutralise(number), 10), theme.text())
        .cell(text::neutralise(&one.bank).into_owned(), theme.text())
        .cell(format!("{changed}{}", text::mask_card(&one.account)), theme.dim())
}

//! Every open inquiry: which department has it, since when, due when.

use crate::case::words::{self, Pressure};
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::notify::section::held_by;
use crate::notify::store::{OpenInquiry, open_inquiries};
use crate::phrase;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, Effect, Effects, Input, Note, Place, Screen, Tone};
use crate::ui::table::{Column, Marks, TableEvent, TableRow, TableState, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// Rows read at a time.
const PAGE: usize = 200;

/// The view of referrals.
pub struct Referrals {
    rows: Vec<OpenInquiry>,
    more: bool,
    table: TableState,
    soon_hours: i64,
    height: Cell<u16>,
}

/// Opens the view.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen =
        Referrals { rows: Vec::new(), more: false, table: TableState::default(), soon_hours: 2, height: Cell::new(20) };
    screen.reread(cx)?;
    Ok(Box::new(screen))
}

impl Referrals {
    fn reread(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.selected().map(|row| row.inquiry.id);
        let wanted = self.rows.len().max(PAGE);
        self.rows = open_inquiries(cx.store.conn(), (i64::MIN, i64::MIN), limit(wanted))?;
        self.more = self.rows.len() >= wanted;
        self.soon_hours = crate::reference::store::rulebook(cx.store)?.settings.number(settings::SOON_HOURS, cx.now);
        self.table.rows(self.rows.len(), self.more);
        if let Some(index) = stood_on.and_then(|id| self.rows.iter().position(|row| row.inquiry.id == id)) {
            self.table.select(index);
        }
        Ok(())
    }

    fn read_more(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        if let Some(last) = self.rows.last() {
            let page = open_inquiries(cx.store.conn(), (last.inquiry.due_at, last.inquiry.id), limit(PAGE))?;
            self.more = page.len() >= PAGE;
            self.rows.extend(page);
            self.table.rows(self.rows.len(), self.more);
        }
        Ok(())
    }

    fn selected(&self) -> Option<&OpenInquiry> {
        self.table.selected().and_then(|index| self.rows.get(index))
    }

    fn guarded(&mut self, cx: &Cx<'_>, work: impl FnOnce(&mut Referrals, &Cx<'_>) -> anyhow::Result<()>) -> Effects {
        match work(self, cx) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
        }
    }

    fn action(&self, action: ActionId) -> Effects {
        let case = self.selected().map(|row| row.inquiry.case_id);
        match action {
            "referrals.open" => case.map(|id| Effect::Go(Place::of("notify", id))).into_iter().collect(),
            "referrals.folder" => case.map(|id| Effect::Go(Place::of("folder", id))).into_iter().collect(),
            "referrals.leave" => vec![Effect::Back],
            _ => Vec::new(),
        }
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(row) = self.rows.get(index) else { return TableRow::default() };
        let (theme, one) = (cx.theme, &row.inquiry);
        let (pressure, left) = words::remaining(cx.now, one.due_at, false, false, self.soon_hours);
        let (mark, style) = match pressure {
            Pressure::Overdue => ("!! ", theme.mark_overdue()),
            Pressure::Soon => ("! ", theme.mark_soon()),
            Pressure::Calm => ("", theme.text()),
        };
        let (who, since) = held_by(one);
        let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&row.insured).into_owned() };
        TableRow::new(one.id)
            .cell(format!("{mark}{}", left.say(cx.lang)), style)
            .cell(text::clip_left(&text::neutralise(&row.number), 10), theme.text())
            .cell(who.say(cx.lang), theme.text())
            .cell(one.kind.word().text(cx.lang), theme.text())
            .cell(Arg::Moment(since).say(cx.lang), theme.text())
            .cell(Arg::Moment(one.due_at).say(cx.lang), theme.text())
            .cell(insured, theme.text())
            .cell(text::neutralise(&one.text).into_owned(), theme.dim())
    }
}

fn limit(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::NotifyColumnDue, 10, 14),
        Column::new(W::NotifyColumnCase, 10, 10),
        Column::new(W::NotifyColumnWho, 14, 26),
        Column::new(W::NotifyColumnKind, 9, 10).priority(1),
        Column::new(W::NotifyColumnSince, 11, 11).priority(1),
        Column::new(W::NotifyColumnDueAt, 11, 11).priority(2),
        Column::new(W::NotifyColumnInsured, 8, 14).priority(3),
        Column::new(W::NotifyColumnText, 20, 60).priority(4),
    ]
}

impl Screen for Referrals {
    fn place(&self) -> Place {
        Place::new("referrals")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::NotifyReferrals.text(cx.lang).to_owned()
    }

    fn keys(&self, _cx: &Cx<'_>) -> Vec<KeyRow> {
        let nothing = self.rows.is_empty().then(|| Phrase::from(W::NotifyNoReferrals));
        vec![
            KeyRow::new("referrals.open", "enter", W::NotifyKeyOpen).off(nothing.clone()),
            KeyRow::new("referrals.folder", "ctrl-f", W::NotifyKeyFolder).off(nothing),
            KeyRow::new("referrals.leave", "esc", W::NotifyKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::NotifyReferralsHelp
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action),
            Input::Key(key) => match self.table.handle(key, self.height.get()) {
                TableEvent::WantsMore => self.guarded(cx, Referrals::read_more),
                TableEvent::Moved | TableEvent::Ignored => Vec::new(),
            },
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Shown | Note::StoreChanged | Note::Minute => self.guarded(cx, Referrals::reread),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let area = area.intersection(frame.area());
        let buf = frame.buffer_mut();
        let title = phrase!(W::NotifyReferralsTitle, limit(self.rows.len())).say(cx.lang);
        let inner = layout::boxed(buf, area, &title, *cx.theme);
        self.height.set(inner.height);
        let state = &self.table;
        draw_table(buf, inner, &columns(), state, &Marks::default(), (cx.lang, *cx.theme), |index| self.row(index, cx));
    }
}

//! The call list (F4): who is told next.

use crate::case::next::next_action;
use crate::case::words::{self, Pressure};
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::notify::store::Desk;
use crate::notify::store::list::{Call, calls};
use crate::phrase;
use crate::ui::draw;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, Effect, Effects, Input, Note, Place, Screen, Tone};
use crate::ui::table::{Column, Marks, TableEvent, TableRow, TableState, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// Cases read at a time.
const PAGE: usize = 300;

/// From this width on there is room for what to say beside all columns; a call is made from the case itself.
const WITH_PREVIEW: u16 = 150;

/// The list of those to be told.
pub struct Calls {
    rows: Vec<Call>,
    /// Cases read so far; one row may stand for several.
    read: usize,
    more: bool,
    table: TableState,
    soon_hours: i64,
    /// The case the list stands on, read when the highlight moved.
    preview: Option<Desk>,
    height: Cell<u16>,
    /// Whether there is room for the preview; it is read only then.
    wide: Cell<bool>,
}

/// Opens the list.
///
/// # Errors
/// What the store says.
pub fn open(cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Calls {
        rows: Vec::new(),
        read: PAGE,
        more: false,
        table: TableState::default(),
        soon_hours: 2,
        preview: None,
        height: Cell::new(20),
        wide: Cell::new(true),
    };
    screen.reread(cx)?;
    Ok(Box::new(screen))
}

impl Calls {
    /// Reads the list as far as it was shown; the highlight stays on its case.
    fn reread(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.selected().map(|call| call.row.id);
        let conn = cx.store.conn();
        (self.rows, self.more) = calls(conn, cx.now, self.read)?;
        self.soon_hours = crate::reference::store::rulebook(cx.store)?.settings.number(settings::SOON_HOURS, cx.now);
        self.table.rows(self.rows.len(), self.more);
        if let Some(index) = stood_on.and_then(|id| self.rows.iter().position(|call| call.row.id == id)) {
            self.table.select(index);
        }
        self.look(cx)
    }

    fn look(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.preview = match self.selected().map(|call| call.row.id).filter(|_| self.wide.get()) {
            Some(id) => Desk::read(cx.store, id)?,
            None => None,
        };
        Ok(())
    }

    fn selected(&self) -> Option<&Call> {
        self.table.selected().and_then(|index| self.rows.get(index))
    }

    fn guarded(&mut self, cx: &Cx<'_>, work: impl FnOnce(&mut Calls, &Cx<'_>) -> anyhow::Result<()>) -> Effects {
        match work(self, cx) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
        }
    }

    fn action(&self, action: ActionId) -> Effects {
        match action {
            "notify.open" => {
                self.selected().map(|call| Effect::Go(Place::of("notify", call.row.id))).into_iter().collect()
            }
            "notify.folder" => {
                self.selected().map(|call| Effect::Go(Place::of("folder", call.row.id))).into_iter().collect()
            }
            "notify.referrals" => vec![Effect::Go(Place::new("referrals"))],
            "notify.leave" => vec![Effect::Back],
            _ => Vec::new(),
        }
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(call) = self.rows.get(index) else { return TableRow::default() };
        let (theme, row) = (cx.theme, &call.row);
        let tentative = crate::case::store::write::is_tentative(row.due_kind);
        let (pressure, left) = words::remaining(cx.now, row.due_at, tentative, false, self.soon_hours);
        let (mark, style) = match pressure {
            Pressure::Overdue => ("!! ", theme.mark_overdue()),
            Pressure::Soon => ("! ", theme.mark_soon()),
            Pressure::Calm => ("", theme.text()),
        };
        let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
        let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&row.insured).into_owned() };
        let state = words::next_short(&row.milestones, next_action(&row.milestones, cx.actor.roles)).text(cx.lang);
        let state =
            if call.cases > 1 { phrase!(W::NotifyTogether, call.cases, state).say(cx.lang) } else { state.to_owned() };
        let (back, back_style) = match call.call_back_at {
            None => (String::new(), theme.text()),
            Some(at) if at <= cx.now => (format!("! {}", Arg::Moment(at).say(cx.lang)), theme.mark_soon()),
            Some(at) => (Arg::Moment(at).say(cx.lang), theme.text()),
        };
        let amount = if call.amount.fen() == 0 { "-".to_owned() } else { call.amount.grouped() };
        TableRow::new(row.id)
            .cell(format!("{mark}{}", left.say(cx.lang)), style)
            .cell(text::clip_left(&text::neutralise(number), 10), theme.text())
            .cell(insured, theme.text())
            .cell(amount, theme.text())
            .cell(state, theme.text())
            .cell(back, back_style)
            .cell(if call.attempts == 0 { "-".to_owned() } else { call.attempts.to_string() }, theme.text())
    }

    fn draw_preview(&self, frame: &mut Frame<'_>, place: Rect, cx: &Cx<'_>) {
        let Some(desk) = &self.preview else { return };
        let place = Rect { x: place.x.saturating_add(2), width: place.width.saturating_sub(2), ..place };
        let width = usize::from(place.width).max(1);
        let lines = super::paint::say_lines(cx, desk, None, &[]);
        let mut y = 0;
        for line in &lines {
            for piece in super::paint::hanging(&line.text, width) {
                draw::put(frame.buffer_mut(), place, 0, y, &piece, line.style);
                y += 1;
            }
        }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::NotifyColumnDue, 10, 16),
        Column::new(W::NotifyColumnCase, 10, 10),
        Column::new(W::NotifyColumnInsured, 8, 14),
        Column::new(W::NotifyColumnAmount, 10, 13).right().priority(1),
        Column::new(W::NotifyColumnNext, 12, 16).priority(1),
        Column::new(W::NotifyColumnBack, 13, 13).priority(2),
        Column::new(W::NotifyColumnAttempts, 4, 8).right().priority(3),
    ]
}

impl Screen for Calls {
    fn place(&self) -> Place {
        Place::new("notify")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::NotifyListName.text(cx.lang).to_owned()
    }

    fn keys(&self, _cx: &Cx<'_>) -> Vec<KeyRow> {
        let nothing = self.rows.is_empty().then(|| Phrase::from(W::NotifyNobodyWaits));
        vec![
            KeyRow::new("notify.open", "enter", W::NotifyKeyOpen).off(nothing.clone()),
            KeyRow::new("notify.referrals", "ctrl-r", W::NotifyReferrals).or("r"),
            KeyRow::new("notify.folder", "ctrl-f", W::NotifyKeyFolder).off(nothing),
            KeyRow::new("notify.leave", "esc", W::NotifyKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::NotifyListHelp
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action),
            Input::Key(key) => match self.table.handle(key, self.height.get()) {
                TableEvent::Ignored => Vec::new(),
                TableEvent::Moved => self.guarded(cx, Calls::look),
                TableEvent::WantsMore => self.guarded(cx, |screen, cx| {
                    screen.read += PAGE;
                    screen.reread(cx)
                }),
            },
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Shown | Note::StoreChanged | Note::Minute => self.guarded(cx, Calls::reread),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let area = area.intersection(frame.area());
        let count = i64::try_from(self.rows.len()).unwrap_or(i64::MAX);
        let title = phrase!(W::NotifyListTitle, count).say(cx.lang);
        let inner = layout::boxed(frame.buffer_mut(), area, &title, *cx.theme);
        let (table, preview) =
            if inner.width >= WITH_PREVIEW { layout::list_and_preview(inner) } else { (inner, None) };
        self.height.set(table.height);
        self.wide.set(preview.is_some());
        let state = &self.table;
        draw_table(frame.buffer_mut(), table, &columns(), state, &Marks::default(), (cx.lang, *cx.theme), |index| {
            self.row(index, cx)
        });
        if let Some(place) = preview {
            self.draw_preview(frame, place, cx);
        }
    }
}

//! Draws the archive: countdown and gauge, what is in hand, the scan line with its verdicts, what is due.

use super::desk::{Archive, key_name};
use super::hand::Hand;
use crate::archive::rules::Step;
use crate::case::next::next_action;
use crate::case::store::write::is_tentative;
use crate::case::words;
use crate::kernel::clock;
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::gauge;
use crate::ui::layout;
use crate::ui::screen::Cx;
use crate::ui::table::{Column, Marks, TableRow, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Rows of the scan line with its verdicts where everything stands below each other.
const SCAN_ROWS: u16 = 6;
/// Cells of the gauge.
const GAUGE: u16 = 22;

impl Archive {
    pub(super) fn paint(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let inner = layout::boxed(frame.buffer_mut(), area, &self.heading(cx).say(cx.lang), *cx.theme);
        let top = self.draw_head(frame, inner, cx);
        let body = draw::below(inner, top);
        let (list, beside) = layout::list_and_preview(body);
        let (table, scan) = match beside {
            Some(beside) => {
                (list, Rect { x: beside.x.saturating_add(2), width: beside.width.saturating_sub(2), ..beside })
            }
            None => {
                let parts = layout::parts(body, SCAN_ROWS.min(body.height.saturating_sub(3).max(1)), 0);
                (parts.body, parts.header)
            }
        };
        self.draw_due(frame, table, cx);
        let cursor = self.draw_scan(frame, scan, beside.is_some(), cx);
        if let Some(popup) = &self.popup {
            let width = area.width.saturating_sub(8).min(70);
            let height = popup.height(cx.lang, width);
            let title = popup.what.title().text(cx.lang);
            let place = layout::popup(frame.buffer_mut(), area, (width, height), title, *cx.theme);
            let room = place.height.saturating_sub(popup.form.height(cx.lang, place.width));
            let lines = draw::to_u16(popup.lines.len()).min(room);
            for (y, line) in (0..lines).zip(&popup.lines) {
                let line = text::clip(&text::neutralise(line), usize::from(place.width));
                draw::put(frame.buffer_mut(), place, 0, y, &line, cx.theme.dim());
            }
            let form = draw::below(place, lines);
            if let Some(at) = popup.form.draw(frame.buffer_mut(), form, cx.lang, *cx.theme) {
                frame.set_cursor_position(at);
            }
        } else if let Some(at) = cursor {
            frame.set_cursor_position(at);
        }
    }

    /// The countdown to the cutoff, in words.
    fn heading(&self, cx: &Cx<'_>) -> Phrase {
        let cutoff = self.rules.settings.cutoff(cx.now);
        let today = clock::day_of(cx.now);
        let batch = cutoff.batch_day(&self.rules.calendar, cx.now);
        let time = self.rules.settings.text(settings::CUTOFF, cx.now).to_owned();
        if batch == today {
            let left = Arg::from(words::length(cutoff.at(today) - cx.now));
            phrase!(W::ArchiveHeading, time, left)
        } else {
            phrase!(W::ArchiveHeadingNext, Arg::ShortDay(batch))
        }
    }

    fn draw_head(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) -> u16 {
        let buf = frame.buffer_mut();
        let theme = *cx.theme;
        let (done, to_do) = (self.filed_today.max(0), self.to_do.max(0));
        let bar = gauge::gauge(done.unsigned_abs(), (done + to_do).unsigned_abs(), GAUGE);
        let mut said = format!("{bar} {}", phrase!(W::ArchiveGauge, done, to_do).say(cx.lang));
        for (count, word) in [
            (self.handed_to_me, W::ArchiveHandedToMe),
            (self.untrue.len(), W::ArchiveUntrue),
            (self.in_tray, W::ArchiveInTray),
        ] {
            if count > 0 {
                said.push_str("  ");
                said.push_str(&Phrase::new(word, [Arg::Number(i64::try_from(count).unwrap_or(0))]).say(cx.lang));
            }
        }
        draw::put(buf, area, 0, 0, &text::clip(&said, usize::from(area.width)), theme.text());
        let keys = (key_name(cx, "archive.save", cx.lang), key_name(cx, "archive.next", cx.lang));
        let hand = self.hand.say(&self.pile, &self.rules, (&keys.0, &keys.1)).say(cx.lang);
        let style = if matches!(self.hand, Hand::Empty) && self.pile.is_empty() { theme.dim() } else { theme.title() };
        let mut y = 1;
        for line in text::wrap(&hand, usize::from(area.width).max(1)).into_iter().take(2) {
            draw::put(buf, area, 0, y, &line, style);
            y += 1;
        }
        let left = self.left.iter().map(|finding| format!("x {}", finding.what.say(cx.lang)));
        for line in left.flat_map(|said| text::wrap(&said, usize::from(area.width).max(1))).take(3) {
            draw::put(buf, area, 0, y, &line, theme.error());
            y += 1;
        }
        y
    }

    fn draw_scan(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        wide: bool,
        cx: &Cx<'_>,
    ) -> Option<ratatui::layout::Position> {
        let pile = if wide { self.pile_lines(cx) } else { Vec::new() };
        let below = draw::to_u16(pile.len()).min(area.height / 2);
        let parts = layout::parts(area, 0, below);
        for (y, line) in (0..below).zip(pile.iter().rev()) {
            let line = text::clip(line, usize::from(parts.footer.width));
            draw::put(frame.buffer_mut(), parts.footer, 0, y, &line, cx.theme.text());
        }
        self.line.draw(frame.buffer_mut(), parts.body, cx.lang, *cx.theme)
    }

    /// The pile, the last one scanned at the end.
    fn pile_lines(&self, cx: &Cx<'_>) -> Vec<String> {
        let step = |step: Step| match step {
            Step::Receipt => W::ArchiveNextNote,
            Step::Sort => W::CaseNextSort,
            Step::Bind => W::CaseNextBind,
            _ => W::CaseNextFile,
        };
        let name = |insured: &str| if cx.hidden { "***".to_owned() } else { insured.to_owned() };
        (1..)
            .zip(&self.pile)
            .map(|(n, file)| {
                let pages = match (file.step, file.piled.pages) {
                    (Step::Sort, 0) => W::ArchivePagesWanted.text(cx.lang).to_owned(),
                    (Step::Sort, pages) => phrase!(W::ArchivePagesTaken, pages).say(cx.lang),
                    _ => String::new(),
                };
                format!("{n:>3} {}  {}  {}  {pages}", file.code, name(&file.insured), step(file.step).text(cx.lang))
            })
            .collect()
    }

    fn draw_due(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        self.height.set(area.height);
        let columns = [
            Column::new(W::ArchiveColumnDue, 11, 14),
            Column::new(W::ArchiveColumnCase, 12, 12),
            Column::new(W::ArchiveColumnInsured, 8, 14),
            Column::new(W::ArchiveColumnStep, 16, 20),
            Column::new(W::ArchiveColumnNumber, 10, 10).priority(1),
            Column::new(W::ArchiveColumnLine, 10, 16).priority(2),
        ];
        let mut marks = Marks::default();
        self.pile.iter().for_each(|file| marks.toggle(file.piled.case_id));
        let looks = (cx.lang, *cx.theme);
        draw_table(frame.buffer_mut(), area, &columns, &self.table, &marks, looks, |index| self.row(index, cx));
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(row) = self.rows.get(index) else { return TableRow::default() };
        let theme = cx.theme;
        let soon = self.rules.settings.number(settings::SOON_HOURS, cx.now);
        let (pressure, left) = words::remaining(cx.now, row.due_at, is_tentative(row.due_kind), false, soon);
        let (mark, style) = match pressure {
            words::Pressure::Overdue => ("!! ", theme.mark_overdue()),
            words::Pressure::Soon => ("! ", theme.mark_soon()),
            words::Pressure::Calm => ("", theme.text()),
        };
        let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&row.insured).into_owned() };
        let untrue = self.untrue.contains_key(&row.id);
        let next = match Step::of(&row.milestones) {
            _ if untrue => W::ArchiveMarkReturned,
            // Not every outcome has a red copy to wait for.
            Step::Receipt if !row.milestones.must_pay() => W::ArchiveNextNote,
            _ => words::next_short(&row.milestones, next_action(&row.milestones, cx.actor.roles)),
        };
        TableRow::new(row.id)
            .cell(format!("{mark}{}", left.say(cx.lang)), style)
            .cell(row.case_code.clone(), theme.text())
            .cell(insured, theme.text())
            .cell(next.text(cx.lang), if untrue { theme.error() } else { theme.text() })
            .cell(text::clip_left(&text::neutralise(&row.case_no), 10), theme.dim())
            .cell(self.rules.line_label(&row.line, cx.lang), theme.dim())
    }
}

//! 档案盒与架位: open, close, contents, shelves with dated history, labels, the code as a QR.

use super::popup::Popup;
use crate::boxes::labels;
use crate::boxes::prints;
use crate::boxes::rules::{ArchiveBox, BoxKey};
use crate::boxes::store::positions::{self, Content};
use crate::boxes::store::{self, shelves, where_is};
use crate::case::store::find;
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office;
use crate::office::rules::Right;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use crate::ui::choice::ChoiceOption;
use crate::ui::draw;
use crate::ui::field::Kind;
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::scan::{ScanEvent, ScanLine, Verdict};
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Question, Screen, Tone};
use crate::ui::table::{Column, Marks, TableEvent, TableRow, TableState, draw_table};
use chrono::Datelike;
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::rc::Rc;

/// Boxes read at a time.
const PAGE: i64 = 200;
/// Rows of the scan line and its verdicts.
const SCAN_ROWS: u16 = 4;

struct Boxes {
    place: Place,
    rules: Rc<Rulebook>,
    /// A window on the boxes, the newest first.
    rows: Vec<ArchiveBox>,
    /// There are older ones below the window.
    more: bool,
    /// There are newer ones above it.
    newer: bool,
    table: TableState,
    contents: Vec<Content>,
    stood: Vec<(String, i64)>,
    line: ScanLine,
    qr: bool,
    popup: Option<Popup>,
    height: Cell<u16>,
}

/// Opens the list of boxes.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Boxes {
        place,
        rules: rulebook(cx.store)?,
        rows: Vec::new(),
        more: false,
        newer: false,
        table: TableState::default(),
        contents: Vec::new(),
        stood: Vec::new(),
        line: ScanLine::new(),
        qr: false,
        popup: None,
        height: Cell::new(10),
    };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl Boxes {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.selected().map(|found| found.id);
        self.rules = rulebook(cx.store)?;
        let wanted = i64::try_from(self.rows.len())?.max(PAGE);
        // The window stays where it is: its top is the newest box, unless it was moved to an old one.
        let before = self.rows.first().filter(|_| self.newer).map_or(i64::MAX, |top| top.id.saturating_add(1));
        self.rows = store::page(cx.store.conn(), before, wanted)?;
        self.more = i64::try_from(self.rows.len())? >= wanted;
        self.table.rows(self.rows.len(), self.more);
        if let Some(index) = stood_on.and_then(|id| self.rows.iter().position(|found| found.id == id)) {
            self.table.select(index);
        }
        self.look(cx)
    }

    fn read_more(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        if let Some(last) = self.rows.last().map(|found| found.id) {
            let page = store::page(cx.store.conn(), last, PAGE)?;
            self.more = i64::try_from(page.len())? >= PAGE;
            self.rows.extend(page);
            self.table.rows(self.rows.len(), self.more);
        }
        self.look(cx)
    }

    /// Reads the boxes above the window.
    fn read_newer(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        if let Some(top) = self.rows.first().map(|found| found.id) {
            let mut page = store::newer(cx.store.conn(), top, PAGE)?;
            let (came, stood) = (page.len(), self.table.selected().unwrap_or(0));
            self.newer = i64::try_from(came)? >= PAGE;
            page.append(&mut self.rows);
            self.rows = page;
            self.table.rows(self.rows.len(), self.more);
            self.table.select(stood + came);
        }
        Ok(())
    }

    fn look(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        (self.contents, self.stood) = match self.selected() {
            Some(found) => {
                (positions::contents(cx.store.conn(), found.id)?, shelves::history(cx.store.conn(), found.id)?)
            }
            None => (Vec::new(), Vec::new()),
        };
        Ok(())
    }

    fn selected(&self) -> Option<&ArchiveBox> {
        self.table.selected().and_then(|index| self.rows.get(index))
    }

    fn guarded(&mut self, cx: &Cx<'_>, work: impl FnOnce(&mut Self, &Cx<'_>) -> anyhow::Result<Effects>) -> Effects {
        work(self, cx).unwrap_or_else(|error| vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))])
    }

    /// Stands on a box. The window is moved to one that is not in it, so that an old box is as near as a new one.
    fn stand_on(&mut self, id: i64, cx: &Cx<'_>) -> anyhow::Result<()> {
        if self.rows.iter().all(|found| found.id != id) {
            let conn = cx.store.conn();
            let mut rows = store::newer(conn, id, PAGE)?;
            self.newer = i64::try_from(rows.len())? >= PAGE;
            let older = store::page(conn, id.saturating_add(1), PAGE)?;
            self.more = i64::try_from(older.len())? >= PAGE;
            rows.extend(older);
            self.rows = rows;
            self.table.rows(self.rows.len(), self.more);
        }
        if let Some(index) = self.rows.iter().position(|found| found.id == id) {
            self.table.select(index);
        }
        self.look(cx)
    }

    fn judge(&mut self, good: bool, code: &str, what: impl Into<Phrase>, cx: &Cx<'_>) -> Effects {
        let (mark, word, style) =
            if good { ("v", W::BoxesVerdictOk, cx.theme.ok()) } else { ("?", W::BoxesVerdictUnknown, cx.theme.warn()) };
        self.line.judge(Verdict { code: code.to_owned(), mark, word, what: Some(what.into()), style });
        if good { Vec::new() } else { vec![Effect::Bell] }
    }

    /// A scanned box is stood on, a file's box too; a shelf takes the box stood on.
    fn scanned(&mut self, code: &str, cx: &Cx<'_>) -> Effects {
        self.guarded(cx, |screen, cx| {
            let conn = cx.store.conn();
            if let Some(found) = store::by_code(conn, code)? {
                screen.stand_on(found.id, cx)?;
                let said = found.label(&screen.rules);
                return Ok(screen.judge(true, code, said, cx));
            }
            if let Some(shelf) = shelves::named(conn, code)? {
                return Ok(screen.shelve(shelf.id));
            }
            let place = match find::by_code(conn, code)? {
                Some(row) => where_is(conn, row.id)?,
                None => None,
            };
            if let Some(place) = place {
                screen.stand_on(place.found.id, cx)?;
                let said = phrase!(W::BoxesPosition, Arg::from(place.found.label(&screen.rules)), place.ordinal);
                return Ok(screen.judge(true, code, said, cx));
            }
            Ok(screen.judge(false, code, W::BoxesUnknownHere, cx))
        })
    }

    fn shelve(&self, shelf_id: i64) -> Effects {
        let Some(found) = self.selected() else { return Vec::new() };
        let (box_id, label) = (found.id, found.label(&self.rules));
        vec![Effect::Act(DeskAct::new("box_shelve", move |tx| {
            let shelf = shelves::put_away(tx, box_id, shelf_id)?;
            Ok(Done::said(phrase!(W::BoxesPutAway, Arg::from(label.clone()), shelf.name)))
        }))]
    }

    fn new_box(&self, cx: &Cx<'_>) -> Popup {
        let mut classes: Vec<(&str, &str)> = Vec::new();
        for line in &self.rules.lines {
            if classes.iter().all(|(class, _)| *class != line.class) {
                let name = if cx.lang == Lang::Zh { &line.class_name } else { &line.class_name_en };
                classes.push((&line.class, name));
            }
        }
        let first = classes.first().map(|(class, _)| (*class).to_owned()).unwrap_or_default();
        let classes = classes.into_iter().map(|(class, name)| ChoiceOption::name(class, name)).collect();
        let years = ["10", "5"].map(|years| ChoiceOption::name(years, years)).to_vec();
        let fields = vec![
            FormField::choice("class", W::BoxesFieldClass, classes).value(&first),
            FormField::of_kind("year", W::BoxesFieldYear, Kind::Digits)
                .limit(4)
                .prefilled(&clock::day_of(cx.now).year().to_string()),
            FormField::choice("retention", W::BoxesFieldRetention, years).value("10"),
        ];
        Popup::new("new", 0, W::BoxesKeyNew, fields)
    }

    fn shelf_form(about: i64) -> Popup {
        Popup::new(
            "shelve",
            about,
            W::BoxesKeyShelve,
            vec![FormField::text("shelf", W::BoxesFieldShelf).limit(40).hint(W::BoxesFieldShelfHint)],
        )
    }

    fn add_form() -> Popup {
        Popup::new("shelf", 0, W::BoxesKeyAddShelf, vec![FormField::text("name", W::BoxesFieldName).limit(40)])
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let value = |id: &str| popup.value(id, cx);
        match popup.what {
            "new" => {
                let key = BoxKey {
                    class: value("class"),
                    year: value("year").parse().unwrap_or(0),
                    retention: value("retention").parse().unwrap_or(0),
                };
                let rules = Rc::clone(&self.rules);
                vec![Effect::Act(DeskAct::new("box_open", move |tx| {
                    let found = store::open_box(tx, &key)?;
                    Ok(Done::said(phrase!(W::BoxesOpened, Arg::from(found.label(&rules)), found.code.as_str()))
                        .with(found.id))
                }))]
            }
            "shelf" => {
                let name = value("name");
                vec![Effect::Act(DeskAct::new("shelf_add", move |tx| {
                    let shelf = shelves::add(tx, &name)?;
                    Ok(Done::said(phrase!(W::BoxesShelfAdded, shelf.name, shelf.code)))
                }))]
            }
            _ => match shelves::named(cx.store.conn(), &value("shelf")) {
                Ok(Some(shelf)) => self.shelve(shelf.id),
                Ok(None) => {
                    let finding = crate::kernel::findings::Finding::block("shelf", "shelf", W::BoxesNoShelf);
                    if let Some(popup) = &mut self.popup {
                        popup.show(&finding.into());
                    }
                    Vec::new()
                }
                Err(error) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, error.to_string()))],
            },
        }
    }

    fn close(&self) -> Effects {
        let Some(id) = self.selected().map(|found| found.id) else { return Vec::new() };
        let rules = Rc::clone(&self.rules);
        vec![Effect::Act(DeskAct::new("box_close", move |tx| {
            let found = store::close_box(tx, id)?;
            Ok(Done::said(phrase!(W::BoxesClosed, Arg::from(found.label(&rules)), found.files)))
        }))]
    }

    fn print_shelf(&self, cx: &Cx<'_>) -> Effects {
        let shelf = self.selected().and_then(|found| found.shelf_id).map(|id| shelves::by_id(cx.store.conn(), id));
        match shelf {
            Some(Ok(Some(shelf))) => {
                vec![prints::preview(prints::shelf(&shelf), "label", format!("shelf {}", shelf.code), cx.lang)]
            }
            Some(Err(error)) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, error.to_string()))],
            _ => vec![Effect::Say(Tone::Bad, W::BoxesNoShelfYet.into())],
        }
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        let about = self.selected().map(|found| found.id);
        match action {
            "boxes.new" => self.popup = Some(self.new_box(cx)),
            "boxes.add_shelf" => self.popup = Some(Boxes::add_form()),
            "boxes.shelve" => self.popup = about.map(Boxes::shelf_form),
            "boxes.save" => return self.save(cx),
            "boxes.close" => {
                let Some(found) = self.selected() else { return Vec::new() };
                let text = phrase!(W::BoxesAskClose, Arg::from(found.label(&self.rules)), found.files);
                return vec![Effect::Ask(Question { id: "boxes.close", text })];
            }
            "boxes.spine" => {
                let sheet = |found: &ArchiveBox| prints::spine(found, &self.contents, &self.rules, cx.lang);
                return self
                    .selected()
                    .map(|f| prints::preview(sheet(f), "label", store::subject(&f.code), cx.lang))
                    .into_iter()
                    .collect();
            }
            "boxes.contents" => {
                let sheet = |found: &ArchiveBox| prints::contents(found, &self.contents, &self.rules, cx.lang);
                return self
                    .selected()
                    .map(|f| prints::preview(sheet(f), "box-contents", store::subject(&f.code), cx.lang))
                    .into_iter()
                    .collect();
            }
            "boxes.shelf_label" => return self.print_shelf(cx),
            "boxes.qr" => self.qr = !self.qr,
            "boxes.leave" if self.popup.take().is_none() => return vec![Effect::Back],
            _ => {}
        }
        Vec::new()
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(found) = self.rows.get(index) else { return TableRow::default() };
        let theme = cx.theme;
        let (word, style) = match (found.closed_at, found.full()) {
            (Some(_), _) => (W::BoxesStateClosed, theme.dim()),
            (None, true) => (W::BoxesStateFull, theme.warn()),
            (None, false) => (W::BoxesStateOpen, theme.ok()),
        };
        TableRow::new(found.id)
            .cell(found.code.clone(), theme.text())
            .cell(found.label(&self.rules).say(cx.lang), theme.text())
            .cell(format!("{}/{}", found.files, found.full_at), theme.text())
            .cell(word.text(cx.lang), style)
    }

    /// What is in the box stood on, or its code as a QR.
    fn draw_detail(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let Some(found) = self.selected() else { return };
        if self.qr {
            return draw_qr(frame, area, &found.code, cx);
        }
        let stands = match self.stood.last() {
            Some((name, at)) => phrase!(W::BoxesStands, name.as_str(), Arg::Moment(*at)),
            None => W::BoxesNoShelfYet.into(),
        };
        let mut lines = vec![(stands.say(cx.lang), cx.theme.title())];
        for (name, at) in self.stood.iter().rev().skip(1).take(3) {
            lines.push((phrase!(W::BoxesStood, name.as_str(), Arg::Moment(*at)).say(cx.lang), cx.theme.dim()));
        }
        for content in &self.contents {
            let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&content.insured).into_owned() };
            let state = match (content.left, content.lent) {
                (true, _) => W::BoxesStateLeft.text(cx.lang),
                (false, true) => W::BoxesStateLent.text(cx.lang),
                _ => "",
            };
            let number = if content.case_no.is_empty() { &content.case_code } else { &content.case_no };
            let line = format!(
                "{:>3}  {}  {}  {}  {state}",
                content.ordinal,
                content.case_code,
                text::pad_right(&text::clip_left(&text::neutralise(number), 10), 10),
                insured,
            );
            lines.push((line, if content.left { cx.theme.dim() } else { cx.theme.text() }));
        }
        for (y, (line, style)) in (0..area.height).zip(&lines) {
            draw::put(frame.buffer_mut(), area, 0, y, &text::clip(line.trim_end(), usize::from(area.width)), *style);
        }
    }
}

/// Draws a QR with blank cells, dark ones reversed, two cells a module: no character of uncertain width is needed.
fn draw_qr(frame: &mut Frame<'_>, area: Rect, code: &str, cx: &Cx<'_>) {
    let rows = labels::qr(code);
    let need = (draw::to_u16(rows.len() * 2), draw::to_u16(rows.len()));
    let buf = frame.buffer_mut();
    if area.width < need.0 || area.height < need.1 {
        let said = phrase!(W::BoxesQrNoRoom, i64::from(need.0), i64::from(need.1)).say(cx.lang);
        for (y, line) in (0..area.height).zip(text::wrap(&said, usize::from(area.width).max(1))) {
            draw::put(buf, area, 0, y, &line, cx.theme.warn());
        }
        return;
    }
    // Light modules are the bright ones whatever the terminal's own colours are; without colour they are the reversed
    // ones, which are bright where text is bright on dark.
    let plain = ratatui::style::Style::new();
    let (light, dark) = if cx.theme.has_colour() {
        (plain.bg(ratatui::style::Color::White), plain.bg(ratatui::style::Color::Black))
    } else {
        (plain.reversed(), plain)
    };
    for (y, row) in (0..need.1).zip(&rows) {
        for (x, is_dark) in (0..need.0).step_by(2).zip(row) {
            draw::put(buf, area, x, y, "  ", if *is_dark { dark } else { light });
        }
    }
}

impl Screen for Boxes {
    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::BoxesPlace.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_some() {
            return Popup::rows("boxes.save", "boxes.leave");
        }
        let lacking = || office::store::lacking(cx.actor, Right::Archive, W::CaseKeyLacking);
        let none = || self.selected().is_none().then(|| Phrase::from(W::BoxesNone));
        let closed = || {
            let done = self.selected().is_some_and(|found| found.closed_at.is_some());
            done.then(|| Phrase::from(W::BoxesClosedBox))
        };
        vec![
            KeyRow::new("boxes.new", "ctrl-n", W::BoxesKeyNew).off(lacking()),
            KeyRow::new("boxes.shelve", "ctrl-s", W::BoxesKeyShelve).off(lacking().or_else(none)),
            KeyRow::new("boxes.close", "ctrl-x", W::BoxesKeyClose)
                .off(lacking().or_else(none).or_else(closed))
                .consequential(),
            KeyRow::new("boxes.spine", "ctrl-o", W::BoxesKeySpine).off(none()),
            KeyRow::new("boxes.contents", "ctrl-k", W::BoxesKeyContents).off(none()),
            KeyRow::new("boxes.qr", "ctrl-r", W::BoxesKeyQr).off(none()),
            KeyRow::new("boxes.add_shelf", "ctrl-a", W::BoxesKeyAddShelf).off(lacking()),
            KeyRow::new("boxes.shelf_label", "ctrl-e", W::BoxesKeyShelfLabel).off(none()).quiet(),
            KeyRow::new("boxes.leave", "esc", W::BoxesKeyBack),
        ]
    }

    fn help(&self) -> W {
        match self.popup.as_ref().map(|popup| popup.what) {
            Some("new") => W::BoxesHelpNew,
            Some(_) => W::BoxesHelpShelf,
            None => W::BoxesHelp,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => {
                if let Some(popup) = &mut self.popup {
                    popup.key(key, cx);
                    return Vec::new();
                }
                if matches!(key.code, KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown) {
                    let up = matches!(key.code, KeyCode::Up | KeyCode::PageUp);
                    let near_top = self.table.selected().unwrap_or(0) < usize::from(self.height.get().max(1));
                    if up
                        && self.newer
                        && near_top
                        && let Err(error) = self.read_newer(cx)
                    {
                        return vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))];
                    }
                    return match self.table.handle(key, self.height.get()) {
                        TableEvent::WantsMore => self.guarded(cx, |s, cx| s.read_more(cx).map(|()| Vec::new())),
                        _ => self.guarded(cx, |s, cx| s.look(cx).map(|()| Vec::new())),
                    };
                }
                match self.line.handle(key) {
                    ScanEvent::Code(code) => self.scanned(&code, cx),
                    ScanEvent::Typed | ScanEvent::Ignored => Vec::new(),
                }
            }
            Input::Paste(text) => {
                match &mut self.popup {
                    Some(popup) => drop(popup.form.paste(&text)),
                    None => self.line.paste(&text),
                }
                Vec::new()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                self.popup = None;
                let opened = done.value.as_ref().and_then(|value| value.downcast_ref::<i64>()).copied();
                self.guarded(cx, |screen, cx| {
                    screen.read(cx)?;
                    if let Some(id) = opened {
                        screen.stand_on(id, cx)?;
                    }
                    Ok(Vec::new())
                })
            }
            Note::Refused(findings) => {
                if let Some(popup) = &mut self.popup {
                    popup.show(findings);
                }
                vec![Effect::Bell]
            }
            Note::Answer("boxes.close", true) => self.close(),
            Note::Shown | Note::StoreChanged => self.guarded(cx, |s, cx| s.read(cx).map(|()| Vec::new())),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let inner = layout::boxed(frame.buffer_mut(), area, &self.title(cx), *cx.theme);
        let parts = layout::parts(inner, SCAN_ROWS.min(inner.height.saturating_sub(3).max(1)), 0);
        let cursor = self.line.draw(frame.buffer_mut(), parts.header, cx.lang, *cx.theme);
        let (list, beside) = layout::list_and_preview(parts.body);
        let half = if list.height >= 8 { list.height / 2 } else { 0 };
        let below = layout::parts(list, 0, half);
        let (list, detail) = match beside {
            _ if self.qr => (Rect { height: 0, ..list }, parts.body),
            Some(beside) => {
                (list, Rect { x: beside.x.saturating_add(2), width: beside.width.saturating_sub(2), ..beside })
            }
            None => (below.body, below.footer),
        };
        self.height.set(list.height);
        let columns = [
            Column::new(W::BoxesColumnCode, 12, 14),
            Column::new(W::BoxesColumnLabel, 24, 44),
            Column::new(W::BoxesColumnFiles, 7, 9),
            Column::new(W::BoxesColumnState, 6, 10).priority(1),
        ];
        let looks = (cx.lang, *cx.theme);
        draw_table(frame.buffer_mut(), list, &columns, &self.table, &Marks::default(), looks, |index| {
            self.row(index, cx)
        });
        self.draw_detail(frame, detail, cx);
        match &self.popup {
            Some(popup) => popup.draw(frame, area, cx),
            None => cursor.into_iter().for_each(|at| frame.set_cursor_position(at)),
        }
    }

    fn typing(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<Draft> {
        self.popup.as_ref().and_then(Popup::draft)
    }

    fn restore(&mut self, draft: &Draft) {
        let Some((what, about)) = Popup::drafted(draft) else { return };
        // The form for a new box needs the lines in the clerk's language; it is opened again instead.
        let mut popup = match what {
            "shelf" => Boxes::add_form(),
            "shelve" => Boxes::shelf_form(about),
            _ => return,
        };
        popup.form.restore(&draft.fields);
        self.popup = Some(popup);
    }
}

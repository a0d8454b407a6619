//! 查档与借阅: a search answers with box, position and shelf in one line; requests, loans, returns, chasing.

use super::popup::Popup;
use crate::boxes::rules::loan_due;
use crate::boxes::store::finds::{self, Request};
use crate::boxes::store::loans::{self, Loan, NewLoan, REOPENING};
use crate::boxes::store::{Where, where_is};
use crate::case::store::{ListRow, find, list};
use crate::kernel::clock;
use crate::kernel::code::{Code, CodeKind};
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::office::rules::Right;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use crate::ui::draw;
use crate::ui::field::{Kind, TextField};
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Screen, Tone};
use crate::ui::table::{Column, Marks, TableRow, TableState, draw_table};
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::rc::Rc;

/// Most cases one search shows, and most loans and requests that wait.
const MOST: usize = 100;
/// Days the figures of finding look back.
const LOOK_BACK: i64 = 30;

/// One line: a case with where it is and what waits for it.
struct Entry {
    row: ListRow,
    place: Option<Where>,
    loan: Option<Loan>,
    asked: Option<Request>,
    /// 档案盒 of a case taken over.
    box_text: String,
}

struct Lend {
    place: Place,
    rules: Rc<Rulebook>,
    query: TextField,
    /// What was searched for; empty = what waits: requests, then loans by their due day.
    searched: String,
    entries: Vec<Entry>,
    figures: finds::Figures,
    table: TableState,
    popup: Option<Popup>,
    height: Cell<u16>,
}

/// Opens the search.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Lend {
        place,
        rules: rulebook(cx.store)?,
        query: TextField::new(Kind::Text),
        searched: String::new(),
        entries: Vec::new(),
        figures: finds::Figures::default(),
        table: TableState::default(),
        popup: None,
        height: Cell::new(10),
    };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl Lend {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        self.rules = rulebook(cx.store)?;
        let stood_on = self.selected().map(|entry| entry.row.id);
        let rows: Vec<ListRow> = if self.searched.is_empty() {
            let limit = i64::try_from(MOST)?;
            let mut ids: Vec<i64> = finds::open(conn, limit)?.into_iter().map(|request| request.case_id).collect();
            ids.extend(loans::open(conn, limit)?.into_iter().map(|loan| loan.case_id));
            let mut seen = std::collections::BTreeSet::new();
            ids.retain(|id| seen.insert(*id));
            ids.into_iter()
                .map(|id| list::row(conn, id))
                .filter_map(Result::transpose)
                .collect::<rusqlite::Result<_>>()?
        } else {
            find::find(conn, &self.searched, MOST)?.cases.into_iter().map(|hit| hit.row).collect()
        };
        self.entries = rows
            .into_iter()
            .map(|row| {
                let place = where_is(conn, row.id)?;
                let loan = loans::open_of(conn, row.id)?;
                let asked = finds::open_of(conn, row.id)?;
                let box_text = match &place {
                    None => {
                        crate::case::store::load::by_id(conn, row.id)?.map(|c| c.round.box_text).unwrap_or_default()
                    }
                    Some(_) => String::new(),
                };
                Ok(Entry { row, place, loan, asked, box_text })
            })
            .collect::<rusqlite::Result<_>>()?;
        let goal = self.rules.settings.number(settings::FIND_GOAL, cx.now) * 60;
        self.figures = finds::figures(conn, cx.now - LOOK_BACK * clock::DAY, goal)?;
        self.table.rows(self.entries.len(), false);
        if let Some(index) = stood_on.and_then(|id| self.entries.iter().position(|entry| entry.row.id == id)) {
            self.table.select(index);
        }
        Ok(())
    }

    fn selected(&self) -> Option<&Entry> {
        self.table.selected().and_then(|index| self.entries.get(index))
    }

    fn guarded(&mut self, cx: &Cx<'_>, work: impl FnOnce(&mut Self, &Cx<'_>) -> anyhow::Result<Effects>) -> Effects {
        work(self, cx).unwrap_or_else(|error| vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))])
    }

    /// Enter: a scanned file that was asked for is found, one that is lent comes back; anything else is searched for.
    fn look(&mut self, cx: &Cx<'_>) -> Effects {
        let typed = text::fold(self.query.value()).into_owned();
        self.query.clear();
        self.guarded(cx, |screen, cx| {
            let code = Code::parse(&typed).ok().filter(|code| code.kind() == CodeKind::Case);
            let scanned = code.map(|code| find::by_code(cx.store.conn(), code.as_str())).transpose()?.flatten();
            screen.searched = typed;
            screen.table.select(0);
            screen.read(cx)?;
            let Some(row) = scanned else { return Ok(Vec::new()) };
            if finds::open_of(cx.store.conn(), row.id)?.is_some() {
                return Ok(Lend::found(row.id));
            }
            if loans::open_of(cx.store.conn(), row.id)?.is_some() {
                return Ok(Lend::back(row.id));
            }
            Ok(Vec::new())
        })
    }

    fn found(id: i64) -> Effects {
        vec![Effect::Act(DeskAct::new("find_found", move |tx| {
            let seconds = finds::found(tx, id)?;
            Ok(Done::said(phrase!(W::BoxesFoundIn, seconds / 60, seconds % 60)))
        }))]
    }

    fn back(id: i64) -> Effects {
        vec![Effect::Act(DeskAct::new("loan_return", move |tx| {
            loans::give_back(tx, id)?;
            let place = where_is(tx.conn(), id)?;
            let rules = rulebook(tx.store())?;
            Ok(Done::said(match place {
                Some(place) => phrase!(W::BoxesReturned, Arg::from(place.found.label(&rules)), place.ordinal),
                None => W::BoxesReturnedPlain.into(),
            }))
        }))]
    }

    fn out_form(about: i64, due: &str) -> Popup {
        let fields = vec![
            FormField::text("borrower", W::BoxesFieldBorrower).limit(40).hint(W::BoxesFieldBorrowerHint),
            FormField::text("purpose", W::BoxesFieldPurpose).limit(100),
            FormField::day("due", W::BoxesFieldDue).prefilled(due),
        ];
        Popup::new("out", about, W::BoxesKeyOut, fields)
    }

    fn ask_form(about: i64) -> Popup {
        let fields = vec![FormField::text("asker", W::BoxesFieldAsker).limit(40).hint(W::BoxesFieldAskerHint)];
        Popup::new("ask", about, W::BoxesKeyAsk, fields)
    }

    fn save(&self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let (id, value) = (popup.about, |id: &str| popup.value(id, cx));
        if popup.what == "ask" {
            let asker = value("asker");
            return vec![Effect::Act(DeskAct::new("find_ask", move |tx| {
                finds::ask(tx, id, &asker)?;
                Ok(Done::said(W::BoxesAsked))
            }))];
        }
        let new =
            NewLoan { borrower: value("borrower"), purpose: value("purpose"), due: clock::parse_day(&value("due")) };
        vec![Effect::Act(DeskAct::new("loan_out", move |tx| {
            let loan = loans::lend(tx, id, &new)?;
            let due = loan.due_day.map_or_else(|| Arg::from(""), Arg::Day);
            Ok(Done::said(Phrase::new(W::BoxesLent, [Arg::Text(text::neutralise(&loan.borrower).into_owned()), due])))
        }))]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        let about = self.selected().map(|entry| entry.row.id);
        match (action, about) {
            ("lend.look", _) => return self.look(cx),
            ("lend.save", _) => return self.save(cx),
            ("lend.ask", Some(id)) => self.popup = Some(Lend::ask_form(id)),
            ("lend.found", Some(id)) => return Lend::found(id),
            ("lend.out", Some(id)) => {
                let due = loan_due(&self.rules.calendar, &self.rules.settings, cx.now);
                self.popup = Some(Lend::out_form(id, &clock::day_text(due)));
            }
            ("lend.back", Some(id)) => return Lend::back(id),
            ("lend.chase", Some(id)) => {
                return vec![Effect::Act(DeskAct::new("loan_chase", move |tx| {
                    let loan = loans::chase(tx, id)?;
                    let (times, _) = loans::chased(tx.conn(), loan.id)?;
                    Ok(Done::said(phrase!(W::BoxesChased, text::neutralise(&loan.borrower).into_owned(), times)))
                }))];
            }
            ("lend.folder", Some(id)) => return vec![Effect::Go(Place::of("folder", id))],
            ("lend.leave", _) => {
                if self.popup.take().is_some() {
                    return Vec::new();
                }
                if !self.query.value().is_empty() || !self.searched.is_empty() {
                    self.query.clear();
                    self.searched.clear();
                    return self.guarded(cx, |s, cx| s.read(cx).map(|()| Vec::new()));
                }
                return vec![Effect::Back];
            }
            _ => {}
        }
        Vec::new()
    }

    /// Box, position and shelf, or who has it.
    fn place_text(&self, entry: &Entry, cx: &Cx<'_>) -> (String, String, String) {
        match &entry.place {
            Some(place) => (
                place.found.label(&self.rules).say(cx.lang),
                place.ordinal.to_string(),
                text::neutralise(&place.shelf).into_owned(),
            ),
            None => (text::neutralise(&entry.box_text).into_owned(), String::new(), String::new()),
        }
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(entry) = self.entries.get(index) else { return TableRow::default() };
        let theme = cx.theme;
        let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&entry.row.insured).into_owned() };
        let (found, position, shelf) = self.place_text(entry, cx);
        let (state, style) = match (&entry.asked, &entry.loan) {
            (Some(_), _) => (W::BoxesStateAsked, theme.warn()),
            (None, Some(loan)) if loan.overdue(clock::day_of(cx.now)) => (W::BoxesStateOverdue, theme.mark_overdue()),
            (None, Some(_)) => (W::BoxesStateLent, theme.warn()),
            (None, None) if entry.place.is_some() => (W::BoxesStateIn, theme.ok()),
            (None, None) => (crate::case::words::stage(entry.row.milestones.stage()), theme.dim()),
        };
        TableRow::new(entry.row.id)
            .cell(entry.row.case_code.clone(), theme.text())
            .cell(insured, theme.text())
            .cell(found, theme.text())
            .cell(position, theme.text())
            .cell(shelf, theme.text())
            .cell(state.text(cx.lang), style)
    }

    /// Loan and request of the line stood on.
    fn detail(&self, cx: &Cx<'_>) -> Vec<(String, ratatui::style::Style)> {
        let Some(entry) = self.selected() else { return Vec::new() };
        let mut lines = Vec::new();
        if let Some(asked) = &entry.asked {
            let who = if cx.hidden { "***".to_owned() } else { text::neutralise(&asked.asker).into_owned() };
            let since = Arg::from(crate::case::words::length(cx.now - asked.asked_at));
            lines.push((
                phrase!(W::BoxesAskedBy, who, Arg::Moment(asked.asked_at), since).say(cx.lang),
                cx.theme.warn(),
            ));
        }
        if let Some(loan) = &entry.loan {
            let who = if cx.hidden { "***".to_owned() } else { text::neutralise(&loan.borrower).into_owned() };
            let purpose: Arg = match loan.purpose.as_str() {
                REOPENING => Arg::Word(W::BoxesPurposeReopening),
                other => Arg::Text(text::neutralise(other).into_owned()),
            };
            let due = loan.due_day.map_or_else(|| Arg::from(""), Arg::ShortDay);
            let (times, last) = loans::chased(cx.store.conn(), loan.id).unwrap_or_default();
            let said = Phrase::new(W::BoxesLoanLine, [Arg::Text(who), purpose, Arg::Moment(loan.out_at), due]);
            let style = if loan.overdue(clock::day_of(cx.now)) { cx.theme.mark_overdue() } else { cx.theme.text() };
            lines.push((said.say(cx.lang), style));
            if let Some(last) = last {
                lines.push((phrase!(W::BoxesChasedLine, times, Arg::Moment(last)).say(cx.lang), cx.theme.dim()));
            }
        }
        lines
    }
}

impl Screen for Lend {
    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::BoxesLendPlace.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_some() {
            return Popup::rows("lend.save", "lend.leave");
        }
        let lacking = |right| office::store::lacking(cx.actor, right, W::CaseKeyLacking);
        let entry = self.selected();
        let none = || entry.is_none().then(|| Phrase::from(W::BoxesNothingFound));
        let lent = entry.is_some_and(|entry| entry.loan.is_some());
        let filed = entry.is_some_and(|entry| entry.row.milestones.filed_at.is_some());
        let asked = entry.is_some_and(|entry| entry.asked.is_some());
        let off = |wrong: bool, why: W| wrong.then(|| Phrase::from(why));
        vec![
            KeyRow::new("lend.look", "enter", W::BoxesKeyLook),
            KeyRow::new("lend.ask", "ctrl-r", W::BoxesKeyAsk).off(none()),
            KeyRow::new("lend.found", "ctrl-a", W::BoxesKeyFound)
                .off(none().or_else(|| off(!asked, W::BoxesNotAsked)))
                .consequential(),
            KeyRow::new("lend.out", "ctrl-n", W::BoxesKeyOut).off(
                lacking(Right::Lend)
                    .or_else(none)
                    .or_else(|| off(lent, W::BoxesStateLent))
                    .or_else(|| off(!filed, W::BoxesNotFiled)),
            ),
            KeyRow::new("lend.back", "ctrl-t", W::BoxesKeyReturn)
                .off(lacking(Right::Lend).or_else(none).or_else(|| off(!lent, W::BoxesNotLent)))
                .consequential(),
            KeyRow::new("lend.chase", "ctrl-e", W::BoxesKeyChase)
                .off(lacking(Right::Lend).or_else(none).or_else(|| off(!lent, W::BoxesNotLent)))
                .consequential(),
            KeyRow::new("lend.folder", "ctrl-f", W::CaseKeyFolder).off(none()).quiet(),
            KeyRow::new("lend.leave", "esc", W::BoxesKeyBack),
        ]
    }

    fn help(&self) -> W {
        match self.popup.as_ref().map(|popup| popup.what) {
            Some("ask") => W::BoxesHelpAsk,
            Some(_) => W::BoxesHelpOut,
            None => W::BoxesHelpLend,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => {
                if let Some(popup) = &mut self.popup {
                    popup.key(key, cx);
                } else if matches!(key.code, KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown) {
                    self.table.handle(key, self.height.get());
                } else {
                    self.query.handle(key);
                }
                Vec::new()
            }
            Input::Paste(text) => {
                match &mut self.popup {
                    Some(popup) => drop(popup.form.paste(&text)),
                    None => drop(self.query.paste(&text)),
                }
                Vec::new()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Refused(findings) => {
                if let Some(popup) = &mut self.popup {
                    popup.show(findings);
                }
                vec![Effect::Bell]
            }
            Note::Done(_) => {
                self.popup = None;
                self.guarded(cx, |s, cx| s.read(cx).map(|()| Vec::new()))
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {
                self.guarded(cx, |s, cx| s.read(cx).map(|()| Vec::new()))
            }
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let theme = *cx.theme;
        let inner = layout::boxed(frame.buffer_mut(), area, &self.title(cx), theme);
        let buf = frame.buffer_mut();
        let x = draw::put(buf, inner, 0, 0, W::BoxesSearchLabel.text(cx.lang), theme.title()).saturating_add(1);
        let x = x.min(inner.width);
        let field = Rect {
            x: inner.x.saturating_add(x),
            width: (inner.width - x).min(40),
            height: inner.height.min(1),
            ..inner
        };
        let cursor = self.query.draw(buf, field, true, theme);
        let goal = self.rules.settings.number(settings::FIND_GOAL, cx.now);
        let said = if self.searched.is_empty() {
            phrase!(W::BoxesWaits, i64::try_from(self.entries.len()).unwrap_or(0))
        } else {
            phrase!(
                W::BoxesSearched,
                text::neutralise(&self.searched).into_owned(),
                i64::try_from(self.entries.len()).unwrap_or(0)
            )
        };
        let f = self.figures;
        let average = f.seconds.checked_div(f.found).unwrap_or(0);
        let figures =
            phrase!(W::BoxesFigures, f.found, f.within, goal, Arg::from(minutes(average)), Arg::from(minutes(f.worst)));
        draw::put(buf, inner, 0, 1, &text::clip(&said.say(cx.lang), usize::from(inner.width)), theme.text());
        draw::put(buf, inner, 0, 2, &text::clip(&figures.say(cx.lang), usize::from(inner.width)), theme.dim());
        let body = draw::below(inner, 4);
        let detail = self.detail(cx);
        let parts = layout::parts(body, 0, draw::to_u16(detail.len()).min(body.height / 3));
        self.height.set(parts.body.height);
        let columns = [
            Column::new(W::BoxesColumnCode, 12, 14),
            Column::new(W::BoxesColumnInsured, 8, 14),
            Column::new(W::BoxesColumnLabel, 26, 40),
            Column::new(W::BoxesColumnOrdinal, 4, 6).right(),
            Column::new(W::BoxesColumnShelf, 5, 16),
            Column::new(W::BoxesColumnState, 8, 10),
        ];
        draw_table(buf, parts.body, &columns, &self.table, &Marks::default(), (cx.lang, theme), |index| {
            self.row(index, cx)
        });
        for (y, (line, style)) in (0..parts.footer.height).zip(&detail) {
            draw::put(buf, parts.footer, 0, y, &text::clip(line, usize::from(parts.footer.width)), *style);
        }
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
        let mut popup = if what == "ask" { Lend::ask_form(about) } else { Lend::out_form(about, "") };
        popup.form.restore(&draft.fields);
        self.popup = Some(popup);
    }
}

/// A length as minutes and seconds.
fn minutes(seconds: i64) -> Phrase {
    phrase!(W::BoxesMinutes, seconds / 60, seconds % 60)
}

//! 待办: the first screen. Every open case by remaining time, with search, filters and a preview.

mod ahead;

use super::card::{self, Card};
use super::columns::{self, Look};
use super::filter::{self, Chosen};
use super::place_of;
use super::search::{self, SearchBox};
use super::window::Window;
use crate::case::milestones::Stage;
use crate::case::next::Hands;
use crate::case::store::list::{self, StageCounts};
use crate::case::store::{ListRow, pending, seals};
use crate::case::words;
use crate::db::acts;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office;
use crate::office::rules::{Right, may};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::draw;
use crate::ui::form::Form;
use crate::ui::kept::Keep;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::pick::{PickEvent, PickList};
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Note, Place, Screen, Tone};
use crate::ui::table::{Marks, TableState, draw_table};
use chrono::NaiveDate;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The cases that wait for a sign-off are counted no further.
const MOST_AWAITING: i64 = 100;
/// Days without a seal are counted no further.
const MOST_UNSEALED: usize = 60;
/// The lines of the card as drawn last, and what they were made for: width, language, minute, hidden or not.
type Drawn = ((usize, Lang, i64, bool), Rc<Vec<card::Line>>);

/// The to-do list.
pub struct Todo {
    window: Window,
    chosen: Chosen,
    filter_form: Option<Form>,
    search: Option<SearchBox>,
    named: Option<PickList>,
    preview: Option<Card>,
    drawn: RefCell<Option<Drawn>>,
    preview_open: bool,
    counts: StageCounts,
    pending_joins: i64,
    awaiting: i64,
    hands: Hands,
    clock_doubt: Option<i64>,
    /// Days gone by without a seal, and the oldest that is to be taken over.
    unsealed: Vec<NaiveDate>,
    untaken: Option<NaiveDate>,
    rules: Rc<Rulebook>,
    height: Cell<u16>,
    wide: Cell<bool>,
}

/// Opens the to-do list.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let todo = Todo {
        window: Window::default(),
        chosen: Chosen::default(),
        filter_form: None,
        search: None,
        named: None,
        preview: None,
        drawn: RefCell::default(),
        preview_open: false,
        counts: StageCounts::default(),
        pending_joins: 0,
        awaiting: 0,
        hands: super::hands(cx)?,
        clock_doubt: None,
        unsealed: Vec::new(),
        untaken: None,
        rules: card::rules(cx)?,
        height: Cell::new(36),
        wide: Cell::new(true),
    };
    // The list itself is read when the screen is shown.
    Ok(Box::new(todo))
}

impl Todo {
    fn read_counts(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.counts = list::stage_counts(cx.store.conn())?;
        self.pending_joins = pending::open_count(cx.store.conn())?;
        self.clock_doubt = acts::clock_doubt(cx.store.conn(), cx.now)?;
        self.unsealed = seals::overdue(cx.store.conn(), cx.now, MOST_UNSEALED)?;
        self.untaken = seals::untaken(cx.store.conn())?;
        self.hands = super::hands(cx)?;
        self.awaiting = if may(cx.actor, Right::SignOff) || self.hands.deputy {
            list::awaiting_count(cx.store.conn(), MOST_AWAITING)?
        } else {
            0
        };
        Ok(())
    }

    fn read_preview(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let wanted = self.selected_row().map(|row| row.id);
        let card = match wanted {
            Some(id) => Card::load(cx.store.conn(), id, self.hands)?,
            None => None,
        };
        self.put_card(card);
        Ok(())
    }

    fn selected_row(&self) -> Option<&ListRow> {
        match &self.search {
            Some(search) => search.selected(),
            None => self.window.selected(),
        }
    }

    fn told<T>(&mut self, outcome: anyhow::Result<T>) -> Effects {
        match outcome {
            Ok(_) => Vec::new(),
            Err(error) => vec![Effect::Say(Tone::Bad, Phrase::new(W::DbFailed, [Arg::Text(format!("{error:#}"))]))],
        }
    }

    fn reread(&mut self, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        self.rules = card::rules(cx)?;
        self.read_counts(cx)?;
        let again = self.list_again(cx)?;
        self.read_preview(cx)?;
        Ok(again.into_iter().collect())
    }

    fn start_search(&mut self, cx: &Cx<'_>, text: &str) -> Effects {
        let mut search = SearchBox::new(text, &cx.kept.searches);
        let asked = search.ask();
        self.search = Some(search);
        let outcome = self.read_preview(cx);
        let mut effects = self.told(outcome);
        effects.push(asked);
        effects
    }

    /// Closes the box; what was found by it is remembered.
    fn end_search(&mut self, cx: &Cx<'_>) -> Effects {
        let mut effects = vec![Effect::DropRead(search::SLOT)];
        if let Some(search) = self.search.take().filter(|search| !search.found().is_empty()) {
            effects.push(Effect::Keep(Keep::Search(search.query().trim().to_owned())));
        }
        let outcome = self.read_preview(cx);
        effects.extend(self.told(outcome));
        effects
    }

    /// Enter in the box: an earlier search is taken up, else the case found is opened, or why there is none is said.
    fn open_found(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(search) = &mut self.search else { return Vec::new() };
        if let Some(earlier) = search.chosen_recent() {
            return self.start_search(cx, &earlier);
        }
        if search.is_blank() {
            return Vec::new();
        }
        let settled = search.settle(cx.store.conn());
        let nothing = search.nothing();
        if settled.is_err() {
            return self.told(settled);
        }
        match self.selected_row().map(|row| place_of(row, cx.actor.roles)) {
            Some(place) => {
                let mut effects = self.end_search(cx);
                effects.push(Effect::Go(place));
                effects
            }
            None => vec![Effect::Say(Tone::Bad, nothing)],
        }
    }

    fn moved(&mut self, cx: &Cx<'_>, code: KeyCode) -> Option<Effects> {
        let page = isize::try_from(self.page().saturating_sub(1).max(1)).unwrap_or(1);
        if let Some(search) = &mut self.search {
            if !search.moved(code, page) {
                return None;
            }
            return Some(self.preview_later());
        }
        self.moved_in_list(cx, code)
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "todo.open" if self.search.is_some() => self.open_found(cx),
            "todo.open" => match self.selected_row() {
                Some(row) => vec![Effect::Go(place_of(row, cx.actor.roles))],
                None => Vec::new(),
            },
            "todo.folder" => match self.selected_row() {
                Some(row) => vec![Effect::Go(Place::of("folder", row.id))],
                None => Vec::new(),
            },
            "todo.preview" => {
                self.preview_open = !self.preview_open;
                Vec::new()
            }
            "todo.search" => self.start_search(cx, ""),
            "todo.filters" => {
                self.named = Some(filter::named(cx.kept, &self.rules, cx.lang));
                Vec::new()
            }
            "todo.filter_pick" => self.pick_named(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE), cx),
            "todo.filter_drop" => self.drop_named(cx),
            "todo.filter" => {
                self.filter_form = Some(self.chosen.form(&self.rules));
                Vec::new()
            }
            "todo.filter_apply" => self.apply_filter(cx),
            "todo.filter_clear" => {
                self.filter_form = None;
                self.chosen = Chosen::default();
                self.reset(cx)
            }
            "todo.leave" => self.leave(cx),
            "todo.hand_entry" => vec![Effect::Go(Place::new("hand-entry"))],
            "todo.import" => vec![Effect::Go(Place::new("import"))],
            "todo.approvals" => vec![Effect::Go(Place::new("approvals"))],
            "todo.confirm_time" => vec![Effect::Act(DeskAct::new("confirm_time", |tx| {
                office::time::confirm(tx)?;
                Ok(Done::said(Phrase::new(W::OfficeTimeConfirmed, [Arg::MomentFull(tx.now)])))
            }))],
            "todo.handover" => vec![Effect::Go(Place::new("handover"))],
            "todo.joins" => vec![Effect::Go(Place::new("joins"))],
            _ => Vec::new(),
        }
    }

    /// Forgets the filter the list of named ones stands on.
    fn drop_named(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(list) = &mut self.named else { return Vec::new() };
        let Some(name) = list.selected().map(|item| item.id.clone()) else { return Vec::new() };
        let mut left = cx.kept.clone();
        left.change(&Keep::Forget(name.clone()));
        list.items(filter::items(&left, &self.rules, cx.lang));
        let said = Phrase::new(W::CaseFilterDropped, [Arg::Text(name.clone())]);
        vec![Effect::Keep(Keep::Forget(name)), Effect::Say(Tone::Good, said)]
    }

    fn pick_named(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        let Some(list) = &mut self.named else { return Vec::new() };
        let PickEvent::Picked(name) = list.handle(key) else { return Vec::new() };
        self.named = None;
        let Some(fields) = cx.kept.filters.get(&name) else { return Vec::new() };
        self.chosen = Chosen::read(&name, fields);
        self.reset(cx)
    }

    fn leave(&mut self, cx: &Cx<'_>) -> Effects {
        if self.named.take().is_some() {
            return Vec::new();
        }
        if self.filter_form.take().is_some() {
            return Vec::new();
        }
        if self.search.is_some() {
            return self.end_search(cx);
        }
        self.preview_open = false;
        Vec::new()
    }

    fn apply_filter(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(form) = &mut self.filter_form else { return Vec::new() };
        match Chosen::from_form(form) {
            Ok(chosen) => {
                let keep = chosen.keep(&self.chosen);
                self.chosen = chosen;
                self.filter_form = None;
                let mut effects = self.reset(cx);
                effects.extend(keep.map(Effect::Keep));
                effects
            }
            Err(findings) => {
                form.show(findings);
                Vec::new()
            }
        }
    }

    fn typed(&mut self, input: &Input, cx: &Cx<'_>) -> Effects {
        let Some(search) = &mut self.search else { return Vec::new() };
        if !search.typed(input) {
            return Vec::new();
        }
        let asked = search.ask();
        let blank = search.is_blank();
        let mut effects = vec![asked];
        if blank {
            let outcome = self.read_preview(cx);
            effects.extend(self.told(outcome));
        }
        effects
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        if self.named.is_some() {
            return self.pick_named(key, cx);
        }
        if let Some(form) = &mut self.filter_form {
            form.handle(key, crate::kernel::clock::day_of(cx.now), cx.lang);
            return Vec::new();
        }
        if let Some(effects) = self.moved(cx, key.code) {
            return effects;
        }
        if self.search.is_some() {
            return self.typed(&Input::Key(key), cx);
        }
        // A scanned code, a number or a name typed into the list starts a search at once.
        match key.code {
            KeyCode::Char(c)
                if c.is_alphanumeric()
                    && !c.is_ascii_alphabetic()
                    && !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) =>
            {
                self.start_search(cx, &c.to_string())
            }
            _ => Vec::new(),
        }
    }

    fn paste(&mut self, text: &str, cx: &Cx<'_>) -> Effects {
        if let Some(form) = &mut self.filter_form {
            form.paste(text);
            return Vec::new();
        }
        if let Some(list) = &mut self.named {
            list.paste(text);
            return Vec::new();
        }
        if self.search.is_none() {
            self.search = Some(SearchBox::new("", &cx.kept.searches));
        }
        self.typed(&Input::Paste(text.to_owned()), cx)
    }

    fn look<'a>(&'a self, cx: &Cx<'a>) -> Look<'a> {
        Look { rules: &self.rules, now: cx.now, lang: cx.lang, theme: *cx.theme, hands: self.hands, hidden: cx.hidden }
    }

    fn summary(&self, cx: &Cx<'_>) -> String {
        let mut parts = vec![format!("{} {}", W::CaseFilterAll.text(cx.lang), self.counts.open())];
        for stage in Stage::ALL.into_iter().filter(|s| *s != Stage::Archived) {
            parts.push(format!("{} {}", words::stage(stage).text(cx.lang), self.counts.of(stage)));
        }
        parts.join("  ")
    }

    fn looking_words(&self) -> Phrase {
        Phrase::new(W::CaseFilterLooking, [Arg::Number(i64::try_from(self.window.seen()).unwrap_or(i64::MAX))])
    }

    fn head_lines(&self, cx: &Cx<'_>) -> Vec<card::Line> {
        let theme = cx.theme;
        let key = |action| Arg::Text(cx.keymap.key(action, cx.lang));
        let mut out = vec![(self.summary(cx), theme.text())];
        if let Some(last) = self.clock_doubt {
            let said = Phrase::new(
                W::CaseTodoClockDoubt,
                [Arg::MomentFull(cx.now), Arg::MomentFull(last), key("todo.confirm_time")],
            );
            out.push((said.say(cx.lang), theme.error()));
        }
        if let Some(day) = self.untaken {
            let said = phrase!(W::SealTodoUntaken, Arg::ShortDay(day), key("todo.handover"));
            out.push((said.say(cx.lang), theme.error()));
        }
        if let Some(first) = self.unsealed.first() {
            let days = i64::try_from(self.unsealed.len()).unwrap_or(i64::MAX);
            let said = phrase!(W::SealTodoUnsealed, days, Arg::ShortDay(*first), key("todo.handover"));
            out.push((said.say(cx.lang), theme.warn()));
        }
        if !self.chosen.is_empty() {
            let said = Phrase::new(W::CaseFilterOn, [Arg::Text(self.chosen.say(&self.rules, cx.lang))]);
            out.push((said.say(cx.lang), theme.warn()));
        }
        if self.looking() {
            out.push((self.looking_words().say(cx.lang), theme.dim()));
        }
        if self.pending_joins > 0 {
            out.push((
                Phrase::new(W::CaseTodoJoins, [Arg::Number(self.pending_joins), key("todo.joins")]).say(cx.lang),
                theme.warn(),
            ));
        }
        if self.awaiting > 0 && (self.hands.deputy || may(cx.actor, Right::SignOff)) {
            out.push((
                Phrase::new(W::CaseTodoAwaiting, [Arg::Number(self.awaiting), key("todo.approvals")]).say(cx.lang),
                theme.warn(),
            ));
        }
        out
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let title = match self.search {
            Some(_) => W::CaseTodoFound.text(cx.lang),
            None => W::CaseTodoTitle.text(cx.lang),
        };
        let mut inner = layout::boxed(frame.buffer_mut(), area, title, *cx.theme);
        if let Some(search) = &self.search {
            inner = search.draw(frame, inner, cx);
        } else {
            let room = usize::from(inner.width.saturating_sub(1)).max(1);
            let lines = self.head_lines(cx).into_iter();
            for (line, style) in
                lines.flat_map(|(line, style)| text::wrap(&line, room).into_iter().map(move |line| (line, style)))
            {
                if inner.height <= 4 {
                    break;
                }
                draw::put(frame.buffer_mut(), inner, 1, 0, &line, style);
                inner = draw::below(inner, 1);
            }
        }
        self.height.set(inner.height);
        let look = self.look(cx);
        let (len, more, top, index) = match &self.search {
            Some(search) => (search.rows(), false, 0, search.index()),
            None => (self.window.rows().len(), self.window.has_more(), self.window.top(), self.window.index()),
        };
        if len == 0 {
            self.draw_empty(frame, inner, cx);
            return;
        }
        let state = TableState::standing(len, more, top, index);
        let marks = match &self.search {
            Some(search) => search.found().iter().any(|found| columns::marked(&found.row)),
            None => self.window.rows().iter().any(columns::marked),
        };
        let found = self.search.as_ref().map_or(&[][..], SearchBox::found);
        let matched = found.iter().any(|found| search::matched_word(found.matched).is_some());
        let earlier = self.search.as_ref().filter(|search| search.is_blank());
        let columns = match earlier {
            Some(_) => SearchBox::recent_columns(),
            None => columns::columns(marks, matched),
        };
        draw_table(frame.buffer_mut(), inner, &columns, &state, &Marks::default(), (cx.lang, *cx.theme), |at| {
            match (earlier, &self.search) {
                (Some(search), _) => search.recent_row(at, look),
                (None, Some(_)) => {
                    found.get(at).map(|found| columns::found_row(found, look, matched)).unwrap_or_default()
                }
                (None, None) => self.window.rows().get(at).map(|row| columns::row(row, look)).unwrap_or_default(),
            }
        });
    }

    fn draw_empty(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let key = |action| Arg::Text(cx.keymap.key(action, cx.lang));
        let said = match &self.search {
            Some(search) => search.empty_word().into(),
            None if self.chosen.is_empty() => {
                Phrase::new(W::CaseTodoNoCases, [key("todo.import"), key("todo.hand_entry")])
            }
            None => Phrase::new(W::CaseTodoNoneLeft, [key("todo.filter")]),
        };
        // What is still being looked for is said above, and may be found yet.
        if self.search.is_none() && self.looking() {
            return;
        }
        let lines = text::wrap(&said.say(cx.lang), usize::from(area.width.saturating_sub(2)));
        for (line, y) in lines.iter().zip(1..) {
            draw::put(frame.buffer_mut(), area, 1, y, line, cx.theme.dim());
        }
    }

    /// Puts a card in the place of the one shown.
    fn put_card(&mut self, card: Option<Card>) {
        self.preview = card;
        self.drawn = RefCell::default();
    }

    /// The card's lines, made once a minute: they are the same while the highlight moves.
    fn card_lines(&self, card: &Card, cx: &Cx<'_>, width: usize) -> Rc<Vec<card::Line>> {
        let made_for = (width, cx.lang, cx.now.div_euclid(60), cx.hidden);
        if let Some((known, lines)) = &*self.drawn.borrow()
            && *known == made_for
        {
            return Rc::clone(lines);
        }
        let lines = Rc::new(card.lines(cx, &self.rules, width));
        *self.drawn.borrow_mut() = Some((made_for, Rc::clone(&lines)));
        lines
    }

    fn draw_card(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let title = self.preview.as_ref().map_or_else(String::new, |c| {
            let number = if c.case.facts.case_no.is_empty() { &c.case.case_code } else { &c.case.facts.case_no };
            text::clip_left(&text::neutralise(number), 20)
        });
        let inner = layout::boxed(frame.buffer_mut(), area, &title, *cx.theme);
        if let Some(card) = &self.preview {
            let lines = self.card_lines(card, cx, usize::from(inner.width.saturating_sub(2)));
            let padded = Rect { x: inner.x.saturating_add(1), width: inner.width.saturating_sub(1), ..inner };
            card::draw(frame.buffer_mut(), padded, &lines);
        }
    }
}

impl Screen for Todo {
    fn place(&self) -> Place {
        Place::new("todo")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::CaseTodoTitle.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.filter_form.is_some() {
            return vec![
                KeyRow::new("todo.filter_apply", "ctrl-s", W::CaseKeyApply),
                KeyRow::new("todo.filter_clear", "ctrl-r", W::CaseKeyClear),
                KeyRow::new("todo.leave", "esc", W::CaseKeyClose),
            ];
        }
        if self.named.is_some() {
            return vec![
                KeyRow::new("todo.filter_pick", "enter", W::CaseKeyApply),
                KeyRow::new("todo.filter_drop", "ctrl-r", W::CaseKeyFilterDrop),
                KeyRow::new("todo.leave", "esc", W::CaseKeyClose),
            ];
        }
        let nothing = || Some(Phrase::from(W::CaseTodoNoRow));
        let no_row = if self.selected_row().is_none() { nothing() } else { None };
        if self.search.is_some() {
            return vec![
                KeyRow::new("todo.open", "enter", W::CaseKeyOpen),
                KeyRow::new("todo.folder", "ctrl-e", W::CaseKeyFolder).off(no_row),
                KeyRow::new("todo.leave", "esc", W::CaseKeyClose),
            ];
        }
        let lacking = |right| office::store::lacking(cx.actor, right, W::CaseKeyLacking);
        let no_filters = cx.kept.filters.is_empty().then(|| Phrase::from(W::CaseFilterNoneNamed));
        let no_joins = (self.pending_joins == 0).then(|| Phrase::from(W::CaseTodoNoJoins));
        let mut rows = vec![
            KeyRow::new("todo.open", "enter", W::CaseKeyOpen).off(no_row.clone()),
            KeyRow::new("todo.search", "/", W::CaseKeySearch).or("ctrl-f"),
            KeyRow::new("todo.filter", "f", W::CaseKeyFilter).or("ctrl-y"),
            KeyRow::new("todo.filters", "g", W::CaseKeyFilters).or("ctrl-k").off(no_filters).quiet(),
            KeyRow::new("todo.hand_entry", "n", W::CaseKeyHandEntry).or("ctrl-n").off(lacking(Right::EnterCase)),
            KeyRow::new("todo.import", "i", W::CaseKeyImport).or("ctrl-o").off(lacking(Right::Import)),
            KeyRow::new("todo.folder", "e", W::CaseKeyFolder).or("ctrl-e").off(no_row),
            KeyRow::new("todo.approvals", "a", W::CaseKeyApprovals).or("ctrl-g"),
            KeyRow::new("todo.joins", "j", W::CaseKeyJoins)
                .or("ctrl-t")
                .off(lacking(Right::DecideJoin).or(no_joins))
                .quiet(),
        ];
        if self.clock_doubt.is_some() {
            rows.push(
                KeyRow::new("todo.confirm_time", "ctrl-w", W::CaseKeyConfirmTime)
                    .off(lacking(Right::ConfirmTime))
                    .consequential(),
            );
        }
        if !self.unsealed.is_empty() || self.untaken.is_some() {
            rows.push(KeyRow::new("todo.handover", "h", W::SealPlaceHandover).or("ctrl-b"));
        }
        if !self.wide.get() {
            rows.push(KeyRow::new("todo.preview", "space", W::CaseKeyPreview).or("ctrl-v"));
        }
        if self.preview_open {
            rows.push(KeyRow::new("todo.leave", "esc", W::CaseKeyClose));
        }
        rows
    }

    fn help(&self) -> W {
        match (&self.filter_form, &self.search) {
            _ if self.named.is_some() => W::CaseLearnFilters,
            (Some(_), _) => W::CaseLearnFilter,
            (None, Some(_)) => W::CaseLearnSearch,
            (None, None) => W::CaseTodoHelp,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(text) => self.paste(&text, cx),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Shown | Note::StoreChanged | Note::Minute | Note::Done(_) => {
                let outcome = self.reread(cx);
                let mut effects = match outcome {
                    Ok(effects) => effects,
                    Err(error) => self.told(Err::<(), _>(error)),
                };
                effects.extend(self.search.as_mut().map(SearchBox::ask));
                effects
            }
            Note::Read(search::SLOT, answer) => {
                let heard = self.search.as_mut().map_or(Ok(()), |search| search.hear(answer));
                let mut effects = self.told(heard);
                effects.extend(self.preview_later());
                effects
            }
            Note::Read(slot, answer) => self.answered(slot, answer, cx),
            _ => Vec::new(),
        }
    }

    fn typing(&self) -> bool {
        self.filter_form.is_some() || self.search.is_some() || self.named.is_some()
    }

    fn searches(&self) -> bool {
        true
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let (list, side) = layout::list_and_preview(area);
        self.wide.set(side.is_some());
        self.draw_list(frame, list, cx);
        match side {
            Some(side) => self.draw_card(frame, side, cx),
            None if self.preview_open => {
                let popup = layout::centred(area, area.width.saturating_sub(4), area.height.saturating_sub(2));
                frame.render_widget(ratatui::widgets::Clear, popup);
                self.draw_card(frame, popup, cx);
            }
            None => {}
        }
        if let Some(list) = &self.named
            && let Some(at) = list.draw(frame.buffer_mut(), area, cx.lang, *cx.theme)
        {
            frame.set_cursor_position(at);
        }
        if let Some(form) = &self.filter_form {
            let height = form.height(cx.lang, 56) + 2;
            let inner =
                layout::popup(frame.buffer_mut(), area, (60, height), W::CaseFilterTitle.text(cx.lang), *cx.theme);
            if let Some(at) = form.draw(frame.buffer_mut(), inner, cx.lang, *cx.theme) {
                frame.set_cursor_position(at);
            }
        }
    }
}

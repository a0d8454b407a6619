//! 日终交接: today's batch and all that is due on one list; carried over, signed by two or by one alone, sealed.

use super::seal::{count, day_label, shown, tail};
use crate::archive::rules::handover::{self as rules, HandOver, Untaken};
use crate::archive::rules::seal::{DaySheet, Item};
use crate::archive::seal_prints::{self, due_text, state_word};
use crate::archive::store::handover as acts;
use crate::archive::store::seal::{self as store, Seal};
use crate::archive::store::{name_of, roster};
use crate::case::store::seals;
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Sheet, lacking, sheet_rows, unread};
use crate::phrase;
use crate::reference::store::rulebook;
use crate::ui::draw;
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::print::Preview;
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Question, Screen, Tone,
};
use crate::ui::table::{Column, Marks, TableRow, TableState, draw_table};
use crate::ui::when;
use chrono::NaiveDate;
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// So many sealed days can be looked back at here.
const LOOK_BACK: i64 = 30;
/// So many days without a seal are stepped through; the rest come when these are sealed.
const LOOK_AT: usize = 400;

/// What is open over the list.
enum Over {
    Nothing,
    Carry(Sheet),
    Correct(Sheet),
}

/// The hand-over of one day after the other.
pub(super) struct Handover {
    days: Vec<NaiveDate>,
    day: NaiveDate,
    oldest: Option<NaiveDate>,
    as_of: i64,
    sheet: Option<DaySheet>,
    kept: Option<Seal>,
    carried: acts::Carried,
    untaken: Vec<Untaken>,
    duty: Vec<String>,
    corrections: usize,
    table: TableState,
    marks: Marks,
    over: Over,
    /// Who has just given the first of two PINs.
    giver: Option<Actor>,
    refused: Findings,
    scroll: usize,
    height: Cell<u16>,
}

/// Opens the hand-over at the day that is to be dealt with first.
///
/// # Errors
/// What the store says.
pub(super) fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let today = clock::day_of(cx.now);
    let mut screen = Handover {
        days: Vec::new(),
        day: today,
        oldest: None,
        as_of: 0,
        sheet: None,
        kept: None,
        carried: acts::Carried::new(),
        untaken: Vec::new(),
        duty: Vec::new(),
        corrections: 0,
        table: TableState::default(),
        marks: Marks::default(),
        over: Over::Nothing,
        giver: None,
        refused: Findings::new(),
        scroll: 0,
        height: Cell::new(20),
    };
    screen.read_days(cx)?;
    screen.day = screen.first_day(cx);
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl Handover {
    fn read_days(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let (conn, today) = (cx.store.conn(), clock::day_of(cx.now));
        let sealed = store::before(conn, today.succ_opt().unwrap_or(today), LOOK_BACK)?;
        self.days = sealed.iter().rev().map(|seal| seal.day).collect();
        let open = seals::unsealed(conn, cx.now, LOOK_AT)?;
        self.oldest = open.first().copied();
        self.days.extend(open);
        if !self.days.contains(&today) {
            self.days.push(today);
        }
        self.untaken = store::untaken(conn)?;
        Ok(())
    }

    /// A day to take over, else the oldest without a seal, else today.
    fn first_day(&self, cx: &Cx<'_>) -> NaiveDate {
        let take = self.untaken.iter().find(|seal| seal.sealed_by != cx.actor.id).map(|seal| seal.day);
        take.or(self.oldest).unwrap_or_else(|| clock::day_of(cx.now))
    }

    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        self.read_days(cx)?;
        if !self.days.contains(&self.day) {
            self.day = self.first_day(cx);
        }
        self.as_of = rules::as_of(&rulebook(cx.store)?.settings, self.day);
        self.kept = store::of_day(conn, self.day)?;
        self.sheet = if self.kept.is_some() { None } else { Some(store::day_sheet(cx.store, self.day, cx.now)?) };
        self.carried = store::carried(conn, self.day)?;
        self.duty = roster::names(conn, self.day)?;
        self.corrections = store::corrections(conn)?.len();
        self.table.rows(self.list().len(), false);
        let gone: Vec<i64> =
            self.marks.iter().filter(|id| !self.list().iter().any(|item| item.case_id == *id)).collect();
        for id in gone {
            self.marks.toggle(id);
        }
        Ok(())
    }

    fn reread(&mut self, cx: &Cx<'_>) -> Effects {
        self.read(cx).map_or_else(unread, |()| Vec::new())
    }

    fn list(&self) -> &[Item] {
        self.sheet.as_ref().map_or(&[], |sheet| sheet.list.as_slice())
    }

    fn selected(&self) -> Option<&Item> {
        self.table.selected().and_then(|index| self.list().get(index))
    }

    fn step(&mut self, forward: bool, cx: &Cx<'_>) -> Effects {
        let at = self.days.iter().position(|day| *day == self.day).unwrap_or(0);
        let next = if forward { at + 1 } else { at.saturating_sub(1) };
        if let Some(day) = self.days.get(next) {
            self.day = *day;
            self.scroll = 0;
            self.marks.clear();
            self.refused = Findings::new();
            self.table.select(0);
        }
        self.reread(cx)
    }

    /// What stands against sealing this day, as far as it can be seen before somebody signs.
    fn hindered(&self, cx: &Cx<'_>) -> Findings {
        let unexplained: Vec<String> = self
            .list()
            .iter()
            .filter(|item| item.overdue(self.as_of) && !self.carried.contains_key(&(item.case_id, item.round)))
            .map(|item| item.case_code.clone())
            .collect();
        rules::judge(&HandOver {
            day: self.day,
            now: cx.now,
            as_of: self.as_of,
            giver: cx.actor.id,
            taker: None,
            oldest: self.oldest,
            untaken: &self.untaken,
            unexplained: &unexplained,
        })
    }

    fn mark(&mut self) -> Effects {
        let Some(item) = self.selected().cloned() else { return Vec::new() };
        if !item.overdue(self.as_of) {
            return vec![Effect::Say(Tone::Bad, W::SealMarkOverdue.into())];
        }
        self.marks.toggle(item.case_id);
        let next = self.table.selected().map_or(0, |index| index + 1);
        self.table.select(next);
        Vec::new()
    }

    fn mark_all(&mut self) {
        let overdue: Vec<i64> =
            self.list().iter().filter(|item| item.overdue(self.as_of)).map(|item| item.case_id).collect();
        let new: Vec<i64> = overdue.into_iter().filter(|id| !self.marks.has(*id)).collect();
        new.into_iter().for_each(|id| self.marks.toggle(id));
    }

    /// The marked files, else the one the list stands on.
    fn to_carry(&self) -> Vec<(i64, i64)> {
        let files = self.list().iter().filter(|item| item.overdue(self.as_of));
        let marked: Vec<(i64, i64)> =
            files.filter(|item| self.marks.has(item.case_id)).map(|item| (item.case_id, item.round)).collect();
        if !marked.is_empty() {
            return marked;
        }
        let one = self.selected().filter(|item| item.overdue(self.as_of));
        one.map(|item| (item.case_id, item.round)).into_iter().collect()
    }

    fn open_form(&mut self, correct: bool) -> Effects {
        if correct {
            let day = self.kept.as_ref().map(|kept| kept.day).or(self.days.first().copied()).unwrap_or(self.day);
            self.over = Over::Correct(correct_sheet(&day.to_string()));
        } else if self.to_carry().is_empty() {
            return vec![Effect::Say(Tone::Bad, W::SealNothingMarked.into())];
        } else {
            self.over = Over::Carry(carry_sheet());
        }
        Vec::new()
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let day = self.day;
        match &mut self.over {
            Over::Nothing => Vec::new(),
            Over::Carry(sheet) => {
                let reason = sheet.form.value("reason").to_owned();
                let files = self.to_carry();
                vec![Effect::Act(DeskAct::new("carry_over", move |tx| {
                    let done = acts::carry_over(tx, day, &files, &reason)?;
                    Ok(Done::said(phrase!(W::SealSaidCarried, count(done), Arg::ShortDay(day))))
                }))]
            }
            Over::Correct(sheet) => {
                let values = sheet.values(cx);
                let typed = values.get("day").map(String::as_str).unwrap_or_default();
                let Some(of) = when::parse_day(typed, clock::day_of(cx.now)) else {
                    let found = crate::kernel::findings::Finding::block("day", "day", W::OfficeShapeDay);
                    sheet.form.show(found.into());
                    return Vec::new();
                };
                let words = values.get("text").cloned().unwrap_or_default();
                vec![Effect::Act(DeskAct::new("correct_day", move |tx| {
                    acts::correct(tx, of, &words)?;
                    Ok(Done::said(phrase!(W::SealSaidCorrected, Arg::Day(of))))
                }))]
            }
        }
    }

    fn ask(&mut self, id: ActionId, word: W) -> Effects {
        let counts = self.sheet.as_ref().map(|sheet| sheet.counts).unwrap_or_default();
        let text = Phrase::new(
            word,
            [
                Arg::Day(self.day),
                Arg::Number(count(self.list().len())),
                Arg::Number(counts.batch),
                Arg::Number(counts.overdue),
            ],
        );
        vec![Effect::AskPin(PinQuestion { id, text, of: PinOf::Me })]
    }

    /// The first signature is given; the second is asked of somebody else.
    fn ask_taker(&mut self, giver: &Actor) -> Effects {
        self.giver = Some(giver.clone());
        let text = phrase!(W::SealAskTaker, Arg::Day(self.day), count(self.list().len()));
        let of = PinOf::Other { roles: Right::TakeOver.roles(), except: vec![giver.id] };
        vec![Effect::AskPin(PinQuestion { id: "handover.taker", text, of })]
    }

    fn seal(&mut self, giver: &Actor, taker: Option<i64>, cx: &Cx<'_>) -> Effects {
        let (day, lang) = (self.day, cx.lang);
        let act = DeskAct::new("seal", move |tx| {
            let sealed = acts::seal(tx, day, taker, lang)?;
            let done = if sealed.alone { Done::waits(sealed.said) } else { Done::said(sealed.said) };
            Ok(done.print(sealed.sheet))
        });
        vec![Effect::Act(act.by(giver.clone()))]
    }

    fn take(&mut self, taker: &Actor) -> Effects {
        let day = self.day;
        let act = DeskAct::new("take_over", move |tx| {
            acts::take_over(tx, day)?;
            Ok(Done::said(phrase!(W::SealSaidTaken, Arg::Day(day))))
        });
        vec![Effect::Act(act.by(taker.clone()))]
    }

    fn print(&self, cx: &Cx<'_>) -> Effects {
        let (day, lang) = (self.day, cx.lang);
        let sheet = match acts::kept_sheet(cx.store.conn(), day, lang) {
            Ok(sheet) => sheet,
            Err(error) => {
                let said = error.findings().iter().next().map(|finding| finding.what.clone());
                return said.map(|said| Effect::Say(Tone::Bad, said)).into_iter().collect();
            }
        };
        let act = DeskAct::new("print_seal", move |tx| {
            let (n, sheet) = acts::reprint(tx, day, lang)?;
            Ok(Done::said(phrase!(W::SealSaidPrinted, Arg::Day(day), n - 1)).print(sheet))
        });
        vec![Effect::Preview(Preview { sheet, act })]
    }

    fn leave(&mut self) -> Effects {
        match &self.over {
            Over::Nothing => return vec![Effect::Back],
            Over::Carry(sheet) | Over::Correct(sheet) if sheet.form.dirty() => {
                return vec![Effect::Ask(Question { id: "handover.drop", text: W::OfficeAskDrop.into() })];
            }
            _ => self.over = Over::Nothing,
        }
        Vec::new()
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "handover.mark" => self.mark(),
            "handover.all" => {
                self.mark_all();
                Vec::new()
            }
            "handover.carry" => self.open_form(false),
            "handover.correct" => self.open_form(true),
            "handover.save" => self.save(cx),
            "handover.seal" => self.ask("handover.seal", W::SealAskGiver),
            "handover.alone" => self.ask("handover.alone", W::SealAskAlone),
            "handover.take" => {
                let text = phrase!(W::SealAskTake, Arg::Day(self.day));
                vec![Effect::AskPin(PinQuestion { id: "handover.take", text, of: PinOf::Me })]
            }
            "handover.print" => self.print(cx),
            "handover.open" => {
                self.selected().map(|item| Effect::Go(Place::of("folder", item.case_id))).into_iter().collect()
            }
            "handover.next" => self.step(true, cx),
            "handover.before" => self.step(false, cx),
            "handover.roster" => vec![Effect::Go(Place::new("roster"))],
            "handover.spot" => vec![Effect::Go(Place::new("spot-check"))],
            "handover.leave" => self.leave(),
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) {
        match &mut self.over {
            Over::Carry(sheet) | Over::Correct(sheet) => sheet.key(key, cx),
            Over::Nothing if self.kept.is_some() => self.scroll_by(key.code),
            Over::Nothing => {
                self.table.handle(key, self.height.get().max(2));
            }
        }
    }

    fn scroll_by(&mut self, code: KeyCode) {
        let lines = self.kept.as_ref().map_or(0, |kept| kept.sheet.lines().count());
        let page = usize::from(self.height.get().max(2) - 1);
        let last = lines.saturating_sub(usize::from(self.height.get().max(1)));
        self.scroll = match code {
            KeyCode::Up => self.scroll.saturating_sub(1),
            KeyCode::Down => self.scroll + 1,
            KeyCode::PageUp => self.scroll.saturating_sub(page),
            KeyCode::PageDown => self.scroll + page,
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => self.scroll,
        }
        .min(last);
    }

    /// The lines above the list: of what moment, who is on duty, the counts, what stands against the seal.
    fn head(&self, cx: &Cx<'_>) -> Vec<Line> {
        let theme = cx.theme;
        let mut out = Vec::new();
        let refused = self.refused.iter().map(|finding| (format!("x {}", finding.what.say(cx.lang)), theme.error()));
        out.extend(refused);
        if let Some(open) = self.untaken.first() {
            let who = name_of(cx.store.conn(), open.sealed_by).unwrap_or_default();
            let said = phrase!(W::SealWaitsTaker, Arg::ShortDay(open.day), shown(&who, cx));
            out.push((said.say(cx.lang), theme.warn()));
        }
        let Some(sheet) = &self.sheet else { return out };
        let of = if sheet.as_of < self.as_of {
            phrase!(W::SealAsOfNow, Arg::Moment(sheet.as_of), Arg::Moment(self.as_of))
        } else {
            phrase!(W::SealAsOfCutoff, Arg::MomentFull(sheet.as_of))
        };
        let duty = if self.duty.is_empty() {
            W::SealNone.text(cx.lang).to_owned()
        } else {
            Arg::list(self.duty.iter().map(|name| shown(name, cx))).say(cx.lang)
        };
        out.push((format!("{}  {}", of.say(cx.lang), phrase!(W::SealDutyLine, duty).say(cx.lang)), theme.dim()));
        out.extend(seal_prints::counts(sheet).map(|line| (line.say(cx.lang), theme.text())));
        if self.corrections > 0 {
            out.push((phrase!(W::SealCorrectionsWait, count(self.corrections)).say(cx.lang), theme.dim()));
        }
        out
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(item) = self.list().get(index) else { return TableRow::default() };
        let theme = cx.theme;
        let late = item.overdue(self.as_of);
        let style = if late { theme.mark_overdue() } else { theme.text() };
        let carried = self.carried.get(&(item.case_id, item.round));
        let reason = carried.map_or_else(String::new, |reason| text::neutralise(reason).into_owned());
        TableRow::new(item.case_id)
            .cell(due_text(item, self.as_of, cx.lang), style)
            .cell(tail(&item.case_no, &item.case_code), theme.text())
            .cell(state_word(item.state).text(cx.lang), if item.filed_at.is_some() { theme.ok() } else { theme.text() })
            .cell(shown(&item.insured, cx), theme.text())
            .cell(item.batch_day.get(5..).unwrap_or_default(), theme.dim())
            .cell(reason, theme.warn())
    }

    fn title_line(&self, cx: &Cx<'_>) -> String {
        let state = match &self.kept {
            Some(kept) if kept.taken_at.is_none() => W::SealStateUntaken,
            Some(_) => W::SealStateSealed,
            None => W::SealStateOpen,
        };
        let at = self.days.iter().position(|day| *day == self.day).map_or(0, |at| at + 1);
        let day = day_label(self.day, cx.lang);
        phrase!(W::SealTitle, day, state, count(at), count(self.days.len())).say(cx.lang)
    }

    fn draw_kept(&self, frame: &mut Frame<'_>, area: Rect, kept: &Seal, cx: &Cx<'_>) {
        for (line, y) in kept.sheet.lines().skip(self.scroll).zip(0..area.height) {
            let line = if cx.hidden { "***" } else { line };
            draw::put(frame.buffer_mut(), area, 0, y, line, cx.theme.text());
        }
    }
}

fn carry_sheet() -> Sheet {
    Sheet::new(W::SealCarryTitle, vec![FormField::text("reason", W::OfficeFieldReason).limit(200)])
}

fn correct_sheet(day: &str) -> Sheet {
    let fields = vec![
        FormField::day("day", W::SealFieldDay).value(day),
        FormField::text("text", W::SealFieldCorrection).limit(200).hint(W::SealFieldCorrectionHint),
    ];
    let mut sheet = Sheet::new(W::SealCorrectTitle, fields);
    sheet.form.focus("text");
    sheet
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::SealColumnDue, 15, 16),
        Column::new(W::SealColumnCase, 10, 10),
        Column::new(W::SealColumnState, 13, 18),
        Column::new(W::SealColumnInsured, 8, 16).priority(1),
        Column::new(W::SealColumnBatch, 6, 6).priority(3),
        Column::new(W::SealColumnReason, 12, 40).priority(2),
    ]
}

impl Screen for Handover {
    fn place(&self) -> Place {
        Place::new("handover")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::SealPlaceHandover.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if !matches!(self.over, Over::Nothing) {
            return sheet_rows("handover.save", "handover.leave");
        }
        let may_not = lacking(cx, Right::Seal);
        let mut rows = Vec::new();
        let waits = self.untaken.iter().find(|open| open.day == self.day);
        if let Some(open) = waits {
            let same = (open.sealed_by == cx.actor.id).then(|| Phrase::from(W::SealSamePerson));
            let off = lacking(cx, Right::TakeOver).or(same);
            rows.push(KeyRow::new("handover.take", "ctrl-t", W::SealKeyTake).off(off).consequential());
        }
        if self.kept.is_some() {
            let off = lacking(cx, Right::TakeOver);
            rows.push(KeyRow::new("handover.print", "ctrl-o", W::SealKeyPrint).off(off).consequential());
        } else {
            let hindered = self.hindered(cx).iter().next().map(|finding| finding.what.clone());
            let off = may_not.clone().or(hindered);
            let none = self.list().iter().all(|item| !item.overdue(self.as_of));
            let none = none.then(|| Phrase::from(W::SealNoOverdue));
            rows.extend([
                KeyRow::new("handover.seal", "ctrl-s", W::SealKeySeal).off(off.clone()).consequential(),
                KeyRow::new("handover.alone", "ctrl-y", W::SealKeyAlone).off(off).consequential(),
                KeyRow::new("handover.mark", "space", W::SealKeyMark).or("ctrl-v").off(none.clone()),
                KeyRow::new("handover.all", "ctrl-a", W::SealKeyAll).off(none.clone()),
                KeyRow::new("handover.carry", "ctrl-r", W::SealKeyCarry).off(may_not.clone().or(none)),
                KeyRow::new("handover.open", "enter", W::SealKeyFolder)
                    .off(self.selected().is_none().then(|| Phrase::from(W::OfficeNothingChosen))),
            ]);
        }
        let unsealed = (self.days.first() == self.oldest.as_ref()).then(|| Phrase::from(W::SealNoneSealed));
        rows.extend([
            KeyRow::new("handover.correct", "ctrl-n", W::SealKeyCorrect).off(may_not.or(unsealed)),
            KeyRow::new("handover.before", "left", W::SealKeyBefore),
            KeyRow::new("handover.next", "right", W::SealKeyNext),
            KeyRow::new("handover.roster", "ctrl-k", W::SealPlaceRoster),
            KeyRow::new("handover.spot", "ctrl-g", W::SealPlaceSpot),
            KeyRow::new("handover.leave", "esc", W::OfficeKeyBack),
        ]);
        rows
    }

    fn help(&self) -> W {
        match self.over {
            Over::Nothing => W::SealHelpHandover,
            Over::Carry(_) => W::SealHelpCarry,
            Over::Correct(_) => W::SealHelpCorrect,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => return self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(text) => {
                if let Over::Carry(sheet) | Over::Correct(sheet) = &mut self.over {
                    sheet.form.paste(&text);
                }
            }
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Pin("handover.seal", actor) => self.ask_taker(actor),
            Note::Pin("handover.taker", taker) => match self.giver.take() {
                Some(giver) => self.seal(&giver, Some(taker.id), cx),
                None => Vec::new(),
            },
            Note::Pin("handover.alone", actor) => self.seal(actor, None, cx),
            Note::Pin("handover.take", actor) => self.take(actor),
            Note::Done(_) => {
                self.over = Over::Nothing;
                self.marks.clear();
                self.refused = Findings::new();
                self.reread(cx)
            }
            Note::Answer("handover.drop", true) => {
                self.over = Over::Nothing;
                Vec::new()
            }
            Note::Refused(findings) => {
                match &mut self.over {
                    Over::Carry(sheet) | Over::Correct(sheet) => sheet.form.show(findings.clone()),
                    Over::Nothing => self.refused = findings.clone(),
                }
                self.reread(cx)
            }
            Note::Shown | Note::StoreChanged | Note::Minute => self.reread(cx),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let area = area.intersection(frame.area());
        let mut inner = layout::boxed(frame.buffer_mut(), area, &self.title_line(cx), *cx.theme);
        let room = usize::from(inner.width).max(1);
        for (line, style) in self.head(cx) {
            for part in text::wrap(&line, room) {
                if inner.height > 4 {
                    draw::put(frame.buffer_mut(), inner, 0, 0, &part, style);
                    inner = draw::below(inner, 1);
                }
            }
        }
        self.height.set(inner.height);
        match &self.kept {
            Some(kept) => self.draw_kept(frame, inner, kept, cx),
            None => draw_table(
                frame.buffer_mut(),
                inner,
                &columns(),
                &self.table,
                &self.marks,
                (cx.lang, *cx.theme),
                |index| self.row(index, cx),
            ),
        }
        if let Over::Carry(sheet) | Over::Correct(sheet) = &self.over {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        !matches!(self.over, Over::Nothing)
    }

    fn draft(&self) -> Option<Draft> {
        match &self.over {
            Over::Nothing => None,
            Over::Carry(sheet) => sheet.draft("carry"),
            Over::Correct(sheet) => sheet.draft("correct"),
        }
    }

    fn restore(&mut self, draft: &Draft) {
        let name = draft.fields.get(crate::office::screen::pane::SHEET).map(String::as_str);
        let mut sheet = match name {
            Some("carry") => carry_sheet(),
            Some("correct") => correct_sheet(""),
            _ => return,
        };
        sheet.form.restore(&draft.fields);
        self.over = if name == Some("carry") { Over::Carry(sheet) } else { Over::Correct(sheet) };
    }
}

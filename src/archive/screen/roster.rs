//! 值班表: who is on duty, day by day, weekends and holidays too.

use super::seal::{day_label, meaning, shown};
use crate::archive::store::{day_subject, name_of_no, roster as store};
use crate::case::store::seals;
use crate::db::journal;
use crate::kernel::clock;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Pane, SHEET, Sheet, lacking, sheet_rows, unread};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use crate::ui::form::FormField;
use crate::ui::keys::KeyRow;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Question, Screen};
use crate::ui::table::{Column, TableRow};
use chrono::{Days, NaiveDate};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::rc::Rc;

/// Days before today on the list, and days in all.
const BEFORE: u64 = 7;
const DAYS: u64 = 42;
/// Changes of a day the detail shows.
const CHANGES: i64 = 5;

/// Key of a draft under which the day it is for stands.
const DAY: &str = "day";

/// The roster.
struct Roster {
    days: Vec<(NaiveDate, Vec<String>)>,
    rules: Rc<Rulebook>,
    sealed: Option<NaiveDate>,
    changes: Vec<Phrase>,
    pane: Pane,
    sheet: Option<Sheet>,
}

/// Opens the roster at today.
///
/// # Errors
/// What the store says.
pub(super) fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Roster {
        days: Vec::new(),
        rules: rulebook(cx.store)?,
        sealed: None,
        changes: Vec::new(),
        pane: Pane::default(),
        sheet: None,
    };
    screen.read(cx)?;
    let today = clock::day_of(cx.now);
    screen.pane.select(screen.days.iter().position(|(day, _)| *day == today).unwrap_or(0));
    screen.read_changes(cx)?;
    Ok(Box::new(screen))
}

impl Roster {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let today = clock::day_of(cx.now);
        let first = today.checked_sub_days(Days::new(BEFORE)).unwrap_or(today);
        self.rules = rulebook(cx.store)?;
        self.sealed = seals::newest(cx.store.conn())?.map(|newest| newest.day);
        self.days = (0..DAYS)
            .filter_map(|n| first.checked_add_days(Days::new(n)))
            .map(|day| Ok((day, store::names(cx.store.conn(), day)?)))
            .collect::<rusqlite::Result<_>>()?;
        self.pane.rows(self.days.len());
        self.read_changes(cx)
    }

    fn read_changes(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.changes.clear();
        let Some(day) = self.day() else { return Ok(()) };
        for row in journal::of_act(cx.store.conn(), &day_subject(day), "duty", CHANGES)? {
            let payload: serde_json::Value = serde_json::from_str(&row.payload).unwrap_or_default();
            let list = |key: &str| -> Vec<String> {
                let numbers = payload.get(key).and_then(serde_json::Value::as_array).into_iter().flatten();
                numbers.filter_map(|no| no.as_str().map(str::to_owned)).collect()
            };
            let who = name_of_no(cx.store.conn(), &row.person)?;
            let now = Arg::list(list("people"));
            let reason = payload.get("reason").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
            self.changes.push(phrase!(W::SealRosterChange, Arg::Moment(row.at), who, now, reason));
        }
        Ok(())
    }

    fn day(&self) -> Option<NaiveDate> {
        self.pane.selected().and_then(|index| self.days.get(index)).map(|(day, _)| *day)
    }

    fn names_of(&self, day: NaiveDate) -> String {
        let found = self.days.iter().find(|(of, _)| *of == day).map(|(_, names)| names.as_slice()).unwrap_or_default();
        let numbers: Vec<&str> = found.iter().filter_map(|name| name.rsplit(' ').next()).collect();
        numbers.join(" ")
    }

    fn new_sheet(people: &str, again: &str) -> Sheet {
        let mut sheet = Sheet::new(
            W::SealRosterTitle,
            vec![
                FormField::text("people", W::SealFieldPeople).value(people).limit(200).hint(W::SealFieldPeopleHint),
                FormField::text("reason", W::OfficeFieldReason).limit(200).hint(W::SealFieldDutyReasonHint),
            ],
        );
        if !again.is_empty() {
            sheet.form.set("people", again);
        }
        sheet
    }

    fn open_sheet(&mut self, from_last_week: bool) {
        let Some(day) = self.day() else { return };
        let before = day.checked_sub_days(Days::new(7)).unwrap_or(day);
        let again = if from_last_week { self.names_of(before) } else { String::new() };
        self.sheet = Some(Roster::new_sheet(&self.names_of(day), &again));
    }

    fn save(&self) -> Effects {
        let (Some(sheet), Some(day)) = (&self.sheet, self.day()) else { return Vec::new() };
        let (people, reason) = (sheet.form.value("people").to_owned(), sheet.form.value("reason").to_owned());
        vec![Effect::Act(DeskAct::new("duty", move |tx| {
            let on = store::set(tx, day, &people, &reason)?;
            Ok(Done::said(phrase!(W::SealSaidDuty, Arg::Day(day), super::seal::count(on.len()))))
        }))]
    }

    fn leave(&mut self) -> Effects {
        match &self.sheet {
            None => return vec![Effect::Back],
            Some(sheet) if sheet.form.dirty() => {
                return vec![Effect::Ask(Question { id: "roster.drop", text: W::OfficeAskDrop.into() })];
            }
            Some(_) => self.sheet = None,
        }
        Vec::new()
    }

    fn detail(&self, cx: &Cx<'_>) -> Vec<Line> {
        let theme = cx.theme;
        let Some((day, names)) = self.pane.selected().and_then(|index| self.days.get(index)) else { return Vec::new() };
        let mut out = vec![(
            format!("{}  {}", day_label(*day, cx.lang), meaning(&self.rules.calendar, *day).text(cx.lang)),
            theme.title(),
        )];
        if names.is_empty() {
            out.push((W::SealRosterNobody.text(cx.lang).to_owned(), theme.warn()));
        }
        out.extend(names.iter().map(|name| (shown(name, cx), theme.text())));
        if self.sealed.is_some_and(|sealed| *day <= sealed) {
            out.push((W::SealStateSealed.text(cx.lang).to_owned(), theme.dim()));
        }
        if !cx.hidden {
            out.extend(self.changes.iter().map(|change| (change.say(cx.lang), theme.dim())));
        }
        out
    }
}

impl Screen for Roster {
    fn place(&self) -> Place {
        Place::new("roster")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::SealPlaceRoster.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.sheet.is_some() {
            return sheet_rows("roster.save", "roster.leave");
        }
        let sealed = self.day().is_some_and(|day| self.sealed.is_some_and(|sealed| day <= sealed));
        let off = lacking(cx, Right::Roster).or(sealed.then(|| Phrase::from(W::SealRosterSealed)));
        vec![
            KeyRow::new("roster.change", "enter", W::SealKeyDuty).off(off.clone()),
            KeyRow::new("roster.again", "ctrl-g", W::SealKeyAgain).off(off),
            KeyRow::new("roster.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        if self.sheet.is_some() { W::SealHelpDuty } else { W::SealHelpRoster }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.sheet) {
            (Input::Action("roster.change"), _) => self.open_sheet(false),
            (Input::Action("roster.again"), _) => self.open_sheet(true),
            (Input::Action("roster.save"), _) => return self.save(),
            (Input::Action(_), _) => return self.leave(),
            (Input::Key(key), None) => {
                self.pane.key(key);
                return self.read_changes(cx).map_or_else(unread, |()| Vec::new());
            }
            (Input::Key(key), Some(sheet)) => sheet.key(key, cx),
            (Input::Paste(text), Some(sheet)) => {
                sheet.form.paste(&text);
            }
            (Input::Paste(_), None) => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(_) | Note::Answer("roster.drop", true) => self.sheet = None,
            Note::Refused(findings) => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.form.show(findings.clone());
                }
                return Vec::new();
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {}
            _ => return Vec::new(),
        }
        self.read(cx).map_or_else(unread, |()| Vec::new())
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let columns = [
            Column::new(W::SealFieldDay, 10, 12),
            Column::new(W::SealColumnKind, 10, 14),
            Column::new(W::SealFieldPeople, 16, 40),
        ];
        let today = clock::day_of(cx.now);
        let detail = self.detail(cx);
        let titles = (W::SealPlaceRoster.text(cx.lang), W::SealRosterDetail.text(cx.lang));
        self.pane.draw((frame, area, cx), titles, &columns, &detail, |index| {
            let Some((day, names)) = self.days.get(index) else { return TableRow::default() };
            let style = if *day < today { cx.theme.dim() } else { cx.theme.text() };
            let people = if cx.hidden && !names.is_empty() {
                "***".to_owned()
            } else {
                Arg::list(names.iter().map(String::as_str)).say(cx.lang)
            };
            TableRow::new(super::seal::count(index))
                .cell(day_label(*day, cx.lang), if *day == today { cx.theme.title() } else { style })
                .cell(meaning(&self.rules.calendar, *day).text(cx.lang), style)
                .cell(people, style)
        });
        if let Some(sheet) = &self.sheet {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        self.sheet.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        let mut draft = self.sheet.as_ref().and_then(|sheet| sheet.draft("duty"))?;
        draft.fields.insert(DAY.to_owned(), self.day()?.to_string());
        Some(draft)
    }

    fn restore(&mut self, draft: &Draft) {
        let mut fields = draft.fields.clone();
        // A text for a day that is no longer on the list would be saved to another.
        let day = fields.remove(DAY).and_then(|day| self.days.iter().position(|(of, _)| of.to_string() == day));
        if let (true, Some(day)) = (fields.contains_key(SHEET), day) {
            self.pane.select(day);
            let mut sheet = Roster::new_sheet("", "");
            sheet.form.restore(&fields);
            self.sheet = Some(sheet);
        }
    }
}

//! People: who is there with roles, limit and state; adding, changing, disabling, setting PINs.

use super::pane::{Line, Pane, SHEET, Sheet, lacking, sheet_rows, unread};
use super::person_form;
use crate::boxes::prints;
use crate::kernel::roles::{Role, Roles};
use crate::kernel::settings::PIN_DIGITS;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::commands::{pin_set_words, state_word};
use crate::office::people::{needs_second, roles_arg};
use crate::office::pin;
use crate::office::reset::{self, ResetNotice};
use crate::office::rules::Right;
use crate::office::store::{self, Person};
use crate::phrase;
use crate::reference::store as reference;
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Question, Screen,
};
use crate::ui::table::{Column, TableRow};
use ratatui::Frame;
use ratatui::layout::Rect;

/// What is open over the list.
enum Over {
    Nothing,
    /// Somebody new (none) or somebody as seen.
    Person(Option<Person>, Sheet),
    /// A PIN for somebody.
    Pin(Person, Sheet),
}

/// The people of the office.
struct People {
    list: Vec<Person>,
    pane: Pane,
    over: Over,
    notice: Option<ResetNotice>,
    /// Whom the standing question is about, as seen; the list may change meanwhile.
    asked: Option<Person>,
}

/// Opens the people.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = People { list: Vec::new(), pane: Pane::default(), over: Over::Nothing, notice: None, asked: None };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl People {
    /// Those who belong to the office first, those known from cases alone after them.
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.chosen().map(|person| person.id);
        let (office, named): (Vec<Person>, Vec<Person>) =
            store::all(cx.store.conn())?.into_iter().partition(|p| p.has_pin || !p.roles.is_empty());
        self.list = office.into_iter().chain(named).collect();
        self.pane.rows(self.list.len());
        if let Some(index) = stood_on.and_then(|id| self.list.iter().position(|p| p.id == id)) {
            self.pane.select(index);
        }
        self.notice = reset::open_notice(cx.store.conn())?;
        Ok(())
    }

    fn chosen(&self) -> Option<&Person> {
        self.pane.selected().and_then(|index| self.list.get(index))
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "people.add" => self.over = Over::Person(None, person_form::sheet(None)),
            "people.edit" => {
                if let Some(person) = self.chosen().cloned() {
                    self.over = Over::Person(Some(person.clone()), person_form::sheet(Some(&person)));
                }
            }
            "people.pin" => {
                if let Some(person) = self.chosen().cloned() {
                    let digits = reference::rulebook(cx.store).map_or(6, |r| r.settings.number(PIN_DIGITS, cx.now));
                    let fields = vec![
                        FormField::pin("pin", W::OfficeFieldNewPin).hint(phrase!(W::OfficeFieldNewPinHint, digits)),
                        FormField::pin("again", W::OfficeFieldAgain),
                    ];
                    self.over = Over::Pin(person, Sheet::new(W::OfficeKeySetPin, fields));
                }
            }
            "people.switch" => {
                self.asked = self.chosen().cloned();
                if let Some(person) = &self.asked {
                    let word = if person.enabled { W::OfficeAskDisable } else { W::OfficeAskEnable };
                    let text =
                        Phrase::new(word, [Arg::from(person.name.as_str()), Arg::from(person.staff_no.as_str())]);
                    return vec![Effect::Ask(Question { id: "people.switch", text })];
                }
            }
            "people.badge" => return self.badge(cx),
            "people.confirm_reset" => {
                return vec![Effect::Act(DeskAct::new("reset_confirmed", |tx| {
                    reset::confirm_reset(tx)?;
                    Ok(Done::said(W::OfficeSaidResetConfirmed))
                }))];
            }
            "people.save" => return self.save(cx, None),
            "people.leave" => return self.leave(),
            _ => {}
        }
        Vec::new()
    }

    /// The badge of the person stood on: a scan of it hands files on to them.
    fn badge(&self, cx: &Cx<'_>) -> Effects {
        let Some(person) = self.chosen() else { return Vec::new() };
        match store::badge(cx.store.conn(), person.id) {
            Ok(Some(code)) => {
                let sheet = prints::badge(&person.name, &person.staff_no, &code);
                vec![prints::preview(sheet, "badge", format!("person {}", person.staff_no), cx.lang)]
            }
            Ok(None) => Vec::new(),
            Err(error) => unread(error),
        }
    }

    fn leave(&mut self) -> Effects {
        if matches!(self.over, Over::Nothing) {
            return vec![Effect::Back];
        }
        let dirty = matches!(&self.over, Over::Person(_, sheet) | Over::Pin(_, sheet) if sheet.form.dirty());
        if dirty {
            return vec![Effect::Ask(Question { id: "people.drop", text: W::OfficeAskDrop.into() })];
        }
        self.over = Over::Nothing;
        Vec::new()
    }

    /// Saves the sheet; where two persons are needed, another leader's PIN is asked first.
    fn save(&mut self, cx: &Cx<'_>, second: Option<&crate::db::Actor>) -> Effects {
        match &mut self.over {
            Over::Nothing => Vec::new(),
            Over::Person(seen, sheet) => match person_form::read(sheet) {
                Err(findings) => {
                    sheet.form.show(findings);
                    Vec::new()
                }
                Ok(typed) => {
                    let after = person_form::typed_over(seen.as_ref(), &typed);
                    if second.is_none() && needs_second(seen.as_ref(), &after, &self.list) {
                        return vec![ask_second("people.second", cx, phrase!(W::OfficeAskSecond, typed.name))];
                    }
                    vec![person_form::save(seen.clone(), typed, second.cloned())]
                }
            },
            Over::Pin(person, sheet) => set_pin(person.id, sheet, cx),
        }
    }

    fn switch(&self, cx: &Cx<'_>, second: Option<&crate::db::Actor>) -> Effects {
        let Some(seen) = self.asked.clone() else { return Vec::new() };
        let after = Person { enabled: !seen.enabled, ..seen.clone() };
        if second.is_none() && needs_second(Some(&seen), &after, &self.list) {
            return vec![ask_second("people.switch_second", cx, phrase!(W::OfficeAskSecond, seen.name))];
        }
        vec![person_form::switch(seen, second.cloned())]
    }

    fn detail(&self, cx: &Cx<'_>) -> Vec<Line> {
        let theme = cx.theme;
        let mut lines: Vec<Line> = Vec::new();
        if let Some(notice) = &self.notice {
            lines.push((format!("!! {}", notice.words().say(cx.lang)), theme.warn()));
        }
        let Some(person) = self.chosen() else { return lines };
        let said = |phrase: Phrase| (phrase.say(cx.lang), theme.text());
        lines.push((format!("{}  {}", text::neutralise(&person.name), person.staff_no), theme.title()));
        if person.roles.is_empty() && !person.has_pin {
            lines.push(said(W::OfficeDetailNamedOnly.into()));
            return lines;
        }
        lines.push(said(phrase!(W::OfficeDetailRoles, roles_arg(person.roles))));
        if person.roles.has(Role::Leader) {
            lines.push(said(match person.sign_limit {
                Some(limit) => phrase!(W::OfficeDetailLimit, Arg::Money(limit.fen())),
                None => W::OfficeDetailNoLimit.into(),
            }));
        }
        lines.push(said(phrase!(W::OfficeDetailState, state_word(person))));
        if person.failures > 0 {
            lines.push((phrase!(W::OfficeDetailFailures, person.failures).say(cx.lang), theme.warn()));
        }
        lines
    }
}

fn set_pin(person_id: i64, sheet: &mut Sheet, cx: &Cx<'_>) -> Effects {
    let (typed, again) =
        (sheet.form.take_secret("pin").unwrap_or_default(), sheet.form.take_secret("again").unwrap_or_default());
    let digits = match reference::rulebook(cx.store) {
        Ok(rules) => rules.settings.number(PIN_DIGITS, cx.now),
        Err(error) => return unread(error),
    };
    match pin::prepare(&typed, &again, digits) {
        Err(findings) => {
            sheet.form.show(findings);
            Vec::new()
        }
        Ok(new) => vec![Effect::Act(DeskAct::new("pin_set", move |tx| {
            let person = reset::set_for(tx, person_id, &new)?;
            Ok(Done::said(pin_set_words(&person)).with(person.id))
        }))],
    }
}

/// Asks another leader for the PIN.
fn ask_second(id: ActionId, cx: &Cx<'_>, text: Phrase) -> Effect {
    let of = PinOf::Other { roles: Roles::NONE.with(Role::Leader), except: vec![cx.actor.id] };
    Effect::AskPin(PinQuestion { id, text, of })
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::OfficeFieldStaffNo, 6, 7),
        Column::new(W::OfficeFieldName, 8, 10),
        Column::new(W::OfficeColumnState, 11, 12).priority(2),
        Column::new(W::OfficeColumnRoles, 12, 40).priority(1),
        Column::new(W::OfficeFieldLimit, 12, 16).priority(3).right(),
    ]
}

impl Screen for People {
    fn place(&self) -> Place {
        Place::new("people")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::OfficePlacePeople.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if !matches!(self.over, Over::Nothing) {
            return sheet_rows("people.save", "people.leave");
        }
        let may_not = lacking(cx, Right::People);
        let none = self.chosen().is_none().then(|| Phrase::from(W::OfficeNothingChosen));
        let own = self.chosen().is_some_and(|p| p.id == cx.actor.id).then(|| Phrase::from(W::OfficePinOwnElsewhere));
        let no_reset = self.notice.is_none().then(|| Phrase::from(W::OfficeResetNothing));
        let mine = self
            .notice
            .as_ref()
            .is_some_and(|n| n.person_id == cx.actor.id)
            .then(|| Phrase::from(W::OfficeResetAnother));
        let mut confirm = KeyRow::new("people.confirm_reset", "ctrl-o", W::OfficeKeyConfirmReset)
            .off(no_reset.clone().or(mine))
            .consequential();
        if no_reset.is_some() {
            confirm = confirm.quiet();
        }
        let switch = if self.chosen().is_none_or(|p| p.enabled) { W::OfficeKeyDisable } else { W::OfficeKeyEnable };
        vec![
            KeyRow::new("people.edit", "enter", W::OfficeKeyEdit).off(may_not.clone().or(none.clone())),
            KeyRow::new("people.add", "ctrl-n", W::OfficeKeyAdd).off(may_not.clone()),
            KeyRow::new("people.pin", "ctrl-r", W::OfficeKeySetPin).off(may_not.clone().or(none.clone()).or(own)),
            KeyRow::new("people.switch", "ctrl-d", switch).off(may_not.or(none.clone())).consequential(),
            confirm,
            KeyRow::new("people.badge", "ctrl-b", W::OfficeKeyBadge).off(none),
            KeyRow::new("people.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::OfficeHelpPeople
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.over) {
            (Input::Action(action), _) => return self.action(action, cx),
            (Input::Key(key), Over::Nothing) => self.pane.key(key),
            (Input::Key(key), Over::Person(_, sheet) | Over::Pin(_, sheet)) => sheet.key(key, cx),
            (Input::Paste(text), Over::Person(_, sheet) | Over::Pin(_, sheet)) => {
                sheet.form.paste(&text);
            }
            (Input::Paste(_), Over::Nothing) => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                self.over = Over::Nothing;
                if let Err(error) = self.read(cx) {
                    return unread(error);
                }
                let id = done.value.as_ref().and_then(|value| value.downcast_ref::<i64>());
                if let Some(index) = id.and_then(|id| self.list.iter().position(|p| p.id == *id)) {
                    self.pane.select(index);
                }
            }
            Note::Refused(findings) => {
                if let Over::Person(_, sheet) | Over::Pin(_, sheet) = &mut self.over {
                    sheet.form.show(findings.clone());
                }
            }
            Note::Answer("people.switch", true) => return self.switch(cx, None),
            Note::Answer("people.drop", true) => self.over = Over::Nothing,
            Note::Pin("people.second", second) => return self.save(cx, Some(second)),
            Note::Pin("people.switch_second", second) => return self.switch(cx, Some(second)),
            Note::Shown | Note::StoreChanged => return self.read(cx).map_or_else(unread, |()| Vec::new()),
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let detail = self.detail(cx);
        let titles = (self.title(cx), W::OfficeDetailTitle.text(cx.lang));
        self.pane.draw((frame, area, cx), (&titles.0, titles.1), &columns(), &detail, |index| {
            let Some(person) = self.list.get(index) else { return TableRow::default() };
            let style = if person.enabled { cx.theme.text() } else { cx.theme.disabled() };
            let limit = person.sign_limit.map(|l| l.grouped()).unwrap_or_default();
            TableRow::new(person.id)
                .cell(person.staff_no.clone(), style)
                .cell(text::neutralise(&person.name).into_owned(), style)
                .cell(state_word(person).text(cx.lang), style)
                .cell(roles_arg(person.roles).say(cx.lang), style)
                .cell(limit, style)
        });
        if let Over::Person(_, sheet) | Over::Pin(_, sheet) = &self.over {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        !matches!(self.over, Over::Nothing)
    }

    fn draft(&self) -> Option<Draft> {
        match &self.over {
            Over::Person(None, sheet) => sheet.draft("add"),
            Over::Person(Some(person), sheet) => sheet.draft(&person.id.to_string()),
            Over::Pin(..) | Over::Nothing => None,
        }
    }

    fn restore(&mut self, draft: &Draft) {
        let Some(name) = draft.fields.get(SHEET) else { return };
        let person = name.parse::<i64>().ok().and_then(|id| self.list.iter().find(|p| p.id == id)).cloned();
        if person.is_none() && name != "add" {
            return;
        }
        let mut sheet = person_form::sheet(person.as_ref());
        sheet.form.restore(&draft.fields);
        self.over = Over::Person(person, sheet);
    }
}

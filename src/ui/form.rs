//! A form: labelled fields in a column, moved through with Enter, Tab and the arrows, and never submitted by Enter.

mod paint;
mod parts;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

pub use parts::{FieldInput, FormField};

use crate::kernel::findings::Findings;
use crate::kernel::words::{Lang, Phrase, W};
use crate::ui::field::{Edit, Kind};

/// Key of a draft under which a form keeps the field with the focus and the graphemes before its caret.
pub const CARET: &str = "@caret";

/// What a key did to a form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormEvent {
    /// The field's value is another one.
    Changed(&'static str),
    /// The caret or the focus moved.
    Moved,
    /// The focus could not move on from the last field; the form says so.
    AtLastField,
    /// The key is not for the form.
    Ignored,
}

/// Fields, the one with the focus, and what the rules found.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<FormField>,
    focus: usize,
    findings: Findings,
    note: Option<Phrase>,
}

impl Form {
    /// A form; the first field that can be typed into has the focus.
    pub fn new(fields: Vec<FormField>) -> Form {
        let focus = fields.iter().position(|field| !field.read_only).unwrap_or(0);
        Form { fields, focus, findings: Findings::new(), note: None }
    }

    /// The fields in order.
    pub fn fields(&self) -> &[FormField] {
        &self.fields
    }

    /// The field with this id.
    pub fn field(&self, id: &str) -> Option<&FormField> {
        self.fields.iter().find(|field| field.id == id)
    }

    fn field_mut(&mut self, id: &str) -> Option<&mut FormField> {
        self.fields.iter_mut().find(|field| field.id == id)
    }

    /// The id of the field that has the focus.
    pub fn focused(&self) -> Option<&'static str> {
        self.fields.get(self.focus).map(|field| field.id)
    }

    /// Moves the focus to a field, if it is there and can be typed into.
    pub fn focus(&mut self, id: &str) {
        if let Some(index) = self.fields.iter().position(|field| field.id == id && !field.read_only) {
            self.focus = index;
        }
    }

    /// Takes a key. Enter, Tab and Down go to the next field, Shift+Tab and Up to the one before; a day or moment that
    /// is left is written out in full. `today` completes a day typed without its year.
    pub fn handle(&mut self, key: KeyEvent, today: NaiveDate, lang: Lang) -> FormEvent {
        if key.kind == KeyEventKind::Release || self.fields.is_empty() {
            return FormEvent::Ignored;
        }
        let bare = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        match key.code {
            KeyCode::BackTab | KeyCode::Up if bare => self.step_back(today),
            KeyCode::Tab if bare && shift => self.step_back(today),
            KeyCode::Enter | KeyCode::Tab | KeyCode::Down if bare => self.step_on(today),
            _ => self.edit(|field| field.handle(key, today, lang)),
        }
    }

    /// Takes pasted text into the field that has the focus.
    pub fn paste(&mut self, text: &str) -> FormEvent {
        self.edit(|field| field.paste(text))
    }

    fn edit(&mut self, act: impl FnOnce(&mut FormField) -> Edit) -> FormEvent {
        let Some(field) = self.fields.get_mut(self.focus).filter(|field| !field.read_only) else {
            return FormEvent::Ignored;
        };
        let id = field.id;
        match act(field) {
            Edit::Changed => {
                // What was found about the old value says nothing about the new one.
                self.findings = std::mem::take(&mut self.findings)
                    .into_iter()
                    .filter(|finding| finding.field != Some(id))
                    .collect();
                self.note = None;
                FormEvent::Changed(id)
            }
            Edit::Moved => FormEvent::Moved,
            Edit::Ignored => FormEvent::Ignored,
        }
    }

    fn step_on(&mut self, today: NaiveDate) -> FormEvent {
        self.settle(today);
        let next = self
            .fields
            .iter()
            .enumerate()
            .skip(self.focus + 1)
            .find(|(_, field)| !field.read_only)
            .map(|(index, _)| index);
        match next {
            Some(index) => self.move_to(index),
            None => {
                self.note = Some(W::UiFormLastField.into());
                FormEvent::AtLastField
            }
        }
    }

    fn step_back(&mut self, today: NaiveDate) -> FormEvent {
        self.settle(today);
        match self.fields.iter().take(self.focus).rposition(|field| !field.read_only) {
            Some(index) => self.move_to(index),
            None => FormEvent::Moved,
        }
    }

    fn move_to(&mut self, index: usize) -> FormEvent {
        self.focus = index;
        self.note = None;
        FormEvent::Moved
    }

    fn settle(&mut self, today: NaiveDate) {
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.settle(today);
        }
    }

    /// All values by field id, days and moments written out in full where they can be read. Secrets are not among
    /// them; [`Form::take_secret`] gives them.
    pub fn values(&self, today: NaiveDate) -> BTreeMap<&'static str, String> {
        self.fields.iter().filter(|field| !field.is_secret()).map(|field| (field.id, field.settled(today))).collect()
    }

    /// One value as it stands, empty when there is no such field.
    pub fn value(&self, id: &str) -> &str {
        self.field(id).map_or("", FormField::current)
    }

    /// Takes a secret out of its field; nothing of it stays in the form.
    pub fn take_secret(&mut self, id: &str) -> Option<zeroize::Zeroizing<String>> {
        match self.field_mut(id)?.input {
            FieldInput::Text(ref mut field) if field.kind() == Kind::Pin => Some(field.take()),
            _ => None,
        }
    }

    /// Sets a value as if typed: it counts as the clerk's own, and what was found about the old one goes.
    pub fn set(&mut self, id: &str, text: &str) {
        let Some(field) = self.field_mut(id) else { return };
        let changed = field.current() != text;
        field.set(text);
        if changed {
            self.findings =
                std::mem::take(&mut self.findings).into_iter().filter(|finding| finding.field != Some(id)).collect();
        }
    }

    /// Whether any value differs from the one the form began with.
    pub fn dirty(&self) -> bool {
        self.fields.iter().any(FormField::dirty)
    }

    /// Shows what the rules found, beside the fields, and moves the focus to the first field that is refused.
    pub fn show(&mut self, findings: Findings) {
        let refused = findings
            .iter()
            .filter(|finding| finding.severity == crate::kernel::findings::Severity::Block)
            .find_map(|finding| finding.field);
        self.findings = findings;
        if let Some(id) = refused {
            self.focus(id);
        }
    }

    /// What the rules found and has not been typed over.
    pub fn findings(&self) -> &Findings {
        &self.findings
    }

    /// What the clerk has typed and not saved, for a draft, and where the caret stands. Secrets are never among it.
    pub fn snapshot(&self) -> BTreeMap<String, String> {
        let kept = self.fields.iter().filter(|field| field.dirty() && !field.is_secret() && !field.read_only);
        let mut kept: BTreeMap<String, String> =
            kept.map(|field| (field.id.to_owned(), field.current().to_owned())).collect();
        if let Some(field) = self.fields.get(self.focus).filter(|_| !kept.is_empty()) {
            let caret = match &field.input {
                FieldInput::Text(text) if !field.is_secret() => text.caret(),
                _ => 0,
            };
            kept.insert(CARET.to_owned(), format!("{} {caret}", field.id));
        }
        kept
    }

    /// Puts a draft back, and the caret. Fields that are gone, read only or secret are left alone.
    pub fn restore(&mut self, draft: &BTreeMap<String, String>) {
        self.restore_values(draft);
        let caret = draft.get(CARET).and_then(|caret| caret.split_once(' '));
        if let Some((id, graphemes)) = caret {
            self.focus(id);
            let field = self.field_mut(id).filter(|field| !field.read_only && !field.is_secret());
            if let (Some(FieldInput::Text(text)), Ok(graphemes)) = (field.map(|f| &mut f.input), graphemes.parse()) {
                text.set_caret(graphemes);
            }
        }
    }

    fn restore_values(&mut self, draft: &BTreeMap<String, String>) {
        for field in self.fields.iter_mut().filter(|field| !field.read_only && !field.is_secret()) {
            if let Some(text) = draft.get(field.id) {
                field.set(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::findings::Finding;
    use crate::ui::choice::ChoiceOption;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn form() -> Form {
        Form::new(vec![
            FormField::text("case", W::UiKeyUp).value("A4391").read_only(),
            FormField::text("surveyor", W::UiKeyUp).prefilled("张敏"),
            FormField::day("surveyed", W::UiKeyDown),
            FormField::choice(
                "outcome",
                W::UiKeyLeft,
                vec![ChoiceOption::name("pay", "Pay"), ChoiceOption::name("zero", "Zero")],
            ),
            FormField::pin("pin", W::UiPinLabel),
        ])
    }

    fn press(form: &mut Form, code: KeyCode) -> FormEvent {
        form.handle(KeyEvent::new(code, KeyModifiers::NONE), today(), Lang::Zh)
    }

    fn typed(form: &mut Form, text: &str) {
        for letter in text.chars() {
            press(form, KeyCode::Char(letter));
        }
    }

    #[test]
    fn enter_goes_on_and_stays_on_the_last_field() {
        let mut form = form();
        assert_eq!(form.focused(), Some("surveyor"), "a read-only field is passed over");
        for expected in ["surveyed", "outcome", "pin"] {
            assert_eq!(press(&mut form, KeyCode::Enter), FormEvent::Moved);
            assert_eq!(form.focused(), Some(expected));
        }
        assert_eq!(press(&mut form, KeyCode::Enter), FormEvent::AtLastField);
        assert_eq!(form.focused(), Some("pin"));
        press(&mut form, KeyCode::Up);
        press(&mut form, KeyCode::BackTab);
        assert_eq!(form.focused(), Some("surveyed"));
    }

    #[test]
    fn a_day_is_written_out_when_it_is_left_or_asked_for() {
        let mut form = form();
        press(&mut form, KeyCode::Tab);
        typed(&mut form, "1120");
        assert_eq!(form.value("surveyed"), "1120");
        assert_eq!(form.values(today()).get("surveyed").map(String::as_str), Some("2026-11-20"));
        press(&mut form, KeyCode::Tab);
        assert_eq!(form.value("surveyed"), "2026-11-20");
        press(&mut form, KeyCode::BackTab);
        form.handle(KeyEvent::new(KeyCode::Char('u'), KeyModifiers::CONTROL), today(), Lang::Zh);
        typed(&mut form, "t");
        assert_eq!(form.value("surveyed"), "2026-11-23", "t is today at once");
        form.set("surveyed", "0230");
        press(&mut form, KeyCode::Tab);
        assert_eq!(form.value("surveyed"), "0230", "what is no day stays as typed");
    }

    #[test]
    fn a_draft_holds_what_was_typed_and_no_secret() {
        let mut form = form();
        assert!(!form.dirty() && form.snapshot().is_empty());
        typed(&mut form, "·");
        press(&mut form, KeyCode::Tab);
        press(&mut form, KeyCode::Tab);
        typed(&mut form, "z");
        press(&mut form, KeyCode::Tab);
        typed(&mut form, "246810");
        assert!(form.dirty());
        let draft = form.snapshot();
        assert_eq!(draft.get("surveyor").map(String::as_str), Some("张敏·"));
        assert_eq!(draft.get("outcome").map(String::as_str), Some("zero"));
        assert_eq!(draft.get(CARET).map(String::as_str), Some("pin 0"), "a secret does not even tell its length");
        assert_eq!(draft.len(), 3, "{draft:?}");
        assert!(!form.values(today()).contains_key("pin"));
        let mut again = self::form();
        again.restore(&draft);
        assert_eq!(again.snapshot(), draft);
        assert_eq!(form.take_secret("pin").as_deref().map(String::as_str), Some("246810"));
        assert!(form.take_secret("surveyor").is_none());
    }

    #[test]
    fn a_draft_puts_the_caret_back_where_it_stood() {
        let mut form = form();
        typed(&mut form, "你好é");
        press(&mut form, KeyCode::Left);
        press(&mut form, KeyCode::Left);
        let draft = form.snapshot();
        let mut again = self::form();
        press(&mut again, KeyCode::Tab);
        again.restore(&draft);
        assert_eq!(again.focused(), Some("surveyor"));
        typed(&mut again, "|");
        assert_eq!(again.value("surveyor"), "张敏你|好é");
    }

    #[test]
    fn a_finding_goes_when_its_field_is_typed_into() {
        let mut form = form();
        let mut findings = Findings::new();
        findings.push(Finding::warn("a", "surveyor", W::UiKeyUp));
        findings.push(Finding::block("b", "surveyed", W::UiKeyUp));
        form.show(findings);
        assert_eq!(form.focused(), Some("surveyed"));
        typed(&mut form, "1");
        assert_eq!(form.findings().iter().map(|finding| finding.code).collect::<Vec<_>>(), ["a"]);
    }
}

//! One field of a form: what is typed into it, its label and hint, and what it began with.

use chrono::NaiveDate;
use ratatui::crossterm::event::KeyEvent;

use crate::kernel::words::{Lang, Phrase, W};
use crate::ui::choice::{ChoiceField, ChoiceOption};
use crate::ui::field::{Edit, Kind, TextField};
use crate::ui::when::{full_moment, parse_day};

/// What a field is answered with.
#[derive(Clone, Debug)]
pub enum FieldInput {
    /// A line of text.
    Text(TextField),
    /// One of a few answers.
    Choice(ChoiceField),
}

/// A labelled field.
#[derive(Clone, Debug)]
pub struct FormField {
    /// The field's name in rules, findings and drafts.
    pub id: &'static str,
    /// What the clerk reads before it.
    pub label: W,
    /// What is said under it while it has the focus.
    pub hint: Option<Phrase>,
    /// Whether it is only shown.
    pub read_only: bool,
    /// Its value and caret.
    pub input: FieldInput,
    prefilled: bool,
    initial: String,
}

impl FormField {
    fn new(id: &'static str, label: W, input: FieldInput) -> FormField {
        let mut field =
            FormField { id, label, hint: None, read_only: false, input, prefilled: false, initial: String::new() };
        field.initial = field.current().to_owned();
        field
    }

    /// A line of any text.
    pub fn text(id: &'static str, label: W) -> FormField {
        FormField::of_kind(id, label, Kind::Text)
    }

    /// A line of this kind.
    pub fn of_kind(id: &'static str, label: W, kind: Kind) -> FormField {
        FormField::new(id, label, FieldInput::Text(TextField::new(kind)))
    }

    /// An amount in yuan.
    pub fn money(id: &'static str, label: W) -> FormField {
        FormField::of_kind(id, label, Kind::Money)
    }

    /// A day.
    pub fn day(id: &'static str, label: W) -> FormField {
        FormField::of_kind(id, label, Kind::Day)
    }

    /// A secret.
    pub fn pin(id: &'static str, label: W) -> FormField {
        FormField::of_kind(id, label, Kind::Pin)
    }

    /// One of a few answers.
    pub fn choice(id: &'static str, label: W, options: Vec<ChoiceOption>) -> FormField {
        FormField::new(id, label, FieldInput::Choice(ChoiceField::new(options)))
    }

    /// No or yes, "0" or "1".
    pub fn toggle(id: &'static str, label: W) -> FormField {
        FormField::new(id, label, FieldInput::Choice(ChoiceField::toggle()))
    }

    /// Says something under the field while it has the focus.
    pub fn hint(mut self, hint: impl Into<Phrase>) -> FormField {
        self.hint = Some(hint.into());
        self
    }

    /// Takes at most this many graphemes.
    pub fn limit(mut self, graphemes: usize) -> FormField {
        if let FieldInput::Text(field) = self.input {
            self.input = FieldInput::Text(field.limit(graphemes));
        }
        self
    }

    /// Only shows the field.
    pub fn read_only(mut self) -> FormField {
        self.read_only = true;
        self
    }

    /// Begins with a value the clerk entered before.
    pub fn value(mut self, text: &str) -> FormField {
        self.put(text);
        self.initial = self.current().to_owned();
        self
    }

    /// Begins with a value from outside, marked until the clerk touches it.
    pub fn prefilled(mut self, text: &str) -> FormField {
        self = self.value(text);
        self.prefilled = !self.initial.is_empty();
        self
    }

    /// Whether the value still is the one that came from outside.
    pub fn is_prefilled(&self) -> bool {
        self.prefilled
    }

    /// Whether this is a secret.
    pub fn is_secret(&self) -> bool {
        matches!(&self.input, FieldInput::Text(field) if field.kind() == Kind::Pin)
    }

    /// The value as it stands: the text, or the id of the answer.
    pub fn current(&self) -> &str {
        match &self.input {
            FieldInput::Text(field) => field.value(),
            FieldInput::Choice(choice) => choice.value(),
        }
    }

    /// Whether the value differs from the one it began with.
    pub fn dirty(&self) -> bool {
        self.current() != self.initial
    }

    fn put(&mut self, text: &str) {
        match &mut self.input {
            FieldInput::Text(field) => field.set(text),
            FieldInput::Choice(choice) => choice.set(text),
        }
    }

    /// Sets the value as if typed.
    pub(super) fn set(&mut self, text: &str) {
        self.put(text);
        self.prefilled = false;
    }

    /// The value with a day or moment written out in full, or as typed where it can't be read.
    pub(super) fn settled(&self, today: NaiveDate) -> String {
        let text = self.current();
        let full = match &self.input {
            FieldInput::Text(field) if field.kind() == Kind::Day => parse_day(text, today).map(|day| day.to_string()),
            FieldInput::Text(field) if field.kind() == Kind::Moment => full_moment(text, today),
            _ => None,
        };
        full.unwrap_or_else(|| text.to_owned())
    }

    /// Writes a day or moment out in full.
    pub(super) fn settle(&mut self, today: NaiveDate) {
        let full = self.settled(today);
        if full != self.current() {
            self.put(&full);
        }
    }

    pub(super) fn handle(&mut self, key: KeyEvent, today: NaiveDate, lang: Lang) -> Edit {
        let edit = match &mut self.input {
            FieldInput::Text(field) => field.handle(key),
            FieldInput::Choice(choice) => choice.handle(key, lang),
        };
        if edit == Edit::Changed {
            self.prefilled = false;
            if self.current() == "t" {
                self.settle(today);
            }
        }
        edit
    }

    pub(super) fn paste(&mut self, text: &str) -> Edit {
        let FieldInput::Text(field) = &mut self.input else { return Edit::Ignored };
        let edit = field.paste(text);
        if edit == Edit::Changed {
            self.prefilled = false;
        }
        edit
    }
}

//! A field with a few answers: one is shown, Left, Right and Space change it, a first letter finds it.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};

use crate::kernel::text::fold;
use crate::kernel::words::{Lang, Phrase, W};
use crate::ui::draw;
use crate::ui::field::Edit;
use crate::ui::theme::Theme;

/// One answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceOption {
    /// What the form's value is when this is chosen.
    pub id: String,
    /// What the clerk reads.
    pub label: ChoiceLabel,
}

/// The words of an answer: the program's own, or a name from the store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChoiceLabel {
    /// Words in the language of the screen.
    Words(Phrase),
    /// A name as it is kept.
    Name(String),
}

impl ChoiceOption {
    /// An answer in the program's words.
    pub fn words(id: impl Into<String>, label: impl Into<Phrase>) -> ChoiceOption {
        ChoiceOption { id: id.into(), label: ChoiceLabel::Words(label.into()) }
    }

    /// An answer that is a name from the store.
    pub fn name(id: impl Into<String>, name: impl Into<String>) -> ChoiceOption {
        ChoiceOption { id: id.into(), label: ChoiceLabel::Name(name.into()) }
    }

    /// The label in one language.
    pub fn say(&self, lang: Lang) -> String {
        match &self.label {
            ChoiceLabel::Words(phrase) => phrase.say(lang),
            ChoiceLabel::Name(name) => name.clone(),
        }
    }
}

/// A choice among a few answers; none may be chosen yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChoiceField {
    options: Vec<ChoiceOption>,
    chosen: Option<usize>,
    /// Letters typed one after the other; any other key starts anew.
    typed: String,
}

impl ChoiceField {
    /// A choice with nothing chosen.
    pub fn new(options: Vec<ChoiceOption>) -> ChoiceField {
        ChoiceField { options, chosen: None, typed: String::new() }
    }

    /// No or yes, with the values "0" and "1"; no is chosen.
    pub fn toggle() -> ChoiceField {
        let options = vec![ChoiceOption::words("0", W::UiConfirmNo), ChoiceOption::words("1", W::UiConfirmYes)];
        ChoiceField { options, chosen: Some(0), typed: String::new() }
    }

    /// The id of the chosen answer, empty when there is none.
    pub fn value(&self) -> &str {
        self.chosen.and_then(|index| self.options.get(index)).map_or("", |option| option.id.as_str())
    }

    /// The answers.
    pub fn options(&self) -> &[ChoiceOption] {
        &self.options
    }

    /// Chooses the answer with this id; an unknown one chooses none.
    pub fn set(&mut self, id: &str) {
        self.chosen = self.options.iter().position(|option| option.id == id);
    }

    /// Takes a key: Left and Right, Space for the next, letters for the first answer that begins with them.
    pub fn handle(&mut self, key: KeyEvent, lang: Lang) -> Edit {
        if key.kind == KeyEventKind::Release || key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return Edit::Ignored;
        }
        let count = self.options.len();
        let next = match (key.code, self.chosen) {
            (_, _) if count == 0 => return Edit::Ignored,
            (KeyCode::Left, Some(index)) => (index + count - 1) % count,
            (KeyCode::Left, None) => count - 1,
            (KeyCode::Right | KeyCode::Char(' ' | '\u{3000}'), Some(index)) => (index + 1) % count,
            (KeyCode::Right | KeyCode::Char(' ' | '\u{3000}'), None) => 0,
            (KeyCode::Char(letter), _) => return self.find(letter, lang),
            _ => return Edit::Ignored,
        };
        self.typed.clear();
        self.choose(next)
    }

    fn choose(&mut self, index: usize) -> Edit {
        let changed = self.chosen != Some(index);
        self.chosen = Some(index);
        if changed { Edit::Changed } else { Edit::Moved }
    }

    /// A letter goes on with the letters before it, or begins anew when they lead nowhere together.
    fn find(&mut self, letter: char, lang: Lang) -> Edit {
        let begun = format!("{}{letter}", self.typed);
        for wanted in [begun, letter.to_string()] {
            let start = fold(&wanted).to_lowercase();
            let found = self.options.iter().position(|option| {
                [option.say(lang).as_str(), option.id.as_str()]
                    .iter()
                    .any(|text| fold(text).to_lowercase().starts_with(&start))
            });
            if let Some(index) = found.filter(|_| !start.is_empty()) {
                self.typed = wanted;
                return self.choose(index);
            }
        }
        Edit::Ignored
    }

    /// Draws "< answer >" into the first row of `area`; with the focus, answers where the cursor stands.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, focused: bool, theme: Theme, lang: Lang) -> Option<Position> {
        let label = self
            .chosen
            .and_then(|index| self.options.get(index))
            .map_or_else(|| "-".to_owned(), |option| option.say(lang));
        let style = if focused { theme.field_focus() } else { theme.field() };
        let x = draw::put(buf, area, 0, 0, "< ", theme.dim());
        let end = draw::put(buf, area, x, 0, &label, style);
        draw::put(buf, area, end, 0, " >", theme.dim());
        if !focused {
            return None;
        }
        draw::position(buf, area, x, 0).or_else(|| draw::position(buf, area, 0, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(field: &mut ChoiceField, code: KeyCode) -> String {
        field.handle(KeyEvent::new(code, KeyModifiers::NONE), Lang::Zh);
        field.value().to_owned()
    }

    #[test]
    fn arrows_go_round_and_letters_find() {
        let names = [("1", "Bank"), ("2", "Bao"), ("3", "Cash"), ("4", "阿凡提·买买提")];
        let mut field = ChoiceField::new(names.map(|(id, name)| ChoiceOption::name(id, name)).to_vec());
        assert_eq!(field.value(), "");
        assert_eq!(press(&mut field, KeyCode::Left), "4");
        assert_eq!(press(&mut field, KeyCode::Right), "1");
        assert_eq!(press(&mut field, KeyCode::Char(' ')), "2");
        assert_eq!(press(&mut field, KeyCode::Char('ｃ')), "3");
        assert_eq!(press(&mut field, KeyCode::Char('b')), "1");
        assert_eq!(press(&mut field, KeyCode::Char('a')), "1");
        assert_eq!(press(&mut field, KeyCode::Char('o')), "2", "b, a, o lead to Bao");
        assert_eq!(press(&mut field, KeyCode::Char('阿')), "4");
        assert_eq!(press(&mut field, KeyCode::Char('z')), "4", "an unknown letter changes nothing");
        field.set("gone");
        assert_eq!(field.value(), "");
    }

    #[test]
    fn without_answers_nothing_happens() {
        let mut field = ChoiceField::new(Vec::new());
        assert_eq!(press(&mut field, KeyCode::Right), "");
        assert_eq!(press(&mut field, KeyCode::Char('a')), "");
    }
}

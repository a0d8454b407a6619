//! Asks a person for the PIN: who, a secret, and above it what will be signed with count and sum.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};
use zeroize::Zeroizing;

use crate::kernel::text;
use crate::kernel::words::{Lang, Phrase, W};
use crate::ui::choice::{ChoiceField, ChoiceOption};
use crate::ui::draw;
use crate::ui::field::{Kind, TextField};
use crate::ui::layout;
use crate::ui::theme::Theme;

/// Who is asked.
#[derive(Clone, Debug)]
enum Person {
    /// The one who is signed in, or is named in the message.
    Known,
    /// One of several.
    Choice(ChoiceField),
    /// Whoever types a name or number.
    Typed(TextField),
}

/// What came of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum PinEvent {
    /// Nothing yet.
    Pending,
    /// Left without a PIN.
    Cancel,
    /// A PIN, and of whom: the id of the chosen person or what was typed; empty when the person was known.
    Given {
        /// The person.
        person: String,
        /// The PIN; wiped from memory when dropped.
        pin: Zeroizing<String>,
    },
}

/// The question for a PIN.
#[derive(Clone, Debug)]
pub struct PinPrompt {
    title: Phrase,
    message: Vec<Phrase>,
    person: Person,
    pin: TextField,
    on_pin: bool,
    problem: Option<Phrase>,
}

impl PinPrompt {
    /// Asks the person who is known.
    pub fn new(title: impl Into<Phrase>) -> PinPrompt {
        let pin = TextField::new(Kind::Pin);
        PinPrompt { title: title.into(), message: Vec::new(), person: Person::Known, pin, on_pin: true, problem: None }
    }

    /// A line above the fields: what is signed, how many, which sum.
    pub fn message(mut self, line: impl Into<Phrase>) -> PinPrompt {
        self.message.push(line.into());
        self
    }

    /// Asks one of several persons; the first is chosen, and Left and Right choose another while the PIN is typed.
    pub fn among(mut self, persons: Vec<ChoiceOption>) -> PinPrompt {
        let first = persons.first().map(|person| person.id.clone());
        let mut choice = ChoiceField::new(persons);
        choice.set(&first.unwrap_or_default());
        self.person = Person::Choice(choice);
        self
    }

    /// Asks whoever types a name or number.
    pub fn anyone(mut self) -> PinPrompt {
        self.person = Person::Typed(TextField::new(Kind::Text).limit(40));
        self.on_pin = false;
        self
    }

    /// Says why the PIN was not taken; the secret is typed again.
    pub fn refuse(&mut self, why: impl Into<Phrase>) {
        self.problem = Some(why.into());
        self.pin.clear();
        self.on_pin = true;
    }

    /// Takes a key: Tab and the arrows change between person and PIN, Enter goes on and gives the PIN, Esc leaves.
    pub fn handle(&mut self, key: KeyEvent, lang: Lang) -> PinEvent {
        if key.kind == KeyEventKind::Release {
            return PinEvent::Pending;
        }
        let bare = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        match key.code {
            KeyCode::Esc => {
                self.pin.clear();
                return PinEvent::Cancel;
            }
            KeyCode::Enter if bare && self.on_pin => return self.give(),
            KeyCode::Enter if bare => self.on_pin = true,
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Up | KeyCode::Down if bare => {
                self.on_pin = !self.on_pin || matches!(self.person, Person::Known);
            }
            KeyCode::Left | KeyCode::Right if matches!(self.person, Person::Choice(_)) => self.choose(key, lang),
            KeyCode::Char(c) if !self.on_pin && matches!(self.person, Person::Choice(_)) && c.is_numeric() => {
                self.on_pin = true;
                self.pin.handle(key);
            }
            _ if self.on_pin => {
                self.pin.handle(key);
            }
            _ => match &mut self.person {
                Person::Known => {}
                Person::Choice(choice) => {
                    choice.handle(key, lang);
                }
                Person::Typed(field) => {
                    field.handle(key);
                }
            },
        }
        PinEvent::Pending
    }

    fn choose(&mut self, key: KeyEvent, lang: Lang) {
        if let Person::Choice(choice) = &mut self.person {
            choice.handle(key, lang);
        }
    }

    /// Takes pasted text into the field that has the focus.
    pub fn paste(&mut self, text: &str) {
        match &mut self.person {
            _ if self.on_pin => {
                self.pin.paste(text);
            }
            Person::Typed(field) => {
                field.paste(text);
            }
            Person::Known | Person::Choice(_) => {}
        }
    }

    fn give(&mut self) -> PinEvent {
        let person = match &self.person {
            Person::Known => None,
            Person::Choice(choice) => Some(choice.value()),
            Person::Typed(field) => Some(field.value().trim()),
        };
        if person.is_some_and(str::is_empty) {
            self.problem = Some(W::UiPinNoPerson.into());
            self.on_pin = false;
            return PinEvent::Pending;
        }
        if self.pin.is_empty() {
            self.problem = Some(W::UiPinEmpty.into());
            return PinEvent::Pending;
        }
        self.problem = None;
        PinEvent::Given { person: person.unwrap_or_default().to_owned(), pin: self.pin.take() }
    }

    /// Draws the prompt over `area`; the cursor stands in the field that has the focus.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let width = area.width.saturating_sub(8).min(60);
        let cells = usize::from(width.max(1));
        let mut lines: Vec<String> = self.message.iter().flat_map(|line| text::wrap(&line.say(lang), cells)).collect();
        let warned = lines.len();
        lines.extend(self.problem.iter().flat_map(|problem| text::wrap(&format!("x {}", problem.say(lang)), cells)));
        let asks = u16::from(!matches!(self.person, Person::Known)) + 2;
        let height = draw::to_u16(lines.len()).saturating_add(asks + 1);
        let inside = layout::popup(buf, area, (width, height), &self.title.say(lang), theme);
        let split = layout::parts(inside, 0, asks.min(inside.height));
        for (y, line) in (0..split.body.height).zip(&lines) {
            draw::put(buf, split.body, 0, y, line, if usize::from(y) < warned { theme.text() } else { theme.error() });
        }
        self.draw_fields(buf, split.footer, lang, theme)
    }

    fn draw_fields(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let labels = [W::UiPinPerson.text(lang), W::UiPinLabel.text(lang)];
        let indent = draw::to_u16(labels.iter().map(|label| draw::cells(label)).max().unwrap_or(0)).saturating_add(2);
        let mut y = 0;
        let mut cursor = None;
        let mut place = |buf: &mut Buffer, label: &str| {
            let line = Rect { y: area.y.saturating_add(y), height: u16::from(y < area.height), ..area };
            y += 1;
            draw::put(buf, line, 0, 0, label, theme.dim());
            let indent = indent.min(line.width);
            Rect { x: line.x.saturating_add(indent), width: line.width - indent, ..line }
        };
        match &self.person {
            Person::Known => {}
            Person::Choice(choice) => {
                let place = place(buf, labels[0]);
                cursor = choice.draw(buf, place, !self.on_pin, theme, lang);
            }
            Person::Typed(field) => {
                let place = place(buf, labels[0]);
                cursor = field.draw(buf, place, !self.on_pin, theme);
            }
        }
        let pin_place = place(buf, labels[1]);
        cursor = self.pin.draw(buf, pin_place, self.on_pin, theme).or(cursor);
        let hint = if matches!(self.person, Person::Choice(_)) { W::UiPinHintChoice } else { W::UiPinHint };
        draw::put(buf, area, 0, y, hint.text(lang), theme.dim());
        cursor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(prompt: &mut PinPrompt, code: KeyCode) -> PinEvent {
        prompt.handle(KeyEvent::new(code, KeyModifiers::NONE), Lang::Zh)
    }

    fn typed(prompt: &mut PinPrompt, text: &str) {
        for letter in text.chars() {
            press(prompt, KeyCode::Char(letter));
        }
    }

    fn given(event: PinEvent) -> (String, String) {
        match event {
            PinEvent::Given { person, pin } => (person, pin.to_string()),
            other => (format!("{other:?}"), String::new()),
        }
    }

    #[test]
    fn a_pin_is_given_once_and_full_width_digits_count() {
        let mut prompt = PinPrompt::new(W::UiPinLabel);
        assert_eq!(press(&mut prompt, KeyCode::Enter), PinEvent::Pending, "an empty PIN is none");
        typed(&mut prompt, "２４68a10");
        assert_eq!(given(press(&mut prompt, KeyCode::Enter)), (String::new(), "246810".to_owned()));
        assert_eq!(press(&mut prompt, KeyCode::Enter), PinEvent::Pending);
    }

    #[test]
    fn the_person_is_chosen_or_typed_first() {
        let persons = vec![ChoiceOption::name("7", "王建国"), ChoiceOption::name("9", "李晓红")];
        let mut prompt = PinPrompt::new(W::UiPinLabel).among(persons);
        press(&mut prompt, KeyCode::Right);
        press(&mut prompt, KeyCode::Enter);
        prompt.paste("135790\n");
        assert_eq!(given(press(&mut prompt, KeyCode::Enter)), ("9".to_owned(), "135790".to_owned()));

        let mut prompt = PinPrompt::new(W::UiPinLabel).anyone();
        press(&mut prompt, KeyCode::Tab);
        typed(&mut prompt, "135790");
        assert_eq!(press(&mut prompt, KeyCode::Enter), PinEvent::Pending, "nobody is named");
        typed(&mut prompt, "0017");
        press(&mut prompt, KeyCode::Down);
        assert_eq!(given(press(&mut prompt, KeyCode::Enter)), ("0017".to_owned(), "135790".to_owned()));
        assert_eq!(press(&mut prompt, KeyCode::Esc), PinEvent::Cancel);
    }

    #[test]
    fn a_refusal_asks_for_the_pin_again() {
        let mut prompt = PinPrompt::new(W::UiPinLabel);
        typed(&mut prompt, "111111");
        prompt.refuse(W::UiPinEmpty);
        typed(&mut prompt, "222222");
        assert_eq!(given(press(&mut prompt, KeyCode::Enter)).1, "222222");
    }
}

//! A question before something that can't be taken back: No unless the clerk has read it and says Yes.
//!
//! A key that arrived before the question was on the screen was not meant for it and does nothing; pasted text never
//! reaches it.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};
use std::time::Instant;

use crate::kernel::text;
use crate::kernel::words::{Lang, Phrase, W};
use crate::ui::draw;
use crate::ui::fresh::{Freshness, Press};
use crate::ui::keys::Chord;
use crate::ui::layout;
use crate::ui::theme::Theme;

/// The question's text is broken at this many cells.
const WIDEST: u16 = 64;
/// Room for the answers and the hint in either language.
const NARROWEST: u16 = 32;

/// What the clerk answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    /// Nothing yet.
    Pending,
    /// Yes.
    Yes,
    /// No, or left.
    No,
}

/// A question with the answers No and Yes.
#[derive(Clone, Debug)]
pub struct Confirm {
    question: Phrase,
    details: Vec<Phrase>,
    yes_highlighted: bool,
    fresh: Freshness,
}

impl Confirm {
    /// A question; it names the case and the amount it is about.
    pub fn new(question: impl Into<Phrase>) -> Confirm {
        let question = question.into();
        Confirm { question, details: Vec::new(), yes_highlighted: false, fresh: Freshness::default() }
    }

    /// A line under the question.
    pub fn detail(mut self, line: impl Into<Phrase>) -> Confirm {
        self.details.push(line.into());
        self
    }

    /// The key that led here: as long as it goes on arriving it is held down and answers nothing with Yes.
    pub fn opened_by(mut self, key: KeyEvent) -> Confirm {
        self.fresh.opened_by(key);
        self
    }

    /// Told by the shell after the question was drawn for the first time: the number of the last key that had arrived
    /// by then. Later calls change nothing.
    pub fn shown(&mut self, last_key: u64) {
        self.fresh.shown(last_key);
    }

    /// Told when a key comes, before it is taken: a key that paused this long is not held down any more.
    pub fn key_at(&mut self, now: Instant) {
        self.fresh.key_at(now);
    }

    /// Takes the key with this number. Esc always leads out; everything else waits until the question was seen.
    pub fn handle(&mut self, key: KeyEvent, arrived: u64, lang: Lang) -> Answer {
        if key.code == KeyCode::Esc && key.kind != KeyEventKind::Release {
            return Answer::No;
        }
        let Some(chord) = Chord::of(key) else { return Answer::Pending };
        match self.fresh.judge(key, chord, arrived) {
            Press::Early => return Answer::Pending,
            // Still the key that was pressed before the question: only the safe answer is open to it.
            Press::Held if key.code == KeyCode::Enter && !self.yes_highlighted => return Answer::No,
            Press::Held => return Answer::Pending,
            Press::Fresh => {}
        }
        if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return Answer::Pending;
        }
        match key.code {
            KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right | KeyCode::Up | KeyCode::Down => {
                self.yes_highlighted = !self.yes_highlighted;
                Answer::Pending
            }
            KeyCode::Enter if self.yes_highlighted => Answer::Yes,
            KeyCode::Enter => Answer::No,
            KeyCode::Char(letter) if is_among(letter, W::UiConfirmYesLetters.text(lang)) => Answer::Yes,
            KeyCode::Char(letter) if is_among(letter, W::UiConfirmNoLetters.text(lang)) => Answer::No,
            _ => Answer::Pending,
        }
    }

    /// Draws the question over `area`; the cursor stands at the highlighted answer.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let widest = usize::from(area.width.saturating_sub(8).clamp(1, WIDEST));
        let mut lines = text::wrap(&self.question.say(lang), widest);
        let asked = lines.len();
        for detail in &self.details {
            lines.extend(text::wrap(&detail.say(lang), widest));
        }
        let needed = lines.iter().map(|line| draw::cells(line)).max().unwrap_or(0);
        let width = draw::to_u16(needed).clamp(NARROWEST, WIDEST);
        let height = draw::to_u16(lines.len()).saturating_add(3);
        let inside = layout::popup(buf, area, (width, height), "", theme);
        // The answers stay in sight when the question is longer than the screen.
        let split = layout::parts(inside, 0, 2.min(inside.height));
        for (y, line) in (0..split.body.height).zip(&lines) {
            let style = if usize::from(y) < asked { theme.title() } else { theme.text() };
            draw::put(buf, split.body, 0, y, line, style);
        }
        let mut x = 0;
        let mut cursor = None;
        for (word, yes) in [(W::UiConfirmNo, false), (W::UiConfirmYes, true)] {
            let chosen = yes == self.yes_highlighted;
            let (mark, style) = if chosen { ("> ", theme.selected()) } else { ("  ", theme.text()) };
            if chosen {
                cursor = draw::position(buf, split.footer, x, 0);
            }
            x = draw::put(buf, split.footer, x, 0, &format!("{mark}{} ", word.text(lang)), style).saturating_add(2);
        }
        draw::put(buf, split.footer, 0, 1, W::UiConfirmHint.text(lang), theme.dim());
        cursor
    }
}

/// Whether the letter, folded, is among these.
fn is_among(letter: char, letters: &str) -> bool {
    let folded = crate::ui::keys::fold_char(letter).to_ascii_lowercase();
    letters.chars().any(|known| known == folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn shown() -> Confirm {
        let mut question = Confirm::new(W::UiKeyUp);
        question.shown(10);
        question
    }

    #[test]
    fn only_a_key_pressed_after_the_question_was_seen_confirms() {
        let mut question = Confirm::new(W::UiKeyUp);
        assert_eq!(question.handle(key(KeyCode::Char('y')), 7, Lang::Zh), Answer::Pending, "not drawn yet");
        question.shown(8);
        question.shown(0);
        assert_eq!(question.handle(key(KeyCode::Char('y')), 8, Lang::Zh), Answer::Pending, "typed ahead");
        assert_eq!(question.handle(key(KeyCode::Char('y')), 9, Lang::Zh), Answer::Pending, "still held");
        assert_eq!(question.handle(key(KeyCode::Down), 10, Lang::Zh), Answer::Pending);
        assert_eq!(question.handle(key(KeyCode::Char('y')), 11, Lang::Zh), Answer::Yes);
    }

    #[test]
    fn a_key_let_go_and_pressed_again_is_no_longer_held() {
        let mut question = shown();
        let start = crate::kernel::clock::tick();
        let mut press = |after: u64, arrived: u64| {
            question.key_at(start + Duration::from_millis(after));
            question.handle(key(KeyCode::Char('y')), arrived, Lang::Zh)
        };
        assert_eq!(press(0, 10), Answer::Pending, "typed ahead");
        assert_eq!(press(600, 11), Answer::Pending, "the keyboard may still be repeating it");
        assert_eq!(press(1_600, 12), Answer::Yes);
    }

    #[test]
    fn the_last_key_before_the_question_moves_nothing() {
        let mut question = shown();
        assert_eq!(question.handle(key(KeyCode::Tab), 10, Lang::En), Answer::Pending);
        assert_eq!(question.handle(key(KeyCode::Enter), 11, Lang::En), Answer::No, "Yes was never highlighted");
    }

    #[test]
    fn yes_is_said_in_either_language_and_no_is_the_default() {
        for (code, lang, answer) in [
            (KeyCode::Char('y'), Lang::Zh, Answer::Yes),
            (KeyCode::Char('ｙ'), Lang::Zh, Answer::Yes),
            (KeyCode::Char('是'), Lang::Zh, Answer::Yes),
            (KeyCode::Char('Y'), Lang::En, Answer::Yes),
            (KeyCode::Char('n'), Lang::En, Answer::No),
            (KeyCode::Char('否'), Lang::Zh, Answer::No),
            (KeyCode::Enter, Lang::Zh, Answer::No),
            (KeyCode::Esc, Lang::Zh, Answer::No),
            (KeyCode::Char(' '), Lang::Zh, Answer::Pending),
            (KeyCode::F(5), Lang::Zh, Answer::Pending),
        ] {
            assert_eq!(shown().handle(key(code), 11, lang), answer, "{code:?}");
        }
        let control = KeyEvent::new(KeyCode::Char('y'), KeyModifiers::CONTROL);
        assert_eq!(shown().handle(control, 11, Lang::En), Answer::Pending);
    }

    #[test]
    fn a_held_key_never_confirms() {
        let mut question = Confirm::new(W::UiKeyUp).opened_by(key(KeyCode::Char('y')));
        question.shown(10);
        for arrived in 11..20 {
            assert_eq!(question.handle(key(KeyCode::Char('y')), arrived, Lang::En), Answer::Pending);
        }
        let mut question = shown();
        question.handle(key(KeyCode::Tab), 11, Lang::En);
        let repeat = KeyEvent::new_with_kind(KeyCode::Enter, KeyModifiers::NONE, KeyEventKind::Repeat);
        assert_eq!(question.handle(repeat, 12, Lang::En), Answer::Pending);
        assert_eq!(question.handle(key(KeyCode::Enter), 13, Lang::En), Answer::Yes);
        let mut question = Confirm::new(W::UiKeyUp).opened_by(key(KeyCode::Enter));
        question.shown(10);
        assert_eq!(
            question.handle(key(KeyCode::Enter), 11, Lang::En),
            Answer::No,
            "a held Enter takes the safe answer"
        );
    }
}

//! One line to type into: moves by grapheme, measures in cells, keeps what is typed and nothing else.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};
use tui_input::{Input, InputRequest};
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize, Zeroizing};

use crate::ui::draw;
use crate::ui::keys::fold_char;
use crate::ui::theme::Theme;

/// What is typed into a field; decides which keys it takes and what is folded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Names, places, reasons: everything, as it is typed.
    Text,
    /// An amount in yuan.
    Money,
    /// Digits only.
    Digits,
    /// A number made of letters, digits and marks, in capitals: identity, policy, account.
    Id,
    /// A day, see [`parse_day`](crate::ui::when::parse_day).
    Day,
    /// A moment, see [`parse_moment`](crate::ui::when::parse_moment).
    Moment,
    /// A secret: shown as asterisks, never drafted, never printed.
    Pin,
}

impl Kind {
    /// The most graphemes the field takes unless told otherwise.
    fn default_limit(self) -> usize {
        match self {
            Kind::Text => 200,
            Kind::Money => 24,
            Kind::Digits | Kind::Id => 40,
            Kind::Day => 10,
            Kind::Moment => 19,
            Kind::Pin => 64,
        }
    }

    /// The character a typed one becomes, or nothing when this kind of field doesn't take it.
    fn typed(self, letter: char) -> Option<char> {
        let folded = self.folded(letter);
        let taken = match self {
            Kind::Text => true,
            Kind::Money => folded.is_ascii_digit() || matches!(folded, '.' | ',' | '-'),
            Kind::Digits | Kind::Pin => folded.is_ascii_digit(),
            Kind::Id => folded.is_ascii_graphic(),
            Kind::Day => folded.is_ascii_digit() || matches!(folded, '-' | '/' | '.' | 't'),
            Kind::Moment => folded.is_ascii_digit() || matches!(folded, '-' | '/' | '.' | 't' | ':' | ' '),
        };
        taken.then_some(folded)
    }

    fn folded(self, letter: char) -> char {
        match self {
            Kind::Text => letter,
            Kind::Id => fold_char(letter).to_ascii_uppercase(),
            Kind::Day | Kind::Moment => fold_char(letter).to_ascii_lowercase(),
            Kind::Money | Kind::Digits | Kind::Pin => fold_char(letter),
        }
    }
}

/// What a key did to a field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edit {
    /// The text is another one.
    Changed,
    /// Only the caret moved.
    Moved,
    /// The key means nothing here.
    Ignored,
}

/// A grapheme is a letter with its marks; more code points than this per grapheme of the limit are not taken.
const CODE_POINTS_PER_GRAPHEME: usize = 8;

/// A line of text with a caret.
#[derive(Clone)]
pub struct TextField {
    input: Input,
    kind: Kind,
    limit: usize,
}

impl fmt::Debug for TextField {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.kind == Kind::Pin { "(secret)" } else { self.value() };
        out.debug_struct("TextField").field("kind", &self.kind).field("value", &shown).finish_non_exhaustive()
    }
}

impl TextField {
    /// An empty field.
    pub fn new(kind: Kind) -> TextField {
        TextField { input: Input::default(), kind, limit: kind.default_limit() }
    }

    /// Takes at most this many graphemes.
    pub fn limit(mut self, graphemes: usize) -> TextField {
        self.limit = graphemes;
        self
    }

    /// What is typed into the field.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The text as it stands.
    pub fn value(&self) -> &str {
        self.input.value()
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.value().is_empty()
    }

    /// Replaces the text, kept within what a field can hold, and puts the caret behind it.
    pub fn set(&mut self, text: &str) {
        self.wipe();
        self.insert(&self.clean(text));
    }

    /// Empties the field.
    pub fn clear(&mut self) {
        self.wipe();
    }

    /// Takes the text out of the field; of a secret nothing stays behind.
    pub fn take(&mut self) -> Zeroizing<String> {
        let taken = Zeroizing::new(self.input.value_and_reset());
        self.wipe();
        taken
    }

    fn wipe(&mut self) {
        let mut old = self.input.value_and_reset();
        if self.kind == Kind::Pin {
            old.zeroize();
        }
        self.input = Input::default();
    }

    /// Takes a key: characters, Backspace, Delete, Left, Right, Home, End; Ctrl or Alt with Left and Right (by words),
    /// Ctrl+W and Alt+Backspace (word before the caret), Ctrl+U (everything before the caret). Other keys are not for a
    /// field.
    pub fn handle(&mut self, key: KeyEvent) -> Edit {
        if key.kind == KeyEventKind::Release {
            return Edit::Ignored;
        }
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let plain = !ctrl && !key.modifiers.contains(KeyModifiers::ALT);
        let request = match key.code {
            KeyCode::Char(letter) if plain => {
                return self
                    .kind
                    .typed(letter)
                    .map_or(Edit::Ignored, |letter| self.insert(letter.encode_utf8(&mut [0; 4])));
            }
            KeyCode::Char(letter) if ctrl && letter.eq_ignore_ascii_case(&'w') => return self.delete_word(),
            KeyCode::Backspace if !plain => return self.delete_word(),
            // What some terminals send for Backspace.
            KeyCode::Char(letter) if ctrl && letter.eq_ignore_ascii_case(&'h') => InputRequest::DeletePrevChar,
            KeyCode::Char(letter) if ctrl && letter.eq_ignore_ascii_case(&'u') => InputRequest::DeleteFromStart,
            KeyCode::Backspace if plain => InputRequest::DeletePrevChar,
            KeyCode::Delete if plain => InputRequest::DeleteNextChar,
            KeyCode::Left if plain => InputRequest::GoToPrevChar,
            KeyCode::Right if plain => InputRequest::GoToNextChar,
            KeyCode::Left => InputRequest::SetCursor(self.word_before()),
            KeyCode::Right => InputRequest::SetCursor(self.word_after()),
            KeyCode::Home => InputRequest::GoToStart,
            KeyCode::End => InputRequest::GoToEnd,
            _ => return Edit::Ignored,
        };
        self.apply(request)
    }

    fn apply(&mut self, request: InputRequest) -> Edit {
        // What is deleted goes into the input's own clipboard, where a secret must not stay.
        if self.kind == Kind::Pin && matches!(request, InputRequest::DeleteFromStart) {
            let changed = !self.is_empty();
            self.wipe();
            return if changed { Edit::Changed } else { Edit::Ignored };
        }
        let caret = self.input.cursor();
        let Some(change) = self.input.handle(request) else { return Edit::Ignored };
        self.settle_caret();
        if !change.value && self.input.cursor() == caret {
            return Edit::Ignored;
        }
        if change.value { Edit::Changed } else { Edit::Moved }
    }

    /// Deletes from the beginning of the word before the caret; of a secret, all of it.
    fn delete_word(&mut self) -> Edit {
        let (from, to) = (self.word_before(), self.input.cursor());
        if from == to {
            return Edit::Ignored;
        }
        let before: String = self.value().chars().take(from).collect();
        let after: String = self.value().chars().skip(to).collect();
        self.wipe();
        self.input = Input::new(format!("{before}{after}")).with_cursor(from);
        self.settle_caret();
        Edit::Changed
    }

    /// Where the word before the caret begins, in characters.
    fn word_before(&self) -> usize {
        let caret = self.input.cursor();
        let before: String = self.value().chars().take(caret).collect();
        let mut graphemes = before.graphemes(true).rev().peekable();
        let blanks = skip(&mut graphemes, Run::Blank);
        let kind = graphemes.peek().map(|next| Run::of(next));
        caret - blanks - kind.map_or(0, |kind| skip(&mut graphemes, kind))
    }

    /// Where the word after the one at the caret begins, in characters.
    fn word_after(&self) -> usize {
        let caret = self.input.cursor();
        let after: String = self.value().chars().skip(caret).collect();
        let mut graphemes = after.graphemes(true).peekable();
        let kind = graphemes.peek().map(|next| Run::of(next));
        let run = kind.map_or(0, |kind| skip(&mut graphemes, kind));
        caret + run + skip(&mut graphemes, Run::Blank)
    }

    /// Takes pasted text, as text: line ends and tabs become blanks, control characters and escapes are left out, and
    /// the limit is kept. Marks that a field would refuse when typed are kept, so that a rule can name them.
    pub fn paste(&mut self, text: &str) -> Edit {
        let clean = self.clean(text);
        self.insert(&clean)
    }

    fn clean(&self, text: &str) -> String {
        let most = self.limit.saturating_mul(CODE_POINTS_PER_GRAPHEME);
        let flat = text.trim_matches(['\r', '\n']).replace("\r\n", "\n");
        flat.chars()
            .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
            .map(|c| self.kind.folded(c))
            .take(most)
            .collect()
    }

    /// Inserts at the caret as many graphemes as the limit allows.
    fn insert(&mut self, text: &str) -> Edit {
        let text: String = text.chars().filter(|letter| !is_unsafe(*letter)).collect();
        let caret = self.input.cursor();
        let before: String = self.value().chars().take(caret).collect();
        let after: String = self.value().chars().skip(caret).collect();
        let mut kept: Vec<&str> = text.graphemes(true).take(self.limit).collect();
        loop {
            if kept.is_empty() {
                return Edit::Ignored;
            }
            let mut value = format!("{before}{}{after}", kept.concat());
            let over = value.graphemes(true).count().saturating_sub(self.limit);
            let stuffed = value.chars().count() > self.limit.saturating_mul(CODE_POINTS_PER_GRAPHEME);
            if over == 0 && !stuffed {
                let cursor = caret + kept.iter().map(|grapheme| grapheme.chars().count()).sum::<usize>();
                self.input = Input::new(value).with_cursor(cursor);
                self.settle_caret();
                return Edit::Changed;
            }
            value.zeroize();
            kept.truncate(kept.len().saturating_sub(over.max(1)));
        }
    }

    /// An edit can join what stood on both sides of the caret into one grapheme; then the caret goes behind it.
    fn settle_caret(&mut self) {
        let caret = self.input.cursor();
        let mut boundary = 0;
        for grapheme in self.input.value().graphemes(true) {
            if boundary >= caret {
                break;
            }
            boundary += grapheme.chars().count();
        }
        if boundary != caret {
            self.input.handle(InputRequest::SetCursor(boundary));
        }
    }

    /// The graphemes before the caret.
    fn caret_grapheme(&self) -> usize {
        let mut seen = 0;
        let caret = self.input.cursor();
        self.value()
            .graphemes(true)
            .take_while(|grapheme| {
                let before = seen < caret;
                seen += grapheme.chars().count();
                before
            })
            .count()
    }

    /// Graphemes before the caret.
    pub fn caret(&self) -> usize {
        self.caret_grapheme()
    }

    /// Puts the caret behind so many graphemes, or behind the last.
    pub fn set_caret(&mut self, graphemes: usize) {
        let before: usize = self.value().graphemes(true).take(graphemes).map(|grapheme| grapheme.chars().count()).sum();
        self.input.handle(InputRequest::SetCursor(before));
    }

    /// Draws the field into the first row of `area`. With the focus, answers where the terminal's cursor must stand,
    /// so that the window of an input method follows it.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, focused: bool, theme: Theme) -> Option<Position> {
        let row = Rect { height: area.height.min(1), ..area };
        let style = if focused { theme.field_focus() } else { theme.field() };
        draw::restyle(buf, row, style);
        let secret = self.kind == Kind::Pin;
        let shown: Vec<(&str, usize)> = self
            .value()
            .graphemes(true)
            .map(|grapheme| if secret { ("*", 1) } else { (grapheme, draw::grapheme_cells(grapheme)) })
            .collect();
        let caret = if focused { self.caret_grapheme() } else { 0 };
        let view = View::of(&shown, caret, usize::from(row.width));
        if view.start > 0 && view.indent > 0 {
            draw::put(buf, row, 0, 0, CUT, theme.dim());
        }
        let (mut column, mut cut) = (0, false);
        for (grapheme, cells) in shown.iter().skip(view.start) {
            if column + cells > view.room {
                cut = true;
                break;
            }
            draw::put(buf, row, draw::to_u16(view.indent + column), 0, grapheme, style);
            column += cells;
        }
        if cut && view.marked {
            draw::put(buf, row, draw::to_u16(view.indent + view.room), 0, CUT, theme.dim());
        }
        if focused { draw::position(buf, row, draw::to_u16(view.caret), 0) } else { None }
    }
}

/// Stands where a long text goes on outside the field.
const CUT: &str = "~";

/// What a word is made of. Chinese has no blanks between words, so a run of it is one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Run {
    Blank,
    Han,
    Letter,
    Mark,
}

impl Run {
    fn of(grapheme: &str) -> Run {
        match grapheme.chars().next() {
            Some(letter) if letter.is_whitespace() => Run::Blank,
            Some(
                '\u{2E80}'..='\u{2FDF}'
                | '\u{3005}'..='\u{3007}'
                | '\u{3400}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}'
                | '\u{20000}'..='\u{3FFFF}',
            ) => Run::Han,
            Some(letter) if letter.is_alphanumeric() => Run::Letter,
            _ => Run::Mark,
        }
    }
}

/// Passes over the graphemes of one kind; the characters they were made of.
fn skip<'a>(graphemes: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>, kind: Run) -> usize {
    let passed = std::iter::from_fn(|| graphemes.next_if(|next| Run::of(next) == kind));
    passed.map(|grapheme| grapheme.chars().count()).sum()
}

/// The part of a text that a field of some width shows.
struct View {
    /// The first grapheme shown.
    start: usize,
    /// Columns before the text: one for the cut mark, once scrolled.
    indent: usize,
    /// Columns for the text.
    room: usize,
    /// Whether a column behind the room is kept for the cut mark.
    marked: bool,
    /// The caret's column.
    caret: usize,
}

impl View {
    /// A text that fits with its caret is shown whole; a longer one scrolls by half a field, so that it stands still
    /// while the caret moves within it. Computed from scratch, since drawing keeps no state.
    fn of(shown: &[(&str, usize)], caret: usize, width: usize) -> View {
        let cells = |graphemes: &[(&str, usize)]| graphemes.iter().map(|(_, cells)| cells).sum::<usize>();
        let before = cells(shown.get(..caret).unwrap_or(shown));
        if cells(shown) < width {
            return View { start: 0, indent: 0, room: width, marked: false, caret: before };
        }
        let marked = width >= 4;
        if before + 1 < width || (before < width && !marked) {
            let room = if marked { width - 1 } else { width };
            return View { start: 0, indent: 0, room, marked, caret: before };
        }
        let indent = usize::from(marked);
        let room = width.saturating_sub(2 * indent);
        let step = (room / 2).max(1);
        let wanted = (before + 1).saturating_sub(room).div_ceil(step) * step;
        let (mut start, mut hidden) = (0, 0);
        while hidden < wanted.min(before) && start < caret {
            hidden += shown.get(start).map_or(0, |(_, cells)| *cells);
            start += 1;
        }
        View { start, indent, room, marked, caret: indent + before.saturating_sub(hidden) }
    }
}

/// Characters that never enter a field: control characters, and invisible ones that reorder or hide the text around
/// them (Unicode's bidirectional controls, zero-width blanks, the byte order mark). The joiner stays: emoji need it.
fn is_unsafe(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(field: &mut TextField, code: KeyCode) -> Edit {
        field.handle(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn a_deletion_that_joins_two_graphemes_leaves_the_caret_on_a_boundary() {
        // Between the two halves of a flag stands a letter; without it they are one grapheme.
        let mut field = TextField::new(Kind::Text);
        field.set("\u{1F1E8}x\u{1F1F3}");
        press(&mut field, KeyCode::Left);
        press(&mut field, KeyCode::Backspace);
        assert_eq!(field.value(), "\u{1F1E8}\u{1F1F3}");
        assert_eq!(field.caret_grapheme(), 1);
        press(&mut field, KeyCode::Backspace);
        assert_eq!(field.value(), "");
    }

    #[test]
    fn a_secret_is_not_printed_and_leaves_nothing() {
        let mut field = TextField::new(Kind::Pin);
        field.paste("246810");
        assert!(!format!("{field:?}").contains("246810"));
        assert_eq!(field.take().as_str(), "246810");
        assert!(field.is_empty());
    }

    #[test]
    fn a_long_text_shows_where_it_goes_on() {
        let mut field = TextField::new(Kind::Text);
        field.set("0123456789");
        let drawn = |field: &TextField, focused| {
            let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
            let area = buf.area;
            let at = field.draw(&mut buf, area, focused, Theme::new(false));
            (buf.content.iter().map(|cell| cell.symbol()).collect::<String>(), at.map(|at| at.x))
        };
        assert_eq!(drawn(&field, false), ("01234~".to_owned(), None));
        let (text, caret) = drawn(&field, true);
        assert!(text.starts_with('~') && text.contains('9'), "{text}");
        assert!(caret.is_some());
        press(&mut field, KeyCode::Home);
        assert_eq!(drawn(&field, true), ("01234~".to_owned(), Some(0)));
    }
}

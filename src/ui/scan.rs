//! The scan line: a scanner types a code and Enter; below it stand the verdicts, the newest first.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::kernel::text;
use crate::kernel::words::{Lang, Phrase, W};
use crate::ui::draw;
use crate::ui::field::{Edit, Kind, TextField};
use crate::ui::theme::Theme;

/// What came of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ScanEvent {
    /// A whole code, folded to ASCII.
    Code(String),
    /// The line changed, or an Enter ended nothing.
    Typed,
    /// The key is not for the scan line.
    Ignored,
}

/// What a desk said to a code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The code.
    pub code: String,
    /// ASCII mark, one or two cells: "v", "x", "!", "?".
    pub mark: &'static str,
    /// One word for it.
    pub word: W,
    /// What it was, or what to do.
    pub what: Option<Phrase>,
    /// Its look.
    pub style: Style,
}

/// Verdicts kept on the screen; older ones are in the desk's own records.
const KEPT: usize = 200;

/// A line that never loses the focus, and its verdicts.
#[derive(Clone, Debug)]
pub struct ScanLine {
    field: TextField,
    verdicts: Vec<Verdict>,
}

impl Default for ScanLine {
    fn default() -> ScanLine {
        ScanLine::new()
    }
}

impl ScanLine {
    /// An empty line.
    pub fn new() -> ScanLine {
        ScanLine { field: TextField::new(Kind::Id), verdicts: Vec::new() }
    }

    /// What is typed and not ended.
    pub fn value(&self) -> &str {
        self.field.value()
    }

    /// Takes a key. Enter ends a code and nothing else; with an empty line it does nothing.
    pub fn handle(&mut self, key: KeyEvent) -> ScanEvent {
        let bare = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        if key.code == KeyCode::Enter && bare && key.kind != KeyEventKind::Release {
            let code = text::fold(self.field.value()).into_owned();
            self.field.clear();
            return if code.is_empty() { ScanEvent::Typed } else { ScanEvent::Code(code) };
        }
        match self.field.handle(key) {
            Edit::Ignored => ScanEvent::Ignored,
            Edit::Changed | Edit::Moved => ScanEvent::Typed,
        }
    }

    /// Takes pasted text into the line. Line ends in it end no code: a paste never acts.
    pub fn paste(&mut self, text: &str) {
        self.field.paste(text);
    }

    /// Adds a verdict on top.
    pub fn judge(&mut self, verdict: Verdict) {
        self.verdicts.insert(0, verdict);
        self.verdicts.truncate(KEPT);
    }

    /// The verdicts, the newest first.
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// Draws line and verdicts; the cursor stands in the line.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let label = W::UiScanLabel.text(lang);
        let x = draw::put(buf, area, 0, 0, label, theme.title()).saturating_add(1).min(area.width);
        let line =
            Rect { x: area.x.saturating_add(x), width: (area.width - x).min(44), height: area.height.min(1), ..area };
        let cursor = self.field.draw(buf, line, true, theme).or_else(|| draw::position(buf, area, 0, 0));
        let words = self.verdicts.iter().map(|verdict| draw::cells(verdict.word.text(lang))).max().unwrap_or(0);
        let body = draw::below(area, 2);
        let mut y = 0;
        for (index, verdict) in self.verdicts.iter().enumerate() {
            if y >= body.height {
                break;
            }
            let mark =
                format!("{} {}", text::pad_right(verdict.mark, 2), text::pad_right(verdict.word.text(lang), words));
            let x = draw::put(buf, body, 0, y, &mark, verdict.style).saturating_add(2);
            let x = draw::put(buf, body, x, y, &text::pad_right(&verdict.code, 14), theme.text()).saturating_add(2);
            let room = usize::from(body.width.saturating_sub(x));
            let said = verdict.what.as_ref().map(|what| what.say(lang)).unwrap_or_default();
            if index == 0 && text::width(&said) > room {
                // The newest is read whole: what does not fit beside its code stands below it.
                let indent = usize::from(body.width).saturating_sub(3).max(1);
                for line in text::wrap(&said, indent) {
                    y = y.saturating_add(1);
                    draw::put(buf, body, 3, y, &line, theme.text());
                }
            } else {
                draw::put(buf, body, x, y, &text::clip(&said, room), theme.text());
            }
            y = y.saturating_add(1);
        }
        cursor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(line: &mut ScanLine, code: KeyCode) -> ScanEvent {
        line.handle(KeyEvent::new(code, KeyModifiers::NONE))
    }

    #[test]
    fn enter_ends_a_code_and_full_width_digits_are_folded() {
        let mut line = ScanLine::new();
        for letter in "１26００0043917".chars() {
            assert_eq!(press(&mut line, KeyCode::Char(letter)), ScanEvent::Typed);
        }
        assert_eq!(press(&mut line, KeyCode::Enter), ScanEvent::Code("126000043917".to_owned()));
        assert_eq!(line.value(), "");
        assert_eq!(press(&mut line, KeyCode::Enter), ScanEvent::Typed, "an empty line is no code");
        assert_eq!(press(&mut line, KeyCode::F(5)), ScanEvent::Ignored);
    }

    #[test]
    fn a_paste_never_ends_a_code() {
        let mut line = ScanLine::new();
        line.paste("126000043917\n900000000010\n");
        assert_eq!(line.value(), "126000043917 900000000010");
        assert!(line.verdicts().is_empty());
    }

    #[test]
    fn the_newest_verdict_stands_first() {
        let mut line = ScanLine::new();
        for code in ["1", "2"] {
            line.judge(Verdict { code: code.to_owned(), mark: "v", word: W::UiKeyUp, what: None, style: Style::new() });
        }
        assert_eq!(line.verdicts().iter().map(|verdict| verdict.code.as_str()).collect::<Vec<_>>(), ["2", "1"]);
    }
}

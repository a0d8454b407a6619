//! A printed sheet: lines of text laid out in cells for the counter's printers.
//!
//! A folder lays a sheet out, a screen hands it to the shell with [`Effect::Preview`] or an act with
//! [`Done::print`](super::screen::Done::print); the shell alone reaches a printer.

use super::screen::DeskAct;
use crate::kernel::text;

/// Cells of a line; A4 at ten characters an inch.
pub const WIDTH: usize = 80;

/// Lines of text for the printer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What kind of print it is: `receipt`, `notice` …; names the file where none is printed.
    pub kind: &'static str,
    /// Its title on the preview.
    pub title: String,
    lines: Vec<String>,
}

impl Sheet {
    /// An empty sheet.
    pub fn new(kind: &'static str, title: impl Into<String>) -> Sheet {
        Sheet { kind, title: title.into(), lines: Vec::new() }
    }

    /// A sheet that was kept as text, line by line as it was.
    pub fn stored(kind: &'static str, title: impl Into<String>, text: &str) -> Sheet {
        Sheet { kind, title: title.into(), lines: text.lines().map(str::to_owned).collect() }
    }

    /// The lines as one text, for keeping.
    pub fn text(&self) -> String {
        self.lines.iter().fold(String::new(), |text, line| text + line + "\n")
    }

    /// The lines so far.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// A line in the middle.
    pub fn centred(&mut self, words: &str) {
        let words = text::clip(&text::neutralise(words), WIDTH);
        let indent = (WIDTH - text::width(&words)) / 2;
        self.lines.push(format!("{}{words}", " ".repeat(indent)));
    }

    /// A paragraph, broken at the width and indented.
    pub fn paragraph(&mut self, indent: usize, words: &str) {
        let room = WIDTH.saturating_sub(indent).max(1);
        for line in text::neutralise(words).lines().flat_map(|line| text::wrap(line, room)) {
            self.lines.push(format!("{}{line}", " ".repeat(indent)));
        }
    }

    /// A label in a column of `cells` and its value, broken within its own column.
    pub fn pair(&mut self, cells: usize, label: &str, value: &str) {
        let room = WIDTH.saturating_sub(cells + 2).max(1);
        let mut rest = text::wrap(&text::neutralise(value), room).into_iter();
        let first = rest.next().unwrap_or_default();
        self.lines.push(format!("{}  {first}", text::pad_right(label, cells)).trim_end().to_owned());
        self.lines.extend(rest.map(|line| format!("{}{line}", " ".repeat(cells + 2))));
    }

    /// A row of columns, each with its width; a negative width stands at the right. What is too long is cut.
    pub fn row(&mut self, cells: &[(&str, i16)]) {
        let mut line = String::new();
        for (words, width) in cells {
            let room = usize::from(width.unsigned_abs());
            let words = text::clip(&text::neutralise(words), room);
            let fill = " ".repeat(room.saturating_sub(text::width(&words)));
            if *width < 0 {
                line.push_str(&fill);
                line.push_str(&words);
            } else {
                line.push_str(&words);
                line.push_str(&fill);
            }
            line.push(' ');
        }
        self.lines.push(line.trim_end().to_owned());
    }

    /// A line across.
    pub fn rule(&mut self) {
        self.lines.push("-".repeat(WIDTH));
    }

    /// An empty line.
    pub fn blank(&mut self) {
        self.lines.push(String::new());
    }
}

/// A sheet to look at before it is printed, and the act that counts the print and hands the sheet over.
#[derive(Debug)]
pub struct Preview {
    /// What is shown.
    pub sheet: Sheet,
    /// Done when the clerk says print; its [`Done`](super::screen::Done) carries the sheet that goes out.
    pub act: DeskAct,
}

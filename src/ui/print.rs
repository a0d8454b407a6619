//! A printed sheet: lines of text laid out in cells for the counter's printers.
//!
//! A folder lays a sheet out, a screen hands it to the shell with [`Effect::Preview`] or an act with
//! [`Done::print`](super::screen::Done::print); the shell alone reaches a printer.

mod view;

pub use view::{SheetView, ViewEvent};

use super::screen::DeskAct;
use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::phrase;

/// Cells of a line; A4 at ten characters an inch.
pub const WIDTH: usize = 80;

/// Lines of text for the printer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What kind of print it is: `receipt`, `notice` …; names the file where none is printed.
    pub kind: &'static str,
    /// Its title on the preview.
    pub title: String,
    /// What it is about (a serial, a case's code …), for the name of the file; may be empty.
    pub subject: String,
    /// Which print of it this is: 1 the original, later ones 补打; 0 while nobody has counted.
    pub copy: i64,
    /// A picture (SVG source) that belongs to it, such as the barcode of a label: kept as a file beside the print.
    pub picture: Option<String>,
    lines: Vec<String>,
}

impl Sheet {
    /// An empty sheet.
    pub fn new(kind: &'static str, title: impl Into<String>) -> Sheet {
        Sheet { kind, title: title.into(), ..Sheet::default() }
    }

    /// What the sheet is about, for the name of its file.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Sheet {
        self.subject = subject.into();
        self
    }

    /// With a picture (SVG source) that is kept beside the print.
    #[must_use]
    pub fn with_picture(mut self, svg: Option<String>) -> Sheet {
        self.picture = svg;
        self
    }

    /// Numbered by the count of its prints (`office::prints::record`): above every copy after the first stands 补打 n.
    #[must_use]
    pub fn numbered(mut self, n: i64, lang: Lang) -> Sheet {
        self.copy = n;
        if n > 1 {
            let mark = phrase!(W::UiPrintCopy, n - 1).say(lang);
            self.lines.insert(0, text::pad_left(&mark, WIDTH));
        }
        self
    }

    /// The sheet as one text; every line ends with a line feed.
    pub fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }

    /// A sheet that was kept as text, line by line as it was.
    pub fn stored(kind: &'static str, title: impl Into<String>, text: &str) -> Sheet {
        Sheet { lines: text.lines().map(str::to_owned).collect(), ..Sheet::new(kind, title) }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_later_copy_says_which_one_it_is() {
        let mut sheet = Sheet::new("notice", "一次性告知书").about("126000043917");
        sheet.centred("一次性告知书");
        let first = sheet.clone().numbered(1, Lang::Zh);
        assert_eq!(first.text(), sheet.text());
        let third = sheet.clone().numbered(3, Lang::Zh);
        assert_eq!((third.copy, third.lines()[0].trim_start()), (3, "补打 2"));
        assert_eq!(text::width(&third.lines()[0]), WIDTH);
        assert!(sheet.numbered(2, Lang::En).text().starts_with("    "));
    }
}

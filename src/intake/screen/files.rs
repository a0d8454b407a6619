//! Picking a file: a folder's files, the newest first, and a line to type a path into.

use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::field::{Edit, Kind, TextField};
use crate::ui::screen::Cx;
use crate::ui::table::{self, Column, Marks, TableRow, TableState};
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Entries of a folder that are looked at.
const MOST: usize = 5_000;
/// What a file's name ends with to be offered; any path may be typed.
const ENDINGS: [&str; 4] = ["csv", "xlsx", "txt", "tsv"];

/// One entry of a folder.
#[derive(Clone, Debug)]
struct Entry {
    name: OsString,
    folder: bool,
    bytes: u64,
    /// Last change, UTC seconds; 0 when the system does not tell.
    changed: i64,
}

/// What came of Enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// Another folder is shown.
    Folder,
    /// This file.
    File(PathBuf),
    /// Nothing, and why.
    Nothing(Phrase),
}

/// The picker.
#[derive(Debug)]
pub struct Files {
    folder: PathBuf,
    entries: Vec<Entry>,
    problem: Option<Phrase>,
    typed: TextField,
    state: TableState,
    height: Cell<u16>,
}

impl Files {
    /// Begins in a folder.
    pub fn at(folder: PathBuf) -> Files {
        let mut files = Files {
            folder,
            entries: Vec::new(),
            problem: None,
            typed: TextField::new(Kind::Text).limit(1_000),
            state: TableState::default(),
            height: Cell::new(10),
        };
        files.read();
        files
    }

    /// Reads the folder again.
    pub fn read(&mut self) {
        self.problem = None;
        self.entries = match list(&self.folder) {
            Ok(entries) => entries,
            Err(error) => {
                let name = self.folder.display().to_string();
                self.problem = Some(phrase!(W::IntakeFileUnreadable, name, error.to_string()));
                Vec::new()
            }
        };
        self.state.rows(self.entries.len() + 1, false);
    }

    fn enter(&mut self, folder: PathBuf) {
        let came_from = self.folder.file_name().map(OsString::from);
        self.folder = folder;
        self.read();
        // Going up, the list stands on the folder it came from.
        let at = self.entries.iter().position(|entry| entry.folder && Some(&entry.name) == came_from.as_ref());
        self.state.select(at.map_or(0, |index| index + 1));
    }

    /// Takes a key that is not Enter. With nothing typed, Backspace goes up.
    pub fn key(&mut self, key: KeyEvent) {
        match key.code {
            KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown => {
                self.state.handle(key, self.height.get().max(2));
            }
            KeyCode::Backspace if self.typed.is_empty() => self.up(),
            _ => {
                if self.typed.handle(key) == Edit::Changed {
                    self.problem = None;
                }
            }
        }
    }

    /// Takes a pasted path.
    pub fn paste(&mut self, text: &str) {
        self.typed.paste(text.trim());
    }

    fn up(&mut self) {
        if let Some(parent) = self.folder.parent().map(Path::to_owned) {
            self.enter(parent);
        }
    }

    /// Takes Enter: what is typed, else what the list stands on.
    pub fn pick(&mut self) -> Picked {
        let typed = self.typed.value().trim().to_owned();
        if !typed.is_empty() {
            return self.pick_path(&self.folder.join(home(&typed)));
        }
        let Some(index) = self.state.selected() else { return Picked::Folder };
        match index.checked_sub(1).and_then(|at| self.entries.get(at)) {
            None => {
                self.up();
                Picked::Folder
            }
            Some(entry) => self.pick_path(&self.folder.join(&entry.name)),
        }
    }

    fn pick_path(&mut self, path: &Path) -> Picked {
        match path.metadata() {
            Ok(found) if found.is_dir() => {
                self.typed.clear();
                self.enter(path.to_owned());
                Picked::Folder
            }
            Ok(_) => Picked::File(path.to_owned()),
            Err(error) => {
                let why = phrase!(W::IntakeFileUnreadable, path.display().to_string(), error.to_string());
                self.problem = Some(why.clone());
                Picked::Nothing(why)
            }
        }
    }

    /// Draws the path line and the list; the cursor stands in the path.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let theme = *cx.theme;
        let label = W::IntakeFilesPath.text(cx.lang);
        let shown = text::neutralise(&self.folder.display().to_string()).into_owned();
        let head = text::clip_left(&shown, usize::from(area.width));
        draw::put(frame.buffer_mut(), area, 0, 0, &head, theme.title());
        let after = draw::put(frame.buffer_mut(), area, 0, 1, &format!("{label} "), theme.dim());
        let rest = Rect::new(
            area.x.saturating_add(after),
            area.y.saturating_add(1),
            area.width.saturating_sub(after),
            area.height.saturating_sub(1).min(1),
        );
        if let Some(at) = self.typed.draw(frame.buffer_mut(), rest, true, theme) {
            frame.set_cursor_position(at);
        }
        // Where there is hardly room, what is said gives way to the files, unless it is about something wrong.
        let said = area.height >= 7 || self.problem.is_some();
        let hint = self.problem.clone().unwrap_or_else(|| W::IntakeFilesHint.into()).say(cx.lang);
        let style = if self.problem.is_some() { theme.error() } else { theme.dim() };
        if said {
            draw::put(frame.buffer_mut(), draw::below(area, 2), 0, 0, &hint, style);
        }
        let list = draw::below(area, 2 + u16::from(said));
        self.height.set(list.height);
        let columns = [
            Column::new(W::IntakeFilesName, 20, 60),
            Column::new(W::IntakeFilesSize, 8, 12).right().priority(2),
            Column::new(W::IntakeFilesChanged, 11, 11).priority(1),
        ];
        let marks = Marks::default();
        table::draw_table(frame.buffer_mut(), list, &columns, &self.state, &marks, (cx.lang, theme), |index| {
            self.row(index, cx)
        });
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let key = i64::try_from(index).unwrap_or(0);
        let Some(entry) = index.checked_sub(1).and_then(|at| self.entries.get(at)) else {
            return TableRow::new(key).cell(W::IntakeFilesUp.text(cx.lang), cx.theme.dim());
        };
        let name = text::neutralise(&entry.name.to_string_lossy()).into_owned();
        if entry.folder {
            return TableRow::new(key).cell(format!("{name}/"), cx.theme.title());
        }
        let changed = if entry.changed > 0 { Arg::Moment(entry.changed).say(cx.lang) } else { String::new() };
        TableRow::new(key)
            .cell(name, cx.theme.text())
            .cell(size(entry.bytes), cx.theme.text())
            .cell(changed, cx.theme.text())
    }
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    match bytes {
        0..1_024 => format!("{bytes} B"),
        1_024..1_048_576 => format!("{} KB", bytes / 1_024),
        _ => format!("{} MB", bytes / 1_048_576),
    }
}

/// `~/` at the beginning is the home folder, as in a shell.
fn home(typed: &str) -> PathBuf {
    match (typed.strip_prefix("~/"), std::env::var_os("HOME")) {
        (Some(rest), Some(home)) => Path::new(&home).join(rest),
        _ => PathBuf::from(typed),
    }
}

/// Folders by name, then files, the last changed first; hidden ones and other kinds of file are left out.
fn list(folder: &Path) -> std::io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for found in std::fs::read_dir(folder)?.take(MOST).flatten() {
        let name = found.file_name();
        let Ok(metadata) = std::fs::metadata(found.path()) else { continue };
        let readable = name.to_string_lossy().into_owned();
        let known = Path::new(&readable).extension().is_some_and(|e| {
            let ending = e.to_string_lossy().to_lowercase();
            ENDINGS.contains(&ending.as_str())
        });
        if readable.starts_with('.') || !metadata.is_dir() && !known {
            continue;
        }
        let changed = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
        let changed = changed.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(0));
        entries.push(Entry { name, folder: metadata.is_dir(), bytes: metadata.len(), changed });
    }
    entries.sort_by(|a, b| match (a.folder, b.folder) {
        (true, true) => a.name.cmp(&b.name),
        (false, false) => b.changed.cmp(&a.changed).then_with(|| a.name.cmp(&b.name)),
        (a_is, b_is) => b_is.cmp(&a_is),
    });
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(files: &mut Files, code: KeyCode) {
        files.key(KeyEvent::from(code));
    }

    #[test]
    fn folders_are_walked_and_a_path_can_be_typed() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("核心导出 十一月");
        std::fs::create_dir(&inner).unwrap();
        for name in ["日报.csv", "图.png", ".hidden.csv"] {
            std::fs::write(inner.join(name), "x").unwrap();
        }
        let mut files = Files::at(root.path().to_owned());
        assert_eq!(files.entries.len(), 1);
        press(&mut files, KeyCode::Down);
        assert_eq!(files.pick(), Picked::Folder);
        assert_eq!(files.entries.len(), 1, "only files that can be taken in");
        press(&mut files, KeyCode::Down);
        assert_eq!(files.pick(), Picked::File(inner.join("日报.csv")));
        press(&mut files, KeyCode::Backspace);
        assert_eq!(files.folder, root.path());
        assert_eq!(files.state.selected(), Some(1), "the list stands where it came from");
        files.paste("核心导出 十一月/日报.csv");
        assert_eq!(files.pick(), Picked::File(inner.join("日报.csv")));
        files.typed.set("nowhere");
        assert!(matches!(files.pick(), Picked::Nothing(_)));
        assert_eq!(files.typed.value(), "nowhere", "what was typed stays");
    }
}

//! The claim papers of step 2 as a list to tick.

use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, W};
use crate::papers::rules::{self, ItemState, State};
use crate::phrase;
use crate::ui::draw;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::KeyCode;
use ratatui::layout::{Position, Rect};

/// Where the list of papers stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pane {
    /// The selected item.
    pub selected: usize,
}

impl Pane {
    /// Moves among `count` items; answers whether the key was one of the list's.
    pub fn moved(&mut self, code: KeyCode, count: usize) -> bool {
        let last = count.saturating_sub(1);
        self.selected = match code {
            KeyCode::Up | KeyCode::BackTab => self.selected.saturating_sub(1),
            KeyCode::Down | KeyCode::Tab | KeyCode::Enter => (self.selected + 1).min(last),
            KeyCode::Home | KeyCode::PageUp => 0,
            KeyCode::End | KeyCode::PageDown => last,
            _ => return false,
        };
        true
    }
}

/// The state one press of Space gives: in becomes out and out becomes in.
pub fn ticked(state: State) -> State {
    if matches!(state, State::Present | State::Copy) { State::Open } else { State::Present }
}

/// The mark of a state, told apart without colour.
pub const fn sign(state: State) -> &'static str {
    match state {
        State::Open => "[ ]",
        State::Prefilled => "[~]",
        State::Present => "[v]",
        State::Copy => "[c]",
        State::Rejected => "[x]",
        State::Waived => "[-]",
    }
}

/// How many of the required items are settled, as the head of the list says it.
pub fn head(items: &[ItemState], lang: Lang) -> String {
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let required = items.iter().filter(|item| item.item.required).count();
    let missing = rules::missing(items).len();
    if missing == 0 {
        phrase!(W::ClosingPapersComplete, count(required)).say(lang)
    } else {
        phrase!(W::ClosingPapersLack, count(missing), count(required)).say(lang)
    }
}

/// Draws the list; with the focus, answers where the cursor stands.
pub fn draw(
    buf: &mut Buffer,
    area: Rect,
    items: &[ItemState],
    pane: Pane,
    focused: bool,
    (lang, theme): (Lang, Theme),
) -> Option<Position> {
    let style = if rules::missing(items).is_empty() { theme.ok() } else { theme.warn() };
    draw::put(buf, area, 0, 0, &text::clip(&head(items, lang), usize::from(area.width)), style);
    let body = draw::below(area, 1);
    let page = usize::from(body.height).max(1);
    let top = if focused { (pane.selected + 1).saturating_sub(page) } else { 0 };
    let mut cursor = None;
    for (y, (index, item)) in (0..body.height).zip(items.iter().enumerate().skip(top)) {
        let style = match item.state {
            State::Rejected => theme.error(),
            State::Open if item.item.required => theme.warn(),
            State::Open => theme.dim(),
            _ => theme.text(),
        };
        let line = text::clip(&row(item, lang), usize::from(body.width.saturating_sub(2)));
        draw::put(buf, body, 2, y, &line, style);
        if focused && index == pane.selected {
            draw::put(buf, body, 0, y, ">", theme.title());
            draw::restyle_row(buf, body, y, theme.selected());
            cursor = draw::position(buf, body, 2, y).or_else(|| draw::position(buf, body, 0, y));
        }
    }
    cursor
}

fn row(item: &ItemState, lang: Lang) -> String {
    let mark = item.mark.as_ref().filter(|_| item.state != State::Prefilled);
    let reason = mark.map(|mark| mark.reason.as_str()).filter(|reason| !reason.is_empty());
    let name = item.item.arg();
    let said = match reason {
        Some(reason) => phrase!(W::ClosingPapersRowReason, name, Arg::Word(item.state.word()), reason),
        None if item.item.required || item.state != State::Open => {
            phrase!(W::ClosingPapersRow, name, Arg::Word(item.state.word()))
        }
        None => phrase!(W::ClosingPapersRow, name, Arg::Word(W::ClosingPapersOptional)),
    };
    format!("{} {}", sign(item.state), text::neutralise(&said.say(lang)))
}

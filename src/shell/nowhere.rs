//! The page of a place that does not open: not built yet, or its reading failed. It says why and leads out.

use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::draw;
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, Effect, Effects, Input, Note, Place, Screen};
use ratatui::Frame;
use ratatui::layout::Rect;

/// A page with one sentence.
#[derive(Debug)]
pub(super) struct Nowhere {
    place: Place,
    why: Phrase,
}

impl Nowhere {
    /// The place has no desk yet.
    pub fn unbuilt(place: Place) -> Nowhere {
        Nowhere { place, why: W::ShellNowhereUnbuilt.into() }
    }

    /// The place could not be read.
    pub fn failed(place: Place, error: &str) -> Nowhere {
        Nowhere { place, why: Phrase::new(W::ShellNowhereFailed, [Arg::from(error)]) }
    }
}

impl Screen for Nowhere {
    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::ShellNowhereTitle.text(cx.lang).to_owned()
    }

    fn keys(&self, _cx: &Cx<'_>) -> Vec<KeyRow> {
        vec![KeyRow::new("nowhere.back", "esc", W::ShellKeyBack)]
    }

    fn help(&self) -> W {
        W::ShellNowhereHelp
    }

    fn input(&mut self, input: Input, _cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("nowhere.back") => vec![Effect::Back],
            _ => Vec::new(),
        }
    }

    fn note(&mut self, _note: Note<'_>, _cx: &Cx<'_>) -> Effects {
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let buf = frame.buffer_mut();
        let inside = layout::boxed(buf, area, &self.title(cx), *cx.theme);
        let lines = crate::kernel::text::wrap(&self.why.say(cx.lang), usize::from(inside.width.max(1)));
        for (y, line) in (0..inside.height).zip(lines) {
            draw::put(buf, inside, 0, y, &line, cx.theme.text());
        }
    }
}

//! What the intake's screens share: lines under one another, and the reason why somebody may not.

use crate::kernel::text;
use crate::kernel::words::{Phrase, W};
use crate::office;
use crate::office::rules::Right;
use crate::ui::draw;
use crate::ui::screen::{Cx, Effects, Tone};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A line of text with its looks.
pub type Line = (String, Style);

/// Draws lines, wrapped, from line `top` on; returns how many rows the whole text has at this width.
pub fn draw_lines(frame: &mut Frame<'_>, area: Rect, lines: &[Line], top: usize) -> usize {
    let width = usize::from(area.width).max(1);
    let rows: Vec<(String, Style)> = lines
        .iter()
        .flat_map(|(line, style)| {
            let wrapped = if line.is_empty() { vec![String::new()] } else { text::wrap(line, width) };
            wrapped.into_iter().map(move |part| (part, *style))
        })
        .collect();
    for (y, (part, style)) in (0..area.height).zip(rows.iter().skip(top)) {
        draw::put(frame.buffer_mut(), area, 0, y, part, *style);
    }
    rows.len()
}

/// Why whoever is signed in may not do this; none when they may.
pub fn lacking(cx: &Cx<'_>, right: Right) -> Option<Phrase> {
    office::store::lacking(cx.actor, right, W::IntakeKeyLacking)
}

/// Says that the store could not be read.
pub fn unread(error: impl std::fmt::Display) -> Effects {
    vec![crate::ui::screen::Effect::Say(Tone::Bad, crate::phrase!(W::DbFailed, format!("{error:#}")))]
}

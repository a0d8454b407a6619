//! The last row of a screen: the keys that can be pressed, as many as fit, and always the one that shows the rest.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::KeyRow;
use crate::kernel::words::{Lang, W};
use crate::ui::draw;
use crate::ui::theme::Theme;

/// One key of the footer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FooterItem {
    /// The key's name.
    pub key: String,
    /// What it does.
    pub word: &'static str,
    /// Whether it can't be used now.
    pub off: bool,
}

impl FooterItem {
    fn cells(&self) -> usize {
        draw::cells(&self.key) + 1 + draw::cells(self.word)
    }
}

/// Blank cells before the first item and between items.
const GAP: usize = 3;

/// The items that fit `width` cells, in the order of the rows, and `?` at the end, which stays when nothing else fits.
pub fn footer_items(rows: &[KeyRow], lang: Lang, width: u16) -> Vec<FooterItem> {
    let help = FooterItem { key: "?".to_owned(), word: W::UiFooterHelp.text(lang), off: false };
    let mut room = usize::from(width).saturating_sub(help.cells() + 1);
    let mut items = Vec::new();
    for row in rows.iter().filter(|row| row.footer) {
        let Some(chord) = row.chords.first() else { continue };
        let item = FooterItem { key: chord.name(lang), word: row.word.text(lang), off: row.disabled.is_some() };
        let Some(left) = room.checked_sub(item.cells() + GAP) else { break };
        room = left;
        items.push(item);
    }
    items.push(help);
    items
}

/// The footer as plain text, as it is drawn.
pub fn footer_line(rows: &[KeyRow], lang: Lang, width: u16) -> String {
    let parts: Vec<String> =
        footer_items(rows, lang, width).iter().map(|item| format!("{} {}", item.key, item.word)).collect();
    format!(" {}", parts.join(&" ".repeat(GAP)))
}

/// Draws the footer into the first row of `area`.
pub fn draw_footer(buf: &mut Buffer, area: Rect, rows: &[KeyRow], lang: Lang, theme: Theme) {
    let mut x = 1;
    for item in footer_items(rows, lang, area.width) {
        let (key, word) =
            if item.off { (theme.disabled(), theme.disabled()) } else { (theme.footer_key(), theme.text()) };
        x = draw::put(buf, area, x, 0, &item.key, key).saturating_add(1);
        x = draw::put(buf, area, x, 0, item.word, word).saturating_add(draw::to_u16(GAP));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_all_keys_is_always_shown() {
        let rows = vec![
            KeyRow::new("a.save", "ctrl-s", W::UiConfirmYes),
            KeyRow::new("a.back", "esc", W::UiConfirmNo),
            KeyRow::new("a.quiet", "f9", W::UiConfirmNo).quiet(),
        ];
        assert_eq!(footer_line(&rows, Lang::Zh, 80), " Ctrl+S 是   Esc 否   ? 键位");
        for width in 0..40 {
            for lang in [Lang::Zh, Lang::En] {
                let line = footer_line(&rows, lang, width);
                assert!(
                    line.trim_start().starts_with('?') || draw::cells(&line) <= usize::from(width),
                    "{width}: {line}"
                );
                assert!(line.ends_with(W::UiFooterHelp.text(lang)));
            }
        }
    }
}

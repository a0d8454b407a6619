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

/// The items in at most `lines` rows of `width` cells, in the order of the key rows. The key of the help ends the last
/// row and stays when nothing else fits.
pub fn footer_rows(rows: &[KeyRow], help: &str, lang: Lang, width: u16, lines: u16) -> Vec<Vec<FooterItem>> {
    let help = FooterItem { key: help.to_owned(), word: W::UiFooterHelp.text(lang), off: false };
    let whole = usize::from(width).saturating_sub(1);
    let with_help = whole.saturating_sub(help.cells());
    let mut items = rows.iter().filter(|row| row.footer).filter_map(|row| {
        let chord = row.chords.first()?;
        Some(FooterItem { key: chord.name(lang), word: row.word.text(lang), off: row.disabled.is_some() })
    });
    let mut out: Vec<Vec<FooterItem>> = vec![Vec::new()];
    let mut room = if lines > 1 { whole } else { with_help };
    let mut next = items.next();
    while let Some(item) = next.take() {
        if let Some(left) = room.checked_sub(item.cells() + GAP) {
            room = left;
            if let Some(row) = out.last_mut() {
                row.push(item);
            }
            next = items.next();
        } else if out.len() < usize::from(lines) && out.last().is_some_and(|row| !row.is_empty()) {
            out.push(Vec::new());
            room = if out.len() == usize::from(lines) { with_help } else { whole };
            next = Some(item);
        } else {
            break;
        }
    }
    // On a row that was filled without regard to the help, it may need a row of its own or take the last item's place.
    if room < help.cells() && usize::from(lines) > out.len() {
        out.push(Vec::new());
    }
    if let Some(row) = out.last_mut() {
        row.push(help);
    }
    out
}

/// The items that fit one row, and the help at the end, which stays when nothing else fits.
pub fn footer_items(rows: &[KeyRow], help: &str, lang: Lang, width: u16) -> Vec<FooterItem> {
    footer_rows(rows, help, lang, width, 1).into_iter().flatten().collect()
}

/// How many rows, at most `lines`, the keys need to be seen.
pub fn footer_height(rows: &[KeyRow], help: &str, lang: Lang, width: u16, lines: u16) -> u16 {
    let wanted = rows.iter().filter(|row| row.footer && !row.chords.is_empty()).count() + 1;
    (1..lines).find(|n| footer_rows(rows, help, lang, width, *n).iter().flatten().count() == wanted).unwrap_or(lines)
}

/// The footer as plain text, as it is drawn.
pub fn footer_line(rows: &[KeyRow], help: &str, lang: Lang, width: u16) -> String {
    let parts: Vec<String> =
        footer_items(rows, help, lang, width).iter().map(|item| format!("{} {}", item.key, item.word)).collect();
    format!(" {}", parts.join(&" ".repeat(GAP)))
}

/// Draws the footer into `area`, over as many rows as it has.
pub fn draw_footer(buf: &mut Buffer, area: Rect, rows: &[KeyRow], help: &str, (lang, theme): (Lang, Theme)) {
    for (y, items) in (0..area.height).zip(footer_rows(rows, help, lang, area.width, area.height)) {
        let mut x = 1;
        for item in items {
            let (key, word) =
                if item.off { (theme.disabled(), theme.disabled()) } else { (theme.footer_key(), theme.text()) };
            x = draw::put(buf, area, x, y, &item.key, key).saturating_add(1);
            x = draw::put(buf, area, x, y, item.word, word).saturating_add(draw::to_u16(GAP));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_do_not_fit_one_row_take_a_second() {
        let rows: Vec<KeyRow> = ["ctrl-a", "ctrl-b", "ctrl-d", "ctrl-e", "ctrl-f"]
            .iter()
            .map(|key| KeyRow::new("a.save", key, W::UiConfirmYes))
            .collect();
        for width in 0..90 {
            let lines = footer_height(&rows, "?", Lang::Zh, width, 2);
            let drawn = footer_rows(&rows, "?", Lang::Zh, width, lines);
            let seen = drawn.iter().flatten().count();
            assert!(
                drawn.len() <= usize::from(lines)
                    && drawn.last().and_then(|row| row.last()).is_some_and(|i| i.key == "?")
            );
            assert!(lines == 2 || seen == 6, "{width}: one row must show all");
            if width >= 40 {
                assert_eq!(seen, 6, "{width}");
            }
        }
    }

    #[test]
    fn the_way_to_all_keys_is_always_shown() {
        let rows = vec![
            KeyRow::new("a.save", "ctrl-s", W::UiConfirmYes),
            KeyRow::new("a.back", "esc", W::UiConfirmNo),
            KeyRow::new("a.quiet", "f9", W::UiConfirmNo).quiet(),
        ];
        assert_eq!(footer_line(&rows, "?", Lang::Zh, 80), " Ctrl+S 是   Esc 否   ? 键位");
        for width in 0..40 {
            for lang in [Lang::Zh, Lang::En] {
                let line = footer_line(&rows, "?", lang, width);
                assert!(
                    line.trim_start().starts_with('?') || draw::cells(&line) <= usize::from(width),
                    "{width}: {line}"
                );
                assert!(line.ends_with(W::UiFooterHelp.text(lang)));
            }
        }
    }
}

//! A list to pick from, narrowed by typing: files, actions, persons.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};

use crate::kernel::text;
use crate::kernel::words::{Lang, Phrase, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::field::{Edit, Kind, TextField};
use crate::ui::layout;
use crate::ui::theme::Theme;

/// Something to pick.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PickItem {
    /// What picking it answers.
    pub id: String,
    /// What is read and searched.
    pub text: String,
    /// What stands at the right: a key, a size, a role.
    pub detail: String,
    /// Why it can't be picked now.
    pub off: Option<Phrase>,
}

impl PickItem {
    /// An item that can be picked.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> PickItem {
        PickItem { id: id.into(), text: text.into(), ..PickItem::default() }
    }

    /// Adds what stands at the right.
    pub fn detail(mut self, detail: impl Into<String>) -> PickItem {
        self.detail = detail.into();
        self
    }

    /// Says why it can't be picked now; nothing means that it can.
    pub fn off(mut self, why: Option<Phrase>) -> PickItem {
        self.off = why;
        self
    }
}

/// What came of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PickEvent {
    /// Nothing yet.
    Pending,
    /// Left without picking.
    Cancel,
    /// The id of what was picked.
    Picked(String),
    /// It can't be picked now, and why.
    Refused(Phrase),
}

/// The list, what is typed, and what is left of the list.
#[derive(Clone, Debug)]
pub struct PickList {
    title: Phrase,
    items: Vec<PickItem>,
    query: TextField,
    found: Vec<usize>,
    selected: usize,
}

/// Rows that PageUp and PageDown move by, which is also how many the popup shows at most.
const PAGE: u16 = 14;

impl PickList {
    /// A list with everything in it.
    pub fn new(title: impl Into<Phrase>, items: Vec<PickItem>) -> PickList {
        let mut list = PickList {
            title: title.into(),
            items,
            query: TextField::new(Kind::Text).limit(60),
            found: Vec::new(),
            selected: 0,
        };
        list.narrow();
        list
    }

    /// Replaces the items and keeps what is typed.
    pub fn items(&mut self, items: Vec<PickItem>) {
        self.items = items;
        self.narrow();
    }

    /// The item the list stands on.
    pub fn selected(&self) -> Option<&PickItem> {
        self.found.get(self.selected).and_then(|index| self.items.get(*index))
    }

    /// What is typed.
    pub fn query(&self) -> &str {
        self.query.value()
    }

    /// Takes a key: Up, Down and the pages move, Enter picks, Esc leaves, letters narrow the list.
    pub fn handle(&mut self, key: KeyEvent) -> PickEvent {
        if key.kind == KeyEventKind::Release {
            return PickEvent::Pending;
        }
        let bare = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let last = self.found.len().saturating_sub(1);
        match key.code {
            KeyCode::Esc => return PickEvent::Cancel,
            KeyCode::Enter if bare => return self.pick(),
            KeyCode::Up | KeyCode::BackTab if bare => self.selected = self.selected.saturating_sub(1),
            KeyCode::Down | KeyCode::Tab if bare => self.selected = (self.selected + 1).min(last),
            KeyCode::PageUp => self.selected = self.selected.saturating_sub(usize::from(PAGE)),
            KeyCode::PageDown => self.selected = (self.selected + usize::from(PAGE)).min(last),
            _ if self.query.handle(key) == Edit::Changed => self.narrow(),
            _ => {}
        }
        PickEvent::Pending
    }

    /// Takes pasted text into the query.
    pub fn paste(&mut self, text: &str) {
        if self.query.paste(text) == Edit::Changed {
            self.narrow();
        }
    }

    fn pick(&self) -> PickEvent {
        match self.selected() {
            Some(PickItem { off: Some(why), .. }) => PickEvent::Refused(why.clone()),
            Some(item) => PickEvent::Picked(item.id.clone()),
            None => PickEvent::Pending,
        }
    }

    /// Keeps the items the query fits, best first; equals stay in their order.
    fn narrow(&mut self) {
        let query = plain(self.query.value());
        let mut scored: Vec<(u32, usize)> = self
            .items
            .iter()
            .enumerate()
            .filter_map(|(index, item)| score(&query, &item.text).map(|score| (score, index)))
            .collect();
        scored.sort();
        self.found = scored.into_iter().map(|(_, index)| index).collect();
        self.selected = 0;
    }

    /// Draws the list as a popup over `area`; the cursor stands in the query.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let width = area.width.saturating_sub(8).min(76);
        let inside = layout::popup(buf, area, (width, PAGE + 2), &self.title.say(lang), theme);
        let line = Rect { height: inside.height.min(1), ..inside };
        let count = phrase!(W::UiPickCount, counted(self.found.len()), counted(self.items.len())).say(lang);
        let count_cells = draw::to_u16(draw::cells(&count)).saturating_add(1);
        let shows_count = inside.width > count_cells.saturating_mul(2);
        let query = Rect { width: if shows_count { line.width - count_cells } else { line.width }, ..line };
        if shows_count {
            draw::put(buf, line, line.width - count_cells + 1, 0, &count, theme.dim());
        }
        let cursor = self.query.draw(buf, query, true, theme);
        let body = draw::below(inside, 2);
        if self.found.is_empty() {
            draw::put(buf, body, 2, 0, W::UiPickNone.text(lang), theme.dim());
        }
        let page = usize::from(body.height).max(1);
        let top = self.selected / page * page;
        for (y, (place, index)) in (0..body.height).zip(self.found.iter().enumerate().skip(top)) {
            if let Some(item) = self.items.get(*index) {
                draw_item(buf, Rect { y: body.y + y, height: 1, ..body }, item, place == self.selected, theme);
            }
        }
        cursor
    }
}

fn draw_item(buf: &mut Buffer, line: Rect, item: &PickItem, selected: bool, theme: Theme) {
    let style = if item.off.is_some() { theme.disabled() } else { theme.text() };
    let detail = text::clip(&item.detail, usize::from(line.width / 2));
    let detail_cells = draw::to_u16(draw::cells(&detail));
    let room = line.width.saturating_sub(detail_cells).saturating_sub(4);
    draw::put(buf, line, 2, 0, &text::clip(&item.text, usize::from(room)), style);
    draw::put(buf, line, line.width.saturating_sub(detail_cells), 0, &detail, theme.dim());
    if selected {
        draw::put(buf, line, 0, 0, ">", theme.title());
        draw::restyle_row(buf, line, 0, theme.selected());
    }
}

fn counted(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A text without case and width, as it is searched.
fn plain(text: &str) -> String {
    text::fold(text).to_lowercase()
}

/// How well a text fits: at its beginning, somewhere inside, or its letters in order with others between; lower is
/// better, nothing when it doesn't fit.
fn score(query: &str, text: &str) -> Option<u32> {
    let text = plain(text);
    if text.starts_with(query) {
        return Some(0);
    }
    if text.contains(query) {
        return Some(1);
    }
    let mut letters = text.chars();
    query
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .all(|wanted| letters.any(|letter| letter == wanted))
        .then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> PickList {
        let items = [("a", "Import cases"), ("b", "导入赔案"), ("c", "Export 赔案"), ("d", "阿凡提·买买提")];
        let items = items.map(|(id, text)| PickItem::new(id, text)).to_vec();
        PickList::new(W::UiPinPerson, items)
    }

    fn found(list: &mut PickList, text: &str) -> Vec<String> {
        list.query.set(text);
        list.narrow();
        list.found.iter().map(|index| list.items[*index].id.clone()).collect()
    }

    #[test]
    fn typing_narrows_the_list_best_first() {
        let mut list = list();
        assert_eq!(found(&mut list, ""), ["a", "b", "c", "d"]);
        assert_eq!(found(&mut list, "赔案"), ["b", "c"]);
        assert_eq!(found(&mut list, "ＩＭ"), ["a"]);
        assert_eq!(found(&mut list, "e"), ["c", "a"], "a beginning is better than a middle");
        assert_eq!(found(&mut list, "imcs"), ["a"]);
        assert!(found(&mut list, "𠮷").is_empty());
    }

    #[test]
    fn enter_picks_or_says_why_not() {
        let press = |list: &mut PickList, code| list.handle(KeyEvent::new(code, KeyModifiers::NONE));
        let mut list = list();
        press(&mut list, KeyCode::Down);
        assert_eq!(press(&mut list, KeyCode::Enter), PickEvent::Picked("b".to_owned()));
        list.items(vec![PickItem::new("z", "z").off(Some(W::UiKeyUp.into()))]);
        assert_eq!(press(&mut list, KeyCode::Enter), PickEvent::Refused(W::UiKeyUp.into()));
        list.items(Vec::new());
        assert_eq!(press(&mut list, KeyCode::PageDown), PickEvent::Pending);
        assert_eq!(press(&mut list, KeyCode::Enter), PickEvent::Pending);
        assert_eq!(press(&mut list, KeyCode::Esc), PickEvent::Cancel);
    }
}

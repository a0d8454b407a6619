//! A list to pick from, narrowed by typing: files, actions, persons.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};

use crate::kernel::text::{self, pinyin};
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
    /// What is read, and searched when there are no other names.
    pub text: String,
    /// Names it is searched by, such as the words of both languages.
    pub names: Vec<String>,
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

    /// An item with a name in each language: the one of the screen is read first.
    pub fn named(id: impl Into<String>, names: [&str; 2]) -> PickItem {
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        PickItem { id: id.into(), text: names.join("  "), names, ..PickItem::default() }
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
    /// The forms each item is searched by.
    forms: Vec<Forms>,
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
            forms: items.iter().map(Forms::of).collect(),
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
        self.forms = items.iter().map(Forms::of).collect();
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

    /// Keeps the items the query fits, best first; of equals, those that can be picked, then in their order.
    fn narrow(&mut self) {
        let query = plain(self.query.value());
        let rank = |index: usize| {
            let off = !query.is_empty() && self.items.get(index).is_some_and(|item| item.off.is_some());
            self.forms.get(index)?.rank(&query).map(|rank| (rank, off, index))
        };
        let mut ranked: Vec<(u8, bool, usize)> = (0..self.items.len()).filter_map(rank).collect();
        ranked.sort_unstable();
        self.found = ranked.into_iter().map(|(_, _, index)| index).collect();
        self.selected = 0;
    }

    /// Draws the list as a popup over `area`; the cursor stands in the query.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let width = area.width.saturating_sub(8).min(76);
        let inside = layout::popup(buf, area, (width, PAGE + 3), &self.title.say(lang), theme);
        let line = Rect { height: inside.height.min(1), ..inside };
        let count = phrase!(W::UiPickCount, counted(self.found.len()), counted(self.items.len())).say(lang);
        let count_cells = draw::to_u16(draw::cells(&count)).saturating_add(1);
        let shows_count = inside.width > count_cells.saturating_mul(2);
        let query = Rect { width: if shows_count { line.width - count_cells } else { line.width }, ..line };
        if shows_count {
            draw::put(buf, line, line.width - count_cells + 1, 0, &count, theme.dim());
        }
        let cursor = self.query.draw(buf, query, true, theme);
        // Where there is hardly room, the blank row under the query goes first.
        let roomy = inside.height > 6;
        let why = self.selected().and_then(|item| item.off.as_ref());
        let foot = u16::from(roomy || why.is_some() && inside.height > 2);
        let body = draw::below(inside, 1 + u16::from(roomy));
        let body = Rect { height: body.height.saturating_sub(foot), ..body };
        if let Some(why) = why {
            let line = Rect { y: body.bottom(), height: foot, ..body };
            let said = text::clip(&format!("- {}", why.say(lang)), usize::from(line.width));
            draw::put(buf, line, 0, 0, &said, theme.warn());
        }
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

/// What an item is searched by: its names, and how their Chinese is spelt.
#[derive(Clone, Debug)]
struct Forms {
    names: Vec<String>,
    initials: Vec<String>,
    syllables: Vec<String>,
    /// The syllables from each later character on, for a word inside a name.
    tails: Vec<String>,
}

impl Forms {
    fn of(item: &PickItem) -> Forms {
        let own = std::slice::from_ref(&item.text);
        let names = if item.names.is_empty() { own } else { &item.names };
        let chinese = || names.iter().filter(|name| !name.is_ascii());
        // A list may hold people too, whose surnames are read otherwise than the same characters in a word.
        let spelt = |name: &String| [pinyin::label_initials(name), pinyin::initials(name)].concat();
        Forms {
            names: names.iter().map(|name| plain(name)).collect(),
            initials: chinese().flat_map(spelt).collect(),
            syllables: chinese().map(|name| pinyin::full(name)).collect(),
            tails: chinese()
                .flat_map(|name| name.char_indices().skip(1).filter_map(|(at, _)| name.get(at..)).map(pinyin::full))
                .collect(),
        }
    }

    /// How well a query fits, lower is better, nothing when it doesn't: the whole name; the beginning of a name, of its
    /// initials, of its syllables; the beginning of a word in it; anywhere in it; its letters in order with others
    /// between.
    fn rank(&self, query: &str) -> Option<u8> {
        let spelling: String = query.chars().filter(|letter| !letter.is_whitespace() && *letter != '\'').collect();
        let any = |forms: &[String], fits: &dyn Fn(&str) -> bool| forms.iter().any(|form| fits(form));
        let begins = |form: &str| form.starts_with(spelling.as_str());
        let word = |name: &str| name.split(' ').any(|word| word.starts_with(query));
        let ranks: [&dyn Fn() -> bool; 7] = [
            &|| query.is_empty() || any(&self.names, &|name| name == query),
            &|| any(&self.names, &|name| name.starts_with(query)),
            &|| any(&self.initials, &begins),
            &|| any(&self.syllables, &begins),
            &|| any(&self.names, &word),
            &|| any(&self.names, &|name| name.contains(query)) || any(&self.tails, &begins),
            &|| any(&self.names, &|name| in_order(&spelling, name)) || any(&self.initials, &|i| in_order(&spelling, i)),
        ];
        ranks.iter().zip(0u8..).find_map(|(fits, rank)| fits().then_some(rank))
    }
}

/// Whether the letters of the query stand in the text in this order.
fn in_order(query: &str, text: &str) -> bool {
    let mut letters = text.chars();
    query.chars().all(|wanted| letters.any(|letter| letter == wanted))
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
        assert_eq!(found(&mut list, "赔案"), ["c", "b"], "a word of its own is better than a part");
        assert_eq!(found(&mut list, "ＩＭ"), ["a"], "folded");
        assert_eq!(found(&mut list, "ex"), ["c"]);
        assert_eq!(found(&mut list, "e"), ["c", "d", "a"], "a beginning, a reading, a letter in the middle");
        assert_eq!(found(&mut list, "imcs"), ["a"], "in order, with others between");
        assert_eq!(found(&mut list, "drp"), ["b"], "initials");
        assert_eq!(found(&mut list, "daoru pei"), ["b"], "syllables");
        assert_eq!(found(&mut list, "peian"), ["b", "c"], "syllables of a word inside");
        assert_eq!(found(&mut list, "ＡＦＴ"), ["d"]);
        assert_eq!(found(&mut list, "cases"), ["a"], "a word inside");
        assert!(found(&mut list, "𠮷").is_empty());
    }

    #[test]
    fn what_can_be_picked_stands_before_what_cannot() {
        let off = || Some(Phrase::from(W::UiKeyUp));
        let items = vec![
            PickItem::named("a", ["重开", "Reopen"]).off(off()),
            PickItem::named("b", ["重新核算", "Recompute"]),
            PickItem::named("c", ["单证", "Forms"]),
            PickItem::named("d", ["案卷", "Folder"]),
        ];
        let mut list = PickList::new(W::UiPinPerson, items);
        assert_eq!(found(&mut list, ""), ["a", "b", "c", "d"]);
        assert_eq!(found(&mut list, "ck"), ["a"], "重 is chong here");
        assert_eq!(found(&mut list, "c")[..2], ["b", "c"], "what can be picked stands first");
        assert_eq!(found(&mut list, "dz"), ["c"], "no surname");
        assert_eq!(found(&mut list, "danz"), ["c"]);
        assert_eq!(found(&mut list, "fo"), ["c", "d"], "the other language");
        assert_eq!(found(&mut list, "re")[..2], ["b", "a"]);
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

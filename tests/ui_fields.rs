//! Typing into a field: Chinese, combining marks, emoji and full-width digits move, delete and measure as they are seen.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use closing_desk::ui::field::{Edit, Kind, TextField};
use closing_desk::ui::theme::Theme;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn press(field: &mut TextField, code: KeyCode) -> Edit {
    field.handle(KeyEvent::new(code, KeyModifiers::NONE))
}

fn control(field: &mut TextField, letter: char) -> Edit {
    field.handle(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL))
}

fn typed(kind: Kind, text: &str) -> TextField {
    let mut field = TextField::new(kind);
    for letter in text.chars() {
        press(&mut field, KeyCode::Char(letter));
    }
    field
}

/// What a row of `width` cells shows, and the caret's column in it.
fn drawn(field: &TextField, width: u16) -> (String, Option<u16>) {
    let area = Rect::new(0, 0, width, 1);
    let mut buf = Buffer::empty(area);
    let caret = field.draw(&mut buf, area, true, Theme::new(false));
    (buf.content.iter().map(|cell| cell.symbol()).collect(), caret.map(|at| at.x))
}

fn caret(field: &TextField) -> u16 {
    drawn(field, 60).1.unwrap()
}

/// Each text with the cells of its graphemes: ambiguous marks are one cell, Han and full-width digits two.
const TEXTS: &[(&str, &[u16])] = &[
    ("你好", &[2, 2]),
    ("“引号”", &[1, 2, 2, 1]),
    ("阿凡提·买买提", &[2, 2, 2, 1, 2, 2, 2]),
    ("１２３", &[2, 2, 2]),
    ("e\u{301}a", &[1, 1]),
    ("𠮷田", &[2, 2]),
    ("👨\u{200d}👩\u{200d}👧x", &[2, 1]),
    ("A1…", &[1, 1, 1]),
];

#[test]
fn the_caret_steps_over_what_is_seen() {
    for (text, cells) in TEXTS {
        let mut field = typed(Kind::Text, text);
        assert_eq!(field.value(), *text);
        let mut column: u16 = cells.iter().sum();
        assert_eq!(caret(&field), column, "{text}: behind the text");
        for width in cells.iter().rev() {
            assert_eq!(press(&mut field, KeyCode::Left), Edit::Moved);
            column -= width;
            assert_eq!(caret(&field), column, "{text}: to the left");
        }
        assert_eq!(press(&mut field, KeyCode::Left), Edit::Ignored, "{text}: at the beginning");
        for width in *cells {
            press(&mut field, KeyCode::Right);
            column += width;
            assert_eq!(caret(&field), column, "{text}: to the right");
        }
        press(&mut field, KeyCode::Home);
        assert_eq!(caret(&field), 0);
        press(&mut field, KeyCode::End);
        assert_eq!(caret(&field), column);
    }
}

#[test]
fn one_key_deletes_one_thing_seen() {
    for (text, cells) in TEXTS {
        let mut field = typed(Kind::Text, text);
        for left in (0..cells.len()).rev() {
            assert_eq!(press(&mut field, KeyCode::Backspace), Edit::Changed);
            assert_eq!(caret(&field), cells[..left].iter().sum::<u16>(), "{text}: Backspace");
        }
        assert_eq!(press(&mut field, KeyCode::Backspace), Edit::Ignored);
        assert!(field.is_empty(), "{text}");

        let mut field = typed(Kind::Text, text);
        press(&mut field, KeyCode::Home);
        for _ in *cells {
            assert_eq!(press(&mut field, KeyCode::Delete), Edit::Changed);
            assert_eq!(caret(&field), 0, "{text}: Delete");
        }
        assert_eq!(press(&mut field, KeyCode::Delete), Edit::Ignored);
        assert!(field.is_empty(), "{text}");
    }
}

#[test]
fn text_is_inserted_where_the_caret_stands() {
    let mut field = typed(Kind::Text, "阿凡提买买提");
    for _ in 0..3 {
        press(&mut field, KeyCode::Left);
    }
    press(&mut field, KeyCode::Char('·'));
    assert_eq!(field.value(), "阿凡提·买买提");
    assert_eq!(caret(&field), 7);
    assert_eq!(control(&mut field, 'u'), Edit::Changed);
    assert_eq!(field.value(), "买买提");
    press(&mut field, KeyCode::End);
    press(&mut field, KeyCode::Char(' '));
    press(&mut field, KeyCode::Char('x'));
    assert_eq!(control(&mut field, 'W'), Edit::Changed);
    assert_eq!(field.value(), "买买提 ");
    let alt = KeyEvent::new(KeyCode::Char('x'), KeyModifiers::ALT);
    assert_eq!(field.handle(alt), Edit::Ignored);
}

#[test]
fn each_kind_takes_its_own_characters_and_folds_them() {
    for (kind, text, value) in [
        (Kind::Money, "８，２００。5元a", "8,200.5"),
        (Kind::Digits, "１3-9号", "139"),
        (Kind::Id, "34０104ｘ", "340104X"),
        (Kind::Day, "2026－11－23", "2026-11-23"),
        (Kind::Moment, "11-23 15：10", "11-23 15:10"),
        (Kind::Pin, "2４6abc", "246"),
        (Kind::Text, "１２３ａ。", "１２３ａ。"),
    ] {
        assert_eq!(typed(kind, text).value(), value, "{kind:?}");
    }
}

#[test]
fn a_paste_is_text_and_nothing_else() {
    let mut field = TextField::new(Kind::Text);
    field.paste("王建国\r\n李\t晓\u{1b}[31m红\u{202e}\u{7}\n");
    assert_eq!(field.value(), "王建国 李 晓[31m红");
    let mut field = TextField::new(Kind::Text).limit(3);
    field.paste("你e\u{301}好吗");
    assert_eq!(field.value(), "你e\u{301}好");
    assert_eq!(press(&mut field, KeyCode::Char('x')), Edit::Ignored, "the field is full");
    press(&mut field, KeyCode::Char('\u{301}'));
    assert_eq!(field.value(), "你e\u{301}好\u{301}", "a mark joins the last letter");
    let mut stuffed = TextField::new(Kind::Text).limit(2);
    stuffed.paste(&format!("e{}", "\u{301}".repeat(5000)));
    assert!(stuffed.value().chars().count() <= 16, "no letter carries an endless tail of marks");
    let mut amount = TextField::new(Kind::Money);
    amount.paste("１２３4x");
    assert_eq!(amount.value(), "1234x", "a pasted mistake is kept for the rule to name, not mended silently");
}

#[test]
fn a_secret_shows_only_asterisks() {
    let field = typed(Kind::Pin, "246810");
    let (shown, caret) = drawn(&field, 20);
    assert_eq!(shown.trim_end(), "******");
    assert_eq!(caret, Some(6));
}

#[test]
fn a_long_text_scrolls_by_cells_and_keeps_the_caret_in_sight() {
    let mut field = typed(Kind::Text, "城东网点客户接待区东侧窗口");
    for width in [1, 2, 3, 4, 5, 9, 12, 20, 30] {
        press(&mut field, KeyCode::End);
        while press(&mut field, KeyCode::Left) == Edit::Moved {
            let (_, caret) = drawn(&field, width);
            assert!(caret.is_some_and(|x| x < width), "{width}: {caret:?}");
        }
        assert_eq!(drawn(&field, width).1, Some(0));
    }
    press(&mut field, KeyCode::End);
    let (shown, caret) = drawn(&field, 12);
    assert!(shown.starts_with('~') && shown.contains('口'), "{shown}");
    assert_eq!(
        caret.map(usize::from),
        Some(shown.trim_end().chars().filter(|c| *c != ' ').map(|c| if c == '~' { 1 } else { 2 }).sum())
    );
}

/// Keys a person may press in a field.
fn keys() -> impl Strategy<Value = Vec<(KeyCode, KeyModifiers)>> {
    let key = prop_oneof![
        8 => any::<char>().prop_map(|letter| (KeyCode::Char(letter), KeyModifiers::NONE)),
        4 => prop::sample::select(vec!['你', '\u{301}', '\u{200d}', '👩', '\u{1F1E8}', '\u{FE0F}', 'ﾞ', '１', '.', 'é'])
            .prop_map(|letter| (KeyCode::Char(letter), KeyModifiers::NONE)),
        6 => prop::sample::select(vec![KeyCode::Left, KeyCode::Right, KeyCode::Backspace, KeyCode::Delete, KeyCode::Home, KeyCode::End])
            .prop_map(|code| (code, KeyModifiers::NONE)),
        1 => prop::sample::select(vec!['w', 'u']).prop_map(|letter| (KeyCode::Char(letter), KeyModifiers::CONTROL)),
    ];
    prop::collection::vec(key, 0..40)
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Text, Kind::Money, Kind::Digits, Kind::Id, Kind::Day, Kind::Moment, Kind::Pin])
}

proptest! {
    #[test]
    fn the_caret_never_leaves_the_field(kind in kinds(), keys in keys(), pasted in ".{0,60}", width in 0u16..24) {
        let mut field = TextField::new(kind).limit(30);
        field.paste(&pasted);
        for (code, modifiers) in keys {
            field.handle(KeyEvent::new(code, modifiers));
            let (_, caret) = drawn(&field, width);
            prop_assert_eq!(caret.is_some(), width > 0);
            prop_assert!(caret.is_none_or(|x| x < width));
            prop_assert!(!field.value().chars().any(char::is_control));
        }
    }

    #[test]
    fn where_all_fits_the_caret_stands_behind_what_is_drawn(text in ".{0,20}") {
        let mut field = TextField::new(Kind::Text);
        field.paste(&text);
        let area = Rect::new(0, 0, 80, 1);
        let mut buf = Buffer::empty(area);
        let (end, _) = buf.set_stringn(0, 0, field.value(), 80, ratatui::style::Style::new());
        prop_assert_eq!(drawn(&field, 80).1, Some(end));
    }

    #[test]
    fn what_is_typed_is_what_the_field_holds(text in "[a-zA-Z0-9\u{4e00}-\u{9fff}·。，“”１-９ ]{0,40}") {
        let field = typed(Kind::Text, &text);
        prop_assert_eq!(field.value(), text);
    }

    #[test]
    fn typed_and_deleted_leaves_nothing(text in ".{0,40}") {
        let mut field = TextField::new(Kind::Text);
        field.paste(&text);
        while press(&mut field, KeyCode::Backspace) == Edit::Changed {}
        prop_assert_eq!(field.value(), "");
    }
}

#[test]
fn words_are_runs_of_one_script() {
    let mut field = typed(Kind::Text, "阿凡提·买买提 ABC-12  “𠮷e\u{301}");
    let with = |field: &mut TextField, code, modifiers| field.handle(KeyEvent::new(code, modifiers));
    let mut columns = Vec::new();
    while with(&mut field, KeyCode::Left, KeyModifiers::CONTROL) == Edit::Moved {
        columns.push(caret(&field));
    }
    // e with its accent, 𠮷, the quotation mark, 12, the hyphen, ABC, 买买提, the dot, 阿凡提.
    assert_eq!(columns, [25, 23, 22, 18, 17, 14, 7, 6, 0]);
    columns.clear();
    while with(&mut field, KeyCode::Right, KeyModifiers::ALT) == Edit::Moved {
        columns.push(caret(&field));
    }
    assert_eq!(columns, [6, 7, 14, 17, 18, 22, 23, 25, 26]);
    for left in ["阿凡提·买买提 ABC-12  “𠮷", "阿凡提·买买提 ABC-12  “", "阿凡提·买买提 ABC-12  "]
    {
        assert_eq!(control(&mut field, 'w'), Edit::Changed);
        assert_eq!(field.value(), left);
    }
    assert_eq!(with(&mut field, KeyCode::Backspace, KeyModifiers::ALT), Edit::Changed);
    assert_eq!(field.value(), "阿凡提·买买提 ABC-");
    assert_eq!(control(&mut field, 'h'), Edit::Changed);
    assert_eq!(field.value(), "阿凡提·买买提 ABC");
}

/// What everybody types or pastes sooner or later, and what each kind of field makes of it when it is typed.
#[test]
fn every_kind_of_field_holds_its_own_with_every_text() {
    let texts = [
        "你好",
        "“引号”",
        "阿凡提·买买提",
        "１２３",
        "e\u{301}",
        "𠮷",
        "👨\u{200d}👩\u{200d}👧",
        "8\u{200b}2\u{feff}",
        "\u{202e}12\u{200f}",
        "１，２３４．５０",
        "皖Ａ１２３４５",
    ];
    let typed_as: [(Kind, [&str; 11]); 7] = [
        (
            Kind::Text,
            ["你好", "“引号”", "阿凡提·买买提", "１２３", "e\u{301}", "𠮷", texts[6], "82", "12", texts[9], texts[10]],
        ),
        (Kind::Money, ["", "", "", "123", "", "", "", "82", "12", "1,234.50", "12345"]),
        (Kind::Digits, ["", "", "", "123", "", "", "", "82", "12", "123450", "12345"]),
        (Kind::Id, ["", "\"\"", "", "123", "E", "", "", "82", "12", "1,234.50", "A12345"]),
        (Kind::Day, ["", "", "", "123", "", "", "", "82", "12", "1234.50", "12345"]),
        (Kind::Moment, ["", "", "", "123", "", "", "", "82", "12", "1234.50", "12345"]),
        (Kind::Pin, ["", "", "", "123", "", "", "", "82", "12", "123450", "12345"]),
    ];
    for (kind, values) in typed_as {
        for (text, value) in texts.iter().zip(values) {
            let mut field = typed(kind, text);
            assert_eq!(field.value(), value, "{kind:?} {text:?}");
            let (shown, at) = drawn(&field, 60);
            let cells =
                if kind == Kind::Pin { value.chars().count() } else { unicode_width::UnicodeWidthStr::width(value) };
            assert_eq!(at.map(usize::from), Some(cells), "{kind:?} {text:?}: {shown}");
            while press(&mut field, KeyCode::Backspace) == Edit::Changed {}
            assert!(field.is_empty());
            // Pasted, nothing is lost that a rule could name, and nothing unseen comes in.
            field.paste(&format!("\u{1b}[2J{text}\r\n"));
            assert!(!field.value().chars().any(|c| c.is_control() || "\u{200b}\u{feff}\u{202e}\u{200f}".contains(c)));
            assert!(drawn(&field, 9).1.is_some_and(|x| x < 9));
        }
    }
}

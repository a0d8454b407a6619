//! Every widget at every size, with and without colour, in both languages, filled with anything: nothing panics, and
//! the cursor stands inside the area.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use chrono::NaiveDate;
use closing_desk::kernel::findings::{Finding, Findings};
use closing_desk::kernel::words::{Arg, Lang, Phrase, W};
use closing_desk::ui::choice::ChoiceOption;
use closing_desk::ui::confirm::Confirm;
use closing_desk::ui::field::{Kind, TextField};
use closing_desk::ui::form::{Form, FormField};
use closing_desk::ui::keys::{KeyRow, draw_footer};
use closing_desk::ui::pick::{PickItem, PickList};
use closing_desk::ui::pin::PinPrompt;
use closing_desk::ui::scan::{ScanLine, Verdict};
use closing_desk::ui::table::{Column, Marks, TableRow, TableState, draw_table};
use closing_desk::ui::theme::Theme;
use closing_desk::ui::{gauge, layout};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

const SIZES: [(u16, u16); 6] = [(200, 60), (120, 40), (80, 24), (40, 10), (1, 1), (0, 0)];

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn key(code: KeyCode) -> KeyEvent {
    KeyEvent::new(code, KeyModifiers::NONE)
}

fn form(text: &str) -> Form {
    let mut form = Form::new(vec![
        FormField::text("name", W::UiPinPerson).prefilled(text).hint(W::UiFormLastField),
        FormField::money("amount", W::UiConfirmHint).value("8200.00"),
        FormField::day("day", W::UiKeySpace).value(text),
        FormField::choice(
            "kind",
            W::UiKeyUp,
            vec![ChoiceOption::name("a", text), ChoiceOption::words("b", W::UiKeyUp)],
        )
        .value("a"),
        FormField::text("shown", W::UiKeyUp).value(text).read_only(),
        FormField::pin("pin", W::UiPinLabel),
    ]);
    let said = Phrase::new(W::UiMarked, [Arg::from(text)]);
    let mut findings = Findings::new();
    findings.push(Finding::warn("w", "amount", said.clone()));
    findings.push(Finding::block("b", "name", said.clone()));
    findings.push(Finding::block("elsewhere", "no-such-field", said));
    form.show(findings);
    form.paste(text);
    form
}

/// Draws everything there is; answers the cursors that widgets asked for.
fn draw_all(buf: &mut Buffer, area: Rect, text: &str, lang: Lang, theme: Theme) -> Vec<Position> {
    let mut cursors = Vec::new();
    let mut form = form(text);
    for _ in 0..7 {
        cursors.extend(form.draw(buf, area, lang, theme));
        form.handle(key(KeyCode::Enter), today(), lang);
    }
    let mut field = TextField::new(Kind::Text);
    field.paste(text);
    cursors.extend(field.draw(buf, area, true, theme));
    let said = Phrase::new(W::UiMarked, [Arg::from(text)]);
    cursors.extend(Confirm::new(said.clone()).detail(said.clone()).draw(buf, area, lang, theme));
    let mut prompt = PinPrompt::new(said.clone()).message(said.clone()).anyone();
    prompt.paste(text);
    prompt.refuse(said.clone());
    cursors.extend(prompt.draw(buf, area, lang, theme));
    let mut line = ScanLine::new();
    line.paste(text);
    line.judge(Verdict {
        code: text.to_owned(),
        mark: "!!",
        word: W::UiKeyUp,
        what: Some(said.clone()),
        style: Style::new(),
    });
    cursors.extend(line.draw(buf, area, lang, theme));
    let items = (0..40).map(|number| PickItem::new(number.to_string(), text).detail(text)).collect();
    let mut list = PickList::new(said, items);
    list.paste(text);
    list.handle(key(KeyCode::PageDown));
    cursors.extend(list.draw(buf, area, lang, theme));
    draw_rest(buf, area, text, lang, theme);
    cursors
}

fn draw_rest(buf: &mut Buffer, area: Rect, text: &str, lang: Lang, theme: Theme) {
    let columns = [
        Column::new(W::UiPinPerson, 4, 20),
        Column::new(W::UiPinLabel, 10, 60).priority(1),
        Column::new(W::UiKeyUp, 8, 14).right(),
    ];
    let mut state = TableState::default();
    state.rows(100, true);
    for _ in 0..6 {
        let mut marks = Marks::default();
        marks.toggle(3);
        draw_table(buf, area, &columns, &state, &marks, (lang, theme), |index| {
            TableRow::new(i64::try_from(index).unwrap())
                .cell(text, theme.warn())
                .cell(text, theme.text())
                .cell("8,200.00", theme.text())
        });
        state.handle(key(KeyCode::PageDown), area.height);
    }
    state.rows(0, false);
    draw_table(buf, area, &columns, &state, &Marks::default(), (lang, theme), |_| TableRow::new(0));
    let rows = vec![
        KeyRow::new("a.save", "ctrl-s", W::UiConfirmYes),
        KeyRow::new("a.no", "space", W::UiConfirmNo).off(Some(W::UiKeyUp.into())),
    ];
    let split = layout::parts(area, 2, 1);
    draw_footer(buf, split.footer, &rows, "F1", (lang, theme));
    let (list, preview) = layout::list_and_preview(split.body);
    layout::boxed(buf, list, text, theme);
    layout::boxed(buf, preview.unwrap_or(split.header), text, theme);
    gauge::bars(&[(text.to_owned(), 3)], area.width);
}

fn draw_everywhere(buf_size: (u16, u16), text: &str) {
    let whole = Rect::new(0, 0, buf_size.0, buf_size.1);
    // A popup may also be given a corner of the screen, or a place that is not on it any more after a resize.
    let corner = Rect::new(whole.width / 2, whole.height / 2, whole.width, whole.height);
    for theme in [Theme::new(true), Theme::new(false)] {
        for lang in [Lang::Zh, Lang::En] {
            for area in [whole, corner, Rect::new(500, 500, 30, 30)] {
                let mut buf = Buffer::empty(whole);
                for cursor in draw_all(&mut buf, area, text, lang, theme) {
                    assert!(area.intersection(whole).contains(cursor), "{cursor} is outside {area}");
                }
            }
        }
    }
}

#[test]
fn every_widget_fits_any_size() {
    for size in SIZES {
        for text in
            ["", "阿凡提·买买提", "“引号” １２３ 𠮷 e\u{301} 👨\u{200d}👩\u{200d}👧", "x\u{202e}\u{1b}[31m\ny\t"]
        {
            draw_everywhere(size, text);
        }
    }
}

#[test]
fn a_form_is_aligned_in_cells_in_both_languages() {
    for lang in [Lang::Zh, Lang::En] {
        let form = Form::new(vec![
            FormField::text("a", W::UiPinPerson).value("#"),
            FormField::text("b", W::UiKeySpace).value("#"),
            FormField::text("c", W::UiConfirmHint).value("#"),
        ]);
        let area = Rect::new(0, 0, 100, 3);
        let mut buf = Buffer::empty(area);
        let cursor = form.draw(&mut buf, area, lang, Theme::new(false)).unwrap();
        let columns: Vec<u16> = (0..3).map(|y| (0..100).find(|x| buf[(*x, y)].symbol() == "#").unwrap()).collect();
        assert!(columns.iter().all(|column| *column == columns[0]), "{lang:?}: {columns:?}");
        assert_eq!((cursor.x, cursor.y), (columns[0] + 1, 0));
        assert_eq!(buf[(0, 0)].symbol(), ">");
    }
}

#[test]
fn a_tall_form_keeps_the_focused_field_and_its_findings_in_view() {
    let ids = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let mut form = Form::new(ids.iter().map(|id| FormField::text(id, W::UiPinPerson).value(id)).collect());
    let mut findings = Findings::new();
    findings.push(Finding::block("late", "h", W::UiPickNone));
    form.show(findings);
    let area = Rect::new(0, 0, 60, 4);
    let mut buf = Buffer::empty(area);
    let cursor = form.draw(&mut buf, area, Lang::En, Theme::new(false)).unwrap();
    let line = |y: u16| (0..60).map(|x| buf[(x, y)].symbol()).collect::<String>();
    assert!(line(cursor.y).starts_with('>'), "{}", line(cursor.y));
    assert!(line(cursor.y + 1).contains("x nothing found"), "{}", line(cursor.y + 1));
    assert_eq!(form.place(Lang::En), "field 8 of 10");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10))]

    #[test]
    fn nothing_a_store_may_hold_breaks_a_widget(text in "\\PC{0,40}|.{0,40}", width in 0u16..90, height in 0u16..26) {
        draw_everywhere((width, height), &text);
    }
}

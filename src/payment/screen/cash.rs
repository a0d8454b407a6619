//! 现金日清: cash paid out today by cashier, counted by two persons.

use super::batch_popup::{Popup, failed, found, lacking, name, refused, second};
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::payment::store::cash::{CashDay, count, of_day};
use crate::phrase;
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinQuestion, Place, Screen};
use crate::ui::table::{Column, Marks, TableRow, TableState, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// The day's cash.
pub struct Cash {
    rows: Vec<CashDay>,
    table: TableState,
    popup: Option<Popup>,
    /// What had been paid out when the form was opened.
    seen: Fen,
    left: Findings,
    restored: Option<Draft>,
    height: Cell<u16>,
}

/// Opens the day.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Cash {
        rows: Vec::new(),
        table: TableState::default(),
        popup: None,
        seen: Fen::ZERO,
        left: Findings::new(),
        restored: None,
        height: Cell::new(20),
    };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl Cash {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.rows = of_day(cx.store.conn(), clock::day_of(cx.now))?;
        self.table.rows(self.rows.len(), false);
        Ok(())
    }

    fn reread(&mut self, cx: &Cx<'_>) -> Effects {
        self.read(cx).map_or_else(|error| failed(&error), |()| Vec::new())
    }

    fn selected(&self) -> Option<&CashDay> {
        self.table.selected().and_then(|index| self.rows.get(index))
    }

    fn open_form(&mut self) -> Effects {
        let Some(row) = self.selected() else { return refused(W::BatchesNoCash) };
        let (cashier, expected, title) =
            (row.cashier, row.expected, phrase!(W::BatchesCountFor, row.name.as_str(), row.lines, row.expected));
        let fields = vec![
            FormField::money("counted", W::BatchesFieldCounted),
            FormField::text("reason", W::BatchesFieldDifference).hint(W::BatchesFieldDifferenceHint),
        ];
        self.seen = expected;
        self.popup = Some(Popup::new("count", cashier, title, fields));
        Vec::new()
    }

    fn settle(&mut self) {
        let Some(draft) = self.restored.take() else { return };
        let Some((_, about)) = Popup::drafted(&draft) else { return };
        let Some(index) = self.rows.iter().position(|row| row.cashier == about) else { return };
        self.table.select(index);
        self.open_form();
        if let Some(popup) = &mut self.popup {
            popup.form.restore(&draft.fields);
        }
    }

    fn counted(popup: &Popup) -> Option<Fen> {
        Fen::parse(&popup.text("counted")).ok()
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let seen = self.seen;
        let Some(popup) = &mut self.popup else { return Vec::new() };
        let Some(counted) = Cash::counted(popup) else {
            popup.show(&Finding::block("counted", "counted", W::BatchesCountedMissing).into());
            return Vec::new();
        };
        let off = Fen::from_fen(counted.fen().saturating_sub(seen.fen()));
        if off != Fen::ZERO && popup.text("reason").is_empty() {
            popup.show(&Finding::block("reason", "reason", phrase!(W::BatchesCashOff, off)).into());
            return Vec::new();
        }
        let text = phrase!(W::BatchesAskCount, popup.title.clone(), counted, off);
        vec![Effect::AskPin(PinQuestion { id: "cash.second", text, of: second(cx) })]
    }

    fn keep(&self, actor: &Actor) -> Effects {
        let Some((popup, counted)) = self.popup.as_ref().and_then(|popup| Some((popup, Cash::counted(popup)?))) else {
            return Vec::new();
        };
        let (cashier, seen, reason, other) = (popup.about, self.seen, popup.text("reason"), actor.id);
        vec![Effect::Act(DeskAct::new("cash_count", move |tx| {
            let off = count(tx, cashier, seen, counted, &reason, other)?;
            Ok(Done::said(phrase!(W::BatchesCounted, counted, off)))
        }))]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "cash.count" => self.open_form(),
            "cash.save" => self.save(cx),
            "cash.leave" if self.popup.is_some() => {
                self.popup = None;
                Vec::new()
            }
            _ => vec![Effect::Back],
        }
    }
}

impl Screen for Cash {
    fn place(&self) -> Place {
        Place::new("cash")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::BatchesPlaceCash.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let back = KeyRow::new("cash.leave", "esc", W::BatchesKeyBack);
        if self.popup.is_some() {
            return vec![KeyRow::new("cash.save", "ctrl-s", W::BatchesKeySave).consequential(), back];
        }
        let none = self.rows.is_empty().then(|| Phrase::from(W::BatchesNoCash));
        let off = lacking(cx, Right::Release).or(none);
        vec![KeyRow::new("cash.count", "enter", W::BatchesKeyCount).or("ctrl-s").off(off).consequential(), back]
    }

    fn help(&self) -> W {
        if self.popup.is_some() { W::BatchesHelpForm } else { W::BatchesHelpCash }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        self.settle();
        match (input, &mut self.popup) {
            (Input::Action(action), _) => return self.action(action, cx),
            (Input::Key(key), Some(popup)) => {
                popup.key(key, cx);
            }
            (Input::Paste(text), Some(popup)) => {
                popup.form.paste(&text);
            }
            (Input::Key(key), None) => {
                self.table.handle(key, self.height.get());
            }
            (Input::Paste(_), None) => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        self.settle();
        match note {
            Note::Pin("cash.second", actor) => self.keep(actor),
            Note::Done(_) => {
                self.popup = None;
                self.left = Findings::new();
                self.reread(cx)
            }
            Note::Refused(found) => {
                match &mut self.popup {
                    Some(popup) => popup.show(found),
                    None => self.left = found.clone(),
                }
                let said = self.reread(cx);
                // Told what has been paid out meanwhile, the next try stands on that.
                if let Some(row) = self.popup.as_ref().and_then(|p| self.rows.iter().find(|r| r.cashier == p.about)) {
                    self.seen = row.expected;
                }
                said
            }
            Note::Shown | Note::StoreChanged => self.reread(cx),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let area = area.intersection(frame.area());
        let buf = frame.buffer_mut();
        let day = clock::day_of(cx.now);
        let title = phrase!(W::BatchesCashTitle, Arg::Day(day)).say(cx.lang);
        let inner = layout::boxed(buf, area, &title, *cx.theme);
        let place = found(buf, inner, &self.left, cx);
        self.height.set(place.height);
        let columns = [
            Column::new(W::BatchesColumnCashier, 8, 16),
            Column::new(W::BatchesColumnLines, 5, 6).right(),
            Column::new(W::BatchesColumnExpected, 12, 16).right(),
            Column::new(W::BatchesColumnCounted, 12, 16).right(),
            Column::new(W::BatchesColumnState, 14, 40).priority(1),
        ];
        let marks = Marks::default();
        draw_table(buf, place, &columns, &self.table, &marks, (cx.lang, *cx.theme), |index| {
            let Some(row) = self.rows.get(index) else { return TableRow::default() };
            let theme = cx.theme;
            let (counted, state, style) = match &row.counted {
                None => (String::new(), Phrase::from(W::BatchesNotCounted), theme.warn()),
                Some(count) if count.expected != row.expected => {
                    (count.counted.grouped(), phrase!(W::BatchesPaidSince, Arg::Moment(count.at)), theme.warn())
                }
                Some(count) if count.counted == count.expected => {
                    (count.counted.grouped(), phrase!(W::BatchesCountedRight, Arg::Moment(count.at)), theme.ok())
                }
                Some(count) => {
                    let off = Fen::from_fen(count.counted.fen().saturating_sub(count.expected.fen()));
                    (count.counted.grouped(), phrase!(W::BatchesCountedOff, off, count.reason.as_str()), theme.warn())
                }
            };
            TableRow::new(row.cashier)
                .cell(name(cx, &row.name), theme.text())
                .cell(row.lines.to_string(), theme.text())
                .cell(row.expected.grouped(), theme.text())
                .cell(counted, theme.text())
                .cell(state.say(cx.lang), style)
        });
        let cursor = self.popup.as_ref().and_then(|popup| popup.draw(buf, area, cx));
        if let Some(at) = cursor {
            frame.set_cursor_position(at);
        }
    }

    fn typing(&self) -> bool {
        self.popup.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        self.restored.clone().or_else(|| self.popup.as_ref().and_then(Popup::draft))
    }

    fn restore(&mut self, draft: &Draft) {
        self.restored = Some(draft.clone());
    }
}

//! Rows of the core system that may be cases entered by hand, side by side with them: 同一案 or 不同.

use super::pane::{self, Line, lacking, unread};
use crate::case::facts::Column as Field;
use crate::case::store::{CaseFile, load};
use crate::intake::columns;
use crate::intake::hand::naming;
use crate::intake::join::{self, Decision};
use crate::intake::row::{Row, Values};
use crate::intake::store::{self, MatchedOn, PendingJoin};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::phrase;
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Note, Place, Question, Screen};
use crate::ui::table::{self, Column, Marks, TableRow, TableState};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// Joins shown at a time; deciding on one brings the next.
const PAGE: i64 = 200;
/// Asks before two become one.
const SAME: &str = "joins.same";

struct Joins {
    list: Vec<(PendingJoin, CaseFile)>,
    state: TableState,
    height: Cell<u16>,
}

/// Opens the list.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut joins = Joins { list: Vec::new(), state: TableState::default(), height: Cell::new(10) };
    joins.read(cx)?;
    Ok(Box::new(joins))
}

/// What is compared, in the order of the files.
const COMPARED: [Field; 12] = [
    Field::CaseNo,
    Field::AccidentNo,
    Field::PolicyNo,
    Field::Line,
    Field::Insured,
    Field::IdNo,
    Field::Phone,
    Field::Plate,
    Field::LossDate,
    Field::ReportDate,
    Field::Assessed,
    Field::Payable,
];

impl Joins {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let mut list = Vec::new();
        for pending in store::pending_after(cx.store.conn(), 0, PAGE)? {
            if let Some(case) = load::by_id(cx.store.conn(), pending.case_id)? {
                list.push((pending, case));
            }
        }
        self.list = list;
        self.state.rows(self.list.len(), false);
        Ok(())
    }

    fn selected(&self) -> Option<&(PendingJoin, CaseFile)> {
        self.state.selected().and_then(|index| self.list.get(index))
    }

    fn decide(&self, decision: Decision) -> Effects {
        let Some((pending, _)) = self.selected() else { return Vec::new() };
        let (id, case_no) = (pending.id, pending.case_no.clone());
        vec![Effect::Act(DeskAct::new("decide_join", move |tx| {
            join::decide(tx, id, decision)?;
            let word = match decision {
                Decision::Same => W::IntakeJoinDoneSame,
                Decision::Different => W::IntakeJoinDoneDifferent,
            };
            Ok(Done::said(Phrase::new(word, [Arg::Text(case_no.clone())])))
        }))]
    }

    fn ask(&self) -> Effects {
        let Some((pending, case)) = self.selected() else { return Vec::new() };
        let text = phrase!(W::IntakeJoinAsk, pending.case_no.as_str(), naming(case));
        vec![Effect::Ask(Question { id: SAME, text })]
    }

    /// The case and the row, column by column; a difference has a mark.
    fn lines(&self, cx: &Cx<'_>) -> Vec<Line> {
        let Some((pending, case)) = self.selected() else {
            return vec![(W::IntakeJoinNone.text(cx.lang).to_owned(), cx.theme.dim())];
        };
        let on = match pending.matched_on {
            MatchedOn::Accident => W::IntakeColumnAccidentNo,
            MatchedOn::Plate => W::IntakeColumnPlate,
        };
        let head = phrase!(W::IntakeJoinHead, on, Arg::Moment(pending.at), pending.source.as_str());
        let mut lines = vec![(head.say(cx.lang), cx.theme.title()), (String::new(), cx.theme.text())];
        let here = Row::of(case).values();
        for field in COMPARED {
            let (a, b) = (shown(field, &here, cx), shown(field, &pending.values, cx));
            if a.is_empty() && b.is_empty() {
                continue;
            }
            let differs = !a.is_empty() && !b.is_empty() && here.get(&field) != pending.values.get(&field);
            let mark = if differs { "!" } else { " " };
            let style = if differs { cx.theme.warn() } else { cx.theme.text() };
            let label = columns::word(field).text(cx.lang);
            lines.push((format!("{mark} {label}"), style));
            lines.push((format!("    {} {a}", W::IntakeJoinHere.text(cx.lang)), style));
            lines.push((format!("    {} {b}", W::IntakeJoinThere.text(cx.lang)), style));
        }
        lines
    }
}

/// A value as the screen may show it.
fn shown(field: Field, values: &Values, cx: &Cx<'_>) -> String {
    let Some(value) = values.get(&field) else { return String::new() };
    if cx.hidden && (field.personal() || field == Field::Insured) {
        return "***".to_owned();
    }
    match field {
        Field::IdNo => text::mask_id(value),
        Field::Phone => text::mask_phone(value),
        Field::Line => crate::reference::store::rulebook(cx.store)
            .map_or_else(|_| value.clone(), |rules| rules.line_label(value, cx.lang).to_owned()),
        _ => text::neutralise(value).into_owned(),
    }
}

impl Screen for Joins {
    fn place(&self) -> Place {
        Place::new("joins")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::IntakePlaceJoins.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let none = || self.list.is_empty().then(|| W::IntakeJoinNone.into());
        let off = || lacking(cx, Right::DecideJoin).or_else(none);
        vec![
            KeyRow::new("joins.same", "ctrl-s", W::IntakeKeySame).off(off()).consequential(),
            KeyRow::new("joins.different", "ctrl-n", W::IntakeKeyDifferent).off(off()).consequential(),
            KeyRow::new("joins.folder", "enter", W::IntakeKeyFolder).off(none()),
            KeyRow::new("joins.leave", "esc", W::IntakeKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::IntakeHelpJoins
    }

    fn input(&mut self, input: Input, _cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("joins.same") => self.ask(),
            Input::Action("joins.different") => self.decide(Decision::Different),
            Input::Action("joins.folder") => {
                self.selected().map(|(_, case)| vec![Effect::Go(Place::of("folder", case.id))]).unwrap_or_default()
            }
            Input::Action(_) => vec![Effect::Back],
            Input::Key(key) => {
                self.state.handle(key, self.height.get().max(2));
                Vec::new()
            }
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Answer(SAME, true) => self.decide(Decision::Same),
            Note::Done(_) | Note::Refused(_) | Note::Shown | Note::StoreChanged => {
                self.read(cx).map_or_else(unread, |()| Vec::new())
            }
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let theme = *cx.theme;
        let (list, beside) = layout::list_and_preview(area);
        // Where there is no room for both, the rows to decide on are kept.
        let half = if list.height >= 12 { list.height / 2 } else { 0 };
        let below = beside.is_none().then(|| layout::parts(list, 0, half));
        let (list, detail) = match (beside, below) {
            (Some(beside), _) => (list, beside),
            (None, Some(parts)) => (parts.body, parts.footer),
            (None, None) => (list, Rect::default()),
        };
        let inner = layout::boxed(frame.buffer_mut(), list, &self.title(cx), theme);
        self.height.set(inner.height);
        let columns = [
            Column::new(W::IntakeColumnCaseNo, 10, 22),
            Column::new(W::IntakeColumnInsured, 8, 20),
            Column::new(W::IntakeJoinOn, 10, 14).priority(1),
        ];
        let marks = Marks::default();
        table::draw_table(frame.buffer_mut(), inner, &columns, &self.state, &marks, (cx.lang, theme), |index| {
            let Some((pending, _)) = self.list.get(index) else { return TableRow::default() };
            let on = match pending.matched_on {
                MatchedOn::Accident => W::IntakeColumnAccidentNo,
                MatchedOn::Plate => W::IntakeColumnPlate,
            };
            TableRow::new(pending.id)
                .cell(text::neutralise(&pending.case_no).into_owned(), theme.text())
                .cell(shown(Field::Insured, &pending.values, cx), theme.text())
                .cell(on.text(cx.lang), theme.text())
        });
        let inner = layout::boxed(frame.buffer_mut(), detail, W::IntakeJoinCompare.text(cx.lang), theme);
        pane::draw_lines(frame, inner, &self.lines(cx), 0);
    }
}

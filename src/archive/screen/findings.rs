//! 整改事项: what spot checks found, by the day it is to be put right.

use super::seal::{count, shown};
use crate::archive::rules::check::kind_word;
use crate::archive::store::findings::{self as store, Finding};
use crate::archive::store::name_of;
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Pane, SHEET, Sheet, lacking, sheet_rows, unread};
use crate::phrase;
use crate::ui::form::FormField;
use crate::ui::keys::KeyRow;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Question, Screen};
use crate::ui::table::{Column, TableRow};
use ratatui::Frame;
use ratatui::layout::Rect;

/// So many open ones, and so many settled ones, are shown.
const ROWS: i64 = 300;
/// Key of a draft under which the finding it is about stands.
const ABOUT: &str = "about";

/// The findings.
struct List {
    found: Vec<Finding>,
    raised_by: String,
    pane: Pane,
    sheet: Option<Sheet>,
}

/// Opens the findings.
///
/// # Errors
/// What the store says.
pub(super) fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = List { found: Vec::new(), raised_by: String::new(), pane: Pane::default(), sheet: None };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

fn settle_sheet() -> Sheet {
    Sheet::new(W::SealSettleTitle, vec![FormField::text("text", W::SealFieldSettled).limit(200)])
}

impl List {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.found = store::list(cx.store.conn(), ROWS)?;
        self.pane.rows(self.found.len());
        self.look(cx)
    }

    fn look(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let by = self.selected().map(|finding| finding.raised_by);
        self.raised_by = by.map(|id| name_of(cx.store.conn(), id)).transpose()?.unwrap_or_default();
        Ok(())
    }

    fn selected(&self) -> Option<&Finding> {
        self.pane.selected().and_then(|index| self.found.get(index))
    }

    fn save(&self) -> Effects {
        let (Some(sheet), Some(finding)) = (&self.sheet, self.selected()) else { return Vec::new() };
        let (id, code, words) = (finding.id, finding.case_code.clone(), sheet.form.value("text").to_owned());
        vec![Effect::Act(DeskAct::new("settle_finding", move |tx| {
            store::settle(tx, id, &words)?;
            Ok(Done::said(phrase!(W::SealSaidSettled, code.as_str())))
        }))]
    }

    fn leave(&mut self) -> Effects {
        match &self.sheet {
            None => return vec![Effect::Back],
            Some(sheet) if sheet.form.dirty() => {
                return vec![Effect::Ask(Question { id: "findings.drop", text: W::OfficeAskDrop.into() })];
            }
            Some(_) => self.sheet = None,
        }
        Vec::new()
    }

    fn detail(&self, cx: &Cx<'_>) -> Vec<Line> {
        let theme = cx.theme;
        let Some(finding) = self.selected() else { return Vec::new() };
        let by = shown(&self.raised_by, cx);
        let raised = phrase!(W::SealFindingRaised, finding.week.as_str(), Arg::Moment(finding.raised_at), by);
        let mut out = vec![
            (finding.case_code.clone(), theme.title()),
            (kind_word(&finding.kind).text(cx.lang).to_owned(), theme.text()),
            (text::neutralise(&finding.note).into_owned(), theme.text()),
            (raised.say(cx.lang), theme.dim()),
        ];
        if let Some(at) = finding.settled_at {
            let words = text::neutralise(&finding.settled).into_owned();
            out.push((phrase!(W::SealFindingSettled, Arg::Moment(at), words).say(cx.lang), theme.ok()));
        }
        out
    }
}

impl Screen for List {
    fn place(&self) -> Place {
        Place::new("findings")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::SealPlaceFindings.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.sheet.is_some() {
            return sheet_rows("findings.save", "findings.leave");
        }
        let nothing = self.selected().is_none().then(|| Phrase::from(W::OfficeNothingChosen));
        let settled = self.selected().is_some_and(|finding| finding.settled_at.is_some());
        let settled = settled.then(|| Phrase::from(W::SealSettledAlready));
        vec![
            KeyRow::new("findings.settle", "enter", W::SealKeySettle)
                .off(lacking(cx, Right::CheckFiles).or(nothing.clone()).or(settled)),
            KeyRow::new("findings.folder", "ctrl-e", W::SealKeyFolder).off(nothing),
            KeyRow::new("findings.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        if self.sheet.is_some() { W::SealHelpSettle } else { W::SealHelpFindings }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.sheet) {
            (Input::Action("findings.settle"), _) => self.sheet = Some(settle_sheet()),
            (Input::Action("findings.save"), _) => return self.save(),
            (Input::Action("findings.folder"), _) => {
                return self
                    .selected()
                    .map(|finding| Effect::Go(Place::of("folder", finding.case_id)))
                    .into_iter()
                    .collect();
            }
            (Input::Action(_), _) => return self.leave(),
            (Input::Key(key), None) => {
                self.pane.key(key);
                return self.look(cx).map_or_else(unread, |()| Vec::new());
            }
            (Input::Key(key), Some(sheet)) => sheet.key(key, cx),
            (Input::Paste(text), Some(sheet)) => {
                sheet.form.paste(&text);
            }
            (Input::Paste(_), None) => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(_) | Note::Answer("findings.drop", true) => self.sheet = None,
            Note::Refused(findings) => {
                if let Some(sheet) = &mut self.sheet {
                    sheet.form.show(findings.clone());
                }
                return Vec::new();
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {}
            _ => return Vec::new(),
        }
        self.read(cx).map_or_else(unread, |()| Vec::new())
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let columns = [
            Column::new(W::SealFieldDue, 13, 14),
            Column::new(W::SealColumnCode, 12, 13),
            Column::new(W::SealColumnResult, 10, 14),
            Column::new(W::SealColumnWeek, 9, 10).priority(1),
            Column::new(W::SealFieldNote, 10, 30).priority(2),
        ];
        let (today, detail) = (clock::day_of(cx.now), self.detail(cx));
        let titles = (W::SealPlaceFindings.text(cx.lang), W::SealFindingDetail.text(cx.lang));
        self.pane.draw((frame, area, cx), titles, &columns, &detail, |index| {
            let Some(finding) = self.found.get(index) else { return TableRow::default() };
            let theme = cx.theme;
            let (mark, style) = match finding.settled_at {
                Some(_) => ("v  ", theme.dim()),
                None if finding.due_day < today => ("!! ", theme.mark_overdue()),
                None => ("   ", theme.text()),
            };
            TableRow::new(count(index))
                .cell(format!("{mark}{}", finding.due_day), style)
                .cell(finding.case_code.as_str(), style)
                .cell(kind_word(&finding.kind).text(cx.lang), style)
                .cell(finding.week.as_str(), style)
                .cell(text::neutralise(&finding.note).into_owned(), style)
        });
        if let Some(sheet) = &self.sheet {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        self.sheet.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        let mut draft = self.sheet.as_ref().and_then(|sheet| sheet.draft("settle"))?;
        draft.fields.insert(ABOUT.to_owned(), self.selected()?.id.to_string());
        Some(draft)
    }

    fn restore(&mut self, draft: &Draft) {
        let mut fields = draft.fields.clone();
        let about = fields.remove(ABOUT).and_then(|id| self.found.iter().position(|found| found.id.to_string() == id));
        if let (Some(about), true) = (about, fields.contains_key(SHEET)) {
            self.pane.select(about);
            let mut sheet = settle_sheet();
            sheet.form.restore(&fields);
            self.sheet = Some(sheet);
        }
    }
}

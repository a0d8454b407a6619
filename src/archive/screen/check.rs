//! A week's checklist, worked through with the keyboard: found, not found, defects.

use super::seal::{count, shown, tail};
use crate::archive::rules::check::{Seen, Verdict};
use crate::archive::seal_prints::{SPOT, class_name, coverage, spot_check};
use crate::archive::store::check::{self as store, Line as Drawn};
use crate::archive::store::draw::{self as draws, Draw};
use crate::archive::store::{findings, name_of};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::settings::ARCHIVE_DAYS;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::prints;
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Pane, SHEET, Sheet, lacking, sheet_rows, unread};
use crate::office::store::require;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::print::Preview;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Question, Screen, Tone};
use crate::ui::table::{Column, TableRow};
use crate::ui::when;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::rc::Rc;

/// The checklist of a draw.
struct Check {
    draw: Draw,
    rules: Rc<Rulebook>,
    lines: Vec<Drawn>,
    /// Who had a hand in the selected file, and who looked at it last.
    hands: Vec<i64>,
    hand_names: Vec<String>,
    checker: String,
    /// By when a finding raised now is put right, unless the checker says otherwise.
    due: String,
    pane: Pane,
    sheet: Option<(Seen, Sheet)>,
    refused: Findings,
}

/// Opens the checklist of a draw.
///
/// # Errors
/// When there is no such draw, or what the store says.
pub(super) fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let draw =
        draws::by_id(cx.store.conn(), place.id)?.ok_or_else(|| anyhow::anyhow!("{}", W::SealNoDraw.text(cx.lang)))?;
    let mut screen = Check {
        draw,
        rules: rulebook(cx.store)?,
        lines: Vec::new(),
        hands: Vec::new(),
        hand_names: Vec::new(),
        checker: String::new(),
        due: String::new(),
        pane: Pane::default(),
        sheet: None,
        refused: Findings::new(),
    };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl Check {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.lines = store::lines(cx.store.conn(), self.draw.id)?;
        let days = u32::try_from(self.rules.settings.number(ARCHIVE_DAYS, cx.now)).unwrap_or(3);
        self.due = self.rules.calendar.nth_working_after(clock::day_of(cx.now), days).to_string();
        self.pane.rows(self.lines.len());
        self.look(cx)
    }

    fn look(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        let Some(line) = self.selected().cloned() else { return Ok(()) };
        self.hands = store::hands(conn, line.case_id, &line.case_code, line.round)?;
        self.hand_names = self.hands.iter().map(|id| name_of(conn, *id)).collect::<rusqlite::Result<_>>()?;
        self.checker = line.verdict.map(|verdict| name_of(conn, verdict.3)).transpose()?.unwrap_or_default();
        Ok(())
    }

    fn selected(&self) -> Option<&Drawn> {
        self.pane.selected().and_then(|index| self.lines.get(index))
    }

    fn new_sheet(&self, seen: Seen) -> Sheet {
        let title = if seen == Seen::Missing { W::SealMissingTitle } else { W::SealDefectTitle };
        let note = FormField::text("note", W::SealFieldNote).limit(200).hint(W::SealFieldNoteHint);
        Sheet::new(title, vec![note, FormField::day("due", W::SealFieldDue).value(&self.due)])
    }

    fn act(&self, verdict: Verdict) -> Effects {
        let Some(line) = self.selected() else { return Vec::new() };
        let (draw, file, code) = (self.draw.id, (line.case_id, line.round), line.case_code.clone());
        vec![Effect::Act(DeskAct::new("spot_check", move |tx| {
            store::check(tx, draw, file, &verdict)?;
            Ok(Done::said(phrase!(W::SealSaidChecked, code.as_str(), verdict.result.word())).with(verdict.result))
        }))]
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let Some((seen, sheet)) = &mut self.sheet else { return Vec::new() };
        let values = sheet.values(cx);
        let text = |id: &str| values.get(id).map(String::as_str).unwrap_or_default();
        let due_day = when::parse_day(text("due"), clock::day_of(cx.now));
        if due_day.is_none() {
            sheet.form.show(Finding::block("due", "due", W::OfficeShapeDay).into());
            return Vec::new();
        }
        let verdict = Verdict { result: *seen, note: text("note").to_owned(), due_day };
        self.act(verdict)
    }

    fn print(&self, cx: &Cx<'_>) -> Effects {
        let found = match findings::of_draw(cx.store.conn(), self.draw.id) {
            Ok(found) => found,
            Err(error) => return unread(error),
        };
        let sheet = spot_check(&self.draw, &self.lines, &found, &self.rules, cx.lang);
        let (kept, subject, lang) = (sheet.clone(), draws::week_subject(&self.draw.week), cx.lang);
        let act = DeskAct::new("print_spot", move |tx| {
            require(tx, Right::CheckFiles)?;
            let n = prints::record(tx, SPOT, &subject)?;
            tx.journal(&subject, 0, &serde_json::json!({ "n": n }))?;
            Ok(Done::said(phrase!(W::SealSaidSpotPrinted, n)).print(kept.clone().numbered(n, lang)))
        });
        vec![Effect::Preview(Preview { sheet, act })]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "check.found" => self.act(Verdict { result: Seen::InOrder, note: String::new(), due_day: None }),
            "check.missing" => {
                self.sheet = Some((Seen::Missing, self.new_sheet(Seen::Missing)));
                Vec::new()
            }
            "check.defect" => {
                self.sheet = Some((Seen::Defect, self.new_sheet(Seen::Defect)));
                Vec::new()
            }
            "check.save" => self.save(cx),
            "check.print" => self.print(cx),
            "check.folder" => {
                self.selected().map(|line| Effect::Go(Place::of("folder", line.case_id))).into_iter().collect()
            }
            "check.leave" => match &self.sheet {
                None => vec![Effect::Back],
                Some((_, sheet)) if sheet.form.dirty() => {
                    vec![Effect::Ask(Question { id: "check.drop", text: W::OfficeAskDrop.into() })]
                }
                Some(_) => {
                    self.sheet = None;
                    Vec::new()
                }
            },
            _ => Vec::new(),
        }
    }

    fn detail(&self, cx: &Cx<'_>) -> Vec<Line> {
        let theme = cx.theme;
        let mut out: Vec<Line> =
            self.refused.iter().map(|finding| (format!("x {}", finding.what.say(cx.lang)), theme.error())).collect();
        if let Some(line) = self.selected() {
            let number = if line.case_no.is_empty() { &line.case_code } else { &line.case_no };
            out.push((format!("{}  {}", text::neutralise(number), shown(&line.insured, cx)), theme.title()));
            let class = class_name(&self.rules, &line.class, cx.lang);
            out.push((phrase!(W::SealCheckDue, class, Arg::Moment(line.due_at)).say(cx.lang), theme.text()));
            let filed = match line.filed_at {
                Some(at) => phrase!(W::SealCheckFiled, Arg::Moment(at), text::neutralise(&line.box_text).into_owned()),
                None => W::SealCheckUnfiled.into(),
            };
            out.push((filed.say(cx.lang), if line.filed_at.is_some() { theme.text() } else { theme.warn() }));
            if let Some((seen, note, at, _)) = &line.verdict {
                let said = phrase!(W::SealCheckVerdict, seen.word(), Arg::Moment(*at), shown(&self.checker, cx));
                out.push((said.say(cx.lang), if seen.fails() { theme.error() } else { theme.ok() }));
                out.push((text::neutralise(note).into_owned(), theme.text()));
            }
            let hands = Arg::list(self.hand_names.iter().map(|name| shown(name, cx)));
            out.push((phrase!(W::SealCheckHands, hands).say(cx.lang), theme.dim()));
        }
        out.push((coverage(&self.draw).say(cx.lang), theme.dim()));
        out
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(line) = self.lines.get(index) else { return TableRow::default() };
        let theme = cx.theme;
        let (mark, word, style) = match &line.verdict {
            None if line.filed_at.is_none() => ("! ", W::SealResultUnfiled, theme.warn()),
            None => ("  ", W::SealResultOpen, theme.text()),
            Some((Seen::InOrder, ..)) => ("v ", W::SealResultFound, theme.ok()),
            Some((Seen::Missing, ..)) => ("x ", W::SealResultMissing, theme.error()),
            Some((Seen::Defect, ..)) => ("! ", W::SealResultDefect, theme.warn()),
        };
        TableRow::new(line.case_id)
            .cell(format!("{mark}{}", word.text(cx.lang)), style)
            .cell(tail(&line.case_no, &line.case_code), theme.text())
            .cell(shown(&line.insured, cx), theme.text())
            .cell(text::neutralise(&line.box_text).into_owned(), theme.text())
            .cell(class_name(&self.rules, &line.class, cx.lang), theme.dim())
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::SealColumnResult, 12, 14),
        Column::new(W::SealColumnCase, 10, 10),
        Column::new(W::SealColumnInsured, 8, 16).priority(1),
        Column::new(W::SealColumnBox, 8, 14).priority(2),
        Column::new(W::SealColumnClass, 12, 20).priority(3),
    ]
}

impl Screen for Check {
    fn place(&self) -> Place {
        Place::of("spot-week", self.draw.id)
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        phrase!(W::SealSpotTitle, self.draw.week.as_str()).say(cx.lang)
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.sheet.is_some() {
            return sheet_rows("check.save", "check.leave");
        }
        let nothing = self.selected().is_none().then(|| Phrase::from(W::SealNoneDrawn));
        let hand = self.hands.contains(&cx.actor.id).then(|| Phrase::from(W::SealNotIndependent));
        let off = lacking(cx, Right::CheckFiles).or(nothing.clone()).or(hand);
        vec![
            KeyRow::new("check.found", "enter", W::SealKeyFound).off(off.clone()).consequential(),
            KeyRow::new("check.missing", "ctrl-n", W::SealKeyMissing).off(off.clone()),
            KeyRow::new("check.defect", "ctrl-b", W::SealKeyDefect).off(off),
            KeyRow::new("check.folder", "ctrl-e", W::SealKeyFolder).off(nothing),
            KeyRow::new("check.print", "ctrl-o", W::SealKeyPrintSpot)
                .off(lacking(cx, Right::CheckFiles))
                .consequential(),
            KeyRow::new("check.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        if self.sheet.is_some() { W::SealHelpVerdict } else { W::SealHelpCheck }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.sheet) {
            (Input::Action(action), _) => self.action(action, cx),
            (Input::Key(key), Some((_, sheet))) => {
                sheet.key(key, cx);
                Vec::new()
            }
            (Input::Key(key), None) => {
                self.refused = Findings::new();
                self.pane.key(key);
                self.look(cx).map_or_else(unread, |()| Vec::new())
            }
            (Input::Paste(text), Some((_, sheet))) => {
                sheet.form.paste(&text);
                Vec::new()
            }
            (Input::Paste(_), None) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                self.sheet = None;
                self.refused = Findings::new();
                // Behind a verdict the next file is looked at; behind a print the list stays where it is.
                if done.value.as_ref().is_some_and(|value| value.is::<Seen>()) {
                    let next = self.pane.selected().map_or(0, |index| index + 1);
                    self.pane.select(next);
                }
            }
            Note::Answer("check.drop", true) => self.sheet = None,
            Note::Refused(findings) => {
                match &mut self.sheet {
                    Some((_, sheet)) => sheet.form.show(findings.clone()),
                    None => self.refused = findings.clone(),
                }
                return Vec::new();
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {}
            _ => return Vec::new(),
        }
        self.read(cx).map_or_else(
            |error| vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
            |()| Vec::new(),
        )
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let done = self.lines.iter().filter(|line| line.verdict.is_some()).count();
        let title =
            phrase!(W::SealCheckTitle, self.draw.week.as_str(), count(done), count(self.lines.len())).say(cx.lang);
        let detail = self.detail(cx);
        let titles = (title.as_str(), W::SealCheckDetail.text(cx.lang));
        self.pane.draw((frame, area, cx), titles, &columns(), &detail, |index| self.row(index, cx));
        if let Some((_, sheet)) = &self.sheet {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        self.sheet.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        let (seen, sheet) = self.sheet.as_ref()?;
        let mut draft = sheet.draft(seen.code())?;
        draft.fields.insert(FILE.to_owned(), self.selected()?.case_code.clone());
        Some(draft)
    }

    fn restore(&mut self, draft: &Draft) {
        let mut fields = draft.fields.clone();
        let file = fields.remove(FILE).and_then(|code| self.lines.iter().position(|line| line.case_code == code));
        let seen = fields.get(SHEET).and_then(|code| Seen::from_code(code));
        if let (Some(file), Some(seen)) = (file, seen) {
            self.pane.select(file);
            let mut sheet = self.new_sheet(seen);
            sheet.form.restore(&fields);
            self.sheet = Some((seen, sheet));
        }
    }
}

/// Key of a draft under which the file it is about stands.
const FILE: &str = "file";

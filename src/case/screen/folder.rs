//! 案卷: everything on a case — facts, steps through all rounds, deadlines, notes, timeline.

use super::card::{self, Card};
use super::pages::{self, Document, Target};
use super::place_of;
use crate::case::acts;
use crate::case::facts::Column;
use crate::case::store::{CaseFile, list};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::office::rules::Right;
use crate::reference::rulebook::Rulebook;
use crate::ui::draw;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Screen, Tone};
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What a desk adds to the folder of a case.
#[derive(Clone, Debug, Default)]
pub struct Section {
    /// Its lines, each with the look it has.
    pub lines: Vec<(Phrase, Tone)>,
}

/// A section by its heading; nothing while the desk has nothing to say of the case.
pub type SectionOf = (W, fn(&Cx<'_>, &CaseFile) -> anyhow::Result<Section>);

/// The case folder.
pub struct Folder {
    id: i64,
    sections: &'static [SectionOf],
    card: Card,
    rules: Rc<Rulebook>,
    revealed: Vec<Column>,
    cursor: usize,
    note_form: Option<Form>,
    height: Cell<u16>,
    width: Cell<u16>,
    pages: RefCell<Option<Rc<Document>>>,
}

/// Opens the folder of a case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(place: Place, cx: &Cx<'_>, sections: &'static [SectionOf]) -> anyhow::Result<Box<dyn Screen>> {
    let id = place.id;
    let card = Card::load(cx.store.conn(), id, super::hands(cx)?)?
        .ok_or_else(|| anyhow::anyhow!("{}", W::CaseNotFound.text(cx.lang)))?;
    Ok(Box::new(Folder {
        id,
        sections,
        card,
        rules: card::rules(cx)?,
        revealed: Vec::new(),
        cursor: 0,
        note_form: None,
        height: Cell::new(20),
        width: Cell::new(80),
        pages: RefCell::new(None),
    }))
}

impl Folder {
    /// The document at the width last drawn; built anew when the case, the width, the language or the minute changed.
    fn document(&self, cx: &Cx<'_>) -> Rc<Document> {
        let width = usize::from(self.width.get());
        if let Some(kept) = self.pages.borrow().as_ref()
            && kept.fits(width, cx)
        {
            return Rc::clone(kept);
        }
        let fresh = Rc::new(pages::build(cx, (&self.rules, self.sections), &self.card, &self.revealed, width));
        *self.pages.borrow_mut() = Some(Rc::clone(&fresh));
        fresh
    }

    fn forget_pages(&self) {
        *self.pages.borrow_mut() = None;
    }

    fn reread(&mut self, cx: &Cx<'_>) -> Effects {
        self.forget_pages();
        let outcome = card::rules(cx).and_then(|rules| {
            self.rules = rules;
            Card::load(cx.store.conn(), self.id, super::hands(cx)?)
        });
        match outcome {
            Ok(Some(card)) => {
                self.card = card;
                Vec::new()
            }
            Ok(None) => vec![Effect::Back],
            Err(error) => {
                vec![Effect::Say(Tone::Bad, Phrase::new(W::DbFailed, [Arg::Text(format!("{error:#}"))]))]
            }
        }
    }

    fn target(&self, cx: &Cx<'_>) -> Option<Target> {
        self.document(cx).lines.get(self.cursor).and_then(|line| line.target)
    }

    /// The field to reveal: the one under the cursor, else the first still masked.
    fn to_reveal(&self, cx: &Cx<'_>) -> Option<Column> {
        let f = &self.card.case.facts;
        let masked = |column: Column| !self.revealed.contains(&column) && !f.file_text(column, "").is_empty();
        match self.target(cx) {
            Some(Target::Personal(column)) if masked(column) => Some(column),
            _ => [Column::IdNo, Column::Phone, Column::Account].into_iter().find(|c| masked(*c)),
        }
    }

    fn reveal(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(column) = self.to_reveal(cx) else { return Vec::new() };
        let id = self.id;
        vec![Effect::Act(DeskAct::new("reveal", move |tx| {
            acts::reveal(tx, id, column)?;
            Ok(Done::said(Phrase::new(W::CaseRevealed, [Arg::Word(pages::label(column))])).with(column))
        }))]
    }

    fn save_note(&mut self) -> Effects {
        let Some(form) = &self.note_form else { return Vec::new() };
        let (id, text) = (self.id, form.value("note").to_owned());
        vec![Effect::Act(DeskAct::new("note", move |tx| {
            acts::add_note(tx, id, &text)?;
            Ok(Done::said(W::CaseNoteSaved))
        }))]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "folder.next" => match list::row(cx.store.conn(), self.id) {
                Ok(Some(row)) => {
                    let place = place_of(&row, cx.actor.roles);
                    if place.name == "folder" { Vec::new() } else { vec![Effect::Go(place)] }
                }
                _ => Vec::new(),
            },
            "folder.closing" => vec![Effect::Go(Place::of("closing", self.id))],
            "folder.enter" => match self.target(cx) {
                Some(Target::Case(id)) => vec![Effect::Go(Place::of("folder", id))],
                Some(Target::Personal(_)) => self.reveal(cx),
                None => self.action("folder.next", cx),
            },
            "folder.reveal" => self.reveal(cx),
            "folder.note" => {
                self.note_form = Some(Form::new(vec![FormField::text("note", W::CaseNoteLabel).limit(500)]));
                Vec::new()
            }
            "folder.note_save" => self.save_note(),
            "folder.section" => {
                let document = self.document(cx);
                let heads: Vec<usize> = document.heads().collect();
                self.cursor =
                    heads.iter().copied().find(|at| *at > self.cursor).or(heads.first().copied()).unwrap_or(0);
                Vec::new()
            }
            "folder.leave" => {
                if self.note_form.take().is_some() {
                    return Vec::new();
                }
                vec![Effect::Back]
            }
            _ => Vec::new(),
        }
    }

    fn moved(&mut self, code: KeyCode, cx: &Cx<'_>) {
        let last = self.document(cx).lines.len().saturating_sub(1);
        let page = usize::from(self.height.get().max(2) - 1);
        self.cursor = match code {
            KeyCode::Up => self.cursor.saturating_sub(1),
            KeyCode::Down => self.cursor + 1,
            KeyCode::PageUp => self.cursor.saturating_sub(page),
            KeyCode::PageDown => self.cursor + page,
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => self.cursor,
        }
        .min(last);
    }

    fn draw_document(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        self.width.set(area.width.saturating_sub(3));
        self.height.set(area.height);
        let document = self.document(cx);
        let height = usize::from(area.height);
        let cursor = self.cursor.min(document.lines.len().saturating_sub(1));
        let top = (cursor + 1).saturating_sub(height.saturating_sub(2).max(1)).min(document.lines.len());
        for (index, y) in (top..document.lines.len()).zip(0..area.height) {
            if let Some(line) = document.lines.get(index) {
                let style = if line.text.is_empty() { cx.theme.text() } else { line.style };
                draw::put(frame.buffer_mut(), area, 2, y, &line.text, style);
                if index == cursor {
                    draw::put(frame.buffer_mut(), area, 0, y, ">", cx.theme.title());
                    draw::restyle_row(frame.buffer_mut(), area, y, cx.theme.selected());
                }
            }
        }
    }
}

impl Screen for Folder {
    fn place(&self) -> Place {
        Place::of("folder", self.id)
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        let f = &self.card.case.facts;
        let number = if f.case_no.is_empty() { &self.card.case.case_code } else { &f.case_no };
        Phrase::new(W::CaseFolderTitle, [Arg::Text(crate::kernel::text::neutralise(number).into_owned())]).say(cx.lang)
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.note_form.is_some() {
            return vec![
                KeyRow::new("folder.note_save", "ctrl-s", W::CaseKeySave).consequential(),
                KeyRow::new("folder.leave", "esc", W::CaseKeyClose),
            ];
        }
        let lacking = |right| office::store::lacking(cx.actor, right, W::CaseKeyLacking);
        let nothing = self.to_reveal(cx).is_none().then(|| Phrase::from(W::CaseNothingMasked));
        vec![
            KeyRow::new("folder.enter", "enter", W::CaseKeyOpen),
            KeyRow::new("folder.closing", "ctrl-k", W::CaseKeyClosing),
            KeyRow::new("folder.reveal", "ctrl-v", W::CaseKeyReveal)
                .or("v")
                .off(lacking(Right::Reveal).or(nothing))
                .consequential(),
            KeyRow::new("folder.note", "ctrl-b", W::CaseKeyNote).or("b").off(lacking(Right::WriteNote)),
            KeyRow::new("folder.section", "tab", W::CaseKeyNextSection),
            KeyRow::new("folder.leave", "esc", W::CaseKeyClose),
        ]
    }

    fn help(&self) -> W {
        if self.note_form.is_some() { W::CaseLearnNote } else { W::CaseFolderHelp }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => {
                if let Some(form) = &mut self.note_form {
                    form.handle(key, crate::kernel::clock::day_of(cx.now), cx.lang);
                } else {
                    self.moved(key.code, cx);
                }
                Vec::new()
            }
            Input::Paste(text) => {
                if let Some(form) = &mut self.note_form {
                    form.paste(&text);
                }
                Vec::new()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                if let Some(column) = done.value.as_ref().and_then(|v| v.downcast_ref::<Column>()) {
                    self.revealed.push(*column);
                } else {
                    self.note_form = None;
                }
                self.reread(cx)
            }
            Note::Refused(findings) => {
                if let Some(form) = &mut self.note_form {
                    form.show(findings.clone());
                }
                Vec::new()
            }
            Note::Shown | Note::StoreChanged | Note::Minute => self.reread(cx),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let title = self.title(cx);
        let inner = layout::boxed(frame.buffer_mut(), area, &title, *cx.theme);
        self.draw_document(frame, inner, cx);
        if let Some(form) = &self.note_form {
            let width = area.width.saturating_sub(4).min(76);
            let height = form.height(cx.lang, width.saturating_sub(4)) + 2;
            let popup =
                layout::popup(frame.buffer_mut(), area, (width, height), W::CaseKeyNote.text(cx.lang), *cx.theme);
            if let Some(at) = form.draw(frame.buffer_mut(), popup, cx.lang, *cx.theme) {
                frame.set_cursor_position(at);
            }
        }
    }

    fn typing(&self) -> bool {
        self.note_form.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        let form = self.note_form.as_ref().filter(|form| form.dirty())?;
        Some(Draft { fields: form.snapshot() })
    }

    fn restore(&mut self, draft: &Draft) {
        let mut form = Form::new(vec![FormField::text("note", W::CaseNoteLabel).limit(500)]);
        form.restore(&draft.fields);
        self.note_form = Some(form);
    }
}

//! The closing screen of a case: its five steps in one view, one form for those still open, and the sign-off.

use super::fields;
use super::paint::View;
use super::papers_pane::{Pane, ticked};
use super::popup::{KEPT, Popup, What};
use crate::case::milestones::Outcome;
use crate::case::store::stale;
use crate::closing::rules::entry::field;
use crate::closing::rules::{Entry, steps};
use crate::closing::store::{Confirmed, Desk, confirm_steps, persons, sign_off};
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::{Right, may};
use crate::papers::rules::State;
use crate::papers::store::{NewMark, papers_all_present, papers_mark};
use crate::phrase;
use crate::ui::form::{CARET, Form, FormEvent};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, SEEN, Screen, Tone,
};
use ratatui::Frame;
use ratatui::crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// The closing screen.
pub struct Closing {
    pub(super) id: i64,
    pub(super) desk: Desk,
    /// The version the form was filled from; an act names it.
    seen: i64,
    pub(super) form: Form,
    pub(super) pane: Pane,
    /// The keys go to the list of papers.
    pub(super) ticking: bool,
    pub(super) popup: Option<Popup>,
    /// The version the question for a PIN was about; another desk may change the case while it stands.
    asked: Option<i64>,
    /// What the last sign-off fixed, in words.
    pub(super) fixed: Option<Phrase>,
    pub(super) view: View,
    /// What another desk has changed on the case since the version the typed text stands on.
    pub(super) meanwhile: Option<Arg>,
    /// A draft whose fields may need a rebuilt form, until the form is.
    restored: Option<Draft>,
    /// What of a draft no field stands for any more; kept in sight until it is given up.
    pub(super) homeless: BTreeMap<String, String>,
}

/// Opens the closing screen of a case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    Ok(Box::new(Closing::open(place.id, cx)?))
}

impl Closing {
    fn open(id: i64, cx: &Cx<'_>) -> anyhow::Result<Closing> {
        let desk = Desk::read(cx.store, id)?.ok_or_else(|| anyhow::anyhow!("{}", W::CaseNotFound.text(cx.lang)))?;
        let skipping = matches!(desk.case.milestones.proposed, Some(Outcome::Refuse | Outcome::Withdraw));
        let form = fields::build(cx.store.conn(), &desk, skipping)?;
        let view = View::read(cx, &desk)?;
        let seen = desk.case.version;
        let mut screen = Closing {
            id,
            desk,
            seen,
            form,
            pane: Pane::default(),
            ticking: false,
            popup: None,
            asked: None,
            fixed: None,
            meanwhile: None,
            restored: None,
            homeless: BTreeMap::new(),
            view,
        };
        screen.focus_papers();
        Ok(screen)
    }

    /// With step 2 next and papers lacking, ticking them is what there is to do.
    fn focus_papers(&mut self) {
        let lacking = !crate::papers::rules::complete(&self.desk.papers);
        self.ticking = self.desk.case.milestones.next_step() == Some(2) && lacking;
    }

    /// Reads the case again. What was typed stays; the version the form stands on moves only when nothing was typed or
    /// `accept` says that the clerk has been told what changed.
    fn reread(&mut self, cx: &Cx<'_>, accept: bool) -> Effects {
        match self.try_reread(cx, accept) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
        }
    }

    fn try_reread(&mut self, cx: &Cx<'_>, accept: bool) -> anyhow::Result<()> {
        let Some(desk) = Desk::read(cx.store, self.id)? else { return Ok(()) };
        let dirty = self.form.dirty() || !self.homeless.is_empty();
        let changed = desk.case.version != self.desk.case.version;
        let next_before = self.desk.case.milestones.next_step();
        self.desk = desk;
        self.view = View::read(cx, &self.desk)?;
        // A small form stands on the version it was opened over, as the fields do.
        if accept || !(dirty || self.popup.is_some()) {
            self.seen = self.desk.case.version;
        }
        if changed {
            self.rebuild(cx)?;
        }
        if next_before != self.desk.case.milestones.next_step() {
            self.focus_papers();
        }
        self.meanwhile = stale::since(cx.store.conn(), self.id, self.seen)?;
        Ok(())
    }

    /// Builds the form anew around what was typed: after steps were confirmed, or when steps may now be left out.
    fn rebuild(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let (typed, focused) = (self.form.snapshot(), self.form.focused());
        let skipping = fields::lets_skip(&self.form);
        let findings = self.form.findings().clone();
        let first = fields::build(cx.store.conn(), &self.desk, skipping)?;
        self.form = first;
        self.form.restore(&typed);
        if fields::lets_skip(&self.form) != skipping {
            self.form = fields::build(cx.store.conn(), &self.desk, fields::lets_skip(&self.form))?;
            self.form.restore(&typed);
        }
        self.form.show(findings);
        if let Some(id) = focused {
            self.form.focus(id);
        }
        self.find_homeless(typed);
        Ok(())
    }

    /// Text that no field stands for any more stays in sight: another desk has confirmed its step or closed the case.
    fn find_homeless(&mut self, typed: BTreeMap<String, String>) {
        let of_popup = |id: &str| self.popup.is_some() && id.starts_with(KEPT);
        let homeless = |id: &str| id != SEEN && id != CARET && self.form.field(id).is_none() && !of_popup(id);
        self.homeless.extend(typed.into_iter().filter(|(id, _)| homeless(id)));
    }

    /// Puts the reasons of a restored draft back, whose fields only stand in a form that may leave steps out.
    fn settle_draft(&mut self, cx: &Cx<'_>) {
        let Some(draft) = self.restored.take() else { return };
        self.popup = Popup::from_draft(&draft.fields, self.next(), cx.now);
        if fields::lets_skip(&self.form)
            && let Ok(form) = fields::build(cx.store.conn(), &self.desk, true)
        {
            self.form = form;
            self.form.restore(&draft.fields);
        }
        self.find_homeless(draft.fields);
    }

    pub(super) fn next(&self) -> Option<u8> {
        self.desk.case.milestones.next_step()
    }

    fn entry(&self, cx: &Cx<'_>) -> (Entry, Findings) {
        fields::read(&self.form, &self.desk, clock::day_of(cx.now))
    }

    /// Ctrl+S: confirms the consecutive steps that stand, or shows everything the next one lacks.
    fn confirm(&mut self, cx: &Cx<'_>) -> Effects {
        let (entry, unread) = self.entry(cx);
        let named = match persons::resolve(cx.store.conn(), &entry) {
            Ok(named) => named,
            Err(error) => return vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, error.to_string()))],
        };
        let situation = self.desk.situation(cx.now);
        let Some(through) = steps::ready_through(&situation, &entry, &named) else {
            let found: Findings = unread.into_iter().chain(steps::shown(&situation, &entry, &named)).collect();
            if found.has("papers_missing") {
                self.ticking = true;
            }
            self.form.show(found);
            return vec![Effect::Say(Tone::Bad, W::ClosingNotReady.into()), Effect::Bell];
        };
        let (id, seen, code) = (self.id, self.seen, self.desk.case.case_code.clone());
        vec![Effect::Act(DeskAct::new("confirm_step", move |tx| {
            let done = confirm_steps(tx, id, seen, through, &entry)?;
            Ok(Done::said(fields::confirmed(&code, done.first, done.last)).with(done))
        }))]
    }

    /// After a confirmation: what the next step still lacks is shown if anything of it was given.
    fn after_confirm(&mut self, done: &Confirmed, cx: &Cx<'_>) {
        let (entry, unread) = self.entry(cx);
        let Ok(named) = persons::resolve(cx.store.conn(), &entry) else { return };
        let mut found = done.warnings.clone();
        if self.next().is_some_and(|next| next <= 4 && !entry.blank(next)) {
            found.extend(unread);
            found.extend(steps::shown(&self.desk.situation(cx.now), &entry, &named));
        }
        self.form.show(found);
    }

    /// Proposes an outcome that pays nothing, and opens the fields that say why steps do not apply.
    fn propose(&mut self, outcome: Outcome, cx: &Cx<'_>) -> Effects {
        self.form.set(field::OUTCOME, outcome.code());
        self.form.set(field::PAYABLE, "0.00");
        if let Err(error) = self.rebuild(cx) {
            return vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))];
        }
        self.ticking = false;
        let first = self.form.fields().iter().find(|f| field::NOT_APPLICABLE.contains(&f.id)).map(|f| f.id);
        self.form.focus(first.unwrap_or(field::OUTCOME));
        vec![Effect::Say(Tone::Plain, phrase!(W::ClosingProposed, crate::case::words::outcome(outcome)))]
    }

    /// Asks for the PIN of who signs: the person signed in, if he can, else a leader or deputy who comes to this desk.
    fn ask_sign(&mut self, cx: &Cx<'_>) -> Effects {
        let m = &self.desk.case.milestones;
        self.asked = Some(self.seen);
        if self.view.signers.is_empty() {
            return vec![Effect::Say(Tone::Bad, W::ClosingSignNobody.into())];
        }
        let own = self.view.signers.contains(&cx.actor.id);
        let of = if own { PinOf::Me } else { PinOf::Among(self.view.signers.clone()) };
        let payable = Arg::Money(m.payable.unwrap_or_default().fen());
        let outcome = m.proposed.map_or(W::ClosingNone, crate::case::words::outcome);
        let text = phrase!(W::ClosingSignQuestion, self.tail(), self.insured(cx), outcome, payable);
        vec![Effect::AskPin(PinQuestion { id: "closing.sign", text, of })]
    }

    fn sign(&self, actor: &Actor) -> Effects {
        let (id, seen) = (self.id, self.asked.unwrap_or(self.seen));
        let act = DeskAct::new("sign_off", move |tx| {
            let signed = sign_off(tx, id, seen)?;
            let done = if signed.closed { Done::said(signed.said.clone()) } else { Done::waits(signed.said.clone()) };
            Ok(done.with(signed))
        });
        vec![Effect::Act(act.by(actor.clone()))]
    }

    pub(super) fn insured(&self, cx: &Cx<'_>) -> String {
        if cx.hidden { "***".to_owned() } else { text::neutralise(&self.desk.case.facts.insured).into_owned() }
    }

    /// The tail of the case's number, as lists show it.
    pub(super) fn tail(&self) -> String {
        let case = &self.desk.case;
        let number = if case.facts.case_no.is_empty() { &case.case_code } else { &case.facts.case_no };
        text::clip_left(&text::neutralise(number), 10)
    }

    fn mark(&self, state: impl Fn(State) -> State) -> Effects {
        let Some(item) = self.desk.papers.get(self.pane.selected) else { return Vec::new() };
        let (id, mark) =
            (self.id, [NewMark { item: item.item.key.clone(), state: state(item.state), reason: String::new() }]);
        vec![Effect::Act(DeskAct::new("papers_mark", move |tx| {
            papers_mark(tx, id, &mark)?;
            Ok(Done::said(W::ClosingPapersMarked))
        }))]
    }

    fn ask_reason(&mut self, state: State) -> Effects {
        let key = self.desk.papers.get(self.pane.selected).map(|item| item.item.key.clone());
        self.popup = key.map(|key| Popup::paper(&key, state));
        Vec::new()
    }

    fn all_present(&self) -> Effects {
        let id = self.id;
        vec![Effect::Act(DeskAct::new("papers_mark", move |tx| {
            papers_all_present(tx, id)?;
            Ok(Done::said(W::ClosingPapersAll))
        }))]
    }

    fn save_popup(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &mut self.popup else { return Vec::new() };
        match popup.act(self.id, self.seen, clock::day_of(cx.now)) {
            Ok(act) => vec![Effect::Act(act)],
            Err(findings) => {
                popup.form.show(findings);
                Vec::new()
            }
        }
    }

    fn leave(&mut self) -> Effects {
        if self.popup.take().is_some() {
            return Vec::new();
        }
        if std::mem::take(&mut self.ticking) && !self.form.fields().is_empty() {
            return Vec::new();
        }
        if self.form.dirty() || !self.homeless.is_empty() {
            // The shell keeps the draft of a screen that is left, so nothing typed is lost.
            return vec![Effect::Say(Tone::Plain, W::ClosingDraftKept.into()), Effect::Back];
        }
        vec![Effect::Back]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        let today = clock::day_of(cx.now);
        match action {
            "closing.confirm" => return self.confirm(cx),
            "closing.popup_save" => return self.save_popup(cx),
            "closing.leave" => return self.leave(),
            "closing.refuse" => return self.propose(Outcome::Refuse, cx),
            "closing.withdraw" => return self.propose(Outcome::Withdraw, cx),
            "closing.zero" => return self.propose(Outcome::Zero, cx),
            "closing.sign" => return self.ask_sign(cx),
            "closing.folder" => return vec![Effect::Go(Place::of("folder", self.id))],
            "closing.papers" => self.ticking = !self.ticking,
            "closing.tick" => return self.mark(ticked),
            "closing.copy" => return self.mark(|_| State::Copy),
            "closing.reject" => return self.ask_reason(State::Rejected),
            "closing.waive" => return self.ask_reason(State::Waived),
            "closing.all_present" => return self.all_present(),
            "closing.return" => self.popup = self.next().map(Popup::return_from),
            "closing.minutes" => self.popup = Some(Popup::minutes(today)),
            "closing.reopen" => self.popup = Some(Popup::reopen()),
            "closing.notice" => self.popup = Some(Popup::moment(What::Notice, cx.now)),
            "closing.supplement" => self.popup = Some(Popup::moment(What::Supplement, cx.now)),
            _ => {}
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        let today = clock::day_of(cx.now);
        if let Some(popup) = &mut self.popup {
            popup.form.handle(key, today, cx.lang);
        } else if self.ticking {
            self.pane.moved(key.code, self.desk.papers.len());
        } else if self.form.handle(key, today, cx.lang) == FormEvent::Changed(field::OUTCOME) {
            // Other outcomes ask for other reasons.
            if let Err(error) = self.rebuild(cx) {
                return vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))];
            }
        }
        Vec::new()
    }

    fn done(&mut self, done: &Done, cx: &Cx<'_>) -> Effects {
        self.popup = None;
        self.fixed = None;
        // What was typed for the steps just confirmed has found its home.
        let homeless = self.homeless.clone();
        let said = self.reread(cx, true);
        self.homeless = homeless;
        let Some(value) = &done.value else { return said };
        if let Some(confirmed) = value.downcast_ref::<Confirmed>() {
            self.after_confirm(confirmed, cx);
        } else if let Some(signed) = value.downcast_ref::<crate::closing::store::Signed>() {
            self.fixed = Some(signed.said.clone());
        }
        said
    }

    fn refused(&mut self, findings: &Findings, cx: &Cx<'_>) -> Effects {
        match &mut self.popup {
            Some(popup) => popup.form.show(findings.clone()),
            None => self.form.show(findings.clone()),
        }
        self.reread(cx, true)
    }

    fn popup_keys() -> Vec<KeyRow> {
        vec![
            KeyRow::new("closing.popup_save", "ctrl-s", W::ClosingKeySave).consequential(),
            KeyRow::new("closing.leave", "esc", W::ClosingKeyBack),
        ]
    }

    /// Why the person signed in may not do something, if so.
    fn lacking(cx: &Cx<'_>, rights: &[Right]) -> Option<Phrase> {
        if rights.iter().any(|right| may(cx.actor, *right)) {
            return None;
        }
        let right = rights.first()?;
        let roles = right.roles().iter().map(|role| Arg::Word(crate::office::store::role_word(role))).collect();
        Some(Phrase::new(W::ClosingLacking, [Arg::List(roles)]))
    }

    fn step_keys(&self, cx: &Cx<'_>, next: u8) -> Vec<KeyRow> {
        let papers = (next > 2).then(|| Phrase::from(W::ClosingPapersDone));
        let check = Self::lacking(cx, &[Right::CheckPapers]);
        let close = Self::lacking(cx, &[Right::CloseSteps]);
        let own = if next == 2 { check.clone() } else { close.clone() };
        let mut rows = vec![KeyRow::new("closing.confirm", "ctrl-s", W::ClosingKeyConfirm).off(own).consequential()];
        let off = check.or(papers);
        if self.ticking {
            rows.extend([
                KeyRow::new("closing.tick", "space", W::ClosingKeyTick).or("ctrl-v").off(off.clone()).consequential(),
                KeyRow::new("closing.copy", "ctrl-g", W::ClosingKeyCopy).off(off.clone()).consequential(),
                KeyRow::new("closing.reject", "ctrl-b", W::ClosingKeyReject).off(off.clone()).consequential(),
                KeyRow::new("closing.waive", "ctrl-n", W::ClosingKeyWaive)
                    .off(Self::lacking(cx, &[Right::Waive]))
                    .consequential(),
            ]);
        }
        rows.extend([
            KeyRow::new("closing.all_present", "ctrl-a", W::ClosingKeyAllPresent).off(off.clone()).consequential(),
            KeyRow::new("closing.papers", "ctrl-k", W::ClosingKeyPapers),
            KeyRow::new("closing.refuse", "ctrl-d", W::CaseOutcomeRefuse).off(close.clone()),
            KeyRow::new("closing.withdraw", "ctrl-x", W::CaseOutcomeWithdraw).off(close.clone()),
            KeyRow::new("closing.zero", "ctrl-o", W::CaseOutcomeZero).off(close),
            KeyRow::new("closing.notice", "ctrl-y", W::ClosingKeyNotice).off(off.clone()).quiet().consequential(),
            KeyRow::new("closing.supplement", "ctrl-e", W::ClosingKeySupplement).off(off).quiet().consequential(),
        ]);
        rows
    }
}

impl Screen for Closing {
    fn place(&self) -> Place {
        Place::of("closing", self.id)
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        phrase!(W::ClosingTitle, self.tail()).say(cx.lang)
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_some() {
            return Self::popup_keys();
        }
        let turn = Self::lacking(cx, &[Right::CloseSteps, Right::SignOff]);
        let mut rows = match self.next() {
            Some(next) if next <= 4 => self.step_keys(cx, next),
            Some(_) => vec![KeyRow::new("closing.sign", "ctrl-s", W::ClosingKeySign).consequential()],
            None => {
                let off = Self::lacking(cx, &[Right::Reopen]);
                vec![KeyRow::new("closing.reopen", "ctrl-n", W::ClosingKeyReopen).off(off).consequential()]
            }
        };
        if let Some(next) = self.next() {
            let first = (next == 1).then(|| Phrase::from(W::ClosingNothingToReturn));
            rows.push(
                KeyRow::new("closing.return", "ctrl-r", W::ClosingKeyReturn)
                    .off(turn.clone().or(first))
                    .consequential(),
            );
            rows.push(KeyRow::new("closing.minutes", "ctrl-t", W::ClosingKeyMinutes).off(turn).consequential());
        }
        rows.push(KeyRow::new("closing.folder", "ctrl-f", W::ClosingKeyFolder));
        rows.push(KeyRow::new("closing.leave", "esc", W::ClosingKeyBack));
        rows
    }

    fn help(&self) -> W {
        match (&self.popup, self.ticking) {
            (Some(_), _) => W::ClosingLearnPopup,
            (None, true) => W::ClosingLearnPapers,
            (None, false) => W::ClosingHelp,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        self.settle_draft(cx);
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(text) => {
                match &mut self.popup {
                    Some(popup) => popup.form.paste(&text),
                    None => self.form.paste(&text),
                };
                Vec::new()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        self.settle_draft(cx);
        match note {
            Note::Done(done) => self.done(done, cx),
            Note::Refused(findings) => self.refused(findings, cx),
            Note::Pin("closing.sign", actor) => self.sign(actor),
            Note::Shown | Note::StoreChanged => self.reread(cx, false),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        super::paint::draw(self, frame, area, cx);
    }

    fn typing(&self) -> bool {
        self.popup.is_some() || (!self.ticking && !self.form.fields().is_empty())
    }

    fn draft(&self) -> Option<Draft> {
        if self.restored.is_some() {
            return self.restored.clone();
        }
        let mut fields = self.form.snapshot();
        fields.extend(self.popup.iter().flat_map(Popup::draft));
        fields.extend(self.homeless.clone());
        if fields.is_empty() {
            return None;
        }
        fields.insert(SEEN.to_owned(), self.seen.to_string());
        Some(Draft { fields })
    }

    fn restore(&mut self, draft: &Draft) {
        self.form.restore(&draft.fields);
        // Typed against an older version, it is told what changed meanwhile before anything is written.
        self.seen = draft.fields.get(SEEN).and_then(|seen| seen.parse().ok()).unwrap_or(self.seen);
        self.ticking &= self.form.snapshot().is_empty();
        self.restored = Some(draft.clone());
    }
}

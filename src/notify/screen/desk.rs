//! A case being told: what to say, filled in; the result in one key; what the customer asks, to its end.

use super::clause::Picker;
use super::paint::{self, Line, Log};
use super::popup::{self, Popup, What};
use crate::case::acts::reveal;
use crate::case::facts::Column;
use crate::case::milestones::Outcome as Conclusion;
use crate::case::screen::next_place;
use crate::case::store::rounds::{self, Waiting};
use crate::case::store::stale;
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::notify::prints::{self, Frame as SheetFrame};
use crate::notify::rules::attempts::{NewAttempt, letter_suggested};
use crate::notify::rules::inquiries::Inquiry;
use crate::notify::rules::{Channel, Outcome, Stance};
use crate::notify::store::explain::named;
use crate::notify::store::{Desk, attempts, inquiries, refusals};
use crate::office::rules::{Right, may};
use crate::office::store as office;
use crate::phrase;
use crate::reference::clauses;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::print::Preview;
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Question, SEEN, Screen, Tone,
};
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use std::cell::Cell;

/// What the highlight can stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another case of the accident, told together or not.
    Sibling(i64),
    /// An inquiry.
    Inquiry(i64),
}

/// What the print key prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Print {
    /// The refusal notice.
    Refusal,
    /// The explanation of the inquiry with this key.
    Explanation(i64),
    /// The letter to whom no call reached.
    Letter,
    /// Nothing yet.
    Nothing,
}

/// The phone number was shown: it stays until the case is left.
struct Revealed;

/// A case being told.
pub struct Telling {
    id: i64,
    pub(super) desk: Desk,
    /// The version seen; an act names it.
    seen: i64,
    pub(super) log: Log,
    /// The round that waits for the bank's result.
    pub(super) waiting: Option<Waiting>,
    /// A letter is suggested.
    pub(super) letter: bool,
    /// The log line of the phone number was asked for.
    asked_phone: bool,
    phone: bool,
    /// Siblings that are not told together with the case.
    off: Vec<i64>,
    selected: usize,
    pub(super) popup: Option<Popup>,
    pub(super) picker: Option<Picker>,
    /// Whose confirmation the question for a PIN is about: inquiry, explanation, side.
    asked: Option<(i64, i64, crate::notify::rules::Side)>,
    /// What another desk has changed since the version the typed text stands on.
    pub(super) meanwhile: Option<Arg>,
    restored: Option<Draft>,
    pub(super) top: Cell<usize>,
    /// The highlight moved last, so it is what must be in sight.
    pub(super) follow: Cell<bool>,
    most: Cell<usize>,
}

/// Opens a case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(id: i64, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let desk = Desk::read(cx.store, id)?.ok_or_else(|| anyhow::anyhow!("{}", W::CaseNotFound.text(cx.lang)))?;
    let mut screen = Telling {
        id,
        seen: desk.case.version,
        log: Vec::new(),
        waiting: None,
        letter: false,
        asked_phone: false,
        phone: false,
        off: Vec::new(),
        selected: 0,
        popup: None,
        picker: None,
        asked: None,
        meanwhile: None,
        restored: None,
        top: Cell::new(0),
        follow: Cell::new(true),
        most: Cell::new(0),
        desk,
    };
    screen.read(cx)?;
    screen.selected = screen.first_open();
    Ok(Box::new(screen))
}

impl Telling {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let Some(desk) = Desk::read(cx.store, self.id)? else { return Ok(()) };
        let stood_on = self.chosen();
        self.desk = desk;
        self.log = paint::log(cx, &self.desk)?;
        self.waiting = rounds::waiting(cx.store.conn(), self.id)?;
        let m = &self.desk.case.milestones;
        self.letter =
            m.closed_at.is_some() && letter_suggested(&self.desk.attempts, m.round, &self.desk.rules.settings);
        if self.popup.is_none() {
            self.seen = self.desk.case.version;
        }
        self.meanwhile = stale::since(cx.store.conn(), self.id, self.seen)?;
        let targets = self.targets();
        self.selected = stood_on.and_then(|target| targets.iter().position(|one| *one == target)).unwrap_or(0);
        Ok(())
    }

    fn reread(&mut self, cx: &Cx<'_>) -> Effects {
        match self.read(cx) {
            Ok(()) => Vec::new(),
            Err(error) => failed(&error),
        }
    }

    /// The first open inquiry, which waits for an answer, else the first thing there is.
    fn first_open(&self) -> usize {
        let open = |target: &Target| matches!(target, Target::Inquiry(id) if self.desk.inquiry(*id).is_some_and(Inquiry::open));
        self.targets().iter().position(open).unwrap_or(0)
    }

    /// Everything the highlight can stand on, in the order of the screen.
    pub(super) fn targets(&self) -> Vec<Target> {
        let siblings = self.desk.siblings.iter().map(|case| Target::Sibling(case.id));
        siblings.chain(self.log.iter().filter_map(|(_, _, target)| *target)).collect()
    }

    /// What the highlight stands on.
    pub(super) fn chosen(&self) -> Option<Target> {
        self.targets().get(self.selected).copied()
    }

    /// The inquiry the highlight stands on, else the only open one.
    pub(super) fn inquiry(&self) -> Option<&Inquiry> {
        if let Some(Target::Inquiry(id)) = self.chosen() {
            return self.desk.inquiry(id);
        }
        let mut open = self.desk.inquiries.iter().filter(|one| one.open());
        open.next().filter(|_| open.next().is_none())
    }

    /// What to say, at the moment.
    pub(super) fn say(&self, cx: &Cx<'_>) -> Vec<Line> {
        let phone = self.phone.then_some(self.desk.case.facts.phone.as_str());
        paint::say_lines(cx, &self.desk, phone, &self.off)
    }

    /// Told by drawing how far the page can be scrolled, and where it stands.
    pub(super) fn seen(&self, most: usize, top: usize) {
        self.most.set(most);
        self.top.set(top);
    }

    /// The tail of the case's number, as lists show it.
    pub(super) fn tail(&self) -> String {
        let case = &self.desk.case;
        let number = if case.facts.case_no.is_empty() { &case.case_code } else { &case.facts.case_no };
        text::clip_left(&text::neutralise(number), 10)
    }

    /// Why a letter is suggested.
    pub(super) fn letter_words(&self) -> Phrase {
        let (rules, now) = (&self.desk.rules.settings, self.desk.attempts.last().map_or(0, |one| one.at));
        let (times, days) = (rules.number(settings::VAIN_ATTEMPTS, now), rules.number(settings::VAIN_DAYS, now));
        phrase!(W::NotifyLetterSuggested, times, days)
    }

    fn insured(&self, cx: &Cx<'_>) -> String {
        if cx.hidden { "***".to_owned() } else { text::neutralise(&self.desk.case.facts.insured).into_owned() }
    }

    /// The siblings told together with the case, each with the version seen.
    fn also(&self) -> Vec<(i64, i64)> {
        let on = self.desk.siblings.iter().filter(|case| !self.off.contains(&case.id));
        on.map(|case| (case.id, case.version)).collect()
    }

    /// What the print key prints: what the highlight is about first.
    pub(super) fn printable(&self) -> Print {
        let explained = |one: &&Inquiry| one.explanation.as_ref().is_some_and(|e| e.awaits().is_none());
        if let Some(one) = self.inquiry().filter(explained) {
            return Print::Explanation(one.id);
        }
        match (self.desk.case.milestones.outcome, &self.desk.notice) {
            (Some(Conclusion::Refuse), Some(_)) => Print::Refusal,
            (Some(Conclusion::Refuse), None) => Print::Nothing,
            _ => Print::Letter,
        }
    }

    /// The case's own verifier or adjuster who has yet to confirm and signs in; else a paper is recorded.
    pub(super) fn signer(&self, cx: &Cx<'_>) -> Option<i64> {
        let side = self.inquiry()?.explanation.as_ref()?.awaits()?;
        let person = office::by_id(cx.store.conn(), named(&self.desk.case, side)?).ok().flatten()?;
        (person.enabled && person.has_pin).then_some(person.id)
    }

    fn confirm(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(one) = self.inquiry() else { return Vec::new() };
        let Some((explanation, side)) = one.explanation.as_ref().and_then(|e| Some((e, e.awaits()?))) else {
            return Vec::new();
        };
        let what = (one.id, explanation.id, side);
        let text =
            phrase!(W::NotifyPinConfirm, explanation.number.as_str(), side.word(), self.tail(), self.insured(cx));
        match self.signer(cx) {
            Some(person) => {
                self.asked = Some(what);
                vec![Effect::AskPin(PinQuestion { id: "notify.confirm", text, of: PinOf::Among(vec![person]) })]
            }
            None => {
                self.popup = Popup::new(What::Paper(what.0, what.1, what.2), &self.desk, cx.now);
                Vec::new()
            }
        }
    }

    fn confirmed(&self, actor: &Actor) -> Effects {
        let Some((inquiry, explanation, side)) = self.asked else { return Vec::new() };
        vec![Effect::Act(popup::confirm((self.id, inquiry), explanation, side, None).by(actor.clone()))]
    }

    fn tell(&self) -> Effects {
        let stance = (self.desk.case.milestones.outcome == Some(Conclusion::Pay)).then_some(Stance::Agreed);
        let new = NewAttempt::now(Channel::Phone, Outcome::Told, stance);
        vec![Effect::Act(popup::told((self.id, self.seen), &self.also(), new))]
    }

    fn vain(&self, outcome: Outcome) -> Effects {
        let new = NewAttempt::now(Channel::Phone, outcome, None);
        vec![Effect::Act(popup::log(self.id, &self.also(), new))]
    }

    fn print(&self, cx: &Cx<'_>) -> Effects {
        let (id, lang) = (self.id, cx.lang);
        let preview = || -> anyhow::Result<Option<Preview>> {
            let conn = cx.store.conn();
            let frame = SheetFrame::read(conn, lang, cx.now, 1)?;
            Ok(match self.printable() {
                Print::Nothing => None,
                Print::Letter => Some(Preview { sheet: prints::letter(&frame, &self.desk), act: letter_act(id, lang) }),
                Print::Refusal => self.desk.notice.as_ref().map(|notice| Preview {
                    sheet: prints::refusal(&frame, &self.desk, notice),
                    act: refusal_act(id, lang),
                }),
                Print::Explanation(inquiry) => {
                    let both = self.desk.inquiry(inquiry).and_then(|one| Some((one, one.explanation.as_ref()?)));
                    match both {
                        None => None,
                        Some(both) => Some(Preview {
                            sheet: prints::explanation(conn, &frame, &self.desk, both)?,
                            act: explanation_act(id, inquiry, lang),
                        }),
                    }
                }
            })
        };
        match preview() {
            Ok(preview) => preview.map(Effect::Preview).into_iter().collect(),
            Err(error) => failed(&error),
        }
    }

    fn save(&mut self, cx: &Cx<'_>, agreed: bool) -> Effects {
        let (also, tail, insured) = (self.also(), self.tail(), self.insured(cx));
        let Some(popup) = &mut self.popup else { return Vec::new() };
        let found = popup.judge(&self.desk, cx.now);
        if found.blocking() {
            popup.form.show(found);
            return vec![Effect::Bell];
        }
        match popup.act((&self.desk, self.seen), &also, clock::day_of(cx.now)) {
            Err(findings) => {
                popup.form.show(findings);
                vec![Effect::Bell]
            }
            Ok(act) => match popup.question(&tail, &insured, &self.desk).filter(|_| !agreed) {
                Some(text) => vec![Effect::Ask(Question { id: "notify.save", text })],
                None => vec![Effect::Act(act)],
            },
        }
    }

    fn over(&mut self, what: What, cx: &Cx<'_>) -> Effects {
        self.popup = Popup::new(what, &self.desk, cx.now);
        Vec::new()
    }

    /// A form about the inquiry under the highlight.
    fn over_inquiry(&mut self, what: fn(i64) -> What, cx: &Cx<'_>) -> Effects {
        match self.inquiry().map(|one| one.id) {
            Some(id) => self.over(what(id), cx),
            None => Vec::new(),
        }
    }

    /// Where the same person goes on once the customer is told: choosing how the money is paid.
    pub(super) fn next(&self, cx: &Cx<'_>) -> Option<Place> {
        let m = &self.desk.case.milestones;
        next_place(self.id, m, cx.actor.roles).filter(|place| m.closed_at.is_some() && place.name != "notify")
    }

    fn meanwhile(&self) -> Effects {
        let (id, seen) = (self.id, self.seen);
        let Some(inquiry) = self.inquiry().map(|one| one.id) else { return Vec::new() };
        vec![Effect::Act(DeskAct::new("meanwhile", move |tx| {
            inquiries::meanwhile(tx, id, seen, inquiry)?;
            Ok(Done::said(W::NotifySaidMeanwhile))
        }))]
    }

    fn toggle(&mut self) -> Effects {
        if let Some(Target::Sibling(id)) = self.chosen() {
            match self.off.iter().position(|off| *off == id) {
                Some(at) => drop(self.off.remove(at)),
                None => self.off.push(id),
            }
        }
        Vec::new()
    }

    fn pick(&mut self) -> Effects {
        let picked = self.picker.take().and_then(|picker| picker.selected().cloned());
        if let (Some(clause), Some(popup)) = (picked, &mut self.popup) {
            popup.cite(clause);
        }
        Vec::new()
    }

    fn leave(&mut self, cx: &Cx<'_>) -> Effects {
        if self.picker.take().is_some() {
            return Vec::new();
        }
        match &self.popup {
            // What was typed is never discarded without asking.
            Some(popup) if !popup.draft().is_empty() => {
                vec![Effect::Ask(Question { id: "notify.leave", text: W::NotifyAskDiscard.into() })]
            }
            Some(_) => {
                self.popup = None;
                self.reread(cx)
            }
            None => vec![Effect::Back],
        }
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "notify.told" => self.tell(),
            "notify.no_answer" => self.vain(Outcome::NoAnswer),
            "notify.wrong" => self.vain(Outcome::WrongNumber),
            "notify.back" => self.over(What::Back, cx),
            "notify.attempt" => self.over(What::Attempt, cx),
            "notify.asks" => self.over(What::Ask(Some(Stance::Asks)), cx),
            "notify.disputes" => self.over(What::Ask(Some(Stance::Disputes)), cx),
            "notify.inquiry" => self.over(What::Ask(None), cx),
            "notify.answer" => self.over_inquiry(What::Answer, cx),
            "notify.refer" => self.over_inquiry(What::Refer, cx),
            "notify.explain" => self.over_inquiry(What::Explain, cx),
            "notify.resolve" => self.over_inquiry(What::Resolve, cx),
            "notify.confirm" => self.confirm(cx),
            "notify.meanwhile" => self.meanwhile(),
            "notify.notice" => self.over(What::Notice, cx),
            "notify.deliver" => self.over(What::Deliver, cx),
            "notify.print" => self.print(cx),
            "notify.toggle" => self.toggle(),
            "notify.save" => self.save(cx, false),
            "notify.clause" => match Picker::open(cx) {
                Ok(picker) => {
                    self.picker = Some(picker);
                    Vec::new()
                }
                Err(error) => failed(&error.into()),
            },
            "notify.pick" => self.pick(),
            "notify.next" => self.next(cx).map(Effect::Replace).into_iter().collect(),
            "notify.folder" => vec![Effect::Go(Place::of("folder", self.id))],
            "notify.leave" => self.leave(cx),
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        if let Some(picker) = &mut self.picker {
            return picker.handle(key, cx).err().map(|error| failed(&error.into())).unwrap_or_default();
        }
        if let Some(popup) = &mut self.popup {
            popup.form.handle(key, clock::day_of(cx.now), cx.lang);
            return Vec::new();
        }
        let last = self.targets().len().saturating_sub(1);
        let (top, most) = (self.top.get(), self.most.get());
        self.follow.set(matches!(key.code, KeyCode::Up | KeyCode::Down) && !self.targets().is_empty());
        match key.code {
            KeyCode::Up if self.follow.get() => self.selected = self.selected.saturating_sub(1),
            KeyCode::Down if self.follow.get() => self.selected = (self.selected + 1).min(last),
            KeyCode::Up => self.top.set(top.saturating_sub(1)),
            KeyCode::Down => self.top.set((top + 1).min(most)),
            KeyCode::PageUp => self.top.set(top.saturating_sub(10)),
            KeyCode::PageDown => self.top.set((top + 10).min(most)),
            KeyCode::Home => self.top.set(0),
            KeyCode::End => self.top.set(most),
            _ => {}
        }
        Vec::new()
    }

    /// The number stays in sight until the case is left; one line in the journal says so.
    fn show_phone(&mut self, cx: &Cx<'_>) -> Effects {
        let wanted = may(cx.actor, Right::Notify) && may(cx.actor, Right::Reveal);
        // An act drops the draft, so what was put back from one is not put at risk.
        if self.asked_phone || self.popup.is_some() || !wanted || self.desk.case.facts.phone.is_empty() {
            return Vec::new();
        }
        self.asked_phone = true;
        let id = self.id;
        vec![Effect::Act(DeskAct::new("reveal", move |tx| {
            reveal(tx, id, Column::Phone)?;
            Ok(Done::waits(W::NotifySaidPhone).with(Revealed))
        }))]
    }

    fn done(&mut self, done: &Done, cx: &Cx<'_>) -> Effects {
        if done.value.as_ref().is_some_and(|value| value.is::<Revealed>()) {
            self.phone = true;
            return Vec::new();
        }
        self.popup = None;
        self.picker = None;
        let before = self.desk.inquiries.len();
        let said = self.reread(cx);
        // What was just asked is what the next key is about.
        if self.desk.inquiries.len() > before
            && let Some(new) = self.desk.inquiries.last().map(|one| Target::Inquiry(one.id))
        {
            self.selected = self.targets().iter().position(|target| *target == new).unwrap_or(0);
            self.follow.set(true);
        }
        said
    }

    fn refused(&mut self, findings: &Findings, cx: &Cx<'_>) -> Effects {
        if let Some(popup) = &mut self.popup {
            popup.form.show(findings.clone());
        }
        let said = self.reread(cx);
        // The clerk has been told what changed; what is typed is judged against the case as it stands now.
        self.seen = self.desk.case.version;
        said
    }

    /// Puts back the form of a draft, which needs the case.
    fn settle_draft(&mut self, cx: &Cx<'_>) {
        let Some(draft) = self.restored.take() else { return };
        let clause = |id| clauses::by_id(cx.store.conn(), id).ok().flatten();
        self.popup = Popup::from_draft(&draft.fields, &self.desk, cx.now, clause);
        // Typed against an older version, it is told what changed meanwhile before anything is written.
        if self.popup.is_some() {
            self.seen = draft.fields.get(SEEN).and_then(|seen| seen.parse().ok()).unwrap_or(self.seen);
        }
    }
}

fn failed(error: &anyhow::Error) -> Effects {
    vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))]
}

fn letter_act(id: i64, lang: crate::kernel::words::Lang) -> DeskAct {
    DeskAct::new("letter", move |tx| {
        let copy = attempts::letter(tx, id)?;
        let desk = prints::case(tx.store(), id)?;
        let frame = SheetFrame::read(tx.conn(), lang, tx.now, copy)?;
        Ok(Done::waits(W::NotifySaidLetter).print(prints::letter(&frame, &desk)))
    })
}

fn refusal_act(id: i64, lang: crate::kernel::words::Lang) -> DeskAct {
    DeskAct::new("refusal_print", move |tx| {
        let copy = refusals::printed(tx, id)?;
        let desk = prints::case(tx.store(), id)?;
        let frame = SheetFrame::read(tx.conn(), lang, tx.now, copy)?;
        let done = Done::waits(phrase!(W::NotifySaidPrinted, W::NotifyPrintRefusal, copy));
        Ok(match &desk.notice {
            Some(notice) => done.print(prints::refusal(&frame, &desk, notice)),
            None => done,
        })
    })
}

fn explanation_act(id: i64, inquiry: i64, lang: crate::kernel::words::Lang) -> DeskAct {
    DeskAct::new("explanation_print", move |tx| {
        let copy = inquiries::explanation_printed(tx, id, inquiry)?;
        let desk = prints::case(tx.store(), id)?;
        let frame = SheetFrame::read(tx.conn(), lang, tx.now, copy)?;
        let done = Done::waits(phrase!(W::NotifySaidPrinted, W::NotifyPrintExplanation, copy));
        let both = desk.inquiry(inquiry).and_then(|one| Some((one, one.explanation.as_ref()?)));
        Ok(match both {
            Some(both) => done.print(prints::explanation(tx.conn(), &frame, &desk, both)?),
            None => done,
        })
    })
}

impl Screen for Telling {
    fn place(&self) -> Place {
        Place::of("notify", self.id)
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        phrase!(W::NotifyTitle, self.tail()).say(cx.lang)
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        self.key_rows(cx)
    }

    fn help(&self) -> W {
        match (&self.picker, &self.popup) {
            (Some(_), _) => W::NotifyHelpClause,
            (None, Some(_)) => W::NotifyHelpPopup,
            (None, None) => W::NotifyHelp,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        self.settle_draft(cx);
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(pasted) => match (&mut self.picker, &mut self.popup) {
                (Some(picker), _) => {
                    picker.paste(&pasted, cx).err().map(|error| failed(&error.into())).unwrap_or_default()
                }
                (None, Some(popup)) => {
                    popup.form.paste(&pasted);
                    Vec::new()
                }
                (None, None) => Vec::new(),
            },
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        self.settle_draft(cx);
        match note {
            Note::Shown => {
                let mut effects = self.reread(cx);
                effects.extend(self.show_phone(cx));
                effects
            }
            Note::StoreChanged | Note::Minute => self.reread(cx),
            Note::Done(done) => self.done(done, cx),
            Note::Refused(findings) => self.refused(findings, cx),
            Note::Answer("notify.save", true) => self.save(cx, true),
            Note::Answer("notify.leave", true) => {
                self.popup = None;
                self.reread(cx)
            }
            Note::Pin("notify.confirm", actor) => self.confirmed(actor),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        paint::draw(self, frame, area, cx);
    }

    fn typing(&self) -> bool {
        self.popup.is_some() || self.picker.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        if self.restored.is_some() {
            return self.restored.clone();
        }
        let mut fields = self.popup.as_ref().map(Popup::draft).filter(|fields| !fields.is_empty())?;
        fields.insert(SEEN.to_owned(), self.seen.to_string());
        Some(Draft { fields })
    }

    fn restore(&mut self, draft: &Draft) {
        self.restored = Some(draft.clone());
    }
}

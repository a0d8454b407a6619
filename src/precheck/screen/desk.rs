//! The checklist at the counter: of a case, or of a visit that waits for its case.

use super::data::{Data, Entry};
use super::popup::{Popup, What, way_of};
use crate::case::screen::next_place;
use crate::case::store::stale;
use crate::db::meta;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::roles::Role;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::{Right, may};
use crate::office::store::lacking;
use crate::papers::rules::State;
use crate::papers::rules::payment::Way;
use crate::papers::store::visits::{Came, NewVisit};
use crate::papers::store::{NewMark, mark_in, papers_notice, papers_supplement};
use crate::phrase;
use crate::precheck::prints::{self, Notice};
use crate::precheck::rules::{Outcome, checks};
use crate::precheck::store::{About, notice_handed, notice_print, visit_attach, visit_mark, visit_open};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::print::Preview;
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Question, SEEN, Screen, Tone,
};
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;

/// Asks whether the printed notice was handed over.
const HANDED: ActionId = "precheck.handed";
/// Asks a leader for the PIN of a waiver.
const WAIVED: ActionId = "precheck.waived";

/// Tells the screen that the notice went to the printer.
struct Printed;

/// The checklist.
pub struct Desk {
    pub(super) data: Data,
    /// The version what is typed stands on.
    seen: i64,
    /// The way to be paid that is talked about; nothing until another than the expected one is chosen.
    way: Option<Way>,
    pub(super) selected: usize,
    pub(super) popup: Option<Popup>,
    pub(super) findings: Findings,
    /// What another desk has changed meanwhile.
    pub(super) meanwhile: Option<Arg>,
}

/// Opens the checklist of a case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open_case(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    open(About::Case(place.id), W::CaseNotFound, cx)
}

/// Opens the checklist of a visit; one that a case has taken shows that.
///
/// # Errors
/// When there is no such visit, or what the store says.
pub fn open_visit(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    open(About::Visit(place.id), W::PapersNoVisit, cx)
}

fn open(about: About, missing: W, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let data = Data::read(cx, about, None)?.ok_or_else(|| anyhow::anyhow!("{}", missing.text(cx.lang)))?;
    let seen = data.case.as_ref().map_or(0, |case| case.version);
    let findings = Findings::new();
    let mut desk = Desk { data, seen, way: None, selected: 0, popup: None, findings, meanwhile: None };
    desk.select_missing();
    Ok(Box::new(desk))
}

impl Desk {
    /// The first paper that is missing is what there is to look at.
    fn select_missing(&mut self) {
        let entries = self.data.entries();
        self.selected = entries.iter().position(|entry| self.data.lacks(*entry)).unwrap_or(0);
    }

    pub(super) fn entry(&self) -> Option<Entry> {
        self.data.entries().get(self.selected).copied()
    }

    fn reread(&mut self, cx: &Cx<'_>, accept: bool) -> Effects {
        match Data::read(cx, self.data.about, self.way) {
            Ok(Some(data)) => self.data = data,
            Ok(None) => return vec![Effect::Back],
            Err(error) => return vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
        }
        self.selected = self.selected.min(self.data.entries().len().saturating_sub(1));
        if let (About::Case(id), Some(case)) = (self.data.about, &self.data.case) {
            if accept || self.popup.is_none() {
                self.seen = case.version;
            }
            self.meanwhile = stale::since(cx.store.conn(), id, self.seen).unwrap_or_default();
        }
        Vec::new()
    }

    /// Marks papers of the case or of the visit.
    fn mark(&self, new: Vec<NewMark>) -> DeskAct {
        let (about, way) = (self.data.about, self.data.way);
        DeskAct::new("papers_mark", move |tx| {
            match about {
                About::Case(id) => {
                    let visit = NewVisit { came: Came::Unsaid, who: String::new(), way };
                    mark_in(tx, id, &new, Some(&visit))?;
                }
                About::Visit(id) => visit_mark(tx, id, &new)?,
            }
            Ok(Done::said(W::PrecheckMarked))
        })
    }

    fn mark_selected(&self, state: impl Fn(State) -> State) -> Effects {
        let Some(entry) = self.entry() else { return Vec::new() };
        let (Some(known), Some(key)) = (self.data.known(entry), self.data.key(entry)) else { return Vec::new() };
        let new = NewMark { item: key.to_owned(), state: state(known.state), reason: String::new() };
        vec![Effect::Act(self.mark(vec![new]))]
    }

    fn mark_all(&self) -> Effects {
        let entries = self.data.entries();
        let lacking = entries.into_iter().filter(|entry| {
            self.data.lacks(*entry) && self.data.known(*entry).is_some_and(|known| known.state == State::Open)
        });
        let new: Vec<NewMark> = lacking
            .filter_map(|entry| self.data.key(entry))
            .map(|key| NewMark { item: key.to_owned(), state: State::Present, reason: String::new() })
            .collect();
        vec![Effect::Act(self.mark(new))]
    }

    fn ask_reason(&mut self, state: State) {
        let key = self.entry().and_then(|entry| self.data.key(entry)).map(str::to_owned);
        self.popup = key.map(|key| Popup::reason(&key, state, ""));
    }

    fn ask_check(&mut self) {
        let Some(entry) = self.entry() else { return };
        if let (Some(key), Some(known)) = (self.data.key(entry), self.data.known(entry)) {
            self.popup = Some(Popup::check(key, &known.item.proof));
        }
    }

    /// The line a stored key belongs to; a changed list may have lost it.
    pub(super) fn entry_of(&self, key: &str) -> Option<Entry> {
        self.data.entries().into_iter().find(|entry| self.data.key(*entry) == Some(key))
    }

    /// The numbers were compared: what is right is shown, what is not is rejected with its reason.
    fn save_check(&mut self, key: &str, cx: &Cx<'_>) -> Effects {
        let (Some(popup), Some(entry)) = (&self.popup, self.entry_of(key)) else { return Vec::new() };
        let today = clock::day_of(cx.now);
        let found = checks(&popup.typed(today), &self.data.stored(entry), today);
        if found.is_empty() {
            return vec![Effect::Say(Tone::Bad, W::PrecheckNothingTyped.into())];
        }
        let wrong: Vec<String> =
            found.iter().filter(|check| check.outcome == Outcome::Wrong).map(|check| check.what.say(cx.lang)).collect();
        if wrong.is_empty() {
            let new = NewMark { item: key.to_owned(), state: State::Present, reason: String::new() };
            return vec![Effect::Act(self.mark(vec![new]))];
        }
        let reason = Arg::list(wrong.iter().map(String::as_str)).say(cx.lang);
        self.popup = Some(Popup::reason(key, State::Rejected, &reason));
        vec![Effect::Say(Tone::Bad, W::PrecheckReasonOffered.into())]
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let (form, seen) = (&popup.form, self.seen);
        let text = |id: &str| form.value(id).trim().to_owned();
        match popup.what.clone() {
            What::Visit => {
                let way = self.data.way;
                let new = NewVisit { came: Came::from_code(form.value("came")), who: text("who"), way };
                let About::Case(id) = self.data.about else { return Vec::new() };
                vec![Effect::Act(DeskAct::new("visit_open", move |tx| {
                    visit_open(tx, id, &new)?;
                    Ok(Done::said(W::PrecheckVisitOpened))
                }))]
            }
            What::Way => {
                self.way = Some(way_of(form));
                self.popup = None;
                let said = self.reread(cx, false);
                self.select_missing();
                said
            }
            What::Check(key) => self.save_check(&key, cx),
            What::Reason(key, State::Waived) if !may(cx.actor, Right::Waive) => {
                if text("reason").is_empty() {
                    let said = phrase!(W::PapersReasonMissing, self.item_arg(&key), State::Waived.word());
                    return self.show(Finding::block("papers_reason", "reason", said).into());
                }
                let roles = std::iter::once(Role::Leader).collect();
                let text = phrase!(W::PrecheckWaiveQuestion, self.data.tail(), self.item_arg(&key));
                let of = PinOf::Other { roles, except: vec![cx.actor.id] };
                vec![Effect::AskPin(PinQuestion { id: WAIVED, text, of })]
            }
            What::Reason(..) => self.save_reason().into_iter().collect(),
            What::Reached | What::Supplement => self.save_moment(&text("at"), text("reason"), seen, cx),
        }
    }

    fn save_reason(&self) -> Option<Effect> {
        let popup = self.popup.as_ref()?;
        let What::Reason(key, state) = &popup.what else { return None };
        let reason = popup.form.value("reason").trim().to_owned();
        Some(Effect::Act(self.mark(vec![NewMark { item: key.clone(), state: *state, reason }])))
    }

    fn save_moment(&mut self, typed: &str, reason: String, seen: i64, cx: &Cx<'_>) -> Effects {
        let today = clock::day_of(cx.now);
        let values = self.popup.as_ref().map(|popup| popup.form.values(today)).unwrap_or_default();
        let written = values.get("at").map_or(typed, String::as_str);
        let Some(at) = clock::parse_time(written) else {
            return self.show(Finding::block("moment", "at", phrase!(W::PrecheckNoMoment, typed)).into());
        };
        let (About::Case(id), Some(popup)) = (self.data.about, &self.popup) else { return Vec::new() };
        let act = if popup.what == What::Reached {
            DeskAct::new("papers_notice", move |tx| {
                papers_notice(tx, id, seen, at, &reason)?;
                Ok(Done::waits(phrase!(W::PrecheckReached, Arg::Moment(at))))
            })
        } else {
            DeskAct::new("papers_supplement", move |tx| {
                papers_supplement(tx, id, seen, at, &reason)?;
                Ok(Done::said(phrase!(W::PrecheckSupplemented, Arg::Moment(at))))
            })
        };
        vec![Effect::Act(act)]
    }

    fn show(&mut self, findings: Findings) -> Effects {
        match &mut self.popup {
            Some(popup) => popup.form.show(findings),
            None => self.findings = findings,
        }
        Vec::new()
    }

    fn item_arg(&self, key: &str) -> Arg {
        let item = self.entry_of(key).and_then(|entry| self.data.known(entry)).map(|known| known.item);
        item.map_or_else(|| Arg::Text(key.to_owned()), crate::papers::rules::Item::arg)
    }

    fn attach(&self) -> Effects {
        let (About::Case(id), Some(visit)) = (self.data.about, self.data.waiting.first()) else { return Vec::new() };
        let visit_id = visit.id;
        vec![Effect::Act(DeskAct::new("visit_attach", move |tx| {
            let count = visit_attach(tx, id, visit_id)?;
            Ok(Done::said(phrase!(W::PrecheckAttached, count)))
        }))]
    }

    /// Everything that stands on the notice, in the language of the screen.
    fn notice(&self, cx: &Cx<'_>) -> Notice {
        let (data, lang) = (&self.data, cx.lang);
        let office = meta::get(cx.store.conn(), meta::OFFICE_NAME).ok().flatten().unwrap_or_default();
        let number = match &data.case {
            Some(case) if case.facts.case_no.is_empty() => case.case_code.clone(),
            Some(case) => case.facts.case_no.clone(),
            None => data.visits.first().map_or_else(String::new, |visit| visit.keys.name().to_owned()),
        };
        let rejected = data.entries().into_iter().filter_map(|entry| {
            let known = data.known(entry).filter(|known| known.state == State::Rejected)?;
            Some((known.item.name(lang).to_owned(), known.mark.as_ref()?.reason.clone()))
        });
        let other = data.other_ways(lang).into_iter().filter(|(_, items)| !items.is_empty());
        Notice {
            office,
            number,
            customer: data.customer().to_owned(),
            line: data.rules.line_label(data.line(), lang).to_owned(),
            way: super::paint::way_words(data, cx),
            missing: prints::names(&data.missing(), lang),
            rejected: rejected.collect(),
            other: other.map(|(ways, items)| (ways, prints::names(&items, lang))).collect(),
            at: cx.now,
            clerk: cx.actor.name.clone(),
        }
    }

    fn print(&self, cx: &Cx<'_>) -> Effects {
        let (facts, lang, about) = (self.notice(cx), cx.lang, self.data.about);
        let items: Vec<String> = self.data.missing().into_iter().map(|item| item.key.clone()).collect();
        let sheet = prints::notice(&facts, 1, lang);
        let act = DeskAct::new("notice_print", move |tx| {
            let copy = notice_print(tx, about, &items)?;
            Ok(Done::said(W::PrecheckPrinted).print(prints::notice(&facts, copy, lang)).with(Printed))
        });
        vec![Effect::Preview(Preview { sheet, act })]
    }

    /// After the print: handed over at once, the notice has reached the customer.
    fn ask_handed(&self, cx: &Cx<'_>) -> Effects {
        if !self.data.claim_open() || self.data.case.is_none() || crate::papers::rules::complete(&self.data.whole.claim)
        {
            return Vec::new();
        }
        let customer = if cx.hidden { "***".to_owned() } else { text::neutralise(self.data.customer()).into_owned() };
        let text = phrase!(W::PrecheckHandedQuestion, self.data.tail(), customer);
        vec![Effect::Ask(Question { id: HANDED, text })]
    }

    fn handed(&self) -> Effects {
        let (About::Case(id), seen) = (self.data.about, self.seen) else { return Vec::new() };
        vec![Effect::Act(DeskAct::new("papers_notice", move |tx| {
            notice_handed(tx, id, seen)?;
            Ok(Done::waits(phrase!(W::PrecheckReached, Arg::Moment(tx.now))))
        }))]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        self.findings = Findings::new();
        match action {
            "precheck.save" => return self.save(cx),
            "precheck.leave" => {
                return if self.popup.take().is_some() { Vec::new() } else { vec![Effect::Back] };
            }
            "precheck.tick" => return self.mark_selected(ticked),
            "precheck.copy" => return self.mark_selected(|_| State::Copy),
            "precheck.all" => return self.mark_all(),
            "precheck.attach" => return self.attach(),
            "precheck.notice" => return self.print(cx),
            "precheck.next" => return self.next(cx).map(Effect::Replace).into_iter().collect(),
            "precheck.folder" => {
                if let About::Case(id) = self.data.about {
                    return vec![Effect::Go(Place::of("folder", id))];
                }
            }
            "precheck.reject" => self.ask_reason(State::Rejected),
            "precheck.waive" => self.ask_reason(State::Waived),
            "precheck.check" => self.ask_check(),
            "precheck.visit" => self.popup = Some(Popup::visit()),
            "precheck.way" => self.popup = Some(Popup::way(self.data.way)),
            "precheck.reached" => self.popup = Some(Popup::moment(What::Reached, cx.now)),
            "precheck.supplement" => self.popup = Some(Popup::moment(What::Supplement, cx.now)),
            _ => {}
        }
        Vec::new()
    }

    /// Where the same person goes on once no paper is missing.
    fn next(&self, cx: &Cx<'_>) -> Option<Place> {
        let case = self.data.case.as_ref()?;
        let place = next_place(case.id, &case.milestones, cx.actor.roles)?;
        (self.data.missing().is_empty() && place.name != "precheck").then_some(place)
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) {
        if let Some(popup) = &mut self.popup {
            popup.form.handle(key, clock::day_of(cx.now), cx.lang);
            return;
        }
        let last = self.data.entries().len().saturating_sub(1);
        self.selected = match key.code {
            KeyCode::Up | KeyCode::BackTab => self.selected.saturating_sub(1),
            KeyCode::Down | KeyCode::Tab | KeyCode::Enter => (self.selected + 1).min(last),
            KeyCode::Home | KeyCode::PageUp => 0,
            KeyCode::End | KeyCode::PageDown => last,
            _ => self.selected,
        };
    }

    /// Why the selected paper takes no mark now, if so.
    fn unmarkable(&self, cx: &Cx<'_>) -> Option<Phrase> {
        let paid = self.data.case.as_ref().and_then(|case| Some((case.case_code.clone(), case.milestones.paid_at?)));
        match (self.entry(), paid) {
            (None, _) => Some(W::PrecheckNoItem.into()),
            (Some(Entry::Payment(_)), Some((code, at))) => Some(phrase!(W::PapersPaid, code, Arg::Moment(at))),
            _ => lacking(cx.actor, Right::CheckPapers, W::PrecheckLacking),
        }
    }

    fn case_keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let visits = lacking(cx.actor, Right::Visit, W::PrecheckLacking);
        let check = lacking(cx.actor, Right::CheckPapers, W::PrecheckLacking);
        let closed = (!self.data.claim_open()).then(|| Phrase::from(W::PrecheckClaimDone));
        let none = self.data.waiting.is_empty().then(|| Phrase::from(W::PrecheckNoVisits));
        vec![
            KeyRow::new("precheck.visit", "ctrl-n", W::PrecheckKeyVisit).off(visits.clone()),
            KeyRow::new("precheck.attach", "ctrl-t", W::PrecheckKeyAttach).off(visits.or(none)).consequential(),
            KeyRow::new("precheck.reached", "ctrl-y", W::PrecheckKeyReached)
                .off(check.clone().or(closed.clone()))
                .quiet(),
            KeyRow::new("precheck.supplement", "ctrl-e", W::PrecheckKeySupplement).off(check.or(closed)).quiet(),
            KeyRow::new("precheck.folder", "ctrl-f", W::PrecheckKeyFolder),
        ]
    }
}

/// The state one press of Space gives: in becomes out and out becomes in.
fn ticked(state: State) -> State {
    if matches!(state, State::Present | State::Copy) { State::Open } else { State::Present }
}

impl Screen for Desk {
    fn place(&self) -> Place {
        match self.data.about {
            About::Case(id) => Place::of("precheck", id),
            About::Visit(id) => Place::of("visit", id),
        }
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        phrase!(W::PrecheckTitle, self.data.tail()).say(cx.lang)
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_some() {
            return vec![
                KeyRow::new("precheck.save", "ctrl-s", W::PrecheckKeySave).consequential(),
                KeyRow::new("precheck.leave", "esc", W::PrecheckKeyBack),
            ];
        }
        let off = self.unmarkable(cx);
        let waiver = off.clone().filter(|_| !may(cx.actor, Right::Waive));
        let waiver = waiver.or_else(|| self.data.case.is_none().then(|| W::PrecheckNoWaiver.into()));
        let chosen = self.data.whole.chosen.then(|| Phrase::from(W::PrecheckWayChosen));
        let nothing = self.data.missing().is_empty().then(|| Phrase::from(W::PrecheckNothingMissing));
        let visits = lacking(cx.actor, Right::Visit, W::PrecheckLacking);
        let mut rows = vec![
            KeyRow::new("precheck.tick", "space", W::PrecheckKeyTick).or("ctrl-v").off(off.clone()).consequential(),
            KeyRow::new("precheck.copy", "ctrl-g", W::PrecheckKeyCopy).off(off.clone()).consequential(),
            KeyRow::new("precheck.reject", "ctrl-b", W::PrecheckKeyReject).off(off.clone()),
            KeyRow::new("precheck.check", "ctrl-k", W::PrecheckKeyCheck).off(off.clone()),
            KeyRow::new("precheck.notice", "ctrl-r", W::PrecheckKeyNotice)
                .off(visits.or(nothing.clone()))
                .consequential(),
            KeyRow::new("precheck.all", "ctrl-a", W::PrecheckKeyAll).off(off.or(nothing)).consequential(),
            KeyRow::new("precheck.way", "ctrl-o", W::PrecheckKeyWay).off(chosen),
            KeyRow::new("precheck.waive", "ctrl-x", W::PrecheckKeyWaive).off(waiver).quiet(),
        ];
        if self.data.case.is_some() {
            rows.extend(self.case_keys(cx));
        }
        if self.next(cx).is_some() {
            rows.push(KeyRow::new("precheck.next", "enter", W::CaseKeyOpen));
        }
        rows.push(KeyRow::new("precheck.leave", "esc", W::PrecheckKeyBack));
        rows
    }

    fn help(&self) -> W {
        match self.popup.as_ref().map(|popup| &popup.what) {
            Some(What::Check(_)) => W::PrecheckLearnCheck,
            Some(_) => W::PrecheckLearnPopup,
            None => W::PrecheckHelpDesk,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => return self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(text) => {
                if let Some(popup) = &mut self.popup {
                    popup.form.paste(&text);
                }
            }
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                let moves = matches!(self.popup.as_ref().map(|popup| &popup.what), Some(What::Check(_)));
                self.popup = None;
                let mut effects = self.reread(cx, true);
                if moves {
                    self.select_missing();
                }
                if done.value.as_ref().is_some_and(|value| value.is::<Printed>()) {
                    effects.extend(self.ask_handed(cx));
                }
                effects
            }
            Note::Refused(findings) => {
                let mut effects = self.show(findings.clone());
                effects.extend(self.reread(cx, true));
                effects
            }
            Note::Answer(HANDED, true) => self.handed(),
            Note::Pin(WAIVED, leader) => {
                let act = self.save_reason();
                let by = |effect| match effect {
                    Effect::Act(act) => Effect::Act(act.by(leader.clone())),
                    other => other,
                };
                act.map(by).into_iter().collect()
            }
            Note::Shown | Note::StoreChanged => self.reread(cx, false),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        super::paint::draw(self, frame, area, cx);
    }

    fn typing(&self) -> bool {
        self.popup.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        let mut fields = self.popup.as_ref()?.draft()?;
        fields.insert(SEEN.to_owned(), self.seen.to_string());
        Some(Draft { fields })
    }

    fn restore(&mut self, draft: &Draft) {
        self.seen = draft.fields.get(SEEN).and_then(|seen| seen.parse().ok()).unwrap_or(self.seen);
        self.popup = Popup::from_draft(&draft.fields, self.data.way);
    }
}

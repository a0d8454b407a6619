//! Choosing how a case is paid: one short form that already knows what is known, a planned split as a list, the three
//! ways out of a closed channel, and what was chosen already.

use super::fields::{self, Known};
use super::popup::{Popup, What};
use super::words;
use crate::case::screen::next_place;
use crate::case::store::stale;
use crate::db::Actor;
use crate::instructions::rules::{Instruction, Mode, PayeeKind, State, Sums};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings, Severity};
use crate::kernel::money::Fen;
use crate::kernel::settings::CASH_CEILING;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::{Right, may};
use crate::office::store::lacking;
use crate::payment::rules::{Judged, OVERRIDABLE, Wish, field};
use crate::payment::store::choose::said;
use crate::payment::store::look::bank_of;
use crate::payment::store::{
    Choice, Chosen, Look, Override, cancel, cancel_with_receipt, choose, offer, preview, review,
};
use crate::phrase;
use crate::reference::banks::Bank;
use crate::reference::shops::{self, Shop};
use crate::reference::{accounts, banks};
use crate::ui::form::{CARET, Form, FormEvent};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Question, SEEN, Screen, Tone,
};
use ratatui::Frame;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// Before a dot and a number, where a draft keeps an entry of the planned list.
const PLANNED: &str = "plan";

/// One entry of a planned split.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    pub(super) wish: Wish,
    values: BTreeMap<String, String>,
}

/// The choosing screen of a case.
pub struct Choose {
    id: i64,
    pub(super) look: Look,
    /// The version the form was filled from; an act names it.
    seen: i64,
    known: Known,
    pub(super) form: Form,
    /// What was typed into fields of other kinds and modes, so that going back finds it again.
    typed: BTreeMap<String, String>,
    pub(super) plan: Vec<Planned>,
    pub(super) shop: Option<Shop>,
    /// The bank put in from a card number; typed over it is the clerk's own.
    auto_bank: String,
    pub(super) bank: Option<(Bank, bool)>,
    /// What the rules say of the entry as it stands.
    pub(super) live: Judged,
    /// The keys go to the list of what was chosen.
    pub(super) listing: bool,
    pub(super) selected: usize,
    pub(super) popup: Option<Popup>,
    override_reason: String,
    /// What a standing question for a PIN is about.
    asked: i64,
    pub(super) meanwhile: Option<Arg>,
    designated: usize,
    /// Entries of a draft whose shops are still to be found.
    unread: bool,
}

/// Opens the choosing screen of a case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let look = Look::read(cx.store, place.id)?.ok_or_else(|| anyhow::anyhow!("{}", W::CaseNotFound.text(cx.lang)))?;
    let mut screen = Choose {
        id: place.id,
        seen: look.case.version,
        look,
        known: Known::default(),
        form: Form::default(),
        typed: BTreeMap::new(),
        plan: Vec::new(),
        shop: None,
        auto_bank: String::new(),
        bank: None,
        live: Judged::default(),
        listing: false,
        selected: 0,
        popup: None,
        override_reason: String::new(),
        asked: 0,
        meanwhile: None,
        designated: 0,
        unread: false,
    };
    screen.begin(cx)?;
    Ok(Box::new(screen))
}

impl Choose {
    /// Starts a fresh entry with what the case knows.
    fn begin(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let f = &self.look.case.facts;
        let payee = if f.payee.is_empty() { &f.insured } else { &f.payee };
        let direct = accounts::for_payee(cx.store.conn(), &f.id_no, payee)?;
        self.known = Known::of(&self.look.case, direct, clock::day_of(cx.now));
        self.shop = None;
        self.designated = 0;
        self.auto_bank.clear();
        self.typed.clear();
        let (kind, mode) = (self.known.kind, self.known.mode);
        self.form = self.built(cx, kind, mode);
        // A recognised bank need not be typed.
        self.recognise(cx)?;
        self.listing = self.form.fields().is_empty();
        self.recheck(cx)
    }

    fn built(&self, cx: &Cx<'_>, kind: Option<PayeeKind>, mode: Option<Mode>) -> Form {
        let may_enter = self.look.may_choose() && (self.left() > Fen::ZERO || !self.plan.is_empty());
        if !may_enter || lacking(cx.actor, Right::Choose, W::PaymentLacking).is_some() {
            return Form::default();
        }
        let siblings = if self.plan.is_empty() { self.look.siblings.as_slice() } else { &[] };
        fields::build(&self.known, (kind, mode), self.left(), siblings, cx.hidden)
    }

    /// Reads the entries of a restored draft again, now with what the register knows of their shops.
    fn settle_draft(&mut self, cx: &Cx<'_>) -> Effects {
        if !std::mem::take(&mut self.unread) {
            return Vec::new();
        }
        self.guarded(cx, |screen, cx| {
            for one in &mut screen.plan {
                let typed = one.values.get(field::SHOP).map_or("", String::as_str);
                let found = if typed.is_empty() { Vec::new() } else { shops::search(cx.store.conn(), typed, 2)? };
                if let [shop] = found.as_slice() {
                    let mut known = screen.known.clone();
                    known.shop(shop);
                    one.wish = fields::read(&one.values, &known, Some(shop)).0;
                }
            }
            if !screen.form.value(field::SHOP).is_empty() {
                let typed = screen.form.snapshot();
                screen.find_shop(cx)?;
                screen.form.restore(&typed);
            }
            screen.recheck(cx)
        })
    }

    /// What is left to be chosen beside what the case has and the list plans.
    pub(super) fn left(&self) -> Fen {
        let open = self.look.sums().open(&self.look.case.milestones).fen();
        Fen::from_fen(open - self.planned().live.fen())
    }

    pub(super) fn planned(&self) -> Sums {
        let live =
            self.plan.iter().filter_map(|one| one.wish.amount).fold(0_i64, |sum, one| sum.saturating_add(one.fen()));
        Sums { live: Fen::from_fen(live), paid: Fen::ZERO }
    }

    fn values(&self, cx: &Cx<'_>) -> BTreeMap<String, String> {
        self.form.values(clock::day_of(cx.now)).into_iter().map(|(id, value)| (id.to_owned(), value)).collect()
    }

    fn wish(&self, cx: &Cx<'_>) -> (Wish, Findings) {
        fields::read(&self.values(cx), &self.known, self.shop.as_ref())
    }

    /// Builds the form anew for another kind or mode; what was typed stays, also of fields that are gone for now.
    fn rebuild(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.typed.extend(self.form.snapshot());
        let focused = self.form.focused();
        let (mut kind, mut mode) = (self.known.kind, self.known.mode);
        if !self.form.fields().is_empty() {
            kind = PayeeKind::from_code(self.form.value(field::KIND));
            mode = Mode::from_code(self.form.value(field::MODE));
        }
        self.form = self.built(cx, kind, mode);
        self.form.restore(&self.typed);
        if let Some(id) = focused {
            self.form.focus(id);
        }
        self.recheck(cx)
    }

    /// What the rules say of the entry as it stands, and which bank it is.
    fn recheck(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        if self.form.fields().is_empty() {
            (self.live, self.bank) = (Judged::default(), None);
            return Ok(());
        }
        let (wish, _) = self.wish(cx);
        let conn = cx.store.conn();
        let with_account = matches!(wish.mode, Some(Mode::Transfer | Mode::Immediate));
        self.bank = if with_account { bank_of(conn, &wish.bank, &wish.account, cx.now)? } else { None };
        self.live = preview(conn, &self.look, &wish, self.planned(), cx.now)?;
        Ok(())
    }

    /// Puts the bank in that the card number tells, where nobody has typed one.
    fn recognise(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let bank = self.form.value(field::BANK).to_owned();
        if self.form.field(field::BANK).is_none() || !(bank.is_empty() || bank == self.auto_bank) {
            return Ok(());
        }
        let found = banks::recognise(cx.store.conn(), &self.wish(cx).0.account)?;
        self.auto_bank = found.map(|bank| bank.name).unwrap_or_default();
        self.form.set(field::BANK, &self.auto_bank.clone());
        Ok(())
    }

    /// Finds the shop a text names and fills in what its register knows.
    fn find_shop(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let typed = text::fold(self.form.value(field::SHOP)).into_owned();
        let found = if typed.is_empty() { Vec::new() } else { shops::search(cx.store.conn(), &typed, 5)? };
        let exact = found.iter().find(|shop| text::fold_name(&shop.name) == text::fold_name(&typed)).cloned();
        self.shop = exact.or_else(|| found.first().filter(|_| found.len() == 1).cloned());
        let Some(shop) = self.shop.clone() else { return Ok(()) };
        self.known.shop(&shop);
        for (id, value) in [
            (field::PAYEE, shop.name.as_str()),
            (field::ID_NO, &fields::mask(field::ID_NO, &shop.uscc)),
            (field::PHONE, &fields::mask(field::PHONE, &shop.phone)),
            (field::AGENT, &shop.agent),
            (field::AGENT_ID, &fields::mask(field::AGENT_ID, &shop.agent_id_no)),
            (field::ACCOUNT, &fields::mask(field::ACCOUNT, &shop.account)),
            (field::BANK, &shop.bank),
            (field::HOLDER, &shop.name),
        ] {
            self.form.set(id, value);
        }
        Ok(())
    }

    fn changed(&mut self, id: &str, cx: &Cx<'_>) -> anyhow::Result<()> {
        match id {
            field::KIND | field::MODE => self.rebuild(cx)?,
            field::ACCOUNT => self.recognise(cx)?,
            field::SHOP => self.find_shop(cx)?,
            // The holder is the payee until somebody says otherwise.
            field::PAYEE if self.form.field(field::HOLDER).is_some_and(|held| !held.dirty() || self.follows()) => {
                let payee = self.form.value(field::PAYEE).to_owned();
                self.form.set(field::HOLDER, &payee);
            }
            _ => {}
        }
        self.recheck(cx)
    }

    /// Whether the holder is what the payee was a letter ago.
    fn follows(&self) -> bool {
        let (payee, holder) = (self.form.value(field::PAYEE), self.form.value(field::HOLDER));
        holder.is_empty() || payee.starts_with(holder) || holder.starts_with(payee)
    }

    fn reread(&mut self, cx: &Cx<'_>, accept: bool) -> Effects {
        self.guarded(cx, |screen, cx| {
            let Some(look) = Look::read(cx.store, screen.id)? else { return Ok(()) };
            let changed = look.case.version != screen.look.case.version;
            screen.look = look;
            if accept || screen.draft().is_none() {
                screen.seen = screen.look.case.version;
            }
            if changed {
                screen.rebuild(cx)?;
            }
            screen.selected = screen.selected.min(screen.look.all.len().saturating_sub(1));
            screen.listing |= screen.form.fields().is_empty();
            screen.meanwhile = stale::since(cx.store.conn(), screen.id, screen.seen)?;
            screen.recheck(cx)
        })
    }

    fn guarded(&mut self, cx: &Cx<'_>, work: impl FnOnce(&mut Choose, &Cx<'_>) -> anyhow::Result<()>) -> Effects {
        match work(self, cx) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
        }
    }

    /// The entries a save is for: the list, and the form where it holds one more.
    fn wishes(&mut self, cx: &Cx<'_>) -> Result<Vec<Wish>, Effects> {
        let mut wishes: Vec<Wish> = self.plan.iter().map(|one| one.wish.clone()).collect();
        if !wishes.is_empty() && self.form.value(field::AMOUNT).trim().is_empty() {
            return Ok(wishes);
        }
        let (wish, unread) = self.wish(cx);
        let judged = preview(cx.store.conn(), &self.look, &wish, self.planned(), cx.now)
            .map_err(|error| vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, error.to_string()))])?;
        let found: Findings = unread.into_iter().chain(judged.findings.clone()).collect();
        self.live = judged;
        let stops = |finding: &Finding| {
            let overridden = OVERRIDABLE.contains(&finding.code) && !self.override_reason.is_empty();
            finding.severity == Severity::Block && !overridden
        };
        if found.iter().any(stops) {
            self.form.show(found);
            return Err(vec![Effect::Say(Tone::Bad, W::PaymentNotReady.into()), Effect::Bell]);
        }
        wishes.push(wish);
        Ok(wishes)
    }

    /// What is saved: this case, and the cases of the accident the entry is offered to.
    fn choices(&self, wishes: Vec<Wish>) -> Vec<Choice> {
        let mut choices = vec![Choice { case_id: self.id, seen: self.seen, wishes: wishes.clone() }];
        for (id, other) in fields::ALSO.into_iter().zip(&self.look.siblings) {
            if self.form.value(id) == "1" && self.plan.is_empty() {
                let mut wishes = wishes.clone();
                for wish in &mut wishes {
                    wish.amount = Some(other.milestones.to_pay());
                }
                choices.push(Choice { case_id: other.id, seen: other.version, wishes });
            }
        }
        choices
    }

    fn save(&mut self, cx: &Cx<'_>, by: Option<&Actor>) -> Effects {
        let wishes = match self.wishes(cx) {
            Ok(wishes) => wishes,
            Err(effects) => return effects,
        };
        let (choices, code) = (self.choices(wishes), self.look.case.case_code.clone());
        let allow = by.map(|by| Override { by: by.clone(), reason: self.override_reason.clone() });
        vec![Effect::Act(DeskAct::new("choose_payment", move |tx| {
            let done = choose(tx, &choices, allow.as_ref())?;
            let words = said(&done, &code);
            let said = if done.awaits_review || done.left > Fen::ZERO { Done::waits(words) } else { Done::said(words) };
            Ok(said.with(done))
        }))]
    }

    /// Puts the entry on the planned list and begins the next with what is left.
    fn add(&mut self, cx: &Cx<'_>) -> Effects {
        self.override_reason.clear();
        let (wish, unread) = self.wish(cx);
        let found: Findings = unread.into_iter().chain(self.live.findings.clone()).collect();
        let stops = |finding: &Finding| finding.severity == Severity::Block && !OVERRIDABLE.contains(&finding.code);
        if found.iter().any(stops) {
            self.form.show(found);
            return vec![Effect::Say(Tone::Bad, W::PaymentNotReady.into()), Effect::Bell];
        }
        self.plan.push(Planned { wish, values: self.values(cx) });
        let said = self.guarded(cx, |screen, cx| {
            screen.begin(cx)?;
            // The next payee is somebody else.
            for id in [field::PAYEE, field::ID_NO, field::PHONE, field::ACCOUNT, field::BANK, field::HOLDER] {
                screen.form.set(id, "");
            }
            screen.form.focus(field::KIND);
            screen.recheck(cx)
        });
        if said.is_empty() {
            let count = i64::try_from(self.plan.len()).unwrap_or(i64::MAX);
            return vec![Effect::Say(
                Tone::Plain,
                phrase!(W::PaymentSaidAdded, count, self.planned().live, self.left()),
            )];
        }
        said
    }

    /// Takes the last entry off the list and puts it back into the form.
    fn take_off(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(last) = self.plan.pop() else { return Vec::new() };
        self.guarded(cx, |screen, cx| {
            screen.begin(cx)?;
            screen.put_in(&last.values, cx)
        })
    }

    /// Fills the form with values typed earlier: kind and mode first, because they decide the fields.
    fn put_in(&mut self, values: &BTreeMap<String, String>, cx: &Cx<'_>) -> anyhow::Result<()> {
        let code = |id: &str| values.get(id).map_or_else(|| self.form.value(id).to_owned(), Clone::clone);
        let (kind, mode) = (PayeeKind::from_code(&code(field::KIND)), Mode::from_code(&code(field::MODE)));
        self.form = self.built(cx, kind, mode);
        if let Some(shop) = values.get(field::SHOP) {
            self.form.set(field::SHOP, shop);
            self.find_shop(cx)?;
        }
        self.form.restore(values);
        self.recheck(cx)
    }

    /// Keeps what the customer offered first, before another way is taken.
    fn offered(&self, cx: &Cx<'_>) -> Effect {
        let (id, wish) = (self.id, self.wish(cx).0);
        Effect::Act(DeskAct::new("offer_account", move |tx| {
            offer(tx, id, &wish)?;
            Ok(Done::waits(W::PaymentSaidOffered))
        }))
    }

    fn way_out(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        let mut effects = vec![self.offered(cx)];
        let open = banks::designated_open(cx.store.conn(), cx.now).unwrap_or_default();
        effects.extend(self.guarded(cx, |screen, cx| {
            if action == "payment.on_site" {
                let ceiling = screen.look.rules.settings.money(CASH_CEILING, cx.now);
                let small = screen.wish(cx).0.amount.is_some_and(|amount| amount <= ceiling);
                screen.form.set(field::MODE, if small { Mode::Cash.code() } else { Mode::CashCheque.code() });
                screen.rebuild(cx)?;
                screen.form.focus(field::MODE);
                return Ok(());
            }
            for id in [field::ACCOUNT, field::BANK, field::BRANCH] {
                screen.form.set(id, "");
            }
            screen.auto_bank.clear();
            if action == "payment.new_account" && !open.is_empty() {
                let bank = open.get(screen.designated % open.len()).map(|bank| bank.name.clone()).unwrap_or_default();
                screen.designated += 1;
                screen.form.set(field::BANK, &bank);
            }
            screen.form.focus(field::ACCOUNT);
            screen.recheck(cx)
        }));
        effects
    }

    fn use_direct(&mut self, cx: &Cx<'_>) -> Effects {
        self.guarded(cx, |screen, cx| {
            screen.form.set(field::MODE, Mode::Direct.code());
            screen.rebuild(cx)?;
            screen.form.focus(field::DIRECT);
            Ok(())
        })
    }

    /// The instruction a key of the list is about.
    pub(super) fn chosen(&self) -> Option<&Instruction> {
        self.look.all.get(self.selected)
    }

    fn to_review(&self) -> Option<&Instruction> {
        self.chosen().filter(|one| one.awaits_review()).or_else(|| self.look.all.iter().find(|one| one.awaits_review()))
    }

    fn ask_review(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(one) = self.to_review().cloned() else { return Vec::new() };
        self.asked = one.id;
        let own = may(cx.actor, Right::Review) && one.chosen_by != cx.actor.id;
        let of =
            if own { PinOf::Me } else { PinOf::Other { roles: Right::Review.roles(), except: vec![one.chosen_by] } };
        let payee = words::name(&one.payee, cx.hidden);
        let text = phrase!(W::PaymentAskReviewOne, self.tail(), payee, one.amount);
        vec![Effect::AskPin(PinQuestion { id: "payment.review", text, of })]
    }

    fn save_popup(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &mut self.popup else { return Vec::new() };
        let reason = text::fold(popup.form.value("reason")).into_owned();
        if reason.is_empty() {
            popup.form.show(Finding::block("reason", "reason", W::PaymentReasonMissing).into());
            return Vec::new();
        }
        match popup.what {
            What::CancelReceipt(id) => {
                let one = self.look.all.iter().find(|one| one.id == id);
                let (amount, receipt) = one.map(|one| (one.amount, one.receipt.clone())).unwrap_or_default();
                let text = phrase!(W::PaymentAskCancelReceipt, self.tail(), amount, receipt);
                vec![Effect::Ask(Question { id: "payment.cancel_receipt", text })]
            }
            What::Cancel(id) => {
                let seen = self.seen;
                vec![Effect::Act(DeskAct::new("cancel_payment", move |tx| {
                    cancel(tx, id, seen, &reason)?;
                    Ok(Done::said(W::PaymentSaidCancelled))
                }))]
            }
            What::Override => {
                self.override_reason = reason;
                self.popup = None;
                let sum = self.planned().live.fen() + self.wish(cx).0.amount.unwrap_or_default().fen();
                let text =
                    phrase!(W::PaymentAskOverride, self.tail(), Fen::from_fen(sum), self.override_reason.as_str());
                let of = PinOf::Other { roles: Right::Override.roles(), except: vec![cx.actor.id] };
                vec![Effect::AskPin(PinQuestion { id: "payment.override", text, of })]
            }
        }
    }

    fn cancel_with_receipt(&self) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let What::CancelReceipt(id) = popup.what else { return Vec::new() };
        let (seen, copies) = (self.seen, popup.form.value("copies") == "1");
        let reason = text::fold(popup.form.value("reason")).into_owned();
        vec![Effect::Act(DeskAct::new("cancel_payment", move |tx| {
            cancel_with_receipt(tx, id, seen, &reason, copies)?;
            Ok(Done::said(W::PaymentSaidCancelled))
        }))]
    }

    pub(super) fn tail(&self) -> String {
        words::tail(&self.look.case.facts.case_no, &self.look.case.case_code)
    }

    /// Where the same person goes on once everything is chosen.
    fn next(&self, cx: &Cx<'_>) -> Option<Place> {
        let place = next_place(self.id, &self.look.case.milestones, cx.actor.roles)?;
        (self.form.fields().is_empty() && place.name != "payment").then_some(place)
    }

    fn leave(&mut self) -> Effects {
        if self.popup.take().is_some() {
            return Vec::new();
        }
        if std::mem::take(&mut self.listing) && !self.form.fields().is_empty() {
            return Vec::new();
        }
        if self.draft().is_some() {
            return vec![Effect::Say(Tone::Plain, W::PaymentDraftKept.into()), Effect::Back];
        }
        vec![Effect::Back]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "payment.save" => {
                self.override_reason.clear();
                return self.save(cx, None);
            }
            "payment.popup_save" => return self.save_popup(cx),
            "payment.add" => return self.add(cx),
            "payment.take_off" => return self.take_off(cx),
            "payment.other_account" | "payment.new_account" | "payment.on_site" => return self.way_out(action, cx),
            "payment.direct" => return self.use_direct(cx),
            "payment.override" => self.popup = Some(Popup::new(What::Override)),
            "payment.next" => return self.next(cx).map(Effect::Replace).into_iter().collect(),
            "payment.list" => self.listing = !self.listing,
            "payment.cancel" => {
                let what = |one: &Instruction| match one.receipt.is_empty() {
                    true => What::Cancel(one.id),
                    false => What::CancelReceipt(one.id),
                };
                self.popup = self.chosen().map(|one| Popup::new(what(one)));
            }
            "payment.review" => return self.ask_review(cx),
            "payment.folder" => return vec![Effect::Go(Place::of("folder", self.id))],
            "payment.leave" => return self.leave(),
            _ => {}
        }
        Vec::new()
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        let today = clock::day_of(cx.now);
        if let Some(popup) = &mut self.popup {
            popup.form.handle(key, today, cx.lang);
            return Vec::new();
        }
        if self.listing {
            let last = self.look.all.len().saturating_sub(1);
            self.selected = match key.code {
                KeyCode::Up => self.selected.saturating_sub(1),
                KeyCode::Down => (self.selected + 1).min(last),
                KeyCode::Home => 0,
                KeyCode::End => last,
                _ => self.selected,
            };
            return Vec::new();
        }
        match self.form.handle(key, today, cx.lang) {
            FormEvent::Changed(id) => self.guarded(cx, |screen, cx| screen.changed(id, cx)),
            _ => Vec::new(),
        }
    }

    fn done(&mut self, done: &Done, cx: &Cx<'_>) -> Effects {
        let Some(value) = &done.value else {
            let popup = self.popup.take();
            // A cancelled instruction leaves more to choose; an offer that was kept leaves the form as it is.
            return self.reread(cx, popup.is_some());
        };
        if value.downcast_ref::<Chosen>().is_none() {
            return self.reread(cx, false);
        }
        self.plan.clear();
        self.override_reason.clear();
        self.form = Form::default();
        self.typed.clear();
        let mut said = self.reread(cx, true);
        said.extend(self.guarded(cx, Choose::begin));
        self.selected = self.look.all.len().saturating_sub(1);
        said
    }

    fn refused(&mut self, findings: &Findings, cx: &Cx<'_>) -> Effects {
        let effects = self.reread(cx, true);
        match &mut self.popup {
            Some(popup) => popup.form.show(findings.clone()),
            None => self.form.show(findings.clone()),
        }
        effects
    }

    fn entry_keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let closed = self.live.findings.has("channel") || self.live.findings.has("bank_unknown");
        let way = (!closed).then(|| Phrase::from(W::PaymentChannelIsOpen));
        let none = self.known.direct.is_empty().then(|| Phrase::from(W::PaymentNoDirect));
        let stopped = OVERRIDABLE.iter().any(|code| self.live.findings.has(code) || self.form.findings().has(code));
        let stopped = (!stopped).then(|| Phrase::from(W::PaymentNothingToOverride));
        let empty = self.plan.is_empty().then(|| Phrase::from(W::PaymentPlanEmpty));
        let quiet = |row: KeyRow, off: Option<Phrase>| if off.is_some() { row.off(off).quiet() } else { row };
        vec![
            KeyRow::new("payment.save", "ctrl-s", W::PaymentKeySave)
                .off(lacking(cx.actor, Right::Choose, W::PaymentLacking))
                .consequential(),
            quiet(KeyRow::new("payment.other_account", "ctrl-a", W::PaymentKeyOther).consequential(), way.clone()),
            // Pressed again, it goes on to the next designated bank.
            quiet(
                KeyRow::new("payment.new_account", "ctrl-b", W::PaymentKeyNew).consequential(),
                way.clone().filter(|_| self.designated == 0),
            ),
            quiet(KeyRow::new("payment.on_site", "ctrl-o", W::PaymentKeyOnSite).consequential(), way),
            quiet(KeyRow::new("payment.override", "ctrl-r", W::PaymentKeyOverride).consequential(), stopped),
            KeyRow::new("payment.add", "ctrl-n", W::PaymentKeyAdd),
            quiet(KeyRow::new("payment.take_off", "ctrl-e", W::PaymentKeyTakeOff), empty),
            quiet(KeyRow::new("payment.direct", "ctrl-g", W::PaymentKeyDirect), none),
        ]
    }
}

impl Screen for Choose {
    fn place(&self) -> Place {
        Place::of("payment", self.id)
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        phrase!(W::PaymentTitle, self.tail()).say(cx.lang)
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_some() {
            return vec![
                KeyRow::new("payment.popup_save", "ctrl-s", W::PaymentKeyPopupSave).consequential(),
                KeyRow::new("payment.leave", "esc", W::PaymentKeyBack),
            ];
        }
        let mut rows = Vec::new();
        if !self.form.fields().is_empty() && !self.listing {
            rows.extend(self.entry_keys(cx));
        }
        if self.listing {
            let own = lacking(cx.actor, Right::Choose, W::PaymentLacking).filter(|_| !may(cx.actor, Right::Review));
            let late = self.chosen().is_none_or(|one| one.state != State::Chosen);
            let off = own.or(late.then(|| Phrase::from(W::PaymentNothingToCancel)));
            rows.push(KeyRow::new("payment.cancel", "ctrl-x", W::PaymentKeyCancel).off(off).consequential());
        }
        if self.next(cx).is_some() {
            rows.push(KeyRow::new("payment.next", "enter", W::CaseKeyOpen));
        }
        let none = self.to_review().is_none().then(|| Phrase::from(W::PaymentNoReviewNeeded));
        let review = KeyRow::new("payment.review", "ctrl-y", W::PaymentKeyReview).consequential();
        rows.push(if none.is_some() { review.off(none).quiet() } else { review });
        let nothing = self.look.all.is_empty().then(|| Phrase::from(W::PaymentNothingChosen));
        rows.push(KeyRow::new("payment.list", "ctrl-k", W::PaymentKeyList).off(nothing));
        rows.push(KeyRow::new("payment.folder", "ctrl-f", W::PaymentKeyFolder));
        rows.push(KeyRow::new("payment.leave", "esc", W::PaymentKeyBack));
        rows
    }

    fn help(&self) -> W {
        match (&self.popup, self.listing) {
            (Some(_), _) => W::PaymentPopupHelp,
            (None, true) => W::PaymentListHelp,
            (None, false) => W::PaymentChooseHelp,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        let failed = self.settle_draft(cx);
        if !failed.is_empty() {
            return failed;
        }
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(text) => match &mut self.popup {
                Some(popup) => {
                    popup.form.paste(&text);
                    Vec::new()
                }
                None => match self.form.paste(&text) {
                    FormEvent::Changed(id) => self.guarded(cx, |screen, cx| screen.changed(id, cx)),
                    _ => Vec::new(),
                },
            },
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        let failed = self.settle_draft(cx);
        if !failed.is_empty() {
            return failed;
        }
        match note {
            Note::Done(done) => self.done(done, cx),
            Note::Refused(findings) => self.refused(findings, cx),
            Note::Answer("payment.cancel_receipt", true) => self.cancel_with_receipt(),
            Note::Pin("payment.override", actor) => self.save(cx, Some(actor)),
            Note::Pin("payment.review", actor) => {
                let id = self.asked;
                let act = DeskAct::new("review_payment", move |tx| {
                    let done = review(tx, &[id])?;
                    Ok(Done::said(phrase!(W::PaymentSaidReviewed, 1, done.sum)).with(done))
                });
                vec![Effect::Act(act.by(actor.clone()))]
            }
            Note::Shown | Note::StoreChanged => self.reread(cx, false),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        super::paint::draw(self, frame, area, cx);
    }

    fn typing(&self) -> bool {
        self.popup.is_some() || (!self.listing && !self.form.fields().is_empty())
    }

    fn draft(&self) -> Option<Draft> {
        let mut fields = self.form.snapshot();
        for (number, one) in self.plan.iter().enumerate() {
            fields.extend(one.values.iter().map(|(id, value)| (format!("{PLANNED}.{number}.{id}"), value.clone())));
        }
        fields.extend(self.popup.iter().flat_map(Popup::draft));
        if fields.is_empty() {
            return None;
        }
        fields.insert(SEEN.to_owned(), self.seen.to_string());
        Some(Draft { fields })
    }

    fn restore(&mut self, draft: &Draft) {
        self.seen = draft.fields.get(SEEN).and_then(|seen| seen.parse().ok()).unwrap_or(self.seen);
        self.popup = Popup::from_draft(&draft.fields);
        for number in 0.. {
            let prefix = format!("{PLANNED}.{number}.");
            let values: BTreeMap<String, String> = draft
                .fields
                .iter()
                .filter_map(|(id, value)| Some((id.strip_prefix(&prefix)?.to_owned(), value.clone())))
                .collect();
            if values.is_empty() {
                break;
            }
            let (wish, _) = fields::read(&values, &self.known, None);
            self.plan.push(Planned { wish, values });
        }
        // Kind and mode decide which fields stand; without the store the form is built again from what is known.
        let own = |id: &String| !id.starts_with(PLANNED) && !id.starts_with("popup") && id != SEEN;
        let typed: BTreeMap<String, String> =
            draft.fields.iter().filter(|(id, _)| own(id)).map(|(id, value)| (id.clone(), value.clone())).collect();
        let code = |id: &str| typed.get(id).map_or_else(|| self.form.value(id).to_owned(), Clone::clone);
        let (kind, mode) = (PayeeKind::from_code(&code(field::KIND)), Mode::from_code(&code(field::MODE)));
        if !self.form.fields().is_empty() {
            let siblings = if self.plan.is_empty() { self.look.siblings.as_slice() } else { &[] };
            self.form = fields::build(&self.known, (kind, mode), self.left(), siblings, false);
            self.form.restore(&typed);
        }
        self.typed = typed.into_iter().filter(|(id, _)| id != CARET).collect();
        self.unread = true;
    }
}

//! 放行与付款: what waits for a receipt, a release, a hand-over, a batch, or a mending.

use super::batch_popup::{Popup, failed, lacking, number, refused, releaser};
use super::fields::mask;
use super::release_paint;
use crate::db::Actor;
use crate::forms;
use crate::forms::prints::{ReceiptData, receipt};
use crate::instructions::rules::State;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::payment::rules::field;
use crate::payment::rules::mend::Mending;
use crate::payment::rules::release::{judge_member, judge_receipt};
use crate::payment::store::batch;
use crate::payment::store::batch_read::bank_maps;
use crate::payment::store::mend::{mend, mend_unchanged};
use crate::payment::store::onsite::{pay, print_receipt, receipt_signed, receipt_void};
use crate::payment::store::release::{Item, Let, Waiting, count, list, release, take_back};
use crate::phrase;
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind;
use crate::ui::form::{FormEvent, FormField};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::print::Preview;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinQuestion, Place, Screen, Tone};
use crate::ui::table::{Marks, TableEvent, TableState};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// Rows read at a time.
const PAGE: i64 = 200;

/// The lists and what is marked on them.
pub struct Release {
    /// The place as it was gone to: of one case, or of all.
    place: Place,
    pub(super) view: Waiting,
    pub(super) counts: [i64; 3],
    pub(super) items: Vec<Item>,
    more: bool,
    pub(super) table: TableState,
    pub(super) marks: Marks,
    pub(super) popup: Option<Popup>,
    pub(super) left: Findings,
    /// What the question for a PIN is about; the list may change while it stands.
    asked: Vec<i64>,
    restored: Option<Draft>,
    /// It has been on top before.
    shown: bool,
    pub(super) height: Cell<u16>,
}

/// Opens the lists at what the person signed in has to do.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Release {
        place,
        view: Waiting::OnSite,
        counts: [0; 3],
        items: Vec::new(),
        more: false,
        table: TableState::default(),
        marks: Marks::default(),
        popup: None,
        left: Findings::new(),
        asked: Vec::new(),
        restored: None,
        shown: false,
        height: Cell::new(20),
    };
    screen.read(cx)?;
    if place.id != 0 {
        screen.stand_on_case(cx)?;
    }
    // An empty list is no place to begin at.
    if screen.items.is_empty()
        && let Some(view) = Waiting::ALL.into_iter().zip(screen.counts).find(|(_, n)| *n > 0).map(|(view, _)| view)
    {
        screen.view = view;
        screen.read(cx)?;
    }
    Ok(Box::new(screen))
}

impl Release {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.selected().map(|item| item.one.id);
        for (view, slot) in Waiting::ALL.into_iter().zip(&mut self.counts) {
            *slot = count(cx.store.conn(), view, 1_000)?;
        }
        let wanted = number(self.items.len()).max(PAGE);
        self.items = list(cx.store.conn(), self.view, 0, wanted)?;
        self.more = number(self.items.len()) >= wanted;
        self.table.rows(self.items.len(), self.more);
        if let Some(index) = stood_on.and_then(|id| self.items.iter().position(|item| item.one.id == id)) {
            self.table.select(index);
        }
        let gone: Vec<i64> = self.marks.iter().filter(|id| !self.items.iter().any(|item| item.one.id == *id)).collect();
        gone.into_iter().for_each(|id| self.marks.toggle(id));
        Ok(())
    }

    /// Opens the list in which something of the case of this place waits, and stands on it.
    fn stand_on_case(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        for view in Waiting::ALL {
            self.view = view;
            self.items.clear();
            self.read(cx)?;
            if let Some(index) = self.items.iter().position(|item| item.case.id == self.place.id) {
                self.table.select(index);
                return Ok(());
            }
        }
        self.view = Waiting::OnSite;
        self.items.clear();
        self.read(cx)
    }

    /// The open batch that has the payment of the case of this place, where nothing of it waits here.
    fn in_batch(&self, cx: &Cx<'_>) -> anyhow::Result<Option<Place>> {
        if self.place.id == 0 || self.items.iter().any(|item| item.case.id == self.place.id) {
            return Ok(None);
        }
        let all = crate::instructions::store::of_case(cx.store.conn(), self.place.id)?;
        let batch = all.iter().filter(|one| one.state.live()).find_map(|one| one.batch_id);
        Ok(batch.map(|batch| Place::of("batches", batch)))
    }

    fn read_more(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        if let Some(last) = self.items.last() {
            let page = list(cx.store.conn(), self.view, last.one.id, PAGE)?;
            self.more = number(page.len()) >= PAGE;
            self.items.extend(page);
            self.table.rows(self.items.len(), self.more);
        }
        Ok(())
    }

    fn reread(&mut self, cx: &Cx<'_>) -> Effects {
        self.read(cx).map_or_else(|error| failed(&error), |()| Vec::new())
    }

    pub(super) fn selected(&self) -> Option<&Item> {
        self.table.selected().and_then(|index| self.items.get(index))
    }

    /// The instructions an act is for: the marked, else the one the list stands on.
    fn chosen(&self) -> Vec<&Item> {
        if self.marks.is_empty() {
            return self.selected().into_iter().collect();
        }
        self.items.iter().filter(|item| self.marks.has(item.one.id)).collect()
    }

    pub(super) fn marked_sum(&self) -> Fen {
        let marked = self.items.iter().filter(|item| self.marks.has(item.one.id));
        Fen::sum(marked.map(|item| item.one.amount)).unwrap_or_default()
    }

    /// Asks for the PIN that lets the chosen ones go, with their count and sum.
    fn ask(&mut self, id: ActionId, word: W, cx: &Cx<'_>) -> Effects {
        let chosen = self.chosen();
        let (ids, makers): (Vec<i64>, Vec<i64>) = chosen.iter().map(|item| (item.one.id, item.one.chosen_by)).unzip();
        let sum = Fen::sum(chosen.iter().map(|item| item.one.amount)).unwrap_or_default();
        if ids.is_empty() {
            return refused(W::BatchesNothingMarked);
        }
        let changed = chosen.iter().filter(|item| item.one.account_changed).count();
        let mut text = Phrase::new(word, [Arg::Number(number(ids.len())), Arg::from(sum)]);
        if changed > 0 {
            text = phrase!(W::BatchesAskChanged, text, number(changed));
        }
        self.asked = ids;
        vec![Effect::AskPin(PinQuestion { id, text, of: releaser(cx, makers) })]
    }

    fn let_go(&self, actor: &Actor, paying: bool) -> Effects {
        let ids = self.asked.clone();
        let name = if paying { "pay" } else { "release" };
        let act = DeskAct::new(name, move |tx| {
            let done = if paying { pay(tx, &ids)? } else { release(tx, &ids)? };
            let word = if paying { W::BatchesPaidMany } else { W::BatchesReleasedMany };
            let said = Phrase::new(
                word,
                [Arg::Number(number(done.done.len())), Arg::from(done.sum), Arg::Number(number(done.left.len()))],
            );
            Ok(Done::said(said).with(done))
        });
        vec![Effect::Act(act.by(actor.clone()))]
    }

    fn signed(&self) -> Effects {
        let Some(item) = self.selected() else { return refused(W::BatchesNothingMarked) };
        let id = item.one.id;
        vec![Effect::Act(DeskAct::new("receipt_signed", move |tx| {
            receipt_signed(tx, id)?;
            Ok(Done::said(W::BatchesSigned))
        }))]
    }

    /// Opens a small form about the instruction the list stands on.
    fn form(&mut self, what: &str, about: Option<i64>, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        let item = match about {
            Some(id) => self.items.iter().find(|item| item.one.id == id),
            None => self.selected(),
        };
        let Some(item) = item else { return Ok(refused(W::BatchesNothingMarked)) };
        let (one, id) = (&item.one, item.one.id);
        let popup = match what {
            "receipt" => {
                let found = judge_receipt(one, &item.case.milestones);
                if let Some(first) = found.iter().next() {
                    return Ok(refused(first.what.clone()));
                }
                let Some(serial) = forms::store::next(cx.store.conn(), cx.actor.id)? else {
                    return Ok(refused(W::BatchesNoSerial));
                };
                let hint = phrase!(W::BatchesSerialHint, serial);
                let tail = FormField::of_kind("serial", W::BatchesSerialTail, Kind::Id).hint(hint);
                Popup::new("receipt", id, phrase!(W::BatchesReceiptFor, one.amount), vec![tail])
            }
            "void" => Popup::new(
                "void",
                id,
                phrase!(W::BatchesVoidTitle, one.receipt.as_str()),
                vec![
                    FormField::text("reason", W::BatchesFieldReason),
                    FormField::toggle("copies", W::BatchesFieldCopies).hint(W::BatchesFieldCopiesHint).value("1"),
                ],
            ),
            "take_back" => {
                let reason = FormField::text("reason", W::BatchesFieldReason);
                Popup::new("take_back", id, W::BatchesKeyTakeBack, vec![reason])
            }
            "mend" => mending(item),
            "batch" => {
                let maps = bank_maps(cx.store.conn())?;
                let options: Vec<ChoiceOption> =
                    maps.iter().map(|map| ChoiceOption::name(map.name.clone(), map.label(cx.lang))).collect();
                let first = maps.first().map_or("", |map| map.name.as_str());
                let map = FormField::choice("map", W::BatchesFieldMap, options).value(first);
                let chosen = self.chosen();
                let sum = Fen::sum(chosen.iter().map(|item| item.one.amount)).unwrap_or_default();
                let title = phrase!(W::BatchesMakeTitle, number(chosen.len()), sum);
                Popup::new("batch", id, title, vec![map])
            }
            _ => return Ok(Vec::new()),
        };
        self.popup = Some(popup);
        Ok(Vec::new())
    }

    fn open_form(&mut self, what: &str, cx: &Cx<'_>) -> Effects {
        self.form(what, None, cx).unwrap_or_else(|error| failed(&error))
    }

    /// Puts a draft back into the form it was typed into, if that is still to be done.
    fn settle(&mut self, cx: &Cx<'_>) {
        let Some(draft) = self.restored.take() else { return };
        let Some((what, about)) = Popup::drafted(&draft).map(|(what, about)| (what.to_owned(), about)) else { return };
        for view in Waiting::ALL {
            self.view = view;
            if self.read(cx).is_ok() && self.items.iter().any(|item| item.one.id == about) {
                break;
            }
        }
        if self.form(&what, Some(about), cx).is_ok()
            && let Some(popup) = &mut self.popup
        {
            popup.form.restore(&draft.fields);
        }
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let (id, reason) = (popup.about, popup.text("reason"));
        match popup.what {
            "receipt" => self.preview(cx).unwrap_or_else(|error| failed(&error)),
            "void" => {
                let copies = popup.text("copies") == "1";
                vec![Effect::Act(DeskAct::new("receipt_void", move |tx| {
                    receipt_void(tx, id, &reason, copies)?;
                    Ok(Done::said(W::BatchesVoided))
                }))]
            }
            "take_back" => vec![Effect::Act(DeskAct::new("release_undone", move |tx| {
                take_back(tx, id, &reason)?;
                Ok(Done::waits(W::BatchesTakenBack))
            }))],
            "batch" => {
                let (map, ids) = (popup.text("map"), self.chosen().iter().map(|item| item.one.id).collect::<Vec<_>>());
                vec![Effect::Act(DeskAct::new("batch_make", move |tx| {
                    let made = batch::make(tx, &map, &ids)?;
                    Ok(Done::waits(phrase!(W::BatchesMade, made.batch_no, made.lines, made.total)))
                }))]
            }
            _ => {
                let Some(item) = self.items.iter().find(|item| item.one.id == id) else { return Vec::new() };
                let mending = read_mending(popup, &Mending::of(&item.one));
                vec![Effect::Act(DeskAct::new("mend", move |tx| {
                    let done = mend(tx, id, &mending)?;
                    let word = if done.waits { W::BatchesMendedWaits } else { W::BatchesMended };
                    Ok(Done::waits(word).with(Let { left: done.warnings, ..Let::default() }))
                }))]
            }
        }
    }

    /// Compares the paper in the printer, then shows the receipt.
    fn preview(&mut self, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        let Some(popup) = &mut self.popup else { return Ok(Vec::new()) };
        let (id, typed) = (popup.about, popup.text("serial"));
        let Some(item) = self.items.iter().find(|item| item.one.id == id) else { return Ok(Vec::new()) };
        let Some(serial) = forms::store::next(cx.store.conn(), cx.actor.id)? else {
            return Ok(refused(W::BatchesNoSerial));
        };
        if !forms::rules::tail_matches(&serial, &typed) {
            let tail = text::tail(&serial, 4).to_owned();
            popup.show(&Finding::block("serial", "serial", phrase!(W::BatchesSerialDiffers, tail)).into());
            return Ok(refused(W::BatchesNothingPrinted));
        }
        let sheet = receipt(&ReceiptData::of(cx.store, &item.one, &serial, cx.now)?);
        let act = DeskAct::new("receipt_print", move |tx| {
            let receipt = print_receipt(tx, id, &typed)?;
            Ok(Done::waits(phrase!(W::BatchesPrinted, receipt.serial)).print(receipt.sheet))
        });
        Ok(vec![Effect::Preview(Preview { sheet, act })])
    }

    fn unchanged(&self) -> Effects {
        let ids: Vec<i64> = self.chosen().iter().map(|item| item.one.id).collect();
        vec![Effect::Act(DeskAct::new("mend", move |tx| {
            let done = mend_unchanged(tx, &ids)?;
            Ok(Done::waits(phrase!(W::BatchesMendedMany, number(done.len()))))
        }))]
    }

    fn mark(&mut self) -> Effects {
        if let Some(id) = self.selected().map(|item| item.one.id) {
            self.marks.toggle(id);
            self.table.select(self.table.selected().map_or(0, |index| index + 1));
        }
        Vec::new()
    }

    /// Marks all that can go into a batch, or takes the marks away.
    fn mark_all(&mut self) -> Effects {
        if !self.marks.is_empty() {
            self.marks.clear();
            return Vec::new();
        }
        for item in &self.items {
            let ready = self.view != Waiting::ToBatch || !judge_member(&item.one, &item.case.milestones).blocking();
            if ready {
                self.marks.toggle(item.one.id);
            }
        }
        Vec::new()
    }

    fn turn(&mut self, cx: &Cx<'_>) -> Effects {
        let at = Waiting::ALL.iter().position(|view| *view == self.view).unwrap_or(0);
        self.view = Waiting::ALL.get((at + 1) % Waiting::ALL.len()).copied().unwrap_or(Waiting::OnSite);
        self.marks.clear();
        self.left = Findings::new();
        self.items.clear();
        self.table = TableState::default();
        self.reread(cx)
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "release.save" => self.save(cx),
            "release.leave" if self.popup.is_some() => {
                self.popup = None;
                Vec::new()
            }
            "release.leave" => vec![Effect::Back],
            "release.view" => self.turn(cx),
            "release.mark" => self.mark(),
            "release.all" => self.mark_all(),
            "release.release" => self.ask("release.release", W::BatchesAskRelease, cx),
            "release.paid" => self.ask("release.paid", W::BatchesAskPaid, cx),
            "release.receipt" => self.open_form("receipt", cx),
            "release.signed" => self.signed(),
            "release.void" => self.open_form("void", cx),
            "release.take_back" => self.open_form("take_back", cx),
            "release.batch" => self.open_form("batch", cx),
            "release.mend" => self.open_form("mend", cx),
            "release.unchanged" => self.unchanged(),
            "release.batches" => vec![Effect::Go(Place::new("batches"))],
            "release.folder" => {
                self.selected().map(|item| Effect::Go(Place::of("folder", item.case.id))).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn list_keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let none = self.items.is_empty().then(|| Phrase::from(W::BatchesNothingWaits));
        let forms = lacking(cx, Right::UseForms).or_else(|| none.clone());
        let choose = lacking(cx, Right::Choose).or_else(|| none.clone());
        let one = self.selected().map(|item| &item.one);
        let with_receipt = one.is_some_and(|one| !one.receipt.is_empty());
        let no_receipt = (!with_receipt).then(|| Phrase::from(W::BatchesReceiptMissing));
        let not_released = one.is_none_or(|one| one.state != State::Released);
        let not_released = not_released.then(|| Phrase::from(W::BatchesNotReleased));
        let receipts = [
            KeyRow::new("release.receipt", "enter", W::BatchesKeyReceipt).off(forms.clone()).consequential(),
            KeyRow::new("release.signed", "ctrl-g", W::BatchesKeySigned)
                .off(forms.clone().or_else(|| no_receipt.clone()))
                .consequential(),
            KeyRow::new("release.void", "ctrl-x", W::BatchesKeyVoid).off(forms.or(no_receipt)).consequential(),
        ];
        let mut rows = Vec::new();
        match self.view {
            Waiting::OnSite => {
                rows.push(
                    KeyRow::new("release.release", "ctrl-s", W::BatchesKeyRelease).off(none.clone()).consequential(),
                );
                rows.extend(receipts);
                rows.push(KeyRow::new("release.paid", "ctrl-o", W::BatchesKeyPaid).off(none.clone()).consequential());
                let off = lacking(cx, Right::Release).or(not_released);
                rows.push(KeyRow::new("release.take_back", "ctrl-r", W::BatchesKeyTakeBack).off(off).consequential());
            }
            Waiting::ToBatch => {
                rows.push(KeyRow::new("release.batch", "ctrl-s", W::BatchesKeyBatch).off(choose).consequential());
                rows.extend(receipts);
            }
            Waiting::Mending => {
                rows.push(
                    KeyRow::new("release.mend", "enter", W::BatchesKeyMend)
                        .or("ctrl-s")
                        .off(choose.clone())
                        .consequential(),
                );
                rows.push(
                    KeyRow::new("release.unchanged", "ctrl-n", W::BatchesKeyUnchanged).off(choose).consequential(),
                );
            }
        }
        rows.extend([
            KeyRow::new("release.mark", "space", W::BatchesKeyMark).or("ctrl-v").off(none.clone()),
            KeyRow::new("release.all", "ctrl-a", W::BatchesKeyAll).off(none.clone()),
            KeyRow::new("release.view", "tab", W::BatchesKeyView),
            KeyRow::new("release.batches", "ctrl-b", W::BatchesPlaceBatches),
            KeyRow::new("release.folder", "ctrl-f", W::BatchesKeyFolder).off(none),
            KeyRow::new("release.leave", "esc", W::BatchesKeyBack),
        ]);
        rows
    }
}

/// The form of a mending, filled with what stands on the instruction; its numbers stand masked.
fn mending(item: &Item) -> Popup {
    let now = Mending::of(&item.one);
    let fields = vec![
        FormField::of_kind("account", W::BatchesFieldAccount, Kind::Id).value(&mask(field::ACCOUNT, &now.account)),
        FormField::text("bank", W::BatchesFieldBank).value(&now.bank),
        FormField::text("branch", W::BatchesFieldBranch).value(&now.branch),
        FormField::of_kind("cnaps", W::BatchesFieldCnaps, Kind::Digits).value(&now.cnaps),
        FormField::of_kind("phone", W::BatchesFieldPhone, Kind::Digits).value(&mask(field::PHONE, &now.phone)),
        FormField::text("payee", W::BatchesFieldPayee).hint(W::BatchesReviewHint).value(&now.payee),
        FormField::text("holder", W::BatchesFieldHolder).hint(W::BatchesReviewHint).value(&now.holder),
    ];
    let reason = text::neutralise(&item.one.end_reason).into_owned();
    Popup::new("mend", item.one.id, phrase!(W::BatchesMendTitle, item.one.state.word(), reason), fields)
}

/// What the form says; a mask that was left as it stood is the number behind it.
fn read_mending(popup: &Popup, now: &Mending) -> Mending {
    let number = |id: &'static str, known: &str| {
        let typed = popup.text(id);
        if typed == mask(id, known) { known.to_owned() } else { typed }
    };
    Mending {
        account: number(field::ACCOUNT, &now.account),
        bank: popup.text("bank"),
        branch: popup.text("branch"),
        cnaps: popup.text("cnaps"),
        phone: number(field::PHONE, &now.phone),
        payee: popup.text("payee"),
        holder: popup.text("holder"),
    }
}

impl Screen for Release {
    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::BatchesPlaceRelease.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_none() {
            return self.list_keys(cx);
        }
        vec![
            KeyRow::new("release.save", "ctrl-s", W::BatchesKeySave).consequential(),
            KeyRow::new("release.leave", "esc", W::BatchesKeyBack),
        ]
    }

    fn help(&self) -> W {
        match (&self.popup, self.view) {
            (Some(_), _) => W::BatchesHelpForm,
            (None, Waiting::OnSite) => W::BatchesHelpOnSite,
            (None, Waiting::ToBatch) => W::BatchesHelpToBatch,
            (None, Waiting::Mending) => W::BatchesHelpMending,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        self.settle(cx);
        match (input, &mut self.popup) {
            (Input::Action(action), _) => self.action(action, cx),
            (Input::Key(key), Some(popup)) => {
                // The Enter of a scanner ends the tail of the serial; nothing is printed before the receipt was looked at.
                if popup.key(key, cx) == FormEvent::AtLastField && popup.what == "receipt" {
                    return self.save(cx);
                }
                Vec::new()
            }
            (Input::Paste(text), Some(popup)) => {
                popup.form.paste(&text);
                Vec::new()
            }
            (Input::Key(key), None) => match self.table.handle(key, self.height.get()) {
                TableEvent::WantsMore => self.read_more(cx).map_or_else(|error| failed(&error), |()| Vec::new()),
                TableEvent::Moved | TableEvent::Ignored => Vec::new(),
            },
            (Input::Paste(_), None) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        self.settle(cx);
        match note {
            Note::Pin("release.release", actor) => self.let_go(actor, false),
            Note::Pin("release.paid", actor) => self.let_go(actor, true),
            Note::Done(done) => {
                self.popup = None;
                self.marks.clear();
                let done = done.value.as_ref().and_then(|value| value.downcast_ref::<Let>());
                self.left = done.map(|done| done.left.clone()).unwrap_or_default();
                self.reread(cx)
            }
            Note::Refused(found) => {
                match &mut self.popup {
                    Some(popup) => popup.show(found),
                    None => self.left = found.clone(),
                }
                self.reread(cx)
            }
            Note::Shown if !std::mem::replace(&mut self.shown, true) => match self.in_batch(cx) {
                Ok(Some(batch)) => vec![Effect::Replace(batch)],
                Ok(None) => self.reread(cx),
                Err(error) => failed(&error),
            },
            Note::Shown | Note::StoreChanged => self.reread(cx),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        release_paint::draw(self, frame, area, cx);
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

/// The words of the three lists with how many wait on each.
pub(super) fn heading(screen: &Release) -> Phrase {
    let words = [W::BatchesViewOnSite, W::BatchesViewToBatch, W::BatchesViewMending];
    let parts = Waiting::ALL.into_iter().zip(words).zip(screen.counts).map(|((view, word), n)| {
        let here = if view == screen.view { W::BatchesViewHere } else { W::BatchesViewOther };
        Arg::from(Phrase::new(here, [Arg::Word(word), Arg::Number(n)]))
    });
    Phrase::new(W::BatchesViews, parts)
}

/// Says a tone for what is left of an instruction to do.
pub(super) fn tone(ready: bool) -> Tone {
    if ready { Tone::Good } else { Tone::Plain }
}

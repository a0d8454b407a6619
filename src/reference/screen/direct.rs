//! Direct-pay accounts: entered by one person, verified by another who types the number from the papers.

use super::book::{self, MOST_ROWS, Register, masked, parts, shown};
use crate::db::Actor;
use crate::instructions::rules::AccountKind;
use crate::kernel::clock::day_of;
use crate::kernel::findings::Findings;
use crate::kernel::identity::classify_id;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Sheet, lacking};
use crate::office::store::label;
use crate::phrase;
use crate::reference::accounts::{self, DirectAccount, NewDirectAccount, rules};
use crate::reference::banks;
use crate::reference::rules::id_findings;
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, PinOf, PinQuestion, Place, Screen};
use crate::ui::table::{Column, TableRow};

/// What the detail of an account needs beside it.
#[derive(Default)]
struct Beside {
    entered_by: String,
    verified_by: String,
    disabled_by: String,
    /// The bank's name while its channel is not open.
    closed: Option<String>,
}

/// The register of direct-pay accounts.
#[derive(Default)]
struct Direct {
    rows: Vec<DirectAccount>,
    beside: Beside,
}

/// Opens the direct-pay accounts.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    book::open(Direct::default(), place, cx)
}

fn state_word(account: &DirectAccount) -> W {
    if account.disabled_at.is_some() {
        W::ReferenceStateDisabled
    } else if account.waits() {
        W::ReferenceStateWaits
    } else {
        W::ReferenceStateVerified
    }
}

impl Direct {
    fn by_id(&self, id: i64) -> Option<&DirectAccount> {
        self.rows.iter().find(|account| account.id == id)
    }

    fn verify(&self, id: i64, typed: &str) -> Option<DeskAct> {
        let account = self.by_id(id)?;
        let (payee, typed) = (account.payee.clone(), typed.to_owned());
        Some(DeskAct::new("direct_verify", move |tx| {
            accounts::verify_from_paper(tx, id, &typed)?;
            Ok(Done::said(phrase!(W::ReferenceSaidVerified, payee.clone())).with(id))
        }))
    }
}

impl Register for Direct {
    const PLACE: &'static str = "direct-accounts";
    const TITLE: W = W::ReferencePlaceDirect;
    const HELP: W = W::ReferenceHelpDirect;
    const SAVE: ActionId = "direct.save";
    const LEAVE: ActionId = "direct.leave";

    fn read(&mut self, query: &str, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.rows = accounts::search(cx.store.conn(), query, MOST_ROWS)?;
        Ok(())
    }

    fn look(&mut self, at: Option<usize>, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        self.beside = Beside::default();
        let Some(account) = at.and_then(|at| self.rows.get(at)) else { return Ok(()) };
        let channel = banks::channel(conn, &account.bank_code, cx.now)?;
        let bank = if channel.open { None } else { banks::by_code(conn, &account.bank_code)? };
        self.beside = Beside {
            entered_by: label(conn, Some(account.entered_by))?,
            verified_by: label(conn, account.verified_by)?,
            disabled_by: label(conn, account.disabled_by)?,
            closed: bank.map(|bank| bank.name),
        };
        Ok(())
    }

    fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|account| account.id).collect()
    }

    fn columns(&self) -> Vec<Column> {
        vec![
            Column::new(W::ReferenceFieldPayee, 12, 20),
            Column::new(W::ReferenceColumnState, 10, 12),
            Column::new(W::ReferenceFieldAccount, 10, 14),
            Column::new(W::ReferenceFieldBank, 14, 28).priority(1),
        ]
    }

    fn row(&self, at: usize, cx: &Cx<'_>) -> TableRow {
        let Some(account) = self.rows.get(at) else { return TableRow::default() };
        let style = match state_word(account) {
            W::ReferenceStateDisabled => cx.theme.disabled(),
            W::ReferenceStateWaits => cx.theme.warn(),
            _ => cx.theme.text(),
        };
        TableRow::new(account.id)
            .cell(shown(&account.payee, cx), style)
            .cell(state_word(account).text(cx.lang), style)
            .cell(masked(&account.account, text::mask_card, cx), style)
            .cell(text::neutralise(&account.bank).into_owned(), style)
    }

    fn detail(&self, at: usize, cx: &Cx<'_>) -> Vec<Line> {
        let Some(account) = self.rows.get(at) else { return Vec::new() };
        let (theme, beside) = (cx.theme, &self.beside);
        let mut lines = vec![(shown(&account.payee, cx), theme.title())];
        let number = masked(&account.account, text::mask_card, cx);
        let kind = Arg::Word(account.account_kind.word());
        let bank = Arg::Text(text::neutralise(&account.bank).into_owned());
        let facts = [
            phrase!(W::ReferenceDetailId, masked(&account.id_no, text::mask_id, cx)),
            Phrase::new(W::ReferenceDetailAccount, [kind, bank, Arg::Text(number)]),
            phrase!(W::ReferenceDetailHolder, shown(&account.holder, cx)),
            Phrase::new(
                W::ReferenceDetailEntered,
                [Arg::Day(day_of(account.entered_at)), Arg::from(beside.entered_by.as_str())],
            ),
        ];
        lines.extend(facts.iter().map(|phrase| (phrase.say(cx.lang), theme.text())));
        if let Some(at) = account.verified_at {
            let by = Arg::from(beside.verified_by.as_str());
            let words = Phrase::new(W::ReferenceDetailVerified, [Arg::Day(day_of(at)), by]);
            lines.push((words.say(cx.lang), theme.ok()));
        } else if account.waits() {
            lines.push((W::ReferenceDetailWaits.text(cx.lang).to_owned(), theme.warn()));
        }
        if let Some(at) = account.disabled_at {
            let by = Arg::from(beside.disabled_by.as_str());
            let why = Arg::Text(text::neutralise(&account.disable_reason).into_owned());
            let words = Phrase::new(W::ReferenceDetailDisabled, [Arg::Day(day_of(at)), by, why]);
            lines.push((words.say(cx.lang), theme.warn()));
        }
        if let Some(bank) = &beside.closed {
            lines.push((phrase!(W::ReferenceDetailClosedBank, bank.clone()).say(cx.lang), theme.warn()));
        }
        lines
    }

    fn keys(&self, at: Option<usize>, cx: &Cx<'_>) -> Vec<KeyRow> {
        let may_not = lacking(cx, Right::DirectAccounts);
        let account = at.and_then(|at| self.rows.get(at));
        let gone = account.filter(|a| a.disabled_at.is_some()).map(|_| Phrase::from(W::ReferenceDirectDisabled));
        let done = account.filter(|a| a.in_force()).map(|_| Phrase::from(W::ReferenceDirectVerified));
        let off = may_not.clone().or(book::none(at)).or(gone);
        vec![
            KeyRow::new("direct.verify", "enter", W::ReferenceKeyVerify).off(off.clone().or(done)),
            KeyRow::new("direct.add", "ctrl-n", W::ReferenceKeyEnter).off(may_not),
            KeyRow::new("direct.disable", "ctrl-x", W::ReferenceKeyDisable).off(off),
        ]
    }

    fn opens(&self, action: ActionId, at: Option<usize>) -> Option<String> {
        let id = at.and_then(|at| self.rows.get(at)).map(|account| account.id);
        match action {
            "direct.add" => Some("add".to_owned()),
            "direct.verify" => id.map(|id| format!("verify/{id}")),
            "direct.disable" => id.map(|id| format!("disable/{id}")),
            _ => None,
        }
    }

    fn form(&self, name: &str, _now: i64) -> Option<Sheet> {
        let (action, id) = parts(name);
        if action == "add" {
            let fields = vec![
                FormField::text("payee", W::ReferenceFieldPayee).limit(60),
                FormField::of_kind("id_no", W::ReferenceFieldIdNo, Kind::Id).hint(W::ReferenceFieldIdNoHint),
                FormField::choice("account_kind", W::ReferenceFieldAccountKind, super::account_kinds())
                    .value(AccountKind::Card.code()),
                FormField::of_kind("account", W::ReferenceFieldAccount, Kind::Id),
                FormField::text("bank", W::ReferenceFieldBank).hint(W::ReferenceFieldBankHint).limit(60),
                FormField::text("holder", W::ReferenceFieldHolder).hint(W::ReferenceFieldHolderHint).limit(60),
            ];
            return Some(Sheet::new(W::ReferenceKeyEnter, fields));
        }
        let account = self.by_id(id)?;
        let payee = FormField::text("payee", W::ReferenceFieldPayee).value(&account.payee).read_only();
        if action == "disable" {
            let reason = FormField::text("reason", W::ReferenceFieldReason);
            return Some(Sheet::new(W::ReferenceKeyDisable, vec![payee, reason]));
        }
        let fields = vec![
            payee,
            FormField::text("bank", W::ReferenceFieldBank).value(&account.bank).read_only(),
            FormField::of_kind("account", W::ReferenceFieldAccountAgain, Kind::Id)
                .hint(W::ReferenceFieldAccountAgainHint),
        ];
        Some(Sheet::new(W::ReferenceKeyVerify, fields))
    }

    fn warn(&self, name: &str, form: &Form, cx: &Cx<'_>) -> Findings {
        if name != "add" {
            return Findings::new();
        }
        let mut found = super::bank_warnings(form, cx);
        if form.focused() != Some("id_no") {
            let reading = classify_id("", form.value("id_no"), day_of(cx.now));
            // A wrong number is said while the papers are still in hand; a refusal moves the caret, a warning does not.
            found.extend(id_findings("id_no", &reading).into_iter().map(|finding| {
                let severity = crate::kernel::findings::Severity::Warn;
                crate::kernel::findings::Finding { severity, ..finding }
            }));
        }
        found
    }

    fn save(&self, name: &str, sheet: &mut Sheet, cx: &Cx<'_>) -> Effects {
        let (action, id) = parts(name);
        let values = sheet.values(cx);
        let text = |key: &str| values.get(key).cloned().unwrap_or_default();
        if action == "add" {
            let holder = Some(text("holder")).filter(|holder| !holder.trim().is_empty());
            let new = NewDirectAccount {
                payee: text("payee"),
                id_kind: String::new(),
                id_no: text("id_no"),
                account_kind: AccountKind::from_code(&text("account_kind")).unwrap_or(AccountKind::Card),
                bank: text("bank"),
                account: text("account"),
                holder: holder.unwrap_or_else(|| text("payee")),
            };
            return vec![Effect::Act(DeskAct::new("direct_enter", move |tx| {
                let id = accounts::enter(tx, &new)?;
                Ok(Done::waits(phrase!(W::ReferenceSaidEntered, new.payee.clone())).with(id))
            }))];
        }
        let Some(account) = self.by_id(id) else { return Vec::new() };
        if action == "disable" {
            let (payee, reason) = (account.payee.clone(), text("reason"));
            return vec![Effect::Act(DeskAct::new("direct_disable", move |tx| {
                accounts::disable(tx, id, &reason)?;
                Ok(Done::said(phrase!(W::ReferenceSaidDisabled, payee.clone())).with(id))
            }))];
        }
        let found = rules::check_typed(account, &text("account"));
        if found.blocking() {
            sheet.form.show(found);
            return Vec::new();
        }
        if cx.actor.id == account.entered_by {
            let words = phrase!(W::ReferenceAskVerify, account.payee.clone(), text::mask_card(&account.account));
            let of = PinOf::Other { roles: Right::DirectAccounts.roles(), except: vec![account.entered_by] };
            return vec![Effect::AskPin(PinQuestion { id: "direct.verify", text: words, of })];
        }
        self.verify(id, &text("account")).map(Effect::Act).into_iter().collect()
    }

    fn pin(&self, name: &str, sheet: &Sheet, by: &Actor) -> Effects {
        let (action, id) = parts(name);
        let act = self.verify(id, sheet.form.value("account")).filter(|_| action == "verify");
        act.map(|act| Effect::Act(act.by(by.clone()))).into_iter().collect()
    }
}

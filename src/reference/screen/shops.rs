//! Repair shops: verified with an expiry, verified again before it ends, taken off for a reason.

use super::book::{self, MOST_ROWS, Register, masked, parts, shown};
use crate::instructions::rules::AccountKind;
use crate::kernel::clock::day_of;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::mobile_ok;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Sheet, lacking};
use crate::office::store::label;
use crate::phrase;
use crate::reference::shops::{self, NewShop, Shop, in_force};
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Place, Screen};
use crate::ui::table::{Column, TableRow};
use chrono::{Months, NaiveDate};

/// How long a verification is proposed to hold.
const PROPOSED: Months = Months::new(12);

/// The register of repair shops.
#[derive(Default)]
struct Shops {
    rows: Vec<Shop>,
    /// Every verification of the selected shop with who did it, the newest first.
    records: Vec<(Shop, String)>,
}

/// Opens the repair shops.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    book::open(Shops::default(), place, cx)
}

fn state_word(shop: &Shop, today: NaiveDate) -> W {
    if shop.ended {
        W::ReferenceStateEnded
    } else if in_force(shop, today) {
        W::ReferenceStateValid
    } else {
        W::ReferenceStateExpired
    }
}

/// A field for a number that stays as it was when nothing is typed; what it was is shown masked.
fn kept(id: &'static str, label: W, kind: Kind, was: String) -> FormField {
    let field = FormField::of_kind(id, label, kind);
    if was.is_empty() { field } else { field.hint(phrase!(W::ReferenceFieldAsBeforeHint, was)) }
}

fn fields(shop: Option<&Shop>, now: i64) -> Vec<FormField> {
    let was = |of: fn(&Shop) -> &str| shop.map_or("", of);
    let kind = shop.map_or(AccountKind::Company, |shop| shop.account_kind);
    let expires = day_of(now).checked_add_months(PROPOSED).map(|day| day.to_string()).unwrap_or_default();
    let uscc = FormField::of_kind("uscc", W::ReferenceFieldUscc, Kind::Id).limit(18).value(was(|shop| &shop.uscc));
    vec![
        FormField::text("name", W::ReferenceFieldName).limit(60).value(was(|shop| &shop.name)),
        if shop.is_some() { uscc.read_only() } else { uscc },
        FormField::text("licence", W::ReferenceFieldLicence)
            .hint(W::ReferenceFieldLicenceHint)
            .value(was(|shop| &shop.licence)),
        FormField::choice("account_kind", W::ReferenceFieldAccountKind, super::account_kinds()).value(kind.code()),
        kept("account", W::ReferenceFieldAccount, Kind::Id, text::mask_card(was(|shop| &shop.account))),
        FormField::text("bank", W::ReferenceFieldBank)
            .hint(W::ReferenceFieldBankHint)
            .limit(60)
            .value(was(|shop| &shop.bank)),
        FormField::text("agent", W::ReferenceFieldAgent).limit(60).value(was(|shop| &shop.agent)),
        kept("agent_id_no", W::ReferenceFieldAgentId, Kind::Id, text::mask_id(was(|shop| &shop.agent_id_no))),
        kept("phone", W::ReferenceFieldPhone, Kind::Digits, text::mask_phone(was(|shop| &shop.phone))),
        FormField::day("expires_on", W::ReferenceFieldExpires).hint(W::ReferenceFieldExpiresHint).value(&expires),
    ]
}

impl Shops {
    fn by_id(&self, id: i64) -> Option<&Shop> {
        self.rows.iter().find(|shop| shop.id == id)
    }
}

impl Register for Shops {
    const PLACE: &'static str = "shops";
    const TITLE: W = W::ReferencePlaceShops;
    const HELP: W = W::ReferenceHelpShops;
    const SAVE: ActionId = "shops.save";
    const LEAVE: ActionId = "shops.leave";

    fn read(&mut self, query: &str, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.rows = shops::search(cx.store.conn(), query, MOST_ROWS)?;
        Ok(())
    }

    fn look(&mut self, at: Option<usize>, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.records.clear();
        let Some(shop) = at.and_then(|at| self.rows.get(at)) else { return Ok(()) };
        for record in shops::records(cx.store.conn(), shop.id)? {
            let by = label(cx.store.conn(), Some(record.verified_by))?;
            self.records.push((record, by));
        }
        Ok(())
    }

    fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|shop| shop.id).collect()
    }

    fn columns(&self) -> Vec<Column> {
        vec![
            Column::new(W::ReferenceFieldName, 20, 34),
            Column::new(W::ReferenceColumnState, 10, 12),
            Column::new(W::ReferenceFieldExpires, 11, 12),
            Column::new(W::ReferenceFieldAgent, 8, 12).priority(1),
        ]
    }

    fn row(&self, at: usize, cx: &Cx<'_>) -> TableRow {
        let Some(shop) = self.rows.get(at) else { return TableRow::default() };
        let word = state_word(shop, day_of(cx.now));
        let style = match word {
            W::ReferenceStateEnded => cx.theme.disabled(),
            W::ReferenceStateExpired => cx.theme.warn(),
            _ => cx.theme.text(),
        };
        TableRow::new(shop.id)
            .cell(text::neutralise(&shop.name).into_owned(), style)
            .cell(word.text(cx.lang), style)
            .cell(shop.expires_on.to_string(), style)
            .cell(shown(&shop.agent, cx), style)
    }

    fn detail(&self, at: usize, cx: &Cx<'_>) -> Vec<Line> {
        let Some(shop) = self.rows.get(at) else { return Vec::new() };
        let (theme, today) = (cx.theme, day_of(cx.now));
        let mut lines = vec![(text::neutralise(&shop.name).into_owned(), theme.title())];
        let number = masked(&shop.account, text::mask_card, cx);
        let bank = Arg::Text(text::neutralise(&shop.bank).into_owned());
        let agent = [Arg::Text(shown(&shop.agent, cx)), Arg::Text(masked(&shop.agent_id_no, text::mask_id, cx))];
        let mut say = |phrase: Phrase| lines.push((phrase.say(cx.lang), theme.text()));
        say(phrase!(W::ReferenceDetailUscc, shop.uscc.clone()));
        if !shop.licence.is_empty() {
            say(phrase!(W::ReferenceDetailLicence, text::neutralise(&shop.licence).into_owned()));
        }
        say(Phrase::new(W::ReferenceDetailAccount, [Arg::Word(shop.account_kind.word()), bank, Arg::Text(number)]));
        say(Phrase::new(W::ReferenceDetailAgent, agent));
        if !shop.phone.is_empty() {
            say(phrase!(W::ReferenceDetailPhone, masked(&shop.phone, text::mask_phone, cx)));
        }
        match state_word(shop, today) {
            W::ReferenceStateExpired => {
                lines.push((phrase!(W::ReferenceDetailExpired, shop.expires_on).say(cx.lang), theme.warn()));
            }
            _ => lines.push((phrase!(W::ReferenceDetailExpires, shop.expires_on).say(cx.lang), theme.text())),
        }
        for (at, (record, by)) in self.records.iter().enumerate() {
            let day = Arg::Day(day_of(record.verified_at));
            if at == 1 {
                lines.push((W::ReferenceDetailEarlier.text(cx.lang).to_owned(), theme.dim()));
            }
            let (words, style) = if record.ended {
                let why = Arg::Text(text::neutralise(&record.reason).into_owned());
                (Phrase::new(W::ReferenceDetailEnded, [day, Arg::from(by.as_str()), why]), theme.warn())
            } else {
                (Phrase::new(W::ReferenceDetailVerified, [day, Arg::from(by.as_str())]), theme.text())
            };
            lines.push((words.say(cx.lang), style));
        }
        lines
    }

    fn keys(&self, at: Option<usize>, cx: &Cx<'_>) -> Vec<KeyRow> {
        let may_not = lacking(cx, Right::Registers);
        let off = may_not.clone().or(book::none(at));
        let ended = at.and_then(|at| self.rows.get(at)).filter(|shop| shop.ended);
        let ended = ended.map(|_| Phrase::from(W::ReferenceShopEnded));
        vec![
            KeyRow::new("shops.renew", "enter", W::ReferenceKeyRenew).off(off.clone()),
            KeyRow::new("shops.add", "ctrl-n", W::ReferenceKeyAddShop).off(may_not),
            KeyRow::new("shops.end", "ctrl-x", W::ReferenceKeyEnd).off(off.or(ended)),
        ]
    }

    fn opens(&self, action: ActionId, at: Option<usize>) -> Option<String> {
        let id = at.and_then(|at| self.rows.get(at)).map(|shop| shop.id);
        match action {
            "shops.add" => Some("add".to_owned()),
            "shops.renew" => id.map(|id| format!("renew/{id}")),
            "shops.end" => id.map(|id| format!("end/{id}")),
            _ => None,
        }
    }

    fn form(&self, name: &str, now: i64) -> Option<Sheet> {
        let (action, id) = parts(name);
        if action == "add" {
            return Some(Sheet::new(W::ReferenceKeyAddShop, fields(None, now)));
        }
        let shop = self.by_id(id)?;
        if action == "end" {
            let shown = FormField::text("shown", W::ReferenceFieldName).value(&shop.name).read_only();
            let reason = FormField::text("reason", W::ReferenceFieldReason);
            return Some(Sheet::new(W::ReferenceKeyEnd, vec![shown, reason]));
        }
        Some(Sheet::new(W::ReferenceKeyRenew, fields(Some(shop), now)))
    }

    fn warn(&self, name: &str, form: &Form, cx: &Cx<'_>) -> Findings {
        if parts(name).0 == "end" {
            return Findings::new();
        }
        let mut found = super::bank_warnings(form, cx);
        let phone = form.value("phone");
        if !phone.is_empty() && !mobile_ok(phone) && form.focused() != Some("phone") {
            found.push(Finding::warn("phone", "phone", W::ReferencePhoneShape));
        }
        found
    }

    fn save(&self, name: &str, sheet: &mut Sheet, cx: &Cx<'_>) -> Effects {
        let (action, id) = parts(name);
        let values = sheet.values(cx);
        let text = |key: &str| values.get(key).cloned().unwrap_or_default();
        if action == "end" {
            let Some(shop) = self.by_id(id) else { return Vec::new() };
            let (shown, reason) = (shop.name.clone(), text("reason"));
            return vec![Effect::Act(DeskAct::new("shop_end", move |tx| {
                shops::end(tx, id, &reason)?;
                Ok(Done::said(phrase!(W::ReferenceSaidShopEnded, shown.clone())).with(id))
            }))];
        }
        let expires_on = match super::day(&text("expires_on"), "expires_on") {
            Ok(day) => day,
            Err(found) => {
                sheet.form.show(found);
                return Vec::new();
            }
        };
        let before = self.by_id(id).filter(|_| action == "renew");
        let or_before = |key: &str, was: fn(&Shop) -> &str| match (text(key), before) {
            (typed, Some(shop)) if typed.trim().is_empty() => was(shop).to_owned(),
            (typed, _) => typed,
        };
        let new = NewShop {
            name: text("name"),
            licence: text("licence"),
            uscc: text("uscc"),
            account_kind: AccountKind::from_code(&text("account_kind")).unwrap_or(AccountKind::Company),
            bank: text("bank"),
            account: or_before("account", |shop| &shop.account),
            agent: text("agent"),
            agent_id_no: or_before("agent_id_no", |shop| &shop.agent_id_no),
            phone: or_before("phone", |shop| &shop.phone),
            expires_on,
        };
        let known = (action == "renew").then_some(id);
        vec![Effect::Act(DeskAct::new("shop_verify", move |tx| {
            let id = shops::verify(tx, known, &new)?;
            let until = new.expires_on.map_or_else(|| Arg::from(""), Arg::Day);
            let said = Phrase::new(W::ReferenceSaidShop, [Arg::from(new.name.as_str()), until]);
            Ok(Done::said(said).with(id))
        }))]
    }
}

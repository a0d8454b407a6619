//! The form of one payee: its fields by kind and mode, what is known already, and what was typed back out of it.
//!
//! Numbers the store knows stand masked in their fields; whoever types over one gives another. What is read back puts
//! the known number in the place of its own mask.

use super::words;
use crate::case::store::CaseFile;
use crate::instructions::rules::{AccountKind, Mode, PayeeKind};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{IdKind, classify_id};
use crate::kernel::money::{Fen, MoneyError};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::payment::rules::{Wish, field};
use crate::phrase;
use crate::reference::accounts::DirectAccount;
use crate::reference::shops::Shop;
use crate::ui::choice::ChoiceOption;
use crate::ui::form::{Form, FormField};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Fields that offer the entry to the other cases of the accident.
pub const ALSO: [&str; 6] = ["also1", "also2", "also3", "also4", "also5", "also6"];

/// Numbers that stand masked in the form: field to mask and number.
pub type Masked = BTreeMap<&'static str, (String, String)>;

/// What is known before anything is typed.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Who is paid, where the facts say so.
    pub kind: Option<PayeeKind>,
    /// How, where something suggests it.
    pub mode: Option<Mode>,
    /// Payee by the core system, else the insured.
    pub payee: String,
    /// Kind of the document, as the core system names it.
    pub id_kind: String,
    /// Bank by the core system, or the one the account tells.
    pub bank: String,
    /// Kind of the account.
    pub account_kind: Option<AccountKind>,
    /// Holder by the core system, else the payee.
    pub holder: String,
    /// Numbers that stand masked.
    pub masked: Masked,
    /// Accounts on record of the payee.
    pub direct: Vec<DirectAccount>,
}

impl Known {
    /// What the facts of a case say, and the accounts on record of its payee.
    pub fn of(case: &CaseFile, direct: Vec<DirectAccount>, today: NaiveDate) -> Known {
        let f = &case.facts;
        let payee = if f.payee.is_empty() { &f.insured } else { &f.payee };
        let insured = text::fold_name(payee) == text::fold_name(&f.insured);
        let company = classify_id(&f.id_kind, &f.id_no, today).kind == IdKind::Uscc;
        // Somebody else than the insured may be anyone of domain §4; the clerk says who.
        let kind = insured.then_some(if company { PayeeKind::Company } else { PayeeKind::Insured });
        let mut masked = Masked::new();
        if insured {
            put(&mut masked, field::ID_NO, &f.id_no);
            put(&mut masked, field::PHONE, &f.phone);
        }
        put(&mut masked, field::ACCOUNT, &f.account);
        let usual = if company { AccountKind::Company } else { AccountKind::Card };
        Known {
            kind,
            mode: Some(if direct.is_empty() { Mode::Transfer } else { Mode::Direct }),
            payee: payee.clone(),
            id_kind: if insured { f.id_kind.clone() } else { String::new() },
            bank: f.bank.clone(),
            account_kind: AccountKind::from_code(&f.account_kind).or(insured.then_some(usual)),
            holder: if f.holder.is_empty() { payee.clone() } else { f.holder.clone() },
            masked,
            direct,
        }
    }

    /// The same with what the register knows of a repair shop.
    pub fn shop(&mut self, shop: &Shop) {
        self.id_kind.clear();
        put(&mut self.masked, field::ID_NO, &shop.uscc);
        put(&mut self.masked, field::ACCOUNT, &shop.account);
        put(&mut self.masked, field::AGENT_ID, &shop.agent_id_no);
        put(&mut self.masked, field::PHONE, &shop.phone);
    }
}

fn put(masked: &mut Masked, id: &'static str, number: &str) {
    if !number.is_empty() {
        masked.insert(id, (mask(id, number), number.to_owned()));
    }
}

/// How a number stands in its field.
pub fn mask(id: &str, number: &str) -> String {
    match id {
        field::ACCOUNT => text::mask_card(number),
        field::PHONE => text::mask_phone(number),
        _ => text::mask_id(number),
    }
}

fn label(id: &'static str, kind: Option<PayeeKind>) -> W {
    match (id, kind) {
        (field::PAYEE, Some(PayeeKind::Guardian)) => W::PaymentLabelChild,
        (field::AGENT, Some(PayeeKind::Guardian)) => W::PaymentLabelGuardian,
        (field::PAYEE, _) => W::PaymentLabelPayee,
        (field::ID_NO, Some(kind)) if kind.organisation() => W::PaymentLabelUscc,
        (field::ID_NO, _) => W::PaymentLabelIdNo,
        (field::PHONE, _) => W::PaymentLabelPhone,
        (field::SHOP, _) => W::PaymentLabelShop,
        (field::AGENT, _) => W::PaymentLabelAgent,
        (field::AGENT_ID, _) => W::PaymentLabelAgentId,
        (field::MANDATE, _) => W::PaymentLabelMandate,
        (field::ACCOUNT, _) => W::PaymentLabelAccount,
        (field::BANK, _) => W::PaymentLabelBank,
        (field::BRANCH, _) => W::PaymentLabelBranch,
        _ => W::PaymentLabelHolder,
    }
}

/// Builds the form for a kind of payee and a mode. `left` is what may still be chosen.
pub fn build(
    known: &Known,
    (kind, mode): (Option<PayeeKind>, Option<Mode>),
    left: Fen,
    siblings: &[CaseFile],
    hidden: bool,
) -> Form {
    // What the core system gave belongs to the payee it named.
    let same = kind.is_some() && kind == known.kind || known.kind.is_none();
    let masked = |id: &str| known.masked.get(id).map_or("", |(mask, _)| mask.as_str());
    let of = |id: &'static str| FormField::text(id, label(id, kind)).limit(60);
    let given = |id: &'static str, value: &str| of(id).prefilled(if same { value } else { "" });
    let shop = kind == Some(PayeeKind::RepairShop);
    let number = |id: &'static str| of(id).prefilled(if same || shop { masked(id) } else { "" });
    let kinds = PayeeKind::ALL.into_iter().map(|kind| ChoiceOption::words(kind.code(), kind.word())).collect();
    let modes = Mode::ALL.into_iter().map(|mode| ChoiceOption::words(mode.code(), mode.word())).collect();
    let mut fields = vec![
        FormField::choice(field::KIND, W::PaymentLabelKind, kinds)
            .hint(W::PaymentHintChoice)
            .prefilled(kind.map_or("", PayeeKind::code)),
    ];
    if shop {
        fields.push(of(field::SHOP).hint(W::PaymentHintShop));
    }
    fields.extend([
        given(field::PAYEE, &known.payee),
        number(field::ID_NO).hint(W::PaymentHintMasked),
        number(field::PHONE),
    ]);
    if matches!(kind, Some(PayeeKind::Guardian | PayeeKind::RepairShop | PayeeKind::Agent | PayeeKind::Company)) {
        fields.push(of(field::AGENT));
        fields.push(of(field::AGENT_ID).prefilled(if shop { masked(field::AGENT_ID) } else { "" }));
    }
    if kind.is_some_and(|kind| kind.by_mandate() || kind == PayeeKind::Company) {
        fields.push(of(field::MANDATE).hint(W::PaymentHintMandate));
    }
    fields.push(
        FormField::choice(field::MODE, W::PaymentLabelMode, modes)
            .hint(W::PaymentHintChoice)
            .prefilled(mode.map_or("", Mode::code)),
    );
    if mode == Some(Mode::Direct) {
        fields.push(direct_field(&known.direct));
    } else if mode.is_some_and(Mode::needs_account) {
        let kinds = AccountKind::ALL.into_iter().map(|kind| ChoiceOption::words(kind.code(), kind.word())).collect();
        let usual =
            if kind.is_some_and(PayeeKind::organisation) { Some(AccountKind::Company) } else { known.account_kind };
        let usual = usual.or(Some(AccountKind::Card)).map_or("", AccountKind::code);
        fields.push(FormField::choice(field::ACCOUNT_KIND, W::PaymentLabelAccountKind, kinds).prefilled(usual));
        fields.extend([
            number(field::ACCOUNT).hint(W::PaymentHintAccount),
            given(field::BANK, &known.bank).hint(W::PaymentHintBank),
            of(field::BRANCH),
            given(field::HOLDER, &known.holder).hint(W::PaymentHintHolder),
        ]);
    }
    let amount = if left > Fen::ZERO { left.plain() } else { String::new() };
    fields.push(FormField::money(field::AMOUNT, W::PaymentLabelAmount).hint(W::PaymentHintAmount).prefilled(&amount));
    fields.extend(ALSO.into_iter().zip(siblings).map(|(id, other)| also(id, other, hidden)));
    Form::new(fields)
}

fn direct_field(direct: &[DirectAccount]) -> FormField {
    let option = |one: &DirectAccount| {
        let said =
            phrase!(W::PaymentDirectOption, text::neutralise(&one.bank).into_owned(), text::mask_card(&one.account));
        ChoiceOption::words(one.id.to_string(), said)
    };
    let first = direct.first().map(|one| one.id.to_string()).unwrap_or_default();
    FormField::choice(field::DIRECT, W::PaymentLabelDirect, direct.iter().map(option).collect()).prefilled(&first)
}

fn also(id: &'static str, other: &CaseFile, hidden: bool) -> FormField {
    let number = words::tail(&other.facts.case_no, &other.case_code);
    let insured = words::name(&other.facts.insured, hidden);
    let to_pay = other.milestones.to_pay();
    let options = vec![
        ChoiceOption::words("0", phrase!(W::PaymentAlsoNo, number.as_str(), insured.as_str(), to_pay)),
        ChoiceOption::words("1", phrase!(W::PaymentAlsoYes, number, insured, to_pay)),
    ];
    FormField::choice(id, W::PaymentLabelAlso, options).hint(W::PaymentHintAlso).prefilled("0")
}

/// The entry behind a form's values, and what of it cannot be read.
pub fn read(values: &BTreeMap<String, String>, known: &Known, shop: Option<&Shop>) -> (Wish, Findings) {
    let mut unread = Findings::new();
    let value = |id: &str| values.get(id).map_or("", |text| text.trim());
    let folded = |id: &str| text::fold(value(id)).into_owned();
    let number = |id: &'static str| {
        let typed = value(id);
        let kept = known.masked.get(id).filter(|(mask, _)| mask == typed).map_or(typed, |(_, number)| number.as_str());
        text::fold_upper(kept).replace(' ', "")
    };
    let amount = match Fen::parse(value(field::AMOUNT)) {
        Ok(amount) => Some(amount),
        Err(MoneyError::Empty) => None,
        Err(_) => {
            let said = phrase!(W::PaymentNotAnAmount, value(field::AMOUNT));
            unread.push(Finding::block("amount_text", field::AMOUNT, said));
            None
        }
    };
    let id_no = number(field::ID_NO);
    let of_case = known.masked.get(field::ID_NO).is_some_and(|(_, own)| *own == id_no);
    let wish = Wish {
        payee_kind: PayeeKind::from_code(value(field::KIND)),
        payee: folded(field::PAYEE),
        payee_id_kind: if of_case { known.id_kind.clone() } else { String::new() },
        payee_id_no: id_no,
        payee_phone: number(field::PHONE),
        agent: folded(field::AGENT),
        agent_id_no: number(field::AGENT_ID),
        mandate: folded(field::MANDATE),
        shop_id: shop.map(|shop| shop.id),
        mode: Mode::from_code(value(field::MODE)),
        direct_id: value(field::DIRECT).parse().ok(),
        account_kind: AccountKind::from_code(value(field::ACCOUNT_KIND)),
        account: number(field::ACCOUNT),
        bank: folded(field::BANK),
        branch: folded(field::BRANCH),
        cnaps: String::new(),
        holder: folded(field::HOLDER),
        amount,
    };
    (wish, unread)
}

//! The screens of the registers: banks and channels, direct-pay accounts, repair shops, clauses.

mod banks;
mod book;
mod clauses;
mod direct;
pub mod folder;
mod lessons;
mod shops;

use crate::instructions::rules::AccountKind;
use crate::kernel::account::account;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings, Severity};
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::phrase;
use crate::reference::accounts;
use crate::reference::banks as banks_of;
use crate::ui::choice::ChoiceOption;
use crate::ui::form::Form;
use crate::ui::screen::{Cx, Entry};
use chrono::NaiveDate;

/// The places of the registers.
pub fn entries() -> Vec<Entry> {
    let readers = Right::ReadAll.roles();
    vec![
        Entry::place("banks", W::ReferencePlaceBanks, banks::open).teaches(&lessons::BANKS).only(readers),
        Entry::place("direct-accounts", W::ReferencePlaceDirect, direct::open).teaches(&lessons::DIRECT).only(readers),
        Entry::place("shops", W::ReferencePlaceShops, shops::open).teaches(&lessons::SHOPS).only(readers),
        Entry::place("clauses", W::ReferencePlaceClauses, clauses::open).teaches(&lessons::CLAUSES).only(readers),
    ]
}

/// A day as a form holds it; none when it is empty.
///
/// # Errors
/// That the text is no day, beside its field.
fn day(text: &str, field: &'static str) -> Result<Option<NaiveDate>, Findings> {
    if text.is_empty() {
        return Ok(None);
    }
    let words = || Finding::block("day", field, phrase!(W::ReferenceNotADay, text.to_owned()));
    clock::parse_day(text).map(Some).ok_or_else(|| words().into())
}

/// The answers for a kind of account.
fn account_kinds() -> Vec<ChoiceOption> {
    AccountKind::ALL.map(|kind| ChoiceOption::words(kind.code(), kind.word())).to_vec()
}

/// The bank a text names with its channel now, and the bank of a card: what a form warns of.
fn bank_warnings(form: &Form, cx: &Cx<'_>) -> Findings {
    let kind = AccountKind::from_code(form.value("account_kind")).unwrap_or(AccountKind::Card);
    let conn = cx.store.conn();
    // A warning that cannot be looked up is none; the act reads everything again.
    let named = banks_of::named(conn, form.value("bank")).ok().flatten();
    let channel = named.as_ref().and_then(|bank| banks_of::channel(conn, &bank.code, cx.now).ok()).unwrap_or_default();
    let of_card = banks_of::recognise(conn, form.value("account")).ok().flatten();
    let mut found = accounts::rules::account_findings(kind, &account(form.value("account")));
    found.extend(accounts::rules::bank_warnings(kind, named.as_ref().map(|bank| (bank, channel)), of_card.as_ref()));
    let only_warns = |finding: &Finding| finding.severity == Severity::Warn && form.focused() != finding.field;
    found.into_iter().filter(only_warns).collect()
}

//! The account the money goes to: whose it is, of what kind, at which bank, and whether transfers there are open.

use super::judge::Situation;
use super::wish::{Wish, field};
use crate::instructions::rules::{AccountKind, Mode, PayeeKind};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{IdKind, classify_id, cnaps_ok, luhn_ok};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;

/// Fewest and most characters of an account number.
const LENGTHS: std::ops::RangeInclusive<usize> = 6..=34;

/// An account number as it is kept and compared: folded, without the blanks cards are printed with.
pub fn digits(typed: &str) -> String {
    text::fold_upper(typed).replace(' ', "")
}

/// Judges the account of an entry whose mode needs one.
pub fn judge(wish: &Wish, s: &Situation<'_>, found: &mut Findings) {
    let Some(mode) = wish.mode.filter(|mode| mode.needs_account()) else { return };
    if mode == Mode::Direct && s.direct.is_none() {
        found.push(Finding::block("direct", field::DIRECT, W::PaymentNoDirect));
        return;
    }
    number(wish, found);
    kind(wish, s, found);
    holder(wish, s, found);
    bank(wish, s, found);
    if let Some((shop, _)) = s.shop.as_ref().filter(|_| wish.payee_kind == Some(PayeeKind::RepairShop))
        && !wish.account.is_empty()
        && digits(&shop.account) != wish.account
    {
        found.push(Finding::block("shop_account", field::ACCOUNT, phrase!(W::PaymentShopAccount, shop.name.as_str())));
    }
}

fn missing(code: &'static str, field: &'static str, label: W) -> Finding {
    Finding::block(code, field, phrase!(W::PaymentMissing, label))
}

fn number(wish: &Wish, found: &mut Findings) {
    let account = wish.account.as_str();
    if account.is_empty() {
        found.push(missing("account", field::ACCOUNT, W::PaymentLabelAccount));
    } else if text::is_masked(account) {
        found.push(Finding::block("account_masked", field::ACCOUNT, W::PaymentAccountMasked));
    } else if !LENGTHS.contains(&account.chars().count())
        || !account.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    {
        found.push(Finding::block("account_shape", field::ACCOUNT, W::PaymentAccountShape));
    } else if wish.account_kind == Some(AccountKind::Card) && !luhn_ok(account) {
        found.push(Finding::warn("luhn", field::ACCOUNT, W::PaymentLuhn));
    }
}

/// Persons are paid to a card or passbook, organisations to a company account.
fn kind(wish: &Wish, s: &Situation<'_>, found: &mut Findings) {
    let Some(account_kind) = wish.account_kind else {
        found.push(missing("account_kind", field::ACCOUNT_KIND, W::PaymentLabelAccountKind));
        return;
    };
    let reading = classify_id(&wish.payee_id_kind, &wish.payee_id_no, s.today);
    let organisation = wish.payee_kind.is_some_and(PayeeKind::organisation) || reading.kind == IdKind::Uscc;
    let company = account_kind == AccountKind::Company;
    if organisation != company && wish.payee_kind.is_some() {
        let word = if organisation { W::PaymentCompanyAccount } else { W::PaymentPersonAccount };
        found.push(Finding::block("account_kind", field::ACCOUNT_KIND, word));
    }
}

/// The holder is the payee; a guardian may take a child's money to the own account (domain §4).
fn holder(wish: &Wish, _s: &Situation<'_>, found: &mut Findings) {
    if wish.holder.is_empty() {
        found.push(missing("holder", field::HOLDER, W::PaymentLabelHolder));
        return;
    }
    let holder = text::fold_name(&wish.holder);
    let guardian = wish.payee_kind == Some(PayeeKind::Guardian) && holder == text::fold_name(&wish.agent);
    if holder != text::fold_name(&wish.payee) && !guardian {
        let said = phrase!(W::PaymentHolder, wish.holder.as_str(), wish.payee.as_str());
        found.push(Finding::block("holder", field::HOLDER, said));
    }
}

fn bank(wish: &Wish, s: &Situation<'_>, found: &mut Findings) {
    if wish.bank.is_empty() {
        found.push(missing("bank", field::BANK, W::PaymentLabelBank));
        return;
    }
    match &s.bank {
        None => {
            found.push(Finding::block("bank_unknown", field::BANK, phrase!(W::PaymentBankUnknown, wish.bank.as_str())))
        }
        Some((bank, false)) => {
            found.push(Finding::block("channel", field::BANK, phrase!(W::PaymentChannelClosed, bank.name.as_str())));
        }
        Some((bank, true)) => {
            let other = s.by_card.as_ref().filter(|by_card| by_card.code != bank.code);
            if let Some(other) = other {
                let said = phrase!(W::PaymentBankByCard, Arg::from(other.name.as_str()), bank.name.as_str());
                found.push(Finding::warn("bank_by_card", field::BANK, said));
            }
        }
    }
    if !wish.cnaps.is_empty() && !cnaps_ok(&wish.cnaps) {
        found.push(Finding::warn("cnaps", field::BRANCH, W::PaymentCnaps));
    }
}

//! What is wrong with a direct-pay account, and who may verify it.

use super::store::DirectAccount;
use crate::instructions::rules::AccountKind;
use crate::kernel::account::{account as account_form, luhn};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{IdKind, classify_id};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;
use crate::reference::banks::{Bank, Channel};
use crate::reference::rules::{id_findings, line_findings};
use chrono::NaiveDate;

/// Longest name of a payee or bank, in characters.
const NAME_CHARS: usize = 60;
/// Account numbers have as many characters as this.
const ACCOUNT_CHARS: std::ops::RangeInclusive<usize> = 8..=32;

/// An account to be put on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDirectAccount {
    /// Who is paid.
    pub payee: String,
    /// 证件类型 as files write it; empty = read from the number.
    pub id_kind: String,
    /// Number of the payee's document.
    pub id_no: String,
    /// Kind of account.
    pub account_kind: AccountKind,
    /// Bank as the payee writes it, with its branch.
    pub bank: String,
    /// Account number.
    pub account: String,
    /// 户名; must be the payee.
    pub holder: String,
}

impl NewDirectAccount {
    /// In the form in which it is kept.
    #[must_use]
    pub fn folded(&self, today: NaiveDate) -> NewDirectAccount {
        NewDirectAccount {
            payee: text::fold_name(&self.payee).into_owned(),
            id_kind: text::fold(&self.id_kind).into_owned(),
            id_no: classify_id(&self.id_kind, &self.id_no, today).number.into_owned(),
            account_kind: self.account_kind,
            bank: text::fold(&self.bank).into_owned(),
            account: account_form(&self.account),
            holder: text::fold_name(&self.holder).into_owned(),
        }
    }
}

/// What is wrong with an account number by itself; a card's check digit only warns.
pub fn account_findings(kind: AccountKind, number: &str) -> Findings {
    let mut found = Findings::new();
    if number.is_empty() {
        found.push(Finding::block("account", "account", W::ReferenceAccountMissing));
    } else if text::is_masked(number) {
        found.push(Finding::block("masked", "account", W::ReferenceIdMasked));
    } else if !ACCOUNT_CHARS.contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        found.push(Finding::block("account_shape", "account", W::ReferenceAccountShape));
    } else if kind == AccountKind::Card && !luhn(number) {
        found.push(Finding::warn("luhn", "account", W::ReferenceAccountLuhn));
    }
    found
}

/// What is wrong with a folded account to be entered: `bank` is the one its text names, `own` are the accounts on
/// record for the same identity number.
pub fn check_new(new: &NewDirectAccount, bank: Option<&Bank>, own: &[DirectAccount], today: NaiveDate) -> Findings {
    let mut found = Findings::new();
    if new.payee.is_empty() {
        found.push(Finding::block("payee", "payee", W::ReferenceNameMissing));
    }
    found.extend(line_findings("payee", &new.payee, NAME_CHARS));
    let reading = classify_id(&new.id_kind, &new.id_no, today);
    if reading.kind == IdKind::Empty {
        found.push(Finding::block("id_missing", "id_no", W::ReferenceIdMissing));
    }
    found.extend(id_findings("id_no", &reading));
    found.extend(account_findings(new.account_kind, &new.account));
    if new.bank.is_empty() {
        found.push(Finding::block("bank", "bank", W::ReferenceBankMissing));
    } else if bank.is_none() {
        found.push(Finding::block("no_bank", "bank", phrase!(W::ReferenceBankNotListed, new.bank.clone())));
    }
    found.extend(line_findings("bank", &new.bank, NAME_CHARS));
    if text::fold_name(&new.holder) != text::fold_name(&new.payee) {
        let what = phrase!(W::ReferenceHolderDiffers, new.holder.clone(), new.payee.clone());
        found.push(Finding::block("holder", "holder", what));
    }
    if own.iter().any(|known| known.account == new.account && known.disabled_at.is_none()) {
        found.push(Finding::block("known", "account", W::ReferenceDirectKnown));
    }
    found
}

/// What a second look at card and bank would ask: the card's own bank, and whether its channel is open.
pub fn bank_warnings(kind: AccountKind, named: Option<(&Bank, Channel)>, of_card: Option<&Bank>) -> Findings {
    let mut found = Findings::new();
    if let (AccountKind::Card, Some((named, _)), Some(card)) = (kind, named, of_card)
        && named.code != card.code
    {
        found.push(Finding::warn("other_bank", "bank", phrase!(W::ReferenceCardOfBank, card.name.clone())));
    }
    if let Some((bank, channel)) = named
        && !channel.open
    {
        found.push(Finding::warn("closed", "bank", phrase!(W::ReferenceChannelClosed, bank.name.clone())));
    }
    found
}

/// The finding that an account is disabled already.
pub fn disabled() -> Finding {
    Finding::block("disabled", None, W::ReferenceDirectDisabled)
}

/// Why somebody may not verify an account. Persons are compared by key; nobody signed in is nobody.
pub fn check_verify(account: &DirectAccount, by: i64) -> Findings {
    let mut found = Findings::new();
    if account.disabled_at.is_some() {
        found.push(disabled());
    } else if account.verified_at.is_some() {
        found.push(Finding::block("verified", None, W::ReferenceDirectVerified));
    }
    if by == account.entered_by || by == 0 {
        found.push(Finding::block("same_person", None, W::ReferenceDirectSecond));
    }
    found
}

/// Whether the number read from the paper is the one that was entered.
pub fn check_typed(account: &DirectAccount, typed: &str) -> Findings {
    let typed = account_form(typed);
    if typed.is_empty() {
        return Finding::block("account", "account", W::ReferenceAccountMissing).into();
    }
    if typed == account.account {
        return Findings::new();
    }
    Finding::block("differs", "account", W::ReferenceDirectDiffers).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new() -> NewDirectAccount {
        NewDirectAccount {
            payee: "王 建国".to_owned(),
            id_kind: String::new(),
            id_no: "11010519491231002x".to_owned(),
            account_kind: AccountKind::Card,
            bank: "工商银行合肥分行".to_owned(),
            account: "4539 1488 0343 6467".to_owned(),
            holder: "王建国".to_owned(),
        }
    }

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    fn bank() -> Bank {
        Bank {
            id: 1,
            code: "icbc".to_owned(),
            name: "中国工商银行".to_owned(),
            aliases: Vec::new(),
            bins: Vec::new(),
            designated: false,
            cnaps: String::new(),
        }
    }

    fn codes(change: impl FnOnce(&mut NewDirectAccount)) -> String {
        let mut new = new();
        change(&mut new);
        check_new(&new.folded(day()), Some(&bank()), &[], day()).codes()
    }

    #[test]
    fn a_right_account_is_taken_and_a_wrong_one_told_everything_at_once() {
        assert_eq!(codes(|_| {}), "");
        assert_eq!(codes(|new| new.holder = "李晓红".to_owned()), "holder");
        assert_eq!(codes(|new| new.id_no = "110105194912310021".to_owned()), "id_check_digit");
        assert_eq!(codes(|new| new.account = "4539148803436468".to_owned()), "luhn", "a warning");
        let passbook = |new: &mut NewDirectAccount| {
            new.account = "4539148803436468".to_owned();
            new.account_kind = AccountKind::Passbook;
        };
        assert_eq!(codes(passbook), "", "only cards have the digit");
        let empty = NewDirectAccount {
            payee: String::new(),
            id_no: String::new(),
            bank: String::new(),
            account: String::new(),
            holder: String::new(),
            ..new()
        };
        assert_eq!(check_new(&empty, None, &[], day()).codes(), "payee, id_missing, account, bank");
        assert_eq!(check_new(&new().folded(day()), None, &[], day()).codes(), "no_bank");
    }

    #[test]
    fn the_bank_of_the_card_and_a_closed_channel_only_warn() {
        let closed = Channel::default();
        let other = Bank { code: "abc".to_owned(), ..bank() };
        let warned = bank_warnings(AccountKind::Card, Some((&bank(), closed)), Some(&other));
        assert_eq!((warned.codes().as_str(), warned.blocking()), ("other_bank, closed", false));
        let open = Channel { open: true, ..closed };
        assert!(bank_warnings(AccountKind::Card, Some((&bank(), open)), Some(&bank())).is_empty());
    }
}

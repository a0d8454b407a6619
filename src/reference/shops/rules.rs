//! What is wrong with a repair shop, and whether it may be paid on a day.

use super::store::Shop;
use crate::instructions::rules::AccountKind;
use crate::kernel::account::account;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{IdKind, IdReading, classify_id, credit_code, mobile_ok};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;
use crate::reference::accounts::rules::account_findings;
use crate::reference::banks::Bank;
use crate::reference::rules::{id_findings, line_findings};
use chrono::{Months, NaiveDate};

/// Longest name, in characters.
const NAME_CHARS: usize = 60;
/// A verification holds at most so long; then the papers are looked at again.
const MOST_MONTHS: Months = Months::new(36);

/// A shop as its papers say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewShop {
    /// Name, which is also the account's holder.
    pub name: String,
    /// Number of the repair licence or filing; may stay empty where the credit code is all there is.
    pub licence: String,
    /// 统一社会信用代码
    pub uscc: String,
    /// Kind of account.
    pub account_kind: AccountKind,
    /// Bank with its branch.
    pub bank: String,
    /// Account number.
    pub account: String,
    /// Who comes for the shop.
    pub agent: String,
    /// Number of the agent's document.
    pub agent_id_no: String,
    /// The shop's phone.
    pub phone: String,
    /// Last day of the verification.
    pub expires_on: Option<NaiveDate>,
}

impl NewShop {
    /// In the form in which it is kept.
    #[must_use]
    pub fn folded(&self, today: NaiveDate) -> NewShop {
        NewShop {
            name: text::fold_name(&self.name).into_owned(),
            licence: text::fold(&self.licence).into_owned(),
            uscc: credit_code(&self.uscc).number.into_owned(),
            account_kind: self.account_kind,
            bank: text::fold(&self.bank).into_owned(),
            account: account(&self.account),
            agent: text::fold_name(&self.agent).into_owned(),
            agent_id_no: classify_id("", &self.agent_id_no, today).number.into_owned(),
            phone: account(&self.phone),
            expires_on: self.expires_on,
        }
    }
}

/// Whether a shop may be paid on a day: verified, not expired, not taken off.
pub fn in_force(shop: &Shop, day: NaiveDate) -> bool {
    !shop.ended && day <= shop.expires_on
}

/// The finding that a shop is taken off already.
pub fn ended() -> Finding {
    Finding::block("ended", None, W::ReferenceShopEnded)
}

/// What is wrong with a folded shop: `before` is the shop verified again, `other` whoever has the credit code.
pub fn check(
    new: &NewShop,
    bank: Option<&Bank>,
    (before, other): (Option<&Shop>, Option<&Shop>),
    today: NaiveDate,
) -> Findings {
    let mut found = Findings::new();
    if new.name.is_empty() {
        found.push(Finding::block("name", "name", W::ReferenceNameMissing));
    }
    for (field, line) in [("name", &new.name), ("licence", &new.licence), ("bank", &new.bank), ("agent", &new.agent)] {
        found.extend(line_findings(field, line, NAME_CHARS));
    }
    found.extend(id_checked("uscc", &credit_code(&new.uscc)));
    if before.is_some_and(|shop| shop.uscc != new.uscc) {
        found.push(Finding::block("uscc_fixed", "uscc", W::ReferenceShopUsccFixed));
    } else if let Some(other) = other.filter(|_| before.is_none()) {
        found.push(Finding::block("uscc_taken", "uscc", phrase!(W::ReferenceShopUsccTaken, other.name.clone())));
    }
    if new.bank.is_empty() {
        found.push(Finding::block("bank", "bank", W::ReferenceBankMissing));
    } else if bank.is_none() {
        found.push(Finding::block("no_bank", "bank", phrase!(W::ReferenceBankNotListed, new.bank.clone())));
    }
    found.extend(account_findings(new.account_kind, &new.account));
    if new.agent.is_empty() {
        found.push(Finding::block("agent", "agent", W::ReferenceShopAgentMissing));
    }
    found.extend(id_checked("agent_id_no", &classify_id("", &new.agent_id_no, today)));
    if !new.phone.is_empty() && !mobile_ok(&new.phone) {
        found.push(Finding::warn("phone", "phone", W::ReferencePhoneShape));
    }
    match new.expires_on {
        None => found.push(Finding::block("expires", "expires_on", W::ReferenceShopExpiresMissing)),
        Some(day) if day < today => found.push(Finding::block("expired", "expires_on", W::ReferenceShopExpiresPast)),
        Some(day) if today.checked_add_months(MOST_MONTHS).is_some_and(|last| day > last) => {
            found.push(Finding::block("far", "expires_on", W::ReferenceShopExpiresFar));
        }
        Some(_) => {}
    }
    found
}

fn id_checked(field: &'static str, reading: &IdReading<'_>) -> Findings {
    if reading.kind == IdKind::Empty {
        return Finding::block("id_missing", field, W::ReferenceIdMissing).into();
    }
    id_findings(field, reading)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn shop(expires_on: &str, ended: bool) -> Shop {
        Shop {
            id: 1,
            uscc: "91350100M000100Y43".to_owned(),
            name: "合成汽修".to_owned(),
            licence: String::new(),
            account_kind: AccountKind::Company,
            bank_code: "icbc".to_owned(),
            bank: "工商银行".to_owned(),
            account: "1302010109000000001".to_owned(),
            agent: "周合成".to_owned(),
            agent_id_no: "11010519491231002X".to_owned(),
            phone: String::new(),
            verified_at: 0,
            verified_by: 1,
            expires_on: day(expires_on),
            ended,
            reason: String::new(),
        }
    }

    #[test]
    fn a_shop_is_paid_up_to_its_last_day() {
        let last = shop("2026-11-23", false);
        assert!(in_force(&last, day("2026-11-23")) && !in_force(&last, day("2026-11-24")));
        assert!(!in_force(&shop("2027-11-23", true), day("2026-11-23")));
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        let new = NewShop {
            name: String::new(),
            licence: String::new(),
            uscc: "91350100M000100Y44".to_owned(),
            account_kind: AccountKind::Company,
            bank: "没有的行".to_owned(),
            account: "12".to_owned(),
            agent: String::new(),
            agent_id_no: String::new(),
            phone: "12345".to_owned(),
            expires_on: Some(day("2026-11-22")),
        };
        let found = check(&new, None, (None, None), day("2026-11-23"));
        assert_eq!(found.codes(), "name, uscc_check, no_bank, account_shape, agent, id_missing, phone, expired");
        let known = shop("2027-01-01", false);
        let again = NewShop { uscc: known.uscc.clone(), ..new };
        assert!(check(&again, None, (None, Some(&known)), day("2026-11-23")).has("uscc_taken"));
        assert!(!check(&again, None, (Some(&known), Some(&known)), day("2026-11-23")).has("uscc_taken"));
    }
}

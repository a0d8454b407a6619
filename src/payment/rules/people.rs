//! Who is paid, and who comes in that person's stead: what each kind of payee needs (domain §4).

use super::judge::Situation;
use super::wish::{Wish, field};
use crate::instructions::rules::{Mode, PayeeKind};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{IdKind, IdReading, classify_id, mobile_ok};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use chrono::Datelike;

/// Years at which a person is of age (民法典 17).
const OF_AGE: i32 = 18;

/// Judges payee and agent.
pub fn judge(wish: &Wish, s: &Situation<'_>, found: &mut Findings) {
    let Some(kind) = wish.payee_kind else {
        found.push(missing("kind", field::KIND, W::PaymentLabelKind));
        return;
    };
    if wish.mode.is_none() {
        found.push(missing("mode", field::MODE, W::PaymentLabelMode));
    }
    shop(wish, kind, s, found);
    if wish.payee.is_empty() {
        found.push(missing("payee", field::PAYEE, W::PaymentLabelPayee));
    }
    let reading = classify_id(&wish.payee_id_kind, &wish.payee_id_no, s.today);
    number(kind, &reading, found);
    if kind == PayeeKind::Guardian && of_age(&reading, s) {
        found.push(Finding::block("of_age", field::ID_NO, phrase!(W::PaymentOfAge, wish.payee.as_str())));
    }
    let agency = kind == PayeeKind::Agent && reading.kind == IdKind::Uscc;
    let direct = wish.mode == Some(Mode::Direct);
    let needs_agent = match kind {
        PayeeKind::Guardian | PayeeKind::RepairShop => true,
        PayeeKind::Agent => agency,
        // An account on record was verified with its papers; nobody has to come.
        PayeeKind::Company => !direct,
        _ => false,
    };
    if needs_agent {
        agent(wish, s, found);
    }
    let needs_mandate = kind.by_mandate() || kind == PayeeKind::Company && !direct;
    if needs_mandate && wish.mandate.is_empty() {
        found.push(missing("mandate", field::MANDATE, W::PaymentLabelMandate));
    }
    if !wish.payee_phone.is_empty() && !mobile_ok(&wish.payee_phone) {
        found.push(Finding::warn("phone", field::PHONE, W::PaymentPhone));
    }
    if s.liability && matches!(kind, PayeeKind::Insured | PayeeKind::Company | PayeeKind::Guardian) {
        found.push(Finding::warn("liability", field::KIND, W::PaymentLiability));
    }
    texts(wish, found);
}

fn missing(code: &'static str, field: &'static str, label: W) -> Finding {
    Finding::block(code, field, phrase!(W::PaymentMissing, label))
}

/// The number of the payee: needed but for those who are known by their office; never one that cannot be.
fn number(kind: PayeeKind, reading: &IdReading<'_>, found: &mut Findings) {
    let known_by_office = matches!(kind, PayeeKind::Hospital | PayeeKind::Court | PayeeKind::FirstBeneficiary);
    if reading.kind == IdKind::Empty {
        if !known_by_office {
            found.push(missing("id_no", field::ID_NO, W::PaymentLabelIdNo));
        }
        return;
    }
    if !reading.is_acceptable() {
        found.push(Finding::block("id_no", field::ID_NO, phrase!(W::PaymentIdWrong, W::PaymentLabelIdNo)));
        return;
    }
    let organisation = kind.organisation();
    if organisation && reading.kind == IdKind::Citizen || needs_person(kind) && reading.kind == IdKind::Uscc {
        found.push(Finding::block("id_kind", field::ID_NO, phrase!(W::PaymentIdOtherKind, kind.word())));
    } else if reading.warnings().next().is_some() {
        found.push(Finding::warn("id_look", field::ID_NO, W::PaymentIdLook));
    }
}

fn needs_person(kind: PayeeKind) -> bool {
    matches!(kind, PayeeKind::Guardian | PayeeKind::Heir)
}

fn of_age(reading: &IdReading<'_>, s: &Situation<'_>) -> bool {
    let Some(birth) = reading.birth else { return false };
    let years = s.today.year() - birth.year();
    years > OF_AGE || years == OF_AGE && (s.today.month(), s.today.day()) >= (birth.month(), birth.day())
}

fn agent(wish: &Wish, s: &Situation<'_>, found: &mut Findings) {
    if wish.agent.is_empty() {
        found.push(missing("agent", field::AGENT, W::PaymentLabelAgent));
    }
    let reading = classify_id("", &wish.agent_id_no, s.today);
    if reading.kind == IdKind::Empty {
        found.push(missing("agent_id", field::AGENT_ID, W::PaymentLabelAgentId));
    } else if !reading.is_acceptable() || reading.kind == IdKind::Uscc {
        found.push(Finding::block("agent_id", field::AGENT_ID, phrase!(W::PaymentIdWrong, W::PaymentLabelAgentId)));
    }
}

/// A repair shop is one of the register, verified and not expired, and keeps the name it was verified with.
fn shop(wish: &Wish, kind: PayeeKind, s: &Situation<'_>, found: &mut Findings) {
    if kind != PayeeKind::RepairShop {
        return;
    }
    match &s.shop {
        None => found.push(Finding::block("shop", field::SHOP, W::PaymentShopUnknown)),
        Some((shop, false)) => {
            let until = Arg::Day(shop.expires_on);
            let said = phrase!(W::PaymentShopExpired, shop.name.as_str(), until);
            found.push(Finding::block("shop_expired", field::SHOP, said));
        }
        Some((shop, true)) => {
            if text::fold_name(&shop.name) != text::fold_name(&wish.payee) {
                found.push(Finding::block("shop_name", field::PAYEE, phrase!(W::PaymentShopName, shop.name.as_str())));
            }
            found.push(Finding::warn("callback", field::SHOP, W::PaymentCallBack));
        }
    }
}

fn texts(wish: &Wish, found: &mut Findings) {
    for (field, typed) in [
        (field::PAYEE, &wish.payee),
        (field::ID_NO, &wish.payee_id_no),
        (field::PHONE, &wish.payee_phone),
        (field::AGENT, &wish.agent),
        (field::AGENT_ID, &wish.agent_id_no),
        (field::MANDATE, &wish.mandate),
        (field::BANK, &wish.bank),
        (field::BRANCH, &wish.branch),
        (field::HOLDER, &wish.holder),
    ] {
        if text::outside_text_problem(typed).is_some() {
            found.push(Finding::block("text", field, W::PaymentText));
        }
    }
}

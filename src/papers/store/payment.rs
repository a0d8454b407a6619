//! The payment part of a case's checklist as it stands, and the milestone that follows from it.

use super::{checklist_of, items, marks};
use crate::case::milestones::Milestones;
use crate::case::store::{CaseFile, load};
use crate::db::journal::sha256;
use crate::db::{ActTx, Connection, Store};
use crate::instructions::rules::{Instruction, Mode, PayeeKind, State};
use crate::instructions::store as instructions;
use crate::kernel::clock::day_of;
use crate::kernel::identity::{IdKind, classify_id};
use crate::kernel::money::Fen;
use crate::kernel::settings::IDENTITY_FROM;
use crate::papers::rules::payment::{self, Asked, Known, PaymentNeed, Way, Whose};
use crate::papers::rules::{self, ItemState, Mark};
use crate::reference::rulebook::Rulebook;
use crate::reference::shops;
use crate::reference::store::rulebook;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The whole checklist of a case: the claim part, and the payment parts of what is chosen or expected.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// The claim part.
    pub claim: Vec<ItemState>,
    /// The payment parts.
    pub payment: Vec<Asked>,
    /// Instructions are chosen; else the payment part is that of an expected way.
    pub chosen: bool,
}

/// The way to be paid that a case expects while none is chosen: the insured, by transfer.
pub fn expected_way(case: &CaseFile) -> Way {
    // The day only bounds dates of birth, which decide nothing here.
    let kind = classify_id(&case.facts.id_kind, &case.facts.id_no, NaiveDate::MAX).kind == IdKind::Uscc;
    Way { payee_kind: if kind { PayeeKind::Company } else { PayeeKind::Insured }, mode: Mode::Transfer }
}

/// Whether a line covers liability, so that its insured is paid only once the third party was (保险法 65).
pub fn line_liability(rules: &Rulebook, line: &str) -> bool {
    checklist_of(rules, line).is_some_and(|list| list.id == "liability") || rules.compulsory(line)
}

/// A short stable name for whose a paper is.
fn hash(identity: &str) -> String {
    sha256(identity.as_bytes()).chars().take(12).collect()
}

/// The sum to the payee of an instruction over the cases of its accident, that instruction and all chosen before it:
/// the one that reaches the limit asks for copies (反洗钱, dated table).
fn sum_to_payee(conn: &Connection, case: &CaseFile, one: &Instruction) -> rusqlite::Result<Fen> {
    let who = payment::identity(&one.payee_id_no, &one.payee);
    let mut ids = vec![case.id];
    ids.extend(load::of_accident(conn, &case.facts.accident_no)?.into_iter().map(|other| other.id));
    ids.sort_unstable();
    ids.dedup();
    let mut sum = 0_i64;
    for id in ids {
        for other in instructions::of_case(conn, id)? {
            let counts = other.id <= one.id && (other.state.live() || other.state == State::Paid);
            if counts && payment::identity(&other.payee_id_no, &other.payee) == who {
                sum = sum.saturating_add(other.amount.fen());
            }
        }
    }
    Ok(Fen::from_fen(sum))
}

/// What an instruction of a case needs.
fn need_of(
    conn: &Connection,
    rules: &Rulebook,
    case: &CaseFile,
    one: &Instruction,
    marks: &BTreeMap<String, Mark>,
) -> rusqlite::Result<PaymentNeed> {
    let limit = rules.settings.money(IDENTITY_FROM, one.chosen_at);
    Ok(PaymentNeed {
        identity_copy: limit > Fen::ZERO && sum_to_payee(conn, case, one)? >= limit,
        by_agent: !one.agent.is_empty(),
        ..need_for(rules, case, Way { payee_kind: one.payee_kind, mode: one.mode }, one.amount, marks)
    })
}

/// What a way to be paid would need on a case, before anything is chosen.
fn need_for(rules: &Rulebook, case: &CaseFile, way: Way, amount: Fen, marks: &BTreeMap<String, Mark>) -> PaymentNeed {
    let limit = rules.settings.money(IDENTITY_FROM, case.milestones.opened_at.max(case.received_at));
    // The claim part of a liability line may have the proof already.
    let paid = marks.get("third-party-paid").is_some_and(|mark| mark.state.settled());
    PaymentNeed {
        line_liability: line_liability(rules, &case.facts.line),
        third_party_paid: paid,
        identity_copy: limit > Fen::ZERO && amount >= limit,
        ..PaymentNeed::new(way.payee_kind, way.mode, amount)
    }
}

/// What is to be paid, as far as anybody knows.
fn likely_amount(case: &CaseFile) -> Fen {
    let m = &case.milestones;
    m.balance().or(case.facts.payable).or(case.facts.verified).or(case.facts.assessed).unwrap_or_default()
}

/// What a way to be paid would need on a case; see [`rules::would_need`].
pub fn need(rules: &Rulebook, case: &CaseFile, way: Way, marks: &BTreeMap<String, Mark>) -> PaymentNeed {
    need_for(rules, case, way, likely_amount(case), marks)
}

/// The paper that the register of repair shops answers for.
const SHOP_VERIFIED: &str = "shop-verified";

/// Whether the shop of an instruction stood verified in its register on the day it was chosen. What the register says
/// later does not change what was shown then; a mended instruction is looked at anew.
fn shop_verified(conn: &Connection, one: &Instruction) -> rusqlite::Result<bool> {
    let Some(id) = one.shop_id else { return Ok(false) };
    let then = shops::records(conn, id)?.into_iter().find(|shop| shop.verified_at <= one.chosen_at);
    Ok(then.is_some_and(|shop| shops::in_force(&shop, day_of(one.chosen_at))))
}

/// The papers of the live instructions of a round with what is known of each; a paper that several of them share (one
/// payee paid twice) stands there once.
///
/// # Errors
/// What SQLite says.
pub fn of_instructions(
    conn: &Connection,
    rules: &Rulebook,
    case: &CaseFile,
    round: i64,
) -> rusqlite::Result<Vec<Asked>> {
    let all = instructions::of_round(conn, case.id, round)?;
    if all.iter().all(|one| !one.state.live()) {
        return Ok(Vec::new());
    }
    let marks = marks(conn, case.id)?;
    let mut list: Vec<Asked> = Vec::new();
    for one in all.iter().filter(|one| one.state.live()) {
        let need = need_of(conn, rules, case, one, &marks)?;
        let whose = Whose::of(one, hash);
        let first = all.iter().find(|other| other.payee_kind == one.payee_kind).map(|other| Whose::of(other, hash));
        let known = Known { marks: &marks, whose: Some(&whose), first: first.as_ref() };
        let verified = shop_verified(conn, one)?;
        for mut asked in payment::list(&need, &one.payee, known) {
            if verified && asked.known.item.key == SHOP_VERIFIED && asked.known.state == rules::State::Open {
                asked.known.state = rules::State::Present;
            }
            if list.iter().all(|there| there.key != asked.key) {
                list.push(asked);
            }
        }
    }
    Ok(list)
}

/// The whole checklist of a case. While nothing is chosen, its payment part is that of `way`, or of the expected one.
///
/// # Errors
/// What SQLite says.
pub fn whole(conn: &Connection, rules: &Rulebook, case: &CaseFile, way: Option<Way>) -> rusqlite::Result<Whole> {
    let claim = items(conn, rules, case)?;
    let payment = of_instructions(conn, rules, case, case.milestones.round)?;
    let done =
        case.milestones.closed_at.is_some() && (!case.milestones.must_pay() || case.milestones.chosen_at.is_some());
    if !payment.is_empty() || done {
        return Ok(Whole { claim, payment, chosen: true });
    }
    let marks = marks(conn, case.id)?;
    let need = need(rules, case, way.unwrap_or_else(|| expected_way(case)), &marks);
    let payment = payment::list(&need, "", Known { marks: &marks, whose: None, first: None });
    Ok(Whole { claim, payment, chosen: false })
}

/// Sets `prechecked_at` of a round from its live instructions and the marks: reached when instructions cover what is to
/// be paid and none of their papers is missing, else not. Whoever changes instructions or marks calls it before saving.
///
/// # Errors
/// What SQLite says, or the rulebook that cannot be read.
pub fn settle_precheck(tx: &ActTx<'_>, case: &CaseFile, m: &mut Milestones, now: i64) -> anyhow::Result<()> {
    let complete = is_complete(tx.store(), case, m)?;
    m.prechecked_at = if complete { m.prechecked_at.or(Some(now)) } else { None };
    Ok(())
}

/// Whether instructions are chosen and none of their papers is missing.
///
/// # Errors
/// What SQLite says, or the rulebook that cannot be read.
pub fn is_complete(store: &Store, case: &CaseFile, m: &Milestones) -> anyhow::Result<bool> {
    if m.chosen_at.is_none() {
        return Ok(false);
    }
    let rules = rulebook(store)?;
    Ok(payment::missing(&of_instructions(store.conn(), &rules, case, m.round)?).is_empty())
}

/// Whether `prechecked_at` stands as the marks and live instructions say. Over several cases of an accident only what
/// does not hang on their common sum is compared: an act on one case does not touch the others.
///
/// # Errors
/// What SQLite says, or the rulebook that cannot be read.
pub fn agrees(store: &Store, case: &CaseFile) -> anyhow::Result<bool> {
    let m = &case.milestones;
    if m.chosen_at.is_none() {
        return Ok(m.prechecked_at.is_none());
    }
    let rules = rulebook(store)?;
    let list = of_instructions(store.conn(), &rules, case, m.round)?;
    let missing = payment::missing(&list);
    let shared = load::of_accident(store.conn(), &case.facts.accident_no)?.len() > 1;
    Ok(match m.prechecked_at {
        Some(_) => missing.iter().all(|asked| shared && asked.known.item.copy),
        None => shared || !missing.is_empty(),
    })
}

/// What is missing of a whole list now, claim part first.
pub fn missing_now(whole: &Whole, claim_open: bool) -> Vec<&'static rules::Item> {
    let mut all = if claim_open { rules::missing(&whole.claim) } else { Vec::new() };
    for asked in payment::missing(&whole.payment) {
        // Papers of two payees have one name, and one document serves claim and payment; the customer is told once.
        if all.iter().all(|item| item.key != asked.known.item.key && item.key != asked.covered_by) {
            all.push(asked.known.item);
        }
    }
    all
}

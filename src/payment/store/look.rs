//! Reads a case for choosing, the lists of the payment desk, and what the rules decide on.

use crate::case::milestones::Stage;
use crate::case::store::{CaseFile, load};
use crate::db::{Connection, Store};
use crate::instructions::rules::{Instruction, Mode, PayeeKind, State, Sums};
use crate::instructions::store::{COLUMNS, at, identity_sum, of_case, same_account};
use crate::kernel::clock;
use crate::kernel::settings;
use crate::kernel::text;
use crate::office;
use crate::payment::rules::{Judged, Situation, Twin, Wish, field, judge};
use crate::reference::accounts::{self, DirectAccount};
use crate::reference::banks::{self, Bank};
use crate::reference::rulebook::Rulebook;
use crate::reference::shops;
use crate::reference::store::rulebook;
use std::rc::Rc;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// A case with everything its payment stands on.
#[derive(Clone, Debug)]
pub struct Look {
    /// The case with its current round.
    pub case: CaseFile,
    /// Lines, calendar and settings.
    pub rules: Rc<Rulebook>,
    /// Every instruction of the case, of all rounds.
    pub all: Vec<Instruction>,
    /// The other cases of the accident that wait for their payment to be chosen.
    pub siblings: Vec<CaseFile>,
}

impl Look {
    /// Reads a case; nothing when there is none with this key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read(store: &Store, case_id: i64) -> anyhow::Result<Option<Look>> {
        let conn = store.conn();
        let Some(case) = load::by_id(conn, case_id)? else { return Ok(None) };
        let mut siblings = Vec::new();
        if !case.facts.accident_no.is_empty() {
            siblings = load::of_accident(conn, &case.facts.accident_no)?;
            siblings.retain(|other| other.id != case.id && other.milestones.stage() == Stage::Payment);
        }
        Ok(Some(Look { rules: rulebook(store)?, all: of_case(conn, case_id)?, siblings, case }))
    }

    /// The instructions of the current round.
    pub fn round(&self) -> impl Iterator<Item = &Instruction> {
        self.all.iter().filter(|one| one.round == self.case.milestones.round)
    }

    /// What they come to.
    pub fn sums(&self) -> Sums {
        Sums::of(self.round())
    }

    /// Whether a payment may be chosen at all: signed off, told and agreed, something to pay.
    pub fn may_choose(&self) -> bool {
        choosable(&self.case)
    }
}

/// Whether a payment of a case may be chosen: signed off, told and agreed, something to pay.
pub fn choosable(case: &CaseFile) -> bool {
    case.milestones.must_pay() && matches!(case.milestones.stage(), Stage::Payment | Stage::Precheck | Stage::Disburse)
}

/// The bank behind an entry: by its name, else by its card number; and whether transfers to it are open.
///
/// # Errors
/// What SQLite says.
pub fn bank_of(conn: &Connection, bank: &str, account: &str, now: i64) -> rusqlite::Result<Option<(Bank, bool)>> {
    let found = match banks::named(conn, bank)? {
        Some(bank) => Some(bank),
        None if bank.is_empty() => banks::recognise(conn, account)?,
        None => None,
    };
    found
        .map(|bank| {
            let open = banks::channel(conn, &bank.code, now)?.open;
            Ok((bank, open))
        })
        .transpose()
}

/// The account on record an entry names, as it is in force for its payee.
///
/// # Errors
/// What SQLite says.
pub fn direct_of(conn: &Connection, wish: &Wish) -> rusqlite::Result<Option<DirectAccount>> {
    let Some(id) = wish.direct_id.filter(|_| wish.mode == Some(Mode::Direct)) else { return Ok(None) };
    Ok(accounts::for_payee(conn, &wish.payee_id_no, &wish.payee)?.into_iter().find(|one| one.id == id))
}

/// The accounts known of a payee: the core system's where it is its payee, those on record, those paid before.
fn known_accounts(conn: &Connection, case: &CaseFile, wish: &Wish) -> rusqlite::Result<Vec<String>> {
    let f = &case.facts;
    let imported = if f.payee.is_empty() { &f.insured } else { &f.payee };
    let mut known = Vec::new();
    if !f.account.is_empty() && text::fold_name(imported) == text::fold_name(&wish.payee) {
        known.push(f.account.clone());
    }
    known.extend(accounts::for_payee(conn, &wish.payee_id_no, &wish.payee)?.into_iter().map(|one| one.account));
    Ok(known)
}

fn twins(conn: &Connection, case: &CaseFile, wish: &Wish, since: i64) -> rusqlite::Result<Vec<Twin>> {
    let Some(amount) = wish.amount.filter(|_| !wish.account.is_empty()) else { return Ok(Vec::new()) };
    let mut twins = Vec::new();
    for one in same_account(conn, &wish.account, amount, since)? {
        if !(one.state.live() || one.state == State::Paid) {
            continue;
        }
        let Some(other) = load::by_id(conn, one.case_id)? else { continue };
        let (a, b) = (&case.facts, &other.facts);
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        if other.id == case.id || same(&a.accident_no, &b.accident_no) || same(&a.plate, &b.plate) {
            twins.push(Twin {
                case_code: other.case_code,
                amount: one.amount,
                chosen_at: one.chosen_at,
                state: one.state.word(),
            });
        }
    }
    Ok(twins)
}

/// What the rules decide on for one entry of a case whose instructions come to `sums`.
///
/// # Errors
/// What SQLite says.
pub fn situation<'a>(
    conn: &Connection,
    rules: &Rulebook,
    case: &'a CaseFile,
    (wish, sums): (&Wish, Sums),
    now: i64,
) -> rusqlite::Result<Situation<'a>> {
    let days = rules.settings.number(settings::GUARD_DAYS, now);
    let line = rules.line(&case.facts.line);
    let today = clock::day_of(now);
    let shop = wish.shop_id.map(|id| shops::by_id(conn, id)).transpose()?.flatten();
    let ids = [wish.payee_id_no.as_str(), wish.agent_id_no.as_str()];
    let fields = [field::ID_NO, field::PHONE, field::ACCOUNT];
    let staff = office::private::matching(conn, &ids, &wish.payee_phone, &wish.account)?;
    let with_account = wish.mode.is_some_and(Mode::needs_account);
    Ok(Situation {
        today,
        facts: &case.facts,
        open: sums.open(&case.milestones),
        live: sums.live,
        liability: line.is_some_and(|line| line.checklist == "liability"),
        bank: if with_account { bank_of(conn, &wish.bank, &wish.account, now)? } else { None },
        by_card: if with_account { banks::recognise(conn, &wish.account)? } else { None },
        shop: shop.map(|shop| {
            let in_force = shops::in_force(&shop, today);
            (shop, in_force)
        }),
        direct: direct_of(conn, wish)?,
        known_accounts: known_accounts(conn, case, wish)?,
        twins: if with_account { twins(conn, case, wish, now - days * DAY)? } else { Vec::new() },
        staff: staff.into_iter().filter_map(|(at, name)| Some((*fields.get(at)?, name))).collect(),
        identity_before: identity_sum(conn, case, &wish.payee_id_no)?,
        cash_ceiling: rules.settings.money(settings::CASH_CEILING, now),
        review_above: rules.settings.money(settings::REVIEW_ABOVE, now),
        identity_from: rules.settings.money(settings::IDENTITY_FROM, now),
        guard_days: days,
    })
}

/// An entry with what its register says in place of what was typed: the account on record, the shop's own number.
///
/// # Errors
/// What SQLite says.
pub fn settled(conn: &Connection, wish: &Wish) -> rusqlite::Result<Wish> {
    let mut wish = wish.clone();
    if let Some(direct) = direct_of(conn, &wish)? {
        wish.account_kind = Some(direct.account_kind);
        wish.account = direct.account;
        wish.bank = direct.bank;
        wish.holder = direct.holder;
    } else {
        wish.direct_id = None;
    }
    if wish.payee_kind != Some(PayeeKind::RepairShop) {
        wish.shop_id = None;
    }
    Ok(wish)
}

/// What the rules say of an entry before it is saved; `planned` is what other entries of the same list take.
///
/// # Errors
/// What SQLite says.
pub fn preview(conn: &Connection, look: &Look, wish: &Wish, planned: Sums, now: i64) -> rusqlite::Result<Judged> {
    let sums = look.sums();
    let live = sums.live.checked_add(planned.live).unwrap_or(sums.live);
    let wish = settled(conn, wish)?;
    let sums = Sums { live, ..sums };
    Ok(judge(&wish, &situation(conn, &look.rules, &look.case, (&wish, sums), now)?))
}

/// Instructions that wait for a second person's review, oldest first, with their cases.
///
/// # Errors
/// What SQLite says.
pub fn awaiting_review(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<(Instruction, CaseFile)>> {
    let all = conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM instruction i WHERE i.state = 'chosen' AND i.review_reasons <> '' AND \
             i.reviewed_at IS NULL ORDER BY i.id LIMIT $1"
        ))?
        .query_map([limit], at)?
        .collect::<rusqlite::Result<Vec<Instruction>>>()?;
    with_cases(conn, all)
}

/// Instructions a reopening holds, oldest first, with their cases.
///
/// # Errors
/// What SQLite says.
pub fn held(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<(Instruction, CaseFile)>> {
    let all = conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM instruction i WHERE i.state = 'chosen' AND i.held = 1 ORDER BY i.id LIMIT $1"
        ))?
        .query_map([limit], at)?
        .collect::<rusqlite::Result<Vec<Instruction>>>()?;
    with_cases(conn, all)
}

fn with_cases(conn: &Connection, all: Vec<Instruction>) -> rusqlite::Result<Vec<(Instruction, CaseFile)>> {
    let mut rows = Vec::new();
    for one in all {
        if let Some(case) = load::by_id(conn, one.case_id)? {
            rows.push((one, case));
        }
    }
    Ok(rows)
}

/// Walks over every case that has instructions, in key order, and answers the first thing found.
///
/// # Errors
/// What SQLite or `look` says.
pub fn walk<T>(
    conn: &Connection,
    mut look: impl FnMut(&CaseFile, &[Instruction]) -> anyhow::Result<Option<T>>,
) -> anyhow::Result<Option<T>> {
    let mut last = 0_i64;
    loop {
        let next: Option<i64> = conn
            .prepare_cached("SELECT MIN(case_id) FROM instruction WHERE case_id > $1")?
            .query_row([last], |row| row.get(0))?;
        let Some(id) = next else { return Ok(None) };
        last = id;
        let Some(case) = load::by_id(conn, id)? else { continue };
        if let Some(found) = look(&case, &of_case(conn, id)?)? {
            return Ok(Some(found));
        }
    }
}

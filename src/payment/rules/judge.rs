//! Judges one payee against its case: everything that is wrong with it, and what a second person must look at.

use super::wish::{Reason, field};
use super::{Wish, account, people};
use crate::case::facts::Facts;
use crate::instructions::rules::{Mode, PayeeKind};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use crate::reference::accounts::DirectAccount;
use crate::reference::banks::Bank;
use crate::reference::shops::Shop;
use chrono::NaiveDate;

/// Another instruction that looks like this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Twin {
    /// Code of its case.
    pub case_code: String,
    /// Its amount.
    pub amount: Fen,
    /// When it was chosen, UTC seconds.
    pub chosen_at: i64,
    /// Its state in words.
    pub state: W,
}

/// What the rules decide on, read inside the transaction or for a preview.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The office's day.
    pub today: NaiveDate,
    /// Facts of the case.
    pub facts: &'a Facts,
    /// What may still be chosen of what is to be paid.
    pub open: Fen,
    /// What the case's instructions hold of it already.
    pub live: Fen,
    /// A liability line: the insured is paid only when the third party was (保险法 65).
    pub liability: bool,
    /// The bank behind the name or the card number, and whether transfers to it are open.
    pub bank: Option<(Bank, bool)>,
    /// The bank the card number itself tells, where it does.
    pub by_card: Option<Bank>,
    /// The shop of the register, and whether it is in force today.
    pub shop: Option<(Shop, bool)>,
    /// The verified account on record that was named.
    pub direct: Option<DirectAccount>,
    /// Accounts known of this payee: the core system's, those on record.
    pub known_accounts: Vec<String>,
    /// Instructions with the same account and amount of the same accident or plate.
    pub twins: Vec<Twin>,
    /// Staff whose number, phone or account is the payee's: the field, the name.
    pub staff: Vec<(&'static str, String)>,
    /// What this identity gets over the accident without this entry.
    pub identity_before: Fen,
    /// Cash above this needs a leader (setting).
    pub cash_ceiling: Fen,
    /// Above this a second person reviews (setting).
    pub review_above: Fen,
    /// From this sum on copies of the document are kept (setting).
    pub identity_from: Fen,
    /// Days the duplicate guard looks back (setting).
    pub guard_days: i64,
}

/// What came of judging.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judged {
    /// Everything found.
    pub findings: Findings,
    /// Why a second person reviews it.
    pub reviews: Vec<Reason>,
    /// The account is another than those known of the payee.
    pub account_changed: bool,
    /// Copies of the identity document are to be kept.
    pub identity_copy: bool,
}

/// Judges an entry.
pub fn judge(wish: &Wish, s: &Situation<'_>) -> Judged {
    let mut found = Findings::new();
    people::judge(wish, s, &mut found);
    amount(wish, s, &mut found);
    account::judge(wish, s, &mut found);
    guards(wish, s, &mut found);
    let identity = s.identity_before.fen().saturating_add(wish.amount.unwrap_or_default().fen());
    let identity_copy = !wish.payee_id_no.is_empty() && identity >= s.identity_from.fen();
    if identity_copy {
        let said = phrase!(W::PaymentIdentityCopy, Fen::from_fen(identity), s.identity_from);
        found.push(Finding::warn("identity_copy", field::ID_NO, said));
    }
    let with_account = wish.mode.is_some_and(Mode::needs_account);
    let changed = with_account
        && wish.mode != Some(Mode::Direct)
        && !s.known_accounts.is_empty()
        && !s.known_accounts.iter().any(|known| account::digits(known) == wish.account);
    if changed && !wish.account.is_empty() {
        found.push(Finding::warn("account_changed", field::ACCOUNT, W::PaymentAccountChanged));
    }
    Judged {
        findings: found,
        reviews: reviews(wish, s),
        account_changed: changed && !wish.account.is_empty(),
        identity_copy,
    }
}

fn amount(wish: &Wish, s: &Situation<'_>, found: &mut Findings) {
    let Some(amount) = wish.amount else {
        found.push(Finding::block("amount", field::AMOUNT, phrase!(W::PaymentMissing, W::PaymentLabelAmount)));
        return;
    };
    if amount <= Fen::ZERO {
        found.push(Finding::block("amount", field::AMOUNT, W::PaymentAmountZero));
    } else if amount > s.open {
        let said = phrase!(W::PaymentExceeds, amount, s.open, s.live);
        found.push(Finding::block("exceeds", field::AMOUNT, said));
    } else if amount < s.open {
        let left = Fen::from_fen(s.open.fen() - amount.fen());
        found.push(Finding::warn("part", field::AMOUNT, phrase!(W::PaymentLeftOpen, left)));
    }
}

fn guards(wish: &Wish, s: &Situation<'_>, found: &mut Findings) {
    let amount = wish.amount.unwrap_or_default();
    if wish.mode == Some(Mode::Cash) && amount > s.cash_ceiling {
        let said = phrase!(W::PaymentCashCeiling, amount, s.cash_ceiling);
        found.push(Finding::block("cash_ceiling", field::MODE, said));
    }
    if let Some(twin) = s.twins.first() {
        let said = phrase!(
            W::PaymentDuplicate,
            s.guard_days,
            twin.case_code.as_str(),
            twin.amount,
            Arg::Moment(twin.chosen_at),
            twin.state
        );
        found.push(Finding::block("duplicate", field::ACCOUNT, said));
    }
    for (field, name) in &s.staff {
        found.push(Finding::block("staff", *field, phrase!(W::PaymentStaff, name.as_str())));
    }
}

fn reviews(wish: &Wish, s: &Situation<'_>) -> Vec<Reason> {
    let same = |a: &str, b: &str| text::fold_name(a) == text::fold_name(b);
    let mut reasons = Vec::new();
    let other_hands = wish.payee_kind == Some(PayeeKind::Guardian) && !same(&wish.holder, &wish.payee);
    if !same(&wish.payee, &s.facts.insured) || other_hands {
        reasons.push(Reason::Payee);
    }
    let with_account = wish.mode.is_some_and(Mode::needs_account);
    if with_account && !s.facts.holder.is_empty() && !same(&wish.holder, &s.facts.holder) {
        reasons.push(Reason::Holder);
    }
    if wish.amount.is_some_and(|amount| amount > s.review_above) {
        reasons.push(Reason::Amount);
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instructions::rules::AccountKind;

    const CARD: &str = "6222021001122334458";
    const ID: &str = "340104198805221907";

    fn facts() -> Facts {
        Facts { insured: "王建国".into(), id_no: ID.into(), holder: "王建国".into(), ..Facts::default() }
    }

    fn open_bank(open: bool) -> Option<(Bank, bool)> {
        let bank = Bank {
            id: 1,
            code: "x".into(),
            name: "工商银行".into(),
            aliases: Vec::new(),
            bins: Vec::new(),
            designated: true,
            cnaps: String::new(),
        };
        Some((bank, open))
    }

    fn situation(facts: &Facts) -> Situation<'_> {
        Situation {
            today: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            facts,
            open: Fen::from_yuan(800),
            live: Fen::ZERO,
            liability: false,
            bank: open_bank(true),
            by_card: None,
            shop: None,
            direct: None,
            known_accounts: vec![CARD.into()],
            twins: Vec::new(),
            staff: Vec::new(),
            identity_before: Fen::ZERO,
            cash_ceiling: Fen::from_yuan(1_000),
            review_above: Fen::from_yuan(50_000),
            identity_from: Fen::from_yuan(10_000),
            guard_days: 30,
        }
    }

    fn usual() -> Wish {
        Wish {
            payee_kind: Some(PayeeKind::Insured),
            payee: "王建国".into(),
            payee_id_no: ID.into(),
            mode: Some(Mode::Transfer),
            account_kind: Some(AccountKind::Card),
            account: CARD.into(),
            bank: "工商银行".into(),
            holder: "王建国".into(),
            amount: Some(Fen::from_yuan(800)),
            ..Wish::default()
        }
    }

    fn codes(wish: &Wish, s: &Situation<'_>) -> String {
        let judged = judge(wish, s);
        judged
            .findings
            .into_iter()
            .filter(|f| f.severity == crate::kernel::findings::Severity::Block)
            .map(|f| f.code)
            .collect::<Vec<_>>()
            .join(", ")
    }

    #[test]
    fn the_usual_payment_has_nothing_against_it() {
        let facts = facts();
        let judged = judge(&usual(), &situation(&facts));
        assert!(!judged.findings.blocking(), "{}", judged.findings.codes());
        assert!(judged.reviews.is_empty() && !judged.account_changed && !judged.identity_copy);
    }

    #[test]
    fn only_a_closed_channel_a_wrong_holder_and_an_unknown_bank_stop_a_transfer() {
        let facts = facts();
        let mut s = situation(&facts);
        s.bank = open_bank(false);
        assert_eq!(codes(&usual(), &s), "channel");
        s.bank = None;
        assert_eq!(codes(&usual(), &s), "bank_unknown");
        let s = situation(&facts);
        assert_eq!(codes(&Wish { holder: "李红".into(), ..usual() }, &s), "holder");
        assert_eq!(codes(&Wish { holder: "王 建国".into(), ..usual() }, &s), "", "blanks do not make another name");
        let luhn = judge(&Wish { account: "6222021001122334457".into(), ..usual() }, &s);
        assert!(luhn.findings.has("luhn") && !luhn.findings.blocking() && luhn.account_changed);
        let book = Wish { account: "6222021001122334457".into(), account_kind: Some(AccountKind::Passbook), ..usual() };
        assert!(!judge(&book, &s).findings.has("luhn"), "a passbook has no check digit");
    }

    #[test]
    fn only_cash_has_the_ceiling() {
        let facts = facts();
        let s = Situation { open: Fen::from_yuan(1_001), ..situation(&facts) };
        for (mode, expected) in [(Mode::Cash, "cash_ceiling"), (Mode::CashCheque, ""), (Mode::TransferCheque, "")] {
            let wish = Wish { mode: Some(mode), amount: Some(Fen::from_yuan(1_001)), ..usual() };
            assert_eq!(codes(&wish, &s), expected, "{mode:?}");
        }
        let wish = Wish { mode: Some(Mode::Cash), amount: Some(Fen::from_yuan(1_000)), ..usual() };
        assert_eq!(codes(&wish, &s), "");
    }

    #[test]
    fn every_kind_of_payee_names_what_it_lacks() {
        let facts = facts();
        let s = situation(&facts);
        for (kind, expected) in [
            (PayeeKind::Insured, "payee, id_no"),
            (PayeeKind::Beneficiary, "payee, id_no"),
            (PayeeKind::Heir, "payee, id_no"),
            (PayeeKind::ThirdParty, "payee, id_no"),
            (PayeeKind::Guardian, "payee, id_no, agent, agent_id"),
            (PayeeKind::Hospital, "payee"),
            (PayeeKind::Court, "payee"),
            (PayeeKind::FirstBeneficiary, "payee"),
            (PayeeKind::RepairShop, "shop, payee, id_no, agent, agent_id, mandate"),
            (PayeeKind::Agent, "payee, id_no, mandate"),
            (PayeeKind::Company, "payee, id_no, agent, agent_id, mandate"),
        ] {
            let wish = Wish {
                payee_kind: Some(kind),
                mode: Some(Mode::TransferCheque),
                amount: Some(Fen::from_yuan(1)),
                ..Wish::default()
            };
            assert_eq!(codes(&wish, &s), expected, "{kind:?}");
        }
    }

    #[test]
    fn a_guardian_may_take_it_to_the_own_account_of_a_minor_only() {
        let facts = Facts { insured: "王小宝".into(), ..Facts::default() };
        let s = situation(&facts);
        let wish = |id: &str, holder: &str| Wish {
            payee_kind: Some(PayeeKind::Guardian),
            payee: "王小宝".into(),
            payee_id_no: id.into(),
            agent: "王建国".into(),
            agent_id_no: ID.into(),
            holder: holder.into(),
            ..usual()
        };
        let child = "340104201605221919";
        let child = format!("{}{}", &child[..17], crate::kernel::identity::mod11_2_check(&child[..17]).unwrap());
        assert_eq!(codes(&wish(&child, "王小宝"), &s), "");
        assert_eq!(codes(&wish(&child, "王建国"), &s), "");
        assert_eq!(judge(&wish(&child, "王建国"), &s).reviews, [Reason::Payee]);
        assert_eq!(codes(&wish(&child, "李红"), &s), "holder");
        assert_eq!(codes(&wish(ID, "王建国"), &s), "of_age");
    }

    #[test]
    fn what_is_open_is_the_limit_and_the_sum_of_an_identity_asks_for_copies() {
        let facts = facts();
        let mut s = situation(&facts);
        s.open = Fen::from_yuan(799);
        assert_eq!(codes(&usual(), &s), "exceeds");
        s.open = Fen::from_yuan(801);
        assert!(judge(&usual(), &s).findings.has("part"));
        s.identity_before = Fen::from_yuan(9_199);
        assert!(!judge(&usual(), &s).identity_copy);
        s.identity_before = Fen::from_yuan(9_200);
        assert!(judge(&usual(), &s).identity_copy);
    }
}

//! The payment part of a checklist: what a payee, a way of payment and an amount ask for, and what another would add.

use super::{ALL, Item, ItemState, Mark, State};
use crate::instructions::rules::{Instruction, Mode, PayeeKind};
use crate::kernel::money::Fen;
use crate::kernel::text;
use serde::Deserialize;
use std::collections::BTreeMap;

/// When a paper of the payment part is asked for, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule {
    /// The paper.
    pub(super) item: Item,
    /// Kinds of payee, by code.
    payees: Vec<String>,
    /// Ways of payment, by code; none = every one.
    #[serde(default)]
    modes: Vec<String>,
    /// The circumstance it is asked for in.
    #[serde(default)]
    when: When,
    /// Whose it is.
    #[serde(default)]
    about: About,
    /// The item of the claim part that answers for it.
    #[serde(default)]
    covered_by: String,
    /// Only from this amount on, yuan.
    #[serde(default)]
    from: String,
    /// Only below this amount, yuan.
    #[serde(default)]
    below: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum When {
    #[default]
    Always,
    Liability,
    Identity,
    Agent,
}

/// Whose paper it is: with another one, it is asked for anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum About {
    #[default]
    Payee,
    Agent,
    Account,
}

/// What decides which papers a payment needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentNeed {
    /// Who is paid.
    pub payee_kind: PayeeKind,
    /// How.
    pub mode: Mode,
    /// How much; zero while it is not known.
    pub amount: Fen,
    /// The line is a liability cover (保险法 65).
    pub line_liability: bool,
    /// The accident's sum to this payee reaches the dated limit, so copies of identity papers are kept.
    pub identity_copy: bool,
    /// Somebody has seen that the third party was paid.
    pub third_party_paid: bool,
    /// Somebody comes in the payee's stead.
    pub by_agent: bool,
}

impl PaymentNeed {
    /// A payment of which no more is known.
    pub const fn new(payee_kind: PayeeKind, mode: Mode, amount: Fen) -> PaymentNeed {
        PaymentNeed {
            payee_kind,
            mode,
            amount,
            line_liability: false,
            identity_copy: false,
            third_party_paid: false,
            by_agent: false,
        }
    }
}

impl Rule {
    fn fits(&self, need: &PaymentNeed) -> bool {
        let amount = |typed: &String| Fen::parse(typed).ok();
        self.payees.iter().any(|code| code == need.payee_kind.code())
            && (self.modes.is_empty() || self.modes.iter().any(|code| code == need.mode.code()))
            && amount(&self.from).is_none_or(|from| need.amount >= from)
            && amount(&self.below).is_none_or(|below| need.amount < below)
            && match self.when {
                When::Always => true,
                When::Liability => need.line_liability && !need.third_party_paid,
                When::Identity => need.identity_copy,
                When::Agent => need.by_agent,
            }
    }
}

fn fitting(need: &PaymentNeed) -> impl Iterator<Item = &'static Rule> {
    let need = *need;
    ALL.payment.iter().filter(move |rule| rule.fits(&need))
}

/// The papers a payment needs, in the order they are asked for.
pub fn payment_items(need: &PaymentNeed) -> Vec<&'static Item> {
    fitting(need).map(|rule| &rule.item).collect()
}

/// What a payment would need beyond what is on the list already (将需要), so that the customer hears it all once.
pub fn would_need(list: &[Asked], claim: &[ItemState], need: &PaymentNeed) -> Vec<&'static Item> {
    // What the claim part asks for is asked already; what only the core system says is in, nobody has seen.
    let covered =
        |rule: &Rule| claim.iter().any(|known| known.item.key == rule.covered_by && known.state != State::Prefilled);
    fitting(need)
        .filter(|rule| !covered(rule) && list.iter().all(|asked| asked.known.item.key != rule.item.key))
        .map(|rule| &rule.item)
        .collect()
}

/// A paper of the payment part that somebody has looked at and found right.
fn seen(mark: Option<&Mark>) -> bool {
    mark.is_some_and(|mark| matches!(mark.state, State::Present | State::Copy | State::Waived))
}

/// A way to be paid: who and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Who is paid.
    pub payee_kind: PayeeKind,
    /// How.
    pub mode: Mode,
}

/// One paper of the payment part with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What its marks are stored under: the item's key, `@`, and whose it is (see [`Whose`]).
    pub key: String,
    /// The item, its state and the mark in force.
    pub known: ItemState,
    /// The claim part answers for it.
    pub covered: bool,
    /// Key of the item of the claim part that would answer for it; empty when none would.
    pub covered_by: &'static str,
    /// Who is paid and how.
    pub way: Way,
    /// Name of the payee; empty while nothing is chosen.
    pub payee: String,
}

impl Asked {
    /// Whether it holds the payment up.
    pub fn is_missing(&self) -> bool {
        !self.known.state.settled()
    }
}

/// The papers that hold a payment up.
pub fn missing(list: &[Asked]) -> Vec<&Asked> {
    list.iter().filter(|asked| asked.is_missing()).collect()
}

/// Whether a list lacks a paper that proves an identity (`id`) or an account (`account`), claim part included.
pub fn lacks(claim: &[ItemState], list: &[Asked], proof: &str) -> bool {
    let open = |known: &ItemState| known.item.proof == proof && !known.state.settled();
    claim.iter().any(open) || list.iter().any(|asked| open(&asked.known))
}

/// Whose a paper is: a payee, an agent or an account, known by the start of a hash, so that a changed one asks anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// Of the payee.
    pub payee: String,
    /// Of who comes in the payee's stead.
    pub agent: String,
    /// Of the account; the payee's own while the account is the one first chosen.
    pub account: String,
    /// The account took the place of another (账号已改): what was shown for that one does not count.
    pub account_mended: bool,
}

impl Whose {
    /// Of an instruction; `hash` makes an identity short and stable.
    pub fn of(one: &Instruction, hash: impl Fn(&str) -> String) -> Whose {
        let payee = identity(&one.payee_id_no, &one.payee);
        let agent = identity(&one.agent_id_no, &one.agent);
        // The account of a first choice is the one that was shown at the counter, whatever the core system had.
        let mended = one.account_changed && one.replaces != 0;
        let account = if mended { format!("{payee} {}", text::fold_upper(&one.account)) } else { payee.clone() };
        let agent = if agent.is_empty() { payee.clone() } else { agent };
        Whose { payee: hash(&payee), agent: hash(&agent), account: hash(&account), account_mended: mended }
    }

    fn about(&self, about: About) -> &str {
        match about {
            About::Payee => &self.payee,
            About::Agent => &self.agent,
            About::Account => &self.account,
        }
    }
}

/// What somebody is known by: the number of the document, else the name.
pub fn identity(number: &str, name: &str) -> String {
    let number = text::fold_upper(number);
    if number.is_empty() { text::fold_name(name).into_owned() } else { number.into_owned() }
}

/// What is known when a payment part is made into a list.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The marks in force, by stored key, claim part included.
    pub marks: &'a BTreeMap<String, Mark>,
    /// Whose the papers are; nothing while no payee is chosen.
    pub whose: Option<&'a Whose>,
    /// Whose the papers of the first payee of this kind are: what was shown before anybody was chosen is theirs.
    pub first: Option<&'a Whose>,
}

/// The papers of one payment with what is known of each.
pub fn list(need: &PaymentNeed, payee: &str, known: Known<'_>) -> Vec<Asked> {
    let way = Way { payee_kind: need.payee_kind, mode: need.mode };
    fitting(need)
        .map(|rule| {
            let early = early_key(&rule.item.key, need.payee_kind);
            let key = known
                .whose
                .map_or_else(|| early.clone(), |whose| format!("{}@{}", rule.item.key, whose.about(rule.about)));
            let inherits = known.whose.is_none_or(|whose| {
                let mended = rule.about == About::Account && whose.account_mended;
                !mended && known.first.is_some_and(|first| first.about(rule.about) == whose.about(rule.about))
            });
            let mark = known.marks.get(&key).or_else(|| known.marks.get(&early).filter(|_| inherits)).cloned();
            let covering = known.marks.get(&rule.covered_by).filter(|mark| mark.state != State::Open);
            let covered = mark.as_ref().is_none_or(|mark| mark.state == State::Open) && seen(covering);
            let state = match (&mark, covering) {
                (_, Some(covering)) if covered => covering.state,
                (Some(mark), _) => mark.state,
                (None, _) => State::Open,
            };
            let known = ItemState { item: &rule.item, state, mark };
            Asked { key, known, covered, covered_by: &rule.covered_by, way, payee: payee.to_owned() }
        })
        .collect()
}

/// What a paper is stored under while no payee is chosen: the item's key, `@`, and the kind of payee.
pub fn early_key(item: &str, kind: PayeeKind) -> String {
    format!("{item}@{}", kind.code())
}

/// The item behind a key stored before a payee was chosen, if there is one.
pub fn early_item(key: &str) -> Option<&'static Item> {
    let (item, kind) = key.split_once('@')?;
    ALL.payment
        .iter()
        .find(|rule| rule.item.key == item && rule.payees.iter().any(|code| code == kind))
        .map(|rule| &rule.item)
}

/// The item of the payment part behind a stored key, whoever it is about.
pub fn item_of(key: &str) -> Option<&'static Item> {
    let (item, _) = key.split_once('@')?;
    ALL.payment.iter().find(|rule| rule.item.key == item).map(|rule| &rule.item)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn keys(need: &PaymentNeed) -> Vec<&'static str> {
        payment_items(need).into_iter().map(|item| item.key.as_str()).collect()
    }

    fn every_need() -> Vec<PaymentNeed> {
        let mut all = Vec::new();
        for kind in PayeeKind::ALL {
            for mode in Mode::ALL {
                for bits in 0..16_u8 {
                    all.push(PaymentNeed {
                        line_liability: bits & 1 > 0,
                        identity_copy: bits & 2 > 0,
                        third_party_paid: bits & 4 > 0,
                        by_agent: bits & 8 > 0,
                        ..PaymentNeed::new(kind, mode, Fen::from_yuan(60_000))
                    });
                }
            }
        }
        all
    }

    #[test]
    fn the_file_names_only_what_there_is() {
        for rule in &ALL.payment {
            assert!(rule.payees.iter().all(|code| PayeeKind::from_code(code).is_some()), "{}", rule.item.key);
            assert!(rule.modes.iter().all(|code| Mode::from_code(code).is_some()), "{}", rule.item.key);
            for amount in [&rule.from, &rule.below].into_iter().filter(|amount| !amount.is_empty()) {
                assert!(Fen::parse(amount).is_ok(), "{}", rule.item.key);
            }
            assert!(rule.item.required, "{}", rule.item.key);
        }
    }

    #[test]
    fn nobody_is_asked_for_the_same_paper_twice() {
        for need in every_need() {
            let keys = keys(&need);
            assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{need:?}");
        }
    }

    #[test]
    fn a_transfer_to_the_insured_needs_document_and_card() {
        let need = PaymentNeed::new(PayeeKind::Insured, Mode::Transfer, Fen::from_yuan(800));
        assert_eq!(keys(&need), ["payee-id", "payee-account"]);
        assert_eq!(keys(&PaymentNeed { mode: Mode::Cash, ..need }), ["payee-id"]);
        assert!(keys(&PaymentNeed { mode: Mode::Direct, ..need }).is_empty(), "an account on record asks for nothing");
        assert_eq!(keys(&PaymentNeed { identity_copy: true, mode: Mode::Direct, ..need }), ["identity-copy"]);
    }

    #[test]
    fn the_insured_under_a_liability_cover_shows_that_the_third_party_was_paid() {
        let need = PaymentNeed {
            line_liability: true,
            ..PaymentNeed::new(PayeeKind::Insured, Mode::Transfer, Fen::from_yuan(800))
        };
        assert!(keys(&need).contains(&"third-party-paid"));
        assert!(!keys(&PaymentNeed { third_party_paid: true, ..need }).contains(&"third-party-paid"));
    }

    #[test]
    fn every_payee_kind_has_its_own_papers() {
        let of = |kind, yuan| keys(&PaymentNeed::new(kind, Mode::Transfer, Fen::from_yuan(yuan)));
        assert_eq!(of(PayeeKind::Guardian, 1), ["guardian-id", "guardian-relation", "guardian-account"]);
        let shop = of(PayeeKind::RepairShop, 1);
        for key in ["owner-id", "owner-account", "mandate", "agent-id", "agency-verified", "shop-verified", "call-back"]
        {
            assert!(shop.contains(&key), "{key}");
        }
        assert!(of(PayeeKind::Agent, 1).contains(&"agency-verified"));
        assert!(of(PayeeKind::Company, 1).contains(&"company-seal"));
        assert!(of(PayeeKind::Heir, 49_999).contains(&"heir-proof"));
        assert!(of(PayeeKind::Heir, 50_000).contains(&"heir-notarised"));
        assert_eq!(of(PayeeKind::Court, 1), ["court-order", "org-account"]);
    }

    #[test]
    fn what_was_shown_before_anybody_was_chosen_is_the_first_payees() {
        let need = PaymentNeed::new(PayeeKind::Insured, Mode::Transfer, Fen::from_yuan(800));
        let mark = Mark { state: State::Present, reason: String::new(), at: 5, by_no: String::new() };
        let marks = BTreeMap::from([("payee-account@insured".to_owned(), mark)]);
        let (a, b) = (whose("a"), whose("b"));
        let states = |known: Known<'_>| list(&need, "", known).iter().map(|one| one.known.state).collect::<Vec<_>>();
        assert_eq!(states(Known { marks: &marks, whose: None, first: None }), [State::Open, State::Present]);
        assert_eq!(states(Known { marks: &marks, whose: Some(&a), first: Some(&a) }), [State::Open, State::Present]);
        assert_eq!(states(Known { marks: &marks, whose: Some(&b), first: Some(&a) }), [State::Open, State::Open]);
    }

    #[test]
    fn the_claim_part_answers_for_the_document_once_somebody_has_looked() {
        let need = PaymentNeed::new(PayeeKind::Insured, Mode::Transfer, Fen::from_yuan(800));
        let mark = |state| Mark { state, reason: String::new(), at: 5, by_no: String::new() };
        let state = |marks: BTreeMap<String, Mark>| {
            list(&need, "", Known { marks: &marks, whose: None, first: None })[0].known.state
        };
        assert_eq!(state(BTreeMap::new()), State::Open);
        assert_eq!(state(BTreeMap::from([("id".to_owned(), mark(State::Copy))])), State::Copy);
        assert_eq!(state(BTreeMap::from([("id".to_owned(), mark(State::Rejected))])), State::Open);
        let both = [("id".to_owned(), mark(State::Copy)), ("payee-id@insured".to_owned(), mark(State::Rejected))];
        assert_eq!(state(BTreeMap::from(both)), State::Rejected, "a later look at it counts");
    }

    fn whose(name: &str) -> Whose {
        Whose { payee: name.to_owned(), agent: name.to_owned(), account: name.to_owned(), account_mended: false }
    }

    #[test]
    fn another_way_adds_only_what_is_not_asked_yet() {
        let need = PaymentNeed::new(PayeeKind::Insured, Mode::Transfer, Fen::from_yuan(800));
        let list = list(&need, "", Known { marks: &BTreeMap::new(), whose: None, first: None });
        assert!(would_need(&list, &[], &PaymentNeed { mode: Mode::Cash, ..need }).is_empty());
        let guardian = PaymentNeed { payee_kind: PayeeKind::Guardian, ..need };
        assert_eq!(would_need(&list, &[], &guardian).len(), 3);
    }
}

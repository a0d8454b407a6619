//! What the checklist of a case or of a visit shows, read once when it changes.

use crate::case::store::{CaseFile, load};
use crate::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind};
use crate::instructions::store as instructions;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::papers::rules::payment::{Asked, PaymentNeed, Way, would_need};
use crate::papers::rules::{self, Item, ItemState, Mark};
use crate::papers::store::visits::{self, Visit};
use crate::papers::store::{self as papers, Whole, payment};
use crate::precheck::prints;
use crate::precheck::rules::Stored;
use crate::precheck::store::About;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use crate::ui::screen::Cx;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A case with its checklist, or a visit that waits for its case.
#[derive(Clone, Debug)]
pub(super) struct Data {
    pub(super) about: About,
    /// Nothing for a visit without a case.
    pub(super) case: Option<CaseFile>,
    pub(super) rules: Rc<Rulebook>,
    pub(super) whole: Whole,
    /// Visits of the case, newest first; of a visit without a case, itself.
    pub(super) visits: Vec<Visit>,
    /// Visits that may belong to the case and wait to be taken in.
    pub(super) waiting: Vec<Visit>,
    instructions: Vec<Instruction>,
    marks: BTreeMap<String, Mark>,
    /// The way to be paid the list stands for while none is chosen.
    pub(super) way: Way,
}

/// One line of the list that can be marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Of the claim part.
    Claim(usize),
    /// Of the payment part.
    Payment(usize),
}

/// Kinds of payee a customer may choose among; a hospital, a court or the bank of the loan come by themselves.
const OFFERED: [PayeeKind; 8] = [
    PayeeKind::Insured,
    PayeeKind::Company,
    PayeeKind::Beneficiary,
    PayeeKind::Heir,
    PayeeKind::Guardian,
    PayeeKind::ThirdParty,
    PayeeKind::RepairShop,
    PayeeKind::Agent,
];

impl Data {
    /// Reads a case or visit; nothing when it is not there. `way` is the one talked about, if one is.
    pub(super) fn read(cx: &Cx<'_>, about: About, way: Option<Way>) -> anyhow::Result<Option<Data>> {
        let (conn, rules) = (cx.store.conn(), rulebook(cx.store)?);
        match about {
            About::Case(id) => {
                let Some(case) = load::by_id(conn, id)? else { return Ok(None) };
                let visits = visits::of_case(conn, id)?;
                let talked = visits.first().filter(|visit| visit.came != visits::Came::Unsaid).map(|visit| visit.way);
                let way = way.or(talked).unwrap_or_else(|| payment::expected_way(&case));
                let whole = papers::whole(conn, &rules, &case, Some(way))?;
                let live = instructions::of_round(conn, id, case.milestones.round)?;
                Ok(Some(Data {
                    about,
                    whole,
                    visits,
                    waiting: visits::waiting_for(conn, &case, cx.now)?,
                    instructions: live.into_iter().filter(|one| one.state.live()).collect(),
                    marks: papers::marks(conn, id)?,
                    rules,
                    way,
                    case: Some(case),
                }))
            }
            About::Visit(id) => {
                let Some(mut visit) = visits::by_id(conn, id)? else { return Ok(None) };
                visit.way = way.unwrap_or(visit.way);
                let (claim, list) = visits::early_list(conn, &rules, &visit)?;
                Ok(Some(Data {
                    about,
                    case: None,
                    whole: Whole { claim, payment: list, chosen: false },
                    waiting: Vec::new(),
                    instructions: Vec::new(),
                    marks: visits::early_marks(conn, id)?,
                    rules,
                    way: visit.way,
                    visits: vec![visit],
                }))
            }
        }
    }

    /// Whether the claim part still takes marks.
    pub(super) fn claim_open(&self) -> bool {
        self.case.as_ref().is_none_or(|case| case.milestones.steps[1].is_none())
    }

    /// The lines that can be marked, in the order of the list.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let claim = if self.claim_open() { self.whole.claim.len() } else { 0 };
        (0..claim).map(Entry::Claim).chain((0..self.whole.payment.len()).map(Entry::Payment)).collect()
    }

    pub(super) fn known(&self, entry: Entry) -> Option<&ItemState> {
        match entry {
            Entry::Claim(index) => self.whole.claim.get(index),
            Entry::Payment(index) => self.whole.payment.get(index).map(|asked| &asked.known),
        }
    }

    /// What marks of a line are stored under.
    pub(super) fn key(&self, entry: Entry) -> Option<&str> {
        match entry {
            Entry::Claim(index) => self.whole.claim.get(index).map(|known| known.item.key.as_str()),
            Entry::Payment(index) => self.whole.payment.get(index).map(|asked| asked.key.as_str()),
        }
    }

    /// Whether a line holds something up.
    pub(super) fn lacks(&self, entry: Entry) -> bool {
        match entry {
            Entry::Claim(_) => {
                let missing = rules::missing(&self.whole.claim);
                self.known(entry).is_some_and(|known| missing.iter().any(|item| item.key == known.item.key))
            }
            Entry::Payment(index) => self.whole.payment.get(index).is_some_and(Asked::is_missing),
        }
    }

    /// Everything missing now.
    pub(super) fn missing(&self) -> Vec<&'static Item> {
        payment::missing_now(&self.whole, self.claim_open())
    }

    /// What the case is called: the tail of its number, or what the customer named.
    pub(super) fn tail(&self) -> String {
        match &self.case {
            Some(case) => {
                let number = if case.facts.case_no.is_empty() { &case.case_code } else { &case.facts.case_no };
                text::clip_left(&text::neutralise(number), 10)
            }
            None => {
                self.visits.first().map_or_else(String::new, |visit| text::neutralise(visit.keys.name()).into_owned())
            }
        }
    }

    /// Name of the customer.
    pub(super) fn customer(&self) -> &str {
        match &self.case {
            Some(case) => &case.facts.insured,
            None => self.visits.first().map_or("", |visit| visit.who.as_str()),
        }
    }

    /// Code of the line of insurance.
    pub(super) fn line(&self) -> &str {
        match &self.case {
            Some(case) => &case.facts.line,
            None => self.visits.first().map_or("", |visit| visit.line.as_str()),
        }
    }

    fn need(&self, way: Way) -> PaymentNeed {
        match &self.case {
            Some(case) => payment::need(&self.rules, case, way, &self.marks),
            None => PaymentNeed {
                line_liability: payment::line_liability(&self.rules, self.line()),
                ..PaymentNeed::new(way.payee_kind, way.mode, Fen::ZERO)
            },
        }
    }

    /// What other ways to be paid would need beyond the list (将需要), ways that need the same said together.
    pub(super) fn other_ways(&self, lang: Lang) -> Vec<(String, Vec<&'static Item>)> {
        let chosen = self.instructions.first().map(|one| Way { payee_kind: one.payee_kind, mode: one.mode });
        let now = chosen.unwrap_or(self.way);
        let modes = Mode::ALL.into_iter().filter(|mode| *mode != now.mode);
        let kinds = OFFERED.into_iter().filter(|kind| *kind != now.payee_kind);
        let ways = modes
            .map(|mode| (Way { mode, ..now }, mode.word()))
            .chain(kinds.map(|payee_kind| (Way { payee_kind, ..now }, payee_kind.word())));
        let mut groups: Vec<(Vec<W>, Vec<&'static Item>)> = Vec::new();
        for (way, word) in ways {
            let items = would_need(&self.whole.payment, &self.whole.claim, &self.need(way));
            match groups.iter_mut().find(|(_, same)| *same == items) {
                Some((words, _)) => words.push(word),
                None => groups.push((vec![word], items)),
            }
        }
        groups.into_iter().map(|(words, items)| (prints::joined(words, lang), items)).collect()
    }

    /// What the store knows of whom a line is about, to compare with what is typed.
    pub(super) fn stored(&self, entry: Entry) -> Stored {
        let asked = match entry {
            Entry::Payment(index) => self.whole.payment.get(index),
            Entry::Claim(_) => None,
        };
        let one = asked.and_then(|asked| {
            self.instructions.iter().find(|one| one.payee == asked.payee && one.payee_kind == asked.way.payee_kind)
        });
        let item = self.known(entry).map_or("", |known| known.item.key.as_str());
        let Some(case) = &self.case else { return Stored { name: self.customer().to_owned(), ..Stored::default() } };
        let f = &case.facts;
        let insured = || Stored {
            name: f.insured.clone(),
            id_kind: f.id_kind.clone(),
            id_no: f.id_no.clone(),
            ..Stored::default()
        };
        match one {
            Some(one) if item.starts_with("agen") || item.ends_with("mandate") => Stored {
                name: one.agent.clone(),
                id_kind: one.agent_id_kind.clone(),
                id_no: one.agent_id_no.clone(),
                mandate: one.mandate.clone(),
                ..Stored::default()
            },
            Some(one) if !item.starts_with("owner") => Stored {
                name: one.payee.clone(),
                id_kind: one.payee_id_kind.clone(),
                id_no: one.payee_id_no.clone(),
                account: one.account.clone(),
                no_card: one.account_kind.is_some_and(|kind| kind != AccountKind::Card),
                mandate: one.mandate.clone(),
            },
            // While nothing is chosen, only the insured is known.
            None if asked.is_some_and(|asked| asked.way.payee_kind != PayeeKind::Insured) => Stored::default(),
            _ => Stored {
                account: f.account.clone(),
                no_card: AccountKind::from_code(&f.account_kind).is_some_and(|kind| kind != AccountKind::Card),
                ..insured()
            },
        }
    }
}

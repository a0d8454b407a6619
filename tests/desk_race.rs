//! Two desks at one office, in every order: choosing, taking back, reviewing, asking, releasing, paying, batches, results,
//! mending. Whatever the order, no more is under way than is to be paid, milestones follow from the instructions, nothing
//! is paid twice and every invariant holds. `DESK_RACE_CASES` asks for more than the few of a daily run.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

mod batches_common;
mod choose_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;

use batches_common::{CASHIER, REVIEWER, answer, hold_serials};
use choose_common::{CARD, case, closed, instructions, sound, wish};
use closing_desk::db::{ActError, ActTx, Store, Wait};
use closing_desk::instructions::rules::{Instruction, Mode, State, Sums, settle};
use closing_desk::kernel::money::Fen;
use closing_desk::notify::rules::attempts::NewAttempt;
use closing_desk::notify::rules::inquiries::NewInquiry;
use closing_desk::notify::rules::{Channel, Kind, Outcome, Stance};
use closing_desk::notify::store::{Desk as Told, attempts, inquiries};
use closing_desk::papers::rules::State as Paper;
use closing_desk::papers::store::{NewMark, mark_in};
use closing_desk::payment::rules::mend::Mending;
use closing_desk::payment::store::batch_read::{self, BatchState};
use closing_desk::payment::store::mend::mend;
use closing_desk::payment::store::onsite::{pay, print_receipt, receipt_signed};
use closing_desk::payment::store::release::release;
use closing_desk::payment::store::result::read_file;
use closing_desk::payment::store::{Choice, batch, batch_send, cancel, cancel_with_receipt, choose, review};
use harness::{CLERK, CLERK_2, Office, moment};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::rc::Rc;

const START: &str = "2026-11-23 15:32:00";
const OTHER: &str = "6222021001122334466";

/// One act of a desk. Numbers pick among what there is.
#[derive(Clone, Debug)]
enum Step {
    Tell,
    Choose { cash: bool, half: bool, heir: bool, stale: bool },
    Cancel(usize),
    Review(usize),
    Papers,
    Receipt(usize),
    Release(usize),
    Pay(usize),
    Batch,
    Send,
    Answer { paid: bool, again: bool },
    Mend(usize),
    Ask,
    Meanwhile,
    Resolve,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => Just(Step::Tell),
        5 => (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(cash, half, heir, stale)| Step::Choose { cash, half, heir: heir && half, stale: stale && heir }),
        1 => (0..4_usize).prop_map(Step::Cancel),
        2 => (0..4_usize).prop_map(Step::Review),
        4 => Just(Step::Papers),
        4 => (0..4_usize).prop_map(Step::Receipt),
        3 => (0..4_usize).prop_map(Step::Release),
        3 => (0..4_usize).prop_map(Step::Pay),
        3 => Just(Step::Batch),
        3 => Just(Step::Send),
        4 => (any::<bool>(), any::<bool>()).prop_map(|(paid, again)| Step::Answer { paid, again }),
        2 => (0..4_usize).prop_map(Step::Mend),
        1 => Just(Step::Ask),
        1 => Just(Step::Meanwhile),
        2 => Just(Step::Resolve),
    ]
}

/// An office with one case and two connections to its store.
struct Race {
    office: Rc<Office>,
    stores: [Store; 2],
    id: i64,
    now: i64,
    /// The version each desk has seen last.
    seen: [i64; 2],
    /// Result files written so far, by batch.
    answers: BTreeMap<i64, String>,
}

impl Race {
    fn begin() -> Race {
        let office = Office::with_people(moment("2026-11-23 08:00"));
        for (n, who) in [CLERK, CLERK_2, CASHIER].into_iter().enumerate() {
            hold_serials(&office, who, i64::try_from(n).unwrap() * 100 + 1, 100);
        }
        let id = closed(&office, "A1", 800, |_| {});
        let seen = case(&office.store(), id).version;
        let stores = [office.store(), office.store()];
        Race { stores, id, now: moment(START), seen: [seen; 2], answers: BTreeMap::new(), office }
    }

    fn act<T>(&self, at: usize, who: &str, body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>) -> Option<T> {
        match self.stores[at].act(&self.office.actor(who), self.now, "race", Wait::Patient, body) {
            Ok(done) => Some(done),
            Err(ActError::Refused(_)) => None,
            Err(other) => panic!("not a refusal: {other}"),
        }
    }

    fn all(&self) -> Vec<Instruction> {
        instructions(&self.stores[0], self.id)
    }

    fn pick(&self, n: usize, fits: impl Fn(&Instruction) -> bool) -> Option<Instruction> {
        let some: Vec<Instruction> = self.all().into_iter().filter(fits).collect();
        (!some.is_empty()).then(|| some[n % some.len()].clone())
    }

    /// Does one act at a desk; whether it was done does not matter, what it leaves behind does.
    fn step(&mut self, at: usize, step: &Step) {
        self.now += 1;
        let clerk = [CLERK, CLERK_2][at];
        let (id, fresh) = (self.id, case(&self.stores[at], self.id).version);
        match step {
            Step::Tell => {
                let new = NewAttempt::now(Channel::Phone, Outcome::Told, Some(Stance::Agreed));
                self.act(at, clerk, |tx| attempts::told(tx, &[(id, fresh)], &new).map(drop));
            }
            Step::Choose { cash, half, heir, stale } => {
                let mut one = wish(if *half { 400 } else { 800 });
                if *cash {
                    one.mode = Some(Mode::Cash);
                }
                if *heir {
                    one.payee_kind = Some(closing_desk::instructions::rules::PayeeKind::Heir);
                }
                let seen = if *stale { self.seen[at] } else { fresh };
                let choice = Choice { case_id: id, seen, wishes: vec![one] };
                self.act(at, clerk, |tx| choose(tx, &[choice], None).map(drop));
            }
            Step::Cancel(n) => {
                if let Some(one) = self.pick(*n, |_| true) {
                    self.act(at, clerk, |tx| match one.receipt.is_empty() {
                        true => cancel(tx, one.id, fresh, "改主意"),
                        false => cancel_with_receipt(tx, one.id, fresh, "改主意", true),
                    });
                }
            }
            Step::Review(n) => {
                if let Some(one) = self.pick(*n, Instruction::awaits_review) {
                    self.act(at, REVIEWER, |tx| review(tx, &[one.id]).map(drop));
                }
            }
            Step::Papers => self.papers(at, clerk),
            Step::Receipt(n) => {
                if let Some(one) = self.pick(*n, |one| one.state.live()) {
                    let next = closing_desk::forms::store::next(self.stores[at].conn(), self.office.actor(clerk).id);
                    let tail = next.unwrap().map_or_else(String::new, |serial| serial[serial.len() - 4..].to_owned());
                    self.act(at, clerk, |tx| print_receipt(tx, one.id, &tail).map(drop));
                    self.act(at, clerk, |tx| receipt_signed(tx, one.id));
                }
            }
            Step::Release(n) => {
                if let Some(one) = self.pick(*n, |one| one.state == State::Chosen) {
                    self.act(at, CASHIER, |tx| release(tx, &[one.id]).map(drop));
                }
            }
            Step::Pay(n) => {
                if let Some(one) = self.pick(*n, |one| one.mode == Mode::Cash) {
                    self.act(at, CASHIER, |tx| pay(tx, &[one.id]).map(drop));
                }
            }
            Step::Batch => {
                let ids: Vec<i64> = self.all().iter().filter(|one| one.mode.batched()).map(|one| one.id).collect();
                for one in ids {
                    self.act(at, clerk, |tx| batch::make(tx, "standard-csv", &[one]).map(drop));
                }
            }
            Step::Send => self.send(at),
            Step::Answer { paid, again } => self.answer(at, *paid, *again),
            Step::Mend(n) => {
                if let Some(one) = self.pick(*n, |one| one.state.mendable()) {
                    let account = if one.account == CARD { OTHER } else { CARD };
                    let new = Mending { account: account.to_owned(), ..Mending::of(&one) };
                    self.act(at, clerk, |tx| mend(tx, one.id, &new).map(drop));
                }
            }
            Step::Ask => {
                let new = NewInquiry {
                    kind: Some(Kind::Procedure),
                    text: "几天到账".into(),
                    complex: false,
                    long: false,
                    meanwhile: false,
                    asked_at: None,
                    reason: String::new(),
                };
                self.act(at, clerk, |tx| inquiries::ask(tx, id, fresh, &new, None).map(drop));
            }
            Step::Meanwhile | Step::Resolve => self.settle_inquiry(at, clerk, fresh, matches!(step, Step::Meanwhile)),
        }
        self.seen[at] = fresh;
    }

    fn papers(&self, at: usize, clerk: &str) {
        let store = &self.stores[at];
        let (rules, case) = (closing_desk::reference::store::rulebook(store).unwrap(), case(store, self.id));
        let round = case.milestones.round;
        let list = closing_desk::papers::store::payment::of_instructions(store.conn(), &rules, &case, round).unwrap();
        let marks: Vec<NewMark> = list
            .iter()
            .filter(|asked| asked.is_missing())
            .map(|asked| NewMark { item: asked.key.clone(), state: Paper::Present, reason: String::new() })
            .collect();
        if !marks.is_empty() {
            self.act(at, clerk, |tx| mark_in(tx, self.id, &marks, None).map(drop));
        }
    }

    fn send(&self, at: usize) {
        let store = &self.stores[at];
        for batch in batch_read::open(store.conn(), 10).unwrap() {
            if batch.state == BatchState::Made {
                let out = batch_send::folder(store);
                let sent = batch_send::send(store, &self.office.actor(CASHIER), self.now, batch.id, &out);
                drop(sent);
            }
        }
    }

    fn answer(&mut self, at: usize, paid: bool, again: bool) {
        let open = batch_read::open(self.stores[at].conn(), 10).unwrap();
        let sent = open.iter().find(|batch| batch.state == BatchState::Sent);
        let (batch_id, body) = match sent {
            _ if again && !self.answers.is_empty() => {
                let (id, body) = self.answers.iter().next_back().unwrap();
                (*id, body.clone())
            }
            Some(batch) => {
                let members = batch_read::members(self.stores[at].conn(), batch.id).unwrap();
                let (status, why) = if paid { ("成功", "") } else { ("失败", "账号不存在") };
                let amounts: Vec<String> = members.iter().map(|member| member.one.amount.plain()).collect();
                let rows: Vec<_> = members
                    .iter()
                    .zip(&amounts)
                    .map(|(member, amount)| (member.one.id, amount.as_str(), status, why))
                    .collect();
                (batch.id, answer(&batch.batch_no, &rows))
            }
            None => return,
        };
        self.answers.insert(batch_id, body.clone());
        self.act(at, CASHIER, |tx| read_file(tx, batch_id, "result.csv", body.as_bytes()).map(drop));
    }

    fn settle_inquiry(&self, at: usize, clerk: &str, seen: i64, meanwhile: bool) {
        let told = Told::read(&self.stores[at], self.id).unwrap().unwrap();
        let Some(one) = told.inquiries.iter().find(|one| one.open()) else { return };
        if meanwhile {
            self.act(at, clerk, |tx| inquiries::meanwhile(tx, self.id, seen, one.id).map(drop));
            return;
        }
        let answer =
            inquiries::Reply { text: "十日内".into(), clause: None, settles: true, agrees: Some(Channel::Phone) };
        self.act(at, clerk, |tx| inquiries::answer(tx, self.id, seen, one.id, &answer).map(drop));
    }

    /// What must hold after every act.
    fn holds(&self) {
        let (case, all) = (case(&self.stores[1], self.id), self.all());
        let m = &case.milestones;
        let sums = Sums::of(all.iter().filter(|one| one.round == m.round));
        let taken = sums.live.fen() + sums.paid.fen();
        assert!(taken <= m.payable.unwrap_or_default().fen(), "{taken} taken of {:?}", m.payable);
        let mut again = m.clone();
        settle(&mut again, sums, self.now);
        assert_eq!((again.chosen_at.is_some(), again.paid_at.is_some()), (m.chosen_at.is_some(), m.paid_at.is_some()));
        // Of a chain of replacements at most one was paid, and its serial is nobody else's.
        let mut paid: BTreeMap<i64, usize> = BTreeMap::new();
        let mut receipts: BTreeMap<&str, usize> = BTreeMap::new();
        for one in all.iter().filter(|one| one.state == State::Paid) {
            *paid.entry(one.chain_id).or_default() += 1;
            if !one.receipt.is_empty() {
                *receipts.entry(&one.receipt).or_default() += 1;
            }
        }
        assert!(paid.values().chain(receipts.values()).all(|n| *n == 1), "paid twice: {all:?}");
        assert!(sums.paid <= Fen::from_yuan(800));
    }
}

fn config() -> ProptestConfig {
    let cases = std::env::var("DESK_RACE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn two_desks_never_pay_twice(steps in prop::collection::vec((0..2_usize, step()), 20..60)) {
        let mut race = Race::begin();
        // Every office begins like this; from then on everything happens in any order.
        race.step(0, &Step::Tell);
        for (at, step) in &steps {
            race.step(*at, step);
            race.holds();
        }
        sound(&race.office);
    }
}

#[test]
fn the_straight_way_of_the_race_leads_to_paid() {
    let mut race = Race::begin();
    let choose = Step::Choose { cash: false, half: false, heir: false, stale: false };
    let fails = Step::Answer { paid: false, again: false };
    let pays = Step::Answer { paid: true, again: false };
    let again = Step::Answer { paid: true, again: true };
    let way = [
        Step::Tell,
        choose,
        Step::Papers,
        Step::Receipt(0),
        Step::Batch,
        Step::Send,
        fails,
        Step::Mend(0),
        Step::Papers,
        Step::Batch,
        Step::Send,
        pays,
        again,
    ];
    for (n, step) in way.iter().enumerate() {
        race.step(n % 2, step);
        race.holds();
    }
    let states: Vec<State> = race.all().iter().map(|one| one.state).collect();
    assert_eq!(states, [State::Replaced, State::Paid]);
    sound(&race.office);
}

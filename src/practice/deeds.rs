//! What the office does once a case is closed, and what it keeps for that: every deed is one act of a desk or a register.

use super::chance::Chance;
use super::customers;
use super::living::{Life, seen};
use super::office::act;
use crate::case::store::{CaseFile, load};
use crate::db::Actor;
use crate::forms::rules::{RECEIPT, Span};
use crate::forms::store as forms;
use crate::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind, State as Paying};
use crate::instructions::store as instructions;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::notify::rules::attempts::NewAttempt;
use crate::notify::rules::inquiries::{Inquiry, NewInquiry};
use crate::notify::rules::{Channel, Delivery, Kind, Outcome, Resolution, Side, Stance};
use crate::notify::store as notify;
use crate::office::store as people;
use crate::papers::rules::State;
use crate::papers::store::visits::{Came, Keys, NewVisit};
use crate::papers::store::{self as papers, NewMark, payment as payment_papers};
use crate::payment::rules::Wish;
use crate::payment::rules::batch::reference;
use crate::payment::rules::mend::Mending;
use crate::payment::rules::result::Status;
use crate::payment::store::{self as payment, Choice, batch, batch_read, batch_send, mend, onsite, release, result};
use crate::precheck::store as precheck;
use crate::reference::accounts::{self, NewDirectAccount};
use crate::reference::banks::{self, ChannelChange};
use crate::reference::clauses;
use crate::reference::shops::{self, NewShop};
use crate::reference::store::rulebook;
use anyhow::{Context, ensure};
use chrono::{Datelike, Months};
use std::path::Path;

/// The folder that the files for the bank would have gone to; practice lays none down.
const BANK_OUT: &str = "practice-bank-out";
/// The map every batch of the practice office is written by.
const MAP: &str = "standard-csv";

/// How a payee is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pay {
    /// The insured, on-site: cash up to the limit, a cash cheque above it.
    OnSite,
    /// The insured, to the account the core system has.
    Transfer,
    /// The insured, to the verified account on record.
    Direct,
    /// A repair shop of the register, with the owner's mandate.
    Shop,
}

/// What a customer asks.
#[derive(Clone, Debug)]
pub struct Question {
    /// What about.
    pub kind: Kind,
    /// Needs the joint explanation.
    pub complex: bool,
    /// In the customer's words.
    pub text: String,
    /// The case was told in the same conversation.
    pub told: bool,
}

/// One thing done.
#[derive(Clone, Debug)]
pub enum Work {
    /// Receipts come from the printer's: from number to number.
    Receive(i64, i64),
    /// Receipts are handed to somebody.
    Issue(String, i64, i64),
    /// Whoever got receipts confirms them.
    Confirm(i64, i64),
    /// The repair shops are verified.
    Shops,
    /// Transfers to a bank are opened.
    Open(String),
    /// Somebody comes about a case that is not here yet; whether the core will tell of it by its number of accident.
    Early(Keys, String),
    /// Somebody comes about a case; whether the proof of identity, or that of the account, is lacking.
    Visit(bool, bool),
    /// The customer is told, and says something.
    Told(Channel, Option<Stance>),
    /// Nobody answers.
    Vain,
    /// The customer wants to be called at a moment.
    CallBack(i64),
    /// A customer asks.
    Ask(Box<Question>),
    /// The open inquiry is answered by a clause; whether the customer then agrees.
    Answer(String, bool),
    /// The joint explanation is written: whether it concedes the dispute.
    Explain(bool),
    /// A side confirms it on paper.
    Sign(Side),
    /// The inquiry ends.
    Resolve(Resolution, bool),
    /// The refusal notice is written.
    Refuse,
    /// It reaches the customer.
    Deliver,
    /// The account a customer offers first is kept.
    Offer,
    /// A payment is chosen.
    Choose(Pay),
    /// A second person reviews it.
    Review,
    /// The papers of the payment are shown, but for the last so many.
    Papers(usize),
    /// Its receipt is printed and signed.
    Receipt,
    /// It is let go.
    Release,
    /// It is handed over.
    Pay,
    /// The insured's account is put on record.
    Account,
    /// A second person verifies it.
    Verify,
    /// A batch with a number is made of the payments of these cases.
    Batch(usize, Vec<usize>),
    /// The batch is let go; whether it is known to be out.
    Send(usize, bool),
    /// The bank answers for the whole batch; the payments of these cases failed.
    Answered(usize, Vec<usize>),
    /// The bank says that a paid one came back; somebody heard it too.
    Returned(String),
    /// What failed is mended with another account of the same bank.
    Mend,
}

fn receipts(first: i64, last: i64) -> anyhow::Result<Span> {
    Span::read(&format!("{first:08}"), &format!("{last:08}")).context("a range of receipts")
}

impl Life<'_> {
    /// Does something that is about no case.
    pub(super) fn office(&mut self, who: &Actor, at: i64, work: &Work) -> anyhow::Result<bool> {
        let (store, texts) = (self.store, &self.data.texts);
        match work {
            Work::Receive(first, last) => {
                let span = receipts(*first, *last)?;
                act(store, who, at, "form_receive", |tx| forms::acts::receive(tx, RECEIPT, &span, ""))?;
            }
            Work::Issue(to, first, last) => {
                let (span, to) = (receipts(*first, *last)?, self.cast.of(to)?.id);
                act(store, who, at, "form_issue", |tx| forms::acts::issue(tx, &span, to))?;
            }
            Work::Confirm(first, last) => {
                let span = receipts(*first, *last)?;
                act(store, who, at, "form_confirm", |tx| forms::acts::confirm(tx, &span))?;
            }
            Work::Shops => self.shops(who, at)?,
            Work::Open(name) => {
                let bank = banks::named(store.conn(), name)?.context("a bank nobody knows")?;
                let change =
                    ChannelChange { open: true, reason: texts.channel_opened.clone(), ..ChannelChange::default() };
                act(store, who, at, "bank_channel", |tx| banks::set_channel(tx, &bank.code, &change))?;
            }
            Work::Early(keys, line) => self.early(who, at, keys, line)?,
            Work::Batch(number, cases) => {
                let ids: Vec<i64> = cases.iter().map(|case| self.live(*case)).collect::<anyhow::Result<_>>()?;
                let made = act(store, who, at, "batch_make", |tx| batch::make(tx, MAP, &ids))?;
                self.batches.insert(*number, made.id);
            }
            Work::Send(number, sent) => {
                let id = self.batch(*number)?;
                act(store, who, at, "batch_sending", |tx| batch_send::begin(tx, id, Path::new(BANK_OUT)))?;
                if *sent {
                    act(store, who, at, "batch_sent", |tx| batch_send::sent(tx, id))?;
                }
            }
            Work::Answered(number, failed) => self.answered(who, at, *number, failed)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Does something about a case.
    pub(super) fn work(&mut self, who: &Actor, at: i64, id: i64, work: &Work) -> anyhow::Result<()> {
        let (store, texts) = (self.store, &self.data.texts);
        let case = load::by_id(store.conn(), id)?.context("the case is not there")?;
        let by_phone = |outcome, stance| NewAttempt::now(Channel::Phone, outcome, stance);
        match work {
            Work::Visit(no_id, no_card) => self.visit(who, at, &case, (*no_id, *no_card)),
            Work::Told(channel, stance) => seen(store, id, |version| {
                let new = NewAttempt::now(*channel, Outcome::Told, *stance);
                act(store, who, at, "told", |tx| notify::attempts::told(tx, &[(id, version)], &new)).map(drop)
            }),
            Work::Vain => {
                let new = by_phone(Outcome::NoAnswer, None);
                act(store, who, at, "attempt", |tx| notify::attempts::attempt(tx, &[id], &new))
            }
            Work::CallBack(when) => {
                let mut new = by_phone(Outcome::CallBack, None);
                (new.call_back_at, new.note) = (Some(*when), texts.call_back.clone());
                act(store, who, at, "attempt", |tx| notify::attempts::attempt(tx, &[id], &new))
            }
            Work::Refuse => {
                act(store, who, at, "refusal_notice", |tx| notify::refusals::write(tx, id, &texts.refusal))?;
                act(store, who, at, "refusal_print", |tx| notify::refusals::printed(tx, id)).map(drop)
            }
            Work::Deliver => seen(store, id, |version| {
                let new = notify::refusals::NewDelivery {
                    how: Some(Delivery::Registered),
                    at: None,
                    proof: texts.proof.clone(),
                    reason: String::new(),
                };
                act(store, who, at, "deliver", |tx| notify::refusals::deliver(tx, id, version, &new)).map(drop)
            }),
            Work::Ask(question) => self.ask(who, at, &case, question),
            Work::Answer(..) | Work::Explain(_) | Work::Sign(_) | Work::Resolve(..) => {
                self.inquiry(who, at, &case, work)
            }
            Work::Account | Work::Verify => self.account(who, at, &case, matches!(work, Work::Verify)),
            _ => self.pay(who, at, &case, work),
        }
    }

    /// The repair shops of the office, each with a right number and an account.
    fn shops(&self, who: &Actor, at: i64) -> anyhow::Result<()> {
        for (name, nth) in self.data.texts.shops.iter().zip(1..) {
            let chance = &mut Chance::new(0, 6, nth);
            let day = clock::day_of(at);
            let (shop, agent) = (
                customers::customer(self.data, chance, 100, false, day),
                customers::customer(self.data, chance, 0, false, day),
            );
            let (mut bank, mut account, _) = customers::account(self.data, chance, true);
            while self.data.places.without_channel.contains(&bank) {
                (bank, account, _) = customers::account(self.data, chance, true);
            }
            let new = NewShop {
                name: name.clone(),
                licence: String::new(),
                uscc: shop.id_no,
                account_kind: AccountKind::Company,
                bank,
                account,
                agent: agent.name,
                agent_id_no: agent.id_no,
                phone: agent.phone,
                expires_on: day.checked_add_months(Months::new(12)),
            };
            act(self.store, who, at, "shop_verify", |tx| shops::verify(tx, None, &new))?;
        }
        Ok(())
    }

    fn early(&self, who: &Actor, at: i64, keys: &Keys, line: &str) -> anyhow::Result<()> {
        let way = crate::papers::rules::Way { payee_kind: PayeeKind::Insured, mode: Mode::Transfer };
        let new = NewVisit { came: Came::Insured, who: String::new(), way };
        let id = act(self.store, who, at, "visit_open", |tx| precheck::visit_begin(tx, keys, line, &new))?;
        let marks = ["payee-id@insured", "payee-account@insured"].map(|item| NewMark {
            item: item.to_owned(),
            state: State::Present,
            reason: String::new(),
        });
        act(self.store, who, at, "visit_mark", |tx| precheck::visit_mark(tx, id, &marks))
    }

    fn visit(&self, who: &Actor, at: i64, case: &CaseFile, lacks: (bool, bool)) -> anyhow::Result<()> {
        let (store, id) = (self.store, case.id);
        let way = payment_papers::expected_way(case);
        let came = if way.payee_kind == PayeeKind::Company { Came::Company } else { Came::Insured };
        let new = NewVisit { came, who: String::new(), way };
        act(store, who, at, "visit_open", |tx| precheck::visit_open(tx, id, &new))?;
        let whole = papers::whole(store.conn(), &*rulebook(store)?, case, Some(way))?;
        let there = |proof: &str| !(lacks.0 && proof == "id" || lacks.1 && proof == "account");
        let claim = whole
            .claim
            .iter()
            .filter(|known| known.item.required || !known.item.proof.is_empty())
            .map(|known| (&known.item.key, known.item));
        let paying = whole.payment.iter().map(|asked| (&asked.key, asked.known.item));
        let marks: Vec<NewMark> = claim
            .chain(paying)
            .filter(|(_, item)| there(&item.proof))
            .map(|(key, _)| NewMark { item: key.clone(), state: State::Present, reason: String::new() })
            .collect();
        act(store, who, at, "papers_mark", |tx| papers::papers_mark(tx, id, &marks)).map(drop)
    }

    fn ask(&self, who: &Actor, at: i64, case: &CaseFile, question: &Question) -> anyhow::Result<()> {
        let (store, id) = (self.store, case.id);
        let new = NewInquiry {
            kind: Some(question.kind),
            text: question.text.clone(),
            complex: question.complex,
            long: false,
            meanwhile: false,
            asked_at: None,
            reason: String::new(),
        };
        let stance = if question.complex { Stance::Disputes } else { Stance::Asks };
        let told = question.told.then(|| NewAttempt::now(Channel::Phone, Outcome::Told, Some(stance)));
        seen(store, id, |version| {
            act(store, who, at, "ask", |tx| notify::inquiries::ask(tx, id, version, &new, told.as_ref())).map(drop)
        })
    }

    /// The inquiry of a case that is open.
    fn open_inquiry(&self, case: &CaseFile) -> anyhow::Result<Inquiry> {
        let all = notify::inquiries_of(self.store.conn(), case.id)?;
        all.into_iter().find(Inquiry::open).context("no inquiry is open")
    }

    fn inquiry(&self, who: &Actor, at: i64, case: &CaseFile, work: &Work) -> anyhow::Result<()> {
        let (store, id, texts) = (self.store, case.id, &self.data.texts);
        let one = self.open_inquiry(case)?;
        match work {
            Work::Answer(code, agrees) => {
                let clause = clauses::versions(store.conn(), code)?.into_iter().next_back();
                let reply = notify::inquiries::Reply {
                    text: String::new(),
                    clause: clause.map(|clause| clause.id),
                    settles: true,
                    agrees: agrees.then_some(Channel::Phone),
                };
                seen(store, id, |version| {
                    act(store, who, at, "answer", |tx| notify::inquiries::answer(tx, id, version, one.id, &reply))
                        .map(drop)
                })
            }
            Work::Explain(concedes) => {
                let said = if *concedes { &texts.conceded } else { &texts.explanation };
                act(store, who, at, "explain", |tx| notify::explain::explain(tx, id, one.id, said)).map(drop)
            }
            Work::Sign(side) => {
                let explanation = one.explanation.as_ref().context("no explanation")?;
                let named = match notify::explain::named(case, *side) {
                    Some(person) => people::by_id(store.conn(), person)?.map(|person| person.staff_no),
                    None => None,
                };
                let outside = &self.data.people.named;
                let list = if *side == Side::Verifier { &outside.verifiers } else { &outside.adjusters };
                let signer = named.or_else(|| list.first().cloned()).unwrap_or_default();
                let number = format!("{}-{}", explanation.number, if *side == Side::Verifier { 1 } else { 2 });
                let paper = notify::explain::Paper { who: signer, at, number, reason: String::new() };
                act(store, who, at, "explanation_confirm", |tx| {
                    notify::explain::confirm(tx, (id, one.id), explanation.id, *side, Some(&paper))
                })
                .map(drop)
            }
            Work::Resolve(outcome, agrees) => {
                let ending = notify::inquiries::Ending {
                    outcome: Some(*outcome),
                    channel: Channel::Phone,
                    note: texts.resolved.clone(),
                    agrees: *agrees,
                };
                seen(store, id, |version| {
                    act(store, who, at, "resolve", |tx| notify::inquiries::resolve(tx, id, version, one.id, &ending))
                        .map(drop)
                })
            }
            _ => anyhow::bail!("done elsewhere"),
        }
    }

    /// Puts the insured's account on record, or verifies it.
    fn account(&self, who: &Actor, at: i64, case: &CaseFile, verify: bool) -> anyhow::Result<()> {
        let f = &case.facts;
        if verify {
            let known = accounts::store::of_identity(self.store.conn(), &f.id_no)?;
            let id = known.first().context("no account on record")?.id;
            return act(self.store, who, at, "direct_verify", |tx| accounts::verify_from_paper(tx, id, &f.account));
        }
        let new = NewDirectAccount {
            payee: f.insured.clone(),
            id_kind: f.id_kind.clone(),
            id_no: f.id_no.clone(),
            account_kind: AccountKind::from_code(&f.account_kind).context("a kind of account")?,
            bank: f.bank.clone(),
            account: f.account.clone(),
            holder: f.holder.clone(),
        };
        act(self.store, who, at, "direct_enter", |tx| accounts::enter(tx, &new)).map(drop)
    }

    fn wish(&self, case: &CaseFile, pay: Pay) -> anyhow::Result<Wish> {
        let f = &case.facts;
        let amount = case.milestones.balance().or(f.payable).context("nothing to pay")?;
        let mut wish = Wish {
            payee_kind: Some(PayeeKind::Insured),
            payee: f.insured.clone(),
            payee_id_kind: f.id_kind.clone(),
            payee_id_no: f.id_no.clone(),
            payee_phone: f.phone.clone(),
            mode: Some(Mode::Transfer),
            account_kind: AccountKind::from_code(&f.account_kind),
            account: f.account.clone(),
            bank: f.bank.clone(),
            holder: f.holder.clone(),
            amount: Some(amount),
            ..Wish::default()
        };
        match pay {
            Pay::Transfer => {}
            Pay::OnSite => {
                let small = amount <= Fen::from_yuan(1_000);
                wish.mode = Some(if small { Mode::Cash } else { Mode::CashCheque });
            }
            Pay::Direct => {
                let known = accounts::for_payee(self.store.conn(), &f.id_no, &f.insured)?;
                let known = known.first().context("no verified account")?;
                (wish.mode, wish.direct_id) = (Some(Mode::Direct), Some(known.id));
            }
            Pay::Shop => {
                let shop = shops::search(self.store.conn(), "", 1)?.into_iter().next().context("no shop")?;
                wish = Wish {
                    payee_kind: Some(PayeeKind::RepairShop),
                    payee: shop.name.clone(),
                    payee_id_kind: String::new(),
                    payee_id_no: shop.uscc,
                    payee_phone: shop.phone,
                    agent: shop.agent,
                    agent_id_no: shop.agent_id_no,
                    mandate: self.data.texts.mandate.clone(),
                    shop_id: Some(shop.id),
                    account_kind: Some(shop.account_kind),
                    account: shop.account,
                    bank: shop.bank,
                    holder: shop.name,
                    ..wish
                };
            }
        }
        Ok(wish)
    }

    /// The payment of a case that is under way, or ended badly and waits to be mended.
    fn last(&self, id: i64) -> anyhow::Result<Instruction> {
        let all = instructions::of_case(self.store.conn(), id)?;
        let fits = |one: &&Instruction| !matches!(one.state, Paying::Cancelled | Paying::Replaced);
        all.iter().rfind(fits).cloned().context("no payment is chosen")
    }

    fn live(&self, case: usize) -> anyhow::Result<i64> {
        Ok(self.last(self.id(case)?)?.id)
    }

    fn batch(&self, number: usize) -> anyhow::Result<i64> {
        self.batches.get(&number).copied().context("no such batch")
    }

    fn pay(&self, who: &Actor, at: i64, case: &CaseFile, work: &Work) -> anyhow::Result<()> {
        let (store, id) = (self.store, case.id);
        match work {
            Work::Offer => {
                let wish = self.wish(case, Pay::Transfer)?;
                return act(store, who, at, "offer_account", |tx| payment::offer(tx, id, &wish));
            }
            Work::Choose(pay) => {
                let choice = Choice { case_id: id, seen: case.version, wishes: vec![self.wish(case, *pay)?] };
                return act(store, who, at, "choose_payment", |tx| payment::choose(tx, &[choice], None)).map(drop);
            }
            Work::Papers(missing) => return self.papers(who, at, case, *missing),
            _ => {}
        }
        let one = self.last(id)?;
        match work {
            Work::Review => act(store, who, at, "review_payment", |tx| payment::review(tx, &[one.id])).map(drop),
            Work::Receipt => {
                let serial = forms::next(store.conn(), who.id)?.context("no receipt is left")?;
                let tail = text::tail(&serial, 4).to_owned();
                act(store, who, at, "receipt_print", |tx| onsite::print_receipt(tx, one.id, &tail))?;
                act(store, who, at, "receipt_signed", |tx| onsite::receipt_signed(tx, one.id))
            }
            Work::Release => {
                let done = act(store, who, at, "release", |tx| release::release(tx, &[one.id]))?;
                ensure!(!done.left.blocking(), "{}", done.left.codes());
                Ok(())
            }
            Work::Pay => act(store, who, at, "pay", |tx| onsite::pay(tx, &[one.id])).map(drop),
            Work::Returned(second) => {
                let second = self.cast.of(second)?.id;
                let said = &self.data.texts.bank_word;
                act(store, who, at, "bank_word", |tx| {
                    payment::result_word::instruction_word(tx, one.id, Status::Returned, said, second)
                })
            }
            Work::Mend => {
                let chance = &mut Chance::new(0, 7, one.id.unsigned_abs());
                let mut account = customers::account(self.data, chance, false);
                while self.data.places.without_channel.contains(&account.0) || account.2 != self.data.texts.account_card
                {
                    account = customers::account(self.data, chance, false);
                }
                let mending = Mending { account: account.1, bank: account.0, ..Mending::of(&one) };
                act(store, who, at, "mend", |tx| mend::mend(tx, one.id, &mending)).map(drop)
            }
            _ => anyhow::bail!("done elsewhere"),
        }
    }

    fn papers(&self, who: &Actor, at: i64, case: &CaseFile, missing: usize) -> anyhow::Result<()> {
        let (store, id) = (self.store, case.id);
        let list = papers::whole(store.conn(), &*rulebook(store)?, case, None)?.payment;
        let shown = list.len().saturating_sub(missing);
        let marks: Vec<NewMark> = list
            .iter()
            .take(shown)
            .map(|asked| NewMark { item: asked.key.clone(), state: State::Present, reason: String::new() })
            .collect();
        act(store, who, at, "papers_mark", |tx| papers::papers_mark(tx, id, &marks)).map(drop)
    }

    /// The bank's result file for a whole batch, as the standard map has it.
    fn answered(&self, who: &Actor, at: i64, number: usize, failed: &[usize]) -> anyhow::Result<()> {
        let (store, id, texts) = (self.store, self.batch(number)?, &self.data.texts);
        let batch = batch_read::required(store.conn(), id)?;
        let failed: Vec<i64> = failed.iter().map(|case| self.id(*case)).collect::<anyhow::Result<_>>()?;
        let mut file = format!("{}\r\n", texts.result_head);
        for (member, n) in batch_read::members(store.conn(), id)?.iter().zip(1..) {
            let one = &member.one;
            let (status, reason) = if failed.contains(&one.case_id) {
                (&texts.result_failed, texts.bank_failed.as_str())
            } else {
                (&texts.result_paid, "")
            };
            let row = [
                n.to_string(),
                batch.batch_no.clone(),
                reference(one.id),
                one.amount.plain(),
                status.clone(),
                reason.into(),
            ];
            file.push_str(&format!("{}\r\n", row.join(",")));
        }
        file.push_str(&format!("{},,{},{},,\r\n", batch.lines, texts.result_total, batch.total.plain()));
        let name = format!("{}-{}.csv", batch.batch_no, clock::day_of(at).day());
        act(store, who, at, "batch_result", |tx| result::read_file(tx, id, &name, file.as_bytes())).map(drop)
    }
}

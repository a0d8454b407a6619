//! The open cases behind the closing: one script for every state a case that was signed off here can be in.

use super::chance::Chance;
use super::claims::HOUR;
use super::deeds::{Pay, Question, Work};
use super::kinds::Kind;
use super::living::{Deed, moments};
use super::scripts::Scripts;
use super::teller::{Far, Size, Tale};
use crate::case::milestones::Outcome;
use crate::kernel::clock::DAY;
use crate::notify::rules::{Channel, Kind as About, Resolution, Side, Stance};
use crate::papers::store::visits::Keys;

/// Payments that go to the bank together.
#[derive(Debug, Default)]
pub struct Batches {
    /// Answered some days ago: those that were paid, that failed and were or were not mended, that came back.
    answered: Vec<(usize, Kind)>,
    /// Out since this morning.
    sent: Vec<usize>,
    /// Let go, but nobody knows whether the file is out.
    sending: Vec<usize>,
}

impl Scripts<'_, '_> {
    /// Writes one open case behind the closing.
    ///
    /// # Errors
    /// When a data file lacks something.
    pub(super) fn afterwards(&mut self, kind: Kind, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        match kind {
            Kind::VisitEarly => self.early(chance),
            Kind::CallBack | Kind::Vain => self.not_told(kind, chance),
            Kind::Asking | Kind::Referred | Kind::Explained | Kind::Complaint | Kind::Upheld => {
                self.asking(kind, nth, chance)
            }
            Kind::NoticeWritten | Kind::Delivered => self.refused(kind, chance),
            Kind::ToldWithdrawn => self.told_withdrawn(nth, chance),
            Kind::ToChoose | Kind::ToReview | Kind::PayPapers | Kind::Held => self.choosing(kind, chance),
            Kind::ReadyOnSite | Kind::HandOver | Kind::PaidOnSite => self.on_site(kind, chance),
            _ => self.through_the_bank(kind, chance),
        }
    }

    /// A case signed off some days ago; answers it and when that was. The insured is a person whose bank takes
    /// transfers.
    fn signed_off(&mut self, chance: &mut Chance, outcome: Outcome, days: i64) -> anyhow::Result<(Tale, i64)> {
        let teller = &mut self.teller;
        let papers = (teller.now - days * DAY - chance.between(0, 3 * HOUR)).min(teller.last_file() - 300);
        let mut tale = teller.tale(chance, "motor", Size::Small, papers - HOUR)?;
        for _ in 0..100 {
            let data = &teller.source.data;
            if tale.facts.id_kind == data.texts.id_citizen && !data.places.without_channel.contains(&tale.facts.bank) {
                break;
            }
            tale = teller.tale(chance, "motor", Size::Small, papers - HOUR)?;
        }
        tale.facts.papers_at = Some(papers);
        let pays = outcome == Outcome::Pay;
        let file = teller.file_after(papers);
        teller.row(file, &tale, if pays { Far::Priced } else { Far::Papers });
        let end = (papers + 23 * HOUR).max(file + HOUR).min(teller.now - 3 * HOUR);
        let [first, second, signed] = moments(chance, (file + 240).min(end), end);
        if pays {
            teller.confirm(first, &tale, 2, outcome);
        }
        teller.confirm(second, &tale, 4, outcome);
        teller.sign(signed, &tale);
        Ok((tale, signed))
    }

    fn work(&mut self, at: i64, tale: &Tale, work: Work) {
        self.teller.clerk(at, tale, Deed::Work(Box::new(work)));
    }

    fn by(&mut self, at: i64, case: usize, who: &str, work: Work) {
        self.teller.schedule.add(at, case, who, Deed::Work(Box::new(work)));
    }

    /// The customer is told of a case signed off some days ago, and agrees; answers when.
    fn agreed(&mut self, chance: &mut Chance, days: i64, until: i64) -> anyhow::Result<(Tale, i64)> {
        let (tale, signed) = self.signed_off(chance, Outcome::Pay, days)?;
        let [at] = moments(chance, signed + 300, (signed + 20 * HOUR).min(until).max(signed + 600));
        self.work(at, &tale, Work::Told(Channel::Phone, Some(Stance::Agreed)));
        Ok((tale, at))
    }

    /// Somebody came before the core told of the accident; the core has told of it since.
    fn early(&mut self, chance: &mut Chance) -> anyhow::Result<()> {
        let file = self.teller.last_file();
        let precheck = self.teller.source.data.people.precheck.clone();
        let tale = self.teller.tale(chance, "motor", Size::Small, file - 3 * HOUR)?;
        let keys =
            Keys { accident_no: tale.facts.accident_no.clone(), plate: tale.facts.plate.clone(), ..Keys::default() };
        self.by(file - chance.between(600, 2 * HOUR), tale.case, &precheck, Work::Early(keys, "motor".to_owned()));
        self.teller.row(file, &tale, Far::Reported);
        // And one more of whom the core knows nothing yet.
        let [at] = self.teller.since(chance, file);
        let keys = Keys { plate: self.teller.source.data.texts.early_plate.clone(), ..Keys::default() };
        self.by(at, tale.case, &precheck, Work::Early(keys, "motor".to_owned()));
        Ok(())
    }

    fn not_told(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let (tale, signed) = self.signed_off(chance, Outcome::Pay, 2)?;
        let now = self.teller.now;
        let [first, second, third] = moments(chance, signed + 300, now - HOUR);
        if kind == Kind::CallBack {
            self.work(third, &tale, Work::CallBack(now + chance.between(-10, 40) * 60));
            return Ok(());
        }
        for at in [first, second, third] {
            self.work(at, &tale, Work::Vain);
        }
        Ok(())
    }

    fn question(&self, kind: Kind, chance: &mut Chance) -> Option<Question> {
        let texts = &self.teller.source.data.texts;
        let told = true;
        Some(match kind {
            Kind::Complaint => Question { kind: About::Complaint, complex: false, text: texts.complaint.clone(), told },
            Kind::Asking | Kind::Held => {
                let asked = texts.question(chance)?;
                Question { kind: About::from_code(&asked.kind)?, complex: false, text: asked.text, told }
            }
            _ => {
                let text = chance.of(&texts.disputed).cloned()?;
                Question { kind: About::Price, complex: true, text, told }
            }
        })
    }

    /// Cases whose customer has asked, disputed or complained.
    fn asking(&mut self, kind: Kind, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        let (tale, signed) = self.signed_off(chance, Outcome::Pay, 3)?;
        let now = self.teller.now;
        let from = match kind {
            Kind::Asking => now - 50 * 60,
            Kind::Complaint => now - 2 * DAY,
            _ => now - 21 * HOUR,
        };
        let from = from.max(signed + 300);
        let [asked, explained, verifier, adjuster, told] = moments(chance, from, now - 300);
        let Some(question) = self.question(kind, chance) else { return Ok(()) };
        self.work(asked, &tale, Work::Ask(Box::new(question)));
        if matches!(kind, Kind::Explained | Kind::Upheld) {
            self.work(explained, &tale, Work::Explain(kind == Kind::Upheld));
            self.work(verifier, &tale, Work::Sign(Side::Verifier));
            if kind == Kind::Upheld || nth % 2 == 1 {
                self.work(adjuster, &tale, Work::Sign(Side::Adjuster));
            }
        }
        if kind == Kind::Upheld {
            self.work(told, &tale, Work::Resolve(Resolution::Upheld, false));
        }
        Ok(())
    }

    fn refused(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let days = if kind == Kind::Delivered { 4 } else { 2 };
        let (tale, signed) = self.signed_off(chance, Outcome::Refuse, days)?;
        let [written, delivered] = moments(chance, signed + 300, self.teller.now - 600);
        self.work(written, &tale, Work::Refuse);
        if kind == Kind::Delivered {
            self.work(delivered, &tale, Work::Deliver);
        }
        Ok(())
    }

    fn told_withdrawn(&mut self, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        let outcome = if nth.is_multiple_of(2) { Outcome::Withdraw } else { Outcome::Zero };
        let (tale, signed) = self.signed_off(chance, outcome, 2)?;
        let [at] = moments(chance, signed + 300, self.teller.now - 600);
        self.work(at, &tale, Work::Told(Channel::WeChat, None));
        Ok(())
    }

    /// Cases that wait for a choice, its review or its papers, or whose customer asks after the choice.
    fn choosing(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let until = self.teller.now - HOUR;
        let (tale, told) = self.agreed(chance, 2, until)?;
        let [chosen, papers, asked] = moments(chance, told + 60, self.teller.now - 300);
        let precheck = self.teller.source.data.people.precheck.clone();
        match kind {
            Kind::ToChoose => return Ok(()),
            Kind::ToReview => {
                self.work(chosen, &tale, Work::Choose(Pay::Shop));
                self.by(papers, tale.case, &precheck, Work::Papers(1));
            }
            Kind::PayPapers => {
                let pay = if chance.percent(50) { Pay::Transfer } else { Pay::OnSite };
                self.work(chosen, &tale, Work::Choose(pay));
            }
            _ => {
                self.work(chosen, &tale, Work::Choose(Pay::Transfer));
                self.by(papers, tale.case, &precheck, Work::Papers(0));
                if let Some(question) = self.question(kind, chance) {
                    self.work(asked, &tale, Work::Ask(Box::new(Question { told: false, ..question })));
                }
            }
        }
        Ok(())
    }

    fn on_site(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let paid = kind == Kind::PaidOnSite;
        let now = self.teller.now;
        let (until, days) = if paid { (now - 5 * HOUR, 4) } else { (now - HOUR, 2) };
        let (tale, told) = self.agreed(chance, days, until)?;
        let people = &self.teller.source.data.people;
        let (precheck, cashier) = (people.precheck.clone(), people.cashier.clone());
        let [chosen, papers, released, receipt, handed] = moments(chance, told + 60, now - 240);
        self.work(chosen, &tale, Work::Choose(Pay::OnSite));
        self.by(papers, tale.case, &precheck, Work::Papers(0));
        if kind == Kind::ReadyOnSite {
            return Ok(());
        }
        self.by(released, tale.case, &cashier, Work::Release);
        if paid {
            self.work(receipt, &tale, Work::Receipt);
            self.by(handed, tale.case, &cashier, Work::Pay);
        }
        Ok(())
    }

    /// Cases paid through the bank, as far as they have come.
    fn through_the_bank(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let now = self.teller.now;
        let (days, until) = match kind {
            Kind::ReadyTransfer => (2, now - 600),
            Kind::Sent => (4, now - 5 * HOUR),
            Kind::Sending => (3, now - 3 * HOUR),
            _ => (7, now - 76 * HOUR),
        };
        let (tale, told) = self.agreed(chance, days, until)?;
        let people = &self.teller.source.data.people;
        let (precheck, cashier) = (people.precheck.clone(), people.cashier.clone());
        let direct = kind == Kind::PaidDirect || matches!(kind, Kind::Sent | Kind::Sending) && chance.percent(40);
        let [entered, verified, chosen, papers, receipt] = moments(chance, told + 60, until);
        if direct {
            self.work(entered, &tale, Work::Account);
            self.by(verified, tale.case, &cashier, Work::Verify);
        }
        self.work(chosen, &tale, Work::Choose(if direct { Pay::Direct } else { Pay::Transfer }));
        if !direct {
            self.by(papers, tale.case, &precheck, Work::Papers(0));
            self.work(receipt, &tale, Work::Receipt);
        }
        match kind {
            Kind::ReadyTransfer => {}
            Kind::Sent => self.batches.sent.push(tale.case),
            Kind::Sending => self.batches.sending.push(tale.case),
            Kind::Mended => {
                self.batches.answered.push((tale.case, kind));
                let [mended, shown] = moments(chance, now - 5 * HOUR, now - 240);
                self.work(mended, &tale, Work::Mend);
                self.by(shown, tale.case, &precheck, Work::Papers(0));
            }
            Kind::CameBack => {
                self.batches.answered.push((tale.case, kind));
                let reviewer = self.teller.source.data.people.reviewer.clone();
                let [came_back] = moments(chance, now - 20 * HOUR, now - 240);
                self.by(came_back, tale.case, &cashier, Work::Returned(reviewer));
            }
            _ => self.batches.answered.push((tale.case, kind)),
        }
        Ok(())
    }

    /// Sends what is to be sent, once all cases are written.
    pub(super) fn send_batches(&mut self) {
        let now = self.teller.now;
        let people = &self.teller.source.data.people;
        let (clerk, cashier) = (people.second_clerk.clone(), people.cashier.clone());
        let Batches { answered, sent, sending } = std::mem::take(&mut self.batches);
        let failed = |kind: Kind| matches!(kind, Kind::Failed | Kind::Mended);
        let wrong: Vec<usize> = answered.iter().filter(|(_, kind)| failed(*kind)).map(|(case, _)| *case).collect();
        let old: Vec<usize> = answered.into_iter().map(|(case, _)| case).collect();
        for (number, (cases, made)) in
            [(old, now - 75 * HOUR), (sent, now - 4 * HOUR), (sending, now - 2 * HOUR)].into_iter().enumerate()
        {
            let Some(first) = cases.first().copied() else { continue };
            self.by(made, first, &clerk, Work::Batch(number, cases));
            self.by(made + 1_200, first, &cashier, Work::Send(number, number < 2));
            if number == 0 {
                self.by(made + 4 * HOUR, first, &cashier, Work::Answered(number, wrong.clone()));
            }
        }
    }
}

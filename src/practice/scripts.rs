//! The open cases of the practice office: one script for every state a case can be in, so that all can be practised.

use super::afterwards::Batches;
use super::chance::Chance;
use super::claims::{Accident, HOUR};
use super::kinds::Kind;
use super::living::{Deed, moments};
use super::past::{Closed, End};
use super::teller::{Far, Size, Tale, Teller};
use crate::case::facts::Column;
use crate::case::milestones::Outcome;
use crate::intake::hand;
use crate::kernel::clock::{self, DAY};
use crate::kernel::money::Fen;
use crate::papers::rules::State;

/// Minutes until the deadline of the cases that are due soonest.
const SOON: [i64; 8] = [48, 12, 75, 27, 110, 6, 58, 93];

/// Writes the scripts of the open cases that are lived.
#[derive(Debug)]
pub struct Scripts<'a, 'b> {
    /// The schedule they go into.
    pub teller: Teller<'a>,
    /// Cases that were closed elsewhere.
    pub closed: Closed<'b>,
    /// Payments that go to the bank together.
    pub(super) batches: Batches,
    twin: Option<Accident>,
    deputy: bool,
}

impl<'a, 'b> Scripts<'a, 'b> {
    /// Begins without any.
    pub fn new(teller: Teller<'a>, closed: Closed<'b>) -> Scripts<'a, 'b> {
        Scripts { teller, closed, batches: Batches::default(), twin: None, deputy: false }
    }

    /// Writes one case of a kind, the `nth` of it.
    ///
    /// # Errors
    /// When a data file lacks something.
    pub fn write(&mut self, kind: Kind, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        match kind {
            Kind::Soon | Kind::Today | Kind::Fresh | Kind::Documents | Kind::Twin => self.untouched(kind, nth, chance),
            Kind::Assess | Kind::Price | Kind::Overdue | Kind::LateLarge | Kind::Differs => {
                self.under_way(kind, chance)
            }
            Kind::Papers | Kind::Paused | Kind::Supplemented | Kind::Waived => self.waiting_for_papers(kind, chance),
            Kind::Hand | Kind::Pending | Kind::Joined => self.by_hand(kind, chance),
            Kind::Elsewhere => self.closed_elsewhere(nth, chance),
            Kind::Signed | Kind::Deputy | Kind::Refused | Kind::Withdrawn | Kind::Reopened => {
                self.signed(kind, nth, chance)
            }
            Kind::Awaiting | Kind::Endorsed | Kind::NoMinutes | Kind::Minutes | Kind::Returned | Kind::Refusal => {
                self.before_sign_off(kind, nth, chance)
            }
            _ => self.afterwards(kind, nth, chance),
        }
    }

    /// Cases nobody has worked on.
    fn untouched(&mut self, kind: Kind, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        let (now, last) = (self.teller.now, self.teller.last_file());
        let line = if nth % 4 == 3 { "student" } else { "motor" };
        match kind {
            Kind::Soon => {
                let minutes = SOON[usize::try_from(nth).unwrap_or(0) % SOON.len()];
                let papers = now - DAY + minutes * 60;
                let (tale, file) = self.teller.ready(chance, (line, Size::Small), papers, Far::Priced)?;
                // The company's clock runs once somebody here has found the papers complete.
                let [at] = self.teller.since(chance, file);
                self.teller.confirm(at, &tale, if nth.is_multiple_of(2) { 3 } else { 2 }, Outcome::Pay);
            }
            Kind::Today => {
                let (papers, size) = match nth % 3 {
                    2 => (chance.between(4, 40), Size::Large),
                    _ => (chance.between(4, 20), Size::Small),
                };
                let (tale, file) = self.teller.ready(chance, (line, size), now - papers * HOUR, Far::Priced)?;
                if nth % 2 == 1 {
                    let [at] = self.teller.since(chance, file);
                    self.teller.confirm(at, &tale, 2, Outcome::Pay);
                }
            }
            Kind::Twin => self.twin(chance)?,
            Kind::Documents => {
                let tale = self.teller.tale(chance, "motor-compulsory", Size::Small, last - 600)?;
                self.teller.row(last, &tale, Far::Reported);
            }
            _ => {
                let line = ["motor", "property", "motor", "liability", "home", "accident"];
                let line = chance.of(&line).copied().unwrap_or("motor");
                let file = self.teller.earlier_file(usize::try_from(chance.below(8)).unwrap_or(0));
                let tale = self.teller.tale(chance, line, Size::Small, file - 600)?;
                self.teller.row(file, &tale, Far::Reported);
                if chance.percent(30) {
                    let [at] = self.teller.since(chance, file);
                    self.note(at, &tale, chance);
                }
            }
        }
        Ok(())
    }

    /// One accident, two policies: the first call writes the one case, the second the other.
    fn twin(&mut self, chance: &mut Chance) -> anyhow::Result<()> {
        let papers = self.teller.now - 9 * HOUR;
        let (line, accident) = match self.twin.take() {
            Some(accident) => ("motor-compulsory", accident),
            None => {
                let line = self.teller.source.line("motor")?;
                let accident = self.teller.source.accident(&line, chance, papers - HOUR, 20 * HOUR);
                self.twin = Some(accident.clone());
                ("motor", accident)
            }
        };
        let line = self.teller.source.line(line)?;
        let size = if line.code == "motor" { Size::Large } else { Size::Between(1_000, 2_000) };
        let mut facts = self.teller.priced(chance, &line, &accident, size);
        facts.papers_at = Some(papers.min(self.teller.last_file()).max(accident.claimed_at + 60));
        let tale = self.teller.of(chance, facts);
        self.teller.row(self.teller.last_file(), &tale, Far::Priced);
        Ok(())
    }

    /// Cases some of whose steps are confirmed.
    fn under_way(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let now = self.teller.now;
        let (papers, size, far, through) = match kind {
            Kind::Assess => (now - chance.between(5, 18) * HOUR, Size::Small, Far::Papers, 2),
            Kind::Price => (now - chance.between(5, 40) * HOUR, Size::Large, Far::Assessed, 3),
            Kind::Overdue => (now - DAY - chance.between(20, 300) * 60, Size::Small, Far::Assessed, 3),
            Kind::LateLarge => (now - 3 * DAY - chance.between(1, 5) * HOUR, Size::Large, Far::Priced, 3),
            // Told of by one file, confirmed, told of otherwise by the next.
            _ => (self.teller.earlier_file(1) - HOUR, Size::Large, Far::Priced, 3),
        };
        let line = if chance.percent(80) { "motor" } else { "home" };
        let (mut tale, file) = self.teller.ready(chance, (line, size), papers, far)?;
        if kind == Kind::Differs {
            let last = self.teller.last_file();
            let [at] = moments(chance, file + 240, last - 60);
            self.teller.confirm(at, &tale, through, Outcome::Pay);
            let more = tale.facts.assessed.unwrap_or_default().fen() + 120_000;
            tale.facts.assessed = Some(Fen::from_fen(more));
            self.teller.row(last, &tale, Far::Priced);
            return Ok(());
        }
        let [first, second, third] = self.teller.since(chance, file);
        if kind == Kind::Assess {
            self.teller.confirm(first, &tale, through, Outcome::Pay);
        } else {
            self.teller.confirm(first, &tale, 1, Outcome::Pay);
            self.teller.confirm(second, &tale, through, Outcome::Pay);
        }
        if chance.percent(40) {
            self.note(third, &tale, chance);
        }
        Ok(())
    }

    /// Cases whose papers are, or were, not complete.
    fn waiting_for_papers(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let people = &self.teller.source.data.people;
        let (precheck, head) = (people.precheck.clone(), people.head.clone());
        let line = if chance.percent(70) { "motor" } else { "student" };
        let file = self.teller.earlier_file(if kind == Kind::Waived { 1 } else { 5 });
        let tale = self.teller.tale(chance, line, Size::Small, file - 600)?;
        self.teller.row(file, &tale, Far::Reported);
        let [survey, shown, refused, notice, supplement, last] = self.teller.since(chance, file);
        self.teller.confirm(survey, &tale, 1, Outcome::Pay);
        let texts = &self.teller.source.data.texts;
        let (rejected, waived) = (texts.rejected.clone(), texts.waived.clone());
        let paper = |place, state, reason: &str| Deed::Paper(place, state, reason.to_owned());
        let case = tale.case;
        let schedule = &mut self.teller.schedule;
        if kind == Kind::Waived {
            schedule.add(shown, case, &head, paper(0, State::Waived, &waived));
            schedule.add(refused, case, &precheck, Deed::AllPapers);
            self.teller.confirm(last, &tale, 4, Outcome::Pay);
            return Ok(());
        }
        schedule.add(shown, case, &precheck, paper(0, State::Present, ""));
        schedule.add(shown, case, &precheck, paper(1, State::Copy, ""));
        schedule.add(refused, case, &precheck, paper(2, State::Rejected, &rejected));
        if kind != Kind::Papers {
            schedule.add(notice, case, &precheck, Deed::Notice);
        }
        if kind == Kind::Supplemented {
            schedule.add(supplement, case, &precheck, Deed::Supplement);
            schedule.add(last, case, &precheck, paper(2, State::Present, ""));
        }
        Ok(())
    }

    /// Cases the clerk entered before the core told of them.
    fn by_hand(&mut self, kind: Kind, chance: &mut Chance) -> anyhow::Result<()> {
        let back = if kind == Kind::Joined { 3 } else { 1 };
        let from = self.teller.earlier_file(back);
        let tale = self.teller.tale(chance, "motor", Size::Small, from - 600)?;
        let told = self.teller.earlier_file(back.saturating_sub(1));
        let [entered] = moments(chance, from + 240, told - 60);
        self.teller.clerk(entered, &tale, Deed::Hand(typed(&tale, kind != Kind::Hand)));
        if kind == Kind::Hand {
            return Ok(());
        }
        self.teller.row(told, &tale, Far::Assessed);
        if kind == Kind::Joined {
            let [joined, confirmed] = self.teller.since(chance, told);
            self.teller.clerk(joined, &tale, Deed::Join);
            self.teller.confirm(confirmed, &tale, 1, Outcome::Pay);
        }
        Ok(())
    }

    /// Cases at, or sent back from, the fifth step.
    fn before_sign_off(&mut self, kind: Kind, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        let people = &self.teller.source.data.people;
        let leader = people.leader.clone();
        let (line, size) = match kind {
            Kind::Endorsed => ("property", Size::Between(60_000, 90_000)),
            Kind::NoMinutes | Kind::Minutes => ("property", Size::Between(110_000, 180_000)),
            Kind::Awaiting if nth % 2 == 1 => ("liability", Size::Large),
            _ => ("motor", Size::Small),
        };
        let refused = kind == Kind::Refusal;
        let outcome = if refused { Outcome::Refuse } else { Outcome::Pay };
        let papers = self.teller.now - chance.between(6, 20) * HOUR;
        let far = if refused { Far::Papers } else { Far::Priced };
        let (tale, file) = self.teller.ready(chance, (line, size), papers, far)?;
        let [first, second, third] = self.teller.since(chance, file);
        self.teller.confirm(first, &tale, 4, outcome);
        match kind {
            Kind::Endorsed => self.teller.schedule.add(second, tale.case, &leader, Deed::Sign),
            Kind::Minutes => self.teller.clerk(second, &tale, Deed::Minutes),
            Kind::Returned => {
                let step = if nth.is_multiple_of(2) { 4 } else { 3 };
                let reasons = &self.teller.source.data.texts.returns;
                let reason = chance.of(reasons).cloned().unwrap_or_default();
                self.teller.schedule.add(second, tale.case, &leader, Deed::Return(step, reason));
                if nth % 3 == 2 {
                    self.note(third, &tale, chance);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Cases that were signed off here.
    fn signed(&mut self, kind: Kind, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        let now = self.teller.now;
        let outcome = match kind {
            Kind::Refused => Outcome::Refuse,
            Kind::Withdrawn if nth.is_multiple_of(2) => Outcome::Withdraw,
            Kind::Withdrawn => Outcome::Zero,
            _ => Outcome::Pay,
        };
        let large = kind == Kind::Signed && chance.percent(30);
        let (line, size) = if large { ("liability", Size::Large) } else { ("motor", Size::Small) };
        let days = if kind == Kind::Reopened { 5 } else { chance.between(1, 3) };
        let papers = now - days * DAY - chance.between(0, 4) * HOUR;
        let far = if outcome == Outcome::Pay { Far::Priced } else { Far::Papers };
        let (tale, file) = self.teller.ready(chance, (line, size), papers, far)?;
        let end = if kind == Kind::Deputy { now - 300 } else { (papers + 23 * HOUR).max(file + HOUR).min(now - 300) };
        let [first, second, signed] = moments(chance, file + 240, end);
        if outcome == Outcome::Pay {
            self.teller.confirm(first, &tale, 2, outcome);
        }
        self.teller.confirm(second, &tale, 4, outcome);
        if kind == Kind::Deputy {
            self.by_deputy(&tale, signed);
            return Ok(());
        }
        self.teller.sign(signed, &tale);
        if kind == Kind::Reopened {
            let head = self.teller.source.data.people.head.clone();
            let [at] = moments(chance, (now - 20 * HOUR).max(signed + 60), now - 300);
            self.teller.schedule.add(at, tale.case, &head, Deed::Reopen(4));
        }
        Ok(())
    }

    /// The leader is away, the reviewer signs for him.
    fn by_deputy(&mut self, tale: &Tale, at: i64) {
        let people = &self.teller.source.data.people;
        let (leader, deputy) = (people.leader.clone(), people.reviewer.clone());
        if !self.deputy {
            self.deputy = true;
            let named = self.teller.now - 4 * DAY;
            self.teller.schedule.add(named, tale.case, &leader, Deed::Deputy(deputy.clone(), 20_000, 7));
        }
        self.teller.schedule.add(at, tale.case, &deputy, Deed::Sign);
    }

    /// Cases the core closed, which still have to be told, paid or filed here.
    fn closed_elsewhere(&mut self, nth: u64, chance: &mut Chance) -> anyhow::Result<()> {
        let end = match nth % 3 {
            0 => End::Paid,
            1 => End::Told,
            _ => End::Closed,
        };
        let evening = self.teller.last_evening();
        let day = clock::day_of(evening - chance.between(0, 2) * DAY);
        let row = self.closed.row(self.teller.source, day, evening - 60, end)?;
        let tale = self.teller.of(chance, row.facts);
        let told = self.teller.file_after(row.past.closed_at.unwrap_or(evening) - 2 * DAY);
        if told < evening {
            self.teller.row(told, &tale, Far::Reported);
        }
        self.teller.closed(evening, &tale, &row.past);
        Ok(())
    }

    fn note(&mut self, at: i64, tale: &Tale, chance: &mut Chance) {
        if let Some(text) = chance.of(&self.teller.source.data.texts.notes).cloned() {
            self.teller.clerk(at, tale, Deed::Note(text));
        }
    }
}

/// What the form for entries by hand holds.
fn typed(tale: &Tale, with_accident: bool) -> hand::Typed {
    let f = &tale.facts;
    let mut typed = vec![
        (Column::Line, f.line.clone()),
        (Column::Insured, f.insured.clone()),
        (Column::Plate, f.plate.clone()),
        (Column::Phone, f.phone.clone()),
        (Column::LossDate, f.loss_date.map_or_else(String::new, |day| day.to_string())),
    ];
    if with_accident {
        typed.push((Column::AccidentNo, f.accident_no.clone()));
    }
    typed
}

//! What the customers of the lived past showed, heard and asked: the shares are the annual report's, before and after.

use super::chance::Chance;
use super::claims::{HOUR, at_the_desk};
use super::deeds::{Question, Work};
use super::living::{Deed, moments};
use super::scripts::Scripts;
use super::teller::Tale;
use crate::case::milestones::Outcome;
use crate::intake::row::Past;
use crate::kernel::clock;
use crate::notify::rules::{Channel, Kind as About, Resolution, Side, Stance};
use chrono::{Days, NaiveDate};

/// Of a hundred first submissions, so many lacked card or document before the new ways and after them (report: 28 %).
const LACKING: (u64, u64) = (28, 4);
/// Of a hundred customers who were told, so many ask (report: about 15 %).
const ASK: u64 = 15;
/// Of a hundred who ask, so many dispute and need the joint explanation.
const COMPLEX: u64 = 6;

impl Scripts<'_, '_> {
    fn done(&mut self, at: i64, tale: &Tale, work: Work) {
        self.teller.clerk(at, tale, Deed::Work(Box::new(work)));
    }

    /// Somebody comes with papers between two files.
    pub(super) fn shown(&mut self, tale: &Tale, (from, to): (i64, i64), new_ways: NaiveDate, chance: &mut Chance) {
        if to - from < HOUR {
            return;
        }
        let [at] = moments(chance, from + 600, to - 600);
        let lacking = if clock::day_of(at) < new_ways { LACKING.0 } else { LACKING.1 };
        let lacks = chance.percent(lacking);
        let card = chance.percent(60);
        let precheck = self.teller.source.data.people.precheck.clone();
        let work = Work::Visit(lacks && !card, lacks && card);
        self.teller.schedule.add(at, tale.case, &precheck, Deed::Work(Box::new(work)));
    }

    /// The customer is told here the day after the core closed the case, offers an account, and may ask; what the core
    /// reports later is made to fit. A refusal is delivered by who closed it.
    pub(super) fn told_of(
        &mut self,
        tale: &Tale,
        past: &mut Past,
        evening: i64,
        new_ways: NaiveDate,
        chance: &mut Chance,
    ) -> anyhow::Result<()> {
        if past.outcome == Some(Outcome::Refuse) {
            return Ok(());
        }
        let pays = past.outcome == Some(Outcome::Pay);
        let day = clock::day_of(evening);
        let day = day.checked_add_days(Days::new(1)).unwrap_or(day);
        let told = at_the_desk(day, chance);
        let until = self.teller.last_evening();
        let agreed = if chance.percent(ASK) {
            self.asked(tale, (told, pays, day < new_ways), chance)?
        } else {
            let stance = pays.then_some(Stance::Agreed);
            self.done(told, tale, Work::Told(Channel::Phone, stance));
            told
        };
        if pays {
            self.done(agreed + 30, tale, Work::Offer);
            past.agreed_at = Some(agreed);
            let paid = past.paid_at.filter(|paid| *paid > agreed);
            let paid = paid.unwrap_or_else(|| agreed + chance.between(900, 3 * HOUR));
            // After long holidays everything is squeezed into the days there are.
            past.paid_at = Some(paid.min(until - 600).max(agreed));
        }
        past.told_at = Some(told);
        let last = past.paid_at.unwrap_or(agreed);
        past.archived_at = past.archived_at.map(|at| at.max(last + 300).min(until).max(last));
        Ok(())
    }

    /// A question, and how it was settled; answers when.
    fn asked(
        &mut self,
        tale: &Tale,
        (told, pays, before): (i64, bool, bool),
        chance: &mut Chance,
    ) -> anyhow::Result<i64> {
        let texts = &self.teller.source.data.texts;
        if pays && chance.percent(COMPLEX) {
            let text = chance.of(&texts.disputed).cloned().unwrap_or_default();
            let ask = Question { kind: About::Price, complex: true, text, told: true };
            let within = if before { 40 * HOUR } else { 20 * HOUR };
            let [written, verifier, adjuster, end] = moments(chance, told + HOUR, told + within);
            self.done(told, tale, Work::Ask(Box::new(ask)));
            self.done(written, tale, Work::Explain(false));
            self.done(verifier, tale, Work::Sign(Side::Verifier));
            self.done(adjuster, tale, Work::Sign(Side::Adjuster));
            let outcome = if chance.percent(70) { Resolution::Accepted } else { Resolution::Rejected };
            self.done(end, tale, Work::Resolve(outcome, true));
            return Ok(end);
        }
        let asked = texts.question(chance).ok_or_else(|| anyhow::anyhow!("texts.toml has no questions"))?;
        let kind = About::from_code(&asked.kind).ok_or_else(|| anyhow::anyhow!("no kind {}", asked.kind))?;
        let ask = Question { kind, complex: false, text: asked.text, told: true };
        let answered = told + if before { chance.between(180, 900) } else { chance.between(40, 200) };
        self.done(told, tale, Work::Ask(Box::new(ask)));
        self.done(answered, tale, Work::Answer(asked.clause, pays));
        Ok(answered)
    }
}

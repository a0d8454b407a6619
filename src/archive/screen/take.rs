//! What a scan does: by what it is, and by what is in hand.

use super::desk::{Archive, Outcome};
use super::hand::{Hand, InPile, Said};
use super::popup::Popup;
use crate::archive::rules::Step;
use crate::archive::rules::scan::{may_be_fragment, page_total};
use crate::archive::section::place_line;
use crate::archive::store::scan::{Scanned, resolve};
use crate::archive::store::work::Piled;
use crate::archive::store::{Desk, filing, receipt};
use crate::boxes::store::{shelves, tray, where_is};
use crate::case::words;
use crate::instructions::rules::EvidenceKind;
use crate::instructions::store::evidence;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Question};

impl Archive {
    /// One line of the scanner. While an act is under way it waits its turn.
    pub(super) fn take(&mut self, line: String, cx: &Cx<'_>) -> Effects {
        if self.acting.is_some() {
            self.queue.push_back(line);
            return Vec::new();
        }
        let fragment = std::mem::take(&mut self.fragment);
        let took_pages = std::mem::take(&mut self.took_pages);
        self.guarded(cx, |screen, cx| {
            let read = resolve(cx.store.conn(), &line, &fragment)?;
            if read.joined
                && took_pages
                && let Some(file) = screen.pile.last_mut()
            {
                // What looked like a page total was the first half of this code.
                file.piled.pages = 0;
            }
            let mut effects = Vec::new();
            if read.joined {
                effects.extend(screen.judge(Said::Unknown, &fragment, W::ArchiveJoined, cx));
            }
            if !read.rest.is_empty() {
                effects.extend(screen.judge(Said::Unknown, &read.rest, W::ArchiveRest, cx));
            }
            effects.extend(screen.scanned(read.what, &read.code, cx)?);
            Ok(effects)
        })
    }

    fn scanned(&mut self, what: Scanned, code: &str, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        Ok(match what {
            Scanned::Red(one) => {
                let serial = one.receipt.clone();
                self.stand_on(one.case_id);
                self.act(
                    code,
                    DeskAct::new("archive_receipt", move |tx| {
                        let done = receipt::red_copy(tx, &serial)?;
                        let missing = i64::try_from(done.missing).unwrap_or(0);
                        let said = if done.passed {
                            phrase!(W::ArchiveRedPassed, done.case_code)
                        } else {
                            phrase!(W::ArchiveRedMore, done.case_code, missing)
                        };
                        Ok(Done::said(said).with(Outcome::Plain))
                    }),
                )
            }
            Scanned::Case(id) => self.case(id, true, cx),
            Scanned::Tail(id) => {
                // A tail chooses; Enter acts. It may as well have been the first half of a code.
                self.keep_fragment(code);
                self.case(id, false, cx)
            }
            Scanned::Several => self.judge(Said::Unknown, code, W::ArchiveSeveral, cx),
            Scanned::Box(found) => self.take_box(*found, code, cx),
            Scanned::Shelf(shelf) => self.take_shelf(&shelf, code, cx),
            Scanned::Person(person) => {
                if !self.pile.is_empty() {
                    return Ok(self.judge(Said::Refused, code, W::ArchiveLayDownFirst, cx));
                }
                let said = phrase!(W::ArchiveBadge, person.name.as_str());
                self.hand = Hand::Person(person.id, person.name);
                self.judge(Said::Ok, code, said, cx)
            }
            Scanned::Misread => self.judge(Said::Refused, code, W::ArchiveMisread, cx),
            Scanned::Strange => self.unknown(code),
            Scanned::Unknown => self.short_or_unknown(code, cx),
        })
    }

    fn keep_fragment(&mut self, line: &str) {
        if may_be_fragment(line) {
            line.clone_into(&mut self.fragment);
        }
    }

    /// A page total for the file just scanned, the first half of a code, or nothing known.
    fn short_or_unknown(&mut self, line: &str, cx: &Cx<'_>) -> Effects {
        if let Some(pages) = page_total(line)
            && let Some(file) = self.pile.last_mut().filter(|file| file.step == Step::Sort)
        {
            file.piled.pages = pages;
            let (code, said) = (file.code.clone(), phrase!(W::ArchivePagesTaken, pages));
            self.keep_fragment(line);
            self.took_pages = true;
            return self.judge(Said::Ok, &code, said, cx);
        }
        if may_be_fragment(line) {
            self.keep_fragment(line);
            return self.judge(Said::Unknown, line, W::ArchiveFragment, cx);
        }
        self.unknown(line)
    }

    fn unknown(&mut self, line: &str) -> Effects {
        let code = line.to_owned();
        self.act(
            line,
            DeskAct::new("scan_unknown", move |tx| {
                let new = tray::keep(tx, &code)?;
                let word = if new { W::ArchiveUnknownKept } else { W::ArchiveUnknownAgain };
                Ok(Done::waits(word).with(Outcome::Unknown))
            }),
        )
    }

    fn take_box(&mut self, found: crate::boxes::rules::ArchiveBox, code: &str, cx: &Cx<'_>) -> Effects {
        if let Hand::File(id, seen, case_code, _) = &self.hand {
            let (id, seen, case_code) = (*id, *seen, case_code.clone());
            return self.file(id, seen, &case_code, found.id);
        }
        let said = phrase!(W::ArchiveBoxTaken, Arg::from(found.label(&self.rules)), found.files, found.full_at);
        let closed = !found.open();
        self.hand = Hand::Box(Box::new(found));
        if closed {
            return self.judge(Said::Refused, code, W::BoxesTakesNoMore, cx);
        }
        self.judge(Said::Ok, code, said, cx)
    }

    fn take_shelf(&mut self, shelf: &shelves::Shelf, code: &str, cx: &Cx<'_>) -> Effects {
        let Hand::Box(found) = &self.hand else {
            return self.judge(Said::Wrong, code, W::ArchiveBoxFirst, cx);
        };
        let (box_id, shelf_id, label) = (found.id, shelf.id, found.label(&self.rules));
        self.act(
            code,
            DeskAct::new("box_shelve", move |tx| {
                let shelf = shelves::put_away(tx, box_id, shelf_id)?;
                Ok(Done::said(phrase!(W::ArchivePutAway, Arg::from(label.clone()), shelf.name)).with(Outcome::Plain))
            }),
        )
    }

    /// A file: handed on, or its next step. `exact` = its own code, or Enter on its row: a tail only chooses.
    pub(super) fn case(&mut self, id: i64, exact: bool, cx: &Cx<'_>) -> Effects {
        self.guarded(cx, |screen, cx| {
            let Some(desk) = Desk::read(cx.store, id)? else { return Ok(Vec::new()) };
            screen.stand_on(id);
            let mut effects = screen.one_file(&desk, exact, cx)?;
            if let Some(serial) = evidence::untrue_of(cx.store.conn(), id)? {
                // Said last, so that it stands on top: the paper is marked, and the work goes on all the same.
                let code = desk.case.case_code.clone();
                effects.extend(screen.judge(Said::Wrong, &code, phrase!(W::ArchiveReturned, serial), cx));
            }
            Ok(effects)
        })
    }

    fn one_file(&mut self, desk: &Desk, exact: bool, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        let code = desk.case.case_code.clone();
        if self.pile.iter().any(|file| file.piled.case_id == desk.case.id) {
            // The file's pages may follow again: it is the last one scanned.
            let at = self.pile.iter().position(|file| file.piled.case_id == desk.case.id).unwrap_or(0);
            let file = self.pile.remove(at);
            self.pile.push(file);
            return Ok(self.judge(Said::Again, &code, W::ArchiveInPile, cx));
        }
        let step = Step::of(&desk.case.milestones);
        if matches!(self.hand, Hand::Person(..)) {
            return Ok(self.pile_up(desk, step, W::ArchiveToHand.into(), cx));
        }
        match step {
            Step::NotYet(stage) => {
                let next = crate::case::next::next_action(&desk.case.milestones, cx.actor.roles);
                let next = words::next_full(&desk.case.milestones, next);
                let said = phrase!(W::ArchiveElsewhere, words::stage(stage), Arg::from(next));
                Ok(self.judge(Said::Wrong, &code, said, cx))
            }
            Step::Done => {
                let place = where_is(cx.store.conn(), desk.case.id)?;
                let strayed = place.as_ref().is_some_and(|place| Some(&place.found.key) != desk.key(cx.now).as_ref());
                if let (true, true, Hand::Box(found)) = (exact, strayed, &self.hand) {
                    return Ok(self.ask_move(desk, found.id));
                }
                let said = match place {
                    Some(place) if strayed => {
                        let line = place_line(&place, &desk.rules);
                        return Ok(self.judge(Said::Wrong, &code, phrase!(W::ArchiveStrayed, Arg::from(line)), cx));
                    }
                    Some(place) => place_line(&place, &desk.rules),
                    None => W::ArchiveFiledAlready.into(),
                };
                Ok(self.judge(Said::Again, &code, said, cx))
            }
            Step::Receipt => Ok(self.at_slot(desk, cx)),
            Step::Sort => Ok(self.pile_up(desk, step, W::ArchiveToSort.into(), cx)),
            Step::Bind => Ok(self.pile_up(desk, step, W::ArchiveToBind.into(), cx)),
            Step::File => self.put_in_box(desk, exact, cx),
        }
    }

    /// The file's kind has changed since it was filed: into the box in hand with it, once the clerk says so.
    fn ask_move(&mut self, desk: &Desk, box_id: i64) -> Effects {
        let code = desk.case.case_code.clone();
        let text = phrase!(W::ArchiveAskMove, code.as_str());
        self.asked = Some((desk.case.id, box_id, code));
        vec![Effect::Ask(Question { id: "archive.move", text })]
    }

    pub(super) fn moved_over(&mut self) -> Effects {
        let Some((id, box_id, code)) = self.asked.take() else { return Vec::new() };
        let rules = std::rc::Rc::clone(&self.rules);
        self.act(
            &code,
            DeskAct::new("archive_move", move |tx| {
                let filed = filing::move_over(tx, id, box_id)?;
                let said = phrase!(
                    W::ArchiveFiledIn,
                    Arg::from(filed.found.label(&rules)),
                    filed.ordinal,
                    filed.found.full_at
                );
                Ok(Done::said(said).with(Outcome::Filed(filed)))
            }),
        )
    }

    fn at_slot(&mut self, desk: &Desk, cx: &Cx<'_>) -> Effects {
        let slot = desk.slot();
        let code = desk.case.case_code.clone();
        if slot.by_word() {
            return self.pile_up(desk, Step::Receipt, slot.say(), cx);
        }
        if slot.kind == EvidenceKind::Typed {
            self.popup = Some(Popup::serial((desk.case.id, desk.case.version)));
        }
        self.judge(Said::Ok, &code, slot.say(), cx)
    }

    fn pile_up(&mut self, desk: &Desk, step: Step, said: Phrase, cx: &Cx<'_>) -> Effects {
        if !matches!(self.hand, Hand::Person(..)) {
            self.hand = Hand::Empty;
        }
        self.pile.push(InPile {
            piled: Piled { case_id: desk.case.id, seen: desk.case.version, ..Piled::default() },
            code: desk.case.case_code.clone(),
            insured: text::neutralise(&desk.case.facts.insured).into_owned(),
            step,
        });
        let code = desk.case.case_code.clone();
        self.judge(Said::Ok, &code, said, cx)
    }

    fn put_in_box(&mut self, desk: &Desk, exact: bool, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        let code = desk.case.case_code.clone();
        if let Hand::Box(found) = &self.hand
            && exact
        {
            let box_id = found.id;
            return Ok(self.file(desk.case.id, desk.case.version, &code, box_id));
        }
        if matches!(self.hand, Hand::Box(_)) {
            return Ok(self.judge(Said::Ok, &code, W::ArchiveChosen, cx));
        }
        let Some(proposal) = filing::propose(cx.store.conn(), desk, cx.now)? else { return Ok(Vec::new()) };
        let said: Phrase = match &proposal {
            filing::Proposal::Into(found, _) => phrase!(W::ArchiveGoesInto, Arg::from(found.label(&self.rules))),
            filing::Proposal::Open(key) => {
                phrase!(W::ArchiveNeedsBox, Arg::from(crate::boxes::rules::key_label(key, &self.rules)))
            }
        };
        self.hand = Hand::File(desk.case.id, desk.case.version, code.clone(), Box::new(proposal));
        Ok(self.judge(Said::Ok, &code, said, cx))
    }
}

//! F6: the scan line that does the work, what is due by deadline, the countdown to the cutoff.

use super::hand::{Hand, InPile, Said};
use super::popup::{Popup, What};
use crate::archive::prints;
use crate::archive::rules::Step;
use crate::archive::rules::back::Back;
use crate::archive::store::work::PileDone;
use crate::archive::store::{Desk, filing, list, receipt, work};
use crate::boxes::labels;
use crate::boxes::store::{holders, tray};
use crate::case::milestones::Stage;
use crate::case::store::list::stage_counts;
use crate::case::store::{ListRow, load};
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::code::Code;
use crate::kernel::findings::Findings;
use crate::kernel::roles::{Role, Roles};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office;
use crate::office::rules::Right;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::print::{Preview, Sheet};
use crate::ui::scan::{ScanEvent, ScanLine, Verdict};
use crate::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Question, Screen, Tone,
};
use crate::ui::table::{TableEvent, TableState};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// What an act of this screen came to, for the verdict.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// A file is in this box.
    Filed(filing::Filed),
    /// A pile went on.
    Pile(PileDone),
    /// Work on a file was taken back.
    Back(i64),
    /// Files were handed on to this person.
    Handed(i64),
    /// A code nothing is known of is in the tray.
    Unknown,
    /// Anything else that only says what was done.
    Plain,
}

/// The archive.
pub struct Archive {
    pub(super) place: Place,
    pub(super) rows: Vec<ListRow>,
    pub(super) rules: Rc<Rulebook>,
    pub(super) filed_today: i64,
    pub(super) to_do: i64,
    pub(super) handed_to_me: usize,
    pub(super) in_tray: usize,
    pub(super) table: TableState,
    pub(super) line: ScanLine,
    pub(super) hand: Hand,
    pub(super) pile: Vec<InPile>,
    /// Digits that came alone and may be the first half of a code.
    pub(super) fragment: String,
    /// Whether the fragment was taken as a page total of the last file.
    pub(super) took_pages: bool,
    /// The code whose act is under way; what is scanned meanwhile waits its turn.
    pub(super) acting: Option<String>,
    pub(super) queue: VecDeque<String>,
    pub(super) popup: Option<Popup>,
    /// The case a question stands for, its version or the box it is to go into, and its code.
    pub(super) asked: Option<(i64, i64, String)>,
    pub(super) left: Findings,
    /// Files with a red copy whose payment came back, and its serial.
    pub(super) untrue: BTreeMap<i64, String>,
    pub(super) height: Cell<u16>,
}

/// Opens the archive; a place about a case stands on it.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Archive {
        place,
        rows: Vec::new(),
        rules: rulebook(cx.store)?,
        filed_today: 0,
        to_do: 0,
        handed_to_me: 0,
        in_tray: 0,
        table: TableState::default(),
        line: ScanLine::new(),
        hand: Hand::Empty,
        pile: Vec::new(),
        fragment: String::new(),
        took_pages: false,
        acting: None,
        queue: VecDeque::new(),
        popup: None,
        asked: None,
        left: Findings::new(),
        untrue: BTreeMap::new(),
        height: Cell::new(20),
    };
    screen.read(cx)?;
    screen.stand_on(place.id);
    Ok(Box::new(screen))
}

impl Archive {
    pub(super) fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        let stood_on = self.selected().map(|row| row.id);
        let today = clock::day_of(cx.now);
        self.rules = rulebook(cx.store)?;
        self.rows = list::due(conn, today)?;
        self.read_untrue(cx)?;
        self.filed_today = list::filed_since(conn, today)?;
        self.to_do = stage_counts(conn)?.of(Stage::Archive);
        self.handed_to_me = holders::waiting_for(conn, cx.actor.id, 2_000)?.len();
        self.in_tray = tray::open(conn, 1_000)?.len();
        self.table.rows(self.rows.len(), false);
        if let Some(id) = stood_on {
            self.stand_on(id);
        }
        Ok(())
    }

    pub(super) fn stand_on(&mut self, case_id: i64) {
        if let Some(index) = self.rows.iter().position(|row| row.id == case_id) {
            self.table.select(index);
        }
    }

    pub(super) fn selected(&self) -> Option<&ListRow> {
        self.table.selected().and_then(|index| self.rows.get(index))
    }

    /// The case the keys are about: the file in hand, else the one the list stands on.
    fn about(&self) -> Option<i64> {
        match &self.hand {
            Hand::File(id, ..) => Some(*id),
            _ => self.pile.last().map(|file| file.piled.case_id).or_else(|| self.selected().map(|row| row.id)),
        }
    }

    pub(super) fn guarded(
        &mut self,
        cx: &Cx<'_>,
        work: impl FnOnce(&mut Self, &Cx<'_>) -> anyhow::Result<Effects>,
    ) -> Effects {
        work(self, cx).unwrap_or_else(|error| vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))])
    }

    /// A verdict on top of the others; all but 收 ring, so that who looks at the papers hears what needs a look.
    pub(super) fn judge(&mut self, said: Said, code: &str, what: impl Into<Phrase>, cx: &Cx<'_>) -> Effects {
        self.line.judge(Verdict {
            code: code.to_owned(),
            mark: said.mark(),
            word: said.word(),
            what: Some(what.into()),
            style: said.style(*cx.theme),
        });
        if said == Said::Ok { Vec::new() } else { vec![Effect::Bell] }
    }

    /// Starts an act; what is scanned until its end waits.
    pub(super) fn act(&mut self, code: &str, act: DeskAct) -> Effects {
        self.acting = Some(code.to_owned());
        vec![Effect::Act(act)]
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        if let Hand::Person(to, name) = &self.hand {
            let (to, name, ids) = (*to, name.clone(), self.pile.iter().map(|f| f.piled.case_id).collect::<Vec<i64>>());
            return self.act(
                "",
                DeskAct::new("hand_on", move |tx| {
                    let count = holders::hand_on(tx, &ids, to)?;
                    let said = phrase!(W::ArchiveHandedOn, i64::try_from(count).unwrap_or(0), name.as_str());
                    Ok(Done::waits(said).with(Outcome::Handed(to)))
                }),
            );
        }
        if self.pile.is_empty() {
            return match self.selected().map(|row| row.id) {
                // Without a pile the key does for one file what Enter does.
                Some(id) => self.case(id, true, cx),
                None => Vec::new(),
            };
        }
        let pile: Vec<work::Piled> = self.pile.iter().map(|file| file.piled.clone()).collect();
        self.act(
            "",
            DeskAct::new("archive_pile", move |tx| {
                let done = work::advance(tx, &pile)?;
                let [slots, sorted, bound] = done.counts;
                let left = i64::try_from(done.left.len()).unwrap_or(0);
                let said = phrase!(W::ArchivePileDone, slots, sorted, bound, left);
                let done = if left > 0 {
                    Done::waits(said).with(Outcome::Pile(done))
                } else {
                    Done::said(said).with(Outcome::Pile(done))
                };
                Ok(done)
            }),
        )
    }

    /// Enter on an empty line: the file in hand into its box, else the next step of the file the list stands on.
    fn enter(&mut self, cx: &Cx<'_>) -> Effects {
        if let Hand::File(id, seen, code, proposal) = &self.hand {
            let (id, seen, code) = (*id, *seen, code.clone());
            return match proposal.as_ref() {
                filing::Proposal::Into(found, _) => {
                    let box_id = found.id;
                    self.file(id, seen, &code, box_id)
                }
                filing::Proposal::Open(key) => {
                    let kind = crate::boxes::rules::key_label(key, &self.rules);
                    let text = phrase!(W::ArchiveAskOpen, code.as_str(), Arg::from(kind));
                    self.asked = Some((id, seen, code));
                    vec![Effect::Ask(Question { id: "archive.open_box", text })]
                }
            };
        }
        match self.selected().map(|row| row.id) {
            Some(id) => self.case(id, true, cx),
            None => Vec::new(),
        }
    }

    pub(super) fn file(&mut self, id: i64, seen: i64, code: &str, box_id: i64) -> Effects {
        let rules = Rc::clone(&self.rules);
        self.act(
            code,
            DeskAct::new("archive_file", move |tx| {
                let filed = filing::file(tx, id, seen, box_id)?;
                Ok(Done::said(filed_words(&filed, &rules)).with(Outcome::Filed(filed)))
            }),
        )
    }

    fn opened(&mut self) -> Effects {
        let Some((id, seen, code)) = self.asked.take() else { return Vec::new() };
        let rules = Rc::clone(&self.rules);
        self.act(
            &code,
            DeskAct::new("archive_file", move |tx| {
                let filed = filing::open_and_file(tx, id, seen)?;
                Ok(Done::said(filed_words(&filed, &rules)).with(Outcome::Filed(filed)))
            }),
        )
    }

    fn popup_for(&mut self, what: What, cx: &Cx<'_>) -> Effects {
        let Some(id) = self.about() else { return Vec::new() };
        self.guarded(cx, |screen, cx| {
            let Some(desk) = Desk::read(cx.store, id)? else { return Ok(Vec::new()) };
            let case = (id, desk.case.version);
            screen.popup = Some(match what {
                What::Waive if Step::of(&desk.case.milestones) != Step::Receipt => {
                    return Ok(vec![Effect::Say(Tone::Bad, W::ArchiveNotAtReceipt.into())]);
                }
                What::Waive => Popup::waive(case),
                What::Serial => Popup::serial(case),
                What::Back => match Archive::back_form(case, Back::of(&desk.case.milestones)) {
                    Some(popup) => popup,
                    None => return Ok(vec![Effect::Say(Tone::Bad, W::ArchiveBackNothing.into())]),
                },
                What::Contents => {
                    let Some(file) =
                        screen.pile.iter().find(|file| file.piled.case_id == id && file.step == Step::Sort)
                    else {
                        return Ok(vec![Effect::Say(Tone::Bad, W::ArchiveScanFirst.into())]);
                    };
                    Popup::contents(case, &desk.contents(), file.piled.pages, &file.piled.exceptions)
                }
            });
            Ok(Vec::new())
        })
    }

    fn popup_save(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let (id, seen) = popup.case;
        match popup.what {
            What::Waive => {
                let found = crate::archive::rules::slot::judge_waiver(
                    &load::by_id(cx.store.conn(), id).ok().flatten().map(|case| case.milestones).unwrap_or_default(),
                    popup.form.value("reason"),
                );
                if found.blocking() {
                    if let Some(popup) = &mut self.popup {
                        popup.form.show(found);
                    }
                    return Vec::new();
                }
                let code = self.rows.iter().find(|row| row.id == id).map_or(String::new(), |row| row.case_code.clone());
                let roles: Roles = [Role::Leader].into_iter().collect();
                let of = if cx.actor.unpeopled || cx.actor.roles.any_of(roles) {
                    PinOf::Me
                } else {
                    PinOf::Other { roles, except: Vec::new() }
                };
                vec![Effect::AskPin(PinQuestion { id: "archive.waive", text: phrase!(W::ArchiveAskWaive, code), of })]
            }
            What::Serial => {
                let serial = popup.form.value("serial").to_owned();
                self.act(
                    "",
                    DeskAct::new("archive_receipt", move |tx| {
                        let done = receipt::typed(tx, id, seen, &serial)?;
                        Ok(Done::said(phrase!(W::ArchiveSlotPassed, done.case_code)).with(Outcome::Plain))
                    }),
                )
            }
            What::Contents => self.take_contents(id, cx),
            What::Back => self.back_save((id, seen)),
        }
    }

    /// Page total and exceptions are no fact before the pile is saved; they are judged now all the same.
    fn take_contents(&mut self, id: i64, cx: &Cx<'_>) -> Effects {
        self.guarded(cx, |screen, cx| {
            let Some(popup) = &mut screen.popup else { return Ok(Vec::new()) };
            let pages = popup.form.value("pages").parse().unwrap_or(0);
            let typed = popup.form.value("contents").to_owned();
            let list = Desk::read(cx.store, id)?.map(|desk| desk.contents()).unwrap_or_default();
            use crate::archive::rules::contents::{edited, judge_sorting};
            let found = edited(&list, &typed).map_or_else(|found| found, |rows| judge_sorting(pages, &rows));
            if found.blocking() {
                popup.form.show(found);
                return Ok(Vec::new());
            }
            if let Some(file) = screen.pile.iter_mut().find(|file| file.piled.case_id == id) {
                (file.piled.pages, file.piled.exceptions) = (pages, typed);
            }
            screen.popup = None;
            Ok(Vec::new())
        })
    }

    fn waived(&self, actor: &Actor) -> Effects {
        let Some(popup) = &self.popup else { return Vec::new() };
        let ((id, seen), reason) = (popup.case, popup.form.value("reason").to_owned());
        let act = DeskAct::new("archive_waive", move |tx| {
            let done = receipt::waive(tx, id, seen, &reason)?;
            Ok(Done::said(phrase!(W::ArchiveWaived, done.case_code)).with(Outcome::Plain))
        });
        vec![Effect::Act(act.by(actor.clone()))]
    }

    fn confirm(&self, actor: &Actor) -> Effects {
        let act = DeskAct::new("hand_confirm", move |tx| {
            let count = holders::confirm(tx)?;
            Ok(Done::said(phrase!(W::ArchiveHandConfirmed, i64::try_from(count).unwrap_or(0))).with(Outcome::Plain))
        });
        vec![Effect::Act(act.by(actor.clone()))]
    }

    fn print(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(id) = self.about() else { return Vec::new() };
        self.guarded(cx, |_, cx| {
            let Some(desk) = Desk::read(cx.store, id)? else { return Ok(Vec::new()) };
            let sheet = prints::folder(cx.store, &desk, cx.now, cx.lang)?;
            Ok(vec![preview(sheet, "folder", &desk.case.case_code, cx.lang)])
        })
    }

    fn label(&mut self, cx: &Cx<'_>) -> Effects {
        let Some(id) = self.about() else { return Vec::new() };
        self.guarded(cx, |_, cx| {
            let Some(case) = load::by_id(cx.store.conn(), id)? else { return Ok(Vec::new()) };
            let Ok(code) = Code::parse(&case.case_code) else { return Ok(Vec::new()) };
            let lines = [case.facts.case_no.clone(), case.facts.insured.clone()];
            let sheet = labels::label(W::ArchiveKeyLabel.text(cx.lang), &lines, &code);
            Ok(vec![preview(sheet, "label", &case.case_code, cx.lang)])
        })
    }

    fn leave(&mut self) -> Effects {
        if self.popup.take().is_some() {
            return Vec::new();
        }
        if !self.pile.is_empty() {
            let count = i64::try_from(self.pile.len()).unwrap_or(i64::MAX);
            return vec![Effect::Ask(Question { id: "archive.lay_down", text: phrase!(W::ArchiveAskLayDown, count) })];
        }
        if !matches!(self.hand, Hand::Empty) {
            self.hand = Hand::Empty;
            return Vec::new();
        }
        vec![Effect::Back]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "archive.next" => self.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE), cx),
            "archive.save" => self.save(cx),
            "archive.popup_save" => self.popup_save(cx),
            "archive.contents" => self.popup_for(What::Contents, cx),
            "archive.waive" => self.popup_for(What::Waive, cx),
            "archive.take_back" => self.popup_for(What::Back, cx),
            "archive.receive" => {
                let text = phrase!(W::ArchiveAskReceive, i64::try_from(self.handed_to_me).unwrap_or(0));
                vec![Effect::AskPin(PinQuestion { id: "archive.receive", text, of: PinOf::Me })]
            }
            "archive.print" => self.print(cx),
            "archive.label" => self.label(cx),
            "archive.tray" => vec![Effect::Ask(Question { id: "archive.tray", text: self.tray_words(cx) })],
            "archive.folder" => self.about().map(|id| Effect::Go(Place::of("folder", id))).into_iter().collect(),
            "archive.boxes" => vec![Effect::Go(Place::new("boxes"))],
            "archive.lend" => vec![Effect::Go(Place::new("lend"))],
            "archive.leave" => self.leave(),
            _ => Vec::new(),
        }
    }

    /// What is in the tray, for the question whether it was looked at.
    fn tray_words(&self, cx: &Cx<'_>) -> Phrase {
        let codes = tray::open(cx.store.conn(), 8).unwrap_or_default().into_iter().map(|unknown| unknown.code);
        Phrase::new(W::ArchiveAskTray, [Arg::Number(i64::try_from(self.in_tray).unwrap_or(0)), Arg::list(codes)])
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        if let Some(popup) = &mut self.popup {
            popup.form.handle(key, clock::day_of(cx.now), cx.lang);
            return Vec::new();
        }
        let list_key = matches!(key.code, KeyCode::Up | KeyCode::Down | KeyCode::PageUp | KeyCode::PageDown);
        if list_key && self.table.handle(key, self.height.get()) != TableEvent::Ignored {
            return Vec::new();
        }
        let empty = self.line.value().is_empty();
        match self.line.handle(key) {
            ScanEvent::Code(code) => self.take(code, cx),
            ScanEvent::Typed if empty && key.code == KeyCode::Enter && self.acting.is_none() => self.enter(cx),
            ScanEvent::Typed | ScanEvent::Ignored => Vec::new(),
        }
    }

    fn done(&mut self, done: &Done, cx: &Cx<'_>) -> Effects {
        let code = self.acting.take().unwrap_or_default();
        self.left = Findings::new();
        let outcome = done.value.as_ref().and_then(|value| value.downcast_ref::<Outcome>()).cloned();
        let mut effects = Vec::new();
        if let Some(outcome) = &outcome {
            let said = if matches!(outcome, Outcome::Unknown) { Said::Unknown } else { Said::Ok };
            effects.extend(self.judge(said, &code, done.said.clone(), cx));
            self.popup = None;
        }
        match outcome {
            Some(Outcome::Filed(filed)) => {
                self.pile.retain(|file| file.piled.case_id != filed.case_id);
                self.hand = Hand::Box(Box::new(filed.found));
            }
            Some(Outcome::Pile(done)) => {
                self.left = work::left_findings(&done);
                effects.extend(self.guarded(cx, Archive::pile_again));
            }
            Some(Outcome::Handed(to)) => {
                let count = i64::try_from(self.pile.len()).unwrap_or(0);
                self.pile.clear();
                self.hand = Hand::Empty;
                let text = phrase!(W::ArchiveAskReceive, count);
                effects.push(Effect::AskPin(PinQuestion { id: "archive.receive", text, of: PinOf::Among(vec![to]) }));
            }
            Some(Outcome::Back(id)) => self.lay_down(id),
            Some(Outcome::Unknown | Outcome::Plain) | None => {}
        }
        effects.extend(self.guarded(cx, |screen, cx| screen.read(cx).map(|()| Vec::new())));
        effects.extend(self.queued(cx));
        effects
    }

    /// The pile after an act: files that are bound go on to their box one by one, the others stay for their next step.
    fn pile_again(&mut self, cx: &Cx<'_>) -> anyhow::Result<Effects> {
        let mut kept = Vec::new();
        for mut file in std::mem::take(&mut self.pile) {
            let Some(case) = load::by_id(cx.store.conn(), file.piled.case_id)? else { continue };
            file.step = Step::of(&case.milestones);
            file.piled.seen = case.version;
            // A file that has its receipt now still has to be sorted, by whoever looks into it: it is scanned again.
            if file.step == Step::Bind || file.step == Step::Sort && file.piled.pages > 0 {
                kept.push(file);
            }
        }
        self.pile = kept;
        Ok(Vec::new())
    }

    fn refused(&mut self, findings: &Findings, cx: &Cx<'_>) -> Effects {
        let Some(code) = self.acting.take() else {
            if let Some(popup) = &mut self.popup {
                popup.form.show(findings.clone());
            }
            return Vec::new();
        };
        if let Some(popup) = &mut self.popup {
            popup.form.show(findings.clone());
        }
        let first = findings.iter().next();
        let said = first.map_or(Said::Refused, |finding| Said::of_refusal(finding.code));
        let what = first.map_or_else(|| W::ShellActRefused.into(), |finding| finding.what.clone());
        let mut effects = self.judge(said, &code, what, cx);
        self.left = if self.pile.is_empty() { Findings::new() } else { findings.clone() };
        effects.extend(self.guarded(cx, |screen, cx| screen.read(cx).map(|()| Vec::new())));
        effects.extend(self.queued(cx));
        effects
    }

    /// The next of what was scanned while an act was under way.
    fn queued(&mut self, cx: &Cx<'_>) -> Effects {
        let mut effects = Vec::new();
        while self.acting.is_none()
            && let Some(code) = self.queue.pop_front()
        {
            effects.extend(self.take(code, cx));
        }
        effects
    }
}

fn filed_words(filed: &filing::Filed, rules: &Rulebook) -> Phrase {
    let word = if filed.on_time { W::ArchiveFiledIn } else { W::ArchiveFiledLate };
    Phrase::new(
        word,
        [Arg::from(filed.found.label(rules)), Arg::Number(filed.ordinal), Arg::Number(filed.found.full_at)],
    )
}

/// A sheet to look at; printing counts it in the journal of the case.
fn preview(sheet: Sheet, kind: &'static str, case_code: &str, lang: Lang) -> Effect {
    let sheet = sheet.about(case_code);
    let (out, code) = (sheet.clone(), case_code.to_owned());
    let act = DeskAct::new("folder_print", move |tx| {
        office::store::require(tx, Right::ReadAll)?;
        let n = office::prints::record(tx, kind, &code)?;
        let version = crate::archive::store::version_of(tx.conn(), &code)?;
        tx.journal(&crate::case::store::subject(&code), version, &serde_json::json!({"kind": kind, "n": n}))?;
        Ok(Done::said(phrase!(W::ArchivePrinted, n)).print(out.clone().numbered(n, lang)))
    });
    Effect::Preview(Preview { sheet, act })
}

impl Screen for Archive {
    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::ShellPlaceArchive.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.popup.is_some() {
            return vec![
                KeyRow::new("archive.popup_save", "ctrl-s", W::ArchiveKeySave).consequential(),
                KeyRow::new("archive.leave", "esc", W::ArchiveKeyBack),
            ];
        }
        let lacking = |right| office::store::lacking(cx.actor, right, W::CaseKeyLacking);
        let nothing = || self.about().is_none().then(|| Phrase::from(W::ArchiveNothingDue));
        let handing = matches!(self.hand, Hand::Person(..));
        let save = if handing { W::ArchiveKeyHandOn } else { W::ArchiveKeyPile };
        let right = if handing { Right::HandOn } else { Right::Archive };
        let none_handed = || (self.handed_to_me == 0).then(|| Phrase::from(W::BoxesNothingHanded));
        let no_tray = || (self.in_tray == 0).then(|| Phrase::from(W::BoxesTrayEmpty));
        vec![
            KeyRow::new("archive.next", "enter", W::ArchiveKeyNext).off(lacking(Right::Archive)).consequential(),
            KeyRow::new("archive.save", "ctrl-s", save).off(lacking(right)).consequential(),
            KeyRow::new("archive.contents", "ctrl-k", W::ArchiveKeyContents)
                .off(lacking(Right::Archive).or_else(nothing)),
            KeyRow::new("archive.waive", "ctrl-e", W::ArchiveKeyWaive).off(nothing()),
            KeyRow::new("archive.take_back", "ctrl-x", W::ArchiveKeyTakeBack)
                .off(lacking(Right::Archive).or_else(nothing))
                .quiet(),
            KeyRow::new("archive.receive", "ctrl-r", W::ArchiveKeyReceive)
                .off(lacking(Right::HandOn).or_else(none_handed))
                .consequential(),
            KeyRow::new("archive.print", "ctrl-o", W::ArchiveKeyPrint).off(nothing()),
            KeyRow::new("archive.label", "ctrl-a", W::ArchiveKeyLabel).off(nothing()).quiet(),
            KeyRow::new("archive.boxes", "ctrl-b", W::BoxesPlace),
            KeyRow::new("archive.lend", "ctrl-g", W::BoxesLendPlace),
            KeyRow::new("archive.tray", "ctrl-t", W::ArchiveKeyTray)
                .off(lacking(Right::Archive).or_else(no_tray))
                .quiet(),
            KeyRow::new("archive.folder", "ctrl-f", W::CaseKeyFolder).off(nothing()).quiet(),
            KeyRow::new("archive.leave", "esc", W::ArchiveKeyBack),
        ]
    }

    fn help(&self) -> W {
        match self.popup.as_ref().map(|popup| popup.what) {
            Some(What::Waive) => W::ArchiveHelpWaive,
            Some(What::Contents) => W::ArchiveHelpContents,
            Some(What::Serial) => W::ArchiveNeedTyped,
            Some(What::Back) => W::ArchiveHelpBack,
            None => W::ArchiveHelp,
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(text) => {
                match &mut self.popup {
                    Some(popup) => drop(popup.form.paste(&text)),
                    None => self.line.paste(&text),
                }
                Vec::new()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => self.done(done, cx),
            Note::Refused(findings) => self.refused(findings, cx),
            Note::Pin("archive.waive", actor) => self.waived(actor),
            Note::Pin("archive.receive", actor) => self.confirm(actor),
            Note::Answer("archive.open_box", true) => self.opened(),
            Note::Answer("archive.move", true) => self.moved_over(),
            Note::Answer("archive.lay_down", true) => {
                self.pile.clear();
                self.hand = Hand::Empty;
                Vec::new()
            }
            Note::Answer("archive.tray", true) => self.act(
                "",
                DeskAct::new("tray_clear", |tx| {
                    let count = tray::clear(tx)?;
                    Ok(Done::said(phrase!(W::ArchiveTrayCleared, i64::try_from(count).unwrap_or(0)))
                        .with(Outcome::Plain))
                }),
            ),
            Note::Shown | Note::StoreChanged | Note::Minute => {
                self.guarded(cx, |screen, cx| screen.read(cx).map(|()| Vec::new()))
            }
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        self.paint(frame, area, cx);
    }

    fn typing(&self) -> bool {
        true
    }

    fn gathers(&self) -> bool {
        self.popup.is_none()
    }

    fn draft(&self) -> Option<Draft> {
        self.popup.as_ref().and_then(Popup::draft)
    }

    fn restore(&mut self, draft: &Draft) {
        self.popup = Popup::restored(draft);
    }
}

/// The language of a key's name in a sentence.
pub(super) fn key_name(cx: &Cx<'_>, action: &str, lang: Lang) -> String {
    cx.keymap.key(action, lang)
}

//! 待我审批: the cases at step 5, looked through and signed, the marked small ones with one PIN.

use super::paint::{View, summary_lines};
use crate::case::next::next_action;
use crate::case::store::{ListRow, list};
use crate::case::words;
use crate::closing::store::{Desk, SignedMany, sign_many};
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::money::Fen;
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Screen, Tone};
use crate::ui::table::{Column, Marks, TableEvent, TableRow, TableState, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::collections::BTreeMap;

/// The count beside the place goes no further.
const MOST_COUNTED: i64 = 100;
/// Rows read at a time.
const PAGE: usize = 100;

/// A marked case as it was seen when it was marked.
#[derive(Clone, Copy, Debug)]
struct Marked {
    version: i64,
    payable: Fen,
}

/// The list of cases that wait for a signature.
pub struct Approvals {
    rows: Vec<ListRow>,
    more: bool,
    table: TableState,
    marks: Marks,
    marked: BTreeMap<i64, Marked>,
    /// The case the list stands on.
    preview: Option<(Desk, View)>,
    /// What the question for a PIN is about; the list may change while it stands.
    asked: Vec<(i64, i64)>,
    /// Why cases were left at the last signature.
    left: Findings,
    height: Cell<u16>,
}

/// Opens the list.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Approvals {
        rows: Vec::new(),
        more: false,
        table: TableState::default(),
        marks: Marks::default(),
        marked: BTreeMap::new(),
        preview: None,
        asked: Vec::new(),
        left: Findings::new(),
        height: Cell::new(20),
    };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

/// How many cases wait for a signature, up to a page; for the row of places.
///
/// # Errors
/// What the store says.
pub fn waiting(store: &crate::db::Store) -> anyhow::Result<i64> {
    Ok(list::awaiting_count(store.conn(), MOST_COUNTED)?)
}

impl Approvals {
    /// Reads the list again as far as it was shown; the selection stays on its case, marks stay on cases that still wait.
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.selected().map(|row| row.id);
        let wanted = self.rows.len().max(PAGE);
        self.rows = list::awaiting_sign_off(cx.store.conn(), list::START, wanted)?;
        self.more = self.rows.len() >= wanted;
        self.table.rows(self.rows.len(), self.more);
        if let Some(index) = stood_on.and_then(|id| self.rows.iter().position(|row| row.id == id)) {
            self.table.select(index);
        }
        let gone: Vec<i64> = self.marks.iter().filter(|id| !self.rows.iter().any(|row| row.id == *id)).collect();
        for id in gone {
            self.marks.toggle(id);
            self.marked.remove(&id);
        }
        self.look(cx)
    }

    fn read_more(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        if let Some(last) = self.rows.last() {
            let page = list::awaiting_sign_off(cx.store.conn(), (last.due_at, last.id), PAGE)?;
            self.more = page.len() >= PAGE;
            self.rows.extend(page);
            self.table.rows(self.rows.len(), self.more);
        }
        Ok(())
    }

    /// Reads the case the list stands on.
    fn look(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let Some(id) = self.selected().map(|row| row.id) else {
            self.preview = None;
            return Ok(());
        };
        self.preview = match Desk::read(cx.store, id)? {
            Some(desk) => {
                let view = View::read(cx, &desk)?;
                Some((desk, view))
            }
            None => None,
        };
        Ok(())
    }

    fn selected(&self) -> Option<&ListRow> {
        self.table.selected().and_then(|index| self.rows.get(index))
    }

    fn guarded(&mut self, cx: &Cx<'_>, work: impl FnOnce(&mut Approvals, &Cx<'_>) -> anyhow::Result<()>) -> Effects {
        match work(self, cx) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
        }
    }

    /// Space: marks the case at the version just looked at. Large cases are signed singly.
    fn mark(&mut self, cx: &Cx<'_>) -> Effects {
        let Some((desk, _)) = &self.preview else { return Vec::new() };
        let id = desk.case.id;
        if self.marks.has(id) {
            self.marks.toggle(id);
            self.marked.remove(&id);
        } else if desk.is_large(cx.now) {
            return vec![Effect::Say(Tone::Bad, W::ClosingLargeSingly.into())];
        } else {
            let payable = desk.case.milestones.payable.unwrap_or_default();
            self.marks.toggle(id);
            self.marked.insert(id, Marked { version: desk.case.version, payable });
        }
        let next = self.table.selected().map_or(0, |index| index + 1);
        self.table.select(next);
        self.guarded(cx, Approvals::look)
    }

    /// The cases a signature is for: the marked, else the one the list stands on.
    fn to_sign(&self) -> Vec<(i64, Marked)> {
        if !self.marked.is_empty() {
            return self.marked.iter().map(|(id, marked)| (*id, *marked)).collect();
        }
        let one = self.preview.as_ref().map(|(desk, _)| {
            let payable = desk.case.milestones.payable.unwrap_or_default();
            (desk.case.id, Marked { version: desk.case.version, payable })
        });
        one.into_iter().collect()
    }

    fn ask(&mut self) -> Effects {
        let cases = self.to_sign();
        self.asked = cases.iter().map(|(id, marked)| (*id, marked.version)).collect();
        let sum = Fen::sum(cases.iter().map(|(_, marked)| marked.payable)).unwrap_or_default();
        let text = phrase!(W::ClosingSignMany, count(cases.len()), Arg::Money(sum.fen()));
        if cases.is_empty() {
            return vec![Effect::Say(Tone::Bad, W::ClosingNothingMarked.into())];
        }
        vec![Effect::AskPin(PinQuestion { id: "approvals.sign", text, of: PinOf::Me })]
    }

    fn sign(&self, actor: &Actor) -> Effects {
        let cases = self.asked.clone();
        let act = DeskAct::new("sign_off", move |tx| {
            let done = sign_many(tx, &cases)?;
            let said = said(&done);
            let waits = done.closed.is_empty();
            let done = if waits { Done::waits(said).with(done) } else { Done::said(said).with(done) };
            Ok(done)
        });
        vec![Effect::Act(act.by(actor.clone()))]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "approvals.mark" => self.mark(cx),
            "approvals.sign" => self.ask(),
            "approvals.open" => {
                self.selected().map(|row| Effect::Go(Place::of("closing", row.id))).into_iter().collect()
            }
            "approvals.leave" => vec![Effect::Back],
            _ => Vec::new(),
        }
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(row) = self.rows.get(index) else { return TableRow::default() };
        let theme = cx.theme;
        let (rules, soon) = match &self.preview {
            Some((desk, _)) => (Some(&desk.rules), desk.rules.settings.number(settings::SOON_HOURS, cx.now)),
            None => (None, 0),
        };
        let (pressure, left) = words::remaining(cx.now, row.due_at, false, false, soon);
        let (mark, style) = match pressure {
            words::Pressure::Overdue => ("!! ", theme.mark_overdue()),
            words::Pressure::Soon => ("! ", theme.mark_soon()),
            words::Pressure::Calm => ("", theme.text()),
        };
        let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
        let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&row.insured).into_owned() };
        let line = rules.map_or(row.line.as_str(), |rules| rules.line_label(&row.line, cx.lang));
        let state = words::next_short(&row.milestones, next_action(&row.milestones, cx.actor.roles));
        TableRow::new(row.id)
            .cell(format!("{mark}{}", left.say(cx.lang)), style)
            .cell(text::clip_left(&text::neutralise(number), 10), theme.text())
            .cell(insured, theme.text())
            .cell(row.amount.unwrap_or_default().grouped(), theme.text())
            .cell(state.text(cx.lang), theme.text())
            .cell(line, theme.dim())
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What one PIN did, told apart: closed, waiting for a higher one, left.
fn said(done: &SignedMany) -> Phrase {
    phrase!(
        W::ClosingSignedMany,
        count(done.closed.len()),
        Arg::Money(done.sum.fen()),
        count(done.endorsed.len()),
        count(done.left.len())
    )
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::ClosingColumnDue, 10, 14),
        Column::new(W::ClosingColumnCase, 10, 10),
        Column::new(W::ClosingColumnInsured, 8, 16),
        Column::new(W::ClosingColumnAmount, 12, 14).right(),
        Column::new(W::ClosingColumnState, 12, 14).priority(1),
        Column::new(W::ClosingColumnLine, 10, 18).priority(2),
    ]
}

impl Screen for Approvals {
    fn place(&self) -> Place {
        Place::new("approvals")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::ClosingApprovals.text(cx.lang).to_owned()
    }

    fn keys(&self, _cx: &Cx<'_>) -> Vec<KeyRow> {
        let nothing = self.rows.is_empty().then(|| Phrase::from(W::ClosingNothingWaits));
        vec![
            KeyRow::new("approvals.sign", "ctrl-s", W::ClosingKeySign).off(nothing.clone()).consequential(),
            KeyRow::new("approvals.mark", "space", W::ClosingKeyMark).or("ctrl-v").off(nothing.clone()),
            KeyRow::new("approvals.open", "enter", W::ClosingKeyLook).off(nothing),
            KeyRow::new("approvals.leave", "esc", W::ClosingKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::ClosingApprovalsHelp
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => match self.table.handle(key, self.height.get()) {
                TableEvent::Ignored => Vec::new(),
                TableEvent::Moved => self.guarded(cx, Approvals::look),
                TableEvent::WantsMore => self.guarded(cx, |screen, cx| {
                    screen.read_more(cx)?;
                    screen.look(cx)
                }),
            },
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Pin("approvals.sign", actor) => self.sign(actor),
            Note::Done(done) => {
                self.marks.clear();
                self.marked.clear();
                if let Some(done) = done.value.as_ref().and_then(|value| value.downcast_ref::<SignedMany>()) {
                    self.left = crate::closing::store::sign::left_findings(done);
                }
                self.guarded(cx, Approvals::read)
            }
            Note::Refused(findings) => {
                self.left = findings.clone();
                // What was marked at an older version has to be looked at again.
                self.marks.clear();
                self.marked.clear();
                self.guarded(cx, Approvals::read)
            }
            Note::Shown | Note::StoreChanged => self.guarded(cx, Approvals::read),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let area = area.intersection(frame.area());
        let buf = frame.buffer_mut();
        let sum = Fen::sum(self.marked.values().map(|marked| marked.payable)).unwrap_or_default();
        let title = if self.marked.is_empty() {
            phrase!(W::ClosingApprovalsTitle, count(self.rows.len())).say(cx.lang)
        } else {
            phrase!(W::ClosingApprovalsMarked, count(self.marked.len()), Arg::Money(sum.fen())).say(cx.lang)
        };
        let inner = layout::boxed(buf, area, &title, *cx.theme);
        let (mut table, preview) = layout::list_and_preview(inner);
        let mut y = 0;
        let said = self.left.iter().map(|finding| format!("x {}", finding.what.say(cx.lang)));
        let lines = said.flat_map(|said| text::wrap(&said, usize::from(table.width)));
        for line in lines.take(usize::from(table.height / 3)) {
            draw::put(buf, table, 0, y, &line, cx.theme.error());
            y += 1;
        }
        table = draw::below(table, y);
        self.height.set(table.height);
        draw_table(buf, table, &columns(), &self.table, &self.marks, (cx.lang, *cx.theme), |index| self.row(index, cx));
        if let (Some(place), Some((desk, view))) = (preview, &self.preview) {
            let place = Rect { x: place.x.saturating_add(2), width: place.width.saturating_sub(2), ..place };
            let mut y = 0;
            let head = format!(
                "{}  {}",
                if cx.hidden { "***" } else { desk.case.facts.insured.as_str() },
                desk.case.facts.case_no
            );
            draw::put(
                buf,
                place,
                0,
                y,
                &text::clip(&text::neutralise(&head), usize::from(place.width)),
                cx.theme.title(),
            );
            for line in summary_lines(desk, view, cx.lang)
                .iter()
                .flat_map(|line| text::wrap(line, usize::from(place.width).max(1)))
            {
                y += 1;
                draw::put(buf, place, 0, y, &line, cx.theme.text());
            }
            for record in desk
                .records
                .iter()
                .filter(|r| r.round == desk.case.milestones.round && r.void_at.is_none() && !r.reason.is_empty())
            {
                y += 1;
                let said = phrase!(
                    W::ClosingReasonLine,
                    i64::from(record.step),
                    text::neutralise(&record.reason).into_owned()
                )
                .say(cx.lang);
                draw::put(buf, place, 0, y, &text::clip(&said, usize::from(place.width)), cx.theme.warn());
            }
            y += 1;
            let due = phrase!(W::ClosingDueAt, Arg::Moment(desk.case.milestones.papers_at.unwrap_or(clock::NEVER)));
            if desk.case.milestones.papers_at.is_some() {
                draw::put(buf, place, 0, y, &due.say(cx.lang), cx.theme.dim());
            }
        }
    }
}

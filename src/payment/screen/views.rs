//! The lists of the payment desk. A view is a row of this table: a name, a word, and how its rows are read.

use super::{release_paint, words};
use crate::case::milestones::Stage;
use crate::case::store::{CaseFile, list};
use crate::db::Actor;
use crate::instructions::rules::Instruction;
use crate::instructions::store::of_round;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::{Right, may};
use crate::payment::store::batch_read::{self, Batch, BatchState};
use crate::payment::store::look;
use crate::payment::store::release::{self, Item, Waiting};
use crate::phrase;
use crate::ui::screen::{Cx, Place, Tone};

/// One row of a list.
#[derive(Clone, Debug)]
pub struct Row {
    /// What a mark remembers: the key of the instruction, or of the case where there is none yet.
    pub key: i64,
    /// Who chose it; 0 where nobody has.
    pub chosen_by: i64,
    /// Tail of the case's number.
    pub number: String,
    /// Who is paid, or insured.
    pub payee: String,
    /// Mode, bank and account.
    pub way: Phrase,
    /// How much.
    pub amount: Fen,
    /// What it waits for.
    pub state: Phrase,
    /// How that reads.
    pub tone: Tone,
    /// Where Enter leads.
    pub place: Place,
    /// Where what was chosen of its case is looked at, changed and taken back.
    pub chosen: Option<Place>,
    /// What the preview shows.
    pub detail: Vec<(Phrase, Tone)>,
}

/// One list of the desk.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name.
    pub id: &'static str,
    /// What the clerk calls it.
    pub word: W,
    /// Its rows can be marked and reviewed.
    pub reviews: bool,
    /// Who has something to do with its rows; the desk opens at the first list that waits for whoever is signed in.
    pub right: Right,
    /// Reads its rows.
    pub rows: fn(&Cx<'_>) -> anyhow::Result<Vec<Row>>,
}

/// The most rows a list shows; what waits longest comes first.
const MOST: i64 = 200;

/// Every list, in the order Tab goes through them; money that came back is looked at first.
pub const VIEWS: &[View] = &[
    View { id: "mend", word: W::BatchesViewMending, reviews: false, right: Right::Choose, rows: to_mend },
    View { id: "choose", word: W::PaymentViewChoose, reviews: false, right: Right::Choose, rows: to_choose },
    View { id: "review", word: W::PaymentViewReview, reviews: true, right: Right::Review, rows: to_review },
    View { id: "on_site", word: W::BatchesViewOnSite, reviews: false, right: Right::Release, rows: on_site },
    View { id: "batches", word: W::PaymentViewBatches, reviews: false, right: Right::Release, rows: batches },
    View { id: "to_batch", word: W::BatchesViewToBatch, reviews: false, right: Right::Choose, rows: to_batch },
    View { id: "held", word: W::PaymentViewHeld, reviews: false, right: Right::Choose, rows: held },
];

/// The list to begin with: the first in which something waits for somebody with these rights.
pub fn first(actor: &Actor, waiting: impl Fn(usize) -> bool) -> usize {
    let mine = |view: &View| may(actor, view.right);
    let found = VIEWS.iter().enumerate().find(|(at, view)| mine(view) && waiting(*at));
    found.map(|(at, _)| at).or_else(|| VIEWS.iter().position(mine)).unwrap_or(0)
}

fn to_choose(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    let filter = list::Filter { stage: Some(Stage::Payment), ..list::Filter::default() };
    let limit = usize::try_from(MOST)?;
    let cases = list::page(cx.store.conn(), &filter, list::START, list::Toward::Later, limit)?;
    let row = |case: crate::case::store::ListRow| -> anyhow::Result<Row> {
        let insured = words::name(&case.insured, cx.hidden);
        let to_pay = case.milestones.to_pay();
        // Where a payment came back, mending it is shorter than choosing anew.
        let mends = of_round(cx.store.conn(), case.id, case.milestones.round)?.iter().any(|one| one.state.mendable());
        let form = Place::of("payment", case.id);
        let overdue = case.due_at < cx.now;
        Ok(Row {
            key: case.id,
            chosen_by: 0,
            number: words::tail(&case.case_no, &case.case_code),
            payee: insured.clone(),
            way: Phrase::from(if mends { W::BatchesViewMending } else { W::PaymentWayOpen }),
            amount: to_pay,
            state: due(case.due_at),
            tone: if overdue || mends { Tone::Bad } else { Tone::Plain },
            place: if mends { Place::of("release", case.id) } else { form },
            chosen: mends.then_some(form),
            detail: vec![
                (phrase!(W::PaymentDetailCase, case.case_code.as_str(), insured), Tone::Plain),
                (phrase!(W::PaymentDetailToPay, to_pay), Tone::Plain),
            ],
        })
    };
    cases.into_iter().map(row).collect()
}

fn due(at: i64) -> Phrase {
    if at >= crate::kernel::clock::NEVER { W::PaymentNoDue.into() } else { phrase!(W::PaymentDue, Arg::Moment(at)) }
}

fn to_review(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    rows(cx, look::awaiting_review(cx.store.conn(), MOST)?)
}

fn on_site(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    released(cx, Waiting::OnSite)
}

fn to_batch(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    released(cx, Waiting::ToBatch)
}

fn to_mend(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    released(cx, Waiting::Mending)
}

/// Rows of a list of the place of release, which is where Enter leads.
fn released(cx: &Cx<'_>, waiting: Waiting) -> anyhow::Result<Vec<Row>> {
    let items = release::list(cx.store.conn(), waiting, 0, MOST)?;
    let row = |item: Item| -> anyhow::Result<Row> {
        let (state, tone) = release_paint::awaits(waiting, &item);
        let here = row(cx, &item.one, &item.case)?;
        Ok(Row { state, tone, place: Place::of("release", item.case.id), ..here })
    };
    items.into_iter().map(row).collect()
}

/// Batches that wait for their release or for the bank's answer.
fn batches(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    let conn = cx.store.conn();
    let row = |batch: Batch| -> anyhow::Result<Row> {
        let made = batch.state == BatchState::Made;
        let word = if made { W::BatchesHeadWaits } else { batch.state.word() };
        let maker = crate::office::store::label(conn, Some(batch.made_by))?;
        Ok(Row {
            key: batch.id,
            chosen_by: batch.made_by,
            number: String::new(),
            payee: batch.batch_no.clone(),
            way: phrase!(W::PaymentBatchLines, batch.lines),
            amount: batch.total,
            state: word.into(),
            tone: if made { Tone::Plain } else { Tone::Bad },
            place: Place::of("batches", batch.id),
            chosen: None,
            detail: vec![(phrase!(W::BatchesHeadMade, maker, Arg::Moment(batch.made_at)), Tone::Plain)],
        })
    };
    batch_read::open(conn, MOST)?.into_iter().map(row).collect()
}

fn held(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    rows(cx, look::held(cx.store.conn(), MOST)?)
}

/// Rows of instructions with their cases.
///
/// # Errors
/// What SQLite says.
pub fn rows(cx: &Cx<'_>, found: Vec<(Instruction, CaseFile)>) -> anyhow::Result<Vec<Row>> {
    found.into_iter().map(|(one, case)| row(cx, &one, &case)).collect()
}

fn row(cx: &Cx<'_>, one: &Instruction, case: &CaseFile) -> anyhow::Result<Row> {
    let (state, tone) = words::state(one, &case.milestones);
    let payee = words::name(&one.payee, cx.hidden);
    let chooser = crate::office::store::label(cx.store.conn(), Some(one.chosen_by))?;
    let mut detail = vec![
        (
            phrase!(W::PaymentDetailCase, case.case_code.as_str(), words::name(&case.facts.insured, cx.hidden)),
            Tone::Plain,
        ),
        (
            phrase!(W::PaymentDetailPayee, one.payee_kind.word(), payee.as_str(), text::mask_id(&one.payee_id_no)),
            Tone::Plain,
        ),
    ];
    if !one.agent.is_empty() {
        let agent = words::name(&one.agent, cx.hidden);
        detail.push((phrase!(W::PaymentDetailAgent, agent, one.mandate.as_str()), Tone::Plain));
    }
    if !one.holder.is_empty() {
        detail.push((phrase!(W::PaymentDetailHolder, words::name(&one.holder, cx.hidden)), Tone::Plain));
    }
    detail.push((words::way(one), Tone::Plain));
    let marks = words::marks(one);
    if !marks.is_empty() {
        detail.push((phrase!(W::PaymentDetailMarks, Arg::List(marks)), Tone::Bad));
    }
    if !one.override_reason.is_empty() {
        detail.push((phrase!(W::PaymentDetailOverride, one.override_reason.as_str()), Tone::Bad));
    }
    detail.push((phrase!(W::PaymentDetailChosen, chooser, Arg::Moment(one.chosen_at)), Tone::Plain));
    Ok(Row {
        key: one.id,
        chosen_by: one.chosen_by,
        number: words::tail(&case.facts.case_no, &case.case_code),
        payee,
        way: words::way(one),
        amount: one.amount,
        state,
        tone,
        place: Place::of("payment", case.id),
        chosen: Some(Place::of("payment", case.id)),
        detail,
    })
}

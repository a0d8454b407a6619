//! The lists of the payment desk. A view is a row of this table: a name, a word, and how its rows are read.

use super::words;
use crate::case::milestones::Stage;
use crate::case::store::{CaseFile, list};
use crate::instructions::rules::Instruction;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::payment::store::look;
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
    /// Reads its rows.
    pub rows: fn(&Cx<'_>) -> anyhow::Result<Vec<Row>>,
}

/// The most rows a list shows; what waits longest comes first.
const MOST: i64 = 200;

/// Every list, in the order Tab goes through them.
pub const VIEWS: &[View] = &[
    View { id: "choose", word: W::PaymentViewChoose, reviews: false, rows: to_choose },
    View { id: "review", word: W::PaymentViewReview, reviews: true, rows: to_review },
    View { id: "chosen", word: W::PaymentViewChosen, reviews: false, rows: chosen },
    View { id: "held", word: W::PaymentViewHeld, reviews: false, rows: held },
];

fn to_choose(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    let filter = list::Filter { stage: Some(Stage::Payment), ..list::Filter::default() };
    let limit = usize::try_from(MOST)?;
    let cases = list::page(cx.store.conn(), &filter, list::START, list::Toward::Later, limit)?;
    let row = |case: crate::case::store::ListRow| {
        let insured = words::name(&case.insured, cx.hidden);
        let to_pay = case.milestones.to_pay();
        Row {
            key: case.id,
            chosen_by: 0,
            number: words::tail(&case.case_no, &case.case_code),
            payee: insured.clone(),
            way: Phrase::from(W::PaymentWayOpen),
            amount: to_pay,
            state: due(case.due_at),
            tone: if case.due_at < cx.now { Tone::Bad } else { Tone::Plain },
            place: Place::of("payment", case.id),
            detail: vec![
                (phrase!(W::PaymentDetailCase, case.case_code.as_str(), insured), Tone::Plain),
                (phrase!(W::PaymentDetailToPay, to_pay), Tone::Plain),
            ],
        }
    };
    Ok(cases.into_iter().map(row).collect())
}

fn due(at: i64) -> Phrase {
    if at >= crate::kernel::clock::NEVER { W::PaymentNoDue.into() } else { phrase!(W::PaymentDue, Arg::Moment(at)) }
}

fn to_review(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    rows(cx, look::awaiting_review(cx.store.conn(), MOST)?)
}

fn chosen(cx: &Cx<'_>) -> anyhow::Result<Vec<Row>> {
    rows(cx, look::chosen(cx.store.conn(), MOST)?)
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
        detail,
    })
}

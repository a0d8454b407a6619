//! What a bank's answer means for the instructions of a batch, row by row; unknown is not failed.

use crate::instructions::rules::{Instruction, State};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::words::{Arg, Phrase, W};
use crate::payment::rules::batch::referred;
use crate::phrase;
use std::collections::BTreeMap;

/// What a bank says of one payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Paid.
    Paid,
    /// Not paid, and not to be.
    Failed,
    /// Paid, and come back (退票).
    Returned,
    /// Stopped (止付).
    Stopped,
    /// Under way: says nothing yet.
    Waiting,
    /// A word the bank's map does not know.
    Unknown,
}

impl Status {
    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Status::Paid => "paid",
            Status::Failed => "failed",
            Status::Returned => "returned",
            Status::Stopped => "stopped",
            Status::Waiting => "waiting",
            Status::Unknown => "unknown",
        }
    }

    /// The state it puts an instruction in; nothing while it says nothing.
    pub const fn state(self) -> Option<State> {
        match self {
            Status::Paid => Some(State::Paid),
            Status::Failed => Some(State::Failed),
            Status::Returned => Some(State::Returned),
            Status::Stopped => Some(State::Stopped),
            Status::Waiting | Status::Unknown => None,
        }
    }
}

/// One row of a result file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultRow {
    /// Line in the file, or number of the row where lines mean nothing.
    pub line: i64,
    /// The reference as the bank writes it.
    pub reference: String,
    /// The amount, where the bank gives one.
    pub amount: Option<Fen>,
    /// What became of it.
    pub status: Status,
    /// The status in the bank's own word.
    pub word: String,
    /// The bank's reason for a bad end.
    pub reason: String,
}

/// A result file as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResultFile {
    /// The numbers of batches it speaks of.
    pub batches: Vec<String>,
    /// Its own count of its rows, where it has one.
    pub rows_declared: Option<i64>,
    /// Its own sum of its rows, where it has one.
    pub sum_declared: Option<Fen>,
    /// The count of the batch it answers, where it has one.
    pub batch_count: Option<i64>,
    /// The sum of the batch it answers, where it has one.
    pub batch_sum: Option<Fen>,
    /// Whether files of its map must declare count and sum.
    pub must_declare: bool,
    /// A word on the whole batch, where no row is named.
    pub whole: Option<(Status, String)>,
    /// Its rows.
    pub rows: Vec<ResultRow>,
}

/// Whether a file may be taken at all: it names this batch, and its counts and sums are right. A file that is off is
/// refused whole, with the difference named.
pub fn judge_file(file: &ResultFile, batch_no: &str, lines: i64, total: Fen) -> Findings {
    let mut found = Findings::new();
    if let Some(other) = file.batches.iter().find(|named| !named.eq_ignore_ascii_case(batch_no)) {
        found.push(Finding::block("other_batch", None, phrase!(W::BatchesOtherBatch, other.as_str(), batch_no)));
    }
    if file.rows.is_empty() && file.whole.is_none() {
        found.push(Finding::block("no_rows", None, W::BatchesNoRows));
    }
    let rows = i64::try_from(file.rows.len()).unwrap_or(i64::MAX);
    let sum = Fen::from_fen(file.rows.iter().filter_map(|row| row.amount).map(Fen::fen).fold(0, i64::saturating_add));
    let mut counted = |code, declared: Option<i64>, real: i64, word: W| {
        if let Some(declared) = declared.filter(|declared| *declared != real) {
            found.push(Finding::block(
                code,
                None,
                Phrase::new(word, [declared, real, declared.saturating_sub(real)].map(Arg::Number)),
            ));
        }
    };
    counted("count", file.rows_declared, rows, W::BatchesCountOff);
    counted("batch_count", file.batch_count, lines, W::BatchesBatchCountOff);
    let mut summed = |code, declared: Option<Fen>, real: Fen, word: W| {
        if let Some(declared) = declared.filter(|declared| *declared != real) {
            let off = Fen::from_fen(declared.fen().saturating_sub(real.fen()));
            found.push(Finding::block(code, None, Phrase::new(word, [declared, real, off].map(Arg::from))));
        }
    };
    summed("sum", file.sum_declared, sum, W::BatchesSumOff);
    summed("batch_sum", file.batch_sum, total, W::BatchesBatchSumOff);
    if file.must_declare && (file.rows_declared.is_none() || file.sum_declared.is_none()) {
        found.push(Finding::block("no_control", None, W::BatchesNoControl));
    }
    found
}

/// What comes of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The instruction goes into this state.
    Becomes(State),
    /// It is in that state already.
    Same,
    /// The bank says nothing yet.
    Waiting,
    /// The reference is none of this batch.
    Stranger,
    /// The amount is not the instruction's.
    Amount,
    /// The instruction was settled otherwise before; two persons have to look at it.
    Otherwise,
    /// The file speaks of the instruction more than once, and not with one voice.
    Twice,
    /// The status is a word the map does not know.
    Word,
}

impl Verdict {
    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Verdict::Becomes(_) => "applied",
            Verdict::Same => "same",
            Verdict::Waiting => "waiting",
            Verdict::Stranger => "stranger",
            Verdict::Amount => "amount",
            Verdict::Otherwise => "otherwise",
            Verdict::Twice => "twice",
            Verdict::Word => "word",
        }
    }

    /// Whether somebody has to look at the row.
    pub const fn is_finding(self) -> bool {
        matches!(self, Verdict::Stranger | Verdict::Amount | Verdict::Otherwise | Verdict::Twice | Verdict::Word)
    }

    /// What the clerk reads of it.
    pub const fn word(self) -> W {
        match self {
            Verdict::Becomes(_) => W::BatchesVerdictApplied,
            Verdict::Same => W::BatchesVerdictSame,
            Verdict::Waiting => W::BatchesVerdictWaiting,
            Verdict::Stranger => W::BatchesVerdictStranger,
            Verdict::Amount => W::BatchesVerdictAmount,
            Verdict::Otherwise => W::BatchesVerdictOtherwise,
            Verdict::Twice => W::BatchesVerdictTwice,
            Verdict::Word => W::BatchesVerdictWord,
        }
    }
}

/// What a word on an instruction means for it as it stands.
pub fn judge_status(status: Status, one: &Instruction) -> Verdict {
    match (status.state(), one.state) {
        (None, _) if status == Status::Waiting => Verdict::Waiting,
        (None, _) => Verdict::Word,
        (Some(next), now) if next == now => Verdict::Same,
        // What came back was paid before; a failure told after that is another story.
        (Some(next), State::Sending | State::Sent) => Verdict::Becomes(next),
        (Some(State::Returned), State::Paid) => Verdict::Becomes(State::Returned),
        // The bank repeats that it had paid what has come back since.
        (Some(State::Paid), State::Returned) => Verdict::Same,
        _ => Verdict::Otherwise,
    }
}

/// What comes of each row of a file, in order. `members` are the instructions of the batch by key.
pub fn judge_rows(rows: &[ResultRow], members: &BTreeMap<i64, Instruction>) -> Vec<(Option<i64>, Verdict)> {
    let mut spoken: BTreeMap<i64, Vec<&ResultRow>> = BTreeMap::new();
    for row in rows {
        if let Some(id) = referred(&row.reference) {
            spoken.entry(id).or_default().push(row);
        }
    }
    let mut done: Vec<i64> = Vec::new();
    rows.iter()
        .map(|row| {
            let Some((id, one)) = referred(&row.reference).and_then(|id| Some((id, members.get(&id)?))) else {
                return (None, Verdict::Stranger);
            };
            let with_one_voice = spoken
                .get(&id)
                .is_some_and(|all| all.iter().all(|other| (other.status, other.amount) == (row.status, row.amount)));
            let verdict = if !with_one_voice {
                Verdict::Twice
            } else if row.amount.is_some_and(|amount| amount != one.amount) {
                Verdict::Amount
            } else if done.contains(&id) {
                Verdict::Same
            } else {
                judge_status(row.status, one)
            };
            done.push(id);
            (Some(id), verdict)
        })
        .collect()
}

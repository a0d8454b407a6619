//! The rules of the ledger: what a serial is, which states it goes through, who may move it.

mod serial;

pub use serial::{BOOK, LONGEST, Serial, Span, tail_matches};

use crate::kernel::calendar::Calendar;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::settings::{ISSUE_LAPSE, Settings};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use chrono::{NaiveDate, NaiveTime};

/// The type of the receipt 赔款收据.
pub const RECEIPT: &str = "receipt";
/// Working days within which the loss of a blank form is announced (trade practice).
const ANNOUNCE_DAYS: u32 = 5;

/// Where a number is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// 在库
    Stock,
    /// 已发待签收: handed out, not confirmed by who received it
    Issued,
    /// 在手: confirmed
    Held,
    /// 已用: receipts a payment instruction
    Used,
    /// 已核销: its signed copy is on file
    WrittenOff,
    /// 作废
    Void,
    /// 遗失
    Lost,
}

impl State {
    /// Every state, in the order of the screen.
    pub const ALL: [State; 7] =
        [State::Stock, State::Issued, State::Held, State::Used, State::WrittenOff, State::Void, State::Lost];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            State::Stock => "stock",
            State::Issued => "issued",
            State::Held => "held",
            State::Used => "used",
            State::WrittenOff => "written_off",
            State::Void => "void",
            State::Lost => "lost",
        }
    }

    /// The state with this name.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            State::Stock => W::FormsStateStock,
            State::Issued => W::FormsStateIssued,
            State::Held => W::FormsStateHeld,
            State::Used => W::FormsStateUsed,
            State::WrittenOff => W::FormsStateWrittenOff,
            State::Void => W::FormsStateVoid,
            State::Lost => W::FormsStateLost,
        }
    }

    /// One ASCII mark for a cell of the book.
    pub const fn mark(self) -> &'static str {
        match self {
            State::Stock => ".",
            State::Issued => "~",
            State::Held => "o",
            State::Used => "v",
            State::WrittenOff => "w",
            State::Void => "x",
            State::Lost => "!",
        }
    }
}

/// What happens to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// 入库
    Receive,
    /// 发放
    Issue,
    /// 签收
    Confirm,
    /// 逾期未签收退库
    Lapse,
    /// 退回
    Return,
    /// 使用
    Use,
    /// 转用: a mended instruction goes on with it
    Carry,
    /// 作废
    Void,
    /// 遗失; of a void number, the record of copies that are missing
    Lose,
    /// 核销
    WriteOff,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 10] = [
        Kind::Receive,
        Kind::Issue,
        Kind::Confirm,
        Kind::Lapse,
        Kind::Return,
        Kind::Use,
        Kind::Carry,
        Kind::Void,
        Kind::Lose,
        Kind::WriteOff,
    ];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Receive => "receive",
            Kind::Issue => "issue",
            Kind::Confirm => "confirm",
            Kind::Lapse => "lapse",
            Kind::Return => "return",
            Kind::Use => "use",
            Kind::Carry => "carry",
            Kind::Void => "void",
            Kind::Lose => "lose",
            Kind::WriteOff => "write_off",
        }
    }

    /// The kind with this name.
    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            Kind::Receive => W::FormsKindReceive,
            Kind::Issue => W::FormsKindIssue,
            Kind::Confirm => W::FormsKindConfirm,
            Kind::Lapse => W::FormsKindLapse,
            Kind::Return => W::FormsKindReturn,
            Kind::Use => W::FormsKindUse,
            Kind::Carry => W::FormsKindCarry,
            Kind::Void => W::FormsKindVoid,
            Kind::Lose => W::FormsKindLose,
            Kind::WriteOff => W::FormsKindWriteOff,
        }
    }

    /// The state a number goes to from another one; none where it cannot. Receiving is from nowhere.
    pub const fn leads(self, from: State) -> Option<State> {
        match (self, from) {
            (Kind::Issue, State::Stock) => Some(State::Issued),
            (Kind::Confirm, State::Issued) => Some(State::Held),
            (Kind::Lapse, State::Issued) | (Kind::Return, State::Issued | State::Held) => Some(State::Stock),
            (Kind::Use, State::Held) | (Kind::Carry, State::Used) => Some(State::Used),
            (Kind::Void, State::Stock | State::Held | State::Used) | (Kind::Lose, State::Void) => Some(State::Void),
            (Kind::Lose, State::Stock | State::Issued | State::Held) => Some(State::Lost),
            (Kind::WriteOff, State::Used) => Some(State::WrittenOff),
            _ => None,
        }
    }

    /// Whose hands the numbers are in afterwards: those who had them, nobody's, or somebody named.
    pub const fn keeps_holder(self) -> bool {
        !matches!(self, Kind::Issue | Kind::Return | Kind::Lapse | Kind::Receive)
    }
}

/// The number as it stands, for the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Key of the row.
    pub id: i64,
    /// Type of the form.
    pub form: String,
    /// The numbers.
    pub span: Span,
    /// Their state.
    pub state: State,
    /// Who has them; 0 = the store of blanks. Of used, void and lost ones, who had them.
    pub holder: i64,
    /// The instruction a used one receipts, or 0.
    pub instruction: i64,
    /// Since when, UTC seconds.
    pub since: i64,
    /// Until when an issue may be confirmed; else 0.
    pub due: i64,
}

impl Standing {
    /// Issued, and the time to confirm is over: the numbers are in stock again, which the next act writes down.
    pub const fn lapsed(&self, now: i64) -> bool {
        matches!(self.state, State::Issued) && self.due < now
    }

    /// The state as of a moment.
    pub const fn state_at(&self, now: i64) -> State {
        if self.lapsed(now) { State::Stock } else { self.state }
    }
}

/// The last second in which an issue may be confirmed: the end of the n-th working day after it (domain §7, a setting).
pub fn confirm_until(calendar: &Calendar, settings: &Settings, issued_at: i64) -> i64 {
    let days = u32::try_from(settings.number(ISSUE_LAPSE, issued_at)).unwrap_or(1);
    let last = calendar.nth_working_after(clock::day_of(issued_at), days);
    clock::moment_on(last, NaiveTime::MIN) + clock::DAY - 1
}

/// The last day on which the loss of a blank form is to be announced.
pub fn announce_by(calendar: &Calendar, lost_at: i64) -> NaiveDate {
    calendar.nth_working_after(clock::day_of(lost_at), ANNOUNCE_DAYS)
}

/// What is wrong with moving these pieces, which are all that is known of `span`, this way.
pub fn check_move(kind: Kind, span: &Span, pieces: &[Standing]) -> Findings {
    let mut found = Findings::new();
    let known: i64 = pieces.iter().map(|piece| piece.span.within(span)).sum();
    if known < span.count() {
        let missing = first_missing(span, pieces);
        found.push(Finding::block("form_unknown", "first", phrase!(W::FormsFoundUnknown, missing.to_string())));
    }
    for piece in pieces.iter().filter(|piece| kind.leads(piece.state).is_none()) {
        let what = phrase!(
            W::FormsFoundState,
            piece.span.overlap(span).to_string(),
            Arg::Word(piece.state.word()),
            Arg::Word(kind.word())
        );
        found.push(Finding::block("form_state", "first", what));
    }
    found
}

/// The first number of the span that no piece has.
fn first_missing(span: &Span, pieces: &[Standing]) -> Serial {
    let mut next = span.first;
    for piece in pieces {
        if piece.span.first > next {
            break;
        }
        next = next.max(piece.span.last + 1);
    }
    span.serial(next.min(span.last))
}

/// What is wrong with receiving a span: its shape, its length, and the numbers that are known already.
pub fn check_receive(span: &Span, known: &[Standing]) -> Findings {
    let mut found = span_findings(span);
    if let Some(standing) = known.first() {
        let overlap = standing.span.overlap(span);
        found.push(Finding::block(
            "form_twice",
            "first",
            phrase!(W::FormsFoundTwice, overlap.to_string(), Arg::Word(standing.state.word())),
        ));
    }
    found
}

/// Which held numbers of a book are gaps: a later one of the book was used while they were passed over. They are
/// used next, or voided with a reason (F7).
pub fn gaps(cells: &[Option<State>]) -> Vec<bool> {
    let passed = |state: &Option<State>| matches!(state, Some(State::Used | State::WrittenOff));
    let last = cells.iter().rposition(passed).unwrap_or(0);
    let gap = |(at, state): (usize, &Option<State>)| at < last && matches!(state, Some(State::Held));
    cells.iter().enumerate().map(gap).collect()
}

/// What is wrong with a span as typed.
pub fn span_findings(span: &Span) -> Findings {
    let mut found = Findings::new();
    if span.last < span.first {
        found.push(Finding::block("form_order", "last", W::FormsFoundOrder));
    } else if span.count() > LONGEST {
        found.push(Finding::block("form_many", "last", phrase!(W::FormsFoundMany, LONGEST)));
    }
    found
}

/// A reason is asked for, and must be fit to print.
pub fn reason_findings(reason: &str) -> Findings {
    if text::fold(reason).is_empty() {
        return Finding::block("reason", "reason", W::FormsFoundReason).into();
    }
    match text::outside_text_problem(reason) {
        Some(_) => Finding::block("reason", "reason", W::FormsFoundReasonShape).into(),
        None => Findings::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(first: i64, last: i64, state: State) -> Standing {
        let span = Span::read(&format!("AH{first:06}"), &format!("AH{last:06}")).unwrap();
        Standing { id: 0, form: RECEIPT.to_owned(), span, state, holder: 0, instruction: 0, since: 0, due: 0 }
    }

    #[test]
    fn a_number_goes_the_way_of_its_life_and_no_other() {
        let ways: Vec<(Kind, State, State)> = Kind::ALL
            .into_iter()
            .flat_map(|kind| State::ALL.map(|from| (kind, from)))
            .filter_map(|(kind, from)| Some((kind, from, kind.leads(from)?)))
            .collect();
        assert_eq!(ways.len(), 15);
        assert!(ways.iter().all(|(_, from, _)| !matches!(from, State::WrittenOff | State::Lost)), "the ends");
        assert!(ways.iter().all(|(kind, from, to)| *from != State::Void || (*kind, *to) == (Kind::Lose, State::Void)));
        assert_eq!(Kind::Use.leads(State::Issued), None, "what is not confirmed cannot be used");
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
            assert_eq!(Kind::Receive.leads(state), None);
        }
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
    }

    #[test]
    fn a_held_number_before_a_used_one_is_a_gap() {
        use State::{Held, Stock, Used, Void};
        let cells = [Some(Void), Some(Held), Some(Used), None, Some(Stock), Some(Used), Some(Held)];
        assert_eq!(gaps(&cells), [false, true, false, false, false, false, false]);
        assert_eq!(gaps(&[Some(Held), Some(Held)]), [false, false]);
        assert!(gaps(&[]).is_empty());
    }

    #[test]
    fn every_reason_against_a_move_is_named() {
        let span = Span::read("AH000001", "AH000010").unwrap();
        let pieces = [standing(1, 3, State::Held), standing(4, 4, State::Used), standing(7, 20, State::Held)];
        let found = check_move(Kind::Use, &span, &pieces);
        assert_eq!(found.codes(), "form_unknown, form_state");
        let said = found.iter().map(|f| f.what.say(crate::kernel::words::Lang::Zh)).collect::<String>();
        assert!(said.contains("AH000005") && said.contains("AH000004"), "{said}");
        assert!(!check_move(Kind::Return, &Span::read("AH000008", "AH000009").unwrap(), &pieces[2..]).blocking());
        assert!(check_receive(&span, &pieces).has("form_twice"));
        assert!(check_receive(&Span::read("AH000010", "AH000001").unwrap(), &[]).has("form_order"));
        assert!(check_receive(&Span::read("AH000001", "AH999999").unwrap(), &[]).has("form_many"));
    }

    #[test]
    fn an_issue_lapses_after_the_end_of_its_second_working_day() {
        let (calendar, settings) = (Calendar::built_in(), Settings::default());
        let at = |text: &str| clock::parse_time(text).unwrap();
        let until = |text: &str| confirm_until(&calendar, &settings, at(text));
        assert_eq!(until("2026-11-23 15:30"), at("2026-11-25 23:59:59"));
        assert_eq!(until("2026-11-27 09:00"), at("2026-12-01 23:59:59"), "a weekend lies between");
        // Spring Festival 2026: the days off begin on 2026-02-15, a Saturday before is worked.
        assert!(until("2026-02-13 16:00") > at("2026-02-23 23:59:59"), "the last days before Spring Festival");
        let mut issued = standing(1, 9, State::Issued);
        issued.due = until("2026-11-23 15:30");
        assert_eq!(issued.state_at(at("2026-11-25 23:59:59")), State::Issued);
        assert_eq!(issued.state_at(at("2026-11-26 00:00:00")), State::Stock);
        assert_eq!(announce_by(&calendar, at("2026-11-23 15:30")).to_string(), "2026-11-30");
    }
}

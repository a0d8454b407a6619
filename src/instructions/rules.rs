//! What an instruction is, the states it goes through, and what a set of them means for its case.

use crate::case::milestones::Milestones;
use crate::kernel::money::Fen;
use crate::kernel::words::{Lang, W};

/// How money reaches a payee (domain §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// 现金
    Cash,
    /// 现金支票
    CashCheque,
    /// 转账支票
    TransferCheque,
    /// 即时转账, done while the customer waits
    Immediate,
    /// 银行转账, in a batch
    Transfer,
    /// 赔款直付: an account on record
    Direct,
}

impl Mode {
    /// Every mode, in the order of the screen.
    pub const ALL: [Mode; 6] =
        [Mode::Transfer, Mode::Direct, Mode::Cash, Mode::CashCheque, Mode::TransferCheque, Mode::Immediate];

    /// Name in store and files.
    pub const fn code(self) -> &'static str {
        match self {
            Mode::Cash => "cash",
            Mode::CashCheque => "cash_cheque",
            Mode::TransferCheque => "transfer_cheque",
            Mode::Immediate => "immediate",
            Mode::Transfer => "transfer",
            Mode::Direct => "direct",
        }
    }

    /// The mode with this name.
    pub fn from_code(code: &str) -> Option<Mode> {
        Mode::ALL.into_iter().find(|mode| mode.code() == code)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            Mode::Cash => W::InstructionsModeCash,
            Mode::CashCheque => W::InstructionsModeCashCheque,
            Mode::TransferCheque => W::InstructionsModeTransferCheque,
            Mode::Immediate => W::InstructionsModeImmediate,
            Mode::Transfer => W::InstructionsModeTransfer,
            Mode::Direct => W::InstructionsModeDirect,
        }
    }

    /// 现场领取: the money is handed over, or moved, while the customer is there.
    pub const fn on_site(self) -> bool {
        matches!(self, Mode::Cash | Mode::CashCheque | Mode::TransferCheque | Mode::Immediate)
    }

    /// Goes to a bank in a batch.
    pub const fn batched(self) -> bool {
        matches!(self, Mode::Transfer | Mode::Direct)
    }

    /// Needs an account.
    pub const fn needs_account(self) -> bool {
        matches!(self, Mode::Transfer | Mode::Direct | Mode::Immediate)
    }

    /// Is receipted on a controlled form (domain §4: direct pay has none).
    pub const fn needs_receipt(self) -> bool {
        !matches!(self, Mode::Direct)
    }
}

/// Who is paid (domain §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PayeeKind {
    /// 被保险人
    Insured,
    /// 受益人
    Beneficiary,
    /// 继承人
    Heir,
    /// 未成年人的监护人
    Guardian,
    /// 受害第三者
    ThirdParty,
    /// 医院（垫付）
    Hospital,
    /// 法院
    Court,
    /// 第一受益人（贷款银行）
    FirstBeneficiary,
    /// 修理厂, with the insured's mandate
    RepairShop,
    /// 代领人, another agent with the insured's mandate
    Agent,
    /// 单位
    Company,
}

impl PayeeKind {
    /// Every kind, in the order of the screen.
    pub const ALL: [PayeeKind; 11] = [
        PayeeKind::Insured,
        PayeeKind::Company,
        PayeeKind::Beneficiary,
        PayeeKind::Heir,
        PayeeKind::Guardian,
        PayeeKind::ThirdParty,
        PayeeKind::Hospital,
        PayeeKind::Court,
        PayeeKind::FirstBeneficiary,
        PayeeKind::RepairShop,
        PayeeKind::Agent,
    ];

    /// Name in store and files.
    pub const fn code(self) -> &'static str {
        match self {
            PayeeKind::Insured => "insured",
            PayeeKind::Beneficiary => "beneficiary",
            PayeeKind::Heir => "heir",
            PayeeKind::Guardian => "guardian",
            PayeeKind::ThirdParty => "third_party",
            PayeeKind::Hospital => "hospital",
            PayeeKind::Court => "court",
            PayeeKind::FirstBeneficiary => "first_beneficiary",
            PayeeKind::RepairShop => "repair_shop",
            PayeeKind::Agent => "agent",
            PayeeKind::Company => "company",
        }
    }

    /// The kind with this name.
    pub fn from_code(code: &str) -> Option<PayeeKind> {
        PayeeKind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            PayeeKind::Insured => W::InstructionsPayeeInsured,
            PayeeKind::Beneficiary => W::InstructionsPayeeBeneficiary,
            PayeeKind::Heir => W::InstructionsPayeeHeir,
            PayeeKind::Guardian => W::InstructionsPayeeGuardian,
            PayeeKind::ThirdParty => W::InstructionsPayeeThirdParty,
            PayeeKind::Hospital => W::InstructionsPayeeHospital,
            PayeeKind::Court => W::InstructionsPayeeCourt,
            PayeeKind::FirstBeneficiary => W::InstructionsPayeeFirstBeneficiary,
            PayeeKind::RepairShop => W::InstructionsPayeeRepairShop,
            PayeeKind::Agent => W::InstructionsPayeeAgent,
            PayeeKind::Company => W::InstructionsPayeeCompany,
        }
    }

    /// An organisation: known by its 统一社会信用代码, paid to a company account.
    pub const fn organisation(self) -> bool {
        matches!(
            self,
            PayeeKind::Hospital
                | PayeeKind::Court
                | PayeeKind::FirstBeneficiary
                | PayeeKind::RepairShop
                | PayeeKind::Company
        )
    }

    /// Is paid in the insured's stead on a written mandate (反洗钱法 31).
    pub const fn by_mandate(self) -> bool {
        matches!(self, PayeeKind::RepairShop | PayeeKind::Agent)
    }
}

/// The kind of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// 银行卡
    Card,
    /// 存折
    Passbook,
    /// 对公账户
    Company,
}

impl AccountKind {
    /// Every kind.
    pub const ALL: [AccountKind; 3] = [AccountKind::Card, AccountKind::Passbook, AccountKind::Company];

    /// Name in store and files.
    pub const fn code(self) -> &'static str {
        match self {
            AccountKind::Card => "card",
            AccountKind::Passbook => "passbook",
            AccountKind::Company => "company",
        }
    }

    /// The kind with this name, or with its word in either language, as files write it.
    pub fn from_code(code: &str) -> Option<AccountKind> {
        let named = |kind: &AccountKind| {
            kind.code() == code || [Lang::Zh, Lang::En].into_iter().any(|lang| kind.word().text(lang) == code)
        };
        AccountKind::ALL.into_iter().find(named)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            AccountKind::Card => W::InstructionsAccountCard,
            AccountKind::Passbook => W::InstructionsAccountPassbook,
            AccountKind::Company => W::InstructionsAccountCompany,
        }
    }
}

/// The state of an instruction (domain §4). Review and readiness are not states: they follow from other facts, see
/// [`Instruction::ready`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Chosen; waits for review, papers, receipt, release.
    Chosen,
    /// 已放行
    Released,
    /// 发送中: written before the file leaves; never sent again by itself
    Sending,
    /// 已发送待回盘
    Sent,
    /// 已付
    Paid,
    /// 付款失败
    Failed,
    /// 退票, after it was paid
    Returned,
    /// 止付
    Stopped,
    /// Taken back before it was released.
    Cancelled,
    /// A mended instruction stands in its place.
    Replaced,
}

impl State {
    /// Every state.
    pub const ALL: [State; 10] = [
        State::Chosen,
        State::Released,
        State::Sending,
        State::Sent,
        State::Paid,
        State::Failed,
        State::Returned,
        State::Stopped,
        State::Cancelled,
        State::Replaced,
    ];

    /// Name in store and files.
    pub const fn code(self) -> &'static str {
        match self {
            State::Chosen => "chosen",
            State::Released => "released",
            State::Sending => "sending",
            State::Sent => "sent",
            State::Paid => "paid",
            State::Failed => "failed",
            State::Returned => "returned",
            State::Stopped => "stopped",
            State::Cancelled => "cancelled",
            State::Replaced => "replaced",
        }
    }

    /// The state with this name.
    pub fn from_code(code: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            State::Chosen => W::InstructionsStateChosen,
            State::Released => W::InstructionsStateReleased,
            State::Sending => W::InstructionsStateSending,
            State::Sent => W::InstructionsStateSent,
            State::Paid => W::InstructionsStatePaid,
            State::Failed => W::InstructionsStateFailed,
            State::Returned => W::InstructionsStateReturned,
            State::Stopped => W::InstructionsStateStopped,
            State::Cancelled => W::InstructionsStateCancelled,
            State::Replaced => W::InstructionsStateReplaced,
        }
    }

    /// 在途: its money may still go out, so it counts against what is to be paid.
    pub const fn live(self) -> bool {
        matches!(self, State::Chosen | State::Released | State::Sending | State::Sent)
    }

    /// It came back with a bad end and can be mended by a new instruction that replaces it.
    pub const fn mendable(self) -> bool {
        matches!(self, State::Failed | State::Returned | State::Stopped)
    }

    /// The bank has it, or may have it: it can be neither changed nor cancelled.
    pub const fn with_bank(self) -> bool {
        matches!(self, State::Sending | State::Sent)
    }

    /// Whether an instruction may go from this state to another.
    pub const fn may_become(self, next: State) -> bool {
        use State::{Cancelled, Chosen, Failed, Paid, Released, Replaced, Returned, Sending, Sent, Stopped};
        match self {
            // On-site money is paid from released; a batch goes over sending. An unreleased one is mended in place by a
            // replacement, too.
            Chosen => matches!(next, Released | Cancelled | Replaced),
            Released => matches!(next, Chosen | Paid | Sending | Cancelled),
            Sending => matches!(next, Sent | Paid | Failed | Stopped),
            Sent => matches!(next, Paid | Failed | Returned | Stopped),
            Paid => matches!(next, Returned),
            Failed | Returned | Stopped => matches!(next, Replaced),
            Cancelled | Replaced => false,
        }
    }
}

/// One instruction. Moments are UTC seconds; empty text = not given.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of the same name, explained in 0007_instructions.sql")]
pub struct Instruction {
    pub id: i64,
    pub case_id: i64,
    pub round: i64,
    pub chain_id: i64,
    pub replaces: i64,
    pub state: State,
    pub mode: Mode,
    pub amount: Fen,
    pub payee_kind: PayeeKind,
    pub payee: String,
    pub payee_id_kind: String,
    pub payee_id_no: String,
    pub payee_phone: String,
    pub agent: String,
    pub agent_id_kind: String,
    pub agent_id_no: String,
    pub mandate: String,
    pub shop_id: Option<i64>,
    pub direct_id: Option<i64>,
    pub account_kind: Option<AccountKind>,
    pub bank_code: String,
    pub bank: String,
    pub branch: String,
    pub cnaps: String,
    pub account: String,
    pub holder: String,
    pub account_changed: bool,
    pub review_reasons: String,
    pub reviewed_at: Option<i64>,
    pub reviewed_by: Option<i64>,
    pub overrides: String,
    pub override_by: Option<i64>,
    pub override_reason: String,
    pub chosen_at: i64,
    pub chosen_by: i64,
    pub held: bool,
    pub released_at: Option<i64>,
    pub released_by: Option<i64>,
    pub batch_id: Option<i64>,
    pub ended_at: Option<i64>,
    pub end_reason: String,
    pub paid_at: Option<i64>,
    pub paid_by: Option<i64>,
    pub receipt: String,
    pub receipt_printed_at: Option<i64>,
    pub receipt_signed_at: Option<i64>,
}

impl Instruction {
    /// A second person still has to review it.
    pub fn awaits_review(&self) -> bool {
        self.state == State::Chosen && !self.review_reasons.is_empty() && self.reviewed_at.is_none()
    }

    /// Ready for its receipt: chosen, reviewed where that is needed, not held, its case's papers complete and nothing
    /// asked that holds the payment.
    pub fn ready(&self, m: &Milestones) -> bool {
        self.state == State::Chosen
            && !self.held
            && !self.awaits_review()
            && m.round == self.round
            && m.prechecked_at.is_some()
            && m.inquiry_holds == 0
    }

    /// Ready to be released: as [`Instruction::ready`], and a transfer's receipt is signed (domain §4: before release).
    pub fn releasable(&self, m: &Milestones) -> bool {
        self.ready(m) && (!(self.mode.batched() && self.mode.needs_receipt()) || self.receipt_signed_at.is_some())
    }
}

/// What the instructions of one round come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Σ live.
    pub live: Fen,
    /// Σ paid and not returned.
    pub paid: Fen,
}

impl Sums {
    /// The sums of a round's instructions.
    pub fn of<'a>(all: impl IntoIterator<Item = &'a Instruction>) -> Sums {
        let (mut live, mut paid) = (0_i64, 0_i64);
        for one in all {
            if one.state.live() {
                live = live.saturating_add(one.amount.fen());
            } else if one.state == State::Paid {
                paid = paid.saturating_add(one.amount.fen());
            }
        }
        Sums { live: Fen::from_fen(live), paid: Fen::from_fen(paid) }
    }

    /// What may still be chosen of what is to be paid in the round.
    pub fn open(self, m: &Milestones) -> Fen {
        Fen::from_fen(m.to_pay().fen() - self.live.fen() - self.paid.fen())
    }
}

/// Sets the milestones that follow from the instructions of the case's current round: chosen when they cover all that is
/// to be paid, paid when all of it is. `now` is the moment the fact came about.
pub fn settle(m: &mut Milestones, sums: Sums, now: i64) {
    let to_pay = m.to_pay();
    let covered = to_pay > Fen::ZERO && sums.live.fen().saturating_add(sums.paid.fen()) >= to_pay.fen();
    if covered {
        m.chosen_at = m.chosen_at.or(Some(now));
    } else {
        m.chosen_at = None;
    }
    if to_pay > Fen::ZERO && sums.paid >= to_pay {
        m.paid_at = m.paid_at.or(Some(now));
    } else {
        m.paid_at = None;
    }
}

/// What passes the receipt slot of a round (domain §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvidenceKind {
    /// 红联
    Red,
    /// 拒赔通知书 with the proof of its delivery
    Refusal,
    /// 注销申请书
    Withdrawal,
    /// 零结说明, also of a round in which nothing is left to pay
    Nothing,
    /// 免附, by a leader
    Waiver,
    /// A serial typed for a case taken over
    Typed,
}

impl EvidenceKind {
    /// Every kind.
    pub const ALL: [EvidenceKind; 6] = [
        EvidenceKind::Red,
        EvidenceKind::Refusal,
        EvidenceKind::Withdrawal,
        EvidenceKind::Nothing,
        EvidenceKind::Waiver,
        EvidenceKind::Typed,
    ];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            EvidenceKind::Red => "red",
            EvidenceKind::Refusal => "refusal",
            EvidenceKind::Withdrawal => "withdrawal",
            EvidenceKind::Nothing => "nothing",
            EvidenceKind::Waiver => "waiver",
            EvidenceKind::Typed => "typed",
        }
    }

    /// The kind with this name.
    pub fn from_code(code: &str) -> Option<EvidenceKind> {
        EvidenceKind::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One piece of evidence in the receipt slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The instruction it belongs to; 0 = the whole round.
    pub instruction_id: i64,
    /// What it is.
    pub kind: EvidenceKind,
    /// Serial of a red copy.
    pub serial: String,
    /// Why it was waived.
    pub reason: String,
    /// When it was in, UTC seconds.
    pub at: i64,
}

impl Evidence {
    /// Whether it is the receipt of an instruction: its own, or the serial a mended one carries on.
    pub fn is_of(&self, one: &Instruction) -> bool {
        self.instruction_id == one.id || !self.serial.is_empty() && self.serial == one.receipt
    }
}

/// When the last receipt evidence of a round was in; nothing while some is missing. An account paid directly is
/// evidenced by its bank result alone. Evidence of the whole round stands for all of it.
pub fn receipt_in(m: &Milestones, all: &[Instruction], evidence: &[Evidence]) -> Option<i64> {
    let closed_at = m.closed_at?;
    if let Some(whole) = evidence.iter().find(|e| e.instruction_id == 0) {
        return Some(whole.at.max(closed_at).max(m.paid_at.unwrap_or(closed_at)));
    }
    let paid_at = m.paid_at.filter(|_| m.must_pay())?;
    let mut latest = paid_at;
    let mut any = false;
    for one in all.iter().filter(|one| one.state == State::Paid && one.round == m.round) {
        any = true;
        let at = if one.mode.needs_receipt() {
            evidence.iter().filter(|e| e.is_of(one)).map(|e| e.at).max()?
        } else {
            one.paid_at.or(one.ended_at)?
        };
        latest = latest.max(at);
    }
    any.then_some(latest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::milestones::Outcome;

    #[test]
    fn every_code_reads_back() {
        assert!(Mode::ALL.into_iter().all(|mode| Mode::from_code(mode.code()) == Some(mode)));
        assert!(PayeeKind::ALL.into_iter().all(|kind| PayeeKind::from_code(kind.code()) == Some(kind)));
        assert!(AccountKind::ALL.into_iter().all(|kind| AccountKind::from_code(kind.code()) == Some(kind)));
        assert!(State::ALL.into_iter().all(|state| State::from_code(state.code()) == Some(state)));
    }

    #[test]
    fn what_has_ended_never_goes_on_and_what_the_bank_has_is_never_sent_again() {
        for state in [State::Cancelled, State::Replaced] {
            assert!(State::ALL.into_iter().all(|next| !state.may_become(next)));
        }
        for state in [State::Sending, State::Sent] {
            for next in [State::Chosen, State::Released, State::Sending, State::Cancelled, State::Replaced] {
                assert!(!state.may_become(next), "{state:?} to {next:?}");
            }
        }
    }

    #[test]
    fn milestones_follow_the_sums() {
        let mut m =
            Milestones { outcome: Some(Outcome::Pay), payable: Some(Fen::from_yuan(100)), ..Milestones::default() };
        let sums = |live, paid| Sums { live: Fen::from_yuan(live), paid: Fen::from_yuan(paid) };
        settle(&mut m, sums(99, 0), 5);
        assert_eq!((m.chosen_at, m.paid_at), (None, None));
        settle(&mut m, sums(40, 60), 6);
        assert_eq!((m.chosen_at, m.paid_at), (Some(6), None));
        settle(&mut m, sums(0, 100), 7);
        assert_eq!((m.chosen_at, m.paid_at), (Some(6), Some(7)));
        settle(&mut m, sums(0, 60), 8);
        assert_eq!((m.chosen_at, m.paid_at), (None, None), "a return takes both back");
    }
}

//! One payee as entered: the form's fields by name, and what of them becomes an instruction.

use crate::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind, State};
use crate::kernel::money::Fen;
use crate::kernel::words::W;

/// Names of the form's fields, as findings and drafts use them.
pub mod field {
    /// Who is paid.
    pub const KIND: &str = "kind";
    /// Name of the payee.
    pub const PAYEE: &str = "payee";
    /// Number of the payee's document.
    pub const ID_NO: &str = "id_no";
    /// Phone of the payee.
    pub const PHONE: &str = "phone";
    /// Repair shop of the register.
    pub const SHOP: &str = "shop";
    /// Who comes in the payee's stead.
    pub const AGENT: &str = "agent";
    /// Number of that person's document.
    pub const AGENT_ID: &str = "agent_id";
    /// Number of the written mandate.
    pub const MANDATE: &str = "mandate";
    /// How the money goes.
    pub const MODE: &str = "mode";
    /// Account on record.
    pub const DIRECT: &str = "direct";
    /// Kind of the account.
    pub const ACCOUNT_KIND: &str = "account_kind";
    /// Number of the account.
    pub const ACCOUNT: &str = "account";
    /// Bank of the account.
    pub const BANK: &str = "bank";
    /// Branch of the bank.
    pub const BRANCH: &str = "branch";
    /// Holder of the account.
    pub const HOLDER: &str = "holder";
    /// How much.
    pub const AMOUNT: &str = "amount";
}

/// Why a second person reviews an instruction before it may go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// The money goes to somebody else than the insured.
    Payee,
    /// The holder is another than the core system gave.
    Holder,
    /// Above what a clerk chooses alone.
    Amount,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Reason; 3] = [Reason::Payee, Reason::Holder, Reason::Amount];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Reason::Payee => "payee",
            Reason::Holder => "holder",
            Reason::Amount => "amount",
        }
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            Reason::Payee => W::PaymentReviewPayee,
            Reason::Holder => W::PaymentReviewHolder,
            Reason::Amount => W::PaymentReviewAmount,
        }
    }

    /// The reasons an instruction keeps, divided by blanks.
    pub fn read(codes: &str) -> Vec<Reason> {
        codes.split(' ').filter_map(|code| Reason::ALL.into_iter().find(|reason| reason.code() == code)).collect()
    }
}

/// One payee as entered. Texts are folded; empty = not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of the instruction it becomes")]
pub struct Wish {
    pub payee_kind: Option<PayeeKind>,
    pub payee: String,
    pub payee_id_kind: String,
    pub payee_id_no: String,
    pub payee_phone: String,
    pub agent: String,
    pub agent_id_no: String,
    pub mandate: String,
    pub shop_id: Option<i64>,
    pub mode: Option<Mode>,
    pub direct_id: Option<i64>,
    pub account_kind: Option<AccountKind>,
    pub account: String,
    pub bank: String,
    pub branch: String,
    pub cnaps: String,
    pub holder: String,
    pub amount: Option<Fen>,
}

impl Wish {
    /// What stands on an instruction, to be judged anew.
    pub fn of(one: &Instruction) -> Wish {
        let one = one.clone();
        Wish {
            payee_kind: Some(one.payee_kind),
            payee: one.payee,
            payee_id_kind: one.payee_id_kind,
            payee_id_no: one.payee_id_no,
            payee_phone: one.payee_phone,
            agent: one.agent,
            agent_id_no: one.agent_id_no,
            mandate: one.mandate,
            shop_id: one.shop_id,
            mode: Some(one.mode),
            direct_id: one.direct_id,
            account_kind: one.account_kind,
            account: one.account,
            bank: one.bank,
            branch: one.branch,
            cnaps: one.cnaps,
            holder: one.holder,
            amount: Some(one.amount),
        }
    }

    /// The instruction it becomes in a round of a case, chosen by somebody at a moment; nothing while kind, mode or
    /// amount are missing, which the rules refuse.
    pub fn instruction(&self, case_id: i64, round: i64, by: i64, at: i64) -> Option<Instruction> {
        let (mode, payee_kind, amount) = (self.mode?, self.payee_kind?, self.amount?);
        let with_account = mode.needs_account();
        let kept = |text: &str| if with_account { text.to_owned() } else { String::new() };
        Some(Instruction {
            id: 0,
            case_id,
            round,
            chain_id: 0,
            replaces: 0,
            state: State::Chosen,
            mode,
            amount,
            payee_kind,
            payee: self.payee.clone(),
            payee_id_kind: self.payee_id_kind.clone(),
            payee_id_no: self.payee_id_no.clone(),
            payee_phone: self.payee_phone.clone(),
            agent: self.agent.clone(),
            agent_id_kind: String::new(),
            agent_id_no: self.agent_id_no.clone(),
            mandate: self.mandate.clone(),
            shop_id: self.shop_id,
            direct_id: self.direct_id,
            account_kind: self.account_kind.filter(|_| with_account),
            bank_code: String::new(),
            bank: kept(&self.bank),
            branch: kept(&self.branch),
            cnaps: kept(&self.cnaps),
            account: kept(&self.account),
            holder: kept(&self.holder),
            account_changed: false,
            review_reasons: String::new(),
            reviewed_at: None,
            reviewed_by: None,
            overrides: String::new(),
            override_by: None,
            override_reason: String::new(),
            chosen_at: at,
            chosen_by: by,
            held: false,
            released_at: None,
            released_by: None,
            batch_id: None,
            ended_at: None,
            end_reason: String::new(),
            paid_at: None,
            paid_by: None,
            receipt: String::new(),
            receipt_printed_at: None,
            receipt_signed_at: None,
        })
    }
}

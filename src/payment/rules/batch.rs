//! What a batch must be to leave: within its size, made by others than its releaser, every line fit for the bank's file.

use crate::instructions::rules::Instruction;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;

/// The most instructions of one batch: what one person can look through, and what one short transaction holds.
pub const MOST: usize = 500;

/// How an instruction is called in files that go to a bank: `P` and ten digits. It comes back with the result.
pub fn reference(id: i64) -> String {
    format!("P{id:010}")
}

/// The instruction a reference names, in whatever case and width the bank writes it.
pub fn referred(text: &str) -> Option<i64> {
    let folded = text::fold_upper(text.trim());
    let digits = folded.strip_prefix('P')?;
    let right = digits.len() == 10 && digits.bytes().all(|b| b.is_ascii_digit());
    right.then(|| digits.parse().ok()).flatten().filter(|id| *id > 0)
}

/// Count and sum of a batch.
pub fn sums<'a>(all: impl IntoIterator<Item = &'a Instruction>) -> (i64, Fen) {
    let mut lines = 0;
    let mut total = 0_i64;
    for one in all {
        lines += 1;
        total = total.saturating_add(one.amount.fen());
    }
    (lines, Fen::from_fen(total))
}

/// Whether every text of an instruction can stand in a file that a bank's program or a spreadsheet reads.
pub fn judge_fields(one: &Instruction) -> Findings {
    let mut found = Findings::new();
    let name = one.payee.as_str();
    for (field, value, word) in [
        ("account", &one.account, W::BatchesFieldAccount),
        ("holder", &one.holder, W::BatchesFieldHolder),
        ("bank", &one.bank, W::BatchesFieldBank),
    ] {
        if value.trim().is_empty() {
            found.push(Finding::block("field_missing", field, phrase!(W::BatchesFieldMissing, name, word)));
        }
    }
    for (field, value, word) in [
        ("account", &one.account, W::BatchesFieldAccount),
        ("holder", &one.holder, W::BatchesFieldHolder),
        ("bank", &one.bank, W::BatchesFieldBank),
        ("branch", &one.branch, W::BatchesFieldBranch),
        ("cnaps", &one.cnaps, W::BatchesFieldCnaps),
    ] {
        // A name may not be changed on its way to the bank, so one that a spreadsheet would compute is refused.
        let formula = value.starts_with(['=', '+', '-', '@', '\'']);
        if formula || text::outside_text_problem(value).is_some() {
            found.push(Finding::block("field_text", field, phrase!(W::BatchesFieldText, name, word)));
        }
    }
    found
}

/// Whether somebody may release a batch: neither its maker nor the maker of anything in it.
pub fn judge_releaser(made_by: i64, makers: impl IntoIterator<Item = i64>, actor: i64) -> Findings {
    let mut found = Findings::new();
    if made_by == actor {
        found.push(Finding::block("batch_maker", None, W::BatchesOwnBatch));
    }
    if makers.into_iter().any(|maker| maker == actor) {
        found.push(Finding::block("maker", None, W::BatchesOwnInBatch));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_read_back_and_nothing_else() {
        assert_eq!(reference(123), "P0000000123");
        assert_eq!(referred("Ｐ００００００0123"), Some(123));
        for wrong in ["", "P", "P123", "0000000123", "P0000000000", "P00000001234", "P-000000123", "P000000012３x"] {
            assert_eq!(referred(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_releaser_has_made_neither_batch_nor_instruction() {
        assert!(judge_releaser(1, [1, 2], 3).is_empty());
        assert_eq!(judge_releaser(1, [1, 2], 1).codes(), "batch_maker, maker");
        assert_eq!(judge_releaser(1, [2], 2).codes(), "maker");
    }
}

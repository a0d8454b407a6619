//! Payments out to files: every instruction of every case, masked unless asked for in full.

use crate::db::{ActError, Actor, Store};
use crate::files::Format;
use crate::files::write::{Cell, Writer};
use crate::instructions::rules::{AccountKind, Instruction};
use crate::kernel::clock;
use crate::kernel::text;
use crate::office::commands::Answer;
use crate::office::export;
use crate::office::store as office;
use crate::payment::store::release;
use std::io::Write;
use std::path::Path;

pub use crate::office::export::Order;

/// Columns of a payment; times are office time.
pub const COLUMNS: [&str; 29] = [
    "instruction",
    "case_no",
    "case_code",
    "round",
    "replaces",
    "state",
    "mode",
    "amount",
    "payee_kind",
    "payee",
    "payee_id_no",
    "payee_phone",
    "agent",
    "account_kind",
    "bank",
    "branch",
    "cnaps",
    "account",
    "holder",
    "account_changed",
    "batch_no",
    "chosen_at",
    "chosen_by",
    "reviewed_by",
    "released_at",
    "released_by",
    "paid_at",
    "end_reason",
    "receipt",
];

/// Instructions read at a time.
const PAGE: i64 = 500;

/// Writes every instruction, in the order they were chosen; returns how many. Reads one state of the store.
///
/// # Errors
/// What the stream or the store says.
pub fn write(store: &Store, format: Format, unmasked: bool, out: &mut dyn Write) -> anyhow::Result<u64> {
    let reading = store.conn().unchecked_transaction()?;
    let mut writer = Writer::new(format, out);
    writer.header(COLUMNS.map(str::to_owned).to_vec())?;
    let (mut last, mut done) = (0, 0);
    loop {
        let page = release::after(store.conn(), last, PAGE)?;
        let Some((one, _)) = page.last() else { break };
        last = one.id;
        for (one, numbers) in &page {
            writer.row(&cells(store, one, numbers, unmasked)?)?;
            done += 1;
        }
    }
    writer.finish()?;
    drop(reading);
    Ok(done)
}

fn cells(store: &Store, one: &Instruction, numbers: &[String; 3], unmasked: bool) -> anyhow::Result<[Cell; 29]> {
    let [case_no, case_code, batch_no] = numbers.clone();
    let masked = |value: &str, mask: fn(&str) -> String| {
        if unmasked || value.is_empty() { value.to_owned() } else { mask(value) }
    };
    let time = |at: Option<i64>| at.map_or_else(String::new, clock::file_time);
    let person = |id: Option<i64>| -> anyhow::Result<String> {
        let found = id.map(|id| office::by_id(store.conn(), id)).transpose()?.flatten();
        Ok(found.map_or_else(String::new, |person| person.staff_no))
    };
    let replaces = if one.replaces == 0 { String::new() } else { one.replaces.to_string() };
    let text = Cell::Text;
    Ok([
        text(one.id.to_string()),
        text(case_no),
        text(case_code),
        text(one.round.to_string()),
        text(replaces),
        text(one.state.code().to_owned()),
        text(one.mode.code().to_owned()),
        Cell::Money(Some(one.amount)),
        text(one.payee_kind.code().to_owned()),
        text(one.payee.clone()),
        text(masked(&one.payee_id_no, text::mask_id)),
        text(masked(&one.payee_phone, text::mask_phone)),
        text(one.agent.clone()),
        text(one.account_kind.map_or("", AccountKind::code).to_owned()),
        text(one.bank.clone()),
        text(one.branch.clone()),
        text(one.cnaps.clone()),
        text(masked(&one.account, text::mask_card)),
        text(one.holder.clone()),
        text(i64::from(one.account_changed).to_string()),
        text(batch_no),
        text(time(Some(one.chosen_at))),
        text(person(Some(one.chosen_by))?),
        text(person(one.reviewed_by)?),
        text(time(one.released_at)),
        text(person(one.released_by)?),
        text(time(one.paid_at)),
        text(one.end_reason.clone()),
        text(one.receipt.clone()),
    ])
}

/// Writes payments to a file, or to `out` when no file is named.
///
/// # Errors
/// A refusal for want of the right, or what the disk says.
pub fn export(
    store: &Store,
    actor: &Actor,
    now: i64,
    order: Order,
    output: Option<&Path>,
    out: &mut dyn Write,
) -> Result<Answer, ActError> {
    let write = |out: &mut dyn Write| write(store, order.format, order.unmasked, out);
    export::run(store, (actor, now), ("payments", order, export::SAID), (output, out), write)
}

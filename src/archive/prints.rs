//! Prints of a file: cover, contents list, 备考表, and the payment page where the bank alone is the evidence.

use super::store::{Desk, work};
use crate::boxes::rules::{last_payment, not_before};
use crate::boxes::store::{Where, where_is};
use crate::case::words;
use crate::db::Store;
use crate::instructions::rules::State;
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, W};
use crate::office::store as office;
use crate::phrase;
use crate::ui::print::{Sheet, WIDTH};

/// Lines of a page.
const PAGE: usize = 60;
/// Cells of a label.
const LABEL: usize = 14;

/// Everything that is printed for one file, a page each.
///
/// # Errors
/// What the store says.
pub fn folder(store: &Store, desk: &Desk, now: i64, lang: Lang) -> anyhow::Result<Sheet> {
    let place = where_is(store.conn(), desk.case.id)?;
    let mut sheet = Sheet::new("folder", W::ArchivePrintFolder.text(lang));
    cover(&mut sheet, desk, place.as_ref(), now, lang);
    page_break(&mut sheet);
    let m = &desk.case.milestones;
    // The list of a sorting that was taken back is no longer the file's.
    let sorted = m.sorted_at.map(|_| work::sorted_list(store.conn(), desk.case.id, m.round)).transpose()?.flatten();
    let pages = sorted.as_ref().map(|(pages, _)| *pages);
    let rows = sorted.map_or_else(|| desk.contents(), |(_, rows)| rows);
    contents(&mut sheet, desk, &rows, pages, lang);
    page_break(&mut sheet);
    remarks(&mut sheet, store, desk, pages, lang)?;
    if desk.direct() {
        page_break(&mut sheet);
        voucher(&mut sheet, desk, lang);
    }
    Ok(sheet)
}

fn page_break(sheet: &mut Sheet) {
    while !sheet.lines().len().is_multiple_of(PAGE) {
        sheet.blank();
    }
}

fn head(sheet: &mut Sheet, word: W, lang: Lang) {
    sheet.blank();
    sheet.centred(word.text(lang));
    sheet.rule();
}

fn cover(sheet: &mut Sheet, desk: &Desk, place: Option<&Where>, now: i64, lang: Lang) {
    let (f, m) = (&desk.case.facts, &desk.case.milestones);
    head(sheet, W::ArchivePrintCover, lang);
    let mut pair = |word: W, value: String| sheet.pair(LABEL, word.text(lang), &value);
    pair(W::ArchivePrintCode, desk.case.case_code.clone());
    pair(W::ArchivePrintCaseNo, f.case_no.clone());
    pair(W::ArchivePrintPolicy, f.policy_no.clone());
    pair(W::ArchivePrintLine, desk.rules.line_label(&f.line, lang).to_owned());
    pair(W::ArchivePrintInsured, f.insured.clone());
    pair(W::ArchivePrintPlate, f.plate.clone());
    let outcome = m.outcome.map_or("", |outcome| words::outcome(outcome).text(lang));
    pair(W::ArchivePrintOutcome, outcome.to_owned());
    pair(W::ArchivePrintPayable, m.payable.unwrap_or_default().grouped());
    pair(W::ArchivePrintClosed, m.closed_at.map(clock::file_time).unwrap_or_default());
    pair(W::ArchivePrintBatch, desk.case.round.batch_day.clone());
    pair(W::ArchivePrintDue, desk.case.round.archive_due.map(clock::file_time).unwrap_or_default());
    if let Some(place) = place {
        let label = place.found.label(&desk.rules).say(lang);
        pair(W::ArchivePrintBox, format!("{label}  {}  {}", place.ordinal, place.shelf));
    }
    let years = desk.rules.settings.retention_years(&f.line, now);
    let kept = not_before(f.policy_end, years, last_payment(&desk.rounds)).say();
    pair(W::ArchivePrintKept, kept.say(lang));
}

fn contents(sheet: &mut Sheet, desk: &Desk, rows: &[super::rules::contents::Content], pages: Option<i64>, lang: Lang) {
    head(sheet, W::ArchivePrintContents, lang);
    sheet.paragraph(0, &format!("{}  {}", desk.case.case_code, desk.case.facts.case_no));
    let widths = [-4_i16, 44, -6, 20];
    let heads = [W::ArchivePrintNo, W::ArchivePrintItem, W::ArchivePrintPages, W::ArchivePrintNote];
    let cells: Vec<(&str, i16)> = heads.into_iter().map(|word| word.text(lang)).zip(widths).collect();
    sheet.row(&cells);
    for (number, row) in (1_i64..).zip(rows) {
        let (number, pages) = (number.to_string(), if row.pages > 0 { row.pages.to_string() } else { String::new() });
        let cells: Vec<(&str, i16)> = [number.as_str(), &row.name, &pages, &row.note].into_iter().zip(widths).collect();
        sheet.row(&cells);
    }
    sheet.rule();
    if let Some(pages) = pages {
        sheet.paragraph(0, &phrase!(W::ArchivePrintTotal, pages).say(lang));
    }
}

/// 备考表: what the file consists of and who has worked on it.
fn remarks(sheet: &mut Sheet, store: &Store, desk: &Desk, pages: Option<i64>, lang: Lang) -> anyhow::Result<()> {
    head(sheet, W::ArchivePrintRemarks, lang);
    let pages = pages.unwrap_or(0);
    sheet.paragraph(0, &phrase!(W::ArchivePrintState, desk.case.case_code.as_str(), pages).say(lang));
    sheet.blank();
    for done in work::of_round(store.conn(), desk.case.id, desk.case.milestones.round)? {
        let word = match done.kind.as_str() {
            "sorted" => W::ArchivePrintSortedBy,
            "bound" => W::ArchivePrintBoundBy,
            "sort_back" => W::ArchiveBackSort,
            "bind_back" => W::ArchiveBackBind,
            _ => W::ArchivePrintFiledBy,
        };
        let who = office::label(store.conn(), Some(done.by_id))?;
        sheet.pair(LABEL, word.text(lang), &format!("{who}  {}", clock::file_time(done.at)));
    }
    sheet.blank();
    sheet.pair(LABEL, W::ArchivePrintChecker.text(lang), &"_".repeat(20));
    sheet.pair(LABEL, W::ArchivePrintDate.text(lang), &"_".repeat(20));
    Ok(())
}

/// 付款凭证页: the bank's result of every payment that has no receipt.
fn voucher(sheet: &mut Sheet, desk: &Desk, lang: Lang) {
    head(sheet, W::ArchivePrintVoucher, lang);
    sheet.paragraph(0, &format!("{}  {}", desk.case.case_code, desk.case.facts.case_no));
    for one in desk.instructions.iter().filter(|one| one.state == State::Paid && !one.mode.needs_receipt()) {
        sheet.paragraph(0, &"-".repeat(WIDTH / 2));
        let mut pair = |word: W, value: &str| sheet.pair(LABEL, word.text(lang), value);
        pair(W::ArchivePrintPayee, &one.payee);
        pair(W::ArchivePrintHolder, &one.holder);
        pair(W::ArchivePrintBank, &format!("{} {}", one.bank, one.branch));
        pair(W::ArchivePrintAccount, &text::mask_card(&one.account));
        pair(W::ArchivePrintAmount, &one.amount.grouped());
        let mode = Arg::Word(one.mode.word()).say(lang);
        pair(W::ArchivePrintMode, &mode);
        pair(W::ArchivePrintPaid, &one.paid_at.or(one.ended_at).map(clock::file_time).unwrap_or_default());
    }
}

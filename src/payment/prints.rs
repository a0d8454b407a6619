//! What the payment desk prints beside receipts: the sheet of a batch.

use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, W};
use crate::payment::rules::batch::reference;
use crate::payment::store::batch_read::{Batch, Member};
use crate::phrase;
use crate::ui::print::Sheet;

/// The sheet of a batch: its lines with count and sum, and room for the signatures. `n` is the number of the print.
pub fn batch_sheet(batch: &Batch, members: &[Member], names: (&str, &str), n: i64, lang: Lang) -> Sheet {
    let mut sheet = Sheet::new("batch", phrase!(W::BatchesSheetTitle, batch.batch_no.as_str()).say(lang));
    sheet.centred(&phrase!(W::BatchesSheetTitle, batch.batch_no.as_str()).say(lang));
    let head = phrase!(
        W::BatchesSheetHead,
        batch.map.as_str(),
        batch.lines,
        batch.total,
        Arg::MomentFull(batch.made_at),
        names.0
    );
    sheet.paragraph(0, &head.say(lang));
    sheet.rule();
    let word = |word: W| word.text(lang);
    let columns = |sheet: &mut Sheet, cells: [&str; 5]| {
        let [a, b, c, d, e] = cells;
        sheet.row(&[(a, 11), (b, 18), (c, 20), (d, 10), (e, -14)]);
    };
    columns(
        &mut sheet,
        [
            word(W::BatchesColumnReference),
            word(W::BatchesColumnPayee),
            word(W::BatchesFieldBank),
            word(W::BatchesColumnAccount),
            word(W::BatchesColumnAmount),
        ],
    );
    for member in members {
        let one = &member.one;
        let account = text::tail(&one.account, 4);
        columns(
            &mut sheet,
            [&reference(one.id), &one.holder, &one.bank, &format!("*{account}"), &one.amount.grouped()],
        );
    }
    sheet.rule();
    sheet.paragraph(0, &phrase!(W::BatchesSheetSum, batch.lines, batch.total, batch.total.in_capitals()).say(lang));
    sheet.blank();
    sheet.paragraph(0, &phrase!(W::BatchesSheetSigned, names.0, names.1).say(lang));
    sheet.about(batch.batch_no.clone()).numbered(n, lang)
}

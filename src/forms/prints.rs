//! The receipt 赔款收据 as it is printed.

use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::kernel::words::{Lang, W};
use crate::ui::print::Sheet;

/// What stands on a receipt.
#[derive(Clone, Debug)]
pub struct ReceiptData {
    /// Serial of the form.
    pub serial: String,
    /// Name of the office.
    pub office: String,
    /// Who is paid.
    pub payee: String,
    /// Number of the case.
    pub case_no: String,
    /// Line of insurance, in words.
    pub line: String,
    /// Key of the instruction.
    pub instruction: i64,
    /// What is paid.
    pub amount: Fen,
    /// When, UTC seconds.
    pub at: i64,
    /// Language of its words.
    pub lang: Lang,
}

/// Lays a receipt out.
pub fn receipt(data: &ReceiptData) -> Sheet {
    let title = W::FormsReceipt.text(data.lang);
    let mut sheet = Sheet::new("receipt", title);
    sheet.centred(title);
    for value in [&data.serial, &data.office, &data.payee, &data.case_no, &data.line] {
        sheet.paragraph(2, value);
    }
    sheet.paragraph(2, &format!("{}  {}", data.amount.grouped(), data.amount.in_capitals()));
    sheet.paragraph(2, &clock::file_time(data.at));
    sheet
}

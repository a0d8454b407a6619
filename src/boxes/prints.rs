//! Prints of a box: spine label, contents list, labels.

use super::labels;
use super::rules::ArchiveBox;
use super::store::positions::Content;
use super::store::shelves::Shelf;
use crate::kernel::clock;
use crate::kernel::code::Code;
use crate::kernel::words::{Arg, Lang, W};
use crate::reference::rulebook::Rulebook;
use crate::ui::print::Sheet;

fn number(content: &Content) -> &str {
    if content.case_no.is_empty() { &content.case_code } else { &content.case_no }
}

/// The spine label: what is in the box, from the first to the last number, and its code with the barcode.
pub fn spine(found: &ArchiveBox, contents: &[Content], rules: &Rulebook, lang: Lang) -> Sheet {
    let title = found.label(rules).say(lang);
    let mut lines = vec![crate::phrase!(W::BoxesPrintFiles, found.files).say(lang)];
    let mut numbers: Vec<&str> = contents.iter().filter(|content| !content.left).map(number).collect();
    numbers.sort_unstable();
    if let (Some(first), Some(last)) = (numbers.first(), numbers.last()) {
        lines.push(crate::phrase!(W::BoxesPrintSpan, *first, *last).say(lang));
    }
    match Code::parse(&found.code) {
        Ok(code) => labels::drawn(&title, &lines, &code),
        Err(_) => Sheet::new("label", title),
    }
}

/// The label of a shelf.
pub fn shelf(found: &Shelf) -> Sheet {
    match Code::parse(&found.code) {
        Ok(code) => labels::drawn(&found.name, &[], &code),
        Err(_) => Sheet::new("label", found.name.clone()),
    }
}

/// The contents list of a box.
pub fn contents(found: &ArchiveBox, list: &[Content], rules: &Rulebook, lang: Lang) -> Sheet {
    let said = |word: W| word.text(lang);
    let mut sheet = Sheet::new("box-contents", said(W::BoxesPrintContents));
    sheet.centred(said(W::BoxesPrintContents));
    sheet.centred(&found.label(rules).say(lang));
    sheet.centred(&found.code);
    sheet.rule();
    let widths = [-4_i16, 24, 14, 16, 16];
    let heads =
        [W::BoxesColumnOrdinal, W::BoxesColumnCase, W::BoxesColumnCode, W::BoxesColumnInsured, W::BoxesColumnFiled];
    let cells: Vec<(&str, i16)> = heads.into_iter().map(said).zip(widths).collect();
    sheet.row(&cells);
    for content in list {
        let ordinal = content.ordinal.to_string();
        let state = if content.left { said(W::BoxesStateLeft).to_owned() } else { clock::file_time(content.filed_at) };
        let values = [ordinal.as_str(), &content.case_no, &content.case_code, &content.insured, &state];
        let cells: Vec<(&str, i16)> = values.into_iter().zip(widths).collect();
        sheet.row(&cells);
    }
    sheet.rule();
    sheet.paragraph(0, &crate::phrase!(W::BoxesPrintFiles, Arg::Number(found.files)).say(lang));
    sheet
}

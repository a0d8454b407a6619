//! Prints of a box: spine label, contents list, labels.

use super::labels;
use super::rules::ArchiveBox;
use super::store::positions::Content;
use super::store::shelves::Shelf;
use crate::kernel::clock;
use crate::kernel::code::Code;
use crate::kernel::words::{Arg, Lang, W};
use crate::office;
use crate::office::rules::Right;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::print::{Preview, Sheet};
use crate::ui::screen::{DeskAct, Done, Effect};

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
        Ok(code) => labels::label(&title, &lines, &code),
        Err(_) => Sheet::new("label", title),
    }
}

/// The label of a shelf.
pub fn shelf(found: &Shelf) -> Sheet {
    match Code::parse(&found.code) {
        Ok(code) => labels::label(&found.name, &[], &code),
        Err(_) => Sheet::new("label", found.name.clone()),
    }
}

/// The badge of a person, scanned to hand files on.
pub fn badge(name: &str, staff_no: &str, code: &Code) -> Sheet {
    labels::label(name, &[staff_no.to_owned()], code)
}

/// A sheet to look at; printing counts it and writes it into the journal under its subject.
pub fn preview(sheet: Sheet, kind: &'static str, subject: String, lang: Lang) -> Effect {
    let sheet = sheet.about(subject.replace(' ', "-"));
    let out = sheet.clone();
    let act = DeskAct::new("label_print", move |tx| {
        office::store::require(tx, Right::ReadAll)?;
        let n = office::prints::record(tx, kind, &subject)?;
        tx.journal(&subject, 0, &serde_json::json!({"kind": kind, "n": n}))?;
        Ok(Done::said(phrase!(W::BoxesPrinted, n)).print(out.clone().numbered(n, lang)))
    });
    Effect::Preview(Preview { sheet, act })
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

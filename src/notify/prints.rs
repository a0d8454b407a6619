//! The desk's sheets: the letter to whom no call reached, the refusal notice, the joint explanation.

use super::rules::Side;
use super::rules::inquiries::{Explanation, Inquiry};
use super::rules::refusals::Notice;
use super::store::Desk;
use crate::case::milestones::Outcome;
use crate::case::words;
use crate::db::meta;
use crate::db::{Connection, Store};
use crate::kernel::clock;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::store as office;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::print::Sheet;

/// Cells of the column of labels.
const LABELS: usize = 14;

/// What every sheet says beside its own: language, day, which copy it is (1 = the original), the office.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Language of the sheet.
    pub lang: Lang,
    /// When it is printed.
    pub now: i64,
    /// 1 = the original.
    pub copy: i64,
    /// Name of the office.
    pub office: String,
}

impl Frame {
    /// The frame of a sheet printed now.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read(conn: &Connection, lang: Lang, now: i64, copy: i64) -> rusqlite::Result<Frame> {
        Ok(Frame { lang, now, copy, office: meta::get(conn, meta::OFFICE_NAME)?.unwrap_or_default() })
    }

    fn begin(&self, kind: &'static str, title: W) -> Sheet {
        let mut sheet = Sheet::new(kind, title.text(self.lang));
        sheet.centred(&self.office);
        sheet.centred(title.text(self.lang));
        if self.copy > 1 {
            sheet.centred(&phrase!(W::NotifyPrintCopy, self.copy - 1).say(self.lang));
        }
        sheet.rule();
        sheet
    }

    fn pair(&self, sheet: &mut Sheet, label: W, value: &str) {
        if !value.is_empty() {
            sheet.pair(LABELS, label.text(self.lang), value);
        }
    }

    fn end(&self, sheet: &mut Sheet) {
        sheet.blank();
        sheet.rule();
        sheet.row(&[(self.office.as_str(), 50), (&clock::day_of(self.now).to_string(), -29)]);
    }

    fn case(&self, sheet: &mut Sheet, desk: &Desk) {
        let (f, rules): (_, &Rulebook) = (&desk.case.facts, &desk.rules);
        let number = if f.case_no.is_empty() { &desk.case.case_code } else { &f.case_no };
        self.pair(sheet, W::NotifyPrintInsured, &f.insured);
        self.pair(sheet, W::NotifyPrintCase, number);
        self.pair(sheet, W::NotifyPrintLine, rules.line_label(&f.line, self.lang));
        self.pair(sheet, W::NotifyPrintPolicy, &f.policy_no);
        self.pair(sheet, W::NotifyPrintPlate, &f.plate);
        self.pair(sheet, W::NotifyPrintLoss, &f.loss_date.map_or_else(String::new, |day| day.to_string()));
    }
}

/// The letter to a customer whom no call has reached: what was decided, and everything to bring for each way.
pub fn letter(frame: &Frame, desk: &Desk) -> Sheet {
    let (lang, m) = (frame.lang, &desk.case.milestones);
    let mut sheet = frame.begin("letter", W::NotifyPrintLetter);
    frame.case(&mut sheet, desk);
    sheet.blank();
    let tried = i64::try_from(desk.of_round().filter(|one| one.vain()).count()).unwrap_or(0);
    if tried > 0 {
        sheet.paragraph(0, &phrase!(W::NotifyPrintLetterTried, tried).say(lang));
    }
    let outcome = m.outcome.map_or(W::NotifyNone, words::outcome);
    frame.pair(&mut sheet, W::NotifyPrintOutcome, outcome.text(lang));
    if m.outcome == Some(Outcome::Pay) {
        let payable = m.to_pay();
        frame.pair(&mut sheet, W::NotifyPrintAmount, &format!("{}  {}", payable.grouped(), payable.in_capitals()));
        for (name, amount) in &desk.items {
            sheet.row(&[("", 4), (name.as_str(), 40), (&amount.grouped(), -16)]);
        }
        sheet.blank();
        sheet.paragraph(0, W::NotifyPrintLetterWays.text(lang));
        for bring in &desk.bring {
            sheet.paragraph(4, &phrase!(W::NotifyWay, bring.ways(), bring.said()).say(lang));
        }
    }
    sheet.blank();
    sheet.paragraph(0, W::NotifyPrintLetterEnd.text(lang));
    frame.end(&mut sheet);
    sheet
}

/// The refusal notice with its reasons (保险法 24).
pub fn refusal(frame: &Frame, desk: &Desk, notice: &Notice) -> Sheet {
    let lang = frame.lang;
    let mut sheet = frame.begin("refusal", W::NotifyPrintRefusal);
    frame.pair(&mut sheet, W::NotifyPrintNumber, &notice.number);
    frame.case(&mut sheet, desk);
    sheet.blank();
    sheet.paragraph(0, W::NotifyPrintRefusalSays.text(lang));
    sheet.paragraph(4, &notice.reasons);
    sheet.blank();
    sheet.paragraph(0, W::NotifyPrintRefusalEnd.text(lang));
    sheet.blank();
    sheet.row(&[(W::NotifyPrintReceived.text(lang), 40), (W::NotifyPrintReceivedAt.text(lang), 39)]);
    frame.end(&mut sheet);
    sheet
}

/// The joint explanation, with who confirmed it.
///
/// # Errors
/// What SQLite says.
pub fn explanation(
    conn: &Connection,
    frame: &Frame,
    desk: &Desk,
    (inquiry, explained): (&Inquiry, &Explanation),
) -> rusqlite::Result<Sheet> {
    let lang = frame.lang;
    let mut sheet = frame.begin("explanation", W::NotifyPrintExplanation);
    frame.pair(&mut sheet, W::NotifyPrintNumber, &explained.number);
    frame.case(&mut sheet, desk);
    sheet.blank();
    frame.pair(&mut sheet, W::NotifyPrintAsked, &inquiry.text);
    sheet.blank();
    sheet.paragraph(0, &explained.text);
    sheet.blank();
    for side in Side::ALL {
        frame.pair(&mut sheet, side.word(), &signature(conn, explained, *side)?.say(lang));
    }
    frame.end(&mut sheet);
    Ok(sheet)
}

/// Who confirmed for a side, when, and on which paper.
///
/// # Errors
/// What SQLite says.
pub fn signature(conn: &Connection, explained: &Explanation, side: Side) -> rusqlite::Result<Phrase> {
    let Some((person, at, paper)) = explained.of(side) else { return Ok(W::NotifyNotConfirmed.into()) };
    let name = office::label(conn, Some(*person))?;
    Ok(if paper.is_empty() {
        phrase!(W::NotifySignedByPin, name, Arg::Moment(*at))
    } else {
        phrase!(W::NotifySignedOnPaper, name, Arg::Moment(*at), paper.as_str())
    })
}

/// A case read for a sheet inside an act or a screen.
///
/// # Errors
/// When there is none; else what SQLite says.
pub fn case(store: &Store, case_id: i64) -> anyhow::Result<Desk> {
    Desk::read(store, case_id)?.ok_or_else(|| anyhow::anyhow!("case {case_id} is gone"))
}

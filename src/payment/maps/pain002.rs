//! ISO 20022 pain.002, the payment status report, of any version from .03 to .14: elements are known by their local names, and
//! what a version adds is passed over.

use crate::db::ActError;
use crate::files::read::encoding::Encoding;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::payment::rules::result::{ResultFile, ResultRow, Status};
use crate::phrase;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements within elements beyond this are no status report.
const DEEPEST: usize = 64;
/// The longest reason that is kept, in characters.
const REASON: usize = 200;

fn broken(error: impl std::fmt::Display) -> ActError {
    ActError::refuse("xml", phrase!(W::BatchesXml, text::neutralise(&error.to_string()).into_owned()))
}

/// Reads a status report.
///
/// # Errors
/// A refusal of the whole file in words.
pub(super) fn read(bytes: &[u8]) -> Result<ResultFile, ActError> {
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    let content = Encoding::Utf8.decode(bytes).or_else(|| Encoding::Gb18030.decode(bytes));
    let content = content.ok_or_else(|| broken("encoding"))?;
    let mut reader = Reader::from_str(&content);
    let mut report = Report::default();
    let mut words = String::new();
    loop {
        match reader.read_event().map_err(broken)? {
            Event::Start(start) => {
                words.clear();
                report.open(start.local_name().as_ref())?;
            }
            Event::End(_) => {
                report.close(words.trim())?;
                words.clear();
            }
            Event::Text(piece) => words.push_str(&piece.xml10_content()),
            Event::CData(piece) => words.push_str(&piece.xml10_content()),
            Event::GeneralRef(named) => {
                if let Some(letter) = named.resolve_char_ref().map_err(broken)? {
                    words.push(letter);
                } else {
                    let name = named.xml10_content();
                    words.push_str(match name.as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        // Entities of the file's own are never followed.
                        _ => return Err(broken(name)),
                    });
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    report.end()
}

/// What a status report has said so far.
#[derive(Default)]
struct Report {
    path: Vec<String>,
    known: bool,
    file: ResultFile,
    group: Option<(Status, String)>,
    payment: Option<(Status, String)>,
    reason: String,
    row: Option<ResultRow>,
    counts: Vec<(i64, Status)>,
    count: (Option<i64>, Option<Status>),
}

impl Report {
    fn open(&mut self, name: &str) -> Result<(), ActError> {
        self.path.push(name.to_owned());
        if self.path.len() > DEEPEST {
            return Err(broken("depth"));
        }
        match name {
            "CstmrPmtStsRpt" => self.known = true,
            "TxInfAndSts" => {
                let line = i64::try_from(self.file.rows.len() + 1).unwrap_or(i64::MAX);
                self.reason.clear();
                self.row = Some(ResultRow {
                    line,
                    reference: String::new(),
                    amount: None,
                    status: Status::Unknown,
                    word: String::new(),
                    reason: String::new(),
                });
            }
            "OrgnlGrpInfAndSts" | "OrgnlPmtInfAndSts" => self.reason.clear(),
            "NbOfTxsPerSts" => self.count = (None, None),
            _ => {}
        }
        Ok(())
    }

    fn is_in(&self, name: &str) -> bool {
        self.path.iter().any(|open| open == name)
    }

    fn close(&mut self, words: &str) -> Result<(), ActError> {
        let Some(name) = self.path.pop() else { return Err(broken("end")) };
        if self.row.is_some() {
            return self.close_row(&name, words);
        }
        match name.as_str() {
            "OrgnlMsgId" if self.is_in("OrgnlGrpInfAndSts") && !words.is_empty() => {
                self.file.batches.push(words.to_owned());
            }
            "OrgnlNbOfTxs" if !words.is_empty() => self.file.batch_count = Some(whole(words)?),
            "OrgnlCtrlSum" if !words.is_empty() => self.file.batch_sum = Some(money(words)?),
            "GrpSts" => self.group = Some((status(words), String::new())),
            "PmtInfSts" => self.payment = Some((status(words), String::new())),
            "Cd" | "Prtry" | "AddtlInf" if self.is_in("StsRsnInf") => self.add_reason(words),
            "OrgnlGrpInfAndSts" => note_reason(&mut self.group, &self.reason),
            // What stands behind the rows would otherwise take the last row's reason.
            "StsRsnInf" if !self.is_in("OrgnlPmtInfAndSts") => note_reason(&mut self.group, &self.reason),
            "StsRsnInf" => note_reason(&mut self.payment, &self.reason),
            "DtldNbOfTxs" => self.count.0 = Some(whole(words)?),
            "DtldSts" => self.count.1 = Some(status(words)),
            "NbOfTxsPerSts" => {
                if let (Some(count), Some(status)) = self.count {
                    self.counts.push((count, status));
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn close_row(&mut self, name: &str, words: &str) -> Result<(), ActError> {
        let (in_reason, in_reference) = (self.is_in("StsRsnInf"), self.is_in("OrgnlTxRef"));
        let Some(row) = &mut self.row else { return Ok(()) };
        match name {
            "OrgnlEndToEndId" => row.reference = cut(words),
            "OrgnlInstrId" if row.reference.is_empty() => row.reference = cut(words),
            "TxSts" => (row.status, row.word) = (status(words), cut(words)),
            "Cd" | "Prtry" | "AddtlInf" if in_reason => self.add_reason(words),
            "InstdAmt" if in_reference => row.amount = Some(money(words)?),
            "TxInfAndSts" => {
                row.reason = std::mem::take(&mut self.reason);
                self.file.rows.extend(self.row.take());
            }
            _ => {}
        }
        Ok(())
    }

    fn add_reason(&mut self, words: &str) {
        if !words.is_empty() {
            let joined = format!("{} {words}", self.reason);
            self.reason = cut(joined.trim());
        }
    }

    fn end(mut self) -> Result<ResultFile, ActError> {
        if !self.known || !self.path.is_empty() {
            return Err(broken("CstmrPmtStsRpt"));
        }
        for (count, status) in &self.counts {
            let real = self.file.rows.iter().filter(|row| row.status == *status).count();
            let real = i64::try_from(real).unwrap_or(i64::MAX);
            if !self.file.rows.is_empty()
                && self.counts.iter().filter(|(_, s)| s == status).count() == 1
                && real != *count
            {
                return Err(ActError::refuse(
                    "count",
                    phrase!(W::BatchesCountOff, *count, real, count.saturating_sub(real)),
                ));
            }
        }
        if self.file.rows.is_empty() {
            self.file.whole = self.payment.or(self.group);
        }
        Ok(self.file)
    }
}

fn note_reason(of: &mut Option<(Status, String)>, reason: &str) {
    if let Some((_, noted)) = of
        && noted.is_empty()
    {
        reason.clone_into(noted);
    }
}

fn cut(words: &str) -> String {
    text::neutralise(words).chars().take(REASON).collect()
}

fn whole(words: &str) -> Result<i64, ActError> {
    words.parse().map_err(|_| broken(words))
}

fn money(words: &str) -> Result<Fen, ActError> {
    // The standard allows five decimals; what is no whole fen is no amount of ours.
    let short = words
        .split_once('.')
        .map_or_else(|| words.to_owned(), |(yuan, rest)| format!("{yuan}.{}", rest.trim_end_matches('0')));
    Fen::parse(short.trim_end_matches('.')).map_err(|_| broken(words))
}

/// Codes of the external list of transaction statuses.
fn status(code: &str) -> Status {
    match code {
        "ACSC" | "ACCC" => Status::Paid,
        "RJCT" => Status::Failed,
        "CANC" => Status::Stopped,
        "ACCP" | "ACSP" | "ACTC" | "ACWC" | "ACWP" | "ACFC" | "ACPD" | "PDNG" | "RCVD" | "PART" | "PATC" | "PRES" => {
            Status::Waiting
        }
        _ => Status::Unknown,
    }
}

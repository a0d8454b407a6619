//! A bank's answer as CSV or XLSX, read by its column map. Anything that cannot be read refuses the whole file.

use super::{AmountAs, BankMap};
use crate::db::ActError;
use crate::files::NumberAs;
use crate::files::read::{self, RawRow, Sink, defect_words};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::payment::rules::result::{ResultFile, ResultRow, Status};
use crate::phrase;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;

/// Reads an answer.
///
/// # Errors
/// A refusal of the whole file in words.
pub(super) fn read(map: &BankMap, name: &Path, bytes: &[u8]) -> Result<ResultFile, ActError> {
    let mut taken = Taken { map, names: Vec::new(), places: Places::default(), file: ResultFile::default() };
    taken.file.must_declare = !map.result.total.is_empty();
    read::read_from(Cursor::new(bytes), name, &mut taken)?;
    Ok(taken.file)
}

/// Where the columns stand that are looked at.
#[derive(Default)]
struct Places {
    batch: Option<usize>,
    reference: Option<usize>,
    amount: Option<usize>,
    status: Option<usize>,
    reason: Option<usize>,
    count: Option<usize>,
}

struct Taken<'a> {
    map: &'a BankMap,
    names: Vec<String>,
    places: Places,
    file: ResultFile,
}

fn same(a: &str, b: &str) -> bool {
    text::fold_upper(a.trim()) == text::fold_upper(b.trim())
}

impl Taken<'_> {
    fn cell(row: &RawRow, place: Option<usize>) -> String {
        let shown = place.map_or("", |place| row.field(place)).trim();
        text::unescape_formula(shown).to_owned()
    }

    fn status(&self, word: &str) -> Status {
        let result = &self.map.result;
        let named = |words: &[String]| words.iter().any(|known| same(known, word));
        [
            (&result.paid, Status::Paid),
            (&result.failed, Status::Failed),
            (&result.returned, Status::Returned),
            (&result.stopped, Status::Stopped),
            (&result.waiting, Status::Waiting),
        ]
        .into_iter()
        .find(|(words, _)| named(words))
        .map_or(Status::Unknown, |(_, status)| status)
    }

    fn amount(&self, line: u64, text: &str) -> Result<Fen, ActError> {
        let folded = text::fold(text).replace(',', "");
        let read = match self.map.amount {
            AmountAs::Yuan => Fen::parse(&folded).ok(),
            AmountAs::Fen => folded.parse::<i64>().ok().map(Fen::from_fen),
        };
        read.filter(|amount| *amount >= Fen::ZERO).ok_or_else(|| {
            let shown = text::neutralise(text).into_owned();
            ActError::refuse("row", phrase!(W::BatchesRowAmount, number(line), shown))
        })
    }

    fn total(&mut self, row: &RawRow) -> Result<(), ActError> {
        let counted = Self::cell(row, self.places.count);
        let Ok(count) = text::fold(&counted).parse::<i64>() else {
            let shown = text::neutralise(&counted).into_owned();
            return Err(ActError::refuse("row", phrase!(W::BatchesRowAmount, number(row.line), shown)));
        };
        let sum = self.amount(row.line, &Self::cell(row, self.places.amount))?;
        if self.file.rows_declared.is_some() {
            return Err(ActError::refuse("totals", W::BatchesTwoTotals));
        }
        self.file.rows_declared = Some(count);
        self.file.sum_declared = Some(sum);
        Ok(())
    }
}

fn number(line: u64) -> i64 {
    i64::try_from(line).unwrap_or(i64::MAX)
}

impl Sink for Taken<'_> {
    fn knows(&self, name: &str) -> bool {
        let r = &self.map.result;
        [&r.batch, &r.reference, &r.amount, &r.status, &r.reason, &r.count]
            .into_iter()
            .any(|known| !known.is_empty() && same(known, name))
    }

    fn header(&mut self, names: &[String], _total: u64) -> Result<Vec<Option<NumberAs>>, ActError> {
        let place = |wanted: &str| names.iter().position(|name| !wanted.is_empty() && same(wanted, name));
        let r = &self.map.result;
        self.places = Places {
            batch: place(&r.batch),
            reference: place(&r.reference),
            amount: place(&r.amount),
            status: place(&r.status),
            reason: place(&r.reason),
            count: place(&r.count),
        };
        for (found, name) in
            [(self.places.reference, &r.reference), (self.places.amount, &r.amount), (self.places.status, &r.status)]
        {
            if found.is_none() {
                return Err(ActError::refuse("header", phrase!(W::BatchesColumnMissing, name.as_str())));
            }
        }
        self.names = names.to_vec();
        let money = (self.map.amount == AmountAs::Yuan).then_some(NumberAs::Money);
        let numbers = |index| {
            if Some(index) == self.places.amount { money.or(Some(NumberAs::Text)) } else { Some(NumberAs::Text) }
        };
        Ok((0..names.len()).map(numbers).collect())
    }

    fn row(&mut self, row: &RawRow) -> Result<ControlFlow<()>, ActError> {
        if let Some(defect) = row.defect {
            let name = |index: usize| self.names.get(index).cloned().unwrap_or_default();
            let (_, what) = defect_words(defect, self.names.len(), name);
            return Err(ActError::refuse("row", phrase!(W::BatchesRowDefect, number(row.line), what)));
        }
        if row.is_blank() {
            return Ok(ControlFlow::Continue(()));
        }
        let reference = Self::cell(row, self.places.reference);
        if !self.map.result.total.is_empty() && same(&self.map.result.total, &reference) {
            self.total(row)?;
            return Ok(ControlFlow::Continue(()));
        }
        let batch = Self::cell(row, self.places.batch);
        if !batch.is_empty() && !self.file.batches.contains(&batch) {
            self.file.batches.push(batch);
        }
        let word = Self::cell(row, self.places.status);
        let clean = |text: String| text::neutralise(&text).chars().take(200).collect::<String>();
        let amount = self.amount(row.line, &Self::cell(row, self.places.amount))?;
        self.file.rows.push(ResultRow {
            line: number(row.line),
            reference: clean(reference),
            amount: Some(amount),
            status: self.status(&word),
            word: clean(word),
            reason: clean(Self::cell(row, self.places.reason)),
        });
        Ok(ControlFlow::Continue(()))
    }
}

//! What every register asks of its texts: a reason where one is due, one printable line, a right identity number.

use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::{IdProblem, IdReading};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;

/// A reason is asked for, and must be fit to print.
pub fn reason_findings(reason: &str) -> Findings {
    if text::fold(reason).is_empty() {
        return Finding::block("reason", "reason", W::ReferenceReasonMissing).into();
    }
    line_findings("reason", reason, text::MAX_FIELD_CHARS)
}

/// A line of at most so many characters, without control characters and what else a screen could not show.
pub fn line_findings(field: &'static str, line: &str, most: usize) -> Findings {
    let mut found = Findings::new();
    if line.chars().nth(most).is_some() {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        found.push(Finding::block("long", field, phrase!(W::ReferenceTooLong, most)));
    }
    if text::neutralise(line) != line {
        found.push(Finding::block("shape", field, W::ReferenceTextShape));
    }
    found
}

/// What is wrong with a number that names somebody.
pub fn id_findings(field: &'static str, reading: &IdReading<'_>) -> Findings {
    reading
        .problems
        .iter()
        .map(|problem| {
            let word = id_word(*problem);
            if problem.is_error() {
                Finding::block(problem.code(), field, word)
            } else {
                Finding::warn(problem.code(), field, word)
            }
        })
        .collect()
}

fn id_word(problem: IdProblem) -> W {
    match problem {
        IdProblem::WrongLength15 => W::ReferenceIdLength15,
        IdProblem::WrongLength => W::ReferenceIdLength,
        IdProblem::BadCharacter => W::ReferenceIdCharacter,
        IdProblem::BadCheckDigit => W::ReferenceIdCheckDigit,
        IdProblem::BadBirthDate | IdProblem::BirthInFuture | IdProblem::BirthBefore1900 => W::ReferenceIdBirth,
        IdProblem::UnknownProvince => W::ReferenceIdProvince,
        IdProblem::UnknownCounty => W::ReferenceIdCounty,
        IdProblem::BadUsccLength => W::ReferenceIdUsccLength,
        IdProblem::BadUsccCharacter => W::ReferenceIdUsccCharacter,
        IdProblem::BadUsccCheck => W::ReferenceIdUsccCheck,
        IdProblem::Masked => W::ReferenceIdMasked,
        IdProblem::OtherShape | IdProblem::UnknownKind => W::ReferenceIdOther,
    }
}

//! The clause library (条款库): articles of law in our own words and the office's own standard answers (标准口径).
//!
//! A change is a new version in force from a day; what is no longer said is retired with a reason. An answer keeps the
//! key of the version it cited.

pub mod file;
pub mod rules;
pub mod store;

pub use rules::{KINDS, NewClause, Standing, kind_word};
pub use store::{Clause, by_id, search, seed, versions};

use crate::db::{ActError, ActTx};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use crate::reference::rules::reason_findings;
use serde_json::json;

/// What the journal calls a clause.
pub fn subject(code: &str) -> String {
    format!("clause {code}")
}

/// What a file did to the library.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TakenIn {
    /// Clauses that were not there.
    pub added: i64,
    /// New versions of known ones.
    pub changed: i64,
    /// Clauses that say what they said before.
    pub same: i64,
}

/// Adds a clause, or a new version of one that is known. The reason belongs to a change.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn put(tx: &mut ActTx<'_>, new: &NewClause, reason: &str) -> Result<i64, ActError> {
    require(tx, Right::Registers)?;
    let new = new.folded();
    let last = versions(tx.conn(), &new.code)?.into_iter().next();
    let mut found = rules::check(&new, last.as_ref(), clock::day_of(tx.now));
    if last.is_some() {
        found.extend(reason_findings(reason));
    }
    if last.as_ref().is_some_and(|last| rules::standing(&new, Some(last)) == Standing::Same) {
        found.push(Finding::block("same", None, W::ReferenceNothingNew));
    }
    if found.blocking() {
        return Err(found.into());
    }
    write(tx, &new, last.as_ref(), &text::fold(reason))
}

/// Adds a clause whose code nobody has.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn add(tx: &mut ActTx<'_>, new: &NewClause) -> Result<i64, ActError> {
    require(tx, Right::Registers)?;
    let known = versions(tx.conn(), &new.folded().code)?.into_iter().next();
    if let Some(known) = known {
        let what = phrase!(W::ReferenceClauseCodeTaken, known.code, known.title);
        return Err(ActError::refuse_field("code_taken", "code", what));
    }
    put(tx, new, "")
}

/// Takes a file's clauses in: all of them, or none where one is wrong.
///
/// # Errors
/// A refusal with the findings of every clause, or what SQLite says.
pub fn take_in(tx: &mut ActTx<'_>, list: &[NewClause], reason: &str) -> Result<TakenIn, ActError> {
    require(tx, Right::Registers)?;
    let (mut done, mut found, mut wanted) = (TakenIn::default(), reason_findings(reason), Vec::new());
    for new in list {
        let new = new.folded();
        let last = versions(tx.conn(), &new.code)?.into_iter().next();
        match rules::standing(&new, last.as_ref()) {
            Standing::Same => {
                done.same += 1;
                continue;
            }
            Standing::Changed => done.changed += 1,
            Standing::New => done.added += 1,
        }
        found.extend(of_clause(&new.code, rules::check(&new, last.as_ref(), clock::day_of(tx.now))));
        wanted.push((new, last));
    }
    if wanted.is_empty() {
        found.push(Finding::block("same", "path", W::ReferenceNothingNew));
    }
    if found.blocking() {
        return Err(found.into());
    }
    for (new, last) in &wanted {
        write(tx, new, last.as_ref(), &text::fold(reason))?;
    }
    Ok(done)
}

/// Findings about one clause of a file, each naming it.
fn of_clause(code: &str, found: Findings) -> Findings {
    let named = |finding: Finding| Finding {
        field: Some("path"),
        what: phrase!(W::ReferenceClauseOfFile, code.to_owned(), finding.what),
        ..finding
    };
    found.into_iter().map(named).collect()
}

fn write(tx: &mut ActTx<'_>, new: &NewClause, last: Option<&Clause>, reason: &str) -> Result<i64, ActError> {
    let Some(from_day) = new.from_day else { return Err(ActError::refuse("from", W::ReferenceFromMissing)) };
    let version = last.map_or(1, |last| last.version + 1);
    let by = tx.actor.staff_no.clone();
    let id = store::insert(tx.conn(), new, (version, from_day), reason, (&by, tx.now))?;
    let facts = json!({
        "version": version,
        "title": new.title,
        "text": new.text,
        "source": new.source,
        "article": new.article,
        "kind": new.kind,
        "from_day": from_day.to_string(),
        "reason": reason,
    });
    tx.journal_as("clause_put", &subject(&new.code), 0, &facts)?;
    Ok(id)
}

/// Retires a clause, all its versions, from now on; what was answered with it keeps it.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn retire(tx: &mut ActTx<'_>, id: i64, reason: &str) -> Result<(), ActError> {
    require(tx, Right::Registers)?;
    let Some(clause) = by_id(tx.conn(), id)? else {
        return Err(ActError::refuse("no_clause", W::ReferenceClauseUnknown));
    };
    let mut found = reason_findings(reason);
    if clause.retired_at.is_some() {
        found.push(Finding::block("retired", None, W::ReferenceClauseRetired));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let reason = text::fold(reason);
    store::retire(tx.conn(), &clause.code, tx.now, &reason)?;
    let facts = json!({ "version": clause.version, "title": clause.title, "reason": reason });
    tx.journal_as("clause_retire", &subject(&clause.code), 0, &facts).map(drop)
}

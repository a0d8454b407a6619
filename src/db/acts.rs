//! The acts door: every change of facts goes through one write transaction that also writes its journal row.

use super::journal::{self, Head, Unwritten};
use super::{Store, canonical, meta, open, search};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::roles::Roles;
use crate::kernel::words::{Arg, Phrase, W};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde_json::Value;
use std::time::Duration;

/// A clock more than this behind the last journal row is in doubt (domain §1: two minutes).
const BEHIND_LIMIT: i64 = 120;
/// A clock more than this ahead of the last journal row is in doubt (domain §1: seven days).
const AHEAD_LIMIT: i64 = 7 * 86_400;

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Actor {
    /// The person's key; 0 when nobody is signed in.
    pub id: i64,
    /// 工号; empty when nobody is signed in.
    pub staff_no: String,
    /// Name for greetings; never used to decide anything.
    pub name: String,
    /// Roles at sign-in; acts read them again inside the transaction.
    pub roles: Roles,
    /// Largest payable the person may sign off; none = no limit.
    pub sign_limit: Option<Fen>,
    /// The operating-system user.
    pub os_user: String,
    /// The store has no people yet: whoever can open the file may act.
    pub unpeopled: bool,
}

/// How long an act may wait for other writers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// At most 20 ms, on the screen's own thread.
    InPlace,
    /// The same, but the place in the queue is kept until the act is asked again or [`Store::give_up_turn`] is called.
    InTurn,
    /// Up to ten seconds: commands and jobs.
    Patient,
}

impl Wait {
    const fn limit(self) -> Duration {
        match self {
            Wait::InPlace | Wait::InTurn => Duration::from_millis(20),
            Wait::Patient => Duration::from_secs(10),
        }
    }
}

/// Why an act was not done. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The rules say no, and why.
    #[error("refused: {}", .0.codes())]
    Refused(Findings),
    /// Another writer holds the store; try again.
    #[error("the store is busy")]
    Busy,
    /// The disk is full or cannot be written.
    #[error("the store cannot be written: {0}")]
    Disk(String),
    /// The store's file is not at its path any more.
    #[error("the store was moved away")]
    Gone,
    /// Anything else.
    #[error(transparent)]
    Other(anyhow::Error),
}

impl ActError {
    /// A refusal with one finding.
    pub fn refuse(code: &'static str, what: impl Into<Phrase>) -> ActError {
        ActError::Refused(Findings::from(Finding::block(code, None, what)))
    }

    /// A refusal with one finding about a field.
    pub fn refuse_field(code: &'static str, field: &'static str, what: impl Into<Phrase>) -> ActError {
        ActError::Refused(Findings::from(Finding::block(code, Some(field), what)))
    }

    /// The findings to show, whatever the reason was.
    pub fn findings(self) -> Findings {
        match self {
            ActError::Refused(findings) => findings,
            ActError::Busy => Finding::block("busy", None, W::DbBusy).into(),
            ActError::Gone => Finding::block("gone", None, W::DbGone).into(),
            ActError::Disk(text) => Finding::block("disk", None, Phrase::new(W::DbDisk, [Arg::Text(text)])).into(),
            ActError::Other(error) => {
                Finding::block("failed", None, Phrase::new(W::DbFailed, [Arg::Text(format!("{error:#}"))])).into()
            }
        }
    }
}

impl From<rusqlite::Error> for ActError {
    fn from(error: rusqlite::Error) -> ActError {
        known(&error).unwrap_or_else(|| ActError::Other(error.into()))
    }
}

impl From<anyhow::Error> for ActError {
    /// A full disk stays a full disk, and a refusal a refusal, however many folders it came through.
    fn from(error: anyhow::Error) -> ActError {
        if let Some(found) = error.downcast_ref::<rusqlite::Error>().and_then(known) {
            return found;
        }
        error.downcast::<ActError>().unwrap_or_else(ActError::Other)
    }
}

/// What SQLite's error means to whoever acts, where it means more than "failed".
fn known(error: &rusqlite::Error) -> Option<ActError> {
    use rusqlite::ErrorCode::{CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly, SystemIoFailure};
    match error.sqlite_error_code()? {
        DatabaseBusy | DatabaseLocked => Some(ActError::Busy),
        DiskFull | SystemIoFailure | ReadOnly | CannotOpen => Some(ActError::Disk(error.to_string())),
        _ => None,
    }
}

impl From<Findings> for ActError {
    fn from(findings: Findings) -> ActError {
        ActError::Refused(findings)
    }
}

/// The inside of an act: the transaction, who acts and when.
pub struct ActTx<'a> {
    store: &'a Store,
    /// Who acts.
    pub actor: &'a Actor,
    /// The moment of the act, UTC seconds.
    pub now: i64,
    /// Names whose place in the search index changes; written when the act is done.
    pub names: search::Batch,
    act: &'static str,
    head: Head,
    doubt: Option<i64>,
}

impl std::fmt::Debug for ActTx<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ActTx").field("act", &self.act).field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'a> ActTx<'a> {
    /// The connection inside the transaction.
    pub fn conn(&self) -> &'a Connection {
        self.store.conn()
    }

    /// The store, for what is kept beside the connection (the rulebook). Its connection is the transaction's.
    pub fn store(&self) -> &'a Store {
        self.store
    }

    /// Number of the next journal row.
    pub fn next_seq(&self) -> i64 {
        self.head.seq + 1
    }

    /// Number and hash of the journal's last row as this transaction sees it.
    pub fn last_row(&self) -> (i64, String) {
        (self.head.seq, self.head.hash.clone())
    }

    /// Writes a journal row under the act's own name.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn journal(&mut self, subject: &str, version: i64, payload: &Value) -> Result<i64, ActError> {
        self.journal_as(self.act, subject, version, payload)
    }

    /// Writes a journal row under another name (an act that does several things).
    ///
    /// # Errors
    /// What SQLite says.
    pub fn journal_as(&mut self, act: &str, subject: &str, version: i64, payload: &Value) -> Result<i64, ActError> {
        let mut text = String::with_capacity(256);
        canonical::write(payload, &mut text);
        self.journal_text(act, subject, version, &text)
    }

    /// Writes a journal row whose payload is canonical JSON already, see [`canonical::Object`].
    ///
    /// # Errors
    /// What SQLite says.
    pub fn journal_text(&mut self, act: &str, subject: &str, version: i64, payload: &str) -> Result<i64, ActError> {
        let flagged = if self.doubt.is_some() { flagged(payload)? } else { None };
        let row = Unwritten {
            seq: self.head.seq + 1,
            at: self.now,
            person: &self.actor.staff_no,
            os_user: &self.actor.os_user,
            act,
            subject,
            version,
            payload: flagged.as_deref().unwrap_or(payload),
        };
        self.head = journal::append(self.store.conn(), &self.head, &row)?;
        Ok(self.head.seq)
    }

    /// Sign-off, payment, filing and seal wait while the machine's time is in doubt (domain §1).
    ///
    /// # Errors
    /// A refusal that names the last certain time.
    pub fn require_certain_time(&self) -> Result<(), ActError> {
        match self.doubt {
            None => Ok(()),
            Some(last) => Err(ActError::refuse(
                "clock",
                Phrase::new(W::DbClockDoubt, [Arg::MomentFull(self.now), Arg::MomentFull(last)]),
            )),
        }
    }

    /// A leader has looked at the clock and says it is right.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn confirm_time(&mut self) -> Result<(), ActError> {
        meta::clear(self.store.conn(), meta::CLOCK_DOUBT)?;
        self.doubt = None;
        Ok(())
    }
}

/// The payload of an act done while the machine's time is in doubt; only an object has room for the mark.
fn flagged(payload: &str) -> Result<Option<String>, ActError> {
    let mut value: Value = serde_json::from_str(payload).map_err(anyhow::Error::from)?;
    let Some(object) = value.as_object_mut() else { return Ok(None) };
    object.insert("clock_in_doubt".to_owned(), Value::from(1));
    Ok(Some(canonical::text(&value)))
}

/// Whether a time is in doubt beside the last journal row.
pub fn time_in_doubt(last_row: i64, now: i64) -> bool {
    last_row > 0 && (now < last_row - BEHIND_LIMIT || now > last_row + AHEAD_LIMIT)
}

/// The last certain time, while the machine's time is in doubt: noticed by an act, or visible right now.
///
/// # Errors
/// What SQLite says.
pub fn clock_doubt(conn: &Connection, now: i64) -> rusqlite::Result<Option<i64>> {
    if let Some(noted) = meta::get(conn, meta::CLOCK_DOUBT)? {
        return Ok(noted.parse().ok());
    }
    let head = journal::head(conn)?;
    let practice = meta::get(conn, meta::PRACTICE_CLOCK)?.is_some();
    Ok((!practice && time_in_doubt(head.at, now)).then_some(head.at))
}

impl Store {
    /// Begins a write transaction in this connection's turn.
    fn in_turn(&self, wait: Wait) -> Result<Transaction<'_>, ActError> {
        if self.is_gone() {
            return Err(ActError::Gone);
        }
        open::wait_at_most(wait.limit());
        let turnstile = self.turnstile();
        let patient = wait == Wait::Patient;
        if patient {
            turnstile.give_way();
        }
        let Some(entered) = turnstile.enter(clock::tick() + wait.limit(), !patient) else {
            if wait != Wait::InTurn {
                turnstile.leave();
            }
            return Err(ActError::Busy);
        };
        match Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate).map_err(ActError::from) {
            Err(ActError::Busy) if wait == Wait::InTurn => {
                entered.stay();
                Err(ActError::Busy)
            }
            begun => begun,
        }
    }

    /// Leaves the queue of those who wait to write; nothing was written.
    pub fn give_up_turn(&self) {
        self.turnstile().leave();
    }

    /// Runs an act: one write transaction, in which `body` decides again on what it reads and writes
    /// facts, milestones and journal together. Nothing is written unless it returns `Ok`. An act that
    /// changes nothing and journals nothing is none, and leaves no trace.
    ///
    /// # Errors
    /// [`ActError::Busy`] when another writer held the store too long; else what `body` or the disk says.
    /// A `body` that changed something and journalled nothing is a mistake of the program: nothing is kept.
    pub fn act<T>(
        &self,
        actor: &Actor,
        now: i64,
        act: &'static str,
        wait: Wait,
        body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
    ) -> Result<T, ActError> {
        let tx = self.in_turn(wait)?;
        // Declared after the transaction, dropped before it: whatever `body` read of rules that are taken back goes too.
        let mut unread = Unread { store: self, kept: false };
        let head = journal::head(&tx)?;
        let first = head.seq;
        let doubt = clock_doubt(&tx, now)?;
        if let Some(last) = doubt {
            meta::set(&tx, meta::CLOCK_DOUBT, &last.to_string())?;
        }
        let untouched = tx.total_changes();
        let names = search::Batch::default();
        let mut inside = ActTx { store: self, actor, now, names, act, head, doubt };
        let done = body(&mut inside)?;
        if inside.head.seq > first {
            inside.names.write(&tx)?;
            open::wait_at_most(wait.limit());
            tx.commit()?;
            unread.kept = true;
        } else if tx.total_changes() != untouched {
            return Err(ActError::Other(anyhow::anyhow!("the act {act} changed facts without a journal row")));
        } else {
            tx.rollback()?;
        }
        Ok(done)
    }
}

/// Forgets the rules read inside an act that was not kept: their edition will be given to others.
struct Unread<'a> {
    store: &'a Store,
    kept: bool,
}

impl Drop for Unread<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.store.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_doubt_only_outside_two_minutes_back_and_seven_days_ahead() {
        let last = 1_000_000_000;
        assert!(!time_in_doubt(0, 5));
        assert!(!time_in_doubt(last, last - 120) && time_in_doubt(last, last - 121));
        assert!(!time_in_doubt(last, last + 604_800) && time_in_doubt(last, last + 604_801));
    }
}

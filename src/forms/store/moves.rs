//! Writes movements: splits ranges where a part of them moves, keeps the counters, and the log whose rows hold together.

use super::read::{self, counter, unread};
use crate::db::{ActError, ActTx, Connection, canonical, journal, meta};
use crate::forms::rules::{self, Kind, RECEIPT, Serial, Span, Standing, State};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office;
use crate::phrase;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

/// The copies of a void number are all kept.
pub(super) const KEPT: &str = "kept";
/// Some copies of a void number are missing; a record of their loss follows.
pub(super) const MISSING: &str = "missing";

/// The counter of the rows of the log.
pub(super) const ROWS: &str = "forms.movements";

/// One row of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// Number of the row, from 1 without gaps.
    pub id: i64,
    /// Type of the form.
    pub form: String,
    /// The numbers that moved.
    pub span: Span,
    /// What happened.
    pub kind: Kind,
    /// The state before; none for numbers that came in.
    pub from: Option<State>,
    /// The state after.
    pub to: State,
    /// Who had them; 0 = the store of blanks.
    pub from_holder: i64,
    /// Who has them.
    pub to_holder: i64,
    /// The instruction they are used for, or 0.
    pub instruction: i64,
    /// Until when an issue may be confirmed, or 0.
    pub due: i64,
    /// Why, or a note; may be empty.
    pub reason: String,
    /// Of a void: `kept` or `missing`.
    pub copies: String,
    /// When, UTC seconds.
    pub at: i64,
    /// Who did it.
    pub by_id: i64,
    /// 工号 of who did it.
    pub by_no: String,
    /// Number of the journal row of the act.
    pub journal: i64,
    /// SHA-256 over the hash of the row before, a line feed, and this row as canonical JSON.
    pub hash: String,
}

impl Movement {
    /// The facts of the row as the journal keeps them.
    pub fn payload(&self) -> Value {
        json!({
            "id": self.id, "form": self.form, "first": self.span.serial(self.span.first).to_string(),
            "last": self.span.serial(self.span.last).to_string(), "kind": self.kind.code(),
            "from": self.from.map_or("", State::code), "to": self.to.code(), "from_holder": self.from_holder,
            "to_holder": self.to_holder, "instruction": self.instruction, "due": self.due, "reason": self.reason,
            "copies": self.copies, "at": self.at, "by_id": self.by_id, "by": self.by_no, "journal": self.journal,
        })
    }

    /// The hash the row must have behind another one.
    pub(super) fn expected_hash(&self, previous: &str) -> String {
        journal::sha256(format!("{previous}\n{}", canonical::text(&self.payload())).as_bytes())
    }
}

pub(super) const COLUMNS: &str = "id, form, prefix, digits, first, last, kind, from_state, to_state, from_holder, \
    to_holder, instruction, due, reason, copies, at, by_id, by_no, journal, hash";

/// Reads a row of [`COLUMNS`].
pub(super) fn at(row: &Row<'_>) -> rusqlite::Result<Movement> {
    let (kind, from, to): (String, String, String) = (row.get(6)?, row.get(7)?, row.get(8)?);
    Ok(Movement {
        id: row.get(0)?,
        form: row.get(1)?,
        span: Span { prefix: row.get(2)?, digits: row.get(3)?, first: row.get(4)?, last: row.get(5)? },
        kind: Kind::from_code(&kind).ok_or_else(|| unread(6, &kind))?,
        from: State::from_code(&from),
        to: State::from_code(&to).ok_or_else(|| unread(8, &to))?,
        from_holder: row.get(9)?,
        to_holder: row.get(10)?,
        instruction: row.get(11)?,
        due: row.get(12)?,
        reason: row.get(13)?,
        copies: row.get(14)?,
        at: row.get(15)?,
        by_id: row.get(16)?,
        by_no: row.get(17)?,
        journal: row.get(18)?,
        hash: row.get(19)?,
    })
}

/// What an act wants of some numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish<'a> {
    /// Whose hands they go to, where the kind of movement names somebody.
    pub to_holder: i64,
    /// The instruction they are used for.
    pub instruction: i64,
    /// Until when they may be confirmed.
    pub due: i64,
    /// Why.
    pub reason: &'a str,
    /// Of a void: whether all copies are kept.
    pub copies: &'static str,
}

/// Number and hash of the last row of the log.
pub(super) fn last(conn: &Connection) -> rusqlite::Result<(i64, String)> {
    let row = conn
        .prepare_cached("SELECT id, hash FROM form_movement ORDER BY id DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(row.unwrap_or_default())
}

/// Writes a row of the log and answers it as kept.
fn log(
    tx: &ActTx<'_>,
    before: Option<&Standing>,
    after: &Standing,
    kind: Kind,
    wish: &Wish<'_>,
) -> Result<Movement, ActError> {
    let conn = tx.conn();
    let (id, previous) = last(conn)?;
    let mut row = Movement {
        id: id + 1,
        form: after.form.clone(),
        span: after.span.clone(),
        kind,
        from: before.map(|before| before.state),
        to: after.state,
        from_holder: before.map_or(0, |before| before.holder),
        to_holder: after.holder,
        instruction: after.instruction,
        due: after.due,
        reason: text::fold(wish.reason).into_owned(),
        copies: wish.copies.to_owned(),
        at: tx.now,
        by_id: tx.actor.id,
        by_no: tx.actor.staff_no.clone(),
        journal: tx.next_seq(),
        hash: String::new(),
    };
    row.hash = row.expected_hash(&previous);
    conn.prepare_cached(
        "INSERT INTO form_movement (id, form, prefix, digits, first, last, kind, from_state, to_state, from_holder, \
         to_holder, instruction, due, reason, copies, at, by_id, by_no, journal, hash) VALUES ($1, $2, $3, $4, $5, $6, \
         $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )?
    .execute(params![
        row.id,
        row.form,
        row.span.prefix,
        row.span.digits,
        row.span.first,
        row.span.last,
        row.kind.code(),
        row.from.map_or("", State::code),
        row.to.code(),
        row.from_holder,
        row.to_holder,
        row.instruction,
        row.due,
        row.reason,
        row.copies,
        row.at,
        row.by_id,
        row.by_no,
        row.journal,
        row.hash,
    ])?;
    meta::count(conn, ROWS, 1)?;
    if let Some(before) = before {
        meta::count(conn, &counter(&row.form, before.state), -row.span.count())?;
    }
    meta::count(conn, &counter(&row.form, row.to), row.span.count())?;
    Ok(row)
}

fn insert(conn: &Connection, new: &Standing) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO form_range (form, prefix, digits, first, last, state, holder, instruction, since, due) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )?
    .execute(params![
        new.form,
        new.span.prefix,
        new.span.digits,
        new.span.first,
        new.span.last,
        new.state.code(),
        new.holder,
        new.instruction,
        new.since,
        new.due,
    ])?;
    Ok(())
}

fn shrink(conn: &Connection, id: i64, first: i64, last: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE form_range SET first = $1, last = $2 WHERE id = $3")?
        .execute(params![first, last, id])?;
    Ok(())
}

/// Puts a part of a piece where it is afterwards; what is left of the piece on either side stays what it was.
fn place(conn: &Connection, piece: &Standing, after: &Standing) -> rusqlite::Result<()> {
    let (whole, part) = (&piece.span, &after.span);
    let (left, right) = (part.first > whole.first, part.last < whole.last);
    if !left && !right {
        conn.prepare_cached(
            "UPDATE form_range SET state = $1, holder = $2, instruction = $3, since = $4, due = $5 WHERE id = $6",
        )?
        .execute(params![
            after.state.code(),
            after.holder,
            after.instruction,
            after.since,
            after.due,
            piece.id
        ])?;
        return Ok(());
    }
    if right {
        shrink(conn, piece.id, part.last + 1, whole.last)?;
        if left {
            let rest = Span { last: part.first - 1, ..whole.clone() };
            insert(conn, &Standing { span: rest, ..piece.clone() })?;
        }
    } else {
        shrink(conn, piece.id, whole.first, part.first - 1)?;
    }
    insert(conn, after)
}

/// Takes numbers in that were never there. The rules have been asked.
pub(super) fn bring_in(tx: &mut ActTx<'_>, form: &str, span: &Span, note: &str) -> Result<Movement, ActError> {
    let new = Standing {
        id: 0,
        form: form.to_owned(),
        span: span.clone(),
        state: State::Stock,
        holder: 0,
        instruction: 0,
        since: tx.now,
        due: 0,
    };
    insert(tx.conn(), &new)?;
    log(tx, None, &new, Kind::Receive, &Wish { reason: note, ..Wish::default() })
}

/// Moves numbers, every piece with a row of the log of its own.
///
/// # Errors
/// A refusal with every finding of the rules, or what SQLite says.
pub(super) fn shift(tx: &mut ActTx<'_>, kind: Kind, span: &Span, wish: &Wish<'_>) -> Result<Vec<Movement>, ActError> {
    let pieces = read::pieces(tx.conn(), span)?;
    let found = rules::check_move(kind, span, &pieces);
    if found.blocking() {
        return Err(found.into());
    }
    let mut rows = Vec::new();
    for piece in &pieces {
        let Some(state) = kind.leads(piece.state) else { continue };
        let after = Standing {
            id: 0,
            form: piece.form.clone(),
            span: piece.span.overlap(span),
            state,
            holder: if kind.keeps_holder() { piece.holder } else { wish.to_holder },
            instruction: match kind {
                Kind::Use | Kind::Carry => wish.instruction,
                _ => piece.instruction,
            },
            since: tx.now,
            due: wish.due,
        };
        place(tx.conn(), piece, &after)?;
        rows.push(log(tx, Some(piece), &after, kind, wish)?);
    }
    Ok(rows)
}

/// Reads a serial, or says that it is none.
pub(super) fn read_serial(serial: &str) -> Result<Serial, ActError> {
    let none = || {
        ActError::refuse_field(
            "form_shape",
            "first",
            phrase!(W::FormsFoundShape, text::neutralise(serial).into_owned()),
        )
    };
    Serial::read(serial).ok_or_else(none)
}

/// A serial and its standing, or the refusal that it is not in the ledger.
pub(super) fn known(conn: &Connection, serial: &str) -> Result<(Span, Standing), ActError> {
    let serial = read_serial(serial)?;
    let span = Span::one(&serial);
    let standing = read::pieces(conn, &span)?.into_iter().next();
    let unknown = || ActError::refuse_field("form_unknown", "first", phrase!(W::FormsFoundUnknown, serial.to_string()));
    Ok((span, standing.ok_or_else(unknown)?))
}

/// An instruction has one receipt at a time.
fn one_receipt(conn: &Connection, instruction: i64) -> Result<Findings, ActError> {
    let live = read::of_instruction(conn, instruction)?;
    let mut used = live.iter().filter(|one| matches!(one.state, State::Used | State::WrittenOff));
    Ok(match used.next() {
        Some(other) => Finding::block("form_second", None, phrase!(W::FormsFoundSecond, other.span.to_string())).into(),
        None => Findings::new(),
    })
}

/// Uses a receipt for an instruction. Part of the caller's act, which asks for its own right, writes the instruction's
/// `receipt` and keeps the serial in its journal row.
///
/// # Errors
/// A refusal when whoever acts does not hold it, it is no receipt, or the instruction has one already.
pub fn use_serial(tx: &mut ActTx<'_>, serial: &str, instruction_id: i64) -> Result<(), ActError> {
    let (span, standing) = known(tx.conn(), serial)?;
    let mut found = rules::check_move(Kind::Use, &span, std::slice::from_ref(&standing));
    if standing.form != RECEIPT {
        found.push(Finding::block("form_type", None, phrase!(W::FormsFoundNoReceipt, span.to_string())));
    }
    if standing.state == State::Held && (standing.holder != tx.actor.id || tx.actor.id == 0) {
        let holder = office::store::label(tx.conn(), Some(standing.holder))?;
        found.push(Finding::block("form_holder", None, phrase!(W::FormsFoundHolder, span.to_string(), holder)));
    }
    found.extend(one_receipt(tx.conn(), instruction_id)?);
    if found.blocking() {
        return Err(found.into());
    }
    shift(tx, Kind::Use, &span, &Wish { instruction: instruction_id, ..Wish::default() }).map(drop)
}

/// Goes on with a used receipt for the instruction that replaces the one it was used for (domain §4: only number, branch
/// or phone were mended). Part of the caller's act, like [`use_serial`].
///
/// # Errors
/// A refusal when it is not in use, or the new instruction has one already.
pub fn carry(tx: &mut ActTx<'_>, serial: &str, to_instruction: i64) -> Result<(), ActError> {
    let (span, standing) = known(tx.conn(), serial)?;
    let mut found = rules::check_move(Kind::Carry, &span, std::slice::from_ref(&standing));
    if standing.instruction != to_instruction {
        found.extend(one_receipt(tx.conn(), to_instruction)?);
    }
    if found.blocking() {
        return Err(found.into());
    }
    shift(tx, Kind::Carry, &span, &Wish { instruction: to_instruction, ..Wish::default() }).map(drop)
}

/// Makes a serial void with a reason: all copies are kept, or a record of the loss is written beside it (F8, 会计法 14).
/// Part of the caller's act, which takes the serial off its instruction.
///
/// # Errors
/// A refusal without a reason, or when it cannot become void any more.
pub fn void(tx: &mut ActTx<'_>, serial: &str, reason: &str, copies_kept: bool) -> Result<(), ActError> {
    void_rows(tx, serial, reason, copies_kept).map(drop)
}

pub(super) fn void_rows(
    tx: &mut ActTx<'_>,
    serial: &str,
    reason: &str,
    copies_kept: bool,
) -> Result<Vec<Movement>, ActError> {
    let (span, standing) = known(tx.conn(), serial)?;
    let mut found = rules::check_move(Kind::Void, &span, std::slice::from_ref(&standing));
    found.extend(rules::reason_findings(reason));
    if found.blocking() {
        return Err(found.into());
    }
    let copies = if copies_kept { KEPT } else { MISSING };
    let mut rows = shift(tx, Kind::Void, &span, &Wish { reason, copies, ..Wish::default() })?;
    if !copies_kept {
        rows.extend(shift(tx, Kind::Lose, &span, &Wish { reason, ..Wish::default() })?);
    }
    Ok(rows)
}

/// Writes a used receipt off: its signed red copy is on file. Part of the caller's act.
///
/// # Errors
/// A refusal when it is not in use.
pub fn write_off(tx: &mut ActTx<'_>, serial: &str) -> Result<(), ActError> {
    let (span, _) = known(tx.conn(), serial)?;
    shift(tx, Kind::WriteOff, &span, &Wish::default()).map(drop)
}

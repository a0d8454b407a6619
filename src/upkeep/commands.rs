//! `closing-desk backup`, `restore` and `reconcile`.

use crate::db::reconcile::{self, Invariant};
use crate::db::{ActError, Actor, Schema, Store, Wait, backup, journal, lock};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office;
use crate::office::rules::Right;
use serde_json::json;
use std::path::Path;

/// What a command has to say, and whether it was done.
#[derive(Debug)]
pub struct Said {
    /// Lines for the terminal.
    pub lines: Vec<String>,
    /// Whether it did what was asked; a reconcile that found something did not.
    pub done: bool,
}

impl Said {
    fn no(phrase: &Phrase, lang: Lang) -> Said {
        Said { lines: vec![phrase.say(lang)], done: false }
    }
}

fn path_arg(path: &Path) -> Arg {
    Arg::Text(path.display().to_string())
}

/// Copies the store to a file that must not exist yet.
///
/// # Errors
/// What the disk says, or a refusal for want of the right.
pub fn backup(store: &Store, actor: &Actor, now: i64, target: &Path, lang: Lang) -> Result<Said, ActError> {
    if target.exists() {
        return Ok(Said::no(&Phrase::new(W::UpkeepBackupExists, [path_arg(target)]), lang));
    }
    // Asked before the work, and again with it: the store may be large.
    store.act(actor, now, "backup", Wait::Patient, |tx| office::store::require(tx, Right::Backup).map(drop))?;
    backup::copy_to(store, target).map_err(|error| ActError::Disk(format!("{error:#}")))?;
    let head = backup::check_head(target).map_err(|error| ActError::Disk(format!("{error:#}")))?;
    let journalled = store.act(actor, now, "backup", Wait::Patient, |tx| {
        office::store::require(tx, Right::Backup)?;
        let payload = json!({"file": target.display().to_string(), "head": head.hash, "seq": head.seq});
        tx.journal("store", 0, &payload)
    });
    if let Err(error) = journalled {
        let _ = std::fs::remove_file(target);
        return Err(error);
    }
    let args = [path_arg(target), Arg::Number(head.seq), Arg::Text(head.hash)];
    Ok(Said { lines: vec![Phrase::new(W::UpkeepBackupDone, args).say(lang)], done: true })
}

/// Puts a checked backup in the store's place; the replaced store is kept and both heads are journalled.
///
/// The caller has checked who asks against the store that is being replaced (it may be damaged).
///
/// # Errors
/// What the disk says.
pub fn restore(
    from: &Path,
    store: &Path,
    schema: &Schema,
    actor: &Actor,
    now: i64,
    lang: Lang,
) -> anyhow::Result<Said> {
    let Some(alone) = lock::alone(store)? else {
        return Ok(Said::no(&W::UpkeepRestoreInUse.into(), lang));
    };
    let checked = match backup::check(from, schema) {
        Ok(checked) => checked,
        Err(error) => {
            let args = [path_arg(from), Arg::Text(format!("{error:#}"))];
            return Ok(Said::no(&Phrase::new(W::UpkeepRestoreBad, args), lang));
        }
    };
    let done = backup::restore(from, checked, store, now)?;
    let opened = Store::open(store, schema)?;
    let replaced = done.replaced_head.clone();
    opened.act(actor, now, "restore", Wait::Patient, |tx| {
        let payload = json!({
            "from": from.display().to_string(),
            "restored_head": done.restored_head.hash,
            "restored_seq": done.restored_head.seq,
            "replaced_head": replaced.as_ref().map(|h| h.hash.clone()),
            "replaced_seq": replaced.as_ref().map(|h| h.seq),
        });
        tx.journal("store", 0, &payload)
    })?;
    drop(alone);
    let head = &done.restored_head;
    let args = [path_arg(from), Arg::Number(head.seq), Arg::Text(head.hash.clone())];
    let mut lines = vec![Phrase::new(W::UpkeepRestoreDone, args).say(lang)];
    if let Some(kept) = &done.kept {
        lines.push(Phrase::new(W::UpkeepRestoreKept, [path_arg(kept)]).say(lang));
    }
    if let Some(journal::Head { seq, hash, .. }) = done.replaced_head {
        lines.push(Phrase::new(W::UpkeepRestoreKeptHead, [Arg::Number(seq), Arg::Text(hash)]).say(lang));
    }
    Ok(Said { lines, done: true })
}

/// Checks every invariant and names the first broken item of each.
pub fn reconcile(store: &Store, invariants: &[Invariant], lang: Lang) -> Said {
    let verdicts = reconcile::run(store, invariants);
    let broken = verdicts.iter().filter(|v| v.broken.is_some()).count();
    let mut lines: Vec<String> = verdicts
        .into_iter()
        .map(|verdict| {
            let name = Arg::Text(verdict.invariant.name.to_owned());
            let word = Arg::Word(verdict.invariant.word);
            match verdict.broken {
                None => Phrase::new(W::UpkeepReconcileOk, [Arg::Word(W::UpkeepMarkOk), name, word]).say(lang),
                Some(found) => {
                    let args = [Arg::Word(W::UpkeepMarkBad), name, word, Arg::from(found)];
                    Phrase::new(W::UpkeepReconcileBroken, args).say(lang)
                }
            }
        })
        .collect();
    let all = Arg::Number(i64::try_from(invariants.len()).unwrap_or(i64::MAX));
    let found = Arg::Number(i64::try_from(broken).unwrap_or(i64::MAX));
    lines.push(if broken == 0 {
        Phrase::new(W::UpkeepReconcileClean, [all]).say(lang)
    } else {
        Phrase::new(W::UpkeepReconcileFound, [all, found]).say(lang)
    });
    Said { lines, done: broken == 0 }
}

//! Acts on control settings: dated, with a reason, never backwards.

use super::deputies::reason_findings;
use super::rules::Right;
use super::store::settings::{self, SettingRow};
use super::store::{self};
use crate::db::{ActError, ActTx, Actor, Store, Wait, meta};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::settings::{
    DEFINITIONS, Definition, IDLE_HIDE, IDLE_LOCK, Settings, Shape, definition, parse_clock_time,
};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use serde_json::json;
use std::collections::BTreeMap;

/// A new value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Key of the setting.
    pub key: String,
    /// The value as typed.
    pub value: String,
    /// In force from this moment; none = at once.
    pub from_at: Option<i64>,
    /// Why.
    pub reason: String,
}

/// The value as it is stored: `9:00` as `09:00`, `5,000` as `5000.00`; none when it has not the setting's shape.
pub fn normal(definition: &Definition, typed: &str, rules: &Rulebook) -> Option<String> {
    let folded = text::fold(typed);
    let value = match definition.shape {
        Shape::Time => parse_clock_time(&folded)?.format("%H:%M:%S").to_string().trim_end_matches(":00").to_owned(),
        Shape::Number(..) => folded.parse::<i64>().ok()?.to_string(),
        Shape::Money => Fen::parse(&folded).ok()?.plain(),
        Shape::OneOf(_) => folded.into_owned(),
        Shape::Lines => lines(&folded, rules)?,
    };
    // 16:00:00 and 16:00 are one value; trimming has taken both zeros of 00:00:00 away.
    let value = if matches!(definition.shape, Shape::Time) { whole_time(&value) } else { value };
    definition.shape.accepts(&value).then_some(value)
}

fn whole_time(value: &str) -> String {
    let parts = value.split(':').count();
    format!("{value}{}", ":00".repeat(2_usize.saturating_sub(parts)))
}

/// `default`, nothing, or known line codes, each once.
fn lines(typed: &str, rules: &Rulebook) -> Option<String> {
    if typed == "default" || typed.is_empty() {
        return Some(typed.to_owned());
    }
    let mut codes = Vec::new();
    for part in typed.split([',', '\u{3001}', ' ']).filter(|p| !p.is_empty()) {
        codes.push(rules.line_named(part)?.code.clone());
    }
    codes.sort_unstable();
    codes.dedup();
    Some(codes.join(","))
}

/// What is wrong with a change at the moment `now`; the value it would store when nothing is.
///
/// # Errors
/// Every finding.
pub fn check(change: &Change, rules: &Rulebook, now: i64) -> Result<(&'static Definition, String, i64), Findings> {
    let mut found = Findings::new();
    let Some(definition) = definition(&change.key) else {
        return Err(Finding::block("key", "key", phrase!(W::OfficeSettingUnknown, change.key.clone())).into());
    };
    // A fact of this very second was decided by the old value, so "at once" is the next second.
    let from_at = change.from_at.unwrap_or(now + 1);
    if from_at <= now {
        found.push(Finding::block("past", "from", W::OfficeSettingPast));
    }
    let value = normal(definition, &change.value, rules);
    match &value {
        None => found.push(Finding::block("shape", "value", shape_words(definition.shape))),
        Some(value) if rules.settings.text(definition.key, from_at) == value => {
            found.push(Finding::block("same", "value", W::OfficeSettingSame));
        }
        Some(value) if !idle_in_order(&rules.settings, definition.key, value, from_at) => {
            found.push(Finding::block("idle", "value", W::OfficeSettingIdle));
        }
        Some(_) => {}
    }
    found.extend(reason_findings(&change.reason));
    match value {
        Some(value) if !found.blocking() => Ok((definition, value, from_at)),
        _ => Err(found),
    }
}

/// A desk that locks before it hides would never hide.
fn idle_in_order(settings: &Settings, key: &str, value: &str, at: i64) -> bool {
    let with = |of: &str| if of == key { value.parse().unwrap_or(0) } else { settings.number(of, at) };
    !matches!(key, IDLE_HIDE | IDLE_LOCK) || with(IDLE_HIDE) <= with(IDLE_LOCK)
}

/// What a value of a shape must look like, in words.
pub fn shape_words(shape: Shape) -> crate::kernel::words::Phrase {
    match shape {
        Shape::Time => W::OfficeShapeTime.into(),
        Shape::Number(low, high) => phrase!(W::OfficeShapeNumber, low, high),
        Shape::Money => W::OfficeShapeMoney.into(),
        Shape::OneOf(words) => phrase!(W::OfficeShapeOneOf, Arg::list(words.iter().copied())),
        Shape::Lines => W::OfficeShapeLines.into(),
    }
}

/// Changes a setting from now or a later moment on; facts before it keep the value they were decided by.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn change(tx: &mut ActTx<'_>, change: &Change) -> Result<SettingRow, ActError> {
    let actor = store::require(tx, Right::Settings)?;
    let rules = crate::reference::store::load(tx.conn())?;
    let (definition, value, from_at) = check(change, &rules, tx.now)?;
    let was = rules.settings.text(definition.key, from_at).to_owned();
    if settings::history(tx.conn(), definition.key)?.is_empty() {
        // Without a first row the new value would count for all time before it, too.
        settings::insert(tx.conn(), definition.key, &first_row(definition.default))?;
    }
    let row = SettingRow {
        id: 0,
        value,
        from_at,
        reason: text::fold(&change.reason).into_owned(),
        set_by: actor.staff_no,
        set_at: tx.now,
    };
    settings::insert(tx.conn(), definition.key, &row)?;
    meta::rules_changed(tx.conn())?;
    let facts = json!({ "value": row.value, "value_was": was, "from_at": row.from_at, "reason": row.reason });
    tx.journal(&format!("setting {}", definition.key), 0, &facts)?;
    Ok(row)
}

fn first_row(value: &str) -> SettingRow {
    SettingRow { id: 0, value: value.to_owned(), from_at: 0, reason: String::new(), set_by: String::new(), set_at: 0 }
}

/// What is wrong with first values from a configuration: key → what a value must look like, `None` for an unknown key.
pub fn wrong_first_values(values: &BTreeMap<String, String>) -> Vec<(String, Option<Shape>)> {
    values
        .iter()
        .filter_map(|(key, value)| match definition(key) {
            None => Some((key.clone(), None)),
            Some(found) if !found.shape.accepts(value) => Some((key.clone(), Some(found.shape))),
            Some(_) => None,
        })
        .collect()
}

/// Gives a store that was just created the first values of its settings. Does nothing when there are none, or when
/// any setting already has a value.
///
/// # Errors
/// A refusal that names the first wrong key, or what SQLite says.
pub fn seed(store: &Store, now: i64, os_user: &str, values: &BTreeMap<String, String>) -> Result<(), ActError> {
    let own: Vec<(&Definition, &String)> = DEFINITIONS
        .iter()
        .filter_map(|d| values.get(d.key).map(|value| (d, value)))
        .filter(|(d, value)| d.default != value.as_str())
        .collect();
    if let Some((key, _)) = wrong_first_values(values).into_iter().next() {
        return Err(ActError::refuse("key", phrase!(W::OfficeSettingUnknown, key)));
    }
    if own.is_empty() || settings::any(store.conn())? {
        return Ok(());
    }
    let actor = Actor { os_user: os_user.to_owned(), unpeopled: true, ..Actor::default() };
    store.act(&actor, now, "setting_first", Wait::Patient, |tx| {
        if settings::any(tx.conn())? {
            return Ok(());
        }
        for (definition, value) in &own {
            settings::insert(tx.conn(), definition.key, &first_row(value))?;
            tx.journal(&format!("setting {}", definition.key), 0, &json!({ "value": value, "from_at": 0 }))?;
        }
        meta::rules_changed(tx.conn())?;
        Ok(())
    })
}

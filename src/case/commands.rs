//! `closing-desk find`: cases as lines or as JSON.

use super::next::next_action;
use super::store::find::{self, Found};
use super::words;
use crate::db::Store;
use crate::kernel::clock;
use crate::kernel::roles::Roles;
use crate::kernel::text;
use crate::kernel::words::Lang;
use crate::reference;
use serde_json::{Value, json};

/// Most cases one search returns.
const MOST: usize = 50;

/// What a search found, ready to print.
#[derive(Debug)]
pub struct Answer {
    /// How many cases.
    pub count: usize,
    /// Text to print, without a final newline.
    pub text: String,
    /// So many cases answer that a better one may be missing.
    pub bounded: bool,
}

/// Searches and writes the answer: one line a case, or a JSON array; best first.
///
/// # Errors
/// What the store says.
pub fn find(store: &Store, query: &str, lang: Lang, as_json: bool) -> anyhow::Result<Answer> {
    let hits = find::find(store.conn(), query, MOST)?;
    let mut found = hits.cases;
    find::with_boxes(store.conn(), &mut found)?;
    let rules = reference::store::rulebook(store)?;
    let entries: Vec<Value> = found.iter().map(|f| entry(f, rules.line_label(&f.row.line, lang))).collect();
    let text = if as_json {
        serde_json::to_string_pretty(&entries)?
    } else {
        found.iter().zip(&entries).map(|(f, e)| line(f, e, lang)).collect::<Vec<_>>().join("\n")
    };
    Ok(Answer { count: found.len(), text, bounded: hits.bounded })
}

fn entry(found: &Found, line: &str) -> Value {
    let m = &found.row.milestones;
    let due = (found.row.due_at < clock::NEVER).then(|| clock::file_time(found.row.due_at));
    json!({
        "case_no": found.row.case_no,
        "case_code": found.row.case_code,
        "line": line,
        "insured": found.row.insured,
        "stage": m.stage().code(),
        "next_action": next_action(m, Roles::NONE).map_or("", |next| next.action.code()),
        "due": due.unwrap_or_default(),
        "box": found.box_text,
        "position": (found.position > 0).then_some(found.position),
        "shelf": (!found.shelf.is_empty()).then_some(found.shelf.as_str()),
        "matched": found.matched.code(),
    })
}

fn line(found: &Found, entry: &Value, lang: Lang) -> String {
    let m = &found.row.milestones;
    let get = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let number =
        if found.row.case_no.is_empty() { "-".to_owned() } else { text::neutralise(&found.row.case_no).into_owned() };
    [
        found.row.case_code.clone(),
        number,
        get("line"),
        text::neutralise(&found.row.insured).into_owned(),
        words::stage(m.stage()).text(lang).to_owned(),
        words::next_short(m, next_action(m, Roles::NONE)).text(lang).to_owned(),
        get("due"),
        get("box"),
        if found.position > 0 { found.position.to_string() } else { String::new() },
        text::neutralise(&found.shelf).into_owned(),
    ]
    .join("  ")
    .trim_end()
    .to_owned()
}

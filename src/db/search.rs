//! The search index for names: one-grams and two-grams, so that two-character names are found.
//!
//! Each character is written as its code point in hex, which no tokenizer can split, drop or fold.

use rusqlite::Connection;

/// What kind of thing a name belongs to; part of the index's row number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Kind {
    /// The insured of a case.
    Case = 0,
}

const KINDS: i64 = 8;

fn letters(text: &str) -> Vec<u32> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).map(u32::from).collect()
}

fn grams(text: &str) -> String {
    let letters = letters(text);
    let mut out = String::with_capacity(letters.len() * 16);
    for (index, letter) in letters.iter().enumerate() {
        out.push_str(&format!("{letter:x} "));
        if let Some(next) = letters.get(index + 1) {
            out.push_str(&format!("{letter:x}x{next:x} "));
        }
    }
    out
}

fn query(text: &str) -> Option<String> {
    let letters = letters(text);
    let tokens: Vec<String> = match letters.as_slice() {
        [] => return None,
        [one] => vec![format!("\"{one:x}\"")],
        many => many.windows(2).map(|pair| format!("\"{:x}x{:x}\"", pair[0], pair[1])).collect(),
    };
    Some(tokens.join(" "))
}

/// Puts a name into the index, taking the place of an earlier one.
///
/// # Errors
/// What SQLite says.
pub fn put(conn: &Connection, kind: Kind, id: i64, name: &str, is_new: bool) -> rusqlite::Result<()> {
    let row = id * KINDS + kind as i64;
    if !is_new {
        conn.prepare_cached("DELETE FROM search_name WHERE rowid = $1")?.execute([row])?;
    }
    conn.prepare_cached("INSERT INTO search_name (rowid, grams) VALUES ($1, $2)")?
        .execute(rusqlite::params![row, grams(name)])
        .map(drop)
}

/// Ids whose name may hold the text, newest first, before an id. The caller checks the name itself.
///
/// # Errors
/// What SQLite says.
pub fn find(conn: &Connection, kind: Kind, text: &str, before: i64, limit: i64) -> rusqlite::Result<Vec<i64>> {
    let Some(query) = query(text) else { return Ok(Vec::new()) };
    let before_row = before.checked_mul(KINDS).unwrap_or(i64::MAX);
    let rows: Vec<i64> = conn
        .prepare_cached(
            "SELECT rowid FROM search_name WHERE search_name MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3",
        )?
        .query_map(rusqlite::params![query, before_row, limit], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(rows.into_iter().filter(|row| row % KINDS == kind as i64).map(|row| row / KINDS).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_cover_single_characters_and_pairs_outside_the_basic_plane_too() {
        assert_eq!(grams("王𠮷"), "738b 738bx20bb7 20bb7 ");
        assert_eq!(query("王").as_deref(), Some("\"738b\""));
        assert_eq!(query("王 𠮷").as_deref(), Some("\"738bx20bb7\""));
        assert_eq!(query("·"), None);
    }
}

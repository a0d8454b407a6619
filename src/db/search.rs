//! The search index for names: one-grams and two-grams, so that two-character names are found.
//!
//! Each character is written as its code point in hex, which no tokenizer can split, drop or fold.

use crate::kernel::text;
use rusqlite::Connection;

/// What kind of thing a name belongs to; part of the index's row number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Kind {
    /// The insured of a case.
    Case = 0,
}

const KINDS: i64 = 8;
/// A longer text is looked for by its beginning; whoever asks checks the rest.
const MOST_PAIRS: usize = 60;

/// The letters a name is found by: folded, in lower case, without dots and blanks.
pub fn letters(text: &str) -> Vec<char> {
    text::fold(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The whole name as one token; no gram starts with this letter, which is no hex digit.
fn whole(letters: &[char]) -> String {
    letters.iter().fold(String::from("w"), |mut token, letter| {
        token.push_str(&format!("{:x}x", u32::from(*letter)));
        token
    })
}

fn grams(text: &str) -> String {
    let letters = letters(text);
    let mut out = String::with_capacity(letters.len() * 24);
    for (index, letter) in letters.iter().enumerate() {
        let letter = u32::from(*letter);
        out.push_str(&format!("{letter:x} "));
        if let Some(next) = letters.get(index + 1) {
            out.push_str(&format!("{letter:x}x{:x} ", u32::from(*next)));
        }
    }
    if !letters.is_empty() {
        out.push_str(&whole(&letters));
    }
    out
}

/// Which names are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Names that are the text.
    Whole,
    /// Names that hold the text.
    Within,
}

fn query(text: &str, part: Part) -> Option<String> {
    let letters = letters(text);
    let tokens: Vec<String> = match (letters.as_slice(), part) {
        ([], _) => return None,
        (all, Part::Whole) => vec![format!("\"{}\"", whole(all))],
        ([one], Part::Within) => vec![format!("\"{:x}\"", u32::from(*one))],
        (many, Part::Within) => many
            .windows(2)
            .take(MOST_PAIRS)
            .map(|pair| format!("\"{:x}x{:x}\"", u32::from(pair[0]), u32::from(pair[1])))
            .collect(),
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

/// Ids whose name is the text, or may hold it, newest first, before an id. Of [`Part::Within`] the caller checks
/// the name itself, see [`letters`]. Fewer than `limit` = there are no more.
///
/// # Errors
/// What SQLite says.
pub fn find(
    conn: &Connection,
    kind: Kind,
    (text, part): (&str, Part),
    before: i64,
    limit: i64,
) -> rusqlite::Result<Vec<i64>> {
    let Some(query) = query(text, part) else { return Ok(Vec::new()) };
    let mut before_row = before.checked_mul(KINDS).unwrap_or(i64::MAX);
    let wanted = usize::try_from(limit).unwrap_or(0);
    let mut statement = conn.prepare_cached(
        "SELECT rowid FROM search_name WHERE search_name MATCH $1 AND rowid < $2 ORDER BY rowid DESC LIMIT $3",
    )?;
    let mut ids = Vec::new();
    loop {
        let rows: Vec<i64> = statement
            .query_map(rusqlite::params![query, before_row, limit], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        // Names of other kinds share the index.
        ids.extend(rows.iter().filter(|row| *row % KINDS == kind as i64).map(|row| row / KINDS));
        ids.truncate(wanted);
        match rows.last() {
            Some(last) if rows.len() >= wanted && ids.len() < wanted => before_row = *last,
            _ => return Ok(ids),
        }
    }
}

/// Whether an id is in the index under this name.
///
/// # Errors
/// What SQLite says.
pub fn knows(conn: &Connection, kind: Kind, id: i64, name: &str) -> rusqlite::Result<bool> {
    let row = id * KINDS + kind as i64;
    match query(name, Part::Whole) {
        Some(query) => conn
            .prepare_cached("SELECT 1 FROM search_name WHERE search_name MATCH $1 AND rowid = $2")?
            .exists(rusqlite::params![query, row]),
        None => Ok(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grams_cover_single_characters_and_pairs_outside_the_basic_plane_too() {
        assert_eq!(grams("王𠮷"), "738b 738bx20bb7 20bb7 w738bx20bb7x");
        assert_eq!(query("王", Part::Within).as_deref(), Some("\"738b\""));
        assert_eq!(query("王 𠮷", Part::Within).as_deref(), Some("\"738bx20bb7\""));
        assert_eq!(query("王 𠮷", Part::Whole).as_deref(), Some("\"w738bx20bb7x\""));
        assert_eq!(query("·", Part::Within), None);
        assert_eq!(grams("·"), "");
    }

    #[test]
    fn letters_leave_out_how_a_name_was_written() {
        assert_eq!(letters("阿凡提 · 买买提"), letters("阿凡提买买提"));
        assert_eq!(letters("Ｊｏｈｎ　SMITH"), letters("john smith"));
    }
}

//! The search index for names: characters, pairs, whole names and initials, in the order of an answer.
//!
//! A row number says where a thing stands: what is open is in a table of its own, what is closed is numbered by the
//! moment of closing, so that "newest closed first" is the index read backwards and nothing is sorted. The index
//! writes its buffer out whenever a row number is not larger than the last one: names are therefore gathered in a
//! [`Batch`] and written in order at the end of an act. A change of the grams or of the readings behind the initials
//! needs a migration that fills the index anew.

use crate::kernel::text::pinyin;
use rusqlite::Connection;
use std::cell::RefCell;

pub use crate::kernel::text::pinyin::letters;

/// What kind of thing a name belongs to; part of the index's row number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i64)]
pub enum Kind {
    /// The insured of a case.
    Case = 0,
}

/// Where a thing stands in an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Still open: sorted by whoever asks.
    Open,
    /// Closed at this moment, UTC seconds.
    Closed(i64),
}

const KINDS: i64 = 8;
/// One moment of closing has room for so many row numbers; ids reach to 2^27.
const MOMENT: i64 = 1 << 30;
/// Lengths of the beginnings of initials that are tokens; what a query has beyond is checked on the row.
const PREFIXES: [usize; 6] = [1, 2, 3, 4, 6, 8];
/// A longer text is looked for by its beginning; whoever asks checks the rest.
const MOST_PAIRS: usize = 60;

/// Row number of a thing.
const fn key(kind: Kind, id: i64, standing: Standing) -> i64 {
    let low = id * KINDS + kind as i64;
    match standing {
        Standing::Open => low,
        Standing::Closed(at) => (if at > 0 { at } else { 0 }) * MOMENT + low,
    }
}

/// Appends the tokens of a name: every character and pair, the whole behind `=`, beginnings of its initials behind `~`.
/// No token of a kind can be mistaken for another's, because a name's letters are letters and digits only.
fn grams(letters: &[char], out: &mut String) {
    for (at, letter) in letters.iter().enumerate() {
        out.push(*letter);
        out.push(' ');
        if let Some(next) = letters.get(at + 1) {
            out.extend([*letter, *next, ' ']);
        }
    }
    if letters.is_empty() {
        return;
    }
    out.push('=');
    out.extend(letters);
    let strings = pinyin::initials_of(letters);
    for (at, initials) in strings.iter().enumerate() {
        for length in PREFIXES {
            let Some(prefix) = prefix(initials, length) else { break };
            if !strings.iter().take(at).any(|earlier| earlier.starts_with(prefix)) {
                out.push_str(" ~");
                out.push_str(prefix);
            }
        }
    }
}

/// Appends the tokens of a thing's name, divided by blanks; returns the number of its row.
pub(super) fn tokens(kind: Kind, id: i64, name: &str, standing: Standing, out: &mut String) -> i64 {
    grams(&letters(name), out);
    key(kind, id, standing)
}

/// The first characters of a text, if it has so many.
fn prefix(text: &str, characters: usize) -> Option<&str> {
    match text.char_indices().nth(characters) {
        Some((end, _)) => text.get(..end),
        None => (text.chars().count() == characters).then_some(text),
    }
}

/// One row to be written or taken out; its grams are a part of the batch's text.
#[derive(Clone, Copy, Debug)]
struct Change {
    open: bool,
    key: i64,
    put: bool,
    from: usize,
    to: usize,
}

#[derive(Debug, Default)]
struct Gathered {
    text: String,
    changes: Vec<Change>,
}

/// Names to be written at the end of an act, in the index's own order.
#[derive(Debug, Default)]
pub struct Batch(RefCell<Gathered>);

impl Batch {
    /// A name is to be found from now on.
    pub fn put(&self, kind: Kind, id: i64, name: &str, standing: Standing) {
        self.add(kind, id, (name, standing), true);
    }

    /// A name under which a thing was found so far, or its standing, has changed.
    pub fn change(&self, kind: Kind, id: i64, was: (&str, Standing), is: (&str, Standing)) {
        if was == is {
            return;
        }
        let undone = {
            let mut inner = self.0.borrow_mut();
            let old = key(kind, id, was.1);
            let open = was.1 == Standing::Open;
            // What this very act has put is not in the index yet.
            let put = inner.changes.iter().rposition(|c| c.put && c.open == open && c.key == old);
            put.map(|at| inner.changes.remove(at)).is_some()
        };
        if !undone {
            self.add(kind, id, was, false);
        }
        self.add(kind, id, is, true);
    }

    fn add(&self, kind: Kind, id: i64, (name, standing): (&str, Standing), put: bool) {
        let inner = &mut *self.0.borrow_mut();
        let from = inner.text.len();
        grams(&letters(name), &mut inner.text);
        let to = inner.text.len();
        if from < to {
            inner.changes.push(Change {
                open: standing == Standing::Open,
                key: key(kind, id, standing),
                put,
                from,
                to,
            });
        }
    }

    /// Writes what was gathered, and forgets it.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn write(&self, conn: &Connection) -> rusqlite::Result<()> {
        let mut inner = self.0.borrow_mut();
        let Gathered { text, changes } = &mut *inner;
        // A row is taken out before it is put in again under the same number.
        changes.sort_by_key(|c| (c.open, c.key, c.put));
        for change in changes.iter() {
            let grams = text.get(change.from..change.to).unwrap_or_default();
            let sql = match (change.open, change.put) {
                (true, true) => "INSERT INTO search_open (rowid, grams) VALUES ($1, $2)",
                (false, true) => "INSERT INTO search_closed (rowid, grams) VALUES ($1, $2)",
                (false, false) => "INSERT INTO search_closed (search_closed, rowid, grams) VALUES ('delete', $1, $2)",
                (true, false) => {
                    conn.prepare_cached("DELETE FROM search_open WHERE rowid = $1")?.execute([change.key])?;
                    continue;
                }
            };
            conn.prepare_cached(sql)?.execute(rusqlite::params![change.key, grams])?;
        }
        text.clear();
        changes.clear();
        Ok(())
    }
}

/// What a name is looked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query(String);

fn quoted(out: &mut String, mark: &str, letters: &[char]) {
    out.push('"');
    out.push_str(mark);
    out.extend(letters);
    out.push('"');
}

impl Query {
    /// Names that are the text. None for a text without letters.
    pub fn whole(letters: &[char]) -> Option<Query> {
        let mut text = String::new();
        quoted(&mut text, "=", letters);
        (!letters.is_empty()).then_some(Query(text))
    }

    /// Names in which every term is found: as a part, or as the beginning of their initials. The rows that come back
    /// are to be checked, see [`name_match`]. None without terms, or when one has no letters.
    pub fn terms(terms: &[Vec<char>]) -> Option<Query> {
        let mut text = String::new();
        for term in terms {
            if !text.is_empty() {
                text.push_str(" AND ");
            }
            text.push_str("((");
            match term.as_slice() {
                [] => return None,
                [one] => quoted(&mut text, "", &[*one]),
                many => {
                    for pair in many.windows(2).take(MOST_PAIRS) {
                        quoted(&mut text, "", pair);
                        text.push(' ');
                    }
                }
            }
            text.push(')');
            if may_be_initials(term)
                && let Some(length) = PREFIXES.into_iter().rev().find(|length| *length <= term.len())
            {
                text.push_str(" OR ");
                quoted(&mut text, "~", &term[..length]);
            }
            text.push(')');
        }
        (!text.is_empty()).then_some(Query(text))
    }
}

/// Whether letters can be initials: each stands for itself, as a Chinese character with a reading does not.
fn may_be_initials(term: &[char]) -> bool {
    term.len() <= pinyin::MOST_LETTERS && term.iter().all(|c| pinyin::is_initial(*c))
}

/// How a name answers a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameMatch {
    /// The whole name.
    Whole,
    /// Letters of the name from here; the term says how many.
    Part(usize),
    /// The beginning of its initials; the term says how many.
    Initials,
}

/// How a name, in letters, answers a term.
pub fn name_match(name: &[char], term: &[char]) -> Option<NameMatch> {
    if name == term {
        return Some(NameMatch::Whole);
    }
    if term.is_empty() || term.len() > name.len() {
        return None;
    }
    if let Some(at) = name.windows(term.len()).position(|part| part == term) {
        return Some(NameMatch::Part(at));
    }
    let begins = |initials: &String| {
        let mut letters = initials.chars();
        term.iter().all(|wanted| letters.next() == Some(*wanted))
    };
    (may_be_initials(term) && pinyin::initials_of(name).iter().any(begins)).then_some(NameMatch::Initials)
}

/// Ids of open things that answer a query, in no useful order, at most `limit`.
///
/// # Errors
/// What SQLite says.
pub fn open(conn: &Connection, kind: Kind, query: &Query, limit: i64) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached("SELECT rowid FROM search_open WHERE search_open MATCH $1 AND rowid % 8 = $2 LIMIT $3")?
        .query_map(rusqlite::params![query.0, kind as i64, limit], |row| row.get::<_, i64>(0).map(|row| row / KINDS))?
        .collect()
}

/// A place in the closed things, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before(i64);

impl Before {
    /// Before which is everything.
    pub const ALL: Before = Before(i64::MAX);
}

/// Closed things that answer a query, newest first: id, moment of closing, and the place behind which to go on.
/// Fewer than `limit` = there are no more.
///
/// # Errors
/// What SQLite says.
pub fn closed(
    conn: &Connection,
    kind: Kind,
    query: &Query,
    before: Before,
    limit: i64,
) -> rusqlite::Result<Vec<(i64, i64, Before)>> {
    conn.prepare_cached(
        "SELECT rowid FROM search_closed WHERE search_closed MATCH $1 AND rowid < $2 AND rowid % 8 = $3 \
         ORDER BY rowid DESC LIMIT $4",
    )?
    .query_map(rusqlite::params![query.0, before.0, kind as i64, limit], |row| {
        let key: i64 = row.get(0)?;
        Ok((key % MOMENT / KINDS, key / MOMENT, Before(key)))
    })?
    .collect()
}

/// Makes the connection look at the index as it is now. The index keeps in memory which pages it consists of and looks
/// again when it is asked a question, but not when SQLite checks its integrity.
///
/// # Errors
/// What SQLite says.
pub fn look_again(conn: &Connection) -> rusqlite::Result<()> {
    for table in [
        "SELECT 1 FROM search_open WHERE search_open MATCH 'a' LIMIT 1",
        "SELECT 1 FROM search_closed WHERE search_closed MATCH 'a' LIMIT 1",
    ] {
        conn.prepare_cached(table)?.exists([])?;
    }
    Ok(())
}

/// Whether an id is in the index under this name and standing, with all its initials.
///
/// # Errors
/// What SQLite says.
pub fn knows(conn: &Connection, kind: Kind, id: i64, name: &str, standing: Standing) -> rusqlite::Result<bool> {
    let letters = letters(name);
    let Some(Query(mut query)) = Query::whole(&letters) else { return Ok(true) };
    for initials in pinyin::initials_of(&letters) {
        let longest = PREFIXES.into_iter().rev().find_map(|length| prefix(&initials, length));
        let longest: Vec<char> = longest.unwrap_or_default().chars().collect();
        query.push(' ');
        quoted(&mut query, "~", &longest);
    }
    let sql = match standing {
        Standing::Open => "SELECT 1 FROM search_open WHERE search_open MATCH $1 AND rowid = $2",
        Standing::Closed(_) => "SELECT 1 FROM search_closed WHERE search_closed MATCH $1 AND rowid = $2",
    };
    conn.prepare_cached(sql)?.exists(rusqlite::params![query, key(kind, id, standing)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(name: &str) -> String {
        let mut out = String::new();
        grams(&letters(name), &mut out);
        out
    }

    fn query(text: &str) -> Option<String> {
        Query::terms(&[letters(text)]).map(|q| q.0)
    }

    #[test]
    fn tokens_cover_characters_pairs_whole_names_and_initials_outside_the_basic_plane_too() {
        assert_eq!(tokens("王𠮷"), "王 王𠮷 𠮷 =王𠮷 ~w ~w𠮷");
        assert_eq!(tokens("单乐"), "单 单乐 乐 =单乐 ~s ~sl ~d ~dl ~sy ~c ~cl");
        assert_eq!(tokens("·"), "");
        assert_eq!(tokens("安徽某某物流有限公司").split(' ').filter(|t| t.starts_with('~')).count(), PREFIXES.len());
        assert_eq!(query("王").as_deref(), Some("((\"王\"))"));
        assert_eq!(query("王 国").as_deref(), Some("((\"王国\" ))"));
        assert_eq!(query("wjg").as_deref(), Some("((\"wj\" \"jg\" ) OR \"~wjg\")"));
        assert_eq!(query("𠮷yjab"), Some("((\"𠮷y\" \"yj\" \"ja\" \"ab\" ) OR \"~𠮷yja\")".to_owned()));
        assert_eq!(query("·"), None);
        assert_eq!(Query::whole(&letters("王 𠮷")).map(|q| q.0).as_deref(), Some("\"=王𠮷\""));
    }

    /// The index of a store in use was made of these very grams. Whoever changes them, or the readings, or takes another
    /// version of the data behind these, adds a migration that fills the index anew, and then the new digest here.
    #[test]
    fn the_grams_are_those_that_stores_in_use_were_filled_with() {
        use sha2::{Digest, Sha256};
        let mut digest = Sha256::new();
        for first in ('\u{4e00}'..='\u{9fff}').step_by(3) {
            digest.update(tokens(&format!("{first}乐")));
        }
        for name in ["单雄信", "尉迟恭", "重庆某某商行有限责任公司", "John Smith", "𠮷野家"] {
            digest.update(tokens(name));
        }
        let hex: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "c28c3b3795f264c8");
    }

    #[test]
    fn letters_leave_out_how_a_name_was_written() {
        assert_eq!(letters("阿凡提 · 买买提"), letters("阿凡提买买提"));
        assert_eq!(letters("Ｊｏｈｎ　SMITH"), letters("john smith"));
    }

    #[test]
    fn a_name_says_how_it_answers() {
        let says = |name: &str, term: &str| name_match(&letters(name), &letters(term));
        assert_eq!(says("王建国", "王建国"), Some(NameMatch::Whole));
        assert_eq!(says("王建国", "建国"), Some(NameMatch::Part(1)));
        assert_eq!(says("单雄信", "SX"), Some(NameMatch::Initials));
        assert_eq!(says("单雄信", "dxx"), Some(NameMatch::Initials));
        assert_eq!(says("单雄信", "xx"), None);
        assert_eq!(says("单雄信", ""), None);
    }

    #[test]
    fn the_row_number_is_the_order_of_an_answer() {
        let at = |id, standing| key(Kind::Case, id, standing);
        let newest = at(1, Standing::Closed(1_800_000_000));
        assert!(newest > at(100_000_000, Standing::Closed(1_799_999_999)));
        assert!(at(100_000_000, Standing::Open) < at(1, Standing::Closed(1)));
        assert_eq!((newest % MOMENT / KINDS, newest / MOMENT), (1, 1_800_000_000));
    }
}

//! Clauses by file: TOML of the same shape as the store's own, read whole, with everything that is wrong.

use super::rules::NewClause;
use crate::kernel::clock::parse_day;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::phrase;
use serde::Deserialize;
use std::collections::BTreeSet;

/// More clauses than this are no library of an office.
const MOST: usize = 2_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClausesFile {
    clause: Vec<ClauseEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseEntry {
    code: String,
    title: String,
    kind: String,
    text: String,
    source: String,
    #[serde(default)]
    article: String,
    from: String,
}

/// The clauses of a file as they stand in it.
///
/// # Errors
/// Where the text is no TOML of this shape.
pub fn entries(text: &str) -> Result<Vec<NewClause>, toml::de::Error> {
    let file: ClausesFile = toml::from_str(text.trim_start_matches('\u{feff}'))?;
    let read = |entry: ClauseEntry| NewClause {
        code: entry.code,
        title: entry.title,
        kind: entry.kind,
        text: entry.text,
        source: entry.source,
        article: entry.article,
        from_day: parse_day(&entry.from),
    };
    Ok(file.clause.into_iter().map(read).collect())
}

/// Reads a file that somebody named; what is wrong with single clauses is found by the act.
///
/// # Errors
/// What is wrong with the file as a whole.
pub fn read(text: &str) -> Result<Vec<NewClause>, Findings> {
    let list = entries(text).map_err(|error| {
        let line = error.span().map_or(0, |span| text.get(..span.start).map_or(0, |head| head.lines().count()));
        let line = i64::try_from(line.max(1)).unwrap_or(i64::MAX);
        Finding::block("not_toml", "path", phrase!(W::ReferenceFileNotToml, line, error.message().to_owned()))
    })?;
    let mut found = Findings::new();
    if list.is_empty() || list.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        found.push(Finding::block("count", "path", phrase!(W::ReferenceClauseFileCount, most)));
    }
    let mut seen = BTreeSet::new();
    for code in list.iter().map(|new| new.folded().code) {
        if !seen.insert(code.clone()) {
            found.push(Finding::block("twice", "path", phrase!(W::ReferenceClauseTwice, code)));
        }
    }
    if found.blocking() { Err(found) } else { Ok(list) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_or_told_where_it_cannot_be() {
        let one = "[[clause]]\ncode = \"a-1\"\ntitle = \"甲\"\nkind = \"items\"\ntext = \"乙\"\nsource = \"丙\"\nfrom = \"2026-01-01\"\n";
        let list = read(&format!("\u{feff}{one}")).unwrap();
        assert_eq!((list.len(), list[0].from_day), (1, parse_day("2026-01-01")));
        assert_eq!(read(&format!("{one}{one}")).unwrap_err().codes(), "twice");
        assert_eq!(read("clause = []").unwrap_err().codes(), "count");
        let broken = read("[[clause]]\ncode = 1\n").unwrap_err();
        assert_eq!(broken.codes(), "not_toml");
    }
}

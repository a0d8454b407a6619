//! The contents list 卷内目录: filled from the checklist and the slot, with one page total; only exceptions are typed.

use super::slot;
use crate::instructions::rules::Evidence;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::papers::rules::{ItemState, State};
use crate::phrase;

/// Most pages of a file.
const MOST_PAGES: i64 = 9_999;

/// One line of the contents list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Key of the checklist's item, or of the evidence; empty for one that was typed.
    pub item: String,
    /// Its name as it is printed.
    pub name: String,
    /// Its pages where they were typed; 0 = part of the total.
    pub pages: i64,
    /// What is to be remembered of it, such as a serial.
    pub note: String,
}

/// The list as it fills itself: every paper that is in, then what passed the slot. `name` writes a word out in the
/// language of the office's papers.
pub fn fill(items: &[ItemState], evidence: &[Evidence], direct: bool, name: impl Fn(Arg) -> String) -> Vec<Content> {
    let mut list: Vec<Content> = items
        .iter()
        .filter(|item| matches!(item.state, State::Present | State::Copy | State::Prefilled))
        .map(|item| Content {
            item: item.item.key.clone(),
            name: name(item.item.arg()),
            note: if item.state == State::Copy { name(Arg::Word(W::PapersStateCopy)) } else { String::new() },
            ..Content::default()
        })
        .collect();
    if direct {
        list.push(Content { item: "bank".into(), name: name(Arg::Word(W::ArchiveKindBank)), ..Content::default() });
    }
    list.extend(evidence.iter().map(|e| Content {
        item: e.kind.code().to_owned(),
        name: name(Arg::Word(slot::word(e.kind))),
        note: if e.serial.is_empty() { e.reason.clone() } else { e.serial.clone() },
        ..Content::default()
    }));
    list
}

/// What is wrong with a sorting: no page total, pages typed for single papers above it, nothing on the list.
pub fn judge_sorting(pages: i64, list: &[Content]) -> Findings {
    let mut found = Findings::new();
    if !(1..=MOST_PAGES).contains(&pages) {
        found.push(Finding::block("pages", "pages", phrase!(W::ArchivePagesMissing, MOST_PAGES)));
    }
    let single: i64 = list.iter().map(|row| row.pages.clamp(0, MOST_PAGES)).sum();
    if single > pages && pages > 0 {
        found.push(Finding::block("pages_sum", "pages", phrase!(W::ArchivePagesSum, single, pages)));
    }
    if list.is_empty() {
        found.push(Finding::block("contents", "contents", W::ArchiveContentsEmpty));
    }
    let odd = |row: &&Content| row.name.is_empty() || text::outside_text_problem(&row.name).is_some();
    if let Some(row) = list.iter().find(odd) {
        let name = text::neutralise(&row.name).into_owned();
        found.push(Finding::block("contents_text", "contents", Phrase::new(W::ArchiveContentsText, [Arg::Text(name)])));
    }
    found
}

/// Reads exceptions as a clerk types them, divided by semicolons: `-2` leaves line 2 out, `3=4` gives line 3 four
/// pages, anything else adds a line, `name=2` with its pages.
///
/// # Errors
/// The exceptions that could not be read.
pub fn edited(list: &[Content], typed: &str) -> Result<Vec<Content>, Findings> {
    let (mut kept, mut out, mut added) = (list.to_vec(), Vec::new(), Vec::new());
    let mut wrong = Findings::new();
    let folded = text::fold(typed);
    let line = |number: &str| number.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1));
    for part in folded.split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let bad = || Finding::block("exception", "contents", phrase!(W::ArchiveExceptionUnread, part));
        if let Some(number) = part.strip_prefix('-') {
            match line(number).filter(|at| *at < list.len()) {
                Some(at) => out.push(at),
                None => wrong.push(bad()),
            }
            continue;
        }
        let (name, pages) =
            part.split_once('=').map_or((part, Some(0)), |(name, n)| (name.trim(), n.trim().parse().ok()));
        match (line(name), pages.filter(|n: &i64| (0..=MOST_PAGES).contains(n))) {
            (_, None) => wrong.push(bad()),
            (Some(at), Some(pages)) => match kept.get_mut(at) {
                Some(row) => row.pages = pages,
                None => wrong.push(bad()),
            },
            (None, Some(pages)) => added.push(Content { name: name.to_owned(), pages, ..Content::default() }),
        }
    }
    if wrong.blocking() {
        return Err(wrong);
    }
    let mut rows: Vec<Content> =
        kept.into_iter().enumerate().filter(|(at, _)| !out.contains(at)).map(|(_, row)| row).collect();
    rows.extend(added);
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str) -> Content {
        Content { name: name.to_owned(), ..Content::default() }
    }

    #[test]
    fn exceptions_leave_out_count_and_add() {
        let list = [row("a"), row("b"), row("c")];
        let now = edited(&list, "-2； 3=4;照片=2;说明").unwrap();
        let said: Vec<(&str, i64)> = now.iter().map(|row| (row.name.as_str(), row.pages)).collect();
        assert_eq!(said, [("a", 0), ("c", 4), ("照片", 2), ("说明", 0)]);
        assert_eq!(edited(&list, "").unwrap().len(), 3);
        assert_eq!(edited(&list, "-4;x=y").unwrap_err().len(), 2);
    }

    #[test]
    fn a_sorting_has_one_page_total_that_is_enough() {
        let list = [Content { pages: 5, ..row("a") }];
        assert_eq!(judge_sorting(0, &list).codes(), "pages");
        assert_eq!(judge_sorting(4, &list).codes(), "pages_sum");
        assert!(judge_sorting(5, &list).is_empty());
        assert_eq!(judge_sorting(5, &[]).codes(), "contents");
    }
}

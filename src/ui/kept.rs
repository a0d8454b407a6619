//! What a desk remembers for a person, so that nothing is typed twice: the last searches, and filters by name.
//!
//! These are no facts of the office: they are kept beside the drafts, for their owner alone, and never in the journal.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most searches that are remembered.
pub const MOST_SEARCHES: usize = 10;
/// Most filters that are remembered.
pub const MOST_FILTERS: usize = 30;

/// A filter as its form has it: field → text.
pub type FilterFields = BTreeMap<String, String>;

/// What is remembered for one person.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The last searches, the newest first.
    #[serde(default)]
    pub searches: Vec<String>,
    /// Filters by name.
    #[serde(default)]
    pub filters: BTreeMap<String, FilterFields>,
}

/// A change of what is remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// This was searched for.
    Search(String),
    /// A filter under a name; the second name is the one it had before, empty for a new one.
    Filter(String, String, FilterFields),
    /// A filter is no longer wanted.
    Forget(String),
}

impl Kept {
    /// Remembers, or forgets. False when there is no room for one more filter.
    pub fn change(&mut self, keep: &Keep) -> bool {
        match keep {
            Keep::Search(text) => {
                self.searches.retain(|earlier| earlier != text);
                self.searches.insert(0, text.clone());
                self.searches.truncate(MOST_SEARCHES);
            }
            Keep::Filter(name, before, fields) => {
                if self.filters.len() >= MOST_FILTERS && !self.filters.contains_key(name) && before.is_empty() {
                    return false;
                }
                self.filters.remove(before);
                self.filters.insert(name.clone(), fields.clone());
            }
            Keep::Forget(name) => drop(self.filters.remove(name)),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_search_comes_first_and_ten_are_kept() {
        let mut kept = Kept::default();
        for index in 0..12 {
            assert!(kept.change(&Keep::Search(index.to_string())));
        }
        kept.change(&Keep::Search("5".to_owned()));
        assert_eq!(kept.searches, ["5", "11", "10", "9", "8", "7", "6", "4", "3", "2"]);
    }

    #[test]
    fn a_filter_is_renamed_and_forgotten_and_there_is_an_end_to_them() {
        let mut kept = Kept::default();
        let save = |name: &str, before: &str| Keep::Filter(name.to_owned(), before.to_owned(), FilterFields::new());
        for index in 0..MOST_FILTERS {
            assert!(kept.change(&save(&index.to_string(), "")));
        }
        assert!(!kept.change(&save("one more", "")));
        assert!(kept.change(&save("renamed", "0")) && !kept.filters.contains_key("0"));
        kept.change(&Keep::Forget("renamed".to_owned()));
        assert_eq!(kept.filters.len(), MOST_FILTERS - 1);
    }
}

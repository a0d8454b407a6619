//! What a checklist asks for, the state of each item, and when the claim part is complete.

pub mod payment;

pub use payment::{Asked, PaymentNeed, Way, payment_items, would_need};

use crate::kernel::words::{Arg, Lang, W};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const CHECKLISTS: &str = include_str!("../../../assets/checklists.toml");

/// One paper a checklist asks for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Stored with every mark; never changes its meaning.
    pub key: String,
    /// Chinese name.
    pub zh: String,
    /// English name.
    pub en: String,
    /// Must be in before step 2; the others are asked for where they apply.
    pub required: bool,
    /// What it proves, where figures ask: `id` an identity, `account` an account; else empty.
    #[serde(default)]
    pub proof: String,
    /// Only a copy that is kept settles it.
    #[serde(default)]
    pub copy: bool,
}

impl Item {
    /// The name in a language.
    pub fn name(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }

    /// The name inside a phrase.
    pub fn arg(&self) -> Arg {
        Arg::Name(self.zh.clone(), self.en.clone())
    }
}

/// The claim part for some lines of insurance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// What a line names in `assets/lines.toml`.
    pub id: String,
    /// The papers in the order they are asked for.
    #[serde(rename = "item")]
    pub items: Vec<Item>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    checklist: Vec<Checklist>,
    payment: Vec<payment::Rule>,
}

// The file is part of the program and a test reads it; should it ever not read, nothing can be complete.
static ALL: LazyLock<File> = LazyLock::new(|| toml::from_str(CHECKLISTS).unwrap_or_default());

/// The checklist with this id.
pub fn checklist(id: &str) -> Option<&'static Checklist> {
    ALL.checklist.iter().find(|list| list.id == id)
}

/// What is known of a paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum State {
    /// Not in.
    #[default]
    Open,
    /// The core system says that the claim papers are complete; nobody has looked at this one yet.
    Prefilled,
    /// Shown.
    Present,
    /// Shown, and a copy is kept.
    Copy,
    /// Shown and not taken, with a reason.
    Rejected,
    /// 免附, by a leader with a reason.
    Waived,
}

impl State {
    /// The states a clerk sets, in the order one key goes through them.
    pub const MARKS: [State; 5] = [State::Open, State::Present, State::Copy, State::Rejected, State::Waived];

    /// Name in the store. `Prefilled` is never stored.
    pub const fn code(self) -> &'static str {
        match self {
            State::Open | State::Prefilled => "open",
            State::Present => "present",
            State::Copy => "copy",
            State::Rejected => "rejected",
            State::Waived => "waived",
        }
    }

    /// The state with this name.
    pub fn from_code(code: &str) -> Option<State> {
        State::MARKS.into_iter().find(|state| state.code() == code)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            State::Open => W::PapersStateOpen,
            State::Prefilled => W::PapersStatePrefilled,
            State::Present => W::PapersStatePresent,
            State::Copy => W::PapersStateCopy,
            State::Rejected => W::PapersStateRejected,
            State::Waived => W::PapersStateWaived,
        }
    }

    /// Whether the paper holds nothing up any more.
    pub const fn settled(self) -> bool {
        matches!(self, State::Prefilled | State::Present | State::Copy | State::Waived)
    }

    /// Whether the mark needs a written reason.
    pub const fn needs_reason(self) -> bool {
        matches!(self, State::Rejected | State::Waived)
    }
}

/// The mark in force on one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What was found.
    pub state: State,
    /// Why, where it was rejected or waived.
    pub reason: String,
    /// When, UTC seconds.
    pub at: i64,
    /// 工号 of who marked it; empty in a store without people.
    pub by_no: String,
}

/// An item and what is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemState {
    /// The item.
    pub item: &'static Item,
    /// What is known.
    pub state: State,
    /// The mark behind it, if somebody has looked.
    pub mark: Option<Mark>,
}

/// The items of a checklist with what is known of each. `prefilled` = the core system gave a time at which the claim
/// papers were complete: required items nobody has touched then count as present.
pub fn items(list: &'static Checklist, marks: &BTreeMap<String, Mark>, prefilled: bool) -> Vec<ItemState> {
    list.items
        .iter()
        .map(|item| {
            let mark = marks.get(&item.key).cloned();
            let untouched = if prefilled && item.required { State::Prefilled } else { State::Open };
            ItemState { item, state: mark.as_ref().map_or(untouched, |mark| mark.state), mark }
        })
        .collect()
}

/// Whether the claim part is complete: every required item is in, or waived. A rejected optional item that applies
/// holds it up too, because somebody asked for it and did not get it.
pub fn complete(items: &[ItemState]) -> bool {
    items.iter().any(|item| item.item.required) && missing(items).is_empty()
}

/// The items that hold the claim part up.
pub fn missing(items: &[ItemState]) -> Vec<&'static Item> {
    let holds = |item: &&ItemState| {
        if item.item.required { !item.state.settled() } else { item.state == State::Rejected }
    };
    items.iter().filter(holds).map(|item| item.item).collect()
}

/// The moment the claim part became complete by its marks: the latest mark among the items that count.
/// `None` while it is not complete or when no mark was needed.
pub fn completed_at(items: &[ItemState]) -> Option<i64> {
    if !complete(items) {
        return None;
    }
    items.iter().filter(|item| item.state.settled()).filter_map(|item| item.mark.as_ref()).map(|mark| mark.at).max()
}

/// Whether any of the items is taken as present only because the core system says so.
pub fn relies_on_core(items: &[ItemState]) -> bool {
    items.iter().any(|item| item.state == State::Prefilled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(pairs: &[(&str, State, i64)]) -> BTreeMap<String, Mark> {
        let mark = |state, at| Mark { state, reason: String::new(), at, by_no: String::new() };
        pairs.iter().map(|(key, state, at)| ((*key).to_owned(), mark(*state, *at))).collect()
    }

    #[test]
    fn the_file_reads_and_every_key_is_unique_within_its_list() {
        let file: File = toml::from_str(CHECKLISTS).unwrap();
        assert_eq!(file.checklist, ALL.checklist);
        for list in &ALL.checklist {
            let keys: std::collections::BTreeSet<&str> = list.items.iter().map(|item| item.key.as_str()).collect();
            assert_eq!(keys.len(), list.items.len(), "{}", list.id);
            assert!(list.items.iter().any(|item| item.required), "{}", list.id);
        }
    }

    #[test]
    fn every_line_has_its_checklist() {
        let lines: toml::Table = include_str!("../../../assets/lines.toml").parse().unwrap();
        for line in lines["line"].as_array().unwrap() {
            let id = line["checklist"].as_str().unwrap();
            assert!(checklist(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_prefilled_claim_part_is_complete_until_one_item_is_refused() {
        let list = checklist("accident").unwrap();
        assert!(!complete(&items(list, &BTreeMap::new(), false)));
        let all = items(list, &BTreeMap::new(), true);
        assert!(complete(&all) && relies_on_core(&all));
        assert_eq!(completed_at(&all), None);
        let one = items(list, &marked(&[("medical", State::Rejected, 5)]), true);
        assert!(!complete(&one));
        assert_eq!(missing(&one).iter().map(|item| item.key.as_str()).collect::<Vec<_>>(), ["medical"]);
    }

    #[test]
    fn a_rejected_optional_item_holds_it_up_and_an_open_one_does_not() {
        let list = checklist("property").unwrap();
        let required: Vec<(&str, State, i64)> =
            list.items.iter().filter(|i| i.required).map(|i| (i.key.as_str(), State::Copy, 7)).collect();
        let mut marks = marked(&required);
        assert_eq!(completed_at(&items(list, &marks, false)), Some(7));
        marks.extend(marked(&[("recourse", State::Rejected, 9)]));
        assert_eq!(completed_at(&items(list, &marks, false)), None);
        marks.extend(marked(&[("recourse", State::Waived, 11)]));
        assert_eq!(completed_at(&items(list, &marks, false)), Some(11));
    }

    #[test]
    fn a_list_without_required_items_is_never_complete() {
        assert!(!complete(&[]));
    }
}

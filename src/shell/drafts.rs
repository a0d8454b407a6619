//! What was typed and is no fact yet: one private file per person at a process, appended without waiting for the disk.
//!
//! A file is locked while the person (or the screens they left) is at this desk, and adopted by the next desk the
//! person sits at once it is not. PINs never get here: forms leave them out of their drafts.

mod file;

use crate::ui::screen::{Draft, Place};
use file::{All, DraftFile, Shelf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// Where something was typed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Spot {
    place: String,
    id: i64,
    /// Above 0: another text for the same place, typed at a desk that died while this one had one, too.
    #[serde(default, skip_serializing_if = "is_zero")]
    copy: u32,
}

/// A draft with the moment of its last change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Last change, UTC seconds.
    pub at: i64,
    /// Field → text.
    pub fields: BTreeMap<String, String>,
    /// An act with this text was on its way: number and hash of the journal's last row with it. A process that dies
    /// between the act and the next line leaves it; the journal then tells whether the text has become fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_in: Option<(i64, String)>,
}

/// One text that was not saved.
#[derive(Clone, Copy, Debug)]
pub struct Unsaved<'a> {
    /// Name of the place.
    pub place: &'a str,
    /// Key of what it is about.
    pub id: i64,
    /// Number among the texts for the same place.
    pub copy: u32,
    /// The text.
    pub kept: &'a Kept,
}

/// What one person has not saved at this desk.
#[derive(Debug, Default)]
struct Held {
    all: All,
    /// Made when there is something to keep.
    file: Option<DraftFile>,
}

/// The drafts this process holds.
#[derive(Debug)]
pub struct Drafts {
    /// Nothing where drafts are not kept on disk.
    shelf: Option<Shelf>,
    held: BTreeMap<String, Held>,
    made: u32,
    problem: Option<String>,
}

impl Drafts {
    /// Drafts of a store, kept in a folder under this process's number.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path, store: &Path, process: u32) -> io::Result<Drafts> {
        let shelf = Shelf { folder: folder.to_owned(), store: store.to_owned(), process };
        shelf.make_folder()?;
        Ok(Drafts { shelf: Some(shelf), held: BTreeMap::new(), made: 0, problem: None })
    }

    /// Keeps nothing on disk: for a state folder that cannot be written.
    pub fn nowhere() -> Drafts {
        Drafts { shelf: None, held: BTreeMap::new(), made: 0, problem: None }
    }

    /// Why what is typed is not kept at the moment; typing goes on all the same.
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// A person sits down, or has been sitting for a while: adopts what dead processes left. True when there was any.
    /// No form that keeps its drafts here may be open meanwhile: it would take the adopted text for its own.
    pub fn look(&mut self, person: &str) -> bool {
        let Some(shelf) = self.shelf.clone() else { return false };
        let mut any = false;
        shelf.adopt(person, |found| {
            let held = self.held.entry(person.to_owned()).or_default();
            for (spot, kept) in found {
                any |= join(&mut held.all, spot, kept);
            }
            // What is adopted is written before it is taken from where it was.
            self.made += 1;
            let fresh = held.all.is_empty().then_some(Ok(None));
            match fresh.unwrap_or_else(|| shelf.write(self.made, person, &held.all).map(Some)) {
                Ok(file) => {
                    if let Some(old) = std::mem::replace(&mut held.file, file) {
                        old.remove();
                    }
                    true
                }
                Err(error) => {
                    self.problem = Some(error.to_string());
                    false
                }
            }
        });
        any
    }

    /// Everybody but this person, and the screens they left, are gone from this desk.
    pub fn leave_all_but(&mut self, person: &str) {
        let gone: Vec<String> = self.held.keys().filter(|other| *other != person).cloned().collect();
        for other in gone {
            self.leave(&other);
        }
    }

    /// A person and the screens they left are gone from this desk: what they had typed is free for the next one.
    pub fn leave(&mut self, person: &str) {
        if let Some(held) = self.held.remove(person)
            && held.all.is_empty()
            && let Some(file) = held.file
        {
            file.remove();
        }
    }

    fn write(&mut self, person: &str, spot: &Spot) {
        let (Some(shelf), Some(held)) = (&self.shelf, self.held.get_mut(person)) else { return };
        let written = match &mut held.file {
            Some(file) => file.append(shelf, person, &held.all, spot),
            None if held.all.is_empty() => Ok(()),
            None => {
                self.made += 1;
                shelf.write(self.made, person, &held.all).map(|file| held.file = Some(file))
            }
        };
        // A draft that cannot be kept must not stop the clerk from typing on.
        self.problem = written.err().map(|error| error.to_string());
    }

    /// Keeps what a person has typed at a place; nothing typed drops it.
    pub fn keep(&mut self, person: &str, place: Place, draft: Option<&Draft>, now: i64) {
        let spot = spot(place);
        let have = self.held.get(person).and_then(|held| held.all.get(&spot));
        match draft.filter(|draft| !draft.fields.is_empty()) {
            Some(draft) if self.problem.is_some() || have.is_none_or(|kept| kept.fields != draft.fields) => {
                let kept = Kept { at: now, fields: draft.fields.clone(), handed_in: None };
                self.held.entry(person.to_owned()).or_default().all.insert(spot.clone(), kept);
                self.write(person, &spot);
            }
            Some(_) => {}
            None if have.is_some() => self.forget(person, &spot),
            None => {}
        }
    }

    /// The text of a place is gone; another one for the same place takes its stead.
    fn forget(&mut self, person: &str, spot: &Spot) {
        let next = self.held.get_mut(person).and_then(|held| {
            held.all.remove(spot);
            let next = held.all.keys().find(|other| other.place == spot.place && other.id == spot.id)?.clone();
            (spot.copy == 0).then_some(next)
        });
        self.write(person, spot);
        if let Some(next) = next {
            self.exchange(person, &next, spot);
        }
    }

    /// Two texts for one place change their stead.
    fn exchange(&mut self, person: &str, one: &Spot, other: &Spot) {
        let Some(held) = self.held.get_mut(person) else { return };
        let (first, second) = (held.all.remove(one), held.all.remove(other));
        held.all
            .extend(first.map(|kept| (other.clone(), kept)).into_iter().chain(second.map(|kept| (one.clone(), kept))));
        self.write(person, one);
        self.write(person, other);
    }

    /// Makes the text with this number the one its place opens with.
    pub fn choose(&mut self, person: &str, place: Place, copy: u32) {
        if copy != 0 {
            self.exchange(person, &Spot { copy, ..spot(place) }, &spot(place));
        }
    }

    /// Gives a text up.
    pub fn discard(&mut self, person: &str, place: Place, copy: u32) {
        self.forget(person, &Spot { copy, ..spot(place) });
    }

    /// Notes that an act with what was typed here is on its way, or (with nothing) that it was not done after all.
    pub fn hand_in(&mut self, person: &str, place: Place, on_its_way: Option<(i64, String)>) {
        let spot = spot(place);
        let kept = self.held.get_mut(person).and_then(|held| held.all.get_mut(&spot));
        if let Some(kept) = kept.filter(|kept| kept.handed_in != on_its_way) {
            kept.handed_in = on_its_way;
            self.write(person, &spot);
        }
    }

    /// Forgets what of a person's text has become fact: `done` is asked of every text whose act was on its way.
    pub fn forget_done(&mut self, person: &str, done: impl Fn(i64, &str) -> bool) {
        let Some(held) = self.held.get(person) else { return };
        let is_done = |kept: &Kept| kept.handed_in.as_ref().is_some_and(|(seq, hash)| done(*seq, hash));
        let gone: Vec<Spot> = held.all.iter().filter(|(_, kept)| is_done(kept)).map(|(spot, _)| spot.clone()).collect();
        for spot in gone {
            self.forget(person, &spot);
        }
    }

    /// What a person had typed at a place.
    pub fn of(&self, person: &str, place: Place) -> Option<&Kept> {
        self.held.get(person)?.all.get(&spot(place))
    }

    /// Everything a person has not saved; the newest first.
    pub fn all_of(&self, person: &str) -> Vec<Unsaved<'_>> {
        let held = self.held.get(person).into_iter().flat_map(|held| &held.all);
        let mut found: Vec<_> = held
            .map(|(spot, kept)| Unsaved { place: spot.place.as_str(), id: spot.id, copy: spot.copy, kept })
            .collect();
        found.sort_by_key(|unsaved| std::cmp::Reverse(unsaved.kept.at));
        found
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        // An orderly end with nothing unsaved leaves nothing behind.
        let people: Vec<String> = self.held.keys().cloned().collect();
        for person in people {
            self.leave(&person);
        }
    }
}

fn spot(place: Place) -> Spot {
    Spot { place: place.name.to_owned(), id: place.id, copy: 0 }
}

/// Puts an adopted text beside what there is; of two for one place the newer comes first, neither is lost. False when
/// the same is there already.
fn join(all: &mut All, spot: Spot, kept: Kept) -> bool {
    let same = |other: &Spot| other.place == spot.place && other.id == spot.id;
    if all.iter().any(|(other, have)| same(other) && have.fields == kept.fields) {
        return false;
    }
    let copy = all.keys().filter(|other| same(other)).map(|other| other.copy + 1).max().unwrap_or(0);
    let first = Spot { copy: 0, ..spot.clone() };
    match all.get_mut(&first).filter(|have| have.at < kept.at) {
        Some(have) => {
            let older = std::mem::replace(have, kept);
            all.insert(Spot { copy, ..spot }, older);
        }
        None => {
            all.insert(Spot { copy, ..spot }, kept);
        }
    }
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;
    use std::os::unix::fs::PermissionsExt;

    const PLACE: Place = Place::of("closing", 7);
    const OTHER: Place = Place::of("closing", 8);

    fn draft(text: &str) -> Draft {
        Draft { fields: BTreeMap::from([("reason".to_owned(), text.to_owned())]) }
    }

    /// Ends a process the hard way: its files stay, its locks go.
    fn die(mut drafts: Drafts) {
        drafts.held.clear();
    }

    fn open(folder: &Path, process: u32) -> Drafts {
        Drafts::open(folder, Path::new("/a/store.db"), process).unwrap()
    }

    /// A person sits down at a desk that has just started.
    fn sit(folder: &Path, process: u32, person: &str) -> Drafts {
        let mut drafts = open(folder, process);
        drafts.look(person);
        drafts
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn a_death_between_the_act_and_the_next_line_does_not_offer_a_fact_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = open(folder.path(), 1);
        first.keep("1003", PLACE, Some(&draft("一")), 10);
        first.keep("1003", OTHER, Some(&draft("二")), 10);
        first.hand_in("1003", PLACE, Some((41, "aa".to_owned())));
        first.hand_in("1003", OTHER, Some((41, "bb".to_owned())));
        die(first);
        let mut next = sit(folder.path(), 2, "1003");
        next.forget_done("1003", |seq, hash| seq == 41 && hash == "aa");
        assert!(next.of("1003", PLACE).is_none(), "its act was done");
        assert!(next.of("1003", OTHER).is_some(), "its act was not done");
        die(next);
        assert_eq!(sit(folder.path(), 3, "1003").all_of("1003").len(), 1);
    }

    #[test]
    fn a_person_gets_what_dead_processes_left_and_nobody_gets_what_a_living_one_holds() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = open(folder.path(), 1);
        first.keep("1001", PLACE, Some(&draft("你好")), 10);
        first.keep("1001", Place::new("import"), Some(&draft("x")), 11);
        first.keep("1001", Place::new("import"), None, 12);
        first.keep("1002", PLACE, Some(&draft("别人的")), 13);
        let path = first.held["1001"].file.as_ref().unwrap().path().to_owned();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let mut living = sit(folder.path(), 2, "1001");
        assert_eq!(living.of("1001", PLACE), None, "the first process still lives");
        die(first);
        let heir = sit(folder.path(), 3, "1001");
        assert_eq!(heir.of("1001", PLACE).unwrap().fields, draft("你好").fields);
        assert_eq!(heir.all_of("1001").len(), 1);
        assert!(heir.of("1002", PLACE).is_none());
        assert!(!living.look("1001"), "it was taken over already");
        assert!(living.look("1002"), "a desk that runs finds it too");
        drop((heir, living));
        assert_eq!(sit(folder.path(), 4, "1001").all_of("1001").len(), 1, "an adopted draft is adopted again");
        assert_eq!(sit(folder.path(), 5, "1002").all_of("1002").len(), 1);
    }

    #[test]
    fn two_texts_for_one_place_are_both_offered() {
        let folder = tempfile::tempdir().unwrap();
        let (mut first, mut second) = (open(folder.path(), 1), open(folder.path(), 2));
        first.keep("1001", PLACE, Some(&draft("old")), 10);
        second.keep("1001", PLACE, Some(&draft("new")), 20);
        die(first);
        die(second);
        let mut heir = sit(folder.path(), 3, "1001");
        let said = |drafts: &Drafts| -> Vec<String> {
            drafts.all_of("1001").iter().map(|unsaved| unsaved.kept.fields["reason"].clone()).collect()
        };
        assert_eq!(said(&heir), ["new", "old"]);
        assert_eq!(heir.of("1001", PLACE).unwrap().fields, draft("new").fields);
        let old = heir.all_of("1001")[1].copy;
        heir.choose("1001", PLACE, old);
        assert_eq!(heir.of("1001", PLACE).unwrap().fields, draft("old").fields);
        heir.keep("1001", PLACE, None, 30);
        assert_eq!(said(&heir), ["new"], "the other one is still there");
        assert_eq!(heir.of("1001", PLACE).unwrap().fields, draft("new").fields);
        die(heir);
        assert_eq!(said(&sit(folder.path(), 4, "1001")), ["new"]);
    }

    #[test]
    fn whoever_leaves_a_desk_frees_what_was_typed_there() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = open(folder.path(), 1);
        first.keep("1001", PLACE, Some(&draft("a")), 10);
        let mut second = sit(folder.path(), 2, "1001");
        assert!(second.all_of("1001").is_empty());
        first.leave("1001");
        assert!(second.look("1001"));
        assert!(first.all_of("1001").is_empty() && !first.look("1001"));
        second.keep("1001", PLACE, None, 11);
        drop((first, second));
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn a_file_for_several_persons_gives_each_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let line = |person: &str| {
            format!(
                "{{\"person\":\"{person}\",\"place\":\"closing\",\"id\":7,\"kept\":{{\"at\":5,\"fields\":{{\"reason\":\"{person}\"}}}}}}\n"
            )
        };
        let text = format!("{{\"store\":\"/a/store.db\"}}\n{}{}", line("1001"), line("1002"));
        fs::write(folder.path().join("9-5-0.drafts"), text).unwrap();
        let first = sit(folder.path(), 1, "1001");
        assert_eq!(first.of("1001", PLACE).unwrap().fields, draft("1001").fields);
        let second = sit(folder.path(), 2, "1002");
        assert_eq!(second.of("1002", PLACE).unwrap().fields, draft("1002").fields);
        assert_eq!(files(folder.path()), 2);
    }

    #[test]
    fn a_file_of_another_store_or_cut_off_in_a_line_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = Drafts::open(folder.path(), Path::new("/b/store.db"), 1).unwrap();
        other.keep("1001", PLACE, Some(&draft("other")), 10);
        let other_path = other.held["1001"].file.as_ref().unwrap().path().to_owned();
        die(other);
        let mut cut = open(folder.path(), 2);
        cut.keep("1001", PLACE, Some(&draft("a")), 10);
        let file = cut.held.get_mut("1001").unwrap().file.as_mut().unwrap();
        file.raw().write_all(b"{\"person\":\"1001\",\"pla").unwrap();
        die(cut);
        let heir = sit(folder.path(), 3, "1001");
        assert_eq!(heir.of("1001", PLACE).unwrap().fields, draft("a").fields);
        assert!(other_path.exists());
    }

    #[test]
    fn nothing_unsaved_leaves_no_file_and_much_typing_stays_small() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = open(folder.path(), 1);
        assert_eq!(files(folder.path()), 0, "nothing is written before something is typed");
        for turn in 0..4_000 {
            drafts.keep("1001", PLACE, Some(&draft(&format!("{turn} {}", "x".repeat(200)))), turn);
        }
        let path = drafts.held["1001"].file.as_ref().unwrap().path().to_owned();
        assert!(fs::metadata(path).unwrap().len() <= file::COMPACT_AT + 1_024);
        drafts.keep("1001", PLACE, None, 1);
        drop(drafts);
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn a_full_disk_is_told_and_what_was_typed_meanwhile_is_written_once_there_is_room() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = open(folder.path(), 1);
        drafts.keep("1001", PLACE, Some(&draft("a")), 10);
        let held = drafts.held.get_mut("1001").unwrap();
        // A device that is always full takes the file's place.
        *held.file.as_mut().unwrap().raw() = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        drafts.keep("1001", PLACE, Some(&draft("ab")), 11);
        assert!(drafts.problem().is_some());
        assert_eq!(drafts.of("1001", PLACE).unwrap().fields, draft("ab").fields);
        drafts.keep("1001", PLACE, Some(&draft("ab")), 12);
        assert!(drafts.problem().is_none(), "the next key tries again, with everything");
        die(drafts);
        assert_eq!(sit(folder.path(), 2, "1001").of("1001", PLACE).unwrap().fields, draft("ab").fields);
    }
}

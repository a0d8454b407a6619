//! What was typed and is no fact yet: one private file per process, appended without waiting for the disk.
//!
//! A file is a head line with the store's path, then one line per change. It is locked while its process lives; the
//! next start adopts the files of dead processes. PINs never get here: forms leave them out of their drafts.

use crate::ui::screen::{Draft, Place};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file longer than this is written anew with only what still counts.
const COMPACT_AT: u64 = 256 * 1024;

/// Whose draft of what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    /// 工号; empty in a store without people.
    person: String,
    place: String,
    id: i64,
}

/// A draft with the moment of its last change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Last change, UTC seconds.
    pub at: i64,
    /// Field → text.
    pub fields: BTreeMap<String, String>,
    /// An act with this text was on its way: the journal's last row before it, and the 工号 of who acts. A process that
    /// dies between the act and the next line leaves it; the journal then tells whether the text has become fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_in: Option<(i64, String)>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(flatten)]
    key: Key,
    /// Nothing: the draft was dropped.
    kept: Option<Kept>,
}

#[derive(Serialize, Deserialize)]
struct HeadLine {
    store: PathBuf,
}

/// The drafts of this process and those it adopted.
#[derive(Debug)]
pub struct Drafts {
    path: PathBuf,
    store: PathBuf,
    file: Option<File>,
    written: u64,
    kept: BTreeMap<Key, Kept>,
}

impl Drafts {
    /// Opens this process's file in a folder and adopts those that dead processes left for the same store.
    ///
    /// # Errors
    /// When the folder or the file cannot be made.
    pub fn open(folder: &Path, store: &Path, process: u32, now: i64) -> io::Result<Drafts> {
        if !folder.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        let path = (0..1_000)
            .map(|turn| folder.join(format!("{process}-{now}-{turn}.drafts")))
            .find(|path| !path.exists())
            .ok_or(io::ErrorKind::AlreadyExists)?;
        let mut drafts = Drafts { path, store: store.to_owned(), file: None, written: 0, kept: BTreeMap::new() };
        drafts.write_anew()?;
        let left = drafts.adopt(folder);
        if !left.is_empty() {
            // Only what is safely in the new file is taken away from the old ones.
            drafts.write_anew()?;
            for path in left {
                let _ = fs::remove_file(path);
            }
        }
        Ok(drafts)
    }

    /// Keeps nothing on disk: for a state folder that cannot be written.
    pub fn nowhere() -> Drafts {
        Drafts { path: PathBuf::new(), store: PathBuf::new(), file: None, written: 0, kept: BTreeMap::new() }
    }

    fn adopt(&mut self, folder: &Path) -> Vec<PathBuf> {
        let mut left: Vec<PathBuf> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "drafts") && *path != self.path)
            .collect();
        left.sort();
        left.retain(|path| self.adopt_file(path).unwrap_or(false));
        left
    }

    /// True when the file was that of a dead process of the same store.
    fn adopt_file(&mut self, path: &Path) -> io::Result<bool> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        // A living process may have put a fresh file in the place of the one just opened; then it is not dead.
        let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
        if file.try_lock().is_err() || !same(file.metadata()?, fs::metadata(path)?) {
            return Ok(false);
        }
        let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
        let mut lines = text.lines();
        let head: Option<HeadLine> = lines.next().and_then(|line| serde_json::from_str(line).ok());
        if head.is_none_or(|head| head.store != self.store) {
            return Ok(false);
        }
        // The last line may be cut off by the death of its process.
        for line in lines.filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
            match line.kept {
                Some(kept) if self.kept.get(&line.key).is_none_or(|have| have.at <= kept.at) => {
                    self.kept.insert(line.key, kept);
                }
                Some(_) => {}
                None => {
                    self.kept.remove(&line.key);
                }
            }
        }
        Ok(true)
    }

    /// Writes what counts into a fresh file and puts it in the old one's place.
    fn write_anew(&mut self) -> io::Result<()> {
        let beside = self.path.with_extension("new");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&beside)?;
        // Locked before it has its name, so that nobody takes it for the file of a dead process.
        file.lock()?;
        let mut text = line_of(&HeadLine { store: self.store.clone() })?;
        for (key, kept) in &self.kept {
            text.push_str(&line_of(&Line { key: key.clone(), kept: Some(kept.clone()) })?);
        }
        file.write_all(text.as_bytes())?;
        fs::rename(&beside, &self.path)?;
        self.file = Some(file);
        self.written = 0;
        Ok(())
    }

    fn append(&mut self, key: &Key, kept: Option<&Kept>) {
        let Some(file) = &mut self.file else { return };
        let line = line_of(&Line { key: key.clone(), kept: kept.cloned() });
        // A draft that cannot be kept must not stop the clerk from typing on.
        let Ok(line) = line else { return };
        if file.write_all(line.as_bytes()).is_ok() {
            self.written = self.written.saturating_add(u64::try_from(line.len()).unwrap_or(0));
        }
        if self.written > COMPACT_AT {
            let _ = self.write_anew();
        }
    }

    /// Keeps what a person has typed at a place; nothing typed drops it.
    pub fn keep(&mut self, person: &str, place: Place, draft: Option<&Draft>, now: i64) {
        let key = key(person, place);
        match draft.filter(|draft| !draft.fields.is_empty()) {
            Some(draft) if self.kept.get(&key).is_none_or(|kept| kept.fields != draft.fields) => {
                let kept = Kept { at: now, fields: draft.fields.clone(), handed_in: None };
                self.append(&key, Some(&kept));
                self.kept.insert(key, kept);
            }
            Some(_) => {}
            None => {
                if self.kept.remove(&key).is_some() {
                    self.append(&key, None);
                }
            }
        }
    }

    /// Notes that an act with what was typed here is on its way, or (with nothing) that it was not done after all.
    pub fn hand_in(&mut self, person: &str, place: Place, on_its_way: Option<(i64, String)>) {
        let key = key(person, place);
        if let Some(mut kept) = self.kept.get(&key).filter(|kept| kept.handed_in != on_its_way).cloned() {
            kept.handed_in = on_its_way;
            self.append(&key, Some(&kept));
            self.kept.insert(key, kept);
        }
    }

    /// Forgets what has become fact: `done` is asked of every text whose act was on its way.
    pub fn forget_done(&mut self, done: impl Fn(i64, &str) -> bool) {
        let is_done = |kept: &Kept| kept.handed_in.as_ref().is_some_and(|(head, by)| done(*head, by));
        let gone: Vec<Key> = self.kept.iter().filter(|(_, kept)| is_done(kept)).map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.kept.remove(&key);
            self.append(&key, None);
        }
    }

    /// What a person had typed at a place.
    pub fn of(&self, person: &str, place: Place) -> Option<&Kept> {
        self.kept.get(&key(person, place))
    }

    /// Everything a person has not saved: place name, its id, the draft; the newest first.
    pub fn all_of(&self, person: &str) -> Vec<(&str, i64, &Kept)> {
        let mut found: Vec<_> = self
            .kept
            .iter()
            .filter(|(key, _)| key.person == person)
            .map(|(key, kept)| (key.place.as_str(), key.id, kept))
            .collect();
        found.sort_by_key(|(_, _, kept)| std::cmp::Reverse(kept.at));
        found
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        // An orderly end with nothing unsaved leaves nothing behind.
        if self.kept.is_empty() && self.file.is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn key(person: &str, place: Place) -> Key {
    Key { person: person.to_owned(), place: place.name.to_owned(), id: place.id }
}

fn line_of(value: &impl Serialize) -> io::Result<String> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const PLACE: Place = Place::of("closing", 7);

    fn draft(text: &str) -> Draft {
        Draft { fields: BTreeMap::from([("reason".to_owned(), text.to_owned())]) }
    }

    /// Ends a process the hard way: its file stays, its lock goes.
    fn die(mut drafts: Drafts) {
        drafts.file = None;
    }

    fn open(folder: &Path, process: u32) -> Drafts {
        Drafts::open(folder, Path::new("/a/store.db"), process, 5).unwrap()
    }

    #[test]
    fn a_death_between_the_act_and_the_next_line_does_not_offer_a_fact_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = open(folder.path(), 1);
        first.keep("1003", PLACE, Some(&draft("一")), 10);
        first.keep("1003", Place::of("closing", 8), Some(&draft("二")), 10);
        first.hand_in("1003", PLACE, Some((41, "1003".to_owned())));
        first.hand_in("1003", Place::of("closing", 8), Some((41, "1003".to_owned())));
        first.hand_in("1003", Place::of("closing", 8), None);
        die(first);
        let mut next = open(folder.path(), 2);
        next.forget_done(|head, by| head == 41 && by == "1003");
        assert!(next.of("1003", PLACE).is_none(), "its act was done");
        assert!(next.of("1003", Place::of("closing", 8)).is_some(), "its act was refused");
        die(next);
        assert_eq!(open(folder.path(), 3).all_of("1003").len(), 1);
    }

    #[test]
    fn the_next_start_adopts_what_a_dead_process_left() {
        let folder = tempfile::tempdir().unwrap();
        let mut first = open(folder.path(), 1);
        first.keep("1001", PLACE, Some(&draft("你好")), 10);
        first.keep("1001", Place::new("import"), Some(&draft("x")), 11);
        first.keep("1001", Place::new("import"), None, 12);
        let mode = fs::metadata(&first.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let living = open(folder.path(), 2);
        assert_eq!(living.of("1001", PLACE), None, "the first process still lives");
        die(first);
        let heir = open(folder.path(), 3);
        assert_eq!(heir.of("1001", PLACE).unwrap().fields, draft("你好").fields);
        assert_eq!(heir.of("1002", PLACE), None);
        assert_eq!(heir.all_of("1001").len(), 1);
        die(heir);
        drop(living);
        let again = open(folder.path(), 4);
        assert_eq!(again.all_of("1001").len(), 1, "an adopted draft is adopted again");
    }

    #[test]
    fn a_file_of_another_store_or_cut_off_in_a_line_does_no_harm() {
        let folder = tempfile::tempdir().unwrap();
        let mut other = Drafts::open(folder.path(), Path::new("/b/store.db"), 1, 5).unwrap();
        other.keep("1001", PLACE, Some(&draft("other")), 10);
        let other_path = other.path.clone();
        die(other);
        let mut cut = open(folder.path(), 2);
        cut.keep("1001", PLACE, Some(&draft("a")), 10);
        cut.file.as_mut().unwrap().write_all(b"{\"person\":\"1001\",\"pla").unwrap();
        die(cut);
        let heir = open(folder.path(), 3);
        assert_eq!(heir.of("1001", PLACE).unwrap().fields, draft("a").fields);
        assert!(other_path.exists());
    }

    #[test]
    fn nothing_unsaved_leaves_no_file_and_much_typing_stays_small() {
        let folder = tempfile::tempdir().unwrap();
        let mut drafts = open(folder.path(), 1);
        for turn in 0..4_000 {
            drafts.keep("1001", PLACE, Some(&draft(&format!("{turn} {}", "x".repeat(200)))), turn);
        }
        assert!(fs::metadata(&drafts.path).unwrap().len() <= COMPACT_AT + 1_024);
        drafts.keep("1001", PLACE, None, 1);
        drop(drafts);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

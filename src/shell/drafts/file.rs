//! The file of one person's drafts at one process: locked while it lives, adopted by whoever comes after its death.
//!
//! A head line with the store's path, then one line per change. Nothing waits for the disk: a killed process loses
//! nothing that way, only a machine that loses its power may.

use super::{Kept, Spot};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file longer than this is written anew with only what still counts.
pub(super) const COMPACT_AT: u64 = 256 * 1024;
/// Ending of the files.
const ENDING: &str = "drafts";

/// Everything unsaved: whose, where, what.
pub(super) type All = BTreeMap<Spot, Kept>;

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    /// 工号; empty in a store without people.
    person: std::borrow::Cow<'a, str>,
    #[serde(flatten)]
    spot: std::borrow::Cow<'a, Spot>,
    /// Nothing: the draft was dropped.
    kept: Option<std::borrow::Cow<'a, Kept>>,
}

#[derive(Serialize, Deserialize)]
struct HeadLine {
    store: PathBuf,
}

/// Where the files lie and which store they belong to.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    pub folder: PathBuf,
    pub store: PathBuf,
    pub process: u32,
}

/// One file, held by this process.
#[derive(Debug)]
pub(super) struct DraftFile {
    path: PathBuf,
    file: File,
    written: u64,
    /// The last line did not reach the disk whole.
    torn: bool,
}

impl Shelf {
    /// Makes the folder, readable by its owner alone.
    pub fn make_folder(&self) -> io::Result<()> {
        if !self.folder.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        }
        Ok(())
    }

    /// A fresh file with everything in it. The number tells apart the files one process has made.
    pub fn write(&self, number: u32, person: &str, all: &All) -> io::Result<DraftFile> {
        let path = (number..number.saturating_add(10_000))
            .map(|turn| self.folder.join(format!("{}-{turn}.{ENDING}", self.process)))
            .find(|path| !path.exists())
            .ok_or(io::ErrorKind::AlreadyExists)?;
        let file = self.put(&path, person, all)?;
        Ok(DraftFile { path, file, written: 0, torn: false })
    }

    /// Writes everything beside the file and puts it in its place, so that a death in between leaves the old one.
    fn put(&self, path: &Path, person: &str, all: &All) -> io::Result<File> {
        let beside = path.with_extension("new");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&beside)?;
        // Locked before it has its name, so that nobody takes it for the file of a dead process.
        file.lock()?;
        let mut text = text_of(&HeadLine { store: self.store.clone() })?;
        for (spot, kept) in all {
            text.push_str(&line_of(person, spot, Some(kept))?);
        }
        let whole = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&beside, path));
        if let Err(error) = whole {
            let _ = fs::remove_file(&beside);
            return Err(error);
        }
        Ok(file)
    }

    /// Takes a person's drafts out of the files that dead processes left for this store. What `keep` is told of is
    /// safe once it answers true; only then the files are taken away.
    pub fn adopt(&self, person: &str, mut keep: impl FnMut(Vec<(Spot, Kept)>) -> bool) {
        let mut left: Vec<PathBuf> = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
            .collect();
        left.sort();
        let dead: Vec<Dead> = left.iter().filter_map(|path| self.dead(path)).collect();
        let mut found = Vec::new();
        let mut taken = Vec::new();
        for dead in dead {
            let Some(own) = dead.drafts.get(person) else { continue };
            found.extend(own.iter().map(|(spot, kept)| (spot.clone(), kept.clone())));
            taken.push(dead);
        }
        if !taken.is_empty() && keep(found) {
            for mut dead in taken {
                dead.drafts.remove(person);
                self.give_back(&dead);
            }
        }
    }

    /// What others had typed stays for them.
    fn give_back(&self, dead: &Dead) {
        let others: Vec<(&String, &All)> = dead.drafts.iter().filter(|(_, all)| !all.is_empty()).collect();
        let kept = others.iter().enumerate().try_for_each(|(turn, (person, all))| {
            let path = dead.path.with_extension(format!("{turn}.{ENDING}"));
            self.put(&path, person, all).map(drop)
        });
        if kept.is_ok() {
            let _ = fs::remove_file(&dead.path);
        }
    }

    /// The file of a dead process of this store, locked.
    fn dead(&self, path: &Path) -> Option<Dead> {
        let file = OpenOptions::new().read(true).write(true).open(path).ok()?;
        file.try_lock().ok()?;
        // A living process may have put a fresh file in the place of the one just opened; then it is not dead.
        let same = |a: fs::Metadata, b: fs::Metadata| (a.dev(), a.ino()) == (b.dev(), b.ino());
        if !same(file.metadata().ok()?, fs::metadata(path).ok()?) {
            return None;
        }
        let bytes = fs::read(path).ok()?;
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let head: HeadLine = serde_json::from_str(lines.next()?).ok()?;
        if head.store != self.store {
            return None;
        }
        let mut drafts: BTreeMap<String, All> = BTreeMap::new();
        // The last line may be cut off by the death of its process.
        for line in lines.filter_map(|line| serde_json::from_str::<Line<'_>>(line).ok()) {
            let own = drafts.entry(line.person.into_owned()).or_default();
            match line.kept {
                Some(kept) => own.insert(line.spot.into_owned(), kept.into_owned()),
                None => own.remove(&line.spot),
            };
        }
        Some(Dead { path: path.to_owned(), _lock: file, drafts })
    }
}

struct Dead {
    path: PathBuf,
    _lock: File,
    drafts: BTreeMap<String, All>,
}

impl DraftFile {
    /// Writes one change. After a failure the whole file is written anew before anything else.
    pub fn append(&mut self, shelf: &Shelf, person: &str, all: &All, spot: &Spot) -> io::Result<()> {
        if self.torn || self.written > COMPACT_AT {
            self.file = shelf.put(&self.path, person, all)?;
            (self.torn, self.written) = (false, 0);
            return Ok(());
        }
        let line = line_of(person, spot, all.get(spot))?;
        match self.file.write_all(line.as_bytes()) {
            Ok(()) => {
                self.written = self.written.saturating_add(u64::try_from(line.len()).unwrap_or(0));
                Ok(())
            }
            Err(error) => {
                self.torn = true;
                Err(error)
            }
        }
    }

    /// Takes the file away: there is nothing unsaved in it.
    pub fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }

    #[cfg(test)]
    pub fn path(&self) -> &Path {
        &self.path
    }

    #[cfg(test)]
    pub fn raw(&mut self) -> &mut File {
        &mut self.file
    }
}

fn line_of(person: &str, spot: &Spot, kept: Option<&Kept>) -> io::Result<String> {
    use std::borrow::Cow;
    text_of(&Line { person: Cow::Borrowed(person), spot: Cow::Borrowed(spot), kept: kept.map(Cow::Borrowed) })
}

fn text_of(value: &impl Serialize) -> io::Result<String> {
    let mut text = serde_json::to_string(value)?;
    text.push('\n');
    Ok(text)
}

//! The file of what desks remember for persons: one per store, beside the drafts, for its owner alone.
//!
//! Several desks share it. Each change is made on what the file says at that moment and put in its place at once, so
//! that none undoes another's; a file that cannot be read or written means that nothing is remembered, never a stop.

use super::app::App;
use crate::kernel::words::W;
use crate::ui::kept::{Keep, Kept};
use crate::ui::screen::Tone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Everybody {
    /// By 工号; empty in a store without people.
    people: BTreeMap<String, Kept>,
}

/// Where it is kept; nowhere when the state folder cannot be used.
#[derive(Clone, Debug, Default)]
pub(super) struct Keeper(Option<PathBuf>);

impl Keeper {
    /// The file of a store in the folder of the drafts.
    pub fn of(folder: Option<&Path>, store: &Path) -> Keeper {
        let digest = Sha256::digest(store.as_os_str().as_bytes());
        let name: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Keeper(folder.map(|folder| folder.join(format!("{name}.kept.json"))))
    }

    /// What is remembered for a person.
    pub fn read(&self, person: &str) -> Kept {
        self.everybody().people.remove(person).unwrap_or_default()
    }

    fn everybody(&self) -> Everybody {
        let text = self.0.as_ref().and_then(|path| fs::read(path).ok()).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    /// Changes what is remembered for a person; what it is now, and whether there was room.
    pub fn change(&self, person: &str, keep: &Keep) -> io::Result<(Kept, bool)> {
        let path = self.0.as_ref().ok_or(io::ErrorKind::NotFound)?;
        if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        }
        // Held while reading and writing, so that two desks take turns; it goes with the handle.
        let turn = private(&path.with_extension("lock"))?;
        turn.lock()?;
        let mut everybody = self.everybody();
        let kept = everybody.people.entry(person.to_owned()).or_default();
        let room = kept.change(keep);
        let now = kept.clone();
        let fresh = path.with_extension("new");
        let mut file = private(&fresh)?;
        file.set_len(0)?;
        file.write_all(&serde_json::to_vec(&everybody)?)?;
        fs::rename(fresh, path)?;
        Ok((now, room))
    }
}

/// A file only its owner may read.
fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}

impl App {
    /// Reads what is remembered for whoever is signed in.
    pub(super) fn recall(&mut self) {
        self.world.kept = self.keeper.read(&self.world.actor.staff_no);
    }

    /// Remembers something for whoever is signed in. Without a file it is remembered until the desk closes.
    pub(super) fn keep(&mut self, keep: &Keep) {
        let room = match self.keeper.change(&self.world.actor.staff_no, keep) {
            Ok((now, room)) => {
                self.world.kept = now;
                room
            }
            Err(_) => self.world.kept.change(keep),
        };
        if !room {
            self.say(Tone::Bad, W::ShellKeptFull);
        }
    }
}

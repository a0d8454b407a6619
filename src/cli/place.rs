//! Where configuration, store and drafts lie, and opening the store with every failure in words.

use super::args::Global;
use crate::config::{Config, Print, Problem};
use crate::db::{OpenError, Store, backup, journal, lock, meta};
use crate::kernel::clock::Clock;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office;
use crate::registry;
use crate::shell::width::TerminalSetup;
use crate::ui::keys::{self, Keymap};
use directories::ProjectDirs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What every command needs to know before it opens anything.
#[derive(Debug)]
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// Language of answers.
    pub lang: Lang,
    /// The store's path.
    pub store: PathBuf,
    /// Rebound keys.
    pub keymap: Keymap,
}

/// An open store, marked as in use while it lives.
#[derive(Debug)]
pub struct Opened {
    /// The store.
    pub store: Store,
    /// Kept for as long as the store is open.
    pub in_use: lock::InUse,
}

/// Whether a missing store is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It is created.
    Create,
    /// It is an error.
    Refuse,
}

fn dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "closing-desk")
}

/// The configuration's default place.
pub fn config_path() -> Option<PathBuf> {
    dirs().map(|dirs| dirs.config_dir().join("config.toml"))
}

/// The store's default place.
pub fn store_path() -> PathBuf {
    dirs().map_or_else(|| PathBuf::from("closing-desk.db"), |dirs| dirs.data_dir().join("store.db"))
}

/// Folder of the drafts.
pub fn drafts_path(config: &Config) -> Option<PathBuf> {
    let dirs = dirs();
    let system = || dirs.as_ref().map(|dirs| dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_owned());
    config.state.clone().or_else(system).map(|folder| folder.join("drafts"))
}

/// Where printed sheets go; without a command and a folder, into a folder of the user's state.
pub fn print(config: &Config) -> Print {
    let state = || drafts_path(config).and_then(|drafts| drafts.parent().map(|state| state.join("prints")));
    Print { folder: config.print.folder.clone().or_else(state), ..config.print.clone() }
}

/// What is known of the terminal before it is asked: a name made of what terminals say of themselves.
pub fn terminal(config: &Config) -> TerminalSetup {
    let said = ["TERM", "TERM_PROGRAM", "LC_TERMINAL", "VTE_VERSION", "KONSOLE_VERSION", "WT_PROFILE_ID"];
    let said: Vec<String> = said.iter().filter_map(|name| variable(name)).collect();
    let name = said.join(" ").replace(['\t', '\n', '\r'], " ");
    let memory = drafts_path(config).and_then(|drafts| drafts.parent().map(|state| state.join("terminals")));
    TerminalSetup { ambiguous: config.ambiguous, memory, name }
}

/// A text variable of the environment that is not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Reads environment and configuration. The language is known even when something is wrong.
///
/// # Errors
/// Language, and every problem in words.
pub fn setup(global: &Global) -> Result<Setup, (Lang, Vec<String>)> {
    let asked =
        global.lang.map(Lang::from).or_else(|| variable("CLOSING_DESK_LANG").and_then(|text| Lang::parse(&text)));
    let path = global.config.clone().or_else(|| config_path().filter(|path| path.exists()));
    let text = match path.as_deref().map(std::fs::read_to_string).transpose() {
        Ok(text) => text.unwrap_or_default(),
        Err(error) => {
            let lang = asked.unwrap_or_default();
            let args = [path_arg(path.as_deref()), Arg::Text(error.to_string())];
            return Err((lang, vec![Phrase::new(W::CliConfigUnread, args).say(lang)]));
        }
    };
    let read = Config::parse(&text).and_then(|config| match keymap(&config, &text) {
        Ok(keymap) => Ok((config, keymap)),
        Err(problems) => Err(problems),
    });
    match read {
        Ok((config, keymap)) => {
            let lang = asked.unwrap_or(config.lang);
            let named = global.store.clone().or_else(|| variable("CLOSING_DESK_STORE").map(PathBuf::from));
            let store = named.or_else(|| config.store.clone()).unwrap_or_else(store_path);
            Ok(Setup { config, lang, store, keymap })
        }
        Err(problems) => {
            let lang = asked.unwrap_or_default();
            let line = |problem: &Problem| {
                let number = Arg::Number(i64::try_from(problem.line).unwrap_or(0));
                let what = Arg::Phrase(Box::new(problem.what.clone()));
                Phrase::new(W::CliConfigLine, [path_arg(path.as_deref()), number, what]).say(lang)
            };
            Err((lang, problems.iter().map(line).collect()))
        }
    }
}

fn path_arg(path: Option<&Path>) -> Arg {
    Arg::Text(path.map(|path| path.display().to_string()).unwrap_or_default())
}

/// The rebound keys; what is wrong is named with the line it stands in.
fn keymap(config: &Config, text: &str) -> Result<Keymap, Vec<Problem>> {
    let line_of = |action: &str| {
        let names = |line: &str| {
            let key = line.trim_start().trim_start_matches(['"', '\'']);
            key.strip_prefix(action).is_some_and(|rest| rest.starts_with(['"', '\'', ' ', '=']))
        };
        text.lines().position(names).map_or(0, |line| line + 1)
    };
    keys::bind(&config.keys, registry::ACTIONS).map_err(|problems| {
        let mut found: Vec<Problem> =
            problems.into_iter().map(|wrong| Problem { line: line_of(&wrong.action), what: wrong.what }).collect();
        found.sort_by_key(|problem| problem.line);
        found
    })
}

impl Setup {
    /// Opens the store and says that it is in use.
    ///
    /// # Errors
    /// Why not, in words, with what to do next.
    pub fn open(&self, missing: Missing, os_user: &str) -> Result<Opened, Phrase> {
        let path = || path_arg(Some(&self.store));
        if missing == Missing::Refuse && !self.store.exists() {
            return Err(Phrase::new(W::CliOpenMissing, [path()]));
        }
        let fresh = !self.store.exists();
        // The lock lies beside the store, so its folder must be there first.
        let opened = Store::open_or_create(&self.store, &registry::SCHEMA);
        let store = opened.map_err(|error| self.open_words(error))?;
        let in_use = match lock::share(&self.store) {
            Ok(Some(in_use)) => in_use,
            Ok(None) => return Err(Phrase::new(W::CliOpenRestoring, [path()])),
            Err(error) => return Err(Phrase::new(W::CliOpenSystem, [path(), Arg::Text(error.to_string())])),
        };
        if fresh {
            office::settings::seed(&store, Clock::Machine.now(), os_user, &self.config.changed_settings())
                .map_err(|error| Phrase::new(W::CliOpenSystem, [path(), Arg::Text(error.to_string())]))?;
        }
        Ok(Opened { store, in_use })
    }

    fn open_words(&self, error: OpenError) -> Phrase {
        let path = path_arg(Some(&self.store));
        match error {
            OpenError::Newer { found, known } => {
                Phrase::new(W::CliOpenNewer, [path, Arg::Number(found), Arg::Number(known)])
            }
            OpenError::Corrupt(what) => match self.newest_backup() {
                Some(backup) => Phrase::new(W::CliOpenDamaged, [path, Arg::Text(what), path_arg(Some(&backup))]),
                None => Phrase::new(W::CliOpenDamagedNoBackup, [path, Arg::Text(what)]),
            },
            OpenError::Foreign => Phrase::new(W::CliOpenForeign, [path]),
            OpenError::Missing(_) => Phrase::new(W::CliOpenMissing, [path]),
            OpenError::Io { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
                Phrase::new(W::CliOpenPermission, [path])
            }
            OpenError::Sqlite(_) if !readable(&self.store) => Phrase::new(W::CliOpenPermission, [path]),
            other => Phrase::new(W::CliOpenSystem, [path, Arg::Text(other.to_string())]),
        }
    }

    fn newest_backup(&self) -> Option<PathBuf> {
        let beside = || self.store.parent().unwrap_or(Path::new(".")).join("backups");
        backup::newest_in(&self.config.backups.clone().unwrap_or_else(beside))
    }
}

fn readable(path: &Path) -> bool {
    std::fs::OpenOptions::new().read(true).write(true).open(path).is_ok()
}

/// Where now comes from: a practice store brings its clock, which runs in the desk and stands still for commands.
///
/// # Errors
/// What SQLite says.
pub fn clock(store: &Store, runs: bool) -> anyhow::Result<Clock> {
    let practice = meta::get(store.conn(), meta::PRACTICE_CLOCK)?.and_then(|at| at.parse::<i64>().ok());
    // A desk that was killed could not keep its clock; what was done at it says how late it was.
    let lived = |at: i64| Ok::<i64, rusqlite::Error>(journal::head(store.conn())?.at.max(at));
    Ok(match practice.map(lived).transpose()? {
        Some(at) if runs => Clock::running(at),
        Some(at) => Clock::Fixed(at),
        None => Clock::Machine,
    })
}

//! Opening a store: who may, what is checked (header and version only), how it waits for others.

use super::{Schema, backup, migrate};
use crate::kernel::clock;
use rusqlite::{Connection, OpenFlags};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::fs::{self, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Marks a file as ours in the SQLite header ("JAT1").
const APPLICATION_ID: i64 = 0x4a41_5431;
/// Page cache of one connection, in KiB.
const CACHE_KIB: i64 = 6 * 1024;

/// Why a store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file was written by a newer version of the program.
    #[error("store version {found} is newer than this program knows ({known})")]
    Newer {
        /// Version found in the file.
        found: i64,
        /// Newest version this program knows.
        known: i64,
    },
    /// Not a database, or a damaged one.
    #[error("the store file is damaged: {0}")]
    Corrupt(String),
    /// A database of another program.
    #[error("the file is a database, but not a closing-desk store")]
    Foreign,
    /// There is no store at that path.
    #[error("there is no store at {0}")]
    Missing(PathBuf),
    /// The operating system refused.
    #[error("{path}: {source}")]
    Io {
        /// The path that was refused.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Anything else SQLite said.
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    /// The first filling failed.
    #[error(transparent)]
    Seed(anyhow::Error),
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> OpenError {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match error.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => OpenError::Corrupt(error.to_string()),
            _ => OpenError::Sqlite(error),
        }
    }
}

/// An open store: one connection and its path.
pub struct Store {
    pub(super) conn: Connection,
    path: PathBuf,
    cache: RefCell<Option<(i64, Rc<dyn Any>)>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store, creating and filling it when there is none; migrates an older one after a backup.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing is changed when it fails.
    pub fn open_or_create(path: &Path, schema: &Schema) -> Result<Store, OpenError> {
        if path.exists() { Store::open(path, schema) } else { Store::create(path, schema) }
    }

    /// Opens an existing store.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(path: &Path, schema: &Schema) -> Result<Store, OpenError> {
        if !path.exists() {
            return Err(OpenError::Missing(path.to_owned()));
        }
        let mut store = Store::connect(path)?;
        let (application, version) = store.header()?;
        let known = i64::try_from(schema.migrations.len()).unwrap_or(i64::MAX);
        if application != APPLICATION_ID {
            // An empty file is what a creation that was cut off leaves behind.
            let empty = fs::metadata(path).map(|m| m.len() == 0).unwrap_or(false)
                || version == 0 && application == 0 && store.is_blank()?;
            return if empty { store.fill(schema).map(|()| store) } else { Err(OpenError::Foreign) };
        }
        if version > known {
            return Err(OpenError::Newer { found: version, known });
        }
        if version < known {
            let copy = path.with_extension(format!("before-{known}.db"));
            backup::copy_to(&store, &copy).map_err(OpenError::Seed)?;
            migrate::run(&mut store.conn, schema.migrations)?;
        }
        Ok(store)
    }

    fn create(path: &Path, schema: &Schema) -> Result<Store, OpenError> {
        let io = |source| OpenError::Io { path: path.to_owned(), source };
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty() && !p.exists()) {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
        }
        OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path).map_err(io)?;
        let mut store = Store::connect(path)?;
        store.fill(schema)?;
        Ok(store)
    }

    fn fill(&mut self, schema: &Schema) -> Result<(), OpenError> {
        self.conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrate::run(&mut self.conn, schema.migrations)?;
        let tx = self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let seeded = super::meta::get(&tx, "store.seeded")?.is_some();
        if !seeded {
            (schema.seed)(&tx).map_err(OpenError::Seed)?;
            super::meta::set(&tx, "store.seeded", "1")?;
        }
        tx.commit()?;
        Ok(())
    }

    /// A second connection to the same store, for the worker.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn again(&self) -> Result<Store, OpenError> {
        Store::connect(&self.path)
    }

    /// Opens a connection with the settings every connection has.
    pub(super) fn connect(path: &Path) -> Result<Store, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(path, flags)?;
        conn.busy_handler(Some(wait_for_others))?;
        wait_at_most(Duration::from_secs(5));
        conn.pragma_update(None, "journal_mode", "WAL")?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        conn.set_prepared_statement_cache_capacity(128);
        Ok(Store { conn, path: path.to_owned(), cache: RefCell::new(None) })
    }

    fn header(&self) -> Result<(i64, i64), OpenError> {
        let one = |name: &str| self.conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
        Ok((one("application_id")?, one("user_version")?))
    }

    fn is_blank(&self) -> Result<bool, OpenError> {
        let tables: i64 = self.conn.query_row("SELECT COUNT(*) FROM sqlite_master", [], |row| row.get(0))?;
        Ok(tables == 0)
    }

    /// The connection, for the folders' reading functions.
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Where the store lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that changes when another connection has changed the store; cheap enough to ask every second.
    pub fn data_version(&self) -> i64 {
        self.conn.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap_or(-1)
    }

    /// Whether every file of the store is readable by its owner alone.
    pub fn is_private(&self) -> bool {
        fs::metadata(&self.path).map(|m| m.permissions().mode().trailing_zeros() >= 6).unwrap_or(false)
    }

    /// A value kept for one edition of the rules; `load` runs again when the edition has moved on.
    ///
    /// # Errors
    /// Whatever reading the edition or `load` says.
    pub fn cached<T: Any>(&self, load: impl FnOnce(&Connection) -> anyhow::Result<T>) -> anyhow::Result<Rc<T>> {
        let edition = super::meta::rules_edition(&self.conn)?;
        if let Some((seen, value)) = self.cache.borrow().as_ref()
            && *seen == edition
            && let Ok(found) = Rc::clone(value).downcast::<T>()
        {
            return Ok(found);
        }
        let fresh: Rc<T> = Rc::new(load(&self.conn)?);
        *self.cache.borrow_mut() = Some((edition, Rc::clone(&fresh) as Rc<dyn Any>));
        Ok(fresh)
    }
}

thread_local! {
    static GIVE_UP: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Sets how long this thread waits from now on for another writer before it reports "busy".
pub(super) fn wait_at_most(limit: Duration) {
    GIVE_UP.with(|cell| cell.set(Some(clock::tick() + limit)));
}

/// Waits a little, by chance, so that no process starves another.
fn wait_for_others(_tries: i32) -> bool {
    let now = clock::tick();
    if GIVE_UP.with(Cell::get).is_none_or(|end| now >= end) {
        return false;
    }
    std::thread::sleep(Duration::from_micros(u64::from(300 + clock::jitter(1_700))));
    true
}

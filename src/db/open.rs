//! Opening a store: who may, what is checked (header and version only), how it waits for others.

use super::lock::Turnstile;
use super::{Schema, backup, meta, migrate};
use crate::kernel::clock;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Marks a file as ours in the SQLite header ("JAT1").
pub(super) const APPLICATION_ID: i64 = 0x4a41_5431;
/// Page cache of one connection, in KiB.
const CACHE_KIB: i64 = 6 * 1024;
/// The same of a connection that only reads, in KiB.
const READER_CACHE_KIB: i64 = 2 * 1024;

/// A statement is asked whether it is to stop after so many steps of SQLite's machine, well under a millisecond.
const STOP_AFTER: i32 = 2_000;

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
    /// Which file it is, so that another one in its place is noticed.
    file: Option<(u64, u64)>,
    cache: RefCell<Option<(i64, Rc<dyn Any>)>>,
    turnstile: OnceCell<Turnstile>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

/// How long opening, creating and migrating wait for another process that does the same.
const OPENING: Duration = Duration::from_secs(10);
/// Set once the first filling is done.
const SEEDED: &str = "store.seeded";

/// What a file turned out to be.
enum Found {
    /// Nothing yet, or a creation that was cut off.
    Unfinished,
    /// A store of an older version.
    Older(i64),
    /// A store of this version.
    Ready,
}

impl Store {
    /// Opens the store, creating and filling it when there is none; migrates an older one after a backup.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing is changed when it fails.
    pub fn open_or_create(path: &Path, schema: &Schema) -> Result<Store, OpenError> {
        match Store::open(path, schema) {
            Err(OpenError::Missing(_)) => {
                create_file(path)?;
                Store::open(path, schema)
            }
            other => other,
        }
    }

    /// Opens an existing store; finishes one whose creation was cut off, migrates an older one after a backup.
    ///
    /// # Errors
    /// See [`OpenError`]; a file that is refused is not changed.
    pub fn open(path: &Path, schema: &Schema) -> Result<Store, OpenError> {
        match fs::metadata(path) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(OpenError::Missing(path.to_owned())),
            Err(source) => return Err(OpenError::Io { path: path.to_owned(), source }),
        }
        let mut store = Store::attach(path)?;
        let found = store.recognise(schema)?;
        store.prepare()?;
        match found {
            Found::Ready => {}
            Found::Unfinished => store.fill(schema)?,
            Found::Older(version) => {
                let known = schema.migrations.len();
                migrate::run(&mut store.conn, schema.migrations, version, || {
                    let copy = backup::free_name(&path.with_extension(format!("before-{known}.db")));
                    backup::copy_to(&Store::attach(path)?, &copy).map_err(OpenError::Seed)
                })?;
            }
        }
        Ok(store)
    }

    fn fill(&mut self, schema: &Schema) -> Result<(), OpenError> {
        self.conn.pragma_update(None, "application_id", APPLICATION_ID)?;
        migrate::run(&mut self.conn, schema.migrations, 0, || Ok(()))?;
        let tx = self.conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let seeded = meta::get(&tx, SEEDED)?.is_some();
        if !seeded {
            (schema.seed)(&tx).map_err(OpenError::Seed)?;
            meta::set(&tx, SEEDED, "1")?;
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

    /// A further connection to a store that is open, for reading beside its screens: it cannot write, and keeps little.
    /// Its statements break off while `stop` says so; unlike an interruption, that also holds for one about to begin.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn for_reading(path: &Path, stop: impl FnMut() -> bool + Send + 'static) -> Result<Store, OpenError> {
        let mut store = Store::connect(path)?;
        store.conn.progress_handler(STOP_AFTER, Some(stop))?;
        store.conn.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
        store.conn.pragma_update(None, "query_only", true)?;
        Ok(store)
    }

    /// Opens a connection with the settings every connection has.
    pub(super) fn connect(path: &Path) -> Result<Store, OpenError> {
        let store = Store::attach(path)?;
        store.prepare()?;
        Ok(store)
    }

    /// A connection that has not changed anything in the file.
    fn attach(path: &Path) -> Result<Store, OpenError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn = Connection::open_with_flags(path, flags).map_err(|error| cannot_open(path, error))?;
        conn.busy_handler(Some(wait_for_others))?;
        wait_at_most(OPENING);
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        // A plan may not depend on a bound value: otherwise SQLite plans many a statement anew each time it is run.
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.set_prepared_statement_cache_capacity(128);
        Ok(Store {
            conn,
            path: path.to_owned(),
            file: file_at(path),
            cache: RefCell::new(None),
            turnstile: OnceCell::new(),
        })
    }

    /// Turns the write-ahead log on; several that open a new file at once take turns.
    pub(super) fn prepare(&self) -> Result<(), OpenError> {
        let end = clock::tick() + OPENING;
        loop {
            let mode: rusqlite::Result<String> = self.conn.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0));
            match mode {
                Ok(mode) if mode == "wal" => return Ok(()),
                // A file system without shared memory, as some network shares are.
                Ok(_) => return Err(OpenError::Io { path: self.path.clone(), source: ErrorKind::Unsupported.into() }),
                Err(error) if is_busy(&error) && clock::tick() < end => std::thread::sleep(Duration::from_millis(2)),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Looks at header, version and the mark of the first filling, all at one moment.
    fn recognise(&self, schema: &Schema) -> Result<Found, OpenError> {
        let tx = self.conn.unchecked_transaction()?;
        let one = |sql: &str| tx.query_row(sql, [], |row| row.get::<_, i64>(0));
        let application = one("PRAGMA application_id")?;
        let version = one("PRAGMA user_version")?;
        if application != APPLICATION_ID {
            let blank = application == 0 && version == 0 && one("SELECT COUNT(*) FROM sqlite_master")? == 0;
            return if blank { Ok(Found::Unfinished) } else { Err(OpenError::Foreign) };
        }
        let known = i64::try_from(schema.migrations.len()).unwrap_or(i64::MAX);
        if version > known {
            return Err(OpenError::Newer { found: version, known });
        }
        if version <= 0 || meta::get(&tx, SEEDED)?.is_none() {
            return Ok(Found::Unfinished);
        }
        Ok(if version < known { Found::Older(version) } else { Found::Ready })
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
        let edition = meta::rules_edition(&self.conn)?;
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

    /// The turnstile before this store's write lock.
    pub(super) fn turnstile(&self) -> &Turnstile {
        self.turnstile.get_or_init(|| Turnstile::of(&self.path))
    }

    /// Whether the file is no longer at its path: what is written to it now would be lost with it.
    pub fn is_gone(&self) -> bool {
        self.file.is_some() && file_at(&self.path) != self.file
    }

    /// Forgets the kept value.
    pub(super) fn forget(&self) {
        *self.cache.borrow_mut() = None;
    }
}

/// Device and number of the file at a path.
fn file_at(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Makes an empty file readable by its owner alone, in a folder of the same kind. One that is there by now will do.
fn create_file(path: &Path) -> Result<(), OpenError> {
    let io = |source| OpenError::Io { path: path.to_owned(), source };
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty() && !p.exists()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    }
    // Only a file of our own making is opened and closed here: closing one that this process has open elsewhere
    // would let go of SQLite's locks on it.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(io(error)),
        _ => Ok(()),
    }
}

/// What the operating system says about a file that SQLite cannot open.
pub(super) fn cannot_open(path: &Path, error: rusqlite::Error) -> OpenError {
    use nix::unistd::{AccessFlags, access};
    if error.sqlite_error_code() != Some(rusqlite::ErrorCode::CannotOpen) {
        return error.into();
    }
    let io = |source| OpenError::Io { path: path.to_owned(), source };
    if path.is_dir() {
        return io(ErrorKind::IsADirectory.into());
    }
    match access(path, AccessFlags::R_OK | AccessFlags::W_OK) {
        Err(errno) => io(errno.into()),
        Ok(()) => error.into(),
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

thread_local! {
    static GIVE_UP: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// Sets how long this thread waits from now on for another writer before it reports "busy".
pub(super) fn wait_at_most(limit: Duration) {
    GIVE_UP.with(|cell| cell.set(Some(clock::tick() + limit)));
}

/// Waits a little, by chance, so that no process starves another.
pub(super) fn wait_for_others(_tries: i32) -> bool {
    let now = clock::tick();
    if GIVE_UP.with(Cell::get).is_none_or(|end| now >= end) {
        return false;
    }
    std::thread::sleep(Duration::from_micros(u64::from(200 + clock::jitter(800))));
    true
}

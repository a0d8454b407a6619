//! Opening: what is made, what is finished, what is refused and left as it was.

use super::support::{Office, anyone, now};
use closing_desk::db::{Connection, Migration, OpenError, Schema, Store, Wait, journal, meta};
use closing_desk::registry::SCHEMA;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn lines(store: &Store) -> i64 {
    store.conn().query_row("SELECT COUNT(*) FROM line", [], |row| row.get(0)).unwrap()
}

#[test]
fn a_new_store_is_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a").join("b").join("desk.db");
    let store = Store::open_or_create(&path, &SCHEMA).unwrap();
    store.act(&anyone(), now(), "t", Wait::Patient, |tx| tx.journal("x", 0, &json!({}))).unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    assert_eq!(mode(&folder.path().join("a")), 0o700);
    assert_eq!(mode(&path.with_file_name("desk.db-wal")), 0o600);
    assert!(store.is_private() && lines(&store) > 0);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(!store.is_private());
}

#[test]
fn every_connection_writes_through_and_checks_references() {
    let office = Office::new();
    for store in [&office.store, &office.store.again().unwrap()] {
        let one =
            |name: &str| store.conn().query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!((one("synchronous"), one("foreign_keys")), (2, 1));
        let mode: String = store.conn().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}

/// Opens a file that must be refused, and checks that it was not touched.
fn refused(path: &Path) -> OpenError {
    let before = fs::read(path).ok();
    let error = Store::open(path, &SCHEMA).map(drop).unwrap_err();
    assert_eq!(fs::read(path).ok(), before, "{}", path.display());
    let again = Store::open_or_create(path, &SCHEMA).map(drop).unwrap_err();
    assert_eq!(again.to_string(), error.to_string());
    assert_eq!(fs::read(path).ok(), before, "{}", path.display());
    error
}

#[test]
fn a_newer_store_is_refused_with_both_versions() {
    let office = Office::new();
    office.store.conn().pragma_update(None, "user_version", 99).unwrap();
    let path = office.store.path().to_owned();
    drop(office.store);
    match refused(&path) {
        OpenError::Newer { found, known } => {
            assert_eq!((found, known), (99, i64::try_from(SCHEMA.migrations.len()).unwrap()))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_that_are_no_store_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("garbage"), "这不是数据库 ".repeat(500)).unwrap();
    assert!(matches!(refused(&path("garbage")), OpenError::Corrupt(_)));
    fs::write(path("short"), "SQLite format 3").unwrap();
    assert!(matches!(refused(&path("short")), OpenError::Corrupt(_)));

    for (name, sql) in [
        ("other.db", "CREATE TABLE t (a)"),
        ("marked.db", "PRAGMA application_id = 7"),
        ("versioned.db", "PRAGMA user_version = 3"),
    ] {
        Connection::open(path(name)).unwrap().execute_batch(sql).unwrap();
        assert!(matches!(refused(&path(name)), OpenError::Foreign), "{name}");
    }

    fs::create_dir(path("folder.db")).unwrap();
    assert!(matches!(refused(&path("folder.db")), OpenError::Io { .. }));
    assert!(matches!(Store::open(&path("none.db"), &SCHEMA), Err(OpenError::Missing(_))));
    fs::write(path("file"), "x").unwrap();
    assert!(matches!(Store::open_or_create(&path("file").join("desk.db"), &SCHEMA), Err(OpenError::Io { .. })));
}

#[test]
fn a_file_nobody_may_read_is_told_from_a_damaged_one() {
    let office = Office::new();
    let path = office.store.path().to_owned();
    drop(office.store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // Whoever may read everything is not held up by this.
    if fs::File::open(&path).is_err() {
        assert!(matches!(Store::open(&path, &SCHEMA), Err(OpenError::Io { .. })));
    }
}

#[test]
fn a_store_whose_end_is_cut_off_is_known_as_damaged() {
    let office = Office::new();
    office.note("one");
    let path = office.store.path().to_owned();
    drop(office.store);
    let whole = fs::read(&path).unwrap();
    for keep in [50, 5_000, whole.len() / 2] {
        fs::write(&path, &whole[..keep]).unwrap();
        let error = Store::open(&path, &SCHEMA).map(drop).unwrap_err();
        assert!(matches!(error, OpenError::Corrupt(_)), "{keep}: {error:?}");
    }
}

#[test]
fn a_creation_cut_off_anywhere_is_finished_on_the_next_open() {
    let folder = tempfile::tempdir().unwrap();
    for done in 0..=SCHEMA.migrations.len() + 1 {
        let path = folder.path().join(format!("cut-{done}.db"));
        fs::write(&path, "").unwrap();
        if done > 0 {
            let conn = Connection::open(&path).unwrap();
            conn.pragma_update(None, "journal_mode", "WAL").unwrap();
            conn.pragma_update(None, "application_id", 0x4a41_5431).unwrap();
            for (n, migration) in SCHEMA.migrations.iter().take(done - 1).enumerate() {
                conn.execute_batch(migration.sql).unwrap();
                conn.pragma_update(None, "user_version", i64::try_from(n).unwrap() + 1).unwrap();
            }
        }
        let store = Store::open_or_create(&path, &SCHEMA).unwrap();
        assert!(lines(&store) > 0, "cut off after {done}");
        store.act(&anyone(), now(), "t", Wait::Patient, |tx| tx.journal("x", 0, &json!({}))).unwrap();
        drop(store);
        assert_eq!(lines(&Store::open(&path, &SCHEMA).unwrap()), lines(&Office::new().store));
        let backups = fs::read_dir(folder.path())
            .unwrap()
            .flatten()
            .filter(|e| e.file_name().to_string_lossy().contains("before"));
        assert_eq!(backups.count(), 0, "there is nothing to keep of a store that never was");
    }
}

fn nothing(_: &Connection) -> anyhow::Result<()> {
    Ok(())
}

const FIRST: Migration = SCHEMA.migrations[0];
const TWO: &[Migration] = &[FIRST, Migration::sql("two", "CREATE TABLE two (a INTEGER) STRICT")];
const FOUR: &[Migration] = &[
    FIRST,
    TWO[1],
    Migration::sql("three", "CREATE TABLE three (a INTEGER) STRICT; INSERT INTO three SELECT a FROM two"),
    Migration::sql("four", "DROP TABLE two"),
];
const FAILING: &[Migration] = &[FIRST, TWO[1], Migration::sql("three", "DROP TABLE two; DROP TABLE nowhere")];

fn shape(migrations: &'static [Migration]) -> Schema {
    Schema { migrations, seed: nothing }
}

fn old_store(path: &Path) {
    let store = Store::open_or_create(path, &shape(TWO)).unwrap();
    store
        .act(&anyone(), now(), "t", Wait::Patient, |tx| {
            tx.conn().execute("INSERT INTO two VALUES (7)", [])?;
            tx.journal("x", 0, &json!({"a": 7}))
        })
        .unwrap();
}

#[test]
fn an_older_store_is_copied_and_then_migrated_with_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    old_store(&path);
    let store = Store::open(&path, &shape(FOUR)).unwrap();
    let kept: i64 = store.conn().query_row("SELECT a FROM three", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 7);
    let copy = folder.path().join("desk.before-4.db");
    assert_eq!(mode(&copy), 0o600);
    let old = Store::open(&copy, &shape(TWO)).unwrap();
    assert_eq!(old.conn().query_row("SELECT a FROM two", [], |row| row.get::<_, i64>(0)).unwrap(), 7);
    assert_eq!(journal::verify(old.conn()).unwrap().unwrap(), journal::head(store.conn()).unwrap());
    drop(store);
    Store::open(&path, &shape(FOUR)).unwrap();
    assert!(!folder.path().join("desk.before-4.db.2").exists(), "a store of this version is not copied");

    // An older store put back later is copied again, beside the first copy.
    let first = fs::read(&copy).unwrap();
    fs::remove_file(&path).unwrap();
    old_store(&path);
    Store::open(&path, &shape(FOUR)).unwrap();
    assert_eq!(fs::read(&copy).unwrap(), first);
    assert!(folder.path().join("desk.before-4.db.2").exists());
}

#[test]
fn a_migration_that_fails_leaves_the_old_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    old_store(&path);
    assert!(Store::open(&path, &shape(FAILING)).is_err());
    let store = Store::open(&path, &shape(TWO)).unwrap();
    assert_eq!(store.conn().query_row("SELECT a FROM two", [], |row| row.get::<_, i64>(0)).unwrap(), 7);
}

#[test]
fn several_that_migrate_at_once_make_one_backup_of_the_old_version() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("desk.db");
    old_store(&path);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| drop(Store::open(&path, &shape(FOUR)).unwrap()));
        }
    });
    let old = Store::open(&folder.path().join("desk.before-4.db"), &shape(TWO)).unwrap();
    assert_eq!(old.conn().query_row("SELECT a FROM two", [], |row| row.get::<_, i64>(0)).unwrap(), 7);
    assert!(!folder.path().join("desk.before-4.db.2").exists());
}

#[test]
fn several_that_create_at_once_make_one_store() {
    for _ in 0..5 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("desk.db");
        let counts: Vec<i64> = std::thread::scope(|scope| {
            let started: Vec<_> =
                (0..4).map(|_| scope.spawn(|| lines(&Store::open_or_create(&path, &SCHEMA).unwrap()))).collect();
            started.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(counts.iter().all(|count| *count == counts[0] && *count > 0), "{counts:?}");
        let store = Store::open(&path, &SCHEMA).unwrap();
        assert_eq!(meta::get(store.conn(), "store.seeded").unwrap().as_deref(), Some("1"));
    }
}

#[test]
fn a_change_by_another_connection_is_noticed_cheaply() {
    let office = Office::new();
    let seen = office.store.data_version();
    office.note("own");
    assert_eq!(office.store.data_version(), seen);
    office
        .store
        .again()
        .unwrap()
        .act(&anyone(), now(), "t", Wait::Patient, |tx| tx.journal("x", 0, &json!({})))
        .unwrap();
    assert_ne!(office.store.data_version(), seen);
}

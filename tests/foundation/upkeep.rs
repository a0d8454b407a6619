//! Backup, restore and what a full disk does.

use super::support::{Office, anyone, facts, fresh, now};
use closing_desk::db::{ActError, Actor, Store, Wait, backup, journal, lock};
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::kernel::words::Lang;
use closing_desk::office;
use closing_desk::registry::SCHEMA;
use closing_desk::upkeep::commands;
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

fn restore(from: &Path, store: &Path) -> commands::Said {
    commands::restore(from, store, &SCHEMA, &anyone(), now(), Lang::Zh).unwrap()
}

fn backed_up(office: &Office, name: &str) -> PathBuf {
    let target = office.path(name);
    let said = commands::backup(&office.store, &anyone(), now(), &target, Lang::Zh).unwrap();
    assert!(said.done, "{said:?}");
    target
}

fn head(path: &Path) -> journal::Head {
    backup::check_head(path).unwrap()
}

#[test]
fn a_backup_is_whole_while_others_write() {
    let office = Office::new();
    for n in 0..50 {
        office.insert(&facts(&format!("某{n}")), &fresh());
    }
    let path = office.store.path().to_owned();
    let ended = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let store = Store::open(&path, &SCHEMA).unwrap();
            let mut n = 0;
            while !ended.load(Ordering::Relaxed) {
                n += 1;
                store.act(&anyone(), now(), "t", Wait::Patient, |tx| tx.journal("x", 0, &json!({ "n": n }))).unwrap();
            }
        });
        for n in 0..5 {
            let target = backed_up(&office, &format!("copy-{n}.db"));
            let checked = backup::check(&target, &SCHEMA).unwrap();
            assert!(checked.head.seq >= 50);
            let row = journal::row(office.store.conn(), checked.head.seq).unwrap().unwrap();
            assert_eq!(row.hash, checked.head.hash, "the copy is a beginning of the store");
        }
        ended.store(true, Ordering::Relaxed);
    });
    let names: Vec<String> = fs::read_dir(office.folder.path())
        .unwrap()
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    assert!(!names.iter().any(|name| name.contains("part")), "{names:?}");
}

#[test]
fn a_backup_is_one_plain_private_file_and_journalled() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::new();
    office.note("before");
    let target = backed_up(&office, "copy.db");
    assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
    let rows = journal::page(office.store.conn(), 0, 10).unwrap();
    assert_eq!((rows.len(), rows[1].act.as_str(), rows[1].subject.as_str()), (2, "backup", "store"));
    let payload: Value = serde_json::from_str(&rows[1].payload).unwrap();
    assert_eq!(payload["head"], head(&target).hash);
    assert_eq!(payload["seq"], 1);
    assert_eq!(backup::newest_in(&office.path("nowhere")), None);
    assert!(backup::newest_in(office.folder.path()).is_some_and(|newest| newest.exists()));
}

#[test]
fn a_backup_takes_no_files_place_and_leaves_none_without_the_right() {
    let office = Office::new();
    let target = office.path("there.db");
    fs::write(&target, "keep me").unwrap();
    let said = commands::backup(&office.store, &anyone(), now(), &target, Lang::Zh).unwrap();
    assert!(!said.done);
    assert!(backup::copy_to(&office.store, &target).is_err(), "one that came meanwhile is kept too");
    assert_eq!(fs::read_to_string(&target).unwrap(), "keep me");

    let clerk = office
        .act(|tx| {
            let person = office::store::insert(tx.conn(), "赵一", None, Roles::NONE.with(Role::Clerk), None, now())?;
            tx.journal("person", 0, &json!({}))?;
            Ok(office::store::actor(&person, "desk"))
        })
        .unwrap();
    let target = office.path("no.db");
    let refused = commands::backup(&office.store, &clerk, now(), &target, Lang::Zh);
    assert!(matches!(refused, Err(ActError::Refused(_))), "{refused:?}");
    assert!(!target.exists());
    assert!(commands::backup(&office.store, &anyone(), now(), &office.path("none/x.db"), Lang::Zh).is_err());
}

#[test]
fn a_restore_keeps_the_replaced_store_and_journals_both_heads() {
    let office = Office::new();
    office.insert(&facts("王建国"), &fresh());
    let copy = backed_up(&office, "copy.db");
    office.insert(&facts("李晓红"), &fresh());
    let last = journal::head(office.store.conn()).unwrap();
    let path = office.store.path().to_owned();
    drop(office.store);
    let said = restore(&copy, &path);
    assert!(said.done, "{said:?}");

    let store = Store::open(&path, &SCHEMA).unwrap();
    let row = journal::page(store.conn(), 1, 10).unwrap();
    assert_eq!((row.len(), row[0].act.as_str()), (1, "restore"));
    let payload: Value = serde_json::from_str(&row[0].payload).unwrap();
    assert_eq!(payload["restored_head"], head(&copy).hash);
    assert_eq!((&payload["replaced_head"], &payload["replaced_seq"]), (&json!(last.hash), &json!(last.seq)));
    assert!(journal::verify(store.conn()).unwrap().is_ok());
    let names =
        |store: &Store| -> i64 { store.conn().query_row("SELECT COUNT(*) FROM cases", [], |r| r.get(0)).unwrap() };
    assert_eq!(names(&store), 1);

    let kept = replaced(office.folder.path());
    assert_eq!(kept.len(), 1, "{kept:?}");
    let old = Store::open(&kept[0], &SCHEMA).unwrap();
    assert_eq!((names(&old), journal::verify(old.conn()).unwrap().unwrap()), (2, last));
    assert!(said.lines.iter().any(|line| line.contains(&*kept[0].to_string_lossy())), "{said:?}");

    // Twice within one second: the second replaced store does not take the place of the first.
    drop((store, old));
    assert!(restore(&copy, &path).done);
    assert_eq!(replaced(office.folder.path()).len(), 2);
}

fn replaced(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            name.contains("replaced-") && !name.ends_with("-wal") && !name.ends_with("-shm")
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_killed_desks_log_stays_with_the_store_it_belongs_to() {
    let office = Office::new();
    let copy = backed_up(&office, "copy.db");
    office.insert(&facts("王建国"), &fresh());
    let last = journal::head(office.store.conn()).unwrap();
    // As a killed process leaves them: the file, and a log with the last acts still in it.
    let there = office.path("killed");
    fs::create_dir(&there).unwrap();
    for name in ["desk.db", "desk.db-wal"] {
        fs::copy(office.path(name), there.join(name)).unwrap();
    }
    assert!(fs::metadata(there.join("desk.db-wal")).unwrap().len() > 0);
    let path = there.join("desk.db");
    assert!(restore(&copy, &path).done);
    let store = Store::open(&path, &SCHEMA).unwrap();
    assert!(journal::verify(store.conn()).unwrap().is_ok());
    assert_eq!(journal::head(store.conn()).unwrap().seq, head(&copy).seq + 1);
    let kept = replaced(&there);
    assert_eq!(journal::head(Store::open(&kept[0], &SCHEMA).unwrap().conn()).unwrap(), last);
}

#[test]
fn a_bad_backup_changes_nothing() {
    let office = Office::new();
    office.note("mine");
    let copy = backed_up(&office, "copy.db");
    let path = office.store.path().to_owned();
    let bytes = fs::read(&copy).unwrap();
    let bad = |name: &str, change: &dyn Fn(&Path)| -> PathBuf {
        let path = office.path(name);
        fs::write(&path, &bytes).unwrap();
        change(&path);
        path
    };
    let sql = |path: &Path, sql: &str| closing_desk::db::Connection::open(path).unwrap().execute_batch(sql).unwrap();
    let files = [
        bad("garbage.db", &|p| fs::write(p, "garbage ".repeat(2_000)).unwrap()),
        bad("empty.db", &|p| fs::write(p, "").unwrap()),
        bad("cut.db", &|p| fs::write(p, &bytes[..bytes.len() / 2]).unwrap()),
        bad("newer.db", &|p| sql(p, "PRAGMA user_version = 99")),
        bad("foreign.db", &|p| sql(p, "PRAGMA application_id = 1")),
        bad("unversioned.db", &|p| sql(p, "PRAGMA user_version = 0")),
        bad("forged.db", &|p| sql(p, "UPDATE journal SET payload = '{}'")),
        bad("headless.db", &|p| sql(p, "DROP TABLE journal")),
        bad("damaged.db", &|p| {
            let mut bytes = bytes.clone();
            let end = bytes.len() - 4_096;
            bytes[end..].fill(0xA5);
            for at in 8..24 {
                bytes[at * 4_096..at * 4_096 + 64].fill(0x5A);
            }
            fs::write(p, bytes).unwrap();
        }),
        office.path("not-there.db"),
        office.folder.path().to_owned(),
    ];
    let mine = journal::head(office.store.conn()).unwrap();
    drop(office.store);
    for file in files {
        let said = restore(&file, &path);
        assert!(!said.done, "{}: {said:?}", file.display());
        assert_eq!(said.lines.len(), 1);
        assert!(said.lines[0].contains(&*file.to_string_lossy()), "{said:?}");
        assert_eq!(head(&path), mine, "{}", file.display());
    }
    assert!(replaced(office.folder.path()).is_empty());
    assert!(!office.folder.path().join("desk.db.restoring").exists());
}

#[test]
fn a_damaged_store_can_be_replaced_and_is_kept_too() {
    let office = Office::new();
    office.note("mine");
    let copy = backed_up(&office, "copy.db");
    let path = office.store.path().to_owned();
    drop(office.store);
    fs::write(&path, "no database any more").unwrap();
    let said = restore(&copy, &path);
    assert!(said.done, "{said:?}");
    assert_eq!(fs::read_to_string(&replaced(office.folder.path())[0]).unwrap(), "no database any more");
    let store = Store::open(&path, &SCHEMA).unwrap();
    let last = journal::page(store.conn(), 1, 10).unwrap();
    assert!(last[0].payload.contains("\"replaced_head\":null"), "{last:?}");
}

#[test]
fn a_backup_is_restored_where_no_store_is_yet() {
    let office = Office::new();
    let copy = backed_up(&office, "copy.db");
    let path = office.path("new").join("machine").join("desk.db");
    let said = restore(&copy, &path);
    assert!(said.done && said.lines.len() == 1, "{said:?}");
    assert!(Store::open(&path, &SCHEMA).is_ok());
}

#[test]
fn a_restore_waits_until_every_desk_is_closed() {
    let office = Office::new();
    let copy = backed_up(&office, "copy.db");
    let path = office.store.path().to_owned();
    let one = lock::share(&path).unwrap().unwrap();
    let two = lock::share(&path).unwrap().unwrap();
    drop(one);
    assert!(!restore(&copy, &path).done);
    drop(two);
    drop(office.store);
    let alone = lock::alone(&path).unwrap().unwrap();
    assert!(lock::share(&path).unwrap().is_none(), "a desk does not open in the middle of a restore");
    assert!(!restore(&copy, &path).done, "nor does a second restore");
    drop(alone);
    assert!(restore(&copy, &path).done);
    assert!(lock::share(&path).unwrap().is_some(), "the lock goes with the restore");
}

/// Writes until the disk is full; does nothing when the tests are run as usual.
#[test]
fn a_process_that_fills_the_disk() {
    let Some(path) = std::env::var_os("FOUNDATION_FULL").map(PathBuf::from) else { return };
    let store = Store::open(&path, &SCHEMA).unwrap();
    let actor: Actor = anyone();
    let text = "满".repeat(20_000);
    let full = (0..1_000).find_map(|_| {
        store.act(&actor, now(), "t", Wait::Patient, |tx| tx.journal("x", 0, &json!({ "text": text }))).err()
    });
    assert!(matches!(full, Some(ActError::Disk(_))), "{full:?}");
    assert!(journal::verify(store.conn()).unwrap().is_ok());
    assert!(backup::copy_to(&store, &path.with_file_name("full.db")).is_err());
    assert!(!path.with_file_name("full.db").exists() && !path.with_file_name("full.db.part").exists());
}

#[test]
fn a_full_disk_leaves_the_store_whole() {
    let office = Office::new();
    office.note("x".repeat(1_500_000).as_str());
    let Office { store, folder } = office;
    let path = store.path().to_owned();
    // Closed, so that the log starts small: the limit is met in the middle of the work.
    drop(store);
    // The shell's limit on the size of a file stands for a full disk; the signal that goes with it is left aside.
    let done = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 1000; exec \"$0\" --exact upkeep::a_process_that_fills_the_disk"])
        .arg(std::env::current_exe().unwrap())
        .env("FOUNDATION_FULL", &path)
        .output();
    let Ok(done) = done else { return };
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    let office = Office { store: Store::open(&path, &SCHEMA).unwrap(), folder };
    assert!(journal::verify(office.store.conn()).unwrap().unwrap().seq > 1, "some acts were done before");
    assert!(office.broken().is_empty());
    office.note("there is room again");
}

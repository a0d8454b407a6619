//! A batch survives the death of the program at every step: the file leaves at most once, nothing is forgotten, and what is unsure is
//! never sent again by itself. The steps are done in a child process that kills itself, so that no destructor tidies up.

mod batches_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;

use batches_common::{CASHIER, NOW, REVIEWER, act, answer, case, hold_serials, make, one, sound, transfer};
use closing_desk::db::{ActError, Store, Wait};
use closing_desk::instructions::rules::State;
use closing_desk::kernel::money::Fen;
use closing_desk::office;
use closing_desk::payment::store::batch_read::{self, BatchState};
use closing_desk::payment::store::batch_send::{self, Way, folder, send};
use closing_desk::payment::store::mend::mend_unchanged;
use closing_desk::payment::store::result::read_file;
use closing_desk::payment::store::result_word::batch_word;
use closing_desk::registry;
use harness::{CLERK, Office, moment};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;

/// Where the child stops. Each is the moment before or after something is kept.
const STEPS: [&str; 8] = [
    "inside sending",
    "after sending",
    "part of the file",
    "file whole, not in place",
    "after the file",
    "inside sent",
    "after sent",
    "inside result",
];
const STORE: &str = "BATCHES_FAULT_STORE";
const STEP: &str = "BATCHES_FAULT_STEP";

fn die() -> ! {
    kill(Pid::this(), Signal::SIGKILL).unwrap();
    unreachable!("nobody survives SIGKILL")
}

/// The child: does the batch step by step and kills itself at the step it was told. Without its variables it is no test.
#[test]
fn child() {
    let (Some(path), Some(step)) = (std::env::var_os(STORE), std::env::var(STEP).ok()) else { return };
    let store = Store::open(Path::new(&path), &registry::SCHEMA).unwrap();
    let person = office::store::by_staff_no(store.conn(), CASHIER).unwrap().unwrap();
    let actor = office::store::actor(&person, "tests");
    let at = |wanted: &str| step == wanted;
    let out = folder(&store);
    let sending = store.act(&actor, moment(NOW), "batch_sending", Wait::Patient, |tx| {
        let departure = batch_send::begin(tx, 1, &out)?;
        if at("inside sending") {
            die();
        }
        Ok(departure)
    });
    let departure = sending.unwrap();
    if at("after sending") {
        die();
    }
    let part = PathBuf::from(format!("{}.part", departure.path.display()));
    if at("part of the file") || at("file whole, not in place") {
        std::fs::create_dir_all(&out).unwrap();
        let length = if at("part of the file") { departure.bytes.len() / 2 } else { departure.bytes.len() };
        std::fs::write(part, &departure.bytes[..length]).unwrap();
        die();
    }
    batch_send::put(&departure).unwrap();
    if at("after the file") {
        die();
    }
    let sent: Result<(), ActError> = store.act(&actor, moment(NOW), "batch_sent", Wait::Patient, |tx| {
        batch_send::sent(tx, 1)?;
        if at("inside sent") {
            die();
        }
        Ok(())
    });
    sent.unwrap();
    if at("after sent") {
        die();
    }
    let text = answer(&departure.batch.batch_no, &[(1, "800.00", "成功", ""), (2, "1200.00", "失败", "账号不存在")]);
    let read: Result<(), ActError> = store.act(&actor, moment(NOW), "batch_result", Wait::Patient, |tx| {
        read_file(tx, 1, "result.csv", text.as_bytes())?;
        die();
    });
    read.unwrap();
}

fn prepared() -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    hold_serials(&office, CLERK, 1, 20);
    let ids = [transfer(&office, "A1", 800, "王建国"), transfer(&office, "A2", 1_200, "李晓红")];
    assert_eq!((ids, make(&office, &ids).id), ([1, 2], 1));
    office
}

fn die_at(office: &Office, step: &str) {
    let done = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--test-threads", "1"])
        .env(STORE, office.path())
        .env(STEP, step)
        .output()
        .unwrap();
    assert_eq!(done.status.signal(), Some(9), "{step}: {}", String::from_utf8_lossy(&done.stdout));
}

/// The files that a bank would take.
fn files(office: &Office) -> Vec<PathBuf> {
    let Ok(read) = std::fs::read_dir(folder(&office.store())) else { return Vec::new() };
    read.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "csv")).collect()
}

fn resend(office: &Office, batch: i64) -> Way {
    let store = office.store();
    send(&store, &office.actor(REVIEWER), moment(NOW), batch, &folder(&store))
}

/// Pays what is left of both cases after a death, as the desk would, and counts what went to the bank for each.
fn go_on(office: &Office, step: &str) {
    let state = batch_read::by_id(office.store().conn(), 1).unwrap().unwrap().state;
    match state {
        BatchState::Made => assert!(matches!(resend(office, 1), Way::Sent(..)), "{step}: nothing was kept, it goes on"),
        BatchState::Sending => {
            let Way::Refused(found) = resend(office, 1) else { panic!("{step}: sent twice") };
            assert_eq!(found.codes(), "state", "{step}");
            let received = !files(office).is_empty();
            let second = office.actor(REVIEWER).id;
            act(office, CASHIER, |tx| batch_word(tx, 1, received, "工行王某", second)).unwrap();
            if !received {
                act(office, CLERK, |tx| mend_unchanged(tx, &[1, 2])).unwrap();
                let again = make(office, &[3, 4]);
                assert!(matches!(resend(office, again.id), Way::Sent(..)), "{step}");
            }
        }
        BatchState::Sent => {
            let Way::Refused(found) = resend(office, 1) else { panic!("{step}: sent twice") };
            assert_eq!(found.codes(), "state", "{step}");
        }
        BatchState::Ended | BatchState::Dissolved => panic!("{step}: {state:?}"),
    }
    let store = office.store();
    let open = batch_read::open(store.conn(), 9).unwrap();
    assert_eq!(open.len(), 1, "{step}: one batch is out");
    let members = batch_read::members(store.conn(), open[0].id).unwrap();
    let rows: Vec<(i64, String)> = members.iter().map(|member| (member.one.id, member.one.amount.plain())).collect();
    let rows: Vec<(i64, &str, &str, &str)> =
        rows.iter().map(|(id, amount)| (*id, amount.as_str(), "成功", "")).collect();
    let text = answer(&open[0].batch_no, &rows);
    let taken = act(office, CASHIER, |tx| read_file(tx, open[0].id, "result.csv", text.as_bytes())).unwrap();
    assert_eq!((taken.paid, taken.sum), (2, Fen::from_yuan(2_000)), "{step}");
}

#[test]
fn a_death_at_every_step_neither_pays_twice_nor_forgets() {
    for step in STEPS {
        let office = prepared();
        die_at(&office, step);
        sound(&office);
        for id in [1, 2] {
            let state = one(&office, id).state;
            let expected = match step {
                "inside sending" => State::Chosen,
                "after sent" | "inside result" => State::Sent,
                _ => State::Sending,
            };
            assert_eq!(state, expected, "{step}: whole batches move, and only by what was kept");
        }
        let out = usize::from(matches!(step, "after the file" | "inside sent" | "after sent" | "inside result"));
        assert_eq!(files(&office).len(), out, "{step}: a file is there whole or not at all");
        go_on(&office, step);
        sound(&office);
        // For each case exactly one file with its money went out, and it is paid once.
        let sent: Vec<String> = files(&office)
            .iter()
            .map(|path| encoding_rs::GB18030.decode(&std::fs::read(path).unwrap()).0.into_owned())
            .collect();
        for name in ["王建国", "李晓红"] {
            assert_eq!(sent.iter().filter(|text| text.contains(name)).count(), 1, "{step}: {name}");
        }
        let first = one(&office, 1).case_id;
        assert!(case(&office, first).milestones.paid_at.is_some(), "{step}");
    }
}

#[test]
fn a_file_that_cannot_be_laid_down_leaves_the_batch_in_sending() {
    let office = prepared();
    // A file stands where the folder should be.
    std::fs::write(folder(&office.store()), "").unwrap();
    let Way::Unsure(batch, error) = resend(&office, 1) else { panic!("not sent") };
    assert!(batch.id == 1 && !error.is_empty());
    assert_eq!(one(&office, 1).state, State::Sending);
    let Way::Refused(found) = resend(&office, 1) else { panic!("not again") };
    assert_eq!(found.codes(), "state");
    sound(&office);
}

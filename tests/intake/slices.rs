//! Slices commit on their own: whoever cancels, or crashes, keeps whole slices and can run the file again.

use crate::support::{Desk, csv, nobody, now};
use closing_desk::intake::import::{Options, import_file};
use closing_desk::kernel::words::{Lang, Phrase};
use closing_desk::ui::screen::Progress;
use std::cell::Cell;

/// Lets so many slices pass.
struct After(Cell<u32>);

impl Progress for After {
    fn report(&self, _done: u64, _of: u64, _what: Phrase) {
        self.0.set(self.0.get().saturating_sub(1));
    }

    fn cancelled(&self) -> bool {
        self.0.get() == 0
    }
}

#[test]
fn a_cancelled_file_keeps_whole_slices_and_can_be_run_again() {
    let desk = Desk::new();
    let rows: Vec<String> = (0..1_000).map(|n| format!("A{n},车险,王建国,甲定损")).collect();
    let path = desk.file("day.csv", csv("case_no,line,insured,assessor", &rows.iter().map(String::as_str).collect::<Vec<_>>()));
    let stop = After(Cell::new(2));
    let report = import_file(&desk.store, &nobody(), now(), &path, Options::default(), &stop, Lang::Zh).unwrap();
    assert!(report.cancelled && !report.finished());
    assert!(report.added > 0 && report.added < 1_000, "{}", report.added);
    assert_eq!(desk.total(), i64::try_from(report.added).unwrap());
    desk.reconcile();
    let again = desk.import(&path);
    assert_eq!((again.skipped, again.added), (report.added, 1_000 - report.added));
    assert_eq!(desk.total(), 1_000);
    desk.reconcile();
}

#[test]
fn a_store_that_has_people_asks_who_imports() {
    use closing_desk::db::Wait;
    use closing_desk::kernel::roles::{Role, Roles};
    use closing_desk::office::store as office;
    let desk = Desk::new();
    let path = desk.file("day.csv", "case_no,line,insured,closed_at,payable\nA1,车险,王,,\n");
    let clerk = desk
        .store
        .act(&nobody(), now(), "add", Wait::Patient, |tx| {
            let clerk = office::insert(tx.conn(), "张敏", None, Roles::NONE.with(Role::Clerk), None, now())?;
            tx.journal("person", 0, &serde_json::json!({}))?;
            Ok(office::actor(&clerk, "tester"))
        })
        .unwrap();
    let run = |actor, past| {
        let options = Options { past, dry_run: false };
        import_file(&desk.store, actor, now(), &path, options, &After(Cell::new(9)), Lang::Zh)
    };
    assert!(run(&clerk, true).err().unwrap().findings().has("right"), "the past is a leader's");
    assert_eq!(run(&clerk, false).unwrap().added, 1);
}

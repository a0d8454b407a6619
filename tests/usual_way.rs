//! The usual way of a case from sign-off to paid, counted in keystrokes: the customer agrees at the first call, is paid
//! by transfer to the imported payee and account, and shows the papers. Everybody sits at a desk of their own.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod batches_common;
mod choose_common;
#[expect(dead_code, reason = "the cases come from here, the rest is for other tests")]
mod closing_common;
mod harness;

use batches_common::{CASHIER, answer, hold_serials, one};
use choose_common::{NOW, case, sound, usual};
use closing_common::{entry, insert_case};
use closing_desk::case::milestones::Stage;
use closing_desk::instructions::rules::{Mode, State};
use closing_desk::instructions::store::of_case;
use closing_desk::kernel::words::Lang;
use closing_desk::payment::store::batch_send::folder;
use harness::{CLERK, Desk, LEADER, Office, PIN, Setup, moment};
use std::rc::Rc;

const PRECHECK: &str = "1005";
/// The goal: fewer than this for all persons together.
const GOAL: usize = 40;

/// Somebody's desk with what was pressed at it.
struct Counted {
    desk: Desk,
    who: &'static str,
    pressed: Vec<String>,
}

impl Counted {
    fn sit(office: &Rc<Office>, who: &'static str, lang: Lang) -> Counted {
        let mut desk = Desk::on(office, Setup { lang, now: "2026-11-23 15:32".to_owned(), ..Setup::default() });
        desk.sign_in(who);
        Counted { desk, who, pressed: Vec::new() }
    }

    fn keys(&mut self, names: &str) {
        // Another desk may have changed what this one shows.
        self.desk.second_passes();
        self.desk.keys(names);
        self.desk.wait_idle();
        self.pressed.extend(names.split_whitespace().map(str::to_owned));
        if std::env::var_os("SHOW").is_some() {
            println!("== {} {names}\n{}", self.who, self.desk.screen());
        }
    }

    /// A PIN, a scan or a typed number counts as one; the Enter after it is counted as a key.
    fn types(&mut self, what: &str, text: &str) {
        self.desk.types(text);
        self.pressed.push(format!("<{what}>"));
    }
}

/// A case all of whose steps but the sign-off are confirmed.
fn awaiting_sign_off(office: &Rc<Office>) -> i64 {
    let (store, clerk) = (office.store(), office.actor(CLERK));
    let id = insert_case(&store, &clerk, NOW, "PDAA20263401040004391", |facts| usual(facts, 800));
    let seen = case(&store, id).version;
    choose_common::act(office, CLERK, NOW, |tx| {
        closing_desk::closing::store::confirm_steps(tx, id, seen, 4, &entry(800))
    })
    .unwrap();
    id
}

fn usual_way(lang: Lang) -> usize {
    let office = Office::with_people(moment("2026-11-23 08:00"));
    hold_serials(&office, CLERK, 1, 20);
    let id = awaiting_sign_off(&office);
    let stage = |stage: Stage, at: &Counted| {
        assert_eq!(case(&office.store(), id).milestones.stage(), stage, "{}", at.desk.screen());
    };

    let mut leader = Counted::sit(&office, LEADER, lang);
    leader.keys("f11 ctrl-s");
    leader.types("PIN", PIN);
    leader.keys("enter");
    stage(Stage::Notify, &leader);

    // The customer is on the phone: told, agrees, is paid as the core system has it.
    let mut clerk = Counted::sit(&office, CLERK, lang);
    clerk.keys("f4 enter ctrl-s");
    stage(Stage::Payment, &clerk);
    clerk.keys("enter ctrl-s");
    stage(Stage::Precheck, &clerk);

    // The papers are shown at the counter.
    let mut counter = Counted::sit(&office, PRECHECK, lang);
    counter.keys("f3 enter ctrl-a");
    stage(Stage::Disburse, &counter);

    // The receipt of a transfer is printed and signed before its release; then it goes into a batch.
    clerk.keys("f5 enter enter");
    clerk.types("last four digits", "0001");
    clerk.keys("enter");
    assert_eq!(one(&office, 1).receipt, "", "nothing is printed before the receipt was looked at");
    clerk.keys("enter ctrl-g ctrl-s ctrl-s");

    let mut cashier = Counted::sit(&office, CASHIER, lang);
    cashier.keys("f5 enter ctrl-s");
    cashier.types("PIN", PIN);
    cashier.keys("enter");
    assert_eq!(one(&office, 1).state, State::Sent, "{}", cashier.desk.screen());
    let sent = folder(&office.store());
    assert_eq!(std::fs::read_dir(&sent).unwrap().count(), 1, "one file was written");

    // The bank puts its answer beside the outgoing files.
    let answers = sent.with_file_name("bank-in");
    std::fs::create_dir_all(&answers).unwrap();
    std::fs::write(answers.join("result.csv"), answer("B20261123-01", &[(1, "800.00", "成功", "")])).unwrap();
    cashier.keys("ctrl-o ctrl-s");
    stage(Stage::Archive, &cashier);

    let paid = &of_case(office.store().conn(), id).unwrap()[0];
    assert_eq!((paid.state, paid.mode, paid.receipt.as_str()), (State::Paid, Mode::Transfer, "00000001"));
    assert_eq!(paid.account, choose_common::CARD, "the imported account");
    sound(&office);
    let desks = [&leader, &clerk, &counter, &cashier];
    for desk in desks {
        println!("{} {:>2}: {}", desk.who, desk.pressed.len(), desk.pressed.join(" "));
    }
    desks.iter().map(|desk| desk.pressed.len()).sum()
}

#[test]
fn from_sign_off_to_paid_in_fewer_than_forty_keystrokes() {
    for lang in [Lang::Zh, Lang::En] {
        let count = usual_way(lang);
        println!("{count} keystrokes from sign-off to paid");
        assert!(count < GOAL, "{count} keystrokes");
    }
}

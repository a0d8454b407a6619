//! Signing in: the growing delay, what is said, what the journal keeps, and PINs set by others.

use crate::support::{Office, PIN, codes, nobody, prepared};
use closing_desk::db::{ActError, Wait, journal};
use closing_desk::kernel::roles::Role;
use closing_desk::kernel::words::Lang;
use closing_desk::office::sign_in::{SignedIn, sign_in, verify_pin};
use closing_desk::office::{people, reset};

fn enter(office: &Office, who: &str, pin: &str) -> Result<SignedIn, ActError> {
    sign_in(&office.store, office.now, "tester", who, pin, Wait::Patient)
}

fn words(result: Result<SignedIn, ActError>) -> String {
    result.expect_err("a refusal").findings().iter().map(|f| f.what.say(Lang::Zh)).collect()
}

#[test]
fn the_first_run_opens_an_office_once() {
    let office = Office::opened();
    let leader = office.person("1001");
    assert!(leader.has_pin && leader.roles.has(Role::Leader) && leader.roles.has(Role::Admin));
    let signed = enter(&office, "１００１", "２４６８０２").expect("signed in by 工号, full-width");
    assert_eq!((signed.actor.name.as_str(), signed.must_change, signed.notices.len()), ("赵敏", false, 0));
    assert!(enter(&office, " 赵敏 ", PIN).is_ok());
    let new = prepared(PIN);
    assert_eq!(codes(office.act(&nobody(), |tx| people::first_run(tx, "城西网点", "孙立", &new))), "has_people");
}

#[test]
fn the_first_leader_may_be_somebody_known_from_cases() {
    let office = Office::fresh();
    let known = closing_desk::office::store::insert(
        office.store.conn(),
        "赵敏",
        None,
        closing_desk::kernel::roles::Roles::NONE,
        None,
        office.now,
    )
    .expect("a person");
    let new = prepared(PIN);
    let leader = office.act(&nobody(), |tx| people::first_run(tx, "城东网点", "赵敏", &new)).expect("the first run");
    assert_eq!(leader.id, known.id);
}

#[test]
fn wrong_pins_wait_longer_and_longer_and_the_count_outlives_the_program() {
    let mut office = Office::opened();
    let start = office.now;
    let mut waited = Vec::new();
    for _ in 0..10 {
        assert_eq!(codes(enter(&office, "1001", "999999")), "pin_wrong");
        let retry_at = office.person("1001").retry_at;
        if retry_at > office.now {
            waited.push(retry_at - office.now);
            // One second early even the right PIN is not looked at, and nothing is written.
            office.now = retry_at - 1;
            let rows = office.rows();
            assert_eq!(codes(enter(&office, "1001", PIN)), "pin_wait");
            assert_eq!(office.rows(), rows);
            office.now = retry_at;
        }
    }
    assert_eq!(waited, [5, 15, 60, 300, 900, 900, 900]);
    assert!(office.now > start);
    let again = office.store.again().expect("another desk");
    let signed = sign_in(&again, office.now, "tester", "1001", PIN, Wait::Patient).expect("the right PIN at last");
    assert_eq!(signed.notices.len(), 1, "the person hears of the wrong tries");
    assert_eq!((office.person("1001").failures, office.person("1001").retry_at), (0, 0));
}

#[test]
fn a_stranger_cannot_tell_who_exists() {
    let office = Office::opened();
    for _ in 0..4 {
        let unknown = words(enter(&office, "9999", "135791"));
        assert_eq!(unknown, words(enter(&office, "1001", "135791")));
    }
    assert_eq!(codes(enter(&office, "8888", "135791")), "pin_wait", "unknown names are delayed, too");
    assert_eq!(codes(enter(&office, "1001", "135791")), "pin_wait");
}

#[test]
fn a_disabled_person_is_kept_out_and_told_only_with_the_right_pin() {
    let office = Office::peopled();
    let clerk = office.person("1003");
    let leader = office.actor("1001");
    office.act(&leader, |tx| people::set_enabled(tx, clerk.id, false, None)).expect("disabled");
    assert_eq!(codes(enter(&office, "1003", PIN)), "disabled");
    assert_eq!(codes(enter(&office, "1003", "135791")), "pin_wrong");
}

#[test]
fn no_pin_and_no_hash_ever_reaches_the_journal() {
    let office = Office::peopled();
    let _ = enter(&office, "1003", "864201");
    let _ = enter(&office, "864203", "864203");
    let rows = journal::page(office.store.conn(), 0, 1_000).expect("rows");
    assert!(rows.len() > 8);
    for row in rows {
        for secret in [PIN, "975310", "864201", "864203", "argon2"] {
            assert!(!row.payload.contains(secret) && !row.subject.contains(secret), "{}: {}", row.act, row.payload);
        }
    }
}

#[test]
fn a_pin_set_by_somebody_else_must_be_changed_and_says_who_set_it() {
    let office = Office::peopled();
    let (clerk, leader, new) = (office.person("1003"), office.actor("1001"), prepared("864200"));
    office.act(&leader, |tx| reset::set_for(tx, clerk.id, &new)).expect("a reset");
    assert_eq!(
        codes(verify_pin(&office.store, office.now, "tester", clerk.id, "864200", ("sign_off", Wait::Patient))),
        "pin_must_change"
    );
    let signed = enter(&office, "1003", "864200").expect("signed in");
    assert!(signed.must_change);
    assert_eq!(signed.reset_by, "1001");
    assert!(signed.notices[0].say(Lang::Zh).contains("赵敏 1001"));
    let attempt =
        closing_desk::office::sign_in::look_id(office.store.conn(), office.now, clerk.id, "864200").expect("a look");
    let own = prepared("975311");
    office
        .act(&attempt.actor("tester"), |tx| reset::change_own(tx, &attempt, &own))
        .expect("an act")
        .into_result()
        .expect("changed");
    let signed = enter(&office, "1003", "975311").expect("signed in");
    assert!(!signed.must_change && signed.notices.is_empty());
    // The look at the old PIN is worth nothing once the PIN has changed.
    assert_eq!(codes(office.act(&attempt.actor("tester"), |tx| reset::change_own(tx, &attempt, &own))), "pin_moved");
}

#[test]
fn a_right_pin_at_the_desk_writes_nothing_and_a_wrong_one_is_counted() {
    let office = Office::peopled();
    let leader = office.person("1002");
    let ask = |pin: &str| verify_pin(&office.store, office.now, "tester", leader.id, pin, ("sign_off", Wait::InPlace));
    let rows = office.rows();
    assert_eq!(ask(PIN).expect("right").staff_no, "1002");
    assert_eq!(office.rows(), rows);
    assert_eq!(codes(ask("135791")), "pin_wrong");
    assert_eq!(office.last_row("person 1002").0, "sign_in_failed");
    assert_eq!(office.person("1002").failures, 1);
    assert!(ask(PIN).is_ok());
    assert_eq!(office.person("1002").failures, 0);
}

#[test]
fn only_the_store_owner_resets_the_only_leader_and_another_person_confirms() {
    let office = Office::opened();
    let leader = office.person("1001");
    let new = prepared("864200");
    let nobody = closing_desk::db::Actor { os_user: "desk".to_owned(), ..Default::default() };
    office.act(&nobody, |tx| reset::reset_by_owner(tx, leader.id, &new)).expect("a reset");
    let open = reset::open_notice(office.store.conn()).expect("a read").expect("a notice");
    assert_eq!((open.person_id, open.os_user.as_str()), (leader.id, "desk"));
    let me = office.actor("1001");
    assert_eq!(codes(office.act(&me, reset::confirm_reset)), "same_person");
    let signed = enter(&office, "1001", "864200").expect("signed in");
    assert!(signed.must_change && signed.notices.len() == 2, "{:?}", signed.notices);
    office.add("张敏", &[Role::Clerk]);
    let clerk = office.actor("1002");
    office.act(&clerk, reset::confirm_reset).expect("confirmed");
    assert!(reset::open_notice(office.store.conn()).expect("a read").is_none());

    let office = Office::peopled();
    let two = office.person("1002");
    assert_eq!(codes(office.act(&nobody, |tx| reset::reset_by_owner(tx, two.id, &new))), "not_the_only_one");
}

//! People, deputies and their rules through the real store.

use crate::support::{Office, PIN, codes, list, nobody, prepared};
use closing_desk::kernel::clock::DAY;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::kernel::words::Lang;
use closing_desk::office::authority::{SignAuthority, may_sign};
use closing_desk::office::commands::{self, At};
use closing_desk::office::deputies::{self, NewDeputy, deputies_for};
use closing_desk::office::people::{self, NewPerson};
use closing_desk::office::store::{self, Person};
use closing_desk::office::{pin, reset};

fn clerk(name: &str) -> NewPerson {
    NewPerson { name: name.to_owned(), staff_no: String::new(), roles: list(&[Role::Clerk]), limit: None }
}

#[test]
fn with_two_leaders_rights_change_only_by_two_persons() {
    let office = Office::opened();
    let first = office.actor("1001");
    // With one leader one person is enough, even for a second leader.
    office.add("钱江", &[Role::Leader]);
    let (second, someone) = (office.actor("1002"), office.add("张敏", &[Role::Clerk]));
    let third = NewPerson { roles: list(&[Role::Leader]), ..clerk("孙立") };
    assert_eq!(codes(office.act(&first, |tx| people::add(tx, &third, None))), "second_person");
    assert_eq!(codes(office.act(&first, |tx| people::add(tx, &third, Some(&first)))), "second_person");
    let clerk_actor = office.actor(&someone.staff_no);
    assert_eq!(codes(office.act(&first, |tx| people::add(tx, &third, Some(&clerk_actor)))), "second_person");
    assert!(office.act(&first, |tx| people::add(tx, &third, Some(&second))).is_ok());
    let change = |to: Person, with| office.act(&first, |tx| people::change(tx, &someone, &to, with));
    let roles = Person { roles: someone.roles.with(Role::Reviewer), ..someone.clone() };
    assert_eq!(codes(change(roles.clone(), None)), "second_person");
    assert!(change(roles, Some(&second)).is_ok());
    assert_eq!(office.last_row("person 1003").1["second"], "1002");
    let leader = office.person("1002");
    let limit = Person { sign_limit: Some(Fen::from_yuan(5_000)), ..leader.clone() };
    assert_eq!(codes(office.act(&first, |tx| people::change(tx, &leader, &limit, None))), "second_person");
    // Names and disabling need one person; so does a new clerk.
    assert!(office.act(&first, |tx| people::add(tx, &clerk("周宁"), None)).is_ok());
    assert!(office.act(&first, |tx| people::set_enabled(tx, leader.id, false, None)).is_ok());
}

#[test]
fn enabling_a_leader_again_is_a_new_leader() {
    let office = Office::peopled();
    office.add("孙立", &[Role::Clerk]);
    let (first, second) = (office.actor("1001"), office.actor("1002"));
    let third = NewPerson { roles: list(&[Role::Leader]), ..clerk("周宁") };
    let third = office.act(&first, |tx| people::add(tx, &third, Some(&second))).expect("added");
    office.act(&first, |tx| people::set_enabled(tx, third.id, false, None)).expect("disabled");
    assert_eq!(codes(office.act(&first, |tx| people::set_enabled(tx, third.id, true, None))), "second_person");
    assert!(office.act(&first, |tx| people::set_enabled(tx, third.id, true, Some(&second))).is_ok());
    assert_eq!(office.last_row(&format!("person {}", third.staff_no)).0, "person_enable");
}

#[test]
fn the_last_leader_and_the_last_admin_stay() {
    let office = Office::peopled();
    let (first, second) = (office.person("1001"), office.actor("1002"));
    let actor = office.actor("1001");
    assert_eq!(codes(office.act(&actor, |tx| people::set_enabled(tx, first.id, false, Some(&second)))), "last_one");
    let no_admin = Person { roles: first.roles.without(Role::Admin), ..first.clone() };
    assert_eq!(codes(office.act(&actor, |tx| people::change(tx, &first, &no_admin, Some(&second)))), "last_one");
    // A leader without a PIN could not stand in.
    let alone = Office::opened();
    let (leader, boss) = (alone.person("1001"), alone.actor("1001"));
    let other = NewPerson { roles: list(&[Role::Leader, Role::Admin]), ..clerk("钱江") };
    alone.act(&boss, |tx| people::add(tx, &other, None)).expect("added");
    assert_eq!(codes(alone.act(&boss, |tx| people::set_enabled(tx, leader.id, false, None))), "last_one, last_one");
}

#[test]
fn somebody_known_from_cases_becomes_the_person_who_is_added() {
    let office = Office::opened();
    let leader = office.actor("1001");
    let known = store::insert(office.store.conn(), "王 建国", None, Roles::NONE, None, office.now).expect("a person");
    let new = NewPerson { staff_no: "A-017".to_owned(), ..clerk("王建国") };
    let added = office.act(&leader, |tx| people::add(tx, &new, None)).expect("added");
    assert_eq!((added.id, added.staff_no.as_str()), (known.id, "A-017"));
    let namesake = office.act(&leader, |tx| people::add(tx, &clerk("王建国"), None)).expect("a namesake");
    assert_ne!(namesake.id, known.id);
    let taken = NewPerson { staff_no: "Ａ-０１７".to_owned(), ..clerk("李晓红") };
    assert_eq!(codes(office.act(&leader, |tx| people::add(tx, &taken, None))), "staff_no_taken");
}

#[test]
fn every_finding_is_said_at_once_and_a_form_seen_too_long_ago_is_refused() {
    let office = Office::opened();
    let leader = office.actor("1001");
    let wrong = NewPerson {
        name: " ".to_owned(),
        staff_no: "工号".to_owned(),
        roles: Roles::NONE,
        limit: Some(Fen::from_yuan(1)),
    };
    assert_eq!(codes(office.act(&leader, |tx| people::add(tx, &wrong, None))), "name, staff_no, limit_leader, roles");
    let seen = office.act(&leader, |tx| people::add(tx, &clerk("张敏"), None)).expect("added");
    let renamed = Person { name: "张珉".to_owned(), ..seen.clone() };
    office.act(&leader, |tx| people::change(tx, &seen, &renamed, None)).expect("renamed");
    let (act, row) = office.last_row("person 1002");
    assert_eq!(
        (act.as_str(), row["name"].as_str(), row["name_was"].as_str()),
        ("person_change", Some("张珉"), Some("张敏"))
    );
    assert_eq!(codes(office.act(&leader, |tx| people::change(tx, &seen, &renamed, None))), "stale");
    let same = office.person("1002");
    assert_eq!(codes(office.act(&leader, |tx| people::change(tx, &same, &same, None))), "same");
}

#[test]
fn only_an_admin_changes_people_and_a_closed_office_asks_nobody() {
    let office = Office::peopled();
    let second = office.actor("1002");
    assert_eq!(codes(office.act(&second, |tx| people::add(tx, &clerk("周宁"), None))), "right");
    assert_eq!(codes(office.act(&nobody(), |tx| people::add(tx, &clerk("周宁"), None))), "sign_in");
    let fresh = Office::fresh();
    let added = fresh.act(&nobody(), |tx| people::add(tx, &clerk("周宁"), None)).expect("a fresh store asks nobody");
    let new = prepared(PIN);
    assert_eq!(codes(fresh.act(&nobody(), |tx| reset::set_for(tx, added.id, &new))), "first_pin");
    let boss = NewPerson { roles: list(&[Role::Leader]), ..clerk("赵敏") };
    let boss = fresh.act(&nobody(), |tx| people::add(tx, &boss, None)).expect("added");
    let boss = fresh.act(&nobody(), |tx| reset::set_for(tx, boss.id, &new)).expect("the first PIN");
    assert!(boss.roles.has(Role::Admin) && !boss.pin_must_change);
}

#[test]
fn a_deputy_signs_within_days_limit_and_the_leaders_standing() {
    let office = Office::peopled();
    let (leader, deputy) = (office.person("1001"), office.person("1003"));
    let new = NewDeputy {
        leader_id: leader.id,
        deputy_id: deputy.id,
        limit: Some(Fen::from_yuan(8_000)),
        from_at: office.now - 3 * DAY,
        to_at: office.now + DAY,
        reason: "休假".to_owned(),
    };
    let boss = office.actor("1001");
    let row = office.act(&boss, |tx| deputies::name(tx, &new)).expect("named");
    assert_eq!(row.from_at, office.now, "never backwards");
    let sign = |yuan, at| {
        let person = office.person("1003");
        let standing = deputies_for(office.store.conn(), person.id, at).expect("a read");
        may_sign(&person, &standing, Fen::from_yuan(yuan), at)
    };
    let yes = SignAuthority::Deputy { leader: leader.id, limit: Some(Fen::from_yuan(8_000)) };
    assert_eq!((sign(8_000, office.now), sign(8_000, office.now + DAY)), (yes, yes));
    assert_eq!(
        (sign(8_001, office.now), sign(1, office.now + DAY + 1)),
        (SignAuthority::AboveLimit, SignAuthority::No)
    );
    office.act(&boss, |tx| deputies::end(tx, row.id, "提前返岗")).expect("ended");
    assert_eq!(sign(1, office.now), SignAuthority::No);
    assert_eq!(codes(office.act(&boss, |tx| deputies::end(tx, row.id, "再次"))), "over");
}

#[test]
fn wrong_deputies_are_refused_with_every_finding() {
    let office = Office::peopled();
    let (leader, clerk) = (office.person("1001"), office.person("1003"));
    let second = office.actor("1002");
    let new = NewDeputy {
        leader_id: clerk.id,
        deputy_id: second.id,
        limit: Some(Fen::ZERO),
        from_at: office.now,
        to_at: office.now - 1,
        reason: String::new(),
    };
    assert_eq!(codes(office.act(&second, |tx| deputies::name(tx, &new))), "leader, limit, days, reason, own_deputy");
    let by_clerk = office.actor("1003");
    let fine = NewDeputy {
        leader_id: leader.id,
        deputy_id: clerk.id,
        limit: None,
        to_at: office.now + DAY,
        reason: "休假".to_owned(),
        ..new
    };
    assert_eq!(codes(office.act(&by_clerk, |tx| deputies::name(tx, &fine))), "right");
    assert!(office.act(&second, |tx| deputies::name(tx, &fine)).is_ok(), "another leader may");
}

#[test]
fn the_commands_say_what_they_did() {
    let office = Office::opened();
    let boss = office.actor("1001");
    let at = At { store: &office.store, now: office.now, lang: Lang::Zh, actor: &boss };
    let added = commands::person_add(at, &clerk("王建国"), None);
    assert_eq!((added.code, added.lines.join("")), (0, "已添加 王建国，工号 1002，岗位：结案岗".to_owned()));
    assert_eq!(commands::person_pin_asks(at, "王建国").expect("a question"), commands::PinAsks::New);
    assert_eq!(commands::person_pin(at, "王建国", None, "864200", "864201").code, 1);
    assert_eq!(commands::person_pin(at, "王建国", None, "864200", "864200").code, 0);
    assert!(commands::person_list(at).lines.iter().any(|l| l.contains("王建国") && l.contains("待改口令")));
    assert_eq!(commands::person_pin(at, "1001", Some(PIN), PIN, PIN).lines, ["新口令不能与原口令相同"]);
    assert_eq!(commands::person_pin(at, "1001", Some("111112"), "864202", "864202").code, 1);
    assert_eq!(office.person("1001").failures, 1, "a wrong old PIN is counted");
    assert_eq!(commands::person_pin(at, "1001", Some(PIN), "864202", "864202").code, 0);
    assert!(commands::act_as(&office.store, office.now, "tester", "赵敏", "864202").is_ok());
    assert_eq!(commands::person_disable(at, "没有此人", None).code, 1);
    let uid = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata(office.store.path()).expect("a file"));
    assert!(commands::owner_may_reset(&office.store, "1001", uid).expect("a look"));
    assert!(!commands::owner_may_reset(&office.store, "1001", uid + 1).expect("a look"));
    assert!(!commands::owner_may_reset(&office.store, "1002", uid).expect("a look"));
    assert_eq!(commands::person_reset_by_owner(at, uid, "1001", "975313", "975313").code, 0);
    assert_eq!(commands::parse_roles(&["clerk,领导".to_owned()]).expect("roles"), list(&[Role::Clerk, Role::Leader]));
    assert!(commands::parse_roles(&["boss".to_owned()]).is_err());
    let wrong = pin::prepare("1", "1", 6).expect_err("short");
    assert!(wrong.blocking());
}

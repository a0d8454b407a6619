//! The registers' acts on a real store: who may, what is refused, what old and new stores come with.

mod harness;

use closing_desk::db::{ActError, ActTx, Actor, Migration, Schema, Store, Wait, reconcile};
use closing_desk::instructions::rules::AccountKind;
use closing_desk::kernel::clock::parse_day;
use closing_desk::reference::accounts::{self, NewDirectAccount};
use closing_desk::reference::banks::{self, ChannelChange, NewBank, NewNames};
use closing_desk::reference::clauses::{self, NewClause};
use closing_desk::reference::invariants;
use closing_desk::reference::shops::{self, NewShop};
use closing_desk::registry::SCHEMA;
use harness::{CLERK, CLERK_2, LEADER, Office, moment};
use proptest::prelude::*;

const NOW: &str = "2026-11-23 15:12";
const ID: &str = "11010519491231002X";

fn office() -> std::rc::Rc<Office> {
    Office::with_people(moment("2026-11-23 08:00"))
}

fn act<T>(
    store: &Store,
    who: &Actor,
    now: &str,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> Result<T, String> {
    store.act(who, moment(now), "test", Wait::Patient, body).map_err(|error| error.findings().codes())
}

fn account() -> NewDirectAccount {
    NewDirectAccount {
        payee: "王建国".to_owned(),
        id_kind: String::new(),
        id_no: ID.to_owned(),
        account_kind: AccountKind::Card,
        bank: "工商银行".to_owned(),
        account: "6222 0200 0000 0000 000".to_owned(),
        holder: "王建国".to_owned(),
    }
}

fn shop() -> NewShop {
    NewShop {
        name: "合成汽修".to_owned(),
        licence: String::new(),
        uscc: "91350100M000100Y43".to_owned(),
        account_kind: AccountKind::Company,
        bank: "工商银行".to_owned(),
        account: "1302010109000000001".to_owned(),
        agent: "周合成".to_owned(),
        agent_id_no: ID.to_owned(),
        phone: "13800138000".to_owned(),
        expires_on: parse_day("2027-11-23"),
    }
}

fn clause(code: &str, text: &str, from: &str) -> NewClause {
    NewClause {
        code: code.to_owned(),
        title: "合成口径".to_owned(),
        kind: "items".to_owned(),
        text: text.to_owned(),
        source: "网点标准口径".to_owned(),
        article: String::new(),
        from_day: parse_day(from),
    }
}

fn change(open: bool, designated: bool, day: Option<&str>) -> ChannelChange {
    ChannelChange { open, designated, from_day: day.and_then(parse_day), reason: "合成原因".to_owned() }
}

fn sound(store: &Store) {
    for verdict in reconcile::run(store, invariants::INVARIANTS) {
        assert!(verdict.broken.is_none(), "{}: {:?}", verdict.invariant.name, verdict.broken);
    }
}

#[test]
fn a_store_of_any_age_has_the_banks_and_the_clauses_once() {
    let office = office();
    let banks_of = |store: &Store| banks::all(store.conn()).unwrap().len();
    let clauses_of =
        |store: &Store| clauses::search(store.conn(), "", parse_day("2026-11-23").unwrap(), 1_000).unwrap().len();
    let (banks, clauses) = (banks_of(&office.store()), clauses_of(&office.store()));
    assert!(banks > 15 && clauses > 25, "{banks} {clauses}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let old: &'static [Migration] = SCHEMA.migrations.get(..8).unwrap();
    let store = Store::open_or_create(&path, &Schema { migrations: old, seed: SCHEMA.seed }).unwrap();
    drop(store);
    let store = Store::open(&path, &SCHEMA).unwrap();
    assert_eq!((banks_of(&store), clauses_of(&store)), (banks, clauses));
    sound(&store);
}

#[test]
fn the_seeded_names_prefixes_and_articles_are_found() {
    let office = office();
    let store = office.store();
    let conn = store.conn();
    for (text, code) in [
        ("工商银行合肥分行", "icbc"),
        ("中国建设银行股份有限公司合肥庐阳支行", "ccb"),
        ("安徽省农村信用合作联社", "rcc"),
        ("合肥科技农村商业银行", "rcb"),
        ("长丰科源村镇银行", "vb"),
        ("邮政储蓄银行合肥市分行", "psbc"),
        ("招行", "cmb"),
    ] {
        assert_eq!(banks::named(conn, text).unwrap().map(|bank| bank.code).as_deref(), Some(code), "{text}");
    }
    assert_eq!(banks::recognise(conn, "６２２２ ０２00 0000 0000 000").unwrap().unwrap().code, "icbc");
    assert_eq!(banks::recognise(conn, "95588 0").unwrap().unwrap().code, "icbc");
    assert_eq!(banks::recognise(conn, "0000 0000 0000 0000").unwrap(), None);
    assert_eq!(banks::recognise(conn, "").unwrap(), None);
    for kind in ["rcc", "rcb", "vb", "psbc"] {
        assert!(!banks::channel(conn, kind, moment(NOW)).unwrap().open, "{kind}");
    }
    assert!(!banks::channel(conn, "nobody", moment(NOW)).unwrap().open);
    let designated: Vec<String> =
        banks::designated_open(conn, moment(NOW)).unwrap().into_iter().map(|bank| bank.code).collect();
    assert_eq!(designated, ["icbc", "ccb", "cmb"]);
    let day = parse_day("2026-11-23").unwrap();
    for (query, code) in
        [("第二十二条", "bxf-22"), ("bxf-65", "bxf-65"), ("jptzs 三日", "bxf-24"), ("lkydsm", "office-documents-1")]
    {
        let found = clauses::search(conn, query, day, 5).unwrap();
        let codes: Vec<&str> = found.iter().map(|clause| clause.code.as_str()).collect();
        assert_eq!(codes.first(), Some(&code), "{query}: {codes:?}");
    }
    assert_eq!(clauses::search(conn, "", day, 3).unwrap().len(), 3);
    let before_any = parse_day("2000-01-01").unwrap();
    assert!(clauses::search(conn, "", before_any, 3).unwrap().is_empty());
}

#[test]
fn only_those_with_the_right_change_a_register() {
    let office = office();
    let store = office.store();
    let (leader, clerk, precheck) = (office.actor(LEADER), office.actor(CLERK), office.actor("1005"));
    assert_eq!(
        act(&store, &clerk, NOW, |tx| banks::set_channel(tx, "rcc", &change(true, false, None))).unwrap_err(),
        "right"
    );
    assert_eq!(act(&store, &clerk, NOW, |tx| shops::verify(tx, None, &shop())).unwrap_err(), "right");
    assert_eq!(
        act(&store, &clerk, NOW, |tx| clauses::put(tx, &clause("a", "b", "2026-11-23"), "")).unwrap_err(),
        "right"
    );
    assert_eq!(act(&store, &precheck, NOW, |tx| accounts::enter(tx, &account())).unwrap_err(), "right");
    assert!(act(&store, &leader, NOW, |tx| shops::verify(tx, None, &shop())).is_ok());
    assert!(act(&store, &clerk, NOW, |tx| accounts::enter(tx, &account())).is_ok());
    sound(&store);
}

#[test]
fn an_account_needs_two_persons_and_one_holder() {
    let office = office();
    let store = office.store();
    let (clerk, other) = (office.actor(CLERK), office.actor(CLERK_2));
    let wrong = NewDirectAccount { holder: "李晓红".to_owned(), bank: "花旗".to_owned(), ..account() };
    assert_eq!(act(&store, &clerk, NOW, |tx| accounts::enter(tx, &wrong)).unwrap_err(), "no_bank, holder");
    let id = act(&store, &clerk, NOW, |tx| accounts::enter(tx, &account())).unwrap();
    assert_eq!(act(&store, &other, NOW, |tx| accounts::enter(tx, &account())).unwrap_err(), "known");
    assert_eq!(act(&store, &clerk, NOW, |tx| accounts::verify(tx, id)).unwrap_err(), "same_person");
    assert_eq!(
        act(&store, &other, NOW, |tx| accounts::verify_from_paper(tx, id, "6222020000000000008")).unwrap_err(),
        "differs"
    );
    act(&store, &other, NOW, |tx| accounts::verify_from_paper(tx, id, "6222-0200 0000 0000 000")).unwrap();
    assert_eq!(act(&store, &other, NOW, |tx| accounts::verify(tx, id)).unwrap_err(), "verified");
    assert_eq!(accounts::for_payee(store.conn(), ID, "王建国").unwrap().len(), 1);
    assert_eq!(accounts::by_id(store.conn(), id).unwrap().unwrap().verified_at, Some(moment(NOW)));
    assert_eq!(act(&store, &clerk, NOW, |tx| accounts::disable(tx, id, " ")).unwrap_err(), "reason");
    act(&store, &clerk, NOW, |tx| accounts::disable(tx, id, "换卡")).unwrap();
    assert_eq!(act(&store, &clerk, NOW, |tx| accounts::disable(tx, id, "换卡")).unwrap_err(), "disabled");
    assert!(accounts::for_payee(store.conn(), ID, "王建国").unwrap().is_empty());
    // The same number may come again once the old entry is out of force.
    assert!(act(&store, &clerk, NOW, |tx| accounts::enter(tx, &account())).is_ok());
    for (text, found) in [("王", 2), ("110105", 2), ("0000", 2), ("000", 0), ("李", 0), ("", 2)] {
        assert_eq!(accounts::search(store.conn(), text, 10).unwrap().len(), found, "{text}");
    }
    sound(&store);
}

#[test]
fn nobody_signed_in_is_no_second_person() {
    let office = Office::empty();
    let store = office.store();
    let anyone = Actor { os_user: "tests".to_owned(), unpeopled: true, ..Actor::default() };
    let id = act(&store, &anyone, NOW, |tx| accounts::enter(tx, &account())).unwrap();
    assert_eq!(act(&store, &anyone, NOW, |tx| accounts::verify(tx, id)).unwrap_err(), "same_person");
    assert!(accounts::for_payee(store.conn(), ID, "王建国").unwrap().is_empty());
}

#[test]
fn a_planned_channel_opens_at_its_day_and_can_still_be_called_off() {
    let office = office();
    let store = office.store();
    let leader = office.actor(LEADER);
    act(&store, &leader, NOW, |tx| banks::set_channel(tx, "rcc", &change(true, true, Some("2026-12-01")))).unwrap();
    let open = |at: &str| banks::channel(store.conn(), "rcc", moment(at)).unwrap().open;
    assert!(!open("2026-11-30 23:59:59") && open("2026-12-01 00:00"));
    assert_eq!(
        act(&store, &leader, NOW, |tx| banks::set_channel(tx, "rcc", &change(false, false, None))).unwrap_err(),
        "planned"
    );
    act(&store, &leader, NOW, |tx| banks::set_channel(tx, "rcc", &change(false, false, Some("2026-12-01")))).unwrap();
    assert!(!open("2026-12-01 00:00"));
    assert_eq!(banks::history(store.conn(), "rcc").unwrap().len(), 3, "the plan stays visible");
    sound(&store);
}

#[test]
fn a_bank_tells_everything_wrong_at_once_and_names_lead_to_one_bank() {
    let office = office();
    let store = office.store();
    let leader = office.actor(LEADER);
    let new = NewBank {
        name: "合成银行".to_owned(),
        names: NewNames::typed("工行、合行", "622202 12", "123"),
        open: false,
        designated: true,
        reason: String::new(),
    };
    let codes = act(&store, &leader, NOW, |tx| banks::add(tx, &new)).unwrap_err();
    assert_eq!(codes, "alias_taken, bin_shape, bin_taken, cnaps, designated_closed, reason");
    let names = NewNames::typed("工行 宇宙行", "62220299", "");
    let bank = act(&store, &leader, NOW, |tx| banks::extend(tx, "icbc", &names)).unwrap();
    assert!(bank.aliases.contains(&"宇宙行".to_owned()), "what is known already is no obstacle");
    assert_eq!(act(&store, &leader, NOW, |tx| banks::extend(tx, "icbc", &names)).unwrap_err(), "same");
    assert_eq!(banks::recognise(store.conn(), "6222029900000000").unwrap().unwrap().code, "icbc");
}

#[test]
fn a_shop_keeps_its_credit_code_and_comes_back_when_verified_again() {
    let office = office();
    let store = office.store();
    let leader = office.actor(LEADER);
    let id = act(&store, &leader, NOW, |tx| shops::verify(tx, None, &shop())).unwrap();
    assert_eq!(act(&store, &leader, NOW, |tx| shops::verify(tx, None, &shop())).unwrap_err(), "uscc_taken");
    act(&store, &leader, NOW, |tx| shops::end(tx, id, "停业")).unwrap();
    assert_eq!(act(&store, &leader, NOW, |tx| shops::end(tx, id, "停业")).unwrap_err(), "ended");
    let day = parse_day("2026-11-23").unwrap();
    let now = || shops::by_id(store.conn(), id).unwrap().unwrap();
    assert!(!shops::in_force(&now(), day));
    act(&store, &leader, NOW, |tx| shops::verify(tx, Some(id), &NewShop { agent: "吴合成".to_owned(), ..shop() }))
        .unwrap();
    assert!(shops::in_force(&now(), day));
    assert_eq!((now().agent.as_str(), shops::records(store.conn(), id).unwrap().len()), ("吴合成", 3));
    for (text, found) in [("汽修", 1), ("hcqx", 1), ("913501", 1), ("0001", 1), ("8000", 1), ("001", 0), ("无", 0)] {
        assert_eq!(shops::search(store.conn(), text, 10).unwrap().len(), found, "{text}");
    }
}

#[test]
fn a_retired_clause_comes_back_as_a_new_version() {
    let office = office();
    let store = office.store();
    let leader = office.actor(LEADER);
    let put = |text: &str, from: &str, reason: &str| {
        act(&store, &leader, NOW, |tx| clauses::put(tx, &clause("hc-1", text, from), reason))
    };
    let first = put("甲。", "2026-11-23", "").unwrap();
    assert_eq!(put("甲。", "2026-11-23", "x").unwrap_err(), "same");
    assert_eq!(put("乙。", "2026-11-23", "").unwrap_err(), "reason");
    assert_eq!(put("乙。", "2026-11-22", "x").unwrap_err(), "from_before");
    put("乙。", "2026-11-23", "说错了").unwrap();
    act(&store, &leader, NOW, |tx| clauses::retire(tx, first, "不再用")).unwrap();
    assert_eq!(act(&store, &leader, NOW, |tx| clauses::retire(tx, first, "不再用")).unwrap_err(), "retired");
    let day = parse_day("2026-11-23").unwrap();
    assert!(clauses::search(store.conn(), "hc-1", day, 5).unwrap().is_empty());
    put("乙。", "2026-11-23", "恢复").unwrap();
    let found = clauses::search(store.conn(), "hc-1", day, 5).unwrap();
    assert_eq!(found.iter().map(|clause| clause.version).collect::<Vec<_>>(), [3]);
    assert_eq!(
        act(&store, &leader, NOW, |tx| clauses::add(tx, &clause("hc-1", "丙。", "2026-11-23"))).unwrap_err(),
        "code_taken"
    );
    sound(&store);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_tried_the_registers_stay_sound(steps in prop::collection::vec((0..6_u8, 0..3_usize, any::<bool>(), 0..4_u32), 1..30)) {
        let office = office();
        let store = office.store();
        let people = [office.actor(LEADER), office.actor(CLERK), office.actor(CLERK_2)];
        for (number, (kind, who, flag, day)) in steps.into_iter().enumerate() {
            let by = &people[who];
            let now = format!("2026-11-23 16:{:02}", number % 60);
            let later = format!("2026-11-{:02}", 23 + day);
            let id = i64::from(day) + 1;
            // Refusals are as welcome as successes; what counts is what is left behind.
            let _ = match kind {
                0 => act(&store, by, &now, |tx| banks::set_channel(tx, "rcc", &change(flag, false, Some(&later))).map(drop)),
                1 => act(&store, by, &now, |tx| accounts::enter(tx, &NewDirectAccount { account: format!("622202000000000{day}"), ..account() }).map(drop)),
                2 => act(&store, by, &now, |tx| accounts::verify(tx, id)),
                3 => act(&store, by, &now, |tx| accounts::disable(tx, id, "合成原因")),
                4 => act(&store, by, &now, |tx| clauses::put(tx, &clause("hc-1", &format!("第{number}稿。"), &later), "合成原因").map(drop)),
                _ => act(&store, by, &now, |tx| clauses::retire(tx, if flag { 1 } else { 32 }, "合成原因")),
            };
        }
        sound(&store);
        for day in ["2026-11-23", "2026-11-26"] {
            let in_force = clauses::search(store.conn(), "hc-1", parse_day(day).unwrap(), 5).unwrap();
            prop_assert!(in_force.len() <= 1);
        }
        for account in accounts::search(store.conn(), "", 100).unwrap() {
            prop_assert!(account.verified_by != Some(account.entered_by));
        }
    }
}

//! The order of an answer against a plain reading of all cases, initials, several words, and stores of before.

use super::support::{Office, at, facts, fresh, now};
use closing_desk::case::commands;
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::find::{self, MOST_CANDIDATES, Matched};
use closing_desk::db::{Schema, Store, search};
use closing_desk::kernel::clock::NEVER;
use closing_desk::kernel::text::pinyin;
use closing_desk::kernel::words::Lang;
use closing_desk::registry;
use proptest::prelude::*;

fn ids(office: &Office, query: &str) -> Vec<i64> {
    find::find(office.store.conn(), query, 50).unwrap().cases.iter().map(|f| f.row.id).collect()
}

fn archived(closed: i64) -> Milestones {
    Milestones {
        steps: [Some(closed); 4],
        closed_at: Some(closed),
        outcome: Some(Outcome::Withdraw),
        told_at: Some(closed),
        filed_at: Some(closed),
        ..fresh()
    }
}

#[test]
fn initials_are_matched_from_their_start_with_the_surname_read_as_one() {
    let office = Office::new();
    let names = ["单雄信", "尉迟恭", "曾国藩", "𠮷野家", "王建国", "重庆某某商行", "仇英"];
    let of: Vec<i64> = names.iter().map(|name| office.insert(&facts(name), &fresh())).collect();
    for (query, at) in [
        ("s", 0),
        ("sx", 0),
        ("SXX", 0),
        ("ｓｘｘ", 0),
        ("dxx", 0),
        ("yc", 1),
        ("ycg", 1),
        ("wcg", 1),
        ("zgf", 2),
        ("𠮷y", 3),
        ("𠮷yj", 3),
        ("wj", 4),
        ("wjg", 4),
        ("cqmmsh", 5),
        ("cq", 5),
        ("qy", 6),
        ("cy", 6),
    ] {
        assert_eq!(ids(&office, query), [of[at]], "{query}");
        let found = &find::find(office.store.conn(), query, 50).unwrap().cases[0];
        assert_eq!((found.matched, found.exact), (Matched::Initials, false), "{query}");
        assert_eq!(found.marks.insured, (0..query.chars().count()).collect::<Vec<_>>(), "{query}");
    }
    for query in ["jg", "xx", "wjgg", "w g", "yj", "wjx", "cqmmsz"] {
        assert_eq!(ids(&office, query), [0_i64; 0], "{query}");
    }
    let json = commands::find(&office.store, "sxx", Lang::Zh, true).unwrap().text;
    assert!(json.contains("\"matched\": \"initials\""), "{json}");
}

#[test]
fn words_apart_narrow_the_answer() {
    let office = Office::new();
    let with = |name: &str, phone: &str| Facts { phone: phone.to_owned(), ..facts(name) };
    let first = office.insert(&with("王建国", "13800002391"), &fresh());
    let second = office.insert(&with("王晓红", "13800002392"), &fresh());
    office.insert(&with("李建国", "13800002391"), &fresh());
    let smith = office.insert(&facts("John Smith"), &fresh());
    assert_eq!(ids(&office, "王 2391"), [first]);
    assert_eq!(ids(&office, "2391　王"), [first]);
    assert_eq!(ids(&office, "wxh 2392"), [second]);
    assert_eq!(ids(&office, "王 国"), [first]);
    assert_eq!(ids(&office, "国 wj"), [first]);
    assert_eq!(ids(&office, "smith john"), [smith]);
    assert_eq!(ids(&office, "王 建 2391"), [first]);
    assert_eq!(ids(&office, "王 2393"), [0_i64; 0]);
    assert_eq!(ids(&office, "李 2392"), [0_i64; 0]);
    let found = find::find(office.store.conn(), "国 2391", 50).unwrap();
    assert_eq!(found.cases[0].marks.insured, [2]);
}

#[test]
fn a_case_moves_among_open_and_closed_ones_and_takes_its_name_along() {
    let office = Office::new();
    let id = office.insert(&facts("王建国"), &fresh());
    let other = office.insert(&facts("王建军"), &archived(at("2026-11-02 10:00:00")));
    assert_eq!(ids(&office, "wj"), [id, other]);
    office.save(id, |case| case.milestones = archived(at("2026-11-01 10:00:00")));
    assert_eq!(ids(&office, "wj"), [other, id]);
    assert_eq!(ids(&office, "建"), [other, id]);
    office.save(id, |case| case.facts.insured = "单建国".to_owned());
    assert_eq!((ids(&office, "wj"), ids(&office, "sjg"), ids(&office, "王")), (vec![other], vec![id], vec![other]));
    office.save(id, |case| case.milestones = Milestones { round: 2, ..fresh() });
    assert_eq!(ids(&office, "建"), [id, other]);
    assert!(!office.broken().contains(&"case.search"));
}

#[test]
fn an_act_that_enters_and_corrects_a_case_leaves_one_name() {
    let office = Office::new();
    let id = office
        .act(|tx| {
            let id = super::support::insert(tx, &facts("王建国"), &archived(now() - 100))?;
            super::support::save(tx, id, |case| case.facts.insured = "李建国".to_owned())?;
            super::support::save(tx, id, |case| case.milestones = Milestones { round: 2, ..fresh() })?;
            Ok(id)
        })
        .unwrap();
    assert_eq!((ids(&office, "王"), ids(&office, "李"), ids(&office, "ljg")), (vec![], vec![id], vec![id]));
    let closed = search::Query::whole(&search::letters("王建国")).unwrap();
    let stale = search::closed(office.store.conn(), search::Kind::Case, &closed, search::Before::ALL, 10).unwrap();
    assert_eq!(stale, []);
}

/// More cases of one phone tail than are looked at, and as many of one name.
#[test]
fn open_cases_come_first_however_many_answer() {
    let office = Office::new();
    let same = |name: &str, index: usize| Facts { phone: format!("138{index:04}2391"), ..facts(name) };
    let rules = closing_desk::reference::store::rulebook(&office.store).unwrap();
    let late = office
        .act(|tx| {
            for index in 0..=MOST_CANDIDATES {
                let closed = now() - 1_000_000 + i64::try_from(index).unwrap();
                super::support::insert(tx, &same("王某", index % 10_000), &archived(closed))?;
            }
            super::support::insert(tx, &same("王建国", 9_999), &fresh())
        })
        .unwrap();
    drop(rules);
    let hits = find::find(office.store.conn(), "2391", 50).unwrap();
    assert_eq!((hits.cases.len(), hits.cases[0].row.id), (50, late));
    assert!(hits.bounded && hits.more, "a newer closed one may be missing, and that is said");
    let answer = commands::find(&office.store, "2391", Lang::Zh, true).unwrap();
    assert!(answer.bounded);
    // Names come out of the index in order: nothing is missing, however many there are.
    let hits = find::find(office.store.conn(), "王", 50).unwrap();
    assert_eq!((hits.cases[0].row.id, hits.bounded, hits.more), (late, false, true));
    let closed: Vec<i64> = hits.cases[1..].iter().map(|f| f.row.milestones.closed_at.unwrap()).collect();
    assert!(closed.is_sorted_by(|a, b| a > b) && closed[0] == now() - 1_000_000 + 4_096);
}

const NAMES: [&str; 12] = [
    "王建国",
    "王国",
    "单建国",
    "单雄信",
    "李晟",
    "曾国藩",
    "王",
    "尉迟恭",
    "重庆建国商行",
    "阿凡提·买买提",
    "𠮷野",
    "John Wang",
];
const QUERIES: [&str; 16] =
    ["王", "王国", "国", "建国", "w", "wg", "wjg", "s", "sjg", "d", "ls", "lc", "cq", "𠮷", "j", "王 国"];

/// Best first, by the words of the issue, of all cases read one by one.
fn plainly(cases: &[(i64, &str, Option<i64>)], query: &str) -> Vec<i64> {
    let wanted = pinyin::letters(query);
    let words: Vec<Vec<char>> = query.split(' ').map(pinyin::letters).collect();
    let answers = |name: &[char], word: &Vec<char>| {
        name.windows(word.len()).any(|part| part == word.as_slice())
            || pinyin::initials_of(name).iter().any(|s| s.starts_with(&word.iter().collect::<String>()))
    };
    let mut found: Vec<(bool, bool, i64, i64)> = Vec::new();
    for (id, insured, closed) in cases {
        let name = pinyin::letters(insured);
        if answers(&name, &wanted) || words.iter().all(|word| answers(&name, word)) {
            let place = closed.map_or(NEVER, |at| -at);
            found.push((name != wanted, closed.is_some(), place, if closed.is_some() { -id } else { *id }));
        }
    }
    found.sort_unstable();
    found.into_iter().map(|(_, _, _, id)| id.abs()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(super::case_store::cases(6)))]

    #[test]
    fn an_answer_is_what_a_plain_reading_of_all_cases_gives(
        rows in prop::collection::vec((0..NAMES.len(), prop::option::of(1..400_i64)), 1..40),
    ) {
        let office = Office::new();
        let mut cases: Vec<(i64, &str, Option<i64>)> = Vec::new();
        for (name, day) in &rows {
            let closed = day.map(|day| now() - day * 86_400);
            let id = office.insert(&facts(NAMES[*name]), &closed.map_or_else(fresh, archived));
            cases.push((id, NAMES[*name], closed));
        }
        for query in QUERIES {
            // Cases without a date of claim are due at the same moment: only the keys tell them apart.
            let found = ids(&office, query);
            let due: Vec<i64> = found.iter().map(|id| office.case(*id).received_at).collect();
            prop_assert!(due.iter().all(|at| *at == now()));
            prop_assert_eq!(found, plainly(&cases, query), "{}", query);
        }
    }

    #[test]
    fn every_name_is_found_by_each_part_and_each_beginning_of_its_initials(name in "[王单曾李晟乐行重庆建国𠮷a-c1·]{1,9}") {
        let office = Office::new();
        let id = office.insert(&facts(&name), &fresh());
        let letters = pinyin::letters(&name);
        for size in 1..=2 {
            for part in letters.windows(size) {
                prop_assert_eq!(ids(&office, &part.iter().collect::<String>()), vec![id]);
            }
        }
        let strings = pinyin::initials(&name);
        prop_assert!(strings.len() <= pinyin::MOST_STRINGS && strings.is_empty() == letters.is_empty());
        for initials in strings {
            for length in 1..=initials.chars().count() {
                let query: String = initials.chars().take(length).collect();
                prop_assert_eq!(ids(&office, &query), vec![id], "{} by {}", name, query);
            }
        }
    }
}

#[test]
fn a_store_of_before_is_found_in_once_it_is_open() {
    let office = Office::new();
    let names = ["单雄信", "王建国", "𠮷野家"];
    let of: Vec<i64> = names.iter().map(|name| office.insert(&facts(name), &fresh())).collect();
    let closed = office.insert(&facts("单建国"), &archived(now() - 100));
    // What the version before kept: the same rows, and an index without initials.
    let path = office.path("before.db");
    let before = Schema { migrations: &registry::SCHEMA.migrations[..4], ..registry::SCHEMA };
    drop(Store::open_or_create(&path, &before).unwrap());
    let attach = format!("ATTACH '{}' AS old", path.display());
    office.corrupt(&attach);
    for table in ["cases", "case_round"] {
        let columns: String = office
            .store
            .conn()
            .query_row(&format!("SELECT group_concat(name) FROM pragma_table_info('{table}', 'old')"), [], |row| {
                row.get(0)
            })
            .unwrap();
        office.corrupt(&format!("INSERT INTO old.{table} ({columns}) SELECT {columns} FROM main.{table}"));
    }
    office.corrupt("DETACH old");
    let store = Store::open(&path, &registry::SCHEMA).unwrap();
    let found = |query: &str| -> Vec<i64> {
        find::find(store.conn(), query, 50).unwrap().cases.iter().map(|f| f.row.id).collect()
    };
    assert_eq!(found("s"), [of[0], closed]);
    assert_eq!(found("wjg"), [of[1]]);
    assert_eq!(found("野"), [of[2]]);
    assert_eq!(found("建国"), [of[1], closed]);
    let verdicts = closing_desk::db::reconcile::run(&store, &registry::invariants());
    assert!(verdicts.iter().any(|v| v.invariant.name == "case.search" && v.broken.is_none()));
}

//! The search box and the `find` command: what is found, in which order, and that nothing personal is printed.

use super::support::{Office, at, facts, fresh};
use closing_desk::case::commands;
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::{Milestones, Outcome};
use closing_desk::case::store::find::{Matched, find};
use closing_desk::kernel::words::Lang;
use serde_json::Value;

fn found(office: &Office, query: &str) -> Vec<i64> {
    find(office.store.conn(), query, 50).unwrap().cases.iter().map(|f| f.row.id).collect()
}

fn matched(office: &Office, query: &str) -> Vec<(Matched, bool)> {
    find(office.store.conn(), query, 50).unwrap().cases.iter().map(|f| (f.matched, f.exact)).collect()
}

fn archived(closed: &str) -> Milestones {
    let closed = at(closed);
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
fn names_are_found_by_one_and_two_characters_in_every_script() {
    let office = Office::new();
    let names = ["王建国", "阿凡提·买买提", "𠮷野家", "John Smith", "王", "ＡＣＭＥ物流", "李 红"];
    let ids: Vec<i64> = names.iter().map(|name| office.insert(&facts(name), &fresh())).collect();
    for (query, at) in [
        ("建国", 1),
        ("国", 1),
        ("阿凡提", 2),
        ("阿凡提·买买提", 2),
        ("阿凡提买买提", 2),
        ("阿凡提•买买提", 2),
        ("提·买", 2),
        ("提买", 2),
        ("买", 2),
        ("𠮷", 3),
        ("𠮷野", 3),
        ("john", 4),
        ("JOHN SMITH", 4),
        ("ｓｍｉｔｈ", 4),
        ("n s", 4),
        ("acme", 6),
        ("E物", 6),
        ("李红", 7),
        (" 李　红 ", 7),
    ] {
        assert_eq!(found(&office, query), [ids[at - 1]], "{query}");
    }
    assert_eq!(found(&office, "王"), [ids[4], ids[0]], "the whole name first");
    for query in ["国建", "王国", "阿提", "吉", "", "  ", "·", "*", "\"", "王建国王", "NOT", "𠮷国"] {
        assert_eq!(found(&office, query), [0_i64; 0], "{query}");
    }
}

#[test]
fn hostile_and_endless_questions_are_answered() {
    let office = Office::new();
    let long = "某".repeat(200);
    let id = office.insert(&facts(&long), &fresh());
    office.insert(&facts("某某"), &fresh());
    assert_eq!(found(&office, &long), [id]);
    assert_eq!(found(&office, &"某".repeat(201)), [0_i64; 0]);
    for query in [
        "王".repeat(20_000),
        "a OR b".repeat(3_000),
        "'; DROP TABLE cases; --".to_owned(),
        "\0\u{1b}[2J".to_owned(),
        "%_".to_owned(),
    ] {
        assert_eq!(found(&office, &query), [0_i64; 0]);
    }
    assert_eq!(find(office.store.conn(), "某", 0).unwrap().cases.len(), 0);
    assert_eq!(find(office.store.conn(), "某", 1).unwrap().cases.len(), 1);
}

#[test]
fn numbers_are_found_whole_and_by_their_tails() {
    let office = Office::new();
    let numbers = Facts {
        case_no: "PDZA20263401000004391".to_owned(),
        accident_no: "RDZA2026123".to_owned(),
        policy_no: "PDAA9988".to_owned(),
        plate: "皖A12345".to_owned(),
        id_no: "11010519491231002X".to_owned(),
        phone: "13800138000".to_owned(),
        ..facts("王建国")
    };
    let id = office.insert(&numbers, &fresh());
    office.insert(&facts("李晓红"), &fresh());
    let code = office.case(id).case_code;
    for (query, how) in [
        (code.as_str(), (Matched::CaseCode, true)),
        ("pdza20263401000004391", (Matched::CaseNo, true)),
        ("ＰＤＺＡ２０２６３４０１０００００４３９１", (Matched::CaseNo, true)),
        ("rdza2026123", (Matched::AccidentNo, true)),
        (" PDAA9988 ", (Matched::PolicyNo, true)),
        ("皖a12345", (Matched::Plate, true)),
        ("皖A1", (Matched::Plate, false)),
        ("4391", (Matched::CaseNoTail, false)),
        ("8000", (Matched::PhoneTail, false)),
        ("13800138000", (Matched::PhoneTail, false)),
        ("002x", (Matched::IdTail, false)),
        ("００２ｘ", (Matched::IdTail, false)),
        ("11010519491231002x", (Matched::IdTail, false)),
        ("PDZA2026", (Matched::CaseNo, false)),
        ("PDAA", (Matched::PolicyNo, false)),
    ] {
        assert_eq!(matched(&office, query), [how], "{query}");
    }
    for query in ["391", "2X", "1380", "138001380001", "002Y"] {
        assert_eq!(found(&office, query), [0_i64; 0], "{query}");
    }
}

#[test]
fn the_best_come_first() {
    let office = Office::new();
    let plate = |name: &str| Facts { plate: "皖A12345".to_owned(), ..facts(name) };
    let old = office.insert(&plate("甲"), &archived("2025-03-03 10:00:00"));
    let new = office.insert(&plate("乙"), &archived("2026-03-03 10:00:00"));
    let later = office.insert(&Facts { claimed_at: Some(at("2026-11-20 09:00:00")), ..plate("丙") }, &fresh());
    let sooner = office.insert(&Facts { claimed_at: Some(at("2026-11-01 09:00:00")), ..plate("丁") }, &fresh());
    assert_eq!(found(&office, "皖A12345"), [sooner, later, new, old]);
    let first: Vec<i64> = find(office.store.conn(), "皖A12345", 4).unwrap().cases.iter().map(|f| f.row.id).collect();
    assert_eq!(first, [sooner, later, new, old], "also when there are as many as asked for");

    // A whole name among many newer ones that hold it.
    let whole = office.insert(&facts("李红"), &archived("2024-03-03 10:00:00"));
    office
        .act(|tx| {
            for _ in 0..70 {
                super::support::insert(tx, &facts("李红梅"), &fresh())?;
            }
            Ok(())
        })
        .unwrap();
    let names = find(office.store.conn(), "李红", 50).unwrap().cases;
    assert_eq!((names[0].row.id, names[0].exact, names.len()), (whole, true, 50));
}

#[test]
fn a_corrected_name_is_found_and_the_old_one_no_longer() {
    let office = Office::new();
    let id = office.insert(&facts("王建国"), &fresh());
    office.save(id, |case| case.facts.insured = "王健国".to_owned());
    assert_eq!(found(&office, "建"), [0_i64; 0]);
    assert_eq!(found(&office, "健国"), [id]);
}

#[test]
fn the_command_prints_what_it_promises_and_nothing_personal() {
    let office = Office::new();
    let personal = Facts {
        case_no: "PDZA20263401000004391".to_owned(),
        id_no: "11010519491231002X".to_owned(),
        phone: "13800138000".to_owned(),
        account: "6222020200001234567".to_owned(),
        claimed_at: Some(at("2026-11-02 09:00:00")),
        ..facts("王\u{1b}[2J建国")
    };
    let id = office.insert(&personal, &fresh());
    let code = office.case(id).case_code;
    for lang in [Lang::Zh, Lang::En] {
        for query in ["002x", "8000", "13800138000", "11010519491231002X", "4391"] {
            for as_json in [false, true] {
                let answer = commands::find(&office.store, query, lang, as_json).unwrap();
                assert_eq!(answer.count, 1, "{query}");
                for secret in ["11010519491231002X", "13800138000", "6222020200001234567", "1949", "0138", "\u{1b}"] {
                    assert!(!answer.text.contains(secret), "{query}: {}", answer.text);
                }
            }
        }
    }
    let json = commands::find(&office.store, "4391", Lang::Zh, true).unwrap().text;
    let read: Value = serde_json::from_str(&json).unwrap();
    let keys: Vec<&str> = read[0].as_object().unwrap().keys().map(String::as_str).collect();
    let mut promised = [
        "case_no",
        "case_code",
        "line",
        "insured",
        "stage",
        "next_action",
        "due",
        "box",
        "position",
        "shelf",
        "matched",
    ];
    promised.sort_unstable();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, promised);
    assert_eq!((read[0]["case_code"].as_str(), read[0]["due"].as_str()), (Some(&*code), Some("2026-12-02 17:30:00")));
    assert_eq!((read[0]["stage"].as_str(), read[0]["next_action"].as_str()), (Some("closing"), Some("survey")));
    assert_eq!(read[0]["matched"], "case_no_tail");
    let text = commands::find(&office.store, "4391", Lang::Zh, false).unwrap().text;
    assert!(text.starts_with(&format!("{code}  PDZA20263401000004391  家庭财产险  ")), "{text}");
    assert!(text.ends_with("结案  1 查勘确认  2026-12-02 17:30:00"), "{text}");

    let none = commands::find(&office.store, "没有这个人", Lang::Zh, true).unwrap();
    assert_eq!((none.count, none.text.as_str()), (0, "[]"));
}

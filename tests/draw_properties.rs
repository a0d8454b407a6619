//! Properties of the sample: its size, its strata, that the same facts give the same draw and nobody picks.

use closing_desk::archive::rules::draw::{Member, Week, order, population_hash, power, seed, size};
use closing_desk::db::journal::sha256;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn members() -> impl Strategy<Value = Vec<Member>> {
    let one = (0u32..400, 1i64..3, 0usize..4, 0i64..1_000_000, proptest::option::of(0i64..1_000_000));
    prop::collection::vec(one, 0..120).prop_map(|rows| {
        let mut seen = BTreeSet::new();
        let rows = rows.into_iter().filter(|row| seen.insert((row.0, row.1)));
        rows.map(|(number, round, class, due_at, filed_at)| Member {
            case_id: i64::from(number),
            case_code: format!("1{number:011}"),
            round,
            class: ["motor", "cargo", "home", "life"][class].to_owned(),
            due_at,
            filed_at,
        })
        .collect()
    })
}

/// How many files each class has, and how many of them are drawn.
fn strata(placed: &[closing_desk::archive::rules::draw::Placed]) -> BTreeMap<String, (i64, i64)> {
    let mut found: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for placed in placed {
        let entry = found.entry(placed.member.class.clone()).or_default();
        entry.0 += 1;
        entry.1 += i64::from(placed.chosen);
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_class_gives_its_share_rounded_up_and_at_least_one(members in members(), rate in 1i64..=100, head in "[0-9a-f]{64}") {
        let placed = order(&members, &seed(Week::parse("2026-W48").unwrap(), &head), rate);
        prop_assert_eq!(placed.len(), members.len());
        for (files, drawn) in strata(&placed).into_values() {
            prop_assert_eq!(drawn, size(rate, files));
            prop_assert!(drawn >= 1 && drawn <= files);
            prop_assert!(drawn * 100 >= rate * files, "never less than the share");
            prop_assert!((drawn - 1) * 100 < rate * files || drawn == 1, "and not one more than rounding up");
        }
    }

    #[test]
    fn the_draw_follows_from_the_facts_alone(members in members(), head in "[0-9a-f]{64}", at in any::<prop::sample::Index>()) {
        let week = Week::parse("2026-W48").unwrap();
        let placed = order(&members, &seed(week, &head), 30);
        // The order in which the files come does not matter.
        let mut turned = members.clone();
        if !turned.is_empty() {
            let middle = at.index(turned.len());
            turned.rotate_left(middle);
        }
        prop_assert_eq!(&order(&turned, &seed(week, &head), 30), &placed);
        prop_assert_eq!(population_hash(&turned), population_hash(&members));
        // Within a class, whoever is drawn ranks before whoever is not.
        for one in &placed {
            for other in placed.iter().filter(|other| other.member.class == one.member.class) {
                let rank = |code: &str| sha256(format!("{}|{code}", seed(week, &head)).as_bytes());
                if one.chosen && !other.chosen {
                    prop_assert!(rank(&one.member.case_code) <= rank(&other.member.case_code));
                }
            }
        }
    }

    #[test]
    fn a_file_is_drawn_or_not_whatever_the_others_are_filed_at(members in members(), head in "[0-9a-f]{64}") {
        // Nobody picks: neither when a file was filed nor its deadline within the week moves it in the order.
        let week = Week::parse("2026-W48").unwrap();
        let blank: Vec<Member> =
            members.iter().cloned().map(|member| Member { filed_at: None, due_at: 0, ..member }).collect();
        let chosen = |members: &[Member]| -> Vec<(String, i64)> {
            let placed = order(members, &seed(week, &head), 30);
            placed.into_iter().filter(|p| p.chosen).map(|p| (p.member.case_code, p.member.round)).collect()
        };
        prop_assert_eq!(chosen(&members), chosen(&blank));
    }

    #[test]
    fn any_change_of_the_population_changes_its_hash(members in members(), at in any::<prop::sample::Index>()) {
        prop_assume!(!members.is_empty());
        let at = at.index(members.len());
        let before = population_hash(&members);
        let mut changed = members.clone();
        changed[at].due_at += 1;
        prop_assert_ne!(population_hash(&changed), before.clone());
        changed.remove(at);
        prop_assert_ne!(population_hash(&changed), before);
    }

    #[test]
    fn detection_power_is_a_share_that_grows_with_the_sample(files in 2i64..400, bad in 1i64..4) {
        prop_assume!(bad <= files);
        let shown: Vec<i64> = (0..=files).map(|drawn| power(files, drawn, bad)).collect();
        prop_assert!(shown.windows(2).all(|pair| pair[0] <= pair[1]));
        prop_assert_eq!((shown[0], shown[shown.len() - 1]), (0, 100));
    }
}

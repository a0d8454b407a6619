//! Who may sign a payable off: a leader within the own limit, or a deputy 代行审批 for a leader (domain §2).

use super::store::Person;
use crate::kernel::money::Fen;
use crate::kernel::roles::Role;

/// A deputy's standing as the store has it at a moment: in force, named by a leader who is enabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Key of the row.
    pub id: i64,
    /// The leader signed for.
    pub leader_id: i64,
    /// Who signs for the leader.
    pub deputy_id: i64,
    /// Largest payable under the delegation; none = as far as the leader's own limit goes.
    pub limit: Option<Fen>,
    /// The leader's own limit; none = no limit.
    pub leader_limit: Option<Fen>,
    /// In force from this moment on.
    pub from_at: i64,
    /// In force up to and including this moment.
    pub to_at: i64,
}

impl Delegation {
    /// Largest payable the deputy may sign: never more than the leader could; none = no limit.
    pub fn reach(&self) -> Option<Fen> {
        match (self.limit, self.leader_limit) {
            (Some(own), Some(leader)) => Some(own.min(leader)),
            (own, leader) => own.or(leader),
        }
    }
}

/// In whose name somebody may sign a payable off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignAuthority {
    /// In the own name.
    Own,
    /// For a leader.
    Deputy {
        /// The leader signed for.
        leader: i64,
        /// How far the delegation reaches; none = no limit.
        limit: Option<Fen>,
    },
    /// May sign, but not so much: the signature waits for a higher one.
    AboveLimit,
    /// May not sign at all.
    No,
}

fn covers(limit: Option<Fen>, payable: Fen) -> bool {
    limit.is_none_or(|limit| payable <= limit)
}

/// Decides in whose name a person may sign a payable off at a moment. The own name comes first; of several leaders the
/// one whose delegation reaches farthest, then the one named first.
pub fn may_sign(person: &Person, deputies: &[Delegation], payable: Fen, at: i64) -> SignAuthority {
    if !person.enabled {
        return SignAuthority::No;
    }
    let leads = person.roles.has(Role::Leader);
    if leads && covers(person.sign_limit, payable) {
        return SignAuthority::Own;
    }
    let mut in_force: Vec<&Delegation> = deputies
        .iter()
        .filter(|d| d.deputy_id == person.id && d.leader_id != person.id && (d.from_at..=d.to_at).contains(&at))
        .collect();
    // No limit reaches farthest, so it comes before every amount.
    in_force.sort_by_key(|d| (d.reach().is_some(), std::cmp::Reverse(d.reach()), d.id));
    match in_force.first() {
        Some(best) if covers(best.reach(), payable) => {
            SignAuthority::Deputy { leader: best.leader_id, limit: best.reach() }
        }
        None if !leads => SignAuthority::No,
        _ => SignAuthority::AboveLimit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::roles::Roles;
    use proptest::prelude::*;

    fn person(id: i64, leads: bool, limit: Option<i64>) -> Person {
        Person {
            id,
            staff_no: format!("{}", 1_000 + id),
            name: "Test".to_owned(),
            enabled: true,
            has_pin: true,
            pin_must_change: false,
            pin_reset_by: String::new(),
            failures: 0,
            retry_at: 0,
            sign_limit: limit.map(Fen::from_fen),
            roles: if leads { Roles::NONE.with(Role::Leader) } else { Roles::NONE.with(Role::Clerk) },
        }
    }

    fn delegation(id: i64, limit: Option<i64>, leader_limit: Option<i64>) -> Delegation {
        Delegation {
            id,
            leader_id: 100 + id,
            deputy_id: 1,
            limit: limit.map(Fen::from_fen),
            leader_limit: leader_limit.map(Fen::from_fen),
            from_at: 10,
            to_at: 20,
        }
    }

    #[test]
    fn limits_and_days_are_inclusive() {
        let at = |amount, at| {
            may_sign(&person(1, false, None), &[delegation(1, Some(500), None)], Fen::from_fen(amount), at)
        };
        let yes = SignAuthority::Deputy { leader: 101, limit: Some(Fen::from_fen(500)) };
        assert_eq!((at(500, 10), at(500, 20)), (yes, yes));
        assert_eq!(at(501, 10), SignAuthority::AboveLimit);
        assert_eq!((at(1, 9), at(1, 21)), (SignAuthority::No, SignAuthority::No));
        let own = |amount| may_sign(&person(1, true, Some(500)), &[], Fen::from_fen(amount), 0);
        assert_eq!((own(500), own(501)), (SignAuthority::Own, SignAuthority::AboveLimit));
    }

    #[test]
    fn a_leader_above_the_own_limit_may_sign_for_a_higher_one() {
        let deputies = [delegation(1, Some(900), Some(800)), delegation(2, None, None)];
        let found = may_sign(&person(1, true, Some(500)), &deputies, Fen::from_fen(700), 15);
        assert_eq!(found, SignAuthority::Deputy { leader: 102, limit: None });
    }

    proptest! {
        #[test]
        fn nobody_ever_signs_more_than_someone_allowed(
            leads: bool,
            enabled: bool,
            limit in proptest::option::of(0_i64..1_000),
            rows in proptest::collection::vec((proptest::option::of(0_i64..1_000), proptest::option::of(0_i64..1_000), 0_i64..40, 0_i64..40, 1_i64..4), 0..5),
            payable in 0_i64..1_100,
            at in 0_i64..40,
        ) {
            let me = Person { enabled, ..person(1, leads, limit) };
            let deputies: Vec<Delegation> = rows.iter().enumerate().map(|(n, (own, leader, from_at, to_at, deputy_id))| Delegation {
                from_at: *from_at, to_at: *to_at, deputy_id: *deputy_id, ..delegation(i64::try_from(n).unwrap_or(0), *own, *leader)
            }).collect();
            let amount = Fen::from_fen(payable);
            let in_force = |d: &&Delegation| d.deputy_id == 1 && d.from_at <= at && at <= d.to_at;
            let enough = |d: &Delegation| [d.limit, d.leader_limit].into_iter().flatten().all(|l| amount <= l);
            match may_sign(&me, &deputies, amount, at) {
                SignAuthority::Own => prop_assert!(enabled && leads && me.sign_limit.is_none_or(|l| amount <= l)),
                SignAuthority::Deputy { leader, limit } => {
                    prop_assert!(enabled && limit.is_none_or(|l| amount <= l));
                    prop_assert!(deputies.iter().filter(in_force).any(|d| d.leader_id == leader && enough(d)));
                    prop_assert!(!(leads && me.sign_limit.is_none_or(|l| amount <= l)), "the own name comes first");
                }
                SignAuthority::AboveLimit => {
                    prop_assert!(enabled && (leads || deputies.iter().any(|d| in_force(&d))));
                    prop_assert!(!deputies.iter().filter(in_force).any(enough));
                }
                SignAuthority::No => prop_assert!(!enabled || !leads && !deputies.iter().any(|d| in_force(&d))),
            }
            // More money never becomes easier to sign.
            if may_sign(&me, &deputies, amount, at) == SignAuthority::AboveLimit {
                let more = may_sign(&me, &deputies, Fen::from_fen(payable + 1), at);
                prop_assert_eq!(more, SignAuthority::AboveLimit);
            }
        }
    }
}

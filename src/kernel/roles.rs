//! The roles a person can have, as a small set. What each may do is decided in `office::rules`.

/// A role of the office (domain §12).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 结案岗
    Clerk,
    /// 材料预检岗
    Precheck,
    /// 出纳
    Cashier,
    /// 复核
    Reviewer,
    /// 归档岗
    Archivist,
    /// 单证资产岗
    Keeper,
    /// 领导
    Leader,
    /// 系统管理
    Admin,
    /// 审计
    Auditor,
}

impl Role {
    /// Every role, in the order of the office's own table.
    pub const ALL: [Role; 9] = [
        Role::Clerk,
        Role::Precheck,
        Role::Cashier,
        Role::Reviewer,
        Role::Archivist,
        Role::Keeper,
        Role::Leader,
        Role::Admin,
        Role::Auditor,
    ];

    /// The name used in the store, on the command line and in the journal.
    pub const fn code(self) -> &'static str {
        match self {
            Role::Clerk => "clerk",
            Role::Precheck => "precheck",
            Role::Cashier => "cashier",
            Role::Reviewer => "reviewer",
            Role::Archivist => "archivist",
            Role::Keeper => "keeper",
            Role::Leader => "leader",
            Role::Admin => "admin",
            Role::Auditor => "auditor",
        }
    }

    /// The role with this code.
    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.code() == code)
    }

    const fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// A set of roles; one person may hold several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Roles(u16);

impl Roles {
    /// No role.
    pub const NONE: Roles = Roles(0);

    /// Whether the set holds the role.
    pub const fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// The set with the role added.
    #[must_use]
    pub const fn with(self, role: Role) -> Roles {
        Roles(self.0 | role.bit())
    }

    /// The set with the role taken out.
    #[must_use]
    pub const fn without(self, role: Role) -> Roles {
        Roles(self.0 & !role.bit())
    }

    /// Whether the sets share a role.
    pub const fn any_of(self, other: Roles) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The roles held, in table order.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |r| self.has(*r))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<I: IntoIterator<Item = Role>>(iter: I) -> Roles {
        iter.into_iter().fold(Roles::NONE, Roles::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        for role in Role::ALL {
            assert_eq!(Role::from_code(role.code()), Some(role));
            let set: Roles = [role, Role::Clerk].into_iter().collect();
            assert!(set.has(role) && set.has(Role::Clerk));
            assert!(!set.without(role).has(role));
        }
        assert!(Roles::NONE.is_empty());
    }
}

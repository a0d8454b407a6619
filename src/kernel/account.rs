//! Numbers of bank accounts as people type them: folded to one form, and the check that only warns.

use super::identity;
use super::text::fold_upper;

/// An account number in one form: half-width, upper case, without the blanks and dashes people group it by.
#[must_use]
pub fn account(text: &str) -> String {
    fold_upper(text).chars().filter(|c| !matches!(c, ' ' | '-')).collect()
}

/// Whether a card's last digit fits the others (ISO/IEC 7812, Luhn), for 12 to 19 digits in any width, grouped or not.
/// Passbooks and company accounts have no such digit, so this only ever warns.
#[must_use]
pub fn luhn(text: &str) -> bool {
    identity::luhn_ok(&account(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_however_it_is_typed() {
        for typed in ["6222020000000000000", "6222 0200 0000 0000 000", "６２２２-０２００ ０００００００００００"]
        {
            assert_eq!(account(typed), "6222020000000000000", "{typed}");
        }
        assert_eq!(account(" 34-ab "), "34AB");
    }

    #[test]
    fn the_last_digit_of_a_card_fits() {
        assert!(luhn("4539 1488 0343 6467") && luhn("４５３９－１４８８-０３４３ ６４６７"));
        assert!(!luhn("4539148803436468") && !luhn("0000") && !luhn("") && !luhn("AB39148803436467"));
    }
}

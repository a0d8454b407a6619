//! Check digits, and the short checks that only warn: phones, cards and bank codes.

use crate::kernel::text::fold;

/// The check character of the first 17 digits of a citizen's number, by ISO 7064 MOD 11-2: `0`–`9` or `X`.
/// `None` unless given exactly 17 ASCII digits.
#[must_use]
pub fn mod11_2_check(digits: &str) -> Option<char> {
    let mut remainder = 0;
    for byte in digits.bytes() {
        remainder = (remainder + digit(byte)?) * 2 % 11;
    }
    (digits.len() == 17).then(|| match (12 - remainder) % 11 {
        10 => 'X',
        value => char::from(b'0' + value),
    })
}

/// The check digit for any number of digits by ISO 7064 MOD 11,10; `None` when empty or not ASCII digits only.
#[must_use]
pub fn mod11_10_check(digits: &str) -> Option<u8> {
    let mut product = 10;
    for byte in digits.bytes() {
        let sum = match (product + digit(byte)?) % 10 {
            0 => 10,
            sum => sum,
        };
        product = sum * 2 % 11;
    }
    (!digits.is_empty()).then_some((11 - product) % 10)
}

/// Whether a text is a mainland mobile number: 1, then 3–9, then nine digits.
#[must_use]
pub fn mobile_ok(text: &str) -> bool {
    let text = fold(text);
    let mut bytes = text.bytes();
    text.len() == 11
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|byte| (b'3'..=b'9').contains(&byte))
        && bytes.all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a bank card number whose last digit fits (ISO/IEC 7812, Luhn): 12 to 19 digits, blanks between
/// them allowed. Passbooks and company accounts have no such digit, so this only ever warns.
#[must_use]
pub fn luhn_ok(text: &str) -> bool {
    let text = fold(text);
    let (mut sum, mut count) = (0_u32, 0_u32);
    for byte in text.bytes().rev().filter(|byte| *byte != b' ') {
        let Some(value) = digit(byte) else {
            return false;
        };
        let doubled = u32::from(value) * (1 + count % 2);
        sum += doubled / 10 + doubled % 10;
        count += 1;
    }
    (12..=19).contains(&count) && sum.is_multiple_of(10)
}

/// Whether a text is a CNAPS bank code (大额支付行号): 12 digits, the last by ISO 7064 MOD 11,10.
#[must_use]
pub fn cnaps_ok(text: &str) -> bool {
    let text = fold(text);
    let Some((at, last)) = text.char_indices().next_back() else {
        return false;
    };
    let body = text.get(..at).unwrap_or_default();
    text.len() == 12 && last.is_ascii_digit() && mod11_10_check(body).map(u32::from) == last.to_digit(10)
}

fn digit(byte: u8) -> Option<u8> {
    byte.is_ascii_digit().then(|| byte - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_of_the_standards_own_examples() {
        // GB 11643 annex examples.
        assert_eq!(mod11_2_check("11010519491231002"), Some('X'));
        assert_eq!(mod11_2_check("44052418800101001"), Some('4'));
        assert_eq!(mod11_2_check("1101051949123100"), None);
        assert_eq!(mod11_2_check("1101051949123100A"), None);
        // ISO 7064: 0794 carries check digit 5.
        assert_eq!(mod11_10_check("0794"), Some(5));
        assert_eq!(mod11_10_check(""), None);
        assert_eq!(mod11_10_check("07９4"), None);
    }

    #[test]
    fn mobiles_are_eleven_digits_from_13_to_19() {
        for right in ["13800138000", "19912345678", "１３８００１３８０００", " 13800138000 "] {
            assert!(mobile_ok(right), "{right}");
        }
        for wrong in ["", "1", "12800138000", "1380013800", "138001380000", "23800138000", "1380013800a", "一三八"] {
            assert!(!mobile_ok(wrong), "{wrong}");
        }
    }

    #[test]
    fn cards_follow_luhn_and_anything_else_does_not() {
        assert!(luhn_ok("4111111111111111"));
        assert!(luhn_ok("4111 1111 1111 1111"));
        assert!(luhn_ok("４１１１１１１１１１１１１１１１"));
        for wrong in ["4111111111111112", "", "0", "00000000000", "4111-1111-1111-1111", "00000000000000000000"] {
            assert!(!luhn_ok(wrong), "{wrong}");
        }
    }

    #[test]
    fn cnaps_codes_have_twelve_digits_and_a_check_digit() {
        // Published codes of head offices.
        for right in ["102100099996", "105100000017", "104100000004", "103100000026"] {
            assert!(cnaps_ok(right), "{right}");
        }
        for wrong in ["102100099997", "10210009999", "1021000999960", "", "10210009999六"] {
            assert!(!cnaps_ok(wrong), "{wrong}");
        }
    }
}

//! Masks for personal data: enough to recognise, not enough to use (个人信息保护法 51).

use unicode_segmentation::UnicodeSegmentation;

use super::fold::tail;

/// What stands for a value too short to show any part of, and before a card's tail: it tells no length.
const HIDDEN: &str = "****";
/// A mask that would hide fewer characters than this hides nothing worth the name.
const LEAST_HIDDEN: usize = 4;

/// A document number with its first 6 and last 4 characters; shorter than 14 it is hidden whole.
#[must_use]
pub fn mask_id(number: &str) -> String {
    mask_middle(number, 6, 4)
}

/// A phone number with its first 3 and last 4 characters; shorter than 11 it is hidden whole.
#[must_use]
pub fn mask_phone(number: &str) -> String {
    mask_middle(number, 3, 4)
}

/// An account number's last 4 characters; shorter than 8 it is hidden whole.
#[must_use]
pub fn mask_card(number: &str) -> String {
    match number.graphemes(true).count() {
        0 => String::new(),
        count if count < 4 + LEAST_HIDDEN => HIDDEN.to_owned(),
        _ => format!("{HIDDEN}{}", tail(number, 4)),
    }
}

/// Whether a value was masked: it has three asterisks in a row. Such a value must never be stored as a fact.
#[must_use]
pub fn is_masked(text: &str) -> bool {
    // One star is looked for first: nearly every value has none.
    text.contains(['*', '＊']) && (text.contains("***") || text.contains("＊＊＊"))
}

fn mask_middle(text: &str, head: usize, end: usize) -> String {
    let count = text.graphemes(true).count();
    if count == 0 {
        return String::new();
    }
    match count.checked_sub(head + end) {
        Some(hidden) if hidden >= LEAST_HIDDEN => {
            let mut out: String = text.graphemes(true).take(head).collect();
            out.extend(std::iter::repeat_n('*', hidden));
            out.push_str(tail(text, end));
            out
        }
        _ => HIDDEN.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enough_is_shown_to_recognise_and_short_values_show_nothing() {
        assert_eq!(mask_id("11010519491231002X"), "110105********002X");
        assert_eq!(mask_id("E12345678"), "****");
        assert_eq!(mask_id("1234567890123"), "****");
        assert_eq!(mask_phone("13800138000"), "138****8000");
        assert_eq!(mask_phone("5551234"), "****");
        assert_eq!(mask_card("6222020200001234567"), "****4567");
        assert_eq!(mask_card("1234567"), "****");
        for mask in [mask_id, mask_phone, mask_card] {
            assert_eq!(mask(""), "");
        }
    }

    #[test]
    fn a_masked_value_is_known_as_one() {
        for value in ["11010519491231002X", "13800138000", "6222020200001234567", "7", "王"] {
            for mask in [mask_id, mask_phone, mask_card] {
                assert!(is_masked(&mask(value)), "{value}");
            }
            assert!(!is_masked(value));
        }
        assert!(is_masked("110＊＊＊＊1"));
        assert!(!is_masked("a**b"));
    }
}

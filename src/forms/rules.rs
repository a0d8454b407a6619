//! What holds for serials, without the store.

use crate::kernel::text;

/// Whether what was typed or scanned from the paper is the end of the serial: its last four digits.
pub fn tail_matches(serial: &str, typed: &str) -> bool {
    let typed = text::fold(typed);
    !typed.is_empty() && text::tail(serial, 4) == text::tail(typed.as_ref(), 4) && typed.chars().count() >= 4
}

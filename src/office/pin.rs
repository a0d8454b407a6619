//! PINs: which are taken, how they are hashed (Argon2id) and compared. A typed PIN is wiped from memory after use.

use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::phrase;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use zeroize::Zeroizing;

/// Memory of one hash in KiB: 19 MiB (OWASP's first choice for Argon2id).
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Threads of one hash.
const LANES: u32 = 1;
/// Most digits a PIN may have; more is a scan that went into the wrong field.
pub const MAX_DIGITS: usize = 64;

/// A PIN that is good enough, as it will be stored.
#[derive(Clone)]
pub struct NewPin {
    hash: String,
}

impl NewPin {
    /// The hash as a PHC string; it goes into the store and nowhere else.
    pub(super) fn hash(&self) -> &str {
        &self.hash
    }
}

impl std::fmt::Debug for NewPin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPin")
    }
}

/// A PIN as typed, full-width digits as half-width, blanks dropped.
pub fn folded(typed: &str) -> Zeroizing<String> {
    // Reserved at once, so that growing leaves no copy of the PIN behind.
    let mut out = Zeroizing::new(String::with_capacity(typed.len()));
    for c in typed.chars().filter(|c| !c.is_whitespace()) {
        let digit = u32::from(c).checked_sub(u32::from('\u{FF10}')).filter(|n| *n < 10);
        out.push(digit.and_then(|n| char::from_digit(n, 10)).unwrap_or(c));
    }
    out
}

/// What is wrong with a PIN, given the fewest digits it must have.
pub fn check(pin: &str, min_digits: i64) -> Findings {
    let mut found = Findings::new();
    if pin.is_empty() {
        found.push(Finding::block("pin_missing", "pin", W::OfficePinMissing));
        return found;
    }
    if !pin.bytes().all(|b| b.is_ascii_digit()) {
        found.push(Finding::block("pin_digits", "pin", W::OfficePinDigitsOnly));
        return found;
    }
    let digits = i64::try_from(pin.len()).unwrap_or(i64::MAX);
    if digits < min_digits || pin.len() > MAX_DIGITS {
        found.push(Finding::block("pin_length", "pin", phrase!(W::OfficePinLength, min_digits)));
    } else if is_trivial(pin.as_bytes()) {
        found.push(Finding::block("pin_trivial", "pin", W::OfficePinTrivial));
    }
    found
}

/// All digits equal, or a straight run up or down such as 123456, 890123 or 654321.
fn is_trivial(digits: &[u8]) -> bool {
    let steps = |by: u8| digits.windows(2).all(|pair| (pair[0] - b'0' + by) % 10 == pair[1] - b'0');
    [0, 1, 9].into_iter().any(steps)
}

/// Checks a new PIN and its repetition and hashes it; takes some tens of milliseconds, so never inside an act.
///
/// # Errors
/// What is wrong with the PIN, in words.
pub fn prepare(typed: &str, again: &str, min_digits: i64) -> Result<NewPin, Findings> {
    let pin = folded(typed);
    let mut found = check(&pin, min_digits);
    if found.is_empty() && *pin != *folded(again) {
        found.push(Finding::block("pin_differs", "again", W::OfficePinDiffers));
    }
    if found.blocking() {
        return Err(found);
    }
    match hash(&pin) {
        Some(hash) => Ok(NewPin { hash }),
        None => Err(Finding::block("pin_failed", "pin", W::OfficePinFailed).into()),
    }
}

/// [`prepare`] for somebody who changes the own PIN: the new one is another one.
///
/// # Errors
/// As [`prepare`].
pub fn prepare_change(old: &str, typed: &str, again: &str, min_digits: i64) -> Result<NewPin, Findings> {
    if *folded(old) == *folded(typed) && !typed.is_empty() {
        return Err(Finding::block("pin_same", "pin", W::OfficePinSame).into());
    }
    prepare(typed, again, min_digits)
}

fn hasher() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash(pin: &str) -> Option<String> {
    let hashed: PasswordHash = hasher()?.hash_password(pin.as_bytes()).ok()?;
    Some(hashed.to_string())
}

/// Whether a PIN is the one behind a stored hash. An empty hash costs the same time and is never right, so that
/// nobody can tell from the delay who exists.
pub fn is_right(typed: &str, stored: &str) -> bool {
    let pin = folded(typed);
    if stored.is_empty() {
        let _ = hash(&pin);
        return false;
    }
    let (Some(hasher), Ok(stored)) = (hasher(), PasswordHash::new(stored)) else { return false };
    hasher.verify_password(pin.as_bytes(), &stored).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_has_enough_digits_and_is_not_trivial() {
        let code = |pin: &str| check(&folded(pin), 6).codes();
        for (pin, wanted) in [
            ("", "pin_missing"),
            ("12a456", "pin_digits"),
            ("24680", "pin_length"),
            ("111111", "pin_trivial"),
            ("123456", "pin_trivial"),
            ("890123", "pin_trivial"),
            ("987654", "pin_trivial"),
            ("135790", ""),
            ("１３５７９１", ""),
            ("246 813", ""),
        ] {
            assert_eq!(code(pin), wanted, "{pin}");
        }
        assert_eq!(check("13579024", 9).codes(), "pin_length");
    }

    #[test]
    fn a_hash_is_salted_and_knows_its_own_pin_however_it_was_typed() {
        let new = prepare("135790", "１３５７９０", 6).expect("a good PIN");
        assert!(new.hash().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(is_right("１３５７９０", new.hash()) && !is_right("135791", new.hash()));
        assert!(!is_right("135790", "") && !is_right("", ""));
        assert_ne!(new.hash(), prepare("135790", "135790", 6).expect("a good PIN").hash());
        assert_eq!(format!("{new:?}"), "NewPin");
    }

    #[test]
    fn a_repetition_that_differs_is_said_at_its_field() {
        let found = prepare("135790", "135791", 6).expect_err("they differ");
        assert_eq!(found.iter().map(|f| f.field).collect::<Vec<_>>(), [Some("again")]);
    }
}

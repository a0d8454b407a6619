//! Unified social credit codes (GB 32100): 18 characters, the last one a MOD 31 check.

use super::IdProblem;

/// The alphabet in order of value: no I, O, S, V, Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Characters before the check character.
const BODY: usize = 17;

/// What is wrong with a folded code, if anything.
pub(super) fn problem(code: &str) -> Option<IdProblem> {
    if code.chars().count() != BODY + 1 {
        return Some(IdProblem::BadUsccLength);
    }
    if !code.bytes().all(|byte| ALPHABET.contains(&byte)) {
        return Some(IdProblem::BadUsccCharacter);
    }
    (check(code) != code.chars().next_back()).then_some(IdProblem::BadUsccCheck)
}

/// Builds a code from its first 17 characters, for synthetic data; `None` unless they are of the alphabet.
#[must_use]
pub fn uscc(base17: &str) -> Option<String> {
    let check = check(base17).filter(|_| base17.len() == BODY)?;
    Some(format!("{base17}{check}"))
}

/// The check character of the first 17 characters: 31 − (Σ value × 3ⁿ mod 31), where 31 counts as 0.
fn check(code: &str) -> Option<char> {
    let (mut sum, mut weight) = (0, 1);
    for byte in code.bytes().take(BODY) {
        let value = ALPHABET.iter().position(|known| *known == byte)?;
        sum = (sum + value * weight) % 31;
        weight = weight * 3 % 31;
    }
    ALPHABET.get((31 - sum) % 31).copied().map(char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_code_is_right_and_its_misreadings_are_not() {
        // The example of GB 32100 as printed on sample licences.
        assert_eq!(problem("91350100M000100Y43"), None);
        assert_eq!(uscc("91350100M000100Y4").as_deref(), Some("91350100M000100Y43"));
        assert_eq!(problem("91350100M000100Y44"), Some(IdProblem::BadUsccCheck));
        assert_eq!(problem("91350100M000100V43"), Some(IdProblem::BadUsccCharacter));
        assert_eq!(problem("91350100M000100Y4"), Some(IdProblem::BadUsccLength));
        assert_eq!(uscc("91350100M000100"), None);
        assert_eq!(uscc("91350100I000100Y4"), None);
    }
}

//! Vehicle plates (GA 36): their shapes, and the key that joins two spellings of one plate.

use std::borrow::Cow;

use crate::kernel::text::fold_upper;

/// The province's character a civil plate begins with.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
/// Kinds that stand at the end instead of a fifth letter or digit.
const TAILS: &str = "挂学警港澳领试超";
/// The energy letters of new-energy plates (2018, and the further ones of 2021).
const ENERGY: &str = "DFABCEGHJK";

/// A plate for comparison and search: half-width, upper case, without the dot, hyphen and blanks people put in.
#[must_use]
pub fn plate_key(text: &str) -> Cow<'_, str> {
    let folded = fold_upper(text);
    if folded.contains(is_separator) { Cow::Owned(folded.replace(is_separator, "")) } else { folded }
}

/// Whether a text has the shape of a plate: civil (7 characters, also with a 挂, 学, 警, 港, 澳 … tail), new energy
/// (8), embassy, or armed police. Only ever a warning: plates in use are older than the standard.
#[must_use]
pub fn plate_ok(text: &str) -> bool {
    let key = plate_key(text);
    // No plate is longer; what is longer need not be looked at.
    let mut seen = ['\0'; 9];
    let mut count = 0;
    for (slot, c) in seen.iter_mut().zip(key.chars()) {
        *slot = c;
        count += 1;
    }
    let Some(chars) = seen.get(..count) else {
        return false;
    };
    match chars {
        ['使', rest @ ..] => rest.len() == 6 && rest.iter().all(char::is_ascii_digit),
        ['W', 'J', province, rest @ ..] => {
            PROVINCES.contains(*province) && rest.len() == 5 && rest.iter().all(|c| is_serial(*c))
        }
        [province, authority, rest @ ..] => {
            PROVINCES.contains(*province)
                && authority.is_ascii_uppercase()
                && is_serial(*authority)
                && (civil(rest) || new_energy(rest))
        }
        _ => false,
    }
}

/// Five letters or digits, or four and a tail; 应急 counts as one tail of two characters.
fn civil(serial: &[char]) -> bool {
    match serial {
        [body @ .., '应', '急'] => body.len() == 4 && body.iter().all(|c| is_serial(*c)),
        [body @ .., last] => {
            body.len() == 4 && body.iter().all(|c| is_serial(*c)) && (is_serial(*last) || TAILS.contains(*last))
        }
        [] => false,
    }
}

/// Six characters: small cars have the energy letter first (then a letter or digit and four digits), large ones last.
fn new_energy(serial: &[char]) -> bool {
    let digits = |part: &[char]| part.iter().all(char::is_ascii_digit);
    match serial {
        [first, second, rest @ ..] if rest.len() == 4 => {
            let small = ENERGY.contains(*first) && is_serial(*second) && digits(rest);
            let large = first.is_ascii_digit()
                && second.is_ascii_digit()
                && matches!(rest, [body @ .., last] if digits(body) && ENERGY.contains(*last));
            small || large
        }
        _ => false,
    }
}

/// A letter or digit a serial may have: I and O would be read as 1 and 0.
fn is_serial(c: char) -> bool {
    c.is_ascii_digit() || (c.is_ascii_uppercase() && !matches!(c, 'I' | 'O'))
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | '·' | '•' | '・' | '‧' | '∙' | '．' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shapes_of_the_standard_are_known() {
        for right in [
            "皖A12345",
            "皖a·1234b",
            "皖Ａ１２３４５",
            "皖A-12345",
            "京AD12345",
            "京AFA2345",
            "京A12345D",
            "粤BK12345",
            "皖A1234挂",
            "皖A1234学",
            "皖A1234警",
            "粤Z1234港",
            "粤Z1234澳",
            "京A0001应急",
            "使014578",
            "WJ京12345",
        ] {
            assert!(plate_ok(right), "{right}");
        }
        for wrong in [
            "",
            "皖",
            "皖A",
            "A12345",
            "皖A1234",
            "皖A123456",
            "皖AI2345",
            "皖O12345",
            "皖112345",
            "皖A1234挂挂",
            "暂未上牌",
            "皖A12345678",
            "使01457",
            "京AD123456",
            "京AD1234F",
        ] {
            assert!(!plate_ok(wrong), "{wrong}");
        }
    }

    #[test]
    fn spellings_of_one_plate_share_a_key() {
        for text in ["皖A12B45", "皖a·12b45", " 皖Ａ １２Ｂ４５", "皖A-12B45"] {
            assert_eq!(plate_key(text), "皖A12B45", "{text}");
        }
        assert!(matches!(plate_key("皖A12B45"), Cow::Borrowed(_)));
    }
}

//! 值班表: whom a typed line of persons names.

use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;

/// One typed name or 工号 with the persons it may mean.
pub type Typed = (String, Vec<i64>);

/// The names of a typed line, divided by blanks, commas or 、.
pub fn names(line: &str) -> Vec<String> {
    let folded = text::fold(line);
    let parts = folded.split([' ', ',', ';', '\u{3001}', '\u{ff1b}']).map(str::trim).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// The persons a line names, each once.
///
/// # Errors
/// A finding for every name that is nobody's or several persons'.
pub fn persons(typed: &[Typed]) -> Result<Vec<i64>, Findings> {
    let (mut found, mut ids) = (Findings::new(), Vec::new());
    for (name, meant) in typed {
        match meant.as_slice() {
            [one] if !ids.contains(one) => ids.push(*one),
            [_] => {}
            [] => found.push(Finding::block("nobody", "people", phrase!(W::SealNobody, Arg::Text(name.clone())))),
            _ => found.push(Finding::block("several", "people", phrase!(W::SealSeveral, Arg::Text(name.clone())))),
        }
    }
    if found.blocking() { Err(found) } else { Ok(ids) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_persons_however_it_is_divided() {
        assert_eq!(names("1003、张敏, １００８;x"), ["1003", "张敏", "1008", "x"]);
        assert!(names(" ").is_empty());
        let typed = |meant: &[&[i64]]| -> Vec<Typed> { meant.iter().map(|m| ("n".to_owned(), m.to_vec())).collect() };
        assert_eq!(persons(&typed(&[&[3], &[5], &[3]])), Ok(vec![3, 5]));
        let codes = persons(&typed(&[&[3], &[], &[1, 2]])).map_err(|found| found.codes());
        assert!(codes.is_err_and(|codes| codes.contains("nobody") && codes.contains("several")));
    }
}

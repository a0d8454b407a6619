//! The timeline of a case: its journal rows in words.

use crate::kernel::words::{Arg, Phrase, W};

/// The label of an act, from the words `acts.<name>`; an act without one shows its name.
pub fn act_label(act: &str) -> Phrase {
    let mut key = String::from("acts.");
    key.extend(act.chars().map(|c| if c == '_' || c == '.' { '-' } else { c }));
    match W::ALL.iter().find(|word| word.key() == key) {
        Some(word) => (*word).into(),
        None => Phrase::new(W::CasePlain, [Arg::Text(act.to_owned())]),
    }
}

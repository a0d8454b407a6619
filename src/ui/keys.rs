//! Keys as rows: one record per action, from which dispatch, footer, help, palette and tests are read.

mod bind;
mod chord;
mod footer;
mod rows;

pub use bind::{Action, BindProblem, bind};
pub(in crate::ui) use chord::fold_char;
pub use chord::{Chord, ChordError, fold};
pub use footer::{FooterItem, draw_footer, footer_height, footer_items, footer_line};
pub use rows::{ActionId, KeyRow, Keymap, Resolved, bare_letter_only, clashes};

//! Text as people type it and screens show it: folding, measuring in cells, making foreign text harmless, masking.
//!
//! Bytes are stored, graphemes are moved over, cells are measured; no function here slices by bytes.

mod fold;
mod mask;
mod measure;
mod outside;
pub mod pinyin;
mod wrap;

use fold::fold_char;
pub use fold::{fold, fold_name, fold_upper, reversed, tail};
pub use mask::{is_masked, mask_card, mask_id, mask_phone};
pub use measure::{clip, clip_left, pad_left, pad_right, width};
pub use outside::{MAX_FIELD_CHARS, TextProblem, escape_formula, neutralise, outside_text_problem, unescape_formula};
pub use wrap::wrap;

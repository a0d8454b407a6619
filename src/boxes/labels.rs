//! Labels of boxes, shelves, files and badges: the code as a barcode (SVG), as text for label printers, as a QR.

use crate::kernel::code::Code;
use crate::kernel::text;
use crate::ui::print::Sheet;
use barcoders::generators::svg::SVG;
use barcoders::sym::code128::Code128;
use qrcode::{EcLevel, QrCode};

/// Character set C of Code 128: two digits a symbol, so that twelve digits are narrow. The barcode crate asks for it by
/// this letter in front.
const SET_C: char = '\u{0106}';
/// Height of the bars in modules.
const BAR_HEIGHT: u32 = 60;
/// Blank modules on each side that a scanner needs (ISO/IEC 15417: ten).
const QUIET: usize = 10;

/// The modules of a code's barcode, quiet zones included; nothing when the code cannot be drawn, which no code of ours is.
fn modules(code: &Code) -> Option<Vec<u8>> {
    let bars = Code128::new(format!("{SET_C}{code}")).ok()?.encode();
    let mut all = vec![0; QUIET];
    all.extend(bars);
    all.extend([0; QUIET]);
    Some(all)
}

/// The barcode of a code as an SVG picture; nothing when it cannot be drawn.
pub fn svg(code: &Code) -> Option<String> {
    SVG::new(BAR_HEIGHT).generate(modules(code)?).ok()
}

/// A label: the words and the code as text for a label printer, and the barcode as a picture beside it.
pub fn label(title: &str, lines: &[String], code: &Code) -> Sheet {
    let mut sheet = Sheet::new("label", title);
    sheet.centred(title);
    for line in lines {
        sheet.centred(line);
    }
    sheet.centred(&spaced(code));
    sheet.with_picture(svg(code))
}

/// The code as a person reads it, in groups of four.
pub fn spaced(code: &Code) -> String {
    let digits = code.as_str();
    let four = |from: usize| digits.get(from..from + 4).unwrap_or_default();
    format!("{} {} {}", four(0), four(4), four(8))
}

/// The rows of a QR of a text, true = dark, with one light module around.
pub fn qr(words: &str) -> Vec<Vec<bool>> {
    let Ok(drawn) = QrCode::with_error_correction_level(text::fold(words).as_bytes(), EcLevel::M) else {
        return Vec::new();
    };
    let width = drawn.width();
    let colours = drawn.to_colors();
    let light = || vec![false; width + 2];
    let mut rows = vec![light()];
    for row in colours.chunks(width) {
        let mut line = vec![false];
        line.extend(row.iter().map(|colour| *colour == qrcode::Color::Dark));
        line.push(false);
        rows.push(line);
    }
    rows.push(light());
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::code::CodeKind;

    #[test]
    fn a_code_is_drawn_as_code_128_c_with_its_quiet_zones() {
        let code = Code::new(CodeKind::Box, 2026, 7).unwrap();
        let bars = modules(&code).unwrap();
        // Start, six pairs, check symbol of eleven modules each, stop of thirteen, ten light ones on each side.
        assert_eq!(bars.len(), 11 * 8 + 13 + 20);
        assert!(bars[..10].iter().chain(&bars[bars.len() - 10..]).all(|m| *m == 0));
        // The start symbol of set C.
        assert_eq!(&bars[10..21], [1, 1, 0, 1, 0, 0, 1, 1, 1, 0, 0]);
        let picture = svg(&code).unwrap();
        assert!(picture.starts_with("<svg") && picture.ends_with("</svg>"), "{picture}");
        assert_eq!(spaced(&code), format!("2260 0000 {}", &code.as_str()[8..]));
    }

    #[test]
    fn a_qr_of_a_code_has_21_modules_and_a_light_border() {
        let rows = qr("226000000076");
        assert_eq!((rows.len(), rows[0].len()), (23, 23));
        assert!(rows[0].iter().all(|dark| !dark) && rows[1][1] && rows[1][7], "the finder pattern");
    }
}

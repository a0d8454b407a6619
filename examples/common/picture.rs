//! A screen as SVG: every run of equal looks is one text, stretched to its cells, so that wide characters stay in place.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

const CELL_WIDTH: usize = 9;
const CELL_HEIGHT: usize = 19;
const INK: &str = "#d8dee9";
const PAPER: &str = "#1d2129";

fn colour(colour: Color, fallback: &'static str) -> &'static str {
    match colour {
        Color::Black => "#1d2129",
        Color::Red => "#e06c75",
        Color::Green => "#98c379",
        Color::Yellow => "#e5c07b",
        Color::Blue => "#61afef",
        Color::Magenta => "#c678dd",
        Color::Cyan => "#56b6c2",
        Color::Gray => "#abb2bf",
        Color::DarkGray => "#7d8799",
        Color::LightRed => "#ff7b86",
        Color::LightGreen => "#b5e890",
        Color::LightYellow => "#ffd68a",
        Color::LightBlue => "#8cc8ff",
        Color::LightMagenta => "#e2a3f2",
        Color::LightCyan => "#7fd8e2",
        Color::White => "#ffffff",
        _ => fallback,
    }
}

/// Ink, paper, bold.
fn look(cell: &Cell) -> (&'static str, &'static str, bool) {
    let (ink, paper) = (colour(cell.fg, INK), colour(cell.bg, PAPER));
    let bold = cell.modifier.contains(Modifier::BOLD);
    let dim = cell.modifier.contains(Modifier::DIM);
    let ink = if dim && ink == INK { "#7d8799" } else { ink };
    if cell.modifier.contains(Modifier::REVERSED) { (paper, ink, bold) } else { (ink, paper, bold) }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One run of cells: first column, cells, text, look.
type Run = (usize, usize, String, (&'static str, &'static str, bool));

fn runs(buffer: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        let cells = cell.symbol().width().max(1);
        let look = look(cell);
        let wide = cells > 1;
        match runs.last_mut() {
            Some((start, length, text, last))
                if *last == look
                    && *start + *length == usize::from(x)
                    && (text.width() > text.chars().count()) == wide =>
            {
                text.push_str(cell.symbol());
                *length += cells;
            }
            _ => runs.push((usize::from(x), cells, cell.symbol().to_owned(), look)),
        }
        x += u16::try_from(cells).unwrap_or(1);
    }
    runs
}

/// The whole screen.
pub fn svg(buffer: &Buffer) -> String {
    let (width, height) = (usize::from(buffer.area.width) * CELL_WIDTH, usize::from(buffer.area.height) * CELL_HEIGHT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"'Sarasa Mono SC','Noto Sans Mono CJK SC','WenQuanYi Micro Hei Mono',Menlo,Consolas,monospace\" \
         font-size=\"15\" xml:space=\"preserve\">\n"
    );
    for y in 0..buffer.area.height {
        for (x, cells, text, (ink, paper, bold)) in runs(buffer, y) {
            let (left, top, wide) = (x * CELL_WIDTH, usize::from(y) * CELL_HEIGHT, cells * CELL_WIDTH);
            if paper != PAPER {
                let _ = writeln!(
                    out,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{CELL_HEIGHT}\" fill=\"{paper}\"/>"
                );
            }
            if text.trim().is_empty() {
                continue;
            }
            let weight = if bold { " font-weight=\"bold\"" } else { "" };
            let base = top + 14;
            let text = escaped(&text);
            let _ = writeln!(
                out,
                "<text x=\"{left}\" y=\"{base}\" textLength=\"{wide}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{ink}\"{weight}>{text}</text>"
            );
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

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

/// One run of cells: first column, cells, symbols with their columns, look.
struct Run {
    start: usize,
    cells: usize,
    symbols: Vec<(usize, String)>,
    look: (&'static str, &'static str, bool),
}

fn runs(buffer: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut x = 0;
    while x < buffer.area.width {
        let cell = &buffer[(x, y)];
        let cells = cell.symbol().width().max(1);
        let (look, column) = (look(cell), usize::from(x));
        if runs.last().is_none_or(|run| run.look != look) {
            runs.push(Run { start: column, cells: 0, symbols: Vec::new(), look });
        }
        if let Some(run) = runs.last_mut() {
            run.cells += cells;
            run.symbols.push((column, cell.symbol().to_owned()));
        }
        x += u16::try_from(cells).unwrap_or(1);
    }
    runs
}

/// The strokes of a box-drawing character from the middle of its cell: left, right, up, down.
fn strokes(symbol: &str) -> Option<[bool; 4]> {
    Some(match symbol {
        "─" => [true, true, false, false],
        "│" => [false, false, true, true],
        "┌" => [false, true, false, true],
        "┐" => [true, false, false, true],
        "└" => [false, true, true, false],
        "┘" => [true, false, true, false],
        _ => return None,
    })
}

fn draw_strokes(out: &mut String, [left, right, up, down]: [bool; 4], column: usize, y: u16, ink: &str) {
    let (x, top) = (column * CELL_WIDTH, usize::from(y) * CELL_HEIGHT);
    let (middle, centre) = (x + CELL_WIDTH / 2, top + CELL_HEIGHT / 2);
    let (from_x, to_x) = (if left { x } else { middle }, if right { x + CELL_WIDTH } else { middle });
    let (from_y, to_y) = (if up { top } else { centre }, if down { top + CELL_HEIGHT } else { centre });
    let _ = writeln!(out, "<path d=\"M{from_x} {centre}H{to_x}M{middle} {from_y}V{to_y}\" stroke=\"{ink}\"/>");
}

/// The whole screen. Every character has its own place, so that no font can shift it.
pub fn svg(buffer: &Buffer) -> String {
    let (width, height) = (usize::from(buffer.area.width) * CELL_WIDTH, usize::from(buffer.area.height) * CELL_HEIGHT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"'Sarasa Mono SC','Noto Sans Mono CJK SC','WenQuanYi Micro Hei Mono',Menlo,Consolas,monospace\" \
         font-size=\"15\">\n"
    );
    for y in 0..buffer.area.height {
        for run in runs(buffer, y) {
            draw_run(&mut out, &run, y);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn draw_run(out: &mut String, run: &Run, y: u16) {
    let (ink, paper, bold) = run.look;
    let (left, top, wide) = (run.start * CELL_WIDTH, usize::from(y) * CELL_HEIGHT, run.cells * CELL_WIDTH);
    if paper != PAPER {
        let _ = writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{CELL_HEIGHT}\" fill=\"{paper}\"/>"
        );
    }
    // Every word of narrow letters and every wide character has its own place, so that no font can shift the line.
    let mut text = String::new();
    let mut word_ends = None;
    for (column, symbol) in &run.symbols {
        if let Some(strokes) = strokes(symbol) {
            draw_strokes(out, strokes, *column, y, ink);
        } else if symbol != " " {
            let wide = symbol.width() > 1;
            if wide || word_ends != Some(*column) {
                let x = column * CELL_WIDTH + if wide { 2 } else { 0 };
                text.push_str(if text.is_empty() { "" } else { "</tspan>" });
                let _ = write!(text, "<tspan x=\"{x}\">");
            }
            text.push_str(&escaped(symbol));
            word_ends = (!wide).then_some(column + 1);
        }
    }
    if text.is_empty() {
        return;
    }
    let weight = if bold { " font-weight=\"bold\"" } else { "" };
    let base = top + 14;
    let _ = writeln!(out, "<text y=\"{base}\" fill=\"{ink}\"{weight}>{text}</tspan></text>");
}

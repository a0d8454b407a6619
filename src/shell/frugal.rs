//! Writes a frame in few bytes: a desk is often reached over a line where every byte is waited for.
//!
//! Ratatui says which cells have changed. This writer keeps count of where the terminal's cursor is and how it writes,
//! so that it says neither twice; it erases blanks instead of printing them, and a whole frame leaves in one write.

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};
use std::cell::Cell as Kept;
use std::collections::HashSet;
use std::io::{self, Write};

/// From so many blanks on, erasing and stepping over them is shorter than printing them.
const ERASE_WITHIN: u16 = 10;
/// The same at the end of a run of cells, where nothing is stepped over.
const ERASE_LAST: u16 = 5;

/// How the terminal writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pen {
    fore: Color,
    back: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { fore: Color::Reset, back: Color::Reset, modifier: Modifier::empty() };

/// What is seen on a blank too.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::SLOW_BLINK)
    .union(Modifier::RAPID_BLINK)
    .union(Modifier::CROSSED_OUT);

impl Pen {
    fn of(cell: &Cell) -> Pen {
        Pen { fore: cell.fg, back: cell.bg, modifier: cell.modifier }
    }

    /// A blank written with this pen is an empty cell.
    fn leaves_blank(self) -> bool {
        self.back == Color::Reset && !self.modifier.intersects(SEEN_ON_BLANK)
    }

    /// The numbers that lead from another pen to this one.
    fn codes(self, from: Pen) -> String {
        let mut codes: Vec<String> = Vec::new();
        let gone = |was: Color, is: Color| was != Color::Reset && is == Color::Reset;
        // What is taken away has codes of its own, but bold and dim share one; zero is shorter and right.
        let anew = !self.modifier.contains(from.modifier) || gone(from.fore, self.fore) || gone(from.back, self.back);
        let from = if anew { PLAIN } else { from };
        if anew && self != PLAIN {
            codes.push("0".to_owned());
        }
        let numbers = [
            (Modifier::BOLD, 1),
            (Modifier::DIM, 2),
            (Modifier::ITALIC, 3),
            (Modifier::UNDERLINED, 4),
            (Modifier::SLOW_BLINK, 5),
            (Modifier::RAPID_BLINK, 6),
            (Modifier::REVERSED, 7),
            (Modifier::HIDDEN, 8),
            (Modifier::CROSSED_OUT, 9),
        ];
        let added = self.modifier.difference(from.modifier);
        codes.extend(numbers.iter().filter(|(one, _)| added.contains(*one)).map(|(_, number)| number.to_string()));
        if self.fore != from.fore {
            codes.push(colour(self.fore, 30));
        }
        if self.back != from.back {
            codes.push(colour(self.back, 40));
        }
        codes.join(";")
    }
}

/// The number of a colour; `base` is 30 for letters, 40 for what is behind them.
fn colour(colour: Color, base: u8) -> String {
    let dark = |number: u8| (base + number).to_string();
    let light = |number: u8| (base + 60 + number).to_string();
    match colour {
        Color::Reset => dark(9),
        Color::Black => dark(0),
        Color::Red => dark(1),
        Color::Green => dark(2),
        Color::Yellow => dark(3),
        Color::Blue => dark(4),
        Color::Magenta => dark(5),
        Color::Cyan => dark(6),
        Color::Gray => dark(7),
        Color::DarkGray => light(0),
        Color::LightRed => light(1),
        Color::LightGreen => light(2),
        Color::LightYellow => light(3),
        Color::LightBlue => light(4),
        Color::LightMagenta => light(5),
        Color::LightCyan => light(6),
        Color::White => light(7),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}

/// How far the cursor steps behind a symbol, where every terminal agrees. After any other symbol the cursor is put
/// where it belongs, so that one misjudged width does not shift the rest of its row.
fn step(symbol: &str) -> Option<u16> {
    let mut letters = symbol.chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return None };
    match letter {
        ' '..='~' | '\u{2500}'..='\u{257F}' => Some(1),
        // Ideographs, their punctuation, and full-width letters.
        '\u{3001}'..='\u{3029}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF60}' => {
            Some(2)
        }
        _ => None,
    }
}

/// Blanks that follow each other and have not been written yet.
#[derive(Clone, Copy, Debug)]
struct Blanks {
    x: u16,
    y: u16,
    count: u16,
}

/// The terminal behind a writer.
#[derive(Debug)]
pub struct Frugal<W: Write> {
    out: W,
    pen: Pen,
    /// Where the cursor is, as far as that is sure.
    at: Option<Position>,
    shown: Option<bool>,
    ask_size: fn() -> io::Result<(u16, u16)>,
    /// Columns when last asked.
    width: Kept<u16>,
    /// Where a symbol of two cells begins on the terminal.
    wide: HashSet<Position>,
}

impl<W: Write> Frugal<W> {
    /// Behind a writer that gathers what it is given until it is flushed; `ask_size` answers columns and rows.
    pub fn new(out: W, ask_size: fn() -> io::Result<(u16, u16)>) -> Frugal<W> {
        Frugal { out, pen: PLAIN, at: None, shown: None, ask_size, width: Kept::new(0), wide: HashSet::new() }
    }

    /// What has been written, for tests and measurements.
    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }

    fn go(&mut self, x: u16, y: u16) -> io::Result<()> {
        let target = Position { x, y };
        match self.at {
            Some(at) if at == target => {}
            Some(at) if at.y == y && at.x < x => match x - at.x {
                1 => write!(self.out, "\x1b[C")?,
                cells => write!(self.out, "\x1b[{cells}C")?,
            },
            _ if x == 0 => write!(self.out, "\x1b[{}H", y + 1)?,
            _ => write!(self.out, "\x1b[{};{}H", y + 1, x + 1)?,
        }
        self.at = Some(target);
        Ok(())
    }

    fn take(&mut self, pen: Pen) -> io::Result<()> {
        if pen != self.pen {
            write!(self.out, "\x1b[{}m", pen.codes(self.pen))?;
            self.pen = pen;
        }
        Ok(())
    }

    fn print(&mut self, x: u16, y: u16, cell: &Cell) -> io::Result<()> {
        self.go(x, y)?;
        self.take(Pen::of(cell))?;
        self.out.write_all(cell.symbol().as_bytes())?;
        // Behind the last column terminals differ in where the cursor is.
        self.at = step(cell.symbol())
            .map(|cells| x.saturating_add(cells))
            .filter(|x| *x < self.width.get())
            .map(|x| Position { x, y });
        Ok(())
    }

    /// The cells with the right halves of wide symbols that lose their left: what becomes of such a half is up to the
    /// terminal, and ratatui names it only where it has a look of its own.
    fn with_halves<'b, 'a: 'b>(
        &mut self,
        content: impl Iterator<Item = (u16, u16, &'a Cell)>,
        empty: &'b Cell,
    ) -> Vec<(u16, u16, &'b Cell)> {
        let mut cells = Vec::new();
        let mut half: Option<Position> = None;
        for (x, y, cell) in content {
            let place = Position { x, y };
            if let Some(lost) = half.take().filter(|lost| *lost != place) {
                cells.push((lost.x, lost.y, empty));
            }
            let right = Position { x: x.saturating_add(1), y };
            if cell.cell_width() > 1 {
                self.wide.insert(place);
                // It covers the left half of what began behind it.
                half = self.wide.remove(&right).then_some(Position { x: x.saturating_add(2), y });
            } else {
                half = self.wide.remove(&place).then_some(right);
            }
            cells.push((x, y, cell));
        }
        cells.extend(half.map(|lost| (lost.x, lost.y, empty)));
        cells
    }

    /// Writes blanks; `next` is the cell that follows.
    fn blank(&mut self, blanks: Blanks, next: Option<Position>) -> io::Result<()> {
        let Blanks { x, y, count } = blanks;
        let end = x.saturating_add(count);
        self.go(x, y)?;
        if !self.pen.leaves_blank() {
            self.take(PLAIN)?;
        }
        let adjoins = next == Some(Position { x: end, y });
        if end >= self.width.get() && count > 2 {
            return self.out.write_all(b"\x1b[K");
        }
        if count >= if adjoins { ERASE_WITHIN } else { ERASE_LAST } {
            return write!(self.out, "\x1b[{count}X");
        }
        for _ in 0..count {
            self.out.write_all(b" ")?;
        }
        self.at = (end < self.width.get()).then_some(Position { x: end, y });
        Ok(())
    }
}

impl<W: Write> Write for Frugal<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<W: Write> Backend for Frugal<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut held: Option<Blanks> = None;
        let empty = Cell::default();
        for (x, y, cell) in self.with_halves(content, &empty) {
            let blank = cell.symbol() == " " && Pen::of(cell).leaves_blank();
            if let Some(blanks) = &mut held {
                if blank && blanks.y == y && blanks.x.saturating_add(blanks.count) == x {
                    blanks.count += 1;
                    continue;
                }
                let blanks = *blanks;
                self.blank(blanks, Some(Position { x, y }))?;
                held = None;
            }
            if blank {
                held = Some(Blanks { x, y, count: 1 });
            } else {
                self.print(x, y, cell)?;
            }
        }
        if let Some(blanks) = held {
            self.blank(blanks, None)?;
        }
        self.take(PLAIN)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(false) != Some(false) {
            self.out.write_all(b"\x1b[?25l")?;
        }
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        if self.shown.replace(true) != Some(true) {
            self.out.write_all(b"\x1b[?25h")?;
        }
        Ok(())
    }

    /// Where the cursor was put last; the terminal is not asked, since its answer would come among the keys.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        self.go(x, y)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        if clear_type == ClearType::All {
            self.wide.clear();
        }
        self.out.write_all(match clear_type {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[K",
        })
    }

    fn size(&self) -> io::Result<Size> {
        let (width, height) = (self.ask_size)()?;
        self.width.set(width);
        Ok(Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size()?, pixels: Size::default() })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::Terminal;
    use ratatui::buffer::Buffer;
    use ratatui::style::Style;

    const COLUMNS: u16 = 24;
    const ROWS: u16 = 5;

    fn terminal() -> Terminal<Frugal<Vec<u8>>> {
        Terminal::new(Frugal::new(Vec::new(), || Ok((COLUMNS, ROWS)))).unwrap()
    }

    fn written(terminal: &mut Terminal<Frugal<Vec<u8>>>) -> Vec<u8> {
        std::mem::take(terminal.backend_mut().out())
    }

    fn looks() -> Vec<Style> {
        let plain = Style::new();
        vec![
            plain,
            plain.add_modifier(Modifier::REVERSED),
            plain.fg(Color::Cyan).add_modifier(Modifier::BOLD),
            plain.add_modifier(Modifier::DIM),
            plain.fg(Color::White).add_modifier(Modifier::BOLD.union(Modifier::UNDERLINED)),
            plain.fg(Color::LightRed).bg(Color::Indexed(17)),
            plain.fg(Color::Rgb(1, 2, 3)).add_modifier(Modifier::ITALIC),
        ]
    }

    /// What the emulator shows must be what the buffer holds, cell by cell.
    fn same(parser: &vt100::Parser, buffer: &Buffer) -> Result<(), String> {
        for y in 0..ROWS {
            let mut x = 0;
            while x < COLUMNS {
                let cell = &buffer[(x, y)];
                let shown = parser.screen().cell(y, x).ok_or("outside")?;
                let blank = |text: &str| if text.is_empty() { " ".to_owned() } else { text.to_owned() };
                if blank(shown.contents()) != cell.symbol() {
                    return Err(format!("{x},{y}: {:?} for {:?}", shown.contents(), cell.symbol()));
                }
                let has = |one| cell.modifier.contains(one);
                if shown.inverse() != has(Modifier::REVERSED) || shown.underline() != has(Modifier::UNDERLINED) {
                    return Err(format!("{x},{y}: looks of {:?}", cell.symbol()));
                }
                let letter = cell.symbol() != " ";
                // The emulator knows one weight; terminals differ in what bold and dim together are.
                let both = has(Modifier::BOLD) && has(Modifier::DIM);
                let bold = !both && (shown.bold() != has(Modifier::BOLD) || shown.dim() != has(Modifier::DIM));
                if letter && (bold || shown.italic() != has(Modifier::ITALIC)) {
                    return Err(format!("{x},{y}: weight of {:?}", cell.symbol()));
                }
                let wanted = |colour| match colour {
                    Color::Cyan => vt100::Color::Idx(6),
                    Color::White => vt100::Color::Idx(15),
                    Color::LightRed => vt100::Color::Idx(9),
                    Color::Indexed(index) => vt100::Color::Idx(index),
                    Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
                    _ => vt100::Color::Default,
                };
                if shown.bgcolor() != wanted(cell.bg) || letter && shown.fgcolor() != wanted(cell.fg) {
                    return Err(format!("{x},{y}: colour of {:?}", cell.symbol()));
                }
                x += cell.cell_width().max(1);
            }
        }
        Ok(())
    }

    /// No symbol of two cells is written over by half; what lies over the desk clears its place first.
    fn whole(buffer: &mut Buffer) {
        for y in 0..ROWS {
            for x in 0..COLUMNS {
                let covered = buffer.cell((x + 1, y)).is_none_or(|right| *right != Cell::default());
                if buffer[(x, y)].cell_width() > 1 && covered {
                    buffer[(x, y)].reset();
                }
            }
        }
    }

    fn piece() -> impl Strategy<Value = (u16, u16, String, usize)> {
        let texts =
            ["王建国", "  ", "8,200.00", "            ", "│──│", "x", "𠮷野", "e\u{301}é", "“引号”", "ａＢ１", "👍ok"];
        (0..COLUMNS, 0..ROWS, proptest::sample::select(texts.to_vec()), 0..looks().len())
            .prop_map(|(x, y, text, look)| (x, y, text.to_owned(), look))
    }

    proptest! {
        #[test]
        fn the_terminal_shows_what_was_drawn(frames in prop::collection::vec(prop::collection::vec(piece(), 0..12), 1..6)) {
            let (mut terminal, looks) = (terminal(), looks());
            let mut parser = vt100::Parser::new(ROWS.try_into().unwrap(), COLUMNS.try_into().unwrap(), 0);
            for pieces in frames {
                let drawn = terminal.draw(|frame| {
                    let area = frame.area();
                    for (x, y, text, look) in &pieces {
                        crate::ui::draw::put(frame.buffer_mut(), area, *x, *y, text, looks[*look]);
                    }
                    whole(frame.buffer_mut());
                    frame.set_cursor_position((3, 2));
                }).unwrap();
                let buffer = drawn.buffer.clone();
                parser.process(&written(&mut terminal));
                prop_assert_eq!(same(&parser, &buffer), Ok(()));
                prop_assert_eq!(parser.screen().cursor_position(), (2, 3));
            }
        }
    }

    #[test]
    fn a_frame_without_a_change_writes_nothing_and_a_letter_little() {
        let mut terminal = terminal();
        let mut draw = |text: &str| {
            terminal
                .draw(|frame| {
                    let area = frame.area();
                    let x = crate::ui::draw::put(frame.buffer_mut(), area, 2, 1, text, Style::new());
                    frame.set_cursor_position((x, 1));
                })
                .unwrap();
            written(&mut terminal)
        };
        draw("王");
        assert_eq!(draw("王"), b"");
        assert_eq!(draw("王建"), "建".as_bytes());
        assert_eq!(draw("王建a"), b"a");
    }
}

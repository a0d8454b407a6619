//! CSV rows out of bytes: each row is cut out and decoded by itself, so that a bad one spoils no other.
//!
//! The `csv` crate writes our files; reading is done here, because a quote that is never closed must cost its own line
//! and not the rest of the file, and because bytes outside the encoding must reject only their row.

use super::encoding::{Encoding, Sniffed};
use super::{Defect, RawRow, Sink};
use crate::db::ActError;
use crate::kernel::words::W;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// The longest line that is kept, in bytes.
const MAX_LINE: usize = 1 << 18;
/// A quoted field may run over so many lines.
const MAX_LINES: usize = 60;

/// Why reading stopped.
#[derive(Debug)]
pub enum Stop {
    /// The file cannot be read.
    Io(io::Error),
    /// What the sink said, or a refusal of the file.
    Act(ActError),
}

impl Stop {
    /// The reason in words, for a file.
    pub fn at(self, path: &Path) -> ActError {
        match self {
            Stop::Io(error) => super::unreadable(path, &error),
            Stop::Act(error) => error,
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

impl From<ActError> for Stop {
    fn from(error: ActError) -> Stop {
        Stop::Act(error)
    }
}

/// Where a quote scan stands between two bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Start,
    Plain,
    Quoted,
    AfterQuote,
}

fn scan(bytes: &[u8], separator: u8, from: At) -> At {
    if from != At::Quoted && !bytes.contains(&b'"') {
        return At::Plain;
    }
    bytes.iter().fold(from, |at, byte| match (at, byte) {
        (At::Quoted, b'"') => At::AfterQuote,
        (At::Quoted, _) => At::Quoted,
        (At::AfterQuote, b'"') => At::Quoted,
        (_, b) if *b == separator => At::Start,
        (At::Start, b'"') => At::Quoted,
        _ => At::Plain,
    })
}

/// Lines of a file, with lines put back to be read again.
struct Lines<R> {
    input: R,
    /// The number of the next line.
    next: u64,
    put_back: Vec<Vec<u8>>,
}

impl<R: BufRead> Lines<R> {
    /// Appends the next line without its end; `None` at the end of the file, else whether it was cut for its length.
    fn read(&mut self, into: &mut Vec<u8>) -> io::Result<Option<bool>> {
        if let Some(line) = self.put_back.pop() {
            into.extend_from_slice(&line);
            self.next += 1;
            return Ok(Some(false));
        }
        let before = into.len();
        let limit = MAX_LINE as u64 + 1;
        if Read::by_ref(&mut self.input).take(limit).read_until(b'\n', into)? == 0 {
            return Ok(None);
        }
        self.next += 1;
        let cut = into.len() - before > MAX_LINE;
        if cut && into.last() != Some(&b'\n') {
            self.skip_line()?;
        }
        while matches!(into.last(), Some(b'\n' | b'\r')) && into.len() > before {
            into.pop();
        }
        Ok(Some(cut))
    }

    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Ok(());
            }
            let end = buffer.iter().position(|b| *b == b'\n');
            let used = end.map_or(buffer.len(), |at| at + 1);
            self.input.consume(used);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

struct Records<R> {
    lines: Lines<R>,
    encoding: Encoding,
    separator: u8,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: BufRead> Records<R> {
    /// The next row that is not blank. With a number of columns to expect, a quoted field over several lines counts
    /// only if the row then has as many and none of its lines is a whole row; otherwise the quote was a stray one and
    /// costs its own line.
    fn next(&mut self, row: &mut RawRow, expected: Option<usize>) -> io::Result<bool> {
        loop {
            self.bytes.clear();
            let line = self.lines.next;
            let Some(cut) = self.lines.read(&mut self.bytes)? else {
                return Ok(false);
            };
            row.restart(line);
            if cut {
                row.defect = Some(Defect::Long);
                row.push_str(&self.encoding.decode_lossy(self.bytes.get(..1_000).unwrap_or(&self.bytes)));
                row.end_field();
                return Ok(true);
            }
            let closed = scan(&self.bytes, self.separator, At::Start) != At::Quoted;
            if closed {
                self.fill(row);
            } else {
                self.join_lines(row, expected)?;
            }
            if !row.is_blank() || row.defect.is_some() {
                return Ok(true);
            }
        }
    }

    fn fill(&self, row: &mut RawRow) {
        match self.encoding.decode(&self.bytes) {
            Some(text) => split(&text, self.separator, row),
            None => {
                row.defect = Some(Defect::Bytes);
                split(&self.encoding.decode_lossy(&self.bytes), self.separator, row);
            }
        }
    }

    fn join_lines(&mut self, row: &mut RawRow, expected: Option<usize>) -> io::Result<()> {
        let line = row.line;
        self.ends.clear();
        self.ends.push(self.bytes.len());
        let mut at = At::Quoted;
        while at == At::Quoted && self.ends.len() < MAX_LINES && self.bytes.len() < MAX_LINE {
            self.bytes.push(b'\n');
            let start = self.bytes.len();
            if self.lines.read(&mut self.bytes)?.is_none() {
                self.bytes.pop();
                break;
            }
            at = scan(self.bytes.get(start..).unwrap_or_default(), self.separator, at);
            self.ends.push(self.bytes.len());
        }
        if at != At::Quoted {
            self.fill(row);
            if expected.is_none_or(|n| n == row.len() && !self.swallowed_a_row(n)) {
                return Ok(());
            }
        }
        // A stray quote: only the first line is spoilt, the others are read again as rows of their own.
        let first = self.ends.first().copied().unwrap_or(0);
        for pair in self.ends.windows(2).rev() {
            if let [before, end] = pair {
                self.lines.put_back.push(self.bytes.get(before + 1..*end).unwrap_or_default().to_vec());
            }
        }
        self.lines.next = line + 1;
        self.bytes.truncate(first);
        row.restart(line);
        self.fill(row);
        row.defect = Some(Defect::Quote);
        Ok(())
    }
}

impl<R> Records<R> {
    /// Whether one of the lines that were joined is a whole row by itself: then a stray quote joined them.
    fn swallowed_a_row(&self, expected: usize) -> bool {
        let mut alone = RawRow::default();
        self.ends.windows(2).any(|pair| {
            let [before, end] = pair else { return false };
            let line = self.bytes.get(before + 1..*end).unwrap_or_default();
            alone.restart(0);
            split(&self.encoding.decode_lossy(line), self.separator, &mut alone);
            alone.len() == expected
        })
    }
}

/// Cuts a row into fields; a quote at the start of a field opens it, a doubled one stands for itself.
fn split(text: &str, separator: u8, row: &mut RawRow) {
    let separator = char::from(separator);
    let mut rest = text;
    loop {
        let mut plain = rest;
        if let Some(mut inner) = rest.strip_prefix('"') {
            loop {
                let Some((head, tail)) = inner.split_once('"') else {
                    row.push_str(inner);
                    plain = "";
                    break;
                };
                row.push_str(head);
                match tail.strip_prefix('"') {
                    Some(after) => {
                        row.push_str("\"");
                        inner = after;
                    }
                    None => {
                        plain = tail;
                        break;
                    }
                }
            }
        }
        let next = plain.split_once(separator);
        row.push_str(next.map_or(plain, |(field, _)| field));
        row.end_field();
        match next {
            Some((_, tail)) => rest = tail,
            None => return,
        }
    }
}

/// The separator that shows the most columns we know in a header.
fn separator_of(header: &str, sink: &dyn Sink) -> u8 {
    let known = |separator: u8| {
        let mut row = RawRow::default();
        split(header, separator, &mut row);
        (row.fields().filter(|name| sink.knows(name)).count(), row.len())
    };
    // The comma comes last, because the last of equals is taken.
    [b'\t', b';', b','].into_iter().max_by_key(|separator| known(*separator)).unwrap_or(b',')
}

/// Reads a CSV file from behind its byte order mark.
///
/// # Errors
/// See [`Stop`].
pub fn read(input: impl BufRead, found: Sniffed, sink: &mut dyn Sink) -> Result<(), Stop> {
    let lines = Lines { input, next: 1, put_back: Vec::new() };
    let mut records = Records { lines, encoding: found.encoding, separator: 0, bytes: Vec::new(), ends: Vec::new() };
    let mut row = RawRow::default();
    // The separator is found on the header's own line; then the header is read with it.
    let mut line = Vec::new();
    while records.lines.read(&mut line)?.is_some() && line.iter().all(u8::is_ascii_whitespace) {
        line.clear();
    }
    records.separator = separator_of(&found.encoding.decode_lossy(&line), sink);
    records.lines.next -= 1;
    records.lines.put_back.push(line);
    if !records.next(&mut row, None)? {
        return Err(Stop::Act(ActError::refuse("empty_file", W::IntakeFileEmpty)));
    }
    let names: Vec<String> = row.fields().map(str::to_owned).collect();
    sink.header(&names, found.lines)?;
    while records.next(&mut row, Some(names.len()))? {
        if row.defect.is_none() && row.len() != names.len() {
            row.defect = Some(Defect::Columns { found: row.len() });
        }
        if sink.row(&row)? == ControlFlow::Break(()) {
            break;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::NumberAs;

    #[derive(Default)]
    struct Kept {
        names: Vec<String>,
        rows: Vec<(u64, Vec<String>, Option<Defect>)>,
    }

    impl Sink for Kept {
        fn knows(&self, name: &str) -> bool {
            ["赔案号", "险种"].contains(&name)
        }

        fn header(&mut self, names: &[String], _total: u64) -> Result<Vec<Option<NumberAs>>, ActError> {
            self.names = names.to_vec();
            Ok(Vec::new())
        }

        fn row(&mut self, row: &RawRow) -> Result<ControlFlow<()>, ActError> {
            self.rows.push((row.line, row.fields().map(str::to_owned).collect(), row.defect));
            Ok(ControlFlow::Continue(()))
        }
    }

    fn kept(bytes: &[u8], encoding: Encoding) -> Kept {
        let mut kept = Kept::default();
        read(bytes, Sniffed { encoding, skip: 0, lines: 0 }, &mut kept).unwrap();
        kept
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>, Option<Defect>)> {
        kept(text.as_bytes(), Encoding::Utf8).rows
    }

    fn row(line: u64, fields: &[&str], defect: Option<Defect>) -> (u64, Vec<String>, Option<Defect>) {
        (line, fields.iter().map(|f| (*f).to_owned()).collect(), defect)
    }

    #[test]
    fn quotes_line_ends_and_blank_lines_are_read_as_spreadsheets_write_them() {
        let text = "a,b\r\n1,\"x,\"\"y\"\"\"\r\n\r\n2,\"p\nq\"\n3,r\n,\n4,\"s\"t";
        assert_eq!(
            rows(text),
            [
                row(2, &["1", "x,\"y\""], None),
                row(4, &["2", "p\nq"], None),
                row(6, &["3", "r"], None),
                row(8, &["4", "st"], None),
            ]
        );
    }

    #[test]
    fn a_stray_quote_costs_its_own_line_only() {
        let text = "a,b\n1,\"王\n2,x\n3,\"李\"\n4,y\n5,\"z";
        assert_eq!(
            rows(text),
            [
                row(2, &["1", "王"], Some(Defect::Quote)),
                row(3, &["2", "x"], None),
                row(4, &["3", "李"], None),
                row(5, &["4", "y"], None),
                row(6, &["5", "z"], Some(Defect::Quote)),
            ]
        );
    }

    #[test]
    fn wrong_counts_and_wrong_bytes_are_marked_on_their_rows() {
        let mut bytes = b"a,b\n1\n2,x,y\n3,".to_vec();
        bytes.extend([0xFF, 0xFE, b'\n']);
        bytes.extend(b"4,z\n");
        let kept = kept(&bytes, Encoding::Utf8);
        let defects: Vec<_> = kept.rows.iter().map(|r| (r.0, r.2)).collect();
        assert_eq!(
            defects,
            [
                (2, Some(Defect::Columns { found: 1 })),
                (3, Some(Defect::Columns { found: 3 })),
                (4, Some(Defect::Bytes)),
                (5, None)
            ]
        );
    }

    #[test]
    fn an_endless_line_is_cut_and_the_next_one_read() {
        let text = format!("a,b\n1,{}\n2,x\n", "长".repeat(MAX_LINE));
        let found = rows(&text);
        assert_eq!((found[0].0, found[0].2), (2, Some(Defect::Long)));
        assert_eq!(found[1], row(3, &["2", "x"], None));
    }

    #[test]
    fn the_header_shows_its_separator() {
        for (text, names) in [
            ("赔案号;险种\n1;2", ["赔案号", "险种"]),
            ("\n赔案号\t险种\n1\t2", ["赔案号", "险种"]),
            ("x,y\n1,2", ["x", "y"]),
        ] {
            assert_eq!(kept(text.as_bytes(), Encoding::Utf8).names, names, "{text}");
        }
    }
}

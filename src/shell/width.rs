//! How wide the terminal draws characters whose width is not the same everywhere: quotation marks, the middle dot of
//! names, the ellipsis, borders (Unicode's East Asian Ambiguous class, UAX #11), and a Han character beyond the BMP.
//!
//! The terminal is asked once, with a cursor position query (CSI 6 n, ECMA-48) behind each sample, while the first
//! screen is already drawn. The answer is remembered by the name of the terminal, so that later starts ask nothing.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::config::Ambiguous;

/// What is measured, with the cells the desk reckons with.
pub const SAMPLES: [(&str, u16); 6] = [("“", 1), ("”", 1), ("·", 1), ("…", 1), ("─", 1), ("\u{20BB7}", 2)];

/// What is known of the terminal before the desk opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerminalSetup {
    /// What the configuration says.
    pub ambiguous: Ambiguous,
    /// Where answers of terminals are remembered.
    pub memory: Option<PathBuf>,
    /// What the terminal calls itself; empty where there is none, and then it is not asked.
    pub name: String,
}

/// The cells of each sample in the order of [`SAMPLES`]; shorter, or empty, when the terminal did not answer.
pub type Widths = Vec<u16>;

/// Whether characters of ambiguous width are drawn wide.
pub fn is_wide(widths: &[u16]) -> bool {
    widths.iter().zip(SAMPLES).any(|(seen, (_, wanted))| wanted == 1 && *seen > 1)
}

/// The bytes that ask: each sample at the beginning of the first row with a query behind it, and the screen
/// blanked again, to be drawn anew.
pub fn question() -> Vec<u8> {
    let mut bytes = Vec::new();
    for (sample, _) in SAMPLES {
        bytes.extend_from_slice(b"\x1b[1;1H");
        bytes.extend_from_slice(sample.as_bytes());
        bytes.extend_from_slice(b"\x1b[6n");
    }
    bytes.extend_from_slice(b"\x1b[2J");
    bytes
}

/// The cells the terminal answered, and the keys that were typed between its answers.
pub fn read(bytes: &[u8]) -> (Widths, Vec<KeyEvent>) {
    let (mut widths, mut keys) = (Vec::new(), Vec::new());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        let end = tail.iter().position(|byte| byte.is_ascii_alphabetic() || *byte == b'~');
        match (first, tail.first(), end) {
            (0x1B, Some(b'['), Some(end)) => {
                if let Some(column) = tail.get(1..=end).and_then(column) {
                    widths.push(column.saturating_sub(1));
                }
                rest = tail.get(end + 1..).unwrap_or_default();
            }
            _ => {
                let taken = typed(rest, &mut keys);
                rest = rest.get(taken..).unwrap_or_default();
            }
        }
    }
    (widths, keys)
}

/// The column of a position report, `12;3R`.
fn column(report: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(report).ok()?.strip_suffix('R')?;
    text.split_once(';')?.1.parse().ok()
}

/// The key at the beginning of `bytes` where it is a plain one; how many bytes it took.
fn typed(bytes: &[u8], keys: &mut Vec<KeyEvent>) -> usize {
    let mut push = |code, modifiers| keys.push(KeyEvent::new(code, modifiers));
    let Some(first) = bytes.first() else { return 0 };
    match first {
        b'\r' | b'\n' => push(KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => push(KeyCode::Tab, KeyModifiers::NONE),
        0x7F => push(KeyCode::Backspace, KeyModifiers::NONE),
        0x1B => push(KeyCode::Esc, KeyModifiers::NONE),
        0x01..=0x1A => push(KeyCode::Char(char::from(b'a' + first - 1)), KeyModifiers::CONTROL),
        _ => {
            let most = bytes.len().min(4);
            let letter = (1..=most).find_map(|count| std::str::from_utf8(bytes.get(..count)?).ok()?.chars().next());
            if let Some(letter) = letter {
                push(KeyCode::Char(letter), KeyModifiers::NONE);
                return letter.len_utf8();
            }
        }
    }
    1
}

/// What a terminal answered earlier: nothing when it was never asked.
pub fn remembered(setup: &TerminalSetup) -> Option<Widths> {
    let text = fs::read_to_string(setup.memory.as_ref()?).ok()?;
    let line = text.lines().rev().find_map(|line| line.strip_prefix(setup.name.as_str())?.strip_prefix('\t'))?;
    Some(line.split(',').filter_map(|cells| cells.parse().ok()).collect())
}

/// Remembers an answer. A folder that cannot be written only means that the terminal is asked again.
pub fn remember(setup: &TerminalSetup, widths: &[u16]) {
    let Some(path) = setup.memory.as_deref().filter(|_| !setup.name.is_empty()) else { return };
    let _ = write(path, &setup.name, widths);
}

fn write(path: &Path, name: &str, widths: &[u16]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let old = fs::read_to_string(path).unwrap_or_default();
    let mut text: String =
        old.lines().filter(|line| line.split('\t').next() != Some(name)).fold(String::new(), |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        });
    let cells: Vec<String> = widths.iter().map(u16::to_string).collect();
    text.push_str(&format!("{name}\t{}\n", cells.join(",")));
    OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

/// Puts an ASCII character of one cell in the place of each mark and line of ambiguous width, so that columns stand
/// where they are reckoned on a terminal that draws those wide. Letters of other scripts stay: they are data.
pub fn draw_plainly(buf: &mut Buffer) {
    for cell in &mut buf.content {
        let mut letters = cell.symbol().chars();
        if let (Some(letter), None) = (letters.next(), letters.next())
            && let Some(plain) = plain(letter)
        {
            cell.set_char(plain);
        }
    }
}

fn plain(letter: char) -> Option<char> {
    Some(match letter {
        '─' | '━' | '—' | '–' => '-',
        '│' | '┃' => '|',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' => '+',
        '“' | '”' => '"',
        '‘' | '’' => '\'',
        '·' | '…' => '.',
        '×' => 'x',
        '°' => 'o',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_from_what_is_typed_between_them() {
        let (widths, keys) = read("\x1b[1;2R你\x1b[1;3R\r\x1b[A\x1b[1;2R\x11".as_bytes());
        assert_eq!(widths, [1, 2, 1]);
        let codes: Vec<KeyCode> = keys.iter().map(|key| key.code).collect();
        assert_eq!(codes, [KeyCode::Char('你'), KeyCode::Enter, KeyCode::Char('q')]);
        assert_eq!(keys[2].modifiers, KeyModifiers::CONTROL);
        assert_eq!(read(b"\x1b").1, [KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE)]);
        assert_eq!(read(b"\x1b[1;").0, Vec::<u16>::new());
        assert!(read(&[0xE4, 0xBD]).1.is_empty(), "half a character is none");
    }

    #[test]
    fn a_terminal_is_wide_when_one_mark_is() {
        assert!(is_wide(&[1, 1, 2, 1, 1, 2]));
        assert!(!is_wide(&[1, 1, 1, 1, 1, 2]));
        assert!(!is_wide(&[1, 1, 1, 1, 1, 1]), "a Han character drawn narrow is another trouble");
        assert!(!is_wide(&[]));
    }

    #[test]
    fn each_terminal_is_remembered_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let named = |name: &str| TerminalSetup {
            memory: Some(folder.path().join("state/terminals")),
            name: name.to_owned(),
            ..TerminalSetup::default()
        };
        assert_eq!(remembered(&named("xterm")), None);
        remember(&named("xterm"), &[1, 1, 2]);
        remember(&named("xterm-256"), &[]);
        remember(&named("xterm"), &[1, 1, 1, 1, 1, 2]);
        assert_eq!(remembered(&named("xterm")), Some(vec![1, 1, 1, 1, 1, 2]));
        assert_eq!(remembered(&named("xterm-256")), Some(vec![]), "asked, and silent");
        assert_eq!(remembered(&named("xterm-2")), None);
    }

    #[test]
    fn every_mark_of_the_words_has_a_plain_one_of_one_cell() {
        for letter in "─│┌┐└┘“”‘’—…·×".chars() {
            assert!(plain(letter).is_some_and(|plain| plain.is_ascii_graphic()), "{letter}");
        }
        for letter in "王𠮷aα。".chars() {
            assert_eq!(plain(letter), None);
        }
    }
}

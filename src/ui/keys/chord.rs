//! One key with its modifiers: how it is written in the configuration, named on the screen and read from the terminal.

use std::fmt;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::kernel::words::{Lang, Phrase, W};
use crate::phrase;

/// A key with its modifiers, in the one form that equal keys share.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

/// Why a text names no key that can be pressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChordError {
    /// There is no such key.
    NoKey,
    /// A terminal sends this key as Tab, Enter or Esc.
    OtherKey,
}

impl ChordError {
    /// The reason in words, and what a key looks like.
    pub fn what(self, text: &str) -> Phrase {
        match self {
            ChordError::NoKey => phrase!(W::UiBindNoKey, text),
            ChordError::OtherKey => phrase!(W::UiBindOtherKey, text),
        }
    }
}

/// The keys that have a name: as written, and as shown; Space and the arrows are shown by a word instead.
const NAMED: &[(&str, KeyCode, &str)] = &[
    ("enter", KeyCode::Enter, "Enter"),
    ("esc", KeyCode::Esc, "Esc"),
    ("tab", KeyCode::Tab, "Tab"),
    ("space", KeyCode::Char(' '), ""),
    ("backspace", KeyCode::Backspace, "Backspace"),
    ("delete", KeyCode::Delete, "Del"),
    ("insert", KeyCode::Insert, "Ins"),
    ("home", KeyCode::Home, "Home"),
    ("end", KeyCode::End, "End"),
    ("pageup", KeyCode::PageUp, "PgUp"),
    ("pagedown", KeyCode::PageDown, "PgDn"),
    ("up", KeyCode::Up, ""),
    ("down", KeyCode::Down, ""),
    ("left", KeyCode::Left, ""),
    ("right", KeyCode::Right, ""),
];

const MODIFIERS: &[(&str, KeyModifiers, &str)] = &[
    ("ctrl-", KeyModifiers::CONTROL, "Ctrl+"),
    ("alt-", KeyModifiers::ALT, "Alt+"),
    ("shift-", KeyModifiers::SHIFT, "Shift+"),
];

impl Chord {
    /// Reads a chord as written in the configuration: "ctrl-s", "f12", "alt-enter", "space", "?", "shift-tab".
    ///
    /// # Errors
    /// When no key is meant, or one that a terminal sends as another key.
    pub fn parse(text: &str) -> Result<Chord, ChordError> {
        let mut rest = text.trim();
        let mut modifiers = KeyModifiers::NONE;
        'modifiers: loop {
            for (prefix, modifier, _) in MODIFIERS {
                if let Some(tail) = strip_prefix_ignoring_case(rest, prefix).filter(|tail| !tail.is_empty()) {
                    modifiers |= *modifier;
                    rest = tail;
                    continue 'modifiers;
                }
            }
            break;
        }
        let code = key_code(rest).ok_or(ChordError::NoKey)?;
        if let (KeyCode::Char('i' | 'I' | 'm' | 'M' | '['), true) = (code, modifiers.contains(KeyModifiers::CONTROL)) {
            return Err(ChordError::OtherKey);
        }
        Ok(Chord::normal(code, modifiers))
    }

    /// The chord of a key event, folded as [`fold`] does; nothing for a released key.
    pub fn of(event: KeyEvent) -> Option<Chord> {
        fold(event).map(|event| Chord::normal(event.code, event.modifiers))
    }

    fn normal(code: KeyCode, modifiers: KeyModifiers) -> Chord {
        let mut modifiers = modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::BackTab => {
                modifiers |= KeyModifiers::SHIFT;
                KeyCode::Tab
            }
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::CONTROL) => {
                KeyCode::Char(letter.to_ascii_lowercase())
            }
            KeyCode::Char(letter) if modifiers.contains(KeyModifiers::SHIFT) => {
                KeyCode::Char(letter.to_ascii_uppercase())
            }
            other => other,
        };
        // The letter itself tells whether Shift was held, and terminals disagree about reporting it.
        if matches!(code, KeyCode::Char(_)) {
            modifiers -= KeyModifiers::SHIFT;
        }
        Chord { code, modifiers }
    }

    /// Whether the key writes a character when a field has the caret. Under an input method such keys may not arrive.
    pub fn is_bare_character(&self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && !self.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
    }

    /// The key's name on the screen, such as "Ctrl+S", "PgDn" or the word for the space bar.
    pub fn name(&self, lang: Lang) -> String {
        let key = match self.code {
            KeyCode::Char(' ') => W::UiKeySpace.text(lang).to_owned(),
            KeyCode::Up => W::UiKeyUp.text(lang).to_owned(),
            KeyCode::Down => W::UiKeyDown.text(lang).to_owned(),
            KeyCode::Left => W::UiKeyLeft.text(lang).to_owned(),
            KeyCode::Right => W::UiKeyRight.text(lang).to_owned(),
            KeyCode::F(number) => format!("F{number}"),
            KeyCode::Char(letter) if self.modifiers.is_empty() => letter.to_string(),
            KeyCode::Char(letter) => letter.to_ascii_uppercase().to_string(),
            code => NAMED
                .iter()
                .find(|(_, named, _)| *named == code)
                .map(|(_, _, shown)| (*shown).to_owned())
                .unwrap_or_default(),
        };
        let mut name: String = self.held().map(|(_, _, shown)| *shown).collect();
        name.push_str(&key);
        name
    }

    fn held(&self) -> impl Iterator<Item = &'static (&'static str, KeyModifiers, &'static str)> {
        let modifiers = self.modifiers;
        MODIFIERS.iter().filter(move |(_, modifier, _)| modifiers.contains(*modifier))
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (prefix, _, _) in self.held() {
            out.write_str(prefix)?;
        }
        match (NAMED.iter().find(|(_, code, _)| *code == self.code), self.code) {
            (Some((name, _, _)), _) => out.write_str(name),
            (None, KeyCode::F(number)) => write!(out, "f{number}"),
            (None, KeyCode::Char(letter)) => write!(out, "{letter}"),
            (None, other) => write!(out, "{other}"),
        }
    }
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(tail)
}

fn key_code(name: &str) -> Option<KeyCode> {
    let lower = name.to_ascii_lowercase();
    if let Some((_, code, _)) = NAMED.iter().find(|(named, _, _)| *named == lower) {
        return Some(*code);
    }
    if let Some(number) = lower.strip_prefix('f').and_then(|digits| digits.parse::<u8>().ok()) {
        return (1..=24).contains(&number).then_some(KeyCode::F(number));
    }
    let mut letters = name.chars();
    match (letters.next(), letters.next()) {
        (Some(letter), None) if !letter.is_control() => Some(KeyCode::Char(fold_char(letter))),
        _ => None,
    }
}

/// A key event as the key table reads it: nothing for a released key; full-width letters, digits and marks, and the
/// marks a Chinese input method puts on the same keys, become the ASCII ones; Ctrl letters lose their case.
/// A field is given the event as it came, since there the full-width mark may be meant.
pub fn fold(event: KeyEvent) -> Option<KeyEvent> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let code = match event.code {
        KeyCode::Char(letter) if event.modifiers.contains(KeyModifiers::CONTROL) => {
            KeyCode::Char(fold_char(letter).to_ascii_lowercase())
        }
        KeyCode::Char(letter) => KeyCode::Char(fold_char(letter)),
        other => other,
    };
    Some(KeyEvent { code, ..event })
}

/// The ASCII character on the same key, or the character itself.
pub(in crate::ui) fn fold_char(letter: char) -> char {
    match letter {
        '\u{FF01}'..='\u{FF5E}' => u32::from(letter).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(letter),
        '\u{3000}' => ' ',
        // The ideographic comma stands on the slash key, the ideographic full stop on the full stop key.
        '\u{3001}' => '/',
        '\u{3002}' => '.',
        '\u{300A}' => '<',
        '\u{300B}' => '>',
        '\u{3010}' => '[',
        '\u{3011}' => ']',
        '\u{2018}' | '\u{2019}' => '\'',
        '\u{201C}' | '\u{201D}' => '"',
        '\u{FFE5}' | '\u{00A5}' => '$',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: KeyCode, modifiers: KeyModifiers) -> Option<Chord> {
        Chord::of(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn a_chord_is_printed_as_it_is_read() {
        for text in [
            "ctrl-s",
            "f12",
            "alt-enter",
            "space",
            "?",
            "/",
            "tab",
            "shift-tab",
            "pageup",
            "-",
            "ctrl--",
            "A",
            "ctrl-alt-x",
        ] {
            let chord = Chord::parse(text).unwrap();
            assert_eq!(chord.to_string(), text);
            assert_eq!(Chord::parse(&chord.to_string()), Ok(chord));
        }
        for (text, same) in
            [("Ctrl-S", "ctrl-s"), ("shift-a", "A"), ("PageUp", "pageup"), ("F5", "f5"), (" esc ", "esc"), ("？", "?")]
        {
            assert_eq!(Chord::parse(text), Chord::parse(same), "{text}");
        }
    }

    #[test]
    fn what_is_no_key_or_arrives_as_another_is_refused() {
        for text in ["", "ctrl-", "f0", "f99", "abc", "ctrl-i", "ctrl-M", "ctrl-[", "你好", "\u{7}"] {
            assert!(Chord::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_key_is_the_same_chord_however_it_arrives() {
        let read = |text| Chord::parse(text).ok();
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::SHIFT), read("shift-tab"));
        assert_eq!(press(KeyCode::BackTab, KeyModifiers::NONE), read("shift-tab"));
        assert_eq!(press(KeyCode::Char('S'), KeyModifiers::CONTROL), read("ctrl-s"));
        assert_eq!(press(KeyCode::Char('？'), KeyModifiers::NONE), read("?"));
        assert_eq!(press(KeyCode::Char('?'), KeyModifiers::SHIFT), read("?"));
        assert_eq!(press(KeyCode::Char('、'), KeyModifiers::NONE), read("/"));
        assert_eq!(press(KeyCode::Char('\u{3000}'), KeyModifiers::NONE), read("space"));
        assert_eq!(press(KeyCode::Char('ｎ'), KeyModifiers::NONE), read("n"));
        assert_ne!(press(KeyCode::Char('N'), KeyModifiers::SHIFT), read("n"));
        let released = KeyEvent::new_with_kind(KeyCode::Enter, KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(Chord::of(released), None);
    }

    #[test]
    fn names_are_words_of_the_language() {
        let name = |text, lang| Chord::parse(text).unwrap().name(lang);
        assert_eq!(name("ctrl-s", Lang::Zh), "Ctrl+S");
        assert_eq!(name("pagedown", Lang::Zh), "PgDn");
        assert_eq!(name("space", Lang::Zh), "空格");
        assert_eq!(name("space", Lang::En), "Space");
        assert_eq!(name("n", Lang::En), "n");
        assert_eq!(name("shift-tab", Lang::En), "Shift+Tab");
    }
}

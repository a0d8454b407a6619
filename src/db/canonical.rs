//! Canonical JSON: sorted keys, no blanks, integers and strings (and lists, objects, null and booleans as 0/1).
//!
//! The journal's hashes are taken over this text, so it must come out the same everywhere.

use serde_json::Value;
use std::fmt::Write as _;

/// Writes a value as canonical JSON. Booleans become 0/1; a fractional number becomes its text.
pub fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push(if *b { '1' } else { '0' }),
        Value::Number(n) if n.is_i64() || n.is_u64() => out.push_str(&n.to_string()),
        Value::Number(n) => string(&n.to_string(), out),
        Value::String(s) => string(s, out),
        Value::Array(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_unstable();
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                string(key, out);
                out.push(':');
                write(&map[key], out);
            }
            out.push('}');
        }
    }
}

/// The canonical text of a value.
pub fn text(value: &Value) -> String {
    let mut out = String::with_capacity(256);
    write(value, &mut out);
    out
}

/// Writes a JSON string: only the quote, the backslash and control characters are escaped.
pub fn string(text: &str, out: &mut String) {
    out.push('"');
    // Nearly every text is clean; looking at all its bytes without stopping lets the machine take many at a time.
    let clean = !text.bytes().fold(false, |found, byte| found | escaped(byte));
    if clean {
        out.push_str(text);
    } else {
        text.chars().for_each(|c| character(c, out));
    }
    out.push('"');
}

/// Whether a byte of UTF-8 needs an escape; all of them stand for themselves, never for a part of a character.
const fn escaped(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

fn character(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if u32::from(c) < 0x20 => {
            let code = u32::from(c);
            out.push_str("\\u00");
            for digit in [code >> 4, code & 15] {
                out.push(char::from_digit(digit, 16).unwrap_or('0'));
            }
        }
        c => out.push(c),
    }
}

/// Writes a whole number in decimals.
pub fn number(value: i64, out: &mut String) {
    // Writing into a text cannot fail.
    let _ = write!(out, "{value}");
}

/// Writes one object straight into a text, for payloads that come by the million.
///
/// The keys must come in ascending order: the caller's order is the canonical one, which is checked wherever
/// assertions are on.
#[derive(Debug)]
pub struct Object<'a> {
    out: &'a mut String,
    last: &'static str,
}

impl<'a> Object<'a> {
    /// Opens an object.
    pub fn open(out: &'a mut String) -> Object<'a> {
        out.push('{');
        Object { out, last: "" }
    }

    /// Writes a key and hands out the text for its value, which the caller writes as canonical JSON.
    pub fn key(&mut self, key: &'static str) -> &mut String {
        debug_assert!(self.last < key, "{key} does not come after {}", self.last);
        if !self.last.is_empty() {
            self.out.push(',');
        }
        self.last = key;
        string(key, self.out);
        self.out.push(':');
        self.out
    }

    /// Writes a text.
    pub fn string(&mut self, key: &'static str, value: &str) {
        string(value, self.key(key));
    }

    /// Writes a whole number.
    pub fn number(&mut self, key: &'static str, value: i64) {
        number(value, self.key(key));
    }

    /// Closes the object.
    pub fn close(self) {
        self.out.push('}');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_and_text_reads_back() {
        let value = json!({"b": 1, "a": {"z": true, "y": ["你\"\\\n\u{1}", null]}});
        let written = text(&value);
        assert_eq!(written, "{\"a\":{\"y\":[\"你\\\"\\\\\\n\\u0001\",null],\"z\":1},\"b\":1}");
        let read: Value = serde_json::from_str(&written).unwrap();
        assert_eq!(text(&read), written);
    }

    #[test]
    fn an_object_written_key_by_key_is_the_generic_text() {
        let mut out = String::new();
        let mut object = Object::open(&mut out);
        object.string("a", "你\"\\\n\u{1}");
        object.number("b", -7);
        Object::open(object.key("c")).close();
        object.close();
        assert_eq!(out, text(&json!({"a": "你\"\\\n\u{1}", "b": -7, "c": {}})));
    }

    #[test]
    fn numbers_are_written_to_both_ends() {
        for value in [0, 7, -7, 10, i64::MAX, i64::MIN] {
            let mut out = String::new();
            number(value, &mut out);
            assert_eq!(out, value.to_string());
        }
    }
}

//! Canonical JSON: sorted keys, no blanks, integers and strings (and lists, objects, null and booleans as 0/1).
//!
//! The journal's hashes are taken over this text, so it must come out the same everywhere.

use serde_json::Value;

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
    for c in text.chars() {
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
    out.push('"');
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
}

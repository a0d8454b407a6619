//! `[print]` of the configuration: where sheets go and in which bytes.

use super::{Name, Reader, Value};
use crate::kernel::words::Arg;
use std::path::PathBuf;
use toml::de::DeValue;

/// The bytes a printer is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// What print servers of our day take.
    #[default]
    Utf8,
    /// What the counters' dot-matrix printers have in their own fonts (GB 18030).
    Gb18030,
}

/// Where printed sheets go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Print {
    /// Program and arguments that take a sheet on their standard input; none: a file in the folder.
    pub command: Vec<String>,
    /// Folder of the files when there is no command; none: `prints` in the folder of the user's state.
    pub folder: Option<PathBuf>,
    /// The bytes of a sheet.
    pub encoding: Encoding,
    /// Whether a form feed ends a sheet, for printers with endless paper.
    pub form_feed: bool,
}

pub(super) const PRINT: &[&str] = &["command", "folder", "encoding", "form_feed"];
const ENCODINGS: &[&str] = &["utf8", "gb18030"];

impl Reader<'_> {
    pub(super) fn print(&mut self, key: &Name<'_>, value: &Value<'_>, print: &mut Print) {
        let Some(table) = self.table(key, value) else { return };
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("command", _) => {
                    if let Some(words) = self.strings(key, value, "[\"lp\", \"-d\", \"counter\"]") {
                        print.command = words;
                    }
                }
                ("folder", _) => {
                    if let Some(text) = self.text(key, value) {
                        print.folder = (!text.is_empty()).then(|| PathBuf::from(text));
                    }
                }
                ("encoding", _) => match self.choice(key, value, ENCODINGS) {
                    Some("gb18030") => print.encoding = Encoding::Gb18030,
                    Some(_) => print.encoding = Encoding::Utf8,
                    None => {}
                },
                ("form_feed", DeValue::Boolean(feed)) => print.form_feed = *feed,
                ("form_feed", _) => self.wrong(key, value, Arg::list(["true", "false"])),
                _ => self.unknown(key, PRINT),
            }
        }
    }

    /// A list of texts.
    pub(super) fn strings(&mut self, key: &Name<'_>, value: &Value<'_>, example: &str) -> Option<Vec<String>> {
        let words = match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .map(|item| match item.get_ref() {
                    DeValue::String(text) => Some(text.to_string()),
                    _ => None,
                })
                .collect(),
            _ => None,
        };
        if words.is_none() {
            self.wrong(key, value, Arg::from(example));
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::kernel::words::Lang;

    #[test]
    fn a_printer_is_a_list_of_words_an_encoding_and_a_form_feed() {
        let text = "[print]\ncommand = [\"lp\", \"-d\", \"窗口1\"]\nfolder = \"/tmp/x\"\nencoding = \"gb18030\"\nform_feed = true\n";
        let print = Config::parse(text).unwrap().print;
        assert_eq!(print.command, ["lp", "-d", "窗口1"]);
        assert_eq!(print.folder, Some(PathBuf::from("/tmp/x")));
        assert_eq!((print.encoding, print.form_feed), (Encoding::Gb18030, true));
        for (text, allowed) in [
            ("command = \"lp -d x\"", "[\"lp\", \"-d\", \"counter\"]"),
            ("command = [1]", "[\"lp\", \"-d\", \"counter\"]"),
            ("encoding = \"gbk\"", "\"utf8\", \"gb18030\""),
            ("form_feed = 1", "true, false"),
            ("printer = \"x\"", "command, folder, encoding, form_feed"),
        ] {
            let problem = &Config::parse(&format!("[print]\n{text}\n")).unwrap_err()[0];
            assert_eq!(problem.line, 2);
            assert!(problem.what.say(Lang::En).contains(allowed), "{text}: {}", problem.what.say(Lang::En));
        }
    }
}

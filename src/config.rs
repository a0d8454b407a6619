//! `config.toml`: looks, language, keys, paths, and the first values of control settings of a new store.
//!
//! The file is optional. What is wrong in it is named with file, line and what is allowed.

mod print;

pub use print::{Encoding, Print};

use crate::kernel::settings::{self, DEFINITIONS, Shape};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// How characters of ambiguous width (“ ” · … and borders) are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ambiguous {
    /// As the terminal answers when it is asked for the first time.
    #[default]
    Auto,
    /// As they are: the terminal draws them in one cell.
    Narrow,
    /// As ASCII marks: the terminal draws them in two cells.
    Wide,
}

/// The configuration; its default is what holds without a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Language of the screen.
    pub lang: Lang,
    /// Whether colour is used; NO_COLOR wins over it.
    pub colour: bool,
    /// How characters of ambiguous width are drawn.
    pub ambiguous: Ambiguous,
    /// The store; none: the system's place for the user's data.
    pub store: Option<PathBuf>,
    /// Where the newest backup is looked for when the store is damaged; none: `backups` beside the store.
    pub backups: Option<PathBuf>,
    /// Folder of the drafts; none: the system's place for the user's state.
    pub state: Option<PathBuf>,
    /// Where printed sheets go.
    pub print: Print,
    /// Action → keys, which replace those of the program.
    pub keys: BTreeMap<String, Vec<String>>,
    /// First values of control settings, used once when a store is created.
    pub settings: BTreeMap<String, String>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            lang: Lang::Zh,
            colour: true,
            ambiguous: Ambiguous::Auto,
            store: None,
            backups: None,
            state: None,
            print: Print::default(),
            keys: BTreeMap::new(),
            settings: DEFINITIONS.iter().map(|d| (d.key.to_owned(), d.default.to_owned())).collect(),
        }
    }
}

/// What is wrong in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong and what is allowed.
    pub what: Phrase,
}

/// Keys at the top of the file.
const TOP: &[&str] = &["language", "looks", "terminal", "paths", "print", "keys", "settings"];
const TERMINAL: &[&str] = &["ambiguous"];
const AMBIGUOUS: &[&str] = &["auto", "narrow", "wide"];
const LOOKS: &[&str] = &["colour"];
const PATHS: &[&str] = &["store", "backups", "state"];
/// How keys are written.
const KEYS: &str = "[\"ctrl-s\", \"f5\"]";
const LANGUAGES: &[&str] = &["zh", "en"];

type Value<'i> = Spanned<DeValue<'i>>;

struct Reader<'t> {
    text: &'t str,
    problems: Vec<Problem>,
}

impl Config {
    /// Reads the text of a configuration file.
    ///
    /// # Errors
    /// Every problem found, in the order of the file.
    pub fn parse(text: &str) -> Result<Config, Vec<Problem>> {
        let mut reader = Reader { text, problems: Vec::new() };
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let what = Phrase::new(W::CliConfigSyntax, [Arg::from(error.message())]);
                return Err(vec![Problem { line: reader.line(at), what }]);
            }
        };
        let mut config = Config::default();
        for (key, value) in table.get_ref() {
            match key.get_ref().as_ref() {
                "language" => {
                    if let Some(lang) = reader.choice(key, value, LANGUAGES).and_then(Lang::parse) {
                        config.lang = lang;
                    }
                }
                "looks" => reader.looks(key, value, &mut config),
                "terminal" => reader.terminal(key, value, &mut config),
                "paths" => reader.paths(key, value, &mut config),
                "print" => reader.print(key, value, &mut config.print),
                "keys" => reader.keys(key, value, &mut config),
                "settings" => reader.settings(key, value, &mut config),
                _ => reader.unknown(key, TOP),
            }
        }
        reader.problems.sort_by_key(|problem| problem.line);
        if reader.problems.is_empty() { Ok(config) } else { Err(reader.problems) }
    }

    /// The settings that differ from what a new store has anyway.
    pub fn changed_settings(&self) -> BTreeMap<String, String> {
        let changed = |key: &str, value: &str| settings::definition(key).is_none_or(|d| d.default != value);
        self.settings.iter().filter(|(key, value)| changed(key, value)).map(|(k, v)| (k.clone(), v.clone())).collect()
    }
}

type Name<'i> = Spanned<std::borrow::Cow<'i, str>>;

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
    }

    fn problem(&mut self, at: usize, what: Phrase) {
        let line = self.line(at);
        self.problems.push(Problem { line, what });
    }

    fn unknown(&mut self, key: &Name<'_>, allowed: &[&str]) {
        let args = [Arg::from(key.get_ref().as_ref()), Arg::list(allowed.iter().copied())];
        self.problem(key.span().start, Phrase::new(W::CliConfigUnknown, args));
    }

    fn wrong(&mut self, key: &Name<'_>, value: &Value<'_>, allowed: Arg) {
        let args = [Arg::from(key.get_ref().as_ref()), allowed];
        self.problem(value.span().start, Phrase::new(W::CliConfigValue, args));
    }

    fn table<'v, 'i>(&mut self, key: &Name<'_>, value: &'v Value<'i>) -> Option<&'v DeTable<'i>> {
        let DeValue::Table(table) = value.get_ref() else {
            let header = format!("[{}]", key.get_ref());
            self.wrong(key, value, Arg::Text(header));
            return None;
        };
        Some(table)
    }

    fn text<'v>(&mut self, key: &Name<'_>, value: &'v Value<'_>) -> Option<&'v str> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong(key, value, Arg::from("\"…\""));
            return None;
        };
        Some(text.as_ref())
    }

    fn choice<'v>(&mut self, key: &Name<'_>, value: &'v Value<'_>, allowed: &[&str]) -> Option<&'v str> {
        let text = self.text(key, value)?;
        if allowed.contains(&text) {
            return Some(text);
        }
        self.wrong(key, value, Arg::list(allowed.iter().map(|word| format!("\"{word}\""))));
        None
    }

    fn looks(&mut self, key: &Name<'_>, value: &Value<'_>, config: &mut Config) {
        let Some(table) = self.table(key, value) else { return };
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("colour", DeValue::Boolean(colour)) => config.colour = *colour,
                ("colour", _) => self.wrong(key, value, Arg::list(["true", "false"])),
                _ => self.unknown(key, LOOKS),
            }
        }
    }

    fn terminal(&mut self, key: &Name<'_>, value: &Value<'_>, config: &mut Config) {
        let Some(table) = self.table(key, value) else { return };
        for (key, value) in table {
            if key.get_ref() != "ambiguous" {
                self.unknown(key, TERMINAL);
                continue;
            }
            match self.choice(key, value, AMBIGUOUS) {
                Some("narrow") => config.ambiguous = Ambiguous::Narrow,
                Some("wide") => config.ambiguous = Ambiguous::Wide,
                _ => {}
            }
        }
    }

    fn paths(&mut self, key: &Name<'_>, value: &Value<'_>, config: &mut Config) {
        let Some(table) = self.table(key, value) else { return };
        for (key, value) in table {
            let place = match key.get_ref().as_ref() {
                "store" => &mut config.store,
                "backups" => &mut config.backups,
                "state" => &mut config.state,
                _ => {
                    self.unknown(key, PATHS);
                    continue;
                }
            };
            if let Some(text) = self.text(key, value) {
                *place = (!text.is_empty()).then(|| PathBuf::from(text));
            }
        }
    }

    fn keys(&mut self, key: &Name<'_>, value: &Value<'_>, config: &mut Config) {
        let Some(table) = self.table(key, value) else { return };
        for (key, value) in table {
            let Some(chords) = self.strings(key, value, KEYS) else { continue };
            if chords.is_empty() {
                self.wrong(key, value, Arg::from(KEYS));
            } else {
                config.keys.insert(key.get_ref().to_string(), chords);
            }
        }
    }

    fn settings(&mut self, key: &Name<'_>, value: &Value<'_>, config: &mut Config) {
        let Some(table) = self.table(key, value) else { return };
        for (key, value) in table {
            let Some(definition) = settings::definition(key.get_ref()) else {
                let known: Vec<&str> = DEFINITIONS.iter().map(|d| d.key).collect();
                self.unknown(key, &known);
                continue;
            };
            let Some(text) = self.text(key, value) else { continue };
            if definition.shape.accepts(text) {
                config.settings.insert(definition.key.to_owned(), text.to_owned());
            } else {
                self.wrong(key, value, allowed(definition.shape));
            }
        }
    }
}

/// What values of a shape look like.
fn allowed(shape: Shape) -> Arg {
    match shape {
        Shape::Time => Arg::from("\"16:00\""),
        Shape::Number(low, high) => Arg::Text(format!("\"{low}\" … \"{high}\"")),
        Shape::Money => Arg::from("\"5000.00\""),
        Shape::OneOf(words) => Arg::list(words.iter().map(|word| format!("\"{word}\""))),
        Shape::Lines => Arg::from("\"default\" / \"motor,property\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../config.example.toml");

    #[test]
    fn the_example_is_the_default_and_names_every_key() {
        assert_eq!(Config::parse(EXAMPLE), Ok(Config::default()));
        let table: toml::Table = EXAMPLE.parse().unwrap();
        let names = |name: &str| table[name].as_table().unwrap().keys().cloned().collect::<Vec<_>>();
        let sorted = |list: &[&str]| {
            let mut list: Vec<String> = list.iter().map(|s| (*s).to_owned()).collect();
            list.sort();
            list
        };
        assert_eq!(sorted(&table.keys().map(String::as_str).collect::<Vec<_>>()), sorted(TOP));
        assert_eq!(sorted(&names("paths").iter().map(String::as_str).collect::<Vec<_>>()), sorted(PATHS));
        assert_eq!(sorted(&names("print").iter().map(String::as_str).collect::<Vec<_>>()), sorted(print::PRINT));
        assert_eq!(names("looks"), LOOKS);
        assert_eq!(names("terminal"), TERMINAL);
        let keys: Vec<&str> = DEFINITIONS.iter().map(|d| d.key).collect();
        assert_eq!(sorted(&names("settings").iter().map(String::as_str).collect::<Vec<_>>()), sorted(&keys));
    }

    #[test]
    fn a_wrong_key_or_value_names_its_line_and_what_is_allowed() {
        let text = "language = \"fr\"\n[looks]\ncolor = true\n\n[settings]\n\"archive.cutoff\" = \"25:00\"\n\"x\" = \"1\"\n[keys]\n\"a.b\" = 3\n";
        let problems = Config::parse(text).unwrap_err();
        let said: Vec<(usize, String)> = problems.iter().map(|p| (p.line, p.what.say(Lang::En))).collect();
        assert_eq!(said.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 6, 7, 9]);
        for (index, word) in ["\"zh\", \"en\"", "colour", "16:00", "idle.lock_minutes", "ctrl-s"].iter().enumerate() {
            assert!(said[index].1.contains(word), "{word}: {:?}", said[index]);
        }
        assert_eq!(Config::parse("a = \n").unwrap_err()[0].line, 1);
    }

    #[test]
    fn the_width_of_ambiguous_characters_is_one_of_three_words() {
        let read = |text: &str| Config::parse(&format!("[terminal]\nambiguous = {text}\n"));
        assert_eq!(read("\"wide\"").unwrap().ambiguous, Ambiguous::Wide);
        assert_eq!(read("\"narrow\"").unwrap().ambiguous, Ambiguous::Narrow);
        assert_eq!(read("\"auto\"").unwrap().ambiguous, Ambiguous::Auto);
        let problem = &read("\"broad\"").unwrap_err()[0];
        assert!(problem.line == 2 && problem.what.say(Lang::En).contains("\"auto\", \"narrow\", \"wide\""));
    }

    #[test]
    fn an_empty_file_is_the_default_and_only_changed_settings_are_handed_on() {
        let config = Config::parse("[settings]\n\"archive.cutoff\" = \"15:30\"\n\"pin.min_digits\" = \"6\"\n").unwrap();
        assert_eq!(
            config.changed_settings().into_iter().collect::<Vec<_>>(),
            [("archive.cutoff".to_owned(), "15:30".to_owned())]
        );
        assert_eq!(Config::parse(""), Ok(Config::default()));
    }
}

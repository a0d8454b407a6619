//! Compiles the words of `assets/locales` into one enum and two tables, and refuses to build when the languages differ.
//!
//! A file is a folder's words: `assets/locales/<language>/<file>.toml`, flat keys or tables. The variant's name is the
//! upper camel case of file and key path, so `step.papers-missing` in `closing.toml` becomes `ClosingStepPapersMissing`.
//! Placeholders are `{0}`, `{1}` …; English may also write `{0|case|cases}`, which shows the first form for the number 1
//! and the second for every other. A brace has no other use.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// The languages, the default first; the second is the one whose text documents a variant.
const LANGUAGES: [&str; 2] = ["zh-CN", "en"];
/// Only English has plural forms.
const PLURAL_LANGUAGE: &str = "en";

fn main() -> ExitCode {
    let root = Path::new("assets/locales");
    let mut problems = Vec::new();
    let tables: Vec<Words> = LANGUAGES.iter().map(|language| read_language(root, language, &mut problems)).collect();
    let checked = match tables.as_slice() {
        [first, second] if problems.is_empty() => check(first, second),
        _ => Err(problems),
    };
    match checked {
        Ok(entries) => write_out(&generate(&entries)),
        Err(problems) => {
            eprintln!("assets/locales has {} problem(s):", problems.len());
            for problem in problems {
                eprintln!("  {problem}");
            }
            ExitCode::FAILURE
        }
    }
}

/// Key ("closing.step.papers-missing") to text, of one language.
pub type Words = BTreeMap<String, String>;

/// One word that exists in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The enum variant.
    pub variant: String,
    /// File and key path, joined by dots.
    pub key: String,
    /// The text per language, in the order of `LANGUAGES`.
    pub texts: [String; 2],
    /// How many arguments the text takes.
    pub arity: usize,
}

fn write_out(code: &str) -> ExitCode {
    let Some(folder) = std::env::var_os("OUT_DIR") else {
        eprintln!("OUT_DIR is not set; this program is run by cargo");
        return ExitCode::FAILURE;
    };
    let file = Path::new(&folder).join("words_generated.rs");
    match std::fs::write(&file, code) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", file.display());
            ExitCode::FAILURE
        }
    }
}

fn read_language(root: &Path, language: &str, problems: &mut Vec<String>) -> Words {
    let folder = root.join(language);
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut words = Words::new();
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) => {
            problems.push(format!("{}: {error}", folder.display()));
            return words;
        }
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        println!("cargo::rerun-if-changed={}", path.display());
        let file = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        match std::fs::read_to_string(&path) {
            Ok(text) => read_file(language, &file, &text, &mut words, problems),
            Err(error) => problems.push(format!("{}: {error}", path.display())),
        }
    }
    words
}

/// Adds the words of one file's text to `words`.
pub fn read_file(language: &str, file: &str, text: &str, words: &mut Words, problems: &mut Vec<String>) {
    match text.parse::<toml::Table>() {
        Ok(table) => flatten(language, file, &table, words, problems),
        Err(error) => problems.push(format!("{language}/{file}.toml: {error}")),
    }
}

fn flatten(language: &str, prefix: &str, table: &toml::Table, words: &mut Words, problems: &mut Vec<String>) {
    for (key, value) in table {
        let path = format!("{prefix}.{key}");
        match value {
            toml::Value::String(text) => {
                words.insert(path, text.clone());
            }
            toml::Value::Table(inner) => flatten(language, &path, inner, words, problems),
            _ => problems.push(format!("{language} {path}: neither a text nor a table")),
        }
    }
}

/// Compares the languages; the entries in order of key, or every problem found.
pub fn check(zh: &Words, en: &Words) -> Result<Vec<Entry>, Vec<String>> {
    let mut problems = Vec::new();
    let mut entries = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let keys: BTreeSet<&String> = zh.keys().chain(en.keys()).collect();
    for key in keys {
        let (first, second) = match (zh.get(key), en.get(key)) {
            (Some(first), Some(second)) => (first, second),
            (found, _) => {
                let missing = if found.is_some() { LANGUAGES[1] } else { LANGUAGES[0] };
                problems.push(format!("{key}: missing in {missing}"));
                continue;
            }
        };
        let variant = variant_name(key);
        if !key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c)) {
            problems.push(format!("{key}: a key is made of a-z, 0-9 and -"));
        } else if let Some(other) = seen.insert(variant.clone(), key.clone()) {
            problems.push(format!("{key}: has the same variant name {variant} as {other}"));
        }
        let mut sets = Vec::new();
        for (language, text) in LANGUAGES.iter().zip([first, second]) {
            match placeholders(text, *language == PLURAL_LANGUAGE) {
                Ok(set) => sets.push(set),
                Err(problem) => problems.push(format!("{language} {key}: {problem}")),
            }
        }
        if let [a, b] = sets.as_slice() {
            if a != b {
                problems.push(format!(
                    "{key}: placeholders differ, {a:?} in {} and {b:?} in {}",
                    LANGUAGES[0], LANGUAGES[1]
                ));
            } else if a.iter().copied().ne(0..a.len()) {
                problems.push(format!("{key}: placeholders {a:?} leave a gap"));
            }
            entries.push(Entry { variant, key: key.clone(), texts: [first.clone(), second.clone()], arity: a.len() });
        }
    }
    if entries.len() > usize::from(u16::MAX) {
        problems.push("more words than a u16 can number".to_owned());
    }
    if problems.is_empty() { Ok(entries) } else { Err(problems) }
}

/// The argument numbers a text uses, or what is wrong with the text.
fn placeholders(text: &str, plural_allowed: bool) -> Result<BTreeSet<usize>, String> {
    if text.trim().is_empty() {
        return Err("the text is empty".to_owned());
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err("a control character is inside".to_owned());
    }
    let mut set = BTreeSet::new();
    let mut pieces = text.split('{');
    if pieces.next().is_some_and(|head| head.contains('}')) {
        return Err("a closing brace without an opening one".to_owned());
    }
    for piece in pieces {
        let Some((inside, tail)) = piece.split_once('}') else {
            return Err("an opening brace without a closing one".to_owned());
        };
        if tail.contains('}') {
            return Err("a closing brace without an opening one".to_owned());
        }
        let mut parts = inside.split('|');
        let number = parts.next().unwrap_or_default();
        let index: usize = number.parse().map_err(|_| format!("{{{inside}}} is no placeholder"))?;
        match parts.count() {
            0 => {}
            2 if plural_allowed => {}
            2 => return Err(format!("{{{inside}}}: this language has no plural forms")),
            _ => return Err(format!("{{{inside}}}: a plural has two forms, one and many")),
        }
        set.insert(index);
    }
    Ok(set)
}

fn variant_name(key: &str) -> String {
    key.split(['.', '-'])
        .map(|part| {
            let mut letters = part.chars();
            letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

/// The source of the enum and its tables.
pub fn generate(entries: &[Entry]) -> String {
    let mut code = String::from(
        "/// Every word a clerk can read. Generated from `assets/locales`; a variant's document is its English text.\n\
         #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]\n#[repr(u16)]\npub enum W {\n",
    );
    for entry in entries {
        let _ = writeln!(code, "    #[doc = {:?}]\n    {},", format!("`{}`", entry.texts[1]), entry.variant);
    }
    code.push_str("}\n\nimpl W {\n    /// Every word, in the order of keys.\n    pub const ALL: &'static [W] = &[\n");
    for entry in entries {
        let _ = writeln!(code, "        W::{},", entry.variant);
    }
    code.push_str("    ];\n}\n");
    let _ = writeln!(code, "\nstatic KEYS: [&str; {}] = [", entries.len());
    for entry in entries {
        let _ = writeln!(code, "    {:?},", entry.key);
    }
    let _ = writeln!(code, "];\n\nconst ARITIES: [u8; {}] = [", entries.len());
    for entry in entries {
        let _ = writeln!(code, "    {},", entry.arity);
    }
    code.push_str("];\n");
    for (name, index) in [("ZH", 0), ("EN", 1)] {
        let _ = writeln!(code, "\nstatic {name}: [&str; {}] = [", entries.len());
        for entry in entries {
            let _ = writeln!(code, "    {:?},", entry.texts[index]);
        }
        code.push_str("];\n");
    }
    code
}

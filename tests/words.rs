//! The words of the screen: complete in both languages, all in use, and the only Chinese in the program.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use closing_desk::kernel::words::{Lang, W};
use unicode_width::UnicodeWidthChar;

#[path = "../build.rs"]
#[expect(dead_code, reason = "only the checks of the build script are tested, not its reading and writing of files")]
mod build_script;

/// Files of the program whose Chinese is data, not words: numerals, patterns and table heads that other programs write.
const CHINESE_DATA: &[&str] = &["kernel/money", "kernel/identity", "kernel/text", "intake/columns"];

/// Marks of ambiguous width that Chinese prose cannot do without. All others are refused, because a terminal may draw
/// them in one cell or in two and whatever stands behind them would shift.
const PROSE_MARKS: &str = "“”‘’—…·×";

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{3000}'..='\u{303F}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The part of a source file that runs: comments blanked, the test module at its end cut off.
fn running_code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let (mut code, mut letters) = (String::new(), text.chars().peekable());
    let (mut in_text, mut in_block) = (false, false);
    while let Some(c) = letters.next() {
        match (c, letters.peek()) {
            ('*', Some('/')) if in_block => {
                letters.next();
                in_block = false;
            }
            _ if in_block => {}
            ('\\', Some(_)) if in_text => {
                letters.next();
            }
            ('\'', Some('"')) if !in_text => {
                letters.next();
            }
            ('"', _) => in_text = !in_text,
            ('/', Some('/')) if !in_text => while letters.next_if(|c| *c != '\n').is_some() {},
            ('/', Some('*')) if !in_text => in_block = true,
            _ => code.push(c),
        }
    }
    code
}

#[test]
fn every_word_is_used() {
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for (_, text) in sources() {
        for name in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            *uses.entry(name.to_owned()).or_default() += 1;
        }
    }
    // The name of an act is found by the act's own name, as the program writes it into the journal.
    let used = |word: &W| match word.key().strip_prefix("acts.") {
        Some(act) => uses.contains_key(&act.replace('-', "_")),
        None => uses.contains_key(&format!("{word:?}")),
    };
    let unused: Vec<&str> = W::ALL.iter().filter(|word| !used(word)).map(|word| word.key()).collect();
    assert!(unused.is_empty(), "no screen says: {unused:#?}");
}

#[test]
fn no_chinese_is_written_in_the_program() {
    let mut found = Vec::new();
    for (path, text) in sources() {
        let of_tests = path.file_name().is_some_and(|name| name == "tests.rs");
        if of_tests || CHINESE_DATA.iter().any(|data| path.to_string_lossy().contains(data)) {
            continue;
        }
        for line in running_code(&text).lines().filter(|line| line.chars().any(is_han)) {
            found.push(format!("{}: {}", path.display(), line.trim()));
        }
    }
    assert!(found.is_empty(), "these belong into assets/locales: {found:#?}");
}

#[test]
fn the_scan_for_chinese_sees_literals_and_nothing_else() {
    assert!(running_code("let a = \"结案\";").chars().any(is_han));
    assert!(running_code("let q = '\"'; // \"\nlet a = \"结案\";").chars().any(is_han));
    let clean = "// 结案\n/* 台 */ let a = \"// x\"; \n/// 结\n#[cfg(test)]\nmod tests { \"案\" }";
    assert!(!running_code(clean).chars().any(is_han));
}

#[test]
fn english_has_no_han_and_chinese_has_no_mark_of_uncertain_width() {
    for word in W::ALL {
        let english = word.text(Lang::En);
        assert!(!english.chars().any(is_han), "{}: {english}", word.key());
        for lang in [Lang::Zh, Lang::En] {
            let text = word.text(lang);
            let uncertain: String =
                text.chars().filter(|c| c.width() != c.width_cjk() && !PROSE_MARKS.contains(*c)).collect();
            assert!(uncertain.is_empty(), "{}: {uncertain}", word.key());
        }
    }
}

#[test]
fn a_word_leads_back_to_its_key() {
    assert_eq!(W::CommonListJoin.key(), "common.list-join");
    assert_eq!(W::CommonListJoin.arity(), 0);
    let mut keys: Vec<&str> = W::ALL.iter().map(|word| word.key()).collect();
    keys.dedup();
    assert_eq!(keys.len(), W::ALL.len());
}

/// What the build says about one file `a.toml` with these two texts.
fn built(zh: &str, en: &str) -> Result<Vec<build_script::Entry>, Vec<String>> {
    let (mut first, mut second, mut problems) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    build_script::read_file("zh-CN", "a", zh, &mut first, &mut problems);
    build_script::read_file("en", "a", en, &mut second, &mut problems);
    if problems.is_empty() { build_script::check(&first, &second) } else { Err(problems) }
}

#[test]
fn the_build_names_a_variant_after_its_key() {
    let entries =
        built("[step]\npapers-missing = \"缺 {0} {1}\"", "[step]\npapers-missing = \"{1|one|many} of {0}\"").unwrap();
    assert_eq!(entries[0].variant, "AStepPapersMissing");
    assert_eq!(entries[0].key, "a.step.papers-missing");
    assert_eq!(entries[0].arity, 2);
    assert!(build_script::generate(&entries).contains("AStepPapersMissing"));
}

#[test]
fn the_build_refuses_languages_that_differ() {
    let refused = [
        ("x = \"甲\"", "", "missing in en"),
        ("", "x = \"a\"", "missing in zh-CN"),
        ("x = \"{0}\"", "x = \"a\"", "placeholders differ"),
        ("x = \"{1}\"", "x = \"{1}\"", "gap"),
        ("x = \"{0|a|b}\"", "x = \"{0}\"", "no plural forms"),
        ("x = \"{0}\"", "x = \"{0|a}\"", "two forms"),
        ("x = \"{0\"", "x = \"{0}\"", "without a closing"),
        ("x = \"0}\"", "x = \"{0}\"", "without an opening"),
        ("x = \"{0}}\"", "x = \"{0}\"", "without an opening"),
        ("x = \"{a}\"", "x = \"{0}\"", "no placeholder"),
        ("x = \" \"", "x = \"a\"", "empty"),
        ("x = \"甲\\t\"", "x = \"a\"", "control"),
        ("x = 1", "x = \"a\"", "neither"),
        ("x = ", "x = \"a\"", "zh-CN/a.toml"),
        ("X = \"甲\"", "X = \"a\"", "a-z"),
        ("a-b = \"甲\"\n[a]\nb = \"乙\"", "a-b = \"a\"\n[a]\nb = \"b\"", "same variant"),
    ];
    for (zh, en, expected) in refused {
        let problems = built(zh, en).expect_err(zh).join("\n");
        assert!(problems.contains(expected), "{zh} / {en}: {problems}");
    }
    assert_eq!(
        built("x = \"甲\"\ny = \"\"", "z = \"a\"\ny = \"b\"").unwrap_err().len(),
        3,
        "all problems are named at once"
    );
}

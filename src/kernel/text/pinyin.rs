//! Pinyin of names: the initials a name is found by, and whole syllables for what a palette looks through.
//!
//! The readings come from the `pinyin` crate; where its first reading is not the one people type (surnames,
//! heteronyms, names of places) `assets/pinyin.txt` says which, with its sources.

use super::fold_char;
use pinyin::ToPinyin;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Most initials strings a name has.
pub const MOST_STRINGS: usize = 4;
/// Letters of a name that have initials; further ones are left out.
pub const MOST_LETTERS: usize = 16;
/// Readings kept for one character.
const MOST_READINGS: usize = 3;

const ROWS: &str = include_str!("../../../assets/pinyin.txt");

/// Syllables by characters: one row of the data.
type Syllables = Vec<&'static str>;

/// The data by kind. Single characters are sorted, so that a row of an import asks with a few comparisons.
struct Tables {
    compounds: HashMap<[char; 2], Syllables>,
    words: HashMap<[char; 2], Syllables>,
    surnames: Vec<(char, Syllables)>,
    readings: Vec<(char, Syllables)>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables =
        Tables { compounds: HashMap::new(), words: HashMap::new(), surnames: Vec::new(), readings: Vec::new() };
    for row in ROWS.lines().filter(|row| !row.starts_with('#')) {
        let mut parts = row.split_ascii_whitespace();
        let (Some(kind), Some(text)) = (parts.next(), parts.next()) else { continue };
        let syllables: Syllables = parts.collect();
        let characters: Vec<char> = text.chars().collect();
        match (kind, characters.as_slice()) {
            ("surname", [one]) => tables.surnames.push((*one, syllables)),
            ("surname", [first, second]) => drop(tables.compounds.insert([*first, *second], syllables)),
            ("word", [first, second, ..]) => drop(tables.words.insert([*first, *second], syllables)),
            ("reading", [one]) => tables.readings.push((*one, syllables)),
            _ => {}
        }
    }
    tables.surnames.sort_unstable_by_key(|(c, _)| *c);
    tables.readings.sort_unstable_by_key(|(c, _)| *c);
    tables
});

fn of(rows: &'static [(char, Syllables)], c: char) -> &'static [&'static str] {
    rows.binary_search_by_key(&c, |(key, _)| *key).map_or(&[], |at| rows[at].1.as_slice())
}

/// The letter a syllable begins with.
fn initial(syllable: &str) -> Option<char> {
    syllable.chars().next()
}

/// The initials one character may be typed as, the likeliest first.
#[derive(Clone, Copy, Debug)]
struct Choices {
    letters: [char; MOST_READINGS],
    count: usize,
}

impl Choices {
    const fn one(c: char) -> Choices {
        Choices { letters: [c, '\0', '\0'], count: 1 }
    }

    fn add(&mut self, c: char) {
        if self.count < MOST_READINGS && !self.as_slice().contains(&c) {
            self.letters[self.count] = c;
            self.count += 1;
        }
    }

    fn as_slice(&self) -> &[char] {
        &self.letters[..self.count]
    }

    /// The common readings of a character; one without a reading stands for itself.
    fn of(c: char) -> Choices {
        if c.is_ascii() {
            return Choices::one(c);
        }
        let mut choices = Choices { letters: ['\0'; MOST_READINGS], count: 0 };
        of(&TABLES.readings, c).iter().filter_map(|s| initial(s)).for_each(|letter| choices.add(letter));
        if choices.count == 0 {
            choices.add(c.to_pinyin().and_then(|p| initial(p.plain())).unwrap_or(c));
        }
        choices
    }

    /// The same, but one letter comes first.
    fn led_by(self, letter: char) -> Choices {
        let mut led = Choices::one(letter);
        self.as_slice().iter().for_each(|other| led.add(*other));
        led
    }
}

/// The letters a name is found by: folded, in lower case, without dots and blanks.
#[must_use]
pub fn letters(text: &str) -> Vec<char> {
    text.chars().map(fold_char).filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What stands at the beginning of a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Begins {
    /// A surname.
    Surname,
    /// Anything else.
    Word,
}

/// Whatever is longer is a company: there a word of the beginning goes before a surname.
const LONGEST_PERSON: usize = 4;

/// What each of the first letters of a name may be typed as.
fn choices(letters: &[char], begins: Begins) -> Vec<Choices> {
    let tables = &*TABLES;
    let mut all: Vec<Choices> = letters.iter().take(MOST_LETTERS).map(|c| Choices::of(*c)).collect();
    let pair = |at: usize| Some([*letters.get(at)?, *letters.get(at + 1)?]);
    let mut lead = |at: usize, syllables: &[&'static str]| {
        for (slot, letter) in all.iter_mut().skip(at).zip(syllables.iter().filter_map(|s| initial(s))) {
            *slot = slot.led_by(letter);
        }
    };
    let mut at = 0;
    if begins == Begins::Surname {
        let word = letters.len() > LONGEST_PERSON && pair(0).is_some_and(|key| tables.words.contains_key(&key));
        if let Some(syllables) = pair(0).and_then(|key| tables.compounds.get(&key)) {
            lead(0, syllables);
            at = 2;
        } else if !word && let Some(first) = letters.first() {
            lead(0, of(&tables.surnames, *first));
            at = 1;
        }
    }
    // Names of people are short, and few words fit into them: the table is asked only where a pair can be in it.
    while at < MOST_LETTERS
        && let Some(key) = pair(at)
    {
        if let Some(syllables) = tables.words.get(&key) {
            lead(at, syllables);
            at += 1;
        }
        at += 1;
    }
    all
}

/// Writes the strings of one distance from the likeliest: `cost` is how many steps down the choices are taken together.
fn combine(all: &[Choices], cost: usize, taken: &mut String, out: &mut Vec<String>) {
    let Some((here, rest)) = all.split_first() else {
        if cost == 0 {
            out.push(taken.clone());
        }
        return;
    };
    // The further down at the front, the earlier: a query is matched from a name's start.
    for rank in (0..here.count.min(cost + 1)).rev() {
        let left: usize = rest.iter().map(|c| c.count - 1).sum();
        if out.len() >= MOST_STRINGS || cost - rank > left {
            continue;
        }
        let length = taken.len();
        taken.push(here.letters[rank]);
        combine(rest, cost - rank, taken, out);
        taken.truncate(length);
    }
}

fn strings(letters: &[char], begins: Begins) -> Vec<String> {
    if letters.is_empty() {
        return Vec::new();
    }
    let all = choices(letters, begins);
    if all.iter().all(|c| c.count == 1) {
        return vec![all.iter().map(|c| c.letters[0]).collect()];
    }
    let most: usize = all.iter().map(|c| c.count - 1).sum();
    let (mut out, mut taken) = (Vec::with_capacity(MOST_STRINGS), String::with_capacity(all.len() * 2));
    for cost in 0..=most {
        combine(&all, cost, &mut taken, &mut out);
    }
    out
}

/// The initials a name is found by, best first: the reading as a surname, then the common readings of heteronyms.
///
/// At least one and at most [`MOST_STRINGS`] for a name with a letter; none for one without. Letters and digits stand
/// for themselves in lower case, dots and blanks are left out, a character without a reading is kept, and of a long
/// name the first [`MOST_LETTERS`] count.
#[must_use]
pub fn initials(name: &str) -> Vec<String> {
    strings(&letters(name), Begins::Surname)
}

/// Whether a character stands for itself among initials: a letter, a digit, or one without a reading.
#[must_use]
pub fn is_initial(c: char) -> bool {
    c.is_ascii() || Choices::of(c).letters[0] == c
}

/// [`initials`] of a name whose letters are known already.
#[must_use]
pub fn initials_of(letters: &[char]) -> Vec<String> {
    strings(letters, Begins::Surname)
}

/// [`initials`] of a word that is no name, such as the label of a key: nothing is read as a surname.
#[must_use]
pub fn label_initials(text: &str) -> Vec<String> {
    strings(&letters(text), Begins::Word)
}

/// A text in whole syllables without tones or blanks, `ü` as `v`: 待办 → `daiban`. Nothing is read as a surname.
#[must_use]
pub fn full(text: &str) -> String {
    let letters = letters(text);
    let mut out = String::with_capacity(letters.len() * 4);
    let mut at = 0;
    while let Some(c) = letters.get(at) {
        let pair = letters.get(at + 1).map(|next| [*c, *next]);
        if let Some(syllables) = pair.and_then(|key| TABLES.words.get(&key)) {
            syllables.iter().for_each(|s| out.push_str(s));
            at += 2;
            continue;
        }
        match (of(&TABLES.readings, *c).first(), c.to_pinyin()) {
            (Some(syllable), _) => out.push_str(syllable),
            (None, Some(p)) => out.extend(p.plain().chars().map(|letter| if letter == 'ü' { 'v' } else { letter })),
            (None, None) => out.push(*c),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str) -> String {
        initials(name).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn surnames_are_read_as_surnames() {
        for (name, wanted) in [
            ("单雄信", "sxx"),
            ("仇英", "qy"),
            ("曾国藩", "zgf"),
            ("解缙", "xj"),
            ("区寄", "oj"),
            ("查良镛", "zly"),
            ("朴树", "ps"),
            ("尉迟恭", "ycg"),
            ("尉健行", "wjx"),
            ("长孙无忌", "zswj"),
            ("万俟卨", "mqx"),
            ("澹台灭明", "ttmm"),
            ("令狐冲", "lhc"),
            ("单于丹", "cyd"),
            ("拓跋焘", "tbt"),
            ("乐毅", "yy"),
            ("乐正子", "yzz"),
            ("盖宽饶", "gkr"),
            ("翟让", "zr"),
            ("缪荃孙", "mqs"),
            ("覃某", "qm"),
            ("折可适", "sks"),
            ("种师道", "csd"),
            ("召某", "sm"),
            ("秘某", "bm"),
            ("繁某", "pm"),
            ("祭某", "zm"),
            ("谌某", "cm"),
            ("隗嚣", "wx"),
            ("莘某", "sm"),
            ("贾岛", "jd"),
            ("车某", "cm"),
            ("晁错", "cc"),
            ("沈括", "sk"),
            ("俞樾", "yy"),
            ("郗超", "xc"),
            ("郄某", "qm"),
            ("费祎", "fy"),
            ("乜某", "nm"),
            ("万章", "wz"),
            ("石崇", "sc"),
            ("盛宣怀", "sxh"),
            ("冯唐", "ft"),
            ("宓某", "mm"),
            ("员半千", "ybq"),
            ("粘某", "nm"),
            ("欧阳修", "oyx"),
            ("司马光", "smg"),
            ("诸葛亮", "zgl"),
        ] {
            assert_eq!(first(name), wanted, "{name}");
        }
    }

    #[test]
    fn the_common_readings_of_heteronyms_follow_and_four_strings_are_the_most() {
        assert_eq!(initials("单乐行"), ["slx", "dlx", "syx", "slh"]);
        assert_eq!(initials("曾乐"), ["zl", "cl", "zy", "cy"]);
        assert_eq!(initials("查长重行"), ["zczx", "cczx", "zzzx", "zccx"]);
        assert_eq!(initials("王建国"), ["wjg"]);
        assert_eq!(initials("李晟"), ["ls", "lc"]);
        assert_eq!(initials("尉迟恭"), ["ycg", "wcg"]);
    }

    #[test]
    fn what_has_no_reading_stands_for_itself() {
        assert_eq!(initials("𠮷野家"), ["𠮷yj"]);
        assert_eq!(initials("阿凡提·买买提"), ["aftmmt", "eftmmt"]);
        assert_eq!(initials("ＡＣＭＥ 物流 3"), ["acmewl3"]);
        assert_eq!(initials("John Smith"), ["johnsmith"]);
        assert_eq!(initials("·  "), [""; 0]);
        assert_eq!(initials(&"某".repeat(200)), ["m".repeat(MOST_LETTERS)]);
    }

    #[test]
    fn companies_are_read_by_their_words() {
        for (name, wanted) in [
            ("重庆长安汽车", "cqcaqc"),
            ("中国工商银行", "zggsyh"),
            ("厦门海参商行", "xmhssh"),
            ("解放路小学", "jflxx"),
            ("成都市朝阳区", "cdscyq"),
            ("乐清机电厂", "yqjdc"),
        ] {
            assert_eq!(first(name), wanted, "{name}");
        }
    }

    #[test]
    fn labels_are_no_names() {
        assert_eq!(label_initials("查找").first().map(String::as_str), Some("cz"));
        assert_eq!(label_initials("待办"), ["db"]);
        assert_eq!(full("待办"), "daiban");
        assert_eq!(full("查找 F2"), "chazhaof2");
        assert_eq!(full("银行流水 重开"), "yinhangliushuichongkai");
        assert_eq!(full("吕女士"), "lvnvshi");
    }

    #[test]
    fn every_row_of_the_data_is_read() {
        let rows = ROWS.lines().filter(|row| !row.is_empty() && !row.starts_with('#')).count();
        let tables = &*TABLES;
        let kept = tables.compounds.len() + tables.words.len() + tables.surnames.len() + tables.readings.len();
        assert_eq!(kept, rows);
        for row in ROWS.lines().filter(|row| !row.is_empty() && !row.starts_with('#')) {
            let parts: Vec<&str> = row.split(' ').collect();
            let characters = parts[1].chars().count();
            let enough = if parts[0] == "reading" { parts.len() > 2 } else { parts.len() - 2 == characters };
            assert!(enough && parts[2..].iter().all(|s| s.chars().all(|c| c.is_ascii_lowercase())), "{row}");
        }
    }
}

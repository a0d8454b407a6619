//! Every word a clerk can read, as an enum, and phrases that put facts into words without fixing a language.
//!
//! The words live in `assets/locales/{zh-CN,en}/*.toml`; `build.rs` compiles them. A [`Phrase`] is a word with its
//! arguments; it is turned into text only where it is drawn or printed, so switching the language needs no restart.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, Timelike};

use super::money::Fen;

include!(concat!(env!("OUT_DIR"), "/words_generated.rs"));

/// A language of the screen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Lang {
    /// Chinese as written on the mainland, the office's own language.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Reads a language as written on the command line or in the configuration: "zh", "zh-CN", "en", "en-US".
    pub fn parse(text: &str) -> Option<Lang> {
        match text.trim().to_ascii_lowercase().replace('_', "-").as_str() {
            "zh" | "zh-cn" => Some(Lang::Zh),
            "en" | "en-us" => Some(Lang::En),
            _ => None,
        }
    }

    /// The code of the language's folder: "zh-CN" or "en".
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }
}

impl W {
    /// The word's text with its placeholders, in one language.
    pub fn text(self, lang: Lang) -> &'static str {
        match lang {
            Lang::Zh => ZH[self as usize],
            Lang::En => EN[self as usize],
        }
    }

    /// File and key path, such as "closing.step.papers-missing"; stable across languages, fit for logs.
    pub fn key(self) -> &'static str {
        KEYS[self as usize]
    }

    /// How many arguments the text takes.
    pub const fn arity(self) -> usize {
        ARITIES[self as usize] as usize
    }
}

/// One fact inside a phrase.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arg {
    /// Text shown as it is.
    Text(String),
    /// Another word, in the language of the phrase.
    Word(W),
    /// A whole number, without grouping; also decides an English plural.
    Number(i64),
    /// An amount in 分 (fen), printed in yuan as "8,200.00".
    Money(i64),
    /// UTC seconds, printed in office time as "11-23 15:10".
    Moment(i64),
    /// UTC seconds, printed in office time as "2026-11-23 15:10:05".
    MomentFull(i64),
    /// A business day, printed as "2026-11-23".
    Day(NaiveDate),
    /// A business day, printed as "11-23".
    ShortDay(NaiveDate),
    /// A phrase inside the phrase.
    Phrase(Box<Phrase>),
    /// Several facts, joined by "、" or ", ".
    List(Vec<Arg>),
    /// A name that data files keep in both languages: the Chinese one, the English one.
    Name(String, String),
}

impl Arg {
    /// A list of facts.
    pub fn list<T: Into<Arg>>(items: impl IntoIterator<Item = T>) -> Arg {
        Arg::List(items.into_iter().map(Into::into).collect())
    }

    /// The fact as text.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Arg::Text(text) => text.clone(),
            Arg::Word(word) => word.text(lang).to_owned(),
            Arg::Number(number) => number.to_string(),
            Arg::Money(fen) => Fen::from_fen(*fen).grouped(),
            Arg::Moment(at) => moment_text(*at, false),
            Arg::MomentFull(at) => moment_text(*at, true),
            Arg::Day(day) => day.to_string(),
            Arg::ShortDay(day) => format!("{:02}-{:02}", day.month(), day.day()),
            Arg::Phrase(phrase) => phrase.say(lang),
            Arg::List(items) => {
                let parts: Vec<String> = items.iter().map(|item| item.say(lang)).collect();
                parts.join(W::CommonListJoin.text(lang))
            }
            Arg::Name(zh, en) => match lang {
                Lang::Zh => zh.clone(),
                Lang::En => en.clone(),
            },
        }
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Arg {
        Arg::Text(text)
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Arg {
        Arg::Text(text.to_owned())
    }
}

impl From<i64> for Arg {
    fn from(number: i64) -> Arg {
        Arg::Number(number)
    }
}

impl From<Fen> for Arg {
    fn from(amount: Fen) -> Arg {
        Arg::Money(amount.fen())
    }
}

impl From<W> for Arg {
    fn from(word: W) -> Arg {
        Arg::Word(word)
    }
}

impl From<NaiveDate> for Arg {
    fn from(day: NaiveDate) -> Arg {
        Arg::Day(day)
    }
}

impl From<Phrase> for Arg {
    fn from(phrase: Phrase) -> Arg {
        Arg::Phrase(Box::new(phrase))
    }
}

/// A word with the facts it speaks about; text only when it is said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phrase {
    /// The word.
    pub word: W,
    /// Its arguments, `{0}` first.
    pub args: Vec<Arg>,
}

impl Phrase {
    /// A phrase whose argument count is only known to the caller; prefer [`phrase!`](crate::phrase), which checks the
    /// count when it is compiled.
    pub fn new(word: W, args: impl IntoIterator<Item = Arg>) -> Phrase {
        let args: Vec<Arg> = args.into_iter().collect();
        debug_assert_eq!(args.len(), word.arity(), "arguments of {}", word.key());
        Phrase { word, args }
    }

    /// The phrase in one language.
    ///
    /// `{n}` is replaced by argument n; `{n|one|many}` by "one" when argument n is the number 1, else by "many".
    /// A missing argument leaves its placeholder standing, so that the mistake is seen and nothing else is lost.
    pub fn say(&self, lang: Lang) -> String {
        let text = self.word.text(lang);
        let mut said = String::with_capacity(text.len());
        let mut pieces = text.split('{');
        said.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let (inside, tail) = piece.split_once('}').unwrap_or((piece, ""));
            match self.fill(inside, lang) {
                Some(filled) => said.push_str(&filled),
                None => {
                    said.push('{');
                    said.push_str(inside);
                    said.push('}');
                }
            }
            said.push_str(tail);
        }
        said
    }

    fn fill(&self, inside: &str, lang: Lang) -> Option<String> {
        let mut parts = inside.split('|');
        let arg = self.args.get(parts.next()?.parse::<usize>().ok()?)?;
        match (parts.next(), parts.next()) {
            (Some(one), Some(many)) => Some(if *arg == Arg::Number(1) { one } else { many }.to_owned()),
            _ => Some(arg.say(lang)),
        }
    }
}

impl From<W> for Phrase {
    fn from(word: W) -> Phrase {
        Phrase::new(word, [])
    }
}

/// A [`Phrase`](crate::kernel::words::Phrase) from a word and whatever turns into its arguments; a wrong number of
/// arguments does not compile.
#[macro_export]
macro_rules! phrase {
    (@one $arg:expr) => { () };
    ($word:path $(, $arg:expr)* $(,)?) => {{
        const COUNT: usize = <[()]>::len(&[$($crate::phrase!(@one $arg)),*]);
        const { assert!($word.arity() == COUNT, "the word takes another number of arguments") };
        $crate::kernel::words::Phrase::new($word, [$($crate::kernel::words::Arg::from($arg)),*])
    }};
}

/// The office's offset from UTC: +08:00, without summer time since 1991.
const OFFICE_OFFSET_SECONDS: i32 = 8 * 3600;

/// UTC seconds as office time: "11-23 15:10", or "2026-11-23 15:10:05" when `full`; a second count beyond the calendar
/// is shown as its number.
fn moment_text(at: i64, full: bool) -> String {
    let zoned = FixedOffset::east_opt(OFFICE_OFFSET_SECONDS)
        .and_then(|zone| DateTime::from_timestamp(at, 0).map(|utc| utc.with_timezone(&zone)));
    let Some(time) = zoned else { return at.to_string() };
    if full {
        return format!("{} {:02}:{:02}:{:02}", time.date_naive(), time.hour(), time.minute(), time.second());
    }
    format!("{:02}-{:02} {:02}:{:02}", time.month(), time.day(), time.hour(), time.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_joined_in_the_language_of_the_phrase() {
        let list = Arg::list(["a", "b"]);
        assert_eq!(list.say(Lang::Zh), "a、b");
        assert_eq!(list.say(Lang::En), "a, b");
    }

    #[test]
    fn facts_are_printed_in_office_time_and_yuan() {
        // 2026-11-23 07:10:05 UTC is 15:10:05 in the office.
        let at = 1_795_417_805;
        assert_eq!(Arg::MomentFull(at).say(Lang::Zh), "2026-11-23 15:10:05");
        assert_eq!(Arg::Moment(at).say(Lang::En), "11-23 15:10");
        assert_eq!(Arg::Moment(i64::MAX).say(Lang::En), i64::MAX.to_string());
        assert_eq!(Arg::Money(820_000).say(Lang::Zh), "8,200.00");
        assert_eq!(Arg::Money(-5).say(Lang::Zh), "-0.05");
        let day = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        assert_eq!(Arg::Day(day).say(Lang::Zh), "2026-11-03");
        assert_eq!(Arg::ShortDay(day).say(Lang::Zh), "11-03");
    }

    #[test]
    fn an_english_plural_follows_the_number() {
        let say = |number: i64| phrase!(W::UiMarked, number).say(Lang::En);
        assert_eq!(say(1), "1 row marked");
        assert_eq!(say(2), "2 rows marked");
        assert_eq!(say(0), "0 rows marked");
        assert_eq!(phrase!(W::UiMarked, 1).say(Lang::Zh), "已标记 1 行");
    }

    #[test]
    fn languages_are_read_as_people_write_them() {
        for (text, lang) in [("zh", Some(Lang::Zh)), ("zh-CN", Some(Lang::Zh)), ("en_US", Some(Lang::En)), ("fr", None)]
        {
            assert_eq!(Lang::parse(text), lang, "{text}");
        }
        assert_eq!(Lang::parse(Lang::default().code()), Some(Lang::Zh));
    }
}

//! The rulebook: lines, calendar and settings together, as every rule needs them.

use crate::kernel::calendar::Calendar;
use crate::kernel::settings::Settings;
use crate::kernel::text;
use crate::kernel::words::Lang;

/// A line of insurance; data, not code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Stable key.
    pub code: String,
    /// Name on screen and in files.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Archive class; several lines may file in one.
    pub class: String,
    /// Name of the class.
    pub class_name: String,
    /// English name of the class.
    pub class_name_en: String,
    /// Which checklist of `assets/checklists.toml` its claim part is.
    pub checklist: String,
    /// Assessor, verifier, adjuster and approver are four persons.
    pub three_level: bool,
    /// The compulsory motor line, with its own statutory clocks.
    pub compulsory: bool,
    /// Further names a file may use.
    pub aliases: Vec<String>,
}

impl Line {
    /// The name in a language.
    pub fn name_in(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.name,
            Lang::En => &self.name_en,
        }
    }
}

/// Everything a rule decides with, as of one edition of the store's rules.
#[derive(Clone, Debug)]
pub struct Rulebook {
    /// Working days.
    pub calendar: Calendar,
    /// Dated control settings.
    pub settings: Settings,
    /// Lines in list order.
    pub lines: Vec<Line>,
}

impl Rulebook {
    /// The line with this code.
    pub fn line(&self, code: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.code == code)
    }

    /// The line a file names: by code, name or alias.
    pub fn line_named(&self, name: &str) -> Option<&Line> {
        let folded = text::fold(name);
        let folded: &str = &folded;
        self.lines
            .iter()
            .find(|line| line.name == folded || line.code == folded || line.aliases.iter().any(|alias| alias == folded))
    }

    /// Name of a line in a language; its code when it is not known.
    pub fn line_label<'a>(&'a self, code: &'a str, lang: Lang) -> &'a str {
        self.line(code).map_or(code, |line| line.name_in(lang))
    }

    /// Whether the line is the compulsory motor line.
    pub fn compulsory(&self, code: &str) -> bool {
        self.line(code).is_some_and(|line| line.compulsory)
    }

    /// Whether the line needs four different persons at a moment (*setting*).
    pub fn three_level(&self, code: &str, at: i64) -> bool {
        let marked = self.line(code).is_some_and(|line| line.three_level);
        self.settings.three_level(code, marked, at)
    }
}

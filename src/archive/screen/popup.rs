//! The small forms over the scan line: a waiver, a typed serial, page total and exceptions of the contents list.

use crate::archive::rules::back::Back;
use crate::archive::rules::contents::Content;
use crate::kernel::words::{Lang, W};
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormField};
use crate::ui::screen::Draft;

/// What a small form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// 免附
    Waive,
    /// The serial of a taken-over receipt.
    Serial,
    /// Page total and exceptions of a file of the pile.
    Contents,
    /// Which work is taken back, and why.
    Back,
}

impl What {
    const fn code(self) -> &'static str {
        match self {
            What::Waive => "waive",
            What::Serial => "serial",
            What::Contents => "contents",
            What::Back => "back",
        }
    }

    /// The title of the form.
    pub const fn title(self) -> W {
        match self {
            What::Waive => W::ArchiveKeyWaive,
            What::Serial => W::ArchiveKindTyped,
            What::Contents => W::ArchiveKeyContents,
            What::Back => W::ArchiveKeyTakeBack,
        }
    }
}

/// A small form.
#[derive(Clone, Debug)]
pub struct Popup {
    /// What it is for.
    pub what: What,
    /// The case it is about, and its version as it was seen.
    pub case: (i64, i64),
    /// Its fields.
    pub form: Form,
    /// Lines above the fields: the contents list.
    pub lines: Vec<String>,
}

/// Keys of a draft beside the fields.
const WHAT: &str = "what";
const CASE: &str = "case";

impl Popup {
    fn new(what: What, case: (i64, i64), fields: Vec<FormField>) -> Popup {
        Popup { what, case, form: Form::new(fields), lines: Vec::new() }
    }

    /// Why a receipt is waived.
    pub fn waive(case: (i64, i64)) -> Popup {
        Popup::new(What::Waive, case, vec![FormField::text("reason", W::ArchiveFieldReason).limit(200)])
    }

    /// The serial on the paper.
    pub fn serial(case: (i64, i64)) -> Popup {
        Popup::new(What::Serial, case, vec![FormField::of_kind("serial", W::ArchiveFieldSerial, Kind::Id)])
    }

    /// Which of the work on a file is taken back, the last by itself, and why.
    pub fn back(case: (i64, i64), ways: &[Back]) -> Popup {
        let first = ways.first().map_or("", |way| way.code());
        let ways = ways.iter().map(|way| ChoiceOption::words(way.code(), way.word())).collect();
        let fields = vec![
            FormField::choice("to", W::ArchiveFieldBack, ways).value(first),
            FormField::text("reason", W::ArchiveFieldBackReason).limit(200),
        ];
        let mut popup = Popup::new(What::Back, case, fields);
        popup.form.focus("reason");
        popup
    }

    /// Page total and exceptions, with the list above.
    pub fn contents(case: (i64, i64), list: &[Content], pages: i64, exceptions: &str) -> Popup {
        let pages = if pages > 0 { pages.to_string() } else { String::new() };
        let fields = vec![
            FormField::of_kind("pages", W::ArchiveFieldPages, Kind::Digits).limit(4).value(&pages),
            FormField::text("contents", W::ArchiveFieldExceptions)
                .value(exceptions)
                .hint(W::ArchiveFieldExceptionsHint),
        ];
        let mut popup = Popup::new(What::Contents, case, fields);
        popup.lines = (1..).zip(list).map(|(n, row)| format!("{n:>3} {}  {}", row.name, row.note)).collect();
        popup
    }

    /// What was typed, for the draft.
    pub fn draft(&self) -> Option<Draft> {
        let mut fields = self.form.snapshot();
        if !self.form.dirty() || fields.is_empty() {
            return None;
        }
        fields.insert(WHAT.to_owned(), self.what.code().to_owned());
        fields.insert(CASE.to_owned(), format!("{} {}", self.case.0, self.case.1));
        Some(Draft { fields })
    }

    /// The form a draft was typed into.
    pub fn restored(draft: &Draft) -> Option<Popup> {
        let case = draft.fields.get(CASE)?;
        let (id, seen) = case.split_once(' ')?;
        let case = (id.parse().ok()?, seen.parse().ok()?);
        let mut popup = match draft.fields.get(WHAT)?.as_str() {
            "waive" => Popup::waive(case),
            "serial" => Popup::serial(case),
            "back" => Popup::back(case, &[Back::Bind, Back::Sort]),
            _ => Popup::contents(case, &[], 0, ""),
        };
        popup.form.restore(&draft.fields);
        Some(popup)
    }

    /// The rows it needs at a width, with those of the list.
    pub fn height(&self, lang: Lang, width: u16) -> u16 {
        let lines = u16::try_from(self.lines.len()).unwrap_or(u16::MAX);
        self.form.height(lang, width).saturating_add(lines).saturating_add(1)
    }
}

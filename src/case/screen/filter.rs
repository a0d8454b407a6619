//! The filter popup of the to-do list.

use crate::case::milestones::Stage;
use crate::case::next::Hands;
use crate::case::store::list::Filter;
use crate::case::words;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::reference::rulebook::Rulebook;
use crate::ui::choice::ChoiceOption;
use crate::ui::form::{Form, FormField};
use crate::ui::kept::{FilterFields, Keep, Kept};
use crate::ui::pick::{PickItem, PickList};
use crate::ui::screen::Cx;
use chrono::Duration;

/// What the clerk chose; the moments are worked out anew when the list is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    stage: Option<Stage>,
    line: Option<String>,
    due: String,
    mine: bool,
    from: Option<Fen>,
    to: Option<Fen>,
    /// The name it is remembered under; empty for none.
    name: String,
}

const NAME: &str = "name";
const OVERDUE: &str = "overdue";
const TODAY: &str = "today";
const THREE_DAYS: &str = "three";

impl Chosen {
    pub(super) fn is_empty(&self) -> bool {
        *self == Chosen { name: self.name.clone(), ..Chosen::default() }
    }

    /// The filter as of now.
    pub(super) fn filter(&self, cx: &Cx<'_>, hands: Hands) -> Filter {
        let end_of = |days: i64| {
            let day = clock::day_of(cx.now) + Duration::days(days + 1);
            clock::moment_on(day, chrono::NaiveTime::MIN) - 1
        };
        let due_before = match self.due.as_str() {
            OVERDUE => Some(cx.now - 1),
            TODAY => Some(end_of(0)),
            THREE_DAYS => Some(end_of(3)),
            _ => None,
        };
        Filter {
            stage: self.stage,
            line: self.line.clone(),
            due_before,
            mine: self.mine.then_some(hands.roles),
            deputy: hands.deputy,
            amount_from: self.from,
            amount_to: self.to,
        }
    }

    /// What is filtered, in words.
    pub(super) fn say(&self, rules: &Rulebook, lang: Lang) -> String {
        let mut parts = Vec::new();
        if !self.name.is_empty() {
            parts.push(text::neutralise(&self.name).into_owned());
        }
        parts.extend(self.stage.map(|s| words::stage(s).text(lang).to_owned()));
        parts.extend(self.line.as_ref().map(|l| rules.line_label(l, lang).to_owned()));
        parts.extend(due_word(&self.due).map(|w| w.text(lang).to_owned()));
        if self.mine {
            parts.push(W::CaseFilterMine.text(lang).to_owned());
        }
        parts.extend(self.from.map(|f| format!(">= {f}")));
        parts.extend(self.to.map(|f| format!("<= {f}")));
        parts.join("  ")
    }

    pub(super) fn form(&self, rules: &Rulebook) -> Form {
        let all = || ChoiceOption::words("", W::CaseFilterAll);
        let mut stages = vec![all()];
        stages.extend(
            Stage::ALL
                .into_iter()
                .filter(|s| *s != Stage::Archived)
                .map(|s| ChoiceOption::words(s.code(), words::stage(s))),
        );
        let mut lines = vec![all()];
        lines.extend(rules.lines.iter().map(|l| ChoiceOption::name(l.code.clone(), l.name.clone())));
        let mut dues = vec![all()];
        dues.extend(
            [OVERDUE, TODAY, THREE_DAYS].into_iter().filter_map(|id| due_word(id).map(|w| ChoiceOption::words(id, w))),
        );
        Form::new(vec![
            FormField::choice("stage", W::CaseFilterStage, stages).value(self.stage.map_or("", Stage::code)),
            FormField::choice("line", W::CaseFilterLine, lines).value(self.line.as_deref().unwrap_or_default()),
            FormField::choice("due", W::CaseFilterDue, dues).value(&self.due),
            FormField::choice("mine", W::CaseFilterWhose, vec![all(), ChoiceOption::words("mine", W::CaseFilterMine)])
                .value(if self.mine { "mine" } else { "" }),
            FormField::money("from", W::CaseFilterFrom).value(&plain(self.from)),
            FormField::money("to", W::CaseFilterTo).value(&plain(self.to)),
            FormField::text(NAME, W::CaseFilterName).hint(W::CaseFilterNameHint).limit(20).value(&self.name),
        ])
    }

    /// Reads the form, or says what is wrong with it.
    pub(super) fn from_form(form: &Form) -> Result<Chosen, Findings> {
        let mut findings = Findings::new();
        let mut money = |id: &'static str| {
            let text = form.value(id);
            if text.trim().is_empty() {
                return None;
            }
            let read = Fen::parse(text).ok();
            if read.is_none() {
                findings.push(Finding::block(
                    "amount",
                    id,
                    Phrase::new(W::CaseFilterAmountBad, [Arg::Text(text.to_owned())]),
                ));
            }
            read
        };
        let (from, to) = (money("from"), money("to"));
        if findings.blocking() {
            return Err(findings);
        }
        let line = form.value("line");
        Ok(Chosen {
            stage: Stage::ALL.into_iter().find(|s| s.code() == form.value("stage")),
            line: (!line.is_empty()).then(|| line.to_owned()),
            due: form.value("due").to_owned(),
            mine: form.value("mine") == "mine",
            from,
            to,
            name: form.value(NAME).trim().to_owned(),
        })
    }

    /// What is to be remembered of it: under a name that was given or changed, or with another choice under its name.
    pub(super) fn keep(&self, before: &Chosen) -> Option<Keep> {
        let renamed = if before.name == self.name { String::new() } else { before.name.clone() };
        let fields = [
            ("stage", self.stage.map_or_else(String::new, |stage| stage.code().to_owned())),
            ("line", self.line.clone().unwrap_or_default()),
            ("due", self.due.clone()),
            ("mine", if self.mine { "mine".to_owned() } else { String::new() }),
            ("from", plain(self.from)),
            ("to", plain(self.to)),
        ];
        let fields: FilterFields =
            fields.into_iter().filter(|(_, text)| !text.is_empty()).map(|(id, text)| (id.to_owned(), text)).collect();
        (!self.name.is_empty()).then(|| Keep::Filter(self.name.clone(), renamed, fields))
    }

    /// A filter that was remembered; what this version does not know is left out.
    pub(super) fn read(name: &str, fields: &FilterFields) -> Chosen {
        let get = |id: &str| fields.get(id).map_or("", String::as_str);
        Chosen {
            stage: Stage::ALL.into_iter().find(|stage| stage.code() == get("stage")),
            line: Some(get("line").to_owned()).filter(|line| !line.is_empty()),
            due: due_word(get("due")).map_or_else(String::new, |_| get("due").to_owned()),
            mine: get("mine") == "mine",
            from: Fen::parse(get("from")).ok(),
            to: Fen::parse(get("to")).ok(),
            name: name.to_owned(),
        }
    }
}

fn plain(amount: Option<Fen>) -> String {
    amount.map_or_else(String::new, |fen| fen.plain())
}

/// The list of the filters that are remembered, to pick from.
pub(super) fn named(kept: &Kept, rules: &Rulebook, lang: Lang) -> PickList {
    PickList::new(W::CaseFilterNamed, items(kept, rules, lang))
}

/// Its items: each name with what it filters.
pub(super) fn items(kept: &Kept, rules: &Rulebook, lang: Lang) -> Vec<PickItem> {
    let item = |(name, fields): (&String, &FilterFields)| {
        PickItem::new(name.as_str(), name.as_str()).detail(Chosen::read("", fields).say(rules, lang))
    };
    kept.filters.iter().map(item).collect()
}

fn due_word(id: &str) -> Option<W> {
    match id {
        OVERDUE => Some(W::CaseFilterOverdue),
        TODAY => Some(W::CaseFilterToday),
        THREE_DAYS => Some(W::CaseFilterThreeDays),
        _ => None,
    }
}

//! The clause library: what is said to customers, changed by new versions, taken in by file, retired.

use super::book::{self, MOST_ROWS, Register, parts};
use crate::kernel::clock::day_of;
use crate::kernel::findings::Finding;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Sheet, lacking, read_file};
use crate::phrase;
use crate::reference::clauses::store::search_last;
use crate::reference::clauses::{self, Clause, KINDS, NewClause, file, kind_word};
use crate::ui::choice::ChoiceOption;
use crate::ui::form::FormField;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Place, Screen};
use crate::ui::table::{Column, TableRow};
use chrono::NaiveDate;

/// Longest text of a clause that is typed.
const TEXT_CHARS: usize = 600;

/// The clause library.
#[derive(Default)]
struct Clauses {
    rows: Vec<Clause>,
    /// Every version of the selected clause, the newest first.
    versions: Vec<Clause>,
}

/// Opens the clause library.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    book::open(Clauses::default(), place, cx)
}

fn state_word(clause: &Clause, today: NaiveDate) -> W {
    if clause.retired_at.is_some() {
        W::ReferenceStateRetired
    } else if clause.from_day > today {
        W::ReferenceStateToCome
    } else {
        W::ReferenceStateInForce
    }
}

fn fields(clause: Option<&Clause>, now: i64) -> Vec<FormField> {
    let was = |of: fn(&Clause) -> &str| clause.map_or("", of);
    let kinds = KINDS.map(|kind| ChoiceOption::words(kind, kind_word(kind))).to_vec();
    let kind = clause.map_or("procedure", |clause| clause.kind.as_str());
    let code = FormField::text("code", W::ReferenceFieldCode).limit(60).value(was(|clause| &clause.code));
    let mut fields = vec![
        if clause.is_some() { code.read_only() } else { code.hint(W::ReferenceFieldCodeHint) },
        FormField::text("title", W::ReferenceFieldTitle).limit(60).value(was(|clause| &clause.title)),
        FormField::choice("kind", W::ReferenceFieldKind, kinds).value(kind),
        FormField::text("text", W::ReferenceFieldText).limit(TEXT_CHARS).value(was(|clause| &clause.text)),
        FormField::text("source", W::ReferenceFieldSource).limit(60).value(was(|clause| &clause.source)),
        FormField::text("article", W::ReferenceFieldArticle).limit(60).value(was(|clause| &clause.article)),
        FormField::day("from", W::ReferenceFieldFrom).value(&day_of(now).to_string()),
    ];
    if clause.is_some() {
        fields.push(FormField::text("reason", W::ReferenceFieldReason));
    }
    fields
}

impl Clauses {
    fn by_id(&self, id: i64) -> Option<&Clause> {
        self.rows.iter().find(|clause| clause.id == id)
    }
}

/// Reads the file named in the form and takes all of it in, or shows what is wrong.
fn take_in(sheet: &mut Sheet, reason: String) -> Effects {
    let read = read_file(sheet.form.value("path")).map_err(|words| Finding::block("file", "path", words).into());
    match read.and_then(|text| file::read(&text)) {
        Err(found) => {
            sheet.form.show(found);
            Vec::new()
        }
        Ok(list) => vec![Effect::Act(DeskAct::new("clause_put", move |tx| {
            let done = clauses::take_in(tx, &list, &reason)?;
            Ok(Done::said(phrase!(W::ReferenceSaidFile, done.added, done.changed, done.same)))
        }))],
    }
}

impl Register for Clauses {
    const PLACE: &'static str = "clauses";
    const TITLE: W = W::ReferencePlaceClauses;
    const HELP: W = W::ReferenceHelpClauses;
    const SAVE: ActionId = "clauses.save";
    const LEAVE: ActionId = "clauses.leave";

    fn read(&mut self, query: &str, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.rows = search_last(cx.store.conn(), query, MOST_ROWS)?;
        Ok(())
    }

    fn look(&mut self, at: Option<usize>, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.versions = match at.and_then(|at| self.rows.get(at)) {
            Some(clause) => clauses::versions(cx.store.conn(), &clause.code)?,
            None => Vec::new(),
        };
        Ok(())
    }

    fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|clause| clause.id).collect()
    }

    fn columns(&self) -> Vec<Column> {
        vec![
            Column::new(W::ReferenceFieldTitle, 20, 44),
            Column::new(W::ReferenceFieldKind, 9, 9).priority(1),
            Column::new(W::ReferenceColumnState, 10, 10),
            Column::new(W::ReferenceColumnVersion, 4, 4).priority(2).right(),
        ]
    }

    fn row(&self, at: usize, cx: &Cx<'_>) -> TableRow {
        let Some(clause) = self.rows.get(at) else { return TableRow::default() };
        let word = state_word(clause, day_of(cx.now));
        let style = if word == W::ReferenceStateRetired { cx.theme.disabled() } else { cx.theme.text() };
        TableRow::new(clause.id)
            .cell(text::neutralise(&clause.title).into_owned(), style)
            .cell(kind_word(&clause.kind).text(cx.lang), style)
            .cell(word.text(cx.lang), style)
            .cell(clause.version.to_string(), style)
    }

    fn detail(&self, at: usize, cx: &Cx<'_>) -> Vec<Line> {
        let Some(clause) = self.rows.get(at) else { return Vec::new() };
        let theme = cx.theme;
        let clean = |text: &str| text::neutralise(text).into_owned();
        let mut lines = vec![
            (clean(&clause.title), theme.title()),
            (clean(&clause.text), theme.text()),
            (String::new(), theme.text()),
        ];
        lines.push((phrase!(W::ReferenceDetailCode, clause.code.clone()).say(cx.lang), theme.dim()));
        let source = phrase!(W::ReferenceDetailSource, clean(&clause.source), clean(&clause.article));
        lines.push((source.say(cx.lang).trim().to_owned(), theme.dim()));
        let version = Phrase::new(W::ReferenceDetailVersion, [Arg::Number(clause.version), Arg::Day(clause.from_day)]);
        lines.push((version.say(cx.lang), theme.dim()));
        if let Some(at) = clause.retired_at {
            let words = phrase!(W::ReferenceDetailRetired, Arg::Day(day_of(at)), clean(&clause.retire_reason));
            lines.push((words.say(cx.lang), theme.warn()));
        }
        for (at, earlier) in self.versions.iter().skip(1).enumerate() {
            if at == 0 {
                lines.push((W::ReferenceDetailVersions.text(cx.lang).to_owned(), theme.dim()));
            }
            let number = [Arg::Number(earlier.version), Arg::Day(earlier.from_day)];
            lines.push((Phrase::new(W::ReferenceDetailVersion, number).say(cx.lang), theme.dim()));
            lines.push((clean(&earlier.text), theme.text()));
        }
        lines
    }

    fn keys(&self, at: Option<usize>, cx: &Cx<'_>) -> Vec<KeyRow> {
        let may_not = lacking(cx, Right::Registers);
        let off = may_not.clone().or(book::none(at));
        let retired = at.and_then(|at| self.rows.get(at)).filter(|clause| clause.retired_at.is_some());
        let retired = retired.map(|_| Phrase::from(W::ReferenceClauseRetired));
        vec![
            KeyRow::new("clauses.change", "enter", W::ReferenceKeyChange).off(off.clone()),
            KeyRow::new("clauses.add", "ctrl-n", W::ReferenceKeyAddClause).off(may_not.clone()),
            KeyRow::new("clauses.file", "ctrl-o", W::ReferenceKeyFile).off(may_not),
            KeyRow::new("clauses.retire", "ctrl-x", W::ReferenceKeyRetire).off(off.or(retired)),
        ]
    }

    fn opens(&self, action: ActionId, at: Option<usize>) -> Option<String> {
        let id = at.and_then(|at| self.rows.get(at)).map(|clause| clause.id);
        match action {
            "clauses.add" => Some("add".to_owned()),
            "clauses.file" => Some("file".to_owned()),
            "clauses.change" => id.map(|id| format!("change/{id}")),
            "clauses.retire" => id.map(|id| format!("retire/{id}")),
            _ => None,
        }
    }

    fn form(&self, name: &str, now: i64) -> Option<Sheet> {
        let reason = || FormField::text("reason", W::ReferenceFieldReason);
        let (action, id) = parts(name);
        match action {
            "add" => return Some(Sheet::new(W::ReferenceKeyAddClause, fields(None, now))),
            "file" => {
                let path = FormField::text("path", W::ReferenceFieldPath).hint(W::ReferenceFieldPathHint).limit(1_000);
                return Some(Sheet::new(W::ReferenceKeyFile, vec![path, reason()]));
            }
            _ => {}
        }
        let clause = self.by_id(id)?;
        if action == "change" {
            return Some(Sheet::new(W::ReferenceKeyChange, fields(Some(clause), now)));
        }
        let shown = FormField::text("shown", W::ReferenceFieldTitle).value(&clause.title).read_only();
        Some(Sheet::new(W::ReferenceKeyRetire, vec![shown, reason()]))
    }

    fn save(&self, name: &str, sheet: &mut Sheet, cx: &Cx<'_>) -> Effects {
        let (action, id) = parts(name);
        let values = sheet.values(cx);
        let text = |key: &str| values.get(key).cloned().unwrap_or_default();
        let reason = text("reason");
        if action == "file" {
            return take_in(sheet, reason);
        }
        if action == "retire" {
            let Some(clause) = self.by_id(id) else { return Vec::new() };
            let shown = clause.title.clone();
            return vec![Effect::Act(DeskAct::new("clause_retire", move |tx| {
                clauses::retire(tx, id, &reason)?;
                Ok(Done::said(phrase!(W::ReferenceSaidClauseRetired, shown.clone())).with(id))
            }))];
        }
        let from_day = match super::day(&text("from"), "from") {
            Ok(day) => day,
            Err(found) => {
                sheet.form.show(found);
                return Vec::new();
            }
        };
        let new = NewClause {
            code: text("code"),
            title: text("title"),
            kind: text("kind"),
            text: text("text"),
            source: text("source"),
            article: text("article"),
            from_day,
        };
        let known = action == "change";
        vec![Effect::Act(DeskAct::new("clause_put", move |tx| {
            // A code that is typed anew is no change of the clause that has it.
            let id = if known { clauses::put(tx, &new, &reason)? } else { clauses::add(tx, &new)? };
            let from = new.from_day.map_or_else(|| Arg::from(""), Arg::Day);
            let said = Phrase::new(W::ReferenceSaidClause, [Arg::from(new.title.as_str()), from]);
            Ok(Done::said(said).with(id))
        }))]
    }
}

//! Banks and channels: which banks can be paid to, which are designated, what they are called.

use super::book::{self, Register, parts};
use crate::kernel::clock::day_of;
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Sheet, lacking};
use crate::phrase;
use crate::reference::banks::{self, Bank, Channel, ChannelChange, ChannelRow, NewBank, NewNames, rules};
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Place, Screen};
use crate::ui::table::{Column, TableRow};

/// The register of banks.
#[derive(Default)]
struct Banks {
    rows: Vec<(Bank, Channel)>,
    history: Vec<ChannelRow>,
}

/// Opens the banks.
///
/// # Errors
/// What the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    book::open(Banks::default(), place, cx)
}

/// Whether a bank fits what was typed: names, their initials, or the first digits of a card.
fn fits(bank: &Bank, query: &str) -> bool {
    let wanted = rules::key(query);
    let names = || std::iter::once(bank.name.as_str()).chain(bank.aliases.iter().map(String::as_str));
    let card = |bin: &String| wanted.starts_with(bin.as_str()) || bin.starts_with(wanted.as_str());
    wanted.is_empty()
        || bank.code.starts_with(&wanted)
        || names().any(|name| rules::key(name).contains(&wanted) || spelt(name, &wanted))
        || bank.bins.iter().any(card)
}

fn spelt(name: &str, wanted: &str) -> bool {
    text::pinyin::label_initials(name).iter().any(|initials| initials.contains(wanted))
}

fn channel_fields(open: bool, designated: bool) -> Vec<FormField> {
    let flag = |value: bool| if value { "1" } else { "0" };
    vec![
        FormField::toggle("open", W::ReferenceFieldOpen).value(flag(open)),
        FormField::toggle("designated", W::ReferenceFieldDesignated)
            .hint(W::ReferenceFieldDesignatedHint)
            .value(flag(designated)),
    ]
}

fn name_fields() -> Vec<FormField> {
    vec![
        FormField::text("aliases", W::ReferenceFieldAliases).hint(W::ReferenceFieldAliasesHint),
        FormField::text("bins", W::ReferenceFieldBins).hint(W::ReferenceFieldBinsHint),
        FormField::of_kind("cnaps", W::ReferenceFieldCnaps, Kind::Digits).hint(W::ReferenceFieldCnapsHint).limit(12),
    ]
}

fn names_of(form: &Form) -> NewNames {
    NewNames::typed(form.value("aliases"), form.value("bins"), form.value("cnaps"))
}

/// Since when a row holds, in words.
fn since(from_at: i64) -> Arg {
    if from_at == 0 { Arg::Word(W::ReferenceDetailInitial) } else { Arg::Day(day_of(from_at)) }
}

fn row_words(row: &ChannelRow) -> Phrase {
    let word = match (row.open, row.designated) {
        (true, true) => W::ReferenceDetailOpenDesignated,
        (true, false) => W::ReferenceDetailOpen,
        (false, _) => W::ReferenceDetailClosed,
    };
    Phrase::new(word, [since(row.from_at)])
}

fn channel_word(channel: Channel) -> W {
    if channel.open { W::ReferenceStateOpen } else { W::ReferenceStateClosed }
}

impl Banks {
    fn by_id(&self, id: i64) -> Option<&(Bank, Channel)> {
        self.rows.iter().find(|(bank, _)| bank.id == id)
    }
}

impl Register for Banks {
    const PLACE: &'static str = "banks";
    const TITLE: W = W::ReferencePlaceBanks;
    const HELP: W = W::ReferenceHelpBanks;
    const SAVE: ActionId = "banks.save";
    const LEAVE: ActionId = "banks.leave";

    fn read(&mut self, query: &str, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        self.rows.clear();
        for bank in banks::all(conn)?.into_iter().filter(|bank| fits(bank, query)) {
            let channel = banks::channel(conn, &bank.code, cx.now)?;
            self.rows.push((bank, channel));
        }
        Ok(())
    }

    fn look(&mut self, at: Option<usize>, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.history = match at.and_then(|at| self.rows.get(at)) {
            Some((bank, _)) => banks::history(cx.store.conn(), &bank.code)?,
            None => Vec::new(),
        };
        Ok(())
    }

    fn ids(&self) -> Vec<i64> {
        self.rows.iter().map(|(bank, _)| bank.id).collect()
    }

    fn columns(&self) -> Vec<Column> {
        vec![
            Column::new(W::ReferenceFieldName, 20, 30),
            Column::new(W::ReferenceColumnChannel, 10, 12),
            Column::new(W::ReferenceFieldDesignated, 10, 10).priority(1),
            Column::new(W::ReferenceColumnSince, 10, 10).priority(2),
        ]
    }

    fn row(&self, at: usize, cx: &Cx<'_>) -> TableRow {
        let Some((bank, channel)) = self.rows.get(at) else { return TableRow::default() };
        let style = if channel.open { cx.theme.text() } else { cx.theme.warn() };
        let designated = if channel.designated { W::ReferenceStateDesignated.text(cx.lang) } else { "" };
        TableRow::new(bank.id)
            .cell(text::neutralise(&bank.name).into_owned(), cx.theme.text())
            .cell(channel_word(*channel).text(cx.lang), style)
            .cell(designated, cx.theme.text())
            .cell(channel.since.map(|at| day_of(at).to_string()).unwrap_or_default(), cx.theme.text())
    }

    fn detail(&self, at: usize, cx: &Cx<'_>) -> Vec<Line> {
        let Some((bank, channel)) = self.rows.get(at) else { return Vec::new() };
        let list = |items: &[String]| Arg::list(items.iter().map(String::as_str));
        let mut lines = vec![(text::neutralise(&bank.name).into_owned(), cx.theme.title())];
        let style = if channel.open { cx.theme.ok() } else { cx.theme.warn() };
        lines.push((channel_word(*channel).text(cx.lang).to_owned(), style));
        let mut say = |phrase: Phrase| lines.push((phrase.say(cx.lang), cx.theme.text()));
        if !bank.aliases.is_empty() {
            say(Phrase::new(W::ReferenceDetailAliases, [list(&bank.aliases)]));
        }
        if !bank.bins.is_empty() {
            say(Phrase::new(W::ReferenceDetailBins, [list(&bank.bins)]));
        }
        if !bank.cnaps.is_empty() {
            say(phrase!(W::ReferenceDetailCnaps, bank.cnaps.clone()));
        }
        lines.push((W::ReferenceDetailHistory.text(cx.lang).to_owned(), cx.theme.dim()));
        for row in self.history.iter().rev() {
            lines.push((history_line(row, cx.now, cx.lang), cx.theme.text()));
        }
        lines
    }

    fn keys(&self, at: Option<usize>, cx: &Cx<'_>) -> Vec<KeyRow> {
        let may_not = lacking(cx, Right::Registers);
        let off = may_not.clone().or(book::none(at));
        vec![
            KeyRow::new("banks.channel", "enter", W::ReferenceKeyChannel).off(off.clone()),
            KeyRow::new("banks.add", "ctrl-n", W::ReferenceKeyAddBank).off(may_not),
            KeyRow::new("banks.extend", "ctrl-e", W::ReferenceKeyExtend).off(off),
        ]
    }

    fn opens(&self, action: ActionId, at: Option<usize>) -> Option<String> {
        let id = at.and_then(|at| self.rows.get(at)).map(|(bank, _)| bank.id);
        match action {
            "banks.add" => Some("add".to_owned()),
            "banks.channel" => id.map(|id| format!("channel/{id}")),
            "banks.extend" => id.map(|id| format!("extend/{id}")),
            _ => None,
        }
    }

    fn form(&self, name: &str, _now: i64) -> Option<Sheet> {
        let reason = || FormField::text("reason", W::ReferenceFieldReason);
        let (action, id) = parts(name);
        if action == "add" {
            let mut fields = vec![FormField::text("name", W::ReferenceFieldName)];
            fields.extend(name_fields());
            fields.extend(channel_fields(true, false));
            fields.push(reason());
            return Some(Sheet::new(W::ReferenceKeyAddBank, fields));
        }
        let (bank, channel) = self.by_id(id)?;
        let shown = FormField::text("shown", W::ReferenceFieldName).value(&bank.name).read_only();
        if action == "extend" {
            let mut fields = vec![shown];
            fields.extend(name_fields());
            return Some(Sheet::new(W::ReferenceKeyExtend, fields));
        }
        let mut fields = vec![shown];
        fields.extend(channel_fields(channel.open, channel.designated));
        fields.push(FormField::day("from", W::ReferenceFieldFrom).hint(W::ReferenceFieldFromHint));
        fields.push(reason());
        Some(Sheet::new(W::ReferenceKeyChannel, fields))
    }

    fn warn(&self, _name: &str, form: &Form, _cx: &Cx<'_>) -> Findings {
        let found = rules::check_names(&names_of(form).folded(), &[]);
        found.into_iter().filter(|finding| finding.code == "cnaps" && form.focused() != finding.field).collect()
    }

    fn save(&self, name: &str, sheet: &mut Sheet, cx: &Cx<'_>) -> Effects {
        let (action, id) = parts(name);
        let values = sheet.values(cx);
        let text = |key: &str| values.get(key).cloned().unwrap_or_default();
        let flag = |key: &str| text(key) == "1";
        let from_day = match super::day(&text("from"), "from") {
            Ok(day) => day,
            Err(found) => {
                sheet.form.show(found);
                return Vec::new();
            }
        };
        let (open, designated, reason) = (flag("open"), flag("designated"), text("reason"));
        let names = names_of(&sheet.form);
        if action == "add" {
            let new = NewBank { name: text("name"), names, open, designated, reason };
            return vec![Effect::Act(DeskAct::new("bank_add", move |tx| {
                let bank = banks::add(tx, &new)?;
                Ok(Done::said(phrase!(W::ReferenceSaidBankAdded, bank.name)).with(bank.id))
            }))];
        }
        let Some((bank, _)) = self.by_id(id) else { return Vec::new() };
        let (code, shown) = (bank.code.clone(), bank.name.clone());
        if action == "extend" {
            return vec![Effect::Act(DeskAct::new("bank_names", move |tx| {
                banks::extend(tx, &code, &names)?;
                Ok(Done::said(phrase!(W::ReferenceSaidBankExtended, shown.clone())).with(id))
            }))];
        }
        let change = ChannelChange { open, designated, from_day, reason };
        vec![Effect::Act(DeskAct::new("bank_channel", move |tx| {
            let row = banks::set_channel(tx, &code, &change)?;
            let word = if row.open { W::ReferenceSaidChannelOpen } else { W::ReferenceSaidChannelClosed };
            Ok(Done::said(Phrase::new(word, [Arg::from(shown.as_str()), Arg::Moment(row.from_at)])).with(id))
        }))]
    }
}

/// One row of the history; one that is to come says so.
fn history_line(row: &ChannelRow, now: i64, lang: Lang) -> String {
    let planned = if row.from_at > now { W::ReferenceDetailPlanned.text(lang) } else { "" };
    let reason = text::neutralise(&row.reason).into_owned();
    phrase!(W::ReferenceDetailRow, row_words(row), reason, format!("{}{planned}", row.set_by))
        .say(lang)
        .trim()
        .to_owned()
}

//! Control settings: the value in force, the next one, the history; changing one with a moment and a reason.

use super::pane::{Line, Pane, SHEET, Sheet, lacking, sheet_rows, unread};
use crate::kernel::clock;
use crate::kernel::findings::Finding;
use crate::kernel::settings::{DEFINITIONS, Definition, Shape, definition};
use crate::kernel::words::{Arg, W};
use crate::office::rules::Right;
use crate::office::settings::{self as acts, Change};
use crate::office::store::settings::{self as store, SettingRow};
use crate::office::{setting_words, store as people};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store as reference;
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind;
use crate::ui::form::FormField;
use crate::ui::keys::KeyRow;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Question, Screen};
use crate::ui::table::{Column, TableRow};
use crate::ui::when;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::rc::Rc;

/// The control settings.
struct SettingsScreen {
    rules: Rc<Rulebook>,
    history: Vec<Vec<SettingRow>>,
    pane: Pane,
    sheet: Option<(&'static Definition, Sheet)>,
}

/// Opens the settings.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let rules = reference::rulebook(cx.store)?;
    let mut screen = SettingsScreen { rules, history: Vec::new(), pane: Pane::default(), sheet: None };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

fn change_sheet(definition: &'static Definition, value: &str) -> Sheet {
    let about = setting_words::of(definition.key).map(|words| words.about);
    let shape = acts::shape_words(definition.shape);
    let field = match definition.shape {
        Shape::OneOf(options) => {
            let option = |id: &&str| ChoiceOption::words(*id, option_word(id));
            FormField::choice("value", W::OfficeFieldValue, options.iter().map(option).collect())
        }
        Shape::Money => FormField::money("value", W::OfficeFieldValue),
        Shape::Number(..) => FormField::of_kind("value", W::OfficeFieldValue, Kind::Digits),
        Shape::Time | Shape::Lines => FormField::text("value", W::OfficeFieldValue),
    };
    let hint = about.map_or_else(|| shape.clone(), |about| phrase!(W::OfficeFieldValueHint, about, shape.clone()));
    Sheet::new(
        setting_words::of(definition.key).map_or(W::OfficePlaceSettings, |words| words.name),
        vec![
            field.value(value).hint(hint),
            FormField::of_kind("from", W::OfficeFieldFrom, Kind::Moment).hint(W::OfficeFieldFromHint),
            FormField::text("reason", W::OfficeFieldReason),
        ],
    )
}

fn option_word(id: &str) -> W {
    if id == "closed" { W::OfficeSettingClockClosed } else { W::OfficeSettingClockReceipt }
}

impl SettingsScreen {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.rules = reference::rulebook(cx.store)?;
        let all = DEFINITIONS.iter().map(|d| store::history(cx.store.conn(), d.key));
        self.history = all.collect::<rusqlite::Result<_>>()?;
        self.pane.rows(DEFINITIONS.len());
        Ok(())
    }

    fn chosen(&self) -> Option<(&'static Definition, &[SettingRow])> {
        let index = self.pane.selected()?;
        Some((DEFINITIONS.get(index)?, self.history.get(index).map_or(&[], Vec::as_slice)))
    }

    fn next(&self, index: usize, now: i64) -> Option<&SettingRow> {
        // The list is newest first, so the next one is the last of those to come.
        self.history.get(index)?.iter().rfind(|row| row.from_at > now)
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let Some((definition, sheet)) = &mut self.sheet else { return Vec::new() };
        let values = sheet.values(cx);
        let text = |id: &str| values.get(id).map(String::as_str).unwrap_or_default().trim();
        let from_at = match text("from") {
            "" => None,
            typed => match when::parse_moment(typed, clock::day_of(cx.now), clock::zone()) {
                Some(at) => Some(at),
                None => {
                    sheet.form.show(Finding::block("moment", "from", W::OfficeShapeMoment).into());
                    return Vec::new();
                }
            },
        };
        let change = Change {
            key: definition.key.to_owned(),
            value: text("value").to_owned(),
            from_at,
            reason: text("reason").to_owned(),
        };
        vec![Effect::Act(DeskAct::new("setting_change", move |tx| {
            let row = acts::change(tx, &change)?;
            let name = setting_words::of(&change.key).map_or(W::OfficePlaceSettings, |words| words.name);
            Ok(Done::said(phrase!(W::OfficeSaidSetting, name, row.value.clone(), Arg::MomentFull(row.from_at))))
        }))]
    }

    fn detail(&self, cx: &Cx<'_>) -> Vec<Line> {
        let Some((definition, history)) = self.chosen() else { return Vec::new() };
        let theme = cx.theme;
        let mut lines = Vec::new();
        if let Some(words) = setting_words::of(definition.key) {
            lines.push((words.about.text(cx.lang).to_owned(), theme.text()));
        }
        lines.push((definition.key.to_owned(), theme.dim()));
        lines.push((W::OfficeDetailHistory.text(cx.lang).to_owned(), theme.title()));
        if history.is_empty() {
            lines.push((W::OfficeDetailDefault.text(cx.lang).to_owned(), theme.dim()));
        }
        for row in history {
            let value = setting_words::value(definition, &row.value, &self.rules, cx.lang);
            let mark = if row.from_at > cx.now { "~ " } else { "" };
            let since = setting_words::since(row.from_at).say(cx.lang);
            lines.push((format!("{mark}{since}  {value}"), theme.text()));
            if !row.reason.is_empty() {
                let who = people::by_staff_no(cx.store.conn(), &row.set_by)
                    .ok()
                    .flatten()
                    .map_or_else(|| row.set_by.clone(), |p| p.name);
                let said = phrase!(W::OfficeDetailWhy, who, Arg::Moment(row.set_at), row.reason.clone());
                lines.push((format!("  {}", said.say(cx.lang)), theme.dim()));
            }
        }
        lines
    }

    fn leave(&mut self) -> Effects {
        match &self.sheet {
            None => vec![Effect::Back],
            Some((_, sheet)) if sheet.form.dirty() => {
                vec![Effect::Ask(Question { id: "settings.drop", text: W::OfficeAskDrop.into() })]
            }
            Some(_) => {
                self.sheet = None;
                Vec::new()
            }
        }
    }
}

impl Screen for SettingsScreen {
    fn place(&self) -> Place {
        Place::new("settings")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::OfficePlaceSettings.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.sheet.is_some() {
            return sheet_rows("settings.save", "settings.leave");
        }
        vec![
            KeyRow::new("settings.change", "enter", W::OfficeKeyChange).off(lacking(cx, Right::Settings)),
            KeyRow::new("settings.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::OfficeHelpSettings
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.sheet) {
            (Input::Action("settings.change"), _) => {
                if let Some((definition, _)) = self.chosen() {
                    let value = self.rules.settings.text(definition.key, cx.now).to_owned();
                    self.sheet = Some((definition, change_sheet(definition, &value)));
                }
            }
            (Input::Action("settings.save"), _) => return self.save(cx),
            (Input::Action(_), _) => return self.leave(),
            (Input::Key(key), None) => self.pane.key(key),
            (Input::Key(key), Some((_, sheet))) => sheet.key(key, cx),
            (Input::Paste(text), Some((_, sheet))) => {
                sheet.form.paste(&text);
            }
            (Input::Paste(_), None) => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(_) => self.sheet = None,
            Note::Answer("settings.drop", true) => self.sheet = None,
            Note::Refused(findings) => {
                if let Some((_, sheet)) = &mut self.sheet {
                    sheet.form.show(findings.clone());
                }
                return Vec::new();
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {}
            _ => return Vec::new(),
        }
        self.read(cx).map_or_else(unread, |()| Vec::new())
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let columns = [
            Column::new(W::OfficeColumnSetting, 18, 30),
            Column::new(W::OfficeColumnInForce, 17, 18),
            Column::new(W::OfficeColumnNext, 20, 40).priority(1),
        ];
        let detail = self.detail(cx);
        let title = self.title(cx);
        self.pane.draw((frame, area, cx), (&title, W::OfficeDetailTitle.text(cx.lang)), &columns, &detail, |index| {
            let Some(definition) = DEFINITIONS.get(index) else { return TableRow::default() };
            let say = |value: &str| setting_words::value(definition, value, &self.rules, cx.lang);
            let name = setting_words::of(definition.key).map_or(definition.key, |words| words.name.text(cx.lang));
            let next = self
                .next(index, cx.now)
                .map(|row| phrase!(W::OfficeNextValue, Arg::Moment(row.from_at), say(&row.value)).say(cx.lang));
            TableRow::new(i64::try_from(index).unwrap_or(0))
                .cell(name, cx.theme.text())
                .cell(say(self.rules.settings.text(definition.key, cx.now)), cx.theme.text())
                .cell(next.unwrap_or_default(), cx.theme.warn())
        });
        if let Some((_, sheet)) = &self.sheet {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        self.sheet.is_some()
    }

    fn draft(&self) -> Option<Draft> {
        self.sheet.as_ref().and_then(|(definition, sheet)| sheet.draft(definition.key))
    }

    fn restore(&mut self, draft: &Draft) {
        if let Some(definition) = draft.fields.get(SHEET).and_then(|key| definition(key)) {
            let mut sheet = change_sheet(definition, "");
            sheet.form.restore(&draft.fields);
            self.sheet = Some((definition, sheet));
        }
    }
}

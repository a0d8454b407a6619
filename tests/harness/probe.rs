//! A screen for tests of the shell: one field, an act, questions, a job.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use closing_desk::db::{ActError, meta};
use closing_desk::kernel::roles::Role;
use closing_desk::kernel::words::{Arg, Lang, Phrase, W};
use closing_desk::office::prints;
use closing_desk::ui::field::{Kind, TextField};
use closing_desk::ui::keys::KeyRow;
use closing_desk::ui::print::{Preview, Sheet};
use closing_desk::ui::read::Read;
use closing_desk::ui::screen::{
    Cx, DeskAct, Done, Draft, Effect, Effects, Entry, Input, Job, Note, PinOf, PinQuestion, Place, Question, Screen,
};
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// The place of the probe; its own stack under F6.
pub fn entries() -> Vec<Entry> {
    vec![
        Entry::place("todo", W::ShellPlaceTodo, open).key("f2"),
        Entry::place("archive", W::ShellPlaceArchive, open).key("f6"),
        Entry::place("leader", W::ShellPlaceFigures, open).key("f9").only([Role::Leader].into_iter().collect()),
        Entry::unbuilt("forms", W::ShellPlaceForms).key("f7"),
    ]
}

fn open(place: Place, _cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    Ok(Box::new(Probe { place, field: TextField::new(Kind::Text), heard: Vec::new() }))
}

struct Probe {
    place: Place,
    field: TextField,
    heard: Vec<String>,
}

impl Probe {
    fn save(&self) -> Effect {
        let text = self.field.value().to_owned();
        Effect::Act(DeskAct::new("probe", move |tx| {
            if text.is_empty() {
                return Err(ActError::refuse("empty", Phrase::new(W::CommonListJoin, [])));
            }
            meta::set(tx.conn(), "probe", &text)?;
            tx.journal("probe", 0, &serde_json::json!({ "text": text }))?;
            Ok(Done::said(Phrase::new(W::DbSqliteSays, [Arg::from(format!("saved {text}"))])))
        }))
    }

    fn ask(&self) -> Effect {
        Effect::Ask(Question { id: "probe.sure", text: Phrase::new(W::DbSqliteSays, [Arg::from("sure?")]) })
    }

    fn pin(&self) -> Effect {
        let roles = [Role::Leader].into_iter().collect();
        let text = Phrase::new(W::DbSqliteSays, [Arg::from("sign 3")]);
        Effect::AskPin(PinQuestion { id: "probe.signed", text, of: PinOf::Other { roles, except: Vec::new() } })
    }

    /// Asks the store for what is typed; `endless` is a question that only its being given up ends.
    fn read(&self) -> Effect {
        let text = self.field.value().to_owned();
        Effect::Read(Read::new("probe.slot", move |store, _| {
            let sql = match text.as_str() {
                "endless" => {
                    "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT 'end' FROM n WHERE x < 0"
                }
                "write" => "INSERT INTO meta (key, value) VALUES ('probe', 'x') RETURNING value",
                "panic" => panic!("asked to"),
                _ => "SELECT $1",
            };
            let mut statement = store.conn().prepare(sql)?;
            let wanted = [&text];
            let values = wanted.iter().take(statement.parameter_count());
            Ok(statement.query_row(rusqlite::params_from_iter(values), |row| row.get::<_, String>(0))?)
        }))
    }

    /// A sheet with what is typed, counted when it is printed.
    fn print(&self, lang: Lang) -> Effect {
        let text = self.field.value().to_owned();
        let mut sheet = Sheet::new("probe", "试打").about("甲/A-1");
        sheet.centred("试打");
        sheet.pair(10, "文字", &text);
        let shown = sheet.clone();
        let act = DeskAct::new("probe", move |tx| {
            let n = prints::record(tx, "probe", "A-1")?;
            tx.journal("probe", 0, &serde_json::json!({ "print": n }))?;
            let said = Phrase::new(W::DbSqliteSays, [Arg::from(format!("counted {n}"))]);
            Ok(Done::said(said).print(sheet.clone().numbered(n, lang)))
        });
        Effect::Preview(Preview { sheet: shown, act })
    }

    fn job(&self) -> Effect {
        Effect::Job(Job {
            title: Phrase::new(W::DbSqliteSays, [Arg::from("long work")]),
            id: "probe.job",
            work: Box::new(|store, _, _, progress| {
                progress.report(1, 2, W::CommonListJoin.into());
                anyhow::ensure!(!progress.cancelled(), "stopped");
                Ok(Box::new(store.path().exists()))
            }),
        })
    }
}

impl Screen for Probe {
    fn place(&self) -> Place {
        self.place
    }

    fn title(&self, _cx: &Cx<'_>) -> String {
        format!("probe {}", self.place.name)
    }

    fn keys(&self, _cx: &Cx<'_>) -> Vec<KeyRow> {
        vec![
            KeyRow::new("probe.save", "ctrl-s", W::ShellKeyBack).consequential(),
            KeyRow::new("probe.ask", "ctrl-a", W::ShellKeyHelp),
            KeyRow::new("probe.pin", "ctrl-n", W::ShellKeyPlaces),
            KeyRow::new("probe.job", "ctrl-j", W::ShellKeySwitch),
            KeyRow::new("probe.read", "ctrl-r", W::ShellKeyHelp),
            KeyRow::new("probe.drop_read", "ctrl-k", W::ShellKeyHelp),
            KeyRow::new("probe.print", "ctrl-t", W::ShellKeyHelp).consequential(),
            KeyRow::new("probe.deeper", "ctrl-d", W::ShellKeyQuit),
            KeyRow::new("probe.letter", "x", W::ShellKeyStop).or("ctrl-x"),
            KeyRow::new("probe.back", "esc", W::ShellKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::ShellNowhereHelp
    }

    fn typing(&self) -> bool {
        true
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("probe.save") => vec![self.save()],
            Input::Action("probe.ask") => vec![self.ask()],
            Input::Action("probe.pin") => vec![self.pin()],
            Input::Action("probe.job") => vec![self.job()],
            Input::Action("probe.read") => vec![self.read()],
            Input::Action("probe.drop_read") => vec![Effect::DropRead("probe.slot")],
            Input::Action("probe.print") => vec![self.print(cx.lang)],
            Input::Action("probe.deeper") => vec![Effect::Go(Place::of("archive", self.place.id + 1))],
            Input::Action("probe.back") => vec![Effect::Back],
            Input::Action(action) => {
                self.heard.push(action.to_owned());
                Vec::new()
            }
            Input::Key(key) if key.code == KeyCode::Enter => vec![self.ask()],
            Input::Key(key) => {
                self.field.handle(key);
                Vec::new()
            }
            Input::Paste(text) => {
                self.field.paste(&text);
                Vec::new()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, _cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(_) => {
                self.field.clear();
                self.heard.push("done".to_owned());
            }
            Note::Refused(findings) => self.heard.push(format!("refused {}", findings.codes())),
            Note::Answer(id, yes) => self.heard.push(format!("{id} {yes}")),
            Note::Pin(id, who) => self.heard.push(format!("{id} {}", who.staff_no)),
            Note::JobDone(id, value) => {
                let there = value.downcast_ref::<bool>().copied().unwrap_or(false);
                self.heard.push(format!("{id} {there}"));
            }
            Note::Read(slot, answer) => self.heard.push(match answer {
                Ok(value) => format!("{slot} {}", value.downcast_ref::<String>().unwrap()),
                Err(why) => format!("{slot} failed {why}"),
            }),
            Note::StoreChanged => self.heard.push("changed".to_owned()),
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let theme = *cx.theme;
        let line = Rect { height: area.height.min(1), ..area };
        let cursor = self.field.draw(frame.buffer_mut(), line, true, theme);
        let below = closing_desk::ui::draw::below(area, 1);
        let words = format!("{} {} | {}", self.place.name, self.place.id, self.heard.join(" | "));
        closing_desk::ui::draw::put(frame.buffer_mut(), below, 0, 0, &words, theme.text());
        if let Some(at) = cursor {
            frame.set_cursor_position(at);
        }
    }

    fn draft(&self) -> Option<Draft> {
        let text = self.field.value();
        (!text.is_empty()).then(|| Draft { fields: BTreeMap::from([("text".to_owned(), text.to_owned())]) })
    }

    fn restore(&mut self, draft: &Draft) {
        if let Some(text) = draft.fields.get("text") {
            self.field.set(text);
        }
    }
}

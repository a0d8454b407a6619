//! One screen without a shell: keys go through the key rows, acts run in place, questions are answered by the test.

use crate::support::Office;
use closing_desk::db::{Actor, Wait};
use closing_desk::kernel::words::Lang;
use closing_desk::office::screen::entries;
use closing_desk::ui::kept::Kept;
use closing_desk::ui::keys::{KeyRow, Keymap, Resolved};
use closing_desk::ui::screen::{Cx, Effect, Effects, Input, Note, Place, Progress, Screen};
use closing_desk::ui::theme::Theme;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// A screen of the office and what it asked for.
pub struct Desk<'a> {
    pub office: &'a Office,
    pub actor: Actor,
    pub screen: Box<dyn Screen>,
    /// What was said, newest last.
    pub said: Vec<String>,
    /// Effects the desk does not run itself.
    pub left: Vec<Effect>,
    /// The leader who gives the PIN when one is asked.
    pub second: Option<Actor>,
    theme: Theme,
    keymap: Keymap,
    kept: Kept,
    lang: Lang,
}

struct Silent;

impl Progress for Silent {
    fn report(&self, _: u64, _: u64, _: closing_desk::kernel::words::Phrase) {}
    fn cancelled(&self) -> bool {
        false
    }
}

macro_rules! cx {
    ($desk:expr) => {
        Cx {
            store: &$desk.office.store,
            now: $desk.office.now,
            lang: $desk.lang,
            actor: &$desk.actor,
            theme: &$desk.theme,
            keymap: &$desk.keymap,
            hidden: false,
            kept: &$desk.kept,
        }
    };
}

impl<'a> Desk<'a> {
    /// Opens a place for somebody.
    pub fn open(office: &'a Office, actor: Actor, place: &'static str, lang: Lang) -> Desk<'a> {
        let (theme, keymap) = (Theme::new(false), Keymap::default());
        let entry = entries().into_iter().find(|e| e.name == place).expect("a place");
        let kept = Kept::default();
        let cx = Cx {
            store: &office.store,
            now: office.now,
            lang,
            actor: &actor,
            theme: &theme,
            keymap: &keymap,
            hidden: false,
            kept: &kept,
        };
        let screen = entry.open.expect("built")(Place::new(place), &cx).expect("opens");
        Desk { office, actor, screen, said: Vec::new(), left: Vec::new(), second: None, theme, keymap, kept, lang }
    }

    /// The rows of keys as they are now.
    pub fn rows(&self) -> Vec<KeyRow> {
        self.screen.keys(&cx!(self))
    }

    /// Presses a key.
    pub fn press(&mut self, code: KeyCode, modifiers: KeyModifiers) {
        let key = KeyEvent::new(code, modifiers);
        let input = match self.keymap.resolve(&self.rows(), key) {
            Resolved::Action(action) => Input::Action(action),
            Resolved::Disabled(why) => return self.said.push(why.say(self.lang)),
            Resolved::None => Input::Key(key),
        };
        let effects = self.screen.input(input, &cx!(self));
        self.run(effects);
    }

    /// Another desk has changed the store.
    pub fn store_changed(&mut self) {
        let effects = self.screen.note(Note::StoreChanged, &cx!(self));
        self.run(effects);
    }

    pub fn ctrl(&mut self, letter: char) {
        self.press(KeyCode::Char(letter), KeyModifiers::CONTROL);
    }

    pub fn enter(&mut self) {
        self.press(KeyCode::Enter, KeyModifiers::NONE);
    }

    pub fn types(&mut self, text: &str) {
        for letter in text.chars() {
            self.press(KeyCode::Char(letter), KeyModifiers::NONE);
        }
    }

    fn run(&mut self, effects: Effects) {
        for effect in effects {
            let more = match effect {
                Effect::Act(act) => {
                    let actor = act.actor.clone().unwrap_or_else(|| self.actor.clone());
                    match self.office.store.act(&actor, self.office.now, act.name, Wait::InPlace, |tx| (act.body)(tx)) {
                        Ok(done) => {
                            self.said.push(done.said.say(self.lang));
                            self.screen.note(Note::Done(&done), &cx!(self))
                        }
                        Err(error) => {
                            let findings = error.findings();
                            self.said.extend(findings.iter().map(|f| f.what.say(self.lang)));
                            self.screen.note(Note::Refused(&findings), &cx!(self))
                        }
                    }
                }
                Effect::Ask(question) => {
                    self.said.push(question.text.say(self.lang));
                    self.screen.note(Note::Answer(question.id, true), &cx!(self))
                }
                Effect::AskPin(question) => {
                    self.said.push(question.text.say(self.lang));
                    match self.second.clone() {
                        Some(second) => self.screen.note(Note::Pin(question.id, &second), &cx!(self)),
                        None => Vec::new(),
                    }
                }
                Effect::Job(job) => {
                    let result =
                        (job.work)(&self.office.store, &self.actor, self.office.now, &Silent).expect("the job");
                    self.screen.note(Note::JobDone(job.id, result.as_ref()), &cx!(self))
                }
                Effect::Say(_, phrase) => {
                    self.said.push(phrase.say(self.lang));
                    Vec::new()
                }
                other => {
                    self.left.push(other);
                    Vec::new()
                }
            };
            self.run(more);
        }
    }

    /// The screen as text, one line per row.
    pub fn picture(&self, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal");
        terminal.draw(|frame| self.screen.draw(frame, frame.area(), &cx!(self))).expect("drawn");
        let buffer = terminal.backend().buffer().clone();
        let mut out = String::new();
        for y in 0..height {
            let mut skip = 0;
            for x in 0..width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    out.push_str(symbol);
                    skip = closing_desk::kernel::text::width(symbol).saturating_sub(1);
                } else {
                    skip -= 1;
                }
            }
            out = out.trim_end().to_owned();
            out.push('\n');
        }
        out
    }
}

//! What lies over the screen: questions, the PIN, the palette, the menu of places, drafts.

use super::acts::summary;
use super::app::App;
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::ui::choice::ChoiceOption;
use crate::ui::confirm::{Answer, Confirm};
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::pick::{PickEvent, PickItem, PickList};
use crate::ui::pin::{PinEvent, PinPrompt};
use crate::ui::print::{Preview, SheetView, ViewEvent};
use crate::ui::screen::{Note, PinOf, PinQuestion, Place, Tone};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Who asked a question.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    /// A screen, with the question's name.
    Screen(Place, ActionId),
    /// The shell: close this screen although something is typed there?
    Back(Place),
    /// The shell: give this unsaved text up?
    Discard(Place, u32),
    /// The shell: leave although a job is running?
    Quit,
}

/// Something the palette leads to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Command {
    /// An action of the screen on top.
    OfScreen(ActionId),
    /// An action of the frame.
    OfShell(ActionId),
    /// A place.
    Place(Place),
}

/// What lies over the screen.
#[derive(Debug)]
pub(super) enum Popup {
    /// Yes or no.
    Confirm { confirm: Confirm, asked: Asked },
    /// A PIN; `me` when only the person signed in can give it.
    Pin { prompt: Box<PinPrompt>, from: Place, id: ActionId, me: Option<i64> },
    /// Acts and places by name; only places when `places` is set.
    Commands { list: PickList, commands: Vec<Command>, places: bool },
    /// A sheet, before its act is done and it is printed.
    Preview { preview: Box<Preview>, view: SheetView, from: Place },
    /// What was typed and not saved earlier.
    Drafts { list: PickList, offered: Vec<(Place, u32)> },
}

impl Popup {
    /// Whether letters are text here.
    pub fn types(&self) -> bool {
        !matches!(self, Popup::Confirm { .. } | Popup::Preview { .. })
    }

    /// The list to type into, if it has one.
    pub fn list(&mut self) -> Option<&mut PickList> {
        match self {
            Popup::Commands { list, .. } | Popup::Drafts { list, .. } => Some(list),
            _ => None,
        }
    }
}

/// Whether a question for somebody else's PIN offers a person.
fn offered(of: &PinOf, person: &office::store::Person) -> bool {
    match of {
        PinOf::Me => false,
        PinOf::Other { roles, except } => person.roles.any_of(*roles) && !except.contains(&person.id),
        PinOf::Among(ids) => ids.contains(&person.id),
    }
}

impl App {
    /// A key for a popup; the popup is already taken off and put back when it stays.
    pub(super) fn question_key(&mut self, popup: Popup, key: KeyEvent, arrived: u64) {
        match popup {
            Popup::Confirm { mut confirm, asked } => {
                confirm.key_at(clock::tick());
                match confirm.handle(key, arrived, self.world.lang) {
                    Answer::Pending => self.popup = Some(Popup::Confirm { confirm, asked }),
                    answer => self.answered(asked, answer == Answer::Yes),
                }
            }
            Popup::Pin { mut prompt, from, id, me } => match prompt.handle(key, self.world.lang) {
                PinEvent::Pending => self.popup = Some(Popup::Pin { prompt, from, id, me }),
                PinEvent::Cancel => {}
                PinEvent::Given { person, pin } => {
                    let person = me.or_else(|| person.parse().ok()).unwrap_or(0);
                    match (self.check_pin)(&self.world.store, self.world.now, person, &pin, &self.os_user) {
                        Ok(actor) => self.pin_right(from, id, &actor),
                        Err(error) => {
                            prompt.refuse(summary(&error.findings()));
                            self.popup = Some(Popup::Pin { prompt, from, id, me });
                        }
                    }
                }
            },
            Popup::Commands { mut list, commands, places } => match list.handle(key) {
                PickEvent::Pending => self.popup = Some(Popup::Commands { list, commands, places }),
                PickEvent::Cancel => {}
                PickEvent::Refused(why) => {
                    self.say(Tone::Bad, why);
                    self.popup = Some(Popup::Commands { list, commands, places });
                }
                PickEvent::Picked(index) => {
                    let command = index.parse::<usize>().ok().and_then(|index| commands.get(index).copied());
                    self.command(command, key);
                }
            },
            Popup::Preview { preview, mut view, from } => match view.handle(key, arrived, clock::tick()) {
                ViewEvent::Pending => self.popup = Some(Popup::Preview { preview, view, from }),
                ViewEvent::Print => self.act(from, preview.act),
                ViewEvent::Close => self.say(Tone::Plain, W::ShellPrintLeft),
            },
            Popup::Drafts { list, offered } => self.drafts_key(list, offered, key),
        }
    }

    fn drafts_key(&mut self, mut list: PickList, offered: Vec<(Place, u32)>, key: KeyEvent) {
        let of = |index: &str| index.parse::<usize>().ok().and_then(|index| offered.get(index)).copied();
        let gives_up = key.code == KeyCode::Delete
            || key.code == KeyCode::Char('d') && key.modifiers.contains(KeyModifiers::CONTROL);
        if gives_up && let Some((place, copy)) = list.selected().and_then(|item| of(&item.id)) {
            return self.ask_discard(place, copy);
        }
        match list.handle(key) {
            PickEvent::Picked(index) => {
                if let Some((place, copy)) = of(&index) {
                    self.resume(place, copy);
                }
            }
            PickEvent::Cancel => self.say(Tone::Plain, W::ShellDraftLater),
            _ => self.popup = Some(Popup::Drafts { list, offered }),
        }
    }

    fn command(&mut self, command: Option<Command>, key: KeyEvent) {
        match command {
            Some(Command::OfScreen(action)) => self.action(action, true, key),
            Some(Command::OfShell(action)) => self.action(action, false, key),
            Some(Command::Place(place)) => self.go(place),
            None => {}
        }
    }

    fn answered(&mut self, asked: Asked, yes: bool) {
        match asked {
            Asked::Screen(from, id) => {
                self.agreed = yes;
                self.tell(from, Note::Answer(id, yes));
                self.agreed = false;
            }
            Asked::Back(from) if yes => self.close(from),
            Asked::Discard(place, copy) => self.discarded(place, copy, yes),
            Asked::Quit if yes => {
                self.stop_job();
                self.finished = true;
            }
            Asked::Back(_) | Asked::Quit => {}
        }
    }

    fn pin_right(&mut self, from: Place, id: ActionId, actor: &Actor) {
        self.agreed = true;
        self.tell(from, Note::Pin(id, actor));
        self.agreed = false;
    }

    /// Asks for a PIN; in a store without people there is none to ask for.
    pub(super) fn ask_pin(&mut self, from: Place, question: PinQuestion) {
        let prompt = PinPrompt::new(W::ShellPinTitle).message(question.text);
        let (prompt, me) = match question.of {
            PinOf::Me if self.world.actor.unpeopled => {
                let actor = self.world.actor.clone();
                return self.pin_right(from, question.id, &actor);
            }
            PinOf::Me => (prompt, Some(self.world.actor.id)),
            of => {
                let mut able = office::store::all(self.world.store.conn()).unwrap_or_default();
                able.retain(|p| p.enabled && p.has_pin && offered(&of, p));
                if let PinOf::Among(ids) = &of {
                    able.sort_by_key(|p| ids.iter().position(|id| *id == p.id));
                }
                let able: Vec<ChoiceOption> = able
                    .iter()
                    .map(|p| ChoiceOption::name(p.id.to_string(), format!("{} {}", p.name, p.staff_no)))
                    .collect();
                if able.is_empty() {
                    let PinOf::Other { roles, .. } = of else {
                        return self.say(Tone::Bad, W::ShellPinNoneOfThem);
                    };
                    let words = roles.iter().map(|role| Arg::Word(office::store::role_word(role))).collect();
                    return self.say(Tone::Bad, Phrase::new(W::ShellPinNobody, [Arg::List(words)]));
                }
                (prompt.among(able), None)
            }
        };
        self.popup = Some(Popup::Pin { prompt: Box::new(prompt), from, id: question.id, me });
    }

    /// Every act of the screen and the frame and every place, by name in either language.
    pub(super) fn open_palette(&mut self) {
        let mut commands = Vec::new();
        let mut items = Vec::new();
        let screen = self.screen_rows().into_iter().map(|row| (true, row));
        let shell = self.shell_rows().into_iter().filter(|row| row.action != "shell.palette").map(|row| (false, row));
        for (of_screen, row) in screen.chain(shell) {
            items.push(self.command_item(commands.len(), &row));
            commands.push(if of_screen { Command::OfScreen(row.action) } else { Command::OfShell(row.action) });
        }
        for entry in self.entries.iter().filter(|entry| entry.listed && entry.key.is_none()) {
            let names = self.both_languages(entry.word);
            items.push(PickItem::named(commands.len().to_string(), names).off(self.closed(entry)));
            commands.push(Command::Place(Place::new(entry.name)));
        }
        self.popup = Some(Popup::Commands { list: PickList::new(W::ShellKeyPalette, items), commands, places: false });
    }

    /// The places, those with a key first.
    pub(super) fn open_places(&mut self) {
        let mut commands = Vec::new();
        let mut items = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.listed) {
            let key = self.place_key(entry);
            let names = self.both_languages(entry.word);
            items.push(PickItem::named(commands.len().to_string(), names).detail(key).off(self.closed(entry)));
            commands.push(Command::Place(Place::new(entry.name)));
        }
        self.popup = Some(Popup::Commands { list: PickList::new(W::ShellKeyPlaces, items), commands, places: true });
    }

    fn command_item(&self, index: usize, row: &KeyRow) -> PickItem {
        let rows = self.world.keymap.rows(vec![row.clone()]);
        let chord = rows.first().and_then(|row| row.chords.first());
        let key = chord.map(|chord| chord.name(self.world.lang)).unwrap_or_default();
        PickItem::named(index.to_string(), self.both_languages(row.word)).detail(key).off(row.disabled.clone())
    }

    /// The word in the language of the screen and in the other one.
    fn both_languages(&self, word: W) -> [&'static str; 2] {
        use crate::kernel::words::Lang;
        let other = if self.world.lang == Lang::Zh { Lang::En } else { Lang::Zh };
        [word.text(self.world.lang), word.text(other)]
    }
}

//! The application: everything the shell remembers, and the door through which every message comes in.

use super::acts::Waiting;
use super::check::Check;
use super::drafts::Drafts;
use super::head::Head;
use super::idle::Idle;
use super::kept::Keeper;
use super::msg::Msg;
use super::nowhere::Nowhere;
use super::popup::Popup;
use super::print::{Outcome, Printer};
use super::reader::Reader;
use super::scan::Scan;
use super::stacks::Stacks;
use super::worker::Worker;
use crate::config::Print;
use crate::db::{ActError, Actor, Schema, Store, meta};
use crate::kernel::clock::Clock;
use crate::kernel::roles::Role;
use crate::kernel::words::{Lang, Phrase, W};
use crate::office;
use crate::ui::kept::Kept;
use crate::ui::keys::{ActionId, KeyRow, Keymap};
use crate::ui::page::Page;
use crate::ui::screen::{Cx, Effect, Entry, Note, Place, Screen, Tone};
use crate::ui::theme::Theme;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::Duration;

/// Checks a PIN given at the desk and answers who gave it: store, now, person, PIN, operating-system user.
pub type CheckPin = fn(&Store, i64, i64, &str, &str) -> Result<Actor, ActError>;

/// The place the desk opens with.
pub(super) const HOME: &str = "todo";
/// The place that asks who is there.
pub(super) const SIGN_IN: &str = "sign-in";
/// The place that asks the first questions of an empty store.
pub(super) const FIRST_RUN: &str = "first-run";
/// The place of a case when its desk is not built.
pub(super) const FOLDER: &str = "folder";

/// What an application is made of.
#[derive(Debug)]
pub struct AppParts {
    /// The open store.
    pub store: Store,
    /// Its shape, for the worker's own connection.
    pub schema: Schema,
    /// Where now comes from.
    pub clock: Clock,
    /// Every place.
    pub entries: Vec<Entry>,
    /// How a PIN is checked.
    pub check_pin: CheckPin,
    /// Language to begin with.
    pub lang: Lang,
    /// Looks.
    pub theme: Theme,
    /// Rebound keys.
    pub keymap: Keymap,
    /// The operating-system user.
    pub os_user: String,
    /// Folder of the drafts; none keeps no drafts.
    pub drafts: Option<PathBuf>,
    /// Where printed sheets go.
    pub print: Print,
    /// Where the worker's messages go; its other end feeds [`App::message`].
    pub post: Sender<Msg>,
}

/// What screens may read, owned.
#[derive(Debug)]
pub(super) struct World {
    pub store: Store,
    pub clock: Clock,
    pub now: i64,
    pub lang: Lang,
    pub actor: Actor,
    pub theme: Theme,
    pub keymap: Keymap,
    pub hidden: bool,
    pub kept: Kept,
}

impl World {
    pub fn cx(&self) -> Cx<'_> {
        Cx {
            store: &self.store,
            now: self.now,
            lang: self.lang,
            actor: &self.actor,
            theme: &self.theme,
            keymap: &self.keymap,
            hidden: self.hidden,
            kept: &self.kept,
        }
    }
}

/// A job under way.
#[derive(Debug)]
pub(super) struct Running {
    pub number: u64,
    pub from: Place,
    pub id: ActionId,
    pub title: Phrase,
    pub progress: Option<(u64, u64, Phrase)>,
    pub stopping: bool,
}

/// The screens of somebody who stepped away, for the same person to find again.
#[derive(Debug)]
pub(super) struct Parked {
    pub person: i64,
    pub stacks: Stacks,
}

/// The application, independent of any terminal.
#[derive(Debug)]
pub struct App {
    pub(super) world: World,
    pub(super) entries: Vec<Entry>,
    pub(super) check_pin: CheckPin,
    pub(super) os_user: String,
    pub(super) stacks: Stacks,
    pub(super) parked: Option<Parked>,
    pub(super) popup: Option<Popup>,
    /// What is read over everything else: the help, the terminal check.
    pub(super) page: Option<Page>,
    pub(super) check: Check,
    pub(super) line: Option<(Tone, Phrase)>,
    pub(super) waiting: Option<Waiting>,
    pub(super) running: Option<Running>,
    pub(super) worker: Worker,
    pub(super) reader: Reader,
    pub(super) printer: Printer,
    pub(super) drafts: Drafts,
    pub(super) keeper: Keeper,
    /// Digits gathered from a scanner on a screen without a field.
    pub(super) scan: Scan,
    pub(super) head: Head,
    pub(super) idle: Idle,
    /// Up to when what the clock calls to mind has been said.
    pub(super) reminded: i64,
    pub(super) seen: i64,
    pub(super) practice: bool,
    pub(super) finished: bool,
    pub(super) suspended: bool,
    pub(super) dirty: bool,
    pub(super) bell: bool,
    /// The screen has just been told Yes, so that its `Back` is not asked a second time.
    pub(super) agreed: bool,
    /// How many effects the message in hand has had.
    pub(super) depth: u32,
}

impl App {
    /// Starts the desk: the guide in a store without people, else the sign-in; a practice store opens signed in.
    ///
    /// # Errors
    /// When the store cannot be read or the worker does not start.
    pub fn new(parts: AppParts) -> anyhow::Result<App> {
        let now = parts.clock.now();
        let path = parts.store.path().to_owned();
        let path = path.canonicalize().unwrap_or(path);
        let worker = Worker::start(path.clone(), parts.schema, parts.post.clone())?;
        let printer = Printer::new(parts.print, parts.post.clone());
        let reader = Reader::new(path.clone(), parts.post);
        let drafts = match &parts.drafts {
            Some(folder) => Drafts::open(folder, &path, std::process::id()).unwrap_or_else(|_| Drafts::nowhere()),
            None => Drafts::nowhere(),
        };
        let keeper = Keeper::of(parts.drafts.as_deref(), &path);
        let practice = meta::get(parts.store.conn(), meta::PRACTICE_CLOCK)?.is_some();
        let peopled = office::store::has_people(parts.store.conn())?;
        let actor = Actor { os_user: parts.os_user.clone(), unpeopled: !peopled, ..Actor::default() };
        let world = World {
            store: parts.store,
            clock: parts.clock,
            now,
            lang: parts.lang,
            actor,
            theme: parts.theme,
            keymap: parts.keymap,
            hidden: false,
            kept: keeper.read(""),
        };
        let seen = world.store.data_version();
        let mut app = App {
            world,
            entries: parts.entries,
            check_pin: parts.check_pin,
            os_user: parts.os_user,
            stacks: Stacks::default(),
            parked: None,
            popup: None,
            page: None,
            check: Check::default(),
            line: None,
            waiting: None,
            running: None,
            worker,
            reader,
            printer,
            drafts,
            keeper,
            scan: Scan::default(),
            head: Head::default(),
            idle: Idle::new(now),
            reminded: now,
            seen,
            practice,
            finished: false,
            suspended: false,
            dirty: true,
            bell: false,
            agreed: false,
            depth: 0,
        };
        app.begin(peopled)?;
        Ok(app)
    }

    fn begin(&mut self, peopled: bool) -> anyhow::Result<()> {
        let clerk = if self.practice { self.practice_clerk()? } else { None };
        match clerk {
            Some(actor) => self.sign_in(actor),
            None if !peopled => {
                self.adopt_drafts();
                self.open_alone(Place::new(FIRST_RUN));
            }
            None => self.open_alone(Place::new(SIGN_IN)),
        }
        self.refresh_head();
        Ok(())
    }

    fn practice_clerk(&self) -> anyhow::Result<Option<Actor>> {
        let people = office::store::all(self.world.store.conn())?;
        let clerk = people.iter().find(|person| person.enabled && person.has_pin && person.roles.has(Role::Clerk));
        Ok(clerk.map(|person| office::store::actor(person, &self.os_user)))
    }

    /// Takes one message.
    pub fn message(&mut self, msg: Msg) {
        self.world.now = self.world.clock.now();
        self.depth = 0;
        match msg {
            Msg::Tick => return self.tick(),
            Msg::Key(key, arrived) => self.key(key, arrived),
            Msg::Paste(text) => self.paste(text),
            Msg::Resize | Msg::Resumed | Msg::Listening => {}
            Msg::Widths(widths) => {
                if !self.measured(widths) {
                    return;
                }
            }
            Msg::Minute => self.minute(),
            Msg::Timer => {
                if !self.retry() {
                    return;
                }
            }
            Msg::JobProgress(number, done, of, what) => self.job_progress(number, done, of, what),
            Msg::JobDone(number, result) => self.job_done(number, result),
            Msg::Read(number, answer) => {
                if !self.read_done(number, answer) {
                    return;
                }
            }
            Msg::Printed(outcome) => self.printed(&outcome),
            Msg::Leave => self.finished = true,
        }
        self.keep_draft();
        self.dirty = true;
    }

    /// Looks whether another desk, or this one's worker, has changed the store.
    fn tick(&mut self) {
        if self.world.store.is_gone() && self.line.is_none() {
            self.say(Tone::Bad, W::DbGone);
            self.dirty = true;
        }
        let version = self.world.store.data_version();
        if version != self.seen {
            self.seen = version;
            self.refresh_head();
            self.tell_top(Note::StoreChanged);
            self.keep_draft();
            self.dirty = true;
        }
    }

    fn minute(&mut self) {
        self.idle_minute();
        self.adopt_drafts_at_home();
        self.refresh_head();
        self.tell_top(Note::Minute);
        self.remind(false);
    }

    pub(super) fn refresh_head(&mut self) {
        self.head = Head::read(&self.world, &self.entries, self.practice);
    }

    /// Hands a note to the screen on top and runs what it answers.
    pub(super) fn tell_top(&mut self, note: Note<'_>) {
        let Some(place) = self.stacks.place() else { return };
        self.tell(place, note);
    }

    /// Hands a note to the screen at a place, wherever it lies; false when it is no longer open.
    pub(super) fn tell(&mut self, place: Place, note: Note<'_>) -> bool {
        let effects = match self.stacks.at(place) {
            Some(screen) => screen.note(note, &self.world.cx()),
            None => return false,
        };
        self.run(place, effects);
        true
    }

    /// The entry of a place.
    pub(super) fn entry(&self, name: &str) -> Option<Entry> {
        self.entries.iter().find(|entry| entry.name == name).copied()
    }

    /// Makes the screen of a place; a place that does not open becomes a page that says why.
    pub(super) fn make(&mut self, place: Place) -> Box<dyn Screen> {
        // What an earlier screen of this place asked is not for the new one.
        self.reader.forget(|(asked, _)| asked == place);
        let open = self.entry(place.name).and_then(|entry| entry.open);
        let mut screen = match open.map(|open| open(place, &self.world.cx())) {
            Some(Ok(screen)) => screen,
            Some(Err(error)) => Box::new(Nowhere::failed(place, &format!("{error:#}"))),
            None => Box::new(Nowhere::unbuilt(place)),
        };
        self.put_draft_back(&mut screen);
        screen
    }

    /// Opens a place with nothing beneath it.
    pub(super) fn open_alone(&mut self, place: Place) {
        let screen = self.make(place);
        self.stacks = Stacks::of(screen);
        self.popup = None;
        self.page = None;
        self.tell_top(Note::Shown);
    }

    /// The moment the app works with, UTC seconds.
    pub fn now(&self) -> i64 {
        self.world.clock.now()
    }

    /// Another clock from now on (tests, practice).
    pub fn set_clock(&mut self, clock: Clock) {
        self.world.clock = clock;
        self.world.now = self.world.clock.now();
    }

    /// The store, for tests and for what surrounds the app.
    pub fn store(&self) -> &Store {
        &self.world.store
    }

    /// Who is signed in.
    pub fn actor(&self) -> &Actor {
        &self.world.actor
    }

    /// Where the clerk is.
    pub fn place(&self) -> Option<Place> {
        self.stacks.place()
    }

    /// The keys live now, with the clerk's own bindings: those of what is on top, and those of the frame.
    pub fn live_keys(&self) -> (Vec<KeyRow>, Vec<KeyRow>) {
        let keymap = &self.world.keymap;
        let own = self.popup.as_ref().map(super::paint::popup_keys).unwrap_or_else(|| self.screen_rows());
        (keymap.rows(own), keymap.rows(self.shell_rows()))
    }

    /// Whether the caret stands in a field.
    pub fn typing(&self) -> bool {
        let screen = self.stacks.top().is_some_and(|screen| screen.typing());
        self.popup.as_ref().map_or(screen, Popup::types)
    }

    /// Whether a job is under way.
    pub fn working(&self) -> bool {
        self.running.is_some()
    }

    /// Whether a sheet is on its way to the printer.
    pub fn printing(&self) -> bool {
        self.printer.busy()
    }

    /// Says where a sheet went, or why it did not and what to do.
    fn printed(&mut self, outcome: &Outcome) {
        self.printer.done();
        let tone = if outcome.failed() { Tone::Bad } else { Tone::Good };
        self.say(tone, outcome.words());
    }

    /// Whether the program is to end.
    pub fn finished(&self) -> bool {
        self.finished
    }

    /// Whether the program is to be stopped until its terminal calls it back; asking clears it.
    pub fn take_suspend(&mut self) -> bool {
        std::mem::take(&mut self.suspended)
    }

    /// Whether the terminal is to ring; asking clears it.
    pub fn take_bell(&mut self) -> bool {
        std::mem::take(&mut self.bell)
    }

    /// Whether anything has changed that is drawn; asking clears it.
    pub fn take_dirty(&mut self) -> bool {
        std::mem::take(&mut self.dirty)
    }

    /// When a [`Msg::Timer`] is wanted, counted from now.
    pub fn timer(&self) -> Option<Duration> {
        self.waiting.as_ref().map(|_| super::acts::RETRY)
    }

    /// Told after each drawing: the number of the last key that had arrived by then. A question answers to later ones.
    pub fn drawn(&mut self, last_key: u64) {
        match &mut self.popup {
            Some(Popup::Confirm { confirm, .. }) => confirm.shown(last_key),
            Some(Popup::Preview { view, .. }) => view.shown(last_key),
            _ => {}
        }
    }

    /// Says something on the message line.
    pub(super) fn say(&mut self, tone: Tone, phrase: impl Into<Phrase>) {
        self.line = Some((tone, phrase.into()));
    }

    pub(super) fn push_place(&mut self, place: Place) {
        let screen = self.make(place);
        self.stacks.push(screen);
        self.tell_top(Note::Shown);
    }

    /// Runs one effect of the shell's own.
    pub(super) fn effect(&mut self, effect: Effect) {
        let from = self.stacks.place().unwrap_or(Place::new(HOME));
        self.run(from, vec![effect]);
    }
}

//! The screen trait: a screen turns input into its own state and effects as data; the shell runs them.

use super::kept::{Keep, Kept};
use super::keys::{ActionId, KeyRow, Keymap};
use super::lesson::Lesson;
use super::print::{Preview, Sheet};
use super::read::{Answer, Read, Slot};
use super::theme::Theme;
use crate::db::{ActError, ActTx, Actor, Store};
use crate::kernel::findings::Findings;
use crate::kernel::roles::Roles;
use crate::kernel::words::{Lang, Phrase, W};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::any::Any;
use std::collections::BTreeMap;

/// What a screen may read: the store, the moment, who is signed in, language and looks.
#[derive(Clone, Copy, Debug)]
pub struct Cx<'a> {
    /// The store; screens only read it, acts go through the shell.
    pub store: &'a Store,
    /// The present moment, UTC seconds.
    pub now: i64,
    /// Language of the screen.
    pub lang: Lang,
    /// Who is signed in.
    pub actor: &'a Actor,
    /// Looks.
    pub theme: &'a Theme,
    /// Rebound keys.
    pub keymap: &'a Keymap,
    /// Idle: personal data is hidden until a key is pressed.
    pub hidden: bool,
    /// What the desk remembers for whoever is signed in.
    pub kept: &'a Kept,
}

/// A place of the desk: a name the registry knows, and the key of what it is about (0 = nothing particular).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Name, such as `closing`.
    pub name: &'static str,
    /// Key of a case, person …
    pub id: i64,
}

impl Place {
    /// A place about nothing particular.
    pub const fn new(name: &'static str) -> Place {
        Place { name, id: 0 }
    }

    /// A place about one thing.
    pub const fn of(name: &'static str, id: i64) -> Place {
        Place { name, id }
    }
}

/// How a message reads: its mark and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Done.
    Good,
    /// For information; something waits.
    Plain,
    /// Not done, or look here.
    Bad,
}

/// What an act says once it is done.
#[derive(Debug)]
pub struct Done {
    /// What was done, in words ("已提交,待复核" is not "成功").
    pub said: Phrase,
    /// How it reads.
    pub tone: Tone,
    /// Where to go now.
    pub go: Option<Place>,
    /// What the screen that asked may want to know.
    pub value: Option<Box<dyn Any>>,
    /// What is to be printed now that the fact is kept.
    pub print: Option<Sheet>,
}

impl Done {
    /// Done, with words.
    pub fn said(said: impl Into<Phrase>) -> Done {
        Done { said: said.into(), tone: Tone::Good, go: None, value: None, print: None }
    }

    /// Done, but something still waits.
    pub fn waits(said: impl Into<Phrase>) -> Done {
        Done { said: said.into(), tone: Tone::Plain, go: None, value: None, print: None }
    }

    /// And then go there.
    #[must_use]
    pub fn go(mut self, place: Place) -> Done {
        self.go = Some(place);
        self
    }

    /// And then print this.
    #[must_use]
    pub fn print(mut self, sheet: Sheet) -> Done {
        self.print = Some(sheet);
        self
    }

    /// With something for the screen.
    #[must_use]
    pub fn with(mut self, value: impl Any) -> Done {
        self.value = Some(Box::new(value));
        self
    }
}

type Body = Box<dyn Fn(&mut ActTx<'_>) -> Result<Done, ActError>>;

/// An act as data: the shell runs it, and runs it again while the store is busy.
pub struct DeskAct {
    /// Name in the journal.
    pub name: &'static str,
    /// Somebody else than who is signed in, proved by a PIN just given (a leader at the clerk's desk).
    pub actor: Option<Actor>,
    /// What is done inside the transaction.
    pub body: Body,
}

impl DeskAct {
    /// An act by whoever is signed in.
    pub fn new(name: &'static str, body: impl Fn(&mut ActTx<'_>) -> Result<Done, ActError> + 'static) -> DeskAct {
        DeskAct { name, actor: None, body: Box::new(body) }
    }

    /// The same by somebody who has just given a PIN.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> DeskAct {
        self.actor = Some(actor);
        self
    }
}

impl std::fmt::Debug for DeskAct {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeskAct").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A question before something that cannot be corrected; the default is No.
#[derive(Clone, Debug)]
pub struct Question {
    /// Comes back with the answer.
    pub id: ActionId,
    /// Names case and amount.
    pub text: Phrase,
}

/// Whose PIN is asked.
#[derive(Clone, Debug)]
pub enum PinOf {
    /// The person signed in.
    Me,
    /// Anyone enabled with one of these roles, typed or chosen, other than these persons.
    Other {
        /// One of these.
        roles: Roles,
        /// Not these.
        except: Vec<i64>,
    },
    /// One of these persons; the first is offered first.
    Among(Vec<i64>),
}

/// Asks for a PIN; it is its own confirmation.
#[derive(Clone, Debug)]
pub struct PinQuestion {
    /// Comes back with the person.
    pub id: ActionId,
    /// What the PIN is for, with count and sum.
    pub text: Phrase,
    /// Whose.
    pub of: PinOf,
}

/// How a job tells of its progress and hears that it is to stop.
pub trait Progress {
    /// So many of so many (0 = unknown), and what is being done.
    fn report(&self, done: u64, of: u64, what: Phrase);
    /// The person has asked to stop; a job stops after the slice in hand.
    fn cancelled(&self) -> bool;
}

type Work = Box<dyn FnOnce(&Store, &Actor, i64, &dyn Progress) -> anyhow::Result<Box<dyn Any + Send>> + Send>;

/// Long work on the worker with a connection of its own.
pub struct Job {
    /// What it is called while it runs.
    pub title: Phrase,
    /// Comes back with the result.
    pub id: ActionId,
    /// The work; its result is told to the screen that asked.
    pub work: Work,
}

impl std::fmt::Debug for Job {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Job").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What a screen wants done.
#[derive(Debug)]
pub enum Effect {
    /// Change facts.
    Act(DeskAct),
    /// Open a place on top of this screen.
    Go(Place),
    /// Take the place of this screen.
    Replace(Place),
    /// Close this screen.
    Back,
    /// Ask yes or no.
    Ask(Question),
    /// Ask for a PIN.
    AskPin(PinQuestion),
    /// Show a sheet; when the clerk says print, its act is done.
    Preview(Preview),
    /// Start long work.
    Job(Job),
    /// Stop the running work after its slice.
    CancelJob,
    /// Ask the store without waiting; takes the place of an earlier question in the same slot.
    Read(Read),
    /// Give the question in this slot up.
    DropRead(Slot),
    /// Remember something for whoever is signed in.
    Keep(Keep),
    /// Say something on the message line.
    Say(Tone, Phrase),
    /// Ring.
    Bell,
    /// Another language from now on.
    SetLang(Lang),
    /// This person is signed in from now on.
    SignIn(Actor),
    /// 换人
    SwitchPerson,
    /// Leave the desk.
    Quit,
}

/// Several effects, in order.
pub type Effects = Vec<Effect>;

/// What reaches a screen from the keyboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key row of this screen was chosen, by key, palette or help.
    Action(ActionId),
    /// A key no row took.
    Key(KeyEvent),
    /// Pasted text.
    Paste(String),
}

/// What reaches a screen from elsewhere.
#[derive(Debug)]
pub enum Note<'a> {
    /// The screen is on top (again): read what you show.
    Shown,
    /// A minute has passed.
    Minute,
    /// Another desk, or an act of this one, has changed the store.
    StoreChanged,
    /// The act asked for was done.
    Done(&'a Done),
    /// The act asked for was refused; what was typed stays.
    Refused(&'a Findings),
    /// The answer to a question.
    Answer(ActionId, bool),
    /// A PIN was given and right: who gave it.
    Pin(ActionId, &'a Actor),
    /// Progress of the running job.
    Progress(u64, u64, &'a Phrase),
    /// The job ended.
    JobDone(ActionId, &'a (dyn Any + Send)),
    /// The job failed or was stopped; what it says.
    JobFailed(ActionId, &'a str),
    /// The answer to the newest question in a slot.
    Read(Slot, Answer),
}

/// Key of a draft under which a screen keeps the version of the case it was typed against.
pub const SEEN: &str = "seen";

/// What was typed and is no fact yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Field → text; never PINs.
    pub fields: BTreeMap<String, String>,
}

/// One screen of the desk.
pub trait Screen {
    /// Where it is.
    fn place(&self) -> Place;
    /// Its title.
    fn title(&self, cx: &Cx<'_>) -> String;
    /// The keys live now, with reasons for the disabled ones.
    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow>;
    /// What the work here is, for `?`; in a form or another state of the screen, what that is for. The place's
    /// [`Lesson`] follows it.
    fn help(&self) -> W;
    /// A key, an action or pasted text.
    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects;
    /// Something happened elsewhere.
    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects;
    /// Draws itself; only reads.
    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>);
    /// Whether the caret stands in a field: then every bare letter, digit and mark belongs to it, and no key row that
    /// has one as its key is asked.
    fn typing(&self) -> bool {
        false
    }
    /// Whether a digit typed here begins a search of the screen's own; elsewhere the frame gathers a scanned code.
    fn searches(&self) -> bool {
        false
    }
    /// Whether what is typed is taken although an act of this screen waits for another desk: a scanner does not wait, so
    /// a scan line goes on gathering codes and acts on them in their turn.
    fn gathers(&self) -> bool {
        false
    }
    /// What is typed and not saved; `None` when there is nothing to lose.
    fn draft(&self) -> Option<Draft> {
        None
    }
    /// Puts back what was typed earlier.
    fn restore(&mut self, _draft: &Draft) {}
}

/// How a place is opened.
pub type Open = fn(Place, &Cx<'_>) -> anyhow::Result<Box<dyn Screen>>;

/// How many things wait at a place; nothing where no number helps.
pub type Count = fn(&Store) -> anyhow::Result<i64>;

/// What a place calls to mind: at sign-in (nothing), or because of the time that has passed since a moment.
pub type Remind = fn(&Cx<'_>, Option<i64>) -> anyhow::Result<Option<Phrase>>;

/// Whether a place has something that comes before everything else for whoever has just signed in.
pub type First = fn(&Cx<'_>) -> anyhow::Result<bool>;

/// One place of the desk as its folder hands it in to the registry.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Name of the place, such as `closing`.
    pub name: &'static str,
    /// What the clerk calls it.
    pub word: W,
    /// Its key in the row of places, such as `f2`; places without one are reached from another screen or the palette.
    pub key: Option<&'static str>,
    /// Who may go there; nothing means everyone.
    pub roles: Option<Roles>,
    /// Opens it; nothing while the desk is not built yet.
    pub open: Option<Open>,
    /// How much waits there; read for places with a key, whose row shows it.
    pub count: Option<Count>,
    /// Whether it is about nothing particular, so that the palette and the menu of places can lead there.
    pub listed: bool,
    /// The usual order of its keys and the rule behind it, for `?`.
    pub lesson: Option<&'static Lesson>,
    /// What it calls to mind on every screen, without taking focus or typed text.
    pub remind: Option<Remind>,
    /// Whether it opens by itself after sign-in.
    pub first: Option<First>,
}

impl Entry {
    /// A place about one thing (a case, a person), reached from another screen.
    pub const fn new(name: &'static str, word: W, open: Open) -> Entry {
        Entry { open: Some(open), listed: false, ..Entry::unbuilt(name, word) }
    }

    /// A place about nothing particular: the menu of places and the palette lead there too.
    pub const fn place(name: &'static str, word: W, open: Open) -> Entry {
        Entry { listed: true, ..Entry::new(name, word, open) }
    }

    /// A desk that is not built yet: it is shown, with the reason why it does not open.
    pub const fn unbuilt(name: &'static str, word: W) -> Entry {
        Entry {
            name,
            word,
            key: None,
            roles: None,
            open: None,
            count: None,
            listed: true,
            lesson: None,
            remind: None,
            first: None,
        }
    }

    /// With what it teaches.
    #[must_use]
    pub const fn teaches(mut self, lesson: &'static Lesson) -> Entry {
        self.lesson = Some(lesson);
        self
    }

    /// With a key in the row of places.
    #[must_use]
    pub const fn key(mut self, key: &'static str) -> Entry {
        self.key = Some(key);
        self
    }

    /// Only for these roles.
    #[must_use]
    pub const fn only(mut self, roles: Roles) -> Entry {
        self.roles = Some(roles);
        self
    }

    /// With the number of what waits there.
    #[must_use]
    pub const fn counted(mut self, count: Count) -> Entry {
        self.count = Some(count);
        self
    }

    /// With what it calls to mind.
    #[must_use]
    pub const fn reminds(mut self, remind: Remind) -> Entry {
        self.remind = Some(remind);
        self
    }

    /// With what makes it open by itself after sign-in.
    #[must_use]
    pub const fn opens_first(mut self, first: First) -> Entry {
        self.first = Some(first);
        self
    }

    /// Whether somebody may go there; in a store without people everyone may.
    pub fn may(&self, actor: &Actor) -> bool {
        actor.unpeopled || self.roles.is_none_or(|roles| actor.roles.any_of(roles))
    }
}

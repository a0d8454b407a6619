//! A desk without a terminal: types keys, waits for content, shows the screen as text. Time stands where a test puts it.
//!
//! `Office` is a store in a folder that vanishes; several desks may stand on it. Every person has the PIN [`PIN`].

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    unused_imports,
    reason = "every test file uses another part of the harness, and a test stops where something is missing"
)]

pub mod payments;
mod screen_text;

use argon2::PasswordHasher;
use argon2::password_hash::phc::PasswordHash;
use closing_desk::config::Print;
use closing_desk::db::{Actor, Store, Wait};
use closing_desk::kernel::clock::{self, Clock};
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::kernel::words::Lang;
use closing_desk::office;
use closing_desk::registry;
use closing_desk::shell::print::Printed;
use closing_desk::shell::{App, AppParts, Msg};
use closing_desk::ui::screen::Entry;
use closing_desk::ui::theme::Theme;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::layout::Position;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

pub use screen_text::screen_text;

/// Everybody's PIN.
pub const PIN: &str = "246813";
/// No test waits longer than this for a job.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who works in the office: 工号, name, roles.
pub const PEOPLE: &[(&str, &str, &[Role])] = &[
    ("1001", "林领导", &[Role::Leader, Role::Admin]),
    ("1002", "周领导", &[Role::Leader]),
    ("1003", "甲结案", &[Role::Clerk]),
    ("1004", "乙结案", &[Role::Clerk]),
    ("1005", "丙预检", &[Role::Precheck]),
    ("1006", "丁出纳", &[Role::Cashier]),
    ("1007", "戊复核", &[Role::Reviewer]),
    ("1008", "己归档", &[Role::Archivist]),
    ("1009", "庚审计", &[Role::Auditor]),
];
/// 工号 of the first leader, who is also admin.
pub const LEADER: &str = "1001";
/// 工号 of the second leader.
pub const LEADER_2: &str = "1002";
/// 工号 of the first clerk.
pub const CLERK: &str = "1003";
/// 工号 of the second clerk.
pub const CLERK_2: &str = "1004";

/// A store in a folder of its own.
#[derive(Debug)]
pub struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    /// An office with [`PEOPLE`].
    pub fn with_people(now: i64) -> Rc<Office> {
        let office = Office::empty();
        let store = office.store();
        let actor = Actor { os_user: "tests".to_owned(), unpeopled: true, ..Actor::default() };
        let hash = pin_hash();
        store
            .act(&actor, now, "fixture", Wait::Patient, |tx| {
                for (staff_no, name, roles) in PEOPLE {
                    let roles: Roles = roles.iter().copied().collect();
                    let person = office::store::insert(tx.conn(), name, Some(staff_no), roles, None, now)?;
                    tx.conn()
                        .execute("UPDATE person SET pin_hash = $1 WHERE id = $2", rusqlite::params![hash, person.id])?;
                }
                closing_desk::db::meta::set(tx.conn(), closing_desk::db::meta::OFFICE_NAME, "城东网点")?;
                tx.journal("store", 0, &serde_json::json!({"people": PEOPLE.len()}))
            })
            .unwrap();
        office
    }

    /// An office whose store was just created.
    pub fn empty() -> Rc<Office> {
        let office = Office { folder: tempfile::tempdir().unwrap() };
        drop(Store::open_or_create(&office.path(), &registry::SCHEMA).unwrap());
        Rc::new(office)
    }

    /// Where the store lies.
    pub fn path(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    /// The folder of the office, for files a test writes.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A connection of its own.
    pub fn store(&self) -> Store {
        Store::open(&self.path(), &registry::SCHEMA).unwrap()
    }

    /// The person with a 工号, as somebody who acts.
    pub fn actor(&self, staff_no: &str) -> Actor {
        let person = office::store::by_staff_no(self.store().conn(), staff_no).unwrap().unwrap();
        office::store::actor(&person, "tests")
    }
}

/// How a desk is set up.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Columns and rows.
    pub size: (u16, u16),
    /// Language.
    pub lang: Lang,
    /// Office time, such as `2026-11-23 15:12`.
    pub now: String,
    /// The places; the program's own unless a test brings others.
    pub entries: Vec<Entry>,
    /// Colour.
    pub colour: bool,
    /// Rebound keys, as in the configuration.
    pub keys: BTreeMap<String, Vec<String>>,
    /// The printer; without a command, files in a folder of the office.
    pub print: Print,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            size: (120, 40),
            lang: Lang::Zh,
            now: "2026-11-23 15:12".to_owned(),
            entries: registry::screens(),
            colour: true,
            keys: BTreeMap::new(),
            print: Print::default(),
        }
    }
}

/// A desk.
pub struct Desk {
    /// The application itself.
    pub app: App,
    office: Rc<Office>,
    messages: Receiver<Msg>,
    terminal: Terminal<TestBackend>,
    arrived: u64,
    printed: Vec<PathBuf>,
}

impl Desk {
    /// A desk in a new office with people, the first clerk signed in.
    pub fn new(size: (u16, u16), lang: Lang, now: &str) -> Desk {
        let setup = Setup { size, lang, now: now.to_owned(), ..Setup::default() };
        let office = Office::with_people(moment(now));
        let mut desk = Desk::on(&office, setup);
        desk.sign_in(CLERK);
        desk
    }

    /// A desk on an office's store, as the program starts: nobody is signed in.
    pub fn on(office: &Rc<Office>, setup: Setup) -> Desk {
        let (post, messages) = channel();
        let mut app = App::new(AppParts {
            store: office.store(),
            schema: registry::SCHEMA,
            clock: Clock::Fixed(moment(&setup.now)),
            entries: setup.entries,
            check_pin: registry::check_pin,
            lang: setup.lang,
            theme: Theme::new(setup.colour),
            keymap: closing_desk::ui::keys::bind(&setup.keys, registry::ACTIONS).unwrap(),
            os_user: "tests".to_owned(),
            drafts: Some(office.folder().join("drafts")),
            print: Print { folder: Some(office.folder().join("prints")), ..setup.print },
            post,
        })
        .unwrap();
        app.read_at_once();
        let terminal = Terminal::new(TestBackend::new(setup.size.0, setup.size.1)).unwrap();
        let mut desk = Desk { app, office: Rc::clone(office), messages, terminal, arrived: 0, printed: Vec::new() };
        desk.draw();
        desk
    }

    /// The office the desk stands in.
    pub fn office(&self) -> &Rc<Office> {
        &self.office
    }

    /// The desk's own connection.
    pub fn store(&self) -> &Store {
        self.app.store()
    }

    /// Signs somebody in without the sign-in screen.
    pub fn sign_in(&mut self, staff_no: &str) {
        let actor = self.office.actor(staff_no);
        self.app.sign_in(actor);
        self.draw();
    }

    /// Presses keys by name: `ctrl-n f2 enter`.
    pub fn keys(&mut self, names: &str) {
        for name in names.split_whitespace() {
            self.press(key(name));
        }
    }

    /// Presses one key.
    pub fn press(&mut self, key: KeyEvent) {
        self.arrived += 1;
        self.message(Msg::Key(key, self.arrived));
    }

    /// Sends a key that had arrived before the last drawing.
    pub fn press_typed_ahead(&mut self, name: &str) {
        self.app.message(Msg::Key(key(name), self.arrived));
        self.draw();
    }

    /// Types text letter by letter.
    pub fn types(&mut self, text: &str) {
        for letter in text.chars() {
            self.press(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE));
        }
    }

    /// Pastes text.
    pub fn pastes(&mut self, text: &str) {
        self.message(Msg::Paste(text.to_owned()));
    }

    /// Hands in a message, and what the screens read because of it.
    pub fn message(&mut self, msg: Msg) {
        self.message_alone(msg);
        self.wait_read();
    }

    /// Lets everything be read that screens have asked for.
    pub fn wait_read(&mut self) {
        while self.app.reading() {
            let msg = self.next("the reading ends");
            self.message_alone(msg);
        }
    }

    /// Presses keys; what is read because of them has not come yet.
    pub fn keys_alone(&mut self, names: &str) {
        for name in names.split_whitespace() {
            self.arrived += 1;
            self.message_alone(Msg::Key(key(name), self.arrived));
        }
    }

    /// Types text in the same way.
    pub fn types_alone(&mut self, text: &str) {
        for letter in text.chars() {
            self.arrived += 1;
            self.message_alone(Msg::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE), self.arrived));
        }
    }

    /// Hands in a message; what is read because of it has not come yet.
    pub fn message_alone(&mut self, msg: Msg) {
        self.app.message(msg);
        self.draw();
    }

    /// Lets the job in hand end.
    pub fn wait_idle(&mut self) {
        while self.app.working() {
            let msg = self.next("the job ends");
            self.message(msg);
        }
    }

    /// Lets the printer finish.
    pub fn wait_printed(&mut self) {
        while self.app.printing() {
            let msg = self.next("the printer ends");
            self.message(msg);
        }
    }

    /// What this desk has printed into files, in its order.
    pub fn printed(&mut self) -> Vec<String> {
        self.wait_printed();
        self.printed.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    fn next(&mut self, awaited: &str) -> Msg {
        let msg = self.messages.recv_timeout(PATIENCE).expect(awaited);
        if let Msg::Printed(outcome) = &msg
            && let Ok(Printed::File(path)) = &outcome.result
        {
            self.printed.push(path.clone());
        }
        msg
    }

    /// Looks at the store as the desk does every second.
    pub fn second_passes(&mut self) {
        self.message(Msg::Tick);
    }

    /// Puts the clock to an office time.
    pub fn at(&mut self, time: &str) {
        self.app.set_clock(Clock::Fixed(moment(time)));
        self.message(Msg::Minute);
    }

    /// Makes the terminal another size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.terminal.backend_mut().resize(columns, rows);
        self.message(Msg::Resize);
    }

    fn draw(&mut self) {
        // The test backend keeps what stood under the second half of a wide character, which a terminal does not.
        self.terminal.clear().unwrap();
        self.terminal.draw(|frame| self.app.draw(frame)).unwrap();
        self.app.drawn(self.arrived);
    }

    /// The cells of the screen, for pictures.
    pub fn buffer(&self) -> &ratatui::buffer::Buffer {
        self.terminal.backend().buffer()
    }

    /// What is on the screen, line by line; blanks at the ends of lines are cut off.
    pub fn screen(&self) -> String {
        screen_text(self.terminal.backend().buffer())
    }

    /// The screen must show this text.
    #[track_caller]
    pub fn sees(&self, text: &str) {
        assert!(self.screen().contains(text), "{text:?} is not on the screen:\n{}", self.screen());
    }

    /// The screen must not show this text.
    #[track_caller]
    pub fn sees_not(&self, text: &str) {
        assert!(!self.screen().contains(text), "{text:?} is on the screen:\n{}", self.screen());
    }

    /// Where the real cursor stands when it is shown.
    pub fn caret(&mut self) -> Option<Position> {
        // The backend tells no one whether its cursor is shown, except who prints it.
        let shown = format!("{:?}", self.terminal.backend()).contains("cursor: true");
        shown.then(|| self.cursor())
    }

    /// Where the real cursor stands: column and row.
    pub fn cursor(&mut self) -> Position {
        self.terminal.get_cursor_position().unwrap()
    }
}

/// [`PIN`] hashed with the smallest parameters Argon2 knows, so that tests are fast.
fn pin_hash() -> String {
    let params = argon2::Params::new(8, 1, 1, None).unwrap();
    let hasher = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let hash: PasswordHash = hasher.hash_password(PIN.as_bytes()).unwrap();
    hash.to_string()
}

/// An office time as UTC seconds.
pub fn moment(time: &str) -> i64 {
    clock::parse_time(time).unwrap()
}

/// A key by its name.
pub fn key(name: &str) -> KeyEvent {
    let mut modifiers = KeyModifiers::NONE;
    let mut rest = name;
    for (prefix, modifier) in
        [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT), ("shift-", KeyModifiers::SHIFT)]
    {
        if let Some(tail) = rest.strip_prefix(prefix).filter(|tail| !tail.is_empty()) {
            modifiers |= modifier;
            rest = tail;
        }
    }
    let code = match rest {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
        "tab" => KeyCode::Tab,
        "space" => KeyCode::Char(' '),
        "backspace" => KeyCode::Backspace,
        "delete" => KeyCode::Delete,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        _ => match (rest.strip_prefix('f').and_then(|digits| digits.parse().ok()), rest.chars().next()) {
            (Some(number), _) => KeyCode::F(number),
            (None, Some(letter)) if rest.chars().count() == 1 => KeyCode::Char(letter),
            _ => panic!("{name} is no key"),
        },
    };
    KeyEvent::new(code, modifiers)
}

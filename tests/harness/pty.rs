//! The real program on a pseudo-terminal. Waits for content, never for a length of time.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// No wait is longer than this; a machine shared by many may be slow. Nothing ever takes so long unless it is broken.
const PATIENCE: Duration = Duration::from_secs(120);

/// The program with the terminal it runs on.
pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    child: Running,
    bytes: Receiver<Vec<u8>>,
    writer: Box<dyn Write + Send>,
    parser: vt100::Parser,
    /// Everything the program has written.
    pub written: Vec<u8>,
    /// How the terminal was set before the program had it.
    pub before: String,
}

impl Pty {
    /// Starts the program on a terminal of this size with a home folder of its own.
    pub fn start(home: &Path, (columns, rows): (u16, u16), variables: &[(&str, &str)]) -> Pty {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_closing-desk"));
        command.arg("--store");
        command.arg(home.join("store.db"));
        Pty::run(command, home, (columns, rows), variables)
    }

    /// Starts any command on a terminal.
    pub fn run(
        mut command: CommandBuilder,
        home: &Path,
        (columns, rows): (u16, u16),
        variables: &[(&str, &str)],
    ) -> Pty {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        command.env_clear();
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, value) in variables {
            command.env(name, value);
        }
        command.cwd(home);
        let before = settings_of(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let (post, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0_u8; 4096];
            while let Ok(count) = reader.read(&mut buffer) {
                if count == 0 || post.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        Pty { master: pair.master, child: Running(child), bytes, writer, parser, written: Vec::new(), before }
    }

    /// Takes in what has been written; false when the program has closed its terminal.
    fn take_in(&mut self, wait: Duration) -> bool {
        match self.bytes.recv_timeout(wait) {
            Ok(bytes) => {
                self.parser.process(&bytes);
                self.written.extend(bytes);
                true
            }
            Err(RecvTimeoutError::Timeout) => true,
            Err(RecvTimeoutError::Disconnected) => false,
        }
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    /// Where the cursor stands: row and column.
    pub fn cursor(&self) -> (u16, u16) {
        self.parser.screen().cursor_position()
    }

    /// Waits until something holds.
    #[track_caller]
    pub fn until(&mut self, what: &str, holds: impl Fn(&Pty) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            let open = self.take_in(Duration::from_millis(50));
            let late = Instant::now() > end;
            assert!((open && !late) || holds(self), "waiting for {what}; the screen is:\n{}", self.screen());
        }
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub fn sees(&mut self, text: &str) {
        self.until(text, |pty| pty.screen().contains(text));
    }

    /// How many bytes are written while nothing is sent for so long.
    pub fn quiet_for(&mut self, time: Duration) -> usize {
        let (end, before) = (Instant::now() + time, self.written.len());
        while Instant::now() < end {
            self.take_in(end.saturating_duration_since(Instant::now()));
        }
        self.written.len() - before
    }

    /// Sends bytes, as a keyboard does.
    pub fn send(&mut self, bytes: &str) {
        self.writer.write_all(bytes.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Pastes as a terminal with bracketed paste does.
    pub fn paste(&mut self, text: &str) {
        self.send(&format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Changes the size of the terminal.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        self.parser.screen_mut().set_size(cells(rows), cells(columns));
    }

    /// Sends a signal to the program.
    pub fn signal(&mut self, signal: nix::sys::signal::Signal) {
        let id = i32::try_from(self.child.process_id().unwrap()).unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), signal).unwrap();
    }

    /// Number of the program's process.
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Waits for the program's end and for the last of its bytes.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // To the end of the stream: what was written before the end is on its way, however slow the machine.
                while self.take_in(Duration::from_millis(50)) && Instant::now() < end {}
                return status;
            }
            self.take_in(Duration::from_millis(20));
            assert!(Instant::now() < end, "the program does not end; the screen is:\n{}", self.screen());
        }
    }

    /// Presses a key again and again until something holds: for a key that may come too early to be taken. It is let
    /// go in between for so long that it does not count as held down.
    #[track_caller]
    pub fn presses(&mut self, key: &str, what: &str, holds: impl Fn(&Pty) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(Instant::now() < end, "pressing for {what}; the screen is:\n{}", self.screen());
            self.send(key);
            let again = Instant::now() + Duration::from_millis(1_200);
            while !holds(self) && Instant::now() < again {
                self.take_in(Duration::from_millis(20));
            }
        }
    }

    /// Hangs up: the terminal goes away under the program, as it does when a connection drops. The last key makes the
    /// program write once more, so that the thread that reads it finds nobody listening and lets go, too.
    pub fn hang_up(self, last: &str) -> Gone {
        let Pty { master, child, mut writer, bytes, .. } = self;
        drop(bytes);
        writer.write_all(last.as_bytes()).unwrap();
        drop((writer, master));
        Gone { child }
    }

    /// How the terminal is set: echo, line mode and the rest, as text to compare.
    pub fn settings(&self) -> String {
        settings_of(&*self.master)
    }

    /// How often a sequence of bytes was written.
    pub fn count(&self, sequence: &[u8]) -> usize {
        self.written.windows(sequence.len()).filter(|window| *window == sequence).count()
    }
}

/// How a terminal is set, as text to compare.
fn settings_of(master: &dyn MasterPty) -> String {
    let name = master.tty_name().unwrap();
    let slave = std::fs::File::open(name).unwrap();
    format!("{:?}", nix::sys::termios::tcgetattr(&slave).unwrap())
}

/// The emulator knows no empty terminal.
fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN)
}

/// The program's process; ended at the latest with the test.
struct Running(Box<dyn Child + Send + Sync>);

impl std::ops::Deref for Running {
    type Target = Box<dyn Child + Send + Sync>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl std::ops::DerefMut for Running {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program whose terminal is gone.
pub struct Gone {
    child: Running,
}

impl Gone {
    /// Waits for its end.
    #[track_caller]
    pub fn ends(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < end, "the program does not end without its terminal");
            std::thread::sleep(Duration::from_millis(10)); // poll
        }
    }
}

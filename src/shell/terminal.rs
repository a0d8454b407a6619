//! The one owner of the terminal: raw mode, alternate screen and bracketed paste, given back exactly once — at an
//! orderly end, an error, a panic, SIGTERM or SIGHUP, and for as long as the program is suspended.

use super::frugal::Frugal;
use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::style::ResetColor;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::ThreadId;

/// Whether the terminal is ours now. It is a fact about the process, not about a value: the panic hook needs it too.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Standard output, silent while the terminal is not ours: nothing is written behind the restoring bytes.
#[derive(Debug)]
pub struct Out(Stdout);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if TAKEN.load(Ordering::SeqCst) { self.0.write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        if TAKEN.load(Ordering::SeqCst) { self.0.flush() } else { Ok(()) }
    }
}

/// The terminal as the desk draws on it; one frame is one write.
pub type DeskTerminal = Terminal<Frugal<BufWriter<Out>>>;

/// Holds the terminal; lets it go when dropped.
#[derive(Debug)]
pub struct Guard {
    _private: (),
}

impl Guard {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When there is none, or it refuses.
    pub fn take() -> io::Result<Guard> {
        if !io::stdout().is_terminal() || !io::stdin().is_terminal() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "not a terminal"));
        }
        give_back_on_panic(std::thread::current().id());
        enter()?;
        Ok(Guard { _private: () })
    }

    /// A fresh picture on the terminal.
    ///
    /// # Errors
    /// When the size cannot be asked.
    pub fn picture(&self) -> io::Result<DeskTerminal> {
        let out = BufWriter::with_capacity(64 * 1024, Out(io::stdout()));
        Terminal::new(Frugal::new(out, crossterm::terminal::size))
    }

    /// Asks the terminal how wide it draws; whoever reads its keys reads the answer.
    ///
    /// # Errors
    /// When it can't be written to.
    pub fn ask(&self) -> io::Result<()> {
        let mut out = Out(io::stdout());
        out.write_all(&super::width::question())?;
        out.flush()
    }

    /// Gives the terminal back for a while.
    pub fn give_back(&self) {
        leave();
    }

    /// Takes it again.
    ///
    /// # Errors
    /// When it refuses.
    pub fn take_again(&self) -> io::Result<()> {
        enter()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        leave();
    }
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let entered = execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide);
    if entered.is_err() {
        leave();
    }
    entered
}

/// Gives the terminal back if it is ours. A terminal that has gone away is no reason to fail.
fn leave() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(io::stdout(), ResetColor, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
        let _ = disable_raw_mode();
    }
}

/// A panic of the drawing thread gives the terminal back before its words are written; one of the worker is told on
/// the screen by the job it ended, so its words must not be written across it.
fn give_back_on_panic(owner: ThreadId) {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if std::thread::current().id() == owner {
                leave();
                before(info);
            } else if !TAKEN.load(Ordering::SeqCst) {
                before(info);
            }
        }));
    });
}

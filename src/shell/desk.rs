//! Ties the application to a terminal: one channel of messages, drawn when the channel is empty and something changed.

use super::app::App;
use super::msg::Msg;
use super::terminal::{DeskTerminal, Guard};
use super::width::{self, Widths};
use crate::kernel::clock;
use crossterm::event::{self, Event, KeyEvent};
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::tcgetattr;
use nix::unistd::Pid;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io::Write;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// How the desk ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The person left.
    Quit,
    /// The operating system asked for it, with this signal.
    Signal(i32),
}

/// A terminal that answers does so at once; a silent one is not waited for longer than this.
const PATIENCE: Duration = Duration::from_millis(150);
/// At most so many messages are taken before the screen is drawn again.
const BURST: usize = 256;
/// How long the program waits to be called back after it asked to be stopped; a terminal without job control never
/// stops it.
const STOP_PATIENCE: Duration = Duration::from_millis(500);

/// What the threads around the channel share.
#[derive(Clone, Debug, Default)]
struct Shared {
    /// Number of the last key that arrived.
    arrived: Arc<AtomicU64>,
    /// The signal that ended the desk, 0 for none.
    signal: Arc<AtomicI32>,
    /// The reader of keys is to wait for the terminal's own answers once.
    listen: Arc<AtomicBool>,
}

/// Opens the desk on this process's terminal and runs it to its end. `make` is given the channel of the worker.
///
/// # Errors
/// When there is no terminal, or the application does not start.
pub fn run(make: impl FnOnce(Sender<Msg>) -> anyhow::Result<App>) -> anyhow::Result<Ended> {
    let (post, messages) = channel();
    let mut app = make(post.clone())?;
    let shared = Shared::default();
    let guard = Guard::take()?;
    watch_signals(post.clone(), shared.clone())?;
    let ask = app.take_check();
    if ask {
        // The first screen is drawn without waiting for the answer.
        guard.ask()?;
    }
    watch_keys(post, shared.clone(), ask)?;
    let looped =
        Loop { guard: &guard, shared: &shared, messages: &messages, minute: app.now().div_euclid(60) }.run(&mut app);
    // Before the worker is waited for, so that the person has the terminal back at once.
    drop(guard);
    drop(app);
    match (shared.signal.load(Ordering::SeqCst), looped) {
        // A terminal that went away fails while drawing; that is the hang-up, not an error.
        (signal, _) if signal != 0 => Ok(Ended::Signal(signal)),
        (_, Err(error)) => Err(error.into()),
        (_, Ok(())) => Ok(Ended::Quit),
    }
}

/// Reads keys on a thread of its own; with `asked` the terminal's answers first, before anything else takes them.
fn watch_keys(post: Sender<Msg>, shared: Shared, asked: bool) -> std::io::Result<()> {
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        if asked {
            listen(&post, &shared);
        }
        loop {
            let msg = match event::read() {
                Ok(Event::Key(key)) => Msg::Key(key, shared.arrived.fetch_add(1, Ordering::SeqCst) + 1),
                Ok(Event::Paste(text)) => Msg::Paste(text),
                Ok(_) => {
                    if shared.listen.swap(false, Ordering::SeqCst) && post.send(Msg::Listening).is_ok() {
                        listen(&post, &shared);
                    }
                    continue;
                }
                Err(_) => Msg::Leave,
            };
            let last = matches!(msg, Msg::Leave);
            if post.send(msg).is_err() || last {
                return;
            }
        }
    })?;
    Ok(())
}

/// Hands on what the terminal answers within its patience, and the keys typed meanwhile.
fn listen(post: &Sender<Msg>, shared: &Shared) {
    let (widths, keys) = answers(clock::tick() + patience());
    // A receiver that is gone has ended the program.
    let _ = post.send(Msg::Widths(widths));
    for key in keys {
        let _ = post.send(Msg::Key(key, shared.arrived.fetch_add(1, Ordering::SeqCst) + 1));
    }
}

/// Reads the terminal itself, since the library of events keeps position reports to itself.
fn answers(end: Instant) -> (Widths, Vec<KeyEvent>) {
    let stdin = std::io::stdin();
    let mut bytes = Vec::new();
    loop {
        let read = width::read(&bytes);
        let left = end.saturating_duration_since(clock::tick());
        if read.0.len() >= width::SAMPLES.len() || left.is_zero() {
            return read;
        }
        let mut waits = [PollFd::new(stdin.as_fd(), PollFlags::POLLIN)];
        let patience = PollTimeout::try_from(left.max(Duration::from_millis(1))).unwrap_or(PollTimeout::ZERO);
        match poll(&mut waits, patience) {
            Ok(0) => return read,
            Err(Errno::EINTR) => continue,
            Err(_) => return read,
            Ok(_) => {}
        }
        let mut buffer = [0; 256];
        match nix::unistd::read(stdin.as_fd(), &mut buffer) {
            Ok(0) | Err(_) => return read,
            Ok(count) => bytes.extend_from_slice(buffer.get(..count).unwrap_or_default()),
        }
    }
}

/// How long the terminal may take to answer. In debug builds a test that plays the terminal may ask for more.
fn patience() -> Duration {
    #[cfg(debug_assertions)]
    if let Some(asked) = std::env::var("CLOSING_DESK_TEST_PATIENCE").ok().and_then(|text| text.parse().ok()) {
        return Duration::from_millis(asked);
    }
    PATIENCE
}

/// From here on no signal is missed. A change of size is taken here and not from the reader of keys, which starts to
/// listen at a moment of its own: a window changed just before that would stay drawn at its old size.
fn watch_signals(post: Sender<Msg>, shared: Shared) -> std::io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGWINCH])?;
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            let msg = match signal {
                SIGCONT => Msg::Resumed,
                SIGWINCH => Msg::Resize,
                _ => {
                    shared.signal.store(signal, Ordering::SeqCst);
                    Msg::Leave
                }
            };
            if post.send(msg).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

struct Loop<'a> {
    guard: &'a Guard,
    shared: &'a Shared,
    messages: &'a Receiver<Msg>,
    minute: i64,
}

impl Loop<'_> {
    fn run(&mut self, app: &mut App) -> std::io::Result<()> {
        let mut picture = self.guard.picture()?;
        let mut second = clock::tick() + clock::until_next_second();
        let mut retry: Option<Instant> = None;
        while !app.finished() {
            self.draw(app, &mut picture)?;
            // Counted from the last try, so that a stream of messages does not put it off for ever.
            retry = app.timer().map(|wait| retry.unwrap_or_else(|| clock::tick() + wait));
            let until = retry.map_or(second, |timer| timer.min(second));
            let mut burst = 0;
            let mut next = self.wait(until);
            while let Some(msg) = next {
                if matches!(msg, Msg::Resumed) {
                    // Somebody may have stopped the program from outside; the terminal has been used since.
                    picture = self.reopen()?;
                }
                if matches!(msg, Msg::Listening) {
                    self.guard.ask()?;
                    picture = self.guard.picture()?;
                }
                provoke(&msg);
                app.message(msg);
                burst += 1;
                next = if burst < BURST && !app.finished() { self.messages.try_recv().ok() } else { None };
            }
            let now = clock::tick();
            if retry.is_some_and(|retry| now >= retry) {
                retry = None;
                app.message(Msg::Timer);
            }
            if now >= second {
                second = now + clock::until_next_second();
                self.second(app);
            }
            if app.take_check() {
                // A change of size is the one thing that wakes the reader of keys; it finds out what is wanted of it.
                self.shared.listen.store(true, Ordering::SeqCst);
                let _ = nix::sys::signal::raise(Signal::SIGWINCH);
            }
            if app.take_suspend() {
                picture = self.suspend()?;
                app.message(Msg::Resumed);
            }
        }
        Ok(())
    }

    fn wait(&self, until: Instant) -> Option<Msg> {
        match self.messages.recv_timeout(until.saturating_duration_since(clock::tick())) {
            Ok(msg) => Some(msg),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Msg::Leave),
        }
    }

    fn draw(&self, app: &mut App, picture: &mut DeskTerminal) -> std::io::Result<()> {
        if app.take_bell() {
            let out = picture.backend_mut();
            out.write_all(b"\x07")?;
            out.flush()?;
        }
        if app.take_dirty() {
            picture.draw(|frame| app.draw(frame))?;
            app.drawn(self.shared.arrived.load(Ordering::SeqCst));
        }
        Ok(())
    }

    fn second(&mut self, app: &mut App) {
        if tcgetattr(std::io::stdin()).is_err() {
            // The terminal has gone away without a signal; nobody can ever leave this desk.
            self.shared.signal.store(SIGHUP, Ordering::SeqCst);
            return app.message(Msg::Leave);
        }
        app.message(Msg::Tick);
        let minute = app.now().div_euclid(60);
        if minute != self.minute {
            self.minute = minute;
            app.message(Msg::Minute);
        }
    }

    /// Gives the terminal back and stops every process of the job, as Ctrl+Z does elsewhere.
    fn suspend(&self) -> std::io::Result<DeskTerminal> {
        self.guard.give_back();
        if kill(Pid::from_raw(0), Signal::SIGTSTP).is_ok() {
            // Whatever is typed meanwhile was meant for somebody else.
            let end = clock::tick() + STOP_PATIENCE;
            while let Some(msg) = self.wait(end) {
                if matches!(msg, Msg::Resumed | Msg::Leave) {
                    break;
                }
            }
        }
        self.reopen()
    }

    fn reopen(&self) -> std::io::Result<DeskTerminal> {
        self.guard.take_again()?;
        self.guard.picture()
    }
}

/// Debug builds can be made to panic by a key, so that a test sees the terminal given back.
#[cfg_attr(debug_assertions, expect(clippy::panic, reason = "a test asks for it"))]
fn provoke(msg: &Msg) {
    #[cfg(debug_assertions)]
    if matches!(msg, Msg::Key(..)) && std::env::var_os("CLOSING_DESK_TEST_PANIC").is_some() {
        panic!("asked to panic by CLOSING_DESK_TEST_PANIC");
    }
    #[cfg(not(debug_assertions))]
    let _ = msg;
}

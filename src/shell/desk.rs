//! Ties the application to a terminal: one channel of messages, drawn when the channel is empty and something changed.

use super::app::App;
use super::msg::Msg;
use super::terminal::{DeskTerminal, Guard};
use crate::kernel::clock;
use crossterm::event::{self, Event};
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::tcgetattr;
use nix::unistd::Pid;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
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
    watch_keys(post, shared.clone())?;
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

fn watch_keys(post: Sender<Msg>, shared: Shared) -> std::io::Result<()> {
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        loop {
            let msg = match event::read() {
                Ok(Event::Key(key)) => Msg::Key(key, shared.arrived.fetch_add(1, Ordering::SeqCst) + 1),
                Ok(Event::Paste(text)) => Msg::Paste(text),
                Ok(_) => continue,
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

//! What reaches the shell: one closed set of messages on one channel.

use crate::kernel::words::Phrase;
use crate::ui::read::Answer;
use crossterm::event::KeyEvent;
use std::any::Any;

/// The result of a job: what it made, or what it says about its end.
pub type JobResult = Result<Box<dyn Any + Send>, String>;

/// One message.
#[derive(Debug)]
pub enum Msg {
    /// A key, and its number in the order of arrival (only grows).
    Key(KeyEvent, u64),
    /// Pasted text.
    Paste(String),
    /// The terminal has another size, or shows something else and must be drawn anew.
    Resize,
    /// The program was called back after having been stopped.
    Resumed,
    /// A whole minute of the clock has passed.
    Minute,
    /// A second has passed: look whether another desk has changed the store.
    Tick,
    /// The one-shot timer has run out (see `App::timer`).
    Timer,
    /// How far the job with this number is: so many of so many, and what is being done.
    JobProgress(u64, u64, u64, Phrase),
    /// The job with this number has ended.
    JobDone(u64, JobResult),
    /// The answer to the background read with this number.
    Read(u64, Answer),
    /// A sheet has gone to the printer, or not.
    Printed(Box<super::print::Outcome>),
    /// The reader of keys waits for the terminal's answers: it may be asked now.
    Listening,
    /// How wide the terminal draws, as far as it answered.
    Widths(super::width::Widths),
    /// The operating system asks the program to end.
    Leave,
}

//! The printer: sheets go out one after the other on a thread of their own, to a program or into a folder.
//!
//! A fact stands before its sheet goes out. What the printer says comes back as a message, so that neither a printer that
//! jams nor one that hangs holds the desk up.

use super::msg::Msg;
use crate::config::{Encoding, Print};
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::ui::print::Sheet;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

/// A print program that takes longer is stopped: print servers take a sheet at once.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often a print program is asked whether it has ended.
const STEP: Duration = Duration::from_millis(10);
/// What a print program says of its failure is waited for this long after its end.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Most characters of what it says.
const SAID: usize = 200;
/// So many files of one name are told apart before printing is given up.
const SAME_NAME: u32 = 1_000;

/// Where a sheet went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Printed {
    /// To a program, by its name.
    Sent(String),
    /// Into this file.
    File(PathBuf),
}

/// What came of printing one sheet.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// What the act that asked for it said.
    pub said: Phrase,
    /// Title of the sheet.
    pub title: String,
    /// Where it went, or in words why not.
    pub result: Result<Printed, Phrase>,
    /// Where its picture is kept, when it has one, or in words why not.
    pub picture: Option<Result<PathBuf, Phrase>>,
}

/// A sheet on its way.
struct Order {
    said: Phrase,
    sheet: Sheet,
    now: i64,
}

/// The thread that prints; it is started by the first sheet and ends, after the sheet in hand, when this is dropped.
#[derive(Debug)]
pub struct Printer {
    setup: Print,
    post: Sender<Msg>,
    queue: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
    waiting: usize,
}

impl Printer {
    /// A printer that has not printed yet.
    pub fn new(setup: Print, post: Sender<Msg>) -> Printer {
        Printer { setup, post, queue: None, thread: None, waiting: 0 }
    }

    /// Takes a sheet; `said` is what the act said that asked for it.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn take(&mut self, sheet: Sheet, said: Phrase, now: i64) -> io::Result<()> {
        if self.queue.is_none() {
            let (queue, orders) = channel();
            let (setup, post) = (self.setup.clone(), self.post.clone());
            let run = move || run(&setup, &orders, &post);
            self.thread = Some(std::thread::Builder::new().name("printer".to_owned()).spawn(run)?);
            self.queue = Some(queue);
        }
        let sent = self.queue.as_ref().is_some_and(|queue| queue.send(Order { said, sheet, now }).is_ok());
        self.waiting += usize::from(sent);
        if sent { Ok(()) } else { Err(io::Error::other("the printer's thread has ended")) }
    }

    /// Told when an outcome has come.
    pub fn done(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Whether a sheet is on its way.
    pub fn busy(&self) -> bool {
        self.waiting > 0
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(setup: &Print, orders: &Receiver<Order>, post: &Sender<Msg>) {
    while let Ok(Order { said, sheet, now }) = orders.recv() {
        let result = print(setup, &sheet, now);
        let picture = sheet.picture.as_deref().map(|svg| keep_picture(setup, &sheet, svg, now));
        // A desk that has been left hears nothing any more, but its sheets still go out.
        let _ = post.send(Msg::Printed(Box::new(Outcome { said, title: sheet.title, result, picture })));
    }
}

/// Prints one sheet.
///
/// # Errors
/// Why not, in words.
pub fn print(setup: &Print, sheet: &Sheet, now: i64) -> Result<Printed, Phrase> {
    let bytes = encode(setup, &sheet.text())?;
    match setup.command.split_first() {
        Some((program, arguments)) => {
            send(program, arguments, &bytes)?;
            Ok(Printed::Sent(program.clone()))
        }
        None => {
            let folder = setup.folder.as_deref().ok_or(W::ShellPrintNowhere)?;
            let failed = |error: io::Error| phrase!(W::ShellPrintFile, folder.display().to_string(), error.to_string());
            write(folder, &file_name(sheet, now), "txt", &bytes).map(Printed::File).map_err(failed)
        }
    }
}

/// Keeps the picture of a sheet as a file of its own, also where the words went to a program: that program takes text.
fn keep_picture(setup: &Print, sheet: &Sheet, svg: &str, now: i64) -> Result<PathBuf, Phrase> {
    let folder = setup.folder.as_deref().ok_or(W::ShellPrintNowhere)?;
    let failed = |error: io::Error| phrase!(W::ShellPrintFile, folder.display().to_string(), error.to_string());
    write(folder, &file_name(sheet, now), "svg", svg.as_bytes()).map_err(failed)
}

/// The bytes of a sheet for the printer.
///
/// # Errors
/// A character the encoding lacks, named.
pub fn encode(setup: &Print, text: &str) -> Result<Vec<u8>, Phrase> {
    let mut bytes = match setup.encoding {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Gb18030 => {
            let (bytes, _, lacking) = encoding_rs::GB18030.encode(text);
            if lacking {
                let alone = |c: &char| encoding_rs::GB18030.encode(c.encode_utf8(&mut [0; 4])).2;
                let named = text.chars().find(alone).map(|c| format!("U+{:04X}", u32::from(c)));
                return Err(phrase!(W::ShellPrintEncoding, named.unwrap_or_default()));
            }
            bytes.into_owned()
        }
    };
    if setup.form_feed {
        bytes.push(b'\x0c');
    }
    Ok(bytes)
}

/// Kind, subject, office time and number of the copy.
fn file_name(sheet: &Sheet, now: i64) -> String {
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        kept.take(40).collect()
    };
    let time = clock::local(now).format("%Y%m%d-%H%M%S").to_string();
    let parts = [plain(sheet.kind), plain(&sheet.subject), time, sheet.copy.max(1).to_string()];
    parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>().join("-")
}

/// Writes a file that only its owner may read; one of the same name stays and this one is numbered.
fn write(folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    for number in 0..SAME_NAME {
        let more = if number == 0 { String::new() } else { format!("-again{number}") };
        let path = folder.join(format!("{name}{more}.{ending}"));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Ok(mut file) => {
                file.write_all(bytes)?;
                return Ok(path);
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// Hands the bytes to a program and waits for its verdict.
fn send(program: &str, arguments: &[String], bytes: &[u8]) -> Result<(), Phrase> {
    let started = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = started.map_err(|error| phrase!(W::ShellPrintStart, program, error.to_string()))?;
    // Both pipes have a thread: a program that says much before it has read all would otherwise stand still.
    let fed = feed(&mut child, bytes.to_vec());
    let heard = hear(&mut child);
    let status = wait(&mut child).map_err(|error| phrase!(W::ShellPrintStart, program, error.to_string()))?;
    let words = heard.recv_timeout(LAST_WORDS).unwrap_or_default();
    let words = text::clip(text::neutralise(&words).trim(), SAID);
    let took_all = fed.recv_timeout(LAST_WORDS).unwrap_or(false);
    match status {
        None => Err(phrase!(W::ShellPrintSlow, program, i64::try_from(PATIENCE.as_secs()).unwrap_or(0))),
        Some(status) if status.success() && took_all => Ok(()),
        Some(status) if status.success() => Err(phrase!(W::ShellPrintUnread, program)),
        Some(status) => {
            let code = status.code().map_or_else(|| Arg::Text(status.to_string()), |code| Arg::from(i64::from(code)));
            Err(match words.as_str() {
                "" => phrase!(W::ShellPrintFailedSilently, program, code),
                said => phrase!(W::ShellPrintFailed, program, code, said),
            })
        }
    }
}

/// Feeds the program; tells whether it took everything.
fn feed(child: &mut Child, bytes: Vec<u8>) -> Receiver<bool> {
    let (tell, told) = channel();
    if let Some(mut pipe) = child.stdin.take() {
        std::thread::spawn(move || {
            let took = pipe.write_all(&bytes).is_ok();
            drop(pipe);
            let _ = tell.send(took);
        });
    }
    told
}

/// Listens to what the program complains of.
fn hear(child: &mut Child) -> Receiver<String> {
    let (tell, told) = channel();
    if let Some(pipe) = child.stderr.take() {
        std::thread::spawn(move || {
            let mut said = Vec::new();
            let limit = u64::try_from(SAID * 8).unwrap_or(u64::MAX);
            let mut pipe = pipe.take(limit);
            let _ = pipe.read_to_end(&mut said);
            let _ = tell.send(String::from_utf8_lossy(&said).into_owned());
            // Whatever else it says is not for anyone, but a full pipe would stop it.
            let _ = io::copy(&mut pipe.into_inner(), &mut io::sink());
        });
    }
    told
}

/// Waits for the end of the program; nothing when it had to be stopped.
fn wait(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let end = clock::tick() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if clock::tick() >= end {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(STEP);
    }
}

impl Outcome {
    /// What the message line says of it.
    pub(super) fn words(&self) -> Phrase {
        let (said, title) = (self.said.clone(), self.title.clone());
        let printed = match &self.result {
            Ok(Printed::Sent(program)) => phrase!(W::ShellPrintSent, said, title, program.clone()),
            Ok(Printed::File(path)) => {
                phrase!(W::ShellPrintFiled, said, title, text::clip_left(&path.display().to_string(), 60))
            }
            Err(why) => phrase!(W::ShellPrintNot, said, title, why.clone()),
        };
        match &self.picture {
            None => printed,
            Some(Ok(path)) => phrase!(W::ShellPrintPicture, printed, text::clip_left(&path.display().to_string(), 60)),
            Some(Err(why)) => phrase!(W::ShellPrintPictureNot, printed, why.clone()),
        }
    }

    /// Whether anything of it failed.
    pub(super) fn failed(&self) -> bool {
        self.result.is_err() || matches!(self.picture, Some(Err(_)))
    }
}

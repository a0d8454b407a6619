//! The real program on a pseudo-terminal, with the moment of every byte it writes.

use anyhow::{Context, ensure};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Nothing is waited for longer than this.
const PATIENCE: Duration = Duration::from_secs(120);

/// What the program wrote because of something.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reply {
    /// From what caused it to the last byte.
    pub time: Duration,
    /// How many bytes.
    pub bytes: usize,
}

/// The program on its terminal.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    started: Instant,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    /// Starts the program on a store, with a home of its own.
    pub fn start(program: &Path, store: &Path, home: &Path, (columns, rows): (u16, u16)) -> anyhow::Result<Terminal> {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(program);
        command.arg("--store");
        command.arg(store);
        command.env_clear();
        command.env("HOME", home);
        command.env("TERM", "xterm-256color");
        command.cwd(home);
        let mut reader = pair.master.try_clone_reader()?;
        let writer = pair.master.take_writer()?;
        let (post, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0_u8; 64 * 1024];
            while let Ok(count) = reader.read(&mut buffer) {
                let now = Instant::now();
                if count == 0 || post.send((now, buffer[..count].to_vec())).is_err() {
                    return;
                }
            }
        });
        let cells = |count| NonZeroU16::new(count).unwrap_or(NonZeroU16::MIN);
        let parser = vt100::Parser::new(cells(rows), cells(columns), 0);
        let started = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        drop(pair.slave);
        Ok(Terminal { child, writer, bytes, parser, started, _master: pair.master })
    }

    /// The first screen: from the start of the process to its last byte.
    pub fn settled(&mut self) -> anyhow::Result<Reply> {
        let started = self.started;
        self.reply(started, PATIENCE, Duration::from_millis(200))
    }

    /// Takes in what is written until nothing comes for `quiet`; the first byte has to come within `patience`.
    fn reply(&mut self, from: Instant, patience: Duration, quiet: Duration) -> anyhow::Result<Reply> {
        let mut reply = Reply::default();
        let end = from + patience;
        loop {
            let wait = if reply.bytes == 0 { end.saturating_duration_since(Instant::now()) } else { quiet };
            match self.bytes.recv_timeout(wait) {
                Ok((at, bytes)) => {
                    self.parser.process(&bytes);
                    reply.bytes += bytes.len();
                    reply.time = at.duration_since(from);
                }
                Err(RecvTimeoutError::Timeout) if reply.bytes > 0 => return Ok(reply),
                Err(RecvTimeoutError::Timeout) => anyhow::bail!("no answer; the screen is\n{}", self.screen()),
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the program ended:\n{}", self.screen()),
            }
        }
    }

    fn write(&mut self, keys: &str) -> anyhow::Result<Instant> {
        let sent = Instant::now();
        self.writer.write_all(keys.as_bytes())?;
        self.writer.flush()?;
        Ok(sent)
    }

    /// Sends keys and waits for the frame they lead to.
    pub fn send(&mut self, keys: &str) -> anyhow::Result<Reply> {
        self.send_quiet(keys, Duration::from_millis(10))
    }

    /// The same; the frame has ended once nothing comes for `quiet`. A key that changes nothing is an error: what comes
    /// a minute later is the clock.
    pub fn send_quiet(&mut self, keys: &str, quiet: Duration) -> anyhow::Result<Reply> {
        let sent = self.write(keys)?;
        self.reply(sent, PATIENCE.min(Duration::from_secs(20)), quiet)
    }

    /// Sends keys and counts what is written within a time, whenever it comes.
    pub fn send_for(&mut self, keys: &str, time: Duration) -> anyhow::Result<Reply> {
        let sent = self.write(keys)?;
        self.during(sent, time)
    }

    /// What is written within a time in which nothing is sent.
    pub fn idle(&mut self, time: Duration) -> anyhow::Result<Reply> {
        self.during(Instant::now(), time)
    }

    fn during(&mut self, from: Instant, time: Duration) -> anyhow::Result<Reply> {
        let mut reply = Reply::default();
        loop {
            match self.bytes.recv_timeout((from + time).saturating_duration_since(Instant::now())) {
                Ok((at, bytes)) => {
                    self.parser.process(&bytes);
                    reply.bytes += bytes.len();
                    reply.time = at.duration_since(from);
                }
                Err(RecvTimeoutError::Timeout) => return Ok(reply),
                Err(RecvTimeoutError::Disconnected) => anyhow::bail!("the program ended"),
            }
        }
    }

    /// Waits until the screen shows a text.
    pub fn until(&mut self, text: &str) -> anyhow::Result<()> {
        let end = Instant::now() + PATIENCE;
        while !self.screen().contains(text) {
            ensure!(Instant::now() < end, "{text:?} does not come:\n{}", self.screen());
            self.during(Instant::now(), Duration::from_millis(20))?;
        }
        Ok(())
    }

    /// The screen as text.
    pub fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    fn process(&self) -> anyhow::Result<u32> {
        self.child.process_id().context("no process")
    }

    /// Memory of the process that belongs to no file, in KiB.
    pub fn anonymous_kib(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).context("RssAnon")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    /// Processor time of all its threads so far.
    pub fn processor(&self) -> anyhow::Result<Duration> {
        let mut nanos = 0;
        for task in std::fs::read_dir(format!("/proc/{}/task", self.process()?))? {
            let text = std::fs::read_to_string(task?.path().join("schedstat"))?;
            nanos += text.split_whitespace().next().unwrap_or("0").parse::<u64>()?;
        }
        Ok(Duration::from_nanos(nanos))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Ctrl+Q leaves the desk in order; a desk that does not is ended.
        let _ = self.write("\x11");
        let end = Instant::now() + Duration::from_secs(2);
        while Instant::now() < end {
            if matches!(self.child.try_wait(), Ok(Some(_))) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

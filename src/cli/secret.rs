//! Asking for a PIN: on the terminal without echo, or a line of standard input.

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use zeroize::Zeroizing;

/// Longest line taken; a PIN has far fewer digits.
const LONGEST: usize = 256;

/// Where PINs come from.
#[derive(Debug)]
pub struct Secrets {
    from_stdin: bool,
}

impl Secrets {
    /// From standard input, one a line, or from the terminal.
    pub fn new(from_stdin: bool) -> Secrets {
        Secrets { from_stdin }
    }

    /// Whether a typed PIN has to be typed twice.
    pub fn typed(&self) -> bool {
        !self.from_stdin
    }

    /// Asks for one; nothing when there is none to be had.
    ///
    /// # Errors
    /// When the terminal or standard input cannot be read.
    pub fn ask(&self, prompt: &str) -> io::Result<Option<Zeroizing<String>>> {
        if self.from_stdin { line(&mut io::stdin().lock()) } else { on_terminal(prompt) }
    }
}

/// Reads a line byte by byte, so that what follows stays for the next question.
fn line(source: &mut impl Read) -> io::Result<Option<Zeroizing<String>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = [0_u8];
    loop {
        match source.read(&mut byte)? {
            0 if bytes.is_empty() => return Ok(None),
            0 => break,
            _ if byte[0] == b'\n' || byte[0] == b'\r' => break,
            // Ctrl+C and Ctrl+D, which arrive as bytes while the terminal is silent.
            _ if byte[0] == 3 || byte[0] == 4 => return Ok(None),
            _ if bytes.len() < LONGEST => bytes.push(byte[0]),
            _ => {}
        }
    }
    Ok(Some(Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned())))
}

fn on_terminal(prompt: &str) -> io::Result<Option<Zeroizing<String>>> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    write!(terminal, "{prompt}")?;
    terminal.flush()?;
    let silent = Silent::new(terminal.try_clone()?)?;
    let answer = line(&mut terminal);
    drop(silent);
    writeln!(terminal)?;
    answer
}

/// A terminal that shows nothing of what is typed, until dropped.
struct Silent {
    terminal: File,
    before: Termios,
}

impl Silent {
    fn new(terminal: File) -> io::Result<Silent> {
        let before = tcgetattr(&terminal)?;
        let mut silent = before.clone();
        // Without signals a Ctrl+C cannot end the program while the echo is off.
        silent.local_flags.remove(LocalFlags::ECHO | LocalFlags::ISIG);
        tcsetattr(&terminal, SetArg::TCSAFLUSH, &silent)?;
        Ok(Silent { terminal, before })
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        let _ = tcsetattr(&self.terminal, SetArg::TCSAFLUSH, &self.before);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_one_pin() {
        let mut source: &[u8] = b"246813\n\xef\xbc\x91\r\n";
        let mut next = || line(&mut source).unwrap().map(|pin| pin.to_string());
        assert_eq!(next().as_deref(), Some("246813"));
        assert_eq!(next().as_deref(), Some("１"));
        assert_eq!(next().as_deref(), Some(""));
        assert_eq!(next(), None);
    }
}

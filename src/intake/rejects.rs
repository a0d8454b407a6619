//! The file beside the imported one that holds every row not taken, with its line, reason code and reason.

use super::header::{Header, REJECT_COLUMNS};
use crate::files::read::RawRow;
use crate::kernel::text;
use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Where the rejected rows of a file go.
pub fn path_for(file: &Path) -> PathBuf {
    suffixed(file, ".rejects.csv")
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Rejected rows on their way to their file, which comes into being with the first of them.
#[derive(Debug)]
pub struct Rejects {
    path: PathBuf,
    out: Option<csv::Writer<BufWriter<File>>>,
}

impl Rejects {
    /// For one imported file; nothing is written yet.
    pub fn beside(file: &Path) -> Rejects {
        Rejects { path: path_for(file), out: None }
    }

    /// Where they are, once there is one.
    pub fn written(&self) -> Option<&Path> {
        self.out.as_ref().map(|_| self.path.as_path())
    }

    /// Adds a row.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn add(&mut self, header: &Header, row: &RawRow, code: &str, reason: &str) -> io::Result<()> {
        let out = match &mut self.out {
            Some(out) => out,
            None => self.out.insert(open(&self.path, header)?),
        };
        let line = row.line.to_string();
        let own = [Cow::Borrowed(line.as_str()), Cow::Borrowed(code), text::escape_formula(reason)];
        let fields = own.into_iter().chain(header.originals(row).map(guarded));
        write_record(out, fields)
    }

    /// Brings everything to the disk, as far as the operating system sees it.
    ///
    /// # Errors
    /// What the operating system says.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), csv::Writer::flush)
    }
}

fn open(path: &Path, header: &Header) -> io::Result<csv::Writer<BufWriter<File>>> {
    if path.exists() {
        fs::rename(path, suffixed(path, ".1"))?;
    }
    let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    let mut file = BufWriter::new(file);
    file.write_all("\u{FEFF}".as_bytes())?;
    let mut out = csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(file);
    let names = header.names.iter().skip(header.skip).map(|name| guarded(name));
    write_record(&mut out, REJECT_COLUMNS.iter().map(|own| Cow::Borrowed(*own)).chain(names))?;
    Ok(out)
}

/// The original text, harmless in a spreadsheet; a guard that was there already is not doubled.
fn guarded(original: &str) -> Cow<'_, str> {
    text::escape_formula(text::unescape_formula(original))
}

fn write_record<'a>(
    out: &mut csv::Writer<BufWriter<File>>,
    fields: impl Iterator<Item = Cow<'a, str>>,
) -> io::Result<()> {
    for field in fields {
        out.write_field(field.as_bytes()).map_err(io::Error::from)?;
    }
    out.write_record(None::<&[u8]>).map_err(io::Error::from)
}

//! Which encoding a file has: byte order mark, else strict UTF-8, else GB18030, else the one with fewer mistakes.

use encoding_rs::{DecoderResult, GB18030};
use std::borrow::Cow;
use std::io::{self, Read, Seek, SeekFrom};

/// The encodings that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// GB 18030, and with it GBK and GB 2312.
    Gb18030,
}

impl Encoding {
    /// Bytes as text; `None` when any byte does not belong.
    pub fn decode(self, bytes: &[u8]) -> Option<Cow<'_, str>> {
        match self {
            Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(Cow::Borrowed),
            Encoding::Gb18030 => GB18030.decode_without_bom_handling_and_without_replacement(bytes),
        }
    }

    /// Bytes as text, with U+FFFD where a byte does not belong.
    pub fn decode_lossy(self, bytes: &[u8]) -> Cow<'_, str> {
        match self {
            Encoding::Utf8 => String::from_utf8_lossy(bytes),
            Encoding::Gb18030 => GB18030.decode_without_bom_handling(bytes).0,
        }
    }
}

/// What a look over the whole file found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sniffed {
    /// How its text is read.
    pub encoding: Encoding,
    /// Bytes of a byte order mark to pass over.
    pub skip: u64,
    /// Line ends in the file.
    pub lines: u64,
}

const CHUNK: usize = 1 << 16;
const UTF8_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// Looks over a file in constant memory and leaves it somewhere in the middle.
///
/// # Errors
/// What the operating system says.
pub fn sniff(file: &mut (impl Read + Seek)) -> io::Result<Sniffed> {
    file.seek(SeekFrom::Start(0))?;
    let mut mark = Vec::with_capacity(3);
    Read::by_ref(file).take(3).read_to_end(&mut mark)?;
    let skip = if mark == UTF8_MARK { 3 } else { 0 };
    file.seek(SeekFrom::Start(skip))?;
    let (utf8_mistakes, lines) = utf8_mistakes(file)?;
    if skip > 0 || utf8_mistakes == 0 {
        return Ok(Sniffed { encoding: Encoding::Utf8, skip, lines });
    }
    file.seek(SeekFrom::Start(0))?;
    let encoding = if gb18030_mistakes(file)? < utf8_mistakes { Encoding::Gb18030 } else { Encoding::Utf8 };
    Ok(Sniffed { encoding, skip, lines })
}

fn utf8_mistakes(file: &mut impl Read) -> io::Result<(u64, u64)> {
    let mut buffer = vec![0; CHUNK];
    let (mut kept, mut mistakes, mut lines) = (0, 0, 0);
    loop {
        let read = file.read(buffer.get_mut(kept..).unwrap_or_default())?;
        let ended = read == 0;
        let filled = buffer.get(..kept + read).unwrap_or_default();
        lines += filled.iter().skip(kept).filter(|b| **b == b'\n').count() as u64;
        let mut rest = filled;
        kept = 0;
        while let Err(error) = std::str::from_utf8(rest) {
            let bad = rest.get(error.valid_up_to()..).unwrap_or_default();
            match error.error_len() {
                Some(length) => {
                    mistakes += 1;
                    rest = bad.get(length..).unwrap_or_default();
                }
                // A character cut off by the end of the chunk goes on in the next one.
                None => {
                    if ended {
                        mistakes += 1;
                    }
                    kept = bad.len();
                    break;
                }
            }
        }
        if ended {
            return Ok((mistakes, lines));
        }
        let end = filled.len();
        buffer.copy_within(end - kept..end, 0);
    }
}

fn gb18030_mistakes(file: &mut impl Read) -> io::Result<u64> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut buffer = vec![0; CHUNK];
    let mut text = vec![0; CHUNK];
    let mut mistakes = 0;
    loop {
        let read = file.read(&mut buffer)?;
        let mut rest = buffer.get(..read).unwrap_or_default();
        loop {
            let (result, used, _) = decoder.decode_to_utf8_without_replacement(rest, &mut text, read == 0);
            rest = rest.get(used..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => mistakes += 1,
            }
        }
        if read == 0 {
            return Ok(mistakes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn of(bytes: &[u8]) -> Sniffed {
        sniff(&mut Cursor::new(bytes.to_vec())).unwrap()
    }

    #[test]
    fn a_mark_then_strict_utf8_then_gb18030() {
        let text = "赔案号,险种\n1,车险\n".repeat(9_000);
        let gb = GB18030.encode(&text).0.into_owned();
        let marked = [&UTF8_MARK[..], text.as_bytes()].concat();
        assert_eq!(of(text.as_bytes()), Sniffed { encoding: Encoding::Utf8, skip: 0, lines: 18_000 });
        assert_eq!(of(&marked), Sniffed { encoding: Encoding::Utf8, skip: 3, lines: 18_000 });
        assert_eq!(of(&gb), Sniffed { encoding: Encoding::Gb18030, skip: 0, lines: 18_000 });
        assert_eq!(of(b"case_no\n1").encoding, Encoding::Utf8);
        assert_eq!(of(b"").lines, 0);
    }

    #[test]
    fn a_few_wrong_bytes_do_not_turn_a_file_into_the_other_encoding() {
        let text = "赔案号,险种,被保险人\n".repeat(50);
        let mut utf8 = text.clone().into_bytes();
        utf8.extend([0xFF, b'\n']);
        assert_eq!(of(&utf8).encoding, Encoding::Utf8);
        let mut gb = GB18030.encode(&text).0.into_owned();
        gb.extend([0xFF, b'\n']);
        assert_eq!(of(&gb).encoding, Encoding::Gb18030);
    }
}

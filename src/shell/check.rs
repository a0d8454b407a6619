//! The terminal check: asks the terminal how wide it draws, remembers the answer, and says what to set.

use super::app::App;
use super::width::{self, SAMPLES, TerminalSetup, Widths};
use crate::config::Ambiguous;
use crate::kernel::words::W;
use crate::phrase;
use crate::ui::page::{Look, Page, Piece};

/// Rows of equal length where the terminal draws as the desk reckons; the stroke at their ends must stand in one column.
const RULER: [&str; 5] = ["abcdef|", "“”“”“”|", "······|", "──────|", "\u{20BB7}\u{20BB7}\u{20BB7}|"];

/// What is known of the terminal.
#[derive(Debug, Default)]
pub(super) struct Check {
    setup: TerminalSetup,
    widths: Option<Widths>,
    /// Whether ambiguous characters are drawn as ASCII.
    pub plain: bool,
    /// The terminal is to be asked.
    wanted: bool,
    /// Somebody reads the page and waits for the answer.
    asked: bool,
}

impl App {
    /// What is known of the terminal; one that was never asked is asked while the first screen is drawn.
    #[must_use]
    pub fn on_terminal(mut self, setup: TerminalSetup) -> App {
        let widths = if setup.ambiguous == Ambiguous::Auto { width::remembered(&setup) } else { None };
        let plain = match setup.ambiguous {
            Ambiguous::Auto => widths.as_deref().is_some_and(width::is_wide),
            fixed => fixed == Ambiguous::Wide,
        };
        let wanted = setup.ambiguous == Ambiguous::Auto && widths.is_none() && !setup.name.is_empty();
        self.check = Check { setup, widths, plain, wanted, asked: false };
        self
    }

    /// Whether the terminal is to be asked now; asking clears it.
    pub fn take_check(&mut self) -> bool {
        std::mem::take(&mut self.check.wanted)
    }

    /// The page of the check, and the question to the terminal again.
    pub(super) fn open_check(&mut self) {
        self.check.wanted = true;
        self.check.asked = true;
        self.page = Some(self.check_page());
    }

    /// The terminal has answered, or was silent long enough. True when that changes the screen.
    pub(super) fn measured(&mut self, widths: Widths) -> bool {
        width::remember(&self.check.setup, &widths);
        let wide = width::is_wide(&widths);
        if self.check.setup.ambiguous == Ambiguous::Auto {
            self.check.plain = wide;
        }
        self.check.widths = Some(widths);
        let read = std::mem::take(&mut self.check.asked);
        let told = wide || read && self.page.is_some();
        if told {
            self.page = Some(self.check_page());
        }
        told
    }

    fn check_page(&self) -> Page {
        let lang = self.world.lang;
        let text = |word: W, look| Piece::Text(word.text(lang).to_owned(), look);
        let row = |left: String, right: String, look| Piece::Row { left, right, under: None, look };
        let mut pieces = Vec::new();
        let widths = self.check.widths.as_deref().unwrap_or_default();
        let wide = width::is_wide(widths);
        let odd = widths
            .last()
            .zip(SAMPLES.last())
            .is_some_and(|(seen, (_, wanted))| widths.len() == SAMPLES.len() && seen != wanted);
        match (widths.len() == SAMPLES.len(), wide) {
            _ if self.check.asked => pieces.push(text(W::ShellCheckAsking, Look::Plain)),
            (false, _) => pieces.push(text(W::ShellCheckSilent, Look::Warn)),
            (true, true) => pieces.push(text(W::ShellCheckWide, Look::Warn)),
            (true, false) => pieces.push(text(W::ShellCheckNarrow, Look::Plain)),
        }
        if odd {
            pieces.push(text(W::ShellCheckOdd, Look::Warn));
        }
        if self.check.plain {
            pieces.push(text(W::ShellCheckPlain, Look::Plain));
        }
        if !widths.is_empty() {
            pieces.push(Piece::Heading(W::ShellCheckMeasured.text(lang).to_owned()));
            for (seen, (sample, wanted)) in widths.iter().zip(SAMPLES) {
                let look = if *seen == wanted { Look::Plain } else { Look::Warn };
                let said = phrase!(W::ShellCheckCells, i64::from(*seen), i64::from(wanted)).say(lang);
                pieces.push(row(sample.to_owned(), said, look));
            }
        }
        pieces.push(Piece::Heading(W::ShellCheckLook.text(lang).to_owned()));
        pieces.extend(RULER.iter().map(|line| Piece::Text((*line).to_owned(), Look::Plain)));
        pieces.push(Piece::Heading(W::ShellCheckHow.text(lang).to_owned()));
        pieces.push(text(W::ShellCheckSet, Look::Plain));
        Page::new(W::ShellKeyTerminal.text(lang), pieces)
    }
}

//! Drawing the frame: header, places, the screen, message line, footer, and what lies over them. Only reads.

use super::app::App;
use super::popup::Popup;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::ui::draw;
use crate::ui::gauge;
use crate::ui::keys::{Chord, KeyRow, draw_footer, footer_height};
use crate::ui::layout;
use crate::ui::screen::Tone;
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

/// The action of every key of a popup; it is only shown, never dispatched.
const POPUP: &str = "popup";
/// Most rows the keys of the footer may take.
const FOOT_LINES: u16 = 2;
/// From this many rows on, the first screen gives one to what was typed and not saved.
const OFFER_FROM: u16 = 4;
/// From this height on, popups leave the message line and the footer free.
const ROOMY: u16 = 14;

/// The frame's own rows by the height of the terminal; the work in the middle is kept longest.
struct Rows {
    head: Rect,
    tabs: Rect,
    body: Rect,
    line: Rect,
    foot: Rect,
}

impl Rows {
    fn of(area: Rect, keys: u16) -> Rows {
        let (head, tabs) = (u16::from(area.height >= 6), u16::from(area.height >= 8));
        let foot = if area.height >= ROOMY { keys } else { u16::from(area.height >= 3) };
        let line = u16::from(area.height >= 4);
        let parts = layout::parts(area, head + tabs, line + foot);
        let row = |from: Rect, skip: u16, height: u16| Rect { y: from.y.saturating_add(skip), height, ..from };
        Rows {
            head: row(parts.header, 0, head),
            tabs: row(parts.header, head, tabs),
            body: parts.body,
            line: row(parts.footer, 0, line),
            foot: row(parts.footer, line, foot),
        }
    }
}

/// The keys of what lies over the screen; they are its own and cannot be bound.
pub(super) fn popup_keys(popup: &Popup) -> Vec<KeyRow> {
    let row = |chord: &str, word: W| KeyRow::new(POPUP, chord, word);
    match popup {
        Popup::Confirm { .. } => vec![
            row("y", W::ShellPopupYes),
            row("esc", W::ShellPopupNo),
            row("tab", W::ShellPopupOther),
            row("enter", W::ShellPopupTake),
        ],
        Popup::Pin { .. } => vec![row("enter", W::ShellPopupConfirm), row("esc", W::ShellPopupClose)],
        Popup::Commands { .. } => vec![
            row("up", W::ShellPopupChoose).or("down"),
            row("enter", W::ShellPopupOpen),
            row("esc", W::ShellPopupClose),
        ],
        Popup::Preview { .. } => vec![
            row("enter", W::ShellPopupPrint).or("ctrl-s"),
            row("up", W::ShellPopupScroll).or("down").or("left").or("right"),
            row("esc", W::ShellPopupClose),
        ],
        Popup::Drafts { .. } => vec![
            row("up", W::ShellPopupChoose).or("down"),
            row("enter", W::ShellPopupResume),
            row("delete", W::ShellPopupDiscard).or("ctrl-d"),
            row("esc", W::ShellPopupLater),
        ],
    }
}

/// The keys of a page that is read.
fn page_keys() -> Vec<KeyRow> {
    vec![KeyRow::new(POPUP, "up", W::ShellPopupScroll).or("down"), KeyRow::new(POPUP, "esc", W::ShellPopupClose)]
}

impl App {
    /// Draws everything.
    pub fn draw(&self, frame: &mut Frame<'_>) {
        let keys = self.foot_keys();
        let help = self.help_key();
        let lines = footer_height(&keys, &help, self.world.lang, frame.area().width, FOOT_LINES);
        let rows = Rows::of(frame.area(), lines);
        if self.world.hidden {
            self.draw_cover(frame, rows.body);
        } else if let Some(screen) = self.stacks.top() {
            let body = self.draw_offer(frame, rows.body);
            screen.draw(frame, body, &self.world.cx());
        }
        self.draw_head(frame, rows.head);
        self.draw_tabs(frame, rows.tabs);
        self.draw_line(frame, rows.line);
        draw_footer(frame.buffer_mut(), rows.foot, &keys, &help, (self.world.lang, self.world.theme));
        if !self.world.hidden {
            // What a popup refuses is said on the message line, so the line stays in sight where there is room.
            let above = Rect { height: rows.line.y.saturating_sub(frame.area().y), ..frame.area() };
            let area = if frame.area().height >= ROOMY { above } else { frame.area() };
            self.draw_popup(frame, area);
        }
        if self.check.plain {
            super::width::draw_plainly(frame.buffer_mut());
        }
    }

    /// Says on the first screen that something typed was not saved, and which key leads there; answers what is left.
    fn draw_offer(&self, frame: &mut Frame<'_>, area: Rect) -> Rect {
        let count = if self.at_home() && area.height >= OFFER_FROM { self.offered() } else { 0 };
        if count == 0 {
            return area;
        }
        let key = self.world.keymap.key("shell.drafts", self.world.lang);
        let count = Arg::Number(i64::try_from(count).unwrap_or(i64::MAX));
        let words = Phrase::new(W::ShellDraftLine, [count, Arg::Text(key)]).say(self.world.lang);
        let buf = frame.buffer_mut();
        let x = draw::put(buf, area, 1, 0, "! ", self.world.theme.warn());
        draw::put(buf, area, x, 0, &words, self.world.theme.warn());
        draw::below(area, 1)
    }

    /// Nobody has pressed a key for some minutes: what is on the screen is not for those who pass by.
    fn draw_cover(&self, frame: &mut Frame<'_>, area: Rect) {
        let words = W::ShellIdleHidden.text(self.world.lang);
        let place = layout::centred(area, draw::to_u16(draw::cells(words)), 1);
        draw::put(frame.buffer_mut(), place, 0, 0, words, self.world.theme.dim());
    }

    fn draw_head(&self, frame: &mut Frame<'_>, area: Rect) {
        let (buf, theme, head) = (frame.buffer_mut(), self.world.theme, &self.head);
        let gauge = if head.gauge.is_empty() { String::new() } else { format!("  {}", head.gauge) };
        let full = format!("{}   {}{gauge}", head.moment, head.cutoff);
        let short = format!("{}   {}", head.moment, head.cutoff);
        let room = usize::from(area.width).saturating_sub(2);
        let left = draw::cells(&head.left);
        // The gauge goes first, then the words of the cutoff; the time is kept to the last.
        let right = [full, short, head.moment.clone()].into_iter().find(|text| draw::cells(text) + left + 2 <= room);
        let right = right.unwrap_or_else(|| head.moment.clone());
        let cells = draw::to_u16(draw::cells(&right));
        let start = area.width.saturating_sub(cells.saturating_add(1));
        let left = text::clip(&head.left, usize::from(start.saturating_sub(2)));
        draw::put(buf, area, 1, 0, &left, theme.title());
        let style = if head.soon { theme.warn() } else { theme.text() };
        draw::put(buf, area, start.max(1), 0, &right, style);
    }

    fn draw_tabs(&self, frame: &mut Frame<'_>, area: Rect) {
        let (buf, theme) = (frame.buffer_mut(), self.world.theme);
        let root = self.stacks.root();
        let mut x = 1;
        for (index, entry) in self.entries.iter().enumerate().filter(|(_, entry)| entry.key.is_some()) {
            let count = self.head.counts.get(index).copied().flatten();
            let key = self.place_key(entry);
            let count = count.filter(|count| *count > 0).map(|count| format!(" {count}")).unwrap_or_default();
            let words = format!("{key} {}{count}", entry.word.text(self.world.lang));
            if draw::to_u16(draw::cells(&words)).saturating_add(x) > area.width {
                break;
            }
            let style = if self.closed(entry).is_some() {
                theme.disabled()
            } else if root == Some(entry.name) {
                theme.title().add_modifier(Modifier::REVERSED)
            } else {
                theme.text()
            };
            x = draw::put(buf, area, x, 0, &words, style).saturating_add(2);
        }
    }

    fn draw_line(&self, frame: &mut Frame<'_>, area: Rect) {
        let (theme, lang) = (self.world.theme, self.world.lang);
        let scan = self.scan_words();
        let (mark, words, style) = match (&self.line, self.job_words()) {
            (None, _) if scan.is_some() => ("# ", scan.map_or_else(String::new, |scan| scan.say(lang)), theme.text()),
            (Some((tone, phrase)), _) => {
                let (mark, style) = tone_look(*tone, theme);
                (mark, phrase.say(lang), style)
            }
            (None, _) if self.drafts.problem().is_some() => {
                let why = Arg::Text(self.drafts.problem().unwrap_or_default().to_owned());
                let (mark, style) = tone_look(Tone::Bad, theme);
                (mark, Phrase::new(W::ShellDraftUnkept, [why]).say(lang), style)
            }
            (None, Some(words)) => ("~ ", words, theme.text()),
            (None, None) => return,
        };
        let buf = frame.buffer_mut();
        let x = draw::put(buf, area, 1, 0, mark, style);
        let room = usize::from(area.width.saturating_sub(x));
        draw::put(buf, area, x, 0, &text::clip(&text::neutralise(&words), room), style);
    }

    /// The running job: its name, how far it is, what it does.
    fn job_words(&self) -> Option<String> {
        let running = self.running.as_ref()?;
        let title = running.title.say(self.world.lang);
        if running.stopping {
            return Some(format!("{title}  {}", W::ShellJobStopping.text(self.world.lang)));
        }
        Some(match &running.progress {
            Some((done, of, what)) if *of > 0 => {
                format!("{title}  {} {done}/{of}  {}", gauge::gauge(*done, *of, 12), what.say(self.world.lang))
            }
            Some((done, _, what)) => format!("{title}  {done}  {}", what.say(self.world.lang)),
            None => title,
        })
    }

    /// The keys of the footer: the screen's own, and at home (or with nobody there) the shell's that lead away.
    fn foot_keys(&self) -> Vec<KeyRow> {
        if self.page.is_some() {
            return page_keys();
        }
        if let Some(popup) = &self.popup {
            return popup_keys(popup);
        }
        let mut rows = self.world.keymap.rows(self.screen_rows());
        let shown: &[&str] = if self.at_home() {
            &["shell.places", "shell.switch", "shell.quit"]
        } else if self.world.actor.id == 0 {
            &["shell.language", "shell.quit"]
        } else {
            &[]
        };
        let more = self.world.keymap.rows(self.shell_rows()).into_iter();
        rows.extend(more.filter(|row| shown.contains(&row.action)).map(|row| KeyRow { footer: true, ..row }));
        rows
    }

    /// The key of the help as it works here: where letters are text, one that is none.
    fn help_key(&self) -> String {
        let typing = self.typing();
        let chords = self.world.keymap.chords("shell.help");
        let works = |chord: &&Chord| !(typing && chord.is_bare_character());
        chords.iter().find(works).map(|chord| chord.name(self.world.lang)).unwrap_or_default()
    }

    fn draw_popup(&self, frame: &mut Frame<'_>, area: Rect) {
        let (lang, theme) = (self.world.lang, self.world.theme);
        let cursor: Option<Position> = match &self.popup {
            Some(Popup::Confirm { confirm, .. }) => confirm.draw(frame.buffer_mut(), area, lang, theme),
            Some(Popup::Pin { prompt, .. }) => prompt.draw(frame.buffer_mut(), area, lang, theme),
            Some(Popup::Preview { preview, view, .. }) => {
                view.draw(&preview.sheet, frame.buffer_mut(), area, lang, theme)
            }
            Some(Popup::Commands { list, .. } | Popup::Drafts { list, .. }) => {
                list.draw(frame.buffer_mut(), area, lang, theme)
            }
            None => None,
        };
        let over = self.page.as_ref().map(|page| page.draw(frame.buffer_mut(), area, lang, theme));
        if let Some(at) = over.unwrap_or(cursor) {
            frame.set_cursor_position(at);
        }
    }
}

fn tone_look(tone: Tone, theme: crate::ui::theme::Theme) -> (&'static str, Style) {
    match tone {
        Tone::Good => ("v ", theme.ok()),
        Tone::Plain => ("- ", theme.text()),
        Tone::Bad => ("x ", theme.error()),
    }
}

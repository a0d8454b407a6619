//! The small forms over the lists of releases, batches and cash, and what they share.

use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::{Phrase, W};
use crate::office;
use crate::office::rules::Right;
use crate::phrase;
use crate::ui::draw;
use crate::ui::form::{Form, FormEvent, FormField};
use crate::ui::layout;
use crate::ui::screen::{Cx, Draft, Effect, Effects, PinOf, Tone};
use crossterm::event::KeyEvent;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

/// Keys of a draft under which it says what form it was typed into, and about what.
const WHAT: &str = "popup";
const ABOUT: &str = "about";

/// Below so many rows the list has them all.
const LOW: u16 = 10;

/// A small form over a list.
#[derive(Clone, Debug)]
pub(super) struct Popup {
    /// What it is for; name in drafts.
    pub(super) what: &'static str,
    /// Key of what it is about.
    pub(super) about: i64,
    /// Its title.
    pub(super) title: Phrase,
    /// Its fields.
    pub(super) form: Form,
}

impl Popup {
    pub(super) fn new(what: &'static str, about: i64, title: impl Into<Phrase>, fields: Vec<FormField>) -> Popup {
        Popup { what, about, title: title.into(), form: Form::new(fields) }
    }

    pub(super) fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> FormEvent {
        self.form.handle(key, clock::day_of(cx.now), cx.lang)
    }

    /// A field as typed, without blanks around it.
    pub(super) fn text(&self, id: &str) -> String {
        self.form.value(id).trim().to_owned()
    }

    pub(super) fn show(&mut self, found: &Findings) {
        self.form.show(found.clone());
    }

    /// What was typed; nothing while the form is untouched.
    pub(super) fn draft(&self) -> Option<Draft> {
        let mut fields = self.form.snapshot();
        if fields.is_empty() {
            return None;
        }
        fields.insert(WHAT.to_owned(), self.what.to_owned());
        fields.insert(ABOUT.to_owned(), self.about.to_string());
        Some(Draft { fields })
    }

    /// What a draft was typed into: what for, and about what.
    pub(super) fn drafted(draft: &Draft) -> Option<(&str, i64)> {
        Some((draft.fields.get(WHAT)?.as_str(), draft.fields.get(ABOUT)?.parse().ok()?))
    }

    /// Draws it over a list; answers where the caret stands.
    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let width = area.width.saturating_sub(8).min(76);
        let height = self.form.height(cx.lang, width).saturating_add(1);
        let inside = layout::popup(buf, area, (width, height), &self.title.say(cx.lang), *cx.theme);
        self.form.draw(buf, inside, cx.lang, *cx.theme)
    }
}

/// Why whoever is signed in may not do this; none when they may.
pub(super) fn lacking(cx: &Cx<'_>, right: Right) -> Option<Phrase> {
    office::store::lacking(cx.actor, right, W::BatchesLacking)
}

/// Says that something went wrong with the store.
pub(super) fn failed(error: &anyhow::Error) -> Effects {
    vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))]
}

/// Says why something is not done.
pub(super) fn refused(word: impl Into<Phrase>) -> Effects {
    vec![Effect::Say(Tone::Bad, word.into())]
}

/// Whose PIN lets money go: the person signed in, where nothing about the person bars it; else anyone who may and is not barred.
pub(super) fn releaser(cx: &Cx<'_>, barred: Vec<i64>) -> PinOf {
    let me = office::rules::may(cx.actor, Right::Release) && !barred.contains(&cx.actor.id);
    if me { PinOf::Me } else { PinOf::Other { roles: Right::Release.roles(), except: barred } }
}

/// A second person beside the one signed in.
pub(super) fn second(cx: &Cx<'_>) -> PinOf {
    PinOf::Other { roles: Right::Release.roles(), except: vec![cx.actor.id] }
}

pub(super) fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Lines with their looks, wrapped, from the top of an area; answers how many rows they took.
pub(super) fn lines(buf: &mut Buffer, area: Rect, lines: &[(String, Style)]) -> u16 {
    let mut y = 0;
    for (line, style) in lines {
        for part in text::wrap(line, usize::from(area.width).max(1)) {
            if y >= area.height {
                return y;
            }
            draw::put(buf, area, 0, y, &part, *style);
            y += 1;
        }
    }
    y
}

/// What was found at the last act, in at most a third of an area; answers the rest of the area.
pub(super) fn found(buf: &mut Buffer, area: Rect, found: &Findings, cx: &Cx<'_>) -> Rect {
    let said: Vec<(String, Style)> =
        found.iter().map(|finding| (format!("x {}", finding.what.say(cx.lang)), cx.theme.error())).collect();
    let place = Rect { height: area.height / 3, ..area };
    draw::below(area, lines(buf, place, &said))
}

/// A list and what the list stands on: side by side, one below the other on a narrow screen, the list alone on a low one.
pub(super) fn list_and_detail(area: Rect) -> (Rect, Option<Rect>) {
    if let (list, Some(beside)) = layout::list_and_preview(area) {
        return (list, Some(Rect { x: beside.x.saturating_add(2), width: beside.width.saturating_sub(2), ..beside }));
    }
    if area.height < LOW {
        return (area, None);
    }
    let parts = layout::parts(area, 0, area.height / 2);
    (parts.body, Some(draw::below(parts.footer, 1)))
}

/// A name from outside as it may be shown.
pub(super) fn name(cx: &Cx<'_>, name: &str) -> String {
    if cx.hidden && !name.is_empty() { "***".to_owned() } else { text::neutralise(name).into_owned() }
}

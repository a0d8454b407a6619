//! The moving list: in place where an index answers, else a little in place and the rest in the background.

use super::Todo;
use crate::case::screen::card::Card;
use crate::case::screen::window::{IN_BACKGROUND, Wanted};
use crate::case::store::list::{self, Filter, Looked};
use crate::db::Store;
use crate::ui::read::{Answer, Read, Slot, Stale};
use crate::ui::screen::{Cx, Effect, Effects};
use crossterm::event::KeyCode;
use std::time::Duration;

/// The card of the case the highlight rests on.
pub(super) const PREVIEW: Slot = "todo.preview";
/// Rows that no index finds, for the page in sight.
pub(super) const AHEAD: Slot = "todo.ahead";
/// The same rows read again after the store has changed.
pub(super) const AGAIN: Slot = "todo.again";
/// The card follows a highlight that has rested this long.
const REST: Duration = Duration::from_millis(80);

/// Rows that were asked for, and what was found.
type Found = (Wanted, Looked);

impl Todo {
    /// Rows of the list in sight, as last drawn.
    pub(super) fn page(&self) -> usize {
        usize::from(self.height.get().saturating_sub(1).max(1))
    }

    fn filter(&self, cx: &Cx<'_>) -> Filter {
        self.chosen.filter(cx, self.hands)
    }

    /// Moves in the list of open cases; nothing when the key does not move.
    pub(super) fn moved_in_list(&mut self, cx: &Cx<'_>, code: KeyCode) -> Option<Effects> {
        let (filter, conn, page) = (self.filter(cx), cx.store.conn(), self.page());
        let leaf = isize::try_from(page.saturating_sub(1).max(1)).unwrap_or(1);
        let outcome = match code {
            KeyCode::Up => self.window.step(conn, &filter, -1, page),
            KeyCode::Down => self.window.step(conn, &filter, 1, page),
            KeyCode::PageUp => self.window.step(conn, &filter, -leaf, page),
            KeyCode::PageDown => self.window.step(conn, &filter, leaf, page),
            KeyCode::Home => self.window.home(conn, &filter, page),
            KeyCode::End => self.window.end(conn, &filter, page),
            _ => return None,
        };
        let mut effects = self.told(outcome.map_err(anyhow::Error::from));
        effects.extend(self.preview_later());
        effects.extend(self.look_ahead(cx));
        Some(effects)
    }

    /// The list of a filter just chosen.
    pub(super) fn reset(&mut self, cx: &Cx<'_>) -> Effects {
        let filter = self.filter(cx);
        let outcome = self.window.begin(cx.store.conn(), &filter, self.page()).map_err(anyhow::Error::from);
        let outcome = outcome.and_then(|()| self.read_preview(cx));
        let mut effects = vec![Effect::DropRead(AHEAD), Effect::DropRead(AGAIN)];
        effects.extend(self.told(outcome));
        effects.extend(self.look_ahead(cx));
        effects
    }

    /// Asks for the card of the selected case once the highlight rests.
    pub(super) fn preview_later(&mut self) -> Effects {
        let Some(id) = self.selected_row().map(|row| row.id) else {
            self.put_card(None);
            return vec![Effect::DropRead(PREVIEW)];
        };
        if self.preview.as_ref().is_some_and(|card| card.case.id == id) {
            return vec![Effect::DropRead(PREVIEW)];
        }
        let hands = self.hands;
        let ask = move |store: &Store, _: &Stale| Card::load(store.conn(), id, hands);
        vec![Effect::Read(Read::new(PREVIEW, ask).after(REST))]
    }

    /// Asks for rows that the page in sight lacks.
    pub(super) fn look_ahead(&self, cx: &Cx<'_>) -> Option<Effect> {
        let (wanted, filter) = (self.window.wanted(self.page())?, self.filter(cx));
        Some(Effect::Read(Read::new(AHEAD, move |store, _| {
            let looked = list::look(store.conn(), &filter, (wanted.from, wanted.toward), wanted.rows, IN_BACKGROUND)?;
            Ok((wanted, looked))
        })))
    }

    /// Whether rows of the page in sight are still being looked for.
    pub(super) fn looking(&self) -> bool {
        self.window.wanted(self.page()).is_some()
    }

    /// Reads the rows held again. What no index answers is read in the background, so that a change at another desk
    /// never makes this one wait.
    pub(super) fn list_again(&mut self, cx: &Cx<'_>) -> anyhow::Result<Option<Effect>> {
        let (filter, held) = (self.filter(cx), self.window.held(self.page()));
        if filter.is_indexed() {
            let looked = list::look(cx.store.conn(), &filter, (held.from, held.toward), held.rows, usize::MAX)?;
            if !self.window.renew(looked, self.page()) {
                self.window.begin(cx.store.conn(), &filter, self.page())?;
            }
            return Ok(None);
        }
        Ok(Some(Effect::Read(Read::new(AGAIN, move |store, stale| again(store, stale, &filter, held)))))
    }

    /// An answer has come.
    pub(super) fn answered(&mut self, slot: Slot, answer: Answer, cx: &Cx<'_>) -> Effects {
        let value = match answer {
            Ok(value) => value,
            Err(why) => return self.told(Err::<(), _>(anyhow::Error::msg(why))),
        };
        let page = self.page();
        match slot {
            PREVIEW => {
                let card = value.downcast::<Option<Card>>().map(|card| *card).unwrap_or_default();
                let selected = self.selected_row().map(|row| row.id);
                if card.as_ref().map(|card| card.case.id) == selected {
                    self.put_card(card);
                }
                Vec::new()
            }
            AHEAD => {
                if let Ok(found) = value.downcast::<Found>() {
                    let (wanted, looked) = *found;
                    self.window.take(wanted, looked, page);
                }
                self.look_ahead(cx).into_iter().chain(self.preview_later()).collect()
            }
            AGAIN => {
                if let Ok(found) = value.downcast::<Found>() {
                    let (wanted, looked) = *found;
                    // Somebody may have moved on meanwhile; then the rows are read again by the next change.
                    if wanted == self.window.held(page) && !self.window.renew(looked, page) {
                        return self.reset(cx);
                    }
                }
                self.look_ahead(cx).into_iter().chain(self.preview_later()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Looks for the rows held, however far that is, unless nobody asks any more.
fn again(store: &Store, stale: &Stale, filter: &Filter, held: Wanted) -> anyhow::Result<Found> {
    let mut found = Looked { on: Some(held.from), ..Looked::default() };
    while let Some(from) = found.on.filter(|_| found.rows.len() < held.rows) {
        stale.check()?;
        let want = held.rows - found.rows.len();
        let looked = list::look(store.conn(), filter, (from, held.toward), want, IN_BACKGROUND)?;
        found.rows.extend(looked.rows);
        found.seen += looked.seen;
        found.on = looked.on;
    }
    Ok((held, found))
}

//! 周抽查: the weeks that have ended, each drawn once.

use super::seal::{count, shown};
use crate::archive::replay;
use crate::archive::rules::draw::Week;
use crate::archive::seal_prints::coverage;
use crate::archive::store::draw::{self as store, Draw};
use crate::archive::store::{check, findings, name_of};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::screen::pane::{Line, Pane, lacking, unread};
use crate::phrase;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Note, Place, Question, Screen, Tone};
use crate::ui::table::{Column, TableRow};
use ratatui::Frame;
use ratatui::layout::Rect;

/// So many weeks are shown.
const WEEKS: usize = 106;

/// One week on the list.
struct Row {
    week: Week,
    draw: Option<Draw>,
    checked: i64,
}

/// The weeks.
struct Weeks {
    rows: Vec<Row>,
    by: String,
    open: i64,
    pane: Pane,
}

/// Opens the weeks.
///
/// # Errors
/// What the store says.
pub(super) fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = Weeks { rows: Vec::new(), by: String::new(), open: 0, pane: Pane::default() };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

impl Weeks {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        self.rows = store::weeks(conn, cx.now, WEEKS)?
            .into_iter()
            .map(|(week, draw)| {
                let checked = draw.as_ref().map_or(Ok(0), |draw| check::checked(conn, draw.id))?;
                Ok(Row { week, draw, checked })
            })
            .collect::<rusqlite::Result<_>>()?;
        self.open = findings::open(conn)?;
        self.pane.rows(self.rows.len());
        self.read_who(cx)
    }

    fn read_who(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let by = self.selected().and_then(|row| row.draw.as_ref()).map(|draw| draw.drawn_by);
        self.by = by.map(|id| name_of(cx.store.conn(), id)).transpose()?.unwrap_or_default();
        Ok(())
    }

    fn selected(&self) -> Option<&Row> {
        self.pane.selected().and_then(|index| self.rows.get(index))
    }

    fn draw_act(&self) -> Effects {
        let Some(week) = self.selected().map(|row| row.week) else { return Vec::new() };
        vec![Effect::Act(DeskAct::new("draw", move |tx| {
            let draw = store::draw(tx, week)?;
            Ok(Done::said(phrase!(W::SealSaidDrawn, draw.week.as_str(), draw.population, draw.chosen)))
        }))]
    }

    fn replay(&self, cx: &Cx<'_>) -> Effects {
        let Some(draw) = self.selected().and_then(|row| row.draw.clone()) else { return Vec::new() };
        match replay::replay(cx.store.conn(), draw) {
            Err(error) => unread(error),
            Ok(again) => match again.differs.into_iter().next() {
                None => vec![Effect::Say(Tone::Good, W::SealReplaySame.into())],
                Some(what) => vec![Effect::Say(Tone::Bad, phrase!(W::SealReplayDiffers, Arg::from(what)))],
            },
        }
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "spot.draw" => {
                let Some(week) = self.selected().map(|row| row.week) else { return Vec::new() };
                vec![Effect::Ask(Question { id: "spot.draw", text: phrase!(W::SealAskDraw, week.to_string()) })]
            }
            "spot.open" => {
                let id = self.selected().and_then(|row| row.draw.as_ref()).map(|draw| draw.id);
                id.map(|id| Effect::Go(Place::of("spot-week", id))).into_iter().collect()
            }
            "spot.replay" => self.replay(cx),
            "spot.findings" => vec![Effect::Go(Place::new("findings"))],
            "spot.leave" => vec![Effect::Back],
            _ => Vec::new(),
        }
    }

    fn detail(&self, cx: &Cx<'_>) -> Vec<Line> {
        let theme = cx.theme;
        let mut out = Vec::new();
        if let Some(Row { week, draw, checked }) = self.selected() {
            let (from, before) = week.span();
            let span = phrase!(W::SealWeekSpan, Arg::Moment(from), Arg::Moment(before - 1));
            out.push((span.say(cx.lang), theme.text()));
            match draw {
                None => out.push((W::SealUndrawn.text(cx.lang).to_owned(), theme.warn())),
                Some(draw) => {
                    let by = shown(&self.by, cx);
                    out.push((phrase!(W::SealDrawnBy, Arg::MomentFull(draw.drawn_at), by).say(cx.lang), theme.text()));
                    out.push((coverage(draw).say(cx.lang), theme.text()));
                    out.push((phrase!(W::SealChecked, *checked, draw.chosen).say(cx.lang), theme.text()));
                    let seal = if draw.seal_day.is_empty() { W::SealNone.text(cx.lang) } else { &draw.seal_day };
                    out.push((phrase!(W::SealSeedFrom, seal).say(cx.lang), theme.dim()));
                    for (word, hash) in [(W::SealSpotSeed, &draw.seed), (W::SealSpotPopulation, &draw.population_hash)]
                    {
                        out.push((format!("{} {hash}", word.text(cx.lang)), theme.dim()));
                    }
                }
            }
        }
        if self.open > 0 {
            out.push((phrase!(W::SealFindingsOpen, self.open).say(cx.lang), theme.warn()));
        }
        out
    }
}

impl Screen for Weeks {
    fn place(&self) -> Place {
        Place::new("spot-check")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::SealPlaceSpot.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let nothing = self.selected().is_none().then(|| Phrase::from(W::SealNoWeek));
        let drawn = self.selected().is_some_and(|row| row.draw.is_some());
        let undrawn = (!drawn).then(|| Phrase::from(W::SealUndrawn));
        let already = drawn.then(|| Phrase::from(W::SealDrawnOnce));
        vec![
            KeyRow::new("spot.draw", "ctrl-n", W::SealKeyDraw)
                .off(lacking(cx, Right::Draw).or(nothing.clone()).or(already))
                .consequential(),
            KeyRow::new("spot.open", "enter", W::SealKeyCheck).off(nothing.clone().or(undrawn.clone())),
            KeyRow::new("spot.replay", "ctrl-r", W::SealKeyReplay).off(nothing.or(undrawn)),
            KeyRow::new("spot.findings", "ctrl-t", W::SealPlaceFindings),
            KeyRow::new("spot.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::SealHelpSpot
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => {
                self.pane.key(key);
                self.read_who(cx).map_or_else(unread, |()| Vec::new())
            }
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Answer("spot.draw", true) => return self.draw_act(),
            Note::Shown | Note::StoreChanged | Note::Minute | Note::Done(_) | Note::Refused(_) => {}
            _ => return Vec::new(),
        }
        self.read(cx).map_or_else(unread, |()| Vec::new())
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let columns = [
            Column::new(W::SealColumnWeek, 9, 10),
            Column::new(W::SealColumnPopulation, 8, 10).right().priority(1),
            Column::new(W::SealColumnDrawn, 8, 10).right(),
            Column::new(W::SealColumnChecked, 8, 10).right(),
            Column::new(W::SealColumnWeekState, 10, 16),
        ];
        let detail = self.detail(cx);
        let titles = (W::SealPlaceSpot.text(cx.lang), W::SealWeekDetail.text(cx.lang));
        self.pane.draw((frame, area, cx), titles, &columns, &detail, |index| {
            let Some(Row { week, draw, checked }) = self.rows.get(index) else { return TableRow::default() };
            let theme = cx.theme;
            let (state, style) = match draw {
                None => (W::SealStateUndrawn, theme.warn()),
                Some(draw) if *checked < draw.chosen => (W::SealStateChecking, theme.text()),
                Some(_) => (W::SealStateChecked, theme.ok()),
            };
            let number = |of: fn(&Draw) -> i64| draw.as_ref().map_or_else(String::new, |draw| of(draw).to_string());
            TableRow::new(count(index))
                .cell(week.to_string(), theme.text())
                .cell(number(|draw| draw.population), theme.text())
                .cell(number(|draw| draw.chosen), theme.text())
                .cell(if draw.is_some() { checked.to_string() } else { String::new() }, theme.text())
                .cell(state.text(cx.lang), style)
        });
    }
}

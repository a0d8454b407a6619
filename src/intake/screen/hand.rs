//! Entering a case by hand: seven fields, one key, half a minute.

use super::pane::lacking;
use crate::case::facts::Column;
use crate::intake::columns;
use crate::intake::hand::{self, ASKED, Typed};
use crate::kernel::clock;
use crate::kernel::findings::Severity;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::phrase;
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Question, Screen};
use ratatui::Frame;
use ratatui::layout::Rect;

/// Asks whether a case much like one that is there is really another one.
const ANOTHER: &str = "hand.another";

struct HandEntry {
    form: Form,
}

/// Opens the form.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let rules = crate::reference::store::rulebook(cx.store)?;
    let lines: Vec<ChoiceOption> =
        rules.lines.iter().map(|line| ChoiceOption::name(&line.code, line.name_in(cx.lang))).collect();
    let fields = ASKED
        .into_iter()
        .map(|column| {
            let (id, label) = (columns::english(column), columns::word(column));
            match column {
                Column::Line => FormField::choice(id, label, lines.clone()),
                Column::CaseNo => FormField::of_kind(id, label, Kind::Id).hint(W::IntakeHandNumberHint),
                Column::AccidentNo => FormField::of_kind(id, label, Kind::Id),
                Column::Phone => FormField::of_kind(id, label, Kind::Id).limit(20),
                Column::LossDate => FormField::day(id, label),
                _ => FormField::text(id, label).limit(60),
            }
        })
        .collect();
    Ok(Box::new(HandEntry { form: Form::new(fields) }))
}

impl HandEntry {
    fn typed(&self, cx: &Cx<'_>) -> Typed {
        let values = self.form.values(clock::day_of(cx.now));
        ASKED
            .into_iter()
            .map(|column| (column, values.get(columns::english(column)).cloned().unwrap_or_default()))
            .collect()
    }

    /// Checks what was typed; asks first when a case of the same accident and line is there already.
    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let typed = self.typed(cx);
        let rules = match crate::reference::store::rulebook(cx.store) {
            Ok(rules) => rules,
            Err(error) => return super::pane::unread(error),
        };
        let (row, found) = hand::read(&typed, &rules, cx.now);
        if found.iter().any(|finding| finding.severity == Severity::Block) {
            self.form.show(found);
            return Vec::new();
        }
        match hand::similar(cx.store.conn(), &row) {
            Err(error) => super::pane::unread(error),
            Ok(alike) if alike.is_empty() => vec![enter(typed)],
            Ok(alike) => {
                let cases = alike.iter().map(|case| Arg::from(hand::naming(case))).collect();
                let text = Phrase::new(W::IntakeHandSimilar, [Arg::List(cases)]);
                vec![Effect::Ask(Question { id: ANOTHER, text })]
            }
        }
    }
}

fn enter(typed: Typed) -> Effect {
    Effect::Act(DeskAct::new("enter_case", move |tx| {
        let (id, code) = hand::enter(tx, &typed)?;
        Ok(Done::waits(phrase!(W::IntakeHandDone, code)).go(Place::of("folder", id)))
    }))
}

impl Screen for HandEntry {
    fn place(&self) -> Place {
        Place::new("hand-entry")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::IntakePlaceHand.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        vec![
            KeyRow::new("hand.save", "ctrl-s", W::IntakeKeyEnter).off(lacking(cx, Right::EnterCase)).consequential(),
            KeyRow::new("hand.leave", "esc", W::IntakeKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::IntakeHelpHand
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("hand.save") => self.save(cx),
            Input::Action(_) => vec![Effect::Back],
            Input::Key(key) => {
                self.form.handle(key, clock::day_of(cx.now), cx.lang);
                Vec::new()
            }
            Input::Paste(text) => {
                self.form.paste(&text);
                Vec::new()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Refused(findings) => self.form.show(findings.clone()),
            Note::Answer(ANOTHER, true) => return vec![enter(self.typed(cx))],
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let inner = layout::boxed(frame.buffer_mut(), area, &self.title(cx), *cx.theme);
        if let Some(at) = self.form.draw(frame.buffer_mut(), inner, cx.lang, *cx.theme) {
            frame.set_cursor_position(at);
        }
    }

    fn typing(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<Draft> {
        let fields = self.form.snapshot();
        (!fields.is_empty()).then_some(Draft { fields })
    }

    fn restore(&mut self, draft: &Draft) {
        self.form.restore(&draft.fields);
    }
}

//! Changing the own PIN: the old one, the new one twice.

use super::pane::unread;
use crate::db::ActError;
use crate::kernel::clock;
use crate::kernel::findings::Finding;
use crate::kernel::settings::PIN_DIGITS;
use crate::kernel::words::W;
use crate::office::sign_in::{Outcome, look_id};
use crate::office::{pin, reset};
use crate::phrase;
use crate::reference::store as reference;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Note, Place, Screen, Tone};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The change of the own PIN.
struct OwnPin {
    form: Form,
    digits: i64,
}

/// Opens the change of the own PIN.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let digits = reference::rulebook(cx.store)?.settings.number(PIN_DIGITS, cx.now);
    let form = Form::new(vec![
        FormField::pin("old", W::OfficeFieldOldPin),
        FormField::pin("pin", W::OfficeFieldNewPin).hint(phrase!(W::OfficeFieldNewPinHint, digits)),
        FormField::pin("again", W::OfficeFieldAgain),
    ]);
    Ok(Box::new(OwnPin { form, digits }))
}

impl OwnPin {
    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let mut take = |id: &str| self.form.take_secret(id).unwrap_or_default();
        let (old, typed, again) = (take("old"), take("pin"), take("again"));
        if old.is_empty() {
            self.form.show(Finding::block("pin_missing", "old", W::OfficePinMissing).into());
            return Vec::new();
        }
        let new = match pin::prepare_change(&old, &typed, &again, self.digits) {
            Ok(new) => new,
            Err(findings) => {
                self.form.show(findings);
                return Vec::new();
            }
        };
        match look_id(cx.store.conn(), cx.now, cx.actor.id, &old) {
            Err(error) => unread(error),
            Ok(attempt) => {
                let actor = attempt.actor(&cx.actor.os_user);
                let act = DeskAct::new("pin_change", move |tx| said(reset::change_own(tx, &attempt, &new)?));
                vec![Effect::Act(act.by(actor))]
            }
        }
    }
}

fn said(outcome: Outcome) -> Result<Done, ActError> {
    Ok(match outcome {
        Outcome::In(signed) => Done::said(phrase!(W::OfficeSaidPinChanged, signed.actor.name.clone())),
        // A wrong old PIN is an act too: it was counted.
        Outcome::Out(code, _, words) => {
            let finding = Finding::block(code, "old", words.clone());
            Done { tone: Tone::Bad, ..Done::said(words) }.with(finding)
        }
    })
}

impl Screen for OwnPin {
    fn place(&self) -> Place {
        Place::new("own-pin")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::OfficePlaceOwnPin.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let nobody = (cx.actor.id == 0).then(|| W::OfficeSignInFirst.into());
        vec![
            KeyRow::new("own_pin.save", "ctrl-s", W::OfficeKeySave).off(nobody).consequential(),
            KeyRow::new("own_pin.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        W::OfficeHelpOwnPin
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("own_pin.save") => return self.save(cx),
            Input::Action(_) => return vec![Effect::Back],
            Input::Key(key) => {
                self.form.handle(key, clock::day_of(cx.now), cx.lang);
            }
            Input::Paste(text) => {
                self.form.paste(&text);
            }
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, _cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => match done.value.as_ref().and_then(|value| value.downcast_ref::<Finding>()) {
                Some(finding) => self.form.show(finding.clone().into()),
                None => return vec![Effect::Back],
            },
            // Whatever the store refuses is about the old PIN: the new one was checked before.
            Note::Refused(findings) => {
                self.form
                    .show(findings.iter().cloned().map(|finding| Finding { field: Some("old"), ..finding }).collect());
            }
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let width = area.width.saturating_sub(4).min(62);
        let height = self.form.height(cx.lang, width).saturating_add(1);
        let title = self.title(cx);
        let inside = layout::popup(frame.buffer_mut(), area, (width, height), &title, *cx.theme);
        if let Some(at) = self.form.draw(frame.buffer_mut(), inside, cx.lang, *cx.theme) {
            frame.set_cursor_position(at);
        }
    }

    fn typing(&self) -> bool {
        true
    }
}

//! The first run: the office's name, the first leader and PIN; then a file can be taken in.

use super::pane::{draw_lines, unread};
use crate::db::Actor;
use crate::kernel::clock;
use crate::kernel::settings::PIN_DIGITS;
use crate::kernel::words::W;
use crate::office::{people, pin, store};
use crate::phrase;
use crate::reference::store as reference;
use crate::ui::draw;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Screen};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The guide of the first run.
struct FirstRun {
    form: Form,
    leader: Option<Actor>,
}

/// Opens the guide.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let digits = reference::rulebook(cx.store)?.settings.number(PIN_DIGITS, cx.now);
    let form = Form::new(vec![
        FormField::text("office", W::OfficeFieldOffice).hint(W::OfficeFieldOfficeHint).limit(40),
        FormField::text("leader", W::OfficeFieldLeader).hint(W::OfficeFieldLeaderHint).limit(40),
        FormField::pin("pin", W::OfficeFieldPin).hint(phrase!(W::OfficeFieldNewPinHint, digits)),
        FormField::pin("again", W::OfficeFieldAgain).hint(W::OfficeFieldAgainHint),
    ]);
    Ok(Box::new(FirstRun { form, leader: None }))
}

impl FirstRun {
    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let (typed, again) =
            (self.form.take_secret("pin").unwrap_or_default(), self.form.take_secret("again").unwrap_or_default());
        let digits = match reference::rulebook(cx.store) {
            Ok(rules) => rules.settings.number(PIN_DIGITS, cx.now),
            Err(error) => return unread(error),
        };
        let mut found = people::first_run_findings(self.form.value("office"), self.form.value("leader"));
        match pin::prepare(&typed, &again, digits) {
            Ok(new) if !found.blocking() => {
                let (office, leader) = (self.form.value("office").to_owned(), self.form.value("leader").to_owned());
                let os_user = cx.actor.os_user.clone();
                vec![Effect::Act(DeskAct::new("first_run", move |tx| {
                    let person = people::first_run(tx, &office, &leader, &new)?;
                    let said =
                        phrase!(W::OfficeSaidFirstRun, office.clone(), person.name.clone(), person.staff_no.clone());
                    Ok(Done::said(said).with(store::actor(&person, &os_user)))
                }))]
            }
            prepared => {
                found.extend(prepared.err().into_iter().flatten());
                self.form.show(found);
                Vec::new()
            }
        }
    }
}

impl Screen for FirstRun {
    fn place(&self) -> Place {
        Place::new("first-run")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::OfficePlaceFirstRun.text(cx.lang).to_owned()
    }

    fn keys(&self, _cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.leader.is_some() {
            return vec![
                KeyRow::new("first_run.import", "enter", W::OfficeKeyImport),
                KeyRow::new("first_run.later", "esc", W::OfficeKeyLater),
            ];
        }
        vec![KeyRow::new("first_run.save", "ctrl-s", W::OfficeKeyOpenOffice).consequential()]
    }

    fn help(&self) -> W {
        W::OfficeHelpFirstRun
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &self.leader) {
            (Input::Action("first_run.save"), None) => return self.save(cx),
            (Input::Action("first_run.import"), Some(leader)) => {
                return vec![Effect::SignIn(leader.clone()), Effect::Go(Place::new("import"))];
            }
            (Input::Action("first_run.later"), Some(leader)) => return vec![Effect::SignIn(leader.clone())],
            (Input::Key(key), None) => {
                self.form.handle(key, clock::day_of(cx.now), cx.lang);
            }
            (Input::Paste(text), None) => {
                self.form.paste(&text);
            }
            _ => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, _cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                self.leader = done.value.as_ref().and_then(|value| value.downcast_ref::<Actor>()).cloned();
            }
            Note::Refused(findings) => self.form.show(findings.clone()),
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let width = area.width.saturating_sub(4).min(70);
        let intro = match &self.leader {
            None => W::OfficeIntroFirstRun,
            Some(_) => W::OfficeIntroImport,
        };
        let lines = [(intro.text(cx.lang).to_owned(), cx.theme.text())];
        let above = draw::to_u16(crate::kernel::text::wrap(&lines[0].0, usize::from(width.max(1))).len() + 1);
        let form_height = if self.leader.is_none() { self.form.height(cx.lang, width) } else { 0 };
        let title = self.title(cx);
        let height = above.saturating_add(form_height).saturating_add(2);
        let inside = draw::below(layout::popup(frame.buffer_mut(), area, (width, height), &title, *cx.theme), 1);
        draw_lines(frame, inside, &lines);
        if self.leader.is_none() {
            let rest = draw::below(inside, above.min(inside.height.saturating_sub(form_height)));
            if let Some(at) = self.form.draw(frame.buffer_mut(), rest, cx.lang, *cx.theme) {
                frame.set_cursor_position(at);
            }
        }
    }

    fn typing(&self) -> bool {
        self.leader.is_none()
    }

    fn draft(&self) -> Option<Draft> {
        let fields = self.form.snapshot();
        (self.leader.is_none() && !fields.is_empty()).then_some(Draft { fields })
    }

    fn restore(&mut self, draft: &Draft) {
        self.form.restore(&draft.fields);
    }
}

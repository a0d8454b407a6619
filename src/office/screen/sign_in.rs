//! Signing in: 工号 or name and PIN; a PIN that somebody else set is changed at once; notices are read first.

use super::pane::draw_lines;
use crate::db::meta;
use crate::kernel::clock;
use crate::kernel::findings::Finding;
use crate::kernel::settings::PIN_DIGITS;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::sign_in::{Attempt, Outcome, SignedIn, look, settle};
use crate::office::{pin, reset, store};
use crate::reference::store as reference;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Note, Place, Screen, Tone};
use crate::ui::theme::Theme;
use ratatui::Frame;
use ratatui::layout::Rect;

/// What is asked at the moment.
enum Step {
    /// Who, and the PIN.
    Enter,
    /// A PIN of one's own.
    Change { old: Box<Attempt>, signed: Box<SignedIn> },
    /// Notices to be read.
    Read(Box<SignedIn>),
}

/// The sign-in.
struct SignIn {
    form: Form,
    step: Step,
    tried: Option<Attempt>,
    office: String,
    notice: Option<Phrase>,
    /// In a practice office: who can sign in, and the PIN they share.
    practice: Option<Phrase>,
}

/// Opens the sign-in.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = SignIn {
        form: enter_form(),
        step: Step::Enter,
        tried: None,
        office: String::new(),
        notice: None,
        practice: None,
    };
    screen.read(cx)?;
    Ok(Box::new(screen))
}

fn enter_form() -> Form {
    Form::new(vec![
        FormField::text("who", W::OfficeFieldWho).hint(W::OfficeFieldWhoHint).limit(40),
        FormField::pin("pin", W::OfficeFieldPin),
    ])
}

fn change_form(min_digits: i64) -> Form {
    Form::new(vec![
        FormField::pin("pin", W::OfficeFieldNewPin).hint(crate::phrase!(W::OfficeFieldNewPinHint, min_digits)),
        FormField::pin("again", W::OfficeFieldAgain),
    ])
}

fn min_digits(cx: &Cx<'_>) -> i64 {
    reference::rulebook(cx.store).map_or(6, |rules| rules.settings.number(PIN_DIGITS, cx.now))
}

/// Everybody who can sign in, by 工号 and name.
fn everybody(cx: &Cx<'_>) -> anyhow::Result<Arg> {
    let people = store::all(cx.store.conn())?;
    let names = people.iter().filter(|p| p.enabled && p.has_pin).map(|p| format!("{} {}", p.staff_no, p.name));
    Ok(Arg::list(names))
}

impl SignIn {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.office = meta::get(cx.store.conn(), meta::OFFICE_NAME)?.unwrap_or_default();
        self.notice = reset::open_notice(cx.store.conn())?.map(|open| open.words());
        self.practice = match meta::get(cx.store.conn(), meta::PRACTICE_PIN)? {
            Some(pin) => Some(crate::phrase!(W::OfficeSignInPractice, pin, everybody(cx)?)),
            None => None,
        };
        Ok(())
    }

    fn submit(&mut self, cx: &Cx<'_>) -> Effects {
        match &self.step {
            Step::Enter => self.enter(cx),
            Step::Change { old, .. } => {
                let old = old.as_ref().clone();
                self.change(old, cx)
            }
            Step::Read(signed) => vec![Effect::SignIn(signed.actor.clone())],
        }
    }

    fn enter(&mut self, cx: &Cx<'_>) -> Effects {
        let who = self.form.value("who").trim().to_owned();
        let typed = self.form.take_secret("pin").unwrap_or_default();
        if who.is_empty() {
            self.form.show(Finding::block("who", "who", W::OfficeSignInWhoMissing).into());
            return Vec::new();
        }
        if typed.is_empty() {
            // Enter on the first field goes on to the second.
            self.form.focus("pin");
            return Vec::new();
        }
        let attempt = match look(cx.store.conn(), cx.now, &who, &typed) {
            Ok(attempt) => attempt,
            Err(error) => return super::pane::unread(error),
        };
        self.tried = Some(attempt.clone());
        let actor = attempt.actor(&cx.actor.os_user);
        let act = DeskAct::new("sign_in", move |tx| said(settle(tx, &attempt, "sign_in")?));
        vec![Effect::Act(act.by(actor))]
    }

    fn change(&mut self, old: Attempt, cx: &Cx<'_>) -> Effects {
        let (typed, again) =
            (self.form.take_secret("pin").unwrap_or_default(), self.form.take_secret("again").unwrap_or_default());
        if old.typed_is_same(&typed) {
            self.form.show(Finding::block("pin_same", "pin", W::OfficePinSame).into());
            return Vec::new();
        }
        match pin::prepare(&typed, &again, min_digits(cx)) {
            Err(findings) => {
                self.form.show(findings);
                Vec::new()
            }
            Ok(new) => {
                let actor = old.actor(&cx.actor.os_user);
                let act = DeskAct::new("pin_change", move |tx| said(reset::change_own(tx, &old, &new)?));
                vec![Effect::Act(act.by(actor))]
            }
        }
    }

    /// What follows a try that was settled.
    fn settled(&mut self, outcome: &Outcome, cx: &Cx<'_>) -> Effects {
        match (outcome, std::mem::replace(&mut self.step, Step::Enter)) {
            (Outcome::Out(code, field, words), step) => {
                self.step = step;
                self.form.show(Finding::block(code, *field, words.clone()).into());
                Vec::new()
            }
            // The own PIN is set: what was told at the sign-in has been read while choosing it.
            (Outcome::In(_), Step::Change { signed, .. }) => vec![Effect::SignIn(signed.actor)],
            (Outcome::In(signed), _) => match self.tried.take() {
                Some(old) if signed.must_change => {
                    self.form = change_form(min_digits(cx));
                    self.step = Step::Change { old: Box::new(old), signed: signed.clone() };
                    Vec::new()
                }
                _ if signed.notices.is_empty() => vec![Effect::SignIn(signed.actor.clone())],
                _ => {
                    self.step = Step::Read(signed.clone());
                    Vec::new()
                }
            },
        }
    }

    fn lines(&self, cx: &Cx<'_>) -> Vec<(String, ratatui::style::Style)> {
        let theme: &Theme = cx.theme;
        let notices: Vec<&Phrase> = match &self.step {
            Step::Enter => self.notice.iter().collect(),
            Step::Change { signed, .. } | Step::Read(signed) => signed.notices.iter().collect(),
        };
        let mut lines: Vec<_> = notices.iter().map(|n| (format!("! {}", n.say(cx.lang)), theme.warn())).collect();
        if let (Step::Enter, Some(practice)) = (&self.step, &self.practice) {
            lines.push((practice.say(cx.lang), theme.text()));
        }
        if let Step::Change { signed, .. } = &self.step {
            lines.push((crate::phrase!(W::OfficeSignInChoose, signed.actor.name.clone()).say(cx.lang), theme.text()));
        }
        lines
    }
}

/// What a settled try says on the message line.
fn said(outcome: Outcome) -> Result<Done, crate::db::ActError> {
    let done = match &outcome {
        Outcome::In(signed) => Done::said(crate::phrase!(W::OfficeSaidSignedIn, signed.actor.name.clone())),
        Outcome::Out(_, _, words) => Done { tone: Tone::Bad, ..Done::said(words.clone()) },
    };
    Ok(done.with(outcome))
}

impl Screen for SignIn {
    fn place(&self) -> Place {
        Place::new("sign-in")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        let name = W::OfficePlaceSignIn.text(cx.lang);
        if self.office.is_empty() { name.to_owned() } else { format!("{} - {name}", self.office) }
    }

    fn keys(&self, _cx: &Cx<'_>) -> Vec<KeyRow> {
        match &self.step {
            Step::Enter => vec![KeyRow::new("sign_in.enter", "enter", W::OfficeKeySignIn).or("ctrl-s")],
            Step::Change { .. } => vec![
                KeyRow::new("sign_in.enter", "ctrl-s", W::OfficeKeySave),
                KeyRow::new("sign_in.leave", "esc", W::OfficeKeyOther),
            ],
            Step::Read(_) => vec![KeyRow::new("sign_in.enter", "enter", W::OfficeKeyGoOn).or("ctrl-s")],
        }
    }

    fn help(&self) -> W {
        W::OfficeHelpSignIn
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("sign_in.enter") => return self.submit(cx),
            Input::Action("sign_in.leave") => {
                // Nobody else gets at this PIN: the next sign-in asks for the change again.
                self.form = enter_form();
                self.step = Step::Enter;
            }
            Input::Action(_) => {}
            Input::Key(key) => {
                self.form.handle(key, clock::day_of(cx.now), cx.lang);
            }
            Input::Paste(text) => {
                self.form.paste(&text);
            }
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => match done.value.as_ref().and_then(|value| value.downcast_ref::<Outcome>()) {
                Some(outcome) => self.settled(outcome, cx),
                None => Vec::new(),
            },
            Note::Refused(findings) => {
                self.form.show(findings.clone());
                Vec::new()
            }
            Note::Shown | Note::StoreChanged => self.read(cx).map_or_else(super::pane::unread, |()| Vec::new()),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let title = self.title(cx);
        let lines = self.lines(cx);
        let width = area.width.saturating_sub(4).min(62);
        let cells = usize::from(width.max(1));
        let said: usize = lines.iter().map(|(line, _)| crate::kernel::text::wrap(line, cells).len() + 1).sum();
        let above = u16::try_from(said).unwrap_or(u16::MAX);
        let asks = !matches!(self.step, Step::Read(_));
        let form_height = if asks { self.form.height(cx.lang, width) } else { 0 };
        let height = above.saturating_add(form_height).saturating_add(2);
        let inside = layout::popup(frame.buffer_mut(), area, (width, height), &title, *cx.theme);
        let inside = crate::ui::draw::below(inside, 1);
        draw_lines(frame, inside, &lines);
        if asks {
            let rest = crate::ui::draw::below(inside, above.min(inside.height.saturating_sub(form_height)));
            if let Some(at) = self.form.draw(frame.buffer_mut(), rest, cx.lang, *cx.theme) {
                frame.set_cursor_position(at);
            }
        }
    }

    fn typing(&self) -> bool {
        !matches!(self.step, Step::Read(_))
    }
}

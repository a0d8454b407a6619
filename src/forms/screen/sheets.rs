//! The sheets over the ledger: receiving, handing out, taking back, voiding, losing; what is typed, and the act it asks for.

use super::desk::Facts;
use crate::forms::rules::{self, RECEIPT, Span, State};
use crate::forms::store::{self, acts};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::screen::pane::Sheet;
use crate::phrase;
use crate::reference;
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind as FieldKind;
use crate::ui::form::FormField;
use crate::ui::screen::{Cx, DeskAct, Done};

/// What a sheet is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Receive,
    Issue,
    Return,
    Void,
    Lose,
}

impl What {
    const ALL: [What; 5] = [What::Receive, What::Issue, What::Return, What::Void, What::Lose];

    /// Name in a draft.
    pub fn code(self) -> &'static str {
        match self {
            What::Receive => "receive",
            What::Issue => "issue",
            What::Return => "return",
            What::Void => "void",
            What::Lose => "lose",
        }
    }

    /// The sheet with this name.
    pub fn from_code(code: &str) -> Option<What> {
        What::ALL.into_iter().find(|what| what.code() == code)
    }

    /// Title and word of its key.
    pub fn word(self) -> W {
        match self {
            What::Receive => W::FormsKeyReceive,
            What::Issue => W::FormsKeyIssue,
            What::Return => W::FormsKeyReturn,
            What::Void => W::FormsKeyVoid,
            What::Lose => W::FormsKeyLose,
        }
    }

    /// What is said of it in the help.
    pub fn help(self) -> W {
        match self {
            What::Receive => W::FormsHelpReceive,
            What::Issue => W::FormsHelpIssue,
            What::Return => W::FormsHelpReturn,
            What::Void => W::FormsHelpVoid,
            What::Lose => W::FormsHelpLose,
        }
    }

    /// Cannot be taken back, so it is asked about.
    fn is_final(self) -> bool {
        matches!(self, What::Void | What::Lose)
    }
}

/// An act ready to be done, and the question to ask before it.
#[derive(Debug)]
pub(super) struct Ready {
    pub act: DeskAct,
    pub question: Option<Phrase>,
    /// The serial to look at afterwards.
    pub look: String,
}

/// A fresh sheet, filled in from what the clerk stands on.
pub(super) fn fresh(what: What, facts: &Facts) -> Sheet {
    let id = |id: &'static str, label: W| FormField::of_kind(id, label, FieldKind::Id);
    let reason = || FormField::text("reason", W::FormsFieldReason);
    let spanned = |span: Option<&Span>| {
        let ends = span.map(|span| (span.serial(span.first).to_string(), span.serial(span.last).to_string()));
        let (first, last) = ends.unwrap_or_default();
        [
            id("first", W::FormsFieldFirst).value(&first),
            id("last", W::FormsFieldLast).value(&last).hint(W::FormsFieldLastHint),
        ]
    };
    let fields = match what {
        What::Receive => {
            let kinds = facts.forms.iter().map(|form| {
                ChoiceOption::words(form.code.clone(), phrase_of(Arg::Name(form.name.clone(), form.name_en.clone())))
            });
            let kind = FormField::choice("form", W::FormsFieldForm, kinds.collect()).value(RECEIPT);
            let note = FormField::text("note", W::FormsFieldNote).hint(W::FormsFieldNoteHint);
            let [first, last] = spanned(None);
            vec![first, last, kind, note]
        }
        What::Issue => {
            let people = facts.receivers.iter().map(|person| {
                ChoiceOption::name(person.id.to_string(), format!("{} {}", person.name, person.staff_no))
            });
            let person = FormField::choice("person", W::FormsFieldPerson, people.collect());
            let [first, last] = spanned(facts.next_book.as_ref());
            vec![person, first, last]
        }
        What::Return => {
            let [first, last] = spanned(facts.selected.as_ref());
            vec![first, last, reason()]
        }
        What::Lose => {
            let [first, last] = spanned(facts.looked.as_ref().or(facts.selected.as_ref()));
            vec![first, last, reason()]
        }
        What::Void => {
            let serial = facts.looked.as_ref().map(Span::to_string).or_else(|| facts.mine.clone()).unwrap_or_default();
            let kept = vec![
                ChoiceOption::words("1", W::FormsFieldCopiesKept),
                ChoiceOption::words("0", W::FormsFieldCopiesMissing),
            ];
            vec![
                id("first", W::FormsFieldSerial).value(&serial),
                reason().hint(W::FormsFieldVoidHint),
                FormField::choice("copies", W::FormsFieldCopies, kept),
            ]
        }
    };
    Sheet::new(what.word(), fields)
}

fn phrase_of(name: Arg) -> Phrase {
    phrase!(W::FormsFieldName, name)
}

/// What the sheet asks for, or what is wrong with it.
pub(super) fn read(what: What, sheet: &Sheet, cx: &Cx<'_>) -> Result<Ready, Findings> {
    let values = sheet.values(cx);
    let value = |id: &str| values.get(id).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (first, last, reason) = (value("first"), value("last"), value("reason"));
    let mut found = Findings::new();
    let span = Span::read(&first, if what == What::Void { "" } else { &last });
    if span.is_none() {
        let shown =
            if first.is_empty() { W::FormsFoundEmpty.into() } else { phrase!(W::FormsFoundShape, first.clone()) };
        found.push(Finding::block("form_shape", "first", shown));
    }
    if matches!(what, What::Return | What::Void | What::Lose) {
        found.extend(rules::reason_findings(&reason));
    }
    let person = value("person").parse::<i64>().ok();
    if what == What::Issue && person.is_none() {
        found.push(Finding::block("person", "person", W::FormsFoundPerson));
    }
    let copies = value("copies");
    if what == What::Void && copies.is_empty() {
        found.push(Finding::block("copies", "copies", W::FormsFoundCopies));
    }
    let Some(span) = span.filter(|_| !found.blocking()) else { return Err(found) };
    let look = span.serial(span.first).to_string();
    let question = what.is_final().then(|| question(what, &span, cx)).transpose();
    let question = question
        .map_err(|error| Findings::from(Finding::block("failed", None, phrase!(W::DbFailed, format!("{error:#}")))))?;
    let act = match what {
        What::Receive => receive(value("form"), span, value("note")),
        What::Issue => issue(span, person.unwrap_or_default()),
        What::Return => take_back(span, reason),
        What::Void => void(look.clone(), reason, copies == "1"),
        What::Lose => lose(span, reason),
    };
    Ok(Ready { act, question, look })
}

/// Names what is about to be lost for ever: the numbers, and of a used one its case and amount.
fn question(what: What, span: &Span, cx: &Cx<'_>) -> anyhow::Result<Phrase> {
    let serial = span.serial(span.first).to_string();
    if what == What::Lose {
        return Ok(phrase!(W::FormsAskLose, span.to_string(), span.count()));
    }
    let used = store::state(cx.store.conn(), &serial)?.filter(|standing| standing.state == State::Used);
    let about = used.map(|standing| super::desk::usage(cx, standing.instruction)).transpose()?.flatten();
    Ok(match about {
        Some(about) => phrase!(W::FormsAskVoidUsed, serial, about),
        None => phrase!(W::FormsAskVoid, serial),
    })
}

fn receive(form: String, span: Span, note: String) -> DeskAct {
    DeskAct::new("form_receive", move |tx| {
        let row = acts::receive(tx, &form, &span, &note)?;
        Ok(Done::said(phrase!(W::FormsSaidReceived, row.span.to_string(), row.span.count())))
    })
}

fn issue(span: Span, person: i64) -> DeskAct {
    DeskAct::new("form_issue", move |tx| {
        let rows = acts::issue(tx, &span, person)?;
        let who = crate::office::store::label(tx.conn(), Some(person))?;
        let due = rows.first().map_or(0, |row| row.due);
        let said = phrase!(W::FormsSaidIssued, span.to_string(), span.count(), who, Arg::Moment(due));
        // Handed out is not received: it waits for the other person.
        Ok(Done::waits(said))
    })
}

/// Confirms what was issued to whoever acts.
pub(super) fn confirm(span: Span) -> DeskAct {
    DeskAct::new("form_confirm", move |tx| {
        acts::confirm(tx, &span)?;
        Ok(Done::said(phrase!(W::FormsSaidConfirmed, span.to_string(), span.count())))
    })
}

fn take_back(span: Span, reason: String) -> DeskAct {
    DeskAct::new("form_return", move |tx| {
        acts::take_back(tx, &span, &reason)?;
        Ok(Done::said(phrase!(W::FormsSaidReturned, span.to_string(), span.count())))
    })
}

fn void(serial: String, reason: String, kept: bool) -> DeskAct {
    DeskAct::new("form_void", move |tx| {
        let rows = acts::void(tx, &serial, &reason, kept)?;
        let used = rows.first().is_some_and(|row| row.from == Some(State::Used));
        let word = match (kept, used) {
            (true, false) => W::FormsSaidVoid,
            (true, true) => W::FormsSaidVoidUsed,
            (false, false) => W::FormsSaidVoidMissing,
            (false, true) => W::FormsSaidVoidUsedMissing,
        };
        Ok(Done::said(Phrase::new(word, [Arg::Text(text::neutralise(&serial).into_owned())])))
    })
}

fn lose(span: Span, reason: String) -> DeskAct {
    DeskAct::new("form_lose", move |tx| {
        acts::lose(tx, &span, &reason)?;
        let rules = reference::store::rulebook(tx.store())?;
        let day = rules::announce_by(&rules.calendar, tx.now);
        Ok(Done::said(phrase!(W::FormsSaidLost, span.to_string(), span.count(), Arg::ShortDay(day))))
    })
}

//! The small forms over a case: a call back, another attempt, an inquiry, an answer, a referral, an explanation and its
//! paper, the end of an inquiry, a refusal notice and its delivery.

use crate::case::milestones::Outcome as Conclusion;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::notify::rules::attempts::NewAttempt;
use crate::notify::rules::inquiries::{NewInquiry, judge_resolve};
use crate::notify::rules::refusals::judge_delivery;
use crate::notify::rules::{Channel, Delivery, Department, Kind, LONGEST, Outcome, Resolution, Side, Stance};
use crate::notify::store::explain::{self, Paper};
use crate::notify::store::inquiries::{self, Ended, Ending, Reply};
use crate::notify::store::refusals::{self, NewDelivery};
use crate::notify::store::{Desk, attempts};
use crate::papers::store::early;
use crate::phrase;
use crate::reference::clauses::Clause;
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind as Field;
use crate::ui::form::{Form, FormField};
use crate::ui::screen::{DeskAct, Done};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a small form is for; inquiries and explanations by their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// When to call back.
    Back,
    /// Any attempt.
    Attempt,
    /// Something is asked, with what the customer said when told.
    Ask(Option<Stance>),
    /// An answer.
    Answer(i64),
    /// A referral.
    Refer(i64),
    /// The text of the explanation.
    Explain(i64),
    /// The paper somebody without sign-in has signed: inquiry, explanation, side.
    Paper(i64, i64, Side),
    /// The end of an inquiry.
    Resolve(i64),
    /// The reasons of a refusal.
    Notice,
    /// How the refusal was delivered.
    Deliver,
}

impl What {
    /// Name in drafts.
    fn code(self) -> String {
        match self {
            What::Back => "back".to_owned(),
            What::Attempt => "attempt".to_owned(),
            What::Ask(stance) => format!("ask {}", stance.map_or("", Stance::code)),
            What::Answer(id) => format!("answer {id}"),
            What::Refer(id) => format!("refer {id}"),
            What::Explain(id) => format!("explain {id}"),
            What::Paper(id, explanation, side) => format!("paper {id} {explanation} {}", side.code()),
            What::Resolve(id) => format!("resolve {id}"),
            What::Notice => "notice".to_owned(),
            What::Deliver => "deliver".to_owned(),
        }
    }

    fn from_code(code: &str) -> Option<What> {
        let mut parts = code.split(' ');
        let name = parts.next()?;
        let rest: Vec<&str> = parts.collect();
        let id = rest.first().and_then(|id| id.parse().ok());
        Some(match (name, id) {
            ("back", _) => What::Back,
            ("attempt", _) => What::Attempt,
            ("ask", _) => What::Ask(rest.first().and_then(|code| Stance::from_code(code))),
            ("answer", Some(id)) => What::Answer(id),
            ("refer", Some(id)) => What::Refer(id),
            ("explain", Some(id)) => What::Explain(id),
            ("paper", Some(id)) => What::Paper(id, rest.get(1)?.parse().ok()?, Side::from_code(rest.get(2)?)?),
            ("resolve", Some(id)) => What::Resolve(id),
            ("notice", _) => What::Notice,
            ("deliver", _) => What::Deliver,
            _ => return None,
        })
    }
}

/// Where a draft keeps what a form is for, and before a dot the prefix of its fields.
const KEPT: &str = "popup";

/// A small form over the case.
#[derive(Clone, Debug)]
pub(super) struct Popup {
    /// What it is for.
    pub(super) what: What,
    /// Its fields.
    pub(super) form: Form,
    /// What stands above the fields: what was asked, and what was answered before.
    pub(super) lead: Vec<Phrase>,
    /// The clause an answer cites.
    clause: Option<Clause>,
}

impl Popup {
    /// The form, as the case stands; nothing when there is nothing to fill in.
    pub(super) fn new(what: What, desk: &Desk, now: i64) -> Option<Popup> {
        let fields = match what {
            What::Back => back_fields(),
            What::Attempt => attempt_fields(desk),
            What::Ask(stance) => ask_fields(stance),
            What::Answer(id) => answer_fields(desk, id)?,
            What::Refer(id) => refer_fields(desk, id)?,
            What::Explain(id) => explain_fields(desk, id)?,
            What::Paper(..) => paper_fields(now),
            What::Resolve(id) => resolve_fields(desk, id)?,
            What::Notice => {
                let round = desk.case.milestones.round;
                let reasons = desk.notice.as_ref().map(|notice| notice.reasons.clone());
                let reasons = reasons.unwrap_or_else(|| refusals::proposed(&desk.records, round));
                vec![long("reasons", W::NotifyLabelReasons).hint(W::NotifyHintReasons).prefilled(&reasons)]
            }
            What::Deliver => deliver_fields(),
        };
        let mut popup = Popup { what, form: Form::new(fields), lead: lead(what, desk), clause: None };
        if let What::Ask(Some(_)) = what {
            popup.form.focus("kind");
        }
        Some(popup)
    }

    /// Its title.
    pub(super) fn title(&self) -> W {
        match self.what {
            What::Back => W::NotifyKeyCallBack,
            What::Attempt => W::NotifyKeyAttempt,
            What::Ask(Some(Stance::Disputes)) => W::NotifyKeyDisputes,
            What::Ask(Some(_)) => W::NotifyKeyAsks,
            What::Ask(None) => W::NotifyKeyInquiry,
            What::Answer(_) => W::NotifyKeyAnswer,
            What::Refer(_) => W::NotifyKeyRefer,
            What::Explain(_) => W::NotifyKeyExplain,
            What::Paper(_, _, Side::Verifier) => W::NotifyPaperVerifier,
            What::Paper(_, _, Side::Adjuster) => W::NotifyPaperAdjuster,
            What::Resolve(_) => W::NotifyKeyResolve,
            What::Notice => W::NotifyKeyNotice,
            What::Deliver => W::NotifyKeyDeliver,
        }
    }

    /// Cites a clause: its text becomes the answer, unless one is typed already.
    pub(super) fn cite(&mut self, clause: Clause) {
        if self.form.value("text").trim().is_empty() || self.clause.is_some() {
            self.form.set("text", &text::neutralise(&clause.text));
        }
        self.clause = Some(clause);
    }

    /// The clause cited, in words.
    pub(super) fn cited(&self) -> Option<Phrase> {
        self.clause.as_ref().map(|clause| {
            let title = text::neutralise(&clause.title).into_owned();
            phrase!(W::NotifyCited, title, clause.code.as_str(), clause.version)
        })
    }

    /// What was typed, for a draft; nothing while it is untouched.
    pub(super) fn draft(&self) -> BTreeMap<String, String> {
        let typed = self.form.snapshot();
        let mut kept: BTreeMap<String, String> =
            typed.into_iter().map(|(id, typed)| (format!("{KEPT}.{id}"), typed)).collect();
        if let Some(clause) = &self.clause {
            kept.insert(format!("{KEPT}.clause"), clause.id.to_string());
        }
        if !kept.is_empty() {
            kept.insert(KEPT.to_owned(), self.what.code());
        }
        kept
    }

    /// The form a draft was typed into, as the case stands now.
    pub(super) fn from_draft(
        kept: &BTreeMap<String, String>,
        desk: &Desk,
        now: i64,
        clause: impl FnOnce(i64) -> Option<Clause>,
    ) -> Option<Popup> {
        let mut popup = Popup::new(What::from_code(kept.get(KEPT)?)?, desk, now)?;
        let of = |(id, typed): (&String, &String)| {
            Some((id.strip_prefix(KEPT)?.strip_prefix('.')?.to_owned(), typed.clone()))
        };
        let typed: BTreeMap<String, String> = kept.iter().filter_map(of).collect();
        popup.form.restore(&typed);
        popup.clause = typed.get("clause").and_then(|id| id.parse().ok()).and_then(clause);
        Some(popup)
    }

    /// The question to ask before what cannot be taken back, if this is such a thing.
    pub(super) fn question(&self, tail: &str, insured: &str, desk: &Desk) -> Option<Phrase> {
        let amount = Arg::Money(desk.case.milestones.payable.unwrap_or_default().fen());
        match self.what {
            What::Deliver => Some(phrase!(W::NotifyAskDeliver, tail, insured)),
            What::Resolve(id) if self.upholds(desk, id) && desk.case.milestones.closed_at.is_some() => {
                Some(phrase!(W::NotifyAskUphold, tail, insured, amount))
            }
            _ => None,
        }
    }

    /// What the rules find wrong already, so that nobody is asked about what cannot be done; the act judges again.
    pub(super) fn judge(&self, desk: &Desk, now: i64) -> Findings {
        let values = Values { values: self.form.values(clock::day_of(now)) };
        match self.what {
            What::Deliver => match values.delivery() {
                Err(findings) => findings,
                Ok(new) => {
                    let (m, at) = (&desk.case.milestones, new.at.unwrap_or(now));
                    let mut found = judge_delivery(m, desk.notice.as_ref(), new.how, &new.proof, at);
                    found.extend(early(now, at, &new.reason));
                    found
                }
            },
            What::Resolve(id) => {
                let ending = values.ending();
                desk.inquiry(id).map(|one| judge_resolve(one, ending.outcome, &ending.note)).unwrap_or_default()
            }
            _ => Findings::new(),
        }
    }

    fn upholds(&self, desk: &Desk, id: i64) -> bool {
        let complex = desk.inquiry(id).is_some_and(|one| one.complex);
        complex && self.form.value("outcome") == Resolution::Upheld.code()
    }

    /// The act of the form. `also` are the siblings told with the case, each with the version seen.
    ///
    /// # Errors
    /// What was typed and cannot be read.
    pub(super) fn act(
        &self,
        (desk, seen): (&Desk, i64),
        also: &[(i64, i64)],
        today: NaiveDate,
    ) -> Result<DeskAct, Findings> {
        let values = Values { values: self.form.values(today) };
        let id = desk.case.id;
        match self.what {
            What::Back => {
                let mut new = NewAttempt::now(Channel::Phone, Outcome::CallBack, None);
                (new.call_back_at, new.note) = (values.moment("call_back")?, values.text("note"));
                Ok(log(id, also, new))
            }
            What::Attempt => values.attempt().map(|new| any_attempt((id, seen), also, new)),
            What::Ask(stance) => {
                let told = stance.map(|stance| NewAttempt::now(values.channel(), Outcome::Told, Some(stance)));
                let new = values.inquiry()?;
                Ok(DeskAct::new("ask", move |tx| {
                    inquiries::ask(tx, id, seen, &new, told.as_ref())?;
                    let said = if new.complex { W::NotifySaidReferred } else { W::NotifySaidAsked };
                    Ok(Done::waits(said))
                }))
            }
            What::Answer(inquiry) => Ok(self.answer((id, seen), inquiry, &values)),
            What::Refer(inquiry) => {
                let (department, who) = (Department::from_code(&values.text("department")), values.text("who"));
                Ok(DeskAct::new("refer", move |tx| {
                    inquiries::refer(tx, id, seen, inquiry, (department, &who))?;
                    Ok(Done::waits(W::NotifySaidReferred))
                }))
            }
            What::Explain(inquiry) => {
                let said = values.text("text");
                Ok(DeskAct::new("explain", move |tx| {
                    let number = explain::explain(tx, id, inquiry, &said)?;
                    Ok(Done::waits(phrase!(W::NotifySaidExplained, number)))
                }))
            }
            What::Paper(inquiry, explanation, side) => {
                let at = values.moment("at")?.unwrap_or_default();
                let (number, reason) = (values.text("number"), values.text("reason"));
                let paper = Paper { who: values.text("who"), at, number, reason };
                Ok(confirm((id, inquiry), explanation, side, Some(paper)))
            }
            What::Resolve(inquiry) => Ok(resolve((id, seen), inquiry, values.ending())),
            What::Notice => {
                let reasons = values.text("reasons");
                Ok(DeskAct::new("refusal_notice", move |tx| {
                    let number = refusals::write(tx, id, &reasons)?;
                    Ok(Done::waits(phrase!(W::NotifySaidNotice, number)))
                }))
            }
            What::Deliver => {
                let new = values.delivery()?;
                Ok(DeskAct::new("deliver", move |tx| {
                    refusals::deliver(tx, id, seen, &new)?;
                    Ok(Done::said(W::NotifySaidDelivered))
                }))
            }
        }
    }

    fn answer(&self, (id, seen): (i64, i64), inquiry: i64, values: &Values) -> DeskAct {
        let reply = Reply {
            text: values.text("text"),
            clause: self.clause.as_ref().map(|clause| clause.id),
            settles: values.yes("settles"),
            agrees: values.yes("agrees").then_some(Channel::Phone),
        };
        DeskAct::new("answer", move |tx| {
            inquiries::answer(tx, id, seen, inquiry, &reply)?;
            Ok(if reply.settles { Done::said(W::NotifySaidAnswered) } else { Done::waits(W::NotifySaidInterim) })
        })
    }
}

/// Told, of the case and its siblings, or any other attempt.
fn any_attempt((id, seen): (i64, i64), also: &[(i64, i64)], new: NewAttempt) -> DeskAct {
    if new.outcome == Outcome::Told { told((id, seen), also, new) } else { log(id, also, new) }
}

/// The customer was told.
pub(super) fn told(case: (i64, i64), also: &[(i64, i64)], new: NewAttempt) -> DeskAct {
    let cases: Vec<(i64, i64)> = std::iter::once(case).chain(also.iter().copied()).collect();
    DeskAct::new("told", move |tx| {
        let told = attempts::told(tx, &cases, &new)?;
        let word = match new.stance {
            Some(Stance::Agreed) => W::NotifySaidAgreed,
            _ => W::NotifySaidTold,
        };
        let count = i64::try_from(told.cases).unwrap_or(1);
        Ok(Done::said(Phrase::new(word, [Arg::Number(count)])))
    })
}

/// Nobody was told.
pub(super) fn log(id: i64, also: &[(i64, i64)], new: NewAttempt) -> DeskAct {
    let cases: Vec<i64> = std::iter::once(id).chain(also.iter().map(|(id, _)| *id)).collect();
    DeskAct::new("attempt", move |tx| {
        attempts::attempt(tx, &cases, &new)?;
        let said = match new.call_back_at {
            Some(at) => phrase!(W::NotifySaidCallBack, Arg::Moment(at)),
            None => phrase!(W::NotifySaidLogged, new.outcome.word()),
        };
        Ok(Done::waits(said))
    })
}

/// Somebody confirms an explanation, by the PIN just given or on paper.
pub(super) fn confirm(case: (i64, i64), explanation: i64, side: Side, paper: Option<Paper>) -> DeskAct {
    DeskAct::new("explanation_confirm", move |tx| {
        let left = explain::confirm(tx, case, explanation, side, paper.as_ref())?;
        Ok(match left {
            Some(side) => Done::waits(phrase!(W::NotifySaidConfirmedWaits, side.word())),
            None => Done::said(W::NotifySaidConfirmed),
        })
    })
}

fn resolve((id, seen): (i64, i64), inquiry: i64, ending: Ending) -> DeskAct {
    DeskAct::new("resolve", move |tx| {
        Ok(match inquiries::resolve(tx, id, seen, inquiry, &ending)? {
            Ended::Resolved => Done::said(W::NotifySaidResolved),
            Ended::Reopened(round) => Done::waits(phrase!(W::NotifySaidReopened, round)),
            Ended::Waits => Done::waits(W::NotifySaidRoundWaits),
        })
    })
}

/// What was typed.
struct Values {
    values: BTreeMap<&'static str, String>,
}

impl Values {
    fn text(&self, id: &str) -> String {
        self.values.get(id).map_or("", String::as_str).trim().to_owned()
    }

    fn yes(&self, id: &str) -> bool {
        self.values.get(id).is_some_and(|value| value == "1")
    }

    fn channel(&self) -> Channel {
        Channel::from_code(&self.text("channel")).unwrap_or(Channel::Phone)
    }

    /// A moment; nothing typed = nothing.
    fn moment(&self, id: &'static str) -> Result<Option<i64>, Findings> {
        let typed = self.text(id);
        if typed.is_empty() {
            return Ok(None);
        }
        match clock::parse_time(&typed) {
            Some(at) => Ok(Some(at)),
            None => Err(Finding::block("moment_text", id, phrase!(W::NotifyNotAMoment, typed)).into()),
        }
    }

    fn attempt(&self) -> Result<NewAttempt, Findings> {
        Ok(NewAttempt {
            channel: self.channel(),
            outcome: Outcome::from_code(&self.text("result")).unwrap_or(Outcome::NoAnswer),
            stance: Stance::from_code(&self.text("stance")),
            call_back_at: self.moment("call_back")?,
            note: self.text("note"),
            at: self.moment("at")?,
            reason: self.text("reason"),
        })
    }

    fn inquiry(&self) -> Result<NewInquiry, Findings> {
        Ok(NewInquiry {
            kind: Kind::from_code(&self.text("kind")),
            text: self.text("text"),
            complex: self.yes("complex"),
            long: self.yes("long"),
            meanwhile: self.yes("meanwhile"),
            asked_at: self.moment("at")?,
            reason: self.text("reason"),
        })
    }

    fn ending(&self) -> Ending {
        Ending {
            outcome: Resolution::from_code(&self.text("outcome")),
            channel: self.channel(),
            note: self.text("note"),
            agrees: self.yes("agrees"),
        }
    }

    fn delivery(&self) -> Result<NewDelivery, Findings> {
        Ok(NewDelivery {
            how: Delivery::from_code(&self.text("how")),
            at: self.moment("at")?,
            proof: self.text("proof"),
            reason: self.text("reason"),
        })
    }
}

/// What stands above the fields: what was asked; on an answer everything answered on the case before (口径统一); at the
/// end of a complex inquiry the explanation, which is read out word for word.
fn lead(what: What, desk: &Desk) -> Vec<Phrase> {
    let plain = |said: &str| phrase!(W::CasePlain, text::neutralise(said).into_owned());
    let asked = |id: i64| desk.inquiry(id).map(|one| phrase!(W::NotifyLeadAsked, one.kind.word(), plain(&one.text)));
    match what {
        What::Answer(id) => {
            let before = desk.inquiries.iter().flat_map(|one| one.answers.iter().map(move |answer| (one, answer)));
            let before = before.map(|(one, answer)| {
                phrase!(W::NotifyLeadBefore, Arg::Moment(answer.at), one.kind.word(), plain(&answer.text))
            });
            asked(id).into_iter().chain(before).collect()
        }
        What::Resolve(id) | What::Explain(id) | What::Refer(id) => {
            let explained = desk.inquiry(id).and_then(|one| one.explanation.as_ref());
            let explained = explained.map(|e| phrase!(W::NotifyLeadExplained, e.number.as_str(), plain(&e.text)));
            asked(id).into_iter().chain(explained.filter(|_| matches!(what, What::Resolve(_)))).collect()
        }
        What::Paper(id, ..) => {
            let explained = desk.inquiry(id).and_then(|one| one.explanation.as_ref());
            explained.map(|e| phrase!(W::NotifyLeadExplained, e.number.as_str(), plain(&e.text))).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn long(id: &'static str, label: W) -> FormField {
    FormField::text(id, label).limit(LONGEST)
}

fn moment(id: &'static str, label: W) -> FormField {
    FormField::of_kind(id, label, Field::Moment)
}

macro_rules! choice {
    ($id:literal, $label:expr, $all:expr) => {
        FormField::choice($id, $label, $all.iter().map(|one| ChoiceOption::words(one.code(), one.word())).collect())
    };
}

fn back_fields() -> Vec<FormField> {
    vec![
        moment("call_back", W::NotifyLabelCallBack).hint(W::NotifyHintMoment),
        FormField::text("note", W::NotifyLabelNote),
    ]
}

fn attempt_fields(desk: &Desk) -> Vec<FormField> {
    let mut fields = vec![
        choice!("channel", W::NotifyLabelChannel, Channel::ALL).value(Channel::Phone.code()),
        choice!("result", W::NotifyLabelResult, Outcome::ALL).value(Outcome::Told.code()),
    ];
    if desk.case.milestones.outcome == Some(Conclusion::Pay) {
        fields.push(choice!("stance", W::NotifyLabelStance, [Stance::Agreed]).hint(W::NotifyHintStance));
    }
    fields.push(moment("call_back", W::NotifyLabelCallBack).hint(W::NotifyHintCallBack));
    fields.push(FormField::text("note", W::NotifyLabelNote));
    fields.push(moment("at", W::NotifyLabelAt).hint(W::NotifyHintAt));
    fields.push(FormField::text("reason", W::NotifyLabelReason).hint(W::NotifyHintReason));
    fields
}

fn ask_fields(stance: Option<Stance>) -> Vec<FormField> {
    let disputes = stance == Some(Stance::Disputes);
    let kind = choice!("kind", W::NotifyLabelKind, Kind::ALL);
    let mut fields = vec![
        if disputes { kind.value(Kind::Price.code()) } else { kind },
        long("text", W::NotifyLabelAsked),
        FormField::toggle("complex", W::NotifyLabelComplex).hint(W::NotifyHintComplex).value(if disputes {
            "1"
        } else {
            "0"
        }),
        FormField::toggle("meanwhile", W::NotifyLabelMeanwhile).hint(W::NotifyHintMeanwhile),
        FormField::toggle("long", W::NotifyLabelLong).hint(W::NotifyHintLong),
        moment("at", W::NotifyLabelAskedAt).hint(W::NotifyHintAt),
        FormField::text("reason", W::NotifyLabelReason).hint(W::NotifyHintReason),
    ];
    if stance.is_some() {
        fields.push(choice!("channel", W::NotifyLabelChannel, Channel::ALL).value(Channel::Phone.code()));
    }
    fields
}

fn answer_fields(desk: &Desk, id: i64) -> Option<Vec<FormField>> {
    let one = desk.inquiry(id).filter(|one| one.open())?;
    let mut fields = vec![long("text", W::NotifyLabelAnswer).hint(W::NotifyHintAnswer)];
    if !one.complex && one.kind != Kind::Complaint {
        fields.push(FormField::toggle("settles", W::NotifyLabelSettles).hint(W::NotifyHintSettles).value("1"));
        if desk.awaits_consent() {
            fields.push(FormField::toggle("agrees", W::NotifyLabelAgrees).hint(W::NotifyHintAgrees));
        }
    }
    Some(fields)
}

fn refer_fields(desk: &Desk, id: i64) -> Option<Vec<FormField>> {
    desk.inquiry(id).filter(|one| one.open())?;
    Some(vec![
        choice!("department", W::NotifyLabelDepartment, Department::ALL)
            .hint(W::NotifyHintDepartment)
            .value(Department::Pricing.code()),
        FormField::text("who", W::NotifyLabelWho),
    ])
}

fn explain_fields(desk: &Desk, id: i64) -> Option<Vec<FormField>> {
    let one = desk.inquiry(id).filter(|one| one.open() && one.complex)?;
    let text = one.explanation.as_ref().map_or("", |explanation| explanation.text.as_str());
    Some(vec![long("text", W::NotifyLabelExplanation).hint(W::NotifyHintExplanation).value(text)])
}

fn paper_fields(now: i64) -> Vec<FormField> {
    vec![
        FormField::text("who", W::NotifyLabelSigner).hint(W::NotifyHintSigner),
        FormField::text("number", W::NotifyLabelPaper),
        moment("at", W::NotifyLabelSignedAt).hint(W::NotifyHintMoment).value(&clock::file_time(now)),
        FormField::text("reason", W::NotifyLabelReason).hint(W::NotifyHintReason),
    ]
}

fn resolve_fields(desk: &Desk, id: i64) -> Option<Vec<FormField>> {
    let one = desk.inquiry(id).filter(|one| one.open())?;
    let routine = !one.complex && one.kind != Kind::Complaint;
    let ways: Vec<Resolution> =
        Resolution::ALL.iter().copied().filter(|way| routine || *way != Resolution::Answered).collect();
    let mut fields = vec![
        choice!("outcome", W::NotifyLabelOutcome, ways),
        FormField::text("note", W::NotifyLabelEnd).hint(W::NotifyHintEnd),
        choice!("channel", W::NotifyLabelChannel, Channel::ALL).value(Channel::Phone.code()),
    ];
    if desk.awaits_consent() {
        fields.push(FormField::toggle("agrees", W::NotifyLabelAgrees).hint(W::NotifyHintAgrees));
    }
    Some(fields)
}

fn deliver_fields() -> Vec<FormField> {
    vec![
        choice!("how", W::NotifyLabelHow, Delivery::ALL).value(Delivery::Signed.code()),
        FormField::text("proof", W::NotifyLabelProof).hint(W::NotifyHintProof),
        moment("at", W::NotifyLabelDeliveredAt).hint(W::NotifyHintAt),
        FormField::text("reason", W::NotifyLabelReason).hint(W::NotifyHintReason),
    ]
}

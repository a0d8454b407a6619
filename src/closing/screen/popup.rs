//! The small forms over the closing screen: return, minutes, reopening, reasons for papers, notice and supplement.

use crate::case::words;
use crate::closing::rules::reopen::Reason;
use crate::closing::store::{add_minutes, reopen, return_to};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::{Arg, W};
use crate::papers::rules::State;
use crate::papers::store::{NewMark, papers_mark, papers_notice, papers_supplement};
use crate::phrase;
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormField};
use crate::ui::screen::{DeskAct, Done};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a small form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Back to an earlier step.
    Return,
    /// Minutes of a consultation.
    Minutes,
    /// A new round.
    Reopen,
    /// Why a paper was rejected or waived: key of the item, the state.
    Paper(String, State),
    /// The one-time notice reached the customer.
    Notice,
    /// The supplement arrived.
    Supplement,
}

impl What {
    /// Name in drafts.
    fn code(&self) -> String {
        match self {
            What::Return => "return".to_owned(),
            What::Minutes => "minutes".to_owned(),
            What::Reopen => "reopen".to_owned(),
            What::Notice => "notice".to_owned(),
            What::Supplement => "supplement".to_owned(),
            What::Paper(item, state) => format!("{} {item}", state.code()),
        }
    }
}

/// Where a draft keeps what a small form is for, and before a dot the prefix of its fields.
pub(super) const KEPT: &str = "popup";

/// A small form over the screen.
#[derive(Clone, Debug)]
pub struct Popup {
    /// What it is for.
    pub what: What,
    /// Its fields.
    pub form: Form,
}

impl Popup {
    /// Return: the steps that are confirmed, the last one chosen.
    pub fn return_from(next: u8) -> Popup {
        let last = next.saturating_sub(1).max(1);
        let fields = vec![step_field(last, W::ClosingPopupReturnStep, last), reason_field(W::ClosingPopupReason)];
        let mut popup = Popup::new(What::Return, fields);
        // The step is usually the last one; only the reason has to be typed.
        popup.form.focus("reason");
        popup
    }

    /// Reopening; most begin at step 4.
    pub fn reopen() -> Popup {
        let reasons = Reason::ALL.into_iter().map(|reason| ChoiceOption::words(reason.code(), reason.word())).collect();
        Popup::new(
            What::Reopen,
            vec![
                FormField::choice("reason_code", W::ClosingPopupReopenReason, reasons),
                reason_field(W::ClosingPopupNote),
                step_field(4, W::ClosingPopupReopenStep, 4),
            ],
        )
    }

    /// Minutes, held today unless another day is typed.
    pub fn minutes(today: NaiveDate) -> Popup {
        Popup::new(
            What::Minutes,
            vec![
                FormField::day("held_on", W::ClosingPopupHeldOn).value(&today.to_string()),
                FormField::text("attendees", W::ClosingPopupAttendees),
                FormField::text("conclusion", W::ClosingPopupConclusion),
            ],
        )
    }

    /// Why a paper was rejected or waived.
    pub fn paper(item: &str, state: State) -> Popup {
        let label = if state == State::Waived { W::ClosingPopupWaive } else { W::ClosingPopupReject };
        Popup::new(What::Paper(item.to_owned(), state), vec![reason_field(label)])
    }

    /// Notice or supplement, at a moment.
    pub fn moment(what: What, now: i64) -> Popup {
        let label = if what == What::Notice { W::ClosingPopupNoticeAt } else { W::ClosingPopupSupplementAt };
        let at = FormField::of_kind("at", label, Kind::Moment).value(&clock::file_time(now));
        Popup::new(what, vec![at, FormField::text("reason", W::ClosingPopupEarlyReason)])
    }

    fn new(what: What, fields: Vec<FormField>) -> Popup {
        Popup { what, form: Form::new(fields) }
    }

    /// What was typed, for a draft; nothing while it is untouched.
    pub fn draft(&self) -> BTreeMap<String, String> {
        let mut kept: BTreeMap<String, String> =
            self.form.snapshot().into_iter().map(|(id, typed)| (format!("{KEPT}.{id}"), typed)).collect();
        if !kept.is_empty() {
            kept.insert(KEPT.to_owned(), self.what.code());
        }
        kept
    }

    /// The form a draft was typed into, as the case stands now; nothing when that is no longer to be done.
    pub fn from_draft(kept: &BTreeMap<String, String>, next: Option<u8>, now: i64) -> Option<Popup> {
        let code = kept.get(KEPT)?;
        let mut popup = match (code.as_str(), next) {
            ("return", Some(next)) if next > 1 => Popup::return_from(next),
            ("minutes", Some(_)) => Popup::minutes(clock::day_of(now)),
            ("reopen", None) => Popup::reopen(),
            ("notice", Some(1 | 2)) => Popup::moment(What::Notice, now),
            ("supplement", Some(1 | 2)) => Popup::moment(What::Supplement, now),
            (paper, Some(1 | 2)) => {
                let (state, item) = paper.split_once(' ')?;
                Popup::paper(item, State::from_code(state)?)
            }
            _ => return None,
        };
        let of = |(id, typed): (&String, &String)| {
            Some((id.strip_prefix(KEPT)?.strip_prefix('.')?.to_owned(), typed.clone()))
        };
        popup.form.restore(&kept.iter().filter_map(of).collect());
        Some(popup)
    }

    /// Its title.
    pub fn title(&self) -> W {
        match self.what {
            What::Return => W::ClosingKeyReturn,
            What::Minutes => W::ClosingKeyMinutes,
            What::Reopen => W::ClosingKeyReopen,
            What::Paper(_, State::Waived) => W::ClosingKeyWaive,
            What::Paper(..) => W::ClosingKeyReject,
            What::Notice => W::ClosingKeyNotice,
            What::Supplement => W::ClosingKeySupplement,
        }
    }

    /// The act the form stands for, on a case seen at a version.
    ///
    /// # Errors
    /// What of the form cannot be read.
    pub fn act(&self, case_id: i64, seen: i64, today: NaiveDate) -> Result<DeskAct, Findings> {
        let values = self.form.values(today);
        let text = |id: &str| values.get(id).map_or("", String::as_str).trim().to_owned();
        let step = text("step").parse::<u8>().unwrap_or(0);
        let reason = text("reason");
        Ok(match &self.what {
            What::Return => DeskAct::new("return", move |tx| {
                return_to(tx, case_id, seen, step, &reason)?;
                Ok(Done::waits(phrase!(W::ClosingReturned, i64::from(step), words::step(step))))
            }),
            What::Reopen => {
                let code = Reason::from_code(&text("reason_code"));
                DeskAct::new("reopen", move |tx| {
                    reopen(tx, case_id, seen, code, &reason, step)?;
                    Ok(Done::waits(phrase!(W::ClosingReopened, i64::from(step), words::step(step))))
                })
            }
            What::Minutes => {
                let (day, who, what) = (clock::parse_day(&text("held_on")), text("attendees"), text("conclusion"));
                DeskAct::new("minutes", move |tx| {
                    add_minutes(tx, case_id, day, &who, &what)?;
                    Ok(Done::said(W::ClosingMinutesAdded))
                })
            }
            What::Paper(item, state) => {
                let mark = [NewMark { item: item.clone(), state: *state, reason }];
                DeskAct::new("papers_mark", move |tx| {
                    papers_mark(tx, case_id, &mark)?;
                    Ok(Done::said(W::ClosingPapersMarked))
                })
            }
            What::Notice | What::Supplement => self.moment_act(case_id, seen, &text("at"), reason)?,
        })
    }

    fn moment_act(&self, case_id: i64, seen: i64, typed: &str, reason: String) -> Result<DeskAct, Findings> {
        let Some(at) = clock::parse_time(typed) else {
            return Err(Finding::block("moment_text", "at", phrase!(W::ClosingNotAMoment, typed)).into());
        };
        Ok(if self.what == What::Notice {
            DeskAct::new("papers_notice", move |tx| {
                papers_notice(tx, case_id, seen, at, &reason)?;
                Ok(Done::waits(phrase!(W::ClosingNoticed, Arg::Moment(at))))
            })
        } else {
            DeskAct::new("papers_supplement", move |tx| {
                papers_supplement(tx, case_id, seen, at, &reason)?;
                Ok(Done::said(phrase!(W::ClosingSupplemented, Arg::Moment(at))))
            })
        })
    }
}

fn step_field(last: u8, label: W, chosen: u8) -> FormField {
    let options = (1..=last).map(|step| {
        ChoiceOption::words(step.to_string(), phrase!(W::ClosingStepName, i64::from(step), words::step(step)))
    });
    FormField::choice("step", label, options.collect()).value(&chosen.to_string())
}

fn reason_field(label: W) -> FormField {
    FormField::text("reason", label)
}

//! The small forms over the checklist: who came, the way to be paid, the numbers on the papers, reasons, moments.

use crate::instructions::rules::{Mode, PayeeKind};
use crate::kernel::clock;
use crate::kernel::words::W;
use crate::papers::rules::State;
use crate::papers::rules::payment::Way;
use crate::papers::store::visits::{Came, Keys};
use crate::precheck::rules::{Typed, field};
use crate::reference::rulebook::Rulebook;
use crate::ui::choice::ChoiceOption;
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormField};
use crate::ui::when::parse_day;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// What a small form is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Who came.
    Visit,
    /// Another way to be paid.
    Way,
    /// The numbers on a paper: what its mark is stored under.
    Check(String),
    /// Why a paper was rejected or waived.
    Reason(String, State),
    /// When the notice reached the customer.
    Reached,
    /// When the supplement arrived.
    Supplement,
}

impl What {
    fn code(&self) -> String {
        match self {
            What::Visit => "visit".to_owned(),
            What::Way => "way".to_owned(),
            What::Check(key) => format!("check {key}"),
            What::Reason(key, state) => format!("{} {key}", state.code()),
            What::Reached => "reached".to_owned(),
            What::Supplement => "supplement".to_owned(),
        }
    }
}

/// Where a draft keeps what the form is for.
const KEPT: &str = "popup";

/// A small form.
#[derive(Clone, Debug)]
pub(super) struct Popup {
    pub(super) what: What,
    pub(super) form: Form,
}

impl Popup {
    pub(super) fn visit() -> Popup {
        Popup { what: What::Visit, form: Form::new(who_fields()) }
    }

    pub(super) fn way(now: Way) -> Popup {
        Popup { what: What::Way, form: Form::new(way_fields(now)) }
    }

    /// The numbers on a paper; the caret begins at what the paper proves.
    pub(super) fn check(key: &str, proof: &str) -> Popup {
        let mut form = Form::new(vec![
            FormField::of_kind(field::ID, W::PrecheckLabelId, Kind::Id).hint(W::PrecheckHintId),
            FormField::day(field::EXPIRY, W::PrecheckLabelExpiry).hint(W::PrecheckHintExpiry),
            FormField::of_kind(field::CARD, W::PrecheckLabelCard, Kind::Id),
            FormField::text(field::HOLDER, W::PrecheckLabelHolder),
            FormField::of_kind(field::MANDATE, W::PrecheckLabelMandate, Kind::Id),
        ]);
        form.focus(match proof {
            "account" => field::CARD,
            _ if key.contains("mandate") => field::MANDATE,
            _ => field::ID,
        });
        Popup { what: What::Check(key.to_owned()), form }
    }

    pub(super) fn reason(key: &str, state: State, reason: &str) -> Popup {
        let label = if state == State::Waived { W::PrecheckLabelWaive } else { W::PrecheckLabelReject };
        let mut form = Form::new(vec![FormField::text("reason", label)]);
        if !reason.is_empty() {
            form.set("reason", reason);
        }
        Popup { what: What::Reason(key.to_owned(), state), form }
    }

    pub(super) fn moment(what: What, now: i64) -> Popup {
        let label = if what == What::Reached { W::PrecheckLabelReached } else { W::PrecheckLabelSupplement };
        let at = FormField::of_kind("at", label, Kind::Moment).value(&clock::file_time(now));
        Popup { what, form: Form::new(vec![at, FormField::text("reason", W::PrecheckLabelEarly)]) }
    }

    /// What is typed into the form of numbers.
    pub(super) fn typed(&self, today: NaiveDate) -> Typed {
        let values = self.form.values(today);
        let text = |id: &str| values.get(id).cloned().unwrap_or_default();
        Typed {
            id_no: text(field::ID),
            expiry: parse_day(&text(field::EXPIRY), today),
            card: text(field::CARD),
            holder: text(field::HOLDER),
            mandate: text(field::MANDATE),
        }
    }

    pub(super) fn title(&self) -> W {
        match &self.what {
            What::Visit => W::PrecheckKeyVisit,
            What::Way => W::PrecheckKeyWay,
            What::Check(_) => W::PrecheckKeyCheck,
            What::Reason(_, State::Waived) => W::PrecheckKeyWaive,
            What::Reason(..) => W::PrecheckKeyReject,
            What::Reached => W::PrecheckKeyReached,
            What::Supplement => W::PrecheckKeySupplement,
        }
    }

    /// What was typed, for a draft; nothing while it is untouched.
    pub(super) fn draft(&self) -> Option<BTreeMap<String, String>> {
        let mut kept = self.form.snapshot();
        if kept.is_empty() {
            return None;
        }
        kept.insert(KEPT.to_owned(), self.what.code());
        Some(kept)
    }

    /// The form a draft was typed into.
    pub(super) fn from_draft(kept: &BTreeMap<String, String>, way: Way) -> Option<Popup> {
        let code = kept.get(KEPT)?;
        let mut popup = match code.as_str() {
            "visit" => Popup::visit(),
            "way" => Popup::way(way),
            "reached" => Popup::moment(What::Reached, 0),
            "supplement" => Popup::moment(What::Supplement, 0),
            other => match other.split_once(' ')? {
                ("check", key) => Popup::check(key, ""),
                (state, key) => Popup::reason(key, State::from_code(state)?, ""),
            },
        };
        popup.form.restore(kept);
        Some(popup)
    }
}

fn who_fields() -> Vec<FormField> {
    let came = Came::ALL.into_iter().map(|came| ChoiceOption::words(came.code(), came.word())).collect();
    vec![
        FormField::choice("came", W::PrecheckLabelCame, came).value(Came::Insured.code()),
        FormField::text("who", W::PrecheckLabelWho).limit(60),
    ]
}

fn way_fields(now: Way) -> Vec<FormField> {
    let kinds = PayeeKind::ALL.into_iter().map(|kind| ChoiceOption::words(kind.code(), kind.word())).collect();
    let modes = Mode::ALL.into_iter().map(|mode| ChoiceOption::words(mode.code(), mode.word())).collect();
    vec![
        FormField::choice("payee_kind", W::PrecheckLabelPayee, kinds).value(now.payee_kind.code()),
        FormField::choice("mode", W::PrecheckLabelMode, modes).value(now.mode.code()),
    ]
}

/// The way a form stands for.
pub(super) fn way_of(form: &Form) -> Way {
    Way {
        payee_kind: PayeeKind::from_code(form.value("payee_kind")).unwrap_or(PayeeKind::Insured),
        mode: Mode::from_code(form.value("mode")).unwrap_or(Mode::Transfer),
    }
}

/// The form of a visit before there is a case.
pub(super) fn begin(keys: &Keys, rules: &Rulebook, lang: crate::kernel::words::Lang) -> Form {
    let lines: Vec<ChoiceOption> =
        rules.lines.iter().map(|line| ChoiceOption::name(&line.code, line.name_in(lang))).collect();
    let mut form = begin_form(lines);
    for (id, value) in [("accident_no", &keys.accident_no), ("policy_no", &keys.policy_no), ("plate", &keys.plate)] {
        if !value.is_empty() {
            form.set(id, value);
        }
    }
    form.focus("came");
    form
}

fn begin_form(lines: Vec<ChoiceOption>) -> Form {
    let first = lines.iter().find(|line| line.id == "motor").or(lines.first()).map(|line| line.id.clone());
    let mut fields = vec![
        FormField::of_kind("accident_no", W::PrecheckLabelAccident, Kind::Id).hint(W::PrecheckHintKeys),
        FormField::of_kind("policy_no", W::PrecheckLabelPolicy, Kind::Id).hint(W::PrecheckHintKeys),
        FormField::text("plate", W::PrecheckLabelPlate).limit(12).hint(W::PrecheckHintKeys),
        FormField::choice("line", W::PrecheckLabelLine, lines).value(first.as_deref().unwrap_or("")),
    ];
    fields.extend(who_fields());
    fields.extend(way_fields(Way { payee_kind: PayeeKind::Insured, mode: Mode::Transfer }));
    Form::new(fields)
}

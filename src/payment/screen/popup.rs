//! The small forms over the choosing screen: why an instruction is taken back, why a leader overrides a limit.

use crate::kernel::words::W;
use crate::ui::form::{Form, FormField};
use std::collections::BTreeMap;

/// What a small form is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Take this instruction back.
    Cancel(i64),
    /// Take this instruction back, whose receipt becomes void.
    CancelReceipt(i64),
    /// Override a limit or guard.
    Override,
}

/// Where a draft keeps what the small form is for, and before a dot its reason.
const KEPT: &str = "popup";
const RECEIPT: &str = "receipt ";
const KEPT_REASON: &str = "popup.reason";

/// A small form.
#[derive(Clone, Debug)]
pub struct Popup {
    /// What it is for.
    pub what: What,
    /// Its fields: a reason, and for a receipt whether all copies are kept.
    pub form: Form,
}

impl Popup {
    /// An empty one.
    pub fn new(what: What) -> Popup {
        let label = if what == What::Override { W::PaymentLabelOverride } else { W::PaymentLabelCancel };
        let mut fields = vec![FormField::text("reason", label).limit(200)];
        if matches!(what, What::CancelReceipt(_)) {
            let copies = FormField::toggle("copies", W::BatchesFieldCopies).hint(W::BatchesFieldCopiesHint);
            fields.push(copies.value("1"));
        }
        Popup { what, form: Form::new(fields) }
    }

    /// Its title.
    pub fn title(&self) -> W {
        if self.what == What::Override { W::PaymentKeyOverride } else { W::PaymentKeyCancel }
    }

    /// What was typed, for a draft; nothing while it is untouched.
    pub fn draft(&self) -> BTreeMap<String, String> {
        let reason = self.form.value("reason");
        if reason.is_empty() {
            return BTreeMap::new();
        }
        let what = match self.what {
            What::Override => "override".to_owned(),
            What::Cancel(id) => id.to_string(),
            What::CancelReceipt(id) => format!("{RECEIPT}{id}"),
        };
        BTreeMap::from([(KEPT.to_owned(), what), (KEPT_REASON.to_owned(), reason.to_owned())])
    }

    /// The form a draft was typed into.
    pub fn from_draft(kept: &BTreeMap<String, String>) -> Option<Popup> {
        let what = match kept.get(KEPT)?.as_str() {
            "override" => What::Override,
            id if id.starts_with(RECEIPT) => What::CancelReceipt(id.trim_start_matches(RECEIPT).parse().ok()?),
            id => What::Cancel(id.parse().ok()?),
        };
        let mut popup = Popup::new(what);
        popup.form.set("reason", kept.get(KEPT_REASON)?);
        Some(popup)
    }
}

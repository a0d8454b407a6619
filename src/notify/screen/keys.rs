//! The keys of a case being told: what is live depends on the outcome, and on the inquiry the highlight stands on.

use super::desk::{Target, Telling};
use crate::case::milestones::Outcome;
use crate::kernel::words::{Phrase, W};
use crate::notify::rules::Kind;
use crate::notify::rules::inquiries::Inquiry;
use crate::office::rules::Right;
use crate::office::store::lacking;
use crate::ui::keys::KeyRow;
use crate::ui::screen::Cx;

impl Telling {
    /// The keys live now.
    pub(super) fn key_rows(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.picker.is_some() {
            return vec![
                KeyRow::new("notify.pick", "enter", W::NotifyKeyPick),
                KeyRow::new("notify.leave", "esc", W::NotifyKeyBack),
            ];
        }
        if let Some(popup) = &self.popup {
            let mut rows = vec![KeyRow::new("notify.save", "ctrl-s", W::NotifyKeySave).consequential()];
            if matches!(popup.what, super::popup::What::Answer(_)) {
                rows.push(KeyRow::new("notify.clause", "ctrl-g", W::NotifyKeyClause));
            }
            rows.push(KeyRow::new("notify.leave", "esc", W::NotifyKeyBack));
            return rows;
        }
        let right = lacking(cx.actor, Right::Notify, W::NotifyLacking);
        let next = self.next(cx).map(|_| KeyRow::new("notify.next", "enter", W::CaseKeyOpen));
        let closed = self.desk.case.milestones.closed_at.is_none().then(|| Phrase::from(W::NotifyNotClosed));
        let off = right.clone().or(closed);
        let mut rows = if self.desk.case.milestones.outcome == Some(Outcome::Refuse) {
            self.refusal_keys(&off)
        } else {
            self.telling_keys(&off)
        };
        rows.extend(next);
        rows.extend(self.attempt_keys(&off));
        rows.push(
            KeyRow::new("notify.inquiry", "ctrl-o", W::NotifyKeyInquiry).or("o").off(right.clone()).consequential(),
        );
        rows.extend(self.inquiry_keys(cx, &right));
        rows.push(self.print_key(&off));
        if self.targets().iter().any(|target| matches!(target, Target::Sibling(_))) {
            rows.push(KeyRow::new("notify.toggle", "space", W::NotifyKeyToggle).or("enter"));
        }
        rows.push(KeyRow::new("notify.folder", "ctrl-f", W::NotifyKeyFolder));
        rows.push(KeyRow::new("notify.leave", "esc", W::NotifyKeyBack));
        rows
    }

    fn telling_keys(&self, off: &Option<Phrase>) -> Vec<KeyRow> {
        let pay = self.desk.case.milestones.outcome.is_none_or(|outcome| outcome == Outcome::Pay);
        let word = if pay { W::NotifyKeyAgreed } else { W::NotifyKeyTold };
        let mut rows = vec![KeyRow::new("notify.told", "ctrl-s", word).off(off.clone()).consequential()];
        rows.push(KeyRow::new("notify.asks", "ctrl-a", W::NotifyKeyAsks).or("a").off(off.clone()).consequential());
        rows.push(
            KeyRow::new("notify.disputes", "ctrl-x", W::NotifyKeyDisputes).or("x").off(off.clone()).consequential(),
        );
        rows
    }

    fn refusal_keys(&self, off: &Option<Phrase>) -> Vec<KeyRow> {
        let m = &self.desk.case.milestones;
        let done = m.delivered_at.map(|_| Phrase::from(W::NotifyDeliveredAlready));
        let off = off.clone().or(done);
        if self.desk.notice.is_none() {
            return vec![
                KeyRow::new("notify.notice", "ctrl-s", W::NotifyKeyNotice).or("ctrl-x").off(off).consequential(),
            ];
        }
        vec![
            KeyRow::new("notify.deliver", "ctrl-s", W::NotifyKeyDeliver).off(off.clone()).consequential(),
            KeyRow::new("notify.notice", "ctrl-x", W::NotifyKeyRewrite).off(off).consequential(),
        ]
    }

    fn attempt_keys(&self, off: &Option<Phrase>) -> Vec<KeyRow> {
        vec![
            KeyRow::new("notify.no_answer", "ctrl-n", W::NotifyResultNoAnswer).or("n").off(off.clone()).consequential(),
            KeyRow::new("notify.back", "ctrl-b", W::NotifyKeyCallBack).or("b").off(off.clone()).consequential(),
            KeyRow::new("notify.wrong", "ctrl-w", W::NotifyResultWrongNumber)
                .or("w")
                .off(off.clone())
                .quiet()
                .consequential(),
            KeyRow::new("notify.attempt", "ctrl-e", W::NotifyKeyAttempt)
                .or("e")
                .off(off.clone())
                .quiet()
                .consequential(),
        ]
    }

    /// Keys about the inquiry under the highlight; without one only the help names them, with the reason.
    fn inquiry_keys(&self, cx: &Cx<'_>, right: &Option<Phrase>) -> Vec<KeyRow> {
        let one = self.inquiry();
        let none = match one {
            None => Some(Phrase::from(W::NotifyNoneChosen)),
            Some(one) if !one.open() => Some(Phrase::from(W::NotifyResolvedAlready)),
            Some(_) => None,
        };
        let off = right.clone().or(none.clone());
        let complex = one.filter(|one| !one.complex).map(|_| Phrase::from(W::NotifyNotComplex));
        let held = one.filter(|one| !one.holds).map(|_| Phrase::from(W::NotifyHoldsNot));
        let shown = one.is_some_and(Inquiry::open);
        let row = |row: KeyRow, shown: bool| if shown { row } else { row.quiet() };
        let routine = one.is_some_and(|one| !one.complex && one.kind != Kind::Complaint);
        let is_complex = one.is_some_and(|one| one.complex);
        vec![
            row(
                KeyRow::new("notify.answer", "ctrl-g", W::NotifyKeyAnswer).or("g").off(off.clone()).consequential(),
                shown,
            ),
            row(
                KeyRow::new("notify.refer", "ctrl-r", W::NotifyKeyRefer).or("r").off(off.clone()).consequential(),
                shown && routine,
            ),
            row(
                KeyRow::new("notify.explain", "ctrl-y", W::NotifyKeyExplain)
                    .or("y")
                    .off(off.clone().or(complex.clone()))
                    .consequential(),
                shown && is_complex,
            ),
            row(
                KeyRow::new("notify.confirm", "ctrl-k", W::NotifyKeyConfirm)
                    .or("k")
                    .off(none.or(complex).or_else(|| self.nothing_to_confirm()).or_else(|| self.paper_lacks(cx)))
                    .consequential(),
                shown && is_complex,
            ),
            row(
                KeyRow::new("notify.resolve", "ctrl-v", W::NotifyKeyResolve).or("v").off(off.clone()).consequential(),
                shown && !routine,
            ),
            KeyRow::new("notify.meanwhile", "ctrl-u", W::NotifyKeyMeanwhile).off(off.or(held)).quiet().consequential(),
        ]
    }

    fn nothing_to_confirm(&self) -> Option<Phrase> {
        match self.inquiry().and_then(|one| one.explanation.as_ref()) {
            None => Some(W::NotifyUnexplained.into()),
            Some(explanation) if explanation.awaits().is_none() => Some(W::NotifyBothConfirmed.into()),
            Some(_) => None,
        }
    }

    /// Recording a signed paper needs the desk's right; confirming by PIN needs only the PIN.
    fn paper_lacks(&self, cx: &Cx<'_>) -> Option<Phrase> {
        if self.signer(cx).is_some() { None } else { lacking(cx.actor, Right::Notify, W::NotifyLacking) }
    }

    fn print_key(&self, off: &Option<Phrase>) -> KeyRow {
        let (word, why) = match self.printable() {
            super::desk::Print::Refusal => (W::NotifyPrintRefusal, None),
            super::desk::Print::Explanation(_) => (W::NotifyPrintExplanation, None),
            super::desk::Print::Letter => (W::NotifyPrintLetter, None),
            super::desk::Print::Nothing => (W::NotifyPrintRefusal, Some(Phrase::from(W::NotifyNoNotice))),
        };
        let row = KeyRow::new("notify.print", "ctrl-t", word).or("t").off(off.clone().or(why)).consequential();
        let shown = self.letter || !matches!(self.printable(), super::desk::Print::Letter);
        if shown { row } else { row.quiet() }
    }
}

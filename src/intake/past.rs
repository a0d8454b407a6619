//! A closed case taken over: one record feeds its milestones, nothing else is invented.

use super::row::{Past, Row};
use crate::case::deadline::Rules;
use crate::case::milestones::{Milestones, Outcome};
use crate::case::store::{RoundNotes, write};
use crate::kernel::money::Fen;
use crate::reference::rulebook::Rulebook;

/// Fills in what the given facts imply: an outcome for an amount, and that a filed case was told and paid.
///
/// Paid is implied only where there was something to pay.
pub fn imply(past: &Past, payable: Option<Fen>) -> Past {
    let mut full = past.clone();
    let Some(closed_at) = past.closed_at else {
        return full;
    };
    let payable = payable.unwrap_or_default();
    let outcome = past.outcome.unwrap_or(if payable > Fen::ZERO { Outcome::Pay } else { Outcome::Zero });
    full.outcome = Some(outcome);
    let pays = outcome == Outcome::Pay;
    if let Some(archived_at) = past.archived_at {
        if pays && payable > Fen::ZERO {
            full.paid_at = past.paid_at.or(Some(archived_at));
        }
        full.told_at = past.told_at.or(past.agreed_at).or(full.paid_at).or(Some(archived_at));
    }
    if let Some(paid_at) = full.paid_at {
        full.told_at = full.told_at.or(past.agreed_at).or(Some(paid_at));
    }
    if pays && let Some(end) = full.paid_at.or(full.archived_at) {
        full.agreed_at = full.agreed_at.or(Some(end));
    }
    // Implied moments never lie before the closing.
    full.told_at = full.told_at.map(|at| if past.told_at.is_some() { at } else { at.max(closed_at) });
    full
}

/// The milestones of a case taken over, and what is kept beside them; `row.past.closed_at` is set.
pub fn milestones(row: &Row, rules: &Rulebook) -> (Milestones, RoundNotes) {
    let past = imply(&row.past, row.facts.payable);
    let closed_at = past.closed_at;
    let refused = past.outcome == Some(Outcome::Refuse);
    let m = Milestones {
        round: 1,
        opened_at: closed_at.unwrap_or_default(),
        start_step: 1,
        taken_over: true,
        steps: [closed_at; 4],
        papers_at: row.facts.papers_at,
        proposed: past.outcome,
        outcome: past.outcome,
        payable: row.facts.payable,
        closed_at,
        told_at: past.told_at,
        agreed_at: past.agreed_at,
        delivered_at: past.told_at.filter(|_| refused),
        chosen_at: past.paid_at,
        prechecked_at: past.paid_at,
        paid_at: past.paid_at,
        receipt_at: past.archived_at,
        sorted_at: past.archived_at,
        bound_at: past.archived_at,
        filed_at: past.archived_at,
        ..Milestones::default()
    };
    let batch_day = closed_at.map_or_else(String::new, |at| {
        Rules { calendar: &rules.calendar, settings: &rules.settings }.batch_day(at).to_string()
    });
    let due = write::archive_deadline(&m, rules);
    let notes = RoundNotes {
        approver: past.approver,
        batch_day,
        archive_due: due.as_ref().map(|d| d.due_at),
        archive_edition: due.map_or_else(String::new, |_| rules.calendar.edition()),
        payment_mode: past.payment_mode,
        box_text: past.box_text,
        ..RoundNotes::default()
    };
    (m, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::milestones::Stage;
    use crate::kernel::calendar::Calendar;
    use crate::kernel::settings::Settings;

    fn taken(past: Past, payable: i64) -> Milestones {
        let rules = Rulebook { calendar: Calendar::built_in(), settings: Settings::default(), lines: Vec::new() };
        let mut row = Row { past, ..Row::default() };
        row.facts.payable = Some(Fen::from_fen(payable));
        milestones(&row, &rules).0
    }

    #[test]
    fn archived_implies_told_and_paid_and_closed_alone_waits_to_be_told() {
        let closed = Past { closed_at: Some(100), ..Past::default() };
        assert_eq!(taken(closed.clone(), 5).stage(), Stage::Notify);
        let told = Past { told_at: Some(110), agreed_at: Some(120), ..closed.clone() };
        assert_eq!(taken(told, 5).stage(), Stage::Payment);
        let paid = taken(Past { paid_at: Some(130), ..closed.clone() }, 5);
        assert_eq!((paid.stage(), paid.part(), paid.told_at), (Stage::Archive, 1, Some(130)));
        let filed = taken(Past { archived_at: Some(140), ..closed.clone() }, 5);
        assert_eq!((filed.stage(), filed.told_at, filed.paid_at), (Stage::Archived, Some(140), Some(140)));
        let zero = taken(Past { archived_at: Some(140), ..closed }, 0);
        assert_eq!((zero.stage(), zero.outcome, zero.paid_at), (Stage::Archived, Some(Outcome::Zero), None));
    }

    #[test]
    fn a_refusal_is_told_by_its_notice() {
        let past = Past { closed_at: Some(100), told_at: Some(110), outcome: Some(Outcome::Refuse), ..Past::default() };
        let m = taken(past, 0);
        assert_eq!((m.stage(), m.delivered_at, m.agreed_at), (Stage::Archive, Some(110), None));
    }
}

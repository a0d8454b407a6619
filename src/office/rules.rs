//! Who may do what (domain §12): one table from right to roles.

use crate::db::Actor;
use crate::kernel::roles::{Role, Roles};

/// Something a person may or may not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    /// Take in the core system's file.
    Import,
    /// Take in closed cases (`--past`).
    ImportPast,
    /// Enter a case by hand.
    EnterCase,
    /// Decide whether a row of the core is a case entered by hand.
    DecideJoin,
    /// Confirm steps 1, 3 and 4, return, propose an outcome.
    CloseSteps,
    /// Tick the claim papers and confirm step 2.
    CheckPapers,
    /// The fifth step.
    SignOff,
    /// Open a new round.
    Reopen,
    /// Waive a paper of the checklist.
    Waive,
    /// Tell customers, record inquiries, answer them, deliver refusals.
    Notify,
    /// Record a visit and what was shown.
    Visit,
    /// Choose how a case is paid, cancel and mend what was chosen, make batches.
    Choose,
    /// Look over an instruction that needs a second person.
    Review,
    /// Let money go (放行), pay on-site, read result files, count cash.
    Release,
    /// Override a limit or guard (特批).
    Override,
    /// Receive blank forms and hand them out.
    KeepForms,
    /// Confirm, use and void the serials one holds.
    UseForms,
    /// Keep banks, channels, repair shops and clauses.
    Registers,
    /// Enter, and as a second person verify, a direct-pay account.
    DirectAccounts,
    /// Receipt slot, sorting, binding, filing, boxes and shelves.
    Archive,
    /// Lend files, take them back, chase them.
    Lend,
    /// Hand files on to somebody, and take them over.
    HandOn,
    /// Hand the day over, carry files over, and seal the day.
    Seal,
    /// Take a handed-over day over.
    TakeOver,
    /// Say who is on duty.
    Roster,
    /// Draw the weekly spot check.
    Draw,
    /// Check drawn files, settle what was found.
    CheckFiles,
    /// Write a note on a case.
    WriteNote,
    /// Look at one masked field.
    Reveal,
    /// Change control settings.
    Settings,
    /// Name deputies.
    Deputies,
    /// Add, change and disable people.
    People,
    /// Add a year's calendar.
    Calendars,
    /// Export without masks.
    UnmaskedExport,
    /// Copy and restore the store.
    Backup,
    /// Say that the machine's time is right.
    ConfirmTime,
    /// Look at everything.
    ReadAll,
}

impl Right {
    /// The roles that have it.
    pub fn roles(self) -> Roles {
        use Role::{Admin, Archivist, Auditor, Cashier, Clerk, Keeper, Leader, Precheck, Reviewer};
        let list: &[Role] = match self {
            Right::Import => &[Clerk, Leader],
            Right::ImportPast | Right::SignOff | Right::Reopen | Right::Waive => &[Leader],
            Right::Settings | Right::Deputies | Right::UnmaskedExport | Right::ConfirmTime => &[Leader],
            Right::EnterCase | Right::DecideJoin | Right::CloseSteps => &[Clerk],
            Right::CheckPapers => &[Clerk, Precheck],
            Right::Notify | Right::Choose => &[Clerk],
            Right::Visit => &[Clerk, Precheck],
            Right::Review => &[Reviewer, Cashier, Leader],
            Right::Release => &[Cashier, Reviewer, Leader],
            Right::Override => &[Leader],
            Right::KeepForms => &[Keeper],
            Right::UseForms => &[Clerk, Cashier, Reviewer],
            Right::Registers => &[Admin, Leader],
            Right::DirectAccounts => &[Clerk, Cashier, Reviewer, Leader],
            Right::Archive | Right::Lend => &[Archivist],
            Right::HandOn => &[Clerk, Precheck, Cashier, Reviewer, Archivist, Leader],
            Right::Seal | Right::Draw => &[Archivist],
            Right::TakeOver => &[Archivist, Clerk, Leader],
            Right::Roster => &[Archivist, Leader],
            Right::CheckFiles => &[Archivist, Clerk, Precheck, Leader],
            Right::WriteNote => &[Clerk, Precheck, Cashier, Reviewer, Archivist, Leader],
            Right::Reveal => &[Clerk, Precheck, Cashier, Reviewer, Archivist, Leader, Auditor],
            Right::People | Right::Calendars => &[Admin],
            Right::Backup => &[Admin, Leader],
            Right::ReadAll => &[Clerk, Precheck, Cashier, Reviewer, Archivist, Keeper, Leader, Admin, Auditor],
        };
        list.iter().copied().collect()
    }
}

/// Whether somebody may; in a store without people whoever can open the file may.
pub fn may(actor: &Actor, right: Right) -> bool {
    actor.unpeopled || actor.roles.any_of(right.roles())
}

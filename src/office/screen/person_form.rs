//! The sheet on which a person is added or changed.

use super::pane::Sheet;
use crate::db::{ActError, Actor};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::roles::{Role, Roles};
use crate::kernel::words::W;
use crate::office::people::{self, NewPerson};
use crate::office::store::{Person, role_word};
use crate::phrase;
use crate::ui::form::FormField;
use crate::ui::screen::{DeskAct, Done, Effect};

/// The sheet for somebody new, or for somebody as they stand.
pub fn sheet(person: Option<&Person>) -> Sheet {
    let (name, staff_no, limit) = match person {
        Some(p) => (p.name.clone(), p.staff_no.clone(), p.sign_limit.map(Fen::plain).unwrap_or_default()),
        None => Default::default(),
    };
    let mut number =
        FormField::text("staff_no", W::OfficeFieldStaffNo).limit(20).hint(W::OfficeFieldStaffNoHint).value(&staff_no);
    if person.is_some_and(|p| p.has_pin) {
        number = number.read_only();
    }
    let mut fields = vec![FormField::text("name", W::OfficeFieldName).limit(40).value(&name), number];
    for role in Role::ALL {
        let has = person.is_some_and(|p| p.roles.has(role));
        fields.push(FormField::toggle(role.code(), role_word(role)).value(if has { "1" } else { "0" }));
    }
    fields.push(FormField::money("limit", W::OfficeFieldLimit).hint(W::OfficeFieldLimitHint).value(&limit));
    Sheet::new(if person.is_some() { W::OfficeKeyEdit } else { W::OfficeKeyAdd }, fields)
}

/// What was typed, or why it cannot be read.
///
/// # Errors
/// A finding at its field.
pub fn read(sheet: &Sheet) -> Result<NewPerson, Findings> {
    let form = &sheet.form;
    let limit = match form.value("limit").trim() {
        "" => None,
        typed => {
            Some(Fen::parse(typed).map_err(|_| Findings::from(Finding::block("limit", "limit", W::OfficeShapeMoney)))?)
        }
    };
    let roles: Roles = Role::ALL.into_iter().filter(|role| form.value(role.code()) == "1").collect();
    Ok(NewPerson { name: form.value("name").to_owned(), staff_no: form.value("staff_no").to_owned(), roles, limit })
}

/// The person as typed over somebody as seen, for the rule on two persons.
pub fn typed_over(seen: Option<&Person>, typed: &NewPerson) -> Person {
    let blank = Person {
        id: 0,
        staff_no: String::new(),
        name: String::new(),
        enabled: true,
        has_pin: false,
        pin_must_change: false,
        pin_reset_by: String::new(),
        failures: 0,
        retry_at: 0,
        sign_limit: None,
        roles: Roles::NONE,
    };
    let seen = seen.cloned().unwrap_or(blank);
    Person {
        name: typed.name.clone(),
        staff_no: typed.staff_no.clone(),
        roles: typed.roles,
        sign_limit: typed.limit,
        ..seen
    }
}

/// Saves the sheet, with the second person where one gave a PIN.
pub fn save(seen: Option<Person>, typed: NewPerson, second: Option<Actor>) -> Effect {
    match seen {
        None => Effect::Act(DeskAct::new("person_add", move |tx| {
            let person = people::add(tx, &typed, second.as_ref())?;
            let said = phrase!(
                W::OfficeSaidAdded,
                person.name.clone(),
                person.staff_no.clone(),
                people::roles_arg(person.roles)
            );
            Ok(Done::said(said).with(person.id))
        })),
        Some(seen) => Effect::Act(DeskAct::new("person_change", move |tx| {
            let after = typed_over(Some(&seen), &typed);
            let person = people::change(tx, &seen, &after, second.as_ref())?;
            Ok(Done::said(phrase!(W::OfficeSaidChanged, person.name.clone())).with(person.id))
        })),
    }
}

/// Disables or enables somebody.
pub fn switch(seen: Person, second: Option<Actor>) -> Effect {
    let name = if seen.enabled { "person_disable" } else { "person_enable" };
    Effect::Act(DeskAct::new(name, move |tx| {
        let after = Person { enabled: !seen.enabled, ..seen.clone() };
        let person = people::change(tx, &seen, &after, second.as_ref())?;
        Ok::<_, ActError>(Done::said(switched(&person)).with(person.id))
    }))
}

fn switched(person: &Person) -> crate::kernel::words::Phrase {
    if person.enabled {
        phrase!(W::OfficeSaidEnabled, person.name.clone(), person.staff_no.clone())
    } else {
        phrase!(W::OfficeSaidDisabled, person.name.clone(), person.staff_no.clone())
    }
}

//! Customers by chance: names, identity numbers, phones, plates, accounts. Every number is right by its own standard.

use super::chance::Chance;
use super::data::{Data, Words};
use crate::kernel::identity;
use chrono::NaiveDate;

/// An insured.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// Name of the person or company.
    pub name: String,
    /// 证件类型
    pub id_kind: String,
    /// Citizen's number (GB 11643) or unified social credit code (GB 32100).
    pub id_no: String,
    /// Mobile number.
    pub phone: String,
    /// A company.
    pub company: bool,
}

/// A word of a list; empty only when the list is.
pub fn word<'a>(words: &'a Words, chance: &mut Chance) -> &'a str {
    words.0.draw(chance).map_or("", String::as_str)
}

/// A person or a company. `companies` in a hundred are companies; a `child` is at school.
pub fn customer(data: &Data, chance: &mut Chance, companies: u64, child: bool, today: NaiveDate) -> Customer {
    if chance.percent(companies) {
        return Customer {
            name: company_name(data, chance),
            id_kind: data.texts.id_company.clone(),
            id_no: credit_code(data, chance),
            phone: phone(data, chance),
            company: true,
        };
    }
    let male = chance.percent(if child { 52 } else { 63 });
    Customer {
        name: person_name(data, chance, male),
        id_kind: data.texts.id_citizen.clone(),
        id_no: citizen_number(data, chance, male, child, today),
        phone: phone(data, chance),
        company: false,
    }
}

fn person_name(data: &Data, chance: &mut Chance, male: bool) -> String {
    let names = &data.names;
    if chance.below(150) == 0 {
        return format!("{}·{}", word(&names.several_first, chance), word(&names.several_second, chance));
    }
    let mut name = word(&names.surnames, chance).to_owned();
    let (start, end, one) = if male {
        (&names.male, &names.male_end, &names.male_one)
    } else {
        (&names.female, &names.female_end, &names.female_one)
    };
    if chance.percent(18) {
        name.push_str(word(one, chance));
        return name;
    }
    name.push_str(word(start, chance));
    let rare = chance.below(200) == 0;
    name.push_str(word(if rare { &names.rare } else { end }, chance));
    name
}

fn company_name(data: &Data, chance: &mut Chance) -> String {
    let names = &data.names;
    let parts = [&names.company_place, &names.company_word, &names.company_trade, &names.company_form];
    parts.into_iter().map(|part| word(part, chance)).collect()
}

fn citizen_number(data: &Data, chance: &mut Chance, male: bool, child: bool, today: NaiveDate) -> String {
    let region = word(&data.places.regions, chance).parse().unwrap_or(340_104);
    // Adults from 19 to 70, most of them in the middle; children from 4 to 17.
    let years = if child { chance.between(4, 17) } else { 19 + chance.between(0, 30) + chance.between(0, 21) };
    let days = u64::try_from(years * 365 + chance.between(0, 364)).unwrap_or(0);
    let born = today.checked_sub_days(chrono::Days::new(days)).unwrap_or(today);
    let seq = chance.below(499) * 2 + u64::from(male);
    identity::citizen(region, born, u32::try_from(seq).unwrap_or(1))
}

fn credit_code(data: &Data, chance: &mut Chance) -> String {
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut code = format!("91{}MA", word(&data.places.regions, chance));
    while code.len() < 17 {
        code.extend(chance.of(ALPHABET).map(|byte| char::from(*byte)));
    }
    identity::uscc(&code).unwrap_or_default()
}

fn phone(data: &Data, chance: &mut Chance) -> String {
    format!("{}{:08}", word(&data.places.mobiles, chance), chance.below(100_000_000))
}

/// A plate (GA 36); one in eight has a new-energy one.
pub fn plate(data: &Data, chance: &mut Chance, company: bool) -> String {
    const LETTERS: &[u8; 24] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const SERIAL: &[u8; 34] = b"0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut plate = word(&data.places.plates, chance).to_owned();
    let letter = |chance: &mut Chance, list: &'static [u8]| chance.of(list).map(|byte| char::from(*byte));
    if chance.percent(13) {
        // Small cars have the energy letter first, large ones last.
        let kinds: &[u8] = if chance.percent(80) { b"D" } else { b"FAB" };
        let energy = letter(chance, kinds);
        if company && chance.percent(40) {
            plate.push_str(&format!("{:05}", chance.below(100_000)));
            plate.extend(energy);
        } else {
            plate.extend(energy);
            plate.extend(letter(chance, SERIAL));
            plate.push_str(&format!("{:04}", chance.below(10_000)));
        }
        return plate;
    }
    // Five characters with up to two letters among them.
    let letters = [chance.below(8), chance.below(12)];
    for place in 0..5 {
        let list: &[u8] = if letters.contains(&place) { LETTERS } else { b"0123456789" };
        plate.extend(letter(chance, list));
    }
    plate
}

/// A bank and an account there: name, number, kind. Cards carry Luhn's digit, passbooks and company accounts none.
pub fn account(data: &Data, chance: &mut Chance, company: bool) -> (String, String, String) {
    let Some(bank) = data.places.banks.draw(chance) else { return Default::default() };
    let texts = &data.texts;
    let digits = |chance: &mut Chance, count: u32| {
        format!("{:0width$}", chance.below(10_u64.pow(count)), width = usize::try_from(count).unwrap_or(1))
    };
    let (number, kind) = if company {
        (format!("34{}", digits(chance, 15)), &texts.account_company)
    } else if chance.percent(4) {
        (format!("60{}", digits(chance, 16)), &texts.account_passbook)
    } else {
        (with_luhn(format!("{}{}", bank.starts, digits(chance, 12))), &texts.account_card)
    };
    (bank.name.clone(), number, kind.clone())
}

/// Adds the digit that makes a card number right (ISO/IEC 7812).
fn with_luhn(body: String) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let value = u32::from(byte.wrapping_sub(b'0')) * if place % 2 == 0 { 2 } else { 1 };
            value / 10 + value % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::text;

    fn many(of: impl Fn(&mut Chance)) {
        for thing in 0..3_000 {
            of(&mut Chance::new(1, 9, thing));
        }
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    #[test]
    fn identity_numbers_and_phones_are_right_without_a_warning() {
        let data = Data::read().unwrap();
        many(|chance| {
            let child = chance.percent(20);
            let who = customer(&data, chance, 20, child, today());
            let read = identity::classify_id(&who.id_kind, &who.id_no, today());
            assert!(read.problems.is_empty(), "{who:?}: {:?}", read.problems);
            let kind = if who.company { identity::IdKind::Uscc } else { identity::IdKind::Citizen };
            assert_eq!(read.kind, kind, "{who:?}");
            assert!(identity::mobile_ok(&who.phone), "{}", who.phone);
            assert!(text::outside_text_problem(&who.name).is_none() && !who.name.is_empty());
            if let Some(born) = read.birth {
                let years = (today() - born).num_days() / 365;
                assert!(if child { (3..19).contains(&years) } else { (18..73).contains(&years) }, "{years}");
            }
        });
    }

    #[test]
    fn plates_have_the_shape_of_plates_and_cards_their_digit() {
        let data = Data::read().unwrap();
        let mut energy = 0;
        for thing in 0..3_000 {
            let chance = &mut Chance::new(2, 9, thing);
            let company = chance.percent(30);
            let plate = plate(&data, chance, company);
            assert!(identity::plate_ok(&plate), "{plate}");
            assert_eq!(identity::plate_key(&plate), plate, "as an import would keep it");
            energy += u64::from(plate.chars().count() == 8);
            let (bank, number, kind) = account(&data, chance, company);
            assert!(!bank.is_empty());
            assert!(kind != data.texts.account_card || identity::luhn_ok(&number), "{number}");
        }
        assert!((250..600).contains(&energy), "{energy}");
    }

    #[test]
    fn names_are_as_varied_as_real_ones() {
        let data = Data::read().unwrap();
        let names: Vec<String> =
            (0..8_000).map(|thing| customer(&data, &mut Chance::new(3, 9, thing), 0, false, today()).name).collect();
        let share = |of: &dyn Fn(&str) -> bool| names.iter().filter(|name| of(name)).count() * 1_000 / names.len();
        assert!(
            (50..110).contains(&share(&|name| name.starts_with('王'))),
            "{}",
            share(&|name| name.starts_with('王'))
        );
        for wanted in ["单", "仇", "尉迟"] {
            assert!(names.iter().any(|name| name.starts_with(wanted)), "{wanted}");
        }
        assert!(names.iter().any(|name| name.contains('·')) && names.iter().any(|name| name.contains('𠮷')));
    }
}

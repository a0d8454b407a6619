//! What the synthetic office is made of, read from `assets/practice`.

use super::chance::Weighted;
use anyhow::Context;
use serde::Deserialize;
use serde::de::DeserializeOwned;

const NAMES: &str = include_str!("../../assets/practice/names.toml");
const PEOPLE: &str = include_str!("../../assets/practice/people.toml");
const PLACES: &str = include_str!("../../assets/practice/places.toml");
const AMOUNTS: &str = include_str!("../../assets/practice/amounts.toml");
const TEXTS: &str = include_str!("../../assets/practice/texts.toml");

/// A text's words with their weights: a number behind each, after a colon where the word itself is one; 1 without.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "String")]
pub struct Words(pub Weighted<String>);

impl From<String> for Words {
    fn from(text: String) -> Words {
        Words(Weighted::new(text.split_whitespace().map(|word| {
            let body = match word.split_once(':') {
                Some((body, _)) => body,
                None => word.trim_end_matches(|c: char| c.is_ascii_digit()),
            };
            let weight = word.strip_prefix(body).unwrap_or_default().trim_start_matches(':').parse().unwrap_or(1);
            (body.to_owned(), weight)
        })))
    }
}

/// Parts of names.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the file says what each list is")]
pub struct Names {
    pub surnames: Words,
    pub male: Words,
    pub male_end: Words,
    pub male_one: Words,
    pub female: Words,
    pub female_end: Words,
    pub female_one: Words,
    pub rare: Words,
    pub several_first: Words,
    pub several_second: Words,
    pub company_place: Words,
    pub company_word: Words,
    pub company_trade: Words,
    pub company_form: Words,
}

/// Somebody of the office.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colleague {
    /// 工号
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// Role codes.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Largest payable a leader signs off, in yuan.
    pub limit: Option<i64>,
}

/// Those who are named on cases and never sign in.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each list is the part its name says")]
pub struct Outside {
    pub surveyors: Vec<String>,
    pub assessors: Vec<String>,
    pub verifiers: Vec<String>,
    pub adjusters: Vec<String>,
}

/// The office and who does what in it, by 工号.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Name of the office.
    pub office: String,
    /// The PIN everybody has.
    pub pin: String,
    /// Sits at the desk.
    pub clerk: String,
    /// The other clerk.
    pub second_clerk: String,
    /// 材料预检岗
    pub precheck: String,
    /// 出纳, who lets money go.
    pub cashier: String,
    /// 单证资产岗
    pub keeper: String,
    /// Signs for the leader while he is away.
    pub reviewer: String,
    /// Signs up to a limit.
    pub leader: String,
    /// Signs without limit.
    pub head: String,
    /// Opens the office.
    pub opens: Colleague,
    /// Everybody else, in the order they are added.
    pub person: Vec<Colleague>,
    /// Named on cases.
    pub named: Outside,
}

/// A bank and its cards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// Name.
    pub name: String,
    /// First digits of its cards.
    pub starts: String,
    /// Transfers to it are opened while the office is lived.
    #[serde(default)]
    pub opens_late: bool,
    /// Transfers to it stay closed.
    #[serde(default)]
    pub closed: bool,
    weight: u64,
}

/// Something customers ask.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Code of what it is about.
    pub kind: String,
    /// The question.
    pub text: String,
    /// Code of the clause that answers it.
    pub clause: String,
    weight: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacesFile {
    regions: Words,
    plates: Words,
    mobiles: Words,
    bank: Vec<Bank>,
    streets: Words,
    spots: Words,
}

/// Where customers live, bank and drive.
#[derive(Debug)]
#[expect(missing_docs, reason = "the file says what each list is")]
pub struct Places {
    pub regions: Words,
    pub plates: Words,
    pub mobiles: Words,
    pub banks: Weighted<Bank>,
    /// Names of the banks that transfers are not open to at first.
    pub without_channel: Vec<String>,
    pub streets: Words,
    pub spots: Words,
}

/// A line's share of cases and what its claims come to.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineAmounts {
    /// Code of the line.
    pub code: String,
    /// Cases in ten thousand.
    pub share: u64,
    /// Companies among a hundred insured.
    pub companies: u64,
    /// The insured are at school.
    #[serde(default)]
    pub child: bool,
    /// A vehicle belongs to it.
    #[serde(default)]
    pub plate: bool,
    /// Assessed amounts at [`Amounts::per_mille`], yuan, ascending.
    pub yuan: Vec<i64>,
}

/// What claims come to.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amounts {
    /// The quantiles the lists are given at, 0 to 1000.
    pub per_mille: Vec<i64>,
    /// The lines.
    pub line: Vec<LineAmounts>,
}

/// What the people write, and the words files use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "each text is what its name says")]
pub struct Texts {
    pub notes: Vec<String>,
    pub rejected: String,
    pub waived: String,
    pub early: String,
    pub returns: Vec<String>,
    pub not_applicable: String,
    pub reopen: String,
    pub deputy: String,
    pub conclusion: String,
    pub attendees: String,
    pub items: Vec<String>,
    pub modes_counter: String,
    pub modes_transfer: String,
    pub modes_direct: String,
    pub id_citizen: String,
    pub id_company: String,
    pub account_card: String,
    pub account_passbook: String,
    pub account_company: String,
    pub shops: Vec<String>,
    pub channel_opened: String,
    pub call_back: String,
    pub explanation: String,
    pub conceded: String,
    pub resolved: String,
    pub complaint: String,
    pub refusal: String,
    pub proof: String,
    pub mandate: String,
    pub bank_failed: String,
    pub bank_returned: String,
    pub bank_word: String,
    pub result_head: String,
    pub result_paid: String,
    pub result_failed: String,
    pub result_total: String,
    pub early_plate: String,
    pub disputed: Vec<String>,
    pub asked: Vec<Asked>,
}

impl Texts {
    /// Something a customer asks, by how often it is asked.
    pub fn question(&self, chance: &mut super::chance::Chance) -> Option<Asked> {
        Weighted::new(self.asked.iter().map(|asked| (asked.clone(), asked.weight))).draw(chance).cloned()
    }
}

/// Everything together.
#[derive(Debug)]
#[expect(missing_docs, reason = "each field is one file")]
pub struct Data {
    pub names: Names,
    pub people: People,
    pub places: Places,
    pub amounts: Amounts,
    pub texts: Texts,
}

fn read<T: DeserializeOwned>(name: &'static str, text: &str) -> anyhow::Result<T> {
    toml::from_str(text).context(name)
}

impl Data {
    /// Reads the files of the program.
    ///
    /// # Errors
    /// When one is malformed, which a test would have found.
    pub fn read() -> anyhow::Result<Data> {
        let places: PlacesFile = read("places.toml", PLACES)?;
        Ok(Data {
            names: read("names.toml", NAMES)?,
            people: read("people.toml", PEOPLE)?,
            amounts: read("amounts.toml", AMOUNTS)?,
            texts: read("texts.toml", TEXTS)?,
            places: Places {
                regions: places.regions,
                plates: places.plates,
                mobiles: places.mobiles,
                without_channel: places
                    .bank
                    .iter()
                    .filter(|bank| bank.opens_late || bank.closed)
                    .map(|bank| bank.name.clone())
                    .collect(),
                banks: Weighted::new(places.bank.into_iter().map(|bank| {
                    let weight = bank.weight;
                    (bank, weight)
                })),
                streets: places.streets,
                spots: places.spots,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::chance::Chance;
    use super::*;

    #[test]
    fn every_file_reads_and_its_numbers_fit_together() {
        let data = Data::read().unwrap();
        assert_eq!(data.amounts.line.iter().map(|line| line.share).sum::<u64>(), 10_000);
        let marks = &data.amounts.per_mille;
        assert_eq!((marks.first(), marks.last()), (Some(&0), Some(&1000)));
        for line in &data.amounts.line {
            assert_eq!(line.yuan.len(), marks.len(), "{}", line.code);
            assert!(line.yuan.is_sorted() && marks.is_sorted(), "{}", line.code);
        }
        let lines: toml::Table = include_str!("../../assets/lines.toml").parse().unwrap();
        let known: Vec<&str> =
            lines["line"].as_array().unwrap().iter().map(|line| line["code"].as_str().unwrap()).collect();
        assert!(data.amounts.line.iter().all(|line| known.contains(&line.code.as_str())));
        let roles = |c: &Colleague| c.roles.iter().all(|r| crate::kernel::roles::Role::from_code(r).is_some());
        assert!(data.people.person.iter().all(roles));
    }

    #[test]
    fn a_weight_stands_behind_its_word() {
        let words = Words::from("甲3 乙 340104:2".to_owned());
        let mut chance = Chance::new(1, 0, 0);
        let drawn: Vec<&String> = (0..600).filter_map(|_| words.0.draw(&mut chance)).collect();
        let count = |word: &str| drawn.iter().filter(|drawn| drawn.as_str() == word).count();
        assert!(count("甲") > count("340104") && count("340104") > count("乙") && count("乙") > 0);
        assert_eq!(count("甲") + count("乙") + count("340104"), 600);
    }
}

//! What is wrong with a bank or a change of its channel; which bank a text names; how a channel stands at a moment.

use super::store::{BIN_DIGITS, Bank, Channel, ChannelRow};
use crate::kernel::account::account;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::cnaps_ok;
use crate::kernel::text::{self, pinyin};
use crate::kernel::words::W;
use crate::phrase;
use crate::reference::rules::{line_findings, reason_findings};
use chrono::NaiveDate;

/// Longest name of a bank, in characters.
const NAME_CHARS: usize = 40;
/// A name this short names a bank only at the beginning of a text: 建行 also stands in 福建行政学院.
const SHORT_NAME: usize = 2;

/// Names, card prefixes and number of a bank.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewNames {
    /// Other names.
    pub aliases: Vec<String>,
    /// First digits of its cards.
    pub bins: Vec<String>,
    /// Number of the head office; empty = not known.
    pub cnaps: String,
}

/// A bank to be added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewBank {
    /// Full name.
    pub name: String,
    /// What else it is known by.
    pub names: NewNames,
    /// Transfers go through from now on.
    pub open: bool,
    /// A designated bank.
    pub designated: bool,
    /// Why it stands so.
    pub reason: String,
}

/// How a channel is to stand from a day on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChannelChange {
    /// Transfers go through.
    pub open: bool,
    /// A designated bank.
    pub designated: bool,
    /// From the beginning of this day; none, or today, means from now.
    pub from_day: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

/// A name as it is kept and compared: folded, without blanks, in lower case.
pub fn key(name: &str) -> String {
    text::fold_name(name).replace(' ', "").to_lowercase()
}

impl NewNames {
    /// From the lists a form holds, divided by blanks, commas or 、.
    pub fn typed(aliases: &str, bins: &str, cnaps: &str) -> NewNames {
        let list = |text: &str| {
            let parts = text.split([',', '\u{3001}', '\u{ff0c}', ' ', '\u{3000}']);
            parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
        };
        NewNames { aliases: list(aliases), bins: list(bins), cnaps: cnaps.to_owned() }
    }

    /// In the form in which they are kept, each once.
    #[must_use]
    pub fn folded(&self) -> NewNames {
        let once = |mut list: Vec<String>| {
            list.retain(|entry| !entry.is_empty());
            list.sort_unstable();
            list.dedup();
            list
        };
        NewNames {
            aliases: once(self.aliases.iter().map(|alias| key(alias)).collect()),
            bins: once(self.bins.iter().map(|bin| account(bin)).collect()),
            cnaps: account(&self.cnaps),
        }
    }

    /// What the bank has not got yet.
    #[must_use]
    pub fn beyond(mut self, bank: &Bank) -> NewNames {
        self.aliases.retain(|alias| !bank.aliases.contains(alias) && *alias != key(&bank.name));
        self.bins.retain(|bin| !bank.bins.contains(bin));
        if self.cnaps == bank.cnaps {
            self.cnaps.clear();
        }
        self
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.aliases.is_empty() && self.bins.is_empty() && self.cnaps.is_empty()
    }
}

impl NewBank {
    /// In the form in which it is kept.
    #[must_use]
    pub fn folded(&self) -> NewBank {
        let mut names = self.names.folded();
        names.aliases.retain(|alias| *alias != key(&self.name));
        NewBank {
            name: text::fold_name(&self.name).into_owned(),
            names,
            reason: text::fold(&self.reason).into_owned(),
            ..self.clone()
        }
    }
}

/// The finding that nothing would be added.
pub fn nothing_new() -> Finding {
    Finding::block("same", None, W::ReferenceNothingNew)
}

/// Who has a name already.
fn owner<'a>(banks: &'a [Bank], name: &str) -> Option<&'a Bank> {
    banks.iter().find(|bank| key(&bank.name) == name || bank.code == name || bank.aliases.iter().any(|a| a == name))
}

/// What is wrong with further names, in their folded form.
pub fn check_names(names: &NewNames, banks: &[Bank]) -> Findings {
    let mut found = Findings::new();
    for alias in &names.aliases {
        if let Some(bank) = owner(banks, alias) {
            let what = phrase!(W::ReferenceBankNameTaken, alias.clone(), bank.name.clone());
            found.push(Finding::block("alias_taken", "aliases", what));
        }
        found.extend(line_findings("aliases", alias, NAME_CHARS));
    }
    for bin in &names.bins {
        if !BIN_DIGITS.contains(&bin.len()) || !bin.bytes().all(|byte| byte.is_ascii_digit()) {
            let (least, most) = (*BIN_DIGITS.start(), *BIN_DIGITS.end());
            let bounds = [least, most].map(|digits| i64::try_from(digits).unwrap_or(i64::MAX));
            let what = phrase!(W::ReferenceBankBinShape, bin.clone(), bounds[0], bounds[1]);
            found.push(Finding::block("bin_shape", "bins", what));
        } else if let Some(bank) = banks.iter().find(|bank| bank.bins.contains(bin)) {
            let what = phrase!(W::ReferenceBankBinTaken, bin.clone(), bank.name.clone());
            found.push(Finding::block("bin_taken", "bins", what));
        }
    }
    if !names.cnaps.is_empty() && !cnaps_ok(&names.cnaps) {
        found.push(Finding::warn("cnaps", "cnaps", W::ReferenceCnapsShape));
    }
    found
}

/// What is wrong with a bank to be added, in its folded form.
pub fn check_new(new: &NewBank, banks: &[Bank]) -> Findings {
    let mut found = Findings::new();
    if new.name.is_empty() {
        found.push(Finding::block("name", "name", W::ReferenceNameMissing));
    } else if let Some(bank) = owner(banks, &key(&new.name)) {
        let what = phrase!(W::ReferenceBankNameTaken, new.name.clone(), bank.name.clone());
        found.push(Finding::block("name_taken", "name", what));
    }
    found.extend(line_findings("name", &new.name, NAME_CHARS));
    found.extend(check_names(&new.names, banks));
    if new.designated && !new.open {
        found.push(Finding::block("designated_closed", "designated", W::ReferenceBankDesignatedClosed));
    }
    found.extend(reason_findings(&new.reason));
    found
}

/// What is wrong with a change of a channel whose last row is this one.
pub fn check_channel(change: &ChannelChange, last: Option<&ChannelRow>, now: i64) -> Findings {
    let mut found = Findings::new();
    let from_at = change.from_day.map_or(now, |day| clock::moment_on(day, chrono::NaiveTime::MIN)).max(now);
    if change.from_day.is_some_and(|day| day < clock::day_of(now)) {
        found.push(Finding::block("past", "from", W::ReferenceFromPast));
    } else if let Some(last) = last.filter(|last| last.from_at > from_at) {
        let what = phrase!(W::ReferenceBankPlanned, clock::day_of(last.from_at));
        found.push(Finding::block("planned", "from", what));
    }
    if change.designated && !change.open {
        found.push(Finding::block("designated_closed", "designated", W::ReferenceBankDesignatedClosed));
    }
    if last.is_some_and(|last| last.open == change.open && last.designated == change.designated) {
        found.push(Finding::block("same", "open", W::ReferenceNothingNew));
    }
    found.extend(reason_findings(&change.reason));
    found
}

/// A code for a new bank: the initials of its name, with a number where they are taken.
pub fn code_for(name: &str, banks: &[Bank]) -> String {
    let letters = pinyin::label_initials(name).into_iter().next().unwrap_or_default();
    let plain: String = letters.chars().filter(char::is_ascii_alphanumeric).collect();
    let stem = if plain.is_empty() { "bank".to_owned() } else { plain };
    let taken = |code: &str| banks.iter().any(|bank| bank.code == code);
    let numbered = (2_usize..).map(|number| format!("{stem}{number}"));
    std::iter::once(stem.clone()).chain(numbered).find(|code| !taken(code)).unwrap_or(stem)
}

/// The bank a text names, see [`super::named`].
pub fn named_among<'a>(banks: &'a [Bank], text: &str) -> Option<&'a Bank> {
    let text = key(text);
    if text.is_empty() {
        return None;
    }
    if let Some(bank) = owner(banks, &text) {
        return Some(bank);
    }
    let mut best: Option<(usize, &Bank)> = None;
    for bank in banks {
        let name = key(&bank.name);
        for name in std::iter::once(&name).chain(&bank.aliases) {
            let length = name.chars().count();
            let fits =
                if length <= SHORT_NAME { text.starts_with(name.as_str()) } else { text.contains(name.as_str()) };
            if fits && best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, bank));
            }
        }
    }
    best.map(|(_, bank)| bank)
}

/// How a channel stands at a moment, from its history in the order of its moments.
pub fn channel_at(rows: &[ChannelRow], at: i64) -> Channel {
    let until = rows.iter().take_while(|row| row.from_at <= at);
    let mut channel = Channel::default();
    let mut begun = None;
    for row in until {
        if begun.is_none() || channel.open != row.open {
            begun = Some(row.from_at);
        }
        channel = Channel { open: row.open, designated: row.designated, since: None };
    }
    Channel { since: begun.filter(|from| *from > 0), ..channel }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bank(id: i64, code: &str, name: &str, aliases: &[&str]) -> Bank {
        Bank {
            id,
            code: code.to_owned(),
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            bins: Vec::new(),
            designated: false,
            cnaps: String::new(),
        }
    }

    fn row(id: i64, from_at: i64, open: bool, designated: bool) -> ChannelRow {
        ChannelRow { id, open, designated, from_at, reason: String::new(), set_by: String::new(), set_at: 0 }
    }

    #[test]
    fn the_longest_name_in_a_text_wins() {
        let banks = [
            bank(1, "boc", "中国银行", &["中行"]),
            bank(2, "icbc", "中国工商银行", &["工商银行", "工行"]),
            bank(3, "ccb", "中国建设银行", &["建设银行", "建行"]),
            bank(4, "psbc", "中国邮政储蓄银行", &["邮储银行", "邮储"]),
        ];
        for (text, code) in [
            ("工商银行合肥分行", "icbc"),
            ("ＩＣＢＣ", "icbc"),
            ("中国 工商银行 合肥", "icbc"),
            ("中国银行股份有限公司", "boc"),
            ("中行营业部", "boc"),
            ("安徽省邮储银行", "psbc"),
            ("建行", "ccb"),
        ] {
            assert_eq!(named_among(&banks, text).map(|bank| bank.code.as_str()), Some(code), "{text}");
        }
        for text in ["", " ", "福建行政学院", "花旗银行"] {
            assert_eq!(named_among(&banks, text), None, "{text}");
        }
    }

    #[test]
    fn a_channel_counts_from_the_row_that_turned_it() {
        let rows =
            [row(1, 0, false, false), row(2, 100, true, false), row(3, 200, true, true), row(4, 300, false, false)];
        let at = |at| {
            let channel = channel_at(&rows, at);
            (channel.open, channel.designated, channel.since)
        };
        assert_eq!(at(99), (false, false, None));
        assert_eq!(at(100), (true, false, Some(100)));
        assert_eq!(at(250), (true, true, Some(100)), "a mark does not turn the channel");
        assert_eq!(at(300), (false, false, Some(300)));
        assert_eq!(channel_at(&[], 5), Channel::default());
    }

    #[test]
    fn a_channel_is_not_planned_before_its_last_row() {
        let now = clock::moment_on(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), chrono::NaiveTime::MIN);
        let change = |open, designated, day: Option<u32>| ChannelChange {
            open,
            designated,
            from_day: day.and_then(|day| NaiveDate::from_ymd_opt(2026, 11, day)),
            reason: "签约".to_owned(),
        };
        let closed = row(1, 0, false, false);
        assert!(check_channel(&change(true, false, None), Some(&closed), now).is_empty());
        assert_eq!(check_channel(&change(true, false, Some(22)), Some(&closed), now).codes(), "past");
        assert_eq!(check_channel(&change(false, true, None), Some(&closed), now).codes(), "designated_closed");
        assert_eq!(check_channel(&change(false, false, None), Some(&closed), now).codes(), "same");
        let planned = row(2, now + 86_400, true, false);
        assert_eq!(check_channel(&change(false, false, None), Some(&planned), now).codes(), "planned");
        assert!(check_channel(&change(false, false, Some(24)), Some(&planned), now).is_empty());
    }

    #[test]
    fn a_new_bank_has_a_code_of_its_own() {
        let banks = [bank(1, "hsyh", "徽商银行", &[])];
        assert_eq!(code_for("杭商银行", &banks), "hsyh2");
        assert_eq!(code_for("齐鲁银行", &banks), "qlyh");
        let again = NewBank { name: "徽商银行".to_owned(), reason: "x".to_owned(), ..NewBank::default() };
        assert_eq!(check_new(&again, &banks).codes(), "name_taken");
    }

    proptest! {
        #[test]
        fn the_last_row_that_is_not_after_a_moment_decides(steps in prop::collection::vec((0_i64..50, any::<bool>()), 0..12), at in 0_i64..400) {
            let mut from = 0;
            let rows: Vec<ChannelRow> = steps.iter().zip(1..).map(|((step, open), id)| {
                from += step;
                row(id, from, *open, false)
            }).collect();
            let last = rows.iter().rev().find(|row| row.from_at <= at);
            let channel = channel_at(&rows, at);
            prop_assert_eq!(channel.open, last.is_some_and(|row| row.open));
            prop_assert!(channel.since.is_none_or(|since| since <= at));
        }
    }
}

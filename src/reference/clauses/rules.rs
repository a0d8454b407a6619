//! What is wrong with a clause, which version is in force, and how well a clause fits what was typed.

use super::store::Clause;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text::{self, pinyin};
use crate::kernel::words::W;
use crate::phrase;
use crate::reference::rules::line_findings;
use chrono::NaiveDate;

/// What a clause is about, in the order of the screen; the kinds of inquiry it answers.
pub const KINDS: [&str; 5] = ["items", "documents", "price", "procedure", "other"];

/// Longest code, title, source or article, and longest text, in characters.
const LINE_CHARS: usize = 60;
const TEXT_CHARS: usize = 600;

/// The word for a kind; an unknown one is the last.
pub fn kind_word(kind: &str) -> W {
    match kind {
        "items" => W::ReferenceKindItems,
        "documents" => W::ReferenceKindDocuments,
        "price" => W::ReferenceKindPrice,
        "procedure" => W::ReferenceKindProcedure,
        _ => W::ReferenceKindOther,
    }
}

/// A clause as it is typed or stands in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewClause {
    /// Stable code; the same code is a new version.
    pub code: String,
    /// What it is about, in a few words.
    pub title: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// What is told to the customer.
    pub text: String,
    /// Where it comes from: the law by name, or the office.
    pub source: String,
    /// Article number; may be empty.
    pub article: String,
    /// In force from this day on.
    pub from_day: Option<NaiveDate>,
}

impl NewClause {
    /// In the form in which it is kept.
    #[must_use]
    pub fn folded(&self) -> NewClause {
        NewClause {
            code: text::fold(&self.code).to_lowercase(),
            // Titles and texts are prose: their full-width marks stay.
            title: self.title.trim().to_owned(),
            text: self.text.trim().to_owned(),
            source: self.source.trim().to_owned(),
            article: self.article.trim().to_owned(),
            kind: self.kind.trim().to_owned(),
            from_day: self.from_day,
        }
    }
}

/// How a clause stands to the last version of its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has the code.
    New,
    /// It says what is said already.
    Same,
    /// It says something else.
    Changed,
}

/// How a folded clause stands to the last version of its code. A retired one comes back as a change.
pub fn standing(new: &NewClause, last: Option<&Clause>) -> Standing {
    let Some(last) = last else { return Standing::New };
    let says = (&new.title, &new.text, &new.source, &new.article, &new.kind);
    let said = (&last.title, &last.text, &last.source, &last.article, &last.kind);
    if says == said && last.retired_at.is_none() { Standing::Same } else { Standing::Changed }
}

/// What is wrong with a folded clause whose last version is this one.
pub fn check(new: &NewClause, last: Option<&Clause>, today: NaiveDate) -> Findings {
    let mut found = Findings::new();
    let code_ok = new.code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if new.code.is_empty() || !code_ok {
        found.push(Finding::block("code", "code", W::ReferenceClauseCodeShape));
    }
    let required = [
        ("title", &new.title, W::ReferenceClauseTitleMissing),
        ("text", &new.text, W::ReferenceClauseTextMissing),
        ("source", &new.source, W::ReferenceClauseSourceMissing),
    ];
    for (field, line, word) in required {
        if line.is_empty() {
            found.push(Finding::block("missing", field, word));
        }
    }
    for (field, line) in
        [("code", &new.code), ("title", &new.title), ("source", &new.source), ("article", &new.article)]
    {
        found.extend(line_findings(field, line, LINE_CHARS));
    }
    found.extend(line_findings("text", &new.text, TEXT_CHARS));
    if !KINDS.contains(&new.kind.as_str()) {
        found.push(Finding::block("kind", "kind", phrase!(W::ReferenceClauseKindUnknown, KINDS.join(" "))));
    }
    match (new.from_day, last) {
        (None, _) => found.push(Finding::block("from", "from", W::ReferenceFromMissing)),
        (Some(day), Some(last)) if day < last.from_day => {
            found.push(Finding::block("from_before", "from", phrase!(W::ReferenceClauseFromBefore, last.from_day)));
        }
        // What was said up to today was said by the version of its day.
        (Some(day), Some(_)) if day < today => found.push(Finding::block("past", "from", W::ReferenceFromPast)),
        _ => {}
    }
    found
}

/// Whether a version is one that may be in force on a day; of those of one code the highest is.
pub fn holds(clause: &Clause, day: NaiveDate) -> bool {
    clause.from_day <= day && clause.retired_at.is_none_or(|at| clock::day_of(at) > day)
}

/// The versions in force on a day, given all versions by code and version.
pub fn in_force(all: Vec<Clause>, day: NaiveDate) -> Vec<Clause> {
    let mut found: Vec<Clause> = Vec::new();
    for clause in all.into_iter().filter(|clause| holds(clause, day)) {
        match found.last_mut().filter(|last| last.code == clause.code) {
            Some(last) => *last = clause,
            None => found.push(clause),
        }
    }
    found
}

/// The initials of a title, as they are kept beside it.
pub fn initials(title: &str) -> String {
    pinyin::label_initials(title).join(" ")
}

/// How well a clause fits every word that was typed, lower is better: 0 code or article, 1 title, 2 initials or
/// syllables of the title, 3 source, 4 text. Nothing when a word is nowhere.
pub fn rank(clause: &Clause, query: &str) -> Option<u8> {
    let query = text::fold(query).to_lowercase();
    query.split(' ').filter(|word| !word.is_empty()).map(|word| rank_word(clause, word)).try_fold(0, |worst, rank| {
        // A clause is as good as its worst word.
        rank.map(|rank| rank.max(worst))
    })
}

fn rank_word(clause: &Clause, word: &str) -> Option<u8> {
    let low = |text: &str| text::fold(text).to_lowercase();
    let has = |text: &str| low(text).contains(word);
    if clause.code == word || clause.code.starts_with(word) || has(&clause.article) {
        return Some(0);
    }
    if has(&clause.title) {
        return Some(1);
    }
    let spelt = clause.initials.split(' ').any(|initials| initials.contains(word));
    if spelt || pinyin::full(&clause.title).contains(word) {
        return Some(2);
    }
    if has(&clause.source) || pinyin::label_initials(&clause.source).iter().any(|initials| initials.contains(word)) {
        return Some(3);
    }
    has(&clause.text).then_some(4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(number: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::Days::new(u64::try_from(number).unwrap())
    }

    fn clause(version: i64, from: i64, retired: Option<i64>) -> Clause {
        let title = "赔款多久到账".to_owned();
        Clause {
            id: version,
            code: "office-procedure-1".to_owned(),
            version,
            initials: initials(&title),
            title,
            text: "法定期限是达成协议后十日内。".to_owned(),
            source: "网点标准口径".to_owned(),
            article: "第二十三条".to_owned(),
            kind: "procedure".to_owned(),
            from_day: day(from),
            retired_at: retired.map(|number| clock::moment_on(day(number), chrono::NaiveTime::MIN)),
            retire_reason: String::new(),
            reason: String::new(),
            added_by: String::new(),
            added_at: 0,
        }
    }

    #[test]
    fn words_and_spelling_find_a_clause_best_first() {
        let clause = clause(1, 0, None);
        for (query, rank_wanted) in [
            ("", Some(0)),
            ("office-pro", Some(0)),
            ("二十三", Some(0)),
            ("到账", Some(1)),
            ("pkdj", Some(2)),
            ("ＤＪＤＺ", Some(2)),
            ("duojiu", Some(2)),
            ("十日内", Some(4)),
            ("到账 十日", Some(4)),
            ("到账 拒赔", None),
        ] {
            assert_eq!(rank(&clause, query), rank_wanted, "{query}");
        }
    }

    #[test]
    fn a_change_is_dated_from_today_on_and_never_before_the_last() {
        let last = clause(1, 10, None);
        let new = NewClause {
            code: last.code.clone(),
            title: last.title.clone(),
            kind: last.kind.clone(),
            text: "新的说法。".to_owned(),
            source: last.source.clone(),
            article: String::new(),
            from_day: Some(day(20)),
        };
        assert!(check(&new, Some(&last), day(20)).is_empty());
        assert_eq!(check(&new, Some(&last), day(21)).codes(), "past");
        let early = NewClause { from_day: Some(day(9)), ..new.clone() };
        assert_eq!(check(&early, Some(&last), day(5)).codes(), "from_before");
        assert!(check(&early, None, day(20)).is_empty(), "a law may have been in force for long");
        assert_eq!(standing(&new, Some(&last)), Standing::Changed);
        let wrong = NewClause { code: "a b".to_owned(), kind: "x".to_owned(), ..NewClause::default() };
        assert_eq!(check(&wrong, None, day(0)).codes(), "code, missing, missing, missing, kind, from");
    }

    proptest! {
        #[test]
        fn one_version_is_in_force_on_a_day(steps in prop::collection::vec(0_i64..5, 1..8), retired in prop::option::of(0_i64..40), at in 0_i64..40) {
            let mut from = 0;
            let all: Vec<Clause> = steps.iter().zip(1..).map(|(step, version)| {
                from += step;
                clause(version, from, retired)
            }).collect();
            let wanted = all.iter().rev().find(|clause| clause.from_day <= day(at)).map(|clause| clause.version);
            let found = in_force(all.clone(), day(at));
            prop_assert!(found.len() <= 1);
            let gone = retired.is_some_and(|day| day <= at);
            prop_assert_eq!(found.first().map(|clause| clause.version), wanted.filter(|_| !gone));
        }
    }
}

//! What the closing form holds, and the names of its fields.

use crate::case::milestones::Outcome;
use crate::kernel::money::Fen;
use crate::kernel::text;
use chrono::NaiveDate;

/// Field names shared by rules, form and drafts.
pub mod field {
    /// 查勘人
    pub const SURVEYOR: &str = "surveyor";
    /// 查勘日期
    pub const SURVEY_DAY: &str = "survey_day";
    /// 查勘地点
    pub const SURVEY_PLACE: &str = "survey_place";
    /// The ticks of step 2.
    pub const PAPERS: &str = "papers";
    /// 材料收齐时间
    pub const PAPERS_AT: &str = "papers_at";
    /// Why the papers' time lies back.
    pub const PAPERS_REASON: &str = "papers_reason";
    /// 定损金额
    pub const ASSESSED: &str = "assessed";
    /// 定损人
    pub const ASSESSOR: &str = "assessor";
    /// 核价金额
    pub const VERIFIED: &str = "verified";
    /// 核价人
    pub const VERIFIER: &str = "verifier";
    /// 理算金额
    pub const PAYABLE: &str = "payable";
    /// 理算人
    pub const ADJUSTER: &str = "adjuster";
    /// 赔付项目
    pub const ITEMS: &str = "items";
    /// Why an amount was raised.
    pub const PRICE_REASON: &str = "price_reason";
    /// 结论
    pub const OUTCOME: &str = "outcome";
    /// Why steps 1, 3 and 4 do not apply, by step.
    pub const NOT_APPLICABLE: [&str; 4] = ["na_1", PAPERS, "na_3", "na_4"];
}

/// What the closing form holds for steps 1 to 4. Empty text and `None` = not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Why steps do not apply; not empty = 不适用. The second is never read: papers always apply.
    pub not_applicable: [String; 4],
    /// 查勘人, by 工号 or name, as the other persons.
    pub surveyor: String,
    /// 查勘日期
    pub survey_day: Option<NaiveDate>,
    /// 查勘地点
    pub survey_place: String,
    /// When the claim papers became complete, UTC seconds; `None` = as the marks or the core system say.
    pub papers_at: Option<i64>,
    /// Why that lies more than two hours back.
    pub papers_reason: String,
    /// 定损金额
    pub assessed: Option<Fen>,
    /// 定损人
    pub assessor: String,
    /// 核价金额
    pub verified: Option<Fen>,
    /// 核价人
    pub verifier: String,
    /// 理算金额: the total payable.
    pub payable: Option<Fen>,
    /// 理算人
    pub adjuster: String,
    /// Items whose sum is the payable; may be none.
    pub items: Vec<(String, Fen)>,
    /// Why verified is above assessed, or payable above verified.
    pub price_reason: String,
    /// Outcome proposed.
    pub outcome: Option<Outcome>,
}

impl Entry {
    /// Whether a step is marked 不适用.
    pub fn skips(&self, step: u8) -> bool {
        step != 2 && self.skip_reason(step).is_some()
    }

    /// Why a step does not apply, if that was written.
    pub fn skip_reason(&self, step: u8) -> Option<&str> {
        let reason = self.not_applicable.get(usize::from(step).checked_sub(1)?)?.trim();
        (!reason.is_empty()).then_some(reason)
    }

    /// Whether nothing of a step was given, so that a confirmation stops before it instead of complaining.
    pub fn blank(&self, step: u8) -> bool {
        let empty = |texts: &[&str]| texts.iter().all(|text| text.trim().is_empty());
        !self.skips(step)
            && match step {
                1 => empty(&[&self.surveyor, &self.survey_place]),
                2 => self.papers_at.is_none() && empty(&[&self.papers_reason]),
                3 => self.assessed.is_none() && empty(&[&self.assessor]),
                _ => {
                    self.verified.is_none()
                        && self.payable.is_none()
                        && empty(&[&self.verifier, &self.adjuster, &self.price_reason])
                }
            }
    }
}

/// Whom a typed name means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Who {
    /// Nothing was typed.
    #[default]
    Nobody,
    /// A person of the office.
    One(i64),
    /// A name nobody has yet: the act creates the person, without sign-in.
    New(String),
    /// Several persons share the name; their 工号.
    Several(String, Vec<String>),
    /// Digits that are nobody's 工号.
    NoSuchNumber(String),
}

impl Who {
    /// Whether two answers mean the same person. New names are compared folded, because one person is made of them.
    pub fn same(&self, other: &Who) -> bool {
        match (self, other) {
            (Who::One(a), Who::One(b)) => a == b,
            (Who::New(a), Who::New(b)) => text::fold_name(a) == text::fold_name(b),
            _ => false,
        }
    }

    /// The person known by an id.
    pub fn known(id: Option<i64>) -> Who {
        id.map_or(Who::Nobody, Who::One)
    }
}

/// The persons behind the names of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Named {
    /// 查勘人
    pub surveyor: Who,
    /// 定损人
    pub assessor: Who,
    /// 核价人
    pub verifier: Who,
    /// 理算人
    pub adjuster: Who,
    /// Who of them is disabled: step, field, name.
    pub disabled: Vec<(u8, &'static str, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untouched_step_is_blank_and_a_reason_why_it_does_not_apply_is_not() {
        let mut entry = Entry { survey_day: NaiveDate::from_ymd_opt(2026, 11, 20), ..Entry::default() };
        assert!((1..=4).all(|step| entry.blank(step)), "a day alone was filled in by the form itself");
        entry.not_applicable[2] = " no loss ".to_owned();
        assert!(!entry.blank(3) && entry.skips(3));
        assert_eq!(entry.skip_reason(3), Some("no loss"));
        entry.not_applicable[1] = "x".to_owned();
        assert!(!entry.skips(2), "papers always apply");
    }

    #[test]
    fn the_same_new_name_is_one_person() {
        assert!(Who::New("阿凡提·买买提".into()).same(&Who::New("阿凡提 • 买买提".into())));
        assert!(Who::One(3).same(&Who::One(3)) && !Who::One(3).same(&Who::One(4)));
        assert!(!Who::Nobody.same(&Who::Nobody));
    }
}

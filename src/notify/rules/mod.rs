//! The rules of notifying: pure, all findings at once.

pub mod attempts;
pub mod inquiries;
pub mod refusals;

use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;

/// An enum whose variants have a name in the store and a word on the screen.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $variant:ident $code:literal $word:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$note])* $variant),*
        }

        impl $name {
            /// All of them, in the order of the screen.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// Name in the store.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code),* }
            }

            /// The one with this name.
            pub fn from_code(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.code() == code)
            }

            /// What the clerk reads.
            pub const fn word(self) -> W {
                match self { $($name::$variant => W::$word),* }
            }
        }
    };
}

coded! {
    /// How a customer was reached, or tried for.
    Channel {
        /// 电话
        Phone "phone" NotifyChannelPhone,
        /// 短信
        Sms "sms" NotifyChannelSms,
        /// 微信
        WeChat "wechat" NotifyChannelWechat,
        /// 当面
        Person "person" NotifyChannelPerson,
        /// 信函
        Letter "letter" NotifyChannelLetter,
    }
}

coded! {
    /// What came of an attempt.
    Outcome {
        /// 已告知
        Told "told" NotifyResultTold,
        /// 无人接听
        NoAnswer "no_answer" NotifyResultNoAnswer,
        /// 号码有误
        WrongNumber "wrong_number" NotifyResultWrongNumber,
        /// 约定回电
        CallBack "call_back" NotifyResultCallBack,
        /// 已发出, whether it was read is not known
        Sent "sent" NotifyResultSent,
    }
}

coded! {
    /// What the customer said to what was told.
    Stance {
        /// 同意
        Agreed "agreed" NotifyStanceAgreed,
        /// 有疑问
        Asks "asks" NotifyStanceAsks,
        /// 有异议
        Disputes "disputes" NotifyStanceDisputes,
    }
}

coded! {
    /// What an inquiry is about.
    Kind {
        /// 赔付项目
        Items "items" NotifyKindItems,
        /// 材料
        Documents "documents" NotifyKindDocuments,
        /// 价格
        Price "price" NotifyKindPrice,
        /// 流程
        Procedure "procedure" NotifyKindProcedure,
        /// 其他
        Other "other" NotifyKindOther,
        /// 投诉
        Complaint "complaint" NotifyKindComplaint,
    }
}

coded! {
    /// A department that an inquiry is referred to.
    Department {
        /// 核价、理算
        Pricing "pricing" NotifyDepartmentPricing,
        /// 查勘定损
        Survey "survey" NotifyDepartmentSurvey,
        /// 材料预检
        Papers "papers" NotifyDepartmentPapers,
        /// 出纳
        Cashier "cashier" NotifyDepartmentCashier,
        /// 法务
        Legal "legal" NotifyDepartmentLegal,
        /// 投诉管理
        Complaints "complaints" NotifyDepartmentComplaints,
        /// 领导
        Leader "leader" NotifyDepartmentLeader,
    }
}

coded! {
    /// How an inquiry ended.
    Resolution {
        /// 已答复
        Answered "answered" NotifyResolutionAnswered,
        /// 客户接受
        Accepted "accepted" NotifyResolutionAccepted,
        /// 异议成立
        Upheld "upheld" NotifyResolutionUpheld,
        /// 异议不成立
        Rejected "rejected" NotifyResolutionRejected,
    }
}

coded! {
    /// How a refusal was delivered.
    Delivery {
        /// 当面签收
        Signed "signed" NotifyDeliverySigned,
        /// 挂号寄达
        Registered "registered" NotifyDeliveryRegistered,
        /// 见证送达
        Witnessed "witnessed" NotifyDeliveryWitnessed,
    }
}

coded! {
    /// Who has to confirm a joint explanation.
    Side {
        /// 核价人
        Verifier "verifier" NotifySideVerifier,
        /// 理算人
        Adjuster "adjuster" NotifySideAdjuster,
    }
}

/// Characters of an answer, an explanation or the reasons of a refusal.
pub const LONGEST: usize = 1_000;

/// What is wrong with a text that must be there: empty, too long, or with characters no printer takes.
pub fn written(given: &str, field: &'static str, missing: W) -> Findings {
    let mut found = Findings::new();
    if given.is_empty() {
        found.push(Finding::block("text_missing", field, missing));
    } else if given.chars().count() > LONGEST {
        found.push(Finding::block("text_long", field, phrase!(W::NotifyTextLong, i64::try_from(LONGEST).unwrap_or(0))));
    } else if given.chars().any(char::is_control) || text::neutralise(given) != given {
        found.push(Finding::block("text_marks", field, W::NotifyTextMarks));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        assert!(Channel::ALL.iter().all(|one| Channel::from_code(one.code()) == Some(*one)));
        assert!(Outcome::ALL.iter().all(|one| Outcome::from_code(one.code()) == Some(*one)));
        assert!(Stance::ALL.iter().all(|one| Stance::from_code(one.code()) == Some(*one)));
        assert!(Kind::ALL.iter().all(|one| Kind::from_code(one.code()) == Some(*one)));
        assert!(Department::ALL.iter().all(|one| Department::from_code(one.code()) == Some(*one)));
        assert!(Resolution::ALL.iter().all(|one| Resolution::from_code(one.code()) == Some(*one)));
        assert!(Delivery::ALL.iter().all(|one| Delivery::from_code(one.code()) == Some(*one)));
    }

    #[test]
    fn a_text_is_there_and_printable() {
        assert!(written("按条款第 3 条核减", "text", W::NotifyTextMissing).is_empty());
        assert_eq!(written("", "text", W::NotifyTextMissing).codes(), "text_missing");
        assert_eq!(written(&"长".repeat(LONGEST + 1), "text", W::NotifyTextMissing).codes(), "text_long");
        assert_eq!(written("a\u{1b}b", "text", W::NotifyTextMissing).codes(), "text_marks");
    }
}

//! What a rule found: every reason against an act at once, each with its code, its field and its words.

use super::words::Phrase;

/// Whether a finding stops the act.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The act goes on; the clerk is told.
    Warn,
    /// The act is refused.
    Block,
}

/// One thing a rule found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Stable name of the reason, for logs, files and tests.
    pub code: &'static str,
    /// The form field it belongs to, where there is one.
    pub field: Option<&'static str>,
    /// Whether it stops the act.
    pub severity: Severity,
    /// What to tell the clerk.
    pub what: Phrase,
}

impl Finding {
    /// A finding that refuses the act.
    pub fn block(code: &'static str, field: impl Into<Option<&'static str>>, what: impl Into<Phrase>) -> Finding {
        Finding { code, field: field.into(), severity: Severity::Block, what: what.into() }
    }

    /// A finding that only warns.
    pub fn warn(code: &'static str, field: impl Into<Option<&'static str>>, what: impl Into<Phrase>) -> Finding {
        Finding { code, field: field.into(), severity: Severity::Warn, what: what.into() }
    }
}

/// All findings of a decision, in the order they were found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// The codes of all findings, for logs and errors.
    pub fn codes(&self) -> String {
        self.0.iter().map(|finding| finding.code).collect::<Vec<_>>().join(", ")
    }

    /// No findings yet.
    pub fn new() -> Findings {
        Findings::default()
    }

    /// Adds one.
    pub fn push(&mut self, finding: Finding) {
        self.0.push(finding);
    }

    /// Whether any finding refuses the act.
    pub fn blocking(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Block)
    }

    /// The findings in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many were found.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a finding has this code.
    pub fn has(&self, code: &str) -> bool {
        self.0.iter().any(|finding| finding.code == code)
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Findings {
        Findings(vec![finding])
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        self.0.extend(findings);
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Findings {
        Findings(findings.into_iter().collect())
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::words::W;

    #[test]
    fn only_a_block_refuses() {
        let mut findings = Findings::new();
        findings.push(Finding::warn("plate.shape", "plate", W::CommonListJoin));
        assert!(!findings.blocking());
        findings.push(Finding::block("amount.negative", None, W::CommonListJoin));
        assert!(findings.blocking());
        assert!(findings.has("amount.negative") && !findings.has("amount"));
    }
}

//! Medians, high percentiles, and tables in Markdown.

use std::fmt::Write as _;
use std::time::Duration;

/// The values of one thing measured many times.
#[derive(Clone, Debug, Default)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// Adds a time, in milliseconds.
    pub fn time(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1_000.0);
    }

    /// Adds a count.
    pub fn count(&mut self, count: usize) {
        self.0.push(count as f64);
    }

    /// Whether nothing was measured.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value below which a share of all lies.
    pub fn share(&self, share: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().saturating_sub(1);
        let at = (share * last as f64).ceil() as usize;
        sorted.get(at.min(last)).copied().unwrap_or(f64::NAN)
    }

    /// The middle value.
    pub fn median(&self) -> f64 {
        self.share(0.5)
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len().max(1) as f64
    }

    /// The greatest.
    pub fn most(&self) -> f64 {
        self.share(1.0)
    }
}

/// One line of a table: what, its value per store, and its budget.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is measured, with its unit.
    pub what: &'static str,
    /// What it should be.
    pub budget: &'static str,
    /// One figure: the one compared between stores.
    pub value: f64,
    /// Further figures in words, such as the 99th percentile.
    pub more: String,
}

/// A few digits that matter.
pub fn short(value: f64) -> String {
    match value {
        v if v.is_nan() => "-".to_owned(),
        v if v.abs() >= 100.0 => format!("{v:.0}"),
        v if v.abs() >= 10.0 => format!("{v:.1}"),
        v => format!("{v:.2}"),
    }
}

/// The table of several stores; the last column compares the last store with the first.
pub fn table(names: &[String], columns: &[Vec<Line>]) -> String {
    let mut out = format!("| measured | budget | {} | growth |\n|---|---|", names.join(" | "));
    out.push_str(&"---|".repeat(names.len() + 1));
    out.push('\n');
    let Some(first) = columns.first() else { return out };
    for line in first {
        let found: Vec<Option<&Line>> =
            columns.iter().map(|column| column.iter().find(|other| other.what == line.what)).collect();
        let _ = write!(out, "| {} | {} |", line.what, line.budget);
        for cell in &found {
            match cell {
                Some(cell) if cell.more.is_empty() => _ = write!(out, " {} |", short(cell.value)),
                Some(cell) => _ = write!(out, " {} ({}) |", short(cell.value), cell.more),
                None => out.push_str(" - |"),
            }
        }
        let growth = match found.last() {
            Some(Some(last)) if columns.len() > 1 && line.value > 0.0 => format!("{:.2}×", last.value / line.value),
            _ => "-".to_owned(),
        };
        let _ = writeln!(out, " {growth} |");
    }
    out
}

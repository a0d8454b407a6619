//! Small pictures made of letters: a gauge, a line of key figures, bars. Plain text, so that they also print.

use crate::kernel::text;
use crate::ui::draw;

/// "[######----]": `done` of `total`, in `cells` columns with the brackets. Full only when all is done, and never empty
/// once something is.
pub fn gauge(done: u64, total: u64, cells: u16) -> String {
    let Some(inner) = usize::from(cells).checked_sub(2).filter(|inner| *inner > 0) else { return String::new() };
    let filled = share(done, total, inner);
    format!("[{}{}]", "#".repeat(filled), "-".repeat(inner - filled))
}

/// How many of `cells` stand for `done` of `total`.
fn share(done: u64, total: u64, cells: usize) -> usize {
    if done >= total {
        return if total == 0 { 0 } else { cells };
    }
    let exact = u128::from(done) * u128::try_from(cells).unwrap_or(0) / u128::from(total);
    let least = usize::from(done > 0).min(cells.saturating_sub(1));
    usize::try_from(exact).unwrap_or(cells).max(least)
}

/// One key figure: what it is, its value, its goal, and whether the goal is met where that is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The value as it is read.
    pub value: String,
    /// The goal as it is read, empty without one.
    pub goal: String,
    /// Whether the goal is met.
    pub met: Option<bool>,
}

impl Figure {
    /// "v timeliness 100.0 % (100 %)": mark first, the goal in brackets.
    pub fn line(&self) -> String {
        let mark = match self.met {
            Some(true) => "v ",
            Some(false) => "x ",
            None => "  ",
        };
        let goal = if self.goal.is_empty() { String::new() } else { format!(" ({})", self.goal) };
        format!("{mark}{} {}{goal}", self.label, self.value)
    }
}

/// One bar per label in `cells` columns: label, bar, value, each aligned. The longest bar is the greatest value.
pub fn bars(values: &[(String, u64)], cells: u16) -> Vec<String> {
    let cells = usize::from(cells);
    let greatest = values.iter().map(|(_, value)| *value).max().unwrap_or(0);
    let digits = greatest.to_string().chars().count();
    let label = values.iter().map(|(label, _)| draw::cells(label)).max().unwrap_or(0).min(cells / 3);
    let room = cells.saturating_sub(label + digits + 2);
    values
        .iter()
        .map(|(name, value)| {
            let bar = "#".repeat(share(*value, greatest, room));
            let line =
                format!("{} {} {}", text::pad_right(name, label), text::pad_left(&value.to_string(), digits), bar);
            text::clip(line.trim_end(), cells)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_is_full_only_when_all_is_done() {
        assert_eq!(gauge(0, 10, 12), "[----------]");
        assert_eq!(gauge(6, 10, 12), "[######----]");
        assert_eq!(gauge(1, 1000, 12), "[#---------]");
        assert_eq!(gauge(999, 1000, 12), "[#########-]");
        assert_eq!(gauge(11, 10, 12), "[##########]");
        assert_eq!(gauge(0, 0, 12), "[----------]");
        assert_eq!(gauge(u64::MAX, u64::MAX, 3), "[#]");
        assert_eq!(gauge(1, 2, 2), "");
    }

    #[test]
    fn bars_are_aligned_in_cells_and_fit() {
        let values = [("查勘".to_owned(), 5), ("a".to_owned(), 10), ("领导审批".to_owned(), 0)];
        assert_eq!(bars(&values, 30), ["查勘      5 #########", "a        10 ##################", "领导审批  0"]);
        for cells in 0..40 {
            assert!(bars(&values, cells).iter().all(|line| draw::cells(line) <= usize::from(cells)), "{cells}");
        }
        assert!(bars(&[], 30).is_empty());
    }

    #[test]
    fn a_figure_says_its_mark_first() {
        let figure =
            Figure { label: "及时率".into(), value: "98.0 %".into(), goal: "100 %".into(), met: Some(false) };
        assert_eq!(figure.line(), "x 及时率 98.0 % (100 %)");
    }
}

//! How long the next PIN has to wait after failed ones.

/// Seconds to wait after the n-th failure in a row, counted from 1; later ones wait as long as the last.
const STEPS: [i64; 8] = [0, 0, 0, 5, 15, 60, 300, 900];

/// The moment from which the next try is looked at.
pub fn retry_at(failures: i64, now: i64) -> i64 {
    let step = usize::try_from(failures.max(1) - 1).unwrap_or(usize::MAX).min(STEPS.len() - 1);
    match STEPS.get(step) {
        Some(0) | None => 0,
        Some(seconds) => now.saturating_add(*seconds),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_to_a_quarter_of_an_hour() {
        let waits: Vec<i64> = (1..=10).map(|failures| (retry_at(failures, 1_000) - 1_000).max(0)).collect();
        assert_eq!(waits, [0, 0, 0, 5, 15, 60, 300, 900, 900, 900]);
        assert_eq!(retry_at(i64::MAX, i64::MAX), i64::MAX);
    }
}

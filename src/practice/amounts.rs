//! Lines and amounts by chance: long-tailed as real claims are, in whole fen.

use super::chance::{Chance, Weighted};
use super::data::{Amounts, LineAmounts};
use crate::kernel::money::Fen;

/// The amounts of one case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// 定损金额
    pub assessed: Fen,
    /// 核价金额, never above it.
    pub verified: Fen,
    /// 理算金额, never above that.
    pub payable: Fen,
}

/// The lines as they are drawn.
#[derive(Debug)]
pub struct Lines {
    per_mille: Vec<i64>,
    all: Weighted<LineAmounts>,
}

impl Lines {
    /// From the data file.
    pub fn new(amounts: &Amounts) -> Lines {
        let all = Weighted::new(amounts.line.iter().map(|line| (line.clone(), line.share)));
        Lines { per_mille: amounts.per_mille.clone(), all }
    }

    /// A line by its share of the cases.
    pub fn draw(&self, chance: &mut Chance) -> Option<&LineAmounts> {
        self.all.draw(chance)
    }

    /// The amounts of a case of a line.
    pub fn price(&self, line: &LineAmounts, chance: &mut Chance) -> Priced {
        let assessed = written(self.quantile(line, chance.between(0, 99_999)), chance);
        self.less(assessed, chance)
    }

    /// The amounts of a case whose assessment lies between two sums in yuan.
    pub fn price_between(&self, low: i64, high: i64, chance: &mut Chance) -> Priced {
        let assessed = written(chance.between(low * 100, high * 100), chance).clamp(low * 100, high * 100);
        self.less(assessed, chance)
    }

    /// The assessed amount in fen at a place from 0 to 99,999, drawn evenly between the two nearest quantiles.
    fn quantile(&self, line: &LineAmounts, at: i64) -> i64 {
        let upper = self.per_mille.partition_point(|mark| mark * 100 <= at).min(self.per_mille.len().saturating_sub(1));
        let lower = upper.saturating_sub(1);
        let mark = |index: usize| self.per_mille.get(index).copied().unwrap_or(0) * 100;
        let fen = |index: usize| line.yuan.get(index).copied().unwrap_or(0) * 100;
        let width = (mark(upper) - mark(lower)).max(1);
        fen(lower) + (fen(upper) - fen(lower)) * (at - mark(lower)) / width
    }

    fn less(&self, assessed: i64, chance: &mut Chance) -> Priced {
        // The verifier strikes something off one case in three, the adjuster a share of the fault in one of four.
        let verified = if chance.percent(33) { assessed * chance.between(880, 995) / 1_000 } else { assessed };
        let payable = if chance.percent(25) { verified * chance.between(50, 95) / 100 } else { verified };
        let fen = |n: i64| Fen::from_fen(n.max(100));
        Priced { assessed: fen(assessed), verified: fen(verified), payable: fen(payable) }
    }
}

/// As people write sums: most are whole, the larger the rounder.
fn written(fen: i64, chance: &mut Chance) -> i64 {
    let step = match chance.below(10) {
        0..=2 => 1,
        3..=6 => 100,
        _ if fen > 2_000_000 => 100_000,
        _ => 1_000,
    };
    (fen / step * step).max(100)
}

#[cfg(test)]
mod tests {
    use super::super::data::Data;
    use super::*;

    #[test]
    fn amounts_are_ordered_and_their_quantiles_are_those_of_the_file() {
        let data = Data::read().unwrap();
        let lines = Lines::new(&data.amounts);
        let motor = data.amounts.line.iter().find(|line| line.code == "motor").unwrap();
        let mut drawn: Vec<i64> = Vec::new();
        for thing in 0..20_000 {
            let priced = lines.price(motor, &mut Chance::new(1, 1, thing));
            assert!(priced.payable <= priced.verified && priced.verified <= priced.assessed);
            assert!(priced.payable > Fen::ZERO);
            drawn.push(priced.assessed.fen());
        }
        drawn.sort_unstable();
        for (mark, yuan) in [(250, 1_300), (500, 2_600), (750, 5_200), (900, 12_000)] {
            let found = drawn[mark * drawn.len() / 1_000];
            assert!((yuan * 93..=yuan * 107).contains(&found), "{mark}: {found}");
        }
        let (low, high) = (drawn[0], drawn[drawn.len() - 1]);
        assert!(low >= 10_000 && high <= 46_000_000 && high > 18_000_000, "{low} {high}");
    }

    #[test]
    fn motor_is_the_core_of_the_business() {
        let data = Data::read().unwrap();
        let lines = Lines::new(&data.amounts);
        let mut chance = Chance::new(4, 4, 4);
        let motor = (0..10_000).filter(|_| lines.draw(&mut chance).unwrap().code.starts_with("motor")).count();
        assert!((8_450..8_750).contains(&motor), "{motor}");
    }
}

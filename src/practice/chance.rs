//! Chance that repeats: whole numbers from a seed, the same on every machine.

/// A stream of numbers (xoshiro256**), begun by splitmix64 so that near seeds give far streams.
#[derive(Clone, Debug)]
pub struct Chance {
    state: [u64; 4],
}

fn splitmix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Chance {
    /// The stream of a seed for one purpose and one thing of it, independent of all others.
    pub fn new(seed: u64, purpose: u64, thing: u64) -> Chance {
        let mut from = seed;
        let mut mixed = splitmix(&mut from) ^ purpose.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        mixed = splitmix(&mut mixed) ^ thing.wrapping_mul(0xA076_1D64_78BD_642F);
        let state = [(); 4].map(|()| splitmix(&mut mixed));
        Chance { state }
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (mut c, mut d) = (c ^ a, d ^ b);
        let (b2, a2) = (b ^ c, a ^ d);
        c ^= b << 17;
        d = d.rotate_left(45);
        self.state = [a2, b2, c, d];
        result
    }

    /// A number below `limit`; 0 when there is none.
    pub fn below(&mut self, limit: u64) -> u64 {
        // The high half of a product is even enough: limits here are far below 2^64.
        u64::try_from((u128::from(self.next()) * u128::from(limit)) >> 64).unwrap_or(0)
    }

    /// A number from `low` up to and including `high`; `low` when they are the wrong way round.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).saturating_add(1).max(1).unsigned_abs();
        low.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// Whether something of so many in a hundred happens.
    pub fn percent(&mut self, of_hundred: u64) -> bool {
        self.below(100) < of_hundred
    }

    /// One of a list; nothing of an empty one.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let index = usize::try_from(self.below(u64::try_from(list.len()).unwrap_or(0))).unwrap_or(0);
        list.get(index)
    }
}

/// Things with weights.
#[derive(Clone, Debug)]
pub struct Weighted<T> {
    things: Vec<T>,
    ends: Vec<u64>,
}

impl<T> Weighted<T> {
    /// Builds from things and their weights.
    pub fn new(list: impl IntoIterator<Item = (T, u64)>) -> Weighted<T> {
        let (mut things, mut ends, mut sum) = (Vec::new(), Vec::new(), 0);
        for (thing, weight) in list {
            sum += weight;
            things.push(thing);
            ends.push(sum);
        }
        Weighted { things, ends }
    }

    /// All of them.
    pub fn things(&self) -> impl Iterator<Item = &T> {
        self.things.iter()
    }

    /// Draws one by weight; nothing of an empty list.
    pub fn draw(&self, chance: &mut Chance) -> Option<&T> {
        let at = chance.below(self.ends.last().copied().unwrap_or(0));
        self.things.get(self.ends.partition_point(|end| *end <= at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_repeats_and_another_seed_purpose_or_thing_gives_another() {
        let first = |seed, purpose, thing| {
            let mut chance = Chance::new(seed, purpose, thing);
            [(); 4].map(|()| chance.next())
        };
        assert_eq!(first(1, 2, 3), first(1, 2, 3));
        let all = [first(1, 2, 3), first(2, 2, 3), first(1, 3, 3), first(1, 2, 4), first(0, 0, 0)];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other != one));
        }
    }

    #[test]
    fn bounds_are_kept_and_weights_are_followed() {
        let mut chance = Chance::new(7, 0, 0);
        assert_eq!(chance.below(0), 0);
        assert_eq!(chance.between(5, 3), 5);
        assert!((0..1_000).map(|_| chance.between(-2, 2)).all(|n| (-2..=2).contains(&n)));
        let list = Weighted::new([('a', 1), ('b', 0), ('c', 9)]);
        let drawn: Vec<char> = (0..2_000).filter_map(|_| list.draw(&mut chance).copied()).collect();
        assert_eq!(drawn.len(), 2_000);
        let count = |wanted: char| drawn.iter().filter(|c| **c == wanted).count();
        assert!((120..280).contains(&count('a')) && count('b') == 0);
        assert_eq!(Weighted::<u8>::new([]).draw(&mut chance), None);
    }
}

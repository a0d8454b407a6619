//! The case numbers of one file, each with its row, in sixteen bytes a row.

use std::hash::{DefaultHasher, Hash, Hasher};

/// One place of the table; nothing stands where both are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place {
    number: u64,
    row: u64,
}

/// Numbers and rows by hash. Half the memory of a map of the library, which grows to the next power of two and holds
/// two of its tables while it does.
#[derive(Debug, Default)]
pub struct Seen {
    places: Vec<Place>,
    taken: usize,
}

/// What is known of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It comes for the first time.
    New,
    /// It came with the same row.
    Same,
    /// It came with another row.
    Other,
}

impl Seen {
    /// Room for so many rows.
    pub fn reserve(&mut self, rows: u64) {
        let rows = usize::try_from(rows).unwrap_or(0);
        self.grow(rows + rows / 4 + 16);
    }

    /// Notes a number with its row, unless it came before.
    pub fn note(&mut self, number: &str, row: &str) -> Sight {
        if self.taken + self.taken / 8 + 8 >= self.places.len() {
            self.grow(self.places.len() + self.places.len() / 2 + 64);
        }
        // 0 stands for an empty place.
        let new = Place { number: hash(number).max(1), row: hash(row) };
        let at = self.place_of(new.number);
        match self.places.get_mut(at) {
            Some(place) if place.number == new.number && place.row == new.row => Sight::Same,
            Some(place) if place.number == new.number => Sight::Other,
            Some(place) => {
                *place = new;
                self.taken += 1;
                Sight::New
            }
            None => Sight::New,
        }
    }

    /// Where a number stands, or the empty place where it belongs.
    fn place_of(&self, number: u64) -> usize {
        let size = self.places.len();
        // The high half of the product spreads hashes evenly over any size of table.
        let spread = (u128::from(number) * u128::try_from(size).unwrap_or(0)) >> 64;
        let home = usize::try_from(spread).unwrap_or(0);
        let free = |place: &Place| place.number == number || place.number == 0;
        let (before, after) = self.places.split_at(home.min(size));
        let behind = after.iter().position(free).map(|at| home + at);
        behind.or_else(|| before.iter().position(free)).unwrap_or(size)
    }

    fn grow(&mut self, size: usize) {
        if size <= self.places.len() {
            return;
        }
        let old = std::mem::replace(&mut self.places, vec![Place::default(); size]);
        for place in old.into_iter().filter(|place| place.number != 0) {
            let at = self.place_of(place.number);
            if let Some(slot) = self.places.get_mut(at) {
                *slot = place;
            }
        }
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_new_once_and_then_known_with_its_row_however_many_there_are() {
        let mut seen = Seen::default();
        for n in 0..5_000 {
            assert_eq!(seen.note(&format!("A{n}"), "row"), Sight::New, "{n}");
        }
        for n in 0..5_000 {
            assert_eq!(seen.note(&format!("A{n}"), "row"), Sight::Same, "{n}");
            assert_eq!(seen.note(&format!("A{n}"), "other"), Sight::Other, "{n}");
        }
        assert_eq!(seen.taken, 5_000);
    }

    #[test]
    fn room_that_was_reserved_is_enough() {
        let mut seen = Seen::default();
        seen.reserve(1_000);
        let room = seen.places.len();
        for n in 0..1_000 {
            let _ = seen.note(&n.to_string(), "");
        }
        assert_eq!(seen.places.len(), room);
        assert!(room < 1_300, "{room}");
    }
}

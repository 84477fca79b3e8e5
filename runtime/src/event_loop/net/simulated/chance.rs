//! What is drawn.

use std::ops::RangeInclusive;

/// The one source of what is left open.
pub(super) struct Chance(fastrand::Rng);

impl Chance {
    /// Without a seed it is the same each time as well.
    pub(super) fn new(seed: Option<u64>) -> Self {
        Chance(fastrand::Rng::with_seed(seed.unwrap_or(0)).fork())
    }

    /// Whether what happens with that probability does.
    pub(super) fn hits(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.0.f64() < probability
    }

    /// A number of the range. Its length is drawn first, so small ones are as likely as large ones.
    pub(super) fn within(&mut self, range: &RangeInclusive<u64>) -> u64 {
        let (low, high) = (*range.start(), *range.end());
        if low >= high {
            return low;
        }
        let bits = self.0.u32(length(low)..=length(high));
        let (shortest, longest) = if bits == 0 { (0, 0) } else { (1 << (bits - 1), u64::MAX >> (u64::BITS - bits)) };
        self.0.u64(low.max(shortest)..=high.min(longest))
    }
}

const fn length(number: u64) -> u32 {
    u64::BITS - number.leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn what_is_drawn_is_in_the_range() {
        let mut chance = Chance::new(Some(1));
        for (low, high) in [(0, 0), (0, 1), (3, 3), (3, 5), (7, 8), (0, u64::MAX), (u64::MAX - 1, u64::MAX)] {
            let drawn: std::vec::Vec<_> = (0..1000).map(|_| chance.within(&(low..=high))).collect();
            assert!(drawn.iter().all(|number| (low..=high).contains(number)));
            if high - low < 3 {
                assert!((low..=high).all(|number| drawn.contains(&number)), "{low}..={high}");
            }
        }
        assert!((0..1000).all(|_| chance.hits(1.0) && !chance.hits(0.0)));
    }
}

//! How long answers took.

use std::time::Duration;

/// Each power of two has 64 parts: a value is known to 1.6 %.
const PARTS: usize = 64;

/// Counts of durations. It takes the same memory however many there are.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u64>,
    count: u64,
    longest: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram { counts: vec![0; 64 * PARTS], count: 0, longest: 0 }
    }
}

impl Histogram {
    /// Counts one.
    pub fn record(&mut self, duration: Duration) {
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.counts[place(nanoseconds)] += 1;
        self.count += 1;
        self.longest = self.longest.max(nanoseconds);
    }

    /// How many there are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Counts what another one has counted.
    pub fn add(&mut self, other: &Histogram) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, other)| *count += other);
        self.count += other.count;
        self.longest = self.longest.max(other.longest);
    }

    /// In microseconds, what that part of them did not exceed. 0 if there are none.
    pub fn quantile(&self, part: f64) -> f64 {
        let wanted = (self.count as f64 * part).ceil() as u64;
        let mut before = 0;
        for (place, count) in self.counts.iter().enumerate() {
            before += count;
            if before >= wanted {
                return value(place) as f64 / 1e3;
            }
        }
        0.0
    }

    /// The longest, in microseconds.
    pub fn longest(&self) -> f64 {
        self.longest as f64 / 1e3
    }
}

fn place(nanoseconds: u64) -> usize {
    let shift = (64 - nanoseconds.leading_zeros()).saturating_sub(7);
    shift as usize * PARTS + (nanoseconds >> shift) as usize
}

/// The least that has this place.
fn value(place: usize) -> u64 {
    let shift = (place / PARTS).saturating_sub(1);
    ((place - shift * PARTS) as u64) << shift
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Histogram, place, value};

    #[test]
    fn places_are_in_the_order_of_values_and_not_far_from_them() {
        let mut before = 0;
        for nanoseconds in (0..100_000).chain([1 << 40, (1 << 40) + (1 << 36), u64::MAX]) {
            let place = place(nanoseconds);
            assert!(place >= before);
            before = place;
            assert!(value(place) <= nanoseconds && nanoseconds - value(place) <= nanoseconds / 64, "{nanoseconds}");
        }
    }

    #[test]
    fn a_quantile_is_a_value() {
        let mut histogram = Histogram::default();
        assert_eq!(histogram.quantile(0.5), 0.0);
        (1..=100).for_each(|n| histogram.record(Duration::from_nanos(n)));
        assert_eq!((histogram.quantile(0.5), histogram.quantile(0.99), histogram.longest()), (0.05, 0.099, 0.1));
    }
}

//! Where the decisions come from: a seed, or the bytes of a fuzzer.

/// A sequence of decisions.
#[derive(Debug)]
pub enum Choices<'a> {
    /// Pseudo-random, without an end.
    Seeded(u64),
    /// These, and then the first possibility each time.
    Bytes(&'a [u8]),
}

impl Choices<'_> {
    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        match self {
            Choices::Seeded(state) => (split_mix(state) % end as u64) as usize,
            Choices::Bytes(bytes) => {
                let Some((first, rest)) = bytes.split_first() else {
                    return 0;
                };
                *bytes = rest;
                usize::from(*first) % end
            }
        }
    }

    /// Whether something happens that happens once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == times - 1
    }

    /// One of them, of which there are some.
    pub fn pick<'b, T>(&mut self, from: &'b [T]) -> &'b T {
        &from[self.below(from.len())]
    }
}

/// See <https://prng.di.unimi.it/splitmix64.c>.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

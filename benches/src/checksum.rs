//! What the driver does with what it hears.

use std::hint::black_box;

/// Where a checksum starts. From a known one the compiler would work out a whole run of zeros.
#[inline(always)]
pub(crate) fn seed() -> u64 {
    black_box(1)
}

/// Takes in one value.
///
/// Adding would let the compiler replace a loop over running totals by a polynomial.
#[inline(always)]
pub(crate) fn mix(checksum: u64, value: u64) -> u64 {
    checksum.rotate_left(1) ^ value
}

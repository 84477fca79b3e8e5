#![deny(warnings, missing_docs)]
//! A crate with documentation.

/// Numbers.
#[must_use]
#[inline]
#[antiphon::coroutine(yield = u32)]
#[deprecated = "old"]
pub fn numbers(#[allow(unused_mut)] mut n: u32) {
    #![allow(unused_variables)]
    let unused = 1;
    yield_!(n);
}

#[allow(deprecated)]
fn main() {
    assert!(numbers(1).into_iter().eq([1]));
}

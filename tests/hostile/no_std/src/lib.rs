//! The protocol without the standard library and without an allocator.
//!
//! What is yielded cannot be borrowed from the body, here as elsewhere:
//!
//! ```compile_fail,E0597
//! #[antiphon::coroutine(yield = &str)]
//! fn escapes(_argument: &str) {
//!     let local = [b'x'; 4];
//!     yield_!(core::str::from_utf8(&local).unwrap_or(""));
//! }
//! ```
//!
//! ```compile_fail,E0597
//! #[antiphon::coroutine(yield = &'a [u8])]
//! fn child<'a>(bytes: &'a [u8]) {
//!     yield_!(bytes);
//! }
//!
//! #[antiphon::coroutine(yield = &'static [u8])]
//! fn parent() {
//!     let local = [b'x'; 4];
//!     yield_from!(child(&local));
//! }
//! ```
//!
//! Built alone (`cargo test -p antiphon-no-std`), since in a workspace the features of all members come together.
#![no_std]

use core::pin::pin;

use antiphon::prelude::*;

/// Running totals of what it is sent.
#[antiphon::coroutine(yield = u32, send = Option<u32>)]
pub fn totals() -> u32 {
    let mut total = 0;
    while let Some(n) = yield_!(total) {
        total += n;
    }
    total
}

/// Delegates to a coroutine, a pinned one and an iterator.
#[antiphon::coroutine(yield = u32)]
pub fn numbers(from: u32) {
    yield_from!(from..from + 2);
    if from > 0 {
        yield_from!(pin!(leaf(from)));
        yield_from!(leaf(from + 1));
    }
}

/// One number.
#[antiphon::coroutine(yield = u32)]
pub fn leaf(n: u32) {
    yield_!(10 * n);
}

/// Drives both, and gives what came of it.
pub fn run() -> (u32, [u32; 4]) {
    let mut c = pin!(totals());
    c.start();
    for n in 1..=4 {
        c.send(Some(n));
    }
    let total = c.send(None).complete().unwrap_or(0);
    let mut seen = [0; 4];
    for (place, n) in seen.iter_mut().zip(pin!(numbers(1))) {
        *place = n;
    }
    (total, seen)
}

pub mod sample {
    //! The whole surface, but for boxes.
    include!("../../sample.rs");
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_runs() {
        assert_eq!(super::run(), (10, [1, 2, 10, 20]));
    }

    #[test]
    fn so_does_the_sample() {
        super::sample::run_all();
    }
}

//! antiphon's coroutines, written and driven as a user would.

use std::hint::black_box;
use std::pin::{Pin, pin};

use antiphon::prelude::*;

use crate::checksum::{mix, seed};

// Each workload has a copy of its coroutines. The compiler inlines a body that has one driver for certain, one that has
// several by its size.

#[antiphon::coroutine(yield = u64)]
fn numbers<const COPY: u8>(n: u64) {
    let (mut a, mut b) = (0_u64, 1);
    for _ in 0..n {
        yield_!(a);
        (a, b) = (b, a.wrapping_add(b));
    }
}

#[antiphon::coroutine(yield = u64)]
fn one_level<const COPY: u8>(n: u64) {
    yield_from!(numbers::<COPY>(n));
}

#[antiphon::coroutine(yield = u64)]
fn two_levels<const COPY: u8>(n: u64) {
    yield_from!(one_level::<COPY>(n));
}

#[antiphon::coroutine(yield = u64)]
fn three_levels<const COPY: u8>(n: u64) {
    yield_from!(two_levels::<COPY>(n));
}

#[antiphon::coroutine(yield = u64)]
fn four_levels<const COPY: u8>(n: u64) {
    yield_from!(three_levels::<COPY>(n));
}

#[antiphon::coroutine(yield = u64, send = u64)]
fn totals<const COPY: u8>(n: u64) -> u64 {
    let mut total = 0_u64;
    for _ in 0..n {
        total = total.wrapping_add(yield_!(total));
    }
    total
}

#[inline(always)]
fn hear(items: impl Iterator<Item = u64>) -> u64 {
    let mut checksum = seed();
    for item in items {
        checksum = mix(checksum, item);
    }
    checksum
}

pub(crate) fn fibonacci(n: u64) -> u64 {
    hear(pin!(numbers::<0>(black_box(n))))
}

pub(crate) fn delegation_1(n: u64) -> u64 {
    hear(pin!(one_level::<3>(black_box(n))))
}

pub(crate) fn delegation_4(n: u64) -> u64 {
    hear(pin!(four_levels::<4>(black_box(n))))
}

pub(crate) fn fibonacci_boxed(n: u64) -> u64 {
    let c: Pin<Box<dyn Coroutine<Yield = u64, Send = (), Return = ()>>> = Box::pin(numbers::<1>(n));
    let mut c = black_box(c);
    let mut checksum = seed();
    while let Yielded(item) = c.resume() {
        checksum = mix(checksum, item);
    }
    checksum
}

pub(crate) fn fibonacci_called(n: u64) -> u64 {
    #[inline(never)]
    fn step<C>(mut c: Pin<&mut C>) -> CoroutineState<u64, ()>
    where
        C: Coroutine<Yield = u64, Send = (), Return = ()>,
    {
        c.resume()
    }

    let mut c = pin!(numbers::<2>(black_box(n)));
    let mut checksum = seed();
    while let Yielded(item) = step(c.as_mut()) {
        checksum = mix(checksum, item);
    }
    checksum
}

/// Sends back to a coroutine what it has been heard to say.
#[inline(always)]
fn answer(mut c: impl Coroutine<Yield = u64, Send = u64, Return = u64> + Unpin) -> u64 {
    let mut checksum = seed();
    let mut state = c.start();
    loop {
        match state {
            Yielded(total) => {
                checksum = mix(checksum, total);
                state = c.send(checksum);
            }
            Complete(total) => return mix(checksum, total),
        }
    }
}

pub(crate) fn running_total(n: u64) -> u64 {
    answer(pin!(totals::<0>(black_box(n))))
}

pub(crate) fn running_total_boxed(n: u64) -> u64 {
    let c: Pin<Box<dyn Coroutine<Yield = u64, Send = u64, Return = u64>>> = Box::pin(totals::<1>(n));
    answer(black_box(c))
}

pub(crate) fn running_total_called(n: u64) -> u64 {
    #[inline(never)]
    fn step<C>(mut c: Pin<&mut C>, value: u64) -> CoroutineState<u64, u64>
    where
        C: Coroutine<Yield = u64, Send = u64, Return = u64>,
    {
        c.send(value)
    }

    let mut c = pin!(totals::<2>(black_box(n)));
    let mut checksum = seed();
    let mut state = c.start();
    loop {
        match state {
            Yielded(total) => {
                checksum = mix(checksum, total);
                state = step(c.as_mut(), checksum);
            }
            Complete(total) => return mix(checksum, total),
        }
    }
}

//! The coroutines of a nightly compiler.

use std::hint::black_box;
use std::ops::Coroutine;
use std::ops::CoroutineState::{self, Complete, Yielded};
use std::pin::{Pin, pin};

use crate::checksum::{mix, seed};

// Each workload has a copy of its coroutines. The compiler inlines a body that has one driver for certain, one that has
// several by its size.

fn numbers<const COPY: u8>(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    move || {
        let (mut a, mut b) = (0_u64, 1);
        for _ in 0..n {
            yield a;
            (a, b) = (b, a.wrapping_add(b));
        }
    }
}

fn one_level<const COPY: u8>(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let mut child = pin!(numbers::<COPY>(n));
        while let Yielded(item) = child.as_mut().resume(()) {
            yield item;
        }
    }
}

fn two_levels<const COPY: u8>(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let mut child = pin!(one_level::<COPY>(n));
        while let Yielded(item) = child.as_mut().resume(()) {
            yield item;
        }
    }
}

fn three_levels<const COPY: u8>(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let mut child = pin!(two_levels::<COPY>(n));
        while let Yielded(item) = child.as_mut().resume(()) {
            yield item;
        }
    }
}

fn four_levels<const COPY: u8>(n: u64) -> impl Coroutine<Yield = u64, Return = ()> {
    #[coroutine]
    static move || {
        let mut child = pin!(three_levels::<COPY>(n));
        while let Yielded(item) = child.as_mut().resume(()) {
            yield item;
        }
    }
}

/// The first value that it is sent starts it and is ignored.
fn totals<const COPY: u8>(n: u64) -> impl Coroutine<u64, Yield = u64, Return = u64> {
    #[coroutine]
    move |_: u64| {
        let mut total = 0_u64;
        for _ in 0..n {
            total = total.wrapping_add(yield total);
        }
        total
    }
}

#[inline(always)]
fn hear<C>(mut c: Pin<&mut C>) -> u64
where
    C: Coroutine<Yield = u64, Return = ()> + ?Sized,
{
    let mut checksum = seed();
    while let Yielded(item) = c.as_mut().resume(()) {
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
    let c: Pin<Box<dyn Coroutine<Yield = u64, Return = ()>>> = Box::pin(numbers::<1>(n));
    hear(black_box(c).as_mut())
}

pub(crate) fn fibonacci_called(n: u64) -> u64 {
    #[inline(never)]
    fn step<C>(c: Pin<&mut C>) -> CoroutineState<u64, ()>
    where
        C: Coroutine<Yield = u64, Return = ()>,
    {
        c.resume(())
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
fn answer<C>(mut c: Pin<&mut C>) -> u64
where
    C: Coroutine<u64, Yield = u64, Return = u64> + ?Sized,
{
    let mut checksum = seed();
    let mut state = c.as_mut().resume(0);
    loop {
        match state {
            Yielded(total) => {
                checksum = mix(checksum, total);
                state = c.as_mut().resume(checksum);
            }
            Complete(total) => return mix(checksum, total),
        }
    }
}

pub(crate) fn running_total(n: u64) -> u64 {
    answer(pin!(totals::<0>(black_box(n))))
}

pub(crate) fn running_total_boxed(n: u64) -> u64 {
    let c: Pin<Box<dyn Coroutine<u64, Yield = u64, Return = u64>>> = Box::pin(totals::<1>(n));
    answer(black_box(c).as_mut())
}

pub(crate) fn running_total_called(n: u64) -> u64 {
    #[inline(never)]
    fn step<C>(c: Pin<&mut C>, value: u64) -> CoroutineState<u64, u64>
    where
        C: Coroutine<u64, Yield = u64, Return = u64>,
    {
        c.resume(value)
    }

    let mut c = pin!(totals::<2>(black_box(n)));
    let mut checksum = seed();
    let mut state = c.as_mut().resume(0);
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

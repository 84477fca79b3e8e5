//! What one writes without coroutines.

use std::hint::black_box;

use crate::checksum::{mix, seed};

struct Fibonacci {
    left: u64,
    a: u64,
    b: u64,
}

impl Fibonacci {
    fn new(n: u64) -> Self {
        Fibonacci { left: n, a: 0, b: 1 }
    }
}

impl Iterator for Fibonacci {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let item = self.a;
        (self.a, self.b) = (self.b, self.a.wrapping_add(self.b));
        Some(item)
    }
}

/// Forwards to another iterator.
struct Delegating<I> {
    child: I,
}

impl<I: Iterator> Iterator for Delegating<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        self.child.next()
    }
}

fn delegating<I>(child: I) -> Delegating<I> {
    Delegating { child }
}

struct RunningTotal {
    left: u64,
    total: u64,
}

impl RunningTotal {
    fn new(n: u64) -> Self {
        RunningTotal { left: n, total: 0 }
    }

    #[inline]
    fn start(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        Some(self.total)
    }
}

/// What `running_total` needs where the type is not known.
trait Send {
    fn send(&mut self, value: u64) -> Option<u64>;
    fn total(&self) -> u64;
}

impl Send for RunningTotal {
    #[inline]
    fn send(&mut self, value: u64) -> Option<u64> {
        self.total = self.total.wrapping_add(value);
        self.start()
    }

    #[inline]
    fn total(&self) -> u64 {
        self.total
    }
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
    hear(Fibonacci::new(black_box(n)))
}

pub(crate) fn delegation_1(n: u64) -> u64 {
    hear(delegating(Fibonacci::new(black_box(n))))
}

pub(crate) fn delegation_4(n: u64) -> u64 {
    hear(delegating(delegating(delegating(delegating(Fibonacci::new(black_box(n)))))))
}

pub(crate) fn fibonacci_boxed(n: u64) -> u64 {
    let items: Box<dyn Iterator<Item = u64>> = Box::new(Fibonacci::new(n));
    hear(black_box(items))
}

pub(crate) fn fibonacci_called(n: u64) -> u64 {
    #[inline(never)]
    fn step(items: &mut Fibonacci) -> Option<u64> {
        items.next()
    }

    let mut items = Fibonacci::new(black_box(n));
    let mut checksum = seed();
    while let Some(item) = step(&mut items) {
        checksum = mix(checksum, item);
    }
    checksum
}

pub(crate) fn running_total(n: u64) -> u64 {
    let mut c = RunningTotal::new(black_box(n));
    let mut checksum = seed();
    let mut state = c.start();
    while let Some(total) = state {
        checksum = mix(checksum, total);
        state = c.send(checksum);
    }
    mix(checksum, c.total)
}

pub(crate) fn running_total_boxed(n: u64) -> u64 {
    let mut c = RunningTotal::new(n);
    let mut state = c.start();
    let mut c: Box<dyn Send> = black_box(Box::new(c));
    let mut checksum = seed();
    while let Some(total) = state {
        checksum = mix(checksum, total);
        state = c.send(checksum);
    }
    mix(checksum, c.total())
}

pub(crate) fn running_total_called(n: u64) -> u64 {
    #[inline(never)]
    fn step(c: &mut RunningTotal, value: u64) -> Option<u64> {
        c.send(value)
    }

    let mut c = RunningTotal::new(black_box(n));
    let mut checksum = seed();
    let mut state = c.start();
    while let Some(total) = state {
        checksum = mix(checksum, total);
        state = step(&mut c, checksum);
    }
    mix(checksum, c.total)
}

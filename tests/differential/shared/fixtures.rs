//! What the bodies handle.

use crate::differential::trace::Guard;

/// Two values that can be moved out of it one by one.
#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) left: Guard,
    pub(crate) right: Guard,
}

/// Takes its arguments as they were evaluated, and drops them.
pub(crate) fn take<A, B, C>(_: A, _: B, _: C) {}

/// Drops its arguments, and returns a number.
pub(crate) fn sum(_left: Guard, n: u32, _right: Guard) -> u32 {
    n
}

/// Something to call methods on.
pub(crate) trait Chain: Sized {
    fn then(self, n: u32) -> Self;
    fn set(&mut self, n: u32);
}

impl Chain for Guard {
    fn then(self, n: u32) -> Self {
        self.see(n);
        self
    }

    fn set(&mut self, n: u32) {
        self.see(n);
    }
}

/// Drops a value without a trace.
#[cfg(native)]
pub(crate) fn unseen<T>(value: T) {
    std::mem::forget(value);
}

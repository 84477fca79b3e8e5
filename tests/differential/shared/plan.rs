//! What a body is put through.

use crate::differential::fixtures::Pair;
use crate::differential::trace::{Guard, Trace};

/// One run of a body.
#[derive(Clone, Copy)]
pub(crate) struct Plan {
    /// Which answers it is given.
    pub(crate) script: usize,
    pub(crate) stop: Stop,
}

/// How the run ends.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Stop {
    Return,
    /// Dropped at a suspension, of which the first is number 1. At number 0 it has not been started.
    Drop(usize),
    /// The body's event of that number panics.
    Panic(usize),
    /// Dropped at a suspension, and an event on the way panics: it is a destructor.
    DropPanic(usize, usize),
}

impl Stop {
    /// At which suspension it is dropped.
    pub(crate) fn suspension(self) -> Option<usize> {
        match self {
            Stop::Drop(n) | Stop::DropPanic(n, _) => Some(n),
            Stop::Return | Stop::Panic(_) => None,
        }
    }
}

/// What can be sent.
pub(crate) trait Answer {
    /// In how many ways the questions are answered.
    const SCRIPTS: usize = 1;

    /// The answer to the `n`th question. The one with number 0 starts a native coroutine and is seen by nobody.
    fn answer(t: &Trace, script: usize, n: usize) -> Self;
}

impl Answer for () {
    fn answer(_: &Trace, _: usize, _: usize) -> Self {}
}

impl Answer for u32 {
    fn answer(_: &Trace, _: usize, n: usize) -> Self {
        n as u32
    }
}

impl Answer for usize {
    fn answer(_: &Trace, _: usize, n: usize) -> Self {
        n
    }
}

/// The scripts are all pairs of answers, each repeated.
impl Answer for bool {
    const SCRIPTS: usize = 4;

    fn answer(_: &Trace, script: usize, n: usize) -> Self {
        script >> (n % 2) & 1 == 1
    }
}

impl Answer for Guard {
    fn answer(t: &Trace, _: usize, n: usize) -> Self {
        t.silent(["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9"][n % 10])
    }
}

impl Answer for (Guard, Guard) {
    fn answer(t: &Trace, _: usize, n: usize) -> Self {
        (t.silent(["l0", "l1", "l2", "l3"][n % 4]), t.silent(["r0", "r1", "r2", "r3"][n % 4]))
    }
}

impl Answer for Pair {
    fn answer(t: &Trace, script: usize, n: usize) -> Self {
        let (left, right) = Answer::answer(t, script, n);
        Pair { left, right }
    }
}

/// One script begins with `Some`, the other with `None`.
impl<T: Answer> Answer for Option<T> {
    const SCRIPTS: usize = 2;

    fn answer(t: &Trace, script: usize, n: usize) -> Self {
        ((script + n) % 2 == 1).then(|| T::answer(t, 0, n))
    }
}

/// One script begins with `Ok`, the other with `Err`.
impl<T: Answer, E: Answer> Answer for Result<T, E> {
    const SCRIPTS: usize = 2;

    fn answer(t: &Trace, script: usize, n: usize) -> Self {
        if (script + n) % 2 == 1 { Ok(T::answer(t, 0, n)) } else { Err(E::answer(t, 0, n)) }
    }
}

//! Random programs, and the ways in which one calls another.

use antiphon_tests::Guard;

/// One instruction of a program.
#[derive(Debug)]
pub(super) enum Op {
    /// Yields a number, and adds what comes back.
    Yield(u32),
    /// Runs another program in a child, and adds what it returns.
    Call(Vec<Op>),
    /// Holds a guard until the program ends.
    Hold(&'static str),
    /// Yields two numbers from an inner scope with a guard of its own.
    Scope(&'static str),
    /// Ends the program if the sum is odd.
    ReturnIfOdd,
}

const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

/// A generator of numbers that are random enough, the same ones each time.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, n: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % n).unwrap()
    }

    pub(super) fn program(&mut self, depth: u32) -> Vec<Op> {
        let op = |random: &mut Self| match random.below(10) {
            0..=3 => Op::Yield(u32::try_from(random.below(50)).unwrap()),
            4..=6 if depth > 0 => Op::Call(random.program(depth - 1)),
            4..=7 => Op::Hold(NAMES[random.below(5)]),
            8 => Op::Scope(NAMES[random.below(5)]),
            _ => Op::ReturnIfOdd,
        };
        (0..self.below(6)).map(|_| op(self)).collect()
    }
}

/// Guards that are dropped as locals are: the youngest first.
#[derive(Default)]
pub(super) struct Held(pub(super) Vec<Guard>);

impl Drop for Held {
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

/// How a program calls another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Way {
    Polls,
    Frames,
    Boxed,
    Erased,
    Mixed,
}

pub(super) const WAYS: [Way; 5] = [Way::Polls, Way::Frames, Way::Boxed, Way::Erased, Way::Mixed];

impl Way {
    /// One of the others in the place of `Mixed`.
    pub(super) fn or_mixed(self, index: usize) -> Self {
        if self == Way::Mixed { WAYS[index % 4] } else { self }
    }
}

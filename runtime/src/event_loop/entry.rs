//! What a loop may have to run.

use std::num::NonZeroU64;

use super::slab::Key;

/// A task or a callback: what stands in the ready queue, and what a timer wakes. Eight bytes, also if there may be none.
///
/// Below is the index, whose two upper bits tell which it is, and above the generation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Entry(NonZeroU64);

/// An [`Entry`], seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// What the loop was asked to complete.
    Main,
    Task(Key),
    /// Or a waker: what timers wake that are not awaited by a task itself.
    Call(Key),
}

const CALL: u32 = 1 << 30;
const TASK: u32 = 1 << 31;
const MAIN: u32 = CALL | TASK;

impl Entry {
    /// Nobody.
    pub(crate) const NOBODY: Entry = Entry::new(MAIN | 1, 0);
    /// Somebody who is known elsewhere.
    pub(crate) const ELSEWHERE: Entry = Entry::new(MAIN | 2, 0);

    #[inline]
    const fn new(below: u32, above: u32) -> Self {
        Entry(NonZeroU64::new((above as u64) << 32 | below as u64).expect("each kind has a bit"))
    }

    /// What the loop was asked to complete. The number tells one run from the next.
    #[inline]
    pub(crate) const fn main(run: u32) -> Self {
        Entry::new(MAIN, run)
    }

    #[inline]
    pub(crate) const fn task(key: Key) -> Self {
        Entry::new(key.index | TASK, key.generation)
    }

    #[inline]
    pub(crate) const fn call(key: Key) -> Self {
        Entry::new(key.index | CALL, key.generation)
    }

    /// Whether it owns nothing but its place.
    #[inline]
    pub(crate) const fn is_call(self) -> bool {
        matches!(self.kind(), Kind::Call(_))
    }

    #[inline]
    pub(crate) const fn kind(self) -> Kind {
        let (below, generation) = (self.0.get() as u32, (self.0.get() >> 32) as u32);
        let key = Key { index: below & !MAIN, generation };
        match below & MAIN {
            TASK => Kind::Task(key),
            CALL => Kind::Call(key),
            _ => Kind::Main,
        }
    }
}

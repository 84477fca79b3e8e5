//! What a loop may have to run.

use super::slab::Key;

/// A task or a callback: what stands in the ready queue, and what a timer wakes. Eight bytes.
///
/// The two upper bits of the index tell which it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Entry(Key);

/// An [`Entry`], seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// What the loop was asked to complete.
    Main,
    Task(Key),
    /// Or a waker: what timers wake that are not awaited by a task itself.
    Call(Key),
}

const TASK: u32 = 0;
const CALL: u32 = 1 << 30;
const MAIN: u32 = 1 << 31;
const KIND: u32 = CALL | MAIN;

impl Entry {
    /// Nobody.
    pub(crate) const NOBODY: Entry = Entry(Key { index: KIND, generation: 0 });
    /// Somebody who is known elsewhere.
    pub(crate) const ELSEWHERE: Entry = Entry(Key { index: KIND, generation: 1 });

    /// What the loop was asked to complete. The number tells one run from the next.
    pub(crate) const fn main(run: u32) -> Self {
        Entry(Key { index: MAIN, generation: run })
    }

    pub(crate) const fn task(key: Key) -> Self {
        Entry(Key { index: key.index | TASK, generation: key.generation })
    }

    pub(crate) const fn call(key: Key) -> Self {
        Entry(Key { index: key.index | CALL, generation: key.generation })
    }

    #[inline]
    pub(crate) const fn to_bits(self) -> u64 {
        (self.0.generation as u64) << 32 | self.0.index as u64
    }

    #[inline]
    pub(crate) const fn from_bits(bits: u64) -> Self {
        Entry(Key { index: bits as u32, generation: (bits >> 32) as u32 })
    }

    /// Whether it owns nothing but its place.
    #[inline]
    pub(crate) const fn is_task(self) -> bool {
        self.0.index & CALL == 0
    }

    #[inline]
    pub(crate) const fn kind(self) -> Kind {
        let key = Key { index: self.0.index & !KIND, generation: self.0.generation };
        match self.0.index & KIND {
            TASK => Kind::Task(key),
            CALL => Kind::Call(key),
            _ => Kind::Main,
        }
    }
}

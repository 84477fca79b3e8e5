//! The slots of all levels: lists of timers, and which of them are not empty.

use alloc::vec::Vec;

use super::entries::{Entries, NONE};

/// The bits of a digit.
const BITS: u32 = 6;
const SLOTS: usize = 1 << BITS;
/// As many as a time has digits. The uppermost has four bits.
const LEVELS: usize = u64::BITS.div_ceil(BITS) as usize;

/// One of all slots, by its number.
#[derive(Clone, Copy)]
pub(super) struct Slot(usize);

impl Slot {
    /// Where a deadline belongs that is not before the cursor.
    #[inline]
    pub(super) const fn of(deadline: u64, cursor: u64) -> Self {
        // If no digit differs, the lowest counts.
        let level = ((deadline ^ cursor) | 1).ilog2() / BITS;
        let digit = (deadline >> (level * BITS)) as usize % SLOTS;
        Slot(level as usize * SLOTS + digit)
    }

    #[inline]
    pub(super) const fn level(self) -> usize {
        self.0 / SLOTS
    }

    const fn digit(self) -> usize {
        self.0 % SLOTS
    }

    /// The earliest deadline that belongs here.
    #[inline]
    pub(super) const fn start(self, cursor: u64) -> u64 {
        let shift = self.level() as u32 * BITS;
        // Twice, since all bits may be shifted out.
        let above = cursor >> shift >> BITS;
        ((above << BITS) | self.digit() as u64) << shift
    }
}

/// The ends of a list.
#[derive(Clone, Copy)]
pub(super) struct List {
    pub(super) first: u32,
    pub(super) last: u32,
}

impl List {
    const EMPTY: List = List { first: NONE, last: NONE };
}

/// Invariant *bits tell what is empty*: a bit in `slots` is set where a list is not empty, and one in `levels` where a word
/// of `slots` is not zero.
pub(super) struct Slots {
    levels: u32,
    slots: [u64; LEVELS],
    /// None before the first timer.
    lists: Vec<List>,
}

impl Slots {
    pub(super) const fn new() -> Self {
        Slots { levels: 0, slots: [0; LEVELS], lists: Vec::new() }
    }

    /// The one that comes before all others that are not empty.
    #[inline]
    pub(super) fn first(&self) -> Option<Slot> {
        let level = self.levels.trailing_zeros() as usize;
        // There are fewer levels than bits, so there is no such level when no bit is set.
        let slots = self.slots.get(level)?;
        Some(Slot(level * SLOTS + slots.trailing_zeros() as usize))
    }

    #[inline]
    pub(super) fn list(&self, slot: Slot) -> List {
        self.lists[slot.0]
    }

    /// Empties a slot. The timers are left as they are.
    pub(super) fn take(&mut self, slot: Slot) -> List {
        self.mark_empty(slot);
        core::mem::replace(&mut self.lists[slot.0], List::EMPTY)
    }

    #[inline]
    pub(super) fn append<T>(&mut self, slot: Slot, entries: &mut Entries<T>, index: u32) {
        if self.lists.is_empty() {
            self.make_lists();
        }
        let list = &mut self.lists[slot.0];
        let last = list.last;
        list.last = index;
        if last == NONE {
            list.first = index;
            self.slots[slot.level()] |= 1 << slot.digit();
            self.levels |= 1 << slot.level();
        } else {
            entries[last].next = index;
        }
        let entry = &mut entries[index];
        entry.previous = last;
        entry.next = NONE;
    }

    /// Takes a timer out of its list. Only at an end of it does it matter which one that is.
    #[inline]
    pub(super) fn unlink<T>(&mut self, entries: &mut Entries<T>, index: u32, cursor: u64) {
        let entry = &entries[index];
        let (previous, next, deadline) = (entry.previous, entry.next, entry.deadline);
        if previous != NONE {
            entries[previous].next = next;
        }
        if next != NONE {
            entries[next].previous = previous;
        }
        if previous == NONE || next == NONE {
            let slot = Slot::of(deadline, cursor);
            let list = &mut self.lists[slot.0];
            if previous == NONE {
                list.first = next;
            }
            if next == NONE {
                list.last = previous;
            }
            if list.first == NONE {
                self.mark_empty(slot);
            }
        }
    }

    #[inline]
    fn mark_empty(&mut self, slot: Slot) {
        let slots = &mut self.slots[slot.level()];
        *slots &= !(1 << slot.digit());
        if *slots == 0 {
            self.levels &= !(1 << slot.level());
        }
    }

    #[cold]
    fn make_lists(&mut self) {
        self.lists.resize(LEVELS * SLOTS, List::EMPTY);
    }
}

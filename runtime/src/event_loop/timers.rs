//! Timers: what is due, in the order of deadlines.
//!
//! A deadline is a number of nanoseconds since the loop began, and the wheel keeps all of its bits. Written with digits of six
//! bits it has eleven digits. A timer lies on the level of the first digit in which its deadline differs from the
//! *cursor*, a time that is not later than `now`, in the slot of the digit that its deadline has there:
//!
//! ```text
//! cursor    … 0 17  3 40        level 1, slot 9:  … 0 17  9  2,  … 0 17  9 63,  … 0 17  9  2
//!                               level 2, slot 20: … 0 20  0  0,  … 0 20 63  5
//! ```
//!
//! So what lies on a lower level is due before what lies on a higher one, and on one level the slots are in order. On level
//! 0 all timers of a slot have the same deadline. On other levels a slot whose time has come is distributed: the cursor
//! moves to the earliest deadline in it, or to its beginning if it holds many, but not beyond `now`. Nothing else has to move
//! then, since all other deadlines still differ from the cursor where they did; and a timer moves at most once for each
//! level.
//!
//! Timers with equal deadlines are always in the same slot, and slots are lists that grow at their end. So they stay in the
//! order of arming without a number that says it.

mod entries;
mod overdue;
mod slots;

use self::entries::{Entries, NONE};
use self::overdue::Overdue;
use self::slots::{Slot, Slots};

pub(crate) use self::entries::TimerKey;

/// How many timers of one slot are looked at to tell when to wake.
const GLANCE: usize = 16;

/// Timers, and what each wakes.
///
/// Invariant *the place follows from the deadline*: a timer whose deadline is before the cursor is in `overdue`, any other
/// in `Slot::of(deadline, cursor)`. So whoever moves the cursor moves the timers for which this says something else.
///
/// Memory: 32 bytes for a timer with 8 bytes to wake, and 6 KB for the slots, which are made for the first timer.
/// Room for timers is used again, but not given back before the wheel is dropped.
pub(crate) struct Wheel<T> {
    /// Not later than any `now` that was told; a time, not a number of ticks.
    cursor: u64,
    /// The earliest deadline, if it is known.
    earliest: Option<u64>,
    entries: Entries<T>,
    slots: Slots,
    overdue: Overdue,
}

impl<T> Wheel<T> {
    /// Allocates nothing.
    pub(crate) const fn new() -> Self {
        Wheel { cursor: 0, earliest: None, entries: Entries::new(), slots: Slots::new(), overdue: Overdue::new() }
    }

    /// How many timers are armed.
    pub(crate) const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Arms a timer, in constant time. Deadlines in the past are as good as any: they are due at once, in their order.
    ///
    /// One that is before the last `now` that was told takes the logarithm of the number of those.
    #[inline]
    pub(crate) fn insert(&mut self, deadline: u64, payload: T) -> TimerKey {
        if self.entries.len() == 0 {
            self.earliest = Some(deadline);
        }
        let key = self.entries.insert(deadline, payload);
        self.place(key.index(), deadline);
        key
    }

    /// Takes a timer back, in constant time. `None` if it has fired or was cancelled.
    #[inline]
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<T> {
        self.entries.contains(key).then(|| self.remove(key.index()))
    }

    /// What a timer would wake. `None` if it has fired or was cancelled.
    pub(crate) fn get(&self, key: TimerKey) -> Option<&T> {
        self.entries.get(key)
    }

    /// When a timer is due. `None` if it has fired or was cancelled.
    pub(crate) fn deadline(&self, key: TimerKey) -> Option<u64> {
        self.entries.contains(key).then(|| self.entries[key.index()].deadline)
    }

    /// Moves a timer to another deadline, in constant time, behind all that have the same; the key stays. `false` if it
    /// has fired or was cancelled.
    #[inline]
    pub(crate) fn reset(&mut self, key: TimerKey, deadline: u64) -> bool {
        let armed = self.entries.contains(key);
        if armed {
            self.unplace(key.index());
            if self.entries.len() == 1 {
                self.earliest = Some(deadline);
            }
            self.entries[key.index()].deadline = deadline;
            self.place(key.index(), deadline);
        }
        armed
    }

    /// Takes the timer that is due first: in the order of deadlines and, among equals, of arming. `None` when none is due.
    ///
    /// One that is armed between two calls takes part, if it is due. Whatever the distance to the `now` before, it takes
    /// a time by what fires and by the number of levels.
    pub(crate) fn pop_due(&mut self, now: u64) -> Option<T> {
        if let Some((deadline, index)) = self.overdue.first() {
            return (deadline <= now).then(|| self.remove(index));
        }
        while let Some(slot) = self.slots.first() {
            if slot.start(self.cursor) > now {
                break;
            }
            if let Some(index) = self.due_in(slot, now) {
                return Some(self.remove(index));
            }
            self.distribute(slot, now);
        }
        // All slots begin later, so the digits in which their deadlines differ from the cursor stay the same.
        self.cursor = self.cursor.max(now);
        None
    }

    /// The earliest deadline. Looks at all timers of one slot if the one that was the earliest is gone.
    pub(crate) fn next_deadline(&mut self) -> Option<u64> {
        self.earliest_by_looking_at(usize::MAX)
    }

    /// A time before which no timer is due: the earliest deadline, or the beginning of a slot with too many timers to look
    /// for it. To be asked after `pop_due` returned `None`; it is later than that `now`.
    ///
    /// Who waits until then, and asks again, has waited in vain at most once for each level.
    pub(crate) fn wake_at(&mut self) -> Option<u64> {
        self.earliest_by_looking_at(GLANCE)
    }

    fn earliest_by_looking_at(&mut self, limit: usize) -> Option<u64> {
        if let Some((deadline, _)) = self.overdue.first() {
            return Some(deadline);
        }
        let slot = self.slots.first()?;
        if self.earliest.is_none() {
            if slot.level() > 0 && self.list(slot).nth(limit).is_some() {
                return Some(slot.start(self.cursor));
            }
            self.earliest = self.earliest_in(slot);
        }
        self.earliest
    }

    /// The first that is due in the first slot, if all in it have one deadline: on level 0, or if there is only one.
    fn due_in(&self, slot: Slot, now: u64) -> Option<u32> {
        let list = self.slots.list(slot);
        let one_deadline = slot.level() == 0 || list.first == list.last;
        (one_deadline && self.entries[list.first].deadline <= now).then_some(list.first)
    }

    fn earliest_in(&self, slot: Slot) -> Option<u64> {
        if slot.level() == 0 {
            return Some(slot.start(self.cursor));
        }
        self.list(slot).map(|index| self.entries[index].deadline).min()
    }

    fn list(&self, slot: Slot) -> impl Iterator<Item = u32> {
        let next = |index: u32| (index != NONE).then_some(index);
        core::iter::successors(next(self.slots.list(slot).first), move |&index| next(self.entries[index].next))
    }

    /// Moves the cursor into the first slot, and all that is in it to where it belongs now.
    fn distribute(&mut self, slot: Slot, now: u64) {
        self.cursor = self.earliest_by_looking_at(GLANCE).map_or(now, |earliest| earliest.min(now));
        let mut index = self.slots.take(slot).first;
        while index != NONE {
            let entry = &self.entries[index];
            let (slot, next) = (Slot::of(entry.deadline, self.cursor), entry.next);
            self.slots.append(slot, &mut self.entries, index);
            index = next;
        }
    }

    #[inline]
    fn remove(&mut self, index: u32) -> T {
        self.unplace(index);
        self.entries.remove(index)
    }

    #[inline]
    fn place(&mut self, index: u32, deadline: u64) {
        if self.earliest.is_some_and(|earliest| deadline < earliest) {
            self.earliest = Some(deadline);
        }
        if deadline < self.cursor {
            self.overdue.insert(&mut self.entries, index);
        } else {
            self.slots.append(Slot::of(deadline, self.cursor), &mut self.entries, index);
        }
    }

    #[inline]
    fn unplace(&mut self, index: u32) {
        let deadline = self.entries[index].deadline;
        if self.earliest == Some(deadline) {
            self.earliest = None;
        }
        if deadline < self.cursor {
            self.overdue.remove(&self.entries, index);
        } else {
            self.slots.unlink(&mut self.entries, index, self.cursor);
        }
    }
}

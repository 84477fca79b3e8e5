//! Timers that were armed with a deadline before the cursor. They are few, and not for long: the next turn fires them.

use alloc::collections::BTreeMap;

use super::entries::Entries;

/// Indices by deadline and, among equals, by the order of arming.
pub(super) struct Overdue {
    timers: BTreeMap<(u64, u64), u32>,
    /// How many there have been.
    sequence: u64,
}

impl Overdue {
    pub(super) const fn new() -> Self {
        Overdue { timers: BTreeMap::new(), sequence: 0 }
    }

    #[inline]
    pub(super) fn first(&self) -> Option<(u64, u32)> {
        self.timers.first_key_value().map(|(&(deadline, _), &index)| (deadline, index))
    }

    #[cold]
    pub(super) fn insert<T>(&mut self, entries: &mut Entries<T>, index: u32) {
        let entry = &mut entries[index];
        entry.next = self.sequence as u32;
        entry.previous = (self.sequence >> 32) as u32;
        self.timers.insert((entry.deadline, self.sequence), index);
        self.sequence += 1;
    }

    #[cold]
    pub(super) fn remove<T>(&mut self, entries: &Entries<T>, index: u32) {
        let entry = &entries[index];
        let sequence = u64::from(entry.previous) << 32 | u64::from(entry.next);
        self.timers.remove(&(entry.deadline, sequence));
    }
}

//! The ready queue.
#![expect(unsafe_code, reason = "every step is put in and taken out; counts of borrows would be a tenth of one")]

use std::cell::UnsafeCell;
use std::vec::Vec;

use crate::event_loop::entry::Entry;

/// Those who are ready, first come, first served.
///
/// Invariant *in and out*: what is in here is borrowed within a method only, and no method runs what users wrote.
#[derive(Default)]
pub(super) struct Ready(UnsafeCell<Lists>);

impl Ready {
    #[inline]
    pub(super) fn len(&self) -> usize {
        // SAFETY: *in and out*.
        unsafe { &*self.0.get() }.len()
    }

    #[inline]
    pub(super) fn push(&self, entry: Entry) {
        // SAFETY: *in and out*.
        unsafe { &mut *self.0.get() }.then.push(entry);
    }

    #[inline]
    pub(super) fn pop(&self) -> Option<Entry> {
        // SAFETY: *in and out*.
        unsafe { &mut *self.0.get() }.pop()
    }

    pub(super) fn clear(&self) {
        // SAFETY: *in and out*.
        *unsafe { &mut *self.0.get() } = Lists::default();
    }

    /// Exchanges the ready ones at two places.
    pub(super) fn swap(&self, one: usize, other: usize) {
        // SAFETY: *in and out*.
        unsafe { &mut *self.0.get() }.all().swap(one, other);
    }

    /// Which of the first so many are to be found.
    pub(super) fn places(&self, of: usize, which: impl Fn(Entry) -> bool) -> Vec<usize> {
        // SAFETY: *in and out*; `which` looks at an entry.
        let all = unsafe { &mut *self.0.get() }.all();
        all.iter().take(of).enumerate().filter(|(_, entry)| which(**entry)).map(|(place, _)| place).collect()
    }
}

/// Two lists, one that is put into and one that is taken from, which change places when the latter is at its end: so neither
/// wraps around, and the room of a long queue is given back when it has become a short one.
#[derive(Default)]
struct Lists {
    first: Vec<Entry>,
    /// How many of `first` were taken.
    taken: usize,
    then: Vec<Entry>,
}

/// A list with room for so many is kept, however few were in it.
const KEPT: usize = 4_096;

impl Lists {
    #[inline]
    fn len(&self) -> usize {
        self.first.len() - self.taken + self.then.len()
    }

    #[inline]
    fn pop(&mut self) -> Option<Entry> {
        if let Some(entry) = self.first.get(self.taken) {
            self.taken += 1;
            return Some(*entry);
        }
        self.change();
        let entry = self.first.first();
        self.taken = usize::from(entry.is_some());
        entry.copied()
    }

    fn change(&mut self) {
        self.taken = 0;
        self.first.clear();
        if self.first.capacity() > KEPT && self.first.capacity() / 4 > self.then.len() {
            self.first = Vec::new();
        }
        std::mem::swap(&mut self.first, &mut self.then);
    }

    /// All of them, in one list.
    fn all(&mut self) -> &mut [Entry] {
        self.first.drain(..std::mem::take(&mut self.taken));
        self.first.append(&mut self.then);
        &mut self.first
    }
}

#[cfg(test)]
#[test]
fn first_come_first_served() {
    use std::collections::VecDeque;

    let (mut ready, mut model) = (Ready::default(), VecDeque::new());
    for step in 0..40_000_u32 {
        // Longer, then shorter, and with whole queues put together in between.
        let pops = if step % 20_000 < 10_000 { step % 2 } else { step % 4 };
        ready.push(Entry::main(step));
        model.push_back(Entry::main(step));
        if step % 97 == 0 {
            assert_eq!(ready.0.get_mut().all(), model.make_contiguous());
        }
        for _ in 0..pops {
            assert_eq!(ready.pop(), model.pop_front());
        }
        assert_eq!(ready.len(), model.len());
    }
    while let Some(entry) = model.pop_front() {
        assert_eq!(ready.pop(), Some(entry));
    }
    assert_eq!(ready.pop(), None);
    let lists = ready.0.into_inner();
    assert!(lists.first.capacity() <= KEPT && lists.then.capacity() <= KEPT);
}

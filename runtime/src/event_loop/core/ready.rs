//! The ready queue.

use std::vec::Vec;

use crate::event_loop::entry::Entry;

/// Those who are ready, first come, first served.
///
/// Two lists, one that is put into and one that is taken from, which change places when the latter is at its end: so neither
/// wraps around, and the room of a long queue is given back when it has become a short one.
#[derive(Debug, Default)]
pub(super) struct Ready {
    first: Vec<Entry>,
    /// How many of `first` were taken.
    taken: usize,
    then: Vec<Entry>,
}

/// A list with room for so many is kept, however few were in it.
const KEPT: usize = 4_096;

impl Ready {
    pub(super) fn len(&self) -> usize {
        self.first.len() - self.taken + self.then.len()
    }

    #[inline]
    pub(super) fn push(&mut self, entry: Entry) {
        self.then.push(entry);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Option<Entry> {
        if self.taken == self.first.len() {
            self.change();
        }
        let entry = *self.first.get(self.taken)?;
        self.taken += 1;
        Some(entry)
    }

    fn change(&mut self) {
        self.taken = 0;
        self.first.clear();
        if self.first.capacity() > KEPT && self.first.capacity() / 4 > self.then.len() {
            self.first = Vec::new();
        }
        std::mem::swap(&mut self.first, &mut self.then);
    }

    /// All of them, to be put into another order.
    pub(super) fn all(&mut self) -> &mut [Entry] {
        self.first.drain(..std::mem::take(&mut self.taken));
        self.first.append(&mut self.then);
        &mut self.first
    }

    pub(super) fn clear(&mut self) {
        *self = Ready::default();
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
            assert_eq!(ready.all(), model.make_contiguous());
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
    assert!(ready.first.capacity() <= KEPT && ready.then.capacity() <= KEPT);
}

//! Room for timers that are known by keys, and used again.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::num::NonZeroU32;
use core::ops::{Index, IndexMut};

/// The index of no entry.
pub(super) const NONE: u32 = u32::MAX;

/// How many entries are allocated at a time: 16 KB of those with 8 bytes to wake.
const CHUNK: usize = 512;

/// Names one timer, also when another has its room: a wheel gives out no key twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TimerKey {
    index: u32,
    generation: NonZeroU32,
}

impl TimerKey {
    pub(super) const fn index(self) -> u32 {
        self.index
    }
}

/// A timer, or room for one.
///
/// Of one in a list `next` and `previous` are its neighbours, of one that is overdue the halves of its sequence number;
/// of free room `next` is the next that is free.
pub(super) struct Entry<T> {
    pub(super) deadline: u64,
    payload: Option<T>,
    /// That of its key, or of the next one here.
    generation: NonZeroU32,
    pub(super) next: u32,
    pub(super) previous: u32,
}

/// Entries, in chunks: growing copies nothing, so the peak is what they need.
pub(super) struct Entries<T> {
    chunks: Vec<Box<[Entry<T>; CHUNK]>>,
    free: u32,
    len: usize,
}

impl<T> Entries<T> {
    pub(super) const fn new() -> Self {
        Entries { chunks: Vec::new(), free: NONE, len: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn insert(&mut self, deadline: u64, payload: T) -> TimerKey {
        if self.free == NONE {
            self.grow();
        }
        let index = self.free;
        let entry = &mut self[index];
        entry.deadline = deadline;
        entry.payload = Some(payload);
        let generation = entry.generation;
        self.free = entry.next;
        self.len += 1;
        TimerKey { index, generation }
    }

    #[inline]
    pub(super) fn contains(&self, key: TimerKey) -> bool {
        // The generation of free room has not been given out yet, unless it is the last.
        let (chunk, place) = split(key.index);
        let entry = self.chunks.get(chunk).map(|chunk| &chunk[place]);
        entry.is_some_and(|entry| entry.generation == key.generation && entry.payload.is_some())
    }

    pub(super) fn get(&self, key: TimerKey) -> Option<&T> {
        if self.contains(key) { self[key.index].payload.as_ref() } else { None }
    }

    /// The entry is that of a timer, and in no list.
    #[inline]
    pub(super) fn remove(&mut self, index: u32) -> T {
        let free = self.free;
        let entry = &mut self[index];
        let payload = entry.payload.take().expect("a timer wakes something");
        // Room that has had all generations is not used again.
        if let Some(generation) = entry.generation.checked_add(1) {
            entry.generation = generation;
            entry.next = free;
            self.free = index;
        }
        self.len -= 1;
        payload
    }

    #[cold]
    fn grow(&mut self) {
        let first = self.chunks.len() * CHUNK;
        assert!(first + CHUNK <= NONE as usize, "more timers than can be counted");
        let first = first as u32;
        let room =
            |index| Entry { deadline: 0, payload: None, generation: NonZeroU32::MIN, next: index + 1, previous: NONE };
        let mut chunk: Vec<_> = (first..first + CHUNK as u32).map(room).collect();
        chunk[CHUNK - 1].next = NONE;
        let Ok(chunk) = chunk.try_into() else { unreachable!("a chunk has its length") };
        self.chunks.push(chunk);
        self.free = first;
    }
}

const fn split(index: u32) -> (usize, usize) {
    (index as usize / CHUNK, index as usize % CHUNK)
}

impl<T> Index<u32> for Entries<T> {
    type Output = Entry<T>;

    #[inline]
    fn index(&self, index: u32) -> &Entry<T> {
        let (chunk, place) = split(index);
        &self.chunks[chunk][place]
    }
}

impl<T> IndexMut<u32> for Entries<T> {
    #[inline]
    fn index_mut(&mut self, index: u32) -> &mut Entry<T> {
        let (chunk, place) = split(index);
        &mut self.chunks[chunk][place]
    }
}

#[cfg(test)]
#[test]
fn a_timer_takes_32_bytes() {
    assert_eq!(size_of::<Entry<(u32, u32)>>(), 32);
    assert_eq!(size_of::<Entry<(u32, NonZeroU32)>>(), 32);
    assert_eq!(size_of::<Option<TimerKey>>(), 8);
}

#[cfg(test)]
#[test]
fn room_that_has_had_all_generations_is_not_used_again() {
    let mut entries = Entries::new();
    let first = entries.insert(0, 'a');
    entries.remove(first.index);
    entries[first.index].generation = NonZeroU32::MAX;
    let last = entries.insert(0, 'b');
    assert_eq!((last.index, last.generation), (first.index, NonZeroU32::MAX));
    assert!(entries.contains(last));
    assert_eq!(entries.remove(last.index), 'b');
    assert!(!entries.contains(last));
    for _ in 0..2 * CHUNK {
        assert_ne!(entries.insert(0, 'c').index, last.index);
        assert!(!entries.contains(last));
    }
}

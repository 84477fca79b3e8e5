//! What a server keeps: byte strings by their keys, some of them for a time.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

/// The keys and their values. It has no clock: it is told the time.
#[derive(Default, Debug)]
pub struct Store {
    entries: HashMap<Box<[u8]>, Entry>,
    /// The keys that are kept for a time, the next to go first.
    deadlines: BTreeSet<(Duration, Box<[u8]>)>,
    now: Duration,
}

#[derive(Debug)]
struct Entry {
    value: Vec<u8>,
    deadline: Option<Duration>,
}

impl Store {
    /// An empty one.
    pub fn new() -> Self {
        Store::default()
    }

    /// It is that late: what was kept until now is gone.
    #[inline]
    pub(super) fn set_now(&mut self, now: Duration) {
        self.now = now;
        while self.deadlines.first().is_some_and(|(deadline, _)| *deadline <= now) {
            let (_, key) = self.deadlines.pop_first().expect("there is a first");
            self.entries.remove(&key);
        }
    }

    pub(super) const fn now(&self) -> Duration {
        self.now
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    pub(super) fn get(&self, key: &[u8]) -> Option<&Vec<u8>> {
        self.entries.get(key).map(|entry| &entry.value)
    }

    /// The value, to be changed; a new one is empty, and stays until it is removed.
    pub(super) fn get_or_new(&mut self, key: &[u8]) -> &mut Vec<u8> {
        // Most keys are there, and then need not be copied.
        if !self.entries.contains_key(key) {
            self.entries.insert(key.into(), Entry { value: Vec::new(), deadline: None });
        }
        &mut self.entries.get_mut(key).expect("it is there").value
    }

    /// Sets a value, in the memory of the one before.
    #[inline]
    pub(super) fn set(&mut self, key: &[u8], value: &[u8], keep_deadline: bool) {
        match self.entries.get_mut(key) {
            None => {
                self.entries.insert(key.into(), Entry { value: value.into(), deadline: None });
            }
            Some(entry) => {
                if entry.value.capacity() > 2 * value.len() + 64 {
                    entry.value = Vec::new();
                }
                entry.value.clear();
                entry.value.extend_from_slice(value);
                if entry.deadline.is_some() && !keep_deadline {
                    self.set_deadline(key, None);
                }
            }
        }
    }

    /// Whether there was one.
    pub(super) fn remove(&mut self, key: &[u8]) -> bool {
        self.set_deadline(key, None);
        self.entries.remove(key).is_some()
    }

    /// Until when it is kept: `None` if there is no such key, `Some(None)` if for ever.
    pub(super) fn deadline(&self, key: &[u8]) -> Option<Option<Duration>> {
        self.entries.get(key).map(|entry| entry.deadline)
    }

    /// Keeps it until then. Whether there is such a key.
    pub(super) fn set_deadline(&mut self, key: &[u8], deadline: Option<Duration>) -> bool {
        let Some(entry) = self.entries.get_mut(key) else { return false };
        if let Some(before) = entry.deadline {
            self.deadlines.remove(&(before, key.into()));
        }
        entry.deadline = deadline;
        if let Some(deadline) = deadline {
            self.deadlines.insert((deadline, key.into()));
        }
        true
    }

    pub(super) fn clear(&mut self) {
        self.entries = HashMap::new();
        self.deadlines = BTreeSet::new();
    }
}

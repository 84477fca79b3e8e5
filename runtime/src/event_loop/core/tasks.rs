//! The loop's tasks by their numbers.
#![expect(unsafe_code, reason = "every step looks a task up, and a count of borrows would be a tenth of a short one")]

use std::cell::UnsafeCell;
use std::vec::Vec;

use crate::event_loop::slab::{Key, Slab};
use crate::event_loop::task::{State, TaskRef};

/// Invariant *in and out*: what is in here is borrowed within a method only, and no method runs what users wrote, nor drops it.
#[derive(Default)]
pub(super) struct Tasks(UnsafeCell<Slab<TaskRef>>);

impl Tasks {
    #[inline]
    pub(super) fn get(&self, key: Key) -> Option<TaskRef> {
        // SAFETY: *in and out*. To clone a reference is to count it.
        unsafe { &*self.0.get() }.get(key).cloned()
    }

    /// Marks a task as one that stands in the ready queue. `false` if it was marked before, or has ended.
    #[inline]
    pub(super) fn queue(&self, key: Key) -> bool {
        // SAFETY: *in and out*.
        let task = unsafe { &*self.0.get() }.get(key);
        let header = task.map(TaskRef::header).filter(|header| !header.state().is(State::QUEUED));
        header.map(|header| header.set(State::QUEUED)).is_some()
    }

    /// Puts a task in. `make` moves a future and nothing else.
    #[inline]
    pub(super) fn insert_with(&self, make: impl FnOnce(Key) -> TaskRef) -> Key {
        // SAFETY: *in and out*.
        unsafe { &mut *self.0.get() }.insert_with(make)
    }

    /// In the order of their rooms.
    pub(super) fn all(&self) -> Vec<TaskRef> {
        // SAFETY: *in and out*. To clone a reference is to count it.
        unsafe { &*self.0.get() }.iter().cloned().collect()
    }

    #[inline]
    pub(super) fn remove(&self, key: Key) -> Option<TaskRef> {
        // SAFETY: *in and out*. It is dropped by whoever called.
        unsafe { &mut *self.0.get() }.remove(key)
    }

    /// Any of them. See [`Slab::pop`].
    pub(super) fn pop(&self, below: &mut u32) -> Option<TaskRef> {
        // SAFETY: *in and out*. It is dropped by whoever called.
        unsafe { &mut *self.0.get() }.pop(below)
    }

    pub(super) fn len(&self) -> usize {
        // SAFETY: *in and out*.
        unsafe { &*self.0.get() }.len()
    }
}

//! In which order queues give their values.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};
use std::vec::Vec;

use crate::event_loop::sync::buffer::Values;

/// The order in which a [queue](super::QueueOf) gives its values: [`Fifo`], [`Lifo`] or [`LowestFirst`].
pub trait Order<T>: sealed::Sealed {
    #[doc(hidden)]
    type Values: Values<Value = T>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Fifo {}
    impl Sealed for super::Lifo {}
    impl Sealed for super::LowestFirst {}
}

/// The oldest first: of a [`Queue`](super::Queue).
#[derive(Clone, Copy, Debug)]
pub enum Fifo {}

/// The newest first: of a [`LifoQueue`](super::LifoQueue).
#[derive(Clone, Copy, Debug)]
pub enum Lifo {}

/// The lowest first, and of equal ones the oldest: of a [`PriorityQueue`](super::PriorityQueue).
#[derive(Clone, Copy, Debug)]
pub enum LowestFirst {}

impl<T> Order<T> for Fifo {
    type Values = VecDeque<T>;
}

impl<T> Order<T> for Lifo {
    type Values = Vec<T>;
}

impl<T: Ord> Order<T> for LowestFirst {
    type Values = Heap<T>;
}

impl<T> Values for VecDeque<T> {
    type Value = T;

    #[inline]
    fn put_in(&mut self, value: T) {
        self.push_back(value);
    }

    #[inline]
    fn take_out(&mut self) -> Option<T> {
        self.pop_front()
    }

    #[inline]
    fn how_many(&self) -> usize {
        self.len()
    }
}

impl<T> Values for Vec<T> {
    type Value = T;

    fn put_in(&mut self, value: T) {
        self.push(value);
    }

    fn take_out(&mut self) -> Option<T> {
        self.pop()
    }

    fn how_many(&self) -> usize {
        self.len()
    }
}

/// A heap whose greatest is the lowest value.
#[derive(Debug)]
pub struct Heap<T> {
    heap: BinaryHeap<Numbered<T>>,
    next: u64,
}

#[derive(Debug)]
struct Numbered<T> {
    value: T,
    number: u64,
}

impl<T: Ord> Default for Heap<T> {
    fn default() -> Self {
        Heap { heap: BinaryHeap::new(), next: 0 }
    }
}

impl<T: Ord> Values for Heap<T> {
    type Value = T;
    const COMPARES: bool = true;

    fn put_in(&mut self, value: T) {
        let number = self.next;
        self.next += 1;
        self.heap.push(Numbered { value, number });
    }

    fn take_out(&mut self) -> Option<T> {
        self.heap.pop().map(|numbered| numbered.value)
    }

    fn how_many(&self) -> usize {
        self.heap.len()
    }
}

impl<T: Ord> Ord for Numbered<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.value.cmp(&self.value).then_with(|| other.number.cmp(&self.number))
    }
}

impl<T: Ord> PartialOrd for Numbered<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> PartialEq for Numbered<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T: Ord> Eq for Numbered<T> {}

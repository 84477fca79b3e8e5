//! Queues between producers and consumers.

mod orders;

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::vec::Vec;

use super::buffer::{Buffer, Reserved, Values};
use super::error::{Closed, GetError, PutError};
use super::waiters::Waiters;
use crate::event_loop::debug::{waits, waits_fn};
use crate::event_loop::wake;

pub use self::orders::{Fifo, Lifo, LowestFirst, Order};

/// A queue that gives its values in the order in which they came. Python: `asyncio.Queue`.
///
/// All that can be done with it says [`QueueOf`].
///
/// ```
/// use antiphon::event_loop::{self, Queue, spawn};
///
/// event_loop::run(async {
///     let queue = Queue::new(2);
///     let producer = queue.clone();
///     spawn(async move {
///         for n in 1..=5 {
///             // Waits while there are two in it.
///             producer.put(n).await.unwrap();
///         }
///         producer.shutdown();
///     });
///     let mut sum = 0;
///     while let Ok(n) = queue.get().await {
///         sum += n;
///     }
///     assert_eq!(sum, 15);
/// }).unwrap();
/// ```
pub type Queue<T> = QueueOf<T, Fifo>;

/// A queue that gives its newest value first. Python: `asyncio.LifoQueue`.
///
/// ```
/// use antiphon::event_loop::LifoQueue;
///
/// let stack = LifoQueue::new(3);
/// for n in 1..=3 {
///     stack.put_nowait(n).unwrap();
/// }
/// assert_eq!([(); 3].map(|()| stack.get_nowait().unwrap()), [3, 2, 1]);
/// ```
pub type LifoQueue<T> = QueueOf<T, Lifo>;

/// A queue that gives its lowest value first, and of equal ones the oldest. Python: `asyncio.PriorityQueue`.
///
/// The comparison of two values must not use the queue itself: that panics.
///
/// ```
/// use antiphon::event_loop::PriorityQueue;
///
/// let queue = PriorityQueue::new(3);
/// for job in [(2, "wash up"), (1, "eat"), (3, "sleep")] {
///     queue.put_nowait(job).unwrap();
/// }
/// assert_eq!(queue.get_nowait().unwrap(), (1, "eat"));
/// ```
pub type PriorityQueue<T> = QueueOf<T, LowestFirst>;

/// A queue between producers and consumers: a [`Queue`], [`LifoQueue`] or [`PriorityQueue`]. A clone is the same queue.
///
/// Who waits at either end is served in the order of coming. A value that is promised to somebody who waits is not to be got by
/// others, and neither is room.
pub struct QueueOf<T, O: Order<T>> {
    shared: Rc<Shared<O::Values>>,
}

struct Shared<V> {
    buffer: Buffer<V>,
    /// How many values are done with.
    done: Cell<u64>,
    joiners: Waiters,
}

impl<T, O: Order<T>> QueueOf<T, O> {
    /// A queue that has room for `maxsize` values.
    ///
    /// # Panics
    ///
    /// If that is none.
    #[track_caller]
    pub fn new(maxsize: usize) -> Self {
        assert!(maxsize > 0, "a queue without room passes nothing on; `Queue::unbounded` is the one without a limit");
        Self::with(maxsize)
    }

    /// A queue that has room for all values there may be. Nobody holds its producers back, so use it where something else does.
    ///
    /// ```
    /// let queue = antiphon::event_loop::Queue::unbounded();
    /// (0..1000).for_each(|n| queue.put_nowait(n).unwrap());
    /// assert_eq!(queue.maxsize(), None);
    /// ```
    pub fn unbounded() -> Self {
        Self::with(usize::MAX)
    }

    fn with(capacity: usize) -> Self {
        let shared = Shared { buffer: Buffer::new(capacity), done: Cell::new(0), joiners: Waiters::new() };
        QueueOf { shared: Rc::new(shared) }
    }

    /// Puts a value in, when there is room for it.
    ///
    /// # Errors
    ///
    /// If the queue is shut down, before or meanwhile: the value comes back.
    ///
    /// # Cancellation
    ///
    /// The value is dropped if it was not put in. Where it must not be, [`reserve`](Self::reserve) room first.
    pub fn put(&self, value: T) -> impl Future<Output = Result<(), Closed<T>>> {
        waits(|| "Queue::put", self.shared.buffer.put(value))
    }

    /// Puts a value in, if there is room for it now.
    ///
    /// # Errors
    ///
    /// If there is none, or others wait for it; if the queue is shut down. The value comes back.
    pub fn put_nowait(&self, value: T) -> Result<(), PutError<T>> {
        self.shared.buffer.try_put(value)
    }

    /// Waits for room, which then belongs to the caller.
    ///
    /// ```
    /// use antiphon::event_loop::{self, Queue};
    ///
    /// event_loop::run(async {
    ///     let queue = Queue::new(1);
    ///     let room = queue.reserve().await.unwrap();
    ///     // Nobody else gets it, and what follows does not wait.
    ///     assert!(queue.put_nowait("other").is_err());
    ///     room.put("mine").unwrap();
    ///     assert_eq!(queue.get().await.unwrap(), "mine");
    /// }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// If the queue is shut down, before or meanwhile.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost but the place in the line.
    pub fn reserve(&self) -> impl Future<Output = Result<Room<'_, T, O>, Closed>> {
        let mut room = self.shared.buffer.reserve();
        let in_room = |reserved: Result<_, _>| reserved.map(|reserved| Room { reserved });
        waits_fn(|| "Queue::reserve", move |cx| Pin::new(&mut room).poll(cx).map(in_room))
    }

    /// Takes a value out, when there is one.
    ///
    /// # Errors
    ///
    /// If the queue is shut down and there will be none.
    ///
    /// # Cancellation
    ///
    /// No value is lost: the next one gets it.
    pub fn get(&self) -> impl Future<Output = Result<T, Closed>> {
        waits(|| "Queue::get", self.shared.buffer.get())
    }

    /// Takes a value out, if there is one now.
    ///
    /// # Errors
    ///
    /// If there is none, or only such as are promised to others who wait; if there will be none.
    pub fn get_nowait(&self) -> Result<T, GetError> {
        self.shared.buffer.try_get()
    }

    /// Says that one of the values that were got is done with. See [`join`](Self::join).
    ///
    /// # Panics
    ///
    /// If all values that were ever put in are done with.
    #[track_caller]
    pub fn task_done(&self) {
        assert!(self.unfinished() > 0, "`task_done` is called once for each value, and here it is called once more");
        self.done(1);
    }

    /// Waits until all values are done with: until [`task_done`](Self::task_done) was called for each that was put in.
    ///
    /// ```
    /// use antiphon::event_loop::{self, Queue, spawn, yield_now};
    /// use std::{cell::Cell, rc::Rc};
    ///
    /// event_loop::run(async {
    ///     let queue = Queue::new(3);
    ///     let worker = queue.clone();
    ///     let sum = Rc::new(Cell::new(0));
    ///     let kept = sum.clone();
    ///     spawn(async move {
    ///         while let Ok(n) = worker.get().await {
    ///             yield_now().await;
    ///             kept.set(kept.get() + n);
    ///             worker.task_done();
    ///         }
    ///     });
    ///     for n in [1, 2, 3] {
    ///         queue.put(n).await.unwrap();
    ///     }
    ///     queue.join().await;
    ///     assert_eq!(sum.get(), 6);
    /// }).unwrap();
    /// ```
    ///
    /// # Cancellation
    ///
    /// Changes nothing for others.
    pub fn join(&self) -> impl Future<Output = ()> {
        let mut joining = self.shared.joiners.wait();
        waits_fn(
            || "Queue::join",
            move |cx| {
                if !joining.has_begun() && self.unfinished() == 0 {
                    return wake::complete(cx, || ());
                }
                joining.poll(cx).map(|_| ())
            },
        )
    }

    /// Nothing can be put in any more; what is in it can be got. Who waits for room is told.
    ///
    /// Python: `Queue.shutdown()`.
    pub fn shutdown(&self) {
        self.shared.buffer.close();
    }

    /// The same, and nothing can be got any more either: what is in it comes back, and counts as done with. Who waits at either
    /// end is told.
    ///
    /// Python: `Queue.shutdown(immediate=True)`.
    ///
    /// ```
    /// use antiphon::event_loop::{Queue, sync::GetError};
    ///
    /// let queue = Queue::new(2);
    /// queue.put_nowait('a').unwrap();
    /// queue.put_nowait('b').unwrap();
    /// assert_eq!(queue.shutdown_now(), ['a', 'b']);
    /// assert_eq!(queue.get_nowait(), Err(GetError::Closed));
    /// ```
    pub fn shutdown_now(&self) -> Vec<T> {
        let mut values = self.shared.buffer.drain();
        let mut drained = Vec::with_capacity(values.how_many());
        while let Some(value) = values.take_out() {
            drained.push(value);
        }
        self.done(drained.len() as u64);
        drained
    }

    /// Whether it was shut down.
    pub fn is_shut_down(&self) -> bool {
        self.shared.buffer.is_closed()
    }

    /// How many values are in it, those included that are promised to somebody who waits. Python: `qsize`.
    pub fn len(&self) -> usize {
        self.shared.buffer.len()
    }

    /// Whether no value is in it. Python: `empty`.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether there is no room that is nobody's. Python: `full`.
    pub fn is_full(&self) -> bool {
        !self.shared.buffer.has_room()
    }

    /// How many values it has room for; `None` if that has no limit.
    pub fn maxsize(&self) -> Option<usize> {
        Some(self.shared.buffer.capacity()).filter(|capacity| *capacity < usize::MAX)
    }

    fn unfinished(&self) -> u64 {
        self.shared.buffer.entered() - self.shared.done.get()
    }

    fn done(&self, count: u64) {
        self.shared.done.set(self.shared.done.get() + count);
        if self.unfinished() == 0 {
            self.shared.joiners.choose_all(0);
        }
    }
}

impl<T, O: Order<T>> Clone for QueueOf<T, O> {
    fn clone(&self) -> Self {
        QueueOf { shared: Rc::clone(&self.shared) }
    }
}

impl<T, O: Order<T>> fmt::Debug for QueueOf<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("values", &self.shared.buffer).field("unfinished", &self.unfinished()).finish()
    }
}

/// Room in a queue that belongs to whoever has this: [`QueueOf::reserve`]. Dropped without use, it goes to the next one.
#[must_use = "the room is given back when this is dropped"]
pub struct Room<'q, T, O: Order<T>> {
    reserved: Reserved<'q, O::Values>,
}

impl<T, O: Order<T>> Room<'_, T, O> {
    /// Puts a value into the room.
    ///
    /// # Errors
    ///
    /// If the queue was shut down since: the value comes back.
    pub fn put(self, value: T) -> Result<(), Closed<T>> {
        self.reserved.put(value)
    }
}

impl<T, O: Order<T>> fmt::Debug for Room<'_, T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room").finish_non_exhaustive()
    }
}

//! Between tasks: queues, locks, events, channels.
//!
//! All are for one thread: their handles share what is behind them, are cloned at no cost, and cannot be sent to another
//! thread. What comes from other threads comes through a [`thread_channel`]. None of them needs a loop: they work in any
//! executor, and between the tasks of several.
//!
//! # Who comes first
//!
//! Who waits is served in the order of coming, and nobody who comes later overtakes: what is free is promised to the first who
//! waits for it, and is not free for others any more. A task that never has to wait lets the others run after 128 operations.
//!
//! # Cancellation
//!
//! An operation that is dropped before its end has not happened. If it had been promised something already (a value, room, a
//! permit, a notification), the next one who waits gets that.

mod barrier;
mod buffer;
mod channel;
mod condition;
mod error;
mod event;
mod lock;
mod oneshot;
mod permits;
mod queue;
mod rwlock;
mod semaphore;
mod threads;
mod waiters;

pub use self::barrier::{Barrier, BrokenBarrier};
pub use self::channel::{Receiver, Sender, channel, unbounded_channel};
pub use self::condition::Condition;
pub use self::error::{Closed, GetError, PutError};
pub use self::event::Event;
pub use self::lock::{Lock, LockGuard};
pub use self::oneshot::{OneshotReceiver, OneshotSender, oneshot};
pub use self::queue::{Fifo, Lifo, LifoQueue, LowestFirst, Order, PriorityQueue, Queue, QueueOf, Room};
pub use self::rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
pub use self::semaphore::{Semaphore, SemaphorePermit};
pub use self::threads::{ThreadReceiver, ThreadSender, thread_channel};

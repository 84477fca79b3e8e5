//! Why nothing was put, and why nothing was got.

use std::error::Error;
use std::fmt;

/// The other side is gone, or somebody closed it. What was to be put in comes back. Python: `QueueShutDown`.
///
/// ```
/// use antiphon::event_loop::sync::{Closed, channel};
///
/// let (sender, receiver) = channel(1);
/// drop(receiver);
/// assert_eq!(futures::executor::block_on(sender.send("hello")), Err(Closed("hello")));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Closed<T = ()>(pub T);

impl<T> fmt::Display for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed")
    }
}

impl<T> fmt::Debug for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Closed")
    }
}

impl<T> Error for Closed<T> {}

/// Why nothing was put without waiting. What was to be put in comes back.
///
/// ```
/// use antiphon::event_loop::{Queue, sync::PutError};
///
/// let queue = Queue::new(1);
/// queue.put_nowait('a').unwrap();
/// assert_eq!(queue.put_nowait('b'), Err(PutError::Full('b')));
/// queue.shutdown();
/// assert_eq!(queue.put_nowait('c').unwrap_err().into_inner(), 'c');
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub enum PutError<T> {
    /// There is no room now, or others wait for it. Python: `QueueFull`.
    Full(T),
    /// There will never be any. Python: `QueueShutDown`.
    Closed(T),
}

impl<T> PutError<T> {
    /// What was to be put in.
    pub fn into_inner(self) -> T {
        match self {
            PutError::Full(value) | PutError::Closed(value) => value,
        }
    }
}

impl<T> fmt::Display for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PutError::Full(_) => "full",
            PutError::Closed(_) => "closed",
        })
    }
}

impl<T> fmt::Debug for PutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PutError::Full(_) => "Full",
            PutError::Closed(_) => "Closed",
        })
    }
}

impl<T> Error for PutError<T> {}

/// Why nothing was got without waiting.
///
/// ```
/// use antiphon::event_loop::{Queue, sync::GetError};
///
/// let queue = Queue::<u8>::new(1);
/// assert_eq!(queue.get_nowait(), Err(GetError::Empty));
/// queue.shutdown();
/// assert_eq!(queue.get_nowait(), Err(GetError::Closed));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum GetError {
    /// There is nothing now that is not promised to somebody who waits. Python: `QueueEmpty`.
    Empty,
    /// There will never be anything. Python: `QueueShutDown`.
    Closed,
}

impl fmt::Display for GetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            GetError::Empty => "empty",
            GetError::Closed => "closed",
        })
    }
}

impl Error for GetError {}

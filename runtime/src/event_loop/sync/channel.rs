//! Channels from many senders to one receiver.

use std::cell::Cell;
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::buffer::{Buffer, Get};
use super::error::{Closed, GetError, PutError};
use crate::event_loop::debug::waits;

/// A channel that has room for `capacity` values. It is closed when either end is gone: no sender or no receiver is left.
///
/// Trio: `open_memory_channel`. For many receivers take a [`Queue`](super::Queue).
///
/// ```
/// use antiphon::event_loop::{self, channel, spawn};
///
/// event_loop::run(async {
///     let (sender, receiver) = channel(1);
///     for name in ["Ann", "Bob"] {
///         let sender = sender.clone();
///         spawn(async move { sender.send(name).await.unwrap() });
///     }
///     drop(sender);
///     assert_eq!(receiver.recv().await, Some("Ann"));
///     assert_eq!(receiver.recv().await, Some("Bob"));
///     assert_eq!(receiver.recv().await, None);
/// }).unwrap();
/// ```
///
/// # Panics
///
/// If the capacity is none.
#[track_caller]
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a channel without room passes nothing on; `unbounded_channel` is the one without a limit");
    with(capacity)
}

/// A channel that has room for all values there may be. Nobody holds its senders back, so use it where something else does.
///
/// ```
/// let (sender, receiver) = antiphon::event_loop::sync::unbounded_channel();
/// (0..1000).for_each(|n| sender.try_send(n).unwrap());
/// assert_eq!(receiver.try_recv(), Ok(0));
/// ```
pub fn unbounded_channel<T>() -> (Sender<T>, Receiver<T>) {
    with(usize::MAX)
}

fn with<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let shared = Rc::new(Shared { buffer: Buffer::new(capacity), senders: Cell::new(1) });
    (Sender { shared: Rc::clone(&shared) }, Receiver { shared })
}

struct Shared<T> {
    buffer: Buffer<VecDeque<T>>,
    senders: Cell<usize>,
}

/// Where values go into a [`channel`]. A clone is one more sender.
pub struct Sender<T> {
    shared: Rc<Shared<T>>,
}

impl<T> Sender<T> {
    /// Sends a value, when there is room for it.
    ///
    /// # Errors
    ///
    /// If the receiver is gone, or goes meanwhile: the value comes back.
    ///
    /// # Cancellation
    ///
    /// The value is dropped if it was not sent.
    #[inline]
    pub fn send(&self, value: T) -> impl Future<Output = Result<(), Closed<T>>> {
        waits(|| "Sender::send", self.shared.buffer.put(value))
    }

    /// Sends a value, if there is room for it now.
    ///
    /// # Errors
    ///
    /// If there is none, or others wait for it; if the receiver is gone. The value comes back.
    #[inline]
    pub fn try_send(&self, value: T) -> Result<(), PutError<T>> {
        self.shared.buffer.try_put(value)
    }

    /// Whether the receiver is gone.
    pub fn is_closed(&self) -> bool {
        self.shared.buffer.is_closed()
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        self.shared.senders.set(self.shared.senders.get() + 1);
        Sender { shared: Rc::clone(&self.shared) }
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let left = self.shared.senders.get() - 1;
        self.shared.senders.set(left);
        if left == 0 {
            self.shared.buffer.close();
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sender").field(&self.shared.buffer).finish()
    }
}

/// Where values come out of a [`channel`]. What is left in it is dropped with it.
pub struct Receiver<T> {
    shared: Rc<Shared<T>>,
}

impl<T> Receiver<T> {
    /// The next value, when there is one; `None` if there will be none: all senders are gone.
    ///
    /// # Cancellation
    ///
    /// No value is lost: the next call gives it.
    #[inline]
    pub fn recv(&self) -> impl Future<Output = Option<T>> {
        waits(|| "Receiver::recv", Next(self.shared.buffer.get()))
    }

    /// The next value, if there is one now.
    ///
    /// # Errors
    ///
    /// If there is none, or there will be none.
    #[inline]
    pub fn try_recv(&self) -> Result<T, GetError> {
        self.shared.buffer.try_get()
    }

    /// Nothing is let in any more; what is in the channel can be received.
    ///
    /// ```
    /// let (sender, receiver) = antiphon::event_loop::channel(2);
    /// sender.try_send(1).unwrap();
    /// receiver.close();
    /// assert!(sender.try_send(2).is_err());
    /// assert_eq!(receiver.try_recv(), Ok(1));
    /// ```
    pub fn close(&self) {
        self.shared.buffer.close();
    }

    /// How many values are in the channel.
    pub fn len(&self) -> usize {
        self.shared.buffer.len()
    }

    /// Whether no value is in the channel.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// By hand, since it is polled as it is: an `async` body around another future is one more thing to be resumed.
struct Next<'r, T>(Get<'r, VecDeque<T>>);

impl<T> Future for Next<'_, T> {
    type Output = Option<T>;

    #[inline]
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<T>> {
        Pin::new(&mut self.0).poll(cx).map(Result::ok)
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let left = self.shared.buffer.drain();
        drop(left);
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Receiver").field(&self.shared.buffer).finish()
    }
}

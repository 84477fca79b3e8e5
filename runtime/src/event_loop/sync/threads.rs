//! A channel from other threads into a loop.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use super::error::{GetError, PutError};
use crate::event_loop::debug::{self, waits_fn};
use crate::event_loop::remote::{Closing, Counted};
use crate::event_loop::{LoopHandle, current, wake};

/// A channel from any thread to a task of a loop, with room for `capacity` values.
///
/// It is closed when the receiver is gone, the loop is closed, or no sender is left. What was let in can be received also then.
/// The senders count as handles of the loop: on simulated time it waits for them rather than say that nothing can happen.
///
/// ```
/// use antiphon::event_loop::{EventLoop, thread_channel};
///
/// let event_loop = EventLoop::new().unwrap();
/// let (sender, mut receiver) = thread_channel(&event_loop.handle(), 2);
/// let thread = std::thread::spawn(move || {
///     for n in 1..=10 {
///         sender.send(n).unwrap();
///     }
/// });
/// let sum = event_loop.run_until_complete(async move {
///     let mut sum = 0;
///     while let Some(n) = receiver.recv().await {
///         sum += n;
///     }
///     sum
/// });
/// assert_eq!(sum.unwrap(), 55);
/// thread.join().unwrap();
/// ```
///
/// # Panics
///
/// If the capacity is none.
#[track_caller]
pub fn thread_channel<T: Send + 'static>(
    event_loop: &LoopHandle,
    capacity: usize,
) -> (ThreadSender<T>, ThreadReceiver<T>) {
    assert!(capacity > 0, "a channel without room passes nothing on");
    let state = State { values: VecDeque::new(), senders: 1, closed: false, receiver: None };
    let mailbox = Arc::new(Mailbox { state: Mutex::new(state), room: Condvar::new(), capacity });
    let remote = event_loop.counted().clone();
    let weak = Arc::downgrade(&mailbox);
    remote.remote().tell_when_closed(weak as Weak<dyn Closing>);
    (ThreadSender { mailbox: Arc::clone(&mailbox), remote }, ThreadReceiver { mailbox })
}

/// What both ends share. No waker is called, and nothing of a user's dropped, while it is locked.
struct Mailbox<T> {
    state: Mutex<State<T>>,
    /// Senders wait for room here.
    room: Condvar,
    capacity: usize,
}

struct State<T> {
    values: VecDeque<T>,
    senders: usize,
    /// Nothing is let in any more.
    closed: bool,
    receiver: Option<Waker>,
}

impl<T> Mailbox<T> {
    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets nothing in any more. The receiver, if it waits.
    fn close(&self) -> Option<Waker> {
        let mut state = self.lock();
        state.closed = true;
        let receiver = state.receiver.take();
        drop(state);
        self.room.notify_all();
        receiver
    }
}

impl<T: Send> Closing for Mailbox<T> {
    fn closed(&self) {
        if let Some(receiver) = self.close() {
            receiver.wake();
        }
    }
}

/// Where values go into a [`thread_channel`], on any thread. A clone is one more sender.
pub struct ThreadSender<T> {
    mailbox: Arc<Mailbox<T>>,
    remote: Counted,
}

impl<T> ThreadSender<T> {
    /// Sends a value; holds this thread until there is room for it. Of several threads that wait any may be first.
    ///
    /// # Errors
    ///
    /// If the channel is closed, before or meanwhile. On the loop's own thread, which must not be held, if there is no room. The
    /// value comes back.
    pub fn send(&self, value: T) -> Result<(), PutError<T>> {
        self.put(value, true)
    }

    /// Sends a value, if there is room for it now.
    ///
    /// # Errors
    ///
    /// If there is none, or the channel is closed. The value comes back.
    pub fn try_send(&self, value: T) -> Result<(), PutError<T>> {
        self.put(value, false)
    }

    fn put(&self, value: T, waits: bool) -> Result<(), PutError<T>> {
        let mut state = self.mailbox.lock();
        loop {
            if state.closed {
                return Err(PutError::Closed(value));
            }
            if state.values.len() < self.mailbox.capacity {
                break;
            }
            if !waits || current::find(self.remote.remote().id).is_some() {
                return Err(PutError::Full(value));
            }
            state = self.mailbox.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.values.push_back(value);
        let receiver = state.receiver.take();
        drop(state);
        if let Some(receiver) = receiver {
            receiver.wake();
        }
        Ok(())
    }

    /// Whether nothing is let in any more.
    pub fn is_closed(&self) -> bool {
        self.mailbox.lock().closed
    }
}

impl<T> Clone for ThreadSender<T> {
    fn clone(&self) -> Self {
        self.mailbox.lock().senders += 1;
        ThreadSender { mailbox: Arc::clone(&self.mailbox), remote: self.remote.clone() }
    }
}

impl<T> Drop for ThreadSender<T> {
    fn drop(&mut self) {
        let mut state = self.mailbox.lock();
        state.senders -= 1;
        let receiver = if state.senders == 0 { state.receiver.take() } else { None };
        drop(state);
        if let Some(receiver) = receiver {
            receiver.wake();
        }
    }
}

impl<T> fmt::Debug for ThreadSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadSender").field("closed", &self.is_closed()).finish_non_exhaustive()
    }
}

/// Where values come out of a [`thread_channel`]. What is left in it is dropped with it.
pub struct ThreadReceiver<T> {
    mailbox: Arc<Mailbox<T>>,
}

impl<T> ThreadReceiver<T> {
    /// The next value, when there is one; `None` if there will be none.
    ///
    /// # Cancellation
    ///
    /// No value is lost: the next call gives it.
    pub fn recv(&mut self) -> impl Future<Output = Option<T>> {
        waits_fn(|| "ThreadReceiver::recv", |cx| self.poll_recv(cx))
    }

    fn poll_recv(&mut self, cx: &mut Context<'_>) -> Poll<Option<T>> {
        let mut waker = None;
        loop {
            let mut state = self.mailbox.lock();
            if !state.values.is_empty() || state.is_over() {
                drop(state);
                return wake::complete(cx, || self.try_recv().ok());
            }
            if state.receiver.as_ref().is_some_and(|kept| kept.will_wake(cx.waker())) {
                return Poll::Pending;
            }
            if let Some(waker) = waker.take() {
                let before = state.receiver.replace(waker);
                drop(state);
                if before.is_none() {
                    debug::begins();
                }
                drop(before);
                return Poll::Pending;
            }
            drop(state);
            // What a clone does is not known, so nothing is locked. Then from the beginning.
            waker = Some(cx.waker().clone());
        }
    }

    /// The next value, if there is one now.
    ///
    /// # Errors
    ///
    /// If there is none, or there will be none.
    pub fn try_recv(&mut self) -> Result<T, GetError> {
        let mut state = self.mailbox.lock();
        let value = state.values.pop_front();
        let is_over = state.is_over();
        drop(state);
        match value {
            Some(value) => {
                self.mailbox.room.notify_one();
                Ok(value)
            }
            None if is_over => Err(GetError::Closed),
            None => Err(GetError::Empty),
        }
    }

    /// Lets nothing in any more; what was let in can be received.
    pub fn close(&mut self) {
        let receiver = self.mailbox.close();
        drop(receiver);
    }
}

impl<T> State<T> {
    /// Whether nothing will be let in any more.
    fn is_over(&self) -> bool {
        self.closed || self.senders == 0
    }
}

impl<T> Drop for ThreadReceiver<T> {
    fn drop(&mut self) {
        self.close();
        let left = std::mem::take(&mut self.mailbox.lock().values);
        drop(left);
    }
}

impl<T> fmt::Debug for ThreadReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThreadReceiver").finish_non_exhaustive()
    }
}

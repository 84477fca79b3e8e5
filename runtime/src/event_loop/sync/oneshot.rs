//! Channels for one value.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::error::{Closed, GetError};
use crate::event_loop::debug::{self, waits_fn};
use crate::event_loop::wake::{Wake, complete};

/// A channel for one value.
///
/// ```
/// use antiphon::event_loop::{self, oneshot, spawn};
///
/// event_loop::run(async {
///     let (answer, asked) = oneshot();
///     spawn(async move { answer.send(42).unwrap() });
///     assert_eq!(asked.await, Ok(42));
/// }).unwrap();
/// ```
pub fn oneshot<T>() -> (OneshotSender<T>, OneshotReceiver<T>) {
    let shared = Rc::new(Shared {
        value: Cell::new(None),
        state: Cell::new(State::Open),
        receiver: Cell::new(None),
        sender: Cell::new(None),
    });
    (OneshotSender { shared: Rc::clone(&shared) }, OneshotReceiver { shared })
}

struct Shared<T> {
    value: Cell<Option<T>>,
    state: Cell<State>,
    receiver: Cell<Option<Wake>>,
    sender: Cell<Option<Wake>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Open,
    /// The sender is gone, and has left a value or not.
    Sent,
    /// The receiver wants no value.
    Closed,
}

/// Keeps whoever polls.
fn keep(wake: &Cell<Option<Wake>>, cx: &Context<'_>) {
    let kept = wake.take();
    if kept.is_none() {
        debug::begins();
    }
    let kept = kept.filter(|kept| kept.is_of(cx)).unwrap_or_else(|| Wake::of(cx));
    let before = wake.replace(Some(kept));
    drop(before);
}

fn wake(wake: &Cell<Option<Wake>>) {
    if let Some(wake) = wake.take() {
        wake.wake();
    }
}

/// Where the value goes into a [`oneshot`] channel.
pub struct OneshotSender<T> {
    shared: Rc<Shared<T>>,
}

impl<T> OneshotSender<T> {
    /// Sends the value. Never waits.
    ///
    /// # Errors
    ///
    /// If the receiver is gone: the value comes back.
    pub fn send(self, value: T) -> Result<(), Closed<T>> {
        if self.is_closed() {
            return Err(Closed(value));
        }
        self.shared.value.set(Some(value));
        // The receiver is told by the drop.
        Ok(())
    }

    /// Whether the receiver is gone, or was [closed](OneshotReceiver::close).
    pub fn is_closed(&self) -> bool {
        self.shared.state.get() == State::Closed
    }

    /// Waits until nobody wants the value any more.
    ///
    /// ```
    /// use antiphon::event_loop::{self, oneshot};
    ///
    /// event_loop::run(async {
    ///     let (mut answer, asked) = oneshot::<u32>();
    ///     drop(asked);
    ///     answer.closed().await;
    /// }).unwrap();
    /// ```
    ///
    /// # Cancellation
    ///
    /// Changes nothing.
    pub fn closed(&mut self) -> impl Future<Output = ()> {
        waits_fn(
            || "OneshotSender::closed",
            |cx| {
                if self.is_closed() {
                    return complete(cx, || ());
                }
                keep(&self.shared.sender, cx);
                Poll::Pending
            },
        )
    }
}

impl<T> Drop for OneshotSender<T> {
    fn drop(&mut self) {
        self.shared.sender.take();
        if self.shared.state.get() == State::Open {
            self.shared.state.set(State::Sent);
            wake(&self.shared.receiver);
        }
    }
}

impl<T> fmt::Debug for OneshotSender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneshotSender").field("closed", &self.is_closed()).finish()
    }
}

/// Where the value comes out of a [`oneshot`] channel: its future. It is an error if the sender was dropped without one.
///
/// # Cancellation
///
/// Await `&mut receiver` where the wait may be dropped: then the value stays for the next time.
#[must_use = "a future does nothing until it is awaited"]
pub struct OneshotReceiver<T> {
    shared: Rc<Shared<T>>,
}

impl<T> OneshotReceiver<T> {
    /// The value, if it is there.
    ///
    /// # Errors
    ///
    /// If it is not there yet, or will never be.
    pub fn try_recv(&mut self) -> Result<T, GetError> {
        let over = if self.shared.state.get() == State::Open { GetError::Empty } else { GetError::Closed };
        self.shared.value.take().ok_or(over)
    }

    /// Wants no value any more, but one that was sent is still there.
    ///
    /// ```
    /// let (sender, mut receiver) = antiphon::event_loop::oneshot();
    /// receiver.close();
    /// assert_eq!(sender.send('a').unwrap_err().0, 'a');
    /// assert!(receiver.try_recv().is_err());
    /// ```
    pub fn close(&mut self) {
        if self.shared.state.get() == State::Open {
            self.shared.state.set(State::Closed);
            wake(&self.shared.sender);
        }
    }
}

impl<T> Future for OneshotReceiver<T> {
    type Output = Result<T, Closed>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.shared.state.get() == State::Open {
            keep(&self.shared.receiver, cx);
            debug::awaits("oneshot");
            return Poll::Pending;
        }
        complete(cx, || self.try_recv().map_err(|_| Closed(())))
    }
}

impl<T> Drop for OneshotReceiver<T> {
    fn drop(&mut self) {
        self.shared.receiver.take();
        self.close();
        // Now, and not when the sender goes.
        self.shared.value.take();
    }
}

impl<T> fmt::Debug for OneshotReceiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OneshotReceiver").field("state", &self.shared.state.get()).finish()
    }
}

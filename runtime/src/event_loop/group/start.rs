//! A task that says when it is ready.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

use crate::event_loop::debug;
use crate::event_loop::wake::Wake;

/// With this a task says that it is ready: [`TaskGroup::start`](super::TaskGroup::start). Trio: `task_status.started`.
pub struct Started<V> {
    starting: Weak<Shared<V>>,
}

struct Shared<V> {
    value: Cell<Option<V>>,
    /// There is a value, or there will be none.
    over: Cell<bool>,
    waiting: Cell<Option<Wake>>,
}

/// The future of [`TaskGroup::start`](super::TaskGroup::start).
#[must_use = "a future does nothing until it is awaited"]
pub struct Starting<V> {
    shared: Rc<Shared<V>>,
}

pub(super) fn pair<V>() -> (Started<V>, Starting<V>) {
    let shared = Rc::new(Shared { value: Cell::new(None), over: Cell::new(false), waiting: Cell::new(None) });
    (Started { starting: Rc::downgrade(&shared) }, Starting { shared })
}

impl<V> Started<V> {
    /// The task is ready.
    ///
    /// # Errors
    ///
    /// If nobody waits for it any more: the value comes back.
    pub fn set(self, value: V) -> Result<(), V> {
        let Some(shared) = self.starting.upgrade() else { return Err(value) };
        shared.value.set(Some(value));
        Ok(())
    }
}

impl<V> Drop for Started<V> {
    fn drop(&mut self) {
        let Some(shared) = self.starting.upgrade() else { return };
        shared.over.set(true);
        if let Some(waiting) = shared.waiting.take() {
            waiting.wake();
        }
    }
}

impl<V> Future for Starting<V> {
    type Output = Result<V, NotStarted>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.shared.over.get() {
            return Poll::Ready(self.shared.value.take().ok_or(NotStarted));
        }
        let mut waiting = self.shared.waiting.take();
        match &mut waiting {
            Some(wake) => wake.update(cx),
            None => {
                debug::begins();
                waiting = Some(Wake::of(cx));
            }
        }
        self.shared.waiting.set(waiting);
        debug::awaits("TaskGroup::start");
        Poll::Pending
    }
}

impl<V> fmt::Debug for Starting<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Starting").field("over", &self.shared.over.get()).finish_non_exhaustive()
    }
}

impl<V> fmt::Debug for Started<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Started").finish_non_exhaustive()
    }
}

/// The task has ended without having said that it is ready.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotStarted;

impl fmt::Display for NotStarted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the task has ended without having said that it is ready")
    }
}

impl Error for NotStarted {}

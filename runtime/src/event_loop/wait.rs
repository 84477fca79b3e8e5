//! Waiting for tasks without taking anything from them.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use std::vec::Vec;

use super::debug;
use super::task::{JoinError, JoinHandle};
use super::time::Timer;

/// Waits until enough of the tasks have ended. The handles of those that have are moved out of the `Vec`, in their order; the
/// others stay in it. Cancels nobody. Python: `asyncio.wait`.
///
/// ```
/// use antiphon::event_loop::{EventLoop, ReturnWhen, sleep, spawn, wait};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// event_loop.run_until_complete(async {
///     let sleeper = |seconds| spawn(async move {
///         sleep(Duration::from_secs(seconds)).await;
///         seconds
///     });
///     let mut pending: Vec<_> = [3, 1, 2].map(sleeper).into();
///     let done = wait(&mut pending, ReturnWhen::FIRST_COMPLETED).await;
///     assert_eq!((done.len(), pending.len()), (1, 2));
///     for task in done {
///         assert_eq!(task.await.unwrap(), 1);
///     }
///     let done = wait(&mut pending, ReturnWhen::ALL_COMPLETED).timeout(Duration::from_secs(1)).await;
///     assert_eq!((done.len(), pending.len()), (1, 1));
/// }).unwrap();
/// ```
///
/// # Cancellation
///
/// All handles stay in the `Vec`.
pub fn wait<T>(tasks: &mut Vec<JoinHandle<T>>, until: ReturnWhen<T>) -> Wait<'_, T> {
    Wait { tasks, until, limit: None }
}

/// How much is enough for [`wait`].
pub struct ReturnWhen<T> {
    /// Whether this outcome alone is.
    enough: fn(&Result<T, JoinError>) -> bool,
}

impl<T> ReturnWhen<T> {
    /// All have ended.
    pub const ALL_COMPLETED: Self = ReturnWhen { enough: |_| false };

    /// One has ended, however.
    pub const FIRST_COMPLETED: Self = ReturnWhen { enough: |_| true };

    /// One has panicked, or all have ended. To be cancelled is no failure.
    pub const FIRST_PANIC: Self = ReturnWhen { enough: |outcome| panicked(outcome) };
}

impl<T, E> ReturnWhen<Result<T, E>> {
    /// One has returned an `Err` or panicked, or all have ended. To be cancelled is no failure. Python: `FIRST_EXCEPTION`.
    #[doc(alias = "FIRST_EXCEPTION")]
    pub const FIRST_ERROR: Self = ReturnWhen { enough: |outcome| matches!(outcome, Ok(Err(_))) || panicked(outcome) };
}

fn panicked<T>(outcome: &Result<T, JoinError>) -> bool {
    matches!(outcome, Err(error) if error.is_panic())
}

impl<T> Clone for ReturnWhen<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for ReturnWhen<T> {}

impl<T> fmt::Debug for ReturnWhen<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReturnWhen")
    }
}

/// The future of [`wait`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Wait<'h, T> {
    tasks: &'h mut Vec<JoinHandle<T>>,
    until: ReturnWhen<T>,
    limit: Option<Timer>,
}

impl<T> Wait<'_, T> {
    /// Waits no longer than this, counted from when it is first awaited, for those that have ended then.
    pub fn timeout(self, limit: Duration) -> Self {
        Wait { limit: Some(Timer::after(limit)), ..self }
    }

    /// Whether those that have ended are enough. If not, whoever polls is woken when there is another.
    fn is_enough(&self, cx: &Context<'_>) -> bool {
        let mut all = true;
        for task in self.tasks.iter() {
            match task.peek(self.until.enough) {
                Some(true) => return true,
                Some(false) => {}
                None => {
                    task.wake_at_end(cx);
                    all = false;
                }
            }
        }
        all
    }
}

impl<T> Future for Wait<'_, T> {
    type Output = Vec<JoinHandle<T>>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if !this.is_enough(cx) && !this.limit.as_mut().is_some_and(|limit| limit.poll(cx, "wait").is_ready()) {
            debug::awaits("wait");
            return Poll::Pending;
        }
        let (done, pending) = std::mem::take(this.tasks).into_iter().partition(JoinHandle::is_finished);
        *this.tasks = pending;
        Poll::Ready(done)
    }
}

impl<T> fmt::Debug for Wait<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait").field("tasks", &self.tasks).finish_non_exhaustive()
    }
}

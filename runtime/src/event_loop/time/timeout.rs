//! `timeout`.

use std::error::Error;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;

use super::timer::Timer;
use crate::event_loop::debug;
use crate::event_loop::listeners::{self, Asked};
use crate::event_loop::scope::{self, Kind, Polled};

/// Awaits something for a time, counted from when this is first awaited. When that is over, cancels it, waits for it to put
/// things in order, and is `Err(Elapsed)`.
///
/// What it means to be cancelled says [`cancellable`](crate::event_loop::cancellable). If a value comes out after all, that is
/// the result: nothing is lost. The timer is armed only if there is something to wait for.
///
/// Python: `asyncio.wait_for`, `asyncio.timeout`.
///
/// ```
/// use antiphon::event_loop::{EventLoop, Elapsed, sleep, timeout};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// let second = Duration::from_secs(1);
/// event_loop.run_until_complete(async {
///     assert_eq!(timeout(second, sleep(2 * second)).await, Err(Elapsed));
///     assert_eq!(timeout(second, async { 7 }).await, Ok(7));
/// }).unwrap();
/// assert_eq!(event_loop.time(), second);
/// ```
///
/// # Panics
///
/// When it has to wait and no event loop runs.
#[doc(alias = "wait_for")]
#[doc(alias = "move_on_after")]
#[doc(alias = "fail_after")]
pub fn timeout<F: IntoFuture>(limit: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout { body: Some(future.into_future()), timer: Timer::after(limit), elapsed: false, asked: Asked::new() }
}

/// The same until the loop's time is `when`. Python: `asyncio.timeout_at`.
///
/// # Panics
///
/// When it has to wait and no event loop runs.
pub fn timeout_at<F: IntoFuture>(when: Duration, future: F) -> Timeout<F::IntoFuture> {
    Timeout { body: Some(future.into_future()), timer: Timer::at(when), elapsed: false, asked: Asked::new() }
}

pin_project! {
    /// The future of [`timeout`] and [`timeout_at`].
    #[must_use = "a future does nothing until it is awaited"]
    #[derive(Debug)]
    pub struct Timeout<F> {
        #[pin]
        body: Option<F>,
        timer: Timer,
        elapsed: bool,
        asked: Asked,
    }
}

impl<F> Timeout<F> {
    /// When it is over, in the loop's time. `None` if it counts from when it is first awaited, and was not, or
    /// if it is over. Python:
    /// `Timeout.when`.
    #[doc(alias = "when")]
    pub fn deadline(&self) -> Option<Duration> {
        self.timer.when().map(Duration::from_nanos)
    }

    /// Whether its time was over while the future had no value: that is cancelled. Python: `Timeout.expired`.
    #[doc(alias = "expired")]
    pub fn is_elapsed(&self) -> bool {
        self.elapsed
    }

    /// Has its time be over when the loop's time is `when`, instead. `false` if it is over already. Python:
    /// `Timeout.reschedule`.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, sleep, timeout};
    /// use std::{pin::pin, time::Duration};
    ///
    /// let event_loop = EventLoop::simulated();
    /// let second = Duration::from_secs(1);
    /// event_loop.run_until_complete(async {
    ///     let mut slow = pin!(timeout(2 * second, sleep(3 * second)));
    ///     assert!(timeout(second, slow.as_mut()).await.is_err());
    ///     assert_eq!(slow.deadline(), Some(2 * second));
    ///     assert!(slow.as_mut().reschedule(4 * second));
    ///     assert_eq!(slow.await, Ok(()));
    /// }).unwrap();
    /// ```
    pub fn reschedule(self: Pin<&mut Self>, when: Duration) -> bool {
        let this = self.project();
        if !*this.elapsed {
            this.timer.reset(when);
        }
        !*this.elapsed
    }
}

impl<F: Future> Future for Timeout<F> {
    type Output = Result<F::Output, Elapsed>;

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        loop {
            let body = this.body.as_mut().as_pin_mut().expect("a future is not polled after its end");
            let output = match scope::poll(body, cx, "timeout", Kind::Inner, *this.elapsed, this.asked) {
                Polled::Ready(value) => Ok(value),
                Polled::Unobserved => Err(Elapsed),
                Polled::Pending if *this.elapsed || this.timer.poll(cx, "timeout").is_pending() => {
                    return Poll::Pending;
                }
                Polled::Pending => {
                    *this.elapsed = true;
                    debug::polls_again();
                    listeners::wake();
                    continue;
                }
            };
            this.body.set(None);
            return Poll::Ready(output);
        }
    }
}

/// The time of a [`timeout`] is over. Python: `TimeoutError`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Elapsed;

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the time is over")
    }
}

impl Error for Elapsed {}

//! Operations that say what they are, as long as they wait.
//!
//! An `async fn` cannot be asked who awaits it; the `poll` of a type of ours can.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::level::{self, Level};

/// A future that is an operation with that name. `name` takes no room, as a text would.
#[inline]
pub(crate) const fn waits<F: Future, N: Fn() -> &'static str>(name: N, future: F) -> Waits<F, N> {
    Waits { future, name }
}

/// The same for one that is made of operations.
pub(crate) const fn is_made_of<F: Future, N: Fn() -> &'static str>(name: N, future: F) -> MadeOf<F, N> {
    MadeOf { future, name }
}

/// As `poll_fn`.
#[inline]
pub(crate) const fn waits_fn<T, P, N>(name: N, poll: P) -> WaitsFn<P, N>
where
    P: FnMut(&mut Context<'_>) -> Poll<T>,
    N: Fn() -> &'static str,
{
    WaitsFn { poll, name }
}

pin_project! {
    #[must_use = "a future does nothing until it is awaited"]
    pub(crate) struct Waits<F, N> {
        #[pin]
        future: F,
        name: N,
    }
}

impl<F: Future, N: Fn() -> &'static str> Future for Waits<F, N> {
    type Output = F::Output;

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let polled = this.future.poll(cx);
        if polled.is_pending() {
            level::awaits((this.name)());
        }
        polled
    }
}

pin_project! {
    #[must_use = "a future does nothing until it is awaited"]
    pub(crate) struct MadeOf<F, N> {
        #[pin]
        future: F,
        name: N,
    }
}

impl<F: Future, N: Fn() -> &'static str> Future for MadeOf<F, N> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let level = Level::enter();
        let polled = this.future.poll(cx);
        level.leave_whole(polled.is_pending(), (this.name)());
        polled
    }
}

#[must_use = "a future does nothing until it is awaited"]
pub(crate) struct WaitsFn<P, N> {
    poll: P,
    name: N,
}

/// As with `poll_fn`, what is in it is never pinned.
impl<P, N> Unpin for WaitsFn<P, N> {}

impl<T, P: FnMut(&mut Context<'_>) -> Poll<T>, N: Fn() -> &'static str> Future for WaitsFn<P, N> {
    type Output = T;

    #[inline]
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let this = &mut *self;
        let polled = (this.poll)(cx);
        if polled.is_pending() {
            level::awaits((this.name)());
        }
        polled
    }
}

//! Awaiting somebody else's future in the body of an `async` coroutine.

use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project::pin_project;

use crate::exchange;

/// A future that is polled as if the coroutine around it were not there: with the waker of whoever polls that. Whether it is a
/// future is seen where it is awaited.
#[inline(always)]
pub fn outward<F>(future: F) -> Await<F> {
    Await(future)
}

/// What is awaited.
#[derive(Debug)]
pub struct Await<F>(F);

#[diagnostic::do_not_recommend]
impl<F: IntoFuture> IntoFuture for Await<F> {
    type Output = F::Output;
    type IntoFuture = Outward<F::IntoFuture>;

    #[inline(always)]
    fn into_future(self) -> Outward<F::IntoFuture> {
        Outward { future: self.0.into_future() }
    }
}

/// The future of it.
#[pin_project]
#[derive(Debug)]
pub struct Outward<F> {
    #[pin]
    future: F,
}

impl<F: Future> Future for Outward<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let future = self.project().future;
        as_outside(cx, |cx| future.poll(cx))
    }
}

/// Polls with the waker of whoever polls the coroutine's step, where somebody does.
#[inline]
pub(crate) fn as_outside<T>(cx: &mut Context<'_>, poll: impl FnOnce(&mut Context<'_>) -> T) -> T {
    match exchange::outer(cx) {
        Some(waker) => poll(&mut Context::from_waker(waker)),
        None => poll(cx),
    }
}

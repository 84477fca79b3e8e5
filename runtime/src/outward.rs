//! Awaiting somebody else's future in the body of an `async` coroutine.
//!
//! `future.await` becomes
//!
//! ```text
//! match Awaits::new() {
//!     probe => match probe.take(future) {
//!         future => {
//!             let kind = (&&probe).antiphon_await();
//!             kind.outward(future)
//!         }
//!     },
//! }.await
//! ```
//!
//! As in `delegate.rs`, the way depends on what the type implements. It would do to call one function with a bound, but what
//! is no future would then be complained about twice, or by the name of our wrapper.

use core::future::{Future, IntoFuture};
use core::marker::PhantomData;
use core::panic::Location;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::exchange;
use crate::level::awaits_in_body;

/// Learns the type of what is awaited.
#[derive(Debug)]
pub struct Awaits<F>(PhantomData<fn(F)>);

impl<F> Awaits<F> {
    /// With a type that is still open.
    #[inline(always)]
    #[expect(clippy::new_without_default, reason = "for expansions")]
    pub fn new() -> Self {
        Awaits(PhantomData)
    }

    /// Fixes the type.
    #[inline(always)]
    pub fn take(self, future: F) -> F {
        future
    }
}

impl<F> Clone for Awaits<F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<F> Copy for Awaits<F> {}

/// Chosen for futures, and what becomes one.
pub trait FutureAwait {
    /// It is one.
    #[inline(always)]
    fn antiphon_await(&self) -> AwaitFuture {
        AwaitFuture
    }
}

impl<F: IntoFuture> FutureAwait for &Awaits<F> {}

/// Chosen for everything else.
pub trait NoAwait {
    /// It is none.
    #[inline(always)]
    fn antiphon_await(&self) -> AwaitNothing {
        AwaitNothing
    }
}

impl<F> NoAwait for Awaits<F> {}

/// Awaits a future.
#[derive(Debug)]
pub struct AwaitFuture;

impl AwaitFuture {
    /// A future that is polled as if the coroutine around it were not there: with the waker of whoever polls that.
    #[inline(always)]
    pub fn outward<F: IntoFuture>(self, future: F) -> Outward<F::IntoFuture> {
        Outward { future: future.into_future() }
    }
}

/// Awaits what is no future, which the compiler says where it is awaited.
#[derive(Debug)]
pub struct AwaitNothing;

impl AwaitNothing {
    /// No future.
    pub fn outward<F>(self, future: F) -> Outward<F> {
        Outward { future }
    }
}

pin_project! {
    /// What is awaited.
    #[derive(Debug)]
    pub struct Outward<F> {
        #[pin]
        future: F,
    }
}

impl<F: Future> Future for Outward<F> {
    type Output = F::Output;

    /// Told where the `.await` is, as the future itself would be without this around it.
    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let future = self.project().future;
        let polled = match exchange::outer(cx) {
            Some(waker) => future.poll(&mut Context::from_waker(waker)),
            None => future.poll(cx),
        };
        if polled.is_pending() {
            let at = Location::caller();
            awaits_in_body::<F>(|| Some(at));
        }
        polled
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

//! A coroutine that fails while it is being closed, and whose return value nobody is there to see.
//!
//! Errors are values, and what a child returns to its close is not its parent's. But a failure is not lost: PEP 380 raises
//! it in the parent, in the place of the close. So the body of a coroutine with `close` says of a `Result` that it returns
//! whether it is an `Err`: by a mark in the exchange, which whoever awaits it takes.

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::exchange::Exchange;
use crate::handle::{HandleTypes, Port};

/// Finds out whether `R`, which a body returns, can be a failure: `(&&Judge::<R>::new()).antiphon_judgement()`.
#[derive(Debug)]
pub struct Judge<R>(PhantomData<fn(R)>);

impl<R> Judge<R> {
    /// Of that type.
    #[expect(clippy::new_without_default, reason = "it is named by expansions alone")]
    #[inline(always)]
    pub fn new() -> Self {
        Judge(PhantomData)
    }
}

/// Chosen for `Result`s.
pub trait FallibleKind<R> {
    /// Sees whether one is a failure.
    #[inline(always)]
    fn antiphon_judgement(&self) -> Fallible {
        Fallible
    }
}

impl<T, E> FallibleKind<Result<T, E>> for &Judge<Result<T, E>> {}

/// Chosen for everything else.
pub trait InfallibleKind<R> {
    /// Sees none.
    #[inline(always)]
    fn antiphon_judgement(&self) -> Infallible {
        Infallible
    }
}

impl<R> InfallibleKind<R> for Judge<R> {}

/// Of a `Result`.
#[derive(Debug)]
pub struct Fallible;

/// Of anything else.
#[derive(Debug)]
pub struct Infallible;

/// Sees whether a value is a failure.
pub trait Judgement<R> {
    /// Whether it is.
    fn is_failure(value: &R) -> bool;
}

impl<T, E> Judgement<Result<T, E>> for Fallible {
    #[inline(always)]
    fn is_failure(value: &Result<T, E>) -> bool {
        value.is_err()
    }
}

impl<R> Judgement<R> for Infallible {
    #[inline(always)]
    fn is_failure(_: &R) -> bool {
        false
    }
}

/// The body of the handle that left `types`, whose failure is marked.
#[inline(always)]
pub fn watched<Y, S, B: Future, J: Judgement<B::Output>>(
    types: &HandleTypes<Y, S>,
    body: B,
    _judgement: J,
) -> Watched<Y, S, B, J> {
    Watched { body, port: types.port(), judgement: PhantomData }
}

pin_project! {
    /// Resolves to what the body returns.
    #[derive(Debug)]
    pub struct Watched<Y, S, B, J> {
        #[pin]
        body: B,
        port: Port<Y, S>,
        judgement: PhantomData<fn(J)>,
    }
}

impl<Y, S, B: Future, J: Judgement<B::Output>> Future for Watched<Y, S, B, J> {
    type Output = B::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Output> {
        let this = self.project();
        let polled = this.body.poll(cx);
        match &polled {
            Poll::Ready(value) if J::is_failure(value) => this.port.put_answer(cx, Exchange::Failed),
            Poll::Ready(_) => {}
            Poll::Pending => this.port.tell_function::<B>(cx),
        }
        polled
    }
}

//! The type that an `async` coroutine function returns.

use core::fmt;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project::pin_project;

use crate::exchange::Exchange;
use crate::mode::{Mode, Plain};
use crate::{AsyncCoroutine, CloseError, Closed, Coroutine, CoroutineState, Generator, Status, Told};

/// The coroutine that an `async fn` with `#[antiphon::coroutine(…)]` returns. See [`AsyncCoroutine`].
///
/// Its types are those of [`Generator`]. It is a future as well, if it yields `()` and is sent `()`: one that runs it to its
/// end, for an executor.
#[must_use = "a coroutine does nothing until it is started"]
#[pin_project]
pub struct AsyncGenerator<Y, S, B, M = Plain> {
    #[pin]
    generator: Generator<Y, S, B, M>,
}

impl<Y, S, B: Future, M: Mode> AsyncGenerator<Y, S, B, M> {
    #[inline(always)]
    pub(crate) fn new(generator: Generator<Y, S, B, M>) -> Self {
        AsyncGenerator { generator }
    }

    #[inline(always)]
    pub(crate) fn into_body(self) -> B {
        self.generator.into_body()
    }
}

impl<Y, S, B: Future, M: Mode> AsyncCoroutine for AsyncGenerator<Y, S, B, M> {
    type Yield = Y;
    type Send = S;
    type Error = M::Error;
    type Return = B::Output;

    #[inline]
    fn status(&self) -> Status {
        self.generator.status()
    }

    #[inline(always)]
    fn poll_step(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        told: &mut Told<S, M::Error>,
    ) -> Poll<Option<CoroutineState<Y, B::Output>>> {
        let mut generator = self.project().generator;
        let exchange = match (generator.status(), core::mem::replace(told, Told::Nothing)) {
            (Status::Created, Told::Start | Told::Next(_)) => Exchange::Empty,
            (Status::Suspended, Told::Send(value) | Told::Next(value)) => Exchange::Sent(M::sent(value)),
            (Status::Suspended, Told::Throw(error)) => Exchange::Sent(M::thrown(error)),
            (Status::Running, Told::Nothing | Told::Next(_)) => Exchange::Empty,
            (status, refused) => {
                if let (Status::Created, Told::Throw(_)) = (status, &refused) {
                    generator.end();
                }
                *told = refused;
                return Poll::Ready(None);
            }
        };
        match generator.as_mut().poll_within(cx, exchange) {
            (Poll::Ready(value), _) => Poll::Ready(Some(CoroutineState::Complete(value))),
            (Poll::Pending, Exchange::Yielded(value)) => Poll::Ready(Some(CoroutineState::Yielded(value))),
            (Poll::Pending, _) => Poll::Pending,
        }
    }

    fn poll_close(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        begun: &mut bool,
    ) -> Poll<Result<Closed<B::Output>, CloseError<Y>>> {
        let mut generator = self.project().generator;
        let exit = match generator.status() {
            Status::Finished | Status::Poisoned => return Poll::Ready(Ok(Closed::Nothing)),
            Status::Suspended => M::exit().map(Exchange::Sent),
            Status::Running if *begun => Some(Exchange::Empty),
            Status::Created | Status::Running => None,
        };
        let Some(exchange) = exit else {
            generator.end();
            return Poll::Ready(Ok(Closed::Nothing));
        };
        *begun = true;
        let told = match generator.as_mut().poll_within(cx, exchange) {
            (Poll::Ready(value), Exchange::Failed) => Ok(Closed::Failed(value)),
            (Poll::Ready(value), _) => Ok(Closed::Returned(value)),
            (Poll::Pending, Exchange::Yielded(value)) => Err(CloseError::Yielded(value)),
            (Poll::Pending, _) => return Poll::Pending,
        };
        generator.end();
        Poll::Ready(told)
    }
}

impl<B: Future> IntoFuture for AsyncGenerator<(), (), B> {
    type Output = B::Output;
    type IntoFuture = RunToEnd<B>;

    fn into_future(self) -> RunToEnd<B> {
        RunToEnd { coroutine: self }
    }
}

/// Runs an [`AsyncGenerator`] that yields nothing to its end.
#[must_use = "a future does nothing until it is awaited"]
#[pin_project]
#[derive(Debug)]
pub struct RunToEnd<B> {
    #[pin]
    coroutine: AsyncGenerator<(), (), B>,
}

impl<B: Future> Future for RunToEnd<B> {
    type Output = B::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Output> {
        let mut coroutine = self.project().coroutine;
        loop {
            match ready!(coroutine.as_mut().poll_step(cx, &mut Told::Next(()))) {
                Some(CoroutineState::Yielded(())) => {}
                Some(CoroutineState::Complete(value)) => return Poll::Ready(value),
                None => crate::error::refuse_resume(coroutine.status()),
            }
        }
    }
}

/// A coroutine that is sent `()` is a stream of what it yields.
#[cfg(feature = "futures")]
impl<Y, B: Future, M: Mode> futures_core::Stream for AsyncGenerator<Y, (), B, M> {
    type Item = Y;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Y>> {
        Poll::Ready(match ready!(self.as_mut().poll_step(cx, &mut Told::Next(()))) {
            Some(state) => state.yielded(),
            None if self.status() == Status::Finished => None,
            None => crate::error::refuse_resume(self.status()),
        })
    }
}

#[cfg(feature = "futures")]
impl<Y, B: Future, M: Mode> futures_core::FusedStream for AsyncGenerator<Y, (), B, M> {
    fn is_terminated(&self) -> bool {
        self.status() == Status::Finished
    }
}

impl<Y, S, B, M> fmt::Debug for AsyncGenerator<Y, S, B, M>
where
    Generator<Y, S, B, M>: fmt::Debug,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncGenerator").field(&self.generator).finish()
    }
}

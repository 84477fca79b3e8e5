//! The type that an `async` coroutine function returns.
//!
//! It is projected by hand: of a type that a macro defines the compiler shows the macro, wherever a trait is missing.

#![expect(unsafe_code, reason = "pins what is in a coroutine that is pinned; see docs/unsafe.md")]

use core::fmt;
use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::exchange::Exchange;
use crate::level::Level;
use crate::mode::{Mode, Plain};
use crate::unstarted::Unstarted;
use crate::{AsyncCoroutine, CloseError, Closed, Coroutine, CoroutineState, Generator, Status, Told};

/// The coroutine that an `async fn` with `#[antiphon::coroutine(…)]` returns. See [`AsyncCoroutine`].
///
/// Its types are those of [`Generator`]. It is a future as well, if it yields `()` and is sent `()`: one that runs it to its
/// end, for an executor.
#[must_use = "a coroutine does nothing until it is started"]
pub struct AsyncGenerator<Y, S, B, M = Plain> {
    /// Pinned when the coroutine is, which has no `Drop` of its own.
    generator: Generator<Y, S, B, M>,
    /// In the middle of a step: whether it waits for a child that can be told of a close.
    listens: bool,
    unstarted: Unstarted,
}

/// What is in a coroutine that is pinned.
struct Parts<'a, G> {
    generator: Pin<&'a mut G>,
    listens: &'a mut bool,
    unstarted: &'a mut Unstarted,
}

impl<Y, S, B, M> AsyncGenerator<Y, S, B, M> {
    #[inline(always)]
    fn project(self: Pin<&mut Self>) -> Parts<'_, Generator<Y, S, B, M>> {
        // SAFETY: nothing is moved out of it.
        let AsyncGenerator { generator, listens, unstarted } = unsafe { self.get_unchecked_mut() };
        // SAFETY: it stays where it is as long as the coroutine does, and is dropped there.
        let generator = unsafe { Pin::new_unchecked(generator) };
        Parts { generator, listens, unstarted }
    }
}

impl<Y, S, B: Future, M: Mode> AsyncGenerator<Y, S, B, M> {
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub(crate) fn new(generator: Generator<Y, S, B, M>) -> Self {
        AsyncGenerator { generator, listens: false, unstarted: Unstarted::new::<Y, S, B>() }
    }

    /// Polls the body, in a status that allows it. What it left in the exchange comes back.
    #[inline]
    fn poll(
        self: Pin<&mut Self>,
        cx: &Context<'_>,
        exchange: Exchange<Y, M::Resumed<S>>,
    ) -> (Poll<B::Output>, Exchange<Y, M::Resumed<S>>) {
        let this = self.project();
        this.unstarted.is_over();
        let (polled, left) = this.generator.poll_within(cx, exchange);
        // Where a close was refused, all is as it was.
        if !matches!(left, Exchange::Running) {
            *this.listens = matches!(left, Exchange::Listening);
        }
        (polled, left)
    }

    #[inline(always)]
    pub(crate) fn into_body(mut self) -> B {
        self.unstarted.is_over();
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
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        told: &mut Told<S, M::Error>,
    ) -> Poll<Option<CoroutineState<Y, B::Output>>> {
        let exchange = match (self.status(), core::mem::replace(told, Told::Nothing)) {
            (Status::Created, Told::Start | Told::Next(_)) => Exchange::Empty,
            (Status::Suspended, Told::Send(value) | Told::Next(value)) => Exchange::Sent(M::sent(value)),
            (Status::Suspended, Told::Throw(error)) => Exchange::Sent(M::thrown(error)),
            (Status::Running, Told::Nothing | Told::Next(_)) => Exchange::Empty,
            (status, refused) => {
                if let (Status::Created, Told::Throw(_)) = (status, &refused) {
                    self.project().generator.end();
                }
                *told = refused;
                return Poll::Ready(None);
            }
        };
        match self.as_mut().poll(cx, exchange) {
            (Poll::Ready(value), _) => Poll::Ready(Some(CoroutineState::Complete(value))),
            (Poll::Pending, Exchange::Yielded(value)) => Poll::Ready(Some(CoroutineState::Yielded(value))),
            // It was being closed, by somebody who did not wait for the end of that.
            (Poll::Pending, Exchange::Close) => {
                self.project().generator.end();
                Poll::Ready(None)
            }
            (Poll::Pending, _) => Poll::Pending,
        }
    }

    fn poll_close(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        told: &mut bool,
    ) -> Poll<Result<Closed<B::Output>, CloseError<Y>>> {
        self.as_mut().project().unstarted.is_over();
        let outcome = loop {
            let exchange = match self.status() {
                Status::Finished | Status::Poisoned => return Poll::Ready(Ok(Closed::Nothing)),
                Status::Running if *told => Exchange::Empty,
                Status::Suspended => told_close::<Y, S, M>(told),
                Status::Running if self.listens => told_close::<Y, S, M>(told),
                // It goes on to where it finds its close.
                Status::Running if M::exit::<S>().is_some() => Exchange::Empty,
                Status::Created | Status::Running => break Ok(Closed::Nothing),
            };
            match self.as_mut().poll(cx, exchange) {
                (Poll::Ready(value), Exchange::Failed) => break Ok(Closed::Failed(value)),
                (Poll::Ready(value), _) => break Ok(Closed::Returned(value)),
                (Poll::Pending, Exchange::Yielded(value)) if *told => break Err(CloseError::Yielded(value)),
                // There it is. Nobody waits for the value.
                (Poll::Pending, Exchange::Yielded(_)) => {}
                (Poll::Pending, Exchange::Close) => break Ok(Closed::Nothing),
                (Poll::Pending, Exchange::Running) => return Poll::Ready(Err(CloseError::Running)),
                (Poll::Pending, _) => return Poll::Pending,
            }
        };
        self.project().generator.end();
        Poll::Ready(outcome)
    }
}

/// What the body is told.
fn told_close<Y, S, M: Mode>(told: &mut bool) -> Exchange<Y, M::Resumed<S>> {
    *told = true;
    M::exit().map_or(Exchange::Close, Exchange::Sent)
}

impl<B: Future> IntoFuture for AsyncGenerator<(), (), B> {
    type Output = B::Output;
    type IntoFuture = RunToEnd<B>;

    fn into_future(mut self) -> RunToEnd<B> {
        self.unstarted.is_over();
        RunToEnd { coroutine: self }
    }
}

pin_project! {
    /// Runs an [`AsyncGenerator`] that yields nothing to its end.
    #[must_use = "a future does nothing until it is awaited"]
    #[derive(Debug)]
    pub struct RunToEnd<B> {
        #[pin]
        coroutine: AsyncGenerator<(), (), B>,
    }
}

impl<B: Future> Future for RunToEnd<B> {
    type Output = B::Output;

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Output> {
        let mut coroutine = self.project().coroutine;
        let level = Level::enter();
        loop {
            let value = match coroutine.as_mut().poll_step(cx, &mut Told::Next(())) {
                Poll::Ready(Some(CoroutineState::Yielded(()))) => continue,
                Poll::Ready(Some(CoroutineState::Complete(value))) => Poll::Ready(value),
                Poll::Ready(None) => crate::error::refuse_resume(coroutine.status()),
                Poll::Pending => Poll::Pending,
            };
            level.leave_coroutine::<B>(value.is_pending());
            return value;
        }
    }
}

/// A coroutine that is sent `()` is a stream of what it yields.
#[cfg(feature = "futures")]
impl<Y, B: Future, M: Mode> futures_core::Stream for AsyncGenerator<Y, (), B, M> {
    type Item = Y;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Y>> {
        Poll::Ready(match core::task::ready!(self.as_mut().poll_step(cx, &mut Told::Next(()))) {
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

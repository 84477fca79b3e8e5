//! The protocol of coroutines that await: as [`Coroutine`](crate::Coroutine), with steps that are futures.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use crate::error::{refuse_resume, refuse_send, refuse_start};
use crate::{CloseError, Closed, CoroutineState, SendError, Status, ThrowError};

/// What a step tells an [`AsyncCoroutine`]; for those who implement or poll one.
#[derive(Debug)]
pub enum Told<S, E> {
    /// To start.
    Start,
    /// What is sent.
    Send(S),
    /// To start, or to go on with this, or with the step that was begun.
    Next(S),
    /// What is thrown.
    Throw(E),
    /// Nothing: it has been told.
    Nothing,
}

/// A coroutine that may await between its yields: what an `async fn` with `#[antiphon::coroutine(…)]` returns. Python calls
/// it an asynchronous generator.
///
/// It is driven as a [`Coroutine`](crate::Coroutine), and each step is a future: `c.send(value).await`. On a pinned one;
/// with the feature `futures` one that is sent `()` is also a `Stream`. It runs on any executor.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u32, send = u32)]
/// async fn running_total(first: impl Future<Output = u32>) -> &'static str {
///     let mut total = first.await;
///     while total < 100 {
///         total += yield_!(total);
///     }
///     "enough"
/// }
///
/// # fn block_on<T>(f: impl Future<Output = T>) -> T {
/// #     let mut f = pin!(f);
/// #     loop {
/// #         let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
/// #         if let std::task::Poll::Ready(value) = f.as_mut().poll(&mut cx) { return value; }
/// #     }
/// # }
/// block_on(async {
///     let mut c = pin!(running_total(std::future::ready(5)));
///     assert_eq!(c.start().await, Yielded(5));
///     assert_eq!(c.send(10).await, Yielded(15));
///     assert_eq!(c.send(90).await, Complete("enough"));
/// });
/// ```
///
/// # Cancellation
///
/// A step that is dropped before it has ended leaves the coroutine where it awaits, with the status `Running`; nothing that
/// it was sent is taken back. [`next`](Self::next) or [`resume`](Self::resume) go on from there, and
/// [`proceed`](Self::proceed) where values are sent; [`close`](Self::close) does so too, if the body observes that.
///
/// # Waiting for several things
///
/// `join!`, `select!` and other combinators, of whichever crate, work in the body, and around steps. What they are given are
/// futures, which cannot yield: a `yield_!` in an `async` block or a closure does not compile. Yield what comes of them. The
/// handlers of a `select!` are code of the body, and may.
///
/// ```
/// use antiphon::prelude::*;
/// use futures::FutureExt;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u32)]
/// async fn both(a: impl Future<Output = u32>, b: impl Future<Output = u32>) {
///     let (a, b) = futures::join!(a, b);
///     yield_!(a);
///     yield_!(b);
/// }
///
/// /// What two coroutines yield, as it comes, until one of them ends.
/// #[antiphon::coroutine(yield = u32)]
/// async fn merged<C: AsyncCoroutine<Yield = u32, Send = ()>>(a: C, b: C) {
///     let (mut a, mut b) = (pin!(a), pin!(b));
///     loop {
///         futures::select_biased! {
///             value = a.next().fuse() => match value {
///                 Some(value) => yield_!(value),
///                 None => break,
///             },
///             value = b.next().fuse() => match value {
///                 Some(value) => yield_!(value),
///                 None => break,
///             },
///         }
///     }
/// }
///
/// futures::executor::block_on(async {
///     let one = |n| both(std::future::ready(n), std::future::ready(n + 1));
///     let mut c = pin!(merged(one(1), one(3)));
///     assert_eq!(c.next().await, Some(1));
///     assert_eq!(c.next().await, Some(2));
///     assert_eq!(c.next().await, None);
/// });
/// ```
///
/// The step that loses is dropped, and nothing with it: the next one goes on where that waited. A coroutine that loses its
/// [`send`](Self::send) has been told the value, if that was polled; [`proceed`](Self::proceed) with it.
///
/// A future that puts another waker into the context of whoever awaits it, in a macro that hides the `.await`, cuts the body off
/// from its driver. The next `yield_!` of that poll panics, and says so.
///
/// Source: PEP 525, and for return values and `yield_from!` PEP 828.
#[must_use = "a coroutine does nothing until it is started"]
pub trait AsyncCoroutine {
    /// What it yields.
    type Yield;
    /// What it is sent.
    type Send;
    /// What can be thrown into it.
    type Error;
    /// What it returns in the end.
    type Return;

    /// Where the coroutine is in its life; `Running` in the middle of a step.
    fn status(&self) -> Status;

    /// Tells the coroutine what `told` says and leaves [`Told::Nothing`], which is what to poll the rest of the step with.
    /// `None`, with `told` as it was, if the status does not allow it.
    fn poll_step(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        told: &mut Told<Self::Send, Self::Error>,
    ) -> Poll<Option<CoroutineState<Self::Yield, Self::Return>>>;

    /// Ends the coroutine. `told` is `false` at first, becomes `true` when the coroutine has been told that it is being closed, and
    /// is what to poll the rest of the close with.
    ///
    /// # Errors
    ///
    /// As [`close`](Self::close).
    fn poll_close(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        told: &mut bool,
    ) -> Poll<Result<Closed<Self::Return>, CloseError<Self::Yield>>>;

    /// Runs the coroutine to its first `yield`, or to its end.
    ///
    /// # Panics
    ///
    /// When it is polled, if the coroutine has been started before.
    fn start(&mut self) -> impl Future<Output = CoroutineState<Self::Yield, Self::Return>>
    where
        Self: Unpin + Sized,
    {
        whole_step(self, Told::Start, refuse_start)
    }

    /// Hands `value` to the `yield` at which the coroutine stands and runs it to its next `yield`, or to its end.
    ///
    /// # Panics
    ///
    /// When it is polled, if the coroutine does not stand at a `yield`. [`try_send`](Self::try_send) gives the value back.
    fn send(&mut self, value: Self::Send) -> impl Future<Output = CoroutineState<Self::Yield, Self::Return>>
    where
        Self: Unpin + Sized,
    {
        whole_step(self, Told::Send(value), refuse_send)
    }

    /// As [`send`](Self::send), but answers misuse with an error that gives the value back.
    ///
    /// # Errors
    ///
    /// If the coroutine does not stand at a `yield`.
    fn try_send(
        &mut self,
        value: Self::Send,
    ) -> impl Future<Output = Result<CoroutineState<Self::Yield, Self::Return>, SendError<Self::Send>>>
    where
        Self: Unpin + Sized,
    {
        let mut told = Told::Send(value);
        Polled(move |cx: &mut Context<'_>| match step(self, cx, &mut told) {
            Poll::Ready(Some(state)) => Poll::Ready(Ok(state)),
            Poll::Ready(None) => match core::mem::replace(&mut told, Told::Nothing) {
                Told::Send(value) => Poll::Ready(Err(SendError::new(value, self.status()))),
                _ => refuse_send(self.status()),
            },
            Poll::Pending => Poll::Pending,
        })
    }

    /// Raises `error` at the `yield_!` where the coroutine stands, and runs it to its next one, or to its end. See
    /// [`Throw::throw`](crate::Throw::throw).
    ///
    /// # Errors
    ///
    /// If the coroutine does not stand at a `yield`, `error` comes back. One that has not started has finished then.
    fn throw(
        &mut self,
        error: Self::Error,
    ) -> impl Future<Output = Result<CoroutineState<Self::Yield, Self::Return>, ThrowError<Self::Error>>>
    where
        Self: Unpin + Sized,
    {
        let mut told = Told::Throw(error);
        let status = self.status();
        Polled(move |cx: &mut Context<'_>| match step(self, cx, &mut told) {
            Poll::Ready(Some(state)) => Poll::Ready(Ok(state)),
            Poll::Ready(None) => match core::mem::replace(&mut told, Told::Nothing) {
                Told::Throw(error) => Poll::Ready(Err(ThrowError::new(error, status))),
                _ => refuse_resume(self.status()),
            },
            Poll::Pending => Poll::Pending,
        })
    }

    /// Goes on with a step that was begun and dropped.
    ///
    /// # Panics
    ///
    /// When it is polled, if there is none.
    fn proceed(&mut self) -> impl Future<Output = CoroutineState<Self::Yield, Self::Return>>
    where
        Self: Unpin + Sized,
    {
        whole_step(self, Told::Nothing, refuse_resume)
    }

    /// Starts or goes on, also with a step that was begun and dropped.
    ///
    /// # Panics
    ///
    /// When it is polled, if the coroutine has finished or has panicked.
    fn resume(&mut self) -> impl Future<Output = CoroutineState<Self::Yield, Self::Return>>
    where
        Self: AsyncCoroutine<Send = ()> + Unpin + Sized,
    {
        whole_step(self, Told::Next(()), refuse_resume)
    }

    /// The next value; nothing when the coroutine has come to its end, whose return value is ignored.
    ///
    /// # Panics
    ///
    /// When it is polled, if the coroutine has panicked.
    fn next(&mut self) -> impl Future<Output = Option<Self::Yield>>
    where
        Self: AsyncCoroutine<Send = ()> + Unpin + Sized,
    {
        let mut told = Told::Next(());
        Polled(move |cx: &mut Context<'_>| match step(self, cx, &mut told) {
            Poll::Ready(Some(state)) => Poll::Ready(state.yielded()),
            Poll::Ready(None) if self.status() == Status::Finished => Poll::Ready(None),
            Poll::Ready(None) => refuse_resume(self.status()),
            Poll::Pending => Poll::Pending,
        })
    }

    /// Ends the coroutine. See [`Coroutine::close`](crate::Coroutine::close): a body with `close` in its attribute finds that at
    /// the `yield_!` or `yield_from!` where it stands, and may await while it cleans up.
    ///
    /// In the middle of a step that was dropped, such a body is helped to its next `yield_!`, and finds it there. What it yields
    /// is dropped: to have it, finish the step before. A `yield_from!` that waits finds it at once, or its child does. A body
    /// that does not observe its close is dropped where it awaits.
    ///
    /// ```
    /// use antiphon::prelude::*;
    /// use std::pin::pin;
    ///
    /// #[antiphon::coroutine(yield = u32, close)]
    /// async fn polls(mut device: Device) -> &'static str {
    ///     loop {
    ///         let value = device.read().await;
    ///         if yield_!(value).is_err() {
    ///             device.shut_down().await;
    ///             return "shut down";
    ///         }
    ///     }
    /// }
    ///
    /// # struct Device(u32);
    /// # impl Device {
    /// #     async fn read(&mut self) -> u32 { self.0 += 1; pause().await; self.0 }
    /// #     async fn shut_down(&mut self) { pause().await }
    /// # }
    /// # async fn pause() {
    /// #     let mut paused = false;
    /// #     std::future::poll_fn(|_| match std::mem::replace(&mut paused, true) {
    /// #         true => std::task::Poll::Ready(()),
    /// #         false => std::task::Poll::Pending,
    /// #     }).await
    /// # }
    /// # fn block_on<T>(f: impl Future<Output = T>) -> T {
    /// #     let mut f = pin!(f);
    /// #     loop {
    /// #         let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    /// #         if let std::task::Poll::Ready(value) = f.as_mut().poll(&mut cx) { return value; }
    /// #     }
    /// # }
    /// # fn poll_once(f: impl Future) {
    /// #     let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     assert!(pin!(f).poll(&mut cx).is_pending());
    /// # }
    /// let mut c = pin!(polls(Device(0)));
    /// assert_eq!(block_on(c.next()), Some(1));
    /// // The next step is polled, waits, and is dropped, as by a `select!` in which something else came first.
    /// poll_once(c.next());
    /// assert_eq!(c.status(), Status::Running);
    /// assert_eq!(block_on(c.close()), Ok(Some("shut down")));
    /// ```
    ///
    /// A close that is dropped before it has ended leaves the coroutine where it awaits, and another one goes on from there. So
    /// where a body may wait for ever, put a time limit to its close, and drop the coroutine.
    ///
    /// # Errors
    ///
    /// If the body yields instead of ending, once it has been told; it is dropped then.
    fn close(&mut self) -> impl Future<Output = Result<Option<Self::Return>, CloseError<Self::Yield>>>
    where
        Self: Unpin + Sized,
    {
        let mut told = false;
        Polled(move |cx: &mut Context<'_>| {
            Pin::new(&mut *self).poll_close(cx, &mut told).map(|closed| closed.map(Closed::into_returned))
        })
    }

    /// A `Sink` of what the coroutine is sent, if it yields `()`. See [`AsyncConsumerSink`](crate::AsyncConsumerSink).
    #[cfg(feature = "futures")]
    fn into_sink(self) -> crate::AsyncConsumerSink<Self>
    where
        Self: AsyncCoroutine<Yield = ()> + Unpin + Sized,
    {
        crate::AsyncConsumerSink::new(self)
    }
}

#[inline(always)]
fn step<C: AsyncCoroutine + Unpin>(
    coroutine: &mut C,
    cx: &mut Context<'_>,
    told: &mut Told<C::Send, C::Error>,
) -> Poll<Option<CoroutineState<C::Yield, C::Return>>> {
    Pin::new(coroutine).poll_step(cx, told)
}

/// As core's `PollFn`, whose poll is compiled for itself: what drives a coroutine shall be inlined with it.
struct Polled<F>(F);

/// What the function holds is not pinned.
impl<F> Unpin for Polled<F> {}

impl<F: FnMut(&mut Context<'_>) -> Poll<T>, T> Future for Polled<F> {
    type Output = T;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        (self.get_mut().0)(cx)
    }
}

/// A step to its end; `refuse` panics where the status does not allow it.
fn whole_step<C: AsyncCoroutine + Unpin>(
    coroutine: &mut C,
    mut told: Told<C::Send, C::Error>,
    refuse: fn(Status) -> !,
) -> impl Future<Output = CoroutineState<C::Yield, C::Return>> {
    Polled(move |cx: &mut Context<'_>| match step(coroutine, cx, &mut told) {
        Poll::Ready(Some(state)) => Poll::Ready(state),
        Poll::Ready(None) => refuse(coroutine.status()),
        Poll::Pending => Poll::Pending,
    })
}

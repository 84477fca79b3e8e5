//! Coroutines that only receive, as the sinks of `futures`.
//!
//! They are wrapped: a sink has methods `send` and `close` of its own, which those who import `SinkExt` could not tell from
//! a coroutine's. And there is room for what the coroutine returns.

use core::error::Error;
use core::fmt;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_sink::Sink;

use crate::{AsyncCoroutine, CloseError, Closed, Consumer, CoroutineState, SendError, Status, Told};

/// A [`Consumer`] as a `Sink`: what [`into_sink`](Consumer::into_sink) gives.
///
/// The coroutine is started by the first value, or before. It takes each at once, so flushing has nothing to do, and closing
/// the sink [closes](crate::Coroutine::close) the coroutine.
///
/// When the coroutine has returned, [`take_returned`](Self::take_returned) gives what. Values that come later come back, in
/// a [`SinkError`]. The sink is ready for them all the same: where it said that it is not, `SinkExt::send` would drop them.
///
/// ```
/// use antiphon::prelude::*;
/// use futures::{SinkExt, StreamExt, stream};
///
/// #[antiphon::coroutine(send = u32)]
/// fn sum_of(count: usize) -> u32 {
///     let mut sum = 0;
///     for _ in 0..count {
///         sum += yield_!();
///     }
///     sum
/// }
///
/// # futures::executor::block_on(async {
/// let mut sink = Box::pin(sum_of(3)).into_sink();
/// sink.send(1).await.unwrap();
/// let refused = stream::iter([2, 3, 4, 5]).map(Ok).forward(&mut sink).await.unwrap_err();
/// assert_eq!(refused.into_value(), Some(4));
/// assert_eq!(sink.take_returned(), Some(6));
/// # });
/// ```
#[must_use = "sinks do nothing unless polled"]
pub struct ConsumerSink<C: Consumer> {
    coroutine: C,
    returned: Option<C::Return>,
}

impl<C: Consumer + Unpin> ConsumerSink<C> {
    pub(crate) fn new(coroutine: C) -> Self {
        ConsumerSink { coroutine, returned: None }
    }

    /// What the coroutine has returned, if it has and nobody took that.
    pub fn take_returned(&mut self) -> Option<C::Return> {
        self.returned.take()
    }

    /// Whether it yielded, and waits for another value.
    fn note(&mut self, state: CoroutineState<(), C::Return>) -> bool {
        match state {
            CoroutineState::Yielded(()) => true,
            CoroutineState::Complete(value) => {
                self.returned = Some(value);
                false
            }
        }
    }
}

// Nothing in it is pinned.
impl<C: Consumer + Unpin> Unpin for ConsumerSink<C> {}

impl<C: Consumer + Unpin> Sink<C::Send> for ConsumerSink<C> {
    type Error = SinkError<C::Send>;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, value: C::Send) -> Result<(), Self::Error> {
        let this = self.get_mut();
        if let Some(state) = Pin::new(&mut this.coroutine).resume_start() {
            this.note(state);
        }
        let status = this.coroutine.status();
        if status != Status::Suspended {
            return Err(SinkError::Send(SendError::new(value, status)));
        }
        if let Some(state) = Pin::new(&mut this.coroutine).resume_send(value) {
            this.note(state);
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let this = self.get_mut();
        let closed = Pin::new(&mut this.coroutine).resume_close();
        Poll::Ready(settle(closed, &mut this.returned))
    }
}

impl<C: Consumer> fmt::Debug for ConsumerSink<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsumerSink").field("status", &self.coroutine.status()).finish_non_exhaustive()
    }
}

/// An [`AsyncCoroutine`] that only receives, as a `Sink`: what [`into_sink`](AsyncCoroutine::into_sink) gives.
///
/// It is as [`ConsumerSink`]; but the coroutine awaits, and is busy until it comes to its next `yield_!`. The sink is ready when
/// it stands there; it keeps a value that is sent to it until it is polled; and it is flushed when the coroutine has taken that
/// and wants the next. Closing the sink flushes it, and then [closes](AsyncCoroutine::close) the coroutine.
///
/// ```
/// use antiphon::prelude::*;
/// use futures::channel::mpsc;
/// use futures::{SinkExt, StreamExt};
///
/// /// Passes on what is sent, in pairs.
/// #[antiphon::coroutine(send = u32, close)]
/// async fn pairs(mut to: mpsc::Sender<(u32, u32)>) -> Option<u32> {
///     loop {
///         let Ok(first) = yield_!() else { return None };
///         let Ok(second) = yield_!() else { return Some(first) };
///         if SinkExt::send(&mut to, (first, second)).await.is_err() {
///             return None;
///         }
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let (sender, receiver) = mpsc::channel(0);
/// let send = async {
///     let mut sink = Box::pin(pairs(sender)).into_sink();
///     for n in 1..=5 {
///         sink.send(n).await.unwrap();
///     }
///     sink.close().await.unwrap();
///     sink.take_returned()
/// };
/// let (unpaired, received) = futures::join!(send, receiver.collect::<Vec<_>>());
/// assert_eq!(received, [(1, 2), (3, 4)]);
/// assert_eq!(unpaired, Some(Some(5)));
/// # });
/// ```
#[must_use = "sinks do nothing unless polled"]
pub struct AsyncConsumerSink<C: AsyncCoroutine> {
    coroutine: C,
    value: Option<C::Send>,
    /// Whether the coroutine has been told that it is being closed.
    closing: bool,
    returned: Option<C::Return>,
}

impl<C: AsyncCoroutine<Yield = ()> + Unpin> AsyncConsumerSink<C> {
    pub(crate) fn new(coroutine: C) -> Self {
        AsyncConsumerSink { coroutine, value: None, closing: false, returned: None }
    }

    /// What the coroutine has returned, if it has and nobody took that.
    pub fn take_returned(&mut self) -> Option<C::Return> {
        self.returned.take()
    }

    /// Runs the coroutine until it wants a value and there is none, or until it has ended. Then the value comes back.
    fn poll_idle(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SinkError<C::Send>>> {
        loop {
            let mut told = match self.coroutine.status() {
                Status::Created => Told::Start,
                Status::Running => Told::Nothing,
                Status::Suspended => match self.value.take() {
                    Some(value) => Told::Send(value),
                    None => return Poll::Ready(Ok(())),
                },
                status @ (Status::Finished | Status::Poisoned) => {
                    let refused = self.value.take().map(|value| SinkError::Send(SendError::new(value, status)));
                    return Poll::Ready(refused.map_or(Ok(()), Err));
                }
            };
            match ready!(Pin::new(&mut self.coroutine).poll_step(cx, &mut told)) {
                Some(CoroutineState::Yielded(())) => {}
                Some(CoroutineState::Complete(value)) => self.returned = Some(value),
                None => crate::error::refuse_resume(self.coroutine.status()),
            }
        }
    }
}

// Nothing in it is pinned.
impl<C: AsyncCoroutine + Unpin> Unpin for AsyncConsumerSink<C> {}

impl<C: AsyncCoroutine<Yield = ()> + Unpin> Sink<C::Send> for AsyncConsumerSink<C> {
    type Error = SinkError<C::Send>;

    fn poll_ready(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.get_mut().poll_idle(cx)
    }

    fn start_send(self: Pin<&mut Self>, value: C::Send) -> Result<(), Self::Error> {
        let this = self.get_mut();
        let status = this.coroutine.status();
        if this.value.is_some() || matches!(status, Status::Finished | Status::Poisoned) {
            return Err(SinkError::Send(SendError::new(value, status)));
        }
        this.value = Some(value);
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        let this = self.get_mut();
        // Nothing has been sent to it; it need not start.
        if this.value.is_none() && this.coroutine.status() == Status::Created {
            return Poll::Ready(Ok(()));
        }
        this.poll_idle(cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if !self.closing {
            ready!(self.as_mut().poll_flush(cx))?;
        }
        let AsyncConsumerSink { coroutine, closing, returned, .. } = self.get_mut();
        let closed = ready!(Pin::new(coroutine).poll_close(cx, closing));
        *closing = false;
        Poll::Ready(settle(closed, returned))
    }
}

impl<C: AsyncCoroutine> fmt::Debug for AsyncConsumerSink<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncConsumerSink").field("status", &self.coroutine.status()).finish_non_exhaustive()
    }
}

/// What closing comes to. What the coroutine returned to that is kept, also where it is a failure.
fn settle<S, R>(closed: Result<Closed<R>, CloseError<()>>, returned: &mut Option<R>) -> Result<(), SinkError<S>> {
    if let Some(value) = closed.map_err(SinkError::Close)?.into_returned() {
        *returned = Some(value);
    }
    Ok(())
}

/// A [`ConsumerSink`] or [`AsyncConsumerSink`] could not be sent a value, or could not be closed.
///
/// ```
/// use antiphon::prelude::*;
/// use futures::SinkExt;
///
/// #[antiphon::coroutine(send = String)]
/// fn listener() {
///     yield_!();
/// }
///
/// # futures::executor::block_on(async {
/// let mut sink = Box::pin(listener()).into_sink();
/// sink.send("heard".to_string()).await.unwrap();
/// let refused = sink.send("late".to_string()).await.unwrap_err();
/// assert_eq!(refused.to_string(), "cannot send to a coroutine that has finished");
/// assert_eq!(refused.into_value().as_deref(), Some("late"));
/// # });
/// ```
#[non_exhaustive]
pub enum SinkError<S> {
    /// The coroutine takes no more values; this one comes back.
    Send(SendError<S>),
    /// The coroutine yielded while it was closed, or is running.
    Close(CloseError<()>),
}

impl<S> SinkError<S> {
    /// The value that was not delivered, if there is one.
    pub fn into_value(self) -> Option<S> {
        match self {
            SinkError::Send(error) => Some(error.into_value()),
            SinkError::Close(_) => None,
        }
    }
}

impl<S> fmt::Display for SinkError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SinkError::Send(error) => error.fmt(f),
            SinkError::Close(error) => error.fmt(f),
        }
    }
}

impl<S> fmt::Debug for SinkError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SinkError::Send(error) => f.debug_tuple("Send").field(error).finish(),
            SinkError::Close(error) => f.debug_tuple("Close").field(error).finish(),
        }
    }
}

impl<S> Error for SinkError<S> {}

//! Delegation to something that is awaited, in an `async` coroutine: a future, or a stream.

use core::future::{Future, IntoFuture};
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Ended, ready};
use crate::exchange::Asked;
use crate::handle::{Anchor, Port, Slot};
use crate::outward::{AwaitFuture, Outward};
use crate::suspension::Here;

/// Awaits it.
#[derive(Debug, Default)]
pub struct ByFuture(());

impl ByFuture {
    /// A future that does so.
    #[inline(always)]
    pub fn anchored<Y, S, C: IntoFuture, F: Here>(
        self,
        anchor: &Anchor<Y, S>,
        child: C,
        here: F,
    ) -> Awaiting<Y, S, C::IntoFuture, F> {
        Awaiting { future: AwaitFuture.outward(child), port: anchor.port(), here }
    }
}

pin_project! {
    /// Resolves to what the future does.
    #[derive(Debug)]
    pub struct Awaiting<Y, S, C, F> {
        #[pin]
        future: Outward<C>,
        port: Port<Y, S>,
        here: F,
    }
}

impl<Y, S, C: Future, F: Here> Future for Awaiting<Y, S, C, F> {
    type Output = (C::Output, Slot<Y, S>);

    #[inline]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<C::Output, Y, S> {
        let this = self.project();
        if this.port.asked(cx, *this.here) != Asked::No {
            return Poll::Pending;
        }
        match this.future.poll(cx) {
            Poll::Ready(value) => ready(this.port, cx, value),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(feature = "futures")]
pub(super) use stream::ByStream;

#[cfg(feature = "futures")]
mod stream {
    use core::marker::PhantomData;

    use futures_core::Stream;

    use super::super::by_iteration::{Unsent, told};
    use super::super::settle;
    use super::*;
    use crate::CoroutineState;
    use crate::exchange::Exchange;
    use crate::mode::Mode;
    use crate::outward::as_outside;
    use crate::suspension::InAsync;

    /// Yields each item.
    #[derive(Debug)]
    pub struct ByStream<M>(PhantomData<M>);

    impl<M> Default for ByStream<M> {
        fn default() -> Self {
            ByStream(PhantomData)
        }
    }

    impl<M: Mode> ByStream<M> {
        /// A future that does so until there are no more.
        #[inline(always)]
        pub fn anchored<Y, S: Unsent, C: Stream<Item = Y>, F: Here>(
            self,
            anchor: &Anchor<Y, M::Resumed<S>>,
            items: C,
            here: F,
        ) -> Streaming<Y, S, C, M, F> {
            Streaming { items, port: anchor.port(), here }
        }
    }

    pin_project! {
        /// Resolves when the stream has no more items; or, in a parent that sees them, to an error or a close.
        #[derive(Debug)]
        pub struct Streaming<Y, S, C, M: Mode, F> {
            #[pin]
            items: C,
            port: Port<Y, M::Resumed<S>>,
            here: F,
        }
    }

    impl<Y, S, C: Stream<Item = Y>, M: Mode, F: Here> Future for Streaming<Y, S, C, M, F> {
        type Output = (M::Resumed<()>, Slot<Y, M::Resumed<S>>);

        #[inline]
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Resumed<()>, Y, M::Resumed<S>> {
            let this = self.project();
            if let Some(ended) = told::<M, _, S>(this.port, *this.here, cx) {
                return ended;
            }
            let polled = as_outside(cx, |cx| this.items.poll_next(cx));
            match polled {
                Poll::Ready(item) => {
                    let state = item.map_or(CoroutineState::Complete(()), CoroutineState::Yielded);
                    settle(this.port, cx, state, M::sent)
                }
                Poll::Pending => {
                    this.port.may_wait::<C, _>(cx, InAsync(*this.here));
                    this.port.put_answer(cx, Exchange::Listening);
                    Poll::Pending
                }
            }
        }
    }
}

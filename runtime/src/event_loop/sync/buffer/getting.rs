//! Who takes a value out of a buffer.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Buffer, Values, YOURS};
use crate::event_loop::sync::error::Closed;
use crate::event_loop::sync::waiters::Place;
use crate::event_loop::wake;

/// The future of a value.
#[derive(Debug)]
pub(crate) struct Get<'b, V: Values> {
    pub(super) buffer: &'b Buffer<V>,
    pub(super) place: Place,
}

impl<V: Values> Future for Get<'_, V> {
    type Output = Result<V::Value, Closed>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let buffer = this.buffer;
        loop {
            if this.place.is_none() {
                if buffer.has_value() {
                    return wake::complete(cx, || buffer.take().ok_or(Closed(())));
                }
                if buffer.is_over() {
                    return wake::complete(cx, || Err(Closed(())));
                }
            }
            if ready!(buffer.getters.poll(&mut this.place, cx)) != YOURS {
                return Poll::Ready(Err(Closed(())));
            }
            buffer.keep_promise();
            if let Some(value) = buffer.take() {
                return Poll::Ready(Ok(value));
            }
            // All were drained, or one was lost to a panic: from the beginning.
        }
    }
}

impl<V: Values> Drop for Get<'_, V> {
    #[inline]
    fn drop(&mut self) {
        if !self.place.is_none() {
            self.buffer.leave_getters(&mut self.place);
        }
    }
}

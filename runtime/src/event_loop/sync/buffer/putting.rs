//! Who puts a value into a buffer, or keeps room for one.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{Buffer, Values, YOURS};
use crate::event_loop::sync::error::Closed;
use crate::event_loop::sync::waiters::Place;
use crate::event_loop::wake;

/// The future of room.
#[derive(Debug)]
pub(crate) struct Reserve<'b, V: Values> {
    pub(super) buffer: &'b Buffer<V>,
    pub(super) place: Place,
}

impl<'b, V: Values> Future for Reserve<'b, V> {
    type Output = Result<Reserved<'b, V>, Closed>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let buffer = this.buffer;
        if this.place.is_none() {
            if buffer.is_closed() {
                return wake::complete(cx, || Err(Closed(())));
            }
            if buffer.has_room() {
                return wake::complete(cx, || {
                    buffer.reserved.set(buffer.reserved.get() + 1);
                    Ok(Reserved { buffer })
                });
            }
        }
        match ready!(buffer.putters.poll(&mut this.place, cx)) {
            YOURS => {
                let reserved = Reserved { buffer };
                Poll::Ready(if buffer.is_closed() { Err(Closed(())) } else { Ok(reserved) })
            }
            _ => Poll::Ready(Err(Closed(()))),
        }
    }
}

impl<V: Values> Drop for Reserve<'_, V> {
    #[inline]
    fn drop(&mut self) {
        if !self.place.is_none() {
            self.buffer.leave_putters(&mut self.place);
        }
    }
}

/// Room that belongs to somebody.
#[derive(Debug)]
pub(crate) struct Reserved<'b, V: Values> {
    pub(super) buffer: &'b Buffer<V>,
}

impl<V: Values> Reserved<'_, V> {
    #[inline]
    pub(crate) fn put(self, value: V::Value) -> Result<(), Closed<V::Value>> {
        if self.buffer.is_closed() {
            return Err(Closed(value));
        }
        self.buffer.enter(value);
        Ok(())
    }
}

impl<V: Values> Drop for Reserved<'_, V> {
    #[inline]
    fn drop(&mut self) {
        self.buffer.reserved.set(self.buffer.reserved.get() - 1);
        self.buffer.offer_room();
    }
}

/// The future of a value that is put in: the common case of room in one go.
pub(crate) struct Put<'b, V: Values> {
    pub(super) buffer: &'b Buffer<V>,
    pub(super) value: Option<V::Value>,
    pub(super) place: Place,
}

/// The value is not pinned.
impl<V: Values> Unpin for Put<'_, V> {}

impl<V: Values> Future for Put<'_, V> {
    type Output = Result<(), Closed<V::Value>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let buffer = this.buffer;
        if !this.place.is_none() {
            if ready!(buffer.putters.poll(&mut this.place, cx)) == YOURS {
                buffer.reserved.set(buffer.reserved.get() - 1);
            }
        } else if !buffer.is_closed() && !buffer.has_room() {
            return buffer.putters.poll(&mut this.place, cx).map(|_| Ok(()));
        } else if !wake::may_complete(cx) {
            return Poll::Pending;
        }
        let value = this.value.take().expect("a future is not polled after its end");
        if buffer.is_closed() {
            return Poll::Ready(Err(Closed(value)));
        }
        buffer.enter(value);
        Poll::Ready(Ok(()))
    }
}

impl<V: Values> Drop for Put<'_, V> {
    #[inline]
    fn drop(&mut self) {
        if !self.place.is_none() {
            self.buffer.leave_putters(&mut self.place);
        }
    }
}

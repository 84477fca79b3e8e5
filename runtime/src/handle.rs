//! What a lowered body holds, and the futures behind `yield_!`.
//!
//! `yield_!(value)` becomes
//!
//! ```text
//! Put { slot: handle.enter(…).await, value }.yield_().await
//! ```
//!
//! The first await is always ready: it fetches the address of the slot. The second one suspends. They are two so that
//! the value goes straight into the slot: a future that carried it would take room for it in the coroutine.
//!
//! # Invariant: *a handle belongs to one body*
//!
//! A [`Handle`] is made by the expansion of the attribute, moved into one `async` block, used there and not in
//! closures or blocks inside, and consumed together with that block by [`Generator::new`](crate::Generator). User
//! code cannot name it. So whoever polls something that came from a handle polls it inside that body.

#![expect(unsafe_code, reason = "yields reach the exchange of the running poll; see docs/unsafe.md")]

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

use crate::exchange::{self, Exchange};

/// Makes a type invariant in what a coroutine yields and is sent: it may outlive neither.
pub(crate) type Invariant<Y, S> = PhantomData<fn(Y, S) -> (Y, S)>;

/// The right to yield from one body.
#[derive(Debug)]
pub struct Handle<Y, S>(Invariant<Y, S>);

impl<Y, S> Handle<Y, S> {
    /// Makes the handle of one body.
    ///
    /// # Safety
    ///
    /// 1. The handle is captured by exactly one `async` block and used only in that block's own body, each time in an
    ///    expression that is awaited at once.
    /// 2. That block is given to `generator` with this handle's [`HandleTypes`], and to nothing else.
    #[inline(always)]
    pub unsafe fn new() -> (Self, HandleTypes<Y, S>) {
        (Handle(PhantomData), HandleTypes(PhantomData))
    }

    /// Fetches the slot of the running poll. The argument is the guard that ties a `yield` to its own coroutine.
    #[inline(always)]
    pub fn enter(&mut self, _guard: ()) -> Enter<'_, Y, S> {
        Enter(PhantomData)
    }
}

impl<Y, S> Handle<Y, S> {
    /// The right to yield, for a future that delegates on the body's behalf.
    #[inline(always)]
    pub(crate) fn port(&mut self) -> Port<Y, S> {
        Port(PhantomData)
    }
}

/// What a delegating future works with. It comes from a handle and is subject to the same invariant.
#[derive(Debug)]
pub(crate) struct Port<Y, S>(Invariant<Y, S>);

impl<Y, S> Port<Y, S> {
    /// A future that yields `value` and resolves to what is sent back.
    #[cfg(feature = "alloc")]
    pub(crate) fn suspend(self, value: Y) -> Suspend<Y, S> {
        Suspend { value: Some(value), port: self }
    }

    /// Takes what was sent, if something was.
    #[inline(always)]
    pub(crate) fn take_sent(&self, cx: &Context<'_>) -> Option<S> {
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        unsafe { exchange::take_sent::<Y, S>(cx) }
    }

    /// Leaves a value for the driver; the poll is then pending.
    #[inline(always)]
    pub(crate) fn put_yielded(&self, cx: &Context<'_>, value: Y) {
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        let slot = unsafe { exchange::current::<Y, S>(cx) };
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::put_yielded(slot, value) };
    }
}

/// The future of [`Port::suspend`].
#[cfg(feature = "alloc")]
#[derive(Debug)]
pub(crate) struct Suspend<Y, S> {
    value: Option<Y>,
    port: Port<Y, S>,
}

#[cfg(feature = "alloc")]
impl<Y, S> Unpin for Suspend<Y, S> {}

#[cfg(feature = "alloc")]
impl<Y, S> Future for Suspend<Y, S> {
    type Output = S;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<S> {
        if let Some(value) = self.value.take() {
            self.port.put_yielded(cx, value);
            return Poll::Pending;
        }
        self.port.take_sent(cx).map_or(Poll::Pending, Poll::Ready)
    }
}

/// The types of a [`Handle`], left behind when it goes into the body.
#[derive(Debug)]
pub struct HandleTypes<Y, S>(Invariant<Y, S>);

/// Resolves at once to the slot of the running poll.
#[derive(Debug)]
pub struct Enter<'h, Y, S>(PhantomData<(&'h mut (), Invariant<Y, S>)>);

impl<'h, Y, S> Future for Enter<'h, Y, S> {
    type Output = Slot<'h, Y, S>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        let exchange = unsafe { exchange::current(cx) };
        Poll::Ready(Slot { exchange, handle: PhantomData })
    }
}

/// The slot of the running poll. It borrows the handle, so no other `yield` can come between it and its use.
#[derive(Debug)]
pub struct Slot<'h, Y, S> {
    exchange: NonNull<Exchange<Y, S>>,
    handle: PhantomData<&'h mut ()>,
}

/// A value on its way into the slot.
///
/// The expansion writes it as a struct literal: its fields are evaluated in the order written, and a wrong value is
/// reported at the value alone.
#[derive(Debug)]
pub struct Put<'h, Y, S> {
    /// Where the value goes.
    pub slot: Slot<'h, Y, S>,
    /// What the coroutine yields.
    pub value: Y,
}

impl<Y, S> Put<'_, Y, S> {
    /// Suspends the coroutine and hands a value to whoever drives it; the result is the value that is sent back.
    #[inline(always)]
    pub fn yield_(self) -> Resumed<Y, S> {
        // SAFETY: the slot borrows the handle, so the body has not been suspended since `enter` fetched it.
        unsafe { exchange::put_yielded(self.slot.exchange, self.value) };
        Resumed(Port(PhantomData))
    }
}

/// Resolves, after a suspension, to the value that was sent.
#[derive(Debug)]
pub struct Resumed<Y, S>(Port<Y, S>);

impl<Y, S> Future for Resumed<Y, S> {
    type Output = S;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<S> {
        match self.0.take_sent(cx) {
            Some(value) => Poll::Ready(value),
            // The poll in which the value was put: the slot holds it.
            None => Poll::Pending,
        }
    }
}

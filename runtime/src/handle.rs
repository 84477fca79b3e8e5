//! What a lowered body holds, and the future behind `yield_!`.
//!
//! The body begins with `let mut slot = handle.await;`, which is ready at once, and `yield_!(value)` becomes
//!
//! ```text
//! match yield_(value, slot).await {
//!     came => { slot = came.1; came.0 }
//! }
//! ```
//!
//! Where nothing is sent but `()`, that is `slot = yield_(value, slot).await`.
//!
//! So between two suspensions the body owns the slot of the running poll, and gives it away with every value. The
//! compiler sees to it that there is never more than one yield at a time, and that neither the slot nor the value takes
//! room in a suspended coroutine.
//!
//! # Invariant: *a handle belongs to one body*
//!
//! A [`Handle`] is made by the expansion of the attribute, moved into one `async` block, opened there and not in
//! closures or blocks inside, and its types go together with that block to [`Generator`](crate::Generator). User code
//! can name neither it nor what comes of it. So whoever polls something that came from a handle polls it inside that
//! body; and since the body is suspended at yields only, a slot belongs to the poll that is running: a body that is
//! pending for any other reason is not polled again.

#![expect(unsafe_code, reason = "yields reach the exchange of the running poll; see docs/unsafe.md")]

use core::future::Future;
use core::marker::PhantomData;
use core::panic::Location;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

#[cfg(feature = "alloc")]
use crate::boxed::{Frames, Left};
use crate::exchange::{self, Asked, Exchange};
use crate::level::awaits_in_body;
use crate::suspension::Here;

/// Makes a type invariant in what a coroutine yields and is sent: it may outlive neither.
pub(crate) type Invariant<Y, S> = PhantomData<fn(Y, S) -> (Y, S)>;

/// The right to yield from one body: a future that resolves at once to the slot of the first poll.
#[derive(Debug)]
pub struct Handle<Y, S>(Port<Y, S>);

impl<Y, S> Handle<Y, S> {
    /// Makes the handle of one body.
    ///
    /// # Safety
    ///
    /// 1. The handle is captured by exactly one `async` block and awaited, or anchored, and its slots used, only in that block's own
    ///    body, each future that they give being awaited at once.
    /// 2. That block is given to `generator`, or what `watched` makes of it is, with this handle's [`HandleTypes`], and to
    ///    nothing else.
    #[inline(always)]
    pub unsafe fn new() -> (Self, HandleTypes<Y, S>) {
        (Handle(Port(PhantomData)), HandleTypes(PhantomData))
    }

    /// The right to yield, for the body of an `async` coroutine: that may be suspended otherwise than by a yield, so it keeps
    /// no slot.
    #[inline(always)]
    pub fn anchor(self) -> Anchor<Y, S> {
        Anchor(self.0)
    }

    /// The right to yield, for a body that is written as a future.
    #[cfg(feature = "alloc")]
    pub(crate) fn port(self) -> Port<Y, S> {
        self.0
    }
}

/// The right to make one handle, before its types are known.
#[derive(Debug)]
pub struct Permit(());

impl Permit {
    /// Makes the right to one handle.
    ///
    /// # Safety
    ///
    /// 1. What holds of [`Handle::new`], of the handle that is made with it.
    #[inline(always)]
    pub unsafe fn new() -> Self {
        Permit(())
    }

    /// Makes the handle.
    #[inline(always)]
    pub fn handle<Y, S>(self) -> (Handle<Y, S>, HandleTypes<Y, S>) {
        // SAFETY: precondition 1 of `new`, of which there is one for each.
        unsafe { Handle::new() }
    }
}

/// The types of a [`Handle`], left behind when it goes into the body.
#[derive(Debug)]
pub struct HandleTypes<Y, S>(Invariant<Y, S>);

impl<Y, S> HandleTypes<Y, S> {
    /// For a future around the body.
    pub(crate) fn port(&self) -> Port<Y, S> {
        Port(PhantomData)
    }
}

impl<Y, S> Unpin for Handle<Y, S> {}

impl<Y, S> Future for Handle<Y, S> {
    type Output = Slot<Y, S>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Slot<Y, S>> {
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        let Some(exchange) = (unsafe { exchange::intact(cx) }) else { return Poll::Pending };
        // A value that was sent along with the start has no `yield` to go to.
        // SAFETY: the exchange comes from the poll that is running.
        drop(unsafe { exchange::take_sent(exchange) });
        Poll::Ready(self.0.slot_of(exchange))
    }
}

/// The right to yield in an `async` coroutine.
#[derive(Debug)]
pub struct Anchor<Y, S>(Port<Y, S>);

impl<Y, S> Anchor<Y, S> {
    /// The right to yield, for a future that delegates on the body's behalf.
    #[inline(always)]
    pub(crate) fn port(&self) -> Port<Y, S> {
        Port(PhantomData)
    }

    /// The same right, for one yield.
    #[inline(always)]
    pub fn again(&self) -> Self {
        Anchor(Port(PhantomData))
    }
}

/// A value on its way out of the body of an `async` coroutine: resolves at once to what [`yield_`] gives there, since the slot is
/// that of the poll in which it is put.
#[derive(Debug)]
pub struct Offered<Y, S> {
    value: Passing<Y>,
    port: Port<Y, S>,
}

impl<Y, S> Unpin for Offered<Y, S> {}

impl<Y, S> Future for Offered<Y, S> {
    type Output = Resumed<Y, S>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Some(value) = self.value.0.take() {
            self.port.put_yielded(cx, value);
        }
        Poll::Ready(Resumed(Port(PhantomData)))
    }
}

/// A value that is there within one poll of the body alone: from where an [`Offered`] is made to where it is polled, which
/// follows, and takes the value out, also if it panics. A body that is suspended holds none.
#[derive(Debug)]
struct Passing<Y>(Option<Y>);

// SAFETY: a body is moved to another thread between its polls, when the value is gone.
unsafe impl<Y> Send for Passing<Y> {}
// SAFETY: likewise, and nobody has a reference to the value.
unsafe impl<Y> Sync for Passing<Y> {}

/// The slot of the running poll.
#[derive(Debug)]
pub struct Slot<Y, S> {
    exchange: NonNull<Exchange<Y, S>>,
    /// What goes in has the handle's types, and no shorter lifetimes: the pointer alone would allow that.
    types: Invariant<Y, S>,
}

impl<Y, S> Slot<Y, S> {
    /// The right to yield, for a future that delegates on the body's behalf and gives back a slot at its end.
    #[inline(always)]
    pub(crate) fn port(self) -> Port<Y, S> {
        Port(PhantomData)
    }

    /// The stack of the driver of the running poll, if it keeps one.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn frames(&self) -> Option<NonNull<Frames<Y, S>>> {
        // SAFETY: *a handle belongs to one body*, so the slot belongs to the poll that is running.
        unsafe { exchange::frames(self.exchange) }
    }

    /// The exchange of the running poll.
    #[cfg(feature = "alloc")]
    pub(crate) fn exchange(&self) -> NonNull<Exchange<Y, S>> {
        self.exchange
    }

    /// Takes what the frame above has returned, if it has.
    ///
    /// # Safety
    ///
    /// 1. The body has put a frame on the driver's stack that returns `R`, and has not taken that yet.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) unsafe fn take_left<R>(&self) -> Left<R> {
        // Not asking whether there is a stack.
        // SAFETY: a body is always driven by the same kind of driver, and by precondition 1 this one's keeps a stack, which it
        // leaves to the frame that is running: the one that we are in.
        let mut frames = unsafe { exchange::kept_frames(self.exchange) };
        // SAFETY: as above.
        let frames = unsafe { frames.as_mut() };
        // SAFETY: precondition 1.
        unsafe { frames.take_left() }
    }
}

/// Suspends the coroutine and hands a value to whoever drives it; the result is the value that is sent back.
#[inline(always)]
pub fn yield_<Y, S>(value: Y, slot: Slot<Y, S>) -> Resumed<Y, S> {
    // SAFETY: *a handle belongs to one body*, so the slot belongs to the poll that is running.
    unsafe { exchange::put_yielded(slot.exchange, value) };
    Resumed(Port(PhantomData))
}

/// For those that are sent nothing but `()`.
pub mod unsent {
    use super::*;

    /// Suspends the coroutine and hands a value to whoever drives it.
    #[inline(always)]
    pub fn yield_<Y>(value: Y, slot: Slot<Y, ()>) -> Continued<Y> {
        Continued(super::yield_(value, slot))
    }

    /// Resolves, after a suspension, to the slot of the poll that resumes.
    #[derive(Debug)]
    pub struct Continued<Y>(Resumed<Y, ()>);

    impl<Y> Unpin for Continued<Y> {}

    impl<Y> Future for Continued<Y> {
        type Output = Slot<Y, ()>;

        #[inline(always)]
        #[track_caller]
        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Slot<Y, ()>> {
            Pin::new(&mut self.0).poll(cx).map(|((), slot)| slot)
        }
    }
}

/// For those that await.
pub mod anchored {
    use super::*;

    /// Suspends the coroutine and hands a value to whoever drives it; the result is the value that is sent back.
    #[inline(always)]
    pub fn yield_<Y, S>(value: Y, anchor: Anchor<Y, S>) -> Offered<Y, S> {
        Offered { value: Passing(Some(value)), port: anchor.0 }
    }
}

/// Resolves, after a suspension, to the value that was sent and the slot of the poll that brought it.
#[derive(Debug)]
pub struct Resumed<Y, S>(Port<Y, S>);

impl<Y, S> Unpin for Resumed<Y, S> {}

impl<Y, S> Future for Resumed<Y, S> {
    type Output = (S, Slot<Y, S>);

    /// Its caller is the `await` that stands in the body, at the user's own word.
    #[inline(always)]
    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        // In the poll in which the value was put, the context may be in any condition: it is not needed. In the one that
        // resumes, it comes straight from the driver.
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        let Some(exchange) = (unsafe { exchange::intact(cx) }) else { return Poll::Pending };
        // SAFETY: the exchange comes from the poll that is running.
        match unsafe { exchange::take_sent(exchange) } {
            Some(value) => Poll::Ready((value, self.0.slot_of(exchange))),
            // The slot holds what was put; or the coroutine is being closed, and will be dropped where it stands; or its
            // driver asks where that is.
            None => {
                // SAFETY: the exchange comes from the poll that is running.
                unsafe { exchange::innermost(exchange, Location::caller()) };
                Poll::Pending
            }
        }
    }
}

/// What futures work with that yield. It comes from a handle and is subject to the same invariant.
#[derive(Debug)]
pub(crate) struct Port<Y, S>(Invariant<Y, S>);

impl<Y, S> Port<Y, S> {
    /// The slot of the running poll.
    #[inline(always)]
    pub(crate) fn slot(&self, cx: &Context<'_>) -> Slot<Y, S> {
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        let exchange = unsafe { exchange::current(cx) };
        self.slot_of(exchange)
    }

    /// The slot of the running poll, if its context is as the driver made it.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub(crate) fn intact_slot(&self, cx: &Context<'_>) -> Option<Slot<Y, S>> {
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        unsafe { exchange::intact(cx) }.map(|exchange| self.slot_of(exchange))
    }

    #[inline(always)]
    fn slot_of(&self, exchange: NonNull<Exchange<Y, S>>) -> Slot<Y, S> {
        Slot { exchange, types: PhantomData }
    }

    /// Takes what was sent, if something was.
    #[inline(always)]
    pub(crate) fn take_sent(&self, cx: &Context<'_>) -> Option<S> {
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::take_sent(self.slot(cx).exchange) }
    }

    /// Whether the coroutine is being closed, without its body knowing. Asked once.
    #[inline(always)]
    pub(crate) fn take_close(&self, cx: &Context<'_>) -> bool {
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::take_close(self.slot(cx).exchange) }
    }

    /// Whether the driver only asks where the body stands.
    #[inline(always)]
    pub(crate) fn asked(&self, cx: &Context<'_>, here: impl Here) -> Asked {
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::asked(self.slot(cx).exchange, here) }
    }

    /// Whether the body that has just returned has failed. Asked once.
    #[inline(always)]
    pub(crate) fn take_failed(&self, cx: &Context<'_>) -> bool {
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::take_failed(self.slot(cx).exchange) }
    }

    /// If a body of type `B`, which has been polled, has told where it stands, adds whose it is.
    #[inline(always)]
    pub(crate) fn tell_function<B>(&self, cx: &Context<'_>) {
        // SAFETY: *a handle belongs to one body*, so this context is that of the body's poll.
        if let Some(exchange) = unsafe { exchange::intact::<Y, S>(cx) } {
            // SAFETY: the exchange comes from the poll that is running.
            unsafe { exchange::tell_function::<_, _, B>(exchange) };
        }
    }

    /// Leaves what a child said that was asked, or told, something; or that the body has failed.
    pub(crate) fn put_answer(&self, cx: &Context<'_>, answer: Exchange<Y, S>) {
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::put_answer(self.slot(cx).exchange, answer) };
    }

    /// Whether a close that was told has been refused, since a child is running.
    #[inline(always)]
    pub(crate) fn is_refused(&self, cx: &Context<'_>) -> bool {
        // SAFETY: the slot comes from the poll that is running.
        matches!(unsafe { self.slot(cx).exchange.as_ref() }, Exchange::Running)
    }

    /// Whether the driver tells a body that observes its close that it is being closed, while it waits for another frame.
    #[inline(always)]
    pub(crate) fn is_close(&self, cx: &Context<'_>) -> bool {
        // SAFETY: the slot comes from the poll that is running.
        matches!(unsafe { self.slot(cx).exchange.as_ref() }, Exchange::Close)
    }

    /// Whether something was sent that is like that.
    #[inline(always)]
    pub(crate) fn is_sent(&self, cx: &Context<'_>, like: impl FnOnce(&S) -> bool) -> bool {
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::is_sent(self.slot(cx).exchange, like) }
    }

    /// Behind a delegation to a child of the type `C`, which is pending: if that waits, somebody may want to know.
    #[inline(always)]
    pub(crate) fn may_wait<C: ?Sized, F: Here>(&self, cx: &Context<'_>, here: F) {
        if F::AWAITS {
            awaits_in_body::<C>(|| {
                // SAFETY: the slot comes from the poll that is running.
                let yielded = matches!(unsafe { self.slot(cx).exchange.as_ref() }, Exchange::Yielded(_));
                (!yielded).then(|| here.suspension().location())
            });
        }
    }

    /// Leaves a value for the driver; the poll is then pending.
    #[inline(always)]
    pub(crate) fn put_yielded(&self, cx: &Context<'_>, value: Y) {
        // SAFETY: the slot comes from the poll that is running.
        unsafe { exchange::put_yielded(self.slot(cx).exchange, value) };
    }

    /// A future that yields `value` and resolves to what is sent back.
    #[cfg(feature = "alloc")]
    pub(crate) fn suspend(self, value: Y) -> Suspend<Y, S> {
        Suspend { value: Some(value), port: self }
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
            // What was sent along with the start.
            drop(self.port.take_sent(cx));
            self.port.put_yielded(cx, value);
            return Poll::Pending;
        }
        self.port.take_sent(cx).map_or(Poll::Pending, Poll::Ready)
    }
}

//! Delegation to one of our own coroutines in a frame of its own: `yield_from!(box child)`.

#![expect(unsafe_code, reason = "the child leaves its value in the delegation; see docs/unsafe.md")]

use alloc::boxed::Box;
use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

use pin_project::pin_project;

use super::by_body::Child;
use super::{Ended, ready};
use crate::exchange::Asked;
use crate::handle::{Port, Slot};
use crate::mode::Mode;
use crate::suspension::Here;

/// Puts the child's body on the stack of the driver, or into a box where the driver keeps none. `M` is the parent's mode,
/// and the child's.
#[derive(Debug)]
pub struct InFrame<M>(PhantomData<M>);

impl<M: Mode> InFrame<M> {
    /// The argument is the guard that ties the delegation to its own coroutine.
    #[inline(always)]
    pub fn new(_guard: ()) -> Self {
        InFrame(PhantomData)
    }

    /// A future that does so until the child returns.
    #[inline(always)]
    pub fn delegate<Y, S, G, F>(self, slot: Slot<Y, S>, child: G, here: F) -> Framing<Y, G::Sent, G::Body, M, F>
    where
        G: Child<Y, S>,
        M: Mode<Resumed<G::Sent> = S>,
        F: Here,
    {
        let body = child.into_body();
        let nested = match slot.frames() {
            Some(mut frames) => {
                // SAFETY: the driver leaves its stack to the frame that is running, which is the one that we are in.
                let frames = unsafe { frames.as_mut() };
                // SAFETY: the child's types are the slot's. What it borrows outlives the delegation, which lies in the frame
                // below. It does not run before this one is pending, and then it knows where it returns to.
                unsafe { frames.push_body(body) };
                None
            }
            None => Some(Box::pin(body)),
        };
        Framing { outcome: None, called: false, nested, port: slot.port(), here }
    }
}

/// Resolves to the child's return value.
#[pin_project(!Unpin)]
#[derive(Debug)]
pub struct Framing<Y, S, B: Future, M: Mode, F> {
    /// Where a child on the stack leaves its return value.
    outcome: Option<B::Output>,
    /// Whether the driver knows of it.
    called: bool,
    /// A child that is not on a stack.
    nested: Option<Pin<Box<B>>>,
    port: Port<Y, M::Resumed<S>>,
    here: F,
}

impl<Y, S, B: Future, M: Mode, F: Here> Future for Framing<Y, S, B, M, F> {
    type Output = (M::Delegated<B::Output>, Slot<Y, M::Resumed<S>>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Delegated<B::Output>, Y, M::Resumed<S>> {
        let this = self.project();
        let asked = this.port.asked(cx, *this.here);
        if asked == Asked::Told {
            return Poll::Pending;
        }
        if let Some(body) = this.nested {
            let exit = M::delegated_exit().filter(|_| this.port.is_sent(cx, M::is_exit));
            return body
                .as_mut()
                .poll(cx)
                .map(|value| (exit.unwrap_or_else(|| M::returned(value)), this.port.slot(cx)));
        }
        // The driver finds the child further up its stack.
        if asked != Asked::No {
            return Poll::Pending;
        }
        if !*this.called {
            *this.called = true;
            if let Some(mut frames) = this.port.frames(cx) {
                // SAFETY: as in `delegate`.
                let frames = unsafe { frames.as_mut() };
                // SAFETY: the last frame is the child's, which returns this type. This future is in the one below, pinned,
                // and is not polled until the child has returned.
                unsafe { frames.set_outcome(NonNull::from(this.outcome)) };
            }
            this.port.put_called(cx);
            return Poll::Pending;
        }
        let exit = M::delegated_exit().filter(|_| this.port.take_close(cx));
        match this.outcome.take() {
            Some(value) => ready(this.port, cx, exit.unwrap_or_else(|| M::returned(value))),
            None => Poll::Pending,
        }
    }
}

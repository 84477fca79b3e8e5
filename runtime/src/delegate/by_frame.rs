//! Delegation to a boxed coroutine: its frames go to a driver that takes them.

#![expect(unsafe_code, reason = "the child leaves its value in the delegation; see docs/unsafe.md")]

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

use pin_project::pin_project;

use super::by_resume::{Errors, Step, Thrown, resume};
use super::{Ended, ready};
use crate::exchange::Asked;
use crate::handle::{Port, Slot};
use crate::mode::Mode;
use crate::suspension::Here;
use crate::{Boxed, Coroutine, Status};

/// Hands the child's frames to the driver, or resumes the child where the driver takes none.
#[derive(Debug)]
pub struct ByFrame<M, O>(PhantomData<(M, O)>);

impl<M, O> Default for ByFrame<M, O> {
    #[inline(always)]
    fn default() -> Self {
        ByFrame(PhantomData)
    }
}

impl<M: Mode, O> ByFrame<M, O> {
    /// A future that does so until the child returns.
    ///
    /// # Panics
    ///
    /// When polled with a child that has finished or panicked, or waits for a value.
    #[inline(always)]
    pub fn delegate<'a, Y, S, R, F>(
        self,
        slot: Slot<Y, M::Resumed<S>>,
        child: Boxed<'a, Y, S, R, M>,
        here: F,
    ) -> Calling<'a, Y, S, R, M, O, F>
    where
        O: Step<S>,
        F: Here,
    {
        Calling { outcome: None, child: Some(child), port: slot.port(), how: PhantomData, here }
    }
}

/// Errors of a child in its parent's mode: they are thrown into it.
#[derive(Debug)]
pub(super) struct Same;

impl<'a, Y, S, R, M: Mode> Errors<M, Boxed<'a, Y, S, R, M>> for Same {
    type Value = M::Delegated<R>;

    fn returned(value: R) -> Self::Value {
        M::returned(value)
    }

    fn exit() -> Option<Self::Value> {
        M::delegated_exit()
    }

    fn throw(child: Pin<&mut Boxed<'a, Y, S, R, M>>, error: M::Error) -> Thrown<Y, R, Self::Value> {
        child.get_mut().raise(error).map_or(Thrown::Refused, Thrown::Child)
    }
}

/// Resolves to the child's return value.
#[pin_project(!Unpin)]
#[derive(Debug)]
pub struct Calling<'a, Y, S, R, M: Mode, O, F> {
    /// Where a child that was handed over leaves its return value.
    outcome: Option<R>,
    /// Until it is handed over.
    child: Option<Boxed<'a, Y, S, R, M>>,
    port: Port<Y, M::Resumed<S>>,
    how: PhantomData<O>,
    here: F,
}

impl<Y, S, R, M: Mode, O: Step<S>, F: Here> Future for Calling<'_, Y, S, R, M, O, F> {
    type Output = (M::Delegated<R>, Slot<Y, M::Resumed<S>>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Delegated<R>, Y, M::Resumed<S>> {
        let this = self.project();
        let Some(child) = this.child else {
            if this.port.asked(cx, *this.here) != Asked::No {
                return Poll::Pending;
            }
            // Polled again when the child has returned.
            let exit = M::delegated_exit().filter(|_| this.port.take_close(cx));
            return match this.outcome.take() {
                Some(value) => ready(this.port, cx, exit.unwrap_or_else(|| M::returned(value))),
                None => Poll::Pending,
            };
        };
        if child.status() == Status::Created {
            if let Some(mut frames) = this.port.frames(cx) {
                let outcome = NonNull::from(this.outcome);
                // SAFETY: the driver leaves its stack to the frame that is running, which is the one that this future is in.
                let frames = unsafe { frames.as_mut() };
                if let Some(child) = this.child.take() {
                    // SAFETY: this future lies in the last frame, is pinned, and is not polled until the new one has returned;
                    // what the child borrows outlives this future, and that the new frame.
                    unsafe { child.hand_over(frames, outcome) };
                }
                this.port.put_called(cx);
                return Poll::Pending;
            }
        }
        resume::<M, O, Same, _, _>(Pin::new(child), this.port, *this.here, cx)
    }
}

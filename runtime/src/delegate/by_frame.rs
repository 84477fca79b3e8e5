//! Delegation to a boxed coroutine: its frames go to a driver that takes them.

#![expect(unsafe_code, reason = "puts the child on the driver's stack; see docs/unsafe.md")]

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Ended;
use super::by_resume::{Errors, Step, Thrown, resume};
use super::in_frame::Above;
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
    pub fn delegate<'a, Y, S, R, A, F>(
        self,
        slot: Slot<Y, M::Resumed<S>>,
        child: Boxed<'a, Y, S, R, M, A>,
        here: F,
    ) -> Calling<'a, Y, S, R, M, A, O, F>
    where
        O: Step<S>,
        F: Here,
    {
        Calling { child, on_stack: None, port: slot.port(), how: PhantomData, here }
    }
}

/// Errors of a child in its parent's mode: they are thrown into it.
#[derive(Debug)]
pub(super) struct Same;

impl<'a, Y, S, R, M: Mode, A> Errors<M, Boxed<'a, Y, S, R, M, A>> for Same {
    type Value = M::Delegated<R>;

    fn returned(value: R) -> Self::Value {
        M::returned(value)
    }

    fn exit() -> Option<Self::Value> {
        M::delegated_exit()
    }

    fn deliver(child: Pin<&mut Boxed<'a, Y, S, R, M, A>>, error: M::Error) -> Thrown<Y, R, Self::Value> {
        child.get_mut().raise(error).map_or(Thrown::Refused, Thrown::Child)
    }
}

pin_project! {
    /// Resolves to the child's return value.
    #[project(!Unpin)]
    #[derive(Debug)]
    pub struct Calling<'a, Y, S, R, M: Mode, A, O, F> {
        // Has the memory of the frame, also when that is on the driver's stack.
        child: Boxed<'a, Y, S, R, M, A>,
        // When it is.
        on_stack: Option<Above<M>>,
        port: Port<Y, M::Resumed<S>>,
        how: PhantomData<O>,
        here: F,
    }
}

impl<Y, S, R, M: Mode, A, O: Step<S>, F: Here> Future for Calling<'_, Y, S, R, M, A, O, F> {
    type Output = (M::Delegated<R>, Slot<Y, M::Resumed<S>>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Delegated<R>, Y, M::Resumed<S>> {
        let this = self.project();
        if let Some(child) = this.on_stack {
            // SAFETY: the frame above is the child's, which returns `R`.
            return unsafe { child.poll(this.port, *this.here, cx) };
        }
        if this.child.status() == Status::Created {
            if let Some(mut frames) = this.port.slot(cx).frames() {
                *this.on_stack = Some(Above::new());
                // SAFETY: the driver leaves its stack to the frame that is running, which is the one that this future is in.
                let frames = unsafe { frames.as_mut() };
                // SAFETY: this future lies in the frame below, which is dropped later; and what the child borrows outlives
                // this future.
                unsafe { this.child.hand_over(frames) };
                return Poll::Pending;
            }
        }
        resume::<M, O, Same, _, _>(Pin::new(this.child), this.port, *this.here, cx)
    }
}

//! Delegation to a boxed coroutine: its frames go to a driver that takes them.

#![expect(unsafe_code, reason = "the child leaves its value in the delegation; see docs/unsafe.md")]

use core::future::Future;
use core::pin::Pin;
use core::ptr::NonNull;
use core::task::{Context, Poll};

use pin_project::pin_project;

use super::by_iteration::Unsent;
use super::{Ended, refuse, settle};
use crate::handle::{Port, Slot};
use crate::{Boxed, Coroutine, CoroutineState, Status};

/// Hands the child's frames to the driver, or resumes the child where the driver takes none.
#[derive(Debug)]
pub struct ByFrame<O>(pub(super) O);

impl<O> ByFrame<O> {
    /// A future that does so until the child returns.
    ///
    /// # Panics
    ///
    /// When polled with a child that has finished or panicked, or waits for a value.
    #[inline(always)]
    pub fn delegate<'a, Y, S, R>(self, slot: Slot<Y, S>, child: Boxed<'a, Y, S, R>) -> Calling<'a, Y, S, R, O>
    where
        O: Opening<S>,
    {
        Calling { outcome: None, child: Some(child), port: slot.port(), opening: self.0 }
    }
}

/// Resumes, for the first time here, a child that is not handed over.
pub trait Opening<S> {
    /// `None` if the child's status does not allow it.
    fn open<Y, R>(&self, child: &mut Boxed<'_, Y, S, R>) -> Option<CoroutineState<Y, R>>;
}

/// A child that nobody has started.
#[derive(Debug)]
pub struct Start;

impl<S> Opening<S> for Start {
    fn open<Y, R>(&self, child: &mut Boxed<'_, Y, S, R>) -> Option<CoroutineState<Y, R>> {
        Pin::new(child).resume_start()
    }
}

/// A child that goes on from where it stands.
#[derive(Debug)]
pub struct Continue;

impl<S: Unsent> Opening<S> for Continue {
    fn open<Y, R>(&self, child: &mut Boxed<'_, Y, S, R>) -> Option<CoroutineState<Y, R>> {
        Pin::new(child).resume_next(S::UNSENT)
    }
}

/// Resolves to the child's return value.
#[pin_project(!Unpin)]
#[derive(Debug)]
pub struct Calling<'a, Y, S, R, O> {
    /// Where a child that was handed over leaves its return value.
    outcome: Option<R>,
    /// Until it is handed over.
    child: Option<Boxed<'a, Y, S, R>>,
    port: Port<Y, S>,
    opening: O,
}

impl<Y, S, R, O: Opening<S>> Future for Calling<'_, Y, S, R, O> {
    type Output = (R, Slot<Y, S>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<R, Y, S> {
        let this = self.project();
        let sent = this.port.take_sent(cx);
        if let (None, Some(mut frames)) = (&sent, this.port.frames(cx)) {
            if let Some(child) = this.child.take_if(|child| child.status() == Status::Created) {
                let outcome = NonNull::from(this.outcome);
                // SAFETY: the driver leaves its stack to the frame that is running, which is the one that this future is in.
                let frames = unsafe { frames.as_mut() };
                // SAFETY: this future lies in the last frame, is pinned, and is not polled until the new one has returned;
                // what the child borrows outlives this future, and that the new frame.
                unsafe { child.hand_over(frames, outcome) };
                this.port.put_called(cx);
                return Poll::Pending;
            }
        }
        let Some(child) = this.child else {
            // Polled again when the child has returned.
            return match this.outcome.take() {
                Some(value) => settle(this.port, cx, CoroutineState::Complete(value)),
                None => Poll::Pending,
            };
        };
        let state = match sent {
            Some(value) => Pin::new(&mut *child).resume_send(value),
            None => this.opening.open(child),
        };
        match state {
            Some(state) => settle(this.port, cx, state),
            None => refuse(child.status()),
        }
    }
}

//! Delegation to a coroutine that is driven through its trait: pinned, boxed, or somebody else's.

use core::future::Future;
use core::pin::Pin;
use core::task::Context;

use pin_project::pin_project;

use super::by_iteration::Unsent;
use super::{Ended, refuse, settle};
use crate::Coroutine;
use crate::handle::{Port, Slot};

/// Resumes the child for each resume of the parent.
#[derive(Debug)]
pub struct BySend;

impl BySend {
    /// A future that does so until the child returns.
    ///
    /// # Panics
    ///
    /// When polled with a child that has been started before: no value is there for the `yield` it stands at.
    #[inline(always)]
    pub fn delegate<Y, S, C>(self, slot: Slot<Y, S>, child: C) -> Sending<Y, S, C>
    where
        C: Coroutine<Yield = Y, Send = S>,
    {
        Sending { child, port: slot.port() }
    }
}

/// Passes on what is sent to the parent.
#[pin_project]
#[derive(Debug)]
pub struct Sending<Y, S, C> {
    #[pin]
    child: C,
    port: Port<Y, S>,
}

impl<Y, S, C> Future for Sending<Y, S, C>
where
    C: Coroutine<Yield = Y, Send = S>,
{
    type Output = (C::Return, Slot<Y, S>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<C::Return, Y, S> {
        let mut this = self.project();
        let state = match this.port.take_sent(cx) {
            Some(value) => this.child.as_mut().resume_send(value),
            None => this.child.as_mut().resume_start(),
        };
        match state {
            Some(state) => settle(this.port, cx, state),
            None => refuse(this.child.status()),
        }
    }
}

/// Resumes the child for each resume of the parent; it may have been started before.
#[derive(Debug)]
pub struct ByStep;

impl ByStep {
    /// A future that does so until the child returns.
    ///
    /// # Panics
    ///
    /// When polled with a child that has finished or panicked.
    #[inline(always)]
    pub fn delegate<Y, S, C>(self, slot: Slot<Y, S>, child: C) -> Stepping<Y, S, C>
    where
        C: Coroutine<Yield = Y, Send = S>,
        S: Unsent,
    {
        Stepping { child, port: slot.port() }
    }
}

/// Starts the child or goes on with it.
#[pin_project]
#[derive(Debug)]
pub struct Stepping<Y, S, C> {
    #[pin]
    child: C,
    port: Port<Y, S>,
}

impl<Y, S, C> Future for Stepping<Y, S, C>
where
    C: Coroutine<Yield = Y, Send = S>,
    S: Unsent,
{
    type Output = (C::Return, Slot<Y, S>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<C::Return, Y, S> {
        let mut this = self.project();
        // Nothing, if this is the first step.
        drop(this.port.take_sent(cx));
        match this.child.as_mut().resume_next(S::UNSENT) {
            Some(state) => settle(this.port, cx, state),
            None => refuse(this.child.status()),
        }
    }
}

//! Delegation to a coroutine that is driven through its trait: pinned, boxed, or somebody else's.

use core::future::Future;
use core::pin::Pin;
use core::task::Context;

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
        C: Coroutine<Yield = Y, Send = S> + Unpin,
    {
        Sending { child, port: slot.port() }
    }
}

/// Passes on what is sent to the parent.
#[derive(Debug)]
pub struct Sending<Y, S, C> {
    child: C,
    port: Port<Y, S>,
}

impl<Y, S, C> Future for Sending<Y, S, C>
where
    C: Coroutine<Yield = Y, Send = S> + Unpin,
{
    type Output = (C::Return, Slot<Y, S>);

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<C::Return, Y, S> {
        let sent = self.port.take_sent(cx);
        let child = Pin::new(&mut self.child);
        let state = match sent {
            Some(value) => child.resume_send(value),
            None => child.resume_start(),
        };
        match state {
            Some(state) => settle(&self.port, cx, state),
            None => refuse(self.child.status()),
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
        C: Coroutine<Yield = Y, Send = S> + Unpin,
        S: Unsent,
    {
        Stepping { child, port: slot.port() }
    }
}

/// Starts the child or goes on with it.
#[derive(Debug)]
pub struct Stepping<Y, S, C> {
    child: C,
    port: Port<Y, S>,
}

impl<Y, S, C> Future for Stepping<Y, S, C>
where
    C: Coroutine<Yield = Y, Send = S> + Unpin,
    S: Unsent,
{
    type Output = (C::Return, Slot<Y, S>);

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<C::Return, Y, S> {
        // Nothing, if this is the first step.
        drop(self.port.take_sent(cx));
        match Pin::new(&mut self.child).resume_next(S::UNSENT) {
            Some(state) => settle(&self.port, cx, state),
            None => refuse(self.child.status()),
        }
    }
}

//! Delegation to a coroutine that is driven through its trait: pinned, boxed, somebody else's, or in another mode.

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::by_iteration::Unsent;
use super::{Ended, ready, refuse, settle};
use crate::exchange::{Asked, Exchange};
use crate::handle::{Anchor, Port, Slot};
use crate::mode::{Mode, Signal};
use crate::suspension::Here;
use crate::{CloseError, Closed, Coroutine, CoroutineState, Throw};

/// Resumes the child for each resume of the parent. `O` says how, `T` what happens to errors.
#[derive(Debug)]
pub struct ByResume<M, O, T>(PhantomData<(M, O, T)>);

impl<M, O, T> Default for ByResume<M, O, T> {
    #[inline(always)]
    fn default() -> Self {
        ByResume(PhantomData)
    }
}

impl<M: Mode, O, T> ByResume<M, O, T> {
    /// A future that does so until the child returns.
    ///
    /// # Panics
    ///
    /// When polled with a child that has finished or panicked, or that waits for a value that is not there.
    #[inline(always)]
    pub fn delegate<Y, S, C, F: Here>(
        self,
        slot: Slot<Y, M::Resumed<S>>,
        child: C,
        here: F,
    ) -> Resuming<Y, S, C, M, O, T, F>
    where
        C: Coroutine<Yield = Y, Send = S>,
        O: Step<S>,
    {
        Resuming { child, port: slot.port(), how: PhantomData, here }
    }

    /// The same in an `async` coroutine, which keeps no slot.
    #[inline(always)]
    pub fn anchored<Y, S, C, F: Here>(
        self,
        anchor: &Anchor<Y, M::Resumed<S>>,
        child: C,
        here: F,
    ) -> Resuming<Y, S, C, M, O, T, F>
    where
        C: Coroutine<Yield = Y, Send = S>,
        O: Step<S>,
    {
        Resuming { child, port: anchor.port(), how: PhantomData, here }
    }
}

/// How a child is resumed.
pub trait Step<S> {
    /// `sent` is nothing for the first time here. `None` if the child's status does not allow it.
    fn step<C: Coroutine<Send = S>>(child: Pin<&mut C>, sent: Option<S>)
    -> Option<CoroutineState<C::Yield, C::Return>>;
}

/// A child that nobody has started, and that is passed on what is sent to the parent.
#[derive(Debug)]
pub struct Start;

impl<S> Step<S> for Start {
    #[inline(always)]
    fn step<C: Coroutine<Send = S>>(
        child: Pin<&mut C>,
        sent: Option<S>,
    ) -> Option<CoroutineState<C::Yield, C::Return>> {
        match sent {
            Some(value) => child.resume_send(value),
            None => child.resume_start(),
        }
    }
}

/// A child that is sent nothing: it goes on from where it stands.
#[derive(Debug)]
pub struct Continue;

impl<S: Unsent> Step<S> for Continue {
    /// In one place for both cases, so that the child's body is inlined there.
    #[inline(always)]
    fn step<C: Coroutine<Send = S>>(child: Pin<&mut C>, _: Option<S>) -> Option<CoroutineState<C::Yield, C::Return>> {
        child.resume_next(S::UNSENT)
    }
}

/// What happens to an error that is thrown into the parent, and what the delegation evaluates to.
pub trait Errors<M: Mode, C: Coroutine> {
    /// What it evaluates to.
    type Value;

    /// What the child returned.
    fn returned(value: C::Return) -> Self::Value;
    /// The parent's close, if it observes that.
    fn exit() -> Option<Self::Value>;
    /// Throws it.
    fn deliver(child: Pin<&mut C>, error: M::Error) -> Thrown<C::Yield, C::Return, Self::Value>;
}

/// Where an error went.
#[derive(Debug)]
pub enum Thrown<Y, R, V> {
    /// Into the child.
    Child(CoroutineState<Y, R>),
    /// Out of the expression.
    Expression(V),
    /// Nowhere: the child does not stand at a `yield`.
    Refused,
}

/// Errors are thrown into the child.
#[derive(Debug)]
pub struct Hand;

impl<M: Mode, C: Throw<M::Error>> Errors<M, C> for Hand {
    type Value = M::Delegated<C::Return>;

    #[inline(always)]
    fn returned(value: C::Return) -> Self::Value {
        M::returned(value)
    }

    #[inline(always)]
    fn exit() -> Option<Self::Value> {
        M::delegated_exit()
    }

    #[inline(always)]
    fn deliver(child: Pin<&mut C>, error: M::Error) -> Thrown<C::Yield, C::Return, Self::Value> {
        child.resume_throw(error).map_or(Thrown::Refused, Thrown::Child)
    }
}

/// Errors are raised at the expression: the child cannot take them.
#[derive(Debug)]
pub struct Raise;

impl<M: Mode, C: Coroutine> Errors<M, C> for Raise {
    type Value = M::Resumed<C::Return>;

    #[inline(always)]
    fn returned(value: C::Return) -> Self::Value {
        M::sent(value)
    }

    #[inline(always)]
    fn exit() -> Option<Self::Value> {
        M::exit()
    }

    #[inline(always)]
    fn deliver(_: Pin<&mut C>, error: M::Error) -> Thrown<C::Yield, C::Return, Self::Value> {
        Thrown::Expression(M::thrown(error))
    }
}

pin_project! {
    /// Passes on what the parent is told.
    #[derive(Debug)]
    pub struct Resuming<Y, S, C, M: Mode, O, T, F> {
        #[pin]
        child: C,
        port: Port<Y, M::Resumed<S>>,
        how: PhantomData<(M, O, T)>,
        here: F,
    }
}

impl<Y, S, C, M, O, T, F> Future for Resuming<Y, S, C, M, O, T, F>
where
    C: Coroutine<Yield = Y, Send = S>,
    M: Mode,
    O: Step<S>,
    T: Errors<M, C>,
    F: Here,
{
    type Output = (T::Value, Slot<Y, M::Resumed<S>>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<T::Value, Y, M::Resumed<S>> {
        let this = self.project();
        resume::<M, O, T, _, _>(this.child, this.port, *this.here, cx)
    }
}

/// Passes on to the child what the parent is told.
#[inline(always)]
pub(super) fn resume<M, O, T, C, F>(
    mut child: Pin<&mut C>,
    port: &Port<C::Yield, M::Resumed<C::Send>>,
    here: F,
    cx: &Context<'_>,
) -> Ended<T::Value, C::Yield, M::Resumed<C::Send>>
where
    M: Mode,
    O: Step<C::Send>,
    T: Errors<M, C>,
    C: Coroutine,
    F: Here,
{
    match port.asked(cx, here) {
        Asked::No => {}
        Asked::Told => return Poll::Pending,
        Asked::Deeper(level) => {
            port.put_answer(cx, child.suspension(level).map_or(Exchange::Empty, Exchange::Here));
            return Poll::Pending;
        }
    }
    let sent = match port.take_sent(cx).map(M::signal) {
        Some(Signal::Send(value)) => Some(value),
        Some(Signal::Throw(error)) => {
            return match T::deliver(child.as_mut(), error) {
                Thrown::Child(state) => settle(port, cx, state, T::returned),
                Thrown::Expression(value) => ready(port, cx, value),
                Thrown::Refused => refuse(child.status(), here),
            };
        }
        Some(Signal::Close) => return close::<M, T, _, _>(child, port, cx),
        None if port.take_close(cx) => return close::<M, T, _, _>(child, port, cx),
        None => None,
    };
    match O::step(child.as_mut(), sent) {
        Some(state) => settle(port, cx, state, T::returned),
        None => refuse(child.status(), here),
    }
}

/// Closes the child, before the parent sees its own close, if it does.
fn close<M, T, C, S>(child: Pin<&mut C>, port: &Port<C::Yield, S>, cx: &Context<'_>) -> Ended<T::Value, C::Yield, S>
where
    M: Mode,
    T: Errors<M, C>,
    C: Coroutine,
{
    match child.resume_close() {
        // In the place of the close; also where the parent would not see that.
        Ok(Closed::Failed(returned)) => ready(port, cx, T::returned(returned)),
        // A parent that does not see its close is dropped where it stands.
        Ok(_) => match T::exit() {
            Some(exit) => ready(port, cx, exit),
            None => {
                port.put_answer(cx, Exchange::Close);
                Poll::Pending
            }
        },
        Err(CloseError::Yielded(value)) => {
            port.put_yielded(cx, value);
            Poll::Pending
        }
        Err(CloseError::Running) => {
            port.put_answer(cx, Exchange::Running);
            Poll::Pending
        }
    }
}

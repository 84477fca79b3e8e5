//! Delegation to an `async` coroutine that is driven through its trait: pinned, boxed, somebody else's, or in another mode.

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use super::by_iteration::Unsent;
use super::by_resume::{Continue, Hand, Raise, Start};
use super::{Ended, ready, refuse, settle};
use crate::exchange::{Asked, Exchange};
use crate::handle::{Anchor, Port, Slot};
use crate::mode::{Mode, Signal};
use crate::outward::as_outside;
use crate::suspension::{Here, InAsync};
use crate::{AsyncCoroutine, CloseError, Closed, Status, Told};

/// Polls a step of the child for each step of the parent. `O` says how the first one begins, `T` what happens to errors.
#[derive(Debug)]
pub struct ByStep<M, O, T>(PhantomData<(M, O, T)>);

impl<M, O, T> Default for ByStep<M, O, T> {
    #[inline(always)]
    fn default() -> Self {
        ByStep(PhantomData)
    }
}

impl<M: Mode, O, T> ByStep<M, O, T> {
    /// A future that does so until the child returns.
    ///
    /// # Panics
    ///
    /// When polled with a child that has finished or panicked, or that waits for a value that is not there.
    #[inline(always)]
    pub fn anchored<Y, S, C, F: Here>(
        self,
        anchor: &Anchor<Y, M::Resumed<S>>,
        child: C,
        here: F,
    ) -> Stepping<Y, S, C, M, O, T, F>
    where
        C: AsyncCoroutine<Yield = Y, Send = S>,
        O: First<S>,
    {
        Stepping { child, closing: None, port: anchor.port(), how: PhantomData, here }
    }
}

/// What a child is told first.
pub trait First<S> {
    /// `None` if its status does not allow it.
    fn told<E>(status: Status) -> Option<Told<S, E>>;
}

/// One in the middle of a step waits for no value; it goes on.
impl<S> First<S> for Start {
    fn told<E>(status: Status) -> Option<Told<S, E>> {
        match status {
            Status::Created => Some(Told::Start),
            Status::Running => Some(Told::Nothing),
            Status::Suspended | Status::Finished | Status::Poisoned => None,
        }
    }
}

impl<S: Unsent> First<S> for Continue {
    fn told<E>(_: Status) -> Option<Told<S, E>> {
        Some(Told::Next(S::UNSENT))
    }
}

/// What happens to an error that is thrown into the parent, and what the delegation evaluates to.
pub trait StepErrors<M: Mode, C: AsyncCoroutine> {
    /// What it evaluates to.
    type Value;

    /// What the child returned.
    fn returned(value: C::Return) -> Self::Value;
    /// The parent's close, if it observes that.
    fn exit() -> Option<Self::Value>;
    /// What the child is told; or what the delegation evaluates to, if the child cannot be told.
    fn told(error: M::Error) -> Result<C::Error, Self::Value>;
}

impl<M: Mode, C: AsyncCoroutine<Error = M::Error>> StepErrors<M, C> for Hand {
    type Value = M::Delegated<C::Return>;

    fn returned(value: C::Return) -> Self::Value {
        M::returned(value)
    }

    fn exit() -> Option<Self::Value> {
        M::delegated_exit()
    }

    fn told(error: M::Error) -> Result<C::Error, Self::Value> {
        Ok(error)
    }
}

impl<M: Mode, C: AsyncCoroutine> StepErrors<M, C> for Raise {
    type Value = M::Resumed<C::Return>;

    fn returned(value: C::Return) -> Self::Value {
        M::sent(value)
    }

    fn exit() -> Option<Self::Value> {
        M::exit()
    }

    fn told(error: M::Error) -> Result<C::Error, Self::Value> {
        Err(M::thrown(error))
    }
}

pin_project! {
    /// Passes on what the parent is told, and waits while the child does.
    #[derive(Debug)]
    pub struct Stepping<Y, S, C, M: Mode, O, T, F> {
        #[pin]
        child: C,
        // If the parent is being closed: whether the child has been told.
        closing: Option<bool>,
        port: Port<Y, M::Resumed<S>>,
        how: PhantomData<(M, O, T)>,
        here: F,
    }
}

impl<Y, S, C, M, O, T, F> Future for Stepping<Y, S, C, M, O, T, F>
where
    C: AsyncCoroutine<Yield = Y, Send = S>,
    M: Mode,
    O: First<S>,
    T: StepErrors<M, C>,
    F: Here,
{
    type Output = (T::Value, Slot<Y, M::Resumed<S>>);

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<T::Value, Y, M::Resumed<S>> {
        let this = self.as_mut().project();
        if this.port.asked(cx, *this.here) != Asked::No {
            return Poll::Pending;
        }
        let mut told = match this.port.take_sent(cx).map(M::signal) {
            // Also when it is told so again, or was told so and is resumed.
            _ if this.closing.is_some() => return self.close(cx),
            Some(Signal::Send(value)) => Told::Send(value),
            Some(Signal::Throw(error)) => match T::told(error) {
                Ok(error) => Told::Throw(error),
                Err(value) => return ready(this.port, cx, value),
            },
            Some(Signal::Close) => return self.close(cx),
            None if this.port.take_close(cx) => return self.close(cx),
            None => match O::told(this.child.status()) {
                Some(told) => told,
                None => refuse(this.child.status(), *this.here),
            },
        };
        let mut child = this.child;
        match as_outside(cx, |cx| child.as_mut().poll_step(cx, &mut told)) {
            Poll::Ready(Some(state)) => settle(this.port, cx, state, T::returned),
            Poll::Ready(None) => refuse(child.status(), *this.here),
            Poll::Pending => {
                assert!(matches!(told, Told::Nothing), "a coroutine began a step and left what it was told");
                this.port.may_wait::<C, _>(cx, InAsync(*this.here));
                this.port.put_answer(cx, Exchange::Listening);
                Poll::Pending
            }
        }
    }
}

impl<Y, S, C, M: Mode, O, T, F> Stepping<Y, S, C, M, O, T, F>
where
    C: AsyncCoroutine<Yield = Y, Send = S>,
    T: StepErrors<M, C>,
    F: Here,
{
    /// Closes the child, before the parent sees its own close, if it does.
    fn close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<T::Value, Y, M::Resumed<S>> {
        let this = self.project();
        // A question and a close are values of the exchange, which is empty now.
        this.port.take_close(cx);
        let told = this.closing.get_or_insert(false);
        let child = this.child;
        let closed = as_outside(cx, |cx| child.poll_close(cx, told));
        if closed.is_pending() {
            this.port.may_wait::<C, _>(cx, InAsync(*this.here));
            this.port.put_answer(cx, Exchange::Listening);
        }
        match ready!(closed) {
            // In the place of the close; also where the parent would not see that.
            Ok(Closed::Failed(returned)) => ready(this.port, cx, T::returned(returned)),
            Ok(_) => match T::exit() {
                Some(exit) => ready(this.port, cx, exit),
                None => {
                    this.port.put_answer(cx, Exchange::Close);
                    Poll::Pending
                }
            },
            // If that is resumed nevertheless, the child has finished.
            Err(CloseError::Yielded(value)) => {
                this.port.put_yielded(cx, value);
                Poll::Pending
            }
            Err(CloseError::Running) => {
                *this.closing = None;
                this.port.put_answer(cx, Exchange::Running);
                Poll::Pending
            }
        }
    }
}

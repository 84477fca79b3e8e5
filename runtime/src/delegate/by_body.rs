//! Delegation to one of our own coroutines, by value.

use core::convert::Infallible;
use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Ended, returned};
use crate::exchange::Asked;
use crate::handle::{Anchor, Port, Slot};
use crate::mode::{Closes, Mode, Plain, Throws};
use crate::suspension::{Here, InAsync};
use crate::{AsyncGenerator, Generator, GeneratorExit};

/// Awaits the child's bare body: it works on the same exchange, so nothing is copied at any level.
#[derive(Debug)]
pub struct ByBody<M>(PhantomData<M>);

impl<M> Default for ByBody<M> {
    #[inline(always)]
    fn default() -> Self {
        ByBody(PhantomData)
    }
}

impl<M: Mode> ByBody<M> {
    /// A future that does so.
    #[inline(always)]
    pub fn delegate<Y, S, G, F>(self, slot: Slot<Y, S>, child: G, here: F) -> Within<Y, G::Sent, G::Body, M, F>
    where
        G: Child<Y, S, M>,
        M: Mode<Resumed<G::Sent> = S>,
        F: Here,
    {
        Within { body: child.into_body(), exit: None, port: slot.port(), here }
    }

    /// The same in an `async` coroutine, which keeps no slot.
    #[inline(always)]
    pub fn anchored<Y, S, G, F>(
        self,
        anchor: &Anchor<Y, S>,
        child: G,
        here: F,
    ) -> Within<Y, G::Sent, G::Body, M, InAsync<F>>
    where
        G: AsyncChild<Y, S, M>,
        M: Mode<Resumed<G::Sent> = S>,
        F: Here,
    {
        Within { body: child.into_body(), exit: None, port: anchor.port(), here: InAsync(here) }
    }
}

/// A [`Generator`] with the same types as its parent, and in the same mode. `S` is what its parent's yields evaluate to.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` delegates between coroutines of the same types; the parent yields `{Y}` and is sent `{S}`",
    label = "this is a `{Self}`",
    note = "the child's `yield` and `send` types must be the parent's; to convert, drive the child and `yield_!` what it yields"
)]
pub trait Child<Y, S, M> {
    /// What is sent to it.
    type Sent;
    /// What is awaited in the child's place.
    type Body: Future;

    /// Takes the body out.
    fn into_body(self) -> Self::Body;
}

/// The same of an `async` parent: its child is `async` too. The body of one that is not keeps its slot over whatever it awaits,
/// and must not be polled again then; that of one that is may, but not by a driver that keeps frames.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` delegates between `async` coroutines of the same types; the parent yields `{Y}` and is sent `{S}`",
    label = "this is a `{Self}`",
    note = "the child's `yield` and `send` types must be the parent's; to convert, drive the child and `yield_!` what it yields",
    note = "with `box`, it must be `async`, and its `throw` and `close` the parent's"
)]
pub trait AsyncChild<Y, S, M> {
    /// What is sent to it.
    type Sent;
    /// What is awaited in the child's place.
    type Body: Future;

    /// Takes the body out.
    fn into_body(self) -> Self::Body;
}

/// One for each mode, so that what is said of a child of other types names them.
macro_rules! child {
    ($($mode:ty, $resumed:ty $(, $error:ident)?;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<Y, S, B: Future $(, $error)?> Child<Y, $resumed, $mode> for Generator<Y, S, B, $mode> {
            type Sent = S;
            type Body = B;

            #[inline(always)]
            fn into_body(self) -> B {
                Generator::into_body(self)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<Y, S, B: Future $(, $error)?> AsyncChild<Y, $resumed, $mode> for AsyncGenerator<Y, S, B, $mode> {
            type Sent = S;
            type Body = B;

            #[inline(always)]
            fn into_body(self) -> B {
                AsyncGenerator::into_body(self)
            }
        }
    )*};
}

child! {
    Plain, S;
    Throws<E>, Result<S, E>, E;
    Closes, Result<S, GeneratorExit>;
    Closes<Throws<E>>, Result<Result<S, E>, GeneratorExit>, E;
}

pin_project! {
    /// The body of a child, in that of its parent.
    pub struct Within<Y, S, B, M: Mode, F> {
        #[pin]
        body: B,
        // The parent observes its close, and is being closed while the child waits for another frame, or for what it awaits. Takes
        // no room in modes in which that cannot be.
        exit: Option<M::Delegated<Infallible>>,
        port: Port<Y, M::Resumed<S>>,
        here: F,
    }
}

impl<Y, S, B: Future, M: Mode, F: Here> Future for Within<Y, S, B, M, F> {
    type Output = (M::Delegated<B::Output>, Slot<Y, M::Resumed<S>>);

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Delegated<B::Output>, Y, M::Resumed<S>> {
        let this = self.project();
        let asked = this.port.asked(cx, *this.here);
        if asked == Asked::Told {
            return Poll::Pending;
        }
        if M::delegated_exit::<Infallible>().is_some() && this.port.is_close(cx) {
            *this.exit = if this.exit.is_some() { None } else { M::delegated_exit() };
        }
        let closing = this.port.is_sent(cx, M::is_exit);
        match this.body.poll(cx) {
            Poll::Ready(value) => {
                let closed = closing || this.exit.is_some();
                Poll::Ready((returned::<M, _, _, _>(this.port, cx, value, closed), this.port.slot(cx)))
            }
            Poll::Pending => {
                // The child cleans up, and that takes more polls.
                if closing && !this.port.is_refused(cx) {
                    *this.exit = M::delegated_exit();
                }
                if asked != Asked::No {
                    this.port.tell_function::<B>(cx);
                }
                this.port.may_wait::<B, F>(cx, *this.here);
                Poll::Pending
            }
        }
    }
}

impl<Y, S, B, M: Mode, F> fmt::Debug for Within<Y, S, B, M, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Within").finish_non_exhaustive()
    }
}

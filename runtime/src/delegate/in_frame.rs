//! Delegation to one of our own coroutines in a frame of its own: `yield_from!(box child)`.

#![expect(unsafe_code, reason = "puts the child on the driver's stack; see docs/unsafe.md")]

use core::convert::Infallible;
use core::fmt;
use core::future::{Future, IntoFuture};
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::pin::Pin;
use core::task::{Context, Poll};

use super::by_body::{AsyncChild, Child};
use super::{Ended, returned};
use crate::boxed::{Alone, Left};
use crate::exchange::Asked;
use crate::handle::{Anchor, Port, Slot};
use crate::mode::Mode;
use crate::suspension::{Here, InAsync};

/// Puts the child's body on the stack of the driver, or into a box where the driver keeps none. `M` is the parent's mode,
/// and the child's.
#[derive(Debug)]
pub struct InFrame<M>(PhantomData<M>);

impl<M: Mode> InFrame<M> {
    /// For one delegation.
    #[inline(always)]
    pub fn open() -> Self {
        InFrame(PhantomData)
    }

    /// Does so. What is to be awaited are two types, so that the one which counts has little to decide.
    #[inline(always)]
    pub fn delegate<Y, S, G, F>(self, slot: Slot<Y, S>, child: Handed<G>, here: F) -> Framing<Y, G::Sent, G::Body, M, F>
    where
        G: FramedChild<Y, S, M>,
        M: Mode<Resumed<G::Sent> = S>,
        F: Here,
    {
        // Leaks where there is no memory; what might have to be dropped would be built elsewhere first.
        let body = ManuallyDrop::new(ManuallyDrop::into_inner(child.0).into_body());
        match slot.frames() {
            Some(mut frames) => {
                // SAFETY: the driver leaves its stack to the frame that is running, which is the one that we are in.
                let frames = unsafe { frames.as_mut() };
                // SAFETY: the child's types are the slot's. What it borrows outlives the delegation, which lies in the frame
                // below, and that runs.
                let room = unsafe { frames.push_room::<G::Body>() };
                // SAFETY: the room is the body's.
                unsafe { room.write(ManuallyDrop::into_inner(body)) };
                frames.call();
                Framing::OnStack(OnStack { child: Above::new(), port: slot.port(), here, body: PhantomData })
            }
            None => Framing::Nested(Begun(ManuallyDrop::new(Nested {
                child: Alone::new(elsewhere(body)),
                exit: None,
                port: slot.port(),
                here,
            }))),
        }
    }
}

impl<M: Mode> InFrame<M> {
    /// The same in an `async` coroutine, whose drivers keep no stack: it is itself polled.
    #[inline(always)]
    pub fn anchored<Y, S, G, F>(
        self,
        anchor: &Anchor<Y, S>,
        child: Handed<G>,
        here: F,
    ) -> Nested<Y, G::Sent, G::Body, M, InAsync<F>>
    where
        G: AsyncChild<Y, S, M>,
        M: Mode<Resumed<G::Sent> = S>,
        F: Here,
    {
        let child = ManuallyDrop::into_inner(child.0);
        Nested { child: Alone::new(child.into_body()), exit: None, port: anchor.port(), here: InAsync(here) }
    }
}

/// A [`Child`] by another name: what the compiler says of one that is none mentions the `box`. (It has all of its own: of a
/// supertrait the compiler would tell, and not of this.)
#[diagnostic::on_unimplemented(
    message = "`box` delegates to a coroutine that is not `boxed`, and of its parent's types; the parent yields `{Y}` and is sent `{S}`",
    label = "this is a `{Self}`",
    note = "one that is `boxed` already has a frame of its own, so leave the `box` out: `yield_from!(child())`",
    note = "the child's `yield`, `send`, `throw` and `close` must be the parent's; `yield_from!(child.boxed())` takes any `throw` and `close`"
)]
pub trait FramedChild<Y, S, M> {
    /// What is sent to it.
    type Sent;
    /// What is awaited in the child's place.
    type Body: Future;

    /// Takes the body out.
    fn into_body(self) -> Self::Body;
}

#[diagnostic::do_not_recommend]
impl<Y, S, M, G: Child<Y, S, M>> FramedChild<Y, S, M> for G {
    type Sent = G::Sent;
    type Body = G::Body;

    #[inline(always)]
    fn into_body(self) -> G::Body {
        Child::into_body(self)
    }
}

/// A child on its way to its frame. As it need not be dropped on that way, the body that delegates has no flag for it.
#[expect(missing_debug_implementations, reason = "it is used up at once")]
pub struct Handed<G>(ManuallyDrop<G>);

impl<G> Handed<G> {
    /// To be given to [`InFrame::delegate`].
    #[inline(always)]
    pub fn new(child: G) -> Self {
        Handed(ManuallyDrop::new(child))
    }
}

/// A copy, for a function that is given its address. Otherwise the compiler would build the value in memory that has one
/// also where it goes to its frame, and copy it there by larger pieces than it was written in: a processor waits for that.
#[inline(always)]
fn elsewhere<B>(body: ManuallyDrop<B>) -> B {
    let mut copy = MaybeUninit::<B>::uninit();
    // SAFETY: there is room for it.
    unsafe { copy.as_mut_ptr().copy_from_nonoverlapping(&raw const *body, 1) };
    // SAFETY: it is a copy, and the original is used no longer.
    unsafe { copy.assume_init() }
}

/// A delegation that has begun.
#[expect(missing_debug_implementations, reason = "it is awaited at once")]
pub enum Framing<Y, S, B, M: Mode, F> {
    /// The driver has the child.
    OnStack(OnStack<Y, S, B, M, F>),
    /// The delegation has it.
    Nested(Begun<Y, S, B, M, F>),
}

/// Becomes a [`Nested`] at once. As it need not be dropped until then, the body that awaits it has no room for it.
#[expect(missing_debug_implementations, reason = "it is awaited at once")]
pub struct Begun<Y, S, B, M: Mode, F>(ManuallyDrop<Nested<Y, S, B, M, F>>);

impl<Y, S, B: Future, M: Mode, F: Here> IntoFuture for Begun<Y, S, B, M, F> {
    type Output = (M::Delegated<B::Output>, Slot<Y, M::Resumed<S>>);
    type IntoFuture = Nested<Y, S, B, M, F>;

    #[inline(always)]
    fn into_future(self) -> Nested<Y, S, B, M, F> {
        ManuallyDrop::into_inner(self.0)
    }
}

/// Resolves to the child's return value.
#[derive(Debug)]
pub struct OnStack<Y, S, B, M: Mode, F> {
    child: Above<M>,
    port: Port<Y, M::Resumed<S>>,
    here: F,
    body: PhantomData<B>,
}

/// A child on the stack, in the frame above.
pub(super) struct Above<M: Mode> {
    /// What the delegation evaluates to in place of the child's value: the parent observes its close, and is being closed. Takes
    /// no room in modes in which there is none.
    exit: Option<M::Delegated<Infallible>>,
}

impl<Y, S, B, M: Mode, F> Unpin for OnStack<Y, S, B, M, F> {}

impl<Y, S, B: Future, M: Mode, F: Here> Future for OnStack<Y, S, B, M, F> {
    type Output = (M::Delegated<B::Output>, Slot<Y, M::Resumed<S>>);

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Delegated<B::Output>, Y, M::Resumed<S>> {
        let here = self.here;
        let this = &mut *self;
        // SAFETY: the frame above was a `B`.
        unsafe { this.child.poll(&this.port, here, cx) }
    }
}

impl<M: Mode> fmt::Debug for Above<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Above").field("closing", &self.exit.is_some()).finish()
    }
}

impl<M: Mode> Above<M> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Above { exit: None }
    }

    /// What becomes of a child that returns `R`.
    ///
    /// # Safety
    ///
    /// 1. The frame above is the child's, or was.
    #[inline(always)]
    pub(super) unsafe fn poll<Y, S, R>(
        &mut self,
        port: &Port<Y, S>,
        here: impl Here,
        cx: &Context<'_>,
    ) -> Ended<M::Delegated<R>, Y, S> {
        // In the poll in which the child is put on the stack, the context may be in any condition. It must not unwind then: the
        // child may borrow from the body that does.
        let Some(slot) = port.intact_slot(cx) else { return Poll::Pending };
        // SAFETY: the precondition.
        match unsafe { slot.take_left::<R>() } {
            Left::Value(value) => Poll::Ready((returned::<M, _, _, _>(port, cx, value, self.exit.is_some()), slot)),
            Left::Called => Poll::Pending,
            Left::Nothing => {
                if port.asked(cx, here) == Asked::No && port.take_close(cx) {
                    // Told twice, it is not: the last one could not be closed.
                    self.exit = if self.exit.is_some() { None } else { M::delegated_exit() };
                }
                Poll::Pending
            }
        }
    }
}

/// Resolves to the child's return value.
#[derive(Debug)]
pub struct Nested<Y, S, B, M: Mode, F> {
    child: Alone<Y, M::Resumed<S>, B>,
    /// As in [`Above`].
    exit: Option<M::Delegated<Infallible>>,
    port: Port<Y, M::Resumed<S>>,
    here: F,
}

impl<Y, S, B, M: Mode, F> Unpin for Nested<Y, S, B, M, F> {}

impl<Y, S, B: Future, M: Mode, F: Here> Future for Nested<Y, S, B, M, F> {
    type Output = (M::Delegated<B::Output>, Slot<Y, M::Resumed<S>>);

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Delegated<B::Output>, Y, M::Resumed<S>> {
        let asked = self.port.asked(cx, self.here);
        if asked == Asked::Told {
            return Poll::Pending;
        }
        let closing = self.port.is_sent(cx, M::is_exit);
        let exchange = self.port.slot(cx).exchange();
        // SAFETY: the exchange is this poll's, and its driver keeps no stack, or the child would be there.
        match unsafe { self.child.poll(exchange) } {
            Poll::Ready(value) => {
                let closed = closing || self.exit.is_some();
                Poll::Ready((returned::<M, _, _, _>(&self.port, cx, value, closed), self.port.slot(cx)))
            }
            Poll::Pending => {
                if closing && !self.port.is_refused(cx) {
                    self.exit = M::delegated_exit();
                }
                if asked != Asked::No {
                    self.port.tell_function::<B>(cx);
                }
                self.port.may_wait::<B, F>(cx, self.here);
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use core::future::Ready;
    use core::panic::Location;

    use super::*;
    use crate::boxed::HEAD;
    use crate::mode::Plain;

    /// Beyond what the body itself takes: in the arena, and in the body that delegates.
    #[test]
    fn a_frame_is_small() {
        fn waiting<F: Here>(_: F) -> usize {
            size_of::<OnStack<u64, u64, Ready<u64>, Plain, F>>()
                .max(size_of::<Nested<u64, u64, Ready<u64>, Plain, F>>())
        }
        assert!(HEAD + waiting(|| Location::caller()) <= 48);
    }
}

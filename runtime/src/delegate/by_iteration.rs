//! Delegation to something that can be iterated.

use core::future::{Future, Pending, pending};
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::{Ended, ready, settle};
use crate::CoroutineState;
use crate::exchange::Asked;
use crate::handle::{Anchor, Port, Slot};
use crate::mode::{Mode, Signal};
use crate::suspension::Here;

/// Yields each item.
#[derive(Debug)]
pub struct ByIteration<M>(PhantomData<M>);

impl<M> Default for ByIteration<M> {
    #[inline(always)]
    fn default() -> Self {
        ByIteration(PhantomData)
    }
}

impl<M: Mode> ByIteration<M> {
    /// A future that does so until there are no more, if they are what the parent yields: a bound here would be
    /// complained about twice.
    #[inline(always)]
    pub fn delegate<Y, S, I, F>(
        self,
        slot: Slot<Y, M::Resumed<S>>,
        items: I,
        here: F,
    ) -> Iterating<Y, S, I::IntoIter, M, F>
    where
        I: IntoIterator,
        S: Unsent,
        F: Here,
    {
        Iterating { items: items.into_iter(), port: slot.port(), here }
    }

    /// The same in an `async` coroutine, which keeps no slot.
    #[inline(always)]
    pub fn anchored<Y, S, I, F>(
        self,
        anchor: &Anchor<Y, M::Resumed<S>>,
        items: I,
        here: F,
    ) -> Iterating<Y, S, I::IntoIter, M, F>
    where
        I: IntoIterator,
        S: Unsent,
        F: Here,
    {
        Iterating { items: items.into_iter(), port: anchor.port(), here }
    }
}

/// What may be sent to a coroutine while it delegates to an iterator: nothing.
#[diagnostic::on_unimplemented(
    message = "an iterator cannot receive the `{Self}` that this coroutine is sent",
    label = "values of type `{Self}` would be lost here",
    note = "loop over the iterator, `yield_!` each item, and do something with what comes back"
)]
pub trait Unsent {
    /// That nothing.
    const UNSENT: Self;
}

#[diagnostic::do_not_recommend]
impl Unsent for () {
    const UNSENT: Self = ();
}

/// Resolves when the iterator has no more items; or, in a parent that sees them, to an error or a close, which no iterator
/// can be told.
#[derive(Debug)]
pub struct Iterating<Y, S, I, M: Mode, F> {
    items: I,
    port: Port<Y, M::Resumed<S>>,
    here: F,
}

/// No iterator is ever pinned.
impl<Y, S, I, M: Mode, F> Unpin for Iterating<Y, S, I, M, F> {}

impl<Y, S, I: Iterator<Item = Y>, M: Mode, F: Here> Future for Iterating<Y, S, I, M, F> {
    type Output = (M::Resumed<()>, Slot<Y, M::Resumed<S>>);

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<M::Resumed<()>, Y, M::Resumed<S>> {
        let this = &mut *self;
        if let Some(ended) = told::<M, _, S>(&this.port, this.here, cx) {
            return ended;
        }
        let state = this.items.next().map_or(CoroutineState::Complete(()), CoroutineState::Yielded);
        settle(&this.port, cx, state, M::sent)
    }
}

/// What a delegation comes to whose child can be told nothing, if the parent was: nothing for the next item.
#[inline(always)]
pub(super) fn told<M: Mode, Y, S>(
    port: &Port<Y, M::Resumed<S>>,
    here: impl Here,
    cx: &Context<'_>,
) -> Option<Ended<M::Resumed<()>, Y, M::Resumed<S>>> {
    if port.asked(cx, here) != Asked::No {
        return Some(Poll::Pending);
    }
    match port.take_sent(cx).map(M::signal) {
        // Nothing, if this is the first item.
        Some(Signal::Send(_)) => None,
        Some(Signal::Throw(error)) => Some(ready(port, cx, M::thrown(error))),
        Some(Signal::Close) => Some(M::exit().map_or(Poll::Pending, |exit| ready(port, cx, exit))),
        None => port.is_close(cx).then_some(Poll::Pending),
    }
}

/// What is neither a coroutine nor can be iterated.
#[derive(Debug)]
pub struct ByNothing;

impl ByNothing {
    /// Does not compile.
    pub fn delegate<Y, S, C: Delegate, F>(self, _slot: Slot<Y, S>, _child: C, _here: F) -> Pending<((), Slot<Y, S>)> {
        pending()
    }

    /// The same in an `async` coroutine, which keeps no slot.
    #[inline(always)]
    pub fn anchored<Y, S, C: Delegate, F>(
        self,
        _anchor: &Anchor<Y, S>,
        _child: C,
        _here: F,
    ) -> Pending<((), Slot<Y, S>)> {
        pending()
    }
}

/// What `yield_from!` accepts beside coroutines and iterators: nothing.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` cannot delegate to `{Self}`",
    label = "neither a coroutine that can be delegated to here nor something to iterate over",
    note = "a coroutine function has to be called, `yield_from!(child())`, and a coroutine in a box to be pinned there, `yield_from!(Box::pin(child()))`",
    note = "a type parameter needs a bound: `C: Coroutine<Yield = …, Send = …>` or `I: IntoIterator<Item = …>`",
    note = "a child that is `async` needs a parent that is: `async fn`"
)]
pub trait Delegate {}

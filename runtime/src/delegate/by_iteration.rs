//! Delegation to something that can be iterated.

use core::future::{Future, Pending, pending};
use core::pin::Pin;
use core::task::Context;

use pin_project::pin_project;

use super::{Ended, settle};
use crate::CoroutineState;
use crate::handle::{Port, Slot};

/// Yields each item.
#[derive(Debug)]
pub struct ByIteration;

impl ByIteration {
    /// A future that does so until there are no more, if they are what the parent yields: a bound here would be
    /// complained about twice.
    #[inline(always)]
    pub fn delegate<Y, S, I>(self, slot: Slot<Y, S>, items: I) -> Iterating<Y, S, I::IntoIter>
    where
        I: IntoIterator,
        S: Unsent,
    {
        Iterating { items: items.into_iter(), port: slot.port() }
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

/// Resolves when the iterator has no more items.
#[pin_project]
#[derive(Debug)]
pub struct Iterating<Y, S, I> {
    items: I,
    port: Port<Y, S>,
}

impl<Y, S, I: Iterator<Item = Y>> Future for Iterating<Y, S, I> {
    type Output = ((), Slot<Y, S>);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<(), Y, S> {
        let this = self.project();
        // Nothing, if this is the first item.
        drop(this.port.take_sent(cx));
        match this.items.next() {
            Some(item) => settle(this.port, cx, CoroutineState::Yielded(item)),
            None => settle(this.port, cx, CoroutineState::Complete(())),
        }
    }
}

/// What is neither a coroutine nor can be iterated.
#[derive(Debug)]
pub struct ByNothing;

impl ByNothing {
    /// Does not compile.
    pub fn delegate<Y, S, C: Delegate>(self, _slot: Slot<Y, S>, _child: C) -> Pending<((), Slot<Y, S>)> {
        pending()
    }
}

/// What `yield_from!` accepts beside coroutines and iterators: nothing.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` cannot delegate to `{Self}`",
    label = "neither a coroutine nor something to iterate over",
    note = "a coroutine function has to be called, `yield_from!(child())`, and a coroutine in a box to be pinned there, `yield_from!(Box::pin(child()))`",
    note = "a type parameter needs a bound: `C: Coroutine<Yield = …, Send = …>` or `I: IntoIterator<Item = …>`"
)]
pub trait Delegate {}

//! What stands behind `yield_from!`.
//!
//! `yield_from!(child)` becomes
//!
//! ```text
//! match Probe::new(guard) {
//!     probe => match probe.take(child) {
//!         child => {
//!             let kind = (&&&probe).kind();
//!             match kind.delegate(slot, child).await {
//!                 (value, next) => { slot = next; value }
//!             }
//!         }
//!     },
//! }
//! ```
//!
//! `take` fixes the probe's type without borrowing the child (a borrowed child would be stored twice), and the method
//! that `kind` resolves to depends on how many references it needs: our own coroutines first, whose bare body is
//! awaited in place; then whatever implements [`Coroutine`], where one that is sent `()` may have been started before;
//! then whatever can be iterated. In generic code the bounds decide.

use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project::pin_project;

use crate::handle::{Port, Slot};
use crate::{Coroutine, CoroutineState, Generator, Status};

/// Learns the type of a child.
#[derive(Debug)]
pub struct Probe<C>(PhantomData<fn(C)>);

impl<C> Probe<C> {
    /// A probe whose type is still open. The argument is the guard that ties the delegation to its own coroutine.
    #[inline(always)]
    pub fn new(_guard: ()) -> Self {
        Probe(PhantomData)
    }

    /// Fixes the probe's type.
    #[inline(always)]
    pub fn take(&self, child: C) -> C {
        child
    }
}

impl<C> Clone for Probe<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Probe<C> {}

/// Chosen for our own coroutines, by value.
pub trait GeneratorKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn kind(&self) -> ByBody {
        ByBody
    }
}

impl<Y, S, B> GeneratorKind for &&Probe<Generator<Y, S, B>> {}

/// Chosen for pinned, boxed and other coroutines that are sent `()`.
pub trait UnsentKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn kind(&self) -> ByStep {
        ByStep
    }
}

impl<C: Coroutine<Send = ()>> UnsentKind for &Probe<C> {}

/// Chosen for pinned, boxed and other coroutines that are sent values.
pub trait SentKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn kind(&self) -> BySend {
        BySend
    }
}

impl<C: Coroutine> SentKind for Probe<C> {}

/// Chosen for everything else.
pub trait IteratorKind: Sized {
    /// The way to delegate to it.
    #[inline(always)]
    fn kind(self) -> ByIteration {
        ByIteration
    }
}

impl<C> IteratorKind for Probe<C> {}

/// What a delegation resolves to: its value, and the slot of the poll in which it ended.
type Ended<T, Y, S> = Poll<(T, Slot<Y, S>)>;

/// Awaits the child's bare body: it works on the same exchange, so nothing is copied at any level.
#[derive(Debug)]
pub struct ByBody;

impl ByBody {
    /// A future that does so.
    #[inline(always)]
    pub fn delegate<Y, S, G: Child<Y, S>>(self, slot: Slot<Y, S>, child: G) -> Within<Y, S, G::Body> {
        Within { body: child.into_body(), port: slot.port() }
    }
}

/// A [`Generator`] with the same types as its parent.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` delegates between coroutines of the same types; the parent yields `{Y}` and is sent `{S}`",
    label = "this is a `{Self}`",
    note = "the child's `yield` and `send` types must be the parent's; to convert, drive the child and `yield_!` what it yields"
)]
pub trait Child<Y, S> {
    /// What is awaited in the child's place.
    type Body: Future;

    /// Takes the body out.
    fn into_body(self) -> Self::Body;
}

#[diagnostic::do_not_recommend]
impl<Y, S, B: Future> Child<Y, S> for Generator<Y, S, B> {
    type Body = B;

    #[inline(always)]
    fn into_body(self) -> B {
        Generator::into_body(self)
    }
}

/// The body of a child, in that of its parent.
#[pin_project]
#[derive(Debug)]
pub struct Within<Y, S, B> {
    #[pin]
    body: B,
    port: Port<Y, S>,
}

impl<Y, S, B: Future> Future for Within<Y, S, B> {
    type Output = (B::Output, Slot<Y, S>);

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Ended<B::Output, Y, S> {
        let this = self.project();
        this.body.poll(cx).map(|value| (value, this.port.slot(cx)))
    }
}

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

#[inline(always)]
fn settle<Y, S, R>(port: &Port<Y, S>, cx: &Context<'_>, state: CoroutineState<Y, R>) -> Ended<R, Y, S> {
    match state {
        CoroutineState::Yielded(value) => {
            port.put_yielded(cx, value);
            Poll::Pending
        }
        CoroutineState::Complete(value) => Poll::Ready((value, port.slot(cx))),
    }
}

#[cold]
#[inline(never)]
fn refuse(status: Status) -> ! {
    panic!(
        "{}",
        match status {
            Status::Created | Status::Suspended =>
                "cannot delegate to a coroutine that waits for a value; delegate to it before `start`",
            Status::Running => "cannot delegate to a coroutine that is running",
            Status::Finished => "cannot delegate to a coroutine that has finished; its return value is gone",
            Status::Poisoned => "cannot delegate to a coroutine that has panicked",
        }
    )
}

/// Yields each item.
#[derive(Debug)]
pub struct ByIteration;

impl ByIteration {
    /// A future that does so until there are no more, if they are what the parent yields: a bound here would be
    /// complained about twice.
    #[inline(always)]
    pub fn delegate<Y, S, I>(self, slot: Slot<Y, S>, items: I) -> Iterating<Y, S, I::IntoIter>
    where
        I: Delegate,
        S: Unsent,
    {
        Iterating { items: items.into_iter(), port: slot.port() }
    }
}

/// What `yield_from!` accepts beside coroutines.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` cannot delegate to `{Self}`",
    label = "neither a coroutine nor something to iterate over",
    note = "a coroutine is delegated to by value, or pinned: `yield_from!(Box::pin(child))`, `yield_from!(child.as_mut())`"
)]
pub trait Delegate: IntoIterator {}

#[diagnostic::do_not_recommend]
impl<I: IntoIterator> Delegate for I {}

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

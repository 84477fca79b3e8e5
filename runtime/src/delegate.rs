//! What stands behind `yield_from!`.
//!
//! `yield_from!(child)` becomes
//!
//! ```text
//! match Probe::new(guard) {
//!     probe => match probe.take(child) {
//!         child => (&&&probe).kind().delegate(&mut handle, child).await,
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

use crate::coroutine::step;
use crate::handle::{Handle, Port};
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

/// Awaits the child's bare body: it works on the same exchange, so nothing is copied at any level.
#[derive(Debug)]
pub struct ByBody;

impl ByBody {
    /// The child's body.
    #[inline(always)]
    pub fn delegate<Y, S, G: Child<Y, S>>(self, _handle: &mut Handle<Y, S>, child: G) -> G::Body {
        child.into_body()
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

impl<Y, S, B: Future> Child<Y, S> for Generator<Y, S, B> {
    type Body = B;

    #[inline(always)]
    fn into_body(self) -> B {
        Generator::into_body(self)
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
    pub fn delegate<Y, S, C>(self, handle: &mut Handle<Y, S>, child: C) -> Resuming<Y, S, C, Start>
    where
        C: Coroutine<Yield = Y, Send = S> + Unpin,
    {
        Resuming { child, port: handle.port(), opening: Start }
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
    pub fn delegate<Y, S, C>(self, handle: &mut Handle<Y, S>, child: C) -> Resuming<Y, S, C, Continue>
    where
        C: Coroutine<Yield = Y, Send = S> + Unpin,
    {
        Resuming { child, port: handle.port(), opening: Continue }
    }
}

/// The first resume of a child.
pub trait Opening<C: Coroutine> {
    /// `None` if the child's status does not allow it.
    fn open(&self, child: Pin<&mut C>) -> Option<CoroutineState<C::Yield, C::Return>>;
}

/// A child that nobody has started.
#[derive(Debug)]
pub struct Start;

impl<C: Coroutine> Opening<C> for Start {
    #[inline(always)]
    fn open(&self, child: Pin<&mut C>) -> Option<CoroutineState<C::Yield, C::Return>> {
        child.resume_start()
    }
}

/// A child that goes on from where it stands.
#[derive(Debug)]
pub struct Continue;

impl<C: Coroutine<Send = ()>> Opening<C> for Continue {
    #[inline(always)]
    fn open(&self, child: Pin<&mut C>) -> Option<CoroutineState<C::Yield, C::Return>> {
        step(child)
    }
}

/// Resolves to the child's return value.
#[derive(Debug)]
pub struct Resuming<Y, S, C, O> {
    child: C,
    port: Port<Y, S>,
    opening: O,
}

impl<Y, S, C, O> Future for Resuming<Y, S, C, O>
where
    C: Coroutine<Yield = Y, Send = S> + Unpin,
    O: Opening<C> + Unpin,
{
    type Output = C::Return;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<C::Return> {
        let this = &mut *self;
        let child = Pin::new(&mut this.child);
        let state = match this.port.take_sent(cx) {
            Some(value) => child.resume_send(value),
            None => this.opening.open(child),
        };
        match state {
            Some(CoroutineState::Yielded(value)) => {
                this.port.put_yielded(cx, value);
                Poll::Pending
            }
            Some(CoroutineState::Complete(value)) => Poll::Ready(value),
            None => refused(this.child.status()),
        }
    }
}

#[cold]
#[inline(never)]
fn refused(status: Status) -> ! {
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
    /// A future that does so until there are no more.
    #[inline(always)]
    pub fn delegate<Y, S, I>(self, handle: &mut Handle<Y, S>, items: I) -> Iterating<Y, S, I::IntoIter>
    where
        I: Delegate<Item = Y>,
        S: Unsent,
    {
        Iterating { items: items.into_iter(), port: handle.port() }
    }
}

/// What `yield_from!` accepts beside coroutines.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` cannot delegate to `{Self}`",
    label = "neither a coroutine nor something to iterate over",
    note = "a coroutine is delegated to by value, or pinned: `yield_from!(Box::pin(child))`, `yield_from!(child.as_mut())`"
)]
pub trait Delegate: IntoIterator {}

impl<I: IntoIterator> Delegate for I {}

/// What may be sent to a coroutine while it delegates to an iterator: nothing.
#[diagnostic::on_unimplemented(
    message = "an iterator cannot receive the `{Self}` that this coroutine is sent",
    label = "values of type `{Self}` would be lost here",
    note = "loop over the iterator, `yield_!` each item, and do something with what comes back"
)]
pub trait Unsent {}

impl Unsent for () {}

/// Resolves when the iterator has no more items.
#[pin_project]
#[derive(Debug)]
pub struct Iterating<Y, S, I> {
    items: I,
    port: Port<Y, S>,
}

impl<Y, S, I: Iterator<Item = Y>> Future for Iterating<Y, S, I> {
    type Output = ();

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        // `()`, or nothing if this is the first item.
        let _ = this.port.take_sent(cx);
        match this.items.next() {
            Some(item) => {
                this.port.put_yielded(cx, item);
                Poll::Pending
            }
            None => Poll::Ready(()),
        }
    }
}

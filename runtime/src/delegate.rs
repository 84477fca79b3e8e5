//! What stands behind `yield_from!`.
//!
//! `yield_from!(child)` becomes
//!
//! ```text
//! match Probe::new(guard) {
//!     probe => match Probe::take(&probe, child) {
//!         child => {
//!             let kind = ours((&&&&&probe).antiphon_kind());
//!             match kind.delegate(slot, child).await {
//!                 (value, next) => { slot = next; value }
//!             }
//!         }
//!     },
//! }
//! ```
//!
//! `take` fixes the probe's type without borrowing the child (a borrowed child would be stored twice), and the method
//! that `antiphon_kind` resolves to depends on how many references it needs: our own coroutines first, whose bare body is
//! awaited in place, and boxed ones, whose frames go to a driver that takes them; then whatever implements
//! [`Coroutine`], where one that is sent `()` may have been started before; then whatever can be iterated. In generic
//! code the bounds decide.

mod by_body;
#[cfg(feature = "alloc")]
mod by_frame;
mod by_iteration;
mod by_resume;
#[cfg(feature = "alloc")]
mod in_frame;

use core::marker::PhantomData;
use core::task::{Context, Poll};

use by_body::ByBody;
#[cfg(feature = "alloc")]
use by_frame::{ByFrame, Continue, Start};
use by_iteration::{ByIteration, ByNothing};
use by_resume::{BySend, ByStep};

#[cfg(feature = "alloc")]
use crate::Boxed;
use crate::handle::{Port, Slot};
use crate::{Coroutine, CoroutineState, Generator, Status};

#[cfg(feature = "alloc")]
pub use in_frame::InFrame;

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
    fn antiphon_kind(&self) -> ByBody {
        ByBody
    }
}

impl<Y, S, B> GeneratorKind for &&&Probe<Generator<Y, S, B>> {}

/// Chosen for pinned, boxed and other coroutines that are sent `()`.
pub trait UnsentKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn antiphon_kind(&self) -> ByStep {
        ByStep
    }
}

impl<C: Coroutine<Send = ()>> UnsentKind for &&Probe<C> {}

/// Chosen for pinned, boxed and other coroutines that are sent values.
pub trait SentKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn antiphon_kind(&self) -> BySend {
        BySend
    }
}

impl<C: Coroutine> SentKind for &Probe<C> {}

/// Chosen for what can be iterated.
pub trait IteratorKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn antiphon_kind(&self) -> ByIteration {
        ByIteration
    }
}

impl<I: IntoIterator> IteratorKind for Probe<I> {}

/// Chosen for everything else, to say that there is no way.
pub trait NoKind: Sized {
    /// Nothing.
    #[inline(always)]
    fn antiphon_kind(self) -> ByNothing {
        ByNothing
    }
}

impl<C> NoKind for Probe<C> {}

/// Chosen for boxed coroutines, by value, that are sent `()`.
#[cfg(feature = "alloc")]
pub trait BoxedUnsentKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn antiphon_kind(&self) -> ByFrame<Continue> {
        ByFrame(Continue)
    }
}

#[cfg(feature = "alloc")]
impl<Y, R> BoxedUnsentKind for &&&&Probe<Boxed<'_, Y, (), R>> {}

/// Chosen for boxed coroutines, by value, that are sent values.
#[cfg(feature = "alloc")]
pub trait BoxedSentKind {
    /// The way to delegate to it.
    #[inline(always)]
    fn antiphon_kind(&self) -> ByFrame<Start> {
        ByFrame(Start)
    }
}

#[cfg(feature = "alloc")]
impl<Y, S, R> BoxedSentKind for &&&Probe<Boxed<'_, Y, S, R>> {}

/// A way to delegate. Implemented here only: a method of the same name that a user's trait has must not get the slot.
pub trait Way {}

impl Way for ByBody {}
impl Way for BySend {}
impl Way for ByStep {}
impl Way for ByIteration {}
impl Way for ByNothing {}
#[cfg(feature = "alloc")]
impl<O> Way for ByFrame<O> {}

/// The way, if it is one of ours. Its methods are its own, and come before those of any trait.
#[inline(always)]
pub fn ours<W: Way>(way: W) -> W {
    way
}

/// What a delegation resolves to: its value, and the slot of the poll in which it ended.
type Ended<T, Y, S> = Poll<(T, Slot<Y, S>)>;

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

//! What stands behind `yield_from!`.
//!
//! `yield_from!(child)` becomes
//!
//! ```text
//! match (child,) {
//!     (child,) => match Probe::<M, _>::open() {
//!         probe => match Probe::take(&probe, child) {
//!             child => {
//!                 let kind = ours((&&&&&&&&probe).antiphon_kind());
//!                 match kind.delegate(slot, child, || here()).await {
//!                     came => { slot = came.1; came.0 }
//!                 }
//!             }
//!         },
//!     },
//! }
//! ```
//!
//! `take` fixes the probe's type without borrowing the child (a borrowed child would be stored twice), and the method
//! that `antiphon_kind` resolves to depends on how many references it needs: our own coroutines in their parent's mode `M`
//! first, whose bare body is awaited in place, and boxed ones, whose frames go to a driver that takes them; then whatever
//! implements [`Coroutine`], into which the parent's errors can be thrown or not, where one that is sent `()` may have been
//! started before; then whatever can be iterated. In generic code the bounds decide.

mod by_await;
mod by_body;
#[cfg(feature = "alloc")]
mod by_frame;
mod by_iteration;
mod by_mistake;
#[cfg(feature = "nightly")]
mod by_native;
mod by_resume;
mod by_step;
#[cfg(feature = "alloc")]
mod in_frame;

use core::future::IntoFuture;
use core::marker::PhantomData;
use core::task::{Context, Poll};

use by_await::ByFuture;
#[cfg(feature = "futures")]
use by_await::ByStream;
use by_body::ByBody;
#[cfg(feature = "alloc")]
use by_frame::ByFrame;
use by_iteration::{ByIteration, ByNothing};
use by_mistake::{ByMistake, UnknownChild};
#[cfg(feature = "nightly")]
use by_native::ByNative;
use by_resume::{ByResume, Continue, Hand, Raise, Start};
use by_step::ByStep;

#[cfg(feature = "alloc")]
use crate::Boxed;
use crate::handle::{Port, Slot};
use crate::mode::Mode;
use crate::suspension::Here;
use crate::{AsyncCoroutine, AsyncGenerator, Coroutine, CoroutineState, Generator, Status, Throw};

#[cfg(feature = "alloc")]
pub use in_frame::{Framing, Handed, InFrame};

/// Learns the type of a child, of a parent in the mode `M`.
#[derive(Debug)]
pub struct Probe<M, C>(PhantomData<fn(M, C)>);

impl<M, C> Probe<M, C> {
    /// A probe whose type is still open.
    #[inline(always)]
    pub fn open() -> Self {
        Probe(PhantomData)
    }

    /// Fixes the probe's type.
    #[inline(always)]
    pub fn take(&self, child: C) -> C {
        child
    }
}

impl<M, C> Clone for Probe<M, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, C> Copy for Probe<M, C> {}

/// Declares the traits whose methods resolve to a way to delegate.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: [$($generics:tt)*] $probe:ty => $way:ty $(where [$($bounds:tt)*])?;)*) => {$(
        $(#[$doc])*
        pub trait $kind<M: Mode> {
            /// The way to delegate to it.
            #[inline(always)]
            fn antiphon_kind(&self) -> $way {
                <$way>::default()
            }
        }

        $(#[$doc])*
        impl<$($generics)*> $kind<M> for $probe $(where $($bounds)*)? {}
    )*};
}

kinds! {
    /// Chosen for a child whose type is wrong, or not known.
    MistakeKind: [M: Mode] &&&&&&&Probe<M, UnknownChild> => ByMistake;

    /// Chosen for boxed coroutines, by value, that are sent `()`.
    #[cfg(feature = "alloc")]
    BoxedUnsentKind: [M: Mode, Y, R, A] &&&&&&Probe<M, Boxed<'_, Y, (), R, M, A>> => ByFrame<M, Continue>;

    /// Chosen for boxed coroutines, by value, that are sent values.
    #[cfg(feature = "alloc")]
    BoxedSentKind: [M: Mode, Y, S, R, A] &&&&&Probe<M, Boxed<'_, Y, S, R, M, A>> => ByFrame<M, Start>;

    /// Chosen for our own coroutines, by value.
    GeneratorKind: [M: Mode, Y, S, B] &&&&&Probe<M, Generator<Y, S, B, M>> => ByBody<M>;

    /// Chosen for other coroutines that are sent `()` and take the parent's errors.
    UnsentThrowKind: [M: Mode, C] &&&&Probe<M, C> => ByResume<M, Continue, Hand>
        where [C: Coroutine<Send = ()> + Throw<M::Error>];

    /// Chosen for other coroutines that are sent values and take the parent's errors.
    SentThrowKind: [M: Mode, C] &&&Probe<M, C> => ByResume<M, Start, Hand> where [C: Throw<M::Error>];

    /// Chosen for pinned, boxed and other coroutines that are sent `()`.
    UnsentKind: [M: Mode, C] &&Probe<M, C> => ByResume<M, Continue, Raise> where [C: Coroutine<Send = ()>];

    /// Chosen for pinned, boxed and other coroutines that are sent values.
    SentKind: [M: Mode, C] &Probe<M, C> => ByResume<M, Start, Raise> where [C: Coroutine];

    /// Chosen for the compiler's coroutines that are sent `()`. None of them can be iterated.
    #[cfg(feature = "nightly")]
    NativeKind: [M: Mode, C] Probe<M, C> => ByNative<M> where [C: core::ops::Coroutine<()>];

    /// Chosen for what can be iterated.
    IteratorKind: [M: Mode, I] Probe<M, I> => ByIteration<M> where [I: IntoIterator];
}

/// In place of the parent's mode in a [`Probe`]: the parent is an `async` coroutine in the mode `M`.
#[derive(Debug)]
pub struct Async<M>(PhantomData<M>);

kinds! {
    /// Chosen for `async` coroutines of ours, by value.
    AsyncGeneratorKind: [M: Mode, Y, S, B] &&&&&&&&&&&Probe<Async<M>, AsyncGenerator<Y, S, B, M>> => ByBody<M>;

    /// Chosen for other `async` coroutines that are sent `()` and take the parent's errors.
    StepUnsentThrowKind: [M: Mode, C] &&&&&&&&&&Probe<Async<M>, C> => ByStep<M, Continue, Hand>
        where [C: AsyncCoroutine<Send = (), Error = M::Error>];

    /// Chosen for other `async` coroutines that are sent values and take the parent's errors.
    StepSentThrowKind: [M: Mode, C] &&&&&&&&&Probe<Async<M>, C> => ByStep<M, Start, Hand>
        where [C: AsyncCoroutine<Error = M::Error>];

    /// Chosen for pinned, boxed and other `async` coroutines that are sent `()`.
    StepUnsentKind: [M: Mode, C] &&&&&&&&Probe<Async<M>, C> => ByStep<M, Continue, Raise>
        where [C: AsyncCoroutine<Send = ()>];

    /// Chosen for pinned, boxed and other `async` coroutines that are sent values.
    StepSentKind: [M: Mode, C] &&&&&&&Probe<Async<M>, C> => ByStep<M, Start, Raise> where [C: AsyncCoroutine];

    /// Chosen for other coroutines that are sent `()` and take the parent's errors.
    AsyncUnsentThrowKind: [M: Mode, C] &&&&&&Probe<Async<M>, C> => ByResume<M, Continue, Hand>
        where [C: Coroutine<Send = ()> + Throw<M::Error>];

    /// Chosen for other coroutines that are sent values and take the parent's errors.
    AsyncSentThrowKind: [M: Mode, C] &&&&&Probe<Async<M>, C> => ByResume<M, Start, Hand> where [C: Throw<M::Error>];

    /// Chosen for coroutines that are sent `()`.
    AsyncUnsentKind: [M: Mode, C] &&&&Probe<Async<M>, C> => ByResume<M, Continue, Raise>
        where [C: Coroutine<Send = ()>];

    /// Chosen for coroutines that are sent values.
    AsyncSentKind: [M: Mode, C] &&&Probe<Async<M>, C> => ByResume<M, Start, Raise> where [C: Coroutine];

    /// Chosen for streams.
    #[cfg(feature = "futures")]
    StreamKind: [M: Mode, C] &&Probe<Async<M>, C> => ByStream<M> where [C: futures_core::Stream];

    /// Chosen for futures.
    FutureKind: [M: Mode, C] &Probe<Async<M>, C> => ByFuture where [C: IntoFuture];

    /// Chosen for the compiler's coroutines that are sent `()`.
    #[cfg(feature = "nightly")]
    AsyncNativeKind: [M: Mode, C] Probe<Async<M>, C> => ByNative<M> where [C: core::ops::Coroutine<()>];

    /// Chosen for what can be iterated.
    AsyncIteratorKind: [M: Mode, I] Probe<Async<M>, I> => ByIteration<M> where [I: IntoIterator];
}

/// Chosen for everything else, to say that there is no way.
pub trait NoKind: Sized {
    /// Nothing.
    #[inline(always)]
    fn antiphon_kind(self) -> ByNothing {
        ByNothing
    }
}

impl<M, C> NoKind for Probe<M, C> {}

/// A way to delegate. Implemented here only: a method of the same name that a user's trait has must not get the slot. And only
/// where the way has its own method, which comes before those of any trait: the bounds are the same.
pub trait Way {}

impl<M: Mode> Way for ByBody<M> {}
impl<M: Mode, O, T> Way for ByResume<M, O, T> {}
impl<M: Mode> Way for ByIteration<M> {}
impl Way for ByNothing {}
impl Way for ByMistake {}
#[cfg(feature = "nightly")]
impl<M: Mode> Way for ByNative<M> {}
#[cfg(feature = "alloc")]
impl<M: Mode, O> Way for ByFrame<M, O> {}

/// The same for `async` parents.
pub trait AsyncWay {}

impl<M: Mode> AsyncWay for ByBody<M> {}
impl<M: Mode, O, T> AsyncWay for ByStep<M, O, T> {}
impl<M: Mode, O, T> AsyncWay for ByResume<M, O, T> {}
impl<M: Mode> AsyncWay for ByIteration<M> {}
impl AsyncWay for ByNothing {}
#[cfg(feature = "nightly")]
impl<M: Mode> AsyncWay for ByNative<M> {}
impl AsyncWay for ByFuture {}
#[cfg(feature = "futures")]
impl<M: Mode> AsyncWay for ByStream<M> {}

/// As [`ours`], for `async` parents.
#[inline(always)]
pub fn ours_async<W: AsyncWay>(way: W) -> W {
    way
}

/// The way, if it is one of ours. Its methods are its own, and come before those of any trait.
#[inline(always)]
pub fn ours<W: Way>(way: W) -> W {
    way
}

/// What a delegation resolves to: its value, and the slot of the poll in which it ended.
type Ended<T, Y, S> = Poll<(T, Slot<Y, S>)>;

/// Ready with a value.
#[inline(always)]
fn ready<T, Y, S>(port: &Port<Y, S>, cx: &Context<'_>, value: T) -> Ended<T, Y, S> {
    Poll::Ready((value, port.slot(cx)))
}

/// What the child did: its value, if it returned.
#[inline(always)]
fn settle<Y, S, R, T>(
    port: &Port<Y, S>,
    cx: &Context<'_>,
    state: CoroutineState<Y, R>,
    value: impl FnOnce(R) -> T,
) -> Ended<T, Y, S> {
    match state {
        CoroutineState::Yielded(value) => {
            port.put_yielded(cx, value);
            Poll::Pending
        }
        CoroutineState::Complete(returned) => ready(port, cx, value(returned)),
    }
}

/// What a delegation to a child in its parent's mode evaluates to. With `closed`, the parent was closed meanwhile: it finds
/// that here, whatever the child returned; unless that is a failure, which comes in its place (PEP 380).
#[inline(always)]
fn returned<M: Mode, Y, S, R>(port: &Port<Y, S>, cx: &Context<'_>, value: R, closed: bool) -> M::Delegated<R> {
    match M::delegated_exit() {
        Some(exit) if !port.take_failed(cx) && closed => exit,
        _ => M::returned(value),
    }
}

/// Panics in the parent, and names the place of its `yield_from!`.
#[cold]
#[inline(never)]
fn refuse(status: Status, here: impl Here) -> ! {
    let reason = match status {
        Status::Created | Status::Suspended => {
            "cannot delegate to a coroutine that waits for a value; delegate to it before `start`"
        }
        Status::Running => "cannot delegate to a coroutine that is running",
        Status::Finished => "cannot delegate to a coroutine that has finished; its return value is gone",
        Status::Poisoned => "cannot delegate to a coroutine that has panicked",
    };
    panic!("{reason} (at {})", here.suspension().location())
}

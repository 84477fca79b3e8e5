//! What expansions name, and nobody else may. There is no promise about any of it.

pub use core::future::Future;
use core::panic::Location;
pub use core::result::Result;

pub use crate::delegate::{Async, Probe, child, ours, ours_async};
#[cfg(feature = "alloc")]
pub use crate::delegate::{Framing, Handed, InFrame};
pub use crate::failure::{FallibleKind, InfallibleKind, Judge, watched};
pub use crate::handle::{Anchor, Handle, HandleTypes, Permit, anchored, unsent, yield_};
use crate::mode::Mode;
pub use crate::mode::Plain;
pub use crate::outward::Awaits;
pub use crate::{AsyncGenerator, Closes, Generator, GeneratorExit, Throws};
#[cfg(feature = "alloc")]
pub use crate::{Boxed, SendBoxed};

/// The ways to await, brought into scope where one is chosen.
pub mod awaits {
    pub use crate::outward::{FutureAwait, NoAwait};
}

/// The ways to delegate, brought into scope where one is chosen.
pub mod kinds {
    #[cfg(feature = "futures")]
    pub use crate::delegate::StreamKind;
    pub use crate::delegate::{
        AsyncGeneratorKind, AsyncIteratorKind, AsyncSentKind, AsyncSentThrowKind, AsyncUnsentKind,
        AsyncUnsentThrowKind, FutureKind, StepSentKind, StepSentThrowKind, StepUnsentKind, StepUnsentThrowKind,
    };
    #[cfg(feature = "nightly")]
    pub use crate::delegate::{AsyncNativeKind, NativeKind};
    #[cfg(feature = "alloc")]
    pub use crate::delegate::{BoxedSentKind, BoxedUnsentKind};
    pub use crate::delegate::{
        GeneratorKind, IteratorKind, MistakeKind, NoKind, SentKind, SentThrowKind, UnsentKind, UnsentThrowKind,
    };
}

/// Makes a coroutine of a body and what its handle left behind.
#[inline(always)]
pub fn generator<Y, S, B: Future, M: Mode>(types: HandleTypes<Y, M::Resumed<S>>, body: B) -> Generator<Y, S, B, M> {
    Generator::new(types, body)
}

/// The same, of an `async` function.
#[inline(always)]
#[cfg_attr(debug_assertions, track_caller)]
pub fn async_generator<Y, S, B: Future, M: Mode>(
    types: HandleTypes<Y, M::Resumed<S>>,
    body: B,
) -> AsyncGenerator<Y, S, B, M> {
    AsyncGenerator::new(Generator::new(types, body))
}

/// The same, in a box.
#[cfg(feature = "alloc")]
#[inline(always)]
pub fn boxed<'a, Y, S, B: Future + 'a, M: Mode + 'a>(
    types: HandleTypes<Y, M::Resumed<S>>,
    body: B,
) -> Boxed<'a, Y, S, B::Output, M>
where
    Y: 'a,
    S: 'a,
{
    Generator::new(types, body).boxed()
}

/// The same, in a box that may be moved to another thread.
#[cfg(feature = "alloc")]
#[inline(always)]
pub fn boxed_send<'a, Y, S, B: Future + Send + 'a, M: Mode + 'a>(
    types: HandleTypes<Y, M::Resumed<S>>,
    body: B,
) -> SendBoxed<'a, Y, S, B::Output, M>
where
    Y: 'a,
    S: 'a,
{
    Generator::new(types, body).boxed_send()
}

/// A closure that is given the values of a coroutine on their way into the slot, and gives them back. It takes each by
/// value, also itself: a reference to it would be stored across a yield that stands in the operand of another.
#[inline(always)]
pub fn yields<Y, F: FnOnce(Y) -> Y>(coerce: F) -> F {
    coerce
}

/// What a function returns that tells its place.
pub type At = &'static Location<'static>;

/// A place in the user's code.
#[derive(Debug)]
pub struct Place;

impl Place {
    /// Where this is called.
    #[inline(always)]
    #[track_caller]
    pub const fn here(self) -> At {
        Location::caller()
    }
}

/// Mentions a parameter, so that the body captures it whole.
#[inline(always)]
pub fn capture<T: ?Sized>(_: &T) {}

/// Stands where a value of a certain type is needed and none is ever made.
#[cold]
#[inline(never)]
pub fn never<T>() -> T {
    unreachable!("this code is not reached")
}

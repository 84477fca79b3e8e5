//! What expansions name, and nobody else may. There is no promise about any of it.

pub use core::future::Future;

use crate::Generator;
#[cfg(feature = "alloc")]
pub use crate::delegate::InFrame;
pub use crate::delegate::{Probe, ours};
pub use crate::handle::{Handle, HandleTypes, Put};

/// The ways to delegate, brought into scope where one is chosen.
pub mod kinds {
    #[cfg(feature = "alloc")]
    pub use crate::delegate::{BoxedSentKind, BoxedUnsentKind};
    pub use crate::delegate::{GeneratorKind, IteratorKind, NoKind, SentKind, UnsentKind};
}

/// Makes a coroutine of a body and what its handle left behind.
#[inline(always)]
pub fn generator<Y, S, B: Future>(types: HandleTypes<Y, S>, body: B) -> Generator<Y, S, B> {
    Generator::new(types, body)
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

//! The compiler's own coroutines: [`core::ops::Coroutine`], which is unstable.
//!
//! With the feature `nightly`, which needs a nightly compiler, the two work together:
//!
//! * Our coroutines implement the compiler's trait: [`Generator`], pinned by whoever resumes it, [`Boxed`] and
//!   [`Shared`] ones, and those of [`adaptors`](crate::adaptors). So they are what `core::iter::from_coroutine`, and
//!   everything else that is written for that trait, takes.
//! * [`native`] makes one of ours of one of the compiler's.
//! * `yield_from!` takes the compiler's, where it is sent nothing.
//! * Each trait's `CoroutineState` is made of the other's with `into()`.
//!
//! ```
//! #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
//! use std::ops::Coroutine;
//! use std::pin::pin;
//!
//! fn theirs() -> impl Coroutine<Yield = u32, Return = &'static str> {
//!     #[coroutine]
//!     || {
//!         yield 1;
//!         yield 2;
//!         "done"
//!     }
//! }
//!
//! #[antiphon::coroutine(yield = u32)]
//! fn ours() -> &'static str {
//!     yield_from!(theirs())
//! }
//!
//! /// Takes any that the compiler takes for one.
//! fn sum(coroutine: impl Coroutine<Yield = u32> + Unpin) -> u32 {
//!     let mut coroutine = pin!(coroutine);
//!     let mut sum = 0;
//!     while let std::ops::CoroutineState::Yielded(n) = coroutine.as_mut().resume(()) {
//!         sum += n;
//!     }
//!     sum
//! }
//!
//! assert_eq!(sum(Box::pin(ours())), 3);
//! ```
//!
//! Not covered are:
//!
//! * a `#[coroutine]` closure in the body of one of ours: its `yield`s are taken for the body's, and refused. It is made in a
//!   function of its own;
//! * `async` coroutines, whose counterpart in the compiler has no trait that could be named;
//! * what the compiler's trait has no word for: a close drops its coroutine, nothing can be thrown into it, and nobody knows
//!   where it stands.
//!
//! The keyword `yield` needs none of this. In a function under `#[antiphon::coroutine]` it works in a crate with
//! `#![feature(yield_expr)]`, and in `coroutines!` and `generator!` everywhere.

use core::fmt;
use core::future::Future;
use core::mem;
use core::ops;
use core::pin::Pin;

use pin_project_lite::pin_project;

use crate::adaptors::{Map, Mapping, TakeWhile, Zip};
use crate::error::refuse_resume;
use crate::mode::Mode;
#[cfg(feature = "alloc")]
use crate::{Boxed, Shared};
use crate::{CloseError, Closed, Coroutine, CoroutineState, Generator, Status, Throw};

/// Makes a coroutine of one of the compiler's. `first` is what that is resumed with when it is started: there its parameter
/// takes a value before it has yielded any.
///
/// ```
/// #![feature(coroutines, coroutine_trait, stmt_expr_attributes)]
/// use antiphon::nightly::native;
/// use antiphon::prelude::*;
///
/// let mut c = native(
///     #[coroutine]
///     |mut number: u64| {
///         while number < 5000 {
///             number *= 2;
///             number = yield number;
///         }
///         "enough"
///     },
///     4,
/// );
/// assert_eq!(c.start(), Yielded(8));
/// assert_eq!(c.send(5), Yielded(10));
/// assert_eq!(c.send(5000), Complete("enough"));
/// assert_eq!(c.try_send(1).unwrap_err().into_value(), 1);
/// ```
///
/// Where nothing is sent, `native(coroutine, ())`. One that has been resumed before goes on: `first` is its next value.
pub fn native<C: ops::Coroutine<S>, S>(coroutine: C, first: S) -> Native<C, S> {
    Native { coroutine: Some(coroutine), first: Some(first), status: Status::Created }
}

pin_project! {
    /// What [`native`] makes.
    #[must_use = "a coroutine does nothing until it is started"]
    pub struct Native<C, S> {
        // `None` once it has ended.
        #[pin]
        coroutine: Option<C>,
        // Until it is started.
        first: Option<S>,
        status: Status,
    }
}

impl<C: ops::Coroutine<S>, S> Native<C, S> {
    #[inline]
    fn drive(self: Pin<&mut Self>, value: S) -> Option<CoroutineState<C::Yield, C::Return>> {
        let mut this = self.project();
        // What unwinds leaves that.
        *this.status = Status::Poisoned;
        let state = this.coroutine.as_mut().as_pin_mut()?.resume(value).into();
        *this.status = match state {
            CoroutineState::Yielded(_) => Status::Suspended,
            CoroutineState::Complete(_) => {
                this.coroutine.set(None);
                Status::Finished
            }
        };
        Some(state)
    }

    /// Drops it where it stands.
    fn end(self: Pin<&mut Self>) {
        let mut this = self.project();
        // A destructor may panic.
        *this.status = Status::Poisoned;
        this.coroutine.set(None);
        *this.first = None;
        *this.status = Status::Finished;
    }
}

impl<C: ops::Coroutine<S>, S> Coroutine for Native<C, S> {
    type Yield = C::Yield;
    type Send = S;
    type Return = C::Return;

    #[inline]
    fn status(&self) -> Status {
        self.status
    }

    #[inline]
    fn resume_start(mut self: Pin<&mut Self>) -> Option<CoroutineState<C::Yield, C::Return>> {
        let first = self.as_mut().project().first.take()?;
        self.drive(first)
    }

    #[inline]
    fn resume_send(self: Pin<&mut Self>, value: S) -> Option<CoroutineState<C::Yield, C::Return>> {
        if self.status != Status::Suspended {
            return None;
        }
        self.drive(value)
    }

    #[inline]
    fn resume_next(mut self: Pin<&mut Self>, value: S) -> Option<CoroutineState<C::Yield, C::Return>> {
        let value = match self.status {
            Status::Created => mem::take(self.as_mut().project().first)?,
            Status::Suspended => value,
            Status::Running | Status::Finished | Status::Poisoned => return None,
        };
        self.drive(value)
    }

    fn resume_close(self: Pin<&mut Self>) -> Result<Closed<C::Return>, CloseError<C::Yield>> {
        if matches!(self.status, Status::Created | Status::Suspended) {
            self.end();
        }
        Ok(Closed::Nothing)
    }
}

/// Nothing: what takes no errors can be delegated to, and adapted, as a coroutine of ours without `throw`.
impl<C: ops::Coroutine<S>, S> Throw<core::convert::Infallible> for Native<C, S> {
    fn resume_throw(
        self: Pin<&mut Self>,
        error: core::convert::Infallible,
    ) -> Result<CoroutineState<C::Yield, C::Return>, core::convert::Infallible> {
        match error {}
    }
}

impl<C, S> fmt::Debug for Native<C, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Native").field("status", &self.status).finish_non_exhaustive()
    }
}

impl<Y, R> From<ops::CoroutineState<Y, R>> for CoroutineState<Y, R> {
    #[inline]
    fn from(state: ops::CoroutineState<Y, R>) -> Self {
        match state {
            ops::CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
            ops::CoroutineState::Complete(value) => CoroutineState::Complete(value),
        }
    }
}

impl<Y, R> From<CoroutineState<Y, R>> for ops::CoroutineState<Y, R> {
    #[inline]
    fn from(state: CoroutineState<Y, R>) -> Self {
        match state {
            CoroutineState::Yielded(value) => ops::CoroutineState::Yielded(value),
            CoroutineState::Complete(value) => ops::CoroutineState::Complete(value),
        }
    }
}

#[inline]
#[track_caller]
fn resume<C: Coroutine>(mut coroutine: Pin<&mut C>, value: C::Send) -> ops::CoroutineState<C::Yield, C::Return> {
    match coroutine.as_mut().resume_next(value) {
        Some(state) => state.into(),
        None => refuse_resume(coroutine.status()),
    }
}

/// Implements the compiler's trait, whose every method has this text.
macro_rules! natives {
    ($($(#[$attribute:meta])* [$($generics:tt)*] $coroutine:ty, $sent:ty;)*) => {$(
        /// The first resume starts it, and what that brings is dropped: there is no `yield` yet that it could be the value of. One
        /// that has been [started](Coroutine::start) before is sent the first value too.
        $(#[$attribute])*
        impl<$($generics)*> ops::Coroutine<$sent> for $coroutine {
            type Yield = <Self as Coroutine>::Yield;
            type Return = <Self as Coroutine>::Return;

            /// # Panics
            ///
            /// If it has finished or has panicked.
            #[inline]
            #[track_caller]
            fn resume(self: Pin<&mut Self>, value: $sent) -> ops::CoroutineState<Self::Yield, Self::Return> {
                resume(self, value)
            }
        }
    )*};
}

natives! {
    [Y, S, B: Future, M: Mode] Generator<Y, S, B, M>, S;
    #[cfg(feature = "alloc")]
    [Y, S, R, M: Mode, A] Boxed<'_, Y, S, R, M, A>, S;
    #[cfg(feature = "alloc")]
    [C: Coroutine + Unpin] Shared<C>, C::Send;
    [C: Coroutine, X: Mapping<C>] Map<C, X>, X::Send;
    [C: Coroutine, P: FnMut(&C::Yield) -> bool] TakeWhile<C, P>, C::Send;
    [A: Coroutine, B: Coroutine] Zip<A, B>, (A::Send, B::Send);
}

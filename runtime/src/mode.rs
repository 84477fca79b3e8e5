//! What a coroutine can be told beside the values that it is sent: nothing, errors, that it is being closed.
//!
//! The arguments `throw = E` and `close` of the attribute choose the mode, which is a part of the coroutine's type. All else
//! works on what a yield evaluates to, [`Mode::Resumed`]: a throw and a close that the body may observe arrive
//! by the same way as a value that is sent.

use core::convert::Infallible;
use core::error::Error;
use core::fmt;
use core::marker::PhantomData;

/// The mode of a coroutine that is only sent values: a yield evaluates to what was sent.
#[derive(Debug)]
pub struct Plain(());

/// The mode of a coroutine with `throw = E`: a yield evaluates to `Ok` with what was sent, or to `Err` with what was
/// thrown.
#[derive(Debug)]
pub struct Throws<E>(PhantomData<fn(E) -> E>);

/// The mode of a coroutine with `close`: a yield evaluates to `Ok` with what it would evaluate to in the mode `M`, or to
/// `Err(`[`GeneratorExit`]`)` when the coroutine is being closed.
#[derive(Debug)]
pub struct Closes<M = Plain>(PhantomData<fn(M) -> M>);

/// What a coroutine that observes its close finds at the yield where it stands; PEP 342's exception of that name.
///
/// It is no error of the program, and no `E` of a `throw = E`: a body that handles every `E` still sees it apart.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(send = f64, close)]
/// fn mean() -> f64 {
///     let (mut sum, mut count) = (0.0, 0.0);
///     while let Ok(value) = yield_!() {
///         sum += value;
///         count += 1.0;
///     }
///     sum / count
/// }
///
/// let mut c = pin!(mean());
/// c.start();
/// c.send(1.0);
/// c.send(2.0);
/// assert_eq!(c.close(), Ok(Some(1.5)));
/// ```
///
/// With `throw` too, there are two layers: `yield_!(x)??` lets both pass, where the error type of what the body returns can be
/// made of both.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[derive(Debug, PartialEq)]
/// enum Stop {
///     Thrown(&'static str),
///     Closed,
/// }
///
/// impl From<&'static str> for Stop {
///     fn from(error: &'static str) -> Self {
///         Stop::Thrown(error)
///     }
/// }
///
/// impl From<GeneratorExit> for Stop {
///     fn from(_: GeneratorExit) -> Self {
///         Stop::Closed
///     }
/// }
///
/// #[antiphon::coroutine(send = u32, throw = &'static str, close)]
/// fn add() -> Result<u32, Stop> {
///     Ok(yield_!()?? + yield_!()??)
/// }
///
/// let mut c = pin!(add());
/// c.start();
/// assert_eq!(c.throw("no"), Ok(Complete(Err(Stop::Thrown("no")))));
///
/// let mut c = pin!(add());
/// c.start();
/// assert_eq!(c.close(), Ok(Some(Err(Stop::Closed))));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct GeneratorExit;

impl fmt::Display for GeneratorExit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the coroutine is being closed")
    }
}

impl Error for GeneratorExit {}

/// One of [`Plain`], [`Throws`] and [`Closes`]: the fourth type of a [`Generator`](crate::Generator).
pub trait Mode: sealed::Sealed {
    /// What can be thrown into it; nothing, if it is [`Infallible`].
    type Error;
    /// What a yield evaluates to where `T` is sent.
    type Resumed<T>;
    /// What `yield_from!` evaluates to, of a child in the same mode that returns `T`.
    type Delegated<T>;

    #[doc(hidden)]
    fn sent<T>(value: T) -> Self::Resumed<T>;
    #[doc(hidden)]
    fn thrown<T>(error: Self::Error) -> Self::Resumed<T>;
    /// `None` if the body does not observe its close.
    #[doc(hidden)]
    fn exit<T>() -> Option<Self::Resumed<T>>;
    #[doc(hidden)]
    fn is_exit<T>(resumed: &Self::Resumed<T>) -> bool;
    #[doc(hidden)]
    fn signal<T>(resumed: Self::Resumed<T>) -> Signal<T, Self::Error>;
    #[doc(hidden)]
    fn returned<T>(value: T) -> Self::Delegated<T>;
    #[doc(hidden)]
    fn delegated_exit<T>() -> Option<Self::Delegated<T>>;
}

/// What a driver tells a coroutine.
#[doc(hidden)]
#[derive(Debug)]
pub enum Signal<T, E> {
    Send(T),
    Throw(E),
    Close,
}

impl Mode for Plain {
    type Error = Infallible;
    type Resumed<T> = T;
    type Delegated<T> = T;

    #[inline(always)]
    fn sent<T>(value: T) -> T {
        value
    }

    #[inline(always)]
    fn thrown<T>(error: Infallible) -> T {
        match error {}
    }

    #[inline(always)]
    fn exit<T>() -> Option<T> {
        None
    }

    #[inline(always)]
    fn is_exit<T>(_: &T) -> bool {
        false
    }

    #[inline(always)]
    fn signal<T>(resumed: T) -> Signal<T, Infallible> {
        Signal::Send(resumed)
    }

    #[inline(always)]
    fn returned<T>(value: T) -> T {
        value
    }

    #[inline(always)]
    fn delegated_exit<T>() -> Option<T> {
        None
    }
}

impl<E> Mode for Throws<E> {
    type Error = E;
    type Resumed<T> = Result<T, E>;
    type Delegated<T> = T;

    #[inline(always)]
    fn sent<T>(value: T) -> Result<T, E> {
        Ok(value)
    }

    #[inline(always)]
    fn thrown<T>(error: E) -> Result<T, E> {
        Err(error)
    }

    #[inline(always)]
    fn exit<T>() -> Option<Result<T, E>> {
        None
    }

    #[inline(always)]
    fn is_exit<T>(_: &Result<T, E>) -> bool {
        false
    }

    #[inline(always)]
    fn signal<T>(resumed: Result<T, E>) -> Signal<T, E> {
        match resumed {
            Ok(value) => Signal::Send(value),
            Err(error) => Signal::Throw(error),
        }
    }

    #[inline(always)]
    fn returned<T>(value: T) -> T {
        value
    }

    #[inline(always)]
    fn delegated_exit<T>() -> Option<T> {
        None
    }
}

impl<M: Mode> Mode for Closes<M> {
    type Error = M::Error;
    type Resumed<T> = Result<M::Resumed<T>, GeneratorExit>;
    type Delegated<T> = Result<M::Delegated<T>, GeneratorExit>;

    #[inline(always)]
    fn sent<T>(value: T) -> Self::Resumed<T> {
        Ok(M::sent(value))
    }

    #[inline(always)]
    fn thrown<T>(error: M::Error) -> Self::Resumed<T> {
        Ok(M::thrown(error))
    }

    #[inline(always)]
    fn exit<T>() -> Option<Self::Resumed<T>> {
        Some(Err(GeneratorExit))
    }

    #[inline(always)]
    fn is_exit<T>(resumed: &Self::Resumed<T>) -> bool {
        resumed.is_err()
    }

    #[inline(always)]
    fn signal<T>(resumed: Self::Resumed<T>) -> Signal<T, M::Error> {
        match resumed {
            Ok(resumed) => M::signal(resumed),
            Err(GeneratorExit) => Signal::Close,
        }
    }

    #[inline(always)]
    fn returned<T>(value: T) -> Self::Delegated<T> {
        Ok(M::returned(value))
    }

    #[inline(always)]
    fn delegated_exit<T>() -> Option<Self::Delegated<T>> {
        Some(Err(GeneratorExit))
    }
}

mod sealed {
    pub trait Sealed {}

    impl Sealed for super::Plain {}
    impl<E> Sealed for super::Throws<E> {}
    impl<M: super::Mode> Sealed for super::Closes<M> {}
}

//! Throwing errors into coroutines.

use core::pin::Pin;

use crate::{Coroutine, CoroutineState, Status, ThrowError};

/// A coroutine into which an `E` can be thrown: one with `throw = E` in its attribute.
///
/// Errors are values: a `yield_!` evaluates to `Ok` with what was sent, or to `Err` with what was thrown. `?` lets it pass,
/// `match` handles it, and an error that the body does not handle comes out as what it returns.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// /// Adds up what it is sent. "reset" makes it begin anew; any other error ends it.
/// #[antiphon::coroutine(yield = u32, send = u32, throw = &'static str)]
/// fn total() -> Result<(), &'static str> {
///     let mut sum = 0;
///     loop {
///         match yield_!(sum) {
///             Ok(value) => sum += value,
///             Err("reset") => sum = 0,
///             Err(other) => return Err(other),
///         }
///     }
/// }
///
/// let mut c = pin!(total());
/// c.start();
/// assert_eq!(c.send(5), Yielded(5));
/// assert_eq!(c.throw("reset"), Ok(Yielded(0)));
/// assert_eq!(c.send(2), Yielded(2));
/// assert_eq!(c.throw("enough"), Ok(Complete(Err("enough"))));
/// assert_eq!(c.throw("again").unwrap_err().into_error(), "again");
/// ```
///
/// A `yield_from!` in such a coroutine passes errors on to a child that takes them. Out of any other child, and out of an
/// iterator, the error comes at the expression, whose value is then a `Result`; the child is dropped before that.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u32, throw = &'static str)]
/// fn until_skipped() {
///     let all_seen: Result<(), &str> = yield_from!(0..100);
///     yield_!(if all_seen.is_ok() { 1000 } else { 2000 }).ok();
/// }
///
/// let mut c = pin!(until_skipped());
/// assert_eq!(c.resume(), Yielded(0));
/// assert_eq!(c.throw("skip"), Ok(Yielded(2000)));
/// ```
///
/// Source: PEP 342, PEP 380.
pub trait Throw<E>: Coroutine {
    /// Hands `error` to a coroutine that is `Suspended`, and runs it to its next `yield`, or to its end. In any other
    /// status gives `error` back; one that is `Created` is closed by that.
    ///
    /// Everyday code calls [`throw`](Self::throw).
    ///
    /// # Errors
    ///
    /// `error`, if the coroutine is not `Suspended`.
    fn resume_throw(self: Pin<&mut Self>, error: E) -> Result<CoroutineState<Self::Yield, Self::Return>, E>;

    /// Raises `error` at the `yield_!` where the coroutine stands, and runs it to its next one, or to its end.
    ///
    /// # Errors
    ///
    /// If it has finished or has panicked, `error` comes back. So it does if it has not started; then it has finished now,
    /// and its body never runs.
    #[inline]
    fn throw(&mut self, error: E) -> Result<CoroutineState<Self::Yield, Self::Return>, ThrowError<E>>
    where
        Self: Unpin + Sized,
    {
        let status: Status = self.status();
        Pin::new(self).resume_throw(error).map_err(|error| ThrowError::new(error, status))
    }
}

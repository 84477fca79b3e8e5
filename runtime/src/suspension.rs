//! Where a coroutine stands, and how it is asked.
//!
//! Nothing is stored for it. To ask, the body is polled with a question in the exchange: the yield at which it stands, or a
//! delegation on the way there, answers with its own place and stays as it is. A yield does not know its function; who polls
//! the body of that does.

use core::any::{type_name, type_name_of_val};
use core::fmt;
use core::panic::Location;

/// A `yield_!` or `yield_from!` at which a coroutine is suspended.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u8)]
/// fn inner() {
///     yield_!(1);
/// }
///
/// #[antiphon::coroutine(yield = u8)]
/// fn outer() {
///     yield_from!(inner());
/// }
///
/// let mut c = pin!(outer());
/// assert!(c.suspended_at().is_none());
/// c.start();
/// let at = c.suspended_at().unwrap();
/// assert!(at.function().ends_with("::inner"));
/// assert_eq!(at.location().column(), 5);
///
/// let functions: Vec<_> = c.backtrace().iter().map(|at| at.function().rsplit("::").next().unwrap()).collect();
/// assert_eq!(functions, ["outer", "inner"]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Suspension {
    /// That of the function that stands there. Empty until somebody knows it.
    function: &'static str,
    location: &'static Location<'static>,
}

/// What an expansion leaves at its place, and takes no room.
pub trait Here: Copy + Unpin {
    /// Whether its coroutine is `async`: then it may stand there and wait.
    const AWAITS: bool = false;

    /// Where that is.
    fn suspension(&self) -> Suspension;
}

/// A function inside the coroutine's: its call tells the place, its type the path to it.
impl<F: Fn() -> &'static Location<'static> + Copy + Unpin> Here for F {
    #[inline(always)]
    fn suspension(&self) -> Suspension {
        Suspension { function: type_name_of_val(self), location: self() }
    }
}

/// In an `async` coroutine.
#[derive(Clone, Copy, Debug)]
pub struct InAsync<F>(pub(crate) F);

impl<F: Here> Here for InAsync<F> {
    const AWAITS: bool = true;

    #[inline(always)]
    fn suspension(&self) -> Suspension {
        self.0.suspension()
    }
}

impl Suspension {
    /// That of a yield.
    pub(crate) const fn of_yield(location: &'static Location<'static>) -> Self {
        Suspension { function: "", location }
    }

    /// The same, in a body of that type, or in one further in that has told its name already.
    pub(crate) fn within<B>(self) -> Self {
        self.within_named(type_name::<B>)
    }

    pub(crate) fn within_named(mut self, body: fn() -> &'static str) -> Self {
        if self.function.is_empty() {
            self.function = body();
        }
        self
    }

    /// The path of the coroutine's function, as [`type_name`](core::any::type_name) writes it.
    pub fn function(&self) -> &'static str {
        // What tells is the body, which is an `async` block, or a function in it.
        let mut function = self.function.strip_suffix("::here").unwrap_or(self.function);
        while let Some(outer) = function.strip_suffix("::{{closure}}") {
            function = outer;
        }
        function
    }

    /// File, line and column of the `yield_!` or `yield_from!`.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

impl fmt::Display for Suspension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.function(), self.location)
    }
}

impl fmt::Debug for Suspension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

//! Where a coroutine is in its life.

/// Where a coroutine is in its life, as Python's `inspect.getgeneratorstate` tells it.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u8)]
/// fn once() {
///     yield_!(1);
/// }
///
/// let mut c = pin!(once());
/// assert_eq!(c.status(), Status::Created);
/// c.start();
/// assert_eq!(c.status(), Status::Suspended);
/// c.resume();
/// assert_eq!(c.status(), Status::Finished);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Made, and nothing of its body has run.
    Created,
    /// Stands at a `yield` and waits for a value.
    Suspended,
    /// Its body is running right now. Seen only through handles that share a coroutine.
    Running,
    /// Has returned. Its locals and arguments are dropped.
    Finished,
    /// Its body panicked. Its locals and arguments are dropped, and it cannot be resumed.
    Poisoned,
}

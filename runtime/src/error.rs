//! What misuse of a coroutine is answered with.

use core::error::Error;
use core::fmt;

use crate::Status;

/// A value could not be sent, because the coroutine does not stand at a `yield`. Gives the value back.
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(send = String)]
/// fn listener() {
///     yield_!(());
/// }
///
/// let mut c = pin!(listener());
/// let refused = c.try_send("early".to_string()).unwrap_err();
/// assert_eq!(refused.to_string(), "cannot send to a coroutine that has not started; call `start` first");
/// assert_eq!(refused.into_value(), "early");
/// c.start(); // still usable
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SendError<S> {
    value: S,
    status: Status,
}

impl<S> SendError<S> {
    pub(crate) fn new(value: S, status: Status) -> Self {
        SendError { value, status }
    }

    /// The value that was not delivered.
    pub fn into_value(self) -> S {
        self.value
    }

    /// The status in which the coroutine refused it; never `Suspended`.
    pub fn status(&self) -> Status {
        self.status
    }
}

impl<S> fmt::Display for SendError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(refused_send(self.status))
    }
}

impl<S> fmt::Debug for SendError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError").field("status", &self.status).finish_non_exhaustive()
    }
}

impl<S> Error for SendError<S> {}

/// A coroutine could not be started, because it has been started before.
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
/// c.start();
/// assert_eq!(c.try_start().unwrap_err().to_string(), "cannot start a coroutine twice; resume it with `send`");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartError {
    status: Status,
}

impl StartError {
    pub(crate) fn new(status: Status) -> Self {
        StartError { status }
    }

    /// The status in which the coroutine refused; never `Created`.
    pub fn status(&self) -> Status {
        self.status
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(refused_start(self.status))
    }
}

impl Error for StartError {}

/// An error was not thrown, because the coroutine does not stand at a `yield`. Gives the error back.
///
/// One that has not started has finished now: its body never runs, and its arguments are dropped (as in PEP 342).
///
/// ```
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(throw = String)]
/// fn listener() {
///     while yield_!().is_err() {}
/// }
///
/// let mut c = pin!(listener());
/// let refused = c.throw("early".to_string()).unwrap_err();
/// assert_eq!(refused.to_string(), "the coroutine had not started; it has finished now, without running");
/// assert_eq!(refused.into_error(), "early");
/// assert_eq!(c.status(), Status::Finished);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ThrowError<E> {
    error: E,
    status: Status,
}

impl<E> ThrowError<E> {
    /// `status` is the one that the coroutine had.
    pub(crate) fn new(error: E, status: Status) -> Self {
        ThrowError { error, status }
    }

    /// The error that was not delivered.
    pub fn into_error(self) -> E {
        self.error
    }

    /// The status that the coroutine had; never `Suspended`.
    pub fn status(&self) -> Status {
        self.status
    }
}

impl<E> fmt::Display for ThrowError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.status {
            Status::Created => "the coroutine had not started; it has finished now, without running",
            Status::Running => "cannot throw into a coroutine that is running",
            Status::Suspended => "cannot throw into this coroutine",
            Status::Finished => "cannot throw into a coroutine that has finished",
            Status::Poisoned => "cannot throw into a coroutine that has panicked",
        })
    }
}

impl<E> fmt::Debug for ThrowError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ThrowError").field("status", &self.status).finish_non_exhaustive()
    }
}

impl<E> Error for ThrowError<E> {}

/// A coroutine could not be closed, or not properly.
///
/// ```
/// use antiphon::CloseError;
/// use antiphon::prelude::*;
/// use std::pin::pin;
///
/// #[antiphon::coroutine(yield = u8, close)]
/// fn stubborn() {
///     for n in 0.. {
///         let _ = yield_!(n);
///     }
/// }
///
/// let mut c = pin!(stubborn());
/// c.start();
/// let error = c.close().unwrap_err();
/// assert_eq!(error, CloseError::Yielded(1));
/// assert_eq!(error.to_string(), "the coroutine ignored that it was being closed, and yielded; it has been dropped");
/// assert_eq!(c.status(), Status::Finished);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CloseError<Y> {
    /// It yielded instead of ending. Its locals have been dropped, and it has finished; this is what it yielded.
    Yielded(Y),
    /// It is running right now, and goes on: it has been asked, through a handle that is shared, by what it does itself.
    Running,
}

impl<Y> fmt::Display for CloseError<Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CloseError::Yielded(_) => {
                "the coroutine ignored that it was being closed, and yielded; it has been dropped"
            }
            CloseError::Running => "cannot close a coroutine that is running",
        })
    }
}

impl<Y> fmt::Debug for CloseError<Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CloseError::Yielded(_) => "Yielded(..)",
            CloseError::Running => "Running",
        })
    }
}

impl<Y> Error for CloseError<Y> {}

/// What closing a coroutine came to, for those who implement [`Coroutine`](crate::Coroutine); `close` makes an `Option` of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed<R> {
    /// Its body did not see it, had not started, or had ended before.
    Nothing,
    /// Its body returned that.
    Returned(R),
    /// Its body returned that, and it is a failure: the `Err` of a `Result`. A parent that delegates to the coroutine goes
    /// on with it, in the place of its own close.
    Failed(R),
}

impl<R> Closed<R> {
    /// What the body returned.
    ///
    /// ```
    /// use antiphon::Closed;
    ///
    /// assert_eq!(Closed::Returned(1).into_returned(), Some(1));
    /// assert_eq!(Closed::<u8>::Nothing.into_returned(), None);
    /// ```
    pub fn into_returned(self) -> Option<R> {
        match self {
            Closed::Nothing => None,
            Closed::Returned(value) | Closed::Failed(value) => Some(value),
        }
    }

    /// The same of another value.
    pub(crate) fn map<T>(self, map: impl FnOnce(R) -> T) -> Closed<T> {
        match self {
            Closed::Nothing => Closed::Nothing,
            Closed::Returned(value) => Closed::Returned(map(value)),
            Closed::Failed(value) => Closed::Failed(map(value)),
        }
    }
}

const fn refused_send(status: Status) -> &'static str {
    match status {
        Status::Created => "cannot send to a coroutine that has not started; call `start` first",
        Status::Running => "cannot send to a coroutine that is running",
        Status::Suspended => "cannot send to this coroutine",
        Status::Finished => "cannot send to a coroutine that has finished",
        Status::Poisoned => "cannot send to a coroutine that has panicked",
    }
}

const fn refused_start(status: Status) -> &'static str {
    match status {
        Status::Created => "cannot start this coroutine",
        Status::Running => "cannot start a coroutine that is running",
        Status::Suspended => "cannot start a coroutine twice; resume it with `send`",
        Status::Finished => "cannot start a coroutine that has finished",
        Status::Poisoned => "cannot start a coroutine that has panicked",
    }
}

/// Panics over a misplaced `send`. Out of line as a whole, or its cases would be mixed with the check that led here.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn refuse_send(status: Status) -> ! {
    panic!("{}", refused_send(status))
}

/// Panics over a misplaced `resume`, or `next`.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn refuse_resume(status: Status) -> ! {
    panic!(
        "{}",
        match status {
            Status::Created | Status::Suspended => "cannot resume this coroutine",
            Status::Running => "cannot resume a coroutine that is running",
            Status::Finished => "cannot resume a coroutine that has finished",
            Status::Poisoned => "cannot resume a coroutine that has panicked",
        }
    )
}

/// Panics over a misplaced `start`.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn refuse_start(status: Status) -> ! {
    panic!("{}", refused_start(status))
}

/// Panics over a misplaced `run`.
#[cold]
#[inline(never)]
#[track_caller]
pub(crate) fn refuse_run(status: Status) -> ! {
    panic!(
        "{}",
        match status {
            Status::Created => "cannot run this coroutine",
            Status::Suspended =>
                "cannot run a coroutine that has been started; `run` starts it, and answers from the first value",
            Status::Running => "cannot run a coroutine that is running",
            Status::Finished => "cannot run a coroutine that has finished",
            Status::Poisoned => "cannot run a coroutine that has panicked",
        }
    )
}

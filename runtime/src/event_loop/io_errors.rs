//! What goes wrong with a loop, a task, a timeout, a reader or a protocol, where a function fails with an `io::Error`: `?` takes it.

use std::io::{Error, ErrorKind};

use super::{Elapsed, JoinError, ReadError, RunError};
#[cfg(feature = "macros")]
use crate::protocol::WireError;

/// The system's reason itself, if there is one; otherwise [`ErrorKind::Other`], of which it is the inner error.
impl From<RunError> for Error {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Io(error) => error,
            error => Error::other(error),
        }
    }
}

/// [`ErrorKind::Other`]. The panic of the task, if that is what ended it, is in the inner error.
impl From<JoinError> for Error {
    fn from(error: JoinError) -> Self {
        Error::other(error)
    }
}

/// [`ErrorKind::TimedOut`].
impl From<Elapsed> for Error {
    fn from(error: Elapsed) -> Self {
        Error::new(ErrorKind::TimedOut, error)
    }
}

/// The system's reason itself, if there is one; [`ErrorKind::UnexpectedEof`] if the stream has ended, and otherwise
/// [`ErrorKind::InvalidData`]. What was read is in the inner error.
impl From<ReadError> for Error {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Io(error) => error,
            ReadError::Ended(_) => Error::new(ErrorKind::UnexpectedEof, error),
            ReadError::TooLong { .. } | ReadError::NotText(_) => Error::new(ErrorKind::InvalidData, error),
        }
    }
}

/// [`ErrorKind::UnexpectedEof`] if the other side has ended, [`ErrorKind::TimedOut`] at a deadline, and otherwise
/// [`ErrorKind::InvalidData`].
#[cfg(feature = "macros")]
impl From<WireError> for Error {
    fn from(error: WireError) -> Self {
        let kind = match error {
            WireError::Ended => ErrorKind::UnexpectedEof,
            WireError::TimedOut => ErrorKind::TimedOut,
            WireError::TooLong { .. } => ErrorKind::InvalidData,
        };
        Error::new(kind, error)
    }
}

//! What can be wrong with what is read.

use std::error::Error;
use std::fmt;
use std::io;
use std::vec::Vec;

/// Why a [`Reader`](super::Reader) does not give what was asked for.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReadError {
    /// The stream ended before; this is what there was. Python: `IncompleteReadError`.
    Ended(Vec<u8>),
    /// It is longer than the limit. Python: `LimitOverrunError`.
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The line is not UTF-8; these are its bytes, without its end.
    NotText(Vec<u8>),
    /// The system's reason.
    Io(io::Error),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Ended(rest) => write!(f, "the stream ended after {} bytes of what was asked for", rest.len()),
            ReadError::TooLong { limit } => write!(f, "longer than the reader's limit of {limit} bytes"),
            ReadError::NotText(_) => f.write_str("the line is not UTF-8"),
            ReadError::Io(error) => write!(f, "reading failed: {error}"),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ReadError::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        ReadError::Io(error)
    }
}

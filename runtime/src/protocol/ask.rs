//! What a protocol asks for, and the coroutines that ask.

use core::convert::Infallible;
use core::error::Error;
use core::fmt;
use core::mem;
use core::time::Duration;

use super::wire::Wire;

/// What a protocol yields: what it wants, and the wire, which it wants back. `E` is what it tells the application.
#[derive(Debug)]
pub struct Ask<E = Infallible> {
    /// The wire; the protocol is sent it when it has what it wants.
    pub wire: Wire,
    /// What is to be done before that.
    pub want: Want<E>,
}

/// What a protocol wants. It is no mistake to resume it earlier: it looks, and asks again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Want<E = Infallible> {
    /// More bytes, or the end of them; at the wire's [deadline](Wire::deadline) without. What is unsent is sent meanwhile.
    More,
    /// All sent that is unsent. This is how a protocol waits for a slow reader.
    Flush,
    /// To be resumed at that time, by [the driver's clock](Wire::now). What is unsent is sent meanwhile.
    Sleep(Duration),
    /// Nothing. It tells the application, which may write an answer on the wire.
    Event(E),
}

/// Why there are not the bytes that a protocol waited for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum WireError {
    /// The other side has ended its sending before. Python: `IncompleteReadError`.
    Ended,
    /// The mark is not within the limit. Python: `LimitOverrunError`.
    #[non_exhaustive]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// They did not come before the [deadline](Wire::deadline).
    TimedOut,
}

/// What a protocol waits for, as coroutines: `yield_from!(wire.more())`. None of them takes bytes, so if one is dropped, nothing
/// is lost.
impl Wire {
    /// Waits until more has come than there is.
    ///
    /// # Errors
    ///
    /// If the other side ends its sending instead, or it is the [deadline](Self::deadline).
    #[antiphon_macros::coroutine(yield = Ask<E>, send = Wire, crate = crate)]
    #[inline]
    pub fn more<E>(&mut self) -> Result<(), WireError> {
        let had = self.bytes().len();
        loop {
            if self.is_ended() {
                return Err(WireError::Ended);
            }
            *self = yield_!(Ask { wire: mem::take(self), want: Want::More });
            if self.bytes().len() > had {
                return Ok(());
            }
            if !self.is_ended() && self.deadline().is_some_and(|deadline| deadline <= self.now()) {
                return Err(WireError::TimedOut);
            }
        }
    }

    /// Waits until there is something. `false` if the other side ends its sending instead: at the end of a message, that is no
    /// error.
    ///
    /// # Errors
    ///
    /// If it is the [deadline](Self::deadline).
    #[antiphon_macros::coroutine(yield = Ask<E>, send = Wire, crate = crate)]
    #[inline]
    pub fn any<E>(&mut self) -> Result<bool, WireError> {
        if !self.bytes().is_empty() {
            return Ok(true);
        }
        match yield_from!(self.more()) {
            Err(WireError::Ended) => Ok(false),
            came => came.map(|()| true),
        }
    }

    /// Waits until there are `length` bytes. Python: `readexactly`.
    ///
    /// # Errors
    ///
    /// As [`more`](Self::more).
    #[antiphon_macros::coroutine(yield = Ask<E>, send = Wire, crate = crate)]
    #[inline]
    pub fn at_least<E>(&mut self, length: usize) -> Result<(), WireError> {
        while self.bytes().len() < length {
            yield_from!(self.more())?;
        }
        Ok(())
    }

    /// Waits until there is a `mark` behind the first `from` bytes. The number of bytes up to the mark, with it. Python:
    /// `readuntil`.
    ///
    /// # Errors
    ///
    /// If the mark is not among the next `limit` bytes. As [`more`](Self::more).
    #[antiphon_macros::coroutine(yield = Ask<E>, send = Wire, crate = crate)]
    #[inline]
    pub fn until<E>(&mut self, from: usize, mark: u8, limit: usize) -> Result<usize, WireError> {
        let last = from.saturating_add(limit);
        let mut searched = from;
        loop {
            let end = self.bytes().len().min(last);
            // There may be less than `from`.
            let unsearched = self.bytes().get(searched..end).unwrap_or_default();
            if let Some(at) = unsearched.iter().position(|byte| *byte == mark) {
                return Ok(searched + at + 1);
            }
            if end == last {
                return Err(WireError::TooLong { limit });
            }
            searched = searched.max(end);
            yield_from!(self.more())?;
        }
    }

    /// Waits until all is sent that was written. A protocol that answers as fast as it is asked flushes now and then: otherwise
    /// what it writes to one who does not read stays in memory.
    #[antiphon_macros::coroutine(yield = Ask<E>, send = Wire, crate = crate)]
    #[inline]
    pub fn flush<E>(&mut self) {
        while !self.unsent().is_empty() {
            *self = yield_!(Ask { wire: mem::take(self), want: Want::Flush });
        }
    }

    /// Waits until it is that late, by [the driver's clock](Self::now).
    #[antiphon_macros::coroutine(yield = Ask<E>, send = Wire, crate = crate)]
    #[inline]
    pub fn sleep_until<E>(&mut self, until: Duration) {
        while self.now() < until {
            *self = yield_!(Ask { wire: mem::take(self), want: Want::Sleep(until) });
        }
    }

    /// Tells the application. It may write on the wire before it goes on.
    #[antiphon_macros::coroutine(yield = Ask<E>, send = Wire, crate = crate)]
    #[inline]
    pub fn event<E>(&mut self, event: E) {
        *self = yield_!(Ask { wire: mem::take(self), want: Want::Event(event) });
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireError::Ended => f.write_str("the other side ended its sending in the middle of a message"),
            WireError::TooLong { limit } => write!(f, "no end within the limit of {limit} bytes"),
            WireError::TimedOut => f.write_str("nothing came in time"),
        }
    }
}

impl Error for WireError {}

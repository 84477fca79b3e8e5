//! One task reads while another writes.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::directions::{ReadBytes, WriteBytes};
use super::stream::ByteStream;
use crate::event_loop::debug::waits_fn;

/// The half of a stream that is read. See [`ByteStream::split`].
pub struct ReadHalf<'s, S>(&'s S);

/// The half of a stream that is written to. See [`ByteStream::split`].
pub struct WriteHalf<'s, S>(&'s S);

/// The half of a stream that is read, and a share of the stream. See [`ByteStream::into_split`].
pub struct OwnedReadHalf<S>(Rc<S>);

/// The half of a stream that is written to, and a share of the stream. Dropping it ends sending; see [`ByteStream::into_split`].
///
/// A stream whose [`poll_shutdown`](ByteStream::poll_shutdown) has to wait, as one with a protocol of its own may, gets as far as it
/// does at once. [`shutdown`](Self::shutdown) waits.
pub struct OwnedWriteHalf<S: ByteStream> {
    stream: Rc<S>,
    /// Whether sending is to be ended when this is dropped.
    open: Cell<bool>,
}

pub(crate) const fn split<S>(stream: &S) -> (ReadHalf<'_, S>, WriteHalf<'_, S>) {
    (ReadHalf(stream), WriteHalf(stream))
}

pub(crate) fn into_split<S: ByteStream>(stream: S) -> (OwnedReadHalf<S>, OwnedWriteHalf<S>) {
    let stream = Rc::new(stream);
    (OwnedReadHalf(Rc::clone(&stream)), OwnedWriteHalf { stream, open: Cell::new(true) })
}

impl<S: ByteStream> OwnedReadHalf<S> {
    /// Makes one stream of both halves again.
    ///
    /// # Errors
    ///
    /// If they are not of the same stream: both come back.
    pub fn reunite(self, other: OwnedWriteHalf<S>) -> Result<S, ReuniteError<S>> {
        if !Rc::ptr_eq(&self.0, &other.stream) {
            return Err(ReuniteError(self, other));
        }
        other.forget();
        // There are no more than these two, and one is gone.
        Ok(Rc::into_inner(self.0).expect("two halves of a stream have two shares of it"))
    }
}

impl<S: ByteStream> OwnedWriteHalf<S> {
    /// Makes one stream of both halves again.
    ///
    /// # Errors
    ///
    /// If they are not of the same stream: both come back.
    pub fn reunite(self, other: OwnedReadHalf<S>) -> Result<S, ReuniteError<S>> {
        other.reunite(self)
    }

    /// Drops it, but does not end sending.
    pub fn forget(self) {
        self.open.set(false);
    }
}

impl<S: ByteStream> Drop for OwnedWriteHalf<S> {
    fn drop(&mut self) {
        if self.open.get() {
            // If it is not connected any more, sending has ended already.
            let _ = ByteStream::poll_shutdown(&*self.stream, &mut Context::from_waker(Waker::noop()));
        }
    }
}

macro_rules! reads {
    ($half:ty) => {
        impl<S: ByteStream> $half {
            /// The stream that it is a half of.
            pub fn stream(&self) -> &S {
                &self.0
            }

            /// Reads what is there: see [`ByteStream::read`].
            ///
            /// # Errors
            ///
            /// If the connection was reset, and the system's other reasons.
            ///
            /// # Cancellation
            ///
            /// No byte is lost.
            pub fn read(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
                self.stream().read(buffer)
            }
        }

        impl<S: ByteStream> ReadBytes for $half {
            fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
                ByteStream::poll_read(self.stream(), cx, buffer)
            }
        }

        impl<S: ByteStream + fmt::Debug> fmt::Debug for $half {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple("ReadHalf").field(self.stream()).finish()
            }
        }
    };
}

reads!(ReadHalf<'_, S>);
reads!(OwnedReadHalf<S>);

macro_rules! writes {
    ($half:ty, |$self:ident| $stream:expr, $ended:expr) => {
        impl<S: ByteStream> $half {
            /// The stream that it is a half of.
            pub fn stream(&self) -> &S {
                let $self = self;
                $stream
            }

            /// Writes as much as there is room for: see [`ByteStream::write`].
            ///
            /// # Errors
            ///
            /// If the other side has closed or reset the connection, and the system's other reasons.
            ///
            /// # Cancellation
            ///
            /// Nothing was written.
            pub fn write(&self, bytes: &[u8]) -> impl Future<Output = io::Result<usize>> {
                self.stream().write(bytes)
            }

            /// The same, of several buffers.
            ///
            /// # Errors
            ///
            /// As [`write`](Self::write).
            ///
            /// # Cancellation
            ///
            /// Nothing was written.
            pub fn write_vectored(&self, bytes: &[IoSlice<'_>]) -> impl Future<Output = io::Result<usize>> {
                self.stream().write_vectored(bytes)
            }

            /// Writes all of `bytes`: see [`ByteStream::write_all`].
            ///
            /// # Errors
            ///
            /// As [`write`](Self::write); some of the bytes may have been written.
            ///
            /// # Cancellation
            ///
            /// Some of the bytes may have been written.
            pub fn write_all(&self, bytes: &[u8]) -> impl Future<Output = io::Result<()>> {
                self.stream().write_all(bytes)
            }

            /// Ends sending: see [`ByteStream::shutdown`].
            ///
            /// # Errors
            ///
            /// If it is not connected any more.
            pub fn shutdown(&self) -> impl Future<Output = io::Result<()>> {
                waits_fn(|| "ByteStream::shutdown", |cx| self.poll_shutdown(cx))
            }
        }

        impl<S: ByteStream> WriteBytes for $half {
            fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
                ByteStream::poll_write(self.stream(), cx, bytes)
            }

            fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                let ended = ByteStream::poll_shutdown(self.stream(), cx);
                if ended.is_ready() {
                    let $self = self;
                    $ended;
                }
                ended
            }
        }

        impl<S: ByteStream + fmt::Debug> fmt::Debug for $half {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple("WriteHalf").field(self.stream()).finish()
            }
        }
    };
}

writes!(WriteHalf<'_, S>, |half| half.0, _ = half);
writes!(OwnedWriteHalf<S>, |half| &half.stream, half.open.set(false));

/// The halves are not of the same stream. They are in it.
pub struct ReuniteError<S: ByteStream>(pub OwnedReadHalf<S>, pub OwnedWriteHalf<S>);

impl<S: ByteStream> fmt::Debug for ReuniteError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ReuniteError").finish_non_exhaustive()
    }
}

impl<S: ByteStream> fmt::Display for ReuniteError<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the halves are not of the same stream")
    }
}

impl<S: ByteStream> Error for ReuniteError<S> {}

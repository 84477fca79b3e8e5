//! Streams of one direction.

use std::io::{self, IoSlice};
use std::task::{Context, Poll};

#[cfg(unix)]
use super::pipe::{PipeReader, PipeWriter};
use super::split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use super::stream::ByteStream;

/// What bytes come from: any [`ByteStream`], a [half](ByteStream::split) of one, or something of your own.
///
/// A [`Reader`](super::Reader) reads it, and [`copy`](super::copy()) copies it.
pub trait ReadBytes {
    /// Reads what is there. If there is nothing, whoever polls is woken when there is. 0 at the end, and at once if `buffer` is empty.
    ///
    /// # Errors
    ///
    /// If the connection was reset, and the system's other reasons.
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>>;
}

/// What bytes go to: any [`ByteStream`], a [half](ByteStream::split) of one, or something of your own.
///
/// A [`Writer`](super::Writer) sends to it, and [`copy`](super::copy()) copies to it.
pub trait WriteBytes {
    /// Writes what there is room for. If there is none, whoever polls is woken when there is.
    ///
    /// # Errors
    ///
    /// If the other side has closed or reset the connection, and the system's other reasons.
    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>>;

    /// Passes on what is kept of what was written: see [`ByteStream::poll_flush`].
    ///
    /// # Errors
    ///
    /// As [`poll_write`](Self::poll_write).
    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _ = cx;
        Poll::Ready(Ok(()))
    }

    /// Ends sending.
    ///
    /// # Errors
    ///
    /// If it is not connected any more.
    fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;
}

/// What has one direction may be lent as well, as streams may. (That of all that do would be in the way of that of all streams.)
macro_rules! by_reference {
    ($(<$($generics:ident: $bound:path)?> $reads:ty),*; $(<$($of:ident: $is:path)?> $writes:ty),*) => {
        $(
            impl$(<$generics: $bound>)? ReadBytes for &$reads {
                fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
                    ReadBytes::poll_read(*self, cx, buffer)
                }
            }
        )*
        $(
            impl$(<$of: $is>)? WriteBytes for &$writes {
                fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
                    WriteBytes::poll_write(*self, cx, bytes)
                }

                fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                    WriteBytes::poll_flush(*self, cx)
                }

                fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                    WriteBytes::poll_shutdown(*self, cx)
                }
            }
        )*
    };
}

by_reference!(<S: ByteStream> ReadHalf<'_, S>, <S: ByteStream> OwnedReadHalf<S>;
    <S: ByteStream> WriteHalf<'_, S>, <S: ByteStream> OwnedWriteHalf<S>);
#[cfg(unix)]
by_reference!(<> PipeReader; <> PipeWriter);

impl<S: ByteStream + ?Sized> ReadBytes for S {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        ByteStream::poll_read(self, cx, buffer)
    }
}

impl<S: ByteStream + ?Sized> WriteBytes for S {
    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        ByteStream::poll_write(self, cx, bytes)
    }

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ByteStream::poll_flush(self, cx)
    }

    fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ByteStream::poll_shutdown(self, cx)
    }
}

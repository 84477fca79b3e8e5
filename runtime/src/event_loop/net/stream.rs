//! What bytes come from and go to.

use std::boxed::Box;
use std::future::Future;
use std::io::{self, IoSlice};
use std::rc::Rc;
use std::task::{Context, Poll};

use super::split::{self, OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use crate::event_loop::debug::{is_made_of, waits_fn};

/// A connection on which bytes go both ways: [`TcpStream`](super::TcpStream), [`UnixStream`](super::UnixStream), or one of your own.
///
/// Its operations take it by shared reference, so one task may read while another writes. A write waits for its reader: there is
/// no `drain`. Python: the pair of `StreamReader` and `StreamWriter`, which are [`Reader`](super::Reader) and
/// [`Writer`](super::Writer) here.
pub trait ByteStream {
    /// Reads what is there. If there is nothing, whoever polls is woken when there is. Into an empty buffer it reads 0 bytes, and
    /// does not wait.
    ///
    /// # Errors
    ///
    /// If the connection was reset, and the system's other reasons.
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>>;

    /// Writes what there is room for. If there is none, whoever polls is woken when there is.
    ///
    /// # Errors
    ///
    /// If the other side has closed or reset the connection, and the system's other reasons.
    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>>;

    /// Passes on what the stream itself has kept of what was written, as one that encrypts may. Most keep nothing.
    ///
    /// # Errors
    ///
    /// As [`poll_write`](Self::poll_write).
    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let _ = cx;
        Poll::Ready(Ok(()))
    }

    /// Ends sending. Who reads on the other side finds the end after what was written.
    ///
    /// # Errors
    ///
    /// If it is not connected any more.
    fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Reads what is there, at least a byte, at most what `buffer` holds. 0 if the other side has ended its sending, or if
    /// `buffer` is empty.
    ///
    /// # Errors
    ///
    /// If the connection was reset, and the system's other reasons.
    ///
    /// # Cancellation
    ///
    /// No byte is lost.
    fn read(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>>
    where
        Self: Sized,
    {
        waits_fn(|| "ByteStream::read", move |cx| self.poll_read(cx, buffer))
    }

    /// Writes as much of `bytes` as there is room for in the system, at least a byte of them if there are any.
    ///
    /// # Errors
    ///
    /// If the other side has closed or reset the connection, and the system's other reasons.
    ///
    /// # Cancellation
    ///
    /// Nothing was written.
    fn write(&self, bytes: &[u8]) -> impl Future<Output = io::Result<usize>>
    where
        Self: Sized,
    {
        waits_fn(|| "ByteStream::write", move |cx| self.poll_write(cx, &[IoSlice::new(bytes)]))
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
    fn write_vectored(&self, bytes: &[IoSlice<'_>]) -> impl Future<Output = io::Result<usize>>
    where
        Self: Sized,
    {
        waits_fn(|| "ByteStream::write_vectored", move |cx| self.poll_write(cx, bytes))
    }

    /// Writes all of `bytes`. It waits while the other side does not read.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); some of the bytes may have been written.
    ///
    /// # Cancellation
    ///
    /// Some of the bytes may have been written.
    fn write_all(&self, mut bytes: &[u8]) -> impl Future<Output = io::Result<()>>
    where
        Self: Sized,
    {
        is_made_of(|| "ByteStream::write_all", async move {
            while !bytes.is_empty() {
                match self.write(bytes).await? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    n => bytes = &bytes[n..],
                }
            }
            self.flush().await
        })
    }

    /// Passes on what the stream itself has kept of what was [written](Self::write), as one that encrypts may. Most keep nothing.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write).
    ///
    /// # Cancellation
    ///
    /// Some of it may have been passed on.
    fn flush(&self) -> impl Future<Output = io::Result<()>>
    where
        Self: Sized,
    {
        waits_fn(|| "ByteStream::flush", move |cx| self.poll_flush(cx))
    }

    /// Ends sending, and goes on to receive. Who reads on the other side finds the end after what was written. Python:
    /// `write_eof`.
    ///
    /// # Errors
    ///
    /// If it is not connected any more.
    fn shutdown(&self) -> impl Future<Output = io::Result<()>>
    where
        Self: Sized,
    {
        waits_fn(|| "ByteStream::shutdown", move |cx| self.poll_shutdown(cx))
    }

    /// Two halves that borrow the stream: one reads, the other writes. Dropping them does nothing to the stream.
    fn split(&self) -> (ReadHalf<'_, Self>, WriteHalf<'_, Self>)
    where
        Self: Sized,
    {
        split::split(self)
    }

    /// Two halves that go to two tasks. Dropping the one that writes ends sending; the stream is dropped with the last of them.
    /// [`reunite`](OwnedReadHalf::reunite) makes one of them again.
    ///
    /// ```
    /// use antiphon::event_loop::{self, ByteStream, UnixStream, spawn};
    ///
    /// event_loop::run(async {
    ///     let (client, server) = UnixStream::pair()?;
    ///     let (reader, writer) = client.into_split();
    ///     drop(spawn(async move { writer.write_all(b"all of it").await }));
    ///
    ///     let mut buffer = [0; 16];
    ///     assert_eq!(server.read(&mut buffer).await?, 9);
    ///     // Its task has ended, and the half with it.
    ///     assert_eq!(server.read(&mut buffer).await?, 0);
    ///     server.write_all(b"answer").await?;
    ///     assert_eq!(reader.read(&mut buffer).await?, 6);
    ///     std::io::Result::Ok(())
    /// }).unwrap()?;
    /// # std::io::Result::Ok(())
    /// ```
    fn into_split(self) -> (OwnedReadHalf<Self>, OwnedWriteHalf<Self>)
    where
        Self: Sized,
    {
        split::into_split(self)
    }
}

macro_rules! by_reference {
    ($($pointer:ty),*) => {$(
        impl<S: ByteStream + ?Sized> ByteStream for $pointer {
            fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
                S::poll_read(self, cx, buffer)
            }

            fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
                S::poll_write(self, cx, bytes)
            }

            fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                S::poll_flush(self, cx)
            }

            fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                S::poll_shutdown(self, cx)
            }
        }
    )*};
}

by_reference!(&S, Rc<S>, Box<S>);

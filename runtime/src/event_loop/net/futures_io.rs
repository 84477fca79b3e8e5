//! The traits of `futures-io`: ours have them, and what has them is one of ours.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_io::{AsyncBufRead, AsyncRead, AsyncWrite};

use super::directions::{ReadBytes, WriteBytes};
use super::reader::Reader;
use super::split::{OwnedReadHalf, OwnedWriteHalf, ReadHalf, WriteHalf};
use super::stream::ByteStream;
use super::tcp::TcpStream;
use super::writer::Writer;
#[cfg(unix)]
use super::{
    pipe::{PipeReader, PipeWriter},
    unix::UnixStream,
};

/// A stream with the traits of `futures-io`, as a [`ByteStream`]: one that encrypts, for example.
///
/// What it keeps of what was written is passed on as far as there is room, and by [`write_all`](ByteStream::write_all) and
/// [`flush`](ByteStream::flush) to the end.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, FuturesIo, Reader};
/// use futures::io::Cursor;
///
/// event_loop::run(async {
///     let stream = FuturesIo::new(Cursor::new(b"first\nsecond\n".to_vec()));
///     let mut reader = Reader::new(stream);
///     assert_eq!(reader.read_line().await?.unwrap(), "first");
///     Ok::<_, event_loop::ReadError>(())
/// }).unwrap().unwrap();
/// ```
///
/// # Panics
///
/// Its operations panic if the stream calls them within its own.
pub struct FuturesIo<T>(RefCell<T>);

impl<T> FuturesIo<T> {
    /// Makes a [`ByteStream`] of it.
    pub const fn new(stream: T) -> Self {
        FuturesIo(RefCell::new(stream))
    }

    /// The stream.
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }

    /// Gives the stream back.
    pub fn into_inner(self) -> T {
        self.0.into_inner()
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> ByteStream for FuturesIo<T> {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_read(cx, buffer)
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let mut stream = self.0.borrow_mut();
        let written = ready!(Pin::new(&mut *stream).poll_write_vectored(cx, bytes))?;
        // These bytes are accepted: what goes wrong now is for the next to find.
        let _flushed = Pin::new(&mut *stream).poll_flush(cx);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_flush(cx)
    }

    fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_close(cx)
    }
}

impl<T: fmt::Debug> fmt::Debug for FuturesIo<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FuturesIo").field(&self.0).finish()
    }
}

macro_rules! reads {
    ($([$($generics:tt)*] $stream:ty),*) => {$(
        impl<$($generics)*> AsyncRead for $stream {
            fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
                ReadBytes::poll_read(&*self, cx, buffer)
            }
        }
    )*};
}

macro_rules! writes {
    ($([$($generics:tt)*] $stream:ty),*) => {$(
        impl<$($generics)*> AsyncWrite for $stream {
            fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
                WriteBytes::poll_write(&*self, cx, &[IoSlice::new(bytes)])
            }

            fn poll_write_vectored(
                self: Pin<&mut Self>,
                cx: &mut Context<'_>,
                bytes: &[IoSlice<'_>],
            ) -> Poll<io::Result<usize>> {
                WriteBytes::poll_write(&*self, cx, bytes)
            }

            fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                WriteBytes::poll_flush(&*self, cx)
            }

            /// Ends sending.
            fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
                WriteBytes::poll_shutdown(&*self, cx)
            }
        }
    )*};
}

reads!([] TcpStream, [] &TcpStream, [S: ByteStream] ReadHalf<'_, S>, [S: ByteStream] OwnedReadHalf<S>);
writes!([] TcpStream, [] &TcpStream, [S: ByteStream] WriteHalf<'_, S>, [S: ByteStream] OwnedWriteHalf<S>);
#[cfg(unix)]
reads!([] UnixStream, [] &UnixStream, [] PipeReader);
#[cfg(unix)]
writes!([] UnixStream, [] &UnixStream, [] PipeWriter);

impl<S: ReadBytes + Unpin> AsyncRead for Reader<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        Reader::poll_read(&mut self, cx, buffer)
    }
}

impl<S: ReadBytes + Unpin> AsyncBufRead for Reader<S> {
    fn poll_fill_buf(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        while self.buffered().is_empty() && ready!(self.poll_fill(cx))? {}
        Poll::Ready(Ok(self.get_mut().buffered()))
    }

    fn consume(mut self: Pin<&mut Self>, length: usize) {
        Reader::consume(&mut self, length);
    }
}

/// What is written waits to be sent; if that is more than the high mark, writing waits. Flushing waits for all of it.
impl<S: WriteBytes + 'static> AsyncWrite for Writer<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_drain(cx))?;
        self.write(bytes)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Writer::poll_flush(&self, cx)
    }

    fn poll_close(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_shutdown(cx)
    }
}

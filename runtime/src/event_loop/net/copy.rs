//! From one stream to another.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec::Vec;

use super::directions::{ReadBytes, WriteBytes};
use super::scratch;
use super::stream::ByteStream;
use crate::event_loop::{debug, wake};

/// Copies all that comes, to the end. How many bytes that were. Sending is not ended.
///
/// It reads nothing before what it read is written: who does not read slows who writes. While it waits for bytes it holds no
/// memory for them.
///
/// # Errors
///
/// Those of reading and of writing.
///
/// # Cancellation
///
/// What was read and not written is lost with the future; a future that is kept has it: [`Copying::unsent`].
///
/// Streams, halves of them and pipes can be lent. What is given comes back by [`Copying::into_inner`].
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, UnixStream, copy};
///
/// let copied = event_loop::run(async {
///     let ((from, client), (to, other)) = (UnixStream::pair()?, UnixStream::pair()?);
///     client.write_all(b"passed on").await?;
///     drop(client);
///     assert_eq!(copy(&from, &to).await?, 9);
///     let mut buffer = [0; 16];
///     let n = other.read(&mut buffer).await?;
///     std::io::Result::Ok(buffer[..n].to_vec())
/// });
/// assert_eq!(copied.unwrap()?, b"passed on");
/// # std::io::Result::Ok(())
/// ```
pub const fn copy<R: ReadBytes, W: WriteBytes>(from: R, to: W) -> Copying<R, W> {
    Copying { from, to, flow: Flow::new() }
}

/// Copies all that comes from either to the other. When one side ends its sending, that is passed on, and the other direction
/// goes on. How many bytes went from `a` to `b`, and how many back.
///
/// # Errors
///
/// Those of reading and of writing, in either direction.
///
/// # Cancellation
///
/// As that of [`copy`](copy()): see [`CopyingBoth::unsent`].
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, UnixStream, copy_bidirectional, spawn};
///
/// let answer = event_loop::run(async {
///     let ((client, front), (back, server)) = (UnixStream::pair()?, UnixStream::pair()?);
///     let relay = spawn(async move { copy_bidirectional(front, back).await });
///     client.write_all(b"question").await?;
///     client.shutdown().await?;
///
///     let mut buffer = [0; 16];
///     assert_eq!(server.read(&mut buffer).await?, 8);
///     assert_eq!(server.read(&mut buffer).await?, 0);
///     server.write_all(b"answer").await?;
///     drop(server);
///     assert_eq!(relay.await.unwrap()?, (8, 6));
///     let n = client.read(&mut buffer).await?;
///     std::io::Result::Ok(buffer[..n].to_vec())
/// });
/// assert_eq!(answer.unwrap()?, b"answer");
/// # std::io::Result::Ok(())
/// ```
pub const fn copy_bidirectional<A: ByteStream, B: ByteStream>(a: A, b: B) -> CopyingBoth<A, B> {
    CopyingBoth { a, b, there: Flow::new(), back: Flow::new() }
}

/// The future of [`copy`](copy()).
#[must_use = "nothing is copied unless it is awaited"]
pub struct Copying<R, W> {
    from: R,
    to: W,
    flow: Flow,
}

impl<R, W> Copying<R, W> {
    /// How many bytes were written.
    pub const fn copied(&self) -> u64 {
        self.flow.copied
    }

    /// What was read and is not written: because writing failed, or the copying was cut short.
    pub fn unsent(&self) -> &[u8] {
        self.flow.unsent()
    }

    /// What was copied from, and to. What is [unsent](Self::unsent) is lost.
    pub fn into_inner(self) -> (R, W) {
        (self.from, self.to)
    }
}

/// The future of [`copy_bidirectional`].
#[must_use = "nothing is copied unless it is awaited"]
pub struct CopyingBoth<A, B> {
    a: A,
    b: B,
    there: Flow,
    back: Flow,
}

impl<A, B> CopyingBoth<A, B> {
    /// How many bytes went from `a` to `b`, and how many back.
    pub const fn copied(&self) -> (u64, u64) {
        (self.there.copied, self.back.copied)
    }

    /// What was read of `a` and is not written to `b`, and the other way.
    pub fn unsent(&self) -> (&[u8], &[u8]) {
        (self.there.unsent(), self.back.unsent())
    }

    /// The two streams, for a last word after a relay. What is [unsent](Self::unsent) is lost.
    ///
    /// ```
    /// use antiphon::event_loop::{self, ByteStream, UnixStream, copy_bidirectional, timeout};
    /// use std::time::Duration;
    ///
    /// let said = event_loop::run(async {
    ///     let ((client, front), (back, _server)) = (UnixStream::pair()?, UnixStream::pair()?);
    ///     let mut relay = copy_bidirectional(front, back);
    ///     if timeout(Duration::from_millis(1), &mut relay).await.is_err() {
    ///         let (front, _) = relay.into_inner();
    ///         front.write_all(b"this takes too long").await?;
    ///     }
    ///     let mut buffer = [0; 32];
    ///     let n = client.read(&mut buffer).await?;
    ///     std::io::Result::Ok(buffer[..n].to_vec())
    /// });
    /// assert_eq!(said.unwrap()?, b"this takes too long");
    /// # std::io::Result::Ok(())
    /// ```
    pub fn into_inner(self) -> (A, B) {
        (self.a, self.b)
    }
}

// The streams are used by shared reference, and nothing in the two is pinned.
impl<R, W> Unpin for Copying<R, W> {}
impl<A, B> Unpin for CopyingBoth<A, B> {}

impl<R: ReadBytes, W: WriteBytes> Future for Copying<R, W> {
    type Output = io::Result<u64>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Copying { from, to, flow } = &mut *self;
        let polled = flow.poll(cx, from, to);
        if polled.is_pending() {
            debug::awaits("copy");
        }
        polled.map_ok(|()| flow.copied)
    }
}

impl<A: ByteStream, B: ByteStream> Future for CopyingBoth<A, B> {
    type Output = io::Result<(u64, u64)>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let CopyingBoth { a, b, there, back } = &mut *self;
        // Both, before either is waited for.
        let (there, back) = (there.poll_to_end(cx, a, b)?, back.poll_to_end(cx, b, a)?);
        match (there, back) {
            (Poll::Ready(()), Poll::Ready(())) => Poll::Ready(Ok(self.copied())),
            _ => {
                debug::awaits("copy_bidirectional");
                Poll::Pending
            }
        }
    }
}

/// One direction.
struct Flow {
    /// What was read; what is before `written` has gone.
    read: Vec<u8>,
    written: usize,
    copied: u64,
    ended: bool,
    /// All was passed on, so the stream may be told to end, and is not flushed any more.
    flushed: bool,
    shut_down: bool,
}

impl Flow {
    const fn new() -> Self {
        Flow { read: Vec::new(), written: 0, copied: 0, ended: false, flushed: false, shut_down: false }
    }

    fn unsent(&self) -> &[u8] {
        &self.read[self.written..]
    }

    fn poll(&mut self, cx: &mut Context<'_>, from: &impl ReadBytes, to: &impl WriteBytes) -> Poll<io::Result<()>> {
        loop {
            while self.written < self.read.len() {
                let n = ready!(write(cx, to, self.unsent()))?;
                self.written += n;
                self.copied += n as u64;
            }
            (self.read, self.written) = (Vec::new(), 0);
            if self.ended {
                return to.poll_flush(cx);
            }
            if scratch::with(|room| self.pass_all_on(cx, from, to, room))?.is_pending() {
                return Poll::Pending;
            }
        }
    }

    /// Reads and writes until one of the two has to be waited for, or there is no more.
    fn pass_all_on(
        &mut self,
        cx: &mut Context<'_>,
        from: &impl ReadBytes,
        to: &impl WriteBytes,
        room: &mut [u8],
    ) -> Poll<io::Result<()>> {
        while !self.ended {
            // Streams of the loop say themselves when it is enough; others may always be ready.
            if !wake::may_complete(cx) {
                return Poll::Pending;
            }
            if self.pass_on(cx, from, to, room)?.is_pending() {
                // Who is to answer has to have been asked.
                let _flushed = to.poll_flush(cx)?;
                return Poll::Pending;
            }
        }
        Poll::Ready(Ok(()))
    }

    /// Reads once, and writes that from where it is. What there is no room for is kept.
    fn pass_on(
        &mut self,
        cx: &mut Context<'_>,
        from: &impl ReadBytes,
        to: &impl WriteBytes,
        room: &mut [u8],
    ) -> Poll<io::Result<()>> {
        let n = ready!(from.poll_read(cx, room))?;
        self.ended = n == 0;
        let mut read = &room[..n];
        while !read.is_empty() {
            let polled = write(cx, to, read);
            if let Poll::Ready(Ok(n)) = polled {
                read = &read[n..];
                self.copied += n as u64;
            } else {
                self.read = read.into();
                return polled.map_ok(|_| ());
            }
        }
        Poll::Ready(Ok(()))
    }

    /// The same, and passes the end on. When that is done it is done: a stream that has ended, or is about to, may refuse a flush,
    /// and this is polled as long as the other direction goes on.
    fn poll_to_end(
        &mut self,
        cx: &mut Context<'_>,
        from: &impl ReadBytes,
        to: &impl WriteBytes,
    ) -> Poll<io::Result<()>> {
        if !self.flushed {
            ready!(self.poll(cx, from, to))?;
            self.flushed = true;
        }
        if !self.shut_down {
            ready!(to.poll_shutdown(cx))?;
            self.shut_down = true;
        }
        Poll::Ready(Ok(()))
    }
}

/// At least a byte.
fn write(cx: &mut Context<'_>, to: &impl WriteBytes, bytes: &[u8]) -> Poll<io::Result<usize>> {
    match ready!(to.poll_write(cx, &[IoSlice::new(bytes)]))? {
        0 => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
        n => Poll::Ready(Ok(n)),
    }
}

impl<R: fmt::Debug, W: fmt::Debug> fmt::Debug for Copying<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Copying { from, to, .. } = self;
        f.debug_struct("Copying").field("from", from).field("to", to).field("copied", &self.copied()).finish()
    }
}

impl<A: fmt::Debug, B: fmt::Debug> fmt::Debug for CopyingBoth<A, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CopyingBoth { a, b, .. } = self;
        f.debug_struct("CopyingBoth").field("a", a).field("b", b).field("copied", &self.copied()).finish()
    }
}

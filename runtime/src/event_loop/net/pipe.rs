//! Pipes, to child processes.

use std::cell::RefCell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice, Read, Write};
use std::task::{Context, Poll};

use mio::unix::pipe::{Receiver, Sender};

use super::directions::{ReadBytes, WriteBytes};
use super::io::System;
use super::simulated::Absent;
use super::source::Source;
use super::sources::Direction;
use crate::event_loop::debug::{is_made_of, waits_fn};
use crate::event_loop::wake;

impl System for Receiver {
    type Simulated = Absent;
}

impl System for Sender {
    type Simulated = Absent;
}

pub(crate) fn no_child_processes<T>() -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "a simulated event loop has no child processes"))
}

/// The end of a pipe that is read from: what a [child process](super::super::Child) writes. A
/// [`Reader`](super::Reader) reads it by lines.
pub struct PipeReader {
    source: Source<Receiver>,
}

impl PipeReader {
    pub(crate) fn new(pipe: Receiver) -> io::Result<Self> {
        pipe.set_nonblocking(true)?;
        Ok(PipeReader { source: Source::open("PipeReader", || Ok(pipe), |_| no_child_processes())? })
    }

    /// Reads what is there: see [`ByteStream::read`](super::ByteStream::read).
    ///
    /// # Errors
    ///
    /// The system's.
    ///
    /// # Cancellation
    ///
    /// No byte is lost.
    pub fn read(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        waits_fn(|| "PipeReader::read", move |cx| self.poll_read(cx, buffer))
    }
}

impl ReadBytes for PipeReader {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return wake::complete(cx, || Ok(0));
        }
        self.source.poll(cx, Direction::Read, |pipe| Read::read(&mut pipe.real(), buffer))
    }
}

impl fmt::Debug for PipeReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

/// The end of a pipe that is written to: what a [child process](super::super::Child) reads. To drop it is to
/// end sending.
pub struct PipeWriter {
    /// Until it is shut down.
    source: RefCell<Option<Source<Sender>>>,
}

impl PipeWriter {
    pub(crate) fn new(pipe: Sender) -> io::Result<Self> {
        pipe.set_nonblocking(true)?;
        let source = Source::open("PipeWriter", || Ok(pipe), |_| no_child_processes())?;
        Ok(PipeWriter { source: RefCell::new(Some(source)) })
    }

    /// Writes as much as there is room for: see [`ByteStream::write`](super::ByteStream::write).
    ///
    /// # Errors
    ///
    /// If nobody reads it any more, or it was shut down.
    ///
    /// # Cancellation
    ///
    /// Nothing was written.
    pub fn write(&self, bytes: &[u8]) -> impl Future<Output = io::Result<usize>> {
        waits_fn(|| "PipeWriter::write", move |cx| self.poll_write(cx, &[IoSlice::new(bytes)]))
    }

    /// Writes all of `bytes`. It waits while nobody reads.
    ///
    /// # Errors
    ///
    /// As [`write`](Self::write); some of the bytes may have been written.
    ///
    /// # Cancellation
    ///
    /// Some of the bytes may have been written.
    pub fn write_all(&self, mut bytes: &[u8]) -> impl Future<Output = io::Result<()>> {
        is_made_of(|| "PipeWriter::write_all", async move {
            while !bytes.is_empty() {
                match self.write(bytes).await? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    n => bytes = &bytes[n..],
                }
            }
            Ok(())
        })
    }

    /// Ends sending. Who reads finds the end after what was written.
    ///
    /// # Errors
    ///
    /// None.
    pub async fn shutdown(&self) -> io::Result<()> {
        poll_fn(|cx| self.poll_shutdown(cx)).await
    }
}

impl WriteBytes for PipeWriter {
    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let source = self.source.borrow();
        let Some(source) = &*source else { return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())) };
        source.poll(cx, Direction::Write, |pipe| Write::write_vectored(&mut pipe.real(), bytes))
    }

    fn poll_shutdown(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Dropped when nothing is borrowed: a waker may go with it.
        let source = self.source.take();
        drop(source);
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for PipeWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PipeWriter").field(&self.source.borrow()).finish()
    }
}

//! Pipes, to child processes.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::task::{Context, Poll};

use mio::unix::pipe::{Receiver, Sender};

use super::io::{Io, System};
use super::simulated::Endpoint;
use super::source::{Direction, Source};
use super::stream::ByteStream;

/// What a simulated loop has none of.
#[derive(Debug)]
pub(crate) enum Absent {}

impl Endpoint for Absent {
    fn attach(&self, _: mio::Token) {
        match *self {}
    }
}

impl System for Receiver {
    type Simulated = Absent;
}

impl System for Sender {
    type Simulated = Absent;
}

fn absent<T>() -> io::Result<T> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "a simulated event loop has no child processes"))
}

/// The end of a pipe that is read from: what a [child process](super::super::Child) writes. A [`ByteStream`] that cannot be
/// written to.
pub struct PipeReader {
    source: Source<Receiver>,
}

impl PipeReader {
    pub(crate) fn new(pipe: Receiver) -> io::Result<Self> {
        pipe.set_nonblocking(true)?;
        Ok(PipeReader { source: Source::open("PipeReader", || Ok(pipe), |_| absent())? })
    }
}

impl ByteStream for PipeReader {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.source.poll(cx, Direction::Read, |pipe| match pipe {
            Io::Real(pipe) => Read::read(&mut { pipe }, buffer),
            Io::Simulated(absent) => match *absent {},
        })
    }

    fn poll_write(&self, _: &mut Context<'_>, _: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::Error::new(io::ErrorKind::Unsupported, "this end of a pipe is read from")))
    }

    fn poll_shutdown(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Err(io::Error::new(io::ErrorKind::Unsupported, "this end of a pipe is read from")))
    }
}

impl fmt::Debug for PipeReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

/// The end of a pipe that is written to: what a [child process](super::super::Child) reads. A [`ByteStream`] that cannot be read
/// from. To end its sending, [`shutdown`](ByteStream::shutdown) it or drop it.
pub struct PipeWriter {
    /// Until it is shut down.
    source: RefCell<Option<Source<Sender>>>,
}

impl PipeWriter {
    pub(crate) fn new(pipe: Sender) -> io::Result<Self> {
        pipe.set_nonblocking(true)?;
        let source = Source::open("PipeWriter", || Ok(pipe), |_| absent())?;
        Ok(PipeWriter { source: RefCell::new(Some(source)) })
    }
}

impl ByteStream for PipeWriter {
    fn poll_read(&self, _: &mut Context<'_>, _: &mut [u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Err(io::Error::new(io::ErrorKind::Unsupported, "this end of a pipe is written to")))
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let source = self.source.borrow();
        let Some(source) = &*source else { return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())) };
        source.poll(cx, Direction::Write, |pipe| match pipe {
            Io::Real(pipe) => Write::write_vectored(&mut { pipe }, bytes),
            Io::Simulated(absent) => match *absent {},
        })
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

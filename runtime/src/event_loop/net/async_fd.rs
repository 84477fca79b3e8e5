//! Waiting for any descriptor.

use std::fmt;
use std::future::Future;
use std::io::{self, IoSlice, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::task::{Context, Poll};

use mio::unix::SourceFd;

use super::io::{EDGES, System};
use super::simulated::Absent;
use super::source::Source;
use super::sources::Direction;
use super::stream::ByteStream;
use crate::event_loop::debug::waits_fn;
use crate::event_loop::wake;

/// Any descriptor of the system's that can be waited for: an eventfd, inotify, a serial port, a pipe, the socket of somebody else's
/// library. It belongs to the loop it was made on. A simulated loop has none.
///
/// Python: `loop.add_reader`, `loop.add_writer`. What would be the callback is a task.
///
/// ```
/// use antiphon::event_loop::{self, AsyncFd, spawn};
/// use std::{io::{Read, Write}, os::unix::net::UnixStream};
///
/// let (theirs, mut other) = UnixStream::pair()?;
/// theirs.set_nonblocking(true)?;
/// let read = event_loop::run(async {
///     let theirs = AsyncFd::new(theirs)?;
///     let reader = spawn(async move {
///         let mut buffer = [0; 16];
///         let n = theirs.read_with(|mut stream| stream.read(&mut buffer)).await?;
///         std::io::Result::Ok(buffer[..n].to_vec())
///     });
///     other.write_all(b"hello")?;
///     reader.await.unwrap()
/// });
/// assert_eq!(read.unwrap()?, b"hello");
/// # std::io::Result::Ok(())
/// ```
///
/// # Two ways to wait
///
/// [`read_with`](Self::read_with) and [`write_with`](Self::write_with) try first, and wait only if that would block. So what they call
/// must not block: the descriptor is to be in the mode `O_NONBLOCK`. That is left to you, since the mode is not the
/// descriptor's alone: all have it who share what is open, as a shell its terminal.
///
/// [`readable`](Self::readable) and [`writable`](Self::writable) ask the system each time, so it does not matter who reads or writes
/// and how. After them one system call does not block, so they do for a descriptor that blocks too.
///
/// One of what reads and writes by reference is a [`ByteStream`] too: a `File` made of an [`OwnedFd`] is read by lines.
///
/// Tasks may share one, by reference or in an [`Rc`](std::rc::Rc). All who wait for the same direction are woken, and who comes
/// too late waits again.
///
/// # What is waited for
///
/// The loop keeps a duplicate of the descriptor until this is dropped or [taken apart](Self::into_inner). So whatever becomes of
/// `T`, it waits for what was open in the beginning; if `T` gets another descriptor, as a connection that is made anew, make an
/// `AsyncFd` anew. Two of the same descriptor do not disturb each other: `T` may be a reference, or a
/// [`BorrowedFd`].
pub struct AsyncFd<T> {
    // Dropped before `io`.
    source: Source<Duplicate>,
    io: T,
}

impl<T: AsFd> AsyncFd<T> {
    /// Takes a descriptor to the loop.
    ///
    /// # Errors
    ///
    /// If the system cannot tell when it is ready, as of a file on a disk, which always is; if there are too many open files;
    /// if the loop is simulated. `io` is dropped then: to keep it, give a reference.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn new(io: T) -> io::Result<Self> {
        let source = Source::open("AsyncFd", || Duplicate::of(io.as_fd()), |_| Err(simulated())).map_err(explained)?;
        Ok(AsyncFd { source, io })
    }
}

impl<T> AsyncFd<T> {
    /// Has `read` try to read, until it does not say [`WouldBlock`](io::ErrorKind::WouldBlock): then it is tried again when there is
    /// something to be read. If it was [`Interrupted`](io::ErrorKind::Interrupted) it is tried again at once.
    ///
    /// It should say that it would block only if the system has said so of this descriptor. After anything else there may be
    /// nothing to come that would wake it.
    ///
    /// # Errors
    ///
    /// What `read` says; if the loop is closed.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: what `read` has got is told at once.
    pub fn read_with<R>(&self, mut read: impl FnMut(&T) -> io::Result<R>) -> impl Future<Output = io::Result<R>> {
        waits_fn(|| "AsyncFd::read_with", move |cx| self.poll_read_with(cx, &mut read))
    }

    /// Has `write` try to write, as [`read_with`](Self::read_with) has it with reading.
    ///
    /// # Errors
    ///
    /// What `write` says; if the loop is closed.
    ///
    /// # Cancellation
    ///
    /// Nothing was written.
    pub fn write_with<R>(&self, mut write: impl FnMut(&T) -> io::Result<R>) -> impl Future<Output = io::Result<R>> {
        waits_fn(|| "AsyncFd::write_with", move |cx| self.poll_write_with(cx, &mut write))
    }

    /// As [`read_with`](Self::read_with), for futures and streams of your own: if it would block, whoever polls is woken when there is
    /// something to be read.
    ///
    /// # Errors
    ///
    /// As [`read_with`](Self::read_with).
    pub fn poll_read_with<R>(
        &self,
        cx: &mut Context<'_>,
        read: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.poll_with(cx, Direction::Read, read)
    }

    /// As [`write_with`](Self::write_with), for futures and sinks of your own: if it would block, whoever polls is woken when there is
    /// room.
    ///
    /// # Errors
    ///
    /// As [`write_with`](Self::write_with).
    pub fn poll_write_with<R>(
        &self,
        cx: &mut Context<'_>,
        write: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.poll_with(cx, Direction::Write, write)
    }

    /// Waits until the system says that there is something to be read, or the end, or an error; if there is already, for a turn of the
    /// loop. Another task may read it before this one runs.
    ///
    /// ```
    /// use antiphon::event_loop::{self, AsyncFd, spawn};
    /// use std::{io::{Read, Write}, os::unix::net::UnixStream};
    ///
    /// // Python: `loop.add_reader(ours, callback)`.
    /// async fn add_reader<T>(ours: AsyncFd<T>, mut callback: impl FnMut(&T)) -> std::io::Result<()> {
    ///     loop {
    ///         ours.readable().await?;
    ///         callback(ours.get_ref());
    ///     }
    /// }
    ///
    /// event_loop::run(async {
    ///     // They block.
    ///     let (ours, mut theirs) = UnixStream::pair()?;
    ///     let (read, mut bytes) = event_loop::channel(8);
    ///     let reader = spawn(add_reader(AsyncFd::new(ours)?, move |mut stream| {
    ///         let mut byte = [0];
    ///         stream.read_exact(&mut byte).unwrap();
    ///         read.try_send(byte[0]).unwrap();
    ///     }));
    ///     theirs.write_all(b"ab")?;
    ///     assert_eq!((bytes.recv().await, bytes.recv().await), (Some(b'a'), Some(b'b')));
    ///     // Python: `loop.remove_reader(ours)`.
    ///     reader.cancel();
    ///     std::io::Result::Ok(())
    /// }).unwrap()?;
    /// # std::io::Result::Ok(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the loop is closed.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: it may be asked again.
    pub fn readable(&self) -> impl Future<Output = io::Result<()>> {
        let mut asked = None;
        waits_fn(|| "AsyncFd::readable", move |cx| self.poll_ready(cx, Direction::Read, &mut asked))
    }

    /// Waits until the system says that there is room to write to, or an error; if there is already, for a turn of the loop. Another
    /// task may write before this one runs.
    ///
    /// # Errors
    ///
    /// If the loop is closed.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: it may be asked again.
    pub fn writable(&self) -> impl Future<Output = io::Result<()>> {
        let mut asked = None;
        waits_fn(|| "AsyncFd::writable", move |cx| self.poll_ready(cx, Direction::Write, &mut asked))
    }

    /// What it was made of.
    pub const fn get_ref(&self) -> &T {
        &self.io
    }

    /// What it was made of. Whatever becomes of that, the loop [waits](Self#what-is-waited-for) for the same descriptor as before.
    pub const fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Takes it from the loop.
    pub fn into_inner(self) -> T {
        self.io
    }

    fn poll_with<R>(
        &self,
        cx: &Context<'_>,
        direction: Direction,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.source.poll(cx, direction, |_| {
            let done = operation(&self.io);
            // There the system tells once, and then has to be asked again. (Sockets of mio's do that by themselves.)
            if !EDGES && done.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock) {
                self.rearm()?;
            }
            done
        })
    }

    fn poll_ready(&self, cx: &Context<'_>, direction: Direction, asked: &mut Option<u32>) -> Poll<io::Result<()>> {
        self.source.poll_edge(cx, direction, asked, || self.rearm())
    }

    fn rearm(&self) -> io::Result<()> {
        self.source.rearm(&mut SourceFd(&self.source.io().real().fd.as_raw_fd()))
    }
}

/// If `T` reads and writes by reference, as [`File`](std::fs::File) does, in the mode `O_NONBLOCK`. What goes one way only fails
/// in the other. To end sending does nothing: who reads a pipe finds the end when all that write to it are dropped.
impl<T> ByteStream for AsyncFd<T>
where
    for<'t> &'t T: Read + Write,
{
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        if buffer.is_empty() {
            return wake::complete(cx, || Ok(0));
        }
        self.poll_read_with(cx, |mut io| io.read(buffer))
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.poll_write_with(cx, |mut io| io.write_vectored(bytes))
    }

    fn poll_flush(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_write_with(cx, |mut io| io.flush())
    }

    fn poll_shutdown(&self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(cx)
    }
}

impl<T: AsFd> AsFd for AsyncFd<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.io.as_fd()
    }
}

impl<T: fmt::Debug> fmt::Debug for AsyncFd<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AsyncFd").field(&self.io).finish()
    }
}

/// What the loop waits for. It is ours, so it is open as long as it is registered, whatever an [`AsFd`] of somebody else's does.
struct Duplicate {
    fd: OwnedFd,
    /// By that number it is known to the user.
    of: RawFd,
}

impl Duplicate {
    fn of(fd: BorrowedFd<'_>) -> io::Result<Self> {
        Ok(Duplicate { fd: fd.try_clone_to_owned()?, of: fd.as_raw_fd() })
    }
}

impl mio::event::Source for Duplicate {
    fn register(&mut self, registry: &mio::Registry, token: mio::Token, interest: mio::Interest) -> io::Result<()> {
        SourceFd(&self.fd.as_raw_fd()).register(registry, token, interest)
    }

    fn reregister(&mut self, registry: &mio::Registry, token: mio::Token, interest: mio::Interest) -> io::Result<()> {
        SourceFd(&self.fd.as_raw_fd()).reregister(registry, token, interest)
    }

    fn deregister(&mut self, registry: &mio::Registry) -> io::Result<()> {
        SourceFd(&self.fd.as_raw_fd()).deregister(registry)
    }
}

impl System for Duplicate {
    type Simulated = Absent;
}

impl fmt::Debug for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "descriptor {}", self.of)
    }
}

fn simulated() -> io::Error {
    let why = "a simulated event loop has no descriptors: what is outside of it knows nothing of its time";
    io::Error::new(io::ErrorKind::Unsupported, why)
}

/// What the system refuses without a reason that would help.
fn explained(error: io::Error) -> io::Error {
    if error.kind() != io::ErrorKind::PermissionDenied {
        return error;
    }
    let why = "the system does not tell when this descriptor is ready; what is read from a disk always is: use `run_in_executor`";
    io::Error::new(io::ErrorKind::Unsupported, why)
}

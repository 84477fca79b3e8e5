//! Unix sockets.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::task::{Context, Poll, ready};

use super::io::Io;
use super::simulated;
use super::source::Source;
use super::sources::Direction;
use super::stream::ByteStream;
use crate::event_loop::debug::{is_made_of, waits_fn};

/// A Unix socket that connections come to. It belongs to the loop it was made on.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, UnixListener, UnixStream};
///
/// let path = std::env::temp_dir().join(format!("antiphon-{}", std::process::id()));
/// let greeting = event_loop::run(async {
///     let listener = UnixListener::bind(&path)?;
///     let client = UnixStream::connect(&path).await?;
///     assert_eq!(client.peer_addr()?.as_pathname(), Some(&*path));
///     listener.accept().await?.write_all(b"hello").await?;
///     let mut buffer = [0; 16];
///     let n = client.read(&mut buffer).await?;
///     Ok::<_, std::io::Error>(buffer[..n].to_vec())
/// });
/// std::fs::remove_file(&path)?;
/// assert_eq!(greeting.unwrap()?, b"hello");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UnixListener {
    pub(super) source: Source<mio::net::UnixListener>,
}

impl UnixListener {
    /// Listens at a path, which must not exist, and stays when the listener is gone.
    ///
    /// # Errors
    ///
    /// If the path exists, may not be made, or is too long; if there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let real = || mio::net::UnixListener::bind(path);
        Ok(UnixListener { source: Source::open("UnixListener", real, |network| network.listen_at(path))? })
    }

    /// The next connection.
    ///
    /// # Errors
    ///
    /// If there are too many open files, or the system's reasons. The listener can still be used.
    ///
    /// # Cancellation
    ///
    /// No connection is lost: one that nobody took is there for the next.
    pub fn accept(&self) -> impl Future<Output = io::Result<UnixStream>> {
        waits_fn(
            || "UnixListener::accept",
            |cx| {
                let accepted = ready!(self.source.poll(cx, Direction::Read, Io::<mio::net::UnixListener>::accept));
                Poll::Ready(accepted.and_then(|stream| Ok(UnixStream { source: self.source.child(stream)? })))
            },
        )
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().local_addr()
    }
}

impl fmt::Debug for UnixListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

/// A connection on one machine: a [`ByteStream`]. It belongs to the loop it was made on. See [`UnixListener`] for an example.
pub struct UnixStream {
    pub(super) source: Source<mio::net::UnixStream>,
}

impl UnixStream {
    /// Connects to who listens at a path.
    ///
    /// # Errors
    ///
    /// If nobody listens there, that is not allowed, or there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    ///
    /// # Cancellation
    ///
    /// The connection is given up.
    pub fn connect(path: impl AsRef<Path>) -> impl Future<Output = io::Result<Self>> {
        is_made_of(|| "UnixStream::connect", async move {
            let path = path.as_ref();
            let real = || mio::net::UnixStream::connect(path);
            let source = Source::open("UnixStream", real, |network| network.connect_to(path))?;
            poll_fn(|cx| source.poll(cx, Direction::Write, Io::<mio::net::UnixStream>::connected)).await?;
            Ok(UnixStream { source })
        })
    }

    /// Two ends of a connection.
    ///
    /// # Errors
    ///
    /// If there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = Source::pair("UnixStream", mio::net::UnixStream::pair, simulated::Simulation::pair)?;
        Ok((UnixStream { source: one }, UnixStream { source: other }))
    }

    /// The address of this side: that of the listener where it was accepted, and none where it was connected.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().local_addr()
    }

    /// The address of the other side. Who connects has none, most times.
    ///
    /// # Errors
    ///
    /// If it is not connected any more.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().peer_addr()
    }
}

impl ByteStream for UnixStream {
    fn poll_read(&self, cx: &mut Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        self.source.poll_read(cx, buffer)
    }

    fn poll_write(&self, cx: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        self.source.poll_write(cx, bytes)
    }

    fn poll_shutdown(&self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(self.source.io().shutdown())
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

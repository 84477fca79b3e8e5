//! TCP.

use std::fmt;
use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::task::{Context, Poll, ready};

use super::address::{Address, try_all};
use super::eyeballs::first_of;
use super::io::Io;
use super::source::Source;
use super::sources::Direction;
use super::stream::ByteStream;
use crate::event_loop::debug::{is_made_of, waits_fn};

/// A socket that connections come to. It belongs to the loop it was made on.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, TcpListener, TcpStream, spawn};
///
/// event_loop::run(async {
///     let listener = TcpListener::bind("127.0.0.1:0").await?;
///     let address = listener.local_addr()?;
///     let server = spawn(async move {
///         let (stream, _) = listener.accept().await?;
///         let mut buffer = [0; 16];
///         let n = stream.read(&mut buffer).await?;
///         stream.write_all(&buffer[..n]).await
///     });
///     let stream = TcpStream::connect(address).await?;
///     stream.write_all(b"hello").await?;
///     let mut answer = [0; 16];
///     let n = stream.read(&mut answer).await?;
///     assert_eq!(&answer[..n], b"hello");
///     server.await.unwrap()
/// }).unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct TcpListener {
    pub(super) source: Source<mio::net::TcpListener>,
}

impl TcpListener {
    /// Listens at the first of the addresses where that is possible; at any free port if the port is 0. The address can be used
    /// again at once when the program has ended.
    ///
    /// # Errors
    ///
    /// If there is no such name, the address is in use or not this machine's, or there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub async fn bind(address: impl Into<Address>) -> io::Result<Self> {
        let listen = async |address| {
            let real = || mio::net::TcpListener::bind(address);
            Ok(TcpListener { source: Source::open("TcpListener", real, |network| network.listen(address, false))? })
        };
        try_all(address, listen).await
    }

    /// The next connection, and where it comes from.
    ///
    /// # Errors
    ///
    /// If there are too many open files, or the system's reasons. The listener can still be used.
    ///
    /// # Cancellation
    ///
    /// No connection is lost: one that nobody took is there for the next.
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> {
        waits_fn(
            || "TcpListener::accept",
            |cx| {
                let accepted = ready!(self.source.poll(cx, Direction::Read, Io::<mio::net::TcpListener>::accept));
                Poll::Ready(
                    accepted
                        .and_then(|(stream, address)| Ok((TcpStream { source: self.source.child(stream)? }, address))),
                )
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

impl fmt::Debug for TcpListener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

/// A connection: a [`ByteStream`]. It belongs to the loop it was made on. See [`TcpListener`] for an example.
pub struct TcpStream {
    pub(super) source: Source<mio::net::TcpStream>,
}

impl TcpStream {
    /// Connects to whichever of the addresses answers first: where one does not answer within a quarter of a second, the next is
    /// tried as well. Python: `open_connection`, with `happy_eyeballs_delay`.
    ///
    /// # Errors
    ///
    /// If there is no such name, nobody listens there, the network does not lead there, or there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    ///
    /// # Cancellation
    ///
    /// The connection is given up.
    pub fn connect(address: impl Into<Address>) -> impl Future<Output = io::Result<Self>> {
        is_made_of(|| "TcpStream::connect", async move {
            let connect = async |address| {
                let real = || mio::net::TcpStream::connect(address);
                let source = Source::open("TcpStream", real, |network| network.connect(address))?;
                poll_fn(|cx| source.poll(cx, Direction::Write, Io::<mio::net::TcpStream>::connected)).await?;
                Ok(TcpStream { source })
            };
            first_of(address, connect).await
        })
    }

    /// The address of this side.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().local_addr()
    }

    /// The address of the other side.
    ///
    /// # Errors
    ///
    /// If it is not connected any more.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().peer_addr()
    }
}

impl ByteStream for TcpStream {
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

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

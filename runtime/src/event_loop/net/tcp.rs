//! TCP.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr};

use super::source::{Direction, Source};

/// A socket that connections come to. It belongs to the loop it was made on.
///
/// ```
/// use antiphon::event_loop::{self, TcpListener, TcpStream, spawn};
///
/// event_loop::run(async {
///     let listener = TcpListener::bind(([127, 0, 0, 1], 0).into())?;
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
    source: Source<mio::net::TcpListener>,
}

impl TcpListener {
    /// Listens at an address; at any free port if its port is 0. The address can be used again at once after the program ends.
    ///
    /// # Errors
    ///
    /// If the address is in use or not this machine's, or there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn bind(address: SocketAddr) -> io::Result<Self> {
        Ok(TcpListener { source: Source::new(mio::net::TcpListener::bind(address)?, "TcpListener")? })
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
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let accepted = poll_fn(|cx| self.source.poll(cx, Direction::Read, |listener| listener.accept())).await;
        let (stream, address) = accepted?;
        Ok((TcpStream { source: Source::new(stream, "TcpStream")? }, address))
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

/// A connection. It belongs to the loop it was made on.
///
/// Its operations take it by shared reference, so one task may read while another writes. See [`TcpListener`] for an example.
pub struct TcpStream {
    source: Source<mio::net::TcpStream>,
}

impl TcpStream {
    /// Connects to an address.
    ///
    /// # Errors
    ///
    /// If nobody listens there, the network does not lead there, or there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    ///
    /// # Cancellation
    ///
    /// The connection is given up.
    pub async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream { source: Source::new(mio::net::TcpStream::connect(address)?, "TcpStream")? };
        // It is connected, or has failed, when it is writable and there is a peer, or an error.
        let connected = |stream: &mio::net::TcpStream| match (stream.take_error()?, stream.peer_addr()) {
            (Some(error), _) => Err(error),
            (None, Ok(_)) => Ok(()),
            (None, Err(error)) if error.kind() == io::ErrorKind::NotConnected => Err(io::ErrorKind::WouldBlock.into()),
            (None, Err(error)) => Err(error),
        };
        poll_fn(|cx| stream.source.poll(cx, Direction::Write, connected)).await?;
        Ok(stream)
    }

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
    pub async fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        poll_fn(|cx| self.source.poll(cx, Direction::Read, |mut stream| stream.read(buffer))).await
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
    pub async fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        poll_fn(|cx| self.source.poll(cx, Direction::Write, |mut stream| stream.write(bytes))).await
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
    pub async fn write_vectored(&self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        poll_fn(|cx| self.source.poll(cx, Direction::Write, |mut stream| stream.write_vectored(bytes))).await
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
    pub async fn write_all(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.write(bytes).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                n => bytes = &bytes[n..],
            }
        }
        Ok(())
    }

    /// Ends sending, receiving, or both. Who reads on the other side finds the end.
    ///
    /// # Errors
    ///
    /// If it is not connected any more.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.source.io().shutdown(how)
    }

    /// Sends small writes at once instead of collecting them.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.source.io().set_nodelay(nodelay)
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

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

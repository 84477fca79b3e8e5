//! What a server accepts from.

use std::future::Future;
use std::io;

use crate::event_loop::net::{TcpListener, TcpStream};
#[cfg(unix)]
use crate::event_loop::net::{UnixListener, UnixStream};

/// What connections come to: a [`TcpListener`], a [`UnixListener`](super::super::UnixListener), or one of your own, such as one
/// that begins each connection with a handshake.
pub trait Listener {
    /// A connection.
    type Stream;

    /// The next connection.
    ///
    /// # Errors
    ///
    /// If this one failed, or there is no room for it at present, or nobody can be accepted any more: a [`Server`](super::Server)
    /// tells them apart by the error's kind, and by the system's number.
    ///
    /// # Cancellation
    ///
    /// No connection is lost: one that nobody took is there for the next.
    fn accept(&self) -> impl Future<Output = io::Result<Self::Stream>>;
}

impl Listener for TcpListener {
    type Stream = TcpStream;

    async fn accept(&self) -> io::Result<TcpStream> {
        TcpListener::accept(self).await.map(|(stream, _)| stream)
    }
}

#[cfg(unix)]
impl Listener for UnixListener {
    type Stream = UnixStream;

    async fn accept(&self) -> io::Result<UnixStream> {
        UnixListener::accept(self).await
    }
}

impl<L: Listener> Listener for &L {
    type Stream = L::Stream;

    fn accept(&self) -> impl Future<Output = io::Result<L::Stream>> {
        L::accept(self)
    }
}

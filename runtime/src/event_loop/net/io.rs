//! Whose a socket is: the system's, or a simulated network's.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, SocketAddr};
#[cfg(unix)]
use std::os::unix;
#[cfg(unix)]
use std::path::Path;

use super::simulated;

/// A kind of socket of the system's, and what takes its place in a simulated network.
pub(crate) trait System: mio::event::Source + fmt::Debug {
    type Simulated: simulated::Endpoint + fmt::Debug;

    /// Moving fewer bytes than asked for says that there are no more, or no room for more. Not so of Unix streams, of which a read
    /// stops at a message that brings descriptors, nor of pipes, that may hold packets.
    const SHORT_IS_LAST: bool = false;
}

/// The system tells of edges by itself: epoll and kqueue do.
pub(super) const EDGES: bool = cfg!(any(
    target_os = "android",
    target_os = "dragonfly",
    target_os = "freebsd",
    target_os = "illumos",
    target_os = "linux",
    target_os = "netbsd",
    target_os = "openbsd",
    target_vendor = "apple",
));

/// A socket whose operations say that they would block.
pub(crate) enum Io<S: System> {
    Real(S),
    Simulated(S::Simulated),
}

impl System for mio::net::TcpListener {
    type Simulated = simulated::Listener;
}

impl System for mio::net::TcpStream {
    type Simulated = simulated::Stream;

    const SHORT_IS_LAST: bool = true;
}

impl System for mio::net::UdpSocket {
    type Simulated = simulated::Datagrams;
}

#[cfg(unix)]
impl System for mio::net::UnixListener {
    type Simulated = simulated::Listener;
}

#[cfg(unix)]
impl System for mio::net::UnixStream {
    type Simulated = simulated::Stream;
}

#[cfg(unix)]
impl System for mio::net::UnixDatagram {
    type Simulated = simulated::UnixDatagrams;
}

/// The same call, of whichever it is.
macro_rules! either {
    ($io:expr, $socket:ident => $call:expr) => {
        match $io {
            Io::Real($socket) => $call,
            Io::Simulated($socket) => $call,
        }
    };
}

impl<S> Io<S>
where
    S: System<Simulated = simulated::Stream>,
    for<'s> &'s S: Read + Write,
{
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Io::Real(stream) => Read::read(&mut { stream }, buffer),
            Io::Simulated(stream) => stream.read(buffer),
        }
    }

    pub(crate) fn write(&self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        match self {
            Io::Real(stream) => match bytes {
                // The system is quicker without a list.
                [bytes] => Write::write(&mut { stream }, bytes),
                _ => Write::write_vectored(&mut { stream }, bytes),
            },
            Io::Simulated(stream) => stream.write(bytes),
        }
    }

    /// Whether moving only `n` bytes of so many says that there are no more, or no room for more: the system call after that
    /// would block. Not so where the next edge is told of only when one has blocked, nor if there is an end.
    pub(crate) fn is_last(&self, n: usize, of: usize) -> bool {
        EDGES && S::SHORT_IS_LAST && matches!(self, Io::Real(_)) && 0 < n && n < of
    }
}

#[cfg(unix)]
impl<S: System<Simulated = simulated::Absent>> Io<S> {
    /// Of a kind that a simulated network does not have.
    pub(crate) const fn real(&self) -> &S {
        match self {
            Io::Real(real) => real,
            Io::Simulated(absent) => match *absent {},
        }
    }
}

impl Io<mio::net::TcpListener> {
    pub(crate) fn accept(&self) -> io::Result<(Io<mio::net::TcpStream>, SocketAddr)> {
        match self {
            Io::Real(listener) => listener.accept().map(|(stream, from)| (Io::Real(stream), from)),
            Io::Simulated(listener) => {
                let stream = listener.accept()?;
                let from = stream.came_from()?;
                Ok((Io::Simulated(stream), from))
            }
        }
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        either!(self, listener => listener.local_addr())
    }
}

impl Io<mio::net::TcpStream> {
    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        either!(self, stream => stream.local_addr())
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        either!(self, stream => stream.peer_addr())
    }
}

impl Io<mio::net::UdpSocket> {
    pub(crate) fn connect(&self, to: SocketAddr) -> io::Result<()> {
        either!(self, socket => socket.connect(to))
    }

    pub(crate) fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        either!(self, socket => socket.send(datagram))
    }

    pub(crate) fn send_to(&self, datagram: &[u8], to: SocketAddr) -> io::Result<usize> {
        either!(self, socket => socket.send_to(datagram, to))
    }

    pub(crate) fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        either!(self, socket => socket.recv(buffer))
    }

    pub(crate) fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        either!(self, socket => socket.recv_from(buffer))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        either!(self, socket => socket.local_addr())
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        either!(self, socket => socket.peer_addr())
    }
}

#[cfg(unix)]
impl Io<mio::net::UnixListener> {
    pub(crate) fn accept(&self) -> io::Result<Io<mio::net::UnixStream>> {
        match self {
            Io::Real(listener) => listener.accept().map(|(stream, _)| Io::Real(stream)),
            Io::Simulated(listener) => listener.accept().map(Io::Simulated),
        }
    }

    pub(crate) fn local_addr(&self) -> io::Result<unix::net::SocketAddr> {
        match self {
            Io::Real(listener) => listener.local_addr(),
            Io::Simulated(listener) => listener.local_path(),
        }
    }
}

#[cfg(unix)]
impl Io<mio::net::UnixStream> {
    pub(crate) fn local_addr(&self) -> io::Result<unix::net::SocketAddr> {
        match self {
            Io::Real(stream) => stream.local_addr(),
            Io::Simulated(stream) => stream.local_path(),
        }
    }

    pub(crate) fn peer_addr(&self) -> io::Result<unix::net::SocketAddr> {
        match self {
            Io::Real(stream) => stream.peer_addr(),
            Io::Simulated(stream) => stream.peer_path(),
        }
    }
}

#[cfg(unix)]
impl Io<mio::net::UnixDatagram> {
    pub(crate) fn connect(&self, path: &Path) -> io::Result<()> {
        either!(self, socket => socket.connect(path))
    }

    pub(crate) fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        either!(self, socket => socket.send(datagram))
    }

    pub(crate) fn send_to(&self, datagram: &[u8], path: &Path) -> io::Result<usize> {
        either!(self, socket => socket.send_to(datagram, path))
    }

    pub(crate) fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        either!(self, socket => socket.recv(buffer))
    }

    pub(crate) fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, unix::net::SocketAddr)> {
        either!(self, socket => socket.recv_from(buffer))
    }

    pub(crate) fn local_addr(&self) -> io::Result<unix::net::SocketAddr> {
        either!(self, socket => socket.local_addr())
    }

    pub(crate) fn peer_addr(&self) -> io::Result<unix::net::SocketAddr> {
        either!(self, socket => socket.peer_addr())
    }
}

/// What streams of all families can. That they are alike is not said by a trait of mio's.
macro_rules! streams {
    ($($stream:ty),*) => {$(
        impl Io<$stream> {
            /// Whether it is connected by now. It would block as long as that is open.
            pub(crate) fn connected(&self) -> io::Result<()> {
                match self {
                    Io::Real(stream) => connected(stream.take_error()?, stream.peer_addr()),
                    Io::Simulated(stream) => stream.connected(),
                }
            }

            pub(crate) fn shutdown(&self) -> io::Result<()> {
                match self {
                    Io::Real(stream) => stream.shutdown(Shutdown::Write),
                    Io::Simulated(stream) => stream.shutdown(),
                }
            }
        }
    )*};
}

streams!(mio::net::TcpStream);
#[cfg(unix)]
streams!(mio::net::UnixStream);

/// A stream is connected, or has failed, when there is a peer, or an error.
fn connected<A>(error: Option<io::Error>, peer: io::Result<A>) -> io::Result<()> {
    match (error, peer) {
        (Some(error), _) => Err(error),
        (None, Ok(_)) => Ok(()),
        (None, Err(error)) if error.kind() == io::ErrorKind::NotConnected => Err(io::ErrorKind::WouldBlock.into()),
        (None, Err(error)) => Err(error),
    }
}

impl<S: System> fmt::Debug for Io<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        either!(self, socket => fmt::Debug::fmt(socket, f))
    }
}

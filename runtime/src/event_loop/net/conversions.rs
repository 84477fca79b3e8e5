//! Sockets of the standard library's, and back.

use std::io;

use super::io::Io;
use super::source::Source;
use super::tcp::{TcpListener, TcpStream};
use super::udp::UdpSocket;
#[cfg(unix)]
use super::{
    unix::{UnixListener, UnixStream},
    unix_datagram::UnixDatagram,
};

macro_rules! conversions {
    ($($socket:ident, $name:literal: $std:ty),*) => {$(
        impl $socket {
            /// Takes a socket of the standard library's to the loop, which does not block from then on.
            ///
            /// # Errors
            ///
            /// The system's; if the loop is simulated.
            ///
            /// # Panics
            ///
            /// If no event loop runs on this thread.
            pub fn from_std(socket: $std) -> io::Result<Self> {
                socket.set_nonblocking(true)?;
                let io = Io::Real(mio::net::$socket::from_std(socket));
                Ok(Self { source: Source::new($name, io)? })
            }

            /// Takes it from the loop, and makes it one that blocks.
            ///
            /// # Errors
            ///
            /// The system's; if the network is simulated.
            pub fn into_std(self) -> io::Result<$std> {
                match self.source.into_io() {
                    Io::Real(socket) => {
                        let socket = <$std>::from(socket);
                        socket.set_nonblocking(false)?;
                        Ok(socket)
                    }
                    Io::Simulated(_) => {
                        Err(io::Error::new(io::ErrorKind::Unsupported, "a simulated socket is none of the system's"))
                    }
                }
            }
        }

        /// # Panics
        ///
        /// If the network is simulated: then the system knows nothing of it.
        #[cfg(unix)]
        impl std::os::fd::AsFd for $socket {
            #[track_caller]
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                match self.source.io() {
                    Io::Real(socket) => std::os::fd::AsFd::as_fd(socket),
                    Io::Simulated(_) => panic!("a simulated socket has no descriptor"),
                }
            }
        }

        /// # Panics
        ///
        /// If the network is simulated: then the system knows nothing of it.
        #[cfg(windows)]
        impl std::os::windows::io::AsSocket for $socket {
            #[track_caller]
            fn as_socket(&self) -> std::os::windows::io::BorrowedSocket<'_> {
                match self.source.io() {
                    Io::Real(socket) => std::os::windows::io::AsSocket::as_socket(socket),
                    Io::Simulated(_) => panic!("a simulated socket has no descriptor"),
                }
            }
        }
    )*};
}

conversions!(
    TcpListener, "TcpListener": std::net::TcpListener,
    TcpStream, "TcpStream": std::net::TcpStream,
    UdpSocket, "UdpSocket": std::net::UdpSocket
);
#[cfg(unix)]
conversions!(
    UnixListener, "UnixListener": std::os::unix::net::UnixListener,
    UnixStream, "UnixStream": std::os::unix::net::UnixStream,
    UnixDatagram, "UnixDatagram": std::os::unix::net::UnixDatagram
);

//! A TCP socket before it listens or is connected.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, SockRef, Socket, Type};

use super::io::Io;
use super::options::{keep_alive, set_ttl};
use super::source::{self, Source};
use super::sources::Direction;
use super::tcp::{TcpListener, TcpStream};
use crate::event_loop::debug::is_made_of;

/// A TCP socket that neither listens nor is connected, for what has to be said to the system before.
///
/// On a simulated network options are taken, and all but [`set_only_v6`](Self::set_only_v6) change nothing.
///
/// ```
/// use antiphon::event_loop::{self, TcpSocket};
///
/// event_loop::run(async {
///     let socket = TcpSocket::new_v4()?;
///     socket.set_reuseaddr(true)?;
///     socket.bind("127.0.0.1:0".parse().unwrap())?;
///     let listener = socket.listen(1024)?;
///
///     let socket = TcpSocket::new_v4()?;
///     socket.set_nodelay(true)?;
///     let client = socket.connect(listener.local_addr()?).await?;
///     let (_server, address) = listener.accept().await?;
///     assert_eq!(address, client.local_addr()?);
///     std::io::Result::Ok(())
/// }).unwrap()?;
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct TcpSocket {
    /// None on a simulated network.
    socket: Option<Socket>,
    /// On a simulated network: where it is bound.
    bound: Cell<Option<SocketAddr>>,
    /// On a simulated network.
    only_v6: Cell<bool>,
    version_6: bool,
}

impl TcpSocket {
    /// A socket for IPv4.
    ///
    /// # Errors
    ///
    /// If there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn new_v4() -> io::Result<Self> {
        TcpSocket::new(Domain::IPV4)
    }

    /// A socket for IPv6.
    ///
    /// # Errors
    ///
    /// If there are too many open files, or the system has no IPv6.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn new_v6() -> io::Result<Self> {
        TcpSocket::new(Domain::IPV6)
    }

    fn new(domain: Domain) -> io::Result<Self> {
        let socket = match source::running("TcpSocket").simulation() {
            Some(_) => None,
            None => {
                let socket = Socket::new(domain, Type::STREAM, None)?;
                socket.set_nonblocking(true)?;
                Some(socket)
            }
        };
        Ok(TcpSocket { socket, bound: Cell::new(None), only_v6: Cell::new(false), version_6: domain == Domain::IPV6 })
    }

    /// Allows it to be bound to an address of which connections remain that are over.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_reuseaddr(&self, reuse: bool) -> io::Result<()> {
        self.set(|socket| socket.set_reuse_address(reuse))
    }

    /// Allows several sockets to be bound to one address, if all say so. The system gives each some of the connections.
    ///
    /// # Errors
    ///
    /// The system's.
    #[cfg(all(unix, not(any(target_os = "solaris", target_os = "illumos"))))]
    pub fn set_reuseport(&self, reuse: bool) -> io::Result<()> {
        self.set(|socket| socket.set_reuse_port(reuse))
    }

    /// Has a socket for IPv6 that listens at all addresses leave those of IPv4 to others. Most systems have it take both otherwise.
    ///
    /// # Errors
    ///
    /// If it is a socket for IPv4, and the system's.
    pub fn set_only_v6(&self, only: bool) -> io::Result<()> {
        if !self.version_6 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a socket for IPv4 has nothing to do with IPv6"));
        }
        self.only_v6.set(only);
        self.set(|socket| socket.set_only_v6(only))
    }

    /// Sends small writes at once instead of collecting them. Those that it accepts have that, too, on most systems.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.set(|socket| socket.set_tcp_nodelay(nodelay))
    }

    /// See [`TcpStream::set_keepalive`].
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_keepalive(&self, after: Option<Duration>) -> io::Result<()> {
        self.set(|socket| keep_alive(SockRef::from(socket), after))
    }

    /// See [`TcpStream::set_ttl`].
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.set(|socket| set_ttl(SockRef::from(socket), ttl))
    }

    /// See [`TcpStream::set_send_buffer_size`].
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_send_buffer_size(&self, bytes: usize) -> io::Result<()> {
        self.set(|socket| socket.set_send_buffer_size(bytes))
    }

    /// See [`TcpStream::set_recv_buffer_size`]. What a connection can carry is agreed upon when it begins, so this is the
    /// place for large ones.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_recv_buffer_size(&self, bytes: usize) -> io::Result<()> {
        self.set(|socket| socket.set_recv_buffer_size(bytes))
    }

    /// Gives it an address of this machine; any free port if the port is 0.
    ///
    /// # Errors
    ///
    /// If the address is in use, not this machine's, or of the other version.
    pub fn bind(&self, address: SocketAddr) -> io::Result<()> {
        if let Some(socket) = &self.socket {
            return socket.bind(&address.into());
        }
        if address.is_ipv6() != self.version_6 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "an address of another version of IP"));
        }
        self.bound.set(Some(address));
        Ok(())
    }

    /// Has connections come to it. So many may wait to be accepted; who comes then has to wait, or is refused.
    ///
    /// # Errors
    ///
    /// If the address is in use.
    pub fn listen(self, backlog: u32) -> io::Result<TcpListener> {
        let TcpSocket { socket, bound, only_v6, version_6 } = self;
        let anywhere = if version_6 { (Ipv6Addr::UNSPECIFIED, 0).into() } else { (Ipv4Addr::UNSPECIFIED, 0).into() };
        let source = Source::open(
            "TcpListener",
            || {
                let socket = socket.ok_or_else(other_loop)?;
                socket.listen(i32::try_from(backlog).unwrap_or(i32::MAX))?;
                Ok(mio::net::TcpListener::from_std(socket.into()))
            },
            |network| network.listen(bound.get().unwrap_or(anywhere), only_v6.get()),
        )?;
        Ok(TcpListener { source })
    }

    /// Connects it. On a simulated network it comes from any port.
    ///
    /// # Errors
    ///
    /// If nobody listens there, or the network does not lead there.
    ///
    /// # Cancellation
    ///
    /// The connection is given up.
    pub fn connect(self, address: SocketAddr) -> impl Future<Output = io::Result<TcpStream>> {
        is_made_of(|| "TcpSocket::connect", async move {
            let TcpSocket { socket, .. } = self;
            let real = || {
                let socket = socket.ok_or_else(other_loop)?;
                match socket.connect(&address.into()) {
                    Err(error) if !is_under_way(&error) => Err(error),
                    _ => Ok(mio::net::TcpStream::from_std(socket.into())),
                }
            };
            let source = Source::open("TcpStream", real, |network| network.connect(address))?;
            poll_fn(|cx| source.poll(cx, Direction::Write, Io::<mio::net::TcpStream>::connected)).await?;
            Ok(TcpStream { source })
        })
    }

    fn set(&self, option: impl FnOnce(&Socket) -> io::Result<()>) -> io::Result<()> {
        self.socket.as_ref().map_or(Ok(()), option)
    }
}

fn other_loop() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "the socket was made on a simulated event loop")
}

/// Whether it was begun to connect. The standard library has no kind for `EINPROGRESS`.
fn is_under_way(error: &io::Error) -> bool {
    const IN_PROGRESS: i32 = if cfg!(any(target_os = "linux", target_os = "android")) {
        115
    } else if cfg!(any(target_os = "solaris", target_os = "illumos")) {
        150
    } else {
        36
    };
    error.kind() == io::ErrorKind::WouldBlock || cfg!(unix) && error.raw_os_error() == Some(IN_PROGRESS)
}

//! What the system is told about a socket.
//!
//! A simulated network has no such options: it takes them, and is as it is.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};

use super::io::{Io, System};
use super::source::Source;
use super::tcp::TcpStream;
use super::udp::UdpSocket;
#[cfg(unix)]
use super::{unix::UnixStream, unix_datagram::UnixDatagram};

/// What says after how long of silence a peer is asked whether it is there, or that it is not asked.
pub(super) fn keep_alive(socket: SockRef<'_>, after: Option<Duration>) -> io::Result<()> {
    match after {
        Some(after) => socket.set_tcp_keepalive(&TcpKeepalive::new().with_time(after)),
        None => socket.set_keepalive(false),
    }
}

impl<S: System> Source<S>
where
    for<'s> SockRef<'s>: From<&'s S>,
{
    fn set(&self, option: impl FnOnce(SockRef<'_>) -> io::Result<()>) -> io::Result<()> {
        match self.io() {
            Io::Real(socket) => option(SockRef::from(socket)),
            Io::Simulated(_) => Ok(()),
        }
    }
}

macro_rules! buffer_sizes {
    ($($socket:ty),*) => {$(
        impl $socket {
            /// How much the system is to keep of what was written and has not gone. It may make more of it, or less.
            ///
            /// # Errors
            ///
            /// The system's.
            pub fn set_send_buffer_size(&self, bytes: usize) -> io::Result<()> {
                self.source.set(|socket| socket.set_send_buffer_size(bytes))
            }

            /// How much the system is to keep of what has come and was not read. It may make more of it, or less.
            ///
            /// # Errors
            ///
            /// The system's.
            pub fn set_recv_buffer_size(&self, bytes: usize) -> io::Result<()> {
                self.source.set(|socket| socket.set_recv_buffer_size(bytes))
            }
        }
    )*};
}

buffer_sizes!(TcpStream, UdpSocket);
#[cfg(unix)]
buffer_sizes!(UnixStream, UnixDatagram);

/// Options. Those that are not here are set by `socket2::SockRef::from(&stream)`.
impl TcpStream {
    /// Sends small writes at once instead of collecting them.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.source.set(|socket| socket.set_tcp_nodelay(nodelay))
    }

    /// Has the system ask the peer whether it is there, when nothing has come for a time. Who waits for a peer that is not gets
    /// an error. `None` for never.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_keepalive(&self, after: Option<Duration>) -> io::Result<()> {
        self.source.set(|socket| keep_alive(socket, after))
    }

    /// Has the connection be reset when it is dropped: what has not gone is dropped too, and the peer gets an error. Python:
    /// `transport.abort`.
    ///
    /// To linger for a time would hold the loop.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_zero_linger(&self) -> io::Result<()> {
        self.source.set(|socket| socket.set_linger(Some(Duration::ZERO)))
    }

    /// How many routers may pass a packet on.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.source.set(|socket| set_ttl(socket, ttl))
    }
}

/// Options. Those that are not here are set by `socket2::SockRef::from(&socket)`.
impl UdpSocket {
    /// Allows it to send to a broadcast address.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_broadcast(&self, broadcast: bool) -> io::Result<()> {
        self.source.set(|socket| socket.set_broadcast(broadcast))
    }

    /// How many routers may pass a datagram on.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_ttl(&self, ttl: u32) -> io::Result<()> {
        self.source.set(|socket| set_ttl(socket, ttl))
    }

    /// How many routers may pass a datagram to a group on; 1 if nothing else is said.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_multicast_ttl_v4(&self, ttl: u32) -> io::Result<()> {
        self.source.set(|socket| socket.set_multicast_ttl_v4(ttl))
    }

    /// Whether those on this machine receive what it sends to a group.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_multicast_loop_v4(&self, here: bool) -> io::Result<()> {
        self.source.set(|socket| socket.set_multicast_loop_v4(here))
    }

    /// Whether those on this machine receive what it sends to a group.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn set_multicast_loop_v6(&self, here: bool) -> io::Result<()> {
        self.source.set(|socket| socket.set_multicast_loop_v6(here))
    }

    /// Receives what is sent to a group, on one interface or on any (`0.0.0.0`).
    ///
    /// # Errors
    ///
    /// If it is no address of a group; the system's. A simulated network has no groups.
    pub fn join_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.group(|socket| socket.join_multicast_v4(&group, &interface))
    }

    /// Does so no more.
    ///
    /// # Errors
    ///
    /// If it had not joined the group.
    pub fn leave_multicast_v4(&self, group: Ipv4Addr, interface: Ipv4Addr) -> io::Result<()> {
        self.group(|socket| socket.leave_multicast_v4(&group, &interface))
    }

    /// Receives what is sent to a group, on the interface with that number or on any (0).
    ///
    /// # Errors
    ///
    /// If it is no address of a group; the system's. A simulated network has no groups.
    pub fn join_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> io::Result<()> {
        self.group(|socket| socket.join_multicast_v6(&group, interface))
    }

    /// Does so no more.
    ///
    /// # Errors
    ///
    /// If it had not joined the group.
    pub fn leave_multicast_v6(&self, group: Ipv6Addr, interface: u32) -> io::Result<()> {
        self.group(|socket| socket.leave_multicast_v6(&group, interface))
    }

    fn group(&self, option: impl FnOnce(SockRef<'_>) -> io::Result<()>) -> io::Result<()> {
        if let Io::Simulated(_) = self.source.io() {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "a simulated network has no groups"));
        }
        self.source.set(option)
    }
}

/// The same word, in the two languages of the system.
pub(super) fn set_ttl(socket: SockRef<'_>, ttl: u32) -> io::Result<()> {
    match socket.local_addr()?.is_ipv6() {
        true => socket.set_unicast_hops_v6(ttl),
        false => socket.set_ttl_v4(ttl),
    }
}

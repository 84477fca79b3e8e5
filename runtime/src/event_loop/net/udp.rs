//! UDP.

use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;

use super::address::{Address, try_all};
use super::source::Source;
use super::sources::Direction;
use crate::event_loop::debug::waits_fn;

/// A socket for datagrams. It belongs to the loop it was made on.
///
/// ```
/// use antiphon::event_loop::{self, UdpSocket};
///
/// event_loop::run(async {
///     let (one, other) = (UdpSocket::bind("127.0.0.1:0").await?, UdpSocket::bind("127.0.0.1:0").await?);
///     one.send_to(b"ping", other.local_addr()?).await?;
///     let mut buffer = [0; 1500];
///     let (n, from) = other.recv_from(&mut buffer).await?;
///     assert_eq!((&buffer[..n], from), (&b"ping"[..], one.local_addr()?));
///     Ok::<_, std::io::Error>(())
/// }).unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct UdpSocket {
    pub(super) source: Source<mio::net::UdpSocket>,
}

impl UdpSocket {
    /// A socket at the first of the addresses where that is possible; at any free port if the port is 0.
    ///
    /// # Errors
    ///
    /// If there is no such name, the address is in use or not this machine's, or there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub async fn bind(address: impl Into<Address>) -> io::Result<Self> {
        let bind = async |address| {
            let real = || mio::net::UdpSocket::bind(address);
            Ok(UdpSocket { source: Source::open("UdpSocket", real, |network| network.datagrams(address))? })
        };
        try_all(address, bind).await
    }

    /// Sends to one address only from now on, by [`send`](Self::send), and receives from there only.
    ///
    /// # Errors
    ///
    /// If there is no such name, or the network does not lead there.
    pub async fn connect(&self, address: impl Into<Address>) -> io::Result<()> {
        try_all(address, async |address| self.source.io().connect(address)).await
    }

    /// Sends a datagram to who was [connected](Self::connect) to. How many bytes were sent.
    ///
    /// # Errors
    ///
    /// If it is not connected, the datagram is too long, or nobody received an earlier one; the system's reasons.
    ///
    /// # Cancellation
    ///
    /// Nothing was sent.
    pub fn send(&self, datagram: &[u8]) -> impl Future<Output = io::Result<usize>> {
        waits_fn(|| "UdpSocket::send", move |cx| self.source.poll(cx, Direction::Write, |socket| socket.send(datagram)))
    }

    /// Sends a datagram to an address. How many bytes were sent.
    ///
    /// # Errors
    ///
    /// If the datagram is too long, or the network does not lead there; the system's reasons.
    ///
    /// # Cancellation
    ///
    /// Nothing was sent.
    pub fn send_to(&self, datagram: &[u8], to: SocketAddr) -> impl Future<Output = io::Result<usize>> {
        waits_fn(
            || "UdpSocket::send_to",
            move |cx| self.source.poll(cx, Direction::Write, |socket| socket.send_to(datagram, to)),
        )
    }

    /// Receives a datagram. How long it is; what is longer than `buffer` is cut.
    ///
    /// # Errors
    ///
    /// If nobody received an earlier one; the system's reasons.
    ///
    /// # Cancellation
    ///
    /// No datagram is lost.
    pub fn recv(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        waits_fn(|| "UdpSocket::recv", move |cx| self.source.poll(cx, Direction::Read, |socket| socket.recv(buffer)))
    }

    /// Receives a datagram. How long it is, and where it comes from; what is longer than `buffer` is cut.
    ///
    /// # Errors
    ///
    /// The system's.
    ///
    /// # Cancellation
    ///
    /// No datagram is lost.
    pub fn recv_from(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<(usize, SocketAddr)>> {
        waits_fn(
            || "UdpSocket::recv_from",
            move |cx| self.source.poll(cx, Direction::Read, |socket| socket.recv_from(buffer)),
        )
    }

    /// Whom it is connected to.
    ///
    /// # Errors
    ///
    /// If it is not connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().peer_addr()
    }

    /// The address of this side.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().local_addr()
    }
}

impl fmt::Debug for UdpSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

//! Datagrams on one machine.

use std::fmt;
use std::future::Future;
use std::io;
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::io::Io;
use super::simulated::{Simulation, UnixDatagrams};
use super::source::Source;
use super::sources::Direction;
use crate::event_loop::current;
use crate::event_loop::debug::waits_fn;
use crate::event_loop::time::{Sleep, sleep};

/// A Unix socket for datagrams, which arrive in order, and whose sender waits for room. It belongs to the loop it was made on.
///
/// ```
/// use antiphon::event_loop::{self, UnixDatagram};
///
/// let path = std::env::temp_dir().join(format!("antiphon-datagrams-{}", std::process::id()));
/// let received = event_loop::run(async {
///     let (server, client) = (UnixDatagram::bind(&path)?, UnixDatagram::unbound()?);
///     client.send_to(b"hello", &path).await?;
///     let mut buffer = [0; 16];
///     let (n, from) = server.recv_from(&mut buffer).await?;
///     assert!(from.is_unnamed());
///     std::io::Result::Ok(buffer[..n].to_vec())
/// });
/// std::fs::remove_file(&path)?;
/// assert_eq!(received.unwrap()?, b"hello");
/// # std::io::Result::Ok(())
/// ```
pub struct UnixDatagram {
    pub(super) source: Source<mio::net::UnixDatagram>,
}

impl UnixDatagram {
    /// A socket at a path, which must not exist, and stays when the socket is gone.
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
        UnixDatagram::open(|| mio::net::UnixDatagram::bind(path), |network| network.datagrams_at(path))
    }

    /// A socket that has no path. Nobody can answer it, unless it is [connected](Self::connect) by both.
    ///
    /// # Errors
    ///
    /// If there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn unbound() -> io::Result<Self> {
        UnixDatagram::open(mio::net::UnixDatagram::unbound, Simulation::datagrams_nowhere)
    }

    /// Two that are connected to each other.
    ///
    /// # Errors
    ///
    /// If there are too many open files.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = Source::pair("UnixDatagram", mio::net::UnixDatagram::pair, Simulation::datagrams_pair)?;
        Ok((UnixDatagram { source: one }, UnixDatagram { source: other }))
    }

    fn open(
        real: impl FnOnce() -> io::Result<mio::net::UnixDatagram>,
        simulated: impl FnOnce(&Simulation) -> io::Result<UnixDatagrams>,
    ) -> io::Result<Self> {
        Ok(UnixDatagram { source: Source::open("UnixDatagram", real, simulated)? })
    }

    /// Sends to one path only from now on, by [`send`](Self::send), and receives from there only: others are refused.
    ///
    /// If it was connected before, what came from there and was not received is lost.
    ///
    /// # Errors
    ///
    /// If nobody is there, who is there is connected to somebody else, or that is not allowed.
    pub fn connect(&self, path: impl AsRef<Path>) -> io::Result<()> {
        self.source.io().connect(path.as_ref())
    }

    /// Sends a datagram to who was [connected](Self::connect) to. How many bytes were sent.
    ///
    /// # Errors
    ///
    /// If it is not connected; if the other is gone, and then it is not connected any more; if that one is connected to somebody else,
    /// or the datagram is too long.
    ///
    /// # Cancellation
    ///
    /// Nothing was sent.
    pub fn send(&self, datagram: &[u8]) -> impl Future<Output = io::Result<usize>> {
        waits_fn(
            || "UnixDatagram::send",
            move |cx| self.source.poll_each(cx, Direction::Write, |socket| socket.send(datagram)),
        )
    }

    /// Sends a datagram to a path. How many bytes were sent.
    ///
    /// Linux does not tell who is not [connected](Self::connect) when there is room. So this tries again, at once at first and then
    /// after up to 16 milliseconds. If the receiver may be slow, connect: then it is told.
    ///
    /// # Errors
    ///
    /// If nobody is there, who is there is connected to somebody else, or the datagram is too long.
    ///
    /// # Cancellation
    ///
    /// Nothing was sent.
    pub fn send_to(&self, datagram: &[u8], path: impl AsRef<Path>) -> impl Future<Output = io::Result<usize>> {
        let mut patience = Patience::default();
        waits_fn(
            || "UnixDatagram::send_to",
            move |cx| {
                ready!(patience.poll(cx));
                let mut blocked = false;
                let polled = self.source.poll_each(cx, Direction::Write, |socket| {
                    let sent = socket.send_to(datagram, path.as_ref());
                    blocked |=
                        matches!((socket, &sent), (Io::Real(_), Err(e)) if e.kind() == io::ErrorKind::WouldBlock);
                    sent
                });
                if blocked && polled.is_pending() {
                    patience.lose(cx);
                }
                polled
            },
        )
    }

    /// Receives a datagram. How long it is; what is longer than `buffer` is cut.
    ///
    /// # Errors
    ///
    /// The system's.
    ///
    /// # Cancellation
    ///
    /// No datagram is lost.
    pub fn recv(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        waits_fn(|| "UnixDatagram::recv", move |cx| self.source.poll(cx, Direction::Read, |socket| socket.recv(buffer)))
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
            || "UnixDatagram::recv_from",
            move |cx| self.source.poll(cx, Direction::Read, |socket| socket.recv_from(buffer)),
        )
    }

    /// The address of this side.
    ///
    /// # Errors
    ///
    /// The system's.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().local_addr()
    }

    /// Whom it is connected to.
    ///
    /// # Errors
    ///
    /// If it is not connected.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.source.io().peer_addr()
    }
}

/// How long to wait before the next try to send where nobody tells when there is room.
///
/// To the system whoever is not connected may always send, and each try that fails is an edge of its own: it frees what was to be
/// sent. Waiting for edges alone would be to try in every turn.
#[derive(Default)]
struct Patience {
    tries: u32,
    pause: Option<Sleep>,
}

/// So often it is tried at the next edge, which is that of the try itself. A receiver that is there has read something by then.
const AT_ONCE: u32 = 16;

impl Patience {
    /// Whether it is to be tried.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = self.pause.as_mut().filter(|_| self.tries > AT_ONCE) {
            ready!(Pin::new(pause).poll(cx));
        }
        self.pause = None;
        Poll::Ready(())
    }

    /// It was tried in vain. Whoever polls is woken for the next time: after a while also if there should be no edge.
    fn lose(&mut self, cx: &mut Context<'_>) {
        // Without a loop on this thread there is nobody to count the time.
        if current::with(|_| ()).is_none() {
            return;
        }
        self.tries += 1;
        let doubled = self.tries.saturating_sub(AT_ONCE).min(5);
        let pause = self.pause.insert(sleep(Duration::from_micros(500 << doubled)));
        let _armed = Pin::new(pause).poll(cx);
    }
}

impl fmt::Debug for UnixDatagram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.source, f)
    }
}

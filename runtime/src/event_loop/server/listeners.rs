//! Several listeners as one.

use std::boxed::Box;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::task::Poll;
use std::vec::Vec;

use super::listener::Listener;
use crate::event_loop::net::{Address, TcpListener, TcpSocket};

/// Several listeners of one kind as one: a [`Server`](super::Server) of them answers all who come to any, and its limit, its grace
/// and its end are those of all together.
///
/// Nobody who comes to one waits for long because of many who come to another: who was accepted last is asked last.
///
/// ```
/// use antiphon::event_loop::{self, ByteStream, Listeners, Reader, Server, TcpStream, spawn};
///
/// event_loop::run(async {
///     // Whatever addresses that name has.
///     let listeners = Listeners::bind(["localhost:0"]).await?;
///     let addresses: Vec<_> = listeners.as_slice().iter().map(|listener| listener.local_addr()).collect();
///     let server = Server::new(listeners).limit(1000);
///     let handle = server.handle();
///     let serving = spawn(server.serve(async |stream: TcpStream| stream.write_all(b"hello\n").await));
///     for address in addresses {
///         let mut lines = Reader::new(TcpStream::connect(address?).await?);
///         assert_eq!(lines.read_line().await?.unwrap(), "hello");
///     }
///     handle.close();
///     serving.await.unwrap()?;
///     Ok::<_, event_loop::ReadError>(())
/// }).unwrap()?;
/// # Ok::<_, event_loop::ReadError>(())
/// ```
#[derive(Debug)]
pub struct Listeners<L> {
    all: Vec<L>,
    /// Who is asked first.
    next: Cell<usize>,
}

impl<L> Listeners<L> {
    /// Those that there are.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[track_caller]
    pub fn new(all: impl IntoIterator<Item = L>) -> Self {
        let all: Vec<_> = all.into_iter().collect();
        assert!(!all.is_empty(), "nobody comes to no listeners");
        Listeners { all, next: Cell::new(0) }
    }

    /// All of them.
    pub fn as_slice(&self) -> &[L] {
        &self.all
    }
}

impl Listeners<TcpListener> {
    /// Listens at all addresses: of names, at all that they have; each at a free port of its own if the port is 0. An address of all of
    /// IPv6 is not one of IPv4 too: it stands beside `0.0.0.0`. Python: what `asyncio.start_server` does with its `host`.
    ///
    /// Of a name's addresses those are passed over that this machine does not have, as `::1` where there is no IPv6, if it has others.
    ///
    /// # Errors
    ///
    /// If there is no such name, one of the addresses is in use or not this machine's, or there are too many open files; if there is no
    /// address.
    ///
    /// # Panics
    ///
    /// If no event loop runs on this thread.
    pub async fn bind<A: Into<Address>>(addresses: impl IntoIterator<Item = A>) -> io::Result<Self> {
        let mut bound: Vec<(SocketAddr, TcpListener)> = Vec::new();
        for name in addresses {
            let mut heard = Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address"));
            for address in name.into().resolve().await? {
                if bound.iter().all(|(other, _)| *other != address) {
                    match listen(address) {
                        Ok(listener) => bound.push((address, listener)),
                        Err(error) if is_absent(&error) => {
                            heard = heard.or(Err(error));
                            continue;
                        }
                        Err(error) => return Err(error),
                    }
                }
                heard = Ok(());
            }
            heard?;
        }
        if bound.is_empty() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "there is no address to listen at"));
        }
        Ok(Listeners::new(bound.into_iter().map(|(_, listener)| listener)))
    }
}

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv6() { TcpSocket::new_v6()? } else { TcpSocket::new_v4()? };
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    // There it would take the address from who has it.
    if !cfg!(windows) {
        socket.set_reuseaddr(true)?;
    }
    socket.bind(address)?;
    // As many as the system lets wait.
    socket.listen(u32::MAX)
}

/// Whether the machine does not have that address, or nothing of its kind.
fn is_absent(error: &io::Error) -> bool {
    // The standard library has no kind for `EAFNOSUPPORT`.
    const NO_FAMILY: i32 = if cfg!(windows) {
        10047
    } else if cfg!(any(target_os = "linux", target_os = "android")) {
        97
    } else if cfg!(any(target_os = "solaris", target_os = "illumos")) {
        124
    } else {
        47
    };
    error.kind() == io::ErrorKind::AddrNotAvailable || error.raw_os_error() == Some(NO_FAMILY)
}

impl<L: Listener> Listener for Listeners<L> {
    type Stream = L::Stream;

    fn accept(&self) -> impl Future<Output = io::Result<L::Stream>> {
        let mut asked: Vec<_> = self.all.iter().map(|listener| Box::pin(listener.accept())).collect();
        poll_fn(move |cx| {
            let (count, first) = (asked.len(), self.next.get());
            for number in (first..count).chain(0..first) {
                // The others have taken nobody yet: see the trait.
                if let Poll::Ready(accepted) = asked[number].as_mut().poll(cx) {
                    self.next.set((number + 1) % count);
                    return Poll::Ready(accepted);
                }
            }
            Poll::Pending
        })
    }
}

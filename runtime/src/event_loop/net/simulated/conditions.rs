//! What a simulated network is like.

use std::borrow::ToOwned;
use std::fmt;
use std::format;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::RangeInclusive;
use std::string::String;
use std::time::Duration;
use std::vec;
use std::vec::Vec;

use crate::event_loop::core::Core;
use crate::event_loop::{EventLoop, current};

/// What the network of a [simulated](EventLoop::simulated) loop is like.
///
/// The sockets are the same types as on the system's network, and behave the same: ports are taken, a slow reader blocks its
/// writer, who writes to somebody who is gone is told. But all is in memory, in this process and on the loop's own time: nothing is
/// sent, every address is this machine's, no file is made for a Unix socket (a path is free again when its socket is gone), and
/// names are those that [`name`](Self::name) gives.
///
/// What a network leaves open is drawn from the loop's seed, from the ranges that are said here. In a range small numbers are as
/// likely as large ones. Unix sockets have buffers, and those that are connections pieces, and no other faults: what they send is
/// there at once.
///
/// ```
/// use antiphon::event_loop::{ByteStream, EventLoop, Network, TcpListener, TcpStream, time};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated_with_seed(17);
/// event_loop.set_network(Network::ideal().latency(Duration::from_secs(1)..=Duration::from_secs(1)));
/// event_loop.run_until_complete(async {
///     let listener = TcpListener::bind("10.0.0.1:80").await?;
///     // There and back again.
///     let client = TcpStream::connect("10.0.0.1:80").await?;
///     assert_eq!(time(), Duration::from_secs(2));
///     let (server, _) = listener.accept().await?;
///     server.write_all(b"hello").await?;
///     let mut buffer = [0; 16];
///     assert_eq!(client.read(&mut buffer).await?, 5);
///     assert_eq!(time(), Duration::from_secs(3));
///     Ok::<_, std::io::Error>(())
/// }).unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "it is given to a loop by `EventLoop::set_network`"]
pub struct Network {
    /// In nanoseconds.
    pub(super) latency: RangeInclusive<u64>,
    /// In bytes per second.
    pub(super) bandwidth: RangeInclusive<u64>,
    pub(super) buffers: RangeInclusive<u64>,
    pub(super) pieces: bool,
    pub(super) refused: f64,
    pub(super) lost: f64,
    pub(super) datagrams_lost: f64,
    pub(super) datagrams_doubled: f64,
    pub(super) backlog: usize,
    pub(super) open_files: usize,
    /// Of two with the same name the later counts.
    names: Vec<(String, Vec<IpAddr>)>,
}

impl Network {
    /// All arrives at once and in one piece, nothing is lost, and a connection holds 256 KiB each way. So it is without a
    /// seed.
    pub fn ideal() -> Self {
        Network {
            latency: 0..=0,
            bandwidth: u64::MAX..=u64::MAX,
            buffers: 1 << 18..=1 << 18,
            pieces: false,
            refused: 0.0,
            lost: 0.0,
            datagrams_lost: 0.0,
            datagrams_doubled: 0.0,
            backlog: 4096,
            open_files: usize::MAX,
            names: vec![("localhost".to_owned(), vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()])],
        }
    }

    /// What every program meets in the long run: it takes up to a tenth of a second until something arrives, some peers are slow
    /// or have little room, reads and writes come in pieces, datagrams overtake each other. Nothing is lost. So it is with a seed.
    pub fn varied() -> Self {
        Network {
            latency: 10_000..=100_000_000,
            bandwidth: 10_000..=1_000_000_000,
            buffers: 16..=1 << 18,
            pieces: true,
            ..Network::ideal()
        }
    }

    /// As [`varied`](Self::varied), and besides one connect of fifty is refused, connections are lost in the middle, and datagrams
    /// are lost or come twice.
    pub fn rough() -> Self {
        Network { refused: 0.02, lost: 0.01, datagrams_lost: 0.05, datagrams_doubled: 0.05, ..Network::varied() }
    }

    /// How long it takes until something arrives, drawn for each thing that is sent. What is sent on one connection stays in
    /// order, datagrams do not.
    ///
    /// # Panics
    ///
    /// If it ends before it begins.
    pub fn latency(self, range: RangeInclusive<Duration>) -> Self {
        let range = not_empty(range);
        let nanoseconds = |time: &Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        Network { latency: nanoseconds(range.start())..=nanoseconds(range.end()), ..self }
    }

    /// How many bytes arrive in a second, drawn for each direction of a connection.
    ///
    /// # Panics
    ///
    /// If it begins with zero, or ends before it begins.
    pub fn bandwidth(self, bytes_per_second: RangeInclusive<u64>) -> Self {
        assert!(*bytes_per_second.start() > 0, "a connection without bandwidth delivers nothing");
        Network { bandwidth: not_empty(bytes_per_second), ..self }
    }

    /// How many bytes may be under way, and not read yet, before a writer has to wait: drawn for each direction of a connection, and
    /// for each `UnixDatagram` that receives.
    ///
    /// # Panics
    ///
    /// If it begins with zero, or ends before it begins.
    pub fn buffers(self, bytes: RangeInclusive<usize>) -> Self {
        assert!(*bytes.start() > 0, "a connection without room takes nothing");
        let bytes = not_empty(bytes);
        Network { buffers: *bytes.start() as u64..=*bytes.end() as u64, ..self }
    }

    /// Whether a read may give less than there is, and a write take less than there is room for. Half of them do.
    pub fn pieces(self, pieces: bool) -> Self {
        Network { pieces, ..self }
    }

    /// How probable it is that a connect is refused although somebody listens.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    pub fn refused(self, probability: f64) -> Self {
        Network { refused: checked(probability), ..self }
    }

    /// How probable it is, for each write, that it is the connection's last: some of the bytes arrive, and then both sides find it
    /// reset.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    pub fn lost(self, probability: f64) -> Self {
        Network { lost: checked(probability), ..self }
    }

    /// How probable it is that a datagram of UDP does not arrive. Those of Unix sockets always do.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    pub fn datagrams_lost(self, probability: f64) -> Self {
        Network { datagrams_lost: checked(probability), ..self }
    }

    /// How probable it is that a datagram of UDP that arrives does so twice.
    ///
    /// # Panics
    ///
    /// If it is not from 0 to 1.
    pub fn datagrams_doubled(self, probability: f64) -> Self {
        Network { datagrams_doubled: checked(probability), ..self }
    }

    /// How many connections may wait to be accepted. Who connects when there are more tries again later, as systems do.
    ///
    /// # Panics
    ///
    /// If it is zero.
    pub fn backlog(self, connections: usize) -> Self {
        assert!(connections > 0, "nobody could connect");
        Network { backlog: connections, ..self }
    }

    /// How many sockets may be open at a time. Who asks for more is told that there are too many open files.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, Network, TcpListener};
    ///
    /// let event_loop = EventLoop::simulated();
    /// event_loop.set_network(Network::ideal().open_files(1));
    /// event_loop.run_until_complete(async {
    ///     let _one = TcpListener::bind("127.0.0.1:0").await.unwrap();
    ///     assert!(TcpListener::bind("127.0.0.1:0").await.is_err());
    /// }).unwrap();
    /// ```
    pub fn open_files(self, limit: usize) -> Self {
        Network { open_files: limit, ..self }
    }

    /// Gives a name addresses. There is `localhost` already, and numbers need no name.
    pub fn name(mut self, name: &str, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        self.names.push((name.to_owned(), addresses.into_iter().collect()));
        self
    }

    pub(super) fn look_up(&self, name: &str) -> io::Result<Vec<IpAddr>> {
        match self.names.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, addresses)) => Ok(addresses.clone()),
            None => {
                let unknown = format!("the simulated network has no name `{name}`; add it by `Network::name`");
                Err(io::Error::new(io::ErrorKind::NotFound, unknown))
            }
        }
    }
}

fn not_empty<T: PartialOrd + fmt::Debug>(range: RangeInclusive<T>) -> RangeInclusive<T> {
    assert!(!range.is_empty(), "a range that is drawn from does not end before it begins, as {range:?} does");
    range
}

fn checked(probability: f64) -> f64 {
    assert!((0.0..=1.0).contains(&probability), "a probability is from 0 to 1, and not {probability}");
    probability
}

impl EventLoop {
    /// What the network of a simulated loop is like from now on. A connection keeps its bandwidth and its room. See
    /// [`set_network`](set_network()).
    ///
    /// # Panics
    ///
    /// If the loop is not simulated.
    #[track_caller]
    pub fn set_network(&self, network: Network) {
        set_on(&self.core, network);
    }
}

/// What the network of the simulated loop that runs here is like from now on. A connection keeps its bandwidth and its room.
///
/// ```
/// use antiphon::event_loop::{EventLoop, Network, TcpListener, TcpStream, set_network, sleep};
/// use std::time::Duration;
///
/// EventLoop::simulated().run_until_complete(async {
///     let listener = TcpListener::bind("10.0.0.1:80").await.unwrap();
///     assert!(TcpStream::connect("10.0.0.1:80").await.is_ok());
///     sleep(Duration::from_secs(3600)).await;
///     set_network(Network::ideal().refused(1.0));
///     assert!(TcpStream::connect("10.0.0.1:80").await.is_err());
/// }).unwrap();
/// ```
///
/// # Panics
///
/// If no loop runs on this thread, or one that is not simulated.
#[track_caller]
pub fn set_network(network: Network) {
    match current::get() {
        Some(core) => set_on(&core, network),
        None => panic!("no event loop runs on this thread; call `EventLoop::set_network`"),
    }
}

#[track_caller]
fn set_on(core: &Core, network: Network) {
    match core.simulation() {
        Some(simulation) => simulation.set(network),
        None => panic!("only a simulated event loop has a network that can be set"),
    }
}

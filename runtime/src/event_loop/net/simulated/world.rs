//! All sockets of a simulated network, and all that is on its way.

use std::boxed::Box;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use std::vec::Vec;

use super::chance::Chance;
use super::conditions::Network;
use super::places::Places;
#[cfg(unix)]
use super::unix_datagrams;
use super::{datagrams, listener, stream};
use crate::event_loop::driver::Readiness;
use crate::event_loop::slab::{Key, Slab};

/// Invariant *what is due has arrived*: outside of its functions nothing is under way for a time that has come.
pub(crate) struct World {
    pub(super) now: Duration,
    pub(super) network: Box<Network>,
    pub(super) chance: Chance,
    pub(super) listeners: Slab<listener::State>,
    pub(super) streams: Slab<stream::State>,
    pub(super) datagrams: Slab<datagrams::State>,
    #[cfg(unix)]
    pub(super) unix_datagrams: Slab<unix_datagrams::State>,
    pub(super) tcp: Places,
    pub(super) udp: Places,
    pub(super) paths: BTreeMap<PathBuf, AtPath>,
    /// By the time of arrival and, among equals, in the order of sending.
    under_way: BTreeMap<(Duration, u64), Arrival>,
    sent: u64,
    told: Vec<Readiness>,
    /// How many sockets somebody has.
    open: usize,
}

/// Who is at a path.
#[derive(Clone, Copy)]
pub(super) enum AtPath {
    Listener(Key),
    #[cfg(unix)]
    Datagrams(Key),
}

/// Something that was sent.
pub(super) enum Arrival {
    /// Somebody wants to connect, and has tried that often before.
    Call {
        client: Key,
        tries: u32,
    },
    /// What becomes of that.
    Answer {
        client: Key,
        answer: Result<Key, io::ErrorKind>,
    },
    /// So many bytes.
    Bytes {
        stream: Key,
        length: usize,
    },
    /// There is no more.
    End {
        stream: Key,
    },
    /// The connection is gone.
    Reset {
        stream: Key,
    },
    Datagram {
        sender: Key,
        from: SocketAddr,
        to: SocketAddr,
        bytes: Vec<u8>,
    },
    /// Nobody was there for a datagram.
    Unreachable {
        sender: Key,
    },
}

impl World {
    pub(super) fn new(seed: Option<u64>) -> Self {
        let network = if seed.is_some() { Network::varied() } else { Network::ideal() };
        World {
            now: Duration::ZERO,
            network: Box::new(network),
            chance: Chance::new(seed),
            listeners: Slab::new(),
            streams: Slab::new(),
            datagrams: Slab::new(),
            #[cfg(unix)]
            unix_datagrams: Slab::new(),
            tcp: Places::new(),
            udp: Places::new(),
            paths: BTreeMap::new(),
            under_way: BTreeMap::new(),
            sent: 0,
            told: Vec::new(),
            open: 0,
        }
    }

    // Time.

    /// When there is something to tell, if that is not for a call to change.
    pub(super) fn next(&self) -> Option<Duration> {
        if !self.told.is_empty() {
            return Some(self.now);
        }
        self.under_way.keys().next().map(|(time, _)| *time)
    }

    pub(super) fn advance(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.deliver();
    }

    /// Delivers all that is due. What that leads to may be due as well.
    pub(super) fn deliver(&mut self) {
        while let Some(next) = self.under_way.first_entry().filter(|next| next.key().0 <= self.now) {
            match next.remove() {
                Arrival::Call { client, tries } => self.called(client, tries),
                Arrival::Answer { client, answer } => self.answered(client, answer),
                Arrival::Bytes { stream, length } => self.came(stream, length),
                Arrival::End { stream } => self.ended(stream),
                Arrival::Reset { stream } => self.was_reset(stream),
                Arrival::Datagram { sender, from, to, bytes } => self.datagram(sender, from, to, bytes),
                Arrival::Unreachable { sender } => self.unreachable(sender),
            }
        }
    }

    pub(super) fn send(&mut self, arrives: Duration, arrival: Arrival) {
        self.under_way.insert((arrives, self.sent), arrival);
        self.sent += 1;
    }

    // Chance.

    pub(super) fn latency(&mut self) -> Duration {
        Duration::from_nanos(self.chance.within(&self.network.latency))
    }

    /// When arrives what is sent now.
    pub(super) fn soon(&mut self) -> Duration {
        self.now.saturating_add(self.latency())
    }

    /// How much is read or written of so much.
    pub(super) fn piece(&mut self, length: usize) -> usize {
        if length < 2 || !self.network.pieces || !self.chance.hits(0.5) {
            return length;
        }
        self.part(1, length)
    }

    /// A number of the range.
    pub(super) fn part(&mut self, least: usize, most: usize) -> usize {
        usize::try_from(self.chance.within(&(least as u64..=most as u64))).unwrap_or(most)
    }

    // Edges.

    pub(super) fn tell(&mut self, token: Option<mio::Token>, readable: bool, writable: bool) {
        if let Some(token) = token {
            self.told.push(Readiness { token, readable, writable, odd: false });
        }
    }

    pub(super) fn take_told(&mut self) -> Vec<Readiness> {
        std::mem::take(&mut self.told)
    }

    // Descriptors.

    /// Somebody has one socket more.
    pub(super) fn open(&mut self) -> io::Result<()> {
        if self.open >= self.network.open_files {
            return Err(too_many_open_files());
        }
        self.open += 1;
        Ok(())
    }

    /// Somebody has two more, or none.
    pub(super) fn open_pair(&mut self) -> io::Result<()> {
        self.open()?;
        self.open().inspect_err(|_| self.close())
    }

    pub(super) const fn close(&mut self) {
        self.open -= 1;
    }
}

fn too_many_open_files() -> io::Error {
    // The numbers that the systems have for it: there is no kind.
    io::Error::from_raw_os_error(if cfg!(windows) { 10024 } else { 24 })
}

/// Who is at a path is not of the kind that is looked for.
#[cfg(unix)]
pub(super) fn wrong_kind() -> io::Error {
    // The number that the systems have for it: there is no kind.
    let linux = cfg!(any(target_os = "linux", target_os = "android"));
    io::Error::from_raw_os_error(if linux { 91 } else { 41 })
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let datagrams = self.datagrams.len();
        #[cfg(unix)]
        let datagrams = datagrams + self.unix_datagrams.len();
        f.debug_struct("Network")
            .field("open", &self.open)
            .field("listeners", &self.listeners.len())
            .field("streams", &self.streams.len())
            .field("datagrams", &datagrams)
            .field("under_way", &self.under_way.len())
            .finish()
    }
}

//! How two streams become connected.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use super::Simulation;
use super::listener::At;
use super::pipe::Pipe;
use super::places::{reached, seen_by};
use super::stream::{State, Stream};
#[cfg(unix)]
use super::world::wrong_kind;
use super::world::{Arrival, AtPath, World};
use crate::event_loop::slab::Key;

/// How often a call is repeated that finds no room: after a second, then after twice the time. Linux does it so.
const TRIES: u32 = 6;

impl Simulation {
    /// Begins to connect.
    pub(crate) fn connect(&self, to: SocketAddr) -> io::Result<Stream> {
        let mut world = self.0.borrow_mut();
        world.open()?;
        let to = reached(to);
        let from = match world.tcp.connect(to) {
            Ok(from) => from,
            Err(error) => {
                world.close();
                return Err(error);
            }
        };
        let client = world.stream(Some((from, to)));
        if let Some(stream) = world.streams.get_mut(client) {
            stream.connecting = true;
        }
        let arrives = world.soon();
        world.send(arrives, Arrival::Call { client, tries: 0 });
        world.deliver();
        Ok(Stream::new(&self.0, client))
    }

    /// Connects on this machine, which takes no time.
    pub(crate) fn connect_to(&self, path: &Path) -> io::Result<Stream> {
        let mut world = self.0.borrow_mut();
        let listener = match world.paths.get(path) {
            Some(AtPath::Listener(listener)) => *listener,
            #[cfg(unix)]
            Some(AtPath::Datagrams(_)) => return Err(wrong_kind()),
            None => return Err(io::ErrorKind::NotFound.into()),
        };
        if world.is_full(listener) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        world.open()?;
        let client = world.stream(None);
        let server = world.stream(None);
        world.join(client, server);
        #[cfg(unix)]
        for (end, paths) in [(client, [None, Some(path.into())]), (server, [Some(path.into()), None])] {
            if let Some(stream) = world.streams.get_mut(end) {
                stream.paths = paths;
            }
        }
        world.queue(listener, server);
        Ok(Stream::new(&self.0, client))
    }

    /// Two ends of a connection on this machine.
    pub(crate) fn pair(&self) -> io::Result<(Stream, Stream)> {
        let mut world = self.0.borrow_mut();
        world.open_pair()?;
        let (one, other) = (world.stream(None), world.stream(None));
        world.join(one, other);
        Ok((Stream::new(&self.0, one), Stream::new(&self.0, other)))
    }
}

impl World {
    /// One end of a connection, with the pipe towards it.
    fn stream(&mut self, addresses: Option<(SocketAddr, SocketAddr)>) -> Key {
        let room = self.chance.within(&self.network.buffers);
        // What stays on this machine is fast.
        let bandwidth = if addresses.is_some() { self.chance.within(&self.network.bandwidth) } else { u64::MAX };
        self.streams.insert_with(|_| State::new(addresses, Pipe::new(room, bandwidth)))
    }

    fn join(&mut self, one: Key, other: Key) {
        for (own, peer) in [(one, other), (other, one)] {
            if let Some(stream) = self.streams.get_mut(own) {
                stream.peer = Some(peer);
            }
        }
    }

    fn is_full(&self, listener: Key) -> bool {
        self.listeners.get(listener).is_some_and(|listener| listener.backlog.len() >= self.network.backlog)
    }

    fn queue(&mut self, listener: Key, stream: Key) {
        if let Some(listener) = self.listeners.get_mut(listener) {
            listener.backlog.push_back(stream);
            let token = listener.token;
            self.tell(token, true, false);
        }
    }

    /// Somebody wants to connect.
    pub(super) fn called(&mut self, client: Key, tries: u32) {
        // It may have been given up.
        let Some((from, to)) = self.streams.get(client).and_then(|stream| stream.addresses) else { return };
        let listener = self.tcp.find(to).filter(|_| !self.chance.hits(self.network.refused));
        let answer = match listener {
            None => Err(io::ErrorKind::ConnectionRefused),
            Some(listener) if self.is_full(listener) => {
                let again = self.now.saturating_add(Duration::from_secs(1 << tries));
                let timed_out = Arrival::Answer { client, answer: Err(io::ErrorKind::TimedOut) };
                let next = if tries < TRIES { Arrival::Call { client, tries: tries + 1 } } else { timed_out };
                return self.send(again, next);
            }
            Some(listener) => {
                let (mut own, mut peer) = (to, from);
                if let Some(At::Address(at)) = self.listeners.get(listener).map(|listener| &listener.at) {
                    (own, peer) = (seen_by(*at, to), seen_by(*at, from));
                }
                let server = self.stream(Some((own, peer)));
                // What either sends goes to the other; the client does not know yet.
                self.join(client, server);
                self.queue(listener, server);
                Ok(server)
            }
        };
        let mut arrives = self.soon();
        if let Some(stream) = self.streams.get_mut(client) {
            // What the server sends does not overtake it.
            arrives = stream.inbox.arrival(arrives, 0);
        }
        self.send(arrives, Arrival::Answer { client, answer });
    }

    /// What becomes of a wish to connect.
    pub(super) fn answered(&mut self, client: Key, answer: Result<Key, io::ErrorKind>) {
        let Some(stream) = self.streams.get_mut(client) else { return };
        stream.connecting = false;
        if let Err(error) = answer {
            stream.error = Some(error);
            stream.over = true;
        }
        let token = stream.token;
        self.tell(token, true, true);
    }
}

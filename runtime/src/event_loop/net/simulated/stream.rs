//! One end of a connection.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::unix;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::pipe::Pipe;
use super::socket::{self, Socket};
use super::world::{Arrival, World};
use crate::event_loop::slab::{Key, Slab};

pub(crate) type Stream = Socket<State>;

pub(crate) struct State {
    pub(super) token: Option<mio::Token>,
    /// Its own and the other's. None on one machine.
    pub(super) addresses: Option<(SocketAddr, SocketAddr)>,
    /// Its own path and the other's, on one machine.
    #[cfg(unix)]
    pub(super) paths: [Option<PathBuf>; 2],
    /// The other end, which may be gone.
    pub(super) peer: Option<Key>,
    /// What the other end has sent.
    pub(super) inbox: Pipe,
    pub(super) connecting: bool,
    /// What the next operation finds, once.
    pub(super) error: Option<io::ErrorKind>,
    /// It was reset, or never connected.
    pub(super) over: bool,
    /// What is sent does not arrive any more; both ends will be told.
    cut: bool,
    /// It has ended its sending.
    shut: bool,
    /// The other end has, and all has arrived.
    ended: bool,
    /// It was told that there is no room.
    blocked: bool,
}

impl State {
    pub(super) const fn new(addresses: Option<(SocketAddr, SocketAddr)>, inbox: Pipe) -> Self {
        State {
            token: None,
            addresses,
            #[cfg(unix)]
            paths: [None, None],
            peer: None,
            inbox,
            connecting: false,
            error: None,
            over: false,
            cut: false,
            shut: false,
            ended: false,
            blocked: false,
        }
    }

    fn take_error(&mut self) -> io::Result<()> {
        self.error.take().map_or(Ok(()), |error| Err(error.into()))
    }
}

impl Stream {
    /// Whether it is connected. It would block as long as that is open.
    pub(crate) fn connected(&self) -> io::Result<()> {
        self.with(|stream| {
            stream.take_error()?;
            if stream.connecting { Err(io::ErrorKind::WouldBlock.into()) } else { Ok(()) }
        })
    }

    #[cold] // of the two kinds, the system's is the one that has to be fast
    pub(crate) fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.world.borrow_mut().read(self.key, buffer)
    }

    #[cold]
    pub(crate) fn write(&self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        self.world.borrow_mut().write(self.key, bytes)
    }

    pub(crate) fn shutdown(&self) -> io::Result<()> {
        self.with(|stream| if stream.over { Err(io::ErrorKind::NotConnected.into()) } else { Ok(()) })?;
        let mut world = self.world.borrow_mut();
        world.end(self.key);
        world.deliver();
        Ok(())
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.with(|stream| stream.addresses.map(|(own, _)| own).ok_or(io::ErrorKind::Unsupported.into()))
    }

    /// The address of the other side, also if the connection is lost already.
    pub(crate) fn came_from(&self) -> io::Result<SocketAddr> {
        self.with(|stream| stream.addresses.map(|(_, peer)| peer).ok_or(io::ErrorKind::ConnectionAborted.into()))
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.with(|stream| {
            let addresses = stream.addresses.filter(|_| !stream.over && !stream.connecting);
            addresses.map(|(_, peer)| peer).ok_or(io::ErrorKind::NotConnected.into())
        })
    }

    /// Where this end of a connection on one machine is.
    #[cfg(unix)]
    pub(crate) fn local_path(&self) -> io::Result<unix::net::SocketAddr> {
        self.with(|stream| address(stream.paths[0].as_deref()))
    }

    /// Where the other end is, or was.
    #[cfg(unix)]
    pub(crate) fn peer_path(&self) -> io::Result<unix::net::SocketAddr> {
        self.with(|stream| address(stream.paths[1].as_deref()))
    }
}

/// The address of a path, or of none.
#[cfg(unix)]
fn address(path: Option<&Path>) -> io::Result<unix::net::SocketAddr> {
    unix::net::SocketAddr::from_pathname(path.unwrap_or(Path::new("")))
}

impl World {
    fn read(&mut self, key: Key, buffer: &mut [u8]) -> io::Result<usize> {
        let there = self.streams.get(key).map_or(0, |stream| stream.inbox.arrived().min(buffer.len()));
        let piece = self.piece(there);
        let Some(stream) = self.streams.get_mut(key) else { return Err(io::ErrorKind::NotConnected.into()) };
        if there > 0 {
            let read = stream.inbox.read(&mut buffer[..piece]);
            let peer = stream.peer.and_then(|peer| self.streams.get_mut(peer)).filter(|peer| peer.blocked);
            if let Some(peer) = peer {
                peer.blocked = false;
                let token = peer.token;
                self.tell(token, false, true);
            }
            return Ok(read);
        }
        stream.take_error()?;
        if buffer.is_empty() || stream.ended || stream.over {
            return Ok(0);
        }
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn write(&mut self, key: Key, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        let Some(stream) = self.streams.get_mut(key) else { return Err(io::ErrorKind::NotConnected.into()) };
        // On one machine only a read finds it.
        if stream.addresses.is_some() {
            stream.take_error()?;
        }
        if stream.over || stream.shut {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if stream.connecting {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let wanted = bytes.iter().map(|bytes| bytes.len()).sum();
        let (cut, far, peer) = (stream.cut, stream.addresses.is_some(), stream.peer);
        if cut || wanted == 0 {
            return Ok(wanted);
        }
        let Some(room) = peer.and_then(|peer| self.streams.get(peer)).map(|peer| peer.inbox.room()) else {
            return self.write_to_nobody(key, far, wanted);
        };
        if room == 0 {
            if let Some(stream) = self.streams.get_mut(key) {
                stream.blocked = true;
            }
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let length = self.piece(wanted.min(room));
        self.send_bytes(far, peer, bytes, length);
        if far && self.chance.hits(self.network.lost) {
            self.lose(key);
        }
        self.deliver();
        Ok(length)
    }

    /// The other end was closed. On one machine that is known, otherwise it answers that nobody is there.
    fn write_to_nobody(&mut self, key: Key, far: bool, wanted: usize) -> io::Result<usize> {
        if !far {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let there = self.latency();
        let arrives = self.soon().saturating_add(there);
        self.reset_at(key, arrives);
        self.deliver();
        Ok(wanted)
    }

    fn send_bytes(&mut self, far: bool, to: Option<Key>, bytes: &[IoSlice<'_>], length: usize) {
        let arrives = if far { self.soon() } else { self.now };
        let Some((key, peer)) = to.and_then(|key| Some((key, self.streams.get_mut(key)?))) else { return };
        let mut left = length;
        for bytes in bytes {
            let taken = bytes.len().min(left);
            peer.inbox.send(&bytes[..taken]);
            left -= taken;
        }
        let arrives = peer.inbox.arrival(arrives, length);
        self.send(arrives, Arrival::Bytes { stream: key, length });
    }

    /// The connection is lost: some of what is under way arrives yet, in either direction, and nothing that is sent later.
    fn lose(&mut self, key: Key) {
        for key in self.ends(key) {
            let under_way = self.streams.get(key).map_or(0, |stream| stream.inbox.under_way());
            let arriving = self.part(0, under_way);
            if let Some(stream) = self.streams.get_mut(key) {
                stream.cut = true;
                stream.inbox.cut(arriving);
            }
            let arrives = self.soon();
            self.reset_at(key, arrives);
        }
    }

    fn ends(&self, key: Key) -> impl Iterator<Item = Key> + use<> {
        [Some(key), self.streams.get(key).and_then(|stream| stream.peer)].into_iter().flatten()
    }

    /// Resets one end then, or when all that it was sent before has arrived.
    fn reset_at(&mut self, key: Key, at: Duration) {
        if let Some(stream) = self.streams.get_mut(key) {
            let arrives = stream.inbox.arrival(at, 0);
            self.send(arrives, Arrival::Reset { stream: key });
        }
    }

    /// Ends the sending of one end.
    fn end(&mut self, key: Key) {
        let Some(stream) = self.streams.get_mut(key) else { return };
        if std::mem::replace(&mut stream.shut, true) || stream.cut || stream.over {
            return;
        }
        let (far, peer) = (stream.addresses.is_some(), stream.peer);
        let arrives = if far { self.soon() } else { self.now };
        let Some((peer, stream)) = peer.and_then(|key| Some((key, self.streams.get_mut(key)?))) else { return };
        let arrives = stream.inbox.arrival(arrives, 0);
        self.send(arrives, Arrival::End { stream: peer });
    }

    /// Closes one end. The other finds the end; or that it was reset, if something was not read, or nobody ever took it.
    pub(super) fn abandon(&mut self, key: Key, accepted: bool) {
        let Some(stream) = self.streams.get(key) else { return };
        let (far, peer) = (stream.addresses.is_some(), stream.peer);
        if accepted && stream.inbox.is_empty() {
            self.end(key);
        } else if let (false, Some(peer)) = (stream.over || stream.cut, peer) {
            let arrives = if far { self.soon() } else { self.now };
            self.reset_at(peer, arrives);
        }
        let Some(stream) = self.streams.remove(key) else { return };
        if let Some((own, other)) = stream.addresses {
            self.tcp.disconnect(own, other);
        }
    }

    pub(super) fn came(&mut self, key: Key, length: usize) {
        if let Some(stream) = self.streams.get_mut(key) {
            stream.inbox.arrive(length);
            let token = stream.token;
            self.tell(token, true, false);
        }
    }

    pub(super) fn ended(&mut self, key: Key) {
        if let Some(stream) = self.streams.get_mut(key) {
            stream.ended = true;
            let token = stream.token;
            self.tell(token, true, false);
        }
    }

    pub(super) fn was_reset(&mut self, key: Key) {
        let Some(stream) = self.streams.get_mut(key) else { return };
        if !std::mem::replace(&mut stream.over, true) {
            // Who knows of the end already learns that nobody takes what it sends.
            let after_end = stream.ended && stream.addresses.is_some();
            stream.error = Some(if after_end { io::ErrorKind::BrokenPipe } else { io::ErrorKind::ConnectionReset });
            stream.connecting = false;
            let token = stream.token;
            self.tell(token, true, true);
        }
    }
}

impl socket::State for State {
    const NAME: &'static str = "Stream";

    fn all(world: &mut World) -> &mut Slab<Self> {
        &mut world.streams
    }

    fn token(&mut self) -> &mut Option<mio::Token> {
        &mut self.token
    }

    fn close(world: &mut World, key: Key) {
        world.abandon(key, true);
    }

    fn show(&self, shown: &mut fmt::DebugStruct<'_, '_>) {
        if let Some((own, peer)) = self.addresses {
            shown.field("addr", &own).field("peer", &peer);
        }
    }
}

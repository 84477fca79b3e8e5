//! Sockets for datagrams on one machine.
//!
//! As on Linux, a datagram is with its receiver when it was sent, and where there is no room for it its sender waits. So none
//! is lost, and none overtakes another.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::os::unix::net::SocketAddr;
use std::path::Path;
use std::vec::Vec;

use super::Simulation;
use super::socket::{self, Socket};
use super::world::{AtPath, World, wrong_kind};
use crate::event_loop::slab::{Key, Slab};

pub(crate) type UnixDatagrams = Socket<State>;

pub(crate) struct State {
    token: Option<mio::Token>,
    at: SocketAddr,
    /// To and from whom only. It may be gone.
    peer: Option<(Key, SocketAddr)>,
    came: VecDeque<(SocketAddr, Vec<u8>)>,
    /// How many bytes that is.
    length: usize,
    /// With how many there is room for no more.
    room: usize,
    error: Option<io::ErrorKind>,
    /// Who found no room here, in the order of coming. They stay in it until they have sent something.
    waiting: Vec<Key>,
}

/// What the length of a datagram may be, and what each takes besides.
const LONGEST: usize = 212_960;
const OVERHEAD: usize = 256;

/// With how many datagrams there is room for none of somebody who is not the peer. So it is on Linux.
const CROWD: usize = 11;

impl Simulation {
    /// A socket at a path.
    pub(crate) fn datagrams_at(&self, path: &Path) -> io::Result<UnixDatagrams> {
        let at = address(path)?;
        let mut world = self.0.borrow_mut();
        if world.paths.contains_key(path) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        world.open()?;
        let key = world.datagrams_on_machine(at);
        world.paths.insert(path.into(), AtPath::Datagrams(key));
        Ok(Socket::new(&self.0, key))
    }

    /// A socket that is nowhere.
    pub(crate) fn datagrams_nowhere(&self) -> io::Result<UnixDatagrams> {
        let nowhere = nowhere()?;
        let mut world = self.0.borrow_mut();
        world.open()?;
        let key = world.datagrams_on_machine(nowhere);
        Ok(Socket::new(&self.0, key))
    }

    /// Two of those that are connected.
    pub(crate) fn datagrams_pair(&self) -> io::Result<(UnixDatagrams, UnixDatagrams)> {
        let nowhere = nowhere()?;
        let mut world = self.0.borrow_mut();
        world.open_pair()?;
        let [one, other] = [(); 2].map(|()| world.datagrams_on_machine(nowhere.clone()));
        world.set_peer(one, Some((other, nowhere.clone())));
        world.set_peer(other, Some((one, nowhere)));
        Ok((Socket::new(&self.0, one), Socket::new(&self.0, other)))
    }
}

/// A path as what a socket is at.
fn address(path: &Path) -> io::Result<SocketAddr> {
    if path.as_os_str().is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "an empty path is no address"));
    }
    SocketAddr::from_pathname(path)
}

fn nowhere() -> io::Result<SocketAddr> {
    SocketAddr::from_pathname("")
}

impl UnixDatagrams {
    pub(crate) fn connect(&self, path: &Path) -> io::Result<()> {
        let address = address(path)?;
        let mut world = self.world.borrow_mut();
        let to = world.find_datagrams(path)?;
        if let Some(receiver) = world.unix_datagrams.get(to) {
            receiver.admits(self.key)?;
        }
        world.set_peer(self.key, Some((to, address)));
        Ok(())
    }

    pub(crate) fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        let to = self.with(|socket| {
            let (to, _) = socket.peer.as_ref().ok_or(io::ErrorKind::NotConnected)?;
            let to = *to;
            socket.check(datagram)?;
            Ok(to)
        })?;
        self.world.borrow_mut().hand_over(self.key, to, datagram)
    }

    pub(crate) fn send_to(&self, datagram: &[u8], path: &Path) -> io::Result<usize> {
        address(path)?;
        self.with(|socket| socket.check(datagram))?;
        let mut world = self.world.borrow_mut();
        let to = world.find_datagrams(path)?;
        world.hand_over(self.key, to, datagram)
    }

    pub(crate) fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.recv_from(buffer).map(|(length, _)| length)
    }

    pub(crate) fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        let received = self.with(|socket| {
            socket.take_error()?;
            let Some((from, bytes)) = socket.came.pop_front() else { return Err(io::ErrorKind::WouldBlock.into()) };
            socket.length -= bytes.len() + OVERHEAD;
            let length = bytes.len().min(buffer.len());
            buffer[..length].copy_from_slice(&bytes[..length]);
            Ok((length, from))
        })?;
        self.world.borrow_mut().tell_waiting(self.key);
        Ok(received)
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.with(|socket| Ok(socket.at.clone()))
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.with(|socket| match &socket.peer {
            Some((_, address)) => Ok(address.clone()),
            None => Err(io::ErrorKind::NotConnected.into()),
        })
    }
}

impl State {
    fn take_error(&mut self) -> io::Result<()> {
        self.error.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// Whether it can send that at all.
    fn check(&mut self, datagram: &[u8]) -> io::Result<()> {
        if datagram.len() > LONGEST {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a datagram has 212,960 bytes at most"));
        }
        self.take_error()
    }

    fn is_peer(&self, key: Key) -> bool {
        self.peer.as_ref().is_some_and(|(peer, _)| *peer == key)
    }

    /// Whether it receives from somebody.
    fn admits(&self, sender: Key) -> io::Result<()> {
        if self.peer.is_none() || self.is_peer(sender) { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

impl World {
    fn datagrams_on_machine(&mut self, at: SocketAddr) -> Key {
        let room = usize::try_from(self.chance.within(&self.network.buffers)).unwrap_or(usize::MAX);
        self.unix_datagrams.insert_with(|_| State {
            token: None,
            at,
            peer: None,
            came: VecDeque::new(),
            length: 0,
            room,
            error: None,
            waiting: Vec::new(),
        })
    }

    fn find_datagrams(&self, path: &Path) -> io::Result<Key> {
        match self.paths.get(path) {
            Some(AtPath::Datagrams(key)) => Ok(*key),
            Some(AtPath::Listener(_)) => Err(wrong_kind()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Sends what can be sent.
    fn hand_over(&mut self, own: Key, to: Key, datagram: &[u8]) -> io::Result<usize> {
        let Some(from) = self.unix_datagrams.get(own).map(|sender| sender.at.clone()) else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let Some(receiver) = self.unix_datagrams.get_mut(to) else {
            // It is told once, and is not connected any more.
            self.set_peer(own, None);
            return Err(io::ErrorKind::ConnectionRefused.into());
        };
        receiver.admits(own)?;
        let is_crowded = receiver.came.len() >= CROWD && own != to && !receiver.is_peer(own);
        if is_crowded || receiver.length >= receiver.room {
            if !receiver.waiting.contains(&own) {
                receiver.waiting.push(own);
            }
            return Err(io::ErrorKind::WouldBlock.into());
        }
        receiver.waiting.retain(|waiting| *waiting != own);
        receiver.length += datagram.len() + OVERHEAD;
        receiver.came.push_back((from, datagram.into()));
        let token = receiver.token;
        self.tell(token, true, false);
        Ok(datagram.len())
    }

    /// From now on it sends there. What came from the peer before is lost, which that one is told if it is connected, too.
    fn set_peer(&mut self, own: Key, peer: Option<(Key, SocketAddr)>) {
        let Some(socket) = self.unix_datagrams.get_mut(own) else { return };
        let Some((before, _)) = std::mem::replace(&mut socket.peer, peer) else { return };
        if socket.is_peer(before) {
            return;
        }
        let (token, lost) = (socket.token, !socket.came.is_empty());
        socket.came.clear();
        socket.length = 0;
        // Who waits for room at the one may find it at the other.
        self.tell(token, false, true);
        if lost {
            self.tell_waiting(own);
            if let Some(peer) = self.unix_datagrams.get_mut(before).filter(|peer| peer.is_peer(own)) {
                peer.error = Some(io::ErrorKind::ConnectionReset);
                let token = peer.token;
                self.tell(token, true, true);
            }
        }
    }

    /// There may be room.
    fn tell_waiting(&mut self, key: Key) {
        let Some(receiver) = self.unix_datagrams.get_mut(key) else { return };
        let mut waiting = std::mem::take(&mut receiver.waiting);
        self.tell_senders(&mut waiting);
        if let Some(receiver) = self.unix_datagrams.get_mut(key) {
            receiver.waiting = waiting;
        }
    }

    /// Only those that are there stay in the line.
    fn tell_senders(&mut self, senders: &mut Vec<Key>) {
        senders.retain(|sender| {
            let Some(token) = self.unix_datagrams.get(*sender).map(|sender| sender.token) else { return false };
            self.tell(token, false, true);
            true
        });
    }
}

impl socket::State for State {
    const NAME: &'static str = "UnixDatagrams";

    fn all(world: &mut World) -> &mut Slab<Self> {
        &mut world.unix_datagrams
    }

    fn token(&mut self) -> &mut Option<mio::Token> {
        &mut self.token
    }

    fn close(world: &mut World, key: Key) {
        let Some(mut socket) = world.unix_datagrams.remove(key) else { return };
        if let Some(path) = socket.at.as_pathname() {
            world.paths.remove(path);
        }
        world.tell_senders(&mut socket.waiting);
    }

    fn show(&self, shown: &mut fmt::DebugStruct<'_, '_>) {
        shown.field("addr", &self.at);
    }
}

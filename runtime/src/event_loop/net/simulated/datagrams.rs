//! Sockets for datagrams.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::vec::Vec;

use super::Simulation;
use super::places::{reached, seen_by};
use super::socket::{self, Socket};
use super::world::{Arrival, World};
use crate::event_loop::slab::{Key, Slab};

pub(crate) type Datagrams = Socket<State>;

pub(crate) struct State {
    token: Option<mio::Token>,
    at: SocketAddr,
    /// To and from whom only.
    peer: Option<SocketAddr>,
    came: VecDeque<(SocketAddr, Vec<u8>)>,
    /// How many bytes that is.
    length: usize,
    error: Option<io::ErrorKind>,
}

/// What the length of a datagram may be.
const LONGEST: usize = 65_507;

/// How many bytes may wait to be received, and what each datagram takes besides. What is more is lost. So it is on Linux.
const ROOM: usize = 212_992;
const OVERHEAD: usize = 256;

impl Simulation {
    pub(crate) fn datagrams(&self, address: SocketAddr) -> io::Result<Datagrams> {
        let mut world = self.0.borrow_mut();
        let at = world.udp.free(address, false)?;
        world.open()?;
        let state = State { token: None, at, peer: None, came: VecDeque::new(), length: 0, error: None };
        let key = world.datagrams.insert_with(|_| state);
        world.udp.bind(at, false, key);
        Ok(Socket::new(&self.0, key))
    }
}

impl Datagrams {
    pub(crate) fn connect(&self, to: SocketAddr) -> io::Result<()> {
        self.with(|socket| {
            socket.peer = Some(reached(socket.checked(to)?));
            Ok(())
        })
    }

    pub(crate) fn send(&self, datagram: &[u8]) -> io::Result<usize> {
        let to = self.with(|socket| socket.peer.ok_or(io::ErrorKind::NotConnected.into()))?;
        self.send_reached(datagram, to)
    }

    pub(crate) fn send_to(&self, datagram: &[u8], to: SocketAddr) -> io::Result<usize> {
        let to = self.with(|socket| socket.checked(to))?;
        self.send_reached(datagram, reached(to))
    }

    fn send_reached(&self, datagram: &[u8], to: SocketAddr) -> io::Result<usize> {
        let from = self.with(|socket| {
            socket.take_error()?;
            if datagram.len() > LONGEST {
                return Err(io::Error::new(io::ErrorKind::InvalidInput, "a datagram has 65,507 bytes at most"));
            }
            let ip = socket.at.ip().to_canonical();
            // Who is anywhere sends from where it sends to: all is this machine.
            Ok(SocketAddr::new(if ip.is_unspecified() { to.ip() } else { ip }, socket.at.port()))
        })?;
        let world = &mut *self.world.borrow_mut();
        let lost = world.chance.hits(world.network.datagrams_lost);
        let doubled = !lost && world.chance.hits(world.network.datagrams_doubled);
        for _ in 0..u32::from(!lost) + u32::from(doubled) {
            let arrives = world.soon();
            world.send(arrives, Arrival::Datagram { sender: self.key, from, to, bytes: datagram.into() });
        }
        world.deliver();
        Ok(datagram.len())
    }

    pub(crate) fn recv(&self, buffer: &mut [u8]) -> io::Result<usize> {
        self.recv_from(buffer).map(|(length, _)| length)
    }

    pub(crate) fn recv_from(&self, buffer: &mut [u8]) -> io::Result<(usize, SocketAddr)> {
        self.with(|socket| {
            socket.take_error()?;
            let Some((from, bytes)) = socket.came.pop_front() else { return Err(io::ErrorKind::WouldBlock.into()) };
            socket.length -= bytes.len() + OVERHEAD;
            let length = bytes.len().min(buffer.len());
            buffer[..length].copy_from_slice(&bytes[..length]);
            Ok((length, seen_by(socket.at, from)))
        })
    }

    pub(crate) fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.with(|socket| socket.peer.ok_or(io::ErrorKind::NotConnected.into()))
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.with(|socket| Ok(socket.at))
    }
}

impl State {
    fn take_error(&mut self) -> io::Result<()> {
        self.error.take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// An address that this socket can send to.
    fn checked(&self, to: SocketAddr) -> io::Result<SocketAddr> {
        if self.at.is_ipv4() && to.is_ipv6() {
            return Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "a socket of IPv4 cannot send to an address of IPv6",
            ));
        }
        Ok(to)
    }
}

impl World {
    pub(super) fn datagram(&mut self, sender: Key, from: SocketAddr, to: SocketAddr, bytes: Vec<u8>) {
        let socket = self.udp.find(to).and_then(|key| self.datagrams.get_mut(key));
        match socket.filter(|socket| socket.peer.is_none_or(|peer| peer == from)) {
            None => {
                let arrives = self.soon();
                self.send(arrives, Arrival::Unreachable { sender });
            }
            // There is no room: it is lost.
            Some(socket) if socket.length + bytes.len() + OVERHEAD > ROOM => {}
            Some(socket) => {
                socket.length += bytes.len() + OVERHEAD;
                socket.came.push_back((from, bytes));
                let token = socket.token;
                self.tell(token, true, false);
            }
        }
    }

    /// Systems say so only to who sends to one address.
    pub(super) fn unreachable(&mut self, sender: Key) {
        if let Some(socket) = self.datagrams.get_mut(sender).filter(|socket| socket.peer.is_some()) {
            socket.error = Some(io::ErrorKind::ConnectionRefused);
            let token = socket.token;
            self.tell(token, true, true);
        }
    }
}

impl socket::State for State {
    const NAME: &'static str = "Datagrams";

    fn all(world: &mut World) -> &mut Slab<Self> {
        &mut world.datagrams
    }

    fn token(&mut self) -> &mut Option<mio::Token> {
        &mut self.token
    }

    fn close(world: &mut World, key: Key) {
        if let Some(socket) = world.datagrams.remove(key) {
            world.udp.unbind(socket.at);
        }
    }

    fn show(&self, shown: &mut fmt::DebugStruct<'_, '_>) {
        shown.field("addr", &self.at);
    }
}

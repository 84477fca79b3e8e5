//! Who listens.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::os::unix;
use std::path::{Path, PathBuf};

use super::Simulation;
use super::socket::{self, Socket};
use super::stream::Stream;
use super::world::{AtPath, World};
use crate::event_loop::slab::{Key, Slab};

/// A listener of TCP, or of Unix sockets.
pub(crate) type Listener = Socket<State>;

pub(crate) struct State {
    pub(super) token: Option<mio::Token>,
    pub(super) at: At,
    /// Who has connected and was not accepted yet.
    pub(super) backlog: VecDeque<Key>,
}

pub(super) enum At {
    Address(SocketAddr),
    Path(PathBuf),
}

impl Simulation {
    pub(crate) fn listen(&self, address: SocketAddr, only_v6: bool) -> io::Result<Listener> {
        let mut world = self.0.borrow_mut();
        let address = world.tcp.free(address, only_v6)?;
        let key = world.listener(At::Address(address))?;
        world.tcp.bind(address, only_v6, key);
        Ok(Socket::new(&self.0, key))
    }

    pub(crate) fn listen_at(&self, path: &Path) -> io::Result<Listener> {
        // One that is too long is none.
        #[cfg(unix)]
        unix::net::SocketAddr::from_pathname(path)?;
        let mut world = self.0.borrow_mut();
        if world.paths.contains_key(path) {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let key = world.listener(At::Path(path.into()))?;
        world.paths.insert(path.into(), AtPath::Listener(key));
        Ok(Socket::new(&self.0, key))
    }
}

impl World {
    fn listener(&mut self, at: At) -> io::Result<Key> {
        self.open()?;
        Ok(self.listeners.insert_with(|_| State { token: None, at, backlog: VecDeque::new() }))
    }
}

impl Listener {
    pub(crate) fn accept(&self) -> io::Result<Stream> {
        let mut world = self.world.borrow_mut();
        // As systems do: first a descriptor, then a look at who is there.
        world.open()?;
        let waiting = world.listeners.get_mut(self.key).and_then(|listener| listener.backlog.pop_front());
        match waiting {
            Some(key) => Ok(Stream::new(&self.world, key)),
            None => {
                world.close();
                Err(io::ErrorKind::WouldBlock.into())
            }
        }
    }

    pub(crate) fn local_addr(&self) -> io::Result<SocketAddr> {
        self.with(|listener| match listener.at {
            At::Address(address) => Ok(address),
            At::Path(_) => Err(io::ErrorKind::Unsupported.into()),
        })
    }

    #[cfg(unix)]
    pub(crate) fn local_path(&self) -> io::Result<unix::net::SocketAddr> {
        self.with(|listener| match &listener.at {
            At::Address(_) => Err(io::ErrorKind::Unsupported.into()),
            At::Path(path) => unix::net::SocketAddr::from_pathname(path),
        })
    }
}

impl socket::State for State {
    const NAME: &'static str = "Listener";

    fn all(world: &mut World) -> &mut Slab<Self> {
        &mut world.listeners
    }

    fn token(&mut self) -> &mut Option<mio::Token> {
        &mut self.token
    }

    fn close(world: &mut World, key: Key) {
        let Some(listener) = world.listeners.remove(key) else { return };
        match listener.at {
            At::Address(address) => world.tcp.unbind(address),
            At::Path(path) => _ = world.paths.remove(&path),
        }
        // Who was not accepted is told.
        for key in listener.backlog {
            world.abandon(key, false);
        }
    }

    fn show(&self, shown: &mut fmt::DebugStruct<'_, '_>) {
        match &self.at {
            At::Address(address) => shown.field("addr", address),
            At::Path(path) => shown.field("path", path),
        };
    }
}

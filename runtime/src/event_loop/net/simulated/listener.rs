//! Who listens.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use super::stream::Stream;
use super::world::World;
use super::{Endpoint, Simulation};
use crate::event_loop::slab::Key;

/// A listener of TCP, or of Unix sockets.
pub(crate) struct Listener {
    world: Rc<RefCell<World>>,
    key: Key,
}

pub(super) struct State {
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
    pub(crate) fn listen(&self, address: SocketAddr) -> io::Result<Listener> {
        let mut world = self.0.borrow_mut();
        let address = world.tcp.free(address)?;
        let key = world.listener(At::Address(address))?;
        world.tcp.bind(address, key);
        Ok(Listener { world: Rc::clone(&self.0), key })
    }

    pub(crate) fn listen_at(&self, path: &Path) -> io::Result<Listener> {
        let mut world = self.0.borrow_mut();
        if world.at_path(path).is_some() {
            return Err(io::ErrorKind::AddrInUse.into());
        }
        let key = world.listener(At::Path(path.into()))?;
        world.paths.push((path.into(), key));
        Ok(Listener { world: Rc::clone(&self.0), key })
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
        match self.world.borrow().listeners.get(self.key) {
            Some(State { at: At::Address(address), .. }) => Ok(*address),
            _ => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

impl Endpoint for Listener {
    fn attach(&self, token: mio::Token) {
        if let Some(listener) = self.world.borrow_mut().listeners.get_mut(self.key) {
            listener.token = Some(token);
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut world = self.world.borrow_mut();
        world.close();
        let Some(listener) = world.listeners.remove(self.key) else { return };
        match listener.at {
            At::Address(address) => world.tcp.unbind(address),
            At::Path(path) => world.paths.retain(|(known, _)| *known != path),
        }
        // Who was not accepted is told.
        for key in listener.backlog {
            world.abandon(key, false);
        }
        world.deliver();
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Listener");
        if let Some(listener) = self.world.borrow().listeners.get(self.key) {
            match &listener.at {
                At::Address(address) => shown.field("addr", address),
                At::Path(path) => shown.field("path", path),
            };
        }
        shown.finish_non_exhaustive()
    }
}

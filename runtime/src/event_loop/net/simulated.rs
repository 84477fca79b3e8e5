//! A network in memory, on the time of a simulated loop.
//!
//! Its sockets say that they would block and are told of edges, as the system's: what waits for them is the same. All that
//! is on its way is in one line, by the time of its arrival; the loop's clock stops there. What is left open is drawn from
//! one generator of random numbers, so it is the same for the same seed.

mod chance;
mod conditions;
mod connecting;
mod datagrams;
mod listener;
mod pipe;
mod places;
mod socket;
mod stream;
#[cfg(unix)]
mod unix_datagrams;
mod world;

use std::boxed::Box;
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;
use std::vec::Vec;

use self::world::World;
use crate::event_loop::driver::Readiness;

pub use self::conditions::{Network, set_network};
pub(crate) use self::datagrams::Datagrams;
pub(crate) use self::listener::Listener;
pub(crate) use self::stream::Stream;
#[cfg(unix)]
pub(crate) use self::unix_datagrams::UnixDatagrams;

/// The network of a simulated loop.
#[derive(Clone)]
pub(crate) struct Simulation(Rc<RefCell<World>>);

/// A socket of it.
pub(crate) trait Endpoint {
    /// From now on its edges are told by that token.
    fn attach(&self, token: mio::Token);
}

/// In the place of pipes and descriptors, which it does not have.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) enum Absent {}

#[cfg(unix)]
impl Endpoint for Absent {
    fn attach(&self, _: mio::Token) {
        match *self {}
    }
}

impl Simulation {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Simulation(Rc::new(RefCell::new(World::new(seed))))
    }

    /// What is made from now on is of this kind.
    pub(crate) fn set(&self, network: Network) {
        let before = std::mem::replace(&mut self.0.borrow_mut().network, Box::new(network));
        drop(before);
    }

    /// When there is something to tell.
    pub(crate) fn next(&self) -> Option<Duration> {
        self.0.borrow().next()
    }

    /// It is that time: what is due arrives.
    pub(crate) fn advance(&self, now: Duration) {
        self.0.borrow_mut().advance(now);
    }

    /// Which sockets became ready since this was asked.
    pub(crate) fn take_told(&self) -> Vec<Readiness> {
        self.0.borrow_mut().take_told()
    }

    /// The addresses of a name, and how long it takes to find them.
    pub(crate) fn look_up(&self, name: &str) -> (Duration, io::Result<Vec<IpAddr>>) {
        let mut world = self.0.borrow_mut();
        (world.latency(), world.network.look_up(name))
    }
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.try_borrow() {
            Ok(world) => world.fmt(f),
            Err(_) => f.write_str("Network"),
        }
    }
}

//! What somebody holds of a simulated network.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::rc::Rc;

use super::Endpoint;
use super::world::World;
use crate::event_loop::slab::{Key, Slab};

/// What the network keeps of each socket of one kind.
pub(crate) trait State: Sized {
    const NAME: &'static str;

    /// All of that kind.
    fn all(world: &mut World) -> &mut Slab<Self>;

    /// By which its edges are told.
    fn token(&mut self) -> &mut Option<mio::Token>;

    /// Nobody holds it any more.
    fn close(world: &mut World, key: Key);

    /// Says where it is.
    fn show(&self, shown: &mut fmt::DebugStruct<'_, '_>);
}

/// A socket, which is closed when this is dropped.
pub(crate) struct Socket<S: State> {
    pub(super) world: Rc<RefCell<World>>,
    pub(super) key: Key,
    kind: PhantomData<S>,
}

impl<S: State> Socket<S> {
    /// Holds one for which there was a descriptor.
    pub(super) fn new(world: &Rc<RefCell<World>>, key: Key) -> Self {
        Socket { world: Rc::clone(world), key, kind: PhantomData }
    }

    pub(super) fn with<R>(&self, f: impl FnOnce(&mut S) -> io::Result<R>) -> io::Result<R> {
        match S::all(&mut self.world.borrow_mut()).get_mut(self.key) {
            Some(socket) => f(socket),
            None => Err(io::ErrorKind::NotConnected.into()),
        }
    }
}

impl<S: State> Endpoint for Socket<S> {
    fn attach(&self, token: mio::Token) {
        if let Some(socket) = S::all(&mut self.world.borrow_mut()).get_mut(self.key) {
            *socket.token() = Some(token);
        }
    }
}

impl<S: State> Drop for Socket<S> {
    fn drop(&mut self) {
        let mut world = self.world.borrow_mut();
        world.close();
        S::close(&mut world, self.key);
        world.deliver();
    }
}

impl<S: State> fmt::Debug for Socket<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct(S::NAME);
        if let Some(socket) = S::all(&mut self.world.borrow_mut()).get(self.key) {
            socket.show(&mut shown);
        }
        shown.finish_non_exhaustive()
    }
}

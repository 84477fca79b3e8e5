//! What the system tells the readiness of.
//!
//! A source is registered once, for both directions, and told of edges. An operation tries the system call first; only when
//! that would block it waits, and it tries again after the next edge. A token tells the source's key, so one that is told late, of
//! a source that is gone, finds nobody.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::vec::Vec;

use super::io::{Io, System};
use super::simulated::{self, Endpoint as _, Simulation};
use crate::event_loop::core::Core;
use crate::event_loop::current;
use crate::event_loop::debug;
use crate::event_loop::driver::Readiness;
use crate::event_loop::slab::{Key, Slab};
use crate::event_loop::wake::{self, Wake};

use super::waiting::Waiting;

/// What a loop knows of its sources.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    all: Slab<State>,
    /// The room for those who are to be woken, which is used again.
    woken: Vec<Wake>,
}

/// Of one source, for each direction.
#[derive(Debug, Default)]
struct State {
    read: Side,
    write: Side,
    /// The system told of something odd.
    odd: bool,
}

#[derive(Debug)]
struct Side {
    /// The system call has not said that it would block since the last edge.
    ready: bool,
    /// How often there was an edge.
    edges: u32,
    /// Who waits for the next edge.
    waiting: Waiting,
}

impl Default for Side {
    /// New sources are tried at once.
    fn default() -> Self {
        Side { ready: true, edges: 0, waiting: Waiting::Nobody }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    Read,
    Write,
}

impl State {
    fn at(&mut self, direction: Direction) -> &mut Side {
        match direction {
            Direction::Read => &mut self.read,
            Direction::Write => &mut self.write,
        }
    }
}

impl Sources {
    pub(crate) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) const fn len(&self) -> usize {
        self.all.len()
    }

    /// What the system told. Who waits for it is to be woken.
    #[inline]
    pub(crate) fn told(&mut self, readiness: Readiness, wake: &mut impl FnMut(Wake)) {
        let is_meant = |key| token(key) == readiness.token;
        let Some(state) = self.all.find(room(readiness.token), is_meant) else { return };
        state.odd |= readiness.odd;
        for (ready, direction) in [(readiness.readable, Direction::Read), (readiness.writable, Direction::Write)] {
            if ready {
                let side = state.at(direction);
                side.ready = true;
                side.edges = side.edges.wrapping_add(1);
                side.waiting.drain(wake);
            }
        }
    }

    /// Empty, and with the room that it had before.
    pub(crate) fn take_woken(&mut self) -> Vec<Wake> {
        std::mem::take(&mut self.woken)
    }

    pub(crate) fn put_back(&mut self, woken: Vec<Wake>) {
        self.woken = woken;
    }
}

/// How many bits of a token are the room's number. The others are the generation's: with 32 bits in all its lower ones, so of
/// thousands of tenants two look alike, and one is woken that tries for nothing.
const ROOM: u32 = if usize::BITS > 32 { 32 } else { 20 };

/// So many sources have tokens, none of which is all ones: that is the notification's.
const ROOMS: u32 = u32::MAX >> (32 - ROOM);

const fn token(key: Key) -> mio::Token {
    mio::Token((key.index as usize) | (key.generation as usize) << ROOM)
}

const fn room(token: mio::Token) -> u32 {
    token.0 as u32 & ROOMS
}

pub(super) fn running(what: &str) -> Rc<Core> {
    match current::get() {
        Some(core) => core,
        None => panic!("no event loop runs on this thread; make a `{what}` in what an `EventLoop` runs"),
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "its event loop is closed")
}

/// A source of a loop.
pub(crate) struct Source<S: System> {
    /// There until it is taken out.
    io: Option<Io<S>>,
    key: Key,
    core: Weak<Core>,
}

impl<S: System> Source<S> {
    /// Makes a socket of the system's, or one of the network of the loop that runs here, if that is simulated, and registers it.
    pub(crate) fn open(
        what: &str,
        real: impl FnOnce() -> io::Result<S>,
        simulated: impl FnOnce(&Simulation) -> io::Result<S::Simulated>,
    ) -> io::Result<Self> {
        let core = running(what);
        let io = match core.simulation() {
            None => Io::Real(real()?),
            Some(simulation) => Io::Simulated(simulated(simulation)?),
        };
        Source::of(&core, io)
    }

    /// The same of two sockets that are connected.
    pub(crate) fn pair(
        what: &str,
        real: impl FnOnce() -> io::Result<(S, S)>,
        simulated: impl FnOnce(&Simulation) -> io::Result<(S::Simulated, S::Simulated)>,
    ) -> io::Result<(Self, Self)> {
        let core = running(what);
        let (one, other) = match core.simulation() {
            None => real().map(|(one, other)| (Io::Real(one), Io::Real(other)))?,
            Some(simulation) => simulated(simulation).map(|(one, other)| (Io::Simulated(one), Io::Simulated(other)))?,
        };
        Ok((Source::of(&core, one)?, Source::of(&core, other)?))
    }

    /// Registers one that the system has, or what a simulation has in its place, with the loop that runs here.
    pub(crate) fn new(what: &str, io: Io<S>) -> io::Result<Self> {
        Source::of(&running(what), io)
    }

    /// Registers a socket that came from this one, with the same loop.
    pub(crate) fn child<C: System>(&self, io: Io<C>) -> io::Result<Source<C>> {
        Source::of(&self.core.upgrade().ok_or_else(closed)?, io)
    }

    fn of(core: &Rc<Core>, mut io: Io<S>) -> io::Result<Self> {
        let key = core.sources().borrow_mut().all.insert_with(|_| State::default());
        let registered = match &mut io {
            _ if !(0..ROOMS).contains(&key.index) => {
                Err(io::Error::other("the event loop has no tokens for so many sockets"))
            }
            Io::Real(io) => core.driver().borrow_mut().register(io, token(key)),
            Io::Simulated(io) => {
                io.attach(token(key));
                Ok(())
            }
        };
        if let Err(error) = registered {
            core.sources().borrow_mut().all.remove(key);
            return Err(error);
        }
        Ok(Source { io: Some(io), key, core: Rc::downgrade(core) })
    }

    pub(crate) const fn io(&self) -> &Io<S> {
        match &self.io {
            Some(io) => io,
            None => unreachable!(),
        }
    }

    /// Takes it from the loop.
    pub(crate) fn into_io(mut self) -> Io<S> {
        self.deregister();
        self.io.take().expect("it is taken out once")
    }

    fn deregister(&mut self) {
        let Some(core) = self.core.upgrade() else { return };
        if let Some(Io::Real(io)) = &mut self.io {
            // It is closed, or goes elsewhere, in any case.
            let _ = core.driver().borrow_mut().deregister(io);
        }
        let state = core.sources().borrow_mut().all.remove(self.key);
        drop(state);
    }

    /// Tries an operation until it does not block. If it would, whoever polls is woken at the next edge.
    pub(crate) fn poll<R>(
        &self,
        cx: &Context<'_>,
        direction: Direction,
        operation: impl FnMut(&Io<S>) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        self.poll_until(cx, direction, operation, |_| false)
    }

    /// The same, and tries even if another of that direction is known to block: each goes to a receiver of its own.
    pub(crate) fn poll_each<R>(
        &self,
        cx: &Context<'_>,
        direction: Direction,
        operation: impl FnMut(&Io<S>) -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        if let Some(core) = self.core.upgrade() {
            if let Some(state) = core.sources().borrow_mut().all.get_mut(self.key) {
                state.at(direction).ready = true;
            }
        }
        self.poll(cx, direction, operation)
    }

    /// The same as `poll`. If what it gives is the last, the next operation waits for an edge and is not tried before.
    fn poll_until<R>(
        &self,
        cx: &Context<'_>,
        direction: Direction,
        mut operation: impl FnMut(&Io<S>) -> io::Result<R>,
        is_last: impl FnOnce(&R) -> bool,
    ) -> Poll<io::Result<R>> {
        let Some(core) = self.core.upgrade() else {
            return Poll::Ready(Err(closed()));
        };
        let mut may_complete = false;
        loop {
            if !self.is_ready(&core, direction) {
                self.wait(&core, direction, cx);
                debug::about(self.io());
                return Poll::Pending;
            }
            may_complete = may_complete || wake::may_complete(cx);
            if !may_complete {
                return Poll::Pending;
            }
            match operation(self.io()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.blocked(&core, direction);
                    debug::begins();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => {
                    if done.as_ref().is_ok_and(is_last) {
                        self.is_last(&core, direction);
                    }
                    return Poll::Ready(done);
                }
            }
        }
    }

    /// Waits until the system says that it is ready. In the first poll that is asked for by `rearm`, and counted in `asked`.
    #[cfg(unix)]
    pub(crate) fn poll_edge(
        &self,
        cx: &Context<'_>,
        direction: Direction,
        asked: &mut Option<u32>,
        rearm: impl FnOnce() -> io::Result<()>,
    ) -> Poll<io::Result<()>> {
        let Some(core) = self.core.upgrade() else {
            return Poll::Ready(Err(closed()));
        };
        let edges = core.sources().borrow_mut().all.get_mut(self.key).map_or(0, |state| state.at(direction).edges);
        match *asked {
            Some(before) if before != edges => return Poll::Ready(Ok(())),
            Some(_) => {}
            None => {
                if let Err(error) = rearm() {
                    return Poll::Ready(Err(error));
                }
                *asked = Some(edges);
                debug::begins();
            }
        }
        self.wait(&core, direction, cx);
        debug::about(self.io());
        Poll::Pending
    }

    /// Has the system tell anew of what it is ready for now. `io` names it to the system once more.
    #[cfg(unix)]
    pub(crate) fn rearm(&self, io: &mut dyn mio::event::Source) -> io::Result<()> {
        let core = self.core.upgrade().ok_or_else(closed)?;
        core.driver().borrow_mut().reregister(io, token(self.key))
    }

    #[inline]
    fn is_ready(&self, core: &Core, direction: Direction) -> bool {
        core.sources().borrow_mut().all.get_mut(self.key).is_none_or(|state| state.at(direction).ready)
    }

    /// The next edge will tell.
    fn blocked(&self, core: &Core, direction: Direction) {
        if let Some(state) = core.sources().borrow_mut().all.get_mut(self.key) {
            state.at(direction).ready = false;
        }
    }

    /// The same, if an edge tells of whatever may come.
    fn is_last(&self, core: &Core, direction: Direction) {
        if let Some(state) = core.sources().borrow_mut().all.get_mut(self.key).filter(|state| !state.odd) {
            state.at(direction).ready = false;
        }
    }

    fn wait(&self, core: &Core, direction: Direction, cx: &Context<'_>) {
        let wake = Wake::of(cx);
        let mut sources = core.sources().borrow_mut();
        let spare = sources.all.get_mut(self.key).and_then(|state| state.at(direction).waiting.add(wake));
        drop(sources);
        drop(spare);
    }
}

impl<S> Source<S>
where
    S: System<Simulated = simulated::Stream>,
    for<'s> &'s S: Read + Write,
{
    /// Reads once what is there.
    pub(crate) fn poll_read(&self, cx: &Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let room = buffer.len();
        self.poll_until(cx, Direction::Read, |stream| stream.read(buffer), |n| self.io().is_last(*n, room))
    }

    /// Writes once what there is room for.
    pub(crate) fn poll_write(&self, cx: &Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let last = |n: &usize| matches!(bytes, [bytes] if self.io().is_last(*n, bytes.len()));
        self.poll_until(cx, Direction::Write, |stream| stream.write(bytes), last)
    }
}

impl<S: System> Drop for Source<S> {
    fn drop(&mut self) {
        if self.io.is_some() {
            self.deregister();
        }
    }
}

impl<S: System> fmt::Debug for Source<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.io(), f)
    }
}

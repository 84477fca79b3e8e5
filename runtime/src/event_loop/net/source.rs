//! What the system tells the readiness of.
//!
//! A source is registered once, for both directions, and told of edges. An operation tries the system call first; only when
//! that would block it waits, and it tries again after the next edge. A token tells the source's key, so one that is told late, of
//! a source that is gone, finds nobody.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::rc::Rc;
use std::task::{Context, Poll};

use super::io::{Io, System};
use super::simulated::{self, Endpoint as _, Simulation};
use super::sources::{Direction, ROOMS, State, token};
use super::waiting::Waiting;
use crate::event_loop::core::Core;
use crate::event_loop::current;
use crate::event_loop::debug;
use crate::event_loop::wake;

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
    state: Rc<State>,
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
        Source::of(&self.state.core.upgrade().ok_or_else(closed)?, io)
    }

    fn of(core: &Rc<Core>, mut io: Io<S>) -> io::Result<Self> {
        let state = core.sources().borrow_mut().add(core);
        let key = state.key;
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
            core.sources().borrow_mut().remove(key);
            return Err(error);
        }
        Ok(Source { io: Some(io), state })
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
        let Some(core) = self.state.core.upgrade() else { return };
        if let Some(Io::Real(io)) = &mut self.io {
            // It is closed, or goes elsewhere, in any case.
            let _ = core.driver().borrow_mut().deregister(io);
        }
        let state = core.sources().borrow_mut().remove(self.state.key);
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
        self.state.at(direction).ready.set(true);
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
        if self.state.is_closed() {
            return Poll::Ready(Err(closed()));
        }
        let side = self.state.at(direction);
        let mut may_complete = false;
        loop {
            if !side.ready.get() {
                Waiting::add_to(&side.waiting, cx);
                debug::about(self.io());
                return Poll::Pending;
            }
            may_complete = may_complete || wake::may_complete(cx);
            if !may_complete {
                return Poll::Pending;
            }
            match operation(self.io()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    // The next edge will tell.
                    side.ready.set(false);
                    debug::begins();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => {
                    // An edge tells of whatever may come, if nothing odd was told before.
                    if !self.state.odd.get() && done.as_ref().is_ok_and(is_last) {
                        side.ready.set(false);
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
        if self.state.is_closed() {
            return Poll::Ready(Err(closed()));
        }
        let side = self.state.at(direction);
        let edges = side.edges.get();
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
        Waiting::add_to(&side.waiting, cx);
        debug::about(self.io());
        Poll::Pending
    }

    /// Has the system tell anew of what it is ready for now. `io` names it to the system once more.
    #[cfg(unix)]
    pub(crate) fn rearm(&self, io: &mut dyn mio::event::Source) -> io::Result<()> {
        let core = self.state.core.upgrade().ok_or_else(closed)?;
        core.driver().borrow_mut().reregister(io, token(self.state.key))
    }
}

impl<S> Source<S>
where
    S: System<Simulated = simulated::Stream>,
    for<'s> &'s S: Read + Write,
{
    /// Reads once what is there. Into nothing it reads nothing, and does not wait.
    pub(crate) fn poll_read(&self, cx: &Context<'_>, buffer: &mut [u8]) -> Poll<io::Result<usize>> {
        let room = buffer.len();
        if room == 0 {
            return wake::complete(cx, || Ok(0));
        }
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

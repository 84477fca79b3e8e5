//! What a loop knows of its sources: which of them the system says are ready, and who waits for that.

use std::cell::Cell;
use std::rc::{Rc, Weak};
use std::vec::Vec;

use super::waiting::Waiting;
use crate::event_loop::core::Core;
use crate::event_loop::driver::Readiness;
use crate::event_loop::slab::{Key, Slab};
use crate::event_loop::wake::Wake;

/// All sources of a loop.
#[derive(Default)]
pub(crate) struct Sources {
    all: Slab<Rc<State>>,
    /// The room for those who are to be woken, which is used again.
    woken: Vec<Wake>,
}

/// Of one source. The source has it too: whoever polls that need not look it up.
pub(super) struct State {
    read: Side,
    write: Side,
    /// The system told of something odd.
    pub(super) odd: Cell<bool>,
    pub(super) key: Key,
    pub(super) core: Weak<Core>,
}

/// Of one direction.
pub(super) struct Side {
    /// The system call has not said that it would block since the last edge.
    pub(super) ready: Cell<bool>,
    /// How often there was an edge.
    pub(super) edges: Cell<u32>,
    /// Who waits for the next edge.
    pub(super) waiting: Cell<Waiting>,
}

impl Default for Side {
    /// New sources are tried at once.
    fn default() -> Self {
        Side { ready: Cell::new(true), edges: Cell::new(0), waiting: Cell::default() }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    Read,
    Write,
}

impl State {
    #[inline]
    pub(super) const fn at(&self, direction: Direction) -> &Side {
        match direction {
            Direction::Read => &self.read,
            Direction::Write => &self.write,
        }
    }

    /// Nobody tells of it any more.
    #[inline]
    pub(super) fn is_closed(&self) -> bool {
        self.core.strong_count() == 0
    }
}

impl Sources {
    pub(crate) const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) const fn len(&self) -> usize {
        self.all.len()
    }

    /// One more, of that loop.
    pub(super) fn add(&mut self, core: &Rc<Core>) -> Rc<State> {
        let key = self.all.insert_with(|key| {
            let (read, write) = (Side::default(), Side::default());
            Rc::new(State { read, write, odd: Cell::new(false), key, core: Rc::downgrade(core) })
        });
        Rc::clone(self.all.get(key).expect("it was just put in"))
    }

    /// What is given back is to be dropped when nothing is borrowed.
    pub(super) fn remove(&mut self, key: Key) -> Option<Rc<State>> {
        self.all.remove(key)
    }

    /// What the system told. Who waits for it is to be woken.
    #[inline]
    pub(crate) fn told(&self, readiness: Readiness, wake: &mut impl FnMut(Wake)) {
        let is_meant = |key| token(key) == readiness.token;
        let Some(state) = self.all.find(room(readiness.token), is_meant) else { return };
        if readiness.odd {
            state.odd.set(true);
        }
        for (ready, direction) in [(readiness.readable, Direction::Read), (readiness.writable, Direction::Write)] {
            if ready {
                let side = state.at(direction);
                side.ready.set(true);
                side.edges.set(side.edges.get().wrapping_add(1));
                side.waiting.take().each(wake);
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

impl Drop for Sources {
    /// Whoever still waits, in another loop or in no loop, is to find that this one is gone.
    fn drop(&mut self) {
        for state in self.all.iter() {
            Waiting::wake_all(&state.read.waiting);
            Waiting::wake_all(&state.write.waiting);
        }
    }
}

/// How many bits of a token are the room's number. The others are the generation's: with 32 bits in all its lower ones, so of
/// thousands of tenants two look alike, and one is woken that tries for nothing.
const ROOM: u32 = if usize::BITS > 32 { 32 } else { 20 };

/// So many sources have tokens, none of which is all ones: that is the notification's.
pub(super) const ROOMS: u32 = u32::MAX >> (32 - ROOM);

pub(super) const fn token(key: Key) -> mio::Token {
    mio::Token((key.index as usize) | (key.generation as usize) << ROOM)
}

const fn room(token: mio::Token) -> u32 {
    token.0 as u32 & ROOMS
}

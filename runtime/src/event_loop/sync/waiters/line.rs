//! A line of those who wait, in a slab whose rooms are linked.

use std::mem;
use std::vec::Vec;

use super::Said;
use crate::event_loop::wake::Wake;

#[derive(Debug)]
pub(super) struct Line {
    rooms: Vec<Room>,
    /// Of those who wait.
    first: u32,
    last: u32,
    /// The room that was left last. Each vacant one knows the one before, as the one after it.
    vacant: u32,
}

#[derive(Debug)]
struct Room {
    /// `None` while he is asked whether it is still the right one, and from when he was chosen.
    wake: Option<Wake>,
    said: Said,
    before: u32,
    after: u32,
}

const NONE: u32 = u32::MAX;

impl Line {
    pub(super) const fn new() -> Self {
        Line { rooms: Vec::new(), first: NONE, last: NONE, vacant: NONE }
    }

    /// The room of somebody who waits behind all others.
    pub(super) fn push(&mut self, kind: u32, wake: Wake) -> u32 {
        let room = Room { wake: Some(wake), said: Said::Waits(kind), before: self.last, after: NONE };
        let at = match self.rooms.get_mut(self.vacant as usize) {
            Some(vacant) => {
                let at = mem::replace(&mut self.vacant, vacant.after);
                *vacant = room;
                at
            }
            None => {
                let at = u32::try_from(self.rooms.len()).ok().filter(|at| *at < super::FIRST);
                self.rooms.push(room);
                at.expect("four billion tasks do not wait for one thing")
            }
        };
        match self.rooms.get_mut(self.last as usize) {
            Some(last) => last.after = at,
            None => self.first = at,
        }
        self.last = at;
        at
    }

    /// For which kind of thing the first waits.
    pub(super) fn next(&self) -> Option<u32> {
        let first = self.rooms.get(self.first as usize)?;
        if let Said::Waits(kind) = first.said { Some(kind) } else { None }
    }

    /// Tells the first.
    pub(super) fn choose(&mut self, word: u32) -> Option<Wake> {
        let at = self.first;
        let room = self.rooms.get_mut(at as usize)?;
        room.said = Said::Chosen(word);
        let wake = room.wake.take();
        self.unlink(at);
        wake
    }

    /// What he was told, who leaves if he was.
    pub(super) fn told(&mut self, at: u32) -> Option<u32> {
        let Said::Chosen(word) = self.rooms[at as usize].said else { return None };
        self.vacate(at);
        Some(word)
    }

    /// He leaves, who was told nothing.
    pub(super) fn leave(&mut self, at: u32) -> Option<Wake> {
        self.unlink(at);
        self.vacate(at);
        self.rooms[at as usize].wake.take()
    }

    pub(super) fn replace(&mut self, at: u32, wake: Option<Wake>) -> Option<Wake> {
        mem::replace(&mut self.rooms[at as usize].wake, wake)
    }

    fn vacate(&mut self, at: u32) {
        let room = &mut self.rooms[at as usize];
        room.said = Said::Vacant;
        room.after = mem::replace(&mut self.vacant, at);
    }

    fn unlink(&mut self, at: u32) {
        let Room { before, after, .. } = self.rooms[at as usize];
        match self.rooms.get_mut(before as usize) {
            Some(room) => room.after = after,
            None => self.first = after,
        }
        match self.rooms.get_mut(after as usize) {
            Some(room) => room.before = before,
            None => self.last = before,
        }
    }
}

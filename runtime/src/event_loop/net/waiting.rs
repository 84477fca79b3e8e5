//! Who waits for the same thing to change, and is woken with all others who do.

use std::cell::Cell;
use std::task::Context;
use std::vec::Vec;

use crate::event_loop::wake::Wake;

/// In the order of coming. One costs no allocation, and more than one is rare: a reader and a writer wait for different things.
#[derive(Debug, Default)]
pub(crate) enum Waiting {
    #[default]
    Nobody,
    One(Wake),
    Many(Vec<Wake>),
}

impl Waiting {
    /// Adds who is given. Who waits already, and was polled again for another reason, is not added twice. One that was dropped
    /// stays, and is woken for nothing.
    ///
    /// What is not needed comes back: to drop a waker is to run what others wrote, so that is done where nothing is borrowed.
    #[inline]
    pub(crate) fn add(&mut self, wake: Wake) -> Option<Wake> {
        match self {
            Waiting::Nobody => *self = Waiting::One(wake),
            Waiting::One(one) if one.is_same(&wake) => return Some(wake),
            Waiting::One(_) => {
                if let Waiting::One(one) = std::mem::take(self) {
                    *self = Waiting::Many([one, wake].into());
                }
            }
            Waiting::Many(all) if all.iter().any(|one| one.is_same(&wake)) => return Some(wake),
            Waiting::Many(all) => all.push(wake),
        }
        None
    }

    /// Has all woken.
    #[inline]
    pub(crate) fn each(self, wake: &mut impl FnMut(Wake)) {
        match self {
            Waiting::Nobody => {}
            Waiting::One(one) => wake(one),
            Waiting::Many(all) => all.into_iter().for_each(wake),
        }
    }

    /// Adds whoever polls to those in a cell.
    #[inline]
    pub(crate) fn add_to(cell: &Cell<Self>, cx: &Context<'_>) {
        let wake = Wake::of(cx);
        let mut waiting = cell.take();
        let spare = waiting.add(wake);
        cell.set(waiting);
        drop(spare);
    }

    /// Wakes all of those in a cell.
    pub(crate) fn wake_all(cell: &Cell<Self>) {
        cell.take().each(&mut Wake::wake);
    }
}

//! Who waits for the same thing to change, and is woken with all others who do.

use std::boxed::Box;
use std::cell::Cell;
use std::collections::BTreeSet;
use std::task::Context;
use std::vec::Vec;

use crate::event_loop::wake::{Wake, WakeId};

/// In the order of coming. One costs no allocation, and more than one is rare: a reader and a writer wait for different things.
#[derive(Default)]
pub(crate) enum Waiting {
    #[default]
    Nobody,
    One(Wake),
    Many(Box<Several>),
}

/// Of somebody who was dropped nobody tells. So when there are as many as the limit, all are woken and forgotten, and whoever still
/// waits comes again. If half of the limit have, it is too low.
pub(crate) struct Several {
    all: Vec<Wake>,
    limit: usize,
    /// Who was woken for that and has not come again.
    asked: BTreeSet<WakeId>,
    /// How many have, since the limit was set.
    returned: usize,
}

/// The lowest limit.
const FEW: usize = 32;

/// So many who were asked are remembered: more than can wait for one thing.
const MANY: usize = 1 << 14;

impl Several {
    const fn new(all: Vec<Wake>) -> Self {
        Several { all, limit: FEW, asked: BTreeSet::new(), returned: 0 }
    }

    fn add(&mut self, wake: Wake) -> Spare {
        if self.all.iter().any(|one| one.is_same(&wake)) {
            return Spare::One(wake);
        }
        if self.asked.remove(&wake.id()) {
            self.returned += 1;
            if self.returned >= self.limit / 2 {
                (self.limit, self.returned) = (2 * self.limit, 0);
            }
        }
        self.all.push(wake);
        if self.all.len() < self.limit {
            return Spare::Nobody;
        }
        if self.asked.len() > MANY {
            *self = Several::new(std::mem::take(&mut self.all));
        }
        self.asked.extend(self.all.iter().map(Wake::id));
        Spare::Asked(std::mem::take(&mut self.all))
    }
}

/// What comes back from those who wait. To drop or to wake a waker is to run what others wrote, so that is done when nothing is
/// borrowed.
#[must_use]
enum Spare {
    Nobody,
    /// Waits already.
    One(Wake),
    /// Are to be woken, and come again if they still wait.
    Asked(Vec<Wake>),
}

impl Waiting {
    /// Adds who is given. Who waits already, and was polled again for another reason, is not added twice.
    #[inline]
    fn add(&mut self, wake: Wake) -> Spare {
        match self {
            Waiting::Nobody => *self = Waiting::One(wake),
            Waiting::One(one) if one.is_same(&wake) => return Spare::One(wake),
            Waiting::One(_) => {
                if let Waiting::One(one) = std::mem::take(self) {
                    *self = Waiting::Many(Box::new(Several::new([one, wake].into())));
                }
            }
            Waiting::Many(several) => return several.add(wake),
        }
        Spare::Nobody
    }

    /// Has all woken.
    #[inline]
    pub(crate) fn each(self, wake: &mut impl FnMut(Wake)) {
        match self {
            Waiting::Nobody => {}
            Waiting::One(one) => wake(one),
            Waiting::Many(several) => several.all.into_iter().for_each(wake),
        }
    }

    /// Adds whoever polls to those in a cell.
    #[inline]
    pub(crate) fn add_to(cell: &Cell<Self>, cx: &Context<'_>) {
        let wake = Wake::of(cx);
        let mut waiting = cell.take();
        let spare = waiting.add(wake);
        cell.set(waiting);
        match spare {
            Spare::Nobody => {}
            Spare::One(wake) => drop(wake),
            Spare::Asked(all) => all.into_iter().for_each(Wake::wake),
        }
    }

    /// Wakes all of those in a cell.
    pub(crate) fn wake_all(cell: &Cell<Self>) {
        cell.take().each(&mut Wake::wake);
    }
}

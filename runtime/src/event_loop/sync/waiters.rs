//! Who waits for the same thing, in the order of coming.

mod line;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::task::{Context, Poll};

use self::line::Line;
use crate::event_loop::debug;
use crate::event_loop::wake::Wake;

/// Those who wait for one thing. To come, to be chosen and to leave take constant time, and no allocation once as many have
/// waited before; none at all if that is one.
///
/// Nothing is borrowed while a waker is cloned, called or dropped.
pub(crate) struct Waiters {
    /// What is said of the one who came when nobody waited. While he waits, he is before all others.
    first: Cell<Said>,
    first_wake: Cell<Option<Wake>>,
    /// How many wait behind him.
    behind: Cell<usize>,
    others: RefCell<Line>,
}

/// The place of one among them, or none. Whoever has it gives it back: by a poll that is ready, or by [`Waiters::leave`].
#[derive(Debug)]
pub(crate) struct Place(u32);

/// What is said of a place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Said {
    Vacant,
    /// For something of that kind, where there are several.
    Waits(u32),
    /// Waits no more, and was told something that he has not heard yet.
    Chosen(u32),
}

impl Said {
    #[inline]
    const fn waits(self) -> bool {
        matches!(self, Said::Waits(_))
    }
}

const NONE: u32 = u32::MAX;
const FIRST: u32 = u32::MAX - 1;

impl Place {
    pub(crate) const fn none() -> Self {
        Place(NONE)
    }

    /// Whether it is none.
    #[inline]
    pub(crate) const fn is_none(&self) -> bool {
        self.0 == NONE
    }
}

impl Waiters {
    pub(crate) const fn new() -> Self {
        Waiters {
            first: Cell::new(Said::Vacant),
            first_wake: Cell::new(None),
            behind: Cell::new(0),
            others: RefCell::new(Line::new()),
        }
    }

    /// Somebody who will wait, and whose place is given back when this is dropped.
    #[inline]
    pub(crate) const fn wait(&self) -> Waiting<'_> {
        Waiting { waiters: self, place: Place::none() }
    }

    /// How many wait, and were not chosen.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.behind.get() + usize::from(self.first.get().waits())
    }

    /// Whether nobody does.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        !self.first.get().waits() && self.behind.get() == 0
    }

    /// Waits behind all others, if this has no place yet; or goes on waiting. What it was told, if it was chosen.
    #[inline]
    pub(crate) fn poll(&self, place: &mut Place, cx: &Context<'_>) -> Poll<u32> {
        self.poll_for(0, place, cx)
    }

    /// The same, for something of a kind.
    #[inline]
    pub(crate) fn poll_for(&self, kind: u32, place: &mut Place, cx: &Context<'_>) -> Poll<u32> {
        if place.is_none() {
            *place = match Wake::of_task(cx) {
                // In a branch of its own it is made where it is kept.
                Some(task) => self.push(kind, task),
                None => self.push_other(kind, cx),
            };
            debug::begins();
            return Poll::Pending;
        }
        if let Some(word) = self.told(place) {
            return Poll::Ready(word);
        }
        self.update(place, cx).map_or(Poll::Pending, Poll::Ready)
    }

    #[cold]
    fn push_other(&self, kind: u32, cx: &Context<'_>) -> Place {
        self.push(kind, Wake::of_other(cx))
    }

    #[inline]
    fn push(&self, kind: u32, wake: Wake) -> Place {
        if self.first.get() == Said::Vacant && self.behind.get() == 0 {
            self.first_wake.set(Some(wake));
            self.first.set(Said::Waits(kind));
            return Place(FIRST);
        }
        self.push_behind(kind, wake)
    }

    #[inline(never)]
    fn push_behind(&self, kind: u32, wake: Wake) -> Place {
        self.behind.set(self.behind.get() + 1);
        Place(self.others.borrow_mut().push(kind, wake))
    }

    /// For which kind of thing the first of them waits.
    pub(crate) fn next(&self) -> Option<u32> {
        match self.first.get() {
            Said::Waits(kind) => Some(kind),
            _ => self.others.borrow().next(),
        }
    }

    /// Tells the first of them that it need not wait any more, and wakes it.
    #[inline]
    pub(crate) fn choose(&self, word: u32) -> bool {
        let chosen = self.chosen(word);
        let any = chosen.is_some();
        if let Some(wake) = chosen {
            wake.wake();
        }
        any
    }

    /// The same, but waking it is left to the caller.
    #[inline]
    pub(crate) fn chosen(&self, word: u32) -> Option<Wake> {
        if self.first.get().waits() {
            self.first.set(Said::Chosen(word));
            return self.first_wake.take();
        }
        if self.behind.get() == 0 {
            return None;
        }
        self.behind.set(self.behind.get() - 1);
        self.others.borrow_mut().choose(word)
    }

    /// The same for all who wait now.
    pub(crate) fn choose_all(&self, word: u32) {
        for _ in 0..self.len() {
            self.choose(word);
        }
    }

    /// Gives the place back. What it was told, if it was chosen: then somebody else may have to be in its stead.
    #[inline]
    pub(crate) fn leave(&self, place: &mut Place) -> Option<u32> {
        if place.is_none() { None } else { self.told(place).or_else(|| self.give_up(place)) }
    }

    #[inline]
    fn told(&self, place: &mut Place) -> Option<u32> {
        let word = if place.0 == FIRST {
            let Said::Chosen(word) = self.first.get() else { return None };
            self.first.set(Said::Vacant);
            word
        } else {
            self.others.borrow_mut().told(place.0)?
        };
        *place = Place::none();
        Some(word)
    }

    /// Leaves before it is chosen.
    #[cold]
    fn give_up(&self, place: &mut Place) -> Option<u32> {
        let wake = if place.0 == FIRST {
            self.first.set(Said::Vacant);
            self.first_wake.take()
        } else {
            self.behind.set(self.behind.get() - 1);
            self.others.borrow_mut().leave(place.0)
        };
        *place = Place::none();
        drop(wake);
        None
    }

    /// Somebody else may be polling now; it was not because of us. What it was told, if that was while his waker was cloned.
    #[cold]
    fn update(&self, place: &mut Place, cx: &Context<'_>) -> Option<u32> {
        let known = self.replace(place, None);
        let is_of = known.as_ref().is_some_and(|known| known.is_of(cx));
        let none = self.replace(place, known);
        drop(none);
        if is_of {
            return None;
        }
        let wake = Wake::of(cx);
        let told = self.told(place);
        if told.is_none() {
            let before = self.replace(place, Some(wake));
            drop(before);
        }
        told
    }

    fn replace(&self, place: &Place, wake: Option<Wake>) -> Option<Wake> {
        if place.0 == FIRST { self.first_wake.replace(wake) } else { self.others.borrow_mut().replace(place.0, wake) }
    }
}

impl fmt::Debug for Waiters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiters").field("len", &self.len()).finish()
    }
}

/// Somebody who waits, and whom nobody need stand in for: see [`Waiters::wait`].
#[derive(Debug)]
pub(crate) struct Waiting<'w> {
    waiters: &'w Waiters,
    place: Place,
}

impl Waiting<'_> {
    #[inline]
    pub(crate) const fn has_begun(&self) -> bool {
        !self.place.is_none()
    }

    /// What it was told, when it is chosen.
    #[inline]
    pub(crate) fn poll(&mut self, cx: &Context<'_>) -> Poll<u32> {
        self.waiters.poll(&mut self.place, cx)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.waiters.leave(&mut self.place);
    }
}

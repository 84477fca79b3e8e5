//! Who has something to say about cancelling, and waits with a waker that is not its task's.
//!
//! A combinator that has wakers of its own does not poll all that is in it whenever it is polled. So a scope that is cancelled
//! has those polled first who may have something to say.

use std::cell::Cell;
use std::num::NonZeroU32;
use std::task::{Context, Waker};
use std::vec::Vec;

use super::core::Core;
use super::current;
use super::entry::Entry;
use super::slab::{Key, Slab};

/// Those of a loop.
#[derive(Debug)]
pub(crate) struct Listeners {
    all: Slab<(Entry, Waker)>,
    /// How often somebody came or went.
    changes: NonZeroU32,
}

impl Listeners {
    pub(crate) const fn new() -> Self {
        Listeners { all: Slab::new(), changes: NonZeroU32::MIN }
    }

    fn changed(&mut self) {
        self.changes = self.changes.checked_add(1).unwrap_or(NonZeroU32::MIN);
    }

    fn of(&self, task: Entry) -> Vec<Waker> {
        self.all.iter().filter(|listener| listener.0 == task).map(|(_, waker)| waker.clone()).collect()
    }
}

/// The task's outermost scope is cancelled: those in it are to be polled when it is.
pub(crate) fn wake_of(core: &Core, task: Entry) {
    let wakers = core.listeners().borrow().of(task);
    wakers.into_iter().for_each(Waker::wake);
}

/// A scope in the task that is polled is cancelled, and its body will be polled.
pub(crate) fn wake() {
    if let Some((core, task)) = current::get().and_then(|core| core.current().map(|task| (core, task))) {
        wake_of(&core, task);
    }
}

/// What a cancelled scope remembers: when it was last found, by having all polled, that somebody goes on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked(Cell<Option<NonZeroU32>>);

/// What a scope may do if nobody in it said anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Answer {
    /// All were polled.
    Silent,
    /// Not all were, but those who were not go on.
    SameAsBefore,
    /// Not all were, and now they will be.
    PollAgain,
}

impl Asked {
    pub(crate) const fn new() -> Self {
        Asked(Cell::new(None))
    }

    /// Somebody in it said that it goes on, after all were asked.
    pub(crate) fn goes_on(&self) {
        self.0.set(current::with(|core| core.listeners().borrow().changes));
    }

    #[cold]
    pub(crate) fn ask(&self) -> Answer {
        let Some((core, task)) = current::get().and_then(|core| core.current().map(|task| (core, task))) else {
            return Answer::Silent;
        };
        if self.0.get() == Some(core.listeners().borrow().changes) {
            return Answer::SameAsBefore;
        }
        let wakers = core.listeners().borrow().of(task);
        if wakers.is_empty() {
            return Answer::Silent;
        }
        wakers.into_iter().for_each(Waker::wake);
        Answer::PollAgain
    }
}

/// One of them, or nobody.
#[derive(Debug)]
pub(crate) struct Listener(Option<(u32, Key)>);

impl Listener {
    pub(crate) const fn nobody() -> Self {
        Listener(None)
    }

    /// Listens if that is necessary: who is polled with the task's own waker is polled whenever the task is.
    pub(crate) fn register(&mut self, cx: &Context<'_>) {
        if self.0.is_none() && current::with(|core| core.polled_with(cx.waker()).is_some()) == Some(true) {
            return;
        }
        let Some((core, task)) = current::get().and_then(|core| core.current().map(|task| (core, task))) else {
            return;
        };
        if let Some((of, key)) = self.0 {
            let same = |(whose, waker): &(Entry, Waker)| *whose == task && waker.will_wake(cx.waker());
            if of == core.id() && core.listeners().borrow().all.get(key).is_some_and(same) {
                return;
            }
        }
        self.unregister();
        if core.polled_with(cx.waker()).is_none() {
            let waker = cx.waker().clone();
            let mut listeners = core.listeners().borrow_mut();
            listeners.changed();
            self.0 = Some((core.id(), listeners.all.insert_with(|_| (task, waker))));
        }
    }

    pub(crate) fn unregister(&mut self) {
        let Some((of, key)) = self.0.take() else { return };
        let Some(core) = current::find(of) else { return };
        let mut listeners = core.listeners().borrow_mut();
        listeners.changed();
        let listener = listeners.all.remove(key);
        // The waker is dropped when nothing is borrowed.
        drop(listeners);
        drop(listener);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.unregister();
    }
}

//! What is known of a task whatever its type.

use std::boxed::Box;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::task::Waker;
use std::vec::Vec;

use crate::event_loop::core::Core;
use crate::event_loop::slab::Key;
use crate::event_loop::wake::Wake;

/// The number of a task: no other of the same loop has it, until four billion others were in its room.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TaskId(pub(crate) Key);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0.index, self.0.generation)
    }
}

impl fmt::Debug for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TaskId({self})")
    }
}

/// What is known of a task whatever its type.
pub(crate) struct Header {
    key: Key,
    /// The number of its loop.
    of: u32,
    state: Cell<State>,
    spawned_at: &'static Location<'static>,
    /// Who waits for its end.
    joiner: Cell<Option<Wake>>,
    /// What most tasks have not.
    extra: RefCell<Option<Box<Extra>>>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct State {
    /// It stands in the ready queue.
    pub(crate) queued: bool,
    pub(crate) started: bool,
    /// Its outermost scope is cancelled.
    pub(crate) cancelled: bool,
    pub(crate) ended: bool,
    /// Nobody will ask for its outcome.
    pub(crate) unowned: bool,
}

#[derive(Default)]
pub(crate) struct Extra {
    pub(crate) name: Option<Rc<str>>,
    /// Its own waker, once somebody has cloned it.
    pub(crate) waker: Option<Waker>,
    /// The task that waits for the group that it is in.
    pub(crate) parent: Option<TaskId>,
    pub(crate) callbacks: Vec<Box<dyn FnOnce()>>,
}

impl Header {
    pub(crate) fn new(core: &Core, key: Key, spawned_at: &'static Location<'static>) -> Self {
        Header {
            key,
            of: core.id(),
            state: Cell::default(),
            spawned_at,
            joiner: Cell::new(None),
            extra: RefCell::new(None),
        }
    }

    pub(crate) const fn key(&self) -> Key {
        self.key
    }

    /// The number of its loop.
    pub(crate) const fn of(&self) -> u32 {
        self.of
    }

    #[inline]
    pub(crate) fn state(&self) -> State {
        self.state.get()
    }

    #[inline]
    pub(crate) fn update(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state.get();
        change(&mut state);
        self.state.set(state);
    }

    pub(crate) const fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    pub(crate) const fn joiner(&self) -> &Cell<Option<Wake>> {
        &self.joiner
    }

    pub(crate) fn name(&self) -> Option<Rc<str>> {
        self.extra.borrow().as_ref().and_then(|extra| extra.name.clone())
    }

    pub(crate) fn parent(&self) -> Option<TaskId> {
        self.extra.borrow().as_ref().and_then(|extra| extra.parent)
    }

    /// The rare things, if there are any.
    pub(crate) fn extra<R>(&self, f: impl FnOnce(&mut Extra) -> R) -> Option<R> {
        self.extra.borrow_mut().as_deref_mut().map(f)
    }

    /// The rare things, which there are from now on.
    pub(crate) fn extra_mut<R>(&self, f: impl FnOnce(&mut Extra) -> R) -> R {
        f(self.extra.borrow_mut().get_or_insert_default())
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let State { started, cancelled, ended, .. } = self.state();
        let mut shown = f.debug_struct("Task");
        shown.field("id", &TaskId(self.key));
        if let Some(name) = self.name() {
            shown.field("name", &name);
        }
        shown.field("started", &started).field("cancelled", &cancelled).field("ended", &ended);
        shown.field("spawned_at", &format_args!("{}", self.spawned_at)).finish()
    }
}

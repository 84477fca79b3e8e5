//! What is known of a task whatever its type.

use std::boxed::Box;
use std::cell::{Cell, OnceCell, RefCell};
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::vec::Vec;

use super::cell::{Stage, Table};
use crate::event_loop::as_completed::Place;
use crate::event_loop::context::Values;
use crate::event_loop::core::Core;
use crate::event_loop::current;
use crate::event_loop::debug::Noted;
use crate::event_loop::entry::Entry;
use crate::event_loop::listeners::Asked;
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
    pub(super) table: &'static Table,
    key: Key,
    /// The number of its loop.
    of: u32,
    /// How many refer to it.
    pub(super) refs: Cell<u16>,
    /// What is in its room.
    pub(super) stage: Cell<Stage>,
    state: Cell<State>,
    spawned_at: &'static Location<'static>,
    /// Who waits for its end: nobody, a task of its loop, or whom `extra` knows.
    joiner: Cell<Entry>,
    /// What most tasks have not.
    extra: OnceCell<Box<RefCell<Extra>>>,
}

/// What is true of a task, of several things that may be.
#[derive(Clone, Copy)]
pub(crate) struct State(u8);

impl State {
    /// It stands in the ready queue.
    pub(crate) const QUEUED: State = State(1);
    pub(crate) const STARTED: State = State(1 << 1);
    /// Its outermost scope is cancelled.
    pub(crate) const CANCELLED: State = State(1 << 2);
    pub(crate) const ENDED: State = State(1 << 3);
    /// Nobody will ask for its outcome.
    pub(crate) const UNOWNED: State = State(1 << 4);
    /// Its owner has its outcome.
    pub(crate) const TAKEN: State = State(1 << 5);

    #[inline]
    pub(crate) const fn is(self, state: State) -> bool {
        self.0 & state.0 != 0
    }
}

#[derive(Default)]
pub(crate) struct Extra {
    pub(crate) name: Option<Rc<str>>,
    /// Its own waker, once somebody has cloned it.
    pub(crate) waker: Option<Waker>,
    /// Who waits for its end, if that is no task of its loop.
    joiner: Option<Wake>,
    /// What its outermost scope remembers once it is cancelled.
    asked: Asked,
    /// The task that waits for the group that it is in.
    pub(crate) parent: Option<TaskId>,
    pub(crate) callbacks: Vec<Box<dyn FnOnce()>>,
    /// Where its owner wants to be told of its end.
    pub(crate) place: Option<Place>,
    /// Of context variables, until it has ended.
    pub(crate) values: Values,
    /// What it waits for, in debug mode.
    pub(crate) noted: Option<Rc<Noted>>,
}

impl Header {
    #[inline]
    pub(super) fn new(table: &'static Table, core: &Core, key: Key, spawned_at: &'static Location<'static>) -> Self {
        Header {
            table,
            key,
            of: core.id(),
            // The loop's and its owner's.
            refs: Cell::new(2),
            stage: Cell::new(Stage::Body),
            state: Cell::new(State(0)),
            spawned_at,
            joiner: Cell::new(Entry::NOBODY),
            extra: OnceCell::new(),
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

    /// From now on this is true as well.
    #[inline]
    pub(crate) fn set(&self, state: State) {
        self.state.set(State(self.state.get().0 | state.0));
    }

    /// From now on it runs. What was true before.
    #[inline]
    pub(crate) fn begin_step(&self) -> State {
        let before = self.state.get();
        self.state.set(State(before.0 & !State::QUEUED.0 | State::STARTED.0));
        before
    }

    pub(crate) const fn spawned_at(&self) -> &'static Location<'static> {
        self.spawned_at
    }

    /// Whoever polls waits for its end, and nobody else any more.
    #[inline]
    pub(super) fn join(&self, cx: &Context<'_>) {
        let task = current::with(|core| core.polled_with(cx.waker()).filter(|_| core.id() == self.of)).flatten();
        match task {
            Some(task) if self.joiner.get() != Entry::ELSEWHERE => self.joiner.set(task),
            task => self.join_elsewhere(cx, task),
        }
    }

    #[cold]
    fn join_elsewhere(&self, cx: &Context<'_>, task: Option<Entry>) {
        // Taken out, since the functions of a waker may do anything.
        let mut joiner = self.take_joiner();
        match (&mut joiner, task) {
            (_, Some(task)) => return self.joiner.set(task),
            (Some(joiner), None) => joiner.update(cx),
            (None, None) => joiner = Some(Wake::of(cx)),
        }
        self.extra_mut(|extra| extra.joiner = joiner);
        self.joiner.set(Entry::ELSEWHERE);
    }

    /// Who waits for its end, who is not told by anybody else.
    #[inline]
    pub(crate) fn take_joiner(&self) -> Option<Wake> {
        match self.joiner.replace(Entry::NOBODY) {
            Entry::NOBODY => None,
            Entry::ELSEWHERE => self.extra(|extra| extra.joiner.take()).flatten(),
            entry => Some(Wake::Entry { of: self.of, entry }),
        }
    }

    /// What its outermost scope remembers.
    #[cold]
    pub(super) fn asked(&self) -> Asked {
        self.extra(|extra| extra.asked.clone()).unwrap_or_default()
    }

    #[cold]
    pub(super) fn remember(&self, asked: Asked) {
        self.extra_mut(|extra| extra.asked = asked);
    }

    pub(crate) fn name(&self) -> Option<Rc<str>> {
        self.extra(|extra| extra.name.clone()).flatten()
    }

    pub(crate) fn parent(&self) -> Option<TaskId> {
        self.extra(|extra| extra.parent).flatten()
    }

    /// Whether there are any rare things.
    #[inline]
    pub(crate) fn has_extra(&self) -> bool {
        self.extra.get().is_some()
    }

    /// The rare things, if there are any.
    #[inline]
    pub(crate) fn extra<R>(&self, f: impl FnOnce(&mut Extra) -> R) -> Option<R> {
        self.extra.get().map(|extra| f(&mut extra.borrow_mut()))
    }

    /// The rare things, which there are from now on.
    pub(crate) fn extra_mut<R>(&self, f: impl FnOnce(&mut Extra) -> R) -> R {
        f(&mut self.extra.get_or_init(Box::default).borrow_mut())
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is = |state| self.state().is(state);
        let mut shown = f.debug_struct("Task");
        shown.field("id", &TaskId(self.key));
        if let Some(name) = self.name() {
            shown.field("name", &name);
        }
        shown.field("started", &is(State::STARTED)).field("cancelled", &is(State::CANCELLED));
        shown.field("ended", &is(State::ENDED));
        shown.field("spawned_at", &format_args!("{}", self.spawned_at)).finish()
    }
}

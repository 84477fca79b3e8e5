//! What a group's owner and its tasks share.

use std::any::{Any, type_name};
use std::boxed::Box;
use std::cell::{Cell, RefCell};
use std::format;
use std::panic::Location;
use std::string::String;
use std::task::Context;
use std::vec::Vec;

use crate::event_loop::current;
use crate::event_loop::entry::Kind;
use crate::event_loop::report::{self, Report};
use crate::event_loop::slab::{Key, Slab};
use crate::event_loop::task::{Header, TaskId, message};
use crate::event_loop::wake::Wake;

/// How something in a group failed.
pub(super) enum Failure<E> {
    Error(E),
    Panic(Box<dyn Any + Send>),
}

impl<E> Failure<E> {
    /// As reports say it.
    fn text(&self) -> String {
        match self {
            Failure::Error(_) => format!("returned an `Err` with a `{}`", type_name::<E>()),
            Failure::Panic(payload) => format!("panicked: {}", message(&**payload)),
        }
    }
}

pub(super) struct Shared<E> {
    members: RefCell<Slab<Place>>,
    /// How many tasks were started.
    started: Cell<u64>,
    cancelled: Cell<bool>,
    closed: Cell<bool>,
    failures: RefCell<Vec<Failure<E>>>,
    /// Who polls the owner.
    waiting: Cell<Option<Wake>>,
    owner: Cell<Option<TaskId>>,
}

/// A task's place in its group.
struct Place {
    /// The first task started has 0.
    number: u64,
    /// Its loop and its key. It has none before the loop has taken it in.
    task: Option<(u32, Key)>,
}

impl<E> Shared<E> {
    pub(super) fn new() -> Self {
        Shared {
            members: RefCell::default(),
            started: Cell::new(0),
            cancelled: Cell::new(false),
            closed: Cell::new(false),
            failures: RefCell::default(),
            waiting: Cell::new(None),
            owner: Cell::new(None),
        }
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.cancelled.get()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.closed.get()
    }

    pub(super) fn running(&self) -> usize {
        self.members.borrow().len()
    }

    pub(super) fn owner(&self) -> Option<TaskId> {
        self.owner.get()
    }

    // As the owner sees it.

    /// The owner is part of the task that runs.
    pub(super) fn is_polled(&self) {
        self.owner.set(current::with(|core| core.current()).flatten().and_then(|entry| match entry.kind() {
            Kind::Task(key) => Some(TaskId(key)),
            Kind::Main | Kind::Call(_) => None,
        }));
    }

    /// The owner waits for what happens.
    pub(super) fn wait(&self, cx: &Context<'_>) {
        let mut waiting = self.waiting.take();
        match &mut waiting {
            Some(wake) => wake.update(cx),
            None => waiting = Some(Wake::of(cx)),
        }
        self.waiting.set(waiting);
    }

    /// From now on nobody waits for what happens. What has failed.
    pub(super) fn close(&self) -> Vec<Failure<E>> {
        self.closed.set(true);
        let waiting = self.waiting.take();
        drop(waiting);
        self.failures.take()
    }

    /// Something failed, and so all are cancelled.
    pub(super) fn fail(&self, failure: Failure<E>) {
        self.failures.borrow_mut().push(failure);
        self.cancel();
    }

    pub(super) fn cancel(&self) {
        if self.cancelled.replace(true) {
            return;
        }
        let mut tasks: Vec<_> =
            self.members.borrow().iter().filter_map(|member| Some((member.number, member.task?))).collect();
        tasks.sort_unstable_by_key(|(number, _)| *number);
        for (_, (of, key)) in tasks {
            if let Some(core) = current::find(of) {
                core.cancel(key);
            }
        }
        self.wake();
    }

    fn wake(&self) {
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
    }

    // As a task sees it.

    pub(super) fn enter(&self) -> Key {
        let number = self.started.get();
        self.started.set(number + 1);
        self.members.borrow_mut().insert_with(|_| Place { number, task: None })
    }

    /// The loop has taken in the task at that place.
    pub(super) fn is(&self, place: Key, header: &Header) {
        if let Some(parent) = self.owner.get() {
            header.extra_mut(|extra| extra.parent = Some(parent));
        }
        let mut members = self.members.borrow_mut();
        let Some(member) = members.get_mut(place) else { return };
        member.task = Some((header.of(), header.key()));
        drop(members);
        if self.cancelled.get() {
            if let Some(core) = current::find(header.of()) {
                core.cancel(header.key());
            }
        }
    }

    /// A task has failed. If the group has ended, nobody else is told of it.
    pub(super) fn fails(&self, place: Key, failure: Failure<E>, spawned_at: &'static Location<'static>) {
        if !self.closed.get() {
            return self.fail(failure);
        }
        let task = self.members.borrow().get(place).and_then(|member| member.task);
        let Some((of, key)) = task else { return };
        let Some(core) = current::find(of) else { return };
        let name = core.name(key);
        core.report(&Report::Unjoined { task: TaskId(key), name, spawned_at, failure: failure.text() });
        core.cancel(key);
    }

    /// A task has ended, and its body is dropped.
    pub(super) fn leave(&self, place: Key) {
        let mut members = self.members.borrow_mut();
        members.remove(place);
        let last = members.len() == 0;
        drop(members);
        if last {
            self.wake();
        }
    }
}

/// Nobody was told of these.
pub(super) fn report<E>(failures: &[Failure<E>]) {
    let Some(first) = failures.first() else { return };
    report::here(&Report::Group { failures: failures.len(), first: first.text() });
}

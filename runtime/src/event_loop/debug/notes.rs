//! What was found to wait in a step, in the order in which that is found out: whatever is within something stands before it.
//!
//! So nothing has to be undone when a poll panics, and to enter something only remembers how many notes there were.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::vec::Vec;

use crate::event_loop::task::TaskId;

/// Something that was polled and waits.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) what: What,
    /// The type of what is polled in it.
    pub(crate) polls: Option<&'static str>,
    /// The task that is waited for.
    pub(crate) task: Option<TaskId>,
    /// What the operation is about, if that is not to be seen from the code.
    pub(crate) about: Option<Rc<str>>,
    /// Where it is awaited.
    pub(crate) at: &'static Location<'static>,
    /// How many of the notes before this one are of what is within it.
    pub(crate) within: usize,
    /// Since when it waits, in the loop's time. `None` until the step is over.
    pub(crate) since: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum What {
    /// An operation of the loop.
    Operation(&'static str),
    /// Something that is awaited, or delegated to, in the body of a coroutine.
    Awaited,
    /// A coroutine, which whoever awaits it may have noted too.
    Coroutine,
}

/// The notes of the step that runs.
#[derive(Default)]
pub(super) struct Notes {
    now: RefCell<Vec<Note>>,
    /// Where those begin of what was entered last.
    first: Cell<usize>,
    /// Those of the step before of the same task.
    before: RefCell<Vec<Note>>,
    /// Where they are searched first: what waits is polled in the same order most times.
    next: Cell<usize>,
    /// Whether the operation that is polled has begun to wait in this poll.
    begins: Cell<bool>,
    about: Cell<Option<Rc<str>>>,
}

impl Notes {
    /// A step begins.
    pub(super) fn begin(&self, before: Vec<Note>) {
        self.now.borrow_mut().clear();
        self.first.set(0);
        *self.before.borrow_mut() = before;
        self.next.set(0);
        self.operation_is_over();
    }

    /// The step is over.
    pub(super) fn end(&self, time: u64) -> Vec<Note> {
        self.before.borrow_mut().clear();
        let mut notes = std::mem::take(&mut *self.now.borrow_mut());
        for note in &mut notes {
            note.since = note.since.or(Some(time));
        }
        notes.shrink_to_fit();
        notes
    }

    /// What is noted from now on is within something. To be kept until that is left; after a panic it is not, which makes ways
    /// shorter.
    pub(super) fn enter(&self) -> usize {
        self.first.replace(self.now.borrow().len())
    }

    pub(super) fn leave(&self, around: usize) {
        self.first.set(around);
        self.operation_is_over();
    }

    /// What was noted within what was entered last does not wait any more.
    pub(super) fn forget(&self) {
        self.now.borrow_mut().truncate(self.first.get());
    }

    /// What was noted last, and what is within it, does not wait any more.
    pub(super) fn forget_last(&self) {
        let mut now = self.now.borrow_mut();
        let within = now.pop().map_or(0, |last| last.within);
        let left = now.len().saturating_sub(within);
        now.truncate(left);
    }

    /// What was noted last is awaited there.
    pub(super) fn last_is_at(&self, at: &'static Location<'static>) {
        if self.now.borrow().len() > self.first.get() {
            self.now.borrow_mut().last_mut().into_iter().for_each(|last| last.at = at);
        }
    }

    /// The operation that will be noted next begins to wait.
    pub(super) fn begins(&self) {
        self.begins.set(true);
    }

    /// The operation that will be noted next is about this.
    pub(super) fn about(&self, about: Rc<str>) {
        self.about.set(Some(about));
    }

    /// An operation that says when it begins to wait, and within which nothing is of interest.
    pub(super) fn operation(&self, mut note: Note) {
        note.about = self.about.take();
        let known = self.find(&note);
        if !self.begins.take() {
            note.since = known;
        }
        self.now.borrow_mut().push(note);
    }

    /// An operation in the place of those that it is made of. It waits for what the last of them waits for.
    pub(super) fn instead(&self, mut note: Note) {
        let last = self.now.borrow_mut().drain(self.first.get()..).next_back();
        let Some(last) = last else { return self.operation(note) };
        note.about = last.about;
        note.since = last.since;
        self.now.borrow_mut().push(note);
    }

    /// Something within which are all that were noted within what was entered last.
    pub(super) fn around(&self, mut note: Note) {
        let mut now = self.now.borrow_mut();
        note.within = now.len().saturating_sub(self.first.get());
        now.push(note);
    }

    /// Since when the same was noted in the step before.
    fn find(&self, note: &Note) -> Option<u64> {
        let before = self.before.borrow();
        let is_same = |known: &&Note| {
            known.what == note.what && known.task == note.task && known.at == note.at && known.within == 0
        };
        let next = self.next.get().min(before.len());
        let (searched, first) = before.split_at(next);
        let (at, known) = first.iter().chain(searched).enumerate().find(|(_, known)| is_same(known))?;
        self.next.set((next + at) % before.len() + 1);
        known.since
    }

    fn operation_is_over(&self) {
        self.begins.set(false);
        self.about.take();
    }
}

//! What is polled within what, and what of it waits.
//!
//! What is inlined into operations passes on a few words, if a loop is in debug mode; what is done with them is out of line.

use std::any::type_name;
use std::fmt;
use std::format;
use std::panic::Location;
use std::sync::atomic::Ordering;

use super::LOOPS;
use super::notes::{Note, Notes, What};
use crate::event_loop::current;
use crate::event_loop::task::TaskId;

type Place = &'static Location<'static>;

/// Something whose poll has begun, and in which others are polled, maybe several: where its notes would have begun whose poll is
/// around it.
#[derive(Clone, Copy)]
pub(crate) struct Level(usize);

const NOT_NOTED: usize = usize::MAX;

impl Level {
    /// As long as no loop is in debug mode, a load and a branch.
    #[inline]
    pub(crate) fn enter() -> Self {
        if is_off() { Level(NOT_NOTED) } else { Level::begin() }
    }

    #[cold]
    fn begin() -> Self {
        Level(noting(Notes::enter).unwrap_or(NOT_NOTED))
    }

    #[inline]
    const fn is_noted(self) -> bool {
        self.0 != NOT_NOTED
    }

    /// It is polled again within the same poll: what it was found to wait for does not count.
    #[inline]
    pub(crate) fn begin_anew(self) {
        if self.is_noted() {
            forget();
        }
    }

    /// The poll of a coroutine whose body is a `T` is over, and it waits or not.
    #[inline]
    #[track_caller]
    pub(crate) fn leave_coroutine<T>(self, waits: bool) {
        if self.is_noted() {
            self.leave_around(waits, What::Coroutine, type_name::<T>(), Location::caller());
        }
    }

    /// The same of an operation that runs a `T`.
    #[inline]
    #[track_caller]
    pub(crate) fn leave_operation<T: ?Sized>(self, waits: bool, operation: &'static str) {
        if self.is_noted() {
            self.leave_around(waits, What::Operation(operation), type_name::<T>(), Location::caller());
        }
    }

    #[cold]
    fn leave_around(self, waits: bool, what: What, polls: &'static str, at: Place) {
        noting(|notes| {
            match waits {
                true => notes.around(Note { polls: Some(polls), ..note(what, at) }),
                false => notes.forget(),
            }
            notes.leave(self.0);
        });
    }

    /// The same of an operation that is made of others, which are nobody's business.
    #[inline]
    #[track_caller]
    pub(crate) fn leave_whole(self, waits: bool, operation: &'static str) {
        if self.is_noted() {
            self.leave_alone(waits, operation, Location::caller());
        }
    }

    #[cold]
    fn leave_alone(self, waits: bool, operation: &'static str, at: Place) {
        noting(|notes| {
            match waits {
                true => notes.instead(note(What::Operation(operation), at)),
                false => notes.forget(),
            }
            notes.leave(self.0);
        });
    }

    /// The same of what is nothing itself. What was noted last in it is at that place, if it is said.
    #[inline]
    pub(crate) fn leave(self, at: Option<Place>) {
        if self.is_noted() {
            self.leave_notes(at);
        }
    }

    #[cold]
    fn leave_notes(self, at: Option<Place>) {
        noting(|notes| {
            at.into_iter().for_each(|at| notes.last_is_at(at));
            notes.leave(self.0);
        });
    }
}

/// A coroutine waits for a `T`, at that place, and has polled nothing else: at most one thing is awaited in a body. `None`: it
/// does not wait.
#[inline]
pub(crate) fn awaits_in_body<T: ?Sized>(at: impl FnOnce() -> Option<Place>) {
    if !is_off() {
        if let Some(at) = at() {
            keep_around(type_name::<T>(), at);
        }
    }
}

#[cold]
fn keep_around(polls: &'static str, at: Place) {
    noting(|notes| notes.around(Note { polls: Some(polls), ..note(What::Awaited, at) }));
}

/// What is polled waits for something, at the caller's place.
#[inline]
#[track_caller]
pub(crate) fn awaits(operation: &'static str) {
    if !is_off() {
        keep(operation, None, Location::caller());
    }
}

/// The same, for the end of a task.
#[inline]
#[track_caller]
pub(crate) fn awaits_task(task: impl FnOnce() -> Option<TaskId>) {
    if !is_off() {
        keep("task", task(), Location::caller());
    }
}

#[cold]
fn keep(operation: &'static str, task: Option<TaskId>, at: Place) {
    noting(|notes| notes.operation(Note { task, ..note(What::Operation(operation), at) }));
}

/// The operation that will be noted next did not wait before this poll.
#[inline]
pub(crate) fn begins() {
    if !is_off() {
        keep_beginning();
    }
}

#[cold]
fn keep_beginning() {
    noting(Notes::begins);
}

/// What the operation is about that will be noted next.
#[inline]
pub(crate) fn about(about: &dyn fmt::Debug) {
    if !is_off() {
        keep_about(about);
    }
}

#[cold]
fn keep_about(about: &dyn fmt::Debug) {
    // Not within: what a type says of itself may be anything.
    if noting(|_| ()).is_some() {
        let about = format!("{about:?}");
        noting(|notes| notes.about(about.into()));
    }
}

/// What was polled last is polled again within the same poll.
#[inline]
pub(crate) fn polls_again() {
    if !is_off() {
        forget_last();
    }
}

#[cold]
fn forget_last() {
    noting(Notes::forget_last);
}

#[cold]
fn forget() {
    noting(Notes::forget);
}

#[inline(always)]
fn is_off() -> bool {
    LOOPS.load(Ordering::Relaxed) == 0
}

/// The notes of the loop that runs here, if it is in debug mode.
fn noting<R>(f: impl FnOnce(&Notes) -> R) -> Option<R> {
    current::with(|core| core.debug().is_on().then(|| f(&core.debug().notes))).flatten()
}

const fn note(what: What, at: Place) -> Note {
    Note { what, polls: None, task: None, about: None, at, within: 0, since: None }
}

//! A task in memory: what is known of it, and its body or its outcome, in one allocation.
#![expect(unsafe_code, reason = "the body is pinned in a counted allocation, where its outcome takes its place")]

use std::any::Any;
use std::cell::{Cell, UnsafeCell};
use std::format;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::string::String;
use std::task::Context;

use super::header::Header;
use super::join::JoinError;
use crate::event_loop::listeners::Asked;
use crate::event_loop::scope::{self, Polled};

/// Invariant *one at a time*: whoever touches `stage` has found `busy` unset and set it, or there is nobody else who could
/// (the cell is being dropped); and what is in it stays where it is until it is dropped there.
pub(crate) struct TaskCell<F: Future> {
    header: Header,
    busy: Cell<bool>,
    asked: Asked,
    stage: UnsafeCell<Stage<F>>,
}

enum Stage<F: Future> {
    Body(F),
    Outcome(Result<F::Output, JoinError>),
    Taken,
}

/// A task, as the loop sees it.
pub(crate) trait Body {
    fn header(&self) -> &Header;

    /// Runs the body to its next suspension, told whether its outermost scope is cancelled. `true` if it has ended.
    fn step(&self, cx: &mut Context<'_>, cancelled: bool) -> bool;

    /// Drops the body where it stands.
    fn cut(&self);

    /// The message of the panic that ended it, and whether its value says that it failed.
    fn failure(&self) -> Option<String>;
}

/// A task, as who waits for its outcome sees it.
pub(crate) trait Outcome<T> {
    fn header(&self) -> &Header;

    /// The outcome, once.
    fn take(&self) -> Option<Result<T, JoinError>>;

    /// What a function of ours says of the outcome, if that is there.
    fn peek(&self, look: fn(&Result<T, JoinError>) -> bool) -> Option<bool>;

    /// See [`Body::failure`].
    fn failure(&self) -> Option<String>;
}

/// The right to touch a stage.
struct Busy<'c>(&'c Cell<bool>);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

impl<F: Future> TaskCell<F> {
    pub(crate) fn new(header: Header, future: F) -> Rc<Self> {
        Rc::new(TaskCell {
            header,
            busy: Cell::new(false),
            asked: Asked::new(),
            stage: UnsafeCell::new(Stage::Body(future)),
        })
    }

    #[inline]
    fn enter(&self) -> Option<Busy<'_>> {
        (!self.busy.replace(true)).then_some(Busy(&self.busy))
    }

    /// Puts the outcome where the body was. A destructor that panics makes a panic of it.
    fn end(&self, _: &Busy<'_>, outcome: Result<F::Output, JoinError>) {
        let stage = self.stage.get();
        let dropped = catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: *one at a time*. The body is dropped where it is, and `Taken` takes its place, also if that unwinds.
            unsafe { *stage = Stage::Taken };
        }));
        let outcome = match dropped {
            Ok(()) => outcome,
            Err(payload) => {
                // The value must not be lost by a second panic.
                Err(JoinError::panicked(payload))
            }
        };
        // SAFETY: *one at a time*. What was there is `Taken`, which has no destructor.
        unsafe { stage.write(Stage::Outcome(outcome)) };
    }
}

impl<F: Future> Body for TaskCell<F> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn step(&self, cx: &mut Context<'_>, cancelled: bool) -> bool {
        let Some(busy) = self.enter() else { return false };
        // SAFETY: *one at a time*.
        let Stage::Body(body) = (unsafe { &mut *self.stage.get() }) else { return true };
        // SAFETY: it stays in its allocation until it is dropped there, by `end` or with the cell.
        let body = unsafe { Pin::new_unchecked(body) };
        let polled =
            catch_unwind(AssertUnwindSafe(|| scope::poll(body, cx, scope::Kind::Observer, cancelled, &self.asked)));
        let outcome = match polled {
            Ok(Polled::Pending) => return false,
            Ok(Polled::Ready(value)) => Ok(value),
            Ok(Polled::Unobserved) => Err(JoinError::cancelled()),
            Err(payload) => Err(JoinError::panicked(payload)),
        };
        self.end(&busy, outcome);
        true
    }

    fn cut(&self) {
        if let Some(busy) = self.enter() {
            // SAFETY: *one at a time*.
            if let Stage::Body(_) = unsafe { &*self.stage.get() } {
                self.end(&busy, Err(JoinError::cancelled()));
            }
        }
    }

    fn failure(&self) -> Option<String> {
        let _busy = self.enter()?;
        // SAFETY: *one at a time*.
        match unsafe { &*self.stage.get() } {
            Stage::Outcome(Ok(value)) => super::join::failed(value),
            Stage::Outcome(Err(error)) => error.panic_message().map(|message| format!("panicked: {message}")),
            Stage::Body(_) | Stage::Taken => None,
        }
    }
}

impl<F: Future> Outcome<F::Output> for TaskCell<F> {
    fn header(&self) -> &Header {
        &self.header
    }

    fn take(&self) -> Option<Result<F::Output, JoinError>> {
        let _busy = self.enter()?;
        // SAFETY: *one at a time*.
        let stage = unsafe { &mut *self.stage.get() };
        // A body is never moved: only an outcome is taken out.
        if let Stage::Outcome(_) = stage {
            if let Stage::Outcome(outcome) = std::mem::replace(stage, Stage::Taken) {
                return Some(outcome);
            }
        }
        None
    }

    fn peek(&self, look: fn(&Result<F::Output, JoinError>) -> bool) -> Option<bool> {
        let _busy = self.enter()?;
        // SAFETY: *one at a time*.
        match unsafe { &*self.stage.get() } {
            Stage::Outcome(outcome) => Some(look(outcome)),
            Stage::Body(_) | Stage::Taken => None,
        }
    }

    fn failure(&self) -> Option<String> {
        Body::failure(self)
    }
}

/// What a panic said.
pub(crate) fn message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("its message is no text")
}

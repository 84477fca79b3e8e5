//! A coroutine with its callers, and one step of it.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::Cell;
use core::mem;
use core::pin::Pin;

use pin_project_lite::pin_project;

use super::request::{Reply, Request, Trap};
use super::{Finished, TaskId};
use crate::error::refuse_start;
use crate::{CloseError, Closed, Coroutine, CoroutineState, Status, Suspension};

/// Where a frame leaves what it returned.
pub(super) type Outcome<T> = Rc<Cell<Option<T>>>;

type Resumed<'a, Q, A> = CoroutineState<Request<'a, Q, A>, ()>;

/// One coroutine on a task's stack.
pub(super) struct Frame<'a, Q, A>(
    Pin<Box<dyn Coroutine<Yield = Request<'a, Q, A>, Send = Reply<A>, Return = ()> + 'a>>,
);

impl<'a, Q, A> Frame<'a, Q, A> {
    #[track_caller]
    pub(super) fn new<C>(coroutine: C, outcome: Outcome<C::Return>) -> Self
    where
        C: Coroutine<Yield = Request<'a, Q, A>, Send = Reply<A>> + 'a,
        C::Return: 'a,
    {
        match coroutine.status() {
            Status::Created => Frame(Box::pin(Callee { coroutine, outcome })),
            status => refuse_start(status),
        }
    }

    /// Without a reply, starts it.
    fn resume(&mut self, reply: Option<Reply<A>>) -> Resumed<'a, Q, A> {
        match reply {
            None => self.0.start(),
            Some(reply) => self.0.send(reply),
        }
    }
}

pin_project! {
    /// A coroutine that leaves its return value where its caller finds it.
    struct Callee<C: Coroutine> {
        #[pin]
        coroutine: C,
        outcome: Outcome<C::Return>,
    }
}

impl<C: Coroutine> Callee<C> {
    fn settle(self: Pin<&mut Self>, state: CoroutineState<C::Yield, C::Return>) -> CoroutineState<C::Yield, ()> {
        match state {
            CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
            CoroutineState::Complete(value) => {
                self.outcome.set(Some(value));
                CoroutineState::Complete(())
            }
        }
    }
}

impl<C: Coroutine> Coroutine for Callee<C> {
    type Yield = C::Yield;
    type Send = C::Send;
    type Return = ();

    fn status(&self) -> Status {
        self.coroutine.status()
    }

    fn resume_start(mut self: Pin<&mut Self>) -> Option<CoroutineState<C::Yield, ()>> {
        let state = self.as_mut().project().coroutine.resume_start()?;
        Some(self.settle(state))
    }

    fn resume_send(mut self: Pin<&mut Self>, value: C::Send) -> Option<CoroutineState<C::Yield, ()>> {
        let state = self.as_mut().project().coroutine.resume_send(value)?;
        Some(self.settle(state))
    }

    fn resume_close(mut self: Pin<&mut Self>) -> Result<Closed<()>, CloseError<C::Yield>> {
        let returned = self.as_mut().project().coroutine.resume_close()?;
        Ok(returned.map(|value| self.outcome.set(Some(value))))
    }

    fn suspension(self: Pin<&mut Self>, level: usize) -> Option<Suspension> {
        self.project().coroutine.suspension(level)
    }
}

pub(super) struct Task<'a, Q, A, R> {
    id: TaskId,
    running: Frame<'a, Q, A>,
    callers: Callers<'a, Q, A>,
    /// What the running coroutine is resumed with; nothing if it is to be started.
    reply: Option<Reply<A>>,
    outcome: Outcome<R>,
}

/// Each is the caller of the next, the last one the caller of the running coroutine.
struct Callers<'a, Q, A>(Vec<Frame<'a, Q, A>>);

impl<Q, A> Drop for Callers<'_, Q, A> {
    /// The innermost first, as locals of nested calls are dropped.
    fn drop(&mut self) {
        while self.0.pop().is_some() {}
    }
}

/// What one step of a task came to.
#[must_use]
pub(super) enum Step<'a, Q, A, R> {
    /// It made a request.
    Yielded(Task<'a, Q, A, R>, Trap<'a, Q, A>),
    /// Its running coroutine ended, and the caller has the reply.
    Returned(Task<'a, Q, A, R>),
    /// Its outermost coroutine ended.
    Finished(Finished<R>),
}

impl<'a, Q, A, R> Task<'a, Q, A, R> {
    #[track_caller]
    pub(super) fn new<C>(id: TaskId, coroutine: C) -> Self
    where
        C: Coroutine<Yield = Request<'a, Q, A>, Send = Reply<A>, Return = R> + 'a,
        R: 'a,
    {
        let outcome = Outcome::default();
        let running = Frame::new(coroutine, outcome.clone());
        Task { id, running, callers: Callers(Vec::new()), reply: None, outcome }
    }

    /// Sets what the running coroutine is resumed with.
    pub(super) fn answer(&mut self, reply: Reply<A>) {
        self.reply = Some(reply);
    }

    /// Makes `frame` the running coroutine.
    pub(super) fn call(&mut self, frame: Frame<'a, Q, A>) {
        self.callers.0.push(mem::replace(&mut self.running, frame));
    }

    pub(super) fn step(mut self) -> Step<'a, Q, A, R> {
        let reply = self.reply.take();
        let ended = match catch(|| self.running.resume(reply)) {
            Ok(CoroutineState::Yielded(Request(trap))) => return Step::Yielded(self, trap),
            Ok(CoroutineState::Complete(())) => Ok(()),
            Err(payload) => Err(payload),
        };
        if let Some(caller) = self.callers.0.pop() {
            self.running = caller;
            self.answer(ended.map_or_else(Reply::panicked, |()| Reply::DONE));
            return Step::Returned(self);
        }
        // A coroutine that completed has left its outcome.
        let result = ended.map(|()| self.outcome.take().expect("a coroutine completed without an outcome"));
        Step::Finished(Finished { id: self.id, result })
    }
}

#[cfg(feature = "std")]
fn catch<T>(resume: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    // A coroutine that panics is not resumed again, so nobody sees it in a broken state.
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(resume))
}

#[cfg(not(feature = "std"))]
fn catch<T>(resume: impl FnOnce() -> T) -> Result<T, Box<dyn Any + Send>> {
    Ok(resume())
}

//! What a turn is.

use std::borrow::ToOwned;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Duration;
use std::vec::Vec;

use super::{BATCH, BUDGET, Core, Ended};
use crate::event_loop::callback::Call;
use crate::event_loop::driver::Waited;
use crate::event_loop::entry::{Entry, Kind};
use crate::event_loop::remote::Message;
use crate::event_loop::report::{self, Report};
use crate::event_loop::slab::Key;
use crate::event_loop::task::{Body, message};
use crate::event_loop::wake::Wake;
use crate::event_loop::waker::Polling;

impl Core {
    /// Takes turns until `main` says that it is done, or the loop is stopped or stuck. `main` is called whenever it is its turn.
    pub(crate) fn run(&self, mut main: Option<&mut dyn FnMut() -> bool>) -> Result<(), Ended> {
        let run = self.main.run.get().wrapping_add(1);
        self.main.run.set(run);
        self.main.queued.set(false);
        if main.is_some() {
            self.wake(Entry::main(run));
        }
        loop {
            let complete = self.turn(main.as_deref_mut(), None)?;
            let stopped = self.stopping.take();
            if complete {
                return Ok(());
            }
            if stopped {
                return Err(Ended::Stopped);
            }
        }
    }

    /// What came from outside, what is due, and then who is ready now. If nobody is, waits first, at most for `limit`.
    /// `true` if `main` is done.
    pub(crate) fn turn(
        &self,
        mut main: Option<&mut (dyn FnMut() -> bool + '_)>,
        limit: Option<Duration>,
    ) -> Result<bool, Ended> {
        if self.remote.is_pending() {
            self.receive();
        }
        self.fire();
        // With nothing ready it waits; otherwise it asks what else there is, if somebody could answer.
        let idle = self.ready.borrow().is_empty();
        if idle || !self.sources.borrow().is_empty() {
            self.wait(if idle && !self.stopping.get() { limit } else { Some(Duration::ZERO) })?;
            self.receive();
            self.fire();
        }
        let batch = self.ready.borrow().len().min(BATCH);
        self.shuffle(batch);
        for _ in 0..batch {
            // Bound before it is used: the queue must not be borrowed meanwhile.
            let next = self.ready.borrow_mut().pop_front();
            let Some(entry) = next else { break };
            match entry.kind() {
                Kind::Task(key) => self.step(key),
                Kind::Call(key) => self.call(key),
                Kind::Main => {
                    let current = entry == self.main();
                    if let Some(main) = main.as_deref_mut().filter(|_| current) {
                        self.main.queued.set(false);
                        if main() {
                            return Ok(true);
                        }
                    }
                }
            }
        }
        Ok(false)
    }

    /// Waits for the system, at most for `limit`, or until a timer is due.
    fn wait(&self, limit: Option<Duration>) -> Result<(), Ended> {
        let deadline = self.timers.borrow_mut().wake_at().map(Duration::from_nanos);
        let limit = limit.map(|limit| self.driver.borrow().time().saturating_add(limit));
        let until = match (deadline, limit) {
            (Some(deadline), Some(limit)) => Some(deadline.min(limit)),
            (deadline, limit) => deadline.or(limit),
        };
        let waited = self.driver.borrow_mut().wait(until, self.remote.outside());
        let mut woken = Vec::new();
        let told = &mut |readiness| woken.append(&mut self.sources.borrow_mut().told(readiness));
        self.driver.borrow_mut().ready(told);
        woken.into_iter().for_each(Wake::wake);
        match waited {
            Ok(Waited::Until) => Ok(()),
            Ok(Waited::Stuck) => Err(Ended::Stuck),
            Err(error) => Err(Ended::Io(error)),
        }
    }

    /// Tasks that are ready in the same turn run in the order that the seed says. Callbacks keep theirs.
    fn shuffle(&self, batch: usize) {
        let Some(order) = &self.order else { return };
        let mut ready = self.ready.borrow_mut();
        let tasks: Vec<usize> = (0..batch).filter(|at| !matches!(ready[*at].kind(), Kind::Call(_))).collect();
        for last in (1..tasks.len()).rev() {
            ready.swap(tasks[last], tasks[order.borrow_mut().usize(..=last)]);
        }
    }

    /// Takes in what others left.
    fn receive(&self) {
        for message in self.remote.take() {
            match message {
                Message::Wake(entry) => self.wake(entry),
                Message::Call(f) => _ = self.call_soon(f),
                Message::Cancel(entry) => {
                    if let Kind::Task(key) = entry.kind() {
                        self.cancel(key);
                    }
                }
            }
        }
    }

    /// Polls something with a waker of ours, which is noted for as long as that takes. The waker that was cloned, if any.
    pub(crate) fn poll_as(&self, entry: Entry, known: Option<Waker>, poll: impl FnOnce(&Waker)) -> Option<Waker> {
        self.budget.set(BUDGET);
        let noted = Noted { core: self, before: self.polled.get() };
        if let Some(waker) = known {
            self.polled.set(Some((entry, waker.data())));
            poll(&waker);
            drop(noted);
            return Some(waker);
        }
        let polling = Polling::new(&self.remote, entry);
        polling.with_waker(|waker| {
            self.polled.set(Some((entry, waker.data())));
            poll(waker);
        });
        drop(noted);
        polling.made()
    }

    fn step(&self, key: Key) {
        let Some(task) = self.tasks.borrow().get(key).cloned() else { return };
        let header = task.header();
        let before = header.state();
        header.update(|state| {
            state.queued = false;
            state.started = true;
        });
        if before.cancelled && !before.started {
            task.cut();
            return self.end(&task);
        }
        let known = header.extra(|extra| extra.waker.take()).flatten();
        let mut ended = false;
        let waker = self.poll_as(Entry::task(key), known, |waker| {
            ended = task.step(&mut Context::from_waker(waker), before.cancelled);
        });
        if ended {
            self.end(&task);
        } else if let Some(waker) = waker {
            header.extra_mut(|extra| extra.waker = Some(waker));
        }
    }

    /// The task has an outcome.
    pub(super) fn end(&self, task: &Rc<dyn Body>) {
        let header = task.header();
        header.update(|state| state.ended = true);
        let kept = self.tasks.borrow_mut().remove(header.key());
        if let Some(joiner) = header.joiner().take() {
            joiner.wake();
        }
        for callback in header.extra(|extra| std::mem::take(&mut extra.callbacks)).unwrap_or_default() {
            self.call_soon(callback);
        }
        if header.state().unowned {
            report::unjoined(header, || task.failure());
            if let Some(message) = task.discard() {
                report::unjoined(header, || Some(message));
            }
        }
        drop(kept);
    }

    fn call(&self, key: Key) {
        let call = self.calls.borrow_mut().remove(key);
        match call {
            None => {}
            Some(Call::Waker(waker)) => waker.wake(),
            Some(Call::Function(f)) => {
                if let Err(payload) = catch_unwind(AssertUnwindSafe(f)) {
                    self.report(&Report::Callback { message: message(&*payload).to_owned() });
                }
            }
        }
    }
}

/// Who is polled, which is who it was before when this is dropped.
struct Noted<'c> {
    core: &'c Core,
    before: Option<(Entry, *const ())>,
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.core.polled.set(self.before);
    }
}

//! What a turn is.

use std::borrow::ToOwned;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::task::{Context, Waker};
use std::time::Duration;
use std::vec::Vec;

use super::{BATCH, BUDGET, Core, Ended};
use crate::event_loop::callback::Call;
use crate::event_loop::context::Values;
use crate::event_loop::debug;
use crate::event_loop::driver::Waited;
use crate::event_loop::entry::{Entry, Kind};
use crate::event_loop::remote::Message;
use crate::event_loop::report::{self, Report};
use crate::event_loop::slab::Key;
use crate::event_loop::task::{Header, State, TaskId, TaskRef, message};
use crate::event_loop::wake::Wake;
use crate::event_loop::waker::Polling;

impl Core {
    /// Takes turns until `main` says that it is done, or the loop is stopped or stuck. `main` is called whenever it is its turn.
    pub(crate) fn run(&self, mut main: Option<&mut dyn FnMut() -> bool>) -> Result<(), Ended> {
        let run = self.main.run.get().wrapping_add(1);
        self.main.run.set(run);
        self.main.queued.set(false);
        // A panic of what was run before may have left one.
        self.debug.forget_step();
        if main.is_some() {
            self.wake(Entry::main(run));
        }
        let mut polling = Polling::new(&self.remote);
        loop {
            let complete = self.turn(main.as_deref_mut(), None, &mut polling)?;
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
    #[inline(always)] // into the loop above: where a turn is one step, half of it would be the call
    pub(crate) fn turn(
        &self,
        mut main: Option<&mut (dyn FnMut() -> bool + '_)>,
        limit: Option<Duration>,
        polling: &mut Polling<'_>,
    ) -> Result<bool, Ended> {
        if self.remote.is_pending() {
            self.receive();
        }
        self.fire();
        let mut batch = self.ready.len().min(BATCH);
        // With nothing ready it waits; otherwise it asks what else there is, if somebody could answer.
        if batch == 0 || !self.sources.borrow().is_empty() {
            self.wait_and_receive(if batch == 0 && !self.stopping.get() { limit } else { Some(Duration::ZERO) })?;
            batch = self.ready.len().min(BATCH);
        }
        self.shuffle(batch);
        for _ in 0..batch {
            // Bound before it is used: the queue must not be borrowed meanwhile.
            let next = self.ready.pop();
            let Some(entry) = next else { break };
            if self.debug.is_on() {
                self.step_in_debug(entry);
            }
            match entry.kind() {
                Kind::Task(key) => self.step(entry, key, polling),
                Kind::Call(key) => self.call(key),
                Kind::Main => {
                    let current = entry == self.main();
                    if let Some(main) = main.as_deref_mut().filter(|_| current) {
                        self.main.queued.set(false);
                        if main() {
                            debug::step(self, None);
                            return Ok(true);
                        }
                    }
                }
            }
        }
        if self.debug.is_on() {
            debug::step(self, None);
        }
        Ok(false)
    }

    /// By a function of its own, since what is passed on here must lie in memory.
    #[cold]
    fn step_in_debug(&self, entry: Entry) {
        debug::step(self, Some(entry));
    }

    #[cold]
    fn wait_and_receive(&self, limit: Option<Duration>) -> Result<(), Ended> {
        self.wait(limit)?;
        self.receive();
        self.fire();
        Ok(())
    }

    /// Wakes all whose time has come.
    #[inline]
    fn fire(&self) {
        if self.timers.borrow().len() > 0 {
            self.fire_due();
        }
    }

    fn fire_due(&self) {
        // Where there are sockets the driver is asked in each turn.
        if self.simulation.is_some() && self.ready.len() > 0 && self.sources.borrow().is_empty() {
            self.driver.borrow_mut().go_on(self.remote.outside());
        }
        let now = self.time();
        loop {
            let due = self.timers.borrow_mut().pop_due(now);
            match due {
                Some(entry) => self.wake(entry),
                None => return,
            }
        }
    }

    /// How long a turn would have nothing to do.
    pub(crate) fn idle_time(&self) -> Option<Duration> {
        if self.ready.len() > 0 || self.remote.is_pending() || self.stopping.get() {
            return Some(Duration::ZERO);
        }
        let deadline = self.timers.borrow_mut().wake_at().map(Duration::from_nanos);
        deadline.map(|deadline| deadline.saturating_sub(self.driver.borrow().time()))
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
        let mut woken = self.sources.borrow_mut().take_woken();
        let wake = &mut |wake| match wake {
            Wake::Entry { of, entry } if of == self.id() => self.wake(entry),
            // What others wrote runs when nothing is borrowed.
            wake => woken.push(wake),
        };
        let sources = self.sources.borrow();
        self.driver.borrow_mut().ready(&mut |readiness| sources.told(readiness, wake));
        drop(sources);
        if !woken.is_empty() {
            wake_each(&mut woken);
        }
        self.sources.borrow_mut().put_back(woken);
        match waited {
            Ok(Waited::Until) => Ok(()),
            Ok(Waited::Stuck) => Err(Ended::Stuck),
            Err(error) => Err(Ended::Io(error)),
        }
    }

    /// Tasks that are ready in the same turn run in the order that the seed says. Callbacks keep theirs.
    #[inline]
    fn shuffle(&self, batch: usize) {
        if let Some(order) = &self.order {
            self.shuffle_by(order, batch);
        }
    }

    fn shuffle_by(&self, order: &RefCell<fastrand::Rng>, batch: usize) {
        let tasks = self.ready.places(batch, |entry| !matches!(entry.kind(), Kind::Call(_)));
        for last in (1..tasks.len()).rev() {
            self.ready.swap(tasks[last], tasks[order.borrow_mut().usize(..=last)]);
        }
    }

    /// Takes in what others left.
    fn receive(&self) {
        for message in self.remote.take() {
            match message {
                Message::Wake(entry) => self.wake(entry),
                // Values do not leave their thread.
                Message::Call(f) => _ = self.call_soon_with(f, Values::default()),
                Message::Cancel(entry) => match entry.kind() {
                    Kind::Task(key) => self.cancel(key),
                    Kind::Main => self.cancel_main(),
                    Kind::Call(_) => {}
                },
            }
        }
    }

    /// Polls something with a waker of ours, which is noted for as long as that takes: with the one that was cloned before, if it
    /// is known. If one is cloned now, it is known from then on.
    #[inline]
    pub(crate) fn poll_as(
        &self,
        entry: Entry,
        known: &mut Option<Waker>,
        polling: &mut Polling<'_>,
        poll: impl FnOnce(&Waker),
    ) {
        self.budget.set(BUDGET);
        self.again.set(false);
        let _noted = Noted(self);
        self.polled.set(entry);
        self.debug.count_step();
        let poll = |waker: &Waker| {
            self.polled_with.set(waker.data());
            poll(waker);
        };
        match known {
            Some(waker) => poll(waker),
            None => polling.poll_with(entry, poll, known),
        }
    }

    /// Whether the one that was polled last is to be polled again.
    #[inline]
    pub(crate) fn is_again(&self) -> bool {
        self.again.get()
    }

    #[inline(always)] // into the loop over a turn's steps
    fn step(&self, entry: Entry, key: Key, polling: &mut Polling<'_>) {
        let Some(task) = self.tasks.get(key) else { return };
        let header = task.header();
        let before = header.begin_step();
        let ended = if before.is(State::CANCELLED) || header.has_extra() {
            self.step_of_few(&task, entry, before, polling)
        } else {
            let (mut ended, mut known) = (false, None);
            self.poll_as(entry, &mut known, polling, |waker| ended = task.step(&mut Context::from_waker(waker)));
            if known.is_some() {
                keep_waker(header, known);
            }
            ended
        };
        if ended {
            return self.end(&task);
        }
        if self.again.get() && !header.state().is(State::QUEUED) {
            header.set(State::QUEUED);
            self.ready.push(entry);
        }
    }

    /// The same for a task of which more is known than of most. Whether it has ended.
    #[inline(never)]
    fn step_of_few(&self, task: &TaskRef, entry: Entry, before: State, polling: &mut Polling<'_>) -> bool {
        let cancelled = before.is(State::CANCELLED);
        if cancelled && !before.is(State::STARTED) {
            task.cut();
            return true;
        }
        let header = task.header();
        let mut known = header.extra(|extra| extra.waker.take()).flatten();
        let mut ended = false;
        self.poll_as(entry, &mut known, polling, |waker| {
            let cx = &mut Context::from_waker(waker);
            ended = if cancelled { task.step_cancelled(cx) } else { task.step(cx) };
        });
        if known.is_some() && !ended {
            keep_waker(header, known);
        }
        ended
    }

    /// The task has an outcome.
    pub(super) fn end(&self, task: &TaskRef) {
        let header = task.header();
        header.set(State::ENDED);
        let kept = self.tasks.remove(header.key());
        match header.take_joiner() {
            // The common case without looking for the loop.
            Some(Wake::Entry { of, entry }) if of == self.id() => self.wake(entry),
            Some(joiner) => joiner.wake(),
            None => {}
        }
        if header.has_extra() {
            self.tell_more(header);
        }
        if header.state().is(State::UNOWNED) {
            report::unjoined(header, || task.failure());
            if let Some(message) = task.discard() {
                report::unjoined(header, || Some(message));
            }
        }
        if header.has_extra() {
            self.drop_values(header);
        }
        drop(kept);
    }

    /// The others who want to know of the end of a task.
    #[cold]
    fn tell_more(&self, header: &Header) {
        let told = header.extra(|extra| (extra.place.take(), std::mem::take(&mut extra.callbacks)));
        let (place, callbacks) = told.unwrap_or_default();
        if let Some(place) = place {
            place.tell();
        }
        for callback in callbacks {
            self.call_soon(callback);
        }
    }

    /// A task that has ended has no values, also if somebody has its handle.
    #[cold]
    fn drop_values(&self, header: &Header) {
        let values = header.extra(|extra| std::mem::take(&mut extra.values));
        // What their destructors set is nobody's.
        let dropped = catch_unwind(AssertUnwindSafe(|| Values::default().run(|| drop(values))));
        if let Err(payload) = dropped {
            let (task, name, spawned_at) = (TaskId(header.key()), header.name(), header.spawned_at());
            self.report(&Report::Value { task, name, spawned_at, message: message(&*payload).to_owned() });
        }
    }

    fn call(&self, key: Key) {
        let call = self.calls.borrow_mut().remove(key);
        match call {
            None => {}
            Some(Call::Waker(waker)) => waker.wake(),
            Some(Call::Function(f, values)) => {
                if let Err(payload) = catch_unwind(AssertUnwindSafe(|| values.run(f))) {
                    self.report(&Report::Callback { message: message(&*payload).to_owned() });
                }
            }
        }
    }
}

/// Wakes them all, also if one of the wakers panics: nobody would tell the others of their edge again.
fn wake_each(woken: &mut Vec<Wake>) {
    let mut panicked = Ok(());
    for wake in woken.drain(..) {
        panicked = panicked.and(catch_unwind(AssertUnwindSafe(|| wake.wake())));
    }
    if let Err(payload) = panicked {
        resume_unwind(payload);
    }
}

/// Its own waker, which somebody has cloned.
#[cold]
fn keep_waker(header: &Header, waker: Option<Waker>) {
    header.extra_mut(|extra| extra.waker = waker);
}

/// Somebody is polled, until this is dropped. Polls of one loop are not within each other: a loop runs once.
struct Noted<'c>(&'c Core);

impl Drop for Noted<'_> {
    #[inline]
    fn drop(&mut self) {
        self.0.polled_with.set(no_waker());
    }
}

/// The data of a waker that nobody has.
pub(super) fn no_waker() -> *const () {
    static NOBODY: u8 = 0;
    (&raw const NOBODY).cast()
}

//! What tasks wait for, and how long steps take, while somebody wants to know.
//!
//! Operations of the loop that wait say so, with the place of the `.await`: their `poll` has `track_caller`, so the place is a
//! constant of the code that awaits them. As long as no loop is in debug mode that costs a load and a branch.

use std::cell::Cell;
use std::panic::Location;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::vec::Vec;

use super::core::{Core, nanoseconds};
use super::dump::{self, Dump};
use super::entry::{Entry, Kind};
use super::report::Report;
use super::task::{Header, TaskId, TaskRef};
use super::{EventLoop, current};

/// How many loops of the process are in debug mode.
static LOOPS: AtomicUsize = AtomicUsize::new(0);

/// Something that a task waits for, and the place in its code.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Awaited {
    /// The operation: `sleep`, `task`, ….
    pub what: &'static str,
    /// The task that is waited for, if it is one of the same loop.
    pub task: Option<TaskId>,
    /// The `.await`. Where a `Box<dyn Future>` or somebody else's combinator is in between, a place in that.
    pub at: &'static Location<'static>,
}

/// What was noted of a task in its last step.
#[derive(Default)]
pub(crate) struct Noted {
    pub(crate) awaits: Vec<Awaited>,
    /// When that step ended, in the loop's time.
    pub(crate) since: Option<u64>,
}

/// Whether a loop is in debug mode.
pub(crate) struct Debug {
    on: Cell<bool>,
    /// Steps that take longer are reported.
    limit: Cell<u64>,
    step: Cell<Option<Step>>,
}

impl Debug {
    pub(crate) fn new() -> Self {
        // As in Python.
        let limit = Cell::new(nanoseconds(Duration::from_millis(100)));
        Debug { on: Cell::new(false), limit, step: Cell::new(None) }
    }

    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.on.get()
    }

    pub(crate) fn set(&self, on: bool) {
        match (self.on.replace(on), on) {
            (false, true) => _ = LOOPS.fetch_add(1, Ordering::Relaxed),
            (true, false) => _ = LOOPS.fetch_sub(1, Ordering::Relaxed),
            _ => {}
        }
        self.forget_step();
    }

    /// One that is not timed to its end.
    pub(crate) fn forget_step(&self) {
        drop(self.step.take());
    }

    pub(crate) fn set_limit(&self, limit: Duration) {
        self.limit.set(nanoseconds(limit));
    }
}

impl Drop for Debug {
    fn drop(&mut self) {
        self.set(false);
    }
}

impl EventLoop {
    /// All its tasks. See [`Dump`].
    pub fn dump(&self) -> Dump {
        dump::of(&self.core)
    }

    /// Whether the loop notes what its tasks wait for, for a [`Dump`], and reports steps that are [slow](Self::set_slow_step).
    /// At first it does not: both cost time in each step. Python: `loop.set_debug`.
    pub fn set_debug(&self, on: bool) {
        self.core.debug().set(on);
    }

    /// How long a step may hold the loop in [debug mode](Self::set_debug) before it is [reported](Report::Slow), with the place
    /// at which it was resumed. At first 100 milliseconds. Python: `loop.slow_callback_duration`.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, sleep};
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::new().unwrap();
    /// event_loop.set_debug(true);
    /// event_loop.set_slow_step(Duration::ZERO);
    /// event_loop.set_report_handler(|report| assert!(report.to_string().contains(" held the loop for ")));
    /// event_loop.run_until_complete(event_loop.spawn(sleep(Duration::from_millis(1))).named("nap")).unwrap().unwrap();
    /// ```
    #[doc(alias = "slow_callback_duration")]
    pub fn set_slow_step(&self, limit: Duration) {
        self.core.debug().set_limit(limit);
    }
}

/// The task that is polled waits for something, at the caller's place.
#[inline]
#[track_caller]
pub(crate) fn awaits(what: &'static str) {
    if LOOPS.load(Ordering::Relaxed) != 0 {
        note(Awaited { what, task: None, at: Location::caller() });
    }
}

/// The same, for the end of a task.
#[inline]
#[track_caller]
pub(crate) fn awaits_task(task: impl FnOnce() -> Option<TaskId>) {
    if LOOPS.load(Ordering::Relaxed) != 0 {
        note(Awaited { what: "task", task: task(), at: Location::caller() });
    }
}

#[cold]
fn note(awaited: Awaited) {
    let Some(core) = current::get().filter(|core| core.debug().is_on()) else { return };
    if let Some(Kind::Task(key)) = core.current().map(Entry::kind) {
        let Some(task) = core.task(key) else { return };
        task.header().extra_mut(|extra| extra.noted.get_or_insert_default().awaits.push(awaited));
    }
}

/// A step that is timed.
struct Step {
    began: u64,
    task: Option<TaskRef>,
    resumed_at: Option<&'static Location<'static>>,
}

/// In debug mode: the step of the last one is over, if there was one, and that of the next begins, if there is one.
#[cold]
pub(crate) fn step(core: &Core, next: Option<Entry>) {
    if let Some(step) = core.debug().step.take() {
        step.end(core);
    }
    if let Some(entry) = next {
        let before = core.debug().step.replace(Some(Step::begin(core, entry)));
        drop(before);
    }
}

impl Step {
    /// What its task waited for is over.
    fn begin(core: &Core, entry: Entry) -> Step {
        let task = match entry.kind() {
            Kind::Task(key) => core.task(key),
            _ => None,
        };
        let noted = task.as_ref().and_then(|task| task.header().extra(|extra| extra.noted.take()).flatten());
        let resumed_at = noted.and_then(|noted| noted.awaits.first().map(|awaited| awaited.at));
        Step { began: core.time(), task, resumed_at }
    }

    fn end(self, core: &Core) {
        let now = core.time();
        if let Some(task) = &self.task {
            task.header().extra_mut(|extra| extra.noted.get_or_insert_default().since = Some(now));
        }
        let held = now.saturating_sub(self.began);
        if held > core.debug().limit.get() {
            let header = self.task.as_ref().map(TaskRef::header);
            core.report(&Report::Slow {
                task: header.map(|header| TaskId(header.key())),
                name: header.and_then(Header::name),
                resumed_at: self.resumed_at,
                held: Duration::from_nanos(held),
            });
        }
    }
}

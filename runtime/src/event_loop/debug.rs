//! What tasks wait for, and how long steps take, while somebody wants to know.
//!
//! Operations of the loop that wait say so, with the place of the `.await`: their `poll` has `track_caller`, so the place is a
//! constant of the code that awaits them. What polls others in between says that too ([`Level`]): so there is a way from the
//! task's body to where it waits. As long as no loop is in debug mode that costs a load and a branch.

mod level;
mod notes;
#[cfg(debug_assertions)]
mod steps;
mod waits;

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::vec::Vec;

use super::EventLoop;
use super::core::{Core, nanoseconds};
use super::dump::{self, Dump};
use super::entry::{Entry, Kind};
use super::report::Report;
use super::task::{Header, TaskId, TaskRef};

use self::notes::Notes;

pub(crate) use self::level::{Level, about, awaits, awaits_in_body, awaits_task, begins, polls_again};
pub(crate) use self::notes::{Note, What};
#[cfg(debug_assertions)]
pub(crate) use self::steps::StepId;
pub(crate) use self::waits::{is_made_of, waits, waits_fn};

/// How many loops of the process are in debug mode.
static LOOPS: AtomicUsize = AtomicUsize::new(0);

/// What was noted of a task in its last step.
#[derive(Default)]
pub(crate) struct Noted {
    pub(crate) notes: Vec<Note>,
    /// When that step ended, in the loop's time.
    pub(crate) since: Option<u64>,
}

/// Whether a loop is in debug mode.
pub(crate) struct Debug {
    on: Cell<bool>,
    /// Steps that take longer are reported.
    limit: Cell<u64>,
    step: Cell<Option<Step>>,
    /// Of that step.
    notes: Notes,
    /// What was noted of what the loop was asked to complete.
    main: RefCell<Noted>,
    #[cfg(debug_assertions)]
    steps: Cell<u64>,
}

impl Debug {
    pub(crate) fn new() -> Self {
        // As in Python.
        let limit = Cell::new(nanoseconds(Duration::from_millis(100)));
        Debug {
            on: Cell::new(false),
            limit,
            step: Cell::new(None),
            notes: Notes::default(),
            main: RefCell::default(),
            #[cfg(debug_assertions)]
            steps: Cell::new(0),
        }
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

    /// A step begins, or something was cut in it: what was made before may be dropped for that.
    #[inline(always)]
    pub(crate) fn count_step(&self) {
        #[cfg(debug_assertions)]
        self.steps.set(self.steps.get() + 1);
    }

    /// What was noted of what the loop was asked to complete.
    pub(crate) fn main(&self) -> Vec<Note> {
        self.main.borrow().notes.clone()
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

/// A step that is timed.
struct Step {
    began: u64,
    of: Of,
    resumed_at: Option<&'static Location<'static>>,
}

/// Whose step it is.
enum Of {
    Task(TaskRef),
    Main,
    Nobody,
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
        let of = match entry.kind() {
            Kind::Task(key) => core.task(key).map_or(Of::Nobody, Of::Task),
            Kind::Main => Of::Main,
            Kind::Call(_) => Of::Nobody,
        };
        let noted = match &of {
            Of::Task(task) => task.header().extra(|extra| extra.noted.take()).flatten().and_then(Rc::into_inner),
            Of::Main => Some(core.debug().main.take()),
            Of::Nobody => None,
        };
        let notes = noted.unwrap_or_default().notes;
        let resumed_at = notes.iter().find(|note| note.within == 0).map(|note| note.at);
        core.debug().notes.begin(notes);
        Step { began: core.time(), of, resumed_at }
    }

    fn end(self, core: &Core) {
        let now = core.time();
        let noted = Noted { notes: core.debug().notes.end(now), since: Some(now) };
        match &self.of {
            Of::Task(task) => task.header().extra_mut(|extra| extra.noted = Some(Rc::new(noted))),
            Of::Main => *core.debug().main.borrow_mut() = noted,
            Of::Nobody => {}
        }
        let held = now.saturating_sub(self.began);
        if held > core.debug().limit.get() {
            let header = match &self.of {
                Of::Task(task) => Some(task.header()),
                Of::Main | Of::Nobody => None,
            };
            core.report(&Report::Slow {
                task: header.map(|header| TaskId(header.key())),
                name: header.and_then(Header::name),
                resumed_at: self.resumed_at,
                held: Duration::from_nanos(held),
            });
        }
    }
}

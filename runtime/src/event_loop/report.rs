//! What the loop has to tell that nobody waits for.

use std::eprintln;
use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::string::String;
use std::time::Duration;

use super::current;
#[cfg(debug_assertions)]
use super::dump;
use super::task::{Header, TaskId};

/// Something that went wrong and that nobody else will be told of.
///
/// A loop writes it to the standard error, or gives it to
/// [`set_report_handler`](super::EventLoop::set_report_handler)'s function. Python: the context of `call_exception_handler`.
///
/// ```
/// use antiphon::event_loop::{EventLoop, Report, spawn};
/// use std::{cell::RefCell, rc::Rc};
///
/// let event_loop = EventLoop::new().unwrap();
/// let reports = Rc::new(RefCell::new(Vec::new()));
/// let kept = reports.clone();
/// event_loop.set_report_handler(move |report: &Report| kept.borrow_mut().push(report.to_string()));
///
/// event_loop.run_until_complete(async {
///     drop(spawn(async { Err::<(), _>("no coffee left") }).named("breakfast"));
///     antiphon::event_loop::sleep(std::time::Duration::ZERO).await;
/// }).unwrap();
/// assert!(reports.borrow()[0].starts_with("task `breakfast` (0.0), spawned at "));
/// assert!(reports.borrow()[0].contains("returned an `Err`"));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Report {
    /// A task failed, and its [`JoinHandle`](super::JoinHandle) was dropped.
    #[non_exhaustive]
    Unjoined {
        /// The number of the task.
        task: TaskId,
        /// Its name, if it has one.
        name: Option<Rc<str>>,
        /// Where it was spawned.
        spawned_at: &'static Location<'static>,
        /// What happened: `panicked: …`, or that it returned an `Err`, and of which type.
        failure: String,
    },
    /// A [task group](super::task_group) in which something had failed was dropped before it ended.
    #[non_exhaustive]
    Group {
        /// How many had failed.
        failures: usize,
        /// What happened first: `panicked: …`, or that it returned an `Err`, and of which type.
        first: String,
    },
    /// A [`Promise`](super::Promise) was set to an error, and nobody asked for it.
    #[non_exhaustive]
    Promise {
        /// Where it was made.
        made_at: &'static Location<'static>,
        /// What it was set to: an `Err`, and of which type.
        failure: String,
    },
    /// Work on another thread failed, and its [`Job`](super::Job) was dropped.
    #[non_exhaustive]
    Job {
        /// Where it was given to the pool.
        submitted_at: &'static Location<'static>,
        /// What happened, as with a task.
        failure: String,
    },
    /// A step held the loop for longer than [it may](super::EventLoop::set_slow_step). In debug mode.
    #[non_exhaustive]
    Slow {
        /// The task; `None` for a callback, and for what the loop was asked to complete.
        task: Option<TaskId>,
        /// Its name, if it has one.
        name: Option<Rc<str>>,
        /// The `.await` at which it was resumed, if that is known.
        resumed_at: Option<&'static Location<'static>>,
        /// How long the step took.
        held: Duration,
    },
    /// A task was spawned, and the loop was closed before its first step. In debug builds, and in debug mode.
    #[non_exhaustive]
    NeverStarted {
        /// The number of the task.
        task: TaskId,
        /// Its name, if it has one.
        name: Option<Rc<str>>,
        /// Where it was spawned.
        spawned_at: &'static Location<'static>,
    },
    /// A connection of a [`Server`](super::Server) failed. The others go on.
    #[non_exhaustive]
    Connection {
        /// Where the server was told to serve.
        served_at: &'static Location<'static>,
        /// What happened: `panicked: …`, or the error.
        failure: String,
    },
    /// A [`Server`](super::Server) has no room for another connection, and waits until it has. Told once, until there was room.
    #[non_exhaustive]
    Accept {
        /// Where the server was told to serve.
        served_at: &'static Location<'static>,
        /// The system's reason.
        error: String,
    },
    /// An `async` coroutine that yields nothing was made, and dropped in the same step, without having been started, awaited, given to
    /// anybody, or closed. In debug builds. Python: `RuntimeWarning: coroutine … was never awaited`.
    #[non_exhaustive]
    Unstarted {
        /// Its function.
        coroutine: &'static str,
        /// Where that was called.
        made_at: &'static Location<'static>,
    },
    /// The value of a [context variable](super::ContextVar) that a task was the last to have panicked when it was dropped.
    #[non_exhaustive]
    Value {
        /// The number of the task.
        task: TaskId,
        /// Its name, if it has one.
        name: Option<Rc<str>>,
        /// Where it was spawned.
        spawned_at: &'static Location<'static>,
        /// What the panic said.
        message: String,
    },
    /// A callback panicked.
    #[non_exhaustive]
    Callback {
        /// What the panic said.
        message: String,
    },
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Report::Unjoined { task, name, spawned_at, failure } => {
                who(f, *task, name.as_deref())?;
                write!(f, ", spawned at {spawned_at}, {failure}; nobody joined it")
            }
            Report::Group { failures, first } => {
                write!(f, "a task group was dropped that had failed: ")?;
                if *failures > 1 {
                    write!(f, "{failures} times; ")?;
                }
                write!(f, "something in it {first}")
            }
            Report::Promise { made_at, failure } => {
                write!(f, "a promise, made at {made_at}, {failure}; nobody asked for it")
            }
            Report::Slow { task, name, resumed_at, held } => {
                match task {
                    Some(task) => who(f, *task, name.as_deref())?,
                    None => f.write_str("a callback, or what the loop was asked to complete,")?,
                }
                if let Some(resumed_at) = resumed_at {
                    write!(f, ", resumed at {resumed_at},")?;
                }
                write!(f, " held the loop for {held:?}")
            }
            Report::NeverStarted { task, name, spawned_at } => {
                who(f, *task, name.as_deref())?;
                write!(f, ", spawned at {spawned_at}, never ran: the loop was closed before")
            }
            Report::Unstarted { coroutine, made_at } => {
                write!(f, "a coroutine of `{coroutine}`, made at {made_at}, was dropped and never started; ")?;
                f.write_str("await it or spawn it, and if it is not wanted after all, `close` it")
            }
            Report::Job { submitted_at, failure } => {
                write!(f, "work for the executor, submitted at {submitted_at}, {failure}; nobody waited for it")
            }
            Report::Connection { served_at, failure } => {
                write!(f, "a connection of the server at {served_at} failed: {failure}")
            }
            Report::Accept { served_at, error } => {
                write!(f, "the server at {served_at} has no room for another connection: {error}; who comes waits")
            }
            Report::Value { task, name, spawned_at, message } => {
                who(f, *task, name.as_deref())?;
                write!(
                    f,
                    ", spawned at {spawned_at}, ended, and a value of its context panicked when it was dropped: {message}"
                )
            }
            Report::Callback { message } => write!(f, "a callback of the event loop panicked: {message}"),
        }
    }
}

/// A task, by its name if it has one.
fn who(f: &mut fmt::Formatter<'_>, task: TaskId, name: Option<&str>) -> fmt::Result {
    match name {
        Some(name) => write!(f, "task `{name}` ({task})"),
        None => write!(f, "task {task}"),
    }
}

/// Reports a task that failed and was not joined.
pub(crate) fn unjoined(header: &Header, failure: impl FnOnce() -> Option<String>) {
    let Some(failure) = failure() else { return };
    let report =
        Report::Unjoined { task: TaskId(header.key()), name: header.name(), spawned_at: header.spawned_at(), failure };
    match current::find(header.of()) {
        Some(core) => core.report(&report),
        None => to_stderr(&report),
    }
}

/// Reports what belongs to no task, to the loop that runs here.
pub(crate) fn here(report: &Report) {
    match current::get() {
        Some(core) => core.report(report),
        None => to_stderr(report),
    }
}

/// Reports a coroutine that was forgotten, by the type of its body.
#[cfg(debug_assertions)]
pub(crate) fn unstarted(body: &'static str, made_at: &'static Location<'static>) {
    here(&Report::Unstarted { coroutine: dump::function(body), made_at });
}

/// What a loop does with a report if it was not told.
pub(crate) fn to_stderr(report: &Report) {
    eprintln!("antiphon: {report}");
}

//! What a loop has, to be read by people and by programs.

mod awaited;
mod json;
mod text;

use std::fmt;
use std::panic::Location;
use std::rc::Rc;
use std::string::String;
use std::time::Duration;
use std::vec::Vec;

use super::core::Core;
use super::current;
use super::entry::{Entry, Kind};
use super::task::{State, TaskId, TaskRef};

pub use self::awaited::{AwaitLevel, Awaited};

/// All tasks of a loop at one time: [`dump`], [`EventLoop::dump`](super::EventLoop::dump).
///
/// To read it runs nothing and wakes nobody. As text it is a tree: the tasks of a [group](super::task_group) stand below the
/// task that waits for the group.
///
/// ```
/// use antiphon::event_loop::{EventLoop, sleep};
/// use std::time::Duration;
///
/// async fn worker() {
///     sleep(Duration::from_secs(3600)).await;
/// }
///
/// let event_loop = EventLoop::simulated();
/// event_loop.set_debug(true);
/// let task = event_loop.spawn(worker()).named("night shift");
/// event_loop.turn(Duration::ZERO).unwrap();
///
/// let dump = event_loop.dump();
/// assert_eq!(dump.tasks[0].awaits[0].what, "sleep");
/// let text = dump.to_string();
/// assert!(text.starts_with("1 task after 0ns\n`night shift` (0.0) waits for sleep at "), "{text}");
/// assert!(text.contains("worker"));
/// assert!(dump.to_json().contains(r#""name":"night shift","state":"waiting""#));
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Dump {
    /// The loop's time.
    pub time: Duration,
    /// What that waits for which the loop was asked to complete.
    pub main: Vec<Awaited>,
    /// Those that have not ended, in no order that means anything.
    pub tasks: Vec<TaskDump>,
}

/// A task in a [`Dump`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TaskDump {
    /// Its number.
    pub id: TaskId,
    /// Its name, if it has one.
    pub name: Option<Rc<str>>,
    /// What it does.
    pub state: TaskState,
    /// Whether it was cancelled, and has not ended yet.
    pub cancelled: bool,
    /// What it runs: the name of the function whose future it is, or else the future's type.
    pub body: &'static str,
    /// Where it was spawned.
    pub spawned_at: &'static Location<'static>,
    /// The task that waits for the group that it is in.
    pub parent: Option<TaskId>,
    /// What it waits for, if that is known: operations of the loop that it polled in its last step, in
    /// [debug mode](super::EventLoop::set_debug). Of somebody else's futures those that a coroutine awaits in plain sight.
    pub awaits: Vec<Awaited>,
    /// When it was last suspended, in the loop's time. In debug mode.
    pub since: Option<Duration>,
}

/// What a task does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum TaskState {
    /// It is to run in the next turns.
    Ready,
    /// This is its step.
    Running,
    /// It waits to be woken.
    Waiting,
}

impl Dump {
    /// As JSON: an object with `time`, in seconds, `main` and `tasks`; of each the fields of [`TaskDump`], places as
    /// `file:line:column`.
    pub fn to_json(&self) -> String {
        json::of(self)
    }
}

impl fmt::Display for Dump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::write(self, f)
    }
}

impl TaskState {
    fn word(self) -> &'static str {
        match self {
            TaskState::Ready => "ready",
            TaskState::Running => "running",
            TaskState::Waiting => "waiting",
        }
    }
}

/// All tasks of the loop that runs here. See [`Dump`].
///
/// # Panics
///
/// If no loop runs on this thread. [`EventLoop::dump`](super::EventLoop::dump) needs none that runs.
#[track_caller]
pub fn dump() -> Dump {
    match current::get() {
        Some(core) => of(&core),
        None => panic!("no event loop runs on this thread; ask `EventLoop::dump`"),
    }
}

/// The numbers of all tasks of the loop that runs here, which have not ended. None if no loop runs. Python:
/// `asyncio.all_tasks`.
///
/// ```
/// use antiphon::event_loop::{self, all_tasks, current_task, spawn};
///
/// assert!(all_tasks().is_empty());
/// event_loop::run(async {
///     let task = spawn(async { current_task() });
///     let id = task.id();
///     assert_eq!((all_tasks().len(), current_task()), (1, None));
///     assert_eq!(task.await.unwrap(), id);
/// }).unwrap();
/// ```
pub fn all_tasks() -> Vec<TaskId> {
    current::with(|core| core.all_tasks().iter().map(|task| TaskId(task.header().key())).collect()).unwrap_or_default()
}

/// The task whose step this is. `None` in what the loop was asked to complete, in callbacks, and outside. Python:
/// `asyncio.current_task`.
pub fn current_task() -> Option<TaskId> {
    match current::with(Core::current).flatten()?.kind() {
        Kind::Task(key) => Some(TaskId(key)),
        _ => None,
    }
}

/// Reads what there is.
pub(crate) fn of(core: &Core) -> Dump {
    let running = core.current();
    Dump {
        time: Duration::from_nanos(core.time()),
        main: awaited::all(&core.debug().main()),
        tasks: core.all_tasks().iter().map(|task| of_task(task, running)).collect(),
    }
}

fn of_task(task: &TaskRef, running: Option<Entry>) -> TaskDump {
    let header = task.header();
    let state = if running == Some(Entry::task(header.key())) {
        TaskState::Running
    } else if header.state().is(State::QUEUED) {
        TaskState::Ready
    } else {
        TaskState::Waiting
    };
    let (awaits, since) = header
        .extra(|extra| extra.noted.as_deref().map(|noted| (awaited::all(&noted.notes), noted.since)))
        .flatten()
        .unwrap_or_default();
    TaskDump {
        id: TaskId(header.key()),
        name: header.name(),
        state,
        cancelled: header.state().is(State::CANCELLED),
        body: function(task.body()),
        spawned_at: header.spawned_at(),
        parent: header.parent(),
        awaits,
        since: since.map(Duration::from_nanos),
    }
}

/// The function that a future is of, if its type says so: the first that is named in it.
pub(crate) fn function(name: &'static str) -> &'static str {
    let Some((name, _)) = name.split_once("::{{closure}}") else { return name };
    // Back to where its path begins. What is in angle brackets belongs to it.
    let mut open = 0;
    let begin = name.rfind(|c| {
        open += match c {
            '>' => 1,
            '<' => -1,
            _ => 0,
        };
        open < 0 || open == 0 && matches!(c, ' ' | '&' | '(' | '[')
    });
    &name[begin.map_or(0, |begin| begin + 1)..]
}

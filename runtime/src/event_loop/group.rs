//! Groups: tasks that end before the code that started them goes on.

mod error;
mod member;
mod owner;
mod shared;
mod start;

use std::convert::Infallible;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::rc::Rc;

use super::current;
use super::task::{self, JoinHandle, TaskId};

pub(crate) use self::error::Returns;
pub use self::error::{GroupClosed, GroupError, Outcome};
pub use self::owner::Grouped;
pub use self::start::{NotStarted, Started, Starting};

use self::member::Member;
use self::shared::Shared;

/// Runs a body that may start tasks, and ends when the body and all of them have. Python: `async with TaskGroup() as group:`.
///
/// The body is a closure that is given the [`TaskGroup`]. It, and each task, gives `()` or a `Result`; the first `Err`, or
/// panic, cancels the others and the body, and all are waited for. What it means to be cancelled says
/// [`cancellable`](super::cancellable): cleanup in a [`shield`](super::shield) is finished first.
///
/// ```
/// use antiphon::event_loop::{self, TaskGroup, sleep, task_group};
/// use std::time::Duration;
///
/// async fn part(n: u64) -> Result<u64, String> {
///     sleep(Duration::from_millis(n)).await;
///     if n < 9 { Ok(10 * n) } else { Err(format!("{n} is too much")) }
/// }
///
/// event_loop::run(async {
///     let sum = task_group(async |group| {
///         let (one, two) = (group.spawn(part(1)), group.spawn(part(2)));
///         Ok(one.await.unwrap() + two.await.unwrap())
///     });
///     assert_eq!(sum.await.unwrap(), 30);
///
///     let failed = task_group(async |group: TaskGroup<String>| {
///         group.spawn(part(9));
///         group.spawn(async {
///             sleep(Duration::from_secs(3600)).await;
///         });
///     });
///     assert_eq!(failed.await.unwrap_err().into_errors(), ["9 is too much"]);
/// }).unwrap();
/// ```
///
/// # Errors
///
/// If the body or a task returned an `Err`: all errors, in the order in which they came. If somebody [cancelled the
/// group](TaskGroup::cancel) before the body had a value: none.
///
/// # Panics
///
/// With the panic of the body or of a task, the first one if there are several, when all have ended.
///
/// # Cancellation
///
/// When a scope around is cancelled, so is the group, and the scope waits until all in it have ended. If it is dropped in the
/// middle instead, its tasks are cancelled all the same; they end by themselves, and their failures are
/// [reported](super::Report).
pub fn task_group<E, B, F>(body: B) -> Grouped<F::IntoFuture, E>
where
    B: FnOnce(TaskGroup<E>) -> F,
    F: IntoFuture<Output: Outcome<E>>,
{
    Grouped::new(body)
}

/// The right to start tasks in a group: what the body of [`task_group`] is given. Clones are the same group; a task may have
/// one, and start others.
///
/// `TaskGroup` alone is a group in which nothing fails but by a panic. Which errors there are is found out by what the body and
/// the tasks return; if none of them says, write `|group: TaskGroup|`.
///
/// To wait for the first task only (curio: `wait=any`), [cancel](Self::cancel) the group when that has its result:
///
/// ```
/// use antiphon::event_loop::{EventLoop, TaskGroup, sleep, task_group};
/// use std::{cell::Cell, rc::Rc, time::Duration};
///
/// let event_loop = EventLoop::simulated();
/// let fastest = Rc::new(Cell::new(None));
/// let found = fastest.clone();
/// event_loop.run_until_complete(task_group(async move |group: TaskGroup| {
///     for seconds in [3, 1, 2] {
///         let (group_, found) = (group.clone(), found.clone());
///         group.spawn(async move {
///             sleep(Duration::from_secs(seconds)).await;
///             found.set(Some(seconds));
///             group_.cancel();
///         });
///     }
/// })).unwrap().unwrap();
/// assert_eq!((fastest.get(), event_loop.time()), (Some(1), Duration::from_secs(1)));
/// ```
pub struct TaskGroup<E = Infallible> {
    shared: Rc<Shared<E>>,
}

impl<E: 'static> TaskGroup<E> {
    /// Starts a task in the group. It returns `()` or a `Result`, whose `Err` cancels the group.
    ///
    /// The handle may be dropped. Its outcome is the value; of a task that failed it is
    /// [cancelled](super::JoinError::is_cancelled), since its error belongs to the group. In a group that is cancelled the task
    /// never runs.
    ///
    /// # Panics
    ///
    /// If the group is [closed](Self::is_closed), or no loop runs on this thread.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<<F::Output as Outcome<E>>::Value>
    where
        F: IntoFuture<IntoFuture: 'static, Output: Outcome<E, Value: 'static>>,
    {
        assert!(
            !self.is_closed(),
            "this task group has ended; spawn into it while its body or one of its tasks runs, or use `try_spawn`"
        );
        self.spawn_at(future.into_future(), Location::caller())
    }

    /// Starts a task in the group, if the group is not closed. See [`spawn`](Self::spawn).
    ///
    /// # Errors
    ///
    /// If the group is [closed](Self::is_closed): the future comes back.
    ///
    /// # Panics
    ///
    /// If no loop runs on this thread.
    #[track_caller]
    pub fn try_spawn<F>(&self, future: F) -> Result<JoinHandle<<F::Output as Outcome<E>>::Value>, GroupClosed<F>>
    where
        F: IntoFuture<IntoFuture: 'static, Output: Outcome<E, Value: 'static>>,
    {
        if self.is_closed() {
            return Err(GroupClosed(future));
        }
        Ok(self.spawn_at(future.into_future(), Location::caller()))
    }

    pub(crate) fn spawn_at<F>(
        &self,
        future: F,
        spawned_at: &'static Location<'static>,
    ) -> JoinHandle<<F::Output as Outcome<E>>::Value>
    where
        F: Future<Output: Outcome<E, Value: 'static>> + 'static,
    {
        let Some(core) = current::get() else {
            panic!("no event loop runs on this thread; spawn into a task group in what an `EventLoop` runs");
        };
        let member = Member::new(future, &self.shared, spawned_at);
        let place = member.place();
        let handle = task::spawn_on(&core, member, spawned_at);
        if let Some(header) = handle.header() {
            self.shared.is(place, header);
        }
        handle
    }

    /// Starts a task in the group, and waits until it says that it is ready, and with which value. Trio: `nursery.start`.
    ///
    /// ```
    /// use antiphon::event_loop::{self, TaskGroup, sleep, task_group};
    /// use std::time::Duration;
    ///
    /// event_loop::run(task_group(async |group: TaskGroup| {
    ///     let port = group.start(|started| async move {
    ///         sleep(Duration::from_millis(1)).await;
    ///         started.set(8080).unwrap();
    ///         sleep(Duration::from_millis(1)).await;
    ///     });
    ///     assert_eq!(port.await, Ok(8080));
    ///     assert_eq!(group.running(), 1);
    /// })).unwrap().unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// If the task ends without having said so. If it failed, the error is the group's.
    ///
    /// # Panics
    ///
    /// As [`spawn`](Self::spawn).
    ///
    /// # Cancellation
    ///
    /// The task goes on in the group, and finds that nobody waits for its value.
    #[track_caller]
    pub fn start<V, F>(&self, task: impl FnOnce(Started<V>) -> F) -> Starting<V>
    where
        V: 'static,
        F: IntoFuture<IntoFuture: 'static, Output: Outcome<E, Value: 'static>>,
    {
        let (started, starting) = start::pair();
        drop(self.spawn(task(started)));
        starting
    }

    /// Cancels all in the group: its tasks, those that come, and its body. Python 3.15: `TaskGroup.cancel`.
    ///
    /// They are told at their next step, not here.
    pub fn cancel(&self) {
        self.shared.cancel();
    }

    /// Whether it was cancelled: by [`cancel`](Self::cancel), by a failure in it, or by a scope around.
    pub fn is_cancelled(&self) -> bool {
        self.shared.is_cancelled()
    }

    /// Whether its body and its tasks have ended, so that nobody would wait for another.
    pub fn is_closed(&self) -> bool {
        self.shared.is_closed()
    }

    /// How many of its tasks have not ended.
    pub fn running(&self) -> usize {
        self.shared.running()
    }

    /// The task that waits for the group: the parent of those in it. `None` if it is none, but what the loop was asked to
    /// complete.
    pub fn owner(&self) -> Option<TaskId> {
        self.shared.owner()
    }
}

impl<E> Clone for TaskGroup<E> {
    fn clone(&self) -> Self {
        TaskGroup { shared: Rc::clone(&self.shared) }
    }
}

impl<E> fmt::Debug for TaskGroup<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaskGroup")
            .field("running", &self.shared.running())
            .field("cancelled", &self.shared.is_cancelled())
            .field("closed", &self.shared.is_closed())
            .finish()
    }
}

//! Tasks: what the loop keeps of each, and what their owners hold.

mod cell;
mod header;
mod join;
mod memory;

use std::future::{Future, IntoFuture};
use std::panic::Location;

use super::context;
use super::core::Core;
use super::current;

pub use self::header::TaskId;
pub use self::join::{CancelHandle, JoinError, JoinHandle};

pub(crate) use self::cell::{TaskRef, message};
pub(crate) use self::header::{Header, State};
pub(crate) use self::join::failed;
pub(crate) use self::memory::Memory;

/// Starts a task on the loop that runs this code. Its first step is in the loop's next turn.
///
/// What can be awaited can be a task: an `async` block, an `async` coroutine that yields nothing, any future. It need not be
/// `Send`. The loop owns the task: it goes on if the handle is dropped.
///
/// Python: `asyncio.create_task`. One allocation, or none: the loop keeps some of the memory of tasks that have ended.
///
/// ```
/// use antiphon::event_loop::{self, spawn};
///
/// let sum = event_loop::run(async {
///     let two = spawn(async { 2 });
///     let three = spawn(async { 3 });
///     two.await.unwrap() + three.await.unwrap()
/// });
/// assert_eq!(sum.unwrap(), 5);
/// ```
///
/// # Panics
///
/// If no loop runs on this thread. [`EventLoop::spawn`](super::EventLoop::spawn) needs none that runs.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: IntoFuture<IntoFuture: 'static, Output: 'static>,
{
    let spawned_at = Location::caller();
    let mut future = Some(future.into_future());
    // What may drop the future is not done while the loop is borrowed.
    match current::with(|core| admit(core, &mut future, spawned_at)) {
        Some(handle) => handle,
        None => panic!("no event loop runs on this thread; call `spawn` in what it runs, or `EventLoop::spawn`"),
    }
}

pub(crate) fn spawn_on<F>(core: &Core, future: F, spawned_at: &'static Location<'static>) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    admit(core, &mut Some(future), spawned_at)
}

/// Takes the future, and makes a task of it, unless the loop is closed.
#[inline]
fn admit<F>(core: &Core, future: &mut Option<F>, spawned_at: &'static Location<'static>) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let mut task_of_owner = None;
    let _ = core.admit(|key| {
        let future = future.take().expect("a task is admitted once");
        let (task, owned) = TaskRef::new(future, core.memory(), |table| Header::new(table, core, key, spawned_at));
        task_of_owner = Some(owned);
        task
    });
    if context::is_used() {
        task_of_owner.iter().for_each(|owned| context::inherit(owned.task().header()));
    }
    JoinHandle::new(task_of_owner)
}

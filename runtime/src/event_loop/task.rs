//! Tasks: what the loop keeps of each, and what their owners hold.

mod cell;
mod header;
mod join;

use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::rc::Rc;

use super::core::Core;
use super::{LoopClosed, current};

pub use self::header::TaskId;
pub use self::join::{CancelHandle, JoinError, JoinHandle};

use self::cell::TaskCell;
pub(crate) use self::cell::{Body, message};
pub(crate) use self::header::Header;
pub(crate) use self::join::failed;

/// Starts a task on the loop that runs this code. Its first step is in the loop's next turn.
///
/// What can be awaited can be a task: an `async` block, an `async` coroutine that yields nothing, any future. It need not be
/// `Send`. The loop owns the task: it goes on if the handle is dropped.
///
/// Python: `asyncio.create_task`. One allocation.
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
    match current::get() {
        Some(core) => spawn_on(&core, future.into_future(), spawned_at),
        None => panic!("no event loop runs on this thread; call `spawn` in what it runs, or `EventLoop::spawn`"),
    }
}

pub(crate) fn spawn_on<F>(core: &Core, future: F, spawned_at: &'static Location<'static>) -> JoinHandle<F::Output>
where
    F: Future<Output: 'static> + 'static,
{
    let mut future = Some(future);
    let mut made = None;
    let admitted = core.admit(|key| {
        let header = Header::new(core, key, spawned_at);
        let task = TaskCell::new(header, future.take().expect("a task is admitted once"));
        made = Some(JoinHandle::new(Rc::clone(&task) as Rc<_>));
        task
    });
    match (admitted, made) {
        (Ok(()), Some(handle)) => handle,
        // Its destructor may do anything, so it is dropped when nothing is borrowed.
        (Err(LoopClosed(())), _) | (_, None) => {
            drop(future);
            JoinHandle::never_ran(spawned_at)
        }
    }
}

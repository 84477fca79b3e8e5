//! Several at once, with all that they come to.

use std::convert::Infallible;
use std::future::{Future, IntoFuture, poll_fn};
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::vec::Vec;

use super::debug::is_made_of;
use super::group::{GroupError, TaskGroup, task_group};
use super::task::{JoinError, JoinHandle};

/// Runs futures at the same time, each as a task, and waits for all. What they come to is in their order; one that panics
/// leaves a [`JoinError`], and the others go on.
///
/// Python: `asyncio.gather(…, return_exceptions=True)`. The tasks are those of a [`task_group`]: they start when this is first
/// awaited, and none of them is left when it has ended or was cancelled.
///
/// ```
/// use antiphon::event_loop::{EventLoop, gather, sleep};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// let squares = event_loop.run_until_complete(gather((1..=3).map(|n| async move {
///     sleep(Duration::from_secs(4 - n)).await;
///     n * n
/// })));
/// let squares: Vec<u64> = squares.unwrap().into_iter().map(Result::unwrap).collect();
/// assert_eq!(squares, [1, 4, 9]);
/// assert_eq!(event_loop.time(), Duration::from_secs(3));
/// ```
///
/// # Cancellation
///
/// All are cancelled, and waited for.
#[track_caller]
pub fn gather<I>(futures: I) -> impl Future<Output = Vec<Result<<I::Item as IntoFuture>::Output, JoinError>>>
where
    I: IntoIterator<Item: IntoFuture<IntoFuture: 'static, Output: 'static>>,
{
    let caller = Location::caller();
    is_made_of(|| "gather", async move {
        let gathered = task_group(async move |group: TaskGroup| {
            let spawn = |future: I::Item| group.spawn_at(caught(future.into_future()), caller);
            let mut gathered = Vec::new();
            for task in start(futures, spawn) {
                gathered.push(task.await.unwrap_or_else(Err));
            }
            Ok(gathered)
        });
        gathered.await.expect("nobody cancels this group but by a scope around")
    })
}

/// Runs futures at the same time, each as a task, and waits for all values. The first error cancels the others; they are
/// waited for, and what they fail with meanwhile is in the error, too.
///
/// Python: `asyncio.gather`, but that lets the others go on, with nobody to wait for them.
///
/// ```
/// use antiphon::event_loop::{EventLoop, sleep, try_gather};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// let parsed = |texts: [&'static str; 3]| try_gather(texts.map(|text| async move {
///     sleep(Duration::from_secs(text.len() as u64)).await;
///     text.parse::<u32>()
/// }));
/// assert_eq!(event_loop.run_until_complete(parsed(["1", "20", "300"])).unwrap().unwrap(), [1, 20, 300]);
/// let error = event_loop.run_until_complete(parsed(["1", "x", "300"])).unwrap().unwrap_err();
/// assert_eq!(error.to_string(), "in a task group: invalid digit found in string");
/// ```
///
/// # Errors
///
/// If one returns an `Err`.
///
/// # Panics
///
/// If one panics, when all have ended.
///
/// # Cancellation
///
/// All are cancelled, and waited for.
#[track_caller]
pub fn try_gather<I, T, E>(futures: I) -> impl Future<Output = Result<Vec<T>, GroupError<E>>>
where
    I: IntoIterator<Item: IntoFuture<IntoFuture: 'static, Output = Result<T, E>>>,
    T: 'static,
    E: 'static,
{
    let caller = Location::caller();
    let gathered = task_group(async move |group: TaskGroup<E>| {
        let spawn = |future: I::Item| group.spawn_at(future.into_future(), caller);
        let mut values = Vec::new();
        for task in start(futures, spawn) {
            match task.await {
                Ok(value) => values.push(value),
                // It failed, which cancels this body where it waits.
                Err(_) => std::future::pending().await,
            }
        }
        Ok(values)
    });
    is_made_of(|| "try_gather", gathered)
}

/// All are started before the first is waited for.
fn start<I: IntoIterator, T>(futures: I, spawn: impl FnMut(I::Item) -> JoinHandle<T>) -> Vec<JoinHandle<T>> {
    futures.into_iter().map(spawn).collect()
}

/// What a future comes to, if only to a panic.
async fn caught<F: Future>(future: F) -> Result<Result<F::Output, JoinError>, Infallible> {
    let mut future = pin!(Some(future));
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let polled = future.as_mut().as_pin_mut().map_or(Poll::Pending, |future| future.poll(cx));
            if polled.is_ready() {
                future.set(None);
            }
            polled
        }));
        match polled {
            Ok(polled) => polled.map(|value| Ok(Ok(value))),
            Err(payload) => Poll::Ready(Ok(Err(JoinError::panicked(payload)))),
        }
    })
    .await
}

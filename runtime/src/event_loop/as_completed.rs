//! Tasks in the order in which they end.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::vec::Vec;

use super::debug::{self, waits_fn};
use super::task::JoinHandle;
use super::wake::{self, Wake};

/// Gives tasks back in the order in which they end. Python: `asyncio.as_completed`.
///
/// What it gives are the handles that it was given, so their [ids](JoinHandle::id) and names tell which it is. With the
/// feature `futures` it is a `Stream`.
///
/// ```
/// use antiphon::event_loop::{EventLoop, as_completed, sleep, spawn};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// event_loop.run_until_complete(async {
///     let mut completed = as_completed([3, 1, 2].map(|seconds| spawn(async move {
///         sleep(Duration::from_secs(seconds)).await;
///         seconds
///     })));
///     let mut order = Vec::new();
///     while let Some(task) = completed.next().await {
///         order.push(task.await.unwrap());
///     }
///     assert_eq!(order, [1, 2, 3]);
/// }).unwrap();
/// ```
pub fn as_completed<T>(tasks: impl IntoIterator<Item = JoinHandle<T>>) -> AsCompleted<T> {
    let ended = Rc::new(Ended::default());
    let mut all = Vec::new();
    for (index, task) in tasks.into_iter().enumerate() {
        task.tell_at_end(Place { ended: Rc::clone(&ended), index });
        all.push(Some(task));
    }
    AsCompleted { left: all.len(), tasks: all, ended }
}

/// Tasks in the order in which they end: [`as_completed`]. Dropping it drops the handles that are left.
#[must_use = "nothing is waited for until `next` is awaited"]
pub struct AsCompleted<T> {
    tasks: Vec<Option<JoinHandle<T>>>,
    left: usize,
    ended: Rc<Ended>,
}

/// Where the end of a task is noted: it has one owner, so there is one such place.
pub(crate) struct Place {
    ended: Rc<Ended>,
    index: usize,
}

impl Place {
    /// The task has ended.
    pub(crate) fn tell(self) {
        self.ended.add(self.index);
    }
}

/// Those that have ended and were not given back yet.
#[derive(Default)]
struct Ended {
    tasks: RefCell<VecDeque<usize>>,
    waiting: Cell<Option<Wake>>,
}

impl Ended {
    fn add(&self, index: usize) {
        self.tasks.borrow_mut().push_back(index);
        if let Some(waiting) = self.waiting.take() {
            waiting.wake();
        }
    }
}

impl<T> AsCompleted<T> {
    /// Waits for the next task that ends. `None` if there are no more.
    ///
    /// # Cancellation
    ///
    /// Nothing is lost: what has ended is given by the next call.
    #[allow(clippy::should_implement_trait, reason = "it is what the method of asynchronous iterators is called")]
    pub fn next(&mut self) -> impl Future<Output = Option<JoinHandle<T>>> {
        waits_fn(|| "as_completed", |cx| self.poll_next(cx))
    }

    /// The handles of those that were not given back, in the order in which they were given.
    pub fn into_tasks(self) -> Vec<JoinHandle<T>> {
        self.tasks.into_iter().flatten().collect()
    }

    fn poll_next(&mut self, cx: &Context<'_>) -> Poll<Option<JoinHandle<T>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if !self.ended.tasks.borrow().is_empty() {
            if !wake::may_complete(cx) {
                return Poll::Pending;
            }
            let index = self.ended.tasks.borrow_mut().pop_front();
            if let Some(task) = index.and_then(|index| self.tasks[index].take()) {
                self.left -= 1;
                return Poll::Ready(Some(task));
            }
        }
        let mut waiting = self.ended.waiting.take();
        match &mut waiting {
            Some(wake) => wake.update(cx),
            None => {
                debug::begins();
                waiting = Some(Wake::of(cx));
            }
        }
        self.ended.waiting.set(waiting);
        Poll::Pending
    }
}

#[cfg(feature = "futures")]
impl<T> futures_core::Stream for AsCompleted<T> {
    type Item = JoinHandle<T>;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<JoinHandle<T>>> {
        (*self).poll_next(cx)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<T> fmt::Debug for AsCompleted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsCompleted").field("left", &self.left).finish_non_exhaustive()
    }
}

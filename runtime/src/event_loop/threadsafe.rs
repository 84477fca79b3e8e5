//! Tasks that other threads ask for.

use std::boxed::Box;
use std::cell::Cell;
use std::fmt;
use std::format;
use std::future::{Future, IntoFuture};
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::string::String;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use super::core::Core;
use super::entry::Entry;
use super::loop_handle::LoopHandle;
use super::remote::{Counted, Message};
use super::report::{self, Report};
use super::task::{JoinError, JoinHandle, TaskId, failed, spawn_on};
use super::{LoopClosed, current, debug};

impl LoopHandle {
    /// Has the loop start a task, and gives the thread that asks for it a handle to its outcome. Python:
    /// `asyncio.run_coroutine_threadsafe`.
    ///
    /// `make` is called in the task's first step, on the loop's thread: so what it makes need not be `Send`.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, sleep};
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::new().unwrap();
    /// let handle = event_loop.handle();
    /// let thread = std::thread::spawn(move || {
    ///     let answer = handle.run_coroutine_threadsafe(|| async {
    ///         sleep(Duration::from_millis(1)).await;
    ///         42
    ///     });
    ///     let answer = answer.unwrap().join().unwrap();
    ///     handle.cancel_main().unwrap();
    ///     answer
    /// });
    /// // The loop of a program that does something.
    /// let _ = event_loop.run_until_complete(std::future::pending::<()>());
    /// assert_eq!(thread.join().unwrap(), 42);
    /// ```
    ///
    /// # Errors
    ///
    /// If the loop is closed: `make` comes back.
    #[track_caller]
    pub fn run_coroutine_threadsafe<F, C>(&self, make: F) -> Result<RemoteHandle<C::Output>, LoopClosed<F>>
    where
        F: FnOnce() -> C + Send + 'static,
        C: IntoFuture<IntoFuture: 'static, Output: Send + 'static> + 'static,
    {
        if self.is_closed() {
            return Err(LoopClosed(make));
        }
        let shared = Arc::new(Shared { spawned_at: Location::caller(), stage: Mutex::new(Stage::new()) });
        let end = End(Arc::clone(&shared));
        // Closed in between: it is dropped, and its end tells.
        let _ = self.counted().remote().tell(Message::Call(Box::new(move || start(make, end))));
        Ok(RemoteHandle { shared, remote: self.counted().clone() })
    }
}

/// On the loop's thread.
fn start<F, C>(make: F, end: End<C::Output>)
where
    F: FnOnce() -> C + 'static,
    C: IntoFuture<IntoFuture: 'static, Output: Send + 'static> + 'static,
{
    let Some(core) = current::get() else { return };
    if end.0.is_cancelled() {
        return;
    }
    let task = spawn_on(&core, async move { make().into_future().await }, end.0.spawned_at);
    if let Stage::Open { task: id, .. } = &mut *end.0.lock() {
        *id = task.id();
    }
    // In between.
    if end.0.is_cancelled() {
        task.cancel();
    }
    let kept = Rc::new(Cell::new(None));
    let ended = Rc::clone(&kept);
    task.add_done_callback(move || {
        if let Some(task) = ended.take() {
            end.tell(task);
        }
    });
    kept.set(Some(task));
}

/// A task on a loop, as other threads see it: the future of its outcome, for any executor. See
/// [`LoopHandle::run_coroutine_threadsafe`]. Python: `concurrent.futures.Future`.
///
/// Dropping it lets the task go on; if the task then fails, the loop [reports](Report) it. When the loop is closed before the task has
/// ended, the outcome is that it was cancelled.
pub struct RemoteHandle<T> {
    shared: Arc<Shared<T>>,
    remote: Counted,
}

struct Shared<T> {
    spawned_at: &'static Location<'static>,
    stage: Mutex<Stage<T>>,
}

enum Stage<T> {
    Open {
        /// Once it is there.
        task: Option<TaskId>,
        cancelled: bool,
        waker: Option<Waker>,
        /// Nobody will ask.
        unowned: bool,
    },
    Ended(Box<Ended<T>>),
    Taken,
}

struct Ended<T> {
    outcome: Result<T, JoinError>,
    task: Option<TaskId>,
    name: Option<String>,
}

impl<T> Stage<T> {
    const fn new() -> Self {
        Stage::Open { task: None, cancelled: false, waker: None, unowned: false }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Stage<T>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_cancelled(&self) -> bool {
        matches!(*self.lock(), Stage::Open { cancelled: true, .. })
    }

    /// Gives it to the owner, if there is one and nothing was given before.
    fn end(&self, ended: Ended<T>) {
        let mut stage = self.lock();
        if let Stage::Open { waker, .. } = &mut *stage {
            let waker = waker.take();
            *stage = Stage::Ended(Box::new(ended));
            drop(stage);
            waker.into_iter().for_each(Waker::wake);
        }
    }
}

/// Whoever waits is told an outcome, also if there never is a task.
struct End<T>(Arc<Shared<T>>);

impl<T> End<T> {
    /// The task has ended. If nobody asks for it any more, it is as any other that was not joined.
    fn tell(self, mut task: JoinHandle<T>) {
        if matches!(*self.0.lock(), Stage::Open { unowned: true, .. }) {
            return;
        }
        let (name, id) = (task.name().map(|name| (*name).into()), task.id());
        if let Some(outcome) = task.try_join() {
            self.0.end(Ended { outcome, task: id, name });
        }
    }
}

impl<T> Drop for End<T> {
    fn drop(&mut self) {
        self.0.end(Ended { outcome: Err(JoinError::cancelled()), task: None, name: None });
    }
}

impl<T> RemoteHandle<T> {
    /// Waits until the task has ended, and keeps the thread waiting. Python: `Future.result`.
    ///
    /// # Errors
    ///
    /// If the task was cancelled or panicked.
    ///
    /// # Panics
    ///
    /// On the loop's own thread, which would wait for itself.
    #[track_caller]
    pub fn join(mut self) -> Result<T, JoinError> {
        self.wait(None).expect("there is no limit")
    }

    /// The same, for a time.
    ///
    /// # Errors
    ///
    /// The handle, if the task has not ended by then.
    ///
    /// # Panics
    ///
    /// On the loop's own thread, which would wait for itself.
    #[track_caller]
    pub fn join_timeout(mut self, limit: Duration) -> Result<Result<T, JoinError>, Self> {
        self.wait(Some(limit)).ok_or(self)
    }

    #[track_caller]
    fn wait(&mut self, limit: Option<Duration>) -> Option<Result<T, JoinError>> {
        let own = current::with(Core::id) == Some(self.remote.remote().id);
        assert!(!own, "a loop's own thread would wait for ever for what the loop runs; await the handle instead");
        let until = limit.and_then(|limit| Instant::now().checked_add(limit));
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        loop {
            if let Poll::Ready(outcome) = self.poll_outcome(&mut Context::from_waker(&waker)) {
                return Some(outcome);
            }
            match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => thread::park(),
                Some(Duration::ZERO) => return None,
                Some(left) => thread::park_timeout(left),
            }
        }
    }

    /// The outcome, if the task has ended and nobody has taken it yet.
    pub fn try_join(&mut self) -> Option<Result<T, JoinError>> {
        let mut stage = self.shared.lock();
        match std::mem::replace(&mut *stage, Stage::Taken) {
            Stage::Ended(ended) => Some(ended.outcome),
            other => {
                *stage = other;
                None
            }
        }
    }

    /// Whether the task has ended.
    pub fn is_finished(&self) -> bool {
        !matches!(*self.shared.lock(), Stage::Open { .. })
    }

    /// Cancels the task, on the loop's thread; one that has not started will not. `false` if it has ended. See
    /// [`cancellable`](super::cancellable).
    pub fn cancel(&self) -> bool {
        let task = match &mut *self.shared.lock() {
            Stage::Open { task, cancelled, .. } => {
                *cancelled = true;
                *task
            }
            _ => return false,
        };
        if let Some(task) = task {
            // One whose loop is closed has ended.
            let _ = self.remote.remote().tell(Message::Cancel(Entry::task(task.0)));
        }
        true
    }

    fn poll_outcome(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, JoinError>> {
        if let Some(outcome) = self.try_join() {
            return Poll::Ready(outcome);
        }
        // Made before anything is locked, and what was there before is dropped after.
        let mut new = Some(cx.waker().clone());
        let taken = match &mut *self.shared.lock() {
            Stage::Open { waker, .. } => {
                std::mem::swap(waker, &mut new);
                false
            }
            // In between.
            Stage::Ended(_) => {
                cx.waker().wake_by_ref();
                false
            }
            Stage::Taken => true,
        };
        assert!(!taken, "the outcome of this task was taken already; keep it instead of asking twice");
        Poll::Pending
    }
}

impl<T> Future for RemoteHandle<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let outcome = self.poll_outcome(cx);
        if outcome.is_pending() {
            debug::awaits("run_coroutine_threadsafe");
        }
        outcome
    }
}

impl<T> Drop for RemoteHandle<T> {
    fn drop(&mut self) {
        let mut stage = self.shared.lock();
        let (waker, ended) = match &mut *stage {
            Stage::Open { waker, unowned, .. } => {
                *unowned = true;
                (waker.take(), None)
            }
            _ => (None, Some(std::mem::replace(&mut *stage, Stage::Taken))),
        };
        drop(stage);
        drop(waker);
        if let Some(Stage::Ended(ended)) = ended {
            self.report(*ended);
        }
    }
}

impl<T> RemoteHandle<T> {
    /// Tells the loop of a failure that nobody asked for.
    fn report(&self, ended: Ended<T>) {
        let failure = match &ended.outcome {
            Ok(value) => failed(value),
            Err(error) => error.panic_message().map(|message| format!("panicked: {message}")),
        };
        let (Some(failure), Some(task)) = (failure, ended.task) else { return };
        let (name, spawned_at) = (ended.name, self.shared.spawned_at);
        let tell = move || {
            let name = name.map(Rc::from);
            report::here(&Report::Unjoined { task, name, spawned_at, failure });
        };
        if let Err(Message::Call(tell)) = self.remote.remote().tell(Message::Call(Box::new(tell))) {
            tell();
        }
    }
}

impl<T> fmt::Debug for RemoteHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteHandle")
            .field("spawned_at", &format_args!("{}", self.shared.spawned_at))
            .field("finished", &self.is_finished())
            .finish()
    }
}

/// Wakes a thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

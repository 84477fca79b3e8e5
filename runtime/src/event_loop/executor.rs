//! Work that blocks, on threads beside the loop.

use std::boxed::Box;
use std::fmt;
use std::format;
use std::future::Future;
use std::mem;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use super::EventLoop;
use super::core::Core;
use super::entry::Entry;
use super::pool::{Pool, Work};
use super::remote::{Counted, Message, Remote};
use super::report::{self, Report};
use super::task::{JoinError, failed};
use super::{current, debug};

/// Runs `f` on a thread of the loop's pool, for work that blocks: files, names, long computations.
///
/// It is queued at once, not when the [`Job`] is first awaited; what is queued begins first come, first served. There are as
/// many threads as [`set_executor_limit`](super::EventLoop::set_executor_limit) says at most. Simulated time stands still
/// until the work is done.
///
/// Python: `loop.run_in_executor(None, f)`, `asyncio.to_thread`.
///
/// ```
/// use antiphon::event_loop::{self, run_in_executor};
///
/// event_loop::run(async {
///     let manifest = run_in_executor(|| std::fs::read_to_string("Cargo.toml"));
///     assert!(manifest.await.unwrap().unwrap().contains("antiphon"));
/// }).unwrap();
/// ```
///
/// # Panics
///
/// If no loop runs on this thread. [`EventLoop::run_in_executor`](super::EventLoop::run_in_executor) needs none that runs.
#[track_caller]
#[doc(alias = "to_thread")]
#[doc(alias = "spawn_blocking")]
pub fn run_in_executor<F, T>(f: F) -> Job<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let submitted_at = Location::caller();
    match current::get() {
        Some(core) => submit(&core, f, submitted_at),
        None => panic!(
            "no event loop runs on this thread; call `run_in_executor` in what it runs, or `EventLoop::run_in_executor`"
        ),
    }
}

impl EventLoop {
    /// Runs `f` on a thread of the loop's pool. See [`run_in_executor`](run_in_executor()).
    #[track_caller]
    pub fn run_in_executor<F, T>(&self, f: F) -> Job<T>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        submit(&self.core, f, Location::caller())
    }

    /// How many threads there are at most for [`run_in_executor`](run_in_executor()). If there are more at the moment, they
    /// end when they have done what they do. At first it is 4 more than there are processors, or 32.
    ///
    /// # Panics
    ///
    /// If it is zero: work would never be done.
    #[track_caller]
    pub fn set_executor_limit(&self, threads: usize) {
        assert!(threads > 0, "an executor without threads never does any work; give it one");
        self.core.pool().set_limit(threads);
    }

    /// Closes the loop, and waits until the work has ended that runs on [other threads](run_in_executor()).
    ///
    /// To drop the loop does not wait: that work goes on by itself. In either case work that is queued is dropped.
    ///
    /// ```
    /// use antiphon::event_loop::EventLoop;
    /// use std::sync::mpsc::channel;
    ///
    /// let event_loop = EventLoop::new().unwrap();
    /// let (send, steps) = channel();
    /// event_loop.run_in_executor(move || {
    ///     send.send("begun").unwrap();
    ///     send.send("ended").unwrap();
    /// }).detach();
    /// assert_eq!(steps.recv(), Ok("begun"));
    /// event_loop.shutdown();
    /// assert_eq!(steps.try_recv(), Ok("ended"));
    /// ```
    ///
    /// Python: `loop.shutdown_default_executor`, which works through the queue first.
    #[doc(alias = "shutdown_default_executor")]
    pub fn shutdown(self) {
        let pool = self.core.pool();
        drop(self);
        pool.join();
    }
}

fn submit<F, T>(core: &Core, f: F, submitted_at: &'static Location<'static>) -> Job<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let shared = Arc::new(Shared { submitted_at, remote: Arc::clone(core.remote()), stage: Mutex::default() });
    let end = End { shared: Arc::clone(&shared), _job: Counted::job(core.remote()) };
    let pool = core.pool();
    let number = match pool.submit(Box::new(Queued { f, end })) {
        Ok(number) => Some(number),
        Err(refused) => {
            if let Some(error) = refused.error {
                shared.end(Err(JoinError::refused(error)));
            }
            None
        }
    };
    Job { shared, queued: number.map(|number| (pool, number)), taken: false }
}

/// Work on another thread: the future of its outcome. See [`run_in_executor`].
///
/// A panic of the work is an error here, as with a [`JoinHandle`](super::JoinHandle). When the loop is closed, work that is
/// still queued is dropped, and its outcome is that it was cancelled.
///
/// # Cancellation
///
/// When this is dropped, also by a cancel of who waits, work that is still queued is taken back and dropped here. Work that
/// has begun goes on, since a thread cannot be stopped; what it returns is dropped on its thread, and a failure is
/// [reported](Report). [`detach`](Self::detach) lets it run in any case.
///
/// ```
/// use antiphon::event_loop::{EventLoop, run_in_executor, timeout};
/// use std::sync::mpsc::channel;
/// use std::time::Duration;
///
/// let event_loop = EventLoop::new().unwrap();
/// event_loop.set_executor_limit(1);
/// event_loop.run_until_complete(async {
///     let (done, wait) = channel::<()>();
///     let first = run_in_executor(move || wait.recv());
///     let second = run_in_executor(|| unreachable!("it is taken back"));
///     assert!(timeout(Duration::from_millis(1), second).await.is_err());
///     drop(done);
///     assert!(first.await.unwrap().is_err());
/// }).unwrap();
/// ```
#[must_use = "work that is queued is taken back when this is dropped; await it, or `detach` it"]
pub struct Job<T> {
    shared: Arc<Shared<T>>,
    /// How to take it back.
    queued: Option<(Arc<Pool>, u64)>,
    taken: bool,
}

impl<T> Job<T> {
    /// Takes the work back if no thread has begun with it: it is dropped here, and the outcome is that it was cancelled.
    /// `false` if it is too late.
    ///
    /// Python: `concurrent.futures.Future.cancel`.
    pub fn cancel(&self) -> bool {
        let work = self.queued.as_ref().and_then(|(pool, number)| pool.take_back(*number));
        work.is_some()
    }

    /// Whether there is an outcome.
    pub fn is_finished(&self) -> bool {
        self.taken || matches!(*self.shared.lock(), Stage::Ended(_))
    }

    /// The outcome, if there is one and nobody has taken it yet.
    pub fn try_join(&mut self) -> Option<Result<T, JoinError>> {
        let mut stage = self.shared.lock();
        let outcome = match mem::take(&mut *stage) {
            Stage::Ended(outcome) if !self.taken => outcome,
            other => {
                *stage = other;
                return None;
            }
        };
        self.taken = true;
        Some(outcome)
    }

    /// Lets the work run without anybody who waits for it.
    pub fn detach(mut self) {
        self.queued = None;
    }
}

impl<T> Future for Job<T> {
    type Output = Result<T, JoinError>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.taken, "the outcome of this work was taken already; keep it instead of asking twice");
        // Made before anything is locked, and what was there before is dropped after.
        let mut waiter = Some(Waiter::of(cx));
        if let Stage::Open { waiter: known, .. } = &mut *self.shared.lock() {
            mem::swap(known, &mut waiter);
        }
        if waiter.is_none() {
            debug::begins();
        }
        drop(waiter);
        match self.try_join() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                debug::awaits("executor");
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Job<T> {
    fn drop(&mut self) {
        if self.taken {
            return;
        }
        let mut stage = self.shared.lock();
        let before = match &mut *stage {
            Stage::Open { waiter, unowned } => {
                *unowned = true;
                (waiter.take(), None)
            }
            Stage::Ended(_) => (None, Some(mem::take(&mut *stage))),
        };
        drop(stage);
        if let (_, Some(Stage::Ended(outcome))) = &before {
            self.shared.report(outcome);
        }
        self.cancel();
    }
}

impl<T> fmt::Debug for Job<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("submitted_at", &format_args!("{}", self.shared.submitted_at))
            .field("finished", &self.is_finished())
            .finish()
    }
}

/// What who works and who waits have in common.
struct Shared<T> {
    submitted_at: &'static Location<'static>,
    remote: Arc<Remote>,
    stage: Mutex<Stage<T>>,
}

enum Stage<T> {
    Open {
        waiter: Option<Waiter>,
        /// Nobody will ask.
        unowned: bool,
    },
    Ended(Result<T, JoinError>),
}

impl<T> Default for Stage<T> {
    fn default() -> Self {
        Stage::Open { waiter: None, unowned: false }
    }
}

impl<T> Shared<T> {
    fn lock(&self) -> MutexGuard<'_, Stage<T>> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// There is an outcome, unless there was one before.
    fn end(&self, outcome: Result<T, JoinError>) {
        let mut stage = self.lock();
        let Stage::Open { waiter, unowned } = &mut *stage else { return };
        let waiter = waiter.take();
        if *unowned {
            drop(stage);
            return self.report(&outcome);
        }
        *stage = Stage::Ended(outcome);
        drop(stage);
        if let Some(waiter) = waiter {
            waiter.wake();
        }
    }

    /// Tells the loop of a failure that nobody asks for.
    fn report(&self, outcome: &Result<T, JoinError>) {
        let failure = match outcome {
            Ok(value) => failed(value),
            Err(error) => error.panic_message().map(|message| format!("panicked: {message}")),
        };
        let Some(failure) = failure else { return };
        let submitted_at = self.submitted_at;
        let tell = move || {
            let report = Report::Job { submitted_at, failure };
            current::get().map_or_else(|| report::to_stderr(&report), |core| core.report(&report));
        };
        if let Err(Message::Call(tell)) = self.remote.tell(Message::Call(Box::new(tell))) {
            tell();
        }
    }
}

/// Who waits, known to other threads.
enum Waiter {
    /// A task that waits itself.
    Entry(Arc<Remote>, Entry),
    Waker(Waker),
}

impl Waiter {
    fn of(cx: &Context<'_>) -> Self {
        let polled = |core: &Core| core.polled_with(cx.waker()).map(|entry| (Arc::clone(core.remote()), entry));
        match current::with(polled).flatten() {
            Some((remote, entry)) => Waiter::Entry(remote, entry),
            None => Waiter::Waker(cx.waker().clone()),
        }
    }

    fn wake(self) {
        match self {
            Waiter::Entry(remote, entry) => remote.wake(entry),
            Waiter::Waker(waker) => waker.wake(),
        }
    }
}

/// Work in the pool's queue.
struct Queued<F, T> {
    f: F,
    end: End<T>,
}

impl<F, T> Work for Queued<F, T>
where
    F: FnOnce() -> T + Send,
    T: Send,
{
    fn run(self: Box<Self>) {
        let Queued { f, end } = *self;
        end.shared.end(catch_unwind(AssertUnwindSafe(f)).map_err(JoinError::panicked));
    }
}

/// Whoever waits is told an outcome, also if the work never ran. Simulated time goes on after that.
struct End<T> {
    shared: Arc<Shared<T>>,
    _job: Counted,
}

impl<T> Drop for End<T> {
    fn drop(&mut self) {
        self.shared.end(Err(JoinError::cancelled()));
    }
}

//! The event loop: one thread, many tasks, each resumed when what it waits for is there.
//!
//! Its names are those of Python's `asyncio`, and those of Rust's runtimes where Python has none.
//!
//! ```
//! use antiphon::event_loop::{self, sleep, spawn};
//! use std::time::Duration;
//!
//! async fn countdown(name: &'static str, from: u32) {
//!     for n in (1..=from).rev() {
//!         println!("T-minus {n} ({name})");
//!         sleep(Duration::from_millis(1)).await;
//!     }
//! }
//!
//! event_loop::run(async {
//!     let a = spawn(countdown("A", 3));
//!     let b = spawn(countdown("B", 2));
//!     a.await.unwrap();
//!     b.await.unwrap();
//! }).unwrap();
//! ```
//!
//! # What runs when
//!
//! A loop takes *turns*. In each it takes in what other threads left, wakes those whose time has come, and runs those that
//! are ready then: each task to its next suspension, first come, first served. Whoever becomes ready meanwhile runs in the
//! next turn. Nothing runs inside a call that wakes it. A turn has 61 steps at most; so often the loop looks at the clock
//! and at the system.
//!
//! # Several at once
//!
//! | what | for |
//! |---|---|
//! | [`spawn`](spawn()) | a task that goes on by itself |
//! | [`task_group`](task_group()) | tasks that have ended, tidied up and all, before the code that started them goes on |
//! | [`gather`](gather()), [`try_gather`] | a group of many alike, and all that they come to |
//! | [`race`](race()) | the first value of several, in the same task |
//! | [`timeout`](timeout()) | one, for a time |
//! | [`wait`](wait()), [`as_completed`](as_completed()) | tasks that are there already |
//! | [`Promise`] | a value that somebody will set |
//!
//! What is cancelled, when one of several fails or another has won, says [`cancellable`].
//!
//! A [`ContextVar`] has a value of its own in each task, which tasks that it spawns have too: what a request is called, or who asks.
//!
//! # Time
//!
//! The loop's time is a [`Duration`] since the loop was made, by a clock that never goes back. [`EventLoop::simulated`] has
//! one that nobody waits for: it stands still while anything runs, and then is at the next deadline. Only where a hundred thousand
//! turns were taken at one time, turns take some, so that who asks again and again for what a timer is to bring is answered.
//!
//! So what takes hours is tested at once, and the same way each time; sockets too, whose [`Network`] is in memory then. A seed says
//! what may be one way or another: who runs first, and how late, in what pieces and whether at all something arrives.
//! [`for_each_seed`] tries many.
//!
//! # Other executors
//!
//! Any future that needs no reactor of its own runs here: those of `futures`, the channels and locks of `tokio::sync`,
//! `async-channel`. What needs tokio's sockets or timers needs a tokio runtime to be entered around it. What has a descriptor that
//! somebody must wait for, as many a library in C, is waited for by `AsyncFd`, on Unix.
//!
//! With the feature `futures`, streams have the traits of `futures-io`, and `FuturesIo` makes a [`ByteStream`] of whatever has
//! those:
//!
//! | with | a connection is |
//! |---|---|
//! | TLS, by `futures-rustls` | `FuturesIo::new(connector.connect(name, TcpStream::connect(address).await?).await?)` |
//! | tokio's traits, by `tokio-util` | `TcpStream::connect(address).await?.compat()` |
//!
//! An `async` coroutine that yields nothing is a future, so it runs elsewhere too, with what *it* awaits from there:
//!
//! | | one that is `Send` | any |
//! |---|---|---|
//! | here | [`spawn(f())`](spawn()) | [`spawn(f())`](spawn()) |
//! | tokio | `tokio::spawn(f().into_future())` | `tokio::task::spawn_local(f().into_future())`, on a `LocalRuntime` or in a `LocalSet` |
//! | smol | `smol::spawn(f().into_future())` | `local_executor.spawn(f().into_future())` |
//!
//! One that yields is a conversation, which its driver holds: drive it in a task.

mod as_completed;
mod callback;
mod cancel;
#[cfg(unix)]
mod child;
mod context;
mod core;
mod current;
mod debug;
mod driver;
mod dump;
mod embedding;
mod entry;
mod error;
mod executor;
mod gather;
mod group;
mod interrupt;
mod io_errors;
mod listeners;
mod loop_handle;
mod net;
mod pool;
mod promise;
mod race;
mod remote;
mod report;
mod scope;
mod seeds;
mod server;
#[cfg(unix)]
mod signal;
mod slab;
pub mod sync;
mod task;
mod threadsafe;
mod time;
#[allow(dead_code, reason = "a wheel can be asked more than the loop asks it yet")]
#[forbid(unsafe_code)]
mod timers;
mod wait;
mod wake;
mod waker;

use std::boxed::Box;
use std::fmt;
use std::future::IntoFuture;
use std::io;
use std::panic::Location;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use self::core::Core;
use self::current::Running;
use self::listeners::Asked;
use self::scope::Polled;
use self::waker::Polling;

#[cfg(debug_assertions)]
pub(crate) use self::debug::StepId;
pub(crate) use self::debug::{Level, awaits_in_body};
#[cfg(debug_assertions)]
pub(crate) use self::report::unstarted as report_unstarted;

pub use self::as_completed::{AsCompleted, as_completed};
pub use self::callback::{DoneCallback, Handle, TimerHandle};
pub use self::cancel::{CancelScope, Cancellable, Cancelled, Shield, cancellable, shield};
#[cfg(unix)]
pub use self::child::Child;
pub use self::context::{ContextScope, ContextVar};
pub use self::dump::{AwaitLevel, Awaited, Dump, TaskDump, TaskState, all_tasks, current_task, dump};
pub use self::error::{LoopClosed, RunError};
pub use self::executor::{Job, run_in_executor};
pub use self::gather::{gather, try_gather};
pub use self::group::{
    GroupClosed, GroupError, Grouped, NotStarted, Outcome, Started, Starting, TaskGroup, task_group,
};
pub use self::interrupt::run_interruptible;
pub use self::loop_handle::LoopHandle;
#[cfg(feature = "macros")]
pub use self::net::Conversation;
#[cfg(feature = "futures")]
pub use self::net::FuturesIo;
pub use self::net::{
    Address, ByteStream, Copying, CopyingBoth, Mark, Network, OwnedReadHalf, OwnedWriteHalf, ReadBytes, ReadError,
    ReadHalf, Reader, ReuniteError, TcpListener, TcpSocket, TcpStream, UdpSocket, WriteBytes, WriteHalf, Writer, copy,
    copy_bidirectional, set_network,
};
#[cfg(unix)]
pub use self::net::{AsyncFd, PipeReader, PipeWriter, UnixDatagram, UnixListener, UnixStream};
pub use self::promise::{InvalidState, Promise};
pub use self::race::{Branches, Race, Raced, race};
pub use self::report::Report;
pub use self::seeds::for_each_seed;
pub use self::server::{Listener, Listeners, Served, Server, ServerHandle};
#[cfg(unix)]
pub use self::signal::{Signal, SignalKind, ctrl_c, signal};
pub use self::sync::{
    Barrier, BrokenBarrier, Condition, Event, LifoQueue, Lock, PriorityQueue, Queue, Receiver, RwLock, Semaphore,
    Sender, channel, oneshot, thread_channel,
};
pub use self::task::{CancelHandle, JoinError, JoinHandle, TaskId, spawn};
pub use self::threadsafe::RemoteHandle;
pub use self::time::{
    Elapsed, Interval, MissedTicks, Sleep, Timeout, YieldNow, interval, interval_at, sleep, sleep_until, timeout,
    timeout_at, yield_now,
};
pub use self::wait::{ReturnWhen, Wait, wait};

/// Runs a future to its end on a new loop, and closes the loop: tasks that are left are dropped.
///
/// Python: `asyncio.run`.
///
/// ```
/// assert_eq!(antiphon::event_loop::run(async { 42 }).unwrap(), 42);
/// ```
///
/// # Errors
///
/// If a loop runs on this thread already, if the system has no room for another, or if somebody stops it.
pub fn run<F: IntoFuture>(future: F) -> Result<F::Output, RunError> {
    EventLoop::new().map_err(RunError::Io)?.run_until_complete(future)
}

/// The time of the loop that runs here, since it was made. Python: `loop.time()`.
///
/// # Panics
///
/// If no loop runs on this thread.
#[track_caller]
pub fn time() -> Duration {
    match current::with(Core::time) {
        Some(time) => Duration::from_nanos(time),
        None => panic!("no event loop runs on this thread; ask `EventLoop::time`"),
    }
}

/// A loop: its tasks, timers and callbacks. See the [module](self).
///
/// Dropping it closes it: tasks that are left are dropped where they stand.
pub struct EventLoop {
    core: Rc<Core>,
}

impl EventLoop {
    /// A loop on the system's clock.
    ///
    /// # Errors
    ///
    /// If the system has no descriptors left.
    pub fn new() -> io::Result<Self> {
        Ok(EventLoop { core: Core::new(driver::Os::new()?) })
    }

    /// A loop on a clock of its own, that nobody waits for: time is at the next deadline as soon as nobody is ready and no work is
    /// on other threads. What runs on it runs the same way each time.
    ///
    /// To run takes no time, up to a hundred thousand turns on end. From then on a turn takes a microsecond, and more the longer that
    /// goes on: else a task that only [yields](yield_now) until a timer has fired would do so for ever.
    ///
    /// A run that can never end is an [error](RunError::Stuck). Its sockets are those of a [network](Network) in memory, without
    /// faults.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, sleep};
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::simulated();
    /// event_loop.run_until_complete(sleep(Duration::from_secs(86_400))).unwrap();
    /// assert_eq!(event_loop.time(), Duration::from_secs(86_400));
    /// ```
    pub fn simulated() -> Self {
        EventLoop { core: Core::new(driver::Simulated::new(None)) }
    }

    /// As [`simulated`](Self::simulated), but tasks that are ready in the same turn run in an order that the seed says:
    /// another one for another seed. So do the [network's](Network) latency, and what else differs from time to time.
    ///
    /// When a panic drops it, the seed is written to the standard error. For many seeds there is [`for_each_seed`].
    pub fn simulated_with_seed(seed: u64) -> Self {
        EventLoop { core: Core::new(driver::Simulated::new(Some(seed))) }
    }

    /// Runs until the future has ended. Tasks that are left wait for the next run.
    ///
    /// The future need not be `'static`: it is polled here, and dropped when this returns. To keep it if the loop is
    /// stopped, pass a pinned reference.
    ///
    /// # Errors
    ///
    /// If a loop runs on this thread already, if it is [stopped](Self::stop), if the future is
    /// [cancelled](LoopHandle::cancel_main), if nothing can ever happen, or if the system refuses to wait. Tasks stay as they are.
    ///
    /// # Panics
    ///
    /// If the future does.
    pub fn run_until_complete<F: IntoFuture>(&self, future: F) -> Result<F::Output, RunError> {
        let _running = Running::enter(&self.core).ok_or(RunError::Running)?;
        let core = &*self.core;
        let mut future = pin!(future.into_future());
        let _end = context::EndOfMain;
        let mut output = None;
        let mut waker = None;
        let mut polling = Polling::new(core.remote());
        let asked = Asked::new();
        let mut step = || {
            core.poll_as(core.main(), &mut waker, &mut polling, |waker| {
                let cx = &mut Context::from_waker(waker);
                if core.is_main_cancelled() {
                    match scope::poll(future.as_mut(), cx, "main", scope::Kind::Observer, true, &asked) {
                        Polled::Ready(value) => output = Some(Ok(value)),
                        Polled::Unobserved => output = Some(Err(RunError::Cancelled)),
                        Polled::Pending => {}
                    }
                } else if let Poll::Ready(value) = scope::poll_outermost(future.as_mut(), cx) {
                    output = Some(Ok(value));
                }
            });
            if core.is_again() && output.is_none() {
                core.wake(core.main());
            }
            output.is_some()
        };
        let ran = core.run(Some(&mut step));
        core.main_is_over();
        ran?;
        output.unwrap_or(Err(RunError::Stopped))
    }

    /// Runs until it is [stopped](Self::stop).
    ///
    /// # Errors
    ///
    /// As [`run_until_complete`](Self::run_until_complete), but to be stopped is none.
    pub fn run_forever(&self) -> Result<(), RunError> {
        let _running = Running::enter(&self.core).ok_or(RunError::Running)?;
        match self.core.run(None).map_err(RunError::from) {
            Err(RunError::Stopped) => Ok(()),
            ended => ended,
        }
    }

    /// Takes one turn, for whoever has a loop already. Waits for at most `limit` if nobody is ready.
    ///
    /// ```
    /// use antiphon::event_loop::{EventLoop, yield_now};
    /// use std::time::Duration;
    ///
    /// let event_loop = EventLoop::new().unwrap();
    /// let mut task = event_loop.spawn(async { yield_now().await; 7 });
    /// event_loop.turn(Duration::ZERO).unwrap();
    /// assert!(!task.is_finished());
    /// event_loop.turn(Duration::ZERO).unwrap();
    /// assert_eq!(task.try_join().unwrap().unwrap(), 7);
    /// ```
    ///
    /// # Errors
    ///
    /// As [`run_until_complete`](Self::run_until_complete), but that nothing can ever happen is none: others may add to it
    /// between two turns.
    pub fn turn(&self, limit: Duration) -> Result<(), RunError> {
        let _running = Running::enter(&self.core).ok_or(RunError::Running)?;
        self.core.turn(None, Some(limit), &mut Polling::new(self.core.remote()))?;
        Ok(())
    }

    /// Has the run end after its present turn, or the next run after its first if none is going on.
    pub fn stop(&self) {
        self.core.stop();
    }

    /// Whether it runs.
    pub fn is_running(&self) -> bool {
        current::with(Core::id) == Some(self.core.id())
    }

    /// Starts a task. See [`spawn`](spawn()).
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: IntoFuture<IntoFuture: 'static, Output: 'static>,
    {
        task::spawn_on(&self.core, future.into_future(), Location::caller())
    }

    /// Has `f` called in the next turn, after those that were scheduled before.
    ///
    /// A panic in it is [reported](Report), and the loop goes on.
    pub fn call_soon(&self, f: impl FnOnce() + 'static) -> Handle {
        Handle::soon(&self.core, Box::new(f))
    }

    /// Has `f` called when `delay` is over. Callbacks for the same time are called in the order in which they were scheduled.
    pub fn call_later(&self, delay: Duration, f: impl FnOnce() + 'static) -> TimerHandle {
        self.call_at(self.time().saturating_add(delay), f)
    }

    /// Has `f` called when the loop's time is `when`.
    pub fn call_at(&self, when: Duration, f: impl FnOnce() + 'static) -> TimerHandle {
        TimerHandle::at(&self.core, when, Box::new(f))
    }

    /// The loop's time: since it was made.
    pub fn time(&self) -> Duration {
        Duration::from_nanos(self.core.time())
    }

    /// What other threads may keep of it.
    pub fn handle(&self) -> LoopHandle {
        LoopHandle::new(&self.core)
    }

    /// Gives all [`Report`]s to `handler` instead of the standard error. Python: `set_exception_handler`.
    pub fn set_report_handler(&self, handler: impl Fn(&Report) + 'static) {
        self.core.set_reports(Rc::new(handler));
    }
}

impl Drop for EventLoop {
    fn drop(&mut self) {
        seeds::tell(&self.core);
        // Destructors find the loop that they belong to, if none runs.
        let _running = Running::enter(&self.core);
        self.core.close();
    }
}

impl fmt::Debug for EventLoop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventLoop")
            .field("tasks", &self.core.tasks())
            .field("sockets", &self.core.sources().borrow().len())
            .field("running", &self.is_running())
            .field("network", &self.core.simulation())
            .finish_non_exhaustive()
    }
}

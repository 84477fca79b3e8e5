//! The loop, as its users have it.

use std::boxed::Box;
use std::fmt;
use std::future::IntoFuture;
use std::io;
use std::panic::Location;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::callback::{Handle, TimerHandle};
use super::context;
use super::core::Core;
use super::current::{self, Running};
use super::driver;
use super::error::RunError;
use super::listeners::Asked;
use super::loop_handle::LoopHandle;
use super::report::Report;
use super::scope::{self, Polled};
use super::seeds;
use super::task::{self, JoinHandle};
use super::waker::Polling;

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

/// A loop: its tasks, timers and callbacks. See the [module](super).
///
/// Dropping it closes it: tasks that are left are dropped where they stand.
pub struct EventLoop {
    pub(super) core: Rc<Core>,
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
    /// goes on: else a task that only [yields](super::yield_now) until a timer has fired would do so for ever.
    ///
    /// A run that can never end is an [error](RunError::Stuck). Its sockets are those of a [network](super::Network) in memory, without
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
    /// another one for another seed. So do the [network's](super::Network) latency, and what else differs from time to time.
    ///
    /// When a panic drops it, the seed is written to the standard error. For many seeds there is [`for_each_seed`](super::for_each_seed).
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
    /// [cancelled](super::LoopHandle::cancel_main), if nothing can ever happen, or if the system refuses to wait. Tasks stay as they are.
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

    /// Starts a task. See [`spawn`](super::spawn()).
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

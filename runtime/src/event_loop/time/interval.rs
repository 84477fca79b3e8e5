//! Time after time.

use std::future::Future;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use super::timer::Timer;
use crate::event_loop::core::{Core, nanoseconds};
use crate::event_loop::debug::waits_fn;
use crate::event_loop::{current, wake};

/// Ticks, one each `period`: the first at once, counted from when that is first awaited.
///
/// The ticks lie on a grid: what is done between two of them does not delay the next. If it takes longer than the period,
/// [`MissedTicks`] says what becomes of those in between.
///
/// ```
/// use antiphon::event_loop::{EventLoop, MissedTicks, interval, sleep, time};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// let second = Duration::from_secs(1);
/// event_loop.run_until_complete(async {
///     let mut ticks = interval(second).on_missed(MissedTicks::Skip);
///     assert_eq!(ticks.tick().await, 0 * second);
///     sleep(second / 2).await;
///     assert_eq!(ticks.tick().await, 1 * second);
///     sleep(5 * second / 2).await;
///     // It is late for the one at two seconds, and too late for the one at three.
///     assert_eq!((ticks.tick().await, time()), (2 * second, 7 * second / 2));
///     assert_eq!((ticks.tick().await, time()), (4 * second, 4 * second));
/// }).unwrap();
/// ```
///
/// # Panics
///
/// If the period is zero.
#[track_caller]
pub fn interval(period: Duration) -> Interval {
    Interval::new(Timer::after(Duration::ZERO), period)
}

/// The same, with the first tick when the loop's time is `start`.
///
/// # Panics
///
/// If the period is zero.
#[track_caller]
pub fn interval_at(start: Duration, period: Duration) -> Interval {
    Interval::new(Timer::at(start), period)
}

/// Ticks: [`interval`].
#[must_use = "nothing is waited for until `tick` is awaited"]
#[derive(Debug)]
pub struct Interval {
    /// When the next tick is due.
    next: Timer,
    period: u64,
    missed: MissedTicks,
}

/// What becomes of ticks that nobody awaited in time: the next one was due before the last one was taken.
#[doc(alias = "MissedTickBehavior")]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum MissedTicks {
    /// They come one after the other, at once, until the grid is reached.
    #[default]
    Burst,
    /// There is a new grid, which begins where the late tick was taken.
    Delay,
    /// They are left out; the next one is on the old grid.
    Skip,
}

impl Interval {
    #[track_caller]
    fn new(next: Timer, period: Duration) -> Self {
        assert!(!period.is_zero(), "an interval has a period; to let others run, use `yield_now`");
        Interval { next, period: nanoseconds(period), missed: MissedTicks::Burst }
    }

    /// What becomes of missed ticks, instead of a [burst](MissedTicks::Burst).
    #[doc(alias = "set_missed_tick_behavior")]
    pub fn on_missed(self, missed: MissedTicks) -> Self {
        Interval { missed, ..self }
    }

    /// Waits for the next tick. The value is the time at which it was due.
    ///
    /// # Panics
    ///
    /// When it is awaited and no event loop runs.
    ///
    /// # Cancellation
    ///
    /// No tick is lost.
    pub fn tick(&mut self) -> impl Future<Output = Duration> {
        waits_fn(|| "Interval::tick", |cx| self.poll_tick(cx))
    }

    /// The time between two ticks.
    pub fn period(&self) -> Duration {
        Duration::from_nanos(self.period)
    }

    /// Has the next tick come when a period is over, counted from now, and the others after it.
    ///
    /// # Panics
    ///
    /// If no loop runs on this thread.
    #[track_caller]
    pub fn reset(&mut self) {
        self.next = Timer::at(crate::event_loop::time().saturating_add(self.period()));
    }

    fn poll_tick(&mut self, cx: &Context<'_>) -> Poll<Duration> {
        ready!(self.next.poll(cx, "interval"));
        if !wake::may_complete(cx) {
            return Poll::Pending;
        }
        let now = current::with(Core::time).unwrap_or(0);
        let due = self.next.when().unwrap_or(now);
        let next = due.saturating_add(self.period);
        let next = match self.missed {
            MissedTicks::Delay if next <= now => now.saturating_add(self.period),
            MissedTicks::Skip if next <= now => next.saturating_add((now - due) / self.period * self.period),
            _ => next,
        };
        self.next = Timer::at(Duration::from_nanos(next));
        Poll::Ready(Duration::from_nanos(due))
    }
}

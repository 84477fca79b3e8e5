//! `sleep`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::timer::Timer;
use super::yield_now::YieldNow;
use crate::event_loop::debug;

/// Waits for a time, counted from when this is first awaited. With none, lets the others run for a turn.
///
/// Python: `asyncio.sleep`. Constant time to begin and to cancel, however many there are; no allocation.
///
/// ```
/// use antiphon::event_loop::{EventLoop, sleep, time};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// event_loop.run_until_complete(async {
///     sleep(Duration::from_millis(1500)).await;
///     assert_eq!(time(), Duration::from_millis(1500));
/// }).unwrap();
/// ```
///
/// # Panics
///
/// When it is awaited and no event loop runs.
pub fn sleep(delay: Duration) -> Sleep {
    Sleep { timer: Timer::after(delay) }
}

/// Waits until the loop's time is `when`. If it is over, lets the others run for a turn.
///
/// ```
/// use antiphon::event_loop::{EventLoop, sleep_until, time};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// event_loop.run_until_complete(async {
///     sleep_until(time() + Duration::from_secs(2)).await;
///     assert_eq!(time(), Duration::from_secs(2));
/// }).unwrap();
/// ```
///
/// # Panics
///
/// When it is awaited and no event loop runs.
pub fn sleep_until(when: Duration) -> Sleep {
    Sleep { timer: Timer::at(when) }
}

/// The future of [`sleep`] and [`sleep_until`].
#[must_use = "a future does nothing until it is awaited"]
#[derive(Debug)]
pub struct Sleep {
    timer: Timer,
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match self.timer.poll(cx, "sleep") {
            Poll::Ready(()) if self.timer.has_waited() => Poll::Ready(()),
            // There is no time to wait for, but the others run.
            Poll::Ready(()) => Pin::new(&mut YieldNow::new()).poll(cx),
            Poll::Pending => {
                debug::awaits("sleep");
                Poll::Pending
            }
        }
    }
}

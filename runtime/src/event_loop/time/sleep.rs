//! `sleep`.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::timer::Timer;
use super::yield_now::YieldNow;

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
    Sleep { timer: Timer::after(delay), turn: if delay.is_zero() { YieldNow::new() } else { YieldNow::over() } }
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
    Sleep { timer: Timer::at(when), turn: YieldNow::new() }
}

/// The future of [`sleep`] and [`sleep_until`].
#[must_use = "a future does nothing until it is awaited"]
#[derive(Debug)]
pub struct Sleep {
    timer: Timer,
    /// What there is to wait for if there is no time.
    turn: YieldNow,
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        match this.timer.poll(cx, "sleep") {
            Poll::Ready(()) => Pin::new(&mut this.turn).poll(cx),
            Poll::Pending => {
                this.turn = YieldNow::over();
                Poll::Pending
            }
        }
    }
}

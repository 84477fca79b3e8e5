//! Letting the others run.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::event_loop::current;

/// Lets all others run that are ready, and goes on in the next turn. Python: `asyncio.sleep(0)`.
///
/// ```
/// use antiphon::event_loop::{self, spawn, yield_now};
/// use std::cell::Cell;
/// use std::rc::Rc;
///
/// event_loop::run(async {
///     let seen = Rc::new(Cell::new(false));
///     let writer = seen.clone();
///     let _task = spawn(async move { writer.set(true) });
///     assert!(!seen.get());
///     yield_now().await;
///     assert!(seen.get());
/// }).unwrap();
/// ```
pub fn yield_now() -> YieldNow {
    YieldNow::new()
}

/// The future of [`yield_now`].
#[must_use = "a future does nothing until it is awaited"]
#[derive(Debug)]
pub struct YieldNow {
    over: bool,
}

impl YieldNow {
    pub(crate) const fn new() -> Self {
        YieldNow { over: false }
    }
}

impl Future for YieldNow {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.over, true) {
            return Poll::Ready(());
        }
        if current::with(|core| core.poll_again(cx.waker())) != Some(true) {
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

//! Coroutines that await, on executors of others: see `tests/`. Here is what they are tried with.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Counts how often it is woken.
#[derive(Debug, Default)]
pub struct Count(AtomicUsize);

impl Count {
    /// A count, and a waker that counts there.
    pub fn waker() -> (Arc<Self>, Waker) {
        let count = Arc::<Self>::default();
        (Arc::clone(&count), Waker::from(count))
    }

    /// How often.
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Pending until it is opened, which lets one through; keeps the waker that it was polled with last.
#[derive(Clone, Debug, Default)]
pub struct Gate(Arc<Mutex<(bool, Option<Waker>)>>);

impl Gate {
    /// Opens it, and wakes who waits.
    pub fn open(&self) {
        let waker = {
            let mut this = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            this.0 = true;
            this.1.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// How many hold it.
    pub fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }
}

impl Future for Gate {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut this.0) {
            return Poll::Ready(());
        }
        this.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Pending once, and wakes at once.
#[derive(Debug, Default)]
pub struct Pause(bool);

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Puts another waker into the context of whoever awaits it.
#[derive(Debug)]
pub struct Replace;

impl Future for Replace {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        *cx = Context::from_waker(Waker::noop());
        Poll::Ready(())
    }
}

/// An await that the attribute does not see.
#[macro_export]
macro_rules! hidden_await {
    ($future:expr) => {
        $future.await
    };
}

/// Polls once, for nobody.
pub fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// The result of a future that does not wait.
///
/// # Panics
///
/// If it does.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    match poll(pin!(future)) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}

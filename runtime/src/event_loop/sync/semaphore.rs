//! Semaphores.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use super::permits::Permits;
use crate::event_loop::debug::waits_fn;

/// A number of permits: so many tasks may do something at a time. A clone is the same semaphore. Python: `asyncio.Semaphore`.
///
/// Who waits gets one in the order of coming.
///
/// ```
/// use antiphon::event_loop::{EventLoop, Semaphore, sleep, spawn, time};
/// use std::time::Duration;
///
/// let event_loop = EventLoop::simulated();
/// event_loop.run_until_complete(async {
///     let desks = Semaphore::new(2);
///     let guests: Vec<_> = (0..6)
///         .map(|_| {
///             let desks = desks.clone();
///             spawn(async move {
///                 let _desk = desks.acquire().await;
///                 sleep(Duration::from_secs(10)).await;
///             })
///         })
///         .collect();
///     for guest in guests {
///         guest.await.unwrap();
///     }
///     assert_eq!(time(), Duration::from_secs(30));
/// }).unwrap();
/// ```
#[derive(Clone)]
pub struct Semaphore {
    shared: Rc<Shared>,
}

#[derive(Debug)]
struct Shared {
    permits: Permits,
    /// Of a bounded one: how many permits were forgotten, and may be released.
    forgotten: Option<Cell<usize>>,
}

impl Semaphore {
    /// A semaphore with so many permits, to which more may be added.
    pub fn new(permits: usize) -> Self {
        Semaphore { shared: Rc::new(Shared { permits: Permits::new(permits), forgotten: None }) }
    }

    /// A semaphore that has never more permits than these. Python: `asyncio.BoundedSemaphore`.
    ///
    /// ```
    /// let semaphore = antiphon::event_loop::Semaphore::bounded(1);
    /// semaphore.try_acquire().unwrap().forget();
    /// semaphore.release();
    /// assert_eq!(semaphore.available(), 1);
    /// ```
    ///
    /// ```should_panic
    /// antiphon::event_loop::Semaphore::bounded(1).release();
    /// ```
    pub fn bounded(permits: usize) -> Self {
        Semaphore { shared: Rc::new(Shared { permits: Permits::new(permits), forgotten: Some(Cell::new(0)) }) }
    }

    /// Waits for a permit. It is given back when what this returns is dropped, also by a panic.
    ///
    /// # Cancellation
    ///
    /// The next one gets the permit. Only the place in the line is lost.
    pub fn acquire(&self) -> impl Future<Output = SemaphorePermit> {
        let mut acquired = self.shared.permits.acquire();
        waits_fn(|| "Semaphore::acquire", move |cx| Pin::new(&mut acquired).poll(cx).map(|()| self.permit()))
    }

    /// A permit, if one is free.
    pub fn try_acquire(&self) -> Option<SemaphorePermit> {
        self.shared.permits.try_acquire().then(|| self.permit())
    }

    /// Adds a permit; or gives one back that was [forgotten](SemaphorePermit::forget).
    ///
    /// # Panics
    ///
    /// If it is [bounded](Self::bounded) and no permit was forgotten.
    #[track_caller]
    pub fn release(&self) {
        if let Some(forgotten) = &self.shared.forgotten {
            let left = forgotten.get().checked_sub(1);
            forgotten.set(left.expect("a bounded semaphore gets back what was acquired, and here it gets more"));
        }
        self.shared.permits.release();
    }

    /// How many permits are free.
    pub fn available(&self) -> usize {
        self.shared.permits.free()
    }

    /// Whether whoever wants a permit has to wait. Python: `locked`.
    pub fn is_locked(&self) -> bool {
        self.available() == 0
    }

    fn permit(&self) -> SemaphorePermit {
        SemaphorePermit { shared: Rc::clone(&self.shared), is_forgotten: false }
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Semaphore").field("available", &self.available()).finish_non_exhaustive()
    }
}

/// A permit of a [`Semaphore`]. Dropping it gives it to the next one. It may be given to another task.
#[must_use = "the permit is given back when this is dropped"]
pub struct SemaphorePermit {
    shared: Rc<Shared>,
    is_forgotten: bool,
}

impl SemaphorePermit {
    /// Does not give the permit back: that is for somebody else to do, by [`release`](Semaphore::release), or for nobody.
    pub fn forget(mut self) {
        self.is_forgotten = true;
        if let Some(forgotten) = &self.shared.forgotten {
            forgotten.set(forgotten.get() + 1);
        }
    }
}

impl Drop for SemaphorePermit {
    fn drop(&mut self) {
        if !self.is_forgotten {
            self.shared.permits.release();
        }
    }
}

impl fmt::Debug for SemaphorePermit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SemaphorePermit").finish_non_exhaustive()
    }
}

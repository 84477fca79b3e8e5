//! Conditions.

use std::fmt;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::{Context, Poll};

use super::lock::LockGuard;
use super::waiters::{Place, Waiters};
use crate::event_loop::debug::is_made_of;

/// A condition on what a [`Lock`](super::Lock) guards, to wait for. A clone is the same condition. Python: `asyncio.Condition`.
///
/// It has no lock of its own: who waits brings the guard, as with [`std::sync::Condvar`]. So several conditions may be about one
/// lock. Whoever changes the value notifies, best while it has the lock.
///
/// ```
/// use antiphon::event_loop::{self, Condition, Lock, spawn};
///
/// event_loop::run(async {
///     let (till, changed) = (Lock::new(0), Condition::new());
///     let (purse, paid) = (till.clone(), changed.clone());
///     let customer = spawn(async move {
///         let till = purse.acquire().await;
///         let mut till = paid.wait_for(till, |coins| *coins >= 3).await;
///         *till -= 3;
///     });
///     for _ in 0..5 {
///         *till.acquire().await += 1;
///         changed.notify(1);
///         event_loop::yield_now().await;
///     }
///     customer.await.unwrap();
///     assert_eq!(*till.acquire().await, 2);
/// }).unwrap();
/// ```
#[derive(Clone)]
pub struct Condition {
    waiters: Rc<Waiters>,
}

/// To one of so many: who does not need it passes it on.
const ONE: u32 = 0;
/// To all.
const ALL: u32 = 1;

impl Default for Condition {
    fn default() -> Self {
        Self::new()
    }
}

impl Condition {
    /// A condition for which nobody waits.
    pub fn new() -> Self {
        Condition { waiters: Rc::new(Waiters::new()) }
    }

    /// Gives the lock back, waits for a notification, and then for the lock.
    ///
    /// That what is waited for is true then is for the caller to see: somebody else may have been first. See
    /// [`wait_for`](Self::wait_for).
    ///
    /// # Cancellation
    ///
    /// The lock is given back. A notification that came goes to the next one.
    pub fn wait<'l, T>(&self, guard: LockGuard<'l, T>) -> impl Future<Output = LockGuard<'l, T>> {
        is_made_of(|| "Condition::wait", self.notified(guard))
    }

    async fn notified<'l, T>(&self, guard: LockGuard<'l, T>) -> LockGuard<'l, T> {
        let lock = guard.lock();
        let mut turn = Turn { waiters: &self.waiters, place: Place::none(), notified: None };
        let mut guard = Some(guard);
        poll_fn(|cx| {
            let polled = turn.poll(cx);
            // Not before there is a place in the line: who has the lock next may notify.
            drop(guard.take());
            polled
        })
        .await;
        let guard = lock.acquire().await;
        turn.notified = None;
        guard
    }

    /// Waits until something is true of the value. If it is already, does not wait.
    ///
    /// # Cancellation
    ///
    /// As that of [`wait`](Self::wait).
    pub fn wait_for<'l, T>(
        &self,
        mut guard: LockGuard<'l, T>,
        mut predicate: impl FnMut(&mut T) -> bool,
    ) -> impl Future<Output = LockGuard<'l, T>> {
        is_made_of(|| "Condition::wait_for", async move {
            while !predicate(&mut guard) {
                guard = self.notified(guard).await;
            }
            guard
        })
    }

    /// Wakes so many of those who wait, in the order of coming.
    pub fn notify(&self, count: usize) {
        for _ in 0..count.min(self.waiters.len()) {
            self.waiters.choose(ONE);
        }
    }

    /// Wakes all who wait.
    pub fn notify_all(&self) {
        self.waiters.choose_all(ALL);
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Condition").field("waiting", &self.waiters.len()).finish()
    }
}

/// Somebody who waits for a notification, and then has it.
struct Turn<'c> {
    waiters: &'c Waiters,
    place: Place,
    notified: Option<u32>,
}

impl Turn<'_> {
    fn poll(&mut self, cx: &Context<'_>) -> Poll<()> {
        self.waiters.poll(&mut self.place, cx).map(|word| self.notified = Some(word))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let notified = self.waiters.leave(&mut self.place).or(self.notified);
        if notified == Some(ONE) {
            self.waiters.choose(ONE);
        }
    }
}

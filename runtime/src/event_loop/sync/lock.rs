//! Locks.

use std::cell::{RefCell, RefMut};
use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::rc::Rc;

use super::permits::Permits;
use crate::event_loop::debug::waits_fn;

/// A value that one task at a time may use, across its suspensions. A clone is the same lock. Python: `asyncio.Lock`.
///
/// Who waits gets it in the order of coming. What is used between two suspensions only needs no lock: no other task runs
/// meanwhile.
///
/// ```
/// use antiphon::event_loop::{self, Lock, spawn, yield_now};
///
/// event_loop::run(async {
///     let balance = Lock::new(100);
///     let tasks = [60, 60].map(|amount| {
///         let balance = balance.clone();
///         spawn(async move {
///             let mut balance = balance.acquire().await;
///             let enough = *balance >= amount;
///             yield_now().await;
///             if enough {
///                 *balance -= amount;
///             }
///             enough
///         })
///     });
///     let [first, second] = tasks;
///     assert_eq!((first.await.unwrap(), second.await.unwrap()), (true, false));
///     assert_eq!(*balance.acquire().await, 40);
/// }).unwrap();
/// ```
pub struct Lock<T> {
    shared: Rc<Shared<T>>,
}

struct Shared<T> {
    permits: Permits,
    /// Borrowed by whoever has the permit, so that is never refused.
    value: RefCell<T>,
}

impl<T> Lock<T> {
    /// A lock that nobody has.
    pub fn new(value: T) -> Self {
        Lock { shared: Rc::new(Shared { permits: Permits::new(1), value: RefCell::new(value) }) }
    }

    /// Waits until nobody else has it. It is given back when the guard is dropped, also by a panic.
    ///
    /// # Cancellation
    ///
    /// The next one gets the lock. Only the place in the line is lost.
    pub fn acquire(&self) -> impl Future<Output = LockGuard<'_, T>> {
        let mut acquired = self.shared.permits.acquire();
        waits_fn(|| "Lock::acquire", move |cx| Pin::new(&mut acquired).poll(cx).map(|()| self.guard()))
    }

    /// The lock, if nobody has it or waits for it.
    ///
    /// ```
    /// let lock = antiphon::event_loop::Lock::new('a');
    /// let guard = lock.try_acquire().unwrap();
    /// assert!(lock.is_locked() && lock.try_acquire().is_none());
    /// drop(guard);
    /// assert!(!lock.is_locked());
    /// ```
    pub fn try_acquire(&self) -> Option<LockGuard<'_, T>> {
        self.shared.permits.try_acquire().then(|| self.guard())
    }

    /// Whether somebody has it. Python: `locked`.
    pub fn is_locked(&self) -> bool {
        self.shared.permits.free() == 0
    }

    fn guard(&self) -> LockGuard<'_, T> {
        let held = Held { lock: self };
        LockGuard { value: self.shared.value.borrow_mut(), held }
    }
}

impl<T> Clone for Lock<T> {
    fn clone(&self) -> Self {
        Lock { shared: Rc::clone(&self.shared) }
    }
}

impl<T: Default> Default for Lock<T> {
    fn default() -> Self {
        Lock::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Lock");
        match self.shared.value.try_borrow() {
            Ok(value) => shown.field("value", &*value),
            Err(_) => shown.field("value", &format_args!("<locked>")),
        };
        shown.finish_non_exhaustive()
    }
}

/// The right to use what a [`Lock`] guards. Dropping it gives the lock to the next one.
#[must_use = "the lock is given back when this is dropped"]
pub struct LockGuard<'l, T> {
    // In this order: the next one may borrow the value as soon as it has the lock.
    value: RefMut<'l, T>,
    held: Held<'l, T>,
}

struct Held<'l, T> {
    lock: &'l Lock<T>,
}

impl<'l, T> LockGuard<'l, T> {
    pub(crate) fn lock(&self) -> &'l Lock<T> {
        self.held.lock
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        self.lock.shared.permits.release();
    }
}

impl<T> Deref for LockGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for LockGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for LockGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LockGuard").field(&*self.value).finish()
    }
}

//! Locks that many may read under.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::fmt;
use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::waiters::{Place, Waiters};
use crate::event_loop::debug::waits_fn;
use crate::event_loop::wake;

/// A value that many tasks may read at a time, or one may change, across their suspensions. A clone is the same lock.
///
/// Who waits gets it in the order of coming, readers that follow each other together. So a reader that comes when a writer waits
/// is behind that one: a stream of readers keeps no writer waiting for ever. For the same reason a task that reads must not ask to read
/// once more: a writer may have come between, and they would wait for each other.
///
/// ```
/// use antiphon::event_loop::{self, RwLock, spawn, yield_now};
///
/// event_loop::run(async {
///     let prices = RwLock::new(vec![3, 4]);
///     let (one, two) = (prices.read().await, prices.read().await);
///     let writer = prices.clone();
///     let raise = spawn(async move {
///         let mut prices = writer.write().await;
///         for price in prices.iter_mut() {
///             *price += 1;
///             yield_now().await;
///         }
///     });
///     yield_now().await;
///     assert_eq!(one.iter().sum::<i32>() + two[0], 10);
///     drop((one, two));
///     // Nobody sees them half raised.
///     assert_eq!(*prices.read().await, [4, 5]);
///     raise.await.unwrap();
/// }).unwrap();
/// ```
pub struct RwLock<T> {
    shared: Rc<Shared<T>>,
}

struct Shared<T> {
    access: Access,
    /// Borrowed by those who have access, so that is never refused.
    value: RefCell<T>,
}

impl<T> RwLock<T> {
    /// A lock that nobody has.
    pub fn new(value: T) -> Self {
        RwLock { shared: Rc::new(Shared { access: Access::new(), value: RefCell::new(value) }) }
    }

    /// Waits until nobody writes, and nobody waits who came before. It is given back when the guard is dropped, also by a panic.
    ///
    /// # Cancellation
    ///
    /// Only the place in the line is lost.
    pub fn read(&self) -> impl Future<Output = RwLockReadGuard<'_, T>> {
        let mut acquire = self.shared.access.acquire(READ);
        waits_fn(|| "RwLock::read", move |cx| Pin::new(&mut acquire).poll(cx).map(|()| self.read_guard()))
    }

    /// Waits until nobody else reads or writes. It is given back when the guard is dropped, also by a panic.
    ///
    /// # Cancellation
    ///
    /// Those behind it, who waited for it only, go on. Only the place in the line is lost.
    pub fn write(&self) -> impl Future<Output = RwLockWriteGuard<'_, T>> {
        let mut acquire = self.shared.access.acquire(WRITE);
        waits_fn(|| "RwLock::write", move |cx| Pin::new(&mut acquire).poll(cx).map(|()| self.write_guard()))
    }

    /// The right to read, if nobody writes and nobody waits.
    ///
    /// ```
    /// let lock = antiphon::event_loop::RwLock::new('a');
    /// let (first, second) = (lock.try_read().unwrap(), lock.try_read().unwrap());
    /// assert!(lock.try_write().is_none());
    /// drop((first, second));
    /// *lock.try_write().unwrap() = 'b';
    /// assert_eq!(*lock.try_read().unwrap(), 'b');
    /// ```
    pub fn try_read(&self) -> Option<RwLockReadGuard<'_, T>> {
        self.shared.access.try_enter(READ).then(|| self.read_guard())
    }

    /// The right to write, if nobody has the lock or waits for it.
    pub fn try_write(&self) -> Option<RwLockWriteGuard<'_, T>> {
        self.shared.access.try_enter(WRITE).then(|| self.write_guard())
    }

    fn read_guard(&self) -> RwLockReadGuard<'_, T> {
        let held = Held { access: &self.shared.access, kind: READ };
        RwLockReadGuard { value: self.shared.value.borrow(), _held: held }
    }

    fn write_guard(&self) -> RwLockWriteGuard<'_, T> {
        let held = Held { access: &self.shared.access, kind: WRITE };
        RwLockWriteGuard { value: self.shared.value.borrow_mut(), held, lock: self }
    }
}

impl<T> Clone for RwLock<T> {
    fn clone(&self) -> Self {
        RwLock { shared: Rc::clone(&self.shared) }
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("RwLock");
        match self.shared.value.try_borrow() {
            Ok(value) => shown.field("value", &*value),
            Err(_) => shown.field("value", &format_args!("<locked>")),
        };
        shown.finish_non_exhaustive()
    }
}

/// Who has the lock, or is promised it, and who waits.
struct Access {
    now: Cell<Now>,
    waiters: Waiters,
}

#[derive(Clone, Copy)]
enum Now {
    Free,
    Readers(usize),
    Writer,
}

/// What somebody waits for.
const READ: u32 = 0;
const WRITE: u32 = 1;

impl Access {
    const fn new() -> Self {
        Access { now: Cell::new(Now::Free), waiters: Waiters::new() }
    }

    /// What is the case once one of that kind has entered, if he may.
    fn with(&self, kind: u32) -> Option<Now> {
        match (self.now.get(), kind) {
            (Now::Free, READ) => Some(Now::Readers(1)),
            (Now::Readers(readers), READ) => Some(Now::Readers(readers + 1)),
            (Now::Free, _) => Some(Now::Writer),
            _ => None,
        }
    }

    /// Whether one who comes now need not wait.
    fn is_open(&self, kind: u32) -> bool {
        self.waiters.is_empty() && self.with(kind).is_some()
    }

    fn try_enter(&self, kind: u32) -> bool {
        let entered = self.with(kind).filter(|_| self.waiters.is_empty());
        entered.map(|now| self.now.set(now)).is_some()
    }

    fn acquire(&self, kind: u32) -> Acquire<'_> {
        Acquire { access: self, kind, place: Place::none() }
    }

    fn leave(&self, kind: u32) {
        self.now.set(match self.now.get() {
            Now::Readers(readers) if kind == READ && readers > 1 => Now::Readers(readers - 1),
            _ => Now::Free,
        });
        self.admit();
    }

    /// Promises the lock to those who are first, as many as can have it together.
    fn admit(&self) {
        // Anew each time: who is woken may do anything.
        while let Some(now) = self.waiters.next().and_then(|kind| self.with(kind)) {
            self.now.set(now);
            self.waiters.choose(0);
        }
    }
}

/// The future of the right to enter.
struct Acquire<'l> {
    access: &'l Access,
    kind: u32,
    place: Place,
}

impl Future for Acquire<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.place.is_none() && this.access.is_open(this.kind) {
            return wake::complete(cx, || _ = this.access.try_enter(this.kind));
        }
        this.access.waiters.poll_for(this.kind, &mut this.place, cx).map(|_| ())
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        if self.place.is_none() {
            return;
        }
        match self.access.waiters.leave(&mut self.place) {
            Some(_) => self.access.leave(self.kind),
            // Those behind may have waited for this one only.
            None => self.access.admit(),
        }
    }
}

/// Given back when it is dropped.
struct Held<'l> {
    access: &'l Access,
    kind: u32,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.access.leave(self.kind);
    }
}

/// The right to read what a [`RwLock`] guards.
#[must_use = "the lock is given back when this is dropped"]
pub struct RwLockReadGuard<'l, T> {
    // In this order: the next one may borrow the value as soon as it has the lock.
    value: Ref<'l, T>,
    _held: Held<'l>,
}

/// The right to change what a [`RwLock`] guards.
#[must_use = "the lock is given back when this is dropped"]
pub struct RwLockWriteGuard<'l, T> {
    // In this order.
    value: RefMut<'l, T>,
    held: Held<'l>,
    lock: &'l RwLock<T>,
}

impl<'l, T> RwLockWriteGuard<'l, T> {
    /// Goes on reading, without anybody who writes in between. Readers that are first in the line come in as well.
    ///
    /// ```
    /// let lock = antiphon::event_loop::RwLock::new(1);
    /// let mut writing = lock.try_write().unwrap();
    /// *writing += 1;
    /// let reading = writing.downgrade();
    /// assert_eq!(*reading + *lock.try_read().unwrap(), 4);
    /// assert!(lock.try_write().is_none());
    /// ```
    pub fn downgrade(self) -> RwLockReadGuard<'l, T> {
        let RwLockWriteGuard { value, mut held, lock } = self;
        drop(value);
        held.kind = READ;
        held.access.now.set(Now::Readers(1));
        let guard = RwLockReadGuard { value: lock.shared.value.borrow(), _held: held };
        lock.shared.access.admit();
        guard
    }
}

impl<T> Deref for RwLockReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Deref for RwLockWriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for RwLockWriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RwLockReadGuard").field(&*self.value).finish()
    }
}

impl<T: fmt::Debug> fmt::Debug for RwLockWriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RwLockWriteGuard").field(&*self.value).finish()
    }
}

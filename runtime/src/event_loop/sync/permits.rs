//! A number of permits, and who waits for one: what locks and semaphores have in common.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::waiters::{Place, Waiters};
use crate::event_loop::wake;

/// Permits. One that is given back goes to the first who waits for it at once, and is free only if nobody does.
#[derive(Debug)]
pub(crate) struct Permits {
    free: Cell<usize>,
    waiters: Waiters,
}

impl Permits {
    pub(crate) const fn new(free: usize) -> Self {
        Permits { free: Cell::new(free), waiters: Waiters::new() }
    }

    #[inline]
    pub(crate) fn free(&self) -> usize {
        self.free.get()
    }

    /// Takes one, if one is free.
    #[inline]
    pub(crate) fn try_acquire(&self) -> bool {
        let free = self.free.get();
        if free > 0 {
            self.free.set(free - 1);
        }
        free > 0
    }

    /// Waits for one, which the caller has when this is ready.
    #[inline]
    pub(crate) fn acquire(&self) -> Acquire<'_> {
        Acquire { permits: self, place: Place::none() }
    }

    /// Gives one back, or adds one.
    #[inline]
    pub(crate) fn release(&self) {
        if !self.waiters.choose(0) {
            self.free.set(self.free.get().saturating_add(1));
        }
    }
}

/// The future of a permit.
#[derive(Debug)]
pub(crate) struct Acquire<'p> {
    permits: &'p Permits,
    place: Place,
}

impl Future for Acquire<'_> {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        if this.place.is_none() && this.permits.free() > 0 {
            return wake::complete(cx, || _ = this.permits.try_acquire());
        }
        this.permits.waiters.poll(&mut this.place, cx).map(|_| ())
    }
}

impl Drop for Acquire<'_> {
    #[inline]
    fn drop(&mut self) {
        if self.permits.waiters.leave(&mut self.place).is_some() {
            self.permits.release();
        }
    }
}

//! The wakers that tasks are polled with.
//!
//! What a task is polled with is not a waker of its own: it is the address of a variable on the loop's stack. The loop's own
//! operations recognise it by that address and keep the task's number. Only who clones it makes a real one, which is an
//! allocation; and from then on its task is polled with that one, so that others recognise it too.
#![expect(unsafe_code, reason = "a waker that lives for one poll only, and is not paid for, is made from raw parts")]

use std::sync::{Arc, OnceLock};
use std::task::{RawWaker, RawWakerVTable, Wake, Waker};

use super::entry::Entry;
use super::remote::Remote;

/// A waker that was cloned. It may go to any thread and outlive the loop.
#[derive(Debug)]
pub(crate) struct RealWaker {
    remote: Arc<Remote>,
    entry: Entry,
}

impl Wake for RealWaker {
    fn wake(self: Arc<Self>) {
        self.remote.wake(self.entry);
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.remote.wake(self.entry);
    }
}

/// What a waker stands on during a poll: who is polled, and the waker that was made of it.
pub(crate) struct Polling<'r> {
    remote: &'r Arc<Remote>,
    entry: Entry,
    made: OnceLock<Arc<RealWaker>>,
}

impl<'r> Polling<'r> {
    /// For any number of polls, one after the other.
    #[inline]
    pub(crate) fn new(remote: &'r Arc<Remote>) -> Self {
        Polling { remote, entry: Entry::NOBODY, made: OnceLock::new() }
    }

    /// Calls `f` with a waker that is good until `f` returns. If somebody clones it, the clone is put into `made` as well.
    #[inline]
    pub(crate) fn poll_with(&mut self, entry: Entry, f: impl FnOnce(&Waker), made: &mut Option<Waker>) {
        self.entry = entry;
        self.with_waker(f);
        // Asked first, which is all there is to do for most.
        if self.made.get().is_some() {
            *made = self.made.take().map(Waker::from);
        }
    }

    #[inline]
    fn with_waker<R>(&self, f: impl FnOnce(&Waker) -> R) -> R {
        let data = std::ptr::from_ref(self).cast::<()>();
        // SAFETY: the functions of `BORROWED` do what `RawWaker` asks for, from any thread, as long as `self` is there: all in
        // it can be shared. `f` gets a reference that ends before `self` does, and a clone does not point here.
        let waker = std::mem::ManuallyDrop::new(unsafe { Waker::from_raw(RawWaker::new(data, &BORROWED)) });
        f(&waker)
    }

    fn real(&self) -> &Arc<RealWaker> {
        self.made.get_or_init(|| Arc::new(RealWaker { remote: Arc::clone(self.remote), entry: self.entry }))
    }
}

static BORROWED: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, drop);

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: only `with_waker` makes a waker with this table, and its data is a `Polling` that outlives it.
    let polling = unsafe { &*data.cast::<Polling<'_>>() };
    let waker = std::mem::ManuallyDrop::new(Waker::from(Arc::clone(polling.real())));
    RawWaker::new(waker.data(), waker.vtable())
}

/// By value and by reference: `with_waker` gives nobody the value.
unsafe fn wake(data: *const ()) {
    // SAFETY: as in `clone`.
    let polling = unsafe { &*data.cast::<Polling<'_>>() };
    polling.remote.wake(polling.entry);
}

unsafe fn drop(_: *const ()) {}

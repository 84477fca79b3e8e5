//! A value that somebody will set.

use std::boxed::Box;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::cancel::Cancelled;
use super::report::{self, Report};
use super::task;
use super::wake::{self, Wake};
use super::{current, debug};

/// A future that somebody will set, and that anybody may await. Python: `asyncio.Future`, `loop.create_future()`.
///
/// What `async` functions return is not one of these; a [task's handle](super::JoinHandle) is the nearest to one that the loop
/// sets.
///
/// Clones are handles to the same promise. Each of them can be awaited, and gets a clone of the value; a value that cannot
/// be cloned is put into an [`Rc`]. It is set once: who comes second gets back what it brought.
///
/// ```
/// use antiphon::event_loop::{self, Promise, spawn};
///
/// event_loop::run(async {
///     let answer = Promise::new();
///     let waiting = spawn(answer.clone());
///     answer.set_result(42).unwrap();
///     assert_eq!(answer.set_result(43).unwrap_err().0, 43);
///     assert_eq!(waiting.await.unwrap(), Ok(42));
///     assert_eq!(answer.result(), Some(Ok(42)));
/// }).unwrap();
/// ```
///
/// A promise of a `Result` can be set to an error: [`set_error`](Self::set_error). If nobody asks for that, it is
/// [reported](Report) when the last handle is dropped.
///
/// # Cancellation
///
/// Who is cancelled while it waits leaves the promise as it is, for the others. To cancel the promise, [say
/// so](Self::cancel).
#[doc(alias = "Future")]
#[doc(alias = "create_future")]
pub struct Promise<T> {
    shared: Rc<Shared<T>>,
    /// Where this handle waits.
    place: Option<u64>,
}

struct Shared<T> {
    outcome: OnceCell<Result<T, Cancelled>>,
    /// By the order in which they came.
    waiting: RefCell<BTreeMap<u64, Waiting>>,
    next: Cell<u64>,
    /// Somebody has asked for the outcome, and got it.
    retrieved: Cell<bool>,
    made_at: &'static Location<'static>,
}

enum Waiting {
    Awaiting(Wake),
    /// On the loop of that number.
    Callback(u32, Box<dyn FnOnce()>),
}

impl<T> Promise<T> {
    /// One that is not done.
    #[track_caller]
    pub fn new() -> Self {
        let shared = Shared {
            outcome: OnceCell::new(),
            waiting: RefCell::default(),
            next: Cell::new(0),
            retrieved: Cell::new(false),
            made_at: Location::caller(),
        };
        Promise { shared: Rc::new(shared), place: None }
    }

    /// Sets the value, and wakes all that await it, first come, first served. They run in the next turn, not here.
    ///
    /// # Errors
    ///
    /// If it is done already: the value comes back. Python: `InvalidStateError`.
    pub fn set_result(&self, value: T) -> Result<(), InvalidState<T>> {
        match self.shared.outcome.set(Ok(value)) {
            Ok(()) => {
                self.shared.tell();
                Ok(())
            }
            Err(Ok(value)) => Err(InvalidState(value)),
            Err(Err(Cancelled)) => unreachable!("what was to be set comes back"),
        }
    }

    /// Ends it without a value: whoever awaits it gets `Err(Cancelled)`. `false` if it is done already.
    pub fn cancel(&self) -> bool {
        let cancelled = self.shared.outcome.set(Err(Cancelled)).is_ok();
        if cancelled {
            self.shared.tell();
        }
        cancelled
    }

    /// Whether it was set or cancelled.
    pub fn done(&self) -> bool {
        self.shared.outcome.get().is_some()
    }

    /// Whether it was cancelled.
    pub fn cancelled(&self) -> bool {
        matches!(self.shared.outcome.get(), Some(Err(Cancelled)))
    }

    /// The outcome, if it is done.
    pub fn result(&self) -> Option<Result<T, Cancelled>>
    where
        T: Clone,
    {
        let outcome = self.shared.outcome.get()?;
        self.shared.retrieved.set(true);
        Some(outcome.clone())
    }

    /// Has the loop that runs here call `f` when this is done: in the turn after, in its order among those who await
    /// this. If it is done already, in the next turn.
    ///
    /// # Panics
    ///
    /// If no loop runs on this thread.
    #[track_caller]
    pub fn add_done_callback(&self, f: impl FnOnce() + 'static) {
        let Some(core) = current::get() else {
            panic!("no event loop runs on this thread; add callbacks to a promise in what an `EventLoop` runs");
        };
        if self.done() {
            core.call_soon(Box::new(f));
        } else {
            let place = self.shared.arrive();
            self.shared.waiting.borrow_mut().insert(place, Waiting::Callback(core.id(), Box::new(f)));
        }
    }
}

impl<T, E> Promise<Result<T, E>> {
    /// Sets it to an error. Python: `Future.set_exception`.
    ///
    /// ```
    /// use antiphon::event_loop::{self, Promise};
    ///
    /// event_loop::run(async {
    ///     let page = Promise::<Result<String, &str>>::new();
    ///     page.set_error("no such page").unwrap();
    ///     assert_eq!(page.await, Ok(Err("no such page")));
    /// }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// If it is done already: the error comes back.
    #[doc(alias = "set_exception")]
    pub fn set_error(&self, error: E) -> Result<(), InvalidState<E>> {
        self.set_result(Err(error)).map_err(|InvalidState(value)| match value {
            Err(error) => InvalidState(error),
            Ok(_) => unreachable!("what was to be set comes back"),
        })
    }
}

impl<T> Shared<T> {
    fn arrive(&self) -> u64 {
        let place = self.next.get();
        self.next.set(place + 1);
        place
    }

    /// It is done.
    fn tell(&self) {
        for waiting in self.waiting.take().into_values() {
            match waiting {
                Waiting::Awaiting(wake) => wake.wake(),
                Waiting::Callback(of, f) => {
                    // Of a loop that is gone the callbacks are, too.
                    if let Some(core) = current::find(of) {
                        core.call_soon(f);
                    }
                }
            }
        }
    }
}

impl<T: Clone> Future for Promise<T> {
    type Output = Result<T, Cancelled>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if self.done() && !wake::may_complete(cx) {
            return Poll::Pending;
        }
        if let Some(outcome) = self.result() {
            return Poll::Ready(outcome);
        }
        if self.place.is_none() {
            debug::begins();
        }
        let place = self.place.unwrap_or_else(|| self.shared.arrive());
        self.place = Some(place);
        // Taken out, since wakers may be anybody's.
        let mut waiting = self.shared.waiting.borrow_mut().remove(&place);
        match &mut waiting {
            Some(Waiting::Awaiting(wake)) => wake.update(cx),
            _ => waiting = Some(Waiting::Awaiting(Wake::of(cx))),
        }
        self.shared.waiting.borrow_mut().extend(waiting.map(|waiting| (place, waiting)));
        // Set by such a waker, meanwhile.
        if self.done() {
            cx.waker().wake_by_ref();
        }
        debug::awaits("promise");
        Poll::Pending
    }
}

impl<T> Clone for Promise<T> {
    fn clone(&self) -> Self {
        Promise { shared: Rc::clone(&self.shared), place: None }
    }
}

impl<T> Default for Promise<T> {
    #[track_caller]
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        let waiting = self.place.and_then(|place| self.shared.waiting.borrow_mut().remove(&place));
        drop(waiting);
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        if self.retrieved.get() {
            return;
        }
        let Some(Ok(value)) = self.outcome.get() else { return };
        if let Some(failure) = task::failed(value) {
            report::here(&Report::Promise {
                made_at: self.made_at,
                failure: failure.replace("returned", "was set to"),
            });
        }
    }
}

impl<T> fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Promise")
            .field("done", &self.done())
            .field("cancelled", &self.cancelled())
            .finish_non_exhaustive()
    }
}

/// The promise is done already; what it was to be set to comes back. Python: `asyncio.InvalidStateError`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InvalidState<T>(pub T);

impl<T> fmt::Display for InvalidState<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the promise is done already")
    }
}

impl<T> fmt::Debug for InvalidState<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvalidState")
    }
}

impl<T> Error for InvalidState<T> {}

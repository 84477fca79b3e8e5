//! What a body says about cancelling: that it wants to be told, that it goes on, where it can be cancelled.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::vec::Vec;

use pin_project_lite::pin_project;

use super::listeners::{self, Asked, Listener};
use super::scope::{self, Kind, Polled};
use super::slab::{Key, Slab};
use super::wake::Wake;

/// Somebody cancelled what was awaited. Python: `CancelledError`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Cancelled;

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("cancelled")
    }
}

impl Error for Cancelled {}

/// Awaits something, and is told when it is cancelled: the value is `Err(Cancelled)` then.
///
/// What is cancelled is a scope: a task, a [`timeout`](super::timeout()), a [`CancelScope`], a branch of a race, a group. A body
/// that does not say anything is dropped at the `.await` where it waits, from the innermost outwards, as
/// [`close`](crate::Coroutine::close) does with a coroutine. With `cancellable` it is dropped up to here, and who awaits this
/// goes on: to put things in order, and to return a value if it likes.
///
/// The scope stays cancelled, so the next `.await` that has to wait is cut as well. To wait for something nevertheless, put
/// it into a [`shield`], best with a [`timeout`](super::timeout()) in it. An `.await` that is ready gives its value: nothing
/// that has arrived is lost.
///
/// Python: `try: … except CancelledError:`. Trio: a cancelled scope is a level, too.
///
/// ```
/// use antiphon::event_loop::{self, Cancelled, cancellable, shield, sleep, spawn, timeout};
/// use std::time::Duration;
///
/// async fn worker() -> &'static str {
///     match cancellable(sleep(Duration::from_secs(3600))).await {
///         Ok(()) => "done",
///         Err(Cancelled) => {
///             let cleanup = sleep(Duration::from_millis(1));
///             match shield(timeout(Duration::from_secs(5), cleanup)).await {
///                 Ok(()) => "tidied up",
///                 Err(_) => "gave up",
///             }
///         }
///     }
/// }
///
/// event_loop::run(async {
///     let task = spawn(worker());
///     event_loop::yield_now().await;
///     task.cancel();
///     assert_eq!(task.await.unwrap(), "tidied up");
/// }).unwrap();
/// ```
pub fn cancellable<F: IntoFuture>(future: F) -> Cancellable<F::IntoFuture> {
    Cancellable { body: Some(future.into_future()), asked: Asked::new(), listener: Listener::nobody() }
}

pin_project! {
    /// The future of [`cancellable`].
    #[must_use = "a future does nothing until it is awaited"]
    #[derive(Debug)]
    pub struct Cancellable<F> {
        #[pin]
        body: Option<F>,
        asked: Asked,
        listener: Listener,
    }
}

impl<F: Future> Future for Cancellable<F> {
    type Output = Result<F::Output, Cancelled>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let body = this.body.as_mut().as_pin_mut().expect("a future is not polled after its end");
        let output = match scope::poll(body, cx, "cancellable", Kind::Observer, false, this.asked) {
            Polled::Ready(value) => Ok(value),
            Polled::Unobserved => Err(Cancelled),
            Polled::Pending => {
                this.listener.register(cx);
                return Poll::Pending;
            }
        };
        this.listener.unregister();
        this.body.set(None);
        Poll::Ready(output)
    }
}

/// Awaits something that is not cancelled from outside.
///
/// The scopes around wait until it has ended. Scopes inside it work as ever, so give it a limit where it might take long:
/// `shield(timeout(limit, cleanup))`. See [`cancellable`].
///
/// It differs from `asyncio.shield`, which lets what it protects go on alone: for that, [`spawn`](super::spawn()) it and
/// await the handle.
pub fn shield<F: IntoFuture>(future: F) -> Shield<F::IntoFuture> {
    Shield { body: future.into_future(), listener: Listener::nobody() }
}

pin_project! {
    /// The future of [`shield`].
    #[must_use = "a future does nothing until it is awaited"]
    #[derive(Debug)]
    pub struct Shield<F> {
        #[pin]
        body: F,
        listener: Listener,
    }
}

impl<F: Future> Future for Shield<F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if let Polled::Ready(value) = scope::poll(this.body, cx, "shield", Kind::Shield, false, &Asked::new()) {
            this.listener.unregister();
            return Poll::Ready(value);
        }
        this.listener.register(cx);
        Poll::Pending
    }
}

/// A scope that can be cancelled by whoever has it. Python: `trio.CancelScope`.
///
/// ```
/// use antiphon::event_loop::{self, CancelScope, Cancelled, sleep, spawn};
/// use std::time::Duration;
///
/// event_loop::run(async {
///     let scope = CancelScope::new();
///     let other = scope.clone();
///     spawn(async move { other.cancel() }).named("impatience");
///     assert_eq!(scope.run(sleep(Duration::from_secs(3600))).await, Err(Cancelled));
///     // It stays cancelled.
///     assert_eq!(scope.run(std::future::pending::<()>()).await, Err(Cancelled));
///     assert_eq!(scope.run(async { 1 }).await, Ok(1));
/// }).unwrap();
/// ```
#[derive(Clone, Default)]
pub struct CancelScope {
    shared: Rc<Shared>,
}

#[derive(Default)]
struct Shared {
    cancelled: Cell<bool>,
    /// Who runs something in it.
    running: RefCell<Slab<Wake>>,
}

impl CancelScope {
    /// A scope that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels all that runs in the scope, and all that will. They are told at their next step, not here.
    pub fn cancel(&self) {
        if !self.shared.cancelled.replace(true) {
            let (mut running, mut below) = (Vec::new(), u32::MAX);
            while let Some(one) = self.shared.running.borrow_mut().pop(&mut below) {
                running.push(one);
            }
            running.into_iter().for_each(Wake::wake);
        }
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.get()
    }

    /// Awaits something within the scope. `Err` if it was cancelled, and what it awaited did not come to an end by itself.
    pub fn run<F: IntoFuture>(&self, future: F) -> impl Future<Output = Result<F::Output, Cancelled>> {
        InScope {
            body: Some(future.into_future()),
            shared: &self.shared,
            place: None,
            told: false,
            asked: Asked::new(),
        }
    }
}

impl fmt::Debug for CancelScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CancelScope").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}

pin_project! {
    struct InScope<'s, F> {
        #[pin]
        body: Option<F>,
        shared: &'s Shared,
        place: Option<Key>,
        told: bool,
        asked: Asked,
    }

    impl<F> PinnedDrop for InScope<'_, F> {
        fn drop(this: Pin<&mut Self>) {
            if let Some(place) = this.place {
                let left = this.shared.running.borrow_mut().remove(place);
                drop(left);
            }
        }
    }
}

impl<F: Future> Future for InScope<'_, F> {
    type Output = Result<F::Output, Cancelled>;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let cancelled = this.shared.cancelled.get();
        if cancelled && !std::mem::replace(this.told, true) {
            listeners::wake();
        }
        let body = this.body.as_mut().as_pin_mut().expect("a future is not polled after its end");
        let output = match scope::poll(body, cx, "CancelScope::run", Kind::Inner, cancelled, this.asked) {
            Polled::Ready(value) => Ok(value),
            Polled::Unobserved => Err(Cancelled),
            Polled::Pending => {
                let mut running = this.shared.running.borrow_mut();
                match this.place.and_then(|place| running.get_mut(place)) {
                    Some(wake) => wake.update(cx),
                    None => *this.place = Some(running.insert_with(|_| Wake::of(cx))),
                }
                // Cancelled by its own body, in this poll.
                if !cancelled && this.shared.cancelled.get() {
                    cx.waker().wake_by_ref();
                }
                return Poll::Pending;
            }
        };
        this.body.set(None);
        Poll::Ready(output)
    }
}

//! Who waits for a group.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::vec::Vec;

use pin_project_lite::pin_project;

use super::TaskGroup;
use super::error::{GroupError, Outcome};
use super::shared::{self, Failure, Shared};
use crate::event_loop::debug::{self, Level};
use crate::event_loop::listeners::{self, Asked, Listener};
use crate::event_loop::scope::{self, Kind, Polled};

const GROUP: &str = "task_group";

pin_project! {
    /// The future of [`task_group`](super::task_group).
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Grouped<F: Future<Output: Outcome<E>>, E> {
        #[pin]
        body: Option<F>,
        // What the body came to.
        value: Option<<F::Output as Outcome<E>>::Value>,
        shared: Rc<Shared<E>>,
        // The body knows that the group is cancelled.
        told: bool,
        ended: bool,
        asked: Asked,
        listener: Listener,
    }

    impl<F: Future<Output: Outcome<E>>, E> PinnedDrop for Grouped<F, E> {
        fn drop(this: Pin<&mut Self>) {
            this.abandon();
        }
    }
}

impl<F: Future<Output: Outcome<E>>, E> Grouped<F, E> {
    pub(super) fn new<I>(body: impl FnOnce(TaskGroup<E>) -> I) -> Self
    where
        I: IntoFuture<IntoFuture = F, Output = F::Output>,
    {
        let shared = Rc::new(Shared::new());
        shared.is_polled();
        let group = TaskGroup { shared: Rc::clone(&shared) };
        // First the owner: the closure may spawn, and then panic.
        let mut owner = Grouped {
            body: None,
            value: None,
            shared,
            told: false,
            ended: false,
            asked: Asked::new(),
            listener: Listener::nobody(),
        };
        owner.body = Some(body(group).into_future());
        owner
    }

    /// Polls the body, in a scope of its own. Afterwards there is one only if it waits.
    #[track_caller]
    fn poll_body(self: Pin<&mut Self>, cx: &mut Context<'_>) {
        let mut this = self.project();
        let Some(body) = this.body.as_mut().as_pin_mut() else { return };
        let cancelled = this.shared.is_cancelled();
        if cancelled && !std::mem::replace(this.told, true) {
            listeners::wake();
        }
        // A closure is not told who calls whoever has made it.
        let (level, at) = (Level::enter(), Location::caller());
        let polled =
            catch_unwind(AssertUnwindSafe(|| scope::poll(body, cx, GROUP, Kind::Inner, cancelled, this.asked)));
        level.leave(Some(at));
        let outcome = match polled {
            Ok(Polled::Pending) => {
                // Cancelled by its own body, in this poll.
                if this.shared.is_cancelled() && !cancelled {
                    cx.waker().wake_by_ref();
                }
                return;
            }
            Ok(Polled::Ready(output)) => Ok(Some(output)),
            Ok(Polled::Unobserved) => Ok(None),
            Err(payload) => Err(payload),
        };
        let dropped = catch_unwind(AssertUnwindSafe(|| this.body.set(None)));
        match outcome.map(|output| output.map(Outcome::into_outcome)) {
            Ok(None) => {}
            Ok(Some(Ok(value))) => *this.value = Some(value),
            Ok(Some(Err(error))) => this.shared.fail(Failure::Error(error)),
            Err(payload) => this.shared.fail(Failure::Panic(payload)),
        }
        if let Err(payload) = dropped {
            this.shared.fail(Failure::Panic(payload));
        }
    }

    /// All have ended. `None` if there is nothing to tell but that a scope around is cancelled: that one knows, and cuts the
    /// code that awaits the group as it does any other.
    fn outcome(self: Pin<&mut Self>) -> Option<Result<<F::Output as Outcome<E>>::Value, GroupError<E>>> {
        let this = self.project();
        let failures = this.shared.close();
        let mut errors = Vec::new();
        let mut panic = None;
        for failure in failures {
            match failure {
                Failure::Error(error) => errors.push(error),
                Failure::Panic(payload) => panic = panic.or(Some(payload)),
            }
        }
        let value = this.value.take();
        *this.ended = true;
        match (panic, value) {
            (Some(payload), _) => resume_unwind(payload),
            (None, Some(value)) if errors.is_empty() => Some(Ok(value)),
            (None, None) if errors.is_empty() && scope::is_cancelled() => {
                *this.ended = false;
                None
            }
            _ => Some(Err(GroupError::new(errors))),
        }
    }

    /// Nobody waits for the group any more.
    fn abandon(self: Pin<&mut Self>) {
        let mut this = self.project();
        if *this.ended {
            return;
        }
        // The body's destructors may still spawn, and what they spawn never runs.
        this.shared.cancel();
        let dropped = catch_unwind(AssertUnwindSafe(|| this.body.set(None)));
        shared::report(&this.shared.close());
        if let Err(payload) = dropped {
            resume_unwind(payload);
        }
    }
}

impl<F: Future<Output: Outcome<E>>, E> Future for Grouped<F, E> {
    type Output = Result<<F::Output as Outcome<E>>::Value, GroupError<E>>;

    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        assert!(!self.ended, "a future is not polled after its end");
        self.shared.is_polled();
        if scope::is_cancelled() {
            self.shared.cancel();
        }
        self.as_mut().poll_body(cx);
        if self.body.is_none() && self.shared.running() == 0 {
            self.as_mut().project().listener.unregister();
            return self.outcome().map_or(Poll::Pending, Poll::Ready);
        }
        if self.shared.running() > 0 {
            // The scope around has to wait for the tasks, which it does not poll.
            scope::withhold();
        }
        self.shared.wait(cx);
        if self.body.is_none() {
            debug::awaits(GROUP);
        }
        self.project().listener.register(cx);
        Poll::Pending
    }
}

impl<F: Future<Output: Outcome<E>>, E> fmt::Debug for Grouped<F, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grouped")
            .field("running", &self.shared.running())
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

//! A future for which a variable has a value.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::values::{self, Value, Values};
use crate::event_loop::debug::Level;

pin_project! {
    /// The future of [`ContextVar::scope`](super::ContextVar::scope).
    #[must_use = "a future does nothing until it is awaited"]
    pub struct ContextScope<F> {
        #[pin]
        body: Option<F>,
        // What it adds to the values around it, until it starts.
        added: Option<(usize, Value)>,
        // Once it has started, when it is not polled.
        values: Option<Values>,
    }

    impl<F> PinnedDrop for ContextScope<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.body.is_some() {
                start(this.added, this.values);
                let _entered = values::enter(this.values);
                this.body.set(None);
            }
        }
    }
}

impl<F> ContextScope<F> {
    pub(super) fn new(body: F, variable: usize, value: Value) -> Self {
        ContextScope { body: Some(body), added: Some((variable, value)), values: None }
    }
}

/// Takes the values that are around it, and its own.
fn start(added: &mut Option<(usize, Value)>, values: &mut Option<Values>) {
    if let Some((variable, value)) = added.take() {
        *values = Some(values::current_and(variable, value));
    }
}

impl<F: Future> Future for ContextScope<F> {
    type Output = F::Output;

    #[track_caller]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let body = this.body.as_mut().as_pin_mut().expect("a future is not polled after its end");
        start(this.added, this.values);
        let level = Level::enter();
        let entered = values::enter(this.values);
        let polled = body.poll(cx);
        if polled.is_ready() {
            // Its destructors find the values, too.
            this.body.set(None);
        }
        drop(entered);
        level.leave_operation::<F>(polled.is_pending(), "ContextVar::scope");
        if polled.is_ready() {
            drop(this.values.take());
        }
        polled
    }
}

impl<F> fmt::Debug for ContextScope<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContextScope")
            .field("started", &self.added.is_none())
            .field("ended", &self.body.is_none())
            .finish_non_exhaustive()
    }
}

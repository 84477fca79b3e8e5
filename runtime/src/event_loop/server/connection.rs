//! A connection's task: what goes wrong in it stays in it.

use std::fmt;
use std::format;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::string::{String, ToString};
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Shared;
use crate::event_loop::group::Returns;
use crate::event_loop::report::Report;
use crate::event_loop::task::message;

/// What the handler of a [`Server`](super::Server) returns: `()`, or a `Result`, whose error is reported.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a server can tell failures from",
    label = "this returns `{Self}`",
    note = "a handler returns `()`, or a `Result` whose error can be displayed"
)]
pub trait Served {
    /// What there is to report.
    fn into_failure(self) -> Option<String>;
}

impl Served for () {
    fn into_failure(self) -> Option<String> {
        None
    }
}

/// What goes round in a `loop` for ever, until it is cancelled.
#[diagnostic::do_not_recommend]
impl Served for <fn() -> ! as Returns>::Value {
    fn into_failure(self) -> Option<String> {
        self
    }
}

impl<T, E: fmt::Display> Served for Result<T, E> {
    fn into_failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// One more, as long as this is there.
pub(super) struct Counted(Rc<Shared>);

impl Counted {
    pub(super) fn new(shared: &Rc<Shared>) -> Self {
        shared.connections.set(shared.connections.get() + 1);
        Counted(Rc::clone(shared))
    }

    fn report(&self, failure: String) {
        self.0.report(|served_at| Report::Connection { served_at, failure });
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.connections.set(self.0.connections.get() - 1);
        self.0.ended.set();
    }
}

pin_project! {
    /// Runs a handler. It ends without an error and without a panic.
    pub(super) struct Connection<F> {
        #[pin]
        body: Option<F>,
        // Until after the body is gone, and its descriptor with it.
        counted: Counted,
    }

    impl<F> PinnedDrop for Connection<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            drop_body(this.body, this.counted);
        }
    }
}

impl<F> Connection<F> {
    pub(super) const fn new(body: F, counted: Counted) -> Self {
        Connection { body: Some(body), counted }
    }
}

impl<F: Future<Output: Served>> Future for Connection<F> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        let polled = catch_unwind(AssertUnwindSafe(|| match this.body.as_mut().as_pin_mut() {
            Some(body) => body.poll(cx).map(Served::into_failure),
            None => Poll::Ready(None),
        }));
        let failure = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(failure)) => failure,
            Err(payload) => Some(format!("panicked: {}", message(&*payload))),
        };
        if let Some(failure) = failure {
            this.counted.report(failure);
        }
        drop_body(this.body, this.counted);
        Poll::Ready(())
    }
}

fn drop_body<F>(mut body: Pin<&mut Option<F>>, counted: &Counted) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| body.set(None))) {
        counted.report(format!("panicked: {}", message(&*payload)));
    }
}

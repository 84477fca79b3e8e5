//! A task's body in a group.

use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::error::Outcome;
use super::shared::{Failure, Shared};
use crate::event_loop::slab::Key;

pin_project! {
    /// Gives the group what fails, and leaves it when it is dropped: then its body is, too.
    pub(super) struct Member<F, E> {
        #[pin]
        body: Option<F>,
        group: Rc<Shared<E>>,
        place: Key,
        spawned_at: &'static Location<'static>,
    }

    impl<F, E> PinnedDrop for Member<F, E> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            drop_body(this.body, this.group, *this.place, this.spawned_at);
            this.group.leave(*this.place);
        }
    }
}

impl<F, E> Member<F, E> {
    pub(super) fn new(body: F, group: &Rc<Shared<E>>, spawned_at: &'static Location<'static>) -> Self {
        Member { body: Some(body), group: Rc::clone(group), place: group.enter(), spawned_at }
    }

    pub(super) const fn place(&self) -> Key {
        self.place
    }
}

impl<F: Future<Output: Outcome<E>>, E> Future for Member<F, E> {
    type Output = <F::Output as Outcome<E>>::Value;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Pending };
            body.poll(cx)
        }));
        let failure = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => match output.into_outcome() {
                Ok(value) => return Poll::Ready(value),
                Err(error) => Failure::Error(error),
            },
            Err(payload) => Failure::Panic(payload),
        };
        drop_body(this.body, this.group, *this.place, this.spawned_at);
        // That cancels this task too, which is cut here: it has no value.
        this.group.fails(*this.place, failure, this.spawned_at);
        Poll::Pending
    }
}

/// A destructor that panics is a failure like any other.
fn drop_body<F, E>(
    mut body: Pin<&mut Option<F>>,
    group: &Shared<E>,
    place: Key,
    spawned_at: &'static Location<'static>,
) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| body.set(None))) {
        group.fails(place, Failure::Panic(payload), spawned_at);
    }
}

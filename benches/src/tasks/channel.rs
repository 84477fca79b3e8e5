//! A channel with room for one value, for one sender and one receiver, which wakes by wakers.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

#[derive(Default)]
pub(super) struct Shared {
    value: Cell<Option<u64>>,
    waiting: RefCell<Option<Waker>>,
}

impl Shared {
    fn wait<T>(&self, cx: &Context<'_>) -> Poll<T> {
        let mut waiting = self.waiting.borrow_mut();
        match &mut *waiting {
            Some(waker) => waker.clone_from(cx.waker()),
            None => *waiting = Some(cx.waker().clone()),
        }
        Poll::Pending
    }

    fn wake(&self) {
        let waiting = self.waiting.take();
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

/// One end.
pub(super) type End = Rc<Shared>;

pub(super) fn channel() -> (End, End) {
    let shared = End::default();
    (shared.clone(), shared)
}

pub(super) async fn send(to: &mut End, value: u64) {
    std::future::poll_fn(|cx| match to.value.take() {
        Some(other) => {
            to.value.set(Some(other));
            to.wait(cx)
        }
        None => {
            to.value.set(Some(value));
            to.wake();
            Poll::Ready(())
        }
    })
    .await;
}

pub(super) async fn receive(from: &mut End) -> u64 {
    std::future::poll_fn(|cx| match from.value.take() {
        Some(value) => {
            from.wake();
            Poll::Ready(value)
        }
        None => from.wait(cx),
    })
    .await
}

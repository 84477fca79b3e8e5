//! What safe code has tried against memory safety, and what becomes of it.

use antiphon::prelude::*;
use antiphon::trampoline::{Reply, Request, Trampoline, ask};
use antiphon_tests::{Guard, Log};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// Asking a frame where it stands must not start it.
#[test]
fn a_boxed_one_that_has_not_started_is_not_run_by_a_question() {
    #[antiphon::coroutine(yield = u8)]
    fn f(text: String) -> [usize; 24] {
        if text.is_empty() {
            yield_!(1);
        }
        [0x4141_4100; 24]
    }
    let mut c = f("hello".repeat(10)).boxed();
    assert!(c.suspended_at().is_none() && c.backtrace().is_empty());
    assert_eq!(c.status(), Status::Created);
    assert_eq!(c.start(), Complete([0x4141_4100; 24]));
    assert!(c.suspended_at().is_none());
    drop(f("hello".repeat(10)).boxed());
}

/// Puts another waker into the context of the body that awaits it.
struct Replace;

impl Future for Replace {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        *cx = Context::from_waker(Waker::noop());
        Poll::Ready(())
    }
}

macro_rules! hidden_await {
    ($future:expr) => {
        $future.await
    };
}

/// A body that unwound here would drop what its child borrows before the child.
#[test]
fn a_child_on_the_stack_is_not_left_behind_by_its_parent() {
    struct Reads<'a>(&'a String, Log);
    impl Drop for Reads<'_> {
        fn drop(&mut self) {
            assert_eq!(self.0.len(), 50);
            self.1.note("read");
        }
    }
    #[antiphon::coroutine(yield = u8)]
    fn child(reads: Reads<'_>) {
        yield_!(1);
        drop(reads);
    }
    #[antiphon::coroutine(yield = u8)]
    fn parent(log: Log) {
        let text = "hello".repeat(10);
        hidden_await!(Replace);
        yield_from!(box child(Reads(&text, log)));
    }
    let log = Log::new();
    let mut c = parent(log.clone()).boxed();
    let _ = catch_unwind(AssertUnwindSafe(|| c.start()));
    drop(c);
    assert_eq!(log.take(), ["read"]);
}

/// What is sent along with the start of a hand-written body is dropped, as `resume_next` says.
#[test]
fn what_is_sent_with_the_start_is_dropped() {
    #[antiphon::coroutine(yield = Request<'static, u8, Guard>, send = Reply<Guard>)]
    fn asks(replies: Rc<RefCell<Vec<Reply<Guard>>>>) {
        let reply = yield_!(request());
        replies.borrow_mut().push(reply);
    }
    fn request() -> Request<'static, u8, Guard> {
        pin!(ask(1)).start().yielded().expect("a request")
    }
    let log = Log::new();
    let replies = Rc::default();
    let mut trampoline = Trampoline::new();
    trampoline.add(asks(Rc::clone(&replies)));
    trampoline.run(|_| log.guard("reply"));
    let reply = replies.borrow_mut().pop().expect("a reply");
    let mut c = pin!(ask::<u8, Guard>(1));
    assert!(c.as_mut().resume_next(reply).is_some());
    assert_eq!(log.take(), ["reply"]);
}

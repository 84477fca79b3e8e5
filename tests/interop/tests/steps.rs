//! Steps of a coroutine that awaits: polled by hand, so that it is seen when each is pending.

use antiphon::AsyncGenerator;
use antiphon::prelude::*;
use antiphon_interop::{Count, Gate, hidden_await, now, poll};
use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

#[antiphon::coroutine(yield = u32, send = u32)]
async fn total(gate: Gate) -> u32 {
    let mut sum = 0;
    for _ in 0..3 {
        gate.clone().await;
        sum += yield_!(sum);
    }
    sum
}

#[test]
fn steps_wait_for_what_the_body_awaits() {
    let gate = Gate::default();
    let mut c = pin!(total(gate.clone()));
    {
        let mut start = pin!(c.start());
        assert!(poll(start.as_mut()).is_pending());
        assert!(poll(start.as_mut()).is_pending());
        gate.open();
        assert_eq!(poll(start.as_mut()), Poll::Ready(Yielded(0)));
    }
    assert_eq!(c.status(), Status::Suspended);
    {
        let mut send = pin!(c.send(5));
        assert!(poll(send.as_mut()).is_pending());
        gate.open();
        assert_eq!(poll(send.as_mut()), Poll::Ready(Yielded(5)));
    }
    gate.open();
    assert_eq!(now(c.send(6)), Yielded(11));
    assert_eq!(now(c.send(1)), Complete(12));
    assert_eq!(c.status(), Status::Finished);
}

#[test]
fn a_step_that_is_dropped_leaves_it_where_it_awaits() {
    let gate = Gate::default();
    let mut c = pin!(total(gate.clone()));
    gate.open();
    assert_eq!(now(c.start()), Yielded(0));
    assert!(poll(pin!(c.send(5))).is_pending());
    assert_eq!(c.status(), Status::Running);
    // What it was sent is not lost, and another value comes back.
    let refused = now(c.try_send(100)).unwrap_err();
    assert_eq!((refused.status(), refused.into_value()), (Status::Running, 100));
    gate.open();
    assert_eq!(now(c.proceed()), Yielded(5));
    // A step that is dropped before it is polled has told nothing.
    drop(c.send(100));
    gate.open();
    assert_eq!(now(c.send(1)), Yielded(6));
}

#[test]
fn wakers_keep_their_identity() {
    /// Whether it is polled with the very waker of the test.
    struct Same(Waker);
    impl Future for Same {
        type Output = bool;
        fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<bool> {
            Poll::Ready(self.0.will_wake(cx.waker()))
        }
    }
    #[antiphon::coroutine(yield = bool)]
    async fn child(waker: Waker) {
        yield_!(Same(waker.clone()).await);
        yield_!(yield_from!(Same(waker)));
    }
    #[antiphon::coroutine(yield = bool)]
    async fn parent(waker: Waker) {
        yield_!(Same(waker.clone()).await);
        yield_from!(child(waker.clone()));
        yield_from!(box child(waker));
    }
    let (_, waker) = Count::waker();
    let mut c = pin!(parent(waker.clone()));
    for _ in 0..5 {
        let mut cx = Context::from_waker(&waker);
        assert_eq!(pin!(c.next()).poll(&mut cx), Poll::Ready(Some(true)));
    }
}

#[test]
fn futures_that_a_macro_hides_wake_the_driver() {
    #[antiphon::coroutine(yield = u32)]
    async fn hidden(gate: Gate) {
        yield_!(1);
        hidden_await!(gate.clone());
        yield_!(2);
        let (a, b) = futures::join!(gate, async { 3 });
        let () = a;
        yield_!(b);
    }
    let (count, waker) = Count::waker();
    let mut cx = Context::from_waker(&waker);
    let gate = Gate::default();
    let mut c = pin!(hidden(gate.clone()));
    assert_eq!(pin!(c.next()).poll(&mut cx), Poll::Ready(Some(1)));
    for (woken, value) in [(1, 2), (2, 3)] {
        assert!(pin!(c.next()).poll(&mut cx).is_pending());
        gate.open();
        assert_eq!(count.get(), woken);
        assert_eq!(pin!(c.next()).poll(&mut cx), Poll::Ready(Some(value)));
    }
}

#[antiphon::coroutine(yield = u32, send = u32, throw = &'static str, close)]
async fn careful(gate: Gate, log: Rc<RefCell<Vec<&'static str>>>) -> Result<u32, &'static str> {
    let mut sum = 0;
    loop {
        match yield_!(sum) {
            Ok(Ok(value)) => sum += value,
            Ok(Err("again")) => gate.clone().await,
            Ok(Err(other)) => return Err(other),
            Err(GeneratorExit) => {
                log.borrow_mut().push("cleaning up");
                gate.clone().await;
                log.borrow_mut().push("clean");
                return Ok(sum);
            }
        }
    }
}

#[test]
fn errors_are_thrown_and_closes_wait_for_the_cleanup() {
    let (gate, log) = (Gate::default(), Rc::default());
    let mut c = pin!(careful(gate.clone(), Rc::clone(&log)));
    assert_eq!(now(c.throw("early")).unwrap_err().into_error(), "early");
    assert_eq!(c.status(), Status::Finished);

    let mut c = pin!(careful(gate.clone(), Rc::clone(&log)));
    now(c.start());
    assert_eq!(now(c.send(4)), Yielded(4));
    gate.open();
    assert_eq!(now(c.throw("again")), Ok(Yielded(4)));
    {
        let mut close = pin!(c.close());
        assert!(poll(close.as_mut()).is_pending());
        assert_eq!(*log.borrow(), ["cleaning up"]);
        gate.open();
        assert_eq!(poll(close.as_mut()), Poll::Ready(Ok(Some(Ok(4)))));
    }
    assert_eq!(*log.borrow(), ["cleaning up", "clean"]);
    assert_eq!(now(c.close()), Ok(None));

    let mut c = pin!(careful(gate, log));
    now(c.start());
    assert_eq!(now(c.throw("fatal")), Ok(Complete(Err("fatal"))));
    assert_eq!(now(c.throw("late")).unwrap_err().into_error(), "late");
}

#[test]
fn a_child_may_await_while_it_is_closed() {
    #[antiphon::coroutine(yield = u32, close)]
    async fn child(gate: Gate) -> u32 {
        if yield_!(1).is_err() {
            gate.await;
        }
        5
    }
    #[antiphon::coroutine(yield = u32, close)]
    async fn parent(gate: Gate, in_a_box: bool) -> Result<u32, GeneratorExit> {
        if in_a_box { yield_from!(box child(gate)) } else { yield_from!(child(gate)) }
    }
    for in_a_box in [false, true] {
        let gate = Gate::default();
        let mut c = pin!(parent(gate.clone(), in_a_box));
        assert_eq!(now(c.next()), Some(1));
        let mut close = pin!(c.close());
        assert!(poll(close.as_mut()).is_pending());
        gate.open();
        assert_eq!(poll(close), Poll::Ready(Ok(Some(Err(GeneratorExit)))));
    }
}

#[test]
fn children_of_every_kind() {
    #[antiphon::coroutine(yield = u32)]
    async fn child(n: u32) -> u32 {
        std::future::ready(()).await;
        yield_!(n);
        n + 1
    }
    #[antiphon::coroutine(yield = u32)]
    fn does_not_await() -> u32 {
        yield_!(30);
        31
    }
    #[antiphon::coroutine(yield = u32)]
    async fn countdown(n: u32) {
        if n > 0 {
            yield_!(n);
            yield_from!(box countdown(n - 1));
        }
    }
    #[antiphon::coroutine(yield = u32)]
    async fn parent() -> u32 {
        let mut sum = yield_from!(child(10));
        sum += yield_from!(box child(20));
        sum += yield_from!(does_not_await());
        yield_from!([40, 41]);
        yield_from!(futures::stream::iter([50, 51]));
        yield_from!(Box::pin(child(60)));
        sum += yield_from!(async { 70 });
        yield_from!(countdown(2));
        sum
    }
    let mut c = pin!(parent());
    for expected in [10, 20, 30, 40, 41, 50, 51, 60, 2, 1] {
        assert_eq!(now(c.resume()), Yielded(expected));
    }
    assert_eq!(now(c.resume()), Complete(11 + 21 + 31 + 70));
    assert_eq!(now(c.next()), None);
}

#[test]
fn without_yields_it_is_a_future() {
    #[antiphon::coroutine]
    async fn answer(gate: Gate) -> u32 {
        gate.await;
        42
    }
    let gate = Gate::default();
    let mut future = pin!(answer(gate.clone()).into_future());
    assert!(poll(future.as_mut()).is_pending());
    gate.open();
    assert_eq!(poll(future), Poll::Ready(42));
}

#[test]
fn a_panic_poisons_it() {
    #[antiphon::coroutine(yield = u32)]
    async fn fails() {
        yield_!(1);
        std::future::ready(()).await;
        panic!("on purpose");
    }
    let mut c = Box::pin(fails());
    now(c.next());
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| now(c.next()))).is_err());
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(now(c.close()), Ok(None));
}

#[test]
fn its_type_has_a_name() {
    fn take<B: Future<Output = u32>>(c: AsyncGenerator<u32, u32, B>) -> usize {
        size_of_val(&c)
    }
    assert!(take(total(Gate::default())) < 100);
}

#[test]
fn what_is_awaited_is_stored_once() {
    struct Large([u8; 1000]);
    impl Future for Large {
        type Output = u8;
        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u8> {
            Poll::Ready(self.0[0])
        }
    }
    #[antiphon::coroutine(yield = u8)]
    async fn awaits() {
        yield_!(Large([1; 1000]).await);
        yield_!(Large([2; 1000]).await + Large([3; 1000]).await);
    }
    assert!(size_of_val(&awaits()) < 1100);
    let mut c = pin!(awaits());
    assert_eq!([now(c.next()), now(c.next()), now(c.next())], [Some(1), Some(5), None]);
}

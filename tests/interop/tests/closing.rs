//! Closing coroutines that await: a body that observes its close finds it at a yield or at a delegation, and nowhere else.

use antiphon::CloseError;
use antiphon::prelude::*;
use antiphon_interop::{Gate, now, poll};
use std::cell::{Cell, RefCell};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::Poll;

type Log = Rc<RefCell<Vec<&'static str>>>;

#[test]
fn a_body_that_does_not_observe_it_is_dropped_where_it_awaits() {
    #[antiphon::coroutine(yield = u32)]
    async fn waits(gate: Gate) {
        yield_!(1);
        gate.await;
        yield_!(2);
    }
    let gate = Gate::default();
    let mut c = pin!(waits(gate.clone()));
    assert_eq!(now(c.next()), Some(1));
    assert!(poll(pin!(c.next())).is_pending());
    assert_eq!(now(c.close()), Ok(None));
    assert_eq!((gate.holders(), c.status()), (1, Status::Finished));
}

/// Waits at a gate before each yield and in its cleanup, which yields as well if it is stubborn.
#[antiphon::coroutine(yield = u32, close)]
async fn observes(gate: Gate, log: Log, stubborn: bool) -> u32 {
    for n in 1..4 {
        gate.clone().await;
        if yield_!(n).is_err() {
            log.borrow_mut().push("cleaning up");
            gate.clone().await;
            if stubborn {
                let told = if yield_!(50).is_err() { "closed twice" } else { "resumed" };
                log.borrow_mut().push(told);
            }
            log.borrow_mut().push("clean");
            return n * 10;
        }
    }
    99
}

#[test]
fn a_close_in_the_middle_of_a_step_waits_for_the_next_yield() {
    let (gate, log) = (Gate::default(), Log::default());
    let mut c = pin!(observes(gate.clone(), Rc::clone(&log), false));
    assert!(poll(pin!(c.next())).is_pending());
    {
        let mut close = pin!(c.close());
        assert!(poll(close.as_mut()).is_pending());
        assert!(log.borrow().is_empty());
        // It comes to its yield, and there it is told; the value is nobody's any more.
        gate.open();
        assert!(poll(close.as_mut()).is_pending());
        assert_eq!(*log.borrow(), ["cleaning up"]);
        gate.open();
        assert_eq!(poll(close), Poll::Ready(Ok(Some(10))));
    }
    assert_eq!(*log.borrow(), ["cleaning up", "clean"]);
    assert_eq!((c.status(), gate.holders()), (Status::Finished, 1));
    assert_eq!(now(c.close()), Ok(None));
}

/// Who wants the value of the step finishes that first.
#[test]
fn the_step_can_be_finished_before() {
    let (gate, log) = (Gate::default(), Log::default());
    let mut c = pin!(observes(gate.clone(), log, false));
    assert!(poll(pin!(c.next())).is_pending());
    gate.open();
    assert_eq!(now(c.next()), Some(1));
    gate.open();
    assert_eq!(now(c.close()), Ok(Some(10)));
}

#[test]
fn a_body_that_ends_before_its_next_yield_has_returned() {
    let gate = Gate::default();
    #[antiphon::coroutine(yield = u32, close)]
    async fn ends(gate: Gate) -> Result<u32, &'static str> {
        gate.await;
        Ok(5)
    }
    let mut c = pin!(ends(gate.clone()));
    assert!(poll(pin!(c.next())).is_pending());
    assert!(poll(pin!(c.close())).is_pending());
    gate.open();
    assert_eq!(now(c.close()), Ok(Some(Ok(5))));
}

#[test]
fn a_close_that_is_dropped_can_be_gone_on_with() {
    // By another close.
    let (gate, log) = (Gate::default(), Log::default());
    let mut c = pin!(observes(gate.clone(), Rc::clone(&log), true));
    gate.open();
    now(c.next());
    assert!(poll(pin!(c.close())).is_pending());
    assert_eq!(c.status(), Status::Running);
    gate.open();
    assert_eq!(now(c.close()), Ok(Some(10)));
    assert_eq!(*log.borrow(), ["cleaning up", "closed twice", "clean"]);

    // By a step.
    let log = Log::default();
    let mut c = pin!(observes(gate.clone(), Rc::clone(&log), true));
    gate.open();
    now(c.next());
    assert!(poll(pin!(c.close())).is_pending());
    gate.open();
    assert_eq!(now(c.resume()), Yielded(50));
    assert_eq!(now(c.resume()), Complete(10));
    assert_eq!(*log.borrow(), ["cleaning up", "resumed", "clean"]);

    // Not at all.
    let mut c = Box::pin(observes(gate.clone(), log, true));
    gate.open();
    now(c.next());
    assert!(poll(pin!(c.close())).is_pending());
    gate.open();
    assert_eq!(now(gate.clone()), ());
    drop(c);
}

#[test]
fn a_body_that_yields_once_it_has_been_told_is_dropped() {
    let (gate, log) = (Gate::default(), Log::default());
    let mut c = pin!(observes(gate.clone(), Rc::clone(&log), true));
    assert!(poll(pin!(c.next())).is_pending());
    let mut close = pin!(c.close());
    for _ in 0..2 {
        assert!(poll(close.as_mut()).is_pending());
        gate.open();
    }
    assert_eq!(poll(close), Poll::Ready(Err(CloseError::Yielded(50))));
    assert_eq!(*log.borrow(), ["cleaning up"]);
    assert_eq!(gate.holders(), 1);
}

/// A stream can be told nothing, so nothing is waited for.
#[test]
fn a_delegation_to_a_stream_is_closed_while_it_waits() {
    #[antiphon::coroutine(yield = u32, close)]
    async fn observing(gate: Gate) -> &'static str {
        let ended = yield_from!(futures::stream::once(async {
            gate.await;
            1
        }));
        if ended.is_err() { "closed" } else { "ended" }
    }
    #[antiphon::coroutine(yield = u32)]
    async fn not_observing(gate: Gate) {
        yield_from!(futures::stream::once(async {
            gate.await;
            1
        }));
    }
    let gate = Gate::default();
    let mut c = pin!(observing(gate.clone()));
    assert!(poll(pin!(AsyncCoroutine::next(&mut c))).is_pending());
    assert_eq!(now(AsyncCoroutine::close(&mut c)), Ok(Some("closed")));
    let mut c = pin!(not_observing(gate.clone()));
    assert!(poll(pin!(AsyncCoroutine::next(&mut c))).is_pending());
    assert_eq!(now(AsyncCoroutine::close(&mut c)), Ok(None));
    assert_eq!(gate.holders(), 1);
}

/// A parent that does not observe its close, with a child that does.
#[antiphon::coroutine(yield = u32)]
async fn holds(child: Pin<&mut impl AsyncCoroutine<Yield = u32, Send = (), Return = u32>>) -> u32 {
    yield_from!(child) + 1
}

#[test]
fn a_child_that_observes_it_is_closed_before_a_parent_that_does_not() {
    for steps in 1..4 {
        let (gate, log) = (Gate::default(), Log::default());
        let mut child = pin!(observes(gate.clone(), Rc::clone(&log), false));
        let mut c = pin!(holds(child.as_mut()));
        for n in 0..steps {
            // Every other step waits.
            if n % 2 == 1 {
                gate.open();
            }
            let waits = poll(pin!(AsyncCoroutine::next(&mut c))).is_pending();
            assert_eq!(waits, n % 2 == 0);
        }
        {
            let mut close = pin!(AsyncCoroutine::close(&mut c));
            while poll(close.as_mut()).is_pending() {
                gate.open();
            }
        }
        assert_eq!(c.status(), Status::Finished);
        assert_eq!(*log.borrow(), ["cleaning up", "clean"], "{steps}");
    }
}

#[test]
fn a_parent_whose_close_was_dropped_ends_with_it() {
    let (gate, log) = (Gate::default(), Log::default());
    let mut child = pin!(observes(gate.clone(), Rc::clone(&log), false));
    let mut c = pin!(holds(child.as_mut()));
    gate.open();
    assert_eq!(now(AsyncCoroutine::next(&mut c)), Some(1));
    assert!(poll(pin!(AsyncCoroutine::close(&mut c))).is_pending());
    assert!(poll(pin!(AsyncCoroutine::next(&mut c))).is_pending());
    gate.open();
    assert_eq!(now(AsyncCoroutine::next(&mut c)), None);
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(*log.borrow(), ["cleaning up", "clean"]);

    // The child ignores it, and the parent is resumed nevertheless.
    let mut child = pin!(observes(gate.clone(), log, true));
    let mut c = pin!(holds(child.as_mut()));
    gate.open();
    assert_eq!(now(AsyncCoroutine::next(&mut c)), Some(1));
    assert!(poll(pin!(AsyncCoroutine::close(&mut c))).is_pending());
    gate.open();
    assert_eq!(now(AsyncCoroutine::next(&mut c)), Some(50));
    assert_eq!(now(AsyncCoroutine::next(&mut c)), None);
    assert_eq!(c.status(), Status::Finished);
}

#[test]
fn a_child_that_does_not_await_is_closed_too() {
    #[antiphon::coroutine(yield = u32, close)]
    fn observing(log: Log) {
        while yield_!(1).is_ok() {}
        log.borrow_mut().push("closed");
    }
    #[antiphon::coroutine(yield = u32)]
    async fn parent(log: Log) {
        yield_from!(pin!(observing(log)));
    }
    #[antiphon::coroutine(yield = u32)]
    async fn grandparent(log: Log) {
        yield_from!(box parent(log));
    }
    let log = Log::default();
    let mut c = pin!(grandparent(Rc::clone(&log)));
    now(c.next());
    assert_eq!(now(c.close()), Ok(None));
    assert_eq!(*log.borrow(), ["closed"]);
}

#[test]
fn a_child_that_is_running_is_not_closed_and_its_parent_stays() {
    type Parent = Pin<Box<dyn AsyncCoroutine<Yield = u32, Send = (), Error = std::convert::Infallible, Return = ()>>>;
    #[antiphon::coroutine(yield = u32)]
    fn child(parent: Rc<RefCell<Option<Parent>>>, refused: Rc<Cell<bool>>) {
        yield_!(1);
        if let Some(parent) = &mut *parent.borrow_mut() {
            refused.set(now(parent.close()) == Err(CloseError::Running));
        }
        yield_!(2);
    }
    #[antiphon::coroutine(yield = u32)]
    async fn parent(child: impl Coroutine<Yield = u32, Send = (), Return = ()>) {
        yield_from!(child);
    }
    let (slot, refused) = (Rc::new(RefCell::new(None::<Parent>)), Rc::default());
    let mut shared = child(Rc::clone(&slot), Rc::clone(&refused)).shared();
    *slot.borrow_mut() = Some(Box::pin(parent(shared.clone())));
    let next = || now(slot.borrow_mut().as_mut().expect("the parent").next());
    assert_eq!(next(), Some(1));
    assert_eq!(shared.resume(), Yielded(2));
    assert!(refused.get());
    assert_eq!(next(), None);
}

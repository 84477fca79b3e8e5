//! The compiler's coroutines where ours are asked for.

use antiphon::adaptors::{collect, map_yielded};
use antiphon::nightly::native;
use antiphon::prelude::*;
use antiphon_tests::Log;
use std::ops;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

/// One that is not `Unpin`, and holds a guard.
fn numbers(log: Log, up_to: u32) -> impl ops::Coroutine<Yield = u32, Return = &'static str> {
    #[coroutine]
    static move || {
        let _guard = log.guard("native");
        let all: Vec<u32> = (1..=up_to).collect();
        for n in &all {
            yield *n;
        }
        "done"
    }
}

#[test]
fn all_of_its_life() {
    let doubling = #[coroutine]
    |mut n: u32| {
        while n < 100 {
            n = yield 2 * n;
        }
        n
    };
    let mut c = native(doubling, 1);
    assert_eq!(c.status(), Status::Created);
    assert_eq!(c.try_send(5).unwrap_err().into_value(), 5);
    assert_eq!(c.start(), Yielded(2));
    assert_eq!(c.status(), Status::Suspended);
    assert!(c.try_start().is_err());
    assert_eq!(c.send(7), Yielded(14));
    assert!(c.suspended_at().is_none());
    assert_eq!(c.send(100), Complete(100));
    assert_eq!(c.status(), Status::Finished);
    assert_eq!(c.try_send(5).unwrap_err().into_value(), 5);
    assert_eq!(c.close(), Ok(None));
}

#[test]
fn a_close_drops_it_where_it_stands() {
    let log = Log::new();
    let mut c = pin!(native(numbers(log.clone(), 3), ()));
    assert_eq!(c.resume(), Yielded(1));
    assert_eq!(log.take(), [""; 0]);
    assert_eq!(c.close(), Ok(None));
    assert_eq!((c.status(), log.take()), (Status::Finished, vec!["native"]));
    // One that has not run has no guard yet.
    let mut c = pin!(native(numbers(log.clone(), 3), ()));
    assert_eq!(c.close(), Ok(None));
    assert!(c.try_start().is_err());
    assert_eq!(log.take(), [""; 0]);
}

#[test]
fn its_locals_are_dropped_when_it_returns() {
    let log = Log::new();
    let (all, end): (Vec<u32>, _) = collect(pin!(native(numbers(log.clone(), 2), ())));
    assert_eq!((all, end, log.take()), (vec![1, 2], "done", vec!["native"]));
}

#[test]
fn one_that_panics_is_poisoned() {
    let fails = #[coroutine]
    |first: u32| {
        let second = yield first;
        assert_eq!(first, second, "on purpose");
    };
    let mut c = native(fails, 1);
    c.start();
    catch_unwind(AssertUnwindSafe(|| c.send(2))).unwrap_err();
    assert_eq!(c.status(), Status::Poisoned);
    assert_eq!(c.try_send(3).unwrap_err().into_value(), 3);
}

#[antiphon::coroutine(yield = u32)]
fn parent(log: Log) -> &'static str {
    let _guard = log.guard("parent");
    let end = yield_from!(numbers(log.clone(), 2));
    yield_!(9);
    end
}

#[test]
fn it_is_delegated_to() {
    let log = Log::new();
    let (all, end): (Vec<u32>, _) = collect(pin!(parent(log.clone())));
    assert_eq!((all, end), (vec![1, 2, 9], "done"));
    assert_eq!(log.take(), ["native", "parent"]);

    let mut c = parent(log.clone()).boxed();
    c.next();
    assert_eq!(c.backtrace().len(), 1);
    c.close().unwrap();
    assert_eq!(log.take(), ["native", "parent"]);
}

#[test]
fn errors_and_the_close_of_a_parent_come_at_the_expression() {
    #[antiphon::coroutine(yield = u32, throw = &'static str, close)]
    fn strict(log: Log) -> &'static str {
        match yield_from!(numbers(log.clone(), 2)) {
            Ok(Ok(end)) => end,
            Ok(Err(error)) => error,
            Err(GeneratorExit) => "closed",
        }
    }
    let log = Log::new();
    let mut c = pin!(strict(log.clone()));
    c.resume();
    assert_eq!(c.throw("no"), Ok(Complete("no")));
    assert_eq!(log.take(), ["native"]);
    let mut c = pin!(strict(log.clone()));
    c.resume();
    assert_eq!(c.close(), Ok(Some("closed")));
    let (all, end): (Vec<u32>, _) = collect(pin!(strict(log.clone())));
    assert_eq!((all, end), (vec![1, 2], "done"));
}

#[test]
fn one_that_is_sent_values_says_with_what_it_starts() {
    #[antiphon::coroutine(yield = u32, send = u32)]
    fn sending() -> u32 {
        yield_from!(native(doubled(), 4))
    }
    fn doubled() -> impl ops::Coroutine<u32, Yield = u32, Return = u32> {
        #[coroutine]
        |mut n: u32| {
            while n < 10 {
                n = yield 2 * n;
            }
            n
        }
    }
    let mut c = pin!(sending());
    assert_eq!([c.start(), c.send(5), c.send(50)], [Yielded(8), Yielded(10), Complete(50)]);
}

#[test]
fn an_async_parent_delegates_to_it_too() {
    #[antiphon::coroutine(yield = u32)]
    async fn awaiting(log: Log) -> &'static str {
        std::future::ready(()).await;
        yield_from!(numbers(log, 2))
    }
    let mut c = pin!(awaiting(Log::new()));
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let mut step = || pin!(c.resume()).poll(&mut cx);
    assert_eq!([step(), step(), step()], [Yielded(1), Yielded(2), Complete("done")].map(std::task::Poll::Ready));
}

/// What implements both traits is ours: the ways to delegate are not in doubt.
#[test]
fn what_is_both_is_ours() {
    #[antiphon::coroutine(yield = u32)]
    fn outer(log: Log) -> [&'static str; 4] {
        let mut started = Box::pin(parent(log.clone()));
        started.start();
        [
            yield_from!(parent(log.clone())),
            yield_from!(started),
            yield_from!(parent(log.clone()).boxed()),
            yield_from!(map_yielded(parent(log), |n| n + 10)),
        ]
    }
    let (all, ends): (Vec<u32>, _) = collect(pin!(outer(Log::new())));
    assert_eq!(all, [1, 2, 9, 2, 9, 1, 2, 9, 11, 12, 19]);
    assert_eq!(ends, ["done"; 4]);
}

#[test]
fn there_and_back() {
    let log = Log::new();
    let c = native(native_again(parent(log.clone())), ());
    let (all, end): (Vec<u32>, _) = collect(pin!(c));
    assert_eq!((all, end), (vec![1, 2, 9], "done"));

    fn native_again<C: ops::Coroutine>(c: C) -> impl ops::Coroutine<Yield = C::Yield, Return = C::Return> {
        c
    }
}

#[test]
fn states_are_made_of_each_other() {
    let ours: CoroutineState<u8, ()> = ops::CoroutineState::Yielded(1).into();
    assert_eq!(ours, Yielded(1));
    let theirs: ops::CoroutineState<(), u8> = Complete(2).into();
    assert_eq!(theirs, ops::CoroutineState::Complete(2));
}

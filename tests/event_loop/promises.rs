//! Promises.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use antiphon::event_loop::{CancelScope, Cancelled, EventLoop, Promise, sleep, spawn, timeout, yield_now};

use crate::{Log, seconds};

#[test]
fn it_is_set_once_and_what_comes_second_comes_back() {
    let future = Promise::new();
    assert!(!future.done() && future.result().is_none());
    assert!(future.set_result(Rc::new(1)).is_ok());
    let back = future.set_result(Rc::new(2)).unwrap_err();
    assert_eq!((*back.0, back.to_string()), (2, "the promise is done already".into()));
    assert!(!future.cancel());
    assert!(future.done() && !future.cancelled());
    assert_eq!(future.result(), Some(Ok(Rc::new(1))));

    let cancelled = Promise::<u8>::new();
    assert!(cancelled.cancel() && !cancelled.cancel());
    assert!(cancelled.done() && cancelled.cancelled());
    assert_eq!(cancelled.set_result(1).unwrap_err().0, 1);
    assert_eq!(cancelled.result(), Some(Err(Cancelled)));

    let failed = Promise::<Result<u8, String>>::new();
    failed.set_error("no".into()).unwrap();
    assert_eq!(failed.set_error("again".into()).unwrap_err().0, "again");
    assert_eq!(failed.result(), Some(Ok(Err("no".into()))));
}

#[test]
fn those_who_wait_and_callbacks_are_told_in_the_order_in_which_they_came() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let future = Promise::new();
    event_loop
        .run_until_complete(async {
            for n in 0..3 {
                let (waiting, awaited, called) = (future.clone(), log.clone(), log.clone());
                drop(spawn(async move {
                    let callback = waiting.clone();
                    callback.add_done_callback(move || called.add(format!("callback {n}")));
                    awaited.add(format!("task {n} {:?}", waiting.await));
                }));
            }
            yield_now().await;
            future.set_result('x').unwrap();
            // Nothing runs inside that.
            log.assert(&[]);
            let late = log.clone();
            future.add_done_callback(move || late.add("late callback"));
            yield_now().await;
        })
        .unwrap();
    log.assert(&[
        "callback 0",
        "task 0 Ok('x')",
        "callback 1",
        "task 1 Ok('x')",
        "callback 2",
        "task 2 Ok('x')",
        "late callback",
    ]);
}

#[test]
fn who_is_cancelled_leaves_it_to_the_others() {
    let event_loop = EventLoop::simulated();
    let future = Promise::new();
    let (one, two) = (event_loop.spawn(future.clone()), event_loop.spawn(future.clone()));
    let setter = future.clone();
    event_loop.call_later(seconds(2), move || setter.set_result(5).unwrap());
    event_loop
        .run_until_complete(async {
            let mut waiting = future.clone();
            assert!(timeout(seconds(1), &mut waiting).await.is_err());
            one.cancel();
            assert!(one.await.unwrap_err().is_cancelled());
            assert_eq!(two.await.unwrap(), Ok(5));
            // The handle of the one whose time was over is still good.
            assert_eq!(waiting.await, Ok(5));
        })
        .unwrap();
    // A future that is done is given up by all at once when it is cancelled.
    let future = Promise::<u8>::new();
    let waiting = event_loop.spawn(future.clone());
    event_loop.call_soon(move || _ = future.cancel());
    assert_eq!(event_loop.run_until_complete(waiting).unwrap().unwrap(), Err(Cancelled));
}

#[test]
fn it_may_be_awaited_by_one_task_after_the_other() {
    let event_loop = EventLoop::simulated();
    let future = Promise::new();
    let mut waiting = Box::pin(future.clone());
    assert!(event_loop.run_until_complete(timeout(seconds(1), waiting.as_mut())).unwrap().is_err());
    let moved = event_loop.spawn(waiting);
    event_loop.run_until_complete(yield_now()).unwrap();
    future.set_result(1).unwrap();
    assert_eq!(event_loop.run_until_complete(moved).unwrap().unwrap(), Ok(1));
}

#[test]
fn an_error_that_nobody_asked_for_is_reported() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    event_loop
        .run_until_complete(async {
            let future = Promise::<Result<(), u8>>::new();
            let asked = Promise::<Result<(), u8>>::new();
            future.set_error(1).unwrap();
            asked.set_error(2).unwrap();
            assert_eq!(asked.await, Ok(Err(2)));
            drop(future);
        })
        .unwrap();
    let reports = log.0.take();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(reports[0].starts_with("a promise, made at "), "{}", reports[0]);
    assert!(reports[0].contains("promises.rs:"), "{}", reports[0]);
    assert!(
        reports[0].ends_with("was set to an `Err` of `core::result::Result<(), u8>`; nobody asked for it"),
        "{}",
        reports[0]
    );
}

#[test]
fn one_that_is_done_does_not_keep_the_loop_for_itself() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let future = Promise::new();
    future.set_result(1).unwrap();
    let other = log.clone();
    event_loop
        .run_until_complete(async {
            drop(spawn(async move { other.add("other") }));
            for _ in 0..200 {
                assert_eq!(future.clone().await, Ok(1));
            }
            log.add("200 awaited");
        })
        .unwrap();
    log.assert(&["other", "200 awaited"]);
    // It has nothing to do with time.
    event_loop.run_until_complete(sleep(seconds(0))).unwrap();
    assert_eq!(event_loop.time(), seconds(0));
}

#[test]
fn what_is_ready_has_its_value_in_a_cancelled_scope_however_much_there_is() {
    let event_loop = EventLoop::simulated();
    let future = Promise::new();
    future.set_result(1).unwrap();
    let scope = CancelScope::new();
    scope.cancel();
    let sum = event_loop.run_until_complete(scope.run(async {
        let mut sum = 0;
        for _ in 0..300 {
            sum += future.clone().await.unwrap();
        }
        sum
    }));
    assert_eq!(sum.unwrap(), Ok(300));
}

#[test]
fn who_has_gone_is_not_woken() {
    struct Count(AtomicUsize);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(count.clone());
    let future = Promise::<u8>::new();
    let (mut gone, mut here) = (future.clone(), future.clone());
    for _ in 0..2 {
        assert!(Pin::new(&mut gone).poll(&mut Context::from_waker(&waker)).is_pending());
        assert!(Pin::new(&mut here).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    drop(gone);
    future.set_result(1).unwrap();
    assert_eq!(count.0.load(Ordering::Relaxed), 1);
    assert_eq!(Pin::new(&mut here).poll(&mut Context::from_waker(&waker)), Poll::Ready(Ok(1)));
}

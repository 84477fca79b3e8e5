//! Cancelling: who is told, who is dropped, and who waits.

use std::future::pending;

use antiphon::event_loop::{
    CancelScope, Cancelled, Elapsed, EventLoop, cancellable, shield, sleep, spawn, time, timeout, yield_now,
};
use futures::future::join;

use crate::{Log, seconds};

#[test]
fn before_the_first_step_the_body_never_runs() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let (body, guard) = (log.clone(), log.guard("dropped"));
    let task = event_loop.spawn(async move {
        let _guard = guard;
        body.add("ran");
        let _ = cancellable(pending::<()>()).await;
    });
    assert!(task.cancel());
    log.assert(&[]);
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["dropped"]);
}

#[test]
fn a_body_that_says_nothing_is_dropped_from_the_innermost() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let (outer, inner) = (log.guard("outer"), log.guard("inner"));
    let task = event_loop.spawn(async move {
        let _outer = outer;
        async move {
            let _inner = inner;
            sleep(seconds(9)).await;
        }
        .await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["inner", "outer"]);
    assert_eq!(event_loop.time(), seconds(0));
}

#[test]
fn an_observer_is_told_and_may_return_a_value() {
    let event_loop = EventLoop::simulated();
    let task = event_loop.spawn(async { cancellable(sleep(seconds(9))).await });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), Err(Cancelled));
}

#[test]
fn a_cancel_is_a_level() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let (body, guard) = (log.clone(), log.guard("dropped"));
    let task = event_loop.spawn(async move {
        let _guard = guard;
        for _ in 0..3 {
            assert_eq!(cancellable(sleep(seconds(9))).await, Err(Cancelled));
            body.add("told");
        }
        // What is ready is not cut.
        assert_eq!(cancellable(async { 7 }).await, Ok(7));
        body.add("waits");
        sleep(seconds(9)).await;
        body.add("not reached");
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["told", "told", "told", "waits", "dropped"]);
    assert_eq!(event_loop.time(), seconds(0));
}

#[test]
fn cleanup_waits_in_a_shield_with_a_limit() {
    let event_loop = EventLoop::simulated();
    let cleanup = |takes| async move {
        let told = cancellable(pending::<()>()).await;
        assert_eq!(told, Err(Cancelled));
        shield(timeout(seconds(5), sleep(seconds(takes)))).await
    };
    for (takes, expected, until) in [(3, Ok(()), 3), (9, Err(Elapsed), 8)] {
        let task = event_loop.spawn(cleanup(takes));
        event_loop.run_until_complete(yield_now()).unwrap();
        task.cancel();
        // Again, and it makes no difference.
        task.cancel();
        assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), expected);
        assert_eq!(event_loop.time(), seconds(until));
    }
}

#[test]
fn after_the_shield_the_cancel_is_there() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let body = log.clone();
    let task = event_loop.spawn(async move {
        shield(sleep(seconds(3))).await;
        body.add(format!("shielded until {}", time().as_secs()));
        sleep(seconds(9)).await;
        body.add("not reached");
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["shielded until 3"]);
}

#[test]
fn a_timeout_cancels_what_is_in_it_and_waits_for_it() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            // Told, and with a value: nothing is lost.
            let value = timeout(seconds(1), async {
                let told = cancellable(sleep(seconds(9))).await;
                shield(sleep(seconds(2))).await;
                told
            });
            assert_eq!(value.await, Ok(Err(Cancelled)));
            assert_eq!(time(), seconds(3));
            // The scope around is not cancelled.
            assert_eq!(cancellable(sleep(seconds(1))).await, Ok(()));
        })
        .unwrap();
}

#[test]
fn of_two_timeouts_the_one_that_is_over_is_the_one_that_says_so() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let inner = timeout(seconds(1), timeout(seconds(2), sleep(seconds(9))));
            assert_eq!(inner.await, Err(Elapsed));
            let outer = timeout(seconds(2), timeout(seconds(1), sleep(seconds(9))));
            assert_eq!(outer.await, Ok(Err(Elapsed)));
            assert_eq!(time(), seconds(2));
        })
        .unwrap();
}

#[test]
fn what_waits_beside_an_observer_is_cut_when_that_has_ended() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let (body, guard) = (log.clone(), log.guard("dropped"));
    let task = event_loop.spawn(async move {
        let observer = async {
            let _ = cancellable(pending::<()>()).await;
            body.add("told");
            shield(sleep(seconds(2))).await;
            body.add("tidied up");
        };
        let silent = async move {
            let _guard = guard;
            pending::<()>().await;
        };
        join(observer, silent).await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap_err().is_cancelled());
    log.assert(&["told", "tidied up", "dropped"]);
    assert_eq!(event_loop.time(), seconds(2));
}

#[test]
fn observers_behind_foreign_wakers_are_told() {
    use futures::stream::{FuturesUnordered, StreamExt};
    let branches = || {
        let branches: FuturesUnordered<_> = (0..3)
            .map(|n| async move {
                let told = cancellable(sleep(seconds(9 + n))).await;
                shield(sleep(seconds(n))).await;
                told
            })
            .collect();
        branches.collect::<Vec<_>>()
    };
    let event_loop = EventLoop::simulated();
    let task = event_loop.spawn(branches());
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    let told = event_loop.run_until_complete(task).unwrap().unwrap();
    assert_eq!(told, [Err(Cancelled); 3]);
    assert_eq!(event_loop.time(), seconds(2));

    // The same by a scope, and by a timeout.
    let told = event_loop.run_until_complete(timeout(seconds(1), branches())).unwrap();
    assert_eq!(told, Ok(vec![Err(Cancelled); 3]));
    let scope = CancelScope::new();
    let canceller = scope.clone();
    let told = event_loop.run_until_complete(async {
        drop(spawn(async move {
            sleep(seconds(1)).await;
            canceller.cancel();
        }));
        scope.run(branches()).await
    });
    assert_eq!(told.unwrap(), Ok(vec![Err(Cancelled); 3]));
}

#[test]
fn a_scope_that_is_cancelled_by_its_own_body_cuts_it_at_its_next_wait() {
    let event_loop = EventLoop::simulated();
    let scope = CancelScope::new();
    let log = Log::default();
    let cut = event_loop.run_until_complete(scope.run(async {
        scope.cancel();
        log.add("goes on");
        sleep(seconds(1)).await;
        log.add("not reached");
    }));
    assert_eq!(cut.unwrap(), Err(Cancelled));
    log.assert(&["goes on"]);
}

#[test]
fn joining_does_not_cancel_and_a_cancel_handle_does_so_from_a_thread() {
    let event_loop = EventLoop::simulated();
    let task = event_loop.spawn(async { cancellable(sleep(seconds(9))).await });
    let cancel = task.cancel_handle().unwrap();
    let joiner = event_loop.spawn(task);
    event_loop.run_until_complete(yield_now()).unwrap();
    std::thread::scope(|threads| {
        threads.spawn(move || cancel.cancel().unwrap());
    });
    assert_eq!(event_loop.run_until_complete(joiner).unwrap().unwrap().unwrap(), Err(Cancelled));
    assert_eq!(event_loop.time(), seconds(0));
}

#[test]
fn a_task_that_has_ended_is_not_cancelled() {
    let event_loop = EventLoop::simulated();
    let task = event_loop.spawn(async { 1 });
    event_loop.run_until_complete(yield_now()).unwrap();
    assert!(!task.cancel());
    assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), 1);
}

//! What the loop was asked to complete is cancelled.

use std::cell::Cell;

use antiphon::event_loop::{
    EventLoop, LoopHandle, RunError, TaskGroup, cancellable, shield, sleep, task_group, yield_now,
};
use futures::future::join;

use crate::{Log, seconds, tasks, tidy};

fn cancel_after(event_loop: &EventLoop, time: u64) {
    let handle = event_loop.handle();
    event_loop.call_later(seconds(time), move || handle.cancel_main().unwrap());
}

#[test]
fn one_that_says_nothing_is_dropped_where_it_waits_and_the_rest_of_the_loop_stays() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let task = event_loop.spawn(sleep(seconds(5)));
    cancel_after(&event_loop, 1);
    let (outer, inner) = (log.guard("outer"), log.guard("inner"));
    let ran = event_loop.run_until_complete(async move {
        let _outer = outer;
        async move {
            let _inner = inner;
            sleep(seconds(9)).await;
        }
        .await;
    });
    assert!(matches!(ran, Err(RunError::Cancelled)));
    log.assert(&["inner", "outer"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(1), 1));
    // The next run is another one.
    event_loop.run_until_complete(task).unwrap().unwrap();
    assert_eq!(event_loop.time(), seconds(5));
}

#[test]
fn one_that_is_told_goes_on_and_may_have_a_value() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    cancel_after(&event_loop, 1);
    let ran = event_loop.run_until_complete(async {
        tidy(log.clone(), "main", 9, 3).await;
        shield(sleep(seconds(2))).await;
        "a value"
    });
    assert_eq!(ran.unwrap(), "a value");
    log.assert(&["main tidied up"]);
    assert_eq!(event_loop.time(), seconds(6));
}

#[test]
fn all_in_it_are_told_behind_wakers_of_others_too() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    cancel_after(&event_loop, 1);
    let both = join(tidy(log.clone(), "one", 9, 2), tidy(log.clone(), "other", 9, 1));
    event_loop.run_until_complete(both).unwrap();
    log.assert(&["other tidied up", "one tidied up"]);
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn its_groups_end_first() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    cancel_after(&event_loop, 1);
    let ran = event_loop.run_until_complete(task_group(async |group: TaskGroup| {
        group.spawn(tidy(log.clone(), "task", 9, 4));
    }));
    assert!(matches!(ran, Err(RunError::Cancelled)) || ran.unwrap().is_ok());
    log.assert(&["task tidied up"]);
    assert_eq!((event_loop.time(), tasks(&event_loop)), (seconds(5), 0));
}

#[test]
fn before_a_run_the_next_one_is_cancelled_and_no_other() {
    let event_loop = EventLoop::simulated();
    event_loop.handle().cancel_main().unwrap();
    let reached = Cell::new(0);
    let two_steps = || async {
        reached.set(reached.get() + 1);
        yield_now().await;
        reached.set(reached.get() + 1);
        sleep(seconds(1)).await;
        reached.set(reached.get() + 1);
    };
    assert!(matches!(event_loop.run_until_complete(two_steps()), Err(RunError::Cancelled)));
    assert!(reached.replace(0) < 3);
    event_loop.run_until_complete(two_steps()).unwrap();
    assert_eq!(reached.get(), 3);
}

#[test]
fn a_value_that_is_ready_is_the_result() {
    let event_loop = EventLoop::simulated();
    let handle = event_loop.handle();
    let ran = event_loop.run_until_complete(async move {
        handle.cancel_main().unwrap();
        7
    });
    assert_eq!(ran.unwrap(), 7);
    // Nobody is left to be cancelled... but what comes next, since the loop had not taken note yet.
    assert!(matches!(event_loop.run_until_complete(sleep(seconds(1))), Err(RunError::Cancelled)));
}

#[test]
fn from_another_thread() {
    let event_loop = EventLoop::simulated();
    let handle = event_loop.handle();
    let ran = event_loop.run_until_complete(async move {
        let cancel = move |handle: LoopHandle| handle.cancel_main().unwrap();
        let thread = std::thread::spawn(move || cancel(handle));
        let told = cancellable(std::future::pending::<()>()).await.is_err();
        thread.join().unwrap();
        told
    });
    assert!(ran.unwrap());
}

#[test]
fn a_loop_that_is_closed_says_so() {
    let event_loop = EventLoop::simulated();
    let handle = event_loop.handle();
    drop(event_loop);
    assert!(handle.cancel_main().is_err());
}

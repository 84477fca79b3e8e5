//! Tasks and their handles.

use std::rc::Rc;

use antiphon::event_loop::{EventLoop, JoinError, sleep, spawn, yield_now};

use crate::{Log, seconds};

#[test]
fn a_panic_reaches_the_joiner_and_nobody_else() {
    let event_loop = EventLoop::simulated();
    let other = event_loop.spawn(async {
        yield_now().await;
        1
    });
    let task = event_loop.spawn(async { panic!("at {}", std::hint::black_box(1)) });
    let error = event_loop.run_until_complete(task).unwrap().unwrap_err();
    assert!(error.is_panic() && !error.is_cancelled());
    assert_eq!(error.panic_message(), Some("at 1"));
    assert_eq!(error.to_string(), "the task panicked: at 1");
    assert!(error.into_panic().unwrap().is::<String>());
    assert_eq!(event_loop.run_until_complete(other).unwrap().unwrap(), 1);
}

#[test]
fn what_nobody_joined_is_reported() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    drop(event_loop.spawn(async { panic!("early") }).named("one"));
    let late = event_loop.spawn(async { Err::<u8, _>("late") });
    drop(event_loop.spawn(async { Ok::<u8, &str>(1) }));
    drop(event_loop.spawn(async { 1 }));
    let cancelled = event_loop.spawn(async { panic!("not reached") });
    cancelled.cancel();
    drop(cancelled);
    let joined = event_loop.spawn(async { Err::<(), _>("joined") });
    assert!(event_loop.run_until_complete(joined).unwrap().unwrap().is_err());
    drop(late);
    let reports = log.0.take();
    assert_eq!(reports.len(), 2, "{reports:?}");
    assert!(reports[0].starts_with("task `one` (0.0), spawned at "), "{}", reports[0]);
    assert!(reports[0].ends_with("panicked: early; nobody joined it"), "{}", reports[0]);
    assert!(reports[0].contains("event_loop/tasks.rs:"), "{}", reports[0]);
    assert!(reports[1].contains("returned an `Err` of `core::result::Result<u8, &str>`"), "{}", reports[1]);
}

#[test]
fn done_callbacks_are_called_in_order_in_the_turn_after() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let task = event_loop.spawn({
        let log = log.clone();
        async move { log.add("body") }
    });
    for name in ["first", "second"] {
        let log = log.clone();
        task.add_done_callback(move || log.add(name));
    }
    event_loop.run_until_complete(sleep(seconds(1))).unwrap();
    let after = log.clone();
    task.add_done_callback(move || after.add("after the end"));
    log.assert(&["body", "first", "second"]);
    event_loop.run_until_complete(sleep(seconds(1))).unwrap();
    log.assert(&["body", "first", "second", "after the end"]);
}

#[test]
fn the_loop_owns_its_tasks() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let inner = log.clone();
    drop(event_loop.spawn(async move {
        sleep(seconds(1)).await;
        inner.add("done");
    }));
    event_loop.run_until_complete(sleep(seconds(2))).unwrap();
    log.assert(&["done"]);
}

#[test]
fn closing_drops_what_is_left_where_it_stands() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let (guard, never) = (log.guard("dropped"), log.guard("never started"));
    let mut task = event_loop.spawn(async move {
        let _guard = guard;
        sleep(seconds(1)).await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    let mut unstarted = event_loop.spawn(async move { drop(never) });
    let callback = log.guard("callback");
    event_loop.call_later(seconds(9), move || drop(callback));
    drop(event_loop);
    assert_eq!(log.0.borrow().len(), 3);
    assert!(task.try_join().unwrap().unwrap_err().is_cancelled());
    assert!(unstarted.try_join().unwrap().unwrap_err().is_cancelled());
    assert!(task.try_join().is_none());
}

#[test]
fn what_a_destructor_spawns_while_the_loop_closes_does_not_run() {
    struct Spawner(Log);
    impl Drop for Spawner {
        fn drop(&mut self) {
            let log = self.0.clone();
            let mut task = spawn(async move { log.add("ran") });
            assert!(task.try_join().unwrap().unwrap_err().is_cancelled());
            self.0.add("refused");
        }
    }
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let spawner = Spawner(log.clone());
    drop(event_loop.spawn(async move { drop(spawner) }));
    drop(event_loop);
    log.assert(&["refused"]);
}

#[test]
fn a_destructor_that_panics_is_the_tasks_panic() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("in drop");
        }
    }
    let event_loop = EventLoop::simulated();
    let task = event_loop.spawn(async {
        let _bomb = Bomb;
        sleep(seconds(1)).await;
    });
    event_loop.run_until_complete(yield_now()).unwrap();
    task.cancel();
    let error = event_loop.run_until_complete(task).unwrap().unwrap_err();
    assert_eq!(error.panic_message(), Some("in drop"));
}

#[test]
fn a_handle_can_be_held_by_its_own_task() {
    let event_loop = EventLoop::simulated();
    let handle = Rc::new(std::cell::RefCell::new(None));
    let inside = handle.clone();
    let task = event_loop.spawn(async move {
        let mut own: antiphon::event_loop::JoinHandle<()> = inside.take().unwrap();
        assert!(own.try_join().is_none() && !own.is_finished());
        own.cancel();
        sleep(seconds(1)).await;
    });
    *handle.borrow_mut() = Some(task);
    event_loop.run_until_complete(sleep(seconds(2))).unwrap();
}

#[test]
fn a_value_that_panics_when_nobody_wants_it_stops_nobody_else() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("not wanted");
        }
    }
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    drop(event_loop.spawn(async { Bomb }));
    assert_eq!(event_loop.run_until_complete(event_loop.spawn(async { 1 })).unwrap().unwrap(), 1);
    assert!(log.0.borrow()[0].contains("panicked when its value was dropped: not wanted"), "{log:?}");
}

#[test]
fn errors_of_tasks_can_be_shared_and_are_small() {
    const fn is<E: std::error::Error + Send + Sync + 'static>() {}
    is::<JoinError>();
    assert!(size_of::<JoinError>() <= 16);
}

/// What a task leaves may be used by the next one, of another type, and of another loop.
#[test]
fn handles_outlive_their_loop_and_their_memory_goes_to_others() {
    let (first, second) = (EventLoop::simulated(), EventLoop::simulated());
    let word = Rc::new("word");
    let mut handles: Vec<_> = (0..200)
        .map(|n| {
            let word = word.clone();
            first.spawn(async move {
                if n >= 100 {
                    _ = sleep(seconds(n)).await;
                }
                word
            })
        })
        .collect();
    first.run_until_complete(yield_now()).unwrap();
    drop(first);
    let ended = handles.drain(..100).collect::<Vec<_>>();
    let cut = handles;
    second
        .run_until_complete(async {
            let mut kept = Vec::new();
            for (n, (mut ended, mut cut)) in ended.into_iter().zip(cut).enumerate() {
                assert_eq!(*ended.try_join().unwrap().unwrap(), "word");
                assert!(cut.try_join().unwrap().unwrap_err().is_cancelled());
                // Their memory is this loop's now, and these may be where they were.
                drop((ended, cut));
                kept.push(spawn(async move { (n, [n; 4]) }));
                kept.push(spawn(async move {
                    yield_now().await;
                    (n, [0; 4])
                }));
            }
            for (place, task) in kept.into_iter().enumerate() {
                assert_eq!(task.await.unwrap().0, place / 2);
            }
        })
        .unwrap();
    drop(second);
    assert_eq!(Rc::strong_count(&word), 1);
}

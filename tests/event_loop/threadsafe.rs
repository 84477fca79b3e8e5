//! Tasks that other threads ask for, and callbacks that are taken back.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use antiphon::event_loop::{EventLoop, LoopHandle, Promise, cancellable, sleep, spawn, yield_now};
use futures::executor::block_on;

/// Runs a loop for as long as a thread does something with it.
fn beside<T: Send + 'static>(event_loop: &EventLoop, f: impl FnOnce(LoopHandle) -> T + Send + 'static) -> T {
    let handle = event_loop.handle();
    let thread = thread::spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| f(handle.clone())));
        handle.cancel_main().unwrap();
        outcome
    });
    let ran = event_loop.run_until_complete(cancellable(pending::<()>()));
    assert!(ran.unwrap().is_err());
    thread.join().unwrap().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// What the loop reports goes there.
fn reports(event_loop: &EventLoop) -> Rc<RefCell<Vec<String>>> {
    let reports = Rc::new(RefCell::new(Vec::new()));
    let kept = reports.clone();
    event_loop.set_report_handler(move |report| kept.borrow_mut().push(report.to_string()));
    reports
}

#[test]
fn a_thread_is_given_what_a_task_comes_to() {
    for event_loop in [EventLoop::simulated(), EventLoop::new().unwrap()] {
        let value = beside(&event_loop, |handle| {
            // It holds what may not leave the loop's thread.
            let task = handle.run_coroutine_threadsafe(|| async {
                let one = Rc::new(1);
                sleep(Duration::from_millis(1)).await;
                *one + 1
            });
            let other = handle.run_coroutine_threadsafe(async || 3).unwrap();
            task.unwrap().join().unwrap() + block_on(other).unwrap()
        });
        assert_eq!(value, 5);
        assert!(event_loop.dump().tasks.is_empty());
    }
}

#[test]
fn another_loop_awaits_it() {
    let event_loop = EventLoop::new().unwrap();
    let value = beside(&event_loop, |handle| {
        let task = handle.run_coroutine_threadsafe(async || yield_now().await).unwrap();
        antiphon::event_loop::run(task).unwrap()
    });
    assert!(value.is_ok());
}

#[test]
fn a_panic_reaches_the_thread() {
    let event_loop = EventLoop::new().unwrap();
    let reports = reports(&event_loop);
    let error = beside(&event_loop, |handle| {
        let task = handle.run_coroutine_threadsafe(|| {
            assert!(Cell::new(false).get(), "in what makes it");
            pending::<()>()
        });
        task.unwrap().join().unwrap_err()
    });
    assert_eq!(error.panic_message(), Some("in what makes it"));
    assert_eq!(*reports.borrow(), [""; 0]);
}

#[test]
fn a_cancel_reaches_the_task_and_one_that_has_not_begun_does_not() {
    let event_loop = EventLoop::simulated();
    let begun = Arc::new(AtomicBool::new(false));
    let begins = begun.clone();
    let never = event_loop.handle().run_coroutine_threadsafe(async move || begins.store(true, Ordering::Relaxed));
    let never = never.unwrap();
    assert!(never.cancel());
    let told = beside(&event_loop, |handle| {
        let (begins, wait) = mpsc::channel();
        let task = handle.run_coroutine_threadsafe(async move || {
            begins.send(()).unwrap();
            cancellable(pending::<()>()).await.is_err()
        });
        let task = task.unwrap();
        wait.recv().unwrap();
        assert!(!task.is_finished());
        let task = task.join_timeout(Duration::ZERO).unwrap_err();
        assert!(task.cancel());
        task.join().unwrap()
    });
    assert!(told);
    assert!(never.is_finished() && !never.cancel());
    assert!(never.join_timeout(Duration::MAX).unwrap().unwrap_err().is_cancelled());
    assert!(!begun.load(Ordering::Relaxed));
}

#[test]
fn a_failure_that_nobody_asks_for_is_reported() {
    let event_loop = EventLoop::new().unwrap();
    let reports = reports(&event_loop);
    beside(&event_loop, |handle| {
        // Before it ends, and after.
        drop(handle.run_coroutine_threadsafe(async || Err::<(), _>("one")).unwrap());
        let task = handle.run_coroutine_threadsafe(async || Err::<(), _>("other")).unwrap();
        while !task.is_finished() {
            thread::yield_now();
        }
        drop(task);
        // Told in its order.
        handle.run_coroutine_threadsafe(async || ()).unwrap().join().unwrap();
    });
    let reports = reports.borrow();
    assert_eq!(reports.len(), 2, "{reports:?}");
    for report in &*reports {
        assert!(report.contains("event_loop/threadsafe.rs"), "{report}");
        assert!(report.contains("returned an `Err`"), "{report}");
    }
}

#[test]
fn a_loop_that_is_closed_gives_back_what_it_was_given() {
    let event_loop = EventLoop::simulated();
    let handle = event_loop.handle();
    let queued = handle.run_coroutine_threadsafe(async || ()).unwrap();
    let running = handle.run_coroutine_threadsafe(pending::<()>).unwrap();
    while !queued.is_finished() {
        event_loop.turn(Duration::ZERO).unwrap();
    }
    let late = handle.run_coroutine_threadsafe(async || ()).unwrap();
    drop(event_loop);
    assert!(queued.join().is_ok());
    assert!(running.join().unwrap_err().is_cancelled());
    assert!(late.join().unwrap_err().is_cancelled());
    let refused = handle.run_coroutine_threadsafe(async || 7).unwrap_err();
    assert_eq!(block_on((refused.0)()), 7);
}

#[test]
fn its_own_thread_does_not_wait_for_itself() {
    let event_loop = EventLoop::simulated();
    let handle = event_loop.handle();
    let whole = async {
        let task = handle.run_coroutine_threadsafe(async || 1).unwrap();
        let panic = catch_unwind(AssertUnwindSafe(|| task.join())).unwrap_err();
        assert!(panic.downcast_ref::<&str>().unwrap().contains("await the handle instead"));
        handle.run_coroutine_threadsafe(async || 2).unwrap().await.unwrap()
    };
    assert_eq!(event_loop.run_until_complete(whole).unwrap(), 2);
}

#[test]
fn callbacks_are_taken_back() {
    let event_loop = EventLoop::simulated();
    let called = Rc::new(RefCell::new(Vec::new()));
    let note = |name: &'static str| {
        let called = called.clone();
        move || called.borrow_mut().push(name)
    };
    let whole = async {
        let promise = Promise::new();
        let task = spawn(promise.clone());
        let kept = [promise.add_done_callback(note("promise")), task.add_done_callback(note("task"))];
        let taken = [promise.add_done_callback(note("no")), task.add_done_callback(note("nor this"))];
        drop(promise.add_done_callback(note("its handle is gone")));
        assert!(taken.iter().all(|callback| callback.remove() && !callback.remove()));
        promise.set_result(()).unwrap();
        task.await.unwrap().unwrap();
        for _ in 0..3 {
            yield_now().await;
        }
        assert!(kept.iter().all(|callback| !callback.remove()));
        // One that is due, but was not called yet.
        assert!(promise.add_done_callback(note("late")).remove());
        yield_now().await;
    };
    event_loop.run_until_complete(whole).unwrap();
    assert_eq!(*called.borrow(), ["promise", "its handle is gone", "task"]);
    assert_eq!(Rc::strong_count(&called), 1);
}

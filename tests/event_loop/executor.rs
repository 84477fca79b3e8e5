//! Work that blocks, on threads beside the loop.

use std::cell::RefCell;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Barrier};
use std::task::{Context, Wake, Waker};
use std::thread;

use antiphon::event_loop::{EventLoop, Job, RunError, cancellable, run_in_executor, sleep, spawn, time};

use crate::{Log, seconds};

/// Work that ends when it is told to, and says when it has begun.
fn gated<T: Send + 'static>(event_loop: &EventLoop, value: T) -> (Job<T>, Receiver<()>, Sender<()>) {
    let (begun, begins) = channel();
    let (go, wait) = channel();
    let job = event_loop.run_in_executor(move || {
        begun.send(()).unwrap();
        wait.recv().unwrap();
        value
    });
    (job, begins, go)
}

/// Sends something when it is dropped.
struct Dropped(Sender<thread::ThreadId>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send(thread::current().id());
    }
}

#[test]
fn its_outcome_is_that_of_another_thread() {
    let event_loop = EventLoop::simulated();
    let here = thread::current().id();
    let there = event_loop.run_until_complete(async {
        let job = run_in_executor(|| (thread::current().id(), thread::current().name().map(str::to_owned)));
        job.await.unwrap()
    });
    let (id, name) = there.unwrap();
    assert_ne!(id, here);
    assert_eq!(name.as_deref(), Some("antiphon-executor"));
    event_loop.shutdown();
}

#[test]
fn a_panic_reaches_who_waits() {
    let event_loop = EventLoop::simulated();
    let error = event_loop.run_until_complete(event_loop.run_in_executor(|| -> u8 { panic!("no such file") }));
    let error = error.unwrap().unwrap_err();
    assert_eq!(error.panic_message(), Some("no such file"));
    assert!(error.into_panic().unwrap().is::<&str>());
    // The thread is there for the next one.
    assert_eq!(event_loop.run_until_complete(event_loop.run_in_executor(|| 1)).unwrap().unwrap(), 1);
    event_loop.shutdown();
}

#[test]
fn simulated_time_stands_still_while_work_is_done_or_queued() {
    let event_loop = EventLoop::simulated();
    event_loop.set_executor_limit(1);
    let (first, begins, go) = gated(&event_loop, "first");
    let second = event_loop.run_in_executor(|| "second");
    let times = event_loop.run_until_complete(async {
        let sleeper = spawn(async {
            sleep(seconds(5)).await;
            time()
        });
        begins.recv().unwrap();
        // Another thread lets it end, later: the sleeper's time must not come before.
        let opener = thread::spawn(move || {
            for _ in 0..1000 {
                thread::yield_now();
            }
            go.send(()).unwrap();
        });
        let first = (first.await.unwrap(), time());
        let second = (second.await.unwrap(), time());
        opener.join().unwrap();
        (first, second, sleeper.await.unwrap())
    });
    assert_eq!(times.unwrap(), (("first", seconds(0)), ("second", seconds(0)), seconds(5)));
    event_loop.shutdown();
}

#[test]
fn queued_work_is_taken_back_by_a_drop_a_cancel_and_a_cancelled_task() {
    let event_loop = EventLoop::simulated();
    event_loop.set_executor_limit(1);
    let (running, begins, go) = gated(&event_loop, 1);
    begins.recv().unwrap();
    let (dropped, drops) = channel();
    let queue = || {
        let dropped = Dropped(dropped.clone());
        event_loop.run_in_executor(move || -> () { unreachable!("{:?} is dropped", dropped.0) })
    };
    let here = Ok(thread::current().id());

    drop(queue());
    assert_eq!(drops.try_recv(), here);

    let job = queue();
    assert!(!job.is_finished());
    assert!(job.cancel());
    assert_eq!(drops.try_recv(), here);
    assert!(!job.cancel());
    assert!(job.is_finished());
    assert!(event_loop.run_until_complete(job).unwrap().unwrap_err().is_cancelled());

    let waiting = queue();
    let task = event_loop.spawn(async { cancellable(waiting).await.is_err() });
    event_loop.turn(seconds(0)).unwrap();
    task.cancel();
    assert!(event_loop.run_until_complete(task).unwrap().unwrap());
    assert_eq!(drops.try_recv(), here);

    go.send(()).unwrap();
    assert_eq!(event_loop.run_until_complete(running).unwrap().unwrap(), 1);
    event_loop.shutdown();
}

#[test]
fn work_that_was_cancelled_elsewhere_wakes_who_waits() {
    let event_loop = EventLoop::simulated();
    event_loop.set_executor_limit(1);
    let (running, begins, go) = gated(&event_loop, ());
    begins.recv().unwrap();
    let job = Rc::new(RefCell::new(event_loop.run_in_executor(|| ())));
    let waiting = job.clone();
    let waits = event_loop.spawn(poll_fn(move |cx| Pin::new(&mut *waiting.borrow_mut()).poll(cx)));
    event_loop.turn(seconds(0)).unwrap();
    event_loop.call_soon(move || assert!(job.borrow().cancel()));
    assert!(event_loop.run_until_complete(waits).unwrap().unwrap().unwrap_err().is_cancelled());
    go.send(()).unwrap();
    event_loop.run_until_complete(running).unwrap().unwrap();
    event_loop.shutdown();
}

#[test]
fn running_work_goes_on_when_nobody_waits_and_its_failure_is_reported() {
    let event_loop = EventLoop::simulated();
    let log = Log::default();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    let (dropped, drops) = channel();
    let (job, begins, go) = gated(&event_loop, Dropped(dropped));
    begins.recv().unwrap();
    assert!(!job.cancel());
    drop(job);
    assert!(drops.try_recv().is_err());
    go.send(()).unwrap();
    assert_ne!(drops.recv().unwrap(), thread::current().id());

    let (job, begins, go) = gated(&event_loop, ());
    let failing = event_loop.run_in_executor(move || {
        begins.recv().unwrap();
        go.send(()).unwrap();
        Err::<(), _>("disk on fire")
    });
    failing.detach();
    job.detach();
    // A loop that has nothing to do but to wait for work ends when there is none.
    assert!(matches!(event_loop.run_forever(), Err(RunError::Stuck)));
    let reports = log.0.take();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert!(reports[0].starts_with("work for the executor, submitted at "), "{}", reports[0]);
    assert!(reports[0].contains("event_loop/executor.rs:"), "{}", reports[0]);
    assert!(reports[0].contains("returned an `Err`"), "{}", reports[0]);

    let panicked = event_loop.run_in_executor(|| panic!("unheard"));
    while !panicked.is_finished() {
        thread::yield_now();
    }
    drop(panicked);
    assert!(matches!(event_loop.run_forever(), Err(RunError::Stuck)));
    assert!(log.0.take()[0].contains("panicked: unheard"));
    event_loop.shutdown();
}

#[test]
fn there_are_no_more_threads_than_the_limit_and_as_many_where_there_is_work() {
    let event_loop = EventLoop::simulated();
    event_loop.set_executor_limit(3);
    // It opens only if three are there at the same time.
    let barrier = Arc::new(Barrier::new(3));
    let jobs: Vec<_> = (0..9)
        .map(|number| {
            let barrier = barrier.clone();
            event_loop.run_in_executor(move || {
                barrier.wait();
                (number, thread::current().id())
            })
        })
        .collect();
    let ran = event_loop.run_until_complete(async {
        let mut ran = Vec::new();
        for job in jobs {
            ran.push(job.await.unwrap());
        }
        ran
    });
    let ran = ran.unwrap();
    assert!(ran.iter().map(|ran| ran.0).eq(0..9));
    let mut threads: Vec<_> = ran.iter().map(|ran| format!("{:?}", ran.1)).collect();
    threads.sort();
    threads.dedup();
    assert_eq!(threads.len(), 3);
    event_loop.shutdown();
}

#[test]
fn a_higher_limit_is_used_at_once() {
    let event_loop = EventLoop::simulated();
    event_loop.set_executor_limit(1);
    let barrier = Arc::new(Barrier::new(2));
    let meet = |barrier: &Arc<Barrier>| {
        let barrier = barrier.clone();
        event_loop.run_in_executor(move || barrier.wait().is_leader())
    };
    let (one, other) = (meet(&barrier), meet(&barrier));
    event_loop.set_executor_limit(2);
    let leaders = event_loop.run_until_complete(async { (one.await.unwrap(), other.await.unwrap()) }).unwrap();
    assert_ne!(leaders.0, leaders.1);
    event_loop.shutdown();
}

#[test]
#[should_panic(expected = "an executor without threads never does any work; give it one")]
fn a_limit_of_zero_is_refused() {
    EventLoop::simulated().set_executor_limit(0);
}

#[test]
fn closing_drops_what_is_queued_and_waits_for_what_runs_only_if_asked() {
    let event_loop = EventLoop::simulated();
    event_loop.set_executor_limit(1);
    let (running, begins, go) = gated(&event_loop, 1);
    begins.recv().unwrap();
    let (dropped, drops) = channel();
    let dropped = Dropped(dropped);
    let mut queued = event_loop.run_in_executor(move || drop(dropped));
    drop(event_loop);
    assert_eq!(drops.try_recv(), Ok(thread::current().id()));
    assert!(queued.try_join().unwrap().unwrap_err().is_cancelled());
    assert!(!running.is_finished());
    go.send(()).unwrap();
    // Its outcome can be awaited on any loop.
    assert_eq!(EventLoop::new().unwrap().run_until_complete(running).unwrap().unwrap(), 1);
}

#[test]
fn shutdown_waits_for_what_runs() {
    let event_loop = EventLoop::simulated();
    let (mut job, begins, go) = gated(&event_loop, 1);
    begins.recv().unwrap();
    let opener = thread::spawn(move || go.send(()).unwrap());
    event_loop.shutdown();
    assert_eq!(job.try_join().unwrap().unwrap(), 1);
    opener.join().unwrap();
}

#[test]
fn a_loop_that_is_closed_takes_nothing_in() {
    struct Late(Option<Sender<bool>>);
    impl Drop for Late {
        fn drop(&mut self) {
            let mut job = run_in_executor(|| ());
            let cancelled = job.try_join().unwrap().unwrap_err().is_cancelled();
            self.0.take().unwrap().send(cancelled).unwrap();
        }
    }
    let event_loop = EventLoop::simulated();
    let (send, cancelled) = channel();
    let late = Late(Some(send));
    drop(event_loop.spawn(async move {
        let _late = late;
        pending::<()>().await;
    }));
    event_loop.turn(seconds(0)).unwrap();
    drop(event_loop);
    assert_eq!(cancelled.recv(), Ok(true));
}

#[test]
fn wakers_of_others_are_kept_and_replaced() {
    struct Flag(AtomicBool, thread::Thread);
    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Release);
            self.1.unpark();
        }
    }
    let event_loop = EventLoop::simulated();
    let (mut job, begins, go) = gated(&event_loop, 1);
    begins.recv().unwrap();
    let flag = || Arc::new(Flag(false.into(), thread::current()));
    let (first, second) = (flag(), flag());
    for flag in [&first, &second] {
        let waker = Waker::from(flag.clone());
        assert!(Pin::new(&mut job).poll(&mut Context::from_waker(&waker)).is_pending());
    }
    go.send(()).unwrap();
    while !second.0.load(Ordering::Acquire) {
        thread::park();
    }
    assert!(!first.0.load(Ordering::Acquire));
    assert_eq!(job.try_join().unwrap().unwrap(), 1);
    assert!(job.try_join().is_none());
    event_loop.shutdown();
}

//! What runs when.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use antiphon::event_loop::{
    self, EventLoop, Network, RunError, UdpSocket, sleep, sleep_until, spawn, time, timeout, yield_now,
};

use crate::{Log, seconds};

#[test]
fn those_that_are_ready_run_first_come_first_served() {
    let log = Log::default();
    let event_loop = EventLoop::simulated();
    for name in ["a", "b", "c"] {
        let log = log.clone();
        drop(event_loop.spawn(async move {
            log.add(format!("{name}1"));
            yield_now().await;
            log.add(format!("{name}2"));
        }));
    }
    event_loop.turn(Duration::ZERO).unwrap();
    log.assert(&["a1", "b1", "c1"]);
    event_loop.turn(Duration::ZERO).unwrap();
    log.assert(&["a1", "b1", "c1", "a2", "b2", "c2"]);
}

#[test]
fn what_is_scheduled_in_a_turn_runs_in_the_next() {
    let log = Log::default();
    let event_loop = EventLoop::simulated();
    let (outer, inner) = (log.clone(), log.clone());
    event_loop.call_soon(move || {
        outer.add("first");
        drop(spawn(async move { inner.add("second") }));
    });
    event_loop.turn(Duration::ZERO).unwrap();
    log.assert(&["first"]);
    event_loop.turn(Duration::ZERO).unwrap();
    log.assert(&["first", "second"]);
}

#[test]
fn timers_fire_in_order_and_equal_ones_as_they_were_armed() {
    let log = Log::default();
    let event_loop = EventLoop::simulated();
    for (delay, name) in [(2, "late"), (1, "a"), (1, "b"), (1, "c"), (0, "now")] {
        let log = log.clone();
        event_loop.call_later(seconds(delay), move || log.add(format!("{name} {}", time().as_secs())));
    }
    event_loop.run_until_complete(sleep(seconds(3))).unwrap();
    log.assert(&["now 0", "a 1", "b 1", "c 1", "late 2"]);
    assert_eq!(event_loop.time(), seconds(3));
}

#[test]
fn callbacks_are_taken_back_once() {
    let log = Log::default();
    let event_loop = EventLoop::simulated();
    let add = |what| {
        let log = log.clone();
        move || log.add(what)
    };
    let soon = event_loop.call_soon(add("soon"));
    let later = event_loop.call_later(seconds(1), add("later"));
    let called = event_loop.call_later(seconds(1), add("called"));
    assert_eq!(later.when(), seconds(1));
    assert!(soon.cancel() && later.cancel());
    assert!(!soon.cancel() && !later.cancel());
    event_loop.run_until_complete(sleep(seconds(2))).unwrap();
    log.assert(&["called"]);
    assert!(!called.cancel());
}

#[test]
fn a_callback_that_panics_is_reported_and_the_loop_goes_on() {
    let log = Log::default();
    let event_loop = EventLoop::simulated();
    let reports = log.clone();
    event_loop.set_report_handler(move |report| reports.add(report.to_string()));
    event_loop.call_soon(|| panic!("ouch"));
    let after = log.clone();
    event_loop.call_soon(move || after.add("after"));
    event_loop.run_until_complete(yield_now()).unwrap();
    log.assert(&["a callback of the event loop panicked: ouch", "after"]);
}

#[test]
fn no_two_loops_run_on_one_thread() {
    let event_loop = EventLoop::simulated();
    let nested = event_loop.run_until_complete(async { EventLoop::simulated().run_until_complete(async {}) });
    assert!(matches!(nested, Ok(Err(RunError::Running))));
    assert!(matches!(event_loop.run_until_complete(async { event_loop::run(async {}) }), Ok(Err(RunError::Running))));
    // One after the other they do, and each has its own tasks.
    let other = EventLoop::simulated();
    let task = other.spawn(async { 1 });
    event_loop.run_until_complete(yield_now()).unwrap();
    assert!(!task.is_finished());
    // A task of one loop is joined on another.
    let joined = event_loop.spawn(task);
    other.run_until_complete(yield_now()).unwrap();
    assert_eq!(event_loop.run_until_complete(joined).unwrap().unwrap().unwrap(), 1);
}

#[test]
fn stop_ends_the_run_after_the_turn() {
    let log = Log::default();
    let event_loop = Rc::new(EventLoop::simulated());
    let (stopper, after) = (event_loop.clone(), log.clone());
    event_loop.call_soon(move || stopper.stop());
    event_loop.call_soon(move || after.add("same turn"));
    event_loop.run_forever().unwrap();
    log.assert(&["same turn"]);

    event_loop.stop();
    let stopped = event_loop.run_until_complete(std::future::pending::<()>());
    assert!(matches!(stopped, Err(RunError::Stopped)));
    // Tasks go on in the next run.
    let task = event_loop.spawn(async {
        yield_now().await;
        5
    });
    event_loop.stop();
    assert!(event_loop.run_until_complete(std::future::pending::<()>()).is_err());
    assert_eq!(event_loop.run_until_complete(task).unwrap().unwrap(), 5);
}

#[test]
fn a_simulated_loop_knows_that_nothing_can_happen() {
    let event_loop = EventLoop::simulated();
    assert!(matches!(event_loop.run_until_complete(std::future::pending::<()>()), Err(RunError::Stuck)));
    assert!(matches!(event_loop.run_forever(), Err(RunError::Stuck)));
}

#[test]
fn a_thread_with_a_handle_can_end_the_wait() {
    for event_loop in [EventLoop::simulated(), EventLoop::new().unwrap()] {
        let handle = event_loop.handle();
        let (sender, receiver) = futures::channel::oneshot::channel();
        let thread = std::thread::spawn(move || {
            handle.call_soon_threadsafe(move || sender.send(std::thread::current().id()).unwrap()).unwrap();
        });
        let called_on = event_loop.run_until_complete(receiver).unwrap().unwrap();
        assert_eq!(called_on, std::thread::current().id());
        thread.join().unwrap();
    }
}

#[test]
fn a_closed_loop_gives_back_what_it_is_given() {
    let event_loop = EventLoop::simulated();
    let handle = event_loop.handle();
    let task = event_loop.spawn(async {});
    let cancel = task.cancel_handle().unwrap();
    drop(event_loop);
    assert!(handle.is_closed());
    let text = String::from("kept");
    let back = handle.call_soon_threadsafe(move || drop(text));
    assert!(back.is_err());
    assert!(cancel.cancel().is_err());
    assert!(task.cancel_handle().is_err());
}

#[test]
fn sleeping_for_no_time_is_a_turn() {
    let log = Log::default();
    let event_loop = EventLoop::simulated();
    let other = log.clone();
    event_loop
        .run_until_complete(async {
            drop(spawn(async move { other.add("other") }));
            sleep(Duration::ZERO).await;
            log.add("slept");
            sleep_until(Duration::ZERO).await;
        })
        .unwrap();
    log.assert(&["other", "slept"]);
}

#[test]
fn the_seed_says_the_order_of_tasks_but_not_of_callbacks() {
    let run = |seed| {
        let log = Log::default();
        let event_loop = EventLoop::simulated_with_seed(seed);
        for n in 0..8 {
            let (task, callback) = (log.clone(), log.clone());
            drop(event_loop.spawn(async move { task.add(format!("t{n}")) }));
            event_loop.call_soon(move || callback.add(format!("c{n}")));
        }
        event_loop.run_until_complete(sleep(seconds(1))).unwrap();
        let events = log.0.take();
        let callbacks: Vec<_> = events.iter().filter(|event| event.starts_with('c')).cloned().collect();
        assert_eq!(callbacks, (0..8).map(|n| format!("c{n}")).collect::<Vec<_>>());
        events
    };
    assert_eq!(run(1), run(1));
    assert!((2..10).any(|seed| run(seed) != run(1)));
}

#[test]
fn a_foreign_waker_wakes_the_task_that_it_was_cloned_for() {
    use futures::stream::{FuturesUnordered, StreamExt};
    let event_loop = EventLoop::simulated();
    let times = event_loop.run_until_complete(async {
        let mut sleeps: FuturesUnordered<_> = [3, 1, 2]
            .map(|n| async move {
                sleep(seconds(n)).await;
                (n, time().as_secs())
            })
            .into_iter()
            .collect();
        let mut times = Vec::new();
        while let Some(time) = sleeps.next().await {
            times.push(time);
        }
        times
    });
    assert_eq!(times.unwrap(), [(1, 1), (2, 2), (3, 3)]);
}

#[test]
fn a_stop_ends_one_run_only() {
    let event_loop = Rc::new(EventLoop::simulated());
    let stopper = event_loop.clone();
    // It completes in the very turn in which it is stopped.
    assert_eq!(event_loop.run_until_complete(async move { stopper.stop() }).ok(), Some(()));
    assert_eq!(event_loop.run_until_complete(async { 1 }).ok(), Some(1));
    // Stopped before, it takes a turn.
    event_loop.stop();
    assert_eq!(event_loop.run_until_complete(async { 2 }).ok(), Some(2));
}

#[test]
fn a_sleep_that_is_moved_to_another_loop_sleeps_for_what_is_left() {
    let (first, second) = (EventLoop::simulated(), EventLoop::simulated());
    let mut nap = Box::pin(sleep(seconds(10)));
    first
        .run_until_complete(async {
            let slept = timeout(seconds(4), &mut nap).await;
            assert!(slept.is_err());
        })
        .unwrap();
    second.run_until_complete(sleep(seconds(100))).unwrap();
    second.run_until_complete(nap).unwrap();
    assert_eq!(second.time(), seconds(106));
}

#[test]
fn a_simulated_loop_waits_for_no_descriptor_and_tells_how_long_it_is_idle() {
    let event_loop = EventLoop::simulated();
    #[cfg(unix)]
    assert_eq!(event_loop.poll_fd().unwrap_err().kind(), std::io::ErrorKind::Unsupported);
    let late = event_loop.call_later(seconds(3), || ());
    assert_eq!(event_loop.idle_time(), Some(seconds(3)));
    let _soon = event_loop.call_later(seconds(1), || ());
    assert_eq!(event_loop.idle_time(), Some(seconds(1)));
    event_loop.turn(seconds(2)).unwrap();
    assert_eq!(event_loop.idle_time(), Some(seconds(2)));
    late.cancel();
    assert_eq!(event_loop.idle_time(), None);
    let handle = event_loop.handle();
    std::thread::spawn(move || handle.call_soon_threadsafe(|| ()).is_ok()).join().unwrap();
    assert_eq!(event_loop.idle_time(), Some(seconds(0)));
}

/// Yields until it is set. How many turns that took.
async fn turns_until(flag: &Cell<bool>) -> u32 {
    let mut turns = 0;
    while !flag.get() {
        yield_now().await;
        turns += 1;
    }
    turns
}

#[test]
fn who_asks_again_and_again_for_what_a_timer_brings_finds_it() {
    let run = || {
        let event_loop = EventLoop::simulated();
        let set = Rc::new(Cell::new(false));
        let flag = set.clone();
        event_loop.call_later(Duration::from_millis(50), move || flag.set(true));
        let turns = event_loop.run_until_complete(turns_until(&set)).unwrap();
        let time = event_loop.time();
        assert!((50_000..60_000).contains(&time.as_micros()), "{time:?}");
        // What is waited for is exact again.
        event_loop.run_until_complete(sleep(seconds(1))).unwrap();
        assert_eq!(event_loop.time(), time + seconds(1));
        (turns, time)
    };
    assert_eq!(run(), run());
}

#[test]
fn a_hundred_thousand_turns_take_no_time_on_a_simulated_loop() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            for n in 1..4 {
                let work = timeout(seconds(1), async {
                    for _ in 0..90_000 {
                        yield_now().await;
                    }
                });
                work.await.unwrap();
                sleep(seconds(1)).await;
                assert_eq!(time(), seconds(n));
            }
        })
        .unwrap();
}

#[test]
fn who_asks_again_and_again_for_what_the_network_brings_finds_it() {
    let event_loop = EventLoop::simulated();
    let second = Duration::from_millis(20);
    event_loop.set_network(Network::ideal().latency(second..=second));
    let came = Rc::new(Cell::new(false));
    let flag = came.clone();
    let receiver = UdpSocket::bind(([127, 0, 0, 1], 0));
    event_loop
        .run_until_complete(async {
            let receiver = receiver.await.unwrap();
            let sender = UdpSocket::bind(([127, 0, 0, 1], 0)).await.unwrap();
            sender.send_to(b"late", receiver.local_addr().unwrap()).await.unwrap();
            drop(spawn(async move {
                receiver.recv(&mut [0; 8]).await.unwrap();
                flag.set(true);
            }));
            turns_until(&came).await
        })
        .unwrap();
    assert!((20_000..30_000).contains(&event_loop.time().as_micros()), "{:?}", event_loop.time());
}

#[test]
fn what_other_threads_work_on_takes_no_time_however_many_turns_that_is() {
    let event_loop = EventLoop::simulated();
    event_loop
        .run_until_complete(async {
            let (go, wait) = std::sync::mpsc::channel();
            let job = event_loop::run_in_executor(move || wait.recv());
            let late = spawn(sleep(Duration::from_micros(1)));
            for _ in 0..150_000 {
                yield_now().await;
            }
            assert_eq!((time(), late.is_finished()), (Duration::ZERO, false));
            go.send(()).unwrap();
            job.await.unwrap().unwrap();
        })
        .unwrap();
}
